/* A program that is spoken to in frames: its stdin takes ours, its stdout gives its own, and what it prints to stderr goes where
   ours goes. Or one elsewhere, at the other end of a connection. One thread. */
#ifndef CHORE_PIPE_PROGRAM_H
#define CHORE_PIPE_PROGRAM_H
#include <chore/policy_frames.h>
#include <sys/types.h>

enum { PROGRAM_WORDS = 240 };

typedef struct program {
    const chore_policy_host_table *host;
    const char *who;      /* in messages: "the program" */
    pid_t pid;            /* 0: has ended, or is elsewhere */
    int to, from, prints; /* -1: closed */
    unsigned char
        *data; /* [cap] the frame that came last, head included; then what came after it */
    size_t len, cap;
    char line[PROGRAM_WORDS]; /* the line of stderr that is being printed */
    size_t line_len;
    char last[PROGRAM_WORDS];     /* the last one that held anything */
    char end[PROGRAM_WORDS + 80]; /* how it ended; "" while it runs */
} program;

/* Start argv[0] with the environment plus `extra` ("NAME=value", which win; ends with NULL). Returns 0 or an errno. */
int program_start(program *p, const chore_policy_host_table *host, char *const argv[],
                  char *const extra[]);

/* The one at the other end of `fd`, which does not block and stays the caller's. Returns 0 or an errno. */
int program_connect(program *p, const chore_policy_host_table *host, int fd, const char *who);

/* Send a frame and wait for the next one that comes back: its letter, and where it lies until the next call. 0 with `why` when none came. */
char program_ask(program *p, const chore_frame *frame, const unsigned char **bytes, size_t *len,
                 char *why, size_t cap);

/* Tell it to quit; when it has not within a second, end it. Frees all. */
void program_stop(program *p);

#endif
