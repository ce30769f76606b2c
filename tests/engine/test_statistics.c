/* engine/analysis/statistics against published examples and the figures of scipy 1.10.1 and
 * statsmodels 0.13.5. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/analysis/statistics.h"

static void near(double value, double expected, double relative) {
    if (!(fabs(value - expected) <= relative * fabs(expected)))
        fail_msg("%.17g is not %.17g", value, expected);
}

/* Newcombe (1998a), table I, column of method 3, to four digits; the rest of the digits from
 * statsmodels' proportion_confint(method="wilson"). */
static void shares_have_wilsons_interval(void **state) {
    (void)state;
    static const struct {
        int64_t yes, n;
        double low, high;
    } published[] = {{81, 263, 0.2552885198782742, 0.36620957698280004},
                     {15, 148, 0.06238639953073628, 0.16048724172330803},
                     {0, 20, 0, 0.1611251580528194},
                     {1, 29, 0.006113214292762667, 0.17175521879320294},
                     {2194, 8871, 0.2384550000226542, 0.2564092157719444},
                     {20, 20, 0.8388748419471804, 1}};
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        struct interval share = share_wilson(published[i].yes, published[i].n);
        near(share.estimate, (double)published[i].yes / (double)published[i].n, 1e-15);
        near(share.low, published[i].low, 1e-12);
        near(share.high, published[i].high, 1e-12);
    }
    assert_true(share_wilson(0, 7).low == 0); /* exactly, not 1e-17 */
    assert_true(share_wilson(7, 7).high == 1);
}

static void nothing_asked_leaves_every_share_possible(void **state) {
    (void)state;
    struct interval share = share_wilson(0, 0);
    assert_true(isnan(share.estimate));
    assert_true(share.low == 0 && share.high == 1);
    struct interval difference = difference_newcombe(3, 10, 0, 0);
    assert_true(isnan(difference.estimate));
    assert_true(difference.low == -1 && difference.high == 1);
    assert_int_equal(verdict_of(difference), VERDICT_UNCLEAR);
}

/* Newcombe (1998b), table II, method 10: contrasts (a) to (h), digits beyond the published four
 * from statsmodels' confint_proportions_2indep(method="newcomb"). */
static void differences_have_newcombes_interval(void **state) {
    (void)state;
    static const struct {
        int64_t yes_a, n_a, yes_b, n_b;
        double low, high;
    } published[] = {{56, 70, 48, 80, 0.05243147240236498, 0.33387265403690614},
                     {9, 10, 3, 10, 0.1705227239345029, 0.809017973535488},
                     {6, 7, 2, 7, 0.05822792748231209, 0.8062496375242278},
                     {5, 56, 0, 29, -0.038137147903536936, 0.19256001385511165},
                     {0, 10, 0, 20, -0.1611251580528194, 0.27753279986288926},
                     {0, 10, 0, 10, -0.27753279986288926, 0.27753279986288926},
                     {10, 10, 0, 20, 0.6790860371419145, 1},
                     {10, 10, 0, 10, 0.6075093504305241, 1}};
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        struct interval difference = difference_newcombe(published[i].yes_a, published[i].n_a,
                                                         published[i].yes_b, published[i].n_b);
        near(difference.low, published[i].low, 1e-12);
        near(difference.high, published[i].high, 1e-12);
        struct interval other = difference_newcombe(published[i].yes_b, published[i].n_b,
                                                    published[i].yes_a, published[i].n_a);
        near(other.low, -difference.high, 1e-12);
        near(other.high, -difference.low, 1e-12);
    }
}

struct chi_example {
    int rows, columns;
    int64_t counts[16];
    struct chi_square expected;
};

