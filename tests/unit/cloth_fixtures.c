/* What the predicates must say of cloth. Garments are laid by hand; physics has the last word. */
#include "garment_rig.h"
#include "predicate_fixtures.h"

#define TABLE     0.75
#define ALL_STEPS ~0U
#define SETTLE    60 /* control steps: 3 s */

static void nothing(task_rig *rig)
{
    rig_step(rig, 1);
}
static void shirt_flat(task_rig *rig)
{
    rig_lay_flat(rig, "shirt", 0, 0, TABLE);
    rig_settle(rig, SETTLE);
}
static void shirt_falls(task_rig *rig)
{
    rig_lay_flat(rig, "shirt", 0, 0, TABLE + 0.2);
    rig_step(rig, 2);
}
static void shirt_folded(task_rig *rig)
{
    rig_lay_folded(rig, "shirt", ALL_STEPS, 0, 0, TABLE);
    rig_settle(rig, SETTLE);
}
static void shirt_half_folded(task_rig *rig)
{
    rig_lay_folded(rig, "shirt", 3, 0, 0, TABLE);
    rig_settle(rig, SETTLE);
}
static void shirt_rolled(task_rig *rig)
{
    cloth_pose pose;
    cloth_pose_roll(&pose, rig_garment(rig, "shirt"));
    rig_lay(rig, &pose, 0, 0, TABLE);
    rig_settle(rig, SETTLE);
}
static void shirt_balled(task_rig *rig)
{
    cloth_pose pose;
    cloth_pose_ball(&pose, rig_garment(rig, "shirt"));
    rig_lay(rig, &pose, 0, 0, TABLE);
    rig_settle(rig, SETTLE);
}
static void shirt_wrinkled(task_rig *rig)
{
    cloth_pose pose;
    cloth_pose_flat(&pose, rig_garment(rig, "shirt"));
    cloth_pose_wrinkle(&pose, 0.01, 0.2, 1);
    rig_lay(rig, &pose, 0, 0, TABLE + 0.02);
    rig_settle(rig, SETTLE);
}
static void sock_on_table(task_rig *rig)
{
    rig_lay_flat(rig, "sock", 0.26, 0.40, TABLE);
    rig_settle(rig, SETTLE);
}
static void sock_on_floor(task_rig *rig)
{
    rig_lay_flat(rig, "sock", 1.5, 0, 0);
    rig_settle(rig, SETTLE);
}
static void sock_on_shirt(task_rig *rig)
{
    rig_lay_flat(rig, "shirt", 0, 0, TABLE);
    rig_lay_flat(rig, "sock", 0, 0, TABLE + 0.04);
    rig_settle(rig, SETTLE);
}
static void sock_beside_shirt(task_rig *rig)
{
    rig_lay_flat(rig, "shirt", 0, -0.2, TABLE);
    sock_on_table(rig);
}
static void shirt_on_sock(task_rig *rig)
{
    rig_lay_flat(rig, "sock", 0.26, 0.40, TABLE);
    rig_lay_flat(rig, "shirt", 0.20, 0.30, TABLE + 0.04);
    rig_settle(rig, SETTLE);
}
static void sock_in_air(task_rig *rig)
{
    rig_lay_flat(rig, "sock", 0.26, 0.40, TABLE + 0.3);
}

/* Crumpled over the bottom of the basket's cavity. */
static void into_basket(task_rig *rig, const char *id, double dy)
{
    chore_view view = chore_episode_view(rig->episode);
    const int basket = rig_item(rig, "basket");
    const chore_site *cavity = chore_object_site(chore_item_object(&view, basket), "cavity");
    double pos[3], mat[9];
    cloth_pose pose;
    chore_site_pose(&view, basket, cavity, pos, mat);
    cloth_pose_heap(&pose, rig_garment(rig, id), 1);
    rig_lay(rig, &pose, pos[0], pos[1] + dy, pos[2] - cavity->size[2] + 0.02);
}
static void sock_in_basket(task_rig *rig)
{
    into_basket(rig, "sock", 0);
    rig_settle(rig, SETTLE);
}
static void two_socks_in_basket(task_rig *rig)
{
    into_basket(rig, "sock", -0.1);
    into_basket(rig, "white_sock", 0.1);
    rig_settle(rig, SETTLE);
}
static void towel_over_rim(task_rig *rig) /* laid across the basket, over both its walls */
{
    chore_view view = chore_episode_view(rig->episode);
    double centre[3];
    cloth_pose pose;
    chore_item_centre(&view, rig_item(rig, "basket"), centre);
    cloth_pose_flat(&pose, rig_garment(rig, "towel"));
    rig_lay(rig, &pose, centre[0], centre[1], centre[2] + 0.2);
    rig_settle(rig, SETTLE);
}

