/* The last weeks of a slice against as many days before: what changed, and whether chance would do
 * as much. */
#ifndef ENGINE_ANALYSIS_RECENT_H
#define ENGINE_ANALYSIS_RECENT_H

#include "engine/analysis/measure.h"

/* Sales a day, revenue a day, mean price, and the four shares. */
enum { RECENT_FIGURES = 3 + ANSWER_COUNT };

struct recent_figure {
    enum measure measure; /* of sales, it is those of a day */
    double recent, before;
    struct interval difference; /* recent − before, 95 % */
    enum verdict verdict;
};

/* The days are those that the data and the filters cover, up to the last day of the data. There are
 * 28 of each where the slice has 56, so that every weekday counts four times on both sides; fewer
 * than that are halved, in whole weeks where it has two. Days without a sale count. */
struct recent {
    int days;            /* of each; 0: the slice has fewer than 4 days, nothing is compared */
    day_number from, to; /* the last days */
    day_number before_from, before_to; /* those before them */
    struct recent_figure figures[RECENT_FIGURES];
};

void recent_compute(const struct facts *facts, const struct selection *selection,
                    struct recent *out);

/* The same where the selection has been grouped by day already. */
void recent_of_days(const struct facts *facts, const struct selection *selection,
                    const struct grouping *by_day, struct recent *out);

/* The `days` days from `from` on, whatever the weekday, against as many just before. */
void recent_compute_days(const struct facts *facts, const struct selection *selection,
                         day_number from, int days, struct recent *out);

#endif
