/* A scene: room, fixtures, a robot and a pool of objects, compiled into one model, with a table of what is
   in it; and the seeded placement of its objects into a settled initial state. The model is compiled once;
   no XML is parsed between episodes. */
#ifndef CHORE_SCENE_H
#define CHORE_SCENE_H
#include <chore/rng.h>
#include <chore/text.h>
#include <chore/world.h>
#ifdef __cplusplus
extern "C" {
#endif
#define CHORE_MAX_REGIONS 32
#define CHORE_MAX_SITES 32     /* named sites of one object */
#define CHORE_MAX_GRASPS 8
#define CHORE_MAX_GARMENTS 16
#define CHORE_MAX_PARTS 8       /* flaps, lids, drawers of one object */
#define CHORE_MAX_POSES 4       /* ways in which these may stand at the start */
#define CHORE_MAX_KEYPOINTS 24 /* of one garment */
#define CHORE_MAX_GARMENT_VERTICES 1200
#define CHORE_MAX_FOLDS 4      /* ways of one garment */
#define CHORE_MAX_FOLD_STEPS 6 /* of one way */

typedef struct chore_scene chore_scene;

/* One object or garment wanted in the pool. Empty size or colour: the kind's first. */
typedef struct chore_object_def {
    char id[CHORE_NAME_CAP];        /* unique in the scene, e.g. "mug_1" */
    char kind[CHORE_NAME_CAP];      /* folder in scenes/assets/objects */
    char size[CHORE_NAME_CAP];
    char colour[CHORE_NAME_CAP];
} chore_object_def;

typedef struct chore_scene_def {
    const char *scene;              /* name in scenes/defs, or a path to a .yaml */
    const char *embodiment;         /* name in scenes/assets/embodiments, or a path to a .yaml; NULL: none */
    const chore_object_def *objects;
    int n_objects;                  /* at most CHORE_MAX_OBJECTS */
    uint64_t breakable;             /* bit per object: its shards join the scene, parked, as objects "<id>_shard_<n>" */
    const double *holds_m3;         /* [n_objects]: what is in each vessel at the start; NULL: a scene without liquids */
} chore_scene_def;

typedef struct chore_site {         /* in the object's body frame */
    char name[CHORE_NAME_CAP];
    bool is_box;                    /* size holds half extents */
    double pos[3], quat[4], size[3];
} chore_site;

typedef struct chore_grasp {
    char name[CHORE_NAME_CAP];
    int site;                       /* index into sites: the tool's pose (z approach, y finger opening) */
    char symmetry[16];              /* "ring": any angle about the object's z; "flip": half a turn; "none" */
    double width_m;                 /* of what is between the pads */
} chore_grasp;

/* What hangs on an object by a hinge or a slide: a flap, a lid, a drawer. Its joint's value (rad or m; 0 as it
   was drawn) is data->qpos[qpos_adr], its speed data->qvel[dof_adr]. Travels of slides do not scale with the
   object's size. */
typedef struct chore_part {
    char name[CHORE_NAME_CAP];      /* of its joint in the kind's MJCF */
    int joint, body;                /* mjModel ids */
    int qpos_adr, dof_adr;
    int layer;                      /* of what closes the object, the lowest is 0; -1: it closes nothing */
    int wall;                       /* of a box that comes flat: 1, 2 ... in the order in which they are turned up, upright at 0; 0: no wall */
    int hangs_on, behind;           /* parts: that it hangs on (-1: the object itself); that it is tucked in behind (-1: none) */
} chore_part;

typedef struct chore_stance {       /* one entry of `poses:` */
    char name[CHORE_NAME_CAP];
    double at[CHORE_MAX_PARTS];     /* of each part */
} chore_stance;

typedef struct chore_object {
    char id[CHORE_NAME_CAP], kind[CHORE_NAME_CAP], size[CHORE_NAME_CAP], colour[CHORE_NAME_CAP];
    char category[CHORE_NAME_CAP];  /* dish | rubbish | cutlery | container | tool | shard */
    char material[CHORE_NAME_CAP];
    int body;                       /* mjModel ids; the body's only joint is free, its parts are bodies below it */
    int qpos_adr, dof_adr;
    double footprint_m, height_m, mass_kg;   /* scaled */
    int n_sites;
    chore_site sites[CHORE_MAX_SITES];
    int n_grasps;
    chore_grasp grasps[CHORE_MAX_GRASPS];
    int n_parts, n_layers;          /* layers of its lid; 0: nothing closes it */
    int n_walls;                    /* parts that are walls; 0: it does not come flat */
    chore_part parts[CHORE_MAX_PARTS];
    int n_stances;
    chore_stance stances[CHORE_MAX_POSES];
    int breakable;                  /* of a breakable one: its index among those of the world; -1: none */
    int first_shard, n_shards;      /* and its shards: consecutive objects of category "shard" */
    int shard_of;                   /* of a shard: the object that it is a piece of; -1: no shard */
    int vessel, wiper, brewer, pod; /* in scenes with liquids: 1 + its index among the world's (liquid.h); 0: none */
} chore_object;

typedef struct chore_keypoint {     /* a named place of a garment */
    char name[CHORE_NAME_CAP];      /* shirts: collar_ neck_ shoulder_ underarm_ cuff_ cuff_under_ hem_ + left |
                                       right; scenes/garment_shape.c draws them all */
    int vertex;
} chore_keypoint;

/* All cloth that now lies to the left of the line a -> b is turned over it onto the right. Rest frame. */
typedef struct chore_fold_step {
    double a[2], b[2];
} chore_fold_step;

/* One way to fold a garment: after all steps it is folded. Where a vertex then lies (seen from above) is the
   composition of the reflections; order counts only where lines are not parallel or at right angles. */
typedef struct chore_fold_way {
    char name[CHORE_NAME_CAP];
    int n_steps;
    chore_fold_step steps[CHORE_MAX_FOLD_STEPS];
} chore_fold_way;

/* How far from the ideal a fold may be and still count; for this garment's size. What each one measures and
   why it is as large as it is: tasks/README.md, "Cloth states". */
typedef struct chore_fold_tolerances {
    double key_error_m;             /* every key point */
    double mean_error_m;            /* all cloth, root mean square */
    double height_m;                /* higher than its layers lying on one another */
    double area_ratio;              /* of the smallest rectangle around it to the ideal's */
    double cover;                   /* at least this share of the ideal outline is covered */
    double outside;                 /* at most this share (of the ideal outline's area) lies outside of it */
    double flatness;                /* at least this share of the cloth's area is seen from above */
    double pile_m;                  /* its middle from the middle of what it is piled on */
} chore_fold_tolerances;

/* A sheet of cloth: a kind of object whose file says `garment:` instead of `mjcf:`. It is no chore_object
   and not counted among them. Its vertices are bodies of the model with consecutive ids and three slide
   joints each; qpos and qvel of all of them lie side by side. The arrays belong to the scene. */
typedef struct chore_garment {
    char id[CHORE_NAME_CAP], kind[CHORE_NAME_CAP], size[CHORE_NAME_CAP], colour[CHORE_NAME_CAP];
    char shape[CHORE_NAME_CAP];     /* tshirt | long_sleeve | trousers | shorts | towel | sock */
    char material[CHORE_NAME_CAP];
    int flex;                       /* mjModel ids and addresses; all of vertex 0 */
    int first_body, qpos_adr, dof_adr;
    int n_vertices, n_triangles, n_boundary, n_keypoints;
    /* Lying flat: x to the right, y up to collar, waist or cuff, origin in the middle of the bounding
       rectangle; "left" in a name is -x. [n_vertices][2], metres */
    const double (*rest)[2];
    const int (*triangles)[3];      /* [n_triangles], counter-clockwise seen from the outside (+z when flat) */
    const int *boundary;            /* [n_boundary]: vertices of the outline, one loop, counter-clockwise */
    chore_keypoint keypoints[CHORE_MAX_KEYPOINTS];
    double half_m[2];               /* of the bounding rectangle */
    double area_m2, mass_kg, spacing_m;
    double radius_m;                /* a vertex lies this far above what it rests on */
    double layer_m;                 /* distance that two layers keep from one another, at the vertices */
    int n_folds;
    chore_fold_way folds[CHORE_MAX_FOLDS];
    chore_fold_tolerances fold;
} chore_garment;

/* A named box in the world where things are placed or must be brought. pos: centre of its bottom face; z
   up; yaw 0. */
typedef struct chore_region {
    char name[CHORE_NAME_CAP];
    double pos[3];
    double half[3];                 /* half extents; it reaches from pos[2] to pos[2] + 2 half[2] */
} chore_region;

/* Compose and compile (5 to 60 ms). CHORE_E_FILE with the place in a file, CHORE_E_NOT_FOUND with the nearest
   name, CHORE_E_USAGE for a bad list of objects, CHORE_E_SIM when MuJoCo refuses the whole. Names in the
   model: the robot's as in its MJCF; "room/..." and "<fixture>/..."; an object's free joint is "<id>", all
   else of it "<id>/...". A finished scene is never written: any number of threads may read it. Allocates. */
chore_status chore_scene_build(chore_scene **out, const chore_scene_def *def, chore_error *err);
void chore_scene_destroy(chore_scene *scene);   /* frees the model: destroy its worlds first */

const mjModel *chore_scene_model(const chore_scene *scene);
const char *chore_scene_name(const chore_scene *scene);
int chore_scene_version(const chore_scene *scene);
int chore_scene_physics_hz(const chore_scene *scene);   /* physics steps per second; control rates divide it */
/* Hash over every file that went in and the compiled model. */
chore_hash chore_scene_hash(const chore_scene *scene);
const chore_embodiment *chore_scene_embodiment(const chore_scene *scene);
int chore_scene_n_objects(const chore_scene *scene);
const chore_object *chore_scene_object(const chore_scene *scene, int index);
int chore_scene_find_object(const chore_scene *scene, const char *id);               /* -1: none */
int chore_scene_n_regions(const chore_scene *scene);
const chore_region *chore_scene_region(const chore_scene *scene, int index);
int chore_scene_find_region(const chore_scene *scene, const char *name);             /* -1 */
/* Body of a fixture ("table", "floor"); -1: none. */
int chore_scene_find_fixture(const chore_scene *scene, const char *name);
int chore_scene_n_fixtures(const chore_scene *scene);
const char *chore_scene_fixture_name(const chore_scene *scene, int index);
/* Joint of a fixture by "<fixture>/<joint>" ("dryer/door"), an mjModel id; -1: none. Its angle is
   data->qpos[model->jnt_qposadr[id]], 0 as the fixture was drawn. */
int chore_scene_find_joint(const chore_scene *scene, const char *name);
/* Set it (what the scene's file says under `joints` is where it stands after chore_scene_place). Nothing is
   pushed aside: call it before things are put where it sweeps. CHORE_E_USAGE: no such joint, an angle
   outside of its range. */
chore_status chore_scene_set_joint(const chore_scene *scene, chore_world *world, int joint, double angle,
                                   chore_error *err);
/* Site of an object by name, or NULL. */
const chore_site *chore_object_site(const chore_object *object, const char *name);
int chore_scene_n_garments(const chore_scene *scene);
const chore_garment *chore_scene_garment(const chore_scene *scene, int index);
int chore_scene_find_garment(const chore_scene *scene, const char *id);              /* -1 */
/* Vertex of a key point, -1: there is none of that name. */
int chore_garment_keypoint(const chore_garment *garment, const char *name);
/* Part of an object by name; -1: none. */
int chore_object_find_part(const chore_object *object, const char *name);
/* Stance of an object by name; -1: none. Stance 0 is how it stands if nothing is said. */
int chore_object_find_stance(const chore_object *object, const char *name);
/* Let the parts of an object stand so, at rest; creases remember it. Nothing is pushed aside. */
void chore_object_take_stance(chore_world *world, const chore_object *object, int stance);

/* A joint of an object or a fixture (rows of `privileged.part_pos`), as drawn: all joints at zero, in the frame
   of the object's body; of a fixture in the world. */
typedef struct chore_part_shape {
    char owner[CHORE_NAME_CAP], name[CHORE_NAME_CAP];
    bool slides;                    /* else it turns */
    double pos[3], axis[3];         /* a point of the axis, and the direction: right-handed for hinges */
    double range[2];                /* rad or m; both 0: unlimited */
    double box_centre[3], box_half[3]; /* box around its body's geoms that collide */
    int layer;                      /* see chore_part; -1: of a fixture */
} chore_part_shape;
/* Of joint `joint` (mjModel id) as chore_world_part lists them. False: it belongs to neither. */
bool chore_scene_part_shape(const chore_scene *scene, int joint, chore_part_shape *out);

/* A box around a solid shape, along the world's axes. */
typedef struct chore_block {
    double pos[3], half[3];
} chore_block;
/* Those of fixture `index` as its doors and drawers stand in `data`, at most `cap`; returns how many. What only shows is left out, so is the
   floor itself; walls belong to the fixture "floor". */
int chore_scene_blocks(const chore_scene *scene, const mjData *data, int index, chore_block *out, int cap);

/* Names of the cameras of the scene (not the robot's) for people to look through; NULL-terminated. First:
   the best one. */
const char *const *chore_scene_cameras(const chore_scene *scene);

/* A world def for this scene's model (objects = all of the pool, in index order). */
chore_world_def chore_scene_world_def(const chore_scene *scene);

/* ---- placement ----------------------------------------------------------------------------------------- */

typedef struct chore_placement {
    int object;                     /* index */
    int region;                     /* index */
    double yaw_rad[2];              /* range */
    double lift_m;                  /* bottom this far above the region's floor before settling; 0: 2 mm */
    int stance;                     /* of an object with parts */
    int inside;                     /* 1 + index of the listed object in whose cavity it stands instead of in the
                                       region; yaw counts from that one's; 0: none */
} chore_placement;

/* Put the listed objects at seeded poses, all others parked far away and asleep, and settle until all
   objects sleep (at most 4 s). What an object covers seen from above is the footprint circle and, as it is
   turned, the bounding rectangle of its geoms, whichever is smaller; it lies inside the region and 1.5 cm
   from all others. Up to 400 tries for each object, 40 new starts for all. The world comes out as
   chore_world_create leaves it otherwise: robot at home, mode joint_pos, clock at zero; choose the mode
   afterwards. The result depends on (model, placements, rng) only, not on what the world did before.
   CHORE_E_PLACEMENT says which object found no room, did not come to rest, moved by more than 4 cm or
   toppled (by 20 degrees). CHORE_E_USAGE: an index that does not exist, an object listed twice. Allocates;
   not for the control loop. */
chore_status chore_scene_place(const chore_scene *scene, chore_world *world,
                               const chore_placement *placements, int n, chore_rng *rng, chore_error *err);
/* Where parked object `index` stands (world position of its body frame; upright, yaw 0). */
void chore_scene_parking(const chore_scene *scene, int index, double pos[3]);
bool chore_scene_is_parked(const chore_scene *scene, const chore_world *world, int object);

/* Let an object fall, turned by `quat` (any length), its lowest point height_m above the point `onto` (world), and simulate until all is
   at rest, it has broken (*broke), or 3 s. Errors as chore_world_advance. */
chore_status chore_scene_drop(const chore_scene *scene, chore_world *world, int object, const double onto[3],
                              double height_m, const double quat[4], bool *broke, chore_error *err);

#define CHORE_FREE_SPOT_CLEAR_M 0.4
/* A free spot for an object that comes in later: a seeded point in the region, `pos` and `quat` for it
   standing there. The circle of `clearance_m` + its footprint around it holds no part of a present object
   in whatever pose that is, and no part of the robot lower than CHORE_FREE_SPOT_CLEAR_M above the region.
   False when none was found in 400 tries. Changes the stream only. */
bool chore_scene_free_spot(const chore_scene *scene, const chore_world *world, int object, int region,
                           double clearance_m, chore_rng *rng, double pos[3], double quat[4]);

/* ---- garments ------------------------------------------------------------------------------------------ */

/* A scene with garments needs `integrator: discrete` in its file (CHORE_E_USAGE from chore_scene_build
   otherwise); it gets the tolerances of cloth (newton 1e-5, cg 1e-6, unless the file says; sleep 6 mm/s). Garments that are not
   placed lie flat on the floor far away, asleep. */

typedef enum chore_garment_start {
    CHORE_GARMENT_FLAT,     /* laid down flat, outside up */
    CHORE_GARMENT_RUMPLED,  /* laid down flat, then two seeded key points picked up, carried inwards by .25
                               to .45 of its length and dropped: nearly flat */
    CHORE_GARMENT_CRUMPLED  /* picked up at a seeded point of its outline, put down again, squeezed until it
                               fits its region and set down there: a heap, different for each seed */
} chore_garment_start;

typedef struct chore_garment_placement {
    int garment;                    /* index */
    int region;                     /* index */
    double yaw_rad[2];              /* range; 0: the garment's x is the world's */
    chore_garment_start start;
} chore_garment_placement;

/* Put garments at seeded poses, in the order given, and settle until they and all objects sleep (at most
   12 s each). Call it after chore_scene_place, which parks all garments. A flat or rumpled garment lies inside its
   region (which must be as large: the seed chooses among the places that fit) and on top of the cloth that
   is there already. A draw after which cloth goes through cloth, or which found no place, is taken back and
   drawn anew, at most 5 times; where all cross, the one with the fewest edges stays. Leave rigid objects in
   other regions. The clock is at zero afterwards; the result depends on (state of the world, placements, rng)
   only. CHORE_E_PLACEMENT: too large for its region, did not come to rest, fell off; CHORE_E_USAGE: an index
   that does not exist, a garment listed twice. Takes some tenths of a second up to 15 seconds per garment
   (a heap; more where draws are taken back): not for the control loop; keep the result with
   chore_scene_cache_store. */
chore_status chore_scene_place_garments(const chore_scene *scene, chore_world *world,
                                        const chore_garment_placement *placements, int n, chore_rng *rng,
                                        chore_error *err);
/* World position of a vertex. */
void chore_garment_vertex(const chore_world *world, const chore_garment *garment, int vertex, double out[3]);
/* Lay a garment flat at once: `pos` of its origin (radius_m above what it shall rest on), turned by yaw. It
   is awake and at rest. Nothing is checked. */
void chore_garment_lay_flat(chore_world *world, const chore_garment *garment, const double pos[3],
                            double yaw);
/* Edges of a garment that go through triangles of another, or of itself (those that share a vertex left
   out). An inner edge counts twice, once for each of its triangles. Takes some milliseconds. */
int chore_garment_crossings(const chore_world *world, const chore_garment *edges_of,
                            const chore_garment *through);
bool chore_garment_is_asleep(const chore_world *world, const chore_garment *garment);
/* Fastest vertex, m/s. */
double chore_garment_speed(const chore_world *world, const chore_garment *garment);
/* Where parked garment `index` lies (world position of its origin, yaw 0). */
void chore_scene_garment_parking(const chore_scene *scene, int index, double pos[3]);
bool chore_scene_garment_is_parked(const chore_scene *scene, const chore_world *world, int garment);

/* ---- cache of initial states --------------------------------------------------------------------------- */

/* Raised when the code of placing or settling changes what comes out: part of the key of what is kept. */
#define CHORE_PLACEMENT_VERSION 8

/* Snapshot cache in `dir` (created; NULL: none), keyed by `key` (scene hash, placements, seed: the
   caller's). Load returns CHORE_E_NOT_FOUND when absent; a damaged file counts as absent. Files are written
   atomically; many processes may share the folder. */
chore_status chore_scene_cache_load(const char *dir, chore_hash key, chore_world *world, chore_error *err);
chore_status chore_scene_cache_store(const char *dir, chore_hash key, const chore_world *world,
                                     chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
