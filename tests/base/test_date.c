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

static void every_look_shows_the_day_that_its_example_shows(void **state) {
    (void)state;
    static const struct {
        const char *name, *example;
    } looks[] = {
#define X(symbol, name, example) {name, example},
        DATE_LOOK_LIST(X)
#undef X
    };
    enum date_look look;
    char text[DATE_SHORT_SIZE];
    day_number day;
    assert_true(date_from_civil(2025, 3, 22, &day));
    for (size_t i = 0; i < DATE_LOOK_COUNT; i++) {
        assert_true(date_look_by_name(looks[i].name, &look));
        date_set_look(look);
        date_short(day, text);
        assert_string_equal(text, looks[i].example);
    }
    date_set_look(DATE_LOOK_WORDS);
    assert_false(date_look_by_name("roman", &look));
}

static void a_format_is_found_by_its_name_and_reads_it_so(void **state) {
    (void)state;
    static const struct {
        const char *name, *text;
    } known[] = {{"dd-mm-yyyy", "22-03-2025"},
                 {"dd/mm/yyyy", "22/03/2025"},
                 {"mm/dd/yyyy", "03/22/2025"},
                 {"yyyy-mm-dd", "2025-03-22"}};
    enum date_format format;
    const char *reason;
    day_number due;
    assert_true(date_from_civil(2025, 3, 22, &due));
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        day_number day;
        assert_true(date_format_by_name(known[i].name, &format));
        assert_true(date_parse(known[i].text, format, &day, &reason));
        assert_int_equal(day, due);
    }
    assert_false(date_format_by_name("dd.mm.yyyy", &format));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_four_centuries_survives_the_round_trip),
        cmocka_unit_test(known_days_fall_on_their_weekdays),
        cmocka_unit_test(a_date_is_read_only_in_the_format_of_its_column),
        cmocka_unit_test(every_look_shows_the_day_that_its_example_shows),
        cmocka_unit_test(a_format_is_found_by_its_name_and_reads_it_so),
        cmocka_unit_test(impossible_dates_are_refused_with_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
