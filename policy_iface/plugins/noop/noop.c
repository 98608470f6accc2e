/* noop: holds every joint and every gripper where it found them. The score that costs nothing. */
#include <chore/policy_easy.h>

#define MAX_VALUES 64

typedef struct noop {
    float hold[MAX_VALUES]; /* the first action, repeated for ever */
} noop;

/* Which stream tells the present value of a component, by the end of its name. A base that drives has its place and its heading in one. */
static uint32_t stream_of(const chore_easy_part *component)
{
    static const char *const ends[] = {".joints", ".gripper", ".pos", ".heading", ".lift"};
    static const uint32_t streams[] = {0, 1, 2, 2, 3};
    const char *dot = strrchr(component->name, '.');
    uint32_t i;
    for (i = 0; dot != NULL && i < 5; i++) {
        if (strcmp(dot, ends[i]) == 0) {
            return streams[i];
        }
    }
    return 0;
}

/* Components go arm by arm; each stream holds the values of all arms one after the other. */
static const char *note_posture(noop *self, const chore_easy_step *now)
{
    uint32_t used[4] = {0, 0, 0, 0}, at = 0, i;
    if (now->dim > MAX_VALUES) {
        return "the action is wider than noop expects";
    }
    for (i = 0; i < now->n_components; i++) {
        const uint32_t count = now->components[i].count, from = stream_of(&now->components[i]);
        if (now->stream[from] == NULL || used[from] + count > now->streams[from].count) {
            return "the mode has a component that no stream tells the present value of";
        }
        memcpy(self->hold + at, (const float *)now->stream[from] + used[from], count * sizeof *self->hold);
        used[from] += count;
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
    "noop",
    "1.0",
    "Apache-2.0",
    "joint_pos",
    "proprio.joint_target proprio.gripper_width proprio.odometry? proprio.lift?",
    sizeof(noop),
    0,
    noop_act,
};
CHORE_EASY_ENTRY(policy)
