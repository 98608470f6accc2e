/* A policy that remembers: reaches for the first object, closes the gripper around it and lifts it, all from one look. */
#include <chore/policy_easy.h>

typedef struct plan {
    float at[3], quat[4];   /* where the object was, how the tool was turned: base frame */
} plan;                     /* one per episode, zeroed when it begins */

static const char *act(void *state, const chore_easy_step *now, float *action)
{
    plan *p = (plan *)state;
    const float *object = (const float *)now->stream[0], *base = (const float *)now->stream[1];
    const float t = (float)now->seconds, above = t < 3 ? 0.15f : t < 7 ? 0.0f : 0.2f, open = t < 6 ? 0.08f : 0.0f;
    if (now->step == 0) {   /* from the world into the base's frame; the base is only turned about z */
        const float c = 1 - 2 * base[6] * base[6], s = 2 * base[3] * base[6], x = object[0] - base[0], y = object[1] - base[1];
        p->at[0] = c * x + s * y, p->at[1] = c * y - s * x, p->at[2] = object[2] - base[2];
        memcpy(p->quat, now->stream[2], sizeof p->quat);
    }
    const float pose[8] = {p->at[0], p->at[1], p->at[2] + above, p->quat[0], p->quat[1], p->quat[2], p->quat[3], open};
    memcpy(action, pose, sizeof pose);
    return NULL;   /* or the reason why it gives up */
}

static const chore_easy_policy lift = {"lift", "1.0", "Apache-2.0", "eef_pose",
                                       "privileged.object_pose proprio.base_pose proprio.eef_quat", sizeof(plan), 0, act};
CHORE_EASY_ENTRY(lift)
