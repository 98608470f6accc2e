#include "options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum kind { TEXT, NUMBER, COUNT, CHOICE } kind;

/* Every option once. */
typedef struct rule {
    const char *key;
    kind kind;
    size_t offset;         /* of a text char[OPTIONS_TEXT_CAP], a number double, a choice int */
    double least, most;    /* of a number or count */
    const char *choice[3]; /* in the order of their enum */
} rule;

#define AT(member) offsetof(options, member)
static const rule rules[] = {
    {"host", TEXT, AT(host), 0, 0, {0}},
    {"port", COUNT, AT(port), 1, 65535, {0}},
    {"path", TEXT, AT(path), 0, 0, {0}},
    {"map", TEXT, AT(map), 0, 0, {0}},
    {"execute", COUNT, AT(execute), 1, 1000, {0}},
    {"rate", NUMBER, AT(rate_hz), 0.1, 10000, {0}},
    {"prompt", CHOICE, AT(prompt), 0, 0, {"instruction", "text", "none"}},
    {"prompt_text", TEXT, AT(prompt_text), 0, 0, {0}},
    {"timeout", NUMBER, AT(timeout_s), 0.01, 86400, {0}},
    {"connect", NUMBER, AT(connect_s), 0, 86400, {0}},
    {"reset", CHOICE, AT(reset), 0, 0, {"keep", "reconnect", NULL}},
    {"limit", NUMBER, AT(limit_mib), 0.001, 4095, {0}},
    {"api_key_file", TEXT, AT(api_key_file), 0, 0, {0}},
};
enum { RULES = sizeof rules / sizeof *rules };

static bool put_number(options *out, const rule *r, const char *value, char *why, size_t cap)
{
    char *end = NULL;
    const double number = strtod(value, &end);
    if (end == value || *end != '\0' || !(number >= r->least && number <= r->most) ||
        (r->kind == COUNT && number != floor(number))) {
        (void)snprintf(why, cap, "%s=%.40s: expected %s from %g to %g", r->key, value,
                       r->kind == COUNT ? "a whole number" : "a number", r->least, r->most);
        return false;
    }
    memcpy((char *)out + r->offset, &number, sizeof number);
    return true;
}

static bool put_choice(options *out, const rule *r, const char *value, char *why, size_t cap)
{
    for (int i = 0; i < 3 && r->choice[i] != NULL; i++) {
        if (strcmp(value, r->choice[i]) == 0) {
            memcpy((char *)out + r->offset, &i, sizeof i);
            return true;
        }
    }
    (void)snprintf(why, cap, "%s=%.40s: expected %s%s%s or %s", r->key, value, r->choice[0],
                   r->choice[2] != NULL ? ", " : "", r->choice[2] != NULL ? r->choice[1] : "",
                   r->choice[r->choice[2] != NULL ? 2 : 1]);
    return false;
}

static bool unknown(const char *key, char *why, size_t cap)
{
    size_t at = (size_t)snprintf(why, cap, "there is no option \"%.40s\"; there are:", key);
    for (int i = 0; i < RULES && at < cap; i++) {
        at += (size_t)snprintf(why + at, cap - at, " %s", rules[i].key);
    }
    return false;
}

/* `given`: bit i is set when rule i had a value before. */
static bool put(options *out, uint32_t *given, const char *key, const char *value, char *why,
                size_t cap)
{
    int i = 0;
    while (i < RULES && strcmp(rules[i].key, key) != 0) {
        i++;
    }
    if (i == RULES) {
        return unknown(key, why, cap);
    }
    if ((*given & 1u << i) != 0) {
        (void)snprintf(why, cap, "%s is given twice", key);
        return false;
    }
    *given |= 1u << i;
    switch (rules[i].kind) {
    case TEXT: memcpy((char *)out + rules[i].offset, value, strlen(value) + 1); return true;
    case CHOICE: return put_choice(out, &rules[i], value, why, cap);
    default: return put_number(out, &rules[i], value, why, cap);
    }
}

/* The next key and value; *at moves behind them. 1: found, 0: the end, -1: not understood. */
static int next_word(const char **at, char key[OPTIONS_TEXT_CAP], char value[OPTIONS_TEXT_CAP],
                     char *why, size_t cap)
{
    *at += strspn(*at, " \t\n");
    if (**at == '\0') {
        return 0;
    }
    const size_t key_size = strcspn(*at, "= \t\n");
    const char *from = *at + key_size + 1;
    if ((*at)[key_size] != '=' || key_size >= OPTIONS_TEXT_CAP) {
        (void)snprintf(why, cap, "\"%.*s\": expected key=value",
                       (int)(key_size < 40 ? key_size : 40), *at);
        return -1;
    }
    const bool quoted = *from == '"';
    from += quoted;
    const size_t size = strcspn(from, quoted ? "\"" : " \t\n");
    if (size >= OPTIONS_TEXT_CAP || (quoted && from[size] == '\0')) {
        (void)snprintf(why, cap, "%.*s: its value has no end or is longer than %d bytes",
                       (int)(key_size < 40 ? key_size : 40), *at, OPTIONS_TEXT_CAP - 1);
        return -1;
    }
    memcpy(key, *at, key_size);
    key[key_size] = '\0';
    memcpy(value, from, size);
    value[size] = '\0';
    *at = from + size + quoted;
    return 1;
}

/* What goes into the head of an HTTP request must not end its line. */
static bool is_printable(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text <= ' ' || *text == 0x7f) {
            return false;
        }
    }
    return true;
}

static bool check(const options *o, char *why, size_t cap)
{
    if (o->map[0] == '\0') {
        (void)snprintf(why, cap, "which key map? map=NAME or map=FILE, for instance map=libero");
        return false;
    }
    if (strncmp(o->host, "wss:", 4) == 0 || strncmp(o->host, "ws:", 3) == 0) {
        (void)snprintf(
            why, cap,
            "host=%.60s: expected a name or an address; TLS is not spoken here, a proxy on this machine can",
            o->host);
        return false;
    }
    if (o->host[0] == '\0' || !is_printable(o->host) || o->path[0] != '/' ||
        !is_printable(o->path)) {
        (void)snprintf(
            why, cap, "host and path must be printable, without blanks, and the path begin with /");
        return false;
    }
    if ((o->prompt == PROMPT_TEXT) != (o->prompt_text[0] != '\0')) {
        (void)snprintf(why, cap, "prompt=text and prompt_text=\"...\" go together");
        return false;
    }
    return true;
}

bool options_parse(options *out, const char *config, char *why, size_t cap)
{
    char key[OPTIONS_TEXT_CAP], value[OPTIONS_TEXT_CAP];
    uint32_t given = 0;
    int found;
    *out = (options){.host = "127.0.0.1",
                     .path = "/",
                     .port = 8000,
                     .timeout_s = 50,
                     .connect_s = 10,
                     .limit_mib = 16};
    while ((found = next_word(&config, key, value, why, cap)) > 0) {
        if (!put(out, &given, key, value, why, cap)) {
            return false;
        }
    }
    return found == 0 && check(out, why, cap);
}
