#include <chore/progress.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <chore/cli.h>
#include <chore/clock.h>
#include <chore/run_summary.h>

static const double redraw_s = 0.1, line_s = 60;

struct chore_progress {
    int total, before, done, scored, successes, repeated, running;
    bool quiet, moving; /* moving: one line that rewrites itself */
    bool drawn;         /* the moving line is on the screen */
    int tenths, shown;  /* of the total; episodes: at the last standing line */
    uint64_t started, last;
};

static double seconds_since(uint64_t then)
{
    return (double)(chore_now_ns() - then) * 1e-9;
}

static void add_duration(chore_text *line, double seconds)
{
    int s = (int)(seconds + 0.5);
    if (s < 60) {
        chore_text_add(line, "%ds", s);
    } else if (s < 3600) {
        chore_text_add(line, "%dm", (s + 30) / 60);
    } else {
        chore_text_add(line, "%dh%02dm", s / 3600, s % 3600 / 60);
    }
}

static void compose(const chore_progress *p, chore_text *line)
{
    char width[16];
    int digits = snprintf(width, sizeof width, "%d", p->total);
    chore_text_add(line, "[%*d/%d]", digits, p->before + p->done, p->total);
    if (p->scored > 0) {
        chore_interval wilson = chore_wilson(p->successes, p->scored);
        chore_text_add(line, " %.1f %% \xc2\xb1%.1f success", 100.0 * p->successes / p->scored,
                       50 * (wilson.hi - wilson.lo));
    }
    double elapsed = seconds_since(p->started);
    if (p->done > 0 && elapsed > 0) {
        double per_minute = 60 * p->done / elapsed;
        chore_text_add(line, " | %.*f ep/min", per_minute < 10 ? 1 : 0, per_minute);
    }
    if (p->running > 0) {
        chore_text_add(line, " | %d running", p->running);
    }
    int left = p->total - p->before - p->done;
    if (p->done > 0 && left > 0) {
        chore_text_add(line, " | eta ");
        add_duration(line, elapsed / p->done * left);
    } else if (left == 0 && p->done > 0) {
        chore_text_add(line, " | took ");
        add_duration(line, elapsed);
    }
    if (p->repeated > 0) {
        chore_text_add(line, " | %d repeated", p->repeated);
    }
}

static void erase(chore_progress *p)
{
    if (p->drawn) {
        fputs("\r\x1b[K", stderr);
        p->drawn = false;
    }
}

static void draw(chore_progress *p)
{
    chore_text line = {0};
    compose(p, &line);
    if (p->moving) {
        char cut[512];
        int columns = chore_cli_columns(STDERR_FILENO);
        /* one column is kept free, so that the cursor never wraps; the +- sign has two bytes and one column */
        size_t room = (size_t)columns + (strstr(chore_text_get(&line), "\xc2\xb1") ? 1 : 0);
        chore_copy(cut, room < sizeof cut ? room : sizeof cut, chore_text_get(&line));
        fprintf(stderr, "\r%s\x1b[K", cut);
        p->drawn = true;
    } else {
        fprintf(stderr, "%s\n", chore_text_get(&line));
    }
    fflush(stderr);
    p->last = chore_now_ns();
    p->shown = p->done;
    p->tenths = p->total > 0 ? (p->before + p->done) * 10 / p->total : 10;
    chore_text_release(&line);
}

chore_progress *chore_progress_start(int total, int already_done, bool quiet)
{
    chore_progress *p = calloc(1, sizeof *p);
    CHORE_ASSERT(p);
    p->total = total;
    p->before = already_done;
    p->quiet = quiet;
    p->moving = chore_cli_colours(STDERR_FILENO);
    p->started = chore_now_ns();
    if (!quiet) {
        draw(p);
    }
    return p;
}

void chore_progress_done(chore_progress *progress, bool scored, bool success)
{
    progress->done++;
    progress->scored += scored;
    progress->successes += scored && success;
}

void chore_progress_repeat(chore_progress *progress)
{
    progress->repeated++;
}

void chore_progress_tick(chore_progress *progress, const char *const *running, int n_running)
{
    (void)running;
    progress->running = n_running;
    if (progress->quiet) {
        return;
    }
    int tenths = progress->total > 0 ? (progress->before + progress->done) * 10 / progress->total : 10;
    double since = seconds_since(progress->last);
    if (progress->moving ? since >= redraw_s : tenths > progress->tenths || since >= line_s) {
        draw(progress);
    }
}

void chore_progress_dump(chore_progress *progress, const char *const *running, int n_running)
{
    chore_text line = {0};
    progress->running = n_running;
    compose(progress, &line);
    erase(progress);
    fprintf(stderr, "%s\n", chore_text_get(&line));
    for (int i = 0; i < n_running; i++) {
        fprintf(stderr, "  running: %s\n", running[i]);
    }
    chore_text_release(&line);
}

void chore_progress_say(chore_progress *progress, const char *fmt, ...)
{
    va_list args;
    erase(progress);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
}

void chore_progress_end(chore_progress *progress)
{
    if (!progress->quiet) {
        progress->running = 0;
        if (progress->moving || progress->done > progress->shown) {
            draw(progress);
        }
        if (progress->drawn) {
            fputc('\n', stderr);
        }
    }
    free(progress);
}
