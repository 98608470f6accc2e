/* A garment compared with its ideal folds. An ideal fold is a place in the plane for every vertex (reflections,
   one after the other); the garment is laid over it as well as a shift, a turn and a flip can, and what still
   differs is measured. */
#include "garment_raster_internal.h"
#include "garment_state_internal.h"

#include <math.h>
#include <string.h>

#define HALF_SLACK  1.5 /* a stage may be this much less exact than the end */
#define HALF_SHARE  0.5
#define NEARLY_STEP 0.5 /* all steps done, but not exactly enough: that much is still to do */
#define TOP_LAYERS  1.5 /* that a corner may stick up, beyond the tolerance */
#define DIRECTIONS  45  /* tried for the smallest rectangle */
#define MARGIN_CELLS \
    20 /* of the grid, around the ideal outline: a garment that reaches further has failed by then */

/* ---- the ideal --------------------------------------------------------------------------------------------- */

typedef struct fold_line {
    double normal[2], offset; /* to the left: normal . p > offset */
} fold_line;

static fold_line line_of(const chore_fold_step *step)
{
    double along[2] = {step->b[0] - step->a[0], step->b[1] - step->a[1]},
           length = hypot(along[0], along[1]);
    fold_line line = {.normal = {-along[1] / length, along[0] / length}};
    line.offset = line.normal[0] * step->a[0] + line.normal[1] * step->a[1];
    return line;
}

void chore_cloth_ideal(const chore_garment *garment, int way, unsigned steps, double (*out)[2])
{
    fold_line lines[CHORE_MAX_FOLD_STEPS];
    int n = 0;
    for (int s = 0; s < garment->folds[way].n_steps; s++) {
        if (steps & 1u << s) {
            lines[n++] = line_of(&garment->folds[way].steps[s]);
        }
    }
    for (int v = 0; v < garment->n_vertices; v++) {
        double x = garment->rest[v][0], y = garment->rest[v][1];
        for (int i = 0; i < n; i++) {
            double left = lines[i].normal[0] * x + lines[i].normal[1] * y - lines[i].offset;
            if (left > 0) {
                x -= 2 * left * lines[i].normal[0];
                y -= 2 * left * lines[i].normal[1];
            }
        }
        out[v][0] = x;
        out[v][1] = y;
    }
}

/* ---- laid over it -------------------------------------------------------------------------------------------- */

/* Places in the plane around their middle, weighted by area. */
typedef struct plane_points {
    double at[CHORE_MAX_GARMENT_VERTICES][2];
    double moment; /* second, about the middle, over the area */
} plane_points;

typedef struct fold_fit {
    double turn[2]; /* cosine and sine: of the ideal, to lie under the garment */
    bool mirrored;
    double error; /* root mean square */
} fold_fit;

typedef struct fold_case {
    const chore_garment *garment;
    const double (*pos)[3];
    cloth_look look;
    double share[CHORE_MAX_GARMENT_VERTICES]; /* of the area, sums up to 1 */
    plane_points now, ideal;
} fold_case;

static void centre_points(const fold_case *c, plane_points *points)
{
    double middle[2] = {0, 0};
    for (int v = 0; v < c->garment->n_vertices; v++) {
        middle[0] += c->share[v] * points->at[v][0];
        middle[1] += c->share[v] * points->at[v][1];
    }
    points->moment = 0;
    for (int v = 0; v < c->garment->n_vertices; v++) {
        double *p = points->at[v];
        p[0] -= middle[0];
        p[1] -= middle[1];
        points->moment += c->share[v] * (p[0] * p[0] + p[1] * p[1]);
    }
}

static void open_case(fold_case *c, const chore_garment *garment, const double (*pos)[3])
{
    c->garment = garment;
    c->pos = pos;
    chore_cloth_shares(garment, c->share);
    for (int v = 0; v < garment->n_vertices; v++) {
        c->share[v] /= garment->area_m2;
        c->now.at[v][0] = pos[v][0];
        c->now.at[v][1] = pos[v][1];
    }
    centre_points(c, &c->now);
}

/* The turn that leaves the smallest sum of squares. With points of the plane as complex numbers it is the
   direction of sum(now * conj(ideal)), and of sum(now * ideal) for the flipped one. */
static fold_fit fit(const fold_case *c)
{
    double straight[2] = {0, 0}, flipped[2] = {0, 0};
    for (int v = 0; v < c->garment->n_vertices; v++) {
        const double *p = c->now.at[v], *q = c->ideal.at[v], w = c->share[v];
        straight[0] += w * (p[0] * q[0] + p[1] * q[1]);
        straight[1] += w * (p[1] * q[0] - p[0] * q[1]);
        flipped[0] += w * (p[0] * q[0] - p[1] * q[1]);
        flipped[1] += w * (p[1] * q[0] + p[0] * q[1]);
    }
    double s = hypot(straight[0], straight[1]), f = hypot(flipped[0], flipped[1]),
           best = fmax(s, f);
    const double *turn = f > s ? flipped : straight;
    fold_fit out = {{1, 0}, f > s, sqrt(fmax(0, c->now.moment + c->ideal.moment - 2 * best))};
    if (best > 0) {
        out.turn[0] = turn[0] / best;
        out.turn[1] = turn[1] / best;
    }
    return out;
}

