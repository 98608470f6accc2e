/* States that look done and are not, made by hand on the real tasks. Beside each stands the state that is done, made the
   same way: the test would see it. */
#include "task_rig.h"

#include <mujoco/mujoco.h>

#define SETTLE_STEPS 60 /* control steps: 3 s */
#define SEEDS        4

static void begin(task_rig *rig, const char *task, uint64_t seed)
{
    rig_open(rig, task, NULL);
    MUST(chore_episode_reset(rig->episode, seed, CHORE_CONTROL, &rig_error));
}

static const chore_object *object_at(const task_rig *rig, int i)
{
    return chore_scene_object(rig->scene, i);
}

/* The next present object after `i` in one of the two categories or of that kind; -1: none. */
static int next_of(const task_rig *rig, int i, const char *a, const char *b)
{
    for (i++; i < chore_scene_n_objects(rig->scene); i++) {
        const chore_object *o = object_at(rig, i);
        if (chore_episode_is_present(rig->episode, i) &&
            (strcmp(o->category, a) == 0 || strcmp(o->category, b) == 0 ||
             strcmp(o->kind, a) == 0)) {
            return i;
        }
    }
    return -1;
}

static void put_at(task_rig *rig, int object, const double pos[3], const double quat[4])
{
    chore_world_put_body(chore_episode_world(rig->episode), object_at(rig, object)->body, pos,
                         quat);
}

/* Put at a place over the table, turned about x. */
static void put(task_rig *rig, int object, double x, double y, double above, double roll)
{
    const double pos[3] = {x, y, .75 + above}, quat[4] = {cos(roll / 2), sin(roll / 2), 0, 0};
    put_at(rig, object, pos, quat);
}

/* Let it fall from above the middle of a receptacle, beside the middle by dx, dy. */
static void let_fall_into(task_rig *rig, int object, const char *receptacle, double dx, double dy)
{
    const double *at = chore_world_data(chore_episode_world(rig->episode))->qpos +
                       object_at(rig, rig_object(rig, receptacle))->qpos_adr;
    put(rig, object, at[0] + dx, at[1] + dy, .10, 0);
    rig_step(rig, 30);
}

static int literals_met(const task_rig *rig)
{
    int met = 0;
    for (int i = 0; i < chore_episode_n_literals(rig->episode); i++) {
        met += chore_episode_literal(rig->episode, i).holds;
    }
    return met;
}

static void print_literals(const task_rig *rig)
{
    for (int i = 0; i < chore_episode_n_literals(rig->episode); i++) {
        chore_literal l = chore_episode_literal(rig->episode, i);
        print_error("    %d %s\n", l.holds, l.text);
    }
}

static bool is_success(const task_rig *rig)
{
    return chore_episode_outcome(rig->episode) == CHORE_OUTCOME_SUCCESS;
}

/* Wait; then nothing of the goal holds but `allowed` literals. */
static void expect_nothing(task_rig *rig, const char *what, int allowed)
{
    rig_step(rig, SETTLE_STEPS);
    const int met = literals_met(rig);
    if (is_success(rig) || met > allowed) {
        print_literals(rig);
        fail_msg("%s: %d literals hold, outcome %s", what, met,
                 chore_outcome_name(chore_episode_outcome(rig->episode)));
    }
}

static void expect_done(task_rig *rig, const char *what)
{
    rig_step(rig, SETTLE_STEPS);
    if (!is_success(rig)) {
        print_literals(rig);
        fail_msg("%s: outcome %s, %s", what,
                 chore_outcome_name(chore_episode_outcome(rig->episode)),
                 chore_episode_reason(rig->episode));
    }
}

/* ---- bus_table ------------------------------------------------------------------------------------------- */

typedef struct sorting {
    const char *dishes, *rubbish; /* receptacle of each */
} sorting;

static const double spread[][2] = {{-.07, -.09}, {.07, .09}, {.08, -.09}, {-.08, .09}};

