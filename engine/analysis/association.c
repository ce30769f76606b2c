/* Every feature against one outcome. Categories are counted as they are. A numeric feature is cut
 * at its deciles for the mutual information, equal values staying together, so that the same test
 * and the same expectation under chance hold for it; its correlation is of the values themselves.
 */
#include "engine/analysis/association.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>

#include "base/memory.h"

static const double confidence_upper = 0.975;

double mutual_information(const int64_t *counts, int rows, int columns) {
    double *row_sums = xcalloc((size_t)rows, sizeof *row_sums);
    double *column_sums = xcalloc((size_t)columns, sizeof *column_sums);
    double n = 0, sum = 0;
    for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
            double count = (double)counts[row * columns + column];
            row_sums[row] += count;
            column_sums[column] += count;
            n += count;
        }
    }
    for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
            double count = (double)counts[row * columns + column];
            if (count > 0)
                sum += count / n * log(count * n / (row_sums[row] * column_sums[column]));
        }
    }
    free(row_sums);
    free(column_sums);
    return n > 0 ? fmax(sum, 0) : NAN; /* rounding may leave −1e-17 */
}

static bool varies(const double *values, size_t count) {
    double least, most;
    gsl_stats_minmax(&least, &most, values, 1, count);
    return most > least;
}

/* By Student's t with n − 2 degrees of freedom and Fisher's z (Fisher 1925, §34). */
static struct interval correlation_interval(double r, double n, double *p) {
    *p = NAN;
    if (n < 3 || isnan(r))
        return (struct interval){NAN, NAN, NAN};
    *p = fabs(r) == 1 ? 0 : 2 * gsl_cdf_tdist_Q(fabs(r) * sqrt((n - 2) / (1 - r * r)), n - 2);
    if (n < 4 || fabs(r) == 1)
        return (struct interval){r, n < 4 ? -1 : r, n < 4 ? 1 : r};
    double half = gsl_cdf_ugaussian_Pinv(confidence_upper) / sqrt(n - 3);
    return (struct interval){r, tanh(atanh(r) - half), tanh(atanh(r) + half)};
}

struct interval correlation_pearson(const double *x, const double *y, size_t count, double *p) {
    bool defined = count >= 3 && varies(x, count) && varies(y, count);
    double r = defined ? fmax(-1, fmin(1, gsl_stats_correlation(x, 1, y, 1, count))) : NAN;
    return correlation_interval(r, (double)count, p);
}

/* -------------------------------------------------------------------- one feature */

/* How many sales whose outcome is known have a value, by no and yes: each value once. */
struct pairs {
    double *values; /* what the correlation is of */
    int64_t *sales; /* two for each */
    int *levels;    /* 0 … level_count − 1; for a category, its number */
    size_t count;
    int level_count;
};

static void pairs_make(struct pairs *pairs, size_t count) {
    *pairs = (struct pairs){.values = xcalloc(count + 1, sizeof *pairs->values),
                            .sales = xcalloc(2 * count + 2, sizeof *pairs->sales),
                            .levels = xcalloc(count + 1, sizeof *pairs->levels)};
}

static void pairs_free(struct pairs *pairs) {
    free(pairs->values);
    free(pairs->sales);
    free(pairs->levels);
}

static void pairs_add(struct pairs *pairs, int level, double value, int64_t no, int64_t yes) {
    pairs->levels[pairs->count] = level;
    pairs->values[pairs->count] = value;
    pairs->sales[2 * pairs->count] = no;
    pairs->sales[2 * pairs->count++ + 1] = yes;
}

/* Entropy of the outcome among the pairs: the share must compare like with like. */
static double entropy_of_pairs(const struct pairs *pairs) {
    double sums[2] = {0, 0};
    for (size_t i = 0; i < 2 * pairs->count; i++)
        sums[i % 2] += (double)pairs->sales[i];
    double n = sums[0] + sums[1], yes = sums[1];
    if (yes == 0 || yes == n)
        return NAN; /* one answer alone leaves nothing to learn */
    return -(yes / n * log(yes / n) + (1 - yes / n) * log(1 - yes / n));
}

