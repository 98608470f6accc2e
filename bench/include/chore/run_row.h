/* A row: what one attempt at one planned episode came to. One line of JSON in a shard; schema: results/schema/row.schema.json. */
#ifndef CHORE_RUN_ROW_H
#define CHORE_RUN_ROW_H
#include <chore/appearance_kind.h>
#include <chore/episode.h>
#include <chore/latency.h>
#include <chore/track.h>
#ifdef __cplusplus
extern "C" {
#endif
#define CHORE_ROW_MAX_STAGES 16
#define CHORE_ROW_MAX_EVENTS 8

typedef struct chore_row_stage { char name[CHORE_NAME_CAP]; double reached_s; /* < 0: not reached */ } chore_row_stage;
typedef struct chore_row_event {
    char name[CHORE_NAME_CAP], detail[CHORE_NAME_CAP * 2];
    double fired_s, noticed_s, handled_s;   /* < 0: never */
    bool handled, in_time;
} chore_row_event;

typedef struct chore_row {
    int index;                       /* of the planned episode */
    int attempt;                     /* 0 first */
    char task[CHORE_NAME_CAP], policy[CHORE_NAME_CAP];
    int task_version;
    chore_hash task_hash, scene_hash;
    chore_variant variant;
    uint64_t seed;
    chore_outcome outcome;
    bool success;
    double progress;                 /* 0..1 at the end */
    char reason[256];
    int64_t steps;                   /* control steps */
    double sim_time_s;
    double first_success_s;          /* < 0: never */
    int literals_met, literals_total;
    int n_stages, n_events;
    chore_row_stage stages[CHORE_ROW_MAX_STAGES];
    chore_row_event events[CHORE_ROW_MAX_EVENTS];
    int64_t clamped;                 /* action values that were clamped */
    char latency[CHORE_LATENCY_CAP]; /* "frozen" "delay=4" "live=8"; rows from before there was latency read as frozen */
    int64_t held_steps, late_calls;  /* steps without an action, at which the last was held; answers too late to be used */
    int64_t answer_steps;            /* control steps from observations to answers, all calls together */
    int64_t policy_calls;
    double policy_p50_ms, policy_p99_ms, wall_s;   /* measured, not reproducible */
    chore_appearance_kind appearance; /* how the world looked on its pictures; "canonical" where the row says nothing */
    chore_track track;               /* what it might look at; "state" in rows from before there were two */
    bool privileged;                 /* the policy read privileged streams */
    int64_t frames;                  /* pictures it was given */
    chore_hash frames_hash;          /* the chain of their bytes: equal from run to run on one machine; 0 without pictures */
    char renderer[192];              /* what drew them: "llvmpipe (...), OpenGL ..., EGL ..."; "" without pictures */
    char mode[CHORE_NAME_CAP];       /* action mode */
    char convention[CHORE_NAME_CAP]; /* in which the policy was served; "" our own */
    int64_t convention_clamped;      /* values that were outside of the convention's bounds */
    char boundary[192];              /* "host", or "host without landlock(ENOSYS)"; "" in rows from before there was one */
    chore_hash initial_state_hash, final_state_hash;
    char trace[CHORE_NAME_CAP * 3];  /* relative to the run folder; "" when none */
    chore_hash trace_hash;           /* XXH3-128 of the trace file */
    char film[CHORE_NAME_CAP * 3];   /* relative; "" when none was drawn with the run */
    char started[32], ended[32];     /* UTC */
} chore_row;

/* One JSON object without line end and without seq, prev and crc (the store adds them). malloc'ed. */
char *chore_row_to_json(const chore_row *row);
chore_status chore_row_from_json(chore_row *row, const char *json, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
