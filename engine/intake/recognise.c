#include "engine/intake/recognise.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

enum { CHUNK_SIZE = 256 * 1024, REPORT_MS = 250 };

char *reading_text(const struct columns *columns, const struct import_options *options) {
    struct buffer text = {0};
    buffer_printf(&text, "%d columns:", columns->count);
    for (int field = 0; field < FIELD_COUNT; field++)
        buffer_printf(&text, " %d", columns->at[field]);
    buffer_printf(&text, ", dates %s",
                  options->has_date_format ? date_format_name(options->date_format) : "detected");
    return buffer_take(&text);
}

static enum err digest_file(int fd, const char *name, uint64_t size,
                            const struct progress_sink *progress, char text[DIGEST_TEXT_SIZE],
                            struct error *error) {
    char *chunk = xmalloc(CHUNK_SIZE), *phase = xasprintf("looking whether %s is known", name);
    struct digest *digest = digest_new();
    int64_t reported_ms = clock_elapsed_ms();
    uint64_t done = 0;
    enum err err = ERR_OK;
    for (ssize_t got; err == ERR_OK && (got = read(fd, chunk, CHUNK_SIZE)) != 0;) {
        if (got < 0 && errno != EINTR)
            err = error_set(error, ERR_IO, "cannot read %s: %s", name, strerror(errno));
        if (got < 0)
            continue;
        digest_add(digest, chunk, (size_t)got);
        done += (uint64_t)got;
        int64_t now_ms = clock_elapsed_ms();
        if (now_ms - reported_ms < REPORT_MS)
            continue;
        reported_ms = now_ms;
        if (!progress_report(progress, phase, "bytes", done, size))
            err = error_set(error, ERR_CANCELLED, "cancelled while reading %s", name);
    }
    digest_end(digest, text);
    free(phase);
    free(chunk);
    return err;
}

enum err file_recognise(struct db *db, const char *path, const struct import_options *options,
                        const char *reading, const struct progress_sink *progress,
                        struct import_run *run, bool *known, struct error *error) {
    *known = false;
    int fd = strcmp(path, "-") != 0 ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        if (fd >= 0)
            close(fd);
        return ERR_OK; /* whoever reads it says what is wrong */
    }
    struct import_sought sought = {
        .shop = options->shop, .size_bytes = status.st_size, .reading = reading};
    char sha256[DIGEST_TEXT_SIZE], *name = text_printable(path, strlen(path));
    enum err err = db_import_find(db, &sought, run, known, error);
    if (err == ERR_OK && *known) {
        import_run_free(run);
        *known = false;
        err = digest_file(fd, name, (uint64_t)status.st_size, progress, sha256, error);
        sought.sha256 = sha256;
        if (err == ERR_OK)
            err = db_import_find(db, &sought, run, known, error);
    }
    close(fd);
    free(name);
    return err;
}
