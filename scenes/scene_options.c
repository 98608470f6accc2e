/* Options and view of a composed model: the only place where physics options are set. They are checked again after compiling, since
   attached files may carry their own. */
#include "scene_internal.h"

#include <math.h>

#define ARENA_BYTES (32 * 1024 * 1024)
#define CLOTH_ARENA_BYTES \
    (96 * 1024 * 1024) /* heaps of a few garments have thousands of contacts */

void chore_scene_set_options(mjSpec *spec, const scene_file *file)
{
    spec->option.timestep = 1.0 / file->hz;
    spec->option.integrator = file->integrator;
    spec->option.solver = file->solver;
    spec->option.cone = file->cone;
    spec->option.impratio = file->impratio;
    if (file->tolerance > 0) {
        spec->option.tolerance = file->tolerance;
    }
    if (file->iterations > 0) {
        spec->option.iterations = file->iterations;
    }
    spec->option.disableflags |= mjDSBL_AUTORESET;
    if (file->sleep) {
        spec->option.enableflags |= mjENBL_SLEEP;
    }
    spec->memory = ARENA_BYTES;
    spec->compiler.degree = false;
}

/* What cloth needs beyond the scene's file. A heap of it never gets as still as a mug: it creeps below
   6 mm/s. */
chore_status chore_scene_set_cloth_options(mjSpec *spec, const scene_file *file, chore_error *err)
{
    if (file->integrator != mjINT_DISCRETE) {
        return chore_fail(
            err, CHORE_E_USAGE,
            "garments need the physics 'integrator: discrete'; the scene '%s' has another",
            file->name);
    }
    if (!(file->tolerance > 0)) {
        spec->option.tolerance =
            file->solver == mjSOL_CG ? 1e-6 : 1e-5; /* cg at 1e-4: heaps tremble for ever */
    }
    spec->option.sleep_tolerance = 6e-3;
    spec->memory = CLOTH_ARENA_BYTES;
    return CHORE_OK;
}

/* `spec` is what was asked for, here where the file does not say it. */
chore_status chore_scene_check_options(const mjModel *m, const mjSpec *spec, const scene_file *file,
                                       chore_error *err)
{
    const char *wrong = NULL;
    if (fabs(m->opt.timestep - 1.0 / file->hz) > 0) {
        wrong = "timestep";
    } else if (m->opt.integrator != file->integrator) {
        wrong = "integrator";
    } else if (m->opt.solver != file->solver) {
        wrong = "solver";
    } else if (m->opt.cone != file->cone) {
        wrong = "cone";
    } else if (fabs(m->opt.impratio - file->impratio) > 0) {
        wrong = "impratio";
    } else if (m->opt.disableflags != mjDSBL_AUTORESET) {
        wrong = "disable flags";
    } else if (m->opt.enableflags != (file->sleep ? mjENBL_SLEEP : 0)) {
        wrong = "enable flags";
    } else if (fabs(m->opt.tolerance - spec->option.tolerance) > 0) {
        wrong = "tolerance";
    } else if (m->opt.iterations != spec->option.iterations) {
        wrong = "iterations";
    } else if (fabs(m->opt.sleep_tolerance - spec->option.sleep_tolerance) > 0) {
        wrong = "sleep_tolerance";
    } else if (m->narena != spec->memory) {
        wrong = "memory";
    }
    return wrong == NULL
               ? CHORE_OK
               : chore_fail(
                     err, CHORE_E_SIM,
                     "the option '%s' of the model is not the scene's: an attached MJCF file sets it",
                     wrong);
}

/* What people look at: the table, not the parked objects far away. */
void chore_scene_set_view(mjSpec *spec, const scene_file *file)
{
    spec->stat.extent = 1.5;
    mju_copy3(spec->stat.center, file->robot_pos);
    spec->stat.center[0] += 0.4;
    spec->visual.map.znear = 0.005f;
    spec->visual.map.zfar = 30;
    spec->visual.quality.shadowsize = 2048;
    for (int i = 0; i < 3; i++) { /* a light room: the lamp's cone is not all there is */
        spec->visual.headlight.ambient[i] = 0.30f;
        spec->visual.headlight.diffuse[i] = 0.12f;
        spec->visual.headlight.specular[i] = 0;
    }
    spec->visual.global.offwidth = 1280;
    spec->visual.global.offheight = 960;
}
