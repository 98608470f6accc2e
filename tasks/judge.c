/* Judging: the conditions of the moment as facts and clauses, and what they say after a step. */
#include "episode_internal.h"

#include <stdlib.h>

/* ---- conditions of the moment ---------------------------------------------------------------- */

typedef struct literal_list {
    chore_episode *episode;
    int event;
} literal_list;

static void add_literal(void *ctx, int fact, bool wanted)
{
    literal_list *list = ctx;
    chore_episode *episode = list->episode;
    if (episode->n_literals == episode->cap_literals) {
        episode->cap_literals = episode->cap_literals ? 2 * episode->cap_literals : 32;
        episode->literals =
            realloc(episode->literals, (size_t)episode->cap_literals * sizeof *episode->literals);
        CHORE_ASSERT(episode->literals != NULL);
    }
    episode->literals[episode->n_literals++] = (episode_literal){fact, list->event, wanted, false};
}

bool chore_episode_literal_holds(const chore_episode *episode, const episode_literal *literal)
{
    return episode->facts.facts[literal->fact].holds == literal->wanted;
}

static void rebuild_event(chore_episode *episode, int event, clause_words words)
{
    const task_event *def = &episode->task->events[event];
    const event_record *record = &episode->monitor.events[event];
    episode->rises_over[event] = 0;
    words.among = episode->monitor.job.present;
    if (record->fired >= 0) {
        words.event = (int)record->object;
        if (def->has_work) {
            episode->works[event] = chore_clause_add(&episode->facts, &def->work, words);
        }
        return;
    }
    if (!def->has_rises || !chore_episode_is_disturbed(episode)) {
        return;
    }
    episode->rises_over[event] = def->has_over ? chore_set_members(&def->over, &words) : 1;
    for (int object = 0; object < CHORE_MAX_OBJECTS; object++) {
        if (episode->rises_over[event] >> object & 1) {
            words.each = def->has_over ? object : -1;
            episode->rises[event][object] = chore_clause_add(&episode->facts, &def->rises, words);
        }
    }
}

static void rebuild_literals(chore_episode *episode)
{
    literal_list list = {episode, -1};
    episode->n_literals = 0;
    chore_clause_leaves(&episode->facts, episode->goal, add_literal, &list);
    for (list.event = 0; list.event < episode->task->n_events; list.event++) {
        if (episode->monitor.events[list.event].fired >= 0 &&
            episode->task->events[list.event].has_work) {
            chore_clause_leaves(&episode->facts, episode->works[list.event], add_literal, &list);
        }
    }
}

const chore_condition *chore_episode_goal(const chore_episode *episode)
{
    const chore_condition *goal = &episode->task->goal;
    int64_t latest = -1;
    for (int i = 0; i < episode->task->n_events; i++) {
        const int64_t fired = episode->monitor.events[i].fired;
        if (episode->task->events[i].has_order && fired > latest) {
            goal = &episode->task->events[i].order;
            latest = fired;
        }
    }
    return goal;
}

void chore_episode_rebuild(chore_episode *episode)
{
    const job_record *job = &episode->monitor.job;
    const chore_task *task = episode->task;
    clause_words words = {.task = task,
                          .goal = chore_episode_goal(episode),
                          .among = job->at_start,
                          .at_start = job->at_start,
                          .roles = job->roles,
                          .each = -1,
                          .event = -1};
    chore_facts_clear(&episode->facts);
    episode->goal = chore_clause_add(&episode->facts, words.goal, words);
    for (int i = 0; i < task->n_stages; i++) {
        episode->stages[i] = chore_clause_add(&episode->facts, &task->stages[i].condition, words);
    }
    words.among = job->present;
    int dropped[MAX_EVENTS];
    for (int i = 0; i < task->n_events; i++) {
        const event_record *record = &episode->monitor.events[i];
        bool added =
            chore_effect_brings(task->events[i].effect) && task->events[i].has_work && record->fired >= 0;
        dropped[i] = added ? (int)record->object : -1;
    }
    words.dropped = dropped;
    for (int i = 0; i < task->n_fails; i++) {
        episode->fails[i] = chore_clause_add(&episode->facts, &task->fails[i], words);
    }
    for (int i = 0; i < task->n_events; i++) {
        rebuild_event(episode, i, words);
    }
    chore_view view = chore_episode_view(episode);
    chore_facts_update(&episode->facts, &view);
    rebuild_literals(episode);
    for (int i = 0; i < episode->n_literals; i++) {
        episode->literals[i].was = chore_episode_literal_holds(episode, &episode->literals[i]);
    }
    episode->goal_text_stale = episode->objects_text_stale = true;
}

