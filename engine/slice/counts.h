/* How often each price or each age occurs in a slice, apart for every value of a dimension or of a
 * pair of them: what distributions, quantiles and ranks are computed from, whether the sales are
 * held one by one or streamed. Takes memory for the prices that differ, not for the sales. */
#ifndef ENGINE_SLICE_COUNTS_H
#define ENGINE_SLICE_COUNTS_H

#include "engine/slice/slice.h"

enum counts_of { COUNTS_PRICE /* minor units */, COUNTS_AGE /* years */ };

struct counts_wanted {
    enum counts_of of;
    int by_count; /* of the following: 0, 1 or 2 */
    enum dimension by[2];
};

struct counts {
    struct counts_wanted wanted;
    int codes[2];    /* of the dimensions; 1 where there is none */
    size_t groups;   /* a group is code[0] × codes[1] + code[1] */
    int64_t *values; /* that occur, ascending */
    size_t value_count;
    uint32_t *sales;        /* by value × groups + group */
    int64_t *revenue_minor; /* the same of ages; NULL of prices, where it is value × sales */
    int64_t *missing;       /* by group: sales whose age is not known */
    /* Where there are more different prices than there is room for, they are counted in bins of
     * equal width and a value is its bin's middle: no price is further from it than this. 0: every
     * price is itself. */
    int64_t within;
};

/* So many counters at most, 4 bytes each, for each of the wanted. */
enum { COUNTS_ROOM = 1 << 23 };

/* All of them in one pass, from as many groups as leave room for 64 values each (ERR_INPUT: more),
 * which takes as long as streaming the months of the slice where rows are cells. `out` has room for
 * `count`, each to be freed with counts_free, on errors too (all are empty then). Sales of which
 * only sums are here are left out. Errors as stream_slice. */
enum err counts_take(const struct facts *facts, const struct selection *selection,
                     const struct counts_wanted *wanted, int count, struct counts *out,
                     struct error *error);
void counts_free(struct counts *counts);

/* The same with another room. */
enum err counts_take_within(const struct facts *facts, const struct selection *selection,
                            const struct counts_wanted *wanted, int count, size_t room,
                            struct counts *out, struct error *error);

/* From counts by two dimensions, those by one of them (0 or 1) or by none (−1). Freed with
 * counts_free. */
void counts_margin(const struct counts *counts, int dimension, struct counts *out);

/* One group's values, or those of several together. */
struct counted {
    int64_t *values;        /* ascending, each once */
    int64_t *sales;         /* of each, at least 1 */
    int64_t *revenue_minor; /* of each */
    size_t count;           /* of different values */
    int64_t total;          /* of sales */
    int64_t missing;
    int64_t within; /* as struct counts */
};

/* Groups whose byte in `groups` is not 0; NULL: all. The caller frees with counted_free. */
void counts_join(const struct counts *counts, const uint8_t *groups, struct counted *out);
void counts_group(const struct counts *counts, size_t group, struct counted *out);
void counted_free(struct counted *counted);

/* Takes `part`, which `counted` contains, out of it; prices in bins stay so. */
void counted_subtract(struct counted *counted, const struct counted *part);

/* The value of the sale with `rank` others before it, from 0. */
int64_t counted_at(const struct counted *counted, int64_t rank);

/* Hyndman & Fan's type 7, as quantile_sorted; NaN without sales. */
double counted_quantile(const struct counted *counted, double probability);

#endif
