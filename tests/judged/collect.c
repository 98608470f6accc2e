/* collect DIR RUN...: garments that lie on the table at rest, at the key frames and the end of a run's episodes: a pose file and a picture of
   each in DIR. Nothing is written of what the predicate says, so that whoever looks at the pictures does not know it. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/look.h>

#include "episode_internal.h"
#include "garment_state_internal.h"
#include "judged.h"
#include "predicates_internal.h"

enum { WIDTH = 400, HEIGHT = 300 };
#define ELEVATION_DEG (-55.)
#define AZIMUTH_DEG   180.

typedef struct collection {
    const char *dir;
    int n;
} collection;

/* Both from the same look at the episode; `middle`: of the garment. */
static chore_status draw(chore_reel *reel, const char *path, const double middle[3], double distance_m, chore_error *err)
{
    char camera[160];
    chore_eye eye = {0};
    chore_image image = {0};
    snprintf(camera, sizeof camera, "free:%.3f,%.3f,%.3f,%.2f,%.0f,%.0f", middle[0], middle[1], middle[2], distance_m, AZIMUTH_DEG, ELEVATION_DEG);
    const chore_look look = {.camera = camera, .width = WIDTH, .height = HEIGHT};
    chore_status status = chore_image_create(&image, WIDTH, HEIGHT, err);
    status = status == CHORE_OK ? chore_eye_open(&eye, reel, &look, WIDTH, HEIGHT, err) : status;
    status = status == CHORE_OK ? chore_eye_see(&eye, reel, &image, err) : status;
    status = status == CHORE_OK ? chore_png_write(path, &image, err) : status;
    chore_eye_close(&eye);
    chore_image_release(&image);
    return status;
}

static bool lies_still(chore_view *view, int item, double table)
{
    const chore_garment *garment = chore_item_garment(view, item);
    return garment && (view->present >> item & 1) && chore_item_at_rest(view, item) &&
           chore_cloth_lies_on(garment, chore_garment_points(view, garment), table);
}

static chore_status keep(collection *c, chore_reel *reel, chore_view *view, int item, uint64_t step, chore_error *err)
{
    static judged_pose pose;
    const chore_garment *g = chore_item_garment(view, item);
    char path[CHORE_PATH_CAP + 40];
    double middle[3];
    const chore_row row = chore_reel_row(reel);
    chore_copy(pose.kind, sizeof pose.kind, g->kind);
    chore_copy(pose.size, sizeof pose.size, g->size);
    snprintf(pose.from, sizeof pose.from, "%.40s %.10s %" PRIu64 ", %.30s after %.2f s", row.task, chore_variant_name(row.variant), row.seed, g->id,
             (double)step / chore_reel_hz(reel));
    pose.n = g->n_vertices;
    memcpy(pose.pos, chore_garment_points(view, g), sizeof *pose.pos * (size_t)pose.n);
    chore_item_centre(view, item, middle);
    snprintf(path, sizeof path, "%s/%.40s-%.10s-%05" PRIu64 "-%05" PRIu64 "-%.20s.pose", c->dir, row.task, chore_variant_name(row.variant), row.seed, step, g->id);
    if (!judged_write(path, &pose)) {
        return chore_fail(err, CHORE_E_IO, "cannot write %.200s", path);
    }
    memcpy(strrchr(path, '.'), ".png", sizeof ".png");
    c->n++;
    return draw(reel, path, middle, fmin(0.2 + 2 * fmax(g->half_m[0], g->half_m[1]), 0.9), err);
}

static chore_status look_at(collection *c, chore_reel *reel, uint64_t step, chore_error *err)
{
    chore_status status = chore_reel_go(reel, step, err);
    if (status != CHORE_OK) {
        return status;
    }
    const chore_scene *scene = chore_reel_scene(reel);
    const double table = chore_scene_region(scene, chore_scene_find_region(scene, "table_all"))->pos[2];
    chore_view view = chore_episode_view(chore_reel_episode(reel));
    for (int item = 0; item < view.n_items && status == CHORE_OK; item++) {
        if (lies_still(&view, item, table)) {
            status = keep(c, reel, &view, item, step, err);
        }
    }
    return status;
}

static chore_status look_through(collection *c, chore_reel *reel, chore_error *err)
{
    const chore_trace *trace = chore_reel_trace(reel);
    chore_status status = CHORE_OK;
    for (int i = 0; status == CHORE_OK && i < chore_trace_n_keyframes(trace); i++) {
        status = look_at(c, reel, chore_trace_keyframe_at(trace, i).steps, err);
    }
    return status == CHORE_OK ? look_at(c, reel, chore_reel_steps(reel), err) : status;
}

static chore_status collect(collection *c, const char *dir, chore_error *err)
{
    chore_run_folder run;
    chore_status status = chore_run_folder_open(&run, dir, err);
    if (status != CHORE_OK) {
        return status;
    }
    for (int i = 0; i < run.plan.n_episodes && status == CHORE_OK; i++) {
        const chore_row *row = chore_run_folder_row(&run, i);
        chore_reel *reel = NULL;
        if (row) {
            status = chore_reel_open_row(&reel, run.dir, &run.plan, row, err);
            status = status == CHORE_OK ? look_through(c, reel, err) : status;
            chore_reel_close(reel);
        }
    }
    chore_run_folder_close(&run);
    return status;
}

int main(int argc, char **argv)
{
    chore_error err = {0};
    collection c = {.dir = argc > 1 ? argv[1] : NULL};
    if (argc < 3) {
        fprintf(stderr, "collect DIR RUN...\n");
        return 2;
    }
    chore_status status = chore_sim_init(&err);
    for (int i = 2; i < argc && status == CHORE_OK; i++) {
        status = collect(&c, argv[i], &err);
    }
    if (status != CHORE_OK) {
        fprintf(stderr, "collect: %s\n", err.message);
        return 1;
    }
    printf("%d poses\n", c.n);
    return 0;
}