/* ---- judging --------------------------------------------------------------------------------- */

void chore_episode_end(chore_episode *episode, chore_outcome outcome, const char *reason)
{
    if (episode->monitor.outcome == CHORE_OUTCOME_RUNNING) {
        episode->monitor.outcome = outcome;
        chore_copy(episode->monitor.reason, sizeof episode->monitor.reason, reason);
    }
}

void chore_episode_abort(chore_episode *episode, chore_outcome outcome, const char *reason)
{
    chore_episode_end(episode, outcome, reason);
}

static void note_literals(chore_episode *episode)
{
    for (int i = 0; i < episode->n_literals; i++) {
        episode_literal *literal = &episode->literals[i];
        const bool holds = chore_episode_literal_holds(episode, literal);
        if (holds != literal->was) {
            char text[CHORE_NAME_CAP * 3];
            chore_fact_text(&episode->facts.facts[literal->fact], literal->wanted, episode->task,
                            episode->scene, text, sizeof text);
            chore_change_add(episode, CHANGE_LITERALS,
                             "{\"text\":\"%s\",\"holds\":%s,\"event\":%d}", text,
                             holds ? "true" : "false", literal->event);
            literal->was = holds;
            episode->goal_text_stale = true;
        }
    }
}

static void judge_stages(chore_episode *episode, int64_t now)
{
    for (int i = 0; i < episode->task->n_stages; i++) {
        int64_t *reached = &episode->monitor.job.stage_reached[i];
        if (*reached < 0 && chore_clause_holds(&episode->facts, episode->stages[i])) {
            *reached = now;
            chore_change_add(episode, CHANGE_STAGES, "\"%s\"", episode->task->stages[i].name);
        }
    }
}

typedef struct reason_search {
    const chore_episode *episode;
    char text[CHORE_NAME_CAP * 3];
} reason_search;

/* The first leaf that is as the condition wants it explains why it is true. */
static void find_reason(void *ctx, int fact, bool wanted)
{
    reason_search *search = ctx;
    const chore_fact *leaf = &search->episode->facts.facts[fact];
    if (!search->text[0] && leaf->holds == wanted) {
        chore_fact_text(leaf, wanted, search->episode->task, search->episode->scene, search->text,
                        sizeof search->text);
    }
}

static bool judge_fails(chore_episode *episode)
{
    for (int i = 0; i < episode->task->n_fails; i++) {
        if (chore_clause_holds(&episode->facts, episode->fails[i])) {
            reason_search search = {episode, ""};
            chore_clause_leaves(&episode->facts, episode->fails[i], find_reason, &search);
            chore_episode_end(episode, CHORE_OUTCOME_FAILED,
                              search.text[0] ? search.text : "a failure condition came true");
            return true;
        }
    }
    return false;
}

/* Goal and all new work have held for their time. */
static bool job_done(const chore_episode *episode)
{
    if (episode->monitor.job.goal_held < episode->held_steps) {
        return false;
    }
    for (int i = 0; i < episode->task->n_events; i++) {
        if (episode->monitor.events[i].fired >= 0 &&
            episode->task->events[i].effect != EFFECT_ORDER &&
            episode->monitor.events[i].work_held < episode->held_steps) {
            return false;
        }
    }
    return true;
}

void chore_episode_judge(chore_episode *episode)
{
    job_record *job = &episode->monitor.job;
    const int64_t now = chore_episode_now(episode);
    chore_view view = chore_episode_view(episode);
    chore_facts_update(&episode->facts, &view);
    note_literals(episode);
    judge_stages(episode, now);
    job->goal_held = chore_clause_holds(&episode->facts, episode->goal) ? job->goal_held + 1 : 0;
    if (job->first_success < 0 && job->goal_held >= episode->held_steps) {
        job->first_success = now;
    }
    chore_events_follow(episode);
    chore_events_watch(episode);
    if (chore_report_judge(episode) || judge_fails(episode)) {
        return;
    }
    if (job_done(episode) && !chore_events_hurry(episode)) {
        chore_episode_end(episode, CHORE_OUTCOME_SUCCESS, "the goal held for its time");
    } else if (now >= episode->horizon_steps) {
        chore_episode_end(episode, CHORE_OUTCOME_TIMEOUT, "the horizon passed");
    }
}
