/* A convention's file, checked to the last key. */
#include <chore/conventions.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/convert.h>
#include <chore/files.h>
#include <chore/yaml.h>

#define FOLDER "policy_iface/conventions"
#define TRY(call)                    \
    do {                             \
        chore_status tried = (call); \
        if (tried != CHORE_OK) {     \
            return tried;            \
        }                            \
    } while (0)

/* ---- scalars
   ------------------------------------------------------------------------------------------------ */

/* "libero.eef_pos": identifiers with dots between them. */
static chore_status get_name(const chore_yaml_node *node, const char *what,
                             char out[CHORE_NAME_CAP], chore_error *err)
{
    const char *text;
    TRY(chore_yaml_string(node, &text, err));
    bool start = true, fine = strlen(text) < CHORE_NAME_CAP;
    for (const char *c = text; *c; c++) {
        const bool letter = *c >= 'a' && *c <= 'z', more = (*c >= '0' && *c <= '9') || *c == '_';
        fine = fine && (start ? letter : letter || more || *c == '.');
        start = *c == '.';
    }
    if (!fine || start) {
        return chore_yaml_fail(
            node, err,
            "expected %s: small letters, digits, '_', with dots between words, at most %d bytes",
            what, CHORE_NAME_CAP - 1);
    }
    chore_copy(out, CHORE_NAME_CAP, text);
    return CHORE_OK;
}

/* A length, an angle, or a bare number: what it counts is the native value's business. */
static chore_status get_amount(const chore_yaml_node *node, double *out, chore_error *err)
{
    if (chore_yaml_quantity(node, CHORE_UNIT_LENGTH, out, NULL) == CHORE_OK ||
        chore_yaml_quantity(node, CHORE_UNIT_ANGLE, out, NULL) == CHORE_OK ||
        chore_yaml_quantity(node, CHORE_UNIT_NONE, out, NULL) == CHORE_OK) {
        return CHORE_OK;
    }
    return chore_yaml_fail(node, err,
                           "expected a length (0.05 m), an angle (0.5 rad) or a bare number");
}

static chore_status get_positive(const chore_yaml_node *node, double *out, chore_error *err)
{
    TRY(get_amount(node, out, err));
    return *out > 0 ? CHORE_OK : chore_yaml_fail(node, err, "expected more than 0");
}

/* The name of a representation, which must be one that values can be turned into. */
static chore_status get_representation(const chore_yaml_node *node, char out[CHORE_NAME_CAP],
                                       chore_error *err)
{
    const char *names[64];
    TRY(get_name(node, "a representation", out, err));
    const int n = chore_representation_count();
    for (int i = 0; i < n && i < 64; i++) {
        names[i] = chore_representation_at(i)->name;
    }
    return chore_representation_find(out)
               ? CHORE_OK
               : chore_yaml_fail_unknown(node, "representation", out, names, n, err);
}

static chore_status get_picks(const chore_yaml_node *node, chore_convention_part *part,
                              chore_error *err)
{
    TRY(chore_yaml_expect(node, CHORE_YAML_LIST, "values: [0, 1, 3], which of them", err));
    if (chore_yaml_size(node) < 1 || chore_yaml_size(node) > CHORE_CONVENTION_VALUES) {
        return chore_yaml_fail(node, err, "expected 1 to %d values", CHORE_CONVENTION_VALUES);
    }
    for (int i = 0; i < chore_yaml_size(node); i++) {
        int64_t pick;
        TRY(chore_yaml_int(chore_yaml_item(node, i), 0, 63, &pick, err));
        for (int k = 0; k < i; k++) {
            if (part->pick[k] == (int)pick) {
                return chore_yaml_fail(chore_yaml_item(node, i), err, "value %d is named twice",
                                       (int)pick);
            }
        }
        part->pick[i] = (int)pick;
        part->n_picks = i + 1;
    }
    return CHORE_OK;
}

