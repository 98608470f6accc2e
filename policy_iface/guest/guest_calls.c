/* The calls of the harness, one function each. The harness checks every answer; here nothing is checked but what would
   keep the call from being made. */
#include "guest_internal.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* The status of a plug-in's function, with last_error's words where it is not plainly good. */
static int32_t answer_with(chore_guest *guest, int32_t status, bool words_wanted, chore_wire *out)
{
    if (status == CHORE_POLICY_OK && !words_wanted) {
        return status;
    }
    fenv_t mine;
    char clean[384];
    chore_host_enter(&mine);
    const char *words = guest->file.plugin.last_error(guest->instance);
    chore_host_leave(&mine);
    chore_host_clean_text(clean, sizeof clean, words);
    chore_wire_put_text(out, clean);
    return status;
}

static int32_t refuse(chore_wire *out, const char *words)
{
    chore_wire_put_text(out, words);
    return CHORE_POLICY_ERROR;
}

/* ---- life ---------------------------------------------------------------------------------------------- */

static void get_paths(chore_wire *in, uint32_t *n, const char *paths[CHORE_POLICY_ALLOW_PATHS])
{
    *n = chore_wire_get_u32(in);
    *n = *n > CHORE_POLICY_ALLOW_PATHS ? CHORE_POLICY_ALLOW_PATHS : *n;
    for (uint32_t i = 0; i < *n; i++) {
        paths[i] = chore_wire_get_text(in);
    }
}

static int32_t call_start(chore_guest *guest, chore_wire *in, chore_wire *out)
{
    chore_confinement c = {0};
    const uint32_t flags = chore_wire_get_u32(in);
    c.net = flags & 1, c.processes = flags & 2, c.gpu = flags & 4, c.files = flags & 8, c.jailed = flags & 16;
    c.memory_bytes = chore_wire_get_u64(in);
    c.parent = chore_wire_get_u32(in);
    c.plugin = chore_wire_get_text(in);
    get_paths(in, &c.n_read, c.read);
    get_paths(in, &c.n_write, c.write);
    const char *address = chore_wire_get_text(in);
    guest->address = address != NULL ? strdup(address) : NULL;
    guest->connection = (chore_ext_connection){
        .struct_size = sizeof guest->connection, .fd = CHORE_LINE_FD_PEER, .address = guest->address};
    if (send(CHORE_LINE_FD_SOCKET, "p", 1, MSG_NOSIGNAL | MSG_DONTWAIT) != 1) { /* the kernel adds our number */
        return refuse(out, "it cannot say who it is");
    }
    if (in->bad || !chore_confine(&c)) {
        return refuse(out, "it was told nothing that it understands");
    }
    chore_wire_put_text(out, "");
    chore_wire_put_text(out, chore_text_get(&c.held));
    chore_wire_put_text(out, chore_text_get(&c.missing));
    chore_text_release(&c.held);
    chore_text_release(&c.missing);
    return CHORE_POLICY_OK;
}

static int32_t call_open(chore_guest *guest, chore_wire *in, chore_wire *out)
{
    chore_error err = {0};
    const char *path = chore_wire_get_text(in);
    chore_copy(guest->file.info.path, sizeof guest->file.info.path, path != NULL ? path : "");
    if (chore_host_open_file(&guest->file, &err) != CHORE_OK) {
        const bool barred = strstr(err.message, "Permission denied") != NULL && err.hint[0] == '\0';
        chore_wire_put_text(out, err.message);
        chore_wire_put_text(out, barred ? "a policy may read the system's libraries and its own file; what else it "
                                          "needs is named with --allow read=PATH"
                                        : err.hint);
        return CHORE_POLICY_ERROR;
    }
    const chore_policy_info *info = &guest->file.info;
    const chore_plugin *plugin = &guest->file.plugin;
    chore_wire_put_text(out, "");
    chore_wire_put_text(out, info->name);
    chore_wire_put_text(out, info->version);
    chore_wire_put_text(out, info->licence);
    chore_wire_put_u32(out, info->abi_major);
    chore_wire_put_u32(out, info->abi_minor);
    chore_wire_put_u64(out, info->caps);
    chore_wire_put_u32(out, (plugin->observe != NULL ? 1u : 0) | (plugin->feedback != NULL ? 2u : 0) |
                                (plugin->save != NULL ? 4u : 0) | (plugin->load != NULL ? 8u : 0) |
                                (plugin->learn != NULL ? 16u : 0));
    return CHORE_POLICY_OK;
}

