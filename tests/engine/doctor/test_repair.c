/* engine/doctor/repair: every sale whose page is whole is saved from a damaged file, and none is
 * made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <gsl/gsl_rng.h>

#include "base/memory.h"
#include "db/connection.h"
#include "db/migrate.h"
#include "db/sales.h"
#include "engine/doctor/repair.h"
#include "engine/learn/random.h"
#include "tests/support/derived.h"
#include "tests/support/old_schema.h"
#include "tests/support/scratch.h"

enum { PAGE = 4096, RUNS = 4, OF_RUN = 3000, SALES = RUNS * OF_RUN, HANDSETS = 9 };

/* A shop of some imports, made once: its file, its sales by id, and on which page each of them is.
 */
static char *pristine;
static size_t pristine_size;
static struct sale originals[SALES + 1];
static uint32_t page_of[SALES + 1];

static bool keep_original(void *context, const struct sale *sale) {
    (void)context;
    originals[sale->id] = *sale;
    originals[sale->id].reference = sale->reference != NULL ? xstrdup(sale->reference) : NULL;
    return true;
}

/* Leaves come in the order of their ids, each with the next so many (sqlite.org/dbstat.html). */
static void find_pages(struct db *db) {
    sqlite3_stmt *list;
    int64_t id = 1;
    assert_int_equal(sqlite3_prepare_v2(db->handle,
                                        "SELECT pageno, ncell FROM dbstat WHERE name = 'sale'"
                                        " AND pagetype = 'leaf' ORDER BY path",
                                        -1, &list, NULL),
                     SQLITE_OK);
    while (sqlite3_step(list) == SQLITE_ROW) {
        for (int cell = 0; cell < sqlite3_column_int(list, 1); cell++)
            page_of[id++] = (uint32_t)sqlite3_column_int64(list, 0);
    }
    sqlite3_finalize(list);
    assert_int_equal(id, SALES + 1);
}

static int make_pristine(void **state) {
    scratch_setup(state);
    char *path = scratch_path(state, "shop.db");
    struct db *db = scratch_writer(path);
    struct error error;
    int32_t id;
    char name[32];
    gsl_rng *random = random_new(3, 1);
    assert_int_equal(db_location_intern(db, "Lakeside", true, &id, &error), ERR_OK);
    assert_int_equal(db_location_intern(db, "Outside", false, &id, &error), ERR_OK);
    for (int i = 1; i <= HANDSETS; i++) {
        snprintf(name, sizeof name, "Phone %d", i);
        assert_int_equal(db_handset_intern(db, name, "Acme", &id, &error), ERR_OK);
    }
    for (int run = 0; run < RUNS; run++) {
        static struct sale sales[OF_RUN];
        static char references[OF_RUN][32];
        for (int i = 0; i < OF_RUN; i++) {
            snprintf(references[i], sizeof references[i], "C%d-%d", run, i);
            sales[i] =
                (struct sale){.price_minor = 100 + (int64_t)gsl_rng_uniform_int(random, 5000000),
                              .reference = i % 3 == 0 ? NULL : references[i],
                              .day = 19000 + 90 * run + (int)gsl_rng_uniform_int(random, 90),
                              .location = 1 + (int)gsl_rng_uniform_int(random, 2),
                              .handset = 1 + (int)gsl_rng_uniform_int(random, HANDSETS),
                              .age_years = (int16_t)(i % 11 == 0 ? UNKNOWN : 18 + i % 60),
                              .gender = (int8_t)((int)gsl_rng_uniform_int(random, 4) - 1)};
            for (int answer = 0; answer < ANSWER_COUNT; answer++)
                sales[i].answers[answer] = (int8_t)((int)gsl_rng_uniform_int(random, 3) - 1);
        }
        int added;
        scratch_import(db, sales, OF_RUN, &added);
        assert_int_equal(added, OF_RUN);
    }
    gsl_rng_free(random);
    assert_int_equal(db_sales_scan(db, 0, keep_original, NULL, &error), ERR_OK);
    find_pages(db);
    db_close(db);
    pristine = scratch_read(path, &pristine_size);
    free(path);
    return scratch_teardown(state);
}

static int free_pristine(void **state) {
    (void)state;
    for (int id = 1; id <= SALES; id++)
        free((char *)originals[id].reference);
    free(pristine);
    return 0;
}

/* ---------------------------------------------------------------------------------- damage */

struct damage {
    char *bytes;
    size_t size;
    bool *hit; /* by page, from 1 */
};

