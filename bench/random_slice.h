/* Slices drawn by lot, the same in every run: as the program's filters, and as conditions in SQL on
 * a table that has a column a dimension. */
#ifndef BENCH_RANDOM_SLICE_H
#define BENCH_RANDOM_SLICE_H

#include <stdbool.h>

#include "bench/measure.h"
#include "engine/slice/linked.h"

enum { RANDOM_FILTERS_MAX = 4 };

struct random_slice {
    struct slice slice;
    struct {
        enum dimension list; /* whose own filter it is: that list does not obey it */
        char *sql;
    } conditions[RANDOM_FILTERS_MAX];
    int count;
};

/* One to four filters of different lists: one or two values, all values but one, or a range. Kinds
 * of filter that the cube has no cells for (days, weeks, weekdays, exact ages and prices) are among
 * them only where `finer` says so, and then at least one is. */
void random_slice_draw(struct random_slice *random, struct lot *lot, const struct facts *facts,
                       bool finer);
void random_slice_free(struct random_slice *random);

/* "WHERE … AND …" of what a dimension's list obeys; the caller frees. */
char *random_slice_where(const struct random_slice *random, enum dimension list);

/* A text as SQL has it; the caller frees. */
char *sql_quoted(const char *text);

#endif
