/* A table with garments on it, and what one measures on cloth. A failure of anything ends the test. */
#ifndef CHORE_TEST_CLOTH_RIG_H
#define CHORE_TEST_CLOTH_RIG_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above */

#include <chore/scene.h>
#include <mujoco/mujoco.h>

#define TABLE_Z    0.75
#define TABLE_EDGE 0.80 /* x of the front edge */

typedef struct cloth {
    chore_scene *scene;
    chore_world *world;
} cloth;

/* Up to two garments "g0", "g1" of that kind and size ("": the kind's first), parked; with the solver and
   the rate of the laundry room (bench_cg.yaml). */
void cloth_open(cloth *c, int n, const char *kind, const char *size);
/* The same in a scene of this folder: bench.yaml has Newton's solver at 300 Hz. */
void cloth_open_in(cloth *c, const char *scene, int n, const char *kind, const char *size);
void cloth_close(cloth *c);
void cloth_must(chore_status status, const chore_error *err);
const chore_garment *cloth_garment(const cloth *c, int index);

/* Drop it crumpled (or lay it flat) on the table by seed; false when the scene refuses the place. */
bool cloth_place(cloth *c, int garment, chore_garment_start start, double yaw, uint64_t seed);
void cloth_advance(cloth *c, double seconds);
/* Until garment `index` sleeps; the seconds, -1 when it is awake after limit_s. */
double cloth_settle(cloth *c, int index, double limit_s);

void cloth_vertex(const cloth *c, int index, int vertex, double out[3]);
/* Area that the garment covers seen from above, on a grid of 5 mm. */
double cloth_footprint(const cloth *c, int index);
/* z of the lowest vertex that lies over (or in) the table, 1 cm from its edges; of the highest anywhere. */
double cloth_lowest(const cloth *c, int index);
double cloth_highest(const cloth *c, int index);
/* chore_garment_crossings, by their numbers. */
int cloth_crossings(const cloth *c, int a, int b);
/* Kinetic energy of all its vertices, joule. */
double cloth_kinetic(const cloth *c, int index);
#endif