static void towel_over_rail(task_rig *rig, double shift)
{
    cloth_pose pose;
    cloth_pose_drape(&pose, rig_garment(rig, "towel"), 1.03, 0.03, shift);
    rig_lay(rig, &pose, -0.56, 0, 0);
    rig_settle(rig, 3 * SETTLE);
}
static void towel_on_rail(task_rig *rig)
{
    towel_over_rail(rig, 0);
}
static void towel_slides_off_rail(task_rig *rig)
{
    towel_over_rail(rig, 0.28);
}
static void towel_on_table(task_rig *rig)
{
    rig_lay_flat(rig, "towel", 0, 0, TABLE);
    rig_settle(rig, SETTLE);
}

/* Folded, so far along x from the middle of the place for the pile. */
static void lay_at_pile_spot(task_rig *rig, const char *id, double dx, double z)
{
    const int spot = chore_scene_find_region(rig->scene, "pile_spot");
    const double *at = chore_scene_region(rig->scene, spot)->pos;
    rig_lay_folded(rig, id, ALL_STEPS, at[0] + dx, at[1], z);
}
static void pile(task_rig *rig)
{
    lay_at_pile_spot(rig, "towel", 0, TABLE);
    lay_at_pile_spot(rig, "shirt", 0, TABLE + 0.13);
    rig_settle(rig, 2 * SETTLE);
}
static void two_piles(task_rig *rig) /* side by side in one region */
{
    lay_at_pile_spot(rig, "towel", -0.12, TABLE);
    lay_at_pile_spot(rig, "sock", 0.11, TABLE);
    rig_settle(rig, SETTLE);
}

/* A corner of it between the left hand's pads, the rest hanging. */
static void towel_in_hand(task_rig *rig)
{
    const chore_arm *arm = &chore_world_embodiment(chore_episode_world(rig->episode))->arms[0];
    const int towel = rig_item(rig, "towel");
    chore_view view = chore_episode_view(rig->episode);
    for (int i = 0; i < 60 && chore_item_grasping_arm(&view, towel) < 0; i++) {
        const double *tool = view.data->site_xpos + 3 * arm->tool_site;
        cloth_pose pose;
        cloth_pose_hang(&pose, rig_garment(rig, "towel"), 0);
        const double *held = pose.pos[0];
        rig_lay(rig, &pose, tool[0] - held[0], tool[1] - held[1], tool[2] - held[2]);
        rig_step_gripper(rig, 0);
        view = chore_episode_view(rig->episode);
    }
}
static void towel_let_go(task_rig *rig)
{
    towel_in_hand(rig);
    for (int i = 0; i < SETTLE; i++) {
        rig_step_gripper(rig, 0.08F);
    }
}

