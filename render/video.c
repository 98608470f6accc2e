#include <chore/video.h>

#include "apng_internal.h"

#include <chore/program.h>
#include <chore/files.h>
#include <chore/text.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>


/* What may be asked for. even: each sample of colour covers two by two pixels; muxer NULL: written here. */
typedef struct kind {
    const char *ending, *muxer, *options[4];
    bool even;
} kind;

#define PLAYERS "-pix_fmt", "yuv420p" /* what every player can show */
static const kind kinds[] = {{".mp4", "mp4", {PLAYERS, "-movflags", "+faststart"}, true},
                             {".mov", "mov", {PLAYERS, "-movflags", "+faststart"}, true},
                             {".mkv", "matroska", {PLAYERS}, true},
                             {".webm", "webm", {PLAYERS}, true},
                             {".gif", "gif", {"-vf", "split[a][b];[a]palettegen[p];[b][p]paletteuse"}, false},
                             {".apng", NULL, {NULL}, false}};
enum { KINDS = sizeof kinds / sizeof kinds[0], LOOK_MS = 20 };

struct chore_video {
    char path[CHORE_PATH_CAP], part[CHORE_PATH_CAP]; /* part: the file in the making */
    const kind *kind;
    int width, height, frames;
    FILE *file; /* of an animated PNG */
    chore_apng apng;
    pid_t child; /* ffmpeg; 0: none */
    const volatile sig_atomic_t *stop;
    int feed;    /* our end of its standard input; -1: closed */
    FILE *words; /* what it says on standard error */
};

/* ---- what it becomes ---------------------------------------------------------------------------------------------- */

static const kind *kind_of(const char *path)
{
    const size_t len = strlen(path);
    for (int i = 0; i < KINDS; i++) {
        const size_t n = strlen(kinds[i].ending);
        if (len > n && strcmp(path + len - n, kinds[i].ending) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}

bool chore_video_has_ffmpeg(void)
{
    const char *rest = getenv("PATH");
    char folder[CHORE_PATH_CAP], program[CHORE_PATH_CAP];
    for (rest = rest != NULL ? rest : ""; *rest != '\0'; rest += *rest == ':') {
        const size_t len = strcspn(rest, ":");
        if (len < sizeof folder) {
            memcpy(folder, rest, len);
            folder[len] = '\0';
            if (chore_path_join(program, folder, "ffmpeg", NULL) == CHORE_OK && access(program, X_OK) == 0) {
                return true;
            }
        }
        rest += len;
    }
    return false;
}

chore_status chore_video_check(const chore_video_def *def, chore_error *err)
{
    const kind *it = kind_of(def->path);
    if (it == NULL) {
        chore_fail(err, CHORE_E_USAGE, "video '%s': its name must end in .mp4, .mov, .mkv, .webm or .gif, which ffmpeg makes, or in .apng, which needs no program",
                   def->path);
        return CHORE_E_USAGE;
    }
    if (def->width < 1 || def->height < 1 || def->width > CHORE_IMAGE_MAX || def->height > CHORE_IMAGE_MAX) {
        return chore_fail(err, CHORE_E_USAGE, "a video of %d x %d pixels: expected 1 to %d on each side", def->width, def->height, CHORE_IMAGE_MAX);
    }
    if (it->even && (def->width % 2 != 0 || def->height % 2 != 0)) {
        return chore_fail(err, CHORE_E_USAGE, "a video of %d x %d pixels: both must be even for %s", def->width, def->height, it->ending);
    }
    return def->fps >= 1 && def->fps <= 240 ? CHORE_OK
                                            : chore_fail(err, CHORE_E_USAGE, "%d frames per second: expected 1 to 240", def->fps);
}

static chore_status fail_io(const chore_video *video, int why, chore_error *err)
{
    return chore_fail(err, CHORE_E_IO, "cannot write '%s': %s", video->path, strerror(why));
}

/* ---- the child ---------------------------------------------------------------------------------------------------- */

static int start_ffmpeg(chore_video *video, int fps, int input)
{
    char size[32], rate[16], file[CHORE_PATH_CAP + 8];
    const char *argv[32] = {"ffmpeg", "-hide_banner", "-loglevel", "error", "-f", "rawvideo", "-pixel_format", "rgb24",
                            "-video_size", size, "-framerate", rate, "-i", "pipe:0", "-an"};
    int n = 15;
    snprintf(size, sizeof size, "%dx%d", video->width, video->height);
    snprintf(rate, sizeof rate, "%d", fps);
    snprintf(file, sizeof file, "file:%s", video->part);
    for (int i = 0; i < 4 && video->kind->options[i] != NULL; i++) {
        argv[n++] = video->kind->options[i];
    }
    argv[n++] = "-f";
    argv[n++] = video->kind->muxer;
    argv[n++] = "-y";
    argv[n++] = file;
    return chore_program_start(&video->child, argv, input, fileno(video->words));
}

/* Frames go through a socket and not a pipe: a child that is gone must be an error and no signal. */
static chore_status open_ffmpeg(chore_video *video, int fps, chore_error *err)
{
    int ends[2];
    video->words = tmpfile();
    if (video->words == NULL || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return fail_io(video, errno, err);
    }
    video->feed = ends[0];
    const int why = start_ffmpeg(video, fps, ends[1]);
    close(ends[1]);
    if (why == ENOENT) {
        chore_fail(err, CHORE_E_RENDER, "there is no program ffmpeg to make '%s' with", video->path);
        chore_error_hint(err, "install it (Debian and Ubuntu: apt-get install ffmpeg), or let the name end in .apng, which needs none");
        return CHORE_E_RENDER;
    }
    return why == 0 ? CHORE_OK : chore_fail(err, CHORE_E_RENDER, "cannot start ffmpeg: %s", strerror(why));
}

/* The last line of what ffmpeg said; "" for nothing. */
static void last_words(chore_video *video, char *out, size_t cap)
{
    char line[512];
    out[0] = '\0';
    rewind(video->words);
    while (fgets(line, sizeof line, video->words) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] != '\0') {
            chore_copy(out, cap, line);
        }
        if (strstr(line, strerror(ENOSPC)) != NULL) {
            chore_copy(out, cap, strerror(ENOSPC));
            return;
        }
    }
}

