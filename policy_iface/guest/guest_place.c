/* On which core this process sleeps between two calls: on that of the harness (host_place.c says why).

   Whatever a policy starts in a call would inherit the one core, and whatever it asks for the number of cores would learn
   of one. So the main thread is bound only while it is the only one, only for the calls that come at each step, not before
   a policy has answered some of them (pools of threads are made by then), and it is set free before a thread is made. A
   policy that chooses cores by itself is left to itself. */
#include "guest_internal.h"
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <sys/single_threaded.h>

enum { WARM_UP = 16 }; /* calls */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const bool sanitized = true; /* threads are made behind our back */
#else
static const bool sanitized = false;
#endif

static struct {
    cpu_set_t all;    /* where it may run when it is free: as we found it */
    bool known, left; /* all is known; it is to be left alone for good */
    uint32_t calls;   /* of each step, so far */
    uint32_t at;      /* core that it is bound to, plus 1; 0: it is free */
    uint32_t wanted;  /* the last wish: it is followed when it comes twice */
} place;

static bool same(const cpu_set_t *a, const cpu_set_t *b)
{
    return CPU_EQUAL(a, b) != 0;
}

static void set_of(uint32_t at, cpu_set_t *out)
{
    if (at == 0) {
        *out = place.all;
    } else {
        CPU_ZERO(out);
        CPU_SET(at - 1, out);
    }
}

static void go_to(uint32_t at)
{
    cpu_set_t expected, found, wanted;
    set_of(place.at, &expected);
    set_of(at, &wanted);
    if (sched_getaffinity(0, sizeof found, &found) != 0 || !same(&found, &expected)) {
        place.left = true; /* the policy has its own ideas */
        place.at = 0;
        return;
    }
    if (sched_setaffinity(0, sizeof wanted, &wanted) == 0) {
        place.at = at;
    } else {
        place.left = true;
    }
}

static void leave(void)
{
    if (place.at != 0) {
        go_to(0);
    }
    place.left = true;
}

void chore_guest_settle(uint32_t home)
{
    const uint32_t before = place.wanted;
    place.wanted = home;
    if (!place.left && (!__libc_single_threaded || sanitized)) {
        leave();
    }
    if (place.left || home == place.at || home != before || place.calls < WARM_UP || home > CPU_SETSIZE) {
        return;
    }
    if (!place.known) {
        place.known = sched_getaffinity(0, sizeof place.all, &place.all) == 0;
        place.left = !place.known;
    }
    if (place.known && (home == 0 || CPU_ISSET(home - 1, &place.all))) {
        go_to(home);
    }
}

void chore_guest_rise(bool often)
{
    place.calls += often && place.calls < WARM_UP;
    if (!often && place.at != 0) {
        go_to(0);
    }
}

/* In place of libc's, for all that is loaded here: a new thread may run on every core. */
CHORE_POLICY_EXPORT int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*begin)(void *), void *arg)
{
    union {
        void *found;
        int (*call)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    } real = {dlsym(RTLD_NEXT, "pthread_create")};
    leave();
    return real.call(thread, attributes, begin, arg);
}
