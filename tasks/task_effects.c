/* effect: what an event does to things, or to what is wanted. */
#include "task_internal.h"

#include <string.h>

const effect_row chore_effects[EFFECT_COUNT] = {
    [EFFECT_DROP] = {"drop", "dropped"},      [EFFECT_SLIP] = {"slip", "slipped"},
    [EFFECT_UNFOLD] = {"unfold", "unfolded"}, [EFFECT_TOPPLE] = {"topple", "toppled"},
    [EFFECT_SLIDE] = {"slide", "slid"},       [EFFECT_ORDER] = {"new_order", NULL},
    [EFFECT_SWING] = {"swing", "swung"},      [EFFECT_TAKE_OUT] = {"take_out", "taken"},
    [EFFECT_BREAK] = {"break", "broken"},     [EFFECT_TIP] = {"tip", "tipped"},
    [EFFECT_JAM] = {"jam", "jammed"}};

bool chore_effect_brings(effect_kind effect)
{
    return effect == EFFECT_DROP || effect == EFFECT_BREAK;
}

/* A length in (0, limit]. */
static chore_status parse_length(const chore_yaml_node *node, double limit_m, double *out,
                                 chore_error *err)
{
    TRY(chore_yaml_quantity(node, CHORE_UNIT_LENGTH, out, err));
    if (!(*out > 0 && *out <= limit_m)) {
        return chore_yaml_fail(node, err, "expected a length above 0 m and up to %g m", limit_m);
    }
    return CHORE_OK;
}

/* Candidates of a drop must not stand in the scene from the start for sure. */
static chore_status check_candidates(const chore_yaml_node *list, const chore_task *task,
                                     const task_event *event, chore_error *err)
{
    for (int k = 0; k < event->n_choose; k++) {
        for (int i = 0; i < task->n_init; i++) {
            const task_init *init = &task->init[i];
            for (int j = 0; init->lo == init->n_from && j < init->n_from; j++) {
                if (init->from[j] == event->choose[k]) {
                    return chore_yaml_fail(
                        chore_yaml_item(list, k), err,
                        "'%s' stands in the scene from the start and cannot come in",
                        task->objects[event->choose[k]].id);
                }
            }
        }
    }
    return CHORE_OK;
}

static chore_status parse_duration(const chore_yaml_node *node, task_event *event, chore_error *err)
{
    TRY(chore_yaml_quantity(node, CHORE_UNIT_TIME, &event->duration_s, err));
    return event->duration_s > 0 && event->duration_s <= 10
               ? CHORE_OK
               : chore_yaml_fail(node, err, "expected a duration above 0 s and up to 10 s");
}

/* It comes in above a free spot of a region, or above an item. */
static chore_status parse_where(const chore_yaml_node *node, chore_task *task, task_event *event,
                                chore_error *err)
{
    const chore_yaml_node *region = chore_yaml_find(node, "region"),
                          *over = chore_yaml_find(node, "over");
    const condition_scope scope = {task, false, NULL};
    if ((region != NULL) == (over != NULL)) {
        return chore_yaml_fail(node, err, "drop: expected either 'region' or 'over' (an item)");
    }
    return region ? chore_yaml_identifier(region, event->region, err)
                  : chore_argument_parse(over, ARGUMENT_ITEM, scope, &event->item, err);
}

static chore_status parse_drop(const chore_yaml_node *node, chore_task *task, task_event *event,
                               chore_error *err)
{
    static const char *const known[] = {"choose", "region",    "over", "height",
                                        "start",  "clearance", NULL},
                             *const required[] = {"choose", NULL};
    TRY(chore_yaml_check_keys(node, "drop", known, required, err));
    const chore_yaml_node *height = chore_yaml_find(node, "height"),
                          *clearance = chore_yaml_find(node, "clearance"),
                          *choose = chore_yaml_find(node, "choose"),
                          *start = chore_yaml_find(node, "start");
    event->height_m = 0.10;
    event->clearance_m = 0.03;
    event->start = CHORE_GARMENT_CRUMPLED;
    TRY(chore_ids_parse(choose, task, &event->choose, &event->n_choose, err));
    TRY(check_candidates(choose, task, event, err));
    TRY(parse_where(node, task, event, err));
    if (start) {
        TRY(chore_start_parse(start, &event->start, err));
        if (event->start == CHORE_GARMENT_RUMPLED) {
            return chore_yaml_fail(start, err, "a garment that drops is flat or crumpled");
        }
    }
    if (height) {
        TRY(parse_length(height, 1, &event->height_m, err));
    }
    return clearance ? parse_length(clearance, 1, &event->clearance_m, err) : CHORE_OK;
}

