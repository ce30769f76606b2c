/* engine/analysis: distribution, histogram, box plots, transformations and categories. Figures are
 * those of pandas 1.5.3, numpy 1.24.2, scipy 1.10.1, statsmodels 0.13.5 and matplotlib 3.6.3, by
 * the call that stands beside them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/analysis/boxcox.h"
#include "engine/analysis/categories.h"
#include "engine/analysis/distribution.h"
#include "engine/analysis/histogram.h"
#include "tests/support/facts_table.h"
#include "tests/support/near.h"

static struct facts shop;
static bool present;

/* v = [3, 7, 7, 8, 12, 13, 14, 18, 21, 100] */
static double small_values[] = {3, 7, 7, 8, 12, 13, 14, 18, 21, 100};
static struct series small;

static struct series series_of(const double *ascending, size_t count) {
    struct series series;
    series_of_values(NUMERIC_PRICE, ascending, count, &series);
    return series;
}

static struct box box_of_values(const double *ascending, size_t count) {
    struct series series = series_of(ascending, count);
    struct box box = box_of_series(&series);
    series_free(&series);
    return box;
}

static int set_up(void **state) {
    small = series_of(small_values, 10);
    (void)state;
    present = facts_table_shop(&shop);
    return 0;
}

static int tear_down(void **state) {
    series_free(&small);
    (void)state;
    facts_table_free(&shop);
    return 0;
}

static struct selection selected(const struct facts *facts, const char *filters) {
    struct slice slice = {0};
    struct selection selection = {0};
    struct error error;
    if (slice_parse(&slice, facts, filters, &error) != ERR_OK ||
        slice_select(&slice, facts, &selection, &error) != ERR_OK)
        fail_msg("%s: %s", filters, error.message);
    slice_free(&slice);
    return selection;
}

static struct selection of_the_shop(const char *filters) {
    if (!present)
        skip();
    return selected(&shop, filters);
}

static void numbers_are_written_as_their_kind_is(void **state) {
    (void)state;
    static const struct {
        enum numeric numeric;
        double value;
        const char *text;
    } written[] = {{NUMERIC_PRICE, 21682, "21,682"},
                   {NUMERIC_PRICE, 17466.5, "17,466.50"},
                   {NUMERIC_PRICE, -1377.375, "-1,377.38"},
                   {NUMERIC_PRICE, -0.5, "-0.50"},
                   {NUMERIC_PRICE, -0.001, "0"},
                   {NUMERIC_PRICE, 1e12, "1,000,000,000,000"},
                   {NUMERIC_PRICE, 1e17, "1e+17"},
                   {NUMERIC_PRICE, NAN, "–"},
                   {NUMERIC_AGE, 34, "34"},
                   {NUMERIC_AGE, 34.04700710179236, "34.047"}};
    for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
        char text[NUMERIC_TEXT_SIZE];
        numeric_text(written[i].numeric, written[i].value, text);
        assert_string_equal(text, written[i].text);
    }
}

/* ---------------------------------------------------------------- distribution */

static struct distribution distribution_of(const struct facts *facts, const char *filters,
                                           enum numeric numeric) {
    struct selection selection = selected(facts, filters);
    struct series series;
    struct distribution distribution;
    struct error error;
    assert_int_equal(series_take(facts, &selection, numeric, &series, &error), ERR_OK);
    distribution_compute(&series, &distribution);
    series_free(&series);
    selection_free(&selection);
    return distribution;
}

