/* Pieces of report.html. Everything that comes from a file goes through chore_html_text. */
#ifndef CHORE_REPORT_INTERNAL_H
#define CHORE_REPORT_INTERNAL_H
#include <chore/run_summary.h>

extern const char chore_report_css[], chore_report_js[];   /* report.css and report.js, embedded by CMakeLists.txt */

void chore_html_text(chore_text *out, const char *text);   /* escaped, for text and for quoted attributes */
/* "47/50  94.0 % [83.8, 97.9]"; "no episode yet" for n = 0. */
void chore_html_rate(chore_text *out, int k, int n);
/* k of n with its interval on a scale from 0 to 100 %, as inline SVG. */
void chore_html_interval(chore_text *out, int k, int n);
/* Lengths side by side: parts[n] with a CSS class each; what is 0 is left away. */
void chore_html_stack(chore_text *out, const int *parts, const char *const *classes, const char *const *labels, int n);
void chore_html_progress(chore_text *out, double progress, const char *class_name);
void chore_html_seconds(chore_text *out, double seconds);  /* "9.1 s"; a dash for < 0 */

/* Success against latency, where there was any. */
void chore_report_latency(chore_text *out, const chore_summary *summary);
/* The list of episodes with its filters. */
void chore_report_episodes(chore_text *out, const chore_plan *plan, const chore_rows *rows);
#endif
