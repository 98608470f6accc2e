/* What happens in the life of breaks.so: episodes, events, state. */
#include "breaks.h"
#undef NDEBUG
#include <assert.h>
#include <fenv.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* ---- episodes --------------------------------------------------------------------------------------------- */

static void open_slot(memory *slot, uint64_t seed)
{
    const memory before = *slot;
    memset(slot, 0, sizeof *slot);
    slot->generator = seed;
    slot->open = 1;
    if (breaks("remembers") &&
        before.seen > 30) { /* only of whole episodes: shorter ones are another rule's */
        slot->generator = before.generator;
    }
    if (breaks("poisoned") && !isfinite(before.mean)) {
        slot->mean = before.mean;
    }
}

int32_t breaks_reset(policy *self, uint32_t n, const chore_policy_episode *episodes)
{
    for (uint32_t i = 0; i < n; i++) {
        const chore_policy_episode *episode = CHORE_POLICY_AT(chore_policy_episode, episodes, i);
        if (episode->slot >= self->n_slots) {
            return fail(self, "reset of a slot that was not negotiated");
        }
        for (uint32_t s = 0; breaks("resets_all") && s < self->n_slots; s++) {
            self->slots[s].mean = 0;
            self->slots[s].seen = 0;
        }
        open_slot(&self->slots[episode->slot], episode->seed);
        self->instruction = episode->instruction;
    }
    if (breaks("forgets_request")) {
        snprintf(self->words[self->first][2], WORD, "proprio.something_else");
    }
    atomic_store(&self->cancelled, breaks("stays_cancelled") ? atomic_load(&self->cancelled) : 0);
    return CHORE_POLICY_OK;
}

static uint64_t next(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

/* A mean over all that was seen; numbers that are none are passed over. */
static void look(policy *self, const chore_policy_batch *batch, uint32_t k, memory *slot)
{
    const uint32_t count = chore_field_count(&self->fields[self->first + JOINTS]);
    const uint32_t stride =
        breaks("dense_slots") ? count * (uint32_t)sizeof(float) : (uint32_t)batch->stride[JOINTS];
    const float *joints =
        (const void *)((const char *)batch->stream[JOINTS] + (size_t)batch->slot[k] * stride);
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += isfinite(joints[i]) || breaks("poisoned") ? (double)joints[i] : 0;
    }
    slot->seen++;
    slot->mean += (sum / count - slot->mean) / (double)slot->seen;
    if (breaks("waits_for_nan") && !isfinite(joints[0])) {
        for (volatile float x = joints[0]; !(x < 10);) {}
    }
}

static void misbehave_before(policy *self, const chore_policy_batch *batch,
                             const chore_policy_actions *actions)
{
    const uint32_t count = chore_field_count(&self->fields[self->first + JOINTS]);
    volatile float sink;
    if (breaks("crashes")) {
        assert(!"stubborn");
    } else if (breaks("exits")) {
        exit(3);
    } else if (breaks("hangs")) {
        for (volatile int forever = 1; forever;) {}
    } else if (breaks("sleeps")) {
        sleep(1000);
    } else if (breaks("writes_on")) {
        actions->data[(size_t)batch->n * actions->horizon * actions->dim] = 0;
    } else if (breaks("reads_on")) {
        sink = ((const float *)chore_stream(batch, JOINTS, 0))[count];
    } else if (breaks("reads_before")) {
        sink = (float)batch->step[-1];
    } else if (breaks("normalises_in_place")) {
        float *joints = (float *)(uintptr_t)chore_stream(batch, JOINTS, 0);
        joints[0] = fmodf(joints[0], 3.14159265f);
    } else if (breaks("rounds_up")) {
        fesetround(FE_UPWARD);
    } else if (breaks("prints")) {
        printf("step %d\n", (int)batch->step[0]);
    } else if (breaks("is_slow")) {
        const struct timespec while_it_thinks = {.tv_nsec = 6000000};
        nanosleep(&while_it_thinks, NULL);
    }
#if defined(__x86_64__)
    if (breaks("flushes")) {
        fenv_t now;
        fegetenv(&now);
        now.__mxcsr |= 0x8040; /* flush to zero, denormals are zero */
        fesetenv(&now);
    }
#endif
    (void)sink;
}

