/* chorebench: finds the command and runs it. Everything else is in cmd_*.c. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <chore/cli.h>
#include <chore/provenance.h>
#include <chore/world.h>

static int unknown(const char *name)
{
    const chore_command *nearest = chore_command_nearest(name);
    const char *what = *name == '-' ? "option" : "command";
    fprintf(stderr, "chorebench: unknown %s '%s'", what, name);
    if (nearest && *name != '-') {
        fprintf(stderr, "; did you mean '%s'?", nearest->name);
    }
    fprintf(stderr, "\n  see 'chorebench --help'\n");
    return 2;
}

static int dispatch(int argc, const char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    if (argc < 2) {
        chore_cli_help(stderr);
        return 2;
    }
    chore_error err = {0};
    if (strcmp(name, "--version") == 0) {
        chore_text line = {0};
        chore_version_line(&line);
        printf("%s\n", chore_text_get(&line));
        chore_text_release(&line);
        return 0;
    }
    bool help = strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0;
    if (help && argc < 3) {
        chore_cli_help(stdout);
        return 0;
    }
    const chore_command *command = chore_command_find(help ? argv[2] : name);
    if (!command) {
        return unknown(help ? argv[2] : name);
    }
    const char *ask[] = {command->name, "--help", NULL};
    if (help) {
        return command->run(2, ask);
    }
    if (chore_sim_init(&err) != CHORE_OK && strcmp(command->name, "doctor") != 0) {
        return chore_cli_fail(command->name, &err); /* another MuJoCo: only doctor may go on and say so */
    }
    return command->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN); /* a closed pipe comes back as EPIPE: a run goes on when its reader leaves */
    signal(SIGXFSZ, SIG_IGN); /* a file at its size limit as EFBIG: a storage error, not a worker that died */
    return chore_cli_finish(dispatch(argc, (const char **)(void *)argv));
}
