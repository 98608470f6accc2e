#include "keymap.h"
#include "keymaps_built_in.h" /* made from keymaps/ by CMake */

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_CAP = 65536, LINE_CAP = 512, MAX_WORDS = 24, MAX_DIM = 1024, MAX_SIDE = 8192 };

/* A line in words, and where complaints go. */
typedef struct line {
    keymap *map;
    const char *name;
    int number, n;
    char text[LINE_CAP], *word[MAX_WORDS];
    char *why;
    size_t cap;
} line;

static bool fail(const line *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static bool fail(const line *l, const char *fmt, ...)
{
    char words[256];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(words, sizeof words, fmt, args);
    va_end(args);
    (void)snprintf(l->why, l->cap, "key map %.120s:%d: %s", l->name, l->number, words);
    return false;
}

/* ---- words ----------------------------------------------------------------------------------- */

static bool copy_name(const line *l, char out[KEYMAP_NAME_CAP], const char *from, size_t size)
{
    if (size == 0 || size >= KEYMAP_NAME_CAP) {
        return fail(l, "\"%.*s\" is empty or longer than %d bytes", (int)(size < 80 ? size : 80),
                    from, KEYMAP_NAME_CAP - 1);
    }
    memcpy(out, from, size);
    out[size] = '\0';
    return true;
}

static bool number(const line *l, const char *word, double *out)
{
    char *end = NULL;
    *out = strtod(word, &end);
    return (end != word && *end == '\0' && isfinite(*out)) ||
           fail(l, "\"%.40s\": expected a number", word);
}

static bool copy_words(char *out, size_t cap, const char *from)
{
    const size_t size = strlen(from);
    if (size < cap) {
        memcpy(out, from, size + 1);
    }
    return size < cap;
}

static bool count(const line *l, const char *word, uint32_t most, uint32_t *out)
{
    char *end = NULL;
    const double value = strtod(word, &end);
    if (end == word || *end != '\0' || !(value >= 1 && value <= most) || value != floor(value)) {
        return fail(l, "\"%.40s\": expected a whole number from 1 to %u", word, (unsigned)most);
    }
    *out = (uint32_t)value;
    return true;
}

/* "name" or "name:representation", and behind it "?" when it may be missing. */
static bool stream(const line *l, const char *word, keymap_stream *out)
{
    const size_t name = strcspn(word, ":?");
    const char *convert = word + name + (word[name] == ':');
    const size_t size = word[name] == ':' ? strcspn(convert, "?") : 0;
    const char *end = convert + size;
    *out = (keymap_stream){.optional = *end == '?'};
    if (end[out->optional] != '\0' || (word[name] == ':' && size == 0)) {
        return fail(l, "\"%.80s\": expected NAME, NAME:REPRESENTATION, NAME?", word);
    }
    return copy_name(l, out->name, word, name) &&
           (size == 0 || copy_name(l, out->convert, convert, size));
}

/* "name:representation[3]": the number of values that a row has in that representation. */
static bool cut_values(const line *l, char *word, uint32_t *values)
{
    char *open = strchr(word, '['), *close = strchr(word, ']');
    *values = 0;
    if (open == NULL && strchr(word, ':') == NULL) {
        return true;
    }
    if (open == NULL || close == NULL || close < open || strchr(word, ':') == NULL) {
        return fail(l, "\"%.80s\": expected NAME:REPRESENTATION[VALUES]", word);
    }
    *close = '\0';
    const bool good = count(l, open + 1, MAX_DIM, values);
    memmove(open, close + 1, strlen(close + 1) + 1);
    return good;
}

static bool add_stream(const line *l, const char *word, uint32_t *index)
{
    keymap *map = l->map;
    keymap_stream found;
    if (!stream(l, word, &found)) {
        return false;
    }
    for (uint32_t i = 0; i < map->n_streams; i++) {
        if (strcmp(map->streams[i].name, found.name) == 0) {
            return fail(l, "stream %s is used twice", found.name);
        }
    }
    if (map->n_streams == KEYMAP_STREAMS) {
        return fail(l, "more than %d streams", KEYMAP_STREAMS);
    }
    *index = map->n_streams;
    map->streams[map->n_streams++] = found;
    return true;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static keymap_key *add_key(const line *l, keymap_kind kind)
{
    keymap *map = l->map;
    keymap_key key = {.kind = kind};
    const char *word = l->word[1], *inner = strchr(word, '>');
    if (map->n_keys == KEYMAP_KEYS) {
        (void)fail(l, "more than %d keys", KEYMAP_KEYS);
        return NULL;
    }
    if ((inner != NULL && !copy_name(l, key.outer, word, (size_t)(inner - word))) ||
        !copy_name(l, key.key, inner != NULL ? inner + 1 : word,
                   strlen(inner != NULL ? inner + 1 : word))) {
        return NULL;
    }
    for (uint32_t i = 0; i < map->n_keys; i++) {
        const keymap_key *other = &map->keys[i];
        const bool same = strcmp(other->outer, key.outer) == 0 && strcmp(other->key, key.key) == 0;
        const bool hidden = (other->outer[0] == '\0' && strcmp(other->key, key.outer) == 0) ||
                            (key.outer[0] == '\0' && strcmp(other->outer, key.key) == 0);
        if (same || hidden) {
            (void)fail(l, "key %.80s is written twice", word);
            return NULL;
        }
        if (i + 1 < map->n_keys && key.outer[0] != '\0' && strcmp(other->outer, key.outer) == 0 &&
            strcmp(map->keys[map->n_keys - 1].outer, key.outer) != 0) {
            (void)fail(l, "the keys of %s must follow each other", key.outer);
            return NULL;
        }
    }
    map->keys[map->n_keys] = key;
    return &map->keys[map->n_keys++];
}

/* vector KEY DTYPE = STREAM... */
static bool read_vector(const line *l)
{
    if (l->n < 5 || strcmp(l->word[3], "=") != 0) {
        return fail(l, "expected: vector KEY DTYPE = STREAM...");
    }
    keymap_key *key = add_key(l, KEYMAP_VECTOR);
    if (key == NULL) {
        return false;
    }
    if (strcmp(l->word[2], "f4") != 0 && strcmp(l->word[2], "f8") != 0) {
        return fail(l, "\"%.40s\": expected f4 or f8", l->word[2]);
    }
    key->dtype = strcmp(l->word[2], "f4") == 0 ? NDARRAY_F32 : NDARRAY_F64;
    key->n = (uint32_t)l->n - 4;
    key->first = l->map->n_streams;
    for (int i = 4; i < l->n; i++) {
        uint32_t index, values;
        if (!cut_values(l, l->word[i], &values) || !add_stream(l, l->word[i], &index)) {
            return false;
        }
        l->map->streams[index].values = values;
    }
    return true;
}

/* Which of the words of a NULL-ended list it is. */
static bool choose(const line *l, const char *word, const char *const *words, const char *expected,
                   uint32_t *out)
{
    for (*out = 0; words[*out] != NULL; ++*out) {
        if (strcmp(word, words[*out]) == 0) {
            return true;
        }
    }
    return fail(l, "\"%.40s\": expected %s", word, expected);
}

/* image KEY hwc|chw HEIGHT WIDTH FIT = STREAM[:WORD...] */
static bool read_image(const line *l)
{
    static const char *const layouts[] = {"hwc", "chw", NULL};
    static const char *const fits[] = {"stretch", "letterbox", "centre_crop", NULL};
    uint32_t layout, fit, height, width, index;
    if (l->n != 8 || strcmp(l->word[6], "=") != 0) {
        return fail(l, "expected: image KEY hwc|chw HEIGHT WIDTH FIT = STREAM");
    }
    if (!choose(l, l->word[2], layouts, "hwc or chw", &layout) ||
        !count(l, l->word[3], MAX_SIDE, &height) || !count(l, l->word[4], MAX_SIDE, &width) ||
        !choose(l, l->word[5], fits, "stretch, letterbox or centre_crop", &fit)) {
        return false;
    }
    keymap_key *key = add_key(l, KEYMAP_IMAGE);
    if (key == NULL || !add_stream(l, l->word[7], &index)) {
        return false;
    }
    keymap_stream *s = &l->map->streams[index];
    for (char *c = s->convert; *c != '\0'; c++) { /* the ABI puts blanks between */
        *c = *c == ':' ? ' ' : *c;
    }
    const size_t size = strlen(s->convert);
    if (layout == 1 &&
        !copy_words(s->convert + size, sizeof s->convert - size, size > 0 ? " chw" : "chw")) {
        return fail(l, "too many words behind %s", s->name);
    }
    s->height = height;
    s->width = width;
    s->fit = CHORE_FIT_STRETCH + fit;
    key->dtype = NDARRAY_U8;
    key->first = index;
    key->n = 1;
    return true;
}

/* act COMPONENT[:REPRESENTATION] = N [above THRESHOLD]: the next N values of a row */
static bool read_act(const line *l)
{
    keymap *map = l->map;
    keymap_stream found;
    uint32_t n;
    if ((l->n != 4 && (l->n != 6 || strcmp(l->word[4], "above") != 0)) ||
        strcmp(l->word[2], "=") != 0) {
        return fail(l,
                    "expected: act COMPONENT = VALUES, or act COMPONENT = VALUES above THRESHOLD");
    }
    if (map->n_components == KEYMAP_COMPONENTS) {
        return fail(l, "more than %d components", KEYMAP_COMPONENTS);
    }
    if (!stream(l, l->word[1], &found) || !count(l, l->word[3], MAX_DIM, &n)) {
        return false;
    }
    for (uint32_t i = 0; i < map->n_components; i++) {
        if (strcmp(map->components[i].name, found.name) == 0) {
            return fail(l, "component %s is written twice", found.name);
        }
    }
    keymap_component *component = &map->components[map->n_components++];
    memcpy(component->name, found.name, sizeof component->name);
    memcpy(component->convert, found.convert, sizeof component->convert);
    component->from = map->dim;
    component->n = n;
    map->dim += n;
    component->binary = l->n == 6;
    return !component->binary || number(l, l->word[5], &component->threshold);
}

static bool read_setting(const line *l)
{
    keymap *map = l->map;
    if (l->n != 2) {
        return fail(l, "expected one word behind %s", l->word[0]);
    }
    if (strcmp(l->word[0], "mode") == 0) {
        return copy_name(l, map->mode, l->word[1], strlen(l->word[1]));
    }
    if (strcmp(l->word[0], "execute") == 0) {
        return count(l, l->word[1], 1000, &map->execute);
    }
    if (strcmp(l->word[0], "prompt") == 0) {
        return add_key(l, KEYMAP_PROMPT) != NULL;
    }
    return number(l, l->word[1], &map->rate_hz) &&
           ((map->rate_hz > 0 && map->rate_hz <= 10000) ||
            fail(l, "rate %.40s: expected hertz", l->word[1]));
}

static bool read_line(const line *l)
{
    static const struct {
        const char *word;
        bool (*read)(const line *);
    } kinds[] = {{"mode", read_setting},   {"rate", read_setting},  {"execute", read_setting},
                 {"prompt", read_setting}, {"vector", read_vector}, {"image", read_image},
                 {"act", read_act}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(l->word[0], kinds[i].word) == 0) {
            return kinds[i].read(l);
        }
    }
    return fail(l, "\"%.40s\": expected mode, rate, execute, prompt, vector, image or act",
                l->word[0]);
}

/* ---- files ----------------------------------------------------------------------------------- */

/* Cuts the line into words. */
static bool split(line *l, const char *from, size_t size)
{
    l->n = 0;
    if (size >= LINE_CAP) {
        return fail(l, "the line is longer than %d bytes", LINE_CAP - 1);
    }
    memcpy(l->text, from, size);
    l->text[size] = '\0';
    l->text[strcspn(l->text, "#")] = '\0';
    for (char *at = l->text + strspn(l->text, " \t\r"); *at != '\0'; at += strspn(at, " \t\r")) {
        if (l->n == MAX_WORDS) {
            return fail(l, "more than %d words", MAX_WORDS);
        }
        l->word[l->n++] = at;
        at += strcspn(at, " \t\r");
        if (*at != '\0') {
            *at++ = '\0';
        }
    }
    return true;
}

bool keymap_parse(keymap *out, const char *name, const char *text, char *why, size_t cap)
{
    line l = {.map = out, .name = name, .why = why, .cap = cap};
    memset(out, 0, sizeof *out);
    out->execute = 1;
    while (*text != '\0') {
        const size_t size = strcspn(text, "\n");
        l.number++;
        if (!split(&l, text, size) || (l.n > 0 && !read_line(&l))) {
            return false;
        }
        text += size + (text[size] == '\n');
    }
    if (out->mode[0] == '\0' || out->n_components == 0 || out->n_keys == 0) {
        return fail(&l, "it ends without %s",
                    out->mode[0] == '\0' ? "a mode"
                    : out->n_keys == 0   ? "a key"
                                         : "an act");
    }
    return true;
}

static bool load_file(keymap *out, const char *path, char *why, size_t cap)
{
    static const char others[] = "built in are: " KEYMAPS_NAMES;
    FILE *file = fopen(path, "rb");
    char *text = malloc(FILE_CAP + 1);
    bool done = false;
    if (file == NULL) {
        (void)snprintf(why, cap, "key map %.100s: %s%s; %s", path, strerror(errno),
                       errno == EACCES ? " (--allow read=FILE lets it be read)" : "", others);
    } else if (text != NULL) {
        const size_t size = fread(text, 1, FILE_CAP + 1, file);
        text[size < FILE_CAP ? size : FILE_CAP] = '\0';
        if (size > FILE_CAP || ferror(file) || strlen(text) != size) {
            (void)snprintf(
                why, cap,
                "key map %.100s: it cannot be read, or is longer than %d bytes, or holds a zero byte",
                path, FILE_CAP);
        } else {
            done = keymap_parse(out, path, text, why, cap);
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    free(text);
    return done;
}

bool keymap_load(keymap *out, const char *name_or_path, char *why, size_t cap)
{
    for (size_t i = 0; i < sizeof keymaps_built_in / sizeof *keymaps_built_in; i++) {
        if (strcmp(keymaps_built_in[i].name, name_or_path) == 0) {
            return keymap_parse(out, name_or_path, keymaps_built_in[i].text, why, cap);
        }
    }
    return load_file(out, name_or_path, why, cap);
}
