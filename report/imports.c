#include "report/imports.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "db/imports.h"
#include "engine/analysis/quality.h"
#include "engine/analysis/statistics.h"
#include "report/document.h"

static bool import_add(void *context, const struct import_run *run) {
    struct table *table = context;
    table_integer(table, run->id);
    table_text(table, run->file);
    table_text(table, run->who);
    table_text(table, run->started_at);
    table_text(table, run->finished_at);
    table_integer(table, run->size_bytes);
    table_text(table, run->sha256);
    table_text(table, run->date_format);
    table_integer(table, run->rows);
    table_integer(table, run->imported);
    table_integer(table, run->duplicates);
    table_integer(table, run->rejected);
    table_flag(table, run->synthetic);
    return true;
}

static enum err imports_add(struct document *document, struct db *db, bool alone,
                            struct error *error) {
    static const struct column columns[] = {
        {.key = "id", .title = "Import", .kind = KIND_NUMBER},
        {.key = "file", .title = "File"},
        {.key = "who", .minor = true, .title = "Who"},
        {.key = "started_at", .title = "When"},
        {.key = "finished_at", .title = "Finished", .hidden = NOT_IN_TEXT},
        {.key = "size_bytes", .title = "Bytes", .kind = KIND_COUNT, .hidden = NOT_IN_TEXT},
        {.key = "sha256", .title = "SHA-256", .hidden = NOT_IN_TEXT},
        {.key = "date_format", .minor = true, .title = "Dates"},
        {.key = "rows", .title = "Rows", .kind = KIND_COUNT},
        {.key = "imported", .title = "Imported", .kind = KIND_COUNT},
        {.key = "duplicates", .minor = true, .title = "Present", .kind = KIND_COUNT},
        {.key = "rejected", .title = "Set aside", .kind = KIND_COUNT},
        {.key = "synthetic", .minor = true, .title = "Synthetic", .kind = KIND_FLAG},
    };
    struct table *table =
        document_table(document, "imports", NULL, columns, sizeof columns / sizeof *columns);
    if (alone)
        document->csv = table;
    return db_imports_list(db, import_add, table, error);
}

static bool undone_add(void *context, const struct undone_run *undone) {
    struct table *table = context;
    table_integer(table, undone->run.id);
    table_text(table, undone->run.file);
    table_text(table, undone->run.finished_at);
    table_integer(table, undone->sales);
    table_text(table, undone->undone_at);
    table_text(table, undone->who);
    return true;
}

/* In words only where there are any. */
static enum err imports_undone_add(struct document *document, struct db *db, struct error *error) {
    static const struct column columns[] = {
        {.key = "id", .title = "Import", .kind = KIND_NUMBER},
        {.key = "file", .title = "File"},
        {.key = "finished_at", .minor = true, .title = "Came"},
        {.key = "sales", .title = "Sales gone", .kind = KIND_COUNT},
        {.key = "undone_at", .title = "Taken back"},
        {.key = "undone_by", .title = "By"},
    };
    struct table *table = document_table(document, "undone", "Imports taken back", columns,
                                         sizeof columns / sizeof *columns);
    enum err code = db_imports_undone(db, undone_add, table, error);
    if (table_rows(table) == 0)
        table->hidden = NOT_IN_TEXT | NOT_IN_LINEAR;
    return code;
}

static bool reject_add(void *context, const struct import_reject *reject) {
    struct table *table = context;
    char *raw = text_printable(reject->raw, reject->raw_length);
    table_integer(table, reject->run_id);
    table_integer(table, reject->line);
    table_text(table, reject->field);
    table_text(table, reject->reason);
    table_text(table, raw);
    free(raw);
    return true;
}

static enum err rejects_add(struct document *document, struct db *db,
                            const struct rejects_request *request, const char *title,
                            struct error *error) {
    static const struct column columns[] = {
        {.key = "import", .title = "Import", .kind = KIND_NUMBER},
        {.key = "line", .title = "Line", .kind = KIND_NUMBER},
        {.key = "field", .title = "Field"},
        {.key = "reason", .title = "Reason"},
        {.key = "raw", .title = "The line as it stood"},
    };
    struct table *table =
        document_table(document, "rejects", title, columns, sizeof columns / sizeof *columns);
    int64_t limit = request->limit != 0 ? request->limit : INT64_MAX;
    return db_rejects_list(db, request->run, request->offset, limit, reject_add, table, error);
}

static enum err finished(enum err code, struct document **document) {
    if (code != ERR_OK) {
        document_free(*document);
        *document = NULL;
    }
    return code;
}

