/* Sales one by one into the database: once each, packed later, in one transaction with their keys.
 */
#include "engine/intake/till.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "db/audit.h"
#include "db/imports.h"
#include "db/sales.h"
#include "db/till.h"
#include "engine/intake/undo.h"
#include "tests/support/derived.h"
#include "tests/support/scratch.h"

enum { MOST = 8 };

struct shop {
    char *path;
    struct db *writer;
    struct till_book book;
    struct customer customers[MOST];
    struct till_entry entries[MOST];
    char keys[MOST][16];
};

static void open_shop(struct shop *shop, void **state) {
    *shop = (struct shop){.path = scratch_path(state, "shop.db")};
    shop->writer = scratch_writer(shop->path);
    setenv("RETAIL_PULSE_NOW", "2026-01-15T12:00:00", 1);
}

static void close_shop(struct shop *shop) {
    db_close(shop->writer);
    free(shop->path);
}

/* Entry `at`: of this key, and price in major units. */
static void enter(struct shop *shop, int at, const char *key, const char *reference, int price) {
    struct customer *customer = &shop->customers[at];
    const char *reason;
    char text[16];
    customer_init(customer);
    snprintf(text, sizeof text, "%d", price);
    assert_true(customer_set(customer, FIELD_DATE, "2026-01-14", &reason));
    assert_true(customer_set(customer, FIELD_HANDSET, "Pixel 9", &reason));
    assert_true(customer_set(customer, FIELD_PRICE, text, &reason));
    snprintf(shop->keys[at], sizeof shop->keys[at], "%s", key);
    shop->entries[at] =
        (struct till_entry){.key = shop->keys[at], .reference = reference, .customer = customer};
}

static int store(struct shop *shop, int count) {
    struct error error = {0};
    int taken;
    if (till_store(shop->writer, &shop->book, shop->entries, count, &taken, &error) != ERR_OK)
        fail_msg("%s", error.message);
    return taken;
}

static void pack(struct shop *shop, int64_t least) {
    struct error error = {0};
    if (till_pack(shop->writer, least, &error) != ERR_OK)
        fail_msg("%s", error.message);
}

static int64_t unpacked(struct shop *shop) {
    int64_t sales = -1;
    assert_int_equal(db_till_unpacked(shop->writer, &sales, NULL), ERR_OK);
    return sales;
}

static void those_of_a_batch_are_told_apart_by_their_keys(void **state) {
    struct shop shop;
    open_shop(&shop, state);
    enter(&shop, 0, "a", NULL, 100);
    enter(&shop, 1, "b", NULL, 100);
    enter(&shop, 2, "a", NULL, 100);
    enter(&shop, 3, "b", NULL, 101);
    assert_int_equal(store(&shop, 4), 4);
    assert_int_equal(shop.entries[0].outcome, TILL_ADDED);
    assert_int_equal(shop.entries[1].outcome, TILL_ADDED);
    assert_int_equal(shop.entries[2].outcome, TILL_PRESENT);
    assert_int_equal(shop.entries[2].sale_id, shop.entries[0].sale_id);
    assert_int_equal(shop.entries[3].outcome, TILL_CONFLICT);
    assert_int_equal(shop.book.sales, 2);
    close_shop(&shop);
}

static void one_reference_twice_in_a_batch_waits_for_the_next(void **state) {
    struct shop shop;
    open_shop(&shop, state);
    enter(&shop, 0, "a", "R-1", 100);
    enter(&shop, 1, "b", "R-2", 100);
    enter(&shop, 2, "c", "r-1", 100);
    assert_int_equal(store(&shop, 3), 2);
    shop.entries[0] = shop.entries[2];
    assert_int_equal(store(&shop, 1), 1);
    assert_int_equal(shop.entries[0].outcome, TILL_CONFLICT); /* another spelling, another sale */
    enter(&shop, 0, "d", "R-1", 100);
    assert_int_equal(store(&shop, 1), 1);
    assert_int_equal(shop.entries[0].outcome, TILL_PRESENT);
    enter(&shop, 0, "d", "R-1", 100); /* its key is known from now on */
    assert_int_equal(store(&shop, 1), 1);
    assert_int_equal(shop.entries[0].outcome, TILL_PRESENT);
    assert_int_equal(shop.book.sales, 2);
    close_shop(&shop);
}

