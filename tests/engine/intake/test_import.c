/* engine/intake/import: what a file brings into the database, and what it leaves alone. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "db/sales.h"
#include "engine/intake/csv.h"
#include "engine/intake/import.h"
#include "engine/intake/sample.h"
#include "engine/slice/facts.h"
#include "tests/support/scratch.h"

#define HEADER                                                                                    \
    "Cus.ID,Date,Cus. Location,Age,Gender,Mobile Name,Sell Price,Does he/she Come from Facebook " \
    "Page?,Does he/she Followed Our Page?,Did he/she buy any mobile before?,Did he/she hear of "  \
    "our shop before?\n"

/* An open database, one file to import again and again, and what came of it. */
struct desk {
    struct db *db;
    char *db_path, *csv_path;
    struct import_options options;
    struct import_result result;
    struct error error;
};

static int desk_setup(void **state) {
    if (scratch_setup(state) != 0)
        return -1;
    setenv("RETAIL_PULSE_NOW", "2025-06-01", 1);
    return 0;
}

static struct desk *desk_open(void **state) {
    struct desk *desk = xcalloc(1, sizeof *desk);
    desk->db_path = scratch_path(state, "shop.db");
    desk->csv_path = scratch_path(state, "a.csv");
    desk->db = scratch_writer(desk->db_path);
    return desk;
}

static void desk_close(struct desk *desk) {
    import_result_free(&desk->result);
    column_map_free(&desk->options.map);
    db_close(desk->db);
    free(desk->csv_path);
    free(desk->db_path);
    free(desk);
}

static enum err import_path(struct desk *desk, const char *path) {
    import_result_free(&desk->result);
    return import_file(desk->db, path, &desk->options, NULL, &desk->result, &desk->error);
}

static enum err import_bytes(struct desk *desk, const char *bytes, size_t length) {
    scratch_write(desk->csv_path, bytes, length);
    return import_path(desk, desk->csv_path);
}

static enum err import_text(struct desk *desk, const char *csv) {
    return import_bytes(desk, csv, strlen(csv));
}

/* Imports and demands these counts. */
static void imports(struct desk *desk, const char *csv, int imported, int present, int aside) {
    if (import_text(desk, csv) != ERR_OK)
        fail_msg("%s", desk->error.message);
    assert_int_equal(desk->result.run.imported, imported);
    assert_int_equal(desk->result.run.duplicates, present);
    assert_int_equal(desk->result.run.rejected, aside);
    assert_int_equal(desk->result.run.rows, imported + present + aside);
}

static void refuses(struct desk *desk, const char *csv, const char *word) {
    assert_int_equal(import_text(desk, csv), ERR_INPUT);
    if (strstr(desk->error.message, word) == NULL && strstr(desk->error.hint, word) == NULL)
        fail_msg("neither '%s' nor '%s' says '%s'", desk->error.message, desk->error.hint, word);
}

static struct facts facts_of(struct desk *desk) {
    struct facts facts;
    if (facts_load(desk->db, &facts, &desk->error) != ERR_OK)
        fail_msg("%s", desk->error.message);
    return facts;
}

static int sales_in(struct desk *desk) {
    struct sales_extent extent;
    assert_int_equal(db_sales_extent(desk->db, &extent, &desk->error), ERR_OK);
    return (int)extent.sales;
}

static bool count_run(void *context, const struct import_run *run) {
    (void)run;
    ++*(int *)context;
    return true;
}

static int runs_in(struct desk *desk) {
    int runs = 0;
    assert_int_equal(db_imports_list(desk->db, count_run, &runs, &desk->error), ERR_OK);
    return runs;
}

static bool count_reject(void *context, const struct import_reject *reject) {
    (void)reject;
    ++*(int *)context;
    return true;
}

static int rejects_in(struct desk *desk) {
    int rejects = 0;
    assert_int_equal(
        db_rejects_list(desk->db, 0, 0, INT64_MAX, count_reject, &rejects, &desk->error), ERR_OK);
    return rejects;
}

/* ---------------------------------------------------------------------------------- what goes in
 */

