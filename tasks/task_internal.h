/* A task in memory: what the YAML said, with every name resolved. Private to tasks/ (and its
   tests). */
#ifndef CHORE_TASK_INTERNAL_H
#define CHORE_TASK_INTERNAL_H
#include <chore/task.h>
#include <chore/yaml.h>

#define MAX_ARGS   3
#define MAX_ROLES  8
#define MAX_STAGES 16
#define MAX_EVENTS 8
#define MAX_FAILS  16
#define MAX_JOINTS 8
#define MAX_SPILLS 4

typedef enum predicate_id {
#define CHORE_PREDICATE(name, settled, a, b, c, meaning) PREDICATE_##name,
#include "predicates.inl"
#undef CHORE_PREDICATE
    PREDICATE_COUNT
} predicate_id;

/* What an argument of a predicate may be. An item is what the pool holds: an object or a garment. */
typedef enum argument_kind {
    ARGUMENT_NONE,
    ARGUMENT_ITEM,
    ARGUMENT_OBJECT, /* rigid */
    ARGUMENT_GARMENT,
    ARGUMENT_RECEPTACLE, /* an object with a site `cavity` */
    ARGUMENT_LIDDED,     /* an object with a lid, or a fixture's door or drawer */
    ARGUMENT_CONTAINER,  /* a receptacle, a region, or a fixture's space */
    ARGUMENT_RACK,       /* an object with sites slot_N */
    ARGUMENT_CELLS,      /* an object with sites cell_N */
    ARGUMENT_SUPPORT,    /* an object or a fixture */
    ARGUMENT_BODY,       /* an item or a fixture */
    ARGUMENT_RAIL,       /* a fixture with a bar that cloth may hang over */
    ARGUMENT_REGION,
    ARGUMENT_THING, /* an item, a region or `gripper` */
    ARGUMENT_TRAIT, /* a kind or colour of the pool's garments */
    ARGUMENT_LENGTH,
    ARGUMENT_ANGLE,
    ARGUMENT_BREAKABLE, /* an object with shards; it may have broken */
    ARGUMENT_SHARD, /* of a breakable object */
    ARGUMENT_FORCE,
    ARGUMENT_VESSEL, /* an object that holds liquids */
    ARGUMENT_VOLUME,
    ARGUMENT_FOLDABLE, /* an object with walls: a box that comes flat */
    ARGUMENT_WALL,     /* one of these walls, by name */
    ARGUMENT_APPLIANCE /* an object that can fail: it brews */
} argument_kind;

/* An item of the pool in the scene: index of the object or of the garment, the other one is -1. */
typedef struct chore_item {
    int object, garment;
} chore_item;

typedef struct chore_item_words {
    const char *id, *kind, *colour, *category; /* category of a garment: "garment" */
} chore_item_words;
chore_item_words chore_item_words_of(const chore_scene *scene, chore_item item);

typedef struct predicate_row {
    const char *name;
    bool settled;
    argument_kind args[MAX_ARGS];
    const char *arguments; /* for people: "object receptacle" */
    const char *meaning;
} predicate_row;

const predicate_row *chore_predicate_row(int predicate);
const char *const *chore_predicate_names(void); /* PREDICATE_COUNT of them */

/* What an argument stands for. EACH, ROLE and EVENT become an ITEM when a condition is set up for an
   episode. */
typedef enum reference {
    REFER_NOTHING,
    REFER_NUMBER,
    REFER_ITEM,
    REFER_FIXTURE, /* index: body */
    REFER_REGION,
    REFER_GRIPPER,
    REFER_PART,  /* index: joint of a fixture, mjModel id */
    REFER_SPACE, /* index: box site of a fixture, mjModel id */
    REFER_KIND, /* that of item `index` */
    REFER_COLOUR,
    REFER_WALL, /* index: part of an object */
    REFER_EACH, /* the member of the forall, count or trigger around it */
    REFER_ROLE, /* index into the task's roles: an object that the seed chose */
    REFER_EVENT /* `dropped`, `slipped` ...: the item of the event */
} reference;

