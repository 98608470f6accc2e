/* A translation's life: what is offered, and what was accepted. */
#include "translate_internal.h"
#include <stdlib.h>
#include <string.h>

/* ---- the offer ------------------------------------------------------------------------------------------- */

/* Zeroed memory that lives as long as the offer. */
static void *keep(chore_translation *t, size_t size)
{
    void *piece = calloc(1, size > 0 ? size : 1);
    void **more = realloc(t->kept, ((size_t)t->n_kept + 1) * sizeof *more);
    CHORE_ASSERT(piece != NULL && more != NULL);
    t->kept = more;
    t->kept[t->n_kept++] = piece;
    return piece;
}

static const char *keep_text(chore_translation *t, const char *text)
{
    return strcpy(keep(t, strlen(text) + 1), text);
}

/* A native field with the names of what it can be turned into. */
static void offer_native(chore_translation *t, const chore_policy_field *native, bool acting,
                         chore_policy_field *out)
{
    chore_text names = {0};
    const chore_representation *repr = chore_representation_find(native->repr);
    const bool known =
        repr != NULL && native->kind == CHORE_FIELD_VECTOR && native->ndim <= 2 &&
        chore_translate_row_values(native) == repr->n &&
        chore_translate_rows(native) <= CHORE_CONVENTION_PARTS &&
        (repr->kind != CHORE_REPR_OPENING || (native->hi != NULL && native->hi[0] > 0));
    memset(out, 0, sizeof *out);
    memcpy(out, native, native->struct_size < sizeof *out ? native->struct_size : sizeof *out);
    out->struct_size = sizeof *out;
    if (known) {
        if (native->convert != NULL) { /* whoever made the field may know more of them */
            chore_text_add(&names, "%s", native->convert);
        }
        chore_convert_names(native->repr, acting, &names);
        out->convert = keep_text(t, chore_text_get(&names));
    }
    chore_text_release(&names);
}

/* "m,axis_angle_down,finger_pair": the representations of the parts, each once where neighbours are alike. */
static const char *joined_repr(chore_translation *t, const translate_program *program)
{
    chore_text words = {0};
    const char *last = "";
    for (int i = 0; i < program->n_steps; i++) {
        const translate_step *step = &program->steps[i];
        const char *repr = step->to != NULL ? step->to->name : step->field->repr;
        if (strcmp(repr, last) != 0) {
            chore_text_add(&words, "%s%s", i > 0 ? "," : "", repr);
        }
        last = repr;
    }
    const char *kept = keep_text(t, chore_text_get(&words));
    chore_text_release(&words);
    return kept;
}

static void offer_stream(chore_translation *t, const chore_convention_stream *stream,
                         const translate_program *program, chore_policy_field *out)
{
    *out = (chore_policy_field){.struct_size = sizeof *out,
                                .kind = CHORE_FIELD_VECTOR,
                                .dtype = CHORE_DTYPE_F32,
                                .ndim = 1,
                                .name = stream->name,
                                .repr = joined_repr(t, program),
                                .frame = stream->frame[0] != '\0' ? stream->frame
                                                                  : program->steps[0].field->frame,
                                .convert = "",
                                .scale = program->steps[0].scale};
    for (int i = 0; i < program->n_steps; i++) {
        out->shape[0] += (uint32_t)program->steps[i].n;
        out->flags |= program->steps[i].field->flags & CHORE_FLAG_PRIVILEGED;
        if (program->steps[i].add_source >= 0) {
            out->flags |=
                CHORE_POLICY_AT(chore_policy_field, t->native->fields, program->steps[i].add_source)
                    ->flags &
                CHORE_FLAG_PRIVILEGED;
        }
    }
}

