#include <chore/takeover.h>

#include <inttypes.h>
#include <math.h>
#include <mujoco/mujoco.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <chore/clock.h>
#include <chore/guest.h>
#include <chore/intervention.h>
#include <chore/recorded.h>
#include <chore/spoken.h>
#include <chore/verify.h>

#include "moments_internal.h"

struct chore_takeover {
    char trace_path[CHORE_PATH_CAP], task[CHORE_PATH_CAP], run[CHORE_PATH_CAP], path[CHORE_PATH_CAP], cache[CHORE_PATH_CAP];
    uint64_t run_key, begin;
    pthread_t thread;
    void (*on_news)(void *ctx);
    void *news_ctx;

    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t wish;
    bool end;
    bool to_person;
    int speed;
    chore_hand hand;
    float action[CHORE_MAX_COMPONENTS * CHORE_MAX_DOF];
    bool acted;
    char why[256]; /* the policy does not go on */
    chore_takeover_state state;
    chore_error err;

    moments moments;
    bool has_moments; /* under the lock: from then on they may be taken */

    /* the thread's own */
    chore_rig *rig;
    chore_trace *trace;
    chore_episode *episode;
    chore_intervention *recording;
    chore_hand_memory memory;
    chore_guest *guest;
    enum driving { BY_PERSON, BY_POLICY, BY_RECORDING } by;
};

/* ---- between the threads ------------------------------------------------------------------------------------------ */

static void set_state(chore_takeover *t, chore_takeover_state state, const chore_error *err)
{
    pthread_mutex_lock(&t->lock);
    t->state = state;
    if (err) {
        t->err = *err;
    }
    pthread_mutex_unlock(&t->lock);
    if (t->on_news) {
        t->on_news(t->news_ctx);
    }
}

chore_takeover_state chore_takeover_look_at(chore_takeover *t, chore_error *err)
{
    pthread_mutex_lock(&t->lock);
    const chore_takeover_state state = t->state;
    if (state == CHORE_TAKEOVER_FAILED && err) {
        *err = t->err;
    }
    pthread_mutex_unlock(&t->lock);
    return state;
}

void chore_takeover_hand(chore_takeover *t, const chore_hand *hand)
{
    pthread_mutex_lock(&t->lock);
    t->hand = *hand;
    pthread_mutex_unlock(&t->lock);
}

void chore_takeover_pass(chore_takeover *t, bool to_person)
{
    pthread_mutex_lock(&t->lock);
    t->to_person = to_person;
    pthread_mutex_unlock(&t->lock);
}

void chore_takeover_why(chore_takeover *t, char *out, size_t cap)
{
    pthread_mutex_lock(&t->lock);
    chore_copy(out, cap, t->why);
    pthread_mutex_unlock(&t->lock);
}

void chore_takeover_speed(chore_takeover *t, int speed)
{
    pthread_mutex_lock(&t->lock);
    t->speed = speed;
    pthread_mutex_unlock(&t->lock);
}

bool chore_takeover_action(chore_takeover *t, float out[CHORE_MAX_COMPONENTS * CHORE_MAX_DOF])
{
    pthread_mutex_lock(&t->lock);
    const bool acted = t->acted;
    memcpy(out, t->action, sizeof t->action);
    pthread_mutex_unlock(&t->lock);
    return acted;
}

void chore_takeover_end(chore_takeover *t)
{
    pthread_mutex_lock(&t->lock);
    t->end = true;
    pthread_cond_signal(&t->wish);
    pthread_mutex_unlock(&t->lock);
}

chore_moment *chore_takeover_take(chore_takeover *t)
{
    pthread_mutex_lock(&t->lock);
    const bool has = t->has_moments;
    pthread_mutex_unlock(&t->lock);
    return has ? moments_take(&t->moments) : NULL;
}

/* ---- getting to the moment ---------------------------------------------------------------------------------------- */

static bool stop_at_once(void *ctx, chore_episode *episode, uint64_t steps)
{
    (void)ctx, (void)episode, (void)steps;
    return false;
}

