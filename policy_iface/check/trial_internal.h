/* A trial: one rule, tried in one process, chore-policy-check. It is born with two pieces of shared memory: the order,
   which says what to try and on which stages, and the report, where the verdict goes. When the process ends without one,
   the report still says which call of the policy was going on. */
#ifndef CHORE_TRIAL_INTERNAL_H
#define CHORE_TRIAL_INTERNAL_H
#include "host_internal.h"
#include "host_wire_internal.h"
#include <chore/policy_check.h>

enum { TRIAL_FD_ORDER = 3, TRIAL_FD_REPORT = 4, TRIAL_FD_END = 5 };
enum { TRIAL_ANSWER_BYTES = 1 << 20, TRIAL_VERSION = 1 };

typedef enum trial_call {
#define TRIAL_CALL(name, words) TRIAL_##name,
#include "trial_calls.inl"
#undef TRIAL_CALL
    TRIAL_CALL_COUNT
} trial_call;

typedef enum trial_fault_kind {
    FAULT_NONE,
    FAULT_OUTSIDE,
    FAULT_READ_ONLY,
    FAULT_LATE
} trial_fault_kind;

/* An access that a fence stopped. */
typedef struct trial_fault {
    uint32_t kind;
    int32_t write; /* 1: write, 0: read, -1: the machine does not say */
    int64_t offset;
    uint64_t size; /* of the buffer */
    char name[96];
} trial_fault;

/* Shared with the process that tries. What it writes is copied before it is believed. */
typedef struct trial_report {
    uint32_t said;    /* verdict + 1; 0: nothing yet */
    uint32_t call;    /* trial_call in progress */
    uint32_t n_calls; /* begun so far */
    uint32_t reserved;
    uint32_t step, steps; /* control step of that call; steps that were played in all */
    char what[640];
    trial_fault fault;
    chore_policy_info info;
    char held[512], missing[256];
    double p50_ms, p99_ms, max_ms;
    uint64_t answer_bytes;
    unsigned char answers[TRIAL_ANSWER_BYTES];
} trial_report;

/* In what way the main stage is changed. */
typedef enum trial_variant {
    VARIANT_NONE,
    VARIANT_VISION, /* no privileged streams */
    VARIANT_DELAY,  /* two control steps pass during an act */
    VARIANT_ONE_SLOT,
    VARIANT_EMPTY, /* nothing is offered */
    VARIANT_COUNT
} trial_variant;

/* Arguments of the program: rule, stage, variant, run. */
typedef struct trial_place {
    chore_rule rule;
    int stage;
    trial_variant variant;
    int run; /* of a rule that compares processes: 0, 1 */
} trial_place;

/* trial_order.c: the order as bytes. The writer needs room for all frames and about a MiB. */
typedef struct trial_order {
    const char *path, *config;
    bool confined;
    chore_policy_allow allow;
    uint32_t parent, steps;
    double act_limit_ms;
    int n_stages;
    struct {
        const char *name;
        chore_policy_offer offer;
        void *memory; /* malloc'ed by the reader */
        uint32_t n_frames;
        const unsigned char *frames[256]; /* [n_fields] */
    } stages[CHORE_CHECK_STAGES];
} trial_order;
size_t chore_trial_order_room(const chore_check_def *def);
void chore_trial_put_order(chore_wire *w, const chore_check_def *def, const char *path);
bool chore_trial_get_order(chore_wire *w, trial_order *out);
/* Bytes of a slot's share of a stream. */
size_t chore_trial_field_bytes(const chore_policy_field *field);

/* trial_spawn.c: one trial from start to end, in the harness. */
typedef struct trial_outcome {
    chore_check_result result;
    trial_report *report; /* mapped; valid until the next trial */
    size_t printed;       /* bytes on stdout */
    char begins[64];      /* how they begin, cleaned */
} trial_outcome;
typedef struct trial_bench trial_bench;
chore_status chore_trial_bench_make(trial_bench **out, const chore_check_def *def, const char *path,
                                    chore_error *err);
void chore_trial_bench_free(trial_bench *bench);
chore_status chore_trial_run(trial_bench *bench, trial_place place, trial_outcome *out,
                             chore_error *err);
#endif
