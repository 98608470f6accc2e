#include <chore/cli.h>

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <chore/clip.h>
#include <chore/files.h>
#include <chore/film.h>
#include <chore/video.h>

static const char about[] =
    "Draws recorded episodes without a screen: a film strip, a video, a picture of one moment, a sheet of many. Everything is simulated again\n"
    "from the recorded actions and compared with the recording.\n"
    "\n"
    "A video ends in .mp4, .mov, .mkv, .webm or .gif, which needs the program ffmpeg, or in .apng, which needs none: an animated PNG that\n"
    "browsers show. Where no --speed is given, it runs at the speed of life around events and faster between them.\n"
    "CHORE_EGL_DEVICE=N in the environment draws on the N-th device that EGL lists, from 0, instead of in software.\n"
    "\n"
    "Examples\n"
    "  chorebench render runs/mine fold_shirt-disturbed-00000 --film strip.png --video shirt.mp4\n"
    "  chorebench render runs/mine 0 --png moment.png --at 12.3 --camera top --captions none\n"
    "  chorebench render runs/mine 0 --grid sheet.png --every 2\n"
    "  chorebench render runs/mine --grid all.png\n"
    "  chorebench render some.trace --video clip.apng --from 10 --to 14 --speed 0.25 --size 640x480\n";

typedef struct wish {
    char *film, *video, *png, *grid, *at, *camera, *size, *quality, *speed, *from, *to, *fps, *captions, *every, *task, *appearance;
    int quiet;
} wish;

typedef struct order {
    chore_clip_def def;
    double at_s, every_s;
} order;

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
    (void)signal;
    stopped = 1;
}

/* ---- options ------------------------------------------------------------------------------------------------------ */

/* A bare number in [lo, hi], or `unit` behind it. Keeps *out where nothing was said. */
static chore_status number(const char *option, const char *text, double lo, double hi, const char *what, double *out, chore_error *err)
{
    double value;
    if (!text) {
        return CHORE_OK;
    }
    if (chore_parse_quantity(text, CHORE_UNIT_NONE, &value, NULL) != CHORE_OK || !(value >= lo && value <= hi)) {
        return chore_fail(err, CHORE_E_USAGE, "--%s '%.40s': expected %s, %g to %g", option, text, what, lo, hi);
    }
    *out = value;
    return CHORE_OK;
}

static chore_status parse_size(const char *text, chore_look *look, chore_error *err)
{
    char width[16];
    const char *cross = text ? strchr(text, 'x') : NULL;
    int64_t w, h;
    if (!text) {
        return CHORE_OK;
    }
    const size_t len = cross ? (size_t)(cross - text) : sizeof width;
    if (len < sizeof width) {
        memcpy(width, text, len);
        width[len] = 0;
        if (chore_parse_int(width, 16, 4096, &w, NULL) == CHORE_OK && chore_parse_int(cross + 1, 16, 4096, &h, NULL) == CHORE_OK) {
            look->width = (int)w;
            look->height = (int)h;
            return CHORE_OK;
        }
    }
    return chore_fail(err, CHORE_E_USAGE, "--size '%.40s': expected WIDTHxHEIGHT in pixels, 16 to 4096 each, as in 1280x720", text);
}

static chore_status parse_captions(const char *text, bool *bare, chore_error *err)
{
    static const char *const words[] = {"full", "none"};
    if (!text || strcmp(text, words[0]) == 0 || strcmp(text, words[1]) == 0) {
        *bare = text && strcmp(text, words[1]) == 0;
        return CHORE_OK;
    }
    return chore_fail(err, CHORE_E_USAGE, "--captions '%.40s': expected full or none", text);
}

static chore_status parse(const wish *w, order *out, chore_error *err)
{
    static const double long_s = 1e6;
    double fps = 0, at_s = 0;
    *out = (order){.def = {.look = {.camera = w->camera}, .stop = &stopped}};
    const bool at_end = w->at && strcmp(w->at, "end") == 0;
    chore_status status = parse_size(w->size, &out->def.look, err);
    status = status == CHORE_OK && w->quality ? chore_quality_parse(w->quality, &out->def.look.quality, err) : status;
    status = status == CHORE_OK && w->appearance ? chore_appearance_parse(w->appearance, &out->def.look.appearance, err) : status;
    status = status == CHORE_OK ? parse_captions(w->captions, &out->def.bare, err) : status;
    status = status == CHORE_OK ? number("at", at_end ? NULL : w->at, 0, long_s, "seconds or 'end'", &at_s, err) : status;
    status = status == CHORE_OK ? number("from", w->from, 0, long_s, "seconds", &out->def.look.from_s, err) : status;
    status = status == CHORE_OK ? number("to", w->to, 0.01, long_s, "seconds", &out->def.look.to_s, err) : status;
    status = status == CHORE_OK ? number("every", w->every, 0.01, long_s, "seconds", &out->every_s, err) : status;
    status = status == CHORE_OK ? number("speed", w->speed, 0.01, 64, "a factor", &out->def.speed, err) : status;
    status = status == CHORE_OK ? number("fps", w->fps, 1, 240, "frames per second", &fps, err) : status;
    if (status == CHORE_OK && fps != floor(fps)) {
        status = chore_fail(err, CHORE_E_USAGE, "--fps '%.40s': expected a whole number", w->fps);
    }
    out->def.fps = (int)fps;
    out->at_s = at_end ? -1 : at_s;
    return status;
}

