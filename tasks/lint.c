/* Lint: what loading cannot see. Every seed must have a start at which the job is still to do,
   and events that can come. */
#include "episode_internal.h"

static chore_status lint_seed(chore_episode *episode, uint64_t seed, chore_error *err)
{
    const unsigned long long n = seed;
    const char *name = chore_task_name(episode->task);
    chore_status status = chore_episode_reset(episode, seed, CHORE_DISTURBED, err);
    if (status != CHORE_OK) {
        return status;
    }
    if (episode->n_literals == 0) {
        return chore_yaml_fail(episode->task->goal.node, err,
                               "seed %llu: the goal wants nothing (its sets are empty)", n);
    }
    if (chore_clause_holds(&episode->facts, episode->goal)) {
        return chore_yaml_fail(episode->task->goal.node, err,
                               "seed %llu: the goal of %s holds at the start", n, name);
    }
    for (int i = 0; i < episode->task->n_fails; i++) {
        if (chore_clause_holds(&episode->facts, episode->fails[i])) {
            return chore_yaml_fail(episode->task->fails[i].node, err,
                                   "seed %llu: this failure condition holds at the start", n);
        }
    }
    return CHORE_OK;
}

chore_status chore_task_lint(const chore_task *task, const chore_scene *scene, uint64_t seed_lo,
                             uint64_t seed_hi, chore_error *err)
{
    chore_episode_def def = {.task = task, .scene = scene};
    chore_episode *episode;
    TRY(chore_episode_create(&episode, &def, err));
    chore_status status = CHORE_OK;
    for (uint64_t seed = seed_lo; seed <= seed_hi && status == CHORE_OK; seed++) {
        status = lint_seed(episode, seed, err);
        if (seed == UINT64_MAX) {
            break;
        }
    }
    chore_episode_destroy(episode);
    return status;
}
