#include "request.h"

#include <chore/policy_walk.h>

static uint32_t key_items(const request_streams *s, const keymap_key *key)
{
    uint32_t items = 0;
    for (uint32_t i = key->first; i < key->first + key->n; i++) {
        items += chore_field_count(&s->fields[i]);
    }
    return items;
}

/* Streams are float32; a server wants float64 where its training data had that. */
static void put_values(uint8_t *out, ndarray_dtype dtype, const float *values, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const double wide = (double)values[i];
        if (dtype == NDARRAY_F64) {
            memcpy(out + 8 * (size_t)i, &wide, sizeof wide);
        } else {
            memcpy(out + 4 * (size_t)i, &values[i], sizeof values[i]);
        }
    }
}

static void put_vector(msgpack_writer *out, const request_streams *s, const keymap_key *key,
                       const void *const *stream)
{
    const uint32_t items = key_items(s, key);
    uint8_t *at = ndarray_put(out, key->dtype, items);
    for (uint32_t i = key->first; i < key->first + key->n && at != NULL; i++) {
        const uint32_t n = chore_field_count(&s->fields[i]);
        put_values(at, key->dtype, stream[i], n);
        at += n * ndarray_item_bytes(key->dtype);
    }
    ndarray_put_shape(out, key->dtype, 1, &items);
}

static void put_image(msgpack_writer *out, const request_streams *s, const keymap_key *key,
                      const void *const *stream)
{
    const chore_policy_field *field = &s->fields[key->first];
    const uint32_t items = key_items(s, key);
    uint8_t *at = ndarray_put(out, NDARRAY_U8, items);
    if (at != NULL) {
        memcpy(at, stream[key->first], items);
    }
    ndarray_put_shape(out, NDARRAY_U8, field->ndim, field->shape);
}

/* All of its streams are there. */
static bool is_there(const keymap_key *key, const void *const *stream, const char *prompt)
{
    bool there = key->kind != KEYMAP_PROMPT || prompt != NULL;
    for (uint32_t i = key->first; i < key->first + key->n; i++) {
        there = there && stream[i] != NULL;
    }
    return there;
}

static bool begins_map(const keymap *map, uint32_t i)
{
    return map->keys[i].outer[0] != '\0' &&
           (i == 0 || strcmp(map->keys[i].outer, map->keys[i - 1].outer) != 0);
}

/* Keys there are of the map `outer`, from key i on; "" is the request itself. */
static uint32_t count_keys(const keymap *map, const char *outer, const void *const *stream,
                           const char *prompt)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < map->n_keys; i++) {
        const bool here =
            strcmp(map->keys[i].outer, outer) == 0 && is_there(&map->keys[i], stream, prompt);
        n += here || (outer[0] == '\0' && begins_map(map, i));
    }
    return n;
}

bool request_write(msgpack_writer *out, const request_streams *streams, const void *const *stream,
                   const char *prompt)
{
    const keymap *map = streams->map;
    msgpack_clear(out);
    msgpack_put_map(out, count_keys(map, "", stream, prompt));
    for (uint32_t i = 0; i < map->n_keys; i++) {
        const keymap_key *key = &map->keys[i];
        if (begins_map(map, i)) {
            msgpack_put_string(out, key->outer);
            msgpack_put_map(out, count_keys(map, key->outer, stream, prompt));
        }
        if (!is_there(key, stream, prompt)) {
            continue;
        }
        msgpack_put_string(out, key->key);
        switch (key->kind) {
        case KEYMAP_VECTOR: put_vector(out, streams, key, stream); break;
        case KEYMAP_IMAGE: put_image(out, streams, key, stream); break;
        case KEYMAP_PROMPT: msgpack_put_string(out, prompt); break;
        }
    }
    return !out->failed;
}
