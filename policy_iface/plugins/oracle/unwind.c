#include "unwind.h"

#include <string.h>

#include "hand.h"

static const double wound = 1.0;       /* rad, of any joint */
static const double joint_speed = 0.8; /* rad/s, of the one that has farthest to go */
static const double clear_least = 0.02;
enum { LOOKS = 40 };

/* Where the joints stand at rest, solved from home. */
static bool joints_at(const belief *b, pose rest, double q[DOF])
{
    double margin;
    memcpy(q, reach_home, DOF * sizeof *q);
    return reach_solve(pose_mul(pose_inverse(b->base), rest), q, &margin);
}

static double farthest(const double a[DOF], const double b[DOF])
{
    double most = 0;
    for (int i = 0; i < DOF; i++) {
        most = fmax(most, fabs(a[i] - b[i]));
    }
    return most;
}

bool unwind_is_wanted(const belief *b, pose rest)
{
    double q[DOF];
    return joints_at(b, rest, q) && farthest(q, b->joints) > wound;
}

/* The joints at a share of the way; folded: upper arm and elbow do theirs in the first half, all others in the second. */
static void joints_on_way(const unwind *u, double share, double q[DOF])
{
    for (int i = 0; i < DOF; i++) {
        const bool lifts = i == 1 || i == 3;
        const double own = u->folded ? fmin(fmax(2 * share - !lifts, 0), 1) : share;
        q[i] = u->from[i] + own * (u->to[i] - u->from[i]);
    }
}

static bool is_clear(const unwind *u, const belief *b)
{
    for (int k = 1; k <= LOOKS; k++) {
        double q[DOF];
        reach_ball balls[REACH_BALLS];
        joints_on_way(u, (double)k / LOOKS, q);
        reach_forearm(q, balls);
        if (hand_clearance(b, pose_mul(b->base, reach_tool(q)), 0.08, -1, -1) < clear_least) {
            return false;
        }
        for (int i = 0; i < REACH_BALLS; i++) {
            const vec p = pose_apply(b->base, balls[i].at);
            const double free = fmin(fmin(p.z - b->table_z, point_clearance(b, p, -1, -1)),
                                     furniture_distance(&b->furniture, &b->parts, p, -1));
            if (free < balls[i].radius) {
                return false;
            }
        }
    }
    return true;
}

bool unwind_start(unwind *u, const belief *b, pose rest)
{
    *u = (unwind){.share = 0};
    memcpy(u->from, b->joints, sizeof u->from);
    if (!joints_at(b, rest, u->to)) {
        return false;
    }
    u->rate = joint_speed / fmax(farthest(u->from, u->to), 0.1);
    if (is_clear(u, b)) {
        return true;
    }
    u->folded = true;
    u->rate /= 2;
    return is_clear(u, b);
}

skill_state unwind_step(unwind *u, const belief *b, motion *m, double dt)
{
    double q[DOF];
    u->share = fmin(u->share + u->rate * dt, 1);
    joints_on_way(u, u->share, q);
    motion_start(m, pose_mul(b->base, reach_tool(q)));
    return u->share < 1 ? SKILL_BUSY : SKILL_DONE;
}