static void the_shops_prices_have_the_figures_of_pandas_and_scipy(void **state) {
    (void)state;
    struct selection selection = of_the_shop("");
    selection_free(&selection);
    struct distribution price = distribution_of(&shop, "", NUMERIC_PRICE);
    assert_int_equal(price.n, 8871);
    assert_int_equal(price.missing, 0);
    assert_near(price.mean, 25068.38654041258, 1e-8);                /* Series.mean() */
    assert_near(price.sd, 18032.80270998944, 1e-8);                  /* Series.std() */
    assert_near(price.skewness, 6.057518564137865, 1e-12);           /* scipy.stats.skew(x) */
    assert_near(price.skewness_corrected, 6.058543053086535, 1e-12); /* … bias=False */
    assert_near(price.kurtosis, 48.013539561018575, 1e-10);          /* scipy.stats.kurtosis(x) */
    assert_near(price.kurtosis_corrected, 48.0412892920977, 1e-10);  /* … bias=False */
    static const double quantiles[] = {12859.7, 13474,   14430,   17466.5, 21682,
                                       25777.5, 39068.0, 44714.5, 111353.2}; /* Series.quantile */
    for (int i = 0; i < QUANTILE_COUNT; i++)
        assert_near(price.quantiles[i], quantiles[i], 1e-9);
    assert_true(price.min == 12702 && price.max == 200465);
    assert_true(price.box.fence_low == 5000 && price.box.fence_high == 38244);
    assert_int_equal(price.box.below, 0);
    assert_int_equal(price.box.above, 919);
    assert_true(price.box.whisker_low == 12702 && price.box.whisker_high == 38158);
    assert_int_equal(price.revenue_above_minor, 5636817300);
    assert_int_equal(price.revenue_below_minor, 0);
    assert_near(price.revenue_share_beyond, 56368173.0 / 222381657, 1e-15);
    /* statsmodels proportion_confint(919, 8871, method="wilson") */
    assert_near(price.share_beyond.low, 0.09742522064809403, 1e-12);
    assert_near(price.share_beyond.high, 0.11010991869685618, 1e-12);
}

static void the_shops_ages_have_the_figures_of_pandas_and_scipy(void **state) {
    (void)state;
    struct selection selection = of_the_shop("");
    selection_free(&selection);
    struct distribution age = distribution_of(&shop, "", NUMERIC_AGE);
    assert_near(age.mean, 34.04700710179236, 1e-12);
    assert_near(age.sd, 9.592611528969623, 1e-12);
    assert_near(age.skewness, -0.018285168106494266, 1e-13);
    assert_near(age.skewness_corrected, -0.018288260619121567, 1e-13);
    assert_near(age.kurtosis, -1.2177911400969852, 1e-12);
    assert_near(age.kurtosis_corrected, -1.2178011413501404, 1e-12);
    assert_int_equal(age.box.below + age.box.above, 0);
    assert_true(age.share_beyond.estimate == 0);
    assert_true(age.revenue_share_beyond == 0);
}

static void few_values_have_the_figures_they_can_have(void **state) {
    (void)state;
    struct shape shape = shape_of_values(small_values, 10); /* scipy as above */
    assert_near(shape.skewness, 2.4887160620812643, 1e-13);
    assert_near(shape.skewness_corrected, 2.9512542021081765, 1e-13);
    assert_near(shape.kurtosis, 4.556196035256434, 1e-13);
    assert_near(shape.kurtosis_corrected, 9.018989419471195, 1e-12);
    static const double two[] = {1, 3}, three[] = {1, 3, 4}, same[] = {7, 7, 7, 7};
    assert_true(isnan(shape_of_values(two, 0).skewness));
    assert_true(isnan(shape_of_values(two, 1).skewness));
    assert_near(shape_of_values(two, 2).skewness, 0, 1e-15);
    assert_true(isnan(shape_of_values(two, 2).skewness_corrected));
    assert_near(shape_of_values(three, 3).skewness_corrected, -0.9352195295828246, 1e-13);
    assert_true(isnan(shape_of_values(three, 3).kurtosis_corrected));
    assert_true(isnan(shape_of_values(same, 4).skewness));
    assert_true(isnan(shape_of_values(same, 4).kurtosis));
}