static chore_status get_add(const chore_yaml_node *node, chore_convention_part *part,
                            chore_error *err)
{
    TRY(chore_yaml_expect(node, CHORE_YAML_LIST, "add: [-0.66 m, 0 m, 0.912 m]", err));
    if (chore_yaml_size(node) < 1 || chore_yaml_size(node) > CHORE_CONVENTION_VALUES) {
        return chore_yaml_fail(node, err, "expected 1 to %d values", CHORE_CONVENTION_VALUES);
    }
    for (int i = 0; i < chore_yaml_size(node); i++) {
        TRY(get_amount(chore_yaml_item(node, i), &part->add[i], err));
        part->n_add = i + 1;
    }
    return CHORE_OK;
}

static chore_status get_bounds(const chore_yaml_node *node, chore_convention_part *part,
                               chore_error *err)
{
    double range[2];
    TRY(chore_yaml_range(node, CHORE_UNIT_NONE, range, err));
    if (!(range[0] < range[1])) {
        return chore_yaml_fail(node, err, "expected bounds: [lo, hi] with lo below hi");
    }
    part->bounded = true;
    part->lo = range[0];
    part->hi = range[1];
    return CHORE_OK;
}

/* ---- parts
   ---------------------------------------------------------------------------------------------------- */

/* What streams and actions have in common. */
static chore_status get_part(const chore_yaml_node *node, const char *native_key,
                             chore_convention_part *part, chore_error *err)
{
    const chore_yaml_node *found;
    int64_t row = 0;
    *part = (chore_convention_part){.scale = 1, .share = 1};
    found = chore_yaml_find(node, native_key);
    TRY(get_name(found, "the name of what the robot offers", part->native, err));
    chore_yaml_place(found, &part->line, &part->column);
    if ((found = chore_yaml_find(node, "row"))) {
        TRY(chore_yaml_int(found, 0, 63, &row, err));
        part->row = (int)row;
    }
    if ((found = chore_yaml_find(node, "values"))) {
        TRY(get_picks(found, part, err));
    }
    if ((found = chore_yaml_find(node, "as"))) {
        TRY(get_representation(found, part->as, err));
    }
    if ((found = chore_yaml_find(node, "scale"))) {
        TRY(get_positive(found, &part->scale, err));
    }
    return CHORE_OK;
}

static chore_status get_stream_part(const chore_yaml_node *node, chore_convention_part *part,
                                    chore_error *err)
{
    static const char *const known[] = {"stream",     "row", "values", "add",
                                        "rises_with", "as",  "scale",  NULL};
    static const char *const required[] = {"stream", NULL};
    const chore_yaml_node *found;
    TRY(chore_yaml_check_keys(node, "part of a stream", known, required, err));
    TRY(get_part(node, "stream", part, err));
    if ((found = chore_yaml_find(node, "add"))) {
        TRY(get_add(found, part, err));
    }
    if ((found = chore_yaml_find(node, "rises_with"))) {
        TRY(get_name(found, "a stream of one value", part->add_stream, err));
    }
    return CHORE_OK;
}

static chore_status get_stream(const chore_yaml_node *node, chore_convention_stream *stream,
                               chore_error *err)
{
    static const char *const known[] = {"name", "frame", "of", NULL};
    static const char *const required[] = {"name", "of", NULL};
    TRY(chore_yaml_check_keys(node, "stream", known, required, err));
    const chore_yaml_node *frame = chore_yaml_find(node, "frame"),
                          *of = chore_yaml_find(node, "of");
    TRY(get_name(chore_yaml_find(node, "name"), "a stream's name", stream->name, err));
    if (frame) {
        TRY(get_name(frame, "the name of a frame", stream->frame, err));
    }
    TRY(chore_yaml_expect(of, CHORE_YAML_LIST, "of: the parts of which the stream is made", err));
    if (chore_yaml_size(of) < 1 || chore_yaml_size(of) > CHORE_CONVENTION_PARTS) {
        return chore_yaml_fail(of, err, "expected 1 to %d parts", CHORE_CONVENTION_PARTS);
    }
    for (stream->n_parts = 0; stream->n_parts < chore_yaml_size(of); stream->n_parts++) {
        TRY(get_stream_part(chore_yaml_item(of, stream->n_parts), &stream->parts[stream->n_parts],
                            err));
    }
    return CHORE_OK;
}

