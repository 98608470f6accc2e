#include "scene_data.h"

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

static chore_object_def object(const char *id, const char *kind, const char *size,
                               const char *colour)
{
    chore_object_def def = {{0}, {0}, {0}, {0}};
    chore_copy(def.id, sizeof def.id, id);
    chore_copy(def.kind, sizeof def.kind, kind);
    chore_copy(def.size, sizeof def.size, size);
    chore_copy(def.colour, sizeof def.colour, colour);
    return def;
}

static chore_status build(chore_scene **out, const char *scene, const char *robot,
                          const chore_object_def *objects, int n, chore_error *err)
{
    chore_scene_def def = {.scene = scene, .embodiment = robot, .objects = objects, .n_objects = n};
    *out = NULL;
    return chore_scene_build(out, &def, err);
}

static chore_scene *build_ok(const char *scene, const char *robot, const chore_object_def *objects,
                             int n)
{
    chore_scene *out;
    chore_error err = {0};
    if (build(&out, scene, robot, objects, n, &err) != CHORE_OK) {
        fail_msg("%s:%d:%d: %s", err.file, err.line, err.column, err.message);
    }
    return out;
}

static void expect_failure(const char *scene, const char *robot, const chore_object_def *objects,
                           int n, chore_status status, const char *file, int line, const char *part)
{
    chore_scene *out;
    chore_error err = {0};
    chore_status got = build(&out, scene, robot, objects, n, &err);
    if (got != status || strstr(err.message, part) == NULL || strstr(err.file, file) == NULL ||
        (line > 0 && err.line != line)) {
        fail_msg("expected status %d at %s:%d '%s', got %d at %s:%d:%d '%s'", status, file, line,
                 part, got, err.file, err.line, err.column, err.message);
    }
    assert_null(out);
}

/* ---- what stands in a scene ---------------------------------------------------------------------------- */

static void a_scene_has_a_table_of_contents(void **state)
{
    (void)state;
    chore_object_def objects[] = {object("mug_1", "mug", "", ""),
                                  object("plate_1", "plate", "large", ""),
                                  object("bin_1", "bin", "", "")};
    chore_scene *scene = build_ok("dining_table", "arm", objects, 3);
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
    chore_scene *scene = build_ok("dining_table", "arm", NULL, 0);
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

    scene = build_ok("dining_table", NULL, NULL, 0);
    assert_int_equal(chore_scene_embodiment(scene)->n_arms, 0);
    chore_scene_destroy(scene);
}

