#include "belief.h"
#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_object(belief *b, const char *line)
{
    int index;
    thing *t = NULL;
    double present;
    if (sscanf(line, "object %d", &index) != 1 || index != b->n_things || index >= MAX_THINGS) {
        return false;
    }
    t = &b->things[index];
    t->n_sites = t->n_grasps = 0;
    t->slender = false;
    b->n_things++;
    if (sscanf(line, "object %*d %63s", t->id) != 1 || !words_number(line, "present", &present) ||
        !words_value(line, "kind", t->kind, NAME_CAP) ||
        !words_value(line, "category", t->category, NAME_CAP) ||
        !words_number(line, "footprint", &t->footprint) ||
        !words_number(line, "height", &t->height) || !words_number(line, "mass", &t->mass)) {
        return false;
    }
    t->present = present > 0;
    return true;
}

static bool read_site(belief *b, const char *line)
{
    int index;
    char shape[NAME_CAP];
    site s;
    if (sscanf(line, "site %d %63s %63s %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf", &index, s.name,
               shape, &s.at.p.x, &s.at.p.y, &s.at.p.z, &s.at.q.w, &s.at.q.x, &s.at.q.y, &s.at.q.z,
               &s.half.x, &s.half.y, &s.half.z) != 13 ||
        index < 0 || index >= b->n_things || b->things[index].n_sites == MAX_SITES) {
        return false;
    }
    s.is_box = strcmp(shape, "box") == 0;
    s.at.q = quat_unit(s.at.q);
    b->things[index].sites[b->things[index].n_sites++] = s;
    return true;
}

static bool read_grasp(belief *b, const char *line)
{
    int index;
    grasp g;
    char name[NAME_CAP];
    if (sscanf(line, "grasp %d %63s", &index, g.name) != 2 || index < 0 || index >= b->n_things ||
        b->things[index].n_grasps == MAX_GRASPS || !words_number(line, "width", &g.width) ||
        !words_value(line, "site", name, sizeof name)) {
        return false;
    }
    thing *t = &b->things[index];
    g.site = -1;
    for (int i = 0; i < t->n_sites; i++) {
        g.site = strcmp(t->sites[i].name, name) == 0 ? i : g.site;
    }
    if (g.site < 0 || !words_value(line, "symmetry", name, sizeof name)) {
        return false;
    }
    g.symmetry = strcmp(name, "ring") == 0   ? SYMMETRY_RING
                 : strcmp(name, "flip") == 0 ? SYMMETRY_FLIP
                                             : SYMMETRY_NONE;
    t->grasps[t->n_grasps++] = g;
    return true;
}

static bool read_region(belief *b, const char *line)
{
    region r;
    if (b->n_regions == MAX_REGIONS ||
        sscanf(line, "region %63s %lf %lf %lf %lf %lf %lf", r.name, &r.pos.x, &r.pos.y, &r.pos.z,
               &r.half.x, &r.half.y, &r.half.z) != 7) {
        return false;
    }
    b->regions[b->n_regions++] = r;
    return true;
}

/* Fixtures, and cloth: cloth_view.c reads that. */
static bool is_for_others(const char *line)
{
    static const char *const words[] = {"fixture ",  "garment ", "rest ",
                                        "keypoint ", "outline ", "fold "};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strncmp(line, words[i], strlen(words[i])) == 0) {
            return true;
        }
    }
    return false;
}

static bool for_each_line(belief *b, const char *text, bool (*read)(belief *, const char *))
{
    char line[1024];
    while (*text) {
        size_t len = strcspn(text, "\n");
        if (len < sizeof line) {
            memcpy(line, text, len);
            line[len] = 0;
        }
        if (len >= sizeof line ? !is_for_others(text) : len && !read(b, line)) {
            return false;
        }
        text += len + (text[len] == '\n');
    }
    return true;
}

