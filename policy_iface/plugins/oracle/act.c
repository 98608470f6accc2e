#include "act.h"

enum { ARM_PARTS = 3, BASE_PARTS = 3 }; /* pos, quat, gripper; pos, heading, lift */
enum { LEFT, RIGHT };

static bool is_arm(const chore_easy_part *parts)
{
    return parts[0].count == 3 && parts[1].count == 4 && parts[2].count == 1;
}

/* Two arms on a base that drives. */
static bool is_mobile(const chore_easy_step *now)
{
    const chore_easy_part *base = now->components + 2 * ARM_PARTS;
    return now->n_components == 2 * ARM_PARTS + BASE_PARTS && is_arm(now->components) &&
           is_arm(now->components + ARM_PARTS) && base[0].count == 2 && base[1].count == 1 &&
           base[2].count == 1 && now->streams[9].count == 14;
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

static const char *act_with_one(mind *m, const chore_easy_step *now, double dt, float *action,
                                bool look)
{
    if (now->step == 0) {
        mind_reset(m, look);
    }
    const sight seen = streams_see(now);
    pose tool;
    double width;
    if (!mind_step(m, &seen, dt, &tool, &width)) {
        return "a privileged text stream is not of the documented form";
    }
    streams_put_arm(action, 0, tool, width);
    if (mind_blames(m)) {
        chore_easy_say(now, CHORE_REPORT_CANNOT, mind_blames(m));
    }
    return NULL;
}

static const char *act_with_two(laundry *l, const chore_easy_step *now, double dt, float *action,
                                bool look)
{
    if (now->step == 0) {
        laundry_reset(l, look);
    }
    const sight seen = streams_see(now);
    pose tool[HANDS];
    double width[HANDS];
    if (!laundry_step(l, &seen, dt, tool, width)) {
        return "a privileged text stream is not of the documented form";
    }
    for (int k = 0; k < HANDS; k++) {
        streams_put_arm(action, k, tool[k], width[k]);
    }
    return NULL;
}

/* What one arm of several sees of itself. */
static sight sight_of_arm(sight s, int arm)
{
    s.joint_pos += 7 * arm;
    s.base_pose += 7 * arm;
    s.eef_pos += 3 * arm;
    s.eef_quat += 4 * arm;
    s.gripper_width += arm;
    s.touch += 2 * arm;
    return s;
}

/* The right arm works, the left one is drawn in. */
static const char *act_mobile(mind *m, const chore_easy_step *now, double dt, float *action,
                              bool look)
{
    if (now->step == 0) {
        mind_reset(m, look);
    }
    const sight seen = sight_of_arm(streams_see(now), RIGHT);
    pose tool;
    double width;
    if (!mind_step(m, &seen, dt, &tool, &width)) {
        return "a privileged text stream is not of the documented form";
    }
    streams_put_arm(action, LEFT, roam_left_drawn_in, 0.02);
    streams_put_arm(action, RIGHT, tool, width);
    mind_drive(m, action + 2 * STREAMS_ARM_FLOATS);
    return NULL;
}

const char *oracle_act(void *state, const chore_easy_step *now, float *action, bool look)
{
    oracle_state *s = state;
    double dt = now->step ? now->seconds / (double)now->step : 0.05; /* the control period */
    if (is_mobile(now)) {
        return act_mobile(&s->one, now, dt, action, look);
    }
    switch (count_arms(now)) {
    case 1: return act_with_one(&s->one, now, dt, action, look);
    case 2: return act_with_two(&s->two, now, dt, action, look);
    default:
        return "the oracle knows embodiments with one or two arms of seven joints (pos, quat, gripper each), "
               "two of them on a base that drives (pos, heading, lift)";
    }
}
