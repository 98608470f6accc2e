/* A box that comes flat, as a person would see it: its panels stay where they were bent to, one finger turns up a wall while the bottom stays on
   the table, walls stand, and a shut lid stays shut. */
#include "lab.h"

#include <mujoco/mujoco.h>

#include <math.h>

#define DEGREE    0.017453292519943295
#define WATCH_S   60
#define DRIFT_DEG 1.0   /* in WATCH_S */
#define RISE_M    0.008 /* of the bottom's highest corner while a wall is turned up */
#define BACK_DEG  8.0   /* a wall gives back at most */
#define MOST_N    0.6   /* at a wall's edge */

static lab box;

static int setup(void **state)
{
    (void)state;
    lab_open(&box, "mailer", "", false);
    lab_put(&box, .5, -.1, .001, 0, 0);
    chore_object_take_stance(box.world, lab_object(&box),
                             chore_object_find_stance(lab_object(&box), "blank"));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    lab_close(&box);
    return 0;
}

static const chore_part *part_of(const char *name)
{
    const int part = chore_object_find_part(lab_object(&box), name);
    assert_true(part >= 0);
    return &lab_object(&box)->parts[part];
}

static double angle(const char *name)
{
    return chore_world_data(box.world)->qpos[part_of(name)->qpos_adr] / DEGREE;
}

static void put(const char *name, double degrees)
{
    chore_world_put_joint(box.world, part_of(name)->joint, degrees * DEGREE);
}

static void advance(double seconds)
{
    chore_error err = {0};
    lab_must(chore_world_advance(box.world,
                                 (int)lround(seconds * chore_world_physics_hz(box.world)), &err),
             &err);
}

/* ---- bare MuJoCo, where a force may act at an edge ------------------------------------------- */

typedef struct bench {
    mjModel *m;
    mjData *d;
} bench;

static bench bench_open(void)
{
    bench b = {.m = mj_copyModel(NULL, chore_world_model(box.world))};
    const mjData *from = chore_world_data(box.world);
    b.m->opt.enableflags &= ~mjENBL_SLEEP;
    b.d = mj_makeData(b.m);
    mju_copy(b.d->qpos, from->qpos, (int)b.m->nq);
    mju_copy(b.d->plastic, from->plastic, (int)b.m->nplastic);
    mj_forward(b.m, b.d);
    return b;
}

static void bench_close(bench *b)
{
    mj_deleteData(b->d);
    mj_deleteModel(b->m);
}

static double bench_angle(const bench *b, const char *name)
{
    return b->d->qpos[part_of(name)->qpos_adr] / DEGREE;
}

static double highest_corner(const bench *b)
{
    const int body = lab_object(&box)->body;
    const double *mat = b->d->xmat + 9 * body;
    return b->d->xpos[3 * body + 2] + .095 * fabs(mat[6]) + .07 * fabs(mat[7]) - LAB_TABLE_Z;
}

/* Turn a wall to an angle as a finger would: a stiff push across its edge to where it should be by now. The largest force that took; *rise: how
   high a corner of the bottom came. */
static double bend(bench *b, const char *name, double to, double seconds, double *rise)
{
    const chore_part *part = part_of(name);
    const int n = (int)(seconds / b->m->opt.timestep);
    const double from = bench_angle(b, name);
    double most = 0, *push = b->d->xfrc_applied + 6 * part->body;
    *rise = 0;
    for (int i = 0; i < n; i++) {
        double axis[3], arm[3], across[3];
        const double goal = (from + (to - from) * (i + 1) / n) * DEGREE;
        const double torque = fmax(-.05, fmin(.05, 2 * (goal - bench_angle(b, name) * DEGREE) -
                                                       .008 * b->d->qvel[part->dof_adr]));
        mju_mulMatVec3(axis, b->d->xmat + 9 * part->body, b->m->jnt_axis + 3 * part->joint);
        mju_sub3(arm, b->d->xipos + 3 * part->body, b->d->xpos + 3 * part->body);
        mju_cross(
            across, axis,
            arm); /* the edge is twice as far from the crease as the middle: a force there is one here and a torque */
        mju_scl3(push, across, torque / mju_dot3(arm, arm) / 2);
        mju_scl3(push + 3, axis, torque / 2);
        mj_step(b->m, b->d);
        most = fmax(most, fabs(torque) / mju_norm3(arm) / 2);
        *rise = fmax(*rise, highest_corner(b));
    }
    mju_zero(push, 6);
    return most;
}

