/* Leave the function with the status of a step that failed: for functions that own nothing yet. */
#ifndef CHORE_SCENES_TRY_INTERNAL_H
#define CHORE_SCENES_TRY_INTERNAL_H
#define TRY(step)                               \
    do {                                        \
        const chore_status try_status = (step); \
        if (try_status != CHORE_OK) {           \
            return try_status;                  \
        }                                       \
    } while (0)
#endif
