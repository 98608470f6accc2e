/* The promise of ABI 1.0 in types (abi_members.inl): a member whose type changes does not compile here, and one that is not
   in the list is missed. Where each lies: test_policy_abi.c. */
#include <chore/policy_extensions.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h> /* needs the headers above */

typedef uint32_t four_of_uint32_t[4];

#define MEMBER(type, member, is) typedef is type##_##member##_type;
#define FUNCTION(type, member, returns, ...) typedef returns (*type##_##member##_type)(__VA_ARGS__);
#include "abi_members.inl"
#undef MEMBER
#undef FUNCTION

#define MEMBER(type, member, ...)                                                                \
    _Static_assert(_Generic(&((type *)0)->member, type##_##member##_type *: 1, default: 0) == 1, \
                   #type "." #member " has another type than was promised");
#define FUNCTION MEMBER
#include "abi_members.inl"
#undef MEMBER
#undef FUNCTION

static int64_t move_bytes(void *ctx, void *buf, uint64_t n)
{
    (void)ctx, (void)buf;
    return (int64_t)n;
}

static const chore_plugin *enter(uint32_t abi_major, uint32_t abi_minor)
{
    (void)abi_major, (void)abi_minor;
    return NULL;
}

static void the_two_functions_without_a_struct_are_as_promised(void **state)
{
    const chore_policy_io io = move_bytes;
    const chore_policy_entry_fn entry = enter;
    (void)state;
    assert_int_equal(io(NULL, NULL, 3), 3);
    assert_null(entry(1, 0));
}

static const struct {
    const char *type, *member;
    size_t at, size, whole;
} members[] = {
#define MEMBER(type, member, ...) \
    {#type, #member, offsetof(type, member), sizeof(((type *)0)->member), sizeof(type)},
#define FUNCTION MEMBER
#include "abi_members.inl"
#undef MEMBER
#undef FUNCTION
};
enum { COUNT = sizeof members / sizeof *members };

/* Each begins where the one before it ends, and the last ends with the struct: none is missing, and nothing is padded. */
static void the_list_is_complete(void **state)
{
    size_t at = 0;
    (void)state;
    for (int i = 0; i < COUNT; i++) {
        const int is_last = i + 1 == COUNT || strcmp(members[i].type, members[i + 1].type) != 0;
        if (members[i].at != at) {
            fail_msg("%s: before .%s there are %zu bytes that the list does not have",
                     members[i].type, members[i].member, members[i].at - at);
        }
        at += members[i].size;
        if (is_last && at != members[i].whole) {
            fail_msg("%s: behind .%s there are %zu bytes that the list does not have: append them",
                     members[i].type, members[i].member, members[i].whole - at);
        }
        at = is_last ? 0 : at;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_two_functions_without_a_struct_are_as_promised),
        cmocka_unit_test(the_list_is_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
