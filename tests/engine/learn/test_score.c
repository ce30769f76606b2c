/* Scores against their definitions and against figures that others published. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_rng.h>

#include "engine/learn/random.h"
#include "engine/learn/score.h"
#include "tests/support/near.h"

/* The example in scikit-learn's documentation of roc_auc_score: 0.75. */
static void the_auc_of_the_textbook_example_is_three_quarters(void **state) {
    (void)state;
    const double scores[] = {0.1, 0.4, 0.35, 0.8};
    const uint8_t labels[] = {0, 0, 1, 1};
    double variance;
    assert_near(auc_delong(scores, labels, 4, &variance), 0.75, 1e-15);
    assert_near(auc_mann_whitney(scores, labels, 4), 0.75, 1e-15);
    /* placements: of the yes 0.5 and 1, of the no 1 and 0.5; S = 0.125 each, over 2 and 2 */
    assert_near(variance, 0.125, 1e-15);
}

static void ties_count_half(void **state) {
    (void)state;
    const double scores[] = {1, 1, 1, 1, 1};
    const uint8_t labels[] = {0, 1, 0, 1, 1};
    double variance;
    assert_near(auc_delong(scores, labels, 5, &variance), 0.5, 1e-15);
    assert_near(auc_mann_whitney(scores, labels, 5), 0.5, 1e-15);
    assert_near(variance, 0, 1e-15);
}

static void one_label_alone_has_no_auc(void **state) {
    (void)state;
    const double scores[] = {1, 2, 3};
    const uint8_t labels[] = {1, 1, 1};
    double variance;
    assert_true(isnan(auc_delong(scores, labels, 3, &variance)));
    assert_true(isnan(variance));
    assert_true(isnan(auc_mann_whitney(scores, labels, 3)));
}

/* Equations 4 to 6 of DeLong, DeLong & Clarke-Pearson (1988), pair by pair. */
static double slow_auc(const double *scores, const uint8_t *labels, int count, double *variance) {
    double auc = 0, m = 0, n = 0, s10 = 0, s01 = 0;
    for (int i = 0; i < count; i++)
        *(labels[i] ? &m : &n) += 1;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < count; i++) {
            double placement = 0;
            for (int j = 0; j < count; j++) {
                if (labels[i] == labels[j])
                    continue;
                double yes = labels[i] ? scores[i] : scores[j];
                double no = labels[i] ? scores[j] : scores[i];
                placement += yes > no ? 1 : yes == no ? 0.5 : 0;
            }
            placement /= labels[i] ? n : m;
            if (pass == 0)
                auc += labels[i] ? placement / m : 0;
            else
                *(labels[i] ? &s10 : &s01) += (placement - auc) * (placement - auc);
        }
    *variance = s10 / (m - 1) / m + s01 / (n - 1) / n;
    return auc;
}

static void midranks_give_what_counting_pairs_gives(void **state) {
    (void)state;
    enum { COUNT = 300 };
    gsl_rng *random = random_new(5, 5);
    for (int trial = 0; trial < 20; trial++) {
        double scores[COUNT], variance, slow_variance;
        uint8_t labels[COUNT];
        for (int i = 0; i < COUNT; i++) {
            labels[i] = gsl_rng_uniform(random) < 0.3;
            scores[i] = (double)gsl_rng_uniform_int(random, 40) + (labels[i] ? 6 : 0); /* ties */
        }
        double auc = auc_delong(scores, labels, COUNT, &variance);
        assert_near(auc, slow_auc(scores, labels, COUNT, &slow_variance), 1e-12);
        assert_near(variance, slow_variance, 1e-12);
        assert_near(auc_mann_whitney(scores, labels, COUNT), auc, 1e-12);
    }
    gsl_rng_free(random);
}

/* scikit-learn's documentation: log_loss of ["spam", "ham", "ham", "spam"] with P(spam) = .9, .1,
 * .2, .65 is 0.21616; brier_score_loss of [0, 1, 1, 0] with .1, .9, .8, .3 is 0.037. */
static void losses_are_those_of_the_documentation(void **state) {
    (void)state;
    const uint8_t spam[] = {1, 0, 0, 1}, other[] = {0, 1, 1, 0};
    const double said[] = {0.9, 0.1, 0.2, 0.65}, forecast[] = {0.1, 0.9, 0.8, 0.3};
    double log_odds[4];
    struct score score;
    for (int i = 0; i < 4; i++)
        log_odds[i] = log_odds_of(said[i]);
    score_predictions(log_odds, spam, 4, 0, 0.5, &score);
    assert_near(score.log_loss, 0.21616, 5e-6);
    assert_near(score.base_log_loss, log(2), 1e-12);
    for (int i = 0; i < 4; i++)
        log_odds[i] = log_odds_of(forecast[i]);
    score_predictions(log_odds, other, 4, 0, 0.5, &score);
    assert_near(score.brier, 0.0375, 1e-12); /* printed there as 0.037... */
    assert_near(score.base_brier, 0.25, 1e-12);
}

static void answers_are_counted_at_the_threshold(void **state) {
    (void)state;
    /* at 0: said 1 1 1 0 0 0, truth 1 1 0 1 0 0: 2 true yes, 1 false yes, 1 missed */
    const double log_odds[] = {0, 2, 0.1, -0.1, -1, -3};
    const uint8_t labels[] = {1, 1, 0, 1, 0, 0};
    struct score score;
    score_predictions(log_odds, labels, 6, 0, 0.5, &score);
    assert_near(score.accuracy, 4.0 / 6, 1e-15);
    assert_near(score.precision, 2.0 / 3, 1e-15);
    assert_near(score.recall, 2.0 / 3, 1e-15);
    assert_near(score.f1, 2.0 / 3, 1e-15);
    score_predictions(log_odds, labels, 6, 5, 0.5, &score); /* nobody is called yes */
    assert_near(score.precision, 0, 0);
    assert_near(score.f1, 0, 0);
}

