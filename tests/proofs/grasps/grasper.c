/* grasper: a policy that does nothing but pinch. It takes cloth by an edge or corner that lies on top, drawn at random, as the oracle
   does (pinch.c: three tries), lifts it, holds it, puts it back, and adds a line for each pinch to the file CHORE_GRASP_LOG (so it runs by profile inproc, where a policy may write):
   kind size point layers tries held, where held means: still between the pads after a lift of 8 cm and a second in the air. */
#include <chore/policy_easy.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pinch.h"
#include "streams.h"

enum { WAIT, PINCH, HOLD, RELEASE, HOME, DRAWS = 200, LAYERED = 2 };
static const double lift = 0.08, hold_time = 1, rest_speed = 0.02, longest_wait = 3;

typedef struct grasper {
    cloth_view cloth;
    hands hands;
    pinch pinch;
    grip grip;
    int hand, phase, tries; /* of this point, so far */
    bool lost;              /* it held, and then slipped: once more, as long as there are tries */
    uint64_t random;
    double waited;
} grasper;

static double draw(grasper *g)
{
    g->random ^= g->random << 13;
    g->random ^= g->random >> 7;
    g->random ^= g->random << 17;
    return (double)(g->random >> 11) * 0x1p-53;
}

static int draw_below(grasper *g, int n)
{
    int i = (int)(draw(g) * n);
    return i < n ? i : n - 1;
}

static bool is_corner(const garment_view *g, int vertex)
{
    for (int i = 0; i < g->n_keypoints; i++) {
        if (g->keypoints[i].vertex == vertex) {
            return true;
        }
    }
    return false;
}

static bool start_at(grasper *g)
{
    const grip *one = &g->grip;
    return pinch_start(&g->pinch, &g->cloth, &g->hands, g->hand == LEFT_HAND ? one : NULL,
                       g->hand == RIGHT_HAND ? one : NULL);
}

/* Every other pinch takes a corner where one can be had, every other two takes all layers. */
static bool start(grasper *g)
{
    g->tries = 0;
    const bool corner = draw(g) < 0.5, deep = draw(g) < 0.5;
    for (int i = 0; i < DRAWS; i++) {
        g->grip = (grip){.garment = draw_below(g, g->cloth.n)};
        const garment_view *of = &g->cloth.garments[g->grip.garment];
        if (!of->present || of->n_outline == 0) {
            continue;
        }
        g->grip.vertex = of->outline[draw_below(g, of->n_outline)];
        g->grip.all_layers = deep;
        if (!cloth_is_top(&g->cloth, g->grip.garment, g->grip.vertex) ||
            is_corner(of, g->grip.vertex) != corner) {
            continue;
        }
        vec at = cloth_at(&g->cloth, g->grip.garment, g->grip.vertex);
        g->grip.n_then = 1;
        g->grip.then[0] = vec_of(at.x, at.y, at.z + lift);
        g->hand = draw_below(g, HANDS);
        for (int k = 0; k < HANDS; k++, g->hand = !g->hand) {
            if (start_at(g)) {
                return true;
            }
        }
    }
    return false;
}

static void note(const grasper *g, bool held)
{
    const char *path = getenv("CHORE_GRASP_LOG");
    FILE *log = path ? fopen(path, "a") : NULL;
    if (log == NULL) {
        return;
    }
    const garment_view *of = &g->cloth.garments[g->grip.garment];
    fprintf(log, "%s %s %s %d %d %d\n", of->kind, of->size,
            is_corner(of, g->grip.vertex) ? "corner" : "edge",
            g->pinch.layers[g->hand] >= LAYERED ? 2 : 1, g->tries, held);
    fclose(log);
}

static void pinched(grasper *g, pinch_state s)
{
    g->tries += g->pinch.tries;
    if (s == PINCH_FAILED) {
        note(g, false);
        hands_add_home(&g->hands, true, true);
        g->phase = HOME;
        return;
    }
    waypoint up = hands_to(g->hands.hand[g->hand].at, 0), down = up;
    up.at.p.z += lift;
    stroke rise = hands_only(g->hand, up, 0.2);
    rise.wait = hold_time;
    hands_add(&g->hands, rise);
    hands_add(&g->hands, hands_only(g->hand, down, 0.2));
    g->phase = HOLD;
}

static void step(grasper *g, double dt)
{
    if (g->phase == PINCH) {
        pinch_state s = pinch_step(&g->pinch, &g->cloth, &g->hands);
        if (s != PINCH_BUSY) {
            pinched(g, s);
        }
        return;
    }
    if (hands_busy(&g->hands)) {
        return;
    }
    switch (g->phase) {
    case WAIT: {
        double fastest = 0;
        for (int i = 0; i < g->cloth.n; i++) {
            fastest = fmax(fastest, g->cloth.garments[i].present ? g->cloth.garments[i].speed : 0);
        }
        g->waited += dt;
        if ((g->waited > 0.3 && fastest < rest_speed) || g->waited > longest_wait) {
            g->phase = (g->lost && start_at(g)) || start(g) ? PINCH : WAIT;
            g->lost = false;
            g->waited = 0;
        }
        break;
    }
    case HOLD: /* lifted, held and lowered again: is it still there? */
        g->lost = !pinch_holds(&g->pinch, &g->cloth, &g->hands, g->hand) && g->tries < PINCH_TRIES;
        if (!g->lost) {
            note(g,
                 g->tries <= PINCH_TRIES && pinch_holds(&g->pinch, &g->cloth, &g->hands, g->hand));
        }
        pinch_release(&g->hands, g->hand == LEFT_HAND, g->hand == RIGHT_HAND);
        g->phase = RELEASE;
        break;
    case RELEASE:
        hands_add_home(&g->hands, true, true);
        g->phase = HOME;
        break;
    default: g->phase = WAIT; g->waited = 0;
    }
}

static const char *act(void *state, const chore_easy_step *now, float *action)
{
    grasper *g = state;
    const double dt = now->step ? now->seconds / (double)now->step : 0.05;
    const sight s = streams_see(now);
    if (now->step == 0) {
        memset(g, 0, sizeof *g);
    }
    hands_read(&g->hands, s.joint_pos, s.base_pose, s.eef_pos, s.eef_quat, s.gripper_width,
               s.touch);
    if (now->step == 0) {
        hands_start(&g->hands);
    }
    g->cloth.table_z = g->hands.hand[0].base.p.z;
    if (!s.cloth_pos || !cloth_read_text(&g->cloth, s.objects)) {
        return "grasper: this task has no cloth";
    }
    cloth_read_positions(&g->cloth, s.cloth_pos, dt);
    if (now->step == 0) { /* drawn by where the cloth lies: another seed, other pinches */
        memcpy(&g->random, s.cloth_pos, sizeof g->random);
        g->random |= 1;
    }
    step(g, dt);
    hands_step(&g->hands, dt);
    for (int k = 0; k < HANDS; k++) {
        const hand_state *one = &g->hands.hand[k];
        streams_put_arm(action, k, pose_mul(pose_inverse(one->base), one->at), one->open);
    }
    return NULL;
}

static const chore_easy_policy policy = {
    "grasper", "1.0", "Apache-2.0", ORACLE_MODE, ORACLE_STREAMS, sizeof(grasper), 0, act};
CHORE_EASY_ENTRY(policy)
