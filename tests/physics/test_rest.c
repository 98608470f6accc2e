/* Nothing sinks, creeps or flies: every kind in every size, alone at the table, stood there and dropped there. */
#include "lab.h"

#include <chore/files.h>
#include <chore/yaml.h>
#include <mujoco/mujoco.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SLEEP_S      2.0
#define DROP_SLEEP_S 4.0
#define DROP_M       0.10
#define DRIFT_M      0.0001 /* in AWAKE_S with sleeping switched off */
#define AWAKE_S      5.0
#define SINK_M       0.0005
#define STRAY_M      0.30 /* cans roll, but not far */
#define IMPACT_S \
    0.010 /* of motion at the speed of the fall: how deep an impact may be, for an instant */

typedef void (*object_fn)(const char *kind, const char *size);

/* fn for every kind in the data folder in every size that it comes in. */
static void for_all_objects(object_fn fn)
{
    char folder[CHORE_PATH_CAP], path[CHORE_PATH_CAP], **kinds;
    int n = 0, done = 0;
    chore_error err = {0};
    snprintf(folder, sizeof folder, "%s/scenes/assets/objects", getenv("CHOREBENCH_DATA"));
    lab_must(chore_dir_list(folder, &kinds, &n, &err), &err);
    for (int i = 0; i < n; i++) {
        chore_yaml *yaml;
        CHORE_ASSERT(snprintf(path, sizeof path, "%s/%s/object.yaml", folder, kinds[i]) <
                     (int)sizeof path);
        lab_must(chore_yaml_load(&yaml, path, &err), &err);
        const chore_yaml_node *sizes = chore_yaml_find(chore_yaml_root(yaml), "sizes");
        bool cloth = chore_yaml_find(chore_yaml_root(yaml), "garment") != NULL; /* see tests/cloth */
        for (int k = 0; k < chore_yaml_size(sizes) && !cloth; k++, done++) {
            fn(kinds[i], chore_yaml_key(sizes, k));
        }
        chore_yaml_free(yaml);
    }
    chore_dir_list_free(kinds, n);
    assert_true(done >= 20);
}

/* How far a geom reaches below its middle: round ones exactly, others by the box around them. */
static double reach_down(const mjModel *m, const mjData *d, int g)
{
    const double *mat = d->geom_xmat + 9 * g, *size = m->geom_size + 3 * g,
                 *box = m->geom_aabb + 6 * g;
    switch (m->geom_type[g]) {
    case mjGEOM_SPHERE: return size[0];
    case mjGEOM_CAPSULE: return size[0] + fabs(mat[8]) * size[1];
    case mjGEOM_ELLIPSOID:
        return sqrt(pow(mat[6] * size[0], 2) + pow(mat[7] * size[1], 2) + pow(mat[8] * size[2], 2));
    default:
        return fabs(mat[6]) * box[3] + fabs(mat[7]) * box[4] + fabs(mat[8]) * box[5] -
               (mat[6] * box[0] + mat[7] * box[1] + mat[8] * box[2]);
    }
}

/* Height of the lowest point of what collides: exact for what is round or stands on a flat foot. */
static double lowest(const mjModel *m, const mjData *d, int body)
{
    double z = 1e9;
    for (int g = 0; g < m->ngeom; g++) {
        if (m->body_rootid[m->geom_bodyid[g]] == body && m->geom_contype[g] != 0 &&
            m->geom_type[g] != mjGEOM_MESH) {
            z = fmin(z, d->geom_xpos[3 * g + 2] - reach_down(m, d, g));
        }
    }
    return z;
}

/* How far "it" moves in AWAKE_S of bare MuJoCo where nothing may sleep. */
static double drift_awake(const lab *l, double *sunk)
{
    mjModel *m = mj_copyModel(NULL, chore_world_model(l->world));
    m->opt.enableflags &= ~mjENBL_SLEEP;
    mjData *d = mj_makeData(m);
    const mjData *from = chore_world_data(l->world);
    const int adr = lab_object(l)->qpos_adr;
    double start[3], drift = 0;
    mju_copy(d->qpos, from->qpos, (int)m->nq);
    mju_copy(d->plastic, from->plastic, (int)m->nplastic); /* creases remember */
    mj_forward(m, d);
    mju_copy3(start, d->qpos + adr);
    for (int i = 0; i < (int)(AWAKE_S / m->opt.timestep); i++) {
        mj_step(m, d);
        drift = fmax(drift, mju_dist3(d->qpos + adr, start));
    }
    *sunk = LAB_TABLE_Z - lowest(m, d, lab_object(l)->body);
    mj_deleteData(d);
    mj_deleteModel(m);
    return drift;
}

