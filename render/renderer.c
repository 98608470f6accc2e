/* The front end: checks arguments, finds the back end, and stands between MuJoCo's errors and the
   program. */
#include "render_ops_internal.h"

#include <chore/files.h>
#include <chore/text.h>

#include <dlfcn.h>
#include <mujoco/mujoco.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define MODULE_FILE "chore-render-egl.so"

struct chore_renderer {
    const chore_render_ops *ops;
    void *state; /* the back end's */
    const mjModel *model;
    int width, height;
    bool broken; /* a MuJoCo error left the back end at an unknown place */
    bool font_made;
    chore_font font;
};

chore_render_def chore_render_def_default(void)
{
    return (chore_render_def){.width = 640, .height = 480, .shadows = true, .samples = 4};
}

/* ---- the module -------------------------------------------------------------------------------- */

static chore_status fail_module(chore_error *err, const char *why, const char *hint)
{
    chore_fail(err, CHORE_E_RENDER, "cannot render: %s", why);
    chore_error_hint(err, "%s", hint);
    return CHORE_E_RENDER;
}

/* The module stays loaded until the process ends: GL drivers do not survive being unloaded. */
static chore_status load_module(const chore_render_ops **out, chore_error *err)
{
    char path[CHORE_PATH_CAP];
    const chore_status status = chore_path_join(path, chore_plugin_dir(), MODULE_FILE, err);
    if (status != CHORE_OK) {
        return status;
    }
    if (!chore_file_exists(path)) {
        chore_fail(err, CHORE_E_RENDER, "cannot render: there is no module '%s'", path);
        chore_error_hint(err, "this chorebench was built without EGL: configure with "
                              "-DCHORE_WITH_EGL=ON (Debian: apt-get install libegl-dev)");
        return CHORE_E_RENDER;
    }
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (module == NULL) {
        return fail_module(err, dlerror(), "rebuild or reinstall chorebench");
    }
    const chore_render_ops *ops = dlsym(module, CHORE_RENDER_OPS_SYMBOL);
    if (ops == NULL || ops->version != CHORE_RENDER_OPS_VERSION) {
        chore_fail(err, CHORE_E_RENDER, "cannot render: '%s' is of another version of chorebench",
                   path);
        chore_error_hint(err, "rebuild or reinstall chorebench");
        dlclose(module);
        return CHORE_E_RENDER;
    }
    *out = ops;
    return CHORE_OK;
}

/* Once per process; a failure is tried again, since the next caller wants the reason too. */
static chore_status find_ops(const chore_render_ops **out, chore_error *err)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static const chore_render_ops *loaded;
    chore_status status = CHORE_OK;
    pthread_mutex_lock(&lock);
    if (loaded == NULL) {
        status = load_module(&loaded, err);
    }
    *out = loaded;
    pthread_mutex_unlock(&lock);
    return status;
}

/* ---- calls into the back end ------------------------------------------------------------------- */

typedef struct call {
    chore_renderer *renderer;
    const chore_render_def *def;
    const mjData *data;
    int camera;
    chore_image *image;
    chore_status status;
    chore_error *err;
} call;

static void call_create(void *ctx)
{
    call *c = ctx;
    c->status = c->renderer->ops->create(&c->renderer->state, c->def, c->err);
}

static void call_frame(void *ctx)
{
    call *c = ctx;
    c->status = c->renderer->ops->frame(c->renderer->state, c->data, c->camera, c->image->width,
                                        c->image->height, c->image->rgb, c->err);
}

static void call_font(void *ctx)
{
    call *c = ctx;
    c->status = c->renderer->ops->font(c->renderer->state, &c->renderer->font, c->err);
}

static void call_destroy(void *ctx)
{
    call *c = ctx;
    c->renderer->ops->destroy(c->renderer->state);
}

/* Run a call; a MuJoCo error in it becomes CHORE_E_RENDER and ends the renderer's use. */
static chore_status run(void (*fn)(void *), call *c, const char *doing)
{
    chore_error raised;
    if (c->renderer->broken) {
        return chore_fail(c->err, CHORE_E_RENDER, "cannot render: this renderer failed before");
    }
    if (chore_mj_try(fn, c, &raised) != CHORE_OK) {
        c->renderer->broken = true;
        return chore_fail(c->err, CHORE_E_RENDER, "cannot render: while %s: %s", doing,
                          raised.message);
    }
    if (c->status == CHORE_E_RENDER) {
        c->renderer->broken = true;
    }
    return c->status;
}

/* ---- interface --------------------------------------------------------------------------------- */

