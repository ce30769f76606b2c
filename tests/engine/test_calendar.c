/* engine/slice/calendar: periods, their labels, and the days that data and filters cover. Figures
 * of the real file are pandas 1.5.3's (dt.isocalendar, dt.to_period, date_range). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/slice/calendar.h"
#include "engine/slice/group.h"
#include "tests/support/facts_table.h"

static day_number day_of(const char *iso) {
    day_number day = 0;
    const char *reason;
    assert_true(date_parse(iso, DATE_YMD, &day, &reason));
    return day;
}

static void a_week_belongs_to_the_year_of_its_thursday(void **state) {
    (void)state;
    /* datetime.date(...).isocalendar(), Python 3.11 */
    static const struct {
        const char *day, *week;
    } known[] = {
        {"2024-12-29", "2024-W52"}, {"2024-12-30", "2025-W01"}, {"2020-12-31", "2020-W53"},
        {"2021-01-03", "2020-W53"}, {"2021-01-04", "2021-W01"}, {"2016-01-03", "2015-W53"},
        {"2010-01-03", "2009-W53"}, {"2008-12-29", "2009-W01"}, {"1970-01-01", "1970-W01"},
        {"2025-02-14", "2025-W07"}, {"2024-02-29", "2024-W09"}, {"9999-12-31", "9999-W52"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char label[PERIOD_LABEL_SIZE];
        int week = calendar_period(DIMENSION_WEEK, day_of(known[i].day));
        calendar_label(DIMENSION_WEEK, week, label);
        assert_string_equal(label, known[i].week);
        day_number first, last;
        assert_true(calendar_read(DIMENSION_WEEK, label, &first, &last, label));
        assert_int_equal(date_weekday(first), 0);
        assert_int_equal(last, first + 6);
        assert_true(first <= day_of(known[i].day) && day_of(known[i].day) <= last);
    }
}

static void seventy_one_of_four_hundred_years_have_53_weeks(void **state) {
    (void)state;
    int long_years = 0; /* 71 of any 400 in the Gregorian calendar */
    for (int year = 2000; year < 2400; year++) {
        day_number monday;
        long_years += date_from_iso_week(year, 53, &monday);
        assert_true(date_from_iso_week(year, 52, &monday));
        assert_false(date_from_iso_week(year, 54, &monday));
        assert_false(date_from_iso_week(year, 0, &monday));
    }
    assert_int_equal(long_years, 71);
}

static void periods_follow_each_other_without_gaps(void **state) {
    (void)state;
    static const enum dimension kinds[] = {DIMENSION_YEAR, DIMENSION_QUARTER, DIMENSION_MONTH,
                                           DIMENSION_WEEK, DIMENSION_DAY};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        for (day_number day = 0; day < 60000; day++) {
            int period = calendar_period(kinds[k], day);
            day_number start = calendar_start(kinds[k], period),
                       end = calendar_end(kinds[k], period);
            if (day < start || day >= end || calendar_start(kinds[k], period + 1) != end)
                fail_msg("%s of day %d", dimension_name(kinds[k]), day);
        }
    }
}

