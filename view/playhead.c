#include <chore/playhead.h>

#include <math.h>
#include <stdio.h>

uint64_t chore_playhead_step(const chore_playhead *head)
{
    return (uint64_t)head->at;
}

void chore_playhead_go(chore_playhead *head, uint64_t step)
{
    head->follow = false;
    head->at = (double)(step < head->n_steps ? step : head->n_steps);
}

void chore_playhead_go_end(chore_playhead *head)
{
    chore_playhead_go(head, head->n_steps);
    head->follow = head->open_end;
}

void chore_playhead_advance(chore_playhead *head, double seconds, uint64_t shown)
{
    const double rate = head->hz * ldexp(1, head->speed), end = (double)head->n_steps;
    if (head->follow) {
        head->at = end;
        head->follow = head->open_end;
        return;
    }
    if (!head->playing) {
        return;
    }
    const double most = (double)shown + 1 + rate / 4;
    const double next = head->at + rate * seconds;
    head->at = next < most ? next : head->at > most ? head->at : most;
    if (head->at < end) {
        return;
    }
    head->at = end;
    if (head->open_end) {
        return;
    }
    if (head->loop && shown == head->n_steps) {
        head->at = 0;
    } else if (!head->loop) {
        head->playing = false;
    }
}

void chore_playhead_move(chore_playhead *head, int64_t steps)
{
    const int64_t to = (int64_t)chore_playhead_step(head) + steps;
    head->playing = false;
    chore_playhead_go(head, to > 0 ? (uint64_t)to : 0);
}

void chore_playhead_toggle(chore_playhead *head)
{
    if (head->follow) { /* what moves by itself stops */
        head->follow = head->playing = false;
        return;
    }
    head->playing = !head->playing;
    if (head->playing && !head->open_end && chore_playhead_step(head) >= head->n_steps) {
        head->at = 0;
    }
}

void chore_playhead_faster(chore_playhead *head, int by)
{
    const int speed = head->speed + by;
    head->speed = speed < CHORE_PLAYHEAD_SLOWEST   ? CHORE_PLAYHEAD_SLOWEST
                  : speed > CHORE_PLAYHEAD_FASTEST ? CHORE_PLAYHEAD_FASTEST
                                                   : speed;
}

void chore_playhead_speed_text(const chore_playhead *head, char out[8])
{
    snprintf(out, 8, head->speed < 0 ? "1/%dx" : "%dx", 1 << (head->speed < 0 ? -head->speed : head->speed) % 16);
}
