/* Fisher's exact test and its Monte Carlo form for tables larger than 2×2. */
#include "engine/analysis/exact.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "base/memory.h"

static const double equal_within = 1e-7; /* relative, as R's fisher.test */

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

/* Fisher, R. A. (1934), Statistical Methods for Research Workers, 5th ed., §21.02; the two-sided
 * rule by Irwin, J. O. (1935), Metron 12, 83–94. */
double fisher_exact(const int64_t counts[4]) {
    int64_t row = counts[0] + counts[1], column = counts[0] + counts[2];
    int64_t total = row + counts[2] + counts[3];
    if (total > INT_MAX)
        return NAN;
    unsigned yes = (unsigned)column, no = (unsigned)(total - column), drawn = (unsigned)row;
    double limit = gsl_ran_hypergeometric_pdf((unsigned)counts[0], yes, no, drawn);
    limit *= 1 + equal_within;
    double p = 0;
    for (int64_t k = larger(0, row + column - total); k <= smaller(row, column); k++) {
        double probability = gsl_ran_hypergeometric_pdf((unsigned)k, yes, no, drawn);
        p += probability <= limit ? probability : 0;
    }
    return fmin(p, 1);
}

/* ---------------------------------------------------------------- Monte Carlo */

/* ln n! for all n up to the total: the draws ask for it many times. */
struct log_factorials {
    double *of;
};

static void log_factorials_fill(struct log_factorials *log_of, int64_t total) {
    log_of->of = xcalloc((size_t)total + 1, sizeof *log_of->of);
    for (int64_t n = 2; n <= total; n++)
        log_of->of[n] = log_of->of[n - 1] + log((double)n);
}

static double log_choose(const struct log_factorials *log, int64_t n, int64_t k) {
    return log->of[n] - log->of[k] - log->of[n - k];
}

/* How many of `drawn` are among the `yes` of yes + no: by inversion from the mode outwards, in time
 * of the standard deviation, where GSL's own draw takes time of `drawn`. */
static int64_t draw_hypergeometric(gsl_rng *random, const struct log_factorials *log, int64_t yes,
                                   int64_t no, int64_t drawn) {
    int64_t least = larger(0, drawn - no), most = smaller(drawn, yes);
    if (least == most)
        return least;
    double total = (double)(yes + no);
    int64_t mode = (int64_t)(((double)drawn + 1) * (((double)yes + 1) / (total + 2)));
    mode = larger(least, smaller(mode, most));
    double at_mode = exp(log_choose(log, yes, mode) + log_choose(log, no, drawn - mode) -
                         log_choose(log, yes + no, drawn));
    double rest = gsl_rng_uniform(random) - at_mode;
    double below = at_mode, above = at_mode;
    int64_t low = mode, high = mode;
    while (rest > 0 && (low > least || high < most)) {
        if (high < most) {
            above *= (double)(yes - high) * (double)(drawn - high) /
                     ((double)(high + 1) * (double)(no - drawn + high + 1));
            high++;
            if ((rest -= above) <= 0)
                return high;
        }
        if (low > least) {
            below *= (double)low * (double)(no - drawn + low) /
                     ((double)(yes - low + 1) * (double)(drawn - low + 1));
            low--;
            if ((rest -= below) <= 0)
                return low;
        }
    }
    return mode;
}

/* One table with these margins, cell by cell, each from its distribution given the ones before
 * (Patefield 1981, Appl. Stat. 30, 91–97, AS 159). Returns Σ ln(cell!): the larger, the less
 * probable. `left` is scratch. */
static double draw_table(gsl_rng *random, const struct log_factorials *log, const int64_t *row_sums,
                         const int64_t *column_sums, int rows, int columns, int64_t total,
                         int64_t *left) {
    double sum = 0;
    for (int column = 0; column < columns; column++)
        left[column] = column_sums[column];
    for (int row = 0; row < rows; row++) {
        int64_t to_draw = row_sums[row], others = total;
        for (int column = 0; column < columns; column++) {
            others -= left[column];
            int64_t cell = draw_hypergeometric(random, log, left[column], others, to_draw);
            to_draw -= cell;
            left[column] -= cell;
            sum += log->of[cell];
        }
        total -= row_sums[row];
    }
    return sum;
}

/* Freeman, G. H. & Halton, J. H. (1951), Biometrika 38, 141–149; Boyett, J. M. (1979), Appl. Stat.
 * 28, 329–332; the added one by Phipson, B. & Smyth, G. K. (2010), Stat. Appl. Genet. Mol. Biol. 9,
 * 39. */
double fisher_monte_carlo(const int64_t *counts, int rows, int columns, int tables,
                          unsigned long seed) {
    int64_t *row_sums = xcalloc((size_t)rows + 2 * (size_t)columns, sizeof *row_sums);
    int64_t *column_sums = row_sums + rows, *left = column_sums + columns, total = 0;
    for (int i = 0; i < rows * columns; i++) {
        row_sums[i / columns] += counts[i];
        column_sums[i % columns] += counts[i];
        total += counts[i];
    }
    struct log_factorials log;
    log_factorials_fill(&log, total);
    double observed = 0;
    for (int i = 0; i < rows * columns; i++)
        observed += log.of[counts[i]];
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, seed);
    int as_improbable = 0;
    for (int i = 0; i < tables; i++)
        as_improbable += draw_table(random, &log, row_sums, column_sums, rows, columns, total,
                                    left) >= observed - equal_within;
    gsl_rng_free(random);
    free(log.of);
    free(row_sums);
    return (as_improbable + 1.0) / (tables + 1.0);
}
