#include "furniture.h"

#include <stdio.h>
#include <string.h>

static bool read_space(furniture *f, const char *line)
{
    store s;
    char owner[PART_NAME], name[PART_NAME];
    if (f->n_spaces == MAX_SPACES ||
        sscanf(line, "space %63s %63s %d %d %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf", owner, name,
               &s.part, &s.behind, &s.at.p.x, &s.at.p.y, &s.at.p.z, &s.at.q.w, &s.at.q.x, &s.at.q.y,
               &s.at.q.z, &s.half.x, &s.half.y, &s.half.z) != 14) {
        return false;
    }
    snprintf(s.name, sizeof s.name, "%s/%s", owner, name);
    s.at.q = quat_unit(s.at.q);
    f->spaces[f->n_spaces++] = s;
    return true;
}

static bool read_handle(furniture *f, const char *line)
{
    handle h;
    if (f->n_handles == MAX_HANDLES ||
        sscanf(line, "handle %d %lf %lf %lf %lf %lf %lf", &h.part, &h.pos.x, &h.pos.y, &h.pos.z,
               &h.along.x, &h.along.y, &h.along.z) != 7) {
        return false;
    }
    h.along = vec_unit(h.along);
    f->handles[f->n_handles++] = h;
    return true;
}

static bool read_solid(furniture *f, const char *line)
{
    solid s;
    pose at;
    if (f->n_solids == MAX_SOLIDS ||
        sscanf(line, "solid %*s %d %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf", &s.part, &at.p.x,
               &at.p.y, &at.p.z, &at.q.w, &at.q.x, &at.q.y, &at.q.z, &s.half.x, &s.half.y,
               &s.half.z) != 11) {
        return false;
    }
    at.q = quat_unit(at.q);
    s.to_local = pose_inverse(at);
    const vec up = quat_rotate(s.to_local.q, vec_of(0, 0, 1));
    s.top = at.p.z + fabs(up.x) * s.half.x + fabs(up.y) * s.half.y + fabs(up.z) * s.half.z;
    f->solids[f->n_solids++] = s;
    return true;
}

bool furniture_read_line(furniture *f, const char *line, bool *good)
{
    static const struct {
        const char *word;
        bool (*read)(furniture *, const char *);
    } kinds[] = {{"space ", read_space}, {"handle ", read_handle}, {"solid ", read_solid}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strncmp(line, kinds[i].word, strlen(kinds[i].word)) == 0) {
            *good = kinds[i].read(f, line);
            return true;
        }
    }
    return false;
}

const handle *furniture_handle(const furniture *f, int part)
{
    for (int i = 0; i < f->n_handles; i++) {
        if (f->handles[i].part == part) {
            return &f->handles[i];
        }
    }
    return NULL;
}

static double box_distance(vec p, vec h)
{
    const vec d = vec_of(fabs(p.x) - h.x, fabs(p.y) - h.y, fabs(p.z) - h.z);
    return vec_norm(vec_of(fmax(d.x, 0), fmax(d.y, 0), fmax(d.z, 0))) +
           fmin(fmax(d.x, fmax(d.y, d.z)), 0);
}

double furniture_distance(const furniture *f, const thing_parts *parts, vec point, int skip_part)
{
    double least = 1;
    vec drawn = point; /* where the point was when the part of the last solid stood as drawn */
    int part = -1;
    for (int i = 0; i < f->n_solids; i++) {
        const solid *s = &f->solids[i];
        if (s->part >= 0 && s->part == skip_part) {
            continue;
        }
        if (s->part != part) {
            part = s->part;
            drawn =
                part < 0 ? point : pose_apply(pose_inverse(part_moved(&parts->list[part])), point);
        }
        least = fmin(least, box_distance(pose_apply(s->to_local, drawn), s->half));
    }
    return least;
}
