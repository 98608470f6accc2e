#include <chore/text.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_text_grows(void **state)
{
    (void)state;
    chore_text text = {0};
    assert_string_equal(chore_text_get(&text), "");
    for (int i = 0; i < 1000; i++) {
        chore_text_add(&text, "%03d,", i);
    }
    assert_int_equal(text.len, 4000);
    assert_memory_equal(text.data + 4 * 999, "999,", 5);
    chore_text_add_bytes(&text, "a\0b", 3);
    assert_int_equal(text.len, 4003);
    assert_memory_equal(text.data + 4000, "a\0b", 4);
    chore_text_clear(&text);
    assert_string_equal(chore_text_get(&text), "");
    chore_text_add_bytes(&text, NULL, 0);
    chore_text_add(&text, "%s", "again");
    assert_string_equal(chore_text_get(&text), "again");
    chore_text_release(&text);
    assert_null(text.data);
    assert_int_equal(text.len, 0);
}

static void a_copy_ends_between_characters(void **state)
{
    (void)state;
    char out[6];
    assert_true(chore_copy(out, sizeof out, "hello"));
    assert_string_equal(out, "hello");
    assert_false(chore_copy(out, sizeof out, "hello!"));
    assert_string_equal(out, "hello");
    assert_false(chore_copy(out, sizeof out, "abcd\xc3\xa9")); /* the last letter needs bytes 5 and 6 */
    assert_string_equal(out, "abcd");
    assert_true(chore_copy(out, sizeof out, "abc\xc3\xa9"));
    assert_string_equal(out, "abc\xc3\xa9");
    assert_false(chore_copy(out, 1, "x"));
    assert_string_equal(out, "");
}

static void identifiers(void **state)
{
    (void)state;
    char longest[CHORE_NAME_CAP + 1];
    memset(longest, 'a', sizeof longest);
    longest[CHORE_NAME_CAP] = '\0';
    assert_false(chore_is_identifier(longest));
    longest[CHORE_NAME_CAP - 1] = '\0';
    assert_true(chore_is_identifier(longest));
    assert_true(chore_is_identifier("a"));
    assert_true(chore_is_identifier("bus_table_2"));
    const char *const wrong[] = {"", "2a", "_a", "Mug", "a-b", "a b", "a.", "m\xc3\xbcg", "aB"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(chore_is_identifier(wrong[i]));
    }
}

static void the_nearest_name(void **state)
{
    (void)state;
    static const char *const names[] = {"inside", "on", "upright", "grasped", "moved_less_than", "on_floor"};
    const int n = (int)(sizeof names / sizeof *names);
    assert_int_equal(chore_nearest("insde", names, n), 0);
    assert_int_equal(chore_nearest("inisde", names, n), 0);
    assert_int_equal(chore_nearest("uprigth", names, n), 2);
    assert_int_equal(chore_nearest("grasp", names, n), 3);
    assert_int_equal(chore_nearest("moved_les_then", names, n), 4);
    assert_int_equal(chore_nearest("om", names, n), 1);
    assert_int_equal(chore_nearest("on_floor", names, n), 5);
    assert_int_equal(chore_nearest("dishwasher", names, n), -1);
    assert_int_equal(chore_nearest("zq", names, n), -1);
    assert_int_equal(chore_nearest("x", names, n), -1);
    assert_int_equal(chore_nearest("", names, n), -1);
    assert_int_equal(chore_nearest("inside", NULL, 0), -1);
}

static void the_first_of_equally_near_names(void **state)
{
    (void)state;
    static const char *const names[] = {"mug_b", "mug_a"};
    assert_int_equal(chore_nearest("mug_c", names, 2), 0);
}

static void a_very_long_word_is_near_to_nothing(void **state)
{
    (void)state;
    char word[4096];
    memset(word, 'a', sizeof word);
    word[sizeof word - 1] = '\0';
    const char *const names[] = {word, "mug"};
    assert_int_equal(chore_nearest(word, names, 2), -1);
    assert_int_equal(chore_nearest("mgu", names, 2), 1);
}

static void a_word_is_one_of_a_list(void **state)
{
    (void)state;
    static const char *const words[] = {"state", "vision", "touch"};
    int found = 7;
    chore_error err = {0};
    assert_int_equal(chore_parse_word("track", "vision", words, 3, &found, &err), CHORE_OK);
    assert_int_equal(found, 1);
    assert_int_equal(chore_parse_word("track", "vison", words, 3, &found, &err), CHORE_E_USAGE);
    assert_int_equal(found, 1); /* as it was */
    assert_string_equal(err.message, "no track 'vison'; expected state, vision or touch");
    assert_string_equal(err.hint, "did you mean 'vision'?");
    assert_int_equal(chore_parse_word("track", "", words, 1, &found, &err), CHORE_E_USAGE);
    assert_string_equal(err.message, "no track ''; expected state");
    assert_string_equal(err.hint, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_grows),
        cmocka_unit_test(a_copy_ends_between_characters),
        cmocka_unit_test(identifiers),
        cmocka_unit_test(the_nearest_name),
        cmocka_unit_test(the_first_of_equally_near_names),
        cmocka_unit_test(a_very_long_word_is_near_to_nothing),
        cmocka_unit_test(a_word_is_one_of_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
