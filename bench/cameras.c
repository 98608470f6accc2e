/* Pictures for policies: offered by camera, drawn when an observation is due. */
#include "cameras_internal.h"

#include <chore/camera.h>
#include <chore/image_words.h>
#include <chore/shot.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLOUR, DEPTH, INTRINSICS, POSE };
static const char *const suffixes[CHOREI_CAMERA_STREAMS] = {"", ".depth", ".intrinsics", ".pose"};

typedef struct camera {
    chore_camera of;
    char names[CHOREI_CAMERA_STREAMS][CHORE_NAME_CAP + 16];
    /* of the request */
    chore_shot shot;        /* without its memory */
    bool framed;            /* the shot's view and flips are said */
    uint32_t fit;           /* CHORE_FIT_ of what was asked for */
    struct {
        char *memory;  /* of slot 0; NULL: not wanted */
        size_t stride; /* bytes of a slot */
    } streams[CHOREI_CAMERA_STREAMS];
} camera;

struct chorei_cameras {
    chore_appearance *appearance;
    uint64_t worn, lots[CHORE_RIG_SLOTS]; /* what it looks like now; what each slot shall see */
    const mjModel *model; /* the appearance's */
    int n;
    camera cameras[CHOREI_CAMERAS];
    chore_policy_field fields[CHOREI_CAMERAS * CHOREI_CAMERA_STREAMS];
    chore_renderer *renderer; /* NULL: nothing to draw, or it broke */
    char renderer_name[192];
    bool draws; /* some picture is wanted */
    volatile uint64_t *drawing; /* nullable */
    struct {
        int64_t frames;
        chore_hash hash;
    } seen[CHORE_RIG_SLOTS];
};

/* A slot's share of a stream, or NULL. */
static void *share(const camera *c, int which, int slot)
{
    return c->streams[which].memory ? c->streams[which].memory + (size_t)slot * c->streams[which].stride : NULL;
}

static bool is_wanted(const camera *c, int which)
{
    return c->streams[which].memory != NULL;
}

/* ---- offer ------------------------------------------------------------------------------------------------------ */

static chore_policy_field image_field(const camera *c, int which)
{
    const bool colour = which == COLOUR;
    return (chore_policy_field){.struct_size = sizeof(chore_policy_field),
                                .kind = colour ? CHORE_FIELD_RGB : CHORE_FIELD_DEPTH,
                                .dtype = colour ? CHORE_DTYPE_U8 : CHORE_DTYPE_F32,
                                .layout = CHORE_LAYOUT_HWC,
                                .fit = CHORE_FIT_NATIVE,
                                .ndim = 3,
                                .shape = {(uint32_t)c->of.height, (uint32_t)c->of.width, colour ? 3 : 1},
                                .flags = CHORE_FLAG_RESIZABLE,
                                .name = c->names[which],
                                .repr = colour ? "srgb" : "m",
                                .frame = "",
                                .convert = chore_image_words(colour ? CHORE_FIELD_RGB : CHORE_FIELD_DEPTH),
                                .scale = colour ? 1 / 255.0 : 1};
}

static chore_policy_field number_field(const camera *c, int which)
{
    return (chore_policy_field){.struct_size = sizeof(chore_policy_field),
                                .kind = CHORE_FIELD_VECTOR,
                                .dtype = CHORE_DTYPE_F32,
                                .ndim = 1,
                                .shape = {which == POSE ? 7 : 4},
                                .name = c->names[which],
                                .repr = which == POSE ? "m,quat_wxyz" : "px",
                                .frame = which == POSE ? "world" : "",
                                .convert = "",
                                .scale = 1};
}

static void add_camera(chorei_cameras *all, const char *name)
{
    camera *c = &all->cameras[all->n];
    if (all->n == CHOREI_CAMERAS || !chore_camera_find(all->model, name, &c->of)) {
        return;
    }
    for (int i = 0; i < CHOREI_CAMERA_STREAMS; i++) {
        snprintf(c->names[i], sizeof c->names[i], "cam.%s%s", name, suffixes[i]);
        all->fields[all->n * CHOREI_CAMERA_STREAMS + i] = i < INTRINSICS ? image_field(c, i) : number_field(c, i);
    }
    all->n++;
}

chorei_cameras *chorei_cameras_create(const chore_scene *scene, const chore_embodiment *robot)
{
    chorei_cameras *all = calloc(1, sizeof *all);
    CHORE_ASSERT(all);
    all->appearance = chore_appearance_create(chore_scene_model(scene));
    all->model = chore_appearance_model(all->appearance);
    for (int i = 0; i < robot->n_cameras; i++) {
        add_camera(all, robot->cameras[i]);
    }
    for (const char *const *name = chore_scene_cameras(scene); *name; name++) {
        add_camera(all, *name);
    }
    return all;
}

void chorei_cameras_destroy(chorei_cameras *all)
{
    if (all) {
        chore_renderer_destroy(all->renderer);
        chore_appearance_destroy(all->appearance);
        free(all);
    }
}