/* A component that nothing comes of has `to: nothing`. */
static chore_status get_component(const chore_yaml_node *node, chore_convention_part *part,
                                  chore_error *err)
{
    static const char *const known[] = {"name",  "to",     "row",       "values", "as", "scale",
                                        "share", "bounds", "ends_only", "plus",   NULL};
    static const char *const required[] = {"name", "to", NULL};
    const chore_yaml_node *found;
    TRY(chore_yaml_check_keys(node, "component of the action", known, required, err));
    TRY(get_part(node, "to", part, err));
    TRY(get_name(chore_yaml_find(node, "name"), "a component's name", part->name, err));
    if ((found = chore_yaml_find(node, "share"))) {
        TRY(get_positive(found, &part->share, err));
    }
    if ((found = chore_yaml_find(node, "bounds"))) {
        TRY(get_bounds(found, part, err));
    }
    if ((found = chore_yaml_find(node, "ends_only"))) {
        TRY(chore_yaml_bool(found, &part->binary, err));
    }
    if ((found = chore_yaml_find(node, "plus"))) {
        TRY(get_name(found, "the stream that a step starts from", part->plus, err));
    }
    if (strcmp(part->native, "nothing") == 0) {
        part->native[0] = '\0';
    }
    return CHORE_OK;
}

/* ---- the file
   --------------------------------------------------------------------------------------------------- */

static chore_status get_streams(const chore_yaml_node *node, chore_convention *c, chore_error *err)
{
    TRY(chore_yaml_expect(node, CHORE_YAML_LIST, "a list of streams", err));
    if (chore_yaml_size(node) > CHORE_CONVENTION_STREAMS) {
        return chore_yaml_fail(node, err, "expected at most %d streams", CHORE_CONVENTION_STREAMS);
    }
    for (c->n_streams = 0; c->n_streams < chore_yaml_size(node); c->n_streams++) {
        const chore_yaml_node *item = chore_yaml_item(node, c->n_streams);
        TRY(get_stream(item, &c->streams[c->n_streams], err));
        for (int i = 0; i < c->n_streams; i++) {
            if (strcmp(c->streams[i].name, c->streams[c->n_streams].name) == 0) {
                return chore_yaml_fail(chore_yaml_find(item, "name"), err,
                                       "the stream '%s' is there twice", c->streams[i].name);
            }
        }
    }
    return CHORE_OK;
}

static chore_status get_action(const chore_yaml_node *node, chore_convention *c, chore_error *err)
{
    TRY(chore_yaml_expect(node, CHORE_YAML_LIST, "a list of components", err));
    if (chore_yaml_size(node) < 1 || chore_yaml_size(node) > CHORE_CONVENTION_PARTS) {
        return chore_yaml_fail(node, err, "expected 1 to %d components", CHORE_CONVENTION_PARTS);
    }
    for (c->n_components = 0; c->n_components < chore_yaml_size(node); c->n_components++) {
        const chore_yaml_node *item = chore_yaml_item(node, c->n_components);
        TRY(get_component(item, &c->components[c->n_components], err));
        for (int i = 0; i < c->n_components; i++) {
            if (strcmp(c->components[i].name, c->components[c->n_components].name) == 0) {
                return chore_yaml_fail(chore_yaml_find(item, "name"), err,
                                       "the component '%s' is there twice", c->components[i].name);
            }
        }
    }
    return CHORE_OK;
}

