/*
 * A disk that keeps only what was synced, for one process: loaded with LD_PRELOAD, it notes what is written to files
 * below SHIM_DATA and copies it to their twins below SHIM_SHADOW when, and only when, they are synced. After kill -9 the
 * twins are what a machine would find after a power cut. (Which unsynced writes may survive as well is decided by
 * whoever reads the folders: the originals still have them all.)
 *
 * SQLite's -shm is memory, not data, and has no twin. Own descriptors are never closed, since closing any descriptor of
 * a file would drop the POSIX locks that SQLite holds on it. SHIM_LIE=1 is for proving that the judge sees: syncs through
 * a read-only descriptor, which is how the server's barrier syncs, then claim to have worked and keep nothing.
 * SHIM_FAIL=n makes the n-th of those syncs fail with EIO.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST_FILES 512
#define MOST_FDS 65536

struct range { off_t from, to; };

struct file {
  char path[PATH_MAX];  /* relative to the folder */
  int real, shadow;     /* own descriptors; shadow -1: never synced */
  struct range *dirty;
  size_t count, room;
  int resized, whole;   /* its size changed; it was written in a way that we do not follow */
  int gone;             /* unlinked or replaced: its name stands for another file now */
};

static struct file files[MOST_FILES];
static int file_count;
static struct file *by_fd[MOST_FDS];
static char read_only[MOST_FDS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char data[PATH_MAX], shadow_folder[PATH_MAX];
static size_t data_length;
static int lies, fails_at, barriers;

#define REAL(type, name, ...) \
  static type (*next)(__VA_ARGS__); \
  if (!next) *(void **)&next = dlsym(RTLD_NEXT, name)

static int real_open(const char *path, int flags, mode_t mode) {
  REAL(int, "open64", const char *, int, ...);
  return next(path, flags, mode);
}
static ssize_t real_pread(int fd, void *to, size_t n, off_t at) {
  REAL(ssize_t, "pread64", int, void *, size_t, off_t);
  return next(fd, to, n, at);
}
static ssize_t real_pwrite(int fd, const void *from, size_t n, off_t at) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t);
  return next(fd, from, n, at);
}
static int real_ftruncate(int fd, off_t size) {
  REAL(int, "ftruncate64", int, off_t);
  return next(fd, size);
}

static void give_up(const char *why, const char *what) {
  fprintf(stderr, "shim: %s: %s (%s)\n", why, what, strerror(errno));
  _exit(86);
}

__attribute__((constructor)) static void begin(void) {
  const char *from = getenv("SHIM_DATA"), *to = getenv("SHIM_SHADOW");
  if (!from || !to) return;
  snprintf(data, sizeof data, "%s/", from);
  snprintf(shadow_folder, sizeof shadow_folder, "%s", to);
  data_length = strlen(data);
  lies = getenv("SHIM_LIE") != NULL;
  fails_at = getenv("SHIM_FAIL") ? atoi(getenv("SHIM_FAIL")) : 0;
}

/* The path below the folder, or NULL when it is none of ours. */
static const char *ours(const char *path) {
  if (!data_length || !path || strncmp(path, data, data_length) != 0) return NULL;
  size_t length = strlen(path);
  if (length >= 4 && strcmp(path + length - 4, "-shm") == 0) return NULL;
  return path + data_length;
}

static void shadow_path(char *to, const char *path) {
  if (snprintf(to, PATH_MAX, "%s/%s", shadow_folder, path) >= PATH_MAX) give_up("too long", path);
}

static struct file *find(const char *path) {
  for (int i = 0; i < file_count; i++)
    if (!files[i].gone && strcmp(files[i].path, path) == 0) return &files[i];
  return NULL;
}

