/* Success against latency in report.html: a small chart per task, inline SVG, with intervals. */
#include "report_internal.h"

#include <string.h>

enum { LEFT = 44, TOP = 10, PLOT_W = 300, PLOT_H = 130, BOTTOM = 30, RIGHT = 14 };

typedef struct chart {
    chore_text *out;
    const chore_summary *summary;
    const char *task;
    int most; /* control steps at the right end */
} chart;

/* Control steps of a cell's latency; -1: not one that a chart can place. */
static int steps_of(const chore_cell *cell)
{
    chore_latency latency;
    if (chore_latency_parse_one(cell->latency, &latency, NULL) != CHORE_OK ||
        latency.kind == CHORE_LATENCY_LIVE) {
        return -1;
    }
    return latency.steps;
}

static bool belongs(const chart *c, const chore_cell *cell, chore_variant variant)
{
    return strcmp(cell->task, c->task) == 0 && cell->variant == variant && steps_of(cell) >= 0 &&
           cell->episodes > 0;
}

static double x_of(const chart *c, int steps)
{
    return LEFT + (double)PLOT_W * steps / (c->most > 0 ? c->most : 1);
}

static double y_of(double share)
{
    return TOP + PLOT_H * (1 - share);
}

static void write_axes(const chart *c)
{
    static const char *const names[] = {"0", "50", "100 %"};
    for (int i = 0; i < 3; i++) {
        chore_text_add(c->out,
                       "<path class=axis d='M%d %.1fh%d'/><text class=end x=%d y='%.1f'>%s</text>",
                       LEFT, y_of(0.5 * i), PLOT_W, LEFT - 6, y_of(0.5 * i) + 4, names[i]);
    }
    int last = -1;
    for (int i = 0; i < c->summary->n_cells; i++) {
        const chore_cell *cell = &c->summary->cells[i];
        const int steps = steps_of(cell);
        if (strcmp(cell->task, c->task) == 0 && steps >= 0 && steps != last) {
            chore_text_add(c->out, "<text class=middle x='%.1f' y=%d>%d</text>", x_of(c, steps),
                           TOP + PLOT_H + 18, steps);
            last = steps;
        }
    }
}

static void write_line(const chart *c, chore_variant variant)
{
    const char *name = chore_variant_name(variant);
    chore_text_add(c->out, "<g class=%s><polyline points='", name);
    for (int i = 0; i < c->summary->n_cells; i++) {
        const chore_cell *cell = &c->summary->cells[i];
        if (belongs(c, cell, variant)) {
            chore_text_add(c->out, "%.1f,%.1f ", x_of(c, steps_of(cell)),
                           y_of((double)cell->successes / cell->episodes));
        }
    }
    chore_text_add(c->out, "'/>");
    for (int i = 0; i < c->summary->n_cells; i++) {
        const chore_cell *cell = &c->summary->cells[i];
        if (belongs(c, cell, variant)) {
            const double x = x_of(c, steps_of(cell)) + (variant == CHORE_DISTURBED ? 2 : -2);
            chore_text_add(
                c->out,
                "<path d='M%.1f %.1fV%.1f'/><circle cx='%.1f' cy='%.1f' r=4><title>%s, %s: %d/%d</title>"
                "</circle>",
                x, y_of(cell->wilson.lo), y_of(cell->wilson.hi), x_of(c, steps_of(cell)),
                y_of((double)cell->successes / cell->episodes), name, cell->latency,
                cell->successes, cell->episodes);
        }
    }
    chore_text_add(c->out, "</g>");
}

static void write_chart(const chart *c)
{
    const int width = LEFT + PLOT_W + RIGHT, height = TOP + PLOT_H + BOTTOM;
    chore_text_add(c->out, "<figure class=curve><figcaption>");
    chore_html_text(c->out, c->task);
    chore_text_add(c->out, "</figcaption><svg width=%d height=%d viewBox='0 0 %d %d' role=img>",
                   width, height, width, height);
    write_axes(c);
    write_line(c, CHORE_CONTROL);
    write_line(c, CHORE_DISTURBED);
    chore_text_add(c->out, "</svg></figure>");
}

void chore_report_latency(chore_text *out, const chore_summary *summary)
{
    if (!chore_summary_has_latency(summary)) {
        return;
    }
    chore_text table = {0};
    chore_text_add(out, "<section><h2>Success against latency</h2><div class=curves>\n");
    for (int i = 0; i < summary->n_cells; i++) {
        chart c = {.out = out, .summary = summary, .task = summary->cells[i].task};
        if (i > 0 && strcmp(summary->cells[i - 1].task, c.task) == 0) {
            continue;
        }
        for (int k = 0; k < summary->n_cells; k++) {
            const int steps =
                strcmp(summary->cells[k].task, c.task) == 0 ? steps_of(&summary->cells[k]) : -1;
            c.most = steps > c.most ? steps : c.most;
        }
        if (c.most > 0) {
            write_chart(&c);
        }
    }
    chore_latency_table(summary, false, &table);
    chore_text_add(out, "</div><pre>");
    chore_html_text(out, chore_text_get(&table));
    chore_text_add(
        out,
        "</pre><p class=quiet>Control steps from what the policy saw to its answer being in force. "
        "<b class='key control'>control</b> <b class='key disturbed'>disturbed</b>, with 95&#8239;%% "
        "Wilson intervals.</section>\n");
    chore_text_release(&table);
}
