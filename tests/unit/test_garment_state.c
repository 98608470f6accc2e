/* What folded, flat, unfolded cloth is: every kind in every size. */
#include "cloth_pose.h"
#include "garment_state_internal.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static chore_scene *wardrobe;
static cloth_pose pose;

#define POS ((const double(*)[3])pose.pos)

static const chore_garment *garment_at(int index)
{
    return chore_scene_garment(wardrobe, index);
}

static const chore_garment *find(const char *id)
{
    return garment_at(chore_scene_find_garment(wardrobe, id));
}

static int n_garments(void)
{
    return chore_scene_n_garments(wardrobe);
}

static unsigned all_steps(const chore_garment *g, int way)
{
    return (1u << g->folds[way].n_steps) - 1;
}

static int count(unsigned steps)
{
    return steps ? (int)(steps & 1) + count(steps >> 1) : 0;
}

static bool folded(void)
{
    return chore_cloth_is_folded(pose.garment, POS);
}

static double progress(void)
{
    return chore_cloth_fold_progress(pose.garment, POS);
}

static void expect(bool holds, bool wanted, const char *what, const char *pose_name)
{
    cloth_fold f;
    if (holds != wanted) {
        chore_cloth_match_folded(pose.garment, POS, 1, &f);
        fail_msg(
            "%s of %s: %s %d; key %.3f, mean %.3f, height %.3f (%.3f), area %.2f, cover %.2f, outside %.2f, "
            "flatness %.2f",
            pose_name, pose.garment->id, what, holds, f.key_error_m, f.mean_error_m, f.height_m,
            f.height_limit_m, f.area_ratio, f.cover, f.outside, f.flatness);
    }
}

/* ---- folded, in part, flat ------------------------------------------------------------------------------ */

static void every_way_done_is_folded(void **state)
{
    (void)state;
    for (int i = 0; i < n_garments(); i++) {
        const chore_garment *g = garment_at(i);
        assert_true(g->n_folds > 0);
        for (int way = 0; way < g->n_folds; way++) {
            cloth_fold match;
            cloth_pose_fold_way(&pose, g, way, all_steps(g, way));
            expect(folded(), true, "folded", g->folds[way].name);
            expect(chore_cloth_is_half_folded(g, POS), true, "half_folded", g->folds[way].name);
            expect(chore_cloth_is_unfolded(g, POS), false, "unfolded", g->folds[way].name);
            expect(chore_cloth_is_flat(g, POS), false, "flat", g->folds[way].name);
            assert_true(progress() == 1);
            chore_cloth_match_folded(g, POS, 1, &match);
            assert_true(match.holds && match.n_done == count(match.steps) &&
                        match.key_error_m < 0.01);
        }
    }
}

static void steps_done_count_in_any_order_but_are_not_folded(void **state)
{
    (void)state;
    for (int i = 0; i < n_garments(); i++) {
        const chore_garment *g = garment_at(i);
        for (int way = 0; way < g->n_folds; way++) {
            for (unsigned steps = 1; steps < all_steps(g, way); steps++) {
                double share = (double)count(steps) / g->folds[way].n_steps;
                cloth_pose_fold_way(&pose, g, way, steps);
                if (folded()) { /* of another way it may be all: long sleeves need no crease */
                    assert_true(g->n_folds > 1);
                    continue;
                }
                expect(progress() >= share - 1e-9 && progress() < 1, true, "progress",
                       g->folds[way].name);
                expect(chore_cloth_is_half_folded(g, POS) || share < 0.5, true, "half_folded",
                       g->folds[way].name);
                expect(chore_cloth_is_flat(g, POS), false, "flat", g->folds[way].name);
            }
        }
    }
}

static void one_sleeve_is_a_third_and_no_half(void **state)
{
    const chore_garment *g = find("tshirt_adult");
    (void)state;
    for (unsigned steps = 1; steps <= 2; steps++) {
        cloth_pose_fold_way(&pose, g, 0, steps);
        assert_true(fabs(progress() - 1.0 / 3) < 1e-9);
        assert_false(chore_cloth_is_half_folded(g, POS));
        assert_false(chore_cloth_is_unfolded(g, POS)); /* a sleeve is still folded away */
    }
    cloth_pose_fold_way(&pose, g, 0, 3);
    assert_true(fabs(progress() - 2.0 / 3) < 1e-9);
    assert_true(chore_cloth_is_half_folded(g, POS));
}

