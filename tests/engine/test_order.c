/* engine/slice/order and finder, on rows whose order is plain to see. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/slice/finder.h"
#include "engine/slice/order.h"
#include "tests/support/facts_table.h"

static const struct facts_row table[] = {
    {"2025-03-02", "beta", 40, 'M', "Pixel 9", 300, "yn-n", 2},
    {"2025-03-01", "Alpha", 0, 'F', "iPhone 13", 100.50, "nnyn", 0},
    {"2025-03-02", NULL, 25, 0, "Galaxy A16", 300, "-nyy", 1},
    {"2025-02-28", "Outside", 25, 'o', "pixel 8", 70000, "yynn", 2},
    {"2025-03-05", "Alpha", 40, 'M', "Galaxy A16", 299, "nyny", 3},
};
enum { ROWS = sizeof table / sizeof *table };
static struct facts facts;
static char *segments[] = {"Young", "elders", "Buyers"};

static int set_up(void **state) {
    (void)state;
    facts_table(&facts, table, ROWS);
    facts_table_segments(&facts, segments, 3);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    facts_table_free(&facts);
    return 0;
}

static void expect(enum order_by by, bool descending, const double *scores, const char *order) {
    uint32_t rows[ROWS];
    char got[ROWS + 1] = "";
    for (uint32_t i = 0; i < ROWS; i++)
        rows[i] = i;
    order_rows(&facts, by, descending, scores, rows, ROWS);
    for (int i = 0; i < ROWS; i++)
        got[i] = (char)('0' + rows[i]);
    assert_string_equal(got, order);
}

static void every_column_has_its_order_and_the_unknown_comes_last_both_ways(void **state) {
    (void)state;
    static const double scores[ROWS] = {0.5, NAN, 0, 0.25, 0.5};
    expect(ORDER_ID, false, NULL, "01234");
    expect(ORDER_ID, true, NULL, "43210");
    expect(ORDER_DATE, false, NULL, "31024");
    expect(ORDER_DATE, true, NULL, "40213");
    expect(ORDER_LOCATION, false, NULL, "14032");
    expect(ORDER_LOCATION, true, NULL, "30142");
    expect(ORDER_AGE, false, NULL, "23041");
    expect(ORDER_AGE, true, NULL, "04231");
    expect(ORDER_GENDER, false, NULL, "10432");
    expect(ORDER_HANDSET, false, NULL, "24130");
    expect(ORDER_PRICE, false, NULL, "14023");
    expect(ORDER_PRICE, true, NULL, "30241");
    expect(ORDER_FACEBOOK, false, NULL, "14032");
    expect(ORDER_FACEBOOK, true, NULL, "03142");
    expect(ORDER_FOLLOWS, true, NULL, "34012");
    expect(ORDER_RETURNING, true, NULL, "12340");
    expect(ORDER_HEARD, false, NULL, "01324");
    expect(ORDER_SEGMENT, false, NULL, "40321");
    expect(ORDER_SCORE_RETURNING, false, scores, "23041");
    expect(ORDER_SCORE_FACEBOOK, true, scores, "04321");
    expect(ORDER_SCORE_FACEBOOK, true, NULL, "01234");
}

static void many_sales_are_in_order_and_equal_ones_as_they_were(void **state) {
    (void)state;
    enum { MANY = 300000 };
    struct facts many;
    facts_table_random(&many, MANY, 7);
    uint32_t *rows = calloc(MANY, sizeof *rows);
    for (int by = ORDER_DATE; by <= ORDER_PRICE; by += ORDER_PRICE - ORDER_DATE) {
        for (uint32_t i = 0; i < MANY; i++)
            rows[i] = i;
        order_rows(&many, (enum order_by)by, true, NULL, rows, MANY);
        for (uint32_t i = 1; i < MANY; i++) {
            uint32_t a = rows[i - 1], b = rows[i];
            int64_t x = by == ORDER_DATE ? many.day[a] : many.price_minor[a];
            int64_t y = by == ORDER_DATE ? many.day[b] : many.price_minor[b];
            assert_true(x > y || (x == y && a < b));
        }
    }
    free(rows);
    facts_table_free(&many);
}

static void a_column_is_read_with_its_direction_or_the_names_are_listed(void **state) {
    (void)state;
    enum order_by by;
    bool descending;
    struct error error;
    assert_int_equal(order_read("price", &by, &descending, &error), ERR_OK);
    assert_int_equal(by, ORDER_PRICE);
    assert_false(descending);
    assert_int_equal(order_read("p-facebook:desc", &by, &descending, &error), ERR_OK);
    assert_int_equal(by, ORDER_SCORE_FACEBOOK);
    assert_true(descending);
    assert_int_equal(order_read("age:asc", &by, &descending, &error), ERR_OK);
    assert_false(descending);
    assert_int_equal(order_read("shoes", &by, &descending, &error), ERR_USAGE);
    assert_non_null(strstr(error.hint, " heard segment "));
    assert_int_equal(order_read("price:down", &by, &descending, &error), ERR_USAGE);
}

static void expect_found(const char *text, const char *rows) {
    struct finder finder;
    struct error error;
    char got[ROWS + 1] = "";
    int count = 0;
    assert_int_equal(finder_open(&finder, &facts, NULL, text, NULL, NULL, &error), ERR_OK);
    for (uint32_t i = 0; i < ROWS; i++) {
        if (finder_matches(&finder, &facts, i))
            got[count++] = (char)('0' + i);
    }
    finder_close(&finder);
    if (strcmp(got, rows) != 0)
        fail_msg("\"%s\" finds %s, not %s", text, got, rows);
}

static void names_prices_and_dates_are_found_by_what_one_types(void **state) {
    (void)state;
    expect_found("ALPHA", "14");
    expect_found("pixel", "03");
    expect_found("100", "1"); /* shown without its minor units */
    expect_found("100.50", "1");
    expect_found("100.5", "1");
    expect_found("70,000", "3");
    expect_found("300", "02");
    expect_found("2025-03-02", "02");
    expect_found("02-03-2025", "02");
    expect_found("28/02/2025", "3");
    expect_found("2025-03", "0124");
    expect_found("2025", ""); /* no price, and too little for a date */
    expect_found("nothing", "");
}

