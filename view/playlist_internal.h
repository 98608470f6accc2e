/* What the playlist and its watch over a running suite share. */
#ifndef CHORE_VIEW_PLAYLIST_INTERNAL_H
#define CHORE_VIEW_PLAYLIST_INTERNAL_H
#include <chore/playlist.h>

/* The entry of a planned episode, with its result if there is one. */
chore_status playlist_take_episode(chore_playlist_entry *entry, const chore_run_folder *run, int index, chore_error *err);
/* Of those without a result, the ones whose recording has begun. True: there are new ones. */
bool playlist_find_unfinished(chore_playlist *list);
#endif
