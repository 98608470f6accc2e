#include "scene_data.h"
#include "scratch.h"

#include <chore/scene.h>
#include <mujoco/mujoco.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TOP 0.75

typedef struct laundry {
    chore_scene *scene;
    chore_world *world;
} laundry;

static void check(chore_status status, const chore_error *err)
{
    if (status != CHORE_OK) {
        fail_msg("status %d: %s", status, err->message);
    }
}

static chore_object_def thing(const char *id, const char *kind, const char *size, const char *colour)
{
    chore_object_def def;
    memset(&def, 0, sizeof def);
    chore_copy(def.id, sizeof def.id, id);
    chore_copy(def.kind, sizeof def.kind, kind);
    chore_copy(def.size, sizeof def.size, size);
    chore_copy(def.colour, sizeof def.colour, colour);
    return def;
}

static chore_status build(chore_scene **scene, const char *name, const chore_object_def *things, int n,
                          chore_error *err)
{
    chore_scene_def def = {.scene = name, .objects = things, .n_objects = n};
    return chore_scene_build(scene, &def, err);
}

static char bench[CHORE_PATH_CAP];

static laundry lay(const chore_object_def *things, int n)
{
    laundry l;
    chore_error err = {0};
    check(build(&l.scene, bench, things, n, &err), &err);
    chore_world_def def = chore_scene_world_def(l.scene);
    check(chore_world_create(&l.world, &def, &err), &err);
    return l;
}

static void clear(laundry *l)
{
    chore_world_destroy(l->world);
    chore_scene_destroy(l->scene);
}

static chore_hash place(laundry *l, int garment, chore_garment_start start, uint64_t seed)
{
    chore_error err = {0};
    chore_rng rng = chore_rng_stream(7, (chore_hash){1, 2}, seed, "garments");
    chore_garment_placement placement = {
        garment, chore_scene_find_region(l->scene, "table_top"), {1.4, 1.7}, start};
    check(chore_scene_place(l->scene, l->world, NULL, 0, &rng, &err), &err);
    check(chore_scene_place_garments(l->scene, l->world, &placement, 1, &rng, &err), &err);
    return chore_world_hash(l->world);
}

/* ---- composing ----------------------------------------------------------------------------------------- */

static void garments_are_listed_beside_objects(void **state)
{
    const chore_object_def things[] = {thing("mug_1", "mug", "", ""),
                                       thing("shirt_1", "tshirt", "child", "sun"),
                                       thing("can_1", "can", "", ""), thing("sock_1", "sock", "", "")};
    laundry l = lay(things, 4);
    (void)state;
    assert_int_equal(chore_scene_n_objects(l.scene), 2);
    assert_int_equal(chore_scene_n_garments(l.scene), 2);
    assert_int_equal(chore_scene_find_object(l.scene, "can_1"), 1);
    assert_int_equal(chore_scene_find_object(l.scene, "sock_1"), -1);
    assert_int_equal(chore_scene_find_garment(l.scene, "sock_1"), 1);
    const chore_garment *shirt = chore_scene_garment(l.scene, 0);
    const mjModel *m = chore_scene_model(l.scene);
    double mass = 0, at[3], lane[3];
    for (int v = 0; v < shirt->n_vertices; v++) {
        mass += m->body_mass[shirt->first_body + v];
    }
    assert_true(fabs(mass - 0.12) < 1e-9 && fabs(shirt->mass_kg - 0.12) < 1e-12);
    assert_string_equal(shirt->shape, "tshirt");
    assert_string_equal(shirt->size, "child");
    assert_string_equal(shirt->colour, "sun");
    assert_int_equal(chore_garment_keypoint(shirt, "no_such"), -1);
    int hem = chore_garment_keypoint(shirt, "hem_left");
    assert_true(hem >= 0);
    chore_garment_vertex(l.world, shirt, hem, at);
    chore_scene_garment_parking(l.scene, 0, lane);
    assert_true(fabs(at[0] - lane[0] - shirt->rest[hem][0]) < 1e-9 && fabs(at[2] - shirt->radius_m) < 1e-9);
    assert_int_equal(m->opt.integrator, mjINT_DISCRETE);
    assert_true(fabs(m->opt.tolerance - 1e-6) < 1e-12 && fabs(m->opt.sleep_tolerance - 6e-3) < 1e-12);
    clear(&l);
}