static void offer_component(chore_translation *t, const translate_step *step,
                            chore_policy_field *out)
{
    *out = (chore_policy_field){.struct_size = sizeof *out,
                                .kind = CHORE_FIELD_VECTOR,
                                .dtype = CHORE_DTYPE_F32,
                                .ndim = 1,
                                .shape = {(uint32_t)step->n},
                                .flags = step->binary ? CHORE_FLAG_BINARY : 0,
                                .name = step->label,
                                .repr = step->to != NULL      ? step->to->name
                                        : step->field != NULL ? step->field->repr
                                                              : "",
                                .frame = step->field != NULL ? step->field->frame : "",
                                .convert = "",
                                .scale = step->scale};
    if (step->bounded) {
        double *bounds = keep(t, 2 * (size_t)step->n * sizeof *bounds);
        memcpy(bounds, step->lo, (size_t)step->n * sizeof *bounds);
        memcpy(bounds + step->n, step->hi, (size_t)step->n * sizeof *bounds);
        out->lo = bounds;
        out->hi = bounds + step->n;
    }
}

/* The convention's streams and mode on this robot. */
static chore_status resolve(chore_translation *t, const chore_policy_mode *mode, chore_error *err)
{
    const chore_convention *c = t->convention;
    chore_status status = CHORE_OK;
    for (int i = 0; i < c->n_streams; i++) {
        t->ours[i].n_steps = c->streams[i].n_parts;
        for (int p = 0; p < c->streams[i].n_parts && status == CHORE_OK; p++) {
            status =
                chore_translate_read_part(t, &c->streams[i].parts[p], &t->ours[i].steps[p], err);
        }
    }
    t->acting.n_steps = c->n_components;
    for (int i = 0; i < c->n_components && status == CHORE_OK; i++) {
        status = chore_translate_write_part(t, mode, &c->components[i], &t->acting.steps[i], err);
    }
    return status;
}

/* NULL: there is none. */
static const chore_policy_mode *find_mode(const chore_policy_offer *offer, const char *name)
{
    for (uint32_t i = 0; i < offer->n_modes; i++) {
        const chore_policy_mode *mode = CHORE_POLICY_AT(chore_policy_mode, offer->modes, i);
        if (strcmp(mode->name, name) == 0) {
            return mode;
        }
    }
    return NULL;
}

static chore_status take_convention(chore_translation *t, const chore_convention *convention,
                                    chore_error *err)
{
    t->convention = keep(t, sizeof *convention);
    *t->convention = *convention;
    t->n_ours = convention->n_streams;
    t->ours = keep(t, (size_t)t->n_ours * sizeof *t->ours);
    const chore_policy_mode *mode = find_mode(t->native, convention->acts);
    if (mode == NULL) {
        return chore_fail_at(err, CHORE_E_USAGE, convention->path, convention->line,
                             convention->column,
                             "convention '%s' acts through the mode '%s', which is not offered",
                             convention->name, convention->acts);
    }
    return resolve(t, mode, err);
}

static void make_offer(chore_translation *t)
{
    const chore_policy_offer *native = t->native;
    const uint32_t ours = (uint32_t)t->n_ours, has_mode = t->convention != NULL;
    chore_policy_field *fields = keep(t, (ours + native->n_fields) * sizeof *fields);
    chore_policy_mode *modes = keep(t, (has_mode + native->n_modes) * sizeof *modes);
    for (uint32_t i = 0; i < ours; i++) {
        offer_stream(t, &t->convention->streams[i], &t->ours[i], &fields[i]);
    }
    for (uint32_t i = 0; i < native->n_fields; i++) {
        offer_native(t, CHORE_POLICY_AT(chore_policy_field, native->fields, i), false,
                     &fields[ours + i]);
    }
    for (uint32_t m = 0; m < has_mode + native->n_modes; m++) {
        const chore_policy_mode *old =
            m < has_mode ? NULL : CHORE_POLICY_AT(chore_policy_mode, native->modes, m - has_mode);
        const uint32_t n = old != NULL ? old->n_components : (uint32_t)t->acting.n_steps;
        chore_policy_field *components = keep(t, n * sizeof *components);
        for (uint32_t i = 0; i < n; i++) {
            if (old != NULL) {
                offer_native(t, CHORE_POLICY_AT(chore_policy_field, old->components, i), true,
                             &components[i]);
            } else {
                offer_component(t, &t->acting.steps[i], &components[i]);
            }
        }
        modes[m] = (chore_policy_mode){.struct_size = sizeof *modes,
                                       .n_components = n,
                                       .name = old != NULL ? old->name : t->convention->name,
                                       .components = components};
    }
    t->offer = *native;
    t->offer.n_fields = ours + native->n_fields;
    t->offer.fields = fields;
    t->offer.n_modes = has_mode + native->n_modes;
    t->offer.modes = modes;
}

