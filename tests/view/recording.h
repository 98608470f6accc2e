/* A recording for tests: `steps` control steps of set_aside with the arm swinging, with a key frame every `key_every` and
   notes as a rollout writes them. From step `forged` on (1-based; 0: never) the hashes are another world's. */
#ifndef CHORE_TEST_RECORDING_H
#define CHORE_TEST_RECORDING_H
#include <chore/rig.h>
#include <chore/trace.h>

typedef struct recording_def {
    int steps, key_every, forged;
    const char *mode; /* NULL: joint_pos */
    int says_at;      /* before the step behind so many the policy asks for help; 0: it says nothing */
} recording_def;
void recording_make_of(chore_rig *rig, const char *path, const recording_def *def);
void recording_make(chore_rig *rig, const char *path, int steps, int key_every, int forged);
#endif
