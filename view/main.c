/* chorebench-view: the window. What it opens is playlist.c's affair, what it shows session.c's. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/cli.h>
#include <chore/provenance.h>
#include <chore/world.h>

#include "bench_internal.h"
#include "keys_internal.h"
#include "window_internal.h"

static const char help[] =
    "Shows recorded episodes in a window: play, step, scrub; every state is simulated again and compared with the recording.\n"
    "\n"
    "Examples\n"
    "  chorebench-view runs/mine                              begins with its first failure\n"
    "  chorebench-view runs/mine bus_table-disturbed-00003\n"
    "  chorebench-view some.trace --at 12.3\n"
    "  chorebench-view runs/mine 7 --at 4 --shot moment.png   a picture, and closes\n"
    "  chorebench-view runs/mine runs/other                   two at once: the same episode of both\n"
    "  chorebench-view one.trace other.trace --ghost          the second transparent in the first's picture\n"
    "  chorebench-view --live set_aside --policy oracle       a rollout as it is simulated\n"
    "\n"
    "Usage: chorebench-view [OPTIONS] RUN [EPISODE] | TRACE\n"
    "       chorebench-view [OPTIONS] RUN EPISODE EPISODE | RUN [EPISODE] RUN [EPISODE] | TRACE TRACE\n"
    "       chorebench-view [OPTIONS] --live TASK --policy NAME|PATH [-- OPTIONS OF chorebench run]\n"
    "\n"
    "  --at SECONDS       begin there (simulated time)\n"
    "  --play             begin playing\n"
    "  --ghost            of two, draw the second transparent in the picture of the first\n"
    "  --by-event         of two, bring the first event of both together (default: the start)\n"
    "  --live TASK        run it now (name or file) and watch, with\n"
    "    --policy P       as in `chorebench run`, and perhaps\n"
    "    --seed N         (default 0)\n"
    "    --variant NAME   control or disturbed (default)\n"
    "    --out DIR        run folder (default: runs/live-TASK-POLICY-TIME)\n"
    "  --task FILE        task file of a trace (default: the task of the trace's name)\n"
    "  --size WxH         of the window (default 1280x720)\n"
    "  --quality LEVEL    high: shadows and smooth edges, low: neither (default: high on a GPU, low in software)\n"
    "  --shot FILE        write a PNG of the beginning and close\n"
    "  --tell             print a line of JSON whenever what is shown changes\n"
    "  --bench            measure opening, seeking and drawing on the first episode, print it and close\n"
    "  --keys             print the keys (in the window: F1)\n"
    "  --version          version, commit, MuJoCo\n"
    "  -h, --help         this text\n"
    "\n"
    "Exit codes: 0 closed · 2 usage or bad file · 3 no display or no OpenGL · 6 the recording was tampered with · 74 storage\n"
    "            --live: also those of `chorebench run`\n";

enum { OPT_BENCH = 255, OPT_AT = 256, OPT_PLAY, OPT_TASK, OPT_SIZE, OPT_QUALITY, OPT_SHOT, OPT_TELL, OPT_KEYS, OPT_VERSION, OPT_GHOST, OPT_BY_EVENT,
       OPT_LIVE, OPT_POLICY, OPT_SEED, OPT_VARIANT, OPT_OUT };

static const struct option options[] = {
    {"at", required_argument, NULL, OPT_AT},           {"play", no_argument, NULL, OPT_PLAY},
    {"task", required_argument, NULL, OPT_TASK},       {"size", required_argument, NULL, OPT_SIZE},
    {"quality", required_argument, NULL, OPT_QUALITY}, {"shot", required_argument, NULL, OPT_SHOT},
    {"bench", no_argument, NULL, OPT_BENCH},           {"tell", no_argument, NULL, OPT_TELL},             {"keys", no_argument, NULL, OPT_KEYS},
    {"version", no_argument, NULL, OPT_VERSION},       {"help", no_argument, NULL, 'h'},
    {"ghost", no_argument, NULL, OPT_GHOST},           {"by-event", no_argument, NULL, OPT_BY_EVENT},
    {"live", required_argument, NULL, OPT_LIVE},       {"policy", required_argument, NULL, OPT_POLICY},
    {"seed", required_argument, NULL, OPT_SEED},       {"variant", required_argument, NULL, OPT_VARIANT},
    {"out", required_argument, NULL, OPT_OUT},         {NULL, 0, NULL, 0},
};

static int fail(const chore_error *err)
{
    chore_error bare = *err;
    char line[CHORE_PATH_CAP + 1024];
    bare.hint[0] = '\0'; /* on a line of its own */
    chore_error_format(&bare, line, sizeof line);
    fprintf(stderr, "chorebench-view: %s\n", line);
    if (err->hint[0]) {
        fprintf(stderr, "  %s\n", err->hint);
    }
    return chore_status_exit_code(err->status);
}

static int usage(const char *what, const char *value)
{
    fprintf(stderr, "chorebench-view: %s%s%s%s\n  see 'chorebench-view --help'\n", what, value ? " '" : "", value ? value : "",
            value ? "'" : "");
    return chore_status_exit_code(CHORE_E_USAGE);
}

static int unknown_option(const char *text)
{
    const char *names[sizeof options / sizeof *options];
    char what[256];
    int n = 0;
    for (; options[n].name; n++) {
        names[n] = options[n].name;
    }
    const char *bare = text + strspn(text, "-");
    const int nearest = chore_nearest(bare, names, n);
    snprintf(what, sizeof what, "unknown option '%.80s'%s%s%s", text, nearest >= 0 ? "; did you mean '--" : "",
             nearest >= 0 ? names[nearest] : "", nearest >= 0 ? "'?" : "");
    return usage(what, NULL);
}