static struct damage damage_new(void) {
    struct damage damage = {.bytes = xmalloc(pristine_size),
                            .size = pristine_size,
                            .hit = xcalloc(pristine_size / PAGE + 2, 1)};
    memcpy(damage.bytes, pristine, pristine_size);
    return damage;
}

static void damage_free(struct damage *damage) {
    free(damage->bytes);
    free(damage->hit);
}

static void zero_page(struct damage *damage, size_t page) {
    memset(damage->bytes + (page - 1) * PAGE, 0, PAGE);
    damage->hit[page] = true;
}

static void cut(struct damage *damage, size_t size) {
    damage->size = size;
    for (size_t page = size / PAGE + 1; page <= pristine_size / PAGE; page++)
        damage->hit[page] = true;
}

/* What was saved; `each` sale is compared with what it was. */
struct outcome_of_repair {
    struct salvaged salvaged;
    bool saved[SALES + 1];
    int64_t sales, wrong_runs, others; /* others: than they were, or made up */
};

static bool compare_sale(void *context, const struct sale *sale) {
    struct outcome_of_repair *outcome = context;
    outcome->sales++;
    if (sale->id > SALES) {
        outcome->others++;
        return true;
    }
    struct sale due = originals[sale->id];
    if (sale->reference == NULL)
        due.reference = NULL; /* the columns do not have it */
    outcome->others += !sale_same(sale, &due);
    outcome->saved[sale->id] = true;
    outcome->wrong_runs += sale->run != due.run;
    return true;
}

/* NULL where not one sale could be read. */
static struct outcome_of_repair *repair(void **state, const struct damage *damage) {
    char *path = scratch_path(state, "damaged.db"), *into = scratch_path(state, "saved.db");
    struct outcome_of_repair *outcome = xcalloc(1, sizeof *outcome);
    struct error error = {0};
    unlink(into);
    scratch_write(path, damage->bytes, damage->size);
    enum err err = repair_salvage(path, into, NULL, &outcome->salvaged, &error);
    if (err != ERR_OK && err != ERR_NO_DATA)
        fail_msg("%s", error.message);
    size_t length;
    char *after = scratch_read(path, &length);
    assert_int_equal(length, damage->size);
    assert_memory_equal(after, damage->bytes, length); /* never touched */
    free(after);
    if (err == ERR_OK) {
        struct diagnosis diagnosis;
        struct db *db = scratch_reader(into);
        assert_int_equal(db_sales_scan(db, 0, compare_sale, outcome, &error), ERR_OK);
        derived_check(db, true);
        db_close(db);
        assert_int_equal(outcome->sales, outcome->salvaged.sales);
        assert_int_equal(diagnose(into, NULL, &diagnosis, &error), ERR_OK);
        for (size_t i = 0; i < diagnosis.count; i++) {
            if (diagnosis.findings[i].grade == GRADE_BROKEN)
                fail_msg("%s", diagnosis.findings[i].what);
        }
        diagnosis_free(&diagnosis);
    } else {
        free(outcome);
        outcome = NULL;
        assert_int_not_equal(access(into, F_OK), 0);
    }
    free(into);
    free(path);
    return outcome;
}

static void outcome_free(struct outcome_of_repair *outcome) {
    if (outcome != NULL)
        salvaged_free(&outcome->salvaged);
    free(outcome);
}

static void check_whole_pages(const struct damage *damage,
                              const struct outcome_of_repair *outcome) {
    assert_true(outcome == NULL || outcome->others == 0);
    for (int id = 1; id <= SALES; id++) {
        bool whole = !damage->hit[page_of[id]];
        if (whole && (outcome == NULL || !outcome->saved[id]))
            fail_msg("sale %d is lost, and its page %u is whole", id, page_of[id]);
    }
}

/* ----------------------------------------------------------------------------------- tests */

static void a_whole_file_is_copied_whole(void **state) {
    struct damage damage = damage_new();
    struct outcome_of_repair *outcome = repair(state, &damage);
    assert_int_equal(outcome->sales, SALES);
    assert_int_equal(outcome->others, 0);
    assert_int_equal(outcome->wrong_runs, 0);
    assert_int_equal(outcome->salvaged.expected, SALES);
    assert_int_equal(outcome->salvaged.from_columns, 0);
    assert_int_equal(outcome->salvaged.corrected, 0);
    assert_int_equal(outcome->salvaged.names_lost, 0);
    assert_int_equal(outcome->salvaged.incomplete_count, 0);
    outcome_free(outcome);
    damage_free(&damage);
}

