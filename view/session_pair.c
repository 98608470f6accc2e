/* The second episode beside the one that is open: who it is, its keys, the common clock. */
#include "session_internal.h"

static pair_first first_of(session *s)
{
    return (pair_first){.player = s->player, .stage = &s->stage, .moment = s->moment, .wanted = chore_playhead_step(&s->head)};
}

/* What was named on the command line; as the first moves on to other episodes, the one of its name there. Nothing named:
   the twin. */
static const chore_playlist_entry *partner(const session *s)
{
    const chore_playlist *list = s->def.second ? s->def.second : s->def.list;
    int index = -1;
    if (!s->def.second) {
        index = chore_playlist_twin(list, s->index);
    } else if (s->index == s->def.list->first) {
        index = list->first;
    } else {
        index = chore_playlist_find(list, s->def.list->entries[s->index].name);
    }
    return index >= 0 ? &list->entries[index] : NULL;
}

void session_pair_enter(session *s)
{
    pair_close(&s->pair);
    if (!s->beside) {
        return;
    }
    const chore_playlist_entry *entry = partner(s);
    if (entry) {
        pair_open(&s->pair, entry, s->def.cache_dir, s->def.quality, s->def.on_news, s->def.news_ctx);
    } else {
        session_toast(s, s->def.second ? "the other run has no recording of this episode"
                                       : "no recording of this seed in the other variant");
    }
}

void session_pair_look_again(session *s)
{
    if (s->beside && !s->pair.on && partner(s)) {
        session_pair_enter(s);
    }
}

/* The timeline is as long as the longer of the two. */
void session_pair_measure(session *s)
{
    const uint64_t before = s->head.n_steps;
    s->axis = *chore_player_timeline(s->player);
    if (pair_shows(&s->pair)) {
        s->axis.n_axis = chore_sync_span(&s->pair.sync);
    }
    s->head.n_steps = s->axis.n_axis;
    s->head.open_end = chore_trace_outcome(chore_player_trace(s->player)) == NULL;
    s->dirty |= s->head.n_steps != before;
}

void session_pair_tick(session *s)
{
    const pair_first first = first_of(s);
    if (pair_tick(&s->pair, &first)) {
        s->dirty = true;
        session_pair_measure(s);
    }
}

uint64_t session_pair_shown(const session *s)
{
    return s->pair.on ? pair_reached(&s->pair, &s->axis, s->moment->step) : s->moment->step;
}

static void toggle_beside(session *s)
{
    s->beside = !s->pair.on;
    session_pair_enter(s);
    s->beside = s->pair.on;
    session_pair_measure(s);
    chore_playhead_go(&s->head, chore_playhead_step(&s->head)); /* the axis may have become shorter */
}

static void next_sync(session *s)
{
    const pair_first first = first_of(s);
    pair_set_by(&s->pair, s->pair.by == CHORE_SYNC_TIME ? CHORE_SYNC_EVENT : CHORE_SYNC_TIME, &first);
    session_pair_measure(s);
    if (s->pair.staged && s->pair.by != s->pair.sync.by) {
        session_toast(s, "by time: one of the two has no event");
    }
}

/* Recordings of one start go through the same states until something happens in one of them. */
static void go_to_parting(session *s)
{
    if (!pair_shows(&s->pair)) {
        session_toast(s, "there is no second episode beside it");
    } else if (s->pair.same_until == 0) {
        session_toast(s, "the two differ from the start");
    } else if (s->pair.same_until == s->axis.n_steps || s->pair.same_until == s->pair.sync.n_steps[1]) {
        session_toast(s, "they differ nowhere as far as both go");
    } else {
        chore_playhead_move(&s->head, (int64_t)s->pair.same_until + 1 - (int64_t)chore_playhead_step(&s->head));
        session_toast(s, "the first step after which the two differ");
    }
}

void session_pair_act(session *s, view_action action)
{
    if (action == CHORE_VIEW_BESIDE) {
        toggle_beside(s);
        return;
    }
    if (action == CHORE_VIEW_PARTING) {
        go_to_parting(s);
        return;
    }
    if (!s->pair.on) { /* the key says how: now there has to be one */
        toggle_beside(s);
        s->pair.ghost |= action == CHORE_VIEW_GHOST;
    } else if (action == CHORE_VIEW_GHOST) {
        s->pair.ghost = !s->pair.ghost;
        if (s->pair.ghost && s->pair.staged && !s->pair.one_model) {
            session_toast(s, "no ghost: the two have different scenes");
        }
    } else {
        next_sync(s);
    }
}

void session_pair_draw(session *s, mjrRect at, int bottom)
{
    if (pair_shows_split(&s->pair)) {
        pair_draw_split(&s->pair, &s->stage, (mjrRect){at.left + at.width, at.bottom, s->pen.width - at.width, at.height});
    }
    if (s->pair.on && s->show_hud) {
        pair_draw_strip(&s->pair, &s->pen, &s->axis, bottom);
        if (pair_shows_split(&s->pair)) {
            char name[CHORE_NAME_CAP * 4 + 4];
            snprintf(name, sizeof name, "%s  %s", s->def.list->entries[s->index].name, s->policy);
            pair_draw_names(&s->pair, &s->pen, name, bottom - pair_strip_height(&s->pen));
        }
    }
}
