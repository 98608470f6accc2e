#include <chore/clip.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <chore/video.h>

#include "pacing_internal.h"
#include "story_internal.h"

enum { WIDTH = 1280, HEIGHT = 720 };
#define NEWS_S 1.5 /* how long ago something is still news in a single picture */

/* What a frame is made on. */
typedef struct easel {
    chore_reel *reel;
    bool bare;
    chore_eye eye;
    chore_image seen, whole; /* the camera's picture; with its captions, where there are any */
    story *story;
} easel;

static chore_status set_up(easel *e, chore_reel *reel, const chore_clip_def *def, chore_error *err)
{
    int width = def->look.width ? def->look.width : WIDTH, height = def->look.height ? def->look.height : HEIGHT;
    *e = (easel){.reel = reel, .bare = def->bare};
    if (!def->bare && (width < CHORE_BOARD_MIN_WIDTH || height < CHORE_BOARD_MIN_HEIGHT)) {
        return chore_fail(err, CHORE_E_USAGE, "%d x %d pixels are too few for captions: at least %d x %d, or no captions", width, height,
                          CHORE_BOARD_MIN_WIDTH, CHORE_BOARD_MIN_HEIGHT);
    }
    chore_status status = def->bare ? CHORE_OK : chore_image_create(&e->whole, width, height, err);
    if (status == CHORE_OK && !def->bare) {
        e->story = calloc(1, sizeof *e->story);
        CHORE_ASSERT(e->story);
        chorei_story_begin(e->story, reel);
        chore_board_frame(width, height, &width, &height);
    }
    if (status == CHORE_OK) {
        status = chore_image_create(&e->seen, width, height, err);
    }
    return status == CHORE_OK ? chore_eye_open(&e->eye, reel, &def->look, width, height, err) : status;
}

static void clear_away(easel *e)
{
    chore_eye_close(&e->eye);
    chore_image_release(&e->seen);
    chore_image_release(&e->whole);
    free(e->story);
}

static const chore_image *finished(const easel *e)
{
    return e->bare ? &e->seen : &e->whole;
}

/* news: as in chorei_story_tell. */
static chore_status paint(easel *e, uint64_t step, int news, double speed, chore_error *err)
{
    chore_status status = chore_reel_go(e->reel, step, err);
    if (status == CHORE_OK) {
        status = chore_eye_see(&e->eye, e->reel, &e->seen, err);
    }
    if (status == CHORE_OK && !e->bare) {
        status = chore_board_paint(e->eye.renderer, chorei_story_tell(e->story, step, news, speed), &e->seen, &e->whole, err);
    }
    return status;
}

/* ---- one picture -------------------------------------------------------------------------------------------------- */

static chore_status step_at(const chore_reel *reel, double at_s, uint64_t *step, chore_error *err)
{
    const double hz = chore_reel_hz(reel), end_s = (double)chore_reel_steps(reel) / hz;
    if (at_s > end_s + 0.5 / hz) {
        return chore_fail(err, CHORE_E_USAGE, "%g s is after the end: the episode is %.2f s long", at_s, end_s);
    }
    *step = at_s < 0 ? chore_reel_steps(reel) : (uint64_t)llround(at_s * hz);
    return CHORE_OK;
}

chore_status chore_clip_picture(chore_reel *reel, const chore_clip_def *def, double at_s, const char *path, chore_error *err)
{
    easel e = {.reel = reel};
    uint64_t step = 0;
    chore_status status = step_at(reel, at_s, &step, err);
    if (status == CHORE_OK) {
        status = set_up(&e, reel, def, err);
    }
    if (status == CHORE_OK) {
        const int news = e.story ? chorei_story_news(e.story, step, (uint64_t)(NEWS_S * chore_reel_hz(reel))) : -1;
        status = paint(&e, step, news, 1, err);
    }
    if (status == CHORE_OK) {
        status = chore_film_make_parent(path, err);
    }
    if (status == CHORE_OK) {
        status = chore_png_write(path, finished(&e), err);
    }
    clear_away(&e);
    return status;
}

/* ---- a video ------------------------------------------------------------------------------------------------------ */

static chore_status roll(easel *e, const pacing *frames, const chore_clip_def *def, chore_video *video, chore_error *err)
{
    chore_status status = CHORE_OK;
    for (int i = 0; i < frames->n && status == CHORE_OK; i++) {
        const pacing_frame *f = &frames->at[i];
        if (def->stop && *def->stop) {
            return chore_fail(err, CHORE_E_INTERRUPTED, "interrupted: no video was written");
        }
        status = paint(e, f->step, f->news, f->speed, err);
        if (status == CHORE_OK) {
            status = chore_video_add(video, finished(e), f->frames, err);
        }
        if (status == CHORE_OK && def->on_frame) {
            def->on_frame(def->ctx, i + 1, frames->n);
        }
    }
    return status;
}

static int usual_fps(const chore_reel *reel)
{
    const int hz = chore_reel_hz(reel);
    return hz < 10 ? 10 : hz > 30 ? 30 : hz;
}

static chore_status film(easel *e, const chore_clip_def *def, const char *path, chore_error *err)
{
    const chore_video_def file = {.path = path, .width = finished(e)->width, .height = finished(e)->height, .fps = def->fps ? def->fps : usual_fps(e->reel), .stop = def->stop};
    chore_video *video = NULL;
    pacing frames = {.n = 0};
    uint64_t first, last;
    chore_status status = chore_look_span(&def->look, e->reel, &first, &last, err);
    if (status == CHORE_OK) {
        status = chore_film_make_parent(path, err);
    }
    if (status == CHORE_OK) {
        chorei_pacing_make(&frames, e->reel, e->story ? &e->story->moments : NULL, first, last, file.fps, def->speed);
        status = chore_video_open(&video, &file, err);
    }
    if (status == CHORE_OK) {
        status = roll(e, &frames, def, video, err);
    }
    if (status == CHORE_OK) {
        status = chore_video_finish(video, err);
    } else {
        chore_video_abandon(video);
    }
    free(frames.at);
    return status;
}

chore_status chore_clip_video(chore_reel *reel, const chore_clip_def *def, const char *path, chore_error *err)
{
    easel e = {.reel = reel};
    const chore_video_def file = {.path = path,
                                  .width = def->look.width ? def->look.width : WIDTH,
                                  .height = def->look.height ? def->look.height : HEIGHT,
                                  .fps = def->fps ? def->fps : usual_fps(reel)};
    chore_status status = chore_video_check(&file, err); /* before anything is drawn */
    if (status == CHORE_OK) {
        status = set_up(&e, reel, def, err);
    }
    if (status == CHORE_OK) {
        status = film(&e, def, path, err);
    }
    clear_away(&e);
    return status;
}
