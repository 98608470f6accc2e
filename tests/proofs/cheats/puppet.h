/* A cheat that lets another policy do the work and spoils one thing: the plug-in whose path is the configuration is
   loaded behind it and gets every call. One slot. */
#ifndef CHORE_TEST_PUPPET_H
#define CHORE_TEST_PUPPET_H
#include <chore/policy_walk.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PUPPET_FIELDS_CAP 32

struct chore_policy_instance {
    const chore_plugin *plugin;
    chore_policy_instance *inner;
    uint32_t n_fields, dim;
    char fields[PUPPET_FIELDS_CAP][64];
    void *memory; /* the cheat's own, zeroed at every reset */
};

/* What a cheat brings, nullable. see: change what the policy will read. change: the action that it gave. say: what it reports. */
typedef struct puppet {
    const char *name;
    size_t memory_size;
    void (*see)(chore_policy_instance *self, chore_policy_batch *batch, const void **stream,
                uint64_t *stride);
    void (*change)(chore_policy_instance *self, const chore_policy_batch *batch, float *action);
    void (*say)(chore_policy_instance *self, const chore_policy_batch *batch, chore_policy_actions *actions);
} puppet;
static const puppet cheat; /* the file that includes this defines it */

/* The index of a stream that the policy asked for; PUPPET_FIELDS_CAP: it did not. */
static inline uint32_t puppet_field(const chore_policy_instance *self, const char *name)
{
    uint32_t i = 0;
    while (i < self->n_fields && strcmp(self->fields[i], name) != 0) {
        i++;
    }
    return i < self->n_fields ? i : PUPPET_FIELDS_CAP;
}

/* Of an action in eef_pose: the width of the hand that the oracle works with, and what its pads feel. One arm; or two on a base that drives. */
enum { PUPPET_MOBILE_DIM = 20, PUPPET_MOBILE_WIDTH = 15 };

static inline uint32_t puppet_width(const chore_policy_instance *self)
{
    return self->dim == PUPPET_MOBILE_DIM ? PUPPET_MOBILE_WIDTH : self->dim - 1;
}

static inline int puppet_holds(const chore_policy_instance *self, const chore_policy_batch *batch, float newton)
{
    const uint32_t field = puppet_field(self, "proprio.touch"), hand = self->dim == PUPPET_MOBILE_DIM ? 2 : 0;
    const float *touch = field < PUPPET_FIELDS_CAP ? batch->stream[field] : NULL;
    return touch && touch[hand] > newton && touch[hand + 1] > newton;
}

static void puppet_destroy(chore_policy_instance *self)
{
    self->plugin->destroy(self->inner);
    free(self->memory);
    free(self);
}

static chore_policy_instance *puppet_create(const chore_policy_host_table *host, const char *config,
                                            char *err, uint32_t err_cap)
{
    chore_policy_entry_fn entry;
    void *library = dlopen(config, RTLD_NOW | RTLD_LOCAL),
         *symbol = library ? dlsym(library, "chore_policy_entry") : NULL;
    chore_policy_instance *self = calloc(1, sizeof *self);
    void *memory = calloc(1, cheat.memory_size);
    memcpy(&entry, &symbol, sizeof entry);
    if (symbol && self && memory) {
        self->memory = memory;
        self->plugin = entry(CHORE_POLICY_ABI_MAJOR, CHORE_POLICY_ABI_MINOR);
        self->inner = self->plugin ? self->plugin->create(host, "", err, err_cap) : NULL;
        if (self->inner) {
            return self;
        }
    }
    snprintf(err, err_cap, "the configuration must be the path of the policy to spoil: %s",
             library ? "no policy" : dlerror());
    free(memory);
    free(self);
    return NULL;
}

static int32_t puppet_negotiate(chore_policy_instance *self, const chore_policy_offer *offer,
                                chore_policy_request *request)
{
    int32_t status = self->plugin->negotiate(self->inner, offer, request);
    request->max_batch = 1;
    self->n_fields = request->n_fields < PUPPET_FIELDS_CAP ? request->n_fields : PUPPET_FIELDS_CAP;
    for (uint32_t i = 0; i < self->n_fields; i++) {
        snprintf(self->fields[i], sizeof self->fields[i], "%s",
                 CHORE_POLICY_AT(chore_policy_field, request->fields, i)->name);
    }
    return status;
}

static int32_t puppet_reset(chore_policy_instance *self, uint32_t n,
                            const chore_policy_episode *episodes)
{
    memset(self->memory, 0, cheat.memory_size);
    return self->plugin->reset(self->inner, n, episodes);
}

static int32_t puppet_act(chore_policy_instance *self, const chore_policy_batch *batch,
                          chore_policy_actions *actions)
{
    const void *stream[PUPPET_FIELDS_CAP];
    uint64_t stride[PUPPET_FIELDS_CAP];
    chore_policy_batch seen = *batch;
    memcpy(stream, batch->stream, self->n_fields * sizeof *stream);
    memcpy(stride, batch->stride, self->n_fields * sizeof *stride);
    seen.stream = stream;
    seen.stride = stride;
    if (cheat.see) {
        cheat.see(self, &seen, stream, stride);
    }
    int32_t status = self->plugin->act(self->inner, &seen, actions);
    self->dim = actions->dim;
    if (status == CHORE_POLICY_OK && cheat.change) {
        cheat.change(self, batch, actions->data);
    }
    if (status == CHORE_POLICY_OK && cheat.say) {
        cheat.say(self, batch, actions);
    }
    return status;
}

static const char *puppet_last_error(chore_policy_instance *self)
{
    return self->plugin->last_error(self->inner);
}

CHORE_POLICY_EXPORT const chore_plugin *chore_policy_entry(uint32_t abi_major, uint32_t abi_minor)
{
    static chore_plugin plugin;
    (void)abi_minor;
    plugin.struct_size = sizeof plugin;
    plugin.abi_major = CHORE_POLICY_ABI_MAJOR;
    plugin.abi_minor = CHORE_POLICY_ABI_MINOR;
    plugin.caps = CHORE_CAP_BATCH_INVARIANT | CHORE_CAP_DETERMINISTIC | CHORE_CAP_MULTI_INSTANCE;
    plugin.name = cheat.name;
    plugin.version = "1.0";
    plugin.licence = "Apache-2.0";
    plugin.create = puppet_create;
    plugin.destroy = puppet_destroy;
    plugin.negotiate = puppet_negotiate;
    plugin.reset = puppet_reset;
    plugin.act = puppet_act;
    plugin.last_error = puppet_last_error;
    return abi_major == CHORE_POLICY_ABI_MAJOR ? &plugin : NULL;
}
#endif
