/* Tracks: what a policy may look at. A result names its track, and only results of one track are compared. */
#ifndef CHORE_TRACK_H
#define CHORE_TRACK_H
#include <chore/base.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef enum chore_track {
    CHORE_TRACK_STATE,  /* everything that is offered, also privileged streams, which no real robot has */
    CHORE_TRACK_VISION, /* cameras, proprioception and the instruction: privileged streams are not offered */
    CHORE_TRACKS
} chore_track;

const char *chore_track_name(chore_track track); /* "state", "vision" */
/* CHORE_E_USAGE names both and the nearest. */
chore_status chore_track_parse(const char *name, chore_track *out, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
