/* States in which a predicate about boxes must hold and in which it must not. */
#include "predicate_fixtures.h"

#define DEGREE 0.017453292519943295
#define LEFT   0 /* the parts in the order of the carton's file */
#define RIGHT  1
#define FRONT  2
#define BACK   3

static void set_flap(task_rig *rig, int part, double degrees)
{
    const chore_object *carton = chore_scene_object(rig->scene, rig_object(rig, "carton"));
    chore_world_put_joint(chore_episode_world(rig->episode), carton->parts[part].joint,
                          degrees * DEGREE);
}

static void set_flaps(task_rig *rig, double left, double right, double front, double back)
{
    set_flap(rig, LEFT, left);
    set_flap(rig, RIGHT, right);
    set_flap(rig, FRONT, front);
    set_flap(rig, BACK, back);
}

static void wide_open(task_rig *rig)
{
    rig_step(rig, 10);
}
static void all_shut(task_rig *rig)
{
    set_flaps(rig, 2, 2, 3, 3);
    rig_step(rig, 40);
}
static void one_pops(task_rig *rig)
{
    set_flaps(rig, 2, 2, 3, 40);
    rig_step(rig, 40);
}
static void only_minor_ones_shut(task_rig *rig)
{
    set_flaps(rig, 2, 2, 125, 125);
    rig_step(rig, 40);
}
/* The minor flaps lie on the major ones: the same angles, but for a few degrees. */
static void wrong_order(task_rig *rig)
{
    set_flaps(rig, 9, 9, -6, -6);
    rig_step(rig, 40);
}
static void shut_and_swinging(task_rig *rig)
{
    set_flaps(rig, 2, 2, 3, 3);
    rig_step(rig, 5);
    const chore_object *carton = chore_scene_object(rig->scene, rig_object(rig, "carton"));
    const double pull[1][3] = {{0, 0, 4}};
    chore_world_pull_vertices(chore_episode_world(rig->episode), carton->parts[BACK].body, 1, pull);
    rig_step(rig, 1);
    chore_world_pull_vertices(chore_episode_world(rig->episode), carton->parts[BACK].body, 1, NULL);
}
static void on_its_side(task_rig *rig)
{
    set_flaps(rig, 2, 2, 3, 3);
    rig_put(rig, "can", 0.3, -0.4, 0.751, 0, 0);
    rig_put(rig, "carton", 0.5, -0.1, 0.75 + 0.116, 90 * DEGREE, 0);
    rig_step(rig, 60);
}
static void glass_beside(task_rig *rig)
{
    rig_put_inside(rig, "glass", "carton", 0.06, 0.04);
    rig_put(rig, "can", 0.3, -0.4, 0.751, 0, 0);
    rig_put_inside(rig, "mug", "carton", -0.06, 0);
    rig_step(rig, 40);
}
/* The sponge lies across glass and mug. */
static void sponge_on_glass(task_rig *rig)
{
    glass_beside(rig);
    const double *glass = chore_world_data(chore_episode_world(rig->episode))->xpos +
                          3 * chore_scene_object(rig->scene, rig_object(rig, "glass"))->body;
    rig_put(rig, "sponge", glass[0], glass[1], glass[2] + 0.112, 0, 0);
    rig_step(rig, 40);
}
static void glass_outside(task_rig *rig)
{
    rig_step(rig, 5);
}

const fixture lid_fixtures[] = {
    HOLDS(closed, "carton", NULL, NULL, 0, "all flaps shut", all_shut),
    NOT(closed, "carton", NULL, NULL, 0, "wide open", wide_open),
    NOT(closed, "carton", NULL, NULL, 0, "one flap stands up", one_pops),
    NOT(closed, "carton", NULL, NULL, 0, "minor flaps only", only_minor_ones_shut),
    NOT(closed, "carton", NULL, NULL, 0, "minor flaps over major ones", wrong_order),
    NOT(closed, "carton", NULL, NULL, 0, "a flap still moves", shut_and_swinging),
    NOT(closed, "carton", NULL, NULL, 0, "lies on its side", on_its_side),
    HOLDS(open, "carton", NULL, NULL, 0, "wide open", wide_open),
    NOT(open, "carton", NULL, NULL, 0, "one flap stands up", one_pops),
    NOT(open, "carton", NULL, NULL, 0, "minor flaps are shut", only_minor_ones_shut),
    HOLDS(on_top, "glass", "carton", NULL, 0, "beside a mug", glass_beside),
    NOT(on_top, "glass", "carton", NULL, 0, "a sponge lies on it", sponge_on_glass),
    NOT(on_top, "glass", "carton", NULL, 0, "on the table", glass_outside),
};
const int n_lid_fixtures = sizeof lid_fixtures / sizeof lid_fixtures[0];
