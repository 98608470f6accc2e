/* Every attack once: the function that does it, what becomes of its episode, and what it tries.

   HELD(name, tries)            it does not get through: the episode goes on as if nothing had been tried
   ENDED(name, reason, tries)   its episode ends as policy_error; the row's reason is like that (a glob)
   EITHER(name, reason, tries)  a race: the one or the other

   attack.so has a function for each, test_attacks runs each, and policy_iface/containment.md lists each. */

/* ---- ends of its own ------------------------------------------------------------------------------------ */
ENDED(null_pointer, "*in act its process crashed by SIGSEGV*", "writes through a null pointer")
ENDED(abort_now, "*in act its process crashed by SIGABRT*", "calls abort")
ENDED(failed_assert, "*in act its process crashed by SIGABRT; its last words: \"*stubborn*", "fails an assert")
ENDED(exit_zero, "*in act its process ended itself with exit code 0*", "calls exit(0), as if all were well")
ENDED(quick_exit, "*in act its process ended itself with exit code 7*", "calls _exit(7)")
ENDED(divide, "*in act its process crashed by SIGFPE*", "divides by zero")
ENDED(illegal, "*in act its process crashed by SIGILL*", "runs into an illegal instruction")
ENDED(stack_overflow, "*in act its process crashed by SIGSEGV*", "recurses without end")
ENDED(kill_self, "*in act its process was killed by SIGKILL*", "kills itself")
ENDED(free_twice, "*in act its process crashed by SIGABRT*", "frees the same memory twice")
ENDED(crash_in_thread, "*in act its process crashed by SIGSEGV*", "crashes in a thread of its own")
ENDED(reset_crash, "*in reset its process crashed by SIGSEGV*", "crashes in reset")
HELD(feedback_crash, "crashes in feedback, when the episode is over and judged")
HELD(feedback_hang, "hangs in feedback, when the episode is over and judged")

/* ---- silence ---------------------------------------------------------------------------------------------- */
ENDED(spin, "*in act its process gave no answer for 1 s and was stopped", "computes without end")
ENDED(sleep_long, "*in act its process gave no answer for 1 s and was stopped", "sleeps")
ENDED(deadlock, "*in act its process gave no answer for 1 s and was stopped", "waits for a lock that it holds")
ENDED(deaf, "*in act its process gave no answer for 1 s and was stopped", "blocks and ignores every signal, then spins")
ENDED(ask_forever, "*in act its process gave no answer for 1 s and was stopped", "asks the host questions without end")
ENDED(spam_forever, "*in act its process gave no answer for 1 s and was stopped", "prints without end")
ENDED(burn, "*in act its process used up the episode's * s of CPU time and was stopped", "computes between the calls, in threads")
ENDED(late, "*it gave no answer for 1 s", "answers just after its time, when it is told to stop")

/* ---- nonsense --------------------------------------------------------------------------------------------- */
ENDED(nan, "*the action is not finite*nan", "answers NaN")
ENDED(infinity, "*the action is not finite*inf", "answers infinity")
ENDED(escapes, "*act failed in slot 0 (ERROR, -2):  ]0;owned [[]2J", "sends terminal escapes as its reason")
EITHER(garble, "*in act its process *", "scribbles over the line to the harness, from a thread")
ENDED(overrun, "*in act its process *", "writes past the end of its actions until something stops it")
ENDED(write_observations, "*in act its process crashed by SIGSEGV*", "writes into its observations")
ENDED(unmap_line, "*in act its process crashed by SIGSEGV*", "unmaps the memory that it shares with the harness")
HELD(float_mode, "turns on rounding up and flush-to-zero")
HELD(close_everything, "closes all descriptors that it has")
HELD(misuse_socket, "sends rubbish down every descriptor that it has")
HELD(print_much, "prints a megabyte")

/* ---- taking all there is ---------------------------------------------------------------------------------- */
ENDED(memory_hog, "*in act its process crashed by SIGABRT*", "takes memory until there is none, and aborts")
HELD(leak_descriptors, "opens files until it cannot")
HELD(fork_bomb, "forks without end")
HELD(clone_bomb, "makes processes by every other system call that does")
HELD(thread_bomb, "starts threads until it cannot")
HELD(fill_disk, "writes files wherever it can")
HELD(raise_limits, "raises its own limits")

/* ---- reaching out ----------------------------------------------------------------------------------------- */
HELD(run_program, "starts a shell")
HELD(network, "opens sockets of every family")
HELD(read_harness_memory, "reads the harness's memory, by /proc and by system call")
HELD(trace_harness, "attaches to the harness as a debugger")
HELD(read_results, "reads plans, results and seeds: run folders, homes, /tmp, the harness's files")
HELD(read_system, "reads /etc, the machine's processes and devices")
HELD(remap_observations, "makes its observations writable: by mprotect, by mapping them again, by the file behind them")
HELD(signal_harness, "signals the harness: kill, tgkill, sigqueue, pidfd")
HELD(signal_by_file, "signals the harness by way of a descriptor's owner")
HELD(throttle_harness, "sets limits, priority and processor of the harness")
HELD(leave_group, "leaves its session and group, to outlive the harness")
HELD(outlive, "takes back that it dies with the harness")
HELD(io_uring, "goes around the filter with io_uring")
HELD(namespaces, "makes namespaces of its own")
HELD(shared_memory, "attaches to memory and queues that all processes of the user share")
HELD(become_root, "becomes root")
HELD(old_calls, "uses system calls by their 32-bit or x32 numbers")
