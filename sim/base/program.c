#include <chore/program.h>

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

extern char **environ;

int chore_program_start(pid_t *out, const char *const argv[], int input, int errors)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&how);
    if (input >= 0) {
        posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    } else {
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    }
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP);
    union {
        const char *const *ours;
        char *const *theirs; /* which it does not change */
    } words = {.ours = argv};
    const int why = posix_spawnp(out, argv[0], &files, &how, words.theirs, environ);
    *out = why == 0 ? *out : 0;
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&how);
    return why;
}
