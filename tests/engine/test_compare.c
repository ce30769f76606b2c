/* engine/analysis/compare: the bundled sample's figures against scipy and statsmodels, and what is
 * done about sales that both slices have. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/analysis/compare.h"
#include "tests/support/facts_table.h"

static struct facts facts;

static int set_up(void **state) {
    (void)state;
    return facts_table_csv(&facts, "data/sample.csv") ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    facts_table_free(&facts);
    return 0;
}

static struct compare compare(const char *a, const char *b) {
    struct slice slices[2] = {{0}, {0}};
    struct compare out;
    struct error error;
    assert_int_equal(slice_parse(&slices[0], &facts, a, &error), ERR_OK);
    assert_int_equal(slice_parse(&slices[1], &facts, b, &error), ERR_OK);
    assert_int_equal(compare_slices(&facts, &slices[0], &slices[1], &out, &error), ERR_OK);
    slice_free(&slices[0]);
    slice_free(&slices[1]);
    return out;
}

static const struct compare_row *row_of(const struct compare *out, const char *key,
                                        const char *label) {
    for (int i = 0; i < out->count; i++) {
        if (strcmp(out->rows[i].key, key) == 0 &&
            (label == NULL || strcmp(out->rows[i].label, label) == 0))
            return &out->rows[i];
    }
    fail_msg("no row %s %s", key, label != NULL ? label : "");
    return NULL;
}

static void expect(const struct compare_row *row, double a, double b, double low, double high,
                   double tolerance) {
    const double found[] = {row->a, row->b, row->difference.low, row->difference.high};
    const double wanted[] = {a, b, low, high};
    for (int i = 0; i < 4; i++) {
        if (!(fabs(found[i] - wanted[i]) <= tolerance))
            fail_msg("%s %s: %.12g instead of %.12g", row->key, row->label, found[i], wanted[i]);
    }
    assert_true(fabs(row->difference.estimate - (a - b)) <= 2 * tolerance);
}

/* statsmodels 0.13.5: CompareMeans.tconfint_diff(usevar='unequal'),
 * confint_proportions_2indep(method='newcomb') on pandas' counts of data/sample.csv, women against
 * all others. */
static void the_sample_s_women_against_the_rest_are_as_statsmodels_has_them(void **state) {
    (void)state;
    struct compare out = compare("gender=F", "");
    assert_int_equal(out.overlap, COMPARE_B_WITHOUT_A);
    assert_int_equal(out.sales[0], 4572);
    assert_int_equal(out.sales[1], 4428);
    assert_int_equal(out.shared, 4572);
    assert_true(row_of(&out, "revenue", NULL)->a == 12394764900.0);
    assert_true(row_of(&out, "revenue", NULL)->b == 12313121600.0);
    assert_true(isnan(row_of(&out, "revenue", NULL)->difference.low));
    assert_false(row_of(&out, "revenue", NULL)->judged);
    expect(row_of(&out, "mean_price", NULL), 2711015.9448818897, 2780741.1020776875,
           -166248.52413920562, 26798.20974680, 1e-3);
    assert_true(row_of(&out, "median_price", NULL)->a == 2026600);
    assert_true(row_of(&out, "median_price", NULL)->b == 2045700);
    expect(row_of(&out, "share_facebook", NULL), 1645 / 4572.0, 1641 / 4428.0, -0.03068527998922334,
           0.009094626908357505, 1e-9);
    expect(row_of(&out, "share_follows", NULL), 1828 / 4572.0, 1731 / 4428.0, -0.011300283404100178,
           0.029091202951120297, 1e-9);
    expect(row_of(&out, "share_returning", NULL), 1197 / 4572.0, 1115 / 4428.0,
           -0.00805467464611476, 0.028040947710183693, 1e-9);
    expect(row_of(&out, "share_heard", NULL), 2752 / 4572.0, 2663 / 4428.0, -0.019695793171088744,
           0.020750227450605157, 1e-9);
    expect(row_of(&out, "location", "Lakeside"), 0.3611111111111111, 0.3626919602529359,
           -0.021435746517435923, 0.0182678076083455, 1e-9);
    assert_int_equal(row_of(&out, "share_returning", NULL)->verdict, VERDICT_UNCLEAR);
    compare_free(&out);
}

static void what_a_filter_decides_gets_no_verdict(void **state) {
    (void)state;
    struct compare out = compare("gender=F price<15000", "");
    assert_string_equal(compare_verdict_words(row_of(&out, "gender", "F")), "by choice");
    assert_string_equal(compare_verdict_words(row_of(&out, "mean_price", NULL)), "by choice");
    assert_string_equal(compare_verdict_words(row_of(&out, "share_heard", NULL)),
                        verdict_name(row_of(&out, "share_heard", NULL)->verdict));
    compare_free(&out);
}

static void shared_sales_count_on_one_side_only(void **state) {
    (void)state;
    char words[160];
    struct compare out = compare("gender=F", "location=lakeside"); /* they cross */
    assert_int_equal(out.overlap, COMPARE_B_WITHOUT_A);
    assert_int_equal(out.sales[0], 4572);
    assert_int_equal(out.sales[1] + out.shared, 3257);
    compare_free(&out);
    out = compare("", "gender=F"); /* b within a */
    assert_int_equal(out.overlap, COMPARE_A_WITHOUT_B);
    assert_int_equal(out.sales[0], 4428);
    assert_int_equal(out.sales[1], 4572);
    compare_overlap_words(&out, words, sizeof words);
    assert_string_equal(words, "B lies within A: A is shown without those 4,572 sales.");
    compare_free(&out);
    out = compare("gender=F", "gender=M"); /* apart */
    assert_int_equal(out.overlap, COMPARE_APART);
    assert_int_equal(out.shared, 0);
    compare_free(&out);
    out = compare("gender=F", "gender!=M");
    assert_int_equal(out.overlap, COMPARE_SAME);
    for (int i = 0; i < out.count; i++)
        assert_false(out.rows[i].judged);
    compare_free(&out);
}

/* October has 31 days; the sample's days without it are the rest. */
static void days_that_were_chosen_are_gone_from_the_other_side(void **state) {
    (void)state;
    struct compare out = compare("month=2024-10", ""),
                   rest = compare("month!=2024-10", "month=2024-10");
    const struct compare_row *october = row_of(&out, "revenue_per_day", NULL),
                             *others = row_of(&rest, "revenue_per_day", NULL);
    assert_true(fabs(october->a - row_of(&out, "revenue", NULL)->a / 31) < 1e-6);
    assert_true(fabs(october->b - others->a) < 1e-6);
    compare_free(&out);
    compare_free(&rest);
    out = compare("month=2024-10 weekday=Fri", "");
    assert_true(isnan(row_of(&out, "revenue_per_day", NULL)->b)); /* told by neither alone */
    compare_free(&out);
}

static void empty_slices_have_no_figures_and_no_verdicts(void **state) {
    (void)state;
    struct compare out = compare("age>100", "");
    assert_int_equal(out.sales[0], 0);
    assert_true(row_of(&out, "sales", NULL)->a == 0);
    assert_true(isnan(row_of(&out, "mean_price", NULL)->a));
    for (int i = 0; i < out.count; i++)
        assert_false(out.rows[i].judged);
    compare_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_s_women_against_the_rest_are_as_statsmodels_has_them),
        cmocka_unit_test(what_a_filter_decides_gets_no_verdict),
        cmocka_unit_test(shared_sales_count_on_one_side_only),
        cmocka_unit_test(days_that_were_chosen_are_gone_from_the_other_side),
        cmocka_unit_test(empty_slices_have_no_figures_and_no_verdicts),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