static void a_file_becomes_sales(void **state) {
    struct desk *desk = desk_open(state);
    imports(desk,
            "\xEF\xBB\xBF" HEADER
            "7,27-05-2024,Outside Rangamati,49,F,Galaxy A55 5G 8/128,\"17,073.50\",No,Yes,,Yes\r\n"
            "8,28-05-2024,,,,Pixel 7a 8/128,1,y,n,true,0\r\n",
            2, 0, 0);
    assert_string_equal(desk->result.run.date_format, "dd-mm-yyyy");
    assert_string_equal(desk->result.run.started_at, "2025-06-01T00:00:00Z");
    assert_int_equal(desk->result.run.id, 1);
    assert_false(desk->result.nothing_new || desk->result.mixed || desk->result.run.synthetic);
    struct facts facts = facts_of(desk);
    assert_int_equal(facts.count, 2);
    assert_int_equal(facts.day[0], 19870);
    assert_int_equal(facts.price_minor[0], 1707350);
    assert_string_equal(facts_location(&facts, 0), "Outside Rangamati");
    assert_int_equal(facts.locations.entries[0].local, 0);
    assert_string_equal(facts_handset(&facts, 1), "Pixel 7a 8/128");
    assert_string_equal(facts.handsets.entries[1].brand, "Google");
    assert_int_equal(facts_answer(&facts, 0, ANSWER_RETURNING), UNKNOWN);
    assert_int_equal(facts_answer(&facts, 1, ANSWER_FACEBOOK), 1);
    facts_free(&facts);
    char *reference = db_sale_reference(desk->db, 1);
    assert_string_equal(reference, "7");
    free(reference);
    desk_close(desk);
}

static void columns_may_stand_in_any_order(void **state) {
    struct desk *desk = desk_open(state);
    imports(desk,
            "heard,PRICE,notes,date,Mobile  Name,age,gender,location,facebook,follows,returning\n"
            "no,5,\"a,\nb\",2024-05-27,Pixel,30,M,Inside,yes,no,yes\n",
            1, 0, 0);
    assert_string_equal(desk->result.run.date_format, "yyyy-mm-dd");
    struct facts facts = facts_of(desk);
    assert_int_equal(facts.price_minor[0], 500);
    assert_int_equal(facts.age[0], 30);
    assert_int_equal(facts_answer(&facts, 0, ANSWER_HEARD), 0);
    assert_int_equal(facts_answer(&facts, 0, ANSWER_RETURNING), 1);
    facts_free(&facts);
    desk_close(desk);
}

static void a_map_serves_a_file_with_other_names(void **state) {
    struct desk *desk = desk_open(state);
    static const char *const maps[] = {"price=Kosten", "location=", "age=",   "gender=",
                                       "facebook=",    "follows=",  "heard=", "returning="};
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        assert_int_equal(column_map_add(&desk->options.map, maps[i], &desk->error), ERR_OK);
    imports(desk, "date,handset,Kosten\n27/05/2024,Pixel,5\n", 1, 0, 0);
    assert_string_equal(desk->result.run.date_format, "dd/mm/yyyy");
    desk_close(desk);
}

/* ------------------------------------------------------------------------------- the same again */

static void the_same_file_again_leaves_the_database_untouched(void **state) {
    struct desk *desk = desk_open(state);
    const char *csv = HEADER "1,27-05-2024,A,30,F,Pixel,5,No,No,No,No\n"
                             "2,27-05-2024,A,30,F,Pixel,5,No,No,No,No\n"
                             "3,27-05-2024,A,300,F,Pixel,5,No,No,No,No\n";
    imports(desk, csv, 2, 0, 1);
    struct db *reader = scratch_reader(desk->db_path);
    int64_t version = db_data_version(reader);
    imports(desk, csv, 0, 2, 1);
    assert_true(desk->result.nothing_new);
    assert_int_equal(desk->result.run.id, 0);
    assert_int_equal(desk->result.reject_count, 1); /* still told */
    assert_int_equal(db_data_version(reader), version);
    assert_int_equal(runs_in(desk), 1);
    assert_int_equal(rejects_in(desk), 1);
    db_close(reader);
    desk_close(desk);
}

