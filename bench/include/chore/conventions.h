/* Conventions as files: policy_iface/conventions/NAME.yaml in the data folder, or a file of one's own. Format: conventions/README.md there. */
#ifndef CHORE_CONVENTIONS_H
#define CHORE_CONVENTIONS_H
#include <chore/convention.h>
#ifdef __cplusplus
extern "C" {
#endif
/* By name, or by path (anything with a slash or ending in ".yaml"). CHORE_E_NOT_FOUND names the nearest; CHORE_E_FILE with line and column. */
chore_status chore_convention_load(chore_convention *out, const char *name_or_path, chore_error *err);
/* Names in the data folder, sorted; free with chore_dir_list_free. */
chore_status chore_convention_list(char ***out, int *n, chore_error *err);
#ifdef __cplusplus
}
#endif
#endif
