/* An episode: one task x seed x variant on a world, judged at every control step. It owns goal, stages, events and their clocks; the policy
   is somebody else's. One thread per episode. Everything in it is deterministic. */
#ifndef CHORE_EPISODE_H
#define CHORE_EPISODE_H
#include <chore/task.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_episode chore_episode;

typedef enum chore_outcome {
#define CHORE_OUTCOME(symbol, name, scored, meaning) symbol,
#include <chore/outcomes.inl>
#undef CHORE_OUTCOME
    CHORE_OUTCOME_COUNT
} chore_outcome;
const char *chore_outcome_name(chore_outcome outcome);
bool chore_outcome_find(const char *name, chore_outcome *out);

typedef struct chore_episode_def {
    const chore_task *task;     /* borrowed, resolved by chore_task_build_scene */
    const chore_scene *scene;   /* borrowed */
    const char *cache_dir;      /* initial states; NULL: no cache */
    uint64_t run_key;           /* default 0 */
} chore_episode_def;

/* Creates the world too. Use one episode object for many episodes: reset between them. */
chore_status chore_episode_create(chore_episode **out, const chore_episode_def *def, chore_error *err);
void chore_episode_destroy(chore_episode *episode);

/* Initial state for the seed: from the cache, else placed and settled. The same seed gives the same state in both variants. */
chore_status chore_episode_reset(chore_episode *episode, uint64_t seed, chore_variant variant, chore_error *err);
chore_world *chore_episode_world(chore_episode *episode);
const chore_scene *chore_episode_scene(const chore_episode *episode);
const chore_task *chore_episode_task(const chore_episode *episode);
const char *chore_episode_instruction(const chore_episode *episode);   /* chosen by the seed; may change by an event */

/* Fire due events, advance the world by one control step with `action`, evaluate. After the end it does nothing. Returns CHORE_E_POLICY for an action that is not
   finite and CHORE_E_SIM for MuJoCo's errors, and the episode has then ended with that outcome. */
chore_status chore_episode_step(chore_episode *episode, const float *action, chore_error *err);
bool chore_episode_ended(const chore_episode *episode);
/* End from outside: policy failed, host failed. */
void chore_episode_abort(chore_episode *episode, chore_outcome outcome, const char *reason);

chore_outcome chore_episode_outcome(const chore_episode *episode);      /* CHORE_OUTCOME_RUNNING until the end */
const char *chore_episode_reason(const chore_episode *episode);         /* one line for a person */
double chore_episode_progress(const chore_episode *episode);            /* 0..1: weighted stages, or share of goal literals; now */
int64_t chore_episode_first_success_step(const chore_episode *episode); /* control step at which the goal first held; -1 */
int64_t chore_episode_clamped(const chore_episode *episode);            /* clamped action values so far */

/* ---- what a person or a policy may read of it ------------------------------------------------------------------------------- */

typedef struct chore_literal {      /* a leaf of the goal, forall expanded over present objects */
    char text[CHORE_NAME_CAP * 3];  /* "inside plate_1 tote" */
    bool holds;
    int event;                      /* index of the event that brought it as new work; -1: original goal */
} chore_literal;
int chore_episode_n_literals(const chore_episode *episode);
chore_literal chore_episode_literal(const chore_episode *episode, int index);

typedef struct chore_stage_state { const char *name; double weight; int64_t reached_step; /* -1: not yet */ } chore_stage_state;
int chore_episode_n_stages(const chore_episode *episode);
chore_stage_state chore_episode_stage(const chore_episode *episode, int index);

typedef struct chore_event_state {
    const char *name;
    int64_t fired_step;      /* control step; -1: has not fired */
    int64_t noticed_step;    /* first step at which the robot touched or carried what the event made; -1 */
    int64_t handled_step;    /* first step at which its new work held for held_for; -1 */
    bool handled;            /* its new work holds now */
    double within_s;         /* its clock; 0: the episode's horizon */
    bool in_time;
    char detail[CHORE_NAME_CAP * 2];   /* "mug_2 dropped at 0.48 -0.10", for a person */
} chore_event_state;
int chore_episode_n_events(const chore_episode *episode);               /* 0 in the control variant */
chore_event_state chore_episode_event(const chore_episode *episode, int index);

bool chore_episode_is_present(const chore_episode *episode, int object);   /* in the scene, not parked */

/* Text streams of the privileged track (formats: tasks/README.md). `version` grows when the text changed; valid until the next step. */
const char *chore_episode_objects_text(const chore_episode *episode, uint64_t *version);
const char *chore_episode_goal_text(const chore_episode *episode, uint64_t *version);

/* A line of what changed in the last step (predicates, stages, events), as JSON for the trace: NULL when nothing did. */
const char *chore_episode_changes(const chore_episode *episode);

/* Hash of world + monitors + event clocks: what the trace and the row keep. */
chore_hash chore_episode_hash(const chore_episode *episode);
size_t chore_episode_snapshot_bytes(const chore_episode *episode);
void chore_episode_snapshot(const chore_episode *episode, void *out);
chore_status chore_episode_restore(chore_episode *episode, const void *snapshot, size_t len, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
