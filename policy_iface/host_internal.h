/* What the files of the host share. */
#ifndef CHORE_HOST_INTERNAL_H
#define CHORE_HOST_INTERNAL_H
#include <chore/policy_host.h>
#include <fenv.h>

typedef enum host_stage {
    HOST_CREATED, /* negotiate comes next */
    HOST_READY,   /* a request was accepted */
    HOST_BROKEN   /* the plug-in said FATAL: nothing more is called */
} host_stage;

#define TIMING_BUCKETS (64 * 16) /* 16 per power of two nanoseconds: 6 % wide */

typedef struct timing {
    uint64_t bucket[TIMING_BUCKETS];
    uint64_t calls, max_ns;
} timing;

struct chore_host_child;

struct chore_policy_host {
    chore_policy_info info;
    chore_policy_boundary boundary;
    struct chore_host_child *child; /* NULL: the plug-in lives in this process */
    char *config;                   /* copy, for a process that is started again */
    char called[CHORE_NAME_CAP];    /* "": as it calls itself */
    const void *identity; /* the plug-in's own table: which plug-in this is an instance of */
    chore_plugin plugin;  /* copy; what its version does not know is NULL */
    chore_policy_instance *instance;
    chore_policy_host_table table; /* what the instance holds on to */
    chore_policy_extension_fn extension;
    void *extension_ctx;
    host_stage stage;
    chore_policy_request request; /* points into request_memory */
    void *request_memory;
    uint32_t dim;         /* floats per action */
    uint32_t n_slots;     /* the offer's max_batch */
    unsigned char *open;  /* [n_slots] was reset and has not failed since */
    unsigned char *named; /* [n_slots] scratch: named in the present call */
    uint64_t feedback_kinds;
    timing act_time;
    chore_policy_host *next_broken;
};

/* host_find.c: the file that a name or a path stands for. CHORE_E_POLICY_LOAD lists what is there and the
   nearest name. */
chore_status chore_host_find(char path[CHORE_PATH_CAP], const char *name_or_path, chore_error *err);

/* host_load.c: the file at host->info.path: load it, check what it says of itself, fill info and plugin. */
chore_status chore_host_open_file(chore_policy_host *host, chore_error *err);
/* The name under which it appears, of what it calls itself. */
void chore_host_name(chore_policy_host *host, const char *itself);

/* host_child.c: the process for host->info.path, with the file loaded in it; host->plugin then speaks to it. On failure
   free still wants to be called. */
chore_status chore_host_child_make(chore_policy_host *host, const chore_policy_def *def, chore_error *err);
void chore_host_child_free(chore_policy_host *host);
/* A new process for one that is gone or broken, up to the created instance. CHORE_E_POLICY. */
chore_status chore_host_child_revive(chore_policy_host *host, chore_error *err);
/* How the process ended ("crashed by SIGSEGV"); NULL while it lives, and for inproc. */
const char *chore_host_child_epitaph(const chore_policy_host *host);

/* host_guard.c: the floating-point environment around foreign code. A plug-in, or a library that it pulls in,
   may switch on flush-to-zero, and the physics would come out different. */
void chore_host_enter(fenv_t *saved);
void chore_host_leave(const fenv_t *saved);
bool chore_host_is_utf8(const char *text);
/* Foreign text as one printable line of UTF-8, cut to cap; NULL becomes "". */
void chore_host_clean_text(char *out, size_t cap, const char *text);
/* Values per slot of a field. */
uint64_t chore_host_field_count(const chore_policy_field *field);

/* host_compare.c: every word of the request against the offer. CHORE_E_POLICY_LOAD with the differences. */
chore_status chore_host_compare(const chore_policy_host *host, const chore_policy_offer *offer,
                                const chore_policy_request *request, chore_error *err);

/* host_request.c: deep copy into one block, *memory, freed with free(). NULL words become "". */
chore_status chore_host_copy_request(chore_policy_request *out, void **memory,
                                     const chore_policy_request *request, chore_error *err);

/* host_timing.c */
void chore_host_timing_add(timing *t, uint64_t ns);

#endif
