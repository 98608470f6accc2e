/* A graphics driver that goes wrong, in the place of the real back end: black pictures, and at shot number BAD_RENDER_AT (of this
   process) what BAD_RENDER says: crash, exit, hang or fail; create: already when it is started. BAD_RENDER_ONCE names a file: only
   while it is not there, and then it is made. */
#include "render_ops_internal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int shots;

static bool is(const char *what)
{
    const char *wish = getenv("BAD_RENDER");
    return wish != NULL && strcmp(wish, what) == 0;
}

static bool first_time(void)
{
    const char *path = getenv("BAD_RENDER_ONCE");
    const int fd = path != NULL ? open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600) : -1;
    if (fd >= 0) {
        close(fd);
    }
    return path == NULL || fd >= 0;
}

static chore_status misbehave(chore_error *err)
{
    if (is("crash") || is("create")) {
        abort();
    }
    if (is("exit")) {
        _exit(7);
    }
    while (is("hang")) {
        pause();
    }
    return is("fail") ? chore_fail(err, CHORE_E_RENDER, "cannot render: the test's driver has lost its device") : CHORE_OK;
}

static chore_status create(void **state, const chore_render_def *def, chore_error *err)
{
    (void)def;
    *state = &shots;
    return is("create") && first_time() ? misbehave(err) : CHORE_OK;
}

static void destroy(void *state)
{
    (void)state;
}

static const char *name(const void *state)
{
    (void)state;
    return "the test's driver";
}

static chore_status frame(void *state, const mjData *data, int camera, const chore_viewpoint *from, int width, int height,
                          uint8_t *rgb, chore_error *err)
{
    (void)state, (void)data, (void)camera, (void)from, (void)err;
    memset(rgb, 0, 3 * (size_t)width * (size_t)height);
    return CHORE_OK;
}

static chore_status font(void *state, chore_font *out, chore_error *err)
{
    (void)state, (void)out;
    return chore_fail(err, CHORE_E_RENDER, "cannot render: the test's driver has no font");
}

static chore_status look(void *state, const mjData *data, chore_error *err)
{
    (void)state, (void)data, (void)err;
    return CHORE_OK;
}

static chore_status shoot(void *state, int camera, const chore_view *view, int scale, bool shadows, uint8_t *rgb, float *z,
                          chore_error *err)
{
    const char *at = getenv("BAD_RENDER_AT");
    const size_t pixels = (size_t)(scale * scale) * (size_t)view->drawn_width * (size_t)view->drawn_height;
    (void)state, (void)camera, (void)shadows;
    if (++shots == (at != NULL ? atoi(at) : 0) && first_time()) {
        return misbehave(err);
    }
    if (rgb != NULL) {
        memset(rgb, 0, 3 * pixels);
    }
    if (z != NULL) {
        memset(z, 0, pixels * sizeof *z);
    }
    return CHORE_OK;
}

__attribute__((visibility("default"))) extern const chore_render_ops chore_render_ops_table;

const chore_render_ops chore_render_ops_table = {.version = CHORE_RENDER_OPS_VERSION,
                                                 .create = create,
                                                 .destroy = destroy,
                                                 .name = name,
                                                 .frame = frame,
                                                 .font = font,
                                                 .look = look,
                                                 .shoot = shoot};
