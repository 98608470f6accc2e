/* Where chorebench's own data and plug-ins lie. Looked up once per process. */
#include <chore/files.h>
#include <chore/text.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chore_paths.h"

static char data_dir[CHORE_PATH_CAP], plugin_dir[CHORE_PATH_CAP], program_dir[CHORE_PATH_CAP];
static pthread_once_t dirs_once = PTHREAD_ONCE_INIT;

/* Absolute form of a folder that need not exist: a message about it should name the place that was meant. */
static void set_absolute(char *out, const char *path)
{
    char *real = realpath(path, NULL);
    char here[CHORE_PATH_CAP];
    if (real != NULL && chore_copy(out, CHORE_PATH_CAP, real)) {
        free(real);
        return;
    }
    free(real);
    if (path[0] == '/' || getcwd(here, sizeof here) == NULL ||
        chore_path_join(out, here, path, NULL) != CHORE_OK) {
        chore_copy(out, CHORE_PATH_CAP, path);
    }
}

/* <folder of the running program>/../<below>; false when the system does not say where that is. */
static bool beside_program(char *out, const char *below)
{
    char program[CHORE_PATH_CAP];
    const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n <= 0 || (size_t)n >= sizeof program - 1) {
        return false;
    }
    program[n] = '\0';
    for (int i = 0; i < 2; i++) {
        char *slash = strrchr(program, '/');
        if (slash == NULL) {
            return false;
        }
        *slash = '\0';
    }
    return chore_path_join(out, program[0] != '\0' ? program : "/", below, NULL) == CHORE_OK;
}

/* The first that is there: $variable (believed even if it is not), beside the program, the build's own
 * folder. */
static void find_dir(char *out, const char *variable, const char *below, const char *of_build)
{
    const char *wanted = getenv(variable);
    if (wanted != NULL && wanted[0] != '\0') {
        set_absolute(out, wanted);
        return;
    }
    char beside[CHORE_PATH_CAP];
    const bool known = beside_program(beside, below);
    const bool use_build = !known || (!chore_dir_exists(beside) && chore_dir_exists(of_build));
    set_absolute(out, use_build ? of_build : beside);
}

static void find_dirs(void)
{
    find_dir(data_dir, "CHOREBENCH_DATA", CHORE_INSTALL_DATA_DIR, CHORE_SOURCE_DATA_DIR);
    find_dir(program_dir, "CHOREBENCH_PROGRAMS", CHORE_INSTALL_BIN_DIR, CHORE_BUILD_BIN_DIR);
    find_dir(plugin_dir, "CHOREBENCH_PLUGINS", CHORE_INSTALL_PLUGIN_DIR, CHORE_BUILD_PLUGIN_DIR);
}

const char *chore_data_dir(void)
{
    pthread_once(&dirs_once, find_dirs);
    return data_dir;
}

const char *chore_plugin_dir(void)
{
    pthread_once(&dirs_once, find_dirs);
    return plugin_dir;
}

const char *chore_program_dir(void)
{
    pthread_once(&dirs_once, find_dirs);
    return program_dir;
}