static bool read_objects_line(belief *b, const char *line)
{
    bool good;
    if (furniture_read_line(&b->furniture, line, &good)) {
        return good;
    }
    return strncmp(line, "object ", 7) == 0   ? read_object(b, line)
           : strncmp(line, "site ", 5) == 0   ? read_site(b, line)
           : strncmp(line, "grasp ", 6) == 0  ? read_grasp(b, line)
           : strncmp(line, "region ", 7) == 0 ? read_region(b, line)
           : strncmp(line, "part ", 5) == 0   ? parts_read_line(&b->parts, line)
           : strncmp(line, "panel ", 6) == 0  ? parts_read_panel(&b->parts, line)
           : strncmp(line, "block ", 6) == 0  ? ground_read_line(&b->ground, line)
           : wet_is_line(line)                ? wet_read_line(&b->wet, line)
                                              : is_for_others(line);
}

/* Cutlery is slender: a box along its x instead of the cylinder around it. Only where there is furniture, whose drawers it lies in side by
   side; elsewhere plans stay those that the proofs were made with. */
static void make_slender(thing *t)
{
    if (strcmp(t->category, "cutlery") == 0 && !thing_site(t, "hull_1") && t->n_sites < MAX_SITES) {
        site hull = {.name = "hull_1", .is_box = true, .half = vec_of(t->footprint, 0.014, t->height / 2)};
        hull.at = (pose){vec_of(0, 0, t->height / 2), quat_identity()};
        t->sites[t->n_sites++] = hull;
        t->slender = true;
    }
}

bool belief_read_objects(belief *b, const char *text)
{
    uint64_t key = words_key(text);
    if (b->objects_key == key) {
        return true;
    }
    b->n_things = b->n_regions = b->parts.n = b->ground.n = b->wet.n_wipers = b->wet.n_vessels = 0;
    b->wet.n_brewers = b->wet.n_pods = 0;
    b->furniture.n_spaces = b->furniture.n_handles = b->furniture.n_solids = 0;
    if (!for_each_line(b, text, read_objects_line)) {
        return false;
    }
    for (int i = 0; i < b->parts.n; i++) {
        b->parts.list[i].thing = belief_find_thing(b, b->parts.list[i].owner);
    }
    for (int i = 0; i < b->n_things && b->furniture.n_spaces > 0; i++) {
        make_slender(&b->things[i]);
    }
    b->objects_key = key;
    b->table_z = b->base.p.z;
    return true;
}

static bool read_literal(belief *b, const char *line)
{
    if (b->n_literals == MAX_LITERALS) {
        return false;
    }
    literal *l = &b->literals[b->n_literals];
    int holds, used = 0;
    if (sscanf(line, "literal %d %d %63s%n", &holds, &l->event, l->predicate, &used) != 3) {
        return false;
    }
    l->holds = holds != 0;
    l->waits = false;
    l->n_args = 0;
    for (const char *at = line + used;
         l->n_args < MAX_ARGS && sscanf(at, "%63s%n", l->args[l->n_args], &used) == 1; at += used) {
        l->n_args++;
    }
    b->n_literals++;
    return true;
}

bool belief_read_goal(belief *b, const char *text)
{
    uint64_t key = words_key(text);
    if (b->goal_key == key) {
        b->n_literals = b->n_asked;
        return true;
    }
    b->n_literals = 0;
    if (!for_each_line(b, text, read_literal)) {
        return false;
    }
    b->goal_key = key;
    b->n_asked = b->n_literals;
    return true;
}

static pose pose_from_floats(const float *p, const float *q)
{
    return (pose){vec_of((double)p[0], (double)p[1], (double)p[2]),
                  quat_unit((quat){(double)q[0], (double)q[1], (double)q[2], (double)q[3]})};
}

void belief_read_parts(belief *b, const float *part_pos)
{
    for (int i = 0; i < b->parts.n && part_pos; i++) {
        b->parts.list[i].at = (double)part_pos[i];
    }
}

void belief_read_motion(belief *b, const float *object_pose, const float *object_vel)
{
    for (int i = 0; i < b->n_things; i++) {
        const float *p = object_pose + 7 * i, *v = object_vel + 6 * i;
        b->things[i].at = pose_from_floats(p, p + 3);
        b->things[i].velocity = vec_of((double)v[0], (double)v[1], (double)v[2]);
        b->things[i].spin = vec_of((double)v[3], (double)v[4], (double)v[5]);
    }
}