static const struct chi_example chi_examples[] = {
    /* Agresti (2007), An Introduction to Categorical Data Analysis, 2nd ed., table 2.5: 30.1 */
    {2,
     3,
     {762, 327, 468, 484, 239, 477},
     {30.070149095754672, 2, 2.9535891832117595e-07, 2.9535891832117595e-07, 0.10443580235646777,
      246.35473340587595}},
    {2,
     2,
     {30, 10, 15, 25},
     {11.42857142857143, 1, 0.0007232327164301923, 0.0016036472624141077, 0.37796447300922725,
      17.5}},
    /* every count within half a unit of its expectation: nothing is left by the correction */
    {2,
     2,
     {5, 5, 5, 6},
     {0.043388429752066124, 1, 0.8349955942110459, 1, 0.04545454545454546, 4.761904761904762}},
    /* Snee (1974), Am. Stat. 28, 9–12: hair and eye colour of 592 students, 138.29 on 9 df */
    {4,
     4,
     {68, 119, 26, 7, 20, 84, 17, 94, 15, 54, 14, 10, 5, 29, 14, 16},
     {138.28984162600824, 9, 2.325286787098839e-25, 2.325286787098839e-25, 0.2790446233426584,
      7.675675675675675}},
    {2,
     2,
     {100000, 200, 90000, 900},
     {520.4125833320804, 1, 3.441747390178269e-115, 6.872134873329729e-115, 0.05218474324138658,
      523.2339089481947}},
    /* Agresti, §2.6: Fisher's tea taster, without correction p = 0.157, with it 0.480 */
    {2, 2, {3, 1, 1, 3}, {2, 1, 0.15729920705028105, 0.47950012218695337, 0.5, 2}},
};

static void expect_chi_square(struct chi_square result, const struct chi_square *expected) {
    near(result.statistic, expected->statistic, 1e-12);
    assert_int_equal(result.df, expected->df);
    near(result.p, expected->p, 1e-9);
    near(result.p_yates, expected->p_yates, 1e-9);
    near(result.cramers_v, expected->cramers_v, 1e-12);
    near(result.smallest_expected, expected->smallest_expected, 1e-12);
}

static void chi_square_tests_agree_with_scipy_and_textbooks(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof chi_examples / sizeof *chi_examples; i++) {
        const struct chi_example *example = &chi_examples[i];
        expect_chi_square(chi_square_test(example->counts, example->rows, example->columns),
                          &example->expected);
    }
}

static void rows_and_columns_without_counts_do_not_count(void **state) {
    (void)state;
    static const int64_t padded[] = {0, 0, 0, 0, 30, 0, 10, 0, 0, 0, 0, 0, 15, 0, 25, 0};
    expect_chi_square(chi_square_test(padded, 4, 4), &chi_examples[1].expected);
}

static void a_table_that_holds_no_comparison_is_not_tested(void **state) {
    (void)state;
    static const int64_t zero[6] = {0}, one_row[] = {3, 4, 0, 0}, one_column[] = {3, 0, 4, 0};
    const struct chi_square results[] = {
        chi_square_test(zero, 2, 3), chi_square_test(one_row, 2, 2),
        chi_square_test(one_column, 2, 2), chi_square_test(zero, 0, 2)};
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        assert_int_equal(results[i].df, 0);
        assert_true(isnan(results[i].p) && isnan(results[i].p_yates));
        assert_true(isnan(results[i].cramers_v));
    }
}

static void no_count_is_too_large_to_test(void **state) {
    (void)state;
    static const int64_t huge[] = {1000000000000000, 1, 1, 1000000000000000};
    struct chi_square result = chi_square_test(huge, 2, 2);
    assert_true(result.p == 0); /* below the smallest double, and the program still runs */
    near(result.cramers_v, 1, 1e-9);
}

static void no_figure_stops_the_program(void **state) {
    (void)state;
    double p;
    struct sample_moments wild = {3, 0, INFINITY}, tame = {3, 0, 1};
    struct interval difference = difference_welch(wild, tame, &p);
    assert_true(isnan(p) && isnan(difference.low));
    assert_int_equal(verdict_of(difference), VERDICT_UNCLEAR);
}

/* The fifteen p values of Benjamini & Hochberg (1995), §3.2; the first four are rejected at 0.05.
 */