static void flat_cloth_is_flat_unfolded_and_not_begun(void **state)
{
    (void)state;
    for (int i = 0; i < n_garments(); i++) {
        const chore_garment *g = garment_at(i);
        for (int upside_down = 0; upside_down < 2; upside_down++) {
            cloth_pose_flat(&pose, g);
            if (upside_down) {
                cloth_pose_flip(&pose);
            }
            expect(chore_cloth_is_flat(g, POS), true, "flat", "flat");
            expect(chore_cloth_is_unfolded(g, POS), true, "unfolded", "flat");
            assert_true(progress() == 0 && fabs(chore_cloth_cover(g, POS) - 1) < 0.03);
        }
    }
}

static void wrinkles_end_flat_before_unfolded(void **state)
{
    (void)state;
    for (int i = 0; i < n_garments(); i++) {
        const chore_garment *g = garment_at(i);
        double size = sqrt(g->area_m2), length = 0.35 * size;
        if (g->n_vertices < 100) {
            continue; /* a wave needs some cells */
        }
        cloth_pose_flat(&pose, g);
        cloth_pose_wrinkle(&pose, 0.004, length, 3);
        expect(chore_cloth_is_flat(g, POS), true, "flat", "light wrinkles");
        cloth_pose_flat(&pose, g);
        cloth_pose_wrinkle(&pose, 0.014, length, 3);
        expect(chore_cloth_is_flat(g, POS), false, "flat", "wrinkles");
        expect(chore_cloth_is_unfolded(g, POS), true, "unfolded", "wrinkles");
        for (uint64_t seed = 0; seed < 5; seed++) {
            cloth_pose_heap(&pose, g, seed);
            expect(chore_cloth_is_unfolded(g, POS), false, "unfolded", "heap");
            expect(chore_cloth_is_flat(g, POS), false, "flat", "heap");
        }
    }
}

static void a_sleeve_folded_twice_is_still_folded_away(void **state)
{
    const chore_garment *g = find("long_sleeve_adult");
    (void)state;
    assert_string_equal(g->folds[1].name, "sleeves_down");
    cloth_pose_fold_way(&pose, g, 1, 3); /* creased and laid in: the same side up as the body */
    cloth_look look;
    chore_cloth_look(g, POS, &look);
    assert_true(look.turned < 0.06);
    assert_false(chore_cloth_is_unfolded(g, POS));
}

/* ---- what is not folded ----------------------------------------------------------------------------------- */

static void nothing_in_it(const char *what)
{
    expect(folded(), false, "folded", what);
    expect(chore_cloth_is_half_folded(pose.garment, POS), false, "half_folded", what);
    expect(chore_cloth_is_flat(pose.garment, POS), false, "flat", what);
    expect(progress() > 0, false, "progress", what);
}

static void rolls_balls_heaps_and_hanging_cloth_are_not_folded(void **state)
{
    (void)state;
    for (int i = 0; i < n_garments(); i++) {
        const chore_garment *g = garment_at(i);
        cloth_pose_roll(&pose, g);
        nothing_in_it("roll");
        cloth_pose_ball(&pose, g);
        nothing_in_it("ball");
        cloth_pose_hang(&pose, g, g->boundary[0]);
        nothing_in_it("held up");
        assert_false(chore_cloth_lies_on(g, POS, 0));
        for (uint64_t seed = 0; seed < 10; seed++) {
            cloth_pose_heap(&pose, g, seed);
            nothing_in_it("heap");
        }
    }
}

