#include <chore/run_summary.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_CAP = 72, GAP = 2, MIN_TASK = 16 };

static const char dim[] = "\x1b[2m", bold[] = "\x1b[1m", warm[] = "\x1b[33m", plain[] = "\x1b[0m";

typedef struct column {
    const char *title;
    bool right;
    int weight; /* the lightest goes first where the terminal is narrow; 0: stays */
    int width;  /* 0: not shown */
} column;

enum { TASK, VARIANT, LATENCY, EPISODES, SUCCESS, RATE, PROGRESS, TIME, EVENTS, HANDLING, COLUMNS };

typedef char row_text[COLUMNS][TEXT_CAP];

typedef struct table {
    column columns[COLUMNS];
    row_text *rows;
    int n;
    bool colours;
    chore_text *out;
} table;

static void write_paint(table *t, const char *code)
{
    if (t->colours) {
        chore_text_add(t->out, "%s", code);
    }
}

static void seconds_text(char *out, const char *before, double seconds)
{
    if (seconds >= 0) {
        snprintf(out, TEXT_CAP, "%s%.1f s", before, seconds);
    }
}

static void write_row_texts(row_text text, const chore_cell *cell, bool repeats_task, bool with_latency)
{
    chore_copy(text[TASK], TEXT_CAP, repeats_task ? "" : cell->task);
    chore_copy(text[LATENCY], TEXT_CAP, with_latency ? cell->latency : "");
    chore_copy(text[VARIANT], TEXT_CAP, chore_variant_name(cell->variant));
    snprintf(text[EPISODES], TEXT_CAP, "%d/%d", cell->episodes, cell->planned);
    if (cell->episodes) {
        snprintf(text[SUCCESS], TEXT_CAP, "%d/%d", cell->successes, cell->episodes);
        snprintf(text[RATE], TEXT_CAP, "%5.1f %% [%.1f, %.1f]", 100.0 * cell->successes / cell->episodes,
                 100 * cell->wilson.lo, 100 * cell->wilson.hi);
        snprintf(text[PROGRESS], TEXT_CAP, "%.2f", cell->mean_progress);
    }
    seconds_text(text[TIME], "", cell->median_success_s);
    if (cell->variant == CHORE_DISTURBED && cell->episodes) {
        snprintf(text[EVENTS], TEXT_CAP, "%d/%d", cell->events_handled, cell->events_fired);
        seconds_text(text[HANDLING], "in ", cell->median_handling_s);
    }
}

static int total_width(const table *t)
{
    int total = -GAP;
    for (int c = 0; c < COLUMNS; c++) {
        total += t->columns[c].width ? t->columns[c].width + GAP : 0;
    }
    return total;
}

static void fit_columns(table *t, int columns)
{
    for (int c = 0; c < COLUMNS; c++) {
        size_t width = 0;
        for (int r = 0; r < t->n; r++) {
            size_t len = strlen(t->rows[r][c]);
            width = len > width ? len : width;
        }
        size_t title = strlen(t->columns[c].title);
        t->columns[c].width = width == 0 ? 0 : (int)(title > width ? title : width);
    }
    for (int over; (over = total_width(t) - columns) > 0;) {
        column *lightest = NULL;
        for (int c = 0; c < COLUMNS; c++) {
            column *one = &t->columns[c];
            if (one->width && one->weight && (!lightest || one->weight < lightest->weight)) {
                lightest = one;
            }
        }
        if (lightest) {
            lightest->width = 0;
        } else {
            int left = t->columns[TASK].width - over;
            t->columns[TASK].width = left < MIN_TASK ? MIN_TASK : left;
            return;
        }
    }
}

/* `texts` in their columns, blanks at the end left away. */
static void write_line(table *t, const char *const *texts)
{
    chore_text line = {0};
    int owed = 0; /* blanks before the next text */
    for (int c = 0; c < COLUMNS; c++) {
        int width = t->columns[c].width, len = (int)strlen(texts[c]);
        len = len > width ? width : len;
        if (width == 0) {
            continue;
        }
        int before = t->columns[c].right ? width - len : 0;
        if (len > 0) {
            chore_text_add(&line, "%*s%.*s", owed + before, "", len, texts[c]);
            owed = width - len - before;
        } else {
            owed += width;
        }
        owed += GAP;
    }
    chore_text_add(t->out, "%s", chore_text_get(&line));
    chore_text_release(&line);
}

/* "3 failed, 1 policy_error   not scored: 2 sim_error   4 missing": what a rate does not say. False: nothing
 * to say. */
static bool outcomes_text(const chore_cell *cell, chore_text *out)
{
    static const chore_outcome said[] = {CHORE_OUTCOME_FAILED, CHORE_OUTCOME_POLICY_ERROR};
    static const chore_outcome apart[] = {CHORE_OUTCOME_SIM_ERROR, CHORE_OUTCOME_INFRA_ERROR};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        if (cell->outcomes[said[i]]) {
            chore_text_add(out, "%s%d %s", out->len ? ", " : "", cell->outcomes[said[i]],
                           chore_outcome_name(said[i]));
        }
    }
    for (size_t i = 0; i < sizeof apart / sizeof *apart; i++) {
        if (cell->outcomes[apart[i]]) {
            chore_text_add(out, "%snot scored: %d %s", out->len ? "; " : "", cell->outcomes[apart[i]],
                           chore_outcome_name(apart[i]));
        }
    }
    if (cell->missing) {
        chore_text_add(out, "%s%d missing", out->len ? "; " : "", cell->missing);
    }
    return out->len > 0;
}

