/* Pictures: what a recording says of the camera images that its policy was shown. Pure data; any thread that owns it. */
#ifndef CHORE_PICTURES_H
#define CHORE_PICTURES_H
#include <chore/scene.h>
#include <chore/shot.h>
#include <chore/trace.h>
#ifdef __cplusplus
extern "C" {
#endif
enum { CHORE_PICTURES_MOST = 4 };

typedef struct chore_picture {
    char camera[CHORE_NAME_CAP];
    chore_shot shot; /* without memory; its size is the one that the policy asked for */
} chore_picture;

typedef struct chore_pictures {
    chore_picture at[CHORE_PICTURES_MOST];
    int n, n_more; /* n_more: those that have no room here */
    uint64_t lot;  /* of the looks in which the policy saw them; 0: canonical */
    bool asked;    /* the policy saw them; else they are the robot's cameras and the scene's first, made small */
} chore_pictures;

/* Cameras that the model lacks are passed over. */
void chore_pictures_read(chore_pictures *out, const chore_trace *trace, const chore_scene *scene);
#ifdef __cplusplus
}
#endif
#endif
