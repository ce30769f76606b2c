/* report/: one document, three printers; and the line that tells progress. */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/buffer.h"
#include "report/print.h"
#include "cli/progress_line.h"

/* cmocka compares floats only. */
static void assert_near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.12g is not %.12g", value, expected);
}

static void assert_csv_field(const char *text, const char *expected) {
    struct buffer out = {0};
    csv_field(&out, text);
    assert_string_equal(out.data, expected);
    buffer_free(&out);
}

static void csv_quotes_by_rfc_4180(void **state) {
    (void)state;
    assert_csv_field("Lakeside", "Lakeside");
    assert_csv_field("Old Town, east", "\"Old Town, east\"");
    assert_csv_field("the \"big\" one", "\"the \"\"big\"\" one\"");
    assert_csv_field("two\nlines", "\"two\nlines\"");
    assert_csv_field("two\rlines", "\"two\rlines\"");
}

static void csv_guards_formulas_and_leaves_numbers_alone(void **state) {
    (void)state;
    assert_csv_field("=1+1", "'=1+1");
    assert_csv_field("+SUM(A1)", "'+SUM(A1)");
    assert_csv_field("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0");
    assert_csv_field("@x,y", "\"'@x,y\"");
    assert_csv_field("\tx", "'\tx");
    assert_csv_field("\rx", "\"'\rx\"");
    assert_csv_field("-5", "-5");
    assert_csv_field("+8801712345678", "+8801712345678");
    assert_csv_field("-12.5e3", "-12.5e3");
    assert_csv_field("a=b", "a=b");
}

static struct document *example(void) {
    static const struct column sales = {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
                               revenue = {.key = "revenue", .title = "Revenue", .kind = KIND_MONEY},
                               median = {.key = "median", .title = "Median", .kind = KIND_MONEY},
                               share = {.key = "share",
                                        .title = "Returning",
                                        .kind = KIND_SHARE,
                                        .low = "share_low",
                                        .high = "share_high"};
    static const struct column columns[] = {
        {.key = "name", .title = "Place"},
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "change", .title = "Change", .kind = KIND_POINTS, .low = "low", .high = "high"},
        {.key = "partial", .title = "Partial", .kind = KIND_FLAG},
    };
    struct document *document = document_new();
    document_sentence(document, "Title – %d", 1);
    struct table *figures = document_figures(document);
    table_column(figures, &sales);
    table_integer(figures, 8871);
    table_column(figures, &revenue);
    table_integer(figures, 22238165750);
    table_column(figures, &median);
    table_real(figures, NAN);
    table_column(figures, &share);
    table_interval(figures, (struct interval){0.24732, 0.23845, 0.25640});
    struct table *table = document_table(document, "places", "By place", columns, 4);
    table_text(table, "Old\x1b[2JTown");
    table_integer(table, 3000);
    table_interval(table, (struct interval){0.012, -0.004, 0.028});
    table_flag(table, true);
    table_text(table, "=Mühle");
    table_integer(table, 12);
    table_unknown(table);
    table_flag(table, false);
    return document;
}

static void text_aligns_columns_and_puts_intervals_in_brackets(void **state) {
    (void)state;
    struct document *document = example();
    struct look look = {.format = FORMAT_TEXT};
    struct buffer out = {0};
    print_text(document, &look, &out);
    assert_string_equal(out.data, "Title – 1\n"
                                  "\n"
                                  "Sales      8,871\n"
                                  "Revenue    222,381,658\n"
                                  "Median     –\n"
                                  "Returning  24.7% [23.8–25.6]\n"
                                  "\n"
                                  "By place\n"
                                  "Place        Sales               Change  Partial\n"
                                  "Old\xEF\xBF\xBD[2JTown  3,000  +1.2 [-0.4 to +2.8]      yes\n"
                                  "=Mühle          12                    –       no\n");
    buffer_free(&out);
    document_free(document);
}

