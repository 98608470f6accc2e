/* One episode on one slot of a rig: begun, stepped with actions, judged. Who asks the policy is flight.c. */
#ifndef CHORE_ROLLOUT_INTERNAL_H
#define CHORE_ROLLOUT_INTERNAL_H
#include <chore/pace.h>
#include <chore/rollout.h>
#include <chore/trace.h>

typedef struct chorei_rollout {
    chore_rig *rig;
    int slot;
    const char *policy; /* its name */
    uint64_t seed;
    chore_variant variant;
    chore_latency latency;
    bool watched;       /* each step is written at once */
    chore_episode *episode;
    chore_row *row;
    chore_trace_writer *trace;
    void *snapshot;
    size_t snapshot_len;
    uint64_t key_every; /* control steps between key frames */
    int dim;
    chore_pace *pace;   /* which row of which answer runs when */
    uint64_t lot;       /* of its looks; 0: canonical */
    int64_t calls;      /* of act */
    chore_said said;    /* NOTHING: nothing waits to be said */
    int64_t say_at;     /* control step */
    char about[CHORE_ABOUT_CAP];
    uint64_t worked_ns; /* on this episode: its own time and its share of calls */
} chorei_rollout;

/* Reset the slot's episode, open its trace, make its pace. What the row says of the episode before it began is filled in.
   CHORE_E_PLACEMENT, CHORE_E_IO and others: there is no episode; drop it. The policy is not asked. */
chore_status chorei_rollout_begin(chorei_rollout *r, const chore_policy_request *request, const char *trace_path,
                                  chore_error *err);
/* One control step with the action that the pace has for it, recorded. Failures of the simulation end the episode and
   are no error; CHORE_E_IO is. */
chore_status chorei_rollout_step(chorei_rollout *r, chore_error *err);
/* The answer that lies in the pace's room, and what the policy said with it, which is said when the answer has come: a line in the ledger. */
chore_status chorei_rollout_answered(chorei_rollout *r, int rows, uint64_t wall_ns, chore_said said, const char *about,
                                     chore_error *err);
/* Judge, close the trace: the row is whole. */
chore_status chorei_rollout_finish(chorei_rollout *r, chore_error *err);
/* Free everything; a trace that was not finished goes. */
void chorei_rollout_drop(chorei_rollout *r);
#endif