static const struct facts_row sales[] = {
    {"2025-01-01", "Sadar", 20, 'F', "Pixel 7a", 100, "ynny", 0},
    {"2025-01-02", "Sadar", 0, 'M', "Pixel 7a", 200.5, "ynny", 0},
    {"2025-01-03", "Outside", 40, 'F', "Moto G85", 300, "n--y", 0},
    {"2025-01-04", NULL, 0, 'F', "Moto G85", 400, "n--y", 0},
};

static void unknown_ages_are_missing_and_no_value_leaves_no_figure(void **state) {
    (void)state;
    struct facts facts;
    facts_table(&facts, sales, sizeof sales / sizeof *sales);
    struct distribution age = distribution_of(&facts, "", NUMERIC_AGE);
    assert_int_equal(age.n, 2);
    assert_int_equal(age.missing, 2);
    assert_true(age.mean == 30 && age.min == 20 && age.max == 40);
    assert_int_equal(age.revenue_minor, 40000); /* of those with an age */
    struct distribution none = distribution_of(&facts, "age=unknown", NUMERIC_AGE);
    assert_int_equal(none.n, 0);
    assert_int_equal(none.missing, 2);
    assert_true(isnan(none.mean) && isnan(none.sd) && isnan(none.min) && isnan(none.quantiles[0]));
    assert_true(isnan(none.share_beyond.estimate) && isnan(none.revenue_share_beyond));
    struct distribution one = distribution_of(&facts, "price=200.5", NUMERIC_PRICE);
    assert_int_equal(one.n, 1);
    assert_true(one.mean == 200.5 && one.quantiles[QUANTILE_P99] == 200.5 && isnan(one.sd));
    facts_table_free(&facts);
}

/* ------------------------------------------------------------------- histogram */

static struct histogram histogram_of(const struct series *series, struct binning binning) {
    struct histogram histogram;
    struct error error;
    if (histogram_compute(series, &binning, &histogram, &error) != ERR_OK)
        fail_msg("%s", error.message);
    int64_t sum = 0;
    for (int i = 0; i < histogram.count; i++) {
        sum += histogram.bins[i].count;
        assert_true(i == 0 || histogram.bins[i].low == histogram.bins[i - 1].high);
    }
    assert_int_equal(sum, series->count); /* every value lies in one bin */
    return histogram;
}

static struct series series_of_the_shop(enum numeric numeric) {
    struct selection selection = of_the_shop("");
    struct series series;
    struct error error;
    assert_int_equal(series_take(&shop, &selection, numeric, &series, &error), ERR_OK);
    selection_free(&selection);
    return series;
}

static void freedman_diaconis_makes_numpys_bins(void **state) {
    (void)state;
    struct histogram histogram = histogram_of(&small, (struct binning){0});
    assert_int_equal(histogram.fd_count, 11); /* len(numpy.histogram_bin_edges(v, 'fd')) − 1 */
    histogram_free(&histogram);
    struct series prices = series_of_the_shop(NUMERIC_PRICE);
    histogram = histogram_of(&prices, (struct binning){0});
    assert_int_equal(histogram.fd_count, 234);
    assert_near(histogram.fd_width, 802.9572397766669, 1e-9); /* 2·iqr / n**(1/3) */
    histogram_free(&histogram);
    series_free(&prices);
    struct series ages = series_of_the_shop(NUMERIC_AGE);
    histogram = histogram_of(&ages, (struct binning){0});
    assert_int_equal(histogram.fd_count, 21);
    histogram_free(&histogram);
    series_free(&ages);
}

static void chosen_numbers_of_bins_count_as_numpy_does(void **state) {
    (void)state;
    struct series prices = series_of_the_shop(NUMERIC_PRICE);
    struct histogram histogram =
        histogram_of(&prices, (struct binning){.way = BINNING_COUNT, .count = 20});
    static const int counts[20] = {4668, 3064, 533, 249, 97, 74, 62, 0, 0, 29,
                                   23,   0,    0,   30,  0,  0,  0,  0, 0, 42};
    assert_int_equal(histogram.count, 20); /* numpy.histogram(x, 20) */
    for (int i = 0; i < 20; i++)
        assert_int_equal(histogram.bins[i].count, counts[i]);
    assert_true(histogram.bins[19].closed && histogram.bins[19].high == 200465);
    histogram_free(&histogram);
    series_free(&prices);
}

