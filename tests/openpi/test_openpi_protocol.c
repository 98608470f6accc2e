/* The plug-in openpi: requests by key map, options, frames and the handshake against the examples of
   RFC 6455. Nothing here asks a network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frames.h"
#include "handshake.h"
#include "options.h"
#include "request.h"
#include "sha1.h"

/* ---- requests -------------------------------------------------------------------------------- */

/* A request of ALOHA's shape: images in a map of their own, one of them missing. */
static void keys_in_a_map_of_their_own(void **state)
{
    (void)state;
    static const char text[] =
        "mode m\nvector state f4 = a b\nimage images>cam_high chw 1 2 stretch = c:flip_x\n"
        "image images>cam_low chw 1 2 letterbox = d?\nprompt prompt\nact x = 1\n";
    static const float a[2] = {1, 2}, b[1] = {3};
    static const uint8_t c[6] = {1, 2, 3, 4, 5, 6};
    const void *stream[4] = {a, b, c, NULL};
    chore_policy_field fields[4] = {{.ndim = 1, .shape = {2}},
                                    {.ndim = 1, .shape = {1}},
                                    {.ndim = 3, .shape = {3, 1, 2}},
                                    {.ndim = 0}};
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
    assert_true(ndarray_get(&in, &array, why, sizeof why) && array.items == 3 &&
                ndarray_value(&array, 2) == 3);
    assert_true(msgpack_next(&in, &item) && msgpack_is(&item, MSGPACK_TEXT, "images"));
    assert_true(msgpack_next(&in, &item) && item.kind == MSGPACK_MAP && item.size == 1);
    assert_true(msgpack_next(&in, &item) && msgpack_is(&item, MSGPACK_TEXT, "cam_high"));
    assert_true(ndarray_get(&in, &array, why, sizeof why) && array.ndim == 3 &&
                array.shape[0] == 3 && ndarray_value(&array, 5) == 6);
    assert_true(msgpack_next(&in, &item) && msgpack_is(&item, MSGPACK_TEXT, "prompt"));
    assert_true(msgpack_next(&in, &item) && msgpack_is(&item, MSGPACK_TEXT, "go") &&
                msgpack_done(&in));
    assert_true(request_write(&out, &streams, stream, NULL));
    assert_int_equal(out.data[0], 0x82);
    msgpack_free(&out);
}

/* ---- key maps -------------------------------------------------------------------------------- */

static void key_maps_say_where_they_are_wrong(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"mood joint_pos\n",
         "key map m:1: \"mood\": expected mode, rate, execute, prompt, vector, image or act"},
        {"mode a\n\nvector k f2 = s\n", "key map m:3: \"f2\": expected f4 or f8"},
        {"vector k f4 s\n", "key map m:1: expected: vector KEY DTYPE = STREAM..."},
        {"vector k f4 =\n", "key map m:1: expected: vector KEY DTYPE = STREAM..."},
        {"vector k f4 = s s\n", "key map m:1: stream s is used twice"},
        {"vector k f4 = s\nprompt k\n", "key map m:2: key k is written twice"},
        {"vector k f4 = s:q\n", "key map m:1: \"s:q\": expected NAME:REPRESENTATION[VALUES]"},
        {"vector k f4 = s:[3]\n", "key map m:1: \"s:\": expected NAME, NAME:REPRESENTATION, NAME?"},
        {"vector k f4 = s:q[0]\n", "key map m:1: \"0\": expected a whole number from 1 to 1024"},
        {"vector k f4 = s?x\n", "key map m:1: \"s?x\": expected NAME, NAME:REPRESENTATION, NAME?"},
        {"image k hwc 224 224 = s\n",
         "key map m:1: expected: image KEY hwc|chw HEIGHT WIDTH FIT = STREAM"},
        {"image k bgr 224 224 stretch = s\n", "key map m:1: \"bgr\": expected hwc or chw"},
        {"image k hwc 224 224 crop = s\n",
         "key map m:1: \"crop\": expected stretch, letterbox or centre_crop"},
        {"vector a>x f4 = s\nvector b f4 = t\nvector a>y f4 = u\n",
         "key map m:3: the keys of a must follow each other"},
        {"act a = 1.5\n", "key map m:1: \"1.5\": expected a whole number from 1 to 1024"},
        {"act a = 1\nact a = 2\n", "key map m:2: component a is written twice"},
        {"act a = 1 over 2\n",
         "key map m:1: expected: act COMPONENT = VALUES, or act COMPONENT = VALUES above THRESHOLD"},
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

