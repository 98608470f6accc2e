#include "options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every key once; texts go to `offset` as they are, numbers are held to their bounds. */
typedef struct rule {
    const char *key;
    size_t offset;
    bool is_number, is_whole;
    double least, most;
} rule;

#define TEXT(key)                         {#key, offsetof(options, key), false, false, 0, 0}
#define NUMBER(key, member, least, most)  {key, offsetof(options, member), true, false, least, most}
#define COUNT(key, member, least, most)   {key, offsetof(options, member), true, true, least, most}
static const rule rules[] = {
    TEXT(host),
    TEXT(path),
    TEXT(map),
    TEXT(api_key_file),
    TEXT(prompt_text),
    COUNT("port", port, 1, 65535),
    COUNT("execute", execute, 1, 1000),
    NUMBER("rate", rate_hz, 0.1, 10000),
    NUMBER("timeout", timeout_s, 0.01, 86400),
    NUMBER("connect", connect_s, 0, 86400),
    NUMBER("limit", limit_mib, 0.001, 4095),
};
static const char known[] = "host port path map execute rate prompt prompt_text timeout connect reset limit api_key_file";

static bool put_number(options *out, const rule *r, const char *value, char *why, size_t cap)
{
    char *end = NULL;
    const double number = strtod(value, &end);
    if (end == value || *end != '\0' || !(number >= r->least && number <= r->most) ||
        (r->is_whole && number != floor(number))) {
        (void)snprintf(why, cap, "%s=%.40s: expected %s from %g to %g", r->key, value, r->is_whole ? "a whole number" : "a number",
                       r->least, r->most);
        return false;
    }
    memcpy((char *)out + r->offset, &number, sizeof number);
    return true;
}

/* One of two or three words. */
static bool put_choice(options *out, const char *key, const char *value, char *why, size_t cap)
{
    static const char *const prompts[] = {"instruction", "text", "none"};
    if (strcmp(key, "reset") == 0) {
        out->reconnect = strcmp(value, "reconnect") == 0;
        if (!out->reconnect && strcmp(value, "keep") != 0) {
            (void)snprintf(why, cap, "reset=%.40s: expected keep or reconnect", value);
            return false;
        }
        return true;
    }
    for (int i = 0; i < 3; i++) {
        if (strcmp(value, prompts[i]) == 0) {
            out->prompt = (options_prompt)i;
            return true;
        }
    }
    (void)snprintf(why, cap, "prompt=%.40s: expected instruction, none or text (the one of prompt_text)", value);
    return false;
}

static bool put(options *out, const char *key, const char *value, char *why, size_t cap)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (strcmp(rules[i].key, key) != 0) {
            continue;
        }
        if (rules[i].is_number) {
            return put_number(out, &rules[i], value, why, cap);
        }
        memcpy((char *)out + rules[i].offset, value, strlen(value) + 1);
        return true;
    }
    if (strcmp(key, "prompt") == 0 || strcmp(key, "reset") == 0) {
        return put_choice(out, key, value, why, cap);
    }
    (void)snprintf(why, cap, "there is no option \"%.40s\"; there are: %s", key, known);
    return false;
}

/* The next key and value; *at moves behind them. 1: found, 0: the end, -1: not understood. */
static int next_word(const char **at, char key[OPTIONS_TEXT_CAP], char value[OPTIONS_TEXT_CAP], char *why, size_t cap)
{
    *at += strspn(*at, " \t\n");
    if (**at == '\0') {
        return 0;
    }
    const size_t key_size = strcspn(*at, "= \t\n");
    const char *from = *at + key_size + 1;
    if ((*at)[key_size] != '=' || key_size >= OPTIONS_TEXT_CAP) {
        (void)snprintf(why, cap, "\"%.*s\": expected key=value", (int)(key_size < 40 ? key_size : 40), *at);
        return -1;
    }
    const bool quoted = *from == '"';
    from += quoted;
    const size_t size = strcspn(from, quoted ? "\"" : " \t\n");
    if (size >= OPTIONS_TEXT_CAP || (quoted && from[size] == '\0')) {
        (void)snprintf(why, cap, "%.*s: its value has no end or is longer than %d bytes", (int)(key_size < 40 ? key_size : 40), *at,
                       OPTIONS_TEXT_CAP - 1);
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
        (void)snprintf(why, cap, "which key map? map=libero, droid, droid_position, aloha, state, or a file");
        return false;
    }
    if (strncmp(o->host, "wss:", 4) == 0 || strncmp(o->host, "ws:", 3) == 0) {
        (void)snprintf(why, cap, "host=%.60s: expected a name or an address; TLS is not spoken here, a proxy on this machine can",
                       o->host);
        return false;
    }
    if (o->host[0] == '\0' || !is_printable(o->host) || o->path[0] != '/' || !is_printable(o->path)) {
        (void)snprintf(why, cap, "host and path must be printable, without blanks, and the path begin with /");
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
    int found;
    *out = (options){
        .host = "127.0.0.1", .path = "/", .port = 8000, .timeout_s = 50, .connect_s = 10, .limit_mib = 16};
    while ((found = next_word(&config, key, value, why, cap)) > 0) {
        if (!put(out, key, value, why, cap)) {
            return false;
        }
    }
    return found == 0 && check(out, why, cap);
}