enum err report_imports(struct db *db, struct document **out, struct error *error) {
    *out = document_new();
    document_sentence(*out, "Imports");
    enum err code = imports_add(*out, db, true, error);
    if (code == ERR_OK)
        code = imports_undone_add(*out, db, error);
    return finished(code, out);
}

enum err report_rejects(struct db *db, const struct rejects_request *request, struct document **out,
                        struct error *error) {
    *out = document_new();
    document_sentence(*out, "Rows set aside");
    return finished(rejects_add(*out, db, request, NULL, error), out);
}

static void fault_add(struct document *document, const char *key, int64_t count, const char *what) {
    char number[NUMBER_TEXT_SIZE];
    number_grouped(count, number, sizeof number);
    document_sentence(document, "%s %s.", count != 0 ? number : "None", what);
    document_json(document, key, json_integer(count));
}

/* What is odd about the prices, and nothing where nothing is. */
static void prices_add(struct document *document, const struct quality *quality) {
    char words[256], number[NUMBER_TEXT_SIZE];
    number_grouped(quality->same_price, number, sizeof number);
    quality_same_price_words(quality, words, sizeof words);
    if (words[0] != '\0')
        document_sentence(document, "%s sales %s", number, words);
    document_json(document, "same_price_sales", json_integer(quality->same_price));
    document_json(document, "same_price",
                  quality->same_price > 0
                      ? json_real((double)quality->same_price_minor / MONEY_MINOR)
                      : json_null());
    quality_handset_words(quality, words, sizeof words);
    if (words[0] != '\0')
        document_sentence(document, "%s.", words);
    document_json(document, "price_by_handset",
                  isnan(quality->price_by_handset) ? json_null()
                                                   : json_real(quality->price_by_handset));
}

static enum err quality_add(struct document *document, const struct reading *reading,
                            struct error *error) {
    static const struct column columns[] = {
        {.key = "field", .title = "Field"},
        {.key = "known", .title = "Known", .kind = KIND_COUNT, .hidden = NOT_IN_TEXT},
        {.key = "unknown", .title = "Unknown", .kind = KIND_COUNT},
        {.key = "share_unknown",
         .title = "Share unknown",
         .kind = KIND_SHARE,
         .low = "share_unknown_low",
         .high = "share_unknown_high"},
        {.key = "values", .title = "Values", .kind = KIND_COUNT},
        {.key = "range", .title = "Range or commonest"},
        {.key = "beyond", .title = "Beyond", .kind = KIND_COUNT},
    };
    struct quality quality;
    enum err code =
        quality_compute(reading->facts, reading->selection, clock_today(), &quality, error);
    if (code != ERR_OK)
        return code;
    struct table *table = document_table(document, "quality", "Quality of the slice's sales",
                                         columns, sizeof columns / sizeof *columns);
    for (int field = 0; field < QUALITY_FIELDS && quality.sales > 0; field++) {
        const struct quality_column *of = &quality.columns[field];
        table_text(table, of->title);
        table_integer(table, quality.sales - of->unknown);
        table_integer(table, of->unknown);
        table_interval(table, share_wilson(of->unknown, quality.sales));
        table_integer(table, of->values);
        table_text(table, of->range);
        if (of->beyond >= 0)
            table_integer(table, of->beyond);
        else
            table_unknown(table);
    }
    fault_add(document, "contradictions", quality.returning_unheard,
              "returning, yet never heard of the shop");
    fault_add(document, "follows_unheard", quality.follows_unheard,
              "follow the page, yet never heard of the shop");
    fault_add(document, "repeated", quality.repeated,
              "like an earlier sale in all but the shop's number for it");
    fault_add(document, "future", quality.future, "dated after today");
    prices_add(document, &quality);
    return ERR_OK;
}

enum err report_quality(const struct reading *reading, struct document **out, struct error *error) {
    *out = document_new();
    report_head(*out, reading, "Data");
    return finished(quality_add(*out, reading, error), out);
}

enum err report_data(const struct reading *reading, int64_t reject_limit, struct document **out,
                     struct error *error) {
    struct db *db = shop_db(reading->shop);
    *out = document_new();
    report_head(*out, reading, "Data");
    enum err code = imports_add(*out, db, false, error);
    struct rejects_request request = {.limit = reject_limit};
    if (code == ERR_OK && reject_limit > 0)
        code = rejects_add(*out, db, &request, "Rows set aside", error);
    if (code == ERR_OK)
        code = quality_add(*out, reading, error);
    return finished(code, out);
}
