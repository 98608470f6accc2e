/* What a recording says, as a person would: for captions. */
#ifndef CHORE_WORDS_INTERNAL_H
#define CHORE_WORDS_INTERNAL_H
#include <chore/episode.h>

enum { WORDS = CHORE_NAME_CAP * 5 };

/* "shirt_2" -> "red T-shirt": the kind where the scene has one of it, colour and kind where that tells it from all others, else the name. What is
   no object keeps its name, with blanks for underscores. */
void chorei_words_thing(const chore_scene *scene, const char *id, char *out, size_t cap);
/* "inside shirt_2 basket" -> "red T-shirt in laundry basket". Numbers are for the goal, not for the caption. */
void chorei_words_literal(const chore_scene *scene, const char *literal, char *out, size_t cap);
/* What happened, of an event that has fired: "the red T-shirt was dropped in"; its name where it is not about one thing. */
void chorei_words_effect(const chore_scene *scene, const chore_event_state *event, char *out, size_t cap);
/* Underscores become blanks. */
void chorei_words_plain(char *text);
#endif
