/* The SQL that the dashboard shows for a slice: run by `sql`, it gives what `explore` gives. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "engine/shop.h"
#include "engine/slice/slice_sql.h"
#include "tests/cli/run_program.h"
#include "tests/support/scratch.h"

static int begin(void **state) {
    (void)state;
    int code;
    program_begin();
    /* hostile names, unknown answers, every band, a leap day and the turn of an ISO year */
    char *csv = xasprintf("%s/sales.csv", program_folder());
    FILE *file = fopen(csv, "w");
    fprintf(file,
            "Date,Location,Age,Gender,Mobile Name,Sell Price,Facebook,Follows,Before,Heard\n");
    static const char *const places[] = {"Inside", "Outside", "O'Brien's \"Place\"", ""};
    static const char *const handsets[] = {"iPhone 16", "Pixel '8'", "Galaxy A|B", "Redmi 12"};
    static const char *const answers[] = {"Yes", "No", ""};
    for (int i = 0; i < 600; i++) {
        fprintf(file, "%02d-%02d-%d,\"", i % 28 + 1, i % 12 + 1, 2023 + i % 3);
        for (const char *at = places[i % 4]; *at != '\0'; at++)
            fprintf(file, *at == '"' ? "\"\"" : "%c", *at);
        fprintf(file, "\",");
        if (i % 7 != 0)
            fprintf(file, "%d", 15 + i % 60);
        fprintf(file, ",%s,%s,%d.%02d,%s,%s,%s,%s\n", i % 2 == 0 ? "F" : "M", handsets[i / 4 % 4],
                5000 + i * 251 % 120000, i % 100, answers[i % 3], answers[i / 3 % 3],
                answers[i / 2 % 3], answers[i / 5 % 3]);
    }
    fclose(file);
    char *command = xasprintf("import --map date=Date --map location=Location --map age=Age "
                              "--map gender=Gender --map handset='Mobile Name' --map "
                              "price='Sell Price' --map facebook=Facebook --map follows=Follows "
                              "--map returning=Before --map heard=Heard '%s'",
                              csv);
    const char *said = program_output(command, &code);
    if (code != 0)
        fprintf(stderr, "%s\n", said);
    free(command);
    free(csv);
    return code == 0 ? 0 : -1;
}

static int end(void **state) {
    (void)state;
    program_end();
    return 0;
}

static double number_of(json_t *row, const char *key) {
    json_t *value = json_object_get(row, key);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static void assert_same(json_t *explored, json_t *asked, const char *key, const char *where) {
    double want = number_of(explored, key), got = number_of(asked, key);
    if (!(fabs(got - want) <= 1e-9 * fmax(1, fabs(want))) && !(isnan(want) && isnan(got)))
        fail_msg("%s: %s is %.12g instead of %.12g", where, key, got, want);
}

/* Every row of explore is one of the SQL's, and there are no others. */
static void compare(const char *where, enum dimension by) {
    char *database = xasprintf("%s/shop.db", program_folder());
    char *query = xasprintf("%s/query.sql", program_folder());
    struct shop *shop;
    struct slice slice = {0};
    struct error error = {0};
    if (shop_open(database, &shop, &error) != ERR_OK)
        fail_msg("%s", error.message);
    if (slice_parse(&slice, shop_facts(shop), where, &error) != ERR_OK)
        fail_msg("%s: %s", where, error.message);
    char *sql = slice_sql(&slice, shop_facts(shop), &by, 1);
    char *filters = slice_text(&slice);
    scratch_write_text(query, sql);
    char *filter_file = xasprintf("%s/filters", program_folder());
    scratch_write_text(filter_file, filters);
    char *explore = xasprintf("explore --by %s --where \"$(cat '%s')\" --format json",
                              dimension_name(by), filter_file);
    char *ask = xasprintf("sql --format json \"$(cat '%s')\"", query);
    json_t *explored = program_json(explore), *asked = program_json(ask);
    json_t *rows = json_object_get(explored, "rows"), *answers = json_object_get(asked, "rows");
    if (json_array_size(rows) == 0 || json_array_size(rows) != json_array_size(answers))
        fail_msg("%s by %s: %zu rows instead of %zu\n%s", where, dimension_name(by),
                 json_array_size(answers), json_array_size(rows), sql);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i), *same = NULL;
        const char *label = json_string_value(json_array_get(json_object_get(row, "keys"), 0));
        for (size_t j = 0; j < json_array_size(answers); j++) {
            json_t *answer = json_array_get(answers, j);
            const char *name = json_string_value(json_object_get(answer, dimension_name(by)));
            if (name != NULL && strcmp(name, label) == 0)
                same = answer;
        }
        if (same == NULL)
            fail_msg("%s by %s: no row %s\n%s", where, dimension_name(by), label, sql);
        assert_same(row, same, "sales", where);
        assert_same(row, same, "revenue", where);
        assert_same(row, same, "mean_price", where);
        assert_same(row, same, "share_returning", where);
        assert_same(row, same, "share_facebook", where);
    }
    json_decref(explored);
    json_decref(asked);
    free(ask);
    free(explore);
    free(filter_file);
    free(filters);
    free(sql);
    slice_free(&slice);
    shop_close(shop);
    free(query);
    free(database);
}