static void a_narrow_terminal_loses_minor_columns_from_the_right_and_is_told(void **state) {
    (void)state;
    static const struct column columns[] = {
        {.key = "name", .title = "Place"},
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT, .minor = true},
        {.key = "share", .title = "Share", .kind = KIND_SHARE},
        {.key = "mean", .title = "Mean price", .kind = KIND_MONEY, .minor = true},
        {.key = "verdict", .title = "Verdict"},
    };
    struct document *document = document_new();
    struct table *table = document_table(document, "places", NULL, columns, 5);
    table_text(table, "Lakeside");
    table_integer(table, 3000);
    table_real(table, 0.5);
    table_integer(table, 2500000);
    table_text(table, "higher");
    struct look look = {.format = FORMAT_TEXT, .columns = 31};
    struct buffer out = {0};
    print_text(document, &look, &out);
    assert_string_equal(out.data, "Place     Sales  Share  Verdict\n"
                                  "Lakeside  3,000  50.0%  higher\n"
                                  "(too narrow for: Mean price)\n");
    look.columns = 20;
    buffer_clear(&out);
    print_text(document, &look, &out);
    assert_string_equal(out.data, "Place     Share  Verdict\n"
                                  "Lakeside  50.0%  higher\n"
                                  "(too narrow for: Mean price, Sales)\n");
    buffer_free(&out);
    document_free(document);
}

static void ascii_text_has_no_other_bytes(void **state) {
    (void)state;
    struct document *document = example();
    struct look look = {.format = FORMAT_TEXT, .ascii = true};
    struct buffer out = {0};
    print_text(document, &look, &out);
    for (size_t i = 0; i < out.length; i++)
        assert_true(out.data[i] == '\n' || (out.data[i] >= 0x20 && out.data[i] < 0x7f));
    assert_non_null(strstr(out.data, "Title - 1\n"));
    assert_non_null(strstr(out.data, "24.7% [23.8-25.6]\n"));
    assert_non_null(strstr(out.data, "=M?hle "));
    buffer_free(&out);
    document_free(document);
}

static void linear_text_names_every_value(void **state) {
    (void)state;
    struct document *document = example();
    struct look look = {.format = FORMAT_TEXT, .linear = true};
    struct buffer out = {0};
    print_text(document, &look, &out);
    assert_non_null(strstr(out.data, "Sales 8,871\nRevenue 222,381,658\n"));
    assert_non_null(strstr(out.data, "Place =Mühle, Sales 12, Change –, Partial no\n"));
    buffer_free(&out);
    document_free(document);
}

static void csv_puts_several_tables_under_one_header(void **state) {
    (void)state;
    struct document *document = example();
    struct buffer out = {0};
    print_csv(document, &out);
    assert_string_equal(
        out.data,
        "section,sales,revenue,median,share,share_low,share_high,name,change,low,high,partial\n"
        "total,8871,222381657.50,,0.24732,0.23845,0.2564,,,,,\n"
        "places,3000,,,,,,Old\xEF\xBF\xBD[2JTown,0.012,-0.004,0.028,yes\n"
        "places,12,,,,,,'=Mühle,,,,no\n");
    document->csv = document->items[2].table;
    buffer_clear(&out);
    print_csv(document, &out);
    assert_string_equal(out.data, "name,sales,change,low,high,partial\n"
                                  "Old\xEF\xBF\xBD[2JTown,3000,0.012,-0.004,0.028,yes\n"
                                  "'=Mühle,12,,,,no\n");
    buffer_free(&out);
    document_free(document);
}

static void json_has_typed_values_and_null_for_nan(void **state) {
    (void)state;
    struct document *document = example();
    document_json(document, "extra", json_pack("[i]", 7));
    struct buffer out = {0};
    print_json(document, &out);
    json_t *root = json_loads(out.data, 0, NULL);
    assert_non_null(root);
    assert_int_equal(json_integer_value(json_object_get(root, "sales")), 8871);
    assert_near(json_real_value(json_object_get(root, "revenue")), 222381657.5, 0);
    assert_true(json_is_null(json_object_get(root, "median")));
    assert_near(json_real_value(json_object_get(root, "share_high")), 0.2564, 1e-15);
    json_t *place = json_array_get(json_object_get(root, "places"), 1);
    assert_string_equal(json_string_value(json_object_get(place, "name")), "=Mühle");
    assert_true(json_is_null(json_object_get(place, "low")));
    assert_true(json_is_false(json_object_get(place, "partial")));
    assert_int_equal(json_integer_value(json_array_get(json_object_get(root, "extra"), 0)), 7);
    json_decref(root);
    buffer_free(&out);
    document_free(document);
}

