/* What the process between harness and policy costs: the round trip of a call, and whole episodes in both profiles, in
   turn. */
#include "speed_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <chore/cli.h>
#include <chore/clock.h>
#include <chore/flight.h>
#include <jansson.h>

enum { HOT_CALLS = 5000, PROFILES = 2 };

typedef struct held {
    chore_policy_host *policy;
    const chore_policy_request *request;
    double start_s; /* from nothing to a request */
} held;

typedef struct boundary_costs {
    double hot_p50_us, hot_p99_us;         /* calls one right after the other: doorbells that are looked at */
    double episode_p50_us, episode_p99_us; /* as in an episode: the policy's process sleeps between them */
    double inproc_s, host_s, ratio, ratio_lo, ratio_hi; /* wall time of the episode */
    double least_ratio, more_us;        /* the same, undisturbed (chorei_pieces_least), and what host adds to a step */
    double cpu_ratio;                                   /* of its CPU time, both processes together */
    double inproc_start_s, host_start_s; /* not in the episode: a worker starts its policy once for all its episodes */
    int steps;
} boundary_costs;

static const chore_policy_profile profiles[PROFILES] = {CHORE_POLICY_INPROC, CHORE_POLICY_HOST};

static chore_status open_held(held *h, chore_rig *rig, const char *policy, chore_policy_profile profile,
                              chore_error *err)
{
    const chore_policy_def def = {.policy = policy, .config = "", .profile = profile, .call_s = 60};
    const uint64_t from = chore_now_ns();
    chore_status status = chore_policy_open(&h->policy, &def, err);
    if (status == CHORE_OK) {
        status = chore_policy_negotiate(h->policy, chore_rig_offer(rig), &h->request, err);
    }
    h->start_s = (double)(chore_now_ns() - from) * 1e-9;
    return status;
}

double chorei_cpu_now(const chore_policy_host *policy)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec * 1e-9 + chore_policy_cpu_s(policy);
}

/* An episode from its reset to its row, each piece with its time. */
static chore_status play_pieces(const held *h, chore_rig *rig, uint64_t seed, int round, chorei_pieces *pieces,
                                chore_row *row, chore_error *err)
{
    const chore_flight_def def = {.rig = rig, .policy = h->policy, .request = h->request, .n_slots = 1};
    int piece = 0;
    uint64_t from = chore_now_ns();
    chore_flight *flight = chore_flight_create(&def);
    chore_status status = chore_flight_begin(flight, 0, seed, CHORE_CONTROL, NULL, row, err);
    while (status == CHORE_OK && !chore_flight_has_ended(flight, 0)) {
        const uint64_t now = chore_now_ns();
        chorei_pieces_add(pieces, piece++, round, (double)(now - from) * 1e-9);
        from = now;
        status = chore_flight_step(flight, err);
    }
    if (status == CHORE_OK) {
        status = chore_flight_land(flight, 0, err);
    }
    chorei_pieces_add(pieces, piece, round, (double)(chore_now_ns() - from) * 1e-9);
    chore_flight_destroy(flight);
    return status;
}

static chore_status play(const held *h, chore_rig *rig, uint64_t seed, int round, chorei_pieces *pieces,
                         chorei_spent *out, chore_row *row, chore_error *err)
{
    chore_status status = chore_rig_accept(rig, h->request, err);
    const uint64_t start = chore_now_ns();
    const double cpu = chorei_cpu_now(h->policy);
    if (status == CHORE_OK) {
        status = play_pieces(h, rig, seed, round, pieces, row, err);
    }
    *out = (chorei_spent){.wall_s = (double)(chore_now_ns() - start) * 1e-9, .cpu_s = chorei_cpu_now(h->policy) - cpu};
    if (status == CHORE_OK && row->outcome == CHORE_OUTCOME_POLICY_ERROR) {
        status = chore_fail(err, CHORE_E_POLICY, "%s", row->reason);
    }
    return status;
}

