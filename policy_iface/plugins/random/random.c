/* random: smooth, bounded tool motion that depends on nothing but the episode's seed. What luck alone
   reaches. */
#include <chore/policy_walk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_COMPONENTS 32
#define MAX_VALUES     64
#define KNOT_STEPS     10 /* control steps from one random value to the next */

typedef struct wander {
    uint64_t generator;
    uint64_t knot;                           /* index of `to` */
    double from[MAX_VALUES], to[MAX_VALUES]; /* in [-1, 1] */
} wander;

struct chore_policy_instance {
    chore_policy_field components[MAX_COMPONENTS];
    double lo[MAX_VALUES], hi[MAX_VALUES]; /* of every value of the action */
    wander *slots;
    uint32_t n_slots, dim;
    char error[128];
};

static int32_t fail(chore_policy_instance *self, const char *why)
{
    (void)snprintf(self->error, sizeof self->error, "%s", why);
    return CHORE_POLICY_ERROR;
}

/* SplitMix64 (Steele, Lea, Flood 2014): one 64-bit word of state, any seed is good. */
static uint64_t next_u64(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static double next_signed_unit(uint64_t *state)
{
    return (double)(next_u64(state) >> 11) * 0x1p-52 - 1.0; /* [-1, 1) */
}

static void draw_knot(wander *self, uint32_t dim)
{
    memcpy(self->from, self->to, sizeof self->from);
    for (uint32_t i = 0; i < dim; i++) {
        self->to[i] = next_signed_unit(&self->generator);
    }
    self->knot++;
}

/* ---- the functions of the ABI -------------------------------------------------------------------------- */

static chore_policy_instance *random_create(const chore_policy_host_table *host, const char *config,
                                            char *err, uint32_t err_cap)
{
    (void)host;
    if (config[0] != '\0') {
        (void)snprintf(err, err_cap, "random takes no configuration");
        return NULL;
    }
    chore_policy_instance *self = calloc(1, sizeof *self);
    if (self == NULL) {
        (void)snprintf(err, err_cap, "out of memory");
    }
    return self;
}

static void random_destroy(chore_policy_instance *self)
{
    free(self->slots);
    free(self);
}

/* Keep the component as offered, and its bounds per value. */
static const char *take_component(chore_policy_instance *self, uint32_t index,
                                  const chore_policy_field *offered)
{
    const uint32_t count = chore_field_count(offered);
    if (offered->lo == NULL || offered->hi == NULL) {
        return "random needs bounds on every action value";
    }
    if (count > MAX_VALUES - self->dim) {
        return "the action is wider than random expects";
    }
    memcpy(self->lo + self->dim, offered->lo, count * sizeof *self->lo);
    memcpy(self->hi + self->dim, offered->hi, count * sizeof *self->hi);
    self->dim += count;
    self->components[index] = *offered;
    self->components[index].struct_size = sizeof self->components[index];
    return NULL;
}

static int32_t random_negotiate(chore_policy_instance *self, const chore_policy_offer *offer,
                                chore_policy_request *request)
{
    const chore_policy_mode *mode = chore_offer_mode(offer, "eef_delta");
    if (mode == NULL) {
        return fail(self, "random moves in mode eef_delta, which is not offered");
    }
    if (mode->n_components > MAX_COMPONENTS) {
        return fail(self, "the action has more components than random expects");
    }
    self->dim = 0;
    for (uint32_t i = 0; i < mode->n_components; i++) {
        const char *why = take_component(self, i, CHORE_POLICY_AT(chore_policy_field, mode->components, i));
        if (why != NULL) {
            return fail(self, why);
        }
    }
    free(self->slots);
    self->n_slots = 0;
    self->slots = calloc(offer->max_batch, sizeof *self->slots);
    if (self->slots == NULL) {
        return fail(self, "out of memory");
    }
    self->n_slots = offer->max_batch;
    request->components = self->components;
    request->n_components = mode->n_components;
    request->mode = "eef_delta";
    request->max_batch = offer->max_batch;
    request->rate_hz = offer->n_rates > 0 ? offer->rates_hz[0] : 0;
    request->horizon = request->execute = chore_rows_for_delay(offer);
    request->caps = CHORE_CAP_BATCH_INVARIANT | CHORE_CAP_DETERMINISTIC;
    return CHORE_POLICY_OK;
}

static int32_t random_reset(chore_policy_instance *self, uint32_t n, const chore_policy_episode *episodes)
{
    for (uint32_t i = 0; i < n; i++) {
        const chore_policy_episode *episode = CHORE_POLICY_AT(chore_policy_episode, episodes, i);
        if (episode->slot >= self->n_slots) {
            return fail(self, "reset of a slot that was not negotiated");
        }
        wander *slot = &self->slots[episode->slot];
        memset(slot, 0, sizeof *slot); /* begins at rest, in the middle of the bounds */
        slot->generator = episode->seed;
        draw_knot(slot, self->dim);
    }
    return CHORE_POLICY_OK;
}

/* The action is a function of seed and step: between knots it goes in a straight line. */
static void random_act_one(chore_policy_instance *self, wander *slot, uint64_t step, float *action)
{
    while (slot->knot * KNOT_STEPS <= step) {
        draw_knot(slot, self->dim);
    }
    const double share = (double)(step % KNOT_STEPS) / KNOT_STEPS;
    for (uint32_t i = 0; i < self->dim; i++) {
        const double unit = slot->from[i] + share * (slot->to[i] - slot->from[i]);
        action[i] = (float)(0.5 * (self->lo[i] + self->hi[i]) + 0.5 * unit * (self->hi[i] - self->lo[i]));
    }
}

static int32_t random_act(chore_policy_instance *self, const chore_policy_batch *batch,
                          chore_policy_actions *actions)
{
    for (uint32_t k = 0; k < batch->n; k++) {
        if (batch->slot[k] >= self->n_slots || self->slots[batch->slot[k]].knot == 0) {
            return fail(self, "act before reset");
        }
        for (uint32_t i = 0; i < actions->horizon; i++) {
            random_act_one(self, &self->slots[batch->slot[k]], chore_step_of_row(batch, k, i),
                           actions->data + ((size_t)k * actions->horizon + i) * actions->dim);
        }
        actions->valid[k] = actions->horizon;
    }
    return CHORE_POLICY_OK;
}

static const char *random_last_error(chore_policy_instance *self)
{
    return self->error;
}

const chore_plugin *chore_policy_entry(uint32_t abi_major, uint32_t abi_minor)
{
    static const chore_plugin plugin = {
        .struct_size = sizeof plugin,
        .abi_major = CHORE_POLICY_ABI_MAJOR,
        .abi_minor = CHORE_POLICY_ABI_MINOR,
        .caps = CHORE_CAP_BATCH_INVARIANT | CHORE_CAP_DETERMINISTIC | CHORE_CAP_MULTI_INSTANCE,
        .name = "random",
        .version = "1.0",
        .licence = "Apache-2.0",
        .create = random_create,
        .destroy = random_destroy,
        .negotiate = random_negotiate,
        .reset = random_reset,
        .act = random_act,
        .last_error = random_last_error,
    };
    (void)abi_minor;
    return abi_major == CHORE_POLICY_ABI_MAJOR ? &plugin : NULL;
}