static chore_status load(chore_takeover *t, chore_error *err)
{
    char name[CHORE_NAME_CAP], embodiment[CHORE_NAME_CAP];
    chore_status status = chore_trace_open_partial(&t->trace, t->trace_path, err); /* its writer may be at work */
    if (status == CHORE_OK) {
        chore_trace_header_text(t->trace, "task", name, sizeof name);
        chore_trace_header_text(t->trace, "embodiment", embodiment, sizeof embodiment);
        status = chore_rig_create_at(&t->rig, chore_trace_control_hz(t->trace), t->task[0] ? t->task : name, embodiment,
                                     t->cache[0] ? t->cache : NULL, t->run_key, err);
    }
    if (status == CHORE_OK) {
        t->episode = chore_rig_episode(t->rig);
        status = chore_replay(t->rig, t->trace, stop_at_once, NULL, err);
    }
    return status;
}

/* The last key frame before the moment, if it is what it says. */
static uint64_t restore_before(chore_takeover *t)
{
    for (int i = chore_trace_n_keyframes(t->trace) - 1; i >= 0; i--) {
        const chore_trace_keyframe_ref key = chore_trace_keyframe_at(t->trace, i);
        if (key.steps > 0 && key.steps <= t->begin && chore_episode_restore(t->episode, key.snapshot, key.len, NULL) == CHORE_OK) {
            return key.steps;
        }
    }
    return 0;
}

static bool wants_end(chore_takeover *t)
{
    pthread_mutex_lock(&t->lock);
    const bool end = t->end;
    pthread_mutex_unlock(&t->lock);
    return end;
}

static chore_status go_there(chore_takeover *t, chore_error *err)
{
    chore_error ignored;
    if (t->begin > chore_trace_n_steps(t->trace)) { /* another attempt at the episode writes here meanwhile */
        return chore_fail(err, CHORE_E_DIVERGED, "the recording has no step %" PRIu64 " any more", t->begin);
    }
    uint64_t at = restore_before(t);
    for (; at < t->begin && !chore_episode_ended(t->episode); at++) {
        if (wants_end(t)) {
            return chore_fail(err, CHORE_E_INTERRUPTED, "given up on the way to step %" PRIu64, t->begin);
        }
        chore_spoken_again(t->trace, at, t->episode);
        (void)chore_episode_step(t->episode, chore_trace_action(t->trace, at), &ignored);
    }
    if (chore_episode_ended(t->episode)) {
        return chore_fail(err, CHORE_E_USAGE, "the episode is over here: go back to take over");
    }
    if (t->begin > 0 && !chore_hash_equal(chore_episode_hash(t->episode), chore_trace_hash(t->trace, t->begin - 1))) {
        return chore_fail(err, CHORE_E_DIVERGED, "the state here is not the recorded one: what came of it could not be replayed");
    }
    return CHORE_OK;
}

/* ---- driving ------------------------------------------------------------------------------------------------------ */

static void show(chore_takeover *t)
{
    if (moments_fill(&t->moments, t->episode) == CHORE_OK) {
        t->moments.making->same = t->moments.making->arrived = true;
        t->moments.making->diverged = -1;
        moments_post(&t->moments);
        if (t->on_news) {
            t->on_news(t->news_ctx);
        }
    }
}

/* Sleep until a step is due; *hand and *by_person as they are then. False: the end. */
static bool wait_until(chore_takeover *t, uint64_t due_ns, chore_hand *hand, bool *by_person)
{
    pthread_mutex_lock(&t->lock);
    for (uint64_t now = chore_now_ns(); !t->end && now < due_ns; now = chore_now_ns()) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        const uint64_t ns = (uint64_t)until.tv_nsec + (due_ns - now);
        until.tv_sec += (time_t)(ns / 1000000000u);
        until.tv_nsec = (long)(ns % 1000000000u);
        pthread_cond_timedwait(&t->wish, &t->lock, &until);
    }
    *hand = t->hand;
    *by_person = t->to_person;
    const bool go_on = !t->end;
    pthread_mutex_unlock(&t->lock);
    return go_on;
}

static uint64_t step_ns(chore_takeover *t)
{
    pthread_mutex_lock(&t->lock);
    const int speed = t->speed;
    pthread_mutex_unlock(&t->lock);
    return (uint64_t)(1e9 / (chore_world_control_hz(chore_episode_world(t->episode)) * ldexp(1, speed)));
}

