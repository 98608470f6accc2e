/* A run made by hand: two tasks, both variants, a few seeds; for tests of plan, store and summary. */
#ifndef CHORE_RUN_FIXTURE_H
#define CHORE_RUN_FIXTURE_H
#include <chore/run_summary.h>

/* A fresh folder under the temporary folder; static text. */
const char *fixture_dir(void);
/* Tasks "bus_table" and "set_aside", seeds 0..seed_hi, written to DIR/plan.json and read back. Release it. */
void fixture_plan(chore_plan *plan, const char *dir, uint64_t seed_hi);
/* The row of a planned episode with that outcome; everything in it is filled. */
chore_row fixture_row(const chore_plan *plan, int index, chore_outcome outcome);
/* The file's bytes, terminated; free it. */
char *fixture_read(const char *dir, const char *name, size_t *len);
void fixture_write(const char *dir, const char *name, const char *bytes, size_t len);
#endif
