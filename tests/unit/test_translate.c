/* Translations on paper: the offer of a small robot, requests that name conversions, and a convention. */
#include "test_policy_fixture.h"
#include <chore/translate.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* needs the headers above */

static const double width_lo[] = {0}, width_hi[] = {.08};

static void on_paper(fixture *f)
{
    fixture_init(f);
    f->fields[GRIPPER_WIDTH].lo = width_lo;
    f->fields[GRIPPER_WIDTH].hi = width_hi;
}

static const chore_policy_field *offered(chore_translation *t, const char *name)
{
    const chore_policy_offer *offer = chore_translation_offer(t);
    for (uint32_t i = 0; i < offer->n_fields; i++) {
        if (strcmp(offer->fields[i].name, name) == 0) {
            return &offer->fields[i];
        }
    }
    fail_msg("no stream %s", name);
    return NULL;
}

static const chore_policy_mode *offered_mode(chore_translation *t, const char *name)
{
    const chore_policy_offer *offer = chore_translation_offer(t);
    for (uint32_t i = 0; i < offer->n_modes; i++) {
        if (strcmp(offer->modes[i].name, name) == 0) {
            return &offer->modes[i];
        }
    }
    fail_msg("no mode %s", name);
    return NULL;
}

static void near(const float *found, const double *wanted, int n)
{
    for (int i = 0; i < n; i++) {
        if (!(fabs((double)found[i] - wanted[i]) < 1e-6)) {
            fail_msg("value %d is %g, expected %g", i, (double)found[i], wanted[i]);
        }
    }
}

/* ---- conversions that a request names ------------------------------------------------------------------- */

static void offers_say_what_is_possible(void **state)
{
    (void)state;
    static fixture f;
    on_paper(&f);
    chore_translation *t;
    assert_int_equal(chore_translation_create(&t, &f.offer, NULL, NULL), CHORE_OK);
    assert_int_equal(chore_translation_offer(t)->n_fields, FIXTURE_FIELDS);
    assert_string_equal(
        offered(t, "proprio.eef_quat")->convert,
        "quat_xyzw axis_angle axis_angle_down rpy rotmat rot6d_cols rot6d_rows rot6d_interleaved");
    assert_string_equal(offered(t, "proprio.gripper_width")->convert,
                        "open_01 close_01 open_pm1 close_pm1 close_255 finger_pair");
    assert_null(offered(t, "proprio.eef_pos")->convert); /* as it came */
    assert_null(offered(t, "cam.table")->convert);
    assert_string_equal(
        offered_mode(t, "eef_delta")->components[1].convert,
        "quat_wxyz quat_xyzw axis_angle_down rpy rotmat rot6d_cols rot6d_rows rot6d_interleaved");
    chore_translation_destroy(t);
    f.fields[GRIPPER_WIDTH].hi = f.fields[GRIPPER_WIDTH].lo =
        NULL; /* of a gripper whose width nobody knows there is no share */
    assert_int_equal(chore_translation_create(&t, &f.offer, NULL, NULL), CHORE_OK);
    assert_null(offered(t, "proprio.gripper_width")->convert);
    chore_translation_destroy(t);
}

static chore_policy_request ask(chore_translation *t, const char *mode, chore_policy_field *streams,
                                uint32_t n, chore_policy_field components[3])
{
    const chore_policy_mode *found = offered_mode(t, mode);
    for (uint32_t i = 0; i < found->n_components; i++) {
        components[i] = found->components[i]; /* handed back as they are: no conversion */
    }
    return (chore_policy_request){.struct_size = sizeof(chore_policy_request),
                                  .n_fields = n,
                                  .fields = streams,
                                  .n_components = found->n_components,
                                  .components = components,
                                  .mode = mode};
}

static void what_nobody_names_is_not_touched(void **state)
{
    (void)state;
    static fixture f;
    on_paper(&f);
    chore_translation *t;
    chore_policy_field streams[1], components[3];
    assert_int_equal(chore_translation_create(&t, &f.offer, NULL, NULL), CHORE_OK);
    streams[0] = *offered(t, "proprio.eef_quat");
    const chore_policy_request request = ask(t, "eef_pose", streams, 1, components);
    chore_translation_accept(t, &request);
    assert_true(chore_translation_acts_plain(t));
    assert_false(chore_translation_translated(t, 0));
    assert_int_equal(chore_translation_plain(t, 0), EEF_QUAT);
    assert_int_equal(chore_translation_dim(t), 8);
    assert_string_equal(chore_translation_mode(t), "eef_pose");
    assert_false(chore_translation_reads(t, EEF_QUAT));
    assert_null(chore_translation_line(t, 0));
    chore_translation_destroy(t);
}

