/* Puddles: wet cells of a square grid, each as deep as a film of water stands on a table. Liquid fills the free cells nearest to where it
   falls. A sponge that is pressed down takes up what lies under it. */
#include "liquid_internal.h"
#include <math.h>

#define CELL_M 0.02
#define FILM_M \
    0.002 /* depth of a puddle: 2 a sin(angle / 2), capillary length 2.7 mm, contact angle 45 deg */
#define FULL_M3   (CELL_M * CELL_M * FILM_M)
#define RINGS     24    /* of cells around where it falls */
#define LEVEL_M   0.002 /* cells of one puddle differ in height by less */
#define ABOVE_M   0.012 /* the surface is looked for from this far above a point */
#define DRY_M3    1e-8  /* less dries by itself */
#define LIGHT_N   1.0   /* a sponge that only lies there takes up nothing */
#define FIRM_N    4.0   /* from here on pressing harder does not help */
#define SOAK_S    0.2 /* time constant in which a firmly pressed sponge takes up what is under it */
#define UNDER_M   0.004  /* between the sponge's face and the surface */
#define SHOW_HIGH 0.0022 /* of the cap that shows a full cell, */
#define SHOW_C    0.004  /* which is part of an ellipsoid with this half axis */

double chore_puddle_radius(double volume_m3)
{
    return sqrt(volume_m3 / FILM_M / mjPI);
}

double chore_world_patch(const chore_world *world, int index, double pos[3])
{
    CHORE_ASSERT(world->liquid && index >= 0 && index < world->liquid->n_patches);
    mju_copy3(pos, world->wet->patches[index].pos);
    return world->wet->patches[index].volume;
}

/* ---- the surface below ----------------------------------------------------------------------- */

/* Height of what is fixed below a point; minus infinity: nothing is. */
static double surface_below(const chore_world *world, double x, double y, double z)
{
    static const double down[3] = {0, 0, -1};
    const mjModel *m = world->model;
    const mjData *d = world->data;
    const double from[3] = {x, y, z};
    double top = -HUGE_VAL;
    for (int g = 0; g < m->ngeom; g++) {
        const double *at = d->geom_xpos + 3 * g;
        if (m->body_weldid[m->geom_bodyid[g]] != 0 ||
            (m->geom_contype[g] == 0 && m->geom_conaffinity[g] == 0) ||
            m->geom_type[g] >= mjGEOM_MESH || m->geom_type[g] == mjGEOM_HFIELD ||
            (m->geom_rbound[g] > 0 && hypot(at[0] - x, at[1] - y) > m->geom_rbound[g])) {
            continue;
        }
        const double far = mju_rayGeom(at, d->geom_xmat + 9 * g, m->geom_size + 3 * g, from, down,
                                       m->geom_type[g], NULL);
        top = far >= 0 ? fmax(top, z - far) : top;
    }
    return top;
}

/* ---- spreading ------------------------------------------------------------------------------- */

static double centre_of(double at, int step)
{
    return (floor(at / CELL_M) + step + 0.5) * CELL_M;
}

/* The wet patch of this cell; -1: it is dry. */
static int patch_at(const chore_world *world, double x, double y, double z)
{
    for (int i = 0; i < world->liquid->n_patches; i++) {
        const patch_state *p = &world->wet->patches[i];
        if (p->volume > 0 && fabs(p->pos[0] - x) < CELL_M / 2 && fabs(p->pos[1] - y) < CELL_M / 2 &&
            fabs(p->pos[2] - z) < LEVEL_M) {
            return i;
        }
    }
    return -1;
}

static int free_patch(const chore_world *world)
{
    for (int i = 0; i < world->liquid->n_patches; i++) {
        if (!(world->wet->patches[i].volume > 0)) {
            return i;
        }
    }
    return -1;
}

/* The nearest cell with room, on this surface: its patch, taken for it if it was dry. -1: there is none. */
static int nearest_room(chore_world *world, const double from[3], double surface)
{
    const int spare = free_patch(world);
    double best = HUGE_VAL, cell[2] = {0, 0};
    int found = -1;
    for (int ring = 0; ring <= RINGS && (ring - 1) * CELL_M < best; ring++) {
        for (int i = -ring; i <= ring; i++) {
            for (int j = -ring; j <= ring; j += abs(i) == ring || ring == 0 ? 1 : 2 * ring) {
                const double x = centre_of(from[0], i), y = centre_of(from[1], j),
                             far = hypot(x - from[0], y - from[1]);
                if (far >= best) {
                    continue;
                }
                const int patch = patch_at(world, x, y, surface);
                if (patch >= 0 ? world->wet->patches[patch].volume < FULL_M3
                               : spare >= 0 && fabs(surface_below(world, x, y, surface + ABOVE_M) -
                                                    surface) < LEVEL_M) {
                    best = far;
                    found = patch >= 0 ? patch : spare;
                    cell[0] = x;
                    cell[1] = y;
                }
            }
        }
    }
    if (found >= 0) {
        patch_state *p = &world->wet->patches[found];
        p->pos[0] = cell[0];
        p->pos[1] = cell[1];
        p->pos[2] = surface;
    }
    return found;
}

