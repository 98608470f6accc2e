#include <chore/ledger.h>

#include <jansson.h>
#include <stdlib.h>

#include <chore/recorded.h>

static void add_call(chore_ledger *ledger, const json_t *call)
{
    const json_t *in_force = json_object_get(call, "in_force"), *wall = json_object_get(call, "wall_ns");
    chore_ledger_call *bigger = realloc(ledger->calls, ((size_t)ledger->n + 1) * sizeof *bigger);
    CHORE_ASSERT(bigger);
    ledger->calls = bigger;
    ledger->calls[ledger->n++] = (chore_ledger_call){
        .observed = json_integer_value(json_object_get(call, "observed")),
        .answered = json_integer_value(json_object_get(call, "answered")),
        .in_force = json_is_integer(in_force) ? json_integer_value(in_force) : -1,
        .rows = (int)json_integer_value(json_object_get(call, "rows")),
        .wall_ms = json_is_integer(wall) ? (double)json_integer_value(wall) / 1e6 : -1};
}

static int by_observed(const void *a, const void *b)
{
    const chore_ledger_call *x = a, *y = b;
    return (x->observed > y->observed) - (x->observed < y->observed);
}

static void sum_up(chore_ledger *ledger)
{
    double sum = 0;
    for (int i = 0; i < ledger->n; i++) {
        const chore_ledger_call *call = &ledger->calls[i];
        const int64_t steps = call->in_force - call->observed;
        if (call->in_force < 0) {
            ledger->n_late++;
            continue;
        }
        sum += (double)steps;
        ledger->most_steps = steps > ledger->most_steps ? steps : ledger->most_steps;
    }
    const int in_time = ledger->n - ledger->n_late;
    ledger->mean_steps = in_time > 0 ? sum / in_time : 0;
}

void chore_ledger_read(chore_ledger *out, const chore_trace *trace)
{
    *out = (chore_ledger){0};
    chore_trace_header_text(trace, "latency", out->latency, sizeof out->latency);
    if (!out->latency[0]) {
        chore_copy(out->latency, sizeof out->latency, "frozen");
    }
    for (int i = 0; i < chore_trace_n_notes(trace); i++) {
        json_t *note = json_loads(chore_trace_note_at(trace, i).json, 0, NULL);
        const json_t *call = json_object_get(note, "call");
        if (json_is_object(call)) {
            add_call(out, call);
        }
        json_decref(note);
    }
    if (out->n > 0) {
        qsort(out->calls, (size_t)out->n, sizeof *out->calls, by_observed);
    }
    sum_up(out);
}

void chore_ledger_release(chore_ledger *ledger)
{
    free(ledger->calls);
    *ledger = (chore_ledger){0};
}

const chore_ledger_call *chore_ledger_running(const chore_ledger *ledger, int64_t step)
{
    const chore_ledger_call *found = NULL;
    for (int i = 0; i < ledger->n && ledger->calls[i].observed <= step; i++) {
        const int64_t in_force = ledger->calls[i].in_force;
        found = in_force >= 0 && in_force <= step ? &ledger->calls[i] : found;
    }
    return found;
}

const chore_ledger_call *chore_ledger_pending(const chore_ledger *ledger, int64_t step)
{
    for (int i = ledger->n - 1; i >= 0; i--) {
        const chore_ledger_call *call = &ledger->calls[i];
        if (call->observed <= step && step < call->answered) {
            return call;
        }
    }
    return NULL;
}
