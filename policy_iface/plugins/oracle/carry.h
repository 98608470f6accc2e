/* Carrying one garment, crumpled or flat, to a place: into a basket, or aside. Pinch its top layer near its middle, lift it until what
   hangs clears everything on the way, swing round the arm's base, lower, let go, look again; what lies outside is brought in the same way.
   A garment out of the reach of the hand that gets to the goal is first laid into the strip that both reach. */
#ifndef ORACLE_CARRY_H
#define ORACLE_CARRY_H
#include "belief.h"
#include "pinch.h"
#include "skill.h"

/* Where it shall lie: an upright box. */
typedef struct carry_goal {
    vec floor;  /* middle of the bottom, world */
    vec along;  /* horizontal unit vector of half.x */
    vec half;   /* half extents; half.z: half the height */
    double rim; /* what hangs must pass over this height to get in, world */
    bool walls; /* a basket: the hand stays away from them */
} carry_goal;

#define CARRY_WAY 10 /* poses from the pinch to the release */

/* From the pinch to the release. */
typedef struct carry_way {
    int n;
    pose at[CARRY_WAY]; /* at[0]: right over the pinch; the last: where the hand lets go */
    double margin;
} carry_way;

#define CARRY_MISSES 12

/* A round opening that cloth is taken out of. */
typedef struct carry_mouth {
    bool on;
    vec middle, out; /* of the opening, world; horizontal unit vector out of it */
} carry_mouth;

typedef struct carry {
    int garment, hand, phase;
    carry_mouth mouth;
    carry_goal goal, aim; /* aim: the goal, or the strip where the other hand takes over */
    pinch pinch;
    carry_way way, in; /* in: through the mouth */
    bool raised;       /* once more, for what came along */
    bool through;      /* the present pinch goes through the mouth */
    unsigned
        mates; /* garments, one bit each: to be set by the caller after the start: they shall go to the same place, and may come along */
    pinch hold;           /* the other hand's, of what came along */
    bool holding, helped; /* it holds that back; it has left home for that */
    int tries, tangles, poor, holds;
    int n_misses, misses[CARRY_MISSES]; /* vertices that were of no use */
    int at;                             /* of the way: the pose that the hand goes to */
    int busy_in;
    double waited, share, busy;
    vec before[MAX_GARMENTS]; /* middles before the lift */
    bool was_there[MAX_GARMENTS];
    int pinches, first_tries; /* for the record */
} carry;

bool carry_into(const belief *b, int thing, carry_goal *out); /* false: it has no cavity */
carry_goal carry_onto(const belief *b, int region);
/* Share of a garment's vertices inside; `slack` (m) widens the box sideways. */
double carry_share(const cloth_view *c, int garment, const carry_goal *goal, double slack);

/* `mouth`: of the dryer that it may lie in; NULL: none. False: it lies there already, or no hand gets to it. */
bool carry_start(carry *k, const cloth_view *c, hands *h, int garment, const carry_goal *goal,
                 const carry_mouth *mouth);
skill_state carry_step(carry *k, const cloth_view *c, hands *h, double dt);

/* What is held in the air goes back the way it came, to where it was taken; the fingers stay closed. */
void carry_put_back(const carry *k, hands *h);

/* ---- carry_plan.c: where to take it and which way to go ------------------------------------------------------- */

/* A place in the strip that both hands reach, as near to the goal as may be. */
carry_goal carry_strip(const cloth_view *c, const carry_goal *goal);
/* How far below a pinched vertex the cloth can hang, m. */
double carry_hang(const cloth_view *c, int garment, int vertex);
/* Poses round the base of the hand's arm from `from` (tool pose, cloth pinched) over height z to the release `to` (fingertips), the hand
   turning with the arm. False: out of reach. */
bool carry_find_way(const hands *h, int hand, pose from, double z, vec to, carry_way *out);
/* Vertices to pinch, best first: of the part that is not inside yet (goal NULL: of all), uppermost layer,
   near the middle, away from the walls of `vessel` (NULL: none). */
int carry_candidates(const cloth_view *c, int garment, const carry_goal *goal,
                     const carry_goal *vessel, const int *misses, int n_misses, int *out, int most);

/* Fingers that open along `out`, with their tips there, and the hand over them: clear of the walls of a basket? */
bool carry_hand_fits(const carry_goal *vessel, vec tip, vec out);

/* ---- carry_mouth.c: reaching in ------------------------------------------------------------------------------- */

/* The opening of a drum that fills a region; `out`: horizontal unit vector out of it. */
carry_mouth carry_mouth_of(const belief *b, int region, vec out);
/* Right in the opening: fingers that go down there hit its lower lip. */
bool carry_is_on_lip(const carry_mouth *m, vec p);
/* Does it hang half out of the opening? Then it falls on the floor when the next piece is pulled past it. */
bool carry_dangles(const carry_mouth *m, const cloth_view *c, int garment);
bool carry_is_behind(const carry_mouth *m, vec p);
/* From home round the base, to the front of the opening, and in until the fingertips are at `tip`. */
bool carry_find_way_in(const hands *h, int hand, const carry_mouth *m, vec tip, carry_way *out);
#endif
