#include "judged.h"

#include <math.h>
#include <stdio.h>

#define PER_METRE 1e4

bool judged_write(const char *path, const judged_pose *pose)
{
    FILE *file = fopen(path, "w");
    if (!file) {
        return false;
    }
    fprintf(file, "kind %s\nsize %s\nfrom %s\n", pose->kind, pose->size, pose->from);
    for (int v = 0; v < pose->n; v++) {
        for (int k = 0; k < 3; k++) {
            fprintf(file, k < 2 ? "%ld " : "%ld\n", lround(PER_METRE * pose->pos[v][k]));
        }
    }
    return fclose(file) == 0;
}

bool judged_read(const char *path, judged_pose *pose)
{
    FILE *file = fopen(path, "r");
    long at[3];
    if (!file) {
        return false;
    }
    pose->n = 0;
    bool good = fscanf(file, "kind %63s size %63s from %199[^\n]", pose->kind, pose->size, pose->from) == 3;
    while (good && fscanf(file, "%ld %ld %ld", &at[0], &at[1], &at[2]) == 3) {
        good = pose->n < CHORE_MAX_GARMENT_VERTICES;
        for (int k = 0; k < 3 && good; k++) {
            pose->pos[pose->n][k] = (double)at[k] / PER_METRE;
        }
        pose->n += good;
    }
    good = good && feof(file);
    fclose(file);
    return good;
}