static void pages_of_zeros_cost_no_sale_of_another_page(void **state) {
    gsl_rng *random = random_new(7, 2);
    for (int round = 0; round < 8; round++) {
        struct damage damage = damage_new();
        size_t pages = pristine_size / PAGE;
        for (int i = 0; i < 1 << round % 6; i++)
            zero_page(&damage, 1 + gsl_rng_uniform_int(random, pages));
        if (round % 4 == 3)
            zero_page(&damage, 1); /* the schema, and with it every table's root */
        struct outcome_of_repair *outcome = repair(state, &damage);
        check_whole_pages(&damage, outcome);
        outcome_free(outcome);
        damage_free(&damage);
    }
    gsl_rng_free(random);
}

/* Their one page is gone; the index of their names is another. */
static void names_whose_page_is_gone_come_from_their_index(void **state) {
    struct damage damage = damage_new();
    char *path = scratch_path(state, "shop.db"), *into = scratch_path(state, "saved.db");
    sqlite3_stmt *list;
    scratch_write(path, pristine, pristine_size);
    struct db *db = scratch_reader(path);
    assert_int_equal(sqlite3_prepare_v2(db->handle,
                                        "SELECT pageno FROM dbstat WHERE name IN"
                                        " ('handset', 'location')",
                                        -1, &list, NULL),
                     SQLITE_OK);
    while (sqlite3_step(list) == SQLITE_ROW)
        zero_page(&damage, (size_t)sqlite3_column_int64(list, 0));
    sqlite3_finalize(list);
    db_close(db);
    struct outcome_of_repair *outcome = repair(state, &damage);
    struct dictionary names;
    struct error error;
    assert_int_equal(outcome->sales, SALES);
    assert_int_equal(outcome->salvaged.names_lost, 0);
    db = scratch_reader(into);
    assert_int_equal(db_locations_load(db, &names, &error), ERR_OK);
    assert_int_equal(names.count, 2);
    assert_string_equal(names.entries[1].name, "Outside");
    assert_int_equal(names.entries[1].local, 0);
    dictionary_free(&names);
    assert_int_equal(db_handsets_load(db, &names, &error), ERR_OK);
    assert_int_equal(names.count, HANDSETS);
    assert_string_equal(names.entries[4].name, "Phone 5");
    dictionary_free(&names);
    db_close(db);
    outcome_free(outcome);
    damage_free(&damage);
    free(into);
    free(path);
}

static void a_file_that_was_cut_off_gives_what_is_left(void **state) {
    for (size_t tenth = 1; tenth < 10; tenth += 2) {
        struct damage damage = damage_new();
        cut(&damage, pristine_size / 10 * tenth + tenth);
        struct outcome_of_repair *outcome = repair(state, &damage);
        check_whole_pages(&damage, outcome);
        outcome_free(outcome);
        damage_free(&damage);
    }
}

/* Whole columns tell which bit is wrong, and have what is gone; so all sales come back, whatever
 * becomes of their own table. */
static void with_whole_columns_every_sale_comes_back(void **state) {
    gsl_rng *random = random_new(11, 3);
    for (int round = 0; round < 4; round++) {
        struct damage damage = damage_new();
        for (int i = 0; i < 200; i++) {
            size_t page = page_of[1 + gsl_rng_uniform_int(random, SALES)];
            if (round % 2 == 0)
                damage.bytes[(page - 1) * PAGE + gsl_rng_uniform_int(random, PAGE)] ^=
                    (char)(1 << gsl_rng_uniform_int(random, 8));
            else if (i < 30)
                zero_page(&damage, page);
        }
        struct outcome_of_repair *outcome = repair(state, &damage);
        assert_int_equal(outcome->sales, SALES);
        /* whose import a sale is stands in no column; beside another damaged one it is not told */
        assert_true(outcome->wrong_runs <= (round % 2 == 0 ? 2 : 0));
        assert_int_equal(outcome->others, 0);
        assert_true(outcome->salvaged.from_columns + outcome->salvaged.corrected > 0);
        assert_true(outcome->salvaged.incomplete_count <= 2 * outcome->wrong_runs);
        outcome_free(outcome);
        damage_free(&damage);
    }
    gsl_rng_free(random);
}

