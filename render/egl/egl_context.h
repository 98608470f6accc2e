/* An OpenGL context without a window, through EGL. */
#ifndef CHORE_EGL_CONTEXT_H
#define CHORE_EGL_CONTEXT_H
#include <chore/base.h>

typedef struct egl_context egl_context;

/* Make a context (compatibility profile) and make it current on this thread. CHORE_E_RENDER names the
   step that failed and what to install. */
chore_status egl_context_create(egl_context **out, chore_error *err);
/* NULL is fine. `reuse`: its owner left it clean, the next create may have it, which saves the driver's start
   (shaders and the like, most of what a renderer costs). */
void egl_context_destroy(egl_context *context, bool reuse);

/* Make it current on this thread when it is not. CHORE_E_RENDER: it is current on another thread. */
chore_status egl_context_use(egl_context *context, chore_error *err);

/* "surfaceless", "device 0" or "default display"; static. */
const char *egl_context_way(const egl_context *context);
/* A GL function by name, or NULL. */
void (*egl_context_gl(const char *name))(void);

#endif
