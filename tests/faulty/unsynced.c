#include "tests/faulty/unsynced.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/faulty/plan.h"

enum { SECTOR = 512 };

struct change {
    struct change *older;
    char *path;
    int64_t offset, length; /* length −1: the file was cut or grown to `offset` bytes */
    char *now;              /* what was written */
    int64_t size_before;
    char *before; /* what stood there, as far as the file reached; of a cut file its tail */
    int64_t before_length;
};

static struct change *newest;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *grab(size_t size) {
    void *memory = malloc(size + 1);
    if (memory == NULL)
        abort();
    return memory;
}

/* One descriptor a file, never closed while the file is there: closing it would let go of the locks
 * that this process has on the file (fcntl(2), "advisory record locking"). −1: no such file. */
static int file_of(const char *path) {
    enum { FILES_MAX = 64 };
    static struct {
        char *path;
        int fd;
    } files[FILES_MAX];
    struct stat opened, named;
    int at = 0;
    while (at < FILES_MAX - 1 && files[at].path != NULL && strcmp(files[at].path, path) != 0)
        at++;
    if (files[at].path == NULL)
        files[at].path = strcpy(grab(strlen(path)), path);
    else if (fstat(files[at].fd, &opened) == 0 && stat(path, &named) == 0 &&
             opened.st_ino == named.st_ino)
        return files[at].fd;
    else
        close(files[at].fd);
    return files[at].fd = open(path, O_RDWR | O_CLOEXEC);
}

static void remember(const char *path, const void *bytes, int64_t length, int64_t offset) {
    struct change *change = grab(sizeof *change);
    struct stat status;
    pthread_mutex_lock(&mutex);
    int fd = file_of(path);
    if (fd < 0 || fstat(fd, &status) != 0)
        abort();
    *change = (struct change){.offset = offset, .length = length, .size_before = status.st_size};
    change->path = strcpy(grab(strlen(path)), path);
    int64_t end = length >= 0 ? offset + length : status.st_size;
    if (end > status.st_size)
        end = status.st_size;
    change->before_length = end > offset ? end - offset : 0;
    change->before = grab((size_t)change->before_length);
    if (pread(fd, change->before, (size_t)change->before_length, offset) != change->before_length)
        abort();
    if (length > 0)
        change->now = memcpy(grab((size_t)length), bytes, (size_t)length);
    change->older = newest;
    newest = change;
    pthread_mutex_unlock(&mutex);
}

void unsynced_write(const char *path, const void *bytes, int64_t length, int64_t offset) {
    remember(path, bytes, length, offset);
}

void unsynced_truncate(const char *path, int64_t size) {
    remember(path, NULL, -1, size);
}

void unsynced_forget(const char *path) {
    pthread_mutex_lock(&mutex);
    for (struct change **at = &newest; *at != NULL;) {
        struct change *change = *at;
        if (strcmp(change->path, path) != 0) {
            at = &change->older;
            continue;
        }
        *at = change->older;
        free(change->path);
        free(change->before);
        free(change->now);
        free(change);
    }
    pthread_mutex_unlock(&mutex);
}

static void put(int fd, const char *bytes, int64_t length, int64_t offset) {
    if (length > 0 && pwrite(fd, bytes, (size_t)length, offset) != length)
        abort();
}

static void cut(int fd, int64_t size) {
    if (ftruncate(fd, size) != 0)
        abort();
}

static void take_back(const struct change *change) {
    int fd = file_of(change->path);
    if (fd < 0)
        return; /* removed since */
    cut(fd, change->size_before);
    put(fd, change->before, change->before_length, change->offset);
}

static void make_again(const struct change *change) {
    int fd = file_of(change->path);
    uint32_t fate = plan_random() % 4;
    if (fd < 0 || fate < 2)
        return;
    if (change->length < 0) {
        cut(fd, change->offset);
        return;
    }
    int64_t length = change->length;
    if (fate == 2 && length > SECTOR)
        length = length / SECTOR * (plan_random() % 1000) / 1000 * SECTOR;
    put(fd, change->now, length, change->offset);
}

void unsynced_lose(void) {
    struct change *oldest = NULL;
    for (struct change *change = newest, *older; change != NULL; change = older) {
        take_back(change);
        older = change->older;
        change->older = oldest; /* now the next younger */
        oldest = change;
    }
    for (const struct change *change = oldest; change != NULL; change = change->older)
        make_again(change);
}
