/* Every rule that `chorebench check` holds a policy to, once. The number of a rule is its place in this list: append only.

   CHORE_RULE(name, needs, promise, where, hint)
     needs    the rule without which this one cannot be judged
     promise  what a policy that keeps it does
     where    the words of chore/policy.h, several with "; " or " ... " between
     hint     what to change when it is broken */

/* ---- what the file says of itself ------------------------------------------------------------------------- */
CHORE_RULE(loads, loads, "the file is a shared object that loads and exports chore_policy_entry",
           "The one exported symbol", "link everything it uses (cc -shared ... -lm), and declare the entry extern \"C\" in C++")
CHORE_RULE(versions, loads, "the entry answers this host, a later minor of it, and refuses other majors with NULL",
           "Returns NULL when it does not speak the host's major",
           "return abi_major == CHORE_POLICY_ABI_MAJOR ? &plugin : NULL, whatever the minor")
CHORE_RULE(table, loads, "chore_plugin is complete, static, and its capabilities have their functions",
           "What a plug-in is. Static storage", "set struct_size to sizeof(chore_plugin), fill everything up to last_error, claim only what is there")

/* ---- life ------------------------------------------------------------------------------------------------- */
CHORE_RULE(creates, table, "create gives an instance, or NULL and a terminated reason within err_cap bytes",
           "NULL: failed, and err says why", "write the reason with snprintf(err, err_cap, ...)")
CHORE_RULE(says_why, creates, "last_error is never NULL, ends within reason and is UTF-8",
           "UTF-8, never NULL, valid until the next call on this instance", "return \"\" when nothing is known; keep the words in the instance")
CHORE_RULE(negotiates, creates, "a request holds against the offer word by word, or negotiate refuses with a negative status",
           "The host compares every word with the offer", "copy the offered field and its struct_size, and change only what the offer allows")
CHORE_RULE(acts, negotiates, "an episode goes through: every counted row is written and finite",
           "What the policy answers, in the host's buffers", "write `valid` rows of `dim` finite floats for each position, or give the slot a negative status")
CHORE_RULE(other_offers, acts, "under poorer, delayed and empty offers it acts or refuses, and does not break",
           "CHORE_FLAG_OPTIONAL; committed; negotiate", "look for NULL: a stream that is optional, committed without delay, a mode or stream that is not offered")
CHORE_RULE(later_versions, acts, "structs that have grown at their ends give the same request and the same actions",
           "Elements of an array of structs lie struct_size of the *first* element apart", "walk arrays of structs with CHORE_POLICY_AT, copy at most sizeof of them")
CHORE_RULE(request_lives, acts, "what the request points to stays as it is until the next negotiate",
           "what a chore_policy_request points to lives until the next negotiate", "keep fields, names and bounds of the request in the instance or in static memory")
CHORE_RULE(order, acts, "calls out of order are refused: reset before negotiate, act before reset, act after another negotiate",
           "a call out of this order must return CHORE_POLICY_ERROR", "remember per slot whether it was reset, and close all slots in negotiate")
CHORE_RULE(renegotiates, acts, "negotiate may come again, with another offer and with the first one",
           "negotiate may come again later", "begin negotiate as if it were the first: counts back to zero, slots closed")

/* ---- memory ----------------------------------------------------------------------------------------------- */
CHORE_RULE(bounds_of_buffers, acts, "it reads and writes only inside the buffers that it is given",
           "[n][horizon][dim]; Values follow each other in C order without gaps", "take sizes from the request's shapes, from n, horizon and dim, never from habit")
CHORE_RULE(read_only, acts, "it does not write into what it is given to read",
           "data of slot 0, read-only", "copy what is to be changed; keep const in the casts")
CHORE_RULE(borrows, acts, "it uses no pointer of a call after the call",
           "A pointer given to a call is borrowed until the call returns", "copy what is needed later: names, instructions, bounds, observations")
CHORE_RULE(strides, acts, "it finds a slot's stream by the stride, however large",
           "(const char *)stream[f] + slot[k] * stride[f]", "use chore_stream of policy_walk.h")

/* ---- the same answers ------------------------------------------------------------------------------------- */
CHORE_RULE(reset_repeats, acts, "the same seed and the same observations give the same bytes again after a reset",
           "CHORE_CAP_DETERMINISTIC", "forget everything of a slot in reset, and draw from the episode's seed only")
CHORE_RULE(process_repeats, acts, "they do so in another process, with other addresses, rubbish in fresh memory and another clock",
           "CHORE_CAP_DETERMINISTIC; never for behaviour", "initialise memory; no time, address, hash order or random device in the behaviour")
CHORE_RULE(any_caller, acts, "calls may come from different threads, one after the other",
           "Calls on one instance never overlap but may come from different threads", "no thread-local state between calls")