typedef struct chore_argument {
    reference refer;
    int index;
    double number;             /* SI */
    char name[CHORE_NAME_CAP]; /* as written; numbers: empty */
    const chore_yaml_node *node;
} chore_argument;

/* A set of items: by category, kind or colour, or listed. */
typedef enum set_by { SET_CATEGORY, SET_KIND, SET_COLOUR, SET_OBJECTS } set_by;
typedef struct chore_set {
    set_by by;
    int n;
    char (*names)[CHORE_NAME_CAP];
    const chore_yaml_node *node;
    uint64_t members; /* resolved: bit per item */
    uint32_t roles;   /* bit per role */
} chore_set;

typedef enum condition_kind {
    CONDITION_ALL,
    CONDITION_ANY,
    CONDITION_NONE,
    CONDITION_COUNT,
    CONDITION_FORALL,
    CONDITION_GOAL_OF,
    CONDITION_LITERAL
} condition_kind;

typedef struct chore_condition chore_condition;
struct chore_condition {
    condition_kind kind;
    const chore_yaml_node *node;
    int n; /* children; FORALL and COUNT over a set: one, repeated for each member */
    chore_condition *children;
    bool over_set;                 /* COUNT: over `set`, not over a list */
    chore_set set;                 /* FORALL, COUNT */
    int at_least, at_most;         /* COUNT */
    int predicate;                 /* LITERAL */
    chore_argument args[MAX_ARGS]; /* LITERAL; GOAL_OF: args[0] */
};

typedef struct task_init {
    const chore_yaml_node *node;
    int n_from;
    int *from;  /* items */
    int lo, hi; /* how many of them */
    char region[CHORE_NAME_CAP];
    int region_index;
    double yaw_rad[2];
    const chore_yaml_node *start_node; /* NULL: not said */
    chore_garment_start start;         /* of garments */
    const chore_yaml_node *pose_node;  /* NULL: not said */
    char pose[CHORE_NAME_CAP];         /* of objects with parts */
    int inside;                        /* item with a cavity; -1: in the region */
    int role;                          /* -1: none */
} task_init;

/* Where the joint of a fixture stands at the start. */
typedef struct task_joint {
    const chore_yaml_node *node;
    char name[2 * CHORE_NAME_CAP]; /* "<fixture>/<joint>" */
    double angle;                  /* rad */
    int joint;                     /* mjModel id */
} task_joint;

/* Liquid that lies on a region's floor at the start. */
typedef struct task_spill {
    const chore_yaml_node *node;
    double volume_m3[2]; /* range */
    char region[CHORE_NAME_CAP];
    int region_index;
} task_spill;

typedef struct task_stage {
    char name[CHORE_NAME_CAP];
    double weight;
    chore_condition condition;
} task_stage;

typedef enum effect_kind {
    EFFECT_DROP,
    EFFECT_SLIP,
    EFFECT_UNFOLD,
    EFFECT_TOPPLE,
    EFFECT_SLIDE,
    EFFECT_ORDER,
    EFFECT_SWING,
    EFFECT_TAKE_OUT,
    EFFECT_BREAK,
    EFFECT_TIP,
    EFFECT_JAM,
    EFFECT_COUNT
} effect_kind;

typedef struct effect_row {
    const char *name; /* key in the file */
    const char *word; /* what new_work calls its item; NULL: it has none */
} effect_row;
extern const effect_row chore_effects[EFFECT_COUNT];
bool chore_effect_brings(effect_kind effect); /* an item from outside */

