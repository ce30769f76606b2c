/* Who differs in an outcome, by how much, and whether it is noise, as a document. */
#ifndef REPORT_IMPACT_H
#define REPORT_IMPACT_H

#include "engine/analysis/impact.h"
#include "report/reading.h"

/* All of it, or one block, as the dashboard shows one on a page. */
enum impact_part {
    IMPACT_ALL,
    IMPACT_DIFFERENCES,
    IMPACT_TESTS,
    IMPACT_ADJUSTED,
    IMPACT_REACH,
    IMPACT_TREND,
    IMPACT_MONEY,
    IMPACT_POWER
};

/* The caller frees it. */
struct document *report_impact(const struct reading *reading, struct impact_options options,
                               enum impact_part part);

#endif