/* Where no cell has room any more the puddle gets deeper: its nearest patch; 0 if there is none at all. */
static int nearest_patch(const chore_world *world, const double from[3])
{
    int best = 0;
    for (int i = 1; i < world->liquid->n_patches; i++) {
        const patch_state *p = world->wet->patches;
        if (p[i].volume > 0 &&
            (!(p[best].volume > 0) || mju_dist3(p[i].pos, from) < mju_dist3(p[best].pos, from))) {
            best = i;
        }
    }
    return best;
}

void chore_puddle_add(chore_world *world, const double from[3], double volume)
{
    const double surface = surface_below(world, from[0], from[1], from[2] + ABOVE_M);
    while (volume > 0 && surface > -HUGE_VAL) {
        const int patch = nearest_room(world, from, surface);
        if (patch < 0) {
            world->wet->patches[nearest_patch(world, from)].volume += volume;
            return;
        }
        double *in = &world->wet->patches[patch].volume;
        const double part = fmin(volume, FULL_M3 - *in);
        *in += part;
        volume = volume - part > 0.01 * DRY_M3 ? volume - part : 0;
    }
}

/* ---- wiping ---------------------------------------------------------------------------------- */

/* How hard it is pressed down on what is fixed. */
static double press_of(const chore_world *world, int body)
{
    const mjModel *m = world->model;
    const mjData *d = world->data;
    double sum = 0;
    for (int i = 0; i < d->ncon; i++) {
        const mjContact *contact = &d->contact[i];
        const int one = contact->geom[0] >= 0 ? m->geom_bodyid[contact->geom[0]] : -1,
                  two = contact->geom[1] >= 0 ? m->geom_bodyid[contact->geom[1]] : -1,
                  other = one == body ? two : one;
        double wrench[6];
        if ((one == body || two == body) && other >= 0 && m->body_weldid[other] == 0 &&
            contact->efc_address >= 0) {
            mj_contactForce(m, d, i, wrench);
            sum += fmax(0, wrench[0]) * fabs(contact->frame[2]);
        }
    }
    return sum;
}

/* Is the point under (or just in) the box? */
static bool is_under(const chore_world *world, const chore_wiper *w, const double point[3])
{
    const double *mat = world->data->xmat + 9 * w->body;
    double off[3], local[3];
    mju_sub3(off, point, world->data->xpos + 3 * w->body);
    mju_mulMatTVec3(local, mat, off);
    mju_subFrom3(local, w->pos);
    for (int k = 0; k < 3; k++) {
        const double slack = fabs(mat[6 + k]) > 0.9 ? UNDER_M : 0; /* this axis stands up */
        if (fabs(local[k]) > w->half[k] + slack) {
            return false;
        }
    }
    return true;
}

void chore_puddle_wipe(chore_world *world, double dt)
{
    for (int k = 0; k < world->liquid->n_wipers; k++) {
        const chore_wiper *w = &world->liquid->wipers[k];
        const double press = press_of(world, w->body),
                     share = 1 - exp(-dt / SOAK_S * fmin(1, press / FIRM_N));
        double *soaked = &world->wet->soaked[k];
        for (int i = 0; i < world->liquid->n_patches && press > LIGHT_N; i++) {
            patch_state *p = &world->wet->patches[i];
            if (!(p->volume > 0) || !is_under(world, w, p->pos)) {
                continue;
            }
            double part = p->volume * share;
            part = p->volume - part < DRY_M3 ? p->volume : part;
            part = fmin(part, w->capacity_m3 - *soaked);
            *soaked += part;
            p->volume -= part;
        }
    }
}

/* ---- showing it ------------------------------------------------------------------------------ */

/* The cap of an ellipsoid stands out of the surface: less of it, and so a smaller one, where less is left. */
void chore_puddle_show(chore_world *world)
{
    for (int i = 0; i < world->liquid->n_patches; i++) {
        const patch_state *p = &world->wet->patches[i];
        const int mocap = world->liquid->patch_mocap[i];
        double *to = world->data->mocap_pos + 3 * mocap;
        if (p->volume > 0) {
            mju_copy3(to, p->pos);
            to[2] += SHOW_HIGH * sqrt(fmin(1, p->volume / FULL_M3)) - SHOW_C;
        } else {
            mju_copy3(to, world->model->body_pos + 3 * world->mocap_body[mocap]);
        }
    }
}
