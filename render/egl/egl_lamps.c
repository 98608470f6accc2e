#include "egl_lamps.h"

#include <math.h>

#define RADIUS 0.02 /* of a lamp, as seen from what it lights: radians */
#define MOST   8    /* lights that OpenGL promises */

static void unit(float v[3])
{
    const float len = sqrtf(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    for (int k = 0; k < 3; k++) {
        v[k] /= len;
    }
}

/* Two directions across a third one. */
static void sides_of(const float dir[3], float across[3], float up[3])
{
    const int flat = fabsf(dir[2]) > fabsf(dir[1]) ? 1 : 2; /* an axis that dir is not along */
    const int a = (flat + 1) % 3, b = (flat + 2) % 3;
    across[flat] = 0, across[a] = dir[b], across[b] = -dir[a];
    unit(across);
    for (int k = 0; k < 3; k++) {
        up[k] = dir[(k + 1) % 3] * across[(k + 2) % 3] - dir[(k + 2) % 3] * across[(k + 1) % 3];
    }
}

static mjvLight faint_one(const mjvLight *lamp, int lamps)
{
    mjvLight faint = *lamp;
    for (int k = 0; k < 3; k++) {
        faint.diffuse[k] /= (float)lamps;
        faint.specular[k] /= (float)lamps;
        faint.ambient[k] /= (float)lamps;
    }
    return faint;
}

void egl_lamps_soften(mjvScene *scene, int lamps)
{
    const int n = scene->nlight;
    for (int i = 0; i < n; i++) {
        const mjvLight lamp = scene->lights[i];
        if (lamps < 2 || !lamp.castshadow || lamp.headlight || scene->nlight + lamps - 1 > MOST) {
            continue;
        }
        mjvLight faint = faint_one(&lamp, lamps);
        float across[3], up[3];
        sides_of(lamp.dir, across, up);
        for (int j = 0; j < lamps; j++) {
            const float angle = 2 * (float)mjPI * ((float)j + 0.5f) / (float)lamps;
            for (int k = 0; k < 3; k++) {
                const float off = (float)RADIUS * (cosf(angle) * across[k] + sinf(angle) * up[k]);
                faint.dir[k] = lamp.dir[k] - off;
                faint.pos[k] = lamp.pos[k] + off;
            }
            unit(faint.dir);
            scene->lights[j == 0 ? i : scene->nlight++] = faint;
        }
    }
}
