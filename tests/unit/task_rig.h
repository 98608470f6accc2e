/* For the tests of tasks/: a task, its scene and an episode; hands that move things without a
   robot, and a grip with it. */
#ifndef CHORE_TASK_RIG_H
#define CHORE_TASK_RIG_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above */

#include <chore/files.h>
#include <episode_internal.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RIG_ACTION_CAP 64

typedef struct task_rig {
    chore_task *task;
    chore_scene *scene;
    chore_episode *episode;
} task_rig;

#define MUST(call) rig_must(call, &rig_error, #call, __FILE__, __LINE__)
static chore_error rig_error;

static inline void rig_must(chore_status status, const chore_error *err, const char *what,
                            const char *file, int line)
{
    if (status != CHORE_OK) {
        char text[2048];
        chore_error_format(err, text, sizeof text);
        print_error("%s:%d: %s: %s\n", file, line, what, text);
        fail();
    }
}

/* A task of tests/fixtures/tasks or of tasks/defs; run from the source tree or with
   CHORE_SOURCE_DIR. */
static inline void rig_open(task_rig *rig, const char *name, const char *cache_dir)
{
    char path[CHORE_PATH_CAP];
    const char *source = getenv("CHORE_SOURCE_DIR");
    snprintf(path, sizeof path, "%s/tests/fixtures/tasks/%s.yaml", source ? source : ".", name);
    MUST(chore_sim_init(&rig_error));
    MUST(chore_task_load(&rig->task, chore_file_exists(path) ? path : name, &rig_error));
    MUST(chore_task_build_scene(rig->task, NULL, &rig->scene, &rig_error));
    chore_episode_def def = {.task = rig->task, .scene = rig->scene, .cache_dir = cache_dir};
    MUST(chore_episode_create(&rig->episode, &def, &rig_error));
}

static inline void rig_close(task_rig *rig)
{
    chore_episode_destroy(rig->episode);
    chore_scene_destroy(rig->scene);
    chore_task_free(rig->task);
}

static inline int rig_object(const task_rig *rig, const char *id)
{
    int object = chore_scene_find_object(rig->scene, id);
    assert_true(object >= 0);
    return object;
}

static inline int rig_item(const task_rig *rig, const char *id)
{
    int item = chore_task_find_item(rig->task, id);
    assert_true(item >= 0);
    return item;
}

/* Put an object at a world pose, rolled about x and then turned about z (radian), and make it
   present. */
static inline void rig_put(task_rig *rig, const char *id, double x, double y, double z, double roll,
                           double yaw)
{
    const int object = rig_object(rig, id);
    const double pos[3] = {x, y, z}, a = cos(roll / 2), b = sin(roll / 2), c = cos(yaw / 2),
                 d = sin(yaw / 2);
    const double quat[4] = {c * a, c * b, d * b, d * a};
    chore_world_put_body(chore_episode_world(rig->episode),
                         chore_scene_object(rig->scene, object)->body, pos, quat);
    rig->episode->monitor.job.present |= UINT64_C(1) << rig_item(rig, id);
}

/* Put an object on the bottom of a receptacle's cavity, off its middle by (dx, dy) in the
   receptacle's frame. */
static inline void rig_put_inside(task_rig *rig, const char *id, const char *receptacle, double dx,
                                  double dy)
{
    chore_view view = chore_episode_view(rig->episode);
    const int into = rig_object(rig, receptacle);
    const chore_site *cavity = chore_object_site(chore_scene_object(rig->scene, into), "cavity");
    double pos[3], mat[9];
    chore_site_pose(&view, rig_item(rig, receptacle), cavity, pos, mat);
    const double x = pos[0] + mat[0] * dx + mat[1] * dy, y = pos[1] + mat[3] * dx + mat[4] * dy;
    rig_put(rig, id, x, y, pos[2] - cavity->size[2] + 0.005, 0, 0);
}

static inline void rig_hold(const task_rig *rig, float *action)
{
    assert_true(chore_world_action_dim(chore_episode_world(rig->episode)) <= RIG_ACTION_CAP);
    chore_world_hold_action(chore_episode_world(rig->episode), action);
}

