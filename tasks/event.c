/* Events: when they come, what they do, how the robot takes it. */
#include "episode_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NO_LATEST INT64_MAX

int64_t chore_event_steps(const chore_episode *episode, double seconds)
{
    return (int64_t)llround(seconds * chore_task_control_hz(episode->task));
}

chore_rng chore_event_stream(const chore_episode *episode, int event, const char *use)
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
    chore_rng rng = chore_event_stream(episode, event, "trigger");
    trigger->latest = NO_LATEST;
    trigger->due = trigger->object = -1;
    const double instant = chore_rng_range(&rng, def->window_s[0], def->window_s[1]);
    if (def->has_window && def->has_rises) {
        trigger->earliest = chore_event_steps(episode, def->window_s[0]);
        trigger->latest = chore_event_steps(episode, def->window_s[1]);
    } else if (def->has_window) {
        trigger->due = chore_event_steps(episode, instant);
    }
    trigger->nth =
        def->nth[0] + (int64_t)chore_rng_below(&rng, (uint32_t)(def->nth[1] - def->nth[0] + 1));
    trigger->delay =
        chore_event_steps(episode, chore_rng_range(&rng, def->delay_s[0], def->delay_s[1]));
    return chore_effect_brings(def->effect) ? choose_dropped(episode, event, taken, &rng, err) : CHORE_OK;
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

/* It needs nothing that the robot must have brought about. */
static bool comes_anyway(const task_event *def)
{
    return chore_effect_brings(def->effect) || def->effect == EFFECT_ORDER;
}

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
            if (def->has_over && !chore_effect_brings(def->effect)) {
                trigger->object = object;
            }
        }
    }
    if (trigger->due < 0 && now >= trigger->latest && comes_anyway(def)) {
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
    const int64_t now = chore_episode_now(episode);
    bool waiting = false;
    for (int i = 0; i < episode->task->n_events && chore_episode_is_disturbed(episode); i++) {
        const task_event *def = &episode->task->events[i];
        trigger_state *trigger = &episode->monitor.triggers[i];
        const bool set = trigger->due >= 0 && def->effect != EFFECT_SLIP;
        if (waits(episode, i) && (set || comes_anyway(def))) {
            if (trigger->due < 0 || trigger->due > now) {
                trigger->due = now;
            }
            waiting = true;
        }
    }
    for (int i = 0; i < episode->task->n_events && !waiting && chore_episode_is_disturbed(episode);
         i++) {
        if (waits(episode, i)) {
            episode->monitor.triggers[i].missed = 1; /* nothing is left to be carried or undone */
        }
    }
    return waiting;
}

/* ---- effects --------------------------------------------------------------------------------- */

void chore_event_note(chore_episode *episode, int event, const char *what)
{
    const int item = (int)episode->monitor.events[event].object;
    chore_change_add(episode, CHANGE_EVENTS, "{\"event\":\"%s\",\"what\":\"%s\",\"object\":\"%s\"}",
                     episode->task->events[event].name, what,
                     item < 0 ? "" : episode->task->objects[item].id);
}

void chore_event_mark_fired(chore_episode *episode, int event, int item)
{
    event_record *record = &episode->monitor.events[event];
    record->fired = chore_episode_now(episode);
    record->object = item;
    if (item >= 0) {
        double centre[3];
        chore_view view = chore_episode_view(episode);
        chore_item_centre(&view, item, centre);
        record->spot[0] = centre[0];
        record->spot[1] = centre[1];
    }
    chore_event_note(episode, event, "fired");
}

int chore_event_item(const chore_episode *episode, int event)
{
    const chore_argument *item = &episode->task->events[event].item;
    return item->refer == REFER_ROLE   ? (int)episode->monitor.job.roles[item->index]
           : item->refer == REFER_ITEM ? item->index
           : item->refer == REFER_PART ? -1
                                       : (int)episode->monitor.triggers[event].object;
}

