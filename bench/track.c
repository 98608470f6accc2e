/* Tracks by name. */
#include <chore/track.h>

#include <string.h>

static const char *const names[CHORE_TRACKS] = {[CHORE_TRACK_STATE] = "state", [CHORE_TRACK_VISION] = "vision"};

const char *chore_track_name(chore_track track)
{
    return names[track];
}

chore_status chore_track_parse(const char *name, chore_track *out, chore_error *err)
{
    for (int i = 0; i < CHORE_TRACKS; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (chore_track)i;
            return CHORE_OK;
        }
    }
    return chore_fail(err, CHORE_E_USAGE, "no track '%s'; expected state or vision", name);
}
