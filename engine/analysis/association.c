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

struct interval correlation_pearson(const double *x, const double *y, size_t count, double *p) {
    *p = NAN;
    if (count < 3 || !varies(x, count) || !varies(y, count))
        return (struct interval){NAN, NAN, NAN};
    double n = (double)count;
    double r = fmax(-1, fmin(1, gsl_stats_correlation(x, 1, y, 1, count)));
    *p = fabs(r) == 1 ? 0 : 2 * gsl_cdf_tdist_Q(fabs(r) * sqrt((n - 2) / (1 - r * r)), n - 2);
    if (count < 4 || fabs(r) == 1)
        return (struct interval){r, count < 4 ? -1 : r, count < 4 ? 1 : r};
    double half = gsl_cdf_ugaussian_Pinv(confidence_upper) / sqrt(n - 3);
    return (struct interval){r, tanh(atanh(r) - half), tanh(atanh(r) + half)};
}

/* -------------------------------------------------------------------- one feature */

/* The sales that count: outcome and feature known. */
struct pairs {
    int *level;      /* 0 … levels − 1 */
    double *value;   /* what the correlation is of */
    double *outcome; /* 0 or 1 */
    size_t count;
    int levels;
};

static void pairs_make(struct pairs *pairs, size_t most) {
    *pairs = (struct pairs){.level = xcalloc(most, sizeof *pairs->level),
                            .value = xcalloc(most, sizeof *pairs->value),
                            .outcome = xcalloc(most, sizeof *pairs->outcome)};
}

static void pairs_free(struct pairs *pairs) {
    free(pairs->level);
    free(pairs->value);
    free(pairs->outcome);
}

static void fill_from_tables(struct association *row, const struct pairs *pairs, double entropy) {
    int64_t *counts = xcalloc((size_t)pairs->levels * 2, sizeof *counts);
    for (size_t i = 0; i < pairs->count; i++)
        counts[2 * pairs->level[i] + (pairs->outcome[i] > 0)]++;
    for (int level = 0; level < pairs->levels; level++)
        row->levels += counts[2 * level] + counts[2 * level + 1] > 0;
    struct chi_square test = chi_square_test(counts, pairs->levels, 2);
    row->n = (int64_t)pairs->count;
    row->df = test.df;
    row->cramers_v = test.df > 0 ? test.cramers_v : NAN;
    row->smallest_expected = test.smallest_expected;
    row->information = mutual_information(counts, pairs->levels, 2);
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

static double outcome_of(const struct facts *facts, size_t row, enum outcome outcome, bool *known) {
    int answer = facts_answer(facts, row, outcome_answer(outcome));
    *known = answer == 0 || answer == 1;
    return answer;
}

/* Entropy of the outcome among the pairs: the share must compare like with like. */
static double entropy_of_pairs(const struct pairs *pairs) {
    double yes = 0, n = (double)pairs->count;
    for (size_t i = 0; i < pairs->count; i++)
        yes += pairs->outcome[i];
    if (yes == 0 || yes == n)
        return NAN; /* one answer alone leaves nothing to learn */
    return -(yes / n * log(yes / n) + (1 - yes / n) * log(1 - yes / n));
}

/* The decile that a value lies in; equal cuts make one bin of what lies between them. */
static int decile_of(double value, const double cuts[ASSOCIATION_BINS - 1]) {
    int bin = 0;
    while (bin < ASSOCIATION_BINS - 1 && value > cuts[bin])
        bin++;
    return bin;
}

static void add_numeric(const struct facts *facts, const struct selection *selection,
                        enum numeric numeric, enum dimension bands, struct associations *out) {
    struct series series;
    struct pairs pairs;
    series_take(facts, selection, numeric, &series);
    pairs_make(&pairs, selection->count + 1);
    double cuts[ASSOCIATION_BINS - 1] = {0};
    for (int i = 0; i < ASSOCIATION_BINS - 1 && series.count != 0; i++)
        cuts[i] = gsl_stats_quantile_from_sorted_data(series.values, 1, series.count,
                                                      (i + 1) / (double)ASSOCIATION_BINS);
    for (size_t i = 0; i < selection->count; i++) {
        bool known;
        double value, outcome = outcome_of(facts, selection->rows[i], out->outcome, &known);
        if (!known || !numeric_value(facts, selection->rows[i], numeric, &value))
            continue;
        pairs.level[pairs.count] = decile_of(value, cuts);
        pairs.value[pairs.count] = value;
        pairs.outcome[pairs.count++] = outcome;
    }
    pairs.levels = ASSOCIATION_BINS;
    struct association *row = &out->rows[out->count++];
    *row = (struct association){.kind = FEATURE_NUMERIC,
                                .numeric = numeric,
                                .dimension = bands,
                                .name = numeric_name(numeric),
                                .title = numeric_title(numeric)};
    row->correlation =
        correlation_pearson(pairs.value, pairs.outcome, pairs.count, &row->correlation_p);
    fill_from_tables(row, &pairs, entropy_of_pairs(&pairs));
    pairs_free(&pairs);
    series_free(&series);
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
    struct dimension_view view;
    struct pairs pairs;
    dimension_open(&view, facts, dimension);
    pairs_make(&pairs, selection->count + 1);
    int *codes = xcalloc(selection->count + 1, sizeof *codes);
    dimension_codes(&view, selection->rows, selection->count, codes);
    struct association *row = &out->rows[out->count++];
    *row = (struct association){.kind = FEATURE_CATEGORY,
                                .dimension = dimension,
                                .name = dimension_name(dimension),
                                .title = dimension_title(dimension),
                                .correlation = {NAN, NAN, NAN},
                                .correlation_p = NAN};
    const char *level;
    int positive = code_of_level(dimension, &level);
    for (size_t i = 0; i < selection->count; i++) {
        bool known;
        double outcome = outcome_of(facts, selection->rows[i], out->outcome, &known);
        if (!known || codes[i] == 0)
            continue;
        pairs.level[pairs.count] = codes[i] - 1;
        pairs.value[pairs.count] = codes[i] == positive;
        pairs.outcome[pairs.count++] = outcome;
    }
    pairs.levels = view.codes > 1 ? view.codes - 1 : 1;
    fill_from_tables(row, &pairs, entropy_of_pairs(&pairs));
    if (level != NULL && row->levels == 2) {
        row->kind = FEATURE_BINARY;
        row->level = level;
        row->correlation =
            correlation_pearson(pairs.value, pairs.outcome, pairs.count, &row->correlation_p);
    }
    free(codes);
    pairs_free(&pairs);
    dimension_close(&view);
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

void associations_compute(const struct facts *facts, const struct selection *selection,
                          enum outcome outcome, struct associations *out) {
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
    for (int i = 0; i < NUMERIC_COUNT; i++)
        add_numeric(facts, selection, (enum numeric)i, bands[i], out);
    for (int i = 0; i < DIMENSION_COUNT && out->count < ASSOCIATIONS_MAX; i++) {
        if (is_feature((enum dimension)i, outcome) &&
            dimension_is_offered(facts, (enum dimension)i))
            add_dimension(facts, selection, (enum dimension)i, out);
    }
    adjust(out);
    qsort(out->rows, (size_t)out->count, sizeof *out->rows, compare_rows);
    say(out);
}
