/* One call to the policy's process: say what is wanted, wait for the answer with an eye on the clock, and serve the
   questions that come in the middle. */
#include "host_child_internal.h"
#include <chore/clock.h>
#include <chore/text.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double grace_s = 0.5; /* between the wish to end a call and the end of the process */

chore_wire chore_child_out(chore_host_child *child)
{
    return (chore_wire){.data = child->line->payload, .cap = CHORE_LINE_PAYLOAD};
}

static void say(chore_host_child *child, chore_line_word word, int32_t answer, const chore_wire *out)
{
    child->line->word = word;
    child->line->answer = answer;
    child->line->length = out != NULL ? out->at : 0;
    chore_line_ring(&child->line->to_child, ++child->sent);
}

/* ---- questions ----------------------------------------------------------------------------------------- */

static void reply_extension(chore_host_child *child, chore_wire *in)
{
    const char *id = chore_wire_get_text(in);
    chore_policy_host *host = child->host;
    const void *found = NULL;
    if (id != NULL && strcmp(id, CHORE_EXT_RECORDED_ACTIONS) == 0 && host->extension != NULL) {
        found = host->extension(host->extension_ctx, id); /* the one that can be handed through */
    }
    child->recorded = found;
    chore_wire out = chore_child_out(child);
    chore_wire_put_text(&out, found != NULL ? child->recorded->mode : NULL);
    say(child, CHORE_WORD_REPLY, 0, &out);
}

static void put_report(const chore_ext_recorded_actions *recorded, uint32_t slot, uint64_t step, chore_wire *out)
{
    char about[CHORE_POLICY_ABOUT_CAP] = "";
    const bool known = recorded->struct_size >= sizeof *recorded && recorded->report != NULL;
    chore_wire_put_u32(out, known ? recorded->report(recorded->ctx, slot, step, about) : CHORE_REPORT_NONE);
    chore_wire_put_text(out, about);
}

static void reply_action(chore_host_child *child, chore_wire *in)
{
    const uint32_t slot = chore_wire_get_u32(in);
    const uint64_t step = chore_wire_get_u64(in);
    uint32_t dim = 0;
    const float *action = NULL;
    if (child->recorded != NULL && !in->bad) {
        action = child->recorded->action(child->recorded->ctx, slot, step, &dim);
    }
    chore_wire out = chore_child_out(child);
    if (action != NULL) {
        chore_wire_put_bytes(&out, action, dim * sizeof *action);
        put_report(child->recorded, slot, step, &out);
    }
    say(child, CHORE_WORD_REPLY, action != NULL ? (int32_t)dim : -1, &out);
}

/* The child's save and load move bytes through what the caller gave for it. */
static void reply_io(chore_host_child *child, chore_line_word word, chore_wire *in)
{
    const uint64_t n = chore_wire_get_u64(in);
    chore_wire out = chore_child_out(child);
    int64_t moved = -1;
    if (child->io != NULL && !in->bad && n <= CHORE_LINE_PAYLOAD - 64) {
        if (word == CHORE_WORD_ASK_WRITE) {
            const void *bytes = chore_wire_get_bytes(in, n);
            moved = bytes != NULL ? child->io(child->io_ctx, (void *)(uintptr_t)bytes, n) : -1;
        } else {
            moved = child->io(child->io_ctx, child->inbox, n); /* the question is read already */
            if (moved > 0 && (uint64_t)moved <= n) {
                chore_wire_put_bytes(&out, child->inbox, (size_t)moved);
            }
        }
    }
    say(child, CHORE_WORD_REPLY, (int32_t)moved, &out);
}

/* ---- calls --------------------------------------------------------------------------------------------- */

/* A private copy of the message: the child may change what lies in the shared memory while we read. */
static bool read_message(chore_host_child *child, uint32_t *word, int32_t *answer, chore_wire *in)
{
    const volatile chore_line_memory *line = child->line;
    const uint64_t length = line->length;
    *word = line->word;
    *answer = line->answer;
    if (length > CHORE_LINE_PAYLOAD) {
        return false;
    }
    memcpy(child->inbox, child->line->payload, length);
    *in = (chore_wire){.data = child->inbox, .cap = length};
    return true;
}

/* It did not answer in time: ask it to stop, wait a little, and end it. What it answers then counts for nothing, unless it says that
   nothing more can come of it. Returns the answer of the call. */
static int32_t give_up(chore_host_child *child, double limit_s)
{
    char why[96];
    snprintf(why, sizeof why, "gave no answer for %g s and was stopped", limit_s);
    chore_line_wish(child->line, 1);
    const double grace = grace_s < limit_s ? grace_s : limit_s;
    const bool late = chore_line_wait(&child->line->to_parent, child->sent,
                                      chore_now_ns() + (uint64_t)(grace * 1e9), &child->gone);
    chore_line_wish(child->line, 0);
    if (late && child->line->word == CHORE_WORD_ANSWER) {
        snprintf(child->words, sizeof child->words, "it gave no answer for %g s", limit_s);
        return child->line->answer == CHORE_POLICY_FATAL ? CHORE_POLICY_FATAL : CHORE_POLICY_CANCELLED;
    }
    chore_child_bury(child, why);
    return CHORE_POLICY_CANCELLED;
}

/* The answer's status and words; what follows them in `in` is the caller's to read. */
static void take_answer(chore_host_child *child, chore_wire *in)
{
    const char *words = in->cap > 0 ? chore_wire_get_text(in) : NULL;
    chore_host_clean_text(child->words, sizeof child->words, words);
}

bool chore_child_call(chore_host_child *child, chore_line_word word, const chore_wire *out, double limit_s,
                      int32_t *answer, chore_wire *in)
{
    const uint64_t until = limit_s > 0 ? chore_now_ns() + (uint64_t)(limit_s * 1e9) : 0;
    chore_wire local;
    in = in != NULL ? in : &local;
    *answer = CHORE_POLICY_FATAL;
    if (child->pid == 0) {
        return false;
    }
    if (out != NULL && out->bad) {
        chore_child_bury(child, "was told more than fits");
        return false;
    }
    child->words[0] = '\0';
    chore_child_meet(child, word == CHORE_WORD_ACT || word == CHORE_WORD_OBSERVE);
    say(child, word, 0, out);
    for (;;) {
        uint32_t heard = 0;
        if (!chore_child_await(child, until)) {
            if (atomic_load(&child->gone) != 0) {
                chore_child_bury(child, NULL);
            } else {
                *answer = give_up(child, limit_s);
            }
            return false;
        }
        if (!read_message(child, &heard, answer, in)) {
            heard = 0;
        }
        if (heard != CHORE_WORD_ANSWER && until != 0 && chore_now_ns() > until) {
            *answer = give_up(child, limit_s); /* questions without end are no answer */
            return false;
        }
        switch (heard) {
        case CHORE_WORD_ANSWER: take_answer(child, in); return true;
        case CHORE_WORD_ASK_EXTENSION: reply_extension(child, in); break;
        case CHORE_WORD_ASK_ACTION: reply_action(child, in); break;
        case CHORE_WORD_ASK_WRITE:
        case CHORE_WORD_ASK_READ: reply_io(child, (chore_line_word)heard, in); break;
        default:
            *answer = CHORE_POLICY_FATAL;
            chore_child_bury(child, "garbled its answer and was stopped");
            return false;
        }
    }
}
