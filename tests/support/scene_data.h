/* A data folder of a test's own: links to the real scenes, to which a test adds what it wants. */
#ifndef CHORE_TEST_SCENE_DATA_H
#define CHORE_TEST_SCENE_DATA_H

/* Make it and point CHOREBENCH_DATA at it; call first thing in main. The path is static. */
const char *scene_data_make(void);
void scene_data_remove(void);
/* Write <data>/<path>, with folders. */
void scene_data_write(const char *path, const char *text);
#endif
