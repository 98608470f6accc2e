/* The offer as a life shows it: the stage's, copied into rooms of its own, poorer or with longer structs. */
#include "life_internal.h"
#include <stdio.h>
#include <string.h>

static const double none_hz = 0;

/* The tail of a struct that has grown holds what no reader of 1.0 may take for a member. */
static void put_struct(void *to, const void *from, size_t size, uint32_t tail)
{
    const uint32_t grown = (uint32_t)size + tail;
    memcpy(to, from, size);
    memcpy(to, &grown, sizeof grown); /* struct_size comes first in all of them */
    memset((char *)to + size, 0xa5, tail);
}

static const char *put_text(const char *text, const char *what)
{
    if (text == NULL) {
        return NULL;
    }
    char *room = chore_room(strlen(text) + 1, "%s", what);
    memcpy(room, text, strlen(text) + 1);
    chore_room_seal(room);
    return room;
}

static const double *put_bounds(const double *bounds, const chore_policy_field *field)
{
    const size_t bytes = chore_host_field_count(field) * sizeof *bounds;
    if (bounds == NULL) {
        return NULL;
    }
    double *room = chore_room(bytes, "the bounds of \"%.60s\" in the offer", field->name);
    memcpy(room, bounds, bytes);
    chore_room_seal(room);
    return room;
}

static const chore_policy_field *put_fields(const life *l, const chore_policy_field *from,
                                            uint32_t n, const char *what, bool vision,
                                            uint32_t *kept)
{
    const size_t each = sizeof *from + l->tail;
    uint32_t wanted = 0;
    for (uint32_t i = 0; i < n; i++) {
        wanted += !(vision && (from[i].flags & CHORE_FLAG_PRIVILEGED));
    }
    unsigned char *room = chore_room(wanted * each, "%s", what);
    *kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (vision && (from[i].flags & CHORE_FLAG_PRIVILEGED)) {
            continue;
        }
        chore_policy_field field = from[i];
        field.name = put_text(from[i].name, "a name in the offer");
        field.repr = put_text(from[i].repr, "a representation in the offer");
        field.frame = put_text(from[i].frame, "a frame in the offer");
        field.convert = put_text(from[i].convert, "a list of conversions in the offer");
        field.lo = put_bounds(from[i].lo, &from[i]);
        field.hi = put_bounds(from[i].hi, &from[i]);
        put_struct(room + (*kept)++ * each, &field, sizeof field, l->tail);
    }
    chore_room_seal(room);
    return (const void *)room;
}

static const chore_policy_mode *put_modes(const life *l, const chore_policy_offer *from)
{
    const size_t each = sizeof(chore_policy_mode) + l->tail;
    unsigned char *room = chore_room(from->n_modes * each, "the offer's modes");
    for (uint32_t i = 0; i < from->n_modes; i++) {
        char what[96];
        chore_policy_mode mode = from->modes[i];
        snprintf(what, sizeof what, "the components of mode \"%.40s\" in the offer", mode.name);
        mode.components = put_fields(l, from->modes[i].components, mode.n_components, what, false,
                                     &mode.n_components);
        mode.name = put_text(from->modes[i].name, "a mode's name in the offer");
        put_struct(room + i * each, &mode, sizeof mode, l->tail);
    }
    chore_room_seal(room);
    return (const void *)room;
}

/* The numbers of the offer after the variant. */
static chore_policy_offer change(const life *l)
{
    chore_policy_offer offer = *l->offer;
    offer.max_batch = l->variant == VARIANT_ONE_SLOT ? 1 : CHORE_CHECK_SLOTS;
    offer.delay_steps = l->variant == VARIANT_DELAY ? 2 : 0;
    offer.learning = l->learning;
    offer.feedback_kinds = CHORE_FEEDBACK_BIT(CHORE_FEEDBACK_STEP_REWARD) |
                           CHORE_FEEDBACK_BIT(CHORE_FEEDBACK_OUTCOME) |
                           CHORE_FEEDBACK_BIT(CHORE_FEEDBACK_INTERVENTION) |
                           CHORE_FEEDBACK_BIT(CHORE_FEEDBACK_INSTRUCTION);
    if (l->variant == VARIANT_DELAY && offer.max_horizon < 8) {
        offer.max_horizon = 8;
    }
    if (l->variant == VARIANT_EMPTY) {
        offer.n_fields = offer.n_modes = offer.n_rates = 0;
    }
    offer.privileged_allowed =
        l->variant == VARIANT_VISION || l->variant == VARIANT_EMPTY ? 0 : offer.privileged_allowed;
    return offer;
}

const chore_policy_offer *chore_life_show(life *l)
{
    chore_policy_offer offer = change(l);
    l->shown = offer;
    offer.fields = put_fields(l, l->offer->fields, offer.n_fields, "the offer's fields",
                              l->variant == VARIANT_VISION, &offer.n_fields);
    offer.modes = put_modes(l, &offer);
    double *rates =
        chore_room((offer.n_rates > 0 ? offer.n_rates : 1) * sizeof *rates, "the offer's rates");
    memcpy(rates, offer.n_rates > 0 ? l->offer->rates_hz : &none_hz,
           (offer.n_rates > 0 ? offer.n_rates : 1) * sizeof *rates);
    chore_room_seal(rates);
    offer.rates_hz = rates;
    offer.embodiment = put_text(l->offer->embodiment, "the embodiment's name in the offer");
    void *room = chore_room(sizeof offer + l->tail, "the offer");
    put_struct(room, &offer, sizeof offer, l->tail);
    chore_room_seal(room);
    return room;
}
