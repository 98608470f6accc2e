/* How fast pictures come: frames per second and core, at the size that most policies ask for, by what they cost. */
#include "speed_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <chore/cli.h>
#include <chore/clock.h>
#include <chore/policy_walk.h>
#include <chore/rig.h>
#include <jansson.h>

enum { SIDE = 224, CAMERAS = 2, LOOKS = 12 };

/* What is asked for: of both cameras. */
static const struct {
    const char *name, *words;
    bool depth;
} kinds[] = {{"colour", "", false},
             {"colour, chw f32", "chw f32", false},
             {"colour and depth", "", true},
             {"smooth", "smooth", false},
             {"shadows", "shadows", false}};
enum { KINDS = sizeof kinds / sizeof *kinds };

typedef struct cost {
    double wall_ms, cpu_ms; /* per frame: of one camera at one time */
} cost;

static double cpu_seconds(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used); /* all threads: the driver's, too */
    return (double)used.tv_sec + (double)used.tv_nsec * 1e-9;
}

/* The robot's first camera and the room's first. */
static void choose(const chore_policy_offer *offer, const char *names[CAMERAS])
{
    int n = 0;
    names[0] = names[1] = NULL;
    for (uint32_t i = 0; i < offer->n_fields; i++) {
        const chore_policy_field *f = CHORE_POLICY_AT(chore_policy_field, offer->fields, i);
        if (f->kind == CHORE_FIELD_RGB && (n == 0 || strcmp(f->name, "cam.front") == 0) && n < CAMERAS) {
            names[n++] = f->name;
        }
    }
    names[1] = n < CAMERAS ? names[0] : names[1];
}

static chore_status accept(chore_rig *rig, int kind, chore_error *err)
{
    const chore_policy_offer *offer = chore_rig_offer(rig);
    chore_policy_field asked[2 * CAMERAS];
    const char *names[CAMERAS];
    char depth[CAMERAS][CHORE_NAME_CAP + 16];
    uint32_t n = 0;
    choose(offer, names);
    if (!names[0]) {
        return chore_fail(err, CHORE_E_USAGE, "this robot and its scene have no camera");
    }
    for (int c = 0; c < (names[0] == names[1] ? 1 : CAMERAS); c++) {
        chore_ask_image(&asked[n++], chore_offer_field(offer, names[c]), SIDE, SIDE, CHORE_FIT_CENTRE_CROP, kinds[kind].words);
        if (kinds[kind].depth) {
            snprintf(depth[c], sizeof depth[c], "%s.depth", names[c]);
            chore_ask_image(&asked[n++], chore_offer_field(offer, depth[c]), SIDE, SIDE, CHORE_FIT_CENTRE_CROP, "");
        }
    }
    const chore_policy_request request = {
        .struct_size = sizeof request, .n_fields = n, .fields = asked, .mode = offer->modes->name, .max_batch = 1};
    return chore_rig_accept(rig, &request, err);
}

/* Looks from the same pose: what a driver might remember of the last one it draws again all the same. */
static chore_status measure(chore_rig *rig, int kind, int rounds, cost *out, chore_error *err)
{
    double wall[CHOREI_SPEED_ROUNDS], cpu[CHOREI_SPEED_ROUNDS];
    chore_status status = accept(rig, kind, err);
    for (int i = -1; i < rounds && status == CHORE_OK; i++) { /* the first round warms up */
        const uint64_t start = chore_now_ns();
        const double cpu_start = cpu_seconds();
        for (int k = 0; k < LOOKS && status == CHORE_OK; k++) {
            (void)chore_rig_observe(rig);
            status = chore_rig_failure(rig, err);
        }
        if (i >= 0) {
            wall[i] = (double)(chore_now_ns() - start) * 1e-6 / (LOOKS * CAMERAS);
            cpu[i] = (cpu_seconds() - cpu_start) * 1e3 / (LOOKS * CAMERAS);
        }
    }
    if (status == CHORE_OK) {
        *out = (cost){chorei_median(wall, rounds), chorei_median(cpu, rounds)};
    }
    return status;
}

static void print_cost(const char *task, int kind, const cost *c)
{
    printf("%-20s %-18s %12.1f %12.2f %12.2f\n", task, kinds[kind].name, 1e3 / c->cpu_ms, c->wall_ms, c->cpu_ms);
    fflush(stdout);
}

static chore_status measure_task(const char *task, uint64_t seed, int rounds, bool as_json, json_t *list, char renderer[192],
                                 chore_error *err)
{
    chore_rig *rig = NULL;
    cost c;
    chore_status status = chore_rig_create(&rig, task, NULL, NULL, 0, err);
    if (status == CHORE_OK) {
        status = chore_episode_reset(chore_rig_episode(rig), seed, CHORE_CONTROL, err);
    }
    for (int k = 0; k < KINDS && status == CHORE_OK; k++) {
        status = measure(rig, k, rounds, &c, err);
        if (status == CHORE_OK) {
            chore_copy(renderer, 192, chore_rig_seen_so_far(rig, 0).renderer);
            json_array_append_new(list, json_pack("{s:s, s:s, s:i, s:f, s:f, s:f}", "task", task, "pictures", kinds[k].name,
                                                  "side", SIDE, "frames_per_core_s", 1e3 / c.cpu_ms, "frame_ms", c.wall_ms,
                                                  "frame_cpu_ms", c.cpu_ms));
            if (!as_json) {
                print_cost(task, k, &c);
            }
        }
    }
    chore_rig_destroy(rig);
    return status;
}

int chorei_speed_render(const char **tasks, uint64_t seed, int rounds, bool as_json)
{
    static const char *const usual[] = {"set_aside", "clear_counter", "fold_shirt", NULL};
    const char *const *names = tasks && tasks[0] ? (const char *const *)tasks : usual;
    chore_error err = {0};
    json_t *list = json_array();
    char renderer[192] = "";
    chore_status status = CHORE_OK;
    if (!as_json) {
        printf("%-20s %-18s %12s %12s %12s\n", "task", "two of 224 x 224", "per core, /s", "ms, wall", "ms, CPU");
    }
    for (int i = 0; names[i] && status == CHORE_OK; i++) {
        status = measure_task(names[i], seed, rounds, as_json, list, renderer, &err);
    }
    if (status != CHORE_OK) {
        json_decref(list);
        return chore_cli_fail("speed", &err);
    }
    json_t *root = json_pack("{s:i, s:s, s:i, s:o}", "schema", 1, "renderer", renderer, "rounds", rounds, "pictures", list);
    if (as_json) {
        char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
        puts(text);
        free(text);
    } else {
        printf("per frame of one camera, median of %d rounds; frames per second and core by the CPU time of all threads; %s\n",
               rounds, renderer);
    }
    json_decref(root);
    return 0;
}
