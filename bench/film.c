#include <chore/film.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/files.h>

#include "film_moments_internal.h"

enum { MOST = 16, LEAST = 8, COLUMNS = 4, FRAME_WIDTH = 400, FRAME_HEIGHT = 300, SHEET_COLUMNS = 6, SHEET_FRAMES = 24, SHEET_MOST = 400 };

/* What is drawn on, and with. */
typedef struct shooting {
    chore_reel *reel;
    chore_eye eye;
    chore_film *film;
    chore_image image;
} shooting;

static void head(chore_film *film, const chore_row *row, const char *instruction)
{
    char line[512];
    snprintf(line, sizeof line, "%s · %s · seed %llu · %s: %s after %.1f s, progress %.2f",
             row->task, chore_variant_name(row->variant), (unsigned long long)row->seed,
             row->policy, chore_outcome_name(row->outcome), row->sim_time_s, row->progress);
    chore_film_heading(film, line, instruction);
    chore_film_outcome(film, row->success ? CHORE_ACCENT_GOOD : CHORE_ACCENT_BAD);
}

static chore_status begin(shooting *s, chore_reel *reel, const chore_look *look, int columns, chore_error *err)
{
    const int width = look->width ? look->width : FRAME_WIDTH, height = look->height ? look->height : FRAME_HEIGHT;
    *s = (shooting){.reel = reel};
    chore_status status = chore_eye_open(&s->eye, reel, look, width, height, err);
    if (status == CHORE_OK) {
        status = chore_film_create(&s->film, s->eye.renderer, columns, width, height, err);
    }
    if (status == CHORE_OK) {
        status = chore_image_create(&s->image, width, height, err);
    }
    if (status == CHORE_OK) {
        const chore_row row = chore_reel_row(reel);
        head(s->film, &row, chore_episode_instruction(chore_reel_episode(reel)));
    }
    return status;
}

static void end(shooting *s)
{
    chore_film_destroy(s->film);
    chore_eye_close(&s->eye);
    chore_image_release(&s->image);
}

static chore_status take(shooting *s, const film_moment *m, chore_error *err)
{
    char caption[700], words[600];
    chore_status status = chore_reel_go(s->reel, m->steps, err);
    if (status == CHORE_OK) {
        status = chore_eye_see(&s->eye, s->reel, &s->image, err);
    }
    if (status == CHORE_OK) {
        chore_film_caption(s->reel, m, words, sizeof words);
        snprintf(caption, sizeof caption, "%.1f s\n%s", (double)m->steps / chore_reel_hz(s->reel), words);
        status = chore_film_add_image(s->film, &s->image, caption, m->accent, err);
    }
    return status;
}

static chore_status take_moments(shooting *s, const chore_look *look, chore_error *err)
{
    const chore_row row = chore_reel_row(s->reel);
    uint64_t first, last;
    film_moments *moments = calloc(1, sizeof *moments);
    CHORE_ASSERT(moments);
    chore_status status = chore_look_span(look, s->reel, &first, &last, err);
    if (status == CHORE_OK) {
        chore_film_find(moments, s->reel, &row, true);
        chore_film_span(moments, first, last);
        chore_film_choose(moments, last, MOST, LEAST, COLUMNS);
    }
    for (int i = 0; i < moments->n && status == CHORE_OK; i++) {
        status = take(s, &moments->at[i], err);
    }
    free(moments);
    return status;
}

static chore_status finish(shooting *s, const char *path, chore_error *err)
{
    const chore_status status = chore_film_make_parent(path, err);
    return status == CHORE_OK ? chore_film_write(s->film, path, err) : status;
}

chore_status chore_film_strip(chore_reel *reel, const chore_look *look, const char *path, chore_error *err)
{
    shooting s;
    chore_status status = begin(&s, reel, look, COLUMNS, err);
    if (status == CHORE_OK) {
        status = take_moments(&s, look, err);
    }
    if (status == CHORE_OK) {
        status = finish(&s, path, err);
    }
    end(&s);
    return status;
}

static chore_status take_evenly(shooting *s, const chore_look *look, double every_s, chore_error *err)
{
    const double hz = chore_reel_hz(s->reel);
    uint64_t first, last;
    chore_status status = chore_look_span(look, s->reel, &first, &last, err);
    if (status != CHORE_OK) {
        return status;
    }
    const double every = every_s > 0 ? fmax(1, every_s * hz) : fmax(1, (double)(last - first) / (SHEET_FRAMES - 1));
    const double frames = (double)(last - first) / every + 1;
    if (frames > SHEET_MOST) {
        return chore_fail(err, CHORE_E_USAGE, "a frame every %g s would be %.0f frames; at most %d fit on a sheet", every_s, frames, SHEET_MOST);
    }
    for (int i = 0; i < (int)(frames + 1e-6) && status == CHORE_OK; i++) {
        status = take(s, &(film_moment){.steps = first + (uint64_t)llround(i * every)}, err);
    }
    return status;
}

chore_status chore_film_sheet(chore_reel *reel, const chore_look *look, double every_s, const char *path, chore_error *err)
{
    shooting s;
    chore_status status = begin(&s, reel, look, SHEET_COLUMNS, err);
    if (status == CHORE_OK) {
        status = take_evenly(&s, look, every_s, err);
    }
    if (status == CHORE_OK) {
        status = finish(&s, path, err);
    }
    end(&s);
    return status;
}

chore_status chore_film_make_parent(const char *path, chore_error *err)
{
    char folder[CHORE_PATH_CAP];
    chore_copy(folder, sizeof folder, path);
    char *slash = strrchr(folder, '/');
    if (!slash || slash == folder) {
        return CHORE_OK;
    }
    *slash = 0;
    return chore_dir_make(folder, err);
}

chore_status chore_film_episode(const char *run_dir, const chore_plan *plan, const chore_row *row,
                                const char *path, chore_error *err)
{
    chore_reel *reel;
    chore_status status = chore_reel_open_row(&reel, run_dir, plan, row, err);
    if (status == CHORE_OK) {
        status = chore_film_strip(reel, &(chore_look){.camera = NULL}, path, err);
    }
    chore_reel_close(reel);
    return status;
}
