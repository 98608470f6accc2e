/* The predicates against real cloth: packets laid down by hand settle, and are folded when they were; crumpled heaps are
   neither folded nor unfolded. Prints how much of each tolerance is used. */
#include "cloth_rig.h"

#include <math.h>
#include <string.h>

#include "cloth_pose.h"
#include "garment_state_internal.h"

#define SETTLE_S 3.0 /* packets creep for longer, by a centimetre at most */

static const char *const wardrobe[][2] = {
    {"tshirt", "adult"},      {"tshirt", "child"},   {"long_sleeve", "adult"},
    {"long_sleeve", "child"}, {"trousers", "adult"}, {"trousers", "child"},
    {"shorts", "adult"},      {"shorts", "child"},   {"towel", "hand"},
    {"towel", "tea"},         {"sock", "adult"},     {"sock", "child"}};
#define N_WARDROBE (sizeof wardrobe / sizeof *wardrobe)

static cloth_pose pose;
#define POS ((const double(*)[3])pose.pos)

static void read_pose(const cloth *c)
{
    pose.garment = cloth_garment(c, 0);
    for (int v = 0; v < pose.garment->n_vertices; v++) {
        cloth_vertex(c, 0, v, pose.pos[v]);
    }
}

/* Put the pose on the table and let it settle. */
static void lay_down(cloth *c)
{
    cloth_pose_move(&pose, 0.35, 0, TABLE_Z + 0.003);
    chore_world_put_vertices(c->world, pose.garment->first_body, pose.garment->n_vertices, POS);
    cloth_advance(c, SETTLE_S);
    read_pose(c);
}

static cloth_fold say(const char *what)
{
    cloth_fold f;
    const chore_garment *g = pose.garment;
    chore_cloth_match_folded(g, POS, 1, &f);
    print_message(
        "  %-11s %-5s %-18s key %3.0f of %3.0f mm, mean %2.0f of %2.0f, height %3.0f of %3.0f, area %.2f of %.2f, "
        "cover %.2f, outside %.2f, flatness %.2f\n",
        g->kind, g->size, what, 1e3 * f.key_error_m, 1e3 * g->fold.key_error_m,
        1e3 * f.mean_error_m, 1e3 * g->fold.mean_error_m, 1e3 * f.height_m,
        1e3 * (f.height_limit_m + g->fold.height_m), f.area_ratio, g->fold.area_ratio, f.cover,
        f.outside, f.flatness);
    return f;
}

static void packets_settle_and_stay_folded(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_WARDROBE; i++) {
        cloth c;
        cloth_open_in(&c, "bench_cg.yaml", 1, wardrobe[i][0], wardrobe[i][1]);
        const chore_garment *g = cloth_garment(&c, 0);
        for (int way = 0; way < g->n_folds; way++) {
            cloth_pose_fold_way(&pose, g, way, (1u << g->folds[way].n_steps) - 1);
            lay_down(&c);
            if (!say(g->folds[way].name).holds || !chore_cloth_is_folded(g, POS) ||
                !chore_cloth_lies_on(g, POS, TABLE_Z)) {
                fail_msg("%s of %s is not folded any more", g->folds[way].name, g->kind);
            }
        }
        cloth_close(&c);
    }
}

static void half_done_packets_settle_and_are_half_folded(void **state)
{
    static const struct {
        const char *kind, *size;
        unsigned steps;
    } cases[] = {{"tshirt", "adult", 3},
                 {"towel", "hand", 1},
                 {"towel", "hand", 2},
                 {"trousers", "child", 1}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cloth c;
        cloth_open_in(&c, "bench_cg.yaml", 1, cases[i].kind, cases[i].size);
        cloth_pose_fold_way(&pose, cloth_garment(&c, 0), 0, cases[i].steps);
        lay_down(&c);
        double progress = chore_cloth_fold_progress(pose.garment, POS);
        print_message("  %s, steps %x: progress %.2f\n", cases[i].kind, cases[i].steps, progress);
        assert_true(chore_cloth_is_half_folded(pose.garment, POS));
        assert_false(chore_cloth_is_folded(pose.garment, POS));
        assert_true(progress >= 0.5 && progress < 1);
        cloth_close(&c);
    }
}

/* Small things may fall open: shorts that cover nine tenths of their area are rightly unfolded. */
static void crumpled_heaps_are_nothing(void **state)
{
    int open = 0;
    (void)state;
    for (size_t i = 0; i < N_WARDROBE; i += 2) {
        for (uint64_t seed = 0; seed < 3; seed++) {
            cloth c;
            cloth_open_in(&c, "bench_cg.yaml", 1, wardrobe[i][0], wardrobe[i][1]);
            if (cloth_place(&c, 0, CHORE_GARMENT_CRUMPLED, 0.3, seed)) {
                cloth_look look;
                read_pose(&c);
                chore_cloth_look(pose.garment, POS, &look);
                print_message("  heap of %s: covers %.2f, flatness %.2f, turned %.2f, %3.0f mm\n",
                              pose.garment->kind, chore_cloth_cover(pose.garment, POS),
                              look.flatness, look.turned, 1e3 * look.height_m);
                assert_false(chore_cloth_is_folded(pose.garment, POS));
                assert_false(chore_cloth_is_half_folded(pose.garment, POS));
                assert_false(chore_cloth_is_flat(pose.garment, POS));
                open += chore_cloth_is_unfolded(pose.garment, POS);
            }
            cloth_close(&c);
        }
    }
    print_message("  %d fell open\n", open);
    assert_true(open <= 2);
}

static void cloth_laid_flat_is_flat(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_WARDROBE; i++) {
        cloth c;
        cloth_open_in(&c, "bench_cg.yaml", 1, wardrobe[i][0], wardrobe[i][1]);
        if (cloth_place(&c, 0, CHORE_GARMENT_FLAT, 1.5707963,
                        i)) { /* a long sleeve does not fit on the table */
            read_pose(&c);
            assert_true(chore_cloth_is_flat(pose.garment, POS));
            assert_true(chore_cloth_is_unfolded(pose.garment, POS));
            assert_true(chore_cloth_fold_progress(pose.garment, POS) == 0);
        }
        cloth_close(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packets_settle_and_stay_folded),
        cmocka_unit_test(half_done_packets_settle_and_are_half_folded),
        cmocka_unit_test(crumpled_heaps_are_nothing),
        cmocka_unit_test(cloth_laid_flat_is_flat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
