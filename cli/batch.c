#include "cli/batch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/customer_options.h"
#include "cli/output/print.h"
#include "engine/intake/csv.h"

struct batch {
    struct columns columns;
    struct predictor *predictor;
    FILE *out;
    bool *set_aside;
    bool told[OUTCOME_COUNT]; /* that this outcome has no model */
    struct buffer line;
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

static void answer_write(struct batch *batch, int64_t number, const char *id,
                         const struct prediction *prediction) {
    struct buffer *line = &batch->line;
    buffer_clear(line);
    buffer_printf(line, "%lld,", (long long)number);
    csv_field(line, id != NULL ? id : "");
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        const struct outcome_prediction *outcome = &prediction->outcomes[i];
        if (!outcome->available) {
            buffer_text(line, ",,,,");
            if (!batch->told[i])
                fprintf(stderr, "retail-pulse: %s: %s\n", outcome_name((enum outcome)i),
                        outcome->problem);
            batch->told[i] = true;
            continue;
        }
        real_append(line, outcome->probability.estimate);
        real_append(line, outcome->probability.low);
        real_append(line, outcome->probability.high);
        buffer_text(line, outcome->label ? ",yes" : ",no");
    }
    buffer_text(line, ",");
    csv_field(line, prediction->segment != NULL ? prediction->segment : "");
    buffer_text(line, "\n");
    fwrite(line->data, 1, line->length, batch->out);
}

static enum err rows_predict(struct batch *batch, struct csv_reader *reader, struct error *error) {
    for (;;) {
        struct csv_record record;
        bool more;
        enum err code = csv_reader_next(reader, &record, &more, error);
        if (code != ERR_OK || !more)
            return code;
        struct customer customer;
        char *id;
        if (customer_of(batch, &record, &customer, &id)) {
            struct prediction prediction;
            code = predictor_predict(batch->predictor, &customer, &prediction, error);
            if (code == ERR_OK)
                answer_write(batch, record.line, id, &prediction);
        }
        free(id);
        if (code != ERR_OK || ferror(batch->out))
            return code;
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
        header_write(&batch);
        code = rows_predict(&batch, reader, error);
    }
    if (code == ERR_OK)
        code = stream_check(out, "standard output", error);
    csv_reader_close(reader);
    buffer_free(&batch.line);
    return code;
}
