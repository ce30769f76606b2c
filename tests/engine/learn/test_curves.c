/* Curves and calibration against scikit-learn 1.2.1 and statsmodels 0.13.5, on numbers that Python
 * makes too: i = numpy.arange(200); scores = ((i*37) % 101 - 70) / 20;
 * labels = ((i*53 + 11) % 97) < 24 + scores*6; probabilities = 1/(1+exp(-scores)). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_rng.h>

#include "engine/learn/curves.h"
#include "engine/learn/random.h"
#include "engine/learn/score.h"
#include "tests/support/near.h"

enum { MADE = 200, MANY = 5000 };

static void make(double *scores, uint8_t *labels) {
    for (int i = 0; i < MADE; i++) {
        scores[i] = (i * 37 % 101 - 70) / 20.0;
        labels[i] = (i * 53 + 11) % 97 < 24 + scores[i] * 6;
    }
}

static void make_many(double *scores, uint8_t *labels) {
    gsl_rng *random = random_new(3, 14);
    for (int i = 0; i < MANY; i++) {
        labels[i] = gsl_rng_uniform(random) < 0.25;
        scores[i] = gsl_rng_uniform(random) * 2 + labels[i] * 0.3;
    }
    gsl_rng_free(random);
}

static const struct curve_point *at_threshold(const struct curve *curve, double threshold) {
    for (int i = 0; i < curve->count; i++)
        if (curve->points[i].threshold == threshold)
            return &curve->points[i];
    fail_msg("no point at %g", threshold);
    return NULL;
}

/* sklearn.metrics.roc_curve(labels, scores, drop_intermediate=False), auc() of it */
static void the_roc_curve_is_scikit_learns(void **state) {
    (void)state;
    double scores[MADE];
    uint8_t labels[MADE];
    struct curve curve;
    make(scores, labels);
    curve_roc(&(struct scored){scores, labels, MADE}, 1, 1000, &curve);
    assert_near(curve.area, 0.7188246536072623, 1e-14);
    assert_near(curve.slack, 0, 0);
    assert_true(isinf(curve.points[0].threshold));
    assert_near(curve.points[0].x, 0, 0);
    assert_near(curve.points[curve.count - 1].x, 1, 0);
    assert_near(curve.points[curve.count - 1].y, 1, 0);
    assert_near(at_threshold(&curve, -0.95)->x, 0.43478260869565216, 1e-15);
    assert_near(at_threshold(&curve, -0.95)->y, 0.7435897435897436, 1e-15);
    curve_free(&curve);
}

/* sklearn.metrics.precision_recall_curve(labels, scores); its last point, precision 1 at recall 0,
 * belongs to no threshold and is left out here, as are scores that find no further yes */
static void the_precision_recall_curve_is_scikit_learns(void **state) {
    (void)state;
    double scores[MADE];
    uint8_t labels[MADE];
    struct curve curve;
    make(scores, labels);
    curve_precision_recall(&(struct scored){scores, labels, MADE}, 1, 1000, &curve);
    assert_near(curve.area, 0.32051494113060003, 1e-14); /* average_precision_score */
    assert_near(at_threshold(&curve, -0.95)->y, 0.29292929292929293, 1e-15);
    assert_near(at_threshold(&curve, -0.95)->x, 0.7435897435897436, 1e-15);
    assert_near(at_threshold(&curve, 1)->y, 0.3181818181818182, 1e-15);
    assert_near(at_threshold(&curve, 1)->x, 0.1794871794871795, 1e-15);
    curve_free(&curve);
}

static void a_thinned_curve_keeps_its_ends_and_its_area(void **state) {
    (void)state;
    static double scores[MANY];
    static uint8_t labels[MANY];
    make_many(scores, labels);
    for (int limit = 16; limit <= 256; limit *= 4) {
        struct curve curve;
        double area = 0, recall = 0, variance;
        curve_roc(&(struct scored){scores, labels, MANY}, 1, limit, &curve);
        assert_true(curve.count <= limit);
        assert_near(curve.area, auc_delong(scores, labels, MANY, &variance), 1e-12);
        for (int i = 1; i < curve.count; i++)
            area += (curve.points[i].x - curve.points[i - 1].x) *
                    (curve.points[i].y + curve.points[i - 1].y) / 2;
        assert_true(fabs(area - curve.area) <= curve.slack + 1e-12);
        assert_true(curve.slack < 2.0 / limit);
        assert_near(curve.points[0].y, 0, 0);
        assert_near(curve.points[curve.count - 1].y, 1, 0);
        curve_free(&curve);

        curve_precision_recall(&(struct scored){scores, labels, MANY}, 1, limit, &curve);
        assert_true(curve.count <= limit);
        assert_near(curve.area, average_precision(scores, labels, MANY), 1e-12);
        area = 0;
        for (int i = 0; i < curve.count; i++) {
            area += (curve.points[i].x - recall) * curve.points[i].y;
            recall = curve.points[i].x;
        }
        assert_true(fabs(area - curve.area) <= curve.slack + 1e-12);
        assert_true(curve.slack < 2.0 / limit);
        assert_near(recall, 1, 0);
        curve_free(&curve);
    }
}

