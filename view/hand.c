#include <chore/hand.h>

#include <math.h>
#include <mujoco/mujoco.h>
#include <stdlib.h>
#include <string.h>

#define DAMPING 0.05 /* of the inverse of the Jacobian: near a singular posture it moves slower, not wilder */

typedef struct part { /* one component of the action */
    chore_action_component is;
    int limb;
    const char *what; /* "pos", "quat", "rot", "joints", "gripper", "heading", "lift" */
    float *values;
} part;

int chore_hand_limbs(const chore_embodiment *robot)
{
    return robot->n_arms + robot->drives;
}

const char *chore_hand_limb_name(const chore_embodiment *robot, int limb)
{
    return limb >= 0 && limb < robot->n_arms ? robot->arms[limb].name : limb == robot->n_arms && robot->drives ? robot->carrier.name : "";
}

void chore_hand_release(chore_hand_memory *memory)
{
    free(memory->jacobian);
    *memory = (chore_hand_memory){0};
}

static bool is_moving(const chore_hand *hand)
{
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        sum += fabs(hand->move[i]) + fabs(hand->turn[i]);
    }
    return sum > 0;
}

/* ---- the layout --------------------------------------------------------------------------------------------------- */

static int list_parts(const chore_world *world, float *action, part out[CHORE_MAX_COMPONENTS])
{
    chore_action_component components[CHORE_MAX_COMPONENTS];
    const chore_embodiment *robot = chore_world_embodiment(world);
    const int n = chore_world_components(world, chore_world_mode(world), components, CHORE_MAX_COMPONENTS);
    for (int i = 0; i < n; i++) {
        const char *dot = strrchr(components[i].name, '.'), *name = strchr(components[i].name, '.');
        const size_t len = (size_t)(dot - name - 1);
        out[i] = (part){.is = components[i], .limb = robot->n_arms, .values = action};
        out[i].what = strrchr(out[i].is.name, '.') + 1;
        for (int arm = 0; arm < robot->n_arms; arm++) {
            if (strlen(robot->arms[arm].name) == len && strncmp(robot->arms[arm].name, name + 1, len) == 0) {
                out[i].limb = arm;
            }
        }
        action += components[i].dim;
    }
    for (int i = 0; i < n; i++) { /* the names moved with the structures */
        out[i].what = strrchr(out[i].is.name, '.') + 1;
    }
    return n;
}

static bool is(const part *p, const char *what)
{
    return strcmp(p->what, what) == 0;
}

/* ---- one part ----------------------------------------------------------------------------------------------------- */

/* In the frame of the arm's base, for one control step. */
static void in_base(const chore_world *world, const chore_arm *arm, const double rate[3], double out[3])
{
    const mjData *d = chore_world_data(world);
    mju_mulMatTVec3(out, d->xmat + 9 * arm->base_body, rate);
    mju_scl3(out, out, 1.0 / chore_world_control_hz(world));
}

/* The joint steps that make the tool move so, by the damped least squares of its Jacobian. */
static void joint_steps(chore_hand_memory *memory, const chore_world *world, const chore_arm *arm, const chore_hand *hand, double *out)
{
    const mjModel *m = chore_world_model(world);
    const size_t nv = (size_t)m->nv;
    double small[6 * CHORE_MAX_DOF], square[36], wanted[6], solved[6];
    if (!memory->jacobian) {
        memory->jacobian = malloc(6 * nv * sizeof *memory->jacobian);
        CHORE_ASSERT(memory->jacobian);
    }
    mj_jacSite(m, chore_world_data(world), memory->jacobian, memory->jacobian + 3 * nv, arm->tool_site);
    for (int row = 0; row < 6; row++) {
        for (int j = 0; j < arm->n_dof; j++) {
            small[row * arm->n_dof + j] = memory->jacobian[(size_t)row * nv + (size_t)m->jnt_dofadr[arm->joint[j]]];
        }
        wanted[row] = (row < 3 ? hand->move[row] : hand->turn[row - 3]) / chore_world_control_hz(world);
    }
    mju_mulMatMatT(square, small, small, 6, arm->n_dof, 6);
    for (int i = 0; i < 6; i++) {
        square[7 * i] += DAMPING * DAMPING;
    }
    mju_cholFactor(square, 6, mjMINVAL);
    mju_cholSolve(solved, square, wanted, 6);
    mju_mulMatTVec(out, small, solved, 6, arm->n_dof);
}

static float bounded(const part *p, int i, double value)
{
    return (float)mju_clip(value, p->is.lo[i], p->is.hi[i]);
}

