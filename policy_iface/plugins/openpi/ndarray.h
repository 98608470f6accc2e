/* Arrays as openpi packs them: a map with keys of *bytes* (not text), in this order: __ndarray__
   true, data, dtype, shape. Other packages pack them otherwise; the servers do not take that. */
#ifndef OPENPI_NDARRAY_H
#define OPENPI_NDARRAY_H
#include "msgpack.h"

enum { NDARRAY_DIMS = 4 };

/* What an array holds. */
typedef enum ndarray_dtype { NDARRAY_U8, NDARRAY_F32, NDARRAY_F64, NDARRAY_DTYPES } ndarray_dtype;

/* "|u1" "<f4" "<f8", as numpy writes them */
const char *ndarray_dtype_name(ndarray_dtype dtype);
size_t ndarray_item_bytes(ndarray_dtype dtype);

/* Writes an array's head; its values go where the answer points, in C order, little-endian,
   `items` of them by shape. NULL when memory ran out. The shape comes behind the values: call
   ndarray_put_shape when they are written. */
uint8_t *ndarray_put(msgpack_writer *out, ndarray_dtype dtype, uint32_t items);
void ndarray_put_shape(msgpack_writer *out, ndarray_dtype dtype, uint32_t ndim,
                       const uint32_t *shape);

/* An array of a message, whose values lie in it. */
typedef struct ndarray_view {
    ndarray_dtype dtype;
    uint32_t ndim, shape[NDARRAY_DIMS];
    uint64_t items;
    const uint8_t *data; /* not aligned */
} ndarray_view;

/* Reads the next item as an array of floats or bytes. False: *why says what it is instead (at
   most cap bytes). */
bool ndarray_get(msgpack_reader *in, ndarray_view *out, char *why, size_t cap);
double ndarray_value(const ndarray_view *array, uint64_t index);
#endif
