/* An episode in words: the privileged text streams and the JSON line of what changed. Formats:
   README.md. */
#include "episode_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- instruction ----------------------------------------------------------------------------- */

/* "mug", "drying rack", "T-shirt": a kind as people call it. */
static void add_kind(chore_text *text, const char *kind)
{
    static const char *const names[][2] = {{"tshirt", "T-shirt"},
                                           {"long_sleeve", "long-sleeved shirt"},
                                           {"shorts", "pair of shorts"},
                                           {"trousers", "pair of trousers"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(kind, names[i][0]) == 0) {
            chore_text_add(text, "%s", names[i][1]);
            return;
        }
    }
    for (const char *c = kind; *c; c++) {
        chore_text_add_bytes(text, *c == '_' ? " " : c, 1);
    }
}

static void add_role(chore_episode *episode, const char *name, size_t len)
{
    for (int i = 0; i < episode->task->n_roles; i++) {
        const char *role = episode->task->roles[i];
        if (strlen(role) == len && strncmp(role, name, len) == 0) {
            const chore_item item = episode->task->items[episode->monitor.job.roles[i]];
            const chore_item_words words = chore_item_words_of(episode->scene, item);
            chore_text_add(&episode->instruction, "%s ", words.colour);
            add_kind(&episode->instruction, words.kind);
        }
    }
}

/* The seed's, or that of the last new order. */
static const char *sentence(const chore_episode *episode)
{
    const chore_condition *goal = chore_episode_goal(episode);
    for (int i = 0; i < episode->task->n_events; i++) {
        if (goal == &episode->task->events[i].order && episode->task->events[i].sentence) {
            return episode->task->events[i].sentence;
        }
    }
    return chore_task_instruction(episode->task, (int)episode->monitor.job.instruction);
}

/* With {role} replaced by what was chosen: "blue mug". */
void chore_episode_write_instruction(chore_episode *episode)
{
    const char *from = sentence(episode);
    chore_text_clear(&episode->instruction);
    for (const char *open; (open = strchr(from, '{')) != NULL;) {
        const char *close = strchr(open, '}');
        chore_text_add_bytes(&episode->instruction, from, (size_t)(open - from));
        add_role(episode, open + 1, (size_t)(close - open - 1));
        from = close + 1;
    }
    chore_text_add(&episode->instruction, "%s", from);
}

/* ---- objects text ---------------------------------------------------------------------------- */

static void add_numbers(chore_text *text, const double *values, int n)
{
    char number[32];
    for (int i = 0; i < n; i++) {
        chore_text_add(text, " %s", chore_number_text(values[i], number));
    }
}

