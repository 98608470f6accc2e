/* A convention: the names, layouts, units and signs in which some family of policies sees a robot and drives it, as data. Written in
   conventions/NAME.yaml (conventions/README.md); bench reads the file, chore/translate.h makes it work on a robot. */
#ifndef CHORE_CONVENTION_H
#define CHORE_CONVENTION_H
#include <chore/hash.h>
#ifdef __cplusplus
extern "C" {
#endif
#define CHORE_CONVENTION_STREAMS 16
#define CHORE_CONVENTION_PARTS   16 /* of a stream; components of the mode */
#define CHORE_CONVENTION_VALUES  9  /* of a part */

/* A slice of a stream, or a component of an action.
   Read:    native values, picked → + `add` → turned into `as` → / scale.
   Written: value → clamped to bounds, or thresholded → * scale * share → turned from `as` → + values of `plus` → picked native values. */
typedef struct chore_convention_part {
    char name[CHORE_NAME_CAP];   /* of a component; "" in a stream */
    char native[CHORE_NAME_CAP]; /* the stream that is read, the component that is written; "": written nowhere */
    char as[CHORE_NAME_CAP];     /* representation on the policy's side; "": the native one */
    char plus[CHORE_NAME_CAP];   /* written: a stream whose value at that moment is added; "": none */
    int row;                     /* of the native streams: which arm */
    int n_picks, pick[CHORE_CONVENTION_VALUES]; /* which values of the row, in this order; 0: all */
    int n_add;
    double add[CHORE_CONVENTION_VALUES];
    char add_stream[CHORE_NAME_CAP]; /* read: a stream of one value that is added to the last of the picked; "": none */
    double scale;                /* physical units per 1.0 */
    double share;                /* of a step that is really gone */
    bool bounded, binary;
    double lo, hi;
    int line, column;            /* in the file */
} chore_convention_part;

typedef struct chore_convention_stream {
    char name[CHORE_NAME_CAP], frame[CHORE_NAME_CAP];
    int n_parts;
    chore_convention_part parts[CHORE_CONVENTION_PARTS];
} chore_convention_stream;

typedef struct chore_convention {
    char name[CHORE_NAME_CAP], path[CHORE_PATH_CAP], about[256];
    int version;
    chore_hash hash;             /* of the file */
    double rate_hz;              /* at which such policies run, and are served: a whole number */
    char embodiment[CHORE_NAME_CAP];
    int n_streams;
    chore_convention_stream streams[CHORE_CONVENTION_STREAMS];
    char acts[CHORE_NAME_CAP];   /* the native mode under it; the mode it offers has the convention's name */
    int n_components;
    chore_convention_part components[CHORE_CONVENTION_PARTS];
    int line, column;            /* of `acts` */
} chore_convention;
#ifdef __cplusplus
}
#endif
#endif
