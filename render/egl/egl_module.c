/* chore-render-egl.so: MuJoCo's classic renderer in a context without a window. */
#include "egl_context.h"
#include "egl_lamps.h"
#include "render_ops_internal.h"

#include <chore/cull.h>
#include <mujoco/mujoco.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHADOW_SIZE  1024 /* MuJoCo's default of 4096 makes a frame four times as slow in software */
#define EXTRA_GEOMS  1000 /* beyond the model's: what MuJoCo adds for tendons, skins and the like */
#define MIN_BUFFER   192  /* pixels; a glyph at the largest scale must fit */
#define CLIP_FAR     60   /* metres; the sky is painted at about half of it */
#define GLYPH_MARGIN 8    /* pixels of a mask beyond the widest advance */
#define GL_RENDERER  0x1F01u
#define GL_VERSION   0x1F02u

typedef struct egl_renderer {
    egl_context *egl;
    mjModel model; /* the caller's arrays under our own visual options */
    mjData *view;  /* what is drawn: a copy, so that drawing cannot touch the simulation */
    mjvScene scene;
    mjvOption option;
    mjrContext context;
    bool context_made;
    int lamps;     /* of chore_render_def */
    uint8_t *row;   /* one row of pixels, for turning images over */
    uint8_t *glyph; /* one glyph as it is read back */
    char name[192];
} egl_renderer;

static void set_name(egl_renderer *r)
{
    const unsigned char *(*get_string)(unsigned) =
        (const unsigned char *(*)(unsigned))egl_context_gl("glGetString");
    const unsigned char *renderer = get_string != NULL ? get_string(GL_RENDERER) : NULL;
    const unsigned char *version = get_string != NULL ? get_string(GL_VERSION) : NULL;
    snprintf(r->name, sizeof r->name, "%s, OpenGL %s, EGL %s",
             renderer != NULL ? (const char *)renderer : "unknown renderer",
             version != NULL ? (const char *)version : "unknown", egl_context_way(r->egl));
}

static void set_visual(mjModel *model, const chore_render_def *def)
{
    model->vis.global.offwidth = def->width > MIN_BUFFER ? def->width : MIN_BUFFER;
    model->vis.global.offheight = def->height > MIN_BUFFER ? def->height : MIN_BUFFER;
    model->vis.quality.offsamples = def->samples;
    if (def->rough) {
        model->vis.quality.numslices = 16;
        model->vis.quality.numstacks = 8;
        model->vis.quality.numquads = 1;
    }
    model->vis.quality.shadowsize = !def->shadows ? 0 : def->shadow_size > 0 ? def->shadow_size : SHADOW_SIZE;
}

/* Only what a person would see in the room. */
static void set_options(egl_renderer *r, const chore_render_def *def)
{
    mjv_defaultOption(&r->option);
    for (int group = 0; group < mjNGROUP; group++) {
        r->option.geomgroup[group] = group <= 2;
        r->option.sitegroup[group] = 0;
    }
    r->option.flags[mjVIS_RANGEFINDER] = 0;
    r->option.flags[mjVIS_CONSTRAINT] = 0;
    r->scene.flags[mjRND_SHADOW] = def->shadows;
    r->scene.flags[mjRND_REFLECTION] = 0; /* a second pass over everything */
}

static chore_status create(void **state, const chore_render_def *def, chore_error *err)
{
    egl_renderer *r = calloc(1, sizeof *r);
    *state = r;
    if (r == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a renderer");
    }
    const chore_status status = egl_context_create(&r->egl, err);
    if (status != CHORE_OK) {
        return status;
    }
    set_name(r);
    r->model = *def->model;
    r->lamps = def->lamps;
    set_visual(&r->model, def);
    mjv_defaultScene(&r->scene);
    mjr_defaultContext(&r->context);
    r->view = mj_makeData(&r->model);
    r->row = malloc(3 * (size_t)def->width);
    if (r->view == NULL || r->row == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a renderer");
    }
    mjv_makeScene(&r->model, &r->scene, (int)r->model.ngeom + EXTRA_GEOMS);
    set_options(r, def);
    mjr_makeContext(&r->model, &r->context, mjFONTSCALE_300);
    r->context_made = true;
    mjr_setBuffer(mjFB_OFFSCREEN, &r->context);
    if (r->context.currentBuffer != mjFB_OFFSCREEN || r->context.offWidth < def->width ||
        r->context.offHeight < def->height) {
        return chore_fail(err, CHORE_E_RENDER,
                          "cannot render: %s gave no offscreen buffer of %d x %d pixels", r->name,
                          def->width, def->height);
    }
    return CHORE_OK;
}