static void stands(const char *kind, const char *size)
{
    lab l;
    double sunk;
    lab_open(&l, kind, size, false);
    lab_put(&l, .5, .1, .002, 0, .3);
    double asleep = lab_settle(&l, SLEEP_S);
    if (asleep < 0) {
        fail_msg("%s %s does not sleep within %.1f s", size, kind, SLEEP_S);
    }
    double drift = drift_awake(&l, &sunk);
    print_message("%-11s %-7s sleeps after %.2f s, drifts %5.1f um awake, %6.3f mm deep\n", kind,
                  size, asleep, 1e6 * drift, 1e3 * sunk);
    assert_true(drift < DRIFT_M);
    assert_true(sunk < SINK_M);
    lab_close(&l);
}

typedef struct fall {
    double asleep, highest, stray, deepest;
} fall;

static double deepest_contact(const mjData *d)
{
    double deepest = 0;
    for (int i = 0; i < d->ncon; i++) {
        deepest = fmax(deepest, -d->contact[i].dist);
    }
    return deepest;
}

/* Of its origin, so that the lowest edge is DROP_M over the table or more. */
static double drop_height(const lab *l, double tilt)
{
    return DROP_M + lab_object(l)->footprint_m * sin(tilt);
}

/* Drop "it" and look every 10 ms. highest: of its origin once it has touched, above where it was dropped. */
static fall watch_fall(lab *l, double tilt)
{
    fall f = {.asleep = -1, .highest = -1};
    chore_error err = {0};
    bool touched = false;
    lab_put(l, .5, .1, drop_height(l, tilt), tilt, .3);
    const lab_pose start = lab_object_pose(l);
    for (int i = 0; i < (int)(100 * DROP_SLEEP_S) && f.asleep < 0; i++) {
        lab_must(chore_world_advance(l->world, chore_world_physics_hz(l->world) / 100, &err), &err);
        const lab_pose now = lab_object_pose(l);
        const double deep = deepest_contact(chore_world_data(l->world));
        touched = touched || deep > 0;
        f.deepest = fmax(f.deepest, deep);
        f.highest = touched ? fmax(f.highest, now.pos[2] - start.pos[2]) : f.highest;
        f.stray = fmax(f.stray, hypot(now.pos[0] - start.pos[0], now.pos[1] - start.pos[1]));
        f.asleep = chore_world_all_objects_asleep(l->world) ? (i + 1) / 100.0 : -1;
    }
    return f;
}

static void falls_from(const char *kind, const char *size, double tilt)
{
    lab l;
    lab_open(&l, kind, size, false);
    fall f = watch_fall(&l, tilt);
    print_message(
        "%-11s %-7s tilted %.1f: sleeps after %5.2f s, strays %3.0f mm, up to %.1f mm deep\n", kind,
        size, tilt, f.asleep, 1e3 * f.stray, 1e3 * f.deepest);
    assert_true(f.asleep > 0);
    assert_true(f.highest < 0);
    assert_true(f.stray < STRAY_M);
    assert_true(f.deepest < IMPACT_S * sqrt(2 * 9.81 * drop_height(&l, tilt)));
    assert_true(lowest(chore_world_model(l.world), chore_world_data(l.world),
                       lab_object(&l)->body) > LAB_TABLE_Z - .001);
    lab_close(&l);
}

static void falls(const char *kind, const char *size)
{
    falls_from(kind, size, 0);
    falls_from(kind, size, .5);
}

static void what_stands_stays(void **state)
{
    (void)state;
    for_all_objects(stands);
}

static void what_falls_comes_to_rest(void **state)
{
    (void)state;
    for_all_objects(falls);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stands_stays),
        cmocka_unit_test(what_falls_comes_to_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
