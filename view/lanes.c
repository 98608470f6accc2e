/* The timeline: a row of events, a row of stages, a lane for each literal of the goal. Truth is shown by height as well as by
   colour: a lane is a bar while its literal holds and a thin line while it does not. */
#include "hud_internal.h"

#include <stdio.h>
#include <string.h>

static bool any_mark(const chore_timeline *timeline, int kinds)
{
    for (int i = 0; i < timeline->n_marks; i++) {
        if ((int)timeline->marks[i].kind & kinds) {
            return true;
        }
    }
    return false;
}

lanes lanes_place(const ink *pen, const chore_timeline *timeline)
{
    const int margin = pen->line / 2;
    lanes at = {.row = pen->line, .stages = any_mark(timeline, CHORE_MARK_STAGE), .calls = any_mark(timeline, CHORE_MARK_CALL)};
    const int others = 1 + at.stages + at.calls; /* rows that are no literals */
    const int most = pen->height * 2 / 5 / at.row - 1 - others;
    const int shown = timeline->n_lanes < most ? timeline->n_lanes : most > 0 ? most : 0;
    at.n_hidden = timeline->n_lanes - shown;
    at.n_rows = others + shown;
    at.width = pen->width;
    at.height = (at.n_rows + 1) * at.row + 2 * margin; /* one for the scale */
    at.y = pen->height - at.height;
    at.top = at.y + margin;
    at.left = pen->width / 4 + margin;
    at.right = pen->width - 2 * margin;
    return at;
}

int lanes_x(const lanes *at, const chore_timeline *timeline, uint64_t step)
{
    const uint64_t inside = step < timeline->n_axis ? step : timeline->n_axis; /* who drives may be beyond the end */
    const double share = timeline->n_axis ? (double)inside / (double)timeline->n_axis : 0;
    return at->left + (int)(share * (at->right - at->left) + 0.5);
}