static void options_are_those_of_the_scene(void **state)
{
    (void)state;
    chore_scene *scene = build_ok("dining_table", "arm", NULL, 0);
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
    chore_object_def objects[] = {object("a", "mug", "small", "blue"),
                                  object("b", "mug", "large", "red")};
    chore_scene *scene = build_ok("dining_table", NULL, objects, 2);
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
    chore_object_def objects[] = {object("a", "mug", "small", "blue"),
                                  object("b", "plate", "", "")};
    chore_scene *scenes[5];
    scenes[0] = build_ok("dining_table", "arm", objects, 2);
    scenes[1] = build_ok("dining_table", "arm", objects, 2);
    scenes[2] = build_ok("dining_table", "arm", objects, 1);
    scenes[3] = build_ok("dining_table", NULL, objects, 2);
    objects[0] = object("a", "mug", "small", "red");
    scenes[4] = build_ok("dining_table", "arm", objects, 2);
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
        chore_object_def def = object("x", kinds[i], "", "");
        chore_scene *scene = build_ok("dining_table", NULL, &def, 1);
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

static const char brick_yaml[] =
    "name: brick\nversion: 1\nmjcf: brick.xml\ncategory: tool\nmaterial: clay\n"
    "footprint: 8 cm\nheight: 5 cm\nsizes: {normal: {scale: 1.0, mass: 900 g}}\n"
    "colours: {red: [0.7, 0.3, 0.2]}\n";
static const char brick_xml[] =
    "<mujoco><asset><material name=\"body\"/></asset><worldbody><body name=\"object\">\n"
    "<geom type=\"box\" size=\".06 .04 .025\" pos=\"0 0 .025\" material=\"body\"/>\n"
    "<site name=\"base\"/></body></worldbody></mujoco>\n";

static void a_new_object_needs_two_files(void **state)
{
    (void)state;
    scene_data_write("scenes/assets/objects/brick/object.yaml", brick_yaml);
    scene_data_write("scenes/assets/objects/brick/brick.xml", brick_xml);
    chore_object_def def = object("brick_1", "brick", "", "");
    chore_scene *scene = build_ok("dining_table", "arm", &def, 1);
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
    chore_scene *scene = build_ok("slow_table", "arm", NULL, 0);
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
    chore_scene *scene = build_ok("open_laundry", NULL, NULL, 0);
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

/* ---- bad files ----------------------------------------------------------------------------------------- */

#define HEAD   "name: x\nversion: 1\nroom: room\n"
#define ROBOT  "robot: {pos: [0 m, 0 m, 0 m]}\n"
#define REGION "regions: {r: {pos: [0 m, 0 m, 0 m], half: [1 m, 1 m, 1 m]}}\n"
#define CAMERA "cameras: [{name: c, pos: [1 m, 0 m, 1 m], look_at: [0 m, 0 m, 0 m], fov: 45 deg}]\n"

static void bad_scene_files_are_explained(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
        const char *part;
    } bad[] = {
        {HEAD ROBOT REGION, 1, "a scene needs the key 'cameras'"},
        {"name: x\nversion: 1\nrooom: room\n", 3, "did you mean 'room'?"},
        {HEAD "robot: {pos: [0, 0 m, 0 m]}\n" REGION CAMERA, 4, "mm"},
        {HEAD ROBOT "regions: {r: {pos: [0 m, 0 m, 0 m], half: [1 m, 0 m, 1 m]}}\n" CAMERA, 5,
         "above zero"},
        {HEAD ROBOT "regions: {Bad: {pos: [0 m, 0 m, 0 m], half: [1 m, 1 m, 1 m]}}\n" CAMERA, 5,
         "'Bad' is no name"},
        {HEAD ROBOT REGION
         "cameras: [{name: c, pos: [1 m, 0 m, 1 m], look_at: [0 m, 0 m, 0 m], fov: 45}]\n",
         6, "deg"},
        {HEAD ROBOT REGION
         "cameras: [{name: c, pos: [0 m, 0 m, 0 m], look_at: [0 m, 0 m, 0 m], fov: 45 deg}]\n",
         6, "its own place"},
        {HEAD ROBOT REGION CAMERA "physics: {integrator: euler}\n", 7,
         "unknown integrator 'euler'"},
        {HEAD ROBOT REGION CAMERA "physics: {rate: 0.003 s}\n", 7, "Hz"},
        {HEAD ROBOT REGION CAMERA "physics: {rate: 250 Hz}\n", 7, "a multiple of 20 Hz"},
        {HEAD ROBOT REGION CAMERA "physics: {rate: 80 Hz}\n", 7, "from 100 to 2000 Hz"},
        {HEAD ROBOT REGION CAMERA "physics: {step: 300 Hz}\n", 7, "unknown key"},
        {HEAD ROBOT REGION CAMERA "joints: {dryer/door: 95 deg}\n", 7, "<fixture>/<joint>"},
        {HEAD ROBOT REGION CAMERA "physics: {solver: pgs}\n", 7, "unknown solver 'pgs'"},
        {HEAD ROBOT REGION CAMERA "physics: {tolerance: 0.5}\n", 7, "tolerance"},
        {HEAD ROBOT REGION CAMERA "physics: {iterations: 0}\n", 7, "1000"},
        {HEAD ROBOT REGION CAMERA "physics: {sleep: maybe}\n", 7, "true or false"},
        {HEAD ROBOT REGION CAMERA "physics: {impratio: 1000}\n", 7, "impratio"},
        {HEAD ROBOT REGION CAMERA "fixtures: [{name: t, kind: table}]\n", 7, "needs the key 'pos'"},
        {HEAD ROBOT REGION CAMERA "fixtures:\n - {name: t, kind: table, pos: [0 m, 0 m, 0 m]}\n"
                                  " - {name: t, kind: table, pos: [0 m, 0 m, 0 m]}\n",
         9, "there already"},
        {HEAD ROBOT REGION CAMERA "include: bad.yaml\n", 7, "cyclic include"},
        {HEAD ROBOT REGION CAMERA "include: level_2.yaml\n", 3, "must not include another"},
        {HEAD ROBOT REGION CAMERA "include: [a]\n", 7, "single value"},
    };
    scene_data_write("scenes/defs/level_2.yaml", "name: y\nversion: 1\ninclude: bad.yaml\n");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        scene_data_write("scenes/defs/bad.yaml", bad[i].text);
        expect_failure("bad", NULL, NULL, 0, CHORE_E_FILE, ".yaml", bad[i].line, bad[i].part);
    }
    scene_data_write("scenes/defs/bad.yaml", HEAD ROBOT REGION CAMERA "include: gone.yaml\n");
    expect_failure("bad", NULL, NULL, 0, CHORE_E_NOT_FOUND, "", 0, "gone.yaml");
    scene_data_write("scenes/defs/bad.yaml", HEAD ROBOT REGION CAMERA
                     "fixtures: [{name: t, kind: tabel, pos: [0 m, 0 m, 0 m]}]\n");
    expect_failure("bad", NULL, NULL, 0, CHORE_E_NOT_FOUND, "", 0,
                   "no fixture 'tabel'; did you mean 'table'?");
    scene_data_write("scenes/defs/bad.yaml",
                     HEAD ROBOT REGION "cameras: [{name: wrist, pos: [1 m, 0 m, 1 m], look_at: "
                                       "[0 m, 0 m, 0 m], fov: 45 deg}]\n");
    expect_failure("bad", "arm", NULL, 0, CHORE_E_FILE, "", 0, "a camera 'wrist' already");
}

