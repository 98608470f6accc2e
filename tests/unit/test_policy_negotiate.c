/* Negotiation: what differs from the offer is refused, in words that these tests pin. */
#include "test_policy_fixture.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>   /* needs the headers above */

#define REFUSED "the request of policy \"moody\" is refused: "

static void refusals_read_well(void **state)
{
    static const struct {
        const char *mood, *message, *hint;
    } cases[] = {
        {"unknown_stream",
         REFUSED "stream \"proprio.eef_poss\" is not offered, the nearest is \"proprio.eef_pos\"",
         "offered: proprio.joint_target, proprio.gripper_width, proprio.eef_pos, proprio.eef_quat, "
         "proprio.base_pose, instruction, "
         "cam.table, privileged.object_pose"},
        {"twice", REFUSED "stream \"proprio.eef_pos\" is asked for twice", ""},
        {"shape", REFUSED "stream \"proprio.eef_pos\": asked shape [4], offered [3]", ""},
        {"fit", REFUSED "stream \"proprio.eef_pos\": asked fit letterbox, offered native", ""},
        {"words",
         REFUSED "stream \"proprio.eef_pos\": asked dtype f64, offered f32; "
                 "stream \"proprio.eef_pos\": asked representation \"mm\", offered \"m\"; "
                 "stream \"proprio.eef_pos\": asked frame \"world\", offered \"base\"; "
                 "stream \"proprio.eef_pos\": asked scale 0.001, offered 1",
         ""},
        {"convert", REFUSED "stream \"proprio.eef_pos\": asked conversion \"flip_xy\", none is offered", ""},
        {"oversize",
         REFUSED "stream \"cam.table\": asked shape [512 512 3], offered [256 256 3]; "
                 "stream \"cam.table\": asked fit stretch, offered native",
         ""},
        {"unknown_mode", REFUSED "mode \"eef_dleta\" is not offered, the nearest is \"eef_delta\"",
         "offered: joint_pos, eef_pose, eef_delta"},
        {"component_order",
         REFUSED "mode \"eef_delta\": asked component 0 \"act.arm.rot\", offered \"act.arm.pos\"; "
                 "mode \"eef_delta\": asked component 1 \"act.arm.pos\", offered \"act.arm.rot\"",
         ""},
        {"few_components", REFUSED "mode \"eef_delta\": asked 1 components, offered 3", ""},
        {"bounds", REFUSED "component \"act.arm.pos\": asked upper bound 0.5 for value 1, offered 0.05", ""},
        {"rate", REFUSED "asked rate 25 Hz, offered 20", ""},
        {"numbers",
         REFUSED "asked max_batch 99, offered 1 to 3; asked horizon 1000, offered 1 to 8; "
                 "asked execute 0, offered 1 to the horizon, 1000; "
                 "claims capabilities 0x100 that its chore_plugin.caps does not have",
         ""},
        {"null_fields", REFUSED "it has NULL where fields are counted, or fields without their struct_size",
         ""},
        {"unsupported", "policy \"moody\": negotiate failed (UNSUPPORTED, -4): this policy drives two arms",
         ""},
    };
    (void)state;
    static fixture f;
    fixture_init(&f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        chore_policy_host *host = fixture_open(fixture_plugin("moody"), cases[i].mood);
        const chore_policy_request *request = NULL;
        chore_error err = {0};
        assert_int_equal(chore_policy_negotiate(host, &f.offer, &request, &err), CHORE_E_POLICY_LOAD);
        assert_string_equal(err.message, cases[i].message);
        assert_string_equal(err.hint, cases[i].hint);
        assert_null(request);
        chore_policy_unload(host);
    }
}

