/* What `chorebench show` shows: a task, a run, an episode of a run. Each prints to stdout and returns the exit code. */
#ifndef CHORE_SHOW_INTERNAL_H
#define CHORE_SHOW_INTERNAL_H
#include <chore/run_folder.h>
#include <jansson.h>

int chore_show_task(const char *name, bool as_json);
int chore_show_run(const chore_run_folder *run, bool as_json);
/* film: PNG to draw the strip to; NULL: none. */
int chore_show_episode(const chore_run_folder *run, const char *episode, const char *film, bool as_json);

void chore_print_json(json_t *json);   /* to stdout with a final newline; releases it */
#endif