/* True when it acted. One that finds nothing to act on waits for the next rise. */
static bool act(chore_episode *episode, int event)
{
    trigger_state *trigger = &episode->monitor.triggers[event];
    const task_event *def = &episode->task->events[event];
    bool acted = false;
    switch (def->effect) {
    case EFFECT_DROP: return chore_event_drop(episode, event); /* looks again later */
    case EFFECT_BREAK: return chore_event_break(episode, event);
    case EFFECT_SLIP: acted = chore_event_slip(episode, event); break;
    case EFFECT_UNFOLD: acted = chore_event_unfold(episode, event); break;
    case EFFECT_TOPPLE:
        if (chore_event_topple_waits(episode, event)) {
            return false; /* looks again later */
        }
        acted = chore_event_topple(episode, event);
        break;
    case EFFECT_SLIDE: acted = chore_event_slide(episode, event); break;
    case EFFECT_ORDER: acted = chore_event_order(episode, event); break;
    case EFFECT_SWING: acted = chore_event_swing(episode, event); break;
    case EFFECT_TAKE_OUT: acted = chore_event_take_out(episode, event); break;
    case EFFECT_TIP: acted = chore_event_tip(episode, event); break;
    case EFFECT_JAM: acted = chore_event_jam(episode, event); break;
    case EFFECT_COUNT: break;
    }
    if (!acted) {
        trigger->due = trigger->object = -1;
        trigger->missed = !def->has_rises;
    }
    return acted;
}

void chore_events_fire(chore_episode *episode)
{
    bool fired = false;
    for (int i = 0; i < episode->task->n_events && chore_episode_is_disturbed(episode); i++) {
        const trigger_state *trigger = &episode->monitor.triggers[i];
        if (!waits(episode, i) || trigger->due < 0 || trigger->due > chore_episode_now(episode)) {
            continue;
        }
        fired = act(episode, i) || fired;
    }
    if (fired) {
        chore_episode_rebuild(episode);
    }
    chore_events_pull(episode);
}

/* ---- how the robot takes it ------------------------------------------------------------------ */

/* What came in is noticed when the robot touches it, what got away or was undone when it touches it again. A garment may
   fall on an arm or hang at it: that one is noticed when a hand takes it. A door or drawer is noticed when it is touched again. A new order shows only when it has been carried
   out. */
static bool is_noticed(chore_episode *episode, int event, const chore_view *view)
{
    event_record *record = &episode->monitor.events[event];
    if (episode->task->events[event].item.refer == REFER_PART) {
        const bool free = chore_part_released(episode->world, episode->task->events[event].item.index),
                   taken = !free && record->lost;
        record->lost |= free;
        return taken;
    }
    if (record->object < 0) {
        return false;
    }
    const int item = (int)record->object;
    const bool released = chore_item_released(view, item) && chore_shards_released(episode, item),
               touched = chore_item_garment(view, item) ? chore_item_grasping_arm(view, item) >= 0
                                                        : !released,
               came_in = chore_effect_brings(episode->task->events[event].effect),
               noticed = touched && (came_in || record->lost);
    record->lost |= released;
    return noticed;
}

static void follow(chore_episode *episode, int event, const chore_view *view)
{
    event_record *record = &episode->monitor.events[event];
    const task_event *def = &episode->task->events[event];
    const int64_t now = chore_episode_now(episode);
    const chore_clause work = def->effect == EFFECT_ORDER ? episode->goal : episode->works[event];
    const bool has_work = def->has_work || def->effect == EFFECT_ORDER,
               done = !has_work || chore_clause_holds(&episode->facts, work);
    record->work_held = done ? record->work_held + 1 : 0;
    const bool handled = record->handled < 0 && record->work_held >= episode->held_steps,
               noticed =
                   is_noticed(episode, event, view) || (handled && def->effect == EFFECT_ORDER);
    if (record->noticed < 0 && noticed) {
        record->noticed = now;
        chore_event_note(episode, event, "noticed");
    }
    if (handled) {
        record->handled = now;
        chore_event_note(episode, event, "handled");
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