static void panels_stay_where_they_were_bent_to(void **state)
{
    static const struct {
        const char *name;
        double at;
    } bent[] = {{"left", 45}, {"left", 20}, {"front", 62}, {"front", 30}, {"lid", 68}};
    (void)state;
    for (size_t i = 0; i < sizeof bent / sizeof bent[0]; i++) {
        put(bent[i].name, bent[i].at);
        advance(1); /* its weight bends it a little */
        double lo = angle(bent[i].name), hi = lo;
        for (int k = 0; k < WATCH_S; k++) {
            advance(1);
            lo = fmin(lo, angle(bent[i].name));
            hi = fmax(hi, angle(bent[i].name));
        }
        print_message("%-6s put at %3.0f stands at %5.1f deg and moves %.3f deg in %d s\n",
                      bent[i].name, bent[i].at, lo, hi - lo, WATCH_S);
        assert_true(hi - lo < DRIFT_DEG);
        assert_true(fabs(lo - bent[i].at) < 6);
    }
}

static void a_finger_turns_up_a_wall_and_the_bottom_stays(void **state)
{
    static const char *const names[] = {"left", "right", "front"};
    static const double to[] = {-6, -6, 2}; /* the front wall comes to stand against the ends */
    (void)state;
    advance(.5);
    bench b = bench_open();
    for (int i = 0; i < 3; i++) {
        double rise;
        const double most = bend(&b, names[i], to[i], 2, &rise);
        for (int k = 0; k < (int)(3 / b.m->opt.timestep); k++) {
            mj_step(b.m, b.d);
        }
        print_message(
            "%-6s takes %.2f N at its edge, the bottom rises %.1f mm, let go of it stands at %.1f deg\n",
            names[i], most, 1e3 * rise, bench_angle(&b, names[i]));
        assert_true(most < MOST_N);
        assert_true(rise < RISE_M);
        assert_true(fabs(bench_angle(&b, names[i])) < BACK_DEG);
    }
    bench_close(&b);
}

/* Newton at the middle of the lid, upwards, until it gapes by 20 degrees. */
static double opens_at(double tongue)
{
    static const char *const walls[] = {"left", "right", "back", "front"};
    double force[1][3] = {{0, 0, 0}};
    for (int i = 0; i < 4; i++) {
        put(walls[i], 0);
    }
    put("lid", 2);
    put("tongue", tongue);
    lab_put(&box, .5, -.1, .001, 0, 0);
    advance(2);
    while (angle("lid") < 20 && force[0][2] < 3) {
        const double down[1][3] = {{0, 0, -5}}; /* the box is held */
        force[0][2] += .005;
        chore_world_pull_vertices(box.world, lab_object(&box)->body, 1, down);
        chore_world_pull_vertices(box.world, part_of("lid")->body, 1, (const double(*)[3])force);
        advance(.05);
    }
    chore_world_pull_vertices(box.world, lab_object(&box)->body, 1, NULL);
    chore_world_pull_vertices(box.world, part_of("lid")->body, 1, NULL);
    return force[0][2];
}

static void a_shut_lid_stays_shut(void **state)
{
    (void)state;
    const double tucked = opens_at(-3), outside = opens_at(80);
    print_message("the lid opens at %.2f N at its middle, with the tongue outside at %.2f N\n",
                  tucked, outside);
    assert_true(tucked > .3 && tucked < 2); /* its weight is .2 N */
    assert_true(tucked > outside - .02);
}

static void erected_it_stands(void **state)
{
    static const char *const names[] = {"left", "right", "back", "front", "lid", "tongue"};
    double at[6];
    (void)state;
    chore_object_take_stance(box.world, lab_object(&box),
                             chore_object_find_stance(lab_object(&box), "shut"));
    assert_true(lab_settle(&box, 2) >= 0);
    for (int i = 0; i < 6; i++) {
        at[i] = angle(names[i]);
        print_message("%-6s %.1f deg\n", names[i], at[i]);
        assert_true(fabs(at[i]) < 6);
    }
    advance(WATCH_S);
    for (int i = 0; i < 6; i++) {
        assert_true(fabs(angle(names[i]) - at[i]) < .01);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(panels_stay_where_they_were_bent_to, setup, teardown),
        cmocka_unit_test_setup_teardown(a_finger_turns_up_a_wall_and_the_bottom_stays, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_shut_lid_stays_shut, setup, teardown),
        cmocka_unit_test_setup_teardown(erected_it_stands, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
