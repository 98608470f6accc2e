/* What the files of scenes/ share: the scene itself, and the parts that compose it (in the order in which
   they are used). */
#ifndef CHORE_SCENE_INTERNAL_H
#define CHORE_SCENE_INTERNAL_H
#include "garment_internal.h"
#include "try_internal.h"
#include <chore/scene.h>
#include <chore/yaml.h>
#include <mujoco/mujoco.h>

#define MAX_FIXTURES      32
#define MAX_SCENE_CAMERAS 16
#define MAX_SCENE_JOINTS  16

/* Upright bounding rectangle of an object's geoms, in its body frame: with the footprint circle, what it
   covers. */
typedef struct object_extent {
    double centre[2], half[2];
} object_extent;

typedef struct scene_fixture {
    char name[CHORE_NAME_CAP];
    int body;
} scene_fixture;

/* Where a joint of a fixture stands at the start. */
typedef struct joint_start {
    int joint; /* mjModel id */
    double angle;
} joint_start;

/* Names in a coffee machine's file, until the scene is compiled. */
typedef struct brewer_names {
    char spout[CHORE_NAME_CAP], lid[CHORE_NAME_CAP], button[CHORE_NAME_CAP];
} brewer_names;

typedef struct scene_liquid {
    chore_liquid model;
    brewer_names names[CHORE_MAX_BREWERS];
} scene_liquid;

struct chore_scene {
    mjModel *model;
    char name[CHORE_NAME_CAP];
    int version;
    chore_hash hash;
    chore_embodiment embodiment;
    int n_objects;
    chore_object objects[CHORE_MAX_OBJECTS];
    chore_object_ref refs[CHORE_MAX_OBJECTS];
    object_extent extents[CHORE_MAX_OBJECTS];
    int n_regions;
    chore_region regions[CHORE_MAX_REGIONS];
    int n_fixtures;
    scene_fixture fixtures[MAX_FIXTURES + 1]; /* the floor is one */
    int n_joint_starts;
    joint_start joint_starts[MAX_SCENE_JOINTS];
    int n_cameras;
    char camera_names[MAX_SCENE_CAMERAS][CHORE_NAME_CAP];
    const char *cameras[MAX_SCENE_CAMERAS + 1];
    double parking_step; /* distance between parked objects */
    int n_garments;
    chore_garment garments[CHORE_MAX_GARMENTS];
    garment_mesh meshes[CHORE_MAX_GARMENTS];
    double garment_step; /* distance between parked garments */
    int n_breakables;
    chore_breakable breakables[CHORE_MAX_BREAKABLES];
    double *softness; /* [nbody] by which fallen heights count less; NULL: nothing here breaks */
    scene_liquid liquid; /* no patches: a scene without liquids */
};

/* ---- source.c: where the files lie, and one hash over the bytes of all that were read ------------------ */

/* Path of "<data>/<folder>/<leaf>", or `name` itself when it is a path to a .yaml. CHORE_E_NOT_FOUND names
   the name nearest to `name` in the folder; `what` is for that message ("object kind"). */
chore_status chore_source_find(char path[CHORE_PATH_CAP], const char *folder, const char *name,
                               const char *leaf, const char *what, chore_error *err);
/* Path of `name` in the folder of the file `beside`. */
chore_status chore_source_beside(char path[CHORE_PATH_CAP], const char *beside, const char *name,
                                 chore_error *err);
chore_status chore_source_yaml(const char *path, chore_hash *sources, chore_yaml **out, chore_error *err);
/* Parse an MJCF fragment and all it includes; refuses files that include themselves. The caller deletes the
   spec. */
chore_status chore_source_mjcf(const char *path, chore_hash *sources, mjSpec **out, chore_error *err);
/* Compile a spec that came from `path`, with MuJoCo's complaint at that file. The caller deletes the model.
   */
chore_status chore_source_compile(const char *path, mjSpec *spec, mjModel **out, chore_error *err);

/* ---- object_kind.c: one folder of scenes/assets/objects ------------------------------------------------ */

