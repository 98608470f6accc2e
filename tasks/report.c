/* What the policy says beside its actions: that it is done, that it cannot, that it wants help. */
#include "episode_internal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char *const words[CHORE_SAID_COUNT] = {"none", "done", "cannot", "help"};

const char *chore_said_name(chore_said said)
{
    return (unsigned)said < CHORE_SAID_COUNT ? words[said] : words[CHORE_SAID_NOTHING];
}

bool chore_said_find(const char *name, chore_said *out)
{
    for (int i = 0; i < CHORE_SAID_COUNT; i++) {
        if (strcmp(name, words[i]) == 0) {
            *out = (chore_said)i;
            return true;
        }
    }
    return false;
}

/* ---- whom it names --------------------------------------------------------------------------- */

/* "Coffee_Machine" and "coffee machine" are the same to us. */
static void plain(const char *text, char out[CHORE_ABOUT_CAP])
{
    size_t n = 0;
    for (; text[n] && n < CHORE_ABOUT_CAP - 1; n++) {
        out[n] = isalnum((unsigned char)text[n]) ? (char)tolower((unsigned char)text[n]) : ' ';
    }
    out[n] = '\0';
}

/* `name` stands in `text` as whole words; both plain. */
static bool stands_in(const char *text, const char *name)
{
    const size_t len = strlen(name);
    for (const char *at = text; len > 0 && (at = strstr(at, name)) != NULL; at++) {
        if ((at == text || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0')) {
            return true;
        }
    }
    return false;
}

static bool is_named(const chore_view *view, const chore_task *task, int item, const char *about)
{
    char text[CHORE_ABOUT_CAP], id[CHORE_ABOUT_CAP], kind[CHORE_ABOUT_CAP];
    plain(about, text);
    plain(task->objects[item].id, id);
    plain(chore_item_words_of(view->scene, view->items[item]).kind, kind);
    return stands_in(text, id) || stands_in(text, kind);
}

/* Is it plain to see that it does not work? */
static bool has_failed(const chore_view *view, int item)
{
    const chore_object *object = chore_item_object(view, item);
    return object && object->brewer > 0 &&
           chore_world_brewer_failed(view->world, object->brewer - 1);
}

/* ---- saying it ------------------------------------------------------------------------------- */

bool chore_episode_report(chore_episode *episode, chore_said said, const char *about)
{
    report_record *report = &episode->monitor.report;
    const chore_view view = chore_episode_view(episode);
    char text[CHORE_ABOUT_CAP] = "";
    chore_copy(text, sizeof text, about);
    if (said == CHORE_SAID_NOTHING || chore_episode_ended(episode) ||
        (report->said == (int64_t)said && strcmp(report->about, text) == 0)) {
        return false;
    }
    report->said = said;
    report->at = chore_episode_now(episode);
    report->unjudged = said == CHORE_SAID_CANNOT;
    memcpy(report->about, text, sizeof text);
    for (int i = 0; i < view.n_items && said == CHORE_SAID_CANNOT; i++) {
        if ((view.present >> i & 1) && is_named(&view, episode->task, i, text) &&
            has_failed(&view, i)) {
            report->blamed |= UINT64_C(1) << i;
        }
    }
    return true;
}

chore_report_state chore_episode_reported(const chore_episode *episode)
{
    const report_record *report = &episode->monitor.report;
    return (chore_report_state){(chore_said)report->said, report->said ? report->at : -1,
                                report->about};
}

/* ---- judging it ------------------------------------------------------------------------------ */

bool chorei_predicate_reported(const chore_view *view, const chore_value *args)
{
    return view->blamed >> args[0].index & 1;
}

/* Is a report what something wanted? */
static bool was_wanted(const chore_episode *episode)
{
    for (int i = 0; i < episode->n_literals; i++) {
        const episode_literal *literal = &episode->literals[i];
        if (episode->facts.facts[literal->fact].predicate == PREDICATE_reported &&
            literal->wanted && chore_episode_literal_holds(episode, literal)) {
            return true;
        }
    }
    return false;
}

bool chore_report_judge(chore_episode *episode)
{
    report_record *report = &episode->monitor.report;
    const bool wrong = report->unjudged && !was_wanted(episode);
    report->unjudged = 0;
    if (wrong) {
        char reason[CHORE_ABOUT_CAP + 80];
        snprintf(reason, sizeof reason, "it said that it cannot, because of \"%s\", and it could",
                 report->about);
        chore_episode_end(episode, CHORE_OUTCOME_FAILED, reason);
    }
    return wrong;
}
