/* A policy that thinks for so many milliseconds (its configuration) before each step, and waves its arm: a rollout that can be watched. */
#include <chore/policy_easy.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

static const char *act(void *state, const chore_easy_step *now, float *action)
{
    const long ms = strtol(now->config, NULL, 10);
    const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    (void)state;
    nanosleep(&pause, NULL);
    action[2] = 0.02f * sinf((float)now->seconds * 3.0f);
    return NULL;
}

static const chore_easy_policy slow = {"slow", "1.0", "Apache-2.0", "eef_delta", "proprio.eef_pos", 0, 0, act};
CHORE_EASY_ENTRY(slow)
