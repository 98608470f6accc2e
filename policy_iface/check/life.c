/* From the file to an episode: each function is one call into the policy, told to the report before it begins. */
#include "life_internal.h"
#include <chore/clock.h>
#include <chore/text.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

trial chore_the_trial;

/* ---- verdicts -------------------------------------------------------------------------------------------- */

void chore_say(chore_verdict verdict, const char *fmt, ...)
{
    trial_report *report = chore_the_trial.report;
    char words[sizeof report->what];
    va_list args;
    va_start(args, fmt);
    vsnprintf(words, sizeof words, fmt, args);
    va_end(args);
    chore_host_clean_text(report->what, sizeof report->what, words);
    report->said = (uint32_t)verdict + 1;
    fflush(stdout);
    _exit(0);
}

/* A stack frame of rubbish below ours: what the policy's own frames find there when they do not initialise. */
static void foul_the_stack(void)
{
    volatile unsigned char rubbish[32 * 1024];
    for (size_t i = 0; i < sizeof rubbish; i++) {
        rubbish[i] = (unsigned char)(chore_the_trial.place.run ? 0xd7 : 0x2b);
    }
}

void chore_call_begins(trial_call call, uint32_t step)
{
    foul_the_stack();
    chore_the_trial.report->call = call;
    chore_the_trial.report->n_calls++;
    chore_the_trial.report->step = step;
}

void chore_call_ends(void)
{
    if (chore_the_trial.watch != NULL) {
        chore_the_trial.watch();
    }
    chore_the_trial.report->call = TRIAL_NONE;
}

/* ---- what the policy may ask ------------------------------------------------------------------------------ */

static pid_t caller; /* the thread of the call in progress; 0: none */

static void table_log(void *ctx, int32_t level, const char *utf8)
{
    (void)ctx, (void)level, (void)utf8;
}

/* A clock of its own in each run: a behaviour that follows it differs. */
static uint64_t table_now_ns(void *ctx)
{
    (void)ctx;
    return chore_now_ns() + (chore_the_trial.place.run ? (uint64_t)1234567891 : 0);
}

static int32_t table_cancelled(void *ctx)
{
    (void)ctx;
    return 0;
}

/* Within the bounds, another one for every episode, step and value. */
static const float *recorded_action(void *ctx, uint32_t slot, uint64_t step, uint32_t *dim)
{
    static float values[1024];
    const life *l = ctx;
    *dim = 0;
    for (uint32_t c = 0; c < l->request.n_components; c++) {
        const chore_policy_field *part = &l->offer->modes[0].components[c];
        for (uint64_t v = 0; v < chore_host_field_count(part) && *dim < 1024; v++) {
            const double share = 0.3 + 0.01 * (double)((l->episode[slot % CHORE_CHECK_SLOTS] + step + v) % 40);
            values[(*dim)++] = part->lo != NULL && part->hi != NULL ? (float)(part->lo[v] + share * (part->hi[v] - part->lo[v])) : 0;
        }
    }
    return values;
}

static const void *table_extension(void *ctx, const char *id)
{
    life *l = ctx;
    if (chore_the_trial.place.rule == CHORE_RULE_host_calls && gettid() != caller) {
        say_fail("it asks for the extension \"%.60s\" from a thread that is not the one of a call", id != NULL ? id : "NULL");
    }
    if (id == NULL || strcmp(id, CHORE_EXT_RECORDED_ACTIONS) != 0 || l->offer->n_modes == 0) {
        return NULL;
    }
    l->recorded = (chore_ext_recorded_actions){
        .struct_size = sizeof l->recorded, .ctx = l, .mode = l->offer->modes[0].name, .action = recorded_action};
    return &l->recorded;
}

/* ---- from file to instance -------------------------------------------------------------------------------- */

void chore_life_load(void)
{
    chore_error err = {0};
    trial *t = &chore_the_trial;
    chore_copy(t->file.info.path, sizeof t->file.info.path, t->order.path);
    chore_call_begins(TRIAL_LOADING, 0);
    const chore_status status = chore_host_open_file(&t->file, &err);
    chore_call_ends();
    if (status != CHORE_OK) {
        say_fail("%s%s%s%s", err.message, err.hint[0] != '\0' ? " (" : "", err.hint, err.hint[0] != '\0' ? ")" : "");
    }
    t->report->info = t->file.info;
}

void chore_life_make(life *l)
{
    char words[256] = "", clean[256];
    trial *t = &chore_the_trial;
    l->plugin = &t->file.plugin;
    l->stage = t->place.stage;
    l->variant = t->place.variant;
    l->offer = &t->order.stages[l->stage].offer;
    l->table = (chore_policy_host_table){.struct_size = sizeof l->table,
                                         .abi_major = CHORE_POLICY_ABI_MAJOR,
                                         .abi_minor = CHORE_POLICY_ABI_MINOR,
                                         .ctx = l,
                                         .log = table_log,
                                         .now_ns = table_now_ns,
                                         .cancelled = table_cancelled,
                                         .extension = table_extension};
    char *config = chore_room(strlen(t->order.config) + 1, "the configuration");
    strcpy(config, t->order.config);
    chore_room_seal(config);
    chore_call_begins(TRIAL_CREATE, 0);
    caller = gettid();
    l->self = l->plugin->create(&l->table, config, words, sizeof words);
    caller = 0;
    chore_call_ends();
    chore_rooms_end();
    words[sizeof words - 1] = '\0';
    chore_host_clean_text(clean, sizeof clean, words);
    if (l->self == NULL) {
        say_fail("it could not start: %s", clean[0] != '\0' ? clean : "it gave no reason");
    }
}

