/* doctor: the machine. */
#include "doctor_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <chore/clock.h>
#include <chore/files.h>
#include <chore/provenance.h>

static const double gib = 1024.0 * 1024 * 1024;

static void look_at_cpu(chore_finding *f)
{
    chore_cpu cpu;
    chore_cpu_read(&cpu);
    bool old = strcmp(cpu.level, "x86-64-v1") == 0;
    chore_find(f, old ? CHORE_WARN : CHORE_PASS,
               old ? "results replay only on machines of the same class" : NULL,
               "%s, class %s (%s), %d cores", cpu.model, cpu.level, cpu.features, cpu.cores);
}

static void look_at_memory(chore_finding *f)
{
    char *text = NULL;
    size_t len;
    const char *line = NULL;
    if (chore_file_read("/proc/meminfo", &text, &len, NULL) == CHORE_OK) {
        line = strstr(text, "MemAvailable:");
    }
    if (!line) {
        chore_find(f, CHORE_WARN, NULL, "the system does not say how much memory is free");
    } else {
        double free_gib = strtod(line + strlen("MemAvailable:"), NULL) * 1024 / gib;
        bool low = free_gib < 1;
        chore_find(f, low ? CHORE_WARN : CHORE_PASS,
                   low ? "run with fewer workers (-j): each takes about 100 MB" : NULL, "%.1f GiB free",
                   free_gib);
    }
    free(text);
}

static void look_at_disk(chore_finding *f)
{
    struct statvfs disk;
    if (statvfs(".", &disk) != 0) {
        chore_find(f, CHORE_FAIL, "work in a folder that exists", "cannot look at this folder: %s",
                   strerror(errno));
        return;
    }
    double free_gib = (double)disk.f_bavail * (double)disk.f_frsize / gib;
    chore_health health = free_gib < 0.05 ? CHORE_FAIL : free_gib < 1 ? CHORE_WARN : CHORE_PASS;
    chore_find(f, health,
               health == CHORE_PASS ? NULL : "free some space, or choose another folder with --out",
               "%.1f GiB free in this folder", free_gib);
}

/* What the store does for each row: write, fdatasync. */
static void look_at_storage(chore_finding *f)
{
    char name[] = "chorebench-doctor-XXXXXX";
    const char hint[] = "work in a folder that you may write to, or choose one with --out";
    int fd = mkstemp(name);
    if (fd < 0) {
        chore_find(f, CHORE_FAIL, hint, "cannot write in this folder: %s", strerror(errno));
        return;
    }
    uint64_t start = chore_now_ns();
    bool written = write(fd, name, sizeof name) == (ssize_t)sizeof name && fdatasync(fd) == 0;
    int error = errno;
    double ms = (double)(chore_now_ns() - start) * 1e-6;
    close(fd);
    unlink(name);
    if (!written) {
        chore_find(f, CHORE_FAIL, hint, "cannot make a file durable in this folder: %s", strerror(error));
    } else {
        bool slow = ms > 100;
        chore_find(f, slow ? CHORE_WARN : CHORE_PASS,
                   slow ? "a local disk is faster than a network folder" : NULL,
                   "a synced write takes %.1f ms", ms);
    }
}

/* Denormals, rounding and no extended precision: what the maths relies on to give the same bits everywhere. */
static void look_at_floats(chore_finding *f)
{
    volatile double least = 2.2250738585072014e-308, one = 1, tiny = 1.1102230246251565e-16;
    bool denormal = least / 2 > 0, nearest = fegetround() == FE_TONEAREST, plain = one + tiny - one == 0;
    bool good = denormal && nearest && plain;
    chore_find(f, good ? CHORE_PASS : CHORE_FAIL,
               good ? NULL : "something in the environment (LD_PRELOAD?) changes the floating-point mode",
               "%s",
               good        ? "IEEE doubles, round to nearest, denormals kept"
               : !denormal ? "denormal numbers are flushed to zero"
               : !nearest  ? "the rounding mode is not round-to-nearest"
                           : "doubles are computed in another precision");
}

static void look_at_limits(chore_finding *f)
{
    struct rlimit files, core = {0};
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || getrlimit(RLIMIT_FSIZE, &core) != 0) {
        chore_find(f, CHORE_WARN, NULL, "the limits of this process cannot be read");
        return;
    }
    bool few = files.rlim_cur < 256,
         small = core.rlim_cur != RLIM_INFINITY && core.rlim_cur < (rlim_t)64 << 20;
    chore_find(f, few || small ? CHORE_WARN : CHORE_PASS,
               few     ? "ulimit -n 1024"
               : small ? "ulimit -f unlimited"
                       : NULL,
               "%ju open files, %s file size", (uintmax_t)files.rlim_cur, small ? "a small" : "any");
}

static void look_at_terminal(chore_finding *f)
{
    const char *term = getenv("TERM"), *no = getenv("NO_COLOR");
    chore_find(f, CHORE_PASS, NULL, "%s, TERM %s%s",
               isatty(STDERR_FILENO) ? "a terminal" : "no terminal: plain progress lines",
               term && *term ? term : "not set", no && *no ? ", NO_COLOR" : "");
}

static void look_at_system(chore_finding *f)
{
    char os[128];
    chore_os_name(os, sizeof os);
    chore_find(f, CHORE_PASS, NULL, "%s", os);
}

const chore_check chore_machine_checks[] = {
    {"system", look_at_system}, {"processor", look_at_cpu},     {"floats", look_at_floats},
    {"memory", look_at_memory}, {"disk", look_at_disk},         {"storage", look_at_storage},
    {"limits", look_at_limits}, {"terminal", look_at_terminal}, {NULL, NULL},
};