static void automatic_bins_are_readable_and_a_long_tail_is_one_bin(void **state) {
    (void)state;
    struct series prices = series_of_the_shop(NUMERIC_PRICE);
    struct histogram histogram = histogram_of(&prices, (struct binning){0});
    assert_true(histogram.width == 1000);
    assert_int_equal(histogram.count, 28);
    assert_true(histogram.bins[0].low == 12000 && histogram.bins[0].high == 13000);
    const struct histogram_bin *tail = &histogram.bins[27];
    assert_true(tail->tail && tail->low == 39000 && tail->closed && tail->high == 200465);
    char label[HISTOGRAM_LABEL_SIZE];
    histogram_label(&histogram, 0, label);
    assert_string_equal(label, "12,000–13,000");
    histogram_label(&histogram, 27, label);
    assert_string_equal(label, "39,000 and more");
    histogram_free(&histogram);
    histogram = histogram_of(&prices, (struct binning){.most = 8});
    assert_true(histogram.count <= 8 && histogram.width == 5000);
    histogram_free(&histogram);
    series_free(&prices);
}

static void whole_numbers_get_bins_that_promise_no_more_than_they_hold(void **state) {
    (void)state;
    struct series ages = series_of_the_shop(NUMERIC_AGE);
    struct histogram histogram = histogram_of(&ages, (struct binning){0});
    assert_int_equal(histogram.count, 17);
    char label[HISTOGRAM_LABEL_SIZE];
    histogram_label(&histogram, 0, label);
    assert_string_equal(label, "18–19");
    histogram_label(&histogram, 16, label);
    assert_string_equal(label, "50*"); /* 51 does not occur: half the width, and marked */
    assert_true(histogram.bins[16].narrow && !histogram.bins[0].narrow);
    histogram_free(&histogram);
    histogram = histogram_of(&ages, (struct binning){.way = BINNING_WIDTH, .width = 5});
    histogram_label(&histogram, 0, label);
    assert_string_equal(label, "18–19*");
    histogram_label(&histogram, 1, label);
    assert_string_equal(label, "20–24");
    assert_non_null(strstr(histogram.rule, "* is narrower"));
    histogram_free(&histogram);
    series_free(&ages);
}

static void a_bins_filter_selects_exactly_its_sales(void **state) {
    (void)state;
    static const struct binning binnings[] = {{0},
                                              {.most = 8},
                                              {.way = BINNING_COUNT, .count = 7},
                                              {.way = BINNING_WIDTH, .width = 10000},
                                              {.log = true},
                                              {.way = BINNING_COUNT, .count = 9, .log = true}};
    for (int numeric = 0; numeric < NUMERIC_COUNT; numeric++) {
        struct series series = series_of_the_shop((enum numeric)numeric);
        for (size_t b = 0; b < sizeof binnings / sizeof *binnings; b++) {
            struct histogram histogram = histogram_of(&series, binnings[b]);
            for (int i = 0; i < histogram.count; i++) {
                char *filter = histogram_filter(&histogram, i);
                struct selection selection = selected(&shop, filter);
                if ((int64_t)selection.count != histogram.bins[i].count)
                    fail_msg("%s selects %zu, not %d", filter, selection.count,
                             (int)histogram.bins[i].count);
                selection_free(&selection);
                free(filter);
            }
            histogram_free(&histogram);
        }
        series_free(&series);
    }
}

