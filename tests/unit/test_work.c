/* The oracle's wrist: where it has come to its end the hand turns back, and the other way round. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above */

#include "work.h"

#include <string.h>

static const double dt = 0.05, fastest = 0.15; /* rad per control step, of the hand */
enum { STEPS = 400 };

static belief b;

/* A hand that points down, turned about the vertical. */
static quat down_turned(double yaw)
{
    return quat_unit(quat_mul(quat_about(vec_of(0, 0, 1), yaw), quat_about(vec_of(1, 0, 0), PI)));
}

/* So far is a hand turned that points down, -pi .. pi. */
static double yaw_of(quat q)
{
    const vec x = quat_rotate(q, vec_of(1, 0, 0));
    return atan2(x.y, x.x);
}

static double wrapped(double angle)
{
    return remainder(angle, 2 * PI);
}

/* Over a thing that wants the hand turned by `wanted`, with a wrist that ends at `end`: by how much it turns in all. The phase comes
   out, too. */
static double turn_to(double wanted, double end, bool look, phase *out)
{
    motion m;
    work w = {.phase = PHASE_OVER_PICK, .look = look};
    double yaw = 0, width = 0;
    memset(&b, 0, sizeof b);
    b.n_things = 1;
    b.things[0] = (thing){.present = true, .at = {{0.5, 0, 0.75}, quat_identity()}};
    b.tool = (pose){{0.5, 0, 1.0}, down_turned(0)};
    w.job = (job){.tool_in_thing = {{0, 0, 0.05}, down_turned(wanted)}, .open_width = 0.08, .approach = 0.1};
    w.pick_start = b.things[0].at.p;
    w.rise_to = vec_of(0.5, 0, 1.0);
    motion_start(&m, b.tool);
    for (int i = 0; i < STEPS && w.phase == PHASE_OVER_PICK; i++) {
        work_step(&w, &b, &m, &width, dt);
        const double turn = wrapped(yaw_of(m.at.q) - wrapped(yaw));
        yaw = fmin(yaw + fmin(fmax(turn, -fastest), fastest), end);
        b.tool = (pose){m.at.p, down_turned(yaw)};
    }
    *out = w.phase;
    return yaw;
}

static void a_free_wrist_takes_the_shorter_way(void **state)
{
    (void)state;
    phase at;
    assert_true(fabs(turn_to(2.8, 10, true, &at) - 2.8) < 0.15);
    assert_int_equal(at, PHASE_BEFORE_PICK);
    assert_true(fabs(turn_to(-2.8, 10, true, &at) + 2.8) < 0.15);
    assert_int_equal(at, PHASE_BEFORE_PICK);
}

/* Ends at 70 degrees on the way to 160: back, and from the other side. */
static void a_wrist_at_its_end_goes_round_the_other_way(void **state)
{
    (void)state;
    phase at;
    const double turned = turn_to(2.8, 1.2, true, &at);
    assert_int_equal(at, PHASE_BEFORE_PICK);
    assert_true(fabs(turned - (2.8 - 2 * PI)) < 0.15);
}

/* What does not look does not notice. */
static void a_blind_one_stays_at_the_end(void **state)
{
    (void)state;
    phase at;
    assert_true(fabs(turn_to(2.8, 1.2, false, &at) - 1.2) < 0.01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_free_wrist_takes_the_shorter_way),
        cmocka_unit_test(a_wrist_at_its_end_goes_round_the_other_way),
        cmocka_unit_test(a_blind_one_stays_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
