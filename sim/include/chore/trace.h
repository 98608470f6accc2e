/* Trace: the recording that replays. A file of zstd chunks, each under its CRC-32C, all under one chained hash.
   Written append-only. Layout: sim/trace_format.md. A writer or a reader belongs to one thread at a time. */
#ifndef CHORE_TRACE_H
#define CHORE_TRACE_H
#include <chore/hash.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct chore_trace_writer chore_trace_writer;
typedef struct chore_trace chore_trace;
struct mjModel_;

/* ---- Writing. Storage errors (no space, not writable) come at any call as CHORE_E_IO with the path; every later
   call on that writer fails with the same error. */

/* Open path for writing; a file that is there is replaced. `header_json`: one JSON object (versions, hashes, task,
   seed, variant, mode, action_dim, ...), stored as given. action_dim: floats per step, 0 ... 4096. *out: finish or
   abandon it. On error nothing of it is left at path. */
chore_status chore_trace_create(chore_trace_writer **out, const char *path, const char *header_json, int action_dim,
                                chore_error *err);

/* One control step: the action [action_dim] as given to the world, and the hash of the episode after it. Steps are
   gathered and written 256 at a time; a step allocates nothing. */
chore_status chore_trace_step(chore_trace_writer *trace, const float *action, chore_hash after, chore_error *err);

/* A snapshot of `len` bytes taken after the steps so far (0 steps: the initial state); copied, written at once. */
chore_status chore_trace_keyframe(chore_trace_writer *trace, const void *snapshot, size_t len, chore_error *err);

/* Control steps between two key frames of a recording, 1 at least: 5 s, fewer where a step costs much to make again, so that to seek costs
   about the same with cloth as without. Decided by the model alone. */
uint64_t chore_trace_keyframe_every(const struct mjModel_ *model, int control_hz);

/* A line of JSON about this moment (predicate change, event, policy call, ...); copied, kept with the number of steps
   so far, in the order given. */
chore_status chore_trace_note(chore_trace_writer *trace, const char *json, chore_error *err);

/* Write what was gathered so far now, as a chunk of its own, for somebody who reads along (chore_trace_open_partial). The content of
   the trace stays the same, its bytes do not. */
chore_status chore_trace_flush(chore_trace_writer *trace, chore_error *err);

/* Write the footer (outcome as JSON, number of steps, chained hash of all chunks), flush, fsync and close; frees the
   writer, also on error, when what was written stays at path. `content` (nullable) gets the XXH3-128 of the whole
   file: chore_hash_bytes(file, len, 0). */
chore_status chore_trace_finish(chore_trace_writer *trace, const char *outcome_json, chore_hash *content,
                                chore_error *err);

/* Close without a footer, remove the file and free the writer. Nullable. */
void chore_trace_abandon(chore_trace_writer *trace);

/* ---- Reading ---- */

typedef struct chore_trace_keyframe_ref {
    uint64_t steps;         /* made before it */
    const void *snapshot;   /* aligned to 16 bytes */
    size_t len;             /* bytes */
} chore_trace_keyframe_ref;

typedef struct chore_trace_note_ref {
    uint64_t steps;         /* made before it */
    const char *json;
} chore_trace_note_ref;

/* Read a whole trace into memory and check everything (magic, lengths, CRCs, chain, footer). CHORE_E_TAMPERED names
   the byte offset and the chunk; CHORE_E_INCOMPLETE: no footer (a killed writer); CHORE_E_FILE: not a trace, or of
   another format version; CHORE_E_NOT_FOUND; CHORE_E_IO. What a hostile file can make it allocate is bounded by a
   fixed multiple of the file's size. */
chore_status chore_trace_open(chore_trace **out, const char *path, chore_error *err);
/* The same, of a trace whose writer is still at work or was stopped: up to its last whole chunk. CHORE_E_INCOMPLETE: not even
   the header is there yet. What comes later is found by opening it anew. */
chore_status chore_trace_open_partial(chore_trace **out, const char *path, chore_error *err);
void chore_trace_close(chore_trace *trace);   /* nullable; ends every pointer below */

/* What it holds. Indices must be in range (CHORE_ASSERT). */
const char *chore_trace_header(const chore_trace *trace);                   /* JSON */
const char *chore_trace_outcome(const chore_trace *trace);                  /* JSON; NULL: it is partial, the end is missing */
uint64_t chore_trace_n_steps(const chore_trace *trace);
int chore_trace_action_dim(const chore_trace *trace);
const float *chore_trace_action(const chore_trace *trace, uint64_t step);   /* [action_dim] */
chore_hash chore_trace_hash(const chore_trace *trace, uint64_t step);       /* after that step */
int chore_trace_n_keyframes(const chore_trace *trace);
chore_trace_keyframe_ref chore_trace_keyframe_at(const chore_trace *trace, int index);
int chore_trace_n_notes(const chore_trace *trace);
chore_trace_note_ref chore_trace_note_at(const chore_trace *trace, int index);

#ifdef __cplusplus
}
#endif
#endif
