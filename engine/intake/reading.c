#include "engine/intake/reading.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/short_text.h"

enum {
    RING = 4,
    REJECT_RAW_MAX = 4096,         /* bytes kept of a row that was set aside */
    FIRST_RECORDS = 1000,          /* looked at before the dates' format is decided … */
    FIRST_BYTES = 4 * 1024 * 1024, /* … unless they are larger than this */
    NAMES_MAX = 1 << 17, /* of one kind, however they are spelled, before all are forgotten */
    WAIT_MS = 100        /* between looks whether somebody wants to cancel */
};

struct spelling {
    uint32_t at, length; /* among the texts */
    uint32_t hash;
};

/* Spellings of names and their numbers. */
struct name_table {
    struct buffer texts;
    struct spelling *spellings; /* by number − 1 */
    int32_t *slots;             /* number by hash, 0: free; a power of two of them */
    int32_t count, capacity;
    uint32_t slot_count;
};

struct reading {
    struct csv_reader *reader;
    struct columns columns;
    struct date_choice *dates;
    day_number today;
    struct record record;
    struct memo *memo;
    struct name_table locations, handsets;
    struct batch *filling;

    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t moved;
    struct batch *ring[RING];
    unsigned filled, taken; /* batches ever handed over, ever given back */
    bool ended;             /* no more comes: err and error hold how it went */
    enum err err;
    struct error error;
    bool holds; /* the caller has a batch */
    atomic_bool stop;
};

/* ------------------------------------------------------------------------------------- names */

static void names_clear(struct name_table *names) {
    buffer_clear(&names->texts);
    names->count = 0;
    if (names->slots != NULL)
        memset(names->slots, 0, names->slot_count * sizeof *names->slots);
}

static void names_free(struct name_table *names) {
    buffer_free(&names->texts);
    free(names->spellings);
    free(names->slots);
}

static void names_grow(struct name_table *names) {
    names->capacity = names->capacity * 2 + 256;
    names->spellings =
        xreallocarray(names->spellings, (size_t)names->capacity, sizeof *names->spellings);
    free(names->slots);
    names->slot_count = 1024;
    while (names->slot_count < (uint32_t)names->capacity * 2)
        names->slot_count *= 2;
    names->slots = xcalloc(names->slot_count, sizeof *names->slots);
    for (int32_t i = 0; i < names->count; i++) {
        uint32_t slot = names->spellings[i].hash & (names->slot_count - 1);
        while (names->slots[slot] != 0)
            slot = (slot + 1) & (names->slot_count - 1);
        names->slots[slot] = i + 1;
    }
}

static int32_t batch_text(struct batch *batch, const char *text, size_t length) {
    int32_t at = (int32_t)batch->texts.length;
    short_append(&batch->texts, text, length);
    short_append(&batch->texts, "", 1);
    return at;
}

/* The slot of this spelling, or the free one where it would go. There is always a free one. */
static uint32_t name_slot(const struct name_table *names, const char *text, size_t length,
                          uint32_t hash) {
    uint32_t slot = hash & (names->slot_count - 1);
    for (; names->slots[slot] != 0; slot = (slot + 1) & (names->slot_count - 1)) {
        const struct spelling *spelling = &names->spellings[names->slots[slot] - 1];
        if (spelling->hash == hash && spelling->length == length &&
            memcmp(names->texts.data + spelling->at, text, length) == 0)
            break;
    }
    return slot;
}

/* What is clean stays as it is when it is cleaned, so bytes that are a clean name are that name. */
static int32_t known_name(void *context, enum field field, struct raw_field raw) {
    const struct reading *reading = context;
    const struct name_table *names =
        field == FIELD_HANDSET ? &reading->handsets : &reading->locations;
    if (names->count == 0)
        return 0;
    return names->slots[name_slot(names, raw.bytes, raw.length, memo_hash(raw.bytes, raw.length))];
}

