/* What differs between a request and an offer, collected point by point: as one sentence, and as a table. */
#ifndef CHORE_HOST_DIFF_INTERNAL_H
#define CHORE_HOST_DIFF_INTERNAL_H
#include <chore/text.h>

typedef struct chore_diff {
    chore_text sentence, table;
    char last[128]; /* whom the table spoke of last */
    char hint[512]; /* about the first point that has one */
    int found, compared; /* points; those of asked and offered */
} chore_diff;

/* One point. `who`: "stream \"proprio.eef_pos\"", or NULL for the request as a whole; `what` of it is asked so, offered so. */
void chore_diff_word(chore_diff *d, const char *who, const char *what, const char *asked, const char *offered);
/* A point that is no matter of asked and offered. */
void chore_diff_say(chore_diff *d, const char *who, const char *fmt, ...) CHORE_PRINTF(3, 4);
/* `who`, called "stream" or the like and a name, is not among the offered names: say which is nearest, hint at all. */
void chore_diff_unknown(chore_diff *d, const char *owner, const char *kind, const char *name, const char *const *offered, uint32_t n);
void chore_diff_hint(chore_diff *d, const char *fmt, ...) CHORE_PRINTF(2, 3);

/* Fill the error, or return CHORE_OK when nothing differs; releases. */
chore_status chore_diff_refuse(chore_diff *d, const char *policy, chore_error *err);
#endif
