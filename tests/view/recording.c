#include "recording.h"

#include <stdio.h>
#include <stdlib.h>

#include <chore/spoken.h>

static void begin(chore_rig *rig, chore_trace_writer **trace, const char *path, const char *mode)
{
    chore_episode *episode = chore_rig_episode(rig);
    char header[1024], task[CHORE_HASH_HEX_CAP], start[CHORE_HASH_HEX_CAP];
    CHORE_ASSERT(chore_episode_reset(episode, 3, CHORE_CONTROL, NULL) == CHORE_OK);
    CHORE_ASSERT(chore_rig_set_mode(rig, mode, NULL) == CHORE_OK);
    const chore_world *world = chore_episode_world(episode);
    chore_hash_hex(chore_task_hash(chore_rig_task(rig)), task);
    chore_hash_hex(chore_episode_hash(episode), start);
    snprintf(header, sizeof header,
             "{\"task\":\"set_aside\",\"task_hash\":\"%s\",\"initial_state_hash\":\"%s\",\"embodiment\":\"%s\",\"variant\":"
             "\"control\",\"seed\":3,\"mode\":\"%s\",\"control_hz\":%d,\"policy\":\"swing\"}",
             task, start, chore_world_embodiment(world)->name, mode, chore_world_control_hz(world));
    CHORE_ASSERT(chore_trace_create(trace, path, header, chore_world_action_dim(world), NULL) == CHORE_OK);
}

static void keep(chore_trace_writer *trace, const chore_episode *episode)
{
    const size_t len = chore_episode_snapshot_bytes(episode);
    void *snapshot = calloc(1, len);
    CHORE_ASSERT(snapshot);
    chore_episode_snapshot(episode, snapshot);
    CHORE_ASSERT(chore_trace_keyframe(trace, snapshot, len, NULL) == CHORE_OK);
    free(snapshot);
}

static void say(chore_trace_writer *trace, chore_episode *episode)
{
    CHORE_ASSERT(chore_episode_report(episode, CHORE_SAID_HELP, "mug"));
    CHORE_ASSERT(chore_spoken_note(trace, episode, NULL) == CHORE_OK);
}

void recording_make_of(chore_rig *rig, const char *path, const recording_def *def)
{
    chore_trace_writer *trace;
    chore_episode *episode = chore_rig_episode(rig);
    float action[64] = {0};
    begin(rig, &trace, path, def->mode ? def->mode : "joint_pos");
    keep(trace, episode);
    for (int i = 0; i < def->steps; i++) {
        if (i > 0 && i == def->says_at) {
            say(trace, episode);
        }
        chore_world_hold_action(chore_episode_world(episode), action);
        action[0] += i / 20 % 2 ? -0.03f : 0.03f;
        CHORE_ASSERT(chore_episode_step(episode, action, NULL) == CHORE_OK);
        chore_hash after = chore_episode_hash(episode);
        after.lo ^= def->forged && i + 1 >= def->forged;
        CHORE_ASSERT(chore_trace_step(trace, action, after, NULL) == CHORE_OK);
        const char *changes = chore_episode_changes(episode);
        CHORE_ASSERT(!changes || chore_trace_note(trace, changes, NULL) == CHORE_OK);
        if ((i + 1) % def->key_every == 0) {
            keep(trace, episode);
        }
    }
    CHORE_ASSERT(chore_trace_finish(trace, "{\"outcome\":\"timeout\",\"success\":false}", NULL, NULL) == CHORE_OK);
}

void recording_make(chore_rig *rig, const char *path, int steps, int key_every, int forged)
{
    recording_make_of(rig, path, &(recording_def){.steps = steps, .key_every = key_every, .forged = forged});
}
