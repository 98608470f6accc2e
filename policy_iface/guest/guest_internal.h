/* What the files of chore-policy-host share. */
#ifndef CHORE_GUEST_INTERNAL_H
#define CHORE_GUEST_INTERNAL_H
#include "host_internal.h"
#include "host_line_internal.h"
#include <chore/policy_extensions.h>
#include <chore/text.h>

typedef struct chore_guest {
    chore_line_memory *line;
    uint32_t heard;         /* number of the harness's last message */
    unsigned char *inbox;   /* [CHORE_LINE_PAYLOAD] copy of a call's payload: answers are written over the original */
    unsigned char *replies; /* [CHORE_LINE_PAYLOAD] the same for replies to questions in the middle of that call */
    chore_policy_host file; /* what the shared object says of itself: info and plugin */
    chore_policy_host_table table;
    chore_policy_instance *instance;
    /* the connection to a policy elsewhere, born with it; address NULL: none */
    chore_ext_connection connection;
    char *address; /* malloc'ed */
    /* recorded actions, handed through from the harness */
    chore_ext_recorded_actions recorded;
    char recorded_mode[CHORE_NAME_CAP];
    float *recorded_action;
    uint32_t recorded_slot, recorded_report; /* of the last action that was asked for */
    uint64_t recorded_step;
    char recorded_about[CHORE_POLICY_ABOUT_CAP];
    /* the present negotiation */
    void *offer_bytes, *offer_memory;
    void *request_bytes, *request_memory;
    chore_policy_request request;
    chore_line_layout layout;
    const unsigned char *observed; /* read-only: a write ends the process */
    unsigned char *acted;
    const void **stream;
    const uint64_t **version;
    uint64_t *stride;
} chore_guest;

/* guest_main.c: the line. hear: the next message, its payload copied to `box` and there to be read by `in`; false: it is
   none. tell: the answer, or a question whose reply hear brings. */
bool chore_guest_hear(chore_guest *guest, unsigned char *box, uint32_t *word, int32_t *answer, chore_wire *in);
chore_wire chore_guest_out(chore_guest *guest);
void chore_guest_tell(chore_guest *guest, chore_line_word word, int32_t answer, const chore_wire *out);

/* guest_place.c: on which core to sleep. settle: before sleeping; `home`: the harness's core plus 1, 0: anywhere. rise: before a call
   is served; `often`: one of those that come at each step. */
void chore_guest_settle(uint32_t home);
void chore_guest_rise(bool often);

/* guest_calls.c: serve one call: the answer's status; what belongs to it is in `out`, words first. */
int32_t chore_guest_serve(chore_guest *guest, uint32_t word, chore_wire *in, chore_wire *out);

/* guest_table.c: what the plug-in may ask of the host. */
void chore_guest_fill_table(chore_guest *guest);
int64_t chore_guest_io(void *guest, void *buf, uint64_t n, bool write);

/* guest_cancel.c: from now on (or no longer) the instance is told when the harness wants its call to end. */
void chore_guest_cancellable(chore_guest *guest, bool from_now_on);

/* confine.c: give up everything that the policy is not to have, before any of its code runs. Words on what is in force
   and on what is missing are added to the texts. */
typedef struct chore_confinement {
    bool net, processes, gpu, files, jailed;
    uint64_t memory_bytes;
    uint32_t parent; /* 0: bubblewrap sees to it */
    const char *plugin;
    uint32_t n_read, n_write;
    const char *read[CHORE_POLICY_ALLOW_PATHS], *write[CHORE_POLICY_ALLOW_PATHS];
    chore_text held, missing;
} chore_confinement;
/* False: the harness has ended meanwhile. */
bool chore_confine(chore_confinement *c);
/* confine_files.c: Landlock. True: signals cannot leave, either. */
bool chore_confine_files(chore_confinement *c);
/* confine_calls.c: the system-call filter. */
void chore_confine_calls(chore_confinement *c, bool signals_are_held);
#endif
