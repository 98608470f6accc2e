/* chore-policy-check: tries one rule on one policy. `chorebench check` starts it once per rule. */
#include "guest/guest_internal.h"
#include "life_internal.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static void (*const tries[CHORE_RULE_COUNT])(void) = {
#define CHORE_RULE(name, needs, promise, where, hint) chore_try_##name,
#include <chore/policy_rules.inl>
#undef CHORE_RULE
};

static bool take_memory(chore_wire *in)
{
    struct stat order;
    if (fstat(TRIAL_FD_ORDER, &order) != 0 || order.st_size == 0) {
        return false;
    }
    void *at = mmap(NULL, (size_t)order.st_size, PROT_READ, MAP_PRIVATE, TRIAL_FD_ORDER, 0);
    void *report =
        mmap(NULL, sizeof(trial_report), PROT_READ | PROT_WRITE, MAP_SHARED, TRIAL_FD_REPORT, 0);
    if (at == MAP_FAILED || report == MAP_FAILED) {
        return false;
    }
    *in = (chore_wire){.data = at, .cap = (size_t)order.st_size};
    chore_the_trial.report = report;
    close(TRIAL_FD_ORDER);
    close(TRIAL_FD_REPORT);
    return true;
}

/* What chore-policy-host gives up, given up here. */
static bool confine(const trial_order *order, trial_report *report)
{
    chore_confinement c = {.net = order->allow.net,
                           .processes = order->allow.processes,
                           .gpu = order->allow.gpu,
                           .files = order->allow.files,
                           .memory_bytes = order->allow.memory_bytes,
                           .parent = order->parent,
                           .plugin = order->path,
                           .n_read = (uint32_t)order->allow.n_read,
                           .n_write = (uint32_t)order->allow.n_write};
    for (int i = 0; i < CHORE_POLICY_ALLOW_PATHS; i++) {
        c.read[i] = order->allow.read[i];
        c.write[i] = order->allow.write[i];
    }
    const bool done = chore_confine(&c);
    snprintf(report->held, sizeof report->held,
             "own_process closed_descriptors clean_environment %s", chore_text_get(&c.held));
    snprintf(report->missing, sizeof report->missing, "%s", chore_text_get(&c.missing));
    return done;
}

#if defined(__SANITIZE_ADDRESS__)
/* As in chore-policy-host: the search for leaks would stop all threads as a debugger does; and faults are ours. */
CHORE_POLICY_EXPORT const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0:allow_user_segv_handler=1:handle_abort=0";
}
#endif

int main(int argc, char **argv)
{
    chore_wire in;
    trial *t = &chore_the_trial;
    if (argc != 5 || !take_memory(&in)) {
        fputs(
            "chore-policy-check tries a policy for `chorebench check`, which starts it; there is nothing to do by hand\n",
            stderr);
        return 2;
    }
    t->place = (trial_place){.rule = (chore_rule)atoi(argv[1]),
                             .stage = atoi(argv[2]),
                             .variant = (trial_variant)atoi(argv[3]),
                             .run = atoi(argv[4])};
    if (!chore_trial_get_order(&in, &t->order) || t->place.rule >= CHORE_RULE_COUNT ||
        t->place.stage >= t->order.n_stages) {
        fputs("chore-policy-check and chorebench are of different versions\n", stderr);
        return 2;
    }
    if (t->order.confined ? !confine(&t->order, t->report)
                          : prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
                                getppid() != (pid_t)t->order.parent) {
        return 2; /* chorebench has ended meanwhile */
    }
    chore_rooms_catch(t->report);
    tries[t->place.rule]();
    say_pass("%s", "");
}