static void what_is_named_is_done_and_told(void **state)
{
    (void)state;
    static fixture f;
    on_paper(&f);
    chore_translation *t;
    chore_policy_field streams[2], components[3];
    assert_int_equal(chore_translation_create(&t, &f.offer, NULL, NULL), CHORE_OK);
    streams[0] = *offered(t, "proprio.eef_quat");
    streams[0].convert = "rot6d_cols";
    streams[1] = *offered(t, "proprio.gripper_width");
    streams[1].convert = "close_01";
    chore_policy_request request = ask(t, "eef_pose", streams, 2, components);
    components[1].convert = "rotmat";
    components[2].convert = "open_pm1";
    chore_translation_accept(t, &request);
    assert_true(chore_translation_translated(t, 0) && chore_translation_reads(t, EEF_QUAT) &&
                chore_translation_reads(t, GRIPPER_WIDTH));
    assert_false(chore_translation_acts_plain(t));
    assert_int_equal(chore_translation_dim(t), 3 + 9 + 1);

    const float quat[4] = {.5f, .5f, .5f, .5f}, width[1] = {.02f};
    const float *native[FIXTURE_FIELDS] = {[EEF_QUAT] = quat, [GRIPPER_WIDTH] = width};
    float out[16];
    chore_translation_observe(t, 0, native, out);
    near(out, (double[]){0, 1, 0, 0, 0, 1}, 6);
    chore_translation_observe(t, 1, native, out);
    near(out, (double[]){.75}, 1);

    const float action[13] = {.1f, .2f, .3f, 0, 0, 1, 1, 0, 0, 0, 1, 0, .5f};
    assert_int_equal(chore_translation_act(t, native, action, out), 0);
    near(out, (double[]){.1, .2, .3, .5, .5, .5, .5, .06}, 8);

    assert_string_equal(chore_translation_line(t, 0), "proprio.eef_quat: quat_wxyz as rot6d_cols");
    assert_string_equal(chore_translation_line(t, 1), "proprio.gripper_width: width_m as close_01");
    assert_string_equal(chore_translation_line(t, 2), "act.arm.quat: quat_wxyz as rotmat");
    assert_string_equal(chore_translation_line(t, 3), "act.arm.gripper: width_m as open_pm1");
    assert_null(chore_translation_line(t, 4));
    chore_translation_destroy(t);
}

/* ---- a convention ----------------------------------------------------------------------------------------- */

static chore_convention_part part(const char *name, const char *native, const char *as)
{
    chore_convention_part p = {.scale = 1, .share = 1, .line = 7, .column = 9};
    chore_copy(p.name, sizeof p.name, name);
    chore_copy(p.native, sizeof p.native, native);
    chore_copy(p.as, sizeof p.as, as);
    return p;
}

/* Steps of the joints from where they are, in tenths of a radian; a gripper of two ends; one number that means
   nothing here. */
static chore_convention *tenths(void)
{
    static chore_convention c;
    c = (chore_convention){.name = "tenths",
                           .path = "tenths.yaml",
                           .embodiment = "arm",
                           .acts = "joint_pos",
                           .n_streams = 1,
                           .n_components = 3};
    chore_copy(c.streams[0].name, sizeof c.streams[0].name, "tenths.state");
    c.streams[0].n_parts = 2;
    c.streams[0].parts[0] = part("", "proprio.joint_target", "");
    c.streams[0].parts[0].n_picks = 2;
    c.streams[0].parts[0].pick[0] = 6;
    c.streams[0].parts[0].pick[1] = 1;
    c.streams[0].parts[0].n_add = 2;
    c.streams[0].parts[0].add[0] = 1;
    c.streams[0].parts[0].scale = .1;
    c.streams[0].parts[1] = part("", "proprio.gripper_width", "open_01");
    c.components[0] = part("tenths.joints", "act.arm.joints", "");
    c.components[0].scale = .1;
    c.components[0].share = .5;
    c.components[0].bounded = true;
    c.components[0].lo = -1;
    c.components[0].hi = 1;
    c.components[0].n_picks = 2;
    c.components[0].pick[0] = 6;
    c.components[0].pick[1] = 1;
    chore_copy(c.components[0].plus, sizeof c.components[0].plus, "proprio.joint_target");
    c.components[1] = part("tenths.gripper", "act.arm.gripper", "close_pm1");
    c.components[1].binary = true;
    c.components[2] = part("tenths.spare", "", "");
    return &c;
}

