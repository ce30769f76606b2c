#include "report/pairs.h"

#include "report/document.h"

struct document *report_pairs(const struct reading *reading, const char *title,
                              const struct pair *pairs, int count) {
    struct document *document = document_new();
    report_head(document, reading, title);
    struct table *figures = document_figures(document);
    for (int i = 0; i < count; i++) {
        table_column(figures, &(struct column){.key = pairs[i].name, .title = pairs[i].name});
        table_text(figures, pairs[i].value);
    }
    return document;
}

struct document *report_slices(const struct reading *reading, const struct pair *pairs, int count) {
    static const struct column columns[] = {{.key = "name", .title = "Slice"},
                                            {.key = "filters", .title = "filters"}};
    struct document *document = document_new();
    report_head(document, reading, "Slices by name");
    if (count == 0) {
        document_sentence(document, "No slice has a name yet.");
        return document;
    }
    struct table *table = document_table(document, "slices", NULL, columns, 2);
    for (int i = 0; i < count; i++) {
        table_text(table, pairs[i].name);
        table_text(table, pairs[i].value);
    }
    return document;
}
