/* Which episode to see beside another one: the one that was named, or its twin of the other variant. */
#include <chore/playlist.h>

#include <stdio.h>
#include <string.h>

#include <chore/files.h>

int chore_playlist_find(const chore_playlist *list, const char *name)
{
    for (int i = 0; i < list->n; i++) {
        if (list->entries[i].trace[0] && strcmp(list->entries[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

/* Episodes are named after task, variant and seed. */
int chore_playlist_twin(const chore_playlist *list, int index)
{
    static const char *const variants[] = {"-disturbed-", "-control-"};
    const char *name = list->entries[index].name;
    for (int i = 0; i < 2; i++) {
        const char *at = strstr(name, variants[i]);
        if (at) {
            char twin[CHORE_NAME_CAP * 3 + 16];
            snprintf(twin, sizeof twin, "%.*s%s%s", (int)(at - name), name, variants[1 - i], at + strlen(variants[i]));
            return chore_playlist_find(list, twin);
        }
    }
    return -1;
}

/* ---- the command line --------------------------------------------------------------------------------------------- */

static bool is_recording(const char *word)
{
    char plan[CHORE_PATH_CAP];
    if (!chore_dir_exists(word)) {
        return chore_file_exists(word);
    }
    return chore_path_join(plan, word, "plan.json", NULL) == CHORE_OK && chore_file_exists(plan);
}

/* The second, of the words behind the first. A run without an episode gives the one of the first's name. */
static chore_status open_second(chore_playlist *second, const chore_playlist *first, const char *run, char *const *words, int n,
                                chore_error *err)
{
    if (!is_recording(words[0])) { /* another episode of the first's run */
        return n == 1 ? chore_playlist_open(second, run, words[0], err)
                      : chore_fail(err, CHORE_E_NOT_FOUND, "there is no run folder or trace '%s'", words[0]);
    }
    const char *same = first->n > 1 || chore_dir_exists(run) ? first->entries[first->first].name : NULL;
    return chore_playlist_open(second, words[0], n > 1 ? words[1] : chore_dir_exists(words[0]) ? same : NULL, err);
}

chore_status chore_playlist_open_words(chore_playlist *first, chore_playlist *second, char *const *words, int n, chore_error *err)
{
    *second = (chore_playlist){0};
    const bool named = n > 1 && !is_recording(words[1]);
    const int used = named ? 2 : 1;
    if (n < 1 || n - used > 2) {
        return chore_fail(err, CHORE_E_USAGE,
                          "expected a run folder and perhaps an episode, or a trace, and perhaps a second of these");
    }
    chore_status status = chore_playlist_open(first, words[0], named ? words[1] : NULL, err);
    if (status == CHORE_OK && n > used) {
        status = open_second(second, first, words[0], words + used, n - used, err);
        if (status != CHORE_OK) {
            chore_playlist_release(first);
        }
    }
    return status;
}