/* More than one difference is told as a table. */
static void refusals_at_length(void **state)
{
    static const struct {
        const char *mood, *detail;
    } cases[] = {
        {"shape", ""},
        {"words", "the request of policy \"moody\" is refused in 4 points:\n"
                  "                                        asked                   offered\n"
                  "    stream \"proprio.eef_pos\"\n"
                  "      dtype                             f64                     f32\n"
                  "      representation                    \"mm\"                    \"m\"\n"
                  "      frame                             \"world\"                 \"base\"\n"
                  "      scale                             0.001                   1\n"},
        {"component_order", "the request of policy \"moody\" is refused in 2 points:\n"
                            "                                        asked                   offered\n"
                            "    mode \"eef_delta\"\n"
                            "      component 0                       \"act.arm.rot\"           \"act.arm.pos\"\n"
                            "      component 1                       \"act.arm.pos\"           \"act.arm.rot\"\n"},
        {"numbers", "the request of policy \"moody\" is refused in 4 points:\n"
                    "                                        asked                   offered\n"
                    "    max_batch                           99                      1 to 3\n"
                    "    horizon                             1000                    1 to 8\n"
                    "    execute                             0                       1 to the horizon, 1000\n"
                    "    claims capabilities 0x100 that its chore_plugin.caps does not have\n"},
        {"unturned", "the request of policy \"moody\" is refused in 2 points:\n"
                     "                                        asked                   offered\n"
                     "    stream \"proprio.eef_quat\"\n"
                     "      shape                             [6]                     [4]\n"
                     "      representation                    \"rot6d_cols\"            \"quat_wxyz\"\n"},
    };
    (void)state;
    static fixture f;
    fixture_init(&f);
    f.fields[EEF_QUAT].convert = "quat_xyzw rot6d_cols rot6d_rows";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        chore_policy_host *host = fixture_open(fixture_plugin("moody"), cases[i].mood);
        chore_error err = {0};
        assert_int_equal(chore_policy_negotiate(host, &f.offer, NULL, &err), CHORE_E_POLICY_LOAD);
        assert_string_equal(err.detail, cases[i].detail);
        chore_policy_unload(host);
    }
}

static void conversions_are_asked_for_by_name(void **state)
{
    (void)state;
    static fixture f;
    fixture_init(&f);
    f.fields[EEF_QUAT].convert = "quat_xyzw rot6d_cols rot6d_rows";
    f.fields[EEF_POS].convert = "one another"; /* a policy that hands the field back as it is asks for none of them */
    chore_policy_host *host = fixture_open(fixture_plugin("moody"), "turned");
    const chore_policy_request *request = fixture_negotiate(&f, host);
    assert_string_equal(request->fields[0].convert, "rot6d_cols");
    assert_int_equal(request->fields[0].shape[0], 6);
    chore_policy_unload(host);
    host = fixture_open(fixture_plugin("moody"), "ok");
    assert_string_equal(fixture_negotiate(&f, host)->fields[0].name, "proprio.eef_pos");
    chore_policy_unload(host);
    chore_error err = {0};
    host = fixture_open(fixture_plugin("moody"), "misturned");
    assert_int_equal(chore_policy_negotiate(host, &f.offer, NULL, &err), CHORE_E_POLICY_LOAD);
    assert_string_equal(err.message, REFUSED "stream \"proprio.eef_quat\": conversion \"rot6d_columns\" is not offered, the nearest is \"rot6d_cols\"");
    assert_string_equal(err.hint, "offered: quat_xyzw, rot6d_cols, rot6d_rows");
    chore_policy_unload(host);
    host = fixture_open(fixture_plugin("moody"), "unturned");
    assert_int_equal(chore_policy_negotiate(host, &f.offer, NULL, &err), CHORE_E_POLICY_LOAD);
    assert_string_equal(err.hint, "stream \"proprio.eef_quat\" is turned into that when its field.convert says \"rot6d_cols\"");
    chore_policy_unload(host);
}

