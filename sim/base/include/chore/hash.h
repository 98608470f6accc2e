/* Hashes: XXH3-128 for states and content, CRC-32C for records, SHA-256 for files that others must be able to
   check. */
#ifndef CHORE_HASH_H
#define CHORE_HASH_H
#include <chore/base.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_hash { uint64_t lo, hi; } chore_hash;   /* XXH3-128; equal content <=> equal words */
#define CHORE_HASH_HEX_CAP 33                                /* 32 hex digits and the terminator */

chore_hash chore_hash_bytes(const void *bytes, size_t len, uint64_t seed);
/* XXH3-128 of (previous hash, XXH3-128 of the bytes), each 16 bytes little-endian: order matters. */
chore_hash chore_hash_chain(chore_hash before, const void *bytes, size_t len);
bool chore_hash_equal(chore_hash a, chore_hash b);
void chore_hash_hex(chore_hash hash, char out[CHORE_HASH_HEX_CAP]);
bool chore_hash_parse(const char *hex, chore_hash *out);     /* exactly 32 hex digits */
uint32_t chore_crc32c(uint32_t before, const void *bytes, size_t len);   /* start with 0 */

#define CHORE_SHA256_HEX_CAP 65
/* SHA-256 of a file's content as hex, what sha256sum prints. CHORE_E_NOT_FOUND, CHORE_E_IO. */
chore_status chore_sha256_file(const char *path, char out[CHORE_SHA256_HEX_CAP], chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
