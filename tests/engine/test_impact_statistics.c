/* The statistics behind impact against scipy 1.10.1, statsmodels 0.13.5 and R 4.2.2. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/analysis/exact.h"
#include "engine/analysis/proportions.h"
#include "engine/analysis/ranks.h"
#include "engine/analysis/ratios.h"
#include "engine/analysis/stratified.h"

static void near(double value, double expected, double relative) {
    if (value == expected)
        return; /* infinities too */
    if (!(fabs(value - expected) <= relative * fabs(expected)))
        fail_msg("%.17g is not %.17g", value, expected);
}

/* ---------------------------------------------------------------- exact tests */

/* scipy.stats.fisher_exact; the first is Fisher's tea taster (Agresti 2007, §2.6: 0.486). */
static void fishers_test_agrees_with_scipy(void **state) {
    (void)state;
    static const struct {
        int64_t counts[4];
        double p;
    } examples[] = {
        {{3, 1, 1, 3}, 0.48571428571428565},       {{8, 2, 1, 5}, 0.034965034965034975},
        {{1, 24, 5, 10}, 0.020862968231389285},    {{0, 7, 4, 6}, 0.10294117647058824},
        {{190, 800, 200, 900}, 0.574111858126088}, {{2, 300, 9, 250}, 0.027972230133246942},
        {{6, 2, 1, 4}, 0.10256410256410256},       {{100, 1, 1000, 2}, 0.25052461640413204},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const int64_t *at = examples[i].counts;
        near(fisher_exact(at), examples[i].p, 1e-9);
        int64_t turned[] = {at[2], at[3], at[0], at[1]};
        near(fisher_exact(turned), examples[i].p, 1e-9);
    }
    static const int64_t nothing[] = {0, 0, 3, 4};
    near(fisher_exact(nothing), 1, 1e-12);
}

/* R's fisher.test (the network algorithm, exact) on tables that have small expectations; with
 * 100,000 drawn tables p lies within four standard errors of it. */
static void drawn_tables_give_fishers_p_of_larger_tables(void **state) {
    (void)state;
    static const struct {
        int rows, columns;
        int64_t counts[10];
        double p;
    } examples[] = {
        {5, 2, {3, 1, 4, 1, 5, 9, 2, 6, 0, 2}, 0.1485156639666483},
        {3, 3, {3, 1, 4, 1, 5, 9, 2, 6, 5}, 0.2823602287683537},
        {4, 2, {4, 0, 5, 6, 1, 7, 3, 9}, 0.0172768915081630},
        {3, 2, {8, 1, 2, 7, 1, 6}, 0.004754341095705966},
        {2, 2, {8, 2, 1, 5}, 0.034965034965034975},
    };
    enum { TABLES = 100000 };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        double exact = examples[i].p, p = 0;
        p = fisher_monte_carlo(examples[i].counts, examples[i].rows, examples[i].columns, TABLES,
                               i + 1);
        double error = sqrt(exact * (1 - exact) / TABLES);
        if (fabs(p - exact) > 4 * error + 1e-5)
            fail_msg("example %zu: %g is not %g within 4 × %g", i, p, exact, error);
        assert_true(p == fisher_monte_carlo(examples[i].counts, examples[i].rows,
                                            examples[i].columns, TABLES, i + 1));
    }
}

/* --------------------------------------------------------------------- ratios */

/* statsmodels' confint_proportions_2indep(compare="ratio", method="score", correction=False). */
static void risk_ratios_have_koopmans_interval(void **state) {
    (void)state;
    static const struct {
        int64_t yes_a, n_a, yes_b, n_b;
        double low, high;
    } examples[] = {
        {8, 20, 3, 20, 0.9103994627692917, 8.415855870582172},
        {748, 3090, 1446, 5781, 0.8960669568503111, 1.0446150565815753},
        {0, 10, 4, 12, 0, 0.9479294237200817},
        {5, 9, 0, 15, 2.544723548712686, INFINITY},
        {1, 30, 1, 40, 0.14212875498814315, 12.441818004723128},
        {9, 10, 3, 30, 3.333880702184729, 26.371616583066853},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct interval ratio = risk_ratio_score(examples[i].yes_a, examples[i].n_a,
                                                 examples[i].yes_b, examples[i].n_b);
        near(ratio.low, examples[i].low, 1e-9);
        near(ratio.high, examples[i].high, 1e-9);
        /* the other way round it is the reciprocal */
        struct interval other = risk_ratio_score(examples[i].yes_b, examples[i].n_b,
                                                 examples[i].yes_a, examples[i].n_a);
        near(other.low, 1 / ratio.high, 1e-9);
        near(other.high, 1 / ratio.low, 1e-9);
    }
    near(risk_ratio_score(8, 20, 3, 20).estimate, 8.0 / 3, 1e-12);
    assert_true(isnan(risk_ratio_score(0, 5, 0, 6).estimate));
    assert_true(isinf(risk_ratio_score(0, 5, 0, 6).high));
    assert_true(isnan(risk_ratio_score(0, 0, 3, 6).estimate));
}

