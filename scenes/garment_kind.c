/* Kinds of garments: which shape, in which sizes, colours and prints. */
#include "scene_internal.h"

#include <math.h>
#include <string.h>

#define SPACING_M 0.04
#define RADIUS_M  0.008
/* Two layers pass through one another at the gaps of the mesh when they come closer than this part of it;
   measured: garments.md. */
#define LAYER_PART 0.73

static const char *const prints[] = {"plain", "stripes", "patch", "border", NULL};

static const chore_yaml_node *get(const object_kind *kind, const char *key)
{
    return chore_yaml_find(chore_yaml_root(kind->yaml), key);
}

static int count(const char *const *names)
{
    int n = 0;
    while (names[n] != NULL) {
        n++;
    }
    return n;
}

static chore_status read_shape(const chore_yaml_node *node, garment_shape *out, chore_error *err)
{
    const char *text = NULL, *names[GARMENT_SHAPES];
    TRY(chore_yaml_string(node, &text, err));
    for (int i = 0; i < GARMENT_SHAPES; i++) {
        names[i] = chore_garment_patterns[i].name;
        if (strcmp(names[i], text) == 0) {
            *out = (garment_shape)i;
            return CHORE_OK;
        }
    }
    return chore_yaml_fail_unknown(node, "shape", text, names, GARMENT_SHAPES, err);
}

static chore_status read_spacing(const chore_yaml_node *node, double *out, chore_error *err)
{
    *out = SPACING_M;
    if (node == NULL) {
        return CHORE_OK;
    }
    TRY(chore_kind_positive(node, CHORE_UNIT_LENGTH, out, err));
    return *out >= 0.01 && *out <= 0.08 ? CHORE_OK
                                        : chore_yaml_fail(node, err, "the spacing must be from 1 cm to 8 cm");
}

static chore_status read_garment(object_kind *kind, chore_error *err)
{
    static const char *const known[] = {"shape", "spacing", NULL}, *const required[] = {"shape", NULL};
    const chore_yaml_node *node = get(kind, "garment");
    TRY(chore_yaml_check_keys(node, "a garment", known, required, err));
    TRY(read_shape(chore_yaml_find(node, "shape"), &kind->shape, err));
    return read_spacing(chore_yaml_find(node, "spacing"), &kind->spacing_m, err);
}

static chore_status read_measures(const chore_yaml_node *size, garment_shape shape, double *measures,
                                  double *mass, chore_error *err)
{
    const char *keys[GARMENT_MAX_MEASURES + 2] = {"mass"};
    const garment_pattern *pattern = &chore_garment_patterns[shape];
    int n = count(pattern->measures);
    memcpy(keys + 1, pattern->measures, (size_t)n * sizeof *keys);
    TRY(chore_yaml_check_keys(size, "a size", keys, keys, err));
    for (int i = 0; i < n; i++) {
        TRY(chore_kind_positive(chore_yaml_find(size, pattern->measures[i]), CHORE_UNIT_LENGTH, &measures[i],
                                err));
    }
    return chore_kind_positive(chore_yaml_find(size, "mass"), CHORE_UNIT_MASS, mass, err);
}

/* Each size must make a sheet that its folds turn: cut it once. */
static chore_status check_sizes(object_kind *kind, chore_error *err)
{
    const chore_yaml_node *sizes = get(kind, "sizes");
    TRY(chore_kind_check_variants(sizes, "sizes", err));
    for (int i = 0; i < chore_yaml_size(sizes); i++) {
        const chore_yaml_node *size = chore_yaml_value(sizes, i);
        double measures[GARMENT_MAX_MEASURES] = {0}, mass;
        garment_mesh mesh;
        chore_error why;
        TRY(read_measures(size, kind->shape, measures, &mass, err));
        if (chore_garment_mesh_make(&mesh, kind->shape, measures, kind->spacing_m, &why) != CHORE_OK) {
            return chore_yaml_fail(size, err, "%s", why.message);
        }
        kind->largest_area_m2 = fmax(kind->largest_area_m2, mesh.area);
        chore_status folds = chore_garment_folds_check(kind, &mesh, err);
        chore_garment_mesh_release(&mesh);
        TRY(folds);
    }
    return CHORE_OK;
}

static void take_rgb(const chore_yaml_node *node, double rgb[3])
{
    CHORE_ASSERT(chore_yaml_vector(node, CHORE_UNIT_NONE, 3, rgb, NULL) == CHORE_OK);
}

