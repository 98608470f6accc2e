#include "mind.h"

#include <string.h>

#include "bag.h"
#include "cover.h"
#include "reach.h"

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

/* Where a thing is wanted: does another literal about the same thing come first? Literals of one thing share one job. */
static bool served_already(const belief *b, int index)
{
    for (int i = 0; i < index; i++) {
        const literal *l = &b->literals[i];
        if (!l->holds && !l->waits && plan_serves(l) && strcmp(l->args[0], b->literals[index].args[0]) == 0) {
            return true;
        }
    }
    return false;
}

/* Shards come first, unless they have failed often; so does a bag that has fallen over. */
static int rank_of(const mind *m, int t)
{
    const bool first = thing_is_shard(&m->belief.things[t]) || bag_is_down(&m->belief, t);
    return m->attempts[t] - (first ? 4 : 0);
}

/* Shards that lie where they should not. */
static int count_loose(const belief *b, vec near, double radius)
{
    int n = 0;
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        int t = l->holds || l->n_args == 0 ? -1 : belief_find_thing(b, l->args[0]);
        n += t >= 0 && b->things[t].present && thing_is_shard(&b->things[t]) &&
             vec_distance(b->things[t].at.p, near) < radius;
    }
    return n;
}

/* Nothing is picked up from among shards. */
static bool lies_among_shards(const belief *b, int t)
{
    return !thing_is_shard(&b->things[t]) && count_loose(b, b->things[t].at.p, 0.18) > 0;
}

/* The work in hand is `work`. */
static bool is_carrying(const mind *m)
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
    return m->shards > before && m->working && is_carrying(m) && m->work.phase <= PHASE_CLOSE;
}

static const int tried_before = 4, most_nudges = 12;

/* It stands too close to something (doors want their own ways), and not all that can be done about it has been done. */
static bool wants_nudge(const mind *m, int t)
{
    const thing *what = &m->belief.things[t];
    return m->look && !m->roam.drives && m->belief.furniture.n_spaces == 0 && m->attempts[t] >= tried_before && m->nudges[t] < most_nudges &&
           !thing_is_container(what) && !thing_is_shard(what);
}

/* It is where it belongs and only has to come to rest: that is left alone for a while. */
static bool is_patient(mind *m, const literal *l)
{
    static const int looks = 12;
    return m->look && bag_settles(&m->belief, l) &&
           m->waited[belief_find_thing(&m->belief, l->args[0])]++ < looks;
}

/* What has come to rest since may be waited for again. */
static void forget_waits(mind *m)
{
    for (int i = 0; i < m->belief.n_literals; i++) {
        const literal *l = &m->belief.literals[i];
        const int t = l->holds && l->n_args ? belief_find_thing(&m->belief, l->args[0]) : -1;
        if (t >= 0) {
            m->waited[t] = 0;
        }
    }
}

static bool plan_one(mind *m, int literal_index, int attempt, job *j, roam_way *way)
{
    return m->roam.drives ? roam_plan(&m->roam, &m->belief, literal_index, attempt, j, way)
                          : plan_job(&m->belief, literal_index, attempt, j);
}

/* Cheapest job over all literals that do not hold; the fewest failures go first. */
static bool choose_job(mind *m, bool early_too, job *best)
{
    const belief *b = &m->belief;
    bool found = false, waiting = false;
    int best_rank = 0;
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        int t = l->n_args ? belief_find_thing(b, l->args[0]) : -1;
        if (l->holds || l->waits || t < 0 || !plan_serves(l) || served_already(b, i) || cover_waits(b, l) ||
            lid_bars(b, l) || access_bars(b, l) || lies_among_shards(b, t) || bag_bars(b, l) || is_patient(m, l) ||
            wants_nudge(m, t) || (!early_too && lid_is_early(b, l))) {
            continue;
        }
        const int into = l->n_args > 1 ? belief_find_thing(b, l->args[1]) : -1;
        if (into >= 0 && wet_is_brewer(&b->wet, into) && strcmp(l->predicate, "inside") == 0 &&
            belief_lies_in(b, t, into)) {
            continue; /* it will hold as soon as the lid stands still */
        }
        if (vec_norm(b->things[t].velocity) > 0.03 || vec_norm(b->things[t].spin) > 0.5) {
            if (thing_is_shard(&b->things[t])) {
                return false; /* they come first */
            }
            waiting = true; /* still rolling: look again soon */
            continue;
        }
        job j;
        roam_way way = {.pick = {0}, .place = {0}};
        if ((!found || rank_of(m, t) <= best_rank) && plan_one(m, i, m->attempts[t], &j, &way) &&
            (!found || rank_of(m, t) < best_rank || j.cost < best->cost)) {
            *best = j;
            m->best_way = way;
            best_rank = rank_of(m, t);
            found = true;
        } else if (!found) {
            m->attempts[t] += waiting ? 0 : 1; /* nothing from here: relax, other grasps */
        }
    }
    return found;
}

