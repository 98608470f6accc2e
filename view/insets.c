#include "insets_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/clock.h>
#include <chore/cull.h>

enum { EXTRA_GEOMS = 1000, SMOOTH = 2 }; /* beyond the model's; pixels per pixel and side of a smooth picture */
enum { REST = 5 }; /* while things move: at least so many times as long as the last drawing took lies between two */
#define EVERY_NS ((uint64_t)100 * 1000000) /* and at least this */
#define CLIP_FAR 60.0f /* metres, as for policies */

_Static_assert((int)CHORE_PICTURES_MOST <= (int)BRUSH_PICTURES, "the brush keeps them all");

static int oversampling(const chore_shot *shot)
{
    return shot->smooth ? SMOOTH : 1;
}

/* ---- life --------------------------------------------------------------------------------------------------------- */

static void make_room(insets *s, stage *on)
{
    int width = 1, height = 1;
    for (int i = 0; i < s->pictures.n; i++) {
        const chore_shot *shot = &s->pictures.at[i].shot;
        const int w = shot->view.width * oversampling(shot), h = shot->view.height * oversampling(shot);
        width = w > width ? w : width;
        height = h > height ? h : height;
        s->image[i] = calloc((size_t)shot->view.width * (size_t)shot->view.height, 3);
        CHORE_ASSERT(s->image[i]);
    }
    s->scratch = malloc(3 * (size_t)width * (size_t)height);
    CHORE_ASSERT(s->scratch);
    if (on->context.offWidth < width || on->context.offHeight < height) {
        mjr_resizeOffscreen(width > on->context.offWidth ? width : on->context.offWidth,
                            height > on->context.offHeight ? height : on->context.offHeight, &on->context);
    }
}

void insets_open(insets *s, const chore_pictures *pictures, stage *on)
{
    *s = (insets){.pictures = *pictures, .stale = true};
    mjv_defaultScene(&s->scene);
    mjv_defaultOption(&s->option);
    for (int group = 0; group < mjNGROUP; group++) { /* as for policies */
        s->option.geomgroup[group] = group <= 2;
        s->option.sitegroup[group] = 0;
    }
    s->option.flags[mjVIS_RANGEFINDER] = 0;
    s->option.flags[mjVIS_CONSTRAINT] = 0;
    mjv_makeScene(&on->model, &s->scene, (int)on->model.ngeom + EXTRA_GEOMS);
    s->scene.flags[mjRND_REFLECTION] = 0;
    if (pictures->lot != 0) {
        s->appearance = chore_appearance_create(&on->model);
        chore_appearance_wear(s->appearance, pictures->lot);
    }
    s->open = true;
    make_room(s, on);
}

void insets_close(insets *s)
{
    if (s->open) {
        mjv_freeScene(&s->scene);
        for (int i = 0; i < s->pictures.n; i++) {
            free(s->image[i]);
        }
        free(s->scratch);
        chore_appearance_destroy(s->appearance);
    }
    memset(s, 0, sizeof *s);
}

/* ---- drawing ------------------------------------------------------------------------------------------------------ */

void insets_forget(insets *s)
{
    s->stale = true;
}

bool insets_behind(const insets *s)
{
    return s->open && s->stale;
}

bool insets_due(const insets *s)
{
    const uint64_t rest = REST * s->cost_ns;
    return s->open && s->stale && chore_now_ns() - s->drawn_ns > (rest > EVERY_NS ? rest : EVERY_NS);
}

static void aim(mjvGLCamera *eye, const chore_view *view)
{
    eye->frustum_near = (float)CHORE_SHOT_NEAR;
    eye->frustum_far = CLIP_FAR;
    eye->frustum_center = 0;
    eye->frustum_top = (float)(CHORE_SHOT_NEAR * 0.5 * view->drawn_height / view->fy);
    eye->frustum_bottom = -eye->frustum_top;
    eye->frustum_width = (float)(CHORE_SHOT_NEAR * 0.5 * view->drawn_width / view->fx);
}

