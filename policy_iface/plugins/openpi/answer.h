/* The server's answers: metadata, actions with their timing, and texts that tell of an error. */
#ifndef OPENPI_ANSWER_H
#define OPENPI_ANSWER_H
#include "ndarray.h"

typedef struct answer {
    ndarray_view actions; /* [rows][dim], all finite, rows >= 1 */
    double infer_ms;      /* server_timing: negative when it said nothing */
} answer;

/* Reads the answer to a request, whose rows must have `dim` values. False: `why` (cap bytes)
   says what is wrong. */
bool answer_read(answer *out, const uint8_t *data, size_t size, uint32_t dim, char *why,
                 size_t cap);
/* Is this a map, as the metadata must be? */
bool answer_is_map(const uint8_t *data, size_t size, char *why, size_t cap);
/* The line of a traceback that says what happened: the last one that is not empty. Points into
   the text. */
const char *answer_error_line(const char *traceback, size_t *size);
#endif
