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

/* What filters there are among: those that the cube has cells for alone; at least one that it has
 * not, on days, weeks, weekdays, exact ages or prices; one on segments, which no SQL can ask. */
enum slice_reach { REACH_COARSE, REACH_FINER, REACH_SEGMENTS, REACH_COUNT };

/* One to four filters of different lists: one or two values, all values but one, or a range. */
void random_slice_draw(struct random_slice *random, struct lot *lot, const struct facts *facts,
                       enum slice_reach reach);
void random_slice_free(struct random_slice *random);

/* "WHERE … AND …" of what a dimension's list obeys; the caller frees. */
char *random_slice_where(const struct random_slice *random, enum dimension list);

/* A text as SQL has it; the caller frees. */
char *sql_quoted(const char *text);

#endif
