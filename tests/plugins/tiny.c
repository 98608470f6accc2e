/* A policy like a learned one: a small network with random weights and a memory per slot, evaluated for the whole batch
   layer by layer, which answers chunks of eight rows of which four run. Configuration "": it keeps what it promises;
   "selfish": each answer leans on the batch's mean, and it does not promise that it does not; "single": one slot per call;
   "every": its memory wants to see every control step. */
#include <chore/policy_walk.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { HIDDEN = 24, HORIZON = 8, EXECUTE = 4, MOST_IN = 32, MOST_OUT = 32, MOST_SLOTS = 64 };

struct chore_policy_instance {
    char config[32];
    chore_policy_field streams[2], components[4];
    uint32_t n_in, n_out, n_slots;
    float w_in[HIDDEN][MOST_IN], w_back[HIDDEN][HIDDEN], w_out[MOST_OUT][HIDDEN];
    float memory[MOST_SLOTS][HIDDEN], next[MOST_SLOTS][HIDDEN]; /* by slot; by position */
    unsigned char open[MOST_SLOTS]; /* was reset */
    char error[96];
};

static int32_t fail(chore_policy_instance *self, const char *why)
{
    (void)snprintf(self->error, sizeof self->error, "%s", why);
    return CHORE_POLICY_ERROR;
}

/* SplitMix64, as a float in [-1, 1). */
static float draw(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (float)(z >> 40) * 0x1p-23f - 1;
}

static void draw_all(float *weights, size_t n, float scale, uint64_t *state)
{
    for (size_t i = 0; i < n; i++) {
        weights[i] = scale * draw(state);
    }
}

static chore_policy_instance *tiny_create(const chore_policy_host_table *host, const char *config, char *err,
                                          uint32_t err_cap)
{
    (void)host;
    uint64_t state = 1;
    chore_policy_instance *self = calloc(1, sizeof *self);
    if (self == NULL) {
        (void)snprintf(err, err_cap, "out of memory");
        return NULL;
    }
    (void)snprintf(self->config, sizeof self->config, "%s", config);
    draw_all(&self->w_in[0][0], sizeof self->w_in / sizeof(float), 1, &state);
    draw_all(&self->w_back[0][0], sizeof self->w_back / sizeof(float), 0.3f, &state);
    draw_all(&self->w_out[0][0], sizeof self->w_out / sizeof(float), 0.02f, &state);
    return self;
}

static void tiny_destroy(chore_policy_instance *self)
{
    free(self);
}

static int32_t tiny_negotiate(chore_policy_instance *self, const chore_policy_offer *offer,
                              chore_policy_request *request)
{
    static const char *const names[2] = {"proprio.joint_target", "proprio.eef_pos"};
    const chore_policy_mode *mode = chore_offer_mode(offer, "joint_delta");
    self->n_in = self->n_out = self->n_slots = 0;
    memset(self->open, 0, sizeof self->open);
    for (int i = 0; i < 2; i++) {
        const chore_policy_field *field = chore_offer_field(offer, names[i]);
        if (field == NULL || (self->n_in += chore_field_count(field)) > MOST_IN) {
            return fail(self, "a stream is not there, or wide");
        }
        self->streams[i] = *field;
        self->streams[i].struct_size = sizeof self->streams[i];
    }
    if (mode == NULL || mode->n_components > 4 || offer->max_batch > MOST_SLOTS || offer->max_horizon < HORIZON) {
        return fail(self, "no mode joint_delta, or more than it holds");
    }
    for (uint32_t i = 0; i < mode->n_components; i++) {
        self->components[i] = *CHORE_POLICY_AT(chore_policy_field, mode->components, i);
        self->components[i].struct_size = sizeof self->components[i];
        self->n_out += chore_field_count(&self->components[i]);
    }
    request->fields = self->streams;
    request->n_fields = 2;
    request->components = self->components;
    request->n_components = mode->n_components;
    request->mode = "joint_delta";
    request->rate_hz = offer->rates_hz[0];
    request->max_batch = strcmp(self->config, "single") == 0 ? 1 : offer->max_batch;
    request->horizon = HORIZON;
    request->execute = EXECUTE;
    request->caps = CHORE_CAP_DETERMINISTIC;
    if (strcmp(self->config, "selfish") != 0) {
        request->caps |= CHORE_CAP_BATCH_INVARIANT;
    }
    if (strcmp(self->config, "every") == 0) {
        request->caps |= CHORE_CAP_NEEDS_EVERY_OBS;
    }
    self->n_slots = offer->max_batch;
    return self->n_out <= MOST_OUT ? CHORE_POLICY_OK : fail(self, "the action is wide");
}

