#include <chore/rig.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/sense.h>

#include "cameras_internal.h"

/* Text streams that come from the episode, not from the world's table. */
enum { TEXT_INSTRUCTION, TEXT_OBJECTS, TEXT_GOAL, TEXT_COUNT };
static const struct {
    const char *name;
    uint32_t cap, flags;
} texts[TEXT_COUNT] = {
    {"instruction", 1024, 0},
    {"privileged.objects", 65536, CHORE_FLAG_PRIVILEGED},
    {"privileged.goal", 32768, CHORE_FLAG_PRIVILEGED},
};
/* What a garment adds to privileged.objects: its rest shape, a line per vertex, and a page of key points, outline
   and folds. */
enum { VERTEX_BYTES = 40, GARMENT_BYTES = 4096 };
/* Where a stream comes from: a chore_obs_id, a text, a camera. */
enum { FROM_TEXT = CHORE_OBS_COUNT, FROM_CAMERA = FROM_TEXT + TEXT_COUNT };
enum { FIELD_COUNT = FROM_CAMERA + CHOREI_CAMERAS * CHOREI_CAMERA_STREAMS, MAX_COMPONENTS = CHORE_MAX_COMPONENTS };

struct chore_rig {
    chore_task *task;
    chore_scene *scene;
    chore_episode *episode;                   /* of slot 0 */
    chore_episode *episodes[CHORE_RIG_SLOTS]; /* [n_slots] */
    int n_slots;
    const char *cache_dir;
    uint64_t run_key;
    char embodiment[CHORE_NAME_CAP + 16];
    /* offer */
    uint32_t n_fields;
    chore_policy_field fields[FIELD_COUNT];
    int origin[FIELD_COUNT]; /* of each: a chore_obs_id, FROM_TEXT and a text's number, or FROM_CAMERA and its number there */
    chore_track track;
    chorei_cameras *cameras;
    chore_error failure; /* status OK: what was looked at last is whole */
    chore_policy_mode modes[CHORE_MODE_COUNT];
    chore_policy_field components[CHORE_MODE_COUNT][MAX_COMPONENTS];
    chore_action_component component_specs[CHORE_MODE_COUNT][MAX_COMPONENTS];
    double rate_hz;
    chore_policy_offer offer;
    /* streams of the accepted request */
    int n_streams;
    int source[FIELD_COUNT]; /* index into fields */
    void *buffer[FIELD_COUNT];
    const void *stream[FIELD_COUNT];
    uint64_t stride[FIELD_COUNT];
    uint64_t text_version[FIELD_COUNT][CHORE_RIG_SLOTS]; /* as last written */
    const uint64_t *version[FIELD_COUNT];
    bool privileged;
    uint32_t slot[CHORE_RIG_SLOTS], flags[CHORE_RIG_SLOTS]; /* of the present call, by position */
    uint64_t step[CHORE_RIG_SLOTS];
    double sim_time[CHORE_RIG_SLOTS];
    chore_policy_batch batch;
};

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
    for (int i = 0; which == TEXT_OBJECTS && i < chore_scene_n_garments(scene); i++) {
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
        if (spec.rows > 0 && allowed(rig, &field)) {
            offer(rig, i, field);
        }
    }
    for (int i = 0; i < TEXT_COUNT; i++) {
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
            offer(rig, FROM_TEXT + i, field);
        }
    }
    for (int i = 0; i < chorei_cameras_n_fields(rig->cameras); i++) {
        offer(rig, FROM_CAMERA + i, *chorei_cameras_field(rig->cameras, i));
    }
}

