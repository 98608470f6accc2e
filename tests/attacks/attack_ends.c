/* Attacks that end badly, fall silent, or answer nonsense. */
#include "attack.h"
#include <fenv.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define NOTHING (void)now, (void)action

static volatile int never;

static void crash(void)
{
    volatile int *volatile nowhere = NULL;
    *nowhere = 1;
}

const char *attack_null_pointer(const chore_easy_step *now, float *action)
{
    NOTHING;
    crash();
    return NULL;
}

const char *attack_abort_now(const chore_easy_step *now, float *action)
{
    NOTHING;
    abort();
}

const char *attack_failed_assert(const chore_easy_step *now, float *action)
{
    NOTHING;
    fprintf(stderr, "attack.c:1: assertion `a very stubborn fact' failed.\n");
    abort();
}

const char *attack_exit_zero(const chore_easy_step *now, float *action)
{
    NOTHING;
    exit(0);
}

const char *attack_quick_exit(const chore_easy_step *now, float *action)
{
    NOTHING;
    _exit(7);
}

const char *attack_divide(const chore_easy_step *now, float *action)
{
    NOTHING;
    raise(SIGFPE); /* what the processor does on x86; others divide by zero in silence */
    return NULL;
}

const char *attack_illegal(const chore_easy_step *now, float *action)
{
    NOTHING;
    raise(SIGILL);
    return NULL;
}

static int recurse(volatile char *above)
{
    volatile char here[4096];
    here[0] = above[0];
    return never ? 0 : recurse(here) + here[1];
}

const char *attack_stack_overflow(const chore_easy_step *now, float *action)
{
    volatile char top[1] = {0};
    NOTHING;
    return recurse(top) != 0 ? NULL : "";
}

const char *attack_kill_self(const chore_easy_step *now, float *action)
{
    NOTHING;
    kill(getpid(), SIGKILL);
    return NULL;
}

const char *attack_free_twice(const chore_easy_step *now, float *action)
{
    char *volatile memory = malloc(64);
    NOTHING;
    free(memory);
#if defined(__GNUC__) && __GNUC__ >= 12
#pragma GCC diagnostic ignored "-Wuse-after-free"
#endif
    free(memory);
    return NULL;
}

static void *crash_there(void *arg)
{
    crash();
    return arg;
}

const char *attack_crash_in_thread(const chore_easy_step *now, float *action)
{
    pthread_t thread;
    NOTHING;
    pthread_create(&thread, NULL, crash_there, NULL);
    pthread_join(thread, NULL);
    return NULL;
}

/* These two happen elsewhere: attack.c. */
const char *attack_reset_crash(const chore_easy_step *now, float *action)
{
    NOTHING;
    return BREACH("it survived a null pointer");
}

const char *attack_feedback_crash(const chore_easy_step *now, float *action)
{
    NOTHING;
    return NULL;
}

const char *attack_feedback_hang(const chore_easy_step *now, float *action)
{
    NOTHING;
    return NULL;
}

/* ---- silence ---------------------------------------------------------------------------------------------- */

const char *attack_spin(const chore_easy_step *now, float *action)
{
    NOTHING;
    while (!never) {
    }
    return NULL;
}

const char *attack_sleep_long(const chore_easy_step *now, float *action)
{
    NOTHING;
    while (!never) {
        sleep(60);
    }
    return NULL;
}

const char *attack_deadlock(const chore_easy_step *now, float *action)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    NOTHING;
    pthread_mutex_lock(&lock);
    pthread_mutex_lock(&lock);
    return NULL;
}

const char *attack_deaf(const chore_easy_step *now, float *action)
{
    sigset_t all;
    sigfillset(&all);
    for (int i = 1; i < 64; i++) {
        signal(i, SIG_IGN);
    }
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    return attack_spin(now, action);
}

const char *attack_ask_forever(const chore_easy_step *now, float *action)
{
    NOTHING;
    while (!never) {
        (void)attack_host()->extension(attack_host()->ctx, "chore.recorded_actions/1");
    }
    return NULL;
}

const char *attack_spam_forever(const chore_easy_step *now, float *action)
{
    static const char line[] = "all work and no play makes a dull policy, all work and no play\n";
    NOTHING;
    while (!never) {
        (void)!write(STDOUT_FILENO, line, sizeof line - 1);
    }
    return NULL;
}

static void *burn_there(void *arg)
{
    struct timespec used = {0};
    while (used.tv_sec == 0 && used.tv_nsec < 200000000) {
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    }
    return arg;
}

const char *attack_burn(const chore_easy_step *now, float *action)
{
    pthread_t thread;
    NOTHING;
    pthread_create(&thread, NULL, burn_there, NULL);
    usleep(300000); /* a policy that does not compute in its calls, but beside them */
    return NULL;
}

const char *attack_late(const chore_easy_step *now, float *action)
{
    NOTHING;
    while (!attack_host()->cancelled(attack_host()->ctx)) {
        usleep(1000);
    }
    return NULL;
}

/* ---- nonsense --------------------------------------------------------------------------------------------- */

const char *attack_nan(const chore_easy_step *now, float *action)
{
    (void)now;
    action[0] = NAN;
    return NULL;
}

const char *attack_infinity(const chore_easy_step *now, float *action)
{
    (void)now;
    action[1] = INFINITY;
    return NULL;
}

const char *attack_escapes(const chore_easy_step *now, float *action)
{
    NOTHING;
    return "\033]0;owned\033[2J";
}

/* Where a memory with that name in /proc/self/maps lies. */
static unsigned char *find_memory(const char *name, size_t *len)
{
    char line[512];
    unsigned long from = 0, to = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        if (strstr(line, name) != NULL && sscanf(line, "%lx-%lx", &from, &to) == 2) {
            break;
        }
        from = 0;
    }
    if (maps != NULL) {
        fclose(maps);
    }
    *len = from != 0 ? to - from : 0;
    return (unsigned char *)(uintptr_t)from;
}

static void *scribble(void *arg)
{
    size_t len;
    volatile unsigned char *line = find_memory("chore-line", &len);
    for (unsigned char value = 1; line != NULL && !never; value++) {
        for (size_t i = 0; i < 4096 && i < len; i++) {
            line[i] = value;
        }
    }
    return arg;
}

const char *attack_garble(const chore_easy_step *now, float *action)
{
    pthread_t thread;
    NOTHING;
    pthread_create(&thread, NULL, scribble, NULL);
    usleep(100000);
    return NULL;
}

const char *attack_overrun(const chore_easy_step *now, float *action)
{
    (void)now;
    for (volatile float *at = action;; at++) {
        *at = 1;
    }
}

const char *attack_write_observations(const chore_easy_step *now, float *action)
{
    (void)action;
    *(volatile float *)(uintptr_t)now->stream[0] = 42;
    return BREACH("the observation was written");
}

const char *attack_unmap_line(const chore_easy_step *now, float *action)
{
    size_t len;
    unsigned char *line = find_memory("chore-line", &len);
    NOTHING;
    if (line == NULL || munmap(line, len) != 0) {
        crash();
    }
    return NULL;
}

const char *attack_float_mode(const chore_easy_step *now, float *action)
{
    NOTHING;
    fesetround(FE_UPWARD);
#if defined(__x86_64__)
    __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040); /* flush to zero, denormals are zero */
#endif
    return NULL;
}