/* From what was drawn (`scale` pixels a side for one) to the picture: averaged, mirrored, between its bars. */
static void develop(const chore_shot *shot, int scale, const uint8_t *drawn, uint8_t *out)
{
    const chore_view *v = &shot->view;
    const size_t stride = 3 * (size_t)(v->drawn_width * scale);
    const int bottom = v->height - v->y - v->drawn_height;
    for (int y = 0; y < v->drawn_height; y++) {
        for (int x = 0; x < v->drawn_width; x++) {
            const int to_x = shot->flip_x ? v->width - 1 - v->x - x : v->x + x;
            const int to_y = shot->flip_y ? v->height - 1 - bottom - y : bottom + y;
            uint8_t *to = out + 3 * ((size_t)to_y * (size_t)v->width + (size_t)to_x);
            for (int c = 0; c < 3; c++) {
                int sum = 0;
                for (int k = 0; k < scale * scale; k++) {
                    sum += drawn[(size_t)(y * scale + k / scale) * stride + 3 * (size_t)(x * scale + k % scale) + (size_t)c];
                }
                to[c] = (uint8_t)((sum + scale * scale / 2) / (scale * scale));
            }
        }
    }
}

static void draw_one(insets *s, const mjModel *model, stage *on, const chore_moment *moment, int index)
{
    const chore_shot *shot = &s->pictures.at[index].shot;
    const int scale = oversampling(shot);
    const mjrRect at = {0, 0, shot->view.drawn_width * scale, shot->view.drawn_height * scale};
    mjvCamera eye;
    mjv_defaultCamera(&eye);
    eye.type = mjCAMERA_FIXED;
    eye.fixedcamid = shot->camera;
    mjv_updateScene(model, moment->data, &s->option, NULL, &eye, mjCAT_ALL, &s->scene);
    for (int i = 0; i < 2; i++) {
        aim(&s->scene.camera[i], &shot->view);
    }
    s->scene.flags[mjRND_SHADOW] = shot->shadows;
    chore_cull(model, &s->scene, (double)at.width / at.height);
    mjr_render(at, &s->scene, &on->context);
    mjr_readPixels(s->scratch, NULL, at, &on->context);
    develop(shot, scale, s->scratch, s->image[index]);
    s->kept[index] = 0;
}

void insets_update(insets *s, stage *on, const chore_moment *moment, bool at_once)
{
    if (!s->open || !s->stale || (!at_once && !insets_due(s))) {
        return;
    }
    const uint64_t begun = chore_now_ns();
    mjr_setBuffer(mjFB_OFFSCREEN, &on->context);
    const mjModel *model = s->appearance ? chore_appearance_model(s->appearance) : &on->model;
    if (s->appearance) {
        mj_camlight(model, moment->data); /* its cameras and lights stand elsewhere */
    }
    for (int i = 0; i < s->pictures.n; i++) {
        draw_one(s, model, on, moment, i);
    }
    if (s->appearance) {
        mj_camlight(&on->model, moment->data);
    }
    mjr_setBuffer(mjFB_WINDOW, &on->context);
    s->stale = false;
    s->drawn_ns = chore_now_ns();
    s->cost_ns = s->drawn_ns - begun;
}

/* ---- on the window ------------------------------------------------------------------------------------------------ */

/* A scale: a pixel of the picture is so many of the window (> 0), or so many of the picture's a side are one of the window (< 0).
   Whole numbers, so that what the policy sees stays what it is. */
static int shown(int pixels, int scale)
{
    return scale > 0 ? pixels * scale : pixels / -scale;
}

static int smaller(int scale)
{
    return scale > 1 ? scale - 1 : scale == 1 ? -2 : scale - 1;
}

