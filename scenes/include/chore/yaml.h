/* YAML for scene, object, task and suite files: a document tree whose every node knows its place, and
   checked getters whose errors name file, line, column, what was expected and the nearest valid name. On
   libyaml. Anchors, tags and duplicate keys are refused. */
#ifndef CHORE_YAML_H
#define CHORE_YAML_H
#include <chore/text.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef enum chore_yaml_kind { CHORE_YAML_SCALAR, CHORE_YAML_LIST, CHORE_YAML_MAP } chore_yaml_kind;
typedef struct chore_yaml chore_yaml;             /* a parsed file; owns its nodes */
typedef struct chore_yaml_node chore_yaml_node;   /* valid as long as its file */

chore_status chore_yaml_load(chore_yaml **out, const char *path, chore_error *err);
/* `name` stands in messages; the text is not kept. At most 1 MiB, 32 levels, 1024 keys per map. */
chore_status chore_yaml_parse(chore_yaml **out, const char *name, const char *text, size_t len,
                              chore_error *err);
void chore_yaml_free(chore_yaml *yaml);
const chore_yaml_node *chore_yaml_root(const chore_yaml *yaml);

chore_yaml_kind chore_yaml_kind_of(const chore_yaml_node *node);
int chore_yaml_size(const chore_yaml_node *node);   /* items of a list, pairs of a map; 0 for a scalar */
const chore_yaml_node *chore_yaml_item(const chore_yaml_node *list, int index);
const char *chore_yaml_key(const chore_yaml_node *map, int index);                  /* in file order */
const chore_yaml_node *chore_yaml_key_node(const chore_yaml_node *map, int index);  /* for errors about it */
const chore_yaml_node *chore_yaml_value(const chore_yaml_node *map, int index);
const chore_yaml_node *chore_yaml_find(const chore_yaml_node *map, const char *key); /* NULL: absent */

/* Where it stands, 1-based: for errors that are found later. */
void chore_yaml_place(const chore_yaml_node *node, int *line, int *column);
/* An error at a node's place. */
chore_status chore_yaml_fail(const chore_yaml_node *node, chore_error *err, const char *fmt, ...)
    CHORE_PRINTF(3, 4);
/* "unknown WHAT 'name'; did you mean 'nearest'?" at the node. */
chore_status chore_yaml_fail_unknown(const chore_yaml_node *node, const char *what, const char *name,
                                     const char *const *known, int n_known, chore_error *err);
/* The node must be a map whose keys are all in known[] and which has all of required[] (both
   NULL-terminated). */
chore_status chore_yaml_check_keys(const chore_yaml_node *node, const char *what, const char *const *known,
                                   const char *const *required, chore_error *err);
chore_status chore_yaml_expect(const chore_yaml_node *node, chore_yaml_kind kind, const char *what,
                               chore_error *err);

/* Scalars. `out` stays as it is when the getter fails. */
chore_status chore_yaml_string(const chore_yaml_node *node, const char **out, chore_error *err);
chore_status chore_yaml_identifier(const chore_yaml_node *node, char out[CHORE_NAME_CAP], chore_error *err);
chore_status chore_yaml_quantity(const chore_yaml_node *node, chore_unit unit, double *out, chore_error *err);
chore_status chore_yaml_int(const chore_yaml_node *node, int64_t lo, int64_t hi, int64_t *out,
                            chore_error *err);
chore_status chore_yaml_bool(const chore_yaml_node *node, bool *out, chore_error *err);   /* true | false */
/* A list of exactly n quantities (n at most 16), or a [lo, hi] range with lo <= hi. */
chore_status chore_yaml_vector(const chore_yaml_node *node, chore_unit unit, int n, double *out,
                               chore_error *err);
chore_status chore_yaml_range(const chore_yaml_node *node, chore_unit unit, double out[2], chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