static void sort_into(task_rig *rig, sorting s, bool leave_one)
{
    int k = 0;
    for (int i = next_of(rig, -1, "rubbish", "rubbish"); i >= 0;
         i = next_of(rig, i, "rubbish", "rubbish")) {
        let_fall_into(rig, i, s.rubbish, k++ % 2 ? .048 : -.048, 0);
    }
    k = 0;
    for (int i = next_of(rig, -1, "dish", "cutlery"); i >= 0;
         i = next_of(rig, i, "dish", "cutlery")) {
        if (!leave_one || k > 0) { /* turned by 90 degrees, the tote is wider along x */
            const bool tote = strcmp(s.dishes, "tote") == 0;
            let_fall_into(rig, i, s.dishes, tote ? spread[k % 4][1] : 0,
                          tote ? spread[k % 4][0] : 0);
        }
        k++;
    }
}

static void sorted_wrong_is_not_sorted(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "bus_table", seed);
        sort_into(&rig, (sorting){"tote", "bin"}, true);
        rig_step(&rig, SETTLE_STEPS);
        assert_false(is_success(&rig)); /* all but one */
        rig_close(&rig);

        begin(&rig, "bus_table", seed);
        sort_into(&rig, (sorting){"bin", "tote"}, false);
        expect_nothing(&rig, "dishes in the bin and rubbish in the tote", 0);
        rig_close(&rig);
    }
}

static void sorted_right_is_done(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "bus_table", seed);
        sort_into(&rig, (sorting){"tote", "bin"}, false);
        expect_done(&rig, "everything sorted");
        rig_close(&rig);
    }
}

/* The tote over a dish, bottom up, and lying on its side with a dish in it: the dish is in the box of the cavity. */
static void a_tote_that_does_not_stand_holds_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "bus_table", seed);
        const int tote = rig_object(&rig, "tote"), dish = next_of(&rig, -1, "dish", "cutlery");
        put(&rig, dish, .45, .42, .002, 0);
        put(&rig, tote, .45, .42, .150, mjPI);
        expect_nothing(&rig, "the tote bottom up over a dish", 0);
        rig_close(&rig);

        begin(&rig, "bus_table", seed);
        put(&rig, tote, .45, .30, .220, -mjPI / 2); /* opens toward the left */
        rig_step(&rig, 20);
        put(&rig, dish, .45, .30 + .075, .03, 0);
        expect_nothing(&rig, "a dish in the tote that lies on its side", 0);
        rig_close(&rig);
    }
}

/* ---- load_rack ------------------------------------------------------------------------------------------- */

/* Pose of a site of the rack, lifted, with the object turned about its own x by `roll` first. */
static void put_on_rack(task_rig *rig, int object, const char *site, double lift, double roll)
{
    const int rack = rig_object(rig, "rack");
    chore_view view = chore_episode_view(rig->episode);
    const double own[4] = {cos(roll / 2), sin(roll / 2), 0, 0};
    double pos[3], mat[9], quat[4];
    chore_site_pose(&view, rack, chore_object_site(object_at(rig, rack), site), pos, mat);
    mju_mat2Quat(quat, mat);
    mju_mulQuat(quat, quat, own);
    pos[2] += lift;
    put_at(rig, object, pos, quat);
}

typedef struct loading {
    double plate_lift, plate_roll; /* of the slot's pose */
    double mug_lift, mug_roll;     /* of the cell's */
} loading;

static void load(task_rig *rig, loading how)
{
    char site[16];
    int slot = 2, cell = 1;
    for (int i = next_of(rig, -1, "plate", "none"); i >= 0; i = next_of(rig, i, "plate", "none")) {
        snprintf(site, sizeof site, "slot_%d", slot++);
        put_on_rack(rig, i, site, how.plate_lift, how.plate_roll);
        rig_step(rig, 20);
    }
    for (int i = next_of(rig, -1, "mug", "none"); i >= 0; i = next_of(rig, i, "mug", "none")) {
        snprintf(site, sizeof site, "cell_%d", cell++);
        put_on_rack(rig, i, site, how.mug_lift, how.mug_roll);
        rig_step(rig, 20);
    }
}

