#include "report_internal.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_LISTED = 2000 };

static const char *outcome_class(chore_outcome outcome)
{
    switch (outcome) {
    case CHORE_OUTCOME_SUCCESS: return "good";
    case CHORE_OUTCOME_TIMEOUT: return "slow";
    case CHORE_OUTCOME_FAILED:
    case CHORE_OUTCOME_POLICY_ERROR: return "bad";
    default: return "apart";
    }
}

static void write_option(chore_text *out, const char *value)
{
    chore_text_add(out, "<option>");
    chore_html_text(out, value);
}

static void write_filters(chore_text *out, const chore_plan *plan)
{
    chore_text_add(out, "<form id=filters><select id=f-task aria-label=task><option value=''>all tasks");
    for (int i = 0; i < plan->n_tasks; i++) {
        write_option(out, plan->tasks[i].name);
    }
    chore_text_add(
        out, "</select><select id=f-variant aria-label=variant><option value=''>both variants"
             "<option>control<option>disturbed</select>"
             "<select id=f-outcome aria-label=outcome><option value=''>all outcomes<option value=failed>"
             "everything but success");
    for (int i = CHORE_OUTCOME_SUCCESS; i < CHORE_OUTCOME_COUNT; i++) {
        const char *name = chore_outcome_name((chore_outcome)i);
        chore_text_add(out, "<option value='=%s'>%s", name, name);
    }
    chore_text_add(out, "</select><input id=f-seed inputmode=numeric placeholder=seed aria-label=seed size=6>"
                        "<label><input type=checkbox id=f-film> with a film strip</label>"
                        "<output id=shown></output></form>\n");
}

static void write_stages(chore_text *out, const chore_row *row)
{
    if (row->n_stages == 0) {
        return;
    }
    chore_text_add(out, "<ol class=stages>");
    for (int i = 0; i < row->n_stages; i++) {
        const chore_row_stage *s = &row->stages[i];
        chore_text_add(out, "<li class=%s>", s->reached_s >= 0 ? "reached" : "open");
        chore_html_text(out, s->name);
        chore_text_add(out, "<small>");
        chore_html_seconds(out, s->reached_s);
        chore_text_add(out, "</small>");
    }
    chore_text_add(out, "</ol>");
}

static void write_moment(chore_text *out, const char *word, double seconds)
{
    chore_text_add(out, "<td>%s ", word);
    chore_html_seconds(out, seconds);
}

static void write_events(chore_text *out, const chore_row *row)
{
    if (row->n_events == 0) {
        return;
    }
    chore_text_add(out, "<table class=events>");
    for (int i = 0; i < row->n_events; i++) {
        const chore_row_event *e = &row->events[i];
        chore_text_add(out, "<tr><th>");
        chore_html_text(out, e->name);
        chore_text_add(out, "<td>");
        chore_html_text(out, e->detail);
        write_moment(out, "fired", e->fired_s);
        write_moment(out, "noticed", e->noticed_s);
        write_moment(out, e->handled && e->in_time ? "handled in time" : "handled",
                     e->handled ? e->handled_s : -1);
    }
    chore_text_add(out, "</table>");
}

static void write_film(chore_text *out, const chore_row *row, const char *name)
{
    if (row->film[0]) {
        chore_text_add(out, "<a class=film href='");
        chore_html_text(out, row->film);
        chore_text_add(out, "'><img loading=lazy alt='film strip' src='");
        chore_html_text(out, row->film);
        chore_text_add(out, "'></a>");
    } else if (row->trace[0]) {
        chore_text_add(out, "<p class=quiet>No film strip was drawn. <code>chorebench show RUN ");
        chore_html_text(out, name);
        chore_text_add(out, " --film strip.png</code> draws it from the trace.");
    }
}

static void write_facts(chore_text *out, const chore_row *row)
{
    char hash[CHORE_HASH_HEX_CAP];
    chore_hash_hex(row->final_state_hash, hash);
    chore_text_add(
        out,
        "<p class=quiet>%lld control steps, %lld clamped values, %lld policy calls (median %.2f ms, 99 %% "
        "under %.2f ms), %d of %d goal literals met, attempt %d.<br>final state <code>%s</code>",
        (long long)row->steps, (long long)row->clamped, (long long)row->policy_calls, row->policy_p50_ms,
        row->policy_p99_ms, row->literals_met, row->literals_total, row->attempt + 1, hash);
    if (strcmp(row->latency, "frozen") != 0) {
        chore_text_add(out, "<br>latency %s: %lld steps held, %lld answers too late", row->latency,
                       (long long)row->held_steps, (long long)row->late_calls);
    }
    if (row->trace[0]) {
        chore_text_add(out, ", trace <a href='");
        chore_html_text(out, row->trace);
        chore_text_add(out, "'>");
        chore_html_text(out, row->trace);
        chore_text_add(out, "</a>");
    }
}

static void write_episode(chore_text *out, const chore_plan *plan, const chore_row *row)
{
    char name[CHORE_NAME_CAP * 2];
    const char *outcome = chore_outcome_name(row->outcome), *look = outcome_class(row->outcome);
    chore_plan_episode_name(plan, row->index, name);
    chore_text_add(out, "<details class=episode id='");
    chore_html_text(out, name);
    chore_text_add(out, "' data-task='");
    chore_html_text(out, row->task);
    chore_text_add(out, "' data-variant=%s data-outcome=%s data-seed=%llu%s><summary><span class=task>",
                   chore_variant_name(row->variant), outcome, (unsigned long long)row->seed,
                   row->film[0] ? " data-film" : "");
    chore_html_text(out, row->task);
    chore_text_add(
        out, "</span><span class=variant>%s</span><span class=seed>%llu</span><span class='tag %s'>%s</span>",
        chore_variant_name(row->variant), (unsigned long long)row->seed, look, outcome);
    chore_html_progress(out, row->progress, look);
    chore_text_add(out, "<span class=time>%.1f&#8239;s</span><span class=reason>", row->sim_time_s);
    chore_html_text(out, row->reason);
    chore_text_add(out, "</span></summary><div>");
    write_film(out, row, name);
    write_stages(out, row);
    write_events(out, row);
    write_facts(out, row);
    chore_text_add(out, "</div></details>\n");
}

/* Those that need looking at first keep their place when there are too many to list. */
void chore_report_episodes(chore_text *out, const chore_plan *plan, const chore_rows *rows)
{
    int failures = 0, total = 0;
    for (int i = 0; i < rows->n; i++) {
        total += rows->latest[i];
        failures += rows->latest[i] && !rows->rows[i].success;
    }
    int successes = total - failures, room = MAX_LISTED - (failures < MAX_LISTED ? failures : MAX_LISTED);
    int skipped = successes > room ? successes - room : 0;
    chore_text_add(out, "<section><h2>Episodes</h2>");
    write_filters(out, plan);
    chore_text_add(out, "<div id=episodes>\n");
    for (int i = 0, listed = 0; i < rows->n && listed < MAX_LISTED; i++) {
        const chore_row *row = &rows->rows[i];
        if (!rows->latest[i] || (row->success && room-- <= 0)) {
            continue;
        }
        write_episode(out, plan, row);
        listed++;
    }
    chore_text_add(out, "</div>");
    if (skipped || failures > MAX_LISTED) {
        chore_text_add(
            out, "<p class=quiet>%d of %d episodes are listed here, failures first; all are in the shards.",
            total < MAX_LISTED ? total : MAX_LISTED, total);
    }
    chore_text_add(out, "</section>\n");
}
