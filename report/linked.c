#include "report/linked.h"

#include "engine/analysis/statistics.h"
#include "report/document.h"

struct document *report_linked(const struct reading *reading, const struct linked *linked,
                               const enum dimension *shown, int shown_count) {
    static const struct column columns[] = {
        {.key = "dimension", .title = "Dimension"},
        {.key = "value", .title = "Value"},
        {.key = "kept", .title = "Kept", .kind = KIND_FLAG},
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "revenue", .title = "Revenue", .kind = KIND_MONEY},
        {.key = "share_returning",
         .title = "Returning",
         .kind = KIND_SHARE,
         .low = "share_returning_low",
         .high = "share_returning_high"},
        {.key = "share_facebook",
         .title = "From Facebook",
         .kind = KIND_SHARE,
         .low = "share_facebook_low",
         .high = "share_facebook_high"},
    };
    static const enum answer told[] = {ANSWER_RETURNING, ANSWER_FACEBOOK};
    struct document *document = document_new();
    report_head(document, reading, "All dimensions");
    document_sentence(document, "Each list leaves its own filters aside.");
    struct table *table =
        document_table(document, "lists", NULL, columns, sizeof columns / sizeof *columns);
    for (int i = 0; i < shown_count; i++) {
        const struct linked_list *list = &linked->lists[shown[i]];
        for (int row = 0; row < list->count; row++) {
            const struct cell *cell = &list->rows[row].cell;
            table_text(table, dimension_name(shown[i]));
            table_text(table, list->rows[row].label);
            table_flag(table, list->rows[row].kept);
            table_integer(table, cell->sales);
            table_integer(table, cell->revenue_minor);
            for (int k = 0; k < 2; k++)
                table_interval(table, share_wilson(cell->yes[told[k]], cell->known[told[k]]));
        }
    }
    return document;
}
