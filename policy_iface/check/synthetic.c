/* Robots that nobody has built: offers with what the real tasks do not have yet, cameras, several rates, odd sizes. */
#include <chore/policy_check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 14, MODES = 5, PARTS = 6, ROOM = 64 };

typedef struct made_up {
    char name[16], embodiment[32];
    int arms;
    uint32_t n_fields;
    chore_policy_field fields[FIELDS], parts[MODES][PARTS];
    chore_policy_mode modes[MODES];
    double lo[MODES][PARTS][ROOM], hi[MODES][PARTS][ROOM], rates[3];
    char part_names[PARTS * MODES][32];
    chore_policy_offer offer;
    const void *frames[FIELDS];
} made_up;

static made_up robots[2];
static chore_check_stage stages[2];

static chore_policy_field vector(const char *name, uint32_t rows, uint32_t n, const char *repr,
                                 const char *frame)
{
    return (chore_policy_field){.struct_size = sizeof(chore_policy_field),
                                .kind = CHORE_FIELD_VECTOR,
                                .dtype = CHORE_DTYPE_F32,
                                .ndim = rows > 1 ? 2 : 1,
                                .shape = {rows > 1 ? rows : n, rows > 1 ? n : 0},
                                .name = name,
                                .repr = repr,
                                .frame = frame,
                                .convert = "",
                                .scale = 1};
}

static chore_policy_field image(const char *name, uint32_t kind, uint32_t dtype, uint32_t channels,
                                const char *repr)
{
    return (chore_policy_field){.struct_size = sizeof(chore_policy_field),
                                .kind = kind,
                                .dtype = dtype,
                                .layout = CHORE_LAYOUT_HWC,
                                .ndim = 3,
                                .shape = {32, 48, channels},
                                .flags = CHORE_FLAG_RESIZABLE,
                                .name = name,
                                .repr = repr,
                                .frame = "",
                                .convert = "",
                                .scale = 1};
}

static chore_policy_field text(const char *name, uint32_t bytes, uint32_t flags)
{
    return (chore_policy_field){.struct_size = sizeof(chore_policy_field),
                                .kind = CHORE_FIELD_TEXT,
                                .dtype = CHORE_DTYPE_U8,
                                .ndim = 1,
                                .shape = {bytes},
                                .flags = flags,
                                .name = name,
                                .repr = "utf8",
                                .frame = "",
                                .convert = "",
                                .scale = 1};
}

static chore_policy_field privileged(chore_policy_field field)
{
    field.flags = CHORE_FLAG_PRIVILEGED;
    return field;
}

static void add_streams(made_up *r)
{
    const uint32_t arms = (uint32_t)r->arms;
    const chore_policy_field fields[FIELDS] = {
        vector("proprio.joint_pos", arms, 7, "rad", "joint"),
        vector("proprio.joint_target", arms, 7, "rad", "joint"),
        vector("proprio.gripper_width", 1, arms, "width_m", ""),
        vector("proprio.eef_pos", arms, 3, "m", "base"),
        vector("proprio.eef_quat", arms, 4, "quat_wxyz", "base"),
        vector("proprio.base_pose", arms, 7, "m,quat_wxyz", "world"),
        vector("proprio.touch", arms, 2, "n", ""),
        image("cam.table", CHORE_FIELD_RGB, CHORE_DTYPE_U8, 3, "srgb"),
        image("cam.wrist_depth", CHORE_FIELD_DEPTH, CHORE_DTYPE_F32, 1, "m"),
        text("instruction", 512, 0),
        privileged(vector("privileged.object_pose", 5, 7, "m,quat_wxyz", "world")),
        privileged(vector("privileged.object_vel", 5, 6, "m/s,rad/s", "world")),
        text("privileged.objects", 2048, CHORE_FLAG_PRIVILEGED),
        text("privileged.goal", 1024, CHORE_FLAG_PRIVILEGED),
    };
    r->n_fields = FIELDS;
    memcpy(r->fields, fields, sizeof fields);
}

typedef struct part_spec {
    const char *name, *repr, *frame;
    uint32_t n;
    double lo, hi;
} part_spec;

static const struct {
    const char *name;
    part_spec parts[3];
} mode_specs[MODES] = {
    {"joint_pos",
     {{"joints", "rad", "joint", 7, -2.9, 2.9}, {"gripper", "width_m", "", 1, 0, 0.08}}},
    {"joint_delta",
     {{"joints", "rad", "joint", 7, -0.1, 0.1}, {"gripper", "width_m", "", 1, 0, 0.08}}},
    {"eef_pose",
     {{"pos", "m", "base", 3, -1.2, 1.2},
      {"quat", "quat_wxyz", "base", 4, -1, 1},
      {"gripper", "width_m", "", 1, 0, 0.08}}},
    {"eef_delta",
     {{"pos", "m", "base", 3, -0.05, 0.05},
      {"rot", "axis_angle", "base", 3, -0.3, 0.3},
      {"gripper", "width_m", "", 1, 0, 0.08}}},
    {"eef_delta_target",
     {{"pos", "m", "base", 3, -0.05, 0.05},
      {"rot", "axis_angle", "base", 3, -0.3, 0.3},
      {"gripper", "width_m", "", 1, 0, 0.08}}},
};

