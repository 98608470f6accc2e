/* The host side of the policy ABI: find, load, check, negotiate with, call and time one policy.

   Where the plug-in lives is its profile: `inproc` in this process, where a crash takes everything along; `host` in a
   process of its own (chore-policy-host) that can read its observations and little else; `jail` the same within
   bubblewrap; `remote` at the other end of a connection that the host opens. The calls are the same in all of them, and so are
   their results. One thread per host. Around every call
   the host keeps the floating-point environment as it was. Calls out of the promised order (chore/policy.h), slots that were not reset and sizes that were not
   negotiated are CHORE_E_USAGE and do not reach the plug-in. After CHORE_POLICY_FATAL every call is
   CHORE_E_POLICY. Only load, negotiate and list allocate. */
#ifndef CHORE_POLICY_HOST_H
#define CHORE_POLICY_HOST_H
#include <chore/base.h>
#include <chore/hash.h>
#include <chore/policy.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_policy_host chore_policy_host;

/* ---- where it lives, and what it may --------------------------------------------------------------------- */

typedef enum chore_policy_profile {
    CHORE_POLICY_INPROC,
    CHORE_POLICY_HOST,
    CHORE_POLICY_JAIL,
    CHORE_POLICY_REMOTE,
    CHORE_POLICY_PROFILE_COUNT
} chore_policy_profile;
const char *chore_policy_profile_name(chore_policy_profile profile); /* "inproc", "host", "jail", "remote" */
/* CHORE_E_USAGE names the four. */
chore_status chore_policy_profile_parse(const char *name, chore_policy_profile *out, chore_error *err);

/* Where a policy of profile remote is reached: "tcp:HOST:PORT" (HOST a name, 1.2.3.4 or [::1]) or "unix:PATH". */
bool chore_policy_is_address(const char *text); /* begins as one */
chore_status chore_policy_address_check(const char *address, chore_error *err); /* CHORE_E_USAGE says what is wrong with it */

#define CHORE_POLICY_ALLOW_PATHS 8
#define CHORE_POLICY_ALLOW_CAP   4096 /* bytes of the text form */

/* What a policy in a process of its own may do beyond reading the system's libraries, its own file and its
   observations. Nothing of it means anything to inproc. */
typedef struct chore_policy_allow {
    bool net;              /* sockets */
    bool processes;        /* start other programs */
    bool gpu;              /* devices; no limit of the address space, which GPU drivers reserve in terabytes */
    bool files;            /* all files, as the user may */
    uint64_t memory_bytes; /* of address space; 0: no limit */
    double cpu_s;          /* CPU seconds per episode; 0: no limit */
    int n_read, n_write;
    char read[CHORE_POLICY_ALLOW_PATHS][CHORE_PATH_CAP]; /* files and folders, absolute */
    char write[CHORE_POLICY_ALLOW_PATHS][CHORE_PATH_CAP];
} chore_policy_allow;

/* Nothing; 8 GiB, 3600 CPU seconds per episode. */
chore_policy_allow chore_policy_allow_default(void);
/* "net,processes,gpu,files,memory=16,cpu=600,read=PATH,write=PATH": memory in GiB, cpu in seconds, 0 for no limit; paths
   must exist and come out absolute. NULL and "" leave the defaults. CHORE_E_USAGE names the word and the nearest. */
chore_status chore_policy_allow_parse(const char *text, chore_policy_allow *out, chore_error *err);
/* The same as text that parses to the same; "" for the defaults. Writes at most CHORE_POLICY_ALLOW_CAP bytes. */
void chore_policy_allow_text(const chore_policy_allow *allow, char out[CHORE_POLICY_ALLOW_CAP]);

typedef struct chore_policy_info {
    char name[CHORE_NAME_CAP], version[CHORE_NAME_CAP], licence[CHORE_NAME_CAP];
    char path[CHORE_PATH_CAP];
    char sha256[CHORE_SHA256_HEX_CAP]; /* of the .so */
    uint32_t abi_major, abi_minor;
    uint64_t caps;
} chore_policy_info;

/* What the host hands out to a plug-in that asks for an extension: a struct that outlives the instance, or
   NULL. */
typedef const void *(*chore_policy_extension_fn)(void *ctx, const char *id);

/* Load by name (in the folders of $CHORE_POLICY_PATH, then chore_plugin_dir(): "<name>.so") or by path
   (anything with a slash or ".so" in it), check the ABI, create an instance with `config` (UTF-8, NULL for
   ""). `extension` (nullable) answers the plug-in's questions. CHORE_E_POLICY_LOAD: not found (lists what is
   there and the nearest name), no shared object, no entry symbol, another ABI major, missing functions, a
   second instance where only one may be, create failed (its own words). */
chore_status chore_policy_load(chore_policy_host **out, const char *name_or_path, const char *config,
                               chore_policy_extension_fn extension, void *ctx, chore_error *err);
/* The same in the profile of one's choice. `call_s`: a call that takes longer is ended, and its process with it (0: no
   limit; inproc cannot end a call and leaves that to whoever watches it). CHORE_E_POLICY_LOAD also when the profile
   cannot be had here, when the policy's process ends or falls silent while it loads, and when nobody listens at the address
   within ten seconds (or call_s). */
