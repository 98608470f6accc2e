/* For the tests of tasks/ with cloth: a pose made by hand goes into the episode's world. */
#ifndef CHORE_GARMENT_RIG_H
#define CHORE_GARMENT_RIG_H
#include "task_rig.h"
#include "cloth_pose.h"

static inline const chore_garment *rig_garment(const task_rig *rig, const char *id)
{
    return chore_scene_garment(rig->scene, chore_scene_find_garment(rig->scene, id));
}

/* Put the pose's garment there (the pose's level at z) and make it present. */
static inline void rig_lay(task_rig *rig, cloth_pose *pose, double x, double y, double z)
{
    cloth_pose_move(pose, x, y, z);
    chore_world_put_vertices(chore_episode_world(rig->episode), pose->garment->first_body,
                             pose->garment->n_vertices, (const double(*)[3])pose->pos);
    rig->episode->monitor.job.present |= UINT64_C(1) << rig_item(rig, pose->garment->id);
}

static inline void rig_lay_flat(task_rig *rig, const char *id, double x, double y, double z)
{
    cloth_pose pose;
    cloth_pose_flat(&pose, rig_garment(rig, id));
    rig_lay(rig, &pose, x, y, z);
}

/* Until all that is present has been at rest for half a second, at most n control steps. */
static inline void rig_settle(task_rig *rig, int n)
{
    for (int i = 0, still = 0; i < n && still < 10; i++) {
        rig_step(rig, 1);
        chore_view view = chore_episode_view(rig->episode);
        still++;
        for (int item = 0; item < view.n_items; item++) {
            if ((view.present >> item & 1) && !chore_item_at_rest(&view, item)) {
                still = 0;
            }
        }
    }
}

/* With these steps of its first way done; its middle comes to lie there. */
static inline void rig_lay_folded(task_rig *rig, const char *id, unsigned steps, double x, double y,
                                  double z)
{
    cloth_pose pose;
    double lo[2] = {HUGE_VAL, HUGE_VAL}, hi[2] = {-HUGE_VAL, -HUGE_VAL};
    cloth_pose_fold_way(&pose, rig_garment(rig, id), 0, steps);
    for (int v = 0; v < pose.garment->n_vertices; v++) {
        for (int k = 0; k < 2; k++) {
            lo[k] = fmin(lo[k], pose.pos[v][k]);
            hi[k] = fmax(hi[k], pose.pos[v][k]);
        }
    }
    rig_lay(rig, &pose, x - (lo[0] + hi[0]) / 2, y - (lo[1] + hi[1]) / 2, z);
}
#endif