static bool never(void *context) {
    (void)context;
    return false;
}

static void the_next_match_goes_round_both_ways(void **state) {
    (void)state;
    static const uint32_t rows[] = {3, 1, 0, 2, 4};
    struct finder finder;
    struct error error;
    bool stopped;
    assert_int_equal(finder_open(&finder, &facts, NULL, "Alpha", never, NULL, &error), ERR_OK);
    assert_int_equal(finder_next(&finder, rows, 5, -1, 1, never, NULL, &stopped), 1);
    assert_int_equal(finder_next(&finder, rows, 5, 1, 1, never, NULL, &stopped), 4);
    assert_int_equal(finder_next(&finder, rows, 5, 4, 1, never, NULL, &stopped), 1);
    assert_int_equal(finder_next(&finder, rows, 5, 1, -1, never, NULL, &stopped), 4);
    assert_int_equal(finder_next(&finder, rows, 3, 1, 1, never, NULL, &stopped), 1);
    assert_int_equal(finder_next(&finder, rows, 1, 0, 1, never, NULL, &stopped), -1);
    assert_false(stopped);
    finder_close(&finder);
}

static void a_long_search_is_stopped(void **state) {
    (void)state;
    enum { MANY = 1000001 };
    uint32_t *rows = calloc(MANY, sizeof *rows); /* all of them sale 0 */
    struct finder finder;
    struct error error;
    bool stopped;
    assert_int_equal(finder_open(&finder, &facts, NULL, "Alpha", NULL, NULL, &error), ERR_OK);
    assert_int_equal(finder_next(&finder, rows, MANY, -1, 1, never, NULL, &stopped), -1);
    assert_true(stopped);
    finder_close(&finder);
    free(rows);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_column_has_its_order_and_the_unknown_comes_last_both_ways),
        cmocka_unit_test(many_sales_are_in_order_and_equal_ones_as_they_were),
        cmocka_unit_test(a_column_is_read_with_its_direction_or_the_names_are_listed),
        cmocka_unit_test(names_prices_and_dates_are_found_by_what_one_types),
        cmocka_unit_test(the_next_match_goes_round_both_ways),
        cmocka_unit_test(a_long_search_is_stopped),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
