/* The front end: checks arguments, finds the back end, and stands between MuJoCo's errors and the
   program. */
#include "develop_internal.h"
#include "render_ops_internal.h"

#include <chore/files.h>
#include <chore/text.h>

#include <dlfcn.h>
#include <fenv.h>
#include <mujoco/mujoco.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define MOST_LAMPS  6
#define MODULE_FILE "chore-render-egl.so"

struct chore_renderer {
    const chore_render_ops *ops;
    void *state; /* the back end's */
    const mjModel *model;
    int width, height;
    bool shadows, samples;
    bool looked;     /* there is a pose to shoot */
    uint8_t *pixels; /* u8 [height][width][3]: of a shot, as GL hands it out; made when first needed */
    float *z;        /* f32 [height][width], likewise */
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
    const chore_viewpoint *from;
    chore_image *image;
    const chore_shot *shot;
    int scale;
    uint8_t *pixels;
    float *z;
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
    c->status = c->renderer->ops->frame(c->renderer->state, c->data, c->camera, c->from,
                                        c->image->width, c->image->height, c->image->rgb, c->err);
}

static void call_font(void *ctx)
{
    call *c = ctx;
    c->status = c->renderer->ops->font(c->renderer->state, &c->renderer->font, c->err);
}

static void call_look(void *ctx)
{
    call *c = ctx;
    c->status = c->renderer->ops->look(c->renderer->state, c->data, c->err);
}

static void call_shoot(void *ctx)
{
    call *c = ctx;
    c->status = c->renderer->ops->shoot(c->renderer->state, c->shot->camera, &c->shot->view, c->scale,
                                        c->shot->shadows, c->pixels, c->z, c->err);
}

static void call_destroy(void *ctx)
{
    call *c = ctx;
    c->renderer->ops->destroy(c->renderer->state);
}

/* Run a call; a MuJoCo error in it becomes CHORE_E_RENDER and ends the renderer's use. Drivers may change how numbers are
   rounded; the physics that follows must not notice. */