/* A dish that falls from high up, tumbling. That it breaks is up to the physics. */
static chore_status parse_break(const chore_yaml_node *node, chore_task *task, task_event *event,
                                chore_error *err)
{
    static const char *const known[] = {"choose", "region", "height", "clearance", NULL},
                             *const required[] = {"choose", "region", "height", NULL};
    const chore_yaml_node *choose = chore_yaml_find(node, "choose"),
                          *clearance = chore_yaml_find(node, "clearance");
    TRY(chore_yaml_check_keys(node, "break", known, required, err));
    event->clearance_m = 0.03;
    TRY(chore_ids_parse(choose, task, &event->choose, &event->n_choose, err));
    TRY(check_candidates(choose, task, event, err));
    for (int i = 0; i < event->n_choose; i++) {
        if (!(task->breakable >> event->choose[i] & 1)) {
            return chore_yaml_fail(chore_yaml_item(choose, i), err,
                                   "'%s' does not break: give it 'breakable: true' in the list of objects",
                                   task->objects[event->choose[i]].id);
        }
    }
    TRY(chore_yaml_identifier(chore_yaml_find(node, "region"), event->region, err));
    TRY(parse_length(chore_yaml_find(node, "height"), 2, &event->height_m, err));
    return clearance ? parse_length(clearance, 1, &event->clearance_m, err) : CHORE_OK;
}

static chore_status parse_slip(const chore_yaml_node *node, chore_task *task, task_event *event,
                               chore_error *err)
{
    static const char *const known[] = {"width", "duration", NULL}, *const required[] = {
                                                                        "width", "duration", NULL};
    (void)task;
    TRY(chore_yaml_check_keys(node, "slip", known, required, err));
    if (!event->has_over) {
        return chore_yaml_fail(
            node, err,
            "slip: its trigger needs 'rises' with 'over', so that it is known what slips");
    }
    TRY(parse_length(chore_yaml_find(node, "width"), 0.1, &event->width_m, err));
    return parse_duration(chore_yaml_find(node, "duration"), event, err);
}

/* `item`, if it is there: a garment; else the one for which the trigger rises. */
static chore_status parse_item(const chore_yaml_node *node, const char *what, chore_task *task,
                               task_event *event, chore_error *err)
{
    const chore_yaml_node *item = chore_yaml_find(node, "item");
    const condition_scope scope = {task, false, NULL};
    if (item) {
        return chore_argument_parse(item, ARGUMENT_GARMENT, scope, &event->item, err);
    }
    return event->has_over
               ? CHORE_OK
               : chore_yaml_fail(node, err,
                                 "%s: expected 'item', or a trigger with 'rises' and 'over'", what);
}

/* How hard and how long the cloth is pulled. */
static chore_status parse_pull(const chore_yaml_node *node, double duration_s, task_event *event,
                               chore_error *err)
{
    const chore_yaml_node *strength = chore_yaml_find(node, "strength"),
                          *duration = chore_yaml_find(node, "duration");
    event->strength = 1;
    event->duration_s = duration_s;
    if (strength) {
        TRY(chore_yaml_quantity(strength, CHORE_UNIT_NONE, &event->strength, err));
        if (!(event->strength > 0 && event->strength <= 10)) {
            return chore_yaml_fail(strength, err, "expected a strength above 0 and up to 10");
        }
    }
    return duration ? parse_duration(duration, event, err) : CHORE_OK;
}

static chore_status parse_unfold(const chore_yaml_node *node, chore_task *task, task_event *event,
                                 chore_error *err)
{
    static const char *const known[] = {"item", "strength", "duration", NULL}, *const required[] = {
                                                                                   NULL};
    TRY(chore_yaml_check_keys(node, "unfold", known, required, err));
    TRY(parse_item(node, "unfold", task, event, err));
    return parse_pull(node, 0.6, event, err);
}

static chore_status parse_topple(const chore_yaml_node *node, chore_task *task, task_event *event,
                                 chore_error *err)
{
    static const char *const known[] = {"region", "strength", "duration", NULL},
                             *const required[] = {"region", NULL};
    (void)task;
    TRY(chore_yaml_check_keys(node, "topple", known, required, err));
    TRY(chore_yaml_identifier(chore_yaml_find(node, "region"), event->region, err));
    return parse_pull(node, 0.5, event, err);
}

