/* What a policy leaves as it was: the process around it. */
#include "life_internal.h"
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *const calls[TRIAL_CALL_COUNT] = {
#define TRIAL_CALL(name, words) words,
#include "trial_calls.inl"
#undef TRIAL_CALL
};

/* "in act": the call that is just over. */
static const char *where(void)
{
    const uint32_t call = chore_the_trial.report->call;
    return calls[call < TRIAL_CALL_COUNT ? call : 0];
}

/* A life with every call in it, under the eyes of `watch`. */
static void watched_life(void (*watch)(void))
{
    life l = {0};
    chore_the_trial.watch = watch;
    chore_life_load();
    chore_life_begin(&l);
    chore_life_episode(&l, 0, 0);
    (void)chore_life_feedback(&l, 0, CHORE_FEEDBACK_BIT(CHORE_FEEDBACK_OUTCOME));
    (void)chore_life_words(&l);
    chore_life_destroy(&l);
}

/* ---- floating point --------------------------------------------------------------------------------------- */

typedef struct float_state {
    int rounding;
    unsigned control, flags; /* of the vector unit: rounding, traps, flush-to-zero */
} float_state;

static float_state float_before;

static float_state look_at_floats(void)
{
    fenv_t all;
    float_state now = {.rounding = fegetround()};
    fegetenv(&all);
#if defined(__x86_64__)
    now.control = all.__control_word;
    now.flags = all.__mxcsr & 0xffc0u; /* not the sticky flags: every division sets some */
#elif defined(__aarch64__)
    now.control = (unsigned)all.__fpcr;
#endif
    return now;
}

static void watch_floats(void)
{
    const float_state now = look_at_floats();
    if (now.rounding != float_before.rounding) {
        fesetround(float_before.rounding);
        say_fail("%s it changed the rounding of floating-point numbers", where());
    }
    if (now.flags != float_before.flags || now.control != float_before.control) {
        say_fail(
            "%s it changed how floating-point numbers are flushed to zero or trapped (control 0x%x, 0x%x; before 0x%x, 0x%x)",
            where(), now.control, now.flags, float_before.control, float_before.flags);
    }
}

void chore_try_float_environment(void)
{
    float_before = look_at_floats();
    watched_life(watch_floats);
}

/* ---- output ----------------------------------------------------------------------------------------------- */

void chore_try_prints_nothing(void)
{
    watched_life(NULL); /* who started us has our stdout, and looks at it when we are gone */
}

/* ---- signals ---------------------------------------------------------------------------------------------- */

static struct sigaction handlers[NSIG];
static sigset_t blocked;

static void watch_signals(void)
{
    sigset_t now;
    for (int i = 1; i < NSIG; i++) {
        struct sigaction action;
        if (sigaction(i, NULL, &action) == 0 && action.sa_handler != handlers[i].sa_handler) {
            say_fail("%s it installed a handler for signal %d (%s)", where(), i, strsignal(i));
        }
    }
    pthread_sigmask(SIG_SETMASK, NULL, &now);
    for (int i = 1; i < NSIG; i++) {
        if (sigismember(&now, i) != sigismember(&blocked, i)) {
            say_fail("%s it blocked or unblocked signal %d (%s)", where(), i, strsignal(i));
        }
    }
}

void chore_try_signals(void)
{
    for (int i = 1; i < NSIG; i++) {
        sigaction(i, NULL, &handlers[i]);
    }
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    watched_life(watch_signals);
}

/* ---- process ---------------------------------------------------------------------------------------------- */

extern char **environ;

static struct {
    char folder[CHORE_PATH_CAP], locale[256];
    size_t n_variables;
    chore_hash variables;
    mode_t mask;
} process;

static chore_hash hash_environment(size_t *n)
{
    chore_hash hash = {0, 0};
    for (*n = 0; environ != NULL && environ[*n] != NULL; ++*n) {
        hash = chore_hash_chain(hash, environ[*n], strlen(environ[*n]));
    }
    return hash;
}

static mode_t look_at_mask(void)
{
    const mode_t mask = umask(0);
    umask(mask);
    return mask;
}

static void watch_process(void)
{
    char folder[CHORE_PATH_CAP] = "";
    size_t n;
    if (getcwd(folder, sizeof folder) == NULL || strcmp(folder, process.folder) != 0) {
        say_fail("%s it changed the working directory to %s", where(), folder);
    }
    if (strcmp(setlocale(LC_ALL, NULL), process.locale) != 0) {
        say_fail("%s it changed the locale from %s to %s", where(), process.locale,
                 setlocale(LC_ALL, NULL));
    }
    if (!chore_hash_equal(hash_environment(&n), process.variables)) {
        say_fail("%s it changed the environment: %zu variables, %zu before", where(), n,
                 process.n_variables);
    }
    if (look_at_mask() != process.mask) {
        say_fail("%s it changed the umask", where());
    }
}

void chore_try_process_state(void)
{
    if (getcwd(process.folder, sizeof process.folder) == NULL) {
        say_na("there is no working directory here");
    }
    snprintf(process.locale, sizeof process.locale, "%s", setlocale(LC_ALL, NULL));
    process.variables = hash_environment(&process.n_variables);
    process.mask = look_at_mask();
    watched_life(watch_process);
}

/* ---- threads ---------------------------------------------------------------------------------------------- */

static void nap(double seconds)
{
    const struct timespec time = {.tv_nsec = (long)(seconds * 1e9)};
    nanosleep(&time, NULL);
}

static double cpu_s(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec * 1e-9;
}

/* Little is allowed and long is looked: on a busy machine a thread that spins is seldom given the processor. */
static void check_rest(const char *when)
{
    static const double settle_s = 0.02, look_s = 0.25, allowed_s = 0.004;
    nap(settle_s);
    const double before = cpu_s();
    nap(look_s);
    const double used = cpu_s() - before;
    if (used > allowed_s) {
        say_fail("%s it computed for %.0f of %.0f ms without a call", when, 1e3 * used,
                 1e3 * look_s);
    }
}

void chore_try_rests(void)
{
    const uint32_t slot = 0, episode = 0;
    life l = {0};
    chore_life_load();
    chore_life_begin(&l);
    if (chore_life_claims(&l, CHORE_CAP_LEARNS)) {
        say_na("it claims CHORE_CAP_LEARNS");
    }
    check_rest("after negotiate");
    chore_life_start(&l, 1, &slot, &episode);
    chore_life_play(&l, 1, &slot, 3);
    check_rest("after act");
    chore_life_free(&l);
}

static long count_threads(void)
{
    char line[256];
    long threads = -1;
    FILE *file = fopen("/proc/self/status", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "Threads:", 8) == 0) {
            threads = strtol(line + 8, NULL, 10);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return threads;
}

void chore_try_threads_end(void)
{
    life l = {0};
    const long before = count_threads();
    if (before < 0) {
        say_na("/proc/self/status cannot be read here");
    }
    chore_life_load();
    chore_life_begin(&l);
    chore_life_episode(&l, 0, 0);
    const long during = count_threads();
    chore_life_free(&l);
    long after = count_threads();
    for (int i = 0; i < 20 && after > before;
         i++) { /* one that was joined leaves the table a moment later */
        nap(0.005);
        after = count_threads();
    }
    if (after > before) {
        say_fail("%ld threads are still there after destroy", after - before);
    }
    say_pass("%ld of its own while it acts", during - before);
}

void chore_try_host_calls(void)
{
    watched_life(NULL); /* the host's table looks at its callers under this rule */
}
