/* Where the harness and the policy's process meet. They never work at the same time, so one core serves both; left to
   itself the kernel puts whoever is woken on a core that idles, and waking that core costs more than the whole call (and
   the harness comes back to cold caches). So the policy sleeps on the core that it is called from (guest/guest_place.c),
   and the harness, where it has to sleep, stays on its own.

   Affinity is asked for rarely: the system call takes longer than a short call. A policy that thinks long, and has to share its
   core with others while it does, is left alone: there the way costs nothing, and a free core may be worth much. Whether it shared
   it is told by its clock: all the time that it computes is time that we wait. */
#include "host_child_internal.h"
#include <chore/clock.h>
#include <sched.h>

enum {
    SPIN_NS = 20000,   /* looking so long for an answer is cheaper than sleeping */
    LONG_NS = 1000000, /* beyond this the way does not matter */
    LONG_WEIGHS = 16,  /* such a call weighs as much as so many short ones. Where those that others held up outweigh the */
    APART = 32,        /* rest by this, the policy is left where it likes to be; */
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

/* Did others compute on the policy's core while we waited for it, a quarter of the time or more? Since we asked the last time. */
static bool was_held_up(chore_host_child *child)
{
    chore_child_place *place = &child->place;
    const double now = chore_child_cpu_s(child), computed = now - place->cpu_s, waited = (double)place->waited_ns * 1e-9;
    place->cpu_s = now;
    place->waited_ns = 0;
    return waited > 1.25 * computed;
}

/* What comes once in an episode says nothing of the calls of each step. */
static void weigh(chore_host_child *child, uint64_t took_ns)
{
    chore_child_place *place = &child->place;
    int by = -1;
    place->waited_ns += took_ns;
    if (!place->often) {
        return;
    }
    if (took_ns > LONG_NS) {
        by = was_held_up(child) ? LONG_WEIGHS : -LONG_WEIGHS;
    }
    const int weight = (int)place->long_weight + by;
    place->long_weight = (uint32_t)(weight < 0 ? 0 : weight > MOST ? MOST : weight);
}

bool chore_child_await(chore_host_child *child, uint64_t until_ns)
{
    chore_child_place *place = &child->place;
    const uint64_t begin = chore_now_ns();
    const bool looks = place->several && (place->in_vain < IN_VAIN || place->in_vain % LOOK_AGAIN == 0);
    if (chore_line_look(&child->line->to_parent, child->sent, looks ? SPIN_NS : 0)) {
        place->in_vain = 0;
        weigh(child, chore_now_ns() - begin);
        return true;
    }
    place->in_vain++;
    const bool answered = sleep_here(child, until_ns);
    weigh(child, chore_now_ns() - begin);
    return answered;
}
