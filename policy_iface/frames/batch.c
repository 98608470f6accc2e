/* A batch as packed arrays, and the answers to it. */
#include <chore/policy_frames.h>
#include <chore/policy_walk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A position's line in front of the arrays. */
typedef struct position {
    uint32_t slot, flags;
    uint64_t step;
    double seconds;
    uint32_t delay, zero;
} position;

static size_t value_bytes(uint32_t dtype)
{
    return dtype == CHORE_DTYPE_U8 ? 1 : dtype == CHORE_DTYPE_F64 ? 8 : 4;
}

static void put_positions(chore_frame *frame, const chore_policy_batch *batch, uint32_t dim)
{
    const uint32_t rows = batch->committed != NULL ? batch->delay_max : 0,
                   counts[] = {batch->n, rows};
    chore_frame_put(frame, counts, sizeof counts);
    for (uint32_t k = 0; k < batch->n; k++) {
        const position p = {.slot = batch->slot[k],
                            .flags = batch->flags[k],
                            .step = batch->step[k],
                            .seconds = batch->sim_time[k],
                            .delay = batch->delay != NULL ? batch->delay[k] : 0};
        chore_frame_put(frame, &p, sizeof p);
    }
    chore_frame_put(frame, batch->committed, (size_t)batch->n * rows * dim * sizeof(float));
    chore_frame_align(frame);
}

static void put_arrays(chore_frame *frame, const chore_policy_batch *batch,
                       const chore_policy_field *field, uint32_t f)
{
    const size_t bytes = chore_field_count(field) * value_bytes(field->dtype);
    for (uint32_t k = 0; k < batch->n; k++) {
        chore_frame_put(frame, chore_stream(batch, f, k), bytes);
    }
    chore_frame_align(frame);
}

static void put_texts(chore_frame *frame, const chore_policy_batch *batch, uint32_t f,
                      uint64_t *sent)
{
    for (uint32_t k = 0; k < batch->n; k++) {
        const uint32_t slot = batch->slot[k];
        const bool counted = batch->version != NULL && batch->version[f] != NULL;
        const uint64_t version = counted ? batch->version[f][slot] : sent[slot] + 1;
        const char *text = chore_stream(batch, f, k);
        const uint32_t line[2] = {sent[slot] != version,
                                  sent[slot] != version ? (uint32_t)strlen(text) : 0};
        chore_frame_put(frame, line, sizeof line);
        chore_frame_put(frame, text, line[1]);
        chore_frame_align(frame);
        sent[slot] = version;
    }
}

void chore_frames_put_batch(chore_frame *frame, const chore_policy_batch *batch,
                            const chore_policy_request *request, uint32_t dim, uint64_t *sent,
                            uint32_t n_slots)
{
    put_positions(frame, batch, dim);
    for (int texts = 0; texts < 2;
         texts++) { /* texts last, so that every array has a fixed place */
        for (uint32_t f = 0; f < request->n_fields; f++) {
            const chore_policy_field *field =
                CHORE_POLICY_AT(chore_policy_field, request->fields, f);
            if (batch->stream[f] == NULL || (field->kind == CHORE_FIELD_TEXT) != texts) {
                continue; /* optional and not there */
            }
            if (texts) {
                put_texts(frame, batch, f, sent + (size_t)f * n_slots);
            } else {
                put_arrays(frame, batch, field, f);
            }
        }
    }
}

/* ---- answers -------------------------------------------------------------------------------------------- */

static bool no_answer(char *why, size_t cap, const char *reason, uint32_t k)
{
    (void)snprintf(why, cap, "the answer of position %u %s", k, reason);
    return false;
}

static const char *const reports[] = {"none", "done", "cannot", "help"};

const char *chore_report_word(uint32_t report)
{
    return report < sizeof reports / sizeof *reports ? reports[report] : "none";
}

bool chore_report_find(const char *word, size_t len, uint32_t *report)
{
    for (uint32_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        if (strlen(reports[i]) == len && memcmp(word, reports[i], len) == 0) {
            *report = i;
            return true;
        }
    }
    return false;
}

static void say(chore_policy_actions *actions, uint32_t k, uint32_t report, const char *about, size_t len)
{
    char name[CHORE_POLICY_ABOUT_CAP] = "";
    memcpy(name, about, len < sizeof name ? len : sizeof name - 1);
    chore_say(actions, k, report, name);
}

static size_t padded(size_t at, size_t len)
{
    return at + (at % 8 != 0 && len - at >= 8 - at % 8 ? 8 - at % 8 : 0); /* the last one may go without */
}

