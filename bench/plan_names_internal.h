/* From the names on the command line to the tasks and the policy of a plan. */
#ifndef CHORE_PLAN_NAMES_INTERNAL_H
#define CHORE_PLAN_NAMES_INTERNAL_H
#include <chore/run_plan.h>

/* The embodiment and the control rate are in the plan already. One name that is a suite (its seeds go to *seed_lo and *seed_hi), or tasks by name or path; NULL-terminated. Each is checked completely,
   its scene included, before an episode starts. err must not be NULL. */
chore_status chorei_plan_names(chore_plan *plan, const char **args, uint64_t *seed_lo,
                               uint64_t *seed_hi, chore_error *err);
/* A policy by name, by the path of its .so (made absolute: workers and resumed runs must find it), or by where it listens
   (tcp:HOST:PORT, unix:PATH, which is then policy_path). config: nullable. */
chore_status chorei_plan_policy(chore_plan *plan, const char *policy, const char *config,
                                chore_error *err);
/* A convention by name or path, read and checked; whether it fits a task's robot is seen when its world is there. */
chore_status chorei_plan_convention(chore_plan *plan, const char *name_or_path, chore_error *err);
/* True for "x.py" and "x.py:NAME", which the plug-in `python` runs. */
bool chorei_is_python(const char *policy);
/* The same for a policy in Python. plan->allow also gets what Python needs to read, for profiles that confine: from the `python3` on
   the PATH ($CHOREBENCH_PYTHON: another one), which is asked where it lies. CHORE_E_POLICY_LOAD: no such file, no Python. */
chore_status chorei_plan_python(chore_plan *plan, const char *policy, const char *config, chore_error *err);
#endif
