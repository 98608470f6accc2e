#include "parts.h"

#include <stdio.h>
#include <string.h>

bool parts_read_line(thing_parts *p, const char *line)
{
    int row;
    char kind[16];
    thing_part t = {.thing = -1, .on = -1, .behind = -1};
    if (p->n == MAX_PARTS ||
        sscanf(
            line,
            "part %d %63s %63s %15s %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf layer=%d",
            &row, t.owner, t.name, kind, &t.pos.x, &t.pos.y, &t.pos.z, &t.axis.x, &t.axis.y,
            &t.axis.z, &t.lo, &t.hi, &t.centre.x, &t.centre.y, &t.centre.z, &t.half.x, &t.half.y,
            &t.half.z, &t.layer) != 19 ||
        row != p->n) {
        return false;
    }
    t.row = row;
    t.slides = strcmp(kind, "slide") == 0;
    p->list[p->n++] = t;
    return true;
}

bool parts_read_panel(thing_parts *p, const char *line)
{
    int row, on, wall, behind;
    if (sscanf(line, "panel %d on=%d wall=%d behind=%d", &row, &on, &wall, &behind) != 4 || row < 0 || row >= p->n ||
        on < -1 || on >= row || behind < -1 || behind >= p->n) {
        return false;
    }
    p->list[row].on = on;
    p->list[row].wall = wall;
    p->list[row].behind = behind;
    return true;
}

pose part_moved(const thing_part *p)
{
    if (p->slides) {
        return (pose){vec_scale(p->axis, p->at), quat_identity()};
    }
    const quat turn = quat_about(p->axis, p->at);
    const pose own = {vec_sub(p->pos, quat_rotate(turn, p->pos)), turn};
    return p->on < 0 ? own : pose_mul(part_moved(p + (p->on - p->row)), own);
}

flap_view part_view(const thing_part *p, pose owner)
{
    const vec axis = vec_unit(p->axis), off = vec_sub(p->centre, p->pos);
    const vec along = vec_scale(axis, vec_dot(axis, off)), in = vec_unit(vec_sub(off, along));
    const vec up = vec_cross(axis, in); /* where a small turn takes it */
    const vec size = p->half;
    flap_view f = {.hinge = pose_apply(owner, vec_add(p->pos, along)), .angle = p->at};
    f.axis = quat_rotate(owner.q, axis);
    f.inward = quat_rotate(owner.q, in);
    f.up = quat_rotate(owner.q, up);
    f.length = vec_norm(vec_sub(off, along)) + fabs(in.x) * size.x + fabs(in.y) * size.y +
               fabs(in.z) * size.z;
    f.width = 2 * (fabs(axis.x) * size.x + fabs(axis.y) * size.y + fabs(axis.z) * size.z);
    f.thick = 2 * (fabs(up.x) * size.x + fabs(up.y) * size.y + fabs(up.z) * size.z);
    return f;
}

vec flap_along(const flap_view *f, double angle)
{
    return vec_add(vec_scale(f->inward, cos(angle)), vec_scale(f->up, sin(angle)));
}

vec flap_normal(const flap_view *f, double angle)
{
    return vec_add(vec_scale(f->inward, -sin(angle)), vec_scale(f->up, cos(angle)));
}
