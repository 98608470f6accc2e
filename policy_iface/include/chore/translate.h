/* Between what a robot's world offers and what a policy asks for: nothing, conversions that the request names (chore_policy_field.convert), or
   the streams and the mode of a convention. What was asked for is done, and told; nothing else is.

   Native memory is as the native offer describes it: per stream float32 in C order, per action the components of the native mode one after the
   other. One thread; create and accept allocate, the rest does not. */
#ifndef CHORE_TRANSLATE_H
#define CHORE_TRANSLATE_H
#include <chore/convention.h>
#include <chore/policy.h>
#include <chore/text.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_translation chore_translation;

/* The native offer stays the caller's and must live as long. `convention` is nullable and borrowed for the call. CHORE_E_USAGE when the convention
   speaks of what this robot does not have: at its place in the file, with the nearest name. */
chore_status chore_translation_create(chore_translation **out, const chore_policy_offer *native, const chore_convention *convention,
                                      chore_error *err);
void chore_translation_destroy(chore_translation *t); /* NULL is fine */

/* To be offered instead of the native one: a convention's streams and mode come first, then all native ones, with what each can be turned into. */
const chore_policy_offer *chore_translation_offer(chore_translation *t);

/* Take a request that was compared with that offer (chore_policy_negotiate does). */
void chore_translation_accept(chore_translation *t, const chore_policy_request *request);

/* ---- of the accepted request ------------------------------------------------------------------------------ */

const char *chore_translation_mode(const chore_translation *t); /* native: what the world is set to */
/* The convention's name; "" when the translation has none. Not only of a request. */
const char *chore_translation_convention(const chore_translation *t);
uint32_t chore_translation_dim(const chore_translation *t);     /* floats of an action as the policy writes it */
/* Is stream k of the request made here? Otherwise plain says which stream of the native offer it is; -1: none (an optional one). */
bool chore_translation_translated(const chore_translation *t, uint32_t k);
int chore_translation_plain(const chore_translation *t, uint32_t k);
/* Must this native stream be at hand for observe, or for act? */
bool chore_translation_reads(const chore_translation *t, uint32_t native_field);
bool chore_translation_acts_on(const chore_translation *t, uint32_t native_field);
/* Are actions as the policy writes them native ones? Then act need not be called. */
bool chore_translation_acts_plain(const chore_translation *t);

/* Fill stream k. `native`: [n_fields of the native offer], those that are read. */
void chore_translation_observe(const chore_translation *t, uint32_t k, const float *const *native, float *out);
/* An action. `out` comes in as the action that holds the robot where it is, and keeps of it what the policy does not speak of. Returns how many
   values were clamped to the offered bounds; what the world clamps after it is not counted here. */
int chore_translation_act(const chore_translation *t, const float *const *native, const float *action, float *out);

/* The way back, for a harness that acts in the policy's place: the action, as the policy would write it, that comes to the native one; values of no effect
   are 0. And which of its values are steps, so that 0 holds: `native` says it of the native action's values. out[chore_translation_dim]. */
void chore_translation_hold(const chore_translation *t, const float *const *native, const float *native_action, float *out);
void chore_translation_relative(const chore_translation *t, const bool *native, bool *out);

/* What is converted, a line each: "proprio.eef_quat: quat_wxyz -> rot6d_cols". Line `index`, or NULL after the last. */
const char *chore_translation_line(const chore_translation *t, int index);
#ifdef __cplusplus
}
#endif
#endif
