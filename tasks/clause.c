/* Conditions set up for an episode, and their truth. */
#include "clause_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void chore_facts_clear(fact_table *table)
{
    table->n_facts = table->n_nodes = 0;
}

void chore_facts_release(fact_table *table)
{
    free(table->facts);
    free(table->nodes);
    memset(table, 0, sizeof *table);
}

static void *grow(void *items, int n, int *cap, size_t size)
{
    if (n < *cap) {
        return items;
    }
    *cap = *cap ? 2 * *cap : 64;
    items = realloc(items, (size_t)*cap * size);
    CHORE_ASSERT(items != NULL);
    return items;
}

/* ---- setting up ------------------------------------------------------------------------------ */

uint64_t chore_set_members(const chore_set *set, const clause_words *words)
{
    uint64_t members = set->members;
    for (int role = 0; role < words->task->n_roles; role++) {
        if (set->roles >> role & 1 && words->roles[role] >= 0) {
            members |= UINT64_C(1) << words->roles[role];
        }
    }
    return members & words->among;
}

static chore_value value_of(const chore_argument *arg, const clause_words *words)
{
    chore_value value = {arg->refer, arg->index, arg->number};
    if (arg->refer == REFER_EACH || arg->refer == REFER_EVENT || arg->refer == REFER_ROLE) {
        value.refer = REFER_ITEM;
        value.index = arg->refer == REFER_EACH    ? words->each
                      : arg->refer == REFER_EVENT ? words->event
                                                  : (int)words->roles[arg->index];
        CHORE_ASSERT(value.index >= 0);
    }
    return value;
}

static bool same_value(chore_value a, chore_value b)
{
    return a.refer == b.refer && a.index == b.index && !(a.number < b.number) &&
           !(a.number > b.number);
}

static int add_fact(fact_table *table, int predicate, const chore_value *args)
{
    for (int i = 0; i < table->n_facts; i++) {
        const chore_fact *fact = &table->facts[i];
        if (fact->predicate == predicate && same_value(fact->args[0], args[0]) &&
            same_value(fact->args[1], args[1]) && same_value(fact->args[2], args[2])) {
            return i;
        }
    }
    table->facts = grow(table->facts, table->n_facts, &table->cap_facts, sizeof *table->facts);
    chore_fact *fact = &table->facts[table->n_facts];
    memset(fact, 0, sizeof *fact);
    fact->predicate = predicate;
    memcpy(fact->args, args, sizeof fact->args);
    return table->n_facts++;
}

static int add_node(fact_table *table, condition_kind kind, int n)
{
    table->nodes = grow(table->nodes, table->n_nodes, &table->cap_nodes, sizeof *table->nodes);
    table->nodes[table->n_nodes] = (clause_node){kind, n, 0, 0, -1};
    return table->n_nodes++;
}

static void add_leaf(fact_table *table, int predicate, const chore_value *args)
{
    int fact = add_fact(table, predicate, args);
    int node = add_node(table, CONDITION_LITERAL, 0); /* may move the nodes */
    table->nodes[node].fact = fact;
}

/* `shards_in` counts shard by shard: it is broken, and each lies inside. */
static void add_shards(fact_table *table, const chore_value *args, const clause_words *words)
{
    int n, first = chore_task_shards(words->task, args[0].index, &n);
    const chore_value broken[MAX_ARGS] = {args[0]};
    int node = add_node(table, CONDITION_ALL, 1 + n);
    (void)node;
    add_leaf(table, PREDICATE_broken, broken);
    for (int i = first; i < first + n; i++) {
        const chore_value inside[MAX_ARGS] = {{REFER_ITEM, i, 0}, args[1]};
        add_leaf(table, PREDICATE_inside, inside);
    }
}

static void add_literal(fact_table *table, const chore_condition *condition,
                        const clause_words *words)
{
    chore_value args[MAX_ARGS];
    for (int i = 0; i < MAX_ARGS; i++) {
        args[i] = value_of(&condition->args[i], words);
    }
    if (condition->predicate == PREDICATE_shards_in) {
        add_shards(table, args, words);
    } else {
        add_leaf(table, condition->predicate, args);
    }
}