/* Bits flipped anywhere: nothing crashes, nothing is touched, and what was saved is a database that
 * the doctor finds whole. A flipped bit in a row whose columns are damaged too cannot be told. */
static void bits_flipped_anywhere_end_in_a_whole_database(void **state) {
    gsl_rng *random = random_new(13, 4);
    for (int round = 0; round < 8; round++) {
        struct damage damage = damage_new();
        size_t flips = (size_t)1 << (2 + round % 3);
        for (size_t i = 0; i < flips; i++)
            damage.bytes[gsl_rng_uniform_int(random, pristine_size)] ^=
                (char)(1 << gsl_rng_uniform_int(random, 8));
        struct outcome_of_repair *outcome = repair(state, &damage);
        assert_non_null(outcome);
        assert_true(outcome->sales > SALES * 9 / 10);
        assert_true(outcome->others <= (int64_t)flips);
        outcome_free(outcome);
        damage_free(&damage);
    }
    gsl_rng_free(random);
}

static void what_is_lost_is_said_by_import_and_can_be_imported_again(void **state) {
    struct damage damage = damage_new();
    char *into = scratch_path(state, "saved.db");
    /* the last two thirds of the file: some of the sales, and none of the columns that have them */
    cut(&damage, (size_t)(page_of[SALES / 2] - 1) * PAGE);
    struct outcome_of_repair *outcome = repair(state, &damage);
    int64_t lacking = 0;
    for (int i = 0; i < outcome->salvaged.incomplete_count; i++)
        lacking += outcome->salvaged.incomplete[i].brought - outcome->salvaged.incomplete[i].saved;
    assert_int_equal(outcome->salvaged.expected - outcome->salvaged.sales, lacking);
    struct db *db = scratch_writer(into);
    static struct sale again[OF_RUN];
    for (int run = 0; run < RUNS; run++) {
        memcpy(again, &originals[1 + run * OF_RUN], sizeof again);
        scratch_import(db, again, OF_RUN, NULL);
    }
    struct sales_extent extent;
    struct error error;
    assert_int_equal(db_sales_extent(db, &extent, &error), ERR_OK);
    assert_int_equal(extent.sales, SALES + outcome->salvaged.without_reference);
    db_close(db);
    outcome_free(outcome);
    damage_free(&damage);
    free(into);
}

/* The log of a writer that died is part of the database. */
static void what_is_only_in_the_log_is_saved_too(void **state) {
    char *path = scratch_path(state, "logged.db"), *copy = scratch_path(state, "damaged.db"),
         *log = xasprintf("%s-wal", path), *copy_log = xasprintf("%s-wal", copy),
         *into = scratch_path(state, "saved.db");
    scratch_write(path, pristine, pristine_size);
    struct db *db = scratch_writer(path);
    const struct sale late = {.price_minor = 77777,
                              .day = 20000,
                              .location = 1,
                              .handset = 1,
                              .age_years = UNKNOWN,
                              .gender = UNKNOWN,
                              .answers = {1, 1, 1, 1}};
    scratch_import(db, &late, 1, NULL);
    size_t length, log_length; /* as a kill would leave them, before the log is taken in */
    char *bytes = scratch_read(path, &length), *log_bytes = scratch_read(log, &log_length);
    assert_true(log_length > 0);
    db_close(db);
    scratch_write(copy, bytes, length);
    scratch_write(copy_log, log_bytes, log_length);
    struct salvaged salvaged;
    struct error error;
    assert_int_equal(repair_salvage(copy, into, NULL, &salvaged, &error), ERR_OK);
    assert_int_equal(salvaged.sales, SALES + 1);
    salvaged_free(&salvaged);
    free(bytes);
    free(log_bytes);
    free(into);
    free(copy_log);
    free(log);
    free(copy);
    free(path);
}

static bool stop(void *context, const struct progress *progress) {
    (void)progress;
    return --*(int *)context > 0;
}

static void cancelled_or_refused_it_leaves_nothing(void **state) {
    char *path = scratch_path(state, "damaged.db"), *into = scratch_path(state, "saved.db");
    scratch_write(path, pristine, pristine_size);
    struct salvaged salvaged;
    struct error error;
    int calls = 3;
    const struct progress_sink sink = {stop, &calls};
    assert_int_equal(repair_salvage(path, into, &sink, &salvaged, &error), ERR_CANCELLED);
    assert_int_equal(scratch_files(*state), 2); /* the damaged one and its lock */
    scratch_write_text(into, "mine");
    assert_int_equal(repair_salvage(path, into, NULL, &salvaged, &error), ERR_INPUT);
    assert_int_equal(repair_salvage(path, path, NULL, &salvaged, &error), ERR_INPUT);
    unlink(into);
    scratch_write_text(path, "no database at all, only a text that somebody named so");
    assert_int_equal(repair_salvage(path, into, NULL, &salvaged, &error), ERR_NO_DATA);
    assert_int_equal(scratch_files(*state), 2);
    free(into);
    free(path);
}

