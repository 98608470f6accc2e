#include "through.h"

#include "cells.h"

/* The worktop before the arm, on the side where no fixture is: middle and half size in the frame of the base. */
static const vec worktop = {0.46, -0.22, 0}, worktop_half = {0.16, 0.14, 0};
static const double moved_least = 0.06; /* what is moved by less stands as before */
static const double near_by = 0.30;     /* may hinder */
static const double large = 0.10;       /* not set aside */
static const double crowded = 4;        /* of a job that leaves no room: others go first */
/* Attempts, after which only every fourth one looks for more than the way in: that is dear. */
static const int patient = 8;
/* Tries, each of which asks whether the way in would be free then. */
enum { KEPT_CELLS = 6, STAGES = 10, HINDERERS = 3, ASIDES = 4, OTHERS = 5 };

/* The attempt that says how close the hand may go: what is touched here falls over. */
static int close_to(const wish *w)
{
    return w->attempt > 1 ? 1 : w->attempt;
}

static bool pair(const belief *b, const belief *there, const wish *w, const pick *picks,
                 int n_picks, spot *spots, int n_spots, job *out)
{
    wish careful = *w;
    careful.attempt = close_to(w);
    return plan_pair(b, there, &careful, picks, n_picks, spots, n_spots, out);
}

/* ---- right in -------------------------------------------------------------------------------- */

/* The grasps for the way in that the arm can go to. After failures others are looked at first. */
static int low_picks(const belief *b, const wish *w, pick *out)
{
    static _Thread_local pick all[MAX_PICKS];
    const int n = list_picks(b, w->thing, close_to(w),
                             plan_relaxation(&b->things[w->thing], close_to(w)), true, all);
    for (int i = 0; i < n; i++) {
        out[i] = all[(i + OTHERS * w->attempt) % n];
    }
    return plan_keep_free(b, w->thing, out, n);
}

/* Any cell for it, the first that can be got to. */
static bool some_cell(const belief *b, const wish *w, const pick *picks, int n_picks)
{
    cell cells[MAX_CELLS];
    spot spots[CELL_TURNS];
    job j;
    const int n = n_picks > 0 ? list_cells(b, w->thing, plan_space(b, w->literal), cells) : 0;
    for (int i = 0; i < n; i++) {
        if (pair(b, b, w, picks, n_picks, spots, spots_in_cell(b, w->thing, &cells[i], spots),
                 &j)) {
            return true;
        }
    }
    return false;
}

/* Is there a way into the space for the thing, as all stands? */
static bool could_enter(const belief *b, const wish *w)
{
    static _Thread_local pick picks[MAX_PICKS];
    return some_cell(b, w, picks, low_picks(b, w, picks));
}

/* Once the job is done, would there be room for another one like it, from where it stands now, and for all else that is wanted there? */
static bool leaves_room(const belief *b, const wish *w, const pick *picks, int n_picks,
                        const job *j)
{
    static _Thread_local belief after;
    after = *b;
    if (b->n_things < MAX_THINGS) {
        after.things[after.n_things++] = after.things[w->thing];
        after.things[after.n_things - 1].at = j->release;
        if (!some_cell(&after, w, picks, n_picks)) {
            return false;
        }
        after.n_things--;
    }
    after.things[w->thing].at = j->release;
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        const wish other = {i, l->n_args ? belief_find_thing(b, l->args[0]) : -1, -1, 0};
        if (!l->holds && other.thing >= 0 && other.thing != w->thing &&
            b->things[other.thing].present && thing_is_upright(&b->things[other.thing]) &&
            plan_space(b, i) == plan_space(b, w->literal) && !could_enter(&after, &other)) {
            return false;
        }
    }
    return true;
}

