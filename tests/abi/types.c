/* A shared object from which every struct of the policy interface can be reached: what abidw writes down. */
#include <chore/policy_extensions.h>
#include <stddef.h>

CHORE_POLICY_EXPORT const chore_ext_recorded_actions *extensions(void);

const chore_plugin *chore_policy_entry(uint32_t abi_major, uint32_t abi_minor)
{
    (void)abi_major, (void)abi_minor;
    return NULL;
}

const chore_ext_recorded_actions *extensions(void)
{
    return NULL;
}
