/* The plug-in openpi, byte by byte: MessagePack and arrays against what Python's packers write, frames and the handshake against the examples of
   RFC 6455. Nothing here asks a network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "frames.h"
#include "handshake.h"
#include "options.h"
#include "request.h"
#include "sha1.h"

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

/* ---- MessagePack --------------------------------------------------------------------------------------- */

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
    static const char *const texts[] = {"\xa2hi", "\xd9\x02hi", "\xda\x00\x02hi", "\xdb\x00\x00\x00\x02hi"};
    static const char *const binaries[] = {"\xc4\x02hi", "\xc5\x00\x02hi", "\xc6\x00\x00\x00\x02hi"};
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
        {"\xdd\xff\xff\xff\xff", 5, "an array or a map claims more items than the message has bytes"},
        {"\xdf\x80\x00\x00\x00xxxx", 9, "an array or a map claims more items than the message has bytes"},
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

/* ---- answers ------------------------------------------------------------------------------------------- */

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
        {"Traceback:\n  File x\nKeyError: 'a'\n", "KeyError: 'a'"}, {"  one\r\n\r\n", "one"}, {"", ""}, {"\n\n", ""}, {"a\n \t\n", "a"}};
    for (int i = 0; i < 5; i++) {
        size_t size;
        const char *line = answer_error_line(cases[i][0], &size);
        assert_int_equal(size, strlen(cases[i][1]));
        assert_memory_equal(line, cases[i][1], size);
    }
}

/* ---- requests ------------------------------------------------------------------------------------------ */

/* A request of ALOHA's shape: images in a map of their own, one of them missing. */
static void keys_in_a_map_of_their_own(void **state)
{
    (void)state;
    static const char text[] = "mode m\nvector state f4 = a b\nimage images>cam_high chw 1 2 stretch = c:flip_x\n"
                               "image images>cam_low chw 1 2 letterbox = d?\nprompt prompt\nact x = 1\n";
    static const float a[2] = {1, 2}, b[1] = {3};
    static const uint8_t c[6] = {1, 2, 3, 4, 5, 6};
    const void *stream[4] = {a, b, c, NULL};
    chore_policy_field fields[4] = {{.ndim = 1, .shape = {2}}, {.ndim = 1, .shape = {1}}, {.ndim = 3, .shape = {3, 1, 2}}, {.ndim = 0}};
    keymap map;
    char why[256];
    msgpack_writer out = {0};
    assert_true(keymap_parse(&map, "test", text, why, sizeof why));
    assert_string_equal(map.streams[2].convert, "flip_x chw");
    assert_string_equal(map.streams[3].convert, "chw");
    assert_true(map.streams[3].optional && map.streams[3].fit == CHORE_FIT_LETTERBOX);
    const request_streams streams = {&map, fields};
    assert_true(request_write(&out, &streams, stream, "go"));
    msgpack_reader in = msgpack_read(out.data, out.size);
    msgpack_item item;
    ndarray_view array;
    assert_true(msgpack_next(&in, &item) && item.kind == MSGPACK_MAP && item.size == 3);
    assert_true(msgpack_next(&in, &item) && msgpack_is(&item, MSGPACK_TEXT, "state"));
    assert_true(ndarray_get(&in, &array, why, sizeof why) && array.items == 3 && ndarray_value(&array, 2) == 3);
    assert_true(msgpack_next(&in, &item) && msgpack_is(&item, MSGPACK_TEXT, "images"));
    assert_true(msgpack_next(&in, &item) && item.kind == MSGPACK_MAP && item.size == 1);
    assert_true(msgpack_next(&in, &item) && msgpack_is(&item, MSGPACK_TEXT, "cam_high"));
    assert_true(ndarray_get(&in, &array, why, sizeof why) && array.ndim == 3 && array.shape[0] == 3 && ndarray_value(&array, 5) == 6);
    assert_true(msgpack_next(&in, &item) && msgpack_is(&item, MSGPACK_TEXT, "prompt"));
    assert_true(msgpack_next(&in, &item) && msgpack_is(&item, MSGPACK_TEXT, "go") && msgpack_done(&in));
    assert_true(request_write(&out, &streams, stream, NULL));
    assert_int_equal(out.data[0], 0x82);
    msgpack_free(&out);
}