static void destroy(void *state)
{
    egl_renderer *r = state;
    bool clean = false;
    if (r->context_made && egl_context_use(r->egl, NULL) == CHORE_OK) {
        r->context_made = false;
        mjr_freeContext(&r->context);
        clean = mjr_getError() == 0;
    }
    mjv_freeScene(&r->scene);
    mj_deleteData(r->view);
    egl_context_destroy(r->egl, clean);
    free(r->row);
    free(r->glyph);
    free(r);
}

static const char *name(const void *state)
{
    return ((const egl_renderer *)state)->name;
}

/* The pose of qpos: what is derived from it may be a step old, or stale after a restore. */
static void copy_view(egl_renderer *r, const mjData *data)
{
    mjv_copyData(r->view, &r->model, data);
    mj_kinematics(&r->model, r->view);
    mj_comPos(&r->model, r->view);
    mj_camlight(&r->model, r->view);
    mj_flex(&r->model, r->view);
    mj_tendon(&r->model, r->view);
}

/* GL's row 0 is at the bottom. */
static void turn_over(uint8_t *rgb, int width, int height, uint8_t *row)
{
    const size_t stride = 3 * (size_t)width;
    for (int top = 0, bottom = height - 1; top < bottom; top++, bottom--) {
        uint8_t *a = rgb + (size_t)top * stride, *b = rgb + (size_t)bottom * stride;
        memcpy(row, a, stride);
        memcpy(a, b, stride);
        memcpy(b, row, stride);
    }
}

static mjvCamera eye_of(int camera, const chore_viewpoint *from)
{
    mjvCamera eye;
    mjv_defaultCamera(&eye);
    if (from == NULL) {
        eye.type = mjCAMERA_FIXED;
        eye.fixedcamid = camera;
        return eye;
    }
    eye.type = mjCAMERA_FREE;
    memcpy(eye.lookat, from->at, sizeof eye.lookat);
    eye.distance = from->distance_m;
    eye.azimuth = from->azimuth_deg;
    eye.elevation = from->elevation_deg;
    return eye;
}

static chore_status frame(void *state, const mjData *data, int camera, const chore_viewpoint *from, int width, int height,
                          uint8_t *rgb, chore_error *err)
{
    egl_renderer *r = state;
    const chore_status status = egl_context_use(r->egl, err);
    if (status != CHORE_OK) {
        return status;
    }
    const mjrRect viewport = {0, 0, width, height};
    mjvCamera eye = eye_of(camera, from);
    copy_view(r, data);
    mjv_updateScene(&r->model, r->view, &r->option, NULL, &eye, mjCAT_ALL, &r->scene);
    egl_lamps_soften(&r->scene, r->lamps);
    chore_cull(&r->model, &r->scene, (double)width / height);
    mjr_render(viewport, &r->scene, &r->context);
    mjr_readPixels(rgb, NULL, viewport, &r->context);
    turn_over(rgb, width, height, r->row);
    const int gl_error = mjr_getError();
    if (gl_error != 0) {
        return chore_fail(err, CHORE_E_RENDER, "cannot render: %s reports GL error 0x%x", r->name,
                          (unsigned)gl_error);
    }
    return CHORE_OK;
}

static chore_status look(void *state, const mjData *data, chore_error *err)
{
    (void)err;
    copy_view(state, data);
    return CHORE_OK;
}

/* Depth as GL keeps it, 1 at the near plane and 0 at the far one, to metres. The sky is painted on something far away, which
   is nothing. */
static void to_metres(float *z, int n, const mjvGLCamera *eye)
{
    const float near_m = eye->frustum_near, ratio = near_m / eye->frustum_far;
    for (int i = 0; i < n; i++) {
        const float metres = near_m / (ratio + z[i] * (1 - ratio));
        z[i] = metres < (float)CHORE_SHOT_FAR ? metres : 0;
    }
}

/* What the view shows, on the near plane: square pixels or not. That plane is the same in every scene, whatever its size. */
static void aim(mjvGLCamera *eye, const chore_view *view)
{
    const double near_m = CHORE_SHOT_NEAR;
    eye->frustum_near = (float)near_m;
    eye->frustum_far = CLIP_FAR;
    eye->frustum_center = 0;
    eye->frustum_top = (float)(near_m * 0.5 * view->drawn_height / view->fy);
    eye->frustum_bottom = -eye->frustum_top;
    eye->frustum_width = (float)(near_m * 0.5 * view->drawn_width / view->fx); /* half of it, whatever its name says */
}