static int32_t call_create(chore_guest *guest, chore_wire *in, chore_wire *out)
{
    static char config[CHORE_LINE_PAYLOAD]; /* the instance may keep the pointer for the call only, as promised */
    char words[256] = "", clean[256];
    const char *given = chore_wire_get_text(in);
    chore_copy(config, sizeof config, given != NULL ? given : "");
    fenv_t mine;
    chore_host_enter(&mine);
    guest->instance = guest->file.plugin.create(&guest->table, config, words, (uint32_t)sizeof words);
    chore_host_leave(&mine);
    words[sizeof words - 1] = '\0';
    chore_host_clean_text(clean, sizeof clean, words);
    if (guest->instance != NULL) {
        chore_guest_cancellable(guest, true);
    }
    return guest->instance != NULL ? CHORE_POLICY_OK : refuse(out, clean);
}

static int32_t call_destroy(chore_guest *guest)
{
    if (guest->instance != NULL) {
        fenv_t mine;
        chore_guest_cancellable(guest, false);
        chore_host_enter(&mine);
        guest->file.plugin.destroy(guest->instance);
        chore_host_leave(&mine);
        guest->instance = NULL;
    }
    return CHORE_POLICY_OK;
}

/* ---- negotiation --------------------------------------------------------------------------------------- */

/* The rest of a message, in memory that lasts. */
static bool keep(void **bytes, const chore_wire *in, chore_wire *copy)
{
    const size_t len = in->cap - in->at;
    free(*bytes);
    *bytes = malloc(len + 8);
    if (*bytes == NULL) {
        return false;
    }
    memcpy(*bytes, in->data + in->at, len);
    *copy = (chore_wire){.data = *bytes, .cap = len};
    return true;
}

static int32_t call_negotiate(chore_guest *guest, chore_wire *in, chore_wire *out)
{
    chore_wire copy;
    chore_policy_offer offer;
    chore_policy_request request = {.struct_size = sizeof request};
    free(guest->offer_memory);
    guest->offer_memory = NULL;
    if (!keep(&guest->offer_bytes, in, &copy)) {
        return refuse(out, "no memory for the offer");
    }
    chore_wire_get_offer(&copy, &offer, &guest->offer_memory);
    if (copy.bad) {
        return refuse(out, "the offer is garbled");
    }
    if (guest->recorded.ctx != NULL) { /* the harness may hold another recording by now */
        (void)guest->table.extension(guest, CHORE_EXT_RECORDED_ACTIONS);
        *out = chore_guest_out(guest);
    }
    fenv_t mine;
    chore_host_enter(&mine);
    const int32_t status = guest->file.plugin.negotiate(guest->instance, &offer, &request);
    chore_host_leave(&mine);
    if (status < 0) {
        return answer_with(guest, status, true, out);
    }
    answer_with(guest, status, true, out);
    chore_wire_put_request(out, &request);
    return status;
}

static bool take_descriptors(int fds[2])
{
    char byte;
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(2 * sizeof(int))];
    } control;
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.room,
                             .msg_controllen = sizeof control.room};
    if (recvmsg(CHORE_LINE_FD_SOCKET, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != 1) {
        return false;
    }
    const struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    if (head == NULL || head->cmsg_type != SCM_RIGHTS || head->cmsg_len != CMSG_LEN(2 * sizeof(int))) {
        return false;
    }
    memcpy(fds, CMSG_DATA(head), 2 * sizeof(int));
    return true;
}

static void unmap(chore_guest *guest)
{
    if (guest->observed != NULL) {
        munmap((void *)(uintptr_t)guest->observed, guest->layout.observed);
    }
    if (guest->acted != NULL) {
        munmap(guest->acted, guest->layout.acted);
    }
    guest->observed = guest->acted = NULL;
    free(guest->stream);
    free(guest->version);
    free(guest->stride);
    guest->stream = NULL;
    guest->version = NULL;
    guest->stride = NULL;
    chore_line_layout_free(&guest->layout);
    free(guest->request_memory);
    guest->request_memory = NULL;
}

