/* A policy as somebody writes it who knows DROID's joint positions: it reads seven joints and the gripper and
   writes eight numbers, a bit further each time. Config: "c j1 .. j7": how far the gripper shall be closed, 0
   to 1, and where the joints shall be. With the streams come the same names in both of DROID's conventions;
   "droid_velocity" in front of the config chooses velocities. */
#include <chore/policy_easy.h>
#include <math.h>

static const char *wanted(const char *config, float to[8])
{
    const char *fine = "config: c j1 j2 j3 j4 j5 j6 j7";
    return sscanf(config, "%f %f %f %f %f %f %f %f", &to[7], &to[0], &to[1], &to[2], &to[3], &to[4],
                  &to[5], &to[6]) == 8
               ? NULL
               : fine;
}

static const char *act(void *state, const chore_easy_step *now, float *action)
{
    const float *joints = (const float *)now->stream[0], *gripper = (const float *)now->stream[1];
    float to[8];
    const char *wrong = wanted(now->config, to);
    (void)state;
    for (int i = 0; i < 7 && wrong == NULL; i++) {
#ifdef VELOCITY
        action[i] = fmaxf(-1, fminf(1, (to[i] - joints[i]) / 0.2f)) *
                    0.4f; /* 1: a goal 0.2 rad from where it is */
#else
        action[i] = joints[i] + fmaxf(-0.05f, fminf(0.05f, to[i] - joints[i]));
#endif
    }
    action[7] = gripper[0] < -0.1f || gripper[0] > 1.1f ? 0 : to[7];
    return wrong;
}

#ifdef VELOCITY
#define CONVENTION "droid_velocity"
#else
#define CONVENTION "droid"
#endif
static const chore_easy_policy droid_joints = {"droid_joints",
                                               "1.0",
                                               "Apache-2.0",
                                               CONVENTION,
                                               "droid.joint_position droid.gripper_position",
                                               0,
                                               0,
                                               act};
CHORE_EASY_ENTRY(droid_joints)
