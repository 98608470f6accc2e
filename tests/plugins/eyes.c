/* A policy that only looks: asks for pictures as its configuration says, waves its arms a little so that they change, and at the
   end says how many it saw and what hash their bytes have. Configuration: "cam=wrist cam=front size=224x224 fit=centre_crop
   depth chw f32"; other words go into `convert`. */
#include <chore/policy_walk.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_STREAMS = 16, MAX_COMPONENTS = 8, MAX_SLOTS = 4, WORD = 64 };

struct chore_policy_instance {
    char cameras[MAX_STREAMS][WORD], words[256];
    uint32_t n_cameras, width, height, fit, depth;
    chore_policy_field streams[MAX_STREAMS], components[MAX_COMPONENTS];
    uint32_t n_streams, n_components;
    uint64_t frames[MAX_SLOTS], hash[MAX_SLOTS]; /* of the present episode in each slot */
    char error[128];
};

static uint64_t mix(uint64_t hash, const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ bytes[i]) * 1099511628211u; /* FNV-1a */
    }
    return hash;
}

static void read_word(chore_policy_instance *self, const char *word)
{
    static const char *const fits[] = {"native", "stretch", "letterbox", "centre_crop"};
    if (strncmp(word, "cam=", 4) == 0 && self->n_cameras < MAX_STREAMS / 2) {
        (void)snprintf(self->cameras[self->n_cameras++], WORD, "%.40s", word + 4);
    } else if (strncmp(word, "fit=", 4) == 0) {
        for (uint32_t i = 0; i < 4; i++) {
            self->fit = strcmp(word + 4, fits[i]) == 0 ? i : self->fit;
        }
    } else if (strcmp(word, "depth") == 0) {
        self->depth = 1;
    } else if (sscanf(word, "size=%ux%u", &self->width, &self->height) != 2) {
        const size_t used = strlen(self->words);
        (void)snprintf(self->words + used, sizeof self->words - used, "%s%s", used > 0 ? " " : "", word);
    }
}

static chore_policy_instance *eyes_create(const chore_policy_host_table *host, const char *config, char *err, uint32_t err_cap)
{
    chore_policy_instance *self = calloc(1, sizeof *self);
    char word[WORD];
    int used;
    if (self == NULL) {
        (void)snprintf(err, err_cap, "out of memory");
        return NULL;
    }
    (void)host;
    self->width = self->height = 224;
    self->fit = CHORE_FIT_CENTRE_CROP;
    for (const char *at = config; sscanf(at, " %63s%n", word, &used) == 1; at += used) {
        read_word(self, word);
    }
    return self;
}

static void eyes_destroy(chore_policy_instance *self)
{
    free(self);
}

static void ask(chore_policy_instance *self, const chore_policy_offer *offer, const char *name, const char *words)
{
    const chore_policy_field *offered = chore_offer_field(offer, name);
    chore_policy_field *field = &self->streams[self->n_streams++];
    if (offered != NULL) {
        chore_ask_image(field, offered, self->width, self->height, self->fit, words);
    } else {
        *field = (chore_policy_field){.struct_size = sizeof *field, .name = name};
    }
}

static int32_t eyes_negotiate(chore_policy_instance *self, const chore_policy_offer *offer, chore_policy_request *request)
{
    static char names[MAX_STREAMS][WORD];
    const chore_policy_mode *mode = chore_offer_mode(offer, "joint_delta");
    self->n_streams = 0;
    for (uint32_t i = 0; i < self->n_cameras; i++) {
        (void)snprintf(names[2 * i], WORD, "cam.%.40s", self->cameras[i]);
        (void)snprintf(names[2 * i + 1], WORD, "cam.%.40s.depth", self->cameras[i]);
        ask(self, offer, names[2 * i], self->words);
        if (self->depth) {
            ask(self, offer, names[2 * i + 1], "");
        }
    }
    for (uint32_t i = 0; i < mode->n_components && i < MAX_COMPONENTS; i++) {
        self->components[i] = *CHORE_POLICY_AT(chore_policy_field, mode->components, i);
        self->components[i].convert = NULL;
    }
    self->n_components = mode->n_components;
    request->n_fields = self->n_streams;
    request->fields = self->streams;
    request->n_components = mode->n_components;
    request->components = self->components;
    request->mode = mode->name;
    request->max_batch = offer->max_batch < MAX_SLOTS ? offer->max_batch : MAX_SLOTS;
    request->rate_hz = offer->rates_hz[0];
    request->horizon = 4;
    request->execute = 4; /* a look at every fourth step */
    request->caps = CHORE_CAP_BATCH_INVARIANT | CHORE_CAP_DETERMINISTIC;
    return CHORE_POLICY_OK;
}

