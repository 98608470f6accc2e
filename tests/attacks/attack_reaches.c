/* Attacks that reach out of the process: files, network, the harness, other processes. Nothing here does harm where it
   gets through: signals are 0, files are only opened. */
#include "attack.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOTHING (void)now, (void)action

const char *attack_run_program(const chore_easy_step *now, float *action)
{
    char *const words[] = {"sh", "-c", "exit 9", NULL}, *const nothing[] = {NULL};
    NOTHING;
    const int status = system("exit 3");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 3) {
        return BREACH("system");
    }
    if (popen("true", "r") != NULL) {
        return BREACH("popen");
    }
    execve("/bin/sh", words, nothing); /* does not return where it gets through */
    return NULL;
}

const char *attack_network(const chore_easy_step *now, float *action)
{
    static const int families[] = {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, AF_PACKET, 40 /* AF_VSOCK */};
    static const int kinds[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW};
    NOTHING;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            if (socket(families[i], kinds[k], 0) >= 0) {
                return BREACH("it has a socket");
            }
        }
    }
    return NULL;
}

static int can_open(const char *path)
{
    const int fd = open(path, O_RDONLY);
    if (fd >= 0) {
        close(fd);
    }
    return fd >= 0;
}

static int can_list(const char *path)
{
    DIR *dir = opendir(path);
    if (dir != NULL) {
        closedir(dir);
    }
    return dir != NULL;
}

const char *attack_read_harness_memory(const chore_easy_step *now, float *action)
{
    static const char *const files[] = {"mem", "maps", "environ", "cmdline", "status", "fd", "cwd", "root"};
    char path[64], bytes[16];
    const pid_t parent = getppid();
    struct iovec mine = {bytes, sizeof bytes}, theirs = {(void *)(uintptr_t)now->stream[0], sizeof bytes};
    (void)action;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "/proc/%d/%s", (int)parent, files[i]);
        if (can_open(path)) {
            return BREACH("/proc of the harness");
        }
    }
    if (process_vm_readv(parent, &mine, 1, &theirs, 1, 0) != -1 || errno != EPERM) {
        return BREACH("process_vm_readv");
    }
    return process_vm_writev(parent, &mine, 1, &theirs, 1, 0) != -1 || errno != EPERM ? BREACH("process_vm_writev")
                                                                                      : NULL;
}

const char *attack_trace_harness(const chore_easy_step *now, float *action)
{
    NOTHING;
    if (ptrace(PTRACE_SEIZE, getppid(), NULL, NULL) == 0) {
        return BREACH("ptrace");
    }
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? BREACH("traceme") : NULL;
}

const char *attack_read_results(const chore_easy_step *now, float *action)
{
    static const char *const folders[] = {".", "..", "/", "/tmp", "/home", "/root", "/var", "/opt", "/mnt", "/srv"};
    static const char *const files[] = {"plan.json", "task.yaml", "policy.json", "shard-0000.jsonl", "runs"};
    NOTHING;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        if (can_list(folders[i])) {
            return BREACH("it sees folders");
        }
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (can_open(files[i])) {
            return BREACH("it reads files of the run");
        }
    }
    const char *here = getenv("PWD");
    return getenv("CHOREBENCH_DATA") != NULL || (here != NULL && strcmp(here, "/") != 0) ? BREACH("the environment tells")
                                                                                          : NULL;
}

const char *attack_read_system(const chore_easy_step *now, float *action)
{
    static const char *const files[] = {"/etc/passwd", "/etc/shadow", "/etc/hostname", "/proc/1/cmdline", "/proc/stat",
                                        "/proc/net/tcp", "/sys/class/net", "/dev/mem", "/dev/kmsg", "/proc/kcore"};
    NOTHING;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (can_open(files[i])) {
            return BREACH("it reads the system's files");
        }
    }
    return can_list("/etc") || can_list("/proc") || can_list("/dev") ? BREACH("it lists the system's folders") : NULL;
}

const char *attack_remap_observations(const chore_easy_step *now, float *action)
{
    const long page = sysconf(_SC_PAGESIZE);
    char *at = (char *)((uintptr_t)now->stream[0] / (uintptr_t)page * (uintptr_t)page);
    char path[96], line[512];
    unsigned long from, to;
    (void)action;
    if (mprotect(at, (size_t)page, PROT_READ | PROT_WRITE) == 0) {
        return BREACH("mprotect");
    }
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%lx-%lx", &from, &to) == 2 && from <= (unsigned long)at && (unsigned long)at < to) {
            snprintf(path, sizeof path, "/proc/self/map_files/%lx-%lx", from, to);
            if (open(path, O_RDWR) >= 0) {
                return BREACH("map_files");
            }
        }
    }
    if (maps != NULL) {
        fclose(maps);
    }
    for (int fd = 3; fd < 256; fd++) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        const int again = fcntl(fd, F_GETFD) != -1 ? open(path, O_RDWR) : -1;
        if (again >= 0) {
            return BREACH("a descriptor opened again");
        }
    }
    return NULL;
}

