#include "report/impact.h"

#include "report/impact_tables.h"

static void document_fill(struct document *document, const struct impact *impact,
                          const struct reach *reach) {
    static const struct column outcome = {.key = "outcome", .title = "Outcome"},
                               known = {.key = "known",
                                        .title = "Sales with an answer",
                                        .kind = KIND_COUNT},
                               rate = {.key = "base_rate",
                                       .title = "Share of all",
                                       .kind = KIND_SHARE,
                                       .low = "base_rate_low",
                                       .high = "base_rate_high"};
    struct table *figures = document_figures(document);
    table_column(figures, &outcome);
    table_text(figures, outcome_name(impact->outcome));
    table_column(figures, &known);
    table_integer(figures, impact->known);
    table_column(figures, &rate);
    table_interval(figures, impact->base_rate);
    differences_add(document, impact);
    tests_add(document, impact);
    adjusted_add(document, impact);
    reach_add(document, reach);
    trend_add(document, impact);
    money_add(document, impact);
    power_add(document, impact);
    document_sentence(document, "These are differences, not effects: nobody drew lots over who "
                                "comes from where.");
}

struct document *report_impact(const struct reading *reading, struct impact_options options) {
    struct impact impact;
    struct reach reach;
    impact_compute(reading->facts, reading->selection, options, &impact);
    reach_compute(reading->facts, reading->selection, &reach);
    struct document *document = document_new();
    report_head(document, reading, "Marketing impact");
    document_fill(document, &impact, &reach);
    impact_free(&impact);
    return document;
}
