/* Moments of rollouts that a person has looked at, one by one: where the person says folded, the predicate does, and
   where not, not. verdicts.tsv holds what was said, the pictures lie beside the cloth. */
#include <chore/scene.h>

#include "garment_state_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LEAST_YES = 20, LEAST_NO = 20 };

typedef struct frame {
    char kind[CHORE_NAME_CAP], size[CHORE_NAME_CAP], colour[CHORE_NAME_CAP];
    int n;
    double (*pos)[3];
} frame;

static FILE *open_here(const char *name)
{
    char path[CHORE_PATH_CAP];
    snprintf(path, sizeof path, "%s/tests/frames/%s", getenv("CHORE_SOURCE_DIR"), name);
    FILE *file = fopen(path, "r");
    if (!file) {
        fail_msg("cannot open %s", path);
    }
    return file;
}

static frame read_frame(const char *name)
{
    char file_name[CHORE_NAME_CAP * 2];
    frame f = {.n = 0};
    snprintf(file_name, sizeof file_name, "%s.cloth", name);
    FILE *file = open_here(file_name);
    assert_int_equal(fscanf(file, "%63s %63s %63s %d", f.kind, f.size, f.colour, &f.n), 4);
    assert_in_range(f.n, 3, CHORE_MAX_GARMENT_VERTICES);
    f.pos = calloc((size_t)f.n, sizeof *f.pos);
    assert_non_null(f.pos);
    for (int v = 0; v < f.n; v++) {
        for (int k = 0; k < 3; k++) {
            assert_int_equal(fscanf(file, "%lf", &f.pos[v][k]), 1);
            f.pos[v][k] *= 1e-3;
        }
    }
    fclose(file);
    return f;
}

/* The garment that the frame shows. The scene owns it. */
static chore_scene *scene_of(const frame *f)
{
    chore_error err = {0};
    chore_scene *scene = NULL;
    chore_object_def object = {.id = "it"};
    chore_copy(object.kind, sizeof object.kind, f->kind);
    chore_copy(object.size, sizeof object.size, f->size);
    chore_copy(object.colour, sizeof object.colour, f->colour);
    const chore_scene_def def = {.scene = "laundry_room", .objects = &object, .n_objects = 1};
    if (chore_scene_build(&scene, &def, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
    return scene;
}

static bool judged(const frame *f, const char *word)
{
    chore_scene *scene = scene_of(f);
    const chore_garment *garment = chore_scene_garment(scene, 0);
    assert_int_equal(garment->n_vertices, f->n);
    const double(*pos)[3] = (const double(*)[3])f->pos;
    bool holds = strcmp(word, "folded") == 0 ? chore_cloth_is_folded(garment, pos)
                                             : chore_cloth_is_flat(garment, pos);
    if (strcmp(word, "folded") == 0) {
        cloth_fold fold;
        chore_cloth_match_folded(garment, pos, 1, &fold);
        print_message(
            "    way %d: key %.0f mm, mean %.0f mm, height %.0f of %.0f mm, cover %.2f, outside "
            "%.2f, area %.2f, flatness %.2f\n",
            fold.way, 1e3 * fold.key_error_m, 1e3 * fold.mean_error_m, 1e3 * fold.height_m,
            1e3 * fold.height_limit_m, fold.cover, fold.outside, fold.area_ratio, fold.flatness);
    }
    chore_scene_destroy(scene);
    return holds;
}

static void the_predicate_says_what_eyes_say(void **state)
{
    (void)state;
    char line[512], name[CHORE_NAME_CAP], word[CHORE_NAME_CAP], said[8];
    int n[2] = {0, 0}, differ = 0;
    FILE *list = open_here("verdicts.tsv");
    while (fgets(line, sizeof line, list)) {
        if (line[0] == '#' || line[0] == '\n') {
            continue;
        }
        assert_int_equal(sscanf(line, "%63s %63s %7s", name, word, said), 3);
        assert_true(strcmp(word, "folded") == 0 || strcmp(word, "flat") == 0);
        assert_true(strcmp(said, "yes") == 0 || strcmp(said, "no") == 0);
        frame f = read_frame(name);
        const bool expected = strcmp(said, "yes") == 0, holds = judged(&f, word);
        print_message("%s %s %s: %s\n", expected == holds ? "ok    " : "DIFFER", name, word,
                      holds ? "yes" : "no");
        n[expected]++;
        differ += expected != holds;
        free(f.pos);
    }
    fclose(list);
    assert_int_equal(differ, 0);
    assert_true(n[0] >= LEAST_NO && n[1] >= LEAST_YES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_predicate_says_what_eyes_say)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
