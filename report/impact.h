/* Who differs in an outcome, by how much, and whether it is noise, as a document. */
#ifndef REPORT_IMPACT_H
#define REPORT_IMPACT_H

#include "engine/analysis/impact.h"
#include "report/reading.h"

/* The caller frees it. */
struct document *report_impact(const struct reading *reading, struct impact_options options);

#endif
