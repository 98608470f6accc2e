/* The wish to end a call: the harness raises a flag in the line, which the policy's thread may look at (cancelled), and which a thread of
   ours waits for, to call the plug-in's own cancel. It sleeps all the time, and is not there for plug-ins without one. */
#include "guest_internal.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static chore_policy_instance *whom; /* NULL: there is none to cancel */
static void (*cancel)(chore_policy_instance *self);

/* Until the flag is no longer as it was. */
static void wait_while(const chore_guest *guest, uint32_t value)
{
    static const struct timespec nap = {.tv_sec = 1}; /* whoever shares the memory could make it miss its call */
    while (atomic_load(&guest->line->cancel) == value) {
        syscall(SYS_futex, &guest->line->cancel, FUTEX_WAIT, value, value == 0 ? NULL : &nap, NULL, 0);
    }
}

static void *wait_for_the_wish(void *arg)
{
    const chore_guest *guest = arg;
    for (;;) {
        wait_while(guest, 0);
        pthread_mutex_lock(&lock);
        if (whom != NULL) {
            cancel(whom);
        }
        pthread_mutex_unlock(&lock);
        wait_while(guest, 1);
    }
    return NULL;
}

void chore_guest_cancellable(chore_guest *guest, bool from_now_on)
{
    static bool waits;
    pthread_t thread;
    pthread_mutex_lock(&lock);
    whom = from_now_on && guest->file.plugin.cancel != NULL ? guest->instance : NULL;
    cancel = guest->file.plugin.cancel;
    if (whom != NULL && !waits) { /* without a thread it is ended a little later, as those without cancel are */
        waits = pthread_create(&thread, NULL, wait_for_the_wish, guest) == 0 && pthread_detach(thread) == 0;
    }
    pthread_mutex_unlock(&lock);
}