static int32_t name_number(struct reading *reading, struct name_table *names, const char *text) {
    size_t length = strlen(text);
    uint32_t hash = memo_hash(text, length);
    if (names->count == names->capacity)
        names_grow(names);
    uint32_t slot = name_slot(names, text, length, hash);
    if (names->slots[slot] != 0)
        return names->slots[slot];
    names->spellings[names->count] =
        (struct spelling){(uint32_t)names->texts.length, (uint32_t)length, hash};
    buffer_append(&names->texts, text, length + 1);
    names->slots[slot] = ++names->count;
    struct batch *batch = reading->filling;
    if (batch->name_count == batch->name_capacity) {
        batch->name_capacity = batch->name_capacity * 2 + 64;
        batch->names =
            xreallocarray(batch->names, (size_t)batch->name_capacity, sizeof *batch->names);
    }
    batch->names[batch->name_count++] =
        (struct batch_name){names == &reading->handsets, batch_text(batch, text, length)};
    return names->count;
}

/* ---------------------------------------------------------------------------------- the ring */

static struct batch *batch_new(void) {
    return xcalloc(1, sizeof(struct batch));
}

static void batch_clear(struct batch *batch) {
    batch->sale_count = batch->reject_count = batch->name_count = 0;
    batch->forget_names = false;
    buffer_clear(&batch->texts);
}

static void batch_free(struct batch *batch) {
    free(batch->rejects);
    free(batch->names);
    buffer_free(&batch->texts);
    free(batch);
}

static void batch_begin(struct reading *reading) {
    reading->filling = reading->ring[reading->filled % RING];
    batch_clear(reading->filling);
    if (reading->locations.count > NAMES_MAX || reading->handsets.count > NAMES_MAX) {
        names_clear(&reading->locations);
        names_clear(&reading->handsets);
        reading->filling->forget_names = true;
    }
}

/* Hands the batch over and waits for room for the next one. */
static enum err hand_over(struct reading *reading, struct error *error) {
    pthread_mutex_lock(&reading->mutex);
    reading->filled++;
    pthread_cond_signal(&reading->moved);
    while (reading->filled - reading->taken == RING && !reading->stop)
        pthread_cond_wait(&reading->moved, &reading->mutex);
    pthread_mutex_unlock(&reading->mutex);
    if (reading->stop)
        return error_set(error, ERR_CANCELLED, "cancelled");
    batch_begin(reading);
    return ERR_OK;
}

static bool batch_is_full(const struct batch *batch) {
    return batch->sale_count == BATCH_SALES || batch->texts.length > BATCH_BYTES;
}

/* ---------------------------------------------------------------------------------- a record */

static void set_aside(struct reading *reading, const struct csv_record *source, const char *field,
                      const char *reason) {
    struct batch *batch = reading->filling;
    if (batch->reject_count == batch->reject_capacity) {
        batch->reject_capacity = batch->reject_capacity * 2 + 64;
        batch->rejects =
            xreallocarray(batch->rejects, (size_t)batch->reject_capacity, sizeof *batch->rejects);
    }
    size_t raw_length = source->raw_length < REJECT_RAW_MAX ? source->raw_length : REJECT_RAW_MAX;
    batch->rejects[batch->reject_count++] =
        (struct batch_reject){.line = source->line,
                              .field = batch_text(batch, field, strlen(field)),
                              .reason = batch_text(batch, reason, strlen(reason)),
                              .raw = batch_text(batch, source->raw, raw_length),
                              .raw_length = (uint32_t)raw_length};
}

static void take_sale(struct reading *reading) {
    struct batch *batch = reading->filling;
    const struct record *record = &reading->record;
    struct sale *sale = &batch->sales[batch->sale_count];
    *sale = record->sale;
    sale->reference = NULL;
    if (record->handset != NULL)
        sale->handset = name_number(reading, &reading->handsets, record->handset);
    if (record->location != NULL)
        sale->location = name_number(reading, &reading->locations, record->location);
    batch->reference_at[batch->sale_count++] =
        record->reference != NULL ? batch_text(batch, record->reference, strlen(record->reference))
                                  : NO_TEXT;
}

