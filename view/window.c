#include "window_internal.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <chore/files.h>
#include <chore/render.h>
#include <chore/rng.h>

#include "gamepad_internal.h"
#include "session_internal.h"

enum { BENCH_FRAMES = 60, BENCH_PATIENCE = 24 }; /* so many at least, unless it takes so many times as long */
#define DOUBLE_CLICK_S 0.3
#define GL_RENDERER    0x1F01u

typedef struct window {
    const window_def *def;
    GLFWwindow *glfw;
    session session;
    brush *brush;
    int software;
    char told[4096];       /* the last line */
    double last_x, last_y; /* of the cursor, pixels */
    double pressed_s;      /* when, for double clicks */
    int pressed;           /* button; -1: none */
    int x, y, width, height; /* before it filled the screen */
    uint64_t frames;
    double drawing_s, drawing_cpu_s; /* all frames together; the processors' time includes the player's meanwhile */
    double bench_begun_s, bench_cpu_s;
    chore_rng bench_rng;
    chore_status status;
    chore_error *err;
} window;

static volatile sig_atomic_t stopped;

void view_window_stop(void)
{
    stopped = 1;
}

/* ---- display, context --------------------------------------------------------------------------------------------- */

static char glfw_said[256];

static void hear_glfw(int code, const char *text)
{
    (void)code;
    chore_copy(glfw_said, sizeof glfw_said, text);
}

static chore_status no_window(chore_error *err, const char *what)
{
    chore_fail(err, CHORE_E_RENDER, "cannot open a window: %s%s%s", what, glfw_said[0] ? ": " : "", glfw_said);
    chore_error_hint(err, "without a screen: chorebench render RUN EPISODE --film strip.png, or xvfb-run chorebench-view ...");
    return CHORE_E_RENDER;
}

/* libmujoco looks for GL's entry points among what is loaded globally, whichever of the two made the context. */
static bool load_gl(void)
{
    const bool glx = dlopen("libGL.so.1", RTLD_NOW | RTLD_GLOBAL) != NULL;
    return dlopen("libEGL.so.1", RTLD_NOW | RTLD_GLOBAL) != NULL || glx;
}

static bool make_window(window *w, int samples)
{
    glfwWindowHint(GLFW_SAMPLES, samples);
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_FALSE);
    w->glfw = glfwCreateWindow(w->def->width, w->def->height, "chorebench-view", NULL, NULL);
    if (w->glfw) {
        glfwMakeContextCurrent(w->glfw);
    }
    return w->glfw != NULL;
}

static bool draws_in_software(void)
{
    const unsigned char *(*get)(unsigned) = (const unsigned char *(*)(unsigned))glfwGetProcAddress("glGetString");
    const char *name = get ? (const char *)get(GL_RENDERER) : NULL;
    return !name || strstr(name, "llvmpipe") || strstr(name, "softpipe") || strstr(name, "Software");
}

/* Smooth edges are decided before there is a context that could tell whether they are affordable: the first one is a try. */
static chore_status open_window(window *w, chore_error *err)
{
    glfwSetErrorCallback(hear_glfw);
    if (!load_gl()) {
        chore_status status = no_window(err, "this machine has no OpenGL library");
        chore_error_hint(err, "Debian and Ubuntu: apt-get install libgl1 libgl1-mesa-dri");
        return status;
    }
    if (!glfwInit()) {
        return no_window(err, "no display");
    }
    if (!make_window(w, w->def->quality > 0 ? 4 : 0)) {
        return no_window(err, "no OpenGL on this display");
    }
    w->software = w->def->quality < 0 ? draws_in_software() : w->def->quality == 0;
    if (w->def->quality < 0 && !w->software) {
        glfwDestroyWindow(w->glfw);
        if (!make_window(w, 4) && !make_window(w, 0)) {
            return no_window(err, "no OpenGL on this display");
        }
    }
    glfwSwapInterval(w->def->bench ? 0 : 1);
    w->brush = brush_create(glfwGetProcAddress);
    return w->brush ? CHORE_OK : no_window(err, "this OpenGL has no fixed functions");
}

/* ---- input: kept small and applied where a MuJoCo error can be caught --------------------------------------------- */

typedef struct input {
    window *window;
    enum { KEY, HOLD, PRESS, RELEASE, DRAG, WHEEL, RESIZE } kind;
    view_action action;
    int argument, button, width, height;
    double x, y, dx, dy;
    bool twice, ctrl, shift, down;
} input;

