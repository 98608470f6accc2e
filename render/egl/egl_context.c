/* An OpenGL context without a window, through EGL. libEGL is loaded here and not linked, so that its
   absence is a message; it is loaded globally because libmujoco looks for eglGetProcAddress there. */
#include "egl_context.h"

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_DEVICES 32

/* The EGL functions in use: symbol, type of the pointer. */
#define EGL_FUNCTIONS(X)                                                                        \
    X(eglGetDisplay, EGLDisplay, (EGLNativeDisplayType))                                        \
    X(eglInitialize, EGLBoolean, (EGLDisplay, EGLint *, EGLint *))                              \
    X(eglQueryString, const char *, (EGLDisplay, EGLint))                                       \
    X(eglBindAPI, EGLBoolean, (EGLenum))                                                        \
    X(eglChooseConfig, EGLBoolean, (EGLDisplay, const EGLint *, EGLConfig *, EGLint, EGLint *)) \
    X(eglCreateContext, EGLContext, (EGLDisplay, EGLConfig, EGLContext, const EGLint *))        \
    X(eglDestroyContext, EGLBoolean, (EGLDisplay, EGLContext))                                  \
    X(eglCreatePbufferSurface, EGLSurface, (EGLDisplay, EGLConfig, const EGLint *))             \
    X(eglDestroySurface, EGLBoolean, (EGLDisplay, EGLSurface))                                  \
    X(eglMakeCurrent, EGLBoolean, (EGLDisplay, EGLSurface, EGLSurface, EGLContext))             \
    X(eglGetCurrentContext, EGLContext, (void))                                                 \
    X(eglGetError, EGLint, (void))                                                              \
    X(eglGetProcAddress, __eglMustCastToProperFunctionPointerType, (const char *))

/* What a process has once. The display is never terminated: other contexts may live on it, and drivers
   do not like to be started twice. */
static struct {
    pthread_mutex_t lock;
    pid_t owner; /* 0: not open yet */
    EGLDisplay display;
    char way[32];
    egl_context *idle; /* of a renderer that is gone, current nowhere; NULL: none */
#define EGL_MEMBER(name, result, arguments) result(*name) arguments;
    EGL_FUNCTIONS(EGL_MEMBER)
#undef EGL_MEMBER
} egl = {.lock = PTHREAD_MUTEX_INITIALIZER};

struct egl_context {
    EGLContext context;
    EGLSurface surface; /* EGL_NO_SURFACE where the driver can do without */
};

static chore_status fail(chore_error *err, const char *step, const char *hint)
{
    chore_fail(err, CHORE_E_RENDER, "cannot render: %s", step);
    if (hint != NULL) {
        chore_error_hint(err, "%s", hint);
    }
    return CHORE_E_RENDER;
}

static const char driver_hint[] =
    "install a driver; without a GPU, Debian and Ubuntu: apt-get install libgl1-mesa-dri";

/* ---- the display ------------------------------------------------------------------------------- */

