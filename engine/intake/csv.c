#include "engine/intake/csv.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csv.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "engine/intake/unpack.h"

enum {
    CHUNK_SIZE = 65536,
    REPORT_MS = 250,
    STRICT = CSV_STRICT | CSV_STRICT_FINI,
    PARSER_SLACK = 64 /* libcsv keeps a closing quote and the spaces after it with the field */
};

struct csv_reader {
    char *name, *phase;
    int fd;
    bool regular, begun, ended, finished; /* ended: read to the end; finished: parsed to it */
    const struct progress_sink *progress;
    int64_t reported_ms;
    const atomic_bool *stop; /* NULL: the sink decides */
    atomic_uint_fast64_t size;
    uint64_t total;
    struct digest *digest;
    char sha256[DIGEST_TEXT_SIZE];

    struct unpacker *unpacker; /* NULL: the file is not packed */
    char packed[CHUNK_SIZE];
    size_t packed_at, packed_end;
    bool packed_ended;

    char chunk[CHUNK_SIZE];
    size_t at, end;
    int64_t line;  /* of chunk[at] */
    bool after_cr; /* a line feed at chunk[at] would belong to the line before */

    struct csv_parser parser;
    struct buffer raw, text;
    size_t lengths[CSV_FIELDS_MAX];
    struct raw_field fields[CSV_FIELDS_MAX];
    int count, count_at_line; /* fields of the record; how many before its current line */
    int64_t record_line, quote_line;
    bool complete, field_too_long;
    const char *problem;
};

/* ------------------------------------------------------------------------------ reading the file
 */

enum err csv_reader_open(const char *path, const struct progress_sink *progress,
                         struct csv_reader **out, struct error *error) {
    *out = NULL;
    bool standard = strcmp(path, "-") == 0;
    char *name = standard ? xstrdup("standard input") : text_printable(path, strlen(path));
    int fd = standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(path, O_RDONLY | O_CLOEXEC);
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
    struct csv_reader *reader = xcalloc(1, sizeof *reader);
    reader->name = name;
    reader->phase = xasprintf("reading %s", name);
    reader->fd = fd;
    reader->regular = S_ISREG(status.st_mode);
    reader->total = reader->regular && status.st_size > 0 ? (uint64_t)status.st_size : 0;
    reader->progress = progress;
    reader->digest = digest_new();
    reader->line = 1;
    *out = reader;
    return ERR_OK;
}

void csv_reader_close(struct csv_reader *reader) {
    if (reader == NULL)
        return;
    if (reader->digest != NULL)
        digest_end(reader->digest, reader->sha256);
    csv_free(&reader->parser);
    buffer_free(&reader->raw);
    buffer_free(&reader->text);
    unpacker_free(reader->unpacker);
    close(reader->fd);
    free(reader->phase);
    free(reader->name);
    free(reader);
}

const char *csv_reader_name(const struct csv_reader *reader) {
    return reader->name;
}

int64_t csv_reader_size(const struct csv_reader *reader) {
    return (int64_t)reader->size;
}

void csv_reader_digest(struct csv_reader *reader, char text[DIGEST_TEXT_SIZE]) {
    if (reader->digest != NULL)
        digest_end(reader->digest, reader->sha256);
    reader->digest = NULL;
    memcpy(text, reader->sha256, DIGEST_TEXT_SIZE);
}

static enum err cancelled(const struct csv_reader *reader, struct error *error) {
    return error_set(error, ERR_CANCELLED, "cancelled while reading %s", reader->name);
}

enum err csv_reader_report(struct csv_reader *reader, const struct progress_sink *sink,
                           struct error *error) {
    int64_t now_ms = clock_elapsed_ms();
    if (now_ms - reader->reported_ms < REPORT_MS)
        return ERR_OK;
    reader->reported_ms = now_ms;
    bool go_on = progress_report(sink, reader->phase, "bytes", reader->size, reader->total);
    return go_on ? ERR_OK : cancelled(reader, error);
}

void csv_reader_stop_by(struct csv_reader *reader, const atomic_bool *stop) {
    reader->stop = stop;
}

static enum err report(struct csv_reader *reader, struct error *error) {
    if (reader->stop != NULL)
        return *reader->stop ? cancelled(reader, error) : ERR_OK;
    if (!reader->begun)
        reader->reported_ms = INT64_MIN / 2;
    return csv_reader_report(reader, reader->progress, error);
}

