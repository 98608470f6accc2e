/* wrong_order: packs all that is wanted, and shuts the flaps the other way round: the policy is told that the large flaps are the lower
   layer. Small flaps that lie on top of large ones hold nothing. */
#include "puppet.h"

#define TEXT_CAP (1 << 20)

typedef struct memory {
    char text[TEXT_CAP];
} memory;

static void wrong_order_see(chore_policy_instance *self, chore_policy_batch *batch,
                            const void **stream, uint64_t *stride)
{
    memory *m = self->memory;
    const uint32_t field = puppet_field(self, "privileged.objects");
    (void)batch;
    if (field == PUPPET_FIELDS_CAP || !stream[field]) {
        return;
    }
    snprintf(m->text, sizeof m->text, "%s", (const char *)stream[field]);
    for (char *at = m->text; (at = strstr(at, " layer=")) != NULL; at++) {
        char *layer = at + strlen(" layer=");
        *layer = *layer == '0' ? '1' : *layer == '1' ? '0' : *layer;
    }
    stream[field] = m->text;
    stride[field] = 0;
}

static const puppet cheat = {"wrong_order", sizeof(memory), wrong_order_see, NULL, NULL};