static void the_accepted_request_is_a_copy(void **state)
{
    (void)state;
    static fixture f;
    fixture_init(&f);
    double low[3] = {-1, -2, -3}, high[3] = {1, 2, 3};
    f.eef_delta[0].lo = low;
    f.eef_delta[0].hi = high;
    chore_policy_host *host = fixture_open(fixture_plugin("moody"), "ok");
    const chore_policy_request *request = fixture_negotiate(&f, host);
    memset(&f, 0x55, sizeof f); /* the offer is gone */
    low[2] = high[2] = 0;
    assert_int_equal(request->n_fields, 1);
    assert_string_equal(request->fields[0].name, "proprio.eef_pos");
    assert_string_equal(request->fields[0].frame, "base");
    assert_string_equal(request->fields[0].convert, "");
    assert_string_equal(request->mode, "eef_delta");
    assert_int_equal(request->n_components, 3);
    assert_string_equal(request->components[1].repr, "axis_angle");
    assert_true(request->components[0].lo[2] == -3 && request->components[0].hi[2] == 3);
    assert_null(request->fields[0].lo);
    assert_int_equal(request->horizon, 3);
    assert_int_equal(request->execute, 2);
    chore_policy_unload(host);
}

static void privileged_streams_need_the_runs_leave(void **state)
{
    (void)state;
    static fixture f;
    fixture_init(&f);
    chore_policy_host *host = fixture_open(fixture_plugin("moody"), "privileged");
    assert_string_equal(fixture_negotiate(&f, host)->fields[0].name, "privileged.object_pose");
    f.offer.privileged_allowed = 0;
    chore_error err = {0};
    assert_int_equal(chore_policy_negotiate(host, &f.offer, NULL, &err), CHORE_E_POLICY_LOAD);
    assert_string_equal(err.message, REFUSED
                        "stream \"privileged.object_pose\" is privileged, which this run does not allow");
    chore_policy_unload(host);
}

static void optional_streams_and_smaller_images_are_granted(void **state)
{
    (void)state;
    static fixture f;
    fixture_init(&f);
    chore_policy_host *host = fixture_open(fixture_plugin("moody"), "optional");
    const chore_policy_request *request = fixture_negotiate(&f, host);
    assert_int_equal(request->n_fields, 2);
    assert_string_equal(request->fields[1].name, "cam.wrist");
    chore_policy_unload(host);
    host = fixture_open(fixture_plugin("moody"), "resize");
    request = fixture_negotiate(&f, host);
    assert_int_equal(request->fields[0].shape[0], 64);
    assert_int_equal(request->fields[0].fit, CHORE_FIT_LETTERBOX);
    chore_policy_unload(host);
}

/* It plays worse, but it plays: between its rows the last is held. */
static void a_policy_of_few_rows_may_be_slow(void **state)
{
    (void)state;
    static fixture f;
    fixture_init(&f);
    f.offer.delay_steps = 3; /* moody executes 2 */
    chore_policy_host *host = fixture_open(fixture_plugin("moody"), "ok");
    chore_error err = {0};
    assert_int_equal(chore_policy_negotiate(host, &f.offer, NULL, &err), CHORE_OK);
    chore_policy_unload(host);
}

static void a_later_version_of_the_offer_is_read_by_its_own_size(void **state)
{
    (void)state;
    static fixture f;
    fixture_init(&f);
    /* fields of a host that appended 16 bytes to chore_policy_field */
    static struct {
        chore_policy_field field;
        uint64_t more[2];
    } later[FIXTURE_FIELDS];
    for (int i = 0; i < FIXTURE_FIELDS; i++) {
        later[i].field = f.fields[i];
        later[i].field.struct_size = sizeof later[i];
    }
    f.offer.fields = &later[0].field;
    chore_policy_host *host = fixture_open(fixture_plugin("lift"), ""); /* compiled against 1.0 */
    assert_string_equal(fixture_negotiate(&f, host)->fields[1].name, "proprio.base_pose");
    chore_policy_unload(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals_read_well),
        cmocka_unit_test(refusals_at_length),
        cmocka_unit_test(conversions_are_asked_for_by_name),
        cmocka_unit_test(the_accepted_request_is_a_copy),
        cmocka_unit_test(privileged_streams_need_the_runs_leave),
        cmocka_unit_test(optional_streams_and_smaller_images_are_granted),
        cmocka_unit_test(a_policy_of_few_rows_may_be_slow),
        cmocka_unit_test(a_later_version_of_the_offer_is_read_by_its_own_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