/* sklearn.calibration.calibration_curve(labels, probabilities, n_bins=5, strategy="quantile") */
static void the_bins_are_scikit_learns(void **state) {
    (void)state;
    static const double observed[] = {0, 0.17073170731707318, 0.175, 0.28205128205128205, 0.35};
    static const double predicted[] = {0.04798434436804699, 0.12330616893748123,
                                       0.27755947272400305, 0.5081887481850094, 0.7321962845255862};
    static const int64_t sales[] = {40, 41, 40, 39, 40};
    double scores[MADE];
    uint8_t labels[MADE];
    struct calibration calibration;
    make(scores, labels);
    calibration_of(scores, labels, MADE, 1, 5, &calibration);
    assert_int_equal(calibration.bin_count, 5);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(calibration.bins[i].sales, sales[i]);
        assert_near(calibration.bins[i].observed.estimate, observed[i], 1e-14);
        assert_near(calibration.bins[i].predicted, predicted[i], 1e-14);
        assert_true(calibration.bins[i].low <= predicted[i]);
        assert_true(calibration.bins[i].high >= predicted[i]);
    }
    /* sum of counts · |observed − predicted| / 200 of the above */
    assert_near(calibration.expected_error, 0.16036706158742042, 1e-14);
    /* statsmodels.stats.proportion.proportion_confint(7, 40, method="wilson") */
    assert_near(calibration.bins[2].observed.low, 0.0874541374603592, 1e-12);
    assert_near(calibration.bins[2].observed.high, 0.3194999033178772, 1e-12);
}

/* statsmodels: Logit(labels, add_constant(scores)).fit(), params and conf_int() */
static void slope_and_intercept_are_statsmodels(void **state) {
    (void)state;
    double scores[MADE];
    uint8_t labels[MADE];
    struct calibration calibration;
    make(scores, labels);
    calibration_of(scores, labels, MADE, 1, 10, &calibration);
    assert_near(calibration.intercept.estimate, -1.0485393375185592, 1e-9);
    assert_near(calibration.intercept.low, -1.4263468717027958, 1e-8);
    assert_near(calibration.intercept.high, -0.6707318033343226, 1e-8);
    assert_near(calibration.slope.estimate, 0.5799197048816112, 1e-9);
    assert_near(calibration.slope.low, 0.2976643061340056, 1e-8);
    assert_near(calibration.slope.high, 0.8621751036292167, 1e-8);
}

/* numpy, by the formula of Spiegelhalter (1986); scipy.stats.norm.sf */
static void spiegelhalters_test_is_that_of_its_formula(void **state) {
    (void)state;
    double scores[MADE];
    uint8_t labels[MADE];
    struct calibration calibration;
    make(scores, labels);
    calibration_of(scores, labels, MADE, 1, 10, &calibration);
    assert_near(calibration.z, 2.0037774106701534, 1e-12);
    assert_near(calibration.p, 0.04509390965811797, 1e-12);
}

/* A second repeat (the scores turned round, i % 3 added) counts as half: numpy and statsmodels,
 * Logit(Y, add_constant(S)).fit(tol=1e-14), params ± 1.96 · sqrt(2) · bse; calibration_curve, and
 * proportion_confint(count / 2, nobs / 2, method="wilson") */
static void repeats_do_not_narrow_the_intervals(void **state) {
    (void)state;
    double scores[2 * MADE];
    uint8_t labels[2 * MADE];
    struct calibration calibration;
    make(scores, labels);
    for (int i = 0; i < MADE; i++) {
        scores[MADE + i] = (double)((float)(i % 3) - (float)scores[i]);
        scores[i] = (double)(float)scores[i];
        labels[MADE + i] = labels[i];
    }
    calibration_of(scores, labels, 2L * MADE, 2, 5, &calibration);
    assert_near(calibration.intercept.estimate, -1.4181722334003393, 1e-9);
    assert_near(calibration.intercept.low, -1.7771351499142578, 1e-9);
    assert_near(calibration.slope.low, -0.16072249544204456, 1e-9);
    assert_near(calibration.slope.high, 0.1620446598745077, 1e-9);
    assert_near(calibration.z, 19.15156126068464, 1e-9);
    assert_int_equal(calibration.bin_count, 5);
    assert_near(calibration.bins[2].sales, 40.5, 1e-12);
    assert_near(calibration.bins[2].predicted, 0.6211729206111161, 1e-12);
    assert_near(calibration.bins[2].observed.estimate, 0.345679012345679, 1e-12);
    assert_near(calibration.bins[2].observed.low, 0.21842848819933602, 1e-12);
    assert_near(calibration.bins[2].observed.high, 0.4996682922754133, 1e-12);
}

