/* An episode's parts: what must survive a snapshot (the monitor) and what follows from it. */
#ifndef CHORE_EPISODE_INTERNAL_H
#define CHORE_EPISODE_INTERNAL_H
#include "clause_internal.h"

#include <chore/episode.h>

/* The structs from here to chore_monitor go into snapshots and hashes byte for byte: 8-byte
   members only, so no padding. */

/* What the whole world may see of an event once it has fired. */
typedef struct event_record {
    int64_t fired, noticed, handled; /* control steps; -1: not yet */
    int64_t work_held;               /* control steps in a row for which the new work has held */
    int64_t object;                  /* item; -1: none */
    int64_t lost;                    /* the robot has let go of the object since */
    double spot[2];                  /* where it happened */
} event_record;

/* What it waits for. Only a disturbed episode has it, so it stays out of the hash. */
typedef struct trigger_state {
    int64_t earliest, latest; /* control steps */
    int64_t delay;            /* from the rise */
    int64_t nth, seen;        /* rises wanted, rises so far */
    int64_t due;              /* control step; -1: nothing has triggered it yet */
    int64_t object;           /* item to come in (drop), or that it rose for (slip) */
    int64_t missed;           /* can no longer happen */
    uint64_t was;             /* truth of the condition a step ago, bit per item */
} trigger_state;

/* Cloth that an event pulls at, once it has fired. */
typedef struct pull_state {
    uint64_t items;          /* bit per item; 0: none any more */
    int64_t until;           /* control step */
    int64_t way, step, side; /* unfold: which step opens, and which side of its line lies on top; swing: step: which
                                part, side: which way; take_out: step: up, across, down; tip: side: over which edge */
    uint64_t steps;          /* that were done, bit per step */
    double toward[2];        /* in the world; take_out: where it shall lie */
} pull_state;

/* How the job stands, the same in both variants until an event fires. */
typedef struct job_record {
    uint64_t seed;
    uint64_t present, at_start; /* bit per item */
    int64_t instruction;
    int64_t roles[MAX_ROLES]; /* item; -1: none */
    int64_t clamped;
    int64_t goal_held;     /* control steps in a row for which the goal has held */
    int64_t first_success; /* -1 */
    int64_t stage_reached[MAX_STAGES];
    double start[CHORE_MAX_OBJECTS][3];
} job_record;

/* What the policy has said last. */
typedef struct report_record {
    int64_t said, at;   /* chore_said; control step */
    int64_t unjudged;   /* it said CANNOT, and the step has not been judged yet */
    uint64_t blamed;    /* bit per item: it said CANNOT because of it, when it had failed */
    char about[CHORE_ABOUT_CAP];
} report_record;

typedef struct chore_monitor {
    job_record job;
    int64_t variant, outcome;
    event_record events[MAX_EVENTS];
    trigger_state triggers[MAX_EVENTS];
    pull_state pulls[MAX_EVENTS];
    report_record report;
    char reason[256];
} chore_monitor;

typedef enum change_list {
    CHANGE_LITERALS,
    CHANGE_STAGES,
    CHANGE_EVENTS,
    CHANGE_LISTS
} change_list;

typedef struct episode_literal {
    int fact;
    int event;   /* -1: the goal's own */
    bool wanted; /* false: it must not hold */
    bool was;
} episode_literal;

struct chore_episode {
    const chore_task *task;
    const chore_scene *scene;
    chore_world *world;
    char cache_dir[CHORE_PATH_CAP];
    uint64_t run_key;
    int held_steps; /* held_for in control steps */
    int64_t horizon_steps;
    bool ready; /* a reset succeeded */

    chore_monitor monitor;

    /* follows from the monitor */
    fact_table facts;
    chore_clause goal, stages[MAX_STAGES], fails[MAX_FAILS], works[MAX_EVENTS];
    chore_clause rises[MAX_EVENTS][CHORE_MAX_OBJECTS];
    uint64_t rises_over
        [MAX_EVENTS]; /* bit per item with a clause; bit 0 alone for a trigger without `over` */
    int n_literals, cap_literals;
    episode_literal *literals;

    chore_text instruction, objects_text, goal_text;
    chore_text change_lists[CHANGE_LISTS], changes;
    uint64_t objects_version, goal_version;
    bool goal_text_stale, objects_text_stale;
};

