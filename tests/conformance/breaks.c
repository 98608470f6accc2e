/* A policy that has every function of the interface and keeps every rule, and that breaks the one which its configuration
   names (breaks.inl). It moves by the mean of the joints that it saw, by a random number and by what it learned. */
#include "breaks.h"
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int breaks_instances;
static char way[64]; /* the first configuration: create is also tried with others */

int breaks(const char *name)
{
    return strcmp(way, name) == 0;
}

/* ---- life ------------------------------------------------------------------------------------------------- */

static void *spin(void *arg)
{
    const policy *self = arg;
    while (!atomic_load(&self->stop)) {}
    return NULL;
}

static void *stay(void *arg)
{
    while (pause() == -1) {}
    return arg;
}

static void *ask(void *arg)
{
    const policy *self = arg;
    (void)self->host->extension(self->host->ctx, "chore.nothing/1");
    return NULL;
}

static void on_signal(int number)
{
    (void)number;
}

static void misbehave_in_create(policy *self)
{
    static int left;
    pthread_t thread;
    if (breaks("handles_signals")) {
        signal(SIGTERM, on_signal);
    } else if (breaks("blocks_signals")) {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGUSR1);
        pthread_sigmask(SIG_BLOCK, &set, NULL);
    } else if (breaks("changes_folder")) {
        (void)!chdir("/usr");
    } else if (breaks("sets_variable")) {
        setenv("OMP_NUM_THREADS", "7", 1);
    } else if (breaks("sets_locale")) {
        setlocale(LC_ALL, "C.UTF-8");
    } else if (breaks("spins")) {
        self->has_thread = pthread_create(&self->thread, NULL, spin, self) == 0;
    } else if (breaks("leaves_a_thread") && !left) {
        left = pthread_create(&thread, NULL, stay, NULL) == 0;
    } else if (breaks("asks_from_a_thread") && pthread_create(&thread, NULL, ask, self) == 0) {
        pthread_join(thread, NULL);
    } else if (breaks("leaves_open")) {
        (void)!dup(STDERR_FILENO);
    }
}

static policy *create(const chore_policy_host_table *host, const char *config, char *err,
                      uint32_t err_cap)
{
    const char *reason = "this configuration is none that I know, and I have a lot to say about it";
    if (way[0] == '\0') {
        snprintf(way, sizeof way, "%s", config);
    }
    if (strncmp(config, "a configuration", 15) == 0) {
        if (breaks("err_overrun")) {
            strcpy(err, reason);
        } else if (!breaks("err_silent")) {
            snprintf(err, err_cap, "%s", reason);
        } else {
            err[0] = '\0';
        }
        return NULL;
    }
    policy *self = calloc(1, sizeof *self);
    if (self != NULL) {
        breaks_instances++;
        self->host = host;
        misbehave_in_create(self);
    }
    return self;
}

static void forget_slots(policy *self)
{
    if (!breaks("forgets_to_free")) {
        free(self->slots);
    }
    self->slots = NULL;
    self->n_slots = 0;
}

static void destroy(policy *self)
{
    atomic_store(&self->stop, 1);
    if (self->has_thread) {
        pthread_join(self->thread, NULL);
    }
    forget_slots(self);
    free(self->fields);
    free(self->history);
    free(self);
    breaks_instances--;
}

int32_t fail(policy *self, const char *why)
{
    snprintf(self->error, sizeof self->error, "%s", why);
    return CHORE_POLICY_ERROR;
}

static const char *last_error(policy *self)
{
    if (breaks("null_words") && self->error[0] == '\0') {
        return NULL;
    }
    return breaks("latin_words") ? "caf\xe9" : self->error;
}

/* ---- negotiation ------------------------------------------------------------------------------------------ */

static const chore_policy_field *find(const chore_policy_offer *offer, const char *name)
{
    for (uint32_t i = 0; breaks("walks_plainly") && i < offer->n_fields; i++) {
        if (offer->fields[i].name == NULL ||
            (uintptr_t)offer->fields[i].name > (uintptr_t)LONG_MAX) {
            return NULL; /* that is no name */
        }
        if (offer->fields[i].struct_size == offer->fields[0].struct_size &&
            strcmp(offer->fields[i].name, name) == 0) {
            return &offer->fields[i];
        }
    }
    return breaks("walks_plainly") ? NULL : chore_offer_field(offer, name);
}

