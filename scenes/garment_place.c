/* Garments at the start of an episode: laid down flat, or set down as a heap; one after the other, each settled
   before the next. */
#include "scene_internal.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#define SETTLE_SECONDS 12
#define FREE_SECONDS   1
#define SETTLE_CHUNK   10    /* physics steps between looks */
#define LIFT_M         0.002 /* above what a flat garment is laid on */
#define FALLEN_M       0.05  /* a vertex this far below the region's floor fell off */
#define DRAWS          6     /* of one that goes through cloth: where a crease is sharp, vertices slip between one another */

/* Top of the cloth that lies anywhere over the region; its floor when there is none. */
static double cloth_top(const chore_scene *scene, const chore_world *world,
                        const chore_region *region)
{
    double top = region->pos[2];
    for (int i = 0; i < scene->n_garments; i++) {
        const chore_garment *garment = &scene->garments[i];
        for (int v = 0; v < garment->n_vertices; v++) {
            double at[3];
            chore_garment_vertex(world, garment, v, at);
            if (fabs(at[0] - region->pos[0]) < region->half[0] &&
                fabs(at[1] - region->pos[1]) < region->half[1]) {
                top = fmax(top, at[2] - garment->radius_m + garment->layer_m);
            }
        }
    }
    return top;
}

static bool all_asleep(const chore_scene *scene, const chore_world *world)
{
    for (int i = 0; i < scene->n_garments; i++) {
        if (!chore_garment_is_asleep(world, &scene->garments[i])) {
            return false;
        }
    }
    return chore_world_all_objects_asleep(world);
}

/* Free for a while, then calmed and free in turn: a heap between walls never stops by itself. */
static chore_status settle(const chore_scene *scene, chore_world *world,
                           const chore_garment *garment, chore_error *err)
{
    const int hz = chore_world_physics_hz(world), limit = SETTLE_SECONDS * hz;
    for (int done = 0; done < limit; done++) {
        if (done % SETTLE_CHUNK == 0 && all_asleep(scene, world)) {
            return CHORE_OK;
        }
        if (done > FREE_SECONDS * hz && done / (3 * SETTLE_CHUNK) % 2 == 0) {
            for (int i = 0; i < scene->n_garments; i++) {
                if (!chore_garment_is_asleep(world, &scene->garments[i])) {
                    chore_garment_calm(world, &scene->garments[i]);
                }
            }
        }
        TRY(chore_world_advance(world, 1, err));
    }
    return chore_fail(err, CHORE_E_PLACEMENT, "'%s' did not come to rest within %d s (%.1f mm/s)",
                      garment->id, SETTLE_SECONDS, 1000 * chore_garment_speed(world, garment));
}

/* The same number of draws whatever comes of it. */
static chore_status draw_flat(const chore_garment *garment, const chore_region *region,
                              const chore_garment_placement *placement, chore_rng *rng,
                              double pos[2], double *yaw, chore_error *err)
{
    *yaw = chore_rng_range(rng, placement->yaw_rad[0], placement->yaw_rad[1]);
    double c = fabs(cos(*yaw)), s = fabs(sin(*yaw));
    const double *half = garment->half_m;
    const double free_half[2] = {region->half[0] - c * half[0] - s * half[1],
                                 region->half[1] - s * half[0] - c * half[1]};
    for (int k = 0; k < 2; k++) {
        pos[k] = region->pos[k] + chore_rng_range(rng, -1, 1) * fmax(0, free_half[k]);
    }
    if (placement->start != CHORE_GARMENT_CRUMPLED && (free_half[0] < 0 || free_half[1] < 0)) {
        return chore_fail(
            err, CHORE_E_PLACEMENT,
            "too large for its place: '%s' (%.2f m by %.2f m, turned by %.0f deg) in the region '%s' "
            "(%.2f m by %.2f m)",
            garment->id, 2 * half[0], 2 * half[1], *yaw * 180 / mjPI, region->name,
            2 * region->half[0], 2 * region->half[1]);
    }
    return CHORE_OK;
}

/* Edges that go through cloth, of all garments: one that is set down may push those below through themselves. */
static int crossings(const chore_scene *scene, const chore_world *world)
{
    int n = 0;
    for (int i = 0; i < scene->n_garments; i++) {
        for (int j = 0; j < scene->n_garments; j++) {
            n += chore_garment_crossings(world, &scene->garments[i], &scene->garments[j]);
        }
    }
    return n;
}