static chore_status check_def(const chore_render_def *def, chore_error *err)
{
    if (def->model == NULL) {
        return chore_fail(err, CHORE_E_USAGE, "a renderer needs a model");
    }
    if (def->width < 1 || def->height < 1 || def->width > CHORE_IMAGE_MAX ||
        def->height > CHORE_IMAGE_MAX) {
        return chore_fail(err, CHORE_E_USAGE,
                          "a renderer of %d x %d pixels: expected 1 to %d on each side", def->width,
                          def->height, CHORE_IMAGE_MAX);
    }
    if (def->samples < 0 || def->samples > 16) {
        return chore_fail(err, CHORE_E_USAGE, "%d samples per pixel: expected 0 to 16",
                          def->samples);
    }
    return CHORE_OK;
}

chore_status chore_renderer_create(chore_renderer **out, const chore_render_def *def,
                                   chore_error *err)
{
    *out = NULL;
    chore_status status = check_def(def, err);
    const chore_render_ops *ops = NULL;
    if (status == CHORE_OK) {
        status = find_ops(&ops, err);
    }
    if (status != CHORE_OK) {
        return status;
    }
    chore_renderer *renderer = calloc(1, sizeof *renderer);
    if (renderer == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a renderer");
    }
    *renderer = (chore_renderer){
        .ops = ops, .model = def->model, .width = def->width, .height = def->height};
    status = run(call_create, &(call){.renderer = renderer, .def = def, .err = err},
                 "setting up its GL context");
    if (status != CHORE_OK) {
        chore_renderer_destroy(renderer);
        return status;
    }
    *out = renderer;
    return CHORE_OK;
}

void chore_renderer_destroy(chore_renderer *renderer)
{
    if (renderer == NULL) {
        return;
    }
    if (renderer->state != NULL) {
        (void)chore_mj_try(call_destroy, &(call){.renderer = renderer}, NULL);
    }
    free(renderer->font.mask);
    free(renderer);
}

const char *chore_renderer_name(const chore_renderer *renderer)
{
    return renderer->ops->name(renderer->state);
}

static chore_status fail_camera(const mjModel *model, const char *camera, chore_error *err)
{
    chore_text names = {0};
    const char **list = calloc((size_t)model->ncam + 1, sizeof *list);
    CHORE_ASSERT(list != NULL);
    for (int i = 0; i < model->ncam; i++) {
        const char *name = mj_id2name(model, mjOBJ_CAMERA, i);
        list[i] = name != NULL ? name : "";
        chore_text_add(&names, "%s%s", i > 0 ? ", " : "", list[i]);
    }
    chore_fail(err, CHORE_E_NOT_FOUND, "there is no camera '%s'; the model has: %s",
               camera != NULL ? camera : "(none)",
               model->ncam > 0 ? chore_text_get(&names) : "none");
    const int nearest = camera != NULL ? chore_nearest(camera, list, model->ncam) : -1;
    if (nearest >= 0) {
        chore_error_hint(err, "did you mean '%s'?", list[nearest]);
    }
    free(list);
    chore_text_release(&names);
    return CHORE_E_NOT_FOUND;
}

chore_status chore_renderer_frame(chore_renderer *renderer, const mjData *data, const char *camera,
                                  chore_image *image, chore_error *err)
{
    const int id = camera != NULL ? mj_name2id(renderer->model, mjOBJ_CAMERA, camera) : -1;
    if (id < 0) {
        return fail_camera(renderer->model, camera, err);
    }
    if (image->rgb == NULL || image->width < 1 || image->height < 1 ||
        image->width > renderer->width || image->height > renderer->height) {
        return chore_fail(err, CHORE_E_USAGE,
                          "a frame of %d x %d pixels from a renderer made for at most %d x %d",
                          image->width, image->height, renderer->width, renderer->height);
    }
    return run(
        call_frame,
        &(call){.renderer = renderer, .data = data, .camera = id, .image = image, .err = err},
        "drawing a frame");
}

/* The font has no middle dot, which headings like: the full stop, lifted to half the x height. */
static void make_middle_dot(chore_font *font)
{
    const int from = '.' - CHORE_FONT_FIRST, to = CHORE_FONT_MIDDLE_DOT - CHORE_FONT_FIRST;
    const int lift = font->height / 5;
    const size_t row = (size_t)font->width, glyph = row * (size_t)font->height;
    uint8_t *mask = font->mask + (size_t)to * glyph;
    memset(mask, 0, glyph);
    memcpy(mask, font->mask + (size_t)from * glyph + (size_t)lift * row,
           row * (size_t)(font->height - lift));
    font->advance[to] = font->advance[from];
}

const chore_font *chore_renderer_font(chore_renderer *renderer, chore_error *err)
{
    if (!renderer->font_made) {
        free(renderer->font.mask);
        renderer->font = (chore_font){0};
        if (run(call_font, &(call){.renderer = renderer, .err = err}, "drawing its font") !=
            CHORE_OK) {
            return NULL;
        }
        make_middle_dot(&renderer->font);
        renderer->font_made = true;
    }
    return &renderer->font;
}
