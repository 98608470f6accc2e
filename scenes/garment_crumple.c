/* Cloth that does not lie flat. Rumpled: two corners turned in. A heap: picked up at a point of the outline, carried a little and put down
   again, three times, all that where the garment is parked (for a basket or drum: once, between boards, as into it); gathered
   from four sides; and set down in its region, just above what lies or stands there already. A picking up after which the cloth
   goes through itself is taken back and done with another draw. */
#include "scene_internal.h"

#include <math.h>
#include <stdlib.h>

#define CARRY_SPEED   0.5 /* m/s of the point that is held */
#define LIFT_PART_LO  0.5 /* how high it is lifted, as part of the garment's longer side */
#define LIFT_PART_HI  1.1
#define HANG_PART     1.2 /* the same when it shall hang free */
#define LOWER_PART_LO 0.3 /* where it is let go, as part of that height */
#define LOWER_PART_HI 0.9
#define CARRY_PART    0.15 /* how far to the side */
#define PICKS         3
#define PICK_DRAWS    6    /* of each, until the cloth does not go through itself */
#define PICK_REST_S   0.3
#define PUSH_SPEED    0.2   /* m/s, on the table */
#define PUSH_GAIN     100.0 /* 1/s: how fast that speed is brought about */
#define PUSH_HARDEST  6.0   /* m/s2: about what friction takes */
#define NARROW_M      0.2   /* half a basket or drum, */
#define PRESS_SPEED   0.4   /* into which it is pressed */
#define PRESS_GAIN    150.0
#define PRESS_HARDEST 25.0  /* which doubles each half second up to */
#define PRESS_LIMIT   100.0
#define GATHER_S      3
#define GATHER_LEAST  1.5   /* s, before it may end because nothing moves */
#define GATHER_LOOK   0.25  /* s between looks at that, */
#define GATHER_MOVED  0.005 /* m: length and width together shrank by less since the last one */
#define HEAP_PART_LO  0.5 /* half the width of a heap, as part of half the garment's mean width */
#define HEAP_PART_HI  0.75
#define CALM_S        0.2
#define CALM_PART     0.9  /* of its speed is left to cloth that is calmed in a step */
#define WALL_M        0.02 /* a heap keeps away from the sides of its region */
#define STEP_UP_M     0.01 /* when looking for the lowest free height */
#define OVERLAP_M     0.004
#define TRIES         3
#define TIGHTER       0.8
#define RUMPLES       2
#define RUMPLE_LO     0.25 /* how far inwards, as part of the garment's longer side */
#define RUMPLE_HI     0.45
#define RUMPLE_UP     0.5 /* how high, as part of that way */

typedef struct rectangle {
    double lo[2], hi[2];
} rectangle;

typedef struct boards {
    rectangle between;
    double speed, gain, hardest, limit; /* m/s, 1/s, m/s2, m/s2 */
} boards;

static rectangle around(const chore_world *world, const chore_garment *garment)
{
    rectangle box = {{HUGE_VAL, HUGE_VAL}, {-HUGE_VAL, -HUGE_VAL}};
    for (int v = 0; v < garment->n_vertices; v++) {
        double at[3];
        chore_garment_vertex(world, garment, v, at);
        for (int k = 0; k < 2; k++) {
            box.lo[k] = fmin(box.lo[k], at[k]);
            box.hi[k] = fmax(box.hi[k], at[k]);
        }
    }
    return box;
}

/* What is outside of the boards is pushed inwards, no harder than they may. Led there whatever is in the way, it would go through
   itself. False when nothing was outside. */
