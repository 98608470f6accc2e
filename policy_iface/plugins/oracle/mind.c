#include "mind.h"

#include <string.h>

#include "bag.h"
#include "choose.h"
#include "erect.h"
#include "reach.h"
#include "spots.h"

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
    const bool eyes = m->look || !m->started; /* blind: only its own body */
    if (eyes && (!belief_read_objects(b, s->objects) || !belief_read_goal(b, s->goal))) {
        return false;
    }
    if (s->odometry) {
        if (!m->started) {
            roam_start(&m->roam, s, b);
        }
        roam_see(&m->roam, b);
    }
    if (!eyes) {
        return true;
    }
    belief_read_motion(b, s->object_pose, s->object_vel);
    belief_read_parts(b, s->part_pos);
    wet_read_streams(&b->wet, s->puddle, s->n_patches, s->fill);
    brew_update(&m->brew, b, m->look);
    return true;
}

bool mind_is_carrying(const mind *m)
{
    return !m->on_flap && !m->on_door && !m->on_press && !m->on_wipe && !m->on_nudge;
}

/* Something broke while the hand was on its way to something else: that can wait. */
static bool is_interrupted(mind *m)
{
    const belief *b = &m->belief;
    const int before = m->shards;
    m->shards = 0;
    for (int i = 0; i < b->n_things; i++) {
        m->shards += b->things[i].present && thing_is_shard(&b->things[i]);
    }
    return m->shards > before && m->working && mind_is_carrying(m) && m->work.phase <= PHASE_CLOSE;
}

/* What a blind policy takes for granted after a flap. */
static void finish_flap(mind *m, skill_state how)
{
    thing_part *p = &m->belief.parts.list[m->flap.part];
    if (how == SKILL_FAILED) {
        m->flap_attempts[m->flap.part]++;
    }
    if (!m->look) {
        p->at = m->flap.opening ? 2 : 0;
        lid_assume(&m->belief, p->thing);
        if (p->on >= 0 || p->wall > 0) {
            erect_assume(&m->belief, m->flap.part);
        }
    }
    m->working = m->on_flap = false;
}

static void finish_door(mind *m, skill_state how)
{
    thing_part *p = &m->belief.parts.list[m->door.part];
    if (how == SKILL_FAILED) {
        m->door_attempts[m->door.part]++;
    }
    if (!m->look) {
        p->at = m->door.opening ? p->hi : 0;
        access_assume(&m->belief, m->door.part);
    }
    m->working = m->on_door = false;
    m->rest = HOME_STEPS;
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
    static const double still_there = 0.02;
    const int t = m->work.job.thing;
    /* put down where it was, or elsewhere for the time being: another way the next time */
    const bool in_vain =
        m->work.job.stopover || vec_distance(m->work.pick_start, m->belief.things[t].at.p) < 0.02;
    if (m->work.phase == PHASE_FAILED ||
        (m->look && in_vain && m->belief.furniture.n_spaces == 0)) {
        m->attempts[t]++;
    }
    if (m->look && m->work.phase == PHASE_FAILED &&
        vec_distance(m->work.pick_start, m->belief.things[t].at.p) < still_there) {
        vain_note(&m->belief.vain, t, m->belief.things[t].at, m->work.job.tool_in_thing);
    }
    if (!m->look) {
        assume_done(m);
    }
    const job *j = &m->work.job;
    m->rest = vec_norm(j->come) > 0 || access_has_door(&m->belief) ? HOME_STEPS : 0;
    if (j->stopover && access_has_door(&m->belief)) {
        m->attempts[belief_find_thing(&m->belief, m->belief.literals[j->literal].args[0])]++;
    }
    if (vec_norm(j->come) <= 0 && space_is_behind_door(&m->belief, j->space)) {
        m->attempts[j->thing]++; /* moved only, for it found no way in */
    }
    m->waited[t] = 0;
    m->working = false;
}

/* ---- driving ------------------------------------------------------------------------------------------- */

/* Once there, it looks again and plans from where it stands. */
static void step_on_the_way(mind *m, double dt)
{
    const skill_state how = roam_step(&m->roam, &m->belief, &m->motion, dt);
    m->width = 0.08;
    if (how != SKILL_BUSY) {
        m->on_the_way = false;
        m->wait = 0;
    }
}