static void unknown_names_are_guessed(void **state)
{
    (void)state;
    chore_object_def objects[2] = {object("a", "mug", "", ""), object("a", "mug", "", "")};
    expect_failure("dinning_table", NULL, NULL, 0, CHORE_E_NOT_FOUND, "", 0,
                   "did you mean 'dining_table'?");
    expect_failure("/nowhere/x.yaml", NULL, NULL, 0, CHORE_E_NOT_FOUND, "", 0, "/nowhere/x.yaml");
    expect_failure("dining_table", "amr", NULL, 0, CHORE_E_NOT_FOUND, "", 0, "did you mean 'arm'?");
    expect_failure("dining_table", NULL, objects, 2, CHORE_E_USAGE, "", 0,
                   "two objects are called 'a'");
    expect_failure("dining_table", NULL, objects, 65, CHORE_E_USAGE, "", 0, "at most 64 objects");
    objects[0] = object("a", "mugg", "", "");
    expect_failure("dining_table", NULL, objects, 1, CHORE_E_NOT_FOUND, "", 0,
                   "no object kind 'mugg'; did you mean 'mug'?");
    objects[0] = object("a", "../mug", "", "");
    expect_failure("dining_table", NULL, objects, 1, CHORE_E_NOT_FOUND, "", 0,
                   "no object kind '../mug'");
    objects[0] = object("a", "mug", "smal", "");
    expect_failure("dining_table", NULL, objects, 1, CHORE_E_NOT_FOUND, "", 0,
                   "no size 'smal' of 'mug'; did you mean 'small'?");
    objects[0] = object("a", "mug", "", "ultraviolet");
    expect_failure("dining_table", NULL, objects, 1, CHORE_E_NOT_FOUND, "", 0,
                   "no colour 'ultraviolet' of 'mug'");
    objects[0] = object("A b", "mug", "", "");
    expect_failure("dining_table", NULL, objects, 1, CHORE_E_USAGE, "", 0, "'A b' is no name");
}

