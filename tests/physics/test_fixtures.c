/* The kitchen's doors, drawers and buttons: they stay where they are left, their catches hold and draw in, and what a hand needs to
   move them is what it needs in a kitchen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above */

#include <chore/scene.h>
#include <mujoco/mujoco.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DEGREE     0.017453292519943295
#define PUSH_S     2.0 /* of a force, to see whether it opens */
#define STAY_S     60
#define STAY_ANGLE (1 * DEGREE)
#define STAY_M     0.001

typedef struct kitchen {
    chore_scene *scene;
    const mjModel *m;
    mjData *d;
} kitchen;

/* Something with a joint, in the scene: where its handle is, how it stands open, what opens it. */
typedef struct moving {
    const char *joint;
    double arm_m;      /* from the hinge to the handle; 1 for what slides */
    double left_at;    /* rad or m: somewhere in mid-way, where it stays */
    double hold_n;     /* at the handle: does not open it */
    double open_n;     /* opens it */
    double drawn_from; /* so far open, the catch shuts it */
} moving;

static const moving all[] = {
    {"island/drawer_1", 1, .20, 6, 25, .004},
    {"island/drawer_2", 1, .20, 6, 25, .004},
    {"island/drawer_3", 1, .20, 6, 25, .004},
    {"island/door_left", .425, 60 * DEGREE, 3, 14, 1.5 * DEGREE},
    {"island/door_right", .425, 60 * DEGREE, 3, 14, 1.5 * DEGREE},
    {"base/drawer_1", 1, .20, 6, 25, .004},
    {"base/drawer_2", 1, .20, 6, 25, .004},
    {"base/drawer_3", 1, .20, 6, 25, .004},
    {"sink/door_left", .41, 60 * DEGREE, 3, 14, 1.5 * DEGREE},
    {"sink/door_right", .41, 60 * DEGREE, 3, 14, 1.5 * DEGREE},
    {"cabinet_left/door_left", .43, 60 * DEGREE, 3, 14, 1.5 * DEGREE},
    {"cabinet_left/door_right", .43, 60 * DEGREE, 3, 14, 1.5 * DEGREE},
    {"cabinet_right/door_left", .43, 60 * DEGREE, 3, 14, 1.5 * DEGREE},
    {"cabinet_right/door_right", .43, 60 * DEGREE, 3, 14, 1.5 * DEGREE},
    {"fridge/door", .585, 60 * DEGREE, 6, 20, 1.2 * DEGREE},
    {"fridge/freezer", .585, 60 * DEGREE, 6, 20, 1.2 * DEGREE},
    {"dishwasher/door", .37, 45 * DEGREE, 5, 22, 1.5 * DEGREE},
};
enum { ALL = sizeof all / sizeof *all };

static void open_kitchen(kitchen *k)
{
    chore_error err = {0};
    const chore_scene_def def = {"kitchen", NULL, NULL, 0};
    assert_int_equal(chore_sim_init(&err), CHORE_OK);
    if (chore_scene_build(&k->scene, &def, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
    k->m = chore_scene_model(k->scene);
    k->d = mj_makeData(k->m);
}

static void close_kitchen(kitchen *k)
{
    mj_deleteData(k->d);
    chore_scene_destroy(k->scene);
}

static int joint_of(const kitchen *k, const char *name)
{
    const int joint = mj_name2id(k->m, mjOBJ_JOINT, name);
    if (joint < 0) {
        fail_msg("no joint '%s'", name);
    }
    return joint;
}

/* Everything shut, this joint at `at`, this force on its handle for so long; where the joint is then. */
static double after(kitchen *k, const char *name, double at, double force, double seconds)
{
    const int joint = joint_of(k, name);
    const int steps = (int)(seconds / k->m->opt.timestep);
    mj_resetData(k->m, k->d);
    k->d->qpos[k->m->jnt_qposadr[joint]] = at;
    k->d->qfrc_applied[k->m->jnt_dofadr[joint]] = force;
    for (int i = 0; i < steps; i++) {
        mj_step(k->m, k->d);
    }
    return k->d->qpos[k->m->jnt_qposadr[joint]];
}

static double allowed(const moving *x)
{
    return x->arm_m < 1 ? STAY_ANGLE : STAY_M;
}

static void what_is_left_ajar_stays(void **state)
{
    kitchen k;
    (void)state;
    open_kitchen(&k);
    for (int i = 0; i < ALL; i++) {
        const double now = after(&k, all[i].joint, all[i].left_at, 0, STAY_S);
        printf("%-26s left at %.3f, after %d s at %.4f\n", all[i].joint, all[i].left_at, STAY_S,
               now);
        assert_true(fabs(now - all[i].left_at) < allowed(&all[i]));
    }
    close_kitchen(&k);
}

static void catches_hold_and_give_way(void **state)
{
    kitchen k;
    (void)state;
    open_kitchen(&k);
    for (int i = 0; i < ALL; i++) {
        const moving *x = &all[i];
        const double held = after(&k, x->joint, 0, x->hold_n * x->arm_m, PUSH_S),
                     pulled = after(&k, x->joint, 0, x->open_n * x->arm_m, PUSH_S);
        double needed = x->hold_n; /* to the newton */
        while (needed < x->open_n &&
               after(&k, x->joint, 0, needed * x->arm_m, PUSH_S) < 10 * allowed(x)) {
            needed += 1;
        }
        printf("%-26s opens with %.0f N\n", x->joint, needed);
        assert_true(held < allowed(x));
        assert_true(pulled > 10 * allowed(x));
    }
    close_kitchen(&k);
}

static void catches_draw_in(void **state)
{
    kitchen k;
    (void)state;
    open_kitchen(&k);
    for (int i = 0; i < ALL; i++) {
        const double now = after(&k, all[i].joint, all[i].drawn_from, 0, PUSH_S);
        printf("%-26s from %.4f to %.4f\n", all[i].joint, all[i].drawn_from, now);
        assert_true(now < 0.4 * all[i].drawn_from);
    }
    close_kitchen(&k);
}

/* Pressed by 5 N the button goes down, let go it comes back; the lid stays open past its dead point and shut before it. */
static void the_coffee_machine_moves(void **state)
{
    kitchen k;
    (void)state;
    open_kitchen(&k);
    assert_true(after(&k, "coffee/button", 0, 5, .5) > .0028);
    assert_true(after(&k, "coffee/button", .003, 0, .5) < .0004);
    assert_true(after(&k, "coffee/lid", 1.35, 0, 2) > 1.2);
    assert_true(after(&k, "coffee/lid", .10, 0, 2) < .05);
    close_kitchen(&k);
}

/* The open door of the dishwasher carries a full rack. */
static void the_open_door_carries(void **state)
{
    kitchen k;
    (void)state;
    open_kitchen(&k);
    const double now =
        after(&k, "dishwasher/door", 1.571, 40 * .2, 10); /* 40 N, .2 m from the hinge */
    assert_true(fabs(now - 1.571) < .01);
    close_kitchen(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_ajar_stays), cmocka_unit_test(catches_hold_and_give_way),
        cmocka_unit_test(catches_draw_in),         cmocka_unit_test(the_coffee_machine_moves),
        cmocka_unit_test(the_open_door_carries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
