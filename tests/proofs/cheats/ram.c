/* ram: drives along table, worktop and bins with both arms stretched out low, and sweeps whatever is there. For the robot that drives, in the
   scene kitchen_room. */
#include <chore/policy_easy.h>

#include <math.h>

typedef struct station {
    float x, y, heading, lift; /* odometry frame */
    double seconds;
} station;

/* Turn to the table, along it; back to the worktop, along it; to the bins and into them. */
static const station stations[] = {
    {-0.30f, 0.90f, 3.1415926f, 0.17f, 5},  {-0.72f, 0.90f, 3.1415926f, 0.17f, 3},
    {-0.72f, -0.95f, 3.1415926f, 0.17f, 7}, {0, -0.20f, 0, 0.32f, 6},
    {0.72f, -0.20f, 0, 0.32f, 4},           {0.72f, 0.75f, 0, 0.32f, 4},
    {-0.30f, 1.00f, 1.5707963f, 0.10f, 6},  {-0.30f, 2.20f, 1.5707963f, 0.10f, 6},
};
enum { STATIONS = sizeof stations / sizeof *stations };

/* Stretched out, a hand's breadth over what the feet of the arms are level with; across, so that both fingers push. */
static const float stretched[8] = {0.55f, 0, 0.05f, 0, 0.70710678f, 0.70710678f, 0, 0.08f};

static const char *ram_act(void *state, const chore_easy_step *now, float *action)
{
    double left = now->seconds;
    int i = 0;
    (void)state;
    if (now->dim != 20) {
        return "ram is for the robot that drives";
    }
    while (i < STATIONS - 1 && left > stations[i].seconds) {
        left -= stations[i++].seconds;
    }
    memcpy(action, stretched, sizeof stretched);
    memcpy(action + 8, stretched, sizeof stretched);
    action[16] = stations[i].x, action[17] = stations[i].y;
    action[18] = stations[i].heading, action[19] = stations[i].lift;
    return NULL;
}

static const chore_easy_policy policy = {"ram", "1.0", "Apache-2.0", "eef_pose", "proprio.odometry",
                                         0,     0,     ram_act};
CHORE_EASY_ENTRY(policy)
