#include "laundry.h"
#include "hanging.h"
#include "make_way.h"
#include "shed.h"

#include <limits.h>
#include <string.h>

static const double think_again = 0.5; /* s */
static const double at_once = 2;       /* a fold that failed so soon could not begin, s */
static const double shut = 0.001;      /* of the fingers' opening, m */
/* Of the cloth from its fold, of the root of its area: spread out first when it is more; sooner after something fell on it. */
static const double rumpled_error = 0.05, crumpled_error = 0.12;
static const double long_rumpled_error = 0.07, sheared_error = 0.09; /* of what is long; with its legs apart */
enum { MAX_SHEDS = 6 };
static const double doubled_error = 0.35;
static const double near_error = 0.2; /* the same of something small that is nearly folded, or was pulled at */
static const double at_crease = 0.03; /* m */

void laundry_reset(laundry *l, bool look)
{
    memset(l, 0, sizeof *l);
    l->look = look;
}

static bool see(laundry *l, const sight *s, double dt)
{
    belief *b = &l->belief;
    hands_read(&l->hands, s->joint_pos, s->base_pose, s->eef_pos, s->eef_quat, s->gripper_width,
               s->touch);
    l->cloth.table_z = b->table_z = l->hands.hand[0].base.p.z;
    if (!l->started || l->look) {
        if (!belief_read_objects(b, s->objects) || !cloth_read_text(&l->cloth, s->objects) ||
            !belief_read_goal(b, s->goal)) {
            return false;
        }
        b->table_z = l->cloth.table_z;
        if (s->object_pose && s->object_vel) {
            belief_read_motion(b, s->object_pose, s->object_vel);
        }
    }
    if (s->cloth_pos) {
        cloth_read_positions(&l->cloth, s->cloth_pos, dt);
    }
    return true;
}

/* ---- attempts ------------------------------------------------------------------------------------------ */

static attempt attempts_of(const laundry *l, uint64_t key)
{
    for (int i = 0; i < l->n_attempts; i++) {
        if (l->attempts[i].key == key) {
            return l->attempts[i];
        }
    }
    return (attempt){.key = key};
}

static void count_attempt(laundry *l, uint64_t key, bool gave_up)
{
    int i = 0;
    while (i < l->n_attempts && l->attempts[i].key != key) {
        i++;
    }
    if (i < MAX_LITERALS) {
        l->n_attempts = i == l->n_attempts ? i + 1 : l->n_attempts;
        l->attempts[i] = (attempt){key, l->attempts[i].n + 1, gave_up};
    }
}

/* ---- skills -------------------------------------------------------------------------------------------- */

/* Something that fell on it and was lifted off has drawn creases through it, which every further fold would make worse. */
static double error_allowed(const laundry *l, int garment, int steps)
{
    if (!l->upset) {
        return steps == 1 && cloth_is_long(&l->cloth, garment) ? sheared_error : crumpled_error;
    }
    return !cloth_is_long(&l->cloth, garment) ? rumpled_error
           : steps < 2                        ? long_rumpled_error
                                              : crumpled_error;
}

/* Something small that lies on the table nearly as it shall be folded is opened and folded anew sooner than it is shaken out, and so is what pulls
   have made as flat as they can. What came down doubled is opened once: each turn back leaves it flatter. A ball is neither. */
static double error_borne(const laundry *l, const errand *e, const fold_fit *fit)
{
    int g = e->garment;
    bool folded = fit->steps == l->cloth.garments[g].ways[fit->way].n_steps;
    if (!shake_is_small(&l->cloth, g) || errand_on_pile(&l->belief, &l->cloth, e) ||
        !(folded || l->pulled[g])) {
        return error_allowed(l, g, fit->steps);
    }
    if (shake_is_ball(&l->cloth, g)) {
        return crumpled_error;
    }
    return folded && !l->opened[g] ? doubled_error : near_error;
}

/* Cloth that lies too far from any state of its fold, or that folding and mending did not help, is spread out first: sooner when nothing is
   lost by it. */