/* Options that change nothing of what is made are mistakes. NULL: all go together. */
static const char *misfit(const wish *w, bool whole_run)
{
    const bool episode = w->film || w->video || w->png;
    return !episode && !w->grid                                   ? "nothing to draw: say --film, --video, --png or --grid"
           : whole_run && episode                                 ? "--film, --video and --png draw an episode: render RUN EPISODE"
           : whole_run && (w->every || w->from || w->to)          ? "--every, --from and --to are of an episode: render RUN EPISODE"
           : w->at && !w->png                                     ? "--at is for --png"
           : w->every && !w->grid                                 ? "--every is for --grid"
           : (w->speed || w->fps) && !w->video                    ? "--speed and --fps are for --video"
           : w->captions && !w->video && !w->png                  ? "--captions is for --video and --png"
           : (w->from || w->to) && !w->film && !w->video && !w->grid ? "--from and --to are for --film, --video and --grid; --png has --at"
                                                                  : NULL;
}

/* ---- drawing ------------------------------------------------------------------------------------------------------ */

static void show_progress(void *ctx, int done, int of)
{
    (void)ctx;
    if (done == of || done % 10 == 0) {
        fprintf(stderr, "\rvideo   %d of %d frames%s", done, of, done == of ? "\r\033[K" : "");
    }
}

static chore_status draw_video(chore_reel *reel, const wish *w, const order *o, chore_error *err)
{
    chore_clip_def def = o->def;
    struct sigaction on_stop = {.sa_handler = stop}, before[2];
    sigemptyset(&on_stop.sa_mask);
    sigaction(SIGINT, &on_stop, &before[0]);
    sigaction(SIGTERM, &on_stop, &before[1]);
    def.on_frame = !w->quiet && chore_cli_colours(STDERR_FILENO) ? show_progress : NULL;
    const chore_status status = chore_clip_video(reel, &def, w->video, err);
    if (status != CHORE_OK && def.on_frame) {
        fputs("\r\033[K", stderr);
    }
    sigaction(SIGINT, &before[0], NULL);
    sigaction(SIGTERM, &before[1], NULL);
    return status;
}

static void tell(const wish *w, const char *what, const char *path)
{
    if (!w->quiet) {
        fprintf(stderr, "%-7s %s\n", what, path);
    }
}

static int draw_episode(chore_reel *reel, const wish *w, const order *o)
{
    chore_error err = {0};
    chore_status status = CHORE_OK;
    if (w->png && (status = chore_clip_picture(reel, &o->def, o->at_s, w->png, &err)) == CHORE_OK) {
        tell(w, "picture", w->png);
    }
    if (status == CHORE_OK && w->film && (status = chore_film_strip(reel, &o->def.look, w->film, &err)) == CHORE_OK) {
        tell(w, "film", w->film);
    }
    if (status == CHORE_OK && w->grid && (status = chore_film_sheet(reel, &o->def.look, o->every_s, w->grid, &err)) == CHORE_OK) {
        tell(w, "grid", w->grid);
    }
    if (status == CHORE_OK && w->video && (status = draw_video(reel, w, o, &err)) == CHORE_OK) {
        tell(w, "video", w->video);
    }
    return status == CHORE_OK ? 0 : chore_cli_fail("render", &err);
}

static chore_status open_episode(const chore_run_folder *run, const char *name, chore_reel **reel, chore_error *err)
{
    const int index = chore_run_folder_find(run, name, err);
    const chore_row *row = index >= 0 ? chore_run_folder_row(run, index) : NULL;
    if (index < 0) {
        return err->status;
    }
    if (!row) {
        chore_fail(err, CHORE_E_INCOMPLETE, "%s has not been run yet", name);
        chore_error_hint(err, "chorebench run --resume --out %s", run->dir);
        return CHORE_E_INCOMPLETE;
    }
    return chore_reel_open_row(reel, run->dir, &run->plan, row, err);
}

