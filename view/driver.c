#include "driver_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <chore/files.h>

#include "keys_internal.h"

#define MOVE 0.2  /* m/s */
#define TURN 0.8  /* rad/s */
#define GRIP 0.08 /* m/s */
#define SLOW 0.25

/* ---- life --------------------------------------------------------------------------------------------------------- */

static void name_recording(driver *d, const char *episode, uint64_t step)
{
    static const char word[] = "-intervened-";
    const char *again = strstr(episode, word); /* one who takes over once more needs no longer name */
    const int len = again ? (int)(again - episode) : (int)strlen(episode);
    int tries = 1;
    snprintf(d->path, sizeof d->path, "%.*s%s%05llu.trace", len, episode, word, (unsigned long long)step);
    while (chore_file_exists(d->path)) {
        snprintf(d->path, sizeof d->path, "%.*s%s%05llu-%d.trace", len, episode, word, (unsigned long long)step, ++tries);
    }
}

void driver_begin(driver *d, const chore_takeover_def *def, const char *episode, const chore_embodiment *robot)
{
    chore_takeover_def with = *def;
    *d = (driver){.robot = robot};
    name_recording(d, episode, def->step);
    with.path = d->path;
    d->takeover = chore_takeover_open(&with);
}

void driver_close(driver *d)
{
    chore_takeover_close(d->takeover);
    *d = (driver){0};
}

void driver_hold(driver *d, int drive, bool down)
{
    if (drive == DRIVE_LIMB && down) {
        d->limb = (d->limb + 1) % chore_hand_limbs(d->robot);
    }
    d->held = down ? d->held | (unsigned)drive : d->held & ~(unsigned)drive;
}

void driver_pass(driver *d)
{
    chore_takeover_pass(d->takeover, d->state == CHORE_TAKEOVER_RECORDING || d->state == CHORE_TAKEOVER_POLICY);
}

/* ---- steering ----------------------------------------------------------------------------------------------------- */

static double axis(const driver *d, int more, int less, double stick)
{
    const double keys = ((d->held & (unsigned)more) != 0) - ((d->held & (unsigned)less) != 0);
    return mju_clip(keys + stick, -1, 1);
}

/* The picture's directions along the floor: into it and to its right. From straight above, up is away. */
static void directions(const stage *on, double away[3], double right[3])
{
    const mjvGLCamera *eye = &on->scene.camera[0];
    const float *along = fabsf(eye->forward[2]) < 0.95f ? eye->forward : eye->up;
    static const double upright[3] = {0, 0, 1};
    away[0] = (double)along[0], away[1] = (double)along[1], away[2] = 0;
    mju_normalize3(away);
    mju_cross(right, away, upright);
}

void driver_steer(driver *d, const stage *on)
{
    chore_hand hand = {.limb = d->limb};
    const double slow = d->held & DRIVE_SLOW || d->pad.slow ? SLOW : 1;
    const double to_right = axis(d, DRIVE_RIGHT, DRIVE_LEFT, d->pad.right), to_away = axis(d, DRIVE_AWAY, DRIVE_NEARER, d->pad.away);
    const double up = axis(d, DRIVE_UP, DRIVE_DOWN, d->pad.up), yaw = axis(d, DRIVE_YAW_LEFT, DRIVE_YAW_RIGHT, d->pad.yaw);
    const double pitch = axis(d, DRIVE_PITCH_AWAY, DRIVE_PITCH_NEARER, d->pad.pitch);
    const double roll = axis(d, DRIVE_ROLL_RIGHT, DRIVE_ROLL_LEFT, d->pad.roll);
    double away[3], right[3];
    directions(on, away, right);
    if (d->limb == d->robot->n_arms) { /* who sits on the base looks where it looks */
        hand.move[0] = MOVE * slow * to_away, hand.move[1] = -MOVE * slow * to_right;
        hand.move[2] = MOVE * slow * up, hand.turn[2] = TURN * slow * yaw;
    } else {
        for (int i = 0; i < 3; i++) {
            hand.move[i] = MOVE * slow * (to_away * away[i] + to_right * right[i] + (i == 2 ? up : 0));
            hand.turn[i] = TURN * slow * (-pitch * right[i] + roll * away[i] + (i == 2 ? yaw : 0));
        }
        hand.grip = GRIP * slow * axis(d, DRIVE_OPEN, DRIVE_CLOSE, d->pad.grip);
    }
    chore_takeover_hand(d->takeover, &hand);
}

/* ---- words -------------------------------------------------------------------------------------------------------- */

const char *driver_word(const driver *d)
{
    static const char *const words[] = {"loading", "person", "policy", "recording", "done", "failed"};
    return d->takeover ? words[d->state] : "nobody";
}

void driver_draw(const driver *d, const ink *pen, int above)
{
    char text[300];
    if (!d->takeover) {
        return;
    }
    if (d->state == CHORE_TAKEOVER_PERSON) {
        snprintf(text, sizeof text, "YOU DRIVE %s%s   W A S D  R F  Q E   Space O   Enter gives back   Ctrl S ends",
                 chore_hand_limb_name(d->robot, d->limb), chore_hand_limbs(d->robot) > 1 ? " (B: another)" : "");
    } else if (d->state == CHORE_TAKEOVER_RECORDING) {
        char why[160];
        chore_takeover_why(d->takeover, why, sizeof why);
        snprintf(text, sizeof text, "GIVEN BACK: the recorded actions go on (no policy: %s)   Enter takes over   Ctrl S ends", why);
    } else if (d->state == CHORE_TAKEOVER_POLICY) {
        snprintf(text, sizeof text, "GIVEN BACK: the policy goes on   Enter takes over again   Ctrl S ends");
    } else {
        snprintf(text, sizeof text, "one moment ...");
    }
    const int pad = pen->line / 2, most = pen->width - 2 * pad, wide = ink_width(pen, text) + 2 * pad, width = wide < most ? wide : most;
    const int x = (pen->width - width) / 2, y = above - 2 * pen->line;
    const bool person = d->state == CHORE_TAKEOVER_PERSON;
    ink_rect(pen, x, y, width, pen->line + pad, person ? (ink_colour){0.62f, 0.33f, 0.05f, 0.95f} : INK_PANEL);
    ink_text(pen, x + pad, y + pad / 2, width - 2 * pad, INK_TEXT, text);
}