static bool wants_flattening(const laundry *l, const errand *e)
{
    const garment_view *g = &l->cloth.garments[e->garment];
    const attempt past = attempts_of(l, e->key);
    if (g->n_ways == 0) {
        return false;
    }
    fold_fit fit =
        fold_recognise(&l->cloth, e->garment, fold_choose_way(&l->cloth, &l->hands, e->garment));
    if (fit.error > error_borne(l, e, &fit) * sqrt(g->area)) {
        return true;
    }
    bool fresh = fit.steps == 0 ? l->pulled[e->garment] : !l->opened[e->garment];
    if (fresh && !l->stuck[e->garment] && shake_is_small(&l->cloth, e->garment)) {
        return false; /* flatter than that it never lies; doubled, it may be opened */
    }
    return fit.steps == 0 ? past.gave_up || (past.n > 0 && past.n % 2 == 0)
                          : past.n > 1 && (past.gave_up || past.n % 2 == 0);
}

/* Garments that shall go to the same place. */
static unsigned find_mates(const laundry *l, const errand *e)
{
    unsigned mates = 0;
    for (int i = 0; i < l->belief.n_literals; i++) {
        const literal *one = &l->belief.literals[i];
        errand other;
        if (!one->holds && errand_for(&l->belief, &l->cloth, one, &other) &&
            other.kind == ERRAND_CARRY && other.garment != e->garment &&
            vec_distance(other.goal.floor, e->goal.floor) < 0.001) {
            mates |= 1u << other.garment;
        }
    }
    return mates;
}

static bool start_skill(laundry *l, const errand *e)
{
    switch (e->kind) {
    case ERRAND_FOLD:
        if (!fold_start(&l->skill.fold, &l->cloth, &l->hands, e->garment, e->steps)) {
            return false;
        }
        bool small = shake_is_small(&l->cloth, e->garment);
        l->skill.fold.again = l->look && (small || attempts_of(l, e->key).n > 0);
        l->skill.fold.spread = l->skill.fold.small = small; /* no corner of it is worth more pulls */
        return true;
    case ERRAND_FLATTEN: return flatten_start(&l->skill.flatten, &l->cloth, &l->hands, e->garment);
    case ERRAND_PILE: return pile_start(&l->skill.pile, &l->cloth, &l->hands, e->garment, &e->goal);
    case ERRAND_DRAPE:
        return drape_start(&l->skill.drape, &l->cloth, &l->hands, e->garment, &e->rail);
    case ERRAND_SHAKE:
        return shake_start(&l->skill.shake, &l->cloth, &l->hands, e->garment,
                           l->shaken[e->garment] ? l->end[e->garment] : -1);
    case ERRAND_TOUCH_UP: return touch_up_start(&l->skill.touch_up, &l->cloth, e->garment);
    case ERRAND_CARRY: break;
    }
    if (!carry_start(&l->skill.carry, &l->cloth, &l->hands, e->garment, &e->goal,
                     e->mouth.on ? &e->mouth : NULL)) {
        return false;
    }
    l->skill.carry.mates = find_mates(l, e);
    return true;
}

static skill_state step_skill(laundry *l, double dt)
{
    switch (l->doing) {
    case ERRAND_FOLD: return fold_step(&l->skill.fold, &l->cloth, &l->hands, dt);
    case ERRAND_FLATTEN: return flatten_step(&l->skill.flatten, &l->cloth, &l->hands, dt);
    case ERRAND_PILE: return pile_step(&l->skill.pile, &l->cloth, &l->hands, dt);
    case ERRAND_DRAPE: return drape_step(&l->skill.drape, &l->cloth, &l->hands, dt);
    case ERRAND_SHAKE: return shake_step(&l->skill.shake, &l->cloth, &l->hands, dt);
    case ERRAND_TOUCH_UP: return touch_up_step(&l->skill.touch_up, &l->cloth, &l->hands, dt);
    case ERRAND_CARRY: break;
    }
    return carry_step(&l->skill.carry, &l->cloth, &l->hands, dt);
}