static chore_status draw_one(const chore_scene *scene, chore_world *world,
                             const chore_garment_placement *placement, chore_rng *rng,
                             chore_error *err)
{
    const chore_garment *garment = &scene->garments[placement->garment];
    const chore_region *region = &scene->regions[placement->region];
    double pos[3], yaw;
    TRY(draw_flat(garment, region, placement, rng, pos, &yaw, err));
    if (placement->start == CHORE_GARMENT_CRUMPLED) {
        TRY(chore_garment_crumple(scene, world, placement->garment, region, yaw, rng, err));
    } else {
        pos[2] = cloth_top(scene, world, region) + garment->radius_m + LIFT_M;
        chore_garment_lay_flat(world, garment, pos, yaw);
        if (placement->start == CHORE_GARMENT_RUMPLED) {
            TRY(chore_garment_rumple(world, garment, rng, err));
        }
    }
    return settle(scene, world, garment, err);
}

static bool has_fallen(const chore_world *world, const chore_garment *garment, const chore_region *region)
{
    for (int v = 0; v < garment->n_vertices; v++) {
        double at[3];
        chore_garment_vertex(world, garment, v, at);
        if (at[2] < region->pos[2] - FALLEN_M) {
            return true;
        }
    }
    return false;
}

static chore_status draw_and_look(const chore_scene *scene, chore_world *world,
                                  const chore_garment_placement *placement, chore_rng *rng,
                                  chore_error *err)
{
    const chore_garment *garment = &scene->garments[placement->garment];
    const chore_region *region = &scene->regions[placement->region];
    TRY(draw_one(scene, world, placement, rng, err));
    if (has_fallen(world, garment, region)) {
        return chore_fail(err, CHORE_E_PLACEMENT, "'%s' hangs over or fell off the region '%s'", garment->id,
                          region->name);
    }
    return CHORE_OK;
}

/* Until one finds a place where no cloth goes through cloth; the best of a few draws, where none does. `best` and `before` are
   room for a snapshot each. */
static chore_status draw_until_clean(const chore_scene *scene, chore_world *world,
                                     const chore_garment_placement *placement, char *before,
                                     char *best, size_t bytes, chore_rng *rng, chore_error *err)
{
    int fewest = INT_MAX;
    chore_status status = CHORE_OK;
    chore_world_snapshot(world, before);
    for (int i = 0; i < DRAWS; i++) {
        if (i > 0) {
            TRY(chore_world_restore(world, before, bytes, err));
        }
        status = draw_and_look(scene, world, placement, rng, err);
        const int n = status == CHORE_OK ? crossings(scene, world) : INT_MAX;
        if (n == 0 || (status != CHORE_OK && status != CHORE_E_PLACEMENT)) {
            return status;
        }
        if (n < fewest) {
            fewest = n;
            chore_world_snapshot(world, best);
        }
    }
    return fewest < INT_MAX ? chore_world_restore(world, best, bytes, err) : status;
}

static chore_status place_one(const chore_scene *scene, chore_world *world,
                              const chore_garment_placement *placement, chore_rng *rng,
                              chore_error *err)
{
    const size_t bytes = chore_world_snapshot_bytes(world);
    char *both = malloc(2 * bytes);
    if (both == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for two snapshots of %zu bytes", bytes);
    }
    const chore_status status =
        draw_until_clean(scene, world, placement, both, both + bytes, bytes, rng, err);
    free(both);
    return status;
}

static chore_status check(const chore_scene *scene, const chore_garment_placement *placements,
                          int n, chore_error *err)
{
    bool taken[CHORE_MAX_GARMENTS] = {false};
    for (int i = 0; i < n; i++) {
        int garment = placements[i].garment, region = placements[i].region;
        if (garment < 0 || garment >= scene->n_garments || region < 0 ||
            region >= scene->n_regions) {
            return chore_fail(err, CHORE_E_USAGE,
                              "placement %d names garment %d of %d and region %d of %d", i, garment,
                              scene->n_garments, region, scene->n_regions);
        }
        if (taken[garment]) {
            return chore_fail(err, CHORE_E_USAGE, "'%s' is placed twice",
                              scene->garments[garment].id);
        }
        taken[garment] = true;
    }
    return CHORE_OK;
}

chore_status chore_scene_place_garments(const chore_scene *scene, chore_world *world,
                                        const chore_garment_placement *placements, int n,
                                        chore_rng *rng, chore_error *err)
{
    chore_status status = CHORE_OK;
    CHORE_ASSERT(chore_world_model(world) == scene->model);
    TRY(check(scene, placements, n, err));
    for (int i = 0; i < n && status == CHORE_OK; i++) {
        status = place_one(scene, world, &placements[i], rng, err);
    }
    chore_world_zero_clock(world);
    return status;
}
