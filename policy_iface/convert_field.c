/* An offered field as it becomes when one of its conversions is asked for. */
#include <chore/convert.h>
#include <string.h>

bool chore_convert_listed(const char *list, const char *name)
{
    const size_t len = strlen(name);
    for (const char *at = list; at != NULL && len > 0; at = strchr(at, ' ')) {
        at += strspn(at, " ");
        if (strncmp(at, name, len) == 0 && (at[len] == ' ' || at[len] == '\0')) {
            return true;
        }
    }
    return false;
}

bool chore_convert_field(const chore_policy_field *offered, const char *name,
                         chore_converted_field *out)
{
    const chore_representation *to = chore_representation_find(name);
    const uint32_t last = offered->ndim - 1;
    if (to == NULL || last >= 4 || !chore_convert_listed(offered->convert, name)) {
        return false;
    }
    double lo, hi;
    memset(&out->field, 0, sizeof out->field);
    memcpy(&out->field, offered,
           offered->struct_size < sizeof out->field ? offered->struct_size : sizeof out->field);
    out->field.struct_size = sizeof out->field;
    out->field.shape[last] = (uint32_t)to->n;
    out->field.repr = to->name;
    out->field.lo = out->field.hi = NULL;
    uint32_t n = 1;
    for (uint32_t d = 0; d < out->field.ndim; d++) {
        n *= out->field.shape[d];
    }
    if (offered->lo != NULL && chore_representation_bounds(to, &lo, &hi) &&
        n <= CHORE_CONVERT_FIELD_MAX) {
        for (uint32_t i = 0; i < n; i++) {
            out->lo[i] = lo;
            out->hi[i] = hi;
        }
        out->field.lo = out->lo;
        out->field.hi = out->hi;
    }
    return true;
}
