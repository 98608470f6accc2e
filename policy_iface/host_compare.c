/* The request against the offer, word by word. Nothing is adapted: what differs is said, all of it as far as
   the message holds it. */
#include "host_diff_internal.h"
#include "host_internal.h"
#include <chore/convert.h>
#include <chore/image_words.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *words(const char *text)
{
    return text != NULL ? text : "";
}

static const char *name_of(const char *const *names, uint32_t n, uint32_t value)
{
    return value < n && names[value] != NULL ? names[value] : "unknown";
}

static const char *kind_name(uint32_t kind)
{
    static const char *const names[] = {NULL, "rgb", "depth", "vector", "text"};
    return name_of(names, 5, kind);
}

static const char *dtype_name(uint32_t dtype)
{
    static const char *const names[] = {NULL, "u8", "f32", "f64", "i32"};
    return name_of(names, 5, dtype);
}

static const char *layout_name(uint32_t layout)
{
    static const char *const names[] = {"none", "hwc", "chw"};
    return name_of(names, 3, layout);
}

static const char *fit_name(uint32_t fit)
{
    static const char *const names[] = {"native", "stretch", "letterbox", "centre_crop"};
    return name_of(names, 4, fit);
}

static void shape_text(const chore_policy_field *field, char out[64])
{
    size_t len = 0;
    len += (size_t)snprintf(out, 64, "[");
    for (uint32_t i = 0; i < field->ndim && i < 4; i++) {
        len += (size_t)snprintf(out + len, 64 - len, "%s%" PRIu32, i > 0 ? " " : "", field->shape[i]);
    }
    snprintf(out + len, 64 - len, "]");
}

static void compare_word(chore_diff *d, const char *who, const char *what, const char *asked, const char *offered)
{
    char a[64], o[64];
    if (strcmp(words(asked), words(offered)) != 0) {
        snprintf(a, sizeof a, "\"%.60s\"", words(asked));
        snprintf(o, sizeof o, "\"%.60s\"", words(offered));
        chore_diff_word(d, who, what, a, o);
    }
}

static void compare_number(chore_diff *d, const char *who, const char *what, double asked, double offered)
{
    char a[32], o[32];
    if (!(asked == offered)) {
        snprintf(a, sizeof a, "%g", asked);
        snprintf(o, sizeof o, "%g", offered);
        chore_diff_word(d, who, what, a, o);
    }
}

static bool same_shape(const chore_policy_field *a, const chore_policy_field *b)
{
    return a->ndim == b->ndim && a->ndim >= 1 && a->ndim <= 4 &&
           memcmp(a->shape, b->shape, a->ndim * sizeof a->shape[0]) == 0;
}

/* Another size of an image that may be resized: not larger, the same channels, and a word on how it shall
   fit. */
static bool is_resize(const chore_policy_field *asked, const chore_policy_field *offered)
{
    if ((offered->flags & CHORE_FLAG_RESIZABLE) == 0 || asked->ndim != 3 || offered->ndim != 3 ||
        asked->fit == CHORE_FIT_NATIVE || asked->fit > CHORE_FIT_CENTRE_CROP) {
        return false;
    }
    const uint32_t channel = offered->layout == CHORE_LAYOUT_CHW ? 0 : 2;
    for (uint32_t i = 0; i < 3; i++) {
        const bool fits = i == channel ? asked->shape[i] == offered->shape[i]
                                       : asked->shape[i] >= 1 && asked->shape[i] <= offered->shape[i];
        if (!fits) {
            return false;
        }
    }
    return true;
}

static void compare_shape(chore_diff *d, const char *who, const chore_policy_field *asked,
                          const chore_policy_field *offered)
{
    if ((same_shape(asked, offered) && asked->fit == offered->fit) || is_resize(asked, offered)) {
        return;
    }
    char a[64], b[64];
    shape_text(asked, a);
    shape_text(offered, b);
    if (!same_shape(asked, offered)) {
        chore_diff_word(d, who, "shape", a, b);
    }
    if (asked->fit != offered->fit) {
        chore_diff_word(d, who, "fit", fit_name(asked->fit), fit_name(offered->fit));
    }
}

