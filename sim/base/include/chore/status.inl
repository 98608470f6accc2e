/* Every status once: symbol, value, name in messages, exit code of a program that ends with it.
   Values are stable once released. */
CHORE_STATUS(CHORE_OK,             0, "ok",                    0)
CHORE_STATUS(CHORE_E_CHECK,        1, "check failed",          1)   /* a gate or check said no */
CHORE_STATUS(CHORE_E_USAGE,        2, "usage error",           2)   /* wrong arguments */
CHORE_STATUS(CHORE_E_FILE,         3, "bad file",              2)   /* a file's content is wrong */
CHORE_STATUS(CHORE_E_NOT_FOUND,    4, "not found",             2)
CHORE_STATUS(CHORE_E_PLACEMENT,    5, "impossible placement",  2)
CHORE_STATUS(CHORE_E_INCOMPLETE,   6, "incomplete",            3)   /* planned episodes are missing */
CHORE_STATUS(CHORE_E_POLICY_LOAD,  7, "policy cannot be loaded", 4)
CHORE_STATUS(CHORE_E_POLICY,       8, "policy error",          4)   /* the policy failed in an episode */
CHORE_STATUS(CHORE_E_SIM,          9, "simulation error",      3)   /* MuJoCo warning or error */
CHORE_STATUS(CHORE_E_DIVERGED,    10, "diverged",              6)   /* a replay reached another state */
CHORE_STATUS(CHORE_E_TAMPERED,    11, "tampered",              6)   /* CRC, chain or hash does not fit */
CHORE_STATUS(CHORE_E_IO,          12, "storage error",        74)
CHORE_STATUS(CHORE_E_MEMORY,      13, "out of memory",         3)
CHORE_STATUS(CHORE_E_RENDER,      14, "rendering unavailable", 3)
CHORE_STATUS(CHORE_E_INTERNAL,    15, "internal error",        3)
CHORE_STATUS(CHORE_E_INTERRUPTED, 16, "interrupted",         130)
