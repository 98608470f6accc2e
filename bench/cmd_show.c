#include <chore/cli.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <chore/files.h>
#include <chore/film.h>

#include "show_internal.h"

void chore_print_json(json_t *json)
{
    json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
    putchar('\n');
    json_decref(json);
}

int chore_show_run(const chore_run_folder *run, bool as_json)
{
    chore_summary summary;
    chore_error err = {0};
    int code = 0;
    if (chore_summary_make(&summary, &run->plan, &run->rows, &err) != CHORE_OK) {
        code = chore_cli_fail("show", &err);
    } else if (as_json) {
        char *json = chore_summary_json(&summary, &run->plan);
        puts(json);
        free(json);
    } else {
        chore_text table = {0};
        char hash[CHORE_HASH_HEX_CAP];
        chore_hash_hex(run->plan.hash, hash);
        printf("%s with %s, %d of %d episodes, plan %.12s\n\n",
               run->plan.suite[0] ? run->plan.suite : "tasks", run->plan.policy, summary.done,
               summary.planned, hash);
        chore_summary_table(&summary, chore_cli_colours(STDOUT_FILENO), chore_cli_columns(STDOUT_FILENO),
                            &table);
        fputs(chore_text_get(&table), stdout);
        chore_text_release(&table);
        fprintf(stderr,
                "\nreport  %s/report.html\nnext    chorebench show %s EPISODE   chorebench verify %s\n",
                run->dir, run->dir, run->dir);
    }
    chore_summary_release(&summary);
    return code;
}

/* What to draw besides what is printed; either may be NULL. */
typedef struct drawn {
    char *film, *grid;
} drawn;

static int show_from_run(const char *dir, const char *episode, const drawn *draw, bool as_json)
{
    chore_run_folder run;
    chore_error err = {0};
    if (chore_run_folder_open(&run, dir, &err) != CHORE_OK) {
        return chore_cli_fail("show", &err);
    }
    if (draw->grid && chore_film_grid(&run, &(chore_look){.camera = NULL}, draw->grid, &err) != CHORE_OK) {
        chore_run_folder_close(&run);
        return chore_cli_fail("show", &err);
    }
    int code = episode ? chore_show_episode(&run, episode, draw->film, as_json) : chore_show_run(&run, as_json);
    chore_run_folder_close(&run);
    return code;
}

static int show(const char **args, const drawn *draw, bool as_json)
{
    if (!args[0] || (args[1] && args[2])) {
        return chore_cli_usage("show", "expected TASK, RUN, or RUN EPISODE");
    }
    if (draw->film && !args[1]) {
        return chore_cli_usage("show", "--film draws an episode: show RUN EPISODE --film %s", draw->film);
    }
    if (draw->grid && (args[1] || !chore_dir_exists(args[0]))) {
        return chore_cli_usage("show", "--grid draws a run: show RUN --grid %s", draw->grid);
    }
    return args[1] || chore_dir_exists(args[0]) ? show_from_run(args[0], args[1], draw, as_json)
                                                : chore_show_task(args[0], as_json);
}

int chore_cmd_show(int argc, const char **argv)
{
    int as_json = 0, code;
    drawn draw = {NULL, NULL};
    const struct poptOption options[] = {
        {"film", 'f', POPT_ARG_STRING, &draw.film, 0, "draw the episode's film strip to a PNG", "FILE.png"},
        {"grid", 'g', POPT_ARG_STRING, &draw.grid, 0, "draw an episode of each task of the run to a PNG", "FILE.png"},
        {"json", 0, POPT_ARG_NONE, &as_json, 0, "print JSON", NULL},
        POPT_TABLEEND,
    };
    poptContext context;
    const char **args;
    if (chore_cli_parse(&context, "show", argc, argv, options, "[OPTIONS] TASK | RUN [EPISODE]",
                        "Show a task, the table of a run, or one episode of it with its timeline.\n\n"
                        "Examples:\n"
                        "  chorebench show bus_table\n"
                        "  chorebench show runs/mine\n"
                        "  chorebench show runs/mine bus_table-disturbed-00003 --film strip.png\n"
                        "  chorebench show runs/mine --grid all.png\n",
                        &args, &code) < 0) {
        return code;
    }
    code = show(args, &draw, as_json);
    poptFreeContext(context);
    free(draw.film);
    free(draw.grid);
    return code;
}