void belief_read_robot(belief *b, const float *joint_pos, const float *base_pose,
                       const float *eef_pos, const float *eef_quat, const float *width,
                       const float *touch)
{
    for (int i = 0; i < 7; i++) {
        b->joints[i] = (double)joint_pos[i];
    }
    b->base = pose_from_floats(base_pose, base_pose + 3);
    b->tool = pose_mul(b->base, pose_from_floats(eef_pos, eef_quat));
    b->width = (double)width[0];
    b->touch[0] = (double)touch[0];
    b->touch[1] = (double)touch[1];
    b->table_z = b->base.p.z;
}

int belief_find_thing(const belief *b, const char *id)
{
    for (int i = 0; i < b->n_things; i++) {
        if (strcmp(b->things[i].id, id) == 0) {
            return i;
        }
    }
    return -1;
}

int belief_find_region(const belief *b, const char *name)
{
    for (int i = 0; i < b->n_regions; i++) {
        if (strcmp(b->regions[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

bool belief_goes_on_top(const belief *b, int index)
{
    for (int i = 0; i < b->n_literals; i++) {
        const literal *l = &b->literals[i];
        if (strcmp(l->predicate, "on_top") == 0 && strcmp(l->args[0], b->things[index].id) == 0) {
            return true;
        }
    }
    return false;
}

const site *thing_site(const thing *t, const char *name)
{
    for (int i = 0; i < t->n_sites; i++) {
        if (strcmp(t->sites[i].name, name) == 0) {
            return &t->sites[i];
        }
    }
    return NULL;
}

bool thing_is_container(const thing *t)
{
    return thing_site(t, "cavity") != NULL;
}

bool thing_is_upright(const thing *t)
{
    return pose_axis_z(t->at).z > 0.97;
}

bool thing_stands(const thing *t)
{
    return fabs(pose_axis_z(t->at).z) > 0.97;
}

bool thing_is_shard(const thing *t)
{
    return strcmp(t->category, "shard") == 0;
}

static void box_z_extent(const site *box, pose at, double *lo, double *hi)
{
    const pose middle = pose_mul(at, box->at);
    const double half = fabs(quat_rotate(middle.q, vec_of(box->half.x, 0, 0)).z) +
                        fabs(quat_rotate(middle.q, vec_of(0, box->half.y, 0)).z) +
                        fabs(quat_rotate(middle.q, vec_of(0, 0, box->half.z)).z);
    *lo = middle.p.z - half;
    *hi = middle.p.z + half;
}

void thing_z_extent(const thing *t, pose at, double *lo, double *hi)
{
    if (t->slender) { /* on its edge it is not as high as it is long */
        box_z_extent(thing_site(t, "hull_1"), at, lo, hi);
        return;
    }
    const site *base = thing_site(t, "base");
    vec bottom = pose_apply(at, base ? base->at.p : vec_of(0, 0, 0));
    vec axis = pose_axis_z(at);
    double top = bottom.z + axis.z * t->height;
    double tilt = t->footprint * sqrt(fmax(0, 1 - axis.z * axis.z)); /* of the cylinder's rims */
    *lo = fmin(bottom.z, top) - tilt;
    *hi = fmax(bottom.z, top) + tilt;
}

bool belief_lies_in(const belief *b, int index, int receptacle)
{
    const thing *t = &b->things[index], *r = &b->things[receptacle];
    const site *cavity = thing_site(r, "cavity");
    if (index == receptacle || !r->present || !cavity) {
        return false;
    }
    const vec local = pose_apply(pose_inverse(pose_mul(r->at, cavity->at)), t->at.p);
    return fabs(local.x) < cavity->half.x && fabs(local.y) < cavity->half.y &&
           fabs(local.z) < cavity->half.z + 0.02;
}

bool belief_goes_along(const belief *b, int index, int bag)
{
    return b->things[bag].footprint > 0.1 && belief_lies_in(b, index, bag);
}
