#include "db/raw_pages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "db/place.h"

enum {
    PAGE_SIZE_USUAL = 4096,
    PAGE_SIZE_MIN = 512,
    PAGE_SIZE_MAX = 65536,
    LOG_HEADER = 32,
    FRAME_HEADER = 24
};

struct raw_pages {
    int fd, log_fd; /* −1: there is no log */
    size_t size;
    uint32_t count;
    int64_t *frames; /* by page: where the log has it; 0: it does not */
};

void raw_pages_close(struct raw_pages *pages) {
    if (pages == NULL)
        return;
    if (pages->fd >= 0)
        close(pages->fd);
    if (pages->log_fd >= 0)
        close(pages->log_fd);
    free(pages->frames);
    free(pages);
}

size_t raw_pages_size(const struct raw_pages *pages) {
    return pages->size;
}

uint32_t raw_pages_count(const struct raw_pages *pages) {
    return pages->count;
}

static bool is_page_size(size_t size) {
    return size >= PAGE_SIZE_MIN && size <= PAGE_SIZE_MAX && (size & (size - 1)) == 0;
}

bool raw_page_read(const struct raw_pages *pages, uint32_t page, unsigned char *bytes) {
    if (page == 0 || page > pages->count)
        return false;
    int64_t frame = pages->frames[page];
    ssize_t size = (ssize_t)pages->size;
    return frame != 0 ? pread(pages->log_fd, bytes, pages->size, frame) == size
                      : pread(pages->fd, bytes, pages->size, (off_t)(page - 1) * size) == size;
}

/* ------------------------------------------------------------------------------------- the log */

static uint32_t word_of(const unsigned char *at, bool big) {
    uint32_t big_endian = raw_big_endian(at);
    return big ? big_endian : __builtin_bswap32(big_endian);
}

/* Section 4.2 of the file format. */
static void add_checksum(const unsigned char *bytes, size_t length, bool big, uint32_t sum[2]) {
    for (size_t i = 0; i + 8 <= length; i += 8) {
        sum[0] += word_of(bytes + i, big) + sum[1];
        sum[1] += word_of(bytes + i + 4, big) + sum[0];
    }
}

static void reserve(struct raw_pages *pages, uint32_t count) {
    if (count <= pages->count)
        return;
    pages->frames = xreallocarray(pages->frames, (size_t)count + 1, sizeof *pages->frames);
    memset(pages->frames + pages->count + 1, 0, (count - pages->count) * sizeof *pages->frames);
    pages->count = count;
}

/* A frame of a transaction that may not have been committed. */
struct frame {
    uint32_t page;
    int64_t offset;
};

/* Takes over every whole transaction of the log, up to the first frame that does not hold. */
static void read_log(struct raw_pages *pages) {
    enum { PAGES_MOST = 1 << 28 };
    unsigned char header[LOG_HEADER];
    if (pread(pages->log_fd, header, LOG_HEADER, 0) != LOG_HEADER ||
        (raw_big_endian(header) & ~1U) != 0x377F0682 || raw_big_endian(header + 8) != pages->size)
        return;
    bool big = (header[3] & 1) != 0;
    uint32_t sum[2] = {0, 0};
    add_checksum(header, 24, big, sum);
    if (sum[0] != raw_big_endian(header + 24) || sum[1] != raw_big_endian(header + 28))
        return;
    size_t length = FRAME_HEADER + pages->size, pending = 0, capacity = 0;
    unsigned char *frame = xmalloc(length);
    struct frame *frames = NULL;
    for (int64_t at = LOG_HEADER; pread(pages->log_fd, frame, length, at) == (ssize_t)length;
         at += (int64_t)length) {
        add_checksum(frame, 8, big, sum);
        add_checksum(frame + FRAME_HEADER, pages->size, big, sum);
        uint32_t page = raw_big_endian(frame), size_after = raw_big_endian(frame + 4);
        if (memcmp(frame + 8, header + 16, 8) != 0 || sum[0] != raw_big_endian(frame + 16) ||
            sum[1] != raw_big_endian(frame + 20) || page == 0 || page > PAGES_MOST)
            break;
        if (pending == capacity) {
            capacity = capacity * 2 + 64;
            frames = xreallocarray(frames, capacity, sizeof *frames);
        }
        frames[pending++] = (struct frame){page, at + FRAME_HEADER};
        for (size_t i = 0; size_after != 0 && i < pending; i++) {
            reserve(pages, frames[i].page);
            pages->frames[frames[i].page] = frames[i].offset;
        }
        pending = size_after != 0 ? 0 : pending;
    }
    free(frames);
    free(frame);
}

/* --------------------------------------------------------------------------------- opening */

static size_t page_size_of(int fd) {
    unsigned char header[18];
    if (pread(fd, header, sizeof header, 0) != (ssize_t)sizeof header)
        return PAGE_SIZE_USUAL;
    size_t size = (size_t)header[16] << 8 | header[17];
    size = size == 1 ? PAGE_SIZE_MAX : size;
    return is_page_size(size) ? size : PAGE_SIZE_USUAL;
}

enum err raw_pages_open(const char *path, struct raw_pages **out, struct error *error) {
    struct raw_pages *pages = xcalloc(1, sizeof *pages);
    struct stat status;
    char *log = xasprintf("%s-wal", path);
    *out = NULL;
    pages->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    pages->log_fd = open(log, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    free(log);
    if (pages->fd < 0 || fstat(pages->fd, &status) != 0) {
        enum err err = place_failure(error, errno, "read", path);
        raw_pages_close(pages);
        return err;
    }
    pages->size = page_size_of(pages->fd);
    pages->frames = xcalloc(1, sizeof *pages->frames);
    reserve(pages, (uint32_t)(status.st_size / (off_t)pages->size));
    if (pages->log_fd >= 0)
        read_log(pages);
    *out = pages;
    return ERR_OK;
}