/* Who reads a sale of 2024 in 2020 sets it aside; so what is not set aside was not read. */
static void a_file_that_is_known_is_not_read_again(void **state) {
    struct desk *desk = desk_open(state);
    const char *csv = HEADER "1,27-05-2024,A,30,F,Pixel,5,No,No,No,No\n"
                             "2,27-05-2024,A,30,F,Pixel,5,No,No,No,No\n";
    imports(desk, csv, 2, 0, 0);
    setenv("RETAIL_PULSE_NOW", "2020-01-01", 1);
    imports(desk, csv, 0, 2, 0);
    assert_true(desk->result.nothing_new);
    assert_string_equal(desk->result.run.date_format, "dd-mm-yyyy");
    assert_int_equal(runs_in(desk), 1);
    /* Of the same size, but not the same. */
    imports(desk,
            HEADER "1,27-05-2024,A,30,F,Pixel,5,No,No,No,No\n"
                   "3,27-05-2024,A,30,F,Pixel,5,No,No,No,No\n",
            0, 0, 2);
    /* The same, but read in another way. */
    desk->options.has_date_format = true;
    desk->options.date_format = DATE_DMY_DASH;
    imports(desk, csv, 0, 0, 2);
    desk->options.has_date_format = false;
    assert_int_equal(column_map_add(&desk->options.map, "id=", &desk->error), ERR_OK);
    imports(desk, csv, 0, 0, 2);
    column_map_free(&desk->options.map);
    desk->options.map = (struct column_map){0};
    /* Another shop's. */
    desk->options.shop = "East";
    imports(desk, csv, 0, 0, 2);
    /* What was set aside for lying in the future is taken when its day has come. */
    setenv("RETAIL_PULSE_NOW", "2025-06-01", 1);
    imports(desk, csv, 2, 0, 0);
    setenv("RETAIL_PULSE_NOW", "2020-01-01", 1);
    desk->options.shop = "EAST";
    imports(desk, csv, 0, 2, 0);
    setenv("RETAIL_PULSE_NOW", "2025-06-01", 1);
    desk_close(desk);
}

static void an_overlapping_file_brings_only_what_is_new(void **state) {
    struct desk *desk = desk_open(state);
    imports(desk,
            HEADER "1,27-05-2024,A,30,F,Pixel,5,No,No,No,No\n"
                   "2,28-05-2024,A,30,F,Pixel,5,No,No,No,No\n",
            2, 0, 0);
    imports(desk,
            HEADER "2,28-05-2024,A,30,F,Pixel,5,No,No,No,No\n"
                   "3,29-05-2024,A,30,F,Pixel,5,No,No,No,No\n",
            1, 1, 0);
    /* Other bytes with nothing new are a fact worth recording. */
    imports(desk, HEADER "3,29-05-2024,A,30,F,Pixel,5,No,No,No,No\n", 0, 1, 0);
    assert_false(desk->result.nothing_new);
    assert_int_equal(desk->result.run.id, 3);
    /* The same sales in other words. */
    imports(desk,
            "id,date,location,age,gender,handset,price,facebook,follows,returning,heard\n"
            "1,2024-05-27,A,30.0,female,Pixel,5.00,0,n,FALSE,no\n",
            0, 1, 0);
    assert_int_equal(sales_in(desk), 3);
    assert_int_equal(runs_in(desk), 4);
    desk_close(desk);
}

static void without_references_copies_are_counted_not_lost(void **state) {
    struct desk *desk = desk_open(state);
#define NO_ID "Date,Location,Age,Gender,Handset,Price,Facebook,Follows,Returning,Heard\n"
#define COPY "27-05-2024,A,30,F,Pixel,5,No,No,No,No\n"
    imports(desk, NO_ID COPY COPY, 2, 0, 0);
    imports(desk, NO_ID COPY COPY COPY, 1, 2, 0);
    imports(desk, NO_ID COPY, 0, 1, 0);
    assert_int_equal(sales_in(desk), 3);
    desk_close(desk);
}

/* ------------------------------------------------------------------------------------ set aside */