static chore_status shoot(void *state, int camera, const chore_view *view, int scale, bool shadows, uint8_t *rgb, float *z,
                          chore_error *err)
{
    egl_renderer *r = state;
    const chore_status status = egl_context_use(r->egl, err);
    if (status != CHORE_OK) {
        return status;
    }
    const mjrRect viewport = {0, 0, scale * view->drawn_width, scale * view->drawn_height};
    mjvCamera eye = eye_of(camera, NULL);
    mjv_updateScene(&r->model, r->view, &r->option, NULL, &eye, mjCAT_ALL, &r->scene);
    for (int i = 0; i < 2; i++) { /* one for each eye of a stereo pair; they are the same */
        aim(&r->scene.camera[i], view);
    }
    const mjtByte usual = r->scene.flags[mjRND_SHADOW];
    r->scene.flags[mjRND_SHADOW] = shadows;
    chore_cull(&r->model, &r->scene, (double)viewport.width / viewport.height);
    r->context.readDepthMap = mjDEPTH_ZEROFAR;
    mjr_render(viewport, &r->scene, &r->context);
    r->scene.flags[mjRND_SHADOW] = usual;
    mjr_readPixels(rgb, z, viewport, &r->context);
    if (z != NULL) {
        to_metres(z, viewport.width * viewport.height, &r->scene.camera[0]);
    }
    const int gl_error = mjr_getError();
    return gl_error == 0 ? CHORE_OK
                         : chore_fail(err, CHORE_E_RENDER, "cannot render: %s reports GL error 0x%x", r->name,
                                      (unsigned)gl_error);
}

static void draw_glyph(egl_renderer *r, int code, mjrRect cell, uint8_t *mask)
{
    const char text[2] = {(char)code, '\0'};
    mjr_rectangle(cell, 0, 0, 0, 1);
    mjr_text(mjFONT_BIG, text, &r->context, 0, 0, 1, 1, 1);
    mjr_readPixels(r->glyph, NULL, cell, &r->context);
    for (int y = 0; y < cell.height; y++) {
        const uint8_t *from = r->glyph + 3 * (size_t)(cell.height - 1 - y) * (size_t)cell.width;
        for (int x = 0; x < cell.width; x++) {
            mask[y * cell.width + x] = from[3 * x] >= 128 ? 255 : 0;
        }
    }
}

static chore_status font(void *state, chore_font *out, chore_error *err)
{
    egl_renderer *r = state;
    const chore_status status = egl_context_use(r->egl, err);
    if (status != CHORE_OK) {
        return status;
    }
    int widest = 0;
    for (int code = CHORE_FONT_FIRST; code < CHORE_FONT_MIDDLE_DOT; code++) {
        const int advance = r->context.charWidthBig[code];
        out->advance[code - CHORE_FONT_FIRST] = advance;
        widest = advance > widest ? advance : widest;
    }
    out->width = widest + GLYPH_MARGIN;
    out->height = r->context.charHeightBig;
    if (out->width > r->context.offWidth || out->height > r->context.offHeight) {
        return chore_fail(err, CHORE_E_RENDER,
                          "cannot render: glyphs of %d x %d pixels are too large", out->width,
                          out->height);
    }
    const size_t size = (size_t)out->width * (size_t)out->height;
    out->mask = calloc(CHORE_FONT_GLYPHS, size);
    free(r->glyph);
    r->glyph = malloc(3 * size);
    if (out->mask == NULL || r->glyph == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a font");
    }
    const mjrRect cell = {0, 0, out->width, out->height};
    for (int code = CHORE_FONT_FIRST + 1; code < CHORE_FONT_MIDDLE_DOT; code++) {
        draw_glyph(r, code, cell, out->mask + (size_t)(code - CHORE_FONT_FIRST) * size);
    }
    return CHORE_OK;
}

__attribute__((visibility("default"))) extern const chore_render_ops chore_render_ops_table;

const chore_render_ops chore_render_ops_table = {.version = CHORE_RENDER_OPS_VERSION,
                                                 .create = create,
                                                 .destroy = destroy,
                                                 .name = name,
                                                 .frame = frame,
                                                 .font = font,
                                                 .look = look,
                                                 .shoot = shoot};
