/* The promise of ABI 1.0 in numbers: where each member lies. A line here may be added, never changed. */
#include <chore/policy_extensions.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h> /* needs the headers above */

#define AT(type, member, offset)                          \
    {                                                     \
#type "." #member, offsetof(type, member), offset \
    }
#define END(type, size)                     \
    {                                       \
        "end of " #type, sizeof(type), size \
    }

static const struct {
    const char *what;
    size_t is, promised;
} layout[] = {
    AT(chore_policy_field, struct_size, 0),
    AT(chore_policy_field, kind, 4),
    AT(chore_policy_field, dtype, 8),
    AT(chore_policy_field, layout, 12),
    AT(chore_policy_field, fit, 16),
    AT(chore_policy_field, ndim, 20),
    AT(chore_policy_field, shape, 24),
    AT(chore_policy_field, flags, 40),
    AT(chore_policy_field, reserved, 44),
    AT(chore_policy_field, name, 48),
    AT(chore_policy_field, repr, 56),
    AT(chore_policy_field, frame, 64),
    AT(chore_policy_field, convert, 72),
    AT(chore_policy_field, lo, 80),
    AT(chore_policy_field, hi, 88),
    AT(chore_policy_field, scale, 96),
    END(chore_policy_field, 104),
    AT(chore_policy_mode, struct_size, 0),
    AT(chore_policy_mode, n_components, 4),
    AT(chore_policy_mode, name, 8),
    AT(chore_policy_mode, components, 16),
    END(chore_policy_mode, 24),
    AT(chore_policy_offer, struct_size, 0),
    AT(chore_policy_offer, n_fields, 4),
    AT(chore_policy_offer, n_modes, 8),
    AT(chore_policy_offer, n_rates, 12),
    AT(chore_policy_offer, fields, 16),
    AT(chore_policy_offer, modes, 24),
    AT(chore_policy_offer, rates_hz, 32),
    AT(chore_policy_offer, embodiment, 40),
    AT(chore_policy_offer, physics_hz, 48),
    AT(chore_policy_offer, feedback_kinds, 56),
    AT(chore_policy_offer, max_batch, 64),
    AT(chore_policy_offer, max_horizon, 68),
    AT(chore_policy_offer, delay_steps, 72),
    AT(chore_policy_offer, privileged_allowed, 76),
    AT(chore_policy_offer, learning, 80),
    AT(chore_policy_offer, reserved, 84),
    END(chore_policy_offer, 88),
    AT(chore_policy_request, struct_size, 0),
    AT(chore_policy_request, n_fields, 4),
    AT(chore_policy_request, n_components, 8),
    AT(chore_policy_request, max_batch, 12),
    AT(chore_policy_request, fields, 16),
    AT(chore_policy_request, components, 24),
    AT(chore_policy_request, mode, 32),
    AT(chore_policy_request, rate_hz, 40),
    AT(chore_policy_request, horizon, 48),
    AT(chore_policy_request, execute, 52),
    AT(chore_policy_request, caps, 56),
    END(chore_policy_request, 64),
    AT(chore_policy_episode, struct_size, 0),
    AT(chore_policy_episode, slot, 4),
    AT(chore_policy_episode, id, 8),
    AT(chore_policy_episode, seed, 16),
    AT(chore_policy_episode, instruction, 24),
    END(chore_policy_episode, 32),
    AT(chore_policy_batch, struct_size, 0),
    AT(chore_policy_batch, n, 4),
    AT(chore_policy_batch, n_fields, 8),
    AT(chore_policy_batch, delay_max, 12),
    AT(chore_policy_batch, slot, 16),
    AT(chore_policy_batch, step, 24),
    AT(chore_policy_batch, sim_time, 32),
    AT(chore_policy_batch, flags, 40),
    AT(chore_policy_batch, stream, 48),
    AT(chore_policy_batch, stride, 56),
    AT(chore_policy_batch, version, 64),
    AT(chore_policy_batch, committed, 72),
    AT(chore_policy_batch, delay, 80),
    AT(chore_policy_batch, deadline_ns, 88),
    END(chore_policy_batch, 96),
    AT(chore_policy_actions, struct_size, 0),
    AT(chore_policy_actions, horizon, 4),
    AT(chore_policy_actions, dim, 8),
    AT(chore_policy_actions, reserved, 12),
    AT(chore_policy_actions, data, 16),
    AT(chore_policy_actions, valid, 24),
    AT(chore_policy_actions, status, 32),
    AT(chore_policy_actions, report, 40),
    AT(chore_policy_actions, about, 48),
    END(chore_policy_actions, 56),
    AT(chore_policy_event, struct_size, 0),
    AT(chore_policy_event, kind, 4),
    AT(chore_policy_event, slot, 8),
    AT(chore_policy_event, n, 12),
    AT(chore_policy_event, id, 16),
    AT(chore_policy_event, step, 24),
    AT(chore_policy_event, value, 32),
    AT(chore_policy_event, actions, 40),
    AT(chore_policy_event, text, 48),
    AT(chore_policy_event, success, 56),
    AT(chore_policy_event, reserved, 60),
    END(chore_policy_event, 64),
    AT(chore_policy_host_table, struct_size, 0),
    AT(chore_policy_host_table, abi_major, 4),
    AT(chore_policy_host_table, abi_minor, 8),
    AT(chore_policy_host_table, reserved, 12),
    AT(chore_policy_host_table, ctx, 16),
    AT(chore_policy_host_table, log, 24),
    AT(chore_policy_host_table, now_ns, 32),
    AT(chore_policy_host_table, cancelled, 40),
    AT(chore_policy_host_table, extension, 48),
    END(chore_policy_host_table, 56),
    AT(chore_plugin, struct_size, 0),
    AT(chore_plugin, abi_major, 4),
    AT(chore_plugin, abi_minor, 6),
    AT(chore_plugin, caps, 8),
    AT(chore_plugin, name, 16),
    AT(chore_plugin, version, 24),
    AT(chore_plugin, licence, 32),
    AT(chore_plugin, create, 40),
    AT(chore_plugin, destroy, 48),
    AT(chore_plugin, negotiate, 56),
    AT(chore_plugin, reset, 64),
    AT(chore_plugin, act, 72),
    AT(chore_plugin, last_error, 80),
    AT(chore_plugin, observe, 88),
    AT(chore_plugin, feedback, 96),
    AT(chore_plugin, learn, 104),
    AT(chore_plugin, save, 112),
    AT(chore_plugin, load, 120),
    AT(chore_plugin, cancel, 128),
    AT(chore_plugin, extension, 136),
    END(chore_plugin, 144),
    AT(chore_ext_recorded_actions, struct_size, 0),
    AT(chore_ext_recorded_actions, reserved, 4),
    AT(chore_ext_recorded_actions, ctx, 8),
    AT(chore_ext_recorded_actions, mode, 16),
    AT(chore_ext_recorded_actions, action, 24),
    AT(chore_ext_recorded_actions, report, 32),
    END(chore_ext_recorded_actions, 40),
};

