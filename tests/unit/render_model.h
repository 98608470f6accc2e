/* A small world for the render tests: a red and a blue box over a floor, three cameras; and what a machine
   without EGL answers. */
#ifndef CHORE_TEST_RENDER_MODEL_H
#define CHORE_TEST_RENDER_MODEL_H
#include <chore/render.h>

#include <mujoco/mujoco.h>
#include <stdio.h>
#include <string.h>

enum { SKIPPED = 77 }; /* exit status that ctest shows as "skipped" */

static const char render_model_xml[] =
    "<mujoco>"
    "<option timestep='0.0033333333333333335'><flag autoreset='disable' sleep='enable'/></option>"
    "<visual><headlight active='1' ambient='.2 .2 .2' diffuse='.3 .3 .3' specular='0 0 0'/></visual>"
    "<worldbody>"
    "<light type='directional' pos='0 0 2' dir='0 -.6 -1' diffuse='.4 .4 .4'/>"
    "<geom type='plane' size='3 3 .1' rgba='.7 .7 .7 1'/>"
    "<body name='red' pos='.3 0 .1'><freejoint/><geom type='box' size='.1 .1 .1' rgba='.9 .1 .1 1'/></body>"
    "<body name='blue' pos='-.3 0 .1'><freejoint/><geom type='box' size='.1 .1 .1' rgba='.1 .1 .9 1'/></body>"
    "<geom type='sphere' pos='0 .5 .2' size='.2' group='3' rgba='.1 .9 .1 1' contype='0' conaffinity='0'/>"
    "<site pos='0 -.5 .2' size='.2' rgba='.1 .9 .1 1'/>"
    "<camera name='top' pos='0 0 2' xyaxes='1 0 0 0 1 0' fovy='45'/>"
    "<camera name='front' pos='0 -1.5 1' xyaxes='1 0 0 0 .55 .83' fovy='45'/>"
    "<camera name='under' pos='0 0 -1' xyaxes='1 0 0 0 1 0' fovy='45'/>"
    "</worldbody></mujoco>";

static inline mjModel *render_model_load(void)
{
    char why[512] = "";
    mjSpec *spec = mj_parseXMLString(render_model_xml, NULL, why, sizeof why);
    mjModel *model = spec != NULL ? mj_compile(spec, NULL) : NULL;
    if (model == NULL) {
        fprintf(stderr, "render_model.h: %s\n", why);
    }
    mj_deleteSpec(spec);
    return model;
}

static inline chore_render_def render_model_def(const mjModel *model)
{
    chore_render_def def = chore_render_def_default();
    def.model = model;
    def.width = 160;
    def.height = 120;
    return def;
}

/* Whether this machine can render; says why not. */
static inline bool render_model_have_gl(const mjModel *model)
{
    chore_error err;
    chore_renderer *renderer;
    const chore_render_def def = render_model_def(model);
    if (chore_renderer_create(&renderer, &def, &err) != CHORE_OK) {
        printf("SKIPPED: %s (%s)\n", err.message, err.hint);
        return false;
    }
    printf("renders with %s\n", chore_renderer_name(renderer));
    chore_renderer_destroy(renderer);
    return true;
}
#endif
