/* System calls that a policy has no use for, each with how it is refused. All others pass.
   DENY: it is not permitted.  SELF(call, n): argument n is a process, and may only be this one or 0.
   NET, PROGRAMS: not permitted unless the policy was allowed that. */

/* other processes: their memory, their files, their limits */
DENY(ptrace) DENY(process_vm_readv) DENY(process_vm_writev) DENY(process_madvise) DENY(process_mrelease) DENY(kcmp)
DENY(pidfd_getfd) DENY(pidfd_open) DENY(pidfd_send_signal) DENY(perf_event_open) DENY(migrate_pages) DENY(move_pages)
DENY(setpriority) DENY(ioprio_set) DENY(setrlimit)
SELF(sched_setaffinity, 0) SELF(sched_setscheduler, 0) SELF(sched_setparam, 0) SELF(sched_setattr, 0)
/* its group and session are how the harness ends all that it started */
DENY(setsid) DENY(setpgid)
/* ways around this filter and around the files it may read */
DENY(io_uring_setup) DENY(io_uring_enter) DENY(io_uring_register) DENY(open_by_handle_at) DENY(name_to_handle_at)
DENY(bpf) DENY(userfaultfd) DENY(fanotify_init)
/* shared with all processes of the user */
DENY(shmget) DENY(shmat) DENY(msgget) DENY(msgsnd) DENY(msgrcv) DENY(semget) DENY(semop) DENY(semtimedop)
DENY(mq_open) DENY(mq_notify) DENY(mq_unlink) DENY(add_key) DENY(request_key) DENY(keyctl)
/* the machine */
DENY(mount) DENY(umount2) DENY(pivot_root) DENY(chroot) DENY(unshare) DENY(setns) DENY(move_mount) DENY(open_tree)
DENY(fsopen) DENY(fsmount) DENY(fsconfig) DENY(fspick) DENY(mount_setattr) DENY(init_module) DENY(finit_module)
DENY(delete_module) DENY(kexec_load) DENY(kexec_file_load) DENY(reboot) DENY(swapon) DENY(swapoff) DENY(acct)
DENY(quotactl) DENY(syslog) DENY(settimeofday) DENY(clock_settime) DENY(clock_adjtime) DENY(adjtimex)
DENY(sethostname) DENY(setdomainname) DENY(vhangup)
/* becoming somebody else */
DENY(setuid) DENY(setgid) DENY(setreuid) DENY(setregid) DENY(setresuid) DENY(setresgid) DENY(setgroups)
DENY(setfsuid) DENY(setfsgid) DENY(capset)

NET(socket)
PROGRAMS(execve) PROGRAMS(execveat)