/* `whole`: what it is a shard of, or NULL. */
static void add_object(chore_text *text, const chore_object *object, int index, bool present,
                       const chore_object *whole)
{
    char footprint[32], height[32], mass[32];
    chore_text_add(
        text,
        "object %d %s kind=%s size=%s category=%s present=%d footprint=%s height=%s mass=%s",
        index, object->id, object->kind, object->size, object->category, present,
        chore_number_text(object->footprint_m, footprint),
        chore_number_text(object->height_m, height), chore_number_text(object->mass_kg, mass));
    chore_text_add(text, whole ? " shard_of=%s\n" : "\n", whole ? whole->id : "");
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

static void add_folds(chore_text *text, const chore_garment *garment, int index)
{
    for (int way = 0; way < garment->n_folds; way++) {
        const chore_fold_way *fold = &garment->folds[way];
        for (int step = 0; step < fold->n_steps; step++) {
            chore_text_add(text, "fold %d %s %d", index, fold->name, step);
            add_numbers(text, fold->steps[step].a, 2);
            add_numbers(text, fold->steps[step].b, 2);
            chore_text_add(text, "\n");
        }
    }
}

static void add_garment(chore_text *text, const chore_garment *garment, int index, int first,
                        bool present)
{
    const double measures[] = {garment->mass_kg, garment->area_m2, garment->spacing_m,
                               garment->radius_m, garment->layer_m};
    static const char *const names[] = {"mass", "area", "spacing", "radius", "layer"};
    chore_text_add(
        text, "garment %d %s kind=%s shape=%s size=%s colour=%s present=%d first=%d vertices=%d",
        index, garment->id, garment->kind, garment->shape, garment->size, garment->colour, present,
        first, garment->n_vertices);
    for (size_t i = 0; i < sizeof measures / sizeof measures[0]; i++) {
        char number[32];
        chore_text_add(text, " %s=%s", names[i], chore_number_text(measures[i], number));
    }
    chore_text_add(text, "\n");
    for (int v = 0; v < garment->n_vertices; v++) {
        chore_text_add(text, "rest %d %d", index, v);
        add_numbers(text, garment->rest[v], 2);
        chore_text_add(text, "\n");
    }
    chore_text_add(text, "outline %d", index);
    for (int i = 0; i < garment->n_boundary; i++) {
        chore_text_add(text, " %d", garment->boundary[i]);
    }
    chore_text_add(text, "\n");
    for (int i = 0; i < garment->n_keypoints; i++) {
        chore_text_add(text, "keypoint %d %s %d\n", index, garment->keypoints[i].name,
                       garment->keypoints[i].vertex);
    }
    add_folds(text, garment, index);
}

/* Objects first, then garments, each kind in the scene's order. */
static void write_items(chore_episode *episode)
{
    const chore_task *task = episode->task;
    const mjModel *model = chore_scene_model(episode->scene);
    for (int i = 0; i < task->n_objects; i++) {
        if (task->items[i].object >= 0) {
            const chore_object *object =
                chore_scene_object(episode->scene, task->items[i].object);
            add_object(&episode->objects_text, object, task->items[i].object,
                       chore_episode_is_present(episode, i),
                       object->shard_of < 0 ? NULL
                                            : chore_scene_object(episode->scene, object->shard_of));
        }
    }
    for (int i = 0; i < task->n_objects; i++) {
        const int index = task->items[i].garment;
        if (index >= 0) {
            const chore_garment *garment = chore_scene_garment(episode->scene, index);
            add_garment(&episode->objects_text, garment, index, model->flex_vertadr[garment->flex],
                        chore_episode_is_present(episode, i));
        }
    }
}

static void write_parts(chore_episode *episode)
{
    chore_text *text = &episode->objects_text;
    for (int i = 0; i < chore_world_n_parts(episode->world); i++) {
        chore_part_shape part;
        if (!chore_scene_part_shape(episode->scene, chore_world_part(episode->world, i), &part)) {
            continue;
        }
        chore_text_add(text, "part %d %s %s %s", i, part.owner, part.name,
                       part.slides ? "slide" : "hinge");
        add_numbers(text, part.pos, 3);
        add_numbers(text, part.axis, 3);
        add_numbers(text, part.range, 2);
        add_numbers(text, part.box_centre, 3);
        add_numbers(text, part.box_half, 3);
        chore_text_add(text, " layer=%d\n", part.layer);
    }
}

/* Row of `privileged.part_pos` of a part of an object; -1: none. */
static int row_of_part(const chore_episode *episode, const chore_object *object, int part)
{
    for (int i = 0; part >= 0 && i < chore_world_n_parts(episode->world); i++) {
        if (chore_world_part(episode->world, i) == object->parts[part].joint) {
            return i;
        }
    }
    return -1;
}

/* How boxes that come flat hang together. */
static void write_panels(chore_episode *episode)
{
    for (int i = 0; i < episode->task->n_objects; i++) {
        const int index = episode->task->items[i].object;
        const chore_object *object = index >= 0 ? chore_scene_object(episode->scene, index) : NULL;
        for (int k = 0; object && object->n_walls > 0 && k < object->n_parts; k++) {
            const chore_part *part = &object->parts[k];
            chore_text_add(&episode->objects_text, "panel %d on=%d wall=%d behind=%d\n",
                           row_of_part(episode, object, k), row_of_part(episode, object, part->hangs_on),
                           part->wall, row_of_part(episode, object, part->behind));
        }
    }
}

/* For those who must find a way between the furniture. */
static void write_blocks(chore_episode *episode)
{
    enum { MOST = 128 };
    chore_block blocks[MOST];
    chore_text *text = &episode->objects_text;
    for (int i = 0; i < chore_scene_n_fixtures(episode->scene); i++) {
        const int n = chore_scene_blocks(episode->scene, chore_world_data(episode->world), i, blocks, MOST);
        for (int k = 0; k < n; k++) {
            chore_text_add(text, "block %s", chore_scene_fixture_name(episode->scene, i));
            add_numbers(text, blocks[k].pos, 3);
            add_numbers(text, blocks[k].half, 3);
            chore_text_add(text, "\n");
        }
    }
}

static void write_objects(chore_episode *episode)
{
    const chore_scene *scene = episode->scene;
    chore_text *text = &episode->objects_text;
    chore_text_clear(text);
    write_items(episode);
    write_parts(episode);
    write_panels(episode);
    chore_liquids_write(episode, text);
    chore_furniture_write(episode, text);
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
    if (chore_world_embodiment(episode->world)->drives) {
        write_blocks(episode);
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
