/* The buffers of a call. With a fence each lies in pages of its own, beside pages that nobody may touch, or that nobody
   may write, or that go away when the call is over; a touch is told by the buffer's name and the place in it. Without one
   they lie in one piece of memory with slack between them. */
#include "life_internal.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ucontext.h>

enum { MAX_ROOMS = 8192, SLACK = 4096, PAGE = 4096 };
static const size_t loose_bytes = (size_t)1 << 30;

typedef struct room {
    unsigned char *outer, *begin;
    size_t outer_bytes, bytes;
    bool over;
    char name[96];
} room;

static room rooms[MAX_ROOMS]; /* a ring: what is older is unmapped */
static int n_rooms,
    first_open; /* made so far; those before first_open belong to calls that are over */
static unsigned char *loose;
static size_t loose_at;
static room_fence fence;
static trial_report *report;

/* ---- the fault ------------------------------------------------------------------------------------------- */

static int was_write(const void *context)
{
#if defined(__x86_64__)
    const ucontext_t *c = context;
    return (c->uc_mcontext.gregs[REG_ERR] & 2) != 0;
#else
    (void)context;
    return -1;
#endif
}

/* The process is in the policy's code and ends here: it writes down what it knows and leaves the words to others. */
static void on_fault(int number, siginfo_t *info, void *context)
{
    const unsigned char *at = info->si_addr;
    for (int i = 0; i < MAX_ROOMS && at != NULL; i++) {
        const room *r = &rooms[i];
        if (at < r->outer || at >= r->outer + r->outer_bytes) {
            continue;
        }
        const bool inside = at >= r->begin && at < r->begin + r->bytes;
        report->fault.kind = !inside                          ? FAULT_OUTSIDE
                             : r->over && fence == FENCE_LATE ? FAULT_LATE
                                                              : FAULT_READ_ONLY;
        report->fault.write = was_write(context);
        report->fault.offset = at - r->begin;
        report->fault.size = r->bytes;
        memcpy(report->fault.name, r->name, sizeof r->name);
        break;
    }
    signal(number, SIG_DFL); /* and the instruction faults once more */
}

void chore_rooms_catch(trial_report *to)
{
    static unsigned char stack[64 * 1024];
    const stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
    const struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    report = to;
    sigaltstack(&own, NULL);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
}

/* ---- rooms ----------------------------------------------------------------------------------------------- */

static size_t pages(size_t bytes)
{
    return (bytes + PAGE - 1) / PAGE * PAGE;
}

void chore_rooms_fence(room_fence wanted)
{
    fence = wanted;
}

static room *room_at(int number)
{
    return &rooms[number % MAX_ROOMS];
}

static void *loose_room(size_t bytes)
{
    if (loose == NULL) {
        loose = mmap(NULL, loose_bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        CHORE_ASSERT(loose != MAP_FAILED);
    }
    unsigned char *begin = loose + loose_at + SLACK;
    CHORE_ASSERT(bytes < loose_bytes && loose_at + bytes + 3 * SLACK < loose_bytes);
    loose_at += (bytes + 63) / 64 * 64 + SLACK;
    memset(begin, 0, bytes + SLACK);
    return begin;
}

void *chore_room(size_t bytes, const char *fmt, ...)
{
    if (fence == FENCE_NONE) {
        return loose_room(bytes);
    }
    CHORE_ASSERT(n_rooms - first_open < MAX_ROOMS);
    room *r = room_at(n_rooms++);
    va_list args;
    va_start(args, fmt);
    if (r->outer != NULL) {
        munmap(r->outer, r->outer_bytes);
    }
    memset(r, 0, sizeof *r);
    vsnprintf(r->name, sizeof r->name, fmt, args);
    va_end(args);
    const bool walled = fence == FENCE_AFTER || fence == FENCE_BEFORE;
    const size_t inner = pages(bytes > 0 ? bytes : 1);
    r->outer_bytes = inner + 2 * PAGE;
    r->outer = mmap(NULL, r->outer_bytes, walled ? PROT_NONE : PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHORE_ASSERT(r->outer != MAP_FAILED);
    if (walled) {
        mprotect(r->outer + PAGE, inner, PROT_READ | PROT_WRITE);
    }
    /* against the end it is aligned as its size is: for numbers and structs that is enough */
    r->begin = r->outer + PAGE + (fence == FENCE_AFTER ? inner - bytes : 0);
    r->bytes = bytes;
    return r->begin;
}

void chore_room_seal(const void *memory)
{
    if (fence != FENCE_SEALED) {
        return;
    }
    for (int i = n_rooms - 1; i >= first_open; i--) {
        const room *r = room_at(i);
        if (r->begin == memory) {
            mprotect(r->outer + PAGE, r->outer_bytes - 2 * PAGE, PROT_READ);
            return;
        }
    }
}

/* Rooms that are over stay where they are for a while: only under FENCE_LATE is a late look at them of interest. */
void chore_rooms_end(void)
{
    loose_at = 0;
    for (; first_open < n_rooms; first_open++) {
        room *r = room_at(first_open);
        r->over = true;
        if (fence == FENCE_LATE) {
            mprotect(r->outer, r->outer_bytes, PROT_NONE);
        }
    }
}
