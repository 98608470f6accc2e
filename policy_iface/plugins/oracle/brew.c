#include "brew.h"

#include <string.h>

#include "flap.h"
#include "plan.h"

static const double in_place = 0.012; /* of the cup's foot from the middle of its cell */
static const double rise_ml = 0.05;
static const int starts_within = 40; /* control steps after a press */
static const int drips = 20;         /* without a rise: it has ended */
static const int blind_patience = 500;
static const int tries = 3; /* in vain, before it is said to be broken */

static int vessel_of(const belief *b, const char *id)
{
    for (int i = 0; i < b->wet.n_vessels; i++) {
        if (strcmp(b->things[b->wet.vessels[i].thing].id, id) == 0) {
            return i;
        }
    }
    return -1;
}

static int button_of(const belief *b, int machine)
{
    for (int i = 0; i < b->parts.n; i++) {
        if (b->parts.list[i].thing == machine && b->parts.list[i].slides) {
            return i;
        }
    }
    return -1;
}

static bool stands_under_spout(const belief *b, int cup, int machine)
{
    const site *cell = thing_site(&b->things[machine], "cell_1");
    if (!cell) {
        return false;
    }
    const vec at = pose_apply(b->things[machine].at, cell->at.p), foot = b->things[cup].at.p;
    return hypot(at.x - foot.x, at.y - foot.y) < in_place && fabs(at.z - foot.z) < in_place &&
           pose_axis_z(b->things[cup].at).z > 0.98;
}

static bool is_shut(const belief *b, int machine)
{
    for (int i = 0; i < b->parts.n; i++) {
        const thing_part *p = &b->parts.list[i];
        if (p->thing == machine && p->layer >= 0 && !part_is_shut(p)) {
            return false;
        }
    }
    return true;
}

static void ask(belief *b, const char *predicate, int first, int second, bool holds)
{
    if (b->n_literals == MAX_LITERALS) {
        return;
    }
    literal *l = &b->literals[b->n_literals++];
    memset(l, 0, sizeof *l);
    l->holds = holds;
    l->event = -1;
    strcpy(l->predicate, predicate);
    strcpy(l->args[0], b->things[first].id);
    l->n_args = 1;
    if (second >= 0) {
        strcpy(l->args[1], b->things[second].id);
        l->n_args = 2;
    }
}

/* The pod that is in it already, else the first. */
static int pod_for(const belief *b, int machine)
{
    int found = -1;
    for (int i = 0; i < b->wet.n_pods; i++) {
        const int pod = b->wet.pods[i];
        if (b->things[pod].present && (found < 0 || belief_lies_in(b, pod, machine))) {
            found = pod;
        }
    }
    return found;
}

/* What else is wanted of the cup. */
static void let_wait(belief *b, int cup)
{
    for (int i = 0; i < b->n_literals; i++) {
        literal *l = &b->literals[i];
        l->waits = l->n_args > 0 && plan_serves(l) && strcmp(l->args[0], b->things[cup].id) == 0;
    }
}

static void ask_for_all(brew *w, belief *b, int cup)
{
    const int pod = pod_for(b, w->machine);
    const bool under = stands_under_spout(b, cup, w->machine), shut = is_shut(b, w->machine),
               in = pod >= 0 && belief_lies_in(b, pod, w->machine);
    let_wait(b, cup);
    ask(b, "in_cell", cup, w->machine, under);
    if (pod >= 0) {
        ask(b, "inside", pod, w->machine, in);
    }
    ask(b, "closed", w->machine, -1, shut && in);
    w->ready = under && in && shut && b->things[cup].present;
}

/* Of presses only those count that went all the way down with everything in its place. */
static void count_presses(brew *w, const belief *b)
{
    const thing_part *button = w->button >= 0 ? &b->parts.list[w->button] : NULL;
    const bool down = button && button->at > 0.8 * button->hi;
    w->in_vain += down && !w->down && w->ready;
    w->down = down;
}

static void watch(brew *w, const belief *b, int vessel)
{
    const double ml = vessel >= 0 ? b->wet.vessels[vessel].ml : 0;
    w->in_vain = vessel != w->vessel || ml >= w->ml + rise_ml ? 0 : w->in_vain;
    w->quiet = vessel == w->vessel && ml < w->ml + rise_ml ? w->quiet + 1 : 0;
    w->ml = ml;
    w->vessel = vessel;
    w->since_press += w->since_press < blind_patience;
}

void brew_update(brew *w, belief *b, bool look)
{
    int vessel = -1;
    b->n_literals = b->n_asked;
    for (int i = 0; i < b->n_literals; i++) {
        literal *l = &b->literals[i];
        l->waits = false;
        if (!l->holds && strcmp(l->predicate, "filled") == 0) {
            if (!look && w->vessel >= 0 && w->ready && w->since_press == blind_patience - 1) {
                l->holds = true; /* who does not look takes it for granted */
                continue;
            }
            vessel = vessel_of(b, l->args[0]);
        }
        if (!l->holds && strcmp(l->predicate, "reported") == 0 && look) {
            vessel = w->vessel; /* nothing is to be filled any more; it is tried all the same before that is said */
        }
    }
    const bool drips_on =
        vessel < 0 && w->vessel >= 0 && w->ml > rise_ml && w->quiet < drips && look;
    count_presses(w, b);
    watch(w, b, drips_on ? w->vessel : vessel);
    w->ready = false;
    if (drips_on) {
        let_wait(b, b->wet.vessels[w->vessel].thing); /* full, and more is coming */
    }
    if (vessel >= 0 && b->wet.n_brewers > 0) {
        w->machine = b->wet.brewers[0];
        w->button = button_of(b, w->machine);
        ask_for_all(w, b, b->wet.vessels[vessel].thing);
    }
}

bool brew_runs(const brew *w)
{
    return w->vessel >= 0 && (w->since_press < starts_within || w->quiet < drips);
}

bool brew_wants_press(const brew *w)
{
    return w->vessel >= 0 && w->ready && w->button >= 0 && !brew_runs(w);
}

void brew_pressed(brew *w)
{
    w->since_press = 0;
}

bool brew_has_failed(const brew *w)
{
    return w->vessel >= 0 && w->in_vain >= tries && !brew_runs(w);
}
