/* An episode: one task x seed x variant on a world, judged at every control step. It owns goal, stages,
   events and their clocks; the policy is somebody else's. One thread per episode. Everything in it is
   deterministic. Steps are counted in control steps since the reset. */
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

/* Creates the world too. Use one episode object for many episodes: reset between them. Allocates.
   CHORE_E_USAGE for a cache path that is too long, CHORE_E_SIM when the world cannot be made. */
chore_status chore_episode_create(chore_episode **out, const chore_episode_def *def, chore_error *err);
void chore_episode_destroy(chore_episode *episode);

/* Initial state for the seed: from the cache, else placed and settled (8 tries). The same seed gives the same
   state in both variants. The world's action mode is joint_pos afterwards: choose another one now. Allocates.
   CHORE_E_PLACEMENT: the seed has no start; CHORE_E_SIM. The episode can then only be reset again. */
chore_status chore_episode_reset(chore_episode *episode, uint64_t seed, chore_variant variant, chore_error *err);
chore_world *chore_episode_world(chore_episode *episode);
const chore_scene *chore_episode_scene(const chore_episode *episode);
const chore_task *chore_episode_task(const chore_episode *episode);
/* Chosen by the seed, roles spelled out; another one after a new order. Valid until the next step or reset. */
const char *chore_episode_instruction(const chore_episode *episode);

/* Fire due events, advance the world by one control step with `action` (layout: chore_world_step), judge.
   After the end it does nothing. Returns CHORE_E_POLICY for an action that is not finite and CHORE_E_SIM for
   MuJoCo's errors, and the episode has then ended with that outcome. */
chore_status chore_episode_step(chore_episode *episode, const float *action, chore_error *err);
bool chore_episode_ended(const chore_episode *episode);
/* ---- what the policy says beside its actions --------------------------------------------------------- */

typedef enum chore_said { /* the numbers of CHORE_REPORT_ in chore/policy.h */
    CHORE_SAID_NOTHING,
    CHORE_SAID_DONE,
    CHORE_SAID_CANNOT, /* the job cannot be done, because of what `about` names */
    CHORE_SAID_HELP,
    CHORE_SAID_COUNT
} chore_said;
const char *chore_said_name(chore_said said);                /* "none" "done" "cannot" "help" */
bool chore_said_find(const char *name, chore_said *out);     /* false: there is no such word */

#define CHORE_ABOUT_CAP 64 /* bytes of `about` with its end; what is longer is cut */
/* Say it before the next step. False: nothing new (nothing is said, or the same as the last time, or the episode has ended), and nothing has
   changed. A CANNOT that is not what the goal or new work wants (predicate `reported`) ends the episode as failed in the next step. `about`
   names an item by its id or its kind, as whole words in a text. */
bool chore_episode_report(chore_episode *episode, chore_said said, const char *about);
typedef struct chore_report_state {
    chore_said said;   /* the last word; CHORE_SAID_NOTHING: none so far */
    int64_t step;      /* it was said before this step; -1 */
    const char *about; /* valid until the next report or reset */
} chore_report_state;
chore_report_state chore_episode_reported(const chore_episode *episode);

/* End from outside: policy failed, host failed. */
void chore_episode_abort(chore_episode *episode, chore_outcome outcome, const char *reason);

chore_outcome chore_episode_outcome(const chore_episode *episode);   /* CHORE_OUTCOME_RUNNING until the end */
const char *chore_episode_reason(const chore_episode *episode);      /* one line for a person; "" until the end */
/* 0..1, about now: weights of the stages times the share of each that holds, fired new work counted as one more
   stage each; without stages the share of the literals. 1 after success. */
double chore_episode_progress(const chore_episode *episode);
/* Step at which the goal, without new work, had first held for held_for; -1. */
int64_t chore_episode_first_success_step(const chore_episode *episode);
int64_t chore_episode_clamped(const chore_episode *episode);         /* clamped action values so far */

/* ---- what a person or a policy may read of it -------------------------------------------------------- */


typedef struct chore_literal {      /* a leaf of the goal, forall expanded over present objects */
    char text[CHORE_NAME_CAP * 3];  /* "inside plate_1 tote"; "not ..." for what must not be */
    bool holds;                     /* it is as wanted */
    int event;                      /* of the event that brought it as new work; -1: original goal */
} chore_literal;
int chore_episode_n_literals(const chore_episode *episode);
chore_literal chore_episode_literal(const chore_episode *episode, int index);

typedef struct chore_stage_state {
    const char *name;
    double weight;
    int64_t reached_step;    /* first step at which it held; -1: not yet */
} chore_stage_state;
int chore_episode_n_stages(const chore_episode *episode);
chore_stage_state chore_episode_stage(const chore_episode *episode, int index);

typedef struct chore_event_state {
    const char *name;
    int64_t fired_step;      /* it acted before this step (0-based); -1: has not fired */
    int64_t noticed_step;    /* the robot first touched (garments: grasped) what was dropped, again what slipped or was undone, or
                                had carried out the new order; -1 */
    int64_t handled_step;    /* its new work had first held for held_for; -1 */
    bool handled;            /* its new work holds now */
    double within_s;         /* its clock; 0: the episode's horizon */
    bool in_time;            /* handled within it */
    char detail[CHORE_NAME_CAP * 2];   /* "mug_2 dropped at 0.48 -0.10", for a person */
} chore_event_state;
int chore_episode_n_events(const chore_episode *episode);   /* 0 in the control variant */
chore_event_state chore_episode_event(const chore_episode *episode, int index);

/* An item is what the task's pool holds, objects and garments alike, counted in the order of the file. */
typedef struct chore_episode_item {
    const char *id;
    int object, garment;     /* index in the scene; the other one is -1 */
    bool present;            /* in the scene, not parked */
} chore_episode_item;
int chore_episode_n_items(const chore_episode *episode);
chore_episode_item chore_episode_item_at(const chore_episode *episode, int item);
bool chore_episode_is_present(const chore_episode *episode, int item);

/* Text streams of the privileged track (formats: tasks/README.md). *version grows when the text changed; valid
   until the next step. */
const char *chore_episode_objects_text(const chore_episode *episode, uint64_t *version);
const char *chore_episode_goal_text(const chore_episode *episode, uint64_t *version);

/* What changed in the last step as one JSON object for the trace, NULL when nothing did; valid until the next step:
   {"literals":[{"text":..,"holds":..,"event":..}],"stages":[name..],"events":[{"event":..,"what":"fired"|"noticed"|
   "handled","object":..}]}, each list only when it is not empty. */
const char *chore_episode_changes(const chore_episode *episode);

/* Hash of world, clocks and fired events: what the trace and the row keep. Until an event fires a disturbed episode
   has the hashes of its control. */
chore_hash chore_episode_hash(const chore_episode *episode);
/* A snapshot holds the world and all history. Restore refuses those of another task, world or build (CHORE_E_FILE);
   afterwards the episode continues bit for bit. */
size_t chore_episode_snapshot_bytes(const chore_episode *episode);
void chore_episode_snapshot(const chore_episode *episode, void *out);
chore_status chore_episode_restore(chore_episode *episode, const void *snapshot, size_t len, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