static void apply(void *ctx)
{
    const input *in = ctx;
    session *s = &in->window->session;
    switch (in->kind) {
    case KEY: session_act(s, in->action, in->argument); break;
    case HOLD: session_hold(s, in->argument, in->down); break;
    case PRESS: session_press(s, in->button, in->x, in->y, in->twice, in->ctrl); break;
    case RELEASE: session_release(s); break;
    case DRAG: session_drag(s, in->button, in->x, in->y, in->dx, in->dy, in->shift); break;
    case WHEEL: session_wheel(s, in->dy); break;
    case RESIZE: session_resize(s, in->width, in->height); break;
    }
}

static void take(input in)
{
    if (in.window->status == CHORE_OK) {
        in.window->status = chore_mj_try(apply, &in, in.window->err);
    }
}

static window *of(GLFWwindow *glfw)
{
    return glfwGetWindowUserPointer(glfw);
}

/* The cursor in pixels: on some screens a window's units are larger. Where it is comes with its own events; to ask for it at
   a click would tell where it has got to since. */
static void to_pixels(GLFWwindow *glfw, double *x, double *y)
{
    int ww, wh, fw, fh;
    glfwGetWindowSize(glfw, &ww, &wh);
    glfwGetFramebufferSize(glfw, &fw, &fh);
    *x *= ww > 0 ? (double)fw / ww : 1;
    *y *= wh > 0 ? (double)fh / wh : 1;
}

static bool held(GLFWwindow *glfw, int left, int right)
{
    return glfwGetKey(glfw, left) == GLFW_PRESS || glfwGetKey(glfw, right) == GLFW_PRESS;
}

static void on_key(GLFWwindow *glfw, int key, int scancode, int action, int mods)
{
    const bool plain = action == GLFW_RELEASE || !(mods & (GLFW_MOD_CONTROL | GLFW_MOD_ALT));
    const bool driven = session_is_driven(&of(glfw)->session) && plain;
    const view_key *held = driven ? view_key_find_drive(key) : NULL;
    const view_key *k = action == GLFW_RELEASE || held ? NULL : view_key_find(key, mods);
    (void)scancode;
    if (held && action != GLFW_REPEAT) {
        take((input){.window = of(glfw), .kind = HOLD, .argument = held->argument, .down = action == GLFW_PRESS});
    }
    const bool repeats = k && (k->action == CHORE_VIEW_STEP || k->action == CHORE_VIEW_SECOND);
    if (k && (action == GLFW_PRESS || repeats)) {
        take((input){.window = of(glfw), .kind = KEY, .action = k->action, .argument = k->argument});
    }
}

static void on_button(GLFWwindow *glfw, int button, int action, int mods)
{
    window *w = of(glfw);
    if (action == GLFW_RELEASE) {
        w->pressed = w->pressed == button ? -1 : w->pressed;
        take((input){.window = w, .kind = RELEASE});
        return;
    }
    const double now = glfwGetTime();
    const bool twice = now - w->pressed_s < DOUBLE_CLICK_S;
    w->pressed_s = twice ? 0 : now;
    w->pressed = button;
    take((input){.window = w, .kind = PRESS, .button = button, .x = w->last_x, .y = w->last_y, .twice = twice, .ctrl = mods & GLFW_MOD_CONTROL});
}

static void on_cursor(GLFWwindow *glfw, double x, double y)
{
    window *w = of(glfw);
    to_pixels(glfw, &x, &y);
    if (w->pressed >= 0) {
        take((input){.window = w, .kind = DRAG, .button = w->pressed, .x = x, .y = y, .dx = x - w->last_x, .dy = y - w->last_y,
                     .shift = held(glfw, GLFW_KEY_LEFT_SHIFT, GLFW_KEY_RIGHT_SHIFT)});
    }
    w->last_x = x, w->last_y = y;
}

static void on_wheel(GLFWwindow *glfw, double dx, double dy)
{
    (void)dx;
    take((input){.window = of(glfw), .kind = WHEEL, .dy = dy});
}

static void on_resize(GLFWwindow *glfw, int width, int height)
{
    if (width > 0 && height > 0) {
        take((input){.window = of(glfw), .kind = RESIZE, .width = width, .height = height});
    }
}

static void on_refresh(GLFWwindow *glfw)
{
    of(glfw)->session.dirty = true;
}