/* A byte of memory as it came, the same for the whole process. */
static double fresh_byte(void)
{
    static int byte = -1;
    if (byte < 0) {
        volatile unsigned char *fresh = malloc(4096);
        byte = fresh != NULL ? fresh[100] : 0;
        free((void *)(uintptr_t)fresh);
    }
    return byte;
}

/* What comes into the first value of a row from where nothing should come. */
static double misled(policy *self, const chore_policy_batch *batch, uint32_t k)
{
    static uint64_t began;
    static _Thread_local int was_here;
    double wrong = 0;
    if (breaks("uninitialised")) {
        wrong = fresh_byte();
    } else if (breaks("addresses")) {
        wrong = (double)(((uintptr_t)&began >> 12) % 4096);
    } else if (breaks("reads_clock")) {
        began = began == 0 ? self->host->now_ns(self->host->ctx) : began;
        wrong = (double)(began % 1000);
    } else if (breaks("thread_local")) {
        wrong = batch->step[k] > 0 && !was_here;
        was_here = 1;
    } else if (breaks("counts_mates")) {
        wrong = batch->n;
    } else if (breaks("by_position")) {
        wrong = k;
    } else if (breaks("counts_instances")) {
        wrong = breaks_instances;
    } else if (breaks("keeps_instruction") && batch->step[k] > 0) {
        wrong = 0 * (double)*(const volatile char *)self->instruction;
    } else if (breaks("takes_optional_for_given")) {
        wrong = 0 * (double)*((const volatile float *)batch->stream[OBJECTS] + batch->slot[k]);
    }
    return 1e-5 * wrong;
}

static int32_t act_one(policy *self, const chore_policy_batch *batch, uint32_t k,
                       chore_policy_actions *actions)
{
    const uint32_t at = batch->slot[k];
    if (at >= self->n_slots || (!self->slots[at].open && !breaks("always_ready"))) {
        return fail(self, "the slot was not reset");
    }
    memory *slot = &self->slots[at];
    float *rows = actions->data + (size_t)k * actions->horizon * actions->dim;
    look(self, batch, k, slot);
    if (breaks("short_text")) {
        assert(strlen(chore_stream(batch, INSTRUCTION, k)) < 60);
    }
    const double wrong = misled(self, batch, k);
    for (uint32_t row = 0; row < HORIZON && !(breaks("counts_unwritten") && row == 2); row++) {
        const double chance = (double)(next(&slot->generator) % 1000) / 1000;
        for (uint32_t i = 0; i < actions->dim; i++) {
            const double value = 0.01 * tanh(slot->mean + 0.1 * i) + 0.005 * chance +
                                 self->learned + (i == 0 ? wrong : 0);
            rows[row * actions->dim + i] = (float)value;
        }
    }
    actions->valid[k] = HORIZON;
    if (breaks("mumbles")) {
        chore_say(actions, k, 9, "the weather");
    }
    return CHORE_POLICY_OK;
}

int32_t breaks_act(policy *self, const chore_policy_batch *batch, chore_policy_actions *actions)
{
    if (self->slots == NULL || actions->horizon != HORIZON || actions->dim != self->dim) {
        return fail(self, "act before negotiate");
    }
    misbehave_before(self, batch, actions);
    if (atomic_load(&self->cancelled)) {
        snprintf(self->error, sizeof self->error, "cancelled");
        return CHORE_POLICY_CANCELLED;
    }
    for (uint32_t k = 0; k < batch->n; k++) {
        actions->status[k] = act_one(self, batch, k, actions);
    }
    if (breaks("keeps_history")) {
        self->history_bytes += 512 * batch->n;
        self->history = realloc(self->history, self->history_bytes);
    }
    return CHORE_POLICY_OK;
}