/* Spread out first? A fold if it needs it; what is to hang always, for it hangs as straight as it lay, but for the once after spreading failed: it
   may be as flat as it comes. */
static bool comes_flat_first(const laundry *l, const errand *e)
{
    return (e->kind == ERRAND_FOLD && wants_flattening(l, e)) ||
           (e->kind == ERRAND_DRAPE && !make_way_hangs(&l->cloth, e->garment) &&
            !l->unspread[e->garment]);
}

/* On the table when it is crumpled, though each second time after two in vain it is pulled at; on a pile in any case: carried off as a packet it
   comes open. */
static bool wants_shaking(const laundry *l, const errand *e)
{
    int n = l->shaken[e->garment];
    bool in_vain = n >= 2 && n % 2 == 0;
    return errand_on_pile(&l->belief, &l->cloth, e) ||
           (wants_flattening(l, e) &&
            (l->pulled[e->garment] || shake_is_ball(&l->cloth, e->garment) ||
             (!in_vain && shake_is_for(&l->cloth, e->garment))));
}

/* Too small to be spread by pulling: taken off other cloth or up from a heap, and laid out. Another end each time; pulled at when little is
   wanting, but not twice. */
static bool begin_shake(laundry *l, const errand *e)
{
    errand first = *e;
    int *n = &l->shaken[e->garment];
    if (e->kind != ERRAND_FOLD || !shake_is_small(&l->cloth, e->garment) || !wants_shaking(l, e)) {
        return false;
    }
    first.kind = l->doing = ERRAND_SHAKE;
    bool can = start_skill(l, &first);
    l->end[e->garment] = l->skill.shake.vertex;
    l->pulled[e->garment] = l->opened[e->garment] = l->stuck[e->garment] = false;
    l->touched[e->garment] = l->readied[e->garment] = false;
    (*n)++;
    return can;
}

/* All but folded: mended where it lies, once after each time it was laid down. */
static bool begin_touch_up(laundry *l, const errand *e)
{
    errand first = *e;
    int g = e->garment;
    if (!l->look || e->kind != ERRAND_FOLD || l->touched[g] || !shake_is_small(&l->cloth, g) ||
        !touch_up_may_help(&l->cloth, g)) {
        return false;
    }
    l->touched[g] = true;
    first.kind = l->doing = ERRAND_TOUCH_UP;
    return start_skill(l, &first);
}

/* What is to bear this one is mended while nothing lies on it, likewise: under a load what is folded only just is not. */
static bool begin_mending_below(laundry *l, const errand *e)
{
    for (int g = 0; g < l->cloth.n && l->look && e->kind == ERRAND_PILE; g++) {
        errand below = *e;
        below.garment = g;
        if (g == e->garment || !l->cloth.garments[g].present || l->readied[g] ||
            !shake_is_small(&l->cloth, g) || !errand_on_pile(&l->belief, &l->cloth, &below) ||
            !touch_up_is_wanted_below(&l->cloth, g)) {
            continue;
        }
        l->readied[g] = true;
        below.kind = l->doing = ERRAND_TOUCH_UP;
        return start_skill(l, &below);
    }
    return false;
}

