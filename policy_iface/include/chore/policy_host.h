/* The host side of the policy ABI: find, load, check, negotiate with, call and time one policy. Profile `inproc`: the plug-in lives in this process
   (a crash ends the process; the runner isolates by worker processes). One thread per host. */
#ifndef CHORE_POLICY_HOST_H
#define CHORE_POLICY_HOST_H
#include <chore/base.h>
#include <chore/hash.h>
#include <chore/policy.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_policy_host chore_policy_host;

typedef struct chore_policy_info {
    char name[CHORE_NAME_CAP], version[CHORE_NAME_CAP], licence[CHORE_NAME_CAP];
    char path[CHORE_PATH_CAP];
    char sha256[CHORE_SHA256_HEX_CAP];   /* of the .so */
    uint32_t abi_major, abi_minor;
    uint64_t caps;
} chore_policy_info;

/* Load by name (in $CHORE_POLICY_PATH, then the plug-in folder, "<name>.so") or by path, check the ABI, create an instance with
   `config` (UTF-8, may be ""). `extension` (nullable) answers chore_policy_host_table.extension. CHORE_E_POLICY_LOAD: not found (lists what is there and the nearest name), not a
   shared object, no entry symbol, another ABI major, missing functions, create failed (its own words). */
typedef const void *(*chore_policy_extension_fn)(void *ctx, const char *id);
chore_status chore_policy_load(chore_policy_host **out, const char *name_or_path, const char *config,
                               chore_policy_extension_fn extension, void *ctx, chore_error *err);
void chore_policy_unload(chore_policy_host *host);   /* destroys the instance; never dlcloses */
const chore_policy_info *chore_policy_host_info(const chore_policy_host *host);

/* Offer, take the request, check it against the offer word by word. CHORE_E_POLICY_LOAD with a readable difference (asked / offered) when refused.
   The request is deep-copied: valid until the next negotiate or unload. */
chore_status chore_policy_negotiate(chore_policy_host *host, const chore_policy_offer *offer,
                                    const chore_policy_request **request, chore_error *err);
/* CHORE_E_POLICY with last_error's words for a negative status. */
chore_status chore_policy_reset(chore_policy_host *host, uint32_t n, const chore_policy_episode *episodes, chore_error *err);
/* Calls act, checks per-slot status, valid row counts and that every value is finite (NaN: CHORE_E_POLICY naming slot, row and component). */
chore_status chore_policy_act(chore_policy_host *host, const chore_policy_batch *batch, chore_policy_actions *actions, chore_error *err);
chore_status chore_policy_observe(chore_policy_host *host, const chore_policy_batch *batch, chore_error *err);    /* no-op without the function */
chore_status chore_policy_feedback(chore_policy_host *host, uint32_t n, const chore_policy_event *events, chore_error *err);
/* save/load: CHORE_E_USAGE "not supported" when the plug-in has none. */
chore_status chore_policy_save(chore_policy_host *host, uint32_t scope, uint32_t slot, chore_policy_io io, void *ctx, chore_error *err);
chore_status chore_policy_restore(chore_policy_host *host, uint32_t scope, uint32_t slot, chore_policy_io io, void *ctx, chore_error *err);

/* Wall time spent in act since load: for records only. */
typedef struct chore_policy_timing { uint64_t calls; double p50_ms, p99_ms, max_ms; } chore_policy_timing;
chore_policy_timing chore_policy_host_timing(const chore_policy_host *host);
void chore_policy_host_timing_reset(chore_policy_host *host);

/* Names of plug-ins that can be found, sorted; malloc'ed, free with chore_dir_list_free. */
chore_status chore_policy_list(char ***out, int *n, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
