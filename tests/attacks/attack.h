/* The attacks of attacks.inl: each does what it can and returns NULL, or says what got through. */
#ifndef ATTACK_H
#define ATTACK_H
#include <chore/policy_easy.h>

#define BREACH(what) ("BREACH: " what)

typedef const char *attack_fn(const chore_easy_step *now, float *action);
#define HELD(name, tries)          attack_fn attack_##name;
#define ENDED(name, reason, tries) attack_fn attack_##name;
#define EITHER ENDED
#include "attacks.inl"
#undef HELD
#undef ENDED
#undef EITHER

const chore_policy_host_table *attack_host(void);
#endif
