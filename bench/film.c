#include <chore/film.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chore/files.h>
#include <chore/recorded.h>
#include <chore/render.h>
#include <chore/verify.h>

enum { MAX_MOMENTS = 16, MAX_TOLD = 64, COLUMNS = 4, FRAME_WIDTH = 400, FRAME_HEIGHT = 300 };

/* A frame to draw. weight: what goes first when there are too many (higher stays). */
typedef struct moment {
    uint64_t steps;
    int weight;
    chore_accent accent;
    char caption[512];
} moment;

typedef struct shooting {
    moment moments[256];
    int n, next;
    int hz;
    const char *camera;
    chore_film *film;
    chore_status status;
    chore_error *err;
} shooting;

static void add_moment(shooting *s, uint64_t steps, int weight, chore_accent accent,
                       const char *caption)
{
    if (s->n < (int)(sizeof s->moments / sizeof *s->moments)) {
        moment *m = &s->moments[s->n++];
        *m = (moment){.steps = steps, .weight = weight, .accent = accent};
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
static bool is_passing(const shooting *s, const chore_trace *trace, int note, const char *text,
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

static void literal_moments(shooting *s, const chore_trace *trace, int note, const json_t *list,
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

static void event_moments(shooting *s, uint64_t steps, const json_t *list)
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
            add_moment(s, steps + (uint64_t)s->hz / 2, 6, CHORE_ACCENT_EVENT,
                       "half a second later");
        } else if (name && what) {
            snprintf(caption, sizeof caption, "%s: %s", name, what);
            add_moment(s, steps, 5,
                       strcmp(what, "handled") == 0 ? CHORE_ACCENT_GOOD : CHORE_ACCENT_NONE,
                       caption);
        }
    }
}

static void find_moments(shooting *s, const chore_trace *trace)
{
    told known[MAX_TOLD];
    int n_known = 0;
    add_moment(s, 0, 10, CHORE_ACCENT_NONE, "start");
    for (int i = 0; i < chore_trace_n_notes(trace); i++) {
        chore_trace_note_ref note = chore_trace_note_at(trace, i);
        json_t *json = json_loads(note.json, 0, NULL);
        literal_moments(s, trace, i, json_object_get(json, "literals"), known, &n_known);
        event_moments(s, note.steps, json_object_get(json, "events"));
        json_decref(json);
    }
}

static int by_time(const void *a, const void *b)
{
    const moment *x = a, *y = b;
    return (x->steps > y->steps) - (x->steps < y->steps);
}

static void join(moment *m, const moment *other)
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
static void merge_near(shooting *s)
{
    int n = 0;
    for (int i = 0; i < s->n; i++) {
        bool near = n > 1 && s->moments[i].steps - s->moments[n - 1].steps <= (uint64_t)s->hz / 4;
        if (near) {
            join(&s->moments[n - 1], &s->moments[i]);
        } else {
            s->moments[n++] = s->moments[i];
        }
    }
    s->n = n;
}

/* Too many: drop the lightest, later ones first. Too few: fill the longest gaps. */
static void choose_moments(shooting *s, uint64_t end)
{
    qsort(s->moments, (size_t)s->n, sizeof *s->moments, by_time);
    merge_near(s);
    while (s->n > MAX_MOMENTS) {
        int drop = 0;
        for (int i = 0; i < s->n; i++) {
            drop = s->moments[i].weight <= s->moments[drop].weight ? i : drop;
        }
        memmove(&s->moments[drop], &s->moments[drop + 1],
                (size_t)(s->n - drop - 1) * sizeof(moment));
        s->n--;
    }
    while (s->n < MAX_MOMENTS / 2 || s->n % COLUMNS) {
        int after = -1;
        uint64_t widest = (uint64_t)s->hz; /* gaps under a second stay */
        for (int i = 0; i + 1 < s->n; i++) {
            uint64_t gap = s->moments[i + 1].steps - s->moments[i].steps;
            if (gap > widest) {
                widest = gap;
                after = i;
            }
        }
        if (after < 0 || s->n == MAX_MOMENTS) {
            break;
        }
        memmove(&s->moments[after + 2], &s->moments[after + 1],
                (size_t)(s->n - after - 1) * sizeof(moment));
        s->moments[after + 1] = (moment){.steps = s->moments[after].steps + widest / 2};
        s->n++;
    }
    for (int i = 0; i < s->n; i++) {
        s->moments[i].steps = s->moments[i].steps > end ? end : s->moments[i].steps;
    }
}

static bool shoot(void *ctx, chore_episode *episode, uint64_t steps)
{
    shooting *s = ctx;
    while (s->next < s->n && s->moments[s->next].steps <= steps && s->status == CHORE_OK) {
        const moment *m = &s->moments[s->next++];
        char caption[600];
        snprintf(caption, sizeof caption, "%.1f s\n%s", (double)steps / s->hz, m->caption);
        s->status = chore_film_add(s->film, chore_world_data(chore_episode_world(episode)),
                                   s->camera, caption, m->accent, s->err);
    }
    return s->status == CHORE_OK;
}

static void head(chore_film *film, const chore_row *row, const char *instruction)
{
    char line[512];
    snprintf(line, sizeof line, "%s · %s · seed %llu · %s: %s after %.1f s, progress %.2f",
             row->task, chore_variant_name(row->variant), (unsigned long long)row->seed,
             row->policy, chore_outcome_name(row->outcome), row->sim_time_s, row->progress);
    chore_film_heading(film, line, instruction);
    chore_film_outcome(film, row->success ? CHORE_ACCENT_GOOD : CHORE_ACCENT_BAD);
}

static chore_status shoot_trace(chore_rig *rig, const chore_trace *trace, const chore_row *row,
                                chore_film *film, const char *camera, chore_error *err)
{
    char end_caption[300], instruction[512];
    shooting *s = calloc(1, sizeof *s);
    CHORE_ASSERT(s);
    uint64_t n = chore_trace_n_steps(trace);
    s->hz = chore_task_control_hz(chore_rig_task(rig));
    s->film = film;
    s->camera = camera;
    s->err = err;
    chore_trace_header_text(trace, "instruction", instruction, sizeof instruction);
    head(film, row, instruction);
    find_moments(s, trace);
    snprintf(end_caption, sizeof end_caption, "%s: %s", chore_outcome_name(row->outcome),
             row->reason);
    add_moment(s, n, 10, row->success ? CHORE_ACCENT_GOOD : CHORE_ACCENT_BAD, end_caption);
    choose_moments(s, n);
    chore_status status = chore_replay(rig, trace, shoot, s, err);
    status = s->status != CHORE_OK ? s->status : status;
    free(s);
    return status;
}

static chore_status draw(chore_rig *rig, const chore_trace *trace, const chore_row *row,
                         const char *path, chore_error *err)
{
    chore_render_def def = chore_render_def_default();
    chore_renderer *renderer = NULL;
    chore_film *film = NULL;
    def.model = chore_scene_model(chore_rig_scene(rig));
    def.width = FRAME_WIDTH;
    def.height = FRAME_HEIGHT;
    chore_status status = chore_renderer_create(&renderer, &def, err);
    if (status == CHORE_OK) {
        status = chore_film_create(&film, renderer, COLUMNS, FRAME_WIDTH, FRAME_HEIGHT, err);
    }
    if (status == CHORE_OK) {
        status =
            shoot_trace(rig, trace, row, film, chore_scene_cameras(chore_rig_scene(rig))[0], err);
    }
    if (status == CHORE_OK) {
        status = chore_film_write(film, path, err);
    }
    chore_film_destroy(film);
    chore_renderer_destroy(renderer);
    return status;
}

static chore_status make_parent(const char *path, chore_error *err)
{
    char folder[CHORE_PATH_CAP];
    chore_copy(folder, sizeof folder, path);
    char *slash = strrchr(folder, '/');
    if (!slash || slash == folder) {
        return CHORE_OK;
    }
    *slash = 0;
    return chore_dir_make(folder, err);
}

chore_status chore_film_episode(const char *run_dir, const chore_plan *plan, const chore_row *row,
                                const char *path, chore_error *err)
{
    char trace_path[CHORE_PATH_CAP];
    chore_trace *trace = NULL;
    chore_rig *rig = NULL;
    const chore_plan_task *task = &plan->tasks[plan->episodes[row->index].task];
    if (!row->trace[0]) {
        return chore_fail(err, CHORE_E_NOT_FOUND, "the episode has no trace to draw from");
    }
    chore_status status = chore_path_join(trace_path, run_dir, row->trace, err);
    if (status == CHORE_OK) {
        status = chore_trace_open(&trace, trace_path, err);
    }
    if (status == CHORE_OK) {
        status = chore_rig_create(&rig, task->path[0] ? task->path : task->name, plan->embodiment,
                                  NULL, plan->run_key, err);
    }
    if (status == CHORE_OK) {
        status = make_parent(path, err);
    }
    if (status == CHORE_OK) {
        status = draw(rig, trace, row, path, err);
    }
    chore_rig_destroy(rig);
    chore_trace_close(trace);
    return status;
}
