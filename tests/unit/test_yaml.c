#include "scratch.h"

#include <chore/rng.h>
#include <chore/yaml.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static chore_yaml *parse(const char *text)
{
    chore_yaml *yaml = NULL;
    chore_error err = {0};
    if (chore_yaml_parse(&yaml, "f.yaml", text, strlen(text), &err) != CHORE_OK) {
        fail_msg("%s: %d:%d: %s", text, err.line, err.column, err.message);
    }
    return yaml;
}

static void expect(const chore_error *err, int line, int column, const char *part)
{
    if (err->status != CHORE_E_FILE || err->line != line || err->column != column ||
        strstr(err->message, part) == NULL || strcmp(err->file, "f.yaml") != 0) {
        fail_msg("expected f.yaml:%d:%d '%s', got %s:%d:%d '%s' (status %d)", line, column, part, err->file,
                 err->line, err->column, err->message, err->status);
    }
}

static void a_tree_is_read_with_places(void **state)
{
    (void)state;
    chore_yaml *yaml = parse("name: mug   # comment\n"
                             "sizes:\n"
                             "  small: {scale: 0.9, mass: 0.26 kg}\n"
                             "grasps: [a, 'b c', [1, 2]]\n"
                             "empty: ''\n");
    const chore_yaml_node *root = chore_yaml_root(yaml), *grasps = chore_yaml_find(root, "grasps");
    const char *text = NULL;
    double mass = 0;
    assert_int_equal(chore_yaml_kind_of(root), CHORE_YAML_MAP);
    assert_int_equal(chore_yaml_size(root), 4);
    assert_string_equal(chore_yaml_key(root, 1), "sizes");
    assert_ptr_equal(chore_yaml_value(root, 2), grasps);
    assert_int_equal(chore_yaml_size(grasps), 3);
    assert_int_equal(chore_yaml_kind_of(chore_yaml_item(grasps, 2)), CHORE_YAML_LIST);
    assert_int_equal(chore_yaml_string(chore_yaml_item(grasps, 1), &text, NULL), CHORE_OK);
    assert_string_equal(text, "b c");
    assert_int_equal(chore_yaml_string(chore_yaml_find(root, "empty"), &text, NULL), CHORE_OK);
    assert_string_equal(text, "");
    assert_null(chore_yaml_find(root, "nothing"));
    assert_null(chore_yaml_find(grasps, "a"));
    const chore_yaml_node *small = chore_yaml_find(chore_yaml_find(root, "sizes"), "small");
    assert_int_equal(chore_yaml_quantity(chore_yaml_find(small, "mass"), CHORE_UNIT_MASS, &mass, NULL),
                     CHORE_OK);
    assert_true(mass > 0.2599 && mass < 0.2601);
    chore_error err;
    assert_int_equal(chore_yaml_fail(chore_yaml_find(small, "mass"), &err, "too %s", "heavy"), CHORE_E_FILE);
    expect(&err, 3, 29, "too heavy");
    assert_int_equal(chore_yaml_fail(chore_yaml_key_node(root, 3), &err, "key"), CHORE_E_FILE);
    expect(&err, 5, 1, "key");
    chore_yaml_free(yaml);
    chore_yaml_free(NULL);
}

static void what_is_no_plain_yaml_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line, column;
        const char *part;
    } bad[] = {
        {"", 1, 1, "empty"},
        {"# nothing\n", 2, 1, "empty"},
        {"a: 1\nb: 2\na: 3\n", 3, 1, "'a' stands here a second time; the first is in line 1"},
        {"a: {x: 1, y: 2, x: 3}\n", 1, 17, "second time"},
        {"a: &n 1\n", 1, 4, "anchors"},
        {"a: &n [1]\n", 1, 4, "anchors"},
        {"a: *n\n", 1, 4, "aliases"},
        {"a: !!str 1\n", 1, 4, "tags"},
        {"a: !mine {b: 1}\n", 1, 4, "tags"},
        {"a: ! [b]\n", 1, 4, "tags"},
        {"%TAG ! tag:x,2000:\n---\na: 1\n", 1, 1, "directives"},
        {"a: 1\n---\nb: 2\n", 2, 1, "second document"},
        {"a: [1, 2\n", 2, 1, "not valid YAML"},
        {"a:\n\t- b\n", 2, 1, "not valid YAML"},
        {"a: 'open\n", 2, 1, "not valid YAML"},
        {"a: b: c\n", 1, 5, "not valid YAML"},
        {"[1, 2]: x\n", 1, 1, "a key must be a plain word"},
        {"? {a: b}\n: c\n", 1, 3, "a key must be a plain word"},
        {"'': x\n", 1, 1, "a key must be a plain word"},
        {"a: \"x\\0y\"\n", 1, 4, "zero byte"},
        {"a: \xff\n", 0, 0, "not valid YAML"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        chore_yaml *yaml = NULL;
        chore_error err = {0};
        assert_int_equal(chore_yaml_parse(&yaml, "f.yaml", bad[i].text, strlen(bad[i].text), &err),
                         CHORE_E_FILE);
        assert_null(yaml);
        expect(&err, bad[i].line, bad[i].column, bad[i].part);
        assert_int_equal(chore_yaml_parse(&yaml, "f.yaml", bad[i].text, strlen(bad[i].text), NULL),
                         CHORE_E_FILE);
    }
}

