#include "scene_data.h"
#include "scene_made.h"

#include <chore/files.h>
#include <chore/scene.h>
#include <chore/yaml.h>
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

/* ---- what stands in a scene ---------------------------------------------------------------------------- */

static void a_scene_has_a_table_of_contents(void **state)
{
    (void)state;
    chore_object_def objects[] = {scene_object("mug_1", "mug", "", ""),
                                  scene_object("plate_1", "plate", "large", ""),
                                  scene_object("bin_1", "bin", "", "")};
    chore_scene *scene = scene_made("dining_table", "arm", objects, 3);
    const mjModel *m = chore_scene_model(scene);
    assert_string_equal(chore_scene_name(scene), "dining_table");
    assert_true(chore_scene_version(scene) >= 1);
    assert_int_equal(chore_scene_n_objects(scene), 3);
    assert_int_equal(chore_scene_find_object(scene, "plate_1"), 1);
    assert_int_equal(chore_scene_find_object(scene, "plate_2"), -1);
    for (int i = 0; i < 3; i++) {
        const chore_object *o = chore_scene_object(scene, i);
        assert_string_equal(o->id, objects[i].id);
        assert_int_equal(m->body_jntnum[o->body], 1);
        assert_int_equal(m->jnt_type[m->body_jntadr[o->body]], mjJNT_FREE);
        assert_int_equal(m->jnt_qposadr[m->body_jntadr[o->body]], o->qpos_adr);
        assert_int_equal(m->jnt_dofadr[m->body_jntadr[o->body]], o->dof_adr);
        assert_int_equal(mj_name2id(m, mjOBJ_JOINT, o->id), m->body_jntadr[o->body]);
        assert_non_null(chore_object_site(o, "base"));
        assert_null(chore_object_site(o, "no_such_site"));
    }
    const chore_object *mug = chore_scene_object(scene, 0), *bin = chore_scene_object(scene, 2);
    assert_string_equal(mug->category, "dish");
    assert_true(mug->size[0] != '\0' && mug->colour[0] != '\0');
    assert_true(mug->n_grasps >= 1);
    assert_string_equal(mug->sites[mug->grasps[0].site].name, "grasp_rim");
    assert_string_equal(mug->grasps[0].symmetry, "ring");
    assert_true(chore_object_site(bin, "cavity")->is_box);
    assert_false(chore_object_site(bin, "base")->is_box);

    int region = chore_scene_find_region(scene, "table_centre");
    assert_true(region >= 0);
    assert_string_equal(chore_scene_region(scene, region)->name, "table_centre");
    assert_int_equal(chore_scene_find_region(scene, "nowhere"), -1);
    assert_int_equal(chore_scene_find_fixture(scene, "floor"), 0);
    assert_true(chore_scene_find_fixture(scene, "table") > 0);
    assert_int_equal(chore_scene_find_fixture(scene, "sink"), -1);
    assert_int_equal(chore_scene_n_fixtures(scene), 2);
    for (int i = 0; i < 2; i++) {
        assert_true(chore_scene_find_fixture(scene, chore_scene_fixture_name(scene, i)) >= 0);
    }
    const char *const *cameras = chore_scene_cameras(scene);
    assert_string_equal(cameras[0], "front");
    for (int i = 0; cameras[i] != NULL; i++) {
        assert_true(mj_name2id(m, mjOBJ_CAMERA, cameras[i]) >= 0);
    }
    chore_scene_destroy(scene);
    chore_scene_destroy(NULL);
}

static void the_robot_is_resolved(void **state)
{
    (void)state;
    chore_scene *scene = scene_made("dining_table", "arm", NULL, 0);
    const mjModel *m = chore_scene_model(scene);
    const chore_embodiment *robot = chore_scene_embodiment(scene);
    const chore_arm *arm = &robot->arms[0];
    assert_string_equal(robot->name, "arm");
    assert_int_equal(robot->n_arms, 1);
    assert_int_equal(arm->n_dof, 7);
    for (int i = 0; i < arm->n_dof; i++) {
        assert_int_equal(m->actuator_trnid[2 * arm->actuator[i]], arm->joint[i]);
        assert_true(arm->velocity_limit[i] > 1 && arm->velocity_limit[i] < 4);
        assert_true(arm->home[i] >= m->jnt_range[2 * arm->joint[i]] &&
                    arm->home[i] <= m->jnt_range[2 * arm->joint[i] + 1]);
    }
    assert_string_equal(mj_id2name(m, mjOBJ_SITE, arm->tool_site), "tool");
    assert_true(fabs(arm->gripper_width_m - 0.08) < 1e-9);
    assert_true(robot->n_cameras >= 1 && mj_name2id(m, mjOBJ_CAMERA, robot->cameras[0]) >= 0);
    chore_scene_destroy(scene);

    scene = scene_made("dining_table", NULL, NULL, 0);
    assert_int_equal(chore_scene_embodiment(scene)->n_arms, 0);
    chore_scene_destroy(scene);
}

