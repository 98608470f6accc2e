#include <chore/appearance.h>

#include "paint_internal.h"

#include <mujoco/mujoco.h>
#include <stdlib.h>
#include <string.h>

#define DEGREE     (mjPI / 180)
#define ROOM_SHIFT 0.02  /* metres that a camera of the room may be off its place, along each axis */
#define ROOM_TURN  (1.5 * DEGREE)
#define OWN_SHIFT  0.003 /* and one of a robot */
#define OWN_TURN   (0.5 * DEGREE)
#define LIGHT_TURN (10 * DEGREE)

struct chore_appearance {
    const mjModel *plain;
    mjModel model;                /* plain, with arrays of its own for its looks */
    bool *room_geom, *room_mat;   /* [ngeom], [nmat]: part of the room or its furniture, and of nothing else */
    bool *robot_body;             /* [nbody]: of a tree that is driven by actuators */
    float *mat_mean;              /* [nmat][3]: mean colour of its texture; 1 where it has none */
};

uint64_t chore_appearance_lot(uint64_t run_key, chore_hash task_hash, uint64_t seed)
{
    chore_rng rng = chore_rng_stream(run_key, task_hash, seed, "appearance");
    uint64_t lot = 0;
    while (lot == 0) {
        lot = chore_rng_u64(&rng);
    }
    return lot;
}

/* ---- what is what ------------------------------------------------------------------------------------------------- */

static bool is_movable(const mjModel *m, int body)
{
    for (; body > 0; body = m->body_parentid[body]) {
        const int joint = m->body_jntadr[body];
        if (m->body_jntnum[body] > 0 && m->jnt_type[joint] == mjJNT_FREE) {
            return true;
        }
    }
    return false;
}

static void find_robots(chore_appearance *a)
{
    const mjModel *m = a->plain;
    for (int i = 0; i < m->nu; i++) {
        const int type = m->actuator_trntype[i], id = m->actuator_trnid[2 * i];
        const int joint = type == mjTRN_JOINT ? id : type == mjTRN_TENDON ? m->wrap_objid[m->tendon_adr[id]] : -1;
        const int root = joint >= 0 && joint < m->njnt ? m->body_rootid[m->jnt_bodyid[joint]] : 0;
        for (int body = 1; root > 0 && body < m->nbody; body++) {
            a->robot_body[body] |= m->body_rootid[body] == root;
        }
    }
}

static void find_room(chore_appearance *a)
{
    const mjModel *m = a->plain;
    memset(a->room_mat, 1, (size_t)m->nmat * sizeof *a->room_mat);
    for (int i = 0; i < m->ngeom; i++) {
        const int body = m->geom_bodyid[i];
        a->room_geom[i] = !is_movable(m, body) && !a->robot_body[body];
        if (m->geom_matid[i] >= 0) {
            a->room_mat[m->geom_matid[i]] &= a->room_geom[i];
        }
    }
    for (int i = 0; i < m->nflexelem; i++) {
        if (m->flex_matid[i] >= 0) {
            a->room_mat[m->flex_matid[i]] = false;
        }
    }
}

static void find_means(chore_appearance *a)
{
    const mjModel *m = a->plain;
    for (int i = 0; i < m->nmat; i++) {
        const int texture = m->mat_texid[mjNTEXROLE * i + mjTEXROLE_RGB];
        const size_t channels = texture >= 0 ? (size_t)m->tex_nchannel[texture] : 0;
        const size_t pixels = texture >= 0 ? (size_t)m->tex_height[texture] * (size_t)m->tex_width[texture] : 0;
        const mjtByte *data = texture >= 0 ? m->tex_data + m->tex_adr[texture] : NULL;
        for (size_t c = 0; c < 3; c++) {
            uint64_t sum = 0;
            for (size_t k = 0; k < pixels && channels >= 3; k++) {
                sum += data[channels * k + c];
            }
            a->mat_mean[3 * i + (int)c] = channels >= 3 && pixels > 0 ? (float)((double)sum / (255.0 * (double)pixels)) : 1;
        }
    }
}

/* ---- its life ----------------------------------------------------------------------------------------------------- */

static void *array(size_t n, size_t size)
{
    void *made = calloc(n + 1, size); /* + 1: not every model has some of each */
    CHORE_ASSERT(made);
    return made;
}

chore_appearance *chore_appearance_create(const mjModel *model)
{
    chore_appearance *a = array(1, sizeof *a);
    a->plain = model;
    a->model = *model;
#define X(type, name, n, each) a->model.name = array((size_t)model->n * each, sizeof(type));
#include "looks.inl"
#undef X
    a->room_geom = array((size_t)model->ngeom, sizeof *a->room_geom);
    a->room_mat = array((size_t)model->nmat, sizeof *a->room_mat);
    a->robot_body = array((size_t)model->nbody, sizeof *a->robot_body);
    a->mat_mean = array((size_t)model->nmat * 3, sizeof *a->mat_mean);
    find_robots(a);
    find_room(a);
    find_means(a);
    chore_appearance_wear(a, 0);
    return a;
}

