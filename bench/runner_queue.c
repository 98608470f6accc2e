#include "runner_internal.h"

#include <stdlib.h>
#include <sys/socket.h>

#include <chore/clock.h>
#include <chore/rng.h>

enum { MAX_ATTEMPTS = 2, MAX_AUTO_FILMS = 24 };

/* ---- the queue ------------------------------------------------------------------------------------------------------ */

void chorei_queue_make(chorei_runner *r, const chore_rows *rows)
{
    const chore_plan *plan = r->def->plan;
    bool *done = calloc((size_t)plan->n_episodes, sizeof *done);
    r->queue = calloc((size_t)plan->n_episodes * (MAX_ATTEMPTS + 1), sizeof *r->queue);
    r->attempts = calloc((size_t)plan->n_episodes, sizeof *r->attempts);
    CHORE_ASSERT(done && r->queue && r->attempts);
    for (int i = 0; rows && i < rows->n; i++) {
        const chore_row *row = &rows->rows[i];
        done[row->index] |=
            row->outcome != CHORE_OUTCOME_SIM_ERROR && row->outcome != CHORE_OUTCOME_INFRA_ERROR;
        r->attempts[row->index] = row->attempt + 1;
    }
    for (int i = 0; i < plan->n_episodes; i++) {
        if (!done[i]) {
            r->queue[r->n_queue++] = i;
        }
    }
    chore_rng rng = chore_rng_stream(r->def->shuffle, plan->hash, 0, "order");
    for (int i = r->n_queue - 1; r->def->shuffle && i > 0; i--) {
        int k = (int)chore_rng_below(&rng, (uint32_t)i + 1), swap = r->queue[i];
        r->queue[i] = r->queue[k];
        r->queue[k] = swap;
    }
    free(done);
}

bool chorei_queue_is_empty(chorei_runner *r)
{
    while (r->next < r->n_queue && r->queue[r->next] < 0) {
        r->next++;
    }
    return r->next == r->n_queue;
}

/* The next episode that may join the worker's batch; -1: none. */
static int take_next(chorei_runner *r, const chorei_slot *s)
{
    const chore_planned *episodes = r->def->plan->episodes;
    for (int i = r->next; i < r->n_queue; i++) {
        const int index = r->queue[i];
        if (index < 0) {
            continue;
        }
        const chore_planned *mate = s->n_orders ? &episodes[s->orders[0].index] : &episodes[index];
        if (episodes[index].task == mate->task && episodes[index].latency == mate->latency) {
            r->queue[i] = -1;
            return index;
        }
    }
    return -1;
}

static void requeue(chorei_runner *r, int index)
{
    r->queue[r->n_queue++] = index;
    chore_progress_repeat(r->progress);
}

void chorei_settle(chorei_runner *r, int index, chore_outcome outcome, bool success)
{
    bool scored = outcome != CHORE_OUTCOME_SIM_ERROR && outcome != CHORE_OUTCOME_INFRA_ERROR;
    if (!scored && r->attempts[index] < MAX_ATTEMPTS) {
        requeue(r, index);
    } else {
        chore_progress_done(r->progress, scored, success);
    }
}

/* ---- orders and replies --------------------------------------------------------------------------------------------- */

static int film_wish(chorei_runner *r, int index)
{
    const chore_planned *e = &r->def->plan->episodes[index];
    switch (r->def->film) {
    case CHORE_FILM_ALL: return CHOREI_FILM_ALWAYS;
    case CHORE_FILM_FAILURES: return CHOREI_FILM_IF_FAILED;
    case CHORE_FILM_AUTO:
        if (r->films >= MAX_AUTO_FILMS) {
            return 0;
        }
        return e->seed == r->def->plan->episodes[0].seed ? CHOREI_FILM_ALWAYS
                                                         : CHOREI_FILM_IF_FAILED;
    default: return 0;
    }
}

void chorei_give_orders(chorei_runner *r, int number)
{
    chorei_slot *s = &r->slots[number];
    while (s->ready && s->n_orders < s->seats && !chorei_queue_is_empty(r) &&
           r->status == CHORE_OK) {
        const int index = take_next(r, s);
        if (index < 0) {
            return;
        }
        chorei_order *order = &s->orders[s->n_orders];
        *order = (chorei_order){
            .index = index, .attempt = r->attempts[index]++, .film = film_wish(r, index)};
        if (s->n_orders++ == 0) {
            s->turn = r->pulse[number].turn;
            s->turn_ns = chore_now_ns();
        }
        r->running++;
        (void)send(s->fd, order, sizeof *order,
                   MSG_NOSIGNAL); /* a dead worker shows up as end of file */
    }
}

static void forget_order(chorei_runner *r, chorei_slot *s, int index)
{
    for (int i = 0; i < s->n_orders; i++) {
        if (s->orders[i].index == index) {
            s->orders[i] = s->orders[--s->n_orders];
            r->running--;
            return;
        }
    }
}

void chorei_take_reply(chorei_runner *r, chorei_slot *s, const chorei_reply *reply)
{
    if (reply->index < 0) {
        s->ready = reply->status == CHORE_OK;
        s->seats = reply->seats;
        if (!s->ready) {
            chorei_stop_with(r, reply->status, &reply->error);
        }
        return;
    }
    forget_order(r, s, reply->index);
    r->restarts = 0;
    if (reply->status == CHORE_E_INTERRUPTED) {
        return;
    }
    if (reply->status != CHORE_OK) {
        chorei_stop_with(r, reply->status, &reply->error);
        return;
    }
    r->films += reply->filmed;
    if (!reply->filmed && reply->error.status == CHORE_E_RENDER && !r->told_no_film) {
        r->told_no_film = true;
        chore_progress_say(r->progress, "no film strips: %s", reply->error.message);
    }
    chorei_settle(r, reply->index, reply->outcome, reply->success);
}