/* The brick's YAML with one line replaced. */
static char *changed(const char *text, const char *old, const char *new)
{
    const char *at = strstr(text, old);
    char *out = malloc(strlen(text) + strlen(new) + 1);
    assert_true(at != NULL && out != NULL);
    sprintf(out, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
    return out;
}

static void bad_object_files_are_explained(void **state)
{
    (void)state;
    static const struct {
        const char *old, *new;
        int line;
        const char *part;
    } bad_yaml[] = {
        {"name: brick", "name: stone", 1, "must be that of the folder, 'brick'"},
        {"version: 1", "version: 0", 2, "1"},
        {"category: tool", "category: tol", 4, "did you mean 'tool'?"},
        {"footprint: 8 cm", "footprint: 8", 6, "cm"},
        {"height: 5 cm", "height: -5 cm", 7, "above zero"},
        {"mass: 900 g", "mass: 900", 8, "kg"},
        {"scale: 1.0", "scale: 0", 8, "above zero"},
        {"sizes: {normal: {scale: 1.0, mass: 900 g}}", "sizes: {}", 8, "at least one entry"},
        {"[0.7, 0.3, 0.2]", "[0.7, 0.3, 2]", 9, "from 0 to 1"},
        {"[0.7, 0.3, 0.2]", "[0.7, 0.3]", 9, "3 values"},
        {"colours:", "grasps: [{name: side, site: grsp, symmetry: flip, width: 8 cm}]\ncolours:", 9,
         "unknown site 'grsp'"},
        {"colours:", "grasps: [{name: side, site: base, symmetry: flipp, width: 8 cm}]\ncolours:",
         9, "did you mean 'flip'?"},
        {"colours:", "grasps: {name: side}\ncolours:", 9, "must be a list"},
    };
    static const struct {
        const char *old, *new;
        const char *part;
    } bad_xml[] = {
        {"name=\"object\"", "name=\"brick\"", "one top body named 'object'"},
        {"</body></worldbody>", "</body><body name=\"second\"/></worldbody>", "remove 'second'"},
        {"<site name=\"base\"/>", "<freejoint/>", "must have no joint"},
        {"<material name=\"body\"/>", "<material name=\"clay\"/>", "MuJoCo refuses it"},
        {"size=\".06 .04 .025\"", "size=\".06 .04 .025\" mass=\"0\"", "no mass"},
        {"size=", "sise=", "MuJoCo refuses it"},
        {"<mujoco>", "<mujoco><include file=\"brick.xml\"/>", "cyclic include"},
        {"<asset>", "<asset><model name=\"me\" file=\"brick.xml\"/>", "cyclic include"},
        {"<asset>", "<asset><model name=\"me\" file='other.xml'/>", "cyclic include"},
    };
    chore_object_def def = object("b", "brick", "", "");
    scene_data_write("scenes/assets/objects/brick/other.xml",
                     "<mujoco><asset><model name=\"back\" file=\"./brick.xml\"/></asset></mujoco>");
    scene_data_write("scenes/assets/objects/brick/brick.xml", brick_xml);
    for (size_t i = 0; i < sizeof bad_yaml / sizeof bad_yaml[0]; i++) {
        char *text = changed(brick_yaml, bad_yaml[i].old, bad_yaml[i].new);
        scene_data_write("scenes/assets/objects/brick/object.yaml", text);
        free(text);
        expect_failure("dining_table", NULL, &def, 1, CHORE_E_FILE, "object.yaml", bad_yaml[i].line,
                       bad_yaml[i].part);
    }
    scene_data_write("scenes/assets/objects/brick/object.yaml", brick_yaml);
    for (size_t i = 0; i < sizeof bad_xml / sizeof bad_xml[0]; i++) {
        char *text = changed(brick_xml, bad_xml[i].old, bad_xml[i].new);
        scene_data_write("scenes/assets/objects/brick/brick.xml", text);
        free(text);
        expect_failure("dining_table", NULL, &def, 1, CHORE_E_FILE, ".xml", 0, bad_xml[i].part);
    }
    char *commented =
        changed(brick_xml, "<asset>", "<!-- <include file=\"brick.xml\"/> --><asset>");
    scene_data_write("scenes/assets/objects/brick/brick.xml", commented);
    free(commented);
    chore_scene_destroy(build_ok("dining_table", NULL, &def, 1));
}

static void bad_embodiments_are_explained(void **state)
{
    (void)state;
    static const struct {
        const char *old, *new;
        const char *part;
    } bad[] = {
        {"base: b0", "base: b9", "unknown body 'b9'"},
        {"joints: [j1, j2]", "joints: [j1, j3]", "unknown joint 'j3'"},
        {"actuators: [a1, a2]", "actuators: [a2, a1]", "does not drive the joint 'j1'"},
        {"actuators: [a1, a2]", "actuators: [a1]", "expected 2 names, not 1"},
        {"velocity_limits: [2 rad/s, 1 m/s]", "velocity_limits: [2 rad/s, 1 rad/s]", "m/s"},
        {"velocity_limits: [2 rad/s, 1 m/s]", "velocity_limits: [2 rad/s]", "one value per joint"},
        {"home: [0 rad, 1 cm]", "home: [7 rad, 1 cm]", "outside the joint's range"},
        {"tool: t", "tol: t", "did you mean 'tool'?"},
        {"version: 2", "version: two", "two"},
        {"cameras: [eye]", "cameras: [ear]", "unknown camera 'ear'"},
        {"mjcf: bot.xml", "mjcf: bott.xml", "bott.xml"},
    };
    static const char yaml[] =
        "name: bot\nversion: 2\nmjcf: bot.xml\ncameras: [eye]\narms:\n - {name: left, base: b0, "
        "joints: [j1, j2], "
        "actuators: [a1, a2], velocity_limits: [2 rad/s, 1 m/s], tool: t, home: [0 rad, 1 cm]}\n";
    static const char xml[] =
        "<mujoco><compiler angle=\"radian\"/><option timestep=\".01\" integrator=\"RK4\"/><worldbody>"
        "<body name=\"b0\">\n"
        "<geom size=\".05\"/><body><joint name=\"j1\" axis=\"0 0 1\" range=\"-1 1\"/><geom size=\".05\"/>"
        "<body>\n"
        "<joint name=\"j2\" type=\"slide\" range=\"0 .1\"/><geom size=\".05\"/><site name=\"t\"/>"
        "<camera name=\"eye\"/>"
        "</body></body></body>\n"
        "</worldbody><actuator><position name=\"a1\" joint=\"j1\" kp=\"10\"/>"
        "<position name=\"a2\" joint=\"j2\" kp=\"10\"/></actuator></mujoco>";
    scene_data_write("scenes/assets/embodiments/bot/bot.xml", xml);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char *text = changed(yaml, bad[i].old, bad[i].new);
        scene_data_write("scenes/assets/embodiments/bot/bot.yaml", text);
        free(text);
        chore_scene *out;
        chore_error err = {0};
        assert_int_not_equal(build(&out, "dining_table", "bot", NULL, 0, &err), CHORE_OK);
        if (strstr(err.message, bad[i].part) == NULL) {
            fail_msg("expected '%s', got '%s'", bad[i].part, err.message);
        }
    }
    scene_data_write("scenes/assets/embodiments/bot/bot.yaml",
                     yaml); /* its own options do not win over the scene's */
    chore_scene *scene = build_ok("dining_table", "bot", NULL, 0);
    const chore_arm *arm = &chore_scene_embodiment(scene)->arms[0];
    assert_true(fabs(chore_scene_model(scene)->opt.timestep - 1.0 / 300) < 1e-15);
    assert_int_equal(arm->gripper_actuator, -1);
    assert_true(fabs(arm->home[1] - 0.01) < 1e-12);
    chore_scene_destroy(scene);
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
        cmocka_unit_test(bad_scene_files_are_explained),
        cmocka_unit_test(unknown_names_are_guessed),
        cmocka_unit_test(bad_object_files_are_explained),
        cmocka_unit_test(bad_embodiments_are_explained),
    };
    scene_data_make();
    CHORE_ASSERT(chore_sim_init(NULL) == CHORE_OK);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    scene_data_remove();
    return failed;
}
