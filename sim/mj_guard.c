/* MuJoCo's errors and warnings: an error inside chore_mj_try comes back as a status, a warning goes to the
   log. */
#include <chore/log.h>
#include <chore/text.h>
#include <chore/world.h>
#include <mujoco/mujoco.h>
#include <setjmp.h>

/* The try that is running on this thread; an error jumps to the innermost. */
typedef struct guard {
    jmp_buf back;
    char message[512];
    struct guard *outer;
} guard;

static _Thread_local guard *innermost;

static void handle_message(const mjLogMessage *message)
{
    if (message->level == mjLOG_WARNING) {
        chore_log(innermost ? CHORE_LOG_DEBUG : CHORE_LOG_WARN, "mujoco", "%s", message->subject);
        return;
    }
    if (message->level != mjLOG_ERROR) {
        return;
    }
    if (!innermost) {
        chore_log(CHORE_LOG_ERROR, "mujoco", "%s", message->subject);
        chore_assert_failed("MuJoCo error outside of chore_mj_try", __FILE__, __LINE__);
    }
    chore_copy(innermost->message, sizeof innermost->message, message->subject);
    longjmp(innermost->back, 1);
}

chore_status chore_sim_init(chore_error *err)
{
    _Static_assert(mjVERSION_HEADER == 4000000, "chorebench needs the headers of MuJoCo 4.0.0");
    if (mj_version() != mjVERSION_HEADER) {
        chore_fail(err, CHORE_E_SIM, "the MuJoCo library is version %s, 4.0.0 is needed", mj_versionString());
        chore_error_hint(err, "results are only comparable on the same library; see tools/setup.sh");
        return CHORE_E_SIM;
    }
    mju_setLogHandler(handle_message);
    return CHORE_OK;
}

chore_status chore_mj_try(void (*fn)(void *ctx), void *ctx, chore_error *err)
{
    guard here;
    here.outer = innermost;
    here.message[0] = '\0';
    if (setjmp(here.back) == 0) {
        innermost = &here;
        fn(ctx);
        innermost = here.outer;
        return CHORE_OK;
    }
    innermost = here.outer;
    return chore_fail(err, CHORE_E_SIM, "MuJoCo: %s", here.message);
}
