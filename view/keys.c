#include "keys_internal.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <mujoco/mujoco.h>
#include <stddef.h>

const view_key view_keys[] = {
#define CHORE_VIEW_GROUP(title) {title, CHORE_VIEW_NOTHING, 0, 0, 0, "", ""},
#define CHORE_VIEW_KEY(action, argument, key, mods, label, what) {NULL, action, argument, key, mods, label, what},
#include "keys.inl"
#undef CHORE_VIEW_KEY
#undef CHORE_VIEW_GROUP
};
const int view_n_keys = sizeof view_keys / sizeof *view_keys;

const view_key *view_key_find(int key, int mods)
{
    const int counted = mods & (GLFW_MOD_SHIFT | GLFW_MOD_CONTROL | GLFW_MOD_ALT | GLFW_MOD_SUPER);
    for (int i = 0; i < view_n_keys; i++) {
        const view_key *k = &view_keys[i];
        const int wanted = k->action == CHORE_VIEW_SPEED ? counted & GLFW_MOD_SHIFT : 0; /* "+" is a shifted "=" on many keyboards */
        if (!k->group && k->action != CHORE_VIEW_DRIVE && k->key == key && (k->mods | wanted) == counted) {
            return k;
        }
    }
    return NULL;
}

const view_key *view_key_find_drive(int key)
{
    for (int i = 0; i < view_n_keys; i++) {
        if (view_keys[i].action == CHORE_VIEW_DRIVE && view_keys[i].key == key) {
            return &view_keys[i];
        }
    }
    return NULL;
}

void view_keys_print(FILE *out)
{
    for (int i = 0; i < view_n_keys; i++) {
        const view_key *k = &view_keys[i];
        if (k->group) {
            fprintf(out, "%s%s\n", i ? "\n" : "", k->group);
        } else if (k->label[0]) {
            fprintf(out, "  %-10s %s\n", k->label, k->what);
        }
    }
}
