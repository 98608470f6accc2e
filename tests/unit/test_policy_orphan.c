/* A policy's process whose harness was killed before it said a word does not wait for ever. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "host_line_internal.h"

enum { PATIENCE_MS = 20000 };

/* Starts the process as the harness does, for a harness of that number, and says nothing. Returns in the child's child only on failure. */
static void start_guest(uint32_t harness)
{
    int control = memfd_create("chore-line", 0);
    if (control < 0 || ftruncate(control, CHORE_LINE_BYTES) != 0) {
        _exit(97);
    }
    chore_line_memory *line =
        mmap(NULL, CHORE_LINE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, control, 0);
    if (line == MAP_FAILED) {
        _exit(97);
    }
    line->version = CHORE_LINE_VERSION;
    line->harness = harness;
    if (fork() == 0) {
        dup2(control, CHORE_LINE_FD_CONTROL);
        execl(CHORE_POLICY_HOST_PATH, CHORE_POLICY_HOST_PATH, (char *)NULL);
        _exit(97);
    }
}

/* Does everybody who holds the pipe's other end go within that time? */
static bool all_gone(int fd, int within_ms)
{
    struct pollfd end = {.fd = fd, .events = POLLIN};
    char byte;
    return poll(&end, 1, within_ms) == 1 && read(fd, &byte, 1) == 0;
}

/* The harness ends as soon as it has started the process, which has not had time to ask for a signal then; or it is gone already. */
static void ends_without_a_harness(void **state)
{
    (void)state;
    for (int round = 0; round < 20; round++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        fcntl(ends[1], F_SETFD, 0); /* the process keeps it: it shows that it lives */
        pid_t harness = fork();
        assert_true(harness >= 0);
        if (harness == 0) {
            close(ends[0]);
            start_guest((uint32_t)getpid());
            usleep((unsigned)(round % 5) * 500);
            _exit(0);
        }
        close(ends[1]);
        int status;
        assert_int_equal(waitpid(harness, &status, 0), harness);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        assert_true(all_gone(ends[0], PATIENCE_MS));
        close(ends[0]);
    }
}

static void waits_for_one_that_lives(void **state)
{
    (void)state;
    int ends[2], stay[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pipe2(stay, O_CLOEXEC), 0);
    pid_t harness = fork();
    assert_true(harness >= 0);
    if (harness == 0) {
        char byte;
        close(stay[1]);
        start_guest((uint32_t)getpid());
        _exit(read(stay[0], &byte, 1) == 0 ? 0 : 98); /* until the test lets it go */
    }
    close(ends[1]);
    assert_false(all_gone(ends[0], 300));
    close(stay[1]);
    assert_true(all_gone(ends[0], PATIENCE_MS));
    assert_int_equal(waitpid(harness, NULL, 0), harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_without_a_harness),
        cmocka_unit_test(waits_for_one_that_lives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
