/* Files: whole-file reads, atomic writes, folders, and where chorebench's own data lies. */
#ifndef CHORE_FILES_H
#define CHORE_FILES_H
#include <chore/base.h>
#ifdef __cplusplus
extern "C" {
#endif

/* Read a whole file; *out is malloc'ed with a terminator after *len bytes; the caller frees it.
   CHORE_E_NOT_FOUND when there is no such file, else CHORE_E_IO. */
chore_status chore_file_read(const char *path, char **out, size_t *len, chore_error *err);
/* Write path atomically: temporary file beside it, fsync, rename. CHORE_E_IO names the cause (no space, not
   writable). */
chore_status chore_file_write(const char *path, const void *bytes, size_t len, chore_error *err);
bool chore_file_exists(const char *path);
bool chore_dir_exists(const char *path);
chore_status chore_dir_make(const char *path, chore_error *err);   /* with parents; existing is fine */
/* a/b with one slash between (b alone when a is empty); CHORE_E_IO when it does not fit. out must hold
   CHORE_PATH_CAP bytes. */
chore_status chore_path_join(char *out, const char *a, const char *b, chore_error *err);
/* Names in a folder, sorted by strcmp; none that starts with a dot. CHORE_E_NOT_FOUND, CHORE_E_IO. *out is a
   malloc'ed array of malloc'ed strings: free with chore_dir_list_free. */
chore_status chore_dir_list(const char *path, char ***out, int *n, chore_error *err);
void chore_dir_list_free(char **names, int n);
/* Where scenes/, tasks/ ... lie: $CHOREBENCH_DATA, else ../share/chorebench beside the program's folder, else the
   source tree that the program was built from. Plug-ins: $CHOREBENCH_PLUGINS, else ../lib/chorebench beside the
   program's folder, else that of the build tree. Looked up once per process; result static and absolute, but the
   folder need not exist. Any thread. */
const char *chore_data_dir(void);
const char *chore_plugin_dir(void);
/* Where our other programs lie: $CHOREBENCH_PROGRAMS, else ../bin beside the program's folder, else that of the build. */
const char *chore_program_dir(void);
#ifdef __cplusplus
}
#endif
#endif
