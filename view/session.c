#include "session_internal.h"

#include <stdlib.h>
#include <string.h>

#include <chore/clock.h>
#include <chore/recorded.h>
#include <chore/scene.h>

#define TOAST_S   3.0
#define HURRY_NS  ((uint64_t)250 * 1000000) /* two moves closer than this: somebody looks for something, what costs much waits */
#define REFRESH_S 0.5 /* between two looks at a run folder */

void session_toast(session *s, const char *text)
{
    chore_copy(s->toast, sizeof s->toast, text);
    s->toast_s = TOAST_S;
    s->dirty = true;
}

/* ---- opening and closing ------------------------------------------------------------------------------------------ */

static void leave_episode(session *s)
{
    session_drive_leave(s);
    if (s->staged) {
        s->staged = false;
        insets_close(&s->insets);
        stage_close(&s->stage);
        chore_ledger_release(&s->ledger);
    }
    pair_close(&s->pair);
    chore_player_close(s->player);
    s->player = NULL;
    s->moment = NULL;
    s->picked[0] = 0;
}

static void enter_episode(session *s, int index)
{
    const chore_playlist_entry *entry = &s->def.list->entries[index];
    leave_episode(s);
    s->index = index;
    s->state = CHORE_PLAYER_LOADING;
    s->dirty = true;
    s->player = chore_player_open(&(chore_player_def){.trace = entry->trace,
                                                      .task = entry->task[0] ? entry->task : NULL,
                                                      .run_key = entry->run_key,
                                                      .cache_dir = s->def.cache_dir,
                                                      .await = entry->unfinished,
                                                      .on_news = s->def.on_news,
                                                      .news_ctx = s->def.news_ctx});
    session_pair_enter(s);
}

void session_enter(session *s, int index)
{
    enter_episode(s, index);
}

/* The player is ready: from now on there is something to draw. */
static void raise_curtain(session *s)
{
    const chore_timeline *t = chore_player_timeline(s->player);
    const bool playing = s->head.playing;
    s->head = (chore_playhead){.n_steps = t->n_steps, .hz = t->hz, .speed = s->head.speed, .playing = playing, .loop = s->head.loop};
    chore_playhead_go(&s->head, (uint64_t)(s->def.at_s * t->hz + 0.5));
    s->def.at_s = 0;
    s->asked = 0;
    chore_trace_header_text(chore_player_trace(s->player), "policy", s->policy, sizeof s->policy);
    stage_open(&s->stage, chore_player_model(s->player), chore_scene_cameras(chore_player_scene(s->player))[0], s->def.quality);
    s->staged = true;
    chore_pictures pictures;
    chore_pictures_read(&pictures, chore_player_trace(s->player), chore_player_scene(s->player));
    insets_open(&s->insets, &pictures, &s->stage);
    chore_ledger_read(&s->ledger, chore_player_trace(s->player));
    session_pair_measure(s);
    if (s->head.open_end && s->head.at == 0 && !playing) { /* what is going on is seen as it goes on */
        chore_playhead_go_end(&s->head);
    }
    session_resize(s, s->pen.width, s->pen.height);
}

void session_begin(session *s, const session_def *def)
{
    *s = (session){.def = *def, .show_hud = true, .show_insets = true, .beside = def->second != NULL};
    s->pair.ghost = def->ghost;
    s->pair.by = def->by_event ? CHORE_SYNC_EVENT : CHORE_SYNC_TIME;
    s->pen.brush = def->brush;
    s->head.playing = def->play;
    enter_episode(s, def->list->first);
}

void session_end(session *s)
{
    view_export_stop(&s->video);
    leave_episode(s);
}

/* ---- time --------------------------------------------------------------------------------------------------------- */

/* It may have become longer. */
static void look_for_more(session *s)
{
    const uint64_t before = s->axis.n_steps;
    session_pair_measure(s);
    if (s->axis.n_steps != before) {
        chore_ledger_release(&s->ledger);
        chore_ledger_read(&s->ledger, chore_player_trace(s->player));
    }
}