static fold_fit fit_to(fold_case *c, int way, unsigned steps)
{
    chore_cloth_ideal(c->garment, way, steps, c->ideal.at);
    centre_points(c, &c->ideal);
    return fit(c);
}

/* The garment as it lies over the ideal. */
static void lay_over(const fold_case *c, const fold_fit *f, double (*out)[2])
{
    for (int v = 0; v < c->garment->n_vertices; v++) {
        const double *p = c->now.at[v];
        out[v][0] = p[0] * f->turn[0] + p[1] * f->turn[1];
        out[v][1] = p[1] * f->turn[0] - p[0] * f->turn[1];
        out[v][1] = f->mirrored ? -out[v][1] : out[v][1];
    }
}

/* ---- what still differs ---------------------------------------------------------------------------------------- */

static double worst_key(const chore_garment *garment, const double (*a)[2], const double (*b)[2])
{
    double worst = 0;
    for (int i = 0; i < garment->n_keypoints; i++) {
        int v = garment->keypoints[i].vertex;
        worst = fmax(worst, hypot(a[v][0] - b[v][0], a[v][1] - b[v][1]));
    }
    return worst;
}

static double smallest_rectangle(const double (*xy)[2], int n)
{
    double smallest = HUGE_VAL;
    for (int k = 0; k < DIRECTIONS; k++) {
        double angle = acos(-1) / 2 * k / DIRECTIONS, c = cos(angle), s = sin(angle);
        double lo[2] = {HUGE_VAL, HUGE_VAL}, hi[2] = {-HUGE_VAL, -HUGE_VAL};
        for (int v = 0; v < n; v++) {
            double along = c * xy[v][0] + s * xy[v][1], across = c * xy[v][1] - s * xy[v][0];
            lo[0] = along < lo[0] ? along : lo[0];
            hi[0] = along > hi[0] ? along : hi[0];
            lo[1] = across < lo[1] ? across : lo[1];
            hi[1] = across > hi[1] ? across : hi[1];
        }
        smallest = fmin(smallest, (hi[0] - lo[0]) * (hi[1] - lo[1]));
    }
    return smallest;
}

/* Covered and outside, where half a cell of the mesh more or less does not count. The layers of the ideal say
   how high it may be. */
static void compare_outlines(const fold_case *c, const double (*laid)[2], cloth_fold *out)
{
    cloth_raster ideal, now;
    double lo[2] = {HUGE_VAL, HUGE_VAL}, hi[2] = {-HUGE_VAL, -HUGE_VAL},
           cell = c->garment->spacing_m / 4;
    for (int v = 0; v < c->garment->n_vertices; v++) {
        for (int k = 0; k < 2; k++) {
            lo[k] = fmin(lo[k], c->ideal.at[v][k] - MARGIN_CELLS * cell);
            hi[k] = fmax(hi[k], c->ideal.at[v][k] + MARGIN_CELLS * cell);
        }
    }
    chore_raster_open(&ideal, lo, hi, cell);
    chore_raster_open(&now, lo, hi, cell);
    chore_raster_add(&ideal, c->garment, c->ideal.at);
    chore_raster_add(&now, c->garment, laid);
    int whole = chore_raster_covered(&ideal),
        reach = (int)lround(c->garment->spacing_m / 2 / ideal.cell);
    int layers = chore_raster_depth(&ideal), all = chore_raster_covered(&now);
    out->height_limit_m = 2 * c->garment->radius_m + (layers - 1) * c->garment->layer_m;
    cloth_raster wide = now;
    chore_raster_grow(&wide, reach);
    out->cover = (double)chore_raster_common(&wide, &ideal) / whole;
    chore_raster_grow(&ideal, reach);
    out->outside = (double)(all - chore_raster_common(&now, &ideal)) / whole;
}

/* Slack widens a share by what it misses of the whole. */
static bool places_hold(const cloth_fold *m, const chore_fold_tolerances *t, double slack)
{
    return m->mean_error_m <= slack * t->mean_error_m && m->key_error_m <= slack * t->key_error_m &&
           m->flatness >= 1 - slack * (1 - t->flatness) &&
           m->area_ratio <= 1 + slack * (t->area_ratio - 1);
}

static bool outlines_hold(const cloth_fold *m, const chore_fold_tolerances *t, double slack)
{
    return m->cover >= 1 - slack * (1 - t->cover) && m->outside <= slack * t->outside;
}

static bool height_holds(const fold_case *c, const cloth_fold *m, double slack)
{
    double limit = m->height_limit_m + slack * c->garment->fold.height_m;
    double top = c->look.hi[2] - c->look.lo[2] + 2 * c->garment->radius_m;
    return m->height_m <= limit && top <= limit + slack * TOP_LAYERS * c->garment->layer_m;
}