static chore_status fail_stopped(chore_error *err)
{
    return chore_fail(err, CHORE_E_INTERRUPTED, "interrupted: no video was written");
}

static bool is_stopped(const chore_video *video)
{
    return video->stop != NULL && *video->stop != 0;
}

/* Wait for it, having said that no more comes. */
static chore_status reap(chore_video *video, chore_error *err)
{
    int how = 0;
    char said[512];
    close(video->feed);
    video->feed = -1;
    while (waitpid(video->child, &how, WNOHANG) == 0) {
        if (is_stopped(video)) {
            return fail_stopped(err);
        }
        poll(NULL, 0, LOOK_MS);
    }
    video->child = 0;
    last_words(video, said, sizeof said);
    if (WIFEXITED(how) && WEXITSTATUS(how) == 0 && strcmp(said, strerror(ENOSPC)) != 0) {
        return CHORE_OK;
    }
    if (strcmp(said, strerror(ENOSPC)) == 0) {
        return fail_io(video, ENOSPC, err);
    }
    return WIFSIGNALED(how) ? chore_fail(err, CHORE_E_IO, "cannot write '%s': ffmpeg was ended by signal %d", video->path, WTERMSIG(how))
                            : chore_fail(err, CHORE_E_IO, "cannot write '%s': ffmpeg said: %s", video->path, said[0] != '\0' ? said : "nothing");
}

static chore_status feed(chore_video *video, const chore_image *image, chore_error *err)
{
    const size_t len = 3 * (size_t)image->width * (size_t)image->height;
    for (size_t done = 0; done < len;) {
        const ssize_t n = send(video->feed, image->rgb + done, len - done, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (is_stopped(video)) { /* ffmpeg may hang, and somebody wants to end that */
            return fail_stopped(err);
        }
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
            struct pollfd room = {.fd = video->feed, .events = POLLOUT};
            poll(&room, 1, 10 * LOOK_MS);
            continue;
        }
        if (n < 0) {
            const chore_status status = reap(video, err);
            return status != CHORE_OK ? status : chore_fail(err, CHORE_E_IO, "cannot write '%s': ffmpeg ended early", video->path);
        }
        done += (size_t)n;
    }
    return CHORE_OK;
}

