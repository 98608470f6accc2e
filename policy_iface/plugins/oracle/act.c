#include "act.h"

static const char *check_layout(const chore_easy_step *now)
{
    return now->n_components == 3 && now->components[0].count == 3 &&
                   now->components[1].count == 4 && now->components[2].count == 1 &&
                   now->streams[9].count == 7
               ? NULL
               : "the oracle knows embodiments with one arm of seven joints: pos, quat, gripper";
}

const char *oracle_act(void *state, const chore_easy_step *now, float *action, bool look)
{
    mind *m = state;
    const char *problem = check_layout(now);
    if (problem) {
        return problem;
    }
    if (now->step == 0) {
        mind_reset(m, look);
    }
    const sight seen = {.objects = now->stream[0],
                        .goal = now->stream[1],
                        .object_pose = now->stream[2],
                        .object_vel = now->stream[3],
                        .base_pose = now->stream[4],
                        .eef_pos = now->stream[5],
                        .eef_quat = now->stream[6],
                        .gripper_width = now->stream[7],
                        .touch = now->stream[8],
                        .joint_pos = now->stream[9]};
    double dt = now->step ? now->seconds / (double)now->step : 0.05,
           width; /* the control period; not used at step 0 */
    pose tool;
    if (!mind_step(m, &seen, dt, &tool, &width)) {
        return "a privileged text stream is not of the documented form";
    }
    const double values[8] = {tool.p.x, tool.p.y, tool.p.z, tool.q.w,
                              tool.q.x, tool.q.y, tool.q.z, width};
    for (int i = 0; i < 8; i++) {
        action[i] = (float)values[i];
    }
    return NULL;
}
