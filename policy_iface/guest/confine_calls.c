/* The system-call filter: a program for the kernel, made from confine_calls.inl. It holds on every kernel since 3.17 and
   stops what Landlock does not know: other processes, sockets of any kind, new programs, ways around. */
#include "guest_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#endif

#if defined(OUR_ARCH)

enum { MAX_PROGRAM = 1024 };
#define PASS     SECCOMP_RET_ALLOW
#define REFUSE   (SECCOMP_RET_ERRNO | EPERM)
#define UNKNOWN  (SECCOMP_RET_ERRNO | ENOSYS)
#define NO_CALL  (-1)

typedef struct program {
    struct sock_filter code[MAX_PROGRAM];
    unsigned short n;
} program;

static void put(program *p, struct sock_filter instruction)
{
    CHORE_ASSERT(p->n < MAX_PROGRAM);
    p->code[p->n++] = instruction;
}

static void load(program *p, size_t offset)
{
    put(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void end(program *p, uint32_t verdict)
{
    put(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, verdict));
}

/* Skip so many instructions unless the value at hand is this one. */
static void unless(program *p, uint32_t value, unsigned char skip)
{
    put(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip));
}

/* The low half of an argument: numbers of processes, commands and flags are 32 bits wide for the kernel, too. */
static size_t argument(int i)
{
    return offsetof(struct seccomp_data, args) + (size_t)i * sizeof(uint64_t);
}

static void verdict_for(program *p, long call, uint32_t verdict)
{
    if (call != NO_CALL) {
        unless(p, (uint32_t)call, 1);
        end(p, verdict);
    }
}

/* This process or 0 pass, others do not. */
static void only_self(program *p, long call, int which)
{
    if (call != NO_CALL) {
        unless(p, (uint32_t)call, 6);
        load(p, argument(which));
        unless(p, 0, 1);
        end(p, PASS);
        unless(p, (uint32_t)getpid(), 1);
        end(p, PASS);
        end(p, REFUSE);
    }
}

/* Refused when argument `which` is one of the n values. */
static void refuse_values(program *p, long call, int which, const uint32_t *values, unsigned char n)
{
    unless(p, (uint32_t)call, (unsigned char)(2 + 2 * n));
    load(p, argument(which));
    for (unsigned char i = 0; i < n; i++) {
        unless(p, values[i], 1);
        end(p, REFUSE);
    }
    end(p, PASS);
}

/* Threads, yes. Other processes only where they are allowed. clone3 hides its flags behind a pointer: libc falls back to
   clone when there is none. */
static void put_clone(program *p)
{
    verdict_for(p, SYS_clone3, UNKNOWN);
#ifdef SYS_fork
    verdict_for(p, SYS_fork, REFUSE);
    verdict_for(p, SYS_vfork, REFUSE);
#endif
    unless(p, SYS_clone, 4);
    load(p, argument(0));
    put(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1));
    end(p, PASS);
    end(p, REFUSE);
}

static void put_signals(program *p, const chore_confinement *c, bool held)
{
    if (c->processes && held) {
        return; /* its own children are its own affair, and Landlock keeps it among them */
    }
    only_self(p, SYS_kill, 0);
    only_self(p, SYS_tgkill, 0);
    only_self(p, SYS_rt_sigqueueinfo, 0);
    only_self(p, SYS_rt_tgsigqueueinfo, 0);
    verdict_for(p, SYS_tkill, REFUSE);
}

/* Calls that are harmless but for some of their commands. */
static void put_commands(program *p)
{
    static const uint32_t fcntls[] = {F_SETOWN, F_SETOWN_EX, F_SETSIG};      /* signals to others by way of a file */
    static const uint32_t ioctls[] = {TIOCSTI, FIOSETOWN, SIOCSPGRP, 0x541c}; /* TIOCLINUX: words into a terminal */
    static const uint32_t prctls[] = {PR_SET_PDEATHSIG, PR_SET_PTRACER};
    refuse_values(p, SYS_fcntl, 1, fcntls, 3);
    refuse_values(p, SYS_ioctl, 1, ioctls, 4);
    refuse_values(p, SYS_prctl, 0, prctls, 2);
    unless(p, SYS_prlimit64, 8); /* reading one's own limits, yes */
    load(p, argument(2));
    unless(p, 0, 5);
    load(p, argument(2) + sizeof(uint32_t));
    unless(p, 0, 3);
    load(p, argument(0));
    unless(p, 0, 1);
    end(p, PASS);
    end(p, REFUSE);
}

static void put_table(program *p, const chore_confinement *c)
{
#define DENY(call)     verdict_for(p, SYS_##call, REFUSE);
#define SELF(call, i)  only_self(p, SYS_##call, i);
#define NET(call)      verdict_for(p, c->net ? NO_CALL : SYS_##call, REFUSE);
#define PROGRAMS(call) verdict_for(p, c->processes ? NO_CALL : SYS_##call, REFUSE);
#include "confine_calls.inl"
#undef DENY
#undef SELF
#undef NET
#undef PROGRAMS
}

static void make_program(program *p, const chore_confinement *c, bool signals_are_held)
{
    load(p, offsetof(struct seccomp_data, arch));
    put(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0));
    end(p, SECCOMP_RET_KILL_PROCESS); /* the 32-bit calls have other numbers */
    load(p, offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
    put(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1)); /* x32: other numbers, too */
    end(p, UNKNOWN);
#endif
    verdict_for(p, SYS_futex, PASS); /* the doorbell: first, so that it costs least */
    if (!c->processes) {
        put_clone(p);
    }
    put_signals(p, c, signals_are_held);
    put_commands(p);
    put_table(p, c);
    end(p, PASS);
}

void chore_confine_calls(chore_confinement *c, bool signals_are_held)
{
    static program p;
    make_program(&p, c, signals_are_held);
    const struct sock_fprog all = {.len = p.n, .filter = p.code};
    const bool done = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all, 0, 0) == 0;
    chore_text *text = done ? &c->held : &c->missing;
    chore_text_add(text, "%sseccomp", text->len > 0 ? " " : "");
    if (!done) {
        chore_text_add(text, "(%s)", strerrorname_np(errno));
    }
}

#else

void chore_confine_calls(chore_confinement *c, bool signals_are_held)
{
    (void)signals_are_held;
    chore_text_add(&c->missing, "%sseccomp(architecture)", c->missing.len > 0 ? " " : "");
}

#endif