static bool push_inside(chore_world *world, const chore_garment *garment, const boards *by)
{
    const double *qvel = chore_world_data(world)->qvel + garment->dof_adr,
                 *mass = chore_world_model(world)->body_mass + garment->first_body;
    double force[GARMENT_MAX_VERTICES][3];
    bool pushed = false;
    for (int v = 0; v < garment->n_vertices; v++) {
        double at[3];
        chore_garment_vertex(world, garment, v, at);
        mju_zero3(force[v]);
        for (int k = 0; k < 2; k++) {
            if (at[k] < by->between.lo[k] || at[k] > by->between.hi[k]) {
                const double wanted = at[k] < by->between.lo[k] ? by->speed : -by->speed,
                             a = by->gain * (wanted - qvel[3 * v + k]);
                force[v][k] = mass[v] * fmin(fmax(a, -by->hardest), by->hardest);
                pushed = true;
            }
        }
    }
    chore_world_pull_vertices(world, garment->first_body, garment->n_vertices,
                              pushed ? (const double(*)[3])force : NULL);
    return pushed;
}

static void stop_pushing(chore_world *world, const chore_garment *garment)
{
    chore_world_pull_vertices(world, garment->first_body, garment->n_vertices, NULL);
}

void chore_garment_calm(chore_world *world, const chore_garment *garment)
{
    const double *qvel = chore_world_data(world)->qvel + garment->dof_adr;
    for (int v = 0; v < garment->n_vertices; v++) {
        double at[3], velocity[3];
        chore_garment_vertex(world, garment, v, at);
        mju_scl3(velocity, qvel + 3 * v, CALM_PART);
        chore_world_lead_vertex(world, garment->first_body + v, at, velocity);
    }
}

/* Lead the vertex along a straight line, a physics step at a time. It moves as it is led: one that is put
   down at rest in every step tugs at its neighbours, and the cloth crumples into itself. `between` may be
   NULL. */
static chore_status carry(chore_world *world, const chore_garment *garment, int vertex,
                          const double to[3], const boards *between, chore_error *err)
{
    double from[3], at[3], velocity[3];
    chore_garment_vertex(world, garment, vertex, from);
    int steps = (int)ceil(mju_dist3(from, to) / CARRY_SPEED * chore_world_physics_hz(world));
    mju_sub3(velocity, to, from);
    mju_scl3(velocity, velocity, (double)chore_world_physics_hz(world) / steps);
    for (int i = 0; i < steps; i++) {
        if (between != NULL) {
            (void)push_inside(world, garment, between);
        }
        for (int k = 0; k < 3; k++) {
            at[k] = from[k] + (to[k] - from[k]) * i / steps;
        }
        chore_world_lead_vertex(world, garment->first_body + vertex, at, velocity);
        TRY(chore_world_advance(world, 1, err));
    }
    if (between != NULL) {
        stop_pushing(world, garment);
    }
    return CHORE_OK;
}

static boards boards_around(const double middle[2], const double half[2], bool press)
{
    boards result = {{{middle[0] - half[0], middle[1] - half[1]}, {middle[0] + half[0], middle[1] + half[1]}},
                     PUSH_SPEED, PUSH_GAIN, PUSH_HARDEST, PUSH_HARDEST};
    if (press) {
        result.speed = PRESS_SPEED;
        result.gain = PRESS_GAIN;
        result.hardest = PRESS_HARDEST;
        result.limit = PRESS_LIMIT;
    }
    return result;
}

/* After letting go, until all of it is between the boards or no more of it gives way. */
static chore_status gather(chore_world *world, const chore_garment *garment, const double half[2],
                           bool press, chore_error *err)
{
    const int hz = chore_world_physics_hz(world), look = (int)(GATHER_LOOK * hz);
    rectangle heap = around(world, garment);
    const double middle[2] = {(heap.lo[0] + heap.hi[0]) / 2, (heap.lo[1] + heap.hi[1]) / 2};
    boards four = boards_around(middle, half, press);
    double size = HUGE_VAL;
    int calm = 0;
    for (int i = 0; i < GATHER_S * hz && calm < CALM_S * hz; i++) {
        if (i % look == 0) {
            const double was = size;
            heap = around(world, garment);
            size = heap.hi[0] - heap.lo[0] + heap.hi[1] - heap.lo[1];
            if (i >= GATHER_LEAST * hz && was - size < GATHER_MOVED) {
                break;
            }
        }
        chore_garment_calm(world, garment);
        four.hardest = fmin(four.limit, four.hardest * exp2(2.0 / hz));
        calm = push_inside(world, garment, &four) ? 0 : calm + 1;
        TRY(chore_world_advance(world, 1, err));
    }
    stop_pushing(world, garment);
    return CHORE_OK;
}

