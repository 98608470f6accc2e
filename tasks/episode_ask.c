/* What a person, the runner or a policy may ask an episode. */
#include "episode_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

bool chore_episode_ended(const chore_episode *episode)
{
    return episode->monitor.outcome != CHORE_OUTCOME_RUNNING;
}
chore_outcome chore_episode_outcome(const chore_episode *episode)
{
    return (chore_outcome)episode->monitor.outcome;
}
const char *chore_episode_reason(const chore_episode *episode)
{
    return episode->monitor.reason;
}
const char *chore_episode_instruction(const chore_episode *episode)
{
    return chore_text_get(&episode->instruction);
}
int64_t chore_episode_first_success_step(const chore_episode *episode)
{
    return episode->monitor.job.first_success;
}
int64_t chore_episode_clamped(const chore_episode *episode)
{
    return episode->monitor.job.clamped;
}
int chore_episode_n_literals(const chore_episode *episode)
{
    return episode->n_literals;
}
int chore_episode_n_stages(const chore_episode *episode)
{
    return episode->task->n_stages;
}

int chore_episode_n_events(const chore_episode *episode)
{
    return chore_episode_is_disturbed(episode) ? episode->task->n_events : 0;
}

int chore_episode_n_items(const chore_episode *episode)
{
    return episode->task->n_objects;
}

chore_episode_item chore_episode_item_at(const chore_episode *episode, int item)
{
    CHORE_ASSERT(item >= 0 && item < episode->task->n_objects);
    return (chore_episode_item){episode->task->objects[item].id, episode->task->items[item].object,
                                episode->task->items[item].garment,
                                chore_episode_is_present(episode, item)};
}

bool chore_episode_is_present(const chore_episode *episode, int item)
{
    return item >= 0 && item < episode->task->n_objects &&
           (episode->monitor.job.present >> item & 1);
}

static double literal_share(const chore_episode *episode)
{
    int n = 0;
    for (int i = 0; i < episode->n_literals; i++) {
        n += chore_episode_literal_holds(episode, &episode->literals[i]);
    }
    return episode->n_literals ? (double)n / episode->n_literals : 0;
}

double chore_episode_progress(const chore_episode *episode)
{
    double done = 0, all = 0;
    if (episode->monitor.outcome == CHORE_OUTCOME_SUCCESS) {
        return 1;
    }
    if (episode->task->n_stages == 0 ||
        chore_episode_goal(episode) != &episode->task->goal) { /* stages lead to the old goal */
        return literal_share(episode);
    }
    for (int i = 0; i < episode->task->n_stages; i++) {
        done += episode->task->stages[i].weight *
                chore_clause_share(&episode->facts, episode->stages[i]);
        all += episode->task->stages[i].weight;
    }
    for (int i = 0; i < episode->task->n_events; i++) {
        if (episode->monitor.events[i].fired >= 0 && episode->task->events[i].has_work) {
            done += episode->task->events[i].weight *
                    chore_clause_share(&episode->facts, episode->works[i]);
            all += episode->task->events[i].weight;
        }
    }
    return done / all;
}

chore_literal chore_episode_literal(const chore_episode *episode, int index)
{
    CHORE_ASSERT(index >= 0 && index < episode->n_literals);
    const episode_literal *literal = &episode->literals[index];
    chore_literal out = {.holds = chore_episode_literal_holds(episode, literal),
                         .event = literal->event};
    chore_fact_text(&episode->facts.facts[literal->fact], literal->wanted, episode->task,
                    episode->scene, out.text, sizeof out.text);
    return out;
}

chore_stage_state chore_episode_stage(const chore_episode *episode, int index)
{
    CHORE_ASSERT(index >= 0 && index < episode->task->n_stages);
    const task_stage *stage = &episode->task->stages[index];
    return (chore_stage_state){stage->name, stage->weight,
                               episode->monitor.job.stage_reached[index]};
}

chore_event_state chore_episode_event(const chore_episode *episode, int index)
{
    CHORE_ASSERT(index >= 0 && index < chore_episode_n_events(episode));
    const task_event *def = &episode->task->events[index];
    const event_record *record = &episode->monitor.events[index];
    const int64_t within = llround(def->within_s * episode->task->control_hz);
    chore_event_state out = {.name = def->name,
                             .fired_step = record->fired,
                             .noticed_step = record->noticed,
                             .handled_step = record->handled,
                             .within_s = def->within_s};
    out.handled = record->fired >= 0 &&
                  (def->effect == EFFECT_ORDER ? chore_clause_holds(&episode->facts, episode->goal)
                   : def->has_work ? chore_clause_holds(&episode->facts, episode->works[index])
                                   : true);
    out.in_time =
        record->handled >= 0 && (within == 0 || record->handled - record->fired <= within);
    if (record->fired >= 0 && record->object >= 0) {
        snprintf(out.detail, sizeof out.detail, "%s %s at %.2f %.2f",
                 episode->task->objects[record->object].id, chore_effects[def->effect].word,
                 record->spot[0], record->spot[1]);
    } else if (record->fired >= 0) {
        chore_copy(out.detail, sizeof out.detail, "the order changed");
    }
    return out;
}
