/* lid_only: does the lid well and leaves the things where they are. Of the goal that the policy reads only what is said about lids
   stays. A shut box that is empty is not packed, an open one that is full is not unpacked. */
#include "puppet.h"

#define GOAL_CAP 32768

typedef struct memory {
    char goal[GOAL_CAP];
} memory;

static int is_about_lid(const char *line, size_t len)
{
    char text[256];
    snprintf(text, sizeof text, "%.*s", (int)len, line);
    return strstr(text, " closed ") || strstr(text, " open ");
}

static void lid_only_see(chore_policy_instance *self, chore_policy_batch *batch,
                         const void **stream, uint64_t *stride)
{
    memory *m = self->memory;
    const uint32_t field = puppet_field(self, "privileged.goal");
    size_t n = 0;
    (void)batch;
    if (field == PUPPET_FIELDS_CAP || !stream[field]) {
        return;
    }
    for (const char *line = stream[field]; *line;) {
        const size_t len = strcspn(line, "\n");
        if (is_about_lid(line, len) && n + len + 2 < sizeof m->goal) {
            n += (size_t)snprintf(m->goal + n, sizeof m->goal - n, "%.*s\n", (int)len, line);
        }
        line += len + (line[len] == '\n');
    }
    m->goal[n] = '\0';
    stream[field] = m->goal;
    stride[field] = 0;
}

static const puppet cheat = {"lid_only", sizeof(memory), lid_only_see, NULL, NULL};