static void bins_of_nothing_and_of_one_value(void **state) {
    (void)state;
    double same[] = {7, 7, 7}, tied[] = {1, 5, 5, 5, 5, 5, 5, 9};
    struct series none = series_of(same, 0), equal = series_of(same, 3), ties = series_of(tied, 8);
    none.missing = 4;
    for (int way = BINNING_AUTOMATIC; way <= BINNING_WIDTH; way++) {
        struct binning binning = {.way = (enum binning_way)way, .count = 5, .width = 2};
        struct histogram histogram = histogram_of(&none, binning);
        assert_int_equal(histogram.count, 0);
        histogram_free(&histogram);
        histogram = histogram_of(&equal, binning);
        assert_int_equal(histogram.count, 1);
        assert_int_equal(histogram.fd_count, 1);
        histogram_free(&histogram);
    }
    struct histogram histogram = histogram_of(&ties, (struct binning){0});
    assert_near(histogram.fd_width, 2, 1e-15); /* quartiles agree: Sturges, 8 / (1 + log2 8) */
    histogram_free(&histogram);
    series_free(&none);
    series_free(&equal);
    series_free(&ties);
}

/* 17 × 0.1 is 1.7000000000000002, but 1.7 / 0.1 is 17: the value would lie before its own bin. */
static void edges_that_round_still_enclose_every_value(void **state) {
    (void)state;
    double values[] = {1.7, 2, 3.4};
    struct series series = series_of(values, 3);
    struct histogram histogram =
        histogram_of(&series, (struct binning){.way = BINNING_WIDTH, .width = 0.1});
    assert_true(histogram.bins[0].low <= values[0]);
    assert_true(histogram.bins[histogram.count - 1].high > values[2]);
    histogram_free(&histogram);
    series_free(&series);
}

static void bins_that_make_no_sense_are_refused(void **state) {
    (void)state;
    double values[] = {-3, 0, 5};
    struct series series = series_of(values, 3);
    static const struct {
        struct binning binning;
        const char *why;
    } refused[] = {{{.way = BINNING_WIDTH, .width = 0}, "wider than zero"},
                   {{.way = BINNING_WIDTH, .width = NAN}, "wider than zero"},
                   {{.way = BINNING_WIDTH, .width = 1e-9}, "1000 is the most"},
                   {{.way = BINNING_COUNT, .count = 0}, "between 1 and 1000"},
                   {{.way = BINNING_COUNT, .count = 1001}, "between 1 and 1000"},
                   {{.way = BINNING_WIDTH, .width = 1, .log = true}, "no one width"},
                   {{.log = true}, "logarithm of -3"}};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct histogram histogram;
        struct error error = {0};
        assert_int_equal(histogram_compute(&series, &refused[i].binning, &histogram, &error),
                         ERR_INPUT);
        if (strstr(error.message, refused[i].why) == NULL)
            fail_msg("'%s' does not say '%s'", error.message, refused[i].why);
        histogram_free(&histogram);
    }
    series_free(&series);
}

/* ------------------------------------------------------------------- box plots */

static void a_box_has_tukeys_whiskers(void **state) {
    (void)state;
    struct box box = box_of_values(small_values, 10); /* matplotlib.cbook.boxplot_stats(v) */
    assert_true(box.q1 == 7.25 && box.median == 12.5 && box.q3 == 17);
    assert_true(box.whisker_low == 3 && box.whisker_high == 21 && box.mean == 20.3);
    assert_int_equal(box.below, 0);
    assert_int_equal(box.above, 1);
    static const double gap[] = {0, 10, 10, 10}; /* nothing between the fence and the quartile */
    box = box_of_values(gap, 4);
    assert_int_equal(box.below, 1);
    assert_true(box.whisker_low == 7.5 && box.q1 == 7.5);
    box = box_of_values(gap, 0);
    assert_int_equal(box.n, 0);
    assert_true(isnan(box.median) && isnan(box.fence_low));
}

