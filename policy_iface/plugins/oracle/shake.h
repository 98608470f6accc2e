/* Shaking out something small, however it lies: taken at one end it unfolds by its own weight; it is laid down along its length on free
   table, its lower end first. No two hands find room on it, and pulled at point by point it only rolls about. */
#ifndef ORACLE_SHAKE_H
#define ORACLE_SHAKE_H
#include "pinch.h"
#include "skill.h"
#include "spread.h"

typedef struct shake {
    int garment, hand, vertex, phase, slips, jerks;
    pinch pinch;
    vec place, along;   /* its middle and direction when it lies; out of the lower end */
    flat held;          /* the point it hangs from, rest frame */
    double depth, hung; /* so far it can hang down; and how far unfolded it did, before the last jerk */
    double waited;
    bool missed;              /* slipped, or something came along */
    vec before[MAX_GARMENTS]; /* middles before the lift */
} shake;

/* Small enough, and too crumpled to be pulled flat? */
bool shake_is_for(const cloth_view *c, int garment);
bool shake_is_small(const cloth_view *c, int garment);
/* Neither flat nor doubled, but crumpled up high? No turn opens that. */
bool shake_is_ball(const cloth_view *c, int garment);
/* `last`: the vertex that was taken the last time, in vain (-1: none); this time another end. False: it cannot be taken, or there is no
   room to lay it. */
bool shake_start(shake *s, const cloth_view *c, hands *h, int garment, int last);
/* FAILED: it was not laid out, but is on the table. */
skill_state shake_step(shake *s, const cloth_view *c, hands *h, double dt);
#endif
