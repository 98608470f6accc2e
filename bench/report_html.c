#include "report_internal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <chore/files.h>

typedef struct page {
    chore_text out;
    const chore_plan *plan;
    const chore_summary *summary;
    const chore_rows *rows;
    const char *build_text, *policy_text;
    json_t *build, *policy; /* empty objects when the text was not JSON */
} page;

static const char *text_at(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    return text ? text : "unknown";
}

static const char *title_of(const chore_plan *plan)
{
    return plan->suite[0] ? plan->suite : plan->n_tasks == 1 ? plan->tasks[0].name : "tasks";
}

/* ---- head ----------------------------------------------------------------------------------------------------- */

static void write_head(page *p)
{
    chore_text_add(&p->out, "<!doctype html>\n<html lang=en><meta charset=utf-8>"
                            "<meta name=viewport content='width=device-width,initial-scale=1'>"
                            "<meta name=color-scheme content='light dark'><title>");
    chore_html_text(&p->out, title_of(p->plan));
    chore_text_add(&p->out, " &middot; ");
    chore_html_text(&p->out, p->plan->policy);
    chore_text_add(&p->out, " &middot; chorebench</title>\n<style>\n%s</style>\n<main>\n", chore_report_css);
}

static void write_trust(page *p)
{
    const chore_summary *s = p->summary;
    if (s->missing) {
        chore_text_add(
            &p->out,
            "<p class=trust><span class='tag bad'>incomplete</span> %d of %d planned episodes are missing: "
            "this is no result yet. <code>chorebench run --resume --out RUN</code>",
            s->missing, s->planned);
    } else {
        chore_text_add(&p->out,
                       "<p class=trust><span class='tag good'>T1 complete</span> Every planned episode is "
                       "there, the chain of rows is intact. <code>chorebench verify RUN</code> simulates "
                       "every episode again, for T2.");
    }
    if (json_is_false(json_object_get(p->policy, "comparable"))) {
        chore_text_add(&p->out,
                       "<br><span class='tag slow'>%s</span> The policy ran in the harness's own process: "
                       "not comparable with results of other people.",
                       text_at(p->policy, "profile"));
    }
    if (strcmp(text_at(p->policy, "profile"), "remote") == 0) {
        chore_text_add(&p->out, "<br><span class='tag slow'>remote</span> The policy ran elsewhere: nothing of ours held it but "
                                "the time of a call.");
    }
    if (s->control_hz > 0) {
        chore_text_add(&p->out, "<br><span class='tag slow'>%d Hz</span> Control at another rate than the tasks' own.", s->control_hz);
    }
    if (s->track == CHORE_TRACK_VISION) {
        chore_text_add(&p->out, "<br><span class='tag'>vision track</span> No privileged stream was offered.");
    }
    if (s->appearance == CHORE_APPEARANCE_SEEDED) {
        chore_text_add(&p->out, "<br><span class='tag'>seeded appearance</span> Another look with each seed.");
    }
    if (s->renderer[0]) {
        chore_text_add(&p->out, "<br>Pictures by ");
        chore_html_text(&p->out, s->renderer);
        chore_text_add(&p->out, ".");
    }
    if (s->privileged) {
        chore_text_add(&p->out,
                       "<br><span class='tag slow'>state track</span> The policy read streams that no real "
                       "robot has.");
    }
}

static void write_fact(page *p, const char *name, const char *value)
{
    chore_text_add(&p->out, "<div><dt>%s<dd>", name);
    chore_html_text(&p->out, value);
    chore_text_add(&p->out, "</div>");
}

