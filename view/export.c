#include "export_internal.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chore/program.h>
#include <chore/files.h>
#include <chore/text.h>
#include <chore/video.h>

static void name_file(view_export *x, const chore_playlist_entry *entry)
{
    const char *ending = chore_video_has_ffmpeg() ? "mp4" : "apng";
    snprintf(x->file, sizeof x->file, "%.200s.%s", entry->name, ending);
    for (int i = 2; chore_file_exists(x->file); i++) {
        snprintf(x->file, sizeof x->file, "%.200s-%d.%s", entry->name, i, ending);
    }
}

static int start(view_export *x, const chore_playlist_entry *entry, const char *camera, bool low)
{
    char program[CHORE_PATH_CAP];
    const char *argv[16] = {program, "render", entry->trace, "--quiet", "--video", x->file, "--camera", camera, "--quality", low ? "low" : "medium"};
    if (chore_path_join(program, chore_program_dir(), "chorebench", NULL) != CHORE_OK) {
        return ENAMETOOLONG;
    }
    if (entry->task[0]) {
        argv[10] = "--task";
        argv[11] = entry->task;
    }
    x->words = tmpfile();
    return x->words ? chore_program_start(&x->child, argv, -1, fileno(x->words)) : errno;
}

void view_export_begin(view_export *x, const chore_playlist_entry *entry, const char *camera, const mjvCamera *eye, bool low,
                       char *said, size_t cap)
{
    char from[200];
    if (x->child) {
        snprintf(said, cap, "one video at a time: %s is in the making", x->file);
        return;
    }
    if (!entry->trace[0]) {
        snprintf(said, cap, "no video: nothing is recorded");
        return;
    }
    snprintf(from, sizeof from, "free:%.4f,%.4f,%.4f,%.4f,%.3f,%.3f", eye->lookat[0], eye->lookat[1], eye->lookat[2], eye->distance, eye->azimuth,
             eye->elevation);
    name_file(x, entry);
    const int why = start(x, entry, camera ? camera : from, low);
    if (why) {
        snprintf(said, cap, "no video: %s", strerror(why));
        view_export_stop(x);
        return;
    }
    snprintf(said, cap, "making %s ...", x->file);
}

static void first_line(FILE *file, char *out, size_t cap)
{
    out[0] = 0;
    rewind(file);
    if (fgets(out, (int)cap, file)) {
        out[strcspn(out, "\r\n")] = 0;
    }
}

bool view_export_poll(view_export *x, char *said, size_t cap)
{
    static const char prefix[] = "chorebench render: ";
    char line[400];
    int how = 0;
    if (!x->child || waitpid(x->child, &how, WNOHANG) != x->child) {
        return false;
    }
    x->child = 0;
    first_line(x->words, line, sizeof line);
    if (WIFEXITED(how) && WEXITSTATUS(how) == 0) {
        snprintf(said, cap, "saved %s", x->file);
    } else {
        const bool known = strncmp(line, prefix, sizeof prefix - 1) == 0;
        snprintf(said, cap, "no video: %s", known ? line + sizeof prefix - 1 : line[0] ? line : "chorebench render failed");
    }
    view_export_stop(x);
    return true;
}

void view_export_stop(view_export *x)
{
    if (x->child) {
        kill(x->child, SIGTERM); /* it takes away what is half */
        while (waitpid(x->child, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    if (x->words) {
        fclose(x->words);
    }
    x->child = 0;
    x->words = NULL;
}