static chore_status load_functions(chore_error *err)
{
    void *library = dlopen("libEGL.so.1", RTLD_NOW | RTLD_GLOBAL);
    if (library == NULL) {
        chore_fail(err, CHORE_E_RENDER, "cannot render: no EGL on this machine (%s)", dlerror());
        chore_error_hint(err, "Debian and Ubuntu: apt-get install libegl1 libgl1-mesa-dri");
        return CHORE_E_RENDER;
    }
#define EGL_LOAD(name, result, arguments)                                           \
    *(void **)&egl.name = dlsym(library, #name);                                    \
    if (egl.name == NULL) {                                                         \
        return fail(err, "libEGL.so.1 has no " #name, "install a current libegl1"); \
    }
    EGL_FUNCTIONS(EGL_LOAD)
#undef EGL_LOAD
    return CHORE_OK;
}

static bool start_display(EGLDisplay display, const char *way)
{
    EGLint major, minor;
    if (display == EGL_NO_DISPLAY || !egl.eglInitialize(display, &major, &minor)) {
        return false;
    }
    egl.display = display;
    snprintf(egl.way, sizeof egl.way, "%s", way);
    return true;
}

static bool client_extension(const char *name)
{
    const char *all = egl.eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS);
    return all != NULL && strstr(all, name) != NULL;
}

static bool try_surfaceless(PFNEGLGETPLATFORMDISPLAYEXTPROC platform_display)
{
    return client_extension("EGL_MESA_platform_surfaceless") &&
           start_display(platform_display(EGL_PLATFORM_SURFACELESS_MESA, NULL, NULL),
                         "surfaceless");
}

/* How many devices EGL lists. */
static int list_devices(EGLDeviceEXT devices[MAX_DEVICES])
{
    EGLint n = 0;
    const PFNEGLQUERYDEVICESEXTPROC query =
        (PFNEGLQUERYDEVICESEXTPROC)egl.eglGetProcAddress("eglQueryDevicesEXT");
    return query != NULL && query(MAX_DEVICES, devices, &n) ? n : 0;
}

/* The GPUs that EGL lists, or only the one of index `wanted` (-1: the first that starts). */
static bool try_devices(PFNEGLGETPLATFORMDISPLAYEXTPROC platform_display, int wanted)
{
    EGLDeviceEXT devices[MAX_DEVICES];
    const int n = list_devices(devices);
    for (int i = 0; i < n; i++) {
        char way[32];
        snprintf(way, sizeof way, "device %d", i);
        if ((wanted < 0 || wanted == i) &&
            start_display(platform_display(EGL_PLATFORM_DEVICE_EXT, devices[i], NULL), way)) {
            return true;
        }
    }
    return false;
}

/* Software first where Mesa has it without a device file, since it gives the same pixels everywhere;
   CHORE_EGL_DEVICE=N asks for a GPU. */
static chore_status open_display(chore_error *err)
{
    const PFNEGLGETPLATFORMDISPLAYEXTPROC platform_display =
        (PFNEGLGETPLATFORMDISPLAYEXTPROC)egl.eglGetProcAddress("eglGetPlatformDisplayEXT");
    const char *wanted = getenv("CHORE_EGL_DEVICE");
    if (wanted != NULL && wanted[0] != '\0') {
        char *end;
        const long index = strtol(wanted, &end, 10);
        if (*end == '\0' && index >= 0 && index < MAX_DEVICES && platform_display != NULL &&
            try_devices(platform_display, (int)index)) {
            return CHORE_OK;
        }
        EGLDeviceEXT devices[MAX_DEVICES];
        const int n = list_devices(devices);
        chore_fail(err, CHORE_E_RENDER, "cannot render: EGL has no usable device '%s': it lists %d%s", wanted, n, n > 0 ? ", from 0 on" : "");
        chore_error_hint(err, "CHORE_EGL_DEVICE is an index from 0; unset it to let EGL choose");
        return CHORE_E_RENDER;
    }
    if (platform_display != NULL &&
        (try_surfaceless(platform_display) || try_devices(platform_display, -1))) {
        return CHORE_OK;
    }
    if (start_display(egl.eglGetDisplay(EGL_DEFAULT_DISPLAY), "default display")) {
        return CHORE_OK;
    }
    return fail(err, "EGL found no display: no Mesa, no GPU", driver_hint);
}

static chore_status open_once(chore_error *err)
{
    chore_status status = CHORE_OK;
    pthread_mutex_lock(&egl.lock);
    if (egl.owner == 0) {
        status = load_functions(err);
        if (status == CHORE_OK) {
            status = open_display(err);
        }
        egl.owner = status == CHORE_OK ? getpid() : 0;
    } else if (egl.owner != getpid()) {
        status = fail(err, "GL was started before this process was forked",
                      "make the first renderer after fork");
    }
    pthread_mutex_unlock(&egl.lock);
    return status;
}

/* ---- contexts ---------------------------------------------------------------------------------- */

static chore_status fail_egl(chore_error *err, const char *step)
{
    chore_fail(err, CHORE_E_RENDER, "cannot render: EGL (%s) %s, error 0x%x", egl.way, step,
               (unsigned)egl.eglGetError());
    chore_error_hint(err, "%s", driver_hint);
    return CHORE_E_RENDER;
}

static chore_status make_context(egl_context *context, chore_error *err)
{
    static const EGLint wanted[] = {EGL_SURFACE_TYPE,
                                    EGL_PBUFFER_BIT,
                                    EGL_RENDERABLE_TYPE,
                                    EGL_OPENGL_BIT,
                                    EGL_RED_SIZE,
                                    8,
                                    EGL_GREEN_SIZE,
                                    8,
                                    EGL_BLUE_SIZE,
                                    8,
                                    EGL_NONE};
    static const EGLint one_pixel[] = {EGL_WIDTH, 1, EGL_HEIGHT, 1, EGL_NONE};
    EGLConfig config;
    EGLint n = 0;
    if (!egl.eglBindAPI(EGL_OPENGL_API)) {
        return fail_egl(err, "offers no desktop OpenGL");
    }
    if (!egl.eglChooseConfig(egl.display, wanted, &config, 1, &n) || n < 1) {
        return fail_egl(err, "has no RGB configuration for OpenGL");
    }
    context->context = egl.eglCreateContext(egl.display, config, EGL_NO_CONTEXT, NULL);
    if (context->context == EGL_NO_CONTEXT) {
        return fail_egl(err, "cannot create an OpenGL context");
    }
    if (egl.eglMakeCurrent(egl.display, EGL_NO_SURFACE, EGL_NO_SURFACE, context->context)) {
        return CHORE_OK;
    }
    context->surface = egl.eglCreatePbufferSurface(egl.display, config, one_pixel);
    if (context->surface == EGL_NO_SURFACE ||
        !egl.eglMakeCurrent(egl.display, context->surface, context->surface, context->context)) {
        return fail_egl(err, "cannot make its context current");
    }
    return CHORE_OK;
}

static bool bind(const egl_context *context)
{
    return egl.eglGetCurrentContext() == context->context ||
           egl.eglMakeCurrent(egl.display, context->surface, context->surface, context->context);
}

/* Put `with` in the place of the idle context, which is the caller's now. */
static egl_context *swap_idle(egl_context *with)
{
    pthread_mutex_lock(&egl.lock);
    egl_context *idle = egl.idle;
    egl.idle = with;
    pthread_mutex_unlock(&egl.lock);
    return idle;
}

chore_status egl_context_create(egl_context **out, chore_error *err)
{
    *out = NULL;
    chore_status status = open_once(err);
    if (status != CHORE_OK) {
        return status;
    }
    egl_context *idle = swap_idle(NULL);
    if (idle != NULL && bind(idle)) {
        *out = idle;
        return CHORE_OK;
    }
    egl_context_destroy(idle, false);
    egl_context *context = calloc(1, sizeof *context);
    if (context == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a GL context");
    }
    *context = (egl_context){.context = EGL_NO_CONTEXT, .surface = EGL_NO_SURFACE};
    status = make_context(context, err);
    if (status != CHORE_OK) {
        egl_context_destroy(context, false);
        return status;
    }
    *out = context;
    return CHORE_OK;
}

void egl_context_destroy(egl_context *context, bool reuse)
{
    if (context == NULL) {
        return;
    }
    if (egl.owner != getpid()) { /* a child's copy: the driver's part is the parent's */
        free(context);
        return;
    }
    if (context->context != EGL_NO_CONTEXT && egl.eglGetCurrentContext() == context->context) {
        egl.eglMakeCurrent(egl.display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    }
    if (reuse) {
        context = swap_idle(context);
        egl_context_destroy(context, false);
        return;
    }
    if (context->context != EGL_NO_CONTEXT) {
        egl.eglDestroyContext(egl.display, context->context);
    }
    if (context->surface != EGL_NO_SURFACE) {
        egl.eglDestroySurface(egl.display, context->surface);
    }
    free(context);
}

chore_status egl_context_use(egl_context *context, chore_error *err)
{
    if (egl.owner != getpid()) {
        return fail(err, "this renderer was made before the process was forked", NULL);
    }
    if (bind(context)) {
        return CHORE_OK;
    }
    return fail(err, "this renderer is in use by another thread",
                "use a renderer on the thread that made it");
}

const char *egl_context_way(const egl_context *context)
{
    (void)context;
    return egl.way;
}

void (*egl_context_gl(const char *name))(void)
{
    return egl.eglGetProcAddress(name);
}
