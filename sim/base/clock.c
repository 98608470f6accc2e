/* Wall clock. */
#include <chore/clock.h>

#include <time.h>

uint64_t chore_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void chore_utc_stamp(char out[32])
{
    const time_t now = time(NULL);
    struct tm utc;
    CHORE_ASSERT(gmtime_r(&now, &utc) != NULL);
    CHORE_ASSERT(strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &utc) > 0);
}
