/* Two hands that move together: a short program of strokes, and can an arm take a way? Poses are world poses of the tool site: z out of
   the hand (down, mostly), y along the opening of the fingers. A hand that a stroke does not name stays where it is. */
#ifndef ORACLE_HANDS_H
#define ORACLE_HANDS_H
#include <stdbool.h>

#include "geometry.h"

enum { LEFT_HAND, RIGHT_HAND, HANDS };
#define MAX_STROKES 16
#define HAND_TIP    0.009 /* the fingers end this far beyond the tool site */
#define HAND_WIDE   0.08  /* widest opening between the pads */

typedef struct hand_state {
    pose base, tool; /* measured, world */
    double joints[7], width, touch[2];
    pose at;     /* commanded */
    double open; /* commanded; 0 squeezes */
    pose home;   /* where it was at the start: above the table, out of the way */
} hand_state;

typedef struct waypoint {
    bool on;
    pose at;
    double open;
    double arc; /* height of the bow over the straight way; 0: straight */
} waypoint;

typedef struct stroke {
    waypoint to[HANDS];
    double speed; /* m/s, mean along the way */
    double wait;  /* seconds to stay at the end */
    bool exact;   /* wait until the tools themselves have come, too */
} stroke;

typedef struct hands {
    hand_state hand[HANDS];
    stroke queue[MAX_STROKES];
    int n, next;
    bool begun;
    double share, seconds, waited, stuck;
    pose from[HANDS];
    vec turn
        [HANDS]; /* of this stroke: rotation vector, the short way or, where the wrist would come to its end, the long one */
    double open_from[HANDS];
    bool
        blocked; /* the last program was given up: the other hand, or something else, was in the way */
} hands;

/* joint_pos [2][7], base_pose [2][7], eef_pos [2][3], eef_quat [2][4], width [2], touch [2][2], as the streams are. */
void hands_read(hands *h, const float *joint_pos, const float *base_pose, const float *eef_pos,
                const float *eef_quat, const float *width, const float *touch);
/* Take the present poses as commanded ones and as home. */
void hands_start(hands *h);

/* Write a new program: clear, then add strokes; all are done in order, both hands of a stroke in step. */
void hands_clear(hands *h);
void hands_add(hands *h, stroke s);
/* Where a hand will be, and how wide, when the program has run. */
pose hands_end(const hands *h, int hand, double *open);
bool hands_busy(const hands *h);
/* One control step of dt seconds: moves the commanded poses. Slows down when a tool lags behind, and never lets the hands touch. */
void hands_step(hands *h, double dt);

/* Common strokes. */
waypoint hands_to(pose at, double open);
stroke hands_only(int hand, waypoint to, double speed); /* one hand moves */
void hands_add_home(hands *h, bool left, bool right);   /* up, then home */

/* Tool pose straight down with its tip at `tip` and the fingers opening along the horizontal `out`; branch 0 or 1: half a turn between
   them (the fingers are alike). */
pose hands_down(vec tip, vec out, int branch);
/* The same leaning by `lean` rad: the hand's back goes toward -toward, the tip stays. */
pose hands_leaning(vec tip, vec out, int branch, vec toward, double lean);
/* Points of a bow from a to b, as a stroke goes it; share 0 .. 1. */
pose hands_bow(pose a, pose b, double arc, double share);
/* Can the arm go from where it stands to way[0], and on through all of way[n]? *margin: distance to joint limits on the way, rad. The
   way from here to way[0] is taken freely (only its end counts). */
bool hands_reach(const hands *h, int hand, const pose *way, int n, double *margin);
/* Distance that the two hands keep at these tool poses; below zero they touch. */
double hands_gap(pose a, pose b);
#endif
