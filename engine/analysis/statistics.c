/* The statistics that verdicts rest on. Formulas are written out where the library has none;
 * distributions and their quantiles are GSL's. */
#include "engine/analysis/statistics.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_statistics_double.h>
#include <gsl/gsl_statistics_long.h>

#include "base/memory.h"

_Static_assert(sizeof(long) == sizeof(int64_t), "quantile_sorted hands int64_t to GSL as long");

static const double confidence_upper = 0.975; /* two-sided 95 % */
static const double power = 0.8;

/* GSL's own handler ends the program; its return values (NaN, 0) are what callers can show. */
static void silence_gsl(void) {
    gsl_set_error_handler_off();
}

static void prepare(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, silence_gsl);
}

double normal_quantile(double probability) {
    prepare();
    return gsl_cdf_ugaussian_Pinv(probability);
}

/* Wilson, E. B. (1927), J. Am. Stat. Assoc. 22, 209–212; Newcombe, R. G. (1998a), Statist. Med. 17,
 * 857–872, method 3. The ends at 0 % and 100 % are exact, where rounding would miss them. */
struct interval share_wilson(int64_t yes, int64_t n) {
    return share_wilson_mean((double)yes, (double)n);
}

struct interval share_wilson_mean(double yes, double count) {
    if (!(count > 0))
        return (struct interval){NAN, 0, 1};
    double z = normal_quantile(confidence_upper), share = yes / count;
    double centre = share + z * z / (2 * count);
    double half = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count));
    double scale = 1 + z * z / count;
    return (struct interval){share, yes > 0 ? (centre - half) / scale : 0,
                             yes < count ? (centre + half) / scale : 1};
}

/* Newcombe, R. G. (1998b), Statist. Med. 17, 873–890, method 10: the Wilson limits of both shares,
 * squared and added. */
struct interval difference_newcombe(int64_t yes_a, int64_t n_a, int64_t yes_b, int64_t n_b) {
    if (n_a <= 0 || n_b <= 0)
        return (struct interval){NAN, -1, 1};
    struct interval a = share_wilson(yes_a, n_a), b = share_wilson(yes_b, n_b);
    double difference = a.estimate - b.estimate;
    return (struct interval){difference,
                             difference - hypot(a.estimate - a.low, b.high - b.estimate),
                             difference + hypot(a.high - a.estimate, b.estimate - b.low)};
}

/* -------------------------------------------------------------- tables of counts */

/* Row and column sums and how many of them are not zero. */
struct margins {
    int64_t *rows, *columns;
    int row_count, column_count;
    int64_t total;
};

static void margins_of(struct margins *margins, const int64_t *counts, int rows, int columns) {
    *margins = (struct margins){xcalloc((size_t)rows, sizeof *margins->rows),
                                xcalloc((size_t)columns, sizeof *margins->columns), 0, 0, 0};
    for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
            int64_t count = counts[(size_t)row * (size_t)columns + (size_t)column];
            margins->rows[row] += count;
            margins->columns[column] += count;
        }
        margins->total += margins->rows[row];
        margins->row_count += margins->rows[row] != 0;
    }
    for (int column = 0; column < columns; column++)
        margins->column_count += margins->columns[column] != 0;
}

/* Pearson, K. (1900), Phil. Mag. 50, 157–175; the correction by Yates, F. (1934), Suppl. J. R.
 * Stat. Soc. 1, 217–235, brings an observed count no further than to its expectation. */
struct chi_square chi_square_test(const int64_t *counts, int rows, int columns) {
    struct chi_square result = {0, 0, NAN, NAN, NAN, NAN};
    struct margins margins;
    margins_of(&margins, counts, rows, columns);
    if (margins.row_count < 2 || margins.column_count < 2)
        goto cleanup;
    double corrected = 0, total = (double)margins.total;
    result.smallest_expected = INFINITY;
    for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
            if (margins.rows[row] == 0 || margins.columns[column] == 0)
                continue;
            double expected = (double)margins.rows[row] * ((double)margins.columns[column] / total);
            double observed = (double)counts[(size_t)row * (size_t)columns + (size_t)column];
            double off = fabs(observed - expected), off_yates = fmax(off - 0.5, 0);
            result.statistic += off * off / expected;
            corrected += off_yates * off_yates / expected;
            result.smallest_expected = fmin(result.smallest_expected, expected);
        }
    }
    prepare();
    result.df = (margins.row_count - 1) * (margins.column_count - 1);
    result.p = gsl_cdf_chisq_Q(result.statistic, result.df);
    bool two_by_two = margins.row_count == 2 && margins.column_count == 2;
    result.p_yates = two_by_two ? gsl_cdf_chisq_Q(corrected, 1) : result.p;
    int smaller =
        margins.row_count < margins.column_count ? margins.row_count : margins.column_count;
    result.cramers_v = sqrt(result.statistic / (total * (smaller - 1)));
cleanup:
    free(margins.rows);
    free(margins.columns);
    return result;
}

/* Mantel, N. & Haenszel, W. (1959), J. Natl. Cancer Inst. 22, 719–748; variance of its logarithm by
 * Robins, J., Breslow, N. & Greenland, S. (1986), Biometrics 42, 311–323. Where no stratum speaks
 * for one of the directions the ratio is 0 or infinite and has no interval: NaN too. */
