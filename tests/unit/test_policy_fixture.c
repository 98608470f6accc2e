#include "test_policy_fixture.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>   /* needs the headers above */

static const double lo[] = {-1, -1, -1, -1, -1, -1, -1, -1}, hi[] = {1, 1, 1, 1, 1, 1, 1, 1};
static const double delta_lo[] = {-0.05, -0.05, -0.05}, delta_hi[] = {0.05, 0.05, 0.05};
static const double width_lo[] = {0}, width_hi[] = {0.08};

static chore_policy_field vector(const char *name, uint32_t n, const char *repr, const char *frame)
{
    return (chore_policy_field){.struct_size = sizeof(chore_policy_field),
                                .kind = CHORE_FIELD_VECTOR,
                                .dtype = CHORE_DTYPE_F32,
                                .ndim = 1,
                                .shape = {n},
                                .name = name,
                                .repr = repr,
                                .frame = frame,
                                .scale = 1};
}

static chore_policy_field bounded(const char *name, uint32_t n, const char *repr, const char *frame,
                                  const double *low, const double *high)
{
    chore_policy_field field = vector(name, n, repr, frame);
    field.lo = low;
    field.hi = high;
    return field;
}

static void init_streams(fixture *f)
{
    f->fields[JOINT_TARGET] = vector("proprio.joint_target", 7, "rad", "joint");
    f->fields[GRIPPER_WIDTH] = vector("proprio.gripper_width", 1, "width_m", "");
    f->fields[EEF_POS] = vector("proprio.eef_pos", 3, "m", "base");
    f->fields[EEF_QUAT] = vector("proprio.eef_quat", 4, "quat_wxyz", "base");
    f->fields[BASE_POSE] = vector("proprio.base_pose", 7, "m,quat_wxyz", "world");
    f->fields[INSTRUCTION] = vector("instruction", 64, "utf8", "");
    f->fields[INSTRUCTION].kind = CHORE_FIELD_TEXT;
    f->fields[INSTRUCTION].dtype = CHORE_DTYPE_U8;
    f->fields[CAM_TABLE] = vector("cam.table", 256, "srgb", "");
    f->fields[CAM_TABLE].kind = CHORE_FIELD_RGB;
    f->fields[CAM_TABLE].dtype = CHORE_DTYPE_U8;
    f->fields[CAM_TABLE].layout = CHORE_LAYOUT_HWC;
    f->fields[CAM_TABLE].ndim = 3;
    f->fields[CAM_TABLE].shape[1] = 256;
    f->fields[CAM_TABLE].shape[2] = 3;
    f->fields[CAM_TABLE].flags = CHORE_FLAG_RESIZABLE;
    f->fields[OBJECT_POSE] = vector("privileged.object_pose", 2, "m,quat_wxyz", "world");
    f->fields[OBJECT_POSE].ndim = 2;
    f->fields[OBJECT_POSE].shape[1] = 7;
    f->fields[OBJECT_POSE].flags = CHORE_FLAG_PRIVILEGED;
}

static void init_modes(fixture *f)
{
    f->joint_pos[0] = bounded("act.arm.joints", 7, "rad", "joint", lo, hi);
    f->joint_pos[1] = bounded("act.arm.gripper", 1, "width_m", "", width_lo, width_hi);
    f->eef_pose[0] = bounded("act.arm.pos", 3, "m", "base", lo, hi);
    f->eef_pose[1] = bounded("act.arm.quat", 4, "quat_wxyz", "base", lo, hi);
    f->eef_pose[2] = f->joint_pos[1];
    f->eef_delta[0] = bounded("act.arm.pos", 3, "m", "base", delta_lo, delta_hi);
    f->eef_delta[1] = bounded("act.arm.rot", 3, "axis_angle", "base", lo, hi);
    f->eef_delta[2] = f->joint_pos[1];
    f->modes[0] = (chore_policy_mode){sizeof(chore_policy_mode), 2, "joint_pos", f->joint_pos};
    f->modes[1] = (chore_policy_mode){sizeof(chore_policy_mode), 3, "eef_pose", f->eef_pose};
    f->modes[2] = (chore_policy_mode){sizeof(chore_policy_mode), 3, "eef_delta", f->eef_delta};
}