/* Bounds that a plug-in states must be the offered ones; NULL says that it does not rely on them. */
static void compare_bounds(chore_diff *d, const char *who, const char *what, const double *asked,
                           const double *offered, uint64_t n)
{
    if (asked == NULL) {
        return;
    }
    if (offered == NULL) {
        chore_diff_say(d, who, "asked for a %s, offered unbounded", what);
        return;
    }
    for (uint64_t i = 0; i < n; i++) {
        if (!(asked[i] == offered[i])) {
            char a[64], o[32];
            snprintf(a, sizeof a, "%g for value %" PRIu64, asked[i], i);
            snprintf(o, sizeof o, "%g", offered[i]);
            chore_diff_word(d, who, what, a, o);
            return;
        }
    }
}

static void compare_as_offered(chore_diff *d, const char *who, const chore_policy_field *asked,
                               const chore_policy_field *offered)
{
    if (asked->kind != offered->kind) {
        chore_diff_word(d, who, "kind", kind_name(asked->kind), kind_name(offered->kind));
    }
    if (asked->dtype != offered->dtype) {
        chore_diff_word(d, who, "dtype", dtype_name(asked->dtype), dtype_name(offered->dtype));
    }
    if (asked->layout != offered->layout) {
        chore_diff_word(d, who, "layout", layout_name(asked->layout), layout_name(offered->layout));
    }
    compare_shape(d, who, asked, offered);
    compare_word(d, who, "representation", asked->repr, offered->repr);
    if (words(asked->repr)[0] != '\0' && chore_convert_listed(offered->convert, asked->repr)) {
        chore_diff_hint(d, "%s is turned into that when its field.convert says \"%s\"", who, asked->repr);
    }
    compare_word(d, who, "frame", asked->frame, offered->frame);
    compare_number(d, who, "scale", asked->scale, offered->scale);
    if (same_shape(asked, offered)) {
        const uint64_t n = chore_host_field_count(offered);
        compare_bounds(d, who, "lower bound", asked->lo, offered->lo, n);
        compare_bounds(d, who, "upper bound", asked->hi, offered->hi, n);
    }
}

/* ---- conversions --------------------------------------------------------------------------------------- */

/* An offered field that is handed back as it is holds the whole list of what is possible: that asks for none of it. */
static bool asks_for_none(const chore_policy_field *asked, const chore_policy_field *offered)
{
    return words(asked->convert)[0] == '\0' || strcmp(asked->convert, words(offered->convert)) == 0;
}

static void unknown_conversion(chore_diff *d, const char *who, const char *asked, const char *offered)
{
    char list[512];
    const char *names[32];
    uint32_t n = 0;
    if (words(offered)[0] == '\0') {
        chore_diff_say(d, who, "asked conversion \"%.60s\", none is offered", asked);
        return;
    }
    chore_copy(list, sizeof list, offered);
    for (char *rest = NULL, *name = strtok_r(list, " ", &rest); name != NULL && n < 32; name = strtok_r(NULL, " ", &rest)) {
        names[n++] = name;
    }
    char shown[64];
    chore_copy(shown, sizeof shown, asked);
    chore_diff_unknown(d, who, "conversion", shown, names, n);
}

static void compare_field(chore_diff *d, const char *what, const chore_policy_field *asked,
                          const chore_policy_field *offered)
{
    char who[CHORE_NAME_CAP + 32];
    chore_converted_field converted;
    snprintf(who, sizeof who, "%s \"%.*s\"", what, CHORE_NAME_CAP, asked->name);
    if (asks_for_none(asked, offered)) {
        compare_as_offered(d, who, asked, offered);
    } else if (chore_convert_field(offered, asked->convert, &converted)) {
        compare_as_offered(d, who, asked, &converted.field);
    } else {
        unknown_conversion(d, who, asked->convert, offered->convert);
    }
}

/* A picture against the offered one as it comes with the words that were asked for. */
static void compare_image(chore_diff *d, const chore_policy_field *asked, const chore_policy_field *offered)
{
    char who[CHORE_NAME_CAP + 32], unknown[CHORE_NAME_CAP];
    uint32_t wanted;
    chore_policy_field turned = *offered, plain = *asked;
    snprintf(who, sizeof who, "stream \"%.*s\"", CHORE_NAME_CAP, asked->name);
    if (!chore_image_words_parse(asked->convert, offered->convert, &wanted, unknown)) {
        unknown_conversion(d, who, unknown, offered->convert);
        return;
    }
    chore_image_turn(&turned, wanted);
    plain.convert = NULL;
    compare_as_offered(d, who, &plain, &turned);
}

