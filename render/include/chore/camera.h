/* The cameras of a model: which there are, and where they are. Needs no GL. */
#ifndef CHORE_CAMERA_H
#define CHORE_CAMERA_H
#include <chore/world.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_camera {
    int id;            /* mjModel's */
    int width, height; /* native picture: the camera's resolution in the MJCF, 640 x 480 where it states none */
    double fovy;       /* vertical field of view, radian */
} chore_camera;

/* False: there is none of that name, or it is not of the plain kind: perspective, with square pixels and the middle in the
   middle, fixed to its body. */
bool chore_camera_find(const mjModel *model, const char *name, chore_camera *out);
/* Where it is in the world at data->qpos, as it is drawn: position, and the orientation of a frame with x to the right, y down and
   z forward, w x y z, w >= 0. Allocates never. */
void chore_camera_pose(const mjModel *model, const mjData *data, int id, double pos[3], double quat[4]);
#ifdef __cplusplus
}
#endif
#endif
