/* How a kind of garment is folded, and how exactly: `folds:` and `fold:` of its file. */
#include "scene_internal.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define ON_LINE_M 0.005 /* cloth nearer to a fold's line than this is not turned by it */

static const chore_yaml_node *get(const object_kind *kind, const char *key)
{
    return chore_yaml_find(chore_yaml_root(kind->yaml), key);
}

/* ---- the ways ------------------------------------------------------------------------------------------ */

/* Over the line go all points that lie to its left. */
static void turn_over(const chore_fold_step *step, double point[2])
{
    double along[2] = {step->b[0] - step->a[0], step->b[1] - step->a[1]};
    double length = hypot(along[0], along[1]), normal[2] = {-along[1] / length, along[0] / length};
    double left = (point[0] - step->a[0]) * normal[0] + (point[1] - step->a[1]) * normal[1];
    if (left > 0) {
        point[0] -= 2 * left * normal[0];
        point[1] -= 2 * left * normal[1];
    }
}

/* How much a step moves: the farthest that cloth lies on either side of its line, after the steps before. */
static void reach(const chore_fold_way *way, int step, const garment_mesh *mesh, double *left,
                  double *right)
{
    const chore_fold_step *s = &way->steps[step];
    double length = hypot(s->b[0] - s->a[0], s->b[1] - s->a[1]);
    *left = *right = 0;
    for (int v = 0; v < mesh->n_vertices; v++) {
        double p[2] = {mesh->rest[v][0], mesh->rest[v][1]};
        for (int k = 0; k < step; k++) {
            turn_over(&way->steps[k], p);
        }
        double side =
            ((s->b[0] - s->a[0]) * (p[1] - s->a[1]) - (s->b[1] - s->a[1]) * (p[0] - s->a[0])) /
            length;
        *left = fmax(*left, side);
        *right = fmax(*right, -side);
    }
}

static chore_status read_step(const chore_yaml_node *node, const double half[2],
                              chore_fold_step *out, chore_error *err)
{
    static const char *const keys[] = {"from", "to", NULL};
    TRY(chore_yaml_check_keys(node, "a step of a fold", keys, keys, err));
    TRY(chore_yaml_vector(chore_yaml_find(node, "from"), CHORE_UNIT_NONE, 2, out->a, err));
    TRY(chore_yaml_vector(chore_yaml_find(node, "to"), CHORE_UNIT_NONE, 2, out->b, err));
    for (int k = 0; k < 2; k++) {
        out->a[k] *= half[k];
        out->b[k] *= half[k];
    }
    return hypot(out->b[0] - out->a[0], out->b[1] - out->a[1]) > ON_LINE_M
               ? CHORE_OK
               : chore_yaml_fail(node, err, "from and to must be two places");
}

static chore_status read_way(const chore_yaml_node *node, const garment_mesh *mesh,
                             chore_fold_way *way, chore_error *err)
{
    TRY(chore_yaml_expect(node, CHORE_YAML_LIST, "the steps of a fold", err));
    way->n_steps = chore_yaml_size(node);
    if (way->n_steps < 1 || way->n_steps > CHORE_MAX_FOLD_STEPS) {
        return chore_yaml_fail(node, err, "a fold has 1 to %d steps", CHORE_MAX_FOLD_STEPS);
    }
    for (int i = 0; i < way->n_steps; i++) {
        double left, right;
        TRY(read_step(chore_yaml_item(node, i), mesh->half, &way->steps[i], err));
        reach(way, i, mesh, &left, &right);
        if (left < ON_LINE_M || right < ON_LINE_M) {
            return chore_yaml_fail(
                chore_yaml_item(node, i), err,
                "all cloth lies to the %s of this line: the fold turns %s of it over",
                left < ON_LINE_M ? "right" : "left", left < ON_LINE_M ? "nothing" : "all");
        }
    }
    return CHORE_OK;
}

static chore_status read_ways(const chore_yaml_node *folds, const garment_mesh *mesh,
                              chore_fold_way *ways, int *n, chore_error *err)
{
    memset(ways, 0, CHORE_MAX_FOLDS * sizeof *ways);
    *n = 0;
    if (folds == NULL) {
        return CHORE_OK;
    }
    TRY(chore_kind_check_variants(folds, "folds", err));
    if (chore_yaml_size(folds) > CHORE_MAX_FOLDS) {
        return chore_yaml_fail(folds, err, "more than %d ways to fold it", CHORE_MAX_FOLDS);
    }
    for (; *n < chore_yaml_size(folds); ++*n) {
        chore_copy(ways[*n].name, CHORE_NAME_CAP, chore_yaml_key(folds, *n));
        TRY(read_way(chore_yaml_value(folds, *n), mesh, &ways[*n], err));
    }
    return CHORE_OK;
}