typedef struct object_kind {
    char name[CHORE_NAME_CAP];
    chore_yaml *yaml;
    bool is_garment; /* then no more than `material` and these three */
    garment_shape shape;
    double spacing_m, largest_area_m2; /* the area of the largest size */
    mjSpec *spec;
    char category[CHORE_NAME_CAP], material[CHORE_NAME_CAP];
    double footprint_m, height_m, mass_kg; /* at scale 1; the mass is that of the fragment as written */
    double largest_m;                      /* footprint of the largest size */
    object_extent extent;
} object_kind;

chore_status chore_kind_load(object_kind *kind, const char *name, chore_hash *sources, chore_error *err);
void chore_kind_release(object_kind *kind);
/* Attach one object of this kind, standing at `pos`, and fill the part of `object` that needs no model. */
chore_status chore_kind_attach(const object_kind *kind, const chore_object_def *def, const double pos[3],
                               mjSpec *scene, chore_object *object, object_extent *extent, chore_error *err);
/* Fill the rest from the compiled model. */
chore_status chore_kind_bind(const object_kind *kind, const mjModel *model, chore_object *object,
                             chore_error *err);

/* Checks that kinds of objects and of garments share. A map of named variants, at least one; a number above
   zero; the variant (of "sizes" or "colours") with this name, or the first. */
chore_status chore_kind_check_variants(const chore_yaml_node *map, const char *what, chore_error *err);
chore_status chore_kind_positive(const chore_yaml_node *node, chore_unit unit, double *out, chore_error *err);
chore_status chore_kind_check_colour(const chore_yaml_node *node, chore_error *err);
chore_status chore_kind_check_grasps(const chore_yaml_node *grasps, chore_error *err);
chore_status chore_kind_variant(const object_kind *kind, const char *key, const char *what,
                                const char *wanted, char name[CHORE_NAME_CAP], const chore_yaml_node **out,
                                chore_error *err);

/* ---- object_parts.c: joints below an object's body ----------------------------------------------------- */

/* Are the joints of the compiled fragment hinges or slides, and do `poses` and `lid` name them? */
chore_status chore_parts_check(const object_kind *kind, const char *path, const mjModel *alone,
                               chore_error *err);
/* Let the compiled fragment stand in its first pose. */
void chore_parts_stand(const object_kind *kind, const mjModel *alone, mjData *data);
/* Fill the object's parts and stances from the compiled scene. */
void chore_parts_bind(const object_kind *kind, const mjModel *model, chore_object *object);
/* object_walls.c: do `walls` and `tucks` name hinges of the compiled fragment? Fill in what they say of the object's parts. */
chore_status chore_walls_check(const object_kind *kind, const mjModel *alone, chore_error *err);
void chore_walls_bind(const object_kind *kind, const mjModel *model, chore_object *object);
/* Pose of a body with all joints at zero in the frame of `top`, which it hangs on; 0: in the world. */
void chore_body_drawn(const mjModel *m, int body, int top, double pos[3], double quat[4]);
/* For those who attach parts of a kind themselves: the kind's colour by this name on a copy, sites hidden; a frame at `pos` that
   scales; the ids, sites and grasps of an object whose id and mass are filled in. */
chore_status chore_kind_paint(const object_kind *kind, mjSpec *copy, const char *colour, chore_error *err);
mjsFrame *chore_kind_frame(mjSpec *scene, const double pos[3], double scale, double massscale);
chore_status chore_kind_bind_body(const mjModel *m, const chore_yaml_node *grasps, double scale,
                                  chore_object *object, chore_error *err);

/* ---- shard.c: breaks.yaml of a kind, and what shards fall on -------------------------------------------- */

typedef struct shard_piece {
    char body[CHORE_NAME_CAP];
    const chore_yaml_node *group;
    double footprint_m, height_m, mass_kg; /* at scale 1, as drawn */
    double offset[7];                      /* pose in the whole one */
} shard_piece;

typedef struct breaks_file {
    chore_yaml *yaml;
    mjSpec *spec;
    double strength_m, burst_mps, mass_kg;
    int n;
    shard_piece pieces[CHORE_MAX_SHARDS];
} breaks_file;

