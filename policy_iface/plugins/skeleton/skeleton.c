/* skeleton: copy this folder to begin a policy of your own. It does something small and visible: the tool
   glides to 15 cm above the nearest object and waits there, gripper as it was. Where it may not know the
   objects (no privileged streams), it rises by 10 cm instead.

   A policy says what it wants to see (streams), how it wants to move (mode), and computes one action per
   control step. All streams and modes with their units: `chorebench list`; the ABI below policy_easy.h:
   chore/policy.h. */
#include <chore/policy_easy.h>
#include <math.h>

#define ABOVE_M   0.15f /* height over the object's origin */
#define RISE_M    0.10f
#define SPEED_M_S 0.2f

/* Streams in the order of their names at the bottom of this file. */
enum { EEF_POS, EEF_QUAT, GRIPPER_WIDTH, BASE_POSE, OBJECT_POSE };

/* What one episode remembers. Zeroed when the episode begins; there are as many as slots. */
typedef struct skeleton {
    float start[3], goal[3]; /* tool position, base frame */
    float quat[4], width;    /* orientation and opening it began with, kept */
} skeleton;

/* Vector from the world's into the base frame: rotation by the conjugate of q = (w, x, y, z). */
static void to_base(const float base_pose[7], const float world[3], float out[3])
{
    const float w = base_pose[3], x = -base_pose[4], y = -base_pose[5], z = -base_pose[6];
    const float v[3] = {world[0] - base_pose[0], world[1] - base_pose[1], world[2] - base_pose[2]};
    const float t[3] = {2 * (y * v[2] - z * v[1]), 2 * (z * v[0] - x * v[2]), 2 * (x * v[1] - y * v[0])};
    out[0] = v[0] + w * t[0] + y * t[2] - z * t[1];
    out[1] = v[1] + w * t[1] + z * t[0] - x * t[2];
    out[2] = v[2] + w * t[2] + x * t[1] - y * t[0];
}

static float distance(const float a[3], const float b[3])
{
    return sqrtf((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) +
                 (a[2] - b[2]) * (a[2] - b[2]));
}

/* First control step of an episode: decide where to go. An optional stream that the run does not offer is
   NULL. */
static void choose_goal(skeleton *self, const chore_easy_step *now)
{
    const float *tool = now->stream[EEF_POS], *base = now->stream[BASE_POSE],
                *objects = now->stream[OBJECT_POSE];
    const uint32_t n_objects = objects != NULL ? now->streams[OBJECT_POSE].count / 7 : 0;
    float nearest = INFINITY;
    memcpy(self->start, tool, sizeof self->start);
    memcpy(self->goal, tool, sizeof self->goal);
    memcpy(self->quat, now->stream[EEF_QUAT], sizeof self->quat);
    self->width = *(const float *)now->stream[GRIPPER_WIDTH];
    self->goal[2] += RISE_M;
    for (uint32_t i = 0; i < n_objects; i++) {
        float at[3];
        to_base(base, objects + 7 * i, at);
        if (distance(at, tool) < nearest) {
            nearest = distance(at, tool);
            memcpy(self->goal, at, sizeof at);
            self->goal[2] += ABOVE_M;
        }
    }
}

/* One control step. `action` lies as the mode's components do: eef_pose is position 3, quaternion 4, gripper
   width 1. */
static const char *skeleton_act(void *state, const chore_easy_step *now, float *action)
{
    skeleton *self = state;
    if (now->dim != 8) {
        return "skeleton moves one arm with a gripper"; /* a reason ends the episode as this policy's error */
    }
    if (now->step == 0) {
        choose_goal(self, now);
    }
    const float way = distance(self->start, self->goal), gone = SPEED_M_S * (float)now->seconds;
    const float share = gone < way ? gone / way : 1.0f;
    for (int i = 0; i < 3; i++) {
        action[i] = self->start[i] + share * (self->goal[i] - self->start[i]);
    }
    memcpy(action + 3, self->quat, sizeof self->quat);
    action[7] = self->width; /* metres between the pads */
    return NULL;
}

/* A "?" behind a stream: go on without it where it is not offered. */
#define STREAMS                                                                                            \
    "proprio.eef_pos proprio.eef_quat proprio.gripper_width proprio.base_pose privileged.object_pose?"

static const chore_easy_policy policy = {
    "skeleton", "1.0", "Apache-2.0", "eef_pose", STREAMS, sizeof(skeleton), 0, skeleton_act,
};
CHORE_EASY_ENTRY(policy)