static void options_are_those_of_the_scene(void **state)
{
    (void)state;
    chore_scene *scene = scene_made("dining_table", "arm", NULL, 0);
    const mjModel *m = chore_scene_model(scene);
    assert_true(fabs(m->opt.timestep - 1.0 / 300) < 1e-15);
    assert_int_equal(m->opt.integrator, mjINT_IMPLICITFAST);
    assert_int_equal(m->opt.solver, mjSOL_NEWTON);
    assert_int_equal(m->opt.cone, mjCONE_ELLIPTIC);
    assert_true(fabs(m->opt.impratio - 10) < 1e-15);
    assert_int_equal(m->opt.enableflags, mjENBL_SLEEP);
    assert_int_equal(m->opt.disableflags, mjDSBL_AUTORESET);
    chore_scene_destroy(scene);
}

static const float *body_colour(const mjModel *m, const char *material)
{
    int id = mj_name2id(m, mjOBJ_MATERIAL, material);
    assert_true(id >= 0);
    return m->mat_rgba + 4 * id;
}

/* Sizes scale all lengths together; the mass is the one asked for, spread as in the fragment. */
static void sizes_and_colours_apply(void **state)
{
    (void)state;
    chore_object_def objects[] = {scene_object("a", "mug", "small", "blue"),
                                  scene_object("b", "mug", "large", "red")};
    chore_scene *scene = scene_made("dining_table", NULL, objects, 2);
    const mjModel *m = chore_scene_model(scene);
    const chore_object *a = chore_scene_object(scene, 0), *b = chore_scene_object(scene, 1);
    double ratio = a->footprint_m / b->footprint_m;
    assert_true(ratio > 0.5 && ratio < 0.99);
    assert_true(fabs(a->height_m / b->height_m - ratio) < 1e-12);
    assert_true(fabs(chore_object_site(a, "top")->pos[2] / chore_object_site(b, "top")->pos[2] -
                     ratio) < 1e-9);
    assert_true(fabs(m->body_mass[a->body] - a->mass_kg) < 1e-9 &&
                fabs(m->body_mass[b->body] - b->mass_kg) < 1e-9);
    assert_int_equal(m->body_geomnum[a->body], m->body_geomnum[b->body]);
    double mass_ratio = a->mass_kg / b->mass_kg;
    for (int k = 0; k < m->body_geomnum[a->body]; k++) {
        int ga = m->body_geomadr[a->body] + k, gb = m->body_geomadr[b->body] + k;
        assert_true(fabs(m->geom_rbound[ga] - ratio * m->geom_rbound[gb]) < 1e-9);
        for (int i = 0; i < 3; i++) {
            assert_true(fabs(m->geom_pos[3 * ga + i] - ratio * m->geom_pos[3 * gb + i]) < 1e-9);
        }
    }
    for (int i = 0; i < 3;
         i++) { /* same shape, same spread: inertia goes with mass and length squared */
        double scaled = m->body_inertia[3 * b->body + i] * mass_ratio * ratio * ratio;
        assert_true(fabs(m->body_inertia[3 * a->body + i] / scaled - 1) < 1e-6);
    }
    const float *blue = body_colour(m, "a/body"), *red = body_colour(m, "b/body");
    assert_true(blue[2] > blue[0] && red[0] > red[2]);
    assert_string_equal(a->colour, "blue");
    assert_string_equal(b->size, "large");
    chore_scene_destroy(scene);
}

static void the_hash_knows_what_went_in(void **state)
{
    (void)state;
    chore_object_def objects[] = {scene_object("a", "mug", "small", "blue"),
                                  scene_object("b", "plate", "", "")};
    chore_scene *scenes[5];
    scenes[0] = scene_made("dining_table", "arm", objects, 2);
    scenes[1] = scene_made("dining_table", "arm", objects, 2);
    scenes[2] = scene_made("dining_table", "arm", objects, 1);
    scenes[3] = scene_made("dining_table", NULL, objects, 2);
    objects[0] = scene_object("a", "mug", "small", "red");
    scenes[4] = scene_made("dining_table", "arm", objects, 2);
    assert_true(chore_hash_equal(chore_scene_hash(scenes[0]), chore_scene_hash(scenes[1])));
    for (int i = 1; i < 5; i++) {
        for (int k = i + 1; k < 5; k++) {
            assert_false(
                chore_hash_equal(chore_scene_hash(scenes[i]), chore_scene_hash(scenes[k])));
        }
    }
    for (int i = 0; i < 5; i++) {
        chore_scene_destroy(scenes[i]);
    }
}