chore_status chore_breaks_load(breaks_file *breaks, const char *kind, chore_hash *sources, chore_error *err);
void chore_breaks_release(breaks_file *breaks);
/* Attach shard `k` of `dish`, which is attached already, standing at `pos`, and fill what of it needs no model. */
chore_status chore_shard_attach(const object_kind *kind, const breaks_file *breaks, const chore_object *dish,
                                int k, const double pos[3], mjSpec *scene, chore_object *shard,
                                object_extent *extent, chore_error *err);
/* Fill the rest of it, and its part of the breakable. */
chore_status chore_shard_bind(const object_kind *kind, const breaks_file *breaks, const chore_object *dish,
                              int k, const mjModel *m, chore_object *shard, chore_breakable *breakable,
                              chore_error *err);

/* ---- liquid_kind.c: liquid.yaml of a kind, and what shows liquids ---------------------------------------- */

/* Read what liquids mean to an object (its id, kind and footprint are filled in), if anything: it joins `liquid`. */
chore_status chore_liquid_read(const object_kind *kind, double fill_m3, chore_hash *sources,
                               scene_liquid *liquid, chore_object *object, chore_error *err);
/* Add the bodies that show liquids; find them and the objects in the compiled scene. */
chore_status chore_liquid_add(mjSpec *scene, scene_liquid *liquid, chore_error *err);
chore_status chore_liquid_bind(chore_scene *scene, chore_error *err);

/* ---- garment_kind.c: a kind whose file says `garment:` ------------------------------------------------- */

typedef enum garment_print { PRINT_PLAIN, PRINT_STRIPES, PRINT_PATCH, PRINT_BORDER } garment_print;

typedef struct garment_look {
    double cloth[3], ink[3]; /* rgb, 0 to 1 */
    garment_print print;
} garment_look;

/* Check the file and fill the kind's shape, spacing and material. */
chore_status chore_garment_kind_read(object_kind *kind, chore_error *err);
/* Cut the mesh for `def`, fill what of `garment` needs no model, and say how it looks. */
chore_status chore_garment_kind_make(const object_kind *kind, const chore_object_def *def, garment_mesh *mesh,
                                     chore_garment *garment, garment_look *look, chore_error *err);

/* ---- garment_fold.c ------------------------------------------------------------------------------------ */

/* Can the kind's folds be read, and does each step turn something when the garment is cut like this? */
chore_status chore_garment_folds_check(const object_kind *kind, const garment_mesh *mesh, chore_error *err);
/* Fill the garment's folds and their tolerances. */
chore_status chore_garment_folds_make(const object_kind *kind, const garment_mesh *mesh,
                                      chore_garment *garment, chore_error *err);

/* ---- garment_paint.c ----------------------------------------------------------------------------------- */

#define GARMENT_TEXELS 192 /* on a side */
/* The outside of the sheet as a picture over its bounding rectangle, row 0 at the top (collar).
   rgb[GARMENT_TEXELS][GARMENT_TEXELS][3]. */
void chore_garment_paint(const garment_mesh *mesh, const garment_look *look, unsigned char *rgb);

/* ---- garment_build.c ----------------------------------------------------------------------------------- */

/* Add a garment, lying flat and asleep around `pos` on the floor. */
chore_status chore_garment_add(const garment_mesh *mesh, const chore_garment *garment,
                               const garment_look *look, const double pos[2], mjSpec *scene,
                               chore_error *err);
/* Find it in the compiled model. */
void chore_garment_bind(const mjModel *model, const garment_mesh *mesh, chore_garment *garment);

/* ---- garment_crumple.c --------------------------------------------------------------------------------- */

/* Make a heap of garment `index`, different for each seed, and set it down in the region. It still moves.
   CHORE_E_PLACEMENT: no room. */
chore_status chore_garment_crumple(const chore_scene *scene, chore_world *world, int index,
                                   const chore_region *region, double yaw, chore_rng *rng,
                                   chore_error *err);

/* Disturb a garment that lies flat. It still moves. */
chore_status chore_garment_rumple(chore_world *world, const chore_garment *garment, chore_rng *rng,
                                  chore_error *err);