static void size_and_depth_have_limits(void **state)
{
    (void)state;
    enum { BIG = 1024 * 1024 + 1 };
    chore_yaml *yaml = NULL;
    chore_error err = {0};
    char *text = malloc(BIG);
    assert_non_null(text);
    memset(text, 'x', BIG);
    assert_int_equal(chore_yaml_parse(&yaml, "f.yaml", text, BIG, &err), CHORE_E_FILE);
    expect(&err, 0, 0, "larger than");
    assert_int_equal(chore_yaml_parse(&yaml, "f.yaml", text, BIG - 1, &err), CHORE_OK);
    chore_yaml_free(yaml);
    yaml = NULL;

    memset(text, '[', 100000);
    assert_int_equal(chore_yaml_parse(&yaml, "f.yaml", text, 100000, &err), CHORE_E_FILE);
    expect(&err, 1, 34, "nested too deeply");
    memset(text, '[', 33);
    memset(text + 33, ']', 33);
    assert_int_equal(chore_yaml_parse(&yaml, "f.yaml", text, 66, &err), CHORE_OK);
    chore_yaml_free(yaml);
    yaml = NULL;

    size_t len = 0;
    for (int i = 0; i < 1025; i++) {
        len += (size_t)sprintf(text + len, "k%d: 1\n", i);
    }
    assert_int_equal(chore_yaml_parse(&yaml, "f.yaml", text, len, &err), CHORE_E_FILE);
    expect(&err, 1025, 1, "more than 1024 keys");
    free(text);
}

/* Whatever comes in, it comes back as a tree or as an error with a message. Under the sanitizers this means
   more. */
static void garbage_ends_in_a_tree_or_an_error(void **state)
{
    (void)state;
    static const char seed_text[] =
        "name: mug\nsizes:\n  small: {scale: 0.9, mass: 0.26 kg}\nlist: [a, 'b', \"c\\n\"]\nblock: |\n  x\n";
    static const char spice[] = "{}[]:,-?&*!|>'\"%@`# \n\t\\0\x80\xc3\xff";
    char text[sizeof seed_text];
    chore_rng rng = chore_rng_stream(1, (chore_hash){1, 2}, 3, "fuzz");
    int n_ok = 0, n_bad = 0;
    for (int i = 0; i < 20000; i++) {
        memcpy(text, seed_text, sizeof text);
        size_t len = 1 + chore_rng_below(&rng, sizeof text - 1);
        for (uint32_t k = chore_rng_below(&rng, 6); k > 0; k--) {
            text[chore_rng_below(&rng, (uint32_t)len)] = spice[chore_rng_below(&rng, sizeof spice)];
        }
        chore_yaml *yaml = NULL;
        chore_error err = {0};
        if (chore_yaml_parse(&yaml, "f.yaml", text, len, &err) == CHORE_OK) {
            assert_non_null(chore_yaml_root(yaml));
            chore_yaml_free(yaml);
            n_ok++;
        } else {
            assert_null(yaml);
            assert_true(err.status == CHORE_E_FILE && err.message[0] != '\0');
            n_bad++;
        }
    }
    assert_true(n_ok > 1000 && n_bad > 1000);
}