static void fill_from_tables(struct association *row, const struct pairs *pairs) {
    double entropy = entropy_of_pairs(pairs);
    int64_t *counts = xcalloc((size_t)pairs->level_count * 2, sizeof *counts);
    for (size_t i = 0; i < 2 * pairs->count; i++) {
        counts[2 * pairs->levels[i / 2] + (int)(i % 2)] += pairs->sales[i];
        row->n += pairs->sales[i];
    }
    for (int level = 0; level < pairs->level_count; level++)
        row->levels += counts[2 * level] + counts[2 * level + 1] > 0;
    struct chi_square test = chi_square_test(counts, pairs->level_count, 2);
    row->df = test.df;
    row->cramers_v = test.df > 0 ? test.cramers_v : NAN;
    row->smallest_expected = test.smallest_expected;
    row->information = mutual_information(counts, pairs->level_count, 2);
    row->p = row->information_by_chance = row->g = NAN;
    if (row->df > 0) {
        double n = (double)row->n;
        row->information_by_chance = row->df / (2 * n);
        row->g = 2 * n * row->information;
        row->p = gsl_cdf_chisq_Q(row->g, row->df); /* Wilks 1938 */
    }
    row->information_corrected = row->information - row->information_by_chance;
    row->share_of_entropy = row->information / entropy;
    row->share_corrected = fmax(row->information_corrected, 0) / entropy;
    if (row->df == 0)
        row->share_corrected = NAN;
    free(counts);
}

/* Pearson's of the values with the outcome as 0 and 1, which is the point-biserial one:
 * (mean of yes − mean of no) / deviation · √(share of yes · share of no) (Lev 1949, Ann. Math.
 * Stat. 20, 125–126). */
static void correlate(struct association *row, const struct pairs *pairs) {
    double *weights[3], means[2], sums[2] = {0, 0};
    for (int i = 0; i < 3; i++)
        weights[i] = xcalloc(pairs->count + 1, sizeof *weights[i]);
    for (size_t i = 0; i < 2 * pairs->count; i++) {
        double sales = (double)pairs->sales[i];
        weights[i % 2][i / 2] = sales;
        weights[2][i / 2] += sales;
        sums[i % 2] += sales;
    }
    for (int i = 0; i < 2; i++)
        means[i] = gsl_stats_wmean(weights[i], 1, pairs->values, 1, pairs->count);
    double n = sums[0] + sums[1], mean = (means[0] * sums[0] + means[1] * sums[1]) / n;
    double variance =
        gsl_stats_wvariance_with_fixed_mean(weights[2], 1, pairs->values, 1, pairs->count, mean);
    double r = NAN;
    if (sums[0] > 0 && sums[1] > 0 && variance > 0)
        r = (means[1] - means[0]) / sqrt(variance) * sqrt(sums[0] / n * sums[1] / n);
    if (!isnan(r))
        r = fmax(-1, fmin(1, r)); /* rounding */
    row->correlation = correlation_interval(r, n, &row->correlation_p);
    for (int i = 0; i < 3; i++)
        free(weights[i]);
}

/* The decile that a value lies in; equal cuts make one bin of what lies between them. */
static int decile_of(double value, const double cuts[ASSOCIATION_BINS - 1]) {
    int bin = 0;
    while (bin < ASSOCIATION_BINS - 1 && value > cuts[bin])
        bin++;
    return bin;
}