static void offer_modes(chore_rig *rig, const chore_world *world)
{
    for (int m = 0; m < CHORE_MODE_COUNT; m++) {
        chore_action_component *specs = rig->component_specs[m];
        int n = chore_world_components(world, (chore_action_mode)m, specs, MAX_COMPONENTS);
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

static void make_offer(chore_rig *rig)
{
    const chore_world *world = chore_episode_world(rig->episode);
    const chore_embodiment *robot = chore_world_embodiment(world);
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
                                      .max_horizon = CHORE_LATENCY_MOST,
                                      .privileged_allowed = rig->track == CHORE_TRACK_STATE};
}

chore_status chore_rig_create(chore_rig **out, const char *task, const char *embodiment,
                              const char *cache_dir, uint64_t run_key, chore_error *err)
{
    chore_rig *rig = calloc(1, sizeof *rig);
    CHORE_ASSERT(rig);
    chore_status status = chore_task_load(&rig->task, task, err);
    if (status == CHORE_OK) {
        bool asked = embodiment && *embodiment;
        status = chore_task_build_scene(
            rig->task, asked ? embodiment : chore_task_embodiment(rig->task, 0), &rig->scene, err);
    }
    if (status == CHORE_OK) {
        chore_episode_def def = {
            .task = rig->task, .scene = rig->scene, .cache_dir = cache_dir, .run_key = run_key};
        status = chore_episode_create(&rig->episode, &def, err);
    }
    rig->episodes[0] = rig->episode;
    rig->n_slots = 1;
    rig->cache_dir = cache_dir;
    rig->run_key = run_key;
    if (status != CHORE_OK) {
        chore_rig_destroy(rig);
        return status;
    }
    rig->cameras = chorei_cameras_create(rig->scene, chore_world_embodiment(chore_episode_world(rig->episode)));
    make_offer(rig);
    *out = rig;
    return CHORE_OK;
}

void chore_rig_set_track(chore_rig *rig, chore_track track)
{
    const uint32_t delay = rig->offer.delay_steps;
    rig->track = track;
    make_offer(rig);
    rig->offer.delay_steps = delay;
}

chore_track chore_rig_track(const chore_rig *rig)
{
    return rig->track;
}

static void free_streams(chore_rig *rig)
{
    for (int i = 0; i < rig->n_streams; i++) {
        free(rig->buffer[i]);
    }
    rig->n_streams = 0;
}

void chore_rig_destroy(chore_rig *rig)
{
    if (rig) {
        free_streams(rig);
        chorei_cameras_destroy(rig->cameras);
        for (int i = 0; i < rig->n_slots; i++) {
            chore_episode_destroy(rig->episodes[i]);
        }
        chore_scene_destroy(rig->scene);
        chore_task_free(rig->task);
        free(rig);
    }
}

chore_episode *chore_rig_episode(chore_rig *rig)
{
    return rig->episode;
}
chore_episode *chore_rig_slot(chore_rig *rig, int slot)
{
    CHORE_ASSERT(slot >= 0 && slot < rig->n_slots);
    return rig->episodes[slot];
}

chore_status chore_rig_set_slots(chore_rig *rig, int n, chore_error *err)
{
    CHORE_ASSERT(n <= CHORE_RIG_SLOTS);
    const chore_episode_def def = {
        .task = rig->task, .scene = rig->scene, .cache_dir = rig->cache_dir, .run_key = rig->run_key};
    chore_status status = CHORE_OK;
    while (rig->n_slots < n && status == CHORE_OK) {
        status = chore_episode_create(&rig->episodes[rig->n_slots], &def, err);
        rig->n_slots += status == CHORE_OK;
    }
    rig->offer.max_batch = (uint32_t)rig->n_slots;
    return status;
}

chore_task *chore_rig_task(chore_rig *rig)
{
    return rig->task;
}
chore_scene *chore_rig_scene(chore_rig *rig)
{
    return rig->scene;
}
const chore_policy_offer *chore_rig_offer(chore_rig *rig)
{
    return &rig->offer;
}
void chore_rig_set_latency(chore_rig *rig, chore_latency latency)
{
    rig->offer.delay_steps = (uint32_t)latency.steps;
}
bool chore_rig_privileged(const chore_rig *rig)
{
    return rig->privileged;
}
const char *chore_rig_mode(const chore_rig *rig)
{
    return chore_action_mode_name(chore_world_mode(chore_episode_world(rig->episode)));
}

chore_status chore_rig_set_slot_mode(chore_rig *rig, int slot, const char *mode, chore_error *err)
{
    chore_action_mode found;
    if (!chore_action_mode_find(mode, &found)) {
        return chore_fail(err, CHORE_E_USAGE, "no action mode '%s'", mode);
    }
    return chore_world_set_mode(chore_episode_world(chore_rig_slot(rig, slot)), found, err);
}

chore_status chore_rig_set_mode(chore_rig *rig, const char *mode, chore_error *err)
{
    return chore_rig_set_slot_mode(rig, 0, mode, err);
}

static int find_field(const chore_rig *rig, const char *name)
{
    for (int i = 0; i < (int)rig->n_fields; i++) {
        if (strcmp(rig->fields[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

static size_t field_bytes(const chore_policy_field *f)
{
    size_t bytes = f->dtype == CHORE_DTYPE_U8 ? 1 : sizeof(float);
    for (uint32_t d = 0; d < f->ndim; d++) {
        bytes *= f->shape[d];
    }
    return bytes;
}

/* Memory for stream k, which is `asked` and offered as field `field`; not offered (-1): it is optional and stays NULL. */
static chore_status lay_stream(chore_rig *rig, int k, int field, const chore_policy_field *asked, chore_error *err)
{
    const int origin = field < 0 ? -1 : rig->origin[field];
    const size_t bytes = field < 0 ? 0 : field_bytes(origin >= FROM_CAMERA ? asked : &rig->fields[field]);
    rig->source[k] = field;
    rig->buffer[k] = field < 0 ? NULL : calloc((size_t)rig->n_slots, bytes);
    CHORE_ASSERT(field < 0 || rig->buffer[k]);
    rig->stream[k] = rig->buffer[k];
    rig->stride[k] = bytes;
    for (int slot = 0; slot < rig->n_slots; slot++) {
        rig->text_version[k][slot] = 1;
    }
    rig->version[k] = origin >= FROM_TEXT && origin < FROM_CAMERA ? rig->text_version[k] : NULL;
    rig->privileged |= field >= 0 && (rig->fields[field].flags & CHORE_FLAG_PRIVILEGED);
    return origin >= FROM_CAMERA
               ? chorei_cameras_want(rig->cameras, origin - FROM_CAMERA, asked, rig->buffer[k], bytes, err)
               : CHORE_OK;
}

chore_status chore_rig_accept(chore_rig *rig, const chore_policy_request *request, chore_error *err)
{
    chore_status status = CHORE_OK;
    free_streams(rig);
    chorei_cameras_forget(rig->cameras);
    rig->privileged = false;
    rig->failure.status = CHORE_OK;
    if (request->n_fields > FIELD_COUNT) { /* optional ones that are not offered may be many */
        return chore_fail(err, CHORE_E_POLICY_LOAD, "the policy asks for %u streams, at most %d can be had", request->n_fields,
                          FIELD_COUNT);
    }
    for (uint32_t i = 0; i < request->n_fields && status == CHORE_OK; i++) {
        const chore_policy_field *asked = CHORE_POLICY_AT(chore_policy_field, request->fields, i);
        status = lay_stream(rig, rig->n_streams++, find_field(rig, asked->name), asked, err);
    }
    if (status == CHORE_OK) {
        status = chorei_cameras_ready(rig->cameras, rig->n_slots, err);
    }
    if (status != CHORE_OK) {
        return status;
    }
    rig->batch = (chore_policy_batch){.struct_size = sizeof rig->batch,
                                      .n = 1,
                                      .n_fields = request->n_fields,
                                      .slot = rig->slot,
                                      .step = rig->step,
                                      .sim_time = rig->sim_time,
                                      .flags = rig->flags,
                                      .stream = rig->stream,
                                      .stride = rig->stride,
                                      .version = rig->version};
    for (int i = 0; i < rig->n_slots && status == CHORE_OK; i++) {
        status = chore_rig_set_slot_mode(rig, i, request->mode, err);
    }
    return status;
}

static void write_text(chore_rig *rig, int k, int which, uint32_t slot, char *to)
{
    chore_episode *episode = rig->episodes[slot];
    uint64_t *written = &rig->text_version[k][slot], version = *written;
    const char *text = which == TEXT_OBJECTS ? chore_episode_objects_text(episode, &version)
                       : which == TEXT_GOAL  ? chore_episode_goal_text(episode, &version)
                                             : chore_episode_instruction(episode);
    if (which == TEXT_INSTRUCTION && strcmp(to, text) != 0) {
        version++;
    }
    if (chore_world_control_steps(chore_episode_world(episode)) == 0 || version != *written) {
        size_t len = strlen(text);
        CHORE_ASSERT(len < rig->stride[k]);
        memcpy(to, text, len + 1);
        *written = version;
    }
}

static void fill_streams(chore_rig *rig, uint32_t slot)
{
    const chore_world *world = chore_episode_world(rig->episodes[slot]);
    for (int k = 0; k < rig->n_streams; k++) {
        const int origin = rig->source[k] < 0 ? -1 : rig->origin[rig->source[k]];
        void *to = origin < 0 ? NULL : (char *)rig->buffer[k] + (size_t)slot * rig->stride[k];
        if (origin >= FROM_TEXT && origin < FROM_CAMERA) {
            write_text(rig, k, origin - FROM_TEXT, slot, to);
        } else if (origin >= 0 && origin < FROM_TEXT) {
            chore_world_observe(world, (chore_obs_id)origin, to);
        }
    }
    if (rig->failure.status == CHORE_OK) {
        rig->failure.status = chorei_cameras_draw(rig->cameras, (int)slot, chore_world_data(world), &rig->failure);
    }
}

const chore_policy_batch *chore_rig_look(chore_rig *rig, int n, const uint32_t *slots)
{
    rig->failure.status = CHORE_OK;
    for (int k = 0; k < n; k++) {
        const chore_world *world = chore_episode_world(rig->episodes[slots[k]]);
        rig->slot[k] = slots[k];
        rig->step[k] = chore_world_control_steps(world);
        rig->sim_time[k] = chore_world_seconds(world);
        rig->flags[k] = rig->step[k] == 0 ? CHORE_SLOT_FIRST : 0;
        fill_streams(rig, slots[k]);
    }
    rig->batch.n = (uint32_t)n;
    return &rig->batch;
}

const chore_policy_batch *chore_rig_observe(chore_rig *rig)
{
    static const uint32_t first = 0;
    return chore_rig_look(rig, 1, &first);
}

chore_status chore_rig_failure(const chore_rig *rig, chore_error *err)
{
    if (rig->failure.status != CHORE_OK && err) {
        *err = rig->failure;
    }
    return rig->failure.status;
}

void chore_rig_mark_drawing(chore_rig *rig, volatile uint64_t *mark)
{
    chorei_cameras_mark(rig->cameras, mark);
}

chore_rig_seen chore_rig_seen_so_far(const chore_rig *rig, int slot)
{
    return chorei_cameras_seen(rig->cameras, slot);
}

void chore_rig_forget_seen(chore_rig *rig, int slot)
{
    chorei_cameras_forget_seen(rig->cameras, slot);
}
