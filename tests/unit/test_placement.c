#include "scene_data.h"
#include "scratch.h"

#include <chore/clock.h>
#include <chore/scene.h>
#include <mujoco/mujoco.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { TOTE, BIN, FIRST_DISH, N_PLACED = 8, N_OBJECTS = 12 };

static const char *const kinds[N_OBJECTS] = {"tote",  "bin",    "plate",  "mug",
                                             "bowl",  "fork",   "can",    "napkin_ball",
                                             "glass", "bottle", "sponge", "drying_rack"};

typedef struct table {
    chore_scene *scene;
    chore_world *world;
    chore_placement placements[N_PLACED];
} table;

static void check(chore_status status, const chore_error *err)
{
    if (status != CHORE_OK) {
        fail_msg("status %d: %s", status, err->message);
    }
}

static void lay_table(table *t, const char *scene)
{
    chore_object_def objects[N_OBJECTS];
    chore_error err = {0};
    memset(objects, 0, sizeof objects);
    for (int i = 0; i < N_OBJECTS; i++) {
        snprintf(objects[i].id, sizeof objects[i].id, "%s_%d", kinds[i], i);
        chore_copy(objects[i].kind, sizeof objects[i].kind, kinds[i]);
    }
    chore_scene_def def = {.scene = scene, .embodiment = "arm", .objects = objects, .n_objects = N_OBJECTS};
    check(chore_scene_build(&t->scene, &def, &err), &err);
    chore_world_def world = chore_scene_world_def(t->scene);
    check(chore_world_create(&t->world, &world, &err), &err);
    for (int i = 0; i < N_PLACED; i++) {
        const char *region = i == TOTE ? "tote_spot" : i == BIN ? "bin_spot" : "table_centre";
        bool fixed = i == TOTE || i == BIN;
        t->placements[i] = (chore_placement){
            i, chore_scene_find_region(t->scene, region), {fixed ? 1.52 : -mjPI, fixed ? 1.62 : mjPI}, 0, 0, 0};
    }
}

static int set_up(void **state)
{
    static table t;
    lay_table(&t, "dining_table");
    *state = &t;
    return 0;
}

static int tear_down(void **state)
{
    table *t = *state;
    chore_world_destroy(t->world);
    chore_scene_destroy(t->scene);
    return 0;
}

static chore_rng stream(uint64_t seed)
{
    return chore_rng_stream(7, (chore_hash){1, 2}, seed, "placement");
}

static chore_hash place(table *t, uint64_t seed)
{
    chore_error err = {0};
    chore_rng rng = stream(seed);
    check(chore_scene_place(t->scene, t->world, t->placements, N_PLACED, &rng, &err), &err);
    return chore_world_hash(t->world);
}

static const double *position(const table *t, int object)
{
    return chore_world_data(t->world)->qpos + chore_scene_object(t->scene, object)->qpos_adr;
}

/* ---- the result ---------------------------------------------------------------------------------------- */

static void objects_stand_apart_in_their_regions(void **state)
{
    table *t = *state;
    const mjModel *m = chore_scene_model(t->scene);
    mjModel *awake = mj_copyModel(NULL, m);
    awake->opt.enableflags = 0;
    mjData *d = mj_makeData(awake);
    for (uint64_t seed = 0; seed < 60; seed++) {
        place(t, seed);
        for (int i = 0; i < N_PLACED; i++) {
            const chore_region *region = chore_scene_region(t->scene, t->placements[i].region);
            const double *p = position(t, i);
            assert_true(fabs(p[0] - region->pos[0]) < region->half[0] &&
                        fabs(p[1] - region->pos[1]) < region->half[1]);
            assert_true(fabs(p[2] - region->pos[2]) < 0.004);
            assert_false(chore_scene_is_parked(t->scene, t->world, i));
        }
        mju_copy(d->qpos, chore_world_data(t->world)->qpos, m->nq);
        mj_forward(awake, d);
        for (int c = 0; c < d->ncon; c++) { /* on the floor, on the table, never on one another */
            int a = m->body_weldid[m->geom_bodyid[d->contact[c].geom[0]]],
                b = m->body_weldid[m->geom_bodyid[d->contact[c].geom[1]]];
            assert_true(a == 0 || b == 0);
            assert_true(d->contact[c].dist > -0.001);
        }
        assert_int_equal(chore_world_physics_steps(t->world), 0);
        assert_int_equal(chore_world_control_steps(t->world), 0);
        assert_true(chore_world_all_objects_asleep(t->world));
        const chore_arm *arm = &chore_scene_embodiment(t->scene)->arms[0];
        for (int k = 0; k < arm->n_dof; k++) {
            assert_true(fabs(d->qpos[m->jnt_qposadr[arm->joint[k]]] - arm->home[k]) < 0.002);
        }
    }
    mj_deleteData(d);
    mj_deleteModel(awake);
}