/* Into something narrow it hangs free and goes down between boards. The last bit of the way leads down: what hangs is laid onto a heap
   rather than thrown. */
static chore_status pick_up_and_put_down(chore_world *world, const chore_garment *garment,
                                         const double parked[3], const double *narrow_half,
                                         chore_rng *rng, chore_error *err)
{
    const double length = 2 * fmax(garment->half_m[0], garment->half_m[1]);
    const int vertex = garment->boundary[chore_rng_below(rng, (uint32_t)garment->n_boundary)];
    const double high = chore_rng_range(rng, LIFT_PART_LO, LIFT_PART_HI),
                 low = chore_rng_range(rng, LOWER_PART_LO, LOWER_PART_HI) * high;
    double over[3];
    boards four;
    for (int k = 0; k < 2; k++) {
        over[k] = parked[k] + length * chore_rng_range(rng, -CARRY_PART, CARRY_PART);
    }
    if (narrow_half != NULL) {
        four = boards_around(over, narrow_half, true);
    }
    over[2] = parked[2] + (narrow_half ? HANG_PART : high) * length;
    TRY(carry(world, garment, vertex, over, NULL, err));
    over[2] = parked[2] + (narrow_half ? LOWER_PART_LO : low) * length;
    TRY(carry(world, garment, vertex, over, narrow_half ? &four : NULL, err));
    for (int i = 0; i < PICK_REST_S * chore_world_physics_hz(world); i++) {
        chore_garment_calm(world, garment);
        TRY(chore_world_advance(world, 1, err));
    }
    return CHORE_OK;
}

static chore_status pick_until_clean(chore_world *world, const chore_garment *garment,
                                     const double parked[3], const double *narrow_half,
                                     chore_rng *rng, chore_error *err)
{
    const size_t bytes = chore_world_snapshot_bytes(world);
    void *before = malloc(bytes);
    chore_status status = before ? CHORE_OK : chore_fail(err, CHORE_E_MEMORY, "no memory for a snapshot");
    if (before != NULL) {
        chore_world_snapshot(world, before);
        status = pick_up_and_put_down(world, garment, parked, narrow_half, rng, err);
    }
    for (int i = 1; status == CHORE_OK && i < PICK_DRAWS &&
                    chore_garment_crossings(world, garment, garment) > 0; i++) {
        status = chore_world_restore(world, before, bytes, err);
        if (status == CHORE_OK) {
            status = pick_up_and_put_down(world, garment, parked, narrow_half, rng, err);
        }
    }
    free(before);
    return status;
}

/* Does it stick in anything but itself? */
static bool overlaps(const chore_world *world, const chore_garment *garment)
{
    const mjModel *m = chore_world_model(world);
    const mjData *d = chore_world_data(world);
    const int first = garment->first_body, end = first + garment->n_vertices;
    for (int i = 0; i < d->ncon; i++) {
        int a = m->geom_bodyid[d->contact[i].geom[0]], b = m->geom_bodyid[d->contact[i].geom[1]];
        bool has_a = a >= first && a < end, has_b = b >= first && b < end;
        if (has_a != has_b && d->contact[i].dist < -OVERLAP_M) {
            return true;
        }
    }
    return false;
}

static void move_to(chore_world *world, const chore_garment *garment, const double by[3])
{
    double at[GARMENT_MAX_VERTICES][3];
    for (int v = 0; v < garment->n_vertices; v++) {
        chore_garment_vertex(world, garment, v, at[v]);
        mju_addTo3(at[v], by);
    }
    chore_world_put_vertices(world, garment->first_body, garment->n_vertices,
                             (const double(*)[3])at);
}

