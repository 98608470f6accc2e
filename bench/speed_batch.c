/* What the process between harness and policy costs when one call serves many episodes: the round trip of such a call
   against as many single ones, and control steps of a whole flight in both profiles, in turn. */
#include "speed_internal.h"

#include <stdlib.h>
#include <time.h>

#include <chore/clock.h>
#include <chore/flight.h>

enum { CALLS = 2000, STEPS = 200, PROFILES = 2 };

static const chore_policy_profile profiles[PROFILES] = {CHORE_POLICY_INPROC, CHORE_POLICY_HOST};

typedef struct held {
    chore_policy_host *policy;
    const chore_policy_request *request;
} held;

static chore_status open_held(held *h, chore_rig *rig, const char *policy,
                              chore_policy_profile profile, chore_error *err)
{
    const chore_policy_def def = {.policy = policy, .config = "", .profile = profile, .call_s = 60};
    chore_status status = chore_policy_open(&h->policy, &def, err);
    if (status == CHORE_OK) {
        status = chore_policy_negotiate(h->policy, chore_rig_offer(rig), &h->request, err);
    }
    return status;
}

/* ---- round trips ---------------------------------------------------------------------------------------------------- */

/* CALLS calls with n slots each, one right after the other. */
static chore_status time_calls(const held *h, chore_rig *rig, int n, chore_policy_timing *out,
                               chore_error *err)
{
    uint32_t slots[CHORE_RIG_SLOTS], valid[CHORE_RIG_SLOTS];
    int32_t answers[CHORE_RIG_SLOTS];
    const uint32_t dim =
        (uint32_t)chore_world_action_dim(chore_episode_world(chore_rig_episode(rig)));
    float *data = calloc((size_t)n * dim * h->request->horizon, sizeof *data);
    CHORE_ASSERT(data);
    for (int i = 0; i < n; i++) {
        slots[i] = (uint32_t)i;
    }
    chore_policy_actions actions = {.struct_size = sizeof actions,
                                    .horizon = h->request->horizon,
                                    .dim = dim,
                                    .data = data,
                                    .valid = valid,
                                    .status = answers};
    const chore_policy_batch *seen = chore_rig_look(rig, n, slots);
    chore_status status = CHORE_OK;
    chore_policy_host_timing_reset(h->policy);
    for (int i = 0; i < CALLS && status == CHORE_OK; i++) {
        status = chore_policy_act(h->policy, seen, &actions, err);
    }
    *out = chore_policy_host_timing(h->policy);
    free(data);
    return status;
}

/* A policy that thinks nothing, reset in every slot: what remains is the way there and back. */
static chore_status round_trips(chore_rig *rig, uint64_t seed, int n, chorei_batch_costs *out,
                                chore_error *err)
{
    held h = {0};
    chore_policy_timing one = {0}, many = {0};
    chore_policy_episode episodes[CHORE_RIG_SLOTS];
    chore_status status = open_held(&h, rig, "noop", CHORE_POLICY_HOST, err);
    if (status == CHORE_OK) {
        status = chore_rig_accept(rig, h.request, err);
    }
    for (int i = 0; i < n && status == CHORE_OK; i++) {
        episodes[i] = (chore_policy_episode){
            .struct_size = sizeof *episodes, .slot = (uint32_t)i, .instruction = ""};
        status = chore_episode_reset(chore_rig_slot(rig, i), seed, CHORE_CONTROL, err);
    }
    if (status == CHORE_OK) {
        status = chore_policy_reset(h.policy, (uint32_t)n, episodes, err);
    }
    if (status == CHORE_OK) {
        status = time_calls(&h, rig, 1, &one, err);
    }
    if (status == CHORE_OK) {
        status = time_calls(&h, rig, n, &many, err);
    }
    out->single_p50_us = 1e3 * one.p50_ms;
    out->call_p50_us = 1e3 * many.p50_ms;
    out->call_p99_us = 1e3 * many.p99_ms;
    chore_policy_unload(h.policy);
    return status;
}

/* ---- flights -------------------------------------------------------------------------------------------------------- */

