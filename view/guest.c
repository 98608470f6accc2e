#include <chore/guest.h>

#include <stdlib.h>
#include <string.h>

#include <chore/conventions.h>
#include <chore/files.h>
#include <chore/pace.h>
#include <chore/recorded.h>
#include <chore/rng.h>
#include <chore/run_plan.h>

#define CALL_S 60.0 /* a call that takes longer is ended */

struct chore_guest {
    chore_rig *rig; /* borrowed */
    chore_plan plan;
    chore_convention convention;
    chore_policy_host *policy;
    const chore_policy_request *request;
    chore_recorded recorded; /* nothing: no guest replays */
    chore_pace *pace;
    int64_t begun;           /* the step from which on it has the robot */
    bool knows, first, intervened; /* it was told of the episode; that call comes first; since its last call others have acted */
    int64_t told;                  /* the step at which it was told: its episode begins there */
    chore_said said;               /* with its last answer, and not passed on yet */
    char about[CHORE_ABOUT_CAP];
};

static int64_t steps(const chore_guest *g)
{
    return (int64_t)chore_world_control_steps(chore_episode_world(chore_rig_episode(g->rig)));
}

/* ---- opening ------------------------------------------------------------------------------------------------------ */

static chore_status read_plan(chore_guest *g, const char *run_dir, chore_error *err)
{
    char path[CHORE_PATH_CAP];
    chore_status status = chore_path_join(path, run_dir, "plan.json", err);
    if (status == CHORE_OK) {
        status = chore_plan_read(&g->plan, path, err);
    }
    if (status == CHORE_OK && strcmp(g->plan.policy, "replay") == 0) {
        status = chore_fail(err, CHORE_E_POLICY_LOAD, "the policy was a recording itself");
    }
    return status;
}

static chore_status prepare_rig(chore_guest *g, chore_error *err)
{
    const char *convention = g->plan.convention_path[0] ? g->plan.convention_path : g->plan.convention;
    chore_status status = CHORE_OK;
    chore_rig_set_track(g->rig, g->plan.track);
    if (convention[0]) {
        status = chore_convention_load(&g->convention, convention, err);
        if (status == CHORE_OK) {
            status = chore_rig_set_convention(g->rig, &g->convention, err);
        }
    }
    chore_rig_set_latency(g->rig, (chore_latency){.kind = CHORE_LATENCY_FROZEN});
    return status;
}

static chore_status open_policy(chore_guest *g, chore_error *err)
{
    chore_policy_allow allow;
    chore_status status = chore_policy_allow_parse(g->plan.allow, &allow, err);
    const chore_policy_def def = {.policy = g->plan.policy_path[0] ? g->plan.policy_path : g->plan.policy,
                                  .config = g->plan.policy_config,
                                  .extension = chore_recorded_extension,
                                  .ctx = &g->recorded,
                                  .profile = g->plan.profile,
                                  .allow = &allow,
                                  .call_s = CALL_S};
    return status == CHORE_OK ? chore_policy_open(&g->policy, &def, err) : status;
}

static chore_status negotiate(chore_guest *g, chore_error *err)
{
    const chore_action_mode mode = chore_world_mode(chore_episode_world(chore_rig_episode(g->rig)));
    chore_status status = chore_policy_negotiate(g->policy, chore_rig_offer(g->rig), &g->request, err);
    if (status == CHORE_OK) {
        status = chore_rig_accept(g->rig, g->request, err);
    }
    if (status == CHORE_OK && strcmp(chore_rig_mode(g->rig), chore_action_mode_name(mode)) != 0) {
        status = chore_fail(err, CHORE_E_USAGE, "it acts in mode %s, the recording is in %s", chore_rig_mode(g->rig),
                            chore_action_mode_name(mode));
    }
    return status;
}

chore_status chore_guest_open(chore_guest **out, const char *run_dir, chore_rig *rig, chore_error *err)
{
    chore_guest *g = calloc(1, sizeof *g);
    CHORE_ASSERT(g);
    g->rig = rig;
    chore_status status = read_plan(g, run_dir, err);
    if (status == CHORE_OK) {
        status = prepare_rig(g, err);
    }
    if (status == CHORE_OK) {
        status = open_policy(g, err);
    }
    if (status == CHORE_OK) {
        status = negotiate(g, err);
    }
    if (status != CHORE_OK) {
        chore_guest_close(g);
        return status;
    }
    *out = g;
    return CHORE_OK;
}

void chore_guest_close(chore_guest *g)
{
    if (g) {
        chore_pace_destroy(g->pace);
        chore_policy_unload(g->policy);
        chore_plan_release(&g->plan);
        free(g);
    }
}

/* ---- driving ------------------------------------------------------------------------------------------------------ */

