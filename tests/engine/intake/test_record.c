/* engine/intake/record: which column is which field, and what a value may be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "engine/intake/record.h"

/* ---------------------------------------------------------------------------------------- columns
 */

enum { HEADERS_MAX = 16 };

/* Splits "a|b|c" and matches it. */
static enum err match(const char *headers, const struct column_map *map, bool required_only,
                      struct columns *columns, struct error *error) {
    char *text = xstrdup(headers), *each[HEADERS_MAX], *rest = text;
    int count = 0;
    for (char *one; (one = strsep(&rest, "|")) != NULL;)
        each[count++] = one;
    enum err err = columns_match(columns, each, count, map, required_only, "a.csv", error);
    free(text);
    return err;
}

static const char shop_headers[] =
    "Cus.ID|Date|Cus. Location|Age|Gender|Mobile Name|Sell Price|"
    "Does he/she Come from Facebook Page?|Does he/she Followed Our Page?|"
    "Did he/she buy any mobile before?|Did he/she hear of our shop before?";

static void in_order(const struct columns *columns) {
    for (int field = 0; field < FIELD_COUNT; field++)
        assert_int_equal(columns->at[field], field);
}

static void the_shops_own_headers_are_known(void **state) {
    (void)state;
    struct columns columns;
    struct error error = {0};
    assert_int_equal(match(shop_headers, NULL, false, &columns, &error), ERR_OK);
    assert_int_equal(columns.count, 11);
    in_order(&columns);
}

static void snake_case_and_plain_headers_are_known(void **state) {
    (void)state;
    struct columns columns;
    struct error error = {0};
    assert_int_equal(match("customer_id|purchase_date|location|age|gender|mobile_name|sale_price|"
                           "is_from_facebook|is_facebook_page_follower|is_returning_customer|"
                           "customer_already_know_about_shop",
                           NULL, false, &columns, &error),
                     ERR_OK);
    in_order(&columns);
    assert_int_equal(match("id|date|location|age|gender|handset|price|facebook|follows|returning|"
                           "heard",
                           NULL, false, &columns, &error),
                     ERR_OK);
    in_order(&columns);
}

static void order_case_and_spacing_do_not_matter_and_more_columns_are_passed_over(void **state) {
    (void)state;
    struct columns columns;
    struct error error = {0};
    assert_int_equal(match("SELL  PRICE|notes|mobile name| date |Cus Location|AGE|gender|Facebook|"
                           "Follows|returning|HEARD",
                           NULL, false, &columns, &error),
                     ERR_OK);
    assert_int_equal(columns.at[FIELD_PRICE], 0);
    assert_int_equal(columns.at[FIELD_HANDSET], 2);
    assert_int_equal(columns.at[FIELD_DATE], 3);
    assert_int_equal(columns.at[FIELD_REFERENCE], -1);
    assert_int_equal(columns.count, 11);
}

static void refused(const char *headers, const struct column_map *map, bool required_only,
                    const char *word, const char *hint) {
    struct columns columns;
    struct error error = {0};
    assert_int_equal(match(headers, map, required_only, &columns, &error), ERR_INPUT);
    if (strstr(error.message, word) == NULL)
        fail_msg("'%s' does not say '%s'", error.message, word);
    if (strstr(error.hint, hint) == NULL)
        fail_msg("'%s' does not say '%s'", error.hint, hint);
}

static void a_missing_column_is_refused_with_what_there_is_and_how_to_name_it(void **state) {
    (void)state;
    refused("Date|Location|Age|Gender|Handset|Kosten|Facebook|Follows|Returning|Heard", NULL, false,
            "no column for price; it has 'Date', 'Location', 'Age', 'Gender', 'Handset', 'Kosten'",
            "--map price=HEADER");
    refused("Date|Location|Gender|Handset|Price|Facebook|Follows|Returning|Heard", NULL, false,
            "no column for age;", "--map age=");
}