/* A flap that is in the way, or the next one to be shut or opened. */
static bool choose_flap(mind *m, bool barred_only)
{
    const belief *b = &m->belief;
    lid_move next;
    return (barred_only ? lid_to_clear(b, &next) : lid_to_serve(b, &next)) &&
           flap_start(&m->flap, b, next.part, next.opening, m->flap_attempts[next.part], m->look);
}

/* What nothing else has helped with is brought to where it can be taken. */
static bool choose_nudge(mind *m)
{
    for (int i = 0; i < m->belief.n_literals; i++) {
        const literal *l = &m->belief.literals[i];
        const int t = l->n_args ? belief_find_thing(&m->belief, l->args[0]) : -1;
        if (l->holds || t < 0 || !plan_serves(l) || !m->belief.things[t].present ||
            !wants_nudge(m, t) || bag_bars(&m->belief, l)) {
            continue;
        }
        if (nudge_start(&m->nudge, &m->belief, t, m->nudges[t]++)) {
            return true;
        }
    }
    return false;
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
    }
    m->working = m->on_flap = false;
}

/* A door or drawer that is in the way, or the next one to be shut or opened. */
static bool choose_door(mind *m, bool barred_only)
{
    const belief *b = &m->belief;
    access_move next;
    if (!(barred_only ? access_to_clear(b, &next) : access_to_serve(b, &next))) {
        return false;
    }
    if (!door_start(&m->door, b, next.part, next.opening, m->door_attempts[next.part], m->look)) {
        m->door_attempts[next.part]++;
        return false;
    }
    return true;
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
    const int t = m->work.job.thing;
    /* put down where it was, or elsewhere for the time being: another way the next time */
    const bool in_vain =
        m->work.job.stopover || vec_distance(m->work.pick_start, m->belief.things[t].at.p) < 0.02;
    if (m->work.phase == PHASE_FAILED ||
        (m->look && in_vain && m->belief.furniture.n_spaces == 0)) {
        m->attempts[t]++;
    }
    if (!m->look) {
        assume_done(m);
    }
    const job *j = &m->work.job;
    m->rest = vec_norm(j->come) > 0 ? 120 : 0;
    if (j->space >= 0 && vec_norm(j->come) <= 0 && m->belief.furniture.spaces[j->space].behind >= 0) {
        m->attempts[j->thing]++; /* moved only, for it found no way in */
    }
    m->waited[t] = 0;
    m->working = false;
}

static bool some_are_early(const belief *b)
{
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        if (!l->holds && l->n_args && plan_serves(l) && lid_is_early(b, l)) {
            return true;
        }
    }
    return false;
}

static bool has_unmet(const belief *b)
{
    for (int i = 0; i < b->n_literals; i++) {
        if (!b->literals[i].holds) {
            return true;
        }
    }
    return false;
}

/* ---- driving ------------------------------------------------------------------------------------------- */

/* A job begins where its thing is in reach. */
static void begin(mind *m, const job *j)
{
    m->way = m->best_way;
    if (m->roam.drives && !roam_is_at(&m->roam, &m->way.pick)) {
        m->working = false;
        m->on_the_way = roam_set_out(&m->roam, &m->belief, m->way.pick, false);
        m->attempts[j->thing] += !m->on_the_way || m->roam.come_for == 1 + j->thing;
        m->roam.come_for = m->on_the_way ? 1 + j->thing : 0;
        return;
    }
    m->roam.come_for = 0;
    m->brought = !m->roam.drives || roam_is_at(&m->roam, &m->way.place);
    work_start(&m->work, j, &m->belief, &m->motion, m->look);
}

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

