/* What is written of the second episode of a pair. */
#include "pair_internal.h"

#include <stdio.h>
#include <string.h>

#include "ghost_internal.h"

int pair_strip_height(const ink *pen)
{
    return 2 * pen->line + pen->line / 2;
}

static ink_colour own_colour(void)
{
    ink_colour c = GHOST_COLOUR;
    c.a = 1;
    return c;
}

static int clock_x(const pair *p, const lanes *at, const chore_timeline *first, uint64_t step)
{
    const int64_t on_first = chore_sync_first(&p->sync, step);
    const uint64_t inside = on_first < 0 ? 0 : (uint64_t)on_first < first->n_axis ? (uint64_t)on_first : first->n_axis;
    return lanes_x(at, first, inside);
}

/* How long it lasts on the first's clock, what happened in it, where it is. */
static void draw_axis(const pair *p, const ink *pen, const lanes *at, const chore_timeline *first, int y)
{
    const chore_timeline *own = chore_player_timeline(p->player);
    const int thin = pen->line / 8 + 1, thick = pen->line / 6 + 1, middle = y + pen->line / 2;
    const int from = clock_x(p, at, first, 0), to = clock_x(p, at, first, own->n_steps);
    ink_rect(pen, from, middle - thin / 2, to - from, thin, INK_OFF);
    if (p->same_until > 0 && p->sync.by == CHORE_SYNC_TIME) {
        ink_rect(pen, from, middle - thin, clock_x(p, at, first, p->same_until) - from, 2 * thin, own_colour());
    }
    for (int i = 0; i < own->n_marks; i++) {
        const chore_mark *mark = &own->marks[i];
        if ((int)mark->kind & CHORE_MARK_EVENTS) {
            ink_rect(pen, clock_x(p, at, first, mark->step) - thick / 2, y + 2, thick, pen->line - 4,
                     mark->kind == CHORE_MARK_FIRED ? INK_EVENT : mark->kind == CHORE_MARK_HANDLED ? INK_GOOD : INK_DIM);
        }
    }
    if (p->moment) {
        ink_rect(pen, clock_x(p, at, first, p->moment->step) - thin / 2, y, thin, pen->line, (ink_colour){1, 1, 1, 0.95f});
    }
}

static void describe(const pair *p, char *out, size_t cap)
{
    const chore_moment *m = p->moment;
    char trust[64];
    if (m->diverged >= 0) {
        snprintf(trust, sizeof trust, "DIVERGED at step %lld", (long long)m->diverged);
    } else {
        snprintf(trust, sizeof trust, "%s", m->same ? "state as recorded" : "state differs");
    }
    snprintf(out, cap, "step %llu of %llu%s   progress %.2f, %d of %d hold   %s   by %s%s", (unsigned long long)m->step,
             (unsigned long long)p->sync.n_steps[1], m->arrived ? "" : " ...", m->progress, m->literals_met, m->literals_total,
             trust, p->sync.by == CHORE_SYNC_EVENT ? "the first event" : "time",
             p->by != p->sync.by ? " (one has no event)" : p->ghost && !p->one_model ? " (no ghost: two scenes)" : "");
}

void pair_draw_strip(const pair *p, const ink *pen, const chore_timeline *first, int bottom)
{
    const lanes at = lanes_place(pen, first);
    const int height = pair_strip_height(pen), top = bottom - height, pad = pen->line / 2, y = top + pad / 2;
    char line[512];
    ink_colour ground = INK_PANEL;
    ground.a = 1;
    ink_rect(pen, 0, top, pen->width, height, ground);
    ink_rect(pen, 0, top, pen->width, 1, INK_OFF);
    snprintf(line, sizeof line, "B  %s  %s  ", p->entry.name, p->policy);
    int x = pad + ink_text(pen, pad, y, pen->width - 2 * pad, own_colour(), line);
    if (p->entry.known) {
        x += ink_text(pen, x, y, pen->width - x, p->entry.success ? INK_GOOD : INK_BAD, p->entry.outcome);
    }
    if (p->state == CHORE_PLAYER_FAILED) {
        ink_text(pen, x + pad, y, pen->width - x - 2 * pad, INK_BAD, p->err.message);
    } else if (p->moment) {
        describe(p, line, sizeof line);
        ink_text(pen, x + 2 * pad, y, pen->width - x - 3 * pad, p->moment->diverged >= 0 ? INK_BAD : INK_DIM, line);
    } else {
        ink_text(pen, x + 2 * pad, y, pen->width - x - 3 * pad, INK_DIM, "loading ...");
    }
    if (p->staged) {
        ink_text(pen, pad, y + pen->line, at.left - 2 * pad, INK_DIM,
                 p->same_until > 0 && p->sync.by == CHORE_SYNC_TIME ? "events; bar: A's states" : "events");
        draw_axis(p, pen, &at, first, y + pen->line);
    }
}

static void draw_name(const ink *pen, int x, int bottom, int room, ink_colour colour, const char *text)
{
    const int pad = pen->line / 2, width = ink_width(pen, text);
    const int shown = width < room - 2 * pad ? width : room - 2 * pad;
    ink_rect(pen, x, bottom - pen->line - pad, shown + 2 * pad, pen->line + pad, INK_PANEL);
    ink_text(pen, x + pad, bottom - pen->line - pad / 2, shown + 1, colour, text);
}

void pair_draw_names(const pair *p, const ink *pen, const char *first, int bottom)
{
    char text[CHORE_NAME_CAP * 4 + 8];
    const int half = pen->width / 2;
    snprintf(text, sizeof text, "A  %s", first);
    draw_name(pen, 0, bottom, half, INK_TEXT, text);
    snprintf(text, sizeof text, "B  %s  %s", p->entry.name, p->policy);
    draw_name(pen, half, bottom, half, own_colour(), text);
    ink_rect(pen, half - 1, 0, 2, bottom, INK_OFF);
}
