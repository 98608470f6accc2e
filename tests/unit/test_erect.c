/* The oracle about boxes that come flat: what it reads of panels, where one is that hangs on another, which comes next, and that the arm can go the
   ways wherever the task puts the box. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above */

#include "erect.h"
#include "reach.h"

#include <string.h>

#define DEGREE (PI / 180)

static const char objects[] =
    "object 0 box kind=mailer size=medium category=container present=1 footprint=0.288 height=0.004 mass=0.095\n"
    "part 0 box left hinge -0.095 0 0.004 0 -1 0 -0.6 2.2 -0.097 0 0.041 0.002 0.0685 0.037 layer=-1\n"
    "part 1 box right hinge 0.095 0 0.004 0 1 0 -0.6 2.2 0.097 0 0.041 0.002 0.0685 0.037 layer=-1\n"
    "part 2 box back hinge 0 0.07 0.004 -1 0 0 -0.6 2.2 0 0.072 0.0415 0.099 0.002 0.0375 layer=-1\n"
    "part 3 box lid hinge 0 0.07 0.079 -1 0 0 -0.6 2.2 0 0.0045 0.081 0.104 0.0655 0.002 layer=0\n"
    "part 4 box tongue hinge 0 -0.061 0.079 -1 0 0 -0.6 2.2 0 -0.059 0.0615 0.083 0.002 0.0175 layer=-1\n"
    "part 5 box front hinge 0 -0.07 0.004 1 0 0 -0.6 2.2 0 -0.072 0.0415 0.099 0.002 0.0375 layer=-1\n"
    "panel 0 on=-1 wall=1 behind=-1\npanel 1 on=-1 wall=2 behind=-1\npanel 2 on=-1 wall=3 behind=-1\n"
    "panel 3 on=2 wall=0 behind=-1\npanel 4 on=3 wall=0 behind=5\npanel 5 on=-1 wall=4 behind=-1\n";
enum { LEFT, RIGHT, BACK, LID, TONGUE, FRONT, N };
static const double blank[N] = {45, 45, 89, 68, 50, 62}, up[N] = {0, 0, 10, 67, 50, 3},
                    ready[N] = {0, 0, 10, 67, -3, 3};

static belief b;

static void look(const char *goal, const double at[N])
{
    const float pose_of_box[7] = {0.53F, -0.09F, 0.75F, 1, 0, 0, 0}, still[6] = {0};
    float parts[N];
    for (int i = 0; i < N; i++) {
        parts[i] = (float)(at[i] * DEGREE);
    }
    memset(&b, 0, sizeof b);
    b.base = (pose){vec_of(0, 0, 0.75), quat_identity()};
    b.tool = (pose){vec_of(0.307, 0, 1.23), {0, 1, 0, 0}};
    memcpy(b.joints, reach_home, sizeof b.joints);
    assert_true(belief_read_objects(&b, objects));
    assert_true(belief_read_goal(&b, goal));
    belief_read_motion(&b, pose_of_box, still);
    belief_read_parts(&b, parts);
}

static int next(const double at[N], int panel, double degrees)
{
    double changed[N];
    memcpy(changed, at, sizeof changed);
    if (panel >= 0) {
        changed[panel] = degrees;
    }
    look("literal 0 -1 erected box\n", changed);
    return erect_next(&b);
}

static void reads_panels(void **state)
{
    (void)state;
    look("", blank);
    assert_int_equal(b.parts.n, N);
    assert_int_equal(b.parts.list[TONGUE].on, LID);
    assert_int_equal(b.parts.list[TONGUE].behind, FRONT);
    assert_int_equal(b.parts.list[FRONT].wall, 4);
    assert_int_equal(b.parts.list[LEFT].on, -1);
    thing_parts *p = &b.parts;
    assert_false(parts_read_panel(p, "panel 6 on=-1 wall=0 behind=-1"));
    assert_false(parts_read_panel(
        p, "panel 1 on=1 wall=0 behind=-1")); /* what it hangs on comes before it */
    assert_false(parts_read_panel(p, "panel 1 on=-1 wall=0 behind=6"));
    assert_false(parts_read_panel(p, "panel 1 on=-1 wall=0"));
}

