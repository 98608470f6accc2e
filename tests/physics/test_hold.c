/* What the hand holds stays where it is: gripped, lifted, held for half a minute. Creep is the motion of the object in
   the hand's frame: of its centre of mass, and of every point of it by its turning. */
#include "lab.h"
#include "scene_data.h"

#include <chore/files.h>
#include <mujoco/mujoco.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HOLD_S       30.0
#define CREEP_M      0.001
#define HELD_DEEP_M  0.0005 /* pads in what they hold */
#define TOUCH_DEEP_M 0.002  /* the same in the moment of touching, at 10 cm/s for each finger */

typedef struct hold {
    const char *kind, *size, *grasp;
    double turn;   /* of the grasp about the object's axis: 0 at the middle of a facet */
    double yaw;    /* of the object, so that the hand can be reached */
    double open_m; /* width before closing */
} hold;

static const hold holds[] = {
    {"cube", "", "middle", 0, 0, .08},
    {"cube", "", "middle", 0, .6, .08},
    {"mug", "small", "rim", 0, 0, .026},
    {"mug", "small", "rim", .13, 1.4, .026},
    {"mug", "large", "rim", 0, 0, .026},
    {"mug", "large", "rim", .13, 1.4, .026},
    {"plate", "small", "rim", 0, 1.75, .020},
    {"plate", "large", "rim", 0, 1.75, .020},
    {"bowl", "small", "rim", 0, 0, .026},
    {"bowl", "large", "rim", 0, 1.75, .026},
    {"lemon", "large", "up", 0, 0, .072},
    {"banana", "large", "middle", 0, .5, .060},
    {"apple", "small", "up", 0, 0, .080},
    {"food_lid", "", "bar", 0, .3, .040},
    {"milk_carton", "full", "top", 0, 0, .080},
    {"jam_jar", "large", "top", 0, 0, .080},
    {"cereal_box", "full", "top", 0, 1.57, .075},
};

typedef struct watch {
    lab_pose start; /* of the object in the hand */
    bool started, may_slip;
    double creep, turn, touch_deep, held_deep;
} watch;

static lab_pose centre_in_hand(const lab *l)
{
    const mjData *d = chore_world_data(l->world);
    lab_pose tool = lab_tool_pose(l), object = lab_object_pose(l);
    mju_copy3(object.pos, d->xipos + 3 * lab_object(l)->body);
    return lab_pose_in(&tool, &object);
}

static void watch_touch(const lab *l, void *ctx)
{
    watch *w = ctx;
    w->touch_deep = fmax(w->touch_deep, lab_robot_penetration(l));
}

static void watch_creep(const lab *l, void *ctx)
{
    watch *w = ctx;
    w->held_deep = fmax(w->held_deep, lab_robot_penetration(l));
    lab_pose now = centre_in_hand(l);
    if (!w->started) {
        w->started = true;
        w->start = now;
    }
    double back[4], rel[4], turn[3];
    mju_negQuat(back, w->start.quat);
    mju_mulQuat(rel, now.quat, back);
    mju_quat2Vel(turn, rel, 1);
    w->creep = fmax(w->creep, mju_dist3(now.pos, w->start.pos));
    w->turn = fmax(w->turn, mju_norm3(turn));
    if (!w->may_slip && !chore_world_grasping(l->world, 0, lab_object(l)->body)) {
        fail_msg("%s was lost after %.2f s", lab_object(l)->kind, chore_world_seconds(l->world));
    }
}

static lab_pose backed_off(const lab_pose *grasp, double distance)
{
    lab_pose pose = *grasp;
    const double approach[3] = {0, 0, -distance};
    double way[3];
    mju_rotVecQuat(way, approach, grasp->quat);
    mju_addTo3(pose.pos, way);
    return pose;
}

static watch do_hold(const hold *h)
{
    lab l;
    watch w = {0};
    lab_open(&l, h->kind, h->size, true);
    lab_put(&l, .5, 0, .002, 0, h->yaw);
    assert_true(lab_settle(&l, 2) >= 0);
    lab_pose grasp = lab_grasp_pose(&l, h->grasp, h->turn), before = backed_off(&grasp, .08),
             lifted = grasp;
    lifted.pos[2] += .15;
    lab_move(&l, &before, h->open_m, 2.5, watch_touch, &w);
    lab_move(&l, &before, h->open_m, .5, watch_touch, &w);
    lab_move(&l, &grasp, h->open_m, 1, watch_touch, &w);
    lab_move(&l, &grasp, 0, .5, watch_touch, &w);
    lab_move(&l, &grasp, 0, .3, watch_touch, &w);
    lab_move(&l, &lifted, 0, 1, watch_touch, &w);
    lab_move(&l, &lifted, 0, 1, watch_touch, &w);
    assert_true(lab_object_pose(&l).pos[2] > LAB_TABLE_Z + .13);
    lab_move(&l, &lifted, 0, HOLD_S, watch_creep, &w);
    lab_close(&l);
    return w;
}

static void held_things_do_not_slide(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof holds / sizeof *holds; i++) {
        const hold *h = &holds[i];
        watch w = do_hold(h);
        print_message(
            "%-6s %-6s turn %.2f: creep %.3f mm and %.2f mrad in %.0f s, pads %.2f mm deep, %.2f on touching\n",
            h->kind, h->size, h->turn, 1e3 * w.creep, 1e3 * w.turn, HOLD_S, 1e3 * w.held_deep,
            1e3 * w.touch_deep);
        assert_true(w.creep < CREEP_M);
        assert_true(w.held_deep < HELD_DEEP_M);
        assert_true(w.touch_deep < TOUCH_DEEP_M);
    }
}

/* The measure itself: what is pulled harder than friction holds it slides, and that is seen. */
static void a_slide_is_seen(void **state)
{
    (void)state;
    lab l;
    watch w = {.may_slip = true};
    lab_open(&l, "cube", "", true);
    lab_put(&l, .5, 0, .002, 0, 0);
    assert_true(lab_settle(&l, 2) >= 0);
    lab_pose grasp = lab_grasp_pose(&l, "middle", 0), before = backed_off(&grasp, .08),
             lifted = grasp;
    lifted.pos[2] += .15;
    lab_move(&l, &before, .08, 2.5, NULL, NULL);
    lab_move(&l, &grasp, .08, 1.5, NULL, NULL);
    lab_move(&l, &grasp, 0, 1, NULL, NULL);
    lab_move(&l, &lifted, 0, 1.5, NULL, NULL);
    const double push[6] = {0, 0, -60, 0, 0, 0};
    lab_move(&l, &lifted, 0, .1, watch_creep, &w);
    chore_world_push_body(l.world, lab_object(&l)->body, push, 1);
    lab_move(&l, &lifted, 0, .2, watch_creep, &w);
    print_message("under 60 N for .05 s the cube slides %.2f mm\n", 1e3 * w.creep);
    assert_true(w.creep > CREEP_M);
    lab_close(&l);
}

static void add_cube(const char *data)
{
    char from[CHORE_PATH_CAP], to[CHORE_PATH_CAP];
    snprintf(from, sizeof from, "%s/tests/physics/fixtures/cube", getenv("CHORE_SOURCE_DIR"));
    snprintf(to, sizeof to, "%s/scenes/assets/objects/cube", data);
    CHORE_ASSERT(symlink(from, to) == 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(held_things_do_not_slide),
        cmocka_unit_test(a_slide_is_seen),
    };
    add_cube(scene_data_make());
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    scene_data_remove();
    return failed;
}
