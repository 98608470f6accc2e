/* What the two kinds of `chorebench speed` share. */
#ifndef CHORE_SPEED_INTERNAL_H
#define CHORE_SPEED_INTERNAL_H
#include <stdbool.h>
#include <stdint.h>

enum { CHOREI_SPEED_ROUNDS = 64 }; /* at most */

/* Sorts the values. */
double chorei_median(double *values, int n);

/* speed_boundary.c: speed --policy-boundary. tasks: NULL-terminated, nullable. Returns the exit code. */
int chorei_speed_boundary(const char **tasks, const char *policy, uint64_t seed, int rounds, bool as_json);
/* speed_render.c: chorebench speed --render. Tasks may be NULL; prints, returns the exit code. */
int chorei_speed_render(const char **tasks, uint64_t seed, int rounds, bool as_json);
/* speed_convert.c: speed --policy-boundary --convention. The same of tasks and the code. */
int chorei_speed_convention(const char **tasks, const char *name, int rounds, bool as_json);
#endif
