/* Traces made by somebody who gets every checksum right: the reader must not follow what they claim. */
#include <chore/text.h>
#include <chore/trace.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <zstd.h>

#include <cmocka.h>

#include "scratch.h"
#include "trace_internal.h"

enum { DIM = 2, ROW = 4 * DIM + TRACE_HASH_LEN };

static char folder[CHORE_PATH_CAP], path[CHORE_PATH_CAP];
static chore_text file;
static chore_hash chain;

static void forge_begin(void)
{
    unsigned char prologue[TRACE_PROLOGUE_LEN];
    trace_put_prologue(prologue, TRACE_VERSION);
    chore_text_clear(&file);
    chore_text_add_bytes(&file, prologue, sizeof prologue);
    chain = chore_hash_chain((chore_hash){0, 0}, prologue, sizeof prologue);
}

static void forge_payload(uint32_t type, uint64_t steps, size_t raw_len, const void *payload, size_t len)
{
    unsigned char bytes[TRACE_HEADER_LEN + 4096];
    assert_true(len <= sizeof bytes - TRACE_HEADER_LEN);
    memcpy(bytes + TRACE_HEADER_LEN, payload, len);
    const trace_chunk chunk = {type, steps, (uint32_t)raw_len, (uint32_t)len, chore_crc32c(0, payload, len)};
    trace_put_chunk(bytes, &chunk);
    chore_text_add_bytes(&file, bytes, TRACE_HEADER_LEN + len);
    chain = chore_hash_chain(chain, bytes, TRACE_HEADER_LEN + len);
}

static void forge_chunk(uint32_t type, uint64_t steps, const void *raw, size_t raw_len)
{
    char payload[4096];
    const size_t len = ZSTD_compress(payload, sizeof payload, raw, raw_len, 1);
    assert_false(ZSTD_isError(len));
    forge_payload(type, steps, raw_len, payload, len);
}

static void forge_head(void)
{
    forge_chunk(TRACE_HEAD, 0, "\2\0\0\0{}", 7);
}

static void forge_steps(uint64_t before, int n)
{
    static const unsigned char rows[16 * ROW];
    forge_chunk(TRACE_STEP, before, rows, (size_t)n * ROW);
}

static void forge_note(uint64_t chunk_steps, uint64_t steps, uint32_t claimed_len, const char *text,
                       size_t text_len)
{
    unsigned char raw[256];
    trace_put_u64(raw, steps);
    trace_put_u32(raw + 8, claimed_len);
    memcpy(raw + TRACE_NOTE_HEADER_LEN, text, text_len);
    forge_chunk(TRACE_NOTE, chunk_steps, raw, TRACE_NOTE_HEADER_LEN + text_len);
}

static void forge_foot(uint64_t steps)
{
    unsigned char raw[TRACE_HASH_LEN + 3] = {0};
    trace_put_hash(raw, chain);
    memcpy(raw + TRACE_HASH_LEN, "{}", 3);
    forge_chunk(TRACE_FOOT, steps, raw, sizeof raw);
}

static chore_status open_forged(chore_error *err)
{
    chore_trace *trace = NULL;
    (void)unlink(path);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(file.data, 1, file.len, out), file.len);
    assert_int_equal(fclose(out), 0);
    const chore_status status = chore_trace_open(&trace, path, err);
    chore_trace_close(trace);
    return status;
}

/* Chunk and reason must both be named. */
static void expect_refusal(int chunk, const char *reason)
{
    chore_error err = {0};
    char place[32];
    snprintf(place, sizeof place, "chunk %d at byte", chunk);
    const chore_status status = open_forged(&err);
    if (status != CHORE_E_TAMPERED || strstr(err.message, place) == NULL ||
        strstr(err.message, reason) == NULL) {
        fail_msg("expected '%s ... %s', got %s: %s", place, reason, chore_status_text(status), err.message);
    }
}

static int set_up(void **state)
{
    (void)state;
    scratch_make(folder);
    forge_begin();
    return chore_path_join(path, folder, "trace", NULL) == CHORE_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    chore_text_release(&file);
    return scratch_remove(folder) ? 0 : -1;
}

/* Without this one the others would prove nothing. */
static void the_forger_knows_the_format(void **state)
{
    (void)state;
    forge_head();
    forge_steps(0, 3);
    forge_note(3, 3, 2, "{}", 3);
    forge_chunk(TRACE_KEYF, 3, "abc", 3);
    forge_steps(3, 1);
    forge_foot(4);
    chore_error err = {0};
    if (open_forged(&err) != CHORE_OK) {
        fail_msg("%s", err.message);
    }
}

static void heads(void **state)
{
    (void)state;
    static const struct {
        const char *raw;
        size_t len;
    } wrong[] = {
        {"", 0},
        {"\2\0\0\0", 4},
        {"\2\0\0", 3},
        {"\2\0\0\0{}", 6},
        {"\2\0\0\0{\0}", 8},
        {"\1\x10\0\0{}", 7},
        {"\0\0\0\x80{}", 7},
        {"\xff\xff\xff\xff{}", 7},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        forge_begin();
        forge_chunk(TRACE_HEAD, 0, wrong[i].raw, wrong[i].len);
        forge_foot(0);
        expect_refusal(0, "the header is malformed");
    }
}

