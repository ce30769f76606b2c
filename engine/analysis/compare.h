/* Two slices side by side: each measure of both, their difference with its interval, and what that
 * allows one to say. */
#ifndef ENGINE_ANALYSIS_COMPARE_H
#define ENGINE_ANALYSIS_COMPARE_H

#include "engine/analysis/statistics.h"
#include "engine/slice/slice.h"

enum compare_kind { COMPARE_COUNT_OF, COMPARE_MONEY, COMPARE_SHARE };

struct compare_row {
    const char *key;     /* "mean_price", or the dimension whose value the label is */
    const char *heading; /* the title of that dimension; NULL for measures */
    char label[DIMENSION_LABEL_SIZE];
    enum compare_kind kind;
    double a, b;                /* NaN: nothing to measure */
    struct interval difference; /* a − b; the ends are NaN where no interval holds */
    bool judged;                /* there is a verdict */
    bool chosen;                /* a filter of either slice decides it: no verdict */
    enum verdict verdict;
};

/* Samples that share sales are no two samples: what both have is taken out of one side. */
enum compare_overlap {
    COMPARE_APART,       /* they share nothing */
    COMPARE_B_WITHOUT_A, /* b is compared without the shared sales */
    COMPARE_A_WITHOUT_B, /* b lies within a: a is compared without it */
    COMPARE_SAME         /* the same sales: no interval, no verdict */
};

struct compare {
    int64_t sales[2]; /* of the sides as they are compared */
    int64_t shared;
    double within_minor; /* medians are exact to within this: 0, unless too many prices differ */
    enum compare_overlap overlap;
    struct compare_row *rows;
    int count;
};

/* `b` without filters: everything else.
 *
 * Sales, revenue and revenue per day have no interval: they are counts of what happened, on days
 * that both sides may share. The mean price is compared by Welch (1947), shares by Newcombe (1998b,
 * method 10). The difference of the median row is Hodges & Lehmann's (1963), the median of all
 * differences between a sale of a and one of b, with the interval that belongs to Mann & Whitney's
 * test. The shares of genders, ages, places and handsets are many, so their verdicts rest on p
 * values of the chi-square test adjusted for their number (Benjamini & Hochberg 1995), while their
 * intervals are each for itself.
 *
 * Where rows are cells the sales are streamed: twice or thrice for the medians, as often again
 * where a filter cuts cells. ERR_INPUT where slice_select says so; errors as stream_slice. The
 * caller frees with compare_free, whatever the result. */
enum err compare_slices(const struct facts *facts, const struct slice *a, const struct slice *b,
                        struct compare *out, struct error *error);
void compare_free(struct compare *compare);

/* One sentence about the overlap, "" where there is none. */
void compare_overlap_words(const struct compare *compare, char *text, size_t size);

/* "higher", "lower", "unclear"; "by choice" where a filter decides it; "" where nothing is judged.
 */
const char *compare_verdict_words(const struct compare_row *row);

#endif
