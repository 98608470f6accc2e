/* The store of a run: JSON Lines shards, append-only, one writer each, with sequence numbers, a hash chain, a CRC per line and an fdatasync per
   row. Kill -9 at any moment loses no acknowledged row. */
#ifndef CHORE_RUN_STORE_H
#define CHORE_RUN_STORE_H
#include <chore/run_plan.h>
#include <chore/run_row.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_shard chore_shard;

/* Create the next free shard-NNNN.jsonl in the run folder with its header line. */
chore_status chore_shard_create(chore_shard **out, const char *run_dir, chore_hash plan_hash, chore_error *err);
/* Append, fdatasync. After CHORE_E_IO the shard takes no more rows. */
chore_status chore_shard_append(chore_shard *shard, const chore_row *row, chore_error *err);
void chore_shard_close(chore_shard *shard);

/* All rows of a run folder. Of several attempts at an episode all are kept; `latest` marks the one that counts (the last attempt). */
typedef struct chore_rows {
    int n;
    chore_row *rows;      /* sorted by episode index, then attempt */
    bool *latest;
    int torn;             /* last lines without an end that a killed writer left (not acknowledged, ignored) */
} chore_rows;
/* Checks every line: CRC, sequence, chain, plan hash. CHORE_E_TAMPERED with file, line and column (byte) of the damage. */
chore_status chore_store_read(chore_rows *out, const char *run_dir, chore_hash plan_hash, chore_error *err);
void chore_rows_release(chore_rows *rows);
#ifdef __cplusplus
}
#endif
#endif
