/* Bytes that no server should send: the files of corpus/ and the key maps, spoilt in a seeded
   way, many thousand times. Whatever comes of it, it ends, reads nothing beyond the message
   (which lies before a page that cannot be read), and says what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "answer.h"
#include "frames.h"
#include "handshake.h"
#include "keymap.h"
#include "options.h"

enum { ROOM = 1 << 18, MAX_FILES = 32, DIM = 8, LIMIT = 70000, SHORT_LIMIT = 100 };

/* ---- chance ---------------------------------------------------------------------------------- */

/* SplitMix64 */
static uint64_t draw(uint64_t *state, uint64_t below)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % below;
}

typedef struct text {
    uint8_t *data;
    size_t size;
} text;

typedef struct corpus {
    int n;
    text file[MAX_FILES];
} corpus;

/* One spoilt byte, number, piece or end. */
static size_t spoil_once(uint8_t *data, size_t size, uint64_t *rng)
{
    static const uint8_t tempting[] = {0x00, 0x7e, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xc0, 0xc1, 0xc4,
                                       0xc6, 0xca, 0xcf, 0xd3, 0xd4, 0xdb, 0xdd, 0xdf, 0xff};
    const size_t at = size > 0 ? draw(rng, size) : 0, n = size > 0 ? 1 + draw(rng, size - at) : 0;
    switch (draw(rng, 7)) {
    case 0:
        if (size > 0) {
            data[at] ^= (uint8_t)(1u << draw(rng, 8));
        }
        return size;
    case 1:
        if (size > 0) {
            data[at] = tempting[draw(rng, sizeof tempting)];
        }
        return size;
    case 2: memset(data + at, (int)draw(rng, 2) * 0xff, n < 8 ? n : 8); return size;
    case 3: return at; /* the end is missing */
    case 4:            /* a piece is missing */
        memmove(data + at, data + at + n, size - at - n);
        return size - n;
    case 5: /* a piece is there twice */
        if (size + n < ROOM / 2) {
            memmove(data + at + n, data + at, size - at);
            return size + n;
        }
        return size;
    default: data[size] = (uint8_t)draw(rng, 256); return size + 1;
    }
}

/* ---- memory that ends where the message ends ------------------------------------------------- */

typedef struct cliff {
    uint8_t *pages;
    size_t size;
} cliff;

static cliff make_cliff(void)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    cliff c = {.size = ROOM};
    c.pages = mmap(NULL, ROOM + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(c.pages != MAP_FAILED);
    assert_int_equal(mprotect(c.pages + ROOM, page, PROT_NONE), 0);
    return c;
}

static uint8_t *before_the_cliff(cliff c, const uint8_t *data, size_t size)
{
    uint8_t *at = c.pages + c.size - size;
    memcpy(at, data, size);
    return at;
}

static void read_folder(corpus *out, const char *folder)
{
    struct dirent **names = NULL;
    const int n = scandir(folder, &names, NULL, alphasort); /* the same order everywhere */
    assert_true(n > 0);
    out->n = 0;
    for (int i = 0; i < n; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        FILE *file = names[i]->d_name[0] != '.' ? fopen(path, "rb") : NULL;
        if (file != NULL) {
            assert_in_range(out->n, 0, MAX_FILES - 1);
            text *t = &out->file[out->n++];
            t->data = calloc(1, ROOM);
            assert_non_null(t->data);
            t->size = fread(t->data, 1, ROOM / 2, file);
            fclose(file);
        }
        free(names[i]);
    }
    free(names);
    assert_true(out->n > 0);
}

static void free_folder(corpus *c)
{
    for (int i = 0; i < c->n; i++) {
        free(c->file[i].data);
    }
}

/* Feeds every file as it is (round 0), then `rounds` spoilt ones, to `target`. Returns how many
   it took for good. */
static int feed(const char *folder, int rounds, bool terminated,
                bool (*target)(const uint8_t *data, size_t size, uint64_t *rng))
{
    corpus all;
    read_folder(&all, folder);
    const cliff c = make_cliff();
    uint64_t rng = 20261122;
    int good = 0;
    uint8_t *work = calloc(1, ROOM);
    assert_non_null(work);
    for (int round = 0; round < all.n + rounds; round++) {
        const text *from = &all.file[round < all.n ? round : (int)draw(&rng, (uint64_t)all.n)];
        size_t size = from->size;
        memcpy(work, from->data, size);
        for (uint64_t times = round < all.n ? 0 : 1 + draw(&rng, 4); times > 0; times--) {
            size = spoil_once(work, size, &rng);
        }
        if (terminated) { /* a text: up to its first zero, which ends it */
            work[size] = 0;
            size = strlen((char *)work) + 1;
        }
        const bool taken = target(before_the_cliff(c, work, size), size, &rng);
        if (round < all.n && !taken) {
            fail_msg("file %d of %s is not taken as it is", round, folder);
        }
        good += taken;
    }
    free(work);
    free_folder(&all);
    munmap(c.pages, c.size + (size_t)sysconf(_SC_PAGESIZE));
    return good;
}

static const char *corpus_path(char out[1024], const char *kind)
{
    const char *source = getenv("CHORE_SOURCE_DIR");
    snprintf(out, 1024, "%s/tests/openpi/corpus/%s", source != NULL ? source : ".", kind);
    return out;
}

/* ---- targets --------------------------------------------------------------------------------- */

