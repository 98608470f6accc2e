/* Provenance: what made a result. The program, its MuJoCo, the machine, the policy: as records to keep beside the rows. */
#ifndef CHORE_PROVENANCE_H
#define CHORE_PROVENANCE_H
#include <chore/policy_host.h>
#include <chore/translate.h>
#include <chore/text.h>
#ifdef __cplusplus
extern "C" {
#endif

/* "chorebench 0.1.0 (commit 0123456789ab, MuJoCo 4.0.0)"; "+changes" after the commit when tracked files differed from it. */
void chore_version_line(chore_text *out);

/* Version and file of the MuJoCo library that this process uses. Static, never NULL; path "" when it cannot be told. */
const char *chore_mujoco_version(void);
const char *chore_mujoco_path(void);
/* SHA-256 of that file, and of the one the build linked ("unknown" when it was not taken). */
chore_status chore_mujoco_sha256(char out[CHORE_SHA256_HEX_CAP], chore_error *err);
const char *chore_build_mujoco_sha256(void);

/* The processor: its name, and the class that results depend on ("x86-64-v3 fma" and the like). */
typedef struct chore_cpu {
    char model[128], level[32], features[128];
    int cores;
} chore_cpu;
void chore_cpu_read(chore_cpu *out);
/* "Debian GNU/Linux 12 (bookworm)"; "unknown" when the system does not say. */
void chore_os_name(char *out, size_t cap);

/* build.json: version, commit, compiler, flags, MuJoCo, hashes of program and library, processor, system. Schema:
   results/schema/build.schema.json. malloc'ed text with a final newline; never fails: what cannot be found out is null. Reads two files
   of some megabytes (SHA-256). */
char *chore_build_json(void);

/* What stood between the robot's own streams and actions and the policy's. */
typedef struct chore_translated {
    const chore_convention *convention;      /* NULL: none */
    double rate_hz;                          /* control rate of the run */
    const chore_translation *translation;    /* of the accepted request */
} chore_translated;

/* policy.json: who the policy is (its own words and the SHA-256 of its file), how it is held (its boundary; "inproc" is marked as
   not comparable; `allowed`: what it may beyond the usual), and what it asked for; with what was converted for it, if anything. Schema: results/schema/policy.schema.json. malloc'ed text with a final newline. */
char *chore_policy_json(const chore_policy_info *info, const chore_policy_request *request, const char *config, bool privileged,
                        const chore_policy_boundary *boundary, const char *allowed, const chore_translated *translated);
#ifdef __cplusplus
}
#endif
#endif
