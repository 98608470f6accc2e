/* TCP with a limit of time, which ends early when the host wants the call to end. */
#ifndef OPENPI_NET_H
#define OPENPI_NET_H
#include <chore/policy.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* Until when to wait. */
typedef struct net_patience {
    uint64_t until_ms; /* of net_now_ms */
    const chore_policy_host_table *host;
} net_patience;

typedef enum net_result {
    NET_OK,
    NET_LATE,      /* the time is over */
    NET_CANCELLED, /* the host asked for an end */
    NET_CLOSED,    /* the other side closed the connection */
    NET_REFUSED,   /* nobody listens there */
    NET_FORBIDDEN, /* the policy was not allowed the network */
    NET_FAILED     /* errno says why; of net_connect also: the name is not known */
} net_result;

uint64_t net_now_ms(void); /* monotonic */
net_patience net_for(const chore_policy_host_table *host, double seconds);

/* A connected socket in *fd. When it fails, *why (cap bytes) says in which way. Looking up a
   name is not cut short by `patience`. */
net_result net_connect(int *fd, const char *host, uint16_t port, net_patience patience, char *why,
                       size_t cap);
/* All of `parts`, which are used up. */
net_result net_send(int fd, struct iovec *parts, int n, net_patience patience);
/* One byte at least; *got: how many. */
net_result net_receive(int fd, void *data, size_t cap, size_t *got, net_patience patience);
/* Something came, or the end of it. Does not wait. */
bool net_is_readable(int fd);
#endif
