#include "engine/intake/preview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "engine/intake/csv.h"

enum { LINE_SHOWN_MAX = 400, BYTES_MAX = 4 * 1024 * 1024 };

void preview_free(struct preview *preview) {
    for (int i = 0; i < preview->line_count; i++)
        free(preview->lines[i]);
    for (int i = 0; i < FIELD_COUNT; i++)
        free(preview->headers[i]);
    *preview = (struct preview){0};
}

static void keep_line(struct preview *preview, const struct csv_record *record) {
    if (preview->line_count == PREVIEW_LINES)
        return;
    size_t length = record->raw_length < LINE_SHOWN_MAX ? record->raw_length : LINE_SHOWN_MAX;
    preview->lines[preview->line_count++] = text_printable(record->raw, length);
}

static enum err match(struct preview *preview, const struct csv_record *header, const char *name,
                      struct columns *columns, struct error *error) {
    static const struct column_map by_name; /* the known headers */
    if (header->problem != NULL || header->count > CSV_FIELDS_MAX)
        return error_set(error, ERR_INPUT, "the columns' names cannot be read: %s",
                         header->problem != NULL ? header->problem : "more than 256 columns");
    char **headers = xcalloc((size_t)header->count + 1, sizeof *headers);
    for (int i = 0; i < header->count; i++)
        headers[i] = text_clean(header->fields[i].bytes, header->fields[i].length);
    preview->columns = header->count;
    enum err err = columns_match(columns, headers, header->count, &by_name, false, name, error);
    for (int i = 0; err == ERR_OK && i < FIELD_COUNT; i++) {
        if (columns->at[i] >= 0)
            preview->headers[i] = xstrdup(headers[columns->at[i]]);
    }
    for (int i = 0; i < header->count; i++)
        free(headers[i]);
    free(headers);
    return err;
}

/* What is done with each row of the beginning. */
typedef void row_visit(struct preview *preview, const struct csv_record *row,
                       const struct columns *columns, struct date_choice *dates);

static void see_date(struct preview *preview, const struct csv_record *row,
                     const struct columns *columns, struct date_choice *dates) {
    keep_line(preview, row);
    if (row->problem == NULL && row->count == columns->count)
        date_choice_see(dates, row->fields[columns->at[FIELD_DATE]]);
}

static void see_row(struct preview *preview, const struct csv_record *row,
                    const struct columns *columns, struct date_choice *dates) {
    struct record record = {0};
    bool usable = row->problem == NULL && record_read(&record, row->fields, row->count, columns,
                                                      dates->format, clock_today());
    preview->rows++;
    preview->usable += usable;
    if (!usable && preview->bad_line == 0) {
        bool whole_row = row->problem != NULL || record.bad_field == FIELD_COUNT;
        preview->bad_line = row->line;
        snprintf(preview->bad_field, sizeof preview->bad_field, "%s",
                 whole_row ? "row" : field_name(record.bad_field));
        snprintf(preview->bad_reason, sizeof preview->bad_reason, "%s",
                 row->problem != NULL ? row->problem : record.reason);
    }
}

/* Reads the beginning once. The dates have to be seen before a row can be judged, and a second look
 * at the file is cheaper than keeping rows of any size. */
static enum err pass(const char *path, struct preview *preview, struct columns *columns,
                     struct date_choice *dates, bool first, struct error *error) {
    struct csv_reader *reader;
    struct csv_record record;
    bool more = true;
    size_t bytes = 0;
    enum err err = csv_reader_open(path, NULL, &reader, error);
    if (err != ERR_OK)
        return err;
    err = csv_reader_next(reader, &record, &more, error);
    if (err == ERR_OK && !more) {
        error_set(error, ERR_INPUT, "%s is empty", csv_reader_name(reader));
        err = error_hint(error, "its first line should name the columns");
    }
    if (err == ERR_OK && first) {
        keep_line(preview, &record);
        err = match(preview, &record, csv_reader_name(reader), columns, error);
        if (err != ERR_OK && csv_reader_next(reader, &record, &more, NULL) == ERR_OK && more)
            keep_line(preview, &record); /* what stands under the names may tell more */
    }
    row_visit *visit = first ? see_date : see_row;
    for (int i = 0; err == ERR_OK && more; i++) {
        err = csv_reader_next(reader, &record, &more, error);
        if (err != ERR_OK || !more || i == PREVIEW_ROWS || bytes > BYTES_MAX)
            break;
        bytes += record.raw_length;
        visit(preview, &record, columns, dates);
    }
    preview->whole = !more;
    if (err == ERR_OK && first)
        err = date_choice_check(dates, csv_reader_name(reader), error);
    csv_reader_close(reader);
    return err;
}

enum err preview_read(const char *path, struct preview *out, struct error *error) {
    struct columns columns = {0};
    struct date_choice dates;
    struct stat status;
    *out = (struct preview){0};
    if (stat(path, &status) == 0) {
        out->size_bytes = status.st_size;
        if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) { /* it can be read only once */
            error_set(error, ERR_INPUT, "%s is no file but a pipe or a device", path);
            return error_hint(error, "retail-pulse import reads it without a look beforehand");
        }
    }
    date_choice_init(&dates, NULL);
    enum err err = pass(path, out, &columns, &dates, true, error);
    if (err != ERR_OK)
        return err;
    date_choice_decide(&dates);
    if (dates.format != DATE_FORMAT_COUNT)
        out->dates = date_format_name(dates.format);
    return pass(path, out, &columns, &dates, false, error);
}
