/* Every command once: name, function, one line, group. */
CHORE_COMMAND(run,    chore_cmd_run,    "run a suite or tasks with a policy",                            "run")
CHORE_COMMAND(list,   chore_cmd_list,   "list tasks, suites, policies, predicates, objects, commands",   "look")
CHORE_COMMAND(show,   chore_cmd_show,   "show a task, a run, or an episode and draw its film strip",     "look")
CHORE_COMMAND(lint,   chore_cmd_lint,   "check task, scene and suite files",                             "write")
CHORE_COMMAND(replay, chore_cmd_replay, "replay a trace and compare the state at every step",            "trust")
CHORE_COMMAND(verify, chore_cmd_verify, "check a run: chain, coverage, and every episode re-simulated",  "trust")
CHORE_COMMAND(speed,  chore_cmd_speed,  "measure control and physics steps per second",                  "look")
CHORE_COMMAND(doctor, chore_cmd_doctor, "check this machine and this build",                             "look")
