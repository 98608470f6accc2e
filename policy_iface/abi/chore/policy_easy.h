/* The usual policy in a few lines: name the streams and one action mode, write one function that turns an
   observation into an action. Everything below is static inline over policy.h: nothing to link. It asks for
   the first offered rate, chunks of one row, all slots, and a private, zeroed piece of memory per episode;
   for chunks of one's own, learning or saved state use policy.h itself.

   Where answers take time (the offer's delay_steps), the chunk has as many rows as pass meanwhile: act is called
   once for each, with the same streams, while step and seconds count on. Such a policy goes on blindly for as
   long as the next look takes.

       static const char *act(void *state, const chore_easy_step *now, float *action) { ... return NULL; }
       static const chore_easy_policy policy = {
           "name", "1.0", "Apache-2.0", "eef_delta", "proprio.eef_pos", sizeof(my_state), 0, act,
       };
       CHORE_EASY_ENTRY(policy) */
#ifndef CHORE_POLICY_EASY_H
#define CHORE_POLICY_EASY_H
#include <chore/policy_walk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __cplusplus
extern "C" {
#endif

#define CHORE_EASY_MAX_PARTS 32 /* streams, and components of the mode */
#define CHORE_EASY_NAME_CAP  64
#define CHORE_EASY_ERROR_CAP 256

/* A stream that was asked for, or a slice of the action. */
typedef struct chore_easy_part {
    char name[CHORE_EASY_NAME_CAP];
    char convert[CHORE_EASY_NAME_CAP]; /* what shall be done with a picture: "chw f32" */
    uint32_t count; /* values */
    uint32_t reserved;
} chore_easy_part;

/* One slot at one control step. */
typedef struct chore_easy_step {
    const void *const *stream;           /* this slot's data, in order: cast to const float * */
    const uint64_t *version;             /* of each stream: grows when a text changes; 0 for other streams */
    const chore_easy_part *streams;      /* names and sizes of the streams */
    const chore_easy_part *components;   /* names and sizes of the action's slices, in order */
    const char *config;                  /* what the user gave to this policy, or "" */
    uint64_t step;                       /* control steps since the episode began: 0 at the first call */
    uint64_t seed;                       /* of the episode: the only source of randomness */
    double seconds;                      /* simulated time since the episode began */
    uint32_t n_streams, n_components;
    uint32_t slot, dim;                  /* dim: floats in the action */
    chore_policy_actions *answer;        /* of this call, for chore_easy_say */
    uint32_t position, reserved;         /* of this slot in it */
} chore_easy_step;

/* Beside the action say CHORE_REPORT_DONE, _CANNOT or _HELP, and about what: chore_easy_say(now,
   CHORE_REPORT_CANNOT, "coffee machine"). Of a chunk the last word counts. */
static inline void chore_easy_say(const chore_easy_step *now, uint32_t report, const char *about)
{
    chore_say(now->answer, now->position, report, about);
}

/* Write `action` (dim floats, preset to zero). `state`: this episode's memory, zeroed when it began. Returns
   NULL, or why it gives up. */
typedef const char *(*chore_easy_act_fn)(void *state, const chore_easy_step *now, float *action);

typedef struct chore_easy_policy {
    const char *name, *version, *licence;
    const char *mode;         /* "eef_delta" */
    const char *streams;      /* "proprio.eef_pos instruction"; "name?": NULL when not offered; pictures:
                                 "cam.wrist@224x224", or with more words "cam.wrist@224x224,letterbox,chw,f32" */
    size_t state_size;        /* bytes of `state` */
    uint64_t caps;            /* CHORE_CAP_ beside BATCH_INVARIANT, DETERMINISTIC and MULTI_INSTANCE, claimed
                                 for all: act remembers in its state only, and draws from the seed only */
    chore_easy_act_fn act;
} chore_easy_policy;

struct chore_policy_instance {
    const chore_easy_policy *policy;
    char *config;
    uint32_t n_streams, n_components, n_slots, reserved;
    chore_easy_part streams[CHORE_EASY_MAX_PARTS], components[CHORE_EASY_MAX_PARTS];
    chore_policy_field fields[CHORE_EASY_MAX_PARTS];   /* what the request points to */
    chore_policy_field action[CHORE_EASY_MAX_PARTS];
    size_t stride;           /* bytes of one slot's state */
    unsigned char *states;   /* [n_slots][stride] */
    uint64_t *seeds;         /* [n_slots] */
    double period;           /* seconds of a control step */
    unsigned char *open;     /* [n_slots] was reset */
    char error[CHORE_EASY_ERROR_CAP];
};

static inline int32_t chore_easy_fail(chore_policy_instance *self, int32_t status, const char *why)
{
    (void)snprintf(self->error, sizeof self->error, "%s", why);
    return status;
}

static inline void chore_easy_close_slots(chore_policy_instance *self)
{
    free(self->states);
    free(self->seeds);
    free(self->open);
    self->states = NULL;
    self->seeds = NULL;
    self->open = NULL;
    self->n_slots = 0;
}

static inline int chore_easy_open_slots(chore_policy_instance *self, uint32_t n)
{
    chore_easy_close_slots(self);
    self->stride = (self->policy->state_size + 15u) / 16u * 16u;
    self->states = (unsigned char *)calloc(n, self->stride != 0 ? self->stride : 16u);
    self->seeds = (uint64_t *)calloc(n, sizeof *self->seeds);
    self->open = (unsigned char *)calloc(n, 1);
    if (self->states == NULL || self->seeds == NULL || self->open == NULL) {
        return 0;
    }
    self->n_slots = n;
    return 1;
}

static inline chore_policy_instance *chore_easy_create(const chore_easy_policy *policy, const char *config,
                                                       char *err, uint32_t err_cap)
{
    chore_policy_instance *self = (chore_policy_instance *)calloc(1, sizeof *self);
    char *copy = (char *)malloc(strlen(config) + 1);
    if (self == NULL || copy == NULL) {
        free(self);
        free(copy);
        (void)snprintf(err, err_cap, "out of memory");
        return NULL;
    }
    memcpy(copy, config, strlen(config) + 1);
    self->policy = policy;
    self->config = copy;
    return self;
}

static inline void chore_easy_destroy(chore_policy_instance *self)
{
    chore_easy_close_slots(self);
    free(self->config);
    free(self);
}

/* Take over an offered field. One that is not offered is asked for by its name all the same: the host's
   refusal says what was near. */
static inline void chore_easy_take(chore_policy_field *field, chore_easy_part *part,
                                   const chore_policy_field *offered, uint32_t flags)
{
    size_t size = sizeof *field;
    memset(field, 0, sizeof *field);
    if (offered != NULL) {
        if (offered->struct_size < size) {
            size = offered->struct_size;
        }
        memcpy(field, offered, size);
        (void)snprintf(part->name, sizeof part->name, "%s", offered->name);
        part->count = chore_field_count(offered);
    }
    field->struct_size = (uint32_t)sizeof *field;
    field->name = part->name;
    field->convert = NULL;
    field->flags = flags;
}

/* A picture: `how` is "224x224,letterbox,chw,f32"; the largest centred part unless it names another fit. */
static inline int chore_easy_take_image(chore_policy_field *field, chore_easy_part *part,
                                        const chore_policy_field *offered, const char *how)
{
    static const char *const fits[] = {"native", "stretch", "letterbox", "centre_crop"};
    uint32_t fit = CHORE_FIT_CENTRE_CROP, i;
    unsigned width, height;
    int used = 0;
    if (sscanf(how, "%ux%u%n", &width, &height, &used) != 2) {
        return 0;
    }
    for (how += used; *how == ','; how += used) {
        const size_t had = strlen(part->convert);
        int known = 0;
        used = (int)strcspn(++how, ",");
        for (i = 0; i < 4; i++) {
            if (strlen(fits[i]) == (size_t)used && memcmp(fits[i], how, (size_t)used) == 0) {
                fit = i;
                known = 1;
            }
        }
        if (!known) {
            (void)snprintf(part->convert + had, sizeof part->convert - had, "%s%.*s", had > 0 ? " " : "", used, how);
        }
    }
    if (offered != NULL) {
        chore_ask_image(field, offered, width, height, fit, part->convert);
        field->name = part->name;
        part->count = chore_field_count(field);
    }
    return *how == '\0';
}

static inline int chore_easy_take_streams(chore_policy_instance *self, const chore_policy_offer *offer)
{
    const char *rest = self->policy->streams != NULL ? self->policy->streams : "";
    self->n_streams = 0;
    for (;;) {
        size_t len;
        uint32_t flags;
        chore_easy_part *part;
        chore_policy_field *field;
        const chore_policy_field *offered;
        char *how;
        rest += strspn(rest, " ");
        len = strcspn(rest, " ");
        if (len == 0) {
            return 1;
        }
        if (self->n_streams == CHORE_EASY_MAX_PARTS || len >= CHORE_EASY_NAME_CAP) {
            return 0;
        }
        part = &self->streams[self->n_streams];
        flags = rest[len - 1] == '?' ? CHORE_FLAG_OPTIONAL : 0;
        memset(part, 0, sizeof *part);
        memcpy(part->name, rest, flags != 0 ? len - 1 : len);
        how = strchr(part->name, '@');
        if (how != NULL) {
            *how++ = '\0';
        }
        field = &self->fields[self->n_streams++];
        offered = chore_offer_field(offer, part->name);
        chore_easy_take(field, part, offered, flags);
        if (how != NULL && !chore_easy_take_image(field, part, offered, how)) {
            return 0;
        }
        field->flags = flags;
        rest += len;
    }
}

static inline int32_t chore_easy_negotiate(chore_policy_instance *self, const chore_policy_offer *offer,
                                           chore_policy_request *request)
{
    const chore_policy_mode *mode = chore_offer_mode(offer, self->policy->mode);
    uint32_t i;
    if (!chore_easy_take_streams(self, offer) ||
        (mode != NULL && mode->n_components > CHORE_EASY_MAX_PARTS)) {
        return chore_easy_fail(self, CHORE_POLICY_ERROR,
                               "more streams or components than policy_easy.h holds, or a picture's size not as 224x224");
    }
    self->n_components = mode != NULL ? mode->n_components : 0;
    for (i = 0; i < self->n_components; i++) {
        chore_easy_take(&self->action[i], &self->components[i],
                        CHORE_POLICY_AT(chore_policy_field, mode->components, i), 0);
    }
    if (!chore_easy_open_slots(self, offer->max_batch)) {
        return chore_easy_fail(self, CHORE_POLICY_FATAL, "out of memory");
    }
    request->n_fields = self->n_streams;
    request->fields = self->fields;
    request->n_components = self->n_components;
    request->components = self->action;
    request->mode = self->policy->mode;
    request->max_batch = offer->max_batch;
    request->rate_hz = offer->n_rates > 0 ? offer->rates_hz[0] : 0;
    request->horizon = request->execute = chore_rows_for_delay(offer);
    request->caps = CHORE_CAP_BATCH_INVARIANT | CHORE_CAP_DETERMINISTIC | self->policy->caps;
    self->period = request->rate_hz > 0 ? 1 / request->rate_hz : 0;
    return CHORE_POLICY_OK;
}

static inline int32_t chore_easy_reset(chore_policy_instance *self, uint32_t n,
                                       const chore_policy_episode *episodes)
{
    uint32_t i;
    for (i = 0; i < n; i++) {
        const chore_policy_episode *episode = CHORE_POLICY_AT(chore_policy_episode, episodes, i);
        if (episode->slot >= self->n_slots) {
            return chore_easy_fail(self, CHORE_POLICY_ERROR, "reset of a slot that was not negotiated");
        }
        memset(self->states + (size_t)episode->slot * self->stride, 0, self->stride);
        self->seeds[episode->slot] = episode->seed;
        self->open[episode->slot] = 1;
    }
    return CHORE_POLICY_OK;
}

static inline void chore_easy_act_one(chore_policy_instance *self, const chore_policy_batch *batch,
                                      uint32_t k, chore_policy_actions *actions)
{
    const void *stream[CHORE_EASY_MAX_PARTS];
    uint64_t version[CHORE_EASY_MAX_PARTS];
    float *action = actions->data + (size_t)k * actions->horizon * actions->dim;
    const uint32_t slot = batch->slot[k];
    const char *reason = "the slot was not reset";
    chore_easy_step now;
    uint32_t i, rows = batch->delay != NULL ? batch->delay[k] : 1;
    rows = rows < 1 ? 1 : rows > actions->horizon ? actions->horizon : rows;
    if (slot < self->n_slots && self->open[slot]) {
        for (i = 0; i < self->n_streams; i++) {
            stream[i] = chore_stream(batch, i, k);
            version[i] = batch->version != NULL && batch->version[i] != NULL ? batch->version[i][slot] : 0;
        }
        memset(&now, 0, sizeof now);
        now.stream = stream;
        now.version = version;
        now.streams = self->streams;
        now.components = self->components;
        now.config = self->config;
        now.step = batch->step[k];
        now.seed = self->seeds[slot];
        now.seconds = batch->sim_time[k];
        now.n_streams = self->n_streams;
        now.n_components = self->n_components;
        now.slot = slot;
        now.dim = actions->dim;
        now.answer = actions;
        now.position = k;
        memset(action, 0, (size_t)rows * actions->dim * sizeof *action);
        reason = self->policy->act(self->states + (size_t)slot * self->stride, &now, action);
        for (i = 1; i < rows && reason == NULL; i++) {
            now.step = batch->step[k] + i;
            now.seconds = batch->sim_time[k] + i * self->period;
            action += actions->dim;
            reason = self->policy->act(self->states + (size_t)slot * self->stride, &now, action);
        }
    }
    actions->valid[k] = rows;
    actions->status[k] = reason == NULL ? CHORE_POLICY_OK : CHORE_POLICY_ERROR;
    if (reason != NULL && self->error[0] == '\0') { /* of several the first is told */
        (void)chore_easy_fail(self, CHORE_POLICY_ERROR, reason);
    }
}

static inline int32_t chore_easy_act(chore_policy_instance *self, const chore_policy_batch *batch,
                                     chore_policy_actions *actions)
{
    uint32_t k;
    self->error[0] = '\0';
    for (k = 0; k < batch->n; k++) {
        chore_easy_act_one(self, batch, k, actions);
    }
    return CHORE_POLICY_OK;
}

static inline const char *chore_easy_last_error(chore_policy_instance *self)
{
    return self->error;
}

static inline void chore_easy_describe(const chore_easy_policy *policy, chore_plugin *plugin)
{
    memset(plugin, 0, sizeof *plugin);
    plugin->struct_size = (uint32_t)sizeof *plugin;
    plugin->abi_major = CHORE_POLICY_ABI_MAJOR;
    plugin->abi_minor = CHORE_POLICY_ABI_MINOR;
    plugin->caps =
        CHORE_CAP_BATCH_INVARIANT | CHORE_CAP_DETERMINISTIC | CHORE_CAP_MULTI_INSTANCE | policy->caps;
    plugin->name = policy->name;
    plugin->version = policy->version;
    plugin->licence = policy->licence;
    plugin->destroy = chore_easy_destroy;
    plugin->negotiate = chore_easy_negotiate;
    plugin->reset = chore_easy_reset;
    plugin->act = chore_easy_act;
    plugin->last_error = chore_easy_last_error;
}

#ifdef __cplusplus
}
#define CHORE_EASY_LINKAGE extern "C"
#else
#define CHORE_EASY_LINKAGE
#endif

/* The entry symbol for a `static const chore_easy_policy`. No semicolon behind it. */
#define CHORE_EASY_ENTRY(easy_policy)                                                                      \
    static chore_policy_instance *chore_easy_entry_create(const chore_policy_host_table *host,             \
                                                          const char *config, char *err, uint32_t err_cap) \
    {                                                                                                      \
        (void)host;                                                                                        \
        return chore_easy_create(&(easy_policy), config, err, err_cap);                                    \
    }                                                                                                      \
    CHORE_EASY_LINKAGE CHORE_POLICY_EXPORT const chore_plugin *chore_policy_entry(uint32_t abi_major,      \
                                                                                  uint32_t abi_minor)      \
    {                                                                                                      \
        static chore_plugin plugin;                                                                        \
        (void)abi_minor;                                                                                   \
        if (plugin.struct_size == 0) {                                                                     \
            chore_easy_describe(&(easy_policy), &plugin);                                                  \
            plugin.create = chore_easy_entry_create;                                                       \
        }                                                                                                  \
        return abi_major == CHORE_POLICY_ABI_MAJOR ? &plugin : NULL;                                       \
    }

#endif
