#include <chore/clock.h>
#include <chore/files.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "scratch.h"

static char folder[CHORE_PATH_CAP];

static int set_up(void **state)
{
    (void)state;
    scratch_make(folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return scratch_remove(folder) ? 0 : -1;
}

static const char *inside(const char *name)
{
    static char path[CHORE_PATH_CAP];
    assert_int_equal(chore_path_join(path, folder, name, NULL), CHORE_OK);
    return path;
}

static void expect_content(const char *path, const char *content, size_t len)
{
    char *got = NULL;
    size_t got_len = 0;
    chore_error err;
    if (chore_file_read(path, &got, &got_len, &err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
    assert_int_equal(got_len, len);
    assert_memory_equal(got, content, len);
    assert_int_equal(got[len], '\0');
    free(got);
}

static int count_files(void)
{
    char **names = NULL;
    int n = 0;
    assert_int_equal(chore_dir_list(folder, &names, &n, NULL), CHORE_OK);
    chore_dir_list_free(names, n);
    return n;
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    const char *path = inside("file");
    assert_int_equal(chore_file_write(path, "", 0, NULL), CHORE_OK);
    expect_content(path, "", 0);
    assert_int_equal(chore_file_write(path, "a\0b\n", 4, NULL), CHORE_OK);
    expect_content(path, "a\0b\n", 4);
    char large[100000];
    for (size_t i = 0; i < sizeof large; i++) {
        large[i] = (char)(i * i >> 3);
    }
    assert_int_equal(chore_file_write(path, large, sizeof large, NULL), CHORE_OK);
    expect_content(path, large, sizeof large);
    assert_int_equal(count_files(), 1); /* no temporary file stays */
}

static void new_files_have_the_usual_rights(void **state)
{
    (void)state;
    const mode_t before = umask(027);
    const chore_status status = chore_file_write(inside("file"), "x", 1, NULL);
    umask(before);
    assert_int_equal(status, CHORE_OK);
    struct stat info;
    assert_int_equal(stat(inside("file"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
}

/* The size of such a file is 0 to stat. */
static void a_file_without_a_size_is_read_whole(void **state)
{
    (void)state;
    char *got = NULL;
    size_t len = 0;
    assert_int_equal(chore_file_read("/proc/self/status", &got, &len, NULL), CHORE_OK);
    assert_true(len > 100);
    assert_int_equal(strlen(got), len);
    free(got);
}

static void errors_name_the_path_and_the_cause(void **state)
{
    (void)state;
    char *got = NULL;
    size_t len = 0;
    chore_error err;
    assert_int_equal(chore_file_read(inside("absent"), &got, &len, &err), CHORE_E_NOT_FOUND);
    assert_non_null(strstr(err.message, inside("absent")));
    assert_int_equal(chore_file_read(folder, &got, &len, &err), CHORE_E_IO);
    assert_non_null(strstr(err.message, "directory"));
    assert_int_equal(chore_file_write(inside("no/such/folder"), "x", 1, &err), CHORE_E_IO);
    assert_non_null(strstr(err.message, "No such file or directory"));
    assert_int_equal(chore_file_write(folder, "x", 1, &err), CHORE_E_IO);
    assert_null(got);
}

/* In a process of its own, because the limit stays. Exit code 0: all as it should be. */
static int write_beyond_the_limit(const char *path)
{
    const struct rlimit limit = {100, 100};
    char bytes[200] = {0};
    chore_error err = {0};
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) {
        return 2;
    }
    if (chore_file_write(path, bytes, sizeof bytes, &err) != CHORE_E_IO) {
        return 3;
    }
    return strstr(err.message, "File too large") != NULL ? 0 : 4;
}

static void a_failed_write_leaves_the_old_content(void **state)
{
    (void)state;
    assert_int_equal(chore_file_write(inside("file"), "old", 3, NULL), CHORE_OK);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        _exit(write_beyond_the_limit(inside("file")));
    }
    int how = -1;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how));
    assert_int_equal(WEXITSTATUS(how), 0);
    expect_content(inside("file"), "old", 3);
    assert_int_equal(count_files(), 1);
}

static void folders_are_made_with_their_parents(void **state)
{
    (void)state;
    char deep[CHORE_PATH_CAP], file[CHORE_PATH_CAP];
    chore_error err;
    assert_int_equal(chore_path_join(deep, folder, "a//b/c/", NULL), CHORE_OK);
    assert_int_equal(chore_dir_make(deep, NULL), CHORE_OK);
    assert_true(chore_dir_exists(inside("a/b/c")));
    assert_int_equal(chore_dir_make(deep, NULL), CHORE_OK);
    assert_int_equal(chore_path_join(file, folder, "a/file", NULL), CHORE_OK);
    assert_int_equal(chore_file_write(file, "x", 1, NULL), CHORE_OK);
    assert_int_equal(chore_path_join(deep, folder, "a/file/b", NULL), CHORE_OK);
    assert_int_equal(chore_dir_make(deep, &err), CHORE_E_IO);
    assert_non_null(strstr(err.message, "a file of that name is in the way"));
    assert_true(chore_file_exists(file) && !chore_dir_exists(file));
    assert_false(chore_file_exists(folder));
    assert_int_equal(unlink(file), 0);
    assert_int_equal(rmdir(inside("a/b/c")), 0);
    assert_int_equal(rmdir(inside("a/b")), 0);
}

static void folders_list_in_order(void **state)
{
    (void)state;
    static const char *const made[] = {"b", "a10", "B", ".hidden", "a2"};
    static const char *const expected[] = {"B", "a10", "a2", "b"};
    char **names = NULL;
    int n = -1;
    assert_int_equal(chore_dir_list(folder, &names, &n, NULL), CHORE_OK);
    assert_int_equal(n, 0);
    chore_dir_list_free(names, n);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(chore_file_write(inside(made[i]), "", 0, NULL), CHORE_OK);
    }
    assert_int_equal(chore_dir_list(folder, &names, &n, NULL), CHORE_OK);
    assert_int_equal(n, 4);
    for (int i = 0; i < n; i++) {
        assert_string_equal(names[i], expected[i]);
    }
    chore_dir_list_free(names, n);
    assert_int_equal(unlink(inside(".hidden")), 0);
    assert_int_equal(chore_dir_list(inside("absent"), &names, &n, NULL), CHORE_E_NOT_FOUND);
}

static void paths_join_with_one_slash(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"a//", "//b", "a/b"},
        {"/", "b", "/b"},  {"", "b", "b"},     {"/a", "b/c", "/a/b/c"},
    };
    char out[CHORE_PATH_CAP];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(chore_path_join(out, cases[i][0], cases[i][1], NULL), CHORE_OK);
        assert_string_equal(out, cases[i][2]);
    }
    char longest[CHORE_PATH_CAP];
    memset(longest, 'x', sizeof longest);
    longest[CHORE_PATH_CAP - 3] = '\0'; /* with "/b" and the terminator it just fits */
    assert_int_equal(chore_path_join(out, longest, "b", NULL), CHORE_OK);
    assert_int_equal(strlen(out), CHORE_PATH_CAP - 1);
    chore_error err;
    assert_int_equal(chore_path_join(out, longest, "bc", &err), CHORE_E_IO);
    assert_non_null(strstr(err.message, "too long"));
}