/* Take some of its speed, before a step: cloth in a narrow place swings on for long. */
void chore_garment_calm(chore_world *world, const chore_garment *garment);

/* ---- robot_load.c, robot.c: one folder of scenes/assets/embodiments ------------------------------------ */

typedef struct robot_file {
    chore_yaml *yaml;
    chore_yaml *like[CHORE_MAX_ARMS]; /* of an arm that is like another robot's: that robot's file */
    mjSpec *part, *fingers;           /* while they are being attached */
} robot_file;

/* Read an embodiment file (into a zeroed robot_file) and compose its MJCF. The caller releases both, also
   after an error. */
chore_status chore_robot_load(robot_file *file, const char *name, chore_hash *sources, mjSpec **spec,
                              chore_error *err);
void chore_robot_release(robot_file *file);
/* Resolve the file's names in the compiled scene, where they stand without a prefix. */
chore_status chore_robot_bind(const robot_file *file, const mjModel *model, chore_embodiment *out,
                              chore_error *err);

/* ---- scene_def.c: one file of scenes/defs -------------------------------------------------------------- */

typedef struct def_fixture {
    char name[CHORE_NAME_CAP], kind[CHORE_NAME_CAP];
    double pos[3], yaw;
} def_fixture;

typedef struct def_joint {
    char name[2 * CHORE_NAME_CAP + 2]; /* "<fixture>/<joint>" */
    double angle;
} def_joint;

typedef struct def_camera {
    char name[CHORE_NAME_CAP];
    double pos[3], look_at[3], fov;
} def_camera;

typedef struct scene_file {
    char name[CHORE_NAME_CAP];
    int version;
    char room[CHORE_NAME_CAP];
    int n_fixtures;
    def_fixture fixtures[MAX_FIXTURES];
    int n_joints;
    def_joint joints[MAX_SCENE_JOINTS];
    double robot_pos[3], robot_yaw;
    int n_regions;
    chore_region regions[CHORE_MAX_REGIONS];
    int n_cameras;
    def_camera cameras[MAX_SCENE_CAMERAS];
    int hz;
    int integrator, solver, cone;
    double tolerance; /* of the solver; 0: not said */
    int iterations;   /* of the solver at most; 0: not said */
    double impratio;
    bool sleep;
} scene_file;

chore_status chore_scene_file_load(scene_file *out, const char *path, chore_hash *sources, chore_error *err);

/* shard.c: softness[nbody] of all bodies of a composed scene, by assets/surfaces.yaml. */
chore_status chore_surfaces_read(const chore_scene *scene, const scene_file *file, chore_hash *sources,
                                 double *softness, chore_error *err);

/* ---- scene_options.c ----------------------------------------------------------------------------------- */

void chore_scene_set_options(mjSpec *spec, const scene_file *file);
/* What cloth needs beyond the scene's file; before compiling. */
chore_status chore_scene_set_cloth_options(mjSpec *spec, const scene_file *file, chore_error *err);
void chore_scene_set_view(mjSpec *spec, const scene_file *file);
/* After compiling: has an attached file changed an option? `spec` is what was asked for, where the file does not say it. */
chore_status chore_scene_check_options(const mjModel *m, const mjSpec *spec, const scene_file *file,
                                       chore_error *err);

/* ---- fixture_joint.c ----------------------------------------------------------------------------------- */

/* Find the joints that the file names, and put them where it says. */
chore_status chore_joint_starts_bind(const scene_file *file, chore_scene *scene, chore_error *err);
void chore_joint_starts_apply(const chore_scene *scene, chore_world *world);

/* ---- parking.c ----------------------------------------------------------------------------------------- */

/* Distance between parked objects so that the two largest do not touch. */
double chore_parking_step(const object_kind *kinds, int n);
void chore_parking_spot(double step, int index, double pos[3]);
/* The same for garments, which lie behind the objects. */
double chore_garment_step(const chore_scene *scene);
void chore_garment_spot(double step, int index, double pos[2]);

#endif
