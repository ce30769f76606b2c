/* The shop at a glance, as a document: key figures, months, places, handsets. */
#ifndef REPORT_OVERVIEW_H
#define REPORT_OVERVIEW_H

#include "report/reading.h"

/* The caller frees it. */
struct document *report_overview(const struct reading *reading);

#endif
