#include "rig_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- its life ------------------------------------------------------------------------------------------------------ */

static chore_status add_slot(chore_rig *rig, chore_error *err)
{
    const chore_episode_def def = {
        .task = rig->task, .scene = rig->scene, .cache_dir = rig->cache_dir, .run_key = rig->run_key};
    const chore_status status = chore_episode_create(&rig->episodes[rig->n_slots], &def, err);
    rig->n_slots += status == CHORE_OK;
    return status;
}

chore_status chore_rig_create(chore_rig **out, const char *task, const char *embodiment,
                              const char *cache_dir, uint64_t run_key, chore_error *err)
{
    return chore_rig_create_at(out, 0, task, embodiment, cache_dir, run_key, err);
}

chore_status chore_rig_create_at(chore_rig **out, int control_hz, const char *task, const char *embodiment,
                                 const char *cache_dir, uint64_t run_key, chore_error *err)
{
    chore_rig *rig = calloc(1, sizeof *rig);
    CHORE_ASSERT(rig);
    rig->cache_dir = cache_dir;
    rig->run_key = run_key;
    chore_status status = chore_task_load(&rig->task, task, err);
    if (status == CHORE_OK && control_hz > 0) {
        chore_task_set_control_hz(rig->task, control_hz);
    }
    if (status == CHORE_OK) {
        bool asked = embodiment && *embodiment;
        status = chore_task_build_scene(
            rig->task, asked ? embodiment : chore_task_embodiment(rig->task, 0), &rig->scene, err);
    }
    if (status == CHORE_OK) {
        status = add_slot(rig, err);
    }
    if (status != CHORE_OK) {
        chore_rig_destroy(rig);
        return status;
    }
    rig->cameras = chorei_cameras_create(rig->scene, chore_world_embodiment(chore_episode_world(rig->episodes[0])));
    chorei_rig_make_offer(rig);
    *out = rig;
    return chore_rig_set_convention(rig, NULL, err);
}

static void free_streams(chore_rig *rig)
{
    for (uint32_t k = 0; k < rig->n_streams; k++) {
        free(rig->streams[k].memory);
    }
    free(rig->streams);
    free(rig->stream);
    free(rig->stride);
    free(rig->version);
    rig->n_streams = 0;
    rig->streams = NULL;
    rig->stream = NULL;
    rig->stride = NULL;
    rig->version = NULL;
}

void chore_rig_destroy(chore_rig *rig)
{
    if (rig) {
        free_streams(rig);
        chorei_converter_close(&rig->converter);
        chorei_cameras_destroy(rig->cameras);
        for (int i = 0; i < rig->n_slots; i++) {
            chore_episode_destroy(rig->episodes[i]);
        }
        chore_scene_destroy(rig->scene);
        chore_task_free(rig->task);
        free(rig);
    }
}

chore_status chore_rig_set_slots(chore_rig *rig, int n, chore_error *err)
{
    CHORE_ASSERT(n <= CHORE_RIG_SLOTS);
    chore_status status = CHORE_OK;
    while (rig->n_slots < n && status == CHORE_OK) {
        status = add_slot(rig, err);
    }
    rig->offer.max_batch = (uint32_t)rig->n_slots;
    return status;
}

chore_status chore_rig_set_convention(chore_rig *rig, const chore_convention *convention, chore_error *err)
{
    free_streams(rig);
    chorei_cameras_forget(rig->cameras);
    return chorei_converter_open(&rig->converter, &rig->offer, rig->origin, convention, err);
}

void chore_rig_set_track(chore_rig *rig, chore_track track)
{
    rig->track = track;
    chorei_rig_make_offer(rig);
    const chore_status status = chore_rig_set_convention(rig, NULL, NULL);
    CHORE_ASSERT(status == CHORE_OK); /* only a convention can fail */
}

void chore_rig_set_appearance(chore_rig *rig, chore_appearance_kind appearance)
{
    rig->appearance = appearance;
}