chore_status chore_translation_create(chore_translation **out, const chore_policy_offer *native,
                                      const chore_convention *convention, chore_error *err)
{
    *out = NULL;
    chore_translation *t = calloc(1, sizeof *t);
    CHORE_ASSERT(t != NULL);
    t->native = native;
    const chore_status status = convention != NULL ? take_convention(t, convention, err) : CHORE_OK;
    if (status != CHORE_OK) {
        chore_translation_destroy(t);
        return status;
    }
    make_offer(t);
    *out = t;
    return CHORE_OK;
}

static void forget_request(chore_translation *t)
{
    free(t->plain);
    free(t->streams);
    free(t->reads);
    free(t->acts_on);
    chore_text_release(&t->lines);
    t->plain = NULL;
    t->streams = NULL;
    t->reads = t->acts_on = NULL;
    t->n_lines = 0;
    t->n_streams = 0;
}

void chore_translation_destroy(chore_translation *t)
{
    if (t != NULL) {
        forget_request(t);
        for (int i = 0; i < t->n_kept; i++) {
            free(t->kept[i]);
        }
        free(t->kept);
        free(t);
    }
}

/* Its numbers are the native ones of now: a harness may change them between two requests. */
const chore_policy_offer *chore_translation_offer(chore_translation *t)
{
    const chore_policy_offer ours = t->offer;
    t->offer = *t->native;
    t->offer.fields = ours.fields;
    t->offer.n_fields = ours.n_fields;
    t->offer.modes = ours.modes;
    t->offer.n_modes = ours.n_modes;
    return &t->offer;
}

/* ---- the request ----------------------------------------------------------------------------------------- */

/* The conversion that is asked for, "" for none. An offered field that is handed back as it is holds the whole
   list of them: none. */
static const char *asked_conversion(const chore_policy_field *asked,
                                    const chore_policy_field *offered)
{
    const bool none = asked->convert == NULL ||
                      (offered->convert != NULL && strcmp(asked->convert, offered->convert) == 0);
    return none ? "" : asked->convert;
}

static void accept_stream(chore_translation *t, uint32_t k, const chore_policy_field *asked)
{
    translate_program *program = &t->streams[k];
    t->plain[k] = -1;
    for (int i = 0; i < t->n_ours; i++) {
        if (strcmp(t->convention->streams[i].name, asked->name) == 0) {
            *program = t->ours[i];
            chore_translate_tell_stream(t, asked->name, program);
        }
    }
    for (uint32_t i = 0; i < t->native->n_fields && program->n_steps == 0; i++) {
        const chore_policy_field *field = CHORE_POLICY_AT(chore_policy_field, t->native->fields, i);
        const char *as = asked_conversion(asked, &t->offer.fields[(uint32_t)t->n_ours + i]);
        if (strcmp(field->name, asked->name) != 0) {
            continue;
        }
        if (as[0] == '\0' ||
            chore_representation_find(as) == NULL) { /* others' conversions are others' work */
            t->plain[k] = (int)i;
            return;
        }
        const int values = chore_translate_row_values(field);
        program->n_steps = chore_translate_rows(field);
        for (int row = 0; row < program->n_steps; row++) {
            chore_translate_row(field, (int)i, row * values, values, as,
                                field->hi != NULL ? field->hi[row * values] : 0,
                                &program->steps[row]);
        }
        chore_translate_tell_stream(t, asked->name, program);
    }
    for (int i = 0; i < program->n_steps; i++) {
        t->reads[program->steps[i].source] = true;
        if (program->steps[i].add_source >= 0) {
            t->reads[program->steps[i].add_source] = true;
        }
    }
}

