/* engine/slice/slice: what a filter means, checked against the rows one by one, and that no text
 * can do harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/slice/slice.h"
#include "tests/support/facts_table.h"

static const struct facts_row rows[] = {
    /* 0 */ {"2024-12-31", "Outside Rangamati", 17, 'F', "Pixel 7a 8/128", 9999.5, "ynny", 1},
    /* 1 */ {"2025-01-01", "Inside Rangamati", 30, 'M', "Pixel 8 Pro 12/256", 20000, "nnnn", 2},
    /* 2 */ {"2025-01-04", NULL, 0, 0, "Note 11S 6/128", 25000, "----", 0},
    /* 3 */ {"2025-01-31", "Rangamati Sadar", 40, 'F', "Note 14 Pro 5G 8/256", 40000, "yy-y", 1},
    /* 4 */ {"2025-02-10", "Outside Rangamati", 65, 'o', "Galaxy A55", 100000, "nyyy", 2},
    /* 5 */ {"2025-03-01", "O'Brien \"Lane\" | a=b", 25, 'M', "Galaxy M35", 14999.99, "yynn", 0},
};
enum { ROWS = sizeof rows / sizeof *rows };

static struct facts facts;

static int set_up(void **state) {
    (void)state;
    static char *names[] = {"Elite Fans", "Thrifty"};
    facts_table(&facts, rows, ROWS);
    facts_table_segments(&facts, names, 2);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    facts_table_free(&facts);
    return 0;
}

/* The filters' canonical text, and the rows they leave as digits: "0 3 4". */
static void expect(const char *typed, const char *text, const char *left) {
    struct slice slice = {0};
    struct error error = {0};
    struct selection selection;
    if (slice_parse(&slice, &facts, typed, &error) != ERR_OK)
        fail_msg("%s: %s", typed, error.message);
    char *written = slice_text(&slice);
    assert_string_equal(written, text);
    free(written);
    assert_int_equal(slice_select(&slice, &facts, &selection, &error), ERR_OK);
    char found[64] = "";
    for (size_t i = 0; i < selection.count; i++)
        snprintf(found + strlen(found), 8, "%s%u", i != 0 ? " " : "", selection.rows[i]);
    if (strcmp(found, left) != 0)
        fail_msg("%s leaves \"%s\", not \"%s\"", typed, found, left);
    selection_free(&selection);
    slice_free(&slice);
}

static void expect_error(const char *typed, const char *message) {
    struct slice slice = {0};
    struct error error = {0};
    slice_add(&slice, DIMENSION_GENDER, FILTER_IS, "F");
    if (slice_parse(&slice, &facts, typed, &error) != ERR_INPUT)
        fail_msg("%s is read without complaint", typed);
    assert_int_equal(error.code, ERR_INPUT);
    if (strstr(error.message, message) == NULL)
        fail_msg("%s: \"%s\" does not say \"%s\"", typed, error.message, message);
    assert_int_equal(slice.count, 1); /* the slice is as it was */
    slice_free(&slice);
}

static void no_filter_leaves_every_sale(void **state) {
    (void)state;
    expect("", "", "0 1 2 3 4 5");
    expect("  \t ", "", "0 1 2 3 4 5");
}

static void a_value_is_found_by_as_little_as_is_typed(void **state) {
    (void)state;
    expect("location=out", "location=Outside Rangamati", "0 4");
    expect("location = RANGAMATI SADAR", "location=Rangamati Sadar", "3");
    expect("LOCATION=sadar", "location=Rangamati Sadar", "3");
    expect("location=rang", "location=Rangamati Sadar", "3"); /* a beginning before a part */
    expect("handset=11s", "handset=Note 11S 6/128", "2");
    expect("gender=f", "gender=F", "0 3");
    expect("gender=female", "gender=F", "0 3");
    expect("gender=oth", "gender=other", "4");
    expect("weekday=saturday", "weekday=Sat", "2 5"); /* cal: 4 January, 1 March 2025 */
    expect("facebook=y", "facebook=yes", "0 3 5");
    expect("segment=thr", "segment=Thrifty", "1 4");
    expect("local=out", "local=outside", "0 4");
    expect("brand=pix", "brand=Pixel", "0 1");
}

