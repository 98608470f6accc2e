/* The same episode in two ways, piece by piece: what a busy moment spoils, and what it does not. */
#include "speed_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the headers above */

enum { PIECES = 700, ROUNDS = 5 };

static void fill(chorei_pieces *pieces, double one_s, int busy)
{
    chorei_pieces_begin(pieces, ROUNDS);
    for (int round = -1; round < ROUNDS; round++) {
        for (int i = 0; i < PIECES; i++) {
            const int disturbed = (i + round) % ROUNDS < busy; /* other pieces in each round */
            chorei_pieces_add(pieces, i, round, round < 0 ? 1e-9 : disturbed ? 10 * one_s : one_s);
        }
    }
}

static void the_quickest_of_each_piece_counts(void **state)
{
    chorei_pieces quiet, busy;
    (void)state;
    fill(&quiet, 0.25, 0);
    fill(&busy, 0.5, ROUNDS - 1);
    assert_int_equal(quiet.n, PIECES);
    assert_true(chorei_pieces_least(&quiet) == 0.25 * PIECES); /* the warm-up is not in it */
    assert_true(chorei_pieces_least(&busy) == 0.5 * PIECES);
    assert_true(chorei_pieces_more(&busy, &quiet) == 0.25);
    chorei_pieces_end(&quiet);
    chorei_pieces_end(&busy);
}

static void one_long_piece_does_not_speak_for_the_others(void **state)
{
    chorei_pieces a, b;
    (void)state;
    fill(&a, 0.25, 0);
    fill(&b, 0.5, 0);
    for (int round = 0; round < ROUNDS; round++) {
        chorei_pieces_add(&b, 0, round, 1000);
    }
    assert_true(chorei_pieces_more(&b, &a) == 0.25);
    assert_true(chorei_pieces_least(&b) == 1000 + 0.5 * (PIECES - 1));
    chorei_pieces_end(&a);
    chorei_pieces_end(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_quickest_of_each_piece_counts),
        cmocka_unit_test(one_long_piece_does_not_speak_for_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
