/* Episodes: resets, acts, what is shown between them, and events. Each call has its buffers in rooms, and each answer is
   kept. */
#include "life_internal.h"
#include <chore/clock.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *first_instruction(const life *l, uint32_t episode)
{
    for (uint32_t i = 0; i < l->offer->n_fields; i++) {
        if (strcmp(l->offer->fields[i].name, "instruction") == 0) {
            return (const char *)chore_life_frame(l, (int)i, episode, 0);
        }
    }
    return "do the chore";
}

int32_t chore_life_reset(life *l, uint32_t n, const uint32_t *slots, const uint32_t *episodes)
{
    const size_t each = sizeof(chore_policy_episode) + l->tail;
    unsigned char *room = chore_room(n * each, "the episodes");
    for (uint32_t i = 0; i < n; i++) {
        const char *text = first_instruction(l, episodes[i]);
        char *copy = chore_room(strlen(text) + 1, "an episode's instruction");
        strcpy(copy, text);
        chore_room_seal(copy);
        const chore_policy_episode episode = {.struct_size = (uint32_t)each,
                                              .slot = slots[i],
                                              .id = ++l->next_id,
                                              .seed = 0x9e3779b97f4a7c15u * (episodes[i] + 1),
                                              .instruction = copy};
        memcpy(room + i * each, &episode, sizeof episode);
        memset(room + i * each + sizeof episode, 0xa5, l->tail);
        if (slots[i] < CHORE_CHECK_SLOTS) {
            l->episode[slots[i]] = episodes[i];
            l->step[slots[i]] = 0;
            l->open[slots[i]] = true;
        }
    }
    chore_room_seal(room);
    chore_call_begins(TRIAL_RESET, 0);
    const int32_t answer = chore_life_note(
        l, l->broken ? CHORE_POLICY_FATAL : l->plugin->reset(l->self, n, (const void *)room));
    chore_call_ends();
    chore_rooms_end();
    return answer;
}

void chore_life_start(life *l, uint32_t n, const uint32_t *slots, const uint32_t *episodes)
{
    const int32_t answer = chore_life_reset(l, n, slots, episodes);
    if (answer < 0) {
        say_fail("reset answers %" PRId32 ": %s", answer, chore_life_words(l));
    }
}

static void *grow(void *list, size_t *cap, size_t wanted, size_t each)
{
    if (wanted <= *cap) {
        return list;
    }
    *cap = wanted < 1024 ? 1024 : 2 * wanted;
    void *grown = realloc(list, *cap * each);
    CHORE_ASSERT(grown != NULL);
    return grown;
}

/* Reads what lies in the buffers once, as the host does. */
static void keep_answer(life *l, uint32_t slot, uint32_t k, int32_t called,
                        const chore_policy_actions *actions)
{
    const uint32_t valid = actions->valid[k], rows = valid <= actions->horizon ? valid : 0;
    const size_t n = (size_t)rows * actions->dim;
    l->answers = grow(l->answers, &l->answers_cap, l->n_answers + 1, sizeof *l->answers);
    l->floats = grow(l->floats, &l->floats_cap, l->n_floats + n + 1, sizeof *l->floats);
    life_answer *a = &l->answers[l->n_answers++];
    *a = (life_answer){.episode = l->episode[slot],
                       .step = l->step[slot],
                       .valid = valid,
                       .rows_dim = (uint32_t)n,
                       .status = called < 0 ? called : actions->status[k],
                       .report = actions->report[k],
                       .at = l->n_floats};
    memcpy(a->about, actions->about + (size_t)k * CHORE_POLICY_ABOUT_CAP, sizeof a->about);
    memcpy(l->floats + l->n_floats, actions->data + (size_t)k * actions->horizon * actions->dim,
           n * sizeof(float));
    l->n_floats += n;
    if (a->status < 0) {
        l->open[slot] = false;
        return;
    }
    uint32_t executed = valid < l->request.execute && valid > 0 ? valid : l->request.execute;
    l->step[slot] += executed > 0 ? executed : 1;
}

int32_t chore_life_act(life *l, uint32_t n, const uint32_t *slots)
{
    const chore_policy_batch *batch = chore_life_batch(l, n, slots);
    const size_t values = (size_t)n * l->request.horizon * l->dim;
    float *data = chore_room(values * sizeof *data, "actions.data");
    uint32_t *valid = chore_room(n * sizeof *valid, "actions.valid");
    int32_t *status = chore_room(n * sizeof *status, "actions.status");
    uint32_t *report = chore_room(n * sizeof *report, "actions.report");
    char *about = chore_room((size_t)n * CHORE_POLICY_ABOUT_CAP, "actions.about");
    unsigned char *room = chore_room(sizeof(chore_policy_actions) + l->tail, "the actions");
    const chore_policy_actions actions = {.struct_size = (uint32_t)sizeof actions + l->tail,
                                          .horizon = l->request.horizon,
                                          .dim = l->dim,
                                          .data = data,
                                          .valid = valid,
                                          .status = status,
                                          .report = report,
                                          .about = about};
    for (size_t i = 0; i < values; i++) {
        data[i] = NAN; /* as the host does: a row that was never written is found */
    }
    memcpy(room, &actions, sizeof actions);
    memset(room + sizeof actions, 0xa5, l->tail);
    chore_call_begins(TRIAL_ACT, l->step[slots[0] % CHORE_CHECK_SLOTS]);
    const uint64_t begin = chore_now_ns();
    const int32_t answer =
        l->broken ? CHORE_POLICY_FATAL : l->plugin->act(l->self, batch, (void *)room);
    const uint64_t took = chore_now_ns() - begin;
    chore_call_ends();
    l->act_ns = grow(l->act_ns, &l->act_cap, l->n_acts + 1, sizeof *l->act_ns);
    l->act_ns[l->n_acts++] = took;
    for (uint32_t k = 0; k < n; k++) {
        keep_answer(l, slots[k], k, answer, &actions);
        (void)chore_life_note(l, l->answers[l->n_answers - 1].status);
    }
    chore_the_trial.report->steps++;
    chore_rooms_end();
    return answer;
}