/* With the thing in its hand to where it is put down. */
static void step_bringing(mind *m, double dt)
{
    roam *r = &m->roam;
    work_hold(&m->work, &m->belief, &m->width);
    if (m->work.phase == PHASE_FAILED) {
        return;
    }
    if (m->work.ticks++ == 0 && !roam_set_out(r, &m->belief, m->way.place, true)) {
        m->work.phase = PHASE_FAILED;
        return;
    }
    const skill_state how = roam_step(r, &m->belief, &m->motion, dt);
    if (how == SKILL_FAILED) {
        m->work.phase = PHASE_FAILED;
    } else if (how == SKILL_DONE) {
        m->brought = true;
        m->work.ticks = 0;
    }
}

/* What a blind policy takes for granted after wiping. */
static void finish_wipe(mind *m, skill_state how)
{
    const int wanted = wipe_wanted(&m->belief);
    m->wipe_attempts += how == SKILL_FAILED;
    m->wiped_in_vain += how == SKILL_FAILED && m->wipe.n_left > 0;
    if (!m->look && wanted >= 0) {
        m->belief.literals[wanted].holds = true;
    }
    m->working = m->on_wipe = false;
}

static pose resting_place(const mind *m)
{
    if (m->roam.drives) {
        double joints[7];
        const pose down = {vec_of(0, 0, 0), {0, 1, 0, 0}};
        memcpy(joints, reach_home, sizeof joints);
        return pose_mul(m->belief.base, roam_drawn_in(&down, joints));
    }
    pose up = m->home;
    up.p.z = fmax(up.p.z, m->belief.table_z + 0.30);
    return up;
}

/* Something has come to stand where the door would go that the hand is on its way to. */
static void mind_leave_door(mind *m)
{
    if (m->look && m->working && m->on_door && m->door.opening && m->door.phase == DOOR_OVER &&
        access_is_blocked(&m->belief, m->door.part)) {
        m->working = m->on_door = false;
        m->wait = 0;
    }
}

/* What it is on its way into has fallen shut: nothing is picked up for it, and what is held is put down again. */
static void mind_shut_doors(mind *m)
{
    const work *w = &m->work;
    job j;
    if (!m->look || !m->working || !mind_is_carrying(m) || w->job.space < 0 ||
        space_is_open(&m->belief, w->job.space)) {
        return;
    }
    if (w->phase < PHASE_CLOSE) {
        m->working = false;
        m->wait = 0;
        m->rest = vec_norm(w->job.come) > 0 ? HOME_STEPS : 0;
    } else if (work_may_divert(w) && plan_put_down(&m->belief, &w->job, w->thing_in_tool, w->pick_start, &j)) {
        work_divert(&m->work, &j);
    }
}

/* The bag that something was to go into has fallen over. */
static void mind_leave_bag(mind *m)
{
    const work *w = &m->work;
    job j;
    if (!m->look || !m->working || !mind_is_carrying(m) || w->job.receptacle < 0 ||
        !bag_is_down(&m->belief, w->job.receptacle)) {
        return;
    }
    if (w->phase < PHASE_CLOSE) {
        m->working = false;
        m->wait = 0;
    } else if (work_may_divert(w) && plan_put_down(&m->belief, &w->job, w->thing_in_tool, w->pick_start, &j)) {
        work_divert(&m->work, &j);
    }
}

/* Something has come to stand where the hand would put down what it holds: elsewhere, if there is another place for it. */
static void mind_leave_place(mind *m)
{
    static const double less = 0.01;
    work *w = &m->work;
    job j;
    if (!m->look || !m->working || !mind_is_carrying(m) || !work_may_divert(w)) {
        return;
    }
    if (w->job.space >= 0 && plan_place_is_taken(&m->belief, &w->job)) {
        if (plan_other_place(&m->belief, &w->job, w->thing_in_tool, &j)) {
            work_divert(w, &j);
        }
        return;
    }
    if (m->roam.drives || w->phase > PHASE_OVER_PLACE || vec_norm(w->job.come) > 0) {
        return;
    }
    /* held as planned: only what has changed around it counts */
    const double room = plan_room(&m->belief, &w->job, pose_inverse(w->job.tool_in_thing));
    if (room < 0 && room < w->planned_room - less) {
        if (w->job.stopover ? plan_put_down(&m->belief, &w->job, w->thing_in_tool, w->pick_start, &j)
                            : plan_elsewhere(&m->belief, &w->job, w->thing_in_tool, &j)) {
            work_divert(w, &j);
        }
        w->planned_room = plan_room(&m->belief, &w->job, pose_inverse(w->job.tool_in_thing));
    }
}