/* A colour is [r, g, b] for plain cloth, or {cloth: [...], print: stripes, ink: [...]}. */
static chore_status read_look(const chore_yaml_node *node, garment_look *look, chore_error *err)
{
    static const char *const keys[] = {"cloth", "print", "ink", NULL};
    memset(look, 0, sizeof *look);
    if (chore_yaml_kind_of(node) != CHORE_YAML_MAP) {
        TRY(chore_kind_check_colour(node, err));
        take_rgb(node, look->cloth);
        return CHORE_OK;
    }
    const chore_yaml_node *print = chore_yaml_find(node, "print");
    const char *text = NULL;
    TRY(chore_yaml_check_keys(node, "a colour", keys, keys, err));
    TRY(chore_kind_check_colour(chore_yaml_find(node, "cloth"), err));
    TRY(chore_kind_check_colour(chore_yaml_find(node, "ink"), err));
    TRY(chore_yaml_string(print, &text, err));
    take_rgb(chore_yaml_find(node, "cloth"), look->cloth);
    take_rgb(chore_yaml_find(node, "ink"), look->ink);
    for (int i = 0; prints[i] != NULL; i++) {
        if (strcmp(prints[i], text) == 0) {
            look->print = (garment_print)i;
            return CHORE_OK;
        }
    }
    return chore_yaml_fail_unknown(print, "print", text, prints, count(prints), err);
}

static chore_status check_looks(const object_kind *kind, chore_error *err)
{
    const chore_yaml_node *colours = get(kind, "colours");
    TRY(chore_kind_check_variants(colours, "colours", err));
    for (int i = 0; i < chore_yaml_size(colours); i++) {
        garment_look look;
        TRY(read_look(chore_yaml_value(colours, i), &look, err));
    }
    return CHORE_OK;
}

chore_status chore_garment_kind_read(object_kind *kind, chore_error *err)
{
    static const char *const keys[] = {"name",    "version", "garment", "material", "sizes",
                                       "colours", "folds",   "fold",    NULL};
    static const char *const required[] = {"name",  "version", "garment", "material",
                                           "sizes", "colours", NULL};
    int64_t version;
    char name[CHORE_NAME_CAP];
    TRY(chore_yaml_check_keys(chore_yaml_root(kind->yaml), "a garment", keys, required, err));
    TRY(chore_yaml_identifier(get(kind, "name"), name, err));
    if (strcmp(name, kind->name) != 0) {
        return chore_yaml_fail(get(kind, "name"), err, "the name must be that of the folder, '%s'",
                               kind->name);
    }
    TRY(chore_yaml_int(get(kind, "version"), 1, 1000000, &version, err));
    TRY(chore_yaml_identifier(get(kind, "material"), kind->material, err));
    TRY(read_garment(kind, err));
    TRY(check_sizes(kind, err));
    return check_looks(kind, err);
}

/* ---- one garment of the kind --------------------------------------------------------------------------- */

chore_status chore_garment_kind_make(const object_kind *kind, const chore_object_def *def, garment_mesh *mesh,
                                     chore_garment *garment, garment_look *look, chore_error *err)
{
    const chore_yaml_node *size, *colour;
    double measures[GARMENT_MAX_MEASURES] = {0};
    TRY(chore_kind_variant(kind, "sizes", "size", def->size, garment->size, &size, err));
    TRY(chore_kind_variant(kind, "colours", "colour", def->colour, garment->colour, &colour, err));
    TRY(read_look(colour, look, err));
    TRY(read_measures(size, kind->shape, measures, &garment->mass_kg, err));
    TRY(chore_garment_mesh_make(mesh, kind->shape, measures, kind->spacing_m, err));
    chore_copy(garment->id, CHORE_NAME_CAP, def->id);
    chore_copy(garment->kind, CHORE_NAME_CAP, kind->name);
    chore_copy(garment->shape, CHORE_NAME_CAP, chore_garment_patterns[kind->shape].name);
    chore_copy(garment->material, CHORE_NAME_CAP, kind->material);
    garment->n_vertices = mesh->n_vertices;
    garment->n_triangles = mesh->n_triangles;
    garment->n_boundary = mesh->n_boundary;
    garment->n_keypoints = mesh->n_keypoints;
    garment->rest = (const double(*)[2])mesh->rest;
    garment->triangles = (const int(*)[3])mesh->triangles;
    garment->boundary = mesh->boundary;
    memcpy(garment->keypoints, mesh->keypoints, sizeof mesh->keypoints);
    memcpy(garment->half_m, mesh->half, sizeof mesh->half);
    garment->area_m2 = mesh->area;
    garment->spacing_m = kind->spacing_m;
    garment->radius_m = RADIUS_M;
    garment->layer_m = LAYER_PART * kind->spacing_m;
    return chore_garment_folds_make(kind, mesh, garment, err);
}
