/* The request against the offer, word by word. Nothing is adapted: what differs is said, all of it as far as
   the message holds it. */
#include "host_internal.h"
#include <chore/text.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The differences found so far, and a hint about the first of them. */
typedef struct diff {
    chore_text text;
    char hint[256];
    int found;
} diff;

static void diff_add(diff *d, const char *fmt, ...) CHORE_PRINTF(2, 3);

static void diff_add(diff *d, const char *fmt, ...)
{
    char line[320];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    d->found++;
    const size_t room =
        sizeof((chore_error *)NULL)->message - 160; /* for the beginning and the end of the sentence */
    if (d->found == 1 || d->text.len + strlen(line) < room) {
        chore_text_add(&d->text, "%s%s", d->found > 1 ? "; " : "", line);
    } else if (d->text.data[d->text.len - 1] != '.') {
        chore_text_add(&d->text, "; ...");
    }
}

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

static void compare_word(diff *d, const char *who, const char *what, const char *asked, const char *offered)
{
    if (strcmp(words(asked), words(offered)) != 0) {
        diff_add(d, "%s: asked %s \"%.60s\", offered \"%.60s\"", who, what, words(asked), words(offered));
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

static void compare_shape(diff *d, const char *who, const chore_policy_field *asked,
                          const chore_policy_field *offered)
{
    if ((same_shape(asked, offered) && asked->fit == offered->fit) || is_resize(asked, offered)) {
        return;
    }
    char a[64], b[64];
    shape_text(asked, a);
    shape_text(offered, b);
    if (!same_shape(asked, offered)) {
        diff_add(d, "%s: asked shape %s, offered %s", who, a, b);
    }
    if (asked->fit != offered->fit) {
        diff_add(d, "%s: asked fit %s, offered %s", who, fit_name(asked->fit), fit_name(offered->fit));
    }
}

/* Bounds that a plug-in states must be the offered ones; NULL says that it does not rely on them. */
static void compare_bounds(diff *d, const char *who, const char *what, const double *asked,
                           const double *offered, uint64_t n)
{
    if (asked == NULL) {
        return;
    }
    if (offered == NULL) {
        diff_add(d, "%s: asked for a %s bound, offered unbounded", who, what);
        return;
    }
    for (uint64_t i = 0; i < n; i++) {
        if (!(asked[i] == offered[i])) {
            diff_add(d, "%s: asked %s bound %g for value %" PRIu64 ", offered %g", who, what, asked[i], i,
                     offered[i]);
            return;
        }
    }
}

static void compare_field(diff *d, const char *what, const chore_policy_field *asked,
                          const chore_policy_field *offered)
{
    char who[CHORE_NAME_CAP + 32];
    snprintf(who, sizeof who, "%s \"%.*s\"", what, CHORE_NAME_CAP, asked->name);
    if (asked->kind != offered->kind) {
        diff_add(d, "%s: asked kind %s, offered %s", who, kind_name(asked->kind), kind_name(offered->kind));
    }
    if (asked->dtype != offered->dtype) {
        diff_add(d, "%s: asked dtype %s, offered %s", who, dtype_name(asked->dtype),
                 dtype_name(offered->dtype));
    }
    if (asked->layout != offered->layout) {
        diff_add(d, "%s: asked layout %s, offered %s", who, layout_name(asked->layout),
                 layout_name(offered->layout));
    }
    compare_shape(d, who, asked, offered);
    compare_word(d, who, "representation", asked->repr, offered->repr);
    compare_word(d, who, "frame", asked->frame, offered->frame);
    if (words(asked->convert)[0] != '\0') {
        diff_add(d, "%s: asked conversion \"%.60s\", none is offered", who, asked->convert);
    }
    if (!(asked->scale == offered->scale)) {
        diff_add(d, "%s: asked scale %g, offered %g", who, asked->scale, offered->scale);
    }
    if (same_shape(asked, offered)) {
        const uint64_t n = chore_host_field_count(offered);
        compare_bounds(d, who, "lower", asked->lo, offered->lo, n);
        compare_bounds(d, who, "upper", asked->hi, offered->hi, n);
    }
}

/* ---- names --------------------------------------------------------------------------------------------- */

static bool has_name(diff *d, const char *what, uint32_t index, const char *name)
{
    if (name == NULL || name[0] == '\0' || strnlen(name, CHORE_NAME_CAP) >= CHORE_NAME_CAP) {
        diff_add(d, "%s %" PRIu32 " has no name shorter than %d bytes", what, index, CHORE_NAME_CAP);
        return false;
    }
    return true;
}

static void not_offered(diff *d, const char *what, const char *name, const char *const *offered, uint32_t n)
{
    const int near = chore_nearest(name, offered, (int)n);
    if (near >= 0) {
        diff_add(d, "%s \"%s\" is not offered, the nearest is \"%s\"", what, name, offered[near]);
    } else {
        diff_add(d, "%s \"%s\" is not offered", what, name);
    }
    if (d->hint[0] != '\0') {
        return;
    }
    chore_text all = {0};
    for (uint32_t i = 0; i < n; i++) {
        chore_text_add(&all, "%s%s", i > 0 ? ", " : "", offered[i]);
    }
    snprintf(d->hint, sizeof d->hint, "offered: %s", n > 0 ? chore_text_get(&all) : "none");
    chore_text_release(&all);
}

/* ---- parts --------------------------------------------------------------------------------------------- */

static void compare_stream(diff *d, const chore_policy_offer *offer, const chore_policy_field *asked,
                           const char *const *names)
{
    for (uint32_t i = 0; i < offer->n_fields; i++) {
        const chore_policy_field *offered = CHORE_POLICY_AT(chore_policy_field, offer->fields, i);
        if (strcmp(offered->name, asked->name) != 0) {
            continue;
        }
        if ((offered->flags & CHORE_FLAG_PRIVILEGED) != 0 && !offer->privileged_allowed) {
            diff_add(d, "stream \"%s\" is privileged, which this run does not allow", asked->name);
        } else {
            compare_field(d, "stream", asked, offered);
        }
        return;
    }
    if ((asked->flags & CHORE_FLAG_OPTIONAL) == 0) {
        not_offered(d, "stream", asked->name, names, offer->n_fields);
        if (strncmp(asked->name, "privileged.", 11) == 0 && !offer->privileged_allowed) {
            diff_add(d, "this run allows no privileged streams");
        }
    } else if (asked->lo != NULL || asked->hi != NULL) {
        diff_add(d, "stream \"%s\" is not offered, so it has no bounds to ask for", asked->name);
    }
}

static void compare_streams(diff *d, const chore_policy_offer *offer, const chore_policy_request *request)
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
                diff_add(d, "stream \"%s\" is asked for twice", asked->name);
            }
        }
        compare_stream(d, offer, asked, names);
    }
    free(names);
}

