#include "words_internal.h"

#include <stdio.h>
#include <string.h>

void chorei_words_plain(char *text)
{
    for (; *text; text++) {
        *text = *text == '_' ? ' ' : *text;
    }
}

typedef struct thing {
    const char *id, *kind, *colour;
} thing;

static int n_things(const chore_scene *scene)
{
    return chore_scene_n_objects(scene) + chore_scene_n_garments(scene);
}

static thing thing_at(const chore_scene *scene, int i)
{
    const int n = chore_scene_n_objects(scene);
    if (i < n) {
        const chore_object *object = chore_scene_object(scene, i);
        return (thing){object->id, object->kind, object->colour};
    }
    const chore_garment *garment = chore_scene_garment(scene, i - n);
    return (thing){garment->id, garment->kind, garment->colour};
}

/* Kinds that are not called by the name of their folder. */
static const char *kind_of(const char *kind)
{
    static const char *const called[][2] = {{"tshirt", "T-shirt"}, {"long_sleeve", "long-sleeved shirt"}};
    for (size_t i = 0; i < sizeof called / sizeof called[0]; i++) {
        if (strcmp(kind, called[i][0]) == 0) {
            return called[i][1];
        }
    }
    return kind;
}

void chorei_words_thing(const chore_scene *scene, const char *id, char *out, size_t cap)
{
    thing it = {0};
    int same_kind = 0, same = 0;
    for (int i = 0; i < n_things(scene) && !it.id; i++) {
        const thing other = thing_at(scene, i);
        it = strcmp(other.id, id) == 0 ? other : it;
    }
    for (int i = 0; it.id && i < n_things(scene); i++) {
        const thing other = thing_at(scene, i);
        const bool is_kind = strcmp(other.kind, it.kind) == 0;
        same_kind += is_kind;
        same += is_kind && strcmp(other.colour, it.colour) == 0;
    }
    if (it.id && same_kind == 1) {
        chore_copy(out, cap, kind_of(it.kind));
    } else if (it.id && same == 1 && *it.colour) {
        snprintf(out, cap, "%s %s", it.colour, kind_of(it.kind));
    } else {
        chore_copy(out, cap, id);
    }
    chorei_words_plain(out);
}

static const char *predicate_of(const char *name)
{
    return strcmp(name, "in_region") == 0 || strcmp(name, "inside") == 0 ? "in" : name;
}

void chorei_words_literal(const chore_scene *scene, const char *literal, char *out, size_t cap)
{
    char words[CHORE_NAME_CAP * 3], subject[CHORE_NAME_CAP * 2], object[CHORE_NAME_CAP * 2 + 1] = "", *rest = NULL;
    chore_copy(words, sizeof words, literal);
    char *predicate = strtok_r(words, " ", &rest);
    const bool negated = predicate && strcmp(predicate, "not") == 0;
    predicate = negated ? strtok_r(NULL, " ", &rest) : predicate;
    const char *first = strtok_r(NULL, " ", &rest), *second = strtok_r(NULL, " ", &rest);
    chorei_words_thing(scene, first ? first : "", subject, sizeof subject);
    if (second && !strchr("-.0123456789", second[0])) {
        object[0] = ' ';
        chorei_words_thing(scene, second, object + 1, sizeof object - 1);
    }
    snprintf(out, cap, "%s %s%s%s", subject, negated ? "not " : "", predicate ? predicate_of(predicate) : "", object);
    chorei_words_plain(out);
}

/* "mug_2 dropped at 0.48 -0.10": how the episode tells it. */
void chorei_words_effect(const chore_scene *scene, const chore_event_state *event, char *out, size_t cap)
{
    static const char *const told[][2] = {{"dropped", "was dropped in"}, {"slipped", "slipped out of the gripper"}, {"unfolded", "sprang open"},
                                          {"toppled", "toppled"},        {"slid", "slid away"},                     {"swung", "was moved"},
                                          {"taken", "was taken out"},    {"broken", "broke"},                       {"tipped", "tipped over"},
                                          {"jammed", "jammed"}};
    char words[CHORE_NAME_CAP * 2], name[CHORE_NAME_CAP * 2], *rest = NULL;
    chore_copy(words, sizeof words, event->detail);
    const char *id = strtok_r(words, " ", &rest), *what = strtok_r(NULL, " ", &rest), *at = strtok_r(NULL, " ", &rest);
    chore_copy(out, cap, event->name);
    chorei_words_plain(out);
    if (!at || strcmp(at, "at") != 0) {
        return;
    }
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        what = strcmp(what, told[i][0]) == 0 ? told[i][1] : what;
    }
    chorei_words_thing(scene, id, name, sizeof name);
    snprintf(out, cap, "the %s %s", name, what);
}
