#include "streams.h"

sight streams_see(const chore_easy_step *now)
{
    return (sight){.objects = now->stream[0],
                   .goal = now->stream[1],
                   .object_pose = now->stream[2],
                   .object_vel = now->stream[3],
                   .base_pose = now->stream[4],
                   .eef_pos = now->stream[5],
                   .eef_quat = now->stream[6],
                   .gripper_width = now->stream[7],
                   .touch = now->stream[8],
                   .joint_pos = now->stream[9],
                   .cloth_pos = now->stream[10],
                   .part_pos = now->stream[11],
                   .puddle = now->stream[12],
                   .fill = now->stream[13],
                   .n_patches = (int)(now->streams[12].count / 4),
                   .odometry = now->stream[14],
                   .lift = now->stream[15]};
}

void streams_put_arm(float *action, int arm, pose tool, double width)
{
    const double values[STREAMS_ARM_FLOATS] = {tool.p.x, tool.p.y, tool.p.z, tool.q.w,
                                       tool.q.x, tool.q.y, tool.q.z, width};
    for (int i = 0; i < STREAMS_ARM_FLOATS; i++) {
        action[arm * STREAMS_ARM_FLOATS + i] = (float)values[i];
    }
}