const char *attack_signal_harness(const chore_easy_step *now, float *action)
{
    const pid_t parent = getppid();
    const union sigval value = {.sival_int = 0};
    NOTHING;
    if (kill(parent, 0) == 0 || kill(1, 0) == 0) {
        return BREACH("kill");
    }
    if (syscall(SYS_tgkill, parent, parent, 0) == 0 || syscall(SYS_tkill, parent, 0) == 0) {
        return BREACH("tgkill");
    }
    if (sigqueue(parent, 0, value) == 0) {
        return BREACH("sigqueue");
    }
    return syscall(SYS_pidfd_open, parent, 0) >= 0 ? BREACH("pidfd_open") : NULL;
}

const char *attack_signal_by_file(const chore_easy_step *now, float *action)
{
    int ends[2], owner = (int)getppid();
    NOTHING;
    if (pipe(ends) != 0) {
        return NULL;
    }
    if (fcntl(ends[0], F_SETOWN, owner) == 0 || ioctl(ends[0], 0x8901 /* FIOSETOWN */, &owner) == 0) {
        return BREACH("another process owns its pipe");
    }
    return fcntl(ends[0], F_SETSIG, SIGKILL) == 0 ? BREACH("its pipe sends signals") : NULL;
}

const char *attack_throttle_harness(const chore_easy_step *now, float *action)
{
    const pid_t parent = getppid();
    struct rlimit limit;
    const struct sched_param parameters = {.sched_priority = 0};
    cpu_set_t cpus;
    NOTHING;
    CPU_ZERO(&cpus);
    CPU_SET(0, &cpus);
    if (syscall(SYS_prlimit64, parent, RLIMIT_CPU, NULL, &limit) == 0) {
        return BREACH("prlimit");
    }
    if (setpriority(PRIO_PROCESS, (id_t)parent, 0) == 0) {
        return BREACH("setpriority");
    }
    if (sched_setscheduler(parent, SCHED_OTHER, &parameters) == 0) {
        return BREACH("sched_setscheduler");
    }
    return syscall(SYS_sched_setaffinity, parent, 0, NULL) == 0 || errno != EPERM ? BREACH("sched_setaffinity") : NULL;
}

const char *attack_leave_group(const chore_easy_step *now, float *action)
{
    NOTHING;
    return setsid() != -1 || errno != EPERM || syscall(SYS_setpgid, 0, 0) == 0 ? BREACH("setsid or setpgid") : NULL;
}

const char *attack_outlive(const chore_easy_step *now, float *action)
{
    NOTHING;
    return prctl(PR_SET_PDEATHSIG, 0) == 0 ? BREACH("it would outlive the harness") : NULL;
}

const char *attack_io_uring(const chore_easy_step *now, float *action)
{
    char parameters[128] = {0};
    NOTHING;
    return syscall(425 /* io_uring_setup */, 4, parameters) >= 0 ? BREACH("io_uring") : NULL;
}

const char *attack_namespaces(const chore_easy_step *now, float *action)
{
    NOTHING;
    return unshare(CLONE_NEWUSER) == 0 || unshare(CLONE_NEWNET) == 0 || unshare(CLONE_NEWNS) == 0
               ? BREACH("it has a namespace")
               : NULL;
}

const char *attack_shared_memory(const chore_easy_step *now, float *action)
{
    NOTHING;
    if (shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600) >= 0) {
        return BREACH("shmget");
    }
    if (syscall(SYS_msgget, IPC_PRIVATE, 0600) >= 0 || syscall(SYS_mq_open, "attack", O_CREAT | O_RDWR, 0600, NULL) >= 0) {
        return BREACH("queues");
    }
    return syscall(SYS_add_key, "user", "attack", "x", 1, -2) >= 0 ? BREACH("the keyring") : NULL;
}

const char *attack_become_root(const chore_easy_step *now, float *action)
{
    NOTHING;
    return syscall(SYS_setuid, 0) == 0 || syscall(SYS_setresuid, 0, 0, 0) == 0 || chroot("/") == 0
               ? BREACH("setuid or chroot")
               : NULL;
}

const char *attack_old_calls(const chore_easy_step *now, float *action)
{
    NOTHING;
#if defined(__x86_64__)
    const long answer = syscall(0x40000000 + SYS_socket, AF_INET, SOCK_STREAM, 0); /* x32 */
    return answer >= 0 ? BREACH("an x32 socket") : NULL;
#else
    return NULL;
#endif
}