/* ---- key maps ------------------------------------------------------------------------------------------ */

static void key_maps_say_where_they_are_wrong(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"mood joint_pos\n", "key map m:1: \"mood\": expected mode, rate, execute, prompt, vector, image or act"},
        {"mode a\n\nvector k f2 = s\n", "key map m:3: \"f2\": expected f4 or f8"},
        {"vector k f4 s\n", "key map m:1: expected: vector KEY DTYPE = STREAM..."},
        {"vector k f4 =\n", "key map m:1: expected: vector KEY DTYPE = STREAM..."},
        {"vector k f4 = s s\n", "key map m:1: stream s is used twice"},
        {"vector k f4 = s\nprompt k\n", "key map m:2: key k is written twice"},
        {"vector k f4 = s:q\n", "key map m:1: \"s:q\": expected NAME:REPRESENTATION[VALUES]"},
        {"vector k f4 = s:[3]\n", "key map m:1: \"s:\": expected NAME, NAME:REPRESENTATION, NAME?"},
        {"vector k f4 = s:q[0]\n", "key map m:1: \"0\": expected a whole number from 1 to 1024"},
        {"vector k f4 = s?x\n", "key map m:1: \"s?x\": expected NAME, NAME:REPRESENTATION, NAME?"},
        {"image k hwc 224 224 = s\n", "key map m:1: expected: image KEY hwc|chw HEIGHT WIDTH FIT = STREAM"},
        {"image k bgr 224 224 stretch = s\n", "key map m:1: \"bgr\": expected hwc or chw"},
        {"image k hwc 224 224 crop = s\n", "key map m:1: \"crop\": expected stretch, letterbox or centre_crop"},
        {"vector a>x f4 = s\nvector b f4 = t\nvector a>y f4 = u\n", "key map m:3: the keys of a must follow each other"},
        {"act a = 1.5\n", "key map m:1: \"1.5\": expected a whole number from 1 to 1024"},
        {"act a = 1 over 2\n", "key map m:1: expected: act COMPONENT = VALUES, or act COMPONENT = VALUES above THRESHOLD"},
        {"act a = 1 above x\n", "key map m:1: \"x\": expected a number"},
        {"rate fast\n", "key map m:1: \"fast\": expected a number"},
        {"rate -1\n", "key map m:1: rate -1: expected hertz"},
        {"mode m\nact a = 1\n", "key map m:2: it ends without a key"},
        {"prompt p\nact a = 1\n", "key map m:2: it ends without a mode"},
        {"prompt p\nmode m", "key map m:2: it ends without an act"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        keymap map;
        char why[256] = "";
        assert_false(keymap_parse(&map, "m", cases[i][0], why, sizeof why));
        assert_string_equal(why, cases[i][1]);
    }
}

/* ---- options ------------------------------------------------------------------------------------------- */

