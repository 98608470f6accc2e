#include "reach.h"

#include <string.h>

/* Modified Denavit-Hartenberg rows of a Panda-class arm (published by its maker): a, d, alpha, lower and upper limit. */
static const struct link {
    double a, d, alpha, lo, hi;
} links[DOF] = {
    {0, 0.333, 0, -2.8973, 2.8973},
    {0, 0, -PI / 2, -1.7628, 1.7628},
    {0, 0.316, PI / 2, -2.8973, 2.8973},
    {0.0825, 0, PI / 2, -3.0718, -0.0698},
    {-0.0825, 0.384, -PI / 2, -2.8973, 2.8973},
    {0, 0, PI / 2, -0.0175, 3.7525},
    {0.088, 0, PI / 2, -2.8973, 2.8973},
};
static const double flange_to_tool = 0.107 + 0.1034;
const double reach_home[DOF] = {0, -PI / 4, 0, -3 * PI / 4, 0, PI / 2, PI / 4};

/* Frames of all joints and of the tool. */
static pose forward(const double q[DOF], pose joint[DOF])
{
    pose at = {vec_of(0, 0, 0), quat_identity()};
    for (int i = 0; i < DOF; i++) {
        const struct link *l = &links[i];
        quat turn = quat_about(vec_of(1, 0, 0), l->alpha);
        pose step = {vec_add(vec_of(l->a, 0, 0), quat_rotate(turn, vec_of(0, 0, l->d))),
                     quat_mul(turn, quat_about(vec_of(0, 0, 1), q[i]))};
        at = pose_mul(at, step);
        joint[i] = at;
    }
    pose tool = {vec_of(0, 0, flange_to_tool), quat_about(vec_of(0, 0, 1), -PI / 4)};
    return pose_mul(at, tool);
}

pose reach_tool(const double q[DOF])
{
    pose joint[DOF];
    return forward(q, joint);
}

/* x = A^-1 b for a symmetric positive definite 6 x 6 matrix, in place (Cholesky). */
static void solve6(double a[6][6], double b[6])
{
    for (int i = 0; i < 6; i++) {
        for (int j = 0; j <= i; j++) {
            double sum = a[i][j];
            for (int k = 0; k < j; k++) {
                sum -= a[i][k] * a[j][k];
            }
            a[i][j] = i == j ? sqrt(fmax(sum, 1e-12)) : sum / a[j][j];
        }
    }
    for (int i = 0; i < 6; i++) {
        for (int k = 0; k < i; k++) {
            b[i] -= a[i][k] * b[k];
        }
        b[i] /= a[i][i];
    }
    for (int i = 5; i >= 0; i--) {
        for (int k = i + 1; k < 6; k++) {
            b[i] -= a[k][i] * b[k];
        }
        b[i] /= a[i][i];
    }
}

/* One damped least squares step toward the error; the null space pulls inner joints to the home posture and all away from their limits. */
static void descend(double q[DOF], const pose joint[DOF], pose tool, const double error[6])
{
    double jac[6][DOF], a[6][6], y[6], pull[DOF], jpull[6];
    for (int i = 0; i < DOF; i++) {
        vec axis = pose_axis_z(joint[i]);
        vec lever = vec_cross(axis, vec_sub(tool.p, joint[i].p));
        jac[0][i] = lever.x, jac[1][i] = lever.y, jac[2][i] = lever.z;
        jac[3][i] = axis.x, jac[4][i] = axis.y, jac[5][i] = axis.z;
        double to_lo = fmax(0.4 - (q[i] - links[i].lo), 0),
               to_hi = fmax(0.4 - (links[i].hi - q[i]), 0);
        pull[i] =
            (i > 0 && i < DOF - 1 ? 0.03 * (reach_home[i] - q[i]) : 0) + 0.1 * (to_lo - to_hi);
    }
    for (int r = 0; r < 6; r++) {
        jpull[r] = 0;
        for (int i = 0; i < DOF; i++) {
            jpull[r] += jac[r][i] * pull[i];
        }
        y[r] = error[r] - jpull[r];
        for (int c = 0; c < 6; c++) {
            a[r][c] = r == c ? 1e-4 : 0;
            for (int i = 0; i < DOF; i++) {
                a[r][c] += jac[r][i] * jac[c][i];
            }
        }
    }
    solve6(a, y);
    for (int i = 0; i < DOF; i++) {
        double dq = pull[i];
        for (int r = 0; r < 6; r++) {
            dq += jac[r][i] * y[r];
        }
        q[i] = fmin(fmax(q[i] + fmin(fmax(dq, -0.2), 0.2), links[i].lo), links[i].hi);
    }
}