static void rows_set_aside_are_named_by_their_own_lines(void **state) {
    struct desk *desk = desk_open(state);
    imports(desk,
            HEADER "1,27-05-2024,\"two\nlines\",30,F,Pixel,5,No,No,No,No\n"
                   "\n"
                   "2,27-05-2024,A,\"3\n0\",F,Pixel,5,No,No,No,No\r\n"
                   "3,27-05-2024,A,30,F,Pixel,5,No,No,No\n"
                   "4,27-05-2024,A,30,F,\"Pi\"xel,5,No,No,No,No\n"
                   "5,27-05-2024,A,30,F,Pixel,-5,No,No,No,No\n"
                   "6,27-05-2024,A,30,F,Pixel,5,No,No,No,No\n",
            2, 0, 4);
    static const struct {
        int line;
        const char *field, *reason, *raw;
    } expected[] = {
        {5, "age", "age '3 0' is not a whole number",
         "2,27-05-2024,A,\"3\n0\",F,Pixel,5,No,No,No,No"},
        {7, "row", "row has 10 fields, the header 11", "3,27-05-2024,A,30,F,Pixel,5,No,No,No"},
        {8, "row", "row has a quote in the middle of a field",
         "4,27-05-2024,A,30,F,\"Pi\"xel,5,No,No,No,No"},
        {9, "price", "price '-5' is not above zero", "5,27-05-2024,A,30,F,Pixel,-5,No,No,No,No"},
    };
    assert_int_equal(desk->result.reject_count, 4);
    for (int i = 0; i < 4; i++) {
        const struct import_reject *reject = &desk->result.rejects[i];
        assert_int_equal(reject->line, expected[i].line);
        assert_string_equal(reject->field, expected[i].field);
        assert_string_equal(reject->reason, expected[i].reason);
        assert_string_equal(reject->raw, expected[i].raw);
    }
    assert_int_equal(rejects_in(desk), 4);
    desk_close(desk);
}

static void a_file_of_nothing_but_bad_rows_is_recorded_with_none_imported(void **state) {
    struct desk *desk = desk_open(state);
    imports(desk, HEADER "1,someday,A,30,F,Pixel,5,No,No,No,No\n", 0, 0, 1);
    assert_null(desk->result.run.date_format);
    assert_non_null(strstr(desk->result.rejects[0].reason, "date 'someday' is not a date as"));
    assert_int_equal(runs_in(desk), 1);
    imports(desk, HEADER, 0, 0, 0);
    desk_close(desk);
}

static void of_many_bad_rows_the_first_are_shown_and_all_are_kept(void **state) {
    struct desk *desk = desk_open(state);
    struct buffer csv = {0};
    buffer_text(&csv, HEADER);
    for (int i = 0; i < 50; i++)
        buffer_printf(&csv, "%d,27-05-2024,A,999,F,Pixel,5,No,No,No,No\n", i);
    imports(desk, csv.data, 0, 0, 50);
    assert_int_equal(desk->result.reject_count, IMPORT_REJECTS_SHOWN);
    assert_int_equal(rejects_in(desk), 50);
    buffer_free(&csv);
    desk_close(desk);
}

static bool check_raw(void *context, const struct import_reject *reject) {
    ++*(int *)context;
    assert_int_equal(reject->raw_length, 4096);
    assert_memory_equal(reject->raw, "1,\x1b]0;x\x07\xff", 9);
    return true;
}

static void the_raw_row_is_kept_as_bytes_up_to_4_kib(void **state) {
    struct desk *desk = desk_open(state);
    struct buffer csv = {0};
    buffer_text(&csv, HEADER "1,\x1b]0;x\x07\xff");
    for (int i = 0; i < 5000; i++)
        buffer_text(&csv, "z");
    buffer_text(&csv, ",A,30,F,Pixel,5,No,No,No,No\n");
    imports(desk, csv.data, 0, 0, 1);
    int count = 0;
    assert_int_equal(db_rejects_list(desk->db, 0, 0, 9, check_raw, &count, &desk->error), ERR_OK);
    assert_int_equal(count, 1);
    /* The reason is shown as it is. */
    assert_null(strchr(desk->result.rejects[0].reason, '\x1b'));
    buffer_free(&csv);
    desk_close(desk);
}

static void escape_sequences_in_names_do_not_reach_the_database(void **state) {
    struct desk *desk = desk_open(state);
    imports(desk, HEADER "1,27-05-2024,\x1b[2JA,30,F,Pixel\xe2\x80\xae,5,No,No,No,No\n", 1, 0, 0);
    struct facts facts = facts_of(desk);
    assert_string_equal(facts_location(&facts, 0), "\uFFFD[2JA");
    assert_string_equal(facts_handset(&facts, 0), "Pixel\uFFFD");
    facts_free(&facts);
    desk_close(desk);
}