typedef struct bounds {
    double radius, low, high; /* about and along the body's z axis */
} bounds;

/* Of an object that stands upright, unturned. */
static void widen(bounds *b, const mjModel *m, const mjData *d, int geom, const double local[3])
{
    double at[3];
    const int body = m->geom_bodyid[geom], root = m->body_rootid[body];
    mju_mulMatVec3(at, d->geom_xmat + 9 * geom, local);
    mju_addTo3(at, d->geom_xpos + 3 * geom);
    mju_subFrom3(at, d->xpos + 3 * root);
    b->radius = fmax(b->radius, hypot(at[0], at[1]));
    if (body != root) {
        return; /* how high a flap stands is no part of the height */
    }
    b->low = fmin(b->low, at[2]);
    b->high = fmax(b->high, at[2]);
}

/* Vertices of meshes, corners of the boxes around everything else. */
static void widen_by_geom(bounds *b, const mjModel *m, const mjData *d, int geom)
{
    int mesh = m->geom_type[geom] == mjGEOM_MESH ? m->geom_dataid[geom] : -1;
    int n = mesh >= 0 ? m->mesh_vertnum[mesh] : 8;
    for (int i = 0; i < n; i++) {
        double at[3];
        for (int k = 0; k < 3; k++) {
            const double *box = m->geom_aabb + 6 * geom;
            at[k] = mesh >= 0 ? (double)m->mesh_vert[3 * (m->mesh_vertadr[mesh] + i) + k]
                              : box[k] + (i >> k & 1 ? box[3 + k] : -box[3 + k]);
        }
        widen(b, m, d, geom, at);
    }
}

/* Cloth: it is cut to measure and has no file of geometry that could disagree (test_garment). */
static bool is_garment(const char *dir, const char *kind)
{
    char path[CHORE_PATH_CAP], leaf[2 * CHORE_NAME_CAP];
    chore_yaml *yaml;
    snprintf(leaf, sizeof leaf, "%.64s/object.yaml", kind);
    assert_int_equal(chore_path_join(path, dir, leaf, NULL), CHORE_OK);
    assert_int_equal(chore_yaml_load(&yaml, path, NULL), CHORE_OK);
    bool found = chore_yaml_find(chore_yaml_root(yaml), "garment") != NULL;
    chore_yaml_free(yaml);
    return found;
}

/* Placement believes the YAML; the geometry must agree. */
static void every_kind_is_as_large_as_it_says(void **state)
{
    (void)state;
    char dir[CHORE_PATH_CAP], **kinds;
    int n;
    assert_int_equal(
        chore_path_join(dir, getenv("CHORE_SOURCE_DIR"), "scenes/assets/objects", NULL), CHORE_OK);
    assert_int_equal(chore_dir_list(dir, &kinds, &n, NULL), CHORE_OK);
    assert_true(n >= 12);
    for (int i = 0; i < n; i++) {
        if (is_garment(dir, kinds[i])) {
            continue;
        }
        chore_object_def def = scene_object("x", kinds[i], "", "");
        chore_scene *scene = scene_made("dining_table", NULL, &def, 1);
        const mjModel *m = chore_scene_model(scene);
        const chore_object *o = chore_scene_object(scene, 0);
        bounds b = {0, 1, 0}, hit = {0, 1, 0}; /* of all that is seen; of what others can touch */
        mjData *d = mj_makeData(m);
        for (int k = 0; k < o->n_parts && o->n_stances > 0; k++) {
            d->qpos[o->parts[k].qpos_adr] = o->stances[0].at[k];
        }
        mj_kinematics(m, d);
        for (int g = 0; g < m->ngeom; g++) {
            if (m->body_rootid[m->geom_bodyid[g]] == o->body) {
                widen_by_geom(&b, m, d, g);
                if (m->geom_contype[g] || m->geom_conaffinity[g]) {
                    widen_by_geom(&hit, m, d, g);
                }
            }
        }
        mj_deleteData(d);
        /* corners of boxes around round shapes stick out by up to sqrt 2 */
        if (o->footprint_m * 1.42 < b.radius || o->footprint_m > b.radius * 1.05 ||
            fabs(b.low) > 0.003 ||
            (fabs(b.high - o->height_m) > 0.012 && fabs(hit.high - o->height_m) > 0.012)) {
            fail_msg("%s: footprint %.4f (corners at %.4f), height %.4f (from %.4f to %.4f)",
                     kinds[i], o->footprint_m, b.radius, o->height_m, b.low, b.high);
        }
        chore_scene_destroy(scene);
    }
    chore_dir_list_free(kinds, n);
}