static int print_version(void)
{
    chore_text line = {0};
    chore_version_line(&line);
    printf("%s\n", chore_text_get(&line));
    chore_text_release(&line);
    return 0;
}

static bool parse_size(const char *text, int *width, int *height)
{
    char rest;
    return sscanf(text, "%dx%d%c", width, height, &rest) == 2 && *width >= 320 && *height >= 240 && *width <= 16384 &&
           *height <= 16384;
}

/* Takes one option; *code: what to end with, -1: go on. */
static void take(int option, const char *value, window_def *def, live *l, const char **task, bool *bench, int *code)
{
    char *end;
    switch (option) {
    case OPT_LIVE: l->task = value; break;
    case OPT_POLICY: l->policy = value; break;
    case OPT_VARIANT: l->variant = value; break;
    case OPT_OUT: l->out = value; break;
    case OPT_SEED:
        l->seed = strtoull(value, &end, 10);
        *code = *end || *value < '0' || *value > '9' ? usage("--seed wants a number, not", value) : -1;
        break;
    case OPT_AT:
        def->at_s = strtod(value, &end);
        *code = *end || end == value || !(def->at_s >= 0 && def->at_s < 1e6) ? usage("--at wants seconds, not", value) : -1;
        break;
    case OPT_SIZE:
        *code = parse_size(value, &def->width, &def->height) ? -1 : usage("--size wants WxH from 320x240, not", value);
        break;
    case OPT_QUALITY:
        def->quality = strcmp(value, "high") == 0;
        *code = def->quality || strcmp(value, "low") == 0 ? -1 : usage("--quality is low or high, not", value);
        break;
    case OPT_GHOST: def->ghost = true; break;
    case OPT_BY_EVENT: def->by_event = true; break;
    case OPT_PLAY: def->play = true; break;
    case OPT_TASK: *task = value; break;
    case OPT_SHOT: def->shot = value; break;
    case OPT_BENCH: *bench = true; break;
    case OPT_TELL: def->tell = true; break;
    case OPT_KEYS: view_keys_print(stdout), *code = 0; break;
    case OPT_VERSION: *code = print_version(); break;
    default: fputs(help, stdout), *code = 0; break;
    }
}

/* Options of a live rollout, and no rollout; or no policy. */
static int check_live(const live *l)
{
    if (!l->task && (l->policy || l->variant || l->out)) {
        return usage("--policy, --seed, --variant and --out go with --live TASK", NULL);
    }
    return l->task && !l->policy ? usage("which policy? --live TASK --policy NAME|PATH", NULL) : -1;
}
static volatile int stopped;

static void stop(int signal)
{
    (void)signal;
    stopped = 1;
    view_window_stop();
}

static void set_task(chore_playlist *list, const char *task)
{
    for (int i = 0; task && i < list->n; i++) {
        chore_copy(list->entries[i].task, sizeof list->entries[i].task, task);
    }
}

static int open_window(window_def *def, bool bench)
{
    chore_error err = {0};
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    if (bench) {
        return view_bench(def, &stopped);
    }
    const chore_status status = view_window_run(def, &err);
    if (def->live) {
        const bool ended = live_is_over(def->live);
        live_stop(def->live);
        if (ended && def->live->code && !err.message[0]) { /* it has said why */
            return def->live->code;
        }
    }
    return status == CHORE_OK ? 0 : fail(&err);
}

static int show(window_def *def, char *const *words, int n, const char *task, bool bench)
{
    chore_playlist list, second;
    chore_error err = {0};
    if (chore_playlist_open_words(&list, &second, words, n, &err) != CHORE_OK) {
        return fail(&err);
    }
    set_task(&list, task);
    set_task(&second, task);
    def->list = &list;
    def->second = second.n ? &second : NULL;
    const int code = open_window(def, bench);
    chore_playlist_release(&list);
    chore_playlist_release(&second);
    return code;
}

static int show_live(window_def *def, live *l, char *const *more, int n_more)
{
    chore_playlist list = {0};
    l->list = def->list = &list;
    l->variant = l->variant ? l->variant : "disturbed";
    l->more = more;
    l->n_more = n_more;
    def->live = l;
    def->play = true; /* at the pace of a clock, as far as it has come; End goes along with the simulation */
    const int code = open_window(def, false);
    chore_playlist_release(&list);
    return code;
}

int main(int argc, char **argv)
{
    window_def def = {.width = 1280, .height = 720, .quality = -1};
    const char *task = NULL;
    char cache[CHORE_PATH_CAP];
    live l = {0};
    chore_error err = {0};
    bool bench = false;
    int option, code = -1;
    opterr = 0;
    def.cache_dir = chore_cli_cache_dir(cache) ? cache : NULL;
    while (code < 0 && (option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
        if (option == '?') {
            return unknown_option(argv[optind - 1]);
        }
        if (option == ':') {
            return usage("a value is missing after", argv[optind - 1]);
        }
        take(option, optarg, &def, &l, &task, &bench, &code);
    }
    if (code < 0) {
        code = check_live(&l);
    }
    if (code < 0 && !l.task && optind >= argc) {
        code = usage("expected a run folder and perhaps an episode, or a trace", NULL);
    }
    if (code < 0 && chore_sim_init(&err) != CHORE_OK) {
        code = fail(&err);
    }
    if (code < 0 && l.task) {
        code = show_live(&def, &l, argv + optind, argc - optind);
    } else if (code < 0) {
        code = show(&def, argv + optind, argc - optind, task, bench);
    }
    return chore_cli_finish(code);
}
