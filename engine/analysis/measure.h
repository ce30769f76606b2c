/* What a group of sales is measured by: one list for tables, heat maps, options and keys. */
#ifndef ENGINE_ANALYSIS_MEASURE_H
#define ENGINE_ANALYSIS_MEASURE_H

#include <stdbool.h>

#include "engine/analysis/explore.h"

enum measure_kind { MEASURE_COUNT_OF, MEASURE_MONEY, MEASURE_SHARE };

/* X(symbol, name on the command line and in JSON, title, kind) */
#define MEASURE_LIST(X)                                                  \
    X(SALES, "sales", "Sales", COUNT_OF)                                 \
    X(REVENUE, "revenue", "Revenue", MONEY)                              \
    X(MEAN_PRICE, "mean_price", "Mean price", MONEY)                     \
    X(MEDIAN_PRICE, "median_price", "Median price", MONEY)               \
    X(REVENUE_PER_DAY, "revenue_per_day", "Revenue per day", MONEY)      \
    X(SHARE_RETURNING, "share_returning", "Share returning", SHARE)      \
    X(SHARE_FACEBOOK, "share_facebook", "Share from Facebook", SHARE)    \
    X(SHARE_FOLLOWS, "share_follows", "Share following the page", SHARE) \
    X(SHARE_HEARD, "share_heard", "Share that heard of the shop", SHARE)

enum measure {
#define X(symbol, ...) MEASURE_##symbol,
    MEASURE_LIST(X)
#undef X
        MEASURE_COUNT
};

const char *measure_name(enum measure measure);
const char *measure_title(enum measure measure);
enum measure_kind measure_kind(enum measure measure);
bool measure_answer(enum measure measure, enum answer *out); /* that a share is of */
enum measure measure_of_answer(enum answer answer);

/* Whether the rows are made of the very answer that the measure is a share of, so that it tells
 * nothing. */
bool measure_is_grouped(const struct grouping *grouping, enum measure measure);

/* Money in minor units, shares in 0–1, counts as they are. The ends are NaN where a measure has no
 * interval; the estimate where there is nothing to measure. */
struct interval measure_value(const struct explore_row *row, enum measure measure);

/* Which rows differ from the rest beyond chance: each is compared with all the others together, and
 * the p values are adjusted for their number (Benjamini & Hochberg 1995), so that noise in many
 * small cells is not read as a pattern.
 *
 * Shares, and with two dimensions sales: the adjusted residual (Haberman 1973; Agresti 2013,
 * §3.3.1) of the row in the table of rows by answers, or of the combination in the table of both
 * dimensions; tested where the smallest count expected is 5 or more. Mean price: Welch against the
 * rest, with the statistic in its standard errors. Other measures are not tested.
 *
 * A row has a verdict only where all rows together differ as well (p < 0.05; the protection of
 * Fisher's 1935 least significant difference): Pearson's chi-square test of the same table, for
 * mean prices Welch's analysis of variance (Welch 1951). Where that test cannot be had the adjusted
 * p values stand alone, whose least is Simes's (1986) test of all rows. */
struct row_difference {
    double residual;   /* NaN where not tested */
    double p_adjusted; /* NaN where not tested */
    enum verdict verdict;
};
struct differences {
    struct row_difference *rows; /* as many as the explore has */
    int tested, differing;
    double overall_p; /* of all rows together; NaN where no such test can be had */
    int alone;        /* rows that p_adjusted would mark, were it not for all rows together */
    int furthest;     /* of those, the one with the largest residual; -1 where there is none */
};
void measure_compare(const struct explore *explore, enum measure measure, struct differences *out);

/* "Alone, Samsung would look lower; all together do not differ: no mark.", or
 * "" where there is no such row. */
void differences_alone_words(const struct explore *explore, const struct differences *differences,
                             char *text, size_t size);
void differences_free(struct differences *differences);

#endif