static bool an_answer(const uint8_t *data, size_t size, uint64_t *rng)
{
    answer given;
    char why[240] = "";
    (void)rng;
    if (!answer_read(&given, data, size, DIM, why, sizeof why)) {
        assert_true(why[0] != '\0');
        return false;
    }
    assert_int_equal(given.actions.ndim, 2);
    assert_int_equal(given.actions.shape[1], DIM);
    assert_true(given.actions.shape[0] >= 1);
    assert_true(given.actions.data >= data);
    assert_true(given.actions.data +
                    given.actions.items * ndarray_item_bytes(given.actions.dtype) <=
                data + size);
    for (uint64_t i = 0; i < given.actions.items; i++) {
        assert_true(isfinite((float)ndarray_value(&given.actions, i)));
    }
    return true;
}

/* What comes out of frames, as one number: it must not depend on how the bytes came in. */
static uint64_t digest(uint64_t h, const void *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        h = (h ^ ((const uint8_t *)data)[i]) * 0x100000001b3u;
    }
    return h;
}

static uint64_t take_frames(const uint8_t *data, size_t size, uint64_t limit, uint64_t *rng,
                            bool *good)
{
    static frames in;
    memset(&in, 0, sizeof in);
    in.limit = limit;
    uint64_t seen = 0xcbf29ce484222325u;
    size_t at = 0, room;
    *good = true;
    for (;;) {
        const frames_event event = frames_next(&in);
        seen = event == FRAMES_MORE ? seen : digest(seen, &event, sizeof event);
        if (event == FRAMES_MESSAGE) {
            assert_true(in.message_size <= limit);
            seen = digest(seen, in.message, in.message_size);
            assert_int_equal(in.message == NULL ? 0 : in.message[in.message_size], 0);
        } else if (event == FRAMES_CONTROL) {
            assert_true(in.control_size <= FRAMES_CONTROL_CAP);
            seen = digest(digest(seen, &in.opcode, sizeof in.opcode), in.control, in.control_size);
        } else if (event == FRAMES_FAULT) {
            assert_non_null(in.fault);
            seen = digest(seen, in.fault, strlen(in.fault));
            *good = false;
            break;
        } else if (at == size) {
            break;
        } else {
            uint8_t *to = frames_room(&in, &room);
            const size_t most = rng != NULL ? 1 + draw(rng, 3000) : room;
            const size_t n = size - at < most ? size - at : most, fits = n < room ? n : room;
            assert_true(room > 0);
            memcpy(to, data + at, fits);
            frames_received(&in, fits);
            at += fits;
        }
    }
    frames_free(&in);
    return seen;
}

static bool some_frames(const uint8_t *data, size_t size, uint64_t *rng)
{
    bool good, again;
    const uint64_t seen = take_frames(data, size, LIMIT, NULL, &good);
    assert_true(take_frames(data, size, LIMIT, rng, &again) == seen);
    (void)take_frames(data, size, SHORT_LIMIT, NULL, &again);
    return good;
}

static bool a_head(const uint8_t *data, size_t size, uint64_t *rng)
{
    char why[240];
    (void)rng, (void)size;
    const bool accepted =
        handshake_accepted((const char *)data, "dGhlIHNhbXBsZSBub25jZQ==", why, sizeof why);
    assert_int_equal(accepted, why[0] == '\0');
    return accepted || strstr(why, "403 Forbidden") != NULL;
}

static bool a_key_map(const uint8_t *data, size_t size, uint64_t *rng)
{
    static keymap map;
    char why[240] = "";
    (void)rng, (void)size;
    if (!keymap_parse(&map, "m", (const char *)data, why, sizeof why)) {
        assert_true(strncmp(why, "key map m:", 10) == 0);
        return false;
    }
    uint32_t dim = 0;
    for (uint32_t i = 0; i < map.n_components; i++) {
        assert_int_equal(map.components[i].from, dim);
        dim += map.components[i].n;
    }
    for (uint32_t i = 0; i < map.n_keys; i++) {
        assert_true(map.keys[i].first + map.keys[i].n <= map.n_streams);
        assert_int_equal(map.keys[i].n == 0, map.keys[i].kind == KEYMAP_PROMPT);
    }
    assert_int_equal(map.dim, dim);
    return true;
}

static void spoilt_answers(void **state)
{
    (void)state;
    char path[1024];
    const int good = feed(corpus_path(path, "answers"), 60000, false, an_answer);
    assert_in_range(
        good, 100,
        30000); /* some survive, most do not: the spoiling is neither too much nor too little */
}

static void spoilt_frames(void **state)
{
    (void)state;
    char path[1024];
    const int good = feed(corpus_path(path, "frames"), 6000, false, some_frames);
    assert_in_range(good, 100, 5000);
}

static void spoilt_heads(void **state)
{
    (void)state;
    char path[1024];
    const int good = feed(corpus_path(path, "heads"), 20000, true, a_head);
    assert_in_range(good, 100, 19000);
}

static void spoilt_key_maps(void **state)
{
    (void)state;
    char path[1024];
    const char *source = getenv("CHORE_SOURCE_DIR");
    snprintf(path, sizeof path, "%s/policy_iface/plugins/openpi/keymaps",
             source != NULL ? source : ".");
    const int good = feed(path, 20000, true, a_key_map);
    assert_in_range(good, 100, 19000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spoilt_answers),
        cmocka_unit_test(spoilt_frames),
        cmocka_unit_test(spoilt_heads),
        cmocka_unit_test(spoilt_key_maps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
