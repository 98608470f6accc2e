#include "session_internal.h"

#include <stdio.h>

#include <chore/scene.h>

bool session_is_driven(const session *s)
{
    return s->driver.takeover != NULL;
}

void session_hold(session *s, int drive, bool down)
{
    if (session_is_driven(s)) {
        s->dirty = true;
        driver_hold(&s->driver, drive, down);
    }
}

/* Buttons act when they go down, sticks for as long as they are held. */
void session_pad(session *s, const driver_pad *pad)
{
    const driver_pad before = s->pad;
    s->pad = *pad;
    if (pad->pass && !before.pass) {
        session_act(s, CHORE_VIEW_TAKE_OVER, 0);
    }
    if (pad->end && !before.end) {
        session_act(s, CHORE_VIEW_TAKE_END, 0);
    }
    if (session_is_driven(s)) {
        if (pad->limb && !before.limb) {
            driver_hold(&s->driver, DRIVE_LIMB, true);
        }
        s->driver.pad = *pad;
    }
}

/* ---- taking over -------------------------------------------------------------------------------------------------- */

/* At the moment that is shown, wherever the picture is on its way to: what goes on by itself need not be stopped first. */
static void take_over(session *s)
{
    const chore_playlist_entry *entry = &s->def.list->entries[s->index];
    if (!s->moment->same) {
        session_toast(s, "the state here is not the recorded one: what came of it could not be replayed");
        return;
    }
    s->head.playing = false;
    chore_playhead_go(&s->head, s->moment->step);
    s->watched = s->moment;
    driver_begin(&s->driver,
                 &(chore_takeover_def){.trace = entry->trace,
                                       .task = entry->task[0] ? entry->task : NULL,
                                       .run_key = entry->run_key,
                                       .cache_dir = s->def.cache_dir,
                                       .run = entry->run,
                                       .step = s->moment->step,
                                       .on_news = s->def.on_news,
                                       .news_ctx = s->def.news_ctx},
                 entry->name, chore_scene_embodiment(chore_player_scene(s->player)));
    chore_takeover_speed(s->driver.takeover, s->head.speed);
}

bool session_drive_act(session *s, view_action action, int argument)
{
    if (!session_is_driven(s)) {
        if (action == CHORE_VIEW_TAKE_OVER) {
            take_over(s);
        }
        return action == CHORE_VIEW_TAKE_OVER || action == CHORE_VIEW_TAKE_END;
    }
    switch (action) {
    case CHORE_VIEW_TAKE_OVER: driver_pass(&s->driver); return true;
    case CHORE_VIEW_TAKE_END: chore_takeover_end(s->driver.takeover); return true;
    case CHORE_VIEW_SPEED:
        chore_playhead_faster(&s->head, argument);
        chore_takeover_speed(s->driver.takeover, s->head.speed);
        return true;
    case CHORE_VIEW_PLAY:
    case CHORE_VIEW_STEP:
    case CHORE_VIEW_SECOND:
    case CHORE_VIEW_GO_START:
    case CHORE_VIEW_GO_END:
    case CHORE_VIEW_EVENT:
    case CHORE_VIEW_FAILURE:
    case CHORE_VIEW_EPISODE:
    case CHORE_VIEW_BESIDE:
    case CHORE_VIEW_GHOST:
    case CHORE_VIEW_SYNC:
    case CHORE_VIEW_PARTING:
    case CHORE_VIEW_DIVERGENCE: session_toast(s, "there is no way back while you drive: Ctrl S ends it"); return true;
    default: return false;
    }
}

void session_drive_leave(session *s)
{
    if (session_is_driven(s)) {
        s->moment = s->watched; /* the other one goes with its takeover */
        s->stage.pose = NULL;
        insets_forget(&s->insets);
        driver_close(&s->driver);
    }
    s->watched = NULL;
}

/* ---- time --------------------------------------------------------------------------------------------------------- */

/* What was recorded is an episode like the others now: seen from where the person took over. */
static void look_at_recording(session *s)
{
    char path[CHORE_PATH_CAP], said[CHORE_PATH_CAP + 16];
    const uint64_t began = chore_playhead_step(&s->head);
    const double at_s = (double)began / s->head.hz;
    chore_copy(path, sizeof path, s->driver.path);
    session_drive_leave(s);
    const int index = chore_playlist_add(s->def.list, path, s->index);
    session_enter(s, index);
    s->def.at_s = at_s;
    snprintf(said, sizeof said, "recorded %s", path);
    session_toast(s, said);
}

void session_drive_tick(session *s)
{
    chore_error err = {0};
    const chore_takeover_state state = chore_takeover_look_at(s->driver.takeover, &err);
    s->dirty |= state != s->driver.state || (session_shows_insets(s) && insets_due(&s->insets));
    s->driver.state = state;
    if (state == CHORE_TAKEOVER_DONE) {
        look_at_recording(s);
        return;
    }
    if (state == CHORE_TAKEOVER_FAILED) {
        session_drive_leave(s);
        session_toast(s, err.message);
        return;
    }
    driver_steer(&s->driver, &s->stage);
    chore_moment *moment = chore_takeover_take(s->driver.takeover);
    if (moment) {
        s->moment = moment;
        s->stage.pose = NULL;
        insets_forget(&s->insets);
        s->dirty = true;
    }
}
