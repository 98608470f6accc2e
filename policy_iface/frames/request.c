/* A request out of JSON. What it does not say is as offered; a word that nobody knows is an error. */
#include "words.h"
#include <chore/policy_frames.h>
#include <chore/policy_walk.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct chore_frames_request {
    json_t *root; /* holds the texts that the request points to */
    chore_policy_field *fields, *components;
    chore_policy_request request;
};

typedef struct reading {
    const chore_policy_offer *offer;
    char *why;
    size_t cap;
} reading;

__attribute__((format(printf, 2, 3))) static bool refuse(const reading *r, const char *form, ...)
{
    va_list args;
    va_start(args, form);
    (void)vsnprintf(r->why, r->cap, form, args);
    va_end(args);
    return false;
}

/* Every key must be one of those known. */
static bool knows_keys(const reading *r, json_t *object, const char *where,
                       const char *const *known)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        int i = 0;
        while (known[i] != NULL && strcmp(known[i], key) != 0) {
            i++;
        }
        if (known[i] == NULL) {
            return refuse(r, "%s: the key \"%.40s\" is not known", where, key);
        }
    }
    return true;
}

/* ---- fields --------------------------------------------------------------------------------------------- */

static bool take_word(const reading *r, json_t *from, const char *key, const chorei_words *list,
                      uint32_t *out)
{
    json_t *value = json_object_get(from, key);
    const int number =
        json_is_string(value) ? chorei_word_value(list, json_string_value(value)) : -1;
    if (value == NULL) {
        return true;
    }
    if (number < 0) {
        return refuse(r, "\"%s\": there is no such %s",
                      json_is_string(value) ? json_string_value(value) : "?", key);
    }
    *out = (uint32_t)number;
    return true;
}

static bool take_text(const reading *r, json_t *from, const char *key, const char **out)
{
    json_t *value = json_object_get(from, key);
    if (value != NULL && !json_is_string(value)) {
        return refuse(r, "\"%s\" must be a text", key);
    }
    *out = value != NULL ? json_string_value(value) : *out;
    return true;
}

static bool take_bits(const reading *r, json_t *from, const char *key, const chorei_words *list,
                      uint64_t *out)
{
    json_t *words = json_object_get(from, key), *word;
    size_t i;
    if (words != NULL && !json_is_array(words)) {
        return refuse(r, "\"%s\" must be a list of words", key);
    }
    json_array_foreach(words, i, word)
    {
        const int bit =
            json_is_string(word) ? chorei_word_value(list, json_string_value(word)) : -1;
        if (bit < 0) {
            return refuse(r, "\"%s\": \"%.40s\" is not known", key,
                          json_is_string(word) ? json_string_value(word) : "?");
        }
        *out |= (uint64_t)1 << bit;
    }
    return true;
}

static bool take_shape(const reading *r, json_t *from, chore_policy_field *field)
{
    json_t *shape = json_object_get(from, "shape"), *size;
    size_t i;
    if (shape == NULL) {
        return true;
    }
    if (!json_is_array(shape) || json_array_size(shape) < 1 || json_array_size(shape) > 4) {
        return refuse(r, "\"shape\" must be a list of one to four numbers");
    }
    memset(field->shape, 0, sizeof field->shape);
    field->ndim = (uint32_t)json_array_size(shape);
    json_array_foreach(shape, i, size)
    {
        if (!json_is_integer(size) || json_integer_value(size) < 1 ||
            json_integer_value(size) > UINT32_MAX) {
            return refuse(r, "\"shape\" must be a list of one to four numbers");
        }
        field->shape[i] = (uint32_t)json_integer_value(size);
    }
    return true;
}

static const char *name_of(json_t *asked)
{
    return json_is_string(asked) ? json_string_value(asked)
                                 : json_string_value(json_object_get(asked, "name"));
}