uint64_t chore_rig_wear(chore_rig *rig, int slot, uint64_t seed)
{
    const uint64_t lot =
        rig->appearance == CHORE_APPEARANCE_SEEDED ? chore_appearance_lot(rig->run_key, chore_task_hash(rig->task), seed) : 0;
    chorei_cameras_wear(rig->cameras, slot, lot);
    return lot;
}

void chore_rig_set_latency(chore_rig *rig, chore_latency latency)
{
    rig->offer.delay_steps = (uint32_t)latency.steps;
}

/* ---- what it is ---------------------------------------------------------------------------------------------------- */

chore_episode *chore_rig_episode(chore_rig *rig)
{
    return rig->episodes[0];
}
chore_episode *chore_rig_slot(chore_rig *rig, int slot)
{
    CHORE_ASSERT(slot >= 0 && slot < rig->n_slots);
    return rig->episodes[slot];
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
    return chore_translation_offer(rig->converter.translation);
}
const chore_translation *chore_rig_translation(const chore_rig *rig)
{
    return rig->converter.translation;
}
uint32_t chore_rig_action_dim(const chore_rig *rig)
{
    return chore_translation_dim(rig->converter.translation);
}
int64_t chore_rig_clamped(const chore_rig *rig, int slot)
{
    return rig->converter.clamped[slot];
}
const char *chore_rig_mode(const chore_rig *rig)
{
    return chore_translation_mode(rig->converter.translation);
}
chore_track chore_rig_track(const chore_rig *rig)
{
    return rig->track;
}
chore_appearance_kind chore_rig_appearance(const chore_rig *rig)
{
    return rig->appearance;
}
chore_rig_seen chore_rig_seen_so_far(const chore_rig *rig, int slot)
{
    return chorei_cameras_seen(rig->cameras, slot);
}
void chore_rig_forget_seen(chore_rig *rig, int slot)
{
    chorei_cameras_forget_seen(rig->cameras, slot);
}
int chore_rig_pictures(const chore_rig *rig, chore_rig_picture *out, int cap)
{
    return chorei_cameras_pictures(rig->cameras, out, cap);
}
void chore_rig_mark_drawing(chore_rig *rig, volatile uint64_t *mark)
{
    chorei_cameras_mark(rig->cameras, mark);
}
bool chore_rig_privileged(const chore_rig *rig)
{
    return rig->privileged;
}

/* ---- a request ----------------------------------------------------------------------------------------------------- */