/* The answer is made once per process, so each case needs its own. */
static void expect_data_dir(const char *variable, const char *expected)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (variable != NULL) {
            setenv("CHOREBENCH_DATA", variable, 1);
            setenv("CHOREBENCH_PLUGINS", variable, 1);
        } else {
            unsetenv("CHOREBENCH_DATA");
            unsetenv("CHOREBENCH_PLUGINS");
        }
        const bool data = strcmp(chore_data_dir(), expected) == 0;
        const bool absolute = chore_data_dir()[0] == '/' && chore_plugin_dir()[0] == '/';
        const bool named = variable != NULL && variable[0] != '\0';
        const bool same = !named || strcmp(chore_plugin_dir(), expected) == 0;
        _exit(data && absolute && same ? 0 : 1);
    }
    int how = -1;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how));
    assert_int_equal(WEXITSTATUS(how), 0);
}

static void data_lies_where_the_variable_says(void **state)
{
    (void)state;
    char *real = realpath(folder, NULL);
    assert_non_null(real);
    expect_data_dir(folder, real);
    expect_data_dir("/nowhere/at/all", "/nowhere/at/all");
    free(real);
    const char *source = getenv("CHORE_SOURCE_DIR");
    if (source != NULL) { /* a program in its build tree uses the source tree */
        real = realpath(source, NULL);
        assert_non_null(real);
        expect_data_dir(NULL, real);
        expect_data_dir("", real);
        free(real);
    }
}

static void the_clock_goes_forward(void **state)
{
    (void)state;
    const uint64_t before = chore_now_ns();
    usleep(2000);
    const uint64_t after = chore_now_ns();
    assert_true(after >= before + 2000000u && after < before + 10000000000u);
    char stamp[32];
    chore_utc_stamp(stamp);
    assert_int_equal(strlen(stamp), 20);
    int year, month, day, hour, minute, second;
    assert_int_equal(sscanf(stamp, "%4d-%2d-%2dT%2d:%2d:%2dZ", &year, &month, &day, &hour, &minute, &second),
                     6);
    assert_true(year >= 2024 && month >= 1 && month <= 12 && stamp[19] == 'Z');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(new_files_have_the_usual_rights, set_up, tear_down),
        cmocka_unit_test(a_file_without_a_size_is_read_whole),
        cmocka_unit_test_setup_teardown(errors_name_the_path_and_the_cause, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_failed_write_leaves_the_old_content, set_up, tear_down),
        cmocka_unit_test_setup_teardown(folders_are_made_with_their_parents, set_up, tear_down),
        cmocka_unit_test_setup_teardown(folders_list_in_order, set_up, tear_down),
        cmocka_unit_test(paths_join_with_one_slash),
        cmocka_unit_test_setup_teardown(data_lies_where_the_variable_says, set_up, tear_down),
        cmocka_unit_test(the_clock_goes_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