static void getters_say_what_is_wrong(void **state)
{
    (void)state;
    chore_yaml *yaml =
        parse("word: Mug 1\nlength: 5 cm\nbare: 5\nint: 7\nflag: true\nlist: [1 m, 2 m]\nfall: [2 s, 1 s]\n"
              "map: {a: 1}\nnone:\n");
    const chore_yaml_node *root = chore_yaml_root(yaml);
#define AT(key) chore_yaml_find(root, key)
    chore_error err = {0};
    char name[CHORE_NAME_CAP] = "old";
    const char *text = "old";
    double value = -1, pair[2] = {-1, -1};
    int64_t integer = -1;
    bool flag = false;

    assert_int_equal(chore_yaml_identifier(AT("word"), name, &err), CHORE_E_FILE);
    expect(&err, 1, 7, "'Mug 1' is no name");
    assert_string_equal(name, "old");
    assert_int_equal(chore_yaml_string(AT("map"), &text, &err), CHORE_E_FILE);
    expect(&err, 8, 6, "must be a single value, not a map");
    assert_int_equal(chore_yaml_string(AT("none"), &text, &err), CHORE_E_FILE);
    expect(&err, 9, 6, "missing");
    assert_string_equal(text, "old");

    assert_int_equal(chore_yaml_quantity(AT("bare"), CHORE_UNIT_LENGTH, &value, &err), CHORE_E_FILE);
    expect(&err, 3, 7, "mm");
    assert_int_equal(chore_yaml_quantity(AT("length"), CHORE_UNIT_MASS, &value, &err), CHORE_E_FILE);
    expect(&err, 2, 9, "kg");
    assert_int_equal(chore_yaml_quantity(AT("list"), CHORE_UNIT_LENGTH, &value, &err), CHORE_E_FILE);
    expect(&err, 6, 7, "must be a single value, not a list");
    assert_true(value < 0);
    assert_int_equal(chore_yaml_quantity(AT("length"), CHORE_UNIT_LENGTH, &value, &err), CHORE_OK);
    assert_true(value > 0.0499 && value < 0.0501);

    assert_int_equal(chore_yaml_int(AT("int"), 0, 6, &integer, &err), CHORE_E_FILE);
    expect(&err, 4, 6, "6");
    assert_int_equal(integer, -1);
    assert_int_equal(chore_yaml_int(AT("int"), 0, 7, &integer, &err), CHORE_OK);
    assert_int_equal(integer, 7);
    assert_int_equal(chore_yaml_bool(AT("int"), &flag, &err), CHORE_E_FILE);
    expect(&err, 4, 6, "true or false, not '7'");
    assert_int_equal(chore_yaml_bool(AT("flag"), &flag, &err), CHORE_OK);
    assert_true(flag);

    assert_int_equal(chore_yaml_vector(AT("list"), CHORE_UNIT_LENGTH, 3, pair, &err), CHORE_E_FILE);
    expect(&err, 6, 7, "a list of 3 values, not 2");
    assert_int_equal(chore_yaml_vector(AT("fall"), CHORE_UNIT_LENGTH, 2, pair, &err), CHORE_E_FILE);
    expect(&err, 7, 8, "mm");
    assert_int_equal(chore_yaml_range(AT("fall"), CHORE_UNIT_TIME, pair, &err), CHORE_E_FILE);
    expect(&err, 7, 7, "must not fall");
    assert_true(pair[0] < 0 && pair[1] < 0);
    assert_int_equal(chore_yaml_range(AT("list"), CHORE_UNIT_LENGTH, pair, &err), CHORE_OK);
    assert_true(pair[0] > 0.99 && pair[1] > 1.99);
    chore_yaml_free(yaml);
}

static void keys_are_checked(void **state)
{
    (void)state;
    static const char *const known[] = {"scale", "mass", NULL};
    static const char *const required[] = {"mass", NULL};
    chore_error err = {0};
    chore_yaml *yaml = parse(
        "good: {mass: 1}\ntypo: {mass: 1, scael: 2}\nodd: {mass: 1, zzzzzzzz: 2}\nless: {scale: 1}\n"
        "flat: 3\n");
    const chore_yaml_node *root = chore_yaml_root(yaml);
    assert_int_equal(chore_yaml_check_keys(AT("good"), "a size", known, required, &err), CHORE_OK);
    assert_int_equal(chore_yaml_check_keys(AT("typo"), "a size", known, required, &err), CHORE_E_FILE);
    expect(&err, 2, 17, "unknown key of a size 'scael'; did you mean 'scale'?");
    assert_int_equal(chore_yaml_check_keys(AT("odd"), "a size", known, required, &err), CHORE_E_FILE);
    expect(&err, 3, 16, "known: scale, mass");
    assert_int_equal(chore_yaml_check_keys(AT("less"), "a size", known, required, &err), CHORE_E_FILE);
    expect(&err, 4, 7, "a size needs the key 'mass'");
    assert_int_equal(chore_yaml_check_keys(AT("flat"), "a size", known, required, &err), CHORE_E_FILE);
    expect(&err, 5, 7, "a size must be a map, not a single value");
    assert_int_equal(chore_yaml_fail_unknown(AT("flat"), "thing", "x", NULL, 0, &err), CHORE_E_FILE);
    expect(&err, 5, 7, "there is none");
    chore_yaml_free(yaml);
}

static void a_file_is_loaded(void **state)
{
    (void)state;
    char folder[CHORE_PATH_CAP], path[CHORE_PATH_CAP];
    scratch_make(folder);
    assert_int_equal(chore_path_join(path, folder, "x.yaml", NULL), CHORE_OK);
    chore_yaml *yaml = NULL;
    chore_error err = {0};
    assert_int_equal(chore_yaml_load(&yaml, path, &err), CHORE_E_NOT_FOUND);
    assert_non_null(strstr(err.message, "x.yaml"));
    assert_int_equal(chore_file_write(path, "a: [", 4, NULL), CHORE_OK);
    assert_int_equal(chore_yaml_load(&yaml, path, &err), CHORE_E_FILE);
    assert_string_equal(err.file, path);
    assert_int_equal(chore_file_write(path, "a: 1", 4, NULL), CHORE_OK);
    assert_int_equal(chore_yaml_load(&yaml, path, &err), CHORE_OK);
    chore_yaml_free(yaml);
    assert_true(scratch_remove(folder));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_is_read_with_places), cmocka_unit_test(what_is_no_plain_yaml_is_refused),
        cmocka_unit_test(size_and_depth_have_limits), cmocka_unit_test(garbage_ends_in_a_tree_or_an_error),
        cmocka_unit_test(getters_say_what_is_wrong),  cmocka_unit_test(keys_are_checked),
        cmocka_unit_test(a_file_is_loaded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
