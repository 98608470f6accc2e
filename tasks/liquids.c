/* Liquids in a task: what vessels hold at the start (`holds`), and what is spilled already (`spills`). */
#include "episode_internal.h"

#include <math.h>
#include <string.h>

#define SPOTS  200   /* tries for a place of a puddle */
#define ROOM_M 0.01  /* between a puddle and what stands beside it */
#define FROM_M 0.005 /* it is spilled from this far above the region's floor */

/* ---- reading --------------------------------------------------------------------------------- */

static chore_status positive(const chore_yaml_node *node, double volume, chore_error *err)
{
    return volume > 0 ? CHORE_OK
                      : chore_yaml_fail(node, err, "expected a volume above zero, like '30 ml'");
}

chore_status chore_holds_parse(const chore_yaml_node *node, chore_task *task, int item,
                               chore_error *err)
{
    TRY(chore_yaml_quantity(node, CHORE_UNIT_VOLUME, &task->holds_m3[item], err));
    task->has_liquids = true;
    return task->holds_m3[item] >= 0
               ? CHORE_OK
               : chore_yaml_fail(node, err,
                                 "expected a volume that is not negative, like '150 ml'");
}

static chore_status parse_spill(const chore_yaml_node *node, task_spill *spill, chore_error *err)
{
    static const char *const keys[] = {"amount", "region", NULL};
    const chore_yaml_node *amount;
    TRY(chore_yaml_check_keys(node, "spill", keys, keys, err));
    spill->node = node;
    amount = chore_yaml_find(node, "amount");
    TRY(chore_yaml_range(amount, CHORE_UNIT_VOLUME, spill->volume_m3, err));
    TRY(positive(amount, spill->volume_m3[0], err));
    return chore_yaml_identifier(chore_yaml_find(node, "region"), spill->region, err);
}

chore_status chore_spills_parse(const chore_yaml_node *list, chore_task *task, chore_error *err)
{
    TRY(chore_yaml_expect(list, CHORE_YAML_LIST,
                          "a list of spills: [{amount: [20 ml, 30 ml], region: ...}]", err));
    if (chore_yaml_size(list) > MAX_SPILLS) {
        return chore_yaml_fail(list, err, "at most %d spills", MAX_SPILLS);
    }
    for (int i = 0; i < chore_yaml_size(list); i++) {
        TRY(parse_spill(chore_yaml_item(list, i), &task->spills[task->n_spills++], err));
        task->has_liquids = true;
    }
    return CHORE_OK;
}

chore_status chore_spills_resolve(chore_task *task, const chore_scene *scene, chore_error *err)
{
    for (int i = 0; i < task->n_spills; i++) {
        task_spill *spill = &task->spills[i];
        TRY(chore_region_resolve(spill->node, spill->region, scene, &spill->region_index, err));
    }
    return CHORE_OK;
}

/* ---- making ---------------------------------------------------------------------------------- */

/* Nothing that was placed stands where the puddle would be. */
static bool is_clear(const chore_episode *episode, const double at[2], double radius)
{
    const chore_view view = chore_episode_view(episode);
    for (int i = 0; i < view.n_items; i++) {
        const chore_object *object = chore_item_object(&view, i);
        if (object && view.present >> i & 1) {
            const double *pos = view.data->qpos + object->qpos_adr;
            if (hypot(pos[0] - at[0], pos[1] - at[1]) < object->footprint_m + radius + ROOM_M) {
                return false;
            }
        }
    }
    return true;
}

static chore_status make_spill(chore_episode *episode, const task_spill *spill, chore_rng *rng,
                               chore_error *err)
{
    const chore_region *region = chore_scene_region(episode->scene, spill->region_index);
    const double volume = chore_rng_range(rng, spill->volume_m3[0], spill->volume_m3[1]),
                 radius = chore_puddle_radius(volume);
    for (int i = 0; i < SPOTS; i++) {
        double at[3] = {0, 0, region->pos[2] + FROM_M};
        for (int k = 0; k < 2; k++) {
            at[k] = region->pos[k] +
                    chore_rng_range(rng, -1, 1) * fmax(0, region->half[k] - radius - ROOM_M);
        }
        if (is_clear(episode, at, radius)) {
            chore_world_spill(episode->world, at, volume);
            return CHORE_OK;
        }
    }
    return chore_fail(err, CHORE_E_PLACEMENT,
                      "no room left for a puddle of %.0f ml in the region '%s'", volume * 1e6,
                      region->name);
}

chore_status chore_spills_make(chore_episode *episode, chore_rng *rng, chore_error *err)
{
    for (int i = 0; i < episode->task->n_spills; i++) {
        TRY(make_spill(episode, &episode->task->spills[i], rng, err));
    }
    return CHORE_OK;
}

/* ---- the event jam --------------------------------------------------------------------------- */

bool chore_event_jam(chore_episode *episode, int event)
{
    const task_event *def = &episode->task->events[event];
    const int item = chore_event_item(episode, event);
    const chore_view view = chore_episode_view(episode);
    if (item < 0 || !(view.present >> item & 1)) {
        return false;
    }
    const int brewer = chore_item_object(&view, item)->brewer - 1;
    chore_event_mark_fired(episode, event, item);
    if (def->tries > 0) {
        episode->monitor.job.goal_held = 0; /* the goal is another one */
        chore_world_fail_brewer(episode->world, brewer, def->tries);
    } else {
        chore_world_jam_brewer(episode->world, brewer, def->presses);
    }
    return true;
}

/* ---- text ------------------------------------------------------------------------------------ */

static void add_numbers(chore_text *text, const double *values, int n)
{
    char number[32];
    for (int i = 0; i < n; i++) {
        chore_text_add(text, " %s", chore_number_text(values[i], number));
    }
}

void chore_liquids_write(const chore_episode *episode, chore_text *text)
{
    const chore_liquid *liquid = chore_world_liquid(episode->world);
    for (int i = 0; liquid && i < chore_scene_n_objects(episode->scene); i++) {
        const chore_object *object = chore_scene_object(episode->scene, i);
        if (object->vessel > 0) {
            const chore_vessel *v = &liquid->vessels[object->vessel - 1];
            chore_text_add(text, "vessel %d %d", object->vessel - 1, i);
            add_numbers(text, v->pos, 3);
            add_numbers(text, (const double[2]){v->radius_m, v->depth_m}, 2);
            chore_text_add(text, "\n");
        }
        if (object->brewer > 0) {
            chore_text_add(text, "brewer %d\n", i);
        }
        if (object->pod > 0) {
            chore_text_add(text, "pod %d\n", i);
        }
        if (object->wiper > 0) {
            const chore_wiper *w = &liquid->wipers[object->wiper - 1];
            chore_text_add(text, "wiper %d", i);
            add_numbers(text, w->pos, 3);
            add_numbers(text, w->half, 3);
            chore_text_add(text, "\n");
        }
    }
}
