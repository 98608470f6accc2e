/* Profile host: what the harness's side promises when the policy's process dies, prints, or is denied. */
#include "host_wire_internal.h"
#include "test_policy_fixture.h"
#include <chore/clock.h>
#include <chore/rng.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h> /* needs the headers above */

static fixture f;

static chore_policy_host *open_as(chore_policy_profile profile, const char *plugin, const char *config, double call_s,
                                  chore_error *err)
{
    chore_policy_host *host = NULL;
    const chore_policy_def def = {.policy = plugin, .config = config, .profile = profile, .call_s = call_s};
    return chore_policy_open(&host, &def, err) == CHORE_OK ? host : NULL;
}

/* The attack plug-in strikes at step 10 of an odd seed. */
static chore_policy_host *attacker(const char *attack)
{
    chore_error err = {0};
    fixture_init(&f);
    chore_policy_host *host = open_as(CHORE_POLICY_HOST, fixture_plugin("attack"), attack, 5, &err);
    if (host == NULL) {
        fail_msg("%s", err.message);
    }
    return host;
}

static chore_status strike(chore_policy_host *host, chore_error *err)
{
    const chore_policy_request *request = fixture_negotiate(&f, host);
    fixture_reset(host, 1, 7);
    fixture_batch(&f, request, 1, NULL, 10);
    return chore_policy_act(host, &f.batch, &f.actions, err);
}

static void a_dead_policy_is_back_within_100_ms(void **state)
{
    (void)state;
    chore_policy_host *host = attacker("null_pointer");
    double best_ms = 1e9;
    for (int i = 0; i < 5; i++) {
        chore_error err = {0};
        assert_int_equal(strike(host, &err), CHORE_E_POLICY);
        assert_non_null(strstr(err.message, "policy \"attack\": in act its process "));
        assert_true(chore_policy_gone(host));
        assert_int_equal(chore_policy_act(host, &f.batch, &f.actions, &err), CHORE_E_POLICY); /* stays dead meanwhile */
        const uint64_t begin = chore_now_ns();
        fixture_negotiate(&f, host);
        fixture_reset(host, 1, 8);
        const double ms = (double)(chore_now_ns() - begin) * 1e-6;
        best_ms = ms < best_ms ? ms : best_ms;
        assert_false(chore_policy_gone(host));
    }
    assert_int_equal(chore_policy_host_boundary(host)->starts, 6);
    print_message("restart: %.1f ms\n", best_ms);
    assert_true(best_ms < 100);
    chore_policy_unload(host);
}

static void an_end_from_outside_is_noticed_at_once(void **state)
{
    (void)state;
    chore_policy_host *host = attacker("sleep_long");
    const uint64_t begin = chore_now_ns();
    chore_error err = {0};
    const pid_t us = getpid();
    if (fork() == 0) { /* kills our other child: the policy's process */
        char path[64];
        int pid;
        usleep(300000);
        snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)us, (int)us);
        FILE *children = fopen(path, "r");
        while (children != NULL && fscanf(children, "%d", &pid) == 1) {
            if (pid != getpid()) {
                kill(pid, SIGKILL);
            }
        }
        _exit(0);
    }
    assert_int_equal(strike(host, &err), CHORE_E_POLICY);
    assert_true((double)(chore_now_ns() - begin) * 1e-9 < 4); /* the limit of the call is 5 s */
    assert_non_null(strstr(err.message, "was killed by SIGKILL"));
    chore_policy_unload(host);
}

/* It takes too long, is asked to end by its own cancel, and lives on: the call failed, the process did not. */
static void a_call_that_takes_too_long_is_cancelled(void **state)
{
    (void)state;
    chore_error err = {0};
    fixture_init(&f);
    chore_policy_host *host = open_as(CHORE_POLICY_HOST, fixture_plugin("moody"), "waits_once", 0.4, &err);
    if (host == NULL) {
        fail_msg("%s", err.message);
    }
    assert_int_equal(strike(host, &err), CHORE_E_POLICY);
    assert_string_equal(err.message, "policy \"moody\": act failed (CANCELLED, -5): it gave no answer for 0.4 s");
    assert_false(chore_policy_gone(host));
    fixture_reset(host, 1, 8);
    assert_int_equal(chore_policy_act(host, &f.batch, &f.actions, &err), CHORE_OK);
    assert_int_equal(chore_policy_host_boundary(host)->starts, 1);
    chore_policy_unload(host);
}