/* ---- names --------------------------------------------------------------------------------------------- */

static bool has_name(chore_diff *d, const char *what, uint32_t index, const char *name)
{
    if (name == NULL || name[0] == '\0' || strnlen(name, CHORE_NAME_CAP) >= CHORE_NAME_CAP) {
        chore_diff_say(d, NULL, "%s %" PRIu32 " has no name shorter than %d bytes", what, index, CHORE_NAME_CAP);
        return false;
    }
    return true;
}

/* ---- parts --------------------------------------------------------------------------------------------- */

static void compare_stream(chore_diff *d, const chore_policy_offer *offer, const chore_policy_field *asked,
                           const char *const *names)
{
    for (uint32_t i = 0; i < offer->n_fields; i++) {
        const chore_policy_field *offered = CHORE_POLICY_AT(chore_policy_field, offer->fields, i);
        if (strcmp(offered->name, asked->name) != 0) {
            continue;
        }
        if ((offered->flags & CHORE_FLAG_PRIVILEGED) != 0 && !offer->privileged_allowed) {
            chore_diff_say(d, NULL, "stream \"%s\" is privileged, which this run does not allow", asked->name);
        } else if (chore_is_image(offered)) {
            compare_image(d, asked, offered);
        } else {
            compare_field(d, "stream", asked, offered);
        }
        return;
    }
    if ((asked->flags & CHORE_FLAG_OPTIONAL) == 0) {
        chore_diff_unknown(d, NULL, "stream", asked->name, names, offer->n_fields);
        if (strncmp(asked->name, "privileged.", 11) == 0 && !offer->privileged_allowed) {
            chore_diff_say(d, NULL, "this run allows no privileged streams");
        }
    } else if (asked->lo != NULL || asked->hi != NULL) {
        chore_diff_say(d, NULL, "stream \"%s\" is not offered, so it has no bounds to ask for", asked->name);
    }
}

static void compare_streams(chore_diff *d, const chore_policy_offer *offer, const chore_policy_request *request)
{
    const char **names = calloc((size_t)offer->n_fields + 1, sizeof *names);
    CHORE_ASSERT(names != NULL);
    for (uint32_t i = 0; i < offer->n_fields; i++) {
        names[i] = CHORE_POLICY_AT(chore_policy_field, offer->fields, i)->name;
    }
    for (uint32_t i = 0; i < request->n_fields; i++) {
        const chore_policy_field *asked = CHORE_POLICY_AT(chore_policy_field, request->fields, i);
        if (!has_name(d, "stream", i, asked->name)) {
            continue;
        }
        for (uint32_t j = 0; j < i; j++) {
            const char *before = CHORE_POLICY_AT(chore_policy_field, request->fields, j)->name;
            if (before != NULL && strcmp(before, asked->name) == 0) {
                chore_diff_say(d, NULL, "stream \"%s\" is asked for twice", asked->name);
            }
        }
        compare_stream(d, offer, asked, names);
    }
    free(names);
}

static void compare_components(chore_diff *d, const chore_policy_mode *mode, const chore_policy_request *request)
{
    char who[CHORE_NAME_CAP + 32], what[32], a[CHORE_NAME_CAP + 8], o[CHORE_NAME_CAP + 8];
    snprintf(who, sizeof who, "mode \"%.*s\"", CHORE_NAME_CAP, mode->name);
    if (request->n_components != mode->n_components) {
        chore_diff_say(d, who, "asked %" PRIu32 " components, offered %" PRIu32, request->n_components, mode->n_components);
    }
    for (uint32_t i = 0; i < request->n_components && i < mode->n_components; i++) {
        const chore_policy_field *asked = CHORE_POLICY_AT(chore_policy_field, request->components, i);
        const chore_policy_field *offered = CHORE_POLICY_AT(chore_policy_field, mode->components, i);
        if (!has_name(d, "component", i, asked->name)) {
            continue;
        }
        if (strcmp(asked->name, offered->name) != 0) {
            snprintf(what, sizeof what, "component %" PRIu32, i);
            snprintf(a, sizeof a, "\"%s\"", asked->name);
            snprintf(o, sizeof o, "\"%s\"", offered->name);
            chore_diff_word(d, who, what, a, o);
        } else {
            compare_field(d, "component", asked, offered);
        }
    }
}