static void strictness_refuses_the_file_and_keeps_nothing(void **state) {
    struct desk *desk = desk_open(state);
    desk->options.strict = true;
    refuses(desk,
            HEADER "1,27-05-2024,A,30,F,Pixel,5,No,No,No,No\n"
                   "2,27-05-2024,A,300,F,Pixel,5,No,No,No,No\n"
                   "3,27-05-2024,A,301,F,Pixel,5,No,No,No,No\n",
            "2 of 3 rows cannot be taken; the first is line 3: age '300' is outside");
    assert_int_equal(sales_in(desk), 0);
    assert_int_equal(runs_in(desk), 0);
    struct facts facts = facts_of(desk);
    assert_int_equal(facts.handsets.count, 0);
    facts_free(&facts);
    imports(desk, HEADER "1,27-05-2024,A,30,F,Pixel,5,No,No,No,No\n", 1, 0, 0);
    desk_close(desk);
}

static void a_dry_run_counts_and_keeps_nothing(void **state) {
    struct desk *desk = desk_open(state);
    desk->options.dry_run = true;
    for (int i = 0; i < 2; i++) {
        imports(desk,
                HEADER "1,27-05-2024,A,30,F,Pixel,5,No,No,No,No\n"
                       "2,27-05-2024,A,300,F,Pixel,5,No,No,No,No\n",
                1, 0, 1);
        assert_int_equal(desk->result.run.id, 0);
        assert_int_equal(sales_in(desk), 0);
        assert_int_equal(runs_in(desk), 0);
    }
    desk_close(desk);
}

/* ---------------------------------------------------------------------------------------- dates */

/* A file of these dates. */
static char *dated(const char *const *dates, int count) {
    struct buffer csv = {0};
    buffer_text(&csv, HEADER);
    for (int i = 0; i < count; i++)
        buffer_printf(&csv, "%d,%s,A,30,F,Pixel,5,No,No,No,No\n", i, dates[i]);
    return buffer_take(&csv);
}

static void one_format_is_decided_for_the_whole_column(void **state) {
    static const struct {
        const char *dates[3], *format;
        int imported;
    } cases[] = {
        {{"27-05-2024", "1-6-2024", "31-02-2024"}, "dd-mm-yyyy", 2},
        {{"27/05/2024", "01/06/2024", "28/05/2024"}, "dd/mm/yyyy", 3},
        {{"2024-05-27", "2024-06-01", "27-05-2024"}, "yyyy-mm-dd", 2},
        {{"01-06-2024", "02/06/2024", "03/06/2024"}, "dd/mm/yyyy", 2},
        {{"", "x", "2024-06-01"}, "yyyy-mm-dd", 1},
    };
    struct desk *desk = desk_open(state);
    desk->options.dry_run = true;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *csv = dated(cases[i].dates, 3);
        imports(desk, csv, cases[i].imported, 0, 3 - cases[i].imported);
        assert_string_equal(desk->result.run.date_format, cases[i].format);
        free(csv);
    }
    desk_close(desk);
}

static void dates_that_begin_with_the_month_are_refused_not_guessed(void **state) {
    static const char *const clear[] = {"05/27/2024", "06/13/2024"};
    static const char *const likely[] = {"05/06/2024", "06/07/2024", "06/13/2024"};
    static const char *const dashes[] = {"05-27-2024"};
    struct desk *desk = desk_open(state);
    char *csv = dated(clear, 2);
    refuses(desk, csv, "--date-format mm/dd/yyyy");
    assert_non_null(strstr(desk->error.message, "'05/27/2024'"));
    free(csv);
    csv = dated(likely, 3);
    refuses(desk, csv, "--date-format mm/dd/yyyy");
    free(csv);
    csv = dated(dashes, 1);
    refuses(desk, csv, "--date-format mm-dd-yyyy");
    free(csv);
    assert_int_equal(sales_in(desk), 0);
    desk->options.has_date_format = true;
    desk->options.date_format = DATE_MDY_SLASH;
    csv = dated(likely, 3);
    imports(desk, csv, 3, 0, 0);
    struct facts facts = facts_of(desk);
    char iso[DATE_ISO_SIZE];
    date_iso(facts.day[0], iso);
    assert_string_equal(iso, "2024-05-06");
    facts_free(&facts);
    free(csv);
    desk_close(desk);
}

