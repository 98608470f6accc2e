/* The command line: a table of commands, popt options, one way to fail. */
#ifndef CHORE_CLI_H
#define CHORE_CLI_H
#include <chore/text.h>
#include <popt.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef int (*chore_command_fn)(int argc, const char **argv);   /* argv[0]: the command; returns the exit code */
typedef struct chore_command { const char *name; chore_command_fn run; const char *summary; const char *group; } chore_command;
extern const chore_command chore_commands[];   /* from commands.inl; ends with name NULL */

/* Print "chorebench COMMAND: message" and the hint to stderr and return the exit code of the status. */
int chore_cli_fail(const char *command, const chore_error *err);
/* Usage error with a message; returns 2. */
int chore_cli_usage(const char *command, const char *fmt, ...) CHORE_PRINTF(2, 3);

/* popt for a command: parse options into their variables; on success *args (malloc'ed array, NULL-terminated, strings owned by *context) gets
   the rest. An unknown option names the nearest. `usage`: "[OPTIONS] RUN", `about`: lines for --help (examples first). Returns 0 to go on;
   otherwise -1 with *code (help printed: 0; usage error: 2). */
int chore_cli_parse(poptContext *context, const char *command, int argc, const char **argv, const struct poptOption *options,
                    const char *usage, const char *about, const char ***args, int *code);
/* "A..B" or "N": both ends included. */
chore_status chore_cli_seeds(const char *text, uint64_t *lo, uint64_t *hi, chore_error *err);
bool chore_cli_colours(int fd);   /* terminal, no NO_COLOR, TERM not dumb */
int chore_cli_columns(int fd);
#ifdef __cplusplus
}
#endif
#endif