static void rolled_and_folded_packets_are_not_folded(void **state)
{
    (void)state;
    for (int i = 0; i < n_garments();
         i++) { /* flattened by hand: as small as a fold, but the wrong cloth is where */
        const chore_garment *g = garment_at(i);
        double width = 0;
        cloth_pose_fold_way(&pose, g, 0, all_steps(g, 0));
        for (int v = 0; v < g->n_vertices; v++) {
            width = fmax(width, fabs(pose.pos[v][0]));
        }
        cloth_pose_flat(&pose, g);
        for (int v = 0; v < g->n_vertices; v++) { /* pleats, narrow as a fan */
            double pleat = 0.25 * width,
                   u = fabs(fmod(g->rest[v][0] + 40 * pleat, 4 * pleat) - 2 * pleat);
            double w = fabs(fmod(g->rest[v][1] + 40 * pleat, 4 * pleat) - 2 * pleat);
            pose.pos[v][0] = u;
            pose.pos[v][1] = w;
            pose.pos[v][2] += 0.3 * g->layer_m * (v % 3);
        }
        expect(folded(), false, "folded", "a pleated packet");
    }
}

static void neat_but_not_as_it_should_be_is_not_folded(void **state)
{
    (void)state;
    for (int i = 0; i < n_garments(); i++) {
        const chore_garment *g = garment_at(i);
        cloth_pose_fold_way(&pose, g, 0, all_steps(g, 0));
        cloth_pose_stretch(&pose, 1.3, 1.3);
        expect(folded(), false, "folded", "stretched");
        cloth_pose_fold_way(&pose, g, 0, all_steps(g, 0));
        cloth_pose_stretch(&pose, 0.6, 0.6);
        expect(folded(), false, "folded", "shrunk");
        cloth_pose_fold_way(&pose, g, 0, all_steps(g, 0));
        cloth_pose_wrinkle(&pose, g->layer_m + g->fold.height_m, 0.5 * sqrt(g->area_m2), 5);
        expect(folded(), false, "folded", "a bulging packet");
    }
}

/* The last fold of the first way, with its line shifted and turned. */
static void fold_askew(const chore_garment *g, double shift, double turn)
{
    chore_fold_way way = g->folds[0];
    chore_fold_step *last = &way.steps[way.n_steps - 1];
    double along[2] = {last->b[0] - last->a[0], last->b[1] - last->a[1]},
           length = hypot(along[0], along[1]);
    double middle[2], normal[2] = {-along[1] / length, along[0] / length};
    for (int k = 0; k < 2; k++) {
        middle[k] = (last->a[k] + last->b[k]) / 2 + shift * normal[k];
    }
    double half[2] = {(cos(turn) * along[0] - sin(turn) * along[1]) / 2,
                      (sin(turn) * along[0] + cos(turn) * along[1]) / 2};
    for (int k = 0; k < 2; k++) {
        last->a[k] = middle[k] - half[k];
        last->b[k] = middle[k] + half[k];
    }
    cloth_pose_fold(&pose, g, way.steps, way.n_steps);
}

static void a_fold_may_be_some_centimetres_askew_but_not_ten(void **state)
{
    static const char *const ids[] = {"tshirt_adult", "long_sleeve_adult", "trousers_adult",
                                      "shorts_adult", "towel_hand"};
    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        const chore_garment *g = find(ids[i]);
        for (int sign = -1; sign <= 1; sign += 2) {
            fold_askew(g, sign * 0.015, 0); /* the edge lands 3 cm off */
            expect(folded(), true, "folded", "3 cm off");
            fold_askew(g, sign * 0.05, 0);
            expect(folded(), false, "folded", "10 cm off");
            fold_askew(g, 0, sign * 0.05);
            expect(folded(), true, "folded", "turned by 3 degrees");
            fold_askew(g, 0, sign * 0.35);
            expect(folded(), false, "folded", "turned by 20 degrees");
        }
    }
}

/* A folded shirt out of whose side one sleeve's end sticks. */
static void stick_out(const chore_garment *g, double by)
{
    cloth_pose_fold_way(&pose, g, 0, all_steps(g, 0));
    int cuff = chore_garment_keypoint(g, "cuff_left");
    double side = -0.58 * g->half_m[0], to = side - by - pose.pos[cuff][0];
    cloth_pose_pull(&pose, cuff, 0.22, to, 0);
}

