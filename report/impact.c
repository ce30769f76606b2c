#include "report/impact.h"

#include "report/impact_tables.h"

static void document_fill(struct document *document, const struct impact *impact,
                          const struct reach *reach, enum impact_part part) {
    bool all = part == IMPACT_ALL;
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
    if (all || part == IMPACT_DIFFERENCES)
        differences_add(document, impact);
    if (all || part == IMPACT_TESTS)
        tests_add(document, impact);
    if (all || part == IMPACT_ADJUSTED)
        adjusted_add(document, impact);
    if (all || part == IMPACT_REACH)
        reach_add(document, reach);
    if (all || part == IMPACT_TREND)
        trend_add(document, impact);
    if (all || part == IMPACT_MONEY)
        money_add(document, impact);
    if (all || part == IMPACT_POWER)
        power_add(document, impact);
    document_sentence(document, "These are differences, not effects: nobody drew lots over who "
                                "comes from where.");
}

struct document *report_impact(const struct reading *reading, struct impact_options options,
                               enum impact_part part) {
    struct impact impact;
    struct reach reach;
    impact_compute(reading->facts, reading->selection, options, &impact);
    reach_compute(reading->facts, reading->selection, &reach);
    struct document *document = document_new();
    report_head(document, reading, "Marketing impact");
    document_fill(document, &impact, &reach, part);
    impact_free(&impact);
    return document;
}