static void write_cells(table *t, const chore_summary *summary)
{
    const char *texts[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) {
        texts[c] = t->columns[c].title;
    }
    write_paint(t, dim);
    write_line(t, texts);
    write_paint(t, plain);
    chore_text_add(t->out, "\n");
    int indent = t->columns[TASK].width + t->columns[VARIANT].width + 2 * GAP;
    for (int r = 0; r < t->n; r++) {
        chore_text more = {0};
        for (int c = 0; c < COLUMNS; c++) {
            texts[c] = t->rows[r][c];
        }
        write_line(t, texts);
        chore_text_add(t->out, "\n");
        if (outcomes_text(&summary->cells[r], &more)) {
            write_paint(t, warm);
            chore_text_add(t->out, "%*s%s", indent, "", chore_text_get(&more));
            write_paint(t, plain);
            chore_text_add(t->out, "\n");
        }
        chore_text_release(&more);
    }
}

static void write_pairs(table *t, const chore_summary *summary)
{
    bool any = false;
    for (int i = 0; i < summary->n_pairs; i++) {
        const chore_pairs *p = &summary->pairs[i];
        if (p->n == 0) {
            continue;
        }
        if (!any) {
            write_paint(t, dim);
            chore_text_add(t->out, "\ncost of the disturbance: the same seed without and with it");
            write_paint(t, plain);
            chore_text_add(t->out, "\n");
            any = true;
        }
        const bool with_latency = t->columns[LATENCY].width > 0;
        chore_text_add(t->out, "%-*.*s  %-*s%s%d pair%s: %d both, %d control only, %d disturbed only, %d neither\n",
                       t->columns[TASK].width, t->columns[TASK].width, p->task, t->columns[LATENCY].width,
                       with_latency ? p->latency : "",
                       with_latency ? "  " : "", p->n, p->n == 1 ? "" : "s", p->both, p->control_only,
                       p->disturbed_only, p->neither);
    }
}

static void write_remarks(table *t, const chore_summary *s)
{
    chore_text remarks = {0};
    if (s->missing) {
        chore_text_add(&remarks, "%d of %d episodes are missing: this is no result yet\n", s->missing,
                       s->planned);
    }
    if (s->repeated) {
        chore_text_add(&remarks, "%d attempt%s beyond the first, the last one counts\n", s->repeated,
                       s->repeated == 1 ? "" : "s");
    }
    if (s->track == CHORE_TRACK_VISION) {
        chore_text_add(&remarks, "vision track: no privileged stream was offered\n");
    }
    if (s->appearance == CHORE_APPEARANCE_SEEDED) {
        chore_text_add(&remarks, "seeded appearance: another look with each seed\n");
    }
    if (s->control_hz > 0) {
        chore_text_add(&remarks, "control at %d Hz, which is not the tasks' own rate\n", s->control_hz);
    }
    if (s->renderer[0]) {
        chore_text_add(&remarks, "pictures by %s\n", s->renderer);
    }
    if (s->privileged) {
        chore_text_add(&remarks, "state track: the policy read privileged streams that no real robot has\n");
    }
    if (remarks.len) {
        chore_text_add(t->out, "\n");
        write_paint(t, s->missing ? bold : dim);
        chore_text_add_bytes(t->out, remarks.data, remarks.len - 1);
        write_paint(t, plain);
        chore_text_add(t->out, "\n");
    }
    chore_text_release(&remarks);
}

void chore_summary_table(const chore_summary *summary, bool colours, int columns, chore_text *out)
{
    table t = {.columns = {[TASK] = {"task", false, 0, 0},
                           [VARIANT] = {"variant", false, 0, 0},
                           [LATENCY] = {"latency", false, 0, 0},
                           [EPISODES] = {"episodes", true, 4, 0},
                           [SUCCESS] = {"success", true, 0, 0},
                           [RATE] = {"   rate [95 %]", false, 0, 0},
                           [PROGRESS] = {"progress", true, 2, 0},
                           [TIME] = {"time", true, 1, 0},
                           [EVENTS] = {"handled", true, 5, 0},
                           [HANDLING] = {"", false, 3, 0}},
               .n = summary->n_cells,
               .colours = colours,
               .out = out};
    t.rows = calloc((size_t)t.n + 1, sizeof *t.rows);
    CHORE_ASSERT(t.rows);
    const bool with_latency = chore_summary_has_latency(summary);
    for (int r = 0; r < t.n; r++) {
        bool repeats = r > 0 && strcmp(summary->cells[r].task, summary->cells[r - 1].task) == 0;
        write_row_texts(t.rows[r], &summary->cells[r], repeats, with_latency);
    }
    fit_columns(&t, columns > 0 ? columns : 100);
    write_cells(&t, summary);
    if (with_latency) {
        chore_text_add(out, "\n");
        chore_latency_table(summary, colours, out);
    }
    write_pairs(&t, summary);
    write_remarks(&t, summary);
    free(t.rows);
}
