#include <chore/cli.h>

#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chore/files.h>

enum { MAX_OPTIONS = 64, HELP_VALUE = 0x6f70 };

/* ---- commands
 * ------------------------------------------------------------------------------------------------- */

const chore_command chore_commands[] = {
#define CHORE_COMMAND(name, function, summary, group) {#name, function, summary, group},
#include <chore/commands.inl>
#undef CHORE_COMMAND
    {NULL, NULL, NULL, NULL},
};

const chore_command *chore_command_find(const char *name)
{
    for (const chore_command *c = chore_commands; c->name; c++) {
        if (strcmp(c->name, name) == 0) {
            return c;
        }
    }
    return NULL;
}

const chore_command *chore_command_nearest(const char *name)
{
    const char *names[MAX_OPTIONS];
    int n = 0;
    for (const chore_command *c = chore_commands; c->name && n < MAX_OPTIONS; c++) {
        names[n++] = c->name;
    }
    int nearest = chore_nearest(name, names, n);
    return nearest < 0 ? NULL : &chore_commands[nearest];
}

static const char help_head[] =
    "chorebench: would you leave this robot policy alone with your household?\n"
    "\n"
    "Examples:\n"
    "  chorebench run smoke --policy oracle --seeds 0..9     run a suite, both variants of each episode\n"
    "  chorebench show RUN                                   its table again; RUN/report.html has the pictures\n"
    "  chorebench verify RUN                                 simulate every episode again and compare\n"
    "  chorebench list tasks                                 what there is\n"
    "\n"
    "Usage: chorebench COMMAND [OPTIONS]...     chorebench COMMAND --help tells more\n";

static const char help_tail[] =
    "\n"
    "      --version   version, commit, MuJoCo\n"
    "  -h, --help      this text\n"
    "\n"
    "Results go to stdout, everything else to stderr. Reading commands know --json. NO_COLOR is honoured.\n"
    "Exit codes: 0 done · 1 a gate or check failed · 2 usage or bad file · 3 incomplete · 4 policy cannot be loaded\n"
    "            6 diverged or tampered · 74 storage · 130 interrupted.  A policy that scores zero is exit 0.\n";

void chore_cli_help(FILE *out)
{
    static const struct {
        const char *group, *title;
    } groups[] = {{"run", "Run"}, {"look", "Look"}, {"trust", "Trust"}, {"write", "Write"}};
    fputs(help_head, out);
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        fprintf(out, "\n%s\n", groups[g].title);
        for (const chore_command *c = chore_commands; c->name; c++) {
            if (strcmp(c->group, groups[g].group) == 0) {
                fprintf(out, "  %-8s %s\n", c->name, c->summary);
            }
        }
    }
    fputs(help_tail, out);
}

/* ---- failing
 * -------------------------------------------------------------------------------------------------- */

int chore_cli_fail(const char *command, const chore_error *err)
{
    chore_error bare = *err;
    char line[CHORE_PATH_CAP + 1024];
    bare.hint[0] = '\0'; /* on a line of its own here */
    chore_error_format(&bare, line, sizeof line);
    if (err->detail[0]) {
        fprintf(stderr, "chorebench %s: %s", command, err->detail);
    } else {
        fprintf(stderr, "chorebench %s: %s\n", command, line);
    }
    if (err->hint[0]) {
        fprintf(stderr, "  %s\n", err->hint);
    }
    return chore_status_exit_code(err->status);
}

int chore_cli_usage(const char *command, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fprintf(stderr, "chorebench %s: ", command);
    vfprintf(stderr, fmt, args);
    fprintf(stderr, "\n  see 'chorebench %s --help'\n", command);
    va_end(args);
    return chore_status_exit_code(CHORE_E_USAGE);
}

int chore_cli_finish(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return code;
    }
    struct pollfd pipe = {.fd = STDOUT_FILENO, .events = POLLOUT}; /* errno may be of a later call by now */
    if (poll(&pipe, 1, 0) == 1 && (pipe.revents & POLLERR)) {
        return code;
    }
    fprintf(stderr, "chorebench: not everything could be written to standard output\n");
    return chore_status_exit_code(CHORE_E_IO);
}

/* ---- options
 * -------------------------------------------------------------------------------------------------- */

static void print_option(const struct poptOption *option)
{
    char left[96];
    char letter[8] = "    ";
    if (option->shortName) {
        snprintf(letter, sizeof letter, "-%c%s", option->shortName, option->longName ? ", " : "");
    }
    snprintf(left, sizeof left, "%s%s%s%s%s", letter, option->longName ? "--" : "",
             option->longName ? option->longName : "", option->argDescrip ? " " : "",
             option->argDescrip ? option->argDescrip : "");
    printf("  %-30s %s", left, option->descrip);
    if (option->argInfo & POPT_ARGFLAG_SHOW_DEFAULT) {
        bool whole = (option->argInfo & POPT_ARG_MASK) == POPT_ARG_INT;
        printf(" (default %g)", whole ? *(const int *)option->arg : *(const double *)option->arg);
    }
    putchar('\n');
}

