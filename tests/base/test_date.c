/* base/date: the calendar, checked against dates that everybody can look up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"

static void every_day_of_four_centuries_survives_the_round_trip(void **state) {
    (void)state;
    for (day_number day = 0; day < 146097; day++) {
        int year, month, day_of_month;
        date_to_civil(day, &year, &month, &day_of_month);
        day_number back;
        assert_true(date_from_civil(year, month, day_of_month, &back));
        assert_int_equal(back, day);
    }
}

static void known_days_fall_on_their_weekdays(void **state) {
    (void)state;
    day_number day;
    assert_true(date_from_civil(1970, 1, 1, &day));
    assert_int_equal(day, 0);
    assert_string_equal(date_weekday_name(date_weekday(day)), "Thu");
    assert_true(date_from_civil(2000, 2, 29, &day));
    assert_int_equal(day, 11016);
    assert_string_equal(date_weekday_name(date_weekday(day)), "Tue");
    assert_int_equal(date_day_of_year(day), 60);
    assert_int_equal(date_days_in_year(day), 366);
}

static void a_date_is_read_only_in_the_format_of_its_column(void **state) {
    (void)state;
    day_number day;
    const char *reason;
    char iso[DATE_ISO_SIZE];
    assert_true(date_parse("05-03-2025", DATE_DMY_DASH, &day, &reason));
    date_iso(day, iso);
    assert_string_equal(iso, "2025-03-05");
    assert_true(date_parse("05/03/2025", DATE_MDY_SLASH, &day, &reason));
    date_iso(day, iso);
    assert_string_equal(iso, "2025-05-03");
    assert_false(date_parse("2025-03-05", DATE_DMY_DASH, &day, &reason));
    assert_false(date_parse("05/03/2025", DATE_DMY_DASH, &day, &reason));
    assert_false(date_parse("05-03-25", DATE_DMY_DASH, &day, &reason));
    assert_false(date_parse("05-03-2025 ", DATE_DMY_DASH, &day, &reason));
}

static void impossible_dates_are_refused_with_a_reason(void **state) {
    (void)state;
    day_number day;
    const char *reason = NULL;
    assert_false(date_parse("31-02-2025", DATE_DMY_DASH, &day, &reason));
    assert_string_equal(reason, "has a day that this month does not have");
    assert_false(date_parse("29-02-1900", DATE_DMY_DASH, &day, &reason));
    assert_string_equal(reason, "lies before 1970");
    assert_false(date_parse("29-02-2100", DATE_DMY_DASH, &day, &reason));
    assert_false(date_parse("01-13-2025", DATE_DMY_DASH, &day, &reason));
    assert_string_equal(reason, "has a month that does not exist");
    assert_false(date_parse("00-01-2025", DATE_DMY_DASH, &day, &reason));
    assert_false(date_parse("", DATE_DMY_DASH, &day, &reason));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_four_centuries_survives_the_round_trip),
        cmocka_unit_test(known_days_fall_on_their_weekdays),
        cmocka_unit_test(a_date_is_read_only_in_the_format_of_its_column),
        cmocka_unit_test(impossible_dates_are_refused_with_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
