/* A disk that can lose its power or its room, between one folder and the program that writes there.
 *
 * Loaded with LD_PRELOAD. Every change to a file of DISK_FOLDER is written to DISK_TRACE before it is made, and every
 * flush after it: from the trace alone the driver makes the folder as a disk would have it at any moment (trace.rs).
 * A flush reaches no real disk, because the trace is the disk. Without DISK_TRACE the disk is the machine's own and only
 * fails. DISK_FAULT is one page that is shared with the driver, which says there what fails (disk.rs).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS 4096
#define NAME 256

/* As in disk.rs. */
enum { HEALTHY = 0, FULL = 1, WRITE_FAILS = 2, FLUSH_FAILS = 3, FLUSH_KILLS = 4 };

struct fault {
    volatile uint32_t kind;
    volatile uint32_t failed; /* how often it has failed already */
};

struct record {
    uint8_t act; /* N name, W write, T truncate, S flushed, F flush failed, U unlink */
    uint8_t file;
    uint16_t unused;
    uint32_t length;
    uint64_t offset;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static size_t folder_length;
static int trace = -1;
static struct fault *fault;
static uint8_t file_of[FDS]; /* 0: not ours */
static char names[256][NAME];
static unsigned named;

#define REAL(result, name, ...) \
    static result (*real)(__VA_ARGS__); \
    if (!real) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

__attribute__((constructor)) static void begin(void) {
    folder = getenv("DISK_FOLDER");
    const char *trace_path = getenv("DISK_TRACE"), *fault_path = getenv("DISK_FAULT");
    if (!folder || !fault_path) return;
    /* PostgreSQL writes its title over the environment. */
    if (!(folder = strdup(folder))) abort();
    folder_length = strlen(folder);
    if (trace_path && (trace = open(trace_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) < 0) abort();
    int page = open(fault_path, O_RDWR | O_CLOEXEC);
    void *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, page, 0);
    close(page);
    if (shared == MAP_FAILED) abort();
    fault = shared;
}

static void note(uint8_t act, uint8_t file, uint64_t offset, const void *content, uint32_t length) {
    if (trace < 0) return;
    struct record record = {act, file, 0, length, offset};
    struct iovec parts[2] = {{&record, sizeof record}, {(void *)content, length}};
    if (writev(trace, parts, length ? 2 : 1) != (ssize_t)(sizeof record + length)) abort();
}

/* The number of a file of the folder; the index that SQLite shares in memory is no file on a disk. */
static uint8_t number(const char *path) {
    size_t length = strlen(path);
    if (!fault || strncmp(path, folder, folder_length) != 0 || path[folder_length] != '/') return 0;
    if (trace < 0) return 1;
    if (length >= NAME || (length > 4 && strcmp(path + length - 4, "-shm") == 0)) return 0;
    for (unsigned it = 1; it <= named; it++)
        if (strcmp(names[it], path) == 0) return it;
    if (named == 255) abort();
    strcpy(names[++named], path);
    note('N', named, 0, path + folder_length + 1, length - folder_length - 1);
    return named;
}

static int opened(int fd, const char *path, int flags) {
    if (fd < 0 || fd >= FDS) return fd;
    struct stat it;
    pthread_mutex_lock(&lock);
    file_of[fd] = fstat(fd, &it) == 0 && S_ISREG(it.st_mode) ? number(path) : 0;
    if (file_of[fd] && (flags & O_TRUNC)) note('T', file_of[fd], 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    return fd;
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, #name, const char *, int, ...); \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
        va_end(more); \
        return opened(real(path, flags, mode), path, flags); \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    REAL(int, "close", int);
    if (fd >= 0 && fd < FDS) file_of[fd] = 0;
    return real(fd);
}

static int fails(uint32_t kind) {
    if (!fault || fault->kind != kind) return 0;
    fault->failed++;
    return 1;
}

/* Whether a write may be made; it is in the trace then. */
static int may_write(int fd, const void *content, size_t length, off_t offset) {
    if (fails(FULL)) { errno = ENOSPC; return 0; }
    if (fails(WRITE_FAILS)) { errno = EIO; return 0; }
    note('W', file_of[fd], offset, content, length);
    return 1;
}

#define OURS(fd) ((fd) >= 0 && (fd) < FDS && file_of[fd])

ssize_t write(int fd, const void *content, size_t length) {
    REAL(ssize_t, "write", int, const void *, size_t);
    if (!OURS(fd)) return real(fd, content, length);
    pthread_mutex_lock(&lock);
    ssize_t written = may_write(fd, content, length, lseek(fd, 0, SEEK_CUR)) ? real(fd, content, length) : -1;
    pthread_mutex_unlock(&lock);
    return written;
}

#define PWRITE(name) \
    ssize_t name(int fd, const void *content, size_t length, off_t offset) { \
        REAL(ssize_t, #name, int, const void *, size_t, off_t); \
        if (!OURS(fd)) return real(fd, content, length, offset); \
        pthread_mutex_lock(&lock); \
        ssize_t written = may_write(fd, content, length, offset) ? real(fd, content, length, offset) : -1; \
        pthread_mutex_unlock(&lock); \
        return written; \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

#define TRUNCATE(name) \
    int name(int fd, off_t length) { \
        REAL(int, #name, int, off_t); \
        if (!OURS(fd)) return real(fd, length); \
        pthread_mutex_lock(&lock); \
        note('T', file_of[fd], length, NULL, 0); \
        int done = real(fd, length); \
        pthread_mutex_unlock(&lock); \
        return done; \
    }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

#define FLUSH(name) \
    int name(int fd) { \
        REAL(int, #name, int); \
        if (!OURS(fd)) return real(fd); \
        pthread_mutex_lock(&lock); \
        if (fails(FLUSH_KILLS)) kill(getpid(), SIGKILL); \
        int failed = fails(FLUSH_FAILS); \
        note(failed ? 'F' : 'S', file_of[fd], 0, NULL, 0); \
        pthread_mutex_unlock(&lock); \
        if (failed) errno = EIO; \
        return failed ? -1 : trace < 0 ? real(fd) : 0; \
    }
FLUSH(fsync)
FLUSH(fdatasync)

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    pthread_mutex_lock(&lock);
    uint8_t file = number(path);
    if (file) note('U', file, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    return real(path);
}
