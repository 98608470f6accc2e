/* What goes on must be what began: a run that is continued, or a worker that starts anew, with another program or another policy would put
   results of two things into one table. */
#ifndef CHORE_SAME_AGAIN_INTERNAL_H
#define CHORE_SAME_AGAIN_INTERNAL_H
#include <chore/run_plan.h>

/* Is this the program, the MuJoCo and the class of processor that build.json of the folder names? CHORE_E_USAGE: it is not; the message says
   what differs. A record that is not there, or that could not be taken then or now, is no difference. */
chore_status chorei_same_build(const char *dir, chore_error *err);
/* Is the policy that `policy_json` (chore_policy_json) describes the one of the folder's policy.json? Likewise. */
chore_status chorei_same_policy(const char *dir, const char *policy_json, chore_error *err);
/* A policy in Python: is its file the one that the plan was made with? Likewise; CHORE_OK for any other policy. */
chore_status chorei_same_script(const chore_plan *plan, chore_error *err);
#endif
