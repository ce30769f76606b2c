#include "engine/intake/import.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/user.h"
#include "db/audit.h"
#include "db/sale_adder.h"
#include "db/sales.h"
#include "db/shops.h"
#include "engine/intake/csv.h"
#include "engine/intake/dates.h"
#include "engine/intake/fold.h"
#include "engine/intake/reading.h"
#include "engine/intake/recognise.h"
#include "engine/intake/sample.h"

/* The reading thread's numbers of names as ids: number n has ids[n - 1]. */
struct numbering {
    int32_t *ids;
    int count, capacity;
};

struct intake {
    struct db *db;
    const char *path;
    const struct import_options *options;
    struct import_result *result;
    struct csv_reader *reader;
    const struct progress_sink *progress;
    struct columns columns;
    struct date_choice dates;
    struct numbering locations, handsets;
    day_number today;
    struct sale_adder *adder;
    uint64_t reject_bytes;
};

void import_result_free(struct import_result *result) {
    import_run_free(&result->run);
    for (int i = 0; i < result->reject_count; i++)
        import_reject_free(&result->rejects[i]);
    *result = (struct import_result){0};
}

/* ------------------------------------------------------------------------------------- one batch
 */

static enum err intern(struct db *db, bool is_handset, const char *name, int32_t *id,
                       struct error *error) {
    if (!is_handset)
        return db_location_intern(db, name, location_is_local(name), id, error);
    char *brand = handset_brand(name);
    enum err err = db_handset_intern(db, name, brand, id, error);
    free(brand);
    return err;
}

/* What a reading thread numbered, in the database's own ids. */
static enum err learn_names(struct intake *intake, const struct batch *batch, struct error *error) {
    if (batch->forget_names)
        intake->locations.count = intake->handsets.count = 0;
    enum err err = ERR_OK;
    for (int i = 0; err == ERR_OK && i < batch->name_count; i++) {
        const char *name = batch->texts.data + batch->names[i].text;
        bool is_handset = batch->names[i].is_handset;
        struct numbering *numbering = is_handset ? &intake->handsets : &intake->locations;
        if (numbering->count == numbering->capacity) {
            numbering->capacity = numbering->capacity * 2 + 256;
            numbering->ids =
                xreallocarray(numbering->ids, (size_t)numbering->capacity, sizeof *numbering->ids);
        }
        err = intern(intake->db, is_handset, name, &numbering->ids[numbering->count++], error);
    }
    return err;
}

/* A file of other things must not fill the disk with its rows; a packed one can be a thousand times
 * as long as it looks. */
static enum err refuse_other_things(const struct intake *intake, struct error *error) {
    const struct import_run *run = &intake->result->run;
    error_set(error, ERR_INPUT,
              "%s: %lld of the first %lld rows cannot be taken; the first is line "
              "%lld: %s",
              csv_reader_name(intake->reader), (long long)run->rejected, (long long)run->rows,
              (long long)intake->result->rejects[0].line, intake->result->rejects[0].reason);
    return error_hint(error, "nothing was imported; is it a file of sales, and is each column the "
                             "right one? --map names others");
}

static bool are_other_things(const struct intake *intake) {
    const struct import_run *run = &intake->result->run;
    return (run->rejected > IMPORT_REJECTS_MAX && run->rejected > run->rows / 2) ||
           intake->reject_bytes > IMPORT_REJECT_BYTES_MAX;
}

static enum err set_aside(struct intake *intake, const struct batch *batch,
                          const struct batch_reject *source, struct error *error) {
    struct import_result *result = intake->result;
    result->run.rejected++;
    intake->reject_bytes += source->raw_length;
    struct import_reject reject = {.run_id = result->run.id,
                                   .line = source->line,
                                   .field = batch->texts.data + source->field,
                                   .reason = batch->texts.data + source->reason,
                                   .raw = batch->texts.data + source->raw,
                                   .raw_length = source->raw_length};
    enum err err = db_import_reject_add(intake->db, &reject, error);
    if (err == ERR_OK && result->reject_count < IMPORT_REJECTS_SHOWN) {
        struct import_reject *kept = &result->rejects[result->reject_count++];
        *kept = reject;
        kept->field = xstrdup(reject.field);
        kept->reason = xstrdup(reject.reason);
        kept->raw = xmalloc(reject.raw_length + 1);
        memcpy(kept->raw, reject.raw, reject.raw_length);
        kept->raw[reject.raw_length] = '\0';
    }
    return err;
}

