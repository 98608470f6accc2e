#include "film_moments_internal.h"
#include "words_internal.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TOLD = 64 };

/* Where there is no room for more, the last one is made again and again. */
static film_moment *add_moment(film_moments *s, uint64_t steps, int weight, chore_accent accent,
                               const char *caption)
{
    s->n += s->n < FILM_MOMENTS;
    film_moment *m = &s->at[s->n - 1];
    *m = (film_moment){.steps = steps, .weight = weight, .accent = accent};
    snprintf(m->caption, sizeof m->caption, "%s", caption);
    return m;
}

/* Is this change of no lasting interest? A literal that comes true but not for two seconds, or that is lost but comes back: while a thing is
   carried or pushed a little, it does not stand where it should. */
static bool is_passing(const film_moments *s, const chore_trace *trace, int note, const char *text,
                       bool holds)
{
    uint64_t until =
        holds ? chore_trace_note_at(trace, note).steps + 2 * (uint64_t)s->hz : UINT64_MAX;
    bool passing = false;
    for (int i = note + 1;
         i < chore_trace_n_notes(trace) && chore_trace_note_at(trace, i).steps <= until && !passing;
         i++) {
        json_t *json = json_loads(chore_trace_note_at(trace, i).json, 0, NULL), *item;
        size_t k;
        json_array_foreach(json_object_get(json, "literals"), k, item)
        {
            const char *other = json_string_value(json_object_get(item, "text"));
            passing |= other && strcmp(other, text) == 0 &&
                       json_is_true(json_object_get(item, "holds")) != holds;
        }
        json_decref(json);
    }
    return passing;
}

/* Text and truth of a literal as last told: what comes back is no news either. */
typedef struct told {
    char text[CHORE_NAME_CAP * 3];
    bool holds;
} told;

static bool is_news(told *known, int *n, const char *text, bool holds)
{
    for (int i = 0; i < *n; i++) {
        if (strcmp(known[i].text, text) == 0) {
            bool news = known[i].holds != holds;
            known[i].holds = holds;
            return news;
        }
    }
    if (*n < MAX_TOLD) {
        chore_copy(known[*n].text, sizeof known[*n].text, text);
        known[(*n)++].holds = holds;
    }
    return holds; /* at the start nothing holds */
}

/* With `fresh`, an event has just fired: what its new work has from the start is no news. */
static void literal_moments(film_moments *s, const chore_trace *trace, int note, const json_t *list,
                            bool fresh, told *known, int *n_known)
{
    uint64_t steps = chore_trace_note_at(trace, note).steps;
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        const char *text = json_string_value(json_object_get(item, "text"));
        bool holds = json_is_true(json_object_get(item, "holds"));
        char words[WORDS], caption[WORDS + 16];
        if (text && steps > 0 && !is_passing(s, trace, note, text, holds) &&
            is_news(known, n_known, text, holds) && !(fresh && json_integer_value(json_object_get(item, "event")) >= 0)) {
            chorei_words_literal(s->scene, text, words, sizeof words);
            snprintf(caption, sizeof caption, "%s%s", holds ? "" : "no longer: ", words);
            add_moment(s, steps, holds ? 3 : 4, holds ? CHORE_ACCENT_GOOD : CHORE_ACCENT_BAD,
                       caption);
        }
    }
}

static void stage_moments(film_moments *s, uint64_t steps, const json_t *list)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        char words[CHORE_NAME_CAP];
        chore_copy(words, sizeof words, json_string_value(item) ? json_string_value(item) : "");
        chorei_words_plain(words);
        if (steps > 0) {
            add_moment(s, steps, 2, CHORE_ACCENT_GOOD, words);
        }
    }
}

static const char before[] = "just before";

static void fired(film_moments *s, uint64_t steps, const char *name, bool closely)
{
    const uint64_t half = (uint64_t)s->hz / 2;
    if (closely && steps > half) {
        add_moment(s, steps - half, 6, CHORE_ACCENT_NONE, before);
    }
    film_moment *event = add_moment(s, steps, 9, CHORE_ACCENT_EVENT, "");
    event->fires = true;
    chore_copy(event->event, sizeof event->event, name);
    if (closely) {
        add_moment(s, steps + half, 7, CHORE_ACCENT_EVENT, "half a second later");
    }
}