/* The first thousand rows could be either; a file in order of its dates betrays itself later. */
static void month_first_dates_that_show_only_late_are_refused_too(void **state) {
    struct desk *desk = desk_open(state);
    struct buffer csv = {0};
    buffer_text(&csv, HEADER);
    for (int i = 0; i < 3000; i++)
        buffer_printf(&csv, "%d,01/%02d/2024,A,30,F,Pixel,5,No,No,No,No\n", i,
                      i < 2900 ? 1 + i % 12 : 13);
    refuses(desk, csv.data, "--date-format mm/dd/yyyy");
    assert_int_equal(sales_in(desk), 0);
    assert_int_equal(runs_in(desk), 0);
    buffer_free(&csv);
    desk_close(desk);
}

static void a_few_slips_do_not_turn_day_first_dates_around(void **state) {
    struct desk *desk = desk_open(state);
    struct buffer csv = {0};
    buffer_text(&csv, HEADER);
    for (int i = 0; i < 310; i++)
        buffer_printf(&csv, "%d,%02d/05/2024,A,30,F,Pixel,5,No,No,No,No\n", i, 1 + i % 31);
    buffer_text(&csv, "x,05/31/2024,A,30,F,Pixel,5,No,No,No,No\n");
    imports(desk, csv.data, 310, 0, 1);
    assert_string_equal(desk->result.rejects[0].reason,
                        "date '05/31/2024' has a month that does not exist");
    buffer_free(&csv);
    desk_close(desk);
}

static void the_first_date_that_can_be_read_decides_however_late_it_comes(void **state) {
    struct desk *desk = desk_open(state);
    struct buffer csv = {0};
    buffer_text(&csv, HEADER);
    for (int i = 0; i < 1500; i++)
        buffer_printf(&csv, "%d,,A,30,F,Pixel,5,No,No,No,No\n", i);
    buffer_text(&csv, "x,2024-05-31,A,30,F,Pixel,5,No,No,No,No\n"
                      "y,31-05-2024,A,30,F,Pixel,5,No,No,No,No\n");
    imports(desk, csv.data, 1, 0, 1501);
    assert_string_equal(desk->result.run.date_format, "yyyy-mm-dd");
    buffer_free(&csv);
    desk_close(desk);
}

static void a_date_after_today_is_set_aside(void **state) {
    struct desk *desk = desk_open(state);
    imports(desk,
            HEADER "1,01-06-2025,A,30,F,Pixel,5,No,No,No,No\n"
                   "2,02-06-2025,A,30,F,Pixel,5,No,No,No,No\n",
            1, 0, 1);
    assert_string_equal(desk->result.rejects[0].reason, "date '02-06-2025' lies in the future");
    desk_close(desk);
}

/* ------------------------------------------------------------------------------------- refusals */

static void what_is_no_table_of_sales_is_refused_and_leaves_nothing(void **state) {
    struct desk *desk = desk_open(state);
    refuses(desk, "", "is empty");
    refuses(desk, "\n\n", "is empty");
    refuses(desk, "1,27-05-2024,A,30,F,Pixel,5,No,No,No,No\n", "its first line is a sale");
    refuses(desk, "a,\"b\" c\n", "line 1: the columns' names cannot be read");
    refuses(desk, HEADER "1,27-05-2024,A,30,F,\"Pixel,5,No,No,No,No\n", "never closed");
    assert_int_equal(import_bytes(desk, "a\0b", 3), ERR_INPUT);
    assert_int_equal(import_path(desk, desk->db_path), ERR_INPUT); /* our own database */
    assert_int_equal(import_path(desk, "/nowhere/none.csv"), ERR_NOT_FOUND);
    assert_int_equal(runs_in(desk), 0);
    desk_close(desk);
}

