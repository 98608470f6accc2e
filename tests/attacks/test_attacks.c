/* Runs every attack of attacks.inl through the program, and looks at the rows: only the attacked episode may differ from a
   clean run, and it is named as the table says.

     test_attacks [host|jail] [ATTACK...]    77: the profile cannot be had here
     test_attacks --table                    the table of policy_iface/containment.md */
#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chore/files.h>
#include <chore/run_folder.h>

#include <cmocka.h> /* needs the headers above */

static const struct attack {
    const char *name, *reason, *tries; /* reason NULL: held */
    bool either;
} attacks[] = {
#define HELD(name, tries)           {#name, NULL, tries, false},
#define ENDED(name, reason, tries)  {#name, reason, tries, false},
#define EITHER(name, reason, tries) {#name, reason, tries, true},
#include "attacks.inl"
#undef HELD
#undef ENDED
#undef EITHER
};
enum { N_ATTACKS = sizeof attacks / sizeof *attacks, N_EPISODES = 2 };

static const char *profile = "host";
static char scratch[CHORE_PATH_CAP];

#if defined(__SANITIZE_ADDRESS__)
static const bool sanitized = true;
#else
static const bool sanitized = false;
#endif

/* A sanitizer's shadow leaves no room for a limit of memory, and it ends what crashes with exit code 1. */
static bool is_out_of_reach(const char *name)
{
    return sanitized && (strcmp(name, "memory_hog") == 0 || strcmp(name, "thread_bomb") == 0 || strcmp(name, "overrun") == 0);
}

static bool reason_fits(const struct attack *a, const char *reason)
{
    const bool crash = strstr(a->reason, "crashed by") != NULL;
    return fnmatch(a->reason, reason, 0) == 0 ||
           (sanitized && crash && fnmatch("*its process ended itself with exit code 1*", reason, 0) == 0);
}

/* One second of set_aside, 20 steps: long enough to be attacked in. */
static void write_task(void)
{
    char command[2 * CHORE_PATH_CAP];
    snprintf(command, sizeof command,
             "sed -e 's/^horizon: .*/horizon: 1 s/' -e 's/window: .*\\]/window: [0.5 s, 0.8 s]/' "
             "-e 's/within: .*/within: 0.2 s/' '%s/tasks/defs/dining_table/set_aside.yaml' >'%s/task.yaml'",
             getenv("CHORE_SOURCE_DIR"), scratch);
    assert_int_equal(system(command), 0);
}

