/* policy.log: what a policy in a process of its own printed during the episodes. */
#include "worker_internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <chore/files.h>
#include <chore/text.h>

enum { MOST = 64 * 1024 }; /* per episode */

/* Terminals and readers of the file must not obey the policy. */
static void clean(char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const unsigned char c = (unsigned char)text[i];
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f) {
            text[i] = ' ';
        }
    }
}

void chorei_policy_log(const char *dir, const char *episode, chore_policy_host *policy)
{
    char *printed = malloc(MOST), path[CHORE_PATH_CAP];
    CHORE_ASSERT(printed);
    const size_t n = chore_policy_output(policy, printed, MOST);
    if (n > 0 && chore_path_join(path, dir, "policy.log", NULL) == CHORE_OK) {
        chore_text all = {0};
        clean(printed, n);
        chore_text_add(&all, "== %s\n", episode);
        chore_text_add_bytes(&all, printed, n);
        chore_text_add(&all, "%s", printed[n - 1] == '\n' ? "" : "\n");
        const int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
        if (fd >= 0) { /* one write: several workers share the file. Lost words are no lost result */
            if (write(fd, all.data, all.len) < 0) {
                perror(path);
            }
            close(fd);
        }
        chore_text_release(&all);
    }
    free(printed);
}