/* The third leaf of the sales, and how many are on it. */
static uint32_t leaf_of_sales(const char *path, int64_t *sales) {
    sqlite3 *handle;
    sqlite3_stmt *list;
    assert_int_equal(sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle,
                                        "SELECT pageno, ncell FROM dbstat WHERE name = 'sale'"
                                        " AND pagetype = 'leaf' ORDER BY path LIMIT 1 OFFSET 2",
                                        -1, &list, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(list), SQLITE_ROW);
    uint32_t page = (uint32_t)sqlite3_column_int64(list, 0);
    *sales = sqlite3_column_int64(list, 1);
    sqlite3_finalize(list);
    sqlite3_close(handle);
    return page;
}

/* Of a sale of tests/support/old_schema.c. */
static bool check_old_sale(void *context, const struct sale *sale) {
    char reference[32];
    int64_t i = sale->id, *count = context;
    snprintf(reference, sizeof reference, "C%lld", (long long)i);
    assert_string_equal(sale->reference, reference);
    assert_int_equal(sale->run, 1 + (i > 1000));
    assert_int_equal(sale->day, 19000 + i % 400);
    assert_int_equal(sale->price_minor, 10000 + i);
    assert_int_equal(sale->age_years, 20 + i % 50);
    assert_int_equal(sale->handset, 1 + i % 2);
    assert_int_equal(sale->answers[ANSWER_FOLLOWS], UNKNOWN);
    ++*count;
    return true;
}

static void save_old(const char *path, const char *into, int64_t sales) {
    struct salvaged salvaged;
    struct error error;
    int64_t count = 0;
    if (repair_salvage(path, into, NULL, &salvaged, &error) != ERR_OK)
        fail_msg("%s", error.message);
    assert_int_equal(salvaged.sales, sales);
    assert_int_equal(salvaged.names_lost, 0);
    assert_int_equal(salvaged.runs_lost, 0);
    assert_int_equal(salvaged.incomplete_count, sales < OLD_SALES);
    struct db *db = scratch_reader(into);
    assert_int_equal(db_sales_scan(db, 0, check_old_sale, &count, &error), ERR_OK);
    assert_int_equal(count, sales);
    derived_check(db, true);
    db_close(db);
    salvaged_free(&salvaged);
    unlink(into);
}

/* Whole, without one page of sales, and without the schema's page too, so that nothing leads to any
 * table. */
static void every_released_schema_comes_back(void **state) {
    char *into = scratch_path(state, "saved.db");
    for (int version = 1; version < migration_newest(); version++) {
        char *path = old_schema_database(state, version);
        int64_t lost;
        size_t size;
        uint32_t page = leaf_of_sales(path, &lost);
        char *bytes = scratch_read(path, &size);
        save_old(path, into, OLD_SALES);
        memset(bytes + (size_t)(page - 1) * PAGE, 0, PAGE);
        scratch_write(path, bytes, size);
        save_old(path, into, OLD_SALES - lost);
        memset(bytes, 0, PAGE);
        scratch_write(path, bytes, size);
        save_old(path, into, OLD_SALES - lost);
        free(bytes);
        free(path);
    }
    free(into);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(a_whole_file_is_copied_whole),
        SCRATCH_TEST(pages_of_zeros_cost_no_sale_of_another_page),
        SCRATCH_TEST(names_whose_page_is_gone_come_from_their_index),
        SCRATCH_TEST(a_file_that_was_cut_off_gives_what_is_left),
        SCRATCH_TEST(with_whole_columns_every_sale_comes_back),
        SCRATCH_TEST(bits_flipped_anywhere_end_in_a_whole_database),
        SCRATCH_TEST(what_is_lost_is_said_by_import_and_can_be_imported_again),
        SCRATCH_TEST(what_is_only_in_the_log_is_saved_too),
        SCRATCH_TEST(every_released_schema_comes_back),
        SCRATCH_TEST(cancelled_or_refused_it_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, make_pristine, free_pristine);
}
