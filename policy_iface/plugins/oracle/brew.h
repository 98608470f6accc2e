/* Making coffee: what a literal `filled` asks for step by step, and when the button is to be pressed. */
#ifndef ORACLE_BREW_H
#define ORACLE_BREW_H
#include "belief.h"

typedef struct brew {
    int vessel, machine; /* in belief.wet; thing; -1: nothing is to be filled */
    int button;          /* part */
    bool ready;          /* all is in its place, and the lid is shut */
    double ml;           /* in the vessel a control step ago */
    int quiet;           /* control steps since it last rose */
    int since_press;     /* control steps */
    int in_vain;         /* presses since it last flowed */
    bool down;           /* the button is */
} brew;

/* Once per control step, when the goal has been read: as long as something is not filled, it belongs under the spout, a pod into the machine
   and its lid shut: these literals join the goal's, and what else is wanted of that cup waits. */
void brew_update(brew *w, belief *b, bool look);
/* Is it time to press? */
bool brew_wants_press(const brew *w);
/* Is it running, or was the button pressed just now? */
bool brew_runs(const brew *w);
void brew_pressed(brew *w);
/* Has it been tried so often that it must be broken? */
bool brew_has_failed(const brew *w);
#endif