static void filters_are_joined_by_and_alternatives_by_or(void **state) {
    (void)state;
    expect("location=out facebook=yes", "location=Outside Rangamati facebook=yes", "0");
    expect("location=out|ins", "location=Outside Rangamati|Inside Rangamati", "0 1 4");
    expect("facebook=yes facebook=no", "facebook=yes facebook=no", "");
    expect("handset='Pixel 7a 8/128'|'Pixel 8 Pro 12/256' gender=M",
           "handset=Pixel 7a 8/128|Pixel 8 Pro 12/256 gender=M", "1");
    expect("facebook=yes facebook=yes", "facebook=yes", "0 3 5");
    expect("location=out|ins age<60 price<15k",
           "location=Outside Rangamati|Inside Rangamati age<60 price<15000", "0");
}

static void every_operator_means_what_it_says(void **state) {
    (void)state;
    expect("age=30", "age=30", "1");
    expect("age!=30", "age!=30", "0 2 3 4 5"); /* not 30, or nobody knows */
    expect("age<30", "age<30", "0 5");
    expect("age<=30", "age<=30", "0 1 5");
    expect("age>30", "age>30", "3 4");
    expect("age>=30", "age>=30", "1 3 4");
    expect("age = 17|65", "age=17|65", "0 4");
    expect("price=20,000", "price=20000", "1");
    expect("price!=20000", "price!=20000", "0 2 3 4 5");
    expect("price<9999.5", "price<9999.50", "");
    expect("price<=9999.5", "price<=9999.50", "0");
    expect("price>40k", "price>40000", "4");
    expect("price>=40k price<100000", "price>=40000 price<100000", "3");
    expect("price=20k|25k|40k", "price=20000|25000|40000", "1 2 3");
    expect("location!=out", "location!=Outside Rangamati", "1 2 3 5");
    expect("age_band>=35-44", "age_band>=35-44", "3 4");
    expect("age_band<25-34", "age_band<25-34", "0");
    expect("engagement>=2", "engagement>=2", "0 3 4 5");
    expect("engagement<1", "engagement<1", "1");
    expect("weekday>thu", "weekday>Thu", "2 3 5"); /* Sat, Fri, Sat */
    expect("price_band=10k-15k|100k", "price_band=10k-15k|100k+", "4 5");
    expect("price_band<=20k-25k", "price_band<=20k-25k", "0 1 5");
    expect("price_band!=100k+", "price_band!=100k+", "0 1 2 3 5");
}

static void unknown_is_a_value_of_its_own(void **state) {
    (void)state;
    expect("age=unknown", "age=unknown", "2");
    expect("age!=unknown", "age!=unknown", "0 1 3 4 5");
    expect("age=unknown|30", "age=unknown|30", "1 2");
    expect("age>=0", "age>=0", "0 1 3 4 5");
    expect("age=0", "age=0", "");
    expect("age<=130", "age<=130", "0 1 3 4 5");
    expect("gender=unknown", "gender=unknown", "2");
    expect("location=unk", "location=unknown", "2");
    expect("returning=unknown", "returning=unknown", "2 3");
    expect("returning!=no", "returning!=no", "2 3 4");
    expect("engagement=unknown", "engagement=unknown", "2");
    expect("month=unknown", "month=unknown", "");
    expect("price_band=unknown", "price_band=unknown", "");
    expect("segment=unknown", "segment=unknown", "2 5");
    expect_error("age>unknown", "no order");
    expect_error("age_band<=unknown", "no order");
    expect_error("month<unknown", "no order");
    expect_error("weekday<=u", "could be Tue, Thu, Sun");
}

static void a_month_or_a_year_stands_for_its_days(void **state) {
    (void)state;
    expect("date=2025-01-31", "date=2025-01-31", "3");
    expect("date=2024-12", "date=2024-12", "0");
    expect("date=2025-1", "date=2025-01", "1 2 3");
    expect("date!=2025-01", "date!=2025-01", "0 4 5");
    expect("date=2025", "date=2025", "1 2 3 4 5");
    expect("date>=2025-01", "date>=2025-01", "1 2 3 4 5");
    expect("date>2025-01", "date>2025-01", "4 5");
    expect("date<2025", "date<2025", "0");
    expect("date<=2025-01", "date<=2025-01", "0 1 2 3");
    expect("date=2024-12|2025-02-10", "date=2024-12|2025-02-10", "0 4");
    expect("month>=2025-01", "month>=2025-01", "1 2 3 4 5");
    expect("month<2025-02", "month<2025-02", "0 1 2 3");
    expect("month=2024-12|2025-03", "month=2024-12|2025-03", "0 5");
    expect("month!=2025-01", "month!=2025-01", "0 4 5");
    expect("month=2031-07", "month=2031-07", "");
    expect("month>=1999", "month>=1999", "0 1 2 3 4 5");
}