static void a_map_names_a_column_or_says_that_there_is_none(void **state) {
    (void)state;
    struct column_map map = {0};
    struct columns columns;
    struct error error = {0};
    const char *headers = "Date|Handset|Kosten|Facebook|Follows|Returning|Heard|Age|Gender";
    assert_int_equal(column_map_add(&map, "price= KOSTEN ", &error), ERR_OK);
    refused(headers, &map, false, "no column for location", "--map location=");
    assert_int_equal(column_map_add(&map, "location=", &error), ERR_OK);
    assert_int_equal(match(headers, &map, false, &columns, &error), ERR_OK);
    assert_int_equal(columns.at[FIELD_PRICE], 2);
    assert_int_equal(columns.at[FIELD_LOCATION], -1);
    assert_int_equal(column_map_add(&map, "date=", &error), ERR_OK);
    refused(headers, &map, false, "no column for date", "--map date=HEADER");
    assert_int_equal(column_map_add(&map, "date=Tag", &error), ERR_OK);
    refused(headers, &map, false, "has no column 'Tag' (--map date); it has 'Date'", "");
    column_map_free(&map);
}

/* Letters that are not ASCII leave no key; the whole text counts then. */
static void a_map_can_name_a_header_in_any_script(void **state) {
    (void)state;
    struct column_map map = {0};
    struct columns columns;
    struct error error = {0};
    assert_int_equal(column_map_add(&map, "date=তারিখ", &error), ERR_OK);
    assert_int_equal(match("দাম|তারিখ|handset|price", &map, true, &columns, &error), ERR_OK);
    assert_int_equal(columns.at[FIELD_DATE], 1);
    column_map_free(&map);
}

static void a_mapped_column_serves_no_other_field(void **state) {
    (void)state;
    struct column_map map = {0};
    struct columns columns;
    struct error error = {0};
    assert_int_equal(column_map_add(&map, "heard=follows", &error), ERR_OK);
    assert_int_equal(match("date|handset|price|follows", &map, true, &columns, &error), ERR_OK);
    assert_int_equal(columns.at[FIELD_HEARD], 3);
    assert_int_equal(columns.at[FIELD_FOLLOWS], -1);
    column_map_free(&map);
}

static void two_columns_for_one_field_are_refused_until_a_map_decides(void **state) {
    (void)state;
    const char *headers = "date|handset|price|Sell Price";
    refused(headers, NULL, true, "both 'price' and 'Sell Price'", "--map price=HEADER");
    struct column_map map = {0};
    struct columns columns;
    struct error error = {0};
    assert_int_equal(column_map_add(&map, "price=Sell Price", &error), ERR_OK);
    assert_int_equal(match(headers, &map, true, &columns, &error), ERR_OK);
    assert_int_equal(columns.at[FIELD_PRICE], 3);
    column_map_free(&map);
    refused("date|date|handset|price", NULL, true, "both 'date' and 'date'", "rename one");
}

static void a_map_that_names_no_field_is_a_mistake_in_the_command(void **state) {
    (void)state;
    struct column_map map = {0};
    struct error error = {0};
    assert_int_equal(column_map_add(&map, "colour=Farbe", &error), ERR_USAGE);
    assert_non_null(strstr(error.message, "colour"));
    assert_non_null(strstr(error.hint, "id, date, location, age"));
    assert_int_equal(column_map_add(&map, "price", &error), ERR_USAGE);
    column_map_free(&map);
}

static void a_file_without_header_or_with_semicolons_is_told_so(void **state) {
    (void)state;
    refused("1|27-05-2024|Outside Rangamati|44|M|Moto G85|17073.0|No|Yes|No|Yes", NULL, false,
            "has no column", "its first line is a sale");
    refused("Cus.ID;Date;Age", NULL, false, "has no column", "semicolons");
}

