/* Blocks of customers between a CSV reader and the models. */
#include "cli/batch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/customer_options.h"
#include "engine/intake/csv.h"
#include "report/print.h"

enum { BLOCK = 4096 }; /* customers asked about at once */

struct batch {
    struct columns columns;
    struct predictor *predictor;
    FILE *out;
    bool *set_aside;
    struct buffer text; /* the lines of a block */
    /* the block, each an array of BLOCK; owned */
    struct customer *customers;
    struct estimate *estimates;
    int64_t *lines;
    char **ids; /* NULL where the record has none; owned */
    size_t count;
};

static enum err header_read(struct batch *batch, struct csv_reader *reader, struct error *error) {
    struct csv_record record;
    bool more;
    enum err code = csv_reader_next(reader, &record, &more, error);
    if (code != ERR_OK)
        return code;
    if (!more || record.problem != NULL || record.count > CSV_FIELDS_MAX)
        return error_set(error, ERR_INPUT, "%s has no header that could be read",
                         csv_reader_name(reader));
    char **headers = xcalloc((size_t)record.count, sizeof *headers);
    for (int i = 0; i < record.count; i++)
        headers[i] = text_clean(record.fields[i].bytes, record.fields[i].length);
    code = columns_match(&batch->columns, headers, record.count, NULL, true,
                         csv_reader_name(reader), error);
    for (int i = 0; i < record.count; i++)
        free(headers[i]);
    free(headers);
    return code;
}

static void header_write(struct batch *batch) {
    fputs("line,id", batch->out);
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        const char *name = outcome_name((enum outcome)i);
        fprintf(batch->out, ",%s_probability,%s_low,%s_high,%s_label", name, name, name, name);
    }
    fputs(",segment\n", batch->out);
}

static void refuse(const struct batch *batch, int64_t line, const char *field, const char *value,
                   const char *reason) {
    *batch->set_aside = true;
    if (field == NULL)
        fprintf(stderr, "retail-pulse: line %lld: %s\n", (long long)line, reason);
    else
        fprintf(stderr, "retail-pulse: line %lld, %s: '%s' %s\n", (long long)line, field, value,
                reason);
}

/* The customer of a record and its id, which the caller frees; false where a field cannot be. */
static bool customer_of(const struct batch *batch, const struct csv_record *record,
                        struct customer *customer, char **id) {
    customer_init(customer);
    *id = NULL;
    if (record->problem != NULL || record->count != batch->columns.count) {
        refuse(batch, record->line, NULL, NULL,
               record->problem != NULL ? record->problem : "not as many fields as the header has");
        return false;
    }
    for (int field = 0; field < FIELD_COUNT; field++) {
        int at = batch->columns.at[field];
        if (at < 0)
            continue;
        char *text = text_clean(record->fields[at].bytes, record->fields[at].length);
        const char *reason = "";
        if (field == FIELD_REFERENCE) {
            *id = text;
            continue;
        }
        bool good = customer_set(customer, (enum field)field, text, &reason);
        if (!good)
            refuse(batch, record->line, field_name((enum field)field), text, reason);
        free(text);
        if (!good)
            return false;
    }
    return true;
}

static void real_append(struct buffer *line, double value) {
    buffer_text(line, ",");
    if (isfinite(value))
        buffer_printf(line, "%.15g", value);
}

static void answer_append(struct batch *batch, size_t at) {
    const struct estimate *estimate = &batch->estimates[at];
    struct buffer *text = &batch->text;
    buffer_printf(text, "%lld,", (long long)batch->lines[at]);
    csv_field(text, batch->ids[at] != NULL ? batch->ids[at] : "");
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        struct interval own = estimate->outcomes[i].probability;
        real_append(text, own.estimate);
        real_append(text, own.low);
        real_append(text, own.high);
        if (!isfinite(own.estimate))
            buffer_text(text, ",");
        else
            buffer_text(text, estimate->outcomes[i].label ? ",yes" : ",no");
    }
    buffer_text(text, ",");
    csv_field(text, estimate->segment != NULL ? estimate->segment : "");
    buffer_text(text, "\n");
}

static void block_clear(struct batch *batch) {
    for (size_t i = 0; i < batch->count; i++)
        free(batch->ids[i]);
    batch->count = 0;
}

/* Answers the block and hands the lines on at once: whoever waits for them at the other end of a
 * pipe gets them. */
static enum err block_answer(struct batch *batch, struct error *error) {
    enum err code = predictor_estimate(batch->predictor, batch->customers, batch->count,
                                       batch->estimates, error);
    buffer_clear(&batch->text);
    for (size_t i = 0; code == ERR_OK && i < batch->count; i++)
        answer_append(batch, i);
    block_clear(batch);
    if (batch->text.length > 0)
        fwrite(batch->text.data, 1, batch->text.length, batch->out);
    fflush(batch->out);
    return code;
}

static enum err rows_predict(struct batch *batch, struct csv_reader *reader, struct error *error) {
    for (;;) {
        struct csv_record record;
        bool more;
        enum err code = ERR_OK;
        if (batch->count == BLOCK || (batch->count > 0 && !csv_reader_ready(reader)))
            code = block_answer(batch, error);
        if (code != ERR_OK || ferror(batch->out))
            return code;
        code = csv_reader_next(reader, &record, &more, error);
        if (code != ERR_OK) { /* the customers before what cannot be read have their answers */
            block_answer(batch, NULL);
            return code;
        }
        if (!more)
            return block_answer(batch, error);
        char *id;
        if (customer_of(batch, &record, &batch->customers[batch->count], &id)) {
            batch->lines[batch->count] = record.line;
            batch->ids[batch->count++] = id;
        } else {
            free(id);
        }
    }
}

static void models_missing(const struct predictor *predictor) {
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        const char *problem = predictor_problem(predictor, (enum outcome)i);
        if (problem != NULL)
            fprintf(stderr, "retail-pulse: %s: %s\n", outcome_name((enum outcome)i), problem);
    }
}

enum err batch_predict(const char *path, struct predictor *predictor, FILE *out, bool *set_aside,
                       struct error *error) {
    struct batch batch = {.predictor = predictor, .out = out, .set_aside = set_aside};
    struct csv_reader *reader = NULL;
    enum err code = csv_reader_open(path, NULL, &reader, error);
    if (code == ERR_OK)
        code = header_read(&batch, reader, error);
    if (code == ERR_OK) {
        batch.customers = xcalloc(BLOCK, sizeof *batch.customers);
        batch.estimates = xcalloc(BLOCK, sizeof *batch.estimates);
        batch.lines = xcalloc(BLOCK, sizeof *batch.lines);
        batch.ids = xcalloc(BLOCK, sizeof *batch.ids);
        models_missing(predictor);
        header_write(&batch);
        code = rows_predict(&batch, reader, error);
    }
    if (code == ERR_OK)
        code = stream_check(out, "standard output", error);
    csv_reader_close(reader);
    block_clear(&batch);
    free(batch.customers);
    free(batch.estimates);
    free(batch.lines);
    free(batch.ids);
    buffer_free(&batch.text);
    return code;
}
