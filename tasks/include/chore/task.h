/* A task: what is wanted, from which initial ranges, what may happen in between. Read from YAML, checked;
   immutable once its scene was built. */
#ifndef CHORE_TASK_H
#define CHORE_TASK_H
#include <chore/scene.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_task chore_task;

typedef enum chore_variant { CHORE_CONTROL, CHORE_DISTURBED } chore_variant;
const char *chore_variant_name(chore_variant variant);   /* "control" | "disturbed" */

/* Load by name (tasks/defs/<any scene>/<name>.yaml) or path; checks everything that can be checked without a
   model. CHORE_E_NOT_FOUND with the nearest name, CHORE_E_FILE with file:line:column. Allocates. */
chore_status chore_task_load(chore_task **out, const char *name_or_path, chore_error *err);
void chore_task_free(chore_task *task);

const char *chore_task_name(const chore_task *task);
int chore_task_version(const chore_task *task);
chore_hash chore_task_hash(const chore_task *task);             /* of the file's bytes */
const char *chore_task_path(const chore_task *task);
int chore_task_n_instructions(const chore_task *task);
/* {role} in it stands for an object that the seed chooses; chore_episode_instruction spells it out. */
const char *chore_task_instruction(const chore_task *task, int index);
int chore_task_n_held_out_instructions(const chore_task *task);   /* wordings kept back for tests of generality */
const char *chore_task_held_out_instruction(const chore_task *task, int index);
double chore_task_horizon_s(const chore_task *task);
int chore_task_control_hz(const chore_task *task);
int chore_task_own_control_hz(const chore_task *task); /* the file's */
/* Judge and steer at another rate than the file's, for policies that were made for one; all times of the task stay what they are in seconds.
   Before its scene is built: that wants a rate that divides its physics, CHORE_E_USAGE. The task's hash is the file's all the same. */
void chore_task_set_control_hz(chore_task *task, int hz);
const char *chore_task_scene_name(const chore_task *task);
int chore_task_n_embodiments(const chore_task *task);
const char *chore_task_embodiment(const chore_task *task, int index);
int chore_task_n_stages(const chore_task *task);
const char *chore_task_stage_name(const chore_task *task, int index);
int chore_task_n_events(const chore_task *task);
const char *chore_task_event_name(const chore_task *task, int index);

/* Build the scene with the task's pool of objects and resolve every name in the task against it (second half of
   the checks). embodiment: one of the task's, or a path to a .yaml; NULL: the task's first. The task's regions and
   fixtures then mean this scene. CHORE_E_FILE with file:line:column, and what chore_scene_build returns. */
chore_status chore_task_build_scene(chore_task *task, const char *embodiment, chore_scene **out,
                                    chore_error *err);

/* What loading cannot see, for seeds lo..hi (both included): objects find room and settle, the goal wants something
   and is not true at the start, no failure condition is, every event has an object to bring. The first finding as an
   error; slow (a settled start per seed). */
chore_status chore_task_lint(const chore_task *task, const chore_scene *scene, uint64_t seed_lo,
                             uint64_t seed_hi, chore_error *err);

/* ---- the lists behind `chorebench list` ------------------------------------------------------ */
/* Names of all tasks under the data folder, sorted; malloc'ed; free with chore_dir_list_free. */
chore_status chore_task_list(char ***out, int *n, chore_error *err);
typedef struct chore_predicate_info {
    const char *name, *arguments, *meaning;
    bool settled;   /* also wants the object released and at rest */
} chore_predicate_info;
int chore_predicate_count(void);
chore_predicate_info chore_predicate_info_at(int index);

/* ---- suites ---------------------------------------------------------------------------------- */
/* tasks/suites/<name>.yaml: name, version, tasks: [..], seeds: [lo, hi]. */
typedef struct chore_suite {
    char name[CHORE_NAME_CAP];
    int version;
    int n_tasks;
    char (*tasks)[CHORE_NAME_CAP];
    uint64_t seed_lo, seed_hi;   /* default seeds, both included */
} chore_suite;
chore_status chore_suite_load(chore_suite *out, const char *name_or_path, chore_error *err);
void chore_suite_release(chore_suite *suite);
chore_status chore_suite_list(char ***out, int *n, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
