#include "picks.h"

#include <string.h>

#include "hand.h"
#include "reach.h"

static const int ring_turns = 24,
                 low_turns = 16; /* of a hand that leans: its ways are dear to look at */
static const double hand_margin = 0.004; /* metre */
static const double rim = 0.02;          /* thinner than this it is a wall */

double posture_cost(const belief *b, pose tool)
{
    double q[DOF], margin, cost = 0;
    memcpy(q, reach_home, sizeof q);
    if (!reach_solve(pose_mul(pose_inverse(b->base), tool), q, &margin) || margin < 0.05) {
        return -1;
    }
    for (int i = 0; i < DOF; i++) {
        cost += (q[i] - reach_home[i]) * (q[i] - reach_home[i]);
    }
    return 0.2 * cost + 0.05 / (margin + 0.02);
}

static bool pick_fits(const belief *b, int index, const pick *p, double flattest, double relaxed)
{
    const thing *t = &b->things[index];
    pose tool = pose_mul(t->at, p->tool_in_thing);
    if (pose_axis_z(tool).z > flattest) {
        return false; /* too flat: the hand would lie on the table */
    }
    return hand_clearance(b, tool, p->open_width, index, -1) > hand_margin - relaxed &&
           hand_clearance(b, pose_advance(tool, -pick_approach / 2), p->open_width, index, -1) >
               hand_margin - relaxed &&
           hand_clearance(b, pose_advance(tool, -pick_approach), p->open_width, index, -1) >
               hand_margin - relaxed;
}

/* Opens the fingers as far as there is room for them. */
static bool widest_opening(const belief *b, int index, pick *p, double object_width,
                           double flattest, double relaxed)
{
    for (double extra = 0.034; extra > 0.013; extra -= 0.01) {
        p->open_width = fmin(0.08, object_width + extra);
        if (pick_fits(b, index, p, flattest, relaxed)) {
            return true;
        }
    }
    return false;
}

static pose about_z(double angle)
{
    return (pose){vec_of(0, 0, 0), quat_about(vec_of(0, 0, 1), angle)};
}

/* A tilt of the tool: about the finger opening (y) the pads stay flat on what they pinch; a little about x is tolerable. */
typedef struct tilt {
    vec axis;
    double angle;
} tilt;
static const tilt straight = {{0, 1, 0}, 0};
static const tilt leans[] = {{{0, 1, 0}, 0.75}, {{0, 1, 0}, -0.75}, {{0, 1, 0}, 1.1},
                             {{0, 1, 0}, -1.1}, {{1, 0, 0}, 0.35},  {{1, 0, 0}, -0.35},
                             {{0, 1, 0}, 0.35}, {{0, 1, 0}, -0.35}};
enum { COARSE_LEANS = 6 }; /* the last ones where nothing else has helped: beside a wall */
/* To come in through an opening in front. */
static const tilt low[] = {{{0, 1, 0}, 1.25}, {{0, 1, 0}, -1.25}, {{0, 1, 0}, 1.4},
                           {{0, 1, 0}, -1.4}, {{0, 1, 0}, 1.1},   {{0, 1, 0}, -1.1}};

/* One grasp site turned every way its symmetry allows, `ring` ways where it is round, with one tilt. */
static int list_grasp(const belief *b, int index, int g, int ring, const tilt *lean, double relaxed,
                      pick *out, int n)
{
    const thing *t = &b->things[index];
    const grasp *gr = &t->grasps[g];
    const pose tilted = {vec_of(0, 0, 0), quat_about(lean->axis, lean->angle)};
    int turns =
        gr->symmetry == SYMMETRY_RING ? ring : 1; /* a flip is a swap of the fingers */
    for (int k = 0; k < 2 * turns && n < MAX_PICKS; k++) {
        pose at = pose_mul(pose_mul(about_z(2 * PI * (k / 2) / turns), t->sites[gr->site].at),
                           pose_mul(tilted, about_z(k % 2 ? PI : 0)));
        pick p = {at, 0, 0};
        if (!widest_opening(b, index, &p, gr->width, fabs(lean->angle) > 1.2 ? -0.15 : -0.45,
                            relaxed)) {
            continue;
        }
        double here = posture_cost(b, pose_mul(t->at, at));
        double before =
            here < 0 ? -1 : posture_cost(b, pose_advance(pose_mul(t->at, at), -pick_approach));
        if (before >= 0) {
            p.cost = here + 0.3 * before + 0.4 * g +
                     0.6 * fabs(lean->angle) * (lean->axis.x > 0 ? 3 : 1);
            out[n++] = p;
        }
    }
    return n;
}

/* Of those from `first` on the ones that lean indeed: a grasp from the side, leant, may come from above. Flat comes in deep, steep
   reaches low. */
static int keep_low(const thing *t, const tilt *lean, pick *picks, int first, int n)
{
    int kept = first;
    for (int i = first; i < n; i++) {
        if (pose_axis_z(pose_mul(t->at, picks[i].tool_in_thing)).z > -0.62) {
            picks[kept] = picks[i];
            picks[kept++].cost += 0.4 * fabs(fabs(lean->angle) - 1.3) - 0.6 * fabs(lean->angle);
        }
    }
    return kept;
}

/* Without those that failed before, unless nothing else is left. */
static int drop_vain(const belief *b, int index, pick *picks, int n)
{
    bool failed[MAX_PICKS];
    int kept = 0;
    for (int i = 0; i < n; i++) {
        failed[i] = vain_knows(&b->vain, index, b->things[index].at, picks[i].tool_in_thing);
        kept += !failed[i];
    }
    if (kept == 0) {
        return n;
    }
    kept = 0;
    for (int i = 0; i < n; i++) {
        if (!failed[i]) {
            picks[kept++] = picks[i];
        }
    }
    return kept;
}

int list_picks(const belief *b, int index, int attempt, double relaxed, bool from_front, pick *out)
{
    const thing *t = &b->things[index];
    int n = 0;
    for (int g = 0; from_front && g < t->n_grasps; g++) {
        if (t->grasps[g].width < rim) {
            continue; /* a leaning hand does not get into a vessel */
        }
        for (size_t k = 0; k < sizeof low / sizeof *low; k++) {
            const int before = n;
            n = list_grasp(b, index, g, low_turns, &low[k], relaxed, out, n);
            n = keep_low(t, &low[k], out, before, n);
        }
    }
    for (int g = 0; !from_front && g < t->n_grasps; g++) {
        n = list_grasp(b, index, g, ring_turns, &straight, relaxed, out, n);
        /* a hand that leans gets into the way of a shard's other edges: only where it does not reach otherwise */
        const bool leaning = thing_is_shard(t) ? attempt > 2 : attempt > 0 || !thing_is_upright(t);
        const size_t n_leans =
            attempt > 2 && b->furniture.n_spaces == 0 ? sizeof leans / sizeof *leans : COARSE_LEANS;
        for (size_t k = 0; leaning && k < n_leans; k++) {
            n = list_grasp(b, index, g, ring_turns, &leans[k], relaxed, out, n);
        }
    }
    for (int i = 1; i < n;
         i++) { /* insertion sort: n is small, order must not depend on the library */
        pick p = out[i];
        int j = i;
        for (; j > 0 && out[j - 1].cost > p.cost; j--) {
            out[j] = out[j - 1];
        }
        out[j] = p;
    }
    return drop_vain(b, index, out, n);
}