static void add_modes(made_up *r)
{
    static const char *const sides[] = {"left", "right"};
    int named = 0;
    for (int m = 0; m < MODES; m++) {
        uint32_t n = 0;
        for (int arm = 0; arm < r->arms; arm++) {
            for (int k = 0; k < 3 && mode_specs[m].parts[k].name != NULL; k++) {
                const part_spec *spec = &mode_specs[m].parts[k];
                char *name = r->part_names[named++];
                snprintf(name, sizeof r->part_names[0], "act.%s.%s",
                         r->arms > 1 ? sides[arm] : "arm", spec->name);
                r->parts[m][n] = vector(name, 1, spec->n, spec->repr, spec->frame);
                for (uint32_t i = 0; i < spec->n; i++) {
                    r->lo[m][n][i] = spec->lo;
                    r->hi[m][n][i] = spec->hi;
                }
                r->parts[m][n].lo = r->lo[m][n];
                r->parts[m][n].hi = r->hi[m][n];
                n++;
            }
        }
        r->modes[m] = (chore_policy_mode){.struct_size = sizeof(chore_policy_mode),
                                          .n_components = n,
                                          .name = mode_specs[m].name,
                                          .components = r->parts[m]};
    }
}

static uint64_t values_of(const chore_policy_field *field)
{
    uint64_t n = 1;
    for (uint32_t d = 0; d < field->ndim; d++) {
        n *= field->shape[d];
    }
    return n;
}

/* Smooth, different for each value, and a unit quaternion where one is called for. */
static void fill_numbers(const chore_policy_field *field, float *out, uint32_t frames)
{
    const uint64_t n = values_of(field);
    const bool pose = strstr(field->repr, "quat_wxyz") != NULL;
    for (uint32_t t = 0; t < frames; t++) {
        for (uint64_t i = 0; i < n; i++) {
            const double middle = strcmp(field->repr, "width_m") == 0 ? 0.04 : 0.3;
            out[t * n + i] = (float)(middle * (1 + 0.6 * sin(0.05 * t + 0.7 * (double)i)));
        }
        for (uint64_t q = strncmp(field->repr, "m,", 2) == 0 ? 3 : 0; pose && q + 4 <= n;
             q += strncmp(field->repr, "m,", 2) == 0 ? 7 : 4) {
            const float turned[4] = {cosf(0.02f * (float)t), 0, 0, sinf(0.02f * (float)t)};
            memcpy(out + t * n + q, turned, sizeof turned);
        }
    }
}

static const void *make_frames(const chore_policy_field *field)
{
    const uint64_t n = values_of(field);
    const size_t bytes = (size_t)n * (field->dtype == CHORE_DTYPE_U8 ? 1 : sizeof(float));
    unsigned char *out = calloc(CHORE_CHECK_FRAMES, bytes);
    CHORE_ASSERT(out != NULL);
    if (field->dtype == CHORE_DTYPE_F32) {
        fill_numbers(field, (float *)(void *)out, CHORE_CHECK_FRAMES);
    }
    for (uint32_t t = 0; t < CHORE_CHECK_FRAMES && field->dtype == CHORE_DTYPE_U8; t++) {
        if (field->kind == CHORE_FIELD_TEXT) {
            snprintf((char *)out + t * bytes, bytes, "put the mug to the right");
        } else {
            for (size_t i = 0; i < bytes; i++) {
                out[t * bytes + i] = (unsigned char)(7 * i + 3 * t);
            }
        }
    }
    return out;
}

static void make(made_up *r, const char *name, int arms, chore_check_stage *stage)
{
    snprintf(r->name, sizeof r->name, "%s", name);
    snprintf(r->embodiment, sizeof r->embodiment, "%s/1", name);
    r->arms = arms;
    add_streams(r);
    add_modes(r);
    r->rates[0] = 20, r->rates[1] = 10, r->rates[2] = 50;
    r->offer = (chore_policy_offer){.struct_size = sizeof r->offer,
                                    .n_fields = r->n_fields,
                                    .n_modes = MODES,
                                    .n_rates = 3,
                                    .fields = r->fields,
                                    .modes = r->modes,
                                    .rates_hz = r->rates,
                                    .embodiment = r->embodiment,
                                    .physics_hz = 500,
                                    .max_batch = CHORE_CHECK_SLOTS,
                                    .max_horizon = 64,
                                    .privileged_allowed = 1};
    for (uint32_t i = 0; i < r->n_fields; i++) {
        r->frames[i] = make_frames(&r->fields[i]);
    }
    *stage = (chore_check_stage){
        .name = r->name, .offer = &r->offer, .n_frames = CHORE_CHECK_FRAMES, .frames = r->frames};
}

const chore_check_stage *chore_check_synthetic(int *n)
{
    if (stages[0].offer == NULL) {
        make(&robots[0], "paper_arm", 1, &stages[0]);
        make(&robots[1], "paper_pair", 2, &stages[1]);
    }
    *n = 2;
    return stages;
}