static void a_convention_comes_first_and_is_done(void **state)
{
    (void)state;
    static fixture f;
    on_paper(&f);
    chore_translation *t;
    chore_policy_field streams[1], components[3];
    chore_error err = {0};
    assert_int_equal(chore_translation_create(&t, &f.offer, tenths(), &err), CHORE_OK);
    const chore_policy_offer *offer = chore_translation_offer(t);
    assert_int_equal(offer->n_fields, 1 + FIXTURE_FIELDS);
    assert_int_equal(offer->n_modes, 4);
    assert_string_equal(offer->fields[0].name, "tenths.state");
    assert_string_equal(offer->fields[0].repr, "rad,open_01");
    assert_int_equal(offer->fields[0].shape[0], 3);
    assert_string_equal(offer->modes[0].name, "tenths");
    assert_true(offer->modes[0].components[0].scale == .1 &&
                offer->modes[0].components[0].hi[1] == 1);
    assert_int_equal(offer->modes[0].components[1].flags, CHORE_FLAG_BINARY);
    assert_string_equal(offer->modes[0].components[1].repr, "close_pm1");

    streams[0] = offer->fields[0];
    const chore_policy_request request = ask(t, "tenths", streams, 1, components);
    chore_translation_accept(t, &request);
    assert_string_equal(chore_translation_mode(t), "joint_pos");
    assert_int_equal(chore_translation_dim(t), 4);
    assert_true(chore_translation_acts_on(t, JOINT_TARGET) &&
                chore_translation_reads(t, JOINT_TARGET));

    const float joints[7] = {0, .2f, 0, 0, 0, 0, .7f}, width[1] = {.08f};
    const float *native[FIXTURE_FIELDS] = {[JOINT_TARGET] = joints, [GRIPPER_WIDTH] = width};
    float seen[3], action[4] = {1, -3, .01f, 9}, out[8] = {0, 9, .3f, .4f, .5f, .6f, 9, 9};
    chore_translation_observe(t, 0, native, seen);
    near(seen, (double[]){17, 2, 1}, 3);
    assert_int_equal(chore_translation_act(t, native, action, out), 1); /* -3 */
    near(out, (double[]){0, .15, .3, .4, .5, .6, .75, 0},
         8);       /* what nobody spoke of stays as it was */
    action[2] = 0; /* half way is not above it */
    chore_translation_act(t, native, action, out);
    near(out + 7, (double[]){.08}, 1);

    /* the way back: what holds the robot, as the policy would write it */
    const float hold[8] = {0, .2f, 0, 0, 0, 0, .725f, .02f};
    const bool absolute[8] = {false}, steps[8] = {true, true, true, true, true, true, true};
    bool relative[4];
    float written[4] = {7, 7, 7, 7};
    chore_translation_hold(t, native, hold, written);
    near(written, (double[]){.5, 0, 1, 0}, 4); /* .025 of .05; three quarters closed is one end */
    chore_translation_relative(t, absolute, relative);
    assert_true(relative[0] && relative[1] && !relative[2] &&
                relative[3]); /* steps from where it is; a width; nothing */
    chore_translation_relative(t, steps, relative);
    assert_true(relative[0] && relative[1] && !relative[2]);

    assert_string_equal(chore_translation_line(t, 0),
                        "tenths.state[0..1]: proprio.joint_target(6 1) + (1 0), in units of 0.1");
    assert_string_equal(chore_translation_line(t, 1),
                        "tenths.state[2..2]: proprio.gripper_width, width_m as open_01");
    assert_string_equal(
        chore_translation_line(t, 2),
        "act.arm.joints(6 1): tenths.joints, x 0.1, x 0.5 of it in a step, + proprio.joint_target");
    assert_string_equal(chore_translation_line(t, 3),
                        "act.arm.gripper: tenths.gripper as close_pm1, one end or the other");
    assert_string_equal(chore_translation_line(t, 4), "tenths.spare: without effect");
    chore_translation_destroy(t);
}