static void many_tests_are_adjusted_as_in_the_paper(void **state) {
    (void)state;
    static const double p[] = {0.4262, 0.0004, 0.0019, NAN,    0.0095, 0.0201, 0.0278, 0.0298,
                               0.0344, 0.0459, 0.3240, 0.0001, 0.5719, 0.6528, 0.7590, 1.000};
    static const double expected[] = {0.5811818181818182,
                                      0.003,
                                      0.0095,
                                      NAN,
                                      0.035625,
                                      0.0603,
                                      0.06385714285714286,
                                      0.06385714285714286,
                                      0.0645,
                                      0.07650000000000001,
                                      0.48600000000000004,
                                      0.0015,
                                      0.7148749999999999,
                                      0.7532307692307693,
                                      0.8132142857142857,
                                      1};
    double adjusted[16];
    adjust_benjamini_hochberg(p, adjusted, 16);
    for (int i = 0; i < 16; i++) {
        if (isnan(expected[i]))
            assert_true(isnan(adjusted[i]));
        else
            near(adjusted[i], expected[i], 1e-12);
    }
    adjust_benjamini_hochberg(p, adjusted, 0);
}

/* scipy.stats.ttest_ind_from_stats(equal_var=False) and t.ppf for few and for many
 * values, with like and with very unlike spread. */
static void means_are_compared_by_welchs_test(void **state) {
    (void)state;
    static const struct {
        struct sample_moments a, b;
        double difference, low, high, p;
    } examples[] = {
        {{15, 20.8, 7.9},
         {15, 23.0, 3.8},
         -2.1999999999999993,
         -4.0191657474272375,
         -0.38083425257276127,
         0.0197560244703045},
        {{10, 20.6, 9.0},
         {20, 22.1, 0.9},
         -1.5,
         -3.668644985932642,
         0.6686449859326422,
         0.1541255195640466},
        {{2, 1, 4}, {3, 5, 1}, -4, -14.864011524133032, 6.864011524133032, 0.17781699586106706},
        {{5781, 25000, 3.2e8},
         {3090, 25200, 3.3e8},
         -200,
         -989.3885195136315,
         589.3885195136315,
         0.6194362683430608},
        {{2, 10, 1e-6},
         {2, 20, 1e6},
         -10,
         -8994.643532237793,
         8974.643532237793,
         0.9909974369772924},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        double p;
        struct interval difference = difference_welch(examples[i].a, examples[i].b, &p);
        near(difference.estimate, examples[i].difference, 1e-12);
        near(difference.low, examples[i].low, 1e-8);
        near(difference.high, examples[i].high, 1e-8);
        near(p, examples[i].p, 1e-9);
    }
}

static void groups_without_spread_or_size_allow_no_test_of_means(void **state) {
    (void)state;
    double p;
    struct interval difference = difference_welch((struct sample_moments){1, 10, NAN},
                                                  (struct sample_moments){5, 20, 3}, &p);
    assert_true(isnan(p) && isnan(difference.low));
    assert_int_equal(verdict_of(difference), VERDICT_UNCLEAR);
    difference =
        difference_welch((struct sample_moments){4, 10, 0}, (struct sample_moments){5, 20, 0}, &p);
    assert_true(isnan(p) && difference.estimate == -10);
    difference =
        difference_welch((struct sample_moments){0, 0, 0}, (struct sample_moments){5, 20, 1}, &p);
    assert_true(isnan(difference.estimate));
}

/* Bickel, Hammel & O'Connell (1975), Science 187, 398–404: Berkeley's six largest departments. The
 * pooled odds ratio of admission, men against women, is 1.84; within departments it is 0.90
 * (R's mantelhaen.test, statsmodels' StratifiedTable). */
