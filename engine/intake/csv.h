/* Records out of a CSV file of any size, each with the line it begins on and its own bytes.
 *
 * The parsing is libcsv's. This adds what it lacks: line numbers that stay right after quoted line
 * breaks, limits that no file can exceed, a refusal of what is not text, progress and a checksum of
 * all that was read. Comma, LF or CRLF or CR, UTF-8 with or without BOM. Blank lines are skipped.
 * Files packed by gzip or zstd are unpacked on the way; size and checksum are those of the file.
 */
#ifndef ENGINE_INTAKE_CSV_H
#define ENGINE_INTAKE_CSV_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/progress.h"
#include "engine/intake/record.h"

enum {
    CSV_FIELD_MAX = 65536,       /* bytes in a field */
    CSV_FIELDS_MAX = 256,        /* fields kept of a record */
    CSV_RECORD_MAX = 1024 * 1024 /* bytes in a record */
};

struct csv_record {
    const struct raw_field *fields; /* min(count, CSV_FIELDS_MAX) of them */
    int count;                      /* as many as the record has */
    const char *problem;            /* static; NULL, or why the line could not be taken apart */
    const char *raw;                /* the record as it stood, without its line end */
    size_t raw_length;
    int64_t line; /* where it begins, from 1 */
};

struct csv_reader;

/* Opens a file, or standard input for "-". Reports phase "reading NAME" in bytes to `progress`,
 * which may be NULL and must outlive the reader. ERR_NOT_FOUND, ERR_IO, ERR_INPUT (a folder). */
enum err csv_reader_open(const char *path, const struct progress_sink *progress,
                         struct csv_reader **out, struct error *error);
void csv_reader_close(struct csv_reader *reader); /* NULL is fine */

/* The next record, which lives until the next call; `more` is false at the end. Refuses (ERR_INPUT)
 * what cannot be CSV: NUL bytes, a quote that never closes, a field or record beyond the limits. */
enum err csv_reader_next(struct csv_reader *reader, struct csv_record *record, bool *more,
                         struct error *error);

/* Whether the next record (or the end) is probably to be had without waiting for whoever writes the
 * file: before a wait, answers that were held back should go out. */
bool csv_reader_ready(const struct csv_reader *reader);

/* Hands the reader to another thread, once its header was read: from now on the file is read ahead,
 * asks `stop` instead of its sink, and ends with ERR_CANCELLED where that is set. Meanwhile the
 * first thread may tell how far it is, and in the end takes the reader back. */
void csv_reader_stop_by(struct csv_reader *reader, const atomic_bool *stop);
enum err csv_reader_report(struct csv_reader *reader, const struct progress_sink *sink,
                           struct error *error);
void csv_reader_stay(struct csv_reader *reader);

const char *csv_reader_name(const struct csv_reader *reader); /* the file, as messages name it */

/* Once the end was reached: bytes read, and their SHA-256. */
int64_t csv_reader_size(const struct csv_reader *reader);
void csv_reader_digest(struct csv_reader *reader, char text[DIGEST_TEXT_SIZE]);

#endif
