#include <chore/serve.h>

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <chore/policy_frames.h>

enum { INFO = 'I', SAY = 'W' }; /* letters that policies do not know */

/* What stands in front of the batch in an answer. */
typedef struct standing {
    double progress;
    uint32_t outcome, clamped;
    chore_hash state;
} standing;

typedef struct server {
    chore_rig *rig;
    chore_episode *episode;
    int read_fd, write_fd;
    unsigned char *data; /* [cap] what came last, without its head */
    size_t len, cap;
    chore_frame frame;
    chore_frames_request *request;
    uint64_t *sent; /* [n_fields] versions of texts */
    uint32_t dim;
    bool begun; /* an episode has */
} server;

/* ---- bytes ---------------------------------------------------------------------------------------------------------- */

/* False at the end of what comes, or with err. */
static bool read_full(server *s, void *out, size_t n, chore_error *err)
{
    for (size_t done = 0; done < n;) {
        const ssize_t got = read(s->read_fd, (char *)out + done, n - done);
        if (got == 0) {
            return false;
        }
        if (got < 0 && errno != EINTR) {
            chore_fail(err, CHORE_E_IO, "cannot read from the program: %s", strerror(errno));
            return false;
        }
        done += got > 0 ? (size_t)got : 0;
    }
    return true;
}

/* The next frame's letter; 0 at the end, or with err. */
static char hear(server *s, chore_error *err)
{
    unsigned char head[CHORE_FRAME_HEAD];
    uint32_t len;
    char letter;
    if (!read_full(s, head, sizeof head, err)) {
        return 0;
    }
    if (!chore_frame_head(head, &len, &letter)) {
        chore_fail(err, CHORE_E_USAGE, "what comes is no frame of the protocol");
        chore_error_hint(err, "serve is spoken to by programs: see policy_iface/python/README.md");
        return 0;
    }
    if (len + 1 > s->cap) {
        free(s->data);
        s->cap = (size_t)len + 1;
        s->data = malloc(s->cap);
        CHORE_ASSERT(s->data);
    }
    s->len = len;
    return read_full(s, s->data, len, err) ? letter : 0;
}

static chore_status tell(server *s, chore_error *err)
{
    if (!chore_frame_end(&s->frame)) {
        return chore_fail(err, CHORE_E_MEMORY, "an answer is too large");
    }
    for (size_t done = 0; done < s->frame.len;) {
        const ssize_t n = write(s->write_fd, s->frame.data + done, s->frame.len - done);
        if (n < 0 && errno == EPIPE) {
            return CHORE_E_INTERRUPTED; /* the program is gone */
        }
        if (n < 0 && errno != EINTR) {
            return chore_fail(err, CHORE_E_IO, "cannot write to the program: %s", strerror(errno));
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return CHORE_OK;
}

static chore_status tell_text(server *s, char letter, const char *text, chore_error *err)
{
    chore_frame_begin(&s->frame, letter);
    chore_frame_put_text(&s->frame, text);
    return tell(s, err);
}

/* ---- answers -------------------------------------------------------------------------------------------------------- */

static chore_status tell_state(server *s, chore_error *err)
{
    const standing now = {.progress = chore_episode_progress(s->episode),
                          .outcome = chore_episode_outcome(s->episode),
                          .clamped = (uint32_t)chore_episode_clamped(s->episode),
                          .state = chore_episode_hash(s->episode)};
    chore_error no = {0};
    const chore_policy_batch *seen = chore_rig_observe(s->rig);
    if (chore_rig_failure(s->rig, &no) != CHORE_OK) {
        return tell_text(s, CHORE_FRAME_ERROR, no.message, err);
    }
    chore_frame_begin(&s->frame, CHORE_FRAME_SEE);
    chore_frame_put(&s->frame, &now, sizeof now);
    chore_frames_put_batch(&s->frame, seen, chore_frames_request_get(s->request), s->dim, s->sent, 1);
    return tell(s, err);
}

static json_t *literals_json(const chore_episode *episode)
{
    json_t *list = json_array();
    for (int i = 0; i < chore_episode_n_literals(episode); i++) {
        const chore_literal l = chore_episode_literal(episode, i);
        json_array_append_new(
            list, json_pack("{s:s, s:b, s:i}", "text", l.text, "holds", l.holds, "event", l.event));
    }
    return list;
}

static json_t *stages_json(const chore_episode *episode)
{
    json_t *list = json_array();
    for (int i = 0; i < chore_episode_n_stages(episode); i++) {
        const chore_stage_state stage = chore_episode_stage(episode, i);
        json_array_append_new(list, json_pack("{s:s, s:f, s:I}", "name", stage.name, "weight",
                                              stage.weight, "reached_step",
                                              (json_int_t)stage.reached_step));
    }
    return list;
}

static json_t *events_json(const chore_episode *episode)
{
    json_t *list = json_array();
    for (int i = 0; i < chore_episode_n_events(episode); i++) {
        const chore_event_state e = chore_episode_event(episode, i);
        json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:I, s:b, s:b, s:s}", "name", e.name,
                                              "fired_step", (json_int_t)e.fired_step,
                                              "noticed_step", (json_int_t)e.noticed_step,
                                              "handled_step", (json_int_t)e.handled_step, "handled",
                                              e.handled, "in_time", e.in_time, "detail", e.detail));
    }
    return list;
}