/* Bounds of the file and of the robot: the narrower ones are offered. */
static void a_robot_that_takes_less_says_so(void **state)
{
    (void)state;
    static fixture f;
    on_paper(&f);
    chore_convention *c = tenths();
    chore_translation *t;
    chore_copy(c->acts, sizeof c->acts, "eef_delta");
    c->components[0] = part("tenths.pos", "act.arm.pos", ""); /* which takes 0.05 at most */
    c->components[0].scale = .1;
    c->components[0].bounded = true;
    c->components[0].lo = -1;
    c->components[0].hi = 1;
    assert_int_equal(chore_translation_create(&t, &f.offer, c, NULL), CHORE_OK);
    assert_true(fabs(offered_mode(t, "tenths")->components[0].hi[2] - .5) < 1e-12);
    chore_translation_destroy(t);
}

static void what_does_not_fit_is_refused_at_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *native, *as, *message;
        int row, pick;
    } cases[] = {
        {"proprio.joint_targets", "",
         "it has no stream 'proprio.joint_targets'; the nearest is 'proprio.joint_target'", 0, -1},
        {"proprio.joint_target", "", "stream 'proprio.joint_target' has 1 rows, no row 1", 1, -1},
        {"proprio.joint_target", "", "'proprio.joint_target' has the values 0 to 6, not 7", 0, 7},
        {"proprio.joint_target", "rpy",
         "'proprio.joint_target' is rad and cannot be turned into 'rpy'", 0, -1},
        {"proprio.gripper_width", "rpy",
         "'proprio.gripper_width' is width_m and cannot be turned into 'rpy'; possible: open_01 close_01 open_pm1 close_pm1 close_255 finger_pair",
         0, -1},
        {"proprio.eef_quat", "rpy", "'proprio.eef_quat' is turned as a whole, 4 values, not 1", 0,
         2},
        {"instruction", "", "stream 'instruction' is no list of numbers", 0, -1},
    };
    static fixture f;
    on_paper(&f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        chore_convention *c = tenths();
        chore_translation *t;
        chore_error err = {0};
        char wanted[512];
        c->streams[0].parts[0] = part("", cases[i].native, cases[i].as);
        c->streams[0].parts[0].row = cases[i].row;
        c->streams[0].parts[0].n_picks = cases[i].pick >= 0;
        c->streams[0].parts[0].pick[0] = cases[i].pick;
        assert_int_equal(chore_translation_create(&t, &f.offer, c, &err), CHORE_E_USAGE);
        snprintf(wanted, sizeof wanted, "convention 'tenths' does not fit the robot 'arm': %s",
                 cases[i].message);
        assert_string_equal(err.message, wanted);
        assert_string_equal(err.file, "tenths.yaml");
        assert_int_equal(err.line, 7);
        assert_int_equal(err.column, 9);
        assert_string_equal(err.hint, "");
        assert_null(t);
    }
    chore_convention *c = tenths();
    chore_translation *t;
    chore_error err = {0};
    chore_copy(c->embodiment, sizeof c->embodiment, "duo");
    chore_copy(c->components[1].native, sizeof c->components[1].native, "act.left.gripper");
    assert_int_equal(chore_translation_create(&t, &f.offer, c, &err), CHORE_E_USAGE);
    assert_string_equal(
        err.message,
        "convention 'tenths' does not fit the robot 'arm': it has no action component 'act.left.gripper'; "
        "the nearest is 'act.arm.gripper'");
    assert_string_equal(err.hint, "it is written for the robot 'duo'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offers_say_what_is_possible),
        cmocka_unit_test(what_nobody_names_is_not_touched),
        cmocka_unit_test(what_is_named_is_done_and_told),
        cmocka_unit_test(a_convention_comes_first_and_is_done),
        cmocka_unit_test(a_robot_that_takes_less_says_so),
        cmocka_unit_test(what_does_not_fit_is_refused_at_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