static void what_it_prints_is_kept(void **state)
{
    (void)state;
    char text[128 * 1024];
    chore_policy_host *host = attacker("print_much");
    assert_int_equal(strike(host, NULL), CHORE_OK);
    const size_t n = chore_policy_output(host, text, sizeof text);
    assert_in_range(n, 32 * 1024, 64 * 1024); /* of a megabyte the first 64 KiB */
    assert_memory_equal(text, "0  ", 3);
    chore_policy_unload(host);
}

static void its_last_words_are_told(void **state)
{
    (void)state;
    chore_error err = {0};
    chore_policy_host *host = attacker("failed_assert");
    assert_int_equal(strike(host, &err), CHORE_E_POLICY);
    assert_non_null(strstr(err.message, "its last words: \"attack.c:1: assertion `a very stubborn fact' failed.\""));
    chore_policy_unload(host);
}

static void the_boundary_says_what_it_is(void **state)
{
    (void)state;
    chore_policy_host *host = attacker("none");
    chore_policy_host *own = open_as(CHORE_POLICY_INPROC, fixture_plugin("attack"), "none", 5, NULL);
    const chore_policy_boundary *boundary = chore_policy_host_boundary(host);
    static const char *const always[] = {"own_process", "read_only_observations", "closed_descriptors",
                                         "clean_environment", "no_new_privs", "call=5s", "cpu=3600s/episode", "files=256"};
    for (size_t i = 0; i < sizeof always / sizeof *always; i++) {
        assert_non_null(strstr(boundary->in_force, always[i]));
    }
    static const char *const somehow[] = {"landlock", "seccomp", "memory", "no_capabilities", "first_to_oom"};
    for (size_t i = 0; i < sizeof somehow / sizeof *somehow; i++) { /* in force or named as missing, never passed over */
        assert_true((strstr(boundary->in_force, somehow[i]) != NULL) != (strstr(boundary->missing, somehow[i]) != NULL));
    }
    assert_int_equal(chore_policy_host_boundary(own)->profile, CHORE_POLICY_INPROC);
    assert_string_equal(chore_policy_host_boundary(own)->in_force, "");
    chore_policy_unload(host);
    chore_policy_unload(own);
}

static void no_jail_without_bubblewrap(void **state)
{
    (void)state;
    chore_error err = {0};
    char *path = strdup(getenv("PATH"));
    setenv("PATH", "/nowhere", 1);
    chore_policy_host *host = open_as(CHORE_POLICY_JAIL, "noop", "", 5, &err);
    setenv("PATH", path, 1);
    free(path);
    assert_null(host);
    assert_int_equal(err.status, CHORE_E_POLICY_LOAD);
    assert_string_equal(err.message, "profile jail needs bubblewrap, and there is no bwrap on the PATH");
    assert_non_null(strstr(err.hint, "apt-get install bubblewrap"));
}