static void a_sleeve_that_came_out_is_seen(void **state)
{
    const chore_garment *g = find("tshirt_adult");
    (void)state;
    stick_out(g, 0.10);
    expect(folded(), false, "folded", "a sleeve 10 cm out");
    stick_out(g, 0.05);
    expect(folded(), false, "folded", "a sleeve 5 cm out"); /* its end belongs 16 cm further in */
    cloth_pose_fold_way(&pose, g, 0, 6);                    /* the left sleeve was never folded */
    expect(folded(), false, "folded", "a whole sleeve out");
    assert_true(fabs(progress() - 2.0 / 3) < 1e-9);
    cloth_pose_fold_way(&pose, g, 0, 7);
    cloth_pose_pull(&pose, chore_garment_keypoint(g, "hem_left"), 0.2, -0.04, 0);
    expect(folded(), true, "folded", "a hem corner 4 cm out");
    cloth_pose_fold_way(&pose, g, 0, 7);
    cloth_pose_pull(&pose, chore_garment_keypoint(g, "hem_left"), 0.2, -0.10, 0);
    expect(folded(), false, "folded", "a hem corner 10 cm out");
}

static void folded_in_half_only_is_not_folded_whatever_the_tolerance(void **state)
{
    static const char *const ids[] = {"towel_hand", "towel_tea", "trousers_adult", "shorts_child"};
    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        const chore_garment *g = find(ids[i]);
        for (unsigned steps = 1; steps <= 2; steps++) {
            cloth_pose_fold_way(&pose, g, 0, steps);
            expect(folded(), false, "folded", "one of two folds");
            assert_true(chore_cloth_is_half_folded(g, POS) && progress() < 1);
        }
    }
}

/* ---- properties --------------------------------------------------------------------------------------------- */

static void spoil(const chore_garment *g, int kind, uint64_t seed, double amount)
{
    cloth_pose_fold_way(&pose, g, (int)(seed % (uint64_t)g->n_folds),
                        all_steps(g, (int)(seed % (uint64_t)g->n_folds)));
    int corner = g->keypoints[seed % (uint64_t)g->n_keypoints].vertex;
    double angle = 1.7 * (double)seed;
    switch (kind) {
    case 0: cloth_pose_waver(&pose, amount, 0.8 * sqrt(g->area_m2), seed); break;
    case 1: cloth_pose_wrinkle(&pose, amount, 0.5 * sqrt(g->area_m2), seed); break;
    case 2:
        cloth_pose_pull(&pose, corner, 0.4 * sqrt(g->area_m2), amount * cos(angle),
                        amount * sin(angle));
        break;
    default: cloth_pose_stretch(&pose, 1 + 4 * amount, 1 + 2 * amount); break;
    }
}

static void a_larger_error_never_makes_it_folded(void **state)
{
    int ended = 0, runs = 0;
    (void)state;
    for (int i = 0; i < n_garments(); i++) {
        for (int kind = 0; kind < 4; kind++) {
            for (uint64_t seed = 0; seed < 4; seed++) {
                bool was = true;
                double at = 0;
                for (int k = 0; k <= 20; k++) {
                    double amount = 0.01 * k;
                    spoil(garment_at(i), kind, seed, amount);
                    bool is = folded();
                    if (is && !was) {
                        fail_msg(
                            "%s, spoiled in way %d, seed %d: not folded at %.2f m, folded at %.2f m",
                            pose.garment->id, kind, (int)seed, at, amount);
                    }
                    at = amount;
                    was = is;
                }
                ended += !was;
                runs++;
            }
        }
    }
    assert_int_equal(ended, runs); /* 20 cm is too much for all of them */
}

typedef struct states {
    bool folded, half, flat, unfolded;
    double progress, key, height, cover;
} states;

static states all_states(void)
{
    cloth_fold f;
    const chore_garment *g = pose.garment;
    chore_cloth_match_folded(g, POS, 1, &f);
    return (states){folded(),
                    chore_cloth_is_half_folded(g, POS),
                    chore_cloth_is_flat(g, POS),
                    chore_cloth_is_unfolded(g, POS),
                    progress(),
                    f.key_error_m,
                    f.height_m,
                    f.cover};
}

