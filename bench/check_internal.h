/* What the files of `chorebench check` share. */
#ifndef CHORE_BENCH_CHECK_INTERNAL_H
#define CHORE_BENCH_CHECK_INTERNAL_H
#include <chore/policy_check.h>

/* Stages for a check: "set_aside,fold_towel", "synthetic", or NULL for the usual choice of both. Tasks are played for a
   few seconds and their streams recorded. `convention` (nullable): its streams and its mode are offered, too, at its rate; the usual
   choice is then a task of its robot. CHORE_E_NOT_FOUND names the task, CHORE_E_USAGE what does not go together. Freed also after a failure. */
typedef struct chorei_stages chorei_stages;
chore_status chorei_stages_make(chorei_stages **out, const char *tasks, const char *convention, chore_error *err);
void chorei_stages_free(chorei_stages *stages);
const chore_check_stage *chorei_stages_get(const chorei_stages *stages, int *n);
#endif
