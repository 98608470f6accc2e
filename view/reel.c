#include "reel_internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int64_t length_of(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? (int64_t)info.st_size : -1;
}

chore_status reel_open(reel **out, const char *path, chore_error *err)
{
    reel *r = calloc(1, sizeof *r);
    CHORE_ASSERT(r);
    r->holders = 1;
    r->file_len = length_of(path); /* before reading: it may be longer by then, and is read once more */
    const chore_status status = chore_trace_open_partial(&r->trace, path, err);
    if (status != CHORE_OK) {
        free(r);
        return status;
    }
    r->whole = chore_trace_outcome(r->trace) != NULL;
    chore_timeline_read(&r->timeline, r->trace);
    *out = r;
    return CHORE_OK;
}

void reel_drop(reel *r)
{
    if (r && --r->holders == 0) {
        chore_timeline_release(&r->timeline);
        chore_trace_close(r->trace);
        free(r);
    }
}

bool reel_is_behind(const reel *r, const char *path)
{
    return !r->whole && length_of(path) != r->file_len;
}

bool reel_continues(const reel *later, const reel *earlier)
{
    const uint64_t n = chore_trace_n_steps(earlier->trace);
    return chore_trace_n_steps(later->trace) >= n &&
           strcmp(chore_trace_header(later->trace), chore_trace_header(earlier->trace)) == 0 &&
           (n == 0 || chore_hash_equal(chore_trace_hash(later->trace, n - 1), chore_trace_hash(earlier->trace, n - 1)));
}

/* ---- what the notes leave out --------------------------------------------------------------------------------------- */

void reel_cast_read(reel_cast *out, const chore_episode *episode)
{
    *out = (reel_cast){.n_literals = chore_episode_n_literals(episode), .n_events = chore_episode_n_events(episode)};
    out->literals = calloc((size_t)out->n_literals + 1, sizeof *out->literals);
    out->events = calloc((size_t)out->n_events + 1, sizeof *out->events);
    CHORE_ASSERT(out->literals && out->events);
    for (int i = 0; i < out->n_literals; i++) {
        const chore_literal literal = chore_episode_literal(episode, i);
        chore_copy(out->literals[i].text, sizeof out->literals[i].text, literal.text);
        out->literals[i].holds = literal.holds;
    }
    for (int i = 0; i < out->n_events; i++) {
        chore_copy(out->events[i], sizeof out->events[i], chore_episode_event(episode, i).name);
    }
}

void reel_cast_release(reel_cast *cast)
{
    free(cast->literals);
    free(cast->events);
    *cast = (reel_cast){0};
}

void reel_introduce(reel *r, const reel_cast *cast)
{
    for (int i = 0; i < cast->n_literals; i++) {
        chore_timeline_start(&r->timeline, cast->literals[i].text, cast->literals[i].holds);
    }
    for (int i = 0; i < cast->n_events; i++) {
        chore_timeline_name_event(&r->timeline, i, cast->events[i]);
    }
}
