/* Animated PNG: a PNG whose later frames lie in chunks of their own. Each frame holds the rectangle that changed. */
#ifndef CHORE_APNG_INTERNAL_H
#define CHORE_APNG_INTERNAL_H
#include <chore/render.h>

#include <stdio.h>

typedef struct chore_apng {
    FILE *file;  /* borrowed */
    int fps;
    uint32_t n_frames, sequence; /* of chunks that count */
    chore_image last;            /* what the frames so far add up to */
} chore_apng;

/* Write errors show in the file (ferror). */
void chore_apng_begin(chore_apng *out, FILE *file, int fps);
/* CHORE_E_MEMORY, CHORE_E_INTERNAL (libpng), CHORE_E_IO. All frames have the first one's size. */
chore_status chore_apng_add(chore_apng *apng, const chore_image *image, int frames, chore_error *err);
/* The last chunk, and the number of frames in the first. */
void chore_apng_end(chore_apng *apng);
void chore_apng_release(chore_apng *apng);
#endif
