/* chore-policy-host: holds one policy for the harness. It is born with nothing but the line to it (see
   host_line_internal.h), takes on its confinement, loads the shared object and serves one call after the other. */
#include "guest_internal.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

bool chore_guest_hear(chore_guest *guest, unsigned char *box, uint32_t *word, int32_t *answer, chore_wire *in)
{
    /* asleep at once: between two calls the harness computes for longer than anybody should look for it */
    chore_guest_settle(atomic_load_explicit(&guest->line->home, memory_order_relaxed));
    chore_line_wait(&guest->line->to_child, guest->heard + 1, 0, NULL);
    guest->heard++;
    *word = guest->line->word;
    *answer = guest->line->answer;
    const uint64_t length = guest->line->length;
    if (length > CHORE_LINE_PAYLOAD) {
        return false;
    }
    memcpy(box, guest->line->payload, length);
    *in = (chore_wire){.data = box, .cap = length};
    return true;
}

chore_wire chore_guest_out(chore_guest *guest)
{
    return (chore_wire){.data = guest->line->payload, .cap = CHORE_LINE_PAYLOAD};
}

void chore_guest_tell(chore_guest *guest, chore_line_word word, int32_t answer, const chore_wire *out)
{
    guest->line->word = word;
    guest->line->answer = answer;
    guest->line->length = out->at;
    chore_line_ring(&guest->line->to_parent, guest->heard);
}

static void serve(chore_guest *guest)
{
    uint32_t word;
    int32_t answer;
    chore_wire in;
    while (chore_guest_hear(guest, guest->inbox, &word, &answer, &in)) {
        chore_wire out = chore_guest_out(guest);
        chore_guest_rise(word == CHORE_WORD_ACT || word == CHORE_WORD_OBSERVE);
        answer = chore_guest_serve(guest, word, &in, &out);
        if (out.bad) {
            out = chore_guest_out(guest);
            chore_wire_put_text(&out, "it says more than fits");
            answer = CHORE_POLICY_FATAL;
        }
        chore_guest_tell(guest, CHORE_WORD_ANSWER, answer, &out);
        if (word == CHORE_WORD_DESTROY) {
            break;
        }
    }
}

#if defined(__SANITIZE_ADDRESS__)
/* The search for leaks stops all threads as a debugger would, which the filter forbids. */
CHORE_POLICY_EXPORT const char *__asan_default_options(void); /* the sanitizer looks for it by name */
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}
#endif

/* Before the first message: a harness that was killed while it started this process sends none, and nobody else ends it. */
static bool harness_lives(const chore_guest *guest)
{
    const uint32_t harness = guest->line->harness;
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && (harness == 0 || getppid() == (pid_t)harness);
}

int main(void)
{
    static chore_guest guest;
    void *at = mmap(NULL, CHORE_LINE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, CHORE_LINE_FD_CONTROL, 0);
    if (at == MAP_FAILED) {
        fputs("chore-policy-host holds a policy for chorebench, which starts it; there is nothing to do by hand\n",
              stderr);
        return 2;
    }
    close(CHORE_LINE_FD_CONTROL);
    guest.line = at;
    guest.inbox = malloc(CHORE_LINE_PAYLOAD);
    guest.replies = malloc(CHORE_LINE_PAYLOAD);
    if (guest.line->version != CHORE_LINE_VERSION || guest.inbox == NULL || guest.replies == NULL) {
        fputs("chore-policy-host and chorebench are of different versions\n", stderr);
        return 2;
    }
    chore_guest_fill_table(&guest);
    if (harness_lives(&guest)) {
        serve(&guest);
    }
    _exit(0); /* exit handlers of the plug-in's libraries are nobody's business any more */
}
