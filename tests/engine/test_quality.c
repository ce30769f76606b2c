/* Quality of the data, on sales whose faults are known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/analysis/quality.h"
#include "tests/support/facts_table.h"

/* Answers: facebook, follows, returning, heard. */
static const struct facts_row rows[] = {
    {"2025-01-01", "Sadar", 20, 'F', "Pixel 7a", 100, "ynny", 0},
    {"2025-01-01", "Sadar", 20, 'F', "Pixel 7a", 100, "ynny", 0},   /* the same once more … */
    {"2025-01-01", "Sadar", 20, 'F', "Pixel 7a", 100, "ynny", 0},   /* … and again */
    {"2025-01-01", "Sadar", 20, 'F', "Pixel 7a", 101, "ynny", 0},   /* another price */
    {"2025-01-03", "Outside", 40, 'M', "Moto G85", 102, "n-yn", 0}, /* returning, not heard */
    {"2025-01-04", NULL, 0, 0, "Moto G85", 103, "nynn", 0},         /* follows, not heard */
    {"2025-01-05", NULL, 21, 'F', "Moto G85", 9000, "nyy-", 0},     /* heard: unknown, no fault */
    {"2025-02-01", "Sadar", 22, 'F', "Moto G85", 104, "----", 0},
};

static struct quality of(const struct facts *facts, const char *filters) {
    struct slice slice = {0};
    struct selection selection;
    struct error error;
    struct quality quality;
    day_number today;
    assert_true(date_from_civil(2025, 1, 31, &today));
    assert_int_equal(slice_parse(&slice, facts, filters, &error), ERR_OK);
    assert_int_equal(slice_select(&slice, facts, &selection, &error), ERR_OK);
    assert_int_equal(quality_compute(facts, &selection, today, &quality, &error), ERR_OK);
    selection_free(&selection);
    slice_free(&slice);
    return quality;
}

static void what_is_unknown_is_counted_column_by_column(void **state) {
    (void)state;
    struct facts facts;
    facts_table(&facts, rows, sizeof rows / sizeof *rows);
    struct quality quality = of(&facts, "");
    const int64_t unknown[QUALITY_FIELDS] = {
        [QUALITY_LOCATION] = 2, [QUALITY_AGE] = 1,     [QUALITY_GENDER] = 1,
        [QUALITY_FACEBOOK] = 1, [QUALITY_FOLLOWS] = 2, [QUALITY_RETURNING] = 1,
        [QUALITY_HEARD] = 2};
    const int64_t values[QUALITY_FIELDS] = {
        [QUALITY_DATE] = 5,     [QUALITY_LOCATION] = 2, [QUALITY_AGE] = 4,
        [QUALITY_GENDER] = 2,   [QUALITY_HANDSET] = 2,  [QUALITY_PRICE] = 6,
        [QUALITY_FACEBOOK] = 2, [QUALITY_FOLLOWS] = 2,  [QUALITY_RETURNING] = 2,
        [QUALITY_HEARD] = 2};
    for (int i = 0; i < QUALITY_FIELDS; i++) {
        assert_int_equal(quality.columns[i].unknown, unknown[i]);
        assert_int_equal(quality.columns[i].values, values[i]);
    }
    assert_string_equal(quality.columns[QUALITY_DATE].range, "1 Jan 2025 – 1 Feb 2025");
    assert_string_equal(quality.columns[QUALITY_PRICE].range, "100 – 9,000");
    assert_string_equal(quality.columns[QUALITY_AGE].range, "20 – 40");
    assert_string_equal(quality.columns[QUALITY_GENDER].range, "86% F"); /* 6 of 7 known */
    facts_table_free(&facts);
}

