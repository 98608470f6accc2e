/* From the file to an episode: each function is one call into the policy, told to the report before it begins. */
#include "life_internal.h"
#include <chore/clock.h>
#include <chore/text.h>
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

static pid_t caller; /* the thread of the call in progress; 0: none */

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
    caller = gettid();
}

void chore_call_ends(void)
{
    caller = 0;
    if (chore_the_trial.watch != NULL) {
        chore_the_trial.watch();
    }
    chore_the_trial.report->call = TRIAL_NONE;
}

/* ---- what the policy may ask ------------------------------------------------------------------------------ */

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
            const double share =
                0.3 + 0.01 * (double)((l->episode[slot % CHORE_CHECK_SLOTS] + step + v) % 40);
            values[(*dim)++] = part->lo != NULL && part->hi != NULL
                                   ? (float)(part->lo[v] + share * (part->hi[v] - part->lo[v]))
                                   : 0;
        }
    }
    return values;
}

static const void *table_extension(void *ctx, const char *id)
{
    life *l = ctx;
    if (chore_the_trial.place.rule == CHORE_RULE_host_calls && gettid() != caller) {
        say_fail("it asks for the extension \"%.60s\" from a thread that is not the one of a call",
                 id != NULL ? id : "NULL");
    }
    if (id == NULL || strcmp(id, CHORE_EXT_RECORDED_ACTIONS) != 0 || l->offer->n_modes == 0) {
        return NULL;
    }
    l->recorded = (chore_ext_recorded_actions){.struct_size = sizeof l->recorded,
                                               .ctx = l,
                                               .mode = l->offer->modes[0].name,
                                               .action = recorded_action};
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
        say_fail("%s%s%s%s", err.message, err.hint[0] != '\0' ? " (" : "", err.hint,
                 err.hint[0] != '\0' ? ")" : "");
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
    l->self = l->plugin->create(&l->table, config, words, sizeof words);
    chore_call_ends();
    chore_rooms_end();
    words[sizeof words - 1] = '\0';
    chore_host_clean_text(clean, sizeof clean, words);
    if (l->self == NULL) {
        say_fail("it could not start: %s", clean[0] != '\0' ? clean : "it gave no reason");
    }
}

int32_t chore_life_note(life *l, int32_t answer)
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
        l->plugin->destroy(l->self);
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
    const char *words = l->plugin->last_error(l->self);
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
            const bool shown =
                l->variant != VARIANT_VISION || !(field->flags & CHORE_FLAG_PRIVILEGED);
            if (shown && strcmp(field->name, l->request.fields[f].name) == 0) {
                l->source[f] = (int)i;
            }
        }
    }
    l->dim = 0;
    for (uint32_t i = 0; i < l->request.n_components; i++) {
        l->dim += (uint32_t)chore_host_field_count(&l->request.components[i]);
    }
    l->max_batch =
        l->request.max_batch < CHORE_CHECK_SLOTS ? l->request.max_batch : CHORE_CHECK_SLOTS;
}

bool chore_life_negotiate(life *l, char words[384])
{
    chore_error err = {0};
    const chore_policy_offer *offer = chore_life_show(l);
    chore_policy_request *asked = chore_room(sizeof *asked, "the request");
    asked->struct_size = sizeof *asked;
    memset(l->open, 0, sizeof l->open);
    chore_call_begins(TRIAL_NEGOTIATE, 0);
    const int32_t answer = chore_life_note(l, l->plugin->negotiate(l->self, offer, asked));
    chore_call_ends();
    foul_the_stack(); /* a request that points there is found out */
    if (answer < 0) {
        snprintf(words, 384, "%s", chore_life_words(l));
        chore_rooms_end();
        return false;
    }
    if (chore_host_compare(&chore_the_trial.file, offer, asked, &err) != CHORE_OK) {
        const char *colon = strstr(err.message, "is refused: ");
        snprintf(words, 384, "%.380s",
                 colon != NULL ? colon + strlen("is refused: ") : err.message);
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
