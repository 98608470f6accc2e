/* What a policy is shown in a check: the offers of real tasks, and their streams as they ran while the arms moved a
   little. */
#include "check_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/conventions.h>
#include <chore/image_words.h>
#include <chore/rig.h>
#include <chore/text.h>

/* One arm, two arms with cloth, a robot that drives. */
static const char usual[] = "set_aside,fold_towel,carry_dishes,synthetic";
static const struct {
    const char *embodiment, *task;
} tasks_of[] = {{"arm", "set_aside"}, {"duo", "fold_towel"}, {"mobile", "carry_dishes"}};
static const char playing_mode[] = "eef_delta";

typedef struct recorded {
    chore_rig *rig;
    chore_policy_offer offer; /* the rig's without its pictures */
    chore_policy_field *fields;
    char name[2 * CHORE_NAME_CAP + 16];
    void **frames; /* [n_fields] */
} recorded;

struct chorei_stages {
    recorded tasks[CHORE_CHECK_STAGES];
    chore_check_stage list[CHORE_CHECK_STAGES];
    int n_tasks, n;
    chore_convention *convention; /* NULL: none */
};

static size_t share_bytes(const chore_policy_field *field)
{
    size_t bytes = field->dtype == CHORE_DTYPE_U8    ? 1
                   : field->dtype == CHORE_DTYPE_F64 ? sizeof(double)
                                                     : sizeof(float);
    for (uint32_t d = 0; d < field->ndim; d++) {
        bytes *= field->shape[d];
    }
    return bytes;
}

/* Small motions about where the robot stands: deltas, each value with its own phase. */
static void wander(const chore_policy_mode *mode, uint32_t step, float *action)
{
    static const double share = 0.2, turn = 0.15;
    for (uint32_t c = 0; c < mode->n_components; c++) {
        const chore_policy_field *part = CHORE_POLICY_AT(chore_policy_field, mode->components, c);
        for (size_t i = 0; i < share_bytes(part) / sizeof(float); i++, action++) {
            const double middle = 0.5 * (part->lo[i] + part->hi[i]),
                         half = 0.5 * (part->hi[i] - part->lo[i]);
            *action = (float)(middle + share * half * sin(turn * step + (double)i + 2.0 * c));
        }
    }
}

static const chore_policy_mode *find_mode(const chore_policy_offer *offer)
{
    for (uint32_t i = 0; i < offer->n_modes; i++) {
        const chore_policy_mode *mode = CHORE_POLICY_AT(chore_policy_mode, offer->modes, i);
        if (strcmp(mode->name, playing_mode) == 0) {
            return mode;
        }
    }
    return NULL;
}

/* Pictures are left out: to record so many would take minutes and gigabytes. The synthetic task has some. */
static void choose_offer(recorded *r)
{
    const chore_policy_offer *all = chore_rig_offer(r->rig);
    r->offer = *all;
    r->offer.n_fields = 0;
    r->offer.fields = r->fields = calloc((size_t)all->n_fields + 1, sizeof *r->fields);
    CHORE_ASSERT(r->fields != NULL);
    for (uint32_t i = 0; i < all->n_fields; i++) {
        const chore_policy_field *field = CHORE_POLICY_AT(chore_policy_field, all->fields, i);
        if (!chore_is_image(field)) {
            r->fields[r->offer.n_fields++] = *field;
        }
    }
}

static chore_status record(recorded *r, chore_error *err)
{
    choose_offer(r);
    const chore_policy_offer *offer = &r->offer;
    const chore_policy_mode *mode = find_mode(offer);
    CHORE_ASSERT(mode != NULL);
    const chore_policy_request all = {.struct_size = sizeof all,
                                      .n_fields = offer->n_fields,
                                      .fields = offer->fields,
                                      .mode = playing_mode,
                                      .n_components = mode->n_components,
                                      .components = mode->components};
    chore_status status = chore_episode_reset(chore_rig_episode(r->rig), 0, CHORE_CONTROL, err);
    if (status == CHORE_OK) {
        status = chore_rig_accept(r->rig, &all, err);
    }
    float *action =
        calloc((size_t)chore_world_action_dim(chore_episode_world(chore_rig_episode(r->rig))) + 1,
               sizeof *action);
    r->frames = calloc((size_t)offer->n_fields + 1, sizeof *r->frames);
    CHORE_ASSERT(action != NULL && r->frames != NULL);
    for (uint32_t i = 0; i < offer->n_fields; i++) {
        r->frames[i] = calloc(CHORE_CHECK_FRAMES, share_bytes(&offer->fields[i]));
        CHORE_ASSERT(r->frames[i] != NULL);
    }
    for (uint32_t t = 0; t < CHORE_CHECK_FRAMES && status == CHORE_OK; t++) {
        const chore_policy_batch *seen = chore_rig_observe(r->rig);
        for (uint32_t i = 0; i < offer->n_fields; i++) {
            const size_t bytes = share_bytes(&offer->fields[i]);
            if (seen->stream[i] != NULL) {
                memcpy((char *)r->frames[i] + t * bytes, seen->stream[i], bytes);
            }
        }
        wander(mode, t, action);
        status = chore_episode_step(chore_rig_episode(r->rig), action, err);
    }
    free(action);
    return status;
}

