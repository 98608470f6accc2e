#include "predicate_fixtures.h"

#include <chore/furniture.h>

static chore_value trait_of(const task_rig *rig, const char *name)
{
    for (int i = 0; i < rig->task->n_objects; i++) {
        const chore_item_words words = chore_item_words_of(rig->scene, rig->task->items[i]);
        if (strcmp(words.kind, name) == 0 || strcmp(words.colour, name) == 0) {
            return (chore_value){strcmp(words.kind, name) == 0 ? REFER_KIND : REFER_COLOUR, i, 0};
        }
    }
    fail_msg("no item is %s", name);
    return (chore_value){REFER_NOTHING, 0, 0};
}

static chore_value value_of(const task_rig *rig, argument_kind kind, const char *name,
                            double number)
{
    if (kind == ARGUMENT_LENGTH || kind == ARGUMENT_ANGLE || kind == ARGUMENT_FORCE ||
        kind == ARGUMENT_VOLUME) {
        return (chore_value){REFER_NUMBER, 0, number};
    }
    if (kind == ARGUMENT_NONE) {
        return (chore_value){REFER_NOTHING, 0, 0};
    }
    assert_non_null(name);
    if (kind == ARGUMENT_TRAIT) {
        return trait_of(rig, name);
    }
    if (kind == ARGUMENT_WALL) { /* of the one box there is */
        const int part = chore_object_find_part(chore_scene_object(rig->scene, rig_object(rig, "box")), name);
        assert_true(part >= 0);
        return (chore_value){REFER_WALL, part, 0};
    }
    if (strcmp(name, "gripper") == 0) {
        return (chore_value){REFER_GRIPPER, 0, 0};
    }
    if (strchr(name, '/')) { /* of a fixture */
        const bool part = kind == ARGUMENT_LIDDED;
        const int index = part ? chore_scene_find_joint(rig->scene, name) : chore_scene_find_space(rig->scene, name);
        assert_true(index >= 0);
        return (chore_value){part ? REFER_PART : REFER_SPACE, index, 0};
    }
    int item = chore_task_find_item(rig->task, name),
        region = chore_scene_find_region(rig->scene, name),
        fixture_body = chore_scene_find_fixture(rig->scene, name);
    assert_true(item >= 0 || region >= 0 || fixture_body >= 0);
    return item >= 0     ? (chore_value){REFER_ITEM, item, 0}
           : region >= 0 ? (chore_value){REFER_REGION, region, 0}
                         : (chore_value){REFER_FIXTURE, fixture_body, 0};
}

bool fixture_evaluate(const task_rig *rig, const fixture *f)
{
    const predicate_row *row = chore_predicate_row(f->predicate);
    chore_view view = chore_episode_view(rig->episode);
    chore_value args[MAX_ARGS];
    for (int i = 0; i < MAX_ARGS; i++) {
        args[i] = value_of(rig, row->args[i], f->args[i], f->number);
    }
    return chore_predicate_holds(f->predicate, &view, args);
}

void fixtures_check(const char *task, uint64_t seed, const fixture *list, int n)
{
    task_rig rig;
    int n_wrong = 0;
    rig_open(&rig, task, NULL);
    MUST(chore_episode_reset(rig.episode, seed, CHORE_CONTROL, &rig_error));
    const size_t bytes = chore_episode_snapshot_bytes(rig.episode);
    void *start = malloc(bytes);
    assert_non_null(start);
    chore_episode_snapshot(rig.episode, start);
    for (const fixture *f = list; f < list + n; f++) {
        if (f == list || f->set_up != f[-1].set_up) {
            MUST(chore_episode_restore(rig.episode, start, bytes, &rig_error));
            f->set_up(&rig);
        }
        if (fixture_evaluate(&rig, f) != f->holds) {
            chore_view view = chore_episode_view(rig.episode);
            double at[3];
            const bool item = f->args[0] && !strchr(f->args[0], '/');
            chore_item_centre(&view, item ? rig_item(&rig, f->args[0]) : 0, at);
            print_error("%s %s %s: %s; expected %s (centre %.3f %.3f %.3f)\n",
                        chore_predicate_row(f->predicate)->name, f->args[0] ? f->args[0] : "",
                        f->args[1] ? f->args[1] : "", f->what, f->holds ? "true" : "false", at[0],
                        at[1], at[2]);
            n_wrong++;
        }
    }
    free(start);
    rig_close(&rig);
    assert_int_equal(n_wrong, 0);
}