static void quotes_hold_what_would_be_read_otherwise(void **state) {
    (void)state;
    expect("location=\"O'Brien \"\"Lane\"\" | a=b\"", "location='O''Brien \"Lane\" | a=b'", "5");
    expect("location='O''Brien \"Lane\" | a=b'", "location='O''Brien \"Lane\" | a=b'", "5");
    expect("location=O'Brien", "location='O''Brien \"Lane\" | a=b'", "5");
    expect("location='out' age<20", "location=Outside Rangamati age<20", "0");
    expect_error("location='out", "not closed");
    expect_error("location='out'age<20", "needs quotes");
    expect_error("location=a=b", "location= needs a value");
    expect_error("location=the 2=b", "needs quotes");
    expect_error("age=<30", "needs a value");
    expect_error("location=''", "there is no location");
}

static void a_part_of_several_names_means_all_of_them(void **state) {
    (void)state;
    expect("handset=note", "handset~note", "2 3");
    expect("handset~NOTE", "handset~NOTE", "2 3");
    expect("handset!=note", "handset!~note", "0 1 4 5");
    expect("handset!~note", "handset!~note", "0 1 4 5");
    expect("location=side", "location~side", "0 1 4");
    expect("location!=side", "location!~side", "2 3 5"); /* who lives nowhere known too */
    expect("handset=note|galaxy", "handset~note|galaxy", "2 3 4 5");
    expect("handset ~ 6/128 | 12", "handset~6/128|12", "0 1 2");
    /* beside a whole name, the parts are written out */
    expect("handset=note|'Galaxy M35'", "handset=Note 11S 6/128|Note 14 Pro 5G 8/256|Galaxy M35",
           "2 3 5");
    /* one name that is meant wins */
    expect("handset=note 1|pixel 7", "handset=Note 11S 6/128|Note 14 Pro 5G 8/256|Pixel 7a 8/128",
           "0 2 3");
    expect("handset=note 11", "handset=Note 11S 6/128", "2");
    expect("handset~note 11", "handset~note 11", "2");
    expect("segment=fans", "segment=Elite Fans", "0 3");
    expect("location~'a=b'", "location~'a=b'", "5");
}

static void a_part_of_names_holds_for_names_that_come_later(void **state) {
    (void)state;
    struct slice slice = {0};
    struct error error;
    struct selection selection;
    struct facts few;
    facts_table(&few, rows, 4);
    assert_int_equal(slice_parse(&slice, &facts, "handset=galaxy", &error), ERR_OK);
    assert_int_equal(filter_names(&slice.filters[0], &facts), 2);
    assert_int_equal(filter_names(&slice.filters[0], &few), 0);
    assert_int_equal(slice_select(&slice, &few, &selection, &error), ERR_OK);
    assert_int_equal(selection.count, 0); /* none yet, and that is no error */
    selection_free(&selection);
    slice_free(&slice);
    facts_table_free(&few);
}

static void what_cannot_be_meant_is_refused_and_says_what_could(void **state) {
    (void)state;
    expect_error("handset~nokia", "there is no handset \"nokia\"");
    expect_error("handset~''", "needs a part of a name");
    expect_error("gender~f", "gender holds no names");
    expect_error("month~2025", "month holds no names");
    expect_error("location=Dhaka",
                 "there is no location \"Dhaka\", only Outside Rangamati, Inside");
    expect_error("colour=red", "no field \"colour\"");
    expect_error("colour=red", "write location=out");
    expect_error("colour", "no field or name \"colour\"");
    expect_error("unknown", "no field or name");
    expect_error("fem colour", "no field or name \"colour\"");
    expect_error("'gal", "begins with a field");
    expect_error("=red", "begins with a field");
    expect_error("age", "behind age comes one of");
    expect_error("age?30", "behind age comes one of");
    expect_error("age=", "needs a value");
    expect_error("age= facebook=yes", "needs a value");
    expect_error("location=out|", "needs a value");
    expect_error("location<out", "location has no order");
    expect_error("age<20|30", "one value");
    expect_error("age=thirty", "not an age");
    expect_error("age=30.5", "not an age");
    expect_error("age=-1", "not an age");
    expect_error("age=131", "not an age");
    expect_error("age=99999999999999999999", "not an age");
    expect_error("price=cheap", "is not a number");
    expect_error("price=0", "is not above zero");
    expect_error("price=1.234", "more than two decimals");
    expect_error("price>99999999999999k", "larger than a price can be");
    expect_error("price>999999999999k", "larger than a price can be");
    expect_error("price=unknown", "is not a number");
    expect_error("date=31-01-2025", "not a date");
    expect_error("date=2025-02-30", "not a date");
    expect_error("date=2025-13", "not a date");
    expect_error("date=2025-", "not a date");
    expect_error("date=2025-01-01-01", "not a date");
    expect_error("date=unknown", "not a date");
    expect_error("month=2025-01-01", "not a month");
    expect_error("gender=F age<x", "not an age"); /* nothing of the line is taken */
}

