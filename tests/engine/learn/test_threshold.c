/* The choice of a threshold against trying every one. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_rng.h>

#include "engine/learn/random.h"
#include "engine/learn/score.h"
#include "engine/learn/threshold.h"
#include "tests/support/near.h"

static double worth(enum threshold_rule rule, const struct mistake_costs *costs,
                    const double *scores, const uint8_t *labels, size_t count, double threshold) {
    struct confusion at = confusion_at(scores, labels, count, threshold);
    if (rule == THRESHOLD_F1)
        return confusion_f1(&at);
    if (rule == THRESHOLD_ACCURACY)
        return confusion_accuracy(&at);
    return -(double)at.false_yes * costs->false_yes - (double)at.missed_yes * costs->missed_yes;
}

static void no_threshold_is_better_than_the_chosen_one(void **state) {
    (void)state;
    enum { COUNT = 120 };
    const struct mistake_costs costs = {1.3, 4.1};
    gsl_rng *random = random_new(8, 1);
    for (int trial = 0; trial < 60; trial++) {
        double scores[COUNT];
        uint8_t labels[COUNT];
        for (int i = 0; i < COUNT; i++) {
            labels[i] = gsl_rng_uniform(random) < 0.3;
            scores[i] = (double)gsl_rng_uniform_int(random, 25) / 5 - 3 + labels[i] * 0.8;
        }
        for (int rule = THRESHOLD_F1; rule < THRESHOLD_RULE_COUNT; rule++) {
            enum threshold_rule by = (enum threshold_rule)rule;
            double chosen = threshold_choose(by, scores, labels, COUNT, &costs);
            double best = worth(by, &costs, scores, labels, COUNT, chosen);
            assert_true(best >= worth(by, &costs, scores, labels, COUNT, INFINITY) - 1e-9);
            for (int i = 0; i < COUNT; i++)
                assert_true(best >= worth(by, &costs, scores, labels, COUNT, scores[i]) - 1e-9);
        }
    }
    gsl_rng_free(random);
}

static void even_odds_are_the_base_rates(void **state) {
    (void)state;
    const double scores[] = {5, 6, 7, 8};
    const uint8_t labels[] = {0, 1, 0, 0};
    assert_near(threshold_choose(THRESHOLD_EVEN, scores, labels, 4, NULL), log_odds_of(0.25),
                1e-15);
}

static void a_threshold_lies_half_way_between_the_scores_it_parts(void **state) {
    (void)state;
    const double scores[] = {-2, -1, 0, 2};
    const uint8_t labels[] = {0, 0, 1, 1};
    assert_near(threshold_choose(THRESHOLD_F1, scores, labels, 4, NULL), -0.5, 1e-15);
    assert_near(threshold_choose(THRESHOLD_ACCURACY, scores, labels, 4, NULL), -0.5, 1e-15);
}

static void of_equally_good_thresholds_the_one_nearest_to_the_base_rate_is_taken(void **state) {
    (void)state;
    /* right 5 of 6 with a cut at −0.5 and with one at 2.5; the base rate's log odds are 0 */
    const double scores[] = {-2, -1, 0, 2, 3, 4};
    const uint8_t labels[] = {0, 0, 1, 0, 1, 1};
    assert_near(threshold_choose(THRESHOLD_ACCURACY, scores, labels, 6, NULL), -0.5, 1e-15);
    /* the same cuts at −1 and at 1 are equally near: the higher one */
    const double even[] = {-3, -2, 0, 0, 2, 3};
    const uint8_t mixed[] = {0, 0, 1, 0, 1, 1};
    assert_near(threshold_choose(THRESHOLD_ACCURACY, even, mixed, 6, NULL), 1, 1e-15);
}

static void scores_that_tell_nothing_are_answered_alike(void **state) {
    (void)state;
    const double scores[] = {1, 1, 1, 1};
    const uint8_t labels[] = {0, 1, 0, 0};
    const struct mistake_costs dear_misses = {1, 10};
    double never = threshold_choose(THRESHOLD_ACCURACY, scores, labels, 4, NULL);
    double always = threshold_choose(THRESHOLD_F1, scores, labels, 4, NULL);
    double dear = threshold_choose(THRESHOLD_COST, scores, labels, 4, &dear_misses);
    assert_true(isinf(never) && never > 0);
    assert_true(isinf(always) && always < 0);
    assert_true(isinf(dear) && dear < 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_threshold_is_better_than_the_chosen_one),
        cmocka_unit_test(even_odds_are_the_base_rates),
        cmocka_unit_test(a_threshold_lies_half_way_between_the_scores_it_parts),
        cmocka_unit_test(of_equally_good_thresholds_the_one_nearest_to_the_base_rate_is_taken),
        cmocka_unit_test(scores_that_tell_nothing_are_answered_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
