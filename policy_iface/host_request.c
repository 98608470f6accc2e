/* A request that lives as long as the host wants: one block with everything it points to. */
#include "host_internal.h"
#include <stdlib.h>
#include <string.h>

/* Hands out pieces of one block. Without a base it only counts: the same code measures first and copies then.
*/
typedef struct arena {
    char *base;
    size_t used;
} arena;

static void *arena_copy(arena *a, const void *bytes, size_t len)
{
    char *piece = NULL;
    if (a->base != NULL) {
        piece = a->base + a->used;
        memcpy(piece, bytes, len);
    }
    a->used += (len + 7) / 8 * 8;
    return piece;
}

static const char *arena_words(arena *a, const char *text)
{
    const char *words = text != NULL ? text : "";
    return arena_copy(a, words, strlen(words) + 1);
}

static const double *arena_bounds(arena *a, const double *bounds, size_t n)
{
    return bounds != NULL ? arena_copy(a, bounds, n * sizeof *bounds) : NULL;
}

/* `room`: where the copies lie, or NULL while measuring. Older versions of the struct come out with a zero
   tail. */
static void copy_fields(arena *a, chore_policy_field *room, const chore_policy_field *fields, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const chore_policy_field *theirs = CHORE_POLICY_AT(chore_policy_field, fields, i);
        const size_t size = theirs->struct_size < sizeof *theirs ? theirs->struct_size : sizeof *theirs;
        chore_policy_field field = {0};
        memcpy(&field, theirs, size);
        const size_t count = (size_t)chore_host_field_count(&field);
        field.struct_size = sizeof field;
        field.name = arena_words(a, field.name);
        field.repr = arena_words(a, field.repr);
        field.frame = arena_words(a, field.frame);
        field.convert = arena_words(a, field.convert);
        field.lo = arena_bounds(a, field.lo, count);
        field.hi = arena_bounds(a, field.hi, count);
        if (room != NULL) {
            room[i] = field;
        }
    }
}

static void copy_all(arena *a, chore_policy_request *out, const chore_policy_request *request)
{
    const size_t field_bytes = request->n_fields * sizeof(chore_policy_field);
    const size_t component_bytes = request->n_components * sizeof(chore_policy_field);
    chore_policy_field *fields = a->base != NULL ? (void *)(a->base + a->used) : NULL;
    a->used += field_bytes;
    chore_policy_field *components = a->base != NULL ? (void *)(a->base + a->used) : NULL;
    a->used += component_bytes;
    copy_fields(a, fields, request->fields, request->n_fields);
    copy_fields(a, components, request->components, request->n_components);
    *out = *request;
    out->struct_size = sizeof *out;
    out->fields = fields;
    out->components = components;
    out->mode = arena_words(a, request->mode);
}

chore_status chore_host_copy_request(chore_policy_request *out, void **memory,
                                     const chore_policy_request *request, chore_error *err)
{
    arena a = {0};
    copy_all(&a, out, request);
    char *base = malloc(a.used);
    if (base == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a policy's request");
    }
    a = (arena){.base = base};
    copy_all(&a, out, request);
    *memory = base;
    return CHORE_OK;
}