static void a_long_list_of_candidates_is_cut(void **state) {
    (void)state;
    struct facts many;
    enum { HANDSETS = 200 };
    struct facts_row made[HANDSETS];
    char names[HANDSETS][32];
    for (int i = 0; i < HANDSETS; i++) {
        snprintf(names[i], sizeof names[i], "Phone %d", i);
        made[i] = (struct facts_row){"2025-01-01", NULL, 30, 'F', names[i], 100, "yyyy", 0};
    }
    facts_table(&many, made, HANDSETS);
    struct slice slice = {0};
    struct error error = {0};
    assert_int_equal(slice_parse(&slice, &many, "handset=Nokia", &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "Phone 0, Phone 1, "));
    assert_string_equal(error.message + strlen(error.message) - 5, " more");
    assert_int_equal(slice.count, 0);
    facts_table_free(&many);
}

static void a_filter_added_by_label_is_added_once_and_can_be_dropped(void **state) {
    (void)state;
    struct slice slice = {0}, parsed = {0};
    struct error error;
    slice_pop(&slice);
    slice_add(&slice, DIMENSION_LOCATION, FILTER_IS, "O'Brien \"Lane\" | a=b");
    slice_add(&slice, DIMENSION_LOCATION, FILTER_IS, "O'Brien \"Lane\" | a=b");
    assert_int_equal(slice.count, 1);
    slice_add(&slice, DIMENSION_LOCATION, FILTER_IS_NOT, "O'Brien \"Lane\" | a=b");
    slice_add(&slice, DIMENSION_AGE_BAND, FILTER_AT_LEAST, "65+");
    assert_int_equal(slice.count, 3);
    char *text = slice_text(&slice);
    assert_int_equal(slice_parse(&parsed, &facts, text, &error), ERR_OK);
    assert_true(slice_equal(&slice, &parsed));
    struct slice copy = slice_copy(&slice);
    assert_true(slice_equal(&slice, &copy));
    slice_pop(&slice);
    assert_int_equal(slice.count, 2);
    assert_false(slice_equal(&slice, &copy));
    slice_clear(&slice);
    assert_int_equal(slice.count, 0);
    free(text);
    slice_free(&slice);
    slice_free(&copy);
    slice_free(&parsed);
}

static void a_value_that_the_facts_no_longer_have_is_said_and_not_guessed(void **state) {
    (void)state;
    struct slice slice = {0};
    struct error error;
    struct selection selection;
    slice_add(&slice, DIMENSION_SEGMENT, FILTER_IS, "Thri");
    assert_int_equal(slice_select(&slice, &facts, &selection, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "there is no segment \"Thri\""));
    assert_int_equal(selection.count, 0);
    slice_free(&slice);
}

static void a_selection_knows_the_days_that_its_filters_leave(void **state) {
    (void)state;
    struct slice slice = {0};
    struct selection selection;
    struct error error;
    assert_int_equal(
        slice_parse(&slice, &facts, "date>=2025-01-03 month!=2025-02 weekday=Sat|Sun", &error),
        ERR_OK);
    assert_int_equal(slice_select(&slice, &facts, &selection, &error), ERR_OK);
    assert_int_equal(selection.weekdays, 0x60);
    int days = 0;
    for (day_number day = facts.first_day; day <= facts.last_day; day++)
        days += selection.days[day - facts.first_day];
    assert_int_equal(days, 29 + 1); /* 3 … 31 January, 1 March */
    selection_free(&selection);
    slice_clear(&slice);
    assert_int_equal(slice_select(&slice, &facts, &selection, &error), ERR_OK);
    assert_null(selection.days);
    selection_free(&selection);
    slice_free(&slice);
}