static void add_numeric(const struct counts *counts, enum numeric numeric, enum dimension bands,
                        struct associations *out) {
    struct counted counted;
    struct series series;
    struct pairs pairs;
    counts_join(counts, NULL, &counted);
    series_of_counted(numeric, &counted, &series);
    pairs_make(&pairs, series.distinct);
    double cuts[ASSOCIATION_BINS - 1] = {0};
    for (int i = 0; i < ASSOCIATION_BINS - 1 && series.count != 0; i++)
        cuts[i] = series_quantile(&series, (i + 1) / (double)ASSOCIATION_BINS);
    for (size_t i = 0; i < series.distinct; i++) {
        const uint32_t *sales = counts->sales + i * counts->groups; /* unknown, no, yes */
        if (sales[1] + (int64_t)sales[2] > 0)
            pairs_add(&pairs, decile_of(series.values[i], cuts), series.values[i], sales[1],
                      sales[2]);
    }
    pairs.level_count = ASSOCIATION_BINS;
    struct association *row = &out->rows[out->count++];
    *row = (struct association){.kind = FEATURE_NUMERIC,
                                .numeric = numeric,
                                .dimension = bands,
                                .name = numeric_name(numeric),
                                .title = numeric_title(numeric)};
    correlate(row, &pairs);
    fill_from_tables(row, &pairs);
    pairs_free(&pairs);
    series_free(&series);
    counted_free(&counted);
}

/* The value that a two-valued dimension's correlation is about. */
static int code_of_level(enum dimension dimension, const char **level) {
    enum answer answer;
    if (dimension_answer(dimension, &answer)) {
        *level = "yes";
        return 2;
    }
    *level = dimension == DIMENSION_LOCAL ? "local" : dimension == DIMENSION_GENDER ? "F" : NULL;
    return 1;
}

static void add_dimension(const struct facts *facts, const struct selection *selection,
                          enum dimension dimension, struct associations *out) {
    struct grouping grouping;
    struct pairs pairs;
    const char *level;
    int positive = code_of_level(dimension, &level);
    enum answer answer = outcome_answer(out->outcome);
    group_by(facts, selection, &dimension, 1, &grouping);
    pairs_make(&pairs, (size_t)grouping.count);
    struct association *row = &out->rows[out->count++];
    *row = (struct association){.kind = FEATURE_CATEGORY,
                                .dimension = dimension,
                                .name = dimension_name(dimension),
                                .title = dimension_title(dimension),
                                .correlation = {NAN, NAN, NAN},
                                .correlation_p = NAN};
    for (int i = 0; i < grouping.count; i++) {
        const struct group *group = &grouping.groups[i];
        int64_t yes = group->cell.yes[answer], known = group->cell.known[answer];
        if (group->code[0] != 0 && known > 0)
            pairs_add(&pairs, (int)pairs.count, group->code[0] == positive, known - yes, yes);
    }
    pairs.level_count = pairs.count > 0 ? (int)pairs.count : 1;
    fill_from_tables(row, &pairs);
    if (level != NULL && row->levels == 2) {
        row->kind = FEATURE_BINARY;
        row->level = level;
        correlate(row, &pairs);
    }
    pairs_free(&pairs);
    grouping_free(&grouping);
}

/* ------------------------------------------------------------------ all of them */

/* An answer is not compared with itself, nor with what is made of it: engagement counts the answer
 * about Facebook, and segments are made of the answers. */
static bool is_feature(enum dimension dimension, enum outcome outcome) {
    enum answer answer;
    if (dimension_answer(dimension, &answer))
        return answer != outcome_answer(outcome);
    switch (dimension) {
    case DIMENSION_AGE_BAND: /* age and price themselves are in */
    case DIMENSION_PRICE_BAND:
    case DIMENSION_SEGMENT:
    case DIMENSION_DAY: /* finer and coarser than month and weekday, which are in */
    case DIMENSION_WEEK:
    case DIMENSION_QUARTER:
    case DIMENSION_YEAR:
    case DIMENSION_WEEKEND:
        return false;
    case DIMENSION_ENGAGEMENT:
        return outcome != OUTCOME_FACEBOOK;
    default:
        return true;
    }
}

static int compare_rows(const void *left, const void *right) {
    const struct association *a = left, *b = right;
    bool a_none = isnan(a->share_corrected), b_none = isnan(b->share_corrected);
    if (a_none || b_none)
        return a_none - b_none;
    if (a->share_corrected != b->share_corrected)
        return a->share_corrected < b->share_corrected ? 1 : -1;
    if (a->p != b->p) /* many have nothing left after the correction */
        return a->p > b->p ? 1 : -1;
    return strcmp(a->name, b->name);
}

