/* Every predicate that cloth knows against garments in states in which it must hold and in which it must not. */
#include "predicate_fixtures.h"

static void test_cloth_fixtures(void **state)
{
    (void)state;
    fixtures_check("predicates_cloth", 1, cloth_fixtures, n_cloth_fixtures);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cloth_fixtures)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
