/* keep TRACE GARMENT OUT STEP|end...: moments of a rollout, kept for tests: OUT-STEP.cloth, where the garment's vertices
   were (millimetres, so that it can be read and compared), and OUT-STEP.png, what a person sees: from the front and from
   above. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/recorded.h>
#include <chore/render.h>
#include <chore/rig.h>
#include <chore/verify.h>

enum { WIDTH = 400, HEIGHT = 300 };

static void must(chore_status status, const chore_error *err)
{
    if (status != CHORE_OK) {
        fprintf(stderr, "keep: %s\n", err->message);
        exit(1);
    }
}

static void write_cloth(const char *path, const chore_garment *garment, const chore_world *world)
{
    FILE *file = fopen(path, "w");
    if (!file) {
        fprintf(stderr, "keep: %s: %s\n", path, strerror(errno));
        exit(1);
    }
    fprintf(file, "%s %s %s %d\n", garment->kind, garment->size, garment->colour,
            garment->n_vertices);
    for (int v = 0; v < garment->n_vertices; v++) {
        double at[3];
        chore_garment_vertex(world, garment, v, at);
        fprintf(file, "%.1f %.1f %.1f\n", 1e3 * at[0], 1e3 * at[1], 1e3 * at[2]);
    }
    if (fclose(file) != 0) {
        fprintf(stderr, "keep: %s: %s\n", path, strerror(errno));
        exit(1);
    }
}

static void draw(const char *path, const chore_scene *scene, const chore_world *world)
{
    static const char *const cameras[] = {"front", "top"};
    chore_error err = {0};
    chore_renderer *renderer = NULL;
    chore_image both = {0}, frame = {0};
    chore_render_def def = chore_render_def_default();
    def.model = chore_scene_model(scene);
    def.width = WIDTH;
    def.height = HEIGHT;
    must(chore_renderer_create(&renderer, &def, &err), &err);
    must(chore_image_create(&both, 2 * WIDTH, HEIGHT, &err), &err);
    must(chore_image_create(&frame, WIDTH, HEIGHT, &err), &err);
    for (int side = 0; side < 2; side++) {
        must(chore_renderer_frame(renderer, chore_world_data(world), cameras[side], &frame, &err),
             &err);
        for (size_t row = 0; row < HEIGHT; row++) {
            memcpy(both.rgb + 3 * WIDTH * (2 * row + (size_t)side), frame.rgb + 3 * WIDTH * row,
                   3 * WIDTH);
        }
    }
    must(chore_png_write(path, &both, &err), &err);
    chore_image_release(&frame);
    chore_image_release(&both);
    chore_renderer_destroy(renderer);
}

/* What is wanted of the trace: the steps, in any order. */
typedef struct wanted {
    int garment, n;
    char **steps;
    const char *out;
    uint64_t last;
} wanted;

static bool keep(void *ctx, chore_episode *episode, uint64_t steps)
{
    const wanted *w = ctx;
    char path[CHORE_PATH_CAP], here[24];
    snprintf(here, sizeof here, "%llu", (unsigned long long)steps);
    for (int i = 0; i < w->n; i++) {
        if (strcmp(w->steps[i], here) == 0 ||
            (steps == w->last && strcmp(w->steps[i], "end") == 0)) {
            const chore_scene *scene = chore_episode_scene(episode);
            const chore_world *world = chore_episode_world(episode);
            snprintf(path, sizeof path, "%s-%s.cloth", w->out, w->steps[i]);
            write_cloth(path, chore_scene_garment(scene, w->garment), world);
            snprintf(path, sizeof path, "%s-%s.png", w->out, w->steps[i]);
            draw(path, scene, world);
        }
    }
    return true;
}

static void keep_all(const char *path, const char *garment, wanted *w)
{
    chore_error err = {0};
    chore_trace *trace = NULL;
    chore_rig *rig = NULL;
    char task[CHORE_NAME_CAP], embodiment[CHORE_NAME_CAP];
    must(chore_trace_open(&trace, path, &err), &err);
    chore_trace_header_text(trace, "task", task, sizeof task);
    chore_trace_header_text(trace, "embodiment", embodiment, sizeof embodiment);
    must(chore_rig_create(&rig, task, embodiment, NULL, 0, &err), &err);
    w->garment = chore_scene_find_garment(chore_rig_scene(rig), garment);
    if (w->garment < 0) {
        fprintf(stderr, "keep: the task has no garment '%s'\n", garment);
        exit(2);
    }
    w->last = chore_trace_n_steps(trace);
    must(chore_replay(rig, trace, keep, w, &err), &err);
    chore_rig_destroy(rig);
    chore_trace_close(trace);
}

int main(int argc, char **argv)
{
    chore_error err = {0};
    if (argc < 5) {
        fprintf(stderr, "usage: keep TRACE GARMENT OUT STEP|end...\n");
        return 2;
    }
    must(chore_sim_init(&err), &err);
    wanted w = {.n = argc - 4, .steps = argv + 4, .out = argv[3]};
    keep_all(argv[1], argv[2], &w);
    return 0;
}