static void write_header(page *p)
{
    const chore_summary *s = p->summary;
    char hash[CHORE_HASH_HEX_CAP];
    chore_text line = {0};
    chore_hash_hex(p->plan->hash, hash);
    chore_text_add(&p->out, "<header><p class=kicker>chorebench</p><h1>");
    chore_html_text(&p->out, title_of(p->plan));
    chore_text_add(&p->out, " <span>with</span> ");
    chore_html_text(&p->out, p->plan->policy);
    chore_text_add(&p->out, "</h1>");
    write_trust(p);
    chore_text_add(&p->out, "<dl>");
    chore_text_add(&line, "%d of %d", s->done, s->planned);
    if (s->repeated) {
        chore_text_add(&line, ", %d repeated", s->repeated);
    }
    write_fact(p, "episodes", chore_text_get(&line));
    chore_text_clear(&line);
    chore_text_add(&line, "%.1f min, in %.1f min of work", s->sim_s / 60, s->wall_s / 60);
    write_fact(p, "simulated", chore_text_get(&line));
    chore_text_clear(&line);
    chore_text_add(&line, "%s (%s)", p->plan->policy, text_at(p->policy, "version"));
    write_fact(p, "policy", chore_text_get(&line));
    chore_text_clear(&line);
    chore_text_add(&line, "%s, %.12s%s", text_at(p->build, "version"), text_at(p->build, "commit"),
                   json_is_true(json_object_get(p->build, "dirty")) ? " + changes" : "");
    write_fact(p, "chorebench", chore_text_get(&line));
    write_fact(p, "MuJoCo", text_at(json_object_get(p->build, "mujoco"), "version"));
    hash[12] = '\0'; /* enough to tell plans apart; the whole stands in plan.json */
    write_fact(p, "plan", hash);
    chore_text_add(&p->out, "</dl></header>\n");
    chore_text_release(&line);
}

/* ---- results -------------------------------------------------------------------------------------------------- */

static void write_outcomes(page *p, const chore_cell *cell)
{
    static const char *const classes[CHORE_OUTCOME_COUNT] = {"none", "good",  "slow", "bad",
                                                             "bad2", "apart", "apart"};
    const char *labels[CHORE_OUTCOME_COUNT];
    for (int i = 0; i < CHORE_OUTCOME_COUNT; i++) {
        labels[i] = chore_outcome_name((chore_outcome)i);
    }
    chore_html_stack(&p->out, cell->outcomes, classes, labels, CHORE_OUTCOME_COUNT);
}

/* Which of the run's latencies, where there are several. */
static void write_latency(page *p, const char *latency)
{
    if (p->plan->n_latencies > 1) {
        chore_text_add(&p->out, ", %s", latency);
    }
}

static void write_cells(page *p)
{
    chore_text_add(
        &p->out, "<section><h2>Success</h2><div class=wide><table class=cells><thead><tr><th>task<th>variant"
                 "<th>success, 95&#8239;%% interval<th class=scale><i>0</i><i>50</i><i>100 %%</i>"
                 "<th class=num>progress<th class=num>time<th>outcomes</thead>\n");
    for (int i = 0; i < p->summary->n_cells; i++) {
        const chore_cell *cell = &p->summary->cells[i];
        bool repeats = i > 0 && strcmp(cell->task, cell[-1].task) == 0;
        chore_text_add(&p->out, "<tr class=%s><th>", repeats ? "more" : "first");
        chore_html_text(&p->out, repeats ? "" : cell->task);
        chore_text_add(&p->out, "<td>%s", chore_variant_name(cell->variant));
        write_latency(p, cell->latency);
        chore_text_add(&p->out, "<td class=rate>");
        chore_html_rate(&p->out, cell->successes, cell->episodes);
        chore_text_add(&p->out, "<td class=%s>", chore_variant_name(cell->variant));
        chore_html_interval(&p->out, cell->successes, cell->episodes);
        chore_text_add(&p->out, "<td class=num>%.2f<td class=num>", cell->mean_progress);
        chore_html_seconds(&p->out, cell->median_success_s);
        chore_text_add(&p->out, "<td>");
        write_outcomes(p, cell);
        if (cell->missing) {
            chore_text_add(&p->out, "<small class=quiet>%d missing</small>", cell->missing);
        }
        chore_text_add(&p->out, "\n");
    }
    chore_text_add(
        &p->out,
        "</table></div><p class=quiet>Wilson intervals. Progress: mean of 0 to 1 over all scored episodes. "
        "Time: median simulated length of the successful ones. Outcomes: "
        "<b class='key good'>success</b> <b class='key slow'>timeout</b> <b class='key bad'>failed</b> "
        "<b class='key bad2'>policy error</b> <b class='key apart'>not scored</b></section>\n");
}