static void options_are_held_to_their_rules(void **state)
{
    (void)state;
    options o;
    char why[256] = "";
    assert_true(options_parse(&o, " map=libero\tport=9000 prompt=text prompt_text=\"put it\tdown\" reset=reconnect timeout=0.5", why,
                              sizeof why));
    assert_string_equal(o.prompt_text, "put it\tdown");
    assert_true(o.port == 9000 && o.prompt == PROMPT_TEXT && o.reset == RESET_RECONNECT && o.timeout_s == 0.5);
    assert_string_equal(o.host, "127.0.0.1");
    static const char *const cases[][2] = {
        {"", "which key map? map=NAME or map=FILE, for instance map=libero"},
        {"map=a hots=b", "there is no option \"hots\"; there are: host port path map execute rate prompt prompt_text timeout connect reset "
                         "limit api_key_file"},
        {"map=a map=b", "map is given twice"},
        {"map=a port=0", "port=0: expected a whole number from 1 to 65535"},
        {"map=a port=1.5", "port=1.5: expected a whole number from 1 to 65535"},
        {"map=a timeout=nan", "timeout=nan: expected a number from 0.01 to 86400"},
        {"map=a timeout=", "timeout=: expected a number from 0.01 to 86400"},
        {"map=a prompt=goal", "prompt=goal: expected instruction, text or none"},
        {"map=a reset=never", "reset=never: expected keep or reconnect"},
        {"map=a prompt=text", "prompt=text and prompt_text=\"...\" go together"},
        {"map=a prompt_text=x", "prompt=text and prompt_text=\"...\" go together"},
        {"map=a host=\"a b\"", "host and path must be printable, without blanks, and the path begin with /"},
        {"map=a path=x", "host and path must be printable, without blanks, and the path begin with /"},
        {"map=a host=wss://x", "host=wss://x: expected a name or an address; TLS is not spoken here, a proxy on this machine can"},
        {"map=a prompt_text=\"x", "prompt_text: its value has no end or is longer than 511 bytes"},
        {"map=a libero", "\"libero\": expected key=value"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_false(options_parse(&o, cases[i][0], why, sizeof why));
        assert_string_equal(why, cases[i][1]);
    }
}

/* ---- frames, handshake --------------------------------------------------------------------------------- */

/* RFC 6455, section 5.7 */
static void frames_of_the_rfc(void **state)
{
    (void)state;
    static const uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d};
    uint8_t head[FRAMES_HEAD_CAP], text[] = "Hello";
    assert_int_equal(frames_head(head, FRAMES_TEXT, 5, mask), 6);
    assert_memory_equal(head, "\x81\x85\x37\xfa\x21\x3d", 6);
    frames_mask(text, 5, mask);
    assert_memory_equal(text, "\x7f\x9f\x4d\x51\x58", 5);
    assert_int_equal(frames_head(head, FRAMES_BINARY, 256, mask), 8);
    assert_memory_equal(head, "\x82\xfe\x01\x00", 4);
    assert_int_equal(frames_head(head, FRAMES_BINARY, 65536, mask), 14);
    assert_memory_equal(head, "\x82\xff\x00\x00\x00\x00\x00\x01\x00\x00", 10);

    static const uint8_t pieces[] = "\x01\x03Hel\x89\x05Hello\x80\x02lo";
    frames *in = calloc(1, sizeof *in);
    assert_non_null(in);
    in->limit = 5;
    size_t room;
    memcpy(frames_room(in, &room), pieces, sizeof pieces - 1);
    frames_received(in, sizeof pieces - 1);
    assert_int_equal(frames_next(in), FRAMES_CONTROL);
    assert_int_equal(in->opcode, FRAMES_PING);
    assert_memory_equal(in->control, "Hello", 5);
    assert_int_equal(frames_next(in), FRAMES_MESSAGE);
    assert_int_equal(in->message_opcode, FRAMES_TEXT);
    assert_string_equal((char *)in->message, "Hello");
    assert_int_equal(frames_next(in), FRAMES_MORE);
    memcpy(frames_room(in, &room), "\x82\x06", 2);
    frames_received(in, 2);
    assert_int_equal(frames_next(in), FRAMES_FAULT);
    assert_int_equal(in->code, FRAMES_TOO_BIG);
    frames_free(in);
    free(in);
}

static void frames_that_may_not_be(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        int code;
    } bad[] = {
        {"\xc2\x00", 2, FRAMES_PROTOCOL},                                 /* a reserved bit */
        {"\x82\x80", 2, FRAMES_PROTOCOL},                                 /* masked */
        {"\x83\x00", 2, FRAMES_PROTOCOL},                                 /* unknown */
        {"\x8b\x00", 2, FRAMES_PROTOCOL},                                 /* unknown, of control */
        {"\x09\x00", 2, FRAMES_PROTOCOL},                                 /* a ping in pieces */
        {"\x89\x7e\x00\x7e", 4, FRAMES_PROTOCOL},                         /* a ping of 126 bytes */
        {"\x80\x00", 2, FRAMES_PROTOCOL},                                 /* goes on with nothing */
        {"\x02\x00\x82\x00", 4, FRAMES_PROTOCOL},                         /* begins within another */
        {"\x82\x7e\x00\x7d", 4, FRAMES_PROTOCOL},                         /* 125, written long */
        {"\x82\x7f\x00\x00\x00\x00\x00\x00\xff\xff", 10, FRAMES_PROTOCOL}, /* 65535, written longer */
        {"\x82\x7f\x80\x00\x00\x00\x00\x00\x00\x00", 10, FRAMES_PROTOCOL}, /* 2^63 */
        {"\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10, FRAMES_TOO_BIG},
        {"\x02\x02xx\x80\x63", 6, FRAMES_TOO_BIG}, /* 2 + 99 > 100 */
    };
    frames *in = calloc(1, sizeof *in);
    assert_non_null(in);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        memset(in, 0, sizeof *in);
        in->limit = 100;
        size_t room;
        memcpy(frames_room(in, &room), bad[i].bytes, bad[i].size);
        frames_received(in, bad[i].size);
        assert_int_equal(frames_next(in), FRAMES_FAULT);
        assert_int_equal(in->code, bad[i].code);
        assert_int_equal(frames_next(in), FRAMES_FAULT); /* for good */
        frames_free(in);
    }
    free(in);
}