typedef struct task_event {
    char name[CHORE_NAME_CAP];
    const chore_yaml_node *node;
    /* trigger */
    bool has_window, has_rises, has_over;
    double window_s[2]; /* alone: the instant is drawn in it; with rises: earliest and latest */
    chore_condition rises;
    chore_set over;    /* `each` of rises */
    int nth[2];        /* which rise, drawn in [lo, hi] */
    double delay_s[2]; /* from the rise, drawn */
    /* effect */
    effect_kind effect;
    const chore_yaml_node *effect_node;
    chore_argument
        item; /* unfold, slide, swing, tip: whom (REFER_NOTHING: the trigger's; swing: REFER_PART, too); drop: above whom it comes in */
    char region[CHORE_NAME_CAP]; /* drop (empty: above `item`), topple, slide, take_out */
    int region_index;
    int n_choose; /* drop */
    int *choose;
    double height_m, clearance_m; /* break, too */
    chore_garment_start start;  /* of a garment that drops */
    double width_m, duration_s; /* slip; duration of the pulls, too */
    double strength;            /* unfold, topple, slide: of the usual pull */
    double towards[2];          /* slide: in the world */
    int presses;                /* jam: that it will ignore */
    int tries;                  /* jam: so many show that it has failed for good; 0: it has not */
    double swing_to;            /* swing: rad; of what slides: m */
    bool swing_turns;           /* it was said as an angle */
    char swing_part[CHORE_NAME_CAP]; /* which part of the object; empty: a seeded one of the top layer of its lid */
    bool has_order;
    chore_condition order;      /* new_order, a jam for good: the goal from then on */
    const char *sentence;       /* and the instruction; NULL: the same */
    /* new work */
    bool has_work;
    chore_condition work;
    double within_s; /* 0: the horizon */
    double weight;   /* in the progress, beside the stages */
} task_event;

typedef struct task_block {
    struct task_block *next;
} task_block;

typedef struct item_shards {
    int first, n; /* items; n is 0 for what does not break */
} item_shards;

struct chore_task {
    char name[CHORE_NAME_CAP];
    char path[CHORE_PATH_CAP];
    int version;
    chore_hash hash;
    int n_instructions, n_held_out;
    const char **instructions, **held_out;
    char scene[CHORE_NAME_CAP];
    int n_embodiments;
    char (*embodiments)[CHORE_NAME_CAP];
    int control_hz, own_hz; /* the present one; the file's */
    double horizon_s;
    int n_pool, n_objects;     /* the file's; with the shards of what is breakable, once resolved */
    chore_object_def *objects; /* the pool: items */
    uint64_t breakable;        /* bit per item */
    chore_item *items;         /* in the scene that the task was resolved against */
    item_shards *shards;
    int n_init;
    task_init *init;
    int n_joints;
    task_joint joints[MAX_JOINTS];
    bool has_liquids;
    double holds_m3[CHORE_MAX_OBJECTS]; /* per item: what is in it at the start */
    int n_spills;
    task_spill spills[MAX_SPILLS];
    int n_roles;
    char roles[MAX_ROLES][CHORE_NAME_CAP];
    double held_for_s;
    chore_condition goal;
    int n_stages, n_fails, n_events;
    task_stage stages[MAX_STAGES];
    chore_condition fails[MAX_FAILS];
    task_event events[MAX_EVENTS];
    bool resolved;      /* against a scene */
    chore_yaml *yaml;   /* owns the nodes that errors point to */
    task_block *blocks; /* owns everything else */
};

/* Zeroed memory that lives as long as the task. */
void *chore_task_alloc(chore_task *task, size_t count, size_t size);
int chore_task_find_item(const chore_task *task, const char *id); /* -1 */

/* liquids.c. `holds` of an object, the list `spills`. */
chore_status chore_holds_parse(const chore_yaml_node *node, chore_task *task, int item,
                               chore_error *err);
chore_status chore_spills_parse(const chore_yaml_node *list, chore_task *task, chore_error *err);
chore_status chore_spills_resolve(chore_task *task, const chore_scene *scene, chore_error *err);

/* broken.c. Add the shards of a resolved task's breakable objects to its items. */
void chore_task_add_shards(chore_task *task, const chore_scene *scene);
/* The first of the items that are the shards of one, and how many; they are consecutive. 0: it does not break. */
int chore_task_shards(const chore_task *task, int item, int *n);

/* task_joints.c. To set them, after everything rigid was placed: CHORE_E_USAGE for an angle outside of a joint's range. */
chore_status chore_joints_parse(const chore_yaml_node *map, chore_task *task, chore_error *err);
chore_status chore_joints_resolve(chore_task *task, const chore_scene *scene, chore_error *err);
chore_status chore_joints_set(const chore_task *task, const chore_scene *scene, chore_world *world,
                              chore_error *err);

