/* A gamepad through GLFW: which stick is what. */
#ifndef CHORE_VIEW_GAMEPAD_INTERNAL_H
#define CHORE_VIEW_GAMEPAD_INTERNAL_H
#include "driver_internal.h"

/* The first gamepad there is; false: there is none, and *out rests. */
bool gamepad_read(driver_pad *out);
#endif
