/* What a policy uses up: memory, descriptors, time. */
#include "life_internal.h"
#include <chore/clock.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MANY_DESCRIPTORS = 16 };
static const double budget_s = 2; /* for the repetitions of one rule, when they are slow */

/* ---- leaks ------------------------------------------------------------------------------------------------ */

typedef struct held {
    long long heap, mapped; /* bytes; -1: not known here */
    long descriptors;
} held;

static long count_descriptors(void)
{
    enum { HIGHEST = 4096 };
    long n = 0;
    for (int fd = 0; fd < HIGHEST; fd++) {
        n += fcntl(fd, F_GETFD) != -1;
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

static void tell_growth(held first, held second, int times, const char *what)
{
    /* bytes in all: below, it may be what a heap rounds up when it is used another way */
    static const long long heap_noise = 4096, mapped_noise = (long long)8 << 20;
    const long long heap = second.heap - first.heap, mapped = second.mapped - first.mapped;
    if (first.heap >= 0 && heap > heap_noise) {
        say_fail("%d %s left %lld bytes of memory behind, %lld each", times, what, heap,
                 heap / times);
    }
    if (first.mapped >= 0 && mapped > mapped_noise) {
        say_fail("%d %s left %lld KiB of mapped memory behind", times, what, mapped >> 10);
    }
}

/* Does `once` for a warm-up, and then in two halves: what grows in the first and not in the second has found its size.
   Slow ones are done fewer times. Returns how many. */
static int repeat(void (*once)(life *l, int i), life *l, int most, int fewest, const char *what)
{
    const uint64_t begin = chore_now_ns();
    int i = 0, n = 0, warm = fewest / 4 + 1;
    while (i < warm) {
        once(l, i++);
    }
    const double each_s = 1e-9 * (double)(chore_now_ns() - begin) / warm;
    const int fit = (int)(budget_s / (each_s + 1e-9));
    const int half = (fit > most ? most : fit < fewest ? fewest : fit) / 2;
    held at[3] = {look()};
    for (int h = 1; h < 3; h++) {
        for (int k = 0; k < half; k++, n++) {
            once(l, i++);
        }
        at[h] = look();
    }
    const long descriptors =
        at[2].descriptors - at[0].descriptors; /* in both halves: at the limit they stop growing */
    if (descriptors > 0 && (descriptors >= half / 2 || descriptors >= MANY_DESCRIPTORS)) {
        say_fail("%d %s left %ld descriptors open", n, what, descriptors);
    }
    if (at[1].heap > at[0].heap || at[1].mapped > at[0].mapped) {
        tell_growth(at[1], at[2], half, what);
    }
    return n;
}

static const uint32_t slot_0 = 0, episode_0 = 0;

static void one_life(life *l, int i)
{
    (void)i;
    chore_life_begin(l);
    chore_life_start(l, 1, &slot_0, &episode_0);
    chore_life_free(l);
}

static void one_life_with_an_act(life *l, int i)
{
    (void)i;
    chore_life_begin(l);
    chore_life_start(l, 1, &slot_0, &episode_0);
    chore_life_play(l, 1, &slot_0, 1);
    chore_life_free(l);
}

static const char *uncounted(void)
{
    return look().heap < 0 ? "; memory is not counted in a sanitizer's build" : "";
}

void chore_try_leaks_instances(void)
{
    life l = {0};
    chore_life_load();
    const int idle = repeat(one_life, &l, 1000, 16, "lives");
    const int acting = repeat(one_life_with_an_act, &l, 100, 4, "lives with a call of act");
    say_pass("%d lives, and %d with a call of act%s", idle, acting, uncounted());
}

/* Ends just after a reset, always of the same episode: what a policy holds of the present one is no leak. */
static void one_episode(life *l, int i)
{
    chore_life_episode(l, 0, (uint32_t)i % 4);
    (void)chore_life_feedback(l, 0, CHORE_FEEDBACK_BIT(CHORE_FEEDBACK_OUTCOME));
    chore_life_start(l, 1, &slot_0, &episode_0);
    chore_life_forget_answers(l);
    l->n_acts = 0;
}

void chore_try_leaks_episodes(void)
{
    life l = {0};
    chore_life_load();
    chore_life_begin(&l);
    const int n = repeat(one_episode, &l, 200, 4, "episodes");
    chore_life_destroy(&l);
    say_pass("%d episodes%s", n, uncounted());
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
    for (uint32_t e = 0;
         l.n_acts < CALLS && (e == 0 || 1e-9 * (double)(chore_now_ns() - begin) < budget_s / 2);
         e++) {
        chore_life_episode(&l, 0, e % 4);
    }
    qsort(l.act_ns, l.n_acts, sizeof *l.act_ns, by_size);
    report->p50_ms = 1e-6 * (double)l.act_ns[l.n_acts / 2];
    report->p99_ms = 1e-6 * (double)l.act_ns[(l.n_acts * 99 + 99) / 100 - 1];
    report->max_ms = 1e-6 * (double)l.act_ns[l.n_acts - 1];
    const double limit = chore_the_trial.order.act_limit_ms,
                 period = l.request.rate_hz > 0 ? 1e3 / l.request.rate_hz : 0;
    if (limit > 0 && report->p99_ms > limit) {
        say_fail(
            "act takes %.3f ms in the middle, %.3f ms at 99 %% and %.3f ms at most: more than %g ms",
            report->p50_ms, report->p99_ms, report->max_ms, limit);
    }
    say_pass("act p50 %.3f ms, p99 %.3f ms, at most %.3f ms, in %zu calls%s", report->p50_ms,
             report->p99_ms, report->max_ms, l.n_acts,
             period > 0 && report->p99_ms > period * l.request.execute
                 ? "; longer than what it executes of a chunk"
                 : "");
}
