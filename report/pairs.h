/* What has no table of its own: names and their values, a line each. */
#ifndef REPORT_PAIRS_H
#define REPORT_PAIRS_H

#include "report/reading.h"

struct pair {
    const char *name, *value; /* the name is one of the program's own and outlives the document */
};

/* The caller frees both documents. */
struct document *report_pairs(const struct reading *reading, const char *title,
                              const struct pair *pairs, int count);

/* Filters under names that somebody gave them; `pairs` need not last. */
struct document *report_slices(const struct reading *reading, const struct pair *pairs, int count);

#endif
