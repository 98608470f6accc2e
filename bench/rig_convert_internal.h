/* Between the worlds of a rig and its policy: native streams where a conversion reads them, actions on their way to the world. */
#ifndef CHORE_RIG_CONVERT_INTERNAL_H
#define CHORE_RIG_CONVERT_INTERNAL_H
#include <chore/convention.h>
#include <chore/rig.h>

typedef struct chorei_converter {
    chore_translation *translation;
    const chore_policy_offer *offer; /* native */
    const int *origin;               /* of each of its streams: a chore_obs_id, or something that no conversion reads */
    float **native;                  /* [offer->n_fields] of one slot: what was read last; NULL: not needed */
    float action[CHORE_MAX_COMPONENTS * CHORE_MAX_DOF];
    int64_t clamped[CHORE_RIG_SLOTS];
} chorei_converter;

/* offer and origin stay the caller's. Closes what was open. CHORE_E_USAGE when the convention (nullable) does not fit the robot. */
chore_status chorei_converter_open(chorei_converter *s, const chore_policy_offer *offer, const int *origin, const chore_convention *convention,
                               chore_error *err);
void chorei_converter_close(chorei_converter *s);
/* Take the request; true when a conversion reads a privileged stream. */
bool chorei_converter_accept(chorei_converter *s, const chore_policy_request *request);

/* Read what streams are made of, then make them (chore_translation_observe with s->native). */
void chorei_converter_look(chorei_converter *s, const chore_world *world);
/* The action as the world takes it: the pointer itself when nothing is converted, else memory of s. */
const float *chorei_converter_action(chorei_converter *s, int slot, const chore_world *world, const float *action);
void chorei_converter_hold(chorei_converter *s, const chore_world *world, float *out);
void chorei_converter_relative(const chorei_converter *s, const chore_world *world, bool *out);
#endif
