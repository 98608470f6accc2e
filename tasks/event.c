/* Events: when they come, what they do, how the robot takes it. */
#include "episode_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NO_LATEST   INT64_MAX
#define RETRY_STEPS 20 /* between looks for a free spot: a look that finds none is dear */

static int64_t steps_of(const chore_episode *episode, double seconds)
{
    return (int64_t)llround(seconds * chore_task_control_hz(episode->task));
}

static chore_rng event_stream(const chore_episode *episode, int event, const char *use)
{
    char name[CHORE_NAME_CAP + 48];
    snprintf(name, sizeof name, "events/%s/%s", episode->task->events[event].name, use);
    return chore_rng_stream(episode->run_key, chore_task_hash(episode->task),
                            episode->monitor.job.seed, name);
}

/* ---- arming ---------------------------------------------------------------------------------- */

/* The object that a drop brings: one of its candidates that stand outside and that no other
   event has taken. */
static chore_status choose_dropped(chore_episode *episode, int event, uint64_t *taken,
                                   chore_rng *rng, chore_error *err)
{
    const task_event *def = &episode->task->events[event];
    int pool[CHORE_MAX_OBJECTS], n = 0;
    for (int i = 0; i < def->n_choose; i++) {
        if (!(*taken >> def->choose[i] & 1)) {
            pool[n++] = def->choose[i];
        }
    }
    if (n == 0) {
        return chore_fail(
            err, CHORE_E_PLACEMENT,
            "task %s, seed %llu: every object that the event '%s' could bring stands in the scene already",
            episode->task->name, (unsigned long long)episode->monitor.job.seed, def->name);
    }
    int object = pool[chore_rng_below(rng, (uint32_t)n)];
    *taken |= UINT64_C(1) << object;
    episode->monitor.triggers[event].object = object;
    return CHORE_OK;
}

static chore_status arm(chore_episode *episode, int event, uint64_t *taken, chore_error *err)
{
    const task_event *def = &episode->task->events[event];
    trigger_state *trigger = &episode->monitor.triggers[event];
    chore_rng rng = event_stream(episode, event, "trigger");
    trigger->latest = NO_LATEST;
    trigger->due = trigger->object = -1;
    const double instant = chore_rng_range(&rng, def->window_s[0], def->window_s[1]);
    if (def->has_window && def->has_rises) {
        trigger->earliest = steps_of(episode, def->window_s[0]);
        trigger->latest = steps_of(episode, def->window_s[1]);
    } else if (def->has_window) {
        trigger->due = steps_of(episode, instant);
    }
    trigger->nth =
        def->nth[0] + (int64_t)chore_rng_below(&rng, (uint32_t)(def->nth[1] - def->nth[0] + 1));
    trigger->delay = steps_of(episode, chore_rng_range(&rng, def->delay_s[0], def->delay_s[1]));
    return def->effect == EFFECT_DROP ? choose_dropped(episode, event, taken, &rng, err) : CHORE_OK;
}

chore_status chore_events_arm(chore_episode *episode, chore_error *err)
{
    uint64_t taken = episode->monitor.job.present;
    for (int i = 0; i < episode->task->n_events; i++) {
        episode->monitor.events[i].fired = episode->monitor.events[i].noticed =
            episode->monitor.events[i].handled = -1;
        episode->monitor.events[i].object = -1;
        if (chore_episode_is_disturbed(episode)) {
            TRY(arm(episode, i, &taken, err));
        }
    }
    return CHORE_OK;
}

/* ---- triggers -------------------------------------------------------------------------------- */

static bool waits(const chore_episode *episode, int event)
{
    return episode->monitor.events[event].fired < 0 && !episode->monitor.triggers[event].missed;
}

/* Count rises of the trigger's condition; the one that is wanted sets the clock. */
static void watch(chore_episode *episode, int event, int64_t now)
{
    const task_event *def = &episode->task->events[event];
    trigger_state *trigger = &episode->monitor.triggers[event];
    uint64_t is = 0;
    for (int object = 0; object < CHORE_MAX_OBJECTS; object++) {
        if (episode->rises_over[event] >> object & 1 &&
            chore_clause_holds(&episode->facts, episode->rises[event][object])) {
            is |= UINT64_C(1) << object;
        }
    }
    const uint64_t rose = is & ~trigger->was;
    trigger->was = is;
    for (int object = 0; object < CHORE_MAX_OBJECTS && now >= trigger->earliest && trigger->due < 0;
         object++) {
        if (rose >> object & 1 && ++trigger->seen >= trigger->nth) {
            trigger->due = now + trigger->delay;
            if (def->effect == EFFECT_SLIP) {
                trigger->object = object;
            }
        }
    }
    if (trigger->due < 0 && now >= trigger->latest && def->effect == EFFECT_DROP) {
        trigger->due = now;
    }
}

void chore_events_watch(chore_episode *episode)
{
    for (int i = 0; i < episode->task->n_events && chore_episode_is_disturbed(episode); i++) {
        if (episode->task->events[i].has_rises && waits(episode, i)) {
            watch(episode, i, chore_episode_now(episode));
        }
    }
}

