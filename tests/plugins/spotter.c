/* A policy that sees: finds the blue mug by its colour in the picture from above, works out from depth, intrinsics and the camera's
   place where it stands, and gives up when that is not where it really is (which it may read only to check itself). Configuration: the name of the object. */
#include <chore/policy_easy.h>
#include <math.h>

enum { SIDE = 224 };

typedef struct blob {
    float u, v, area; /* pixels */
} blob;

static blob find_blue(const unsigned char *rgb)
{
    blob b = {0, 0, 0};
    for (int i = 0; i < SIDE * SIDE; i++, rgb += 3) {
        if (rgb[2] > 60 && rgb[2] > 2 * rgb[0] && rgb[2] > rgb[1] + rgb[1] / 2) {
            b.u += (float)(i % SIDE) + .5f, b.v += (float)(i / SIDE) + .5f, b.area += 1;
        }
    }
    b.u /= b.area, b.v /= b.area;
    return b;
}

/* v turned by the quaternion w x y z, or back. */
static void turn(const float *q, float back, const float *v, float *out)
{
    const float x = back * q[1], y = back * q[2], z = back * q[3], w = q[0];
    const float t[3] = {2 * (y * v[2] - z * v[1]), 2 * (z * v[0] - x * v[2]), 2 * (x * v[1] - y * v[0])};
    out[0] = v[0] + w * t[0] + y * t[2] - z * t[1];
    out[1] = v[1] + w * t[1] + z * t[0] - x * t[2];
    out[2] = v[2] + w * t[2] + x * t[1] - y * t[0];
}

static const char *act(void *state, const chore_easy_step *now, float *action)
{
    static char why[160];
    char key[80];
    const float *k = (const float *)now->stream[2], *camera = (const float *)now->stream[3], *depth = (const float *)now->stream[1];
    const blob mug = find_blue((const unsigned char *)now->stream[0]);
    snprintf(key, sizeof key, " %.60s kind=", now->config);
    const char *id = strstr((const char *)now->stream[4], key); /* object 3 mug_1 kind=mug */
    (void)state;
    if (id == NULL || mug.area < 20) {
        return id == NULL ? "there is no such object" : "no blue in the picture";
    }
    while (id[-1] != ' ') { id--; }
    const float *at = (const float *)now->stream[5] + 7 * atoi(id);

    /* from the picture to the world */
    const float z = depth[(int)mug.v * SIDE + (int)mug.u];
    const float ray[3] = {z * (mug.u - k[2]) / k[0], z * (mug.v - k[3]) / k[1], z};
    float found[3];
    turn(camera + 3, 1, ray, found);
    /* from the world to the picture: its middle, half of its height above the base */
    const float away[3] = {at[0] - camera[0], at[1] - camera[1], at[2] + .045f - camera[2]};
    float local[3];
    turn(camera + 3, -1, away, local);
    const float u = k[2] + k[0] * local[0] / local[2], v = k[3] + k[1] * local[1] / local[2];
    const float pixels = hypotf(u - mug.u, v - mug.v);
    const float metres = hypotf(camera[0] + found[0] - at[0], camera[1] + found[1] - at[1]);
    if (now->step % 20 == 0) {
        fprintf(stderr, "step %llu: %.2f pixels, %.1f mm off\n", (unsigned long long)now->step, (double)pixels, 1e3 * (double)metres);
    }
    action[0] = -.002f, action[2] = .002f; /* out of the picture: an arm before the mug moves the middle of what is seen of it */
    action[now->dim - 1] = .03f;
    if (pixels > 1.5f || metres > .015f) {
        snprintf(why, sizeof why, "it is %.1f pixels and %.0f mm from where it was found", (double)pixels, 1e3 * (double)metres);
        return why;
    }
    return NULL;
}

static const chore_easy_policy spotter = {
    "spotter", "1.0", "Apache-2.0", "eef_delta",
    "cam.top@224x224 cam.top.depth@224x224 cam.top.intrinsics cam.top.pose privileged.objects privileged.object_pose", 0, 0, act};
CHORE_EASY_ENTRY(spotter)
