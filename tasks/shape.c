/* Where an object's collision geoms are now: lowest point, volume in a box, surface below a
   point. */
#include "predicates_internal.h"

#include <math.h>

static bool collides(const mjModel *m, int geom)
{
    return m->geom_contype[geom] != 0 || m->geom_conaffinity[geom] != 0;
}

/* Half extents of a geom's upright bounding box in the world; exact for spheres, capsules,
   cylinders, boxes, ellipsoids. */
static void upright_half(const mjModel *m, const mjData *d, int geom, double out[3])
{
    const double *size = m->geom_size + 3 * geom, *mat = d->geom_xmat + 9 * geom,
                 *box = m->geom_aabb + 6 * geom + 3;
    for (int i = 0; i < 3; i++) {
        const double x = fabs(mat[3 * i]), y = fabs(mat[3 * i + 1]), z = fabs(mat[3 * i + 2]);
        switch (m->geom_type[geom]) {
        case mjGEOM_SPHERE: out[i] = size[0]; break;
        case mjGEOM_CAPSULE: out[i] = size[0] + z * size[1]; break;
        case mjGEOM_CYLINDER: out[i] = z * size[1] + size[0] * sqrt(fmax(0, 1 - z * z)); break;
        case mjGEOM_ELLIPSOID:
            out[i] = sqrt(x * x * size[0] * size[0] + y * y * size[1] * size[1] +
                          z * z * size[2] * size[2]);
            break;
        default: out[i] = x * box[0] + y * box[1] + z * box[2]; break;
        }
    }
}

/* Middle of a geom's own bounding box in the world (its position, except for meshes). */
static void box_centre(const mjModel *m, const mjData *d, int geom, double out[3])
{
    mju_mulMatVec3(out, d->geom_xmat + 9 * geom, m->geom_aabb + 6 * geom);
    mju_addTo3(out, d->geom_xpos + 3 * geom);
}

double chore_geom_lowest(const mjModel *m, const mjData *d, int geom)
{
    double centre[3], half[3];
    box_centre(m, d, geom, centre);
    upright_half(m, d, geom, half);
    return centre[2] - half[2];
}

double chore_body_lowest(const mjModel *m, const mjData *d, int body)
{
    double lowest = HUGE_VAL;
    for (int i = 0; i < m->body_geomnum[body]; i++) {
        int geom = m->body_geomadr[body] + i;
        if (collides(m, geom)) {
            lowest = fmin(lowest, chore_geom_lowest(m, d, geom));
        }
    }
    return lowest;
}

static bool in_box(const double point[3], const double pos[3], const double mat[9],
                   const double half[3], double slack)
{
    double off[3], local[3];
    mju_sub3(off, point, pos);
    mju_mulMatTVec3(local, mat, off);
    return fabs(local[0]) <= half[0] + slack && fabs(local[1]) <= half[1] + slack &&
           fabs(local[2]) <= half[2] + slack;
}

/* Each geom stands for seven points (centre and the six faces of its box), together as heavy as
   the box is large. */
double chore_body_share_in_box(const mjModel *m, const mjData *d, int body, const double pos[3],
                               const double mat[9], const double half[3], double slack)
{
    double inside = 0, all = 0;
    for (int i = 0; i < m->body_geomnum[body]; i++) {
        int geom = m->body_geomadr[body] + i;
        if (!collides(m, geom)) {
            continue;
        }
        const double *box = m->geom_aabb + 6 * geom + 3, *axes = d->geom_xmat + 9 * geom;
        const double volume = box[0] * box[1] * box[2];
        double centre[3];
        box_centre(m, d, geom, centre);
        int n_inside = in_box(centre, pos, mat, half, slack);
        for (int face = 0; face < 6; face++) {
            const int axis = face / 2;
            const double reach = face % 2 ? -box[axis] : box[axis];
            const double point[3] = {centre[0] + reach * axes[axis],
                                     centre[1] + reach * axes[3 + axis],
                                     centre[2] + reach * axes[6 + axis]};
            n_inside += in_box(point, pos, mat, half, slack);
        }
        inside += volume * n_inside / 7;
        all += volume;
    }
    return all > 0 ? inside / all : 0;
}

