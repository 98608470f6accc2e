/* The summary of a run: one cell per task x variant x policy, with counts and intervals; as a terminal table, as JSON, as one HTML page. */
#ifndef CHORE_RUN_SUMMARY_H
#define CHORE_RUN_SUMMARY_H
#include <chore/run_store.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct chore_interval { double lo, hi; } chore_interval;
/* Wilson score interval for k of n at 95 % (z = 1.959963984540054; Wilson 1927). n = 0: [0, 1]. Any thread. */
chore_interval chore_wilson(int64_t k, int64_t n);
/* Median of n values, which are sorted in place; the mean of the middle two when n is even; `none` when n = 0. */
double chore_median(double *values, int n, double none);

/* One task in one variant at one latency. Of several attempts at an episode the last counts. */
typedef struct chore_cell {
    char task[CHORE_NAME_CAP], policy[CHORE_NAME_CAP];
    char latency[CHORE_LATENCY_CAP];
    chore_variant variant;
    int planned, episodes;               /* episodes: scored ones; planned = episodes + not_scored + missing */
    int not_scored, missing;             /* not_scored: sim_error and infra_error */
    int successes;
    int outcomes[CHORE_OUTCOME_COUNT];
    chore_interval wilson;               /* of successes in episodes */
    double mean_progress;                /* over scored episodes, 0..1; 0 without any */
    double median_success_s;             /* simulated length of the successful episodes; < 0: no success */
    int events_fired, events_noticed, events_handled, events_in_time;
    double median_handling_s;            /* from fired to handled; < 0: none was handled */
    int64_t steps, held_steps, calls, late_calls, answer_steps;   /* sums over scored episodes: see run_row.h */
} chore_cell;

/* One kind of event in one task, over its disturbed episodes. Intervals are of fired ones. */
typedef struct chore_event_cell {
    char task[CHORE_NAME_CAP], name[CHORE_NAME_CAP];
    char latency[CHORE_LATENCY_CAP];
    int episodes;                        /* in which it could fire */
    int fired, noticed, handled, in_time;
    chore_interval handled_wilson;
    double median_notice_s, median_handling_s;   /* from fired; < 0: none */
} chore_event_cell;

/* What the disturbance cost: matched pairs of one task, latency and seed, both variants scored. */
typedef struct chore_pairs {
    char task[CHORE_NAME_CAP];
    char latency[CHORE_LATENCY_CAP];
    int n, both, control_only, disturbed_only, neither;
} chore_pairs;

typedef struct chore_summary {
    int planned, done, missing, repeated;   /* done: episodes with a row; repeated: attempts beyond the first */
    int n_cells;
    chore_cell *cells;                      /* tasks in plan order, then latencies, control before disturbed, planned ones only */
    chore_pairs *pairs;                     /* one per task and latency that is planned in both variants, in plan order */
    int n_pairs;
    chore_event_cell *events;               /* tasks in plan order, events in their order of first appearance */
    int n_events;
    double wall_s, sim_s;                   /* sums over all rows, repeated ones included */
    chore_appearance_kind appearance;       /* the plan's */
    chore_track track;                      /* the plan's */
    int control_hz;                         /* the plan's: 0: each task's own */
    char renderer[192];                     /* what drew the policy's pictures, "several" when rows name different ones; "" without pictures */
    bool privileged;                        /* some row was made with privileged streams */
} chore_summary;

/* Count. CHORE_E_TAMPERED when a row does not fit the plan (index, task, variant, seed). Release the summary also after an error. */
chore_status chore_summary_make(chore_summary *out, const chore_plan *plan, const chore_rows *rows, chore_error *err);
void chore_summary_release(chore_summary *summary);

/* Some cell is of another latency than frozen: success against latency is worth a table of its own. */
bool chore_summary_has_latency(const chore_summary *summary);
/* That table, a line per task and variant, a column per latency. */
void chore_latency_table(const chore_summary *summary, bool colours, chore_text *out);
/* Table for a terminal of `columns` (0: 100; narrower ones lose columns of lesser weight); colours only if asked. Added to `out`. */
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
