/* From a goal literal to an errand: what a skill shall do with which garment, and what comes first. No motion here. */
#ifndef ORACLE_ERRAND_H
#define ORACLE_ERRAND_H
#include "carry.h"
#include "drape.h"

typedef enum errand_kind {
    ERRAND_FOLD,
    ERRAND_FLATTEN,
    ERRAND_CARRY,
    ERRAND_PILE,
    ERRAND_DRAPE,
    ERRAND_SHAKE,   /* on the way to a fold only */
    ERRAND_TOUCH_UP /* likewise, on a pile */
} errand_kind;

typedef struct errand {
    errand_kind kind;
    int garment;
    int steps;       /* fold: how many of the way; -1: all */
    carry_goal goal; /* carry, pile */
    carry_mouth mouth;
    drape_rail rail; /* drape */
    uint64_t key;    /* of the literal that it serves */
} errand;

/* A literal by its words: indices change when the goal does. */
uint64_t errand_key(const literal *l);
/* What serves this literal. False: nothing does, or its garment is not there. */
bool errand_for(const belief *b, const cloth_view *c, const literal *l, errand *out);
/* Share of `lower` that `upper` lies over. */
double errand_cover(const cloth_view *c, int upper, int lower);
/* Is it more than a touch at the edge? */
bool errand_covers(const cloth_view *c, int upper, int lower);
/* Something larger does not count as piled where it lies because of something smaller in the same place, beside its middle: that one, which
   is moved instead. -1: none. */
int errand_beside(const belief *b, const cloth_view *c, const errand *e);
/* Does it lie on what it shall be piled with? */
bool errand_on_pile(const belief *b, const cloth_view *c, const errand *fold);
/* On other cloth no fold works well: does what is to be folded lie on a pile, and where is room to lay it meanwhile? */
bool errand_off_pile(const belief *b, const cloth_view *c, const errand *fold, carry_goal *out);
/* What should be done sooner has the lower rank: first what is in the way of others, last what waits for others. */
int errand_rank(const belief *b, const cloth_view *c, const errand *e);
/* Must `urgent` be done before work on `now` can go on? */
bool errand_interrupts(const cloth_view *c, const errand *urgent, const errand *now);
#endif
