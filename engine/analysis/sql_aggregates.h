/* The statistics as SQL functions over the rows of a group; each is computed by
 * engine/analysis/statistics.h. NULL is left out; what is of the wrong type is an error. */
#ifndef ENGINE_ANALYSIS_SQL_AGGREGATES_H
#define ENGINE_ANALYSIS_SQL_AGGREGATES_H

#include <stddef.h>

#include "base/error.h"
#include "db/db.h"

/* X(name, arguments): median(x), quantile(x, p), skewness(x), wilson_low(answer),
 * wilson_high(answer), chi2_p(a, b); and of two counts in one row wilson_low(yes, n),
 * wilson_high(yes, n). */
enum err sql_aggregates_add(struct db *db, struct error *error);

/* So much of a group is kept in memory, in numbers of median and quantile and in different values
 * of chi2_p; more of them is an error rather than a machine without memory. */
enum { AGGREGATE_NUMBERS_MAX = 128 * 1024 * 1024, AGGREGATE_CATEGORIES_MAX = 2000 };

#endif
