/* Which representation can be turned into which, and through what: a unit quaternion for rotations, the width
   for grippers. */
#include "convert_internal.h"
#include <math.h>
#include <string.h>

enum {
#define CHORE_REPRESENTATION(symbol, name, kind, n, meaning) symbol,
#include "representations.inl"
#undef CHORE_REPRESENTATION
    COUNT
};

static const chore_representation TABLE[COUNT] = {
#define CHORE_REPRESENTATION(symbol, name, kind, n, meaning) {name, meaning, CHORE_REPR_##kind, n},
#include "representations.inl"
#undef CHORE_REPRESENTATION
};

int chore_representation_count(void)
{
    return COUNT;
}

const chore_representation *chore_representation_at(int index)
{
    return &TABLE[index];
}

const chore_representation *chore_representation_find(const char *name)
{
    for (int i = 0; i < COUNT && name != NULL; i++) {
        if (strcmp(TABLE[i].name, name) == 0) {
            return &TABLE[i];
        }
    }
    return NULL;
}

bool chore_convertible(const chore_representation *from, const chore_representation *to)
{
    return from->kind == to->kind && (from->kind != CHORE_REPR_PLANAR || from == &TABLE[PLANAR]);
}

/* ---- rotations ----------------------------------------------------------------------------------------- */

/* Two columns that lie row by row, `stride` values from row to row. */
static void take_rows(const double *in, int stride, double q[4])
{
    double columns[6];
    for (int i = 0; i < 3; i++) {
        columns[i] = in[stride * i];
        columns[3 + i] = in[stride * i + 1];
    }
    chore_quat_of_columns(columns, q);
}

static void take_rotation(int from, const double *in, double q[4])
{
    double turned[4];
    switch (from) {
    case QUAT_WXYZ: chore_quat_unit(in, q); break;
    case QUAT_XYZW:
        turned[0] = in[3];
        memcpy(turned + 1, in, 3 * sizeof *in);
        chore_quat_unit(turned, q);
        break;
    case AXIS_ANGLE:
    case AXIS_ANGLE_DOWN: chore_quat_of_vector(in, q); break;
    case RPY: chore_quat_of_rpy(in, q); break;
    case ROTMAT: take_rows(in, 3, q); break;
    case ROT6D_INTERLEAVED: take_rows(in, 2, q); break;
    case ROT6D_COLS: chore_quat_of_columns(in, q); break;
    default: /* the rows of a matrix are the columns of its inverse */
        chore_quat_of_columns(in, q);
        for (int i = 1; i < 4; i++) {
            q[i] = 0 - q[i];
        }
    }
}

static void give_matrix(int to, const double q[4], double *out)
{
    double m[9];
    chore_quat_to_matrix(q, m);
    switch (to) {
    case ROTMAT: memcpy(out, m, sizeof m); break;
    case ROT6D_ROWS: memcpy(out, m, 6 * sizeof *m); break;
    default:
        for (int i = 0; i < 3; i++) {
            out[to == ROT6D_COLS ? i : 2 * i] = m[3 * i];
            out[to == ROT6D_COLS ? 3 + i : 2 * i + 1] = m[3 * i + 1];
        }
    }
}

static void give_rotation(int to, const double q[4], double *out)
{
    double turned[4];
    switch (to) {
    case QUAT_WXYZ: chore_quat_half(q, 0, out); break;
    case QUAT_XYZW:
        chore_quat_half(q, 0, turned);
        memcpy(out, turned + 1, 3 * sizeof *out);
        out[3] = turned[0];
        break;
    case AXIS_ANGLE:
    case AXIS_ANGLE_DOWN:
        chore_quat_half(q, to == AXIS_ANGLE ? 0 : 1, turned);
        chore_quat_to_vector(turned, out);
        break;
    case RPY: chore_quat_to_rpy(q, out); break;
    default: give_matrix(to, q, out);
    }
}

/* ---- grippers and bases -------------------------------------------------------------------------------- */

/* What closed and open are called. */
static void ends(int repr, double width_m, double *closed, double *open)
{
    static const double table[COUNT][2] = {[OPEN_01] = {0, 1},
                                           [CLOSE_01] = {1, 0},
                                           [OPEN_PM1] = {-1, 1},
                                           [CLOSE_PM1] = {1, -1},
                                           [CLOSE_255] = {255, 0}};
    *closed = table[repr][0];
    *open = repr == WIDTH_M ? width_m : table[repr][1];
}

static void convert_opening(int from, int to, double width_m, const double *in, double *out)
{
    double closed, open, share;
    ends(from, width_m, &closed, &open);
    share = from == FINGER_PAIR ? (in[0] - in[1]) / width_m : (in[0] - closed) / (open - closed);
    if (to == FINGER_PAIR) {
        out[0] = share * width_m / 2;
        out[1] = -out[0];
        return;
    }
    ends(to, width_m, &closed, &open);
    out[0] = closed + share * (open - closed);
}

static void convert_planar(int to, const double *in, double *out)
{
    const double half = remainder(in[2], 8 * atan(1)) / 2; /* within a turn, so that w >= 0 */
    switch (to) {
    case PLANAR_POS: out[0] = in[0], out[1] = in[1], out[2] = 0; break;
    case PLANAR_QUAT_XYZW: out[0] = out[1] = 0, out[2] = sin(half), out[3] = cos(half); break;
    default: memcpy(out, in, 3 * sizeof *out);
    }
}

void chore_convert(const chore_representation *from, const chore_representation *to, double width_m,
                   const double *in, double *out)
{
    double q[4];
    CHORE_ASSERT(chore_convertible(from, to));
    if (from == to) {
        memcpy(out, in, (size_t)to->n * sizeof *out);
        return;
    }
    switch (from->kind) {
    case CHORE_REPR_ROTATION:
        take_rotation((int)(from - TABLE), in, q);
        if (q[0] == 0 && q[1] == 0 && q[2] == 0 && q[3] == 0) {
            memset(out, 0, (size_t)to->n * sizeof *out);
        } else {
            give_rotation((int)(to - TABLE), q, out);
        }
        break;
    case CHORE_REPR_OPENING:
        convert_opening((int)(from - TABLE), (int)(to - TABLE), width_m, in, out);
        break;
    case CHORE_REPR_PLANAR: convert_planar((int)(to - TABLE), in, out); break;
    }
}

/* ---- for offers ---------------------------------------------------------------------------------------- */

bool chore_representation_bounds(const chore_representation *repr, double *lo, double *hi)
{
    switch ((int)(repr - TABLE)) {
    case OPEN_01:
    case CLOSE_01: *lo = 0, *hi = 1; return true;
    case CLOSE_255: *lo = 0, *hi = 255; return true;
    case OPEN_PM1:
    case CLOSE_PM1: *lo = -1, *hi = 1; return true;
    default: return false;
    }
}

void chore_convert_names(const char *repr, bool acting, chore_text *out)
{
    const chore_representation *own = chore_representation_find(repr);
    for (int i = 0; own != NULL && i < COUNT; i++) {
        const chore_representation *other = &TABLE[i];
        if (other != own && chore_convertible(own, other) &&
            (!acting || chore_convertible(other, own))) {
            chore_text_add(out, "%s%s", out->len > 0 ? " " : "", other->name);
        }
    }
}
