/* Does a policy keep its side of chore/policy.h? Each rule of policy_rules.inl is tried in a process of its own,
   chore-policy-check, confined like chore-policy-host: a policy that crashes or hangs breaks the rule that was being
   tried, and nothing else. It is a help for authors, not a judge: the verdict is made in the policy's own process. */
#ifndef CHORE_POLICY_CHECK_H
#define CHORE_POLICY_CHECK_H
#include <chore/policy_host.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef enum chore_rule {
#define CHORE_RULE(name, needs, promise, where, hint) CHORE_RULE_##name,
#include <chore/policy_rules.inl>
#undef CHORE_RULE
    CHORE_RULE_COUNT
} chore_rule;

typedef struct chore_rule_info {
    const char *name, *promise;
    const char *where; /* in chore/policy.h */
    const char *hint;  /* what to change */
    chore_rule needs;  /* itself: none */
} chore_rule_info;
const chore_rule_info *chore_rule_get(chore_rule rule); /* static; number: rule + 1 */
/* By name or number; CHORE_RULE_COUNT: none. */
chore_rule chore_rule_find(const char *text);

typedef enum chore_verdict {
    CHORE_VERDICT_PASS,
    CHORE_VERDICT_FAIL,
    CHORE_VERDICT_NOT_APPLICABLE,
    CHORE_VERDICT_SKIPPED
} chore_verdict;
const char *chore_verdict_name(chore_verdict verdict); /* "pass", "fail", "n/a", "skipped" */

/* What the policy is shown: an offer, and for each of its streams a stretch of values, one per control step. */
typedef struct chore_check_stage {
    const char *name;
    const chore_policy_offer *offer;
    uint32_t n_frames;         /* CHORE_CHECK_FRAMES at least */
    const void *const *frames; /* [n_fields] values [n_frames][bytes of a slot's share] */
} chore_check_stage;

enum {
    CHORE_CHECK_STEPS = 40,
    CHORE_CHECK_SLOTS = 4,
    CHORE_CHECK_FRAMES = 64,
    CHORE_CHECK_STAGES = 8
};

typedef struct chore_check_def {
    const char *policy;              /* name or path */
    const char *config;              /* nullable */
    const chore_policy_allow *allow; /* nullable: the defaults */
    bool unconfined;                 /* the process may do what its user may */
    const chore_check_stage *stages; /* at most CHORE_CHECK_STAGES, the preferred one first */
    int n_stages;
    uint32_t steps; /* control steps of an episode; 0: CHORE_CHECK_STEPS, which is also the most */
    double limit_s; /* a call that takes longer is ended, and its rule broken; 0: 10 */
    double act_limit_ms; /* 0: none */
    const bool *only;    /* [CHORE_RULE_COUNT] nullable; what these need is tried as well */
} chore_check_def;

typedef struct chore_check_result {
    chore_verdict verdict;
    bool wanted; /* asked for, or needed by what was; else it was skipped */
    chore_rule
        waits_for;  /* of one that was wanted and skipped: the rule that is to be mended first */
    char what[640]; /* one line: what was seen, or why it was not judged; empty: nothing to say */
    double took_ms; /* wall time */
} chore_check_result;

typedef struct chore_check_report {
    chore_policy_info info;     /* name and version are empty when it did not load */
    char stage[CHORE_NAME_CAP]; /* on which the rules were tried; empty: none */
    char boundary[256];         /* what held the process, as in policy.json; words */
    chore_check_result results[CHORE_RULE_COUNT];
    int n[4];                                  /* by verdict */
    double act_p50_ms, act_p99_ms, act_max_ms; /* of the timing rule; 0: not measured */
} chore_check_report;

/* Called when a rule has been judged, in the order of the rules. */
typedef void (*chore_check_seen_fn)(void *ctx, chore_rule rule, const chore_check_result *result);

/* Tries all rules, one after the other. CHORE_E_POLICY_LOAD: there is no such policy; CHORE_E_INTERNAL: no process could
   be made. A policy that breaks rules is CHORE_OK: look into *out. */
chore_status chore_policy_check(const chore_check_def *def, chore_check_report *out,
                                chore_check_seen_fn seen, void *ctx, chore_error *err);

/* The made-up stages: robots that nobody has built, with cameras, several rates and long texts. Static; *n of them. */
const chore_check_stage *chore_check_synthetic(int *n);
#ifdef __cplusplus
}
#endif
#endif
