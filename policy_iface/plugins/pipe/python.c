/* The plug-in `python`: a Python interpreter that runs chorebench.serve with the user's file. `chorebench run --policy x.py` writes its
   configuration, {"file", "name", "python", "path": [folder, ...], "config"}. */
#include "pipe.h"
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct words {
    pipe_command *out;
    size_t used;
    int fits;
} words;

/* Adds to the text of the command; the place where it begins. */
__attribute__((format(printf, 2, 3))) static char *put(words *w, const char *form, ...)
{
    va_list args;
    char *at = w->out->text + w->used;
    const size_t room = sizeof w->out->text - w->used;
    va_start(args, form);
    const int n = vsnprintf(at, room, form, args);
    va_end(args);
    w->fits = w->fits && n >= 0 && (size_t)n < room;
    w->used += w->fits ? (size_t)n + 1 : 0;
    return at;
}

/* Its folders go in front of the interpreter's own: what is in HOME or PYTHONPATH is not known where it runs. */
static char *put_path(words *w, json_t *path)
{
    char *begin = put(w, "PYTHONPATH=");
    json_t *folder;
    size_t i;
    json_array_foreach(path, i, folder)
    {
        w->used--; /* on with the same text */
        (void)put(w, "%s%s", i > 0 ? ":" : "", json_string_value(folder));
    }
    return begin;
}

static int fill(pipe_command *out, json_t *said, char *err, uint32_t err_cap)
{
    const char *file, *name, *python, *config;
    json_t *path;
    words w = {out, 0, 1};
    if (json_unpack(said, "{s:s, s:s, s:s, s:o, s:s}", "file", &file, "name", &name, "python",
                    &python, "path", &path, "config", &config) != 0) {
        (void)snprintf(err, err_cap,
                       "a policy in Python is run by: chorebench run TASK --policy FILE.py[:NAME]");
        return 0;
    }
    int n = 0;
    out->argv[n++] = put(&w, "%s", python);
    out->argv[n++] = put(&w, "-m");
    out->argv[n++] = put(&w, "chorebench.serve");
    out->argv[n++] = put(&w, "%s%s%s", file, name[0] != '\0' ? ":" : "", name);
    n = 0;
    out->extra[n++] = put_path(&w, path);
    out->extra[n++] = put(&w, "PYTHONSAFEPATH=1"); /* the present folder holds no modules of ours */
    out->extra[n++] = put(&w, "PYTHONDONTWRITEBYTECODE=1");
    out->extra[n++] =
        put(&w, "PYTHONHASHSEED=0"); /* the order of a set is the same in every process */
    out->extra[n++] = put(&w, "PYTHONUTF8=1");
    out->config = put(&w, "%s", config);
    (void)snprintf(out->hint, sizeof out->hint,
                   "has %.150s numpy? pip install numpy, or apt-get install python3-numpy", python);
    if (!w.fits) {
        (void)snprintf(err, err_cap, "paths and configuration are longer than %zu bytes together",
                       sizeof out->text);
    }
    return w.fits;
}

static int read_config(pipe_command *out, const char *config, char *err, uint32_t err_cap)
{
    json_t *said = json_loads(config, 0, NULL);
    const int good = fill(out, said, err, err_cap);
    json_decref(said);
    return good;
}

static chore_policy_instance *create(const chore_policy_host_table *host, const char *config,
                                     char *err, uint32_t err_cap)
{
    return pipe_create(host, config, read_config, err, err_cap);
}

CHORE_POLICY_EXPORT const chore_plugin *chore_policy_entry(uint32_t abi_major, uint32_t abi_minor)
{
    static chore_plugin plugin;
    (void)abi_minor;
    if (plugin.struct_size == 0) {
        pipe_describe(&plugin, "python");
        plugin.create = create;
    }
    return abi_major == CHORE_POLICY_ABI_MAJOR ? &plugin : NULL;
}