/* A pipe may be silent for long; somebody may want to cancel meanwhile. */
static enum err await(struct csv_reader *reader, struct error *error) {
    struct pollfd source = {.fd = reader->fd, .events = POLLIN};
    for (;;) {
        enum err err = report(reader, error);
        if (err != ERR_OK || reader->regular || poll(&source, 1, REPORT_MS) > 0)
            return err;
    }
}

bool csv_reader_ready(const struct csv_reader *reader) {
    struct pollfd source = {.fd = reader->fd, .events = POLLIN};
    size_t left = reader->end - reader->at;
    return reader->regular || reader->ended || reader->packed_at < reader->packed_end ||
           (left > 0 && memchr(reader->chunk + reader->at, '\n', left) != NULL) ||
           poll(&source, 1, 0) > 0;
}

/* The file's own bytes; 0 of them at its end. */
static enum err read_bytes(struct csv_reader *reader, char *bytes, size_t size, size_t *length,
                           struct error *error) {
    for (;;) {
        enum err err = await(reader, error);
        if (err != ERR_OK)
            return err;
        ssize_t got = read(reader->fd, bytes, size);
        if (got >= 0) {
            digest_add(reader->digest, bytes, (size_t)got);
            reader->size += (uint64_t)got;
            *length = (size_t)got;
            return ERR_OK;
        }
        if (errno != EINTR && errno != EAGAIN)
            return error_set(error, ERR_IO, "cannot read %s: %s", reader->name, strerror(errno));
    }
}

static enum err unpack(struct csv_reader *reader, size_t *length, struct error *error) {
    struct unpacking step = {.in = reader->packed + reader->packed_at,
                             .in_length = reader->packed_end - reader->packed_at,
                             .out = reader->chunk + reader->end,
                             .out_size = CHUNK_SIZE - reader->end};
    enum err err = unpacker_run(reader->unpacker, &step, reader->name, error);
    reader->packed_at = reader->packed_end - step.in_length;
    *length = CHUNK_SIZE - reader->end - step.out_size;
    return err;
}

/* Until something came out, which may take several reads, or nothing more can. */
static enum err read_packed(struct csv_reader *reader, size_t *length, struct error *error) {
    enum err err = ERR_OK;
    for (*length = 0; err == ERR_OK && *length == 0;) {
        size_t left = reader->packed_end - reader->packed_at;
        err = unpack(reader, length, error);
        bool stuck = *length == 0 && left == reader->packed_end - reader->packed_at;
        if (err != ERR_OK || !stuck)
            continue;
        if (reader->packed_ended) {
            if (left == 0 && unpacker_is_complete(reader->unpacker))
                break;
            error_set(error, ERR_INPUT, "%s is cut off: its packed data does not end",
                      reader->name);
            return error_hint(error, "nothing was taken from it; fetch the file again");
        }
        memmove(reader->packed, reader->packed + reader->packed_at, left);
        reader->packed_at = 0;
        size_t got;
        err = read_bytes(reader, reader->packed + left, CHUNK_SIZE - left, &got, error);
        reader->packed_end = left + (err == ERR_OK ? got : 0);
        reader->packed_ended = err == ERR_OK && got == 0;
    }
    return err;
}

/* Reads on behind what is left in the chunk. */
static enum err read_more(struct csv_reader *reader, struct error *error) {
    size_t length = 0;
    enum err err = reader->unpacker != NULL ? read_packed(reader, &length, error)
                                            : read_bytes(reader, reader->chunk + reader->end,
                                                         CHUNK_SIZE - reader->end, &length, error);
    if (err != ERR_OK)
        return err;
    reader->ended = length == 0;
    reader->end += length;
    return ERR_OK;
}

static bool starts_with(const struct csv_reader *reader, const char *bytes, size_t length) {
    return reader->end >= length && memcmp(reader->chunk, bytes, length) == 0;
}

static enum err not_text(const struct csv_reader *reader, struct error *error) {
    error_set(error, ERR_INPUT, "%s, line %lld: a zero byte: this is not a text file", reader->name,
              (long long)reader->line);
    error_hint(error, "save the table as \"CSV UTF-8\" (what spreadsheets call Unicode text is "
                      "UTF-16)");
    return ERR_INPUT;
}