/* The same with compare="odds-ratio"; with a zero cell, where statsmodels divides by it, the root
 * of Cornfield's equation by R's uniroot. */
static void odds_ratios_have_cornfields_interval(void **state) {
    (void)state;
    static const struct {
        int64_t yes_a, n_a, yes_b, n_b;
        double low, high;
    } examples[] = {
        {8, 20, 3, 20, 0.8754637364343221, 15.904584357771885},
        {748, 3090, 1446, 5781, 0.8650260581593135, 1.0598444972574388},
        {1, 30, 1, 40, 0.13486704866879687, 13.413007805668906},
        {9, 10, 3, 30, 8.901747464516818, 655.4069698198765},
        {0, 10, 4, 12, 0, 0.9321839046159419},
        {5, 9, 0, 15, 3.75345760065848, INFINITY},
        {10, 10, 7, 10, 0.9048633086986643, INFINITY},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct interval ratio = odds_ratio_score(examples[i].yes_a, examples[i].n_a,
                                                 examples[i].yes_b, examples[i].n_b);
        near(ratio.low, examples[i].low, 1e-8);
        near(ratio.high, examples[i].high, 1e-8);
    }
    near(odds_ratio_score(8, 20, 3, 20).estimate, 8.0 * 17 / (12 * 3), 1e-12);
    assert_true(isnan(odds_ratio_score(5, 5, 6, 6).estimate));
}

/* --------------------------------------------------------------------- strata */

/* Berkeley's admissions (Bickel, Hammel & O'Connell 1975): statsmodels' StratifiedTable
 * .test_null_odds(correction=False), .test_equal_odds(adjust=True); R's
 * mantelhaen.test(UCBAdmissions, correct=FALSE) has the same p, 0.2169. */
static void strata_are_tested_as_in_statsmodels(void **state) {
    (void)state;
    static const int64_t berkeley[6][4] = {{512, 313, 89, 19},   {353, 207, 17, 8},
                                           {120, 205, 202, 391}, {138, 279, 131, 244},
                                           {53, 138, 94, 299},   {22, 351, 24, 317}};
    struct stratified test = stratified_test(berkeley, 6);
    assert_int_equal(test.telling, 6);
    near(test.cmh, 1.5246066604434356, 1e-12);
    near(test.p, 0.21692369705551817, 1e-10);
    near(test.breslow_day, 18.82550125205323, 1e-10);
    assert_int_equal(test.breslow_day_df, 5);
    near(test.breslow_day_p, 0.0020714013978808676, 1e-9);
    /* the second and the fifth stratum have one side or one answer only */
    static const int64_t sparse[5][4] = {
        {1, 4, 2, 8}, {0, 0, 5, 7}, {0, 3, 5, 1}, {7, 2, 3, 3}, {4, 0, 6, 0}};
    test = stratified_test(sparse, 5);
    assert_int_equal(test.telling, 3);
    near(test.odds_ratio.estimate, 0.7435897435897435, 1e-12);
    near(test.cmh, 0.22400000000000003, 1e-12);
    near(test.p, 0.6360088759608731, 1e-10);
    near(test.breslow_day, 6.655478270560307, 1e-9);
    near(test.breslow_day_p, 0.035874119983489994, 1e-9);
}

static void strata_that_do_not_tell_allow_no_test(void **state) {
    (void)state;
    static const int64_t silent[2][4] = {{5, 0, 7, 0}, {0, 0, 3, 4}}, one[1][4] = {{3, 4, 5, 6}};
    struct stratified test = stratified_test(silent, 2);
    assert_int_equal(test.telling, 0);
    assert_true(isnan(test.p) && isnan(test.breslow_day_p));
    test = stratified_test(one, 1);
    assert_int_equal(test.breslow_day_df, 0);
    assert_false(isnan(test.p));
}

/* ---------------------------------------------------------------------- ranks */

