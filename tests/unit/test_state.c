/* Snapshot, restore, hash: the future of a world is a function of its snapshot, bit for bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/arm_rig.h"
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 140, BOXES = 12, AHEAD = 70 }; /* 70 control steps are 1050 physics steps */

static const char IMPLICITFAST[] =
    "timestep='.0033333333333333335' integrator='implicitfast' cone='elliptic' impratio='10'";

/* A restless hour on the table: the tool sweeps low through the boxes, wakes them, leaves them to sleep. */
static void sweep(int k, float action[8])
{
    double t = k * .05;
    arm_rig_down(action, .5 + .15 * sin(1.3 * t), -.1 + .32 * sin(.7 * t), .04 + .03 * sin(2.1 * t),
                 .3 * sin(t), 0, 0, .04 + .04 * sin(3 * t));
}

static chore_world *make(const mjModel *model)
{
    chore_world_def def = test_world_def(model, 20);
    chore_world *world = NULL;
    assert_int_equal(chore_world_create(&world, &def, NULL), CHORE_OK);
    return world;
}

static chore_world *make_settled(const mjModel *model)
{
    chore_world *world = make(model);
    assert_int_equal(chore_world_advance(world, 200, NULL), CHORE_OK);
    assert_int_equal(chore_world_set_mode(world, CHORE_MODE_EEF_POSE, NULL), CHORE_OK);
    return world;
}

static void step(chore_world *world, int k)
{
    float action[8];
    sweep(k, action);
    if (k == 20) {
        chore_world_push_body(world, chore_world_object(world, 3)->body,
                              (const double[6]){.3, .2, .5, 0, 0, .01}, 6);
    }
    if (k == 40) {
        chore_world_put_body(world, chore_world_object(world, 5)->body, (const double[3]){.4, .2, .2},
                             (const double[4]){1, .2, 0, 0});
    }
    if (k == 60) {
        chore_world_relax_gripper(world, 0, .01, 5);
    }
    assert_int_equal(chore_world_step(world, action, NULL, NULL), CHORE_OK);
}

typedef struct story {
    size_t bytes;
    unsigned char *before[STEPS]; /* snapshot before each control step */
    chore_hash after[STEPS];
    int least_asleep, most_asleep;
} story;

static int count_asleep(const chore_world *world)
{
    int n = 0;
    for (int i = 0; i < chore_world_model(world)->ntree; i++) {
        n += chore_world_data(world)->tree_asleep[i] >= 0;
    }
    return n;
}

static story *tell(const mjModel *model)
{
    story *s = calloc(1, sizeof *s);
    chore_world *world = make_settled(model);
    s->bytes = chore_world_snapshot_bytes(world);
    s->least_asleep = BOXES;
    for (int k = 0; k < STEPS; k++) {
        s->before[k] = malloc(s->bytes);
        chore_world_snapshot(world, s->before[k]);
        step(world, k);
        s->after[k] = chore_world_hash(world);
        int n = count_asleep(world);
        s->least_asleep = n < s->least_asleep ? n : s->least_asleep;
        s->most_asleep = n > s->most_asleep ? n : s->most_asleep;
    }
    chore_world_destroy(world);
    return s;
}

static void story_free(story *s)
{
    for (int k = 0; k < STEPS; k++) {
        free(s->before[k]);
    }
    free(s);
}

/* Restore before step `cut`, compare the snapshot, go on for n steps. */
static void check_cut(chore_world *world, const story *s, int cut, int n)
{
    unsigned char *again = malloc(s->bytes);
    assert_int_equal(chore_world_restore(world, s->before[cut], s->bytes, NULL), CHORE_OK);
    chore_world_snapshot(world, again);
    assert_memory_equal(again, s->before[cut], s->bytes);
    free(again);
    for (int k = cut; k < STEPS && k < cut + n; k++) {
        step(world, k);
        if (!chore_hash_equal(chore_world_hash(world), s->after[k])) {
            fail_msg("cut before step %d: differs after step %d", cut, k);
        }
    }
}