static void look_for_news(session *s)
{
    if (s->state == CHORE_PLAYER_LOADING) {
        s->state = chore_player_look_at(s->player, &s->err);
        s->dirty |= s->state != CHORE_PLAYER_LOADING;
        if (s->state == CHORE_PLAYER_READY) {
            raise_curtain(s);
        }
    }
    chore_moment *moment = s->state == CHORE_PLAYER_READY ? chore_player_take(s->player) : NULL;
    if (s->state == CHORE_PLAYER_READY) {
        look_for_more(s);
    }
    if (moment && session_is_driven(s)) {
        s->watched = moment; /* to come back to */
    } else if (moment) {
        s->moment = moment;
        s->stage.pose = NULL;
        insets_forget(&s->insets);
        s->dirty = true;
    }
}

/* Results that a run has written meanwhile. Reading many takes its time: so much the more seldom. */
static void look_for_results(session *s, double seconds)
{
    s->refresh_s -= seconds;
    if (s->refresh_s > 0) {
        return;
    }
    const uint64_t begun = chore_now_ns();
    if (chore_playlist_refresh(s->def.list)) {
        s->dirty = true;
    }
    if (s->def.second && chore_playlist_refresh(s->def.second)) {
        session_pair_look_again(s);
    }
    const double took = (double)(chore_now_ns() - begun) * 1e-9;
    s->refresh_s = 20 * took > REFRESH_S ? 20 * took : REFRESH_S;
}

void session_tick(session *s, double seconds)
{
    char said[CHORE_PATH_CAP];
    look_for_news(s);
    look_for_results(s, seconds);
    if (view_export_poll(&s->video, said, sizeof said)) {
        session_toast(s, said);
    }
    if (s->toast_s > 0 && (s->toast_s -= seconds) <= 0) {
        s->toast[0] = 0;
        s->dirty = true;
    }
    if (!s->moment) {
        return;
    }
    if (session_is_driven(s)) {
        session_drive_tick(s);
        return;
    }
    s->dirty |= session_shows_insets(s) && insets_due(&s->insets);
    chore_playhead_advance(&s->head, seconds, session_pair_shown(s));
    const uint64_t wanted = chore_playhead_step(&s->head);
    if (wanted != s->asked) {
        const uint64_t now = chore_now_ns();
        chore_player_go(s->player, wanted);
        s->asked = wanted;
        s->hurried_until_ns = now - s->asked_ns < HURRY_NS ? now + HURRY_NS : 0;
        s->asked_ns = now;
        s->dirty = true;
    }
    session_pair_tick(s);
}

/* ---- keys --------------------------------------------------------------------------------------------------------- */

static void go_to_mark(session *s, int direction)
{
    const chore_mark *mark = chore_timeline_seek(&s->axis, chore_playhead_step(&s->head), direction,
                                                 CHORE_MARK_EVENTS);
    char text[CHORE_NAME_CAP * 3];
    if (!mark) {
        session_toast(s, direction > 0 ? "no event after this" : "no event before this");
        return;
    }
    snprintf(text, sizeof text, "%s %s", mark->text,
             mark->kind == CHORE_MARK_FIRED     ? "happened"
             : mark->kind == CHORE_MARK_NOTICED ? "noticed"
                                                : "handled");
    chore_playhead_move(&s->head, (int64_t)mark->step - (int64_t)chore_playhead_step(&s->head));
    session_toast(s, text);
}

static void go_to_divergence(session *s)
{
    if (s->moment->diverged < 0) {
        session_toast(s, s->moment->checked ? "no step differs from the recording" : "no step differs so far");
        return;
    }
    chore_playhead_move(&s->head, s->moment->diverged - (int64_t)chore_playhead_step(&s->head));
}

static void go_to_episode(session *s, int direction, bool failures)
{
    const int next = chore_playlist_seek(s->def.list, s->index, direction, failures);
    if (next >= 0) {
        enter_episode(s, next);
    } else {
        const bool going_on = s->def.list->n_done < s->def.list->n;
        session_toast(s, failures ? going_on ? "no other failed episode that way so far" : "no other failed episode that way"
                                  : "no other episode that way");
    }
}

static void make_video(session *s)
{
    const mjvCamera *eye = &s->stage.camera;
    char said[CHORE_PATH_CAP];
    view_export_begin(&s->video, &s->def.list->entries[s->index], eye->type == mjCAMERA_FIXED ? stage_camera_name(&s->stage) : NULL, eye,
                      s->def.quality == 0, said, sizeof said);
    session_toast(s, said);
}

