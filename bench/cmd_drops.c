/* Drop tests: the table that says how hard dishes are to break. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/cli.h>
#include <chore/files.h>
#include <chore/scene.h>

static const char about[] =
    "Lets each kind that breaks fall many times, turned at random, from each height onto each surface of the dining table's room, and\n"
    "prints how many broke. The height is that of its lowest point. The result depends on this build only.\n"
    "\n"
    "Examples\n"
    "  chorebench drops\n"
    "  chorebench drops glass --times 200\n";

enum { MAX_KINDS = 32 };

static const double heights_cm[] = {5, 10, 15, 20, 30, 40, 60, 80, 100};
enum { HEIGHTS = sizeof heights_cm / sizeof heights_cm[0] };

/* Where it falls, and what lies there: the fixture's top, the floor, the inside of an object that is put there. */
typedef struct surface {
    const char *name;
    double x, y, z;
    bool in_tote;
} surface;
static const surface surfaces[] = {{"tile (floor)", 2, 0, 0, false},
                                   {"wood (table)", .45, 0, .75, false},
                                   {"plastic (tote)", 2, 1.5, .008, true}};
enum { SURFACES = sizeof surfaces / sizeof surfaces[0] };

typedef struct bench {
    const chore_scene *scene;
    chore_world *world;
    void *start; /* snapshot: all parked */
    size_t start_len;
} bench;

/* One fall. */
static chore_status drop(bench *b, const surface *on, double height_m, chore_rng *rng, bool *broke,
                         chore_error *err)
{
    static const double upright[4] = {1, 0, 0, 0};
    const double onto[3] = {on->x, on->y, on->z}, beside[3] = {on->x, on->y, 0};
    double quat[4];
    for (int k = 0; k < 4; k++) {
        quat[k] = chore_rng_normal(rng); /* any turn alike */
    }
    chore_status status = chore_world_restore(b->world, b->start, b->start_len, err);
    if (status != CHORE_OK) {
        return status;
    }
    if (on->in_tote) {
        chore_world_put_body(b->world, chore_scene_object(b->scene, 1)->body, beside, upright);
    }
    return chore_scene_drop(b->scene, b->world, 0, onto, height_m, quat, broke, err);
}

static chore_status drop_many(bench *b, const char *kind, const surface *on, int times,
                              chore_error *err)
{
    printf("| %s | %s |", kind, on->name);
    for (int h = 0; h < HEIGHTS; h++) {
        int n = 0;
        char stream[2 * CHORE_NAME_CAP];
        snprintf(stream, sizeof stream, "drops/%.40s/%.40s/%g", kind, on->name, heights_cm[h]);
        chore_rng rng = chore_rng_stream(0, chore_hash_bytes("drops", 5, 0), 0, stream);
        for (int i = 0; i < times; i++) {
            bool broke;
            chore_status status = drop(b, on, heights_cm[h] / 100, &rng, &broke, err);
            if (status != CHORE_OK) {
                return status;
            }
            n += broke;
        }
        printf(" %d |", n);
        fflush(stdout);
    }
    printf("\n");
    return CHORE_OK;
}

static chore_status drop_kind(const char *kind, int times, chore_error *err)
{
    chore_object_def objects[2] = {{.id = "dish"}, {.id = "tote", .kind = "tote"}};
    const chore_scene_def def = {
        .scene = "dining_table", .objects = objects, .n_objects = 2, .breakable = 1};
    chore_scene *scene = NULL;
    bench b = {0};
    chore_copy(objects[0].kind, CHORE_NAME_CAP, kind);
    chore_status status = chore_scene_build(&scene, &def, err);
    if (status == CHORE_OK) {
        const chore_world_def world = chore_scene_world_def(scene);
        b.scene = scene;
        status = chore_world_create(&b.world, &world, err);
    }
    if (status == CHORE_OK) {
        b.start_len = chore_world_snapshot_bytes(b.world);
        b.start = malloc(b.start_len);
        CHORE_ASSERT(b.start != NULL);
        chore_world_snapshot(b.world, b.start);
    }
    for (int i = 0; i < SURFACES && status == CHORE_OK; i++) {
        status = drop_many(&b, kind, &surfaces[i], times, err);
    }
    free(b.start);
    chore_world_destroy(b.world);
    if (scene) {
        chore_scene_destroy(scene);
    }
    return status;
}

/* Kinds with a breaks.yaml. */
static chore_status find_kinds(char kinds[MAX_KINDS][CHORE_NAME_CAP], int *n, chore_error *err)
{
    char dir[CHORE_PATH_CAP], leaf[2 * CHORE_NAME_CAP], path[CHORE_PATH_CAP], **names;
    int n_names;
    *n = 0;
    chore_status status = chore_path_join(dir, chore_data_dir(), "scenes/assets/objects", err);
    if (status == CHORE_OK) {
        status = chore_dir_list(dir, &names, &n_names, err);
    }
    if (status != CHORE_OK) {
        return status;
    }
    for (int i = 0; i < n_names && *n < MAX_KINDS; i++) {
        snprintf(leaf, sizeof leaf, "%.64s/breaks.yaml", names[i]);
        if (chore_path_join(path, dir, leaf, err) == CHORE_OK && chore_file_exists(path)) {
            chore_copy(kinds[(*n)++], CHORE_NAME_CAP, names[i]);
        }
    }
    chore_dir_list_free(names, n_names);
    return CHORE_OK;
}

static void print_head(int times)
{
    printf("Broken of %d, by the height of the fall in cm.\n\n| kind | onto |", times);
    for (int h = 0; h < HEIGHTS; h++) {
        printf(" %g |", heights_cm[h]);
    }
    printf("\n|---|---|");
    for (int h = 0; h < HEIGHTS; h++) {
        printf("---|");
    }
    printf("\n");
}

int chore_cmd_drops(int argc, const char **argv)
{
    int times = 50, code = 0, n = 0;
    const struct poptOption table[] = {
        {"times", 'n', POPT_ARG_INT | POPT_ARGFLAG_SHOW_DEFAULT, &times, 0,
         "falls from each height", "N"},
        POPT_TABLEEND,
    };
    poptContext context;
    const char **args;
    chore_error err = {0};
    char kinds[MAX_KINDS][CHORE_NAME_CAP];
    if (chore_cli_parse(&context, "drops", argc, argv, table, "[OPTIONS] [KIND...]", about, &args,
                        &code) != 0) {
        return code;
    }
    for (; args[n] && n < MAX_KINDS; n++) {
        chore_copy(kinds[n], CHORE_NAME_CAP, args[n]);
    }
    if (times < 1 || times > 100000) {
        poptFreeContext(context);
        return chore_cli_usage("drops", "--times is 1 to 100000");
    }
    chore_status status = chore_sim_init(&err);
    if (status == CHORE_OK && n == 0) {
        status = find_kinds(kinds, &n, &err);
    }
    for (int i = 0; i < n && status == CHORE_OK; i++) {
        if (i == 0) {
            print_head(times);
        }
        status = drop_kind(kinds[i], times, &err);
    }
    poptFreeContext(context);
    return status == CHORE_OK ? chore_cli_finish(0) : chore_cli_fail("drops", &err);
}