/* After FATAL no slot acts any more. */
static int32_t note_status(life *l, int32_t answer)
{
    if (answer == CHORE_POLICY_FATAL) {
        l->broken = true;
        memset(l->open, 0, sizeof l->open);
    }
    return answer;
}

void chore_life_destroy(life *l)
{
    if (l->self != NULL && !l->broken) {
        chore_call_begins(TRIAL_DESTROY, 0);
        caller = gettid();
        l->plugin->destroy(l->self);
        caller = 0;
        chore_call_ends();
    }
    l->self = NULL;
}

void chore_life_free(life *l)
{
    chore_life_destroy(l);
    free(l->request_memory);
    free(l->answers);
    free(l->floats);
    free(l->act_ns);
    memset(l, 0, sizeof *l);
}

const char *chore_life_words(life *l)
{
    static char clean[384];
    chore_call_begins(TRIAL_LAST_ERROR, 0);
    caller = gettid();
    const char *words = l->plugin->last_error(l->self);
    caller = 0;
    chore_call_ends();
    chore_host_clean_text(clean, sizeof clean, words != NULL ? words : "");
    return clean;
}

/* ---- negotiation ------------------------------------------------------------------------------------------ */

static void find_sources(life *l)
{
    for (uint32_t f = 0; f < l->request.n_fields && f < 256; f++) {
        l->source[f] = -1;
        for (uint32_t i = 0; i < l->offer->n_fields && l->variant != VARIANT_EMPTY; i++) {
            const chore_policy_field *field = &l->offer->fields[i];
            const bool shown = l->variant != VARIANT_VISION || !(field->flags & CHORE_FLAG_PRIVILEGED);
            if (shown && strcmp(field->name, l->request.fields[f].name) == 0) {
                l->source[f] = (int)i;
            }
        }
    }
    l->dim = 0;
    for (uint32_t i = 0; i < l->request.n_components; i++) {
        l->dim += (uint32_t)chore_host_field_count(&l->request.components[i]);
    }
    l->max_batch = l->request.max_batch < CHORE_CHECK_SLOTS ? l->request.max_batch : CHORE_CHECK_SLOTS;
}

bool chore_life_negotiate(life *l, char words[384])
{
    chore_error err = {0};
    const chore_policy_offer *offer = chore_life_show(l);
    chore_policy_request *asked = chore_room(sizeof *asked, "the request");
    asked->struct_size = sizeof *asked;
    memset(l->open, 0, sizeof l->open);
    chore_call_begins(TRIAL_NEGOTIATE, 0);
    caller = gettid();
    const int32_t answer = note_status(l, l->plugin->negotiate(l->self, offer, asked));
    caller = 0;
    chore_call_ends();
    foul_the_stack(); /* a request that points there is found out */
    if (answer < 0) {
        snprintf(words, 384, "%s", chore_life_words(l));
        chore_rooms_end();
        return false;
    }
    if (chore_host_compare(&chore_the_trial.file, offer, asked, &err) != CHORE_OK) {
        const char *colon = strstr(err.message, "is refused: ");
        snprintf(words, 384, "%.380s", colon != NULL ? colon + strlen("is refused: ") : err.message);
        chore_rooms_end();
        l->request.n_fields = 0;
        return false;
    }
    free(l->request_memory);
    if (chore_host_copy_request(&l->request, &l->request_memory, asked, &err) != CHORE_OK) {
        say_fail("%s", err.message);
    }
    chore_rooms_end();
    find_sources(l);
    words[0] = '\0';
    return true;
}

void chore_life_begin(life *l)
{
    char words[384];
    chore_life_make(l);
    if (!chore_life_negotiate(l, words)) {
        say_fail("negotiate refused what it had accepted before: %s", words);
    }
}

bool chore_life_claims(const life *l, uint64_t cap)
{
    return (l->request.caps & cap) != 0;
}

uint32_t chore_life_steps(void)
{
    return chore_the_trial.order.steps;
}