static void add_stage(chorei_stages *s, const chore_check_stage *stage)
{
    if (s->n < CHORE_CHECK_STAGES) {
        s->list[s->n++] = *stage;
    }
}

static chore_status add_task(chorei_stages *s, const char *name, chore_error *err)
{
    if (s->n == CHORE_CHECK_STAGES) {
        return chore_fail(err, CHORE_E_USAGE, "--task: at most %d", CHORE_CHECK_STAGES);
    }
    recorded *r = &s->tasks[s->n_tasks++];
    const chore_convention *convention = s->convention;
    chore_status status = chore_rig_create_at(&r->rig, convention ? (int)convention->rate_hz : 0, name,
                                              NULL, NULL, 0, err);
    if (status == CHORE_OK && convention) {
        status = chore_rig_set_convention(r->rig, convention, err);
    }
    if (status == CHORE_OK) {
        status = record(r, err);
    }
    if (status == CHORE_OK) {
        snprintf(r->name, sizeof r->name, "%s%s%s", chore_task_name(chore_rig_task(r->rig)),
                 convention ? " in " : "", convention ? convention->name : "");
        const chore_check_stage stage = {.name = r->name,
                                         .offer = &r->offer,
                                         .n_frames = CHORE_CHECK_FRAMES,
                                         .frames = (const void *const *)r->frames};
        add_stage(s, &stage);
    }
    return status;
}

static void add_synthetic(chorei_stages *s)
{
    int n;
    const chore_check_stage *made_up = chore_check_synthetic(&n);
    for (int i = 0; i < n; i++) {
        add_stage(s, &made_up[i]);
    }
}

/* A task of the convention's robot. */
static chore_status usual_task(const chore_convention *convention, const char **task, chore_error *err)
{
    for (size_t i = 0; i < sizeof tasks_of / sizeof *tasks_of; i++) {
        if (strcmp(tasks_of[i].embodiment, convention->embodiment) == 0) {
            *task = tasks_of[i].task;
            return CHORE_OK;
        }
    }
    return chore_fail(err, CHORE_E_USAGE, "convention '%s' is for the robot '%s': on which task? --task NAME",
                      convention->name, convention->embodiment);
}

static chore_status open_convention(chorei_stages *s, const char *name, const char **tasks, chore_error *err)
{
    s->convention = calloc(1, sizeof *s->convention);
    CHORE_ASSERT(s->convention != NULL);
    const chore_status status = chore_convention_load(s->convention, name, err);
    return status == CHORE_OK && *tasks == NULL ? usual_task(s->convention, tasks, err) : status;
}

chore_status chorei_stages_make(chorei_stages **out, const char *tasks, const char *convention, chore_error *err)
{
    chore_status status = CHORE_OK;
    *out = calloc(1, sizeof **out);
    CHORE_ASSERT(*out != NULL);
    if (convention != NULL) {
        status = open_convention(*out, convention, &tasks, err);
    }
    char *words = strdup(tasks != NULL ? tasks : usual), *rest = words, *word;
    CHORE_ASSERT(words != NULL);
    while (status == CHORE_OK && (word = strsep(&rest, ", ")) != NULL) {
        if (strcmp(word, "synthetic") == 0) {
            add_synthetic(*out);
        } else if (word[0] != '\0') {
            status = add_task(*out, word, err);
        }
    }
    if (status == CHORE_OK && (*out)->n == 0) {
        status = chore_fail(err, CHORE_E_USAGE, "--task '%s' names no task", tasks);
    }
    free(words);
    return status;
}

void chorei_stages_free(chorei_stages *s)
{
    for (int t = 0; s != NULL && t < s->n_tasks; t++) {
        recorded *r = &s->tasks[t];
        for (uint32_t i = 0; r->frames != NULL && i < r->offer.n_fields; i++) {
            free(r->frames[i]);
        }
        free(r->frames);
        free(r->fields);
        chore_rig_destroy(r->rig);
    }
    if (s != NULL) {
        free(s->convention);
    }
    free(s);
}

const chore_check_stage *chorei_stages_get(const chorei_stages *s, int *n)
{
    *n = s->n;
    return s->list;
}