int chorei_cameras_n_fields(const chorei_cameras *all)
{
    return all->n * CHOREI_CAMERA_STREAMS;
}

const chore_policy_field *chorei_cameras_field(const chorei_cameras *all, int index)
{
    return &all->fields[index];
}

void chorei_cameras_mark(chorei_cameras *all, volatile uint64_t *drawing)
{
    all->drawing = drawing;
}

void chorei_cameras_wear(chorei_cameras *all, int slot, uint64_t lot)
{
    all->lots[slot] = lot;
}

static void dress_for(chorei_cameras *all, int slot)
{
    if (all->worn != all->lots[slot]) {
        all->worn = all->lots[slot];
        chore_appearance_wear(all->appearance, all->worn);
    }
}

static void pass_the_word(const chorei_cameras *all)
{
    if (all->drawing) {
        ++*all->drawing;
    }
}

/* ---- request ---------------------------------------------------------------------------------------------------- */

void chorei_cameras_forget(chorei_cameras *all)
{
    chore_renderer_destroy(all->renderer); /* it was made for other sizes */
    all->renderer = NULL;
    all->draws = false;
    all->renderer_name[0] = '\0';
    for (int i = 0; i < all->n; i++) {
        camera *c = &all->cameras[i];
        c->shot = (chore_shot){.camera = c->of.id,
                               .view = chore_view_make(c->of.width, c->of.height, c->of.fovy, c->of.width, c->of.height,
                                                       CHORE_SHOT_STRETCH)};
        c->framed = false;
        memset(c->streams, 0, sizeof c->streams);
    }
    memset(all->seen, 0, sizeof all->seen);
}

static chore_shot_fit fit_of(uint32_t fit)
{
    return fit == CHORE_FIT_LETTERBOX     ? CHORE_SHOT_LETTERBOX
           : fit == CHORE_FIT_CENTRE_CROP ? CHORE_SHOT_CENTRE_CROP
                                          : CHORE_SHOT_STRETCH; /* native: nothing is stretched */
}

static bool same_frame(const chore_shot *a, const chore_shot *b)
{
    return a->view.width == b->view.width && a->view.height == b->view.height && a->view.fx == b->view.fx &&
           a->view.fy == b->view.fy && a->flip_x == b->flip_x && a->flip_y == b->flip_y;
}

static chore_status want_image(chorei_cameras *all, camera *c, int which, const chore_policy_field *asked, chore_error *err)
{
    uint32_t words;
    char unknown[CHORE_NAME_CAP];
    const chore_policy_field *offered = &all->fields[(c - all->cameras) * CHOREI_CAMERA_STREAMS + which];
    (void)chore_image_words_parse(asked->convert, offered->convert, &words, unknown); /* compared before */
    const int width = (int)chore_image_width(asked), height = (int)chore_image_height(asked);
    chore_shot shot = c->shot;
    shot.view = chore_view_make(c->of.width, c->of.height, c->of.fovy, width, height, fit_of(asked->fit));
    shot.flip_x = words & CHORE_IMAGE_FLIP_X;
    shot.flip_y = words & CHORE_IMAGE_FLIP_Y;
    if (c->framed && !same_frame(&shot, &c->shot)) {
        return chore_fail(err, CHORE_E_POLICY_LOAD,
                          "streams \"%s\" and \"%s\" are drawn together: asked for with different sizes, fits or flips",
                          c->names[COLOUR], c->names[DEPTH]);
    }
    if (which == COLOUR) {
        shot.chw = words & CHORE_IMAGE_CHW;
        shot.f32 = words & CHORE_IMAGE_F32;
        shot.shadows = words & CHORE_IMAGE_SHADOWS;
        shot.smooth = words & CHORE_IMAGE_SMOOTH;
    }
    c->shot = shot;
    c->fit = asked->fit;
    c->framed = all->draws = true;
    return CHORE_OK;
}

chore_status chorei_cameras_want(chorei_cameras *all, int index, const chore_policy_field *asked, void *memory,
                                 size_t stride, chore_error *err)
{
    camera *c = &all->cameras[index / CHOREI_CAMERA_STREAMS];
    const int which = index % CHOREI_CAMERA_STREAMS;
    c->streams[which].memory = memory;
    c->streams[which].stride = stride;
    return which < INTRINSICS ? want_image(all, c, which, asked, err) : CHORE_OK;
}

static chore_status make_renderer(chorei_cameras *all, chore_error *err)
{
    chore_render_def def = {.model = all->model, .width = 1, .height = 1};
    for (int i = 0; i < all->n; i++) {
        const chore_shot *shot = &all->cameras[i].shot;
        const int scale = shot->smooth ? 2 : 1;
        const bool wanted = is_wanted(&all->cameras[i], COLOUR) || is_wanted(&all->cameras[i], DEPTH);
        def.width = wanted && scale * shot->view.width > def.width ? scale * shot->view.width : def.width;
        def.height = wanted && scale * shot->view.height > def.height ? scale * shot->view.height : def.height;
        def.shadows |= shot->shadows;
    }
    const chore_status status = chore_renderer_create(&all->renderer, &def, err);
    if (status == CHORE_OK) {
        chore_copy(all->renderer_name, sizeof all->renderer_name, chore_renderer_name(all->renderer));
    }
    return status;
}

