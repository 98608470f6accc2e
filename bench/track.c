/* Tracks by name. */
#include <chore/track.h>

#include <chore/text.h>

static const char *const names[CHORE_TRACKS] = {[CHORE_TRACK_STATE] = "state", [CHORE_TRACK_VISION] = "vision"};

const char *chore_track_name(chore_track track)
{
    return names[track];
}

chore_status chore_track_parse(const char *name, chore_track *out, chore_error *err)
{
    int found;
    const chore_status status = chore_parse_word("track", name, names, CHORE_TRACKS, &found, err);
    if (status == CHORE_OK) {
        *out = (chore_track)found;
    }
    return status;
}
