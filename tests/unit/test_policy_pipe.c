/* A policy that is a program, with several slots: its example in Python holds each slot's own posture. */
#include "test_policy_fixture.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* needs the headers above */

static fixture f;

static void act(chore_policy_host *host, const chore_policy_request *request, uint32_t n, const uint32_t *slots, uint64_t step)
{
    chore_error err = {0};
    fixture_batch(&f, request, n, slots, step);
    if (chore_policy_act(host, &f.batch, &f.actions, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
}

static void each_slot_has_its_own_place_in_a_batch(void **state)
{
    static const uint32_t some[] = {2, 0};
    char config[1024];
    (void)state;
    fixture_init(&f);
    for (uint32_t slot = 0; slot < FIXTURE_SLOTS; slot++) {
        for (int i = 0; i < 7; i++) {
            f.memory[JOINT_TARGET][slot][i] = (float)slot + 0.1f * (float)i;
        }
        f.memory[GRIPPER_WIDTH][slot][0] = 0.01f * (float)(slot + 1);
    }
    snprintf(config, sizeof config, "cmd=exec /usr/bin/python3 %s/policy_iface/plugins/pipe/examples/hold.py",
             getenv("CHORE_SOURCE_DIR"));
    chore_policy_host *host = fixture_open("pipe", config);
    const chore_policy_request *request = fixture_negotiate(&f, host);
    assert_int_equal(request->max_batch, FIXTURE_SLOTS);
    fixture_reset(host, FIXTURE_SLOTS, 1);
    act(host, request, FIXTURE_SLOTS, NULL, 0);
    for (uint32_t slot = 0; slot < FIXTURE_SLOTS; slot++) {
        assert_memory_equal(f.data + 8 * slot, f.memory[JOINT_TARGET][slot], 7 * sizeof(float));
        assert_true(f.data[8 * slot + 7] == f.memory[GRIPPER_WIDTH][slot][0]);
    }
    f.memory[JOINT_TARGET][0][3] = f.memory[JOINT_TARGET][2][3] = 9; /* what happens later does not move it */
    act(host, request, 2, some, 1);
    assert_true(f.data[3] == 2 + 0.1f * 3 && f.data[8 + 3] == 0.1f * 3 && f.data[7] == 0.03f);
    fixture_reset(host, 1, 1); /* a new episode does, its own slot only */
    act(host, request, 2, some, 0);
    assert_true(f.data[3] == 2 + 0.1f * 3 && f.data[8 + 3] == 9);
    chore_policy_unload(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_slot_has_its_own_place_in_a_batch)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
