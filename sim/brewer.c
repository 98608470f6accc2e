/* Coffee machines. A press of the button, with the lid shut over a pod that has not been used, lets what that pod gives run out of the spout;
   opening the lid stops it. Looked at once per control step. */
#include "liquid_internal.h"
#include <math.h>

int chore_world_brewing(const chore_world *world, int brewer)
{
    CHORE_ASSERT(world->liquid && brewer >= 0 && brewer < world->liquid->n_brewers);
    return world->wet->brewers[brewer].left > 0;
}

void chore_world_jam_brewer(chore_world *world, int brewer, int presses)
{
    CHORE_ASSERT(world->liquid && brewer >= 0 && brewer < world->liquid->n_brewers);
    world->wet->brewers[brewer].jams = presses;
}

enum { FOR_GOOD = 1 << 30 }; /* jams, beyond which it counts the presses that it takes to see it */

void chore_world_fail_brewer(chore_world *world, int brewer, int tries)
{
    chore_world_jam_brewer(world, brewer, FOR_GOOD + tries);
}

int chore_world_brewer_failed(const chore_world *world, int brewer)
{
    CHORE_ASSERT(world->liquid && brewer >= 0 && brewer < world->liquid->n_brewers);
    return world->wet->brewers[brewer].jams == FOR_GOOD;
}

static double joint_at(const chore_world *world, int joint)
{
    return world->data->qpos[world->model->jnt_qposadr[joint]];
}

/* A fresh pod whose centre is in the chamber; -1: there is none. */
static int pod_in(const chore_world *world, const chore_brewer *b)
{
    const mjData *d = world->data;
    for (int i = 0; i < world->liquid->n_pods; i++) {
        double off[3], local[3];
        mju_sub3(off, d->xipos + 3 * world->liquid->pods[i].body, d->xpos + 3 * b->body);
        mju_mulMatTVec3(local, d->xmat + 9 * b->body, off);
        mju_subFrom3(local, b->chamber);
        if (!(world->wet->pods_used >> i & 1) && fabs(local[0]) < b->half[0] &&
            fabs(local[1]) < b->half[1] && fabs(local[2]) < b->half[2]) {
            return i;
        }
    }
    return -1;
}

static void start(chore_world *world, const chore_brewer *b, brewer_state *state)
{
    const int pod = pod_in(world, b);
    if (state->jams >= FOR_GOOD) {
        state->jams -= state->jams > FOR_GOOD && pod >= 0; /* without a pod the press says nothing */
    } else if (state->jams > 0) {
        state->jams--; /* it does not notice the press */
    } else if (pod >= 0 && !(state->left > 0)) {
        world->wet->pods_used |= (int64_t)1 << pod;
        state->left = world->liquid->pods[pod].gives_m3;
    }
}

static void flow(chore_world *world, const chore_brewer *b, brewer_state *state, double dt)
{
    const double part = fmin(state->left, b->flow_m3ps * dt), room = b->tray_m3 - state->tray;
    const mjData *d = world->data;
    double from[3];
    state->left -= part;
    mju_mulMatVec3(from, d->xmat + 9 * b->body, b->spout);
    mju_addTo3(from, d->xpos + 3 * b->body);
    if (chore_liquid_catch(world, from, part)) {
        return;
    }
    state->tray += fmin(part, room);
    if (part > room) { /* it runs over, in front of the machine */
        chore_puddle_add(world, from, part - room);
    }
}

/* The jet hangs below the spout, or nowhere. */
static void show_jet(chore_world *world, const chore_brewer *b, bool flows)
{
    double *to = world->data->mocap_pos + 3 * b->mocap;
    if (!flows) {
        mju_copy3(to, world->model->body_pos + 3 * world->mocap_body[b->mocap]);
        return;
    }
    mju_mulMatVec3(to, world->data->xmat + 9 * b->body, b->spout);
    mju_addTo3(to, world->data->xpos + 3 * b->body);
    to[2] -= b->jet_m;
}

void chore_brew(chore_world *world, double dt)
{
    for (int i = 0; i < world->liquid->n_brewers; i++) {
        const chore_brewer *b = &world->liquid->brewers[i];
        brewer_state *state = &world->wet->brewers[i];
        const bool shut =
            joint_at(world, b->lid_joint)<b->shut_rad, pressed = joint_at(world, b->button_joint)> b
                ->pressed_m;
        if (pressed && !state->pressed && shut) {
            start(world, b, state);
        }
        state->pressed = pressed;
        if (!shut) {
            state->left = 0;
        }
        show_jet(world, b, state->left > 0);
        if (state->left > 0) {
            flow(world, b, state, dt);
        }
    }
}
