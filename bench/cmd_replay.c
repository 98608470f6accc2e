#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/cli.h>
#include <chore/clock.h>
#include <chore/recorded.h>
#include <chore/verify.h>

static const char about[] =
    "Re-simulates a trace from its actions and compares the state hash at every control step.\n"
    "\n"
    "Examples\n"
    "  chorebench replay runs/mine/traces/bus_table-control-00003.trace\n"
    "  chorebench replay --task my_task.yaml some.trace\n"
    "\n"
    "Exit codes: 0 the same states · 6 another state, or the file was changed\n";

static chore_status replay(const char *path, const char *task, chore_error *err)
{
    chore_trace *trace = NULL;
    chore_rig *rig = NULL;
    char name[CHORE_NAME_CAP], embodiment[CHORE_NAME_CAP], outcome[CHORE_NAME_CAP];
    chore_status status = chore_trace_open(&trace, path, err);
    if (status == CHORE_OK) {
        chore_trace_header_text(trace, "task", name, sizeof name);
        chore_trace_header_text(trace, "embodiment", embodiment, sizeof embodiment);
        status = chore_rig_create_at(&rig, chore_trace_control_hz(trace), task ? task : name, embodiment,
                                     NULL, 0, err);
    }
    uint64_t start = chore_now_ns();
    if (status == CHORE_OK) {
        status = chore_replay(rig, trace, NULL, NULL, err);
    }
    if (status == CHORE_OK) {
        double wall = (double)(chore_now_ns() - start) * 1e-9,
               seconds = chore_world_seconds(chore_episode_world(chore_rig_episode(rig)));
        chore_copy(outcome, sizeof outcome,
                   chore_outcome_name(chore_episode_outcome(chore_rig_episode(rig))));
        uint64_t driven;
        char person[64] = "";
        if (chore_trace_is_intervened(trace, &driven)) {
            snprintf(person, sizeof person, ", %" PRIu64 " of them driven by a person", driven);
        }
        printf("%" PRIu64
               " control steps%s, every hash equal; %s; %.1f s simulated in %.2f s (%.0fx)\n",
               chore_trace_n_steps(trace), person, outcome, seconds, wall, seconds / wall);
    }
    chore_rig_destroy(rig);
    chore_trace_close(trace);
    return status;
}

int chore_cmd_replay(int argc, const char **argv)
{
    char *task = NULL;
    const struct poptOption table[] = {
        {"task", 0, POPT_ARG_STRING, &task, 0, "task file (default: the task of the trace's name)",
         "FILE"},
        POPT_TABLEEND,
    };
    poptContext context;
    const char **args;
    int code;
    if (chore_cli_parse(&context, "replay", argc, argv, table, "[OPTIONS] TRACE...", about, &args,
                        &code) != 0) {
        return code;
    }
    code = args && args[0] ? 0 : chore_cli_usage("replay", "expected a trace");
    for (int i = 0; args && args[i]; i++) {
        chore_error err = {0};
        if (replay(args[i], task, &err) != CHORE_OK) {
            code = chore_cli_fail("replay", &err);
        }
    }
    poptFreeContext(context);
    free(task);
    return code;
}
