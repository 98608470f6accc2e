#include <chore/recorded.h>

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include <chore/files.h>
#include <chore/run_plan.h>
#include <chore/spoken.h>

void chore_trace_header_text(const chore_trace *trace, const char *key, char *out, size_t cap)
{
    json_t *header = json_loads(chore_trace_header(trace), 0, NULL);
    const char *value = json_string_value(json_object_get(header, key));
    chore_copy(out, cap, value ? value : "");
    json_decref(header);
}

int chore_trace_control_hz(const chore_trace *trace)
{
    json_t *header = json_loads(chore_trace_header(trace), 0, NULL);
    const json_int_t hz = json_integer_value(json_object_get(header, "control_hz"));
    json_decref(header);
    return hz >= 1 && hz <= CHORE_RATE_MOST ? (int)hz : 0;
}

static const float *recorded_action(void *ctx, uint32_t slot, uint64_t step, uint32_t *dim)
{
    const chore_recorded *recorded = ctx;
    const chore_trace *trace = slot < CHORE_RIG_SLOTS ? recorded->trace[slot] : NULL;
    if (!trace || step >= chore_trace_n_steps(trace)) {
        return NULL;
    }
    *dim = (uint32_t)chore_trace_action_dim(trace);
    return chore_trace_action(trace, step);
}

static uint32_t recorded_report(void *ctx, uint32_t slot, uint64_t step, char about[CHORE_POLICY_ABOUT_CAP])
{
    const chore_recorded *recorded = ctx;
    const chore_trace *trace = slot < CHORE_RIG_SLOTS ? recorded->trace[slot] : NULL;
    chore_said said = CHORE_SAID_NOTHING;
    about[0] = '\0';
    return trace && chore_spoken_at(trace, step, &said, about) ? (uint32_t)said : CHORE_REPORT_NONE;
}

const void *chore_recorded_extension(void *ctx, const char *id)
{
    chore_recorded *recorded = ctx;
    return recorded->mode[0] && strcmp(id, CHORE_EXT_RECORDED_ACTIONS) == 0 ? &recorded->extension
                                                                            : NULL;
}

static chore_status open_named(chore_recorded *recorded, int slot, const char *file, chore_error *err)
{
    char relative[CHORE_NAME_CAP * 3], path[CHORE_PATH_CAP];
    snprintf(relative, sizeof relative, "traces/%s", file);
    chore_status status = chore_path_join(path, recorded->run_dir, relative, err);
    chore_trace_close(recorded->trace[slot]);
    recorded->trace[slot] = NULL;
    return status == CHORE_OK ? chore_trace_open(&recorded->trace[slot], path, err) : status;
}

chore_status chore_recorded_open(chore_recorded *recorded, const char *run_dir, chore_error *err)
{
    char folder[CHORE_PATH_CAP], **names;
    int n;
    memset(recorded, 0, sizeof *recorded);
    chore_copy(recorded->run_dir, sizeof recorded->run_dir, run_dir);
    recorded->extension = (chore_ext_recorded_actions){.struct_size = sizeof recorded->extension,
                                                       .ctx = recorded,
                                                       .mode = recorded->mode,
                                                       .action = recorded_action,
                                                       .report = recorded_report};
    chore_status status = chore_path_join(folder, run_dir, "traces", err);
    if (status == CHORE_OK) {
        status = chore_dir_list(folder, &names, &n, err);
    }
    if (status != CHORE_OK) {
        chore_error_hint(err,
                         "the replay policy wants --policy-config RUN: a run folder with traces");
        return status;
    }
    status = n ? open_named(recorded, 0, names[0], err)
               : chore_fail(err, CHORE_E_NOT_FOUND, "%s holds no traces", folder);
    chore_dir_list_free(names, n);
    if (status == CHORE_OK) {
        chore_trace_header_text(recorded->trace[0], "mode", recorded->mode, sizeof recorded->mode);
    }
    return status;
}

chore_status chore_recorded_select(chore_recorded *recorded, int slot, const char *episode_name,
                                   chore_error *err)
{
    char file[CHORE_NAME_CAP * 3], mode[CHORE_NAME_CAP];
    snprintf(file, sizeof file, "%s.trace", episode_name);
    chore_status status = open_named(recorded, slot, file, err);
    if (status != CHORE_OK) {
        return status;
    }
    chore_trace_header_text(recorded->trace[slot], "mode", mode, sizeof mode);
    if (strcmp(mode, recorded->mode) != 0) {
        return chore_fail(err, CHORE_E_USAGE, "%s was recorded in mode '%s', the others in '%s'",
                          file, mode, recorded->mode);
    }
    return CHORE_OK;
}

void chore_recorded_close(chore_recorded *recorded)
{
    for (int i = 0; i < CHORE_RIG_SLOTS; i++) {
        chore_trace_close(recorded->trace[i]);
    }
    memset(recorded, 0, sizeof *recorded);
}

bool chore_trace_is_intervened(const chore_trace *trace, uint64_t *steps)
{
    json_t *header = json_loads(chore_trace_header(trace), 0, NULL), *outcome = json_loads(chore_trace_outcome(trace), 0, NULL);
    const bool intervened = json_object_get(header, "intervened") != NULL;
    const json_int_t driven = json_integer_value(json_object_get(outcome, "intervened_steps"));
    if (steps) {
        *steps = driven > 0 ? (uint64_t)driven : 0;
    }
    json_decref(header);
    json_decref(outcome);
    return intervened;
}
