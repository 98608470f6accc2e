/* States in which a predicate must hold and in which it must not; those about cloth stand in a file of their own. */
#ifndef CHORE_PREDICATE_FIXTURES_H
#define CHORE_PREDICATE_FIXTURES_H
#include "task_rig.h"

typedef struct fixture {
    int predicate;
    const char *args[MAX_ARGS];
    double number; /* of the predicate's length or angle */
    bool holds;
    const char *what;
    void (*set_up)(task_rig *rig);
} fixture;

#define HOLDS(predicate, a, b, c, number, what, set_up)              \
    {                                                                \
        PREDICATE_##predicate, {a, b, c}, number, true, what, set_up \
    }
#define NOT(predicate, a, b, c, number, what, set_up)                 \
    {                                                                 \
        PREDICATE_##predicate, {a, b, c}, number, false, what, set_up \
    }

bool fixture_evaluate(const task_rig *rig, const fixture *f);
/* Each of them from the same start; neighbours may share what was set up. Fails the test. */
void fixtures_check(const char *task, uint64_t seed, const fixture *list, int n);

extern const fixture cloth_fixtures[]; /* on the task predicates_cloth */
extern const int n_cloth_fixtures;
extern const fixture lid_fixtures[]; /* on the task predicates_lid */
extern const int n_lid_fixtures;
extern const fixture part_fixtures[]; /* on the task predicates_part */
extern const int n_part_fixtures;
extern const fixture box_fixtures[]; /* on the task predicates_box */
extern const int n_box_fixtures;
extern const fixture broken_fixtures[]; /* on the task breaks */
extern const int n_broken_fixtures;
extern const fixture liquid_fixtures[]; /* on the task liquids */
extern const int n_liquid_fixtures;
extern const fixture report_fixtures[]; /* on the task make_coffee_or_tell */
extern const int n_report_fixtures;
#endif
