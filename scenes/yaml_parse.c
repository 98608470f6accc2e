/* From YAML text to a tree of nodes, on libyaml's events: only they still tell anchors and tags, which are
   refused. */
#include "yaml_internal.h"

#include <chore/files.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define MAX_BYTES   (1024 * 1024)
#define MAX_DEPTH   32
#define MAX_KEYS    1024 /* per map: the search for duplicate keys is quadratic */
#define BLOCK_BYTES 16384

/* ---- memory: blocks that live as long as the file ------------------------------------------------------ */

struct yaml_block {
    yaml_block *next;
    size_t used, cap;
    max_align_t data[];
};

static void *arena_take(chore_yaml *file, size_t bytes)
{
    size_t step = sizeof(max_align_t);
    bytes = (bytes + step - 1) / step * step;
    yaml_block *block = file->blocks;
    if (block == NULL || block->cap - block->used < bytes) {
        size_t cap = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
        block = malloc(sizeof *block + cap);
        CHORE_ASSERT(block != NULL);
        block->next = file->blocks;
        block->used = 0;
        block->cap = cap;
        file->blocks = block;
    }
    void *at = (char *)block->data + block->used;
    block->used += bytes;
    memset(at, 0, bytes);
    return at;
}

static chore_yaml_node **arena_push(chore_yaml *file, chore_yaml_node **array, int n, chore_yaml_node *node)
{
    if ((n & (n - 1)) == 0) { /* full at 0 and at every power of two */
        chore_yaml_node **grown = arena_take(file, sizeof *grown * (n == 0 ? 1 : (size_t)n * 2));
        if (n > 0) {
            memcpy(grown, array, sizeof *grown * (size_t)n);
        }
        array = grown;
    }
    array[n] = node;
    return array;
}

/* ---- reading events ------------------------------------------------------------------------------------ */

typedef struct reader {
    yaml_parser_t parser;
    yaml_event_t event; /* the present one */
    bool has_event;
    chore_yaml *file;
    chore_error *err;
} reader;

static chore_status read_node(reader *r, int depth, chore_yaml_node **out);

static chore_status refuse(reader *r, yaml_mark_t mark, const char *what)
{
    return chore_fail_at(r->err, CHORE_E_FILE, r->file->name, (int)mark.line + 1, (int)mark.column + 1, "%s",
                         what);
}

static chore_status syntax_error(reader *r)
{
    const yaml_parser_t *p = &r->parser;
    const char *problem = p->problem != NULL ? p->problem : "unreadable";
    if (p->error == YAML_READER_ERROR) {
        return chore_fail_at(r->err, CHORE_E_FILE, r->file->name, 0, 0, "not valid YAML: %s at byte %zu",
                             problem, p->problem_offset);
    }
    return chore_fail_at(r->err, CHORE_E_FILE, r->file->name, (int)p->problem_mark.line + 1,
                         (int)p->problem_mark.column + 1, "not valid YAML: %s%s%s", problem,
                         p->context != NULL ? " " : "", p->context != NULL ? p->context : "");
}

static chore_status next_event(reader *r)
{
    if (r->has_event) {
        yaml_event_delete(&r->event);
        r->has_event = false;
    }
    if (!yaml_parser_parse(&r->parser, &r->event)) {
        return syntax_error(r);
    }
    r->has_event = true;
    return CHORE_OK;
}

static chore_yaml_node *add_node(reader *r, chore_yaml_kind kind)
{
    chore_yaml_node *node = arena_take(r->file, sizeof *node);
    node->file = r->file;
    node->kind = kind;
    node->line = (int)r->event.start_mark.line + 1;
    node->column = (int)r->event.start_mark.column + 1;
    return node;
}

static chore_status read_scalar(reader *r, chore_yaml_node **out)
{
    const char *text = (const char *)r->event.data.scalar.value;
    size_t len = r->event.data.scalar.length;
    if (memchr(text, '\0', len) != NULL) {
        return refuse(r, r->event.start_mark, "a text must not contain a zero byte");
    }
    chore_yaml_node *node = add_node(r, CHORE_YAML_SCALAR);
    node->quoted = r->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    char *copy = arena_take(r->file, len + 1);
    memcpy(copy, text, len);
    node->text = copy;
    *out = node;
    return CHORE_OK;
}

static chore_status read_list(reader *r, int depth, chore_yaml_node **out)
{
    chore_yaml_node *list = add_node(r, CHORE_YAML_LIST);
    for (;;) {
        TRY(next_event(r));
        if (r->event.type == YAML_SEQUENCE_END_EVENT) {
            *out = list;
            return CHORE_OK;
        }
        chore_yaml_node *item;
        TRY(read_node(r, depth + 1, &item));
        list->items = arena_push(r->file, list->items, list->n, item);
        list->n++;
    }
}

