// Watches every call by which a program changes files below one folder, writes each with its data into a trace that outlives
// the program, and makes chosen calls fail or kills the program at them. From the trace the tests build the disk as it might
// be after a power cut at any point: docs/decisions/0007-power-loss.md.
//
// Loaded with LD_PRELOAD. POWERLOSS_ROOT: the folder (absolute, no trailing slash); POWERLOSS_TRACE: the trace, elsewhere;
// POWERLOSS_CONTROL: a file of `struct control` that the test writes while the program runs.
//
// One lock is held over each changing call and its entry, so the order of entries is the order of effects. A sync runs
// outside of the lock and covers the entries that were there when it began; its entry is written after it has returned.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum kind { OPEN = 1, CREATE, WRITE, TRUNCATE, RENAME, UNLINK, LINK, MAKE_FOLDER, REMOVE_FOLDER, SYNC, SYNC_FOLDER, UNSEEN, READ, KINDS };

struct entry {
    uint32_t magic, kind;
    uint64_t number, time, inode;
    int64_t offset, length;   // SYNC: offset is the number of the last entry covered
    int32_t error;
    uint32_t path_bytes, second_bytes, data_bytes;
};

enum mode { ONCE, FOR_EVER, KILL };

struct control {
    uint32_t kinds;           // bit per kind; 0: nothing is armed
    int32_t left;             // calls of these kinds until the fault, the faulty one included
    int32_t error;
    uint32_t mode, fired;
    uint32_t reserved;
    char part[104];           // of the path; empty: all
    uint64_t calls[KINDS];
};

#define MOST_FILES 65536
#define MAGIC 0x4c525750

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static size_t root_length;
static int trace = -1;
static uint64_t number;
static struct control *control;
static struct control nothing;
static struct { char kind; char *path; } files[MOST_FILES];   // kind: 0 not ours, 1 file, 2 folder

static void *(*real_dlsym)(void *, const char *);

#define REAL(name) ((__typeof__(&name))real(__func__, #name))

static void find_dlsym(void) {
    for (const char **v = (const char *[]){"GLIBC_2.34", "GLIBC_2.17", "GLIBC_2.2.5", 0}; *v && !real_dlsym; v++) {
        *(void **)&real_dlsym = dlvsym(RTLD_NEXT, "dlsym", *v);
    }
}