/* `offered` NULL: only its name is known, and the host will say what was near. */
static bool take_field(const reading *r, json_t *asked, const chore_policy_field *offered,
                       chore_policy_field *field)
{
    static const char *const known[] = {"name", "kind",  "dtype",   "shape", "layout", "fit",
                                        "repr", "frame", "convert", "scale", "flags",  NULL};
    uint64_t flags = 0;
    memset(field, 0, sizeof *field);
    if (offered != NULL) {
        memcpy(field, offered,
               offered->struct_size < sizeof *field ? offered->struct_size : sizeof *field);
    }
    field->struct_size = (uint32_t)sizeof *field;
    field->flags = 0;
    field->convert = NULL;
    field->name = name_of(asked);
    if (!json_is_object(asked)) {
        return true;
    }
    json_t *scale = json_object_get(asked, "scale");
    if (scale != NULL && !json_is_number(scale)) {
        return refuse(r, "\"scale\" must be a number");
    }
    field->scale = scale != NULL ? json_number_value(scale) : field->scale;
    const bool good = knows_keys(r, asked, field->name, known) &&
                      take_word(r, asked, "kind", &chorei_kinds, &field->kind) &&
                      take_word(r, asked, "dtype", &chorei_dtypes, &field->dtype) &&
                      take_word(r, asked, "layout", &chorei_layouts, &field->layout) &&
                      take_word(r, asked, "fit", &chorei_fits, &field->fit) &&
                      take_shape(r, asked, field) && take_text(r, asked, "repr", &field->repr) &&
                      take_text(r, asked, "frame", &field->frame) &&
                      take_text(r, asked, "convert", &field->convert) &&
                      take_bits(r, asked, "flags", &chorei_flags, &flags);
    field->flags = (uint32_t)flags;
    return good;
}

static bool take_streams(const reading *r, chore_frames_request *out)
{
    json_t *list = json_object_get(out->root, "fields"), *asked;
    size_t i;
    if (!json_is_array(list)) {
        return refuse(r, "\"fields\" must be a list of the streams that are wanted");
    }
    out->fields = calloc(json_array_size(list) + 1, sizeof *out->fields);
    if (out->fields == NULL) {
        return refuse(r, "out of memory");
    }
    json_array_foreach(list, i, asked)
    {
        const char *name = name_of(asked);
        if (name == NULL) {
            return refuse(r, "\"fields\", %zu: neither a name nor an object with one", i + 1);
        }
        if (!take_field(r, asked, chore_offer_field(r->offer, name), &out->fields[i])) {
            return false;
        }
    }
    out->request.fields = out->fields;
    out->request.n_fields = (uint32_t)json_array_size(list);
    return true;
}

/* The mode's components as offered, but for the words that "components" says of some of them. */
static bool take_components(const reading *r, chore_frames_request *out,
                            const chore_policy_mode *mode)
{
    json_t *list = json_object_get(out->root, "components"), *asked;
    const uint32_t n = mode != NULL ? mode->n_components : 0;
    size_t k;
    out->components = calloc((size_t)n + 1, sizeof *out->components);
    if (out->components == NULL) {
        return refuse(r, "out of memory");
    }
    for (uint32_t i = 0; i < n; i++) {
        const chore_policy_field *offered =
            CHORE_POLICY_AT(chore_policy_field, mode->components, i);
        memcpy(&out->components[i], offered,
               offered->struct_size < sizeof *offered ? offered->struct_size : sizeof *offered);
        out->components[i].struct_size = (uint32_t)sizeof *offered;
        out->components[i].convert = NULL;
        out->components[i].flags = 0;
    }
    json_array_foreach(list, k, asked)
    {
        const char *name = json_is_object(asked) ? name_of(asked) : NULL;
        uint32_t i = 0;
        while (name != NULL && i < n && strcmp(out->components[i].name, name) != 0) {
            i++;
        }
        if (name == NULL || i == n) {
            return refuse(r, "\"components\": the mode has no \"%.40s\"",
                          name != NULL ? name : "?");
        }
        if (!take_field(r, asked, CHORE_POLICY_AT(chore_policy_field, mode->components, i),
                        &out->components[i])) {
            return false;
        }
    }
    out->request.components = out->components;
    out->request.n_components = n;
    return true;
}

