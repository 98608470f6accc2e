/* Landlock: the files that a policy may read, and none that it may write; no TCP, no signals to others where the kernel
   knows them. The kernel's own numbers stand here because its headers are often older than the kernel. */
#include "guest_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    EXECUTE = 1 << 0,
    WRITE_FILE = 1 << 1,
    READ_FILE = 1 << 2,
    READ_DIR = 1 << 3,
    TRUNCATE = 1 << 14, /* ABI 3 */
    IOCTL_DEV = 1 << 15 /* ABI 5 */
};
static const uint64_t ever_since_abi[] = {0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff}; /* handled rights */
static const uint64_t of_files = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV;

/* The ruleset as of ABI 6; older kernels are told a smaller size. */
typedef struct rules {
    uint64_t files, net, scoped;
} rules;

static long create(const rules *attributes, size_t size, uint32_t flags)
{
    return syscall(SYS_landlock_create_ruleset, attributes, size, flags);
}

/* A path that is not there is no error: there is nothing to reach. */
static void let(int ruleset, const char *path, uint64_t rights, uint64_t handled)
{
    struct stat info;
    const int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0) {
        return;
    }
    rights &= handled;
    if (fstat(fd, &info) == 0 && !S_ISDIR(info.st_mode)) {
        rights &= of_files;
    }
    const struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = fd};
    (void)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(fd);
}

static void let_usual(int ruleset, const chore_confinement *c, uint64_t handled)
{
    static const char *const libraries[] = {"/usr", "/lib", "/lib64", "/lib32", "/bin", "/nix/store"};
    static const char *const readable[] = {"/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
                                           "/etc/localtime",   "/dev/zero",       "/dev/urandom",
                                           "/dev/random",      "/proc/cpuinfo",   "/proc/meminfo",
                                           "/proc/self/maps",  "/proc/self/stat", "/proc/self/status",
                                           "/proc/self/statm", "/proc/self/fd",   "/proc/self/cmdline",
                                           "/proc/self/auxv",  "/sys/devices/system/cpu"};
    static const char *const of_net[] = {"/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/ssl",
                                         "/etc/host.conf",   "/etc/gai.conf", "/run/systemd/resolve"};
    const uint64_t see = READ_FILE | READ_DIR, run = see | EXECUTE;
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        let(ruleset, libraries[i], run, handled);
    }
    for (size_t i = 0; i < sizeof readable / sizeof *readable; i++) {
        let(ruleset, readable[i], see, handled);
    }
    for (size_t i = 0; c->net && i < sizeof of_net / sizeof *of_net; i++) {
        let(ruleset, of_net[i], see, handled);
    }
    let(ruleset, "/dev/null", READ_FILE | WRITE_FILE, handled);
    if (c->gpu) {
        let(ruleset, "/dev", see | WRITE_FILE | IOCTL_DEV, handled);
        let(ruleset, "/sys", see, handled);
        let(ruleset, "/proc", see, handled);
    }
    let(ruleset, c->plugin, run, handled);
    for (uint32_t i = 0; i < c->n_read; i++) {
        let(ruleset, c->read[i], run, handled);
    }
    for (uint32_t i = 0; i < c->n_write; i++) {
        let(ruleset, c->write[i], handled, handled);
    }
}

bool chore_confine_files(chore_confinement *c)
{
    const long abi = create(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1) {
        chore_text_add(&c->missing, "%slandlock(%s)", c->missing.len > 0 ? " " : "", strerrorname_np(errno));
        return false;
    }
    const rules wanted = {
        .files = c->files ? 0 : ever_since_abi[abi < 5 ? abi : 5],
        .net = abi >= 4 && !c->net ? 3 : 0, /* bind and connect by TCP */
        .scoped = abi >= 6 ? 3 : 0,         /* abstract sockets and signals of others */
    };
    if (wanted.files == 0 && wanted.net == 0 && wanted.scoped == 0) {
        chore_text_add(&c->missing, "%slandlock(allowed)", c->missing.len > 0 ? " " : "");
        return false;
    }
    const size_t size = abi >= 6 ? sizeof wanted : abi >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
    const int ruleset = (int)create(&wanted, size, 0);
    if (ruleset >= 0 && wanted.files != 0) {
        let_usual(ruleset, c, wanted.files);
    }
    const bool done = ruleset >= 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    if (ruleset >= 0) {
        close(ruleset);
    }
    chore_text *text = done ? &c->held : &c->missing;
    chore_text_add(text, "%slandlock", text->len > 0 ? " " : "");
    chore_text_add(text, done ? "=%ld%s" : "(%ld%s)", abi, wanted.files == 0 ? ",all_files" : "");
    return done && wanted.scoped != 0;
}