struct interval odds_ratio_mantel_haenszel(const int64_t (*tables)[4], int strata) {
    double r = 0, s = 0, pr = 0, ps_qr = 0, qs = 0;
    for (int i = 0; i < strata; i++) {
        double a = (double)tables[i][0], b = (double)tables[i][1];
        double c = (double)tables[i][2], d = (double)tables[i][3];
        double n = a + b + c + d;
        if (n <= 0)
            continue;
        double p = (a + d) / n, q = (b + c) / n, for_it = a * d / n, against = b * c / n;
        r += for_it;
        s += against;
        pr += p * for_it;
        ps_qr += p * against + q * for_it;
        qs += q * against;
    }
    if (r <= 0 || s <= 0)
        return (struct interval){NAN, NAN, NAN};
    double deviation = sqrt(pr / (2 * r * r) + ps_qr / (2 * r * s) + qs / (2 * s * s));
    double reach = normal_quantile(confidence_upper) * deviation;
    return (struct interval){r / s, r / s * exp(-reach), r / s * exp(reach)};
}

/* ----------------------------------------------------------------- many tests */

struct ranked {
    double p;
    int index;
};

static int compare_ranked(const void *left, const void *right) {
    const struct ranked *a = left, *b = right;
    return (a->p > b->p) - (a->p < b->p);
}

/* Benjamini, Y. & Hochberg, Y. (1995), J. R. Stat. Soc. B 57, 289–300: from the largest p down, the
 * smallest of p·m/rank so far. */
void adjust_benjamini_hochberg(const double *p, double *adjusted, int count) {
    struct ranked *ranked = xcalloc((size_t)count, sizeof *ranked);
    int tests = 0;
    for (int i = 0; i < count; i++) {
        if (!isnan(p[i]))
            ranked[tests++] = (struct ranked){p[i], i};
        adjusted[i] = p[i];
    }
    qsort(ranked, (size_t)tests, sizeof *ranked, compare_ranked);
    double smallest = 1;
    for (int rank = tests; rank >= 1; rank--) {
        smallest = fmin(smallest, ranked[rank - 1].p * tests / rank);
        adjusted[ranked[rank - 1].index] = smallest;
    }
    free(ranked);
}

/* ----------------------------------------------------------- means and quantiles */

/* Welch, B. L. (1947), Biometrika 34, 28–35, with the degrees of freedom of Satterthwaite (1946),
 * Biometrics Bull. 2, 110–114. A group of one, or two groups without any spread, allow no test. */
struct interval difference_welch(struct sample_moments a, struct sample_moments b, double *p) {
    return difference_welch_at(a, b, 2 * confidence_upper - 1, p);
}

struct interval difference_welch_at(struct sample_moments a, struct sample_moments b,
                                    double confidence, double *p) {
    *p = NAN;
    if (a.n < 1 || b.n < 1)
        return (struct interval){NAN, NAN, NAN};
    double difference = a.mean - b.mean;
    double part_a = a.variance / (double)a.n, part_b = b.variance / (double)b.n;
    double sum = part_a + part_b;
    if (a.n < 2 || b.n < 2 || !(sum > 0))
        return (struct interval){difference, NAN, NAN};
    double weight_a = part_a / sum, weight_b = part_b / sum;
    double df =
        1 / (weight_a * weight_a / (double)(a.n - 1) + weight_b * weight_b / (double)(b.n - 1));
    prepare();
    double reach = gsl_cdf_tdist_Pinv((1 + confidence) / 2, df) * sqrt(sum);
    *p = 2 * gsl_cdf_tdist_Q(fabs(difference) / sqrt(sum), df);
    return (struct interval){difference, difference - reach, difference + reach};
}

/* Fleiss, J. L., Levin, B. & Paik, M. C. (2003), Statistical Methods for Rates and Proportions, 3rd
 * ed., §4.2, solved for the difference with both variances at the base rate. */
double detectable_difference(double base, int64_t n_a, int64_t n_b) {
    if (n_a <= 0 || n_b <= 0 || !(base > 0 && base < 1))
        return NAN;
    double reach = normal_quantile(confidence_upper) + normal_quantile(power);
    double variance = base * (1 - base) * (1 / (double)n_a + 1 / (double)n_b);
    return fmin(reach * sqrt(variance), 1);
}

double quantile_sorted(const int64_t *values, size_t count, double probability) {
    if (count == 0)
        return NAN;
    return gsl_stats_long_quantile_from_sorted_data((const long *)values, 1, count, probability);
}

double quantile_sorted_real(const double *values, size_t count, double probability) {
    return count == 0 ? NAN : gsl_stats_quantile_from_sorted_data(values, 1, count, probability);
}

/* ------------------------------------------------------------------- verdicts */

enum verdict verdict_of(struct interval difference) {
    if (difference.low > 0)
        return VERDICT_HIGHER;
    if (difference.high < 0)
        return VERDICT_LOWER;
    return VERDICT_UNCLEAR;
}

const char *verdict_name(enum verdict verdict) {
    static const char *const names[] = {"unclear", "higher", "lower"};
    return names[verdict];
}