/* The largest scales with which all have room below one another: whatever is tallest gives way. */
static void choose_scales(const insets *s, int room, int most, int scales[CHORE_PICTURES_MOST])
{
    int heights[CHORE_PICTURES_MOST], total = 0;
    for (int i = 0; i < s->pictures.n; i++) {
        const int height = s->pictures.at[i].shot.view.height;
        scales[i] = most >= height ? most / height : -((height + most - 1) / most);
        heights[i] = shown(height, scales[i]);
        total += heights[i];
    }
    while (total > room) {
        int tallest = 0;
        for (int i = 1; i < s->pictures.n; i++) {
            tallest = heights[i] > heights[tallest] ? i : tallest;
        }
        total -= heights[tallest];
        scales[tallest] = smaller(scales[tallest]);
        heights[tallest] = shown(s->pictures.at[tallest].shot.view.height, scales[tallest]);
        total += heights[tallest];
        if (heights[tallest] <= 1) {
            break;
        }
    }
}

static uint8_t *scaled(const chore_shot *shot, const uint8_t *image, int scale)
{
    const int up = scale > 0 ? scale : 1, down = scale > 0 ? 1 : -scale;
    const int width = shown(shot->view.width, scale), height = shown(shot->view.height, scale);
    uint8_t *out = malloc(3 * (size_t)width * (size_t)height);
    CHORE_ASSERT(out);
    for (int i = 0; i < width * height; i++) {
        const int x = i % width / up * down, y = i / width / up * down;
        for (int c = 0; c < 3; c++) {
            int sum = 0;
            for (int k = 0; k < down * down; k++) {
                sum += image[3 * ((size_t)(y + k / down) * (size_t)shot->view.width + (size_t)(x + k % down)) + (size_t)c];
            }
            out[3 * i + c] = (uint8_t)(sum / (down * down));
        }
    }
    return out;
}

static void keep_one(insets *s, const ink *pen, int index, int scale)
{
    const chore_shot *shot = &s->pictures.at[index].shot;
    if (s->kept[index] != scale) {
        uint8_t *pixels = scaled(shot, s->image[index], scale);
        brush_keep(pen->brush, index, pixels, shown(shot->view.width, scale), shown(shot->view.height, scale));
        free(pixels);
        s->kept[index] = scale;
    }
}

static int show_one(insets *s, const ink *pen, int index, int x, int y, int scale)
{
    const chore_picture *p = &s->pictures.at[index];
    const int width = shown(p->shot.view.width, scale), height = shown(p->shot.view.height, scale), edge = pen->line / 8 + 1;
    char text[CHORE_NAME_CAP + 64], size[32] = "";
    if (s->pictures.asked) {
        snprintf(size, sizeof size, " %dx%d", p->shot.view.width, p->shot.view.height);
    }
    snprintf(text, sizeof text, "%s%s", p->camera, size);
    ink_rect(pen, x - edge, y, width + 2 * edge, pen->line + height + edge, INK_PANEL);
    ink_text(pen, x, y, width, s->pictures.asked ? INK_TEXT : INK_DIM, text);
    keep_one(s, pen, index, scale);
    brush_picture(pen->brush, index, x, pen->height - y - pen->line - height, width, height);
    return pen->line + height + edge;
}

int insets_show(insets *s, const ink *pen, int x, int y, int bottom)
{
    const int n = s->pictures.n, title = pen->line, gap = pen->line / 4;
    if (!s->open || n == 0 || bottom - y < 4 * pen->line * n) {
        return 0;
    }
    int widest = 0, down = y, scales[CHORE_PICTURES_MOST];
    choose_scales(s, bottom - y - title - n * (pen->line + 2 * gap), pen->height * 34 / 100, scales);
    const char *what = s->pictures.asked ? "what the policy sees" : "cameras (the policy saw none)";
    ink_rect(pen, x - pen->line / 2, down, ink_width(pen, what) + pen->line, title, INK_PANEL);
    ink_text(pen, x, down, 0, INK_DIM, what), down += title + gap;
    for (int i = 0; i < n; i++) {
        const int width = shown(s->pictures.at[i].shot.view.width, scales[i]);
        down += show_one(s, pen, i, x, down, scales[i]) + gap;
        widest = width > widest ? width : widest;
    }
    return widest;
}