/* A refusal in the last line takes back thousands of rows before it. */
static void a_file_goes_in_whole_or_not_at_all(void **state) {
    struct desk *desk = desk_open(state);
    struct buffer csv = {0};
    buffer_text(&csv, HEADER);
    for (int i = 0; i < 5000; i++)
        buffer_printf(&csv, "%d,27-05-2024,A,30,F,Pixel %d,5,No,No,No,No\n", i, i % 100);
    buffer_text(&csv, "5000,\"\n");
    refuses(desk, csv.data, "opens in line 5002 is never closed");
    assert_int_equal(sales_in(desk), 0);
    struct facts facts = facts_of(desk);
    assert_int_equal(facts.handsets.count, 0);
    facts_free(&facts);
    csv.length -= strlen("5000,\"\n");
    csv.data[csv.length] = '\0';
    imports(desk, csv.data, 5000, 0, 0);
    buffer_free(&csv);
    desk_close(desk);
}

static bool stop_at_once(void *context, const struct progress *progress) {
    (void)context;
    assert_string_equal(progress->unit, "bytes");
    return false;
}

static void a_cancelled_import_leaves_nothing(void **state) {
    struct desk *desk = desk_open(state);
    const struct progress_sink sink = {stop_at_once, NULL};
    scratch_write_text(desk->csv_path, HEADER "1,27-05-2024,A,30,F,Pixel,5,No,No,No,No\n");
    assert_int_equal(
        import_file(desk->db, desk->csv_path, &desk->options, &sink, &desk->result, &desk->error),
        ERR_CANCELLED);
    assert_int_equal(sales_in(desk), 0);
    assert_int_equal(runs_in(desk), 0);
    desk_close(desk);
}

static void a_column_of_other_values_cannot_fill_a_dictionary(void **state) {
    struct desk *desk = desk_open(state);
    struct buffer csv = {0};
    buffer_text(&csv, HEADER);
    for (int i = 0; i <= TERMS_MAX; i++)
        buffer_printf(&csv, "1,27-05-2024,A,30,F,%d,5,No,No,No,No\n", i);
    refuses(desk, csv.data, "more than 65535 different handsets");
    assert_int_equal(sales_in(desk), 0);
    buffer_free(&csv);
    desk_close(desk);
}

/* --------------------------------------------------------------------------- samples, large files
 */

static bool append(void *context, const char *bytes, size_t length) {
    buffer_append(context, bytes, length);
    return true;
}

static void a_sample_is_known_as_synthetic_and_mixing_is_noticed(void **state) {
    setenv("RETAIL_PULSE_NOW", "2040-01-01", 1); /* after the last of its dates */
    struct desk *desk = desk_open(state);
    struct buffer csv = {0};
    const struct sample_options sample = {.rows = 500, .seed = 1};
    assert_int_equal(sample_write(&sample, append, &csv, &desk->error), ERR_OK);
    imports(desk, csv.data, 500, 0, 0);
    assert_true(desk->result.run.synthetic);
    assert_false(desk->result.mixed);
    struct facts facts = facts_of(desk);
    assert_int_equal(facts.synthetic, 500);
    facts_free(&facts);
    imports(desk,
            HEADER "1,27-05-2024,A,30,F,Pixel,5,No,No,No,No\n"
                   "SYN-x,27-05-2024,A,30,F,Pixel,5,No,No,No,No\n",
            2, 0, 0);
    assert_false(desk->result.run.synthetic);
    assert_true(desk->result.mixed);
    buffer_free(&csv);
    desk_close(desk);
}

static void the_sample_is_the_same_again(void **state) {
    setenv("RETAIL_PULSE_NOW", "2040-01-01", 1); /* after the last of its dates */
    struct desk *desk = desk_open(state);
    struct buffer csv = {0};
    const struct sample_options sample = {.rows = 3000, .seed = 7};
    assert_int_equal(sample_write(&sample, append, &csv, &desk->error), ERR_OK);
    imports(desk, csv.data, 3000, 0, 0);
    imports(desk, csv.data, 0, 3000, 0);
    assert_true(desk->result.nothing_new);
    buffer_free(&csv);
    desk_close(desk);
}

static void memory_does_not_grow_with_the_rows(void **state) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    print_message("skipped: the sanitizers' own memory grows with what is touched\n");
    skip();
