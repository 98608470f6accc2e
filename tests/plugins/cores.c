/* Says on how many cores it may run: action[0]; and a thread that it starts when it finds itself bound to one: action[1].
   Configuration "": no thread; "thread": one; "own": it then chooses another core itself, and wants to stay there; "plans":
   every 24th call takes long; "thinks": all do; "computes": all take long without a pause. */
#include <chore/policy_easy.h>
#include <pthread.h>
#include <sched.h>
#include <time.h>

static int cores(cpu_set_t *set)
{
    return sched_getaffinity(0, sizeof *set, set) == 0 ? CPU_COUNT(set) : -1;
}

static void *count(void *out)
{
    cpu_set_t set;
    *(float *)out = (float)cores(&set);
    return NULL;
}

/* The first core that is not in the set, of those it saw at its first call. */
static int another(const cpu_set_t *all, const cpu_set_t *set)
{
    int k = 0;
    while (k < CPU_SETSIZE && (!CPU_ISSET(k, all) || CPU_ISSET(k, set))) {
        k++;
    }
    return k;
}

/* Longer than what host_place.c calls long. */
static void take_long(void)
{
    const struct timespec a_while = {.tv_nsec = 2000000};
    nanosleep(&a_while, NULL);
}

static void compute_long(void)
{
    struct timespec begin, now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    do {
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    } while ((now.tv_sec - begin.tv_sec) * 1000000000L + now.tv_nsec - begin.tv_nsec < 2000000);
}

static const char *act(void *state, const chore_easy_step *now, float *action)
{
    static cpu_set_t all, own; /* one instance per process */
    static int seen, chosen, started, calls;
    cpu_set_t set;
    (void)state;
    action[0] = (float)cores(&set);
    calls++;
    if (strcmp(now->config, "thinks") == 0 || (strcmp(now->config, "plans") == 0 && calls % 24 == 1)) {
        take_long();
    }
    if (strcmp(now->config, "computes") == 0) {
        compute_long();
    }
    if (!seen) {
        all = set;
        seen = 1;
    }
    if (chosen && !CPU_EQUAL(&set, &own)) {
        return "it was moved from the core that it had chosen";
    }
    if (action[0] == 1 && strcmp(now->config, "thread") == 0 && !started) {
        pthread_t thread;
        started = pthread_create(&thread, NULL, count, &action[1]) == 0 && pthread_join(thread, NULL) == 0;
    }
    if (action[0] == 1 && strcmp(now->config, "own") == 0 && !chosen) {
        CPU_ZERO(&own);
        CPU_SET(another(&all, &set), &own);
        chosen = sched_setaffinity(0, sizeof own, &own) == 0;
        action[1] = (float)chosen;
    }
    return NULL;
}

static const chore_easy_policy policy = {"cores", "1.0", "Apache-2.0", "eef_delta", "proprio.eef_pos", 0, 0, act};
CHORE_EASY_ENTRY(policy)
