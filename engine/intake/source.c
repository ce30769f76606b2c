#include "engine/intake/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/ahead.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "engine/intake/unpack.h"

enum { CHUNK_SIZE = AHEAD_CHUNK, REPORT_MS = 250 };

struct source {
    char *name, *phase;
    int fd;
    bool regular, begun, ended;
    const struct progress_sink *progress;
    int64_t reported_ms;
    const atomic_bool *stop; /* NULL: the sink decides */
    atomic_uint_fast64_t size;
    uint64_t total;
    struct timespec modified; /* of a file, when it was opened */
    struct digest *digest;
    char sha256[DIGEST_TEXT_SIZE];

    struct unpacker *unpacker; /* NULL: the file is not packed */
    char packed[CHUNK_SIZE];
    size_t packed_at, packed_end;
    bool packed_ended;

    char chunk[CHUNK_SIZE];
    struct ahead *ahead; /* NULL: read when it is asked for, into the chunk */
};

enum err source_open(const char *path, const struct progress_sink *progress, struct source **out,
                     struct error *error) {
    *out = NULL;
    bool standard = strcmp(path, "-") == 0;
    char *name = standard ? xstrdup("standard input") : text_printable(path, strlen(path));
    /* Without waiting for a named pipe's other end: that can be cancelled later on. */
    int fd = standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                      : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status = {0};
    enum err err = ERR_OK;
    if (fd < 0 || fstat(fd, &status) != 0) {
        err = error_set(error, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot open %s: %s", name,
                        strerror(errno));
    } else if (S_ISDIR(status.st_mode)) {
        err = error_set(error, ERR_INPUT, "%s is a folder", name);
        error_hint(error, "name the CSV files in it");
    }
    if (err != ERR_OK) {
        if (fd >= 0)
            close(fd);
        free(name);
        return err;
    }
    struct source *source = xcalloc(1, sizeof *source);
    source->name = name;
    source->phase = xasprintf("reading %s", name);
    source->fd = fd;
    source->regular = S_ISREG(status.st_mode);
    source->total = source->regular && status.st_size > 0 ? (uint64_t)status.st_size : 0;
    source->modified = status.st_mtim;
    source->progress = progress;
    source->digest = digest_new();
    *out = source;
    return ERR_OK;
}

void source_close(struct source *source) {
    if (source == NULL)
        return;
    source_stay(source);
    if (source->digest != NULL)
        digest_end(source->digest, source->sha256);
    unpacker_free(source->unpacker);
    close(source->fd);
    free(source->phase);
    free(source->name);
    free(source);
}

const char *source_name(const struct source *source) {
    return source->name;
}

int64_t source_size(const struct source *source) {
    return (int64_t)source->size;
}

void source_digest(struct source *source, char text[DIGEST_TEXT_SIZE]) {
    if (source->digest != NULL)
        digest_end(source->digest, source->sha256);
    source->digest = NULL;
    memcpy(text, source->sha256, DIGEST_TEXT_SIZE);
}

/* ---------------------------------------------------------------------------------- how far it is
 */

static enum err cancelled(const struct source *source, struct error *error) {
    return error_set(error, ERR_CANCELLED, "cancelled while reading %s", source->name);
}

enum err source_report(struct source *source, const struct progress_sink *sink,
                       struct error *error) {
    int64_t now_ms = clock_elapsed_ms();
    if (now_ms - source->reported_ms < REPORT_MS)
        return ERR_OK;
    source->reported_ms = now_ms;
    bool go_on = progress_report(sink, source->phase, "bytes", source->size, source->total);
    return go_on ? ERR_OK : cancelled(source, error);
}

static enum err report(struct source *source, struct error *error) {
    if (source->stop != NULL)
        return *source->stop ? cancelled(source, error) : ERR_OK;
    if (!source->begun)
        source->reported_ms = INT64_MIN / 2;
    return source_report(source, source->progress, error);
}

/* A pipe may be silent for long; somebody may want to cancel meanwhile. */
static enum err await(struct source *source, struct error *error) {
    struct pollfd input = {.fd = source->fd, .events = POLLIN};
    for (;;) {
        enum err err = report(source, error);
        if (err != ERR_OK || source->regular || poll(&input, 1, REPORT_MS) > 0)
            return err;
    }
}

bool source_ready(const struct source *source) {
    struct pollfd input = {.fd = source->fd, .events = POLLIN};
    return source->regular || source->ended || source->packed_at < source->packed_end ||
           poll(&input, 1, 0) > 0;
}

/* ------------------------------------------------------------------------------------- reading */

/* Somebody still writes it, or wrote it anew: its last rows may be half of themselves, and what was
 * read the mixture of two files. */
