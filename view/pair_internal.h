/* A pair: a second recorded episode beside the one that is open. It has a player and a stage of its own and follows the first,
   by time or by the first event; it is drawn beside it or as a ghost in its picture. */
#ifndef CHORE_VIEW_PAIR_INTERNAL_H
#define CHORE_VIEW_PAIR_INTERNAL_H
#include <chore/player.h>
#include <chore/playlist.h>
#include <chore/sync.h>
#include <chore/text.h>

#include "hud_internal.h"
#include "stage_internal.h"

typedef struct pair {
    bool on;                    /* there is a second one */
    bool ghost;                 /* wished; else side by side */
    chore_sync_by by;           /* wished */
    chore_playlist_entry entry; /* a copy */
    int quality;
    chore_player *player;
    chore_player_state state;
    chore_error err;
    chore_moment *moment;
    stage stage;
    bool staged;
    bool one_model;             /* both have the same model: one can be drawn in the other's picture */
    chore_sync sync;
    uint64_t asked;             /* of the player */
    uint64_t same_until;        /* both recordings went through the same states up to this step; 0: no */
    char policy[CHORE_NAME_CAP];
} pair;

typedef struct pair_first { /* what a pair has to know of the first */
    chore_player *player;
    stage *stage;
    const chore_moment *moment;
    uint64_t wanted; /* step on its clock, perhaps beyond its end */
} pair_first;

/* Load a second one; what was there goes. on_news: as a player's. */
void pair_open(pair *p, const chore_playlist_entry *entry, const char *cache_dir, int quality, void (*on_news)(void *), void *news_ctx);
void pair_close(pair *p);   /* the wishes stay */
/* Look for news and ask for the step that belongs to the first's. True: something to draw anew. */
bool pair_tick(pair *p, const pair_first *first);
void pair_set_by(pair *p, chore_sync_by by, const pair_first *first);

/* Something of it can be seen. */
bool pair_shows(const pair *p);
bool pair_shows_split(const pair *p);
bool pair_shows_ghost(const pair *p);
/* The step on the first's clock that both have reached, given the first's own; what has come to its end holds nothing up. */
uint64_t pair_reached(const pair *p, const chore_timeline *first, uint64_t step);
/* It shows what belongs to that step of the first. */
bool pair_settled(const pair *p, uint64_t first_step);

void pair_draw_split(pair *p, const stage *first, mjrRect at);
void pair_draw_ghost(pair *p, const pair_first *first);

/* pair_strip.c: what is known of it, above the timeline of the first. `bottom`: pixels from the window's top to the strip's lower edge. */
int pair_strip_height(const ink *pen);
void pair_draw_strip(const pair *p, const ink *pen, const chore_timeline *first, int bottom);
/* Side by side: names in the lower corners of the two halves. */
void pair_draw_names(const pair *p, const ink *pen, const char *first, int bottom);

void pair_tell(const pair *p, chore_text *out); /* a JSON object */
#endif
