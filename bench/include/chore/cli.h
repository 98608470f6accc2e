/* The command line: a table of commands, popt options, one way to fail. */
#ifndef CHORE_CLI_H
#define CHORE_CLI_H
#include <chore/text.h>
#include <popt.h>
#include <stdio.h>
#ifdef __cplusplus
extern "C" {
#endif
/* argv[0] is the command's name, argv[argc] NULL; returns the exit code of the program. */
typedef int (*chore_command_fn)(int argc, const char **argv);
typedef struct chore_command {
    const char *name;
    chore_command_fn run;
    const char *summary, *group;
} chore_command;
extern const chore_command chore_commands[];   /* from commands.inl; ends with name NULL */

#define CHORE_COMMAND(name, function, summary, group) int function(int argc, const char **argv);
#include <chore/commands.inl>
#undef CHORE_COMMAND

/* The command of that name, or NULL. */
const chore_command *chore_command_find(const char *name);
/* The command nearest to a misspelt name, or NULL. */
const chore_command *chore_command_nearest(const char *name);
/* `chorebench --help`: what it is, examples, commands by group, exit codes. */
void chore_cli_help(FILE *out);

/* Print "chorebench COMMAND: FILE:LINE:COL: message" and the hint to stderr; returns the exit code of the status. */
int chore_cli_fail(const char *command, const chore_error *err);
/* Usage error with a message and the way to the command's help; returns 2. */
int chore_cli_usage(const char *command, const char *fmt, ...) CHORE_PRINTF(2, 3);

/* popt for a command: parse options into their variables; on success *args gets the rest, NULL-terminated, never NULL, valid until
   poptFreeContext(*context). Strings start as NULL and become malloc'ed: the caller frees them (after a failure this function did).
   An unknown option names the nearest. `usage`: "[OPTIONS] RUN"; `about`: text for --help, with examples; --help itself is added.
   Returns 0 to go on; otherwise -1 with *code (help was printed: 0; usage error: 2) and *context NULL. */
int chore_cli_parse(poptContext *context, const char *command, int argc, const char **argv, const struct poptOption *options,
                    const char *usage, const char *about, const char ***args, int *code);

/* "A..B" or "N": both ends included. CHORE_E_USAGE. */
chore_status chore_cli_seeds(const char *text, uint64_t *lo, uint64_t *hi, chore_error *err);

bool chore_cli_colours(int fd);   /* a terminal, NO_COLOR not set, TERM not dumb: colours and moving lines are welcome */
int chore_cli_columns(int fd);    /* width of the terminal; $COLUMNS or 100 when it is none */

/* Where settled initial states are kept when nothing else is said: $XDG_CACHE_HOME/chorebench or ~/.cache/chorebench. False: nowhere. */
bool chore_cli_cache_dir(char out[CHORE_PATH_CAP]);

/* Flush stdout. A reader that went away (head) is no error; anything else that could not be written is: returns `code`, or 74. */
int chore_cli_finish(int code);
#ifdef __cplusplus
}
#endif
#endif
