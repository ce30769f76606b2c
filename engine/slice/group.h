/* Measures of a selection by one or two dimensions. */
#ifndef ENGINE_SLICE_GROUP_H
#define ENGINE_SLICE_GROUP_H

#include "engine/slice/slice.h"

/* Additive: the cell of a union is the sum of the cells. */
struct cell {
    int64_t sales;
    int64_t revenue_minor;
    uint128 price_squares; /* sum of squared prices, of minor units: exact */
    int64_t yes[ANSWER_COUNT];
    int64_t known[ANSWER_COUNT]; /* answered yes or no */
};

void cell_add(struct cell *sum, const struct cell *other);

/* What one row of the facts counts for: one sale, or a cell's. */
struct cell cell_of_row(const struct facts *facts, size_t row);

/* The variance of the prices of at least two sales, with n − 1, in squared minor units: from exact
 * sums, so that nothing is lost where prices are large and alike. */
double cell_price_variance(const struct cell *cell);

struct group {
    int code[2];                         /* per dimension; code[1] is 0 with one dimension */
    char label[2][DIMENSION_LABEL_SIZE]; /* as dimension_label spells them */
    struct cell cell;
};

struct grouping {
    enum dimension dimensions[2];
    int dimension_count;
    struct group *groups; /* combinations that occur; see below for their order */
    int count;
    struct cell total;
};

/* Groups are in the order of the codes where the dimension is ordered, else by falling sales. With
 * two dimensions the first one's order comes first. The caller frees with grouping_free. */
void group_by(const struct facts *facts, const struct selection *selection,
              const enum dimension *dimensions, int dimension_count, struct grouping *out);
void grouping_free(struct grouping *grouping);

/* Several groupings by one dimension each, in one pass; where rows are cells, only of dimensions
 * that these know. */
void group_each(const struct facts *facts, const struct selection *selection,
                const enum dimension *dimensions, int count, struct grouping *out);

/* The same by another dimension that a sale's day decides, from groups by day. */
void group_days(const struct facts *facts, const struct grouping *by_day, enum dimension dimension,
                struct grouping *out);

/* The cell of the whole selection. */
void selection_total(const struct facts *facts, const struct selection *selection,
                     struct cell *out);

/* Prices of the selection, ascending, in minor units; the caller frees. */
int64_t *selection_prices(const struct facts *facts, const struct selection *selection);

#endif
