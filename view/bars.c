#include "bars_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MOST = 64, LINES = 3 }; /* rows; of words above them */

typedef struct bar {
    char label[CHORE_NAME_CAP];
    double value, lo, hi;
    double force; /* -1 .. 1: of the actuator, of what it can; 0 in other kinds */
    bool absent;
} bar;

/* ---- what there is ------------------------------------------------------------------------------------------------ */

static void name_value(char *out, size_t cap, const chore_action_component *c, int i)
{
    const char *name = strncmp(c->name, "act.", 4) == 0 ? c->name + 4 : c->name;
    const char *letters = strcmp(c->repr, "quat_wxyz") == 0                                      ? "wxyz"
                          : c->dim == 3 && (!strcmp(c->repr, "m") || !strcmp(c->repr, "axis_angle")) ? "xyz"
                          : c->dim == 2 && strcmp(c->repr, "m") == 0                             ? "xy"
                                                                                                 : "";
    if (c->dim == 1) {
        chore_copy(out, cap, name);
    } else if (letters[0] && i < (int)strlen(letters)) {
        snprintf(out, cap, "%.40s %c", name, letters[i]);
    } else {
        snprintf(out, cap, "%.40s %d", name, i + 1);
    }
}

static int list_action(const bars *b, bar out[MOST])
{
    int n = 0;
    for (int k = 0; k < b->action->n; k++) {
        const chore_action_component *c = &b->action->components[k];
        for (int i = 0; i < c->dim && n < MOST; i++, n++) {
            out[n] = (bar){.lo = c->lo[i], .hi = c->hi[i], .absent = !b->values, .value = b->values ? (double)b->values[n] : 0};
            name_value(out[n].label, sizeof out[n].label, c, i);
        }
    }
    return n;
}

static int list_actuators(const bars *b, bar out[MOST])
{
    const mjModel *m = b->model;
    const mjData *d = b->moment->data;
    int n = 0;
    for (int i = 0; i < (int)m->nu && n < MOST; i++, n++) {
        const char *name = mj_id2name(m, mjOBJ_ACTUATOR, i);
        const double most = m->actuator_forcelimited[i] ? m->actuator_forcerange[2 * i + 1] : 0;
        out[n] = (bar){.value = d->ctrl[i],
                       .lo = m->actuator_ctrllimited[i] ? m->actuator_ctrlrange[2 * i] : -mjPI,
                       .hi = m->actuator_ctrllimited[i] ? m->actuator_ctrlrange[2 * i + 1] : mjPI,
                       .force = most > 0 ? mju_clip(d->actuator_force[i] / most, -1, 1) : 0};
        chore_copy(out[n].label, sizeof out[n].label, name ? name : "actuator");
    }
    return n;
}

/* ---- the policy's time -------------------------------------------------------------------------------------------- */

static void tell_call(const bars *b, char *out, size_t cap)
{
    const int64_t step = (int64_t)b->moment->step;
    const chore_ledger_call *running = chore_ledger_running(b->ledger, step), *pending = chore_ledger_pending(b->ledger, step);
    char acts[64] = "no answer yet", wall[32] = "", thinks[64] = "";
    if (running && running->wall_ms >= 0) {
        snprintf(wall, sizeof wall, " (%.0f ms)", running->wall_ms);
    }
    if (running) {
        snprintf(acts, sizeof acts, "acts on step %" PRId64 "%s", running->observed, wall);
    }
    if (pending) {
        snprintf(thinks, sizeof thinks, ", thinks about %" PRId64, pending->observed);
    }
    snprintf(out, cap, "%s%s", acts, thinks);
}

