/* States in which a predicate about boxes that come flat must hold and in which it must not. */
#include "predicate_fixtures.h"

#define DEGREE 0.017453292519943295

static void set_panel(task_rig *rig, const char *name, double degrees)
{
    const chore_object *box = chore_scene_object(rig->scene, rig_object(rig, "box"));
    const int part = chore_object_find_part(box, name);
    assert_true(part >= 0);
    chore_world_put_joint(chore_episode_world(rig->episode), box->parts[part].joint,
                          degrees * DEGREE);
}

static void stand(task_rig *rig, double walls, double lid, double tongue)
{
    static const char *const names[] = {"left", "right", "back", "front"};
    for (int i = 0; i < 4; i++) {
        set_panel(rig, names[i], walls);
    }
    set_panel(rig, "lid", lid);
    set_panel(rig, "tongue", tongue);
}

static void as_it_came(task_rig *rig)
{
    rig_step(rig, 20);
}
static void done(task_rig *rig)
{
    stand(rig, 0, 2, -3);
    rig_step(rig, 60);
}
static void lid_open(task_rig *rig)
{
    stand(rig, 0, 70, -3);
    rig_step(rig, 60);
}
static void lid_ajar(task_rig *rig)
{
    stand(rig, 0, 25, -3);
    rig_step(rig, 60);
}
static void tongue_outside(task_rig *rig)
{
    stand(rig, 0, 2, 75);
    rig_step(rig, 60);
}
/* All is shut, and the front wall stands before the tongue at an angle. */
static void front_leans(task_rig *rig)
{
    stand(rig, 0, 2, -3);
    set_panel(rig, "front", 25);
    rig_step(rig, 60);
}
static void end_leans(task_rig *rig)
{
    stand(rig, 0, 2, -3);
    set_panel(rig, "left", 25);
    rig_step(rig, 60);
}
static void on_its_back(task_rig *rig)
{
    stand(rig, 0, 2, -3);
    rig_put(rig, "box", 0.5, -0.1, 0.75 + 0.080, -90 * DEGREE, 0);
    rig_step(rig, 100);
}
static void upside_down(task_rig *rig)
{
    stand(rig, 0, 2, -3);
    rig_put(rig, "box", 0.5, -0.1, 0.75 + 0.090, 180 * DEGREE, 0);
    rig_step(rig, 100);
}
static void sliding(task_rig *rig)
{
    stand(rig, 0, 2, -3);
    rig_step(rig, 3); /* awake */
    const chore_object *box = chore_scene_object(rig->scene, rig_object(rig, "box"));
    const double aside[1][3] = {{2, 0, 0}};
    chore_world_pull_vertices(chore_episode_world(rig->episode), box->body, 1, aside);
    rig_step(rig, 2);
    chore_world_pull_vertices(chore_episode_world(rig->episode), box->body, 1, NULL);
}

const fixture box_fixtures[] = {
    HOLDS(raised, "box", "front", NULL, 0, "all of it stands", done),
    HOLDS(raised, "box", "right", NULL, 0, "the other end leans", end_leans),
    NOT(raised, "box", "left", NULL, 0, "this end leans", end_leans),
    NOT(raised, "box", "front", NULL, 0, "as a blank", as_it_came),
    NOT(raised, "box", "front", NULL, 0, "on its back", on_its_back),
    HOLDS(erected, "box", NULL, NULL, 0, "walls, lid and tongue", done),
    NOT(erected, "box", NULL, NULL, 0, "as a blank", as_it_came),
    NOT(erected, "box", NULL, NULL, 0, "the lid is up", lid_open),
    NOT(erected, "box", NULL, NULL, 0, "the lid stands ajar", lid_ajar),
    NOT(erected, "box", NULL, NULL, 0, "the tongue is before the wall", tongue_outside),
    NOT(erected, "box", NULL, NULL, 0, "the front wall leans", front_leans),
    NOT(erected, "box", NULL, NULL, 0, "an end leans", end_leans),
    NOT(erected, "box", NULL, NULL, 0, "on its back", on_its_back),
    NOT(erected, "box", NULL, NULL, 0, "upside down", upside_down),
    NOT(erected, "box", NULL, NULL, 0, "it slides along", sliding),
};
const int n_box_fixtures = sizeof box_fixtures / sizeof box_fixtures[0];
