/* `folds:` and `fold:` in the file of a garment. */
#include "scene_data.h"

#include <chore/scene.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char shawl[] = "name: shawl\n"
                            "version: 1\n"
                            "garment: {shape: towel, spacing: 4 cm}\n"
                            "material: wool\n"
                            "sizes:\n"
                            "  large: {width: 0.8 m, length: 0.6 m, mass: 200 g}\n"
                            "  small: {width: 0.4 m, length: 0.3 m, mass: 50 g}\n"
                            "colours: {red: [0.7, 0.1, 0.1]}\n"
                            "folds:\n"
                            "  in_half:\n"
                            "    - {from: [0, -1], to: [0, 1]}\n"
                            "    - {from: [1, 0.5], to: [-1, 0.5]}\n"
                            "fold: {key_error: 12 cm, height: 25 mm, cover: 0.8}\n";

static char bench[CHORE_PATH_CAP];

static chore_status build(chore_scene **scene, const char *kind, const char *size, chore_error *err)
{
    chore_object_def def;
    memset(&def, 0, sizeof def);
    chore_copy(def.id, sizeof def.id, "it");
    chore_copy(def.kind, sizeof def.kind, kind);
    chore_copy(def.size, sizeof def.size, size);
    chore_scene_def scene_def = {.scene = bench, .objects = &def, .n_objects = 1};
    return chore_scene_build(scene, &scene_def, err);
}

static chore_scene *build_ok(const char *kind, const char *size)
{
    chore_scene *scene;
    chore_error err = {0};
    if (build(&scene, kind, size, &err) != CHORE_OK) {
        fail_msg("%s:%d: %s", err.file, err.line, err.message);
    }
    return scene;
}

static void write_shawl(const char *text)
{
    scene_data_write("scenes/assets/objects/shawl/object.yaml", text);
}

static void folds_are_read_and_scaled_to_the_size(void **state)
{
    (void)state;
    write_shawl(shawl);
    for (int small = 0; small < 2; small++) {
        double scale = small ? 0.5 : 1;
        chore_scene *scene = build_ok("shawl", small ? "small" : "large");
        const chore_garment *g = chore_scene_garment(scene, 0);
        const chore_fold_way *way = &g->folds[0];
        assert_true(g->n_folds == 1 && way->n_steps == 2);
        assert_string_equal(way->name, "in_half");
        assert_true(fabs(way->steps[0].a[1] + 0.3 * scale) < 1e-9 && way->steps[0].a[0] == 0);
        assert_true(fabs(way->steps[1].a[0] - 0.4 * scale) < 1e-9);
        assert_true(fabs(way->steps[1].b[1] - 0.15 * scale) < 1e-9);
        assert_true(fabs(g->fold.key_error_m - 0.12 * scale) < 1e-9);
        assert_true(g->fold.height_m == 0.025 &&
                    g->fold.cover == 0.8); /* layers do not shrink with the size */
        assert_true(g->fold.flatness > 0.5 &&
                    g->fold.flatness < 0.9); /* what the file does not say */
        chore_scene_destroy(scene);
    }
}

static void no_tolerance_is_finer_than_the_mesh(void **state)
{
    char text[1024];
    (void)state;
    snprintf(text, sizeof text, "%.*s%s", (int)(strstr(shawl, "fold: ") - shawl), shawl,
             "fold: {key_error: 1 cm}\n");
    write_shawl(text);
    chore_scene *scene = build_ok("shawl", "small");
    assert_true(fabs(chore_scene_garment(scene, 0)->fold.key_error_m - 0.05) < 1e-9);
    chore_scene_destroy(scene);
}

static void without_folds_there_is_no_way(void **state)
{
    char text[1024];
    (void)state;
    snprintf(text, sizeof text, "%.*s", (int)(strstr(shawl, "folds:") - shawl), shawl);
    write_shawl(text);
    chore_scene *scene = build_ok("shawl", "");
    assert_int_equal(chore_scene_garment(scene, 0)->n_folds, 0);
    chore_scene_destroy(scene);
}

static void mistakes_are_named_with_their_place(void **state)
{
    static const struct {
        const char *right, *wrong;
        int line;
        const char *message;
    } cases[] = {
        {"folds:", "fols:", 9, "did you mean 'fold"},
        {"{from: [0, -1], to: [0, 1]}", "{from: [0, -1]}", 11, "to"},
        {"{from: [0, -1], to: [0, 1]}", "{form: [0, -1], to: [0, 1]}", 11, "did you mean 'from'"},
        {"{from: [0, -1], to: [0, 1]}", "{from: [0, -1], to: [0, -1]}", 11, "two places"},
        {"{from: [0, -1], to: [0, 1]}", "{from: [0, -1, 2], to: [0, 1]}", 11, "2"},
        {"{from: [0, -1], to: [0, 1]}", "{from: [1, -1], to: [1, 1]}", 11, "turns all of it"},
        {"{from: [0, -1], to: [0, 1]}", "{from: [-1, -1], to: [-1, 1]}", 11, "turns nothing"},
        /* the second step finds no cloth where the first one took it away */
        {"{from: [1, 0.5], to: [-1, 0.5]}", "{from: [-0.2, -1], to: [-0.2, 1]}", 12,
         "turns nothing"},
        {"in_half:", "in half:", 10, "in half"},
        {"key_error: 12 cm", "key_error: 12", 13, "12"},
        {"key_error: 12 cm", "key_error: 12 m", 13, "0.3 m"},
        {"cover: 0.8", "cover: 1.8", 13, "from 0 to 1"},
        {"cover: 0.8", "covr: 0.8", 13, "did you mean 'cover'"},
        {"    - {from: [1, 0.5], to: [-1, 0.5]}\n", "  a: []\n", 12, "1 to 6 steps"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2048];
        const char *at = strstr(shawl, cases[i].right);
        chore_error err = {0};
        chore_scene *scene;
        snprintf(text, sizeof text, "%.*s%s%s", (int)(at - shawl), shawl, cases[i].wrong,
                 at + strlen(cases[i].right));
        write_shawl(text);
        if (build(&scene, "shawl", "", &err) != CHORE_E_FILE || !strstr(err.file, "object.yaml") ||
            err.line != cases[i].line || !strstr(err.message, cases[i].message)) {
            fail_msg("case %zu: line %d: %s", i, err.line, err.message);
        }
    }
}

static void every_garment_of_the_shop_can_be_folded(void **state)
{
    static const char *const kinds[] = {"tshirt", "long_sleeve", "trousers",
                                        "shorts", "towel",       "sock"};
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        chore_scene *scene = build_ok(kinds[i], "");
        assert_true(chore_scene_garment(scene, 0)->n_folds > 0);
        chore_scene_destroy(scene);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folds_are_read_and_scaled_to_the_size),
        cmocka_unit_test(no_tolerance_is_finer_than_the_mesh),
        cmocka_unit_test(without_folds_there_is_no_way),
        cmocka_unit_test(mistakes_are_named_with_their_place),
        cmocka_unit_test(every_garment_of_the_shop_can_be_folded),
    };
    snprintf(bench, sizeof bench, "%s/tests/cloth/bench.yaml", getenv("CHORE_SOURCE_DIR"));
    scene_data_make();
    int failed = cmocka_run_group_tests_name("garment_folds", tests, NULL, NULL);
    scene_data_remove();
    return failed;
}