/* n episode steps that hold the robot where it is. */
static inline void rig_step(task_rig *rig, int n)
{
    float action[RIG_ACTION_CAP];
    for (int i = 0; i < n; i++) {
        rig_hold(rig, action);
        MUST(chore_episode_step(rig->episode, action, &rig_error));
    }
}

/* Index of the gripper's value in an action of the present mode. */
static inline int rig_gripper_value(const task_rig *rig)
{
    chore_action_component components[CHORE_MAX_ARMS * 3];
    const chore_world *world = chore_episode_world(rig->episode);
    int n = chore_world_components(world, chore_world_mode(world), components, CHORE_MAX_ARMS * 3),
        at = 0;
    for (int i = 0; i < n; i++) {
        if (strstr(components[i].name, "gripper")) {
            return at;
        }
        at += components[i].dim;
    }
    fail_msg("no gripper in the action");
    return -1;
}

/* One episode step with the gripper told to be this wide. */
static inline void rig_step_gripper(task_rig *rig, float width_m)
{
    float action[RIG_ACTION_CAP];
    rig_hold(rig, action);
    action[rig_gripper_value(rig)] = width_m;
    MUST(chore_episode_step(rig->episode, action, &rig_error));
}

/* Hold the object between the pads until the gripper has closed on it: the tool's point is
   `above_foot` over its foot. */
static inline void rig_grip(task_rig *rig, const char *id, double above_foot)
{
    const chore_arm *arm = &chore_world_embodiment(chore_episode_world(rig->episode))->arms[0];
    const int object = rig_item(rig, id);
    for (int i = 0; i < 60; i++) {
        chore_view view = chore_episode_view(rig->episode);
        if (chore_item_grasping_arm(&view, object) >= 0 && i > 20) {
            return;
        }
        if (chore_item_grasping_arm(&view, object) < 0) {
            const double *tool = view.data->site_xpos + 3 * arm->tool_site;
            rig_put(rig, id, tool[0], tool[1], tool[2] - above_foot, 0, 0);
        }
        rig_step_gripper(rig, 0);
    }
    fail_msg("the gripper did not take hold of %s", id);
}
/* From a snapshot everything comes again for n control steps, bit for bit. */
static inline void rig_check_replay(task_rig *rig, int n)
{
    const size_t bytes = chore_episode_snapshot_bytes(rig->episode);
    void *snapshot = malloc(bytes);
    assert_non_null(snapshot);
    chore_episode_snapshot(rig->episode, snapshot);
    const chore_hash before = chore_episode_hash(rig->episode);
    rig_step(rig, n);
    const chore_hash after = chore_episode_hash(rig->episode);
    MUST(chore_episode_restore(rig->episode, snapshot, bytes, &rig_error));
    assert_true(chore_hash_equal(before, chore_episode_hash(rig->episode)));
    rig_step(rig, n);
    assert_true(chore_hash_equal(after, chore_episode_hash(rig->episode)));
    free(snapshot);
}

/* Control and disturbed are the same until the event fires, which it does within 60 control steps, and differ then. */
static inline void rig_check_matched(const char *task, uint64_t seed, int event)
{
    task_rig control, disturbed;
    rig_open(&control, task, NULL);
    rig_open(&disturbed, task, NULL);
    MUST(chore_episode_reset(control.episode, seed, CHORE_CONTROL, &rig_error));
    MUST(chore_episode_reset(disturbed.episode, seed, CHORE_DISTURBED, &rig_error));
    int64_t fired = -1;
    for (int step = 0; fired < 0; step++) {
        rig_step(&control, 1);
        rig_step(&disturbed, 1);
        fired = chore_episode_event(disturbed.episode, event).fired_step;
        assert_int_equal(chore_hash_equal(chore_episode_hash(control.episode),
                                          chore_episode_hash(disturbed.episode)),
                         fired < 0);
        assert_true(step < 60);
    }
    rig_close(&control);
    rig_close(&disturbed);
}

#endif
