#include "net.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_EVERY_MS = 50 }; /* whether the host wants an end */

uint64_t net_now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

net_patience net_for(const chore_policy_host_table *host, double seconds)
{
    return (net_patience){.until_ms = net_now_ms() + (uint64_t)(seconds * 1000), .host = host};
}

/* Until the socket is ready for one of `events`. */
static net_result wait_for(int fd, short events, net_patience patience)
{
    for (;;) {
        const uint64_t now = net_now_ms();
        const uint64_t left = patience.until_ms > now ? patience.until_ms - now : 0;
        struct pollfd one = {.fd = fd, .events = events};
        const int n = poll(&one, 1, (int)(left < LOOK_EVERY_MS ? left : LOOK_EVERY_MS));
        if (n > 0) {
            return NET_OK;
        }
        if (n < 0 && errno != EINTR) {
            return NET_FAILED;
        }
        if (patience.host->cancelled(patience.host->ctx)) {
            return NET_CANCELLED;
        }
        if (left == 0) {
            return NET_LATE;
        }
    }
}

/* What errno says of a socket or a connection that was refused. Landlock and seccomp answer so. */
static net_result because(int number)
{
    errno = number;
    return number == EPERM || number == EACCES ? NET_FORBIDDEN
           : number == ECONNREFUSED            ? NET_REFUSED
                                               : NET_FAILED;
}

static net_result connect_to(int *out, const struct addrinfo *to, net_patience patience)
{
    const int yes = 1;
    const int fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return because(errno);
    }
    net_result result = NET_OK;
    if (connect(fd, to->ai_addr, to->ai_addrlen) != 0) {
        int number = errno;
        socklen_t size = sizeof number;
        if (number != EINPROGRESS) {
            result = because(number);
        } else if ((result = wait_for(fd, POLLOUT, patience)) == NET_OK) {
            (void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &size);
            result = number == 0 ? NET_OK : because(number);
        }
    }
    if (result != NET_OK) {
        const int number = errno;
        close(fd);
        errno = number;
        return result;
    }
    /* a request is waited for: it goes at once */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    *out = fd;
    return NET_OK;
}

net_result net_connect(int *fd, const char *host, uint16_t port, net_patience patience, char *why,
                       size_t cap)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    char service[8];
    /* before the name is looked up: without sockets none is found */
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0 && because(errno) == NET_FORBIDDEN) {
        (void)snprintf(why, cap, "it may not use the network");
        return NET_FORBIDDEN;
    }
    if (probe >= 0) {
        close(probe);
    }
    (void)snprintf(service, sizeof service, "%u", (unsigned)port);
    const int known = getaddrinfo(host, service, &hints, &found);
    if (known != 0) {
        (void)snprintf(why, cap, "%s", known == EAI_SYSTEM ? strerror(errno) : gai_strerror(known));
        return NET_FAILED;
    }
    net_result result = NET_FAILED;
    for (const struct addrinfo *to = found;
         to != NULL && result != NET_OK && result != NET_CANCELLED; to = to->ai_next) {
        result = connect_to(fd, to, patience);
    }
    (void)snprintf(why, cap, "%s",
                   result == NET_LATE        ? "no answer"
                   : result == NET_CANCELLED ? "the host asked for an end"
                   : result == NET_FORBIDDEN ? "it may not use the network"
                                             : strerror(errno));
    freeaddrinfo(found);
    return result;
}

/* Leaves out the first `sent` bytes. */
static void advance(struct iovec **parts, int *n, size_t sent)
{
    while (*n > 0 && sent >= (*parts)->iov_len) {
        sent -= (*parts)->iov_len;
        ++*parts, --*n;
    }
    if (*n > 0) {
        (*parts)->iov_base = (char *)(*parts)->iov_base + sent;
        (*parts)->iov_len -= sent;
    }
}

net_result net_send(int fd, struct iovec *parts, int n, net_patience patience)
{
    advance(&parts, &n, 0); /* without what is empty at the beginning */
    while (n > 0) {
        const struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)n};
        const ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
        if (sent >= 0) {
            advance(&parts, &n, (size_t)sent);
        } else if (errno == EAGAIN) {
            const net_result result = wait_for(fd, POLLOUT, patience);
            if (result != NET_OK) {
                return result;
            }
        } else if (errno != EINTR) {
            return errno == EPIPE || errno == ECONNRESET ? NET_CLOSED : NET_FAILED;
        }
    }
    return NET_OK;
}

net_result net_receive(int fd, void *data, size_t cap, size_t *got, net_patience patience)
{
    for (;;) {
        const ssize_t n = recv(fd, data, cap, 0);
        if (n > 0) {
            *got = (size_t)n;
            return NET_OK;
        }
        if (n == 0 || errno == ECONNRESET) {
            return NET_CLOSED;
        }
        if (errno == EAGAIN) {
            const net_result result = wait_for(fd, POLLIN, patience);
            if (result != NET_OK) {
                return result;
            }
        } else if (errno != EINTR) {
            return NET_FAILED;
        }
    }
}

bool net_is_readable(int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};
    return poll(&one, 1, 0) > 0;
}
