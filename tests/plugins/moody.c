/* A policy that behaves as its configuration says: "ok", or one way to go wrong. Streams: proprio.eef_pos;
   mode: eef_delta; 3 rows, 2 executed. */
#include <chore/policy_walk.h>
#include <fenv.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

struct chore_policy_instance {
    char mood[64];
    chore_policy_field turnable, streams[3], components[8];
    double bounds[8];
    const char *error;
    int acts;
    atomic_int cancelled;
};

static int is(const chore_policy_instance *self, const char *mood)
{
    return strcmp(self->mood, mood) == 0;
}

static int32_t fail(chore_policy_instance *self, int32_t status, const char *why)
{
    self->error = why;
    return status;
}

static chore_policy_instance *moody_create(const chore_policy_host_table *host, const char *config, char *err,
                                           uint32_t err_cap)
{
    if (strcmp(config, "create_fails") == 0) {
        (void)snprintf(err, err_cap, "the model file \"x.bin\"\nis not there");
        return NULL;
    }
    if (strcmp(config, "create_silent") == 0) {
        return NULL;
    }
    chore_policy_instance *self = calloc(1, sizeof *self);
    if (self != NULL) {
        (void)snprintf(self->mood, sizeof self->mood, "%s", config);
        self->error = "";
    }
    if (strcmp(config, "logs") == 0) {
        host->log(host->ctx, CHORE_POLICY_LOG_WARN, "hello\n");
    }
    return self;
}

static void moody_destroy(chore_policy_instance *self)
{
    free(self);
}

static void ask_wrongly(chore_policy_instance *self, chore_policy_request *request)
{
    if (is(self, "unknown_stream")) {
        self->streams[0].name = "proprio.eef_poss";
    } else if (is(self, "twice")) {
        self->streams[1] = self->streams[0];
        request->n_fields = 2;
    } else if (is(self, "optional")) {
        self->streams[1] = self->streams[0];
        self->streams[1].name = "cam.wrist";
        self->streams[1].flags = CHORE_FLAG_OPTIONAL;
        request->n_fields = 2;
    } else if (is(self, "shape")) {
        self->streams[0].shape[0] = 4;
    } else if (is(self, "fit")) {
        self->streams[0].fit = CHORE_FIT_LETTERBOX;
    } else if (is(self, "words")) {
        self->streams[0].frame = "world";
        self->streams[0].repr = "mm";
        self->streams[0].scale = 0.001;
        self->streams[0].dtype = CHORE_DTYPE_F64;
    } else if (is(self, "convert")) {
        self->streams[0].convert = "flip_xy";
    } else if (is(self, "turned") || is(self, "misturned") || is(self, "unturned")) { /* a field with conversions */
        const char *as = is(self, "turned") ? "rot6d_cols" : is(self, "misturned") ? "rot6d_columns" : NULL;
        self->streams[0] = self->turnable;
        self->streams[0].repr = "rot6d_cols";
        self->streams[0].shape[0] = 6;
        self->streams[0].convert = as;
    } else if (is(self, "resize")) {
        self->streams[0] = (chore_policy_field){.struct_size = sizeof self->streams[0],
                                                .kind = CHORE_FIELD_RGB,
                                                .dtype = CHORE_DTYPE_U8,
                                                .layout = CHORE_LAYOUT_HWC,
                                                .fit = CHORE_FIT_LETTERBOX,
                                                .ndim = 3,
                                                .shape = {64, 64, 3},
                                                .name = "cam.table",
                                                .repr = "srgb",
                                                .scale = 1};
    } else if (is(self, "oversize")) {
        self->streams[0] = (chore_policy_field){.struct_size = sizeof self->streams[0],
                                                .kind = CHORE_FIELD_RGB,
                                                .dtype = CHORE_DTYPE_U8,
                                                .layout = CHORE_LAYOUT_HWC,
                                                .fit = CHORE_FIT_STRETCH,
                                                .ndim = 3,
                                                .shape = {512, 512, 3},
                                                .name = "cam.table",
                                                .repr = "srgb",
                                                .scale = 1};
    } else if (is(self, "unknown_mode")) {
        request->mode = "eef_dleta";
    } else if (is(self, "component_order")) {
        const chore_policy_field first = self->components[0];
        self->components[0] = self->components[1];
        self->components[1] = first;
    } else if (is(self, "few_components")) {
        request->n_components = 1;
    } else if (is(self, "bounds")) {
        memcpy(self->bounds, self->components[0].hi, 3 * sizeof *self->bounds);
        self->bounds[1] = 0.5;
        self->components[0].hi = self->bounds;
    } else if (is(self, "rate")) {
        request->rate_hz = 25;
    } else if (is(self, "numbers")) {
        request->horizon = 1000;
        request->execute = 0;
        request->max_batch = 99;
        request->caps = CHORE_CAP_NEEDS_GPU;
    } else if (is(self, "null_fields")) {
        request->fields = NULL;
    }
}

