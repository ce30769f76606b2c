/* db/sales: what counts as the same sale, and that what was stored is what is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "db/checksum.h"
#include "db/connection.h"
#include "db/imports.h"
#include "db/packs.h"
#include "db/references.h"
#include "db/sale_adder.h"
#include "db/sales.h"
#include "engine/intake/fold.h"
#include "tests/support/derived.h"
#include "tests/support/scratch.h"

static struct db *shop(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *db = scratch_writer(path);
    free(path);
    struct error error;
    int32_t id;
    assert_int_equal(db_location_intern(db, "Outside Rangamati", false, &id, &error), ERR_OK);
    assert_int_equal(id, 1);
    assert_int_equal(db_handset_intern(db, "Pixel 7a 8/128", "Google", &id, &error), ERR_OK);
    assert_int_equal(id, 1);
    assert_int_equal(db_handset_intern(db, "Moto G85 5G 8/128", "Motorola", &id, &error), ERR_OK);
    assert_int_equal(id, 2);
    return db;
}

static struct sale sale_of(const char *reference, int64_t price_minor) {
    return (struct sale){.reference = reference,
                         .price_minor = price_minor,
                         .day = 19870,
                         .location = 1,
                         .handset = 1,
                         .age_years = 30,
                         .gender = GENDER_FEMALE,
                         .answers = {1, 0, UNKNOWN, 1}};
}

static int64_t sales_in(struct db *db) {
    struct sales_extent extent;
    struct error error;
    assert_int_equal(db_sales_extent(db, &extent, &error), ERR_OK);
    return extent.sales;
}

static void names_are_the_same_without_regard_to_case(void **state) {
    struct db *db = shop(state);
    struct error error;
    int32_t id;
    assert_int_equal(db_location_intern(db, "OUTSIDE rangamati", false, &id, &error), ERR_OK);
    assert_int_equal(id, 1);
    assert_int_equal(db_location_intern(db, "Inside Rangamati", true, &id, &error), ERR_OK);
    assert_int_equal(id, 2);
    struct dictionary locations;
    assert_int_equal(db_locations_load(db, &locations, &error), ERR_OK);
    assert_int_equal(locations.count, 2);
    assert_string_equal(locations.entries[0].name, "Outside Rangamati");
    assert_int_equal(locations.entries[0].local, 0);
    assert_int_equal(locations.entries[1].local, 1);
    dictionary_free(&locations);
    db_close(db);
}

static void a_sale_with_a_reference_is_kept_once(void **state) {
    struct db *db = shop(state);
    const struct sale twice[] = {sale_of("7", 100), sale_of("7", 100), sale_of("8", 100)};
    int added;
    scratch_import(db, twice, 3, &added);
    assert_int_equal(added, 2);
    scratch_import(db, twice, 3, &added);
    assert_int_equal(added, 0);
    assert_int_equal(sales_in(db), 2);
    db_close(db);
}

enum { VARIANTS = 13 };

/* One sale, and others that differ from it in one field each. */
static void make_variants(struct sale sales[VARIANTS]) {
    for (int i = 0; i < VARIANTS; i++)
        sales[i] = sale_of("7", 100);
    sales[1].day++;
    sales[2].reference = "8";
    sales[3].reference = NULL;
    sales[4].price_minor = 101;
    sales[5].location = 0;
    sales[6].handset = 2;
    sales[7].age_years = UNKNOWN;
    sales[8].gender = GENDER_MALE;
    sales[9].answers[ANSWER_FACEBOOK] = 0;
    sales[10].answers[ANSWER_FOLLOWS] = UNKNOWN;
    sales[11].answers[ANSWER_RETURNING] = 0;
    sales[12].answers[ANSWER_HEARD] = UNKNOWN;
}

static void a_sale_that_differs_in_any_field_is_another_sale(void **state) {
    struct db *db = shop(state);
    struct sale sales[VARIANTS];
    make_variants(sales);
    int added;
    scratch_import(db, sales, VARIANTS, &added);
    assert_int_equal(added, VARIANTS);
    scratch_import(db, sales, VARIANTS, &added);
    assert_int_equal(added, 0);
    db_close(db);
}

