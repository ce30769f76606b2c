/* Past sales like one customer's, as a document. */
#include "report/prediction.h"

#include "base/number.h"
#include "report/document.h"

static void shares_add(struct document *document, const struct prediction *prediction,
                       const struct interval *past) {
    static const struct column columns[] = {
        {.key = "outcome", .title = "Outcome"},
        {.key = "share",
         .title = "Share of these",
         .kind = KIND_SHARE,
         .low = "share_low",
         .high = "share_high"},
        {.key = "share_all", .title = "of all", .kind = KIND_SHARE}};
    struct table *table = document_table(document, "outcomes", NULL, columns, 3);
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        if (prediction->similar.known[i] == 0)
            continue;
        table_text(table, outcome_title((enum outcome)i));
        table_interval(table,
                       share_wilson(prediction->similar.yes[i], prediction->similar.known[i]));
        table_real(table, past[i].estimate);
    }
}

static void answer_add(struct table *table, int answer) {
    if (answer == UNKNOWN)
        table_unknown(table);
    else
        table_flag(table, answer != 0);
}

struct document *report_similar(const struct facts *facts, const struct prediction *prediction,
                                const struct interval past[OUTCOME_COUNT],
                                const struct facts *latest) {
    static const struct column columns[] = {
        {.key = "id", .title = "Sale", .kind = KIND_NUMBER},
        {.key = "date", .title = "Date"},
        {.key = "handset", .title = "Handset"},
        {.key = "price", .title = "Price", .kind = KIND_MONEY},
        {.key = "returning", .title = "Before", .kind = KIND_FLAG},
        {.key = "facebook", .title = "Facebook", .kind = KIND_FLAG},
        {.key = "age", .title = "Age", .kind = KIND_NUMBER},
        {.key = "location", .title = "Location"}};
    struct document *document = report_whatif(facts);
    char sales[NUMBER_TEXT_SIZE];
    number_grouped(prediction->similar.sales, sales, sizeof sales);
    document_sentence(document, "%s similar sale%s: %s.", sales,
                      prediction->similar.sales == 1 ? "" : "s", prediction->similar.rule);
    shares_add(document, prediction, past);
    struct table *table =
        document_table(document, "sales", latest->count != 0 ? "The latest first" : NULL, columns,
                       sizeof columns / sizeof *columns);
    for (size_t row = latest->count; row-- > 0;) {
        table_integer(table, latest->id[row]);
        table_day(table, latest->day[row]);
        table_text(table, facts_handset(latest, row));
        table_integer(table, latest->price_minor[row]);
        answer_add(table, facts_answer(latest, row, ANSWER_RETURNING));
        answer_add(table, facts_answer(latest, row, ANSWER_FACEBOOK));
        if (latest->age[row] != 0)
            table_integer(table, latest->age[row]);
        else
            table_unknown(table);
        table_text(table, latest->location[row] != 0 ? facts_location(latest, row) : NULL);
    }
    return document;
}
