/* The life of a policy's instance in a trial: every call with its buffers in memory that the trial chooses, every answer
   kept. What goes wrong beyond the rule that is tried ends the trial as "fail" all the same, with words. */
#ifndef CHORE_LIFE_INTERNAL_H
#define CHORE_LIFE_INTERNAL_H
#include "trial_internal.h"
#include <chore/policy_extensions.h>

/* ---- verdicts: each ends the process -------------------------------------------------------------------- */

CHORE_NORETURN void chore_say(chore_verdict verdict, const char *fmt, ...) CHORE_PRINTF(2, 3);
#define say_pass(...) chore_say(CHORE_VERDICT_PASS, __VA_ARGS__)
#define say_fail(...) chore_say(CHORE_VERDICT_FAIL, __VA_ARGS__)
#define say_na(...)   chore_say(CHORE_VERDICT_NOT_APPLICABLE, __VA_ARGS__)

/* ---- rooms: the buffers of a call ----------------------------------------------------------------------- */

typedef enum room_fence {
    FENCE_NONE,   /* slack on both sides: an overrun goes unnoticed */
    FENCE_AFTER,  /* the end of the buffer is the end of readable memory */
    FENCE_BEFORE, /* the same with its beginning */
    FENCE_SEALED, /* what is only to be read cannot be written */
    FENCE_LATE    /* when the call is over the memory is taken away, and stays so */
} room_fence;

/* trial_rooms.c */
void chore_rooms_catch(trial_report *report); /* faults in fenced memory are told from now on */
void chore_rooms_fence(room_fence fence);     /* of all rooms that are made from now on */
void *chore_room(size_t bytes, const char *fmt, ...)
    CHORE_PRINTF(2, 3);                 /* zeroed, named for messages */
void chore_room_seal(const void *room); /* from now on it is to be read only */
void chore_rooms_end(void);             /* the call is over: all rooms are gone */

/* ---- the trial ------------------------------------------------------------------------------------------ */

typedef struct trial {
    trial_report *report;
    trial_order order;
    trial_place place;
    chore_policy_host file; /* info and plugin */
    void (*watch)(
        void); /* nullable; looks after every call into the policy, while report->call still says which */
} trial;
extern trial chore_the_trial;

typedef struct life_answer {
    uint32_t episode, step, valid, rows_dim; /* rows_dim: floats kept */
    int32_t status;
    uint32_t report;
    char about[CHORE_POLICY_ABOUT_CAP];
    size_t at; /* of its floats in life->floats */
} life_answer;

enum { LIFE_EPISODES = 16 };

typedef struct life {
    const chore_plugin *plugin;
    chore_policy_instance *self;
    chore_policy_host_table table;
    chore_ext_recorded_actions recorded; /* handed out: our own, for replay */
    /* the offer as it is shown */
    int stage;
    trial_variant variant;
    uint32_t tail; /* bytes by which structs have grown */
    bool wide;     /* strides have gaps */
    uint32_t learning;
    const chore_policy_offer *offer; /* decoded, of the stage */
    chore_policy_offer shown;        /* its numbers after the variant */
    /* the accepted request, in memory of ours */
    chore_policy_request request;
    void *request_memory;
    uint32_t dim, max_batch;
    int source[256]; /* of each stream: index in the stage's fields; -1: not offered */
    /* slots */
    uint32_t episode[CHORE_CHECK_SLOTS], step[CHORE_CHECK_SLOTS];
    bool open[CHORE_CHECK_SLOTS];
    bool broken; /* it said CHORE_POLICY_FATAL: nothing but last_error is called any more */
    bool spoil;  /* float streams of slot 0's episode are NaN */
    const char *instruction; /* from step 5 on, another one; NULL: as recorded */
    uint64_t next_id;
    /* what it answered */
    life_answer *answers;
    size_t n_answers, answers_cap;
    float *floats;
    size_t n_floats, floats_cap;
    uint64_t *act_ns; /* [n_acts] */
    size_t n_acts, act_cap;
} life;

/* life.c. make: create on the main stage; negotiate: accepted or the trial ends; play: n slots from where they are. */
void chore_life_load(void); /* the file, once per trial */
void chore_life_make(life *l);
void chore_life_destroy(life *l); /* the instance; what it answered stays */
void chore_life_free(life *l);    /* and our memory */
/* False: refused, by the policy (last_error's words) or, where the request is not what was offered, by us. */
bool chore_life_negotiate(life *l, char words[384]);
void chore_life_begin(life *l); /* make, negotiate: the trial ends when that fails */
int32_t chore_life_reset(life *l, uint32_t n, const uint32_t *slots, const uint32_t *episodes);
void chore_life_start(life *l, uint32_t n, const uint32_t *slots,
                      const uint32_t *episodes);                   /* reset or the trial ends */
void chore_life_episode(life *l, uint32_t slot, uint32_t episode); /* start and play to its end */
/* One call of act for these slots, or of observe at their next step. */
int32_t chore_life_act(life *l, uint32_t n, const uint32_t *slots);
int32_t chore_life_observe(life *l, uint32_t n, const uint32_t *slots);
/* Act calls until each of the slots has come to `until`, or gave up; observe between where the policy wants it. */
void chore_life_play(life *l, uint32_t n, const uint32_t *slots, uint32_t until);
int32_t chore_life_note(life *l,
                        int32_t status); /* after FATAL no slot acts any more; returns the status */
const char *chore_life_words(life *l);   /* last_error, cleaned; static */
void chore_life_forget_answers(life *l);
life chore_life_take_answers(
    life *l); /* moves them into a life that has nothing else; to be freed like any other */
/* One event of each of these kinds (CHORE_FEEDBACK_BIT) for a slot; 0 when it takes none. */
int32_t chore_life_feedback(life *l, uint32_t slot, uint64_t kinds);
/* Ends the trial as "fail" when the two answered differently in that episode: `when` begins the sentence. */
void chore_life_compare(const life *a, const life *b, uint32_t episode, const char *when);
uint32_t chore_life_steps(void);                     /* of an episode */
bool chore_life_claims(const life *l, uint64_t cap); /* in the accepted request */

/* Around each call into the policy: what is going on, for the report. */
void chore_call_begins(trial_call call, uint32_t step);
void chore_call_ends(void);

/* life_offer.c: the offer in rooms of its own, changed as the life wants it. */
const chore_policy_offer *chore_life_show(life *l);
/* life_batch.c: the batch for a call in rooms of its own. */
const chore_policy_batch *chore_life_batch(life *l, uint32_t n, const uint32_t *slots);
/* What that episode's stream holds at that step. */
const unsigned char *chore_life_frame(const life *l, int field, uint32_t episode, uint32_t step);

/* rules_*.c: one function per rule. */
#define CHORE_RULE(name, needs, promise, where, hint) void chore_try_##name(void);
#include <chore/policy_rules.inl>
#undef CHORE_RULE
#endif
