/* What the kinds of `chorebench speed` share. */
#ifndef CHORE_SPEED_INTERNAL_H
#define CHORE_SPEED_INTERNAL_H
#include <chore/base.h>
#include <chore/policy_host.h>

enum { CHOREI_SPEED_ROUNDS = 64 }; /* at most */

/* Sorts the values. */
double chorei_median(double *values, int n);
/* What is being done, in one line on stderr that the next one overwrites, if that is a terminal: pair `done` + 1 of `of`; of 0: the recording.
   told takes it away, before anything is printed. */
void chorei_speed_tell(const char *task, int done, int of);
void chorei_speed_told(void);

typedef struct chorei_spent {
    double wall_s, cpu_s; /* cpu_s: of this process and the policy's */
} chorei_spent;
/* speed_boundary.c: CPU time until now of this process and, where it has its own, the policy's. */
double chorei_cpu_now(const chore_policy_host *policy);

/* speed_pieces.c: wall time of the same episode in several rounds, piece by piece: what comes before its first control step,
   its steps, what comes after them. begin: for so many rounds. add: a piece of one round; one below 0 is not kept.
   least: the sum over the pieces of their quickest round; every piece has been added in every round. more: by how much the
   quickest round of a piece is longer than that of the same one there, median over the pieces. end frees. */
typedef struct chorei_pieces {
    int rounds, n, cap;
    double *wall_s; /* [cap][rounds] */
} chorei_pieces;
void chorei_pieces_begin(chorei_pieces *pieces, int rounds);
void chorei_pieces_add(chorei_pieces *pieces, int piece, int round, double wall_s);
double chorei_pieces_least(const chorei_pieces *pieces);
double chorei_pieces_more(const chorei_pieces *pieces, const chorei_pieces *than);
void chorei_pieces_end(chorei_pieces *pieces);

/* speed_batch.c: one call for n episodes. */
typedef struct chorei_batch_costs {
    int slots, steps;                                    /* episodes at once; control steps of each that were timed */
    double single_p50_us, call_p50_us, call_p99_us;      /* round trip with one slot, and with all */
    double inproc_s, host_s, ratio, ratio_lo, ratio_hi;  /* wall time of these steps */
    double least_ratio;                                  /* of wall time, undisturbed: chorei_pieces_least */
    double cpu_ratio;                                    /* of CPU time, both processes together */
} chorei_batch_costs;
chore_status chorei_speed_batch(const char *task, const char *policy, uint64_t seed, int n, int rounds,
                                chorei_batch_costs *out, chore_error *err);

/* speed_boundary.c: speed --policy-boundary. tasks: NULL-terminated, nullable. batch: episodes of the batched half.
   Returns the exit code. */
int chorei_speed_boundary(const char **tasks, const char *policy, uint64_t seed, int rounds, int batch, bool as_json);
/* speed_render.c: chorebench speed --render. Tasks may be NULL; prints, returns the exit code. */
int chorei_speed_render(const char **tasks, uint64_t seed, int rounds, bool as_json);
/* speed_convert.c: speed --policy-boundary --convention. The same of tasks and the code. */
int chorei_speed_convention(const char **tasks, const char *name, int rounds, bool as_json);
#endif
