/* The furniture that stands on the worktop: it stays where it is left, its catches hold and draw in, it opens with what a hand has, and all
   that collides of it moves freely. Prints what it found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above */

#include <chore/furniture.h>
#include <mujoco/mujoco.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DEGREE 0.017453292519943295
#define PUSH_S 2.0

typedef struct moving {
    const char *scene, *joint;
    double arm_m;          /* from the hinge to the handle; 1 for what slides */
    double hold_n, open_n; /* at the handle: does not open it; opens it */
    double left_at;        /* stays there */
    double drawn_from;     /* so far open, the catch shuts it */
    double still;          /* rad or m: has not moved */
} moving;

static const moving all[] = {
    {"kitchen_drawer", "chest/drawer", 1, 6, 25, .12, .004, .001},
    {"kitchen_recycling", "bins/pullout", 1, 6, 25, .12, .004, .001},
    {"kitchen_fridge", "fridge/door", .30, 4, 14, 45 * DEGREE, 1.5 * DEGREE, 1 * DEGREE},
    {"kitchen_cabinet", "cabinet/door", .30, 4, 14, 45 * DEGREE, 1.5 * DEGREE, 1 * DEGREE},
    {"kitchen_dishwasher", "dishwasher/door", .355, 4, 16, 20 * DEGREE, 1.5 * DEGREE, 1 * DEGREE},
};
enum { ALL = sizeof all / sizeof *all };

typedef struct bench {
    chore_scene *scene;
    const mjModel *m;
    mjData *d;
    int joint;
    int other; /* another joint that starts at other_at; 0: none */
    double other_at;
} bench;