static void boxes_of_a_dimension_are_those_of_its_slices(void **state) {
    (void)state;
    static const enum dimension dimensions[] = {DIMENSION_LOCATION, DIMENSION_MONTH,
                                                DIMENSION_HANDSET, DIMENSION_FOLLOWS};
    struct selection all = of_the_shop("");
    for (size_t d = 0; d < sizeof dimensions / sizeof *dimensions; d++) {
        struct boxes boxes;
        assert_int_equal(boxes_by(&shop, &all, NUMERIC_PRICE, dimensions[d], &boxes, NULL), ERR_OK);
        int64_t sum = 0;
        for (int i = 0; i < boxes.count; i++) {
            char filter[DIMENSION_LABEL_SIZE + 32];
            snprintf(filter, sizeof filter, "%s='%s'", dimension_name(dimensions[d]),
                     boxes.rows[i].label);
            struct distribution slice = distribution_of(&shop, filter, NUMERIC_PRICE);
            const struct box *box = &boxes.rows[i].box;
            assert_int_equal(box->n, slice.n);
            assert_true(box->median == slice.quantiles[QUANTILE_P50]);
            assert_true(box->whisker_high == slice.box.whisker_high);
            assert_int_equal(box->above, slice.box.above);
            sum += box->n;
        }
        assert_int_equal(sum, 8871);
        boxes_free(&boxes);
    }
    selection_free(&all);
}

static void a_group_without_values_still_stands_with_what_is_missing(void **state) {
    (void)state;
    struct facts facts;
    facts_table(&facts, sales, sizeof sales / sizeof *sales);
    struct selection all = selected(&facts, "");
    struct boxes boxes;
    assert_int_equal(boxes_by(&facts, &all, NUMERIC_AGE, DIMENSION_LOCATION, &boxes, NULL), ERR_OK);
    assert_int_equal(boxes.count, 3);
    assert_string_equal(boxes.rows[0].label, "Sadar");
    assert_int_equal(boxes.rows[0].box.n, 1);
    assert_int_equal(boxes.rows[0].missing, 1);
    int unknown = strcmp(boxes.rows[1].label, "unknown") == 0 ? 1 : 2;
    assert_int_equal(boxes.rows[unknown].box.n, 0);
    assert_int_equal(boxes.rows[unknown].missing, 1);
    boxes_free(&boxes);
    selection_free(&all);
    facts_table_free(&facts);
}

static void boxes_are_drawn_cell_by_cell(void **state) {
    (void)state;
    static const char letters[] = {' ', '|', '-', '[', '#', 'M', ']', '|', '<', '>', '.'};
    struct box box = box_of_values(small_values, 10);
    struct boxes boxes = {.rows = &(struct box_row){.box = box}, .count = 1};
    enum box_cell cells[19];
    char text[20] = "";
    struct box_axis axis = box_axis_clipped(&boxes);
    assert_true(axis.low == 3 && axis.high == 21);
    box_cells(&box, axis, cells, 19);
    for (int i = 0; i < 19; i++)
        text[i] = letters[cells[i]];
    assert_string_equal(text, "|---[#####M###]--->");
    axis = box_axis_log(&boxes);
    assert_true(axis.low == 3 && axis.high == 100 && axis.log);
    box_cells(&box, axis, cells, 19);
    for (int i = 0; i < 19; i++)
        text[i] = letters[cells[i]];
    assert_string_equal(text, "|----[#M#]|........");
    struct box none = box_of_values(NULL, 0);
    box_cells(&none, axis, cells, 19);
    for (int i = 0; i < 19; i++)
        assert_int_equal(cells[i], BOX_NOTHING);
}

/* ------------------------------------------------------------- transformations */