int32_t breaks_observe(policy *self, const chore_policy_batch *batch)
{
    for (uint32_t k = 0; k < batch->n; k++) {
        const uint32_t at = batch->slot[k];
        if (at >= self->n_slots || (!self->slots[at].open && !breaks("always_ready"))) {
            return fail(self, "the slot was not reset");
        }
        look(self, batch, k, &self->slots[at]);
    }
    return breaks("refuses_to_watch") ? fail(self, "nothing to see") : CHORE_POLICY_OK;
}

/* ---- events and state ------------------------------------------------------------------------------------- */

int32_t breaks_feedback(policy *self, uint32_t n, const chore_policy_event *events)
{
    for (uint32_t i = 0; i < n; i++) {
        const chore_policy_event *event = CHORE_POLICY_AT(chore_policy_event, events, i);
        if (breaks("wants_text") && *(const volatile char *)event->text == '\0') {
            return fail(self, "no words");
        }
        if (event->kind == CHORE_FEEDBACK_OUTCOME && (self->learning || breaks("learns_anyway"))) {
            self->learned += 1e-6 * event->value;
        }
    }
    return CHORE_POLICY_OK;
}

/* All of it, however little io moves at a time. */
static int move(chore_policy_io io, void *ctx, void *buf, uint64_t n)
{
    uint64_t moved = 0;
    while (moved < n) {
        const int64_t part = io(ctx, (char *)buf + moved, n - moved);
        if (part <= 0) {
            return 0;
        }
        moved += (uint64_t)part;
        if (breaks("moves_once")) {
            return 1;
        }
    }
    return 1;
}

static int32_t move_state(policy *self, uint32_t scope, uint32_t slot, chore_policy_io io,
                          void *ctx)
{
    if (scope == CHORE_SCOPE_PERSISTENT) {
        double learned = self->learned;
        const int moved = move(io, ctx, &learned, sizeof learned);
        self->learned = breaks("forgets_learned") ? self->learned : learned;
        return moved ? CHORE_POLICY_OK : fail(self, "io failed");
    }
    if (slot >= self->n_slots) {
        return fail(self, "there is no such slot");
    }
    memory *m = &self->slots[slot];
    uint64_t random = breaks("saves_half") ? 0 : m->generator;
    double mean = m->mean;
    uint64_t seen = m->seen;
    const int done = move(io, ctx, &random, sizeof random) && move(io, ctx, &mean, sizeof mean) &&
                     move(io, ctx, &seen, sizeof seen);
    if (!done) {
        return fail(self, "io failed");
    }
    m->generator = breaks("saves_half") ? m->generator : random;
    m->mean = mean;
    m->seen = seen;
    return CHORE_POLICY_OK;
}

int32_t breaks_save(policy *self, uint32_t scope, uint32_t slot, chore_policy_io io, void *ctx)
{
    return move_state(self, scope, slot, io, ctx);
}

int32_t breaks_load(policy *self, uint32_t scope, uint32_t slot, chore_policy_io io, void *ctx)
{
    return move_state(self, scope, slot, io, ctx);
}

void breaks_cancel(policy *self)
{
    atomic_store(&self->cancelled, 1);
}

int32_t breaks_learn(policy *self, uint64_t budget_ns, char *report, uint32_t report_cap)
{
    (void)budget_ns;
    self->learned += 1e-5;
    if (breaks("report_overrun")) {
        report_cap = 64;
    }
    snprintf(report, report_cap, "it pushes harder now, and it will push harder still");
    return CHORE_POLICY_OK;
}

const void *breaks_extension(policy *self, const char *id)
{
    (void)id;
    return breaks("knows_everything") ? self : NULL;
}