static void batch_files_need_only_what_every_sale_has(void **state) {
    (void)state;
    struct columns columns;
    struct error error = {0};
    assert_int_equal(match("date|handset|price", NULL, true, &columns, &error), ERR_OK);
    refused("date|handset", NULL, true, "no column for price", "");
}

/* ---------------------------------------------------------------------------------------- values
 */

static const struct columns eleven = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 11};
enum { TODAY = 20200 }; /* 2025-04-22 */

/* Splits "a|b|c" and reads it. */
static bool reads(struct record *record, const char *row) {
    char *text = xstrdup(row), *rest = text;
    struct raw_field fields[HEADERS_MAX];
    int count = 0;
    for (char *one; (one = strsep(&rest, "|")) != NULL;)
        fields[count++] = (struct raw_field){one, strlen(one)};
    bool read = record_read(record, fields, count, &eleven, DATE_DMY_DASH, TODAY);
    free(text);
    return read;
}

static void a_row_of_the_shop_becomes_a_sale(void **state) {
    (void)state;
    struct record record = {0};
    assert_true(reads(&record, "1|27-05-2024|Rangamati Sadar|49|F|Galaxy A55 5G 8/128|17073.0|No|"
                               "Yes|No|Yes"));
    assert_string_equal(record.reference, "1");
    assert_ptr_equal(record.sale.reference, record.reference);
    assert_int_equal(record.sale.day, 19870); /* date -d 2024-05-27 +%s / 86400 */
    assert_string_equal(record.location, "Rangamati Sadar");
    assert_int_equal(record.sale.age_years, 49);
    assert_int_equal(record.sale.gender, GENDER_FEMALE);
    assert_string_equal(record.handset, "Galaxy A55 5G 8/128");
    assert_int_equal(record.sale.price_minor, 1707300);
    assert_int_equal(record.sale.answers[ANSWER_FACEBOOK], 0);
    assert_int_equal(record.sale.answers[ANSWER_FOLLOWS], 1);
    assert_int_equal(record.sale.answers[ANSWER_RETURNING], 0);
    assert_int_equal(record.sale.answers[ANSWER_HEARD], 1);
}

static void what_is_left_out_is_unknown(void **state) {
    (void)state;
    struct record record = {0};
    assert_true(reads(&record, "|27-05-2024||||Pixel|1||||"));
    assert_null(record.reference);
    assert_null(record.location);
    assert_int_equal(record.sale.age_years, UNKNOWN);
    assert_int_equal(record.sale.gender, UNKNOWN);
    for (int i = 0; i < ANSWER_COUNT; i++)
        assert_int_equal(record.sale.answers[i], UNKNOWN);
    assert_true(reads(&record, " |27-05-2024| | | |Pixel|1| | |\t| "));
    assert_int_equal(record.sale.age_years, UNKNOWN);
}