static void add_tree(fact_table *table, const chore_condition *condition, clause_words words);

static void add_members(fact_table *table, const chore_condition *condition, condition_kind kind,
                        clause_words words)
{
    uint64_t members = chore_set_members(&condition->set, &words);
    int node = add_node(table, kind, 0), n = 0;
    for (int object = 0; object < CHORE_MAX_OBJECTS; object++) {
        if (members >> object & 1) {
            words.each = object;
            add_tree(table, condition->children, words);
            n++;
        }
    }
    table->nodes[node].n = n;
    table->nodes[node].at_least = condition->at_least;
    table->nodes[node].at_most = condition->at_most;
}

typedef struct goal_of {
    fact_table *table, *goal;
    int object, n;
} goal_of;

static void add_leaf_of_goal(void *ctx, int leaf, bool wanted)
{
    goal_of *of = ctx;
    const chore_fact *source = &of->goal->facts[leaf];
    if (source->args[0].refer != REFER_ITEM || source->args[0].index != of->object) {
        return;
    }
    int fact = add_fact(of->table, source->predicate, source->args);
    if (!wanted) {
        add_node(of->table, CONDITION_NONE, 1);
    }
    int node = add_node(of->table, CONDITION_LITERAL, 0);
    of->table->nodes[node].fact = fact;
    of->n++;
}

/* What goal and new work so far say about one object: all of the leaves whose first argument is that object. */
static void add_goal_of(fact_table *table, const chore_condition *condition,
                        const clause_words *words)
{
    fact_table goal = {0};
    goal_of of = {table, &goal, value_of(&condition->args[0], words).index, 0};
    int node = add_node(table, CONDITION_ALL, 0);
    clause_words of_goal = *words;
    of_goal.each = of_goal.event = -1;
    of_goal.among = words->at_start;
    chore_clause_leaves(
        &goal, chore_clause_add(&goal, words->goal ? words->goal : &words->task->goal, of_goal),
        add_leaf_of_goal, &of);
    of_goal.among = words->among;
    for (int i = 0; words->dropped && i < words->task->n_events; i++) {
        of_goal.event = words->dropped[i];
        if (of_goal.event >= 0) {
            chore_clause_leaves(&goal,
                                chore_clause_add(&goal, &words->task->events[i].work, of_goal),
                                add_leaf_of_goal, &of);
        }
    }
    table->nodes[node].n = of.n;
    chore_facts_release(&goal);
}

static void add_tree(fact_table *table, const chore_condition *condition, clause_words words)
{
    switch (condition->kind) {
    case CONDITION_LITERAL: add_literal(table, condition, &words); return;
    case CONDITION_GOAL_OF: add_goal_of(table, condition, &words); return;
    case CONDITION_FORALL: add_members(table, condition, CONDITION_ALL, words); return;
    default: break;
    }
    if (condition->over_set) {
        add_members(table, condition, condition->kind, words);
        return;
    }
    int node = add_node(table, condition->kind, condition->n);
    table->nodes[node].at_least = condition->at_least;
    table->nodes[node].at_most = condition->at_most;
    for (int i = 0; i < condition->n; i++) {
        add_tree(table, &condition->children[i], words);
    }
}

chore_clause chore_clause_add(fact_table *table, const chore_condition *condition,
                              clause_words words)
{
    int first = table->n_nodes;
    add_tree(table, condition, words);
    return (chore_clause){first, table->n_nodes - first};
}

/* ---- truth ----------------------------------------------------------------------------------- */