/* The first bytes say what a file is; a pipe may bring them one by one. */
static enum err begin(struct csv_reader *reader, struct error *error) {
    enum err err = ERR_OK;
    while (err == ERR_OK && reader->end < 4 && !reader->ended)
        err = read_more(reader, error);
    reader->begun = true;
    if (err == ERR_OK && (reader->unpacker = unpacker_new(reader->chunk, reader->end)) != NULL) {
        memcpy(reader->packed, reader->chunk, reader->end);
        reader->packed_end = reader->end;
        reader->end = 0;
        reader->ended = false;
        while (err == ERR_OK && reader->end < 4 && !reader->ended)
            err = read_more(reader, error);
    }
    if (err != ERR_OK)
        return err;
    if (starts_with(reader, "\xFF\xFE", 2) || starts_with(reader, "\xFE\xFF", 2)) {
        error_set(error, ERR_INPUT, "%s is UTF-16 text", reader->name);
        error_hint(error, "save the table as \"CSV UTF-8\"");
        return ERR_INPUT;
    }
    if (starts_with(reader, "PK\x03\x04", 4) || starts_with(reader, "\xD0\xCF\x11\xE0", 4)) {
        error_set(error, ERR_INPUT, "%s is a spreadsheet or an archive, not CSV", reader->name);
        error_hint(error, "open it in the spreadsheet program and save the table as \"CSV UTF-8\"");
        return ERR_INPUT;
    }
    if (starts_with(reader, "\xEF\xBB\xBF", 3))
        reader->at = 3;
    return ERR_OK;
}

static enum err fill(struct csv_reader *reader, struct error *error) {
    reader->at = reader->end = 0;
    return reader->begun ? read_more(reader, error) : begin(reader, error);
}

/* ---------------------------------------------------------------------------- parsing one record
 */

static void *limited_realloc(void *pointer, size_t size) {
    return size > CSV_FIELD_MAX + PARSER_SLACK ? NULL : xreallocarray(pointer, size, 1);
}

static void parser_renew(struct csv_reader *reader) {
    csv_free(&reader->parser);
    csv_init(&reader->parser, STRICT);
    csv_set_realloc_func(&reader->parser, limited_realloc);
    csv_set_blk_size(&reader->parser, 1024);
}

static void take_field(void *bytes, size_t length, void *context) {
    struct csv_reader *reader = context;
    reader->field_too_long |= length > CSV_FIELD_MAX;
    if (reader->count < CSV_FIELDS_MAX) {
        reader->lengths[reader->count] = length;
        buffer_append(&reader->text, bytes, length);
    }
    reader->count++;
}

static void take_row(int terminator, void *context) {
    (void)terminator;
    ((struct csv_reader *)context)->complete = true;
}

/* The line in which the quote was opened that is open now. */
static int64_t open_quote_line(const struct csv_reader *reader) {
    bool in_this_line =
        reader->record_line == reader->line || reader->count > reader->count_at_line;
    return in_this_line ? reader->line : reader->quote_line;
}

static enum err too_long(const struct csv_reader *reader, const char *what, struct error *error) {
    error_set(error, ERR_INPUT, "%s, line %lld: %s", reader->name, (long long)reader->record_line,
              what);
    if (reader->parser.quoted)
        error_hint(error, "the quote that opens in line %lld is probably never closed",
                   (long long)open_quote_line(reader));
    else
        error_hint(error, "is it a CSV file, with one sale a line?");
    return ERR_INPUT;
}

/* libcsv stopped at a quote. Inside an unquoted field, such as 6.1" screen, it is text. After a
 * quoted field it makes the line ambiguous; where lines before belong to the same field, so are
 * they, and nobody can say which sales would be lost. */
static enum err stray_quote(struct csv_reader *reader, const char *quote, struct error *error) {
    if (!reader->parser.quoted) {
        csv_set_opts(&reader->parser, 0);
        csv_parse(&reader->parser, quote, 1, take_field, take_row, reader);
        csv_set_opts(&reader->parser, STRICT);
        return ERR_OK;
    }
    int64_t opened = open_quote_line(reader);
    if (opened == reader->line && reader->record_line == reader->line) {
        reader->problem = "row has a quote in the middle of a field";
        return ERR_OK;
    }
    error_set(error, ERR_INPUT,
              "%s, line %lld: the quote that opens in line %lld is not closed where a field ends",
              reader->name, (long long)reader->line, (long long)opened);
    error_hint(error, "correct the quotes in line %lld; nothing was taken from the file",
               (long long)opened);
    return ERR_INPUT;
}