static void a_bad_value_names_its_field_and_itself(void **state) {
    (void)state;
    static const struct {
        const char *row;
        enum field field;
        const char *reason;
    } rows[] = {
        {"1|31-02-2024||||Pixel|1||||", FIELD_DATE,
         "date '31-02-2024' has a day that this month does not have"},
        {"1|2024-05-27||||Pixel|1||||", FIELD_DATE,
         "date '2024-05-27' is not written like the other dates of this column"},
        {"1|23-04-2025||||Pixel|1||||", FIELD_DATE, "date '23-04-2025' lies in the future"},
        {"1|||||Pixel|1||||", FIELD_DATE, "date is missing"},
        {"1|27-05-2024||||||||", FIELD_COUNT, "row has 10 fields, the header 11"},
        {"1|27-05-2024||||Pixel|1|||||", FIELD_COUNT, "row has 12 fields, the header 11"},
        {"x", FIELD_COUNT, "row has 1 field, the header 11"},
        {"1|27-05-2024|||||1||||", FIELD_HANDSET, "handset is missing"},
        {"1|27-05-2024||0||Pixel|1||||", FIELD_AGE, "age '0' is outside 1–130"},
        {"1|27-05-2024||131||Pixel|1||||", FIELD_AGE, "age '131' is outside 1–130"},
        {"1|27-05-2024||-5||Pixel|1||||", FIELD_AGE, "age '-5' is outside 1–130"},
        {"1|27-05-2024||99999999999999999999||Pixel|1||||", FIELD_AGE,
         "age '99999999999999999999' is outside 1–130"},
        {"1|27-05-2024||34.5||Pixel|1||||", FIELD_AGE, "age '34.5' is not a whole number"},
        {"1|27-05-2024||0x22||Pixel|1||||", FIELD_AGE, "age '0x22' is not a whole number"},
        {"1|27-05-2024||old||Pixel|1||||", FIELD_AGE, "age 'old' is not a whole number"},
        {"1|27-05-2024|||Q|Pixel|1||||", FIELD_GENDER, "gender 'Q' is not F, M or other"},
        {"1|27-05-2024||||Pixel|||||", FIELD_PRICE, "price is missing"},
        {"1|27-05-2024||||Pixel|0||||", FIELD_PRICE, "price '0' is not above zero"},
        {"1|27-05-2024||||Pixel|-3||||", FIELD_PRICE, "price '-3' is not above zero"},
        {"1|27-05-2024||||Pixel|inf||||", FIELD_PRICE, "price 'inf' is not a number"},
        {"1|27-05-2024||||Pixel|nan||||", FIELD_PRICE, "price 'nan' is not a number"},
        {"1|27-05-2024||||Pixel|1e9||||", FIELD_PRICE, "price '1e9' is not a number"},
        {"1|27-05-2024||||Pixel|1.005||||", FIELD_PRICE,
         "price '1.005' has more than two decimals"},
        {"1|27-05-2024||||Pixel|9999999999999||||", FIELD_PRICE,
         "price '9999999999999' is larger than a price can be"},
        {"1|27-05-2024||||Pixel|1|maybe|||", FIELD_FACEBOOK, "facebook 'maybe' is not yes or no"},
        {"1|27-05-2024||||Pixel|1||2||", FIELD_FOLLOWS, "follows '2' is not yes or no"},
        {"1|27-05-2024||||Pixel|1|||yes no|", FIELD_RETURNING,
         "returning 'yes no' is not yes or no"},
        {"1|27-05-2024||||Pixel|1||||-", FIELD_HEARD, "heard '-' is not yes or no"},
    };
    struct record record = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (reads(&record, rows[i].row))
            fail_msg("taken: %s", rows[i].row);
        assert_string_equal(record.reason, rows[i].reason);
        assert_int_equal(record.bad_field, rows[i].field);
    }
}

static void the_limits_themselves_are_taken(void **state) {
    (void)state;
    struct record record = {0};
    assert_true(reads(&record, "1|22-04-2025||1||Pixel|0.01||||"));
    assert_int_equal(record.sale.day, TODAY);
    assert_int_equal(record.sale.age_years, 1);
    assert_int_equal(record.sale.price_minor, 1);
    assert_true(reads(&record, "1|1-1-1970||130.0||Pixel|1,000,000,000,000||||"));
    assert_int_equal(record.sale.day, 0);
    assert_int_equal(record.sale.age_years, 130);
}

static void answers_and_genders_come_in_many_words(void **state) {
    (void)state;
    static const char *const yes[] = {"yes", "YES", "Y", "true", "1"},
                             *const no[] = {"no", "No", "n", "FALSE", "0"},
                             *const female[] = {"F", "f", "Female", "woman"},
                             *const male[] = {"M", "m", "MALE", "man"},
                             *const other[] = {"O", "Other", "x"};
    const char *reason;
    int value;
#define EACH(words, read, expected)                             \
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) { \
        assert_true(read(words[i], &value, &reason));           \
        assert_int_equal(value, expected);                      \
    }
    EACH(yes, field_read_answer, 1)
    EACH(no, field_read_answer, 0)
    EACH(female, field_read_gender, GENDER_FEMALE)
    EACH(male, field_read_gender, GENDER_MALE)
    EACH(other, field_read_gender, GENDER_OTHER)