/* Deep and at a side first, and so that there is room for one more. */
static bool right_in(const belief *b, const belief *there, const wish *w, job *out)
{
    static _Thread_local pick picks[MAX_PICKS];
    cell cells[MAX_CELLS];
    spot spots[CELL_TURNS];
    job j;
    const int n_picks = low_picks(b, w, picks),
              n = n_picks > 0 ? list_cells(there, w->thing, plan_space(b, w->literal), cells) : 0;
    int found = 0;
    for (int i = 0; i < n && found < KEPT_CELLS; i++) {
        if (pair(b, there, w, picks, n_picks, spots,
                 spots_in_cell(there, w->thing, &cells[i], spots), &j)) {
            if (found++ == 0) {
                *out = j;
            }
            if (b != there || leaves_room(b, w, picks, n_picks, &j)) {
                *out = j;
                return true;
            }
        }
    }
    out->cost += found > 0 ? crowded : 0;
    return found > 0;
}

/* ---- what has to be moved first -------------------------------------------------------------- */

/* Room around a place for a hand. */
static double room_at(const belief *b, int index, vec at)
{
    double least = 0.2;
    for (int i = 0; i < b->n_things; i++) {
        const thing *o = &b->things[i];
        if (o->present && i != index) {
            least =
                fmin(least, hypot(o->at.p.x - at.x, o->at.p.y - at.y) - thing_radius(o, o->at.q));
        }
    }
    return least;
}

/* Free places on the worktop, each SPOT_TURNS ways round; where there is most room first. */
static int free_places(const belief *b, int index, spot *out)
{
    const vec middle = pose_apply(b->base, vec_of(worktop.x, worktop.y, b->table_z - b->base.p.z));
    const int n = spots_on_table(b, index, middle, worktop_half, out);
    for (int i = 0; i < n; i++) {
        out[i].cost = -room_at(b, index, out[i].release.p);
    }
    sort_spots(out, n);
    return n;
}

/* A carry over the worktop to one of these. */
static bool carry_over(const belief *b, const wish *w, const pick *picks, int n_picks, spot s,
                       job *out)
{
    if (!pair(b, b, w, picks, n_picks, &s, 1, out)) {
        return false;
    }
    out->space = -1;
    out->stopover = true;
    return true;
}

/* `moving` to where `w` could enter from then on, w->thing itself or another. One way round after the other. */
static bool move_for(const belief *b, const wish *w, int moving, int tries, job *out)
{
    static _Thread_local belief after;
    static _Thread_local pick picks[MAX_PICKS];
    static _Thread_local spot spots[MAX_SPOTS];
    const thing *t = &b->things[moving];
    const wish over = {w->literal, moving, -1, w->attempt};
    const int n_picks =
                  list_picks(b, moving, w->attempt, plan_relaxation(t, close_to(w)), false, picks),
              n = n_picks > 0 ? free_places(b, moving, spots) : 0;
    after = *b;
    for (int k = 0; k < SPOT_TURNS; k++) {
        for (int i = k; i < n && tries > 0; i += SPOT_TURNS) {
            if (vec_distance(spots[i].release.p, t->at.p) < moved_least ||
                !carry_over(b, &over, picks, n_picks, spots[i], out)) {
                continue;
            }
            after.things[moving].at = out->release;
            tries--;
            if (could_enter(&after, w)) {
                return true;
            }
        }
    }
    return false;
}

/* What hinders, the nearest first, is set aside. */
static bool set_aside(const belief *b, const wish *w, job *out)
{
    static _Thread_local belief without;
    const vec here = b->things[w->thing].at.p;
    bool seen[MAX_THINGS] = {false};
    for (int k = 0; k < HINDERERS; k++) {
        int next = -1;
        double nearest = near_by;
        for (int i = 0; i < b->n_things; i++) {
            const double far = vec_distance(b->things[i].at.p, here);
            if (b->things[i].present && i != w->thing && !seen[i] &&
                b->things[i].footprint < large && far < nearest) {
                nearest = far;
                next = i;
            }
        }
        if (next < 0) {
            return false;
        }
        seen[next] = true;
        without = *b;
        without.things[next].present = false;
        if (could_enter(&without, w) && move_for(b, w, next, ASIDES, out)) {
            return true;
        }
    }
    return false;
}

bool through_plan(const belief *b, const belief *there, const wish *w, job *out)
{
    if (right_in(b, there, w, out)) {
        return true;
    }
    if (w->attempt > patient && w->attempt % 4 > 0) {
        return false;
    }
    return b == there && (move_for(b, w, w->thing, STAGES, out) || set_aside(b, w, out));
}
