/* The reading half of an import: a thread that reads, takes apart and checks a file, while the
 * caller writes. Batches go over a ring of few places, so neither gets far ahead of the other.
 *
 *     reading_start … while (reading_next(…, &batch, …) == ERR_OK && batch != NULL) … reading_end
 *
 * The thread touches no database and calls nobody's sink: progress is told, and cancelled, by
 * reading_next in the caller's thread. */
#ifndef ENGINE_INTAKE_READING_H
#define ENGINE_INTAKE_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/progress.h"
#include "db/sale.h"
#include "engine/intake/csv.h"
#include "engine/intake/dates.h"
#include "engine/intake/record.h"

enum { BATCH_SALES = 2048, BATCH_BYTES = 256 * 1024, NO_TEXT = -1 };

/* A row that was set aside; texts are offsets into the batch's. */
struct batch_reject {
    int64_t line;
    int32_t field, reason, raw;
    uint32_t raw_length;
};

/* A name met for the first time: of a handset, else of a location. Numbers of either kind count
 * from 1 in the order of the batches, and are what sale.handset and sale.location hold. */
struct batch_name {
    bool is_handset;
    int32_t text;
};

struct batch {
    struct sale sales[BATCH_SALES]; /* reference: see reference_at */
    int32_t reference_at[BATCH_SALES];
    int sale_count;
    struct batch_reject *rejects;
    int reject_count, reject_capacity;
    struct batch_name *names;
    int name_count, name_capacity;
    bool forget_names; /* the numbers begin at 1 again with this batch */
    struct buffer texts;
};

struct reading;

/* A file's header must have been read. Until reading_end the reader and `dates` are the thread's;
 * `columns` is copied. ERR_FAILED where there can be no thread. */
enum err reading_start(struct csv_reader *reader, const struct columns *columns,
                       struct date_choice *dates, day_number today, struct reading **out,
                       struct error *error);

/* The next batch, which lives until the next call; NULL at the end of the file. What the reader
 * refuses is refused here, once; ERR_CANCELLED where the sink says so. */
enum err reading_next(struct reading *reading, const struct progress_sink *sink,
                      const struct batch **batch, struct error *error);

/* Stops the thread, wherever it is. NULL is fine. */
void reading_end(struct reading *reading);

#endif