#undef EACH
    assert_false(field_read_answer("", &value, &reason));
    assert_false(field_read_gender("ff", &value, &reason));
}

static void names_are_cleaned_but_never_refused_for_their_bytes(void **state) {
    (void)state;
    struct record record = {0};
    assert_true(
        reads(&record, "1|27-05-2024|\x1b]0;title\x07  Outside\xff|||  Pixel\t 7a\n|1||||"));
    assert_string_equal(record.handset, "Pixel 7a");
    assert_string_equal(record.location, "\uFFFD]0;title\uFFFD Outside\uFFFD");
}

static void a_hostile_value_is_quoted_clean_and_short(void **state) {
    (void)state;
    struct record record = {0};
    char row[512];
    snprintf(row, sizeof row, "1|27-05-2024||%s||Pixel|1||||", "\x1b[31mred");
    assert_false(reads(&record, row));
    assert_string_equal(record.reason, "age '\uFFFD[31mred' is not a whole number");
    char digits[200];
    memset(digits, '7', sizeof digits - 1);
    digits[sizeof digits - 1] = '\0';
    snprintf(row, sizeof row, "1|27-05-2024||%s||Pixel|1||||", digits);
    assert_false(reads(&record, row));
    assert_string_equal(record.reason,
                        "age '7777777777777777777777777777777777777777…' is too long");
    snprintf(row, sizeof row, "1|27-05-2024|%s||||Pixel|1|||", digits);
    assert_false(reads(&record, row));
    assert_string_equal(record.reason, "location '7777777777777777777777777777777777777777…' is "
                                       "longer than 160 bytes");
}

static void dates_without_a_format_are_told_which_there_are(void **state) {
    (void)state;
    struct record record = {0};
    const struct raw_field fields[] = {{"May 5", 5}, {"Pixel", 5}, {"1", 1}};
    struct columns columns = {.count = 3};
    for (int field = 0; field < FIELD_COUNT; field++)
        columns.at[field] = -1;
    columns.at[FIELD_DATE] = 0, columns.at[FIELD_HANDSET] = 1, columns.at[FIELD_PRICE] = 2;
    assert_false(record_read(&record, fields, 3, &columns, DATE_FORMAT_COUNT, TODAY));
    assert_string_equal(record.reason, "date 'May 5' is not a date as dd-mm-yyyy, dd/mm/yyyy or "
                                       "yyyy-mm-dd");
}

/* ---------------------------------------------------------------------------- places and brands */

static void every_place_is_local_but_those_called_outside(void **state) {
    (void)state;
    assert_false(location_is_local("Outside Rangamati"));
    assert_false(location_is_local("Rangamati, OUTSIDE"));
    assert_false(location_is_local("outside"));
    assert_true(location_is_local("Inside Rangamati"));
    assert_true(location_is_local("Rangamati Sadar"));
    assert_true(location_is_local("Outsider Street"));
    assert_true(location_is_local("Besoutside"));
    assert_true(location_is_local(""));
}

