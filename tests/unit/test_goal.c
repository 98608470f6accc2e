/* Goal trees: how sets, words and connectives become literals, what they are worth. No model is
   needed: facts are set by hand. */
#include "task_rig.h"

static const char base[] =
    "name: t\nversion: 1\ninstructions: [do it]\nscene: s\nembodiments: [arm]\ncontrol_rate: 20 Hz\nhorizon: 10 s\n"
    "objects:\n  - {id: a, kind: k}\n  - {id: b, kind: k}\n  - {id: c, kind: other}\n  - {id: d, kind: k}\n"
    "init:\n  - {choose: [1, 1], from: [a, b], as: it, region: r}\n  - {choose: [0, 1], from: [d], region: r}\n"
    "goal: ";

enum { A = 1, B = 2, C = 4, D = 8 }; /* bits of the objects */

static chore_task *parse(const char *goal, const char *tail)
{
    char text[4096];
    chore_task *task;
    int n = snprintf(text, sizeof text, "%s%s\n%s", base, goal, tail);
    MUST(chore_task_parse(&task, "t.yaml", text, (size_t)n, &rig_error));
    return task;
}

/* What chore_set_resolve does, without a scene. */
static void resolve(const chore_task *task, chore_condition *condition)
{
    for (int i = 0; condition->over_set && i < task->n_objects; i++) {
        for (int k = 0; k < condition->set.n; k++) {
            const char *mine =
                condition->set.by == SET_KIND ? task->objects[i].kind : task->objects[i].id;
            if (strcmp(mine, condition->set.names[k]) == 0) {
                condition->set.members |= UINT64_C(1) << i;
            }
        }
    }
    for (int i = 0; i < condition->n; i++) {
        resolve(task, &condition->children[i]);
    }
}

typedef struct built {
    chore_task *task;
    fact_table table;
    chore_clause clause;
} built;

static const int64_t roles[MAX_ROLES] = {1}; /* `it` is b */

static built build(const char *goal, uint64_t among)
{
    built b = {.task = parse(goal, "")};
    resolve(b.task, &b.task->goal);
    clause_words words = {
        .task = b.task, .among = among, .at_start = among, .roles = roles, .each = -1, .event = -1};
    b.clause = chore_clause_add(&b.table, &b.task->goal, words);
    return b;
}

static void release(built *b)
{
    chore_facts_release(&b->table);
    chore_task_free(b->task);
}

/* Share of `goal` when at_rest is true of the objects in `true_of`; -1 is a failed check of
   holds against share. */
static double worth(const char *goal, uint64_t among, uint64_t true_of)
{
    built b = build(goal, among);
    for (int i = 0; i < b.table.n_facts; i++) {
        b.table.facts[i].holds = true_of >> b.table.facts[i].args[0].index & 1;
    }
    double share = chore_clause_share(&b.table, b.clause);
    assert_int_equal(chore_clause_holds(&b.table, b.clause), share >= 1);
    release(&b);
    return share;
}

static void assert_worth(const char *goal, uint64_t among, uint64_t true_of, double wanted)
{
    double is = worth(goal, among, true_of);
    if (fabs(is - wanted) > 1e-12) {
        fail_msg("%s among %u with %u is worth %g, not %g", goal, (unsigned)among,
                 (unsigned)true_of, is, wanted);
    }
}

static void test_connectives(void **state)
{
    static const char all[] = "{all: [{at_rest: [a]}, {at_rest: [b]}, {at_rest: [c]}]}";
    static const char any[] = "{any: [{at_rest: [a]}, {all: [{at_rest: [b]}, {at_rest: [c]}]}]}";
    static const char none[] = "{none: [{at_rest: [a]}, {at_rest: [b]}]}";
    static const char count[] =
        "{count: {of: [{at_rest: [a]}, {at_rest: [b]}, {at_rest: [c]}], at_least: 2}}";
    static const char most[] =
        "{count: {of: [{at_rest: [a]}, {at_rest: [b]}, {at_rest: [c]}], at_most: 1}}";
    (void)state;
    assert_worth(all, 15, A | B | C, 1);
    assert_worth(all, 15, A | C, 2. / 3);
    assert_worth(all, 15, 0, 0);
    assert_worth(any, 15, A, 1);
    assert_worth(any, 15, B, 0.5);
    assert_worth(any, 15, B | C, 1);
    assert_worth(none, 15, C, 1);
    assert_worth(none, 15, A, 0.5);
    assert_worth(none, 15, A | B, 0);
    assert_worth(count, 15, A, 0.5);
    assert_worth(count, 15, A | C, 1);
    assert_worth(most, 15, A, 1);
    assert_worth(most, 15, A | B, 0.5);
}

