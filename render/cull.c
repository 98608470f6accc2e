#include <chore/cull.h>

#include <math.h>
#include <stdbool.h>

static const double margin = 0.001; /* m: positions in a scene are single precision */

/* Outward normals and offsets of the sides, in the camera's frame: x right, y up, z ahead. */
typedef struct frustum {
    double pos[3], right[3], up[3], ahead[3];
    double side[4][3]; /* through the eye, unit vectors */
    double near, far;
} frustum;

static void unit(double v[3], double x, double y, double z)
{
    const double length = sqrt(x * x + y * y + z * z);
    v[0] = x / length, v[1] = y / length, v[2] = z / length;
}

static frustum frustum_of(const mjvGLCamera *eye, double aspect)
{
    frustum f = {.near = (double)eye->frustum_near, .far = (double)eye->frustum_far};
    const double top = (double)eye->frustum_top, bottom = (double)eye->frustum_bottom, half = 0.5 * aspect * (top - bottom),
                 middle = (double)eye->frustum_center;
    for (int i = 0; i < 3; i++) {
        f.pos[i] = (double)eye->pos[i];
        f.ahead[i] = (double)eye->forward[i];
        f.up[i] = (double)eye->up[i];
    }
    mju_cross(f.right, f.ahead, f.up);
    unit(f.side[0], f.near, 0, -(middle + half));
    unit(f.side[1], -f.near, 0, middle - half);
    unit(f.side[2], 0, f.near, -top);
    unit(f.side[3], 0, -f.near, bottom);
    return f;
}

static bool sees(const frustum *f, const float centre[3], double radius)
{
    const double from[3] = {(double)centre[0] - f->pos[0], (double)centre[1] - f->pos[1], (double)centre[2] - f->pos[2]};
    const double at[3] = {mju_dot3(from, f->right), mju_dot3(from, f->up), mju_dot3(from, f->ahead)};
    bool out = at[2] < f->near - radius || at[2] > f->far + radius;
    for (int i = 0; i < 4; i++) {
        out |= mju_dot3(at, f->side[i]) > radius;
    }
    return !out;
}

void chore_cull(const mjModel *model, mjvScene *scene, double aspect)
{
    if (scene->flags[mjRND_SHADOW] || scene->flags[mjRND_REFLECTION] || scene->camera[0].orthographic || scene->stereo != mjSTEREO_NONE) {
        return;
    }
    const mjvGLCamera eye = mjv_averageCamera(&scene->camera[0], &scene->camera[1]); /* as mjr_render, without stereo */
    const frustum f = frustum_of(&eye, aspect);
    int kept = 0;
    for (int i = 0; i < scene->ngeom; i++) {
        const mjvGeom *g = &scene->geoms[i];
        const bool of_model = g->objtype == mjOBJ_GEOM && g->objid >= 0 && g->objid < model->ngeom;
        const double radius = of_model ? model->geom_rbound[g->objid] : 0; /* a plane has none */
        if (radius <= 0 || sees(&f, g->pos, radius + margin)) {
            scene->geoms[kept++] = *g;
        }
    }
    scene->ngeom = kept;
}
