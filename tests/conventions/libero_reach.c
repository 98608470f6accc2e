/* A policy as somebody writes it who knows LIBERO and nothing else: it reads the eight numbers of state and
   writes seven within -1 and 1. The hand goes to a point of LIBERO's world, pointing straight down, and there
   the gripper closes. Config: "x y z" in metres. */
#include <chore/policy_easy.h>
#include <math.h>

static float clip(float x)
{
    return x < -1 ? -1 : x > 1 ? 1 : x;
}

static const char *act(void *state, const chore_easy_step *now, float *action)
{
    const float *s = (const float *)now->stream[0]; /* position 3, rotation vector 3, fingers 2 */
    float to[3], far = 0;
    (void)state;
    if (sscanf(now->config, "%f %f %f", &to[0], &to[1], &to[2]) != 3) {
        return "where to? config: x y z";
    }
    for (int i = 0; i < 3; i++) {
        far = fmaxf(far, fabsf(to[i] - s[i]));
        action[i] = clip(20 * (to[i] - s[i])); /* 1: a goal 5 cm away */
    }
    /* Half a turn about x is straight down; small turns (a, b, c) about the world's axes make it pi + a, pi/2
       c, -pi/2 b. */
    action[3] = clip(2 * (3.14159265f - s[3]));
    action[4] = clip(2 * 0.63661977f * s[5]);
    action[5] = clip(-2 * 0.63661977f * s[4]);
    action[6] = far < 0.01f ? 0.3f : -0.1f; /* only the sign counts: positive closes */
    return NULL;
}

static const chore_easy_policy libero_reach = {
    "libero_reach", "1.0", "Apache-2.0", "libero", "libero.state", 0, 0, act};
CHORE_EASY_ENTRY(libero_reach)