static void faults_are_found_and_unknown_is_none(void **state) {
    (void)state;
    struct facts facts;
    facts_table(&facts, rows, sizeof rows / sizeof *rows);
    struct quality quality = of(&facts, "");
    assert_int_equal(quality.sales, 8);
    assert_int_equal(quality.repeated, 2); /* three alike: two too many */
    assert_int_equal(quality.returning_unheard, 1);
    assert_int_equal(quality.follows_unheard, 1);
    assert_int_equal(quality.future, 1);
    /* quartiles 100 and 103.25 (type 7): the fences are 95.125 and 108.125 */
    assert_int_equal(quality.columns[QUALITY_PRICE].beyond, 1);
    assert_int_equal(quality.columns[QUALITY_PRICE].below, 0);
    assert_true(quality.columns[QUALITY_PRICE].fence_low == 95.125);
    assert_true(quality.columns[QUALITY_PRICE].fence_high == 108.125);
    assert_int_equal(quality.columns[QUALITY_GENDER].beyond, -1);
    facts_table_free(&facts);
}

static void a_slice_without_sales_has_no_figures(void **state) {
    (void)state;
    struct facts facts;
    facts_table(&facts, rows, sizeof rows / sizeof *rows);
    struct quality quality = of(&facts, "age>60");
    assert_int_equal(quality.sales, 0);
    assert_int_equal(quality.repeated + quality.future, 0);
    assert_string_equal(quality.columns[QUALITY_DATE].range, "");
    assert_string_equal(quality.columns[QUALITY_PRICE].range, "");
    facts_table_free(&facts);
}

/* pandas 1.5.3: Sell Price value_counts() begins 121, 5, …; median() is 21682.0; the ratio of sums
 * of squares by hand from groupby("Mobile Name"): 0.09785503552537043 */
static void a_price_that_was_filled_in_and_prices_without_their_handset_are_told(void **state) {
    (void)state;
    struct facts facts;
    char words[256];
    if (!facts_table_shop(&facts))
        skip();
    struct quality quality = of(&facts, "");
    assert_int_equal(quality.same_price, 121);
    assert_int_equal(quality.same_price_minor, 2168200);
    assert_true(quality.same_price_is_median);
    assert_true(fabs(quality.price_by_handset - 0.09785503552537043) < 1e-12);
    assert_true(quality.price_is_odd);
    quality_same_price_words(&quality, words, sizeof words);
    assert_non_null(strstr(words, "21,682, exactly the median: filled in?"));
    quality_handset_words(&quality, words, sizeof words);
    assert_non_null(strstr(words, "hardly depends on the handset"));
    facts_table_free(&facts);
}

/* Two models at their list prices: repeats, but none far above the other, and the model tells
 * almost all of the price. */
static void list_prices_are_no_fault(void **state) {
    (void)state;
    enum { SALES = 40 };
    struct facts_row listed[SALES];
    struct facts facts;
    char words[256];
    for (int i = 0; i < SALES; i++)
        listed[i] = (struct facts_row){"2025-01-01",
                                       "Sadar",
                                       20 + i,
                                       'F',
                                       i < 8 ? "Galaxy A55" : "Moto G85",
                                       i < 8 ? 100 : 200 + i % 2,
                                       "nnnn",
                                       0};
    facts_table(&facts, listed, SALES);
    struct quality quality = of(&facts, "");
    assert_int_equal(quality.same_price, 0);
    assert_true(quality.price_by_handset > 0.99);
    assert_false(quality.price_is_odd);
    quality_same_price_words(&quality, words, sizeof words);
    assert_string_equal(words, "");
    quality_handset_words(&quality, words, sizeof words);
    assert_string_equal(words, "");
    facts_table_free(&facts);
    for (int i = 0; i < SALES; i++)
        listed[i].price = i < 36 ? 500 : 100 + i; /* 36 of one price, the others once each */
    facts_table(&facts, listed, SALES);
    quality = of(&facts, "");
    assert_int_equal(quality.same_price, 36);
    assert_int_equal(quality.same_price_minor, 50000);
    facts_table_free(&facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_unknown_is_counted_column_by_column),
        cmocka_unit_test(faults_are_found_and_unknown_is_none),
        cmocka_unit_test(a_slice_without_sales_has_no_figures),
        cmocka_unit_test(a_price_that_was_filled_in_and_prices_without_their_handset_are_told),
        cmocka_unit_test(list_prices_are_no_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