static enum err parse(struct csv_reader *reader, const char *bytes, size_t length,
                      struct error *error) {
    if (reader->raw.length == 0)
        reader->record_line = reader->line;
    buffer_append(&reader->raw, bytes, length);
    enum err err = ERR_OK;
    while (err == ERR_OK && length > 0 && reader->problem == NULL) {
        size_t used = csv_parse(&reader->parser, bytes, length, take_field, take_row, reader);
        if (used == length)
            break;
        if (csv_error(&reader->parser) != CSV_EPARSE)
            return too_long(reader, "a field of more than 64 KiB", error);
        err = stray_quote(reader, bytes + used, error);
        bytes += used + 1;
        length -= used + 1;
    }
    if (err == ERR_OK && reader->field_too_long)
        err = too_long(reader, "a field of more than 64 KiB", error);
    if (err == ERR_OK && reader->raw.length > CSV_RECORD_MAX)
        err = too_long(reader, "a record of more than 1 MiB", error);
    return err;
}

static bool is_blank(const struct buffer *raw) {
    for (size_t i = 0; i < raw->length; i++) {
        if (strchr(" \t\r\n", raw->data[i]) == NULL)
            return false;
    }
    return true;
}

static void line_ended(struct csv_reader *reader) {
    if (reader->problem != NULL) {
        parser_renew(reader);
        reader->complete = true;
    } else if (!reader->complete && is_blank(&reader->raw)) {
        buffer_clear(&reader->raw);
    } else if (!reader->complete) {
        reader->quote_line = open_quote_line(reader);
    }
    reader->count_at_line = reader->count;
    reader->line++;
}

/* Takes what the chunk holds of the current line. */
static enum err take_line(struct csv_reader *reader, struct error *error) {
    const char *start = reader->chunk + reader->at;
    size_t length = reader->end - reader->at;
    bool after_cr = reader->after_cr, ends = false;
    reader->after_cr = false;
    if (after_cr && *start == '\n') {
        reader->at++;
        return reader->raw.length != 0 ? parse(reader, start, 1, error) : ERR_OK;
    }
    const char *feed = memchr(start, '\n', length);
    if (feed != NULL) {
        length = (size_t)(feed - start) + 1;
        ends = true;
    }
    const char *carriage = memchr(start, '\r', length);
    if (carriage != NULL && carriage + 1 != feed) {
        length = (size_t)(carriage - start) + 1;
        ends = reader->after_cr = true;
    }
    reader->at += length;
    if (memchr(start, '\0', length) != NULL)
        return not_text(reader, error);
    enum err err = parse(reader, start, length, error);
    if (err == ERR_OK && ends)
        line_ended(reader);
    return err;
}

static enum err finish(struct csv_reader *reader, struct error *error) {
    if (reader->problem != NULL) {
        parser_renew(reader);
        reader->complete = true;
        return ERR_OK;
    }
    if (csv_fini(&reader->parser, take_field, take_row, reader) == 0)
        return reader->field_too_long ? too_long(reader, "a field of more than 64 KiB", error)
                                      : ERR_OK;
    error_set(error, ERR_INPUT, "%s: the quote that opens in line %lld is never closed",
              reader->name, (long long)open_quote_line(reader));
    error_hint(error, "close the quote there; nothing was taken from the file");
    return ERR_INPUT;
}

static void record_begin(struct csv_reader *reader) {
    buffer_clear(&reader->raw);
    buffer_clear(&reader->text);
    reader->count = reader->count_at_line = 0;
    reader->complete = reader->field_too_long = false;
    reader->problem = NULL;
}

static void record_end(struct csv_reader *reader, struct csv_record *record) {
    const char *text = reader->text.data != NULL ? reader->text.data : "";
    int kept = reader->count < CSV_FIELDS_MAX ? reader->count : CSV_FIELDS_MAX;
    for (int i = 0; i < kept; i++) {
        reader->fields[i] = (struct raw_field){.bytes = text, .length = reader->lengths[i]};
        text += reader->lengths[i];
    }
    size_t length = reader->raw.length;
    while (length > 0 &&
           (reader->raw.data[length - 1] == '\n' || reader->raw.data[length - 1] == '\r'))
        length--;
    *record = (struct csv_record){.fields = reader->fields,
                                  .count = reader->count,
                                  .problem = reader->problem,
                                  .raw = reader->raw.data,
                                  .raw_length = length,
                                  .line = reader->record_line};
}

enum err csv_reader_next(struct csv_reader *reader, struct csv_record *record, bool *more,
                         struct error *error) {
    enum err err = ERR_OK;
    if (!reader->begun)
        parser_renew(reader);
    record_begin(reader);
    while (err == ERR_OK && !reader->complete && !reader->finished) {
        if (reader->at < reader->end) {
            err = take_line(reader, error);
        } else if (!reader->ended) {
            err = fill(reader, error);
        } else {
            err = finish(reader, error);
            reader->finished = true;
        }
    }
    *more = err == ERR_OK && reader->complete;
    if (*more)
        record_end(reader, record);
    return err;
}