static int32_t tiny_reset(chore_policy_instance *self, uint32_t n, const chore_policy_episode *episodes)
{
    for (uint32_t i = 0; i < n; i++) {
        const chore_policy_episode *episode = CHORE_POLICY_AT(chore_policy_episode, episodes, i);
        uint64_t state = episode->seed;
        if (episode->slot >= self->n_slots) {
            return fail(self, "reset of a slot that was not negotiated");
        }
        self->open[episode->slot] = 1;
        draw_all(self->memory[episode->slot], HIDDEN, 0.5f, &state);
    }
    return CHORE_POLICY_OK;
}

/* One layer for the whole batch: next = tanh(w_in x + w_back memory). */
static void recur(chore_policy_instance *self, const chore_policy_batch *batch)
{
    const uint32_t first = chore_field_count(&self->streams[0]);
    for (uint32_t h = 0; h < HIDDEN; h++) {
        for (uint32_t k = 0; k < batch->n; k++) {
            const float *joints = chore_stream(batch, 0, k), *tool = chore_stream(batch, 1, k);
            float sum = 0;
            for (uint32_t i = 0; i < self->n_in; i++) {
                sum += self->w_in[h][i] * (i < first ? joints[i] : tool[i - first]);
            }
            for (uint32_t i = 0; i < HIDDEN; i++) {
                sum += self->w_back[h][i] * self->memory[batch->slot[k]][i];
            }
            self->next[k][h] = tanhf(sum);
        }
    }
    for (uint32_t k = 0; k < batch->n; k++) {
        memcpy(self->memory[batch->slot[k]], self->next[k], sizeof self->next[k]);
    }
}

static int32_t tiny_observe(chore_policy_instance *self, const chore_policy_batch *batch)
{
    for (uint32_t k = 0; k < batch->n; k++) {
        if (batch->slot[k] >= self->n_slots || !self->open[batch->slot[k]]) {
            return fail(self, "a slot that was not reset");
        }
    }
    recur(self, batch);
    return CHORE_POLICY_OK;
}

static int32_t tiny_act(chore_policy_instance *self, const chore_policy_batch *batch, chore_policy_actions *actions)
{
    const int32_t status = tiny_observe(self, batch);
    if (status != CHORE_POLICY_OK) {
        return status;
    }
    float mean = 0;
    for (uint32_t k = 0; k < batch->n && strcmp(self->config, "selfish") == 0; k++) {
        mean += self->next[k][0] / (float)batch->n;
    }
    for (uint32_t k = 0; k < batch->n; k++) {
        for (uint32_t row = 0; row < HORIZON; row++) {
            float *action = actions->data + ((size_t)k * HORIZON + row) * actions->dim;
            for (uint32_t o = 0; o < self->n_out; o++) {
                float sum = 0.01f * mean;
                for (uint32_t h = 0; h < HIDDEN; h++) {
                    sum += self->w_out[o][h] * self->next[k][(h + row) % HIDDEN];
                }
                action[o] = sum;
            }
        }
        actions->valid[k] = HORIZON;
    }
    return CHORE_POLICY_OK;
}

static const char *tiny_last_error(chore_policy_instance *self)
{
    return self->error;
}

CHORE_POLICY_EXPORT const chore_plugin *chore_policy_entry(uint32_t abi_major, uint32_t abi_minor)
{
    static const chore_plugin plugin = {
        .struct_size = sizeof plugin,
        .abi_major = CHORE_POLICY_ABI_MAJOR,
        .abi_minor = CHORE_POLICY_ABI_MINOR,
        .caps = CHORE_CAP_BATCH_INVARIANT | CHORE_CAP_DETERMINISTIC | CHORE_CAP_NEEDS_EVERY_OBS,
        .name = "tiny",
        .version = "1.0",
        .licence = "Apache-2.0",
        .create = tiny_create,
        .destroy = tiny_destroy,
        .negotiate = tiny_negotiate,
        .reset = tiny_reset,
        .act = tiny_act,
        .last_error = tiny_last_error,
        .observe = tiny_observe,
    };
    (void)abi_minor;
    return abi_major == CHORE_POLICY_ABI_MAJOR ? &plugin : NULL;
}
