/* Doors, drawers and spaces of fixtures in a task: their names against the scene, and their lines in the text for policies. */
#include "episode_internal.h"

#include <chore/furniture.h>

#include <string.h>

enum { MAX_KNOWN = 128 };

/* ---- names ----------------------------------------------------------------------------------- */

static bool is_part(const chore_scene *scene, int joint)
{
    const mjModel *m = chore_scene_model(scene);
    const char *name = mj_id2name(m, mjOBJ_JOINT, joint);
    return name != NULL && chore_scene_find_joint(scene, name) == joint &&
           (m->jnt_type[joint] == mjJNT_HINGE || m->jnt_type[joint] == mjJNT_SLIDE);
}

chore_status chore_furniture_resolve(chore_argument *arg, const chore_scene *scene,
                                     chore_error *err)
{
    const mjModel *m = chore_scene_model(scene);
    const bool part = arg->refer == REFER_PART;
    const char *known[MAX_KNOWN];
    chore_space space;
    int n = 0;
    arg->index =
        part ? chore_scene_find_joint(scene, arg->name) : chore_scene_find_space(scene, arg->name);
    if (arg->index >= 0 && (!part || is_part(scene, arg->index))) {
        return CHORE_OK;
    }
    for (int i = 0; i < (int)(part ? m->njnt : m->nsite) && n < MAX_KNOWN; i++) {
        if (part ? is_part(scene, i) : chore_scene_space(scene, i, &space)) {
            known[n++] = mj_id2name(m, part ? mjOBJ_JOINT : mjOBJ_SITE, i);
        }
    }
    if (n == 0) {
        return chore_yaml_fail(arg->node, err, "no fixture of the scene %s has a %s, so none '%s'",
                               chore_scene_name(scene), part ? "door or drawer" : "space",
                               arg->name);
    }
    return chore_yaml_fail_unknown(arg->node, part ? "door or drawer" : "space in a fixture",
                                   arg->name, known, n, err);
}

/* ---- text ------------------------------------------------------------------------------------ */

/* Row of `privileged.part_pos`; -1: none. */
static int row_of(const chore_episode *episode, int joint)
{
    for (int i = 0; i < chore_world_n_parts(episode->world); i++) {
        if (chore_world_part(episode->world, i) == joint) {
            return i;
        }
    }
    return -1;
}

static void add_numbers(chore_text *text, const double *values, int n)
{
    char number[32];
    for (int i = 0; i < n; i++) {
        chore_text_add(text, " %s", chore_number_text(values[i], number));
    }
}

static void add_box(chore_text *text, const double pos[3], const double quat[4],
                    const double half[3])
{
    add_numbers(text, pos, 3);
    add_numbers(text, quat, 4);
    add_numbers(text, half, 3);
}

static void write_fixture(const chore_episode *episode, const char *fixture, chore_text *text)
{
    const chore_scene *scene = episode->scene;
    const mjModel *m = chore_scene_model(scene);
    for (int i = 0; i < m->nsite; i++) {
        chore_space space;
        if (chore_scene_space(scene, i, &space) && strcmp(space.owner, fixture) == 0) {
            chore_text_add(text, "space %s %s %d %d", fixture, space.name,
                           row_of(episode, space.part), row_of(episode, space.behind));
            add_box(text, space.pos, space.quat, space.half);
            chore_text_add(text, "\n");
        }
    }
    for (int i = 0; i < chore_world_n_parts(episode->world); i++) {
        const int joint = chore_world_part(episode->world, i);
        chore_part_shape part;
        chore_handle handle;
        if (chore_scene_part_shape(scene, joint, &part) && strcmp(part.owner, fixture) == 0 &&
            chore_scene_handle(scene, joint, &handle)) {
            chore_text_add(text, "handle %d", i);
            add_numbers(text, handle.pos, 3);
            add_numbers(text, handle.along, 3);
            chore_text_add(text, "\n");
        }
    }
    for (int i = 0; i < m->ngeom; i++) {
        chore_solid solid;
        if (chore_scene_solid(scene, i, &solid) && strcmp(solid.owner, fixture) == 0) {
            chore_text_add(text, "solid %s %d", fixture, row_of(episode, solid.part));
            add_box(text, solid.pos, solid.quat, solid.half);
            chore_text_add(text, "\n");
        }
    }
}

/* The fixture that a condition names by one of its parts or spaces; NULL: none. */
static const char *fixture_of(const chore_episode *episode, const chore_value *arg,
                              chore_part_shape *part, chore_space *space)
{
    if (arg->refer == REFER_PART && chore_scene_part_shape(episode->scene, arg->index, part)) {
        return part->owner;
    }
    return arg->refer == REFER_SPACE && chore_scene_space(episode->scene, arg->index, space)
               ? space->owner
               : NULL;
}

void chore_furniture_write(const chore_episode *episode, chore_text *text)
{
    for (int f = 0; f < chore_scene_n_fixtures(episode->scene); f++) {
        const char *fixture = chore_scene_fixture_name(episode->scene, f);
        bool named = false;
        for (int i = 0; i < episode->facts.n_facts && !named; i++) {
            for (int k = 0; k < MAX_ARGS && !named; k++) {
                chore_part_shape part;
                chore_space space;
                const char *of =
                    fixture_of(episode, &episode->facts.facts[i].args[k], &part, &space);
                named = of != NULL && strcmp(of, fixture) == 0;
            }
        }
        if (named) {
            write_fixture(episode, fixture, text);
        }
    }
}