/* What needs an episode on the stage. */
static void act_on_episode(session *s, view_action action, int argument)
{
    stage *st = &s->stage;
    switch (action) {
    case CHORE_VIEW_PLAY: chore_playhead_toggle(&s->head); break;
    case CHORE_VIEW_STEP: chore_playhead_move(&s->head, argument); break;
    case CHORE_VIEW_SECOND: chore_playhead_move(&s->head, argument * s->head.hz); break;
    case CHORE_VIEW_GO_START: chore_playhead_go(&s->head, 0); break;
    case CHORE_VIEW_GO_END: chore_playhead_go_end(&s->head); break;
    case CHORE_VIEW_EVENT: go_to_mark(s, argument); break;
    case CHORE_VIEW_DIVERGENCE: go_to_divergence(s); break;
    case CHORE_VIEW_BESIDE:
    case CHORE_VIEW_GHOST:
    case CHORE_VIEW_PARTING:
    case CHORE_VIEW_SYNC: session_pair_act(s, action); break;
    case CHORE_VIEW_VIDEO: make_video(s); break;
    case CHORE_VIEW_CAMERA: stage_next_camera(st, argument); break;
    case CHORE_VIEW_FREE: stage_free_camera(st); break;
    case CHORE_VIEW_ALIGN: stage_align(st); break;
    case CHORE_VIEW_FLAG: st->option.flags[argument] = !st->option.flags[argument]; break;
    case CHORE_VIEW_EFFECT: st->scene.flags[argument] = !st->scene.flags[argument]; break;
    case CHORE_VIEW_FRAMES: st->option.frame = (st->option.frame + 1) % mjNFRAME; break;
    case CHORE_VIEW_LABELS: st->option.label = (st->option.label + 1) % mjNLABEL; break;
    case CHORE_VIEW_GROUP_KEY: st->option.geomgroup[argument] = !st->option.geomgroup[argument]; break;
    default: break;
    }
}

void session_act(session *s, view_action action, int argument)
{
    s->dirty = true;
    if (s->moment && session_drive_act(s, action, argument)) {
        return;
    }
    switch (action) {
    case CHORE_VIEW_QUIT: s->quit = true; break;
    case CHORE_VIEW_SCREENSHOT: s->screenshot = true, s->toast_s = 0, s->toast[0] = 0; break; /* without the last one's words */
    case CHORE_VIEW_FULLSCREEN: s->fullscreen = true; break;
    case CHORE_VIEW_SEES: s->show_insets = !s->show_insets; break;
    case CHORE_VIEW_BARS: s->bars = (s->bars + 1) % BARS_KINDS; break;
    case CHORE_VIEW_HUD: s->show_hud = !s->show_hud; break;
    case CHORE_VIEW_HELP: s->show_help = !s->show_help; break;
    case CHORE_VIEW_LOOP: s->head.loop = !s->head.loop; break;
    case CHORE_VIEW_SPEED: chore_playhead_faster(&s->head, argument); break;
    case CHORE_VIEW_FAILURE: go_to_episode(s, argument, true); break;
    case CHORE_VIEW_EPISODE: go_to_episode(s, argument, false); break;
    default:
        if (s->moment) {
            act_on_episode(s, action, argument);
        }
    }
}

/* ---- the mouse ---------------------------------------------------------------------------------------------------- */

/* The picture is above the timeline; beside another one it has half of the width. */
static mjrRect picture(const session *s)
{
    const int lines = s->show_hud ? lanes_place(&s->pen, &s->axis).height : 0;
    const int below = lines + (s->show_hud && s->pair.on ? pair_strip_height(&s->pen) : 0);
    return (mjrRect){0, below, pair_shows_split(&s->pair) ? s->pen.width / 2 : s->pen.width, s->pen.height - below};
}

static void scrub(session *s, double x, double y, bool anywhere)
{
    const lanes at = lanes_place(&s->pen, &s->axis);
    const int64_t step = lanes_step(&at, &s->axis, x, y, anywhere);
    if (step >= 0) {
        chore_playhead_move(&s->head, step - (int64_t)chore_playhead_step(&s->head));
    }
}

