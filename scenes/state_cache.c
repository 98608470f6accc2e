/* Cache of settled initial states: one file per key, a small header before the snapshot. What does not
   check out is absent. */
#include "try_internal.h"

#include <chore/files.h>
#include <chore/scene.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct cache_header { /* no padding: 8 + 8 + 16 + 4 + 4 */
    char magic[8];
    uint64_t bytes; /* of the snapshot */
    chore_hash key;
    uint32_t crc, zero;
} cache_header;

static const char MAGIC[8] = "chstat1";

static chore_status state_path(char path[CHORE_PATH_CAP], const char *dir, chore_hash key, chore_error *err)
{
    char hex[CHORE_HASH_HEX_CAP], leaf[CHORE_HASH_HEX_CAP + 8];
    chore_hash_hex(key, hex);
    snprintf(leaf, sizeof leaf, "%s.state", hex);
    return chore_path_join(path, dir, leaf, err);
}

static bool is_intact(const cache_header *header, const char *bytes, size_t len, chore_hash key)
{
    return len >= sizeof *header && memcmp(header->magic, MAGIC, sizeof MAGIC) == 0 &&
           chore_hash_equal(header->key, key) && header->bytes == len - sizeof *header &&
           header->crc == chore_crc32c(0, bytes + sizeof *header, len - sizeof *header);
}

chore_status chore_scene_cache_load(const char *dir, chore_hash key, chore_world *world, chore_error *err)
{
    char path[CHORE_PATH_CAP];
    if (dir == NULL) {
        return chore_fail(err, CHORE_E_NOT_FOUND, "no cache of initial states");
    }
    TRY(state_path(path, dir, key, err));
    char *bytes;
    size_t len;
    cache_header header = {{0}, 0, {0, 0}, 0, 0};
    if (!chore_file_exists(path) || chore_file_read(path, &bytes, &len, NULL) != CHORE_OK) {
        return chore_fail(err, CHORE_E_NOT_FOUND, "no cached state %s", path);
    }
    chore_status status = CHORE_OK;
    memcpy(&header, bytes, len < sizeof header ? len : sizeof header);
    if (!is_intact(&header, bytes, len, key) ||
        chore_world_restore(world, bytes + sizeof header, len - sizeof header, NULL) != CHORE_OK) {
        status =
            chore_fail(err, CHORE_E_NOT_FOUND, "the cached state %s is damaged or of another model", path);
    }
    free(bytes);
    return status;
}

chore_status chore_scene_cache_store(const char *dir, chore_hash key, const chore_world *world,
                                     chore_error *err)
{
    char path[CHORE_PATH_CAP];
    if (dir == NULL) {
        return CHORE_OK;
    }
    TRY(chore_dir_make(dir, err));
    TRY(state_path(path, dir, key, err));
    cache_header header = {.bytes = chore_world_snapshot_bytes(world), .key = key};
    memcpy(header.magic, MAGIC, sizeof MAGIC);
    char *bytes = malloc(sizeof header + header.bytes);
    if (bytes == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a state of %zu bytes", (size_t)header.bytes);
    }
    chore_world_snapshot(world, bytes + sizeof header);
    header.crc = chore_crc32c(0, bytes + sizeof header, header.bytes);
    memcpy(bytes, &header, sizeof header);
    chore_status status = chore_file_write(path, bytes, sizeof header + header.bytes, err);
    free(bytes);
    return status;
}