static void adjust(struct associations *out) {
    double p[ASSOCIATIONS_MAX], adjusted[ASSOCIATIONS_MAX];
    for (int i = 0; i < out->count; i++)
        p[i] = out->rows[i].p;
    adjust_benjamini_hochberg(p, adjusted, out->count);
    for (int i = 0; i < out->count; i++) {
        out->rows[i].p_adjusted = adjusted[i];
        out->rows[i].related = adjusted[i] < 0.05; /* false for NaN */
        out->related += out->rows[i].related;
    }
}

const char *association_verdict(const struct association *association) {
    if (association->df == 0)
        return "nothing to compare";
    return association->related ? "related" : "no more than chance";
}

static void say(struct associations *out) {
    const char *about =
        out->outcome == OUTCOME_RETURNING ? "who is returning" : "who came from Facebook";
    int testable = 0, most = -1;
    for (int i = 0; i < out->count; i++) {
        testable += out->rows[i].df > 0;
        if (out->rows[i].related && most < 0)
            most = i;
    }
    if (testable == 0)
        snprintf(out->sentence, sizeof out->sentence,
                 "Too few answers in this slice to relate anything to %s.", about);
    else if (out->related == 0)
        snprintf(out->sentence, sizeof out->sentence,
                 "None of the %d features tells more about %s than chance alone would.", testable,
                 about);
    else
        snprintf(out->sentence, sizeof out->sentence,
                 "%d of the %d features %s about %s more than chance would. The most, %s, takes "
                 "%.2g %% of the uncertainty away.",
                 out->related, testable, out->related == 1 ? "tells" : "tell", about,
                 out->rows[most].name, 100 * out->rows[most].share_corrected);
}

enum err associations_compute(const struct facts *facts, const struct selection *selection,
                              enum outcome outcome, struct associations *out, struct error *error) {
    *out = (struct associations){.outcome = outcome};
    struct cell total;
    selection_total(facts, selection, &total);
    enum answer answer = outcome_answer(outcome);
    out->known = total.known[answer];
    struct interval share = share_wilson(total.yes[answer], out->known);
    double yes = share.estimate, no = 1 - yes;
    out->entropy = -(yes > 0 ? yes * log(yes) : 0) - (no > 0 ? no * log(no) : 0);
    if (out->known == 0)
        out->entropy = NAN;
    static const enum dimension bands[NUMERIC_COUNT] = {
        [NUMERIC_PRICE] = DIMENSION_PRICE_BAND, [NUMERIC_AGE] = DIMENSION_AGE_BAND};
    struct counts_wanted wanted[NUMERIC_COUNT];
    struct counts counts[NUMERIC_COUNT];
    for (int i = 0; i < NUMERIC_COUNT; i++)
        wanted[i] = (struct counts_wanted){
            numeric_counts((enum numeric)i),
            1,
            {answer == ANSWER_RETURNING ? DIMENSION_RETURNING : DIMENSION_FACEBOOK}};
    enum err err = counts_take_within(facts, selection, wanted, NUMERIC_COUNT,
                                      facts->sales == NULL ? SIZE_MAX : COUNTS_ROOM, counts, error);
    for (int i = 0; i < NUMERIC_COUNT; i++) {
        if (err == ERR_OK)
            add_numeric(&counts[i], (enum numeric)i, bands[i], out);
        counts_free(&counts[i]);
    }
    for (int i = 0; i < DIMENSION_COUNT && out->count < ASSOCIATIONS_MAX; i++) {
        if (is_feature((enum dimension)i, outcome) &&
            dimension_is_offered(facts, (enum dimension)i))
            add_dimension(facts, selection, (enum dimension)i, out);
    }
    adjust(out);
    qsort(out->rows, (size_t)out->count, sizeof *out->rows, compare_rows);
    say(out);
    return err;
}
