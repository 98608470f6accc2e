/* The two directions in which numbers pass: streams to the policy, actions to the world; and an action's way
   back. */
#include "translate_internal.h"
#include <string.h>

void chore_translation_observe(const chore_translation *t, uint32_t k, const float *const *native,
                               float *out)
{
    const translate_program *program = &t->streams[k];
    for (int s = 0; s < program->n_steps; s++) {
        const translate_step *step = &program->steps[s];
        double in[STEP_VALUES] = {0}, turned[STEP_VALUES];
        for (int i = 0; i < step->n_native; i++) {
            in[i] = (double)native[step->source][step->at[i]] + step->add[i];
        }
        if (step->add_source >= 0) {
            in[step->n_native - 1] += (double)native[step->add_source][0];
        }
        if (step->to != NULL) {
            chore_convert(step->from, step->to, step->width_m, in, turned);
        } else {
            memcpy(turned, in, sizeof turned);
        }
        for (int i = 0; i < step->n; i++) {
            *out++ = (float)(turned[i] / step->scale);
        }
    }
}

/* The policy's value within what was offered. */
static double take(const translate_step *step, int i, double value, int *clamped)
{
    if (!step->bounded) {
        return value;
    }
    const double lo = step->lo[i], hi = step->hi[i];
    *clamped += value < lo || value > hi;
    value = value < lo ? lo : value > hi ? hi : value;
    return !step->binary ? value : value > (lo + hi) / 2 ? hi : lo;
}

int chore_translation_act(const chore_translation *t, const float *const *native,
                          const float *action, float *out)
{
    int clamped = 0;
    for (int s = 0; s < t->action.n_steps; s++) {
        const translate_step *step = &t->action.steps[s];
        double in[STEP_VALUES] = {0}, turned[STEP_VALUES];
        for (int i = 0; i < step->n; i++) {
            in[i] = take(step, i, (double)*action++, &clamped) * step->scale * step->share;
        }
        if (step->to != NULL) {
            chore_convert(step->to, step->from, step->width_m, in, turned);
        } else {
            memcpy(turned, in, sizeof turned);
        }
        for (int i = 0; i < step->n_native; i++) {
            const double from =
                step->plus_source >= 0 ? (double)native[step->plus_source][step->plus_at[i]] : 0;
            out[step->at[i]] = (float)(from + turned[i]);
        }
    }
    return clamped;
}

void chore_translation_hold(const chore_translation *t, const float *const *native,
                            const float *native_action, float *out)
{
    for (int s = 0; s < t->action.n_steps; s++) {
        const translate_step *step = &t->action.steps[s];
        double in[STEP_VALUES] = {0}, turned[STEP_VALUES];
        int unused = 0;
        for (int i = 0; i < step->n_native; i++) {
            const double from =
                step->plus_source >= 0 ? (double)native[step->plus_source][step->plus_at[i]] : 0;
            in[i] = (double)native_action[step->at[i]] - from;
        }
        if (step->to != NULL) {
            chore_convert(step->from, step->to, step->width_m, in, turned);
        } else {
            memcpy(turned, in, sizeof turned);
        }
        for (int i = 0; i < step->n; i++) {
            *out++ = (float)take(step, i, turned[i] / (step->scale * step->share), &unused);
        }
    }
}

void chore_translation_relative(const chore_translation *t, const bool *native, bool *out)
{
    for (int s = 0; s < t->action.n_steps; s++) {
        const translate_step *step = &t->action.steps[s];
        for (int i = 0; i < step->n; i++) {
            *out++ = step->field == NULL || step->plus_source >= 0 || native[step->at[0]];
        }
    }
}