CHORE_RULE(any_order, acts, "the order of the slots in a call does not matter, nor which numbers they have",
           "n slots, any subset in any order", "actions go by position k, streams and memory by slot[k]")
CHORE_RULE(batch_mates, acts, "a slot's answer does not depend on the slots beside it",
           "CHORE_CAP_BATCH_INVARIANT", "keep all memory per slot, or do not claim CHORE_CAP_BATCH_INVARIANT")
CHORE_RULE(slots_apart, acts, "a reset of one slot leaves the episodes in the others alone",
           "A slot begins an episode; whatever it held before is over", "reset only the slots that the call names")
CHORE_RULE(not_a_number, acts, "observations that are no numbers break nothing: not the process, the slot's next episode, or its mates",
           "one that is not finite ends the episode as an error of the policy", "check before a conversion to an index or a loop that waits for a comparison; forget in reset")
CHORE_RULE(instances, acts, "a second instance in the process changes nothing for the first",
           "CHORE_CAP_MULTI_INSTANCE", "no static variables, or do not claim CHORE_CAP_MULTI_INSTANCE")

/* ---- the other functions ---------------------------------------------------------------------------------- */
CHORE_RULE(new_instruction, acts, "an instruction that changes in mid-episode breaks nothing",
           "rewrites it only when the text changes, and then raises its version", "read the text anew when its version grew; look at its length")
CHORE_RULE(feedback, acts, "it takes the offered events, and none at all",
           "Only events of the offered kinds", "actions and text of an event may be NULL")
CHORE_RULE(observes, acts, "observe takes what act takes, at the steps between",
           "The same as act without an answer", "count steps by batch->step, not by calls")
CHORE_RULE(saves, acts, "an episode that was saved goes on in another slot of another instance as if nothing had happened",
           "CHORE_CAP_SAVES_EPISODE", "save all that the slot remembers, random generator included")
CHORE_RULE(saves_in_pieces, acts, "save and load take an io that moves few bytes at a time, and report one that fails",
           "Returns the number moved, 0 at the end, negative for failure", "call io until all is moved; return CHORE_POLICY_ERROR when it is negative")
CHORE_RULE(judged_as_it_is, acts, "where learning is 0 the persistent state is the same before and after",
           "judged as it is, learn is not called", "learn only where offer->learning is 1")
CHORE_RULE(cancels, acts, "cancel may come at any time from another thread, and the next episode is as ever",
           "End the call in progress soon", "cancel sets an atomic flag; act looks at it, and reset clears it")

/* ---- manners ---------------------------------------------------------------------------------------------- */
CHORE_RULE(float_environment, acts, "rounding, flush-to-zero and traps are as they were after every call",
           "does not ... change ... the floating-point environment", "restore it (fegetenv, fesetenv) around what changes it; no -ffast-math when linking")
CHORE_RULE(prints_nothing, acts, "nothing is written to stdout", "write to stdout", "use host->log, or stderr")
CHORE_RULE(signals, acts, "no signal handlers are installed, no signals blocked", "install signal handlers", "leave signals to the host; fault handlers of libraries can usually be switched off")
CHORE_RULE(process_state, acts, "working directory, locale, environment and umask stay as they were",
           "change the working directory, the locale, ... or environment variables", "pass paths and settings along instead")
CHORE_RULE(rests, acts, "no thread of it computes while no call is in progress", "rest while no call is in progress", "let worker threads wait on a condition, not spin")
CHORE_RULE(threads_end, acts, "no thread of it is left when destroy returns", "are gone when destroy returns", "join every thread in destroy")
CHORE_RULE(host_calls, acts, "it asks the host for extensions only from within a call, on the thread of the call",
           "[instance] see policy_extensions.h", "ask in create, and keep the pointer: it outlives the instance")
CHORE_RULE(leaks_instances, acts, "1000 lives leave no memory and no descriptors behind", "Each side frees what it allocated",
           "destroy frees all that create, negotiate and reset made; negotiate frees what it replaces")
CHORE_RULE(leaks_episodes, acts, "episode after episode it holds no more memory and no more descriptors", "Each side frees what it allocated",
           "reset frees what the slot's last episode made")

/* ---- time ------------------------------------------------------------------------------------------------- */
CHORE_RULE(in_time, acts, "99 of 100 calls of act take no longer than --act-limit", "deadline_ns", "do less per call, or answer with chunks: a larger horizon and execute")

/* ---- appended --------------------------------------------------------------------------------------------- */
CHORE_RULE(learns, acts, "learn ends with a line for the record, and what it learned can be saved and loaded",
           "Between episodes of a learning run; CHORE_SCOPE_PERSISTENT", "write the report with snprintf(report, report_cap, ...); load all that save saved")
CHORE_RULE(extends, acts, "an extension that it does not know is answered with NULL", "A struct named by id, or NULL", "compare the id with strcmp, and return NULL in the end")
