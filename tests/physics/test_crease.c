/* Cardboard as a person would see it: a flap stays where it was bent to, gives back a little, holds against its weight
   and gives way to a finger; what its crease remembers is part of the state. */
#include "lab.h"

#include <mujoco/mujoco.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DEGREE     0.017453292519943295
#define WATCH_S    60
#define DRIFT_DEG  1.0 /* a flap at 45 degrees moves less in WATCH_S */
#define SPRING_DEG 8.0 /* a flap that was bent gives back less */
#define PUSH_MIN_N 0.3 /* at a flap's edge, for its crease to give way: above its weight, */
#define PUSH_MAX_N 1.5 /* and one finger does it */

static lab carton;

static int setup(void **state)
{
    (void)state;
    lab_open(&carton, "carton", "", false);
    lab_put(&carton, .5, 0, .001, 0, 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    lab_close(&carton);
    return 0;
}

static const chore_part *part_of(const char *name)
{
    const chore_object *object = lab_object(&carton);
    for (int i = 0; i < object->n_parts; i++) {
        if (strcmp(object->parts[i].name, name) == 0) {
            return &object->parts[i];
        }
    }
    fail_msg("the carton has no part '%s'", name);
    return NULL;
}

static double angle(const chore_part *part)
{
    return chore_world_data(carton.world)->qpos[part->qpos_adr];
}

static void advance(double seconds)
{
    chore_error err = {0};
    lab_must(chore_world_advance(carton.world,
                                 (int)lround(seconds * chore_world_physics_hz(carton.world)), &err),
             &err);
}

/* Turn a flap to an angle within `seconds`, as a finger would: a stiff push across its middle to where it should be by now.
   Returns the largest torque that took. */
static double bend(const chore_part *part, double to, double seconds)
{
    const mjModel *m = chore_world_model(carton.world);
    const mjData *d = chore_world_data(carton.world);
    const int n = (int)(seconds * chore_world_physics_hz(carton.world));
    const double from = angle(part), steady[1][3] = {{0, 0, -15}};
    double most = 0;
    /* as if it were packed: empty it tips over when a flap is pushed in its middle rather than at its edge */
    chore_world_pull_vertices(carton.world, lab_object(&carton)->body, 1, steady);
    for (int i = 0; i < n; i++) {
        double axis[3], arm[3], across[3], force[1][3];
        const double goal = from + (to - from) * (i + 1) / n;
        const double torque =
            fmax(-.15, fmin(.15, 6 * (goal - angle(part)) - .02 * d->qvel[part->dof_adr]));
        mju_mulMatVec3(axis, d->xmat + 9 * part->body, m->jnt_axis + 3 * part->joint);
        mju_sub3(arm, d->xipos + 3 * part->body, d->xpos + 3 * part->body);
        mju_cross(across, axis, arm);
        mju_scl3(force[0], across, torque / mju_dot3(arm, arm));
        chore_world_pull_vertices(carton.world, part->body, 1, (const double(*)[3])force);
        advance(1.0 / chore_world_physics_hz(carton.world));
        most = fmax(most, fabs(torque));
    }
    chore_world_pull_vertices(carton.world, part->body, 1, NULL);
    chore_world_pull_vertices(carton.world, lab_object(&carton)->body, 1, NULL);
    return most;
}

static double crease(const chore_part *part)
{
    const int adr = chore_world_model(carton.world)->jnt_plasticadr[part->joint];
    assert_true(adr >= 0);
    return chore_world_data(carton.world)->plastic[adr];
}

/* ---- it stays -------------------------------------------------------------------------------- */

static void stays_at_45(const char *name, double degrees)
{
    const chore_part *part = part_of(name);
    chore_object_take_stance(carton.world, lab_object(&carton), 0);
    chore_world_put_joint(carton.world, part->joint, degrees * DEGREE);
    advance(1); /* its weight bends it by half a degree */
    double lo = angle(part), hi = lo;
    for (int i = 0; i < WATCH_S * 10; i++) {
        advance(.1);
        lo = fmin(lo, angle(part));
        hi = fmax(hi, angle(part));
    }
    print_message("%-11s at %3.0f deg moves %.3f deg in %d s\n", name, degrees, (hi - lo) / DEGREE,
                  WATCH_S);
    assert_true((hi - lo) / DEGREE < DRIFT_DEG);
}

static void a_flap_at_45_degrees_stays(void **state)
{
    (void)state;
    static const char *const names[] = {"minor_left", "minor_right", "major_front", "major_back"};
    for (int i = 0; i < 4; i++) {
        stays_at_45(names[i], 45);
        stays_at_45(names[i], 135); /* as far to the outside */
    }
}

/* The same with sleep switched off: it does not only stay because it sleeps. */
static void it_stays_awake_too(void **state)
{
    (void)state;
    const chore_part *part = part_of("major_front");
    chore_object_take_stance(carton.world, lab_object(&carton), 0);
    chore_world_put_joint(carton.world, part->joint, 45 * DEGREE);
    advance(1);
    mjModel *m = mj_copyModel(NULL, chore_world_model(carton.world));
    m->opt.enableflags &= ~mjENBL_SLEEP;
    mjData *d = mj_makeData(m);
    mju_copy(d->qpos, chore_world_data(carton.world)->qpos, (int)m->nq);
    mju_copy(d->plastic, chore_world_data(carton.world)->plastic, (int)m->nplastic);
    const double start = d->qpos[part->qpos_adr];
    double drift = 0;
    for (int i = 0; i < (int)(WATCH_S / m->opt.timestep); i++) {
        mj_step(m, d);
        drift = fmax(drift, fabs(d->qpos[part->qpos_adr] - start));
    }
    print_message("awake it moves %.4f deg in %d s\n", drift / DEGREE, WATCH_S);
    assert_true(drift / DEGREE < DRIFT_DEG);
    mj_deleteData(d);
    mj_deleteModel(m);
}

/* ---- it is bent ------------------------------------------------------------------------------ */

static void bent_past_its_crease_it_stays(void **state)
{
    (void)state;
    static const double targets[] = {150, 95, 60, 20, 0};
    for (int i = 0; i < 5; i++) {
        const chore_part *part = part_of(i % 2 ? "minor_left" : "major_back");
        chore_object_take_stance(carton.world, lab_object(&carton), 0);
        advance(.5);
        const double start = angle(part);
        bend(part, targets[i] * DEGREE, 1);
        const double bent = angle(part);
        advance(1);
        const double released = angle(part);
        advance(20);
        print_message("%-11s from %5.1f bent to %5.1f, then %5.1f, 20 s later %5.1f deg\n",
                      part->name, start / DEGREE, bent / DEGREE, released / DEGREE,
                      angle(part) / DEGREE);
        assert_true(fabs(bent - targets[i] * DEGREE) < 3 * DEGREE);
        assert_true(fabs(released - bent) / DEGREE < SPRING_DEG);
        assert_true(fabs(angle(part) - released) / DEGREE < .1);
    }
}

/* A small bend is elastic: it comes back to where it was. */
static void a_small_bend_comes_back(void **state)
{
    (void)state;
    const chore_part *part = part_of("major_front");
    chore_object_take_stance(carton.world, lab_object(&carton), 0);
    chore_world_put_joint(carton.world, part->joint, 90 * DEGREE);
    advance(1);
    const double start = angle(part);
    bend(part, start - 4 * DEGREE, .5);
    assert_true(start - angle(part) > 2 * DEGREE);
    advance(2);
    assert_true(fabs(angle(part) - start) < .5 * DEGREE);
}

static void a_finger_bends_it_and_its_weight_does_not(void **state)
{
    (void)state;
    static const char *const names[] = {"minor_left", "major_front"};
    const mjModel *m = chore_world_model(carton.world);
    for (int i = 0; i < 2; i++) {
        const chore_part *part = part_of(names[i]);
        chore_part_shape shape;
        assert_true(chore_scene_part_shape(carton.scene, part->joint, &shape));
        const double length = 2 * fmin(shape.box_half[0], shape.box_half[1]);
        const double gives_way = m->jnt_stiffness[part->joint] * m->jnt_springyield[part->joint];
        const double weight = m->body_mass[part->body] * 9.81 * length / 2;
        chore_object_take_stance(carton.world, lab_object(&carton), 0);
        advance(.3);
        const double torque = bend(part, 30 * DEGREE, 1.5);
        print_message(
            "%-11s gives way at %.2f N at its edge (most on the way %.2f N), its weight is %.2f N there\n",
            names[i], gives_way / length, torque / length, weight / length);
        assert_true(gives_way > 3.5 * weight);
        assert_true(gives_way / length > PUSH_MIN_N && torque / length < PUSH_MAX_N);
    }
}

/* ---- what it remembers is state -------------------------------------------------------------- */

static void the_crease_is_in_snapshot_and_hash(void **state)
{
    (void)state;
    chore_error err = {0};
    const chore_part *part = part_of("major_back");
    chore_object_take_stance(carton.world, lab_object(&carton), 0);
    advance(.5);
    bend(part, 60 * DEGREE, 1);
    const size_t bytes = chore_world_snapshot_bytes(carton.world);
    void *kept = malloc(bytes), *other = malloc(bytes);
    assert_non_null(kept);
    assert_non_null(other);
    chore_world_snapshot(carton.world, kept);
    const chore_hash at = chore_world_hash(carton.world);
    const double remembered = crease(part);
    chore_hash way[40];
    for (int i = 0; i < 40; i++) { /* it springs back, and comes to rest */
        advance(.05);
        way[i] = chore_world_hash(carton.world);
    }
    bend(part, 100 * DEGREE, 1); /* another past */
    assert_true(fabs(crease(part) - remembered) > .2);
    lab_must(chore_world_restore(carton.world, kept, bytes, &err), &err);
    assert_true(chore_hash_equal(chore_world_hash(carton.world), at));
    assert_true(fabs(crease(part) - remembered) < 1e-15);
    for (int i = 0; i < 40; i++) {
        advance(.05);
        assert_true(chore_hash_equal(chore_world_hash(carton.world), way[i]));
    }
    /* one bit of what it remembers is another state */
    lab_must(chore_world_restore(carton.world, kept, bytes, &err), &err);
    double *plastic = chore_world_data(carton.world)->plastic +
                      chore_world_model(carton.world)->jnt_plasticadr[part->joint];
    *plastic = nextafter(*plastic, 10);
    assert_false(chore_hash_equal(chore_world_hash(carton.world), at));
    free(kept);
    free(other);
}

/* Two worlds of one model go the same way. */
static void the_same_twice(void **state)
{
    (void)state;
    chore_hash ends[2];
    for (int i = 0; i < 2; i++) {
        lab_close(&carton);
        setup(NULL);
        chore_object_take_stance(carton.world, lab_object(&carton), 0);
        bend(part_of("minor_left"), 10 * DEGREE, .7);
        bend(part_of("major_front"), 5 * DEGREE, .7);
        advance(3);
        ends[i] = chore_world_hash(carton.world);
    }
    assert_true(chore_hash_equal(ends[0], ends[1]));
}

/* ---- shut in order --------------------------------------------------------------------------- */

static void major_flaps_hold_the_minor_ones_down(void **state)
{
    (void)state;
    static const char *const order[] = {"minor_left", "minor_right", "major_front", "major_back"};
    chore_object_take_stance(carton.world, lab_object(&carton), 0);
    advance(.3);
    for (int i = 0; i < 4; i++) {
        bend(part_of(order[i]), -5 * DEGREE, 1);
    }
    advance(10);
    for (int i = 0; i < 4; i++) {
        print_message("%-11s shut, 10 s later: %.1f deg\n", order[i],
                      angle(part_of(order[i])) / DEGREE);
        assert_true(fabs(angle(part_of(order[i]))) < 10 * DEGREE);
    }
    assert_true(chore_world_all_objects_asleep(carton.world));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_flap_at_45_degrees_stays, setup, teardown),
        cmocka_unit_test_setup_teardown(it_stays_awake_too, setup, teardown),
        cmocka_unit_test_setup_teardown(bent_past_its_crease_it_stays, setup, teardown),
        cmocka_unit_test_setup_teardown(a_small_bend_comes_back, setup, teardown),
        cmocka_unit_test_setup_teardown(a_finger_bends_it_and_its_weight_does_not, setup, teardown),
        cmocka_unit_test_setup_teardown(the_crease_is_in_snapshot_and_hash, setup, teardown),
        cmocka_unit_test_setup_teardown(the_same_twice, setup, teardown),
        cmocka_unit_test_setup_teardown(major_flaps_hold_the_minor_ones_down, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