static int32_t call_memory(chore_guest *guest, chore_wire *in, chore_wire *out)
{
    int fds[2];
    chore_wire copy;
    unmap(guest);
    const uint32_t n_slots = chore_wire_get_u32(in), delay_max = chore_wire_get_u32(in);
    if (!take_descriptors(fds)) {
        return refuse(out, "there are no descriptors");
    }
    if (keep(&guest->request_bytes, in, &copy)) {
        chore_wire_get_request(&copy, &guest->request, &guest->request_memory);
        if (!copy.bad && chore_line_layout_make(&guest->layout, &guest->request, n_slots, delay_max)) {
            void *seen = mmap(NULL, guest->layout.observed, PROT_READ, MAP_SHARED, fds[0], 0);
            void *done = mmap(NULL, guest->layout.acted, PROT_READ | PROT_WRITE, MAP_SHARED, fds[1], 0);
            guest->observed = seen != MAP_FAILED ? seen : NULL;
            guest->acted = done != MAP_FAILED ? done : NULL;
            guest->stream = calloc((size_t)guest->layout.n_fields + 1, sizeof *guest->stream);
            guest->version = calloc((size_t)guest->layout.n_fields + 1, sizeof *guest->version);
            guest->stride = calloc((size_t)guest->layout.n_fields + 1, sizeof *guest->stride);
        }
    }
    close(fds[0]);
    close(fds[1]);
    const bool done = guest->observed != NULL && guest->acted != NULL && guest->stream != NULL &&
                      guest->version != NULL && guest->stride != NULL;
    return done ? CHORE_POLICY_OK : refuse(out, "its streams cannot be mapped");
}

/* ---- episodes ------------------------------------------------------------------------------------------ */

static int32_t call_reset(chore_guest *guest, chore_wire *in, chore_wire *out)
{
    const uint32_t n = chore_wire_get_u32(in);
    chore_policy_episode *episodes = calloc((size_t)(in->bad ? 0 : n) + 1, sizeof *episodes);
    if (episodes == NULL) {
        return refuse(out, "no memory for the episodes");
    }
    for (uint32_t i = 0; i < n && !in->bad; i++) {
        episodes[i] = (chore_policy_episode){.struct_size = sizeof *episodes, .slot = chore_wire_get_u32(in)};
        episodes[i].id = chore_wire_get_u64(in);
        episodes[i].seed = chore_wire_get_u64(in);
        episodes[i].instruction = chore_wire_get_text(in);
    }
    fenv_t mine;
    chore_host_enter(&mine);
    const int32_t status = guest->file.plugin.reset(guest->instance, n, episodes);
    chore_host_leave(&mine);
    free(episodes);
    return answer_with(guest, status, false, out);
}

static chore_policy_batch make_batch(chore_guest *guest)
{
    const chore_line_layout *at = &guest->layout;
    const unsigned char *seen = guest->observed;
    chore_line_call head;
    memcpy(&head, seen + at->head, sizeof head);
    for (uint32_t f = 0; f < at->n_fields; f++) {
        uint32_t present;
        memcpy(&present, seen + at->present + f * sizeof present, sizeof present);
        guest->stream[f] = present != 0 ? seen + at->stream[f] : NULL;
        guest->version[f] =
            present == 2 ? (const void *)(seen + at->version + (size_t)f * at->n_slots * sizeof(uint64_t)) : NULL;
        guest->stride[f] = present != 0 ? at->bytes[f] : 0;
    }
    return (chore_policy_batch){
        .struct_size = sizeof(chore_policy_batch),
        .n = head.n,
        .n_fields = at->n_fields,
        .delay_max = head.delay_max,
        .slot = (const void *)(seen + at->slot),
        .step = (const void *)(seen + at->step),
        .sim_time = (const void *)(seen + at->sim_time),
        .flags = (const void *)(seen + at->flags),
        .stream = guest->stream,
        .stride = guest->stride,
        .version = guest->version,
        .committed = head.delay_max > 0 ? (const void *)(seen + at->committed) : NULL,
        .delay = head.delay_max > 0 ? (const void *)(seen + at->delay) : NULL,
        .deadline_ns = head.deadline_ns,
    };
}

static int32_t call_act(chore_guest *guest, chore_wire *out)
{
    const chore_line_layout *at = &guest->layout;
    const chore_policy_batch batch = make_batch(guest);
    chore_policy_actions actions = {.struct_size = sizeof actions,
                                    .horizon = at->horizon,
                                    .dim = at->dim,
                                    .data = (void *)(guest->acted + at->data),
                                    .valid = (void *)(guest->acted + at->valid),
                                    .status = (void *)(guest->acted + at->status),
                                    .report = (void *)(guest->acted + at->report),
                                    .about = (void *)(guest->acted + at->about)};
    fenv_t mine;
    chore_host_enter(&mine);
    const int32_t status = guest->file.plugin.act(guest->instance, &batch, &actions);
    chore_host_leave(&mine);
    bool failed = false;
    for (uint32_t k = 0; k < batch.n; k++) {
        failed = failed || actions.status[k] < 0;
    }
    return answer_with(guest, status, failed, out);
}