/* simulate's: left selects, right looks at, Ctrl and right follows. */
static void double_click(session *s, int button, double x, double y, bool ctrl)
{
    const mjrRect at = picture(s);
    double point[3];
    const int body = stage_pick(&s->stage, s->moment, (double)at.width / at.height, x / at.width, 1 - y / at.height, point);
    if (body < 0) {
        s->picked[0] = 0;
        s->stage.pick.select = 0;
    } else if (button == 1) {
        stage_look_at(&s->stage, point, ctrl ? body : -1);
    } else {
        const char *name = mj_id2name(&s->stage.model, mjOBJ_BODY, body);
        chore_copy(s->picked, sizeof s->picked, name ? name : "world");
        s->stage.pick.select = body;
    }
}

void session_press(session *s, int button, double x, double y, bool twice, bool ctrl)
{
    s->dirty = true;
    if (!s->moment) {
        return;
    }
    const bool on_timeline = s->show_hud && y >= s->pen.height - picture(s).bottom;
    s->grip = on_timeline ? GRIP_TIMELINE : GRIP_CAMERA;
    if (on_timeline && session_is_driven(s)) {
        s->grip = GRIP_NONE; /* there is no way back while somebody drives */
    } else if (on_timeline) {
        scrub(s, x, y, false);
    } else if (twice) {
        double_click(s, button, x, y, ctrl);
    }
}

void session_release(session *s)
{
    s->grip = GRIP_NONE;
}

void session_drag(session *s, int button, double x, double y, double dx, double dy, bool shift)
{
    if (!s->moment || s->grip == GRIP_NONE) {
        return;
    }
    s->dirty = true;
    if (s->grip == GRIP_TIMELINE) {
        scrub(s, x, y, true);
        return;
    }
    const mjtMouse action = button == 1   ? (shift ? mjMOUSE_MOVE_H : mjMOUSE_MOVE_V)
                            : button == 0 ? (shift ? mjMOUSE_ROTATE_H : mjMOUSE_ROTATE_V)
                                          : mjMOUSE_ZOOM;
    stage_drag(&s->stage, action, dx / s->pen.height, dy / s->pen.height);
}

void session_wheel(session *s, double dy)
{
    if (s->moment) {
        s->dirty = true;
        stage_drag(&s->stage, mjMOUSE_ZOOM, 0, -0.05 * dy);
    }
}

/* ---- drawing ------------------------------------------------------------------------------------------------------ */

void session_resize(session *s, int width, int height)
{
    s->pen.width = width;
    s->pen.height = height;
    s->dirty = true;
    if (s->staged) {
        stage_fit_font(&s->stage, height);
        brush_take_font(s->pen.brush, &s->stage.context);
        s->pen.context = &s->stage.context;
        s->pen.line = s->stage.context.charHeight * 5 / 4;
    }
}

bool session_has_settled(const session *s)
{
    const uint64_t wanted = chore_playhead_step(&s->head);
    const uint64_t own = wanted < s->axis.n_steps ? wanted : s->axis.n_steps;
    const bool drawn = !session_shows_insets(s) || !insets_behind(&s->insets);
    return s->moment && s->moment->arrived && s->moment->step == own && pair_settled(&s->pair, wanted) && drawn;
}

/* Side by side, two pictures leave no room for them. */
bool session_shows_insets(const session *s)
{
    return s->show_hud && s->show_insets && !pair_shows_split(&s->pair);
}

/* What the policy sees on the left, what it does on the right, between the text and the timeline. */
static void draw_policy(session *s, const hud *h)
{
    const int bottom = s->pen.height - picture(s).bottom, gap = s->pen.line / 2;
    const uint64_t step = s->moment->step;
    const chore_trace *trace = chore_player_trace(s->player);
    const bool driven = session_is_driven(s);
    const float *recorded = step > 0 && step <= chore_trace_n_steps(trace) ? chore_trace_action(trace, step - 1) : NULL;
    float own[CHORE_MAX_COMPONENTS * CHORE_MAX_DOF];
    const bars b = {.pen = &s->pen,
                    .kind = s->bars,
                    .action = chore_player_action_layout(s->player),
                    .values = driven && chore_takeover_action(s->driver.takeover, own) ? own : recorded,
                    .model = &s->stage.model,
                    .moment = s->moment,
                    .ledger = &s->ledger,
                    .entry = h->entry};
    bars_draw(&b, hud_right_width(&s->pen), hud_right_end(&s->pen) + gap / 2, bottom - gap);
    if (session_shows_insets(s)) {
        insets_show(&s->insets, &s->pen, gap, hud_left_end(h) + gap, bottom - gap);
    }
}

