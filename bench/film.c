#include <chore/film.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/files.h>
#include <chore/render.h>
#include <chore/recorded.h>
#include <chore/verify.h>

#include "film_moments_internal.h"

enum { MOST = 16, LEAST = 8, COLUMNS = 4, FRAME_WIDTH = 400, FRAME_HEIGHT = 300 };

typedef struct shooting {
    film_moments moments;
    int next;
    const char *camera;
    chore_film *film;
    chore_status status;
    chore_error *err;
} shooting;

static bool shoot(void *ctx, chore_episode *episode, uint64_t steps)
{
    shooting *s = ctx;
    while (s->next < s->moments.n && s->moments.at[s->next].steps <= steps &&
           s->status == CHORE_OK) {
        const film_moment *m = &s->moments.at[s->next++];
        char caption[600];
        snprintf(caption, sizeof caption, "%.1f s\n%s", (double)steps / s->moments.hz, m->caption);
        s->status = chore_film_add(s->film, chore_world_data(chore_episode_world(episode)),
                                   s->camera, caption, m->accent, s->err);
    }
    return s->status == CHORE_OK;
}

static void head(chore_film *film, const chore_row *row, const char *instruction)
{
    char line[512];
    snprintf(line, sizeof line, "%s · %s · seed %llu · %s: %s after %.1f s, progress %.2f",
             row->task, chore_variant_name(row->variant), (unsigned long long)row->seed,
             row->policy, chore_outcome_name(row->outcome), row->sim_time_s, row->progress);
    chore_film_heading(film, line, instruction);
    chore_film_outcome(film, row->success ? CHORE_ACCENT_GOOD : CHORE_ACCENT_BAD);
}

static chore_status shoot_trace(chore_rig *rig, const chore_trace *trace, const chore_row *row,
                                chore_film *film, const char *camera, chore_error *err)
{
    char instruction[512];
    shooting *s = calloc(1, sizeof *s);
    CHORE_ASSERT(s);
    s->film = film;
    s->camera = camera;
    s->err = err;
    chore_trace_header_text(trace, "instruction", instruction, sizeof instruction);
    head(film, row, instruction);
    chore_film_find(&s->moments, trace, row, chore_task_control_hz(chore_rig_task(rig)), true);
    chore_film_choose(&s->moments, chore_trace_n_steps(trace), MOST, LEAST, COLUMNS);
    chore_status status = chore_replay(rig, trace, shoot, s, err);
    status = s->status != CHORE_OK ? s->status : status;
    free(s);
    return status;
}

static chore_status draw(chore_rig *rig, const chore_trace *trace, const chore_row *row,
                         const char *path, chore_error *err)
{
    chore_render_def def = chore_render_def_default();
    chore_renderer *renderer = NULL;
    chore_film *film = NULL;
    def.model = chore_scene_model(chore_rig_scene(rig));
    def.width = FRAME_WIDTH;
    def.height = FRAME_HEIGHT;
    chore_status status = chore_renderer_create(&renderer, &def, err);
    if (status == CHORE_OK) {
        status = chore_film_create(&film, renderer, COLUMNS, FRAME_WIDTH, FRAME_HEIGHT, err);
    }
    if (status == CHORE_OK) {
        status =
            shoot_trace(rig, trace, row, film, chore_scene_cameras(chore_rig_scene(rig))[0], err);
    }
    if (status == CHORE_OK) {
        status = chore_film_write(film, path, err);
    }
    chore_film_destroy(film);
    chore_renderer_destroy(renderer);
    return status;
}

chore_status chore_film_make_parent(const char *path, chore_error *err)
{
    char folder[CHORE_PATH_CAP];
    chore_copy(folder, sizeof folder, path);
    char *slash = strrchr(folder, '/');
    if (!slash || slash == folder) {
        return CHORE_OK;
    }
    *slash = 0;
    return chore_dir_make(folder, err);
}

chore_status chore_film_open(chore_rig **rig, chore_trace **trace, const char *run_dir,
                             const chore_plan *plan, const chore_row *row, chore_error *err)
{
    char path[CHORE_PATH_CAP];
    const chore_plan_task *task = &plan->tasks[plan->episodes[row->index].task];
    *rig = NULL;
    *trace = NULL;
    if (!row->trace[0]) {
        return chore_fail(err, CHORE_E_NOT_FOUND, "the episode has no trace to draw from");
    }
    chore_status status = chore_path_join(path, run_dir, row->trace, err);
    if (status == CHORE_OK) {
        status = chore_trace_open(trace, path, err);
    }
    if (status == CHORE_OK) {
        status = chore_rig_create(rig, task->path[0] ? task->path : task->name, plan->embodiment,
                                  NULL, plan->run_key, err);
    }
    return status;
}

chore_status chore_film_episode(const char *run_dir, const chore_plan *plan, const chore_row *row,
                                const char *path, chore_error *err)
{
    chore_trace *trace;
    chore_rig *rig;
    chore_status status = chore_film_open(&rig, &trace, run_dir, plan, row, err);
    if (status == CHORE_OK) {
        status = chore_film_make_parent(path, err);
    }
    if (status == CHORE_OK) {
        status = draw(rig, trace, row, path, err);
    }
    chore_rig_destroy(rig);
    chore_trace_close(trace);
    return status;
}