/* Upside down a layer that was above the others lies below them: the height of most of it is another one. */
static void same(const states *a, const states *b, double height, const char *what)
{
    if (a->folded != b->folded || a->half != b->half || a->flat != b->flat ||
        a->unfolded != b->unfolded || a->progress != b->progress || fabs(a->key - b->key) > 1e-6 ||
        fabs(a->height - b->height) > height || fabs(a->cover - b->cover) > 0.02) {
        fail_msg(
            "%s: %s changes what it is (folded %d %d, half %d %d, flat %d %d, unfolded %d %d, key %g %g)",
            pose.garment->id, what, a->folded, b->folded, a->half, b->half, a->flat, b->flat,
            a->unfolded, b->unfolded, a->key, b->key);
    }
}

static void where_it_lies_and_which_side_is_up_does_not_matter(void **state)
{
    (void)state;
    for (int i = 0; i < n_garments(); i++) {
        const chore_garment *g = garment_at(i);
        for (unsigned steps = 0; steps <= all_steps(g, 0); steps++) {
            for (int moved = 0; moved < 3; moved++) {
                cloth_pose_fold_way(&pose, g, 0, steps);
                cloth_pose_waver(&pose, 0.005, 0.4,
                                 steps); /* not so regular that figures lie on a limit */
                states before = all_states();
                if (moved == 0) {
                    cloth_pose_turn(&pose, 0.4 + 0.9 * (double)steps);
                } else if (moved == 1) {
                    cloth_pose_move(&pose, 3.21, -7.77, 0.75);
                } else {
                    cloth_pose_flip(&pose);
                }
                states after = all_states();
                same(&before, &after, moved == 2 ? 0.05 : 2e-3,
                     moved == 0   ? "turning"
                     : moved == 1 ? "moving"
                                  : "flipping");
            }
        }
    }
}

static void tolerances_shrink_with_the_size_but_not_below_the_mesh(void **state)
{
    const chore_garment *adult = find("tshirt_adult"), *child = find("tshirt_child");
    double size = sqrt(child->area_m2 / adult->area_m2);
    (void)state;
    assert_true(fabs(adult->fold.key_error_m - 0.06) < 1e-9);
    assert_true(fabs(child->fold.key_error_m - fmax(0.06 * size, 0.05)) < 1e-9);
    assert_true(fabs(child->fold.mean_error_m - 0.035) < 1e-9); /* a cell is 4 cm */
    assert_true(child->fold.height_m == adult->fold.height_m); /* layers are as thick */
    for (int i = 0; i < n_garments(); i++) {
        const chore_garment *g = garment_at(i);
        assert_true(g->fold.key_error_m >= 1.25 * g->spacing_m - 1e-12);
        assert_true(g->fold.mean_error_m >= fmin(g->spacing_m, 0.02) - 1e-12);
    }
}

static int open_wardrobe(void **state)
{
    (void)state;
    wardrobe = cloth_pose_wardrobe();
    return 0;
}

static int close_wardrobe(void **state)
{
    (void)state;
    chore_scene_destroy(wardrobe);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_done_is_folded),
        cmocka_unit_test(steps_done_count_in_any_order_but_are_not_folded),
        cmocka_unit_test(one_sleeve_is_a_third_and_no_half),
        cmocka_unit_test(flat_cloth_is_flat_unfolded_and_not_begun),
        cmocka_unit_test(wrinkles_end_flat_before_unfolded),
        cmocka_unit_test(a_sleeve_folded_twice_is_still_folded_away),
        cmocka_unit_test(rolls_balls_heaps_and_hanging_cloth_are_not_folded),
        cmocka_unit_test(rolled_and_folded_packets_are_not_folded),
        cmocka_unit_test(neat_but_not_as_it_should_be_is_not_folded),
        cmocka_unit_test(a_fold_may_be_some_centimetres_askew_but_not_ten),
        cmocka_unit_test(a_sleeve_that_came_out_is_seen),
        cmocka_unit_test(folded_in_half_only_is_not_folded_whatever_the_tolerance),
        cmocka_unit_test(a_larger_error_never_makes_it_folded),
        cmocka_unit_test(where_it_lies_and_which_side_is_up_does_not_matter),
        cmocka_unit_test(tolerances_shrink_with_the_size_but_not_below_the_mesh),
    };
    return cmocka_run_group_tests_name("garment_state", tests, open_wardrobe, close_wardrobe);
}
