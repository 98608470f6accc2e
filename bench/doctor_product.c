/* doctor: this build of chorebench, its MuJoCo, its data, its plug-ins, and whether it computes the same twice. */
#include "doctor_internal.h"

#include <stdlib.h>
#include <string.h>

#include <chore/files.h>
#include <chore/policy_host.h>
#include <chore/provenance.h>
#include <chore/render.h>
#include <chore/rig.h>

static void look_at_build(chore_finding *f)
{
    chore_text line = {0};
    chore_version_line(&line);
    chore_find(f, CHORE_PASS, NULL, "%s", chore_text_get(&line));
    chore_text_release(&line);
}

static void look_at_mujoco(chore_finding *f)
{
    chore_error err = {0};
    if (chore_sim_init(&err) != CHORE_OK) {
        chore_find(f, CHORE_FAIL, "install MuJoCo 4.0.0 with tools/setup.sh and build again", "%s",
                   err.message);
    } else {
        chore_find(f, CHORE_PASS, NULL, "%s from %s", chore_mujoco_version(), chore_mujoco_path());
    }
}

static void look_at_mujoco_file(chore_finding *f)
{
    char hex[CHORE_SHA256_HEX_CAP];
    chore_error err = {0};
    if (chore_mujoco_sha256(hex, &err) != CHORE_OK) {
        chore_find(f, CHORE_WARN, NULL, "the library cannot be read: %s", err.message);
        return;
    }
    bool same = strcmp(hex, chore_build_mujoco_sha256()) == 0;
    chore_find(
        f, same ? CHORE_PASS : CHORE_WARN,
        same ? NULL
             : "another libmujoco than at build time is loaded: look at LD_LIBRARY_PATH, or build again",
        "sha256 %.16s..., %s", hex, same ? "as linked" : "not the one that was linked");
}

static void look_at_data(chore_finding *f)
{
    static const char *const needed[] = {"tasks/defs", "tasks/suites", "scenes/defs", "scenes/assets"};
    char path[CHORE_PATH_CAP];
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (chore_path_join(path, chore_data_dir(), needed[i], NULL) != CHORE_OK || !chore_dir_exists(path)) {
            chore_find(f, CHORE_FAIL, "set CHOREBENCH_DATA to the folder that holds scenes/ and tasks/",
                       "%s has no %s", chore_data_dir(), needed[i]);
            return;
        }
    }
    chore_find(f, CHORE_PASS, NULL, "%s", chore_data_dir());
}

static void look_at_tasks(chore_finding *f)
{
    char **names;
    int n, bad = 0;
    chore_error err = {0}, first = {0};
    if (chore_task_list(&names, &n, &err) != CHORE_OK) {
        chore_find(f, CHORE_FAIL, NULL, "%s", err.message);
        return;
    }
    for (int i = 0; i < n; i++) {
        chore_task *task = NULL;
        if (chore_task_load(&task, names[i], &err) != CHORE_OK) {
            first = bad++ ? first : err;
        }
        chore_task_free(task);
    }
    chore_dir_list_free(names, n);
    if (bad || n == 0) {
        chore_find(f, CHORE_FAIL, "chorebench lint says where", "%d of %d tasks cannot be read: %s", bad, n,
                   first.message);
    } else {
        chore_find(f, CHORE_PASS, NULL, "%d tasks", n);
    }
}

/* These cannot be made without a configuration, and say so. */
static bool wants_a_word(const char *policy)
{
    static const char *const some[] = {"openpi", "pipe", "python", "remote", "replay"};
    bool wants = false;
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        wants |= strcmp(policy, some[i]) == 0;
    }
    return wants;
}

static void look_at_plugins(chore_finding *f)
{
    char **names;
    int n, bad = 0;
    chore_error err = {0};
    chore_text loaded = {0}, waiting = {0};
    if (chore_policy_list(&names, &n, &err) != CHORE_OK || n == 0) {
        chore_find(f, CHORE_FAIL, "set CHOREBENCH_PLUGINS to the folder with the .so files, or build again",
                   "no policies in %s", chore_plugin_dir());
        return;
    }
    for (int i = 0; i < n; i++) {
        chore_policy_host *host = NULL;
        chore_error one = {0};
        if (chore_policy_load(&host, names[i], "", NULL, NULL, &one) == CHORE_OK) {
            const chore_policy_info *info = chore_policy_host_info(host);
            chore_text_add(&loaded, "%s%s", loaded.len ? " " : "", names[i]);
            CHORE_ASSERT(info->abi_major == CHORE_POLICY_ABI_MAJOR);
            chore_policy_unload(host);
        } else if (wants_a_word(names[i])) {
            chore_text_add(&waiting, "%s%s", waiting.len ? " " : "; with a configuration: ", names[i]);
        } else {
            err = one;
            bad++;
        }
    }
    chore_find(f, bad ? CHORE_WARN : CHORE_PASS, bad ? err.message : NULL, "ABI %u.%u, %s%s%s",
               CHORE_POLICY_ABI_MAJOR, CHORE_POLICY_ABI_MINOR, chore_text_get(&loaded),
               waiting.len ? chore_text_get(&waiting) : "", bad ? "; others cannot be loaded" : "");
    chore_dir_list_free(names, n);
    chore_text_release(&loaded);
    chore_text_release(&waiting);
}