static int32_t call_observe(chore_guest *guest, chore_wire *out)
{
    const chore_policy_batch batch = make_batch(guest);
    fenv_t mine;
    chore_host_enter(&mine);
    const int32_t status = guest->file.plugin.observe(guest->instance, &batch);
    chore_host_leave(&mine);
    return answer_with(guest, status, false, out);
}

static int32_t call_feedback(chore_guest *guest, chore_wire *in, chore_wire *out)
{
    const uint32_t n = chore_wire_get_u32(in);
    chore_policy_event *events = calloc((size_t)(in->bad ? 0 : n) + 1, sizeof *events);
    if (events == NULL) {
        return refuse(out, "no memory for the events");
    }
    for (uint32_t i = 0; i < n && !in->bad; i++) {
        uint32_t words[4] = {0};
        const void *bytes = chore_wire_get_bytes(in, sizeof words);
        if (bytes != NULL) {
            memcpy(words, bytes, sizeof words);
        }
        events[i] = (chore_policy_event){.struct_size = sizeof *events,
                                         .kind = words[0],
                                         .slot = words[1],
                                         .n = words[2],
                                         .success = words[3]};
        events[i].id = chore_wire_get_u64(in);
        events[i].step = chore_wire_get_u64(in);
        events[i].value = chore_wire_get_f64(in);
        const uint64_t values = chore_wire_get_u64(in);
        const void *actions = chore_wire_get_bytes(in, (size_t)values * sizeof(float));
        events[i].actions = values > 0 ? actions : NULL;
        events[i].text = chore_wire_get_text(in);
    }
    fenv_t mine;
    chore_host_enter(&mine);
    const int32_t status = guest->file.plugin.feedback(guest->instance, n, events);
    chore_host_leave(&mine);
    free(events);
    return answer_with(guest, status, false, out);
}

static int32_t call_learn(chore_guest *guest, chore_wire *in, chore_wire *out)
{
    char report[384] = "";
    const uint64_t budget_ns = chore_wire_get_u64(in);
    fenv_t mine;
    chore_host_enter(&mine);
    const int32_t status = guest->file.plugin.learn(guest->instance, budget_ns, report, (uint32_t)sizeof report);
    chore_host_leave(&mine);
    report[sizeof report - 1] = '\0';
    answer_with(guest, status, true, out);
    chore_wire_put_text(out, report);
    return status;
}

/* ---- state --------------------------------------------------------------------------------------------- */

static int64_t io_write(void *ctx, void *buf, uint64_t n)
{
    return chore_guest_io(ctx, buf, n, true);
}

static int64_t io_read(void *ctx, void *buf, uint64_t n)
{
    return chore_guest_io(ctx, buf, n, false);
}

static int32_t call_state(chore_guest *guest, bool save, chore_wire *in, chore_wire *out)
{
    const uint32_t scope = chore_wire_get_u32(in), slot = chore_wire_get_u32(in);
    const chore_plugin *plugin = &guest->file.plugin;
    fenv_t mine;
    chore_host_enter(&mine);
    const int32_t status = save ? plugin->save(guest->instance, scope, slot, io_write, guest)
                                : plugin->load(guest->instance, scope, slot, io_read, guest);
    chore_host_leave(&mine);
    return answer_with(guest, status, false, out);
}

int32_t chore_guest_serve(chore_guest *guest, uint32_t word, chore_wire *in, chore_wire *out)
{
    switch (word) {
    case CHORE_WORD_START: return call_start(guest, in, out);
    case CHORE_WORD_OPEN: return call_open(guest, in, out);
    case CHORE_WORD_CREATE: return call_create(guest, in, out);
    case CHORE_WORD_NEGOTIATE: return call_negotiate(guest, in, out);
    case CHORE_WORD_MEMORY: return call_memory(guest, in, out);
    case CHORE_WORD_RESET: return call_reset(guest, in, out);
    case CHORE_WORD_ACT: return call_act(guest, out);
    case CHORE_WORD_OBSERVE: return call_observe(guest, out);
    case CHORE_WORD_FEEDBACK: return call_feedback(guest, in, out);
    case CHORE_WORD_LEARN: return call_learn(guest, in, out);
    case CHORE_WORD_SAVE: return call_state(guest, true, in, out);
    case CHORE_WORD_LOAD: return call_state(guest, false, in, out);
    case CHORE_WORD_DESTROY: return call_destroy(guest);
    default: return refuse(out, "it was told nothing that it understands");
    }
}
