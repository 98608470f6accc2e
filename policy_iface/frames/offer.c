/* An offer as JSON. */
#include "words.h"
#include <chore/policy_frames.h>
#include <chore/policy_walk.h>
#include <jansson.h>

static json_t *bits(const chorei_words *list, uint64_t set)
{
    json_t *out = json_array();
    for (uint32_t i = 0; i < list->n; i++) {
        if (set >> (i + list->first) & 1) {
            json_array_append_new(out, json_string(list->words[i]));
        }
    }
    return out;
}

/* Unbounded is null, for JSON has no infinity. */
static json_t *bounds(const double *values, uint32_t n)
{
    json_t *out = values != NULL ? json_array() : json_null();
    for (uint32_t i = 0; values != NULL && i < n; i++) {
        const bool bounded = values[i] > -1e300 && values[i] < 1e300;
        json_array_append_new(out, bounded ? json_real(values[i]) : json_null());
    }
    return out;
}

static json_t *field(const chore_policy_field *f)
{
    json_t *shape = json_array();
    for (uint32_t d = 0; d < f->ndim && d < 4; d++) {
        json_array_append_new(shape, json_integer(f->shape[d]));
    }
    json_t *out = json_pack("{s:s, s:s, s:s, s:o, s:s, s:s, s:o}", "name", f->name, "kind",
                            chorei_word(&chorei_kinds, f->kind), "dtype",
                            chorei_word(&chorei_dtypes, f->dtype), "shape", shape, "repr", f->repr,
                            "frame", f->frame, "flags", bits(&chorei_flags, f->flags));
    if (f->layout != CHORE_LAYOUT_NONE) {
        json_object_set_new(out, "layout", json_string(chorei_word(&chorei_layouts, f->layout)));
        json_object_set_new(out, "fit", json_string(chorei_word(&chorei_fits, f->fit)));
    }
    if (f->convert != NULL && f->convert[0] != '\0') {
        json_object_set_new(out, "convert", json_string(f->convert));
    }
    if (f->kind != CHORE_FIELD_TEXT) {
        json_object_set_new(out, "scale", json_real(f->scale));
        json_object_set_new(out, "lo", bounds(f->lo, chore_field_count(f)));
        json_object_set_new(out, "hi", bounds(f->hi, chore_field_count(f)));
    }
    return out;
}

static json_t *fields(const chore_policy_field *list, uint32_t n)
{
    json_t *out = json_array();
    for (uint32_t i = 0; i < n; i++) {
        json_array_append_new(out, field(CHORE_POLICY_AT(chore_policy_field, list, i)));
    }
    return out;
}

static json_t *modes(const chore_policy_offer *offer)
{
    json_t *out = json_array();
    for (uint32_t i = 0; i < offer->n_modes; i++) {
        const chore_policy_mode *mode = CHORE_POLICY_AT(chore_policy_mode, offer->modes, i);
        json_array_append_new(out, json_pack("{s:s, s:o}", "name", mode->name, "components",
                                             fields(mode->components, mode->n_components)));
    }
    return out;
}

char *chore_frames_offer(const chore_policy_offer *offer, const char *config)
{
    json_t *rates = json_array();
    for (uint32_t i = 0; i < offer->n_rates; i++) {
        json_array_append_new(rates, json_real(offer->rates_hz[i]));
    }
    json_t *root = json_pack(
        "{s:i, s:s, s:s, s:f, s:o, s:i, s:i, s:i, s:b, s:b, s:o, s:o, s:o}", "protocol",
        CHORE_FRAMES_VERSION, "config", config, "embodiment", offer->embodiment, "physics_hz",
        offer->physics_hz, "rates_hz", rates, "max_batch", (int)offer->max_batch, "max_horizon",
        (int)offer->max_horizon, "delay_steps", (int)offer->delay_steps, "privileged_allowed",
        (int)offer->privileged_allowed, "learning", (int)offer->learning, "feedback",
        bits(&chorei_feedback, offer->feedback_kinds), "fields",
        fields(offer->fields, offer->n_fields), "modes", modes(offer));
    char *text = root != NULL ? json_dumps(root, JSON_COMPACT) : NULL;
    json_decref(root);
    return text;
}
