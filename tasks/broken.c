/* Breakage in an episode: shards are items from the start, parked and not present, and take the place of what breaks. */
#include "episode_internal.h"

void chore_task_add_shards(chore_task *task, const chore_scene *scene)
{
    task->n_objects = task->n_pool;
    for (int i = 0; i < task->n_pool; i++) {
        const chore_object *dish =
            task->items[i].object >= 0 ? chore_scene_object(scene, task->items[i].object) : NULL;
        task->shards[i] = (item_shards){0, 0};
        if (!dish || dish->breakable < 0) {
            continue;
        }
        task->shards[i] = (item_shards){task->n_objects, dish->n_shards};
        for (int k = 0; k < dish->n_shards; k++) {
            const int object = dish->first_shard + k, item = task->n_objects++;
            const chore_object *shard = chore_scene_object(scene, object);
            CHORE_ASSERT(item < CHORE_MAX_OBJECTS);
            task->items[item] = (chore_item){object, -1};
            task->shards[item] = (item_shards){0, 0};
            task->objects[item] = (chore_object_def){.id = ""};
            chore_copy(task->objects[item].id, CHORE_NAME_CAP, shard->id);
            chore_copy(task->objects[item].kind, CHORE_NAME_CAP, shard->kind);
        }
    }
}

int chore_task_shards(const chore_task *task, int item, int *n)
{
    *n = task->shards[item].n;
    return task->shards[item].first;
}

bool chore_shards_released(const chore_episode *episode, int item)
{
    const chore_view view = chore_episode_view(episode);
    int n, first = chore_task_shards(episode->task, item, &n);
    for (int i = first; i < first + n; i++) {
        if (!chore_item_released(&view, i)) {
            return false;
        }
    }
    return true;
}

/* True when it broke in the last step. */
static bool note(chore_episode *episode, int item)
{
    job_record *job = &episode->monitor.job;
    const chore_view view = chore_episode_view(episode);
    const chore_object *dish = chore_item_object(&view, item);
    int n, first = chore_task_shards(episode->task, item, &n);
    if (!(job->present >> item & 1) || !dish || dish->breakable < 0 ||
        !chore_world_is_broken(episode->world, dish->breakable)) {
        return false;
    }
    job->present &= ~(UINT64_C(1) << item);
    for (int i = first; i < first + n; i++) {
        job->present |= UINT64_C(1) << i;
        chore_item_centre(&view, i, job->start[i]);
    }
    chore_change_add(episode, CHANGE_EVENTS,
                     "{\"event\":\"%s\",\"what\":\"broken\",\"object\":\"%s\"}",
                     episode->task->objects[item].id, episode->task->objects[item].id);
    return true;
}

void chore_episode_note_broken(chore_episode *episode)
{
    bool any = false;
    for (int i = 0; i < episode->task->n_pool; i++) {
        any = note(episode, i) || any;
    }
    if (any) {
        chore_episode_rebuild(episode);
    }
}
