/* What the two halves of breaks.so share: a life, and what happens in it. */
#ifndef CHORE_TEST_BREAKS_H
#define CHORE_TEST_BREAKS_H
#include <chore/policy_walk.h>
#include <pthread.h>

enum { WORD = 64, MAX_FIELDS = 40, HORIZON = 3, STREAMS = 3 };
enum { JOINTS, INSTRUCTION, OBJECTS };

/* What one slot remembers. */
typedef struct memory {
    uint64_t generator, seen; /* seen: observations so far */
    double mean;
    uint32_t open, reserved;
} memory;

typedef struct chore_policy_instance {
    const chore_policy_host_table *host;
    chore_policy_field *fields; /* [MAX_FIELDS] streams, then components; the request points here */
    char words[MAX_FIELDS][3][WORD];
    uint32_t n_fields, first, dim, n_slots;
    memory *slots;
    const char *instruction; /* for the one that keeps what it should not */
    double learned;
    uint32_t learning;
    int has_objects, has_thread;
    pthread_t thread;
    _Atomic int stop, cancelled;
    void *history; /* of the one that keeps it */
    size_t history_bytes;
    char error[160];
} policy;

extern int breaks_instances;  /* alive in this process */
int breaks(const char *name); /* is that the way of this policy? */
int32_t fail(policy *self, const char *why);
int32_t breaks_reset(policy *self, uint32_t n, const chore_policy_episode *episodes);
int32_t breaks_act(policy *self, const chore_policy_batch *batch, chore_policy_actions *actions);
int32_t breaks_observe(policy *self, const chore_policy_batch *batch);
int32_t breaks_feedback(policy *self, uint32_t n, const chore_policy_event *events);
int32_t breaks_save(policy *self, uint32_t scope, uint32_t slot, chore_policy_io io, void *ctx);
int32_t breaks_load(policy *self, uint32_t scope, uint32_t slot, chore_policy_io io, void *ctx);
int32_t breaks_learn(policy *self, uint64_t budget_ns, char *report, uint32_t report_cap);
void breaks_cancel(policy *self);
const void *breaks_extension(policy *self, const char *id);
#endif