static enum err check_unchanged(const struct source *source, struct error *error) {
    struct stat status;
    if (!source->regular || fstat(source->fd, &status) != 0)
        return ERR_OK;
    bool made_up = status.st_size == 0 && source->total == 0; /* by the kernel, as in /proc */
    bool same = (uint64_t)status.st_size == source->total &&
                status.st_mtim.tv_sec == source->modified.tv_sec &&
                status.st_mtim.tv_nsec == source->modified.tv_nsec;
    if (same || made_up)
        return ERR_OK;
    error_set(error, ERR_INPUT, "%s was changed while it was read", source->name);
    return error_hint(error, "nothing was taken from it; try again once it is complete");
}

/* The file's own bytes; 0 of them at its end. */
static enum err read_file(struct source *source, char *bytes, size_t size, size_t *length,
                          struct error *error) {
    for (;;) {
        enum err err = await(source, error);
        if (err != ERR_OK)
            return err;
        ssize_t got = read(source->fd, bytes, size);
        if (got >= 0) {
            digest_add(source->digest, bytes, (size_t)got);
            source->size += (uint64_t)got;
            *length = (size_t)got;
            return got == 0 ? check_unchanged(source, error) : ERR_OK;
        }
        if (errno != EINTR && errno != EAGAIN)
            return error_set(error, ERR_IO, "cannot read %s: %s", source->name, strerror(errno));
    }
}

static enum err unpack(struct source *source, char *bytes, size_t size, size_t *length,
                       struct error *error) {
    struct unpacking step = {.in = source->packed + source->packed_at,
                             .in_length = source->packed_end - source->packed_at,
                             .out = bytes,
                             .out_size = size};
    enum err err = unpacker_run(source->unpacker, &step, source->name, error);
    source->packed_at = source->packed_end - step.in_length;
    *length = size - step.out_size;
    return err;
}

/* Until something came out, which may take several reads, or nothing more can. */
static enum err read_packed(struct source *source, char *bytes, size_t size, size_t *length,
                            struct error *error) {
    enum err err = ERR_OK;
    for (*length = 0; err == ERR_OK && *length == 0;) {
        size_t left = source->packed_end - source->packed_at;
        err = unpack(source, bytes, size, length, error);
        bool stuck = *length == 0 && left == source->packed_end - source->packed_at;
        if (err != ERR_OK || !stuck)
            continue;
        if (source->packed_ended) {
            if (left == 0 && unpacker_is_complete(source->unpacker))
                break;
            error_set(error, ERR_INPUT, "%s is cut off: its packed data does not end",
                      source->name);
            return error_hint(error, "nothing was taken from it; fetch the file again");
        }
        memmove(source->packed, source->packed + source->packed_at, left);
        source->packed_at = 0;
        size_t got = 0;
        err = read_file(source, source->packed + left, CHUNK_SIZE - left, &got, error);
        source->packed_end = left + got;
        source->packed_ended = err == ERR_OK && got == 0;
    }
    return err;
}

static enum err read_text(void *context, char *bytes, size_t size, size_t *length,
                          struct error *error) {
    struct source *source = context;
    return source->unpacker != NULL ? read_packed(source, bytes, size, length, error)
                                    : read_file(source, bytes, size, length, error);
}

/* Four bytes of the chunk, or all there are; a pipe may bring them one by one. */
static enum err read_first(struct source *source, size_t *end, struct error *error) {
    enum err err = ERR_OK;
    source->ended = false;
    for (*end = 0; err == ERR_OK && *end < UNPACK_MAGIC && !source->ended;) {
        size_t length = 0;
        err = read_text(source, source->chunk + *end, CHUNK_SIZE - *end, &length, error);
        source->ended = length == 0;
        *end += length;
    }
    return err;
}

/* The first bytes say what a file is. */
static enum err begin(struct source *source, size_t *length, struct error *error) {
    enum err err = read_first(source, length, error);
    source->begun = true;
    if (err != ERR_OK || (source->unpacker = unpacker_new(source->chunk, *length)) == NULL)
        return err;
    memcpy(source->packed, source->chunk, *length);
    source->packed_end = *length;
    return read_first(source, length, error);
}

enum err source_next(struct source *source, const char **bytes, size_t *length,
                     struct error *error) {
    enum err err = ERR_OK;
    *bytes = source->chunk;
    *length = 0;
    if (source->ended)
        return ERR_OK;
    if (source->ahead != NULL)
        err = ahead_next(source->ahead, bytes, length, error);
    else if (source->begun)
        err = read_text(source, source->chunk, CHUNK_SIZE, length, error);
    else
        return begin(source, length, error);
    source->ended = err == ERR_OK && *length == 0;
    return err;
}

void source_read_ahead(struct source *source, const atomic_bool *stop) {
    source->stop = stop;
    if (source->begun && !source->ended && source->ahead == NULL)
        source->ahead = ahead_start(read_text, source);
}

void source_stay(struct source *source) {
    ahead_end(source->ahead);
    source->ahead = NULL;
    source->stop = NULL;
}