static int32_t moody_negotiate(chore_policy_instance *self, const chore_policy_offer *offer,
                               chore_policy_request *request)
{
    const chore_policy_mode *mode = chore_offer_mode(offer, "eef_delta");
    if (is(self, "unsupported")) {
        return fail(self, CHORE_POLICY_UNSUPPORTED, "this policy drives two arms");
    }
    self->streams[0] =
        *chore_offer_field(offer, is(self, "privileged") ? "privileged.object_pose" : "proprio.eef_pos");
    self->turnable = *chore_offer_field(offer, "proprio.eef_quat");
    for (uint32_t i = 0; i < mode->n_components; i++) {
        self->components[i] = *CHORE_POLICY_AT(chore_policy_field, mode->components, i);
    }
    request->n_fields = 1;
    request->fields = self->streams;
    request->n_components = mode->n_components;
    request->components = self->components;
    request->mode = "eef_delta";
    request->max_batch = offer->max_batch;
    request->rate_hz = offer->rates_hz[0];
    request->horizon = 3;
    request->execute = 2;
    request->caps = is(self, "saves")                               ? CHORE_CAP_SAVES_EPISODE
                    : is(self, "learns") || is(self, "unteachable") ? CHORE_CAP_LEARNS
                                                                    : 0;
    ask_wrongly(self, request);
    return CHORE_POLICY_OK;
}

static int32_t moody_reset(chore_policy_instance *self, uint32_t n, const chore_policy_episode *episodes)
{
    (void)n, (void)episodes;
    return is(self, "reset_fails") ? fail(self, CHORE_POLICY_ERROR, "no weights for this instruction")
                                   : CHORE_POLICY_OK;
}

/* Row r of position k: every value is slot + 0.1 r. Counts all rows, whether written or not. */
static void moody_answer(const chore_policy_batch *batch, uint32_t k, chore_policy_actions *actions,
                         uint32_t written)
{
    float *rows = actions->data + (size_t)k * actions->horizon * actions->dim;
    for (uint32_t i = 0; i < written * actions->dim; i++) {
        rows[i] = (float)batch->slot[k] + 0.1f * (float)(i / actions->dim);
    }
    actions->valid[k] = actions->horizon;
}