static int32_t eyes_reset(chore_policy_instance *self, uint32_t n, const chore_policy_episode *episodes)
{
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t slot = CHORE_POLICY_AT(chore_policy_episode, episodes, k)->slot;
        self->frames[slot] = 0;
        self->hash[slot] = 14695981039346656037u;
    }
    return CHORE_POLICY_OK;
}

static void look(chore_policy_instance *self, const chore_policy_batch *batch, uint32_t k)
{
    const uint32_t slot = batch->slot[k];
    for (uint32_t f = 0; f < self->n_streams; f++) {
        const chore_policy_field *field = &self->streams[f];
        const size_t bytes = (size_t)chore_field_count(field) * (field->dtype == CHORE_DTYPE_F32 ? sizeof(float) : 1);
        self->hash[slot] = mix(self->hash[slot], chore_stream(batch, f, k), bytes);
        self->frames[slot]++;
    }
}

static void wave(const chore_policy_instance *self, uint64_t step, float *value)
{
    for (uint32_t c = 0; c < self->n_components; c++) {
        const size_t len = strlen(self->components[c].name);
        const int fingers = len > 8 && strcmp(self->components[c].name + len - 8, ".gripper") == 0;
        for (uint32_t i = 0; i < chore_field_count(&self->components[c]); i++) {
            *value++ = fingers ? 0.05f : 0.01f * sinf(0.15f * (float)step + (float)i);
        }
    }
}

static int32_t eyes_act(chore_policy_instance *self, const chore_policy_batch *batch, chore_policy_actions *actions)
{
    for (uint32_t k = 0; k < batch->n; k++) {
        look(self, batch, k);
        for (uint32_t row = 0; row < actions->horizon; row++) {
            wave(self, batch->step[k] + row, actions->data + (k * actions->horizon + row) * actions->dim);
        }
        actions->valid[k] = actions->horizon;
    }
    return CHORE_POLICY_OK;
}

static const char *eyes_last_error(chore_policy_instance *self)
{
    return self->error;
}

static int32_t eyes_feedback(chore_policy_instance *self, uint32_t n, const chore_policy_event *events)
{
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t slot = CHORE_POLICY_AT(chore_policy_event, events, k)->slot;
        (void)fprintf(stderr, "saw %llu pictures, %016llx\n", (unsigned long long)self->frames[slot], (unsigned long long)self->hash[slot]);
    }
    return CHORE_POLICY_OK;
}

const chore_plugin *chore_policy_entry(uint32_t abi_major, uint32_t abi_minor)
{
    static const chore_plugin plugin = {.struct_size = sizeof plugin,
                                        .abi_major = CHORE_POLICY_ABI_MAJOR,
                                        .abi_minor = CHORE_POLICY_ABI_MINOR,
                                        .caps = CHORE_CAP_BATCH_INVARIANT | CHORE_CAP_DETERMINISTIC,
                                        .name = "eyes",
                                        .version = "1.0",
                                        .licence = "Apache-2.0",
                                        .create = eyes_create,
                                        .destroy = eyes_destroy,
                                        .negotiate = eyes_negotiate,
                                        .reset = eyes_reset,
                                        .act = eyes_act,
                                        .last_error = eyes_last_error,
                                        .feedback = eyes_feedback};
    (void)abi_minor;
    return abi_major == CHORE_POLICY_ABI_MAJOR ? &plugin : NULL;
}