/* The 17 handsets of the shop's file, and names that need care. */
static void a_handsets_brand_is_told_by_its_name(void **state) {
    (void)state;
    static const char *const brands[][2] = {
        {"Galaxy A55 5G 8/128", "Samsung"},
        {"Galaxy M35 5G 8/128", "Samsung"},
        {"Galaxy S24 Ultra 12/256", "Samsung"},
        {"Moto G85 5G 8/128", "Motorola"},
        {"Narzo N53 4/64", "Realme"},
        {"Note 11S 6/128", "Xiaomi"},
        {"Note 14 Pro 5G 8/256", "Xiaomi"},
        {"Pixel 7a 8/128", "Google"},
        {"Pixel 8 Pro 12/256", "Google"},
        {"R-70 Turbo 5G 6/128", "Realme"},
        {"Redmi Note 12 Pro 8/128", "Xiaomi"},
        {"Vivo T3x 5G 8/128", "Vivo"},
        {"Vivo Y200 5G 6/128", "Vivo"},
        {"iPhone 16 Pro 256GB", "Apple"},
        {"iPhone 16 Pro Max 1TB", "Apple"},
        {"iQOO Neo 9 Pro 5G 12/256", "iQOO"},
        {"iQOO Z7 5G 6/128", "iQOO"},
        {"Poco X6", "Xiaomi"},
        {"OnePlus 12", "OnePlus"},
        {"GALAXY S25", "Samsung"},
        {"iphone15", "Apple"},
        {"Notebook Phone", "Notebook"},
        {"Nokia 3310", "Nokia"},
        {"Fairphone", "Fairphone"},
    };
    for (size_t i = 0; i < sizeof brands / sizeof *brands; i++) {
        char *brand = handset_brand(brands[i][0]);
        assert_string_equal(brand, brands[i][1]);
        free(brand);
    }
}

/* Of every field what is usual, what is odd and what is refused. */
static const char *const odd_values[FIELD_COUNT][8] = {
    [FIELD_REFERENCE] = {"1", "", " 7 ", "a  b", "\xFF", "0123456789abcdefg", "1", "\t"},
    [FIELD_DATE] = {"27-05-2024", "27-5-2024", " 27-05-2024", "27-05-2023", "31-02-2024", "",
                    "01-01-2026", "2024-05-27"},
    [FIELD_LOCATION] = {"Old Town", "", "Old  Town", "Outside", "old town", "Old Town ", " ", "X"},
    [FIELD_AGE] = {"30", "", "030", "30.0", "131", "1", "0", "yes"},
    [FIELD_GENDER] = {"F", "m", "", "other", "1", "X", " F", "0"},
    [FIELD_HANDSET] = {"Pixel 8", "Pixel  8", "", "P", "Pixel 80",
                       "\xE2\x80\xAE"
                       "8",
                       "Pixel 8 ", "8"},
    [FIELD_PRICE] = {"1", "1.50", "1,000", "", "0", "-1", "x", "999"},
    [FIELD_FACEBOOK] = {"Yes", "no", "", "1", "0", "F", "maybe", " Yes"},
    [FIELD_FOLLOWS] = {"Yes", "no", "", "1", "0", "30", "yes ", "Y"},
    [FIELD_RETURNING] = {"Yes", "no", "", "1", "0", "30", "2", "Y"},
    [FIELD_HEARD] = {"Yes", "no", "", "1", "0", "true", "TRUE", "N"},
};

static void what_is_remembered_is_read_as_if_it_were_new(void **state) {
    (void)state;
    struct record fresh = {0}, remembering = {.memo = memo_new()};
    uint32_t lot = 12345; /* a linear congruential generator: Knuth, TAOCP 2, section 3.2.1 */
    int accepted = 0;
    for (int round = 0; round < 50000; round++) {
        struct raw_field fields[FIELD_COUNT];
        for (int field = 0; field < FIELD_COUNT; field++) {
            lot = lot * 1664525U + 1013904223U;
            bool usual = round % 2 == 0 && (lot >> 8) % 4 != 0;
            const char *text = odd_values[field][usual ? 0 : lot >> 29];
            fields[field] = (struct raw_field){text, strlen(text)};
        }
        bool read = record_read(&fresh, fields, FIELD_COUNT, &eleven, DATE_DMY_DASH, TODAY);
        assert_int_equal(
            record_read(&remembering, fields, FIELD_COUNT, &eleven, DATE_DMY_DASH, TODAY), read);
        assert_int_equal(remembering.bad_field, fresh.bad_field);
        assert_string_equal(remembering.reason, fresh.reason);
        accepted += read;
        if (!read)
            continue;
        struct sale sale = remembering.sale;
        assert_int_equal(sale.day, fresh.sale.day);
        assert_int_equal(sale.price_minor, fresh.sale.price_minor);
        assert_int_equal(sale.age_years, fresh.sale.age_years);
        assert_int_equal(sale.gender, fresh.sale.gender);
        assert_memory_equal(sale.answers, fresh.sale.answers, sizeof sale.answers);
        assert_string_equal(remembering.handset, fresh.handset);
    }
    assert_in_range(accepted, 1000, 40000); /* both kinds were there */
    memo_free(remembering.memo);
}