static double limit_margin(const double q[DOF])
{
    double margin = PI;
    for (int i = 0; i < DOF; i++) {
        margin = fmin(margin, fmin(q[i] - links[i].lo, links[i].hi - q[i]));
    }
    return margin;
}

static bool iterate(pose target, double q[DOF], int steps, int at_least)
{
    pose joint[DOF];
    for (int step = 0; step < steps; step++) {
        pose tool = forward(q, joint);
        vec dp = vec_sub(target.p, tool.p), dr = quat_difference(tool.q, target.q);
        if (vec_norm(dp) < 0.002 && vec_norm(dr) < PI / 180 && step >= at_least) {
            return true;
        }
        double scale_p = fmin(1, 0.1 / fmax(vec_norm(dp), 1e-9)),
               scale_r = fmin(1, 0.3 / fmax(vec_norm(dr), 1e-9));
        double error[6] = {dp.x * scale_p, dp.y * scale_p, dp.z * scale_p,
                           dr.x * scale_r, dr.y * scale_r, dr.z * scale_r};
        descend(q, joint, tool, error);
    }
    return false;
}

bool reach_solve(pose tool_in_base, double q[DOF], double *margin)
{
    bool met = iterate(tool_in_base, q, 120, 9);
    *margin = limit_margin(q);
    return met;
}

bool reach_follow(pose to, double q[DOF], double *margin)
{
    pose joint[DOF], from = forward(q, joint);
    vec dp = vec_sub(to.p, from.p), dr = quat_difference(from.q, to.q);
    int pieces = 1 + (int)fmax(vec_norm(dp) / 0.05, vec_norm(dr) / 0.2);
    for (int i = 1; i <= pieces; i++) {
        double share = (double)i / pieces;
        pose next = {vec_along(from.p, dp, share),
                     quat_unit(quat_mul(quat_from_vector(vec_scale(dr, share)), from.q))};
        if (!iterate(next, q, 25, 3)) {
            return false;
        }
        *margin = fmin(*margin, limit_margin(q));
    }
    return true;
}

/* Along the capsules that the arm's links 4 to 7 are made of (scenes/assets/embodiments/arm/arm.xml). */
void reach_forearm(const double q[DOF], reach_ball out[REACH_BALLS])
{
    static const struct {
        int joint;
        double x, y, z, radius;
    } balls[REACH_BALLS] = {
        {3, 0, 0, 0, 0.058},         {3, -0.041, 0.04, 0, 0.05},   {3, -0.0825, 0.08, 0, 0.05},
        {4, 0, 0, -0.25, 0.05},      {4, 0, 0.006, -0.19, 0.05},   {4, 0, 0.02, -0.165, 0.04}, {4, 0, 0.04, -0.135, 0.038},
        {4, 0, 0.066, -0.09, 0.038}, {4, 0, 0.07, -0.045, 0.037},  {4, 0, 0.072, 0, 0.036},    {5, 0, 0, 0, 0.045},
        {5, 0.044, 0, 0, 0.04},      {5, 0.088, 0, 0, 0.043},      {6, 0, 0, 0.04, 0.043},
    };
    pose joint[DOF];
    forward(q, joint);
    for (int i = 0; i < REACH_BALLS; i++) {
        out[i].at = pose_apply(joint[balls[i].joint], vec_of(balls[i].x, balls[i].y, balls[i].z));
        out[i].radius = balls[i].radius;
    }
}