static int32_t moody_act(chore_policy_instance *self, const chore_policy_batch *batch,
                         chore_policy_actions *actions)
{
    const uint32_t last = batch->n - 1;
    float *rows = actions->data + (size_t)last * actions->horizon * actions->dim;
    if (is(self, "act_discard")) {
        return fail(self, CHORE_POLICY_DISCARD, "not now");
    }
    if (is(self, "act_error")) {
        return fail(self, CHORE_POLICY_ERROR, "lost the server\x1b[31m");
    }
    if (is(self, "waits_once") && self->acts++ == 0) { /* for nothing but its own cancel */
        while (!atomic_load(&self->cancelled)) {}
        return fail(self, CHORE_POLICY_CANCELLED, "as you wish");
    }
    if (is(self, "act_fatal")) {
        return fail(self, CHORE_POLICY_FATAL, NULL);
    }
    if (is(self, "act_latin")) {
        return fail(self, CHORE_POLICY_ERROR, "Stra\xdf" "e, stra\xc3\x9f" "e, \xed\xa0\x80");
    }
    if (is(self, "act_odd")) {
        return fail(self, -42, "?");
    }
    for (uint32_t k = 0; k < batch->n; k++) {
        moody_answer(batch, k, actions, is(self, "lazy") ? 1 : actions->horizon);
    }
    if (is(self, "reports")) {
        chore_say(actions, last, CHORE_REPORT_CANNOT, "coffee machine");
    } else if (is(self, "rambles")) { /* no end, and no text either */
        memset(actions->about, 'x', (size_t)batch->n * CHORE_POLICY_ABOUT_CAP);
        memcpy(actions->about, "M\xfcller\n", 7);
        actions->report[0] = CHORE_REPORT_HELP;
    } else if (is(self, "mumbles")) {
        actions->report[last] = 4;
    } else if (is(self, "nan")) {
        rows[actions->dim + 6] = NAN;
    } else if (is(self, "inf")) {
        rows[0] = -INFINITY;
    } else if (is(self, "valid_0")) {
        actions->valid[last] = 0;
    } else if (is(self, "valid_99")) {
        actions->valid[last] = 99;
    } else if (is(self, "slot_fails")) {
        actions->status[last] = fail(self, CHORE_POLICY_ERROR, "cannot reach");
    } else if (is(self, "writes_one_row")) {
        for (uint32_t i = actions->dim; i < 3 * actions->dim; i++) {
            rows[i] = NAN;
        }
        actions->valid[last] = 1;
    } else if (is(self, "rounds_up")) {
        fesetround(FE_UPWARD);
    } else if (is(self, "warns")) {
        return fail(self, CHORE_POLICY_WARN, "slow");
    }
    return CHORE_POLICY_OK;
}

static void moody_cancel(chore_policy_instance *self)
{
    atomic_store(&self->cancelled, 1);
}

static const char *moody_last_error(chore_policy_instance *self)
{
    return self->error;
}

static int32_t moody_observe(chore_policy_instance *self, const chore_policy_batch *batch)
{
    (void)batch;
    return is(self, "observe_fails") ? fail(self, CHORE_POLICY_ERROR, "saw too much") : CHORE_POLICY_OK;
}

static int32_t moody_feedback(chore_policy_instance *self, uint32_t n, const chore_policy_event *events)
{
    return n == 1 && events[0].kind == CHORE_FEEDBACK_OUTCOME && events[0].success == 1
               ? CHORE_POLICY_OK
               : fail(self, CHORE_POLICY_ERROR, "bad news");
}

static int32_t moody_learn(chore_policy_instance *self, uint64_t budget_ns, char *report, uint32_t report_cap)
{
    (void)snprintf(report, report_cap, "learned for %d ms\n", (int)(budget_ns / 1000000));
    return is(self, "unteachable") ? fail(self, CHORE_POLICY_ERROR, "no gradient") : CHORE_POLICY_OK;
}

static int32_t moody_save(chore_policy_instance *self, uint32_t scope, uint32_t slot, chore_policy_io io,
                          void *ctx)
{
    uint64_t word = 100 * scope + slot;
    return io(ctx, &word, sizeof word) == (int64_t)sizeof word
               ? CHORE_POLICY_OK
               : fail(self, CHORE_POLICY_ERROR, "cannot write");
}

const chore_plugin *chore_policy_entry(uint32_t abi_major, uint32_t abi_minor)
{
    static const chore_plugin plugin = {
        .struct_size = sizeof plugin,
        .abi_major = CHORE_POLICY_ABI_MAJOR,
        .abi_minor = CHORE_POLICY_ABI_MINOR,
        .caps = CHORE_CAP_MULTI_INSTANCE | CHORE_CAP_SAVES_EPISODE | CHORE_CAP_LEARNS,
        .name = "moody",
        .version = "2.1",
        .licence = "Apache-2.0",
        .create = moody_create,
        .destroy = moody_destroy,
        .negotiate = moody_negotiate,
        .reset = moody_reset,
        .act = moody_act,
        .cancel = moody_cancel,
        .last_error = moody_last_error,
        .observe = moody_observe,
        .feedback = moody_feedback,
        .learn = moody_learn,
        .save = moody_save,
    };
    (void)abi_minor;
    return abi_major == CHORE_POLICY_ABI_MAJOR ? &plugin : NULL;
}
