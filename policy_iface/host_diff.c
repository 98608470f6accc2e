/* The words of a refusal. */
#include "host_diff_internal.h"
#include <stdio.h>
#include <string.h>

enum { NAME_COLUMN = 40, ASKED_COLUMN = 24 };

/* The sentence takes points as long as the message holds them. */
static void add_to_sentence(chore_diff *d, const char *who, const char *what)
{
    const size_t room = sizeof((chore_error *)NULL)->message -
                        160; /* for the beginning and the end of the sentence */
    const size_t len = strlen(what) + (who != NULL ? strlen(who) : 0);
    if (d->found == 1 || d->sentence.len + len < room) {
        chore_text_add(&d->sentence, "%s%s%s%s", d->found > 1 ? "; " : "", who != NULL ? who : "",
                       who != NULL ? ": " : "", what);
    } else if (d->sentence.data[d->sentence.len - 1] != '.') {
        chore_text_add(&d->sentence, "; ...");
    }
}

/* A line with the name of whom it is about, when that is someone else than before. */
static void turn_to(chore_diff *d, const char *who)
{
    if (who != NULL && strcmp(who, d->last) != 0) {
        chore_text_add(&d->table, "    %s\n", who);
    }
    chore_copy(d->last, sizeof d->last, who != NULL ? who : "");
}

void chore_diff_word(chore_diff *d, const char *who, const char *what, const char *asked,
                     const char *offered)
{
    char line[320];
    d->found++;
    d->compared++;
    snprintf(line, sizeof line, "asked %s %s, offered %s", what, asked, offered);
    add_to_sentence(d, who, line);
    turn_to(d, who);
    const int indent = who != NULL ? 6 : 4;
    chore_text_add(&d->table, "%*s%-*s %-*s %s\n", indent, "", NAME_COLUMN - indent - 1, what,
                   ASKED_COLUMN - 1, asked, offered);
}

void chore_diff_say(chore_diff *d, const char *who, const char *fmt, ...)
{
    char line[320];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    d->found++;
    add_to_sentence(d, who, line);
    turn_to(d, who);
    chore_text_add(&d->table, "%*s%s\n", who != NULL ? 6 : 4, "", line);
}

void chore_diff_hint(chore_diff *d, const char *fmt, ...)
{
    if (d->hint[0] == '\0') {
        va_list args;
        va_start(args, fmt);
        vsnprintf(d->hint, sizeof d->hint, fmt, args);
        va_end(args);
    }
}

void chore_diff_unknown(chore_diff *d, const char *owner, const char *kind, const char *name,
                        const char *const *offered, uint32_t n)
{
    const int near = chore_nearest(name, offered, (int)n);
    if (near >= 0) {
        chore_diff_say(d, owner, "%s \"%s\" is not offered, the nearest is \"%s\"", kind, name,
                       offered[near]);
    } else {
        chore_diff_say(d, owner, "%s \"%s\" is not offered", kind, name);
    }
    chore_text all = {0};
    for (uint32_t i = 0; i < n; i++) {
        chore_text_add(&all, "%s%s", i > 0 ? ", " : "", offered[i]);
    }
    chore_diff_hint(d, "offered: %s", n > 0 ? chore_text_get(&all) : "none");
    chore_text_release(&all);
}

chore_status chore_diff_refuse(chore_diff *d, const char *policy, chore_error *err)
{
    chore_status status = CHORE_OK;
    if (d->found > 0) {
        status = chore_fail(err, CHORE_E_POLICY_LOAD, "the request of policy \"%s\" is refused: %s",
                            policy, chore_text_get(&d->sentence));
        if (d->hint[0] != '\0') {
            chore_error_hint(err, "%s", d->hint);
        }
    }
    if (d->found > 1) { /* one fits on its line */
        chore_text table = {0};
        chore_text_add(&table, "the request of policy \"%s\" is refused in %d points:\n", policy,
                       d->found);
        if (d->compared > 0) {
            chore_text_add(&table, "%*s%-*s %s\n", NAME_COLUMN, "", ASKED_COLUMN - 1, "asked",
                           "offered");
        }
        chore_text_add(&table, "%s", chore_text_get(&d->table));
        chore_error_detail(err, chore_text_get(&table));
        chore_text_release(&table);
    }
    chore_text_release(&d->sentence);
    chore_text_release(&d->table);
    return status;
}