static void listen(window *w)
{
    glfwSetWindowUserPointer(w->glfw, w);
    glfwGetCursorPos(w->glfw, &w->last_x, &w->last_y);
    to_pixels(w->glfw, &w->last_x, &w->last_y);
    glfwSetKeyCallback(w->glfw, on_key);
    glfwSetMouseButtonCallback(w->glfw, on_button);
    glfwSetCursorPosCallback(w->glfw, on_cursor);
    glfwSetScrollCallback(w->glfw, on_wheel);
    glfwSetFramebufferSizeCallback(w->glfw, on_resize);
    glfwSetWindowRefreshCallback(w->glfw, on_refresh);
}

static void wake(void *ctx)
{
    (void)ctx;
    glfwPostEmptyEvent();
}

/* ---- pictures ----------------------------------------------------------------------------------------------------- */

/* What was drawn and is not shown yet, with row 0 on top. */
static chore_status save_picture(window *w, const char *path, chore_error *err)
{
    const session *s = &w->session;
    chore_image image;
    chore_status status = chore_image_create(&image, s->pen.width, s->pen.height, err);
    if (status != CHORE_OK) {
        return status;
    }
    const size_t stride = 3 * (size_t)image.width;
    uint8_t *flipped = malloc(stride * (size_t)image.height);
    CHORE_ASSERT(flipped);
    mjr_readPixels(flipped, NULL, (mjrRect){0, 0, image.width, image.height}, &s->stage.context);
    for (int y = 0; y < image.height; y++) {
        memcpy(image.rgb + (size_t)y * stride, flipped + (size_t)(image.height - 1 - y) * stride, stride);
    }
    free(flipped);
    status = chore_png_write(path, &image, err);
    chore_image_release(&image);
    return status;
}

static void take_screenshot(window *w)
{
    const session *s = &w->session;
    char path[CHORE_PATH_CAP], said[CHORE_PATH_CAP + 32];
    chore_error err;
    snprintf(path, sizeof path, "%.200s-%05llu.png", s->def.list->entries[s->index].name, (unsigned long long)s->moment->step);
    const chore_status status = save_picture(w, path, &err);
    snprintf(said, sizeof said, status == CHORE_OK ? "saved %s" : "not saved: %s", status == CHORE_OK ? path : err.message);
    session_toast(&w->session, said);
}

/* ---- the loop ----------------------------------------------------------------------------------------------------- */

static void tell(window *w)
{
    chore_text line = {0};
    if (w->def->tell) {
        session_tell(&w->session, &line);
        if (strcmp(chore_text_get(&line), w->told) != 0) {
            chore_copy(w->told, sizeof w->told, chore_text_get(&line));
            puts(w->told);
            fflush(stdout);
        }
        chore_text_release(&line);
    }
}

/* Before there is a font there is the title bar. */
static void name_window(window *w)
{
    const session *s = &w->session;
    char title[CHORE_NAME_CAP * 3 + 900];
    const char *name = s->def.list->entries[s->index].name;
    snprintf(title, sizeof title, "%s - chorebench%s%s", name,
             s->state == CHORE_PLAYER_LOADING  ? " - loading ..."
             : s->state == CHORE_PLAYER_FAILED ? " - "
                                               : "",
             s->state == CHORE_PLAYER_FAILED ? s->err.message : "");
    glfwSetWindowTitle(w->glfw, title);
}

static void frame(void *ctx)
{
    window *w = ctx;
    session *s = &w->session;
    const double begun = glfwGetTime();
    const clock_t cpu = clock();
    if (!session_draw(s)) {
        return;
    }
    if (s->screenshot) {
        s->screenshot = false;
        take_screenshot(w);
    }
    if (w->def->shot && session_has_settled(s)) {
        w->status = save_picture(w, w->def->shot, w->err);
        s->quit = true;
    }
    mjr_finish();
    w->drawing_s += glfwGetTime() - begun;
    w->drawing_cpu_s += (double)(clock() - cpu) / CLOCKS_PER_SEC;
    w->frames++;
    glfwSwapBuffers(w->glfw);
}

