/* The files of conventions: those that are ours load; what is wrong in one is told with its place. */
#include <chore/conventions.h>
#include <chore/files.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h> /* needs the headers above */

static chore_convention convention;

static const char sound[] =
    "name: mine\n"
    "version: 2\n"
    "about: \"a test\"\n"
    "embodiment: arm\n"
    "rate: 20 Hz\n"
    "streams:\n"
    "  - name: mine.state\n"
    "    frame: home\n"
    "    of: [{stream: proprio.eef_pos, row: 0, values: [2, 0], add: [1 cm, -1 m]}, {stream: proprio.eef_quat, as: rpy, scale: 180}]\n"
    "acts: eef_delta\n"
    "action:\n"
    "  - {name: mine.pos, to: act.arm.pos, scale: 5 cm, share: 0.5, bounds: [-1, 1]}\n"
    "  - {name: mine.gripper, to: act.arm.gripper, as: close_pm1, ends_only: true}\n"
    "  - {name: mine.spare, to: nothing}\n";

static chore_status load_text(const char *text, chore_error *err)
{
    char path[] = "/tmp/chore-convention-XXXXXX.yaml";
    int fd = mkstemps(path, 5);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (int)strlen(text));
    close(fd);
    const chore_status status = chore_convention_load(&convention, path, err);
    unlink(path);
    return status;
}

static void ours_load(void **state)
{
    static const char *const wanted[] = {"aloha", "droid", "droid_velocity", "libero", "robocasa"};
    char **names;
    int n;
    chore_error err = {0};
    (void)state;
    assert_int_equal(chore_convention_list(&names, &n, &err), CHORE_OK);
    assert_int_equal(n, 5);
    for (int i = 0; i < n; i++) {
        assert_string_equal(names[i], wanted[i]);
        if (chore_convention_load(&convention, names[i], &err) != CHORE_OK) {
            fail_msg("%s:%d:%d: %s", err.file, err.line, err.column, err.message);
        }
        assert_string_equal(convention.name, names[i]); /* the file is called as it calls itself */
    }
    chore_dir_list_free(names, n);
}

static void a_file_is_read_to_the_last_key(void **state)
{
    (void)state;
    chore_error err = {0};
    if (load_text(sound, &err) != CHORE_OK) {
        fail_msg("%d:%d: %s", err.line, err.column, err.message);
    }
    const chore_convention_stream *s = &convention.streams[0];
    assert_int_equal(convention.version, 2);
    assert_true(convention.rate_hz == 20);
    assert_string_equal(s->frame, "home");
    assert_int_equal(s->n_parts, 2);
    assert_true(s->parts[0].n_picks == 2 && s->parts[0].pick[0] == 2 && s->parts[0].n_add == 2 &&
                s->parts[0].add[0] == .01);
    assert_true(s->parts[1].scale == 180);
    assert_string_equal(s->parts[1].as, "rpy");
    assert_int_equal(s->parts[1].line, 9);
    assert_string_equal(convention.acts, "eef_delta");
    assert_int_equal(convention.n_components, 3);
    assert_true(convention.components[0].scale == .05 && convention.components[0].share == .5 &&
                convention.components[0].bounded);
    assert_true(convention.components[1].binary && !convention.components[1].bounded);
    assert_string_equal(convention.components[2].native, "");
}

/* `before` becomes `after` in the sound file: line, column and message of what is then wrong. */
static void mistakes_are_told_with_their_place(void **state)
{
    static const struct {
        const char *before, *after;
        int line, column;
        const char *message;
    } cases[] = {
        {"rate: 20 Hz", "rate: 20", 5, 7, "Hz"},
        {"acts: eef_delta\n", "", 1, 1, "acts"},
        {"version: 2", "version: two", 2, 10, "two"},
        {"embodiment: arm", "embodyment: arm", 4, 1, "embodyment"},
        {"as: rpy", "as: ryp", 9, 111, "unknown representation 'ryp'"},
        {"as: close_pm1", "as: close_pm2", 13, 51, "did you mean 'close_pm1'"},
        {"values: [2, 0]", "values: [2, 2]", 9, 56, "value 2 is named twice"},
        {"add: [1 cm, -1 m]", "add: [1 kg, -1 m]", 9, 66,
         "expected a length (0.05 m), an angle (0.5 rad) or a bare number"},
        {"scale: 5 cm", "scale: -5 cm", 12, 46, "expected more than 0"},
        {"bounds: [-1, 1]", "bounds: [1, 1]", 12, 72, "lo below hi"},
        {"ends_only: true", "ends_only: 1", 13, 73, "true"},
        {"mine.spare", "mine.pos", 14, 12, "the component 'mine.pos' is there twice"},
        {"name: mine.state", "name: Mine.State", 7, 11, "small letters"},
        {"share: 0.5", "shear: 0.5", 12, 52, "did you mean 'share'"},
        {"of: [{stream", "of: [{streams", 9, 11, "streams"},
    };
    int wrong = 0;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2048];
        chore_error err = {0};
        const char *at = strstr(sound, cases[i].before);
        assert_non_null(at);
        snprintf(text, sizeof text, "%.*s%s%s", (int)(at - sound), sound, cases[i].after,
                 at + strlen(cases[i].before));
        assert_int_equal(load_text(text, &err), CHORE_E_FILE);
        if (err.line != cases[i].line || err.column != cases[i].column ||
            strstr(err.message, cases[i].message) == NULL) {
            wrong++;
            print_error("%s: expected %d:%d %s, got %d:%d %s\n", cases[i].after, cases[i].line,
                        cases[i].column, cases[i].message, err.line, err.column, err.message);
        }
    }
    assert_int_equal(wrong, 0);
}

static void a_name_that_is_nearly_one(void **state)
{
    (void)state;
    chore_error err = {0};
    assert_int_equal(chore_convention_load(&convention, "liebro", &err), CHORE_E_NOT_FOUND);
    assert_string_equal(err.message, "there is no convention 'liebro'");
    assert_string_equal(err.hint, "did you mean 'libero'?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ours_load),
        cmocka_unit_test(a_file_is_read_to_the_last_key),
        cmocka_unit_test(mistakes_are_told_with_their_place),
        cmocka_unit_test(a_name_that_is_nearly_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
