/* The plan of a run: the frozen list of its episodes, written before the first one starts. A result is a set: each planned episode exactly once. */
#ifndef CHORE_RUN_PLAN_H
#define CHORE_RUN_PLAN_H
#include <chore/appearance_kind.h>
#include <chore/latency.h>
#include <chore/policy_host.h>
#include <chore/track.h>
#include <chore/task.h>
#ifdef __cplusplus
extern "C" {
#endif
#define CHORE_RATE_MOST 1000 /* Hz of control at most */

typedef struct chore_planned {
    int task;                    /* index into the plan's tasks */
    chore_variant variant;
    uint64_t seed;
    int latency;                 /* index into the plan's latencies */
} chore_planned;

typedef struct chore_plan_task {
    char name[CHORE_NAME_CAP];
    char path[CHORE_PATH_CAP];   /* of a task given by path; empty: by name from the data folder */
    int version;
    chore_hash hash;
} chore_plan_task;

typedef struct chore_plan {
    char suite[CHORE_NAME_CAP];  /* name, or "" for a list of tasks */
    char policy[CHORE_NAME_CAP];
    char policy_path[CHORE_PATH_CAP];
    char *policy_config;         /* malloc'ed, "" when none */
    chore_policy_profile profile;   /* where the policy lives */
    char *allow;                 /* malloc'ed: what it may there, as chore_policy_allow_text writes it; NULL or "": the usual */
    char convention[CHORE_NAME_CAP];   /* in whose names and layouts the policy is served; empty: in our own */
    char convention_path[CHORE_PATH_CAP];   /* of one given by path; empty: by name from the data folder */
    chore_hash convention_hash;
    int control_hz;              /* of all tasks; 0: each its own */
    chore_track track;           /* what the policy may look at */
    chore_appearance_kind appearance; /* how the world looks on its pictures */
    char embodiment[CHORE_NAME_CAP];   /* empty: each task's first */
    uint64_t run_key;
    int n_latencies;             /* at least 1 once expanded or read */
    chore_latency latencies[CHORE_LATENCY_GROUPS];   /* one group of episodes for each */
    int n_tasks, n_episodes;
    chore_plan_task *tasks;
    chore_planned *episodes;     /* order of work: seeds x tasks x latencies x variants */
    chore_hash hash;             /* of the canonical JSON without this field */
} chore_plan;

/* Variants as asked for on the command line. */
typedef enum chore_variants { CHORE_VARIANT_CONTROL = 1, CHORE_VARIANT_DISTURBED = 2, CHORE_VARIANT_BOTH = 3 } chore_variants;

/* tasks and policy names must be filled in, and the latencies (none: frozen); makes the episodes. */
chore_status chore_plan_expand(chore_plan *plan, uint64_t seed_lo, uint64_t seed_hi, chore_variants variants, chore_error *err);
chore_status chore_plan_write(const chore_plan *plan, const char *path, chore_error *err);
/* CHORE_E_TAMPERED when the hash inside does not fit the content. */
chore_status chore_plan_read(chore_plan *plan, const char *path, chore_error *err);
void chore_plan_release(chore_plan *plan);
/* "bus_table-disturbed-00012": the episode's name in files and on the command line; with several latencies in the run
   "bus_table-disturbed-00012-delay=4". */
void chore_plan_episode_name(const chore_plan *plan, int index, char out[CHORE_NAME_CAP * 2]);
/* Index of the episode of that name, or given as a number; -1. */
int chore_plan_find(const chore_plan *plan, const char *name);
#ifdef __cplusplus
}
#endif
#endif
