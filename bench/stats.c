#include <chore/run_summary.h>

#include <math.h>

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
