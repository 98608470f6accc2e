/* The two doorbells, and where things lie in the shared memory. */
#include "host_line_internal.h"
#include "host_internal.h"
#include <chore/clock.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* A sleeper looks up at least so often: whoever shares the memory could make it miss its bell. */
static const uint64_t nap_ns = 100000000;
static const size_t most_bytes = (size_t)1 << 30;

static void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}

static bool over(_Atomic uint32_t *gone)
{
    return gone != NULL && atomic_load(gone) != 0;
}

/* Both sides set first and look then, in one order for all: whoever rings sees that somebody sleeps, or the sleeper sees
   what was rung. */
static void sleep_at(chore_line_bell *bell, uint32_t seen, uint64_t at_most_ns)
{
    const struct timespec limit = {.tv_sec = (time_t)(at_most_ns / 1000000000u),
                                   .tv_nsec = (long)(at_most_ns % 1000000000u)};
    atomic_store(&bell->asleep, 1);
    if (atomic_load(&bell->value) == seen) {
        syscall(SYS_futex, &bell->value, FUTEX_WAIT, seen, &limit, NULL, 0);
    }
    atomic_store(&bell->asleep, 0);
}

bool chore_line_look(chore_line_bell *bell, uint32_t wanted, uint64_t spin_ns)
{
    const uint64_t end = spin_ns > 0 ? chore_now_ns() + spin_ns : 0;
    do {
        for (int i = 0; i < 64; i++) {
            if (atomic_load_explicit(&bell->value, memory_order_acquire) == wanted) {
                return true;
            }
            relax();
        }
    } while (spin_ns > 0 && chore_now_ns() < end);
    return false;
}

bool chore_line_wait(chore_line_bell *bell, uint32_t wanted, uint64_t until_ns, _Atomic uint32_t *gone)
{
    for (;;) {
        const uint32_t seen = atomic_load(&bell->value);
        if (seen == wanted) {
            return true;
        }
        const uint64_t now = chore_now_ns();
        if (over(gone) || (until_ns != 0 && now >= until_ns)) {
            return atomic_load(&bell->value) == wanted;
        }
        const uint64_t left = until_ns != 0 ? until_ns - now : nap_ns;
        sleep_at(bell, seen, left < nap_ns ? left : nap_ns);
    }
}

void chore_line_wake(chore_line_bell *bell)
{
    syscall(SYS_futex, &bell->value, FUTEX_WAKE, 1, NULL, NULL, 0);
}

void chore_line_wish(chore_line_memory *line, uint32_t cancel)
{
    atomic_store(&line->cancel, cancel);
    syscall(SYS_futex, &line->cancel, FUTEX_WAKE, 1, NULL, NULL, 0);
}

void chore_line_ring(chore_line_bell *bell, uint32_t value)
{
    atomic_store(&bell->value, value);
    if (atomic_load(&bell->asleep) != 0) {
        chore_line_wake(bell);
    }
}

/* ---- layout -------------------------------------------------------------------------------------------- */

/* Takes n elements of `size` bytes off the memory, on a cache line of their own. */
static size_t take(size_t *at, uint64_t n, size_t size)
{
    const size_t place = *at;
    if (n > most_bytes / size || *at > most_bytes) {
        *at = most_bytes + 1; /* stays too large */
        return 0;
    }
    *at += ((size_t)n * size + 63) / 64 * 64;
    return place;
}

static size_t value_bytes(uint32_t dtype)
{
    return dtype == CHORE_DTYPE_U8 ? 1 : dtype == CHORE_DTYPE_F64 ? 8 : 4;
}

bool chore_line_layout_make(chore_line_layout *out, const chore_policy_request *request, uint32_t n_slots,
                            uint32_t delay_max)
{
    const uint64_t n = request->max_batch;
    size_t at = 0;
    *out = (chore_line_layout){.n_fields = request->n_fields,
                               .n_slots = n_slots,
                               .max_batch = request->max_batch,
                               .horizon = request->horizon,
                               .delay_max = delay_max};
    for (uint32_t i = 0; i < request->n_components; i++) {
        out->dim += (uint32_t)chore_host_field_count(&request->components[i]);
    }
    out->stream = calloc(2 * (size_t)request->n_fields + 1, sizeof *out->stream);
    if (out->stream == NULL) {
        return false;
    }
    out->bytes = out->stream + request->n_fields;
    out->head = take(&at, 1, sizeof(chore_line_call));
    out->slot = take(&at, n, sizeof(uint32_t));
    out->step = take(&at, n, sizeof(uint64_t));
    out->sim_time = take(&at, n, sizeof(double));
    out->flags = take(&at, n, sizeof(uint32_t));
    out->delay = take(&at, n, sizeof(uint32_t));
    out->committed = take(&at, n * delay_max * out->dim, sizeof(float));
    out->present = take(&at, request->n_fields, sizeof(uint32_t));
    out->version = take(&at, (uint64_t)request->n_fields * n_slots, sizeof(uint64_t));
    for (uint32_t i = 0; i < request->n_fields; i++) {
        const uint64_t count = chore_host_field_count(&request->fields[i]);
        if (count > most_bytes) {
            at = most_bytes + 1;
            break;
        }
        out->bytes[i] = (size_t)count * value_bytes(request->fields[i].dtype);
        out->stream[i] = take(&at, n_slots, out->bytes[i] > 0 ? out->bytes[i] : 1);
    }
    out->observed = at;
    at = 0;
    out->data = take(&at, n * request->horizon * out->dim, sizeof(float));
    out->valid = take(&at, n, sizeof(uint32_t));
    out->status = take(&at, n, sizeof(int32_t));
    out->report = take(&at, n, sizeof(uint32_t));
    out->about = take(&at, n, CHORE_POLICY_ABOUT_CAP);
    out->acted = at;
    if (out->observed > most_bytes || out->acted > most_bytes) {
        chore_line_layout_free(out);
        return false;
    }
    return true;
}

void chore_line_layout_free(chore_line_layout *layout)
{
    free(layout->stream);
    layout->stream = layout->bytes = NULL;
}