static void digests_of_the_standard(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *digest;
    } cases[] = {
        {"", "\xda\x39\xa3\xee\x5e\x6b\x4b\x0d\x32\x55\xbf\xef\x95\x60\x18\x90\xaf\xd8\x07\x09"},
        {"abc", "\xa9\x99\x3e\x36\x47\x06\x81\x6a\xba\x3e\x25\x71\x78\x50\xc2\x6c\x9c\xd0\xd8\x9d"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "\x84\x98\x3e\x44\x1c\x3b\xd2\x6e\xba\xae\x4a\xa1\xf9\x51\x29\xe5\xe5\x46\x70\xf1"},
    };
    for (int i = 0; i < 3; i++) {
        uint8_t digest[SHA1_BYTES];
        sha1(cases[i].text, strlen(cases[i].text), digest);
        assert_memory_equal(digest, cases[i].digest, SHA1_BYTES);
    }
}

#define GOOD "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
#define ACCEPT "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

/* RFC 6455, section 1.3 */
static void the_handshake_of_the_rfc(void **state)
{
    (void)state;
    char key[HANDSHAKE_KEY_CAP], why[256];
    handshake_key(key, (const uint8_t *)"the sample nonce");
    assert_string_equal(key, "dGhlIHNhbXBsZSBub25jZQ==");
    static const struct {
        const char *head, *why;
    } cases[] = {
        {GOOD ACCEPT "\r\n", ""},
        {"HTTP/1.1 101 \r\nconnection: keep-alive, upgrade\r\nUPGRADE:\tWebSocket \r\n" ACCEPT "\r\n", ""},
        {GOOD "\r\n", "its answer does not fit the key that it was sent"},
        {GOOD ACCEPT ACCEPT "\r\n", "its answer does not fit the key that it was sent"},
        {GOOD "Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n", "its answer does not fit the key that it was sent"},
        {"HTTP/1.1 101 X\r\nUpgrade: websocket\r\n" ACCEPT "\r\n", "its answer opens no websocket"},
        {"HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n" ACCEPT "\r\n", "its answer opens no websocket"},
        {"HTTP/1.0 101 X\r\n\r\n", "it does not speak HTTP/1.1"},
        {"HTTP/1.1 1010\r\n\r\n", "it answered \"HTTP/1.1 1010\" instead of opening a websocket"},
        {"HTTP/1.1 200 OK\r\n\r\n", "it answered \"HTTP/1.1 200 OK\" instead of opening a websocket"},
        {GOOD ACCEPT "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
         "it chose an extension or a subprotocol that was not offered"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(handshake_accepted(cases[i].head, key, why, sizeof why), cases[i].why[0] == '\0');
        assert_string_equal(why, cases[i].why);
    }
    char request[HANDSHAKE_CAP];
    assert_true(handshake_request(request, sizeof request, "::1", 8000, "/", key, "") > 0);
    assert_string_equal(request, "GET / HTTP/1.1\r\nHost: [::1]:8000\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    assert_int_equal(handshake_request(request, 40, "h", 1, "/", key, ""), 0);
    assert_int_equal(handshake_head_size("a\r\n\r\nb", 6), 5);
    assert_int_equal(handshake_head_size("a\r\n\r", 4), 0);
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
        cmocka_unit_test(keys_in_a_map_of_their_own),
        cmocka_unit_test(key_maps_say_where_they_are_wrong),
        cmocka_unit_test(options_are_held_to_their_rules),
        cmocka_unit_test(frames_of_the_rfc),
        cmocka_unit_test(frames_that_may_not_be),
        cmocka_unit_test(digests_of_the_standard),
        cmocka_unit_test(the_handshake_of_the_rfc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
