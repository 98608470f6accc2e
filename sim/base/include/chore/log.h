/* Log: levels, one replaceable sink. Library code never prints; it logs. */
#ifndef CHORE_LOG_H
#define CHORE_LOG_H
#include <chore/base.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef enum chore_log_level {
    CHORE_LOG_ERROR,
    CHORE_LOG_WARN,
    CHORE_LOG_INFO,
    CHORE_LOG_DEBUG
} chore_log_level;
typedef void (*chore_log_fn)(void *ctx, chore_log_level level, const char *topic, const char *message);

/* Replace the sink (NULL: stderr, "chorebench: topic: message"). Not thread safe: set it at start. */
void chore_log_set_sink(chore_log_fn sink, void *ctx);
void chore_log_set_level(chore_log_level level);   /* default CHORE_LOG_WARN */
/* One line, no final newline. Any thread. */
void chore_log(chore_log_level level, const char *topic, const char *fmt, ...) CHORE_PRINTF(3, 4);
#ifdef __cplusplus
}
#endif
#endif
