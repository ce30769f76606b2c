/* Histograms on chosen or automatic bins. */
#ifndef ENGINE_ANALYSIS_HISTOGRAM_H
#define ENGINE_ANALYSIS_HISTOGRAM_H

#include "base/error.h"
#include "engine/analysis/numeric.h"

enum binning_way {
    BINNING_AUTOMATIC, /* Freedman-Diaconis, edges rounded to readable numbers */
    BINNING_COUNT,     /* that many of equal width from the smallest to the largest value */
    BINNING_WIDTH      /* edges at the multiples of a width */
};

enum { HISTOGRAM_BINS_MAX = 1000, HISTOGRAM_BINS_AUTOMATIC = 40 };

struct binning {
    enum binning_way way;
    int count;    /* BINNING_COUNT */
    double width; /* BINNING_WIDTH */
    int most;     /* of automatic bins; 0: HISTOGRAM_BINS_AUTOMATIC */
    bool log;     /* of equal width on the logarithm; not with BINNING_WIDTH */
};

struct histogram_bin {
    double low, high; /* low ≤ value < high */
    bool closed;      /* value ≤ high */
    bool tail;        /* wider than the others: all that lies beyond the regular ones */
    bool narrow;      /* holds fewer whole numbers than the others: the range ends within it */
    int64_t count;
};

struct histogram {
    enum numeric numeric;
    struct histogram_bin *bins;
    int count;
    int64_t n;
    double width; /* of the regular bins; NaN on the logarithm */
    double
        fd_width; /* by Freedman-Diaconis, of the values or their logarithms; NaN without values */
    int fd_count; /* how many bins that would make from the smallest to the largest value */
    bool log;
    char rule[360]; /* how the bins came about, in words, and how exact the values are */
};

/* ERR_INPUT where the bins that are asked for make no sense. The caller frees with histogram_free,
 * on errors too. */
enum err histogram_compute(const struct series *series, const struct binning *binning,
                           struct histogram *out, struct error *error);
void histogram_free(struct histogram *histogram);

/* "12,000–13,000", "39,000 and more", "50*" where narrow */
enum { HISTOGRAM_LABEL_SIZE = 2 * NUMERIC_TEXT_SIZE + 16 };
void histogram_label(const struct histogram *histogram, int bin, char label[HISTOGRAM_LABEL_SIZE]);

/* The bin as filters that slice_parse reads; the caller frees it. */
char *histogram_filter(const struct histogram *histogram, int bin);

#endif
