#include "handshake.h"
#include "sha1.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; /* RFC 6455, section 1.3 */
enum { ACCEPT_CAP = 29 };

/* Base64 of n bytes: 4 * ceil(n / 3) signs and a zero. */
static void base64(char *out, const uint8_t *in, size_t n)
{
    static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        const uint32_t three = (uint32_t)in[i] << 16 | (i + 1 < n ? (uint32_t)in[i + 1] << 8 : 0) |
                               (i + 2 < n ? in[i + 2] : 0);
        *out++ = signs[three >> 18];
        *out++ = signs[three >> 12 & 63];
        *out++ = '=';
        *out++ = '=';
        if (i + 1 < n) {
            out[-2] = signs[three >> 6 & 63];
        }
        if (i + 2 < n) {
            out[-1] = signs[three & 63];
        }
    }
    *out = '\0';
}

void handshake_key(char out[HANDSHAKE_KEY_CAP], const uint8_t random[16])
{
    base64(out, random, 16);
}

size_t handshake_request(char *out, size_t cap, const char *host, unsigned port, const char *path,
                         const char *key, const char *api_key)
{
    const bool is_v6 = strchr(host, ':') != NULL;
    const int n = snprintf(out, cap,
                           "GET %s HTTP/1.1\r\n"
                           "Host: %s%s%s:%u\r\n"
                           "Upgrade: websocket\r\n"
                           "Connection: Upgrade\r\n"
                           "Sec-WebSocket-Key: %s\r\n"
                           "Sec-WebSocket-Version: 13\r\n"
                           "%s%s%s\r\n",
                           path, is_v6 ? "[" : "", host, is_v6 ? "]" : "", port, key,
                           api_key[0] != '\0' ? "Authorization: Api-Key " : "", api_key,
                           api_key[0] != '\0' ? "\r\n" : "");
    return n > 0 && (size_t)n < cap ? (size_t)n : 0;
}

size_t handshake_head_size(const char *data, size_t size)
{
    for (size_t i = 3; i < size; i++) {
        if (memcmp(data + i - 3, "\r\n\r\n", 4) == 0) {
            return i + 1;
        }
    }
    return 0;
}

/* The value of a header without blanks around it; NULL: not there. *times: how often it is
   there. */
static const char *header(const char *head, const char *name, size_t *size, int *times)
{
    const char *value = NULL;
    const size_t name_size = strlen(name);
    *times = 0;
    for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, name_size) == 0 && line[2 + name_size] == ':') {
            value = line + 2 + name_size + 1;
            value += strspn(value, " \t");
            *size = strcspn(value, "\r\n");
            while (*size > 0 && strchr(" \t", value[*size - 1]) != NULL) {
                --*size;
            }
            ++*times;
        }
    }
    return value;
}

static bool header_is(const char *head, const char *name, const char *wanted, bool exactly)
{
    size_t size = 0;
    int times;
    const char *value = header(head, name, &size, &times);
    return times == 1 && size == strlen(wanted) &&
           (exactly ? memcmp(value, wanted, size) : strncasecmp(value, wanted, size)) == 0;
}

/* "Connection" is a list: one of its words is "upgrade". */
static bool is_upgraded(const char *head)
{
    size_t size = 0;
    int times;
    const char *value = header(head, "Connection", &size, &times);
    const char *end = value != NULL ? value + size : NULL;
    while (value != NULL && value < end) {
        const size_t word = strcspn(value, ", \t\r");
        if (word == 7 && strncasecmp(value, "upgrade", 7) == 0) {
            return true;
        }
        value += word + 1;
    }
    return false;
}

static bool is_there(const char *head, const char *name)
{
    size_t size;
    int times;
    return header(head, name, &size, &times) != NULL;
}

bool handshake_accepted(const char *head, const char *key, char *why, size_t cap)
{
    uint8_t digest[SHA1_BYTES];
    char text[HANDSHAKE_KEY_CAP + sizeof guid], accept[ACCEPT_CAP];
    (void)snprintf(text, sizeof text, "%s%s", key, guid);
    sha1(text, strlen(text), digest);
    base64(accept, digest, sizeof digest);
    const char *fault = NULL;
    if (strncmp(head, "HTTP/1.1 ", 9) != 0) {
        fault = "it does not speak HTTP/1.1";
    } else if (strncmp(head + 9, "101", 3) != 0 || (head[12] != ' ' && head[12] != '\r')) {
        const size_t line = strcspn(head, "\r\n");
        (void)snprintf(why, cap, "it answered \"%.*s\" instead of opening a websocket",
                       (int)(line < 80 ? line : 80), head);
        return false;
    } else if (!header_is(head, "Upgrade", "websocket", false) || !is_upgraded(head)) {
        fault = "its answer opens no websocket";
    } else if (!header_is(head, "Sec-WebSocket-Accept", accept, true)) {
        fault = "its answer does not fit the key that it was sent";
    } else if (is_there(head, "Sec-WebSocket-Extensions") ||
               is_there(head, "Sec-WebSocket-Protocol")) {
        fault = "it chose an extension or a subprotocol that was not offered";
    }
    (void)snprintf(why, cap, "%s", fault != NULL ? fault : "");
    return fault == NULL;
}
