/* What is converted, in words: the lines that a result keeps. */
#include "translate_internal.h"
#include <string.h>

static void tell(chore_translation *t, const chore_text *line)
{
    chore_text_add_bytes(&t->lines, chore_text_get(line), line->len + 1);
    t->n_lines++;
}

const char *chore_translation_line(const chore_translation *t, int index)
{
    const char *at = t->lines.data;
    if (index < 0 || index >= t->n_lines) {
        return NULL;
    }
    while (index-- > 0) {
        at += strlen(at) + 1;
    }
    return at;
}

/* "[1]" for the second row of several, "(0 1 3)" for some of a row's values. */
static void add_place(chore_text *line, const translate_step *step)
{
    const chore_convention_part *part = step->part;
    if (part == NULL) {
        return;
    }
    if (step->source >= 0 && chore_translate_rows(step->field) > 1) {
        chore_text_add(line, "[%d]", part->row);
    }
    for (int i = 0; i < part->n_picks; i++) {
        chore_text_add(line, "%s%d%s", i == 0 ? "(" : " ", part->pick[i],
                       i == part->n_picks - 1 ? ")" : "");
    }
}

void chore_translate_tell_stream(chore_translation *t, const char *label,
                                 const translate_program *program)
{
    for (int s = 0, first = 0; s < program->n_steps; first += program->steps[s++].n) {
        const translate_step *step = &program->steps[s];
        chore_text line = {0};
        if (step->part == NULL) {
            chore_text_add(&line, "%s: %s as %s", label, step->field->repr, step->to->name);
            s = program->n_steps - 1; /* its rows are all alike */
        } else {
            chore_text_add(&line, "%s[%d..%d]: %s", label, first, first + step->n - 1,
                           step->field->name);
            add_place(&line, step);
            for (int i = 0; i < step->part->n_add; i++) {
                chore_text_add(&line, "%s%g%s", i == 0 ? " + (" : " ", step->part->add[i],
                               i == step->part->n_add - 1 ? ")" : "");
            }
            if (step->add_source >= 0) {
                chore_text_add(&line, " + %s", step->part->add_stream);
            }
            if (step->to != NULL) {
                chore_text_add(&line, ", %s as %s", step->field->repr, step->to->name);
            }
            if (step->scale < 1 || step->scale > 1) {
                chore_text_add(&line, ", in units of %g", step->scale);
            }
        }
        tell(t, &line);
        chore_text_release(&line);
    }
}

static void tell_component(chore_translation *t, const translate_step *step)
{
    chore_text line = {0};
    if (step->field == NULL) {
        chore_text_add(&line, "%s: without effect", step->label);
    } else {
        chore_text_add(&line, "%s", step->field->name);
        add_place(&line, step);
        chore_text_add(&line, ": %s",
                       strcmp(step->label, step->field->name) != 0 ? step->label
                                                                   : step->field->repr);
        if (step->to != NULL) {
            chore_text_add(&line, " as %s", step->to->name);
        }
        if (step->binary) {
            chore_text_add(&line, ", one end or the other");
        }
        if (step->scale < 1 || step->scale > 1) {
            chore_text_add(&line, ", x %g", step->scale);
        }
        if (step->share < 1 || step->share > 1) {
            chore_text_add(&line, ", x %g of it in a step", step->share);
        }
        if (step->plus_source >= 0) {
            chore_text_add(&line, ", + %s", step->part->plus);
        }
    }
    tell(t, &line);
    chore_text_release(&line);
}

void chore_translate_tell_action(chore_translation *t, const translate_program *program)
{
    for (int s = 0; s < program->n_steps; s++) {
        if (program->steps[s].part != NULL || program->steps[s].to != NULL) {
            tell_component(t, &program->steps[s]);
        }
    }
}