int64_t lanes_step(const lanes *at, const chore_timeline *timeline, double x, double y, bool anywhere)
{
    const double width = at->right - at->left, n = (double)timeline->n_axis;
    const bool inside = y >= at->y && x >= at->left - at->row / 2.0 && x <= at->right + at->row / 2.0;
    if (!inside && !anywhere) {
        return -1;
    }
    const double step = (x - at->left) / width * n + 0.5;
    return step < 0 ? 0 : step > n ? (int64_t)n : (int64_t)step;
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

static void label(const lanes *at, const ink *pen, int y, const char *text, ink_colour colour)
{
    ink_text(pen, at->row / 2, y, at->left - at->row, colour, text);
}

static void span(const lanes *at, const hud *h, int y, uint64_t from, uint64_t to, bool holds)
{
    const int x = lanes_x(at, h->timeline, from), end = lanes_x(at, h->timeline, to);
    const int thick = holds ? at->row * 6 / 10 : at->row / 8 + 1;
    ink_rect(h->pen, x, y + (at->row - thick) / 2, end - x > 1 ? end - x : 1, thick, holds ? INK_GOOD : INK_OFF);
}

static void draw_lane(const lanes *at, const hud *h, int y, const chore_lane *lane, uint64_t now)
{
    const int truth = chore_lane_holds(lane, now);
    char text[sizeof lane->text + 16];
    snprintf(text, sizeof text, "%s%s", lane->event >= 0 ? "+ " : "", lane->text);
    label(at, h->pen, y, text, h->driven_from >= 0 ? INK_DIM : truth > 0 ? INK_GOOD : truth < 0 ? INK_OFF : INK_TEXT);
    uint64_t from = lane->begins;
    bool holds = lane->starts;
    for (int i = 0; i < lane->n_flips; i++) {
        span(at, h, y, from, lane->flips[i], holds);
        from = lane->flips[i];
        holds = !holds;
    }
    span(at, h, y, from, h->timeline->n_steps, holds);
}

static ink_colour mark_colour(chore_mark_kind kind)
{
    return kind == CHORE_MARK_FIRED     ? INK_EVENT
           : kind == CHORE_MARK_HANDLED ? INK_GOOD
           : kind == CHORE_MARK_STAGE   ? INK_STAGE
                                        : INK_DIM;
}

/* Ticks, with their words where these do not run into the next ones. */
static void draw_marks(const lanes *at, const hud *h, int y, int kinds, int worded)
{
    const chore_timeline *t = h->timeline;
    for (int i = 0; i < t->n_marks; i++) {
        const chore_mark *mark = &t->marks[i];
        if (!((int)mark->kind & kinds)) {
            continue;
        }
        const int x = lanes_x(at, t, mark->step), thick = at->row / 6;
        const bool small = mark->kind == CHORE_MARK_CALL;
        ink_rect(h->pen, x - thick / 2, small ? y + at->row * 3 / 4 : y + 1, thick > 1 && !small ? thick : 1,
                 small ? at->row / 4 : at->row - 2, mark_colour(mark->kind));
        int end = at->right;
        for (int k = i + 1; k < t->n_marks; k++) {
            if ((int)t->marks[k].kind & worded) {
                end = lanes_x(at, t, t->marks[k].step);
                break;
            }
        }
        const int room = end - x - at->row / 2;
        if (((int)mark->kind & worded) && room > 2 * at->row) {
            ink_text(h->pen, x + thick + 2, y, room, mark_colour(mark->kind), mark->text);
        }
    }
}

/* Each call from what it saw to when its answer ran: a tick, and the time that it took behind it; red where it came too late. */
static void draw_calls(const lanes *at, const hud *h, int y)
{
    const chore_ledger *ledger = h->ledger;
    int drawn = -1;
    for (int i = 0; i < ledger->n; i++) {
        const chore_ledger_call *call = &ledger->calls[i];
        const bool late = call->in_force < 0;
        const int64_t to = late ? call->answered : call->in_force;
        const int x = lanes_x(at, h->timeline, (uint64_t)call->observed), end = lanes_x(at, h->timeline, (uint64_t)to);
        if (x == drawn && !late) {
            continue; /* many to a pixel */
        }
        drawn = x;
        ink_rect(h->pen, x, y + at->row * 4 / 10, end - x > 1 ? end - x : 1, at->row / 4, late ? INK_BAD : INK_OFF);
        ink_rect(h->pen, x, y + at->row / 5, at->row / 24 + 1, at->row * 6 / 10, late ? INK_BAD : INK_STAGE);
    }
}

static void draw_scale(const lanes *at, const hud *h, int y)
{
    static const int rungs[] = {1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600};
    const chore_timeline *t = h->timeline;
    const double seconds = (double)t->n_axis / t->hz;
    const int wide = ink_width(h->pen, "00:00") * 2, most = (at->right - at->left) / wide;
    int every = rungs[0];
    for (size_t i = 0; i < sizeof rungs / sizeof *rungs && seconds / every > most; i++) {
        every = rungs[i];
    }
    for (int s = 0; s <= seconds; s += every) {
        char text[32];
        const int x = lanes_x(at, t, (uint64_t)s * (uint64_t)t->hz);
        snprintf(text, sizeof text, "%d s", s);
        ink_rect(h->pen, x, y, 1, at->row / 4, INK_DIM);
        ink_text(h->pen, x + 3, y + 1, at->right - x, INK_DIM, text);
    }
}

/* Where it is (white), and where it was asked to go, while it is not there. */
static void draw_head(const lanes *at, const hud *h)
{
    const int height = at->n_rows * at->row, wide = at->row / 8 + 1;
    const uint64_t wanted = chore_playhead_step(h->head);
    if (h->moment && h->moment->diverged >= 0) {
        const int x = lanes_x(at, h->timeline, (uint64_t)h->moment->diverged);
        ink_rect(h->pen, x, at->top, at->right - x, height, (ink_colour){0.95f, 0.2f, 0.2f, 0.22f});
    }
    if (h->moment && h->moment->step != wanted) {
        ink_rect(h->pen, lanes_x(at, h->timeline, wanted), at->top, 1, height, INK_DIM);
    }
    if (h->moment) {
        ink_rect(h->pen, lanes_x(at, h->timeline, h->moment->step) - wide / 2, at->top, wide, height,
                 (ink_colour){1, 1, 1, 0.95f});
    }
}

/* What the recording tells of the time after a person took over is no longer so. */
static void veil(const lanes *at, const hud *h)
{
    const int x = lanes_x(at, h->timeline, (uint64_t)h->driven_from), height = at->n_rows * at->row;
    ink_rect(h->pen, x, at->top, at->right - x + 1, height, (ink_colour){0.07f, 0.08f, 0.10f, 0.75f});
    ink_rect(h->pen, x, at->top, at->row / 8 + 1, height, INK_EVENT);
    ink_text(h->pen, x + at->row / 2, at->top + height - at->row, at->right - x - at->row / 2, INK_EVENT, "you took over");
}

void lanes_draw(const lanes *at, const hud *h)
{
    const chore_timeline *t = h->timeline;
    const uint64_t now = h->moment ? h->moment->step : 0;
    int y = at->top;
    ink_colour ground = INK_PANEL;
    ground.a = 1; /* nothing is drawn under it: what an earlier frame left there would shine through */
    ink_rect(h->pen, at->x, at->y, at->width, at->height, ground);
    label(at, h->pen, y, "events", INK_DIM);
    draw_marks(at, h, y, CHORE_MARK_EVENTS, CHORE_MARK_FIRED);
    y += at->row;
    if (at->calls) {
        label(at, h->pen, y, "policy asked", INK_DIM);
        draw_calls(at, h, y);
        y += at->row;
    }
    if (at->stages) {
        label(at, h->pen, y, "stages", INK_DIM);
        draw_marks(at, h, y, CHORE_MARK_STAGE, CHORE_MARK_STAGE);
        y += at->row;
    }
    for (int i = 0; i + at->n_hidden < t->n_lanes; i++, y += at->row) {
        draw_lane(at, h, y, &t->lanes[i], now);
    }
    if (at->n_hidden > 0) {
        char more[64];
        snprintf(more, sizeof more, "and %d more", at->n_hidden);
        label(at, h->pen, y, more, INK_DIM);
    }
    draw_scale(at, h, y);
    if (h->driven_from >= 0) {
        veil(at, h);
    }
    draw_head(at, h);
}
