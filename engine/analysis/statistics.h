/* The statistics, each with its source. Distributions and quantiles are GSL's.
 *
 * Shares are in 0–1, p values two-sided, intervals 95 % unless a confidence is asked for. */
#ifndef ENGINE_ANALYSIS_STATISTICS_H
#define ENGINE_ANALYSIS_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct interval {
    double estimate;
    double low;
    double high;
};

/* Of the standard normal distribution (GSL's). */
double normal_quantile(double probability);

/* Share yes / n with Wilson's score interval (Wilson 1927; Newcombe 1998a, method 3).
 * n = 0 gives NaN estimate and the interval 0–1. */
struct interval share_wilson(int64_t yes, int64_t n);

/* The same of counts that are means over repeats of the same sales. */
struct interval share_wilson_mean(double yes, double n);

/* Difference of two shares a − b with Newcombe's hybrid score interval (Newcombe 1998b, method 10).
 */
struct interval difference_newcombe(int64_t yes_a, int64_t n_a, int64_t yes_b, int64_t n_b);

/* Pearson's chi-square test of independence on a rows × columns table of counts (row-major). Rows
 * and columns that are all zero are left out. */
struct chi_square {
    double statistic;
    int df; /* 0: not testable, p is NaN */
    double p;
    double p_yates;   /* with Yates' correction where the table is 2×2 (Yates 1934), else p */
    double cramers_v; /* Cramér 1946, §21.9; NaN where not testable */
    double smallest_expected;
};
struct chi_square chi_square_test(const int64_t *counts, int rows, int columns);

/* Adjusts p values for many tests, in place of `p` into `adjusted` (Benjamini & Hochberg 1995). NaN
 * stays NaN and does not count as a test. */
void adjust_benjamini_hochberg(const double *p, double *adjusted, int count);

/* Welch's t test: mean a − mean b, its interval and p (Welch 1947), from n, mean, sample variance.
 */
struct sample_moments {
    int64_t n;
    double mean;
    double variance; /* with n − 1 */
};
struct interval difference_welch(struct sample_moments a, struct sample_moments b, double *p);
struct interval difference_welch_at(struct sample_moments a, struct sample_moments b,
                                    double confidence, double *p);

/* Odds ratio adjusted for strata (Mantel & Haenszel 1959), interval by Robins, Breslow & Greenland
 * (1986). tables[s] = {yes&factor, no&factor, yes&not, no&not}. NaN where no stratum tells. */
struct interval odds_ratio_mantel_haenszel(const int64_t (*tables)[4], int strata);

/* The smallest difference of shares that n_a and n_b sales would have shown as significant at 5 %
 * with 80 % probability, at the common share `base` (Fleiss, Levin & Paik 2003, ch. 4, without
 * continuity correction, variance at the base rate). */
double detectable_difference(double base, int64_t n_a, int64_t n_b);

/* Quantile of ascending values by linear interpolation (Hyndman & Fan 1996, type 7; GSL's). */
double quantile_sorted(const int64_t *values, size_t count, double probability);

double quantile_sorted_real(const double *values, size_t count, double probability);

/* The verdict on a difference: does the interval exclude zero? */
enum verdict { VERDICT_UNCLEAR, VERDICT_HIGHER, VERDICT_LOWER };
enum verdict verdict_of(struct interval difference);
const char *verdict_name(enum verdict verdict); /* "unclear", "higher", "lower" */

#endif