static void packing_leaves_what_an_import_would_have_left(void **state) {
    struct shop shop;
    open_shop(&shop, state);
    for (int i = 0; i < 5; i++) {
        char key[8];
        snprintf(key, sizeof key, "k%d", i);
        enter(&shop, i, key, NULL, 100 + i);
    }
    store(&shop, 5);
    assert_int_equal(unpacked(&shop), 5);
    pack(&shop, 6); /* too few to be worth it */
    assert_int_equal(unpacked(&shop), 5);
    derived_check(shop.writer, false);
    pack(&shop, 5);
    assert_int_equal(unpacked(&shop), 0);
    derived_check(shop.writer, true);
    close_shop(&shop);
}

static bool keep_run(void *context, const struct import_run *run) {
    *(struct import_run *)context =
        (struct import_run){.id = run->id, .rows = run->rows, .imported = run->imported};
    memcpy(((struct import_run *)context)->sha256, run->sha256, sizeof run->sha256);
    return false; /* the newest */
}

static struct import_run newest_run(struct shop *shop) {
    struct import_run run = {0};
    assert_int_equal(db_imports_list(shop->writer, keep_run, &run, NULL), ERR_OK);
    return run;
}

static bool count_entry(void *context, const struct audit_entry *entry) {
    *(int *)context += strcmp(entry->action, "till") == 0;
    return true;
}

static void a_days_sales_are_one_import_and_one_line_of_the_log(void **state) {
    struct shop shop;
    int lines = 0;
    open_shop(&shop, state);
    enter(&shop, 0, "a", NULL, 100);
    store(&shop, 1);
    struct import_run first = newest_run(&shop);
    enter(&shop, 0, "b", NULL, 100);
    store(&shop, 1);
    struct import_run second = newest_run(&shop);
    assert_int_equal(second.id, first.id);
    assert_int_equal(second.imported, 2);
    assert_int_equal(second.rows, 2);
    assert_string_not_equal(second.sha256, first.sha256); /* other sales are other bytes */
    setenv("RETAIL_PULSE_NOW", "2026-01-16T00:00:01", 1);
    enter(&shop, 0, "c", NULL, 100);
    store(&shop, 1);
    struct import_run third = newest_run(&shop);
    assert_int_not_equal(third.id, first.id);
    assert_int_equal(third.imported, 1);
    assert_int_equal(db_audit_list(shop.writer, INT64_MAX, 0, count_entry, &lines, NULL), ERR_OK);
    assert_int_equal(lines, 2);
    close_shop(&shop);
}

static void sales_after_an_undo_are_of_a_finished_import_again(void **state) {
    struct shop shop;
    struct undo_result undone;
    open_shop(&shop, state);
    enter(&shop, 0, "a", NULL, 100);
    store(&shop, 1);
    int64_t run = newest_run(&shop).id;
    assert_int_equal(import_undo(shop.writer, run, false, NULL, &undone, NULL), ERR_OK);
    undo_result_free(&undone);
    assert_int_equal(newest_run(&shop).id, 0);
    store(&shop, 1); /* the same again: its key went with the import */
    assert_int_equal(shop.entries[0].outcome, TILL_ADDED);
    assert_int_not_equal(newest_run(&shop).id, run);
    assert_int_equal(newest_run(&shop).imported, 1);
    derived_check(shop.writer, false);
    close_shop(&shop);
}

