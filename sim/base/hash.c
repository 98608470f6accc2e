/* Hashes: XXH3-128 and SHA-256 from their libraries, CRC-32C by tables. */
#include <chore/files.h>
#include <chore/hash.h>

#include <errno.h>
#include <pthread.h>
#include <sha2.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <xxhash.h>

static void put_u64(unsigned char *out, uint64_t value)
{
    for (int i = 0; i < 8; i++) {
        out[i] = (unsigned char)(value >> (8 * i));
    }
}

chore_hash chore_hash_bytes(const void *bytes, size_t len, uint64_t seed)
{
    const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes, len, seed);
    return (chore_hash){.lo = hash.low64, .hi = hash.high64};
}

chore_hash chore_hash_chain(chore_hash before, const void *bytes, size_t len)
{
    const chore_hash link = chore_hash_bytes(bytes, len, 0);
    unsigned char both[32];
    put_u64(both, before.lo);
    put_u64(both + 8, before.hi);
    put_u64(both + 16, link.lo);
    put_u64(both + 24, link.hi);
    return chore_hash_bytes(both, sizeof both, 0);
}

bool chore_hash_equal(chore_hash a, chore_hash b)
{
    return a.lo == b.lo && a.hi == b.hi;
}

void chore_hash_hex(chore_hash hash, char out[CHORE_HASH_HEX_CAP])
{
    snprintf(out, CHORE_HASH_HEX_CAP, "%016llx%016llx", (unsigned long long)hash.hi,
             (unsigned long long)hash.lo);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool chore_hash_parse(const char *hex, chore_hash *out)
{
    uint64_t words[2] = {0, 0};
    for (int i = 0; i < 32; i++) {
        const int digit = hex_digit(hex[i]);
        if (digit < 0) {
            return false;
        }
        words[i / 16] = words[i / 16] << 4 | (uint64_t)digit;
    }
    if (hex[32] != '\0') {
        return false;
    }
    *out = (chore_hash){.lo = words[1], .hi = words[0]};
    return true;
}

/* ---- CRC-32C (Castagnoli), eight bytes a turn ("slicing by 8") ----------------------------------------- */

static uint32_t crc_table[8][256];
static pthread_once_t crc_once = PTHREAD_ONCE_INIT;

static void crc_fill_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
        }
        crc_table[0][i] = crc;
    }
    for (uint32_t i = 0; i < 256; i++) {
        for (int k = 1; k < 8; k++) {
            const uint32_t shorter = crc_table[k - 1][i];
            crc_table[k][i] = shorter >> 8 ^ crc_table[0][shorter & 0xff];
        }
    }
}

uint32_t chore_crc32c(uint32_t before, const void *bytes, size_t len)
{
    pthread_once(&crc_once, crc_fill_table);
    const unsigned char *p = bytes;
    uint32_t crc = ~before;
    for (; len >= 8; len -= 8, p += 8) {
        crc ^= p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
        crc = crc_table[7][crc & 0xff] ^ crc_table[6][crc >> 8 & 0xff] ^ crc_table[5][crc >> 16 & 0xff] ^
              crc_table[4][crc >> 24] ^ crc_table[3][p[4]] ^ crc_table[2][p[5]] ^ crc_table[1][p[6]] ^
              crc_table[0][p[7]];
    }
    for (; len > 0; len--, p++) {
        crc = crc >> 8 ^ crc_table[0][(crc ^ *p) & 0xff];
    }
    return ~crc;
}

chore_status chore_sha256_file(const char *path, char out[CHORE_SHA256_HEX_CAP], chore_error *err)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return chore_fail(err, errno == ENOENT ? CHORE_E_NOT_FOUND : CHORE_E_IO, "cannot read '%s': %s", path,
                          strerror(errno));
    }
    SHA2_CTX context;
    SHA256Init(&context);
    unsigned char block[16384];
    size_t n;
    while ((n = fread(block, 1, sizeof block, file)) > 0) {
        SHA256Update(&context, block, n);
    }
    const int why = ferror(file) ? errno : 0;
    fclose(file);
    if (why != 0) {
        return chore_fail(err, CHORE_E_IO, "cannot read '%s': %s", path, strerror(why));
    }
    SHA256End(&context, out);
    return CHORE_OK;
}
