/* Soft shadows: MuJoCo's lights are points, whose shadows have hard edges. */
#ifndef CHORE_EGL_LAMPS_H
#define CHORE_EGL_LAMPS_H
#include <mujoco/mujoco.h>

/* Each light of the scene that casts shadows becomes so many fainter ones around it, together as bright. One shadow map for each. */
void egl_lamps_soften(mjvScene *scene, int lamps);
#endif
