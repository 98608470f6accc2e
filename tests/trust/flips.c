/* flips RUN: every byte of a shard and of plan.json, and some hundred of every trace, changed one at a time: each must
   be refused as tampered, with its place. The files come back as they were. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <chore/files.h>
#include <chore/rng.h>
#include <chore/run_folder.h>
#include <chore/trace.h>

enum { TRACE_SAMPLES = 300 };

typedef struct victim {
    char path[CHORE_PATH_CAP];
    char *bytes;
    size_t len;
} victim;

typedef struct place {
    int line, column;
} place;

static int tried, failed;

static void open_victim(victim *v, const char *dir, const char *name)
{
    if (chore_path_join(v->path, dir, name, NULL) != CHORE_OK ||
        chore_file_read(v->path, &v->bytes, &v->len, NULL) != CHORE_OK) {
        fprintf(stderr, "flips: cannot read %s/%s\n", dir, name);
        exit(1);
    }
}

/* One byte in place: a file that is emptied and written anew is synced by some file systems, and there are thousands. */
static void put_byte(const victim *v, size_t at, char byte)
{
    const int fd = open(v->path, O_WRONLY);
    if (fd < 0 || pwrite(fd, &byte, 1, (off_t)at) != 1 || close(fd) != 0) {
        perror(v->path);
        exit(1);
    }
}

static place place_of(const victim *v, size_t at)
{
    place p = {1, 1};
    for (size_t i = 0; i < at; i++) {
        p = v->bytes[i] == '\n' ? (place){p.line + 1, 1} : (place){p.line, p.column + 1};
    }
    return p;
}

static void judge(const victim *v, size_t at, bool good, const chore_error *err)
{
    tried++;
    if (!good) {
        failed++;
        fprintf(stderr, "flips: %s, byte %zu: %s, file '%s', %d:%d: %s\n", v->path, at,
                chore_status_text(err->status), err->file, err->line, err->column, err->message);
    }
}

static bool is_tampered(const victim *v, const chore_error *err)
{
    return err->status == CHORE_E_TAMPERED && strcmp(err->file, v->path) == 0;
}

static void flip_shard(const chore_run_folder *run, const char *name)
{
    victim v;
    open_victim(&v, run->dir, name);
    for (size_t at = 0; at < v.len; at++) {
        chore_rows rows;
        chore_error err = {0};
        const place wanted = place_of(&v, at);
        const char kept = v.bytes[at], other = (char)(kept ^ (1 << at % 8));
        const bool splits = other == '\n' || other == '\0';
        put_byte(&v, at, other);
        if (chore_store_read(&rows, run->dir, run->plan.hash, &err) == CHORE_OK) {
            chore_rows_release(&rows);
        }
        /* a line end that is gone makes two lines one: then the column is that of what the second begins with */
        const bool placed =
            err.line == wanted.line && (kept == '\n' || splits || err.column == wanted.column);
        judge(&v, at, is_tampered(&v, &err) && placed, &err);
        put_byte(&v, at, kept);
    }
    free(v.bytes);
}

static void flip_plan(const chore_run_folder *run)
{
    static const int masks[] = {0x01, 0x20, 0x2a, 0x80};
    victim v;
    open_victim(&v, run->dir, "plan.json");
    for (size_t at = 0; at < v.len; at++) {
        for (size_t m = 0; m < sizeof masks / sizeof *masks; m++) {
            chore_plan plan;
            chore_error err = {0};
            put_byte(&v, at, (char)(v.bytes[at] ^ masks[m]));
            if (chore_plan_read(&plan, v.path, &err) == CHORE_OK) {
                chore_plan_release(&plan);
            }
            judge(&v, at, is_tampered(&v, &err), &err);
        }
        put_byte(&v, at, v.bytes[at]);
    }
    free(v.bytes);
}

/* The offset in the message is that of the damaged chunk: at the byte or before it. */
static bool offset_fits(const chore_error *err, size_t at)
{
    const char *word = strstr(err->message, "byte ");
    return word && strtoul(word + 5, NULL, 10) <= at;
}

static void flip_trace(const chore_run_folder *run, const chore_row *row)
{
    victim v;
    open_victim(&v, run->dir, row->trace);
    chore_rng rng = chore_rng_stream(1, chore_hash_bytes(row->trace, strlen(row->trace), 0),
                                     row->seed, "flips");
    for (int i = 0; i < TRACE_SAMPLES; i++) {
        chore_trace *trace = NULL;
        chore_error err = {0};
        const size_t at = i < 64 ? (size_t)i : chore_rng_below(&rng, (uint32_t)v.len);
        put_byte(&v, at, (char)(v.bytes[at] ^ (1 << chore_rng_below(&rng, 8))));
        (void)chore_trace_open(&trace, v.path, &err);
        chore_trace_close(trace);
        /* the first bytes say that it is a trace at all */
        const bool named = err.status == CHORE_E_FILE
                               ? at < 16 && strcmp(err.file, v.path) == 0
                               : is_tampered(&v, &err) && offset_fits(&err, at);
        judge(&v, at, named, &err);
        put_byte(&v, at, v.bytes[at]);
    }
    free(v.bytes);
}

int main(int argc, char **argv)
{
    chore_run_folder run;
    chore_error err = {0};
    if (argc != 2 || chore_run_folder_open(&run, argv[1], &err) != CHORE_OK) {
        fprintf(stderr, "usage: flips RUN %s\n", err.message);
        return 2;
    }
    flip_shard(&run, "shard-0000.jsonl");
    flip_plan(&run);
    for (int i = 0; i < run.rows.n; i++) {
        flip_trace(&run, &run.rows.rows[i]);
    }
    chore_run_folder_close(&run);
    printf("%d changed bytes, %d of them not named with their place\n", tried, failed);
    return failed || tried < 1000 ? 1 : 0;
}
