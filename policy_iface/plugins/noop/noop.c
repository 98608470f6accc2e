/* noop: holds every joint and every gripper where it found them. The score that costs nothing. */
#include <chore/policy_easy.h>

#define MAX_VALUES 64

typedef struct noop {
    float hold[MAX_VALUES]; /* the first action, repeated for ever */
} noop;

/* "act.arm.gripper" ends in ".gripper". */
static int is_gripper(const chore_easy_part *component)
{
    const char *dot = strrchr(component->name, '.');
    return dot != NULL && strcmp(dot, ".gripper") == 0;
}

/* Components go arm by arm; each stream holds the values of all arms one after the other. */
static const char *note_posture(noop *self, const chore_easy_step *now)
{
    const float *joints = now->stream[0], *width = now->stream[1];
    uint32_t n_joints = now->streams[0].count, n_widths = now->streams[1].count, at = 0, i;
    if (now->dim > MAX_VALUES) {
        return "the action is wider than noop expects";
    }
    for (i = 0; i < now->n_components; i++) {
        const uint32_t count = now->components[i].count;
        const int gripper = is_gripper(&now->components[i]);
        uint32_t *left = gripper ? &n_widths : &n_joints;
        const float **from = gripper ? &width : &joints;
        if (count > *left) {
            return "the mode has a component that no stream tells the present value of";
        }
        memcpy(self->hold + at, *from, count * sizeof **from);
        *from += count;
        *left -= count;
        at += count;
    }
    return NULL;
}

static const char *noop_act(void *state, const chore_easy_step *now, float *action)
{
    noop *self = state;
    if (now->step == 0) {
        const char *reason = note_posture(self, now);
        if (reason != NULL) {
            return reason;
        }
    }
    memcpy(action, self->hold, now->dim * sizeof *action);
    return NULL;
}

static const chore_easy_policy policy = {
    "noop",       "1.0", "Apache-2.0", "joint_pos", "proprio.joint_target proprio.gripper_width",
    sizeof(noop), 0,     noop_act,
};
CHORE_EASY_ENTRY(policy)