static enum err take_batch(struct intake *intake, const struct batch *batch, struct error *error) {
    enum err err = learn_names(intake, batch, error);
    intake->result->run.rows += batch->sale_count + batch->reject_count;
    for (int i = 0; err == ERR_OK && i < batch->sale_count; i++) {
        struct sale sale = batch->sales[i];
        sale.handset = intake->handsets.ids[sale.handset - 1];
        if (sale.location != 0)
            sale.location = intake->locations.ids[sale.location - 1];
        if (batch->reference_at[i] != NO_TEXT)
            sale.reference = batch->texts.data + batch->reference_at[i];
        err = sale_adder_add(intake->adder, &sale, error);
    }
    for (int i = 0; err == ERR_OK && i < batch->reject_count; i++)
        err = set_aside(intake, batch, &batch->rejects[i], error);
    return err == ERR_OK && are_other_things(intake) ? refuse_other_things(intake, error) : err;
}

static enum err take_all(struct intake *intake, struct error *error) {
    struct reading *reading;
    enum err err = reading_start(intake->reader, &intake->columns, &intake->dates, intake->today,
                                 &reading, error);
    const struct batch *batch;
    while (err == ERR_OK &&
           (err = reading_next(reading, intake->progress, &batch, error)) == ERR_OK &&
           batch != NULL)
        err = take_batch(intake, batch, error);
    reading_end(reading);
    return err;
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

static enum err count_synthetic(struct intake *intake, struct error *error) {
    struct sales_extent extent;
    enum err err = db_sales_extent(intake->db, &extent, error);
    if (err == ERR_OK)
        intake->result->mixed = extent.synthetic > 0 && extent.synthetic < extent.sales;
    return err;
}

static enum err say_on_record(struct db *db, const struct import_run *run, struct error *error) {
    char *subject = xasprintf("import %lld: %s", (long long)run->id, run->file);
    enum err err = db_audit(
        db, AUDIT_IMPORT, subject, error, "%lld sales in, %lld present already, %lld set aside",
        (long long)run->imported, (long long)run->duplicates, (long long)run->rejected);
    free(subject);
    return err;
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
    if (err == ERR_OK)
        err = say_on_record(intake->db, run, error);
    result->nothing_new = err == ERR_OK && known && run->imported == 0;
    return err == ERR_OK ? count_synthetic(intake, error) : err;
}

static enum err within_transaction(struct intake *intake, struct error *error) {
    struct import_result *result = intake->result;
    enum err err = sales_fold(intake->db, intake->progress, error);
    if (err == ERR_OK && intake->options->shop != NULL)
        err = db_shop_intern(intake->db, intake->options->shop, &result->run.shop, error);
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

/* What reading it again would come to. */
static enum err pass_over(struct intake *intake, const struct import_run *known,
                          struct error *error) {
    struct import_result *result = intake->result;
    struct import_run *run = &result->run;
    run->size_bytes = known->size_bytes;
    memcpy(run->sha256, known->sha256, sizeof run->sha256);
    run->date_format = known->date_format != NULL ? xstrdup(known->date_format) : NULL;
    run->rows = run->duplicates = known->rows;
    run->shop = known->shop;
    clock_stamp(run->finished_at);
    result->nothing_new = true;
    return count_synthetic(intake, error);
}

static enum err import_open_file(struct intake *intake, struct error *error) {
    struct import_result *result = intake->result;
    enum err err = read_header(intake, error);
    if (err != ERR_OK)
        return err;
    struct import_run known_run = {0};
    bool known;
    result->run.reading = reading_text(&intake->columns, intake->options);
    err = file_recognise(intake->db, intake->path, intake->options, result->run.reading,
                         intake->progress, &known_run, &known, error);
    result->run.file = xstrdup(csv_reader_name(intake->reader));
    result->run.who = user_name();
    clock_stamp(result->run.started_at);
    if (err == ERR_OK && known)
        err = pass_over(intake, &known_run, error);
    import_run_free(&known_run);
    if (err != ERR_OK || known)
        return err;
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
    free(intake->locations.ids);
    free(intake->handsets.ids);
    sale_adder_close(intake->adder);
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
                              .path = path,
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