static int count_bits(unsigned steps)
{
    int n = 0;
    for (; steps; steps &= steps - 1) {
        n++;
    }
    return n;
}

/* The ideal of the case must be that of `way` and `steps`. Outlines take longest: unless all figures are wanted
   they are left alone where the places are wrong already. */
static void measure(const fold_case *c, const fold_fit *f, int way, unsigned steps, double slack,
                    bool all, cloth_fold *out)
{
    double laid[CHORE_MAX_GARMENT_VERTICES][2];
    const chore_fold_tolerances *t = &c->garment->fold;
    memset(out, 0, sizeof *out);
    out->way = way;
    out->steps = steps;
    out->n_done = count_bits(steps);
    out->mirrored = f->mirrored;
    out->mean_error_m = f->error;
    out->height_m = c->look.height_m;
    out->flatness = c->look.flatness;
    if (!all && !places_hold(out, t, slack)) { /* what is not measured yet is 0 */
        return;
    }
    lay_over(c, f, laid);
    out->key_error_m = worst_key(c->garment, (const double(*)[2])laid, c->ideal.at);
    if (!all && !places_hold(out, t, slack)) {
        return;
    }
    out->area_ratio = smallest_rectangle((const double(*)[2])laid, c->garment->n_vertices) /
                      smallest_rectangle(c->ideal.at, c->garment->n_vertices);
    if (all || places_hold(out, t, slack)) {
        compare_outlines(c, (const double(*)[2])laid, out);
        out->holds = places_hold(out, t, slack) && outlines_hold(out, t, slack) &&
                     height_holds(c, out, slack);
    }
}

/* ---- which fold it is -------------------------------------------------------------------------------------------- */

/* Most garments are not folded at any one time: that is found out here, without an ideal. */
static bool may_be_folded(fold_case *c, const chore_garment *garment, const double (*pos)[3],
                          double slack)
{
    chore_cloth_look(garment, pos, &c->look);
    return garment->n_folds > 0 && c->look.flatness >= 1 - slack * (1 - garment->fold.flatness);
}

static unsigned all_steps(const chore_garment *garment, int way)
{
    return (1u << garment->folds[way].n_steps) - 1;
}

void chore_cloth_match_folded(const chore_garment *garment, const double (*pos)[3], double slack,
                              cloth_fold *out)
{
    fold_case c;
    double nearest = HUGE_VAL;
    memset(out, 0, sizeof *out);
    out->way = -1;
    chore_cloth_look(garment, pos, &c.look);
    open_case(&c, garment, pos);
    for (int way = 0; way < garment->n_folds; way++) {
        fold_fit f = fit_to(&c, way, all_steps(garment, way));
        cloth_fold match;
        measure(&c, &f, way, all_steps(garment, way), slack, true, &match);
        if (match.holds > out->holds || (match.holds == out->holds && f.error < nearest)) {
            *out = match;
            nearest = f.error;
        }
    }
}

bool chore_cloth_is_folded(const chore_garment *garment, const double (*pos)[3])
{
    fold_case c;
    cloth_fold match;
    if (!may_be_folded(&c, garment, pos, 1)) {
        return false;
    }
    open_case(&c, garment, pos);
    for (int way = 0; way < garment->n_folds; way++) {
        fold_fit f = fit_to(&c, way, all_steps(garment, way));
        measure(&c, &f, way, all_steps(garment, way), 1, false, &match);
        if (match.holds) {
            return true;
        }
    }
    return false;
}

void chore_cloth_match_partly(const chore_garment *garment, const double (*pos)[3], double slack,
                              cloth_fold *out)
{
    fold_case c;
    cloth_fold match;
    double best = 0;
    memset(out, 0, sizeof *out);
    out->way = -1;
    if (!may_be_folded(&c, garment, pos, slack)) {
        return;
    }
    open_case(&c, garment, pos);
    for (int way = 0; way < garment->n_folds; way++) {
        for (unsigned steps = all_steps(garment, way); steps > 0; steps--) {
            double share = (double)count_bits(steps) / garment->folds[way].n_steps;
            if (share <= best) {
                continue;
            }
            fold_fit f = fit_to(&c, way, steps);
            measure(&c, &f, way, steps, slack, false, &match);
            if (match.holds) {
                best = share;
                *out = match;
            }
        }
    }
}

double chore_cloth_fold_progress(const chore_garment *garment, const double (*pos)[3])
{
    cloth_fold match;
    if (chore_cloth_is_folded(garment, pos)) {
        return 1;
    }
    chore_cloth_match_partly(garment, pos, HALF_SLACK, &match);
    if (match.way < 0) {
        return 0;
    }
    double steps = garment->folds[match.way].n_steps;
    return fmin(match.n_done, steps - NEARLY_STEP) / steps;
}

bool chore_cloth_is_half_folded(const chore_garment *garment, const double (*pos)[3])
{
    return chore_cloth_fold_progress(garment, pos) >= HALF_SHARE;
}
