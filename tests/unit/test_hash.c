#include <chore/files.h>
#include <chore/hash.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "scratch.h"

static void expect_hex(chore_hash hash, const char *expected)
{
    char hex[CHORE_HASH_HEX_CAP];
    chore_hash_hex(hash, hex);
    assert_string_equal(hex, expected);
}

static void xxh3_known_answers(void **state)
{
    (void)state;
    expect_hex(chore_hash_bytes("", 0, 0),
               "99aa06d3014798d86001c324468d497f"); /* XXH3-128 of nothing, as published */
    assert_false(chore_hash_equal(chore_hash_bytes("a", 1, 0), chore_hash_bytes("a", 1, 1)));
    assert_false(chore_hash_equal(chore_hash_bytes("a", 1, 0), chore_hash_bytes("b", 1, 0)));
}

/* By its definition: H(before, then H(bytes)), words little-endian and low first. */
static void a_chain_is_what_its_header_says(void **state)
{
    (void)state;
    const chore_hash before = {.lo = 0x0807060504030201u, .hi = 0x100f0e0d0c0b0a09u};
    const chore_hash link = chore_hash_bytes("steps", 5, 0);
    unsigned char both[32];
    for (int i = 0; i < 16; i++) {
        both[i] = (unsigned char)(i + 1);
        both[16 + i] = (unsigned char)((i < 8 ? link.lo : link.hi) >> (8 * (i % 8)));
    }
    assert_true(
        chore_hash_equal(chore_hash_chain(before, "steps", 5), chore_hash_bytes(both, sizeof both, 0)));
    const chore_hash none = {0, 0};
    const chore_hash ab = chore_hash_chain(chore_hash_chain(none, "a", 1), "b", 1);
    const chore_hash ba = chore_hash_chain(chore_hash_chain(none, "b", 1), "a", 1);
    assert_false(chore_hash_equal(ab, ba));
    assert_false(chore_hash_equal(ab, chore_hash_chain(none, "ab", 2)));
}

static void hex_goes_both_ways(void **state)
{
    (void)state;
    chore_hash hash = {1, 2};
    assert_true(chore_hash_parse("0123456789abcdefFEDCBA9876543210", &hash));
    assert_true(hash.hi == 0x0123456789abcdefu && hash.lo == 0xfedcba9876543210u);
    expect_hex(hash, "0123456789abcdeffedcba9876543210");
    const char *const wrong[] = {"",
                                 "0123",
                                 "0123456789abcdeffedcba987654321",
                                 "0123456789abcdeffedcba98765432100",
                                 "g123456789abcdeffedcba9876543210",
                                 " 123456789abcdeffedcba9876543210"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(chore_hash_parse(wrong[i], &hash));
    }
    assert_true(hash.hi == 0x0123456789abcdefu);
}

/* RFC 3720, appendix B.4, and the check value of the CRC catalogues. */
static void crc32c_known_answers(void **state)
{
    (void)state;
    unsigned char bytes[32];
    assert_int_equal(chore_crc32c(0, "123456789", 9), 0xe3069283u);
    memset(bytes, 0, sizeof bytes);
    assert_int_equal(chore_crc32c(0, bytes, sizeof bytes), 0x8a9136aau);
    memset(bytes, 0xff, sizeof bytes);
    assert_int_equal(chore_crc32c(0, bytes, sizeof bytes), 0x62a8ab43u);
    for (int i = 0; i < 32; i++) {
        bytes[i] = (unsigned char)i;
    }
    assert_int_equal(chore_crc32c(0, bytes, sizeof bytes), 0x46dd794eu);
    assert_int_equal(chore_crc32c(0, NULL, 0), 0);
}

static void crc32c_can_go_on(void **state)
{
    (void)state;
    unsigned char bytes[100];
    for (int i = 0; i < 100; i++) {
        bytes[i] = (unsigned char)(37 * i + 11);
    }
    const uint32_t whole = chore_crc32c(0, bytes, sizeof bytes);
    for (size_t cut = 0; cut <= sizeof bytes; cut++) {
        assert_int_equal(chore_crc32c(chore_crc32c(0, bytes, cut), bytes + cut, sizeof bytes - cut), whole);
    }
}

static void sha256_known_answers(void **state)
{
    (void)state;
    char folder[CHORE_PATH_CAP], path[CHORE_PATH_CAP], hex[CHORE_SHA256_HEX_CAP];
    scratch_make(folder);
    assert_int_equal(chore_path_join(path, folder, "file", NULL), CHORE_OK);
    assert_int_equal(chore_file_write(path, "", 0, NULL), CHORE_OK);
    assert_int_equal(chore_sha256_file(path, hex, NULL), CHORE_OK);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_int_equal(chore_file_write(path, "abc", 3, NULL), CHORE_OK);
    assert_int_equal(chore_sha256_file(path, hex, NULL), CHORE_OK);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    char *million = malloc(1000000);
    assert_non_null(million);
    memset(million, 'a', 1000000);
    assert_int_equal(chore_file_write(path, million, 1000000, NULL), CHORE_OK);
    free(million);
    assert_int_equal(chore_sha256_file(path, hex, NULL), CHORE_OK);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    unlink(path);
    chore_error err;
    assert_int_equal(chore_sha256_file(path, hex, &err), CHORE_E_NOT_FOUND);
    assert_non_null(strstr(err.message, path));
    assert_int_equal(chore_sha256_file(folder, hex, &err), CHORE_E_IO);
    assert_true(scratch_remove(folder));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xxh3_known_answers), cmocka_unit_test(a_chain_is_what_its_header_says),
        cmocka_unit_test(hex_goes_both_ways), cmocka_unit_test(crc32c_known_answers),
        cmocka_unit_test(crc32c_can_go_on),   cmocka_unit_test(sha256_known_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