/* Middle of the lid in the box's frame, by hand: the wall flat on the table, the lid its continuation; both upright. */
static void knows_where_a_panel_on_a_panel_is(void **state)
{
    static const struct {
        double back, lid, y, z;
    } at[] = {{0, 0, 0.0045, 0.081},
              {90, 90, 0.07 + 0.075 + 0.0655, 0.002},
              {0, 90, 0.072, 0.079 + 0.0655}};
    (void)state;
    for (int i = 0; i < 3; i++) {
        double stand[N];
        memcpy(stand, blank, sizeof stand);
        stand[BACK] = at[i].back;
        stand[LID] = at[i].lid;
        look("", stand);
        const vec middle = pose_apply(part_moved(&b.parts.list[LID]), b.parts.list[LID].centre);
        assert_true(fabs(middle.y - at[i].y) < 1e-6 && fabs(middle.z - at[i].z) < 1e-6);
    }
}

static void one_after_another(void **state)
{
    (void)state;
    assert_int_equal(next(blank, -1, 0), LEFT);
    assert_int_equal(next(blank, LEFT, 0), RIGHT);
    assert_int_equal(next(up, RIGHT, 45), RIGHT);
    assert_int_equal(next(up, BACK, 60), BACK);
    assert_int_equal(next(up, FRONT, 60), FRONT);
    assert_int_equal(next(up, -1, 0), TONGUE);
    assert_int_equal(next(ready, -1, 0), LID);
    assert_int_equal(next(ready, FRONT, 60), FRONT); /* it has sprung open again */
    assert_int_equal(next(ready, LID, 0), -1);
    look("literal 1 -1 erected box\n", blank);
    assert_int_equal(erect_next(&b), -1);
    look("literal 0 -1 raised box front\n", up);
    assert_int_equal(erect_next(&b), -1); /* no wall is left, and nobody asks for the lid */
    look("literal 0 -1 closed box\n", blank);
    assert_int_equal(erect_next(&b), -1);
}

/* All panels, from the corners of the region where the box is put. */
static void the_arm_can_go_the_ways(void **state)
{
    (void)state;
    for (int i = 0; i < 12; i++) {
        const double x = 0.50 + 0.054 * (i % 2), y = -0.12 + 0.06 * (i / 2 % 2),
                     yaw = (i / 4 - 1) * 6 * DEGREE;
        for (int part = 0; part < N; part++) {
            flap f;
            look("literal 0 -1 erected box\n", part == LID ? ready : part == TONGUE ? up : blank);
            b.things[0].at = (pose){vec_of(x, y, 0.75), quat_about(vec_of(0, 0, 1), yaw)};
            if (!erect_start(&f, &b, part, 0, true)) {
                fail_msg("%s at %.3f %.3f, yaw %.2f", b.parts.list[part].name, x, y, yaw);
            }
            assert_true(f.n > 3 && f.n <= FLAP_POINTS);
            for (int k = 0; k < f.n; k++) { /* the tip never below the table */
                assert_true(pose_advance(f.way[k], 0.009).p.z > b.table_z + 0.003);
            }
        }
    }
}

/* Flat on the table no finger gets under it. */
static void nothing_gets_under_what_lies_flat(void **state)
{
    double flat[N];
    flap f;
    (void)state;
    memcpy(flat, blank, sizeof flat);
    flat[FRONT] = 90;
    look("literal 0 -1 erected box\n", flat);
    assert_false(erect_start(&f, &b, FRONT, 0, true));
}

static void takes_for_granted_what_it_did(void **state)
{
    (void)state;
    look("literal 0 -1 erected box\n", blank);
    for (int i = 0, part; (part = erect_next(&b)) >= 0; i++) {
        assert_true(i < N);
        erect_assume(&b, part);
    }
    assert_true(b.literals[0].holds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_panels),
        cmocka_unit_test(knows_where_a_panel_on_a_panel_is),
        cmocka_unit_test(one_after_another),
        cmocka_unit_test(the_arm_can_go_the_ways),
        cmocka_unit_test(nothing_gets_under_what_lies_flat),
        cmocka_unit_test(takes_for_granted_what_it_did),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
