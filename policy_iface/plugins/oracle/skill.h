/* What every skill for cloth answers once per control step. */
#ifndef ORACLE_SKILL_H
#define ORACLE_SKILL_H
typedef enum skill_state { SKILL_BUSY, SKILL_DONE, SKILL_FAILED } skill_state;
#endif
