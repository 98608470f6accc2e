/* --bench: how quick the window is, on the first episode of what was asked for. */
#ifndef CHORE_VIEW_BENCH_INTERNAL_H
#define CHORE_VIEW_BENCH_INTERNAL_H
#include "window_internal.h"

/* Prints to stdout. Without a display the window's part is left out, with a word why. The exit code; *stop nonzero: give up. */
int view_bench(const window_def *def, const volatile int *stop);
#endif