/* ---- a short episode, twice ------------------------------------------------------------------------------------ */

enum { TRIAL_STEPS = 40 };

static chore_status first_task(char out[CHORE_NAME_CAP], chore_error *err)
{
    char **names;
    int n;
    chore_status status = chore_task_list(&names, &n, err);
    if (status == CHORE_OK) {
        chore_copy(out, CHORE_NAME_CAP, n ? names[0] : "");
        chore_dir_list_free(names, n);
    }
    return status;
}

/* The arm swings about its home; the hash tells every bit of where everything went. */
static chore_status run_trial(const char *task, chore_hash *hash, chore_error *err)
{
    chore_rig *rig = NULL;
    float action[64] = {0}, home[64] = {0};
    chore_status status = chore_rig_create(&rig, task, NULL, NULL, 0, err);
    if (status == CHORE_OK) {
        status = chore_episode_reset(chore_rig_episode(rig), 0, CHORE_CONTROL, err);
    }
    if (status == CHORE_OK) {
        chore_world *world = chore_episode_world(chore_rig_episode(rig));
        int dim = chore_world_action_dim(world);
        CHORE_ASSERT(dim <= 64);
        chore_world_hold_action(world, home);
        for (int step = 0; step < TRIAL_STEPS && status == CHORE_OK; step++) {
            for (int i = 0; i < dim; i++) {
                action[i] = home[i] + (step % 20 < 10 ? 0.05f : -0.05f);
            }
            status = chore_episode_step(chore_rig_episode(rig), action, err);
        }
        *hash = chore_episode_hash(chore_rig_episode(rig));
    }
    chore_rig_destroy(rig);
    return status;
}

static void look_at_determinism(chore_finding *f)
{
    char task[CHORE_NAME_CAP], hex[CHORE_HASH_HEX_CAP];
    chore_hash once, twice;
    chore_error err = {0};
    if (first_task(task, &err) != CHORE_OK || run_trial(task, &once, &err) != CHORE_OK ||
        run_trial(task, &twice, &err) != CHORE_OK) {
        chore_find(f, CHORE_FAIL, err.hint[0] ? err.hint : NULL, "a short episode cannot be run: %s",
                   err.message);
        return;
    }
    chore_hash_hex(once, hex);
    bool same = chore_hash_equal(once, twice);
    chore_find(f, same ? CHORE_PASS : CHORE_FAIL,
               same ? NULL : "results of this machine cannot be trusted: test its memory",
               same ? "%d control steps of %s twice: state %.16s... both times"
                    : "%d control steps of %s twice gave different states (first %.16s...)",
               TRIAL_STEPS, task, hex);
}

/* ---- rendering -------------------------------------------------------------------------------------------------- */

static void look_at_rendering(chore_finding *f)
{
    char task[CHORE_NAME_CAP];
    chore_error err = {0};
    chore_rig *rig = NULL;
    chore_renderer *renderer = NULL;
    chore_render_def def = chore_render_def_default();
    chore_status status = first_task(task, &err);
    if (status == CHORE_OK) {
        status = chore_rig_create(&rig, task, NULL, NULL, 0, &err);
    }
    if (status == CHORE_OK) {
        def.model = chore_scene_model(chore_rig_scene(rig));
        status = chore_renderer_create(&renderer, &def, &err);
    }
    if (status == CHORE_OK) {
        chore_find(f, CHORE_PASS, NULL, "%s", chore_renderer_name(renderer));
    } else { /* everything but pictures works without */
        chore_find(f, CHORE_WARN,
                   err.hint[0] ? err.hint : "film strips and cameras need it; everything else works without",
                   "%s", err.message);
    }
    chore_renderer_destroy(renderer);
    chore_rig_destroy(rig);
}

const chore_check chore_product_checks[] = {
    {"build", look_at_build},
    {"mujoco", look_at_mujoco},
    {"libmujoco", look_at_mujoco_file},
    {"data", look_at_data},
    {"tasks", look_at_tasks},
    {"policies", look_at_plugins},
    {"same twice", look_at_determinism},
    {"rendering", look_at_rendering},
    {NULL, NULL},
};
