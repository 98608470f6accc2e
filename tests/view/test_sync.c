/* Two episodes on one clock, and who comes beside whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <chore/files.h>
#include <chore/playlist.h>
#include <chore/sync.h>

#include <cmocka.h>

#include "../unit/scratch.h"

static chore_timeline line(uint64_t n_steps, int hz, chore_mark *fired, uint64_t at)
{
    *fired = (chore_mark){.step = at, .kind = CHORE_MARK_FIRED};
    return (chore_timeline){.n_steps = n_steps, .n_axis = n_steps, .hz = hz, .marks = fired, .n_marks = at > 0};
}

static void by_time(void **state)
{
    chore_mark a, b;
    (void)state;
    const chore_timeline first = line(100, 20, &a, 30), second = line(300, 50, &b, 0);
    const chore_sync sync = chore_sync_make(&first, &second, CHORE_SYNC_TIME);
    assert_int_equal(chore_sync_second(&sync, 0), 0);
    assert_int_equal(chore_sync_second(&sync, 20), 50);
    assert_int_equal(chore_sync_second(&sync, 100), 250);
    assert_int_equal(chore_sync_second(&sync, 200), 300); /* its end */
    assert_int_equal(chore_sync_first(&sync, 300), 120);
    assert_int_equal(chore_sync_span(&sync), 120); /* the second lasts longer */
    const chore_sync back = chore_sync_make(&second, &first, CHORE_SYNC_TIME);
    assert_int_equal(chore_sync_span(&back), 300);
}

static void by_the_first_event(void **state)
{
    chore_mark a, b;
    (void)state;
    const chore_timeline first = line(100, 20, &a, 30), second = line(100, 20, &b, 50);
    chore_sync sync = chore_sync_make(&first, &second, CHORE_SYNC_EVENT);
    assert_int_equal(sync.by, CHORE_SYNC_EVENT);
    assert_int_equal(chore_sync_second(&sync, 30), 50);
    assert_int_equal(chore_sync_second(&sync, 0), 20);
    assert_int_equal(chore_sync_second(&sync, 100), 100);
    assert_int_equal(chore_sync_span(&sync), 100);
    sync = chore_sync_make(&second, &first, CHORE_SYNC_EVENT);
    assert_int_equal(chore_sync_second(&sync, 10), 0); /* it waits at its start */
    assert_int_equal(chore_sync_first(&sync, 0), 20);
    assert_int_equal(chore_sync_span(&sync), 120);
}

static void without_an_event_by_time(void **state)
{
    chore_mark a, b;
    (void)state;
    const chore_timeline first = line(100, 20, &a, 30), second = line(80, 20, &b, 0);
    const chore_sync sync = chore_sync_make(&first, &second, CHORE_SYNC_EVENT);
    assert_int_equal(sync.by, CHORE_SYNC_TIME);
    assert_int_equal(chore_sync_second(&sync, 30), 30);
}

/* ---- who comes beside whom ---------------------------------------------------------------------------------------- */

static void a_twin_has_the_other_variant(void **state)
{
    chore_playlist_entry entries[4] = {{.name = "wash-control-00001", .trace = "a"},
                                       {.name = "wash-disturbed-00001", .trace = "b"},
                                       {.name = "wash-disturbed-00002", .trace = "c"},
                                       {.name = "wash-control-00002"}}; /* nothing recorded */
    const chore_playlist list = {.entries = entries, .n = 4};
    (void)state;
    assert_int_equal(chore_playlist_twin(&list, 0), 1);
    assert_int_equal(chore_playlist_twin(&list, 1), 0);
    assert_int_equal(chore_playlist_twin(&list, 2), -1);
    assert_int_equal(chore_playlist_find(&list, "wash-disturbed-00002"), 2);
    assert_int_equal(chore_playlist_find(&list, "wash-control-00002"), -1);
}

static void words_name_one_or_two(void **state)
{
    char folder[CHORE_PATH_CAP], one[CHORE_PATH_CAP], two[CHORE_PATH_CAP], none[CHORE_PATH_CAP];
    chore_playlist first, second;
    chore_error err;
    (void)state;
    scratch_make(folder);
    snprintf(one, sizeof one, "%.900s/one.trace", folder);
    snprintf(two, sizeof two, "%.900s/two.trace", folder);
    snprintf(none, sizeof none, "%.900s/none.trace", folder);
    assert_int_equal(chore_file_write(one, "", 0, NULL), CHORE_OK);
    assert_int_equal(chore_file_write(two, "", 0, NULL), CHORE_OK);
    char *words[] = {one, two, two, one, two, one};
    assert_int_equal(chore_playlist_open_words(&first, &second, words, 1, NULL), CHORE_OK);
    assert_string_equal(first.entries[0].name, "one");
    assert_int_equal(second.n, 0);
    chore_playlist_release(&first);
    assert_int_equal(chore_playlist_open_words(&first, &second, words, 2, NULL), CHORE_OK);
    assert_string_equal(second.entries[0].name, "two");
    chore_playlist_release(&first);
    chore_playlist_release(&second);
    assert_int_equal(chore_playlist_open_words(&first, &second, words, 6, &err), CHORE_E_USAGE);
    assert_int_equal(chore_playlist_open_words(&first, &second, words, 0, &err), CHORE_E_USAGE);
    words[1] = none;
    assert_int_equal(chore_playlist_open_words(&first, &second, words, 2, &err), CHORE_E_USAGE);
    assert_non_null(strstr(err.message, "none.trace"));
    assert_true(scratch_remove(folder));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_time),
        cmocka_unit_test(by_the_first_event),
        cmocka_unit_test(without_an_event_by_time),
        cmocka_unit_test(a_twin_has_the_other_variant),
        cmocka_unit_test(words_name_one_or_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
