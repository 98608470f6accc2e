/* States in which `reported` holds and in which it does not; on the task make_coffee_or_tell. */
#include "coffee_rig.h"
#include "predicate_fixtures.h"

static void fails(task_rig *rig, int presses)
{
    coffee_set_up(rig, (set_up){true, true, true});
    chore_world_fail_brewer(coffee_world(rig), 0, 2);
    for (int i = 0; i < presses; i++) {
        coffee_press(rig);
    }
}

static void nobody_says_so(task_rig *rig)
{
    fails(rig, 2);
}

static void said_too_soon(task_rig *rig)
{
    fails(rig, 1);
    assert_true(chore_episode_report(rig->episode, CHORE_SAID_CANNOT, "machine"));
}

static void said_in_time(task_rig *rig)
{
    fails(rig, 2);
    assert_true(chore_episode_report(rig->episode, CHORE_SAID_CANNOT, "The Coffee-Machine is broken!"));
}

static void said_of_another(task_rig *rig)
{
    fails(rig, 2);
    assert_true(chore_episode_report(rig->episode, CHORE_SAID_CANNOT, "mug_1, machinery"));
}

static void said_otherwise(task_rig *rig)
{
    fails(rig, 2);
    assert_true(chore_episode_report(rig->episode, CHORE_SAID_HELP, "machine"));
}

static void said_of_one_that_works(task_rig *rig)
{
    coffee_set_up(rig, (set_up){true, true, true});
    assert_true(chore_episode_report(rig->episode, CHORE_SAID_CANNOT, "machine"));
}

const fixture report_fixtures[] = {
    HOLDS(reported, "machine", NULL, NULL, 0, "it was tried twice, and named by its kind", said_in_time),
    NOT(reported, "machine", NULL, NULL, 0, "nobody says so", nobody_says_so),
    NOT(reported, "machine", NULL, NULL, 0, "it was tried once", said_too_soon),
    NOT(reported, "machine", NULL, NULL, 0, "another thing was named", said_of_another),
    NOT(reported, "machine", NULL, NULL, 0, "it asked for help only", said_otherwise),
    NOT(reported, "machine", NULL, NULL, 0, "it works", said_of_one_that_works),
};
const int n_report_fixtures = sizeof report_fixtures / sizeof report_fixtures[0];