/* A policy that thinks nothing: what remains is the way there and back. */
static chore_status round_trips(chore_rig *rig, uint64_t seed, boundary_costs *out, chore_error *err)
{
    held h = {0};
    chore_row row;
    chorei_spent unused;
    chorei_pieces none = {0};
    float *data = NULL;
    uint32_t valid;
    int32_t slot_status;
    const chore_policy_episode episode = {.struct_size = sizeof episode, .instruction = ""};
    chore_status status = open_held(&h, rig, "noop", CHORE_POLICY_HOST, err);
    if (status == CHORE_OK) {
        status = play(&h, rig, seed, -1, &none, &unused, &row, err);
    }
    if (status == CHORE_OK) {
        out->episode_p50_us = 1e3 * row.policy_p50_ms;
        out->episode_p99_us = 1e3 * row.policy_p99_ms;
        status = chore_episode_reset(chore_rig_episode(rig), seed, CHORE_CONTROL, err);
    }
    if (status == CHORE_OK) {
        status = chore_policy_reset(h.policy, 1, &episode, err);
    }
    if (status == CHORE_OK) {
        const uint32_t dim = chore_rig_action_dim(rig);
        data = calloc((size_t)dim * h.request->horizon, sizeof *data);
        CHORE_ASSERT(data);
        chore_policy_actions actions = {.struct_size = sizeof actions,
                                        .horizon = h.request->horizon,
                                        .dim = dim,
                                        .data = data,
                                        .valid = &valid,
                                        .status = &slot_status};
        const chore_policy_batch *seen = chore_rig_observe(rig);
        chore_policy_host_timing_reset(h.policy);
        for (int i = 0; i < HOT_CALLS && status == CHORE_OK; i++) {
            status = chore_policy_act(h.policy, seen, &actions, err);
        }
        const chore_policy_timing timing = chore_policy_host_timing(h.policy);
        out->hot_p50_us = 1e3 * timing.p50_ms;
        out->hot_p99_us = 1e3 * timing.p99_ms;
    }
    free(data);
    chore_policy_unload(h.policy);
    return status;
}

/* The same episode in both profiles, in pairs whose order alternates. */
static chore_status episodes(chore_rig *rig, const char *task, const char *policy, uint64_t seed, int rounds,
                             boundary_costs *out, chore_error *err)
{
    held h[PROFILES] = {{0}};
    double *wall[PROFILES], ratio[CHOREI_SPEED_ROUNDS], cpu_ratio[CHOREI_SPEED_ROUNDS];
    chorei_pieces pieces[PROFILES];
    chore_status status = CHORE_OK;
    for (int p = 0; p < PROFILES; p++) {
        chorei_pieces_begin(&pieces[p], rounds);
        wall[p] = calloc((size_t)rounds, sizeof *wall[p]);
        CHORE_ASSERT(wall[p]);
        if (status == CHORE_OK) {
            status = open_held(&h[p], rig, policy, profiles[p], err);
        }
    }
    chore_row row[PROFILES];
    chorei_spent used[PROFILES];
    for (int i = -1; i < rounds && status == CHORE_OK; i++) { /* the first pair warms up caches */
        chorei_speed_tell(task, i < 0 ? 0 : i, rounds);
        for (int k = 0; k < PROFILES && status == CHORE_OK; k++) {
            const int p = (i + k) & 1;
            status = play(&h[p], rig, seed, i, &pieces[p], &used[p], &row[p], err);
            wall[p][i < 0 ? 0 : i] = used[p].wall_s;
        }
        if (status == CHORE_OK && !chore_hash_equal(row[0].final_state_hash, row[1].final_state_hash)) {
            status = chore_fail(err, CHORE_E_DIVERGED, "the episode differs between the profiles");
        }
        if (i >= 0) {
            ratio[i] = used[1].wall_s / used[0].wall_s;
            cpu_ratio[i] = used[1].cpu_s / used[0].cpu_s;
        }
    }
    if (status == CHORE_OK) {
        out->steps = (int)row[0].steps;
        out->ratio = chorei_median(ratio, rounds); /* sorts */
        out->ratio_lo = ratio[0];
        out->ratio_hi = ratio[rounds - 1];
        out->cpu_ratio = chorei_median(cpu_ratio, rounds);
        out->inproc_s = chorei_median(wall[0], rounds);
        out->host_s = chorei_median(wall[1], rounds);
        out->inproc_start_s = h[0].start_s;
        out->host_start_s = h[1].start_s;
        out->least_ratio = chorei_pieces_least(&pieces[1]) / chorei_pieces_least(&pieces[0]);
        out->more_us = 1e6 * chorei_pieces_more(&pieces[1], &pieces[0]);
    }
    for (int p = 0; p < PROFILES; p++) {
        chore_policy_unload(h[p].policy);
        chorei_pieces_end(&pieces[p]);
        free(wall[p]);
    }
    return status;
}

static void print_batch(const chorei_batch_costs *b)
{
    printf("  %d at once         %8.1f / %-8.1f (%.1f for as many single calls)  %9.3f %9.3f  %.3f (%.3f to %.3f) %12.3f %10.3f\n",
           b->slots, b->call_p50_us, b->call_p99_us, b->slots * b->single_p50_us, b->inproc_s, b->host_s, b->ratio,
           b->ratio_lo, b->ratio_hi, b->least_ratio, b->cpu_ratio);
    fflush(stdout);
}