static const int64_t left[] = {6,  7,  11, 11, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 14,
                               14, 14, 15, 15, 15, 16, 17, 17, 17, 17, 18, 18, 18, 18, 18,
                               19, 20, 21, 21, 21, 22, 23, 23, 23, 24, 26, 26, 27, 27, 27,
                               29, 31, 31, 31, 32, 32, 32, 35, 36, 42, 45, 46, 47, 48, 57};
static const int64_t right[] = {8,  9,  10, 11, 11, 11, 12, 12, 12, 13, 13, 14, 14, 15, 15, 16,
                                16, 16, 16, 16, 17, 18, 18, 19, 19, 19, 19, 20, 20, 20, 21, 22,
                                22, 23, 23, 23, 23, 24, 24, 24, 24, 24, 24, 25, 25, 26, 26, 26,
                                26, 27, 27, 27, 27, 27, 28, 29, 29, 29, 30, 31, 32, 32, 33, 33,
                                34, 34, 34, 34, 39, 39, 39, 40, 41, 41, 42, 42, 47, 50, 59, 66};

/* scipy.stats.mannwhitneyu (asymptotic with ties, exact without), the shift by numpy's median of
 * all differences. */
static void ranks_are_compared_as_in_scipy(void **state) {
    (void)state;
    static const int64_t tied_a[] = {1, 2, 2, 3, 5, 8, 8, 9}, tied_b[] = {2, 2, 4, 8, 8, 10, 12};
    struct rank_test test = mann_whitney(tied_a, 8, tied_b, 7);
    near(test.u, 20, 0);
    assert_false(test.exact);
    near(test.p, 0.376759117811582, 1e-10);
    near(test.shift.estimate, -1.5, 0);
    near(test.superiority, 20.0 / 56, 1e-12);
    test = mann_whitney(left, 60, right, 80);
    near(test.u, 1978, 0);
    near(test.p, 0.07571935340576823, 1e-10);
    near(test.shift.estimate, -3, 0);
    /* R's wilcox.test(conf.int=TRUE): -6.99997 and 0.0000251, solved to 1e-4 */
    near(test.shift.low, -7, 0);
    near(test.shift.high, 0, 0);
    static const int64_t few_a[] = {1, 2, 3}, few_b[] = {4, 5, 6, 7};
    test = mann_whitney(few_a, 3, few_b, 4);
    assert_true(test.exact);
    near(test.p, 0.05714285714285714, 1e-12);
    near(test.shift.estimate, -3.5, 0);
}

/* R's wilcox.test(conf.int=TRUE), exact: estimate and both ends. The second is the permeability of
 * the placenta in Hollander & Wolfe, table 4.1, in hundredths. */
static void few_untied_values_are_compared_exactly(void **state) {
    (void)state;
    static const int64_t a[] = {11, 14, 18, 22, 25}, b[] = {12, 15, 16, 30, 31, 44, 45};
    struct rank_test test = mann_whitney(a, 5, b, 7);
    assert_true(test.exact);
    near(test.p, 0.2676767676767677, 1e-12);
    near(test.shift.estimate, -8, 0);
    near(test.shift.low, -26, 0);
    near(test.shift.high, 6, 0);
    static const int64_t term[] = {73, 80, 83, 104, 138, 145, 146, 164, 189, 191},
                         weeks[] = {74, 88, 90, 115, 121};
    test = mann_whitney(term, 10, weeks, 5);
    near(test.p, 0.2544122544122544, 1e-12);
    near(test.shift.estimate, 30.5, 0);
    near(test.shift.low, -15, 0);
    near(test.shift.high, 76, 0);
}

static int compare_numbers(const void *one, const void *other) {
    const int64_t *a = one, *b = other;
    return (*a > *b) - (*a < *b);
}

/* Values as prices are: few and rounded, many, or with one that has a digit too many. */
static void draw_values(uint32_t *lot, int kind, int64_t *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        *lot = *lot * 1664525 + 1013904223; /* Numerical Recipes, 2nd edition, page 284 */
        int64_t drawn = *lot >> 8;
        values[i] = kind == 0   ? drawn % 7 * 100000
                    : kind == 1 ? drawn
                                : drawn % 1000 * (i == 0 ? 1000000000 : 1);
    }
    qsort(values, count, sizeof *values, compare_numbers);
}

