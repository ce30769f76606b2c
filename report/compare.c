/* The comparison as two tables: money in its units, shares with differences in points. */
#include "report/compare.h"

#include "base/money.h"
#include "engine/analysis/numeric.h"
#include "report/document.h"

static void add_rows(struct table *table, const struct compare *compare, enum compare_kind kind) {
    for (int i = 0; i < compare->count; i++) {
        const struct compare_row *row = &compare->rows[i];
        if (row->kind != kind)
            continue;
        table_text(table, row->key);
        if (kind == COMPARE_SHARE)
            table_text(table, row->heading != NULL ? row->heading : "all");
        table_text(table, row->label);
        table_real(table, row->a);
        table_real(table, row->b);
        table_interval(table, row->difference);
        table_text(table, compare_verdict_words(row));
    }
}

struct document *report_compare(const struct reading *reading, const struct compare *compare,
                                const char *with) {
    static const struct column money[] = {
        {.key = "measure", .title = "Measure", .hidden = NOT_IN_TEXT | NOT_IN_LINEAR},
        {.key = "name", .title = "Measure"},
        {.key = "a", .title = "A", .kind = KIND_MONEY},
        {.key = "b", .title = "B", .kind = KIND_MONEY},
        {.key = "difference",
         .title = "A - B",
         .kind = KIND_MONEY_CHANGE,
         .low = "low",
         .high = "high"},
        {.key = "verdict", .title = "A is"}};
    static const struct column shares[] = {
        {.key = "of", .title = "Of", .hidden = NOT_IN_TEXT | NOT_IN_LINEAR},
        {.key = "of_title", .title = "Of", .hidden = NOT_IN_CSV | NOT_IN_JSON},
        {.key = "name", .title = "Share"},
        {.key = "a", .title = "A", .kind = KIND_SHARE},
        {.key = "b", .title = "B", .kind = KIND_SHARE},
        {.key = "difference", .title = "A - B", .kind = KIND_POINTS, .low = "low", .high = "high"},
        {.key = "verdict", .title = "A is"}};
    struct document *document = document_new();
    char words[160];
    report_head(document, reading, "Compare");
    compare_overlap_words(compare, words, sizeof words);
    document_sentence(document, "A is this slice; B: %s.%s%s", with[0] != '\0' ? with : "all else",
                      words[0] != '\0' ? " " : "", words);
    char within[NUMERIC_WITHIN_SIZE];
    numeric_within_words(NUMERIC_PRICE, compare->within_minor / MONEY_MINOR, within);
    if (within[0] != '\0')
        document_sentence(document, "In medians, %s.", within);
    struct table *figures = document_figures(document);
    table_column(figures,
                 &(struct column){.key = "sales_a", .title = "Sales of A", .kind = KIND_COUNT});
    table_integer(figures, compare->sales[0]);
    table_column(figures,
                 &(struct column){.key = "sales_b", .title = "Sales of B", .kind = KIND_COUNT});
    table_integer(figures, compare->sales[1]);
    table_column(figures,
                 &(struct column){.key = "shared", .title = "Sales of both", .kind = KIND_COUNT});
    table_integer(figures, compare->shared);
    add_rows(document_table(document, "money", "Money", money, sizeof money / sizeof *money),
             compare, COMPARE_MONEY);
    add_rows(document_table(document, "shares", "Shares", shares, sizeof shares / sizeof *shares),
             compare, COMPARE_SHARE);
    return document;
}