static void equal_predictions_share_a_bin_and_have_no_slope(void **state) {
    (void)state;
    const double scores[] = {-1, -1, -1, -1, -1, -1};
    const uint8_t labels[] = {0, 1, 0, 0, 1, 0};
    struct calibration calibration;
    calibration_of(scores, labels, 6, 1, 10, &calibration);
    assert_int_equal(calibration.bin_count, 1);
    assert_int_equal(calibration.bins[0].sales, 6);
    assert_true(isnan(calibration.slope.estimate));
    char text[200];
    calibration_sentence(&calibration, true, 0.25, text, sizeof text);
    assert_non_null(strstr(text, "cannot be said"));
}

static void answers_that_are_parted_without_overlap_have_no_slope(void **state) {
    (void)state;
    const double scores[] = {-3, -2, -1, 1, 2, 3};
    const uint8_t labels[] = {0, 0, 0, 1, 1, 1};
    struct calibration calibration;
    calibration_of(scores, labels, 6, 1, 3, &calibration);
    assert_true(isnan(calibration.slope.estimate));
}

static void words_say_what_the_slope_says(void **state) {
    (void)state;
    static const struct {
        struct interval slope;
        const char *words;
    } cases[] = {{{1, 0.8, 1.2}, "about as much as they say"},
                 {{0.5, 0.3, 0.7}, "too extreme"},
                 {{2, 1.5, 2.5}, "too timid"},
                 {{0.2, -0.3, 0.7}, "do not clearly"},
                 {{-1, -2, -0.2}, "less often"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct calibration calibration = {.expected_error = 0.0123, .slope = cases[i].slope};
        char text[200];
        calibration_sentence(&calibration, true, 0.25, text, sizeof text);
        assert_non_null(strstr(text, cases[i].words));
        assert_non_null(strstr(text, "1.2 points"));
    }
}

static void good_calibration_without_skill_is_called_the_base_rate_for_everybody(void **state) {
    (void)state;
    char text[320];
    struct calibration calibration = {.bins = {{.predicted = 0.223}, {.predicted = 0.263}},
                                      .bin_count = 2,
                                      .expected_error = 0.0098,
                                      .slope = {1.09, 0.29, 1.89},
                                      .p = 0.88};
    calibration_sentence(&calibration, false, 0.247, text, sizeof text);
    assert_string_equal(text,
                        "Well calibrated, off by 1.0 points on average, yet without skill: it says "
                        "about the base rate (24.7%) for everybody, 22.3% to 26.3%, and hardly "
                        "tells customers apart.");
    calibration.p = 0.001;
    calibration_sentence(&calibration, false, 0.247, text, sizeof text);
    assert_non_null(strstr(text, "beyond chance"));
    assert_non_null(strstr(text, "the base rate, 24.7% for everybody, is the better answer"));
    assert_null(strstr(text, "Well calibrated"));
    calibration.p = 0.5;
    calibration.slope = (struct interval){2, 1.7, 2.4};
    calibration_sentence(&calibration, false, 0.247, text, sizeof text);
    assert_memory_equal(text, "Off by 1.0 points on average; predictions are too timid", 55);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_roc_curve_is_scikit_learns),
        cmocka_unit_test(the_precision_recall_curve_is_scikit_learns),
        cmocka_unit_test(a_thinned_curve_keeps_its_ends_and_its_area),
        cmocka_unit_test(the_bins_are_scikit_learns),
        cmocka_unit_test(slope_and_intercept_are_statsmodels),
        cmocka_unit_test(spiegelhalters_test_is_that_of_its_formula),
        cmocka_unit_test(repeats_do_not_narrow_the_intervals),
        cmocka_unit_test(equal_predictions_share_a_bin_and_have_no_slope),
        cmocka_unit_test(answers_that_are_parted_without_overlap_have_no_slope),
        cmocka_unit_test(words_say_what_the_slope_says),
        cmocka_unit_test(good_calibration_without_skill_is_called_the_base_rate_for_everybody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