static void parked_objects_wait_far_away(void **state)
{
    table *t = *state;
    const mjModel *m = chore_scene_model(t->scene);
    place(t, 3);
    for (int i = N_PLACED; i < N_OBJECTS; i++) {
        double spot[3];
        const double *p = position(t, i);
        chore_scene_parking(t->scene, i, spot);
        assert_true(chore_scene_is_parked(t->scene, t->world, i));
        assert_true(mju_dist3(p, spot) < 1e-12); /* asleep from the first step: not moved by a hair */
        assert_true(spot[0] > 5);
        assert_true(chore_world_data(t->world)
                        ->tree_asleep[m->dof_treeid[chore_scene_object(t->scene, i)->dof_adr]] >= 0);
        for (int k = 0; k < i; k++) {
            double other[3];
            chore_scene_parking(t->scene, k, other);
            assert_true(hypot(spot[0] - other[0], spot[1] - other[1]) >
                        chore_scene_object(t->scene, i)->footprint_m +
                            chore_scene_object(t->scene, k)->footprint_m + 0.1);
        }
    }
}

static void the_seed_decides_and_nothing_else(void **state)
{
    table *t = *state;
    chore_error err = {0};
    chore_hash first = place(t, 11), other = place(t, 12);
    assert_false(chore_hash_equal(first, other));
    assert_true(chore_hash_equal(first, place(t, 11)));

    const double aside[3] = {0.5, 0, 1.5},
                 upright[4] = {1, 0, 0, 0}; /* a past: modes, pushes, falling objects */
    float action[CHORE_MAX_ARMS * (CHORE_MAX_DOF + 1)];
    const double force[6] = {3, 1, 0, 0, 0, 0};
    chore_world_put_body(t->world, chore_scene_object(t->scene, 9)->body, aside, upright);
    check(chore_world_set_mode(t->world, CHORE_MODE_EEF_DELTA, &err), &err);
    chore_world_push_body(t->world, chore_scene_object(t->scene, 3)->body, force, 1000);
    for (int i = 0; i < 30; i++) {
        chore_world_hold_action(t->world, action);
        action[0] += 0.01f;
        check(chore_world_step(t->world, action, NULL, &err), &err);
    }
    assert_true(chore_hash_equal(first, place(t, 11)));

    table fresh;
    lay_table(&fresh, "dining_table");
    assert_true(chore_hash_equal(first, place(&fresh, 11)));
    void *self = &fresh;
    tear_down(&self);
}

/* Every kind in every size comes to rest where it is put, alone, whatever its yaw. */
static void every_kind_settles(void **state)
{
    (void)state;
    chore_error err = {0};
    for (int i = 0; i < N_OBJECTS; i++) {
        static const char *const sizes[] = {"small", "large"};
        for (int k = 0; k < 2; k++) {
            chore_object_def object = {"x", {0}, {0}, {0}};
            chore_copy(object.kind, sizeof object.kind, kinds[i]);
            chore_copy(object.size, sizeof object.size, sizes[k]);
            chore_scene_def def = {
                .scene = "dining_table", .embodiment = NULL, .objects = &object, .n_objects = 1};
            chore_scene *scene;
            if (chore_scene_build(&scene, &def, &err) != CHORE_OK) {
                assert_non_null(strstr(err.message, "no size")); /* containers come in one */
                continue;
            }
            chore_world_def world_def = chore_scene_world_def(scene);
            chore_world *world;
            check(chore_world_create(&world, &world_def, &err), &err);
            for (uint64_t seed = 0; seed < 10; seed++) {
                const char *region = strcmp(kinds[i], "tote") == 0          ? "tote_spot"
                                     : strcmp(kinds[i], "drying_rack") == 0 ? "rack_spot"
                                                                            : "table_centre";
                bool large = chore_scene_object(scene, 0)->footprint_m > 0.2;
                chore_placement placement = {0,
                                             chore_scene_find_region(scene, region),
                                             {large ? 1.55 : -mjPI, large ? 1.59 : mjPI},
                                             0,
                                             0,
                                             0};
                chore_rng rng = stream(seed);
                chore_status status = chore_scene_place(scene, world, &placement, 1, &rng, &err);
                if (status != CHORE_OK) {
                    fail_msg("%s %s, seed %d: %s", sizes[k], kinds[i], (int)seed, err.message);
                }
            }
            chore_world_destroy(world);
            chore_scene_destroy(scene);
        }
    }
}

/* ---- what cannot be ------------------------------------------------------------------------------------ */

