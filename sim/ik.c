/* Damped least squares with Levenberg's acceptance rule, joint limits as an active set, and a null-space
   pull. */
#include "ik_internal.h"
#include <math.h>
#include <string.h>

enum { MAX_ITERATIONS = 12, MAX_REJECTIONS = 6 };

static const double TOLERANCE = 1e-8;        /* metre */
static const double REACHED = 1e-5;          /* metre: beyond it the goal counts as out of reach */
static const double DAMPING_FLOOR = 1e-7;    /* metre^2: far from singularities the solution is exact */
static const double DAMPING_SINGULAR = 4e-4; /* at a singularity */
static const double AGILITY_FRACTION = .25; /* of the home posture's manipulability: below it damping grows */
static const double STEP_CAP = .2;          /* radian per iteration */
static const double PULL_RATE = 1.5;        /* 1/s toward home */
static const double PULL_CAP = .5;          /* rad/s */
static const double LIMIT_ZONE = .4;        /* radian before a limit where the pull away from it begins */
static const double LIMIT_RATE = 8;         /* 1/s */
static const double LIMIT_CAP = 3;          /* rad/s, both pulls together */

typedef double matrix6[6][6];

/* JJ' of the free joints, rotation rows scaled to metres. */
static void gram(matrix6 out, const chore_jacobian *jac, const bool *frozen, int n)
{
    memset(out, 0, sizeof(matrix6));
    for (int j = 0; j < n; j++) {
        for (int r = 0; !frozen[j] && r < 6; r++) {
            for (int c = 0; c <= r; c++) {
                out[r][c] += jac->col[j][r] * jac->col[j][c];
            }
        }
    }
}

/* Lower Cholesky factor of a + damping * I in place; its diagonal product is the manipulability when damping
   is tiny. */
static double factor(matrix6 a, double damping)
{
    double product = 1;
    for (int c = 0; c < 6; c++) {
        for (int r = c; r < 6; r++) {
            double sum = a[r][c] + (r == c ? damping : 0);
            for (int k = 0; k < c; k++) {
                sum -= a[r][k] * a[c][k];
            }
            a[r][c] = r == c ? sqrt(fmax(sum, 1e-14)) : sum / a[c][c];
        }
        product *= a[c][c];
    }
    return product;
}

static void solve(const matrix6 l, const double b[6], double x[6])
{
    for (int r = 0; r < 6; r++) {
        x[r] = b[r];
        for (int k = 0; k < r; k++) {
            x[r] -= l[r][k] * x[k];
        }
        x[r] /= l[r][r];
    }
    for (int r = 5; r >= 0; r--) {
        for (int k = r + 1; k < 6; k++) {
            x[r] -= l[k][r] * x[k];
        }
        x[r] /= l[r][r];
    }
}

static void scaled_jacobian(const chore_arm_chain *chain, const double *q, chore_pose *tool,
                            chore_jacobian *jac)
{
    chore_arm_chain_pose(chain, q, tool, jac);
    for (int j = 0; j < chain->n; j++) {
        for (int r = 3; r < 6; r++) {
            jac->col[j][r] *= CHORE_IK_METRE_PER_RADIAN;
        }
    }
}

static double error_to(double e[6], const chore_pose *tool, const chore_pose *goal)
{
    chore_pose_twist(e, tool, goal);
    for (int r = 3; r < 6; r++) {
        e[r] *= CHORE_IK_METRE_PER_RADIAN;
    }
    return mju_norm(e, 6);
}

/* dq = z + J'(JJ' + damping)^-1 (e - J z): the tool follows e, what is left over follows z. A joint that
   would leave its range goes to its limit and stays out of the rest. */
static void step_within_limits(const chore_ik_problem *ik, const chore_jacobian *jac, const double *q,
                               const double e[6], const double *z, double damping, double *dq)
{
    int n = ik->chain->n;
    bool frozen[CHORE_MAX_DOF] = {false};
    double rest[6];
    for (int pass = 0; pass <= n; pass++) {
        mju_copy(rest, e, 6);
        for (int j = 0; j < n; j++) {
            dq[j] = frozen[j] ? dq[j] : z[j];
            mju_addToScl(rest, jac->col[j], -dq[j], 6);
        }
        matrix6 a;
        double y[6];
        gram(a, jac, frozen, n);
        factor(a, damping);
        solve((const double(*)[6])a, rest, y);
        bool changed = false;
        for (int j = 0; j < n; j++) {
            if (frozen[j]) {
                continue;
            }
            dq[j] += mju_dot(jac->col[j], y, 6);
            double inside = fmin(fmax(q[j] + dq[j], ik->lo[j]), ik->hi[j]) - q[j];
            if (inside != dq[j]) {
                dq[j] = inside;
                frozen[j] = changed = true;
            }
        }
        if (!changed) {
            return;
        }
    }
}

