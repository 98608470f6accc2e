/* Liquids, modelled: how much is in each vessel and how it leans, what runs over the rim, the puddles that this makes, and what a
   sponge takes up of them. No fluid is simulated: scenes/liquids.md says what this is and is not, and where its numbers come from.
   The bodies that show it (patches of puddles, levels in vessels) are mocap bodies that touch nothing. */
#ifndef CHORE_LIQUID_H
#define CHORE_LIQUID_H
#include <stdbool.h>
#ifdef __cplusplus
extern "C" {
#endif
#define CHORE_MAX_VESSELS 8
#define CHORE_MAX_WIPERS  4
#define CHORE_MAX_BREWERS 2
#define CHORE_MAX_PODS    8
#define CHORE_MAX_PATCHES 128 /* of all puddles together */

typedef struct chore_world chore_world;

/* The inside of a cup: a cylinder along its body's z. Lengths in metres, volumes in cubic metres. */
typedef struct chore_vessel {
    int body;      /* mjModel id; its first joint is free */
    double pos[3]; /* middle of its inner floor, body frame */
    double radius_m, depth_m;
    double fill_m3; /* at the start */
    int mocap;      /* of the disc that shows the level */
} chore_vessel;

/* Something that soaks: a box of it. What lies under one of its faces is taken up while it is pressed down. */
typedef struct chore_wiper {
    int body;
    double pos[3], half[3]; /* of the box, body frame */
    double capacity_m3;
} chore_wiper;

/* A coffee machine: a button and a lid (mjModel joints), a chamber for a pod and a spout. */
typedef struct chore_brewer {
    int body;
    int lid_joint, button_joint;
    double pressed_m, shut_rad; /* the button from here on; the lid up to there */
    double chamber[3], half[3]; /* where a pod's centre must be: a box, body frame */
    double spout[3];            /* body frame */
    double flow_m3ps, tray_m3;  /* per second; what the tray holds of what no vessel catches */
    int mocap;                  /* of the jet that shows that it flows */
    double jet_m;               /* half its length */
} chore_brewer;

typedef struct chore_pod {
    int body;
    double gives_m3; /* once */
} chore_pod;

typedef struct chore_liquid {
    int n_vessels, n_wipers, n_patches, n_brewers, n_pods;
    chore_brewer brewers[CHORE_MAX_BREWERS];
    chore_pod pods[CHORE_MAX_PODS];
    chore_vessel vessels[CHORE_MAX_VESSELS];
    chore_wiper wipers[CHORE_MAX_WIPERS];
    int patch_mocap[CHORE_MAX_PATCHES]; /* mocap ids of the bodies that show wet patches */
} chore_liquid;

/* What the world was made with; NULL: no liquids. */
const chore_liquid *chore_world_liquid(const chore_world *world);

/* In the vessel now; over its rim since the world was reset. m3 */
double chore_world_fill(const chore_world *world, int vessel);
double chore_world_spilled(const chore_world *world, int vessel);
/* In the sponge. m3 */
double chore_world_soaked(const chore_world *world, int wiper);
/* Patch `index` of those that the world has: what lies there (m3; 0: nothing), and where, on the surface (world). */
double chore_world_patch(const chore_world *world, int index, double pos[3]);

/* Does it brew? */
int chore_world_brewing(const chore_world *world, int brewer);
/* From now on it ignores this many presses of its button. */
void chore_world_jam_brewer(chore_world *world, int brewer, int presses);
/* From now on it ignores every press. Nonzero once that is plain to see: `tries` presses, with a fresh pod in it and its lid shut, were in vain. */
void chore_world_fail_brewer(chore_world *world, int brewer, int tries);
int chore_world_brewer_failed(const chore_world *world, int brewer);

/* Let so much fall straight down from `pos`: into a vessel whose mouth is below, else onto what is fixed there, where it spreads. Like
   chore_world_put_body it acts at once, between steps. Needs a world with liquids. */
void chore_world_spill(chore_world *world, const double pos[3], double volume_m3);

/* How far a puddle of this volume spreads, as a circle. m */
double chore_puddle_radius(double volume_m3);

#ifdef __cplusplus
}
#endif
#endif