/* STEPS control steps of n episodes; what came before the first one is not counted. */
static chore_status fly(const held *h, chore_rig *rig, uint64_t seed, int n, int round,
                        chorei_pieces *pieces, chorei_spent *out, chore_hash *end, chore_error *err)
{
    const chore_flight_def def = {
        .rig = rig, .policy = h->policy, .request = h->request, .n_slots = n};
    static chore_row rows[CHORE_RIG_SLOTS];
    chore_status status = chore_rig_accept(rig, h->request, err);
    chore_flight *flight = chore_flight_create(&def);
    for (int i = 0; i < n && status == CHORE_OK; i++) {
        status =
            chore_flight_begin(flight, i, seed + (uint64_t)i, CHORE_CONTROL, NULL, &rows[i], err);
    }
    const uint64_t start = chore_now_ns();
    const double cpu = chorei_cpu_now(h->policy);
    for (int i = 0; i < STEPS && status == CHORE_OK; i++) {
        const uint64_t from = chore_now_ns();
        status = chore_flight_step(flight, err);
        chorei_pieces_add(pieces, i, round, (double)(chore_now_ns() - from) * 1e-9);
    }
    *out = (chorei_spent){.wall_s = (double)(chore_now_ns() - start) * 1e-9, .cpu_s = chorei_cpu_now(h->policy) - cpu};
    *end = (chore_hash){0, 0};
    for (int i = 0; i < n; i++) {
        const chore_hash one = chore_episode_hash(chore_rig_slot(rig, i));
        *end = chore_hash_chain(*end, &one, sizeof one);
    }
    chore_flight_destroy(flight);
    return status;
}

static chore_status flights(chore_rig *rig, const char *task, const char *policy, uint64_t seed, int n, int rounds,
                            chorei_batch_costs *out, chore_error *err)
{
    held h[PROFILES] = {{0}};
    double wall[PROFILES][CHOREI_SPEED_ROUNDS], ratio[CHOREI_SPEED_ROUNDS],
        cpu_ratio[CHOREI_SPEED_ROUNDS];
    chore_hash end[PROFILES];
    chorei_spent used[PROFILES];
    chorei_pieces pieces[PROFILES];
    chore_status status = CHORE_OK;
    for (int p = 0; p < PROFILES; p++) {
        chorei_pieces_begin(&pieces[p], rounds);
        if (status == CHORE_OK) {
            status = open_held(&h[p], rig, policy, profiles[p], err);
        }
    }
    for (int i = -1; i < rounds && status == CHORE_OK; i++) { /* the first pair warms up caches */
        chorei_speed_tell(task, i < 0 ? 0 : i, rounds);
        for (int k = 0; k < PROFILES && status == CHORE_OK; k++) {
            const int p = (i + k) & 1;
            status = fly(&h[p], rig, seed, n, i, &pieces[p], &used[p], &end[p], err);
            wall[p][i < 0 ? 0 : i] = used[p].wall_s;
        }
        if (status == CHORE_OK && !chore_hash_equal(end[0], end[1])) {
            status = chore_fail(err, CHORE_E_DIVERGED,
                                "the episodes of a batch differ between the profiles");
        }
        if (i >= 0) {
            ratio[i] = used[1].wall_s / used[0].wall_s;
            cpu_ratio[i] = used[1].cpu_s / used[0].cpu_s;
        }
    }
    if (status == CHORE_OK) {
        out->ratio = chorei_median(ratio, rounds); /* sorts */
        out->ratio_lo = ratio[0];
        out->ratio_hi = ratio[rounds - 1];
        out->cpu_ratio = chorei_median(cpu_ratio, rounds);
        out->least_ratio = chorei_pieces_least(&pieces[1]) / chorei_pieces_least(&pieces[0]);
        out->inproc_s = chorei_median(wall[0], rounds);
        out->host_s = chorei_median(wall[1], rounds);
    }
    for (int p = 0; p < PROFILES; p++) {
        chore_policy_unload(h[p].policy);
        chorei_pieces_end(&pieces[p]);
    }
    return status;
}

chore_status chorei_speed_batch(const char *task, const char *policy, uint64_t seed, int n,
                                int rounds, chorei_batch_costs *out, chore_error *err)
{
    chore_rig *rig = NULL;
    *out = (chorei_batch_costs){.slots = n, .steps = STEPS};
    chore_status status = chore_rig_create(&rig, task, NULL, NULL, 0, err);
    if (status == CHORE_OK) {
        status = chore_rig_set_slots(rig, n, err);
    }
    if (status == CHORE_OK) {
        status = round_trips(rig, seed, n, out, err);
    }
    if (status == CHORE_OK) {
        status = flights(rig, task, policy, seed, n, rounds, out, err);
    }
    chore_rig_destroy(rig);
    return status;
}