static void every_garment_of_the_shop_can_be_made(void **state)
{
    static const char *const kinds[] = {"tshirt", "long_sleeve", "trousers", "shorts", "towel", "sock"};
    static const char *const second[] = {"adult", "adult", "adult", "adult", "tea", "adult"};
    chore_object_def things[12];
    (void)state;
    memset(things, 0, sizeof things);
    for (int i = 0; i < 12; i++) {
        char id[16];
        snprintf(id, sizeof id, "g%d", i);
        things[i] = thing(id, kinds[i / 2], i % 2 ? second[i / 2] : "", "");
    }
    laundry l = lay(things, 12);
    const mjModel *m = chore_scene_model(l.scene);
    chore_error err = {0};
    check(chore_world_advance(l.world, 20, &err), &err);
    for (int i = 0; i < 12; i++) {
        assert_true(chore_garment_is_asleep(l.world, chore_scene_garment(l.scene, i)));
        assert_true(chore_scene_garment_is_parked(l.scene, l.world, i));
    }
    assert_int_equal(chore_world_data(l.world)->ntree_awake, 0);
    assert_int_equal(m->nflex, 12);
    clear(&l);
}

static void garments_need_their_physics(void **state)
{
    chore_error err = {0};
    chore_scene *scene;
    chore_object_def shirt = thing("s", "tshirt", "", "");
    (void)state;
    assert_int_equal(build(&scene, "dining_table", &shirt, 1, &err), CHORE_E_USAGE);
    assert_non_null(strstr(err.message, "integrator: discrete"));
}

static const char scarf[] =
    "name: scarf\nversion: 1\ngarment: {shape: towel, spacing: 3 cm}\nmaterial: wool\n"
    "sizes: {long: {width: 0.2 m, length: 0.6 m, mass: 90 g}}\n"
    "colours: {red: {cloth: [0.7, 0.1, 0.1], print: border, ink: [1, 1, 1]}}\n";

static void a_new_garment_needs_one_file(void **state)
{
    (void)state;
    scene_data_write("scenes/assets/objects/scarf/object.yaml", scarf);
    chore_object_def def = thing("scarf_1", "scarf", "", "");
    laundry l = lay(&def, 1);
    assert_int_equal(chore_scene_garment(l.scene, 0)->n_vertices, 8 * 21);
    clear(&l);
}