chore_status chorei_cameras_ready(chorei_cameras *all, int n_slots, chore_error *err)
{
    for (int i = 0; i < all->n; i++) {
        const camera *c = &all->cameras[i];
        const chore_view *v = &c->shot.view;
        const float numbers[4] = {(float)v->fx, (float)v->fy, (float)v->cx, (float)v->cy};
        for (int slot = 0; slot < n_slots && is_wanted(c, INTRINSICS); slot++) {
            memcpy(share(c, INTRINSICS, slot), numbers, sizeof numbers);
        }
    }
    if (!all->draws) {
        return CHORE_OK;
    }
    pass_the_word(all);
    const chore_status status = make_renderer(all, err);
    pass_the_word(all);
    return status;
}

/* ---- drawing ---------------------------------------------------------------------------------------------------- */

static void put_pose(const chorei_cameras *all, const camera *c, const mjData *data, float *out)
{
    double pos[3], quat[4];
    chore_camera_pose(all->model, data, c->of.id, pos, quat);
    for (int i = 0; i < 3; i++) {
        out[i] = (float)pos[i];
    }
    for (int i = 0; i < 4; i++) {
        out[3 + i] = (float)quat[i];
    }
}

static chore_status draw_all(chorei_cameras *all, int slot, const mjData *data, chore_error *err)
{
    chore_status status = all->renderer ? CHORE_OK : make_renderer(all, err);
    if (status == CHORE_OK) {
        status = chore_renderer_look(all->renderer, data, err);
    }
    for (int i = 0; i < all->n && status == CHORE_OK; i++) {
        chore_shot shot = all->cameras[i].shot;
        shot.colour = share(&all->cameras[i], COLOUR, slot);
        shot.depth = share(&all->cameras[i], DEPTH, slot);
        if (shot.colour || shot.depth) {
            status = chore_renderer_shoot(all->renderer, &shot, err);
        }
    }
    return status;
}

static void count_seen(chorei_cameras *all, int slot)
{
    for (int i = 0; i < all->n; i++) {
        const camera *c = &all->cameras[i];
        for (int which = COLOUR; which <= DEPTH; which++) {
            if (is_wanted(c, which)) {
                all->seen[slot].hash = chore_hash_chain(all->seen[slot].hash, share(c, which, slot), c->streams[which].stride);
                all->seen[slot].frames++;
            }
        }
    }
}

chore_status chorei_cameras_draw(chorei_cameras *all, int slot, const mjData *data, chore_error *err)
{
    dress_for(all, slot);
    for (int i = 0; i < all->n; i++) {
        if (is_wanted(&all->cameras[i], POSE)) {
            put_pose(all, &all->cameras[i], data, share(&all->cameras[i], POSE, slot));
        }
    }
    if (!all->draws) {
        return CHORE_OK;
    }
    pass_the_word(all);
    const chore_status status = draw_all(all, slot, data, err);
    if (status != CHORE_OK) { /* whatever state the driver is in: the next picture gets a new start */
        chore_renderer_destroy(all->renderer);
        all->renderer = NULL;
    } else {
        count_seen(all, slot);
    }
    pass_the_word(all);
    return status;
}

chore_rig_seen chorei_cameras_seen(const chorei_cameras *all, int slot)
{
    return (chore_rig_seen){.frames = all->seen[slot].frames, .hash = all->seen[slot].hash, .renderer = all->renderer_name};
}

void chorei_cameras_forget_seen(chorei_cameras *all, int slot)
{
    memset(&all->seen[slot], 0, sizeof all->seen[slot]);
}

int chorei_cameras_pictures(const chorei_cameras *all, chore_rig_picture *out, int cap)
{
    static const char *const fits[] = {"native", "stretch", "letterbox", "centre_crop"};
    int n = 0;
    for (int i = 0; i < all->n; i++) {
        const camera *c = &all->cameras[i];
        if (!c->framed) {
            continue;
        }
        if (n < cap) {
            out[n] = (chore_rig_picture){.camera = c->names[COLOUR] + strlen("cam."),
                                         .width = c->shot.view.width,
                                         .height = c->shot.view.height,
                                         .fit = fits[c->fit <= CHORE_FIT_CENTRE_CROP ? c->fit : CHORE_FIT_NATIVE],
                                         .flip_x = c->shot.flip_x,
                                         .flip_y = c->shot.flip_y,
                                         .shadows = c->shot.shadows,
                                         .smooth = c->shot.smooth};
        }
        n++;
    }
    return n;
}
