#include "player_internal.h"

#include <mujoco/mujoco.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <chore/clock.h>
#include <chore/recorded.h>
#include <chore/spoken.h>

#define ON_THE_WAY_NS ((uint64_t)60 * 1000000) /* between two moments that are shown on the way */

/* ---- between the threads ------------------------------------------------------------------------------------------ */

static void tell(chore_player *p)
{
    if (p->on_news) {
        p->on_news(p->news_ctx);
    }
}

static void set_state(chore_player *p, chore_player_state state, const chore_error *err)
{
    pthread_mutex_lock(&p->lock);
    p->state = state;
    if (state == CHORE_PLAYER_READY) {
        p->n_steps = p->reel->timeline.n_steps;
        p->shown = p->reel;
        p->shown->holders++;
    }
    if (err) {
        p->err = *err;
    }
    pthread_mutex_unlock(&p->lock);
    tell(p);
}

static void post(chore_player *p)
{
    pthread_mutex_lock(&p->lock);
    chore_moment *free_one = p->latest;
    p->latest = p->making;
    p->making = free_one;
    p->fresh = true;
    pthread_mutex_unlock(&p->lock);
    tell(p);
}

chore_moment *chore_player_take(chore_player *p)
{
    chore_moment *moment = NULL;
    pthread_mutex_lock(&p->lock);
    if (p->offered) {
        reel_drop(p->shown);
        p->shown = p->offered;
        p->offered = NULL;
    }
    if (p->fresh) {
        moment = p->latest;
        p->latest = p->taken;
        p->taken = moment;
        p->fresh = false;
    }
    pthread_mutex_unlock(&p->lock);
    return moment;
}

void chore_player_go(chore_player *p, uint64_t step)
{
    pthread_mutex_lock(&p->lock);
    if (p->state == CHORE_PLAYER_READY) {
        p->target = step < p->n_steps ? step : p->n_steps;
        pthread_cond_signal(&p->wish);
    }
    pthread_mutex_unlock(&p->lock);
}

/* ---- moments ------------------------------------------------------------------------------------------------------ */

static void count_literals(const chore_episode *episode, chore_moment *out)
{
    out->literals_total = chore_episode_n_literals(episode);
    out->literals_met = 0;
    for (int i = 0; i < out->literals_total; i++) {
        out->literals_met += chore_episode_literal(episode, i).holds;
    }
}

static void copy_data(void *ctx)
{
    chore_player *p = ctx;
    const chore_world *world = chore_episode_world(p->episode);
    mjv_copyData(p->making->data, chore_world_model(world), chore_world_data(world));
}

static double thread_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void show(chore_player *p, bool arrived)
{
    chore_moment *m = p->making;
    if (chore_mj_try(copy_data, p, NULL) != CHORE_OK) {
        return;
    }
    m->step = p->at;
    m->hash = p->hash;
    m->same = p->same;
    m->arrived = arrived;
    m->diverged = p->diverged;
    m->checked = p->checked;
    m->growing = !p->reel->whole;
    m->seconds = chore_world_seconds(chore_episode_world(p->episode));
    m->progress = chore_episode_progress(p->episode);
    m->outcome = chore_episode_outcome(p->episode);
    chore_copy(m->instruction, sizeof m->instruction, chore_episode_instruction(p->episode));
    count_literals(p->episode, m);
    m->cpu_ms = thread_ms() - p->begun_cpu_ms;
    p->last_shown_ns = chore_now_ns();
    post(p);
}

/* ---- getting there ------------------------------------------------------------------------------------------------ */

static void check_hash(chore_player *p)
{
    chore_hash recorded;
    char text[CHORE_HASH_HEX_CAP];
    if (p->at > 0) {
        recorded = chore_trace_hash(p->reel->trace, p->at - 1);
    } else {
        chore_trace_header_text(p->reel->trace, "initial_state_hash", text, sizeof text);
        if (!chore_hash_parse(text, &recorded)) {
            recorded = (chore_hash){0, 0};
        }
    }
    p->hash = chore_episode_hash(p->episode);
    p->same = chore_hash_equal(p->hash, recorded);
    if (!p->same && (p->diverged < 0 || (int64_t)p->at < p->diverged)) {
        p->diverged = (int64_t)p->at;
    }
}

/* The last snapshot with fewer steps than `target`, which is then reached by at least one step: contacts and forces are
   a step's, not a snapshot's. *steps: of it. */
static const void *nearest(const chore_player *p, uint64_t target, uint64_t *steps, size_t *len)
{
    const uint64_t before = target > 0 ? target - 1 : 0;
    const void *found = NULL;
    for (int i = 0; i < chore_trace_n_keyframes(p->reel->trace); i++) {
        const chore_trace_keyframe_ref key = chore_trace_keyframe_at(p->reel->trace, i);
        if (key.steps <= before) {
            found = key.snapshot, *steps = key.steps, *len = key.len;
        }
    }
    uint64_t kept_steps = 0;
    const void *kept = shelf_find(&p->shelf, before, &kept_steps);
    if (kept && (!found || kept_steps > *steps)) {
        found = kept, *steps = kept_steps, *len = p->shelf.bytes;
    }
    return found;
}

