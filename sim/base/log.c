/* Log: one sink, one level. */
#include <chore/log.h>

#include <stdatomic.h>
#include <stdio.h>

static void sink_stderr(void *ctx, chore_log_level level, const char *topic, const char *message)
{
    (void)ctx;
    (void)level;
    fprintf(stderr, "chorebench: %s: %s\n", topic, message);
}

static chore_log_fn log_sink = sink_stderr;
static void *log_ctx;
static atomic_int log_level = CHORE_LOG_WARN;

void chore_log_set_sink(chore_log_fn sink, void *ctx)
{
    log_sink = sink != NULL ? sink : sink_stderr;
    log_ctx = sink != NULL ? ctx : NULL;
}

void chore_log_set_level(chore_log_level level)
{
    atomic_store(&log_level, (int)level);
}

void chore_log(chore_log_level level, const char *topic, const char *fmt, ...)
{
    if ((int)level > atomic_load(&log_level)) {
        return;
    }
    char message[1024];
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    log_sink(log_ctx, level, topic, message);
}
