/* engine/slice/dimension: every code of every dimension, its label and its place in the order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "engine/slice/dimension.h"
#include "tests/support/facts_table.h"

static const struct facts_row rows[] = {
    {"2024-05-27", "Outside Rangamati", 17, 'F', "Pixel 7a", 9999.99, "ynny", 1}, /* a Monday */
    {"2024-06-30", "Rangamati Sadar", 18, 'M', "PIXEL 8", 10000, "nnnn", 2},
    {"2024-08-01", NULL, 0, 0, "iQOO Z7", 100000, "----", 0},
    {"2025-03-22", "Rangamati Sadar", 65, 'o', "Pixel 7a", 99999.99, "yy-y", 3},
};
enum { ROWS = sizeof rows / sizeof *rows };

static struct facts facts;

static int set_up(void **state) {
    (void)state;
    static char *names[] = {"Elite", "Thrifty", "Elite"};
    facts_table(&facts, rows, ROWS);
    facts_table_segments(&facts, names, 3);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    facts_table_free(&facts);
    return 0;
}

/* The labels of a dimension by code, and those of the four rows, each list joined by ", ". */
static void expect(enum dimension dimension, const char *by_code, const char *by_row) {
    struct dimension_view view;
    char labels[2048] = "", label[DIMENSION_LABEL_SIZE];
    dimension_open(&view, &facts, dimension);
    for (int code = 0; code < view.codes; code++) {
        dimension_label(&view, code, label);
        strcat(strcat(labels, code != 0 ? ", " : ""), label);
    }
    assert_string_equal(labels, by_code);
    labels[0] = '\0';
    uint32_t numbers[ROWS];
    int codes[ROWS];
    for (uint32_t row = 0; row < ROWS; row++)
        numbers[row] = row;
    dimension_codes(&view, numbers, ROWS, codes);
    for (size_t row = 0; row < ROWS; row++) {
        assert_int_equal(dimension_code(&view, row), codes[row]);
        dimension_label(&view, codes[row], label);
        strcat(strcat(labels, row != 0 ? ", " : ""), label);
    }
    assert_string_equal(labels, by_row);
    dimension_close(&view);
}

static void every_dimension_labels_its_codes_and_its_sales(void **state) {
    (void)state;
    expect(DIMENSION_MONTH,
           "unknown, 2024-05, 2024-06, 2024-07, 2024-08, 2024-09, 2024-10, 2024-11, 2024-12, "
           "2025-01, 2025-02, 2025-03",
           "2024-05, 2024-06, 2024-08, 2025-03");
    /* cal(1): 27 May 2024 Monday, 30 June 2024 Sunday, 1 August 2024 Thursday, 22 March 2025
     * Saturday */
    expect(DIMENSION_WEEKDAY, "unknown, Mon, Tue, Wed, Thu, Fri, Sat, Sun", "Mon, Sun, Thu, Sat");
    expect(DIMENSION_WEEKEND, "unknown, no, yes", "no, no, no, yes");
    expect(DIMENSION_QUARTER, "unknown, 2024-Q2, 2024-Q3, 2024-Q4, 2025-Q1",
           "2024-Q2, 2024-Q2, 2024-Q3, 2025-Q1");
    expect(DIMENSION_YEAR, "unknown, 2024, 2025", "2024, 2024, 2024, 2025");
    expect(DIMENSION_LOCATION, "unknown, Outside Rangamati, Rangamati Sadar",
           "Outside Rangamati, Rangamati Sadar, unknown, Rangamati Sadar");
    expect(DIMENSION_LOCAL, "unknown, local, outside", "outside, local, unknown, local");
    expect(DIMENSION_GENDER, "unknown, F, M, other", "F, M, unknown, other");
    expect(DIMENSION_AGE_BAND, "unknown, under 18, 18-24, 25-34, 35-44, 45-54, 55-64, 65+",
           "under 18, 18-24, unknown, 65+");
    expect(DIMENSION_BRAND, "unknown, iQOO, Pixel", "Pixel, Pixel, iQOO, Pixel");
    expect(DIMENSION_HANDSET, "unknown, Pixel 7a, PIXEL 8, iQOO Z7",
           "Pixel 7a, PIXEL 8, iQOO Z7, Pixel 7a");
    expect(DIMENSION_PRICE_BAND,
           "unknown, under 10k, 10k-15k, 15k-20k, 20k-25k, 25k-30k, 30k-40k, 40k-60k, 60k-100k, "
           "100k+",
           "under 10k, 10k-15k, 100k+, 60k-100k");
    expect(DIMENSION_FACEBOOK, "unknown, no, yes", "yes, no, unknown, yes");
    expect(DIMENSION_FOLLOWS, "unknown, no, yes", "no, no, unknown, yes");
    expect(DIMENSION_RETURNING, "unknown, no, yes", "no, no, unknown, unknown");
    expect(DIMENSION_HEARD, "unknown, no, yes", "yes, no, unknown, yes");
    expect(DIMENSION_ENGAGEMENT, "unknown, 0, 1, 2, 3", "2, 0, unknown, 3");
}

