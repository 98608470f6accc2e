#include "bench_internal.h"

#include <stdio.h>

#include <chore/measure.h>

enum { SEEKS = 200 };
#define MOST_S   60.0 /* for one series of seeks */
#define WAIT_S   120.0 /* for the player to go through the recording */
#define WINDOW_S 5.0

static void print_seeks(const char *when, const chore_measure_seeks *s)
{
    printf("%-34s n=%-4d p50 %7.1f  p95 %7.1f  worst %7.1f   computed: p50 %7.1f  p95 %7.1f  worst %7.1f\n", when, s->n, s->p50_ms,
           s->p95_ms, s->worst_ms, s->cpu_p50_ms, s->cpu_p95_ms, s->cpu_worst_ms);
}

static void print_window(const window_bench *b)
{
    const double frames = b->frames ? (double)b->frames : 1;
    printf("%-34s n=%-4llu %.1f frames/s, %.1f ms computed a frame by the window's thread; %d seeks meanwhile\n",
           "the window, seeking all the time", (unsigned long long)b->frames, b->wall_s > 0 ? (double)b->frames / b->wall_s : 0,
           1000 * b->cpu_s / frames, b->seeks);
}

static int fail(const chore_error *err)
{
    char line[CHORE_PATH_CAP + 1024];
    chore_error_format(err, line, sizeof line);
    fprintf(stderr, "chorebench-view: %s\n", line);
    return chore_status_exit_code(err->status);
}

int view_bench(const window_def *def, const volatile int *stop)
{
    const chore_playlist_entry *entry = &def->list->entries[def->list->first];
    const chore_player_def player = {
        .trace = entry->trace, .task = entry->task[0] ? entry->task : NULL, .run_key = entry->run_key,
        .cache_dir = def->cache_dir};
    chore_measure m;
    chore_error err = {0};
    window_bench bench = {.seconds = WINDOW_S};
    window_def with = *def;
    if (chore_measure_player(&m, &player, SEEKS, MOST_S, WAIT_S, stop, &err) != CHORE_OK) {
        return fail(&err);
    }
    printf("%s: %.1f s, %llu control steps; milliseconds on the clock, and of the processor's time\n", entry->name, m.seconds,
           (unsigned long long)m.steps);
    printf("%-34s      %.0f   computed: %.0f\n", "opened, to the first picture", m.open_ms, m.open_cpu_ms);
    print_seeks("random seeks, just opened", &m.fresh);
    char known[64];
    snprintf(known, sizeof known, "random seeks, %.0f %% gone through", 100 * m.known_share);
    print_seeks(known, &m.known);
    fflush(stdout);
    with.bench = &bench;
    if (view_window_run(&with, &err) == CHORE_OK) {
        print_window(&bench);
    } else if (err.status == CHORE_E_RENDER) {
        printf("the window: not measured (%s)\n", err.message);
    } else {
        return fail(&err);
    }
    return 0;
}