typedef struct chore_policy_def {
    const char *policy; /* name or path; of remote: the plug-in that speaks for it, "remote" */
    const char *address; /* of remote */
    const char *called; /* nullable: what it is called in results and messages, when its plug-in speaks for others */
    const char *config; /* nullable */
    chore_policy_extension_fn extension; /* nullable; in host and jail only what policy_extensions.h names */
    void *ctx;
    chore_policy_profile profile;
    const chore_policy_allow *allow; /* nullable: the defaults; of remote it says nothing about the policy */
    double call_s;
} chore_policy_def;
chore_status chore_policy_open(chore_policy_host **out, const chore_policy_def *def, chore_error *err);

/* What stands between the policy and the rest of the machine. Words with blanks between them, as the confined process
   itself found them in force before any code of the policy ran. */
typedef struct chore_policy_boundary {
    chore_policy_profile profile;
    char in_force[512]; /* "own_process ... no_new_privs landlock=7 seccomp memory=8192MiB"; of remote "connection=tcp:... call=60s" */
    char missing[256];  /* what was wanted and cannot be had here: "landlock(ENOSYS)"; of remote all that holds where we are: "memory(remote)" */
    uint32_t starts;    /* processes so far */
    double start_ms;    /* from nothing to a confined process, the last time */
} chore_policy_boundary;
const chore_policy_boundary *chore_policy_host_boundary(const chore_policy_host *host);

/* True when the policy's process has ended, by itself or by us, or called itself broken: every call is CHORE_E_POLICY until a negotiate starts it
   anew (and is CHORE_E_POLICY itself when that fails). Never for inproc. */
bool chore_policy_gone(const chore_policy_host *host);
/* CPU seconds that the policy's process has used; 0 for inproc, where they are ours, and when there is none. */
double chore_policy_cpu_s(const chore_policy_host *host);
/* What the policy printed since the last time, at most cap bytes, as it came: not terminated, not cleaned. Returns the
   number of bytes; the rest and what exceeds 64 KiB is lost. 0 for inproc, whose output goes where ours goes. */
size_t chore_policy_output(chore_policy_host *host, char *out, size_t cap);

/* Destroy the instance; NULL is fine. The shared object stays loaded. A broken one is left as it is, and so
   is the host's table that its threads may hold. */
void chore_policy_unload(chore_policy_host *host);
const chore_policy_info *chore_policy_host_info(const chore_policy_host *host);

/* Offer, take the request, compare it with the offer word by word. CHORE_E_POLICY_LOAD with the differences
   (asked, offered, nearest name) when it is refused. *request (nullable) is a deep copy, valid until the next
   negotiate or unload; its fields keep the plug-in's order. An optional stream that is not offered stays in
   it: give NULL for it. Offer privileged streams only where the run allows them. Closes all slots. */
chore_status chore_policy_negotiate(chore_policy_host *host, const chore_policy_offer *offer,
                                    const chore_policy_request **request, chore_error *err);

/* The comparison alone, for whoever is offered what policies are offered: every word of the request of `who`, who may claim `caps`.
   CHORE_E_POLICY_LOAD. */
chore_status chore_policy_compare(const char *who, uint64_t caps, const chore_policy_offer *offer,
                                  const chore_policy_request *request, chore_error *err);

/* Begin episodes in n slots. CHORE_E_POLICY with last_error's words for a negative answer. */
chore_status chore_policy_reset(chore_policy_host *host, uint32_t n, const chore_policy_episode *episodes,
                                chore_error *err);

/* One answer for each slot of the batch. CHORE_E_POLICY when act fails, when a slot's status is negative, its
   count of rows impossible, or one of these rows not finite (names slot, row and component; rows that were
   never written are NaN). With several slots look at actions->status: where it is not negative the rows are
   good. A slot that failed must be reset before it acts again. */
chore_status chore_policy_act(chore_policy_host *host, const chore_policy_batch *batch,
                              chore_policy_actions *actions, chore_error *err);
/* Nothing happens when the plug-in has no observe or no feedback. */
chore_status chore_policy_observe(chore_policy_host *host, const chore_policy_batch *batch, chore_error *err);
chore_status chore_policy_feedback(chore_policy_host *host, uint32_t n, const chore_policy_event *events,
                                   chore_error *err);

/* Between episodes of a run that is a lifetime (the offer's `learning`): the policy learns, for about budget_ns. `report`: its line for the record,
   cut to cap bytes, "" when it gives none. CHORE_E_USAGE "not supported" when the plug-in has no learn or does not claim CHORE_CAP_LEARNS. */
chore_status chore_policy_learn(chore_policy_host *host, uint64_t budget_ns, char *report, size_t cap, chore_error *err);

/* `scope`: CHORE_SCOPE_. CHORE_E_USAGE "not supported" when the plug-in has no such function, or does not
   claim CHORE_CAP_SAVES_EPISODE for an episode's. */
chore_status chore_policy_save(chore_policy_host *host, uint32_t scope, uint32_t slot, chore_policy_io io,
                               void *ctx, chore_error *err);
chore_status chore_policy_restore(chore_policy_host *host, uint32_t scope, uint32_t slot, chore_policy_io io,
                                  void *ctx, chore_error *err);

/* Wall time spent in act since load or the last reset of the timing, percentiles within 3 %: for records
   only. */
typedef struct chore_policy_timing {
    uint64_t calls;
    double p50_ms, p99_ms, max_ms;
} chore_policy_timing;
chore_policy_timing chore_policy_host_timing(const chore_policy_host *host);
void chore_policy_host_timing_reset(chore_policy_host *host);

/* Names of plug-ins that can be found, sorted, without doubles; free with chore_dir_list_free. CHORE_E_IO
   when a folder of the search path exists and cannot be read. */
chore_status chore_policy_list(char ***out, int *n, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