static void segments_that_share_a_persona_are_told_apart(void **state) {
    (void)state;
    expect(DIMENSION_SEGMENT, "unknown, Elite, Thrifty, Elite (2)",
           "Elite, Thrifty, unknown, Elite (2)");
}

static void age_bands_begin_where_they_say(void **state) {
    (void)state;
    static const struct {
        int years;
        const char *label;
    } edges[] = {{1, "under 18"}, {17, "under 18"}, {18, "18-24"}, {24, "18-24"}, {25, "25-34"},
                 {34, "25-34"},   {35, "35-44"},    {44, "35-44"}, {45, "45-54"}, {54, "45-54"},
                 {55, "55-64"},   {64, "55-64"},    {65, "65+"},   {130, "65+"},  {0, "unknown"}};
    struct dimension_view view;
    dimension_open(&view, &facts, DIMENSION_AGE_BAND);
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        char label[DIMENSION_LABEL_SIZE];
        facts.age[0] = (uint8_t)edges[i].years;
        dimension_label(&view, dimension_code(&view, 0), label);
        assert_string_equal(label, edges[i].label);
    }
    facts.age[0] = 17;
    dimension_close(&view);
}

static void price_bands_meet_without_gap_or_overlap(void **state) {
    (void)state;
    struct dimension_view view;
    dimension_open(&view, &facts, DIMENSION_PRICE_BAND);
    int64_t from, below, expected = 0, price = facts.price_minor[0];
    for (int code = 1; code < view.codes; code++) {
        dimension_price_band(code, &from, &below);
        assert_int_equal(from, expected);
        facts.price_minor[0] = from > 0 ? from : 1;
        assert_int_equal(dimension_code(&view, 0), code);
        facts.price_minor[0] = below - 1;
        assert_int_equal(dimension_code(&view, 0), code);
        expected = below;
    }
    assert_true(expected == INT64_MAX);
    facts.price_minor[0] = price;
    dimension_close(&view);
}

static void names_are_found_without_regard_to_case(void **state) {
    (void)state;
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        enum dimension found;
        assert_true(dimension_by_name(dimension_name((enum dimension)i), &found));
        assert_int_equal(found, i);
    }
    enum dimension found;
    assert_true(dimension_by_name("Age_Band", &found));
    assert_int_equal(found, DIMENSION_AGE_BAND);
    assert_false(dimension_by_name("age", &found));
    enum answer answer;
    assert_true(dimension_answer(DIMENSION_HEARD, &answer));
    assert_int_equal(answer, ANSWER_HEARD);
    assert_false(dimension_answer(DIMENSION_ENGAGEMENT, &answer));
    assert_true(dimension_is_ordered(DIMENSION_WEEKDAY));
    assert_false(dimension_is_ordered(DIMENSION_LOCATION));
}

static void no_sales_leave_dimensions_that_hold_nothing(void **state) {
    (void)state;
    struct facts none;
    facts_table(&none, NULL, 0);
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        struct dimension_view view;
        char label[DIMENSION_LABEL_SIZE];
        dimension_open(&view, &none, (enum dimension)i);
        assert_true(view.codes >= 1);
        dimension_label(&view, 0, label);
        assert_string_equal(label, "unknown");
        dimension_close(&view);
    }
    facts_table_free(&none);
}

static void a_name_too_long_is_cut_between_characters(void **state) {
    (void)state;
    char name[400] = "Remote ";
    for (int i = 0; i < 100; i++)
        strcat(name, "\xE0\xA6\x95"); /* Bengali ka, three bytes */
    struct facts_row row = {"2025-01-01", name, 30, 'F', "Pixel", 1, "yyyy", 0};
    struct facts one;
    facts_table(&one, &row, 1);
    struct dimension_view view;
    char label[DIMENSION_LABEL_SIZE];
    dimension_open(&view, &one, DIMENSION_LOCATION);
    dimension_label(&view, 1, label);
    assert_int_equal(strlen(label), 7 + 61 * 3); /* 190: a 62nd would need 193 */
    char *clean = text_clean(label, strlen(label));
    assert_string_equal(clean, label);
    free(clean);
    dimension_close(&view);
    facts_table_free(&one);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_dimension_labels_its_codes_and_its_sales),
        cmocka_unit_test(segments_that_share_a_persona_are_told_apart),
        cmocka_unit_test(age_bands_begin_where_they_say),
        cmocka_unit_test(price_bands_meet_without_gap_or_overlap),
        cmocka_unit_test(names_are_found_without_regard_to_case),
        cmocka_unit_test(no_sales_leave_dimensions_that_hold_nothing),
        cmocka_unit_test(a_name_too_long_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
