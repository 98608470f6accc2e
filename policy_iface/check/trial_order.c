/* The order of a trial as flat bytes: written once, mapped by every process that tries a rule. */
#include "trial_internal.h"
#include <string.h>
#include <unistd.h>

enum { ROOM_FOR_WORDS = 4 << 20 };

size_t chore_trial_field_bytes(const chore_policy_field *field)
{
    static const size_t sizes[] = {0, 1, sizeof(float), sizeof(double), sizeof(int32_t)};
    const size_t size = field->dtype < sizeof sizes / sizeof *sizes ? sizes[field->dtype] : 0;
    return size * (size_t)chore_host_field_count(field);
}

size_t chore_trial_order_room(const chore_check_def *def)
{
    size_t room = ROOM_FOR_WORDS;
    for (int s = 0; s < def->n_stages; s++) {
        const chore_policy_offer *offer = def->stages[s].offer;
        for (uint32_t i = 0; i < offer->n_fields; i++) {
            room += 16 + def->stages[s].n_frames * chore_trial_field_bytes(CHORE_POLICY_AT(
                                                       chore_policy_field, offer->fields, i));
        }
    }
    return room;
}

static void put_paths(chore_wire *w, int n, const char paths[][CHORE_PATH_CAP])
{
    chore_wire_put_u32(w, (uint32_t)n);
    for (int i = 0; i < n; i++) {
        chore_wire_put_text(w, paths[i]);
    }
}

static void put_stage(chore_wire *w, const chore_check_stage *stage)
{
    chore_wire_put_text(w, stage->name);
    chore_wire_put_offer(w, stage->offer);
    chore_wire_put_u32(w, stage->n_frames);
    for (uint32_t i = 0; i < stage->offer->n_fields; i++) {
        const chore_policy_field *field =
            CHORE_POLICY_AT(chore_policy_field, stage->offer->fields, i);
        chore_wire_put_bytes(w, stage->frames[i], stage->n_frames * chore_trial_field_bytes(field));
    }
}

void chore_trial_put_order(chore_wire *w, const chore_check_def *def, const char *path)
{
    const chore_policy_allow allow =
        def->allow != NULL ? *def->allow : chore_policy_allow_default();
    const uint32_t steps =
        def->steps > 0 && def->steps < CHORE_CHECK_STEPS ? def->steps : CHORE_CHECK_STEPS;
    chore_wire_put_u32(w, TRIAL_VERSION);
    chore_wire_put_text(w, path);
    chore_wire_put_text(w, def->config != NULL ? def->config : "");
    chore_wire_put_u32(w, !def->unconfined);
    chore_wire_put_u32(w, (uint32_t)allow.net | (uint32_t)allow.processes << 1 |
                              (uint32_t)allow.gpu << 2 | (uint32_t)allow.files << 3);
    chore_wire_put_u64(w, allow.memory_bytes);
    put_paths(w, allow.n_read, allow.read);
    put_paths(w, allow.n_write, allow.write);
    chore_wire_put_u32(w, (uint32_t)getpid());
    chore_wire_put_u32(w, steps);
    chore_wire_put_f64(w, def->act_limit_ms);
    chore_wire_put_u32(w, (uint32_t)def->n_stages);
    for (int i = 0; i < def->n_stages; i++) {
        put_stage(w, &def->stages[i]);
    }
}

static int get_paths(chore_wire *w, char paths[][CHORE_PATH_CAP])
{
    const uint32_t n = chore_wire_get_u32(w);
    for (uint32_t i = 0; i < n && i < CHORE_POLICY_ALLOW_PATHS; i++) {
        const char *path = chore_wire_get_text(w);
        strncpy(paths[i], path != NULL ? path : "", CHORE_PATH_CAP - 1);
    }
    return n <= CHORE_POLICY_ALLOW_PATHS ? (int)n : 0;
}

bool chore_trial_get_order(chore_wire *w, trial_order *out)
{
    const uint32_t version = chore_wire_get_u32(w);
    memset(out, 0, sizeof *out);
    out->path = chore_wire_get_text(w);
    out->config = chore_wire_get_text(w);
    out->confined = chore_wire_get_u32(w) != 0;
    const uint32_t flags = chore_wire_get_u32(w);
    out->allow.net = flags & 1, out->allow.processes = flags & 2, out->allow.gpu = flags & 4,
    out->allow.files = flags & 8;
    out->allow.memory_bytes = chore_wire_get_u64(w);
    out->allow.n_read = get_paths(w, out->allow.read);
    out->allow.n_write = get_paths(w, out->allow.write);
    out->parent = chore_wire_get_u32(w);
    out->steps = chore_wire_get_u32(w);
    out->act_limit_ms = chore_wire_get_f64(w);
    const uint32_t n = chore_wire_get_u32(w);
    out->n_stages = n <= CHORE_CHECK_STAGES ? (int)n : 0;
    for (int s = 0; s < out->n_stages && !w->bad; s++) {
        out->stages[s].name = chore_wire_get_text(w);
        chore_wire_get_offer(w, &out->stages[s].offer, &out->stages[s].memory);
        out->stages[s].n_frames = chore_wire_get_u32(w);
        const chore_policy_offer *offer = &out->stages[s].offer;
        w->bad = w->bad ||
                 offer->n_fields > sizeof out->stages[s].frames / sizeof *out->stages[s].frames;
        for (uint32_t i = 0; i < offer->n_fields && !w->bad; i++) {
            out->stages[s].frames[i] = chore_wire_get_bytes(
                w, out->stages[s].n_frames * chore_trial_field_bytes(&offer->fields[i]));
        }
    }
    return version == TRIAL_VERSION && !w->bad && out->path != NULL;
}
