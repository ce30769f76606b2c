/* engine/analysis/since on shops made by hand. The interval of the shares is statsmodels 0.13.5's
 * confint_proportions_2indep(80, 100, 120, 200, method="newcomb"): 0.0897 to 0.2960; sums and
 * percents by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "engine/analysis/since.h"
#include "tests/support/facts_table.h"

enum { ROWS_MOST = 512 };
static const char visited[] = "2025-03-03T18:30:00Z";

/* A shop that grows by the day. */
static struct facts_row rows[ROWS_MOST];
static char dates[ROWS_MOST][DATE_ISO_SIZE];
static int count;
static struct facts facts;
static struct since since;

static int begin(void **state) {
    (void)state;
    count = 0;
    memset(&facts, 0, sizeof facts);
    return 0;
}

static int end(void **state) {
    (void)state;
    facts_table_free(&facts);
    return 0;
}

/* Sales of one day of March 2025, each of that price. */
static void sell(int day, int number, double price, const char *handset, const char *place,
                 const char *answers) {
    for (int i = 0; i < number; i++, count++) {
        assert_in_range(count, 0, ROWS_MOST - 1);
        snprintf(dates[count], sizeof dates[count], "2025-03-%02d", day);
        rows[count] = (struct facts_row){dates[count], place, 30, 'F', handset, price, answers, 0};
    }
}

static void plain(int day, int number, double price) {
    sell(day, number, price, "Pixel 7a", "Lakeside", "nnnn");
}

static void look(int64_t sale_id, const char *at, int64_t trained_on, int64_t set_aside) {
    facts_table_free(&facts);
    facts_table(&facts, rows, (size_t)count);
    assert_int_equal(since_compute(&facts,
                                   &(struct since_visit){sale_id, at, trained_on, set_aside, "T"},
                                   &since, NULL),
                     ERR_OK);
}

static void the_first_visit_has_nothing_to_tell(void **state) {
    (void)state;
    plain(1, 3, 100);
    static const char *const stamps[] = {NULL, "", "garbage", "2025-02-30T00:00:00Z"};
    for (size_t i = 0; i < sizeof stamps / sizeof *stamps; i++) {
        look(1, stamps[i], 1, 5);
        assert_false(since.returning);
        assert_int_equal(since.count, 0);
        assert_string_equal(since.brief, "");
    }
}

static void nothing_new_is_one_sentence(void **state) {
    (void)state;
    plain(1, 3, 100);
    look(3, visited, 2, 0);
    assert_true(since.returning);
    assert_int_equal(since.sales, 0);
    assert_int_equal(since.count, 1);
    assert_string_equal(since.sentences[0], "Nothing new since 3 Mar 2025.");
    assert_string_equal(since.brief, "");
    look(9000, visited, 0, 0); /* the shop was begun anew */
    assert_string_equal(since.sentences[0], "Nothing new since 3 Mar 2025.");
    look(3, visited, 0, 2);
    assert_int_equal(since.count, 1);
    assert_string_equal(since.sentences[0],
                        "No new sale since 3 Mar 2025, but 2 rows were set aside: Data tells why.");
}

static void new_days_are_compared_with_as_many_before(void **state) {
    (void)state;
    plain(1, 1, 999); /* before the days that are compared */
    plain(2, 1, 100);
    plain(3, 1, 110);
    plain(4, 2, 100); /* 200, 210: the mean is 205, of the two days before 105 */
    plain(5, 2, 105);
    look(3, visited, 0, 0);
    assert_int_equal(since.sales, 4);
    assert_int_equal(since.last - since.first, 1);
    /* Welch on two and two days: t = 100 / sqrt(25 + 25) = 14.1 on 2 degrees, beyond 4.30 */
    assert_string_equal(since.sentences[0],
                        "4 new sales, 4 Mar 2025 to 5 Mar 2025: revenue 205 a day, +95.2% (higher) "
                        "against the 2 days before.");
    assert_string_equal(since.brief, "4 sales, revenue a day +95.2% higher");
    assert_int_equal(since.count, 1); /* nothing else is new: 999 was dearer */
}

static void days_without_as_many_before_are_not_compared(void **state) {
    (void)state;
    plain(2, 3, 100);
    plain(3, 1, 50);
    plain(4, 1, 50);
    look(3, visited, 0, 0);
    assert_string_equal(since.sentences[0],
                        "2 new sales, 3 Mar 2025 to 4 Mar 2025: revenue 100 in all.");
    count = 0;
    plain(1, 1, 100); /* a latecomer to days that were known already */
    plain(2, 3, 100);
    plain(2, 1, 50);
    look(4, visited, 0, 0);
    assert_string_equal(since.sentences[0], "1 new sale, 2 Mar 2025: revenue 50 in all.");
}