static void test_sets(void **state)
{
    static const char forall[] = "{forall: {kind: k, holds: {at_rest: [each]}}}";
    static const char listed[] = "{forall: {objects: [a, c], holds: {at_rest: [each]}}}";
    static const char role[] = "{at_rest: [it]}";
    static const char count[] =
        "{count: {kind: [k, other], at_least: 3, holds: {at_rest: [each]}}}";
    (void)state;
    assert_worth(forall, 15, A | B | D, 1);
    assert_worth(forall, 15, A | B, 2. / 3);
    assert_worth(forall, A | B | C, A | B, 1); /* d is not there: it does not count */
    assert_worth(forall, C, 0, 1);             /* nothing is wanted of nobody */
    assert_worth(listed, 15, A, 0.5);
    assert_worth(role, 15, B, 1);
    assert_worth(role, 15, A, 0);
    assert_worth(count, 15, A | B, 2. / 3);
    assert_worth(count, 15, A | B | C | D, 1);
}

static void collect(void *ctx, int fact, bool wanted)
{
    int *out = ctx;
    out[++out[0]] = wanted ? fact : -fact - 1;
}

static void test_literals_are_shared_and_signed(void **state)
{
    int leaves[8] = {0};
    (void)state;
    built b =
        build("{all: [{at_rest: [b]}, {none: [{at_rest: [a]}, {none: [{at_rest: [it]}]}]}]}", 15);
    assert_int_equal(b.table.n_facts, 2); /* b and `it` are the same object */
    chore_clause_leaves(&b.table, b.clause, collect, leaves);
    assert_int_equal(leaves[0], 3);
    assert_int_equal(leaves[1], 0);
    assert_int_equal(leaves[2], -2); /* a must not */
    assert_int_equal(leaves[3], 0);  /* not not: b must */
    release(&b);
}

static void test_goal_of(void **state)
{
    static const char events[] = "events:\n  - name: slip\n"
                                 "    trigger: {over: {kind: k}, rises: {grasped: [each]}}\n"
                                 "    effect: {slip: {width: 2 cm, duration: 1 s}}\n"
                                 "    new_work: {goal_of: slipped}\n";
    (void)state;
    chore_task *task = parse(
        "{all: [{at_rest: [a]}, {upright: [a, 10 deg]}, {at_rest: [c]}, {near: [c, a, 1 m]}, {none: [{grasped: [a]}]}]}",
        events);
    fact_table table = {0};
    clause_words words = {
        .task = task, .among = 15, .at_start = 15, .roles = roles, .each = -1, .event = 0};
    chore_clause work = chore_clause_add(&table, &task->events[0].work, words);
    int leaves[8] = {0};
    chore_clause_leaves(&table, work, collect, leaves);
    assert_int_equal(leaves[0], 3); /* at_rest, upright, not grasped: what begins with a */
    assert_int_equal(table.n_facts, 3);
    assert_true(leaves[3] < 0);
    table.facts[0].holds = table.facts[1].holds = true;
    assert_true(chore_clause_holds(&table, work));
    table.facts[2].holds = true; /* grasped again */
    assert_false(chore_clause_holds(&table, work));
    chore_facts_release(&table);
    chore_task_free(task);
}

/* A dish that dropped in and then slips: what its own event wants of it is its goal. */
static void test_goal_of_newcomer(void **state)
{
    static const char events[] = "events:\n  - name: drop\n"
                                 "    trigger: {window: [1 s, 2 s]}\n"
                                 "    effect: {drop: {choose: [d], region: r, height: 10 cm, clearance: 1 cm}}\n"
                                 "    new_work: {all: [{upright: [dropped, 10 deg]}]}\n"
                                 "  - name: slip\n"
                                 "    trigger: {over: {kind: k}, rises: {grasped: [each]}}\n"
                                 "    effect: {slip: {width: 2 cm, duration: 1 s}}\n"
                                 "    new_work: {goal_of: slipped}\n";
    (void)state;
    chore_task *task = parse("{all: [{at_rest: [a]}]}", events);
    const int dropped[] = {3, -1};
    fact_table table = {0};
    clause_words words = {
        .task = task, .among = 15, .at_start = 7, .roles = roles, .each = -1, .event = 3};
    chore_clause work = chore_clause_add(&table, &task->events[1].work, words);
    assert_int_equal(table.n_facts, 0); /* nothing has dropped yet: nothing is said about d */
    words.dropped = dropped;
    work = chore_clause_add(&table, &task->events[1].work, words);
    assert_int_equal(table.n_facts, 1);
    assert_false(chore_clause_holds(&table, work));
    table.facts[0].holds = true;
    assert_true(chore_clause_holds(&table, work));
    chore_facts_release(&table);
    chore_task_free(task);
}

static void test_numbers(void **state)
{
    char text[32];
    (void)state;
    assert_string_equal(chore_number_text(0.2617993877991494, text), "0.261799");
    assert_string_equal(chore_number_text(-1e-9, text), "-1e-09");
    assert_string_equal(chore_number_text(3, text), "3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_connectives),
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_literals_are_shared_and_signed),
        cmocka_unit_test(test_goal_of),
        cmocka_unit_test(test_goal_of_newcomer),
        cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
