#include "choose.h"

#include <string.h>

#include "bag.h"
#include "cover.h"
#include "erect.h"

/* Where a thing is wanted: does another literal about the same thing come first? Literals of one thing share one job. */
static bool served_already(const belief *b, int index)
{
    for (int i = 0; i < index; i++) {
        const literal *l = &b->literals[i];
        if (!l->holds && !l->waits && plan_serves(l) &&
            strcmp(l->args[0], b->literals[index].args[0]) == 0) {
            return true;
        }
    }
    return false;
}

/* A shard that lies where it should not. */
static bool is_loose(const belief *b, int t)
{
    for (int i = 0; i < b->n_literals && thing_is_shard(&b->things[t]); i++) {
        const literal *l = &b->literals[i];
        if (!l->holds && l->n_args > 0 && strcmp(l->args[0], b->things[t].id) == 0) {
            return b->things[t].present;
        }
    }
    return false;
}

/* Another shard lies on it, or leans on it: it would come up too, and fall, perhaps off the table. So that one first, unless it has been tried in vain. */
static bool bears_shard(const mind *m, int t)
{
    static const double close = 0.055, higher = 0.0015;
    enum { TRIES = 8 };
    const belief *b = &m->belief;
    const vec at = b->things[t].at.p;
    for (int i = 0; i < b->n_things && thing_is_shard(&b->things[t]); i++) {
        const vec o = b->things[i].at.p;
        if (i != t && o.z > at.z + higher && hypot(o.x - at.x, o.y - at.y) < close && m->attempts[i] < TRIES && is_loose(b, i)) {
            return true;
        }
    }
    return false;
}

/* Shards come first, unless they have failed often; so does a bag that has fallen over, and what must come out of a drawer before other things fall on it. */
static int rank_of(const mind *m, int t)
{
    const bool first = thing_is_shard(&m->belief.things[t]) || bag_is_down(&m->belief, t) ||
                       access_goes_out(&m->belief, t);
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

static const int tried_before = 4, most_nudges = 12;
static const int tried_by_drawers = 10; /* there a hand that leans may reach what one from above does not */

/* It stands too close to something (what shall go in through a door wants other ways), and not all that can be done about it has been done. */
static bool wants_nudge(const mind *m, int t)
{
    const thing *what = &m->belief.things[t];
    const int enough = m->belief.furniture.n_spaces > 0 ? tried_by_drawers : tried_before;
    return m->look && !m->roam.drives && !access_has_door(&m->belief) && m->attempts[t] >= enough && m->nudges[t] < most_nudges &&
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

/* At furniture, where the arm leans and reaches far: before anything is given up as impossible it is looked at from home. */
static bool is_away(const mind *m)
{
    return m->look && m->belief.furniture.n_spaces > 0 && !mind_is_home(m);
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
        if (l->holds || l->waits || t < 0 || !plan_serves(l) || served_already(b, i) ||
            cover_waits(b, l) || lid_bars(b, l) || access_bars(b, l) || lies_among_shards(b, t) || bears_shard(m, t) ||
            bag_bars(b, l) || is_patient(m, l) || wants_nudge(m, t) ||
            (!early_too && lid_is_early(b, l))) {
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
            m->attempts[t] += waiting || is_away(m) ? 0 : 1; /* nothing from here: relax, other grasps */
        }
    }
    return found;
}

/* A flap that is in the way, or the next one to be shut or opened. */
static bool choose_flap(mind *m, bool barred_only)
{
    const belief *b = &m->belief;
    lid_move next;
    const int panel = barred_only ? -1 : erect_next(b);
    if (panel >= 0) {
        const bool found = erect_start(&m->flap, b, panel, m->flap_attempts[panel], m->look);
        m->flap_attempts[panel] += !found;
        return found;
    }
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

static bool choose_wipe(mind *m)
{
    const int wanted = wipe_wanted(&m->belief);
    const bool started = wanted >= 0 && wipe_start(&m->wipe, &m->belief, wanted, m->wipe_attempts,
                                                   &m->motion, m->look);
    m->wiped_in_vain += wanted >= 0 && !started;
    return started;
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
            (wet_is_near(&b->wet, b->things[t].at.p, b->things[t].footprint + 0.06) ||
             wipe_is_beside(b, t)) &&
            plan_job(b, i, m->attempts[t] + m->wiped_in_vain - 1, best)) {
            return true;
        }
    }
    return false;
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

void choose_next(mind *m)
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
    m->working = !mind_is_carrying(m) || choose_job(m, false, &j) ||
                 (some_are_early(&m->belief) && choose_job(m, true, &j)) || choose_obstacle(m, &j);
    if (m->working && mind_is_carrying(m)) {
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
    if (!m->working && (is_away(m) || m->fruitless > 1) && !m->roam.drives && has_unmet(&m->belief)) {
        m->rest = HOME_STEPS; /* and is unwound there */
    }
    m->fruitless =
        m->working || brew_runs(&m->brew) || !has_unmet(&m->belief) ? 0 : m->fruitless + 1;
    m->wait = m->working ? 0 : m->fruitless > 12 ? 40 : 5; /* a look that finds no way is dear */
}
