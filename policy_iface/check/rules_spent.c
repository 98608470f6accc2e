/* What a policy uses up: memory, descriptors, time. */
#include "life_internal.h"
#include <chore/clock.h>
#include <dirent.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const uint64_t budget_ns = 3000000000u; /* for the repetitions of one rule */
enum { WARM_UP = 20, LIVES = 1000, FEWEST = 40, EPISODES = 200 };

/* ---- leaks ------------------------------------------------------------------------------------------------ */

typedef struct held {
    long long heap, mapped; /* bytes; -1: not known here */
    long descriptors;
} held;

static long count_descriptors(void)
{
    long n = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (folder != NULL && readdir(folder) != NULL) {
        n++;
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return n;
}

static long long read_mapped(void)
{
    long long pages = -1;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file != NULL) {
        if (fscanf(file, "%lld", &pages) != 1) {
            pages = -1;
        }
        fclose(file);
    }
    return pages < 0 ? -1 : pages * sysconf(_SC_PAGESIZE);
}

static held look(void)
{
    held h = {.heap = -1, .mapped = read_mapped(), .descriptors = count_descriptors()};
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    const struct mallinfo2 info = mallinfo2();
    h.heap = (long long)(info.uordblks + info.hblkhd);
#endif
    return h;
}

/* One repetition may leave nothing: what grows by less than this in all is somebody's cache. */
static void compare_held(held before, held after, int times, const char *what)
{
    static const long long heap_each = 4, mapped_each = 2048;
    const long long heap = after.heap - before.heap, mapped = after.mapped - before.mapped;
    const long descriptors = after.descriptors - before.descriptors;
    if (before.descriptors > 2 && descriptors >= times / 2) {
        say_fail("%d %s left %ld descriptors open", times, what, descriptors);
    }
    if (before.heap >= 0 && heap > heap_each * times) {
        say_fail("%d %s left %lld bytes of memory behind, %lld each", times, what, heap, heap / times);
    }
    if (before.mapped >= 0 && mapped > mapped_each * times && mapped > (long long)8 << 20) {
        say_fail("%d %s left %lld KiB of mapped memory behind", times, what, mapped >> 10);
    }
    say_pass("%d %s%s", times, what, before.heap < 0 ? "; memory is not counted in a sanitizer's build" : "");
}

/* What belongs to the trial itself is not freed and made anew in each life: it would be counted. */
static void one_life(life *l)
{
    const uint32_t slot = 0, episode = 0;
    chore_life_begin(l);
    chore_life_start(l, 1, &slot, &episode);
    chore_life_play(l, 1, &slot, 1);
    chore_life_free(l);
}

void chore_try_leaks_instances(void)
{
    life l = {0};
    int n = 0;
    held before = {0};
    chore_life_load();
    const uint64_t begin = chore_now_ns();
    while (n < LIVES + WARM_UP && (n < FEWEST + WARM_UP || chore_now_ns() - begin < budget_ns)) {
        if (n++ == WARM_UP) {
            before = look();
        }
        one_life(&l);
    }
    compare_held(before, look(), n - WARM_UP, "lives");
}

void chore_try_leaks_episodes(void)
{
    const uint32_t slot = 0;
    life l = {0};
    int n = 0;
    held before = {0};
    chore_life_load();
    chore_life_begin(&l);
    const uint64_t begin = chore_now_ns();
    while (n < EPISODES + WARM_UP && (n < FEWEST + WARM_UP || chore_now_ns() - begin < budget_ns)) {
        const uint32_t episode = (uint32_t)n % 4, at_rest = 0;
        chore_life_start(&l, 1, &slot, &at_rest); /* memory is looked at just after a reset of the same episode */
        if (n++ == WARM_UP) {
            before = look();
        }
        chore_life_episode(&l, slot, episode);
        (void)chore_life_feedback(&l, slot);
        chore_life_forget_answers(&l);
        l.n_acts = 0;
    }
    const uint32_t at_rest = 0;
    chore_life_start(&l, 1, &slot, &at_rest);
    compare_held(before, look(), n - WARM_UP, "episodes");
}

/* ---- time ------------------------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

void chore_try_in_time(void)
{
    enum { CALLS = 400 };
    life l = {0};
    trial_report *report = chore_the_trial.report;
    chore_life_load();
    chore_life_begin(&l);
    const uint64_t begin = chore_now_ns();
    for (uint32_t e = 0; l.n_acts < CALLS && (e == 0 || chore_now_ns() - begin < budget_ns / 3); e++) {
        chore_life_episode(&l, 0, e % 4);
    }
    qsort(l.act_ns, l.n_acts, sizeof *l.act_ns, by_size);
    report->p50_ms = 1e-6 * (double)l.act_ns[l.n_acts / 2];
    report->p99_ms = 1e-6 * (double)l.act_ns[(l.n_acts * 99 + 99) / 100 - 1];
    report->max_ms = 1e-6 * (double)l.act_ns[l.n_acts - 1];
    const double limit = chore_the_trial.order.act_limit_ms, period = l.request.rate_hz > 0 ? 1e3 / l.request.rate_hz : 0;
    if (limit > 0 && report->p99_ms > limit) {
        say_fail("act takes %.3f ms in the middle, %.3f ms at 99 %% and %.3f ms at most: more than %g ms", report->p50_ms,
                 report->p99_ms, report->max_ms, limit);
    }
    say_pass("act p50 %.3f ms, p99 %.3f ms, at most %.3f ms, in %zu calls%s", report->p50_ms, report->p99_ms, report->max_ms, l.n_acts,
             period > 0 && report->p99_ms > period * l.request.execute ? "; longer than what it executes of a chunk" : "");
}
