/* pin: does everything but the last thing: the hand stays where it is as soon as all flaps are shut, on the last one. A flap that is
   held down is not shut. */
#include "puppet.h"

#define SHUT 0.17f /* rad */

typedef struct memory {
    float kept[16];
    int frozen;
} memory;

/* The four flaps of the carton. */
static int all_shut(const chore_policy_instance *self, const chore_policy_batch *batch)
{
    const uint32_t field = puppet_field(self, "privileged.part_pos");
    const float *at = field < PUPPET_FIELDS_CAP ? batch->stream[field] : NULL;
    int shut = 1;
    for (int i = 0; at && i < 4; i++) {
        shut = shut && at[i] < SHUT;
    }
    return at && shut;
}

static void pin_change(chore_policy_instance *self, const chore_policy_batch *batch, float *action)
{
    memory *m = self->memory;
    m->frozen = m->frozen || all_shut(self, batch);
    if (m->frozen) {
        memcpy(action, m->kept, self->dim * sizeof *action);
    } else {
        memcpy(m->kept, action, self->dim * sizeof *action);
    }
}

static const puppet cheat = {"pin", sizeof(memory), NULL, pin_change, NULL};