/* ---- interface ---------------------------------------------------------------------------------------------------- */

static chore_status open_file(chore_video *video, int fps, chore_error *err)
{
    video->file = fopen(video->part, "wb");
    if (video->file == NULL) {
        return fail_io(video, errno, err);
    }
    chore_apng_begin(&video->apng, video->file, fps);
    return CHORE_OK;
}

chore_status chore_video_open(chore_video **out, const chore_video_def *def, chore_error *err)
{
    *out = NULL;
    chore_status status = chore_video_check(def, err);
    if (status != CHORE_OK) {
        return status;
    }
    chore_video *video = calloc(1, sizeof *video);
    if (video == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a video");
    }
    *video = (chore_video){.kind = kind_of(def->path), .width = def->width, .height = def->height, .stop = def->stop, .feed = -1};
    chore_copy(video->path, sizeof video->path, def->path);
    const int n = snprintf(video->part, sizeof video->part, "%s.%ld.part", def->path, (long)getpid());
    if (n < 0 || (size_t)n >= sizeof video->part) {
        video->part[0] = '\0'; /* not ours to remove */
        status = fail_io(video, ENAMETOOLONG, err);
    } else {
        status = video->kind->muxer != NULL ? open_ffmpeg(video, def->fps, err) : open_file(video, def->fps, err);
    }
    if (status != CHORE_OK) {
        chore_video_abandon(video);
        return status;
    }
    *out = video;
    return CHORE_OK;
}

chore_status chore_video_add(chore_video *video, const chore_image *image, int frames, chore_error *err)
{
    chore_status status = CHORE_OK;
    if (image->width != video->width || image->height != video->height) {
        return chore_fail(err, CHORE_E_USAGE, "a frame of %d x %d pixels in a video of %d x %d", image->width, image->height, video->width,
                          video->height);
    }
    if (video->file != NULL) {
        chore_error why;
        status = chore_apng_add(&video->apng, image, frames, &why);
        if (status != CHORE_OK) {
            chore_fail(err, status, "cannot write '%s': %s", video->path, why.message);
        }
    }
    for (int i = 0; video->file == NULL && i < frames && status == CHORE_OK; i++) {
        status = feed(video, image, err);
    }
    video->frames++;
    return status;
}

static chore_status finish_file(chore_video *video, chore_error *err)
{
    chore_apng_end(&video->apng);
    const bool failed = fflush(video->file) != 0 || ferror(video->file) || fsync(fileno(video->file)) != 0;
    const int why = errno;
    const bool closed = fclose(video->file) == 0;
    video->file = NULL;
    return !failed && closed ? CHORE_OK : fail_io(video, failed ? why : errno, err);
}

chore_status chore_video_finish(chore_video *video, chore_error *err)
{
    chore_status status = CHORE_OK;
    if (video->frames == 0) {
        status = chore_fail(err, CHORE_E_USAGE, "cannot write '%s': the video has no frames", video->path);
    } else {
        status = video->file != NULL ? finish_file(video, err) : reap(video, err);
    }
    if (status == CHORE_OK && rename(video->part, video->path) != 0) {
        status = fail_io(video, errno, err);
    }
    chore_video_abandon(video);
    return status;
}

void chore_video_abandon(chore_video *video)
{
    if (video == NULL) {
        return;
    }
    if (video->child > 0) {
        kill(video->child, SIGKILL);
        while (waitpid(video->child, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    if (video->feed >= 0) {
        close(video->feed);
    }
    if (video->file != NULL) {
        fclose(video->file);
    }
    if (video->words != NULL) {
        fclose(video->words);
    }
    (void)unlink(video->part); /* gone already when it was finished */
    chore_apng_release(&video->apng);
    free(video);
}