static double damping_at(const chore_ik_problem *ik, const chore_jacobian *jac)
{
    static const bool none[CHORE_MAX_DOF] = {false};
    matrix6 a;
    gram(a, jac, none, ik->chain->n);
    double agility = factor(a, 1e-12), enough = AGILITY_FRACTION * ik->agility;
    double lack = agility < enough ? 1 - agility / enough : 0;
    return DAMPING_FLOOR + DAMPING_SINGULAR * lack * lack;
}

/* What the null space would like to do in this control step. The first and the last joint turn the arm as a
   whole and the tool about its own axis: where they stand is the task's business, so only their limits push
   them. */
static void posture_step(const chore_ik_problem *ik, const double *q, double seconds, double *z)
{
    for (int j = 0; j < ik->chain->n; j++) {
        double to_lo = fmax(LIMIT_ZONE - (q[j] - ik->lo[j]), 0),
               to_hi = fmax(LIMIT_ZONE - (ik->hi[j] - q[j]), 0);
        bool inner = j > 0 && j < ik->chain->n - 1;
        double pull = inner ? mju_clip(PULL_RATE * (ik->home[j] - q[j]), -PULL_CAP, PULL_CAP) : 0;
        z[j] = mju_clip(pull + LIMIT_RATE * (to_lo - to_hi), -LIMIT_CAP, LIMIT_CAP) * seconds;
    }
}

static void cap_step(double *dq, int n)
{
    double largest = 0;
    for (int j = 0; j < n; j++) {
        largest = fmax(largest, fabs(dq[j]));
    }
    if (largest > STEP_CAP) {
        mju_scl(dq, dq, STEP_CAP / largest, n);
    }
}

void chore_ik_prepare(chore_ik_problem *ik, const chore_arm_chain *chain, const double *home, double margin)
{
    *ik = (chore_ik_problem){.chain = chain};
    for (int j = 0; j < chain->n; j++) {
        ik->lo[j] = chain->lo[j] + margin;
        ik->hi[j] = chain->hi[j] - margin;
        ik->home[j] = home[j];
    }
    chore_pose tool;
    chore_jacobian jac;
    scaled_jacobian(chain, home, &tool, &jac);
    static const bool none[CHORE_MAX_DOF] = {false};
    matrix6 a;
    gram(a, &jac, none, chain->n);
    ik->agility = factor(a, 1e-12);
}

/* Descend from `start`; z [n] is the null-space motion to mix into the first step, and is consumed. */
static double descend(const chore_ik_problem *ik, const double *start, const chore_pose *goal, double *z,
                      double *out)
{
    int n = ik->chain->n, rejected = 0;
    double dq[CHORE_MAX_DOF], trial[CHORE_MAX_DOF], e[6], e_trial[6];
    bool free_step = mju_norm(z, n) > 0;
    chore_pose tool;
    chore_jacobian jac, jac_trial;
    for (int j = 0; j < n; j++) {
        out[j] = fmin(fmax(start[j], ik->lo[j]), ik->hi[j]);
    }
    scaled_jacobian(ik->chain, out, &tool, &jac);
    double error = error_to(e, &tool, goal), damping = damping_at(ik, &jac);
    for (int i = 0; i < MAX_ITERATIONS; i++) {
        if (!free_step && error < TOLERANCE) {
            break;
        }
        step_within_limits(ik, &jac, out, e, z, damping, dq);
        cap_step(dq, n);
        mju_add(trial, out, dq, n);
        scaled_jacobian(ik->chain, trial, &tool, &jac_trial);
        double error_trial = error_to(e_trial, &tool, goal);
        /* a step that also moves the null space may cost a little that the next steps win back */
        if (!free_step && error_trial >= error) {
            damping *= 10;
            if (++rejected > MAX_REJECTIONS) {
                break;
            }
            continue;
        }
        mju_copy(out, trial, n);
        mju_copy(e, e_trial, 6);
        jac = jac_trial;
        error = error_trial;
        damping = damping_at(ik, &jac);
        mju_zero(z, n);
        free_step = false;
    }
    return error;
}

double chore_ik_solve(const chore_ik_problem *ik, const double *start, const chore_pose *goal, double seconds,
                      double *out)
{
    double z[CHORE_MAX_DOF] = {0}, still[CHORE_MAX_DOF];
    posture_step(ik, start, seconds, z);
    double error = descend(ik, start, goal, z, out);
    if (error < REACHED) {
        return error;
    }
    /* out of reach: only the tool counts now, or posture and tool would push each other about */
    double error_still = descend(ik, start, goal, z, still);
    mju_copy(out, still, ik->chain->n);
    return error_still;
}