static void set_up(bench *b, const moving *x)
{
    chore_error err = {0};
    const chore_scene_def def = {
        .scene = x->scene, .embodiment = NULL, .objects = NULL, .n_objects = 0};
    assert_int_equal(chore_sim_init(&err), CHORE_OK);
    if (chore_scene_build(&b->scene, &def, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
    b->m = chore_scene_model(b->scene);
    b->d = mj_makeData(b->m);
    b->joint = chore_scene_find_joint(b->scene, x->joint);
    b->other = 0;
    assert_true(b->joint >= 0);
}

static void clear_away(bench *b)
{
    mj_deleteData(b->d);
    chore_scene_destroy(b->scene);
}

static double after(bench *b, double at, double force, double seconds)
{
    mj_resetData(b->m, b->d);
    b->d->qpos[b->m->jnt_qposadr[b->joint]] = at;
    if (b->other > 0) {
        b->d->qpos[b->m->jnt_qposadr[b->other]] = b->other_at;
    }
    b->d->qfrc_applied[b->m->jnt_dofadr[b->joint]] = force;
    for (int i = 0; i < (int)(seconds / b->m->opt.timestep); i++) {
        mj_step(b->m, b->d);
    }
    return b->d->qpos[b->m->jnt_qposadr[b->joint]];
}

static void catches_hold_give_way_and_draw_in(void **state)
{
    (void)state;
    for (const moving *x = all; x < all + ALL; x++) {
        bench b;
        set_up(&b, x);
        double needed = x->hold_n;
        while (needed < x->open_n && after(&b, 0, needed * x->arm_m, PUSH_S) < 10 * x->still) {
            needed += 1;
        }
        printf("%-14s opens with %.0f N, from %.4f to %.4f\n", x->joint, needed, x->drawn_from,
               after(&b, x->drawn_from, 0, PUSH_S));
        assert_true(after(&b, 0, x->hold_n * x->arm_m, PUSH_S) < x->still);
        assert_true(after(&b, 0, x->open_n * x->arm_m, PUSH_S) > 10 * x->still);
        assert_true(after(&b, x->drawn_from, 0, PUSH_S) < 0.4 * x->drawn_from);
        clear_away(&b);
    }
}

static void what_is_left_ajar_stays(void **state)
{
    (void)state;
    for (const moving *x = all; x < all + ALL; x++) {
        bench b;
        set_up(&b, x);
        const double now = after(&b, x->left_at, 0, 20);
        printf("%-14s left at %.4f, after 20 s at %.4f\n", x->joint, x->left_at, now);
        assert_true(fabs(now - x->left_at) < x->still);
        clear_away(&b);
    }
}

/* A door that drops: beyond where its spring bears it, it falls open, softly, and rests on its stop. */
static void a_door_that_drops_rests_open(void **state)
{
    (void)state;
    const moving x = {.scene = "kitchen_dishwasher", .joint = "dishwasher/door"};
    bench b;
    set_up(&b, &x);
    const double open = b.m->jnt_range[2 * b.joint + 1];
    assert_true(fabs(after(&b, 50 * DEGREE, 0, 5) - open) < 1 * DEGREE);
    assert_true(fabs(after(&b, open, 0, 20) - open) < .2 * DEGREE);
    double fastest = 0;
    after(&b, 50 * DEGREE, 0, 0);
    for (int i = 0; i < (int)(5 / b.m->opt.timestep); i++) {
        mj_step(b.m, b.d);
        fastest = fmax(fastest, fabs(b.d->qvel[b.m->jnt_dofadr[b.joint]]));
    }
    printf("%-14s falls open at %.2f rad/s\n", x.joint, fastest);
    assert_true(fastest < 1.5);
    clear_away(&b);
}

/* The rack's tray rolls: less than 6 N, and it stays anywhere, in and out. */
static void a_tray_on_rails_stays(void **state)
{
    (void)state;
    const moving x = {.scene = "kitchen_dishwasher", .joint = "dishwasher/pullout"};
    bench b;
    set_up(&b, &x);
    const int door = chore_scene_find_joint(b.scene, "dishwasher/door");
    b.other = door;
    b.other_at = b.m->jnt_range[2 * door + 1];
    for (double at = 0; at < .48; at += .155) {
        const double now = after(&b, at, 0, 20);
        printf("%-14s left at %.4f, after 20 s at %.4f\n", x.joint, at, now);
        assert_true(fabs(now - at) < .001);
    }
    assert_true(after(&b, 0, 2, PUSH_S) < .001);
    assert_true(after(&b, 0, 6, PUSH_S) > .05);
    clear_away(&b);
}

static void touches_nothing(const bench *b, int joint)
{
    for (int i = 0; i < b->d->ncon; i++) {
        for (int side = 0; side < 2; side++) {
            assert_int_not_equal(b->m->geom_bodyid[b->d->contact[i].geom[side]],
                                 b->m->jnt_bodyid[joint]);
        }
    }
}

/* With the door down the tray comes out over it; with the door up it stands behind it. */
static void the_tray_passes_over_the_open_door(void **state)
{
    (void)state;
    const moving x = {.scene = "kitchen_dishwasher", .joint = "dishwasher/pullout"};
    bench b;
    set_up(&b, &x);
    const int door = chore_scene_find_joint(b.scene, "dishwasher/door");
    for (int k = 0; k <= 50; k++) {
        mj_resetData(b.m, b.d);
        b.d->qpos[b.m->jnt_qposadr[door]] = b.m->jnt_range[2 * door + 1];
        b.d->qpos[b.m->jnt_qposadr[b.joint]] = .47 * k / 50;
        mj_forward(b.m, b.d);
        touches_nothing(&b, b.joint);
    }
    mj_resetData(b.m, b.d);
    mj_forward(b.m, b.d);
    touches_nothing(&b, b.joint);
    clear_away(&b);
}

/* The space on the tray goes with it and is shut by the door; that of a basin is open to all and ends at the worktop. */
static void spaces_know_what_shuts_them(void **state)
{
    (void)state;
    chore_space space;
    const moving x = {.scene = "kitchen_dishwasher", .joint = "dishwasher/pullout"},
                 sink = {.scene = "kitchen_sink", .joint = "island/drawer_2"};
    bench b;
    set_up(&b, &x);
    assert_true(chore_scene_space(b.scene, chore_scene_find_space(b.scene, "dishwasher/tub"), &space));
    assert_int_equal(space.part, b.joint);
    assert_int_equal(space.behind, chore_scene_find_joint(b.scene, "dishwasher/door"));
    clear_away(&b);
    set_up(&b, &sink);
    assert_true(chore_scene_space(b.scene, chore_scene_find_space(b.scene, "sink/basin"), &space));
    assert_true(space.part < 0 && space.behind < 0);
    assert_true(fabs(space.pos[2] + space.half[2] - .90) < 1e-9 && space.half[2] > .06);
    clear_away(&b);
}

/* Over the whole range nothing of it is in contact with anything: no part jams. */
static void all_of_it_moves_freely(void **state)
{
    (void)state;
    for (const moving *x = all; x < all + ALL; x++) {
        bench b;
        set_up(&b, x);
        const double *range = b.m->jnt_range + 2 * b.joint;
        for (int k = 0; k <= 50; k++) {
            mj_resetData(b.m, b.d);
            b.d->qpos[b.m->jnt_qposadr[b.joint]] = range[0] + (range[1] - range[0]) * k / 50;
            mj_forward(b.m, b.d);
            touches_nothing(&b, b.joint);
        }
        clear_away(&b);
    }
}

/* Cutlery dropped into the open drawer, any way round, 12 cm deep: it comes to rest in it, and does not go through its bottom. */
static void nothing_falls_through_the_drawer(void **state)
{
    (void)state;
    static const char *const kinds[] = {"fork", "knife", "spoon"};
    enum { TURNS = 12 };
    for (int kind = 0; kind < 3; kind++) {
        chore_object_def object = {.id = "it"};
        chore_error err = {0};
        const chore_scene_def def = {.scene = "kitchen_drawer", .embodiment = NULL, .objects = &object, .n_objects = 1};
        chore_scene *scene;
        strcpy(object.kind, kinds[kind]);
        assert_int_equal(chore_sim_init(&err), CHORE_OK);
        if (chore_scene_build(&scene, &def, &err) != CHORE_OK) {
            fail_msg("%s", err.message);
        }
        bench b = {.scene = scene, .m = chore_scene_model(scene), .joint = chore_scene_find_joint(scene, "chest/drawer")};
        const int at = b.m->jnt_qposadr[mj_name2id(b.m, mjOBJ_JOINT, "it")];
        b.d = mj_makeData(b.m);
        for (int k = 0; k < TURNS; k++) {
            const double tilt = 2 * mjPI * k / TURNS, middle[] = {.46, .31, .925 + .12 + .05 * fabs(sin(tilt))};
            mj_resetData(b.m, b.d);
            b.d->qpos[b.m->jnt_qposadr[b.joint]] = .26;
            mju_copy3(b.d->qpos + at, middle);
            mju_axisAngle2Quat(b.d->qpos + at + 3, (const double[]){.6, .8, 0}, tilt);
            for (int i = 0; i < (int)(1.5 / b.m->opt.timestep); i++) {
                mj_step(b.m, b.d);
            }
            if (b.d->qpos[at + 2] < .92) {
                fail_msg("%s, turned by %.0f degrees, lies at %.3f m, below the drawer", kinds[kind], tilt / DEGREE, b.d->qpos[at + 2]);
            }
        }
        clear_away(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(catches_hold_give_way_and_draw_in),
        cmocka_unit_test(what_is_left_ajar_stays),
        cmocka_unit_test(a_door_that_drops_rests_open),
        cmocka_unit_test(a_tray_on_rails_stays),
        cmocka_unit_test(the_tray_passes_over_the_open_door),
        cmocka_unit_test(spaces_know_what_shuts_them),
        cmocka_unit_test(all_of_it_moves_freely),
        cmocka_unit_test(nothing_falls_through_the_drawer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
