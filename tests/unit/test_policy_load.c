/* Loading: each way in which a plug-in can be wrong has its one message. */
#include "scratch.h"
#include "test_policy_fixture.h"
#include <chore/files.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>   /* needs the headers above */

static chore_error refused(const char *name, const char *config)
{
    chore_policy_host *host = NULL;
    chore_error err = {0};
    assert_int_equal(fixture_load(&host, name, config, NULL, NULL, &err), CHORE_E_POLICY_LOAD);
    assert_null(host);
    assert_int_equal(err.status, CHORE_E_POLICY_LOAD);
    return err;
}

static void a_good_one_tells_who_it_is(void **state)
{
    (void)state;
    chore_policy_host *host = fixture_open(fixture_plugin("moody"), "ok");
    const chore_policy_info *info = chore_policy_host_info(host);
    char sha[CHORE_SHA256_HEX_CAP];
    assert_string_equal(info->name, "moody");
    assert_string_equal(info->version, "2.1");
    assert_string_equal(info->licence, "Apache-2.0");
    assert_int_equal(info->abi_major, 1);
    assert_int_equal(info->caps, CHORE_CAP_MULTI_INSTANCE | CHORE_CAP_SAVES_EPISODE | CHORE_CAP_LEARNS);
    assert_int_equal(chore_sha256_file(fixture_plugin("moody"), sha, NULL), CHORE_OK);
    assert_string_equal(info->sha256, sha);
    chore_policy_unload(host);
    chore_policy_unload(NULL);
}

static void an_unknown_name_gets_the_nearest(void **state)
{
    (void)state;
    const chore_error err = refused("noopp", "");
    assert_string_equal(err.message, "there is no policy \"noopp\"; did you mean \"noop\"?");
    assert_non_null(strstr(err.hint, "random"));
}

static void a_missing_file(void **state)
{
    (void)state;
    const chore_error err = refused("./nowhere/x.so", "");
    assert_string_equal(err.message, "there is no such policy file");
    assert_string_equal(err.file, "./nowhere/x.so");
}

static void not_a_shared_object(void **state)
{
    static const char script[] = "print('hello')\n", cut[] = "\177ELF and then nothing";
    char folder[CHORE_PATH_CAP], path[CHORE_PATH_CAP];
    (void)state;
    scratch_make(folder);
    assert_int_equal(chore_path_join(path, folder, "x.so", NULL), CHORE_OK);
    assert_int_equal(chore_file_write(path, script, strlen(script), NULL), CHORE_OK);
    chore_error err = refused(path, "");
    assert_string_equal(err.message, "this is not a shared object (no ELF file)");
    assert_int_equal(chore_file_write(path, cut, strlen(cut), NULL), CHORE_OK);
    err = refused(path, "");
    assert_non_null(strstr(err.message, "the loader refuses it: "));
    assert_true(scratch_remove(folder));
}