static void event_moments(film_moments *s, uint64_t steps, const json_t *list, bool closely)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        const char *name = json_string_value(json_object_get(item, "event")),
                   *what = json_string_value(json_object_get(item, "what"));
        char caption[CHORE_NAME_CAP * 2];
        if (name && what && strcmp(what, "fired") == 0) {
            fired(s, steps, name, closely);
        } else if (name && what) {
            snprintf(caption, sizeof caption, "%s: %s", name, what);
            chorei_words_plain(caption);
            const bool handled = strcmp(what, "handled") == 0;
            add_moment(s, steps, 5, handled ? CHORE_ACCENT_GOOD : CHORE_ACCENT_NONE, caption)->settles = handled;
        }
    }
}

static void report_moment(film_moments *s, uint64_t steps, const json_t *report)
{
    const char *word = json_string_value(json_object_get(report, "word")),
               *about = json_string_value(json_object_get(report, "about"));
    char caption[CHORE_NAME_CAP * 2 + 16];
    if (word && about) {
        snprintf(caption, sizeof caption, "SAYS: %s %s", word, about);
        add_moment(s, steps, 9, CHORE_ACCENT_NONE, caption);
    }
}

static bool fires(const json_t *events)
{
    size_t i;
    json_t *item;
    json_array_foreach(events, i, item)
    {
        const char *what = json_string_value(json_object_get(item, "what"));
        if (what && strcmp(what, "fired") == 0) {
            return true;
        }
    }
    return false;
}

void chore_film_find(film_moments *out, chore_reel *reel, const chore_row *row, bool closely)
{
    const chore_trace *trace = chore_reel_trace(reel);
    told known[MAX_TOLD];
    int n_known = 0;
    uint64_t fired_at = 0;
    bool fresh = false;
    char end[300];
    *out = (film_moments){.hz = chore_reel_hz(reel), .scene = chore_reel_scene(reel)};
    add_moment(out, 0, 10, CHORE_ACCENT_NONE, "start");
    for (int i = 0; i < chore_trace_n_notes(trace); i++) {
        chore_trace_note_ref note = chore_trace_note_at(trace, i);
        json_t *json = json_loads(note.json, 0, NULL);
        const bool now = fires(json_object_get(json, "events"));
        fired_at = now ? note.steps : fired_at;
        fresh = now || (fresh && note.steps - fired_at <= (uint64_t)out->hz / 2);
        literal_moments(out, trace, i, json_object_get(json, "literals"), fresh, known, &n_known);
        event_moments(out, note.steps, json_object_get(json, "events"), closely);
        stage_moments(out, note.steps, json_object_get(json, "stages"));
        report_moment(out, note.steps, json_object_get(json, "report"));
        json_decref(json);
    }
    snprintf(end, sizeof end, "%s%s%s", chore_outcome_name(row->outcome), closely ? ": " : "",
             closely ? row->reason : "");
    add_moment(out, chore_trace_n_steps(trace), 10, row->success ? CHORE_ACCENT_GOOD : CHORE_ACCENT_BAD, end)->settles = row->success;
}

/* All that fired since a quarter of a second: near moments share a frame. */
void chore_film_caption(chore_reel *reel, const film_moment *m, char *out, size_t cap)
{
    const chore_episode *episode = chore_reel_episode(reel);
    size_t len = 0;
    out[0] = 0;
    for (int i = 0; m->fires && i < chore_episode_n_events(episode) && len < cap; i++) {
        const chore_event_state event = chore_episode_event(episode, i);
        char words[WORDS];
        if (event.fired_step >= 0 && (uint64_t)event.fired_step < m->steps && m->steps - (uint64_t)event.fired_step <= (uint64_t)chore_reel_hz(reel) / 4 + 1) {
            chorei_words_effect(chore_reel_scene(reel), &event, words, sizeof words);
            len += (size_t)snprintf(out + len, cap - len, "%sEVENT: %s", len ? ", " : "", words);
        }
    }
    if (len < cap) {
        snprintf(out + len, cap - len, "%s%s", len && *m->caption ? ", " : "", m->caption);
    }
}

