#include <chore/film.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/render.h>
#include <chore/verify.h>

#include "film_moments_internal.h"

enum {
    FRAMES = 3,
    ACROSS = 3,
    FRAME_WIDTH = 220,
    FRAME_HEIGHT = 165
}; /* of a task; tasks in a row */

/* A sheet, and what its first episode was drawn with: the film's renderer must outlive it. */
typedef struct sheet {
    chore_film *film;
    chore_renderer *renderer;
    chore_rig *rig;
    int n;
} sheet;

typedef struct shooting {
    film_moments moments;
    int next;
    chore_renderer *renderer;
    chore_film *film;
    chore_image image;
    const char *camera;
    const chore_row *row;
    chore_status status;
    chore_error *err;
} shooting;

static bool is_better(const chore_row *a, const chore_row *b)
{
    if (b == NULL || a->success != b->success) {
        return b == NULL || a->success;
    }
    return a->variant == CHORE_DISTURBED && b->variant != CHORE_DISTURBED;
}

/* NULL: nothing to draw from. */
static const chore_row *choose(const chore_run_folder *run, int task)
{
    const chore_row *best = NULL;
    for (int i = 0; i < run->plan.n_episodes; i++) {
        const chore_row *row =
            run->plan.episodes[i].task == task ? chore_run_folder_row(run, i) : NULL;
        if (row != NULL && row->trace[0] && is_better(row, best)) {
            best = row;
        }
    }
    return best;
}

/* The task's name over its first frame, its time over the others. */
static void caption_of(const shooting *s, const film_moment *m, char *out, size_t cap)
{
    double time = (double)m->steps / s->moments.hz;
    if (s->next == 0) {
        char name[CHORE_NAME_CAP];
        chore_copy(name, sizeof name, s->row->task);
        for (char *c = name; *c; c++) {
            *c = *c == '_' ? ' ' : *c;
        }
        snprintf(out, cap, "%s\n%s", name, chore_variant_name(s->row->variant));
    } else {
        snprintf(out, cap, "%.0f s\n%s", time, m->caption);
    }
}

static void take(shooting *s, chore_episode *episode)
{
    const film_moment *m = &s->moments.at[s->next];
    char caption[600];
    caption_of(s, m, caption, sizeof caption);
    s->status = chore_renderer_frame(s->renderer, chore_world_data(chore_episode_world(episode)),
                                     s->camera, &s->image, s->err);
    if (s->status == CHORE_OK) {
        s->status = chore_film_add_image(s->film, &s->image, caption, m->accent, s->err);
    }
    s->next++;
}

static bool shoot(void *ctx, chore_episode *episode, uint64_t steps)
{
    shooting *s = ctx;
    while (s->next < s->moments.n && s->moments.at[s->next].steps <= steps &&
           s->status == CHORE_OK) {
        take(s, episode);
    }
    return s->status == CHORE_OK;
}

/* Exactly FRAMES of them: a very short episode shows its end more than once. */
static void choose_moments(film_moments *m, const chore_trace *trace)
{
    chore_film_choose(m, chore_trace_n_steps(trace), FRAMES, FRAMES, FRAMES);
    for (; m->n < FRAMES; m->n++) {
        m->at[m->n] = m->at[m->n - 1];
    }
}

static chore_status draw_task(sheet *sh, chore_rig *rig, chore_renderer *renderer,
                              const chore_trace *trace, const chore_row *row, chore_error *err)
{
    shooting *s = calloc(1, sizeof *s);
    CHORE_ASSERT(s);
    s->renderer = renderer;
    s->film = sh->film;
    s->camera = chore_scene_cameras(chore_rig_scene(rig))[0];
    s->row = row;
    s->err = err;
    chore_film_find(&s->moments, trace, row, chore_task_control_hz(chore_rig_task(rig)), false);
    choose_moments(&s->moments, trace);
    chore_status status = chore_image_create(&s->image, FRAME_WIDTH, FRAME_HEIGHT, err);
    if (status == CHORE_OK) {
        status = chore_replay(rig, trace, shoot, s, err);
        status = s->status != CHORE_OK ? s->status : status;
    }
    chore_image_release(&s->image);
    free(s);
    return status;
}

static chore_status make_renderer(chore_renderer **out, chore_rig *rig, chore_error *err)
{
    chore_render_def def = chore_render_def_default();
    def.model = chore_scene_model(chore_rig_scene(rig));
    def.width = FRAME_WIDTH;
    def.height = FRAME_HEIGHT;
    return chore_renderer_create(out, &def, err);
}

static chore_status add_task(sheet *sh, const chore_run_folder *run, const chore_row *row,
                             chore_error *err)
{
    chore_trace *trace = NULL;
    chore_rig *rig = NULL;
    chore_renderer *renderer = NULL;
    chore_status status = chore_film_open(&rig, &trace, run->dir, &run->plan, row, err);
    if (status == CHORE_OK) {
        status = make_renderer(&renderer, rig, err);
    }
    if (status == CHORE_OK && sh->film == NULL) {
        status =
            chore_film_create(&sh->film, renderer, FRAMES * ACROSS, FRAME_WIDTH, FRAME_HEIGHT, err);
    }
    if (status == CHORE_OK) {
        status = draw_task(sh, rig, renderer, trace, row, err);
        sh->n++;
    }
    if (sh->film != NULL && sh->renderer == NULL) { /* kept for its font */
        sh->renderer = renderer;
        sh->rig = rig;
    } else {
        chore_renderer_destroy(renderer);
        chore_rig_destroy(rig);
    }
    chore_trace_close(trace);
    return status;
}

static chore_status draw(sheet *sh, const chore_run_folder *run, chore_error *err)
{
    for (int task = 0; task < run->plan.n_tasks; task++) {
        const chore_row *row = choose(run, task);
        chore_status status = row == NULL ? CHORE_OK : add_task(sh, run, row, err);
        if (status != CHORE_OK) {
            return status;
        }
    }
    return sh->film != NULL
               ? CHORE_OK
               : chore_fail(err, CHORE_E_NOT_FOUND, "no episode has a trace to draw from");
}

chore_status chore_film_grid(const chore_run_folder *run, const char *path, chore_error *err)
{
    sheet sh = {.n = 0};
    char heading[512];
    chore_status status = chore_film_make_parent(path, err);
    if (status == CHORE_OK) {
        status = draw(&sh, run, err);
    }
    if (status == CHORE_OK) {
        snprintf(heading, sizeof heading, "%d task%s, %s: how it begins, what happens, how it ends",
                 sh.n, sh.n == 1 ? "" : "s", run->plan.policy);
        chore_film_heading(sh.film, heading, NULL);
        status = chore_film_write(sh.film, path, err);
    }
    chore_film_destroy(sh.film);
    chore_renderer_destroy(sh.renderer);
    chore_rig_destroy(sh.rig);
    return status;
}