static void expect_refusal(table *t, const chore_placement *placements, int n, chore_status status,
                           const char *part)
{
    chore_error err = {0};
    chore_rng rng = stream(1);
    chore_status got = chore_scene_place(t->scene, t->world, placements, n, &rng, &err);
    if (got != status || strstr(err.message, part) == NULL) {
        fail_msg("expected status %d '%s', got %d '%s'", status, part, got, err.message);
    }
}

static void impossible_placements_are_explained(void **state)
{
    (void)state;
    table t;
    scene_data_write("scenes/defs/odd.yaml",
                     "name: odd\nversion: 1\ninclude: dining_table.yaml\nregions:\n"
                     "  slit: {pos: [0.5 m, 0 m, 0.75 m], half: [2 cm, 20 cm, 10 cm]}\n"
                     "  full: {pos: [0.5 m, 0 m, 0.75 m], half: [11 cm, 11 cm, 10 cm]}\n"
                     "  brink: {pos: [0.815 m, 0 m, 0.75 m], half: [3 cm, 6 cm, 10 cm]}\n"
                     "  air: {pos: [0.5 m, 0 m, 0.95 m], half: [20 cm, 20 cm, 10 cm]}\n"
                     "  base: {pos: [0 m, 0 m, 0.75 m], half: [12 cm, 12 cm, 10 cm]}\n"
                     "  tote_spot: {pos: [0.45 m, 0.42 m, 0.75 m], half: [23 cm, 19 cm, 15 cm]}\n"
                     "  bin_spot: {pos: [0.42 m, -0.42 m, 0.75 m], half: [14 cm, 14 cm, 25 cm]}\n"
                     "  table_centre: {pos: [0.475 m, 0 m, 0.75 m], half: [14 cm, 22 cm, 15 cm]}\n");
    lay_table(&t, "odd");
    chore_placement p[3] = {
        {2, chore_scene_find_region(t.scene, "slit"), {0, 0}, 0, 0, 0},
        {3, 0, {0, 0}, 0, 0, 0},
        {4, 0, {0, 0}, 0, 0, 0}};
    expect_refusal(&t, p, 1, CHORE_E_PLACEMENT, "too large for its place: 'plate_2'");
    p[0].region = p[1].region = p[2].region = chore_scene_find_region(t.scene, "full");
    expect_refusal(&t, p, 3, CHORE_E_PLACEMENT, "no room left for");
    p[0] = (chore_placement){6, chore_scene_find_region(t.scene, "brink"), {0, 0}, 0, 0, 0};
    expect_refusal(&t, p, 1, CHORE_E_PLACEMENT, "'can_6' moved away by");
    p[1] = (chore_placement){3, chore_scene_find_region(t.scene, "air"), {0, 0}, 0, 0, 0};
    expect_refusal(&t, &p[1], 1, CHORE_E_PLACEMENT, "'mug_3' moved away by 20");
    p[1].lift_m = 0.3;
    p[1].region = chore_scene_find_region(t.scene, "table_centre");
    expect_refusal(&t, &p[1], 1, CHORE_E_PLACEMENT, "'mug_3' ");
    p[1] = (chore_placement){N_OBJECTS, 0, {0, 0}, 0, 0, 0};
    expect_refusal(&t, p, 2, CHORE_E_USAGE, "object 12 of 12");
    p[1] = p[0];
    expect_refusal(&t, p, 2, CHORE_E_USAGE, "'can_6' is placed twice");

    double pos[3], quat[4];
    chore_rng rng = stream(5);
    place(&t, 1);
    assert_false(chore_scene_free_spot(t.scene, t.world, 8, chore_scene_find_region(t.scene, "base"), 0.01,
                                       &rng, pos, quat));
    assert_false(chore_scene_free_spot(t.scene, t.world, 2, chore_scene_find_region(t.scene, "slit"), 0.01,
                                       &rng, pos, quat));
    void *self = &t;
    tear_down(&self);
}

/* ---- coming in later ----------------------------------------------------------------------------------- */