static void compare_components(diff *d, const chore_policy_mode *mode, const chore_policy_request *request)
{
    if (request->n_components != mode->n_components) {
        diff_add(d, "mode \"%s\": asked %" PRIu32 " components, offered %" PRIu32, mode->name,
                 request->n_components, mode->n_components);
    }
    for (uint32_t i = 0; i < request->n_components && i < mode->n_components; i++) {
        const chore_policy_field *asked = CHORE_POLICY_AT(chore_policy_field, request->components, i);
        const chore_policy_field *offered = CHORE_POLICY_AT(chore_policy_field, mode->components, i);
        if (!has_name(d, "component", i, asked->name)) {
            continue;
        }
        if (strcmp(asked->name, offered->name) != 0) {
            diff_add(d, "mode \"%s\": asked component %" PRIu32 " \"%s\", offered \"%s\"", mode->name, i,
                     asked->name, offered->name);
        } else {
            compare_field(d, "component", asked, offered);
        }
    }
}

static void compare_mode(diff *d, const chore_policy_offer *offer, const chore_policy_request *request)
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
        not_offered(d, "mode", request->mode, names, offer->n_modes);
    }
    free(names);
}

static void compare_rate(diff *d, const chore_policy_offer *offer, const chore_policy_request *request)
{
    chore_text all = {0};
    for (uint32_t i = 0; i < offer->n_rates; i++) {
        if (offer->rates_hz[i] == request->rate_hz) {
            chore_text_release(&all);
            return;
        }
        chore_text_add(&all, " %g", offer->rates_hz[i]);
    }
    diff_add(d, "asked rate %g Hz, offered%s", request->rate_hz,
             offer->n_rates > 0 ? chore_text_get(&all) : " none");
    chore_text_release(&all);
}

static void compare_numbers(diff *d, uint64_t caps, const chore_policy_offer *offer,
                            const chore_policy_request *request)
{
    if (request->max_batch < 1 || request->max_batch > offer->max_batch) {
        diff_add(d, "asked max_batch %" PRIu32 ", offered 1 to %" PRIu32, request->max_batch,
                 offer->max_batch);
    }
    if (request->horizon < 1 || request->horizon > offer->max_horizon) {
        diff_add(d, "asked horizon %" PRIu32 ", offered 1 to %" PRIu32, request->horizon, offer->max_horizon);
    }
    if (request->execute < 1 || request->execute > request->horizon) {
        diff_add(d, "asked execute %" PRIu32 ", offered 1 to the horizon, %" PRIu32, request->execute,
                 request->horizon);
    }
    const uint64_t more = request->caps & ~caps;
    if (more != 0) {
        diff_add(d, "claims capabilities 0x%" PRIx64 " that its chore_plugin.caps does not have", more);
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
    diff d = {0};
    if (!is_walkable(request->fields, request->n_fields) ||
        !is_walkable(request->components, request->n_components)) {
        diff_add(&d, "it has NULL where fields are counted, or fields without their struct_size");
    } else {
        compare_streams(&d, offer, request);
        compare_mode(&d, offer, request);
    }
    compare_rate(&d, offer, request);
    compare_numbers(&d, caps, offer, request);
    chore_status status = CHORE_OK;
    if (d.found > 0) {
        status = chore_fail(err, CHORE_E_POLICY_LOAD, "the request of policy \"%s\" is refused: %s", who,
                            chore_text_get(&d.text));
        if (d.hint[0] != '\0') {
            chore_error_hint(err, "%s", d.hint);
        }
    }
    chore_text_release(&d.text);
    return status;
}

chore_status chore_host_compare(const chore_policy_host *host, const chore_policy_offer *offer,
                                const chore_policy_request *request, chore_error *err)
{
    return chore_policy_compare(host->info.name, host->info.caps, offer, request, err);
}