static chore_status run(void (*fn)(void *), call *c, const char *doing)
{
    chore_error raised;
    fenv_t before;
    if (c->renderer->broken) {
        return chore_fail(c->err, CHORE_E_RENDER, "cannot render: this renderer failed before");
    }
    fegetenv(&before);
    const chore_status tried = chore_mj_try(fn, c, &raised);
    fesetenv(&before);
    if (tried != CHORE_OK) {
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
    if (def->lamps < 0 || def->lamps > MOST_LAMPS) {
        return chore_fail(err, CHORE_E_USAGE, "a light drawn as %d: expected 0 to %d", def->lamps, MOST_LAMPS);
    }
    if (def->shadow_size != 0 && (def->shadow_size < 256 || def->shadow_size > 8192)) {
        return chore_fail(err, CHORE_E_USAGE, "shadows from a map of %d pixels: expected 256 to 8192", def->shadow_size);
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
        .ops = ops, .model = def->model, .width = def->width, .height = def->height, .shadows = def->shadows,
        .samples = def->samples > 0};
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
    free(renderer->pixels);
    free(renderer->z);
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

static chore_status draw_frame(chore_renderer *renderer, call *frame)
{
    const chore_image *image = frame->image;
    if (image->rgb == NULL || image->width < 1 || image->height < 1 ||
        image->width > renderer->width || image->height > renderer->height) {
        return chore_fail(frame->err, CHORE_E_USAGE,
                          "a frame of %d x %d pixels from a renderer made for at most %d x %d",
                          image->width, image->height, renderer->width, renderer->height);
    }
    return run(call_frame, frame, "drawing a frame");
}

chore_status chore_renderer_frame(chore_renderer *renderer, const mjData *data, const char *camera,
                                  chore_image *image, chore_error *err)
{
    const int id = camera != NULL ? mj_name2id(renderer->model, mjOBJ_CAMERA, camera) : -1;
    if (id < 0) {
        return fail_camera(renderer->model, camera, err);
    }
    return draw_frame(renderer,
                      &(call){.renderer = renderer, .data = data, .camera = id, .image = image, .err = err});
}

chore_status chore_renderer_frame_from(chore_renderer *renderer, const mjData *data, const chore_viewpoint *from,
                                       chore_image *image, chore_error *err)
{
    return draw_frame(renderer,
                      &(call){.renderer = renderer, .data = data, .from = from, .image = image, .err = err});
}

/* ---- shots ------------------------------------------------------------------------------------- */

chore_status chore_renderer_look(chore_renderer *renderer, const mjData *data, chore_error *err)
{
    const chore_status status =
        run(call_look, &(call){.renderer = renderer, .data = data, .err = err}, "looking at the world");
    renderer->looked = status == CHORE_OK;
    return status;
}

static chore_status check_shot(const chore_renderer *renderer, const chore_shot *shot, chore_error *err)
{
    const chore_view *v = &shot->view;
    const int scale = shot->smooth && shot->colour != NULL ? 2 : 1;
    if (shot->camera < 0 || shot->camera >= renderer->model->ncam) {
        return chore_fail(err, CHORE_E_USAGE, "a shot through camera %d: the model has %d", shot->camera,
                          (int)renderer->model->ncam);
    }
    if (v->width < 1 || v->height < 1 || v->width > CHORE_SHOT_MAX || v->height > CHORE_SHOT_MAX ||
        scale * v->drawn_width > renderer->width || scale * v->drawn_height > renderer->height) {
        return chore_fail(err, CHORE_E_USAGE, "a%s shot of %d x %d pixels from a renderer made for at most %d x %d",
                          scale == 2 ? " smooth" : "", v->width, v->height, renderer->width, renderer->height);
    }
    if ((shot->shadows && !renderer->shadows) || (shot->depth != NULL && renderer->samples) || !renderer->looked) {
        return chore_fail(err, CHORE_E_USAGE, "%s",
                          !renderer->looked ? "a shot before anything was looked at"
                          : shot->shadows && !renderer->shadows ? "a shot with shadows from a renderer without"
                                                                : "depth from a renderer that mixes samples");
    }
    return CHORE_OK;
}

static chore_status shoot(chore_renderer *renderer, const chore_shot *shot, int scale, uint8_t *pixels, float *z,
                          chore_error *err)
{
    return run(call_shoot,
               &(call){.renderer = renderer, .shot = shot, .scale = scale, .pixels = pixels, .z = z, .err = err},
               "drawing a shot");
}

chore_status chore_renderer_shoot(chore_renderer *renderer, const chore_shot *shot, chore_error *err)
{
    const size_t pixels = (size_t)renderer->width * (size_t)renderer->height;
    chore_status status = check_shot(renderer, shot, err);
    if (status != CHORE_OK) {
        return status;
    }
    renderer->pixels = renderer->pixels != NULL ? renderer->pixels : malloc(3 * pixels);
    renderer->z = renderer->z != NULL || shot->depth == NULL ? renderer->z : malloc(pixels * sizeof(float));
    if (renderer->pixels == NULL || (renderer->z == NULL && shot->depth != NULL)) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a shot");
    }
    const bool twice = shot->smooth && shot->colour != NULL; /* depth must not be a mean: it is drawn by itself then */
    if (twice) {
        status = shoot(renderer, shot, 2, renderer->pixels, NULL, err);
    } else {
        status = shoot(renderer, shot, 1, shot->colour != NULL ? renderer->pixels : NULL,
                       shot->depth != NULL ? renderer->z : NULL, err);
    }
    if (status == CHORE_OK && shot->colour != NULL) {
        chore_develop_colour(shot, renderer->pixels);
    }
    if (status == CHORE_OK && twice && shot->depth != NULL) {
        status = shoot(renderer, shot, 1, NULL, renderer->z, err);
    }
    if (status == CHORE_OK && shot->depth != NULL) {
        chore_develop_depth(shot, renderer->z);
    }
    return status;
}

/* ---- font -------------------------------------------------------------------------------------- */

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