/* ---- who drives --------------------------------------------------------------------------------------------------- */

static void say_why(chore_takeover *t, const char *why)
{
    pthread_mutex_lock(&t->lock);
    chore_copy(t->why, sizeof t->why, why);
    pthread_mutex_unlock(&t->lock);
}

/* To negotiate sets the mode anew; the episode goes on as if nothing had been. */
static chore_status invite(chore_takeover *t, chore_error *err)
{
    if (!t->run[0]) {
        return chore_fail(err, CHORE_E_NOT_FOUND, "a recording alone, without its run");
    }
    const size_t len = chore_episode_snapshot_bytes(t->episode);
    void *snapshot = malloc(len);
    CHORE_ASSERT(snapshot);
    chore_episode_snapshot(t->episode, snapshot);
    chore_status status = t->guest ? CHORE_OK : chore_guest_open(&t->guest, t->run, t->rig, err);
    CHORE_ASSERT(chore_episode_restore(t->episode, snapshot, len, NULL) == CHORE_OK);
    free(snapshot);
    return status == CHORE_OK ? chore_guest_begin(t->guest, err) : status;
}

static chore_status pass_to(chore_takeover *t, enum driving who, chore_error *err)
{
    static const chore_takeover_state states[] = {CHORE_TAKEOVER_PERSON, CHORE_TAKEOVER_POLICY, CHORE_TAKEOVER_RECORDING};
    static const char *const words[] = {"person", "policy", "recording"};
    t->by = who;
    chore_hand_release(&t->memory); /* whoever takes over starts from what is then */
    const chore_status status = chore_intervention_pass(t->recording, words[who], err);
    set_state(t, states[who], NULL);
    return status;
}

/* The policy, or where it cannot come what it did. */
static chore_status give_back(chore_takeover *t, chore_error *err)
{
    chore_error why = {0};
    set_state(t, CHORE_TAKEOVER_LOADING, NULL);
    const bool came = invite(t, &why) == CHORE_OK;
    say_why(t, came ? "" : why.message);
    return pass_to(t, came ? BY_POLICY : BY_RECORDING, err);
}

static chore_status pass(chore_takeover *t, bool to_person, chore_error *err)
{
    return to_person ? pass_to(t, BY_PERSON, err) : give_back(t, err);
}

/* What the policy says before a step, now or in the recording, is a part of what it does. */
static chore_status pass_words(chore_takeover *t, uint64_t step, chore_error *err)
{
    char about[CHORE_ABOUT_CAP];
    chore_said said;
    const bool spoken = t->by == BY_POLICY      ? chore_guest_said(t->guest, &said, about)
                        : t->by == BY_RECORDING ? chore_spoken_at(t->trace, step, &said, about)
                                                : false;
    return spoken && chore_episode_report(t->episode, said, about) ? chore_intervention_said(t->recording, t->episode, err) : CHORE_OK;
}

/* The action of a step: the person's, the policy's, the recorded one, or standing still after the recording's end. */
static chore_status choose_action(chore_takeover *t, const chore_hand *hand, float *action, chore_error *err)
{
    const chore_world *world = chore_episode_world(t->episode);
    const uint64_t step = chore_world_control_steps(world);
    const float *theirs = NULL;
    chore_status status = CHORE_OK;
    chore_error why = {0};
    if (t->by == BY_POLICY && chore_guest_action(t->guest, &theirs, &why) != CHORE_OK) {
        say_why(t, why.message);
        status = pass_to(t, BY_RECORDING, err);
    }
    if (status == CHORE_OK) {
        status = pass_words(t, step, err);
    }
    if (t->by == BY_RECORDING && step < chore_trace_n_steps(t->trace)) {
        theirs = chore_trace_action(t->trace, step);
    }
    if (theirs) {
        memcpy(action, theirs, (size_t)chore_world_action_dim(world) * sizeof *action);
    } else {
        const chore_hand rest = {.limb = hand->limb};
        chore_hand_action(&t->memory, world, t->by == BY_PERSON ? hand : &rest, action);
    }
    return status;
}

