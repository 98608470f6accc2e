/* The line between the harness and chore-policy-host: one piece of shared memory with two doorbells. The two speak in
   turn: message n of the harness, message n of the child, message n + 1 of the harness ... A child's message is the
   answer to a call, or a question in the middle of one, which the harness's next message replies to.

   The child may write into this memory at any time: the harness copies what it reads, and believes nothing. */
#ifndef CHORE_HOST_LINE_INTERNAL_H
#define CHORE_HOST_LINE_INTERNAL_H
#include "host_wire_internal.h"
#include <stdalign.h>
#include <stdatomic.h>

#define CHORE_LINE_VERSION 2u
enum { CHORE_LINE_BYTES = 1 << 20 }; /* the shared memory, message included */

/* Descriptors that the child is born with; 0 is /dev/null, 1 and 2 are the pipe that captures its output. PEER:
   profile remote only. */
enum { CHORE_LINE_FD_SOCKET = 3, CHORE_LINE_FD_CONTROL = 4, CHORE_LINE_FD_PEER = 5, CHORE_LINE_FD_END = 6 };

/* A line of output that begins so is a log message: the next byte is its level, '0' to '3'. */
#define CHORE_LINE_LOG_MARK '\x1e'

typedef enum chore_line_word {
    /* harness to child: calls */
    CHORE_WORD_START = 1, /* take on the confinement; answers with what is in force */
    CHORE_WORD_OPEN,      /* load the shared object; answers with what it says of itself */
    CHORE_WORD_CREATE,
    CHORE_WORD_NEGOTIATE,
    CHORE_WORD_MEMORY, /* where streams and actions lie; two descriptors wait in the socket */
    CHORE_WORD_RESET,
    CHORE_WORD_ACT,
    CHORE_WORD_OBSERVE,
    CHORE_WORD_FEEDBACK,
    CHORE_WORD_SAVE,
    CHORE_WORD_LOAD,
    CHORE_WORD_DESTROY,
    CHORE_WORD_REPLY, /* to a question */
    CHORE_WORD_LEARN,
    /* child to harness */
    CHORE_WORD_ANSWER = 100, /* of a call: status, then last_error's words, then what belongs to the call */
    CHORE_WORD_ASK_EXTENSION,
    CHORE_WORD_ASK_ACTION,
    CHORE_WORD_ASK_WRITE,
    CHORE_WORD_ASK_READ,
} chore_line_word;

typedef struct chore_line_bell {
    _Atomic uint32_t value;  /* number of the message that lies in the line */
    _Atomic uint32_t asleep; /* nonzero: who waits for it must be woken */
} chore_line_bell;

typedef struct chore_line_memory {
    alignas(64) chore_line_bell to_child;
    alignas(64) chore_line_bell to_parent;
    alignas(64) _Atomic uint32_t cancel; /* nonzero: the call in progress shall end soon */
    _Atomic uint32_t home;               /* the core that the harness calls from, plus 1; 0: sleep where you like */
    uint32_t version;
    uint32_t harness; /* the process that made it; 0: out of the child's sight */
    uint32_t word;    /* chore_line_word */
    int32_t answer;
    uint64_t length; /* of the payload */
    alignas(64) unsigned char payload[];
} chore_line_memory;

enum { CHORE_LINE_PAYLOAD = CHORE_LINE_BYTES - (int)offsetof(chore_line_memory, payload) };

/* Look again and again for spin_ns, at least a moment, whether the bell shows `wanted`. */
bool chore_line_look(chore_line_bell *bell, uint32_t wanted, uint64_t spin_ns);
/* Sleep until the bell shows `wanted`, at most until the time `until_ns` (0: for ever). `gone` (nullable): nonzero ends the
   waiting. False: not within the time, or gone. */
bool chore_line_wait(chore_line_bell *bell, uint32_t wanted, uint64_t until_ns, _Atomic uint32_t *gone);
void chore_line_ring(chore_line_bell *bell, uint32_t value);
/* Wake who sleeps at the bell, whatever it shows. */
void chore_line_wake(chore_line_bell *bell);
/* Raise or lower the wish that the call in progress end, and wake who waits for it. */
void chore_line_wish(chore_line_memory *line, uint32_t cancel);

/* How the streams of one negotiation lie in the observation memory, and the actions in theirs. Computed alike on both
   sides from the accepted request and the offer's max_batch. Offsets in bytes. */
typedef struct chore_line_layout {
    uint32_t n_fields, n_slots, max_batch, horizon, dim, delay_max;
    size_t head;      /* chore_line_call */
    size_t slot;      /* [max_batch] uint32_t */
    size_t step;      /* [max_batch] uint64_t */
    size_t sim_time;  /* [max_batch] double */
    size_t flags;     /* [max_batch] uint32_t */
    size_t delay;     /* [max_batch] uint32_t */
    size_t committed; /* [max_batch][delay_max][dim] float */
    size_t present;   /* [n_fields] uint32_t */
    size_t version;   /* [n_fields][n_slots] uint64_t */
    size_t *stream;   /* [n_fields] offset of slot 0; malloc'ed */
    size_t *bytes;    /* [n_fields] of one slot: the stride; same block */
    size_t observed;  /* bytes of the observation memory */
    size_t data;      /* [max_batch][horizon][dim] float */
    size_t valid;     /* [max_batch] uint32_t */
    size_t status;    /* [max_batch] int32_t */
    size_t report;    /* [max_batch] uint32_t */
    size_t about;     /* [max_batch][CHORE_POLICY_ABOUT_CAP] char */
    size_t acted;     /* bytes of the action memory */
} chore_line_layout;

/* What goes with a call of act or observe, at the beginning of the observation memory. */
typedef struct chore_line_call {
    uint32_t n, delay_max; /* delay_max 0: nothing is committed */
    uint64_t deadline_ns;
} chore_line_call;

/* False when it would be larger than anybody means (1 GiB), or there is no memory for the layout itself. */
bool chore_line_layout_make(chore_line_layout *out, const chore_policy_request *request, uint32_t n_slots,
                            uint32_t delay_max);
void chore_line_layout_free(chore_line_layout *layout);
#endif
