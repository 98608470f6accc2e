/* What a camera cannot see is left out of a scene, and nothing that it sees. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <chore/cull.h>

static mjModel *model;
static mjData *data;
static mjvScene scene;
static mjvOption option;

/* A camera at (0, 0, 1) looks along +x, 60 degrees high. */
static const char xml[] = "<mujoco><worldbody>"
                          "<geom name='floor' type='plane' size='5 5 .1'/>"
                          "<geom name='ahead' type='box' size='.1 .1 .1' pos='2 0 1'/>"
                          "<geom name='behind' type='box' size='.1 .1 .1' pos='-2 0 1'/>"
                          "<geom name='aside' type='sphere' size='.1' pos='1 3 1'/>"
                          "<geom name='above' type='capsule' size='.05 .2' pos='1 0 3'/>"
                          "<geom name='at_the_rim' type='sphere' size='.2' pos='2 0 2.2'/>"
                          "<geom name='around' type='sphere' size='4' pos='-3 0 1'/>"
                          "<geom name='long' type='cylinder' size='.02 3' pos='-1 0 1' euler='0 90 0'/>"
                          "<camera name='eye' pos='0 0 1' xyaxes='0 -1 0 0 0 1' fovy='60'/>"
                          "</worldbody></mujoco>";

static int set_up(void **state)
{
    (void)state;
    mjSpec *spec = mj_parseXMLString(xml, NULL, NULL, 0);
    assert_non_null(spec);
    model = mj_compile(spec, NULL);
    mj_deleteSpec(spec);
    assert_non_null(model);
    data = mj_makeData(model);
    mj_forward(model, data);
    mjv_defaultScene(&scene);
    mjv_defaultOption(&option);
    mjv_makeScene(model, &scene, 1000);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    mjv_freeScene(&scene);
    mj_deleteData(data);
    mj_deleteModel(model);
    return 0;
}

static void look(int shadow, int reflection)
{
    mjvCamera eye;
    mjv_defaultCamera(&eye);
    eye.type = mjCAMERA_FIXED;
    eye.fixedcamid = 0;
    scene.flags[mjRND_SHADOW] = (mjtByte)shadow;
    scene.flags[mjRND_REFLECTION] = (mjtByte)reflection;
    mjv_updateScene(model, data, &option, NULL, &eye, mjCAT_ALL, &scene);
}

static int is_there(const char *name)
{
    const int id = mj_name2id(model, mjOBJ_GEOM, name);
    assert_true(id >= 0);
    for (int i = 0; i < scene.ngeom; i++) {
        if (scene.geoms[i].objtype == mjOBJ_GEOM && scene.geoms[i].objid == id) {
            return 1;
        }
    }
    return 0;
}

static void what_is_out_of_sight_goes(void **state)
{
    (void)state;
    look(0, 0);
    chore_cull(model, &scene, 1.5);
    assert_true(is_there("floor") && is_there("ahead") && is_there("around") && is_there("long"));
    assert_true(is_there("at_the_rim")); /* its middle is above the picture, a part of it is not */
    assert_false(is_there("behind") || is_there("aside") || is_there("above"));
    look(0, 0);
    chore_cull(model, &scene, 6); /* as wide as that, what stands aside comes into the picture */
    assert_true(is_there("aside"));
    assert_false(is_there("above"));
}

static void what_casts_shadows_or_is_mirrored_stays(void **state)
{
    (void)state;
    look(1, 0);
    const int all = scene.ngeom;
    chore_cull(model, &scene, 1.5);
    assert_int_equal(scene.ngeom, all);
    look(0, 1);
    chore_cull(model, &scene, 1.5);
    assert_int_equal(scene.ngeom, all);
}

/* From anywhere: whatever has its middle in the picture is there, in the order in which it was. */
static void what_is_in_sight_stays(void **state)
{
    (void)state;
    unsigned dice = 1;
    for (int n = 0; n < 500; n++) {
        mjvCamera eye;
        mjv_defaultCamera(&eye);
        dice = dice * 1103515245u + 12345u;
        eye.azimuth = dice >> 16 & 1023;
        dice = dice * 1103515245u + 12345u;
        eye.elevation = (double)(dice >> 16 & 127) - 64;
        eye.distance = 0.3 + 0.01 * (dice >> 8 & 255);
        scene.flags[mjRND_SHADOW] = scene.flags[mjRND_REFLECTION] = 0;
        mjv_updateScene(model, data, &option, NULL, &eye, mjCAT_ALL, &scene);
        int wanted[16], n_wanted = 0;
        const mjvGLCamera at = mjv_averageCamera(&scene.camera[0], &scene.camera[1]);
        for (int i = 0; i < scene.ngeom; i++) {
            const mjvGeom *g = &scene.geoms[i];
            double depth = 0, up = 0, side = 0;
            const float right[3] = {at.forward[1] * at.up[2] - at.forward[2] * at.up[1], at.forward[2] * at.up[0] - at.forward[0] * at.up[2],
                                    at.forward[0] * at.up[1] - at.forward[1] * at.up[0]};
            for (int k = 0; k < 3; k++) {
                const double d = (double)g->pos[k] - (double)at.pos[k];
                depth += d * (double)at.forward[k], up += d * (double)at.up[k], side += d * (double)right[k];
            }
            const double tan_y = (double)at.frustum_top / (double)at.frustum_near;
            if (g->objtype == mjOBJ_GEOM && depth > (double)at.frustum_near && fabs(up) < depth * tan_y && fabs(side) < 1.5 * depth * tan_y) {
                wanted[n_wanted++] = g->objid;
            }
        }
        chore_cull(model, &scene, 1.5);
        int found = 0;
        for (int i = 0; i < scene.ngeom && found < n_wanted; i++) {
            found += scene.geoms[i].objtype == mjOBJ_GEOM && scene.geoms[i].objid == wanted[found];
        }
        assert_int_equal(found, n_wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_out_of_sight_goes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_casts_shadows_or_is_mirrored_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_in_sight_stays, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
