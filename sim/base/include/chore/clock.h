/* Wall clock: for timings and stamps in records only; it never reaches the simulation. */
#ifndef CHORE_CLOCK_H
#define CHORE_CLOCK_H
#include <chore/base.h>
#ifdef __cplusplus
extern "C" {
#endif
uint64_t chore_now_ns(void);                     /* monotonic */
void chore_utc_stamp(char out[32]);              /* "2026-11-21T03:04:05Z" */
#ifdef __cplusplus
}
#endif
#endif