static void a_sale_in_conflict_leaves_no_names_behind(void **state) {
    struct shop shop;
    const char *reason;
    open_shop(&shop, state);
    enter(&shop, 0, "a", "R-1", 100);
    store(&shop, 1);
    for (int i = 0; i < 2; i++) {
        enter(&shop, i, i == 0 ? "a" : "b", "R-1", 100);
        assert_true(customer_set(&shop.customers[i], FIELD_HANDSET, "Mistyped 1", &reason));
        assert_true(customer_set(&shop.customers[i], FIELD_LOCATION, "Nowhere", &reason));
        shop.entries[0] = shop.entries[i];
        assert_int_equal(store(&shop, 1), 1);
        assert_int_equal(shop.entries[0].outcome, TILL_CONFLICT);
    }
    enter(&shop, 0, "a", "R-1", 100); /* the place alone: one never heard of is not one unknown */
    assert_true(customer_set(&shop.customers[0], FIELD_LOCATION, "Nowhere", &reason));
    store(&shop, 1);
    assert_int_equal(shop.entries[0].outcome, TILL_CONFLICT);
    int32_t id;
    assert_int_equal(db_handset_find(shop.writer, "Mistyped 1", &id, NULL), ERR_OK);
    assert_int_equal(id, 0);
    assert_int_equal(db_location_find(shop.writer, "Nowhere", &id, NULL), ERR_OK);
    assert_int_equal(id, 0);
    close_shop(&shop);
}

static void put_back(struct shop *shop, const char *copy) {
    char *command = xasprintf("cp '%s' '%s'", copy, shop->path);
    db_close(shop->writer);
    assert_int_equal(system(command), 0);
    shop->writer = scratch_writer(shop->path);
    free(command);
}

/* The book is in the server's memory; the database may be another than it was. */
static void sales_go_on_after_an_older_copy_was_put_back(void **state) {
    struct shop shop;
    open_shop(&shop, state);
    char *copy = scratch_path(state, "copy.db"),
         *command = xasprintf("cp '%s' '%s'", shop.path, copy);
    db_close(shop.writer);
    assert_int_equal(system(command), 0);
    shop.writer = scratch_writer(shop.path);
    enter(&shop, 0, "a", NULL, 100);
    store(&shop, 1);
    const int64_t run = newest_run(&shop).id;
    put_back(&shop, copy);
    store(&shop, 1); /* the same: it is there no more */
    assert_int_equal(shop.entries[0].outcome, TILL_ADDED);
    assert_int_equal(newest_run(&shop).imported, 1);
    assert_int_equal(shop.book.sales, 1);

    put_back(&shop, copy); /* and an import takes the run's id meanwhile */
    struct import_run import = {.file = "a.csv", .who = "x", .started_at = "2026-01-15T12:00:00Z"};
    assert_int_equal(db_begin(shop.writer, NULL), ERR_OK);
    assert_int_equal(db_import_start(shop.writer, &import, NULL), ERR_OK);
    assert_int_equal(import.id, run);
    memcpy(import.finished_at, import.started_at, sizeof import.finished_at);
    assert_int_equal(db_import_finish(shop.writer, &import, NULL), ERR_OK);
    assert_int_equal(db_commit(shop.writer, NULL), ERR_OK);
    store(&shop, 1);
    assert_int_equal(shop.entries[0].outcome, TILL_ADDED);
    assert_int_not_equal(newest_run(&shop).id, run);
    assert_int_equal(newest_run(&shop).imported, 1);
    derived_check(shop.writer, false);
    free(command);
    free(copy);
    close_shop(&shop);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(those_of_a_batch_are_told_apart_by_their_keys),
        SCRATCH_TEST(one_reference_twice_in_a_batch_waits_for_the_next),
        SCRATCH_TEST(packing_leaves_what_an_import_would_have_left),
        SCRATCH_TEST(a_days_sales_are_one_import_and_one_line_of_the_log),
        SCRATCH_TEST(sales_after_an_undo_are_of_a_finished_import_again),
        SCRATCH_TEST(a_sale_in_conflict_leaves_no_names_behind),
        SCRATCH_TEST(sales_go_on_after_an_older_copy_was_put_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