#endif
    struct desk *desk = desk_open(state);
    FILE *file = fopen(desk->csv_path, "w");
    assert_non_null(file);
    fputs(HEADER, file);
    for (int i = 0; i < 200000; i++)
        fprintf(file, "%d,27-05-2024,A,30,F,Pixel,%d,No,No,No,%s\n", i, 100 + i,
                i % 4 == 0 ? "maybe" : "No");
    fclose(file);
    struct rusage before, after;
    /* The page cache of the writer is 16 MB at most, the log's index some hundred KB. */
    getrusage(RUSAGE_SELF, &before);
    assert_int_equal(import_path(desk, desk->csv_path), ERR_OK);
    getrusage(RUSAGE_SELF, &after);
    assert_int_equal(desk->result.run.imported, 150000);
    assert_true(after.ru_maxrss - before.ru_maxrss < 28 * 1024);
    desk_close(desk);
}

/* Figures: an independent count of the file (11 columns, no empty field, every id different). */
static void the_shops_own_file_goes_in_whole_and_once(void **state) {
    const char *path = getenv("SHOP_CSV");
    if (path == NULL || access(path, R_OK) != 0) {
        print_message("skipped: the shop's file is not there (SHOP_CSV)\n");
        skip();
    }
    struct desk *desk = desk_open(state);
    assert_int_equal(import_path(desk, path), ERR_OK);
    assert_int_equal(desk->result.run.imported, 8871);
    assert_int_equal(desk->result.run.rejected, 0);
    assert_string_equal(desk->result.run.date_format, "dd-mm-yyyy");
    struct facts facts = facts_of(desk);
    int64_t revenue = 0;
    for (size_t row = 0; row < facts.count; row++)
        revenue += facts.price_minor[row];
    assert_int_equal(revenue, 22238165700);
    assert_int_equal(facts.locations.count, 3);
    assert_int_equal(facts.handsets.count, 17);
    char first[DATE_ISO_SIZE], last[DATE_ISO_SIZE];
    date_iso(facts.first_day, first);
    date_iso(facts.last_day, last);
    assert_string_equal(first, "2024-05-27");
    assert_string_equal(last, "2025-03-22");
    facts_free(&facts);
    assert_int_equal(import_path(desk, path), ERR_OK);
    assert_int_equal(desk->result.run.imported, 0);
    assert_int_equal(desk->result.run.duplicates, 8871);
    assert_true(desk->result.nothing_new);
    desk_close(desk);
}

#define DESK_TEST(test) cmocka_unit_test_setup_teardown(test, desk_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_file_becomes_sales),
        DESK_TEST(columns_may_stand_in_any_order),
        DESK_TEST(a_map_serves_a_file_with_other_names),
        DESK_TEST(the_same_file_again_leaves_the_database_untouched),
        DESK_TEST(a_file_that_is_known_is_not_read_again),
        DESK_TEST(an_overlapping_file_brings_only_what_is_new),
        DESK_TEST(without_references_copies_are_counted_not_lost),
        DESK_TEST(rows_set_aside_are_named_by_their_own_lines),
        DESK_TEST(a_file_of_nothing_but_bad_rows_is_recorded_with_none_imported),
        DESK_TEST(of_many_bad_rows_the_first_are_shown_and_all_are_kept),
        DESK_TEST(the_raw_row_is_kept_as_bytes_up_to_4_kib),
        DESK_TEST(escape_sequences_in_names_do_not_reach_the_database),
        DESK_TEST(strictness_refuses_the_file_and_keeps_nothing),
        DESK_TEST(a_dry_run_counts_and_keeps_nothing),
        DESK_TEST(one_format_is_decided_for_the_whole_column),
        DESK_TEST(dates_that_begin_with_the_month_are_refused_not_guessed),
        DESK_TEST(month_first_dates_that_show_only_late_are_refused_too),
        DESK_TEST(a_few_slips_do_not_turn_day_first_dates_around),
        DESK_TEST(the_first_date_that_can_be_read_decides_however_late_it_comes),
        DESK_TEST(a_date_after_today_is_set_aside),
        DESK_TEST(what_is_no_table_of_sales_is_refused_and_leaves_nothing),
        DESK_TEST(a_file_goes_in_whole_or_not_at_all),
        DESK_TEST(a_cancelled_import_leaves_nothing),
        DESK_TEST(a_column_of_other_values_cannot_fill_a_dictionary),
        DESK_TEST(a_sample_is_known_as_synthetic_and_mixing_is_noticed),
        DESK_TEST(the_sample_is_the_same_again),
        DESK_TEST(memory_does_not_grow_with_the_rows),
        DESK_TEST(the_shops_own_file_goes_in_whole_and_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