static void loaded_wrong_is_not_loaded(void **state)
{
    static const loading wrong[] = {
        {.10, -mjPI / 2, .10, mjPI},     /* plates flat on the posts, mugs upside down */
        {.10, mjPI / 2, .06, -mjPI / 2}, /* plates flat the other way, mugs lying */
    };
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
            task_rig rig;
            begin(&rig, "load_rack", seed);
            load(&rig, wrong[k]);
            expect_nothing(
                &rig, k ? "plates and mugs lying on the rack" : "plates lying, mugs upside down",
                0);
            rig_close(&rig);
        }
    }
}

static void loaded_right_is_done(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "load_rack", seed);
        load(&rig, (loading){.006, 0, .004, 0});
        expect_done(&rig, "plates in slots, mugs on cells");
        rig_close(&rig);
    }
}

/* ---- set_aside ------------------------------------------------------------------------------------------- */

/* The object that the goal names. */
static int target_of(const task_rig *rig)
{
    for (int i = 0; i < chore_scene_n_objects(rig->scene); i++) {
        char with[CHORE_NAME_CAP + 2];
        snprintf(with, sizeof with, " %s ", object_at(rig, i)->id);
        if (strstr(chore_episode_literal(rig->episode, 0).text, with)) {
            return i;
        }
    }
    fail_msg("no object in '%s'", chore_episode_literal(rig->episode, 0).text);
    return -1;
}

/* One that is there and is not the target. */
static int other_than(const task_rig *rig, int target)
{
    int i = next_of(rig, -1, "dish", "rubbish");
    return i == target ? next_of(rig, i, "dish", "rubbish") : i;
}

#define ASIDE_X .46
#define ASIDE_Y -.37

static void beside_the_point_is_not_aside(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 2 * SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "set_aside", seed);
        const int target = target_of(&rig), other = other_than(&rig, target);
        const double radius = object_at(&rig, target)->footprint_m,
                     tall = object_at(&rig, target)->height_m;
        put(&rig, target, ASIDE_X, ASIDE_Y, radius + .005, mjPI / 2);
        if (strcmp(object_at(&rig, target)->kind, "bowl") != 0) { /* a bowl rolls onto its foot */
            expect_nothing(&rig, "the target lies on the right", 1);
        }
        rig_close(&rig);

        begin(&rig, "set_aside", seed);
        put(&rig, target, ASIDE_X, ASIDE_Y, tall + .003, mjPI);
        expect_nothing(&rig, "the target stands on its head on the right", 1);
        rig_close(&rig);

        begin(&rig, "set_aside", seed);
        put(&rig, other, ASIDE_X, ASIDE_Y, .003, 0);
        expect_nothing(&rig, "another thing stands on the right", 1);
        rig_close(&rig);

        begin(&rig, "set_aside", seed);
        put(&rig, target, ASIDE_X, -.225, .003, 0); /* the region begins at -.24 */
        expect_nothing(&rig, "the target stands before the right", 1);
        rig_close(&rig);
    }
}

static void aside_is_done(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 2 * SEEDS; seed++) {
        task_rig rig;
        begin(&rig, "set_aside", seed);
        put(&rig, target_of(&rig), ASIDE_X, ASIDE_Y, .003, 0);
        expect_done(&rig, "the target stands on the right");
        rig_close(&rig);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorted_right_is_done),
        cmocka_unit_test(sorted_wrong_is_not_sorted),
        cmocka_unit_test(a_tote_that_does_not_stand_holds_nothing),
        cmocka_unit_test(loaded_right_is_done),
        cmocka_unit_test(loaded_wrong_is_not_loaded),
        cmocka_unit_test(aside_is_done),
        cmocka_unit_test(beside_the_point_is_not_aside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
