/* What a rig is made of. rig_offer.c says what can be had, rig.c hands it out, cameras.c its pictures. */
#ifndef CHORE_RIG_INTERNAL_H
#define CHORE_RIG_INTERNAL_H
#include <chore/rig.h>
#include <chore/sense.h>

#include "cameras_internal.h"
#include "rig_convert_internal.h"

/* Text streams that come from the episode, not from the world's table. */
enum { CHOREI_TEXT_INSTRUCTION, CHOREI_TEXT_OBJECTS, CHOREI_TEXT_GOAL, CHOREI_TEXTS };
/* Where a native stream comes from: a chore_obs_id, a text, a camera. */
enum {
    CHOREI_FROM_TEXT = CHORE_OBS_COUNT,
    CHOREI_FROM_CAMERA = CHOREI_FROM_TEXT + CHOREI_TEXTS,
    CHOREI_FIELDS = CHOREI_FROM_CAMERA + CHOREI_CAMERAS * CHOREI_CAMERA_STREAMS
};

/* One stream of the accepted request, with memory for each slot. */
typedef struct chorei_stream {
    int field;                              /* native; -1: it is converted, or not offered and optional */
    void *memory;                           /* [n_slots][stride]; NULL: not offered */
    uint64_t text_version[CHORE_RIG_SLOTS]; /* as last written */
} chorei_stream;

struct chore_rig {
    chore_task *task;
    chore_scene *scene;
    chore_episode *episodes[CHORE_RIG_SLOTS]; /* [n_slots] */
    int n_slots;
    const char *cache_dir;
    uint64_t run_key;
    /* offer */
    char embodiment[CHORE_NAME_CAP + 16];
    uint32_t n_fields;
    chore_policy_field fields[CHOREI_FIELDS];
    int origin[CHOREI_FIELDS]; /* of each: a chore_obs_id, or CHOREI_FROM_TEXT or CHOREI_FROM_CAMERA and its number there */
    chore_track track;
    chore_appearance_kind appearance;
    chorei_cameras *cameras;
    chore_policy_mode modes[CHORE_MODE_COUNT];
    chore_policy_field components[CHORE_MODE_COUNT][CHORE_MAX_COMPONENTS];
    chore_action_component component_specs[CHORE_MODE_COUNT][CHORE_MAX_COMPONENTS];
    double rate_hz;
    double width_lo[CHORE_MAX_ARMS], width_hi[CHORE_MAX_ARMS]; /* of the grippers */
    chore_policy_offer offer; /* native */
    chorei_converter converter;
    /* streams of the accepted request */
    uint32_t n_streams;
    chorei_stream *streams; /* [n_streams], as are these, which the batch shows */
    const void **stream;
    uint64_t *stride;
    const uint64_t **version;
    bool privileged;
    chore_error failure; /* status OK: what was looked at last is whole */
    /* the present call, by position */
    uint32_t slot[CHORE_RIG_SLOTS], flags[CHORE_RIG_SLOTS];
    uint64_t step[CHORE_RIG_SLOTS];
    double sim_time[CHORE_RIG_SLOTS];
    chore_policy_batch batch;
};

/* Fill in the native offer. The rig has its episode. */
void chorei_rig_make_offer(chore_rig *rig);
#endif
