#include "film_moments_internal.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TOLD = 64 };

static void add_moment(film_moments *s, uint64_t steps, int weight, chore_accent accent,
                       const char *caption)
{
    if (s->n < FILM_MOMENTS) {
        film_moment *m = &s->at[s->n++];
        *m = (film_moment){.steps = steps, .weight = weight, .accent = accent};
        snprintf(m->caption, sizeof m->caption, "%s", caption);
    }
}

/* "upright mug_1 0.26" -> "mug 1 upright": how a person says it. Numbers are for the goal, not for the caption. */
static void spoken(const char *literal, char *out, size_t cap)
{
    char words[CHORE_NAME_CAP * 3], *rest = NULL;
    chore_copy(words, sizeof words, literal);
    const char *predicate = strtok_r(words, " ", &rest), *subject = strtok_r(NULL, " ", &rest),
               *object = strtok_r(NULL, " ", &rest);
    bool named = object && !strchr("-.0123456789", object[0]);
    snprintf(out, cap, "%s %s%s%s", subject ? subject : "", predicate ? predicate : "",
             named ? " " : "", named ? object : "");
    for (char *c = out; *c; c++) {
        *c = *c == '_' ? ' ' : *c;
    }
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

static void literal_moments(film_moments *s, const chore_trace *trace, int note, const json_t *list,
                            told *known, int *n_known)
{
    uint64_t steps = chore_trace_note_at(trace, note).steps;
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        const char *text = json_string_value(json_object_get(item, "text"));
        bool holds = json_is_true(json_object_get(item, "holds"));
        char words[CHORE_NAME_CAP * 2], caption[CHORE_NAME_CAP * 2 + 16];
        if (text && steps > 0 && !is_passing(s, trace, note, text, holds) &&
            is_news(known, n_known, text, holds)) {
            spoken(text, words, sizeof words);
            snprintf(caption, sizeof caption, "%s%s", holds ? "" : "no longer: ", words);
            add_moment(s, steps, holds ? 3 : 4, holds ? CHORE_ACCENT_GOOD : CHORE_ACCENT_BAD,
                       caption);
        }
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
        const char *object = json_string_value(json_object_get(item, "object"));
        char caption[CHORE_NAME_CAP * 4];
        if (name && what && strcmp(what, "fired") == 0) {
            snprintf(caption, sizeof caption, "EVENT: %s%s%s", name, object && *object ? ": " : "",
                     object ? object : "");
            add_moment(s, steps, 9, CHORE_ACCENT_EVENT, caption);
            if (closely) {
                add_moment(s, steps + (uint64_t)s->hz / 2, 6, CHORE_ACCENT_EVENT,
                           "half a second later");
            }
        } else if (name && what) {
            snprintf(caption, sizeof caption, "%s: %s", name, what);
            add_moment(s, steps, 5,
                       strcmp(what, "handled") == 0 ? CHORE_ACCENT_GOOD : CHORE_ACCENT_NONE,
                       caption);
        }
    }
}

void chore_film_find(film_moments *out, const chore_trace *trace, const chore_row *row, int hz,
                     bool closely)
{
    told known[MAX_TOLD];
    int n_known = 0;
    char end[300];
    *out = (film_moments){.hz = hz};
    add_moment(out, 0, 10, CHORE_ACCENT_NONE, "start");
    for (int i = 0; i < chore_trace_n_notes(trace); i++) {
        chore_trace_note_ref note = chore_trace_note_at(trace, i);
        json_t *json = json_loads(note.json, 0, NULL);
        literal_moments(out, trace, i, json_object_get(json, "literals"), known, &n_known);
        event_moments(out, note.steps, json_object_get(json, "events"), closely);
        json_decref(json);
    }
    snprintf(end, sizeof end, "%s%s%s", chore_outcome_name(row->outcome), closely ? ": " : "",
             closely ? row->reason : "");
    add_moment(out, chore_trace_n_steps(trace), 10,
               row->success ? CHORE_ACCENT_GOOD : CHORE_ACCENT_BAD, end);
}

static int by_time(const void *a, const void *b)
{
    const film_moment *x = a, *y = b;
    return (x->steps > y->steps) - (x->steps < y->steps);
}

static void join(film_moment *m, const film_moment *other)
{
    size_t len = strlen(m->caption);
    if (!strstr(m->caption, other->caption)) {
        snprintf(m->caption + len, sizeof m->caption - len, "%s%s", len ? ", " : "",
                 other->caption);
    }
    m->weight = other->weight > m->weight ? other->weight : m->weight;
    m->accent = other->accent == CHORE_ACCENT_EVENT || m->accent == CHORE_ACCENT_NONE
                    ? other->accent
                    : m->accent;
}

/* One frame for what happens within a quarter of a second. */
static void merge_near(film_moments *s)
{
    int n = 0;
    for (int i = 0; i < s->n; i++) {
        bool near = n > 1 && s->at[i].steps - s->at[n - 1].steps <= (uint64_t)s->hz / 4;
        if (near) {
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