static bool begin(laundry *l, const errand *e)
{
    errand first = *e;
    l->errand = *e;
    l->making_way = l->look && make_way(&l->belief, &l->cloth, e, &first);
    if (l->making_way) {
        l->doing = first.kind;
        if (start_skill(l, &first)) {
            return true;
        }
        l->making_way = false;
    }
    first = *e;
    if (begin_touch_up(l, e) || begin_mending_below(l, e) || begin_shake(l, e)) {
        return true;
    }
    if (l->look && errand_off_pile(&l->belief, &l->cloth, e, &first.goal)) {
        first.kind = l->doing = ERRAND_PILE;
        if (start_skill(l, &first)) {
            return true;
        }
        first = *e;
    }
    if (comes_flat_first(l, e)) {
        first.kind = ERRAND_FLATTEN;
    }
    int beside = l->look ? errand_beside(&l->belief, &l->cloth, e) : -1;
    first.garment = beside >= 0 ? beside : first.garment;
    l->doing = first.kind;
    if (first.kind == ERRAND_PILE || first.kind == ERRAND_FOLD) {
        l->touched[e->garment] = l->readied[e->garment] = false;
    }
    l->opened[e->garment] |= first.kind == ERRAND_FOLD;
    bool can = start_skill(l, &first);
    l->unspread[e->garment] &= can;
    if (first.kind == ERRAND_FLATTEN) {
        l->skill.flatten.roughly = e->kind == ERRAND_FOLD;
        l->skill.flatten.briefly = e->kind == ERRAND_FOLD && shake_is_small(&l->cloth, e->garment);
        l->pulled[e->garment] = true;
    }
    return can;
}

/* A flap in mid-air goes back to where it was taken: let fall from there it would be a heap. */
static void put_back(laundry *l)
{
    const duo_move *m = &l->skill.fold.move;
    stroke back = {.speed = 0.4};
    for (int k = 0; k < HANDS; k++) {
        const hand_state *one = &l->hands.hand[k];
        if (m->on[k] && m->pinch.held[k] && one->open < shut) {
            pose from = m->pinch.tool_at[k];
            back.to[k] = hands_to(from, 0);
            back.to[k].arc = FOLD_ARC / 2 * hypot(from.p.x - one->at.p.x, from.p.y - one->at.p.y);
        }
    }
    hands_add(&l->hands, back);
}

/* Let go of everything and get out of the way. */
static void drop_all(laundry *l)
{
    hands_clear(&l->hands);
    if (l->doing == ERRAND_FOLD) {
        put_back(l);
    } else if (l->doing == ERRAND_CARRY) {
        carry_put_back(&l->skill.carry, &l->hands);
    }
    pinch_release(&l->hands, true, true);
    hands_add_home(&l->hands, true, true);
    l->working = false;
    l->upset = true;
}

/* ---- choosing ------------------------------------------------------------------------------------------ */

static void choose(laundry *l)
{
    errand best, e;
    int best_score = INT_MAX;
    for (int i = 0; i < l->belief.n_literals; i++) {
        if (l->belief.literals[i].holds ||
            !errand_for(&l->belief, &l->cloth, &l->belief.literals[i], &e)) {
            continue;
        }
        int score = 8 * attempts_of(l, e.key).n + errand_rank(&l->belief, &l->cloth, &e);
        if (score < best_score) {
            best_score = score;
            best = e;
        }
    }
    if (best_score == INT_MAX) {
        return;
    }
    l->working = begin(l, &best);
    l->spent = 0;
    if (!l->working) {
        count_attempt(l, best.key, true);
        l->idle = think_again;
    }
}

/* Is what is being done no longer asked for, or is something else in the way by now? */
static bool is_called_off(const laundry *l)
{
    bool wanted = false;
    for (int i = 0; i < l->belief.n_literals; i++) {
        const literal *one = &l->belief.literals[i];
        errand other;
        wanted |= errand_key(one) == l->errand.key;
        if (!one->holds && errand_for(&l->belief, &l->cloth, one, &other) &&
            attempts_of(l, other.key).n == 0 && errand_interrupts(&l->cloth, &other, &l->errand)) {
            return true;
        }
    }
    return !wanted;
}

/* A fold that counts already is not mended any further: each pull may spoil it. So with what lies on its pile. */
static bool is_good_enough(const laundry *l)
{
    bool pauses = l->doing == ERRAND_FOLD       ? fold_pauses(&l->skill.fold)
                  : l->doing == ERRAND_TOUCH_UP ? touch_up_pauses(&l->skill.touch_up)
                  : l->doing == ERRAND_PILE     ? pile_pauses(&l->skill.pile)
                                                : false;
    if (!l->look || !pauses || hands_busy(&l->hands)) {
        return false;
    }
    for (int i = 0; i < l->belief.n_literals; i++) {
        const literal *one = &l->belief.literals[i];
        if (one->holds && errand_key(one) == l->errand.key) {
            return true;
        }
    }
    return false;
}

