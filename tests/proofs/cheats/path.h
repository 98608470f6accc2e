/* Cheats that move the hand along a fixed path, tool straight down, fingers open across the direction of sweeping. */
#ifndef CHORE_TEST_PATH_H
#define CHORE_TEST_PATH_H
#include <chore/policy_easy.h>

#include <math.h>

typedef struct path_point {
    double x, y, z; /* base frame: the table's top is z = 0 */
    double speed;   /* m/s on the way there */
} path_point;

typedef struct path_state {
    double at[3];
    int next;
    int started;
} path_state;

/* One control step along the path; at its end the hand stays. Streams: "proprio.eef_pos". Mode: eef_pose. */
static inline const char *path_follow(void *state, const chore_easy_step *now, float *action,
                                      const path_point *points, int n)
{
    path_state *s = state;
    const float *eef = now->stream[0];
    const double dt = now->step ? now->seconds / (double)now->step : 0.05;
    if (!s->started) {
        s->started = 1;
        for (int i = 0; i < 3; i++) {
            s->at[i] = (double)eef[i];
        }
    }
    if (s->next < n) {
        const path_point *p = &points[s->next];
        const double way[3] = {p->x - s->at[0], p->y - s->at[1], p->z - s->at[2]};
        const double length = sqrt(way[0] * way[0] + way[1] * way[1] + way[2] * way[2]),
                     step = p->speed * dt;
        for (int i = 0; i < 3; i++) {
            s->at[i] += length > step ? way[i] * step / length : way[i];
        }
        s->next += length <= step;
    }
    for (int i = 0; i < 3; i++) {
        action[i] = (float)s->at[i];
    }
    action[4] = action[5] = (float)sqrt(.5);
    action[7] = 0.08f;
    return NULL;
}
#define PATH_ENTRY(title, points)                                                                \
    static const char *path_act(void *state, const chore_easy_step *now, float *action)          \
    {                                                                                            \
        return path_follow(state, now, action, points, (int)(sizeof points / sizeof *(points))); \
    }                                                                                            \
    static const chore_easy_policy policy =                                                      \
        {title, "1.0",   "Apache-2.0", "eef_pose", "proprio.eef_pos", sizeof(path_state),        \
         0,     path_act};                                                                       \
    CHORE_EASY_ENTRY(policy)
#endif
