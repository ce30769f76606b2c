/* Any measure by none, one or two dimensions, with the test whether the outcomes differ between
 * rows. */
#ifndef ENGINE_ANALYSIS_EXPLORE_H
#define ENGINE_ANALYSIS_EXPLORE_H

#include "engine/analysis/statistics.h"
#include "engine/slice/counts.h"
#include "engine/slice/group.h"

struct explore_row {
    const struct group *group; /* of `grouping` below */
    double mean_price_minor;
    struct interval mean_interval; /* of the same, by Student's t; ends NaN for a single sale */
    double median_price_minor, q1_price_minor, q3_price_minor; /* Hyndman & Fan's type 7; NaN where
                                                                  they are still to come */
    double sd_price_minor;                                     /* with n − 1; NaN for one sale */
    int days; /* on which such sales could be: of the period, such weekdays, else of the slice */
    bool partial; /* a period that the data or the filters cut */
    double revenue_per_day_minor;
    struct interval shares[ANSWER_COUNT];
};

struct explore {
    struct grouping grouping;
    struct explore_row *rows;             /* grouping.count of them, in the same order */
    struct chi_square test[ANSWER_COUNT]; /* answer × combinations, without unknown */
    bool without_quantiles;               /* explore_quantiles adds them: the rows are of cells */
    double within_minor; /* they are exact to within this: 0, unless too many prices differ */
};

/* With no dimension, one row for the whole selection. */
void explore_compute(const struct facts *facts, const struct selection *selection,
                     const enum dimension *dimensions, int dimension_count, struct explore *out);
/* The same of groups that are there already; takes them over. */
void explore_groups(const struct facts *facts, const struct selection *selection,
                    struct grouping *grouping, struct explore *out);
void explore_free(struct explore *explore);

/* Adds the medians and quartiles where rows are cells: one pass over the sales. Nothing to do where
 * they are there. Errors as counts_take; the rows stay as they are then. */
enum err explore_quantiles(const struct facts *facts, const struct selection *selection,
                           struct explore *out, struct error *error);

/* From prices counted by the same dimensions. */
void explore_take_quantiles(struct explore *out, const struct counts *counts);

/* Whether the rows are made of this very answer: by it, or by engagement, which is counted from
 * three of them. */
bool explore_is_made_of(const struct grouping *grouping, enum answer answer);

#endif
