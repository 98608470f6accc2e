/* From names to places: a part of a convention on a robot that is there. */
#include "translate_internal.h"
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

int chore_translate_row_values(const chore_policy_field *field)
{
    return (int)field->shape[field->ndim - 1];
}

int chore_translate_rows(const chore_policy_field *field)
{
    return field->ndim > 1 ? (int)field->shape[0] : 1;
}

static chore_status unfit(const chore_translation *t, const chore_convention_part *part,
                          chore_error *err, const char *fmt, ...) CHORE_PRINTF(4, 5);

static chore_status unfit(const chore_translation *t, const chore_convention_part *part,
                          chore_error *err, const char *fmt, ...)
{
    char what[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    const char *slash = strchr(t->native->embodiment, '/');
    const int len =
        slash != NULL ? (int)(slash - t->native->embodiment) : (int)strlen(t->native->embodiment);
    chore_fail_at(err, CHORE_E_USAGE, t->convention->path,
                  part != NULL ? part->line : t->convention->line,
                  part != NULL ? part->column : t->convention->column,
                  "convention '%s' does not fit the robot '%.*s': %s", t->convention->name, len,
                  t->native->embodiment, what);
    if (strncmp(t->native->embodiment, t->convention->embodiment, (size_t)len) != 0 ||
        t->convention->embodiment[len] != '\0') {
        chore_error_hint(err, "it is written for the robot '%s'", t->convention->embodiment);
    }
    return CHORE_E_USAGE;
}

static chore_status unknown(const chore_translation *t, const chore_convention_part *part,
                            const char *what, const char *name, const chore_policy_field *fields,
                            uint32_t n, chore_error *err)
{
    const char *names[256];
    const int n_names = n > 256 ? 256 : (int)n;
    for (int i = 0; i < n_names; i++) {
        names[i] = CHORE_POLICY_AT(chore_policy_field, fields, i)->name;
    }
    const int near = chore_nearest(name, names, n_names);
    return near >= 0 ? unfit(t, part, err, "it has no %s '%s'; the nearest is '%s'", what, name,
                             names[near])
                     : unfit(t, part, err, "it has no %s '%s'", what, name);
}

static int find_stream(const chore_translation *t, const char *name)
{
    for (uint32_t i = 0; i < t->native->n_fields; i++) {
        if (strcmp(CHORE_POLICY_AT(chore_policy_field, t->native->fields, i)->name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static bool is_numbers(const chore_policy_field *field)
{
    return field->kind == CHORE_FIELD_VECTOR && field->dtype == CHORE_DTYPE_F32 && field->ndim <= 2;
}

/* The values of the row that the part picks. */
static chore_status pick(const chore_translation *t, const chore_convention_part *part,
                         const chore_policy_field *field, int first, translate_step *step,
                         chore_error *err)
{
    const int values = chore_translate_row_values(field);
    if (part->n_picks == 0 && values > STEP_VALUES) {
        return unfit(t, part, err, "'%s' has %d values at a time, at most %d can be taken",
                     field->name, values, STEP_VALUES);
    }
    step->n_native = part->n_picks > 0 ? part->n_picks : values;
    for (int i = 0; i < step->n_native; i++) {
        const int at = part->n_picks > 0 ? part->pick[i] : i;
        if (at >= values) {
            return unfit(t, part, err, "'%s' has the values 0 to %d, not %d", field->name,
                         values - 1, at);
        }
        step->at[i] = first + at;
    }
    return CHORE_OK;
}

/* The gripper's full width as the offer bounds it; 0: not known. */
static double width_of(const chore_policy_field *field, int value)
{
    return field->hi != NULL ? field->hi[value] : 0;
}

/* What the picked values are turned into, or from. */
static chore_status turn(const chore_translation *t, const chore_convention_part *part,
                         const chore_policy_field *field, bool acting, translate_step *step,
                         chore_error *err)
{
    step->n = step->n_native;
    if (part->as[0] == '\0') {
        return CHORE_OK;
    }
    chore_text names = {0};
    step->from = chore_representation_find(field->repr);
    step->to = chore_representation_find(part->as);
    chore_convert_names(field->repr, acting, &names);
    chore_status status = CHORE_OK;
    if (step->from == NULL || step->to == NULL || step->from == step->to ||
        !chore_convert_listed(chore_text_get(&names), part->as)) {
        status = unfit(t, part, err, "'%s' is %s and cannot be %s '%s'%s%.100s", field->name,
                       field->repr, acting ? "written as" : "turned into", part->as,
                       names.len > 0 ? "; possible: " : "", chore_text_get(&names));
    } else if (step->from->n != step->n_native) {
        status = unfit(t, part, err, "'%s' is turned as a whole, %d values, not %d", field->name,
                       step->from->n, step->n_native);
    } else {
        step->n = step->to->n;
        step->width_m = width_of(field, step->at[0]);
        if (step->from->kind == CHORE_REPR_OPENING && !(step->width_m > 0)) {
            status = unfit(t, part, err, "the width of '%s' is not known", field->name);
        }
    }
    chore_text_release(&names);
    return status;
}

static void begin(translate_step *step, const chore_convention_part *part)
{
    memset(step, 0, sizeof *step);
    step->part = part;
    step->source = step->add_source = step->plus_source = -1;
    step->scale = part->scale;
    step->share = part->share;
    step->binary = part->binary;
    chore_copy(step->label, sizeof step->label, part->name);
}

chore_status chore_translate_read_part(const chore_translation *t,
                                       const chore_convention_part *part, translate_step *step,
                                       chore_error *err)
{
    begin(step, part);
    step->source = find_stream(t, part->native);
    if (step->source < 0) {
        return unknown(t, part, "stream", part->native, t->native->fields, t->native->n_fields,
                       err);
    }
    step->field = CHORE_POLICY_AT(chore_policy_field, t->native->fields, step->source);
    if (!is_numbers(step->field)) {
        return unfit(t, part, err, "stream '%s' is no list of numbers", part->native);
    }
    if (part->row >= chore_translate_rows(step->field)) {
        return unfit(t, part, err, "stream '%s' has %d rows, no row %d", part->native,
                     chore_translate_rows(step->field), part->row);
    }
    chore_status status =
        pick(t, part, step->field, part->row * chore_translate_row_values(step->field), step, err);
    if (status == CHORE_OK && part->n_add > 0 && part->n_add != step->n_native) {
        status =
            unfit(t, part, err, "%d numbers are added to %d values", part->n_add, step->n_native);
    }
    memcpy(step->add, part->add, sizeof part->add);
    if (status == CHORE_OK && part->add_stream[0] != '\0') {
        step->add_source = find_stream(t, part->add_stream);
        if (step->add_source < 0) {
            status = unknown(t, part, "stream", part->add_stream, t->native->fields,
                             t->native->n_fields, err);
        }
    }
    return status == CHORE_OK ? turn(t, part, step->field, false, step, err) : status;
}

/* ---- actions --------------------------------------------------------------------------------------------- */

static const chore_policy_field *find_component(const chore_policy_mode *mode, const char *name,
                                                int *first)
{
    *first = 0;
    for (uint32_t i = 0; i < mode->n_components; i++) {
        const chore_policy_field *component =
            CHORE_POLICY_AT(chore_policy_field, mode->components, i);
        if (strcmp(component->name, name) == 0) {
            return component;
        }
        *first += chore_translate_row_values(component);
    }
    return NULL;
}

/* The state that a step starts from. Its row is that of the arm, in the order of the offer's components. */
static chore_status resolve_plus(const chore_translation *t, const chore_convention_part *part,
                                 translate_step *step, chore_error *err)
{
    if (part->plus[0] == '\0') {
        return CHORE_OK;
    }
    step->plus_source = find_stream(t, part->plus);
    if (step->plus_source < 0) {
        return unknown(t, part, "stream", part->plus, t->native->fields, t->native->n_fields, err);
    }
    const chore_policy_field *field =
        CHORE_POLICY_AT(chore_policy_field, t->native->fields, step->plus_source);
    translate_step there = {0};
    if (!is_numbers(field) || part->row >= chore_translate_rows(field)) {
        return unfit(t, part, err, "stream '%s' has no row %d of numbers", part->plus, part->row);
    }
    chore_status status =
        pick(t, part, field, part->row * chore_translate_row_values(field), &there, err);
    if (status == CHORE_OK && there.n_native != step->n_native) {
        status = unfit(t, part, err, "stream '%s' has %d values, '%s' %d", part->plus,
                       there.n_native, part->native, step->n_native);
    }
    memcpy(step->plus_at, there.at, sizeof there.at);
    return status;
}

/* Bounds of the values as the policy writes them: those of the file, or of the representation; and no more
   than the robot takes, as far as that can be said value by value. */
static void bound(const chore_convention_part *part, const chore_policy_field *field, int first,
                  translate_step *step)
{
    double lo = -DBL_MAX, hi = DBL_MAX;
    step->bounded = part->bounded;
    if (part->bounded) {
        lo = part->lo, hi = part->hi;
    } else if (step->to != NULL) {
        step->bounded = chore_representation_bounds(step->to, &lo, &hi);
    }
    for (int i = 0; i < step->n; i++) {
        step->lo[i] = lo;
        step->hi[i] = hi;
        if (step->to == NULL && field != NULL && field->lo != NULL && field->hi != NULL &&
            step->plus_source < 0) {
            const double factor = step->scale * step->share;
            step->lo[i] = fmax(lo, field->lo[step->at[i] - first] / factor);
            step->hi[i] = fmin(hi, field->hi[step->at[i] - first] / factor);
            step->bounded = true;
        }
    }
}

chore_status chore_translate_write_part(const chore_translation *t, const chore_policy_mode *mode,
                                        const chore_convention_part *part, translate_step *step,
                                        chore_error *err)
{
    int first;
    begin(step, part);
    if (part->native[0] == '\0') { /* taken, and without effect */
        step->n = 1;
        bound(part, NULL, 0, step);
        return CHORE_OK;
    }
    step->field = find_component(mode, part->native, &first);
    if (step->field == NULL) {
        return unknown(t, part, "action component", part->native, mode->components,
                       mode->n_components, err);
    }
    chore_status status = pick(t, part, step->field, 0, step, err);
    if (status == CHORE_OK) {
        status = turn(t, part, step->field, true, step, err);
    }
    if (status == CHORE_OK) {
        status = resolve_plus(t, part, step, err);
    }
    for (int i = 0; i < step->n_native; i++) {
        step->at[i] += first;
    }
    if (status == CHORE_OK) {
        bound(part, step->field, first, step);
        if (step->binary && (!step->bounded || step->n != 1)) {
            status = unfit(t, part, err, "'%s' is one end or the other, but has no two ends",
                           part->name);
        }
    }
    return status;
}

void chore_translate_row(const chore_policy_field *field, int source, int first, int n,
                         const char *as, double width_m, translate_step *step)
{
    memset(step, 0, sizeof *step);
    step->field = field;
    step->source = source;
    step->add_source = step->plus_source = -1;
    step->scale = step->share = 1;
    step->n = step->n_native = n;
    step->width_m = width_m;
    for (int i = 0; i < n; i++) {
        step->at[i] = first + i;
    }
    if (as[0] != '\0') {
        step->from = chore_representation_find(field->repr);
        step->to = chore_representation_find(as);
        step->n = step->to->n;
    }
}
