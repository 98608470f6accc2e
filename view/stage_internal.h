/* The stage: the scene as MuJoCo draws it, through a camera that the spectator moves. Needs the window's GL context. */
#ifndef CHORE_VIEW_STAGE_INTERNAL_H
#define CHORE_VIEW_STAGE_INTERNAL_H
#include <mujoco/mujoco.h>

#include <chore/player.h>

typedef struct stage {
    mjModel model;      /* the player's arrays under our own visual options */
    mjvScene scene;
    mjvCamera camera, home;
    mjvOption option;
    mjvPerturb pick;    /* what is selected; nothing is ever pushed */
    mjrContext context;
    const mjData *pose; /* brought up to date already */
    int font_scale;
} stage;

/* quality 0: for software: no shadows, no reflections. May raise MuJoCo errors, as all below (chore_mj_try). */
void stage_open(stage *s, const mjModel *model, const char *camera, int quality);
void stage_close(stage *s);
/* Font for a window of that height. */
void stage_fit_font(stage *s, int height);
/* The scene as it is at that moment; then the picture of it, with what was added to the scene in between. */
void stage_set(stage *s, const chore_moment *moment);
void stage_draw(stage *s, mjrRect at);

/* All cameras of the model in turn, with the free one between the last and the first. */
void stage_next_camera(stage *s, int direction);
/* From wherever the view is now: a fixed camera's place is taken over. */
void stage_free_camera(stage *s);
void stage_align(stage *s);
const char *stage_camera_name(const stage *s);
/* Mouse, with simulate's meaning; dx, dy in window heights. It frees the camera. */
void stage_drag(stage *s, mjtMouse action, double dx, double dy);
/* What is at (x, y), 0 to 1 from the lower left corner of a view of that aspect ratio? Returns its body, -1: nothing;
   *point: where it was hit. */
int stage_pick(stage *s, const chore_moment *moment, double aspect, double x, double y, double point[3]);
void stage_look_at(stage *s, const double point[3], int track_body); /* track_body -1: none */
#endif
