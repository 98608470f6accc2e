/* Streams and actions. The observation memory is ours to write and the child's to read: a seal keeps it from ever being
   mapped writable again. The action memory is the child's; what it holds is copied out before it is looked at. */
#include "host_child_internal.h"
#include <chore/text.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

/* Anonymous memory of that size, mapped writable here. `more_seals` hold for every later mapping. Returns its
   descriptor, or -1. */
static int make_memory(const char *name, size_t bytes, int more_seals, unsigned char **mapped)
{
    const int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0) {
        return -1;
    }
    if (ftruncate(fd, (off_t)bytes) == 0) {
        void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (at != MAP_FAILED) {
            if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | more_seals) == 0 &&
                fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL) == 0) {
                *mapped = at;
                return fd;
            }
            munmap(at, bytes);
        }
    }
    close(fd);
    return -1;
}

static bool send_descriptors(int socket, const int fds[2])
{
    char byte = 'm';
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(2 * sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.room,
                             .msg_controllen = sizeof control.room};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(2 * sizeof(int));
    memcpy(CMSG_DATA(head), fds, 2 * sizeof(int));
    return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

static bool tell_memory(chore_host_child *child, const int fds[2])
{
    int32_t answer;
    if (!send_descriptors(child->socket, fds)) {
        chore_child_bury(child, "takes no descriptors any more and was stopped");
        return false;
    }
    chore_wire out = chore_child_out(child);
    chore_wire_put_u32(&out, child->n_slots);
    chore_wire_put_u32(&out, child->delay_max);
    const chore_policy_request accepted = child->host->request;
    chore_wire_put_request(&out, &accepted);
    if (!chore_child_call(child, CHORE_WORD_MEMORY, &out, child->call_s, &answer, NULL)) {
        return false;
    }
    if (answer != CHORE_POLICY_OK) {
        chore_child_bury(child, "cannot map its streams");
        return false;
    }
    return true;
}

bool chore_child_prepare(chore_host_child *child)
{
    if (child->observed != NULL) {
        return true;
    }
    if (child->pid == 0) {
        return false;
    }
    int fds[2] = {-1, -1};
    if (chore_line_layout_make(&child->layout, &child->host->request, child->n_slots, child->delay_max)) {
        fds[0] = make_memory("chore-observed", child->layout.observed, F_SEAL_FUTURE_WRITE, &child->observed);
        fds[1] = make_memory("chore-acted", child->layout.acted, 0, &child->acted);
        child->told = calloc((size_t)child->layout.n_fields * child->n_slots + 1, sizeof *child->told);
    }
    bool done = fds[0] >= 0 && fds[1] >= 0 && child->told != NULL;
    if (done) {
        done = tell_memory(child, fds);
    } else {
        chore_child_bury(child, "could not be given memory for its streams");
    }
    for (int i = 0; i < 2; i++) {
        if (fds[i] >= 0) {
            close(fds[i]);
        }
    }
    if (!done) {
        chore_child_forget_memory(child);
    }
    return done;
}

void chore_child_forget_memory(chore_host_child *child)
{
    if (child->observed != NULL) {
        munmap(child->observed, child->layout.observed);
    }
    if (child->acted != NULL) {
        munmap(child->acted, child->layout.acted);
    }
    free(child->told);
    chore_line_layout_free(&child->layout);
    child->observed = child->acted = NULL;
    child->told = NULL;
}

void chore_child_forget_slot(chore_host_child *child, uint32_t slot)
{
    for (uint32_t f = 0; child->told != NULL && slot < child->n_slots && f < child->layout.n_fields; f++) {
        child->told[(size_t)f * child->n_slots + slot] = 0;
    }
}

/* ---- a call ------------------------------------------------------------------------------------------------ */

/* One slot's share of a stream. A text only when it changed, and no further than its end. */
static void put_stream(chore_host_child *child, const chore_policy_batch *batch, uint32_t f, uint32_t k)
{
    const chore_line_layout *at = &child->layout;
    const uint32_t slot = batch->slot[k];
    const char *from = (const char *)batch->stream[f] + (size_t)slot * (size_t)batch->stride[f];
    unsigned char *to = child->observed + at->stream[f] + (size_t)slot * at->bytes[f];
    const uint64_t *versions = batch->version != NULL ? batch->version[f] : NULL;
    if (versions == NULL) {
        memcpy(to, from, at->bytes[f]);
        return;
    }
    uint64_t *told = &child->told[(size_t)f * child->n_slots + slot];
    if (*told != versions[slot] || *told == 0) {
        const size_t len = strnlen(from, at->bytes[f] - 1);
        memcpy(to, from, len);
        to[len] = '\0';
        *told = versions[slot];
    }
    memcpy(child->observed + at->version + ((size_t)f * child->n_slots + slot) * sizeof *versions,
           &versions[slot], sizeof *versions);
}

void chore_child_put_batch(chore_host_child *child, const chore_policy_batch *batch)
{
    const chore_line_layout *at = &child->layout;
    const uint32_t n = batch->n;
    const bool delayed = batch->committed != NULL && batch->delay != NULL && batch->delay_max <= at->delay_max;
    const chore_line_call head = {
        .n = n, .delay_max = delayed ? batch->delay_max : 0, .deadline_ns = batch->deadline_ns};
    memcpy(child->observed + at->head, &head, sizeof head);
    memcpy(child->observed + at->slot, batch->slot, n * sizeof *batch->slot);
    memcpy(child->observed + at->step, batch->step, n * sizeof *batch->step);
    memcpy(child->observed + at->sim_time, batch->sim_time, n * sizeof *batch->sim_time);
    memcpy(child->observed + at->flags, batch->flags, n * sizeof *batch->flags);
    if (delayed) {
        memcpy(child->observed + at->delay, batch->delay, n * sizeof *batch->delay);
        memcpy(child->observed + at->committed, batch->committed,
               (size_t)n * batch->delay_max * at->dim * sizeof(float));
    }
    for (uint32_t f = 0; f < at->n_fields; f++) {
        const uint32_t present =
            batch->stream[f] == NULL ? 0 : batch->version != NULL && batch->version[f] != NULL ? 2 : 1;
        memcpy(child->observed + at->present + f * sizeof present, &present, sizeof present);
        for (uint32_t k = 0; present != 0 && k < n; k++) {
            put_stream(child, batch, f, k);
        }
    }
}

void chore_child_put_actions(chore_host_child *child, uint32_t n, const chore_policy_actions *actions)
{
    const chore_line_layout *at = &child->layout;
    memcpy(child->acted + at->data, actions->data, (size_t)n * at->horizon * at->dim * sizeof(float));
    memcpy(child->acted + at->valid, actions->valid, n * sizeof *actions->valid);
    memcpy(child->acted + at->status, actions->status, n * sizeof *actions->status);
    memset(child->acted + at->report, 0, n * sizeof *actions->report);
    memset(child->acted + at->about, 0, (size_t)n * CHORE_POLICY_ABOUT_CAP);
}

void chore_child_get_actions(const chore_host_child *child, uint32_t n, chore_policy_actions *actions)
{
    const chore_line_layout *at = &child->layout;
    memcpy(actions->data, child->acted + at->data, (size_t)n * at->horizon * at->dim * sizeof(float));
    memcpy(actions->valid, child->acted + at->valid, n * sizeof *actions->valid);
    memcpy(actions->status, child->acted + at->status, n * sizeof *actions->status);
    if (actions->report != NULL && actions->about != NULL) {
        memcpy(actions->report, child->acted + at->report, n * sizeof *actions->report);
        memcpy(actions->about, child->acted + at->about, (size_t)n * CHORE_POLICY_ABOUT_CAP);
    }
}
