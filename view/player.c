#include <chore/player.h>

#include <mujoco/mujoco.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <chore/clock.h>
#include <chore/recorded.h>
#include <chore/verify.h>

/* Snapshots are kept after every step, or as sparsely as it takes to stay within this memory. */
#define KEEP_BYTES    ((size_t)256 << 20)
#define ON_THE_WAY_NS ((uint64_t)60 * 1000000) /* between two moments that are shown on the way */

struct chore_player {
    char path[CHORE_PATH_CAP], task[CHORE_PATH_CAP];
    uint64_t run_key;
    pthread_t thread;
    void (*on_news)(void *ctx);
    void *news_ctx;

    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t wish;
    bool stop;
    chore_player_state state;
    chore_error err;
    uint64_t target;
    chore_moment *latest; /* the mailbox */
    bool fresh;           /* it was not taken yet */

    chore_moment moments[3]; /* one in the making, one in the mailbox, one on the screen */
    chore_moment *making;    /* the thread's */
    chore_moment *taken;     /* the spectator's */

    /* the thread's own, of which the first two stay as they are once it is ready */
    chore_rig *rig;
    chore_trace *trace;
    chore_timeline timeline;
    chore_player_action action;
    chore_episode *episode;
    uint64_t at; /* steps made by the episode */
    chore_hash hash;
    bool same;
    int64_t diverged;
    chore_episode *scout; /* goes ahead; NULL: has come to the end, or there is no memory for it */
    uint64_t scout_at;
    bool checked;
    _Atomic uint64_t known; /* steps that the scout has made, for others to read */
    double begun_cpu_ms;    /* of this thread, when it turned to the present wish */
    void **kept;         /* [n_kept]: snapshot after kept_every * index steps; NULL: none yet */
    size_t n_kept, kept_bytes;
    uint64_t kept_every;
    uint64_t last_shown_ns;
};

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
        p->target = step < p->timeline.n_steps ? step : p->timeline.n_steps;
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
        recorded = chore_trace_hash(p->trace, p->at - 1);
    } else {
        chore_trace_header_text(p->trace, "initial_state_hash", text, sizeof text);
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

static void keep(chore_player *p, const chore_episode *episode, uint64_t at)
{
    const size_t index = (size_t)(at / p->kept_every);
    if (at % p->kept_every == 0 && index < p->n_kept && !p->kept[index]) {
        p->kept[index] = malloc(p->kept_bytes);
        if (p->kept[index]) {
            chore_episode_snapshot(episode, p->kept[index]);
        }
    }
}

/* The last snapshot with fewer steps than `target`, which is then reached by at least one step: contacts and forces are
   a step's, not a snapshot's. *steps: of it. */
static const void *nearest(const chore_player *p, uint64_t target, uint64_t *steps, size_t *len)
{
    const uint64_t before = target > 0 ? target - 1 : 0;
    const void *found = NULL;
    for (int i = 0; i < chore_trace_n_keyframes(p->trace); i++) {
        const chore_trace_keyframe_ref key = chore_trace_keyframe_at(p->trace, i);
        if (key.steps <= before) {
            found = key.snapshot, *steps = key.steps, *len = key.len;
        }
    }
    for (uint64_t i = before / p->kept_every + 1; i-- > 0;) {
        if (i < p->n_kept && p->kept[i]) {
            if (!found || i * p->kept_every > *steps) {
                found = p->kept[i], *steps = i * p->kept_every, *len = p->kept_bytes;
            }
            break;
        }
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
        steps = 0;
        CHORE_ASSERT(p->kept[0] && chore_episode_restore(p->episode, p->kept[0], p->kept_bytes, NULL) == CHORE_OK);
    }
    p->at = steps;
    check_hash(p);
}

static void make_step(chore_player *p)
{
    chore_error ignored; /* how the episode ended is its outcome */
    (void)chore_episode_step(p->episode, chore_trace_action(p->trace, p->at), &ignored);
    p->at++;
    check_hash(p);
    keep(p, p->episode, p->at);
}

/* One step of the scout, which need not be shown. */
static void go_ahead(chore_player *p)
{
    chore_error ignored;
    if (p->scout_at < p->timeline.n_steps) {
        (void)chore_episode_step(p->scout, chore_trace_action(p->trace, p->scout_at), &ignored);
        p->known = ++p->scout_at;
        if (!chore_hash_equal(chore_episode_hash(p->scout), chore_trace_hash(p->trace, p->scout_at - 1)) &&
            (p->diverged < 0 || (int64_t)p->scout_at < p->diverged)) {
            p->diverged = (int64_t)p->scout_at;
        }
        keep(p, p->scout, p->scout_at);
    } else {
        p->scout = NULL;
        p->checked = true;
        p->known = p->timeline.n_steps;
        show(p, true); /* the same step, with more known of it */
    }
}

/* The step wanted, once it is another than `at`; false: stop. */
static bool next_target(chore_player *p, uint64_t *target)
{
    pthread_mutex_lock(&p->lock);
    while (!p->stop && p->target == p->at) {
        p->begun_cpu_ms = thread_ms();
        if (p->scout) {
            pthread_mutex_unlock(&p->lock);
            go_ahead(p);
            pthread_mutex_lock(&p->lock);
        } else {
            pthread_cond_wait(&p->wish, &p->lock);
        }
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
    }
}

/* ---- loading ------------------------------------------------------------------------------------------------------ */

static bool stop_at_once(void *ctx, chore_episode *episode, uint64_t steps)
{
    (void)ctx, (void)episode, (void)steps;
    return false;
}

static chore_status load(chore_player *p, chore_error *err)
{
    char name[CHORE_NAME_CAP], embodiment[CHORE_NAME_CAP];
    chore_status status = chore_trace_open(&p->trace, p->path, err);
    if (status == CHORE_OK) {
        chore_trace_header_text(p->trace, "task", name, sizeof name);
        chore_trace_header_text(p->trace, "embodiment", embodiment, sizeof embodiment);
        status = chore_rig_create(&p->rig, p->task[0] ? p->task : name, embodiment, NULL, p->run_key, err);
    }
    if (status == CHORE_OK) {
        p->episode = chore_rig_episode(p->rig);
        status = chore_replay(p->rig, p->trace, stop_at_once, NULL, err);
    }
    if (status == CHORE_E_DIVERGED &&
        chore_trace_action_dim(p->trace) == chore_world_action_dim(chore_episode_world(p->episode))) {
        status = CHORE_OK; /* worth seeing: from the first step on it is shown as diverged */
    }
    return status;
}

static chore_status make_moments(chore_player *p, chore_error *err)
{
    for (int i = 0; i < 3; i++) {
        p->moments[i].data = mj_makeData(chore_player_model(p));
        if (!p->moments[i].data) {
            return chore_fail(err, CHORE_E_MEMORY, "no memory for a picture of the world");
        }
    }
    p->making = &p->moments[0], p->latest = &p->moments[1], p->taken = &p->moments[2];
    return CHORE_OK;
}

/* A second world beside the first, in the same state. */
static void send_scout(chore_player *p)
{
    if (chore_rig_set_slots(p->rig, 2, NULL) == CHORE_OK) {
        p->scout = chore_rig_slot(p->rig, 1);
        if (chore_episode_restore(p->scout, p->kept[0], p->kept_bytes, NULL) != CHORE_OK) {
            p->scout = NULL;
        }
    }
}

static void lay_out_action(chore_player *p)
{
    const chore_world *world = chore_episode_world(p->episode);
    const chore_action_mode mode = chore_world_mode(world);
    chore_copy(p->action.mode, sizeof p->action.mode, chore_action_mode_name(mode));
    p->action.n = chore_world_components(world, mode, p->action.components, CHORE_MAX_COMPONENTS);
    p->action.dim = chore_world_action_dim(world);
}

static void prepare(chore_player *p)
{
    chore_timeline_read(&p->timeline, p->trace);
    lay_out_action(p);
    for (int i = 0; i < chore_episode_n_literals(p->episode); i++) {
        const chore_literal literal = chore_episode_literal(p->episode, i);
        chore_timeline_start(&p->timeline, literal.text, literal.holds);
    }
    for (int i = 0; i < chore_episode_n_events(p->episode); i++) {
        chore_timeline_name_event(&p->timeline, i, chore_episode_event(p->episode, i).name);
    }
    p->kept_bytes = chore_episode_snapshot_bytes(p->episode);
    p->kept_every = p->timeline.n_steps * p->kept_bytes / KEEP_BYTES + 1;
    p->n_kept = (size_t)(p->timeline.n_steps / p->kept_every) + 1;
    p->kept = calloc(p->n_kept, sizeof *p->kept);
    CHORE_ASSERT(p->kept);
    p->diverged = -1;
    keep(p, p->episode, p->at);
    CHORE_ASSERT(p->kept[0]);
    check_hash(p);
    send_scout(p);
}

static void *life(void *ctx)
{
    chore_player *p = ctx;
    chore_error err = {0};
    chore_status status = load(p, &err);
    if (status == CHORE_OK) {
        status = make_moments(p, &err);
    }
    if (status != CHORE_OK) {
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
    p->run_key = def->run_key;
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
    for (size_t i = 0; i < p->n_kept; i++) {
        free(p->kept[i]);
    }
    free(p->kept);
    chore_timeline_release(&p->timeline);
    chore_rig_destroy(p->rig);
    chore_trace_close(p->trace);
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
    return p->trace;
}

const chore_timeline *chore_player_timeline(const chore_player *p)
{
    return &p->timeline;
}

const chore_player_action *chore_player_action_layout(const chore_player *p)
{
    return &p->action;
}

double chore_player_known(const chore_player *p)
{
    const uint64_t n = p->timeline.n_steps;
    return n > 0 ? (double)p->known / (double)n : 1;
}
