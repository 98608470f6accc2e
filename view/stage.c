#include "stage_internal.h"

#include <math.h>
#include <string.h>

#include <chore/cull.h>

enum { EXTRA_GEOMS = 4000 }; /* beyond the model's: contacts, frames, joints and the like */

/* ---- cameras ------------------------------------------------------------------------------------------------------ */

static void use_fixed(stage *s, int id)
{
    s->camera.type = mjCAMERA_FIXED;
    s->camera.fixedcamid = id;
    s->camera.trackbodyid = -1;
}

const char *stage_camera_name(const stage *s)
{
    if (s->camera.type == mjCAMERA_FIXED) {
        const char *name = mj_id2name(&s->model, mjOBJ_CAMERA, s->camera.fixedcamid);
        return name ? name : "camera";
    }
    if (s->camera.type == mjCAMERA_TRACKING) {
        const char *name = mj_id2name(&s->model, mjOBJ_BODY, s->camera.trackbodyid);
        return name ? name : "tracking";
    }
    return "free";
}

void stage_next_camera(stage *s, int direction)
{
    const int n = (int)s->model.ncam;
    const int now = s->camera.type == mjCAMERA_FIXED ? s->camera.fixedcamid : n;
    const int next = (now + direction + n + 1) % (n + 1);
    if (next < n) {
        use_fixed(s, next);
    } else {
        stage_free_camera(s);
    }
}

void stage_free_camera(stage *s)
{
    if (s->camera.type == mjCAMERA_FIXED && s->pose) {
        const mjtNum *pos = s->pose->cam_xpos + 3 * s->camera.fixedcamid;
        const mjtNum *mat = s->pose->cam_xmat + 9 * s->camera.fixedcamid;
        const mjtNum forward[3] = {-mat[2], -mat[5], -mat[8]};
        s->camera.distance = s->home.distance;
        for (int i = 0; i < 3; i++) {
            s->camera.lookat[i] = pos[i] + s->camera.distance * forward[i];
        }
        s->camera.azimuth = atan2(forward[1], forward[0]) * 180 / mjPI;
        s->camera.elevation = asin(mju_clip(forward[2], -1, 1)) * 180 / mjPI;
        s->model.vis.global.fovy = (float)s->model.cam_fovy[s->camera.fixedcamid];
    }
    s->camera.type = mjCAMERA_FREE;
    s->camera.fixedcamid = s->camera.trackbodyid = -1;
}

void stage_align(stage *s)
{
    s->camera = s->home;
}

void stage_look_at(stage *s, const double point[3], int track_body)
{
    stage_free_camera(s);
    mju_copy3(s->camera.lookat, point);
    if (track_body > 0) {
        s->camera.type = mjCAMERA_TRACKING;
        s->camera.trackbodyid = track_body;
    }
}

void stage_drag(stage *s, mjtMouse action, double dx, double dy)
{
    if (s->camera.type == mjCAMERA_FIXED) {
        stage_free_camera(s);
    }
    mjv_moveCamera(&s->model, action, dx, dy, &s->camera);
}

int stage_pick(stage *s, const chore_moment *moment, double aspect, double x, double y, double point[3])
{
    int geom, flex, skin;
    return mjv_select(&s->model, moment->data, &s->option, aspect, x, y, &s->scene, point, &geom, &flex, &skin);
}

/* ---- life --------------------------------------------------------------------------------------------------------- */

/* In software a picture costs its corners more than its pixels: a kitchen has hundreds of round things and boxes, and MuJoCo gives a cylinder
   28 sides and each side of a box 16 squares. */
static void draw_roughly(mjModel *model)
{
    model->vis.quality.numslices = 16;
    model->vis.quality.numstacks = 8;
    model->vis.quality.numquads = 1;
}

void stage_open(stage *s, const mjModel *model, const char *camera, int quality)
{
    memset(s, 0, sizeof *s);
    s->model = *model;
    s->model.vis.quality.shadowsize = quality ? 4096 : 1024;
    s->model.vis.quality.offsamples = 0;
    if (!quality) {
        draw_roughly(&s->model);
    }
    s->model.vis.scale.contactwidth = 0.08f; /* MuJoCo's default hides a mug behind the contacts of its fingers */
    s->model.vis.scale.contactheight = 0.04f;
    mjv_defaultScene(&s->scene);
    mjr_defaultContext(&s->context);
    mjv_defaultPerturb(&s->pick);
    mjv_defaultOption(&s->option);
    for (int group = 0; group < mjNGROUP; group++) { /* what a person would see in the room, as in film strips */
        s->option.geomgroup[group] = group <= 2;
        s->option.sitegroup[group] = 0;
    }
    s->option.flags[mjVIS_RANGEFINDER] = 0;
    s->option.flags[mjVIS_CONSTRAINT] = 0;
    mjv_makeScene(&s->model, &s->scene, (int)s->model.ngeom + EXTRA_GEOMS);
    s->scene.flags[mjRND_SHADOW] = quality != 0;
    s->scene.flags[mjRND_REFLECTION] = quality != 0;
    mjv_defaultFreeCamera(&s->model, &s->home);
    s->camera = s->home;
    const int id = camera ? mj_name2id(&s->model, mjOBJ_CAMERA, camera) : -1;
    if (id >= 0) {
        use_fixed(s, id);
    }
    s->font_scale = mjFONTSCALE_100;
    mjr_makeContext(&s->model, &s->context, s->font_scale);
    mjr_setBuffer(mjFB_WINDOW, &s->context);
}

void stage_close(stage *s)
{
    mjr_freeContext(&s->context);
    mjv_freeScene(&s->scene);
    memset(s, 0, sizeof *s);
}

/* 720p is read at the normal size; 4K needs three times that. */
void stage_fit_font(stage *s, int height)
{
    int scale = (height + 180) / 360 * 50;
    scale = scale < 100 ? 100 : scale > 300 ? 300 : scale;
    if (scale != s->font_scale) {
        s->font_scale = scale;
        mjr_changeFont(scale, &s->context);
    }
}

/* ---- drawing ------------------------------------------------------------------------------------------------------ */

/* The pose of qpos: what is derived from it may be a step old, or stale after a restore. */
static void bring_up_to_date(stage *s, mjData *data)
{
    mj_kinematics(&s->model, data);
    mj_comPos(&s->model, data);
    mj_camlight(&s->model, data);
    mj_flex(&s->model, data);
    mj_tendon(&s->model, data);
    s->pose = data;
}

void stage_set(stage *s, const chore_moment *moment)
{
    if (s->pose != moment->data) {
        bring_up_to_date(s, moment->data);
    }
    mjv_updateScene(&s->model, moment->data, &s->option, &s->pick, &s->camera, mjCAT_ALL, &s->scene);
}

void stage_draw(stage *s, mjrRect at)
{
    chore_cull(&s->model, &s->scene, (double)at.width / at.height);
    mjr_render(at, &s->scene, &s->context);
}