chore_view chore_episode_view(const chore_episode *episode);
bool chore_episode_literal_holds(const chore_episode *episode, const episode_literal *literal);
int64_t chore_episode_now(const chore_episode *episode); /* control steps so far */
bool chore_episode_is_disturbed(const chore_episode *episode);
void chore_episode_end(chore_episode *episode, chore_outcome outcome, const char *reason);

/* Set up every condition for what is present and has fired now, and look at the facts. */
void chore_episode_rebuild(chore_episode *episode);
/* After a world step: facts, clocks, stages, events, end. */
void chore_episode_judge(chore_episode *episode);

/* start.c: choose by the seed, place. */
chore_status chore_episode_start(chore_episode *episode, uint64_t seed, chore_error *err);

/* The goal as it stands: the task's, or that of the last new order. */
const chore_condition *chore_episode_goal(const chore_episode *episode);

/* event.c */
chore_status chore_events_arm(chore_episode *episode,
                              chore_error *err);  /* draw triggers for the seed */
void chore_events_watch(chore_episode *episode);  /* look for rises, after the facts */
void chore_events_follow(chore_episode *episode); /* noticed, handled */
void chore_events_fire(chore_episode *episode);   /* those that are due, before a world step */
/* The job is done: drops that are still waiting happen now; slips can no longer happen. True
   while something waits. */
bool chore_events_hurry(chore_episode *episode);

/* For the effects, which are true when they acted. */
int64_t chore_event_steps(const chore_episode *episode, double seconds); /* control steps */
chore_rng chore_event_stream(const chore_episode *episode, int event, const char *use);
int chore_event_item(const chore_episode *episode, int event); /* whom it is about; -1: nobody */
void chore_event_note(chore_episode *episode, int event, const char *what);
void chore_event_mark_fired(chore_episode *episode, int event, int item);
bool chore_event_drop(chore_episode *episode, int event);
bool chore_event_break(chore_episode *episode, int event);
bool chore_event_slip(chore_episode *episode, int event);
bool chore_event_order(chore_episode *episode, int event);
bool chore_event_unfold(chore_episode *episode, int event);
bool chore_event_topple_waits(const chore_episode *episode, int event);
bool chore_event_topple(chore_episode *episode, int event);
bool chore_event_slide(chore_episode *episode, int event);
/* A garment that has just come in, `height` (m) above where it shall lie, falls no faster than a hand lets it down. */
void chore_event_let_down(chore_episode *episode, int event, int item, double height);
bool chore_event_swing(chore_episode *episode, int event);
bool chore_event_part_swing(chore_episode *episode, int event); /* of a fixture */
void chore_event_part_swing_on(chore_episode *episode, int event); /* the force until the next control step */
bool chore_event_tip(chore_episode *episode, int event);
/* The torque until the next control step. */
void chore_event_tip_on(chore_episode *episode, int event, int item);
/* liquids.c: a machine that will not notice its button. */
bool chore_event_jam(chore_episode *episode, int event);
bool chore_event_take_out(chore_episode *episode, int event);
void chore_event_hand(chore_episode *episode, int event, int item); /* forces of these two */
void chore_events_pull(chore_episode *episode); /* forces for the next control step */

/* broken.c. After a world step: what has broken is present no more, its shards are. */
void chore_episode_note_broken(chore_episode *episode);
/* No part of the robot touches a shard of the item (true for what does not break). */
bool chore_shards_released(const chore_episode *episode, int item);

/* report.c. True: what was said was wrong, and the episode has ended. */
bool chore_report_judge(chore_episode *episode);

/* liquids.c. Spill what the task says, where nothing stands that was placed. CHORE_E_PLACEMENT: no room. Lines of the objects' text. */
chore_status chore_spills_make(chore_episode *episode, chore_rng *rng, chore_error *err);
void chore_liquids_write(const chore_episode *episode, chore_text *text);
/* furniture.c: the lines about fixtures that the episode's conditions name. */
void chore_furniture_write(const chore_episode *episode, chore_text *text);

/* episode_text.c */
void chore_episode_write_instruction(chore_episode *episode); /* the seed's, roles spelled out */
void chore_change_add(chore_episode *episode, change_list list, const char *fmt, ...)
    CHORE_PRINTF(3, 4); /* one JSON value */
void chore_changes_clear(chore_episode *episode);
void chore_episode_write_texts(chore_episode *episode); /* those that are stale, and the changes */
#endif