static void every_member_lies_where_it_was_promised(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof layout / sizeof *layout; i++) {
        /* the end may move on, by appending */
        const int kept = strncmp(layout[i].what, "end", 3) == 0 ? layout[i].is >= layout[i].promised
                                                                : layout[i].is == layout[i].promised;
        if (!kept) {
            fail_msg("%s lies at %zu, promised was %zu", layout[i].what, layout[i].is, layout[i].promised);
        }
    }
}

static void every_constant_has_its_value(void **state)
{
    (void)state;
    assert_int_equal(CHORE_POLICY_ABI_MAJOR, 1);
    assert_string_equal(CHORE_POLICY_ENTRY_NAME, "chore_policy_entry");
    assert_string_equal(CHORE_EXT_RECORDED_ACTIONS, "chore.recorded_actions/1");
    const int status[] = {CHORE_POLICY_OK,       CHORE_POLICY_WARN,  CHORE_POLICY_DISCARD,
                          CHORE_POLICY_ERROR,    CHORE_POLICY_FATAL, CHORE_POLICY_UNSUPPORTED,
                          CHORE_POLICY_CANCELLED};
    const int promised[] = {0, 1, -1, -2, -3, -4, -5};
    assert_memory_equal(status, promised, sizeof status);
    const uint64_t caps[] = {CHORE_CAP_BATCH_INVARIANT, CHORE_CAP_DETERMINISTIC, CHORE_CAP_MULTI_INSTANCE,
                             CHORE_CAP_NEEDS_EVERY_OBS, CHORE_CAP_PREFIX,        CHORE_CAP_LEARNS,
                             CHORE_CAP_SAVES_EPISODE,   CHORE_CAP_NEEDS_NET,     CHORE_CAP_NEEDS_GPU};
    for (int i = 0; i < 9; i++) {
        assert_int_equal(caps[i], 1u << i);
    }
    const uint32_t words[] = {
        CHORE_FIELD_RGB,
        CHORE_FIELD_DEPTH,
        CHORE_FIELD_VECTOR,
        CHORE_FIELD_TEXT,
        CHORE_DTYPE_U8,
        CHORE_DTYPE_F32,
        CHORE_DTYPE_F64,
        CHORE_DTYPE_I32,
        CHORE_LAYOUT_NONE,
        CHORE_LAYOUT_HWC,
        CHORE_LAYOUT_CHW,
        CHORE_FIT_NATIVE,
        CHORE_FIT_STRETCH,
        CHORE_FIT_LETTERBOX,
        CHORE_FIT_CENTRE_CROP,
        CHORE_FLAG_OPTIONAL,
        CHORE_FLAG_PRIVILEGED,
        CHORE_FLAG_RESIZABLE,
        CHORE_FLAG_BINARY,
        CHORE_SLOT_FIRST,
        CHORE_SLOT_INTERVENED,
        CHORE_SLOT_LATE,
        CHORE_FEEDBACK_STEP_REWARD,
        CHORE_FEEDBACK_OUTCOME,
        CHORE_FEEDBACK_INTERVENTION,
        CHORE_FEEDBACK_INSTRUCTION,
        CHORE_SCOPE_EPISODE,
        CHORE_SCOPE_PERSISTENT,
    };
    const uint32_t values[] = {1, 2, 3, 4, 1, 2, 3, 4, 0, 1, 2, 0, 1, 2,
                               3, 1, 2, 4, 8, 1, 2, 4, 1, 2, 3, 4, 1, 2};
    assert_int_equal(sizeof words, sizeof values);
    assert_memory_equal(words, values, sizeof words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_lies_where_it_was_promised),
        cmocka_unit_test(every_constant_has_its_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