/* ---- options --------------------------------------------------------------------------------- */

static void options_are_held_to_their_rules(void **state)
{
    (void)state;
    options o;
    char why[256] = "";
    assert_true(options_parse(
        &o,
        " map=libero\tport=9000 prompt=text prompt_text=\"put it\tdown\" reset=reconnect timeout=0.5",
        why, sizeof why));
    assert_string_equal(o.prompt_text, "put it\tdown");
    assert_true(o.port == 9000 && o.prompt == PROMPT_TEXT && o.reset == RESET_RECONNECT &&
                o.timeout_s == 0.5);
    assert_string_equal(o.host, "127.0.0.1");
    static const char *const cases[][2] = {
        {"", "which key map? map=NAME or map=FILE, for instance map=libero"},
        {"map=a hots=b",
         "there is no option \"hots\"; there are: host port path map execute rate prompt prompt_text timeout connect reset "
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
        {"map=a host=\"a b\"",
         "host and path must be printable, without blanks, and the path begin with /"},
        {"map=a path=x",
         "host and path must be printable, without blanks, and the path begin with /"},
        {"map=a host=wss://x",
         "host=wss://x: expected a name or an address; TLS is not spoken here, a proxy on this machine can"},
        {"map=a prompt_text=\"x", "prompt_text: its value has no end or is longer than 511 bytes"},
        {"map=a libero", "\"libero\": expected key=value"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_false(options_parse(&o, cases[i][0], why, sizeof why));
        assert_string_equal(why, cases[i][1]);
    }
}

/* ---- frames, handshake ----------------------------------------------------------------------- */

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
        {"\xc2\x00", 2, FRAMES_PROTOCOL},         /* a reserved bit */
        {"\x82\x80", 2, FRAMES_PROTOCOL},         /* masked */
        {"\x83\x00", 2, FRAMES_PROTOCOL},         /* unknown */
        {"\x8b\x00", 2, FRAMES_PROTOCOL},         /* unknown, of control */
        {"\x09\x00", 2, FRAMES_PROTOCOL},         /* a ping in pieces */
        {"\x89\x7e\x00\x7e", 4, FRAMES_PROTOCOL}, /* a ping of 126 bytes */
        {"\x80\x00", 2, FRAMES_PROTOCOL},         /* goes on with nothing */
        {"\x02\x00\x82\x00", 4, FRAMES_PROTOCOL}, /* begins within another */
        {"\x82\x7e\x00\x7d", 4, FRAMES_PROTOCOL}, /* 125, written long */
        {"\x82\x7f\x00\x00\x00\x00\x00\x00\xff\xff", 10,
         FRAMES_PROTOCOL}, /* 65535, written longer */
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

#define GOOD   "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
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
        {"HTTP/1.1 101 \r\nconnection: keep-alive, upgrade\r\nUPGRADE:\tWebSocket \r\n" ACCEPT
         "\r\n",
         ""},
        {GOOD "\r\n", "its answer does not fit the key that it was sent"},
        {GOOD ACCEPT ACCEPT "\r\n", "its answer does not fit the key that it was sent"},
        {GOOD "Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
         "its answer does not fit the key that it was sent"},
        {"HTTP/1.1 101 X\r\nUpgrade: websocket\r\n" ACCEPT "\r\n", "its answer opens no websocket"},
        {"HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n" ACCEPT "\r\n",
         "its answer opens no websocket"},
        {"HTTP/1.0 101 X\r\n\r\n", "it does not speak HTTP/1.1"},
        {"HTTP/1.1 1010\r\n\r\n", "it answered \"HTTP/1.1 1010\" instead of opening a websocket"},
        {"HTTP/1.1 200 OK\r\n\r\n",
         "it answered \"HTTP/1.1 200 OK\" instead of opening a websocket"},
        {GOOD ACCEPT "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
         "it chose an extension or a subprotocol that was not offered"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(handshake_accepted(cases[i].head, key, why, sizeof why),
                         cases[i].why[0] == '\0');
        assert_string_equal(why, cases[i].why);
    }
    char request[HANDSHAKE_CAP];
    assert_true(handshake_request(request, sizeof request, "::1", 8000, "/", key, "") > 0);
    assert_string_equal(
        request,
        "GET / HTTP/1.1\r\nHost: [::1]:8000\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    assert_int_equal(handshake_request(request, 40, "h", 1, "/", key, ""), 0);
    assert_int_equal(handshake_head_size("a\r\n\r\nb", 6), 5);
    assert_int_equal(handshake_head_size("a\r\n\r", 4), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
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