/* Facts about the robot can change while the items sleep. */
static bool about_items_only(const chore_fact *fact)
{
    switch (fact->predicate) {
    case PREDICATE_gripper_empty:
    case PREDICATE_robot_clear:
    case PREDICATE_on_top: /* about all others, too */
    case PREDICATE_pressed:
    case PREDICATE_broken: /* where it was parked, it sleeps; these are about its shards */
    case PREDICATE_shards_in:
    case PREDICATE_amid_shards:
    case PREDICATE_filled: /* liquids move by themselves */
    case PREDICATE_spilled:
    case PREDICATE_dry:
    case PREDICATE_reported: return false;
    default: break;
    }
    for (int i = 0; i < 2; i++) {
        const reference refer = fact->args[i].refer;
        if (refer == REFER_GRIPPER || refer == REFER_PART || refer == REFER_SPACE) {
            return false; /* furniture moves by itself */
        }
    }
    return true;
}

/* A rigid object's pose; of a garment or of an object with parts, which have more numbers, their hash. Positions of an
   object's parts follow its own. */
static void pose_of(const chore_view *view, int item, double out[7])
{
    const chore_garment *garment = chore_item_garment(view, item);
    const chore_object *object = chore_item_object(view, item);
    if (object && object->n_parts == 0) {
        mju_copy(out, view->data->qpos + object->qpos_adr, 7);
        return;
    }
    const chore_hash hash = chore_hash_bytes(
        view->data->qpos + (object ? object->qpos_adr : garment->qpos_adr),
        (size_t)(object ? 7 + object->n_parts : garment->n_vertices * 3) * sizeof(double), 0);
    mju_zero(out, 7);
    memcpy(out, &hash, sizeof hash);
}

/* Facts about a garment among the others: those may move while it sleeps. */
static bool about_all_cloth(const chore_fact *fact)
{
    return fact->predicate == PREDICATE_piled || fact->predicate == PREDICATE_sorted ||
           fact->predicate == PREDICATE_aside;
}

/* All garments sleep. out gets a hash of where they are. */
static bool cloth_settled(const chore_view *view, double out[7])
{
    chore_hash hash = {0, 0};
    for (int i = 0; i < view->n_items; i++) {
        double pose[7];
        if (!(view->present >> i & 1) || !chore_item_garment(view, i)) {
            continue;
        }
        if (!chore_item_asleep(view, i)) {
            return false;
        }
        pose_of(view, i, pose);
        hash = chore_hash_chain(hash, pose, sizeof pose);
    }
    memcpy(out, &hash, sizeof hash);
    return true;
}

/* All items sleep. poses get theirs. */
static bool settled(const chore_fact *fact, const chore_view *view, double poses[MAX_ARGS][7])
{
    memset(poses, 0, MAX_ARGS * sizeof poses[0]);
    for (int i = 0; i < 2; i++) {
        if (fact->args[i].refer != REFER_ITEM) {
            continue;
        }
        if (!chore_item_asleep(view, fact->args[i].index)) {
            return false;
        }
        pose_of(view, fact->args[i].index, poses[i]);
    }
    return !about_all_cloth(fact) || cloth_settled(view, poses[2]);
}

void chore_facts_update(fact_table *table, const chore_view *view)
{
    for (int i = 0; i < table->n_facts; i++) {
        chore_fact *fact = &table->facts[i];
        double poses[MAX_ARGS][7];
        bool still = about_items_only(fact) && settled(fact, view, poses);
        if (still && fact->kept && memcmp(poses, fact->pose, sizeof poses) == 0) {
            continue;
        }
        fact->holds = chore_predicate_holds(fact->predicate, view, fact->args);
        fact->kept = still;
        if (still) {
            memcpy(fact->pose, poses, sizeof poses);
        }
    }
}