static void steps(void **state)
{
    (void)state;
    static const unsigned char rows[2 * ROW];
    static const size_t wrong[] = {0, 1, ROW - 1, ROW + 1, 2 * ROW - 1};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        forge_begin();
        forge_head();
        forge_chunk(TRACE_STEP, 0, rows, wrong[i]);
        forge_foot(0);
        expect_refusal(1, "no whole number of steps");
    }
}

static void counts_of_steps(void **state)
{
    (void)state;
    static const uint64_t wrong[] = {0, 2, 4, UINT64_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        forge_begin();
        forge_head();
        forge_steps(0, 3);
        forge_steps(wrong[i], 1);
        forge_foot(4);
        expect_refusal(2, "steps are missing or repeated");
        forge_begin();
        forge_head();
        forge_steps(0, 3);
        forge_foot(wrong[i]);
        expect_refusal(2, "steps are missing or repeated");
    }
}

static void notes(void **state)
{
    (void)state;
    static const struct {
        uint64_t steps;
        uint32_t claimed_len;
        const char *text;
        size_t text_len;
    } wrong[] = {
        {3, 2, "{}", 2},           {3, 2, "{}x", 3},          {3, 2, "{\0", 3},
        {3, 3, "{}", 3},           {3, 1, "{}", 3},           {3, 0, "", 0},
        {3, 0xffffffffu, "{}", 3}, {3, 0xfffffff0u, "{}", 3}, {4, 2, "{}", 3},
        {UINT64_MAX, 2, "{}", 3},  {3, 2, "{}\0xyz", 6},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        forge_begin();
        forge_head();
        forge_steps(0, 3);
        forge_note(3, wrong[i].steps, wrong[i].claimed_len, wrong[i].text, wrong[i].text_len);
        forge_foot(3);
        expect_refusal(2, "a note is malformed");
    }
    forge_begin(); /* back in time */
    forge_head();
    forge_steps(0, 3);
    forge_note(3, 3, 2, "{}", 3);
    forge_note(3, 2, 2, "{}", 3);
    forge_foot(3);
    expect_refusal(3, "a note is malformed");
}

static void payloads_that_do_not_unpack(void **state)
{
    (void)state;
    char packed[64];
    const size_t len = ZSTD_compress(packed, sizeof packed, "abc", 3, 1);
    static const size_t wrong[] = {0, 1, 2, 4, 1000};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        forge_begin();
        forge_head();
        forge_payload(TRACE_KEYF, 0, wrong[i], packed, len);
        forge_foot(0);
        expect_refusal(1, "it does not unpack");
    }
    forge_begin();
    forge_head();
    forge_payload(TRACE_KEYF, 0, 3, "no zstd frame", 13);
    forge_foot(0);
    expect_refusal(1, "it does not unpack");
    forge_begin();
    forge_head();
    forge_payload(TRACE_KEYF, 0, 3, packed, len - 1);
    forge_foot(0);
    expect_refusal(1, "it does not unpack");
}

static void kinds_and_places(void **state)
{
    (void)state;
    forge_steps(0, 1);
    forge_foot(1);
    expect_refusal(0, "does not belong here");
    forge_begin();
    forge_foot(0);
    expect_refusal(0, "does not belong here");
    forge_begin();
    forge_head();
    forge_head();
    forge_foot(0);
    expect_refusal(1, "does not belong here");
    forge_begin();
    forge_head();
    forge_chunk(TRACE_TYPE('M', 'O', 'R', 'E'), 0, "abc", 3);
    forge_foot(0);
    expect_refusal(1, "does not belong here");
    forge_begin();
    forge_head();
    forge_foot(0);
    forge_foot(0);
    expect_refusal(2, "something follows the end");
}

static void feet(void **state)
{
    (void)state;
    unsigned char raw[TRACE_HASH_LEN + 3] = {0};
    memcpy(raw + TRACE_HASH_LEN, "{}", 3);
    forge_head();
    forge_chunk(TRACE_FOOT, 0, raw, sizeof raw);
    expect_refusal(1, "belongs to other chunks");
    static const size_t wrong[] = {0, 1, TRACE_HASH_LEN, TRACE_HASH_LEN + 2};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        forge_begin();
        forge_head();
        forge_chunk(TRACE_FOOT, 0, raw, wrong[i]);
        expect_refusal(1, "the footer is malformed");
    }
}

#define FORGED_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FORGED_TEST(the_forger_knows_the_format),
        FORGED_TEST(heads),
        FORGED_TEST(steps),
        FORGED_TEST(counts_of_steps),
        FORGED_TEST(notes),
        FORGED_TEST(payloads_that_do_not_unpack),
        FORGED_TEST(kinds_and_places),
        FORGED_TEST(feet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
