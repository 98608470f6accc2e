/* The checks of `chorebench doctor`: each looks at one thing and says what it found in one line. */
#ifndef CHORE_DOCTOR_INTERNAL_H
#define CHORE_DOCTOR_INTERNAL_H
#include <chore/base.h>

typedef enum chore_health { CHORE_PASS, CHORE_WARN, CHORE_FAIL } chore_health;

typedef struct chore_finding {
    chore_health health;
    char text[512], hint[512];   /* what was found; how to mend it, empty when there is nothing to mend */
} chore_finding;

typedef void (*chore_check_fn)(chore_finding *finding);
typedef struct chore_check { const char *name; chore_check_fn look; } chore_check;

extern const chore_check chore_machine_checks[], chore_product_checks[];   /* each ends with name NULL */

/* Fill the finding; `hint` NULL: none. */
void chore_find(chore_finding *finding, chore_health health, const char *hint, const char *fmt, ...) CHORE_PRINTF(4, 5);
#endif
