#include "story_internal.h"

#include <stdio.h>
#include <string.h>

void chorei_story_begin(story *s, chore_reel *reel)
{
    s->reel = reel;
    s->row = chore_reel_row(reel);
    snprintf(s->title, sizeof s->title, "%s · %s · seed %llu · %s", s->row.task, chore_variant_name(s->row.variant),
             (unsigned long long)s->row.seed, s->row.policy);
    chore_film_find(&s->moments, reel, &s->row, false);
    chore_film_choose(&s->moments, chore_reel_steps(reel), FILM_MOMENTS, 0, 1);
}

int chorei_story_news(const story *s, uint64_t step, uint64_t within)
{
    int found = -1;
    for (int i = 1; i < s->moments.n; i++) { /* the first is the start */
        const uint64_t at = s->moments.at[i].steps;
        found = at <= step && step - at <= within ? i : found;
    }
    return found;
}

/* New work often wants again what the goal wants already. */
static bool is_told(const story *s, int n)
{
    for (int i = 0; i < n; i++) {
        if (strcmp(s->words[i], s->words[n]) == 0) {
            return true;
        }
    }
    return false;
}

static void tell_goal(story *s, const chore_episode *episode)
{
    int n = 0;
    for (int i = 0; i < chore_episode_n_literals(episode) && n < STORY_ITEMS; i++) {
        const chore_literal literal = chore_episode_literal(episode, i);
        chorei_words_literal(s->moments.scene, literal.text, s->words[n], sizeof s->words[n]);
        s->items[n] = (chore_board_item){s->words[n], literal.holds, literal.event >= 0};
        n += !is_told(s, n);
    }
    s->board.items = s->items;
    s->board.n_items = n;
}

/* Events get their names on the time line, the rest is too much for it. */
static void tell_marks(story *s)
{
    const double end = chore_reel_steps(s->reel) > 0 ? (double)chore_reel_steps(s->reel) : 1;
    int n = 0;
    for (int i = 1; i + 1 < s->moments.n && n < STORY_MARKS; i++) {
        const film_moment *m = &s->moments.at[i];
        s->labels[n][0] = 0;
        if (m->fires) {
            chore_copy(s->labels[n], sizeof s->labels[n], m->event);
            chorei_words_plain(s->labels[n]);
        }
        s->marks[n] = (chore_board_mark){(double)m->steps / end, m->accent, s->labels[n]};
        n++;
    }
    s->board.marks = s->marks;
    s->board.n_marks = n;
}

const chore_board *chorei_story_tell(story *s, uint64_t step, int news, double speed)
{
    const chore_episode *episode = chore_reel_episode(s->reel);
    const uint64_t end = chore_reel_steps(s->reel);
    chore_accent accent = CHORE_ACCENT_NONE;
    snprintf(s->time, sizeof s->time, "%.1f s", (double)step / s->moments.hz);
    snprintf(s->pace, sizeof s->pace, speed < 0.995 || speed > 1.005 ? "%.3gx" : "", speed);
    s->news[0] = 0;
    if (news >= 0) {
        accent = s->moments.at[news].accent;
        chore_film_caption(s->reel, &s->moments.at[news], s->news, sizeof s->news);
    }
    s->board = (chore_board){.title = s->title,
                             .instruction = chore_episode_instruction(episode),
                             .time = s->time,
                             .pace = s->pace,
                             .progress = chore_episode_progress(episode),
                             .news = s->news,
                             .accent = accent};
    tell_goal(s, episode);
    tell_marks(s);
    s->board.at = end > 0 ? (double)step / (double)end : 1;
    s->board.outcome = step < end ? CHORE_ACCENT_NONE : s->row.success ? CHORE_ACCENT_GOOD : CHORE_ACCENT_BAD;
    return &s->board;
}