static void mistakes_are_named_with_their_place(void **state)
{
    static const struct {
        const char *right, *wrong, *message;
    } cases[] = {
        {"shape: towel", "shape: towl", "did you mean 'towel'"},
        {"spacing: 3 cm", "spacing: 30 cm", "from 1 cm to 8 cm"},
        {"spacing: 3 cm", "spcing: 3 cm", "spacing"},
        {"width: 0.2 m", "width: 0 m", "above zero"},
        {"width: 0.2 m, ", "", "width"},
        {"length: 0.6 m", "length: 60 m", "wider spacing"},
        {"mass: 90 g", "mass: 90 g, sleeve: 3 cm", "sleeve"},
        {"print: border", "print: bordr", "did you mean 'border'"},
        {"cloth: [0.7, 0.1, 0.1]", "cloth: [0.7, 0.1, 7]", "from 0 to 1"},
        {"material: wool", "material: wool\nmjcf: x.xml", "mjcf"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[1024];
        const char *at = strstr(scarf, cases[i].right);
        chore_error err = {0};
        chore_scene *scene;
        chore_object_def def = thing("scarf_1", "scarf", "", "");
        assert_non_null(at);
        snprintf(text, sizeof text, "%.*s%s%s", (int)(at - scarf), scarf, cases[i].wrong,
                 at + strlen(cases[i].right));
        scene_data_write("scenes/assets/objects/scarf/object.yaml", text);
        if (build(&scene, bench, &def, 1, &err) != CHORE_E_FILE || !strstr(err.file, "object.yaml") ||
            err.line == 0 || !strstr(err.message, cases[i].message)) {
            fail_msg("case %zu: %s", i, err.message);
        }
    }
}

/* ---- placing ------------------------------------------------------------------------------------------- */

static void flat_is_flat_and_inside(void **state)
{
    laundry *l = *state;
    const chore_garment *shirt = chore_scene_garment(l->scene, 0);
    double first[3] = {0};
    for (uint64_t seed = 0; seed < 3; seed++) {
        double at[3];
        place(l, 0, CHORE_GARMENT_FLAT, seed);
        assert_true(chore_garment_is_asleep(l->world, shirt));
        assert_false(chore_scene_garment_is_parked(l->scene, l->world, 0));
        assert_int_equal(chore_world_physics_steps(l->world), 0);
        for (int v = 0; v < shirt->n_vertices; v++) {
            chore_garment_vertex(l->world, shirt, v, at);
            assert_true(fabs(at[0] - 0.35) < 0.45 && fabs(at[1]) < 0.57);
            assert_true(fabs(at[2] - TOP - shirt->radius_m) < 0.002);
        }
        assert_true(seed == 0 || mju_dist3(first, at) > 0.01);
        mju_copy3(first, at);
    }
}

static void a_rumpled_one_is_nearly_flat(void **state)
{
    laundry *l = *state;
    const chore_garment *shirt = chore_scene_garment(l->scene, 0);
    chore_hash flat = place(l, 0, CHORE_GARMENT_FLAT, 1), one = place(l, 0, CHORE_GARMENT_RUMPLED, 1),
               other = place(l, 0, CHORE_GARMENT_RUMPLED, 2), again = place(l, 0, CHORE_GARMENT_RUMPLED, 1);
    int raised = 0;
    for (int v = 0; v < shirt->n_vertices; v++) {
        double at[3];
        chore_garment_vertex(l->world, shirt, v, at);
        assert_true(at[2] > TOP - 0.002 && at[2] < TOP + 0.12);
        raised += at[2] > TOP + shirt->radius_m + 0.01;
    }
    assert_true(raised > 2 && raised < shirt->n_vertices / 2);
    assert_true(chore_garment_is_asleep(l->world, shirt));
    assert_true(chore_hash_equal(one, again));
    assert_false(chore_hash_equal(one, other));
    assert_false(chore_hash_equal(one, flat));
}

static void a_crumpled_heap_is_a_function_of_the_seed(void **state)
{
    laundry *l = *state;
    const chore_garment *shirt = chore_scene_garment(l->scene, 0);
    chore_hash once = place(l, 0, CHORE_GARMENT_CRUMPLED, 1), other = place(l, 0, CHORE_GARMENT_CRUMPLED, 2);
    chore_hash again = place(l, 0, CHORE_GARMENT_CRUMPLED, 1);
    double highest = 0, at[3];
    for (int v = 0; v < shirt->n_vertices; v++) {
        chore_garment_vertex(l->world, shirt, v, at);
        assert_true(at[2] > TOP - 0.002 && at[2] < TOP + 0.25);
        highest = fmax(highest, at[2]);
    }
    assert_true(highest > TOP + shirt->layer_m);
    assert_true(chore_hash_equal(once, again));
    assert_false(chore_hash_equal(once, other));
}

static void cloth_that_goes_through_cloth_is_counted(void **state)
{
    const chore_object_def things[] = {thing("shirt_1", "tshirt", "child", ""), thing("towel_1", "towel", "tea", "")};
    laundry l = lay(things, 2);
    const chore_garment *shirt = chore_scene_garment(l.scene, 0), *towel = chore_scene_garment(l.scene, 1);
    const double low[3] = {0, 0, 2}, high[3] = {0, 0, 2.1}, fold = shirt->half_m[1] / 3;
    (void)state;
    for (int kind = 0; kind < 3; kind++) { /* the shirt's far third is turned back over it; under it; half and half */
        double at[CHORE_MAX_GARMENT_VERTICES][3];
        chore_garment_lay_flat(l.world, shirt, low, 0);
        for (int v = 0; v < shirt->n_vertices; v++) {
            chore_garment_vertex(l.world, shirt, v, at[v]);
            if (at[v][1] > fold) {
                const double up = kind == 0 || (kind == 2 && at[v][0] > 0.01) ? 0.04 : -0.04;
                at[v][2] += up * fmin(1, (at[v][1] - fold) / 0.04);
                at[v][1] = 2 * fold - at[v][1];
            }
        }
        chore_world_put_vertices(l.world, shirt->first_body, shirt->n_vertices, (const double(*)[3])at);
        int through_itself = chore_garment_crossings(l.world, shirt, shirt);
        assert_true(kind == 2 ? through_itself > 0 : through_itself == 0);
    }
    chore_garment_lay_flat(l.world, shirt, low, 0);
    chore_garment_lay_flat(l.world, towel, high, 0);
    assert_int_equal(chore_garment_crossings(l.world, shirt, towel), 0);
    double at[CHORE_MAX_GARMENT_VERTICES][3]; /* the towel stands in the shirt */
    for (int v = 0; v < towel->n_vertices; v++) {
        at[v][0] = towel->rest[v][0];
        at[v][1] = 0.011;
        at[v][2] = 2.011 + towel->rest[v][1];
    }
    chore_world_put_vertices(l.world, towel->first_body, towel->n_vertices, (const double(*)[3])at);
    assert_true(chore_garment_crossings(l.world, shirt, towel) > 0);
    assert_true(chore_garment_crossings(l.world, towel, shirt) > 0);
    assert_int_equal(chore_garment_crossings(l.world, towel, towel), 0);
    clear(&l);
}

static void refusals_say_why(void **state)
{
    laundry *l = *state;
    chore_error err = {0};
    chore_rng rng = chore_rng_stream(7, (chore_hash){1, 2}, 0, "garments");
    chore_garment_placement twice[2] = {{0, 0, {0, 0}, CHORE_GARMENT_FLAT},
                                        {0, 0, {0, 0}, CHORE_GARMENT_FLAT}};
    chore_garment_placement beyond = {1, 0, {0, 0}, CHORE_GARMENT_FLAT};
    chore_garment_placement narrow = {
        0, chore_scene_find_region(l->scene, "mat"), {0, 0}, CHORE_GARMENT_FLAT};
    assert_int_equal(chore_scene_place_garments(l->scene, l->world, twice, 2, &rng, &err), CHORE_E_USAGE);
    assert_non_null(strstr(err.message, "twice"));
    assert_int_equal(chore_scene_place_garments(l->scene, l->world, &beyond, 1, &rng, &err), CHORE_E_USAGE);
    assert_int_equal(chore_scene_place_garments(l->scene, l->world, &narrow, 1, &rng, &err),
                     CHORE_E_PLACEMENT);
    assert_non_null(strstr(err.message, "too large"));
}

/* ---- exact resume -------------------------------------------------------------------------------------- */

/* Let it fall in folds; save in the air; the rest of the way must be the same in a world that never saw the
   beginning. */
static void a_falling_garment_resumes_exactly(void **state)
{
    laundry *l = *state;
    chore_error err = {0};
    const chore_garment *shirt = chore_scene_garment(l->scene, 0);
    double pos[3] = {0.62, 0, TOP + 0.10}; /* half of it beyond the edge */
    chore_world_def def = chore_scene_world_def(l->scene);
    chore_world *fresh;
    place(l, 0, CHORE_GARMENT_FLAT, 3);
    chore_garment_lay_flat(l->world, shirt, pos, 0.3);
    check(chore_world_advance(l->world, 45, &err), &err);
    assert_true(chore_garment_speed(l->world, shirt) > 0.1);
    size_t bytes = chore_world_snapshot_bytes(l->world);
    void *snapshot = malloc(bytes);
    chore_world_snapshot(l->world, snapshot);
    check(chore_world_create(&fresh, &def, &err), &err);
    check(chore_world_restore(fresh, snapshot, bytes, &err), &err);
    assert_true(chore_hash_equal(chore_world_hash(l->world), chore_world_hash(fresh)));
    for (int i = 0; i < 8; i++) {
        check(chore_world_advance(l->world, 25, &err), &err);
        check(chore_world_advance(fresh, 25, &err), &err);
        assert_true(chore_hash_equal(chore_world_hash(l->world), chore_world_hash(fresh)));
    }
    chore_world_destroy(fresh);
    free(snapshot);
}

static void a_sleeping_heap_comes_back_from_the_cache(void **state)
{
    laundry *l = *state;
    char dir[CHORE_PATH_CAP];
    chore_error err = {0};
    chore_hash key = {5, 6}, hash;
    chore_world_def def = chore_scene_world_def(l->scene);
    chore_world *fresh;
    scratch_make(dir);
    hash = place(l, 0, CHORE_GARMENT_CRUMPLED, 4);
    check(chore_scene_cache_store(dir, key, l->world, &err), &err);
    check(chore_world_create(&fresh, &def, &err), &err);
    check(chore_scene_cache_load(dir, key, fresh, &err), &err);
    assert_true(chore_hash_equal(hash, chore_world_hash(fresh)));
    const chore_garment *shirt = chore_scene_garment(l->scene, 0);
    double nudge[1][3];
    chore_garment_vertex(fresh, shirt, shirt->boundary[0], nudge[0]);
    nudge[0][2] += 0.03; /* wakes it */
    chore_world_put_vertices(fresh, shirt->first_body + shirt->boundary[0], 1, (const double(*)[3])nudge);
    chore_world_put_vertices(l->world, shirt->first_body + shirt->boundary[0], 1, (const double(*)[3])nudge);
    check(chore_world_advance(fresh, 60, &err), &err);
    check(chore_world_advance(l->world, 60, &err), &err);
    assert_false(chore_hash_equal(hash, chore_world_hash(fresh)));
    assert_true(chore_hash_equal(chore_world_hash(l->world), chore_world_hash(fresh)));
    chore_world_destroy(fresh);
    scratch_remove(dir);
}

static int set_up(void **state)
{
    static laundry l;
    chore_object_def shirt = thing("shirt", "tshirt", "child", "red");
    l = lay(&shirt, 1);
    *state = &l;
    return 0;
}

static int tear_down(void **state)
{
    clear(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(garments_are_listed_beside_objects),
        cmocka_unit_test(every_garment_of_the_shop_can_be_made),
        cmocka_unit_test(garments_need_their_physics),
        cmocka_unit_test(a_new_garment_needs_one_file),
        cmocka_unit_test(mistakes_are_named_with_their_place),
        cmocka_unit_test(flat_is_flat_and_inside),
        cmocka_unit_test(a_rumpled_one_is_nearly_flat),
        cmocka_unit_test(a_crumpled_heap_is_a_function_of_the_seed),
        cmocka_unit_test(cloth_that_goes_through_cloth_is_counted),
        cmocka_unit_test(refusals_say_why),
        cmocka_unit_test(a_falling_garment_resumes_exactly),
        cmocka_unit_test(a_sleeping_heap_comes_back_from_the_cache),
    };
    chore_error err = {0};
    snprintf(bench, sizeof bench, "%s/tests/cloth/bench_cg.yaml", getenv("CHORE_SOURCE_DIR"));
    scene_data_make();
    int failed = chore_sim_init(&err) != CHORE_OK || cmocka_run_group_tests(tests, set_up, tear_down);
    scene_data_remove();
    return failed;
}
