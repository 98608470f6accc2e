/* What the files of a translation share: a program is a list of steps, each a slice of a stream or of an action. */
#ifndef CHORE_TRANSLATE_INTERNAL_H
#define CHORE_TRANSLATE_INTERNAL_H
#include <chore/convert.h>
#include <chore/translate.h>

#define STEP_VALUES CHORE_CONVENTION_VALUES

typedef struct translate_step {
    char label[CHORE_NAME_CAP];             /* of the component on the policy's side */
    const chore_policy_field *field;        /* native: read or written; NULL: written nowhere */
    int source;                             /* its index among the native streams; -1: it is a component */
    int n_native, at[STEP_VALUES];          /* where its values lie: in the stream's memory, in the native action */
    const chore_representation *from, *to;  /* native, the policy's; both NULL: nothing is turned */
    double width_m;
    int n;                                  /* values on the policy's side */
    double add[STEP_VALUES];                /* read */
    int add_source;                         /* index of a native stream, or -1 */
    int plus_source, plus_at[STEP_VALUES];  /* written; -1 */
    double scale, share;
    bool bounded, binary;
    double lo[STEP_VALUES], hi[STEP_VALUES];
    const chore_convention_part *part;      /* for its words; NULL: a conversion that the request names */
} translate_step;

typedef struct translate_program {
    int n_steps;
    translate_step steps[CHORE_CONVENTION_PARTS];
} translate_program;

struct chore_translation {
    const chore_policy_offer *native;
    chore_policy_offer offer;
    chore_convention *convention;        /* copy; NULL: none */
    int n_ours;                          /* streams of the convention: the first of the offer's fields */
    translate_program *ours;             /* [n_ours] */
    translate_program acting;            /* the convention's mode */
    void **kept;                         /* what the offer points to */
    int n_kept;
    /* of the accepted request */
    uint32_t n_streams, dim;
    const char *mode;
    int *plain;                          /* [n_streams] */
    translate_program *streams;          /* [n_streams], of those that are not plain */
    bool acts_plain;
    translate_program action;
    bool *reads, *acts_on;               /* [native n_fields] */
    chore_text lines;                    /* one after the other, each terminated */
    int n_lines;
};

/* translate_resolve.c: a part of the convention on this robot. CHORE_E_USAGE at its place. */
chore_status chore_translate_read_part(const chore_translation *t, const chore_convention_part *part, translate_step *step,
                                       chore_error *err);
chore_status chore_translate_write_part(const chore_translation *t, const chore_policy_mode *mode, const chore_convention_part *part,
                                        translate_step *step, chore_error *err);
/* A conversion that a request names, of one row of a native field. `first`: where the row begins in memory. */
void chore_translate_row(const chore_policy_field *field, int source, int first, int n, const char *as, double width_m, translate_step *step);
/* Values per row of a field, and its rows. */
int chore_translate_row_values(const chore_policy_field *field);
int chore_translate_rows(const chore_policy_field *field);

/* translate_words.c: what a step does, as a line of t->lines. `label`: the stream, `first`: its first value there. */
void chore_translate_tell_stream(chore_translation *t, const char *label, const translate_program *program);
void chore_translate_tell_action(chore_translation *t, const translate_program *program);
#endif
