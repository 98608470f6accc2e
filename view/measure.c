#include <chore/measure.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <chore/clock.h>
#include <chore/rng.h>

typedef struct stopwatch { /* of one series of seeks */
    double wall[CHORE_MEASURE_SEEKS], cpu[CHORE_MEASURE_SEEKS];
    int n;
} stopwatch;

static double process_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double wall_ms(void)
{
    return (double)chore_now_ns() / 1e6;
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
}

static chore_status wait_for(chore_player *player, uint64_t step, const chore_moment **out, const volatile int *stop,
                             chore_error *err)
{
    for (;;) {
        chore_moment *moment = chore_player_take(player);
        if (moment && moment->arrived && moment->step == step) {
            *out = moment;
            return CHORE_OK;
        }
        if (chore_player_look_at(player, err) == CHORE_PLAYER_FAILED) {
            return err->status;
        }
        if (stop && *stop) {
            return chore_fail(err, CHORE_E_INTERRUPTED, "stopped");
        }
        nap();
    }
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The smallest value that is at least as large as that share of them. */
static double quantile(const double *sorted, int n, double share)
{
    const int index = (int)(share * n);
    return n > 0 ? sorted[index < n ? index : n - 1] : 0;
}

static chore_measure_seeks sum_up(stopwatch *watch)
{
    qsort(watch->wall, (size_t)watch->n, sizeof *watch->wall, by_size);
    qsort(watch->cpu, (size_t)watch->n, sizeof *watch->cpu, by_size);
    return (chore_measure_seeks){.n = watch->n,
                                 .p50_ms = quantile(watch->wall, watch->n, 0.5),
                                 .p95_ms = quantile(watch->wall, watch->n, 0.95),
                                 .worst_ms = quantile(watch->wall, watch->n, 1),
                                 .cpu_p50_ms = quantile(watch->cpu, watch->n, 0.5),
                                 .cpu_p95_ms = quantile(watch->cpu, watch->n, 0.95),
                                 .cpu_worst_ms = quantile(watch->cpu, watch->n, 1)};
}

static chore_status seek_about(chore_player *player, const char *series, int n, double most_s, chore_measure_seeks *out,
                               const volatile int *stop, chore_error *err)
{
    const double started = wall_ms();
    const uint64_t steps = chore_player_timeline(player)->n_steps;
    chore_rng rng = chore_rng_stream(0, (chore_hash){0, 0}, 0, series);
    stopwatch *watch = calloc(1, sizeof *watch);
    chore_status status = CHORE_OK;
    uint64_t at = UINT64_MAX;
    CHORE_ASSERT(watch);
    for (int i = 0; i < n && i < CHORE_MEASURE_SEEKS && status == CHORE_OK && wall_ms() - started < 1000 * most_s; i++) {
        const chore_moment *moment = NULL;
        const uint64_t to = chore_rng_u64(&rng) % (steps + 1);
        const double begun = wall_ms();
        if (to == at) {
            continue; /* it is there already */
        }
        chore_player_go(player, to);
        status = wait_for(player, to, &moment, stop, err);
        if (status == CHORE_OK) {
            watch->wall[watch->n] = wall_ms() - begun;
            watch->cpu[watch->n++] = moment->cpu_ms;
        }
        at = to;
    }
    *out = sum_up(watch);
    free(watch);
    return status;
}

/* Until the player has gone through the whole recording, or the time is up. */
static chore_status let_it_go_ahead(chore_player *player, double wait_s, double *share, const volatile int *stop, chore_error *err)
{
    const double begun = wall_ms();
    while (chore_player_known(player) < 1 && wall_ms() - begun < 1000 * wait_s) {
        if (stop && *stop) {
            return chore_fail(err, CHORE_E_INTERRUPTED, "stopped");
        }
        nap();
    }
    *share = chore_player_known(player);
    return CHORE_OK;
}

chore_status chore_measure_player(chore_measure *out, const chore_player_def *def, int n_seeks, double most_s, double wait_s,
                                  const volatile int *stop, chore_error *err)
{
    const chore_moment *moment;
    const double begun = wall_ms(), begun_cpu = process_ms();
    *out = (chore_measure){0};
    chore_player *player = chore_player_open(def);
    chore_status status = wait_for(player, 0, &moment, stop, err);
    if (status == CHORE_OK) {
        out->open_ms = wall_ms() - begun;
        out->open_cpu_ms = process_ms() - begun_cpu;
        out->steps = chore_player_timeline(player)->n_steps;
        out->seconds = (double)out->steps / chore_player_timeline(player)->hz;
        status = seek_about(player, "fresh", n_seeks, most_s, &out->fresh, stop, err);
    }
    if (status == CHORE_OK) {
        status = let_it_go_ahead(player, wait_s, &out->known_share, stop, err);
    }
    if (status == CHORE_OK) {
        status = seek_about(player, "known", n_seeks, most_s, &out->known, stop, err);
    }
    chore_player_close(player);
    return status;
}