/* Go back, or forward past what a snapshot spares. A snapshot that does not fit (of another build) leaves the way by foot:
   from what the player kept itself, in the worst case from the start. */
static void jump(chore_player *p, uint64_t target)
{
    uint64_t steps = 0;
    size_t len = 0;
    const void *snapshot = nearest(p, target, &steps, &len);
    if (target > p->at && (!snapshot || steps <= p->at)) {
        return;
    }
    if (!snapshot || chore_episode_restore(p->episode, snapshot, len, NULL) != CHORE_OK) {
        if (target > p->at) {
            return;
        }
        const void *start = shelf_find(&p->shelf, 0, &steps);
        CHORE_ASSERT(start && chore_episode_restore(p->episode, start, p->shelf.bytes, NULL) == CHORE_OK);
    }
    p->at = steps;
    check_hash(p);
}

static void make_step(chore_player *p)
{
    chore_error ignored; /* how the episode ended is its outcome */
    chore_spoken_again(p->reel->trace, p->at, p->episode);
    (void)chore_episode_step(p->episode, chore_trace_action(p->reel->trace, p->at), &ignored);
    p->at++;
    check_hash(p);
    shelf_keep(&p->shelf, p->episode, p->at);
}

/* One step of the scout, which need not be shown. */
static void go_ahead(chore_player *p)
{
    chore_error ignored;
    if (p->scout_at < p->reel->timeline.n_steps) {
        chore_spoken_again(p->reel->trace, p->scout_at, p->scout);
        (void)chore_episode_step(p->scout, chore_trace_action(p->reel->trace, p->scout_at), &ignored);
        p->known = ++p->scout_at;
        if (!chore_hash_equal(chore_episode_hash(p->scout), chore_trace_hash(p->reel->trace, p->scout_at - 1)) &&
            (p->diverged < 0 || (int64_t)p->scout_at < p->diverged)) {
            p->diverged = (int64_t)p->scout_at;
        }
        shelf_keep(&p->shelf, p->scout, p->scout_at);
    } else {
        p->scout = NULL;
        p->checked = true;
        p->known = p->reel->timeline.n_steps;
        show(p, true); /* the same step, with more known of it */
    }
}

/* ---- a recording that grows --------------------------------------------------------------------------------------- */

/* A second world beside the first, at the start. */
static void send_scout(chore_player *p)
{
    if (chore_rig_set_slots(p->rig, 2, NULL) == CHORE_OK) {
        p->scout = chore_rig_slot(p->rig, 1);
        uint64_t start;
        if (chore_episode_restore(p->scout, shelf_find(&p->shelf, 0, &start), p->shelf.bytes, NULL) != CHORE_OK) {
            p->scout = NULL;
        }
    }
}

static void take_reel(chore_player *p, reel *longer)
{
    reel_introduce(longer, &p->cast);
    pthread_mutex_lock(&p->lock);
    reel_drop(p->offered);
    reel_drop(p->reel);
    p->reel = p->offered = longer;
    longer->holders++;
    p->n_steps = longer->timeline.n_steps;
    const bool there = p->target == p->at;
    pthread_mutex_unlock(&p->lock);
    shelf_make_room(&p->shelf, longer->timeline.n_steps);
    if (longer->whole) {
        send_scout(p);
        show(p, there); /* the same state, of which it is known now that no more comes */
    }
    tell(p);
}

/* Has its writer come further? A file that was replaced by another one is left alone. */
static void look_for_more(chore_player *p)
{
    const uint64_t now = chore_now_ns();
    reel *longer;
    if (p->reel->whole || now - p->looked_ns < p->look_every_ns) {
        return;
    }
    p->looked_ns = now;
    if (!reel_is_behind(p->reel, p->path) || reel_open(&longer, p->path, NULL) != CHORE_OK) {
        return;
    }
    if (reel_continues(longer, p->reel)) {
        take_reel(p, longer);
    } else {
        reel_drop(longer);
    }
    const uint64_t took = chore_now_ns() - now;
    p->look_every_ns = 10 * took > CHOREI_PLAYER_LOOK_NS ? 10 * took : CHOREI_PLAYER_LOOK_NS;
}

/* What there is to do while nothing is asked of it; with the lock, which it gives away meanwhile. */
static void idle(chore_player *p)
{
    if (p->scout) {
        pthread_mutex_unlock(&p->lock);
        go_ahead(p);
        pthread_mutex_lock(&p->lock);
    } else if (!p->reel->whole) {
        pthread_mutex_unlock(&p->lock);
        look_for_more(p);
        pthread_mutex_lock(&p->lock);
        if (!p->stop && p->target == p->at) {
            chorei_player_wait(p, CHOREI_PLAYER_LOOK_NS);
        }
    } else {
        pthread_cond_wait(&p->wish, &p->lock);
    }
}