/* ---- episodes --------------------------------------------------------------------------------------------- */

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
    caller = gettid();
    const int32_t answer = note_status(l, l->broken ? CHORE_POLICY_FATAL : l->plugin->reset(l->self, n, (const void *)room));
    caller = 0;
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
static void keep_answer(life *l, uint32_t slot, uint32_t k, int32_t called, const chore_policy_actions *actions)
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
                  .at = l->n_floats};
    memcpy(l->floats + l->n_floats, actions->data + (size_t)k * actions->horizon * actions->dim, n * sizeof(float));
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
    unsigned char *room = chore_room(sizeof(chore_policy_actions) + l->tail, "the actions");
    const chore_policy_actions actions = {.struct_size = (uint32_t)sizeof actions + l->tail,
                                          .horizon = l->request.horizon,
                                          .dim = l->dim,
                                          .data = data,
                                          .valid = valid,
                                          .status = status};
    for (size_t i = 0; i < values; i++) {
        data[i] = NAN; /* as the host does: a row that was never written is found */
    }
    memcpy(room, &actions, sizeof actions);
    memset(room + sizeof actions, 0xa5, l->tail);
    chore_call_begins(TRIAL_ACT, l->step[slots[0] % CHORE_CHECK_SLOTS]);
    caller = gettid();
    const uint64_t begin = chore_now_ns();
    const int32_t answer = l->broken ? CHORE_POLICY_FATAL : l->plugin->act(l->self, batch, (void *)room);
    const uint64_t took = chore_now_ns() - begin;
    caller = 0;
    chore_call_ends();
    l->act_ns = grow(l->act_ns, &l->act_cap, l->n_acts + 1, sizeof *l->act_ns);
    l->act_ns[l->n_acts++] = took;
    for (uint32_t k = 0; k < n; k++) {
        keep_answer(l, slots[k], k, answer, &actions);
        (void)note_status(l, l->answers[l->n_answers - 1].status);
    }
    chore_the_trial.report->steps++;
    chore_rooms_end();
    return answer;
}

int32_t chore_life_observe(life *l, uint32_t n, const uint32_t *slots)
{
    const chore_policy_batch *batch = chore_life_batch(l, n, slots);
    chore_call_begins(TRIAL_OBSERVE, l->step[slots[0] % CHORE_CHECK_SLOTS]);
    caller = gettid();
    const int32_t answer = note_status(l, l->broken ? CHORE_POLICY_FATAL : l->plugin->observe(l->self, batch));
    caller = 0;
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
    const bool watches = chore_life_claims(l, CHORE_CAP_NEEDS_EVERY_OBS) && l->plugin->observe != NULL;
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
    caller = gettid();
    const int32_t answer = note_status(l, l->broken ? CHORE_POLICY_FATAL : l->plugin->feedback(l->self, n, (const void *)room));
    caller = 0;
    chore_call_ends();
    chore_rooms_end();
    return answer;
}

/* ---- comparison ------------------------------------------------------------------------------------------- */

void chore_life_forget_answers(life *l)
{
    l->n_answers = l->n_floats = 0;
}

life chore_life_take_answers(life *l)
{
    life out = {.request = l->request, .dim = l->dim, .answers = l->answers, .floats = l->floats};
    out.n_answers = l->n_answers, out.n_floats = l->n_floats;
    l->answers = NULL, l->floats = NULL;
    l->n_answers = l->answers_cap = l->n_floats = l->floats_cap = 0;
    return out;
}

/* "act.arm.pos[2]" */
static void value_name(const life *l, uint32_t index, char out[96])
{
    for (uint32_t i = 0, first = 0; i < l->request.n_components; i++) {
        const uint32_t count = (uint32_t)chore_host_field_count(&l->request.components[i]);
        if (index < first + count) {
            snprintf(out, 96, "%.80s[%" PRIu32 "]", l->request.components[i].name, index - first);
            return;
        }
        first += count;
    }
    snprintf(out, 96, "value %" PRIu32, index);
}

static const life_answer *next_of(const life *l, uint32_t episode, size_t *at)
{
    while (*at < l->n_answers) {
        const life_answer *a = &l->answers[(*at)++];
        if (a->episode == episode) {
            return a;
        }
    }
    return NULL;
}

static void compare_answers(const life *la, const life_answer *a, const life *lb, const life_answer *b, const char *when)
{
    char name[96];
    if (a->status != b->status || a->valid != b->valid || a->step != b->step) {
        say_fail("%s: at step %" PRIu32 " it answered status %" PRId32 " with %" PRIu32 " rows, and then at step %" PRIu32
                 " status %" PRId32 " with %" PRIu32 " rows",
                 when, a->step, a->status, a->valid, b->step, b->status, b->valid);
    }
    for (uint32_t i = 0; i < a->rows_dim && a->status >= 0; i++) {
        const float x = la->floats[a->at + i], y = lb->floats[b->at + i];
        if (memcmp(&x, &y, sizeof x) != 0) {
            value_name(la, la->dim > 0 ? i % la->dim : 0, name);
            say_fail("%s: at step %" PRIu32 ", row %" PRIu32 ", %s is %.9g and then %.9g", when, a->step,
                     la->dim > 0 ? i / la->dim : 0, name, (double)x, (double)y);
        }
    }
}

void chore_life_compare(const life *a, const life *b, uint32_t episode, const char *when)
{
    size_t i = 0, j = 0;
    for (;;) {
        const life_answer *x = next_of(a, episode, &i), *y = next_of(b, episode, &j);
        if (x == NULL && y == NULL) {
            return;
        }
        if (x == NULL || y == NULL) {
            say_fail("%s: one episode went on and the other did not", when);
        }
        compare_answers(a, x, b, y, when);
    }
}
