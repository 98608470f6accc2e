#include <chore/spoken.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char key[] = "report";

chore_status chore_spoken_note(chore_trace_writer *trace, const chore_episode *episode, chore_error *err)
{
    const chore_report_state said = chore_episode_reported(episode);
    json_t *note =
        json_pack("{s:{s:s, s:s}}", key, "word", chore_said_name(said.said), "about", said.about);
    CHORE_ASSERT(note);
    char *text = json_dumps(note, JSON_COMPACT);
    const chore_status status = chore_trace_note(trace, text, err);
    free(text);
    json_decref(note);
    return status;
}

/* The first note with so many steps before it, or more. */
static int first_note(const chore_trace *trace, uint64_t step)
{
    int lo = 0, hi = chore_trace_n_notes(trace);
    while (lo < hi) {
        const int middle = lo + (hi - lo) / 2;
        if (chore_trace_note_at(trace, middle).steps < step) {
            lo = middle + 1;
        } else {
            hi = middle;
        }
    }
    return lo;
}

bool chore_spoken_at(const chore_trace *trace, uint64_t step, chore_said *said, char about[CHORE_ABOUT_CAP])
{
    for (int i = first_note(trace, step); i < chore_trace_n_notes(trace); i++) {
        const chore_trace_note_ref note = chore_trace_note_at(trace, i);
        const char *word, *name;
        if (note.steps != step) {
            return false;
        }
        if (strncmp(note.json, "{\"report\":", 10) != 0) {
            continue;
        }
        json_t *json = json_loads(note.json, 0, NULL);
        const bool found = json_unpack(json, "{s:{s:s, s:s}}", key, "word", &word, "about", &name) == 0 &&
                           chore_said_find(word, said);
        if (found) {
            chore_copy(about, CHORE_ABOUT_CAP, name);
        }
        json_decref(json);
        if (found) {
            return true;
        }
    }
    return false;
}

void chore_spoken_again(const chore_trace *trace, uint64_t step, chore_episode *episode)
{
    char about[CHORE_ABOUT_CAP];
    chore_said said;
    if (chore_spoken_at(trace, step, &said, about)) {
        (void)chore_episode_report(episode, said, about);
    }
}