static chore_status tell_info(server *s, chore_error *err)
{
    const chore_episode *e = s->episode;
    const chore_report_state said = chore_episode_reported(e);
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:f, s:o, s:o, s:o, s:{s:s, s:s, s:I}}", "instruction", chore_episode_instruction(e),
        "outcome", chore_outcome_name(chore_episode_outcome(e)), "reason", chore_episode_reason(e),
        "progress", chore_episode_progress(e), "literals", literals_json(e), "stages",
        stages_json(e), "events", events_json(e), "report", "word", chore_said_name(said.said), "about",
        said.about, "step", (json_int_t)said.step);
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    const chore_status status =
        tell_text(s, text ? INFO : CHORE_FRAME_ERROR, text ? text : "no info", err);
    free(text);
    return status;
}

/* What the offer's "config" holds here: facts of the task, as JSON. */
static char *task_json(const server *s)
{
    const chore_task *task = chore_rig_task(s->rig);
    const double hz = chore_task_control_hz(task);
    json_t *outcomes = json_array();
    for (int i = 0; i < CHORE_OUTCOME_COUNT; i++) {
        json_array_append_new(outcomes, json_string(chore_outcome_name((chore_outcome)i)));
    }
    json_t *json =
        json_pack("{s:s, s:s, s:i, s:f, s:f, s:o}", "chorebench", CHORE_VERSION, "task",
                  chore_task_name(task), "version", chore_task_version(task), "horizon_s",
                  chore_task_horizon_s(task), "control_hz", hz, "outcomes", outcomes);
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    CHORE_ASSERT(text);
    return text;
}

/* ---- questions ------------------------------------------------------------------------------------------------------ */

static chore_status refuse(server *s, const char *why, chore_error *err)
{
    return tell_text(s, CHORE_FRAME_ERROR, why, err);
}

static chore_status take_request(server *s, chore_error *err)
{
    char why[300];
    chore_error no = {0};
    const chore_policy_offer *offer = chore_rig_offer(s->rig);
    chore_frames_request_free(s->request);
    free(s->sent);
    s->sent = NULL;
    s->begun = false;
    if (!chore_frames_request_read(&s->request, (const char *)s->data, s->len, offer, why,
                                   sizeof why)) {
        return refuse(s, why, err);
    }
    const chore_policy_request *request = chore_frames_request_get(s->request);
    if (chore_policy_compare("environment", ~(uint64_t)0, offer, request, &no) != CHORE_OK ||
        chore_rig_accept(s->rig, request, &no) != CHORE_OK) {
        chore_frames_request_free(s->request);
        s->request = NULL;
        return refuse(s, no.message, err);
    }
    s->dim = chore_rig_action_dim(s->rig);
    s->sent = calloc((size_t)request->n_fields + 1, sizeof *s->sent);
    CHORE_ASSERT(s->sent);
    return tell_text(s, CHORE_FRAME_DONE, "", err);
}

