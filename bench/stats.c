#include <chore/run_summary.h>

#include <math.h>
#include <stdlib.h>

/* E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927). */
chore_interval chore_wilson(int64_t k, int64_t n)
{
    if (n <= 0) {
        return (chore_interval){0, 1};
    }
    const double z = 1.959963984540054; /* 97.5 % quantile of the normal distribution */
    double size = (double)n, p = (double)k / size;
    double scale = 1 + z * z / size;
    double centre = (p + z * z / (2 * size)) / scale;
    double half = z / scale * sqrt(p * (1 - p) / size + z * z / (4 * size * size));
    /* at the ends the bound is exactly 0 or 1; rounding must not say otherwise */
    return (chore_interval){k == 0 ? 0 : centre - half, k == n ? 1 : centre + half};
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double chore_median(double *values, int n, double none)
{
    if (n <= 0) {
        return none;
    }
    qsort(values, (size_t)n, sizeof *values, ascending);
    return n % 2 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}
