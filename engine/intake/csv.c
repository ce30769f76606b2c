#include "engine/intake/csv.h"

#include <stdlib.h>
#include <string.h>

#include <csv.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/short_text.h"
#include "engine/intake/source.h"

enum {
    STRICT = CSV_STRICT | CSV_STRICT_FINI,
    PARSER_SLACK = 64 /* libcsv keeps a closing quote and the spaces after it with the field */
};

struct csv_reader {
    struct source *source;
    bool begun, ended, finished; /* ended: read to the end; finished: parsed to it */

    const char *chunk;
    size_t at, end;
    bool has_zero, has_carriage; /* somewhere in the chunk */
    int64_t line;                /* of chunk[at] */
    bool after_cr;               /* a line feed at chunk[at] would belong to the line before */

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
    struct source *source;
    *out = NULL;
    enum err err = source_open(path, progress, &source, error);
    if (err != ERR_OK)
        return err;
    *out = xcalloc(1, sizeof **out);
    (*out)->source = source;
    (*out)->line = 1;
    return ERR_OK;
}

void csv_reader_close(struct csv_reader *reader) {
    if (reader == NULL)
        return;
    csv_free(&reader->parser);
    buffer_free(&reader->raw);
    buffer_free(&reader->text);
    source_close(reader->source);
    free(reader);
}

const char *csv_reader_name(const struct csv_reader *reader) {
    return source_name(reader->source);
}

int64_t csv_reader_size(const struct csv_reader *reader) {
    return source_size(reader->source);
}

void csv_reader_digest(struct csv_reader *reader, char text[DIGEST_TEXT_SIZE]) {
    source_digest(reader->source, text);
}

enum err csv_reader_report(struct csv_reader *reader, const struct progress_sink *sink,
                           struct error *error) {
    return source_report(reader->source, sink, error);
}

void csv_reader_stop_by(struct csv_reader *reader, const atomic_bool *stop) {
    source_read_ahead(reader->source, stop);
}

void csv_reader_stay(struct csv_reader *reader) {
    source_stay(reader->source);
}

bool csv_reader_ready(const struct csv_reader *reader) {
    size_t left = reader->end - reader->at;
    return (left > 0 && memchr(reader->chunk + reader->at, '\n', left) != NULL) ||
           source_ready(reader->source);
}

static bool starts_with(const struct csv_reader *reader, const char *bytes, size_t length) {
    return reader->end >= length && memcmp(reader->chunk, bytes, length) == 0;
}

static enum err not_text(const struct csv_reader *reader, struct error *error) {
    error_set(error, ERR_INPUT, "%s, line %lld: a zero byte: this is not a text file",
              csv_reader_name(reader), (long long)reader->line);
    error_hint(error, "save the table as \"CSV UTF-8\" (what spreadsheets call Unicode text is "
                      "UTF-16)");
    return ERR_INPUT;
}

/* The first bytes say whether it is text at all. */
static enum err begin(struct csv_reader *reader, struct error *error) {
    if (starts_with(reader, "\xFF\xFE", 2) || starts_with(reader, "\xFE\xFF", 2)) {
        error_set(error, ERR_INPUT, "%s is UTF-16 text", csv_reader_name(reader));
        error_hint(error, "save the table as \"CSV UTF-8\"");
        return ERR_INPUT;
    }
    if (starts_with(reader, "PK\x03\x04", 4) || starts_with(reader, "\xD0\xCF\x11\xE0", 4)) {
        error_set(error, ERR_INPUT, "%s is a spreadsheet or an archive, not CSV",
                  csv_reader_name(reader));
        error_hint(error, "open it in the spreadsheet program and save the table as \"CSV UTF-8\"");
        return ERR_INPUT;
    }
    if (starts_with(reader, "\xEF\xBB\xBF", 3))
        reader->at = 3;
    return ERR_OK;
}

static enum err fill(struct csv_reader *reader, struct error *error) {
    enum err err = source_next(reader->source, &reader->chunk, &reader->end, error);
    bool begins = !reader->begun;
    reader->at = 0;
    reader->begun = true;
    reader->ended = err == ERR_OK && reader->end == 0;
    reader->has_zero = reader->end > 0 && memchr(reader->chunk, '\0', reader->end) != NULL;
    reader->has_carriage = reader->end > 0 && memchr(reader->chunk, '\r', reader->end) != NULL;
    return err == ERR_OK && begins ? begin(reader, error) : err;
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
        short_append(&reader->text, bytes, length);
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
    error_set(error, ERR_INPUT, "%s, line %lld: %s", csv_reader_name(reader),
              (long long)reader->record_line, what);
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
              csv_reader_name(reader), (long long)reader->line, (long long)opened);
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
    const char *carriage = reader->has_carriage ? memchr(start, '\r', length) : NULL;
    if (carriage != NULL && carriage + 1 != feed) {
        length = (size_t)(carriage - start) + 1;
        ends = reader->after_cr = true;
    }
    reader->at += length;
    if (reader->has_zero && memchr(start, '\0', length) != NULL)
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
              csv_reader_name(reader), (long long)open_quote_line(reader));
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
