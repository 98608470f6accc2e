/* How a run's world looks on the pictures that its policy is given. A result names it, and only results of one kind are compared. */
#ifndef CHORE_APPEARANCE_KIND_H
#define CHORE_APPEARANCE_KIND_H
#include <chore/base.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef enum chore_appearance_kind {
    CHORE_APPEARANCE_CANONICAL, /* every episode as its scene was made */
    CHORE_APPEARANCE_SEEDED,    /* by lot: another look with each seed, the same one in both variants of an episode */
    CHORE_APPEARANCE_KINDS
} chore_appearance_kind;

const char *chore_appearance_name(chore_appearance_kind kind); /* "canonical", "seeded" */
/* CHORE_E_USAGE names both and the nearest. */
chore_status chore_appearance_parse(const char *name, chore_appearance_kind *out, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
