/* Extensions of the policy ABI: structs that host or plug-in hand out by a string id. An id carries its own
   version; experimental ones end in "-draft". */
#ifndef CHORE_POLICY_EXTENSIONS_H
#define CHORE_POLICY_EXTENSIONS_H
#include <chore/policy.h>
#ifdef __cplusplus
extern "C" {
#endif

/* Host: the actions of a recorded run, for replay. */
#define CHORE_EXT_RECORDED_ACTIONS "chore.recorded_actions/1"
typedef struct chore_ext_recorded_actions {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    void *ctx;         /* first argument of action */
    const char *mode;  /* action mode they were recorded in */
    /* [instance] Action of the slot's episode at that control step: *dim floats, valid until the next call.
       NULL after the end. */
    const float *(*action)(void *ctx, uint32_t slot, uint64_t step, uint32_t *dim);
    /* [instance] What was said before that step: CHORE_REPORT_, and its name, "" where there is none. Look at
       struct_size; NULL: it is not known. */
    uint32_t (*report)(void *ctx, uint32_t slot, uint64_t step, char about[CHORE_POLICY_ABOUT_CAP]);
} chore_ext_recorded_actions;

/* Host, profile remote: the connection to the policy, which the host has opened. */
#define CHORE_EXT_CONNECTION "chore.connection/1"
typedef struct chore_ext_connection {
    uint32_t struct_size;
    int32_t fd;          /* a connected stream socket that does not block; the plug-in may close it */
    const char *address; /* "tcp:HOST:PORT", "unix:PATH" */
} chore_ext_connection;

#ifdef __cplusplus
}
#endif
#endif
