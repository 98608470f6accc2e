/* What a recording tells about its whole length, known before anything is simulated: when each literal of the goal held,
   when stages were reached, when events fired, when the policy was asked. Pure data; any thread that owns it. */
#ifndef CHORE_TIMELINE_H
#define CHORE_TIMELINE_H
#include <chore/trace.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_lane {          /* one literal of the goal */
    char text[CHORE_NAME_CAP * 3];   /* "inside plate_1 tote" */
    int event;                       /* that brought it as new work; -1: of the original goal */
    bool starts;                     /* it holds when it begins */
    uint64_t begins;                 /* control steps before it was there; 0: from the start */
    uint64_t *flips;                 /* [n_flips], ascending: it changes with that many steps made; malloc'ed */
    int n_flips;
} chore_lane;

#define CHORE_LANE_PERSON "a person drives" /* the lane of an intervention, which is no literal */

typedef enum chore_mark_kind {
    CHORE_MARK_FIRED = 1,            /* bits, so that a search can want several */
    CHORE_MARK_NOTICED = 2,
    CHORE_MARK_HANDLED = 4,
    CHORE_MARK_STAGE = 8,
    CHORE_MARK_CALL = 16,            /* the policy was asked; recorded only where answers took time */
    CHORE_MARK_EVENTS = CHORE_MARK_FIRED | CHORE_MARK_NOTICED | CHORE_MARK_HANDLED
} chore_mark_kind;

typedef struct chore_mark {
    uint64_t step;                   /* control steps made before it */
    chore_mark_kind kind;
    char text[CHORE_NAME_CAP * 2];   /* "slip: mug_1" */
} chore_mark;

typedef struct chore_timeline {
    uint64_t n_steps;                /* of the recording */
    uint64_t n_axis;                 /* steps from the left end to the right one: n_steps, or more where something longer is beside it */
    int hz;                          /* control steps per second */
    chore_lane *lanes;               /* [n_lanes], in the order in which they are first told of */
    chore_mark *marks;               /* [n_marks], ascending */
    int n_lanes, n_marks;
} chore_timeline;

/* Read the notes of a recording. Allocates; notes that are no objects are passed over. */
void chore_timeline_read(chore_timeline *out, const chore_trace *trace);
/* A literal of the goal as it is before the first step, which the notes leave out: adds its lane or corrects it. */
void chore_timeline_start(chore_timeline *timeline, const char *text, bool holds);
/* The name of an event, which the notes of its literals leave out: its lanes begin when it fired, not at their first change. */
void chore_timeline_name_event(chore_timeline *timeline, int event, const char *name);
void chore_timeline_release(chore_timeline *timeline);

/* Did it hold with that many steps made? 1, 0, or -1 where it was not there yet. */
int chore_lane_holds(const chore_lane *lane, uint64_t step);
/* The mark of one of these kinds (a mask) nearest to `step` on its far side: after it for direction > 0, before it for < 0;
   NULL: there is none. */
const chore_mark *chore_timeline_seek(const chore_timeline *timeline, uint64_t step, int direction, int kinds);
#ifdef __cplusplus
}
#endif
#endif
