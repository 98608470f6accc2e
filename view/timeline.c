#include <chore/timeline.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/text.h>

/* One more element at the end of an array, zeroed. */
static void *grown(void *array, int n, size_t size)
{
    char *bigger = realloc(array, ((size_t)n + 1) * size);
    CHORE_ASSERT(bigger);
    memset(bigger + (size_t)n * size, 0, size);
    return bigger;
}

/* ---- lanes -------------------------------------------------------------------------------------------------------- */

static chore_lane *find_lane(chore_timeline *timeline, const char *text)
{
    for (int i = 0; i < timeline->n_lanes; i++) {
        if (strcmp(timeline->lanes[i].text, text) == 0) {
            return &timeline->lanes[i];
        }
    }
    return NULL;
}

static chore_lane *add_lane(chore_timeline *timeline, const char *text, int event)
{
    timeline->lanes = grown(timeline->lanes, timeline->n_lanes, sizeof *timeline->lanes);
    chore_lane *lane = &timeline->lanes[timeline->n_lanes++];
    chore_copy(lane->text, sizeof lane->text, text);
    lane->event = event;
    return lane;
}

int chore_lane_holds(const chore_lane *lane, uint64_t step)
{
    bool holds = lane->starts;
    if (step < lane->begins) {
        return -1;
    }
    for (int i = 0; i < lane->n_flips && lane->flips[i] <= step; i++) {
        holds = !holds;
    }
    return holds;
}

/* A note tells changes only: new work comes with its first truth, the goal's own literals begin with the opposite. */
static void take_literal(chore_timeline *timeline, uint64_t step, const json_t *item)
{
    const char *text = json_string_value(json_object_get(item, "text"));
    const json_t *event = json_object_get(item, "event");
    const bool holds = json_is_true(json_object_get(item, "holds"));
    chore_lane *lane = text ? find_lane(timeline, text) : NULL;
    if (text && !lane) {
        const int of = event ? (int)json_integer_value(event) : -1;
        lane = add_lane(timeline, text, of);
        lane->begins = of >= 0 ? step : 0;
        lane->starts = of >= 0 ? holds : !holds;
    }
    if (lane && chore_lane_holds(lane, step) != (int)holds) {
        lane->flips = grown(lane->flips, lane->n_flips, sizeof *lane->flips);
        lane->flips[lane->n_flips++] = step;
    }
}

void chore_timeline_start(chore_timeline *timeline, const char *text, bool holds)
{
    chore_lane *lane = find_lane(timeline, text);
    if (!lane) {
        lane = add_lane(timeline, text, -1);
    }
    lane->starts = holds;
}

static const chore_mark *find_fired(const chore_timeline *timeline, const char *name)
{
    const size_t len = strlen(name);
    for (int i = 0; i < timeline->n_marks; i++) {
        const chore_mark *mark = &timeline->marks[i];
        if (mark->kind == CHORE_MARK_FIRED && strncmp(mark->text, name, len) == 0 &&
            (mark->text[len] == 0 || mark->text[len] == ':')) {
            return mark;
        }
    }
    return NULL;
}

void chore_timeline_name_event(chore_timeline *timeline, int event, const char *name)
{
    const chore_mark *fired = find_fired(timeline, name);
    for (int i = 0; fired && i < timeline->n_lanes; i++) {
        chore_lane *lane = &timeline->lanes[i];
        if (lane->event == event && lane->begins > fired->step) { /* its first change was from the opposite */
            lane->flips = grown(lane->flips, lane->n_flips, sizeof *lane->flips);
            memmove(lane->flips + 1, lane->flips, (size_t)lane->n_flips * sizeof *lane->flips);
            lane->flips[0] = lane->begins;
            lane->n_flips++;
            lane->starts = !lane->starts;
            lane->begins = fired->step;
        }
    }
}

/* ---- marks -------------------------------------------------------------------------------------------------------- */

static void add_mark(chore_timeline *timeline, uint64_t step, chore_mark_kind kind, const char *text)
{
    timeline->marks = grown(timeline->marks, timeline->n_marks, sizeof *timeline->marks);
    chore_mark *mark = &timeline->marks[timeline->n_marks++];
    mark->step = step;
    mark->kind = kind;
    chore_copy(mark->text, sizeof mark->text, text);
}

