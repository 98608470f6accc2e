/* Insets: what the policy sees, beside the picture. Drawn as its cameras are drawn for it: the same sizes, fits and flips, nothing
   of what a person has switched on. Needs the window's GL context; may raise MuJoCo errors, as the stage does. */
#ifndef CHORE_VIEW_INSETS_INTERNAL_H
#define CHORE_VIEW_INSETS_INTERNAL_H
#include <chore/appearance.h>
#include <chore/pictures.h>

#include "ink_internal.h"
#include "stage_internal.h"

typedef struct insets {
    chore_pictures pictures;
    chore_appearance *appearance; /* NULL: canonical */
    mjvScene scene;
    mjvOption option;
    uint8_t *image[CHORE_PICTURES_MOST]; /* [height][width][3], row 0 at the bottom, as GL draws it; malloc'ed */
    uint8_t *scratch;
    int kept[CHORE_PICTURES_MOST]; /* the scale at which the brush has that image; 0: it has another */
    uint64_t drawn_ns, cost_ns;
    bool open, stale;                    /* stale: of another moment than the newest */
} insets;

void insets_open(insets *s, const chore_pictures *pictures, stage *on);
void insets_close(insets *s);
/* There is another moment. */
void insets_forget(insets *s);
/* What is shown is of an earlier moment. */
bool insets_behind(const insets *s);
/* It is time to draw them again: a few times a second while things move. */
bool insets_due(const insets *s);
/* Draw the moment, which the stage has brought up to date, if that is due or shall be at once. */
void insets_update(insets *s, stage *on, const chore_moment *moment, bool at_once);
/* Put them onto the window, one below the other from (x, y) down to `bottom` at most. Returns the width taken. */
int insets_show(insets *s, const ink *pen, int x, int y, int bottom);
#endif