void fixture_init(fixture *f)
{
    memset(f, 0, sizeof *f);
    init_streams(f);
    init_modes(f);
    f->rates[0] = 20;
    f->offer = (chore_policy_offer){.struct_size = sizeof f->offer,
                                    .n_fields = FIXTURE_FIELDS,
                                    .n_modes = 3,
                                    .n_rates = 1,
                                    .fields = f->fields,
                                    .modes = f->modes,
                                    .rates_hz = f->rates,
                                    .embodiment = "arm/1",
                                    .physics_hz = 300,
                                    .feedback_kinds = CHORE_FEEDBACK_BIT(CHORE_FEEDBACK_OUTCOME),
                                    .max_batch = FIXTURE_SLOTS,
                                    .max_horizon = 8,
                                    .privileged_allowed = 1};
    for (int slot = 0; slot < FIXTURE_SLOTS; slot++) {
        f->memory[EEF_QUAT][slot][0] = 1;
        f->memory[BASE_POSE][slot][3] = 1;
        f->versions[slot] = 1;
    }
}

const char *fixture_plugin(const char *name)
{
    static char path[CHORE_PATH_CAP];
    const char *build = getenv("CHORE_BUILD_DIR");
    snprintf(path, sizeof path, "%s/tests/plugins/%s.so", build != NULL ? build : ".", name);
    return path;
}

static void no_error(chore_status status, const chore_error *err)
{
    if (status != CHORE_OK) {
        fail_msg("%s (%s)", err->message, err->hint);
    }
}

chore_policy_profile fixture_profile(void)
{
    chore_policy_profile profile = CHORE_POLICY_INPROC;
    const char *name = getenv("CHORE_TEST_PROFILE");
    assert_int_equal(chore_policy_profile_parse(name != NULL ? name : "inproc", &profile, NULL), CHORE_OK);
    return profile;
}

chore_status fixture_load(chore_policy_host **host, const char *plugin, const char *config,
                          chore_policy_extension_fn extension, void *ctx, chore_error *err)
{
    const chore_policy_def def = {.policy = plugin,
                                  .config = config,
                                  .extension = extension,
                                  .ctx = ctx,
                                  .profile = fixture_profile(),
                                  .call_s = 10};
    return chore_policy_open(host, &def, err);
}

chore_policy_host *fixture_open(const char *plugin, const char *config)
{
    chore_policy_host *host = NULL;
    chore_error err = {0};
    no_error(fixture_load(&host, plugin, config, NULL, NULL, &err), &err);
    return host;
}

const chore_policy_request *fixture_negotiate(fixture *f, chore_policy_host *host)
{
    const chore_policy_request *request = NULL;
    chore_error err = {0};
    no_error(chore_policy_negotiate(host, &f->offer, &request, &err), &err);
    return request;
}

void fixture_reset(chore_policy_host *host, uint32_t n, uint64_t seed)
{
    chore_policy_episode episodes[FIXTURE_SLOTS];
    chore_error err = {0};
    for (uint32_t i = 0; i < n; i++) {
        episodes[i] = (chore_policy_episode){sizeof episodes[i], i, 100 + i, seed + i, "clear the table"};
    }
    no_error(chore_policy_reset(host, n, episodes, &err), &err);
}

void fixture_batch(fixture *f, const chore_policy_request *request, uint32_t n, const uint32_t *slots,
                   uint64_t step)
{
    uint32_t dim = 0;
    for (uint32_t i = 0; i < request->n_fields; i++) {
        f->stream[i] = NULL;
        f->version[i] = NULL;
        for (uint32_t k = 0; k < f->offer.n_fields; k++) {
            if (strcmp(f->fields[k].name, request->fields[i].name) == 0) {
                f->stream[i] = f->memory[k];
                f->stride[i] = sizeof f->memory[k][0];
                f->version[i] = k == INSTRUCTION ? f->versions : NULL;
            }
        }
    }
    for (uint32_t i = 0; i < request->n_components; i++) {
        dim += request->components[i].shape[0];
    }
    for (uint32_t k = 0; k < n; k++) {
        f->slot[k] = slots != NULL ? slots[k] : k;
        f->step[k] = step;
        f->sim_time[k] = (double)step / 20;
        f->flags[k] = step == 0 ? CHORE_SLOT_FIRST : 0;
    }
    f->batch = (chore_policy_batch){.struct_size = sizeof f->batch,
                                    .n = n,
                                    .n_fields = request->n_fields,
                                    .slot = f->slot,
                                    .step = f->step,
                                    .sim_time = f->sim_time,
                                    .flags = f->flags,
                                    .stream = f->stream,
                                    .stride = f->stride,
                                    .version = f->version};
    f->actions = (chore_policy_actions){.struct_size = sizeof f->actions,
                                        .horizon = request->horizon,
                                        .dim = dim,
                                        .data = f->data,
                                        .valid = f->valid,
                                        .status = f->status,
                                        .report = f->report,
                                        .about = f->about[0]};
    assert_true(n * request->horizon * dim <= sizeof f->data / sizeof *f->data);
}