/* ------------------------------------------------------------------------------------ completion
 */

struct offers {
    char text[4096];
};

static void note(void *context, const char *completed) {
    struct offers *offers = context;
    size_t length = strlen(offers->text);
    snprintf(offers->text + length, sizeof offers->text - length, "%s%s", length != 0 ? "; " : "",
             completed);
}

static void expect_offers(const char *typed, const char *offered) {
    struct offers offers = {""};
    slice_complete(&facts, typed, note, &offers);
    assert_string_equal(offers.text, offered);
}

static void tab_completes_fields_and_values(void **state) {
    (void)state;
    expect_offers("lo", "location=; local=");
    expect_offers("a", "age_band=; age");
    expect_offers("location=out age_b", "location=out age_band=");
    expect_offers("location=ou", "location=Outside Rangamati");
    expect_offers("location=sad", "location=Rangamati Sadar");
    expect_offers("location!=Outside R",
                  "location!=Outside Rangamati; location!=Outside returning=");
    expect_offers("location=out|ins", "location=out|Inside Rangamati");
    expect_offers("location='ou", "location=Outside Rangamati");
    expect_offers("location=O'", "location='O''Brien \"Lane\" | a=b'");
    expect_offers("facebook=", "facebook=no; facebook=yes; facebook=unknown");
    expect_offers("facebook=yes f", "facebook=yes facebook=; facebook=yes follows=");
    expect_offers("facebook=yes|no f", "facebook=yes|no facebook=; facebook=yes|no follows=");
    expect_offers("facebook=perhaps f", "");
    expect_offers("month=2025-0", "month=2025-01; month=2025-02; month=2025-03");
    expect_offers("date>=2024", "date>=2024-12");
    expect_offers("age=u", "age=unknown");
    expect_offers("price=2", "");
    expect_offers("colour=r", "");
    expect_offers("facebook=yes", "");
}

static void read_back(void *context, const char *completed) {
    int *count = context;
    struct slice slice = {0};
    struct error error;
    if (slice_parse(&slice, &facts, completed, &error) != ERR_OK)
        fail_msg("%s: %s", completed, error.message);
    char *text = slice_text(&slice);
    assert_string_equal(text, completed);
    free(text);
    slice_free(&slice);
    ++*count;
}

static void every_completion_of_a_value_is_read_as_itself(void **state) {
    (void)state;
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        char typed[64];
        int count = 0;
        snprintf(typed, sizeof typed, "%s=", dimension_name((enum dimension)i));
        slice_complete(&facts, typed, read_back, &count);
        bool coarse = i == DIMENSION_YEAR || i == DIMENSION_QUARTER; /* two of these */
        assert_true(count >= (i == DIMENSION_SHOP ? 1 : coarse ? 2 : 3));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_filter_leaves_every_sale),
        cmocka_unit_test(a_value_is_found_by_as_little_as_is_typed),
        cmocka_unit_test(filters_are_joined_by_and_alternatives_by_or),
        cmocka_unit_test(every_operator_means_what_it_says),
        cmocka_unit_test(unknown_is_a_value_of_its_own),
        cmocka_unit_test(a_month_or_a_year_stands_for_its_days),
        cmocka_unit_test(quotes_hold_what_would_be_read_otherwise),
        cmocka_unit_test(a_part_of_several_names_means_all_of_them),
        cmocka_unit_test(a_part_of_names_holds_for_names_that_come_later),
        cmocka_unit_test(what_cannot_be_meant_is_refused_and_says_what_could),
        cmocka_unit_test(a_long_list_of_candidates_is_cut),
        cmocka_unit_test(a_filter_added_by_label_is_added_once_and_can_be_dropped),
        cmocka_unit_test(a_value_that_the_facts_no_longer_have_is_said_and_not_guessed),
        cmocka_unit_test(a_selection_knows_the_days_that_its_filters_leave),
        cmocka_unit_test(tab_completes_fields_and_values),
        cmocka_unit_test(every_completion_of_a_value_is_read_as_itself),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
