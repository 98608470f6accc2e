/* replay: sends the recorded actions that the host's extension chore.recorded_actions/1 hands out, step by
   step. It observes nothing. */
#include <chore/policy_extensions.h>
#include <chore/policy_walk.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_COMPONENTS 32

struct chore_policy_instance {
    const chore_ext_recorded_actions *recorded;
    chore_policy_field components[MAX_COMPONENTS];
    unsigned char *open; /* [n_slots] was reset since the last negotiate */
    uint32_t n_slots, reserved;
    char error[160];
};

static chore_policy_instance *replay_create(const chore_policy_host_table *host, const char *config,
                                            char *err, uint32_t err_cap)
{
    (void)config;
    const chore_ext_recorded_actions *recorded = host->extension(host->ctx, CHORE_EXT_RECORDED_ACTIONS);
    if (recorded == NULL) {
        (void)snprintf(err, err_cap,
                       "replay needs recorded actions (%s), which this program does not hand out",
                       CHORE_EXT_RECORDED_ACTIONS);
        return NULL;
    }
    chore_policy_instance *self = calloc(1, sizeof *self);
    if (self == NULL) {
        (void)snprintf(err, err_cap, "out of memory");
        return NULL;
    }
    self->recorded = recorded;
    return self;
}

static void replay_destroy(chore_policy_instance *self)
{
    free(self->open);
    free(self);
}

static int32_t replay_negotiate(chore_policy_instance *self, const chore_policy_offer *offer,
                                chore_policy_request *request)
{
    const chore_policy_mode *mode = chore_offer_mode(offer, self->recorded->mode);
    if (mode == NULL || mode->n_components > MAX_COMPONENTS) {
        (void)snprintf(self->error, sizeof self->error,
                       "the actions were recorded in mode \"%s\", which is not offered",
                       self->recorded->mode);
        return CHORE_POLICY_ERROR;
    }
    free(self->open);
    self->open = calloc(offer->max_batch, 1);
    self->n_slots = self->open != NULL ? offer->max_batch : 0;
    for (uint32_t i = 0; i < mode->n_components; i++) {
        self->components[i] = *CHORE_POLICY_AT(chore_policy_field, mode->components, i);
        self->components[i].struct_size = sizeof self->components[i];
    }
    request->components = self->components;
    request->n_components = mode->n_components;
    request->mode = self->recorded->mode;
    request->max_batch = offer->max_batch;
    request->rate_hz = offer->n_rates > 0 ? offer->rates_hz[0] : 0;
    request->horizon = request->execute = chore_rows_for_delay(offer);
    request->caps = CHORE_CAP_BATCH_INVARIANT | CHORE_CAP_DETERMINISTIC;
    return CHORE_POLICY_OK;
}

static int32_t replay_reset(chore_policy_instance *self, uint32_t n, const chore_policy_episode *episodes)
{
    for (uint32_t i = 0; i < n; i++) { /* the host knows which slot holds which recording */
        const uint32_t slot = CHORE_POLICY_AT(chore_policy_episode, episodes, i)->slot;
        if (slot >= self->n_slots) {
            (void)snprintf(self->error, sizeof self->error, "reset of a slot that was not negotiated");
            return CHORE_POLICY_ERROR;
        }
        self->open[slot] = 1;
    }
    return CHORE_POLICY_OK;
}

static int32_t replay_act_one(chore_policy_instance *self, uint32_t slot, uint64_t step, uint32_t dim,
                              float *action)
{
    uint32_t recorded_dim = 0;
    if (slot >= self->n_slots || !self->open[slot]) {
        (void)snprintf(self->error, sizeof self->error, "act before reset");
        return CHORE_POLICY_ERROR;
    }
    const float *recorded = self->recorded->action(self->recorded->ctx, slot, step, &recorded_dim);
    if (recorded == NULL) {
        (void)snprintf(self->error, sizeof self->error, "the recording ends before step %" PRIu64, step);
        return CHORE_POLICY_ERROR;
    }
    if (recorded_dim != dim) {
        (void)snprintf(self->error, sizeof self->error,
                       "the recorded actions have %" PRIu32 " values, the mode has %" PRIu32, recorded_dim,
                       dim);
        return CHORE_POLICY_ERROR;
    }
    memcpy(action, recorded, dim * sizeof *action);
    return CHORE_POLICY_OK;
}

/* What was said before the chunk's first step that something was said before. */
static void replay_say(chore_policy_instance *self, const chore_policy_batch *batch, uint32_t k,
                       chore_policy_actions *actions)
{
    const chore_ext_recorded_actions *recorded = self->recorded;
    char about[CHORE_POLICY_ABOUT_CAP];
    if (recorded->struct_size < sizeof *recorded || recorded->report == NULL) {
        return;
    }
    for (uint32_t row = 0; row < actions->valid[k]; row++) {
        const uint64_t step = chore_step_of_row(batch, k, row);
        const uint32_t report = recorded->report(recorded->ctx, batch->slot[k], step, about);
        if (report != CHORE_REPORT_NONE) {
            chore_say(actions, k, report, about);
            return;
        }
    }
}

static int32_t replay_act(chore_policy_instance *self, const chore_policy_batch *batch,
                          chore_policy_actions *actions)
{
    for (uint32_t k = 0; k < batch->n; k++) {
        int32_t status = CHORE_POLICY_OK;
        uint32_t row = 0;
        for (; row < actions->horizon && status == CHORE_POLICY_OK; row++) {
            status = replay_act_one(self, batch->slot[k], chore_step_of_row(batch, k, row), actions->dim,
                                    actions->data + ((size_t)k * actions->horizon + row) * actions->dim);
        }
        const int ends = status != CHORE_POLICY_OK; /* within the chunk: what there is of it still counts */
        actions->valid[k] = ends && row > 1 ? row - 1 : row;
        actions->status[k] = ends && row > 1 ? CHORE_POLICY_OK : status;
        replay_say(self, batch, k, actions);
    }
    return CHORE_POLICY_OK;
}

static const char *replay_last_error(chore_policy_instance *self)
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
        .name = "replay",
        .version = "1.0",
        .licence = "Apache-2.0",
        .create = replay_create,
        .destroy = replay_destroy,
        .negotiate = replay_negotiate,
        .reset = replay_reset,
        .act = replay_act,
        .last_error = replay_last_error,
    };
    (void)abi_minor;
    return abi_major == CHORE_POLICY_ABI_MAJOR ? &plugin : NULL;
}
