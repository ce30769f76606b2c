/* Two slices side by side. */
#ifndef REPORT_COMPARE_H
#define REPORT_COMPARE_H

#include "engine/analysis/compare.h"
#include "report/reading.h"

/* `with` are the other slice's filters, "" for everything else. The caller frees it. */
struct document *report_compare(const struct reading *reading, const struct compare *compare,
                                const char *with);

#endif