bool session_draw(session *s)
{
    s->dirty = false;
    if (!s->staged || !s->moment) {
        return false;
    }
    const mjrRect at = picture(s);
    stage_set(&s->stage, s->moment);
    if (pair_shows_ghost(&s->pair)) {
        pair_draw_ghost(&s->pair, &(pair_first){.stage = &s->stage, .moment = s->moment});
    }
    stage_draw(&s->stage, at);
    if (session_shows_insets(s)) {
        const bool still = s->moment->arrived && !s->head.playing && chore_now_ns() >= s->hurried_until_ns;
        insets_update(&s->insets, &s->stage, s->moment, still);
    }
    session_pair_draw(s, at, lanes_place(&s->pen, &s->axis).y);
    const hud h = {.pen = &s->pen,
                   .entry = &s->def.list->entries[s->index],
                   .index = s->index,
                   .n_entries = s->def.list->n,
                   .n_done = s->def.list->n_done,
                   .timeline = &s->axis,
                   .moment = s->moment,
                   .head = &s->head,
                   .ledger = &s->ledger,
                   .driven_from = session_is_driven(s) ? (int64_t)chore_playhead_step(&s->head) : -1,
                   .policy = s->policy,
                   .camera = stage_camera_name(&s->stage),
                   .picked = s->picked,
                   .toast = s->toast};
    if (s->show_hud) {
        hud_draw(&h);
        if (!pair_shows_split(&s->pair)) {
            draw_policy(s, &h);
        }
        driver_draw(&s->driver, &s->pen, s->pen.height - picture(s).bottom);
    }
    if (s->show_help) {
        hud_draw_keys(&s->pen);
    }
    brush_flush(s->pen.brush, s->pen.width, s->pen.height);
    return true;
}

void session_tell(const session *s, chore_text *out)
{
    static const char *const states[] = {"loading", "ready", "failed"};
    const chore_moment *m = s->moment;
    chore_text_add(out, "{\"episodes\":%d,\"done\":%d,\"episode\":\"%s\",\"state\":\"%s\",\"playing\":%s,\"loop\":%s,\"speed\":%d,\"hud\":%s,\"help\":%s,\"sees\":%s,\"bars\":%d,\"drive\":\"%s\"",
                   s->def.list->n, s->def.list->n_done, s->def.list->entries[s->index].name, states[s->state], s->head.playing ? "true" : "false",
                   s->head.loop ? "true" : "false", s->head.speed, s->show_hud ? "true" : "false",
                   s->show_help ? "true" : "false", s->show_insets ? "true" : "false", (int)s->bars, driver_word(&s->driver));
    if (m) {
        chore_text_add(out,
                       ",\"growing\":%s,\"follow\":%s,\"step\":%llu,\"wanted\":%llu,\"steps\":%llu,\"arrived\":%s,\"same\":%s,\"diverged\":%lld,\"checked\":%s,"
                       "\"camera\":\"%s\",\"picked\":\"%s\",\"contacts\":%s",
                       m->growing ? "true" : "false", s->head.follow ? "true" : "false", (unsigned long long)m->step,
                       (unsigned long long)chore_playhead_step(&s->head),
                       (unsigned long long)s->head.n_steps, m->arrived ? "true" : "false", m->same ? "true" : "false",
                       (long long)m->diverged, m->checked ? "true" : "false", stage_camera_name(&s->stage), s->picked,
                       s->stage.option.flags[mjVIS_CONTACTPOINT] ? "true" : "false");
    }
    chore_text_add(out, ",\"second\":");
    pair_tell(&s->pair, out);
    chore_text_add(out, "}");
}