static bool hung_by_crease(const laundry *l)
{
    int g = l->errand.garment;
    flat held = cloth_rest(&l->cloth, g, l->skill.shake.vertex);
    return hanging_off_crease(&l->cloth, g, held) < at_crease;
}

static void work(laundry *l, double dt)
{
    if (is_good_enough(l)) {
        l->working = false;
        l->idle = think_again;
        return;
    }
    bool hung = l->doing == ERRAND_FLATTEN && flatten_holds(&l->skill.flatten);
    if (l->look && !hung && is_called_off(l)) {
        drop_all(l);
        return;
    }
    skill_state s = step_skill(l, dt);
    l->spent += dt;
    if (s == SKILL_BUSY) {
        return;
    }
    l->unspread[l->errand.garment] = s == SKILL_FAILED && l->doing == ERRAND_FLATTEN;
    l->stuck[l->errand.garment] =
        s == SKILL_FAILED && l->doing == ERRAND_FOLD && l->spent < at_once;
    l->working = false;
    l->idle = think_again;
    if (l->doing == ERRAND_SHAKE && s == SKILL_DONE && hung_by_crease(l)) {
        l->end[l->errand.garment] = -1; /* from there it may come down folded the next time */
    }
    if (l->doing == ERRAND_SHAKE || l->doing == ERRAND_TOUCH_UP ||
        (l->doing == ERRAND_PILE && l->errand.kind == ERRAND_FOLD && s == SKILL_DONE)) {
        return; /* it is off the pile: it may need spreading now */
    }
    if (l->making_way && s == SKILL_DONE) {
        return; /* now what was asked for can begin */
    }
    if (l->doing != l->errand.kind && s == SKILL_DONE) { /* it lies flat: now what was asked for */
        l->doing = l->errand.kind;
        l->working = start_skill(l, &l->errand);
        if (l->doing == ERRAND_FOLD) {
            l->skill.fold.spread = true;
        }
        return;
    }
    /* Others come first if it does not hold after all. */
    count_attempt(l, l->errand.key, s == SKILL_FAILED && l->doing == l->errand.kind);
    for (int i = 0; i < l->belief.n_literals && !l->look; i++) {
        l->belief.literals[i].holds |=
            errand_key(&l->belief.literals[i]) == l->errand.key; /* as far as a blind one knows */
    }
}

/* What lies on an arm comes off it first: there no hand gets to it. */
static bool shed_first(laundry *l)
{
    for (int g = 0; g < l->cloth.n && l->look && l->sheds < MAX_SHEDS; g++) {
        int hand = shed_arm(&l->cloth, &l->hands, g);
        if (hand >= 0) {
            hands_clear(&l->hands);
            shed_add(&l->cloth, &l->hands, hand, l->sheds++);
            return true;
        }
    }
    return false;
}

bool laundry_step(laundry *l, const sight *s, double dt, pose tool_in_base[HANDS],
                  double width[HANDS])
{
    if (!see(l, s, dt)) {
        return false;
    }
    if (!l->started) {
        hands_start(&l->hands);
        l->started = true;
    }
    l->idle -= dt;
    if (!l->working && l->idle <= 0 && !hands_busy(&l->hands) && !shed_first(l)) {
        choose(l);
    }
    if (l->working) {
        work(l, dt);
    }
    hands_step(&l->hands, dt);
    for (int k = 0; k < HANDS; k++) {
        const hand_state *one = &l->hands.hand[k];
        tool_in_base[k] = pose_mul(pose_inverse(one->base), one->at);
        width[k] = one->open;
    }
    return true;
}