/* The step wanted, once it is another than `at`; false: stop. */
static bool next_target(chore_player *p, uint64_t *target)
{
    pthread_mutex_lock(&p->lock);
    while (!p->stop && p->target == p->at) {
        p->begun_cpu_ms = thread_ms();
        idle(p);
    }
    *target = p->target;
    const bool go_on = !p->stop;
    pthread_mutex_unlock(&p->lock);
    return go_on;
}

static void pursue(chore_player *p)
{
    uint64_t target, heading = p->at;
    while (next_target(p, &target)) {
        if (target != heading) { /* a new wish */
            jump(p, target);
            heading = target;
        }
        if (p->at < target) {
            make_step(p);
        }
        if (p->at == target) {
            show(p, true);
        } else if (chore_now_ns() - p->last_shown_ns > ON_THE_WAY_NS) {
            show(p, false);
        }
        look_for_more(p);
    }
}

/* ---- its life ----------------------------------------------------------------------------------------------------- */

static void prepare(chore_player *p)
{
    reel_cast_read(&p->cast, p->episode);
    reel_introduce(p->reel, &p->cast);
    shelf_open(&p->shelf, chore_episode_snapshot_bytes(p->episode));
    shelf_make_room(&p->shelf, p->reel->timeline.n_steps);
    p->diverged = -1;
    shelf_keep(&p->shelf, p->episode, p->at);
    CHORE_ASSERT(p->shelf.kept[0]);
    check_hash(p);
    if (p->reel->whole) { /* there is an end to reach */
        send_scout(p);
    }
}

/* What is seen comes first: a window draws on while this thread seeks, where there is no core for each of them. */
static void give_way(void)
{
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), 5);
}

static void *life(void *ctx)
{
    chore_player *p = ctx;
    chore_error err = {0};
    give_way();
    if (chorei_player_load(p, &err) != CHORE_OK) {
        set_state(p, CHORE_PLAYER_FAILED, &err);
        return NULL;
    }
    prepare(p);
    set_state(p, CHORE_PLAYER_READY, NULL);
    show(p, true);
    pursue(p);
    return NULL;
}

chore_player *chore_player_open(const chore_player_def *def)
{
    chore_player *p = calloc(1, sizeof *p);
    CHORE_ASSERT(p);
    chore_copy(p->path, sizeof p->path, def->trace);
    chore_copy(p->task, sizeof p->task, def->task ? def->task : "");
    chore_copy(p->cache, sizeof p->cache, def->cache_dir ? def->cache_dir : "");
    p->run_key = def->run_key;
    p->await = def->await;
    p->look_every_ns = CHOREI_PLAYER_LOOK_NS;
    p->on_news = def->on_news;
    p->news_ctx = def->news_ctx;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->wish, NULL);
    CHORE_ASSERT(pthread_create(&p->thread, NULL, life, p) == 0);
    return p;
}

void chore_player_close(chore_player *p)
{
    if (!p) {
        return;
    }
    pthread_mutex_lock(&p->lock);
    p->stop = true;
    pthread_cond_signal(&p->wish);
    pthread_mutex_unlock(&p->lock);
    pthread_join(p->thread, NULL);
    for (int i = 0; i < 3; i++) {
        mj_deleteData(p->moments[i].data);
    }
    shelf_close(&p->shelf);
    reel_cast_release(&p->cast);
    reel_drop(p->offered);
    reel_drop(p->shown);
    reel_drop(p->reel);
    chore_rig_destroy(p->rig);
    pthread_cond_destroy(&p->wish);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

/* ---- what may be read once it is ready ---------------------------------------------------------------------------- */

chore_player_state chore_player_look_at(chore_player *p, chore_error *err)
{
    pthread_mutex_lock(&p->lock);
    const chore_player_state state = p->state;
    if (state == CHORE_PLAYER_FAILED && err) {
        *err = p->err;
    }
    pthread_mutex_unlock(&p->lock);
    return state;
}

const mjModel *chore_player_model(const chore_player *p)
{
    return chore_scene_model(chore_player_scene(p));
}

const chore_scene *chore_player_scene(const chore_player *p)
{
    return chore_rig_scene(p->rig);
}

const chore_trace *chore_player_trace(const chore_player *p)
{
    return p->shown->trace;
}

const chore_timeline *chore_player_timeline(const chore_player *p)
{
    return &p->shown->timeline;
}

const chore_player_action *chore_player_action_layout(const chore_player *p)
{
    return &p->action;
}

double chore_player_known(const chore_player *p)
{
    const uint64_t n = p->shown ? p->shown->timeline.n_steps : 0;
    return n > 0 ? (double)p->known / (double)n : 1;
}