static chore_status get_convention(const chore_yaml_node *root, chore_convention *c,
                                   chore_error *err)
{
    static const char *const known[] = {"name",    "version", "about",  "embodiment", "rate",
                                        "streams", "acts",    "action", NULL};
    int64_t version;
    const char *about;
    TRY(chore_yaml_check_keys(root, "convention", known, known, err));
    TRY(chore_yaml_identifier(chore_yaml_find(root, "name"), c->name, err));
    TRY(chore_yaml_int(chore_yaml_find(root, "version"), 1, 1000000, &version, err));
    c->version = (int)version;
    TRY(chore_yaml_string(chore_yaml_find(root, "about"), &about, err));
    chore_copy(c->about, sizeof c->about, about);
    TRY(chore_yaml_identifier(chore_yaml_find(root, "embodiment"), c->embodiment, err));
    TRY(chore_yaml_quantity(chore_yaml_find(root, "rate"), CHORE_UNIT_RATE, &c->rate_hz, err));
    TRY(get_streams(chore_yaml_find(root, "streams"), c, err));
    const chore_yaml_node *acts = chore_yaml_find(root, "acts");
    TRY(chore_yaml_identifier(acts, c->acts, err));
    chore_yaml_place(acts, &c->line, &c->column);
    return get_action(chore_yaml_find(root, "action"), c, err);
}

chore_status chore_convention_list(char ***out, int *n, chore_error *err)
{
    char dir[CHORE_PATH_CAP], **files;
    int n_files, kept = 0;
    *out = NULL;
    *n = 0;
    TRY(chore_path_join(dir, chore_data_dir(), FOLDER, err));
    TRY(chore_dir_list(dir, &files, &n_files, err));
    for (int i = 0; i < n_files; i++) { /* keep NAME.yaml as NAME, in place */
        const size_t len = strlen(files[i]);
        if (len > 5 && strcmp(files[i] + len - 5, ".yaml") == 0) {
            files[i][len - 5] = '\0';
            files[kept++] = files[i];
        } else {
            free(files[i]);
        }
    }
    *out = files;
    *n = kept;
    return CHORE_OK;
}

static chore_status find_file(const char *name, char path[CHORE_PATH_CAP], chore_error *err)
{
    const size_t len = strlen(name);
    if (strchr(name, '/') || (len > 5 && strcmp(name + len - 5, ".yaml") == 0)) {
        char full[CHORE_PATH_CAP];
        chore_copy(path, CHORE_PATH_CAP, realpath(name, full) ? full : name);
        return CHORE_OK;
    }
    char **names, relative[CHORE_PATH_CAP];
    int n;
    bool found = false;
    TRY(chore_convention_list(&names, &n, err));
    for (int i = 0; i < n; i++) {
        found = found || strcmp(names[i], name) == 0;
    }
    chore_status status = CHORE_OK;
    if (found) {
        snprintf(relative, sizeof relative, FOLDER "/%s.yaml", name);
        status = chore_path_join(path, chore_data_dir(), relative, err);
    } else {
        const int near = chore_nearest(name, (const char *const *)names, n);
        status = chore_fail(err, CHORE_E_NOT_FOUND, "there is no convention '%s'", name);
        if (near >= 0) {
            chore_error_hint(err, "did you mean '%s'?", names[near]);
        } else {
            chore_error_hint(err, "chorebench list conventions");
        }
    }
    chore_dir_list_free(names, n);
    return status;
}

chore_status chore_convention_load(chore_convention *out, const char *name_or_path,
                                   chore_error *err)
{
    memset(out, 0, sizeof *out);
    TRY(find_file(name_or_path, out->path, err));
    char *text;
    size_t len;
    chore_yaml *yaml;
    TRY(chore_file_read(out->path, &text, &len, err));
    out->hash = chore_hash_bytes(text, len, 0);
    chore_status status = chore_yaml_parse(&yaml, out->path, text, len, err);
    free(text);
    if (status == CHORE_OK) {
        status = get_convention(chore_yaml_root(yaml), out, err);
        chore_yaml_free(yaml);
    }
    return status;
}
