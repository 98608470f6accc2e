/* The plug-in openpi, byte by byte: MessagePack and arrays against what Python's packers write, and
   what is taken for an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"

static void bytes_are(const msgpack_writer *out, const char *hex)
{
    char *text = calloc(2 * out->size + 1, 1);
    assert_non_null(text);
    for (size_t i = 0; i < out->size; i++) {
        snprintf(text + 2 * i, 3, "%02x", out->data[i]);
    }
    assert_string_equal(text, hex);
    free(text);
}

/* ---- MessagePack ----------------------------------------------------------------------------- */

static void writes_the_shortest_form(void **state)
{
    (void)state;
    msgpack_writer out = {0};
    const uint64_t numbers[] = {0, 127, 128, 255, 256, 65535, 65536, 0xffffffff, 0x100000000};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        msgpack_put_uint(&out, numbers[i]);
    }
    bytes_are(&out, "007fcc80ccffcd0100cdffffce00010000ceffffffffcf0000000100000000");
    msgpack_clear(&out);
    msgpack_put_bool(&out, true);
    msgpack_put_bool(&out, false);
    msgpack_put_map(&out, 15);
    msgpack_put_map(&out, 16);
    msgpack_put_map(&out, 65536);
    msgpack_put_array(&out, 15);
    msgpack_put_array(&out, 16);
    msgpack_put_array(&out, 65536);
    bytes_are(&out, "c3c28fde0010df000100009fdc0010dd00010000");
    msgpack_clear(&out);
    msgpack_put_string(&out, "observation/wrist_image_left");      /* 28 */
    msgpack_put_string(&out, "observation/exterior_image_1_left"); /* 33 */
    assert_int_equal(out.data[0], 0xbc);
    assert_int_equal(out.data[29], 0xd9);
    assert_int_equal(out.data[30], 33);
    const uint32_t sizes[] = {255, 256, 65535, 65536};
    const uint8_t tags[] = {0xc4, 0xc5, 0xc5, 0xc6};
    for (int i = 0; i < 4; i++) {
        msgpack_clear(&out);
        uint8_t *at = msgpack_put_bytes(&out, sizes[i]);
        assert_ptr_equal(at + sizes[i], out.data + out.size);
        assert_int_equal(out.data[0], tags[i]);
    }
    char *text = calloc(70000, 1);
    assert_non_null(text);
    memset(text, 'x', 69999);
    msgpack_clear(&out);
    msgpack_put_text(&out, text, 255);
    assert_int_equal(out.data[0], 0xd9);
    msgpack_clear(&out);
    msgpack_put_text(&out, text, 256);
    assert_int_equal(out.data[0], 0xda);
    msgpack_clear(&out);
    msgpack_put_text(&out, text, 69999);
    assert_int_equal(out.data[0], 0xdb);
    assert_int_equal(out.size, 69999 + 5);
    free(text);
    msgpack_free(&out);
}

static void an_array_is_packed_as_openpi_does(void **state)
{
    (void)state;
    const float x[2] = {1.5f, -2.0f};
    const uint32_t shape[1] = {2};
    msgpack_writer out = {0};
    msgpack_put_map(&out, 2);
    msgpack_put_string(&out, "prompt");
    msgpack_put_string(&out, "hi");
    msgpack_put_string(&out, "x");
    memcpy(ndarray_put(&out, NDARRAY_F32, 2), x, sizeof x);
    ndarray_put_shape(&out, NDARRAY_F32, 1, shape);
    bytes_are(&out, "82"
                    "a670726f6d7074"
                    "a26869"
                    "a178"
                    "84"
                    "c40b5f5f6e6461727261795f5f"
                    "c3"
                    "c40464617461"
                    "c4080000c03f000000c0"
                    "c4056474797065"
                    "a33c6634"
                    "c4057368617065"
                    "9102");
    msgpack_clear(&out);
    const uint32_t image[3] = {224, 224, 3};
    memset(ndarray_put(&out, NDARRAY_U8, 224 * 224 * 3), 7, 224 * 224 * 3);
    ndarray_put_shape(&out, NDARRAY_U8, 3, image);
    assert_int_equal(out.size, 150578);
    assert_memory_equal(out.data + 21, "\xc6\x00\x02\x4c\x00", 5);
    assert_memory_equal(out.data + out.size - 6, "\x93\xcc\xe0\xcc\xe0\x03", 6);
    msgpack_clear(&out);
    const uint32_t eight[1] = {8};
    memset(ndarray_put(&out, NDARRAY_F64, 8), 0, 64);
    ndarray_put_shape(&out, NDARRAY_F64, 1, eight);
    assert_int_equal(out.size, 107);
    msgpack_free(&out);
}

