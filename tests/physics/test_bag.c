/* A paper bag as a person would see it: tilted by less than its geometry says it stands up again, tilted by more it falls over. */
#include "lab.h"

#include <mujoco/mujoco.h>

#include <math.h>

#define DEGREE        0.017453292519943295
#define TOLERANCE_DEG 2.0
#define FALL_S        2.5

static lab bag;

static int setup(void **state)
{
    (void)state;
    lab_open(&bag, "paper_bag", "", false);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    lab_close(&bag);
    return 0;
}

/* Half the width of the foot across the edge it tips over, and the height of the centre of mass: of the compiled model. */
static void measure(int axis, double *half, double *height)
{
    const mjModel *m = chore_world_model(bag.world);
    const int body = lab_object(&bag)->body;
    *half = 0;
    for (int g = m->body_geomadr[body]; g < m->body_geomadr[body] + m->body_geomnum[body]; g++) {
        if (m->geom_contype[g]) {
            *half = fmax(*half, fabs(m->geom_pos[3 * g + axis]) + m->geom_size[3 * g + axis]);
        }
    }
    *height = m->body_ipos[3 * body + 2];
}

typedef enum ending { STANDS, BALANCES, LIES } ending;

/* Let go of on one lower edge, at that angle. `axis`: across the edge, 0 or 1; `sign`: to which side. */
static ending let_go(int axis, int sign, double angle)
{
    double half, height, quat[4];
    const double about[3] = {axis == 1, axis == 0, 0};
    chore_error err = {0};
    measure(axis, &half, &height);
    const double pos[3] = {.5, 0, LAB_TABLE_Z + half * sin(angle)};
    mju_axisAngle2Quat(quat, about, sign * angle);
    chore_world_put_body(bag.world, lab_object(&bag)->body, pos, quat);
    lab_must(chore_world_advance(bag.world, (int)lround(FALL_S * chore_world_physics_hz(bag.world)),
                                 &err),
             &err);
    const double up = chore_world_data(bag.world)->xmat[9 * lab_object(&bag)->body + 8];
    return up > .98 ? STANDS : fabs(up) < .1 ? LIES : BALANCES;
}

/* The largest angle from which it goes no further than `most`. */
static double largest(int axis, int sign, ending most)
{
    double lo = 10 * DEGREE, hi = 85 * DEGREE;
    assert_int_equal(let_go(axis, sign, lo), STANDS);
    assert_int_equal(let_go(axis, sign, hi), LIES);
    while (hi - lo > .05 * DEGREE) {
        const double middle = (lo + hi) / 2;
        *(let_go(axis, sign, middle) > most ? &hi : &lo) = middle;
    }
    return (lo + hi) / 2;
}

static void it_tips_where_geometry_says(void **state)
{
    (void)state;
    for (int axis = 0; axis < 2; axis++) {
        double half, height;
        measure(axis, &half, &height);
        const double expected = atan2(half, height);
        for (int sign = -1; sign <= 1; sign += 2) {
            const double back = largest(axis, sign, STANDS), over = largest(axis, sign, BALANCES);
            print_message("over its %s edge, to side %+d: stands up to %.2f deg, falls from %.2f "
                          "deg; geometry: %.2f deg\n",
                          axis ? "long" : "short", sign, back / DEGREE, over / DEGREE,
                          expected / DEGREE);
            assert_true(fabs(back - expected) < TOLERANCE_DEG * DEGREE);
            assert_true(fabs(over - expected) < TOLERANCE_DEG * DEGREE);
        }
    }
}

static void it_sleeps_standing_and_lying(void **state)
{
    (void)state;
    lab_put(&bag, .5, 0, .001, 0, 0);
    const double standing = lab_settle(&bag, 2);
    lab_put(&bag, .5, 0, .1, 90 * DEGREE, 0);
    const double lying = lab_settle(&bag, 2);
    print_message("asleep after %.2f s standing, %.2f s lying\n", standing, lying);
    assert_true(standing >= 0);
    assert_true(lying >= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_tips_where_geometry_says, setup, teardown),
        cmocka_unit_test_setup_teardown(it_sleeps_standing_and_lying, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
