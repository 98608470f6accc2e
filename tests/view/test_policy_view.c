/* What a recording tells of its policy: which pictures it was shown, when it was asked and when its answers ran. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <chore/ledger.h>
#include <chore/pictures.h>
#include <chore/rig.h>

#include <cmocka.h>

#include "../unit/scratch.h"

static char folder[CHORE_PATH_CAP], path[CHORE_PATH_CAP];

/* A recording of `steps` steps of one value each, with notes after given numbers of them. */
static chore_trace *recorded(const char *header, int steps, const char *const notes[], const int after[], int n)
{
    chore_trace_writer *writer;
    chore_trace *trace;
    const float zero = 0;
    int next = 0;
    assert_int_equal(chore_trace_create(&writer, path, header, 1, NULL), CHORE_OK);
    for (int i = 0; i <= steps; i++) {
        for (; next < n && after[next] == i; next++) {
            assert_int_equal(chore_trace_note(writer, notes[next], NULL), CHORE_OK);
        }
        if (i < steps) {
            assert_int_equal(chore_trace_step(writer, &zero, (chore_hash){0, 1}, NULL), CHORE_OK);
        }
    }
    assert_int_equal(chore_trace_finish(writer, "{}", NULL, NULL), CHORE_OK);
    assert_int_equal(chore_trace_open(&trace, path, NULL), CHORE_OK);
    return trace;
}

static void calls_come_from_the_notes(void **state)
{
    static const char *const notes[] = {
        "{\"call\":{\"observed\":0,\"answered\":2,\"in_force\":4,\"rows\":8,\"wall_ns\":90000000}}",
        "{\"literals\":[]}",
        "{\"call\":{\"observed\":6,\"answered\":20,\"in_force\":null,\"rows\":8,\"wall_ns\":700000000}}",
        "{\"call\":{\"observed\":20,\"answered\":22,\"in_force\":24,\"rows\":8}}",
    };
    static const int after[] = {2, 3, 20, 22};
    chore_trace *trace = recorded("{\"latency\":\"live=4\"}", 30, notes, after, 4);
    chore_ledger l;
    (void)state;
    chore_ledger_read(&l, trace);
    chore_trace_close(trace);
    assert_string_equal(l.latency, "live=4");
    assert_int_equal(l.n, 3);
    assert_int_equal(l.n_late, 1);
    assert_float_equal(l.mean_steps, 4, 1e-9);
    assert_int_equal(l.most_steps, 4);
    assert_float_equal(l.calls[0].wall_ms, 90, 1e-9);
    assert_true(l.calls[2].wall_ms < 0);
    assert_null(chore_ledger_running(&l, 3));
    assert_int_equal(chore_ledger_running(&l, 4)->observed, 0);
    assert_int_equal(chore_ledger_running(&l, 23)->observed, 0); /* the late one never ran */
    assert_int_equal(chore_ledger_running(&l, 24)->observed, 20);
    assert_int_equal(chore_ledger_pending(&l, 1)->observed, 0);
    assert_null(chore_ledger_pending(&l, 2));
    assert_int_equal(chore_ledger_pending(&l, 19)->observed, 6);
    chore_ledger_release(&l);
}

static void a_frozen_world_has_no_calls(void **state)
{
    chore_trace *trace = recorded("{}", 1, NULL, NULL, 0);
    chore_ledger l;
    (void)state;
    chore_ledger_read(&l, trace);
    chore_trace_close(trace);
    assert_string_equal(l.latency, "frozen");
    assert_int_equal(l.n, 0);
    assert_null(chore_ledger_running(&l, 1));
    assert_null(chore_ledger_pending(&l, 1));
    chore_ledger_release(&l);
}

static void pictures_are_those_that_were_asked_for(void **state)
{
    chore_rig *rig;
    chore_pictures p;
    (void)state;
    assert_int_equal(chore_rig_create(&rig, "set_aside", NULL, NULL, 0, NULL), CHORE_OK);
    chore_trace *trace = recorded("{\"appearance\":\"8000000000000001\",\"pictures\":[{\"camera\":\"front\",\"width\":224,\"height\":224,\"fit\":\"letterbox\",\"flip_y\":true},"
                                  "{\"camera\":\"no_such\",\"width\":9,\"height\":9},{\"camera\":\"wrist\",\"width\":-3,\"height\":8}]}",
                                  1, NULL, NULL, 0);
    chore_pictures_read(&p, trace, chore_rig_scene(rig));
    chore_trace_close(trace);
    assert_true(p.asked);
    assert_true(p.lot == UINT64_C(0x8000000000000001));
    assert_int_equal(p.n, 2);
    assert_string_equal(p.at[0].camera, "front");
    assert_int_equal(p.at[0].shot.view.width, 224);
    assert_int_equal(p.at[0].shot.view.drawn_height, 168); /* 4:3 between bars */
    assert_true(p.at[0].shot.flip_y && !p.at[0].shot.flip_x);
    assert_true(p.at[1].shot.view.width >= 1); /* nonsense is not believed */

    trace = recorded("{}", 1, NULL, NULL, 0);
    chore_pictures_read(&p, trace, chore_rig_scene(rig));
    chore_trace_close(trace);
    assert_false(p.asked);
    assert_true(p.lot == 0); /* canonical */
    assert_true(p.n >= 2); /* the robot's, and the scene's first */
    chore_rig_destroy(rig);
}

static int setup(void **state)
{
    (void)state;
    scratch_make(folder);
    snprintf(path, sizeof path, "%.900s/some.trace", folder);
    return chore_sim_init(NULL) == CHORE_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    return scratch_remove(folder) ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_come_from_the_notes),
        cmocka_unit_test(a_frozen_world_has_no_calls),
        cmocka_unit_test(pictures_are_those_that_were_asked_for),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
