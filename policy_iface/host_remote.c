/* The way to a policy that lives elsewhere: its address, and the connection to it. The harness opens that, and the confined process
   that speaks for the policy gets nothing but the open socket. */
#include "host_child_internal.h"
#include <chore/clock.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { TRY_AGAIN_MS = 100 };
static const char tcp[] = "tcp:", unix_[] = "unix:";

/* ---- addresses ----------------------------------------------------------------------------------------- */

typedef struct address {
    char host[256], port[8]; /* of tcp */
    struct sockaddr_un local; /* sun_family 0: tcp */
} address;

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

bool chore_policy_is_address(const char *text)
{
    return begins(text, tcp) || begins(text, unix_);
}

/* HOST:PORT or [HOST]:PORT. */
static bool parse_tcp(const char *text, address *out)
{
    const char *colon = strrchr(text, ':');
    char *end = NULL;
    if (colon == NULL || colon[1] < '0' || colon[1] > '9') {
        return false;
    }
    const long port = strtol(colon + 1, &end, 10);
    size_t len = (size_t)(colon - text);
    if (len > 2 && text[0] == '[' && colon[-1] == ']') {
        text++;
        len -= 2;
    } else if (strcspn(text, ":[]") < len) { /* which colon is the last one's? */
        return false;
    }
    if (*end != '\0' || port < 1 || port > 65535 || len == 0 || len >= sizeof out->host) {
        return false;
    }
    memcpy(out->host, text, len);
    out->host[len] = '\0';
    snprintf(out->port, sizeof out->port, "%ld", port);
    return true;
}

static chore_status parse(const char *text, address *out, chore_error *err)
{
    memset(out, 0, sizeof *out);
    if (begins(text, tcp)) {
        return parse_tcp(text + strlen(tcp), out)
                   ? CHORE_OK
                   : chore_fail(err, CHORE_E_USAGE, "'%s' is no address: expected tcp:HOST:PORT with a port from 1 to 65535, as in "
                                                    "tcp:127.0.0.1:8000 or tcp:[::1]:8000",
                                text);
    }
    const char *path = begins(text, unix_) ? text + strlen(unix_) : "";
    if (path[0] == '\0') {
        return chore_fail(err, CHORE_E_USAGE, "'%s' is no address of a policy: expected tcp:HOST:PORT or unix:PATH", text);
    }
    if (strlen(path) >= sizeof out->local.sun_path) {
        return chore_fail(err, CHORE_E_USAGE, "'%s': the path of a socket has at most %zu bytes", text,
                          sizeof out->local.sun_path - 1);
    }
    out->local.sun_family = AF_UNIX;
    memcpy(out->local.sun_path, path, strlen(path) + 1);
    return CHORE_OK;
}

chore_status chore_policy_address_check(const char *text, chore_error *err)
{
    address unused;
    return parse(text, &unused, err);
}

/* ---- connections --------------------------------------------------------------------------------------- */

/* 0, or an errno. */
static int finish(int fd, uint64_t until_ns)
{
    struct pollfd one = {.fd = fd, .events = POLLOUT};
    int number = 0, n;
    socklen_t size = sizeof number;
    do {
        const uint64_t now = chore_now_ns();
        n = poll(&one, 1, now < until_ns ? (int)((until_ns - now) / 1000000 + 1) : 0);
    } while (n < 0 && errno == EINTR);
    if (n <= 0) {
        return n < 0 ? errno : ETIMEDOUT;
    }
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &size) == 0 ? number : errno;
}

/* 0 with a socket in *out, or an errno. */
static int try_one(const struct sockaddr *to, socklen_t len, uint64_t until_ns, int *out)
{
    const int fd = socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return errno;
    }
    int failed = connect(fd, to, len) == 0 ? 0 : errno;
    if (failed == EINPROGRESS) {
        failed = finish(fd, until_ns);
    }
    if (failed != 0) {
        close(fd);
        return failed;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)); /* an answer is waited for; not for AF_UNIX */
    *out = fd;
    return 0;
}

/* One try at each of the address's numbers. NULL, or what is wrong. */
static const char *try_all(const address *to, uint64_t until_ns, int *out, bool *for_good)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int failed = 0;
    *for_good = false;
    if (to->local.sun_family != 0) {
        failed = try_one((const struct sockaddr *)&to->local, sizeof to->local, until_ns, out);
        return failed != 0 ? strerror(failed) : NULL;
    }
    const int unknown = getaddrinfo(to->host, to->port, &hints, &found);
    if (unknown != 0) {
        *for_good = unknown != EAI_AGAIN;
        return unknown == EAI_SYSTEM ? strerror(errno) : gai_strerror(unknown);
    }
    for (const struct addrinfo *one = found; one != NULL; one = one->ai_next) {
        failed = try_one(one->ai_addr, one->ai_addrlen, until_ns, out);
        if (failed == 0) {
            break;
        }
    }
    freeaddrinfo(found);
    return failed != 0 ? strerror(failed) : NULL;
}

chore_status chore_child_connect(const char *text, uint64_t until_ns, int *fd, chore_error *err)
{
    address to;
    const uint64_t begin = chore_now_ns();
    const char *why;
    bool for_good = false;
    const chore_status status = parse(text, &to, err);
    if (status != CHORE_OK) {
        return status;
    }
    while ((why = try_all(&to, until_ns, fd, &for_good)) != NULL) {
        if (for_good || chore_now_ns() + (uint64_t)TRY_AGAIN_MS * 1000000 >= until_ns) {
            chore_fail(err, CHORE_E_POLICY_LOAD, "no connection to the policy at %s: %s (tried for %.0f s)", text, why,
                       (double)(chore_now_ns() - begin) * 1e-9);
            chore_error_hint(err, "does it run there? In Python: chorebench.serve_policy(MyPolicy, PORT)");
            return CHORE_E_POLICY_LOAD;
        }
        poll(NULL, 0, TRY_AGAIN_MS);
    }
    return CHORE_OK;
}