static void box_cox_finds_scipys_lambda(void **state) {
    (void)state;
    struct transforms transforms;
    transforms_compute(&small, &transforms); /* scipy.stats.boxcox(v, alpha=.05) */
    assert_null(transforms.problem);
    assert_near(transforms.lambda, -0.2915909405406435, 1e-6);
    assert_near(transforms.lambda_low, -0.8987246904051852, 1e-6);
    assert_near(transforms.lambda_high, 0.2584027934651348, 1e-6);
    assert_near(transforms.box_cox_skewness, -0.020534163412330025, 1e-6);
    assert_near(transforms.log_skewness, 0.8519221999588474, 1e-12);
    assert_near(transforms.skewness, 2.4887160620812643, 1e-12);
}

static void the_shops_columns_have_scipys_lambda(void **state) {
    (void)state;
    struct series prices = series_of_the_shop(NUMERIC_PRICE);
    struct transforms transforms;
    transforms_compute(&prices, &transforms);
    assert_near(transforms.lambda, -1.0612070381731915, 2e-7);
    assert_near(transforms.lambda_low, -1.106314664855572, 1e-6);
    assert_near(transforms.lambda_high, -1.016629472101216, 1e-6);
    assert_near(transforms.box_cox_skewness, 0.023497572051898067, 5e-7);
    assert_near(transforms.log_skewness, 1.8441444332087813, 1e-11);
    series_free(&prices);
    struct series ages = series_of_the_shop(NUMERIC_AGE);
    transforms_compute(&ages, &transforms);
    assert_near(transforms.lambda, 0.777185878340788, 2e-7);
    assert_near(transforms.lambda_low, 0.6987353900740693, 1e-6);
    assert_near(transforms.lambda_high, 0.8558482405667939, 1e-6);
    assert_near(transforms.box_cox_skewness, -0.09542596465735131, 5e-7);
    assert_near(transforms.log_skewness, -0.3754228938720622, 1e-12);
    series_free(&ages);
}

static void what_cannot_be_transformed_says_why(void **state) {
    (void)state;
    static const double few[] = {1, 2}, same[] = {5, 5, 5}, zero[] = {0, 1, 2},
                        below[] = {-1, 1, 2}, two_points[] = {1, 1, 1, 2},
                        steep[] = {1, 1.000001, 1.000001, 1.1};
    static const struct {
        const double *values;
        size_t count;
        const char *why;
    } refused[] = {{few, 0, "no value"},
                   {few, 1, "equal"},
                   {few, 2, "two different"},
                   {same, 3, "equal"},
                   {zero, 3, "zero or below"},
                   {below, 3, "zero or below"},
                   {two_points, 4, "two different"},
                   {steep, 4, "no maximum"}};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct transforms transforms;
        struct series series = series_of(refused[i].values, refused[i].count);
        transforms_compute(&series, &transforms);
        series_free(&series);
        assert_non_null(transforms.problem);
        if (strstr(transforms.problem, refused[i].why) == NULL)
            fail_msg("'%s' does not say '%s'", transforms.problem, refused[i].why);
        assert_true(isnan(transforms.lambda) && isnan(transforms.box_cox_skewness));
    }
}

/* ------------------------------------------------------------------ categories */

static void categories_count_what_is_unknown_last(void **state) {
    (void)state;
    struct facts facts;
    facts_table(&facts, sales, sizeof sales / sizeof *sales);
    struct selection all = selected(&facts, "");
    struct categories categories;
    categories_count(&facts, &all, DIMENSION_FOLLOWS, &categories);
    assert_int_equal(categories.count, 2);
    assert_int_equal(categories.values, 1);
    assert_int_equal(categories.unknown, 2);
    assert_string_equal(categories.rows[0].label, "no");
    assert_string_equal(categories.rows[1].label, "unknown");
    assert_near(categories.rows[1].share.estimate, 0.5, 1e-15);
    /* statsmodels proportion_confint(2, 4, method="wilson") */
    assert_near(categories.rows[1].share.low, 0.15003898915214947, 1e-12);
    assert_true(categories.entropy == 0); /* one value alone */
    categories_free(&categories);
    categories_count(&facts, &all, DIMENSION_LOCATION, &categories);
    assert_string_equal(categories.rows[categories.commonest].label, "Sadar");
    assert_string_equal(categories.rows[categories.count - 1].label, "unknown");
    assert_near(categories.entropy, 0.6365141682948128, 1e-14); /* scipy.stats.entropy([2, 1]) */
    categories_free(&categories);
    struct selection none = selected(&facts, "price>1000");
    categories_count(&facts, &none, DIMENSION_LOCATION, &categories);
    assert_int_equal(categories.count, 0);
    assert_int_equal(categories.commonest, -1);
    assert_true(isnan(categories.entropy));
    categories_free(&categories);
    selection_free(&none);
    selection_free(&all);
    facts_table_free(&facts);
}