/* {"seed": "12", "variant": "disturbed"} */
static chore_status begin(server *s, chore_error *err)
{
    const char *seed, *name;
    char *end;
    chore_error no = {0};
    json_t *json = json_loadb((const char *)s->data, s->len, 0, NULL);
    if (!s->request || json_unpack(json, "{s:s, s:s}", "seed", &seed, "variant", &name) != 0) {
        json_decref(json);
        return refuse(s,
                      s->request ? "an episode has a \"seed\" and a \"variant\", both texts"
                                 : "there was no request",
                      err);
    }
    errno = 0;
    const uint64_t number = strtoull(seed, &end, 10);
    const bool control = strcmp(name, chore_variant_name(CHORE_CONTROL)) == 0;
    const bool good = seed[0] >= '0' && seed[0] <= '9' && *end == 0 && errno == 0 &&
                      (control || strcmp(name, chore_variant_name(CHORE_DISTURBED)) == 0);
    json_decref(json);
    if (!good) {
        return refuse(s, "a seed is a number from 0 to 2^64 - 1, a variant control or disturbed",
                      err);
    }
    s->begun =
        chore_episode_reset(s->episode, number, control ? CHORE_CONTROL : CHORE_DISTURBED, &no) ==
            CHORE_OK &&
        chore_rig_set_mode(s->rig, chore_rig_mode(s->rig), &no) == CHORE_OK;
    if (!s->begun) {
        return refuse(s, no.message, err);
    }
    memset(s->sent, 0, chore_frames_request_get(s->request)->n_fields * sizeof *s->sent);
    return tell_state(s, err);
}

static chore_status step(server *s, chore_error *err)
{
    char why[120];
    if (!s->begun) {
        return refuse(s, "no episode has begun", err);
    }
    if (s->len != s->dim * sizeof(float)) {
        snprintf(why, sizeof why, "an action has %" PRIu32 " values of 4 bytes, not %zu bytes",
                 s->dim, s->len);
        return refuse(s, why, err);
    }
    const float *action = chore_rig_native_action(s->rig, 0, (const float *)(const void *)s->data);
    (void)chore_episode_step(s->episode, action, NULL); /* errors are the outcome */
    return tell_state(s, err);
}

/* {"word": "cannot", "about": "coffee machine"} */
static chore_status say(server *s, chore_error *err)
{
    const char *word, *about;
    chore_said said;
    json_t *json = json_loadb((const char *)s->data, s->len, 0, NULL);
    const bool good = json_unpack(json, "{s:s, s:s}", "word", &word, "about", &about) == 0 &&
                      chore_said_find(word, &said);
    if (good && s->begun) {
        (void)chore_episode_report(s->episode, said, about);
    }
    json_decref(json);
    return !good      ? refuse(s, "a report has a \"word\", none, done, cannot or help, and an \"about\"", err)
           : s->begun ? tell_text(s, CHORE_FRAME_DONE, "", err)
                      : refuse(s, "no episode has begun", err);
}

static chore_status answer(server *s, char letter, chore_error *err)
{
    switch (letter) {
    case CHORE_FRAME_REQUEST: return take_request(s, err);
    case CHORE_FRAME_EPISODE: return begin(s, err);
    case CHORE_FRAME_ACT: return step(s, err);
    case SAY: return say(s, err);
    case INFO: return s->begun ? tell_info(s, err) : refuse(s, "no episode has begun", err);
    default: return refuse(s, "this letter is not known", err);
    }
}

chore_status chore_serve(chore_rig *rig, int read_fd, int write_fd, chore_error *err)
{
    server s = {
        .rig = rig, .episode = chore_rig_episode(rig), .read_fd = read_fd, .write_fd = write_fd};
    chore_error own = {0};
    char letter, *config = task_json(&s), *offer = chore_frames_offer(chore_rig_offer(rig), config);
    CHORE_ASSERT(offer);
    chore_status status = tell_text(&s, CHORE_FRAME_OFFER, offer, &own);
    free(offer);
    free(config);
    while (status == CHORE_OK && (letter = hear(&s, &own)) != 0 && letter != CHORE_FRAME_QUIT) {
        status = answer(&s, letter, &own);
    }
    status = status == CHORE_E_INTERRUPTED ? CHORE_OK : status == CHORE_OK ? own.status : status;
    chore_frame_release(&s.frame);
    chore_frames_request_free(s.request);
    free(s.sent);
    free(s.data);
    if (err) {
        *err = own;
    }
    return status;
}