static void names_that_only_the_new_sales_have_are_told(void **state) {
    (void)state;
    plain(1, 1, 900);
    plain(2, 1, 100);
    sell(2, 1, 10, "A phone whose name never ends at all", "Lakeside", "nnnn");
    sell(2, 2, 10, "Nokia 3310", "Hilltop", "nnnn");
    sell(2, 1, 10, "Moto G", NULL, "nnnn");
    look(2, visited, 0, 0);
    assert_int_equal(since.count, 2);
    assert_string_equal(since.sentences[1],
                        "Never seen before: handsets A phone whose name never…, Nokia 3310 and 1 "
                        "more; places Hilltop.");
    look(6, visited, 0, 0);
    assert_int_equal(since.count, 1);
    look(0, visited, 0, 0); /* there was nothing at all: no name is news, no sale a record */
    assert_int_equal(since.count, 1);
    assert_int_equal(since.sales, 6);
}

static void a_record_must_beat_what_was(void **state) {
    (void)state;
    plain(1, 1, 900);
    plain(2, 1, 900);
    look(1, visited, 0, 0);
    assert_int_equal(since.count, 1); /* as dear, as good: no record */
    plain(3, 1, 1234567);
    look(2, visited, 0, 0);
    assert_string_equal(since.sentences[1],
                        "A record: the dearest sale, 1,234,567 on 3 Mar 2025; the best day, "
                        "1,234,567 on 3 Mar 2025.");
    plain(3, 1, 1);
    look(3, visited, 0, 0);
    assert_string_equal(since.sentences[1], "A record: the best day, 1,234,568 on 3 Mar 2025.");
}

/* `yes` of `number` bought before, and as large a share came from Facebook on both sides. */
static void sell_shares(int day, int number, int yes) {
    for (int i = 0; i < number; i++)
        sell(day, 1, 100, "Pixel 7a", "Lakeside",
             i < yes ? (i % 2 != 0 ? "ynyn" : "nnyn") : (i % 2 != 0 ? "ynnn" : "nnnn"));
}

static void only_shares_beyond_chance_are_told(void **state) {
    (void)state;
    sell(1, 1, 90000, "Pixel 7a", "Lakeside", "----");
    sell_shares(2, 200, 120);
    sell_shares(3, 100, 80);
    look(201, visited, 0, 0);
    assert_int_equal(since.count, 2);
    assert_string_equal(since.sentences[1],
                        "Of the new sales 80.0% are returning, not 60.0% (+20.0 points [9.0 to "
                        "29.6]).");
    count = 201;
    sell_shares(3, 100, 66); /* 66 % against 60 %: the interval includes 0 */
    look(201, visited, 0, 0);
    assert_int_equal(since.count, 1);
}

static void what_is_to_be_done_comes_last(void **state) {
    (void)state;
    plain(1, 2, 900);
    sell(2, 1, 10, "Pixel 7a", "Lakeside", "----"); /* teaches the models nothing */
    plain(2, 1, 10);
    look(2, visited, 2, 1);
    assert_int_equal(since.count, 2);
    assert_string_equal(
        since.sentences[1],
        "The models know 2 of 3 sales: T trains anew. 1 row was set aside: Data tells why.");
    look(2, visited, 3, 0);
    assert_int_equal(since.count, 1);
}

static void no_sentence_is_longer_than_its_room_nor_cut_within_a_character(void **state) {
    (void)state;
    char *names[5];
    plain(1, 1, 1);
    for (int i = 0; i < 5; i++) {
        names[i] =
            xasprintf("%c%s", 'A' + i, "কককককককককককককককককককককককককককককককককককককককককককককককককককককক");
        sell(2, 1, 1, names[i], names[i], "nnnn");
    }
    look(1, visited, 0, 0);
    assert_int_equal(since.count, 3);
    size_t length = strlen(since.sentences[1]);
    assert_in_range(length, 100, SINCE_SENTENCE_SIZE - 1);
    for (size_t at = 0; at < length;) {
        uint32_t code;
        at += text_decode(since.sentences[1] + at, length - at, &code);
        assert_int_not_equal(code, 0xFFFD);
    }
    for (int i = 0; i < 5; i++)
        free(names[i]);
}

#define SINCE_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        SINCE_TEST(the_first_visit_has_nothing_to_tell),
        SINCE_TEST(nothing_new_is_one_sentence),
        SINCE_TEST(new_days_are_compared_with_as_many_before),
        SINCE_TEST(days_without_as_many_before_are_not_compared),
        SINCE_TEST(names_that_only_the_new_sales_have_are_told),
        SINCE_TEST(a_record_must_beat_what_was),
        SINCE_TEST(only_shares_beyond_chance_are_told),
        SINCE_TEST(what_is_to_be_done_comes_last),
        SINCE_TEST(no_sentence_is_longer_than_its_room_nor_cut_within_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
