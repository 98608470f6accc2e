#include "mind.h"

#include <string.h>

#include "cover.h"

void mind_reset(mind *m, bool look)
{
    memset(m, 0, sizeof *m);
    m->look = look;
    m->width = 0.08;
}

static bool mind_see(mind *m, const sight *s)
{
    belief *b = &m->belief;
    belief_read_robot(b, s->joint_pos, s->base_pose, s->eef_pos, s->eef_quat, s->gripper_width,
                      s->touch);
    if (m->started && !m->look) {
        return true; /* blind: only its own body */
    }
    if (!belief_read_objects(b, s->objects) || !belief_read_goal(b, s->goal)) {
        return false;
    }
    belief_read_motion(b, s->object_pose, s->object_vel);
    return true;
}

/* Where a thing is wanted: does another literal about the same thing come first? Literals of one thing share one job. */
static bool served_already(const belief *b, int index)
{
    for (int i = 0; i < index; i++) {
        const literal *l = &b->literals[i];
        if (!l->holds && plan_serves(l) && strcmp(l->args[0], b->literals[index].args[0]) == 0) {
            return true;
        }
    }
    return false;
}

/* Cheapest job over all literals that do not hold; the fewest failures go first. */
static bool choose_job(mind *m, job *best)
{
    const belief *b = &m->belief;
    bool found = false, waiting = false;
    int best_attempts = 0;
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        int t = l->n_args ? belief_find_thing(b, l->args[0]) : -1;
        if (l->holds || t < 0 || !plan_serves(l) || served_already(b, i) || cover_waits(b, l)) {
            continue;
        }
        if (vec_norm(b->things[t].velocity) > 0.03 || vec_norm(b->things[t].spin) > 0.5) {
            waiting = true; /* still rolling: look again soon */
            continue;
        }
        job j;
        if ((!found || m->attempts[t] <= best_attempts) && plan_job(b, i, m->attempts[t], &j) &&
            (!found || m->attempts[t] < best_attempts || j.cost < best->cost)) {
            *best = j;
            best_attempts = m->attempts[t];
            found = true;
        } else if (!found) {
            m->attempts[t] += waiting ? 0 : 1; /* nothing from here: relax, other grasps */
        }
    }
    return found;
}

/* What a blind policy takes for granted after a job. */
static void assume_done(mind *m)
{
    belief *b = &m->belief;
    b->things[m->work.job.thing].at = m->work.job.release;
    b->literals[m->work.job.literal].holds = true;
}

static void finish_job(mind *m)
{
    if (m->work.phase == PHASE_FAILED) {
        m->attempts[m->work.job.thing]++;
    }
    if (!m->look) {
        assume_done(m);
    }
    m->working = false;
}

static pose resting_place(const mind *m)
{
    pose up = m->home;
    up.p.z = fmax(up.p.z, m->belief.table_z + 0.30);
    return up;
}

bool mind_step(mind *m, const sight *s, double dt, pose *tool_in_base, double *width)
{
    if (!mind_see(m, s)) {
        return false;
    }
    if (!m->started) {
        motion_start(&m->motion, m->belief.tool);
        m->home = m->belief.tool;
        m->started = true;
    }
    if (m->working && (m->work.phase == PHASE_DONE || m->work.phase == PHASE_FAILED)) {
        finish_job(m);
    }
    if (!m->working && m->wait-- <= 0) {
        job j;
        m->working = choose_job(m, &j);
        m->fruitless = m->working ? 0 : m->fruitless + 1;
        m->wait = m->working ? 0 : m->fruitless > 20 ? 20 : 5; /* to look everywhere is dear */
        if (m->working) {
            work_start(&m->work, &j, &m->belief, &m->motion, m->look);
        }
    }
    if (m->working) {
        work_step(&m->work, &m->belief, &m->motion, &m->width, dt);
    } else {
        motion_step(&m->motion, resting_place(m), 0.3, 1.2, dt);
        m->width = 0.08;
    }
    *tool_in_base = pose_mul(pose_inverse(m->belief.base), m->motion.at);
    *width = m->width;
    return true;
}
