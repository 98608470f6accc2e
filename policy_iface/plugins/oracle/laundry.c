#include "laundry.h"

#include <string.h>

static const double think_again = 0.5; /* s */

void laundry_reset(laundry *l, bool look)
{
    memset(l, 0, sizeof *l);
    l->look = look;
}

static bool see(laundry *l, const duo_sight *s, double dt)
{
    belief *b = &l->belief;
    hands_read(&l->hands, s->joint_pos, s->base_pose, s->eef_pos, s->eef_quat, s->gripper_width,
               s->touch);
    l->cloth.table_z = b->table_z = l->hands.hand[0].base.p.z;
    if (!l->started || l->look) {
        if (!belief_read_objects(b, s->objects) || !cloth_read_text(&l->cloth, s->objects) ||
            !belief_read_goal(b, s->goal)) {
            return false;
        }
        b->table_z = l->cloth.table_z;
        if (s->object_pose && s->object_vel) {
            belief_read_motion(b, s->object_pose, s->object_vel);
        }
    }
    if (s->cloth_pos) {
        cloth_read_positions(&l->cloth, s->cloth_pos, dt);
    }
    return true;
}

/* ---- skills -------------------------------------------------------------------------------------------- */

/* Begin what makes the literal hold. False: no skill serves it, or it cannot be done from here. */
static bool begin(laundry *l, int index)
{
    const literal *wanted = &l->belief.literals[index];
    int garment = wanted->n_args ? cloth_find(&l->cloth, wanted->args[0]) : -1;
    if (garment < 0 || !l->cloth.garments[garment].present) {
        return false;
    }
    if (strcmp(wanted->predicate, "folded") == 0) {
        return fold_start(&l->fold, &l->cloth, &l->hands, garment, -1);
    }
    if (strcmp(wanted->predicate, "half_folded") == 0) {
        return fold_start(&l->fold, &l->cloth, &l->hands, garment, 1);
    }
    return false;
}

static skill_state step(laundry *l, double dt)
{
    return fold_step(&l->fold, &l->cloth, &l->hands, dt);
}

/* ---- choosing ------------------------------------------------------------------------------------------ */

static void choose(laundry *l)
{
    int best = -1;
    for (int i = 0; i < l->belief.n_literals; i++) {
        if (!l->belief.literals[i].holds && (best < 0 || l->attempts[i] < l->attempts[best])) {
            best = i;
        }
    }
    if (best < 0) {
        return;
    }
    l->working = begin(l, best);
    l->literal = best;
    if (!l->working) {
        l->attempts[best]++;
        l->idle = think_again;
    }
}

static void work(laundry *l, double dt)
{
    skill_state s = step(l, dt);
    if (s == SKILL_BUSY) {
        return;
    }
    l->working = false;
    l->attempts[l->literal]++; /* so that others come first if it does not hold after all */
    l->idle = think_again;
    if (!l->look) {
        l->belief.literals[l->literal].holds = true; /* as far as a blind one knows */
    }
}

bool laundry_step(laundry *l, const duo_sight *s, double dt, pose tool_in_base[HANDS],
                  double width[HANDS])
{
    if (!see(l, s, dt)) {
        return false;
    }
    if (!l->started) {
        hands_start(&l->hands);
        l->started = true;
    }
    l->idle -= dt;
    if (!l->working && l->idle <= 0) {
        choose(l);
    }
    if (l->working) {
        work(l, dt);
    }
    hands_step(&l->hands, dt);
    for (int k = 0; k < HANDS; k++) {
        const hand_state *one = &l->hands.hand[k];
        tool_in_base[k] = pose_mul(pose_inverse(one->base), one->at);
        width[k] = one->open;
    }
    return true;
}
