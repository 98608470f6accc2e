/* One rotation in its several dresses. */
#include "convert_internal.h"
#include <math.h>
#include <string.h>

static const double TINY = 1e-9; /* shorter than this has no direction */

static double dot3(const double *a, const double *b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

void chore_quat_unit(const double in[4], double q[4])
{
    const double length = sqrt(dot3(in, in) + in[3] * in[3]);
    for (int i = 0; i < 4; i++) {
        q[i] = length < TINY ? 0 : in[i] / length; /* not a number: stays so */
    }
}

void chore_quat_half(const double q[4], int lead, double out[4])
{
    double sign = q[lead];
    for (int i = 0; i < 4 && sign == 0; i++) {
        sign = q[i];
    }
    for (int i = 0; i < 4; i++) {
        out[i] = sign < 0 ? 0 - q[i] : q[i]; /* 0 - 0 is +0 */
    }
}

void chore_quat_of_vector(const double v[3], double q[4])
{
    const double angle = sqrt(dot3(v, v));
    const double share = angle < TINY ? .5 : sin(angle / 2) / angle;
    q[0] = cos(angle / 2);
    for (int i = 0; i < 3; i++) {
        q[1 + i] = share * v[i];
    }
}

void chore_quat_to_vector(const double q[4], double v[3])
{
    const double sine = sqrt(dot3(q + 1, q + 1)), angle = 2 * atan2(sine, q[0]);
    const double share = sine < TINY ? 2 : angle / sine;
    for (int i = 0; i < 3; i++) {
        v[i] = share * q[1 + i];
    }
}

void chore_quat_of_rpy(const double rpy[3], double q[4])
{
    const double cr = cos(rpy[0] / 2), sr = sin(rpy[0] / 2), cp = cos(rpy[1] / 2), sp = sin(rpy[1] / 2);
    const double cy = cos(rpy[2] / 2), sy = sin(rpy[2] / 2);
    q[0] = cr * cp * cy + sr * sp * sy;
    q[1] = sr * cp * cy - cr * sp * sy;
    q[2] = cr * sp * cy + sr * cp * sy;
    q[3] = cr * cp * sy - sr * sp * cy;
}

void chore_quat_to_rpy(const double q[4], double rpy[3])
{
    double m[9];
    chore_quat_to_matrix(q, m);
    const double level = hypot(m[0], m[3]); /* cosine of the pitch */
    rpy[1] = atan2(-m[6], level);
    if (level < TINY) {
        rpy[0] = 0;
        rpy[2] = atan2(-m[1], m[4]);
    } else {
        rpy[0] = atan2(m[7], m[8]);
        rpy[2] = atan2(m[3], m[0]);
    }
}

/* The largest of the four is found first: nothing small is divided by. */
static void quat_of_matrix(const double m[9], double q[4])
{
    const double trace = m[0] + m[4] + m[8];
    const double four[4] = {1 + trace, 1 + 2 * m[0] - trace, 1 + 2 * m[4] - trace, 1 + 2 * m[8] - trace}; /* 4 q[i]^2 */
    const double off[3][2] = {{m[7], m[5]}, {m[2], m[6]}, {m[3], m[1]}}; /* x, y, z: difference 4wx, sum 4yz ... */
    int most = 0;
    for (int i = 1; i < 4; i++) {
        most = four[i] > four[most] ? i : most;
    }
    double raw[4] = {four[0], off[0][0] - off[0][1], off[1][0] - off[1][1], off[2][0] - off[2][1]};
    if (most > 0) { /* times 4 q[most] */
        raw[0] = off[most - 1][0] - off[most - 1][1];
        for (int i = 1; i < 4; i++) {
            raw[i] = i == most ? four[i] : off[5 - i - most][0] + off[5 - i - most][1];
        }
    }
    chore_quat_unit(raw, q);
}

void chore_quat_of_columns(const double columns[6], double q[4])
{
    double a[3], b[3], m[9];
    const double length_a = sqrt(dot3(columns, columns));
    for (int i = 0; i < 3; i++) {
        a[i] = columns[i] / length_a;
    }
    const double along = dot3(a, columns + 3), before = sqrt(dot3(columns + 3, columns + 3));
    for (int i = 0; i < 3; i++) {
        b[i] = columns[3 + i] - along * a[i];
    }
    const double length_b = sqrt(dot3(b, b));
    if (length_a < TINY || length_b < TINY || length_b < TINY * before) {
        memset(q, 0, 4 * sizeof *q);
        return;
    }
    for (int i = 0; i < 3; i++) {
        m[3 * i] = a[i];
        m[3 * i + 1] = b[i] / length_b;
    }
    for (int i = 0; i < 3; i++) { /* the third: square to both */
        const int j = (i + 1) % 3, k = (i + 2) % 3;
        m[3 * i + 2] = m[3 * j] * m[3 * k + 1] - m[3 * k] * m[3 * j + 1];
    }
    quat_of_matrix(m, q);
}

void chore_quat_to_matrix(const double q[4], double m[9])
{
    const double w = q[0], x = q[1], y = q[2], z = q[3];
    const double rows[9] = {w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y),
                            2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x),
                            2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z};
    memcpy(m, rows, sizeof rows);
}
