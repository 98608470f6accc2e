/* Where the harness and the policy's process meet. They never work at the same time, so one core serves both; left to
   itself the kernel puts whoever is woken on a core that idles, and waking that core costs more than the whole call (and
   the harness comes back to cold caches). So the policy sleeps on the core that it is called from (guest/guest_place.c),
   and the harness, where it has to sleep, stays on its own.

   Affinity is asked for rarely: the system call takes longer than a short call. A policy that thinks long again and again
   is left alone: there the way costs nothing, and a free core may be worth much. One that makes a plan and then follows it
   is not: its short calls are the many. */
#include "host_child_internal.h"
#include <chore/clock.h>
#include <sched.h>

enum {
    SPIN_NS = 20000,   /* looking so long for an answer is cheaper than sleeping */
    LONG_NS = 1000000, /* beyond this it does not matter where the policy is */
    LONG_WEIGHS = 16,  /* such a call weighs as much as so many short ones. Where the long ones outweigh the short */
    APART = 32,        /* ones by this, the policy is left where it likes to be; */
    MOST = 64,         /* by more than this they never do: MOST - APART short ones, and the two meet again */
    IN_VAIN = 8,       /* after so many answers that were late it is not looked for them any more, */
    LOOK_AGAIN = 32    /* but for every so many-th */
};

void chore_child_place_begin(chore_host_child *child)
{
    cpu_set_t ours;
    const bool known = sched_getaffinity(0, sizeof ours, &ours) == 0;
    child->place = (chore_child_place){.several = !known || CPU_COUNT(&ours) > 1, .core = -1};
    child->place.may_meet = known && child->place.several && !child->allow.processes;
}

void chore_child_meet(chore_host_child *child, bool often)
{
    chore_child_place *place = &child->place;
    place->often = often;
    place->core = often && place->may_meet && place->long_weight < APART ? sched_getcpu() : -1;
    atomic_store_explicit(&child->line->home, (uint32_t)(place->core + 1), memory_order_relaxed);
}

/* Asleep, and back on the core where we fell asleep. */
static bool sleep_here(chore_host_child *child, uint64_t until_ns)
{
    cpu_set_t before, here;
    CPU_ZERO(&here);
    if (child->place.core >= 0 && child->place.core < CPU_SETSIZE) {
        CPU_SET(child->place.core, &here);
    }
    const bool bound = CPU_COUNT(&here) == 1 && sched_getaffinity(0, sizeof before, &before) == 0 &&
                       CPU_ISSET(child->place.core, &before) && sched_setaffinity(0, sizeof here, &here) == 0;
    const bool answered = chore_line_wait(&child->line->to_parent, child->sent, until_ns, &child->gone);
    if (bound) {
        (void)sched_setaffinity(0, sizeof before, &before);
    }
    return answered;
}

/* What comes once in an episode says nothing of the calls of each step. */
static void weigh(chore_child_place *place, uint64_t took_ns)
{
    if (place->often && took_ns > LONG_NS) {
        place->long_weight = place->long_weight + LONG_WEIGHS < MOST ? place->long_weight + LONG_WEIGHS : MOST;
    } else if (place->often && place->long_weight > 0) {
        place->long_weight--;
    }
}

bool chore_child_await(chore_host_child *child, uint64_t until_ns)
{
    chore_child_place *place = &child->place;
    const uint64_t begin = chore_now_ns();
    const bool looks = place->several && (place->in_vain < IN_VAIN || place->in_vain % LOOK_AGAIN == 0);
    if (chore_line_look(&child->line->to_parent, child->sent, looks ? SPIN_NS : 0)) {
        place->in_vain = 0;
        weigh(place, 0);
        return true;
    }
    place->in_vain++;
    const bool answered = sleep_here(child, until_ns);
    weigh(place, chore_now_ns() - begin);
    return answered;
}
