#include "pair_internal.h"

#include <chore/recorded.h>
#include <chore/scene.h>

#include "ghost_internal.h"

/* ---- life --------------------------------------------------------------------------------------------------------- */

void pair_close(pair *p)
{
    const bool ghost = p->ghost;
    const chore_sync_by by = p->by;
    if (p->staged) {
        stage_close(&p->stage);
    }
    chore_player_close(p->player);
    *p = (pair){.ghost = ghost, .by = by};
}

void pair_open(pair *p, const chore_playlist_entry *entry, const char *cache_dir, int quality, void (*on_news)(void *), void *news_ctx)
{
    pair_close(p);
    p->on = true;
    p->entry = *entry;
    p->quality = quality;
    p->player = chore_player_open(&(chore_player_def){.trace = entry->trace,
                                                      .task = entry->task[0] ? entry->task : NULL,
                                                      .run_key = entry->run_key,
                                                      .cache_dir = cache_dir,
                                                      .on_news = on_news,
                                                      .news_ctx = news_ctx});
}

static chore_hash start_hash(const chore_trace *trace)
{
    char text[CHORE_HASH_HEX_CAP];
    chore_hash hash = {0, 0};
    chore_trace_header_text(trace, "initial_state_hash", text, sizeof text);
    return chore_hash_parse(text, &hash) ? hash : (chore_hash){0, 0};
}

/* A control and its disturbed twin are one episode until the disturbance: up to where? */
static uint64_t steps_in_common(const chore_player *a, const chore_player *b)
{
    const chore_trace *x = chore_player_trace(a), *y = chore_player_trace(b);
    const uint64_t n = chore_trace_n_steps(x) < chore_trace_n_steps(y) ? chore_trace_n_steps(x) : chore_trace_n_steps(y);
    uint64_t same = 0;
    if (chore_hash_equal(start_hash(x), start_hash(y))) {
        while (same < n && chore_hash_equal(chore_trace_hash(x, same), chore_trace_hash(y, same))) {
            same++;
        }
    }
    return same;
}

void pair_set_by(pair *p, chore_sync_by by, const pair_first *first)
{
    p->by = by;
    if (p->staged) {
        p->sync = chore_sync_make(chore_player_timeline(first->player), chore_player_timeline(p->player), by);
        p->same_until = steps_in_common(first->player, p->player);
    }
}

static void raise_curtain(pair *p, const pair_first *first)
{
    stage_open(&p->stage, chore_player_model(p->player), NULL, p->quality);
    p->staged = true;
    p->one_model = chore_hash_equal(chore_model_hash(chore_player_model(first->player)),
                                    chore_model_hash(chore_player_model(p->player)));
    chore_trace_header_text(chore_player_trace(p->player), "policy", p->policy, sizeof p->policy);
    pair_set_by(p, p->by, first);
}

/* ---- time --------------------------------------------------------------------------------------------------------- */

bool pair_tick(pair *p, const pair_first *first)
{
    bool news = false;
    if (!p->on) {
        return false;
    }
    if (p->state == CHORE_PLAYER_LOADING) {
        p->state = chore_player_look_at(p->player, &p->err);
        news = p->state != CHORE_PLAYER_LOADING;
        if (p->state == CHORE_PLAYER_READY) {
            raise_curtain(p, first);
        }
    }
    if (!p->staged) {
        return news;
    }
    chore_moment *moment = chore_player_take(p->player);
    if (moment) {
        p->moment = moment;
        p->stage.pose = NULL;
        news = true;
    }
    if (chore_player_timeline(first->player)->n_steps != p->sync.n_steps[0] ||
        chore_player_timeline(p->player)->n_steps != p->sync.n_steps[1]) { /* one of them goes on */
        pair_set_by(p, p->by, first);
        news = true;
    }
    const uint64_t wanted = chore_sync_second(&p->sync, first->wanted);
    if (wanted != p->asked) {
        chore_player_go(p->player, wanted);
        p->asked = wanted;
    }
    return news;
}