/* The dates' format is decided before, or by the first date that can be read at all. */
static enum err take_record(struct reading *reading, const struct csv_record *source,
                            struct error *error) {
    date_choice_decide(reading->dates);
    struct record *record = &reading->record;
    if (source->problem != NULL)
        set_aside(reading, source, "row", source->problem);
    else if (record_read(record, source->fields, source->count, &reading->columns,
                         reading->dates->format, reading->today))
        take_sale(reading);
    else
        set_aside(reading, source,
                  record->bad_field == FIELD_COUNT ? "row" : field_name(record->bad_field),
                  record->reason);
    return batch_is_full(reading->filling) ? hand_over(reading, error) : ERR_OK;
}

static struct raw_field date_field(const struct reading *reading, const struct csv_record *source) {
    int at = reading->columns.at[FIELD_DATE];
    bool there = source->problem == NULL && source->count == reading->columns.count;
    return there ? source->fields[at] : (struct raw_field){.bytes = "", .length = 0};
}

/* -------------------------------------------------------------------- the records that come first
 */

struct saved_record {
    struct csv_record record;
    struct raw_field *fields;
    char *bytes;
};

static struct saved_record save_record(const struct csv_record *source) {
    int kept = source->count < CSV_FIELDS_MAX ? source->count : CSV_FIELDS_MAX;
    size_t size = source->raw_length;
    for (int i = 0; i < kept; i++)
        size += source->fields[i].length;
    struct saved_record saved = {.record = *source,
                                 .fields = xcalloc((size_t)kept, sizeof *saved.fields),
                                 .bytes = xmalloc(size)};
    char *at = saved.bytes;
    for (int i = 0; i < kept; i++) {
        saved.fields[i] = (struct raw_field){.bytes = at, .length = source->fields[i].length};
        at = mempcpy(at, source->fields[i].bytes, source->fields[i].length);
    }
    memcpy(at, source->raw, source->raw_length);
    saved.record.fields = saved.fields;
    saved.record.raw = at;
    return saved;
}

static enum err take_first(struct reading *reading, bool *more, struct error *error) {
    struct saved_record *saved = xcalloc(FIRST_RECORDS, sizeof *saved);
    size_t count = 0, bytes = 0;
    struct csv_record source;
    enum err err = ERR_OK;
    while (count < FIRST_RECORDS && bytes < FIRST_BYTES &&
           (err = csv_reader_next(reading->reader, &source, more, error)) == ERR_OK && *more) {
        saved[count++] = save_record(&source);
        bytes += 2 * source.raw_length;
        date_choice_see(reading->dates, date_field(reading, &source));
    }
    if (err == ERR_OK)
        err = date_choice_check(reading->dates, csv_reader_name(reading->reader), error);
    for (size_t i = 0; i < count; i++) {
        if (err == ERR_OK)
            err = take_record(reading, &saved[i].record, error);
        free(saved[i].fields);
        free(saved[i].bytes);
    }
    free(saved);
    return err;
}

static enum err take_all(struct reading *reading, struct error *error) {
    bool more = true;
    enum err err = take_first(reading, &more, error);
    while (err == ERR_OK && more) {
        struct csv_record source;
        err = csv_reader_next(reading->reader, &source, &more, error);
        if (err == ERR_OK && more) {
            date_choice_see(reading->dates, date_field(reading, &source));
            err = take_record(reading, &source, error);
        }
    }
    return err == ERR_OK
               ? date_choice_check(reading->dates, csv_reader_name(reading->reader), error)
               : err;
}