static void fill_screen(window *w)
{
    GLFWmonitor *monitor = glfwGetPrimaryMonitor();
    const GLFWvidmode *mode = monitor ? glfwGetVideoMode(monitor) : NULL;
    w->session.fullscreen = false;
    if (glfwGetWindowMonitor(w->glfw)) {
        glfwSetWindowMonitor(w->glfw, NULL, w->x, w->y, w->width, w->height, 0);
    } else if (mode) {
        glfwGetWindowPos(w->glfw, &w->x, &w->y);
        glfwGetWindowSize(w->glfw, &w->width, &w->height);
        glfwSetWindowMonitor(w->glfw, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
    }
}

typedef struct beat { window *window; double seconds; } beat;

static void tick(void *ctx)
{
    const beat *b = ctx;
    driver_pad pad;
    if (gamepad_read(&pad)) {
        session_pad(&b->window->session, &pad);
    }
    session_tick(&b->window->session, b->seconds);
}

/* The live rollout has ended before it began, and has said why. */
static bool nothing_will_come(const window *w)
{
    return live_is_over(w->def->live) && !chore_file_exists(w->def->list->entries[w->session.index].trace);
}

static double thread_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Instead of a person: off to another step as soon as one is there, and a frame on every beat. */
static void drive_bench(window *w)
{
    session *s = &w->session;
    window_bench *b = w->def->bench;
    if (!s->moment) {
        return;
    }
    if (w->bench_begun_s <= 0) {
        w->bench_begun_s = glfwGetTime(), w->bench_cpu_s = thread_s(), w->frames = 0;
        w->bench_rng = chore_rng_stream(0, (chore_hash){0, 0}, 0, "window");
    }
    if (s->moment->arrived && s->moment->step == chore_playhead_step(&s->head)) {
        chore_playhead_go(&s->head, chore_rng_u64(&w->bench_rng) % (s->head.n_steps + 1));
        b->seeks++;
    }
    s->dirty = true;
    b->frames = w->frames;
    b->wall_s = glfwGetTime() - w->bench_begun_s;
    b->cpu_s = thread_s() - w->bench_cpu_s;
    s->quit |= (b->wall_s >= b->seconds && b->frames >= BENCH_FRAMES) || b->wall_s >= BENCH_PATIENCE * b->seconds;
}

static void loop(window *w)
{
    session *s = &w->session;
    chore_player_state told = (chore_player_state)-1;
    double last = glfwGetTime();
    while (w->status == CHORE_OK && !s->quit && !stopped && !glfwWindowShouldClose(w->glfw)) {
        const double now = glfwGetTime();
        beat b = {w, now - last};
        last = now;
        w->status = chore_mj_try(tick, &b, w->err);
        if (s->state != told) {
            told = s->state;
            name_window(w);
        }
        if (w->def->live && s->state == CHORE_PLAYER_LOADING && nothing_will_come(w)) {
            break;
        }
        if (w->def->shot && s->state == CHORE_PLAYER_FAILED) {
            *w->err = s->err;
            w->status = s->err.status;
        }
        if (w->status == CHORE_OK && s->dirty) {
            chore_error raised;
            const chore_status tried = chore_mj_try(frame, w, &raised);
            if (tried != CHORE_OK) {
                w->status = chore_fail(w->err, CHORE_E_RENDER, "while drawing: %s", raised.message);
            }
        }
        if (s->fullscreen) {
            fill_screen(w);
        }
        tell(w);
        if (w->def->bench) {
            drive_bench(w);
            glfwPollEvents();
        } else {
            glfwWaitEventsTimeout(s->head.playing || session_is_driven(s) ? 1.0 / 120 : 0.25);
        }
    }
}

static void end_session(void *ctx)
{
    session_end(ctx);
}

chore_status view_window_run(const window_def *def, chore_error *err)
{
    window *w = calloc(1, sizeof *w);
    CHORE_ASSERT(w);
    w->def = def;
    w->err = err;
    w->pressed = -1;
    w->status = open_window(w, err);
    if (w->status == CHORE_OK && def->live) {
        w->status = live_start(def->live, err);
    }
    if (w->status == CHORE_OK) {
        int width, height;
        listen(w);
        session_begin(&w->session, &(session_def){.list = def->list,
                                                  .second = def->second,
                                                  .ghost = def->ghost,
                                                  .by_event = def->by_event,
                                                  .at_s = def->at_s,
                                                  .play = def->play,
                                                  .quality = !w->software,
                                                  .cache_dir = def->cache_dir,
                                                  .on_news = wake,
                                                  .brush = w->brush});
        glfwGetFramebufferSize(w->glfw, &width, &height);
        session_resize(&w->session, width, height);
        loop(w);
        (void)chore_mj_try(end_session, &w->session, NULL);
        if (def->tell) {
            const double frames = w->frames ? (double)w->frames : 1;
            printf("{\"closed\":true,\"frames\":%llu,\"ms_per_frame\":%.2f,\"cpu_ms_per_frame\":%.2f}\n",
                   (unsigned long long)w->frames, 1000 * w->drawing_s / frames, 1000 * w->drawing_cpu_s / frames);
        }
    }
    const chore_status status = w->status;
    brush_destroy(w->brush);
    if (w->glfw) {
        glfwDestroyWindow(w->glfw);
    }
    glfwTerminate();
    free(w);
    return status;
}
