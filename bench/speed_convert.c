/* What a convention costs at the boundary: its streams and its actions, against the native ones that they are made of. */
#include "speed_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/cli.h>
#include <chore/clock.h>
#include <chore/conventions.h>
#include <chore/rig.h>
#include <jansson.h>

enum { CALLS = 5000, MAX_FIELDS = 64 };

typedef struct convention_costs {
    double native_us, streams_us, action_us; /* per control step: medians of rounds */
} convention_costs;

/* A request for these streams and for the mode of that name, every word as offered. */
static chore_status accept_streams(chore_rig *rig, const chore_policy_field *fields, uint32_t n, const char *mode, chore_error *err)
{
    const chore_policy_offer *offer = chore_rig_offer(rig);
    chore_policy_request request = {.struct_size = sizeof request, .n_fields = n, .fields = fields, .mode = mode};
    for (uint32_t i = 0; i < offer->n_modes; i++) {
        if (strcmp(offer->modes[i].name, mode) == 0) {
            request.n_components = offer->modes[i].n_components;
            request.components = offer->modes[i].components;
        }
    }
    return chore_rig_accept(rig, &request, err);
}

static double observe_us(chore_rig *rig)
{
    const uint64_t start = chore_now_ns();
    for (int i = 0; i < CALLS; i++) {
        (void)chore_rig_observe(rig);
    }
    return (double)(chore_now_ns() - start) * 1e-3 / CALLS;
}

static double act_us(chore_rig *rig)
{
    float *action = calloc((size_t)chore_rig_action_dim(rig) + 1, sizeof *action);
    CHORE_ASSERT(action);
    chore_rig_hold_action(rig, 0, action);
    const uint64_t start = chore_now_ns();
    for (int i = 0; i < CALLS; i++) {
        (void)chore_rig_native_action(rig, 0, action);
    }
    const double us = (double)(chore_now_ns() - start) * 1e-3 / CALLS;
    free(action);
    return us;
}

/* The native streams that the convention reads, each once. */
static uint32_t sources(const chore_policy_offer *offer, const chore_translation *t, uint32_t ours, chore_policy_field *out)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i + ours < offer->n_fields && n < MAX_FIELDS; i++) {
        if (chore_translation_reads(t, i)) {
            out[n++] = offer->fields[ours + i];
        }
    }
    return n;
}

static chore_status measure(chore_rig *rig, const chore_convention *convention, int rounds, convention_costs *out, chore_error *err)
{
    double native[CHOREI_SPEED_ROUNDS], streams[CHOREI_SPEED_ROUNDS], action[CHOREI_SPEED_ROUNDS];
    const uint32_t ours = (uint32_t)convention->n_streams;
    const chore_policy_offer *offer = chore_rig_offer(rig);
    chore_policy_field read[MAX_FIELDS];
    uint32_t n_read = 0;
    chore_status status = chore_episode_reset(chore_rig_episode(rig), 0, CHORE_CONTROL, err);
    for (int i = 0; i < rounds && status == CHORE_OK; i++) {
        status = accept_streams(rig, offer->fields, ours, convention->name, err);
        if (status == CHORE_OK) {
            n_read = sources(offer, chore_rig_translation(rig), ours, read);
            streams[i] = observe_us(rig);
            action[i] = act_us(rig);
            status = accept_streams(rig, read, n_read, convention->acts, err);
        }
        if (status == CHORE_OK) {
            native[i] = observe_us(rig);
        }
    }
    if (status == CHORE_OK) {
        *out = (convention_costs){.native_us = chorei_median(native, rounds),
                                  .streams_us = chorei_median(streams, rounds),
                                  .action_us = chorei_median(action, rounds)};
    }
    return status;
}

static chore_status measure_task(const char *task, const chore_convention *convention, int rounds, convention_costs *out, chore_error *err)
{
    chore_rig *rig = NULL;
    chore_status status = chore_rig_create(&rig, task, NULL, NULL, 0, err);
    if (status == CHORE_OK) {
        status = chore_rig_set_convention(rig, convention, err);
    }
    if (status == CHORE_OK) {
        status = measure(rig, convention, rounds, out, err);
    }
    chore_rig_destroy(rig);
    return status;
}

int chorei_speed_convention(const char **tasks, const char *name, int rounds, bool as_json)
{
    static const char *const usual[] = {"set_aside", NULL};
    const char *const *list = tasks && tasks[0] ? (const char *const *)tasks : usual;
    chore_error err = {0};
    chore_convention *convention = calloc(1, sizeof *convention);
    json_t *all = json_array();
    CHORE_ASSERT(convention && all);
    chore_status status = chore_convention_load(convention, name, &err);
    for (int i = 0; list[i] && status == CHORE_OK; i++) {
        convention_costs c = {0};
        status = measure_task(list[i], convention, rounds, &c, &err);
        if (status == CHORE_OK && !as_json) {
            printf("%-20s %-16s native streams %6.2f us, its streams %6.2f us, its action %6.2f us\n", list[i], convention->name,
                   c.native_us, c.streams_us, c.action_us);
            fflush(stdout);
        }
        json_array_append_new(all, json_pack("{s:s, s:f, s:f, s:f}", "task", list[i], "native_streams_us", c.native_us, "streams_us",
                                             c.streams_us, "action_us", c.action_us));
    }
    json_t *root = json_pack("{s:i, s:s, s:i, s:o}", "schema", 1, "convention", convention->name, "rounds", rounds, "tasks", all);
    if (status == CHORE_OK && as_json) {
        char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
        puts(text);
        free(text);
    } else if (status == CHORE_OK) {
        printf("per control step: the native streams of which the convention's are made, all of the convention's, an action on its way to the "
               "world; medians of %d rounds of %d calls\n",
               rounds, CALLS);
    }
    json_decref(root);
    free(convention);
    return status == CHORE_OK ? 0 : chore_cli_fail("speed", &err);
}
