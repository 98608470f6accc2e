#include "report_internal.h"

enum { SCALE = 180, HEIGHT = 18 };

void chore_html_text(chore_text *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        switch (*c) {
        case '&': chore_text_add(out, "&amp;"); break;
        case '<': chore_text_add(out, "&lt;"); break;
        case '>': chore_text_add(out, "&gt;"); break;
        case '"': chore_text_add(out, "&quot;"); break;
        case '\'': chore_text_add(out, "&#39;"); break;
        default: chore_text_add_bytes(out, c, 1); break;
        }
    }
}

void chore_html_rate(chore_text *out, int k, int n)
{
    if (n == 0) {
        chore_text_add(out, "<span class=quiet>none yet</span>");
        return;
    }
    chore_interval i = chore_wilson(k, n);
    chore_text_add(
        out, "<span class=count>%d/%d</span> <b>%.1f&#8239;%%</b> <span class=quiet>[%.1f, %.1f]</span>", k,
        n, 100.0 * k / n, 100 * i.lo, 100 * i.hi);
}

void chore_html_interval(chore_text *out, int k, int n)
{
    chore_interval i = chore_wilson(k, n);
    double middle = n ? (double)k / n : 0;
    chore_text_add(
        out,
        "<svg class=interval width=%d height=%d viewBox='-4 0 %d %d' role=img aria-label='%.1f to %.1f %%'>"
        "<path class=axis d='M0 9H%d M0 5V13 M%d 6.5V11.5 M%d 5V13'/>",
        SCALE + 8, HEIGHT, SCALE + 8, HEIGHT, 100 * i.lo, 100 * i.hi, SCALE, SCALE / 2, SCALE);
    if (n) {
        chore_text_add(out,
                       "<rect x='%.1f' y=5 width='%.1f' height=8 rx=4 />"
                       "<circle cx='%.1f' cy=9 r=4 />",
                       SCALE * i.lo, SCALE * (i.hi - i.lo), SCALE * middle);
    }
    chore_text_add(out, "</svg>");
}

void chore_html_stack(chore_text *out, const int *parts, const char *const *classes,
                      const char *const *labels, int n)
{
    chore_text_add(out, "<span class=stack>");
    for (int i = 0; i < n; i++) {
        if (parts[i] > 0) {
            chore_text_add(out, "<i class=%s style='flex-grow:%d' title='%d %s'>%d</i>", classes[i], parts[i],
                           parts[i], labels[i], parts[i]);
        }
    }
    chore_text_add(out, "</span>");
}

void chore_html_progress(chore_text *out, double progress, const char *class_name)
{
    double share = progress < 0 ? 0 : progress > 1 ? 1 : progress;
    chore_text_add(out, "<span class='meter %s'><i style='width:%.1f%%'></i></span>", class_name,
                   100 * share);
}

void chore_html_seconds(chore_text *out, double seconds)
{
    if (seconds < 0) {
        chore_text_add(out, "<span class=quiet>&ndash;</span>");
    } else {
        chore_text_add(out, "%.1f&#8239;s", seconds);
    }
}