static void a_label_is_read_back_and_little_else_is(void **state) {
    (void)state;
    static const struct {
        enum dimension dimension;
        const char *text, *first, *last, *canonical; /* NULL: refused */
    } cases[] = {
        {DIMENSION_YEAR, "2025", "2025-01-01", "2025-12-31", "2025"},
        {DIMENSION_YEAR, "2025-01", NULL, NULL, NULL},
        {DIMENSION_QUARTER, "2025-Q1", "2025-01-01", "2025-03-31", "2025-Q1"},
        {DIMENSION_QUARTER, "2024q4", "2024-10-01", "2024-12-31", "2024-Q4"},
        {DIMENSION_QUARTER, "2024-Q5", NULL, NULL, NULL},
        {DIMENSION_QUARTER, "2024-Q0", NULL, NULL, NULL},
        {DIMENSION_QUARTER, "2024-Q11", NULL, NULL, NULL},
        {DIMENSION_QUARTER, "2024", "2024-01-01", "2024-12-31", "2024"},
        {DIMENSION_MONTH, "2024-2", "2024-02-01", "2024-02-29", "2024-02"},
        {DIMENSION_WEEK, "2025-w7", "2025-02-10", "2025-02-16", "2025-W07"},
        {DIMENSION_WEEK, "2020-W53", "2020-12-28", "2021-01-03", "2020-W53"},
        {DIMENSION_WEEK, "2021-W53", NULL, NULL, NULL},
        {DIMENSION_WEEK, "2025-W", NULL, NULL, NULL},
        {DIMENSION_WEEK, "2025-W007", NULL, NULL, NULL},
        {DIMENSION_WEEK, "2025-W-7", NULL, NULL, NULL},
        {DIMENSION_WEEK, "2025", NULL, NULL, NULL},
        {DIMENSION_WEEK, "", NULL, NULL, NULL},
        {DIMENSION_DAY, "2025-02-14", "2025-02-14", "2025-02-14", "2025-02-14"},
        {DIMENSION_DAY, "2025-02", "2025-02-01", "2025-02-28", "2025-02"},
        {DIMENSION_DAY, "2025-02-30", NULL, NULL, NULL},
        {DIMENSION_DAY, "2025-02-", NULL, NULL, NULL},
        {DIMENSION_DAY, "2025-02-14-", NULL, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        day_number first, last;
        char label[PERIOD_LABEL_SIZE];
        bool read = calendar_read(cases[i].dimension, cases[i].text, &first, &last, label);
        if (read != (cases[i].first != NULL))
            fail_msg("%s \"%s\"", dimension_name(cases[i].dimension), cases[i].text);
        if (!read)
            continue;
        assert_int_equal(first, day_of(cases[i].first));
        assert_int_equal(last, day_of(cases[i].last));
        assert_string_equal(label, cases[i].canonical);
    }
}

static void a_weekend_is_read_from_beginnings_of_names(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int days;
        const char *wrong; /* part of the message */
    } cases[] = {{"fri,sat", 1 << 4 | 1 << 5, NULL},
                 {"Saturday Sunday", 1 << 5 | 1 << 6, NULL},
                 {" su ", 1 << 6, NULL},
                 {"th,th", 1 << 3, NULL},
                 {"s", 0, "several"},
                 {"freitag", 0, "'freitag' is no day"},
                 {"", 0, "at least one"},
                 {" , ", 0, "at least one"},
                 {"mo tu we th fr sa su", 0, "whole week"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t days = 0;
        struct error error;
        enum err result = calendar_read_weekend(cases[i].text, &days, &error);
        assert_int_equal(days, cases[i].days);
        assert_int_equal(result, cases[i].wrong == NULL ? ERR_OK : ERR_INPUT);
        if (cases[i].wrong != NULL) {
            assert_non_null(strstr(error.message, cases[i].wrong));
            assert_non_null(strstr(error.hint, "fri,sat"));
        }
    }
}

/* ---------------------------------------------------------------- coverage */

static const struct facts_row rows[] = {
    {"2024-12-30", "A", 30, 'F', "P", 100, "nnnn", 0}, /* Monday of 2025-W01 */
    {"2025-02-20", "B", 30, 'F', "P", 100, "nnnn", 0}, /* Thursday of 2025-W08 */
};
static struct facts facts;

static int set_up(void **state) {
    (void)state;
    facts_table(&facts, rows, 2);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    facts_table_free(&facts);
    return 0;
}

static struct selection selected(const struct facts *from, const char *filters) {
    struct slice slice = {0};
    struct selection selection = {0};
    struct error error;
    if (slice_parse(&slice, from, filters, &error) != ERR_OK ||
        slice_select(&slice, from, &selection, &error) != ERR_OK)
        fail_msg("%s: %s", filters, error.message);
    slice_free(&slice);
    return selection;
}

/* "2024-12 2*, 2025-01 31, …": every value of the dimension with its days. */
static void expect(const char *filters, enum dimension dimension, const char *expected) {
    struct selection selection = selected(&facts, filters);
    struct calendar calendar;
    struct dimension_view view;
    char text[2048] = "";
    calendar_open(&calendar, &facts, &selection, &dimension, 1);
    dimension_open(&view, &facts, dimension);
    for (int code = 1; code < view.codes; code++) {
        char label[DIMENSION_LABEL_SIZE], part[DIMENSION_LABEL_SIZE + 32];
        struct coverage coverage = calendar_coverage(&calendar, (const int[]){code, 0});
        dimension_label(&view, code, label);
        snprintf(part, sizeof part, "%s%s %d%s", code > 1 ? ", " : "", label, coverage.days,
                 coverage.partial ? "*" : "");
        strcat(text, part);
    }
    assert_string_equal(text, expected);
    dimension_close(&view);
    calendar_close(&calendar);
    selection_free(&selection);
}

static void periods_that_the_data_cut_are_partial(void **state) {
    (void)state;
    expect("", DIMENSION_MONTH, "2024-12 2*, 2025-01 31, 2025-02 20*");
    expect("", DIMENSION_QUARTER, "2024-Q4 2*, 2025-Q1 51*");
    expect("", DIMENSION_YEAR, "2024 2*, 2025 51*");
    expect("", DIMENSION_WEEK,
           "2025-W01 7, 2025-W02 7, 2025-W03 7, 2025-W04 7, 2025-W05 7, 2025-W06 7, 2025-W07 7, "
           "2025-W08 4*");
    /* 53 days: seven weeks and Monday to Thursday */
    expect("", DIMENSION_WEEKDAY, "Mon 8, Tue 8, Wed 8, Thu 8, Fri 7, Sat 7, Sun 7");
    expect("", DIMENSION_WEEKEND, "no 39, yes 14");
    expect("", DIMENSION_LOCATION, "A 53, B 53");
}

static void periods_that_filters_cut_are_partial(void **state) {
    (void)state;
    expect("date>=2025-01-10", DIMENSION_MONTH, "2024-12 0*, 2025-01 22*, 2025-02 20*");
    expect("week=2025-W05|2025-W07", DIMENSION_MONTH, "2024-12 0*, 2025-01 5*, 2025-02 9*");
    expect("week=2025-W05|2025-W07", DIMENSION_WEEKDAY,
           "Mon 2, Tue 2, Wed 2, Thu 2, Fri 2, Sat 2, Sun 2");
    expect("quarter=2025-Q1", DIMENSION_YEAR, "2024 0*, 2025 51*");
    expect("day<2025-01-01", DIMENSION_MONTH, "2024-12 2*, 2025-01 0*, 2025-02 0*");
    expect("location=A", DIMENSION_MONTH, "2024-12 2*, 2025-01 31, 2025-02 20*");
}

static void days_that_a_weekday_filter_leaves_out_are_not_missing(void **state) {
    (void)state;
    /* cal(1): January 2025 has Fridays 3 10 17 24 31, February until the 20th 7 14 */
    expect("weekday=Fri", DIMENSION_MONTH, "2024-12 0*, 2025-01 5, 2025-02 2*");
    expect("weekend=yes", DIMENSION_MONTH, "2024-12 0*, 2025-01 9, 2025-02 5*");
    facts.weekend = 1 << 6;
    expect("weekend=yes", DIMENSION_MONTH, "2024-12 0*, 2025-01 4, 2025-02 3*");
    expect("", DIMENSION_WEEKEND, "no 46, yes 7");
    facts.weekend = 0;
}

static void two_dimensions_share_their_days(void **state) {
    (void)state;
    static const enum dimension by[] = {DIMENSION_WEEKDAY, DIMENSION_MONTH};
    static const enum dimension mixed[] = {DIMENSION_LOCATION, DIMENSION_MONTH};
    struct selection selection = selected(&facts, "");
    struct calendar calendar;
    calendar_open(&calendar, &facts, &selection, by, 2);
    struct coverage fridays = calendar_coverage(&calendar, (const int[]){5, 2});
    assert_int_equal(fridays.days, 5);
    assert_false(fridays.partial);
    struct coverage cut = calendar_coverage(&calendar, (const int[]){5, 3});
    assert_int_equal(cut.days, 2);
    assert_true(cut.partial);
    calendar_close(&calendar);
    calendar_open(&calendar, &facts, &selection, mixed, 2);
    for (int place = 0; place <= 2; place++)
        assert_int_equal(calendar_coverage(&calendar, (const int[]){place, 2}).days, 31);
    calendar_close(&calendar);
    selection_free(&selection);
}

static void a_span_of_all_dates_costs_no_more_than_its_days(void **state) {
    (void)state;
    static const struct facts_row ends[] = {{"1970-01-01", "A", 30, 'F', "P", 100, "nnnn", 0},
                                            {"9999-12-31", "B", 30, 'F', "Q", 100, "nnnn", 0}};
    static const enum dimension by[] = {DIMENSION_DAY, DIMENSION_WEEK};
    struct facts wide;
    facts_table(&wide, ends, 2);
    struct selection selection = selected(&wide, "day>=9999-12-31");
    struct grouping grouping;
    struct calendar calendar;
    group_by(&wide, &selection, by, 2, &grouping);
    assert_int_equal(grouping.count, 1);
    assert_string_equal(grouping.groups[0].label[0], "9999-12-31");
    assert_string_equal(grouping.groups[0].label[1], "9999-W52");
    calendar_open(&calendar, &wide, &selection, by, 2);
    struct coverage coverage = calendar_coverage(&calendar, grouping.groups[0].code);
    assert_int_equal(coverage.days, 1);
    calendar_close(&calendar);
    grouping_free(&grouping);
    selection_free(&selection);
    facts_table_free(&wide);
}

/* ------------------------------------------------------------- the real file */

static void the_shops_weeks_and_quarters_are_those_of_pandas(void **state) {
    (void)state;
    static const struct {
        enum dimension dimension;
        const char *label;
        int sales;
        int64_t revenue;
        int days;
        bool partial;
    } expected[] = {
        {DIMENSION_WEEK, "2024-W22", 200, 4922808, 7, false},
        {DIMENSION_WEEK, "2024-W52", 210, 5080655, 7, false},
        {DIMENSION_WEEK, "2025-W01", 208, 4960431, 7, false},
        {DIMENSION_WEEK, "2025-W12", 184, 4990499, 6, true},
        {DIMENSION_QUARTER, "2024-Q2", 1014, 25775138, 35, true},
        {DIMENSION_QUARTER, "2024-Q3", 2726, 69019100, 92, false},
        {DIMENSION_QUARTER, "2025-Q1", 2415, 60719003, 81, true},
        {DIMENSION_WEEKDAY, "Mon", 1230, 31619668, 43, false},
        {DIMENSION_WEEKDAY, "Sat", 1273, 33092743, 43, false},
        {DIMENSION_WEEKDAY, "Sun", 1232, 30565195, 42, false},
        {DIMENSION_WEEKEND, "yes", 2463, 62068868, 86, false},
        {DIMENSION_WEEKEND, "no", 6408, 160312789, 214, false},
        {DIMENSION_DAY, "2024-09-04", 21, 640317, 1, false},
    };
    struct facts shop;
    if (!facts_table_shop(&shop))
        skip();
    struct selection selection = selected(&shop, "");
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct grouping grouping;
        struct calendar calendar;
        bool found = false;
        group_by(&shop, &selection, &expected[i].dimension, 1, &grouping);
        calendar_open(&calendar, &shop, &selection, &expected[i].dimension, 1);
        for (int g = 0; g < grouping.count; g++) {
            const struct group *group = &grouping.groups[g];
            if (strcmp(group->label[0], expected[i].label) != 0)
                continue;
            struct coverage coverage = calendar_coverage(&calendar, group->code);
            found = true;
            assert_int_equal(group->cell.sales, expected[i].sales);
            assert_int_equal(group->cell.revenue_minor, expected[i].revenue * 100);
            assert_int_equal(coverage.days, expected[i].days);
            assert_int_equal(coverage.partial, expected[i].partial);
        }
        if (!found)
            fail_msg("no %s", expected[i].label);
        calendar_close(&calendar);
        grouping_free(&grouping);
    }
    selection_free(&selection);
    facts_table_free(&shop);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_week_belongs_to_the_year_of_its_thursday),
        cmocka_unit_test(seventy_one_of_four_hundred_years_have_53_weeks),
        cmocka_unit_test(periods_follow_each_other_without_gaps),
        cmocka_unit_test(a_label_is_read_back_and_little_else_is),
        cmocka_unit_test(a_weekend_is_read_from_beginnings_of_names),
        cmocka_unit_test(periods_that_the_data_cut_are_partial),
        cmocka_unit_test(periods_that_filters_cut_are_partial),
        cmocka_unit_test(days_that_a_weekday_filter_leaves_out_are_not_missing),
        cmocka_unit_test(two_dimensions_share_their_days),
        cmocka_unit_test(a_span_of_all_dates_costs_no_more_than_its_days),
        cmocka_unit_test(the_shops_weeks_and_quarters_are_those_of_pandas),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