bool mind_is_home(const mind *m)
{
    const pose home = resting_place(m);
    return vec_distance(m->belief.tool.p, home.p) < 0.05 && quat_angle(m->belief.tool.q, home.q) < 0.2;
}

/* Home first? */
static bool rests(mind *m)
{
    if (m->working || m->rest == 0) {
        return false;
    }
    m->rest = mind_is_home(m) ? 0 : m->rest - 1;
    if (m->rest == 0 && unwind_is_wanted(&m->belief, resting_place(m))) {
        m->on_unwind = unwind_start(&m->unwind, &m->belief, resting_place(m));
    }
    return m->rest > 0 || m->on_unwind;
}

/* Wound up so far that the hand stays behind what is asked of it: before anything else it goes home, joint by joint. Once, until something is done. */
static void free_arm(mind *m)
{
    static const double behind = 0.5;
    const bool idle = !m->working && !m->on_unwind && !m->on_the_way;
    m->freed = m->freed && idle;
    if (!m->look || m->roam.drives || !idle || m->freed || quat_angle(m->belief.tool.q, m->motion.at.q) < behind ||
        !unwind_is_wanted(&m->belief, resting_place(m))) {
        return;
    }
    m->freed = true;
    m->on_unwind = unwind_start(&m->unwind, &m->belief, resting_place(m));
}

static void step_unwinding(mind *m, double dt)
{
    m->width = 0.08;
    m->on_unwind = unwind_step(&m->unwind, &m->belief, &m->motion, dt) == SKILL_BUSY;
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
    if (m->look && is_interrupted(m)) {
        m->working = false;
    }
    if (m->working && mind_is_carrying(m) &&
        (m->work.phase == PHASE_DONE || m->work.phase == PHASE_FAILED)) {
        finish_job(m);
    }
    if (m->working && mind_is_carrying(m) && m->look && m->work.phase < PHASE_CLOSE &&
        lid_is_over(&m->belief, m->work.job.thing)) {
        m->working = false; /* a flap has fallen shut in front of the hand, or on it */
        m->wait = 0;
    }
    mind_leave_door(m);
    mind_shut_doors(m);
    mind_leave_bag(m);
    mind_leave_place(m);
    free_arm(m);
    if (!m->on_unwind && !rests(m) && !m->working && !m->on_the_way && m->wait-- <= 0) {
        choose_next(m);
    }
    if (m->on_unwind) {
        step_unwinding(m, dt);
    } else if (m->on_the_way) {
        step_on_the_way(m, dt);
    } else if (m->on_flap) {
        const skill_state how = flap_step(&m->flap, &m->belief, &m->motion, &m->width, dt);
        if (how != SKILL_BUSY) {
            finish_flap(m, how);
        }
    } else if (m->on_press) {
        const skill_state how = press_step(&m->press, &m->belief, &m->motion, &m->width, dt);
        if (how != SKILL_BUSY) {
            brew_pressed(&m->brew);
            m->working = m->on_press = false;
        }
    } else if (m->on_wipe) {
        const skill_state how = wipe_step(&m->wipe, &m->belief, &m->motion, &m->width, dt);
        if (how != SKILL_BUSY) {
            finish_wipe(m, how);
        }
    } else if (m->on_door) {
        const skill_state how = door_step(&m->door, &m->belief, &m->motion, &m->width, dt);
        if (how != SKILL_BUSY) {
            finish_door(m, how);
        }
    } else if (m->on_nudge) {
        if (nudge_step(&m->nudge, &m->belief, &m->motion, &m->width, dt) != SKILL_BUSY) {
            m->attempts[m->nudge.thing] = 0;
            m->working = m->on_nudge = false;
            m->wait = 5; /* until it lies still */
        }
    } else if (m->working && !m->brought && work_may_drive(&m->work)) {
        step_bringing(m, dt);
    } else if (m->working) {
        work_step(&m->work, &m->belief, &m->motion, &m->width, dt);
    } else {
        motion_step(&m->motion, resting_place(m), 0.3, 1.2, dt);
        m->width = 0.08;
    }
    *tool_in_base = pose_mul(pose_inverse(m->belief.base), m->motion.at);
    *width = m->width;
    return true;
}

void mind_drive(const mind *m, float action[4])
{
    roam_command(&m->roam, action);
}

const char *mind_blames(const mind *m)
{
    return m->look && brew_has_failed(&m->brew) ? m->belief.things[m->brew.machine].id : NULL;
}