const fixture cloth_fixtures[] = {
    HOLDS(flat, "shirt", NULL, NULL, 0, "laid flat", shirt_flat),
    NOT(flat, "shirt", NULL, NULL, 0, "flat but falling", shirt_falls),
    NOT(flat, "shirt", NULL, NULL, 0, "half folded", shirt_half_folded),
    NOT(flat, "shirt", NULL, NULL, 0, "parked, flat as it is", nothing),
    HOLDS(unfolded, "shirt", NULL, NULL, 0, "wrinkled", shirt_wrinkled),
    NOT(unfolded, "shirt", NULL, NULL, 0, "folded", shirt_folded),
    HOLDS(folded, "shirt", NULL, NULL, 0, "all steps", shirt_folded),
    NOT(folded, "shirt", NULL, NULL, 0, "flat", shirt_flat),
    NOT(folded, "shirt", NULL, NULL, 0, "two of three steps", shirt_half_folded),
    NOT(folded, "shirt", NULL, NULL, 0, "rolled up", shirt_rolled),
    NOT(folded, "shirt", NULL, NULL, 0, "a ball", shirt_balled),
    HOLDS(half_folded, "shirt", NULL, NULL, 0, "two of three steps", shirt_half_folded),
    HOLDS(half_folded, "shirt", NULL, NULL, 0, "all steps", shirt_folded),
    NOT(half_folded, "shirt", NULL, NULL, 0, "a ball", shirt_balled),
    HOLDS(draped, "towel", "rail", NULL, 0, "over the bar", towel_on_rail),
    NOT(draped, "towel", "rail", NULL, 0, "slid off it", towel_slides_off_rail),
    NOT(draped, "towel", "rail", NULL, 0, "on the table", towel_on_table),
    HOLDS(piled, "towel", "pile_spot", NULL, 0, "the lower one", pile),
    HOLDS(piled, "shirt", "pile_spot", NULL, 0, "the upper one", pile),
    NOT(piled, "towel", "pile_spot", NULL, 0, "another one beside it", two_piles),
    NOT(piled, "towel", "aside_spot", NULL, 0, "the pile is elsewhere", pile),
    HOLDS(sorted, "sock", "basket", "sock", 0, "alone in it", sock_in_basket),
    HOLDS(sorted, "sock", "basket", "sock", 0, "socks only", two_socks_in_basket),
    NOT(sorted, "sock", "basket", "grey", 0, "a white one among them", two_socks_in_basket),
    NOT(sorted, "sock", "basket", "tshirt", 0, "it is no shirt", sock_in_basket),
    NOT(sorted, "sock", "basket", "sock", 0, "on the table", sock_on_table),
    HOLDS(aside, "sock", "aside_spot", NULL, 0, "lies there", sock_beside_shirt),
    NOT(aside, "sock", "pile_spot", NULL, 0, "lies elsewhere", sock_beside_shirt),
    NOT(aside, "sock", "table_middle", NULL, 0, "on the shirt", sock_on_shirt),
    NOT(aside, "sock", "aside_spot", NULL, 0, "under the shirt", shirt_on_sock),
    HOLDS(inside, "sock", "basket", NULL, 0, "in it", sock_in_basket),
    HOLDS(inside, "sock", "aside_spot", NULL, 0, "in the region", sock_on_table),
    NOT(inside, "sock", "basket", NULL, 0, "on the table", sock_on_table),
    NOT(inside, "towel", "basket", NULL, 0, "across the rim", towel_over_rim),
    HOLDS(in_region, "sock", "aside_spot", NULL, 0, "lies there", sock_on_table),
    NOT(in_region, "sock", "aside_spot", NULL, 0, "hangs above it", sock_in_air),
    HOLDS(near, "sock", "aside_spot", NULL, 0.05, "in its middle", sock_on_table),
    NOT(near, "sock", "shirt", NULL, 0.2, "far apart", sock_beside_shirt),
    HOLDS(touching, "sock", "table", NULL, 0, "lies on it", sock_on_table),
    HOLDS(touching, "sock", "shirt", NULL, 0, "lies on it", sock_on_shirt),
    NOT(touching, "sock", "shirt", NULL, 0, "beside it", sock_beside_shirt),
    NOT(touching, "sock", "table", NULL, 0, "above it", sock_in_air),
    HOLDS(grasped, "towel", NULL, NULL, 0, "a corner in the hand", towel_in_hand),
    NOT(grasped, "towel", NULL, NULL, 0, "let go", towel_let_go),
    HOLDS(released, "towel", NULL, NULL, 0, "let go", towel_let_go),
    NOT(released, "towel", NULL, NULL, 0, "a corner in the hand", towel_in_hand),
    HOLDS(at_rest, "sock", NULL, NULL, 0, "lies", sock_on_table),
    NOT(at_rest, "shirt", NULL, NULL, 0, "falls", shirt_falls),
    HOLDS(lifted, "sock", NULL, NULL, 0.2, "in the air", sock_in_air),
    HOLDS(on_floor, "sock", NULL, NULL, 0, "lies on it", sock_on_floor),
    NOT(on_floor, "sock", NULL, NULL, 0, "on the table", sock_on_table),
    HOLDS(robot_clear, "sock", NULL, NULL, 0.3, "on the floor", sock_on_floor),
    NOT(gripper_empty, NULL, NULL, NULL, 0, "a corner in the hand", towel_in_hand),
};
const int n_cloth_fixtures = sizeof cloth_fixtures / sizeof cloth_fixtures[0];