/* Gives the only sale that is packed another hash. */
static void forge_identity(struct db *db, uint32_t identity) {
    sqlite3_stmt *forge;
    assert_int_equal(sqlite3_prepare_v2(db->handle,
                                        "UPDATE pack_column SET bytes = ?1, checksum = ?2"
                                        " WHERE id % 16 = 8",
                                        -1, &forge, NULL),
                     SQLITE_OK);
    sqlite3_bind_blob(forge, 1, &identity, sizeof identity, SQLITE_STATIC);
    sqlite3_bind_int64(forge, 2, checksum_of(&identity, sizeof identity));
    assert_int_equal(sqlite3_step(forge), SQLITE_DONE);
    assert_int_equal(sqlite3_changes(db->handle), 1);
    sqlite3_finalize(forge);
}

/* Hashes collide: the sale that is there is given the one of each variant in turn. */
static void a_sale_is_compared_in_every_field_where_identities_are_equal(void **state) {
    struct db *db = shop(state);
    struct error error;
    struct sale sales[VARIANTS];
    make_variants(sales);
    int added;
    for (int i = 0; i < VARIANTS; i++) {
        scratch_import(db, &sales[0], 1, &added);
        assert_int_equal(added, 1);
        sales[i].day = sales[0].day; /* of the same month, as all equal sales are */
        forge_identity(db, sale_identity(&sales[i]));
        scratch_import(db, &sales[i], 1, &added);
        if (added != (i != 0 && !sale_same(&sales[0], &sales[i])))
            fail_msg("taken for its neighbour: variant %d", i);
        assert_int_equal(sqlite3_exec(db->handle, "DELETE FROM sale", NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(db_packs_clear(db, &error), ERR_OK);
    }
    db_close(db);
}

/* The file with three copies brings the database to three, whichever came first. */
static void of_sales_without_reference_as_many_are_kept_as_one_file_holds(void **state) {
    struct db *db = shop(state);
    struct sale copies[5];
    for (int i = 0; i < 5; i++)
        copies[i] = sale_of(NULL, 100);
    int added;
    scratch_import(db, copies, 2, &added);
    assert_int_equal(added, 2);
    scratch_import(db, copies, 1, &added);
    assert_int_equal(added, 0);
    scratch_import(db, copies, 3, &added);
    assert_int_equal(added, 1);
    scratch_import(db, copies, 3, &added);
    assert_int_equal(added, 0);
    assert_int_equal(sales_in(db), 3);
    scratch_import(db, copies, 5, &added);
    assert_int_equal(added, 2);
    assert_int_equal(sales_in(db), 5);
    db_close(db);
}

static void copies_of_two_kinds_do_not_answer_for_each_other(void **state) {
    struct db *db = shop(state);
    const struct sale first[] = {sale_of(NULL, 100), sale_of(NULL, 200), sale_of(NULL, 100)};
    const struct sale second[] = {sale_of(NULL, 200), sale_of(NULL, 100), sale_of(NULL, 200),
                                  sale_of(NULL, 100), sale_of(NULL, 100)};
    int added;
    scratch_import(db, first, 3, &added);
    scratch_import(db, second, 5, &added);
    assert_int_equal(added, 2); /* the second 200, the third 100 */
    assert_int_equal(sales_in(db), 5);
    db_close(db);
}

/* Without the order of answering this takes minutes. */
static void a_file_of_nothing_but_copies_stays_cheap(void **state) {
    struct db *db = shop(state);
    enum { COPIES = 20000 };
    struct sale *copies = calloc(COPIES, sizeof *copies);
    for (int i = 0; i < COPIES; i++)
        copies[i] = sale_of(NULL, 100);
    int added;
    scratch_import(db, copies, COPIES, &added);
    assert_int_equal(added, COPIES);
    scratch_import(db, copies, COPIES, &added);
    assert_int_equal(added, 0);
    free(copies);
    db_close(db);
}

/* Far apart in the old order and too many for the first looks: settling finds them. */
static void copies_that_slip_through_are_found_in_the_end(void **state) {
    struct db *db = shop(state);
    enum { COPIES = 300, BETWEEN = 20, ALL = COPIES * (BETWEEN + 1) };
    struct sale *sales = calloc(ALL, sizeof *sales);
    for (int i = 0; i < ALL; i++)
        sales[i] = sale_of(NULL, i % (BETWEEN + 1) == 0 ? 100 : 1000 + i);
    int added;
    scratch_import(db, sales, ALL, &added);
    assert_int_equal(added, ALL);
    struct sale *copies = calloc(COPIES + 5, sizeof *copies);
    for (int i = 0; i < COPIES + 5; i++)
        copies[i] = sale_of(NULL, 100);
    scratch_import(db, copies, COPIES, &added);
    assert_int_equal(added, 0);
    scratch_import(db, copies, COPIES + 5, &added);
    assert_int_equal(added, 5);
    derived_check(db, true);
    free(copies);
    free(sales);
    db_close(db);
}

/* The same sales backwards, and with every third one left out. */
static void the_order_of_a_file_does_not_matter(void **state) {
    struct db *db = shop(state);
    enum { SALES = 3000 };
    struct sale *sales = calloc(SALES, sizeof *sales);
    char names[SALES][16];
    for (int i = 0; i < SALES; i++) {
        snprintf(names[i], sizeof names[i], "N%d", i / 2);
        sales[i] = sale_of(i % 5 != 0 ? names[i] : NULL, 100 + i % 700);
        sales[i].day += i % 90;
    }
    int added;
    scratch_import(db, sales, SALES, &added);
    assert_int_equal(added, SALES);
    struct sale *other = calloc(SALES, sizeof *other);
    for (int i = 0; i < SALES; i++)
        other[i] = sales[SALES - 1 - i];
    scratch_import(db, other, SALES, &added);
    assert_int_equal(added, 0);
    int kept = 0;
    for (int i = 0; i < SALES; i++) {
        if (i % 3 != 0)
            other[kept++] = sales[i];
    }
    other[kept++] = sale_of("new", 5);
    scratch_import(db, other, kept, &added);
    assert_int_equal(added, 1);
    derived_check(db, true);
    free(other);
    free(sales);
    db_close(db);
}

static struct sale_adder *run_begin(struct db *db) {
    struct error error;
    struct sale_adder *adder;
    struct import_run run = {.file = "a", .who = "b", .started_at = "2025-01-01T00:00:00Z"};
    assert_int_equal(db_begin_trusting(db, &error), ERR_OK);
    assert_int_equal(db_import_start(db, &run, &error), ERR_OK);
    assert_int_equal(sale_adder_open(db, run.id, "SYN-", &adder, &error), ERR_OK);
    return adder;
}

/* A run that was rolled back has the number of the one that follows it. */
static void a_rolled_back_run_answers_for_nothing(void **state) {
    struct db *db = shop(state);
    struct error error;
    const struct sale sale = sale_of(NULL, 100);
    int added;
    scratch_import(db, &sale, 1, &added);
    scratch_import(db, &sale, 1, &added); /* the sale has answered here, but not in later runs */
    const struct sale both[] = {sale, sale};
    struct sale_tally tally;
    struct sale_adder *adder = run_begin(db);
    for (int i = 0; i < 2; i++)
        assert_int_equal(sale_adder_add(adder, &both[i], &error), ERR_OK);
    assert_int_equal(sales_settle(db, adder, NULL, &tally, &error), ERR_OK);
    assert_int_equal(tally.present, 1);
    assert_int_equal(tally.kept, 1);
    assert_int_equal(sales_in(db), 2);
    sale_adder_close(adder);
    db_rollback(db);
    assert_int_equal(sales_in(db), 1);
    scratch_import(db, &sale, 1, &added);
    assert_int_equal(added, 0);
    derived_check(db, true);
    db_close(db);
}

struct seen {
    struct sale sales[4];
    char reference[16];
    int count;
};

static bool see(void *context, const struct sale *sale) {
    struct seen *seen = context;
    seen->sales[seen->count++] = *sale;
    if (sale->reference != NULL)
        strcpy(seen->reference, sale->reference);
    return seen->count < 4;
}

static void a_sale_is_read_back_as_it_was_stored(void **state) {
    struct db *db = shop(state);
    struct error error;
    struct sale stored[] = {sale_of("A-7", 1707300),
                            {.price_minor = 1,
                             .handset = 2,
                             .age_years = UNKNOWN,
                             .gender = UNKNOWN,
                             .answers = {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN}}};
    scratch_import(db, stored, 2, NULL);
    struct seen seen = {0};
    assert_int_equal(db_sales_scan(db, 0, see, &seen, &error), ERR_OK);
    assert_int_equal(seen.count, 2);
    assert_string_equal(seen.reference, "A-7");
    for (int i = 0; i < 2; i++) {
        const struct sale *is = &seen.sales[i], *was = &stored[i];
        assert_int_equal(is->id, i + 1);
        assert_int_equal(is->price_minor, was->price_minor);
        assert_int_equal(is->day, was->day);
        assert_int_equal(is->location, was->location);
        assert_int_equal(is->handset, was->handset);
        assert_int_equal(is->age_years, was->age_years);
        assert_int_equal(is->gender, was->gender);
        assert_memory_equal(is->answers, was->answers, sizeof is->answers);
    }
    assert_null(seen.sales[1].reference);
    seen.count = 0;
    assert_int_equal(db_sales_scan(db, 1, see, &seen, &error), ERR_OK);
    assert_int_equal(seen.count, 1);
    char *reference = db_sale_reference(db, 1);
    assert_string_equal(reference, "A-7");
    free(reference);
    assert_null(db_sale_reference(db, 2));
    assert_null(db_sale_reference(db, 3));
    db_close(db);
}

static void what_the_schema_would_refuse_is_refused_before_it(void **state) {
    struct db *db = shop(state);
    struct error error;
    struct sale wrong[10];
    for (int i = 0; i < 10; i++)
        wrong[i] = sale_of("1", 100);
    wrong[0].location = 99;
    wrong[1].location = -1;
    wrong[2].handset = 3;
    wrong[3].handset = 0;
    wrong[4].day = -1;
    wrong[5].price_minor = 0;
    wrong[6].age_years = AGE_MAX + 1;
    wrong[7].gender = GENDER_COUNT;
    wrong[8].answers[ANSWER_HEARD] = 2;
    wrong[9].answers[ANSWER_FACEBOOK] = -2;
    struct sale_adder *adder = run_begin(db);
    for (int i = 0; i < 10; i++) {
        if (sale_adder_add(adder, &wrong[i], &error) != ERR_DATABASE)
            fail_msg("taken: %d", i);
    }
    assert_int_equal(sale_adder_add(adder, &(struct sale){0}, &error), ERR_DATABASE);
    sale_adder_close(adder);
    db_rollback(db);
    db_close(db);
}

/* Imports do without the schema's constraints; nobody else does, and nothing after one. */
static void the_schema_refuses_what_comes_from_elsewhere(void **state) {
    static const char *const wrong[] = {
        "INSERT INTO sale VALUES (NULL, 1, NULL, 1, 99, 1, 1, 1, 1, 1, 1, 1, 1)",
        "INSERT INTO sale VALUES (NULL, 9, NULL, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)",
        "INSERT INTO sale VALUES (NULL, 1, NULL, 1, 1, 131, 1, 1, 1, 1, 1, 1, 1)",
        "INSERT INTO sale VALUES (NULL, 1, NULL, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1)"};
    struct db *db = shop(state);
    struct sale sale = sale_of("1", 100);
    for (int turn = 0; turn < 2; turn++) {
        if (turn == 0) {
            scratch_import(db, &sale, 1, NULL);
        } else {
            sale_adder_close(run_begin(db));
            db_rollback(db);
        }
        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
            if (sqlite3_exec(db->handle, wrong[i], NULL, NULL, NULL) != SQLITE_CONSTRAINT)
                assert_int_equal(sqlite3_errcode(db->handle) & 0xFF, SQLITE_CONSTRAINT);
        }
    }
    assert_int_equal(sales_in(db), 1);
    db_close(db);
}

static bool check_run(void *context, const struct import_run *run) {
    int *count = context;
    assert_string_equal(run->file, "test.csv");
    assert_string_equal(run->who, "tester");
    assert_string_equal(run->finished_at, "2025-01-01T00:00:01Z");
    assert_null(run->date_format);
    assert_int_equal(run->id, 2 - *count); /* newest first */
    (*count)++;
    return true;
}

static bool check_reject(void *context, const struct import_reject *reject) {
    int *count = context;
    (*count)++;
    assert_int_equal(reject->line, 17);
    assert_string_equal(reject->field, "age");
    assert_int_equal(reject->raw_length, 4);
    assert_memory_equal(reject->raw,
                        "a\0\xff"
                        "b",
                        4);
    return true;
}

static void runs_and_rejects_are_listed_as_they_were_recorded(void **state) {
    struct db *db = shop(state);
    struct error error;
    const struct sale sale = sale_of("1", 100);
    scratch_import(db, &sale, 1, NULL);
    int64_t run_id = scratch_import(db, &sale, 1, NULL);
    struct import_reject reject = {.run_id = run_id,
                                   .line = 17,
                                   .field = "age",
                                   .reason = "age '200' is outside 1–130",
                                   .raw = "a\0\xff"
                                          "b",
                                   .raw_length = 4};
    assert_int_equal(db_import_reject_add(db, &reject, &error), ERR_OK);
    int count = 0;
    assert_int_equal(db_imports_list(db, check_run, &count, &error), ERR_OK);
    assert_int_equal(count, 2);
    count = 0;
    assert_int_equal(db_rejects_list(db, run_id, 0, 10, check_reject, &count, &error), ERR_OK);
    assert_int_equal(count, 1);
    assert_int_equal(db_rejects_list(db, 0, 0, 10, check_reject, &count, &error), ERR_OK);
    assert_int_equal(count, 2);
    assert_int_equal(db_rejects_list(db, 1, 0, 10, check_reject, &count, &error), ERR_OK);
    assert_int_equal(db_rejects_list(db, 0, 1, 10, check_reject, &count, &error), ERR_OK);
    assert_int_equal(count, 2);
    db_close(db);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

/* ------------------------------------------------------------------------------- references */

static void finds(struct db *db, const char *reference, const char *expected) {
    struct id_list ids = {0};
    struct error error;
    struct buffer text = {0};
    buffer_text(&text, "");
    if (db_references_find(db, reference, NULL, NULL, &ids, &error) != ERR_OK)
        fail_msg("%s", error.message);
    for (size_t i = 0; i < ids.count; i++)
        buffer_printf(&text, "%s%lld", i != 0 ? " " : "", (long long)ids.ids[i]);
    assert_string_equal(text.data, expected);
    buffer_free(&text);
    id_list_free(&ids);
}

static int64_t hash_columns(struct db *db) {
    sqlite3_stmt *count;
    assert_int_equal(sqlite3_prepare_v2(db->handle,
                                        "SELECT count(*) FROM pack_column WHERE id % 16 = 9", -1,
                                        &count, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(count), SQLITE_ROW);
    int64_t columns = sqlite3_column_int64(count, 0);
    sqlite3_finalize(count);
    return columns;
}

static void sales_are_found_by_their_reference_whatever_its_case(void **state) {
    struct db *db = shop(state);
    struct sale sales[] = {sale_of("Cash-1/\xC3\x89", 1), sale_of("b", 2), sale_of(NULL, 3),
                           sale_of("cASH-1/\xC3\x89", 4), sale_of("Cash-1/\xC3\xA9", 5)};
    sales[0].day += 40; /* in a later month's pack than the rest */
    scratch_import(db, sales, 5, NULL);
    scratch_tail(db,
                 &(struct sale){.reference = "CASH-1/\xC3\x89",
                                .price_minor = 6,
                                .day = 19870,
                                .handset = 1,
                                .age_years = UNKNOWN,
                                .gender = UNKNOWN},
                 1);
    finds(db, "cash-1/\xC3\x89", "1 4 6"); /* only ASCII letters have two cases, as in SQL */
    finds(db, "B", "2");
    finds(db, "cash-1", "");
    finds(db, "", "");
    assert_int_equal(hash_columns(db), 2);
    derived_check(db, false);
    db_close(db);
}

static void where_nobody_has_a_reference_nothing_is_kept_of_it(void **state) {
    struct db *db = shop(state);
    const struct sale sales[] = {sale_of(NULL, 1), sale_of(NULL, 2)};
    scratch_import(db, sales, 2, NULL);
    assert_int_equal(hash_columns(db), 0);
    finds(db, "1", "");
    db_close(db);
}

static void packs_of_an_older_program_are_looked_through_sale_by_sale(void **state) {
    struct db *db = shop(state);
    struct error error;
    const struct sale first[] = {sale_of("a", 1), sale_of("b", 2), sale_of(NULL, 3)};
    const struct sale more[] = {sale_of("A", 4), sale_of("c", 5)};
    scratch_import(db, first, 3, NULL);
    assert_int_equal(
        sqlite3_exec(db->handle, "DELETE FROM pack_column WHERE id % 16 = 9", NULL, NULL, NULL),
        SQLITE_OK);
    finds(db, "A", "1");
    scratch_import(db, more, 2, NULL); /* fills the same pack up */
    finds(db, "a", "1 4");
    finds(db, "c", "5");
    struct rebuilt rebuilt;
    assert_int_equal(sales_rebuild(db, NULL, &rebuilt, &error), ERR_OK);
    finds(db, "a", "1 4");
    derived_check(db, true);
    db_close(db);
}

static void references_of_one_hash_are_told_apart(void **state) {
    struct db *db = shop(state);
    char other[24];
    int i = 0;
    do
        snprintf(other, sizeof other, "R%d", ++i);
    while (sale_reference_hash(other) != sale_reference_hash("x"));
    const struct sale sales[] = {sale_of("x", 1), sale_of(other, 2)};
    scratch_import(db, sales, 2, NULL);
    finds(db, "X", "1");
    finds(db, other, "2");
    db_close(db);
}

static uint64_t mixed(uint64_t x) { /* MurmurHash3's finalizer */
    x = (x ^ x >> 33) * 0xFF51AFD7ED558CCDU;
    x = (x ^ x >> 33) * 0xC4CEB9FE1A85EC53U;
    return x ^ x >> 33;
}

/* It stands in files: what one version writes, every later one compares with. */
static void the_identity_of_a_sale_never_changes(void **state) {
    (void)state;
    char reference[24] = "";
    for (size_t length = 0; length < 20; length++) {
        struct sale sale = sale_of(reference, 12345);
        uint64_t hash = mixed((uint64_t)sale.price_minor ^ (uint64_t)(uint32_t)sale.day << 47);
        hash = mixed(hash ^ (UINT64_C(1) << 48 | UINT64_C(1) << 32 | UINT64_C(30) << 16 |
                             (uint64_t)GENDER_FEMALE << 8 | sale_pack_answers(&sale)));
        hash ^= length;
        for (size_t at = 0; at < length; at += 8) {
            uint64_t word = 0;
            for (size_t i = at; i < length && i < at + 8; i++)
                word |= (uint64_t)(unsigned char)reference[i] << (8 * (i - at));
            hash = mixed(hash ^ word) + 0x9E3779B97F4A7C15U;
        }
        assert_int_equal(sale_identity(&sale), (uint32_t)(hash >> 32) | 1);
        reference[length] = (char)(0xE0 - 11 * length);
    }
}

static void a_hash_knows_the_case_of_ascii_letters_only(void **state) {
    (void)state;
    for (int c = 1; c < 256; c++) {
        const char one[] = {'1', (char)c, '\0'}, folded[] = {'1', (char)(c ^ 0x20), '\0'};
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if ((c ^ 0x20) != 0)
            assert_int_equal(sale_reference_hash(one) == sale_reference_hash(folded), letter);
        assert_in_range(sale_reference_hash(one), 1, REFERENCE_UNKNOWN - 1);
    }
    assert_int_equal(sale_reference_hash(NULL), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(names_are_the_same_without_regard_to_case),
        SCRATCH_TEST(a_sale_with_a_reference_is_kept_once),
        SCRATCH_TEST(a_sale_that_differs_in_any_field_is_another_sale),
        SCRATCH_TEST(a_sale_is_compared_in_every_field_where_identities_are_equal),
        SCRATCH_TEST(of_sales_without_reference_as_many_are_kept_as_one_file_holds),
        SCRATCH_TEST(copies_of_two_kinds_do_not_answer_for_each_other),
        SCRATCH_TEST(a_file_of_nothing_but_copies_stays_cheap),
        SCRATCH_TEST(copies_that_slip_through_are_found_in_the_end),
        SCRATCH_TEST(the_order_of_a_file_does_not_matter),
        SCRATCH_TEST(a_rolled_back_run_answers_for_nothing),
        SCRATCH_TEST(a_sale_is_read_back_as_it_was_stored),
        SCRATCH_TEST(what_the_schema_would_refuse_is_refused_before_it),
        SCRATCH_TEST(the_schema_refuses_what_comes_from_elsewhere),
        SCRATCH_TEST(runs_and_rejects_are_listed_as_they_were_recorded),
        SCRATCH_TEST(sales_are_found_by_their_reference_whatever_its_case),
        SCRATCH_TEST(where_nobody_has_a_reference_nothing_is_kept_of_it),
        SCRATCH_TEST(packs_of_an_older_program_are_looked_through_sale_by_sale),
        SCRATCH_TEST(references_of_one_hash_are_told_apart),
        cmocka_unit_test(a_hash_knows_the_case_of_ascii_letters_only),
        cmocka_unit_test(the_identity_of_a_sale_never_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