static msgpack_item item_of(const char *bytes, size_t size)
{
    msgpack_reader in = msgpack_read((const uint8_t *)bytes, size);
    msgpack_item item;
    assert_true(msgpack_next(&in, &item));
    assert_true(item.kind == MSGPACK_ARRAY || item.kind == MSGPACK_MAP || msgpack_done(&in));
    return item;
}
#define ITEM(bytes) item_of(bytes, sizeof(bytes) - 1)

static void reads_every_kind(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        double number;
    } numbers[] = {
        {"\x00", 1, 0},
        {"\x7f", 1, 127},
        {"\xe0", 1, -32},
        {"\xff", 1, -1},
        {"\xcc\xff", 2, 255},
        {"\xcd\x01\x00", 3, 256},
        {"\xce\xff\xff\xff\xff", 5, 4294967295.0},
        {"\xcf\xff\xff\xff\xff\xff\xff\xff\xff", 9, 18446744073709551615.0},
        {"\xd0\x80", 2, -128},
        {"\xd1\xff\x00", 3, -256},
        {"\xd2\x80\x00\x00\x00", 5, -2147483648.0},
        {"\xd3\x80\x00\x00\x00\x00\x00\x00\x00", 9, -9223372036854775808.0},
        {"\xd3\x00\x00\x00\x00\x00\x00\x00\x05", 9, 5},
        {"\xca\x3f\xc0\x00\x00", 5, 1.5},
        {"\xcb\xc0\x00\x00\x00\x00\x00\x00\x00", 9, -2},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        assert_true(item_of(numbers[i].bytes, numbers[i].size).number == numbers[i].number);
    }
    assert_int_equal(ITEM("\xc0").kind, MSGPACK_NIL);
    assert_true(ITEM("\xc3").truth);
    assert_false(ITEM("\xc2").truth);
    static const char *const texts[] = {"\xa2hi", "\xd9\x02hi", "\xda\x00\x02hi",
                                        "\xdb\x00\x00\x00\x02hi"};
    static const char *const binaries[] = {"\xc4\x02hi", "\xc5\x00\x02hi",
                                           "\xc6\x00\x00\x00\x02hi"};
    static const size_t heads[] = {1, 2, 3, 5};
    for (int i = 0; i < 4; i++) {
        const msgpack_item item = item_of(texts[i], heads[i] + 2);
        assert_true(msgpack_is(&item, MSGPACK_TEXT, "hi"));
    }
    for (int i = 0; i < 3; i++) {
        const msgpack_item item = item_of(binaries[i], heads[i + 1] + 2);
        assert_true(msgpack_is(&item, MSGPACK_BYTES, "hi"));
        assert_false(msgpack_is(&item, MSGPACK_TEXT, "hi"));
    }
    assert_int_equal(ITEM("\xd4\x01x").size, 1);
    assert_int_equal(ITEM("\xd8\x01xxxxxxxxxxxxxxxx").size, 16);
    assert_int_equal(ITEM("\xc7\x03\x01xyz").size, 3);
    assert_int_equal(ITEM("\xdc\x00\x01\xc0").size, 1);
    assert_int_equal(ITEM("\xdf\x00\x00\x00\x01\xa1k\xc0").size, 1);
}