/* Returns how many lines: the latency it ran under, how long a call took on the clock, and what goes on now. */
static int tell_latency(const bars *b, char line[LINES][160])
{
    const chore_ledger *l = b->ledger;
    int n = 0;
    if (l->n > 0) {
        snprintf(line[n++], sizeof *line, "latency %s: mean %.1f steps, %d late", l->latency, l->mean_steps, l->n_late);
        tell_call(b, line[n++], sizeof *line);
    } else {
        snprintf(line[n++], sizeof *line, "latency %s%s", l->latency, strcmp(l->latency, "frozen") == 0 ? ": the world waits" : "");
    }
    if (b->entry->policy_calls > 0) {
        snprintf(line[n++], sizeof *line, "%" PRId64 " calls, median %.3g ms, p99 %.3g", b->entry->policy_calls,
                 b->entry->policy_p50_ms, b->entry->policy_p99_ms);
    }
    return n;
}

/* ---- drawing ------------------------------------------------------------------------------------------------------ */

/* A bar begins at zero where zero lies within the range, else at its lower end. */
static void draw_bar(const ink *pen, const bar *v, int x, int y, int width, int height)
{
    const double range = v->hi - v->lo, zero = v->lo < 0 && v->hi > 0 ? -v->lo / range : 0;
    const double share = range > 0 ? mju_clip((v->value - v->lo) / range, 0, 1) : 0;
    const int origin = x + (int)(zero * width), to = x + (int)(share * width), tick = height / 4 + 1;
    ink_rect(pen, x, y, width, height, INK_OFF);
    if (v->absent) {
        return;
    }
    ink_rect(pen, origin < to ? origin : to, y, origin < to ? to - origin : origin - to, height, INK_STAGE);
    ink_rect(pen, to - tick / 2, y - 1, tick, height + 2, v->value < v->lo || v->value > v->hi ? INK_BAD : INK_TEXT);
    if (v->force < 0 || v->force > 0) {
        const int middle = x + width / 2, end = middle + (int)(v->force * width / 2), thick = height / 3 + 1;
        ink_rect(pen, middle < end ? middle : end, y + height - thick, middle < end ? end - middle : middle - end, thick, INK_EVENT);
    }
}

static void draw_row(const ink *pen, const bar *v, int x, int y, int width, int row)
{
    const bool worded = row * 5 >= pen->line * 4; /* else there is no room for letters */
    const int label = worded ? width * 42 / 100 : 0, number = worded ? ink_width(pen, "-0.000 ") : 0;
    char text[32];
    if (worded) {
        ink_text(pen, x, y, label - 4, INK_DIM, v->label);
        snprintf(text, sizeof text, "%.3f", v->value);
        ink_text(pen, x + width - number + 4, y, number, INK_TEXT, v->absent ? "-" : text);
    }
    draw_bar(pen, v, x + label, y + row / 4, width - label - number, row / 2);
}

void bars_draw(const bars *b, int width, int y, int bottom)
{
    const ink *pen = b->pen;
    bar list[MOST];
    char line[LINES][160];
    if (b->kind == BARS_OFF) {
        return;
    }
    const int pad = pen->line / 2, x = pen->width - width + pad, room = width - 2 * pad;
    const int n_lines = tell_latency(b, line), n = b->kind == BARS_ACTION ? list_action(b, list) : list_actuators(b, list);
    const int head = (n_lines + 1) * pen->line + pad / 2, least = pen->line / 3 > 4 ? pen->line / 3 : 4;
    int row = n > 0 ? (bottom - y - head - pad) / n : 0;
    row = row < pen->line ? row : pen->line;
    const int rows = row >= least ? n : 0;
    if (y + head > bottom) {
        return;
    }
    ink_rect(pen, pen->width - width, y, width, head + rows * row + pad / 2, INK_PANEL);
    for (int i = 0; i < n_lines; i++) {
        ink_text(pen, x, y + pad / 4 + i * pen->line, room, i == 0 && b->ledger->n_late > 0 ? INK_EVENT : INK_DIM, line[i]);
    }
    char title[CHORE_NAME_CAP + 32];
    snprintf(title, sizeof title, b->kind == BARS_ACTION ? "action, %s" : "actuators: target, force below", b->action->mode);
    ink_text(pen, x, y + pad / 4 + n_lines * pen->line, room, INK_TEXT, title);
    for (int i = 0; i < rows; i++) {
        draw_row(pen, &list[i], x, y + head + i * row, room, row);
    }
}