/* Report and length, then the name. Moves *at behind it. */
static bool get_report(const unsigned char *bytes, size_t len, size_t *at, uint32_t k,
                       chore_policy_actions *actions, char *why, size_t cap)
{
    uint32_t head[2] = {0};
    if (len - *at >= sizeof head) {
        memcpy(head, bytes + *at, sizeof head);
        *at += sizeof head;
    } else {
        return no_answer(why, cap, "is cut off before its report", k);
    }
    if (len - *at < head[1]) {
        return no_answer(why, cap, "is cut off within its report", k);
    }
    say(actions, k, head[0], (const char *)bytes + *at, head[1]);
    *at = padded(*at + head[1], len);
    return true;
}

static bool get_packed(const unsigned char *bytes, size_t len, uint32_t n,
                       chore_policy_actions *actions, char *why, size_t cap)
{
    const size_t row = (size_t)actions->dim * sizeof(float), chunk = (size_t)actions->horizon * row;
    size_t at = 0;
    for (uint32_t k = 0; k < n; k++) {
        int32_t status;
        uint32_t count;
        if (len - at < 8) {
            return no_answer(why, cap, "is missing", k);
        }
        memcpy(&status, bytes + at, sizeof status);
        memcpy(&count, bytes + at + 4, sizeof count);
        at += 8;
        const bool speaks = status >= 0 && count & CHORE_FRAME_REPORTS;
        count &= speaks ? ~CHORE_FRAME_REPORTS : ~0u;
        const size_t size = status < 0 ? count : (size_t)count * row;
        if (status >= 0 && count > actions->horizon) {
            return no_answer(why, cap, "has more rows than were agreed on", k);
        }
        if (len - at < size) {
            return no_answer(
                why, cap, "is cut off: are its rows as long as the mode's components together?", k);
        }
        actions->status[k] = status;
        actions->valid[k] = status < 0 ? 0 : count;
        if (status >= 0) {
            memcpy((unsigned char *)actions->data + k * chunk, bytes + at, size);
        } else if (why[0] == '\0') { /* of several the first is told */
            (void)snprintf(why, cap, "%.*s", (int)(size < cap ? size : cap - 1),
                           (const char *)bytes + at);
        }
        at = padded(at + size, len);
        if (speaks && !get_report(bytes, len, &at, k, actions, why, cap)) {
            return false;
        }
    }
    return at == len || no_answer(why, cap, "is followed by more than belongs to it", n - 1);
}

/* "cannot coffee machine" behind the numbers. */
static bool get_words(char *at, chore_policy_actions *actions)
{
    uint32_t report;
    const size_t word = strcspn(at, " \t\r\n");
    if (*at == '\0') {
        return true;
    }
    if (!chore_report_find(at, word, &report)) {
        return false;
    }
    const char *about = at + word + strspn(at + word, " \t");
    say(actions, 0, report, about, strcspn(about, "\r\n"));
    return true;
}

/* Decimal numbers with blanks and line ends between them: for programs that cannot pack a float. */
static bool get_text(const unsigned char *bytes, size_t len, uint32_t n,
                     chore_policy_actions *actions, char *why, size_t cap)
{
    const uint32_t room = actions->horizon * actions->dim;
    uint32_t count = 0;
    if (n != 1) {
        (void)snprintf(why, cap, "actions as text are for one position, not for %u", n);
        return false;
    }
    char *text = calloc(len + 1, 1), *at = text, *end;
    if (text == NULL) {
        (void)snprintf(why, cap, "out of memory");
        return false;
    }
    memcpy(text, bytes, len);
    for (; count <= room; at = end) {
        const float value = strtof(at, &end);
        if (end == at) {
            break;
        }
        if (count < room) {
            actions->data[count] = value;
        }
        count++;
    }
    at += strspn(at, " \t\r\n");
    const bool numbers = count > 0 && count <= room && count % actions->dim == 0,
               ends = count > room || get_words(at, actions);
    if (!ends) {
        (void)snprintf(why, cap, "the action is not made of numbers: \"%.20s\"", at);
    } else if (!numbers) {
        (void)snprintf(why, cap, "the action has %u numbers; one row has %u", count, actions->dim);
    }
    actions->valid[0] = count / actions->dim;
    actions->status[0] = CHORE_POLICY_OK;
    free(text);
    return numbers && ends;
}

bool chore_frames_get_actions(char letter, const unsigned char *bytes, size_t len, uint32_t n,
                              chore_policy_actions *actions, char *why, size_t why_cap)
{
    why[0] = '\0';
    return letter == CHORE_FRAME_TEXT ? get_text(bytes, len, n, actions, why, why_cap)
                                      : get_packed(bytes, len, n, actions, why, why_cap);
}