static chore_status make_step(chore_takeover *t, const chore_hand *hand, chore_error *err)
{
    float action[CHORE_MAX_COMPONENTS * CHORE_MAX_DOF] = {0};
    chore_error ignored; /* how the episode ended is its outcome */
    const chore_world *world = chore_episode_world(t->episode);
    const uint64_t before = chore_world_control_steps(world);
    const chore_status status = choose_action(t, hand, action, err);
    if (status != CHORE_OK) {
        return status;
    }
    pthread_mutex_lock(&t->lock);
    memcpy(t->action, action, sizeof action);
    t->acted = true;
    pthread_mutex_unlock(&t->lock);
    (void)chore_episode_step(t->episode, action, &ignored);
    return chore_world_control_steps(world) > before ? chore_intervention_step(t->recording, action, t->episode, err) : CHORE_OK;
}

/* In real time; who is late does not catch up. */
static chore_status drive(chore_takeover *t, chore_error *err)
{
    uint64_t due = chore_now_ns();
    chore_status status = CHORE_OK;
    chore_hand hand;
    bool person;
    while (status == CHORE_OK && !chore_episode_ended(t->episode) && wait_until(t, due, &hand, &person)) {
        if (person != (t->by == BY_PERSON)) {
            status = pass(t, person, err);
        }
        if (status == CHORE_OK) {
            status = make_step(t, &hand, err);
        }
        show(t);
        const uint64_t now = chore_now_ns(), next = due + step_ns(t);
        due = next > now ? next : now;
    }
    return status;
}

/* ---- life --------------------------------------------------------------------------------------------------------- */

static chore_status begin(chore_takeover *t, chore_error *err)
{
    chore_status status = load(t, err);
    if (status == CHORE_OK) {
        status = go_there(t, err);
    }
    if (status == CHORE_OK) {
        status = moments_open(&t->moments, chore_scene_model(chore_rig_scene(t->rig)), err);
    }
    if (status == CHORE_OK) {
        pthread_mutex_lock(&t->lock);
        t->has_moments = true;
        pthread_mutex_unlock(&t->lock);
        status = chore_intervention_begin(&t->recording, t->path, t->trace, t->begin, err);
    }
    return status;
}

static void *life(void *ctx)
{
    chore_takeover *t = ctx;
    chore_error err = {0};
    chore_status status = begin(t, &err);
    if (status == CHORE_OK) {
        show(t);
        set_state(t, CHORE_TAKEOVER_PERSON, NULL);
        status = drive(t, &err);
    }
    if (status == CHORE_OK) {
        status = chore_intervention_finish(t->recording, t->episode, &err);
    } else {
        chore_intervention_drop(t->recording);
    }
    set_state(t, status == CHORE_OK ? CHORE_TAKEOVER_DONE : CHORE_TAKEOVER_FAILED, &err);
    return NULL;
}

chore_takeover *chore_takeover_open(const chore_takeover_def *def)
{
    chore_takeover *t = calloc(1, sizeof *t);
    CHORE_ASSERT(t);
    chore_copy(t->trace_path, sizeof t->trace_path, def->trace);
    chore_copy(t->task, sizeof t->task, def->task ? def->task : "");
    chore_copy(t->run, sizeof t->run, def->run ? def->run : "");
    chore_copy(t->path, sizeof t->path, def->path);
    chore_copy(t->cache, sizeof t->cache, def->cache_dir ? def->cache_dir : "");
    t->run_key = def->run_key;
    t->begin = def->step;
    t->to_person = true;
    t->on_news = def->on_news;
    t->news_ctx = def->news_ctx;
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->wish, NULL);
    CHORE_ASSERT(pthread_create(&t->thread, NULL, life, t) == 0);
    return t;
}

void chore_takeover_close(chore_takeover *t)
{
    if (!t) {
        return;
    }
    chore_takeover_end(t);
    pthread_join(t->thread, NULL);
    moments_close(&t->moments);
    chore_hand_release(&t->memory);
    chore_guest_close(t->guest);
    chore_rig_destroy(t->rig);
    chore_trace_close(t->trace);
    pthread_cond_destroy(&t->wish);
    pthread_mutex_destroy(&t->lock);
    free(t);
}
