/* The harness's side of a policy that lives in a process of its own. */
#ifndef CHORE_HOST_CHILD_INTERNAL_H
#define CHORE_HOST_CHILD_INTERNAL_H
#include "host_internal.h"
#include "host_line_internal.h"
#include <chore/policy_extensions.h>
#include <pthread.h>
#include <sys/types.h>

enum { CHILD_OUTPUT_CAP = 64 * 1024, CHILD_LAST_CAP = 160 };

/* What the policy prints, caught by the watcher. */
typedef struct chore_child_output {
    char text[CHILD_OUTPUT_CAP];
    size_t len, dropped;
    char line[CHILD_LAST_CAP]; /* the line that is being written */
    size_t line_len;
    char last[CHILD_LAST_CAP]; /* the last whole line that was not empty */
} chore_child_output;

/* Where the two processes meet (host_place.c). */
typedef struct chore_child_place {
    bool several;      /* cores, for this process */
    bool may_meet;     /* on one: its threads would come along, other programs would stay there */
    int core;          /* where the present call is made from and waited for; below 0: it does not matter */
    bool often;        /* it is one of those that come at each step */
    uint32_t long_weight; /* by how much the long ones of these that others held up outweigh the rest */
    uint64_t waited_ns;   /* for answers, since cpu_s was looked at */
    double cpu_s;         /* chore_child_cpu_s then */
    uint32_t in_vain;  /* calls in a row whose answer was looked for and did not come */
} chore_child_place;

struct chore_host_child {
    chore_policy_host *host;
    chore_policy_profile profile;
    chore_policy_allow allow;
    double call_s;
    char *address; /* of profile remote; malloc'ed */
    /* the process; pid 0: there is none */
    pid_t pid;
    pid_t guest; /* the process that holds the policy: in a jail a descendant of pid, and not ours to signal */
    int pidfd, socket, output_fd;
    chore_line_memory *line;
    uint32_t sent;     /* number of our last message */
    chore_child_place place;
    uint32_t until_cpu; /* calls until its CPU time is looked at again */
    double cpu_from;   /* CPU seconds of the process when the episode began */
    _Atomic uint32_t gone; /* set by the watcher when the process has ended */
    pthread_t watcher;
    pthread_mutex_t output_lock;
    chore_child_output output;
    bool stopped;       /* by us, for the reason in epitaph */
    char epitaph[384];  /* how it ended; empty while it lives */
    char words[384];    /* last_error's words, as the last answer brought them */
    unsigned char *inbox; /* [CHORE_LINE_PAYLOAD] private copy of an answer's payload */
    const chore_ext_recorded_actions *recorded; /* handed out by us */
    chore_policy_io io; /* of the save or load in progress; NULL: none */
    void *io_ctx;
    /* the present negotiation */
    void *asked_memory;
    chore_policy_request asked; /* as the child sent it: lives in asked_memory and asked_bytes */
    void *asked_bytes;
    uint32_t n_slots, delay_max; /* the offer's */
    chore_line_layout layout;
    unsigned char *observed, *acted; /* mapped; NULL: not yet */
    uint64_t *told;      /* [n_fields][n_slots] version of the text that lies there; 0: none */
};
typedef struct chore_host_child chore_host_child;

/* host_spawn.c: the process. start: a fresh one, confined; CHORE_E_POLICY_LOAD says why it cannot be had. */
chore_status chore_child_start(chore_host_child *child, chore_error *err);
/* Kill it and all that it started, reap it, take back its memory. `why` NULL: its own end, as the system tells it. */
void chore_child_bury(chore_host_child *child, const char *why);
/* CPU seconds that it has used since chore_child_new_episode. */
void chore_child_new_episode(chore_host_child *child);
double chore_child_cpu_s(const chore_host_child *child);

/* host_watch.c: the thread that notices the end of the process and catches what it prints. */
chore_status chore_child_watch(chore_host_child *child, chore_error *err);
void chore_child_unwatch(chore_host_child *child); /* after the process has ended */

/* host_talk.c: one call: say, wait, answer questions. The caller has written the payload through `out`. False: there is
   no answer, the process is gone and child->epitaph says why; or it was late (child->words). */
chore_wire chore_child_out(chore_host_child *child);
bool chore_child_call(chore_host_child *child, chore_line_word word, const chore_wire *out, double limit_s,
                      int32_t *answer, chore_wire *in);

/* host_remote.c: a connected socket in *fd, tried for until_ns long; the error says who did not answer, and how. */
chore_status chore_child_connect(const char *address, uint64_t until_ns, int *fd, chore_error *err);

/* host_place.c: on which cores the two processes wait for each other. begin: with the process. meet: before a call is said;
   `often`: one of those that come at each step. await: for the answer, until that time (0: for ever); false as chore_line_wait. */
void chore_child_place_begin(chore_host_child *child);
void chore_child_meet(chore_host_child *child, bool often);
bool chore_child_await(chore_host_child *child, uint64_t until_ns);

/* host_child.c: the table of functions that speak to the process instead of a plug-in in ours. */
extern const chore_plugin chore_child_plugin;
/* Load the shared object in the process: fills host->info and host->plugin. */
chore_status chore_child_open(chore_host_child *child, chore_error *err);

/* host_memory.c: streams and actions. prepare makes the memory when there is none yet, and tells the child. */
bool chore_child_prepare(chore_host_child *child);
void chore_child_forget_memory(chore_host_child *child);
void chore_child_forget_slot(chore_host_child *child, uint32_t slot); /* its texts are written anew */
void chore_child_put_batch(chore_host_child *child, const chore_policy_batch *batch);
void chore_child_put_actions(chore_host_child *child, uint32_t n, const chore_policy_actions *actions);
void chore_child_get_actions(const chore_host_child *child, uint32_t n, chore_policy_actions *actions);
#endif