static void bad_tables(void **state)
{
    static const struct {
        const char *plugin, *message;
    } cases[] = {
        {"bad_no_symbol", "it has no symbol chore_policy_entry: not a policy"},
        {"bad_entry_null", "it does not speak policy ABI 1"},
        {"bad_major", "it was built for policy ABI 7.3, this host speaks 1.0"},
        {"bad_struct_size",
         "its chore_plugin.struct_size is 24, at least 88 are required: was it set to sizeof(chore_plugin)?"},
        {"bad_null_act", "its chore_plugin.act is NULL; it is required"},
        {"bad_no_name", "its name, version and licence must be given, each shorter than 64 bytes"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const chore_error err = refused(fixture_plugin(cases[i].plugin), "");
        assert_string_equal(err.message, cases[i].message);
        assert_non_null(strstr(err.file, cases[i].plugin));
    }
}

static void create_says_why_not(void **state)
{
    (void)state;
    chore_error err = refused(fixture_plugin("moody"), "create_fails");
    assert_string_equal(err.message,
                        "policy \"moody\" could not start: the model file \"x.bin\" is not there");
    err = refused(fixture_plugin("moody"), "create_silent");
    assert_string_equal(err.message, "policy \"moody\" could not start: it gave no reason");
}

static void one_instance_where_only_one_is_allowed(void **state)
{
    (void)state;
    if (fixture_profile() != CHORE_POLICY_INPROC) {
        skip(); /* each has a process of its own */
    }
    chore_policy_host *first = fixture_open(fixture_plugin("bad_single"), "");
    const chore_error err = refused(fixture_plugin("bad_single"), "");
    assert_string_equal(err.message, "policy \"bad\" allows one instance per process and there is one");
    chore_policy_unload(first);
    chore_policy_unload(fixture_open(fixture_plugin("bad_single"), "")); /* free again */
    chore_policy_host *a = fixture_open("noop", ""), *b = fixture_open("noop", "");
    assert_ptr_not_equal(a, b);
    chore_policy_unload(a);
    chore_policy_unload(b);
}

static void names_come_from_the_search_path(void **state)
{
    (void)state;
    char folder[CHORE_PATH_CAP];
    snprintf(folder, sizeof folder, ":/nowhere:%s/tests/plugins", getenv("CHORE_BUILD_DIR"));
    setenv("CHORE_POLICY_PATH", folder, 1);
    chore_policy_host *host = fixture_open("moody", "ok");
    assert_non_null(strstr(chore_policy_host_info(host)->path, "/tests/plugins/moody.so"));
    chore_policy_unload(host);
    char **names = NULL;
    int n = 0, moody = 0, noop = 0;
    assert_int_equal(chore_policy_list(&names, &n, NULL), CHORE_OK);
    for (int i = 0; i < n; i++) {
        moody += strcmp(names[i], "moody") == 0;
        noop += strcmp(names[i], "noop") == 0;
        assert_true(i == 0 || strcmp(names[i - 1], names[i]) < 0);
        assert_null(strstr(names[i], "chore-"));
    }
    assert_int_equal(moody, 1);
    assert_int_equal(noop, 1);
    chore_dir_list_free(names, n);
    unsetenv("CHORE_POLICY_PATH");
    refused("moody", "ok");
}

static void only_plugins_are_listed(void **state)
{
    static const char *const files[] = {"zeta.so", "chore-module.so", "notes.txt", ".so"};
    char folder[CHORE_PATH_CAP], path[CHORE_PATH_CAP];
    (void)state;
    scratch_make(folder);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(chore_path_join(path, folder, files[i], NULL), CHORE_OK);
        assert_int_equal(chore_file_write(path, "x", 1, NULL), CHORE_OK);
    }
    setenv("CHORE_POLICY_PATH", folder, 1);
    char **names = NULL;
    int n = 0;
    assert_int_equal(chore_policy_list(&names, &n, NULL), CHORE_OK);
    unsetenv("CHORE_POLICY_PATH");
    assert_true(n > 1);
    assert_string_equal(names[n - 1], "zeta");
    for (int i = 0; i < n; i++) {
        assert_null(strstr(names[i], "chore-"));
        assert_null(strstr(names[i], "notes"));
        assert_true(names[i][0] != '\0');
    }
    chore_dir_list_free(names, n);
    unlink(path); /* the last, ".so", is hidden from the folder's list */
    assert_true(scratch_remove(folder));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_one_tells_who_it_is),
        cmocka_unit_test(an_unknown_name_gets_the_nearest),
        cmocka_unit_test(a_missing_file),
        cmocka_unit_test(not_a_shared_object),
        cmocka_unit_test(bad_tables),
        cmocka_unit_test(create_says_why_not),
        cmocka_unit_test(one_instance_where_only_one_is_allowed),
        cmocka_unit_test(names_come_from_the_search_path),
        cmocka_unit_test(only_plugins_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
