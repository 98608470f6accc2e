#include "rig_convert_internal.h"

#include <stdlib.h>

#include <chore/sense.h>

static void free_native(chorei_converter *s)
{
    for (uint32_t i = 0; s->native && i < s->offer->n_fields; i++) {
        free(s->native[i]);
    }
    free(s->native);
    s->native = NULL;
}

void chorei_converter_close(chorei_converter *s)
{
    free_native(s);
    chore_translation_destroy(s->translation);
    s->translation = NULL;
}

chore_status chorei_converter_open(chorei_converter *s, const chore_policy_offer *offer, const int *origin,
                               const chore_convention *convention, chore_error *err)
{
    chorei_converter_close(s);
    s->offer = offer;
    s->origin = origin;
    return chore_translation_create(&s->translation, offer, convention, err);
}

bool chorei_converter_accept(chorei_converter *s, const chore_policy_request *request)
{
    bool privileged = false;
    free_native(s);
    chore_translation_accept(s->translation, request);
    s->native = calloc((size_t)s->offer->n_fields + 1, sizeof *s->native);
    CHORE_ASSERT(s->native);
    for (uint32_t i = 0; i < s->offer->n_fields; i++) {
        const chore_policy_field *field = CHORE_POLICY_AT(chore_policy_field, s->offer->fields, i);
        if (chore_translation_reads(s->translation, i) ||
            chore_translation_acts_on(s->translation, i)) {
            size_t values = 1;
            for (uint32_t d = 0; d < field->ndim; d++) {
                values *= field->shape[d];
            }
            s->native[i] = calloc(values, sizeof(float));
            CHORE_ASSERT(s->native[i]);
            privileged |= (field->flags & CHORE_FLAG_PRIVILEGED) != 0;
        }
    }
    return privileged;
}

static void read_native(chorei_converter *s, const chore_world *world,
                        bool (*wanted)(const chore_translation *, uint32_t))
{
    for (uint32_t i = 0; i < s->offer->n_fields; i++) {
        if (s->native[i] && wanted(s->translation, i)) {
            chore_world_observe(world, (chore_obs_id)s->origin[i], s->native[i]);
        }
    }
}

void chorei_converter_look(chorei_converter *s, const chore_world *world)
{
    read_native(s, world, chore_translation_reads);
}

const float *chorei_converter_action(chorei_converter *s, int slot, const chore_world *world,
                                 const float *action)
{
    if (chore_translation_acts_plain(s->translation)) {
        return action;
    }
    chore_world_hold_action(world, s->action);
    read_native(s, world, chore_translation_acts_on);
    s->clamped[slot] +=
        chore_translation_act(s->translation, (const float *const *)s->native, action, s->action);
    return s->action;
}

void chorei_converter_hold(chorei_converter *s, const chore_world *world, float *out)
{
    if (chore_translation_acts_plain(s->translation)) {
        chore_world_hold_action(world, out);
        return;
    }
    chore_world_hold_action(world, s->action);
    read_native(s, world, chore_translation_acts_on);
    chore_translation_hold(s->translation, (const float *const *)s->native, s->action, out);
}

void chorei_converter_relative(const chorei_converter *s, const chore_world *world, bool *out)
{
    bool native[CHORE_MAX_COMPONENTS * CHORE_MAX_DOF];
    if (chore_translation_acts_plain(s->translation)) {
        chore_world_relative_values(world, out);
        return;
    }
    chore_world_relative_values(world, native);
    chore_translation_relative(s->translation, native, out);
}