void chore_appearance_destroy(chore_appearance *a)
{
    if (a) {
#define X(type, name, n, each) free(a->model.name);
#include "looks.inl"
#undef X
        free(a->room_geom);
        free(a->room_mat);
        free(a->robot_body);
        free(a->mat_mean);
        free(a);
    }
}

const mjModel *chore_appearance_model(const chore_appearance *a)
{
    return &a->model;
}

/* ---- a lot -------------------------------------------------------------------------------------------------------- */

/* What has the same colour gets the same new one: the doors of a kitchen, the legs of a table. */
static chore_rng paint_pot(uint64_t lot, const float rgb[3])
{
    uint64_t colour = 0;
    for (int i = 0; i < 3; i++) {
        colour = colour << 8 | (uint64_t)(rgb[i] * 255.0f + 0.5f);
    }
    return chore_rng_stream(lot, (chore_hash){0}, colour, "paint");
}

static void paint(uint64_t lot, float rgb[3], bool room)
{
    chore_rng rng = paint_pot(lot, rgb);
    chorei_paint(rgb, room ? CHOREI_PAINT_ANY : CHOREI_PAINT_SHADE, &rng);
}

static void paint_all(chore_appearance *a, uint64_t lot)
{
    const mjModel *m = a->plain;
    for (int i = 0; i < m->nmat; i++) {
        float *rgba = a->model.mat_rgba + 4 * i;
        if (m->mat_texid[mjNTEXROLE * i + mjTEXROLE_RGB] >= 0) {
            chore_rng rng = paint_pot(lot, a->mat_mean + 3 * i);
            chorei_stain(rgba, a->mat_mean + 3 * i, a->room_mat[i] ? CHOREI_PAINT_ANY : CHOREI_PAINT_SHADE, &rng);
        } else {
            paint(lot, rgba, a->room_mat[i]);
        }
    }
    for (int i = 0; i < m->ngeom; i++) { /* MuJoCo's default colour means: that of the material */
        float *rgba = a->model.geom_rgba + 4 * i;
        const bool plain = rgba[0] == 0.5f && rgba[1] == 0.5f && rgba[2] == 0.5f && rgba[3] == 1.0f;
        if (!plain) {
            paint(lot, rgba, a->room_geom[i]);
        }
    }
    for (int i = 0; i < m->nflex; i++) {
        paint(lot, a->model.flex_rgba + 4 * i, false);
    }
}

static void turn(mjtNum v[3], const mjtNum axis[3], double angle)
{
    mjtNum quat[4], turned[3];
    mju_axisAngle2Quat(quat, axis, angle);
    mju_rotVecQuat(turned, v, quat);
    mju_copy3(v, turned);
}

/* A light that casts shadows keeps the x part of its direction: level surfaces show speckle else (README). */
static void light_all(chore_appearance *a, uint64_t lot)
{
    static const mjtNum x[3] = {1, 0, 0}, z[3] = {0, 0, 1};
    chore_rng rng = chore_rng_stream(lot, (chore_hash){0}, 0, "light");
    const double warmth = chore_rng_range(&rng, -0.07, 0.07), day = chore_rng_range(&rng, 0.8, 1.12);
    for (int i = 0; i < a->plain->nlight; i++) {
        const double own = day * chore_rng_range(&rng, 0.875, 1.16);
        const double tilt = chore_rng_range(&rng, -LIGHT_TURN, LIGHT_TURN), swing = chore_rng_range(&rng, -LIGHT_TURN, LIGHT_TURN);
        for (int c = 0; c < 3; c++) {
            const float part = (float)(own * (1 + (1 - c) * warmth)); /* red up, blue down, or the other way round */
            a->model.light_diffuse[3 * i + c] *= part;
            a->model.light_ambient[3 * i + c] *= part;
        }
        turn(a->model.light_dir + 3 * i, x, tilt);
        if (!a->plain->light_castshadow[i]) {
            turn(a->model.light_dir + 3 * i, z, swing);
        }
    }
}

static void place_cameras(chore_appearance *a, uint64_t lot)
{
    chore_rng rng = chore_rng_stream(lot, (chore_hash){0}, 0, "camera");
    for (int i = 0; i < a->plain->ncam; i++) {
        const bool own = a->robot_body[a->plain->cam_bodyid[i]];
        const double shift = own ? OWN_SHIFT : ROOM_SHIFT, most = own ? OWN_TURN : ROOM_TURN;
        mjtNum vec[3], quat[4], turned[4], *at = a->model.cam_pos + 3 * i, *facing = a->model.cam_quat + 4 * i;
        for (int k = 0; k < 3; k++) {
            at[k] += chore_rng_range(&rng, -shift, shift);
            vec[k] = chore_rng_range(&rng, -most, most);
        }
        mju_unit4(quat);
        mju_quatIntegrate(quat, vec, 1);
        mju_mulQuat(turned, facing, quat);
        mju_copy4(facing, turned);
    }
}

void chore_appearance_wear(chore_appearance *a, uint64_t lot)
{
#define X(type, name, n, each) memcpy(a->model.name, a->plain->name, (size_t)a->plain->n * each * sizeof(type));
#include "looks.inl"
#undef X
    if (lot != 0) {
        paint_all(a, lot);
        light_all(a, lot);
        place_cameras(a, lot);
    }
}
