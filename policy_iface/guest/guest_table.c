/* What a policy may ask of the host, in a process of its own: words for the log go down the output pipe, the rest are
   questions to the harness in the middle of a call. */
#include "guest_internal.h"
#include <chore/clock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Any thread. One write, so that lines of several threads do not mix. */
static void table_log(void *ctx, int32_t level, const char *utf8)
{
    char clean[480], line[512];
    (void)ctx;
    chore_host_clean_text(clean, sizeof clean, utf8);
    const int n = snprintf(line, sizeof line, "%c%c%s\n", CHORE_LINE_LOG_MARK,
                           level >= 0 && level < 4 ? '0' + level : '3', clean);
    if (write(STDERR_FILENO, line, (size_t)n) < 0) {
        return; /* the harness is gone, or the policy closed its own output */
    }
}

static uint64_t table_now_ns(void *ctx)
{
    (void)ctx;
    return chore_now_ns();
}

static int32_t table_cancelled(void *ctx)
{
    const chore_guest *guest = ctx;
    return (int32_t)atomic_load(&guest->line->cancel);
}

/* A question and its reply. */
static int32_t ask(chore_guest *guest, chore_line_word word, const chore_wire *out, chore_wire *in)
{
    uint32_t reply;
    int32_t answer;
    chore_guest_tell(guest, word, 0, out);
    return chore_guest_hear(guest, guest->replies, &reply, &answer, in) && reply == CHORE_WORD_REPLY ? answer : -1;
}

static const float *recorded_action(void *ctx, uint32_t slot, uint64_t step, uint32_t *dim)
{
    chore_guest *guest = ctx;
    chore_wire in, out = chore_guest_out(guest);
    chore_wire_put_u32(&out, slot);
    chore_wire_put_u64(&out, step);
    const int32_t n = ask(guest, CHORE_WORD_ASK_ACTION, &out, &in);
    const void *values = n >= 0 ? chore_wire_get_bytes(&in, (size_t)n * sizeof(float)) : NULL;
    float *room = values != NULL ? realloc(guest->recorded_action, (size_t)n * sizeof *room + 1) : NULL;
    if (room == NULL) {
        return NULL;
    }
    guest->recorded_action = room;
    memcpy(room, values, (size_t)n * sizeof *room);
    *dim = (uint32_t)n;
    guest->recorded_slot = slot;
    guest->recorded_step = step;
    guest->recorded_report = chore_wire_get_u32(&in);
    const char *about = chore_wire_get_text(&in);
    chore_copy(guest->recorded_about, sizeof guest->recorded_about, about != NULL ? about : "");
    return room;
}

/* It came with the action: who asks for it has usually just asked for that. */
static uint32_t recorded_report(void *ctx, uint32_t slot, uint64_t step, char about[CHORE_POLICY_ABOUT_CAP])
{
    chore_guest *guest = ctx;
    uint32_t dim;
    if ((guest->recorded_action == NULL || guest->recorded_slot != slot || guest->recorded_step != step) &&
        recorded_action(ctx, slot, step, &dim) == NULL) {
        return CHORE_REPORT_NONE;
    }
    chore_copy(about, CHORE_POLICY_ABOUT_CAP, guest->recorded_about);
    return guest->recorded_report;
}

static const void *table_extension(void *ctx, const char *id)
{
    chore_guest *guest = ctx;
    if (id != NULL && strcmp(id, CHORE_EXT_CONNECTION) == 0) {
        return guest->address != NULL ? &guest->connection : NULL;
    }
    if (id == NULL || strcmp(id, CHORE_EXT_RECORDED_ACTIONS) != 0) {
        return NULL; /* a struct of functions can only be handed through by who knows it */
    }
    chore_wire in, out = chore_guest_out(guest);
    chore_wire_put_text(&out, id);
    (void)ask(guest, CHORE_WORD_ASK_EXTENSION, &out, &in);
    const char *mode = chore_wire_get_text(&in);
    if (mode == NULL) {
        return NULL;
    }
    chore_copy(guest->recorded_mode, sizeof guest->recorded_mode, mode);
    guest->recorded = (chore_ext_recorded_actions){.struct_size = sizeof guest->recorded,
                                                   .ctx = guest,
                                                   .mode = guest->recorded_mode,
                                                   .action = recorded_action,
                                                   .report = recorded_report};
    return &guest->recorded;
}

int64_t chore_guest_io(void *ctx, void *buf, uint64_t n, bool write)
{
    chore_guest *guest = ctx;
    const uint64_t most = CHORE_LINE_PAYLOAD / 2;
    uint64_t moved = 0;
    while (moved < n) {
        const uint64_t part = n - moved < most ? n - moved : most;
        chore_wire in, out = chore_guest_out(guest);
        chore_wire_put_u64(&out, part);
        if (write) {
            chore_wire_put_bytes(&out, (char *)buf + moved, part);
        }
        const int32_t got = ask(guest, write ? CHORE_WORD_ASK_WRITE : CHORE_WORD_ASK_READ, &out, &in);
        if (got < 0) {
            return got;
        }
        const void *bytes = write ? NULL : chore_wire_get_bytes(&in, (size_t)got);
        if (bytes != NULL) {
            memcpy((char *)buf + moved, bytes, (size_t)got);
        }
        moved += (uint64_t)got;
        if ((uint64_t)got < part) {
            break;
        }
    }
    return (int64_t)moved;
}

void chore_guest_fill_table(chore_guest *guest)
{
    guest->table = (chore_policy_host_table){
        .struct_size = sizeof guest->table,
        .abi_major = CHORE_POLICY_ABI_MAJOR,
        .abi_minor = CHORE_POLICY_ABI_MINOR,
        .ctx = guest,
        .log = table_log,
        .now_ns = table_now_ns,
        .cancelled = table_cancelled,
        .extension = table_extension,
    };
}
