/* Success against latency: one line per task and variant, one column per latency; and what it was like live. */
#include <chore/run_summary.h>

#include <stdio.h>
#include <string.h>

enum { TASK_WIDTH = 24 };
static const char dim[] = "\x1b[2m", plain[] = "\x1b[0m", live[] = "live";

bool chore_summary_has_latency(const chore_summary *summary)
{
    for (int i = 0; i < summary->n_cells; i++) {
        if (strcmp(summary->cells[i].latency, "frozen") != 0) {
            return true;
        }
    }
    return false;
}

static bool seen_before(const chore_summary *s, int cell, bool by_latency)
{
    const chore_cell *one = &s->cells[cell];
    for (int i = 0; i < cell; i++) {
        const chore_cell *other = &s->cells[i];
        const bool same =
            by_latency ? strcmp(other->latency, one->latency) == 0
                       : strcmp(other->task, one->task) == 0 && other->variant == one->variant;
        if (same) {
            return true;
        }
    }
    return false;
}

static const chore_cell *find(const chore_summary *s, const chore_cell *line, const char *latency)
{
    for (int i = 0; i < s->n_cells; i++) {
        const chore_cell *cell = &s->cells[i];
        if (strcmp(cell->task, line->task) == 0 && cell->variant == line->variant &&
            strcmp(cell->latency, latency) == 0) {
            return cell;
        }
    }
    return NULL;
}

/* For each column in order: its cell of this line, or the title when line is NULL. */
static void write_columns(const chore_summary *s, const chore_cell *line, chore_text *out)
{
    for (int i = 0; i < s->n_cells; i++) {
        const char *latency = s->cells[i].latency;
        char text[32] = "";
        if (seen_before(s, i, true)) {
            continue;
        }
        const chore_cell *cell = line ? find(s, line, latency) : NULL;
        if (cell) {
            snprintf(text, sizeof text, "%d/%d", cell->successes, cell->episodes);
        }
        chore_text_add(out, "  %9s", line ? text : latency);
    }
    chore_text_add(out, "\n");
}

/* Only live has news: a fixed delay is what it says. */
static void write_live(const chore_summary *s, chore_text *out)
{
    for (int i = 0; i < s->n_cells; i++) {
        const chore_cell *c = &s->cells[i];
        if (strncmp(c->latency, live, sizeof live - 1) == 0 && c->calls > 0 && c->steps > 0) {
            chore_text_add(
                out,
                "%s %s, %s: an answer every %.1f control steps, there after %.1f on average, "
                "%lld of %lld too late to be used; %.1f %% of the steps held\n",
                c->task, chore_variant_name(c->variant), c->latency,
                (double)c->steps / (double)c->calls, (double)c->answer_steps / (double)c->calls,
                (long long)c->late_calls, (long long)c->calls,
                100. * (double)c->held_steps / (double)c->steps);
        }
    }
}

void chore_latency_table(const chore_summary *summary, bool colours, chore_text *out)
{
    chore_text_add(out, "%ssuccess against latency, in control steps%s\n%-*s  %-9s",
                   colours ? dim : "", colours ? plain : "", TASK_WIDTH, "", "");
    write_columns(summary, NULL, out);
    for (int i = 0; i < summary->n_cells; i++) {
        const chore_cell *line = &summary->cells[i];
        if (!seen_before(summary, i, false)) {
            chore_text_add(out, "%-*.*s  %-9s", TASK_WIDTH, TASK_WIDTH, line->task,
                           chore_variant_name(line->variant));
            write_columns(summary, line, out);
        }
    }
    write_live(summary, out);
}
