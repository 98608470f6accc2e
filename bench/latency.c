#include <chore/latency.h>

#include <stdio.h>
#include <string.h>

#include <chore/text.h>

static const char *const words[] = {"frozen", "delay", "live"};
enum { WORDS = 3, ITEM_CAP = 64 };

void chore_latency_text(chore_latency latency, char out[CHORE_LATENCY_CAP])
{
    if (latency.kind == CHORE_LATENCY_FROZEN) {
        chore_copy(out, CHORE_LATENCY_CAP, words[CHORE_LATENCY_FROZEN]);
    } else {
        snprintf(out, CHORE_LATENCY_CAP, "%s=%d", words[latency.kind], latency.steps);
    }
}

bool chore_latency_equal(chore_latency a, chore_latency b)
{
    return a.kind == b.kind && a.steps == b.steps;
}

static chore_status bad_word(const char *word, chore_error *err)
{
    const int near = chore_nearest(word, words, WORDS);
    chore_fail(err, CHORE_E_USAGE, "no latency '%s'%s%s%s", word,
               near >= 0 ? "; did you mean '" : "", near >= 0 ? words[near] : "",
               near >= 0 ? "'?" : "");
    chore_error_hint(
        err,
        "frozen, delay=N in control steps, live or live=N; several with commas: delay=0,1,2,4,8");
    return CHORE_E_USAGE;
}

static chore_status parse_steps(const char *text, chore_latency *out, chore_error *err)
{
    int64_t steps;
    const int least =
        out->kind == CHORE_LATENCY_LIVE; /* a world that does not wait moves at least one */
    if (chore_parse_int(text, least, CHORE_LATENCY_MOST, &steps, NULL) != CHORE_OK) {
        return chore_fail(err, CHORE_E_USAGE,
                          "latency %s=%s: expected a number of control steps, %d to %d",
                          words[out->kind], text, least, CHORE_LATENCY_MOST);
    }
    out->steps = (int)steps;
    return CHORE_OK;
}

/* One item; `before` (nullable) is what a number alone goes on with. */
static chore_status parse_item(const char *item, const chore_latency *before, chore_latency *out,
                               chore_error *err)
{
    char word[ITEM_CAP];
    const char *value = strchr(item, '=');
    if (before && before->kind != CHORE_LATENCY_FROZEN && item[0] >= '0' && item[0] <= '9') {
        *out = *before;
        return parse_steps(item, out, err);
    }
    snprintf(word, sizeof word, "%.*s", (int)(value ? (size_t)(value - item) : strlen(item)), item);
    for (int i = 0; i < WORDS; i++) {
        if (strcmp(word, words[i]) != 0) {
            continue;
        }
        *out = (chore_latency){.kind = (chore_latency_kind)i};
        if (i == CHORE_LATENCY_FROZEN) {
            return value ? chore_fail(err, CHORE_E_USAGE,
                                      "latency frozen takes no number: the world waits")
                         : CHORE_OK;
        }
        out->steps = CHORE_LATENCY_LIVE_STEPS;
        if (i == CHORE_LATENCY_DELAY && !value) {
            return chore_fail(err, CHORE_E_USAGE,
                              "latency delay wants a number of control steps: delay=4");
        }
        return value ? parse_steps(value + 1, out, err) : CHORE_OK;
    }
    return bad_word(word, err);
}

chore_status chore_latency_parse_one(const char *text, chore_latency *out, chore_error *err)
{
    return parse_item(text, NULL, out, err);
}

static bool is_among(const chore_latency *list, int n, chore_latency one)
{
    for (int i = 0; i < n; i++) {
        if (chore_latency_equal(list[i], one)) {
            return true;
        }
    }
    return false;
}

chore_status chore_latency_parse(const char *text, chore_latency out[CHORE_LATENCY_GROUPS], int *n,
                                 chore_error *err)
{
    chore_latency one, before;
    bool any = false;
    *n = 0;
    for (const char *at = text;;) {
        char item[ITEM_CAP];
        const size_t len = strcspn(at, ",");
        snprintf(item, sizeof item, "%.*s", (int)(len < ITEM_CAP ? len : ITEM_CAP - 1), at);
        const chore_status status = parse_item(item, any ? &before : NULL, &one, err);
        if (status != CHORE_OK) {
            return status;
        }
        if (!is_among(out, *n, one)) {
            if (*n == CHORE_LATENCY_GROUPS) {
                return chore_fail(err, CHORE_E_USAGE, "more than %d latencies in one run",
                                  CHORE_LATENCY_GROUPS);
            }
            out[(*n)++] = one;
        }
        before = one;
        any = true;
        if (at[len] == '\0') {
            return CHORE_OK;
        }
        at += len + 1;
    }
}
