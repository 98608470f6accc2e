/* Attacks that take all there is, and those on the process's own descriptors and limits. */
#include "attack.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOTHING (void)now, (void)action

const char *attack_close_everything(const chore_easy_step *now, float *action)
{
    NOTHING;
    for (int fd = 0; fd < 1024; fd++) {
        close(fd);
    }
    return NULL;
}

const char *attack_misuse_socket(const chore_easy_step *now, float *action)
{
    char junk[4096];
    NOTHING;
    memset(junk, 'x', sizeof junk);
    for (int fd = 3; fd < 256; fd++) {
        const int flags = fcntl(fd, F_GETFL);
        if (flags != -1) {
            fcntl(fd, F_SETFL, flags | O_NONBLOCK);
            for (int i = 0; i < 1000 && write(fd, junk, sizeof junk) > 0; i++) {
            }
        }
    }
    return NULL;
}

const char *attack_print_much(const chore_easy_step *now, float *action)
{
    NOTHING;
    for (int i = 0; i < 1 << 14; i++) {
        printf("%-62d|\n", i);
    }
    fflush(stdout);
    return NULL;
}

const char *attack_memory_hog(const chore_easy_step *now, float *action)
{
    const size_t chunk = (size_t)16 << 20;
    char *memory;
    NOTHING;
    for (size_t taken = 0; taken < (size_t)4 << 30; taken += chunk) {
        memory = malloc(chunk);
        if (memory == NULL) {
            abort();
        }
        memset(memory, 1, chunk / 64); /* the rest stays the machine's */
    }
    return BREACH("it has 4 GiB");
}

const char *attack_leak_descriptors(const chore_easy_step *now, float *action)
{
    int n = 0;
    NOTHING;
    while (n < 100000 && open("/dev/null", O_RDONLY) >= 0) {
        n++;
    }
    return n < 1000 ? NULL : BREACH("it has a thousand open files");
}

const char *attack_fork_bomb(const chore_easy_step *now, float *action)
{
    NOTHING;
    for (int i = 0; i < 100; i++) {
        const pid_t pid = fork();
        if (pid == 0) {
            _exit(0); /* no further: this machine is not ours alone */
        }
        if (pid > 0) {
            return BREACH("it forked");
        }
    }
    return NULL;
}

/* One process by that call; the child ends at once. */
static int makes_process(long call, long a, long b)
{
    const long pid = syscall(call, a, b, 0, 0, 0);
    if (pid == 0) {
        _exit(0);
    }
    return pid > 0;
}

const char *attack_clone_bomb(const chore_easy_step *now, float *action)
{
    struct clone_args args = {.exit_signal = SIGCHLD};
    NOTHING;
    if (makes_process(SYS_clone, SIGCHLD, 0)) {
        return BREACH("clone");
    }
    if (makes_process(SYS_clone3, (long)&args, (long)sizeof args)) {
        return BREACH("clone3");
    }
#ifdef SYS_fork
    if (makes_process(SYS_fork, 0, 0)) {
        return BREACH("fork");
    }
#endif
    return NULL;
}

static volatile int never;

static void *wait_there(void *arg)
{
    while (!never) {
        sleep(60);
    }
    return arg;
}

const char *attack_thread_bomb(const chore_easy_step *now, float *action)
{
    pthread_t thread;
    int n = 0;
    NOTHING;
    while (n < 4000 && pthread_create(&thread, NULL, wait_there, NULL) == 0) {
        n++;
    }
    return n < 4000 ? NULL : BREACH("it has 4000 threads");
}

const char *attack_fill_disk(const chore_easy_step *now, float *action)
{
    static const char *const places[] = {"attack-was-here",          "/tmp/attack-was-here",
                                         "/var/tmp/attack-was-here", "/dev/shm/attack-was-here",
                                         "/run/attack-was-here",     "/attack-was-here"};
    NOTHING;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const int fd = open(places[i], O_WRONLY | O_CREAT, 0600);
        if (fd >= 0) {
            close(fd);
            unlink(places[i]);
            return BREACH("it wrote a file");
        }
    }
    return NULL;
}

const char *attack_raise_limits(const chore_easy_step *now, float *action)
{
    const struct rlimit more = {RLIM_INFINITY, RLIM_INFINITY}, files = {4096, 4096};
    const struct rlimit lower = {16, 256};
    NOTHING;
    if (setrlimit(RLIMIT_AS, &more) == 0 && setrlimit(RLIMIT_FSIZE, &more) == 0) {
        return BREACH("address space and file size");
    }
    if (syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &files, NULL) == 0) {
        return BREACH("open files");
    }
    return syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &lower, NULL) == 0 ? BREACH("limits are its own to set") : NULL;
}
