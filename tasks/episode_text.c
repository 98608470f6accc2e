/* An episode in words: the privileged text streams and the JSON line of what changed. Formats:
   README.md. */
#include "episode_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- objects text ---------------------------------------------------------------------------- */

static void add_numbers(chore_text *text, const double *values, int n)
{
    char number[32];
    for (int i = 0; i < n; i++) {
        chore_text_add(text, " %s", chore_number_text(values[i], number));
    }
}

static void add_object(chore_text *text, const chore_object *object, int index, bool present)
{
    char footprint[32], height[32], mass[32];
    chore_text_add(
        text,
        "object %d %s kind=%s size=%s category=%s present=%d footprint=%s height=%s mass=%s\n",
        index, object->id, object->kind, object->size, object->category, present,
        chore_number_text(object->footprint_m, footprint),
        chore_number_text(object->height_m, height), chore_number_text(object->mass_kg, mass));
    for (int i = 0; i < object->n_sites; i++) {
        const chore_site *site = &object->sites[i];
        chore_text_add(text, "site %d %s %s", index, site->name, site->is_box ? "box" : "point");
        add_numbers(text, site->pos, 3);
        add_numbers(text, site->quat, 4);
        add_numbers(text, site->is_box ? site->size : (const double[3]){0, 0, 0}, 3);
        chore_text_add(text, "\n");
    }
    for (int i = 0; i < object->n_grasps; i++) {
        const chore_grasp *grasp = &object->grasps[i];
        char width[32];
        chore_text_add(text, "grasp %d %s site=%s symmetry=%s width=%s\n", index, grasp->name,
                       object->sites[grasp->site].name, grasp->symmetry,
                       chore_number_text(grasp->width_m, width));
    }
}

static void write_objects(chore_episode *episode)
{
    const chore_scene *scene = episode->scene;
    chore_text *text = &episode->objects_text;
    chore_text_clear(text);
    for (int i = 0; i < chore_scene_n_objects(scene); i++) {
        add_object(text, chore_scene_object(scene, i), i, chore_episode_is_present(episode, i));
    }
    for (int i = 0; i < chore_scene_n_regions(scene); i++) {
        const chore_region *region = chore_scene_region(scene, i);
        chore_text_add(text, "region %s", region->name);
        add_numbers(text, region->pos, 3);
        add_numbers(text, region->half, 3);
        chore_text_add(text, "\n");
    }
    for (int i = 0; i < chore_scene_n_fixtures(scene); i++) {
        chore_text_add(text, "fixture %s\n", chore_scene_fixture_name(scene, i));
    }
}

/* ---- goal text ------------------------------------------------------------------------------- */

static void write_goal(chore_episode *episode)
{
    chore_text_clear(&episode->goal_text);
    for (int i = 0; i < episode->n_literals; i++) {
        chore_literal literal = chore_episode_literal(episode, i);
        chore_text_add(&episode->goal_text, "literal %d %d %s\n", literal.holds, literal.event,
                       literal.text);
    }
}

/* ---- what changed ---------------------------------------------------------------------------- */

void chore_change_add(chore_episode *episode, change_list list, const char *fmt, ...)
{
    char item[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(item, sizeof item, fmt, args);
    va_end(args);
    chore_text *text = &episode->change_lists[list];
    chore_text_add(text, "%s%s", text->len > 0 ? "," : "", item);
}

void chore_changes_clear(chore_episode *episode)
{
    for (int i = 0; i < CHANGE_LISTS; i++) {
        chore_text_clear(&episode->change_lists[i]);
    }
    chore_text_clear(&episode->changes);
}

static void write_changes(chore_episode *episode)
{
    static const char *const keys[CHANGE_LISTS] = {"literals", "stages", "events"};
    chore_text_clear(&episode->changes);
    for (int i = 0; i < CHANGE_LISTS; i++) {
        if (episode->change_lists[i].len > 0) {
            chore_text_add(&episode->changes, "%s\"%s\":[%s]", episode->changes.len > 0 ? "," : "{",
                           keys[i], chore_text_get(&episode->change_lists[i]));
        }
    }
    if (episode->changes.len > 0) {
        chore_text_add(&episode->changes, "}");
    }
}

const char *chore_episode_changes(const chore_episode *episode)
{
    return episode->changes.len > 0 ? chore_text_get(&episode->changes) : NULL;
}

/* ---- keeping them up to date ----------------------------------------------------------------- */

void chore_episode_write_texts(chore_episode *episode)
{
    if (episode->objects_text_stale) {
        write_objects(episode);
        episode->objects_version++;
    }
    if (episode->goal_text_stale) {
        write_goal(episode);
        episode->goal_version++;
    }
    episode->objects_text_stale = episode->goal_text_stale = false;
    write_changes(episode);
}

const char *chore_episode_objects_text(const chore_episode *episode, uint64_t *version)
{
    *version = episode->objects_version;
    return chore_text_get(&episode->objects_text);
}

const char *chore_episode_goal_text(const chore_episode *episode, uint64_t *version)
{
    *version = episode->goal_version;
    return chore_text_get(&episode->goal_text);
}
