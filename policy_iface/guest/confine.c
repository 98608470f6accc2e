/* What the process gives up before it loads a policy: privileges, limits, files, system calls, and in that order, because
   each step needs what the next one takes. What the kernel has not is named, not passed over. */
#include "guest_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_FILES = 256, MAX_FILE_MIB = 64, MAX_CAPABILITY = 63 };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const bool sanitized = true; /* its shadow alone is terabytes of address space */
#else
static const bool sanitized = false;
#endif

static void held(chore_confinement *c, const char *word)
{
    chore_text_add(&c->held, "%s%s", c->held.len > 0 ? " " : "", word);
}

static void missing(chore_confinement *c, const char *word, const char *why)
{
    chore_text_add(&c->missing, "%s%s(%s)", c->missing.len > 0 ? " " : "", word, why);
}

static void note(chore_confinement *c, const char *word, bool done)
{
    if (done) {
        held(c, word);
    } else {
        missing(c, word, strerrorname_np(errno));
    }
}

/* When memory runs out this process goes first, not the harness. */
static bool offer_to_oom(void)
{
    const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    const bool done = fd >= 0 && write(fd, "1000", 4) == 4;
    if (fd >= 0) {
        close(fd);
    }
    return done;
}

static bool limit(int resource, rlim_t value)
{
    const struct rlimit both = {value, value};
    return setrlimit((__rlimit_resource_t)resource, &both) == 0;
}

static void set_limits(chore_confinement *c)
{
    char word[48];
    snprintf(word, sizeof word, "files=%d", MAX_FILES);
    note(c, word, limit(RLIMIT_NOFILE, MAX_FILES));
    snprintf(word, sizeof word, "file_size=%dMiB", MAX_FILE_MIB);
    note(c, word, limit(RLIMIT_FSIZE, (rlim_t)MAX_FILE_MIB << 20));
    signal(SIGXFSZ, SIG_IGN); /* a write beyond it fails instead */
    note(c, "no_core", limit(RLIMIT_CORE, 0));
    if (c->memory_bytes == 0 || c->gpu) {
        missing(c, "memory", c->gpu ? "gpu_allowed" : "allowed");
    } else if (sanitized) {
        missing(c, "memory", "sanitizer");
    } else {
        snprintf(word, sizeof word, "memory=%lluMiB", (unsigned long long)(c->memory_bytes >> 20));
        note(c, word, limit(RLIMIT_AS, c->memory_bytes));
    }
}

/* Root without capabilities is a user like any other. */
static bool drop_capabilities(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2];
    memset(none, 0, sizeof none);
    for (int i = 0; i <= MAX_CAPABILITY; i++) {
        (void)prctl(PR_CAPBSET_DROP, i, 0, 0, 0); /* not without CAP_SETPCAP; then the set is not ours to gain, either */
    }
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    return syscall(SYS_capset, &head, none) == 0;
}

/* Nothing that this process starts, or becomes, outlives the harness. */
static bool die_with_parent(const chore_confinement *c)
{
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == (pid_t)c->parent;
}

bool chore_confine(chore_confinement *c)
{
    note(c, "first_to_oom", offer_to_oom());
    set_limits(c);
    note(c, "no_new_privs", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    note(c, "no_capabilities", drop_capabilities());
    if (c->parent != 0) { /* after the capabilities: giving them up would take it back */
        if (!die_with_parent(c)) {
            return false;
        }
        held(c, "dies_with_harness");
    }
    const bool signals_are_held = chore_confine_files(c);
    chore_confine_calls(c, signals_are_held);
    return true;
}
