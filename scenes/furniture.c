/* Furniture: what the names in a fixture's MJCF mean (chore/furniture.h), and where it was drawn. */
#include "scene_internal.h"

#include <chore/furniture.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double BEFORE_M = 0.08; /* a door that shuts a space is this close to it */

/* The fixture's name from "<fixture>/<rest>"; NULL: it is of none. */
static const char *split(const chore_scene *scene, const char *name, char owner[CHORE_NAME_CAP])
{
    const char *slash = name != NULL ? strchr(name, '/') : NULL;
    if (slash == NULL || slash - name >= CHORE_NAME_CAP) {
        return NULL;
    }
    snprintf(owner, CHORE_NAME_CAP, "%.*s", (int)(slash - name), name);
    return chore_scene_find_fixture(scene, owner) > 0 ? slash + 1 : NULL;
}

/* The joint that moves a body of a fixture; -1: it stands. */
static int joint_of(const mjModel *m, int body)
{
    while (body > 0 && m->body_jntnum[body] == 0) {
        body = m->body_parentid[body];
    }
    return body > 0 ? m->body_jntadr[body] : -1;
}

/* Pose of what hangs on a body, as drawn. */
static void drawn(const mjModel *m, int body, const double pos[3], const double quat[4],
                  double out_pos[3], double out_quat[4])
{
    double p[3], q[4];
    chore_body_drawn(m, body, 0, p, q);
    mju_mulPose(out_pos, out_quat, p, q, pos, quat);
}

/* ---- spaces ---------------------------------------------------------------------------------- */

int chore_scene_find_space(const chore_scene *scene, const char *name)
{
    chore_space space;
    const int site = mj_name2id(scene->model, mjOBJ_SITE, name);
    return site >= 0 && chore_scene_space(scene, site, &space) ? site : -1;
}

/* Volume that a part's box shares with the space when that has grown by BEFORE_M. */
static double shared(const chore_space *space, const chore_part_shape *part)
{
    double mat[9], volume = 1;
    mju_quat2Mat(mat, space->quat);
    for (int k = 0; k < 3; k++) {
        double half = BEFORE_M;
        for (int i = 0; i < 3; i++) {
            half += fabs(mat[3 * k + i]) * space->half[i];
        }
        volume *= fmax(0, fmin(space->pos[k] + half, part->box_centre[k] + part->box_half[k]) -
                              fmax(space->pos[k] - half, part->box_centre[k] - part->box_half[k]));
    }
    return volume;
}

static int door_before(const chore_scene *scene, const chore_space *space)
{
    const mjModel *m = scene->model;
    double most = 0;
    int found = -1;
    for (int j = 0; j < m->njnt; j++) {
        chore_part_shape part;
        if (m->jnt_type[j] == mjJNT_HINGE && chore_scene_part_shape(scene, j, &part) &&
            strcmp(part.owner, space->owner) == 0 && shared(space, &part) > most) {
            most = shared(space, &part);
            found = j;
        }
    }
    return found;
}

bool chore_scene_space(const chore_scene *scene, int site, chore_space *out)
{
    const mjModel *m = scene->model;
    memset(out, 0, sizeof *out);
    const char *name = split(scene, mj_id2name(m, mjOBJ_SITE, site), out->owner);
    if (name == NULL || m->site_type[site] != mjGEOM_BOX) {
        return false;
    }
    chore_copy(out->name, sizeof out->name, name);
    drawn(m, m->site_bodyid[site], m->site_pos + 3 * site, m->site_quat + 4 * site, out->pos,
          out->quat);
    mju_copy3(out->half, m->site_size + 3 * site);
    out->part = joint_of(m, m->site_bodyid[site]);
    out->behind = door_before(scene, out);
    return true;
}

/* ---- handles and solids ---------------------------------------------------------------------- */

bool chore_scene_handle(const chore_scene *scene, int joint, chore_handle *out)
{
    const mjModel *m = scene->model;
    char owner[CHORE_NAME_CAP], name[2 * CHORE_NAME_CAP + 16];
    const char *joint_name = mj_id2name(m, mjOBJ_JOINT, joint);
    if (split(scene, joint_name, owner) == NULL) {
        return false;
    }
    snprintf(name, sizeof name, "%s_handle", joint_name);
    const int site = mj_name2id(m, mjOBJ_SITE, name);
    if (site < 0) {
        return false;
    }
    static const double along[3] = {1, 0, 0};
    double quat[4];
    drawn(m, m->site_bodyid[site], m->site_pos + 3 * site, m->site_quat + 4 * site, out->pos, quat);
    mju_rotVecQuat(out->along, along, quat);
    return true;
}

bool chore_scene_solid(const chore_scene *scene, int geom, chore_solid *out)
{
    const mjModel *m = scene->model;
    const int body = m->geom_bodyid[geom];
    memset(out, 0, sizeof *out);
    if (m->geom_type[geom] != mjGEOM_BOX ||
        (m->geom_contype[geom] == 0 && m->geom_conaffinity[geom] == 0) ||
        split(scene, mj_id2name(m, mjOBJ_BODY, body), out->owner) == NULL) {
        return false;
    }
    drawn(m, body, m->geom_pos + 3 * geom, m->geom_quat + 4 * geom, out->pos, out->quat);
    mju_copy3(out->half, m->geom_size + 3 * geom);
    out->part = joint_of(m, body);
    return true;
}