/* Value of the tree at *at, which moves behind it. */
static double share_at(const fact_table *table, int *at)
{
    const clause_node *node = &table->nodes[(*at)++];
    double sum = 0, least = 1, most = 0;
    int n_full = 0, n_none = 0;
    if (node->kind == CONDITION_LITERAL) {
        return table->facts[node->fact].holds ? 1 : 0;
    }
    for (int i = 0; i < node->n; i++) {
        double share = share_at(table, at);
        sum += share;
        least = fmin(least, share);
        most = fmax(most, share);
        n_full += share >= 1;
        n_none += !(share >= 1);
    }
    switch (node->kind) {
    case CONDITION_ALL: return least >= 1 ? 1 : sum / node->n;
    case CONDITION_ANY: return most;
    case CONDITION_NONE: return n_full == 0 ? 1 : (double)n_none / node->n;
    default: break; /* COUNT */
    }
    if (n_full > node->at_most) {
        return (double)node->at_most / n_full;
    }
    return n_full >= node->at_least ? 1 : (double)n_full / node->at_least;
}

double chore_clause_share(const fact_table *table, chore_clause clause)
{
    int at = clause.first;
    return share_at(table, &at);
}

bool chore_clause_holds(const fact_table *table, chore_clause clause)
{
    return chore_clause_share(table, clause) >= 1;
}

static void leaves_at(const fact_table *table, int *at, bool wanted,
                      void (*visit)(void *ctx, int fact, bool wanted), void *ctx)
{
    const clause_node *node = &table->nodes[(*at)++];
    if (node->kind == CONDITION_LITERAL) {
        visit(ctx, node->fact, wanted);
        return;
    }
    for (int i = 0; i < node->n; i++) {
        leaves_at(table, at, node->kind == CONDITION_NONE ? !wanted : wanted, visit, ctx);
    }
}

void chore_clause_leaves(const fact_table *table, chore_clause clause,
                         void (*visit)(void *ctx, int fact, bool wanted), void *ctx)
{
    int at = clause.first;
    leaves_at(table, &at, true, visit, ctx);
}

/* ---- as text --------------------------------------------------------------------------------- */

const char *chore_number_text(double value, char out[32])
{
    snprintf(out, 32, "%.6g", value);
    for (char *c = out; *c; c++) {
        if (!strchr("0123456789+-einaf", *c)) {
            *c = '.';
        }
    }
    return out;
}

static const char *fixture_name(const chore_scene *scene, int body)
{
    for (int i = 0; i < chore_scene_n_fixtures(scene); i++) {
        if (chore_scene_find_fixture(scene, chore_scene_fixture_name(scene, i)) == body) {
            return chore_scene_fixture_name(scene, i);
        }
    }
    return "fixture";
}

void chore_fact_text(const chore_fact *fact, bool wanted, const chore_task *task,
                     const chore_scene *scene, char *out, size_t cap)
{
    char number[32];
    size_t len = (size_t)snprintf(out, cap, "%s%s", wanted ? "" : "not ",
                                  chore_predicate_row(fact->predicate)->name);
    for (int i = 0; i < MAX_ARGS && len < cap; i++) {
        const chore_value *arg = &fact->args[i];
        const char *word = NULL;
        switch (arg->refer) {
        case REFER_ITEM: word = task->objects[arg->index].id; break;
        case REFER_KIND: word = chore_item_words_of(scene, task->items[arg->index]).kind; break;
        case REFER_COLOUR: word = chore_item_words_of(scene, task->items[arg->index]).colour; break;
        case REFER_WALL:
            word = chore_scene_object(scene, task->items[fact->args[0].index].object)->parts[arg->index].name;
            break;
        case REFER_REGION: word = chore_scene_region(scene, arg->index)->name; break;
        case REFER_FIXTURE: word = fixture_name(scene, arg->index); break;
        case REFER_PART:
            word = mj_id2name(chore_scene_model(scene), mjOBJ_JOINT, arg->index);
            break;
        case REFER_SPACE:
            word = mj_id2name(chore_scene_model(scene), mjOBJ_SITE, arg->index);
            break;
        case REFER_GRIPPER: word = "gripper"; break;
        case REFER_NUMBER: word = chore_number_text(arg->number, number); break;
        default: break;
        }
        if (word) {
            len += (size_t)snprintf(out + len, cap - len, " %s", word);
        }
    }
}
