/* Conditions set up for an episode: sets spelled out, words replaced by objects, every literal a
   fact that is looked up once per control step however often it is used. */
#ifndef CHORE_CLAUSE_INTERNAL_H
#define CHORE_CLAUSE_INTERNAL_H
#include "predicates_internal.h"

/* A literal and its truth. `kept`: found while all its items slept at the poses in `pose`; as
   long as they do, it stays. */
typedef struct chore_fact {
    int predicate;
    chore_value args[MAX_ARGS];
    bool holds, kept;
    double pose[MAX_ARGS][7];
} chore_fact;

/* A node of a clause, in preorder. */
typedef struct clause_node {
    condition_kind kind; /* ALL ANY NONE COUNT LITERAL */
    int n;               /* children */
    int at_least, at_most;
    int fact;
} clause_node;

/* A tree in the table's node array. */
typedef struct chore_clause {
    int first, n_nodes;
} chore_clause;

typedef struct fact_table {
    int n_facts, cap_facts;
    chore_fact *facts;
    int n_nodes, cap_nodes;
    clause_node *nodes;
} fact_table;

/* What the words of a condition mean. */
typedef struct clause_words {
    const chore_task *task;
    const chore_condition *goal; /* that goal_of looks at; NULL: the task's */
    uint64_t among;              /* sets take members from these objects */
    uint64_t at_start;           /* the same for the goal that goal_of looks at */
    const int64_t *roles;        /* object of each role */
    int each, event;             /* object; -1: none */
    const int *
        dropped; /* [n_events] what each event put down, or -1: its new work is part of what goal_of looks
                             at; NULL: none */
} clause_words;

void chore_facts_clear(fact_table *table);
void chore_facts_release(fact_table *table);
chore_clause chore_clause_add(fact_table *table, const chore_condition *condition,
                              clause_words words);
void chore_facts_update(fact_table *table, const chore_view *view);

bool chore_clause_holds(const fact_table *table, chore_clause clause);
/* Share of it that holds, 0..1: literals count alike within a list; 1 exactly when it holds. */
double chore_clause_share(const fact_table *table, chore_clause clause);
/* Visit the leaves; `wanted` is false under an odd number of `none`. */
void chore_clause_leaves(const fact_table *table, chore_clause clause,
                         void (*visit)(void *ctx, int fact, bool wanted), void *ctx);

/* "inside plate_1 tote"; a leaf that must not hold starts with "not ". */
void chore_fact_text(const chore_fact *fact, bool wanted, const chore_task *task,
                     const chore_scene *scene, char *out, size_t cap);
/* %.6g with a point, whatever the locale. Returns out. */
const char *chore_number_text(double value, char out[32]);

uint64_t chore_set_members(const chore_set *set, const clause_words *words);
#endif