static void move_arm(chore_hand_memory *memory, const chore_world *world, const part *p, const chore_hand *hand, bool absolute)
{
    const chore_arm *arm = &chore_world_embodiment(world)->arms[p->limb];
    double step[CHORE_MAX_DOF] = {0};
    if (is(p, "joints")) {
        joint_steps(memory, world, arm, hand, step);
    } else if (!is(p, "gripper")) {
        in_base(world, arm, is(p, "pos") ? hand->move : hand->turn, step);
    }
    if (is(p, "quat")) {
        double turn[4], from[4], to[4], angle = mju_normalize3(step);
        mju_axisAngle2Quat(turn, step, angle);
        for (int i = 0; i < 4; i++) {
            from[i] = (double)p->values[i];
        }
        mju_mulQuat(to, turn, from);
        mju_normalize4(to);
        for (int i = 0; i < 4; i++) {
            p->values[i] = (float)(to[0] < 0 ? -to[i] : to[i]);
        }
        return;
    }
    for (int i = 0; i < p->is.dim && !is(p, "gripper"); i++) {
        p->values[i] = bounded(p, i, absolute ? (double)p->values[i] + step[i] : step[i]);
    }
}

/* Forward and left as it stands; in an absolute mode that is turned into the frame in which it began. */
static void move_carrier(const chore_world *world, const part *p, const chore_hand *hand, float heading, bool absolute)
{
    const double dt = 1.0 / chore_world_control_hz(world), c = cos((double)heading), s = sin((double)heading);
    const double way[2] = {hand->move[0] * dt, hand->move[1] * dt};
    double step[2] = {way[0], way[1]};
    if (is(p, "heading")) {
        step[0] = hand->turn[2] * dt;
    } else if (is(p, "lift")) {
        step[0] = hand->move[2] * dt;
    } else if (absolute) {
        step[0] = c * way[0] - s * way[1];
        step[1] = s * way[0] + c * way[1];
    }
    for (int i = 0; i < p->is.dim && i < 2; i++) {
        p->values[i] = bounded(p, i, absolute ? (double)p->values[i] + step[i] : step[i]);
    }
}

/* ---- the whole ---------------------------------------------------------------------------------------------------- */

/* A limb that begins to move starts from its present target, one that rests keeps what it was told last: to ask anew in every step
   would let it creep. */
static void recall(chore_hand_memory *memory, const chore_world *world, const chore_hand *hand, float *action, bool moving)
{
    float kept[CHORE_MAX_COMPONENTS * CHORE_MAX_DOF];
    part now[CHORE_MAX_COMPONENTS];
    const int dim = chore_world_action_dim(world);
    memcpy(kept, memory->action, sizeof kept);
    chore_world_hold_action(world, action);
    const int n = list_parts(world, action, now);
    for (int i = 0; i < n && memory->begun; i++) {
        const bool kept_turned = is(&now[i], "quat") && mju_norm3(hand->turn) <= 0; /* also where the tool cannot be held so just now */
        if (is(&now[i], "gripper") || kept_turned || !(moving && now[i].limb == hand->limb)) {
            memcpy(now[i].values, kept + (now[i].values - action), (size_t)now[i].is.dim * sizeof *kept);
        }
    }
    CHORE_ASSERT((size_t)dim <= sizeof kept / sizeof *kept);
}

void chore_hand_action(chore_hand_memory *memory, const chore_world *world, const chore_hand *hand, float *action)
{
    const chore_embodiment *robot = chore_world_embodiment(world);
    const chore_action_mode mode = chore_world_mode(world);
    const bool absolute = mode == CHORE_MODE_JOINT_POS || mode == CHORE_MODE_EEF_POSE, moving = is_moving(hand);
    const int dim = chore_world_action_dim(world);
    part parts[CHORE_MAX_COMPONENTS];
    recall(memory, world, hand, action, moving);
    const int n = list_parts(world, action, parts);
    float heading = 0;
    for (int i = 0; i < n; i++) {
        heading = is(&parts[i], "heading") ? *parts[i].values : heading;
    }
    for (int i = 0; i < n; i++) {
        part *p = &parts[i];
        if (is(p, "gripper") && p->limb == hand->limb) {
            *p->values = bounded(p, 0, (double)*p->values + hand->grip / chore_world_control_hz(world));
        } else if (moving && p->limb == hand->limb && p->limb < robot->n_arms) {
            move_arm(memory, world, p, hand, absolute);
        } else if (moving && p->limb == hand->limb) {
            move_carrier(world, p, hand, heading, absolute);
        }
    }
    memcpy(memory->action, action, (size_t)dim * sizeof *action);
    memory->begun = true;
    bool relative[CHORE_MAX_COMPONENTS * CHORE_MAX_DOF];
    chore_world_relative_values(world, relative);
    for (int i = 0; i < dim; i++) { /* a step is not made twice */
        memory->action[i] = relative[i] ? 0 : memory->action[i];
    }
}