static json_t *batch_json(const chorei_batch_costs *b)
{
    return json_pack("{s:i, s:i, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "slots", b->slots, "control_steps",
                     b->steps, "round_trip_p50_us", b->call_p50_us, "round_trip_p99_us", b->call_p99_us,
                     "single_round_trip_p50_us", b->single_p50_us, "inproc_s", b->inproc_s, "host_s", b->host_s, "ratio",
                     b->ratio, "ratio_lo", b->ratio_lo, "ratio_hi", b->ratio_hi, "least_ratio",
                     b->least_ratio, "cpu_ratio", b->cpu_ratio);
}

static void print_costs(const char *task, const boundary_costs *c)
{
    printf("%-20s %8.1f / %-8.1f %8.1f / %-8.1f %9.3f %9.3f  %.3f (%.3f to %.3f) %12.3f %10.3f\n", task, c->hot_p50_us, c->hot_p99_us,
           c->episode_p50_us, c->episode_p99_us, c->inproc_s, c->host_s, c->ratio, c->ratio_lo, c->ratio_hi, c->least_ratio, c->cpu_ratio);
    printf("  undisturbed: %+.1f us in each step. Outside of the episode, once per worker: a policy's start, %.1f ms (inproc %.1f)\n",
           c->more_us, 1e3 * c->host_start_s, 1e3 * c->inproc_start_s);
    fflush(stdout);
}

static json_t *costs_json(const char *task, const boundary_costs *c)
{
    return json_pack("{s:s, s:i, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "task", task, "control_steps", c->steps,
                     "round_trip_p50_us", c->hot_p50_us, "round_trip_p99_us", c->hot_p99_us,
                     "round_trip_in_episode_p50_us", c->episode_p50_us, "round_trip_in_episode_p99_us",
                     c->episode_p99_us, "inproc_s", c->inproc_s, "host_s", c->host_s, "ratio", c->ratio, "ratio_lo",
                     c->ratio_lo, "ratio_hi", c->ratio_hi, "cpu_ratio", c->cpu_ratio, "least_ratio",
                     c->least_ratio, "step_more_us", c->more_us, "host_start_s", c->host_start_s, "inproc_start_s",
                     c->inproc_start_s);
}

int chorei_speed_boundary(const char **tasks, const char *policy, uint64_t seed, int rounds, int batch, bool as_json)
{
    static const char *const usual[] = {"set_aside", NULL};
    const char *const *list = tasks && tasks[0] ? (const char *const *)tasks : usual;
    chore_error err = {0};
    json_t *all = json_array();
    if (!as_json) {
        printf("%-20s %19s %19s %9s %9s  %-22s %12s %10s\n%-20s %19s %19s\n", "task", "round trip, us", "in an episode, us", "inproc s",
               "host s", "ratio of wall times", "undisturbed", "CPU times", "", "p50 / p99", "p50 / p99");
    }
    for (int i = 0; list[i]; i++) {
        chore_rig *rig = NULL;
        boundary_costs costs = {0};
        chore_status status = chore_rig_create(&rig, list[i], NULL, NULL, 0, &err);
        if (status == CHORE_OK) {
            status = round_trips(rig, seed, &costs, &err);
        }
        if (status == CHORE_OK) {
            status = episodes(rig, list[i], policy, seed, rounds, &costs, &err);
        }
        chore_rig_destroy(rig);
        chorei_batch_costs many = {0};
        if (status == CHORE_OK && batch > 1) {
            status = chorei_speed_batch(list[i], policy, seed, batch, rounds, &many, &err);
        }
        chorei_speed_told();
        if (status != CHORE_OK) {
            json_decref(all);
            return chore_cli_fail("speed", &err);
        }
        if (!as_json) {
            print_costs(list[i], &costs);
        }
        json_t *json = costs_json(list[i], &costs);
        if (batch > 1) {
            json_object_set_new(json, "batch", batch_json(&many));
            if (!as_json) {
                print_batch(&many);
            }
        }
        json_array_append_new(all, json);
    }
    json_t *root = json_pack("{s:i, s:s, s:i, s:o}", "schema", 1, "policy", policy, "rounds", rounds, "tasks", all);
    if (as_json) {
        char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
        puts(text);
        free(text);
    } else {
        printf("round trip: `noop` by profile host, one call after the other, and with the world stepping between; "
               "ratios: an episode of %s, or the first 200 control steps of the batch, host over inproc, median of %d "
               "pairs; undisturbed: of each control step the quickest of all pairs, summed up. On a busy machine only that "
               "means much\n",
               policy, rounds);
    }
    json_decref(root);
    return 0;
}
