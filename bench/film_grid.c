#include <chore/film.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>


#include "film_moments_internal.h"
#include "words_internal.h"

enum {
    FRAMES = 3,
    ACROSS = 3,
    FRAME_WIDTH = 220,
    FRAME_HEIGHT = 165
}; /* of a task; tasks in a row */

/* A sheet, and what its first episode was drawn with: the film's renderer must outlive it. */
typedef struct sheet {
    const chore_look *look;
    int width, height; /* of a frame */
    chore_film *film;
    chore_eye eye;
    chore_reel *reel;
    int n;
} sheet;

typedef struct shooting {
    film_moments moments;
    chore_reel *reel;
    chore_eye *eye;
    chore_film *film;
    chore_image image;
    const chore_row *row;
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
static void caption_of(shooting *s, int index, char *out, size_t cap)
{
    const film_moment *m = &s->moments.at[index];
    if (index == 0) {
        char name[CHORE_NAME_CAP];
        chore_copy(name, sizeof name, s->row->task);
        chorei_words_plain(name);
        snprintf(out, cap, "%s\n%s", name, chore_variant_name(s->row->variant));
    } else {
        char words[600];
        chore_film_caption(s->reel, m, words, sizeof words);
        snprintf(out, cap, "%.0f s\n%s", (double)m->steps / s->moments.hz, words);
    }
}

static chore_status take(shooting *s, int index, chore_error *err)
{
    const film_moment *m = &s->moments.at[index];
    char caption[700];
    chore_status status = chore_reel_go(s->reel, m->steps, err);
    if (status == CHORE_OK) {
        status = chore_eye_see(s->eye, s->reel, &s->image, err);
    }
    if (status == CHORE_OK) {
        caption_of(s, index, caption, sizeof caption);
        status = chore_film_add_image(s->film, &s->image, caption, m->accent, err);
    }
    return status;
}

/* Exactly FRAMES of them: a very short episode shows its end more than once. */
static void choose_moments(film_moments *m, const chore_reel *reel)
{
    chore_film_choose(m, chore_reel_steps(reel), FRAMES, FRAMES, FRAMES);
    for (; m->n < FRAMES; m->n++) {
        m->at[m->n] = m->at[m->n - 1];
    }
}

static chore_status draw_task(sheet *sh, chore_reel *reel, chore_eye *eye, const chore_row *row, chore_error *err)
{
    shooting *s = calloc(1, sizeof *s);
    CHORE_ASSERT(s);
    s->reel = reel;
    s->eye = eye;
    s->film = sh->film;
    s->row = row;
    chore_film_find(&s->moments, reel, row, false);
    choose_moments(&s->moments, reel);
    chore_status status = chore_image_create(&s->image, sh->width, sh->height, err);
    for (int i = 0; i < FRAMES && status == CHORE_OK; i++) {
        status = take(s, i, err);
    }
    chore_image_release(&s->image);
    free(s);
    return status;
}

static chore_status add_task(sheet *sh, const chore_run_folder *run, const chore_row *row,
                             chore_error *err)
{
    chore_reel *reel = NULL;
    chore_eye eye = {.renderer = NULL};
    chore_status status = chore_reel_open_row(&reel, run->dir, &run->plan, row, err);
    if (status == CHORE_OK) {
        status = chore_eye_open(&eye, reel, sh->look, sh->width, sh->height, err);
    }
    if (status == CHORE_OK && sh->film == NULL) {
        status = chore_film_create(&sh->film, eye.renderer, FRAMES * ACROSS, sh->width, sh->height, err);
    }
    if (status == CHORE_OK) {
        status = draw_task(sh, reel, &eye, row, err);
        sh->n++;
    }
    if (sh->film != NULL && sh->reel == NULL) { /* kept for its font */
        sh->eye = eye;
        sh->reel = reel;
    } else {
        chore_eye_close(&eye);
        chore_reel_close(reel);
    }
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

chore_status chore_film_grid(const chore_run_folder *run, const chore_look *look, const char *path, chore_error *err)
{
    sheet sh = {.look = look,
                .width = look->width ? look->width : FRAME_WIDTH,
                .height = look->height ? look->height : FRAME_HEIGHT};
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
    chore_eye_close(&sh.eye);
    chore_reel_close(sh.reel);
    return status;
}