static bool choose_wipe(mind *m)
{
    const int wanted = wipe_wanted(&m->belief);
    const bool started =
        wanted >= 0 && wipe_start(&m->wipe, &m->belief, wanted, m->wipe_attempts, &m->motion, m->look);
    m->wiped_in_vain += wanted >= 0 && !started;
    return started;
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

/* What stands in the way of wiping is put elsewhere, as its own literal allows. */
static bool choose_obstacle(mind *m, job *best)
{
    const belief *b = &m->belief;
    if (m->wiped_in_vain == 0 || wipe_wanted(b) < 0) {
        return false;
    }
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        const int t = l->n_args ? belief_find_thing(b, l->args[0]) : -1;
        if (t >= 0 && b->things[t].present && plan_serves(l) &&
            (wet_is_near(&b->wet, b->things[t].at.p, b->things[t].footprint + 0.06) || wipe_is_beside(b, t)) &&
            plan_job(b, i, m->attempts[t] + m->wiped_in_vain - 1, best)) {
            return true;
        }
    }
    return false;
}

/* What is in the way of a carry first, then what is wet, then what is to be carried, then lids, then doors. What could not be wiped waits for something
   to be carried out of the way. */
static void choose(mind *m)
{
    job j;
    forget_waits(m);
    m->on_nudge = false;
    m->on_flap = choose_flap(m, true);
    m->on_wipe = !m->on_flap && m->wiped_in_vain == 0 && !wipe_waits(&m->belief) && choose_wipe(m);
    if (m->on_wipe) {
        m->working = true;
        m->wait = m->fruitless = 0;
        return;
    }
    m->on_door = !m->on_flap && choose_door(m, true);
    m->working = !is_carrying(m) || choose_job(m, false, &j) ||
                 (some_are_early(&m->belief) && choose_job(m, true, &j)) ||
                 choose_obstacle(m, &j);
    if (m->working && is_carrying(m)) {
        begin(m, &j);
        m->wiped_in_vain = 0;
    }
    if (m->on_the_way) {
        return;
    }
    if (!m->working) {
        m->working = m->on_wipe = choose_wipe(m);
    }
    if (!m->working && !m->on_the_way) {
        m->working = m->on_flap = choose_flap(m, false);
    }
    if (!m->working && brew_wants_press(&m->brew)) {
        m->working = m->on_press = press_start(&m->press, &m->belief, m->brew.button, m->look);
    }
    if (!m->working) {
        m->working = m->on_door = choose_door(m, false);
    }
    if (!m->working && m->look) {
        m->working = m->on_nudge = choose_nudge(m);
    }
    m->fruitless = m->working || brew_runs(&m->brew) || !has_unmet(&m->belief) ? 0 : m->fruitless + 1;
    m->wait = m->working ? 0 : m->fruitless > 12 ? 40 : 5; /* a look that finds no way is dear */
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
    if (!m->look || !m->working || !is_carrying(m) || w->job.space < 0 ||
        space_is_open(&m->belief, w->job.space)) {
        return;
    }
    if (w->phase < PHASE_CLOSE) {
        m->working = false;
        m->wait = 0;
        m->rest = vec_norm(w->job.come) > 0 ? 120 : 0;
    } else if (work_may_divert(w) && plan_put_down(&m->belief, &w->job, w->thing_in_tool, w->pick_start, &j)) {
        work_divert(&m->work, &j);
    }
}

/* The bag that something was to go into has fallen over. */
static void mind_leave_bag(mind *m)
{
    const work *w = &m->work;
    job j;
    if (!m->look || !m->working || !is_carrying(m) || w->job.receptacle < 0 ||
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

/* Home first? */
static bool rests(mind *m)
{
    if (m->working || m->rest == 0) {
        return false;
    }
    const pose home = resting_place(m);
    const bool there = vec_distance(m->belief.tool.p, home.p) < 0.05 && quat_angle(m->belief.tool.q, home.q) < 0.2;
    m->rest = there ? 0 : m->rest - 1;
    return m->rest > 0;
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
    if (m->working && is_carrying(m) &&
        (m->work.phase == PHASE_DONE || m->work.phase == PHASE_FAILED)) {
        finish_job(m);
    }
    if (m->working && is_carrying(m) && m->look && m->work.phase < PHASE_CLOSE &&
        lid_is_over(&m->belief, m->work.job.thing)) {
        m->working = false; /* a flap has fallen shut in front of the hand, or on it */
        m->wait = 0;
    }
    mind_leave_door(m);
    mind_shut_doors(m);
    mind_leave_bag(m);
    if (!rests(m) && !m->working && !m->on_the_way && m->wait-- <= 0) {
        choose(m);
    }
    if (m->on_the_way) {
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
            m->attempts[m->nudge.thing] = 1;
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
