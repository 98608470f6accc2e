#include "act.h"

enum { ARM_PARTS = 3, ARM_FLOATS = 8 }; /* pos, quat, gripper */

static bool is_arm(const chore_easy_part *parts)
{
    return parts[0].count == 3 && parts[1].count == 4 && parts[2].count == 1;
}

/* Arms of the embodiment; 0: none that the oracle knows. */
static int count_arms(const chore_easy_step *now)
{
    const chore_easy_part *joints = &now->streams[9];
    if (now->n_components == ARM_PARTS && is_arm(now->components) && joints->count == 7) {
        return 1;
    }
    return now->n_components == 2 * ARM_PARTS && is_arm(now->components) &&
                   is_arm(now->components + ARM_PARTS) && joints->count == 14
               ? 2
               : 0;
}

static void put_arm(float *action, pose tool, double width)
{
    const double values[ARM_FLOATS] = {tool.p.x, tool.p.y, tool.p.z, tool.q.w,
                                       tool.q.x, tool.q.y, tool.q.z, width};
    for (int i = 0; i < ARM_FLOATS; i++) {
        action[i] = (float)values[i];
    }
}

/* In the order of ORACLE_STREAMS. */
static sight look_at(const chore_easy_step *now)
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
                   .cloth_pos = now->stream[10]};
}

static const char *act_with_one(mind *m, const chore_easy_step *now, double dt, float *action,
                                bool look)
{
    if (now->step == 0) {
        mind_reset(m, look);
    }
    const sight seen = look_at(now);
    pose tool;
    double width;
    if (!mind_step(m, &seen, dt, &tool, &width)) {
        return "a privileged text stream is not of the documented form";
    }
    put_arm(action, tool, width);
    return NULL;
}

static const char *act_with_two(laundry *l, const chore_easy_step *now, double dt, float *action,
                                bool look)
{
    if (now->step == 0) {
        laundry_reset(l, look);
    }
    const sight seen = look_at(now);
    pose tool[HANDS];
    double width[HANDS];
    if (!laundry_step(l, &seen, dt, tool, width)) {
        return "a privileged text stream is not of the documented form";
    }
    for (int k = 0; k < HANDS; k++) {
        put_arm(action + k * ARM_FLOATS, tool[k], width[k]);
    }
    return NULL;
}

const char *oracle_act(void *state, const chore_easy_step *now, float *action, bool look)
{
    oracle_state *s = state;
    double dt = now->step ? now->seconds / (double)now->step : 0.05; /* the control period */
    switch (count_arms(now)) {
    case 1: return act_with_one(&s->one, now, dt, action, look);
    case 2: return act_with_two(&s->two, now, dt, action, look);
    default:
        return "the oracle knows embodiments with one or two arms of seven joints: pos, quat, gripper "
               "each";
    }
}
