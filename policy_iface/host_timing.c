/* How long act takes: a histogram with logarithmic buckets, so that percentiles cost no memory per call. */
#include "host_internal.h"
#include <string.h>

/* 16 buckets per power of two: the top bit gives the octave, the next four the place in it. */
static unsigned bucket_of(uint64_t ns)
{
    unsigned octave = 0;
    while (ns >> octave >= 32) {
        octave++;
    }
    return octave == 0 ? (unsigned)ns : (octave + 1) * 16 + ((unsigned)(ns >> octave) & 15u);
}

static double bucket_middle(unsigned bucket)
{
    if (bucket < 32) {
        return (double)bucket;
    }
    const unsigned octave = bucket / 16 - 1;
    return ((double)(16 + bucket % 16) + 0.5) * (double)((uint64_t)1 << octave);
}

void chore_host_timing_add(timing *t, uint64_t ns)
{
    t->bucket[bucket_of(ns)]++;
    t->calls++;
    if (ns > t->max_ns) {
        t->max_ns = ns;
    }
}

static double percentile_ms(const timing *t, double share)
{
    const double wanted = share * (double)t->calls;
    uint64_t seen = 0;
    for (unsigned i = 0; i < TIMING_BUCKETS; i++) {
        seen += t->bucket[i];
        if (seen > 0 && (double)seen >= wanted) {
            const double ns = bucket_middle(i);
            return (ns < (double)t->max_ns ? ns : (double)t->max_ns) * 1e-6;
        }
    }
    return 0;
}

chore_policy_timing chore_policy_host_timing(const chore_policy_host *host)
{
    const timing *t = &host->act_time;
    return (chore_policy_timing){
        .calls = t->calls,
        .p50_ms = percentile_ms(t, 0.50),
        .p99_ms = percentile_ms(t, 0.99),
        .max_ms = (double)t->max_ns * 1e-6,
    };
}

void chore_policy_host_timing_reset(chore_policy_host *host)
{
    memset(&host->act_time, 0, sizeof host->act_time);
}
