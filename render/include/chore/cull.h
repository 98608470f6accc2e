/* Before a scene is drawn: what its camera cannot see is taken out. In software a picture costs its corners, seen or not. */
#ifndef CHORE_CULL_H
#define CHORE_CULL_H
#include <mujoco/mujoco.h>
#ifdef __cplusplus
extern "C" {
#endif
/* Takes out of the scene the geoms of `model` whose bounding sphere (geom_rbound) is wholly outside the view of its camera, in a viewport of that
   aspect ratio (width by height). The others keep their order, and the picture its pixels. A scene with shadows or reflections is left as it
   is: what is out of sight casts them, too. Call it after mjv_updateScene, before each mjr_render. Does not allocate. */
void chore_cull(const mjModel *model, mjvScene *scene, double aspect);
#ifdef __cplusplus
}
#endif
#endif
