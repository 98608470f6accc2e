/* The summary of a run: one cell per task x variant x policy, with counts and intervals; as a terminal table, as JSON, as one HTML page. */
#ifndef CHORE_RUN_SUMMARY_H
#define CHORE_RUN_SUMMARY_H
#include <chore/run_store.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_interval { double lo, hi; } chore_interval;
/* Wilson score interval for k of n at 95 % (z = 1.959963984540054). n = 0: [0, 1]. Wilson 1927. */
chore_interval chore_wilson(int64_t k, int64_t n);

typedef struct chore_cell {
    char task[CHORE_NAME_CAP], policy[CHORE_NAME_CAP];
    chore_variant variant;
    int planned, episodes;               /* episodes: scored ones; planned = episodes + not_scored + missing */
    int successes;
    int outcomes[CHORE_OUTCOME_COUNT];
    chore_interval wilson;
    double mean_progress;
    double median_success_s;             /* simulated time to success; < 0: no success */
    int events_fired, events_noticed, events_handled, events_in_time;
    double median_handling_s;            /* < 0: none */
} chore_cell;

/* What an event cost: matched pairs of the same task and seed in both variants. */
typedef struct chore_pairs { int n, both, control_only, disturbed_only, neither; } chore_pairs;

typedef struct chore_summary {
    int planned, done, missing, repeated;   /* repeated: attempts beyond the first */
    int n_cells;
    chore_cell *cells;                      /* tasks in plan order, control before disturbed */
    chore_pairs *pairs;                     /* one per task, in plan order */
    int n_pairs;
    double wall_s, sim_s;                   /* sums over rows */
    bool privileged;
} chore_summary;

chore_status chore_summary_make(chore_summary *out, const chore_plan *plan, const chore_rows *rows, chore_error *err);
void chore_summary_release(chore_summary *summary);

/* Table for a terminal of `columns` (0: 100); colours only if asked. Added to `out`. */
void chore_summary_table(const chore_summary *summary, bool colours, int columns, chore_text *out);
/* summary.json (schema in results/schema/summary.schema.json): malloc'ed text. */
char *chore_summary_json(const chore_summary *summary, const chore_plan *plan);
/* report.html: one self-contained page, opens from disk, asks the network for nothing. Films are referenced by relative path. */
chore_status chore_report_write(const char *path, const chore_plan *plan, const chore_summary *summary, const chore_rows *rows,
                                const char *build_json, const char *policy_json, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