static void check_resume(const char *option, const char *flags, bool sleeps)
{
    mjModel *model =
        test_model_make((test_model_options){.n_boxes = BOXES, .option = option, .flags = flags});
    story *s = tell(model);
    if (sleeps) {
        assert_true(s->most_asleep == BOXES &&
                    s->least_asleep < BOXES - 2); /* the story has sleepers and wakes some */
    }
    static const int far_cuts[] = {0, 21, 41, 62};
    for (size_t i = 0; i < sizeof far_cuts / sizeof far_cuts[0]; i++) {
        chore_world *fresh = make(model);
        check_cut(fresh, s, far_cuts[i], AHEAD);
        chore_world_destroy(fresh);
    }
    chore_world *used = make(model);
    for (int cut = STEPS - 1; cut >= 0; cut -= 3) {
        check_cut(used, s, cut, 3);
    }
    chore_world_destroy(used);
    story_free(s);
    mj_deleteModel(model);
}

static void resume_is_exact_with_sleepers_and_discrete(void **state)
{
    (void)state;
    check_resume(NULL, NULL, true);
}

static void resume_is_exact_with_sleepers_and_implicitfast(void **state)
{
    (void)state;
    check_resume(IMPLICITFAST, NULL, true);
}

static void resume_is_exact_without_sleep(void **state)
{
    (void)state;
    check_resume(NULL, "autoreset='disable'", false);
}

/* The world's loop is a loop of mj_step with the same controls. */
static void world_steps_like_bare_mujoco(void **state)
{
    (void)state;
    mjModel *model = test_model_make((test_model_options){.n_boxes = BOXES});
    chore_world *world = make_settled(model);
    mjData *bare = mj_copyData(NULL, model, chore_world_data(world));
    size_t steps = 60 * 15, nu = (size_t)model->nu;
    double *ctrl = malloc(sizeof *ctrl * nu * steps);
    chore_world_record_ctrl(world, ctrl, steps);
    for (int k = 0; k < 60; k++) {
        float action[8];
        sweep(k, action);
        assert_int_equal(chore_world_step(world, action, NULL, NULL), CHORE_OK);
    }
    assert_int_equal(chore_world_recorded_ctrl(world), steps);
    for (size_t i = 0; i < steps; i++) {
        mju_copy(bare->ctrl, ctrl + i * nu, (int)nu);
        mj_step(model, bare);
    }
    assert_memory_equal(bare->qpos, chore_world_data(world)->qpos, sizeof(double) * (size_t)model->nq);
    assert_memory_equal(bare->qvel, chore_world_data(world)->qvel, sizeof(double) * (size_t)model->nv);
    free(ctrl);
    mj_deleteData(bare);
    chore_world_destroy(world);
    mj_deleteModel(model);
}

static void *run_alone(void *model)
{
    story *s = tell(model);
    return s;
}

static void threads_and_reruns_agree(void **state)
{
    (void)state;
    mjModel *model = test_model_make((test_model_options){.n_boxes = BOXES});
    pthread_t threads[2];
    void *stories[3];
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, run_alone, model), 0);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], &stories[i]);
    }
    stories[2] = tell(model);
    for (int i = 1; i < 3; i++) {
        const story *a = stories[0], *b = stories[i];
        assert_memory_equal(a->after, b->after, sizeof a->after);
    }
    assert_false(chore_hash_equal(((story *)stories[0])->after[0], ((story *)stories[0])->after[1]));
    for (int i = 0; i < 3; i++) {
        story_free(stories[i]);
    }
    mj_deleteModel(model);
}

static void sensing_and_asking_change_nothing(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(4, CHORE_MODE_EEF_POSE);
    float buffer[512];
    chore_hash before = chore_world_hash(rig.world);
    for (int id = 0; id < CHORE_OBS_COUNT; id++) {
        chore_world_observe(rig.world, (chore_obs_id)id, buffer);
    }
    chore_world_touching(rig.world, chore_world_object(rig.world, 0)->body,
                         mj_name2id(rig.model, mjOBJ_BODY, "table"));
    chore_world_grasping(rig.world, 0, chore_world_object(rig.world, 0)->body);
    chore_world_hold_action(rig.world, buffer);
    assert_true(chore_hash_equal(before, chore_world_hash(rig.world)));
    arm_rig_free(&rig);
}

