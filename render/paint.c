#include "paint_internal.h"

#include <math.h>

#define HUE_SHADE  (4.0 / 360)
#define COLOURFUL  0.38 /* saturation from which on people name a thing by its colour, wood apart */
#define DARK       0.3  /* value below which a colour hardly shows */
#define PALE_MOST  0.22 /* saturation of a paint for walls */

typedef struct hsv {
    double h, s, v; /* 0 to 1; h wraps */
} hsv;

static hsv to_hsv(const float rgb[3])
{
    const double r = rgb[0], g = rgb[1], b = rgb[2];
    const double most = fmax(r, fmax(g, b)), least = fmin(r, fmin(g, b)), span = most - least;
    hsv out = {.h = 0, .s = most > 0 ? span / most : 0, .v = most};
    if (span > 0) {
        const double sixth = most == r ? (g - b) / span : most == g ? 2 + (b - r) / span : 4 + (r - g) / span;
        out.h = sixth / 6 - floor(sixth / 6);
    }
    return out;
}

static void from_hsv(hsv c, float rgb[3])
{
    for (int i = 0; i < 3; i++) {
        const double k = fmod((i == 0 ? 5 : i == 1 ? 3 : 1) + 6 * c.h, 6);
        rgb[i] = (float)(c.v - c.v * c.s * fmax(0, fmin(1, fmin(k, 4 - k))));
    }
}

static double within(double x, double lo, double hi)
{
    return fmin(fmax(x, lo), hi);
}

/* Always as many draws, so that one thing's colour does not shift another's. */
typedef struct lots {
    double hue, saturation, value; /* [0, 1) */
} lots;

static lots draw(chore_rng *rng)
{
    lots l;
    l.hue = chore_rng_unit(rng);
    l.saturation = chore_rng_unit(rng);
    l.value = chore_rng_unit(rng);
    return l;
}

static double between(double unit, double lo, double hi)
{
    return lo + (hi - lo) * unit;
}

static hsv shade(hsv c, lots l)
{
    return (hsv){.h = c.h + between(l.hue, -HUE_SHADE, HUE_SHADE) + 1,
                 .s = within(c.s * between(l.saturation, 0.85, 1.15), 0, 1),
                 .v = within(c.v * between(l.value, 0.88, 1.10), 0, 1)};
}

/* Brown, as wood is. */
static bool is_wood(hsv c)
{
    return c.s > 0.2 && c.s < 0.7 && c.h > 0.03 && c.h < 0.17;
}

/* Wood becomes another wood: redder or yellower, lighter or darker. */
static hsv restain(hsv c, lots l)
{
    return (hsv){.h = c.h + between(l.hue, -0.035, 0.03) + 1,
                 .s = within(c.s * between(l.saturation, 0.45, 1.35), 0, 0.75),
                 .v = within(c.v * between(l.value, 0.55, 1.15), 0, 0.92)};
}

/* White, grey and pale things get any pale paint. */
static hsv repaint(hsv c, lots l)
{
    return (hsv){.h = l.hue,
                 .s = PALE_MOST * l.saturation * l.saturation + 0.4 * c.s, /* squared: most paint is nearly white */
                 .v = within(c.v * between(l.value, 0.75, 1.08), 0, 0.97)};
}

static hsv changed(hsv c, chorei_paint_leeway leeway, lots l)
{
    return leeway == CHOREI_PAINT_SHADE || c.v < DARK ? shade(c, l)
           : is_wood(c)                              ? restain(c, l)
           : c.s < COLOURFUL                         ? repaint(c, l)
                                                     : shade(c, l);
}

void chorei_paint(float rgb[3], chorei_paint_leeway leeway, chore_rng *rng)
{
    from_hsv(changed(to_hsv(rgb), leeway, draw(rng)), rgb);
}

void chorei_stain(float tint[3], const float mean[3], chorei_paint_leeway leeway, chore_rng *rng)
{
    float seen[3], wanted[3];
    for (int i = 0; i < 3; i++) {
        seen[i] = tint[i] * mean[i];
    }
    from_hsv(changed(to_hsv(seen), leeway, draw(rng)), wanted);
    for (int i = 0; i < 3; i++) { /* a texture can be darkened, not lit */
        tint[i] = (float)within(mean[i] > 0 ? wanted[i] / mean[i] : 1, 0, 1);
    }
}