/* Definition: all differences, made and sorted. */
static void shifts_are_those_of_all_differences(void **state) {
    (void)state;
    enum { A = 70, B = 51 };
    static int64_t a[A], b[B], all[A * B];
    uint32_t lot = 1;
    for (int round = 0; round < 60; round++) {
        size_t n_a = A - (size_t)(round % 11), n_b = B - (size_t)(round % 2), count = 0;
        draw_values(&lot, round % 3, a, n_a);
        draw_values(&lot, round / 3 % 3, b, n_b);
        for (size_t i = 0; i < n_a; i++) {
            for (size_t j = 0; j < n_b; j++)
                all[count++] = a[i] - b[j];
        }
        qsort(all, count, sizeof *all, compare_numbers);
        struct rank_test test = mann_whitney(a, n_a, b, n_b);
        assert_false(test.exact);
        double pairs = (double)count, n = (double)(n_a + n_b);
        size_t rank = (size_t)floor(pairs / 2 - 1.959963984540054 * sqrt(pairs * (n + 1) / 12));
        near(test.shift.estimate, ((double)all[(count + 1) / 2 - 1] + (double)all[count / 2]) / 2,
             0);
        near(test.shift.low, (double)all[rank - 1], 0);
        near(test.shift.high, (double)all[count - rank], 0);
    }
}

static void ranks_without_spread_or_values_say_nothing(void **state) {
    (void)state;
    static const int64_t same[] = {5, 5, 5};
    near(mann_whitney(same, 3, same, 2).p, 1, 0);
    assert_true(isnan(mann_whitney(same, 0, same, 2).p));
}

/* ---------------------------------------------------------------------- trend */

/* The smokers of R's ?prop.trend.test: scores 1…4 and 1, 2, 4, 8. */
static void trends_agree_with_rs_test(void **state) {
    (void)state;
    static const int64_t yes[] = {83, 90, 129, 70}, n[] = {86, 93, 136, 82};
    static const double steps[] = {1, 2, 3, 4}, doubled[] = {1, 2, 4, 8};
    struct trend_test test = cochran_armitage(yes, n, steps, 4);
    near(test.z * test.z, 8.2249222851977, 1e-12);
    near(test.p, 0.004131897477641487, 1e-9);
    assert_true(test.z < 0 && test.slope.high < 0);
    near(test.slope.estimate / (test.slope.high - test.slope.estimate) * 1.959963984540054, test.z,
         1e-12);
    test = cochran_armitage(yes, n, doubled, 4);
    near(test.z * test.z, 11.3568981859413, 1e-12);
    near(test.p, 0.000751682570996505, 1e-9);
    test = cochran_armitage(n, n, steps, 4); /* everybody */
    assert_true(isnan(test.p));
    assert_true(isnan(cochran_armitage(yes, n, steps, 1).p));
    assert_true(isnan(cochran_armitage(yes, n, steps, 0).p));
}

/* Equal sides: R's power.prop.test(p1=, p2=, power=.8). */
static void the_sales_needed_are_rs(void **state) {
    (void)state;
    near(sales_needed(0.75, 0.5, 1), 57.67343973126137, 1e-6);
    near(sales_needed(0.27, 0.24, 1), 3312.356213360802, 1e-6);
    near(sales_needed(0.01, 0.05, 1), 284.321209716817, 1e-6);
    /* unequal sides: twice as many of b need fewer of a and more in all */
    double n = sales_needed(0.27, 0.24, 2);
    assert_true(n < 3312 && 3 * n > 2 * 3312);
    near(sales_needed(0.24, 0.27, 0.5) * 0.5, n, 1e-12); /* named the other way round */
    assert_true(isnan(sales_needed(0.3, 0.3, 1)));
    assert_true(isnan(sales_needed(1.1, 0.3, 1)));
    assert_true(isnan(sales_needed(0.4, 0.3, NAN)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fishers_test_agrees_with_scipy),
        cmocka_unit_test(drawn_tables_give_fishers_p_of_larger_tables),
        cmocka_unit_test(risk_ratios_have_koopmans_interval),
        cmocka_unit_test(odds_ratios_have_cornfields_interval),
        cmocka_unit_test(strata_are_tested_as_in_statsmodels),
        cmocka_unit_test(strata_that_do_not_tell_allow_no_test),
        cmocka_unit_test(ranks_are_compared_as_in_scipy),
        cmocka_unit_test(few_untied_values_are_compared_exactly),
        cmocka_unit_test(shifts_are_those_of_all_differences),
        cmocka_unit_test(ranks_without_spread_or_values_say_nothing),
        cmocka_unit_test(trends_agree_with_rs_test),
        cmocka_unit_test(the_sales_needed_are_rs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
