#include "rig_internal.h"

#include <stdio.h>

static const struct {
    const char *name;
    uint32_t cap, flags;
} texts[CHOREI_TEXTS] = {
    {"instruction", 1024, 0},
    {"privileged.objects", 65536, CHORE_FLAG_PRIVILEGED},
    {"privileged.goal", 32768, CHORE_FLAG_PRIVILEGED},
};
/* What a garment adds to privileged.objects: its rest shape, a line per vertex, and a page of key points, outline
   and folds. */
enum { VERTEX_BYTES = 40, GARMENT_BYTES = 4096 };

static chore_policy_field vector_field(const char *name, const char *repr, const char *frame,
                                       int rows, int dim)
{
    chore_policy_field f = {.struct_size = sizeof f,
                            .kind = CHORE_FIELD_VECTOR,
                            .dtype = CHORE_DTYPE_F32,
                            .ndim = rows > 1 ? 2 : 1,
                            .name = name,
                            .repr = repr,
                            .frame = frame,
                            .convert = "",
                            .scale = 1};
    f.shape[0] = (uint32_t)(rows > 1 ? rows : dim);
    f.shape[1] = rows > 1 ? (uint32_t)dim : 0;
    return f;
}

static uint32_t text_cap(const chore_scene *scene, int which)
{
    uint32_t cap = texts[which].cap;
    for (int i = 0; which == CHOREI_TEXT_OBJECTS && i < chore_scene_n_garments(scene); i++) {
        cap += GARMENT_BYTES + VERTEX_BYTES * (uint32_t)chore_scene_garment(scene, i)->n_vertices;
    }
    return cap;
}

static void offer(chore_rig *rig, int origin, chore_policy_field field)
{
    rig->origin[rig->n_fields] = origin;
    rig->fields[rig->n_fields++] = field;
}

static bool allowed(const chore_rig *rig, const chore_policy_field *field)
{
    return rig->track == CHORE_TRACK_STATE || !(field->flags & CHORE_FLAG_PRIVILEGED);
}

/* Streams without a row (cloth where there is none) are not offered. */
static void offer_streams(chore_rig *rig, const chore_world *world)
{
    for (int i = 0; i < CHORE_OBS_COUNT; i++) {
        chore_obs_spec spec = chore_world_obs_spec(world, (chore_obs_id)i);
        chore_policy_field field =
            vector_field(spec.name, spec.repr, spec.frame, spec.rows, spec.dim);
        field.flags = spec.privileged ? CHORE_FLAG_PRIVILEGED : 0;
        if (i == CHORE_OBS_GRIPPER_WIDTH) {
            field.lo = rig->width_lo;
            field.hi = rig->width_hi;
        }
        if (spec.rows > 0 && allowed(rig, &field)) {
            offer(rig, i, field);
        }
    }
    for (int i = 0; i < CHOREI_TEXTS; i++) {
        const chore_policy_field field = {.struct_size = sizeof(chore_policy_field),
                                          .kind = CHORE_FIELD_TEXT,
                                          .dtype = CHORE_DTYPE_U8,
                                          .ndim = 1,
                                          .shape = {text_cap(rig->scene, i)},
                                          .flags = texts[i].flags,
                                          .name = texts[i].name,
                                          .repr = "utf8",
                                          .frame = "",
                                          .convert = "",
                                          .scale = 1};
        if (allowed(rig, &field)) {
            offer(rig, CHOREI_FROM_TEXT + i, field);
        }
    }
    for (int i = 0; i < chorei_cameras_n_fields(rig->cameras); i++) {
        offer(rig, CHOREI_FROM_CAMERA + i, *chorei_cameras_field(rig->cameras, i));
    }
}

static void offer_modes(chore_rig *rig, const chore_world *world)
{
    for (int m = 0; m < CHORE_MODE_COUNT; m++) {
        chore_action_component *specs = rig->component_specs[m];
        int n = chore_world_components(world, (chore_action_mode)m, specs, CHORE_MAX_COMPONENTS);
        for (int c = 0; c < n; c++) {
            rig->components[m][c] =
                vector_field(specs[c].name, specs[c].repr, specs[c].frame, 1, specs[c].dim);
            rig->components[m][c].lo = specs[c].lo;
            rig->components[m][c].hi = specs[c].hi;
        }
        rig->modes[m] = (chore_policy_mode){.struct_size = sizeof(chore_policy_mode),
                                            .n_components = (uint32_t)n,
                                            .name = chore_action_mode_name((chore_action_mode)m),
                                            .components = rig->components[m]};
    }
}

void chorei_rig_make_offer(chore_rig *rig)
{
    const chore_world *world = chore_episode_world(rig->episodes[0]);
    const chore_embodiment *robot = chore_world_embodiment(world);
    for (int arm = 0; arm < robot->n_arms; arm++) {
        rig->width_hi[arm] = robot->arms[arm].gripper_width_m;
    }
    rig->n_fields = 0;
    offer_streams(rig, world);
    offer_modes(rig, world);
    snprintf(rig->embodiment, sizeof rig->embodiment, "%s/%d", robot->name, robot->version);
    rig->rate_hz = chore_task_control_hz(rig->task);
    rig->offer = (chore_policy_offer){.struct_size = sizeof rig->offer,
                                      .n_fields = rig->n_fields,
                                      .n_modes = CHORE_MODE_COUNT,
                                      .n_rates = 1,
                                      .fields = rig->fields,
                                      .modes = rig->modes,
                                      .rates_hz = &rig->rate_hz,
                                      .embodiment = rig->embodiment,
                                      .physics_hz = chore_world_physics_hz(world),
                                      .feedback_kinds = CHORE_FEEDBACK_BIT(CHORE_FEEDBACK_OUTCOME),
                                      .max_batch = (uint32_t)rig->n_slots,
                                      .delay_steps = rig->offer.delay_steps,
                                      .max_horizon = CHORE_LATENCY_MOST,
                                      .privileged_allowed = rig->track == CHORE_TRACK_STATE};
}