/* What predicates read is the same before a snapshot and after its restore. */
static void contacts_and_senses_come_back(void **state)
{
    (void)state;
    mjModel *model = test_model_make((test_model_options){.n_boxes = BOXES});
    chore_world *one = make_settled(model), *two = make(model);
    size_t bytes = chore_world_snapshot_bytes(one);
    unsigned char *snapshot = malloc(bytes);
    int table = mj_name2id(model, mjOBJ_BODY, "table");
    for (int k = 0; k < 90; k++) {
        step(one, k);
        chore_world_snapshot(one, snapshot);
        assert_int_equal(chore_world_restore(two, snapshot, bytes, NULL), CHORE_OK);
        assert_int_equal(chore_world_data(one)->ncon, chore_world_data(two)->ncon);
        for (int i = 0; i < BOXES; i++) {
            int body = chore_world_object(one, i)->body;
            assert_int_equal(chore_world_touching(one, body, table), chore_world_touching(two, body, table));
            assert_int_equal(chore_world_grasping(one, 0, body), chore_world_grasping(two, 0, body));
            assert_true(chore_world_contact_force(one, body, table) ==
                        chore_world_contact_force(two, body, table));
        }
        for (int id = 0; id < CHORE_OBS_COUNT; id++) {
            float a[512], b[512];
            chore_obs_spec spec = chore_world_obs_spec(one, (chore_obs_id)id);
            chore_world_observe(one, (chore_obs_id)id, a);
            chore_world_observe(two, (chore_obs_id)id, b);
            assert_memory_equal(a, b, sizeof *a * (size_t)spec.rows * (size_t)spec.dim);
        }
    }
    free(snapshot);
    chore_world_destroy(one);
    chore_world_destroy(two);
    mj_deleteModel(model);
}

static void foreign_snapshots_are_refused(void **state)
{
    (void)state;
    arm_rig rig = arm_rig_make(2, CHORE_MODE_EEF_POSE), other = arm_rig_make(3, CHORE_MODE_EEF_POSE);
    chore_error err = {0};
    size_t bytes = chore_world_snapshot_bytes(rig.world);
    unsigned char *snapshot = malloc(bytes);
    chore_world_snapshot(rig.world, snapshot);
    chore_hash before = chore_world_hash(other.world);
    assert_int_equal(chore_world_restore(other.world, snapshot, bytes, &err), CHORE_E_FILE);
    assert_non_null(strstr(err.message, "another model"));
    assert_true(chore_hash_equal(before, chore_world_hash(other.world)));
    assert_int_equal(chore_world_restore(rig.world, snapshot, bytes - 8, &err), CHORE_E_FILE);
    assert_int_equal(chore_world_restore(rig.world, snapshot, 3, &err), CHORE_E_FILE);
    snapshot[0] ^= 1;
    assert_int_equal(chore_world_restore(rig.world, snapshot, bytes, &err), CHORE_E_FILE);
    snapshot[0] ^= 1;
    assert_int_equal(chore_world_restore(rig.world, snapshot, bytes, &err), CHORE_OK);
    free(snapshot);
    arm_rig_free(&rig);
    arm_rig_free(&other);
}

static void model_hash_sees_any_change(void **state)
{
    (void)state;
    mjModel *one = test_model_make((test_model_options){.n_boxes = 2}), *two = mj_copyModel(NULL, one);
    assert_true(chore_hash_equal(chore_model_hash(one), chore_model_hash(two)));
    two->geom_size[3] += 1e-12;
    assert_false(chore_hash_equal(chore_model_hash(one), chore_model_hash(two)));
    two->geom_size[3] = one->geom_size[3];
    two->opt.tolerance *= 2;
    assert_false(chore_hash_equal(chore_model_hash(one), chore_model_hash(two)));
    mj_deleteModel(one);
    mj_deleteModel(two);
}

int main(void)
{
    assert_int_equal(chore_sim_init(NULL), CHORE_OK);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resume_is_exact_with_sleepers_and_discrete),
        cmocka_unit_test(resume_is_exact_with_sleepers_and_implicitfast),
        cmocka_unit_test(resume_is_exact_without_sleep),
        cmocka_unit_test(world_steps_like_bare_mujoco),
        cmocka_unit_test(threads_and_reruns_agree),
        cmocka_unit_test(sensing_and_asking_change_nothing),
        cmocka_unit_test(contacts_and_senses_come_back),
        cmocka_unit_test(foreign_snapshots_are_refused),
        cmocka_unit_test(model_hash_sees_any_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