static void a_memo_forgets_but_never_mistakes(void **state) {
    (void)state;
    struct memo *memo = memo_new();
    int32_t value;
    int known = 0;
    char text[24];
    memo_keep(memo, MEMO_AGE, "1", 1, 1);
    assert_false(memo_find(memo, MEMO_ANSWER, "1", 1, &value));
    assert_true(memo_find(memo, MEMO_AGE, "1", 1, &value));
    memo_keep(memo, MEMO_AGE, "12345678901234567", 17, 5);
    assert_false(memo_find(memo, MEMO_AGE, "12345678901234567", 17, &value)); /* too long */
    memo_keep(NULL, MEMO_AGE, "1", 1, 1);
    assert_false(memo_find(NULL, MEMO_AGE, "1", 1, &value));
    enum { TEXTS = 100000 }; /* more than there is room for */
    for (int i = 0; i < TEXTS; i++)
        memo_keep(memo, MEMO_DAY, text, (size_t)snprintf(text, sizeof text, "%x-%d", i, i % 1000),
                  i);
    for (int i = 0; i < TEXTS; i++) {
        size_t length = (size_t)snprintf(text, sizeof text, "%x-%d", i, i % 1000);
        if (memo_find(memo, MEMO_DAY, text, length, &value)) {
            assert_int_equal(value, i);
            known++;
        }
    }
    assert_in_range(known, 4096, TEXTS / 2);
    memo_free(memo);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shops_own_headers_are_known),
        cmocka_unit_test(snake_case_and_plain_headers_are_known),
        cmocka_unit_test(order_case_and_spacing_do_not_matter_and_more_columns_are_passed_over),
        cmocka_unit_test(a_missing_column_is_refused_with_what_there_is_and_how_to_name_it),
        cmocka_unit_test(a_map_names_a_column_or_says_that_there_is_none),
        cmocka_unit_test(a_map_can_name_a_header_in_any_script),
        cmocka_unit_test(a_mapped_column_serves_no_other_field),
        cmocka_unit_test(two_columns_for_one_field_are_refused_until_a_map_decides),
        cmocka_unit_test(a_map_that_names_no_field_is_a_mistake_in_the_command),
        cmocka_unit_test(a_file_without_header_or_with_semicolons_is_told_so),
        cmocka_unit_test(batch_files_need_only_what_every_sale_has),
        cmocka_unit_test(a_row_of_the_shop_becomes_a_sale),
        cmocka_unit_test(what_is_left_out_is_unknown),
        cmocka_unit_test(a_bad_value_names_its_field_and_itself),
        cmocka_unit_test(the_limits_themselves_are_taken),
        cmocka_unit_test(answers_and_genders_come_in_many_words),
        cmocka_unit_test(names_are_cleaned_but_never_refused_for_their_bytes),
        cmocka_unit_test(a_hostile_value_is_quoted_clean_and_short),
        cmocka_unit_test(dates_without_a_format_are_told_which_there_are),
        cmocka_unit_test(every_place_is_local_but_those_called_outside),
        cmocka_unit_test(a_handsets_brand_is_told_by_its_name),
        cmocka_unit_test(what_is_remembered_is_read_as_if_it_were_new),
        cmocka_unit_test(a_memo_forgets_but_never_mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
