/* A policy as somebody writes it who knows RoboCasa's PandaOmron: sixteen numbers in, twelve out. It drives to
   a place and heading, then takes the hand to a point as the base sees it, pointing down, and closes the
   gripper. Config: "x y heading hx hy hz torso": metres and radians; torso: metres to go up. */
#include <chore/policy_easy.h>
#include <math.h>

typedef struct memory {
    float up; /* of the torso, as commanded */
} memory;

static float clip(float x)
{
    return x < -1 ? -1 : x > 1 ? 1 : x;
}

static const char *act(void *state, const chore_easy_step *now, float *action)
{
    const float *s = (const float *)now->stream[0];
    const float *base = s, *turn = s + 3, *hand = s + 7, *quat = s + 10; /* then two fingers */
    memory *m = (memory *)state;
    float to[7], sign;
    if (sscanf(now->config, "%f %f %f %f %f %f %f", &to[0], &to[1], &to[2], &to[3], &to[4], &to[5],
               &to[6]) != 7) {
        return "config: x y heading hx hy hz torso";
    }
    const float heading = 2 * atan2f(turn[2], turn[3]); /* quaternions x y z w */
    const float dx = to[0] - base[0], dy = to[1] - base[1],
                dh = remainderf(to[2] - heading, 6.2831853f);
    const float forward = cosf(heading) * dx + sinf(heading) * dy,
                left = cosf(heading) * dy - sinf(heading) * dx;
    const int there = hypotf(dx, dy) < 0.01f && fabsf(dh) < 0.02f;
    action[7] = 2 * forward; /* metres per second */
    action[8] = 2 * left;
    action[9] = 2 * dh;
    action[10] = m->up < to[6] ? 0.1f : 0; /* 5 mm a step */
    m->up += 0.05f * action[10];
    action[11] = there ? -1 : 1; /* arm or base */
    for (int i = 0; i < 3; i++) {
        action[i] = clip(10 * (to[3 + i] - hand[i]));
    }
    sign =
        quat[0] < 0
            ? -1.0f
            : 1.0f; /* straight down: x is 1, up to the sign; small turns (a, b, c) make w -a/2, y c/2, z -b/2 */
    action[3] = clip(2 * 2 * sign * quat[3]);
    action[4] = clip(2 * 2 * sign * quat[2]);
    action[5] = clip(-2 * 2 * sign * quat[1]);
    action[6] = there ? 1 : -1;
    return NULL;
}

static const chore_easy_policy robocasa_move = {
    "robocasa_move", "1.0", "Apache-2.0", "robocasa", "robocasa.state", sizeof(memory), 0, act};
CHORE_EASY_ENTRY(robocasa_move)