static void write_pairs(page *p)
{
    static const char *const classes[] = {"good", "slow", "other", "none"};
    static const char *const labels[] = {"in both", "in control only", "in disturbed only", "in neither"};
    bool any = false;
    for (int i = 0; i < p->summary->n_pairs; i++) {
        const chore_pairs *one = &p->summary->pairs[i];
        const int parts[] = {one->both, one->control_only, one->disturbed_only, one->neither};
        if (one->n == 0) {
            continue;
        }
        if (!any) {
            chore_text_add(
                &p->out,
                "<section><h2>What the disturbance cost</h2><div class=wide><table class=pairs><thead>"
                "<tr><th>task<th class=num>pairs<th class=num>done in both<th class=num>control only<th class=num>disturbed only<th class=num>neither"
                "<th></thead>\n");
            any = true;
        }
        chore_text_add(&p->out, "<tr class=first><th>");
        chore_html_text(&p->out, one->task);
        write_latency(p, one->latency);
        chore_text_add(&p->out,
                       "<td class=num>%d<td class=num>%d<td class=num>%d<td class=num>%d<td class=num>%d<td>",
                       one->n, one->both, one->control_only, one->disturbed_only, one->neither);
        chore_html_stack(&p->out, parts, classes, labels, 4);
        chore_text_add(&p->out, "\n");
    }
    if (any) {
        chore_text_add(&p->out,
                       "</table></div><p class=quiet>Each pair is one seed without and with the disturbance; "
                       "both begin in the same state.</section>\n");
    }
}

static void write_events(page *p)
{
    if (p->summary->n_events == 0) {
        return;
    }
    chore_text_add(
        &p->out,
        "<section><h2>Events</h2><div class=wide><table class=cells><thead><tr><th>task<th>event<th>"
        "handled of fired, 95&#8239;%% interval<th class=scale><i>0</i><i>50</i><i>100 %%</i>"
        "<th class=num>noticed<th class=num>in time<th class=num>to notice<th class=num>to handle</thead>\n");
    for (int i = 0; i < p->summary->n_events; i++) {
        const chore_event_cell *e = &p->summary->events[i];
        bool repeats = i > 0 && strcmp(e->task, e[-1].task) == 0;
        chore_text_add(&p->out, "<tr class=%s><th>", repeats ? "more" : "first");
        chore_html_text(&p->out, repeats ? "" : e->task);
        chore_text_add(&p->out, "<td>");
        chore_html_text(&p->out, e->name);
        write_latency(p, e->latency);
        chore_text_add(&p->out, "<td class=rate>");
        chore_html_rate(&p->out, e->handled, e->fired);
        chore_text_add(&p->out, "<td class=disturbed>");
        chore_html_interval(&p->out, e->handled, e->fired);
        chore_text_add(&p->out, "<td class=num>%d/%d<td class=num>%d/%d<td class=num>", e->noticed, e->fired,
                       e->in_time, e->fired);
        chore_html_seconds(&p->out, e->median_notice_s);
        chore_text_add(&p->out, "<td class=num>");
        chore_html_seconds(&p->out, e->median_handling_s);
        chore_text_add(&p->out, "\n");
    }
    chore_text_add(
        &p->out,
        "</table></div><p class=quiet>Times are medians from the moment the event fired.</section>\n");
}

/* ---- stages: how far the episodes of a task came ------------------------------------------------------------------ */

static void write_stage_cell(page *p, int task, chore_variant variant, const char *stage)
{
    int reached = 0, n = 0;
    for (int i = 0; i < p->rows->n; i++) {
        const chore_row *row = &p->rows->rows[i];
        if (!p->rows->latest[i] || p->plan->episodes[row->index].task != task || row->variant != variant) {
            continue;
        }
        for (int k = 0; k < row->n_stages; k++) {
            if (strcmp(row->stages[k].name, stage) == 0) {
                n++;
                reached += row->stages[k].reached_s >= 0;
            }
        }
    }
    chore_text_add(&p->out, "<td>");
    if (n) {
        chore_html_progress(&p->out, (double)reached / n, chore_variant_name(variant));
        chore_text_add(&p->out, "<span class=count>%d/%d</span>", reached, n);
    }
}

static const chore_row *row_with_stages(const page *p, int task)
{
    for (int i = 0; i < p->rows->n; i++) {
        const chore_row *row = &p->rows->rows[i];
        if (p->plan->episodes[row->index].task == task && row->n_stages > 0) {
            return row;
        }
    }
    return NULL;
}

