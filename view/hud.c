#include "hud_internal.h"

#include <stdio.h>
#include <string.h>

#include "keys_internal.h"

/* ---- left: what is done, and how it came out ---------------------------------------------------------------------- */

static int left_width(const ink *pen)
{
    return pen->width * 6 / 10 - pen->line / 2 * 2;
}

int hud_left_end(const hud *h)
{
    const char *instruction = h->moment ? h->moment->instruction : "";
    const int n = ink_lines(h->pen, 0, 0, left_width(h->pen), 3, INK_TEXT, instruction, 0);
    return (n + 1) * h->pen->line + h->pen->line / 2;
}

static void draw_left(const hud *h)
{
    const ink *pen = h->pen;
    const int pad = pen->line / 2, width = left_width(pen);
    const char *instruction = h->moment ? h->moment->instruction : "";
    char line[512];
    ink_rect(pen, 0, 0, width + 2 * pad, hud_left_end(h), INK_PANEL);
    snprintf(line, sizeof line, "%s  %s%s", h->entry->name, h->policy, h->entry->known ? "  " : "");
    int x = pad + ink_text(pen, pad, pad / 2, width, INK_DIM, line);
    if (h->entry->known) {
        x += ink_text(pen, x, pad / 2, width - x, h->entry->success ? INK_GOOD : INK_BAD, h->entry->outcome);
    } else if (h->moment && h->moment->growing) {
        x += ink_text(pen, x, pad / 2, width - x, INK_EVENT, "  unfinished");
    }
    if (h->n_entries > 1) {
        char done[32] = "";
        if (h->n_done < h->n_entries) {
            snprintf(done, sizeof done, ", %d done", h->n_done);
        }
        snprintf(line, sizeof line, "  %d of %d%s", h->index + 1, h->n_entries, done);
        ink_text(pen, x, pad / 2, width - x, INK_DIM, line);
    }
    ink_lines(pen, pad, pad / 2 + pen->line, width, 3, INK_TEXT, instruction, 1);
}

/* ---- right: time, speed, trust ------------------------------------------------------------------------------------ */

static void draw_progress(const hud *h, int x, int y, int width)
{
    const ink *pen = h->pen;
    const int thick = pen->line / 3;
    ink_rect(pen, x, y, width, thick, INK_OFF);
    ink_rect(pen, x, y, (int)(width * h->moment->progress), thick, INK_GOOD);
}

int hud_right_width(const ink *pen)
{
    const int least = 13 * pen->line;
    return pen->width / 4 > least ? pen->width / 4 : least;
}

int hud_right_end(const ink *pen)
{
    return 6 * pen->line + pen->line / 2;
}

static void draw_right(const hud *h)
{
    const ink *pen = h->pen;
    const chore_moment *m = h->moment;
    const int pad = pen->line / 2, width = hud_right_width(pen), x = pen->width - width + pad, room = width - 2 * pad;
    char line[160], speed[8];
    int y = pad / 2;
    chore_playhead_speed_text(h->head, speed);
    ink_rect(pen, pen->width - width, 0, width, hud_right_end(pen), INK_PANEL);
    const double end = (double)h->timeline->n_steps / h->timeline->hz;
    if (h->head->follow) {
        snprintf(line, sizeof line, "%.2f s so far   following", m->seconds);
    } else {
        snprintf(line, sizeof line, "%.2f of %.2f s%s   %s %s%s", m->seconds, end, m->growing ? " so far" : "",
                 h->head->playing ? ">" : "||", speed, h->head->loop ? " loop" : "");
    }
    ink_text(pen, x, y, room, INK_TEXT, line), y += pen->line;
    snprintf(line, sizeof line, "step %llu of %llu%s", (unsigned long long)m->step,
             (unsigned long long)h->timeline->n_steps, m->arrived ? "" : "  seeking ...");
    ink_text(pen, x, y, room, INK_DIM, line), y += pen->line;
    if (m->diverged >= 0) {
        snprintf(line, sizeof line, "DIVERGED at step %lld", (long long)m->diverged);
        ink_rect(pen, x - pad / 2, y, room + pad, pen->line, (ink_colour){0.75f, 0.08f, 0.08f, 1});
        ink_text(pen, x, y, room, (ink_colour){1, 1, 1, 1}, line);
    } else if (h->driven_from >= 0) {
        ink_text(pen, x, y, room, INK_EVENT, "intervened: a recording of its own");
    } else {
        ink_text(pen, x, y, room, m->same ? INK_GOOD : INK_BAD, !m->same ? "state differs" : m->checked ? "state as recorded, as all are" : "state as recorded");
    }
    y += pen->line;
    snprintf(line, sizeof line, "progress %.2f, %d of %d hold", m->progress, m->literals_met, m->literals_total);
    ink_text(pen, x, y, room, INK_TEXT, line), y += pen->line;
    draw_progress(h, x, y + pen->line / 3, room), y += pen->line;
    snprintf(line, sizeof line, "camera %s%s%s", h->camera, h->picked[0] ? "   body " : "", h->picked);
    ink_text(pen, x, y, room, INK_DIM, line);
}

static void draw_toast(const hud *h, int above)
{
    const ink *pen = h->pen;
    const int pad = pen->line / 2, width = ink_width(pen, h->toast) + 2 * pad;
    ink_rect(pen, (pen->width - width) / 2, above - 2 * pen->line, width, pen->line + pad, INK_PANEL);
    ink_text(pen, (pen->width - width) / 2 + pad, above - 2 * pen->line + pad / 2, width, INK_TEXT, h->toast);
}

void hud_draw(const hud *h)
{
    const lanes at = lanes_place(h->pen, h->timeline);
    draw_left(h);
    if (h->moment) {
        draw_right(h);
    }
    lanes_draw(&at, h);
    if (h->toast[0]) {
        draw_toast(h, at.y);
    }
}

/* ---- keys --------------------------------------------------------------------------------------------------------- */

void hud_draw_keys(const ink *pen)
{
    int rows = 0, widest = 0, columns = 1;
    for (int i = 0; i < view_n_keys; i++) {
        const view_key *k = &view_keys[i];
        const int width = ink_width(pen, k->what);
        rows += k->group || k->label[0];
        widest = width > widest ? width : widest;
    }
    const int keys = ink_width(pen, "Backspace  "), pad = pen->line;
    int column = keys + widest + 2 * pad;
    const int fit = (pen->height - 2 * pad) / pen->line; /* rows that have room */
    columns = (rows + fit - 1) / (fit > 0 ? fit : 1);
    column = column * columns < pen->width ? column : pen->width / columns;
    const int per = (rows + columns - 1) / columns, width = columns * column, height = per * pen->line + 2 * pad;
    const int x = (pen->width - width) / 2, y = (pen->height - height) / 2;
    ink_rect(pen, x, y, width, height, (ink_colour){0.07f, 0.08f, 0.10f, 0.97f});
    for (int i = 0, n = 0; i < view_n_keys; i++) {
        const view_key *k = &view_keys[i];
        const int at = x + pad + n / per * column, down = y + pad + n % per * pen->line;
        if (k->group) {
            ink_text(pen, at, down, widest, INK_EVENT, k->group), n++;
        } else if (k->label[0]) {
            ink_text(pen, at, down, keys, INK_STAGE, k->label);
            ink_text(pen, at + keys, down, column - keys - pad, INK_TEXT, k->what), n++;
        }
    }
}