bool chore_events_hurry(chore_episode *episode)
{
    bool waiting = false;
    for (int i = 0; i < episode->task->n_events && chore_episode_is_disturbed(episode); i++) {
        trigger_state *trigger = &episode->monitor.triggers[i];
        if (waits(episode, i) && episode->task->events[i].effect == EFFECT_DROP) {
            if (trigger->due < 0 || trigger->due > chore_episode_now(episode)) {
                trigger->due = chore_episode_now(episode);
            }
            waiting = true;
        }
    }
    for (int i = 0; i < episode->task->n_events && !waiting && chore_episode_is_disturbed(episode);
         i++) {
        if (waits(episode, i)) {
            episode->monitor.triggers[i].missed = 1; /* nothing is left to be carried */
        }
    }
    return waiting;
}

/* ---- effects --------------------------------------------------------------------------------- */

static void note(chore_episode *episode, int event, const char *what)
{
    const event_record *record = &episode->monitor.events[event];
    chore_change_add(episode, CHANGE_EVENTS, "{\"event\":\"%s\",\"what\":\"%s\",\"object\":\"%s\"}",
                     episode->task->events[event].name, what,
                     episode->task->objects[record->object].id);
}

static void mark_fired(chore_episode *episode, int event, int object)
{
    event_record *record = &episode->monitor.events[event];
    double centre[3];
    chore_view view = chore_episode_view(episode);
    record->fired = chore_episode_now(episode);
    record->object = object;
    chore_item_centre(&view, object, centre);
    record->spot[0] = centre[0];
    record->spot[1] = centre[1];
    note(episode, event, "fired");
}

/* The object comes in from its parking place, at a hand's height above a free spot. */
static bool drop(chore_episode *episode, int event)
{
    const task_event *def = &episode->task->events[event];
    job_record *job = &episode->monitor.job;
    const int object = (int)episode->monitor.triggers[event].object;
    const chore_item item = episode->task->items[object];
    const int64_t waited = chore_episode_now(episode) - episode->monitor.triggers[event].due;
    double pos[3], quat[4];
    char use[40];
    if (waited % RETRY_STEPS != 0) {
        return false;
    }
    snprintf(use, sizeof use, "spot/%lld", (long long)chore_episode_now(episode));
    chore_rng rng = event_stream(episode, event, use);
    if (!chore_scene_free_spot(episode->scene, episode->world, item.object, def->region_index,
                               def->clearance_m, &rng, pos, quat)) {
        return false;
    }
    pos[2] += def->height_m;
    chore_world_put_body(episode->world, chore_scene_object(episode->scene, item.object)->body, pos,
                         quat);
    job->present |= UINT64_C(1) << object;
    mark_fired(episode, event, object);
    chore_view view = chore_episode_view(episode);
    chore_item_centre(&view, object, job->start[object]);
    job->start[object][2] -= def->height_m; /* where it will lie, for lifted and moved_less_than */
    return true;
}

/* The fingers give way; gravity does the rest. Waits for the next rise when nothing is held any
   more. */
static bool slip(chore_episode *episode, int event)
{
    const task_event *def = &episode->task->events[event];
    trigger_state *trigger = &episode->monitor.triggers[event];
    chore_view view = chore_episode_view(episode);
    int arm_index = chore_item_grasping_arm(&view, (int)trigger->object);
    if (arm_index < 0) {
        trigger->due = trigger->object = -1;
        return false;
    }
    int64_t steps = steps_of(episode, def->duration_s);
    chore_world_relax_gripper(episode->world, arm_index, def->width_m, steps > 0 ? (int)steps : 1);
    mark_fired(episode, event, (int)trigger->object);
    return true;
}

void chore_events_fire(chore_episode *episode)
{
    bool fired = false;
    for (int i = 0; i < episode->task->n_events && chore_episode_is_disturbed(episode); i++) {
        const trigger_state *trigger = &episode->monitor.triggers[i];
        if (!waits(episode, i) || trigger->due < 0 || trigger->due > chore_episode_now(episode)) {
            continue;
        }
        if (episode->task->events[i].effect == EFFECT_DROP ? drop(episode, i) : slip(episode, i)) {
            fired = true;
        }
    }
    if (fired) {
        chore_episode_rebuild(episode);
    }
}

/* ---- how the robot takes it ------------------------------------------------------------------ */

/* A dropped object is noticed when the robot touches it, a slipped one when it touches it again. */
static void follow(chore_episode *episode, int event, const chore_view *view)
{
    event_record *record = &episode->monitor.events[event];
    const task_event *def = &episode->task->events[event];
    const int64_t now = chore_episode_now(episode);
    const bool released = chore_item_released(view, (int)record->object);
    if (def->effect == EFFECT_DROP || (record->lost && record->noticed < 0)) {
        if (record->noticed < 0 && !released) {
            record->noticed = now;
            note(episode, event, "noticed");
        }
    }
    record->lost |= released;
    const bool done = !def->has_work || chore_clause_holds(&episode->facts, episode->works[event]);
    record->work_held = done ? record->work_held + 1 : 0;
    if (record->handled < 0 && record->work_held >= episode->held_steps) {
        record->handled = now;
        note(episode, event, "handled");
    }
}

void chore_events_follow(chore_episode *episode)
{
    chore_view view = chore_episode_view(episode);
    for (int i = 0; i < episode->task->n_events; i++) {
        if (episode->monitor.events[i].fired >= 0) {
            follow(episode, i, &view);
        }
    }
}
