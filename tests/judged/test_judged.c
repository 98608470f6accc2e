/* The predicate `folded` says what a person said who looked at the picture (README.md). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* needs those above */

#include "cloth_pose.h"
#include "garment_state_internal.h"
#include "judged.h"

#define OF_EACH     20
#define MOST_STRICT 3 /* folded for a person only: README.md names the pictures */

static const chore_garment *garment_of(const chore_scene *wardrobe, const judged_pose *pose)
{
    for (int i = 0; i < chore_scene_n_garments(wardrobe); i++) {
        const chore_garment *g = chore_scene_garment(wardrobe, i);
        if (strcmp(g->kind, pose->kind) == 0 && strcmp(g->size, pose->size) == 0) {
            assert_int_equal(g->n_vertices, pose->n);
            return g;
        }
    }
    fail_msg("no garment %s %s", pose->kind, pose->size);
    return NULL;
}

/* False at the end of the list. */
static bool next_line(FILE *list, char file[100], char word[16])
{
    int n = fscanf(list, "%99s %15s %*[^\n]", file, word);
    assert_true(n == 2 || n == EOF);
    return n == 2;
}

static void the_predicate_says_what_a_person_says(void **state)
{
    static judged_pose pose;
    char folder[CHORE_PATH_CAP], path[CHORE_PATH_CAP + 120], file[100], word[16];
    chore_scene *wardrobe = cloth_pose_wardrobe();
    int n_folded = 0, n_not = 0, strict = 0, lenient = 0;
    (void)state;
    snprintf(folder, sizeof folder, "%s/tests/judged/poses", getenv("CHORE_SOURCE_DIR"));
    snprintf(path, sizeof path, "%s/said.txt", folder);
    FILE *list = fopen(path, "r");
    assert_non_null(list);
    while (next_line(list, file, word)) {
        const bool said = strcmp(word, "folded") == 0, unsure = strcmp(word, "unsure") == 0;
        assert_true(said || unsure || strcmp(word, "not") == 0);
        snprintf(path, sizeof path, "%s/%s.pose", folder, file);
        if (!judged_read(path, &pose)) {
            fail_msg("%s: no pose", path);
        }
        const bool is = chore_cloth_is_folded(garment_of(wardrobe, &pose), (const double(*)[3])pose.pos);
        if (unsure) {
            continue;
        }
        if (is != said) {
            print_message("  %s (%s): a person says %s, the predicate %s\n", file, pose.from, said ? "folded" : "not", is ? "folded" : "not");
        }
        strict += said && !is;
        lenient += is && !said;
        n_folded += said;
        n_not += !said;
    }
    fclose(list);
    chore_scene_destroy(wardrobe);
    assert_int_equal(lenient, 0);
    assert_true(strict <= MOST_STRICT);
    assert_true(n_folded >= OF_EACH && n_not >= OF_EACH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_predicate_says_what_a_person_says)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
