/* Files: whole-file reads, atomic writes, folders. */
#include <chore/files.h>
#include <chore/text.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static chore_status fail_errno(chore_error *err, const char *verb, const char *path, int why)
{
    const bool missing = why == ENOENT || why == ENOTDIR;
    return chore_fail(err, missing ? CHORE_E_NOT_FOUND : CHORE_E_IO, "cannot %s '%s': %s", verb, path,
                      strerror(why));
}

static int open_retrying(const char *path, int flags, mode_t mode)
{
    int fd;
    do {
        fd = open(path, flags | O_CLOEXEC, mode);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

/* Append the rest of fd to *bytes, whose size may not be known before (a pipe, a file that grows). Returns
 * errno. */
static int read_all(int fd, size_t expected, char **bytes, size_t *len)
{
    size_t cap = expected + 1, n = 0;
    char *data = malloc(cap);
    for (;;) {
        if (data == NULL) {
            return ENOMEM;
        }
        const ssize_t got = read(fd, data + n, cap - n);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            const int why = errno;
            free(data);
            return why;
        }
        if (got == 0) {
            break;
        }
        n += (size_t)got;
        if (n == cap) { /* keeps one byte for the terminator */
            cap = 2 * cap + 4096;
            char *larger = realloc(data, cap);
            if (larger == NULL) {
                free(data);
            }
            data = larger;
        }
    }
    data[n] = '\0';
    *bytes = data;
    *len = n;
    return 0;
}

chore_status chore_file_read(const char *path, char **out, size_t *len, chore_error *err)
{
    const int fd = open_retrying(path, O_RDONLY, 0);
    if (fd < 0) {
        return fail_errno(err, "read", path, errno);
    }
    struct stat info;
    int why = fstat(fd, &info) != 0 ? errno : 0;
    if (why == 0) {
        why = S_ISDIR(info.st_mode) ? EISDIR
                                    : read_all(fd, info.st_size > 0 ? (size_t)info.st_size : 0, out, len);
    }
    close(fd);
    return why == 0 ? CHORE_OK : fail_errno(err, "read", path, why);
}

static int write_all(int fd, const void *bytes, size_t len)
{
    const char *p = bytes;
    while (len > 0) {
        const ssize_t n = write(fd, p, len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return errno;
        }
        p += n;
        len -= (size_t)n;
    }
    return 0;
}

/* Write, flush and close a new file. Returns errno. */
static int write_new(const char *path, const void *bytes, size_t len)
{
    const int fd = open_retrying(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
    if (fd < 0) {
        return errno;
    }
    int why = write_all(fd, bytes, len);
    if (why == 0 && fsync(fd) != 0) {
        why = errno;
    }
    if (close(fd) != 0 && why == 0) {
        why = errno;
    }
    return why;
}

/* A rename is only as durable as its folder. Some file systems refuse to sync folders; that is no failure. */
static void sync_parent(const char *path)
{
    char parent[CHORE_PATH_CAP];
    chore_copy(parent, sizeof parent, path);
    char *slash = strrchr(parent, '/');
    if (slash != NULL) {
        slash[slash == parent] = '\0';
    }
    const int fd = open_retrying(slash != NULL ? parent : ".", O_RDONLY | O_DIRECTORY, 0);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
}

chore_status chore_file_write(const char *path, const void *bytes, size_t len, chore_error *err)
{
    static atomic_uint
        counter; /* two threads may write the same path; the last rename wins, nothing is mixed */
    char temporary[CHORE_PATH_CAP];
    const int n = snprintf(temporary, sizeof temporary, "%s.%ld-%u.tmp", path, (long)getpid(),
                           atomic_fetch_add(&counter, 1u));
    if (n < 0 || (size_t)n >= sizeof temporary) {
        return fail_errno(err, "write", path, ENAMETOOLONG);
    }
    int why = write_new(temporary, bytes, len);
    if (why == 0 && rename(temporary, path) != 0) {
        why = errno;
    }
    if (why != 0) {
        if (why != EEXIST) {
            unlink(temporary);
        }
        return chore_fail(err, CHORE_E_IO, "cannot write '%s': %s", path, strerror(why));
    }
    sync_parent(path);
    return CHORE_OK;
}

bool chore_file_exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && !S_ISDIR(info.st_mode);
}

bool chore_dir_exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

chore_status chore_dir_make(const char *path, chore_error *err)
{
    char part[CHORE_PATH_CAP];
    if (!chore_copy(part, sizeof part, path)) {
        return chore_fail(err, CHORE_E_IO, "cannot make folder '%s': %s", path, strerror(ENAMETOOLONG));
    }
    for (char *end = part; *end != '\0';) {
        end += strspn(end, "/");
        end += strcspn(end, "/");
        const char kept = *end;
        *end = '\0';
        /* Someone else may make the same folder at the same moment, so making comes first, looking second. */
        if (mkdir(part, 0777) != 0) {
            const int why = errno;
            if (!chore_dir_exists(part)) {
                return chore_fail(err, CHORE_E_IO, "cannot make folder '%s': %s", part,
                                  why == EEXIST ? "a file of that name is in the way" : strerror(why));
            }
        }
        *end = kept;
    }
    return CHORE_OK;
}

chore_status chore_path_join(char *out, const char *a, const char *b, chore_error *err)
{
    size_t len = strlen(a);
    while (len > 0 && a[len - 1] == '/') {
        len--;
    }
    b += strspn(b, "/");
    const char *slash = a[0] != '\0' ? "/" : "";
    const int n =
        len < CHORE_PATH_CAP ? snprintf(out, CHORE_PATH_CAP, "%.*s%s%s", (int)len, a, slash, b) : -1;
    if (n < 0 || n >= CHORE_PATH_CAP) {
        return chore_fail(err, CHORE_E_IO, "path is too long (%d bytes at most): '%.200s'/'%.200s'",
                          CHORE_PATH_CAP - 1, a, b);
    }
    return CHORE_OK;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

chore_status chore_dir_list(const char *path, char ***out, int *n, chore_error *err)
{
    DIR *dir = opendir(path);
    if (dir == NULL) {
        return fail_errno(err, "list folder", path, errno);
    }
    char **names = NULL;
    int count = 0, cap = 0, why = 0;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (entry == NULL) {
            why = errno;
            break;
        }
        if (entry->d_name[0] == '.') {
            continue;
        }
        if (count == cap) {
            cap = 2 * cap + 16;
            char **larger = realloc(names, (size_t)cap * sizeof *names);
            CHORE_ASSERT(larger != NULL);
            names = larger;
        }
        names[count] = strdup(entry->d_name);
        CHORE_ASSERT(names[count] != NULL);
        count++;
    }
    closedir(dir);
    if (why != 0) {
        chore_dir_list_free(names, count);
        return fail_errno(err, "list folder", path, why);
    }
    if (count > 0) {
        qsort(names, (size_t)count, sizeof *names, compare_names);
    }
    *out = names;
    *n = count;
    return CHORE_OK;
}

void chore_dir_list_free(char **names, int n)
{
    for (int i = 0; i < n; i++) {
        free(names[i]);
    }
    free(names);
}
