/* Conversions between the representations of representations.inl: pure functions, chosen by name, never applied unless a request or a
   convention names them. Double precision inside, no state, no allocation. Any thread. */
#ifndef CHORE_CONVERT_H
#define CHORE_CONVERT_H
#include <chore/base.h>
#include <chore/policy.h>
#include <chore/text.h>
#ifdef __cplusplus
extern "C" {
#endif
#define CHORE_CONVERT_MAX 9 /* values of the largest representation */

typedef enum chore_repr_kind { CHORE_REPR_ROTATION, CHORE_REPR_OPENING, CHORE_REPR_PLANAR } chore_repr_kind;

typedef struct chore_representation {
    const char *name, *meaning;
    chore_repr_kind kind;
    int n; /* values */
} chore_representation;

int chore_representation_count(void);
const chore_representation *chore_representation_at(int index); /* in the table's order */
/* NULL: there is none of that name (which is no mistake: "m" and "rad" are not in the table). */
const chore_representation *chore_representation_find(const char *name);

/* Can `from` be turned into `to`? The way back may be closed (PLANAR). */
bool chore_convertible(const chore_representation *from, const chore_representation *to);
/* in[from->n] to out[to->n]; they may not overlap. `width_m`: the gripper's full width (OPENING). What is not a number stays so, in every value
   that depends on it. Rotations of no direction (a zero quaternion, two columns along one line) come out as zeros, which the world takes as
   "leave it as it is" and counts as clamped. Values beyond their range are extrapolated: bounds are for whoever clamps. */
void chore_convert(const chore_representation *from, const chore_representation *to, double width_m, const double *in, double *out);

/* The bounds of a representation's values; false when it has none (rotation vectors, angles, metres). */
bool chore_representation_bounds(const chore_representation *repr, double *lo, double *hi);

/* Names of all into which a field of this representation can be turned, blank-separated, appended; the field's own is not among them.
   `acting`: what an action may be written in instead. Nothing for a representation that is not in the table. */
void chore_convert_names(const char *repr, bool acting, chore_text *out);

#define CHORE_CONVERT_FIELD_MAX 32 /* values with bounds */
typedef struct chore_converted_field {
    chore_policy_field field; /* its bounds lie below: do not copy the struct */
    double lo[CHORE_CONVERT_FIELD_MAX], hi[CHORE_CONVERT_FIELD_MAX];
} chore_converted_field;
/* The offered field as it is when the conversion of that name is asked for: representation, shape and bounds are other ones. False when it is not
   among those that the field offers. */
bool chore_convert_field(const chore_policy_field *offered, const char *name, chore_converted_field *out);
/* Is the name in a blank-separated list (nullable)? */
bool chore_convert_listed(const char *list, const char *name);
#ifdef __cplusplus
}
#endif
#endif
