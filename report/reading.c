#include "report/reading.h"

#include <stdlib.h>

#include "base/number.h"
#include "report/document.h"

void report_head(struct document *document, const struct reading *reading, const char *title) {
    if (reading->heading != NULL) {
        document_sentence(document, "%s", reading->heading);
        return;
    }
    int64_t synthetic = reading->facts->synthetic;
    bool all = synthetic == facts_total(reading->facts);
    const char *mark = synthetic == 0 ? "" : all ? "  SYNTHETIC sample" : "  partly SYNTHETIC";
    char *filters = slice_text(reading->slice);
    char counted[NUMBER_TEXT_SIZE];
    number_grouped(selection_sales(reading->facts, reading->selection), counted, sizeof counted);
    document_sentence(document, "%s%s", title, mark);
    document_sentence(document, "Filter: %s (%s sales)", filters[0] != '\0' ? filters : "none",
                      counted);
    document_json(document, "filter", json_text(filters));
    document_json(document, "synthetic", json_integer(synthetic));
    free(filters);
}