static chore_status parse_towards(const chore_yaml_node *node, double out[2], chore_error *err)
{
    static const char *const names[] = {"front", "back", "left", "right"};
    static const double axes[][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
    const char *name;
    TRY(chore_yaml_string(node, &name, err));
    for (int i = 0; i < 4; i++) {
        if (strcmp(name, names[i]) == 0) {
            memcpy(out, axes[i], sizeof axes[i]);
            return CHORE_OK;
        }
    }
    return chore_yaml_fail_unknown(node, "direction", name, names, 4, err);
}

static chore_status parse_slide(const chore_yaml_node *node, chore_task *task, task_event *event,
                                chore_error *err)
{
    static const char *const known[] = {"item", "region", "towards", "strength", "duration", NULL},
                             *const required[] = {"region", "towards", NULL};
    TRY(chore_yaml_check_keys(node, "slide", known, required, err));
    TRY(parse_item(node, "slide", task, event, err));
    TRY(chore_yaml_identifier(chore_yaml_find(node, "region"), event->region, err));
    TRY(parse_towards(chore_yaml_find(node, "towards"), event->towards, err));
    return parse_pull(node, 3, event, err);
}

static chore_status parse_order(const chore_yaml_node *node, chore_task *task, task_event *event,
                                chore_error *err)
{
    static const char *const known[] = {"goal", "instruction", NULL}, *const required[] = {
                                                                          "goal", "instruction",
                                                                          NULL};
    const condition_scope scope = {task, false, NULL};
    TRY(chore_yaml_check_keys(node, "new_order", known, required, err));
    const chore_yaml_node *sentence = chore_yaml_find(node, "instruction");
    TRY(chore_yaml_string(sentence, &event->sentence, err));
    TRY(chore_instruction_check(sentence, task, event->sentence, err));
    event->has_order = true;
    return chore_condition_parse(chore_yaml_find(node, "goal"), scope, &event->order, err);
}

/* An angle; of a fixture's drawer a length. */
static chore_status parse_swing_to(const chore_yaml_node *node, task_event *event, chore_error *err)
{
    event->swing_turns = event->item.refer != REFER_PART ||
                         chore_yaml_quantity(node, CHORE_UNIT_LENGTH, &event->swing_to, NULL) != CHORE_OK;
    return event->swing_turns
               ? chore_yaml_quantity(node, CHORE_UNIT_ANGLE, &event->swing_to, err)
               : CHORE_OK;
}

/* A door turns, a drawer slides; both as far as they go. */
static chore_status check_part(const task_event *event, const chore_scene *scene, chore_error *err)
{
    chore_part_shape part;
    CHORE_ASSERT(chore_scene_part_shape(scene, event->item.index, &part));
    if (part.slides == event->swing_turns) {
        return chore_yaml_fail(event->effect_node, err, "swing: '%s' %s: expected 'to' as %s",
                               event->item.name, part.slides ? "slides" : "turns",
                               part.slides ? "a length" : "an angle");
    }
    if (event->swing_to < part.range[0] || event->swing_to > part.range[1]) {
        return chore_yaml_fail(event->effect_node, err, "swing: '%s' goes from %.3f to %.3f, not to %.3f",
                               event->item.name, part.range[0], part.range[1], event->swing_to);
    }
    return CHORE_OK;
}

static chore_status parse_swing(const chore_yaml_node *node, chore_task *task, task_event *event,
                                chore_error *err)
{
    static const char *const known[] = {"item", "part", "to", "duration", NULL}, *const required[] = {"to",
                                                                                              NULL};
    const condition_scope scope = {task, false, NULL};
    TRY(chore_yaml_check_keys(node, "swing", known, required, err));
    const chore_yaml_node *item = chore_yaml_find(node, "item"), *part = chore_yaml_find(node, "part"),
                          *duration = chore_yaml_find(node, "duration");
    if (item) {
        TRY(chore_argument_parse(item, ARGUMENT_LIDDED, scope, &event->item, err));
    } else if (!event->has_over) {
        return chore_yaml_fail(node, err,
                               "swing: expected 'item', or a trigger with 'rises' and 'over'");
    }
    if (part) {
        TRY(chore_yaml_identifier(part, event->swing_part, err));
    }
    TRY(parse_swing_to(chore_yaml_find(node, "to"), event, err));
    event->duration_s = 1.5;
    return duration ? parse_duration(duration, event, err) : CHORE_OK;
}

static chore_status parse_take_out(const chore_yaml_node *node, chore_task *task, task_event *event,
                                   chore_error *err)
{
    static const char *const known[] = {"region", NULL};
    (void)task;
    TRY(chore_yaml_check_keys(node, "take_out", known, known, err));
    if (!event->has_over) {
        return chore_yaml_fail(
            node, err,
            "take_out: its trigger needs 'rises' with 'over', so that it is known what is taken");
    }
    return chore_yaml_identifier(chore_yaml_find(node, "region"), event->region, err);
}

static chore_status parse_tip(const chore_yaml_node *node, chore_task *task, task_event *event,
                              chore_error *err)
{
    static const char *const known[] = {"item", NULL}, *const required[] = {NULL};
    const condition_scope scope = {task, false, NULL};
    TRY(chore_yaml_check_keys(node, "tip", known, required, err));
    const chore_yaml_node *item = chore_yaml_find(node, "item");
    if (item) {
        return chore_argument_parse(item, ARGUMENT_OBJECT, scope, &event->item, err);
    }
    return event->has_over
               ? CHORE_OK
               : chore_yaml_fail(node, err,
                                 "tip: expected 'item', or a trigger with 'rises' and 'over'");
}

/* For good: what is then still wanted, and how often it must be tried. */
static chore_status parse_failure(const chore_yaml_node *node, chore_task *task, task_event *event,
                                  chore_error *err)
{
    const chore_yaml_node *tries = chore_yaml_find(node, "tries"), *goal = chore_yaml_find(node, "goal");
    const condition_scope scope = {task, false, NULL};
    int64_t n;
    if (!tries || !goal || chore_yaml_find(node, "presses")) {
        return chore_yaml_fail(node, err, "jam: expected 'presses', or 'tries' and 'goal' for one that is for good");
    }
    TRY(chore_yaml_int(tries, 1, 10, &n, err));
    event->tries = (int)n;
    event->has_order = true;
    return chore_condition_parse(goal, scope, &event->order, err);
}

static chore_status parse_jam(const chore_yaml_node *node, chore_task *task, task_event *event,
                              chore_error *err)
{
    static const char *const known[] = {"item", "presses", "tries", "goal", NULL}, *const required[] = {"item", NULL};
    const condition_scope scope = {task, false, NULL};
    int64_t presses = 1;
    TRY(chore_yaml_check_keys(node, "jam", known, required, err));
    if (chore_yaml_find(node, "tries") || chore_yaml_find(node, "goal")) {
        TRY(parse_failure(node, task, event, err));
    } else if (chore_yaml_find(node, "presses")) {
        TRY(chore_yaml_int(chore_yaml_find(node, "presses"), 1, 10, &presses, err));
    }
    event->presses = (int)presses;
    return chore_argument_parse(chore_yaml_find(node, "item"), ARGUMENT_OBJECT, scope, &event->item, err);
}

chore_status chore_effect_parse(const chore_yaml_node *node, chore_task *task, task_event *event,
                                chore_error *err)
{
    static chore_status (*const parsers[EFFECT_COUNT])(
        const chore_yaml_node *node, chore_task *task, task_event *event,
        chore_error *err) = {[EFFECT_DROP] = parse_drop,     [EFFECT_SLIP] = parse_slip,
                             [EFFECT_UNFOLD] = parse_unfold, [EFFECT_TOPPLE] = parse_topple,
                             [EFFECT_SLIDE] = parse_slide,   [EFFECT_ORDER] = parse_order,
                             [EFFECT_SWING] = parse_swing,   [EFFECT_TAKE_OUT] = parse_take_out,
                             [EFFECT_BREAK] = parse_break,
                             [EFFECT_TIP] = parse_tip,
                             [EFFECT_JAM] = parse_jam};
    const char *known[EFFECT_COUNT];
    TRY(chore_yaml_expect(node, CHORE_YAML_MAP, "an effect: {drop: {...}}, {slip: {...}} ...",
                          err));
    if (chore_yaml_size(node) != 1) {
        return chore_yaml_fail(node, err, "an effect has exactly one key: drop, slip ...");
    }
    event->effect_node = chore_yaml_value(node, 0);
    for (int i = 0; i < EFFECT_COUNT; i++) {
        known[i] = chore_effects[i].name;
        if (strcmp(chore_yaml_key(node, 0), known[i]) == 0) {
            event->effect = (effect_kind)i;
            return parsers[i](event->effect_node, task, event, err);
        }
    }
    return chore_yaml_fail_unknown(node, "effect", chore_yaml_key(node, 0), known, EFFECT_COUNT,
                                   err);
}

/* ---- against the scene ----------------------------------------------------------------------- */

static uint64_t all_garments(const chore_task *task)
{
    uint64_t garments = 0;
    for (int i = 0; i < task->n_objects; i++) {
        garments |= task->items[i].garment >= 0 ? UINT64_C(1) << i : 0;
    }
    return garments;
}

/* What unfolds needs folds, what slides must be cloth. */
static chore_status check_garments(const task_event *event, const chore_task *task,
                                   const chore_scene *scene, uint64_t items, chore_error *err)
{
    for (int i = 0; i < task->n_objects; i++) {
        const chore_item item = task->items[i];
        if (!(items >> i & 1)) {
            continue;
        }
        if (item.garment < 0) {
            return chore_yaml_fail(event->effect_node, err, "%s: '%s' (kind %s) is no garment",
                                   chore_effects[event->effect].name, task->objects[i].id,
                                   task->objects[i].kind);
        }
        if (event->effect == EFFECT_UNFOLD &&
            chore_scene_garment(scene, item.garment)->n_folds == 0) {
            return chore_yaml_fail(event->effect_node, err, "unfold: the kind %s knows no folds",
                                   task->objects[i].kind);
        }
    }
    return CHORE_OK;
}

/* The part that is named, or a lid. */
static bool can_swing(const task_event *event, const chore_object *object)
{
    return event->swing_part[0] ? chore_object_find_part(object, event->swing_part) >= 0 : object->n_layers > 0;
}

/* What swings needs a lid, what tips has something to spill, what is taken out must be rigid. */
static chore_status check_objects(const task_event *event, const chore_task *task,
                                  const chore_scene *scene, uint64_t items, chore_error *err)
{
    for (int i = 0; i < task->n_objects; i++) {
        const int object = task->items[i].object;
        const bool lid = event->effect == EFFECT_SWING, cavity = event->effect == EFFECT_TIP,
                   brews = event->effect == EFFECT_JAM;
        const bool fits =
            object >= 0 && (!lid || can_swing(event, chore_scene_object(scene, object))) &&
            (!brews || chore_scene_object(scene, object)->brewer > 0) &&
            (!cavity || chore_scene_object(scene, object)->vessel > 0 ||
             chore_object_site(chore_scene_object(scene, object), "cavity"));
        if (items >> i & 1 && !fits) {
            return chore_yaml_fail(event->effect_node, err, "%s: '%s' (kind %s) %s",
                                   chore_effects[event->effect].name, task->objects[i].id,
                                   task->objects[i].kind,
                                   object < 0 ? "is cloth"
                                   : brews    ? "brews nothing"
                                   : lid      ? event->swing_part[0] ? "has no such part" : "has no lid"
                                              : "has no cavity");
        }
    }
    return CHORE_OK;
}

chore_status chore_effect_resolve(task_event *event, const chore_task *task,
                                  const chore_scene *scene, uint64_t over, uint64_t *items,
                                  chore_error *err)
{
    const resolve_words none = {0, 0};
    *items = over;
    if (event->region[0]) {
        TRY(chore_region_resolve(event->effect_node, event->region, scene, &event->region_index,
                                 err));
    }
    if (event->item.refer != REFER_NOTHING) {
        TRY(chore_argument_resolve(&event->item,
                                   event->effect == EFFECT_DROP    ? ARGUMENT_ITEM
                                   : event->effect == EFFECT_SWING ? ARGUMENT_LIDDED
                                   : event->effect == EFFECT_TIP   ? ARGUMENT_OBJECT
                                   : event->effect == EFFECT_JAM   ? ARGUMENT_OBJECT
                                                                   : ARGUMENT_GARMENT,
                                   task, scene, none, items, err));
    }
    if (event->item.refer == REFER_PART) {
        *items = 0;
        return check_part(event, scene, err);
    }
    if (event->effect == EFFECT_UNFOLD || event->effect == EFFECT_SLIDE) {
        TRY(check_garments(event, task, scene, *items, err));
    }
    if (event->effect == EFFECT_SWING || event->effect == EFFECT_TAKE_OUT ||
        event->effect == EFFECT_TIP || event->effect == EFFECT_JAM) {
        TRY(check_objects(event, task, scene, *items, err));
    }
    if (event->has_order) {
        TRY(chore_condition_resolve(&event->order, task, scene, none, err));
    }
    if (event->effect == EFFECT_TOPPLE) {
        *items = all_garments(task);
    }
    if (chore_effect_brings(event->effect)) {
        *items = 0;
        for (int i = 0; i < event->n_choose; i++) {
            *items |= UINT64_C(1) << event->choose[i];
        }
    }
    return CHORE_OK;
}
