/* A policy as somebody writes it who knows ALOHA: fourteen numbers in, fourteen out, six joints and a gripper
   of each arm. It bends both arms from where they were first seen, the left one by 0.2 rad and the right one
   by -0.1 rad in each joint, in a second; the left gripper opens, the right one closes. */
#include <chore/policy_easy.h>
#include <math.h>

typedef struct memory {
    float first[14];
} memory;

static const char *act(void *state, const chore_easy_step *now, float *action)
{
    memory *m = (memory *)state;
    const float *s = (const float *)now->stream[0];
    if (now->step == 0) {
        memcpy(m->first, s, sizeof m->first);
    }
    for (int i = 0; i < 14; i++) {
        const float share = fminf(1, (float)now->seconds);
        action[i] = m->first[i] + (i < 7 ? 0.2f : -0.1f) * share;
    }
    action[6] = 1; /* 1 open, 0 closed */
    action[13] = 0;
    return NULL;
}

static const chore_easy_policy aloha_joints = {
    "aloha_joints", "1.0", "Apache-2.0", "aloha", "aloha.state", sizeof(memory), 0, act};
CHORE_EASY_ENTRY(aloha_joints)