uint64_t pair_reached(const pair *p, const chore_timeline *first, uint64_t step)
{
    uint64_t reached = step < first->n_steps ? step : UINT64_MAX;
    if (pair_shows(p) && p->moment->step < p->sync.n_steps[1]) {
        const int64_t other = chore_sync_first(&p->sync, p->moment->step);
        const uint64_t at = other > 0 ? (uint64_t)other : 0;
        const bool waits = p->moment->step == 0 && p->asked == 0; /* it has not begun yet */
        reached = !waits && at < reached ? at : reached;
    }
    return reached == UINT64_MAX ? first->n_axis : reached;
}

bool pair_settled(const pair *p, uint64_t first_step)
{
    return !p->on || p->state == CHORE_PLAYER_FAILED ||
           (p->moment && p->moment->arrived && p->moment->step == chore_sync_second(&p->sync, first_step));
}

/* ---- drawing ------------------------------------------------------------------------------------------------------ */

bool pair_shows(const pair *p)
{
    return p->on && p->staged && p->moment;
}

bool pair_shows_ghost(const pair *p)
{
    return pair_shows(p) && p->ghost && p->one_model;
}

bool pair_shows_split(const pair *p)
{
    return pair_shows(p) && !pair_shows_ghost(p);
}

/* The same view: what is looked through or at may have another number in another model. */
static void look_alike(stage *own, const stage *first)
{
    own->camera = first->camera;
    own->option = first->option;
    own->model.vis.global.fovy = first->model.vis.global.fovy;
    mju_copy3(own->home.lookat, first->home.lookat);
    for (int i = 0; i < mjNRNDFLAG; i++) {
        own->scene.flags[i] = first->scene.flags[i];
    }
    const bool fixed = first->camera.type == mjCAMERA_FIXED, tracking = first->camera.type == mjCAMERA_TRACKING;
    const int id = fixed ? first->camera.fixedcamid : tracking ? first->camera.trackbodyid : -1;
    const int type = fixed ? mjOBJ_CAMERA : mjOBJ_BODY;
    const char *name = id >= 0 ? mj_id2name(&first->model, type, id) : NULL;
    const int there = name ? mj_name2id(&own->model, type, name) : -1;
    if (fixed && there >= 0) {
        own->camera.fixedcamid = there;
    } else if (tracking && there >= 0) {
        own->camera.trackbodyid = there;
    } else if (fixed || tracking) {
        own->camera = own->home;
    }
}

void pair_draw_split(pair *p, const stage *first, mjrRect at)
{
    look_alike(&p->stage, first);
    stage_set(&p->stage, p->moment);
    stage_draw(&p->stage, at);
}

void pair_draw_ghost(pair *p, const pair_first *first)
{
    stage_set(&p->stage, p->moment); /* for the pose */
    ghost_add(first->stage, first->moment, &p->stage, p->moment);
}

void pair_tell(const pair *p, chore_text *out)
{
    static const char *const states[] = {"loading", "ready", "failed"};
    if (!p->on) {
        chore_text_add(out, "null");
        return;
    }
    chore_text_add(out, "{\"episode\":\"%s\",\"state\":\"%s\",\"view\":\"%s\",\"by\":\"%s\"", p->entry.name, states[p->state],
                   pair_shows_ghost(p) ? "ghost" : "split", p->sync.by == CHORE_SYNC_EVENT ? "event" : "time");
    if (pair_shows(p)) {
        chore_text_add(out, ",\"at\":%llu,\"of\":%llu,\"there\":%s,\"as_recorded\":%s,\"same_until\":%llu",
                       (unsigned long long)p->moment->step, (unsigned long long)p->sync.n_steps[1],
                       p->moment->arrived && p->moment->step == p->asked ? "true" : "false", p->moment->same ? "true" : "false",
                       (unsigned long long)p->same_until);
    }
    chore_text_add(out, "}");
}
