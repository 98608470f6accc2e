#include <stdlib.h>
#include <unistd.h>

#include <chore/cli.h>
#include <chore/files.h>
#include <chore/serve.h>

static const char about[] =
    "Episodes of a task for a program that takes them step by step: observations out, actions in, as frames over stdout and stdin.\n"
    "The Gymnasium environment (policy_iface/python) starts it; by hand there is nothing to see.\n"
    "\n"
    "Examples\n"
    "  python3 -c 'import gymnasium, chorebench.gym; gymnasium.make(\"chorebench/set_aside-v1\").reset(seed=0)'\n";

typedef struct options {
    char *embodiment, *cache;
    int no_cache;
} options;

static int serve(const options *o, const char *task)
{
    char cache[CHORE_PATH_CAP];
    chore_rig *rig = NULL;
    chore_error err = {0};
    const char *dir = o->no_cache                  ? NULL
                      : o->cache                   ? o->cache
                      : chore_cli_cache_dir(cache) ? cache
                                                   : NULL;
    chore_status status = chore_rig_create(&rig, task, o->embodiment, dir, 0, &err);
    if (status == CHORE_OK) {
        status = chore_serve(rig, STDIN_FILENO, STDOUT_FILENO, &err);
    }
    chore_rig_destroy(rig);
    return status == CHORE_OK ? 0 : chore_cli_fail("serve", &err);
}

int chore_cmd_serve(int argc, const char **argv)
{
    options o = {0};
    const struct poptOption table[] = {
        {"embodiment", 0, POPT_ARG_STRING, &o.embodiment, 0, "robot (default: the task's first)",
         "NAME"},
        {"cache", 0, POPT_ARG_STRING, &o.cache, 0,
         "folder of settled initial states (default: the user's cache)", "DIR"},
        {"no-cache", 0, POPT_ARG_NONE, &o.no_cache, 0, "settle every initial state anew", NULL},
        POPT_TABLEEND,
    };
    poptContext context;
    const char **args;
    int code;
    if (chore_cli_parse(&context, "serve", argc, argv, table, "[OPTIONS] TASK", about, &args,
                        &code) != 0) {
        return code;
    }
    if (!args || !args[0] || args[1]) {
        code = chore_cli_usage("serve", "expected one task");
    } else if (isatty(STDIN_FILENO) || isatty(STDOUT_FILENO)) {
        code = chore_cli_usage(
            "serve",
            "stdin and stdout must lead to a program, not to a terminal; see chorebench serve --help");
    } else {
        code = serve(&o, args[0]);
    }
    poptFreeContext(context);
    free(o.embodiment);
    free(o.cache);
    return code;
}
