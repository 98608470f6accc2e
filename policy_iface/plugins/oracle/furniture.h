/* Fixtures that open: spaces to put things in, handles, and the boxes that a hand keeps clear of. Read from the lines `space`, `handle`
   and `solid`; all of it as drawn, in the world. Doors and drawers themselves are parts (parts.h) of no thing. */
#ifndef ORACLE_FURNITURE_H
#define ORACLE_FURNITURE_H
#include "parts.h"

#define MAX_SPACES  16
#define MAX_HANDLES 16
#define MAX_SOLIDS  160
#define SPACE_NAME  128

typedef struct store {
    char name[SPACE_NAME]; /* "<fixture>/<space>" */
    int part, behind;      /* parts: the drawer that it is in, the door before it; -1: none */
    pose at;
    vec half;
} store;
typedef struct handle {
    int part;
    vec pos, along; /* middle of the bar, and its direction */
} handle;
typedef struct solid {
    int part; /* that it moves with; -1: it stands */
    pose to_local;
    vec half;
    double top; /* as drawn, of its highest corner */
} solid;

typedef struct furniture {
    int n_spaces, n_handles, n_solids;
    store spaces[MAX_SPACES];
    handle handles[MAX_HANDLES];
    solid solids[MAX_SOLIDS];
} furniture;

/* True when the line is about furniture; *good gets whether it is of the documented form. */
bool furniture_read_line(furniture *f, const char *line, bool *good);
/* NULL: the part has none. */
const handle *furniture_handle(const furniture *f, int part);
/* Signed distance of a point to all solids but those of one part (-1: to all). */
double furniture_distance(const furniture *f, const thing_parts *parts, vec point, int skip_part);
#endif