int32_t chore_life_observe(life *l, uint32_t n, const uint32_t *slots)
{
    const chore_policy_batch *batch = chore_life_batch(l, n, slots);
    chore_call_begins(TRIAL_OBSERVE, l->step[slots[0] % CHORE_CHECK_SLOTS]);
    const int32_t answer =
        chore_life_note(l, l->broken ? CHORE_POLICY_FATAL : l->plugin->observe(l->self, batch));
    chore_call_ends();
    chore_rooms_end();
    return answer;
}

/* The steps between two acts, for a policy that wants to see them. `due` are the steps of its next act. */
static void observe_between(life *l, uint32_t n, const uint32_t *slots, const uint32_t *from)
{
    uint32_t due[CHORE_CHECK_SLOTS];
    memcpy(due, l->step, sizeof due);
    for (uint32_t k = 0; k < n; k++) {
        for (uint32_t s = from[slots[k]] + 1; s < due[slots[k]]; s++) {
            l->step[slots[k]] = s;
            (void)chore_life_observe(l, 1, &slots[k]); /* rule `observes` looks at the answer */
        }
        l->step[slots[k]] = due[slots[k]];
    }
}

void chore_life_play(life *l, uint32_t n, const uint32_t *slots, uint32_t until)
{
    const bool watches =
        chore_life_claims(l, CHORE_CAP_NEEDS_EVERY_OBS) && l->plugin->observe != NULL;
    for (;;) {
        uint32_t due[CHORE_CHECK_SLOTS], n_due = 0, from[CHORE_CHECK_SLOTS];
        for (uint32_t k = 0; k < n; k++) {
            if (l->open[slots[k]] && l->step[slots[k]] < until) {
                due[n_due++] = slots[k];
            }
        }
        if (n_due == 0) {
            return;
        }
        memcpy(from, l->step, sizeof from);
        (void)chore_life_act(l, n_due, due);
        if (watches) {
            observe_between(l, n_due, due, from);
        }
    }
}

void chore_life_episode(life *l, uint32_t slot, uint32_t episode)
{
    chore_life_start(l, 1, &slot, &episode);
    chore_life_play(l, 1, &slot, chore_life_steps());
}

/* The event of that kind, as the host would fill it: actions and text only where they belong. */
static chore_policy_event make_event(const life *l, uint32_t kind, uint32_t slot, const float *rows)
{
    const bool took_over = kind == CHORE_FEEDBACK_INTERVENTION;
    return (chore_policy_event){.struct_size = (uint32_t)sizeof(chore_policy_event) + l->tail,
                                .kind = kind,
                                .slot = slot,
                                .n = took_over ? 2 : 0,
                                .id = l->next_id,
                                .step = l->step[slot],
                                .value = 0.5,
                                .actions = took_over ? rows : NULL,
                                .text = kind == CHORE_FEEDBACK_INSTRUCTION ? "now something else"
                                        : kind == CHORE_FEEDBACK_OUTCOME   ? "the goal holds"
                                                                           : NULL,
                                .success = kind == CHORE_FEEDBACK_OUTCOME};
}

int32_t chore_life_feedback(life *l, uint32_t slot, uint64_t kinds)
{
    const size_t each = sizeof(chore_policy_event) + l->tail;
    uint32_t n = 0;
    if (l->plugin->feedback == NULL) {
        return CHORE_POLICY_OK;
    }
    unsigned char *room = chore_room(4 * each, "the events");
    float *rows = chore_room(2 * l->dim * sizeof *rows, "an event's actions");
    for (uint32_t kind = CHORE_FEEDBACK_STEP_REWARD; kind <= CHORE_FEEDBACK_INSTRUCTION; kind++) {
        if (kinds & CHORE_FEEDBACK_BIT(kind)) {
            const chore_policy_event event = make_event(l, kind, slot, rows);
            memcpy(room + n * each, &event, sizeof event);
            memset(room + n++ * each + sizeof event, 0xa5, l->tail);
        }
    }
    chore_room_seal(room);
    chore_room_seal(rows);
    chore_call_begins(TRIAL_FEEDBACK, l->step[slot]);
    const int32_t answer = chore_life_note(
        l, l->broken ? CHORE_POLICY_FATAL : l->plugin->feedback(l->self, n, (const void *)room));
    chore_call_ends();
    chore_rooms_end();
    return answer;
}