static void the_sql_of_every_dimension_gives_what_explore_gives(void **state) {
    (void)state;
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        if (i != DIMENSION_SEGMENT)
            compare("", (enum dimension)i);
    }
}

static void the_sql_of_filters_leaves_the_same_sales(void **state) {
    (void)state;
    static const char *const filters[] = {"location=Inside",
                                          "location!=Inside",
                                          "location=unknown",
                                          "location=Inside|unknown",
                                          "age<30",
                                          "age>=30 age<=50",
                                          "age=30|31|unknown",
                                          "age!=30",
                                          "age=unknown",
                                          "price>=20000",
                                          "price<12000.50",
                                          "price!=5000",
                                          "date>=2024-02-10",
                                          "date=2025-03",
                                          "date<2024",
                                          "month>=2024-06 month<2025-02",
                                          "quarter=2024-Q1",
                                          "week>2024-W50",
                                          "weekday=Mon|Tue",
                                          "weekend=yes",
                                          "age_band=25-34",
                                          "age_band>=45-54",
                                          "price_band<20k-25k",
                                          "handset='Galaxy A|B'",
                                          "handset~gal|pix",
                                          "handset!~'A|B'",
                                          "location~i",
                                          "location!~side",
                                          "handset!=\"Pixel '8'\"",
                                          "facebook=yes follows!=yes heard=unknown",
                                          "returning=unknown",
                                          "engagement>=1",
                                          "gender=F local=local"};
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        compare(filters[i], DIMENSION_YEAR);
}

static void without_a_dimension_it_is_one_row_of_the_overview(void **state) {
    (void)state;
    char *database = xasprintf("%s/shop.db", program_folder());
    char *query = xasprintf("%s/query.sql", program_folder());
    struct shop *shop;
    struct slice slice = {0};
    assert_int_equal(shop_open(database, &shop, NULL), ERR_OK);
    assert_int_equal(slice_parse(&slice, shop_facts(shop), "facebook=yes age<40", NULL), ERR_OK);
    char *sql = slice_sql(&slice, shop_facts(shop), NULL, 0);
    scratch_write_text(query, sql);
    char *ask = xasprintf("sql --format json \"$(cat '%s')\"", query);
    json_t *asked = program_json(ask);
    json_t *overview = program_json("overview --where 'facebook=yes age<40' --format json");
    json_t *row = json_array_get(json_object_get(asked, "rows"), 0);
    assert_int_equal(json_array_size(json_object_get(asked, "rows")), 1);
    assert_true(number_of(row, "sales") > 10);
    assert_same(overview, row, "sales", "overview");
    assert_same(overview, row, "revenue", "overview");
    assert_same(overview, row, "mean_price", "overview");
    assert_same(overview, row, "share_returning", "overview");
    json_decref(overview);
    json_decref(asked);
    free(ask);
    free(sql);
    slice_free(&slice);
    shop_close(shop);
    free(query);
    free(database);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sql_of_every_dimension_gives_what_explore_gives),
        cmocka_unit_test(the_sql_of_filters_leaves_the_same_sales),
        cmocka_unit_test(without_a_dimension_it_is_one_row_of_the_overview),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
