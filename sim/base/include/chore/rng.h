/* Randomness: one counter-based generator (Philox4x32-10, Salmon et al. 2011) in named streams.
   A stream is a pure function of (run key, task hash, seed, name); adding a stream never shifts another. */
#ifndef CHORE_RNG_H
#define CHORE_RNG_H
#include <chore/hash.h>
#ifdef __cplusplus
extern "C" {
#endif
/* Plain bytes without padding: snapshots copy it. */
typedef struct chore_rng {
    uint32_t key[2];
    uint32_t stream[2];
    uint64_t counter;   /* draws made so far */
} chore_rng;

chore_rng chore_rng_stream(uint64_t run_key, chore_hash task_hash, uint64_t seed, const char *name);
uint64_t chore_rng_u64(chore_rng *rng);
double chore_rng_unit(chore_rng *rng);                          /* [0, 1), 53 bits */
double chore_rng_range(chore_rng *rng, double lo, double hi);   /* [lo, hi) */
uint32_t chore_rng_below(chore_rng *rng, uint32_t n);           /* 0 .. n-1 without bias; n > 0 */
double chore_rng_normal(chore_rng *rng);   /* mean 0, deviation 1, within +-6 (sum of 12 units: no libm) */
#ifdef __cplusplus
}
#endif
#endif