static void compare_mode(chore_diff *d, const chore_policy_offer *offer, const chore_policy_request *request)
{
    if (!has_name(d, "mode", 0, request->mode)) {
        return;
    }
    const char **names = calloc((size_t)offer->n_modes + 1, sizeof *names);
    CHORE_ASSERT(names != NULL);
    const chore_policy_mode *found = NULL;
    for (uint32_t i = 0; i < offer->n_modes; i++) {
        const chore_policy_mode *mode = CHORE_POLICY_AT(chore_policy_mode, offer->modes, i);
        names[i] = mode->name;
        if (strcmp(mode->name, request->mode) == 0) {
            found = mode;
        }
    }
    if (found != NULL) {
        compare_components(d, found, request);
    } else {
        chore_diff_unknown(d, NULL, "mode", request->mode, names, offer->n_modes);
    }
    free(names);
}

static void compare_rate(chore_diff *d, const chore_policy_offer *offer, const chore_policy_request *request)
{
    char asked[32];
    chore_text all = {0};
    bool there = false;
    for (uint32_t i = 0; i < offer->n_rates; i++) {
        there = there || offer->rates_hz[i] == request->rate_hz;
        chore_text_add(&all, "%s%g", i > 0 ? " " : "", offer->rates_hz[i]);
    }
    if (!there) {
        snprintf(asked, sizeof asked, "%g Hz", request->rate_hz);
        chore_diff_word(d, NULL, "rate", asked, offer->n_rates > 0 ? chore_text_get(&all) : "none");
    }
    chore_text_release(&all);
}

static void compare_count(chore_diff *d, const char *what, uint32_t asked, uint32_t least, uint32_t most, const char *called)
{
    char a[16], o[48];
    if (asked < least || asked > most) {
        snprintf(a, sizeof a, "%" PRIu32, asked);
        snprintf(o, sizeof o, "%" PRIu32 " to %s%" PRIu32, least, called, most);
        chore_diff_word(d, NULL, what, a, o);
    }
}

static void compare_numbers(chore_diff *d, uint64_t caps, const chore_policy_offer *offer,
                            const chore_policy_request *request)
{
    compare_count(d, "max_batch", request->max_batch, 1, offer->max_batch, "");
    compare_count(d, "horizon", request->horizon, 1, offer->max_horizon, "");
    compare_count(d, "execute", request->execute, 1, request->horizon, "the horizon, ");
    const uint64_t more = request->caps & ~caps;
    if (more != 0) {
        chore_diff_say(d, NULL, "claims capabilities 0x%" PRIx64 " that its chore_plugin.caps does not have", more);
    }
}

/* The first version's size is the least: elements cannot lie closer together. */
static bool is_walkable(const chore_policy_field *fields, uint32_t n)
{
    return n == 0 || (fields != NULL &&
                      fields->struct_size >= offsetof(chore_policy_field, scale) + sizeof fields->scale);
}

chore_status chore_policy_compare(const char *who, uint64_t caps, const chore_policy_offer *offer,
                                  const chore_policy_request *request, chore_error *err)
{
    chore_diff d = {0};
    if (!is_walkable(request->fields, request->n_fields) ||
        !is_walkable(request->components, request->n_components)) {
        chore_diff_say(&d, NULL, "it has NULL where fields are counted, or fields without their struct_size");
    } else {
        compare_streams(&d, offer, request);
        compare_mode(&d, offer, request);
    }
    compare_rate(&d, offer, request);
    compare_numbers(&d, caps, offer, request);
    return chore_diff_refuse(&d, who, err);
}

chore_status chore_host_compare(const chore_policy_host *host, const chore_policy_offer *offer,
                                const chore_policy_request *request, chore_error *err)
{
    return chore_policy_compare(host->info.name, host->info.caps, offer, request, err);
}
