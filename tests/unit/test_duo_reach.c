/* A flat adult shirt on the folding table lies within reach of two arms, tool straight down or leaning. */
#include "ik_internal.h"
#include "laundry_rig.h"

#include <mujoco/mujoco.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

typedef struct reach {
    chore_arm_chain chain;
    chore_ik_problem ik;
    const double *home;
    double base[3], yaw;
} reach;

static void reach_prepare(reach *r, const chore_scene *scene, int arm)
{
    const chore_embodiment *robot = chore_scene_embodiment(scene);
    const mjModel *m = chore_scene_model(scene);
    chore_error err = {0};
    assert_int_equal(chore_arm_chain_extract(&r->chain, m, &robot->arms[arm], &err), CHORE_OK);
    r->home = robot->arms[arm].home;
    chore_ik_prepare(&r->ik, &r->chain, r->home, .01);
    mju_copy3(r->base, m->body_pos + 3 * robot->arms[arm].base_body);
    r->yaw = arm == LEFT ? -M_PI / 2 : M_PI / 2;
}

/* Orientation with the tool down, turned by yaw, leaning by `tilt` about the horizontal axis at `axis`. */
static void lean(double quat[4], double yaw, double tilt, double axis)
{
    static const double down[4] = {0, 1, 0, 0}, up[3] = {0, 0, 1};
    double flat[3] = {cos(axis), sin(axis), 0}, turn[4], over[4];
    mju_axisAngle2Quat(turn, up, yaw);
    mju_axisAngle2Quat(over, flat, tilt);
    mju_mulQuat(quat, turn, down);
    mju_mulQuat(quat, over, quat);
}

/* A parallel gripper may be turned half a turn. */
static bool reaches(const reach *r, double x, double y, double yaw, double tilt, double axis)
{
    double dx = x - r->base[0], dy = y - r->base[1], c = cos(r->yaw), s = sin(r->yaw);
    chore_pose goal = {{c * dx + s * dy, -s * dx + c * dy, .005}, {1, 0, 0, 0}};
    for (int half = 0; half < 2; half++) {
        double q[CHORE_MAX_DOF] = {0}, next[CHORE_MAX_DOF] = {0};
        lean(goal.quat, yaw + half * M_PI, tilt, axis);
        mju_copy(q, r->home, r->chain.n);
        q[0] = atan2(goal.pos[1], goal.pos[0]);
        for (int k = 0; k < 12; k++) {
            if (chore_ik_solve(&r->ik, q, &goal, 0, next) < 1e-4) {
                return true;
            }
            memcpy(q, next, sizeof q);
        }
    }
    return false;
}

/* Number of the 8 directions of the fingers in which the tool, straight down, gets there. */
static int turns_reached(const reach *r, double x, double y)
{
    int n = 0;
    for (int k = 0; k < 8; k++) {
        n += reaches(r, x, y, k * M_PI / 8, 0, 0);
    }
    return n;
}

/* Number of the 8 directions of lean (30 degrees) in which it gets there with some turn of the fingers. */
static int leans_reached(const reach *r, double x, double y)
{
    int n = 0;
    for (int a = 0; a < 8; a++) {
        bool some = false;
        for (int k = 0; k < 4 && !some; k++) {
            some = reaches(r, x, y, k * M_PI / 4, M_PI / 6, a * M_PI / 4);
        }
        n += some;
    }
    return n;
}

/* Body .40 x .60 m, sleeves to .74 m; u along the length with the shoulders at +.30. */
static bool in_shirt(double u, double v)
{
    return fabs(v) < .201 || (fabs(v) < .371 && u > .09);
}

static void a_shirt_lies_within_reach(void **state)
{
    (void)state;
    chore_scene *scene = laundry_scene(NULL, 0);
    reach arms[2];
    int points = 0, leans = 0, shared = 0;
    reach_prepare(&arms[LEFT], scene, LEFT);
    reach_prepare(&arms[RIGHT], scene, RIGHT);
    for (int across = 0; across < 2; across++) {
        for (int i = -3; i <= 3; i++) {
            for (int k = -4; k <= 4; k++) {
                double u = .1 * i, v = .0925 * k, x = across ? u : v, y = across ? v : u;
                if (!in_shirt(u, v)) {
                    continue;
                }
                const reach *own = &arms[y > 0 ? LEFT : RIGHT], *other = &arms[y > 0 ? RIGHT : LEFT];
                int tilted = leans_reached(own, x, y);
                if (turns_reached(own, x, y) < 8 || tilted < 5) {
                    fail_msg("at (%.2f, %.2f): %d of 8 turns, %d of 8 leans", x, y, turns_reached(own, x, y),
                             tilted);
                }
                points++;
                leans += tilted;
                shared += turns_reached(other, x, y) > 0;
            }
        }
    }
    print_message("%d points: %.0f %% of the leans, %d points for the other arm too\n", points,
                  100. * leans / (8 * points), shared);
    assert_true(leans >= .9 * 8 * points);
    assert_true(shared >= points / 4);
    chore_scene_destroy(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_shirt_lies_within_reach)};
    chore_error err = {0};
    return chore_sim_init(&err) == CHORE_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
