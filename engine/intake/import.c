#include "engine/intake/import.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "db/sale_adder.h"
#include "db/sales.h"
#include "engine/intake/csv.h"
#include "engine/intake/dates.h"
#include "engine/intake/fold.h"
#include "engine/intake/sample.h"

enum {
    REJECT_RAW_MAX = 4096,         /* bytes kept of a row that was set aside */
    FIRST_RECORDS = 1000,          /* looked at before the dates' format is decided … */
    FIRST_BYTES = 4 * 1024 * 1024, /* … unless they are larger than this */
    CACHE_SLOTS = 512              /* names whose ids are at hand */
};

struct cached_name {
    char *name;
    int32_t id;
};

struct intake {
    struct db *db;
    const struct import_options *options;
    struct import_result *result;
    struct csv_reader *reader;
    const struct progress_sink *progress;
    struct columns columns;
    struct date_choice dates;
    struct record record;
    struct cached_name locations[CACHE_SLOTS], handsets[CACHE_SLOTS];
    day_number today;
    struct sale_adder *adder;
};

void import_result_free(struct import_result *result) {
    import_run_free(&result->run);
    for (int i = 0; i < result->reject_count; i++)
        import_reject_free(&result->rejects[i]);
    *result = (struct import_result){0};
}

/* ------------------------------------------------------------------------------------- one record
 */

static struct cached_name *cache_slot(struct cached_name *cache, const char *name) {
    uint32_t hash = 2166136261U; /* FNV-1a */
    for (const char *at = name; *at != '\0'; at++)
        hash = (hash ^ (unsigned char)*at) * 16777619U;
    return &cache[hash % CACHE_SLOTS];
}

static enum err intern(struct intake *intake, struct cached_name *cache, const char *name,
                       int32_t *id, struct error *error) {
    struct cached_name *slot = cache_slot(cache, name);
    if (slot->name != NULL && strcmp(slot->name, name) == 0) {
        *id = slot->id;
        return ERR_OK;
    }
    enum err err;
    if (cache == intake->locations) {
        err = db_location_intern(intake->db, name, location_is_local(name), id, error);
    } else {
        char *brand = handset_brand(name);
        err = db_handset_intern(intake->db, name, brand, id, error);
        free(brand);
    }
    if (err == ERR_OK) {
        free(slot->name);
        *slot = (struct cached_name){.name = xstrdup(name), .id = *id};
    }
    return err;
}

static enum err take_sale(struct intake *intake, struct error *error) {
    struct record *record = &intake->record;
    enum err err = intern(intake, intake->handsets, record->handset, &record->sale.handset, error);
    if (err == ERR_OK && record->location != NULL)
        err = intern(intake, intake->locations, record->location, &record->sale.location, error);
    return err == ERR_OK ? sale_adder_add(intake->adder, &record->sale, error) : err;
}

static enum err set_aside(struct intake *intake, const struct csv_record *source, const char *field,
                          const char *reason, struct error *error) {
    struct import_result *result = intake->result;
    result->run.rejected++;
    struct import_reject reject = {
        .run_id = result->run.id,
        .line = source->line,
        .field = (char *)field,
        .reason = (char *)reason,
        .raw = (char *)source->raw,
        .raw_length = source->raw_length < REJECT_RAW_MAX ? source->raw_length : REJECT_RAW_MAX};
    enum err err = db_import_reject_add(intake->db, &reject, error);
    if (err == ERR_OK && result->reject_count < IMPORT_REJECTS_SHOWN) {
        struct import_reject *kept = &result->rejects[result->reject_count++];
        *kept = reject;
        kept->field = xstrdup(field);
        kept->reason = xstrdup(reason);
        kept->raw = xmalloc(reject.raw_length + 1);
        memcpy(kept->raw, reject.raw, reject.raw_length);
        kept->raw[reject.raw_length] = '\0';
    }
    return err;
}

static struct raw_field date_field(const struct intake *intake, const struct csv_record *source) {
    int at = intake->columns.at[FIELD_DATE];
    bool there = source->problem == NULL && source->count == intake->columns.count;
    return there ? source->fields[at] : (struct raw_field){.bytes = "", .length = 0};
}