/* Into memory of ours: what the offer holds is borrowed. */
static void take(policy *self, uint32_t flags, const char *name, const chore_policy_field *offered)
{
    chore_policy_field *field = &self->fields[self->n_fields];
    memset(field, 0, sizeof *field);
    if (offered != NULL) {
        memcpy(field, offered, sizeof *field);
        snprintf(self->words[self->n_fields][0], WORD, "%s", offered->repr);
        snprintf(self->words[self->n_fields][1], WORD, "%s", offered->frame);
        field->repr = self->words[self->n_fields][0];
        field->frame = self->words[self->n_fields][1];
    }
    snprintf(self->words[self->n_fields][2], WORD, "%s", name);
    field->name = self->words[self->n_fields][2];
    field->struct_size = sizeof *field;
    field->flags = flags;
    field->convert = NULL;
    field->lo = field->hi = NULL;
    self->n_fields++;
}

static void take_all(policy *self, const chore_policy_offer *offer, const chore_policy_mode *mode)
{
    static const char *const names[STREAMS] = {"proprio.joint_pos", "instruction",
                                               "privileged.object_pose"};
    if (!breaks("adds_up")) {
        self->n_fields = 0;
    }
    self->first = self->n_fields;
    for (int i = 0; i < STREAMS; i++) {
        take(self, i == OBJECTS ? CHORE_FLAG_OPTIONAL : 0, names[i], find(offer, names[i]));
    }
    if (breaks("other_shape")) {
        self->fields[self->first].ndim = 1;
        self->fields[self->first].shape[0] = 9;
    }
    self->has_objects = find(offer, names[OBJECTS]) != NULL;
    self->dim = 0;
    for (uint32_t i = 0; i < mode->n_components; i++) {
        const chore_policy_field *part = CHORE_POLICY_AT(chore_policy_field, mode->components, i);
        take(self, 0, part->name, part);
        self->dim += chore_field_count(part);
    }
}

static int32_t negotiate(policy *self, const chore_policy_offer *offer,
                         chore_policy_request *request)
{
    const chore_policy_mode *mode = chore_offer_mode(offer, "eef_delta");
    if (!breaks("keeps_slots_open")) {
        forget_slots(self);
    }
    if (mode == NULL || offer->n_rates == 0 || offer->max_horizon < HORIZON) {
        return fail(self, "it moves in mode eef_delta, in chunks of three rows");
    }
    if (self->fields == NULL) {
        self->fields = calloc(MAX_FIELDS, sizeof *self->fields);
    }
    if (self->fields == NULL || mode->n_components + STREAMS + self->n_fields > MAX_FIELDS) {
        return fail(self, "too much is offered");
    }
    take_all(self, offer, mode);
    if (self->slots == NULL) {
        self->slots = calloc(offer->max_batch, sizeof *self->slots);
        self->n_slots = offer->max_batch;
    }
    self->learning = offer->learning;
    request->fields = self->fields + (breaks("adds_up") ? 0 : self->first);
    request->n_fields = (breaks("adds_up") ? self->first : 0) + STREAMS;
    request->components = self->fields + self->first + STREAMS;
    request->n_components = mode->n_components;
    request->mode = "eef_delta";
    request->max_batch = offer->max_batch;
    request->rate_hz = offer->rates_hz[0];
    request->horizon = HORIZON;
    request->execute = 2;
    request->caps = CHORE_CAP_BATCH_INVARIANT | CHORE_CAP_DETERMINISTIC |
                    CHORE_CAP_NEEDS_EVERY_OBS | CHORE_CAP_SAVES_EPISODE | CHORE_CAP_MULTI_INSTANCE;
    if (breaks("learner") || breaks("learns_anyway") || breaks("report_overrun") ||
        breaks("forgets_learned")) {
        request->caps |= CHORE_CAP_LEARNS;
    }
    return self->slots != NULL ? CHORE_POLICY_OK : fail(self, "out of memory");
}

/* ---- the table -------------------------------------------------------------------------------------------- */

const chore_plugin *chore_policy_entry(uint32_t abi_major, uint32_t abi_minor)
{
    static const chore_plugin plugin = {
        .struct_size = sizeof plugin,
        .abi_major = CHORE_POLICY_ABI_MAJOR,
        .abi_minor = CHORE_POLICY_ABI_MINOR,
        .caps = CHORE_CAP_BATCH_INVARIANT | CHORE_CAP_DETERMINISTIC | CHORE_CAP_NEEDS_EVERY_OBS |
                CHORE_CAP_SAVES_EPISODE | CHORE_CAP_MULTI_INSTANCE | CHORE_CAP_LEARNS,
        .name = "breaks",
        .version = "1.0",
        .licence = "Apache-2.0",
        .create = create,
        .destroy = destroy,
        .negotiate = negotiate,
        .reset = breaks_reset,
        .act = breaks_act,
        .last_error = last_error,
        .observe = breaks_observe,
        .feedback = breaks_feedback,
        .learn = breaks_learn,
        .save = breaks_save,
        .load = breaks_load,
        .cancel = breaks_cancel,
        .extension = breaks_extension,
    };
    (void)abi_minor;
    return abi_major == CHORE_POLICY_ABI_MAJOR ? &plugin : NULL;
}