/* Words that a condition may use at this place. */
typedef struct condition_scope {
    chore_task *task;
    bool each;              /* inside forall, count or a trigger with `over` */
    const char *event_word; /* "dropped", "slipped" ...; NULL: outside new_work */
} condition_scope;

chore_status chore_condition_parse(const chore_yaml_node *node, condition_scope scope,
                                   chore_condition *out, chore_error *err);
/* One pair of a map as a condition: `key: value`. */
chore_status chore_condition_parse_pair(const chore_yaml_node *node, const char *key,
                                        const chore_yaml_node *value, condition_scope scope,
                                        chore_condition *out, chore_error *err);
/* The set that one of a map's keys category, kind, objects names. */
chore_status chore_set_parse(const chore_yaml_node *node, condition_scope scope, chore_set *out,
                             chore_error *err);
/* Keys that name a set: category, kind, colour, objects (NULL-terminated). */
extern const char *const chore_set_keys[];

chore_status chore_events_parse(const chore_yaml_node *node, chore_task *task, chore_error *err);
/* flat | crumpled */
chore_status chore_start_parse(const chore_yaml_node *node, chore_garment_start *out,
                               chore_error *err);
chore_status chore_init_parse(const chore_yaml_node *node, chore_task *task, chore_error *err);
/* task_effects.c: what an event does. */
chore_status chore_effect_parse(const chore_yaml_node *node, chore_task *task, task_event *event,
                                chore_error *err);
/* One argument of a predicate or an effect. */
chore_status chore_argument_parse(const chore_yaml_node *node, argument_kind kind,
                                  condition_scope scope, chore_argument *out, chore_error *err);
/* Every {word} of an instruction must be a role. */
chore_status chore_instruction_check(const chore_yaml_node *node, const chore_task *task,
                                     const char *text, chore_error *err);
/* A non-empty list of ids of the pool without repeats. */
chore_status chore_ids_parse(const chore_yaml_node *node, chore_task *task, int **out, int *n,
                             chore_error *err);

/* Add a name to a list of known names unless it is there already. */
void chore_known_add(const char **known, int *n, const char *name);

/* Items that an effect's own item may be, those of the trigger if it names none. */
chore_status chore_effect_resolve(task_event *event, const chore_task *task,
                                  const chore_scene *scene, uint64_t over, uint64_t *items,
                                  chore_error *err);

/* Items that the open words of a condition may stand for. */
typedef struct resolve_words {
    uint64_t each, event;
} resolve_words;

/* Second half of the checks: names against the scene. */
chore_status chore_condition_resolve(chore_condition *condition, const chore_task *task,
                                     const chore_scene *scene, resolve_words words,
                                     chore_error *err);
chore_status chore_set_resolve(chore_set *set, const chore_task *task, const chore_scene *scene,
                               chore_error *err);

/* Resolve one argument; *items (nullable) gets all that it may stand for. */
chore_status chore_argument_resolve(chore_argument *arg, argument_kind kind, const chore_task *task,
                                    const chore_scene *scene, resolve_words words, uint64_t *items,
                                    chore_error *err);
/* furniture.c: "<fixture>/<joint>" or "<fixture>/<site>". */
chore_status chore_furniture_resolve(chore_argument *arg, const chore_scene *scene, chore_error *err);
chore_status chore_region_resolve(const chore_yaml_node *map, const char *name,
                                  const chore_scene *scene, int *out, chore_error *err);

/* All items that a resolved set may hold, whatever the seed. */
uint64_t chore_set_candidates(const chore_set *set, const chore_task *task);

/* Parse a task from text (tests). `name` stands for the path in messages. */
chore_status chore_task_parse(chore_task **out, const char *name, const char *text, size_t len,
                              chore_error *err);

#define TRY(call)                          \
    do {                                   \
        chore_status try_status_ = (call); \
        if (try_status_ != CHORE_OK) {     \
            return try_status_;            \
        }                                  \
    } while (0)
#endif