/* To a seeded place in the region, at the lowest height that is free; back where it was when none is. */
static bool set_down(chore_world *world, const chore_garment *garment, const chore_region *region,
                     double parked_z, chore_rng *rng)
{
    rectangle box = around(world, garment);
    double by[3] = {0, 0, region->pos[2] + garment->radius_m - parked_z}, up[3] = {0, 0, STEP_UP_M};
    for (int k = 0; k < 2; k++) {
        double room = region->half[k] - WALL_M - (box.hi[k] - box.lo[k]) / 2;
        by[k] = region->pos[k] + chore_rng_range(rng, -1, 1) * fmax(0, room) -
                (box.lo[k] + box.hi[k]) / 2;
    }
    move_to(world, garment, by);
    while (overlaps(world, garment) && by[2] < region->pos[2] + 2 * region->half[2]) {
        move_to(world, garment, up);
        by[2] += STEP_UP_M;
    }
    if (!overlaps(world, garment)) {
        return true;
    }
    mju_scl3(by, by, -1);
    move_to(world, garment, by);
    return false;
}

chore_status chore_garment_crumple(const chore_scene *scene, chore_world *world, int index,
                                   const chore_region *region, double yaw, chore_rng *rng,
                                   chore_error *err)
{
    const chore_garment *garment = &scene->garments[index];
    double parked[3], room_half[2];
    chore_scene_garment_parking(scene, index, parked);
    double heap = chore_rng_range(rng, HEAP_PART_LO, HEAP_PART_HI) *
                  (garment->half_m[0] + garment->half_m[1]) / 2;
    for (int k = 0; k < 2; k++) {
        room_half[k] = fmax(region->half[k] - WALL_M, garment->spacing_m);
    }
    chore_garment_lay_flat(world, garment, parked, yaw);
    const bool narrow = fmin(room_half[0], room_half[1]) < NARROW_M;
    for (int i = 0; i < (narrow ? 1 : PICKS); i++) {
        TRY(pick_until_clean(world, garment, parked, narrow ? room_half : NULL, rng, err));
    }
    for (int k = 0; k < 2; k++) {
        room_half[k] = fmin(room_half[k], fmax(heap, garment->spacing_m));
    }
    for (int i = 0; i < TRIES; i++) { /* a drum has less room than its region */
        TRY(gather(world, garment, room_half, narrow || i > 0, err));
        if (set_down(world, garment, region, parked[2], rng)) {
            return CHORE_OK;
        }
        mju_scl(room_half, room_half, TIGHTER, 2);
    }
    return chore_fail(err, CHORE_E_PLACEMENT, "no room for '%s' in the region '%s'", garment->id,
                      region->name);
}

/* A named corner, up and toward the middle, and let go there. */
static chore_status carry_inwards(chore_world *world, const chore_garment *garment, chore_rng *rng,
                                  chore_error *err)
{
    int vertex = garment->keypoints[chore_rng_below(rng, (uint32_t)garment->n_keypoints)].vertex;
    double way = 2 * fmax(garment->half_m[0], garment->half_m[1]) *
                 chore_rng_range(rng, RUMPLE_LO, RUMPLE_HI);
    const rectangle box = around(world, garment);
    double from[3], to[3], inwards[3] = {0, 0, 0};
    chore_garment_vertex(world, garment, vertex, from);
    for (int k = 0; k < 2; k++) {
        inwards[k] = (box.lo[k] + box.hi[k]) / 2 - from[k];
    }
    mju_normalize3(inwards);
    mju_addScl3(to, from, inwards, way / 2);
    to[2] += RUMPLE_UP * way;
    TRY(carry(world, garment, vertex, to, NULL, err));
    mju_addScl3(to, from, inwards, way);
    to[2] += garment->layer_m;
    return carry(world, garment, vertex, to, NULL, err);
}

chore_status chore_garment_rumple(chore_world *world, const chore_garment *garment, chore_rng *rng,
                                  chore_error *err)
{
    for (int i = 0; i < RUMPLES; i++) {
        TRY(carry_inwards(world, garment, rng, err));
    }
    return CHORE_OK;
}