static void write_stages(page *p)
{
    bool any = false;
    for (int task = 0; task < p->plan->n_tasks; task++) {
        const chore_row *like = row_with_stages(p, task);
        for (int k = 0; like && k < like->n_stages; k++) {
            if (!any) {
                chore_text_add(
                    &p->out,
                    "<section><h2>How far they came</h2><div class=wide><table class=stagetable><thead>"
                    "<tr><th>task<th>stage<th>control<th>disturbed</thead>\n");
                any = true;
            }
            chore_text_add(&p->out, "<tr class=%s><th>", k ? "more" : "first");
            chore_html_text(&p->out, k ? "" : like->task);
            chore_text_add(&p->out, "<td>");
            chore_html_text(&p->out, like->stages[k].name);
            write_stage_cell(p, task, CHORE_CONTROL, like->stages[k].name);
            write_stage_cell(p, task, CHORE_DISTURBED, like->stages[k].name);
            chore_text_add(&p->out, "\n");
        }
    }
    if (any) {
        chore_text_add(&p->out, "</table></div></section>\n");
    }
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

/* One film strip to begin with: a disturbance that was mastered, else whatever was drawn. */
static void write_picture(page *p)
{
    const chore_row *best = NULL;
    for (int i = 0; i < p->rows->n; i++) {
        const chore_row *row = &p->rows->rows[i];
        bool better = !best || (row->success && row->variant == CHORE_DISTURBED &&
                                !(best->success && best->variant == CHORE_DISTURBED));
        if (p->rows->latest[i] && row->film[0] && better) {
            best = row;
        }
    }
    if (best) {
        chore_text_add(&p->out, "<figure><a href='");
        chore_html_text(&p->out, best->film);
        chore_text_add(&p->out, "'><img loading=lazy alt='film strip' src='");
        chore_html_text(&p->out, best->film);
        chore_text_add(&p->out, "'></a><figcaption>");
        chore_html_text(&p->out, best->task);
        chore_text_add(&p->out, ", %s, seed %llu: ", chore_variant_name(best->variant),
                       (unsigned long long)best->seed);
        chore_html_text(&p->out, best->reason);
        chore_text_add(&p->out, "</figcaption></figure>\n");
    }
}

static void write_record(page *p, const char *title, const char *text)
{
    chore_text_add(&p->out, "<details><summary>%s</summary><pre>", title);
    chore_html_text(&p->out, text);
    chore_text_add(&p->out, "</pre></details>\n");
}

static void write_provenance(page *p)
{
    chore_text_add(&p->out, "<section><h2>Provenance</h2>\n");
    write_record(p, "build.json: the program and the machine", p->build_text);
    write_record(p, "policy.json: the policy and what it asked for", p->policy_text);
    chore_text_add(&p->out, "<details><summary>plan.json: the tasks by hash</summary><pre>");
    for (int i = 0; i < p->plan->n_tasks; i++) {
        const chore_plan_task *t = &p->plan->tasks[i];
        char hash[CHORE_HASH_HEX_CAP];
        chore_hash_hex(t->hash, hash);
        chore_html_text(&p->out, t->name);
        chore_text_add(&p->out, "  version %d  %s\n", t->version, hash);
    }
    chore_text_add(&p->out, "</pre></details></section>\n");
}

static void write_page(page *p)
{
    write_head(p);
    write_header(p);
    write_cells(p);
    chore_report_latency(&p->out, p->summary);
    write_picture(p);
    write_pairs(p);
    write_events(p);
    write_stages(p);
    chore_report_episodes(&p->out, p->plan, p->rows);
    write_provenance(p);
    chore_text_add(&p->out, "</main>\n<script>\n%s</script>\n</html>\n", chore_report_js);
}

static json_t *parse(const char *text)
{
    json_t *json = json_loads(text, 0, NULL);
    return json ? json : json_object();
}

chore_status chore_report_write(const char *path, const chore_plan *plan, const chore_summary *summary,
                                const chore_rows *rows, const char *build_json, const char *policy_json,
                                chore_error *err)
{
    page p = {
        .plan = plan, .summary = summary, .rows = rows, .build_text = build_json, .policy_text = policy_json};
    p.build = parse(build_json);
    p.policy = parse(policy_json);
    write_page(&p);
    chore_status status = chore_file_write(path, p.out.data, p.out.len, err);
    json_decref(p.build);
    json_decref(p.policy);
    chore_text_release(&p.out);
    return status;
}