static chore_status check_key(const chore_yaml_node *map, const chore_yaml_node *key, chore_error *err)
{
    if (key->kind != CHORE_YAML_SCALAR || key->text[0] == '\0') {
        return chore_yaml_fail(key, err, "a key must be a plain word");
    }
    if (map->n == MAX_KEYS) {
        return chore_yaml_fail(key, err, "a map with more than %d keys", MAX_KEYS);
    }
    for (int i = 0; i < map->n; i++) {
        if (strcmp(map->keys[i]->text, key->text) == 0) {
            return chore_yaml_fail(key, err, "key '%.64s' stands here a second time; the first is in line %d",
                                   key->text, map->keys[i]->line);
        }
    }
    return CHORE_OK;
}

static chore_status read_map(reader *r, int depth, chore_yaml_node **out)
{
    chore_yaml_node *map = add_node(r, CHORE_YAML_MAP);
    for (;;) {
        TRY(next_event(r));
        if (r->event.type == YAML_MAPPING_END_EVENT) {
            *out = map;
            return CHORE_OK;
        }
        chore_yaml_node *key, *value;
        TRY(read_node(r, depth + 1, &key));
        TRY(check_key(map, key, r->err));
        TRY(next_event(r));
        TRY(read_node(r, depth + 1, &value));
        map->keys = arena_push(r->file, map->keys, map->n, key);
        map->items = arena_push(r->file, map->items, map->n, value);
        map->n++;
    }
}

/* What YAML can do and our files must not: say things in a place other than where they are read. */
static chore_status refuse_extras(reader *r)
{
    const yaml_event_t *event = &r->event;
    const yaml_char_t *anchor = NULL, *tag = NULL;
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return refuse(r, event->start_mark, "aliases (*name) are not allowed: write the value out");
    case YAML_SCALAR_EVENT:
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
        break;
    default: break;
    }
    if (anchor != NULL) {
        return refuse(r, event->start_mark, "anchors (&name) are not allowed: write the value out");
    }
    if (tag != NULL) {
        return refuse(r, event->start_mark, "tags (!name) are not allowed");
    }
    return CHORE_OK;
}

/* The present event starts the node. */
static chore_status read_node(reader *r, int depth, chore_yaml_node **out)
{
    TRY(refuse_extras(r));
    if (depth > MAX_DEPTH) {
        return refuse(r, r->event.start_mark, "lists and maps are nested too deeply (more than 32 levels)");
    }
    switch (r->event.type) {
    case YAML_SCALAR_EVENT: return read_scalar(r, out);
    case YAML_SEQUENCE_START_EVENT: return read_list(r, depth, out);
    case YAML_MAPPING_START_EVENT: return read_map(r, depth, out);
    default: return refuse(r, r->event.start_mark, "not valid YAML: a value is missing");
    }
}

static chore_status read_stream(reader *r)
{
    TRY(next_event(r));
    TRY(next_event(r));
    if (r->event.type == YAML_STREAM_END_EVENT) {
        return refuse(r, r->event.start_mark, "the file is empty");
    }
    if (r->event.data.document_start.tag_directives.start !=
        r->event.data.document_start.tag_directives.end) {
        return refuse(r, r->event.start_mark, "directives (%TAG) are not allowed");
    }
    TRY(next_event(r));
    TRY(read_node(r, 0, &r->file->root));
    TRY(next_event(r));
    TRY(next_event(r));
    if (r->event.type != YAML_STREAM_END_EVENT) {
        return refuse(r, r->event.start_mark, "a second document begins here: one file holds one document");
    }
    return CHORE_OK;
}

chore_status chore_yaml_parse(chore_yaml **out, const char *name, const char *text, size_t len,
                              chore_error *err)
{
    if (len > MAX_BYTES) {
        return chore_fail_at(err, CHORE_E_FILE, name, 0, 0, "the file is larger than %d bytes", MAX_BYTES);
    }
    chore_yaml *file = calloc(1, sizeof *file);
    reader r = {.file = file, .err = err};
    if (file == NULL || (file->name = malloc(strlen(name) + 1)) == NULL ||
        !yaml_parser_initialize(&r.parser)) {
        chore_yaml_free(file);
        return chore_fail(err, CHORE_E_MEMORY, "no memory to read %s", name);
    }
    strcpy(file->name, name);
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, len);
    chore_status status = read_stream(&r);
    if (r.has_event) {
        yaml_event_delete(&r.event);
    }
    yaml_parser_delete(&r.parser);
    if (status != CHORE_OK) {
        chore_yaml_free(file);
        return status;
    }
    *out = file;
    return CHORE_OK;
}

chore_status chore_yaml_load(chore_yaml **out, const char *path, chore_error *err)
{
    char *text;
    size_t len;
    TRY(chore_file_read(path, &text, &len, err));
    chore_status status = chore_yaml_parse(out, path, text, len, err);
    free(text);
    return status;
}

void chore_yaml_free(chore_yaml *yaml)
{
    if (yaml == NULL) {
        return;
    }
    for (yaml_block *block = yaml->blocks, *next; block != NULL; block = next) {
        next = block->next;
        free(block);
    }
    free(yaml->name);
    free(yaml);
}

const chore_yaml_node *chore_yaml_root(const chore_yaml *yaml)
{
    return yaml->root;
}
