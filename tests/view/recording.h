/* A recording for tests: `steps` control steps of set_aside with the arm swinging, with a key frame every `key_every` and
   notes as a rollout writes them. From step `forged` on (1-based; 0: never) the hashes are another world's. */
#ifndef CHORE_TEST_RECORDING_H
#define CHORE_TEST_RECORDING_H
#include <chore/rig.h>
#include <chore/trace.h>

void recording_make(chore_rig *rig, const char *path, int steps, int key_every, int forged);
#endif
