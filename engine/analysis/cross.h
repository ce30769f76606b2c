/* Two dimensions as rows and columns, with the totals of both. */
#ifndef ENGINE_ANALYSIS_CROSS_H
#define ENGINE_ANALYSIS_CROSS_H

#include "engine/analysis/explore.h"

struct cross {
    struct explore cells;         /* by both; only combinations that occur */
    struct explore rows, columns; /* by each: what the rows and columns are, with their totals */
    struct explore total;         /* one row: the whole selection; none without sales */
    int *first_of_row;            /* index of its first cell; rows + 1 of them */
    int *column_of_cell;
};

void cross_compute(const struct facts *facts, const struct selection *selection,
                   const enum dimension dimensions[2], struct cross *out);
void cross_free(struct cross *cross);

/* As explore_quantiles, of all four; of `cells` alone where there are no rows and columns. */
enum err cross_quantiles(const struct facts *facts, const struct selection *selection,
                         struct cross *cross, struct error *error);

/* The index in `cells` of what stands at this row and column; −1 where no sale does. */
int cross_at(const struct cross *cross, int row, int column);

#endif