static int draw_from_run(const char *dir, const char *episode, const wish *w, const order *o)
{
    chore_run_folder run;
    chore_reel *reel = NULL;
    chore_error err = {0};
    int code = 0;
    chore_status status = chore_run_folder_open(&run, dir, &err);
    if (status != CHORE_OK) {
        return chore_cli_fail("render", &err);
    }
    if (episode && (status = open_episode(&run, episode, &reel, &err)) == CHORE_OK) {
        code = draw_episode(reel, w, o);
    } else if (!episode && (status = chore_film_grid(&run, &o->def.look, w->grid, &err)) == CHORE_OK) {
        tell(w, "grid", w->grid);
    }
    chore_reel_close(reel);
    chore_run_folder_close(&run);
    return status == CHORE_OK ? code : chore_cli_fail("render", &err);
}

static int draw_from_trace(const char *path, const wish *w, const order *o)
{
    chore_reel *reel = NULL;
    chore_error err = {0};
    if (chore_reel_open(&reel, path, w->task, NULL, 0, &err) != CHORE_OK) {
        return chore_cli_fail("render", &err);
    }
    const int code = draw_episode(reel, w, o);
    chore_reel_close(reel);
    return code;
}

static int draw(const char **args, const wish *w)
{
    order o;
    chore_error err = {0};
    if (!args[0] || (args[1] && args[2])) {
        return chore_cli_usage("render", "expected RUN, RUN EPISODE, or a trace");
    }
    const bool trace = !args[1] && chore_file_exists(args[0]);
    const char *wrong = misfit(w, !args[1] && !trace);
    if (wrong) {
        return chore_cli_usage("render", "%s", wrong);
    }
    if (w->task && !trace) {
        return chore_cli_usage("render", "--task is for a trace; a run knows its tasks");
    }
    if (parse(w, &o, &err) != CHORE_OK) {
        return chore_cli_fail("render", &err);
    }
    return trace ? draw_from_trace(args[0], w, &o) : draw_from_run(args[0], args[1], w, &o);
}

int chore_cmd_render(int argc, const char **argv)
{
    wish w = {.film = NULL};
    const struct poptOption table[] = {
        {"film", 'f', POPT_ARG_STRING, &w.film, 0, "film strip: the moments that tell the story", "FILE.png"},
        {"video", 'v', POPT_ARG_STRING, &w.video, 0, "video, of the kind that its name ends in", "FILE"},
        {"png", 'p', POPT_ARG_STRING, &w.png, 0, "one moment: --at", "FILE.png"},
        {"grid", 'g', POPT_ARG_STRING, &w.grid, 0, "of an episode a sheet of moments (--every), of a run its tasks", "FILE.png"},
        {"at", 0, POPT_ARG_STRING, &w.at, 0, "moment of the picture, or 'end' (default 0)", "SECONDS"},
        {"every", 0, POPT_ARG_STRING, &w.every, 0, "distance of the sheet's frames (default: 24 frames)", "SECONDS"},
        {"from", 0, POPT_ARG_STRING, &w.from, 0, "begin there (default 0)", "SECONDS"},
        {"to", 0, POPT_ARG_STRING, &w.to, 0, "end there (default: the end)", "SECONDS"},
        {"camera", 'c', POPT_ARG_STRING, &w.camera, 0, "of scene or robot (default: the scene's first), or free:X,Y,Z,DISTANCE,AZIMUTH,ELEVATION", "CAMERA"},
        {"size", 's', POPT_ARG_STRING, &w.size, 0, "of the picture or video (default 1280x720), of a strip's frame (400x300)", "WxH"},
        {"quality", 0, POPT_ARG_STRING, &w.quality, 0, "low (no shadows, fastest), medium (default) or high (soft shadows)", "LEVEL"},
        {"appearance", 0, POPT_ARG_STRING, &w.appearance, 0, "canonical (default), or seeded: the episode's own paint, light and camera places", "NAME"},
        {"speed", 0, POPT_ARG_STRING, &w.speed, 0, "of the video, 0.01 to 64; 1 is life (default: as the story needs it)", "X"},
        {"fps", 0, POPT_ARG_STRING, &w.fps, 0, "frames per second (default: the control rate, 10 to 30)", "N"},
        {"captions", 0, POPT_ARG_STRING, &w.captions, 0, "full (default) or none: the camera's picture alone", "HOW"},
        {"task", 0, POPT_ARG_STRING, &w.task, 0, "task file of a trace (default: the task of the trace's name)", "FILE"},
        {"quiet", 'q', POPT_ARG_NONE, &w.quiet, 0, "say nothing but errors", NULL},
        POPT_TABLEEND,
    };
    poptContext context;
    const char **args;
    int code;
    if (chore_cli_parse(&context, "render", argc, argv, table, "[OPTIONS] RUN [EPISODE] | TRACE", about, &args, &code) != 0) {
        return code;
    }
    code = draw(args, &w);
    poptFreeContext(context);
    char *const texts[] = {w.film, w.video, w.png, w.grid, w.at, w.camera, w.size, w.quality, w.speed, w.from, w.to, w.fps, w.captions, w.every, w.task, w.appearance};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        free(texts[i]);
    }
    return code;
}
