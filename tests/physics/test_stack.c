/* Stacks as a cupboard has them: six plates, put down one by one, come to rest, sleep, and ten minutes later stand as
   they stood. Then the same awake, with sleeping switched off: sleep hides no creeping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above */

#include <chore/scene.h>
#include <mujoco/mujoco.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define N       6
#define TABLE_Z 0.75
#define STEP_M \
    0.009 /* from plate to plate: their walls, seen from above, and half a millimetre to fall */
#define SETTLE_S 20 /* for each plate, at most: a hundred contacts tremble for a while */
#define STAND_S  600
#define AWAKE_S  10
#define DRIFT_M  0.0001 /* in ten minutes asleep */
#define CREEP_M  0.0005 /* in ten seconds awake */
#define UPRIGHT  0.9986 /* three degrees: rings of sixteen facets, turned against one another */
#define ASIDE_M  0.008  /* of a plate from the lowest */

typedef struct stack {
    chore_scene *scene;
    chore_world *world;
} stack;

static void must(chore_status status, const chore_error *err)
{
    if (status != CHORE_OK) {
        fail_msg("status %d: %s", status, err->message);
    }
}

static const double *pose_of(const stack *s, int plate)
{
    return chore_world_data(s->world)->qpos + chore_scene_object(s->scene, plate)->qpos_adr;
}

static void settle(const stack *s)
{
    chore_error err = {0};
    for (int i = 0; i < 10 * SETTLE_S && !chore_world_all_objects_asleep(s->world); i++) {
        must(chore_world_advance(s->world, chore_world_physics_hz(s->world) / 10, &err), &err);
    }
    assert_true(chore_world_all_objects_asleep(s->world));
}

/* Sizes from below, "L" large and "s" small; the plates are turned against one another as they come from a hand. */
static void build(stack *s, const char *sizes)
{
    static const double turn[N] = {0, .31, 1.2, -.8, 2.6, -1.9};
    chore_object_def objects[N];
    chore_error err = {0};
    memset(objects, 0, sizeof objects);
    for (int i = 0; i < N; i++) {
        snprintf(objects[i].id, sizeof objects[i].id, "plate_%d", i + 1);
        chore_copy(objects[i].kind, sizeof objects[i].kind, "plate");
        chore_copy(objects[i].size, sizeof objects[i].size, sizes[i] == 'L' ? "large" : "small");
    }
    const chore_scene_def def = {"dining_table", NULL, objects, N};
    must(chore_sim_init(&err), &err);
    must(chore_scene_build(&s->scene, &def, &err), &err);
    chore_world_def world = chore_scene_world_def(s->scene);
    must(chore_world_create(&s->world, &world, &err), &err);
    for (int i = 0; i < N; i++) {
        const double pos[3] = {.5 + .001 * (i % 3), .001 * (i % 2), TABLE_Z + .001 + STEP_M * i},
                     quat[4] = {cos(turn[i] / 2), 0, 0, sin(turn[i] / 2)};
        chore_world_put_body(s->world, chore_scene_object(s->scene, i)->body, pos, quat);
        settle(s);
    }
}

static void release(stack *s)
{
    chore_world_destroy(s->world);
    chore_scene_destroy(s->scene);
}

/* The stack is one: plate upon plate, each straight and over the lowest. */
static void check_form(const stack *s)
{
    for (int i = 0; i < N; i++) {
        static const double up[3] = {0, 0, 1};
        const double *p = pose_of(s, i), *lowest = pose_of(s, 0);
        double axis[3];
        mju_rotVecQuat(axis, up, p + 3);
        assert_true(axis[2] > UPRIGHT);
        assert_true(hypot(p[0] - lowest[0], p[1] - lowest[1]) < ASIDE_M);
        if (i > 0) {
            const double step = p[2] - pose_of(s, i - 1)[2];
            assert_true(step > .006 && step < .020);
        }
    }
}

/* Largest distance of a plate from where it was. */
static double moved(const stack *s, double was[N][3])
{
    double most = 0;
    for (int i = 0; i < N; i++) {
        most = fmax(most, mju_dist3(pose_of(s, i), was[i]));
    }
    return most;
}

static void note(const stack *s, double out[N][3])
{
    for (int i = 0; i < N; i++) {
        mju_copy3(out[i], pose_of(s, i));
    }
}

/* How far the plates creep in AWAKE_S of bare MuJoCo where nothing may sleep. */
static double creep_awake(const stack *s)
{
    mjModel *m = mj_copyModel(NULL, chore_world_model(s->world));
    m->opt.enableflags &= ~mjENBL_SLEEP;
    mjData *d = mj_makeData(m);
    double most = 0;
    mju_copy(d->qpos, chore_world_data(s->world)->qpos, (int)m->nq);
    for (int i = 0; i < (int)(AWAKE_S / m->opt.timestep); i++) {
        mj_step(m, d);
    }
    for (int i = 0; i < N; i++) {
        most = fmax(most,
                    mju_dist3(d->qpos + chore_scene_object(s->scene, i)->qpos_adr, pose_of(s, i)));
    }
    mj_deleteData(d);
    mj_deleteModel(m);
    return most;
}

static void stands(const char *sizes)
{
    stack s;
    chore_error err = {0};
    double was[N][3];
    build(&s, sizes);
    check_form(&s);
    note(&s, was);
    must(chore_world_advance(s.world, STAND_S * chore_world_physics_hz(s.world), &err), &err);
    const double drift = moved(&s, was), creep = creep_awake(&s);
    printf("%s: top at %.1f mm, drifts %.3f mm in %d s asleep, creeps %.3f mm in %d s awake\n",
           sizes, 1000 * (pose_of(&s, N - 1)[2] - TABLE_Z), 1000 * drift, STAND_S, 1000 * creep,
           AWAKE_S);
    assert_true(chore_world_all_objects_asleep(s.world));
    assert_true(drift < DRIFT_M);
    assert_true(creep < CREEP_M);
    check_form(&s);
    release(&s);
}

static void six_large_plates_stand(void **state)
{
    (void)state;
    stands("LLLLLL");
}

static void small_plates_on_large_ones_stand(void **state)
{
    (void)state;
    stands("LLLsss");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(six_large_plates_stand),
        cmocka_unit_test(small_plates_on_large_ones_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