static void take_event(chore_timeline *timeline, uint64_t step, const json_t *item)
{
    const char *name = json_string_value(json_object_get(item, "event"));
    const char *what = json_string_value(json_object_get(item, "what"));
    const char *object = json_string_value(json_object_get(item, "object"));
    char text[CHORE_NAME_CAP * 2];
    if (!name || !what) {
        return;
    }
    const chore_mark_kind kind = strcmp(what, "fired") == 0     ? CHORE_MARK_FIRED
                                 : strcmp(what, "noticed") == 0 ? CHORE_MARK_NOTICED
                                                                : CHORE_MARK_HANDLED;
    snprintf(text, sizeof text, "%.60s%s%.60s", name, object && *object ? ": " : "", object ? object : "");
    add_mark(timeline, step, kind, text);
}

static int by_step(const void *a, const void *b)
{
    const chore_mark *x = a, *y = b;
    return (x->step > y->step) - (x->step < y->step);
}

const chore_mark *chore_timeline_seek(const chore_timeline *timeline, uint64_t step, int direction, int kinds)
{
    const chore_mark *found = NULL;
    for (int i = 0; i < timeline->n_marks; i++) {
        const chore_mark *mark = &timeline->marks[i];
        if (!((int)mark->kind & kinds)) {
            continue;
        }
        if (direction > 0 && mark->step > step) {
            return mark;
        }
        if (direction < 0 && mark->step < step) {
            found = mark;
        }
    }
    return found;
}

/* ---- the whole ---------------------------------------------------------------------------------------------------- */

/* Where a person took over and gave back: a lane, as if it were a literal. */
static void take_hand(chore_timeline *timeline, uint64_t step, const char *hand)
{
    chore_lane *lane = find_lane(timeline, CHORE_LANE_PERSON);
    if (!lane) {
        lane = add_lane(timeline, CHORE_LANE_PERSON, -1);
    }
    if (chore_lane_holds(lane, step) != (strcmp(hand, "person") == 0)) {
        lane->flips = grown(lane->flips, lane->n_flips, sizeof *lane->flips);
        lane->flips[lane->n_flips++] = step;
    }
}

static void take_note(chore_timeline *timeline, chore_trace_note_ref note)
{
    json_t *json = json_loads(note.json, 0, NULL), *item;
    const json_t *call = json_object_get(json, "call");
    size_t i;
    json_array_foreach(json_object_get(json, "literals"), i, item)
    {
        take_literal(timeline, note.steps, item);
    }
    json_array_foreach(json_object_get(json, "events"), i, item)
    {
        take_event(timeline, note.steps, item);
    }
    json_array_foreach(json_object_get(json, "stages"), i, item)
    {
        const char *name = json_string_value(item);
        add_mark(timeline, note.steps, CHORE_MARK_STAGE, name ? name : "");
    }
    const char *hand = json_string_value(json_object_get(json, "hand"));
    if (hand) {
        take_hand(timeline, note.steps, hand);
    }
    if (call) {
        add_mark(timeline, (uint64_t)json_integer_value(json_object_get(call, "observed")), CHORE_MARK_CALL, "");
    }
    json_decref(json);
}

void chore_timeline_read(chore_timeline *out, const chore_trace *trace)
{
    json_t *header = json_loads(chore_trace_header(trace), 0, NULL);
    *out = (chore_timeline){.n_steps = chore_trace_n_steps(trace),
                            .hz = (int)json_integer_value(json_object_get(header, "control_hz"))};
    out->hz = out->hz > 0 ? out->hz : 20;
    out->n_axis = out->n_steps;
    json_decref(header);
    for (int i = 0; i < chore_trace_n_notes(trace); i++) {
        take_note(out, chore_trace_note_at(trace, i));
    }
    if (out->n_marks) {
        qsort(out->marks, (size_t)out->n_marks, sizeof *out->marks, by_step);
    }
}

void chore_timeline_release(chore_timeline *timeline)
{
    for (int i = 0; i < timeline->n_lanes; i++) {
        free(timeline->lanes[i].flips);
    }
    free(timeline->lanes);
    free(timeline->marks);
    *timeline = (chore_timeline){0};
}