static void *real(const char *caller, const char *name) {
    (void)caller;
    if (!real_dlsym) find_dlsym();
    void *found = real_dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("POWERLOSS_ROOT"), *path = getenv("POWERLOSS_TRACE"), *armed = getenv("POWERLOSS_CONTROL");
    find_dlsym();
    control = &nothing;
    if (!folder || !path) return;
    if (armed) {
        int fd = (int)syscall(SYS_openat, AT_FDCWD, armed, O_RDWR | O_CLOEXEC);
        void *mapped = fd < 0 ? MAP_FAILED : mmap(0, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (mapped == MAP_FAILED) abort();
        control = mapped;
        syscall(SYS_close, fd);
    }
    trace = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (trace < 0) abort();
    root_length = strlen(folder);
    memcpy(root, folder, root_length + 1);
}

// The path relative to the root (empty: the root itself), in `space` if it had to be made; null where it is not below it.
static const char *below(const char *path, char *space) {
    if (!root_length || !path) return 0;
    if (path[0] != '/') {
        size_t length = getcwd(space, PATH_MAX) ? strlen(space) : 0;
        snprintf(space + length, PATH_MAX - length, "/%s", path);
        path = space;
    }
    if (strncmp(path, root, root_length) || (path[root_length] != '/' && path[root_length])) return 0;
    path += root_length;
    while (*path == '/') path++;
    return path;
}

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// Under the lock.
static void record(enum kind kind, uint64_t inode, int64_t offset, int64_t length, int error, const char *path, const char *second,
                   const void *data, size_t bytes) {
    struct entry e = {MAGIC, kind, ++number, now(), inode, offset, length, error,
                      path ? strlen(path) : 0, second ? strlen(second) : 0, bytes};
    struct iovec parts[] = {{&e, sizeof e}, {(void *)path, e.path_bytes}, {(void *)second, e.second_bytes}, {(void *)data, bytes}};
    ssize_t all = (ssize_t)(sizeof e + e.path_bytes + e.second_bytes + bytes);
    if (syscall(SYS_writev, trace, parts, 4) != all) abort();
}

// Something changed, or may change, a file in a way that the trace cannot hold: a test that sees this entry proves nothing.
static void unseen(const char *call, const char *path) {
    pthread_mutex_lock(&lock);
    record(UNSEEN, 0, 0, 0, 0, call, path, 0, 0);
    pthread_mutex_unlock(&lock);
}

// Counts a call and says whether it fails: the error, or 0. Under the lock.
static int fault(enum kind kind, const char *path) {
    control->calls[kind]++;
    if (!(control->kinds & 1u << kind) || (control->part[0] && !(path && strstr(path, control->part)))) return 0;
    if (control->left > 1) {
        control->left--;
        return 0;
    }
    control->fired++;
    if (control->mode == KILL) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    if (control->mode == ONCE) control->kinds = 0;
    return control->error;
}

static uint64_t inode_of(int fd) {
    struct stat s;
    return fstat(fd, &s) ? 0 : s.st_ino;
}

static int ours(int fd) { return root_length && fd >= 0 && fd < MOST_FILES ? files[fd].kind : 0; }

static int is_writing(int flags) { return (flags & O_ACCMODE) != O_RDONLY; }

static void keep(int fd, const char *path) {
    struct stat s;
    if (fd >= MOST_FILES) abort();
    files[fd].path = strdup(path);
    files[fd].kind = fstat(fd, &s) || !S_ISDIR(s.st_mode) ? 1 : 2;
}

static int open_below(const char *full, const char *path, int flags, mode_t mode) {
    struct stat s;
    int result = -1, error;
    if ((flags & O_TMPFILE) == O_TMPFILE || (flags & (O_SYNC | O_DSYNC | O_DIRECT))) unseen("open with O_TMPFILE, O_SYNC or O_DIRECT", path);
    pthread_mutex_lock(&lock);
    int is_new = (flags & O_CREAT) && stat(full, &s) && errno == ENOENT;
    error = is_new ? fault(CREATE, path) : is_writing(flags) ? fault(OPEN, path) : 0;
    if (error) {
        errno = error;
    } else {
        result = (int)syscall(SYS_openat, AT_FDCWD, full, flags, mode);
        error = errno;
        if (result >= 0) {
            keep(result, path);
            if (is_writing(flags) || is_new) record(is_new ? CREATE : OPEN, inode_of(result), 0, 0, 0, path, 0, 0, 0);
            if (!is_new && (flags & O_TRUNC)) record(TRUNCATE, inode_of(result), 0, 0, 0, path, 0, 0, 0);
        }
        errno = error;
    }
    pthread_mutex_unlock(&lock);
    return result;
}

int openat(int folder, const char *full, int flags, ...) {
    char space[PATH_MAX];
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    const char *path = folder == AT_FDCWD || full[0] == '/' ? below(full, space) : 0;
    if (path) return open_below(full, path, flags, mode);
    if (ours(folder) && is_writing(flags)) unseen("openat of a folder", full);
    return (int)syscall(SYS_openat, folder, full, flags, mode);
}
int openat64(int folder, const char *full, int flags, ...) __attribute__((alias("openat")));

int open(const char *full, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return openat(AT_FDCWD, full, flags, mode);
}
int open64(const char *full, int flags, ...) __attribute__((alias("open")));
int __open_2(const char *full, int flags) { return openat(AT_FDCWD, full, flags); }
int __open64_2(const char *full, int flags) __attribute__((alias("__open_2")));

int creat(const char *full, mode_t mode) { return openat(AT_FDCWD, full, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *full, mode_t mode) __attribute__((alias("creat")));

FILE *fopen(const char *full, const char *mode) {
    char space[PATH_MAX];
    const char *path = below(full, space);
    if (path && strpbrk(mode, "wa+")) unseen("fopen", path);
    return REAL(fopen)(full, mode);
}
FILE *fopen64(const char *full, const char *mode) __attribute__((alias("fopen")));

int close(int fd) {
    if (ours(fd)) {
        pthread_mutex_lock(&lock);
        files[fd].kind = 0;
        free(files[fd].path);
        files[fd].path = 0;
        pthread_mutex_unlock(&lock);
    }
    return REAL(close)(fd);
}

// A failing write leaves its first half behind, as a disk may that fills up or fails on the way.
static ssize_t write_at(int fd, const struct iovec *parts, int count, off_t offset, int moves) {
    size_t bytes = 0, at = 0;
    for (int i = 0; i < count; i++) bytes += parts[i].iov_len;
    char *data = malloc(bytes + 1);
    for (int i = 0; i < count; at += parts[i++].iov_len) memcpy(data + at, parts[i].iov_base, parts[i].iov_len);
    pthread_mutex_lock(&lock);
    int failing = fault(WRITE, files[fd].path);
    if (moves) offset = REAL(fcntl)(fd, F_GETFL) & O_APPEND ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
    size_t wanted = failing ? bytes / 2 : bytes;
    ssize_t written = wanted || !failing ? syscall(SYS_pwrite64, fd, data, wanted, offset) : 0;
    int error = errno;
    if (written > 0) {
        record(WRITE, inode_of(fd), offset, written, 0, files[fd].path, 0, data, (size_t)written);
        if (moves) lseek(fd, offset + written, SEEK_SET);
    }
    pthread_mutex_unlock(&lock);
    free(data);
    errno = failing ? failing : error;
    return failing ? -1 : written;
}

ssize_t write(int fd, const void *data, size_t bytes) {
    return ours(fd) ? write_at(fd, &(struct iovec){(void *)data, bytes}, 1, 0, 1) : syscall(SYS_write, fd, data, bytes);
}
ssize_t pwrite(int fd, const void *data, size_t bytes, off_t offset) {
    return ours(fd) ? write_at(fd, &(struct iovec){(void *)data, bytes}, 1, offset, 0) : REAL(pwrite)(fd, data, bytes, offset);
}
ssize_t pwrite64(int fd, const void *data, size_t bytes, off_t offset) __attribute__((alias("pwrite")));
ssize_t writev(int fd, const struct iovec *parts, int count) {
    return ours(fd) ? write_at(fd, parts, count, 0, 1) : REAL(writev)(fd, parts, count);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    return ours(fd) ? write_at(fd, parts, count, offset, 0) : REAL(pwritev)(fd, parts, count, offset);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t offset) __attribute__((alias("pwritev")));
ssize_t pwritev2(int fd, const struct iovec *parts, int count, off_t offset, int flags) {
    return ours(fd) ? write_at(fd, parts, count, offset, offset == -1) : REAL(pwritev2)(fd, parts, count, offset, flags);
}
ssize_t pwritev64v2(int fd, const struct iovec *parts, int count, off_t offset, int flags) __attribute__((alias("pwritev2")));

static int read_fault(int fd) {
    pthread_mutex_lock(&lock);
    int failing = fault(READ, files[fd].path);
    pthread_mutex_unlock(&lock);
    return failing;
}
ssize_t read(int fd, void *data, size_t bytes) {
    int failing = ours(fd) ? read_fault(fd) : 0;
    if (failing) { errno = failing; return -1; }
    return REAL(read)(fd, data, bytes);
}
ssize_t pread(int fd, void *data, size_t bytes, off_t offset) {
    int failing = ours(fd) ? read_fault(fd) : 0;
    if (failing) { errno = failing; return -1; }
    return REAL(pread)(fd, data, bytes, offset);
}
ssize_t pread64(int fd, void *data, size_t bytes, off_t offset) __attribute__((alias("pread")));

int ftruncate(int fd, off_t length) {
    if (!ours(fd)) return REAL(ftruncate)(fd, length);
    pthread_mutex_lock(&lock);
    int error = fault(TRUNCATE, files[fd].path), result = -1;
    if (!error) {
        result = (int)syscall(SYS_ftruncate, fd, length);
        error = errno;
        if (!result) record(TRUNCATE, inode_of(fd), 0, length, 0, files[fd].path, 0, 0, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int ftruncate64(int fd, off_t length) __attribute__((alias("ftruncate")));

int truncate(const char *full, off_t length) {
    int fd = open(full, O_WRONLY | O_CLOEXEC), result;
    if (fd < 0) return -1;
    result = ftruncate(fd, length);
    close(fd);
    return result;
}
int truncate64(const char *full, off_t length) __attribute__((alias("truncate")));

int fallocate(int fd, int mode, off_t offset, off_t bytes) {
    struct stat s;
    if (ours(fd) && mode == 0 && !fstat(fd, &s)) return s.st_size < offset + bytes ? ftruncate(fd, offset + bytes) : 0;
    if (ours(fd) && mode != FALLOC_FL_KEEP_SIZE) unseen("fallocate", files[fd].path);
    return REAL(fallocate)(fd, mode, offset, bytes);
}
int fallocate64(int fd, int mode, off_t offset, off_t bytes) __attribute__((alias("fallocate")));
int posix_fallocate(int fd, off_t offset, off_t bytes) { return fallocate(fd, 0, offset, bytes) ? errno : 0; }
int posix_fallocate64(int fd, off_t offset, off_t bytes) __attribute__((alias("posix_fallocate")));

static int sync_all(int fd, long call) {
    int kind = ours(fd) == 2 ? SYNC_FOLDER : SYNC, result = -1;
    pthread_mutex_lock(&lock);
    uint64_t covered = number;
    int error = fault(kind, files[fd].path);
    pthread_mutex_unlock(&lock);
    if (!error) {
        result = (int)syscall(call, fd);
        error = result ? errno : 0;
    }
    pthread_mutex_lock(&lock);
    record(kind, inode_of(fd), (int64_t)covered, 0, error, files[fd].path, 0, 0, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int fsync(int fd) { return ours(fd) ? sync_all(fd, SYS_fsync) : REAL(fsync)(fd); }
int fdatasync(int fd) { return ours(fd) ? sync_all(fd, SYS_fdatasync) : REAL(fdatasync)(fd); }

// A change of names: does it under the lock and records it.
#define CHANGE_NAMES(kind, first, second, call)                       \
    do {                                                              \
        pthread_mutex_lock(&lock);                                    \
        int error_ = fault(kind, first), result_ = -1;                \
        if (!error_) {                                                \
            result_ = (int)(call);                                    \
            error_ = errno;                                           \
            if (!result_) record(kind, 0, 0, 0, 0, first, second, 0, 0); \
        }                                                             \
        pthread_mutex_unlock(&lock);                                  \
        errno = error_;                                               \
        return result_;                                               \
    } while (0)

int renameat2(int old_folder, const char *old, int new_folder, const char *new, unsigned flags) {
    char one[PATH_MAX], two[PATH_MAX];
    const char *from = below(old, one), *to = below(new, two);
    if (!from && !to) return (int)syscall(SYS_renameat2, old_folder, old, new_folder, new, flags);
    if (!from || !to || (flags & ~RENAME_NOREPLACE) || (old[0] != '/' && old_folder != AT_FDCWD)) unseen("renameat2", old);
    if (!from || !to) return (int)syscall(SYS_renameat2, old_folder, old, new_folder, new, flags);
    CHANGE_NAMES(RENAME, from, to, syscall(SYS_renameat2, old_folder, old, new_folder, new, flags));
}
int renameat(int old_folder, const char *old, int new_folder, const char *new) { return renameat2(old_folder, old, new_folder, new, 0); }
int rename(const char *old, const char *new) { return renameat2(AT_FDCWD, old, AT_FDCWD, new, 0); }

int linkat(int old_folder, const char *old, int new_folder, const char *new, int flags) {
    char one[PATH_MAX], two[PATH_MAX];
    const char *from = below(old, one), *to = below(new, two);
    if (!to) return (int)syscall(SYS_linkat, old_folder, old, new_folder, new, flags);
    if (!from) unseen("link from outside", new);
    CHANGE_NAMES(LINK, from ? from : "", to, syscall(SYS_linkat, old_folder, old, new_folder, new, flags));
}
int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }

int symlink(const char *target, const char *full) {
    char space[PATH_MAX];
    if (below(full, space)) unseen("symlink", full);
    return REAL(symlink)(target, full);
}

int unlinkat(int folder, const char *full, int flags) {
    char space[PATH_MAX];
    const char *path = folder == AT_FDCWD || full[0] == '/' ? below(full, space) : 0;
    if (!path && ours(folder)) unseen("unlinkat of a folder", full);
    if (!path) return (int)syscall(SYS_unlinkat, folder, full, flags);
    int kind = flags & AT_REMOVEDIR ? REMOVE_FOLDER : UNLINK;
    CHANGE_NAMES(kind, path, 0, syscall(SYS_unlinkat, folder, full, flags));
}
int unlink(const char *full) { return unlinkat(AT_FDCWD, full, 0); }
int rmdir(const char *full) { return unlinkat(AT_FDCWD, full, AT_REMOVEDIR); }
int remove(const char *full) {
    struct stat s;
    return !lstat(full, &s) && S_ISDIR(s.st_mode) ? rmdir(full) : unlink(full);
}

int mkdirat(int folder, const char *full, mode_t mode) {
    char space[PATH_MAX];
    const char *path = folder == AT_FDCWD || full[0] == '/' ? below(full, space) : 0;
    if (!path) return (int)syscall(SYS_mkdirat, folder, full, mode);
    CHANGE_NAMES(MAKE_FOLDER, path, 0, syscall(SYS_mkdirat, folder, full, mode));
}
int mkdir(const char *full, mode_t mode) { return mkdirat(AT_FDCWD, full, mode); }

// What follows copies or maps bytes past the calls above. Callers have another way, which is watched; a mapping that writes is refused.
ssize_t sendfile(int out, int in, off_t *offset, size_t bytes) {
    if (ours(out)) { errno = EINVAL; return -1; }
    return REAL(sendfile)(out, in, offset, bytes);
}
ssize_t sendfile64(int out, int in, off_t *offset, size_t bytes) __attribute__((alias("sendfile")));
ssize_t copy_file_range(int in, off_t *in_at, int out, off_t *out_at, size_t bytes, unsigned flags) {
    if (ours(out)) { errno = EXDEV; return -1; }
    return REAL(copy_file_range)(in, in_at, out, out_at, bytes, flags);
}
ssize_t splice(int in, off_t *in_at, int out, off_t *out_at, size_t bytes, unsigned flags) {
    if (ours(out)) { errno = EINVAL; return -1; }
    return REAL(splice)(in, in_at, out, out_at, bytes, flags);
}
int ioctl(int fd, unsigned long request, ...) {
    va_list rest;
    va_start(rest, request);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    if (ours(fd) && (request == FICLONE || request == FICLONERANGE)) { errno = EOPNOTSUPP; return -1; }
    return REAL(ioctl)(fd, request, argument);
}
void *mmap(void *at, size_t bytes, int protection, int flags, int fd, off_t offset) {
    if (!(flags & MAP_ANONYMOUS) && ours(fd) && (flags & (MAP_SHARED | MAP_SHARED_VALIDATE)) && (protection & PROT_WRITE)) {
        unseen("mmap", files[fd].path);
        errno = EACCES;
        return MAP_FAILED;
    }
    return (void *)syscall(SYS_mmap, at, bytes, protection, flags, fd, offset);
}
void *mmap64(void *at, size_t bytes, int protection, int flags, int fd, off_t offset) __attribute__((alias("mmap")));
int dup(int fd) {
    if (ours(fd)) unseen("dup", files[fd].path);
    return REAL(dup)(fd);
}
int dup2(int fd, int to) {
    if (ours(fd) || ours(to)) unseen("dup2", files[fd].path);
    return REAL(dup2)(fd, to);
}
int dup3(int fd, int to, int flags) {
    if (ours(fd) || ours(to)) unseen("dup3", files[fd].path);
    return REAL(dup3)(fd, to, flags);
}
int fcntl(int fd, int command, ...) {
    va_list rest;
    va_start(rest, command);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    if (ours(fd) && (command == F_DUPFD || command == F_DUPFD_CLOEXEC)) unseen("fcntl", files[fd].path);
    return REAL(fcntl)(fd, command, argument);
}
int fcntl64(int fd, int command, ...) __attribute__((alias("fcntl")));

// .NET asks the C library itself for what it declares as imports from "libc", past the order in which libraries are loaded.
void *dlsym(void *library, const char *name) {
    static const struct { const char *name; void *ours; } watched[] = {
#define WATCHED(name) {#name, (void *)name}
        WATCHED(open), WATCHED(open64), WATCHED(openat), WATCHED(openat64), WATCHED(creat), WATCHED(close), WATCHED(write), WATCHED(pwrite),
        WATCHED(pwrite64), WATCHED(writev), WATCHED(pwritev), WATCHED(pwritev64), WATCHED(read), WATCHED(pread), WATCHED(pread64),
        WATCHED(ftruncate), WATCHED(ftruncate64), WATCHED(truncate), WATCHED(fallocate), WATCHED(posix_fallocate), WATCHED(fsync),
        WATCHED(fdatasync), WATCHED(rename), WATCHED(renameat), WATCHED(renameat2), WATCHED(link), WATCHED(linkat), WATCHED(symlink),
        WATCHED(unlink), WATCHED(unlinkat), WATCHED(rmdir), WATCHED(remove), WATCHED(mkdir), WATCHED(mkdirat), WATCHED(sendfile),
        WATCHED(copy_file_range), WATCHED(splice), WATCHED(ioctl), WATCHED(mmap), WATCHED(mmap64), WATCHED(fopen), WATCHED(dup), WATCHED(fcntl),
    };
    if (!real_dlsym) find_dlsym();
    void *found = real_dlsym(library, name);
    for (size_t i = 0; found && i < sizeof watched / sizeof *watched; i++) {
        if (!strcmp(name, watched[i].name) && found != watched[i].ours && found == real_dlsym(RTLD_NEXT, name)) return watched[i].ours;
    }
    return found;
}
