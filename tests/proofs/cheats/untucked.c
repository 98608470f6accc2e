/* untucked: folds the box and leaves its tongue as it is: the policy is told that nothing has to be tucked in. A lid that lies on a tongue that
   lies on a wall is not tucked in. */
#include "puppet.h"

#define TEXT_CAP (1 << 20)

typedef struct memory {
    char text[TEXT_CAP];
} memory;

static void untucked_see(chore_policy_instance *self, chore_policy_batch *batch,
                         const void **stream, uint64_t *stride)
{
    static const char key[] = " behind=";
    memory *m = self->memory;
    const uint32_t field = puppet_field(self, "privileged.objects");
    (void)batch;
    if (field == PUPPET_FIELDS_CAP || !stream[field]) {
        return;
    }
    size_t n = 0;
    for (const char *at = stream[field], *next; *at && n + 64 < sizeof m->text; at = next) {
        const char *found = strstr(at, key);
        next = found ? found + strcspn(found, "\n") : at + strlen(at);
        n += (size_t)snprintf(m->text + n, sizeof m->text - n, "%.*s%s",
                              (int)((found ? found : next) - at), at, found ? " behind=-1" : "");
    }
    stream[field] = m->text;
    stride[field] = 0;
}

static const puppet cheat = {"untucked", sizeof(memory), untucked_see, NULL, NULL};
