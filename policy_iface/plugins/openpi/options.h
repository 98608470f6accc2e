/* What the user says of the server: words key=value in the policy's config, "a value with
   blanks" in quotes. */
#ifndef OPENPI_OPTIONS_H
#define OPENPI_OPTIONS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OPTIONS_TEXT_CAP = 512 };

enum { PROMPT_INSTRUCTION, PROMPT_TEXT, PROMPT_NONE };
enum { RESET_KEEP, RESET_RECONNECT };

typedef struct options {
    char host[OPTIONS_TEXT_CAP], path[OPTIONS_TEXT_CAP];
    char map[OPTIONS_TEXT_CAP]; /* a built-in key map's name, or the path of a file */
    char api_key_file
        [OPTIONS_TEXT_CAP]; /* "" for none. A key in the config itself would be kept in the run's plan */
    char prompt_text[OPTIONS_TEXT_CAP];
    int prompt; /* PROMPT_ */
    int reset;  /* RESET_RECONNECT: each episode begins with a connection of its own */
    double port;
    double execute;   /* rows of a chunk that run; 0: as the key map says */
    double rate_hz;   /* 0: as the key map says */
    double timeout_s; /* for an answer */
    double connect_s; /* for a connection; it is tried again until then */
    double limit_mib; /* of a message of the server */
} options;

/* False: `why` (cap bytes) names what was not understood. */
bool options_parse(options *out, const char *config, char *why, size_t cap);
#endif
