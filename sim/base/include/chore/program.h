/* Programs that are started to do one thing for us, such as ffmpeg. (Policies live elsewhere: policy_iface/.) */
#ifndef CHORE_PROGRAM_H
#define CHORE_PROGRAM_H
#include <chore/base.h>
#include <sys/types.h>
#ifdef __cplusplus
extern "C" {
#endif
/* Start argv[0] (from the PATH unless it has a slash) with the words in argv, up to a NULL. It reads `input` (a file descriptor; -1: nothing), writes
   nothing to standard output, and its errors to `errors`. It has a process group of its own: Ctrl-C in the terminal does not reach it, and stopping it is
   the caller's affair, as is waiting for it. Returns 0 with the process in *out, or an errno with *out = 0. Any thread. */
int chore_program_start(pid_t *out, const char *const argv[], int input, int errors);
#ifdef __cplusplus
}
#endif
#endif