static void opened(const char *full, int fd, int flags) {
  const char *path = ours(full);
  struct stat status;
  if (!path || fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return;
  if (fd >= MOST_FDS) give_up("too many descriptors", path);
  pthread_mutex_lock(&lock);
  struct file *file = find(path);
  if (!file) {
    if (file_count == MOST_FILES) give_up("too many files", path);
    file = &files[file_count++];
    memset(file, 0, sizeof *file);
    snprintf(file->path, sizeof file->path, "%s", path);
    file->real = real_open(full, O_RDONLY | O_CLOEXEC, 0);
    char twin[PATH_MAX];
    shadow_path(twin, path);
    file->shadow = real_open(twin, O_RDWR | O_CLOEXEC, 0);
    if (file->real < 0) give_up("cannot read", path);
    if (file->shadow < 0) file->resized = 1;
  }
  if (flags & O_TRUNC) file->resized = file->whole = 1;
  by_fd[fd] = file;
  read_only[fd] = (flags & O_ACCMODE) == O_RDONLY;
  pthread_mutex_unlock(&lock);
}

static struct file *file_of(int fd) {
  return fd >= 0 && fd < MOST_FDS ? by_fd[fd] : NULL;
}

static void wrote(int fd, off_t from, ssize_t n) {
  struct file *file = file_of(fd);
  if (!file || n <= 0) return;
  pthread_mutex_lock(&lock);
  struct range *last = file->count ? &file->dirty[file->count - 1] : NULL;
  if (last && from >= last->from && from <= last->to) {
    if (from + n > last->to) last->to = from + n;
  } else {
    if (file->count == file->room) {
      file->room = file->room ? file->room * 2 : 64;
      file->dirty = realloc(file->dirty, file->room * sizeof *file->dirty);
      if (!file->dirty) give_up("no memory", file->path);
    }
    file->dirty[file->count++] = (struct range){from, from + n};
  }
  pthread_mutex_unlock(&lock);
}

static void copy(struct file *file, off_t from, off_t to) {
  static char buffer[65536];
  while (from < to) {
    size_t want = to - from < (off_t)sizeof buffer ? (size_t)(to - from) : sizeof buffer;
    ssize_t n = real_pread(file->real, buffer, want, from);
    if (n < 0) give_up("cannot read", file->path);
    if (n == 0) return;
    if (real_pwrite(file->shadow, buffer, n, from) != n) give_up("cannot write the twin of", file->path);
    from += n;
  }
}

static void keep(struct file *file) {
  if (file->gone) return;
  if (file->shadow < 0) {
    char twin[PATH_MAX];
    shadow_path(twin, file->path);
    file->shadow = real_open(twin, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file->shadow < 0) give_up("cannot make the twin of", file->path);
    file->whole = file->resized = 1;
  }
  struct stat status;
  if (fstat(file->real, &status) != 0) give_up("cannot look at", file->path);
  if (file->whole) copy(file, 0, status.st_size);
  else for (size_t i = 0; i < file->count; i++) copy(file, file->dirty[i].from, file->dirty[i].to);
  if (file->resized && real_ftruncate(file->shadow, status.st_size) != 0) give_up("cannot cut the twin of", file->path);
  file->count = 0;
  file->whole = file->resized = 0;
}

/* The disk's own time, so that a process can be killed in the middle of it. */
static void take_time(void) {
  static unsigned state = 1;
  state = state * 1103515245u + 12345u;
  usleep((state >> 16) % 4000);
}

static int synced(int fd) {
  struct file *file = file_of(fd);
  if (!file) return -2;
  take_time();
  int barrier = read_only[fd];
  if (barrier && fails_at && __sync_add_and_fetch(&barriers, 1) == fails_at) {
    errno = EIO;
    return -1;
  }
  if (barrier && lies) return 0;
  pthread_mutex_lock(&lock);
  keep(file);
  pthread_mutex_unlock(&lock);
  return 0;
}

int fsync(int fd) {
  REAL(int, "fsync", int);
  int done = synced(fd);
  return done == -2 ? next(fd) : done;
}
int fdatasync(int fd) {
  REAL(int, "fdatasync", int);
  int done = synced(fd);
  return done == -2 ? next(fd) : done;
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    REAL(int, #name, const char *, int, ...); \
    va_list more; \
    va_start(more, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
    va_end(more); \
    int fd = next(path, flags, mode); \
    opened(path, fd, flags); \
    return fd; \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
  int name(int folder, const char *path, int flags, ...) { \
    REAL(int, #name, int, const char *, int, ...); \
    va_list more; \
    va_start(more, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
    va_end(more); \
    int fd = next(folder, path, flags, mode); \
    opened(path, fd, flags); \
    return fd; \
  }
OPENAT(openat)
OPENAT(openat64)

int close(int fd) {
  REAL(int, "close", int);
  if (fd >= 0 && fd < MOST_FDS) by_fd[fd] = NULL;
  return next(fd);
}

ssize_t write(int fd, const void *from, size_t n) {
  REAL(ssize_t, "write", int, const void *, size_t);
  ssize_t done = next(fd, from, n);
  if (done > 0 && file_of(fd)) wrote(fd, lseek(fd, 0, SEEK_CUR) - done, done);
  return done;
}
ssize_t writev(int fd, const struct iovec *from, int n) {
  REAL(ssize_t, "writev", int, const struct iovec *, int);
  ssize_t done = next(fd, from, n);
  if (done > 0 && file_of(fd)) wrote(fd, lseek(fd, 0, SEEK_CUR) - done, done);
  return done;
}

#define PWRITE(name, from_type, n_type, offset) \
  ssize_t name(int fd, from_type from, n_type n, offset at) { \
    REAL(ssize_t, #name, int, from_type, n_type, offset); \
    ssize_t done = next(fd, from, n, at); \
    wrote(fd, at, done); \
    return done; \
  }
PWRITE(pwrite, const void *, size_t, off_t)
PWRITE(pwrite64, const void *, size_t, off64_t)
PWRITE(pwritev, const struct iovec *, int, off_t)
PWRITE(pwritev64, const struct iovec *, int, off64_t)

static void changed(int fd) {
  struct file *file = file_of(fd);
  if (!file) return;
  pthread_mutex_lock(&lock);
  file->resized = file->whole = 1;
  pthread_mutex_unlock(&lock);
}

#define CHANGE(name, parameters, arguments) \
  int name parameters { \
    static int (*next) parameters; \
    if (!next) *(void **)&next = dlsym(RTLD_NEXT, #name); \
    int done = next arguments; \
    changed(fd); \
    return done; \
  }
CHANGE(ftruncate, (int fd, off_t size), (fd, size))
CHANGE(ftruncate64, (int fd, off64_t size), (fd, size))
CHANGE(fallocate, (int fd, int mode, off_t from, off_t n), (fd, mode, from, n))
CHANGE(posix_fallocate, (int fd, off_t from, off_t n), (fd, from, n))
CHANGE(posix_fallocate64, (int fd, off64_t from, off64_t n), (fd, from, n))

/* Written through memory, a file is copied whole at each sync. */
#define MMAP(name, offset) \
  void *name(void *at, size_t n, int protection, int flags, int fd, offset from) { \
    REAL(void *, #name, void *, size_t, int, int, int, offset); \
    if ((flags & MAP_SHARED) && (protection & PROT_WRITE) && file_of(fd)) \
      give_up("mapped for writing, which this disk does not follow", file_of(fd)->path); \
    return next(at, n, protection, flags, fd, from); \
  }
MMAP(mmap, off_t)
MMAP(mmap64, off64_t)

static void removed(const char *full) {
  const char *path = ours(full);
  if (!path) return;
  pthread_mutex_lock(&lock);
  struct file *file = find(path);
  if (file) file->gone = 1;
  char twin[PATH_MAX];
  shadow_path(twin, path);
  remove(twin);
  pthread_mutex_unlock(&lock);
}

int unlink(const char *path) {
  REAL(int, "unlink", const char *);
  int done = next(path);
  if (done == 0) removed(path);
  return done;
}

/* A file that was never synced keeps its new name and loses its bytes, as file systems do. */
int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *);
  int done = next(from, to);
  const char *old = ours(from), *new = ours(to);
  if (done != 0 || !old || !new) return done;
  pthread_mutex_lock(&lock);
  struct file *over = find(new);
  if (over) over->gone = 1;
  char twin[PATH_MAX], new_twin[PATH_MAX];
  shadow_path(twin, old);
  shadow_path(new_twin, new);
  if (next(twin, new_twin) != 0) {
    int fd = real_open(new_twin, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    struct file *file = find(old);
    if (file && file->shadow < 0) file->shadow = fd;
  }
  struct file *file = find(old);
  if (file) snprintf(file->path, sizeof file->path, "%s", new);
  pthread_mutex_unlock(&lock);
  return done;
}