static void make_pace(chore_guest *g)
{
    const chore_world *world = chore_episode_world(chore_rig_episode(g->rig));
    const int dim = (int)chore_rig_action_dim(g->rig);
    float *hold = calloc((size_t)dim + 1, sizeof *hold);
    bool *relative = calloc((size_t)dim + 1, sizeof *relative);
    CHORE_ASSERT(hold && relative);
    chore_rig_hold_action(g->rig, 0, hold);
    chore_rig_relative_values(g->rig, 0, relative);
    chore_pace_destroy(g->pace);
    g->pace = chore_pace_create(&(chore_pace_def){.horizon = (int)g->request->horizon,
                                                  .execute = (int)g->request->execute,
                                                  .dim = dim,
                                                  .control_hz = chore_world_control_hz(world),
                                                  .relative = relative});
    chore_pace_begin(g->pace, hold);
    free(hold);
    free(relative);
}

chore_status chore_guest_begin(chore_guest *g, chore_error *err)
{
    chore_rng rng = chore_rng_stream(0, chore_task_hash(chore_rig_task(g->rig)), (uint64_t)steps(g), "guest");
    const chore_policy_episode episode = {.struct_size = sizeof episode,
                                          .id = chore_rng_u64(&rng),
                                          .seed = chore_rng_u64(&rng),
                                          .instruction = chore_episode_instruction(chore_rig_episode(g->rig))};
    make_pace(g);
    g->begun = steps(g);
    g->intervened = true;
    if (g->knows) {
        return CHORE_OK;
    }
    g->knows = g->first = true;
    g->told = g->begun;
    return chore_policy_reset(g->policy, 1, &episode, err);
}

/* What it sees now, with the steps of its own episode. */
static chore_policy_batch look(chore_guest *g, uint64_t *step, double *seconds, uint32_t *flags)
{
    chore_policy_batch seen = *chore_rig_observe(g->rig);
    *step = seen.step[0] - (uint64_t)g->told;
    *seconds = seen.sim_time[0] - (double)g->told / chore_world_control_hz(chore_episode_world(chore_rig_episode(g->rig)));
    *flags = (g->first ? CHORE_SLOT_FIRST : 0) | (g->intervened ? CHORE_SLOT_INTERVENED : 0);
    seen.step = step;
    seen.sim_time = seconds;
    seen.flags = flags;
    return seen;
}

static chore_status ask(chore_guest *g, int64_t step, chore_error *err)
{
    uint32_t valid = 0, report = CHORE_REPORT_NONE;
    int32_t came = CHORE_POLICY_ERROR;
    char about[CHORE_POLICY_ABOUT_CAP] = "";
    chore_policy_actions actions = {.struct_size = sizeof actions,
                                    .horizon = g->request->horizon,
                                    .dim = chore_rig_action_dim(g->rig),
                                    .data = chore_pace_room(g->pace),
                                    .valid = &valid,
                                    .status = &came,
                                    .report = &report,
                                    .about = about};
    uint64_t own_step;
    double seconds;
    uint32_t flags;
    const chore_policy_batch seen = look(g, &own_step, &seconds, &flags);
    chore_status status = chore_rig_failure(g->rig, err);
    if (status == CHORE_OK) {
        status = chore_policy_act(g->policy, &seen, &actions, err);
        g->first = g->intervened = false;
    }
    if (status == CHORE_OK && (came < 0 || valid < 1)) {
        status = chore_fail(err, CHORE_E_POLICY, "it gave no action");
    }
    if (status == CHORE_OK) {
        (void)chore_pace_answer(g->pace, step, (int)valid, 0);
        g->said = (chore_said)report;
        chore_copy(g->about, sizeof g->about, about);
    }
    return status;
}

bool chore_guest_said(chore_guest *g, chore_said *said, char about[CHORE_ABOUT_CAP])
{
    *said = g->said;
    chore_copy(about, CHORE_ABOUT_CAP, g->about);
    g->said = CHORE_SAID_NOTHING;
    return *said != CHORE_SAID_NOTHING;
}

chore_status chore_guest_action(chore_guest *g, const float **action, chore_error *err)
{
    const int64_t step = steps(g) - g->begun;
    chore_status status = CHORE_OK;
    if (chore_pace_due(g->pace, step)) {
        status = ask(g, step, err);
    } else if (g->request->caps & CHORE_CAP_NEEDS_EVERY_OBS) {
        uint64_t own_step;
        double seconds;
        uint32_t flags;
        const chore_policy_batch seen = look(g, &own_step, &seconds, &flags);
        status = chore_policy_observe(g->policy, &seen, err);
    }
    if (status == CHORE_OK) {
        *action = chore_rig_native_action(g->rig, 0, chore_pace_action(g->pace, step));
    }
    return status;
}