static void markdown_shows_signs_of_its_own_as_they_are(void **state) {
    (void)state;
    static const struct column columns[] = {
        {.key = "name", .title = "Place"},
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "bar", .title = "", .hidden = NOT_IN_LINEAR},
    };
    struct document *document = document_new();
    document_sentence(document, "Title");
    document_sentence(document, "24.7%% [23.8–25.6] and <b>*bold*</b>");
    struct table *table = document_table(document, "places", "By place", columns, 3);
    table_text(table, "a|b [x](http://y)");
    table_integer(table, 3000);
    table_text(table, "████");
    struct buffer out = {0};
    print_markdown(document, &out);
    assert_string_equal(out.data, "## Title\n\n"
                                  "24.7% [23.8–25.6] and \\<b>\\*bold\\*\\</b>\n\n"
                                  "### By place\n\n"
                                  "| Place | Sales |\n"
                                  "| --- | ---: |\n"
                                  "| a\\|b \\[x\\](http://y) | 3,000 |\n\n");
    buffer_free(&out);
    document_free(document);
}

static void html_shows_markup_in_the_data_as_text(void **state) {
    (void)state;
    struct document *document = document_new();
    document_sentence(document, "<script>alert('1')</script> & \"more\"");
    struct buffer out = {0};
    html_begin(&out, "<Shop>");
    print_html(document, &out);
    html_end(&out);
    assert_null(strstr(out.data, "<script"));
    assert_non_null(strstr(out.data, "&lt;script&gt;"));
    assert_non_null(strstr(out.data, "&amp; &quot;more&quot;"));
    assert_non_null(strstr(out.data, "<title>&lt;Shop&gt;</title>"));
    buffer_free(&out);
    document_free(document);
}

static void html_draws_intervals_to_one_scale_with_zero_where_they_are_differences(void **state) {
    (void)state;
    static const struct column columns[] = {
        {.key = "d", .title = "Change", .kind = KIND_POINTS, .low = "low", .high = "high"},
    };
    struct document *document = document_new();
    struct table *table = document_table(document, "t", NULL, columns, 1);
    table_interval(table, (struct interval){0.02, 0.00, 0.04}); /* axis 0 … 0.04 on 3 … 87 */
    table_interval(table, (struct interval){0.03, 0.02, 0.04});
    table_unknown(table);
    struct buffer out = {0};
    print_html(document, &out);
    assert_non_null(strstr(out.data, "<line x1=\"3.0\" x2=\"87.0\" y1=\"5\" y2=\"5\"/>"
                                     "<circle cx=\"45.0\""));
    assert_non_null(strstr(out.data, "<line x1=\"45.0\" x2=\"87.0\""));
    assert_non_null(strstr(out.data, "<line class=\"z\" x1=\"3.0\""));
    assert_non_null(strstr(out.data, ">–</td>"));
    buffer_free(&out);
    document_free(document);
}

static void progress_tells_share_rate_and_remaining_time(void **state) {
    (void)state;
    struct progress progress = {"reading sales.csv", "rows", 250000, 1000000};
    char *text = progress_text(&progress, 2000, 79);
    assert_string_equal(text, "reading sales.csv  25%  250,000 rows, 125,000 rows/s, 6 s left");
    free(text);
    text = progress_text(&progress, 2000, 20);
    assert_string_equal(text, "reading sales.csv  2");
    free(text);
    progress = (struct progress){"reading \x1b]0;x\x07", "rows", 0, 0};
    text = progress_text(&progress, 100, 79);
    assert_string_equal(text, "reading \xEF\xBF\xBD]0;x\xEF\xBF\xBD");
    free(text);
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_quotes_by_rfc_4180),
        cmocka_unit_test(csv_guards_formulas_and_leaves_numbers_alone),
        cmocka_unit_test(text_aligns_columns_and_puts_intervals_in_brackets),
        cmocka_unit_test(a_narrow_terminal_loses_minor_columns_from_the_right_and_is_told),
        cmocka_unit_test(ascii_text_has_no_other_bytes),
        cmocka_unit_test(linear_text_names_every_value),
        cmocka_unit_test(csv_puts_several_tables_under_one_header),
        cmocka_unit_test(json_has_typed_values_and_null_for_nan),
        cmocka_unit_test(markdown_shows_signs_of_its_own_as_they_are),
        cmocka_unit_test(html_shows_markup_in_the_data_as_text),
        cmocka_unit_test(html_draws_intervals_to_one_scale_with_zero_where_they_are_differences),
        cmocka_unit_test(progress_tells_share_rate_and_remaining_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