static void months_that_the_data_cuts_are_marked(void **state) {
    (void)state;
    struct selection all = of_the_shop("");
    struct categories categories;
    categories_count(&shop, &all, DIMENSION_MONTH, &categories);
    assert_int_equal(categories.count, 11);
    assert_true(categories.partial);
    for (int i = 0; i < categories.count; i++)
        assert_int_equal(categories.rows[i].partial, i == 0 || i == 10);
    char label[CATEGORY_LABEL_SIZE];
    category_label(&categories.rows[0], label);
    assert_string_equal(label, "2024-05*");
    category_label(&categories.rows[1], label);
    assert_string_equal(label, "2024-06");
    categories_free(&categories);
    categories_count(&shop, &all, DIMENSION_WEEKDAY, &categories);
    assert_false(categories.partial);
    categories_free(&categories);
    selection_free(&all);
}

static void every_dimension_of_the_shop_adds_up(void **state) {
    (void)state;
    struct selection all = of_the_shop("");
    for (int dimension = 0; dimension < DIMENSION_COUNT; dimension++) {
        struct categories categories;
        categories_count(&shop, &all, (enum dimension)dimension, &categories);
        int64_t sum = 0;
        for (int i = 0; i < categories.count; i++)
            sum += categories.rows[i].sales;
        assert_int_equal(sum, 8871);
        categories_free(&categories);
    }
    selection_free(&all);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_as_their_kind_is),
        cmocka_unit_test(the_shops_prices_have_the_figures_of_pandas_and_scipy),
        cmocka_unit_test(the_shops_ages_have_the_figures_of_pandas_and_scipy),
        cmocka_unit_test(few_values_have_the_figures_they_can_have),
        cmocka_unit_test(unknown_ages_are_missing_and_no_value_leaves_no_figure),
        cmocka_unit_test(freedman_diaconis_makes_numpys_bins),
        cmocka_unit_test(chosen_numbers_of_bins_count_as_numpy_does),
        cmocka_unit_test(automatic_bins_are_readable_and_a_long_tail_is_one_bin),
        cmocka_unit_test(whole_numbers_get_bins_that_promise_no_more_than_they_hold),
        cmocka_unit_test(a_bins_filter_selects_exactly_its_sales),
        cmocka_unit_test(bins_of_nothing_and_of_one_value),
        cmocka_unit_test(edges_that_round_still_enclose_every_value),
        cmocka_unit_test(bins_that_make_no_sense_are_refused),
        cmocka_unit_test(a_box_has_tukeys_whiskers),
        cmocka_unit_test(boxes_of_a_dimension_are_those_of_its_slices),
        cmocka_unit_test(a_group_without_values_still_stands_with_what_is_missing),
        cmocka_unit_test(boxes_are_drawn_cell_by_cell),
        cmocka_unit_test(box_cox_finds_scipys_lambda),
        cmocka_unit_test(the_shops_columns_have_scipys_lambda),
        cmocka_unit_test(what_cannot_be_transformed_says_why),
        cmocka_unit_test(categories_count_what_is_unknown_last),
        cmocka_unit_test(months_that_the_data_cuts_are_marked),
        cmocka_unit_test(every_dimension_of_the_shop_adds_up),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