static void a_free_spot_is_free(void **state)
{
    table *t = *state;
    const int newcomer = 8, region = chore_scene_find_region(t->scene, "table_centre");
    const chore_region *where = chore_scene_region(t->scene, region);
    const double radius = chore_scene_object(t->scene, newcomer)->footprint_m;
    int found = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        chore_error err = {0};
        double pos[3], quat[4], again[3];
        place(t, seed);
        chore_rng rng = stream(100 + seed), same = rng;
        chore_hash before = chore_world_hash(t->world);
        if (!chore_scene_free_spot(t->scene, t->world, newcomer, region, 0.01, &rng, pos, quat)) {
            continue;
        }
        found++;
        assert_true(chore_hash_equal(before, chore_world_hash(t->world)));
        assert_true(chore_scene_free_spot(t->scene, t->world, newcomer, region, 0.01, &same, again, quat));
        assert_memory_equal(pos, again, sizeof pos);
        assert_true(fabs(pos[0] - where->pos[0]) <= where->half[0] - radius &&
                    fabs(pos[1] - where->pos[1]) <= where->half[1] - radius);
        double gone[N_PLACED][3];
        for (int i = 0; i < N_PLACED; i++) {
            mju_copy3(gone[i], position(t, i));
        }
        pos[2] += 0.002;
        chore_world_put_body(t->world, chore_scene_object(t->scene, newcomer)->body, pos, quat);
        check(chore_world_advance(t->world, 300, &err), &err);
        assert_true(hypot(position(t, newcomer)[0] - pos[0], position(t, newcomer)[1] - pos[1]) < 0.005);
        assert_true(fabs(position(t, newcomer)[2] - pos[2]) < 0.005);
        for (int i = 0; i < N_PLACED; i++) {
            assert_true(mju_dist3(gone[i], position(t, i)) < 1e-9); /* nobody was touched: all still asleep */
        }
        assert_false(chore_scene_is_parked(t->scene, t->world, newcomer));
    }
    assert_true(found >= 10); /* the table is crowded: six things on it */
}

/* ---- cache --------------------------------------------------------------------------------------------- */

static void flip_byte(const char *folder, long from_end)
{
    char **names, path[CHORE_PATH_CAP];
    int n;
    assert_int_equal(chore_dir_list(folder, &names, &n, NULL), CHORE_OK);
    assert_int_equal(n, 1);
    assert_int_equal(chore_path_join(path, folder, names[0], NULL), CHORE_OK);
    chore_dir_list_free(names, n);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, -from_end, SEEK_END), 0);
    int byte = fgetc(file);
    assert_int_equal(fseek(file, -from_end, SEEK_END), 0);
    assert_int_not_equal(fputc(byte ^ 1, file), EOF);
    assert_int_equal(fclose(file), 0);
}

static void the_cache_gives_back_what_it_got(void **state)
{
    table *t = *state;
    chore_error err = {0};
    char root[CHORE_PATH_CAP], folder[CHORE_PATH_CAP];
    const chore_hash key = {3, 4}, other_key = {3, 5};
    scratch_make(root);
    assert_int_equal(chore_path_join(folder, root, "cache", NULL), CHORE_OK);
    assert_int_equal(chore_scene_cache_load(folder, key, t->world, &err), CHORE_E_NOT_FOUND);
    assert_int_equal(chore_scene_cache_load(NULL, key, t->world, &err), CHORE_E_NOT_FOUND);

    chore_hash settled = place(t, 5);
    check(chore_scene_cache_store(NULL, key, t->world, &err), &err);
    check(chore_scene_cache_store(folder, key, t->world, &err), &err);
    check(chore_scene_cache_store(folder, key, t->world, &err), &err);
    place(t, 6);
    uint64_t start = chore_now_ns();
    check(chore_scene_cache_load(folder, key, t->world, &err), &err);
    assert_true(chore_now_ns() - start < 20000000);
    assert_true(chore_hash_equal(settled, chore_world_hash(t->world)));
    assert_int_equal(chore_scene_cache_load(folder, other_key, t->world, &err), CHORE_E_NOT_FOUND);

    check(chore_world_advance(t->world, 100, &err), &err); /* and goes on as the original does */
    chore_hash later = chore_world_hash(t->world);
    place(t, 5);
    check(chore_world_advance(t->world, 100, &err), &err);
    assert_true(chore_hash_equal(later, chore_world_hash(t->world)));

    chore_hash before = chore_world_hash(t->world);
    flip_byte(folder, 1);
    assert_int_equal(chore_scene_cache_load(folder, key, t->world, &err), CHORE_E_NOT_FOUND);
    assert_non_null(strstr(err.message, "damaged"));
    assert_true(chore_hash_equal(before, chore_world_hash(t->world)));
    check(chore_scene_cache_store(folder, key, t->world, &err), &err);
    check(chore_scene_cache_load(folder, key, t->world, &err), &err);
    assert_true(scratch_remove(folder));
    assert_true(scratch_remove(root));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(objects_stand_apart_in_their_regions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(parked_objects_wait_far_away, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_seed_decides_and_nothing_else, set_up, tear_down),
        cmocka_unit_test(every_kind_settles),
        cmocka_unit_test(impossible_placements_are_explained),
        cmocka_unit_test_setup_teardown(a_free_spot_is_free, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_cache_gives_back_what_it_got, set_up, tear_down),
    };
    scene_data_make();
    CHORE_ASSERT(chore_sim_init(NULL) == CHORE_OK);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    scene_data_remove();
    return failed;
}
