/* The policy ABI as frames of bytes: what crosses a pipe between chorebench and a program in another language. Both
   the plug-in `pipe`, which starts a policy as a program, and `chorebench serve`, which an environment in Python starts,
   speak it. The format byte by byte: policy_iface/plugins/pipe/README.md.

   One thread per object. Only frames and requests allocate. Texts are UTF-8. Numbers lie in the order of the machine,
   which on every machine that chorebench runs on is little endian. */
#ifndef CHORE_POLICY_FRAMES_H
#define CHORE_POLICY_FRAMES_H
#include <chore/policy.h>
#include <stdbool.h>
#ifdef __cplusplus
extern "C" {
#endif

#define CHORE_FRAMES_VERSION 1
#define CHORE_FRAME_HEAD     8u          /* u32 bytes that follow, u8 letter, three zeros */
#define CHORE_FRAME_MAX      (64u << 20) /* bytes of a frame after its head: eight 1080p pictures and room to spare */

/* The letter says what a frame is. Not all of them go both ways: the README says which. */
#define CHORE_FRAME_OFFER   'O' /* JSON */
#define CHORE_FRAME_REQUEST 'R' /* JSON */
#define CHORE_FRAME_EPISODE 'E' /* JSON: a reset */
#define CHORE_FRAME_ACT     'A' /* packed: a batch; back: actions */
#define CHORE_FRAME_TEXT    'T' /* actions as decimal numbers */
#define CHORE_FRAME_SEE     'S' /* packed: a batch that wants no actions */
#define CHORE_FRAME_EVENT   'F' /* JSON: feedback */
#define CHORE_FRAME_LEARN   'L' /* packed: a budget */
#define CHORE_FRAME_SAVE    'V' /* packed: scope and slot */
#define CHORE_FRAME_LOAD    'G' /* packed: scope, slot, then the bytes */
#define CHORE_FRAME_STATE   'D' /* bytes: what was to be saved */
#define CHORE_FRAME_DONE    'K' /* nothing, or a line for the record: it is done */
#define CHORE_FRAME_ERROR   'X' /* text: it is not done, and why */
#define CHORE_FRAME_QUIT    'Q' /* nothing: the end */

/* In the count of an answer's rows: after them comes what it reports. */
#define CHORE_FRAME_REPORTS 0x80000000u

/* What CHORE_REPORT_ is called: "none", "done", "cannot", "help". find: false, there is no such word. */
const char *chore_report_word(uint32_t report);
bool chore_report_find(const char *word, size_t len, uint32_t *report);

/* ---- one frame ------------------------------------------------------------------------------------------ */

/* A frame that is being written, head included. Begin with zeros; one object serves for many frames. */
typedef struct chore_frame {
    unsigned char *data; /* [cap], owned */
    size_t len, cap;
    bool failed; /* out of memory, or beyond CHORE_FRAME_MAX */
} chore_frame;

void chore_frame_begin(chore_frame *frame, char letter);
void chore_frame_put(chore_frame *frame, const void *bytes, size_t n); /* n zeros when bytes is NULL */
void chore_frame_put_text(chore_frame *frame, const char *text);       /* without its end */
void chore_frame_align(chore_frame *frame);                            /* zeros up to a multiple of 8 */
/* Write the length into the head. False when it failed: then nothing of it may be sent. */
bool chore_frame_end(chore_frame *frame);
void chore_frame_release(chore_frame *frame);

/* What follows a head, and its letter. False: not a head of ours, or longer than CHORE_FRAME_MAX. */
bool chore_frame_head(const unsigned char head[CHORE_FRAME_HEAD], uint32_t *len, char *letter);

/* ---- negotiation ---------------------------------------------------------------------------------------- */

/* The offer as one line of JSON; `config` is passed on in it. NULL: out of memory. free() it. */
char *chore_frames_offer(const chore_policy_offer *offer, const char *config);

/* A request as it was read: its fields point into itself. */
typedef struct chore_frames_request chore_frames_request;

/* From JSON, of which what is not said is taken from the offer. False: it is no request (why: what, and where); a request that asks
   for what is not offered is one, and the host refuses it in its own words. */
bool chore_frames_request_read(chore_frames_request **out, const char *json, size_t len,
                               const chore_policy_offer *offer, char *why, size_t why_cap);
const chore_policy_request *chore_frames_request_get(const chore_frames_request *request);
void chore_frames_request_free(chore_frames_request *request);

/* ---- running -------------------------------------------------------------------------------------------- */

/* Puts a batch. `sent` [n_fields][n_slots]: version of each text as it was last put, 0: never; a text that has not changed
   since is only named. Zero a slot's when its episode begins. `dim`: values per action. */
void chore_frames_put_batch(chore_frame *frame, const chore_policy_batch *batch, const chore_policy_request *request,
                            uint32_t dim, uint64_t *sent, uint32_t n_slots);

/* Takes answers of n positions out of what followed the head of CHORE_FRAME_ACT or CHORE_FRAME_TEXT. False: they are no such
   answers (why). `why` also holds the reason of a position that failed; `why` is "" otherwise. */
bool chore_frames_get_actions(char letter, const unsigned char *bytes, size_t len, uint32_t n,
                              chore_policy_actions *actions, char *why, size_t why_cap);
#ifdef __cplusplus
}
#endif
#endif