static void *run(void *context) {
    struct reading *reading = context;
    batch_begin(reading);
    struct error error = {0};
    enum err err = take_all(reading, &error);
    pthread_mutex_lock(&reading->mutex);
    if (err == ERR_OK)
        reading->filled++; /* the last one, which may be empty */
    reading->ended = true;
    reading->err = err;
    reading->error = error;
    pthread_cond_signal(&reading->moved);
    pthread_mutex_unlock(&reading->mutex);
    return NULL;
}

/* ---------------------------------------------------------------------------- the other thread */

static void reading_free(struct reading *reading) {
    csv_reader_stay(reading->reader);
    pthread_mutex_destroy(&reading->mutex);
    pthread_cond_destroy(&reading->moved);
    for (int i = 0; i < RING; i++)
        batch_free(reading->ring[i]);
    names_free(&reading->locations);
    names_free(&reading->handsets);
    reading->dates->memo = NULL;
    memo_free(reading->memo);
    free(reading);
}

enum err reading_start(struct csv_reader *reader, const struct columns *columns,
                       struct date_choice *dates, day_number today, struct reading **out,
                       struct error *error) {
    struct reading *reading = xcalloc(1, sizeof *reading);
    *reading =
        (struct reading){.reader = reader, .columns = *columns, .dates = dates, .today = today};
    reading->memo = dates->memo = reading->record.memo = memo_new();
    reading->record.known = known_name;
    reading->record.context = reading;
    for (int i = 0; i < RING; i++)
        reading->ring[i] = batch_new();
    pthread_mutex_init(&reading->mutex, NULL);
    pthread_condattr_t steady;
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&reading->moved, &steady);
    pthread_condattr_destroy(&steady);
    csv_reader_stop_by(reader, &reading->stop);
    sigset_t all, before;
    sigfillset(&all); /* signals are the caller's to answer */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&reading->thread, NULL, run, reading);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    *out = failed == 0 ? reading : NULL;
    if (failed == 0)
        return ERR_OK;
    reading_free(reading);
    return error_set(error, ERR_FAILED, "cannot start a thread: %s", strerror(failed));
}

static enum err look(struct reading *reading, const struct progress_sink *sink,
                     struct error *error) {
    return csv_reader_report(reading->reader, sink, error);
}

/* Waits for a batch or the end, the mutex held; looks about while nothing comes. */
static enum err await(struct reading *reading, const struct progress_sink *sink,
                      struct error *error) {
    enum err err = ERR_OK;
    while (err == ERR_OK && reading->filled == reading->taken && !reading->ended) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += WAIT_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&reading->moved, &reading->mutex, &until);
        pthread_mutex_unlock(&reading->mutex);
        err = look(reading, sink, error);
        pthread_mutex_lock(&reading->mutex);
    }
    return err;
}

enum err reading_next(struct reading *reading, const struct progress_sink *sink,
                      const struct batch **batch, struct error *error) {
    *batch = NULL;
    enum err err = look(reading, sink, error);
    if (err != ERR_OK)
        return err;
    pthread_mutex_lock(&reading->mutex);
    if (reading->holds) {
        reading->taken++;
        reading->holds = false;
        pthread_cond_signal(&reading->moved);
    }
    err = await(reading, sink, error);
    if (err == ERR_OK && reading->ended && reading->err != ERR_OK) {
        err = reading->err;
        if (error != NULL)
            *error = reading->error;
    } else if (err == ERR_OK && reading->filled != reading->taken) {
        *batch = reading->ring[reading->taken % RING];
        reading->holds = true;
    }
    pthread_mutex_unlock(&reading->mutex);
    return err;
}

void reading_end(struct reading *reading) {
    if (reading == NULL)
        return;
    pthread_mutex_lock(&reading->mutex);
    reading->stop = true;
    pthread_cond_signal(&reading->moved);
    pthread_mutex_unlock(&reading->mutex);
    pthread_join(reading->thread, NULL);
    reading_free(reading);
}