static void print_help(const char *command, const struct poptOption *options, const char *usage,
                       const char *about)
{
    size_t len = strlen(about);
    printf("%s%s\nUsage: chorebench %s %s\n\n", about, len && about[len - 1] == '\n' ? "" : "\n", command,
           usage);
    for (; options->longName || options->shortName; options++) {
        if (options->descrip) {
            print_option(options);
        }
    }
}

static int count_options(const struct poptOption *options)
{
    int n = 0;
    while (options[n].longName || options[n].shortName) {
        n++;
    }
    CHORE_ASSERT(n < MAX_OPTIONS - 1);
    return n;
}

static int bad_option(const char *command, poptContext context, int error, const struct poptOption *options)
{
    const char *given = poptBadOption(context, POPT_BADOPTION_NOALIAS);
    if (error != POPT_ERROR_BADOPT) {
        return chore_cli_usage(command, "'%s': %s", given, poptStrerror(error));
    }
    const char *names[MAX_OPTIONS];
    const struct poptOption *known[MAX_OPTIONS];
    int n = 0;
    for (; options->longName || options->shortName; options++) {
        if (options->longName) {
            known[n] = options;
            names[n++] = options->longName;
        }
    }
    char wanted[CHORE_NAME_CAP];
    chore_copy(wanted, sizeof wanted, given + strspn(given, "-"));
    wanted[strcspn(wanted, "=")] = '\0';
    int nearest = chore_nearest(wanted, names, n);
    return nearest < 0 ? chore_cli_usage(command, "unknown option '%s'", given)
                       : chore_cli_usage(command, "unknown option '%s'; did you mean '--%s'?", given,
                                         known[nearest]->longName);
}

/* What popt had stored before it met an error. */
static void free_strings(const struct poptOption *options)
{
    for (; options->longName || options->shortName; options++) {
        if ((options->argInfo & POPT_ARG_MASK) == POPT_ARG_STRING) {
            char **text = options->arg;
            free(*text);
            *text = NULL;
        }
    }
}

int chore_cli_parse(poptContext *context, const char *command, int argc, const char **argv,
                    const struct poptOption *options, const char *usage, const char *about,
                    const char ***args, int *code)
{
    static struct poptOption all[MAX_OPTIONS]; /* the context keeps pointing at it */
    static const char *none[] = {NULL};
    int n = count_options(options);
    memset(all, 0, sizeof all);
    memcpy(all, options, (size_t)n * sizeof *all);
    all[n] = (struct poptOption){"help", 'h', POPT_ARG_NONE, NULL, HELP_VALUE, "this text", NULL};

    *args = NULL;
    *context = poptGetContext("chorebench", argc, argv, all, 0);
    CHORE_ASSERT(*context);
    int value;
    bool help = false;
    while ((value = poptGetNextOpt(*context)) > 0) {
        help |= value == HELP_VALUE;
    }
    if (help) {
        print_help(command, all, usage, about);
        *code = 0;
    } else if (value < -1) {
        *code = bad_option(command, *context, value, all);
    } else {
        const char **rest = poptGetArgs(*context);
        *args = rest ? rest : none;
        return 0;
    }
    *context = poptFreeContext(*context);
    free_strings(options);
    return -1;
}

chore_status chore_cli_seeds(const char *text, uint64_t *lo, uint64_t *hi, chore_error *err)
{
    char first[32] = "", last[32] = "";
    const char *dots = strstr(text, "..");
    size_t len = dots ? (size_t)(dots - text) : strlen(text);
    int64_t a, b;
    bool whole = len < sizeof first && chore_copy(last, sizeof last, dots ? dots + 2 : text);
    if (whole) {
        chore_copy(first, len + 1, text);
    }
    if (!whole || chore_parse_int(first, 0, INT64_MAX, &a, NULL) != CHORE_OK ||
        chore_parse_int(last, 0, INT64_MAX, &b, NULL) != CHORE_OK) {
        return chore_fail(err, CHORE_E_USAGE, "seeds '%.40s': expected A..B or one number, as in 0..49",
                          text);
    }
    if (b < a) {
        return chore_fail(err, CHORE_E_USAGE, "seeds '%s': %" PRId64 " comes after %" PRId64, text, a, b);
    }
    *lo = (uint64_t)a;
    *hi = (uint64_t)b;
    return CHORE_OK;
}

/* ---- the terminal
 * --------------------------------------------------------------------------------------------- */

bool chore_cli_colours(int fd)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(fd) && !(no && *no) && term && *term && strcmp(term, "dumb") != 0;
}

int chore_cli_columns(int fd)
{
    struct winsize size;
    int64_t columns = 100;
    const char *said = getenv("COLUMNS");
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    if (said) {
        (void)chore_parse_int(said, 20, 1000, &columns, NULL); /* keeps 100 when it is no number */
    }
    return (int)columns;
}

bool chore_cli_cache_dir(char out[CHORE_PATH_CAP])
{
    const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (xdg && *xdg) {
        return chore_path_join(out, xdg, "chorebench", NULL) == CHORE_OK;
    }
    return home && *home && chore_path_join(out, home, ".cache/chorebench", NULL) == CHORE_OK;
}
