/* Randomness: Philox4x32-10, a function of (key, counter) with no state that could get out of step. */
#include <chore/rng.h>

#include <string.h>

typedef struct philox_block {
    uint32_t word[4];
} philox_block;

/* "Parallel random numbers: as easy as 1, 2, 3" (Salmon et al., SC 2011): ten rounds of two multiplications.
 */
static philox_block philox4x32_10(philox_block counter, const uint32_t key[2])
{
    uint32_t key0 = key[0], key1 = key[1];
    for (int round = 0; round < 10; round++) {
        const uint64_t product0 = (uint64_t)0xd2511f53u * counter.word[0];
        const uint64_t product1 = (uint64_t)0xcd9e8d57u * counter.word[2];
        counter = (philox_block){{(uint32_t)(product1 >> 32) ^ counter.word[1] ^ key0, (uint32_t)product1,
                                  (uint32_t)(product0 >> 32) ^ counter.word[3] ^ key1, (uint32_t)product0}};
        key0 += 0x9e3779b9u;
        key1 += 0xbb67ae85u;
    }
    return counter;
}

static void put_u64(unsigned char *out, uint64_t value)
{
    for (int i = 0; i < 8; i++) {
        out[i] = (unsigned char)(value >> (8 * i));
    }
}

chore_rng chore_rng_stream(uint64_t run_key, chore_hash task_hash, uint64_t seed, const char *name)
{
    unsigned char bytes[32];
    put_u64(bytes, run_key);
    put_u64(bytes + 8, task_hash.lo);
    put_u64(bytes + 16, task_hash.hi);
    put_u64(bytes + 24, seed);
    const chore_hash where = chore_hash_chain(chore_hash_bytes(bytes, sizeof bytes, 0), name, strlen(name));
    return (chore_rng){
        .key = {(uint32_t)where.lo, (uint32_t)(where.lo >> 32)},
        .stream = {(uint32_t)where.hi, (uint32_t)(where.hi >> 32)},
        .counter = 0,
    };
}

/* One block a draw, its upper half unused: the counter then says how many draws were made, and nothing else
 * is state. */
uint64_t chore_rng_u64(chore_rng *rng)
{
    const philox_block counter = {
        {(uint32_t)rng->counter, (uint32_t)(rng->counter >> 32), rng->stream[0], rng->stream[1]}};
    rng->counter++;
    const philox_block block = philox4x32_10(counter, rng->key);
    return block.word[0] | (uint64_t)block.word[1] << 32;
}

double chore_rng_unit(chore_rng *rng)
{
    return (double)(chore_rng_u64(rng) >> 11) * 0x1p-53;
}

double chore_rng_range(chore_rng *rng, double lo, double hi)
{
    const double value = lo + (hi - lo) * chore_rng_unit(rng);
    return value < hi ? value : lo; /* rounding can reach hi */
}

/* Lemire's multiply-shift on 32 bits; the few values that would make some results likelier are drawn again.
 */
uint32_t chore_rng_below(chore_rng *rng, uint32_t n)
{
    CHORE_ASSERT(n > 0);
    const uint32_t uneven = (uint32_t)(0 - n) % n;
    uint64_t product;
    do {
        product = (chore_rng_u64(rng) >> 32) * n;
    } while ((uint32_t)product < uneven);
    return (uint32_t)(product >> 32);
}

double chore_rng_normal(chore_rng *rng)
{
    double sum = 0.0;
    for (int i = 0; i < 12; i++) {
        sum += chore_rng_unit(rng);
    }
    return sum - 6.0;
}