static void strata_take_simpsons_paradox_out(void **state) {
    (void)state;
    static const int64_t berkeley[6][4] = {{512, 313, 89, 19},   {353, 207, 17, 8},
                                           {120, 205, 202, 391}, {138, 279, 131, 244},
                                           {53, 138, 94, 299},   {22, 351, 24, 317}};
    struct interval ratio = odds_ratio_mantel_haenszel(berkeley, 6);
    near(ratio.estimate, 0.9046968282586231, 1e-12);
    near(ratio.low, 0.7719073617593505, 1e-12);
    near(ratio.high, 1.0603297644366556, 1e-12);
    static const int64_t sparse[4][4] = {{1, 4, 2, 8}, {0, 0, 0, 0}, {0, 3, 5, 1}, {7, 2, 3, 3}};
    ratio = odds_ratio_mantel_haenszel(sparse, 4);
    near(ratio.estimate, 0.7435897435897435, 1e-12);
    near(ratio.low, 0.20047102838634437, 1e-12);
    near(ratio.high, 2.7581327397905673, 1e-12);
    static const int64_t silent[2][4] = {{5, 0, 7, 0}, {0, 0, 3, 4}};
    assert_true(isnan(odds_ratio_mantel_haenszel(silent, 2).estimate));
    assert_true(isnan(odds_ratio_mantel_haenszel(silent, 0).estimate));
}

/* (z(0.975) + z(0.8)) · √(p(1−p)(1/a + 1/b)) with scipy's quantiles. */
static void the_detectable_difference_shrinks_with_the_sizes(void **state) {
    (void)state;
    near(detectable_difference(0.24732, 4435, 4436), 0.025667428040004325, 1e-12);
    near(detectable_difference(0.5, 100, 100), 0.19810199057996727, 1e-12);
    near(detectable_difference(0.348, 3557, 5314), 0.028910182892571443, 1e-12);
    assert_true(isnan(detectable_difference(0.3, 0, 10)));
    assert_true(detectable_difference(0.5, 1, 1) == 1);
    /* where nobody or everybody answered yes, their spread is not known to be none */
    assert_true(isnan(detectable_difference(0, 10, 10)));
    assert_true(isnan(detectable_difference(1, 10, 10)));
}

/* numpy.quantile, whose default is type 7 as well. */
static void quantiles_lie_between_their_neighbours(void **state) {
    (void)state;
    static const int64_t values[] = {1, 3, 4, 10, 100};
    static const double at[] = {0, 0.1, 0.25, 0.5, 0.9, 1}, expected[] = {1, 1.8, 3, 4, 64, 100};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++)
        near(quantile_sorted(values, 5, at[i]), expected[i], 1e-12);
    assert_true(quantile_sorted(values, 1, 0.5) == 1);
    assert_true(isnan(quantile_sorted(NULL, 0, 0.5)));
}

static void a_verdict_needs_an_interval_clear_of_zero(void **state) {
    (void)state;
    assert_int_equal(verdict_of((struct interval){0.1, 0.01, 0.2}), VERDICT_HIGHER);
    assert_int_equal(verdict_of((struct interval){-0.1, -0.2, -0.01}), VERDICT_LOWER);
    assert_int_equal(verdict_of((struct interval){0.1, -0.01, 0.2}), VERDICT_UNCLEAR);
    assert_int_equal(verdict_of((struct interval){0.1, 0, 0.2}), VERDICT_UNCLEAR);
    assert_string_equal(verdict_name(VERDICT_HIGHER), "higher");
    assert_string_equal(verdict_name(VERDICT_LOWER), "lower");
    assert_string_equal(verdict_name(VERDICT_UNCLEAR), "unclear");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_have_wilsons_interval),
        cmocka_unit_test(nothing_asked_leaves_every_share_possible),
        cmocka_unit_test(differences_have_newcombes_interval),
        cmocka_unit_test(chi_square_tests_agree_with_scipy_and_textbooks),
        cmocka_unit_test(rows_and_columns_without_counts_do_not_count),
        cmocka_unit_test(a_table_that_holds_no_comparison_is_not_tested),
        cmocka_unit_test(no_count_is_too_large_to_test),
        cmocka_unit_test(no_figure_stops_the_program),
        cmocka_unit_test(many_tests_are_adjusted_as_in_the_paper),
        cmocka_unit_test(means_are_compared_by_welchs_test),
        cmocka_unit_test(groups_without_spread_or_size_allow_no_test_of_means),
        cmocka_unit_test(strata_take_simpsons_paradox_out),
        cmocka_unit_test(the_detectable_difference_shrinks_with_the_sizes),
        cmocka_unit_test(quantiles_lie_between_their_neighbours),
        cmocka_unit_test(a_verdict_needs_an_interval_clear_of_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