/* ---- adding things without a compiler ------------------------------------------------------------------ */

static void a_new_object_needs_two_files(void **state)
{
    (void)state;
    scene_data_write("scenes/assets/objects/brick/object.yaml", scene_brick_yaml);
    scene_data_write("scenes/assets/objects/brick/brick.xml", scene_brick_xml);
    chore_object_def def = scene_object("brick_1", "brick", "", "");
    chore_scene *scene = scene_made("dining_table", "arm", &def, 1);
    assert_true(fabs(chore_scene_object(scene, 0)->mass_kg - 0.9) < 1e-12);
    chore_scene_destroy(scene);
}

static void a_scene_may_include_another(void **state)
{
    (void)state;
    scene_data_write(
        "scenes/defs/slow_table.yaml",
        "name: slow_table\nversion: 3\ninclude: dining_table.yaml\n"
        "physics: {rate: 600 Hz, integrator: discrete, solver: cg, tolerance: 2e-5, iterations: 40, "
        "cone: pyramidal, impratio: 2, sleep: false}\n");
    chore_scene *scene = scene_made("slow_table", "arm", NULL, 0);
    const mjModel *m = chore_scene_model(scene);
    assert_string_equal(chore_scene_name(scene), "slow_table");
    assert_int_equal(chore_scene_version(scene), 3);
    assert_true(fabs(m->opt.timestep - 1.0 / 600) < 1e-15);
    assert_int_equal(m->opt.integrator, mjINT_DISCRETE);
    assert_int_equal(m->opt.solver, mjSOL_CG);
    assert_true(fabs(m->opt.tolerance - 2e-5) < 1e-15);
    assert_int_equal(m->opt.iterations, 40);
    assert_int_equal(m->opt.cone, mjCONE_PYRAMIDAL);
    assert_int_equal(m->opt.enableflags, 0);
    assert_true(chore_scene_find_region(scene, "table_centre") >= 0);
    chore_scene_destroy(scene);
}

static void doors_start_where_the_scene_says(void **state)
{
    (void)state;
    chore_error err = {0};
    scene_data_write("scenes/defs/open_laundry.yaml",
                     "name: open_laundry\nversion: 1\ninclude: laundry_room.yaml\n"
                     "joints: {dryer/door: 95 deg}\n");
    chore_scene *scene = scene_made("open_laundry", NULL, NULL, 0);
    chore_world_def def = chore_scene_world_def(scene);
    chore_world *world = NULL;
    chore_rng rng = chore_rng_stream(1, (chore_hash){1, 2}, 0, "doors");
    assert_int_equal(chore_world_create(&world, &def, &err), CHORE_OK);
    int door = chore_scene_find_joint(scene, "dryer/door");
    const double *angle =
        chore_world_data(world)->qpos + chore_scene_model(scene)->jnt_qposadr[door];
    assert_int_equal(chore_scene_place(scene, world, NULL, 0, &rng, &err), CHORE_OK);
    assert_true(fabs(*angle - 95 * mjPI / 180) < 1e-3); /* it stays where it is left */
    assert_int_equal(chore_scene_set_joint(scene, world, door, 0.5, &err), CHORE_OK);
    assert_true(fabs(*angle - 0.5) < 1e-12);
    assert_int_equal(chore_scene_set_joint(scene, world, door, 3, &err), CHORE_E_USAGE);
    assert_non_null(strstr(err.message, "dryer/door"));
    assert_int_equal(chore_scene_set_joint(scene, world, -1, 0, &err), CHORE_E_USAGE);
    chore_world_destroy(world);
    chore_scene_destroy(scene);
    scene_data_write("scenes/defs/open_laundry.yaml",
                     "name: open_laundry\nversion: 1\ninclude: laundry_room.yaml\n"
                     "joints: {dryer/dor: 95 deg}\n");
    chore_scene_def bad = {.scene = "open_laundry"};
    assert_int_equal(chore_scene_build(&scene, &bad, &err), CHORE_E_FILE);
    assert_non_null(strstr(err.message, "did you mean 'dryer/door'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scene_has_a_table_of_contents),
        cmocka_unit_test(the_robot_is_resolved),
        cmocka_unit_test(options_are_those_of_the_scene),
        cmocka_unit_test(sizes_and_colours_apply),
        cmocka_unit_test(the_hash_knows_what_went_in),
        cmocka_unit_test(every_kind_is_as_large_as_it_says),
        cmocka_unit_test(a_new_object_needs_two_files),
        cmocka_unit_test(a_scene_may_include_another),
        cmocka_unit_test(doors_start_where_the_scene_says),
    };
    scene_data_make();
    CHORE_ASSERT(chore_sim_init(NULL) == CHORE_OK);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    scene_data_remove();
    return failed;
}
