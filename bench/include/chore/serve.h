/* Episodes for a program that takes them step by step, over a pair of descriptors: what an environment for learning is. The frames are those of
   the plug-in pipe (policy_iface/plugins/pipe/README.md) turned round; policy_iface/python/README.md has the table. */
#ifndef CHORE_SERVE_H
#define CHORE_SERVE_H
#include <chore/rig.h>
#ifdef __cplusplus
extern "C" {
#endif
/* Speak until the other side quits or is gone, which is CHORE_OK; a question that is not understood gets an error for an answer, and
   it goes on. CHORE_E_IO: reading or writing failed; CHORE_E_USAGE: what comes is no frame. Blocks; allocates. */
chore_status chore_serve(chore_rig *rig, int read_fd, int write_fd, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
