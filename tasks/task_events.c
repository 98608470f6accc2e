/* events: trigger, effect, new work. */
#include "task_internal.h"

#include <string.h>

static chore_status parse_time_range(const chore_yaml_node *node, double out[2], chore_error *err)
{
    TRY(chore_yaml_range(node, CHORE_UNIT_TIME, out, err));
    return out[0] >= 0 ? CHORE_OK : chore_yaml_fail(node, err, "a time cannot be negative");
}

static chore_status parse_nth(const chore_yaml_node *node, int out[2], chore_error *err)
{
    int64_t lo, hi;
    TRY(chore_yaml_expect(node, CHORE_YAML_LIST, "which rise: [lo, hi]", err));
    if (chore_yaml_size(node) != 2) {
        return chore_yaml_fail(node, err, "expected which rise: [lo, hi]");
    }
    TRY(chore_yaml_int(chore_yaml_item(node, 0), 1, 1000, &lo, err));
    TRY(chore_yaml_int(chore_yaml_item(node, 1), lo, 1000, &hi, err));
    out[0] = (int)lo;
    out[1] = (int)hi;
    return CHORE_OK;
}

static chore_status parse_trigger(const chore_yaml_node *node, chore_task *task, task_event *event,
                                  chore_error *err)
{
    static const char *const known[] = {"window", "rises", "over", "nth", "delay", NULL},
                             *const required[] = {NULL};
    TRY(chore_yaml_check_keys(node, "trigger", known, required, err));
    const chore_yaml_node *window = chore_yaml_find(node, "window"),
                          *rises = chore_yaml_find(node, "rises"),
                          *over = chore_yaml_find(node, "over"),
                          *nth = chore_yaml_find(node, "nth"),
                          *delay = chore_yaml_find(node, "delay");
    condition_scope scope = {task, over != NULL, NULL};
    if (!window && !rises) {
        return chore_yaml_fail(
            node, err,
            "a trigger needs 'window' (an instant in it), 'rises' (a condition) or both");
    }
    if (!rises && (over || nth || delay)) {
        return chore_yaml_fail(node, err, "'over', 'nth' and 'delay' belong to 'rises'");
    }
    event->nth[0] = event->nth[1] = 1;
    if (window) {
        event->has_window = true;
        TRY(parse_time_range(window, event->window_s, err));
    }
    if (over) {
        event->has_over = true;
        TRY(chore_set_parse(over, (condition_scope){task, false, NULL}, &event->over, err));
    }
    if (rises) {
        event->has_rises = true;
        TRY(chore_condition_parse(rises, scope, &event->rises, err));
    }
    if (nth) {
        TRY(parse_nth(nth, event->nth, err));
    }
    return delay ? parse_time_range(delay, event->delay_s, err) : CHORE_OK;
}

static chore_status parse_event(const chore_yaml_node *node, chore_task *task, task_event *event,
                                chore_error *err)
{
    static const char *const known[] = {"name",   "trigger", "effect", "new_work",
                                        "within", "weight",  NULL};
    static const char *const required[] = {"name", "trigger", "effect", NULL};
    TRY(chore_yaml_check_keys(node, "event", known, required, err));
    const chore_yaml_node *name = chore_yaml_find(node, "name"),
                          *work = chore_yaml_find(node, "new_work"),
                          *within = chore_yaml_find(node, "within"),
                          *weight = chore_yaml_find(node, "weight");
    event->node = node;
    event->weight = 1;
    TRY(chore_yaml_identifier(name, event->name, err));
    for (int i = 0; i < task->n_events; i++) {
        if (strcmp(task->events[i].name, event->name) == 0) {
            return chore_yaml_fail(name, err, "the event '%s' is there twice", event->name);
        }
    }
    TRY(parse_trigger(chore_yaml_find(node, "trigger"), task, event, err));
    TRY(chore_effect_parse(chore_yaml_find(node, "effect"), task, event, err));
    if (work && event->effect == EFFECT_ORDER) {
        return chore_yaml_fail(work, err, "the new work of a new_order is its goal");
    }
    if (work) {
        const bool of_fixture = event->item.refer == REFER_PART; /* that is no item to speak of */
        condition_scope scope = {task, false, of_fixture ? NULL : chore_effects[event->effect].word};
        event->has_work = true;
        TRY(chore_condition_parse(work, scope, &event->work, err));
    }
    if (within) {
        TRY(chore_yaml_quantity(within, CHORE_UNIT_TIME, &event->within_s, err));
        if (!(event->within_s > 0)) {
            return chore_yaml_fail(within, err, "expected a time above 0 s");
        }
    }
    if (weight) {
        TRY(chore_yaml_quantity(weight, CHORE_UNIT_NONE, &event->weight, err));
        if (!(event->weight > 0)) {
            return chore_yaml_fail(weight, err, "a weight must be positive");
        }
    }
    return CHORE_OK;
}

chore_status chore_events_parse(const chore_yaml_node *node, chore_task *task, chore_error *err)
{
    TRY(chore_yaml_expect(node, CHORE_YAML_LIST, "the list of events", err));
    if (chore_yaml_size(node) > MAX_EVENTS) {
        return chore_yaml_fail(node, err, "at most %d events", MAX_EVENTS);
    }
    for (int i = 0; i < chore_yaml_size(node); i++, task->n_events++) {
        TRY(parse_event(chore_yaml_item(node, i), task, &task->events[i], err));
    }
    return CHORE_OK;
}