/* What is allowed is open, and only that: the attacks that find it say so. */
static void what_is_allowed_is_open(void **state)
{
    static const struct {
        const char *allow, *attack, *breach;
    } cases[] = {
        {"net", "network", "it has a socket"},
        {"net", "run_program", NULL},
        {"processes", "run_program", "BREACH: system"},
        {"processes", "network", NULL},
        {"processes", "signal_harness", NULL},
        {"files", "read_system", "it reads the system's files"},
        {"files", "signal_harness", NULL},
        {"read=/tmp", "read_results", "it sees folders"},
        {"read=/tmp", "fill_disk", NULL},
        {"write=/tmp", "fill_disk", "it wrote a file"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        chore_policy_allow allow;
        chore_error err = {0};
        chore_policy_host *host = NULL;
        assert_int_equal(chore_policy_allow_parse(cases[i].allow, &allow, NULL), CHORE_OK);
        const chore_policy_def def = {.policy = fixture_plugin("attack"),
                                      .config = cases[i].attack,
                                      .profile = CHORE_POLICY_HOST,
                                      .allow = &allow,
                                      .call_s = 5};
        fixture_init(&f);
        assert_int_equal(chore_policy_open(&host, &def, &err), CHORE_OK);
        const bool whole = strstr(chore_policy_host_boundary(host)->missing, "seccomp(") == NULL &&
                           strstr(chore_policy_host_boundary(host)->missing, "landlock(") == NULL;
        const chore_status status = strike(host, &err);
        if (whole && (cases[i].breach == NULL ? status != CHORE_OK : strstr(err.message, cases[i].breach) == NULL)) {
            fail_msg("%s with %s: %s", cases[i].attack, cases[i].allow, err.message);
        }
        chore_policy_unload(host);
    }
}

/* ---- allow ------------------------------------------------------------------------------------------------ */

static void what_is_allowed_reads_back(void **state)
{
    static const char *const same[] = {"", "net", "net,processes,gpu,files", "memory=16", "memory=0.5,cpu=60",
                                       "processes,memory=0,cpu=0,read=/usr,write=/tmp"};
    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        chore_policy_allow allow;
        char text[CHORE_POLICY_ALLOW_CAP];
        assert_int_equal(chore_policy_allow_parse(same[i], &allow, NULL), CHORE_OK);
        chore_policy_allow_text(&allow, text);
        assert_string_equal(text, same[i]);
    }
}

static void what_is_not_understood_is_named(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"nett", "--allow: 'nett' is not understood; did you mean 'net'?"},
        {"memory", "--allow: 'memory' is not understood"},
        {"net=1", "--allow: 'net=...' is not understood"},
        {"memory=lots", "--allow memory=lots: expected a number from 0 (no limit) to 1000000"},
        {"cpu=-1", "--allow cpu=-1: expected a number from 0 (no limit) to 1000000"},
        {"read=/no/such/place", "--allow: there is no '/no/such/place' (or its path holds a comma)"},
        {"read=/,read=/,read=/,read=/,read=/,read=/,read=/,read=/,read=/", "--allow: at most 8 paths"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        chore_policy_allow allow;
        chore_error err = {0};
        assert_int_equal(chore_policy_allow_parse(cases[i].text, &allow, &err), CHORE_E_USAGE);
        assert_string_equal(err.message, cases[i].message);
    }
}

/* ---- elsewhere -------------------------------------------------------------------------------------------- */