chore_status chore_rig_set_slot_mode(chore_rig *rig, int slot, const char *mode, chore_error *err)
{
    chore_action_mode found;
    if (!chore_action_mode_find(mode, &found)) {
        return chore_fail(err, CHORE_E_USAGE, "no action mode '%s'", mode);
    }
    rig->converter.clamped[slot] = 0;
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

/* Memory for one stream of the request: a native one as it is, one that is made of native ones, or one that is not offered. */
static chore_status lay_out_stream(chore_rig *rig, uint32_t k, const chore_policy_field *asked, chore_error *err)
{
    const bool translated = chore_translation_translated(rig->converter.translation, k);
    const int field = translated ? -1 : find_field(rig, asked->name);
    const int origin = field >= 0 ? rig->origin[field] : -1;
    const bool as_asked = translated || origin >= CHOREI_FROM_CAMERA;
    const size_t bytes = as_asked ? field_bytes(asked) : field >= 0 ? field_bytes(&rig->fields[field]) : 0;
    chorei_stream *s = &rig->streams[k];
    s->field = field;
    s->memory = bytes > 0 ? calloc((size_t)rig->n_slots, bytes) : NULL; /* NULL: optional */
    CHORE_ASSERT(s->memory || bytes == 0);
    for (int slot = 0; slot < rig->n_slots; slot++) {
        s->text_version[slot] = 1;
    }
    rig->stream[k] = s->memory;
    rig->stride[k] = bytes;
    rig->version[k] = origin >= CHOREI_FROM_TEXT && origin < CHOREI_FROM_CAMERA ? s->text_version : NULL;
    rig->privileged |= field >= 0 && (rig->fields[field].flags & CHORE_FLAG_PRIVILEGED);
    return origin >= CHOREI_FROM_CAMERA
               ? chorei_cameras_want(rig->cameras, origin - CHOREI_FROM_CAMERA, asked, s->memory, bytes, err)
               : CHORE_OK;
}

static chore_status lay_out(chore_rig *rig, const chore_policy_request *request, chore_error *err)
{
    chore_status status = CHORE_OK;
    const size_t n = (size_t)request->n_fields + 1;
    rig->streams = calloc(n, sizeof *rig->streams);
    rig->stream = calloc(n, sizeof *rig->stream);
    rig->stride = calloc(n, sizeof *rig->stride);
    rig->version = calloc(n, sizeof *rig->version);
    CHORE_ASSERT(rig->streams && rig->stream && rig->stride && rig->version);
    rig->n_streams = request->n_fields;
    for (uint32_t k = 0; k < request->n_fields && status == CHORE_OK; k++) {
        status = lay_out_stream(rig, k, CHORE_POLICY_AT(chore_policy_field, request->fields, k), err);
    }
    return status == CHORE_OK ? chorei_cameras_ready(rig->cameras, rig->n_slots, err) : status;
}

chore_status chore_rig_accept(chore_rig *rig, const chore_policy_request *request, chore_error *err)
{
    free_streams(rig);
    chorei_cameras_forget(rig->cameras);
    rig->failure.status = CHORE_OK;
    rig->privileged = chorei_converter_accept(&rig->converter, request);
    chore_status status = lay_out(rig, request, err);
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
        status = chore_rig_set_slot_mode(rig, i, chore_rig_mode(rig), err);
    }
    return status;
}

/* ---- streams ------------------------------------------------------------------------------------------------------- */

static void write_text(chore_rig *rig, uint32_t k, int which, uint32_t slot, char *to)
{
    chore_episode *episode = rig->episodes[slot];
    uint64_t *written = &rig->streams[k].text_version[slot], version = *written;
    const char *text = which == CHOREI_TEXT_OBJECTS ? chore_episode_objects_text(episode, &version)
                       : which == CHOREI_TEXT_GOAL  ? chore_episode_goal_text(episode, &version)
                                                    : chore_episode_instruction(episode);
    if (which == CHOREI_TEXT_INSTRUCTION && strcmp(to, text) != 0) {
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
    chorei_converter_look(&rig->converter, world);
    for (uint32_t k = 0; k < rig->n_streams; k++) {
        const chorei_stream *s = &rig->streams[k];
        const int origin = s->field < 0 ? -1 : rig->origin[s->field];
        void *to = s->memory ? (char *)s->memory + (size_t)slot * rig->stride[k] : NULL;
        if (chore_translation_translated(rig->converter.translation, k)) {
            chore_translation_observe(rig->converter.translation, k, (const float *const *)rig->converter.native, to);
        } else if (origin >= CHOREI_FROM_TEXT && origin < CHOREI_FROM_CAMERA) {
            write_text(rig, k, origin - CHOREI_FROM_TEXT, slot, to);
        } else if (origin >= 0 && origin < CHOREI_FROM_TEXT) {
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

/* ---- actions ------------------------------------------------------------------------------------------------------- */

const float *chore_rig_native_action(chore_rig *rig, int slot, const float *action)
{
    return chorei_converter_action(&rig->converter, slot, chore_episode_world(rig->episodes[slot]), action);
}
void chore_rig_hold_action(chore_rig *rig, int slot, float *out)
{
    chorei_converter_hold(&rig->converter, chore_episode_world(rig->episodes[slot]), out);
}
void chore_rig_relative_values(const chore_rig *rig, int slot, bool *out)
{
    chorei_converter_relative(&rig->converter, chore_episode_world(rig->episodes[slot]), out);
}
