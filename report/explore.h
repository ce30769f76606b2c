/* Every measure by one or two dimensions, or one measure as a table of rows and columns. */
#ifndef REPORT_EXPLORE_H
#define REPORT_EXPLORE_H

#include "engine/analysis/measure.h"
#include "report/look.h"
#include "report/reading.h"

struct explore_request {
    enum dimension by[2];
    int by_count;         /* 1 or 2 */
    enum measure measure; /* MEASURE_COUNT: all of them */
    bool heat;            /* with two dimensions and a measure: shades … */
    bool wide;            /* … and CSV as rows and columns too */
};

/* The caller frees it. */
struct document *report_explore(const struct reading *reading,
                                const struct explore_request *request, const struct look *look);

#endif
