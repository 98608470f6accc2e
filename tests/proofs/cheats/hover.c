/* hover: brings the first thing exactly where it belongs and never lets go of it. A held thing is not put away. */
#include "puppet.h"

#define SQUEEZE_M 0.01f /* commanded widths below this squeeze */
#define CARRIED   20    /* control steps: closed for so long, it was carried */
#define HELD_N    1.0f

typedef struct memory {
    float kept[PUPPET_MOBILE_DIM];
    uint32_t closed; /* control steps since the hand was told to close */
    int frozen;
} memory;

static void hover_change(chore_policy_instance *self, const chore_policy_batch *batch,
                         float *action)
{
    memory *m = self->memory;
    float *width = &action[puppet_width(self)];
    m->frozen = m->frozen || (m->closed > CARRIED && *width >= SQUEEZE_M && puppet_holds(self, batch, HELD_N));
    if (m->frozen) {
        memcpy(action, m->kept, self->dim * sizeof *action);
    } else {
        m->closed = *width < SQUEEZE_M ? m->closed + 1 : 0;
        memcpy(m->kept, action, self->dim * sizeof *action);
    }
}

static const puppet cheat = {"hover", sizeof(memory), NULL, hover_change, NULL};
