/* Key maps: which of chorebench's streams go under which key of a server's request, and which
   values of its answer are which components of the action. Text files in keymaps/, described in
   README.md; those of that folder are built in. */
#ifndef OPENPI_KEYMAP_H
#define OPENPI_KEYMAP_H
#include "ndarray.h"

#include <chore/policy.h>

enum { KEYMAP_NAME_CAP = 64, KEYMAP_STREAMS = 32, KEYMAP_KEYS = 24, KEYMAP_COMPONENTS = 32 };

/* A stream that is asked for. */
typedef struct keymap_stream {
    char name[KEYMAP_NAME_CAP];
    char convert
        [KEYMAP_NAME_CAP]; /* the representation that it is turned into, or an image's words; "" as offered */
    uint32_t values; /* of a row of it then */
    bool optional;
    uint32_t height, width, fit; /* of an image; CHORE_FIT_ */
} keymap_stream;

typedef enum keymap_kind { KEYMAP_VECTOR, KEYMAP_IMAGE, KEYMAP_PROMPT } keymap_kind;

/* A key of the request. "images>cam_high": cam_high in a map of its own, images. */
typedef struct keymap_key {
    keymap_kind kind;
    char outer[KEYMAP_NAME_CAP], key[KEYMAP_NAME_CAP]; /* outer: "" when it stands at the top */
    ndarray_dtype dtype;                               /* of a vector */
    uint32_t first, n; /* its streams: one behind the other in a vector, one for an image */
} keymap_key;

/* A component of the action and where it stands in a row of the answer. */
typedef struct keymap_component {
    char name[KEYMAP_NAME_CAP], convert[KEYMAP_NAME_CAP];
    uint32_t from, n;
    bool binary; /* 1 above the threshold, 0 below it */
    double threshold;
} keymap_component;

typedef struct keymap {
    char mode[KEYMAP_NAME_CAP];
    double rate_hz;
    uint32_t execute;
    uint32_t dim; /* values of a row of the answer */
    uint32_t n_streams, n_keys, n_components;
    keymap_stream streams[KEYMAP_STREAMS];
    keymap_key keys[KEYMAP_KEYS];
    keymap_component components[KEYMAP_COMPONENTS];
} keymap;

/* Reads a built-in map by its name, or else a file. False: `why` (cap bytes) says where and
   what. */
bool keymap_load(keymap *out, const char *name_or_path, char *why, size_t cap);
/* Reads a map from text; `name` is for messages. */
bool keymap_parse(keymap *out, const char *name, const char *text, char *why, size_t cap);
#endif