static void an_address_is_read_or_refused(void **state)
{
    static const struct {
        const char *text;
        chore_status status;
    } cases[] = {
        {"tcp:localhost:8000", CHORE_OK},     {"tcp:127.0.0.1:1", CHORE_OK},        {"tcp:[::1]:65535", CHORE_OK},
        {"unix:/run/policy", CHORE_OK},       {"unix:policy", CHORE_OK},            {"tcp:localhost", CHORE_E_USAGE},
        {"tcp::8000", CHORE_E_USAGE},         {"tcp:localhost:", CHORE_E_USAGE},    {"tcp:localhost:0", CHORE_E_USAGE},
        {"tcp:localhost:65536", CHORE_E_USAGE}, {"tcp:localhost:80x", CHORE_E_USAGE}, {"tcp:localhost:-1", CHORE_E_USAGE},
        {"tcp:::1:8000", CHORE_E_USAGE},      {"tcp:[]:8000", CHORE_E_USAGE},       {"unix:", CHORE_E_USAGE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        chore_error err = {0};
        assert_true(chore_policy_is_address(cases[i].text));
        if (chore_policy_address_check(cases[i].text, &err) != cases[i].status) {
            fail_msg("%s: %s", cases[i].text, err.message);
        }
    }
    assert_false(chore_policy_is_address("oracle") || chore_policy_is_address("./tcp:x.so"));
}

static void remote_wants_an_address(void **state)
{
    (void)state;
    chore_error err = {0};
    assert_null(open_as(CHORE_POLICY_REMOTE, "remote", "", 5, &err));
    assert_string_equal(err.message, "profile remote wants an address: tcp:HOST:PORT or unix:PATH");
}

/* ---- the wire ------------------------------------------------------------------------------------------ */

enum { WIRE_CAP = 1 << 16 };
static uint64_t wire_bytes[WIRE_CAP / 8];

static chore_wire written_request(void)
{
    chore_policy_request request = {.struct_size = sizeof request,
                                    .n_fields = FIXTURE_FIELDS,
                                    .n_components = 3,
                                    .max_batch = 2,
                                    .fields = f.fields,
                                    .components = f.eef_delta,
                                    .mode = "eef_delta",
                                    .rate_hz = 20,
                                    .horizon = 8,
                                    .execute = 4,
                                    .caps = 5};
    chore_wire w = {.data = (void *)wire_bytes, .cap = WIRE_CAP};
    fixture_init(&f);
    chore_wire_put_request(&w, &request);
    assert_false(w.bad);
    return w;
}

static void a_request_comes_over_whole(void **state)
{
    (void)state;
    const chore_wire w = written_request();
    chore_wire r = {.data = w.data, .cap = w.at};
    chore_policy_request got;
    void *memory;
    chore_wire_get_request(&r, &got, &memory);
    assert_false(r.bad);
    assert_int_equal(r.at, r.cap);
    assert_string_equal(got.mode, "eef_delta");
    assert_int_equal(got.n_fields, FIXTURE_FIELDS);
    assert_true(got.rate_hz == 20 && got.execute == 4 && got.caps == 5);
    for (uint32_t i = 0; i < got.n_fields; i++) {
        assert_string_equal(got.fields[i].name, f.fields[i].name);
        assert_memory_equal(got.fields[i].shape, f.fields[i].shape, sizeof f.fields[i].shape);
    }
    assert_true(got.components[0].hi[2] == 0.05 && got.components[2].lo[0] == 0);
    free(memory);
}

/* Every cut and thousands of changes: nothing is read that is not there (the sanitizers watch), and what is called good
   can be walked to its end. */
static void garbage_is_never_believed(void **state)
{
    (void)state;
    const chore_wire w = written_request();
    char *bytes = malloc(w.at);
    chore_rng rng = chore_rng_stream(4711, (chore_hash){0, 0}, 0, "garbage");
    int bad = 0;
    for (int i = 0; i < 20000; i++) {
        chore_policy_request got;
        void *memory;
        memcpy(bytes, w.data, w.at);
        chore_wire r = {.data = (void *)bytes, .cap = i % 4 == 0 ? chore_rng_below(&rng, (uint32_t)w.at) : w.at};
        for (uint32_t k = 1 + chore_rng_below(&rng, 4); k > 0; k--) {
            bytes[chore_rng_below(&rng, (uint32_t)w.at)] = (char)(chore_rng_below(&rng, 2) ? chore_rng_u64(&rng) : 0xff);
        }
        chore_wire_get_request(&r, &got, &memory);
        size_t length = 0;
        for (uint32_t k = 0; !r.bad && got.fields != NULL && k < got.n_fields; k++) {
            length += got.fields[k].name != NULL ? strlen(got.fields[k].name) : 0;
        }
        bad += r.bad;
        assert_true(length < WIRE_CAP);
        free(memory);
    }
    assert_in_range(bad, 1000, 19999);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dead_policy_is_back_within_100_ms),
        cmocka_unit_test(an_end_from_outside_is_noticed_at_once),
        cmocka_unit_test(a_call_that_takes_too_long_is_cancelled),
        cmocka_unit_test(what_it_prints_is_kept),
        cmocka_unit_test(its_last_words_are_told),
        cmocka_unit_test(the_boundary_says_what_it_is),
        cmocka_unit_test(no_jail_without_bubblewrap),
        cmocka_unit_test(what_is_allowed_is_open),
        cmocka_unit_test(what_is_allowed_reads_back),
        cmocka_unit_test(what_is_not_understood_is_named),
        cmocka_unit_test(an_address_is_read_or_refused),
        cmocka_unit_test(remote_wants_an_address),
        cmocka_unit_test(a_request_comes_over_whole),
        cmocka_unit_test(garbage_is_never_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