bool chore_body_top_below(const mjModel *m, const mjData *d, int body, const double point[3],
                          double slack, double *top)
{
    bool found = false;
    for (int i = 0; i < m->body_geomnum[body]; i++) {
        int geom = m->body_geomadr[body] + i;
        if (!collides(m, geom) || m->geom_type[geom] == mjGEOM_PLANE) {
            continue;
        }
        double centre[3], half[3];
        box_centre(m, d, geom, centre);
        upright_half(m, d, geom, half);
        const double height = centre[2] + half[2];
        if (fabs(point[0] - centre[0]) <= half[0] + slack &&
            fabs(point[1] - centre[1]) <= half[1] + slack && height < point[2] &&
            (!found || height > *top)) {
            *top = height;
            found = true;
        }
    }
    return found;
}

void chore_site_pose(const chore_view *view, int object, const chore_site *site, double pos[3],
                     double mat[9])
{
    const int body = chore_item_object(view, object)->body;
    double own[9];
    mju_mulMatVec3(pos, view->data->xmat + 9 * body, site->pos);
    mju_addTo3(pos, view->data->xpos + 3 * body);
    mju_quat2Mat(own, site->quat);
    mju_mulMatMat(mat, view->data->xmat + 9 * body, own, 3, 3, 3);
}

double chore_top_in_box(const mjModel *m, const mjData *d, const double box[4])
{
    double top = -HUGE_VAL;
    for (int geom = 0; geom < m->ngeom; geom++) {
        double centre[3], half[3];
        if (!collides(m, geom) || m->geom_type[geom] == mjGEOM_PLANE) {
            continue;
        }
        box_centre(m, d, geom, centre);
        upright_half(m, d, geom, half);
        if (centre[0] + half[0] >= box[0] && centre[1] + half[1] >= box[1] &&
            centre[0] - half[0] <= box[2] && centre[1] - half[1] <= box[3]) {
            top = fmax(top, centre[2] + half[2]);
        }
    }
    return top;
}

bool chore_in_region(const chore_region *region, const double point[3])
{
    return fabs(point[0] - region->pos[0]) <= region->half[0] &&
           fabs(point[1] - region->pos[1]) <= region->half[1] && point[2] >= region->pos[2] &&
           point[2] <= region->pos[2] + 2 * region->half[2];
}

double chore_floor_height(const mjModel *m)
{
    double height = -HUGE_VAL;
    for (int geom = 0; geom < m->ngeom; geom++) {
        if (m->geom_type[geom] == mjGEOM_PLANE && m->geom_bodyid[geom] == 0) {
            height = fmax(height, m->geom_pos[3 * geom + 2]);
        }
    }
    return height;
}

/* A level rod of a body that hangs on the world: capsule, cylinder, or a box more than three times as long as wide. */
static bool rod_of(const mjModel *m, int geom, double a[3], double b[3], double *radius)
{
    const int body = m->geom_bodyid[geom];
    const double *size = m->geom_size + 3 * geom;
    double quat[4], mat[9], centre[3], half;
    int axis = 2;
    mju_mulQuat(quat, m->body_quat + 4 * body, m->geom_quat + 4 * geom);
    mju_quat2Mat(mat, quat);
    mju_rotVecQuat(centre, m->geom_pos + 3 * geom, m->body_quat + 4 * body);
    mju_addTo3(centre, m->body_pos + 3 * body);
    if (m->geom_type[geom] == mjGEOM_CAPSULE || m->geom_type[geom] == mjGEOM_CYLINDER) {
        half = size[1];
        *radius = size[0];
    } else if (m->geom_type[geom] == mjGEOM_BOX) {
        axis = size[0] > size[1] ? 0 : 1;
        half = size[axis];
        *radius = size[1 - axis];
        centre[2] += size[2] - *radius; /* its top stays where it is */
    } else {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        a[i] = centre[i] - half * mat[3 * i + axis];
        b[i] = centre[i] + half * mat[3 * i + axis];
    }
    return half > 3 * *radius && fabs(b[2] - a[2]) < 0.01;
}

bool chore_fixture_bar(const mjModel *m, int body, double a[3], double b[3], double *radius)
{
    bool found = false;
    for (int i = 0; i < m->body_geomnum[body]; i++) {
        double from[3], to[3], r;
        const int geom = m->body_geomadr[body] + i;
        if (body > 0 && collides(m, geom) && rod_of(m, geom, from, to, &r) &&
            (!found || from[2] + r > a[2] + *radius)) {
            mju_copy3(a, from);
            mju_copy3(b, to);
            *radius = r;
            found = true;
        }
    }
    return found;
}