/* A native mode: component by component, some of them in another representation. */
static void accept_native_mode(chore_translation *t, const chore_policy_mode *mode,
                               const chore_policy_request *request)
{
    const chore_policy_mode *offered = find_mode(&t->offer, mode->name);
    int first = 0;
    t->acts_plain = true;
    t->mode = mode->name;
    t->action.n_steps = 0;
    for (uint32_t i = 0; i < mode->n_components; i++) {
        const chore_policy_field *field = CHORE_POLICY_AT(chore_policy_field, mode->components, i);
        const chore_policy_field *asked = /* a harness's own request may leave them out */
            i < request->n_components ? CHORE_POLICY_AT(chore_policy_field, request->components, i) : field;
        const char *as = asked_conversion(asked, &offered->components[i]);
        const int values = chore_translate_row_values(field);
        t->acts_plain = t->acts_plain && as[0] == '\0';
        t->dim += as[0] == '\0' ? (uint32_t)values : (uint32_t)chore_representation_find(as)->n;
        if (i < CHORE_CONVENTION_PARTS && values <= STEP_VALUES) {
            translate_step *step = &t->action.steps[t->action.n_steps++];
            chore_translate_row(field, -1, first, values, as, field->hi != NULL ? field->hi[0] : 0,
                                step);
            chore_copy(step->label, sizeof step->label, field->name);
        }
        first += values;
    }
    CHORE_ASSERT(t->acts_plain || (uint32_t)t->action.n_steps == mode->n_components);
}

static void accept_action(chore_translation *t, const chore_policy_request *request)
{
    t->dim = 0;
    if (t->convention != NULL && strcmp(request->mode, t->convention->name) == 0) {
        t->acts_plain = false;
        t->mode = t->convention->acts;
        t->action = t->acting;
        for (int i = 0; i < t->action.n_steps; i++) {
            t->dim += (uint32_t)t->action.steps[i].n;
        }
    } else {
        const chore_policy_mode *mode = find_mode(t->native, request->mode);
        CHORE_ASSERT(mode != NULL);
        accept_native_mode(t, mode, request);
    }
    for (int i = 0; i < t->action.n_steps; i++) {
        if (t->action.steps[i].plus_source >= 0) {
            t->acts_on[t->action.steps[i].plus_source] = true;
        }
    }
    if (!t->acts_plain) {
        chore_translate_tell_action(t, &t->action);
    }
}

void chore_translation_accept(chore_translation *t, const chore_policy_request *request)
{
    forget_request(t);
    t->n_streams = request->n_fields;
    t->plain = calloc((size_t)t->n_streams + 1, sizeof *t->plain);
    t->streams = calloc((size_t)t->n_streams + 1, sizeof *t->streams);
    t->reads = calloc((size_t)t->native->n_fields + 1, sizeof *t->reads);
    t->acts_on = calloc((size_t)t->native->n_fields + 1, sizeof *t->acts_on);
    CHORE_ASSERT(t->plain && t->streams && t->reads && t->acts_on);
    for (uint32_t k = 0; k < t->n_streams; k++) {
        accept_stream(t, k, CHORE_POLICY_AT(chore_policy_field, request->fields, k));
    }
    accept_action(t, request);
}

const char *chore_translation_mode(const chore_translation *t)
{
    return t->mode;
}

const char *chore_translation_convention(const chore_translation *t)
{
    return t->convention != NULL ? t->convention->name : "";
}

uint32_t chore_translation_dim(const chore_translation *t)
{
    return t->dim;
}

int chore_translation_plain(const chore_translation *t, uint32_t k)
{
    return t->plain[k];
}

bool chore_translation_translated(const chore_translation *t, uint32_t k)
{
    return t->streams[k].n_steps > 0;
}

bool chore_translation_reads(const chore_translation *t, uint32_t native_field)
{
    return t->reads[native_field];
}

bool chore_translation_acts_on(const chore_translation *t, uint32_t native_field)
{
    return t->acts_on[native_field];
}

bool chore_translation_acts_plain(const chore_translation *t)
{
    return t->acts_plain;
}