/* ---- the rest ------------------------------------------------------------------------------------------- */

static bool take_count(const reading *r, json_t *root, const char *key, uint32_t usual,
                       uint32_t *out)
{
    json_t *value = json_object_get(root, key);
    if (value != NULL && (!json_is_integer(value) || json_integer_value(value) < 1 ||
                          json_integer_value(value) > 1 << 20)) {
        return refuse(r, "\"%s\" must be a whole number, 1 or more", key);
    }
    *out = value != NULL ? (uint32_t)json_integer_value(value) : usual;
    return true;
}

static bool take_version(const reading *r, json_t *root)
{
    json_t *version = json_object_get(root, "protocol");
    if (!json_is_integer(version)) {
        return refuse(r, "it says no \"protocol\": %d is spoken here", CHORE_FRAMES_VERSION);
    }
    if (json_integer_value(version) != CHORE_FRAMES_VERSION) {
        return refuse(r, "it speaks protocol %lld, here %d is spoken",
                      (long long)json_integer_value(version), CHORE_FRAMES_VERSION);
    }
    return true;
}

static bool take_all(const reading *r, chore_frames_request *out)
{
    static const char *const known[] = {"protocol", "fields",  "mode",      "components", "rate_hz",
                                        "horizon",  "execute", "max_batch", "caps",       NULL};
    chore_policy_request *request = &out->request;
    json_t *root = out->root, *rate = json_object_get(root, "rate_hz");
    if (!json_is_object(root)) {
        return refuse(r, "it is not a JSON object");
    }
    if (rate != NULL && !json_is_number(rate)) {
        return refuse(r, "\"rate_hz\" must be a number");
    }
    request->rate_hz = rate != NULL            ? json_number_value(rate)
                       : r->offer->n_rates > 0 ? r->offer->rates_hz[0]
                                               : 0;
    if (!take_version(r, root) || !knows_keys(r, root, "request", known) || !take_streams(r, out) ||
        !take_text(r, root, "mode", &request->mode)) {
        return false;
    }
    if (request->mode == NULL) {
        return refuse(r, "it names no \"mode\" of acting");
    }
    return take_components(r, out, chore_offer_mode(r->offer, request->mode)) &&
           take_count(r, root, "horizon", 1, &request->horizon) &&
           take_count(r, root, "execute", request->horizon, &request->execute) &&
           take_count(r, root, "max_batch", 1, &request->max_batch) &&
           take_bits(r, root, "caps", &chorei_caps, &request->caps);
}

bool chore_frames_request_read(chore_frames_request **out, const char *json, size_t len,
                               const chore_policy_offer *offer, char *why, size_t why_cap)
{
    const reading r = {offer, why, why_cap};
    json_error_t error;
    chore_frames_request *made = calloc(1, sizeof *made);
    *out = NULL;
    if (made == NULL) {
        return refuse(&r, "out of memory");
    }
    made->request.struct_size = (uint32_t)sizeof made->request;
    made->root = json_loadb(json, len, JSON_REJECT_DUPLICATES, &error);
    if (made->root == NULL) {
        (void)refuse(&r, "it is no JSON: %s, at byte %d", error.text, error.position);
    } else if (take_all(&r, made)) {
        *out = made;
        return true;
    }
    chore_frames_request_free(made);
    return false;
}

const chore_policy_request *chore_frames_request_get(const chore_frames_request *request)
{
    return &request->request;
}

void chore_frames_request_free(chore_frames_request *request)
{
    if (request != NULL) {
        json_decref(request->root);
        free(request->fields);
        free(request->components);
        free(request);
    }
}