/* The program's exit code; its words are in the file log. */
static int run(const char *attack)
{
    char command[4 * CHORE_PATH_CAP];
    const char *build = getenv("CHORE_BUILD_DIR");
    snprintf(command, sizeof command,
             "cd '%s' && XDG_CACHE_HOME='%s/cache' '%s/bin/chorebench' run task.yaml --policy '%s/tests/plugins/attack.so' "
             "--policy-config %s --profile %s --allow memory=0.5,cpu=%s --hang 1 --seeds 0..1 --variant control -j 1 "
             "--film none -q --out %s >log 2>&1",
             scratch, scratch, build, build, attack, profile, strcmp(attack, "burn") == 0 ? "0.1" : "60", attack);
    const int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void open_run(chore_run_folder *folder, const char *attack)
{
    char dir[CHORE_PATH_CAP];
    chore_error err = {0};
    assert_int_equal(chore_path_join(dir, scratch, attack, NULL), CHORE_OK);
    if (chore_run_folder_open(folder, dir, &err) != CHORE_OK) {
        fail_msg("%s: %s", attack, err.message);
    }
}

static bool same_episode(const chore_row *a, const chore_row *b)
{
    return a->outcome == b->outcome && a->steps == b->steps && chore_hash_equal(a->trace_hash, b->trace_hash) &&
           chore_hash_equal(a->final_state_hash, b->final_state_hash) && strcmp(a->reason, b->reason) == 0;
}

/* Which episodes are attacked: those with an odd seed, which the first attack of all shows. */
static chore_run_folder clean;
static bool attacked[N_EPISODES];

static void judge(const struct attack *a)
{
    chore_run_folder folder;
    open_run(&folder, a->name);
    for (int i = 0; i < N_EPISODES; i++) {
        const chore_row *row = chore_run_folder_row(&folder, i), *ref = chore_run_folder_row(&clean, i);
        assert_non_null(row);
        if (a->either && same_episode(row, ref)) {
            continue;
        }
        if (!attacked[i] || a->reason == NULL) {
            if (!same_episode(row, ref)) {
                fail_msg("%s: episode %d is not as in a clean run: %s, %s", a->name, i, chore_outcome_name(row->outcome),
                         row->reason);
            }
        } else if (row->outcome != CHORE_OUTCOME_POLICY_ERROR || !reason_fits(a, row->reason)) {
            fail_msg("%s: episode %d ended as %s, \"%s\"; expected policy_error, \"%s\"", a->name, i,
                     chore_outcome_name(row->outcome), row->reason, a->reason);
        }
        assert_string_equal(row->boundary, ref->boundary);
    }
    chore_run_folder_close(&folder);
}

static void attack_is_contained(void **state)
{
    const struct attack *a = *state;
    if (is_out_of_reach(a->name)) {
        skip();
    }
    if (run(a->name) != 0) {
        char path[CHORE_PATH_CAP], *words = NULL;
        size_t len;
        (void)chore_path_join(path, scratch, "log", NULL);
        (void)chore_file_read(path, &words, &len, NULL);
        fail_msg("%s: the run did not complete: %s", a->name, words != NULL ? words : "");
    }
    judge(a);
}

static void find_attacked(void)
{
    chore_run_folder folder;
    int n = 0;
    assert_int_equal(run("null_pointer"), 0);
    open_run(&folder, "null_pointer");
    for (int i = 0; i < N_EPISODES; i++) {
        attacked[i] = chore_run_folder_row(&folder, i)->outcome == CHORE_OUTCOME_POLICY_ERROR;
        n += attacked[i];
    }
    assert_int_equal(n, 1); /* else another range of seeds is needed: one odd, one even */
    chore_run_folder_close(&folder);
}

static int set_up(void **state)
{
    (void)state;
    snprintf(scratch, sizeof scratch, "/tmp/chore-attacks-XXXXXX");
    assert_non_null(mkdtemp(scratch));
    write_task();
    assert_int_equal(run("none"), 0);
    open_run(&clean, "none");
    find_attacked();
    char command[2 * CHORE_PATH_CAP];
    snprintf(command, sizeof command, "rm -rf '%s/null_pointer'", scratch);
    return system(command);
}

static int tear_down(void **state)
{
    char command[2 * CHORE_PATH_CAP];
    (void)state;
    chore_run_folder_close(&clean);
    snprintf(command, sizeof command, "rm -rf '%s'", scratch);
    return system(command);
}

static void print_table(void)
{
    puts("| attack | what it tries | what becomes of its episode |\n|---|---|---|");
    for (int i = 0; i < N_ATTACKS; i++) {
        printf("| `%s` | %s | ", attacks[i].name, attacks[i].tries);
        if (attacks[i].reason == NULL) {
            puts("goes on as if nothing had been tried |");
        } else {
            printf("`policy_error`: `%s`%s |\n", attacks[i].reason, attacks[i].either ? ", or goes on: a race" : "");
        }
    }
}

static bool is_wanted(const char *name, char **names, int n)
{
    for (int i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return n == 0;
}

int main(int argc, char **argv)
{
    static struct CMUnitTest tests[N_ATTACKS];
    int n = 0;
    if (argc > 1 && strcmp(argv[1], "--table") == 0) {
        print_table();
        return 0;
    }
    profile = argc > 1 ? argv[1] : profile;
    if (strcmp(profile, "jail") == 0 && system("command -v bwrap >/dev/null && bwrap --ro-bind / / true") != 0) {
        puts("bubblewrap is not here, or may not make namespaces");
        return 77;
    }
    for (int i = 0; i < N_ATTACKS; i++) {
        if (is_wanted(attacks[i].name, argv + 2, argc > 2 ? argc - 2 : 0)) {
            tests[n++] = (struct CMUnitTest){.name = attacks[i].name,
                                             .test_func = attack_is_contained,
                                             .initial_state = (void *)(uintptr_t)&attacks[i]};
        }
    }
    return _cmocka_run_group_tests("attacks", tests, (size_t)n, set_up, tear_down);
}