/* Each of these must be refused, and every shorter piece of a good message, too. */
static void refuses_what_cannot_be(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *fault;
    } bad[] = {
        {"", 0, "the message ends within an item"},
        {"\xc1", 1, "0xc1 begins no item"},
        {"\xdd\xff\xff\xff\xff", 5,
         "an array or a map claims more items than the message has bytes"},
        {"\xdf\x80\x00\x00\x00xxxx", 9,
         "an array or a map claims more items than the message has bytes"},
        {"\x82\xc0\xc0\xc0", 4, "an array or a map claims more items than the message has bytes"},
        {"\xc6\xff\xff\xff\xffx", 6, "an item claims more bytes than the message has"},
        {"\xdb\x00\x00\x00\x02x", 6, "an item claims more bytes than the message has"},
        {"\xc9\x00\x00\x00\x02\x01x", 7, "an item claims more bytes than the message has"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        msgpack_reader in = msgpack_read((const uint8_t *)bad[i].bytes, bad[i].size);
        assert_false(msgpack_skip(&in));
        assert_string_equal(in.fault, bad[i].fault);
        assert_false(msgpack_done(&in));
    }
    uint8_t deep[MSGPACK_DEEPEST + 2];
    memset(deep, 0x91, sizeof deep);
    deep[MSGPACK_DEEPEST] = 0xc0;
    msgpack_reader in = msgpack_read(deep, MSGPACK_DEEPEST + 1);
    assert_true(msgpack_skip(&in) && msgpack_done(&in));
    deep[MSGPACK_DEEPEST] = 0x91;
    deep[MSGPACK_DEEPEST + 1] = 0xc0;
    in = msgpack_read(deep, MSGPACK_DEEPEST + 2);
    assert_false(msgpack_skip(&in));
}

/* ---- answers --------------------------------------------------------------------------------- */

static void a_piece_of_an_answer_is_no_answer(void **state)
{
    (void)state;
    const double rows[6] = {0, 1, 2, 3, 4, 5};
    const uint32_t shape[2] = {2, 3};
    msgpack_writer out = {0};
    answer given;
    char why[256];
    msgpack_put_map(&out, 3);
    msgpack_put_string(&out, "policy_timing");
    msgpack_put_map(&out, 0);
    msgpack_put_string(&out, "actions");
    memcpy(ndarray_put(&out, NDARRAY_F64, 6), rows, sizeof rows);
    ndarray_put_shape(&out, NDARRAY_F64, 2, shape);
    msgpack_put_string(&out, "server_timing");
    msgpack_put_map(&out, 1);
    msgpack_put_string(&out, "infer_ms");
    msgpack_put_uint(&out, 42);
    assert_true(answer_read(&given, out.data, out.size, 3, why, sizeof why));
    assert_true(given.infer_ms == 42);
    for (uint64_t i = 0; i < 6; i++) {
        assert_true(ndarray_value(&given.actions, i) == (double)i);
    }
    for (size_t size = 0; size < out.size; size++) {
        assert_false(answer_read(&given, out.data, size, 3, why, sizeof why));
        assert_non_null(strstr(why, "is not MessagePack"));
    }
    assert_false(answer_read(&given, out.data, out.size, 2, why, sizeof why));
    assert_string_equal(why, "actions has the shape [2 3], expected [rows 2]");
    msgpack_free(&out);
}

static void a_shape_that_overflows_is_refused(void **state)
{
    (void)state;
    /* 2^16 * 2^16 = 2^32 items: as a 32-bit product nothing, which would fit the empty data */
    static const char bytes[] = "\x81\xa7"
                                "actions\x84\xc4\x0b"
                                "__ndarray__\xc3\xc4\x04"
                                "data\xc4\x00\xc4\x05"
                                "dtype\xa3<f4\xc4\x05"
                                "shape\x92\xce\x00\x01\x00\x00\xce\x00\x01\x00\x00";
    answer given;
    char why[256];
    assert_false(answer_read(&given, (const uint8_t *)bytes, sizeof bytes - 1, 8, why, sizeof why));
    assert_non_null(strstr(why, "it is not an array as openpi packs it"));
}

static void the_reason_is_the_last_line(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"Traceback:\n  File x\nKeyError: 'a'\n", "KeyError: 'a'"},
        {"  one\r\n\r\n", "one"},
        {"", ""},
        {"\n\n", ""},
        {"a\n \t\n", "a"}};
    for (int i = 0; i < 5; i++) {
        size_t size;
        const char *line = answer_error_line(cases[i][0], &size);
        assert_int_equal(size, strlen(cases[i][1]));
        assert_memory_equal(line, cases[i][1], size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_the_shortest_form),
        cmocka_unit_test(an_array_is_packed_as_openpi_does),
        cmocka_unit_test(reads_every_kind),
        cmocka_unit_test(refuses_what_cannot_be),
        cmocka_unit_test(a_piece_of_an_answer_is_no_answer),
        cmocka_unit_test(a_shape_that_overflows_is_refused),
        cmocka_unit_test(the_reason_is_the_last_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