/* The dates' format is decided before, or by the first date that can be read at all. */
static enum err take_record(struct intake *intake, const struct csv_record *source,
                            struct error *error) {
    intake->result->run.rows++;
    date_choice_decide(&intake->dates);
    if (source->problem != NULL)
        return set_aside(intake, source, "row", source->problem, error);
    struct record *record = &intake->record;
    if (record_read(record, source->fields, source->count, &intake->columns, intake->dates.format,
                    intake->today))
        return take_sale(intake, error);
    const char *field = record->bad_field == FIELD_COUNT ? "row" : field_name(record->bad_field);
    return set_aside(intake, source, field, record->reason, error);
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

static enum err take_first(struct intake *intake, bool *more, struct error *error) {
    struct saved_record *saved = xcalloc(FIRST_RECORDS, sizeof *saved);
    size_t count = 0, bytes = 0;
    struct csv_record source;
    enum err err = ERR_OK;
    while (count < FIRST_RECORDS && bytes < FIRST_BYTES &&
           (err = csv_reader_next(intake->reader, &source, more, error)) == ERR_OK && *more) {
        saved[count++] = save_record(&source);
        bytes += 2 * source.raw_length;
        date_choice_see(&intake->dates, date_field(intake, &source));
    }
    if (err == ERR_OK)
        err = date_choice_check(&intake->dates, csv_reader_name(intake->reader), error);
    for (size_t i = 0; i < count; i++) {
        if (err == ERR_OK)
            err = take_record(intake, &saved[i].record, error);
        free(saved[i].fields);
        free(saved[i].bytes);
    }
    free(saved);
    return err;
}

static enum err take_all(struct intake *intake, struct error *error) {
    bool more = true;
    enum err err = take_first(intake, &more, error);
    while (err == ERR_OK && more) {
        struct csv_record source;
        err = csv_reader_next(intake->reader, &source, &more, error);
        if (err == ERR_OK && more) {
            date_choice_see(&intake->dates, date_field(intake, &source));
            err = take_record(intake, &source, error);
        }
    }
    return err == ERR_OK ? date_choice_check(&intake->dates, csv_reader_name(intake->reader), error)
                         : err;
}

/* ---------------------------------------------------------------------------------- the whole file
 */

static enum err read_header(struct intake *intake, struct error *error) {
    struct csv_record header;
    bool more;
    const char *name = csv_reader_name(intake->reader);
    enum err err = csv_reader_next(intake->reader, &header, &more, error);
    if (err != ERR_OK)
        return err;
    if (!more) {
        error_set(error, ERR_INPUT, "%s is empty", name);
        error_hint(error, "its first line should name the columns");
        return ERR_INPUT;
    }
    if (header.problem != NULL || header.count > CSV_FIELDS_MAX)
        return error_set(error, ERR_INPUT, "%s, line %lld: the columns' names cannot be read: %s",
                         name, (long long)header.line,
                         header.problem != NULL ? header.problem : "more than 256 columns");
    char **headers = xcalloc((size_t)header.count, sizeof *headers);
    for (int i = 0; i < header.count; i++)
        headers[i] = text_clean(header.fields[i].bytes, header.fields[i].length);
    err = columns_match(&intake->columns, headers, header.count, &intake->options->map, false, name,
                        error);
    for (int i = 0; i < header.count; i++)
        free(headers[i]);
    free(headers);
    return err;
}

static char *user_name(void) {
    const struct passwd *user = getpwuid(geteuid());
    return user != NULL ? text_clean(user->pw_name, strlen(user->pw_name)) : xstrdup("unknown");
}

static enum err refuse_strictly(const struct intake *intake, struct error *error) {
    const struct import_result *result = intake->result;
    const struct import_reject *first = &result->rejects[0];
    error_set(error, ERR_INPUT, "%s: %lld of %lld rows cannot be taken; the first is line %lld: %s",
              csv_reader_name(intake->reader), (long long)result->run.rejected,
              (long long)result->run.rows, (long long)first->line, first->reason);
    error_hint(error, "nothing was imported; without --strict they are set aside and the rest goes "
                      "in");
    return ERR_INPUT;
}

static enum err complete_run(struct intake *intake, struct error *error) {
    struct import_result *result = intake->result;
    struct import_run *run = &result->run;
    run->size_bytes = csv_reader_size(intake->reader);
    csv_reader_digest(intake->reader, run->sha256);
    struct sale_tally tally;
    enum err err = sales_settle(intake->db, intake->adder, intake->progress, &tally, error);
    if (err != ERR_OK)
        return err;
    run->imported = tally.kept;
    run->duplicates = tally.present;
    run->synthetic = tally.kept > 0 && tally.synthetic == tally.kept;
    if (intake->dates.format != DATE_FORMAT_COUNT)
        run->date_format = xstrdup(date_format_name(intake->dates.format));
    clock_stamp(run->finished_at);
    bool known;
    err = db_import_known(intake->db, run->shop, run->sha256, &known, error);
    if (err == ERR_OK)
        err = db_import_finish(intake->db, run, error);
    struct sales_extent extent;
    if (err == ERR_OK)
        err = db_sales_extent(intake->db, &extent, error);
    if (err != ERR_OK)
        return err;
    result->nothing_new = known && run->imported == 0;
    result->mixed = extent.synthetic > 0 && extent.synthetic < extent.sales;
    return ERR_OK;
}

static enum err within_transaction(struct intake *intake, struct error *error) {
    struct import_result *result = intake->result;
    enum err err = sales_fold(intake->db, intake->progress, error);
    if (err == ERR_OK)
        err = db_import_start(intake->db, &result->run, error);
    if (err == ERR_OK)
        err = sale_adder_open(intake->db, result->run.id, SAMPLE_REFERENCE_PREFIX, &intake->adder,
                              error);
    if (err == ERR_OK)
        err = take_all(intake, error);
    if (err == ERR_OK && intake->options->strict && result->run.rejected > 0)
        err = refuse_strictly(intake, error);
    if (err == ERR_OK)
        err = complete_run(intake, error);
    return err;
}

static enum err import_open_file(struct intake *intake, struct error *error) {
    struct import_result *result = intake->result;
    enum err err = read_header(intake, error);
    if (err != ERR_OK)
        return err;
    result->run.file = xstrdup(csv_reader_name(intake->reader));
    result->run.who = user_name();
    clock_stamp(result->run.started_at);
    err = db_begin_trusting(intake->db, error);
    if (err != ERR_OK)
        return err;
    err = within_transaction(intake, error);
    if (err == ERR_OK && !result->nothing_new && !intake->options->dry_run)
        return db_commit(intake->db, error);
    db_rollback(intake->db);
    result->run.id = 0;
    return err;
}

static void intake_free(struct intake *intake) {
    for (int i = 0; i < CACHE_SLOTS; i++) {
        free(intake->locations[i].name);
        free(intake->handsets[i].name);
    }
    sale_adder_close(intake->adder);
    record_free(&intake->record);
    csv_reader_close(intake->reader);
    free(intake);
}

enum err import_file(struct db *writer, const char *path, const struct import_options *options,
                     const struct progress_sink *progress, struct import_result *out,
                     struct error *error) {
    int64_t started_ms = clock_elapsed_ms();
    *out = (struct import_result){0};
    struct intake *intake = xcalloc(1, sizeof *intake);
    *intake = (struct intake){.db = writer,
                              .progress = progress,
                              .options = options,
                              .result = out,
                              .today = clock_today()};
    date_choice_init(&intake->dates, options->has_date_format ? &options->date_format : NULL);
    enum err err = csv_reader_open(path, progress, &intake->reader, error);
    if (err == ERR_OK)
        err = import_open_file(intake, error);
    intake_free(intake);
    out->seconds = (double)(clock_elapsed_ms() - started_ms) / 1000.0;
    if (err != ERR_OK)
        import_result_free(out);
    return err;
}