void chore_film_span(film_moments *s, uint64_t first, uint64_t last)
{
    const uint64_t ends[2] = {first, last};
    int n = 0;
    bool there[2] = {false, false};
    for (int i = 0; i < s->n; i++) {
        if (s->at[i].steps >= first && s->at[i].steps <= last) {
            there[0] |= s->at[i].steps == first;
            there[1] |= s->at[i].steps == last;
            s->at[n++] = s->at[i];
        }
    }
    s->n = n;
    for (int k = 0; k < 2; k++) {
        if (!there[k]) {
            add_moment(s, ends[k], 10, CHORE_ACCENT_NONE, "");
        }
    }
}

static int by_time(const void *a, const void *b)
{
    const film_moment *x = a, *y = b;
    return (x->steps > y->steps) - (x->steps < y->steps);
}

static void append(char *text, size_t cap, const char *more)
{
    const size_t len = strlen(text);
    chore_copy(text + len, cap - len, more);
}

static void join(film_moment *m, const film_moment *other)
{
    if (strcmp(m->caption, before) == 0) { /* other things were, too, and say more */
        m->caption[0] = 0;
    }
    if (m->settles && !other->settles) { /* the thing itself first */
        char first[sizeof m->caption];
        chore_copy(first, sizeof first, other->caption);
        append(first, sizeof first, *first ? ", " : "");
        append(first, sizeof first, m->caption);
        chore_copy(m->caption, sizeof m->caption, first);
    }
    size_t len = strlen(m->caption);
    m->steps = m->settles || other->settles || other->fires ? other->steps : m->steps;
    m->settles |= other->settles;
    m->fires |= other->fires;
    if (other->fires) {
        chore_copy(m->event, sizeof m->event, other->event);
    }
    if (strcmp(other->caption, before) != 0 && !strstr(m->caption, other->caption)) {
        snprintf(m->caption + len, sizeof m->caption - len, "%s%s", len ? ", " : "",
                 other->caption);
    }
    m->weight = other->weight > m->weight ? other->weight : m->weight;
    m->accent = other->accent == CHORE_ACCENT_EVENT || m->accent == CHORE_ACCENT_NONE
                    ? other->accent
                    : m->accent;
}

/* One frame for what happens within a quarter of a second; within a second for good news, such as that what came true has lasted. */
static bool is_near(const film_moments *s, const film_moment *last, const film_moment *m)
{
    const uint64_t gap = m->steps - last->steps, hz = (uint64_t)s->hz;
    return gap <= hz / 4 || (m->accent == CHORE_ACCENT_GOOD && last->accent == CHORE_ACCENT_GOOD && gap <= hz);
}

static void merge_near(film_moments *s)
{
    int n = 0;
    for (int i = 0; i < s->n; i++) {
        if (n > 1 && is_near(s, &s->at[n - 1], &s->at[i])) {
            join(&s->at[n - 1], &s->at[i]);
        } else {
            s->at[n++] = s->at[i];
        }
    }
    s->n = n;
}

/* Too many: drop the lightest, later ones first. Too few: fill the longest gaps. */
void chore_film_choose(film_moments *s, uint64_t end, int most, int least, int columns)
{
    qsort(s->at, (size_t)s->n, sizeof *s->at, by_time);
    merge_near(s);
    while (s->n > most) {
        int drop = 0;
        for (int i = 0; i < s->n; i++) {
            drop = s->at[i].weight <= s->at[drop].weight ? i : drop;
        }
        memmove(&s->at[drop], &s->at[drop + 1], (size_t)(s->n - drop - 1) * sizeof(film_moment));
        s->n--;
    }
    while (s->n < least || s->n % columns) {
        int after = -1;
        uint64_t widest = (uint64_t)s->hz; /* gaps under a second stay */
        for (int i = 0; i + 1 < s->n; i++) {
            uint64_t gap = s->at[i + 1].steps - s->at[i].steps;
            if (gap > widest) {
                widest = gap;
                after = i;
            }
        }
        if (after < 0 || s->n == most) {
            break;
        }
        memmove(&s->at[after + 2], &s->at[after + 1],
                (size_t)(s->n - after - 1) * sizeof(film_moment));
        s->at[after + 1] = (film_moment){.steps = s->at[after].steps + widest / 2};
        s->n++;
    }
    for (int i = 0; i < s->n; i++) {
        s->at[i].steps = s->at[i].steps > end ? end : s->at[i].steps;
    }
}
