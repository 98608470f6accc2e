#include "act.h"

enum { ARM_PARTS = 3 }; /* pos, quat, gripper */

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