static void the_gain_is_the_mean_difference_of_the_losses_with_its_variance(void **state) {
    (void)state;
    const double log_odds[] = {0.5, -0.5, 1, -2};
    const uint8_t labels[] = {1, 0, 0, 0};
    double gains[4], mean = 0, squares = 0;
    struct score score;
    score_predictions(log_odds, labels, 4, 0, 0.25, &score);
    for (int i = 0; i < 4; i++) {
        double p = logistic(log_odds[i]);
        gains[i] = -log(labels[i] ? 0.25 : 0.75) + log(labels[i] ? p : 1 - p);
        mean += gains[i] / 4;
    }
    for (int i = 0; i < 4; i++)
        squares += (gains[i] - mean) * (gains[i] - mean);
    assert_near(score.gain, mean, 1e-12);
    assert_near(score.gain_variance, squares / 3 / 4, 1e-12);
}

static void extreme_log_odds_do_not_overflow(void **state) {
    (void)state;
    const double log_odds[] = {800, -800};
    const uint8_t wrong[] = {0, 1};
    struct score score;
    score_predictions(log_odds, wrong, 2, 0, 0.5, &score);
    assert_near(score.log_loss, 800, 1e-9);
    assert_near(score.brier, 1, 1e-9);
}

enum { MADE = 200 };

/* Numbers that Python makes too: i = numpy.arange(200); scores = ((i*37) % 101 - 70) / 20;
 * labels = ((i*53 + 11) % 97) < 24 + scores*6. 101 distinct scores, 39 yes. */
static void make(double *scores, uint8_t *labels) {
    for (int i = 0; i < MADE; i++) {
        scores[i] = (i * 37 % 101 - 70) / 20.0;
        labels[i] = (i * 53 + 11) % 97 < 24 + scores[i] * 6;
    }
}

/* scikit-learn 1.2.1: average_precision_score, matthews_corrcoef, confusion_matrix, f1_score,
 * accuracy_score, brier_score_loss, log_loss. */
static void every_score_is_scikit_learns(void **state) {
    (void)state;
    double scores[MADE];
    uint8_t labels[MADE];
    struct score score;
    make(scores, labels);
    score_predictions(scores, labels, MADE, -1, 39.0 / 200, &score);
    assert_near(score.auc, 0.7188246536072623, 1e-14);
    assert_near(score.average_precision, 0.32051494113060003, 1e-14);
    assert_near(score.mcc, 0.23486745801374395, 1e-14);
    assert_int_equal(score.confusion.true_no, 89);
    assert_int_equal(score.confusion.false_yes, 72);
    assert_int_equal(score.confusion.missed_yes, 10);
    assert_int_equal(score.confusion.true_yes, 29);
    assert_near(score.brier, 0.18389905308112603, 1e-14);
    assert_near(score.log_loss, 0.531251896849699, 1e-14);
    assert_near(score.brier_skill, 1 - 0.18389905308112603 / 0.156975, 1e-12);
    assert_near(score.log_loss_skill, 1 - score.log_loss / score.base_log_loss, 1e-15);
    score_predictions(scores, labels, MADE, 0, 39.0 / 200, &score);
    assert_near(score.mcc, 0.27041016967701853, 1e-14);
    assert_near(score.f1, 0.43564356435643564, 1e-15);
    assert_near(score.accuracy, 0.715, 1e-15);
}

static void a_constant_score_has_the_share_of_yes_as_its_precision(void **state) {
    (void)state;
    const double scores[] = {2, 2, 2, 2, 2};
    const uint8_t labels[] = {0, 1, 0, 0, 1}, none[] = {0, 0, 0, 0, 0};
    assert_near(average_precision(scores, labels, 5), 0.4, 1e-15);
    assert_true(isnan(average_precision(scores, none, 5)));
}

static void always_yes_has_no_correlation_with_the_truth(void **state) {
    (void)state;
    const struct confusion always = {.true_yes = 30, .false_yes = 70};
    assert_near(confusion_mcc(&always), 0, 0);
    assert_near(confusion_recall(&always), 1, 0);
    /* (90·0 − 5·5) / sqrt(95·95·5·5) */
    const struct confusion lopsided = {90, 5, 5, 0};
    assert_near(confusion_mcc(&lopsided), -5.0 / 95, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_auc_of_the_textbook_example_is_three_quarters),
        cmocka_unit_test(ties_count_half),
        cmocka_unit_test(one_label_alone_has_no_auc),
        cmocka_unit_test(midranks_give_what_counting_pairs_gives),
        cmocka_unit_test(losses_are_those_of_the_documentation),
        cmocka_unit_test(answers_are_counted_at_the_threshold),
        cmocka_unit_test(the_gain_is_the_mean_difference_of_the_losses_with_its_variance),
        cmocka_unit_test(extreme_log_odds_do_not_overflow),
        cmocka_unit_test(every_score_is_scikit_learns),
        cmocka_unit_test(a_constant_score_has_the_share_of_yes_as_its_precision),
        cmocka_unit_test(always_yes_has_no_correlation_with_the_truth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