/* ---- how exactly --------------------------------------------------------------------------------------- */

typedef struct tolerance {
    const char *key;
    chore_unit unit;
    size_t at;       /* in chore_fold_tolerances */
    double standard; /* when the file does not say */
    double lo, hi;
} tolerance;

static const tolerance tolerances[] = {
    {"key_error", CHORE_UNIT_LENGTH, offsetof(chore_fold_tolerances, key_error_m), 0.06, 0.005,
     0.3},
    {"mean_error", CHORE_UNIT_LENGTH, offsetof(chore_fold_tolerances, mean_error_m), 0.035, 0.005,
     0.3},
    {"height", CHORE_UNIT_LENGTH, offsetof(chore_fold_tolerances, height_m), 0.02, 0, 0.2},
    {"area", CHORE_UNIT_NONE, offsetof(chore_fold_tolerances, area_ratio), 1.4, 1, 4},
    {"cover", CHORE_UNIT_NONE, offsetof(chore_fold_tolerances, cover), 0.9, 0, 1},
    {"outside", CHORE_UNIT_NONE, offsetof(chore_fold_tolerances, outside), 0.1, 0, 1},
    {"flatness", CHORE_UNIT_NONE, offsetof(chore_fold_tolerances, flatness), 0.7, 0, 1},
    {"pile", CHORE_UNIT_LENGTH, offsetof(chore_fold_tolerances, pile_m), 0.08, 0.005, 0.5},
};
#define N_TOLERANCES ((int)(sizeof tolerances / sizeof *tolerances))

static chore_status read_tolerance(const chore_yaml_node *node, const tolerance *t, double *out,
                                   chore_error *err)
{
    *out = t->standard;
    if (node == NULL) {
        return CHORE_OK;
    }
    TRY(chore_yaml_quantity(node, t->unit, out, err));
    return *out >= t->lo && *out <= t->hi
               ? CHORE_OK
               : chore_yaml_fail(node, err, "%s must be from %g to %g%s", t->key, t->lo, t->hi,
                                 t->unit == CHORE_UNIT_LENGTH ? " m" : "");
}

static chore_status read_tolerances(const chore_yaml_node *node, chore_fold_tolerances *out,
                                    chore_error *err)
{
    const char *keys[N_TOLERANCES + 1] = {NULL};
    static const char *const none[] = {NULL};
    for (int i = 0; i < N_TOLERANCES; i++) {
        keys[i] = tolerances[i].key;
    }
    if (node != NULL) {
        TRY(chore_yaml_check_keys(node, "the exactness of a fold", keys, none, err));
    }
    for (int i = 0; i < N_TOLERANCES; i++) {
        const chore_yaml_node *value = node == NULL ? NULL : chore_yaml_find(node, keys[i]);
        TRY(read_tolerance(value, &tolerances[i],
                           (double *)(void *)((char *)out + tolerances[i].at), err));
    }
    return CHORE_OK;
}

/* Places are as exact as the garment is small, but no finer than the mesh: the ideal packet of a child's trousers, laid
   down by hand, settles with a crotch one cell off. On average no finer than a cell either, for layers are as thick in small packets. */
static void scale_to_size(chore_fold_tolerances *t, double size, double spacing)
{
    t->key_error_m = fmax(size * t->key_error_m, 1.25 * spacing);
    t->mean_error_m = fmax(size * t->mean_error_m, fmin(t->mean_error_m, spacing));
    t->pile_m = fmax(size * t->pile_m, spacing);
}

/* ---- of the kind, of one garment ----------------------------------------------------------------------- */

chore_status chore_garment_folds_check(const object_kind *kind, const garment_mesh *mesh,
                                       chore_error *err)
{
    chore_fold_tolerances exactness;
    chore_fold_way ways[CHORE_MAX_FOLDS];
    int n;
    TRY(read_tolerances(get(kind, "fold"), &exactness, err));
    return read_ways(get(kind, "folds"), mesh, ways, &n, err);
}

chore_status chore_garment_folds_make(const object_kind *kind, const garment_mesh *mesh,
                                      chore_garment *garment, chore_error *err)
{
    TRY(read_tolerances(get(kind, "fold"), &garment->fold, err));
    scale_to_size(&garment->fold, sqrt(mesh->area / kind->largest_area_m2), kind->spacing_m);
    return read_ways(get(kind, "folds"), mesh, garment->folds, &garment->n_folds, err);
}
