/* engine/slice/holding: a shop that takes its sales into memory answers as before, only sooner, and
 * lets go of them when they change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "engine/shop.h"
#include "engine/slice/cube.h"
#include "engine/slice/linked.h"
#include "tests/support/facts_db.h"
#include "tests/support/facts_table.h"
#include "tests/support/scratch.h"

enum { SALES = 4000, PATIENCE = 2000 /* times 5 ms */ };

static void make_shop(const char *path) {
    struct facts random;
    facts_table_random(&random, SALES, 21);
    for (size_t row = 0; row < random.count; row += 900)
        random.price_minor[row] = INT64_C(7000000000) + (int64_t)row; /* beyond 32 bits */
    facts_db(path, &random);
    facts_table_free(&random);
}

static void pause_ms(long ms) {
    nanosleep(&(struct timespec){0, ms * 1000000}, NULL);
}

/* Until the cells are there in the place of their summary. */
static void wait_for_cells(struct shop *shop) {
    struct error error;
    bool taken = false;
    for (int i = 0; shop_fd(shop) >= 0 && !taken && i < PATIENCE; i++) {
        pause_ms(5);
        assert_int_equal(shop_take(shop, &taken, &error), ERR_OK);
    }
    assert_non_null(shop_facts(shop)->cube);
    assert_null(shop_facts(shop)->summary);
}

static struct shop *open_beside(const char *path) {
    struct shop *shop;
    struct error error;
    assert_int_equal(shop_open_beside(path, 100, &shop, &error), ERR_OK);
    wait_for_cells(shop);
    return shop;
}

static struct slice slice_of(const struct shop *shop, const char *text) {
    struct slice slice = {0};
    struct error error;
    if (slice_parse(&slice, shop_facts(shop), text, &error) != ERR_OK)
        fail_msg("%s", error.message);
    return slice;
}

static bool holds_sales(const struct shop *shop) {
    return shop_facts(shop)->cube->columns != NULL;
}

/* As long as it takes. */
static void choose_until_held(struct shop *shop, const struct slice *slice) {
    struct error error;
    for (int i = 0; !holds_sales(shop) && i < PATIENCE; i++) {
        assert_int_equal(shop_choose(shop, slice, &error), ERR_OK);
        pause_ms(5);
    }
    assert_true(holds_sales(shop));
}

/* All lists of a slice as one shop gives them and as another one does that holds its sales. */
static void expect_same_lists(struct shop *shop, struct shop *plain, const char *text) {
    struct slice slice = slice_of(shop, text);
    struct linked found, expected;
    struct error error;
    assert_int_equal(shop_choose(shop, &slice, &error), ERR_OK);
    assert_int_equal(shop_choose(plain, &slice, &error), ERR_OK);
    assert_false(holds_sales(plain));
    assert_int_equal(linked_compute(shop_facts(shop), &slice, &found, &error), ERR_OK);
    assert_int_equal(linked_complete(shop_facts(shop), &slice, &found, &error), ERR_OK);
    assert_int_equal(linked_compute(shop_facts(plain), &slice, &expected, &error), ERR_OK);
    assert_int_equal(linked_complete(shop_facts(plain), &slice, &expected, &error), ERR_OK);
    assert_int_equal(found.total.sales, expected.total.sales);
    for (int d = 0; d < DIMENSION_COUNT; d++) {
        assert_int_equal(found.lists[d].count, expected.lists[d].count);
        assert_int_equal(found.lists[d].kept, expected.lists[d].kept);
        for (int i = 0; i < found.lists[d].count; i++)
            assert_memory_equal(&found.lists[d].rows[i].cell, &expected.lists[d].rows[i].cell,
                                sizeof found.lists[d].rows[i].cell);
    }
    linked_free(&found);
    linked_free(&expected);
    slice_free(&slice);
}

static void expect_same(struct shop *shop, const char *path) {
    static const char *const texts[] = {"",
                                        "gender=F",
                                        "weekday=Fri age=33",
                                        "price>=12345.67 price<23456.78 facebook=yes",
                                        "date>=2024-06-11 location!=unknown",
                                        "price>1000000"};
    struct shop *plain;
    struct error error;
    assert_int_equal(shop_open_up_to(path, 100, &plain, &error), ERR_OK);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect_same_lists(shop, plain, texts[i]);
    shop_close(plain);
}

static void sales_are_taken_into_memory_once_a_slice_has_filters(void **state) {
    char *path = scratch_path(state, "shop.db");
    make_shop(path);
    struct shop *shop = open_beside(path);
    struct slice all = {0}, some = slice_of(shop, "gender=F");
    struct error error;
    for (int i = 0; i < 20; i++) {
        assert_int_equal(shop_choose(shop, &all, &error), ERR_OK);
        pause_ms(5);
    }
    assert_false(holds_sales(shop)); /* nobody filters */
    choose_until_held(shop, &some);
    expect_same(shop, path);
    slice_free(&some);
    shop_close(shop);
    free(path);
}

static void sales_that_came_are_among_those_that_are_held_next(void **state) {
    char *path = scratch_path(state, "shop.db");
    const struct sale sale = {.price_minor = 2000000,
                              .day = 19900,
                              .location = 1,
                              .handset = 1,
                              .age_years = 33,
                              .answers = {1, 1, 0, UNKNOWN}};
    make_shop(path);
    struct shop *shop = open_beside(path);
    struct slice some = slice_of(shop, "age=33");
    struct error error;
    bool changed;
    choose_until_held(shop, &some);
    struct db *writer = scratch_writer(path);
    scratch_tail(writer, &sale, 1);
    scratch_import(writer, &sale, 1, NULL);
    db_close(writer);
    assert_int_equal(shop_refresh(shop, &changed, &error), ERR_OK);
    assert_true(changed);
    wait_for_cells(shop);
    assert_false(holds_sales(shop));
    expect_same(shop, path);
    choose_until_held(shop, &some);
    expect_same(shop, path);
    slice_free(&some);
    shop_close(shop);
    free(path);
}

/* Whatever it is at when it has to end. */
static void a_shop_can_be_closed_or_read_anew_while_it_takes_sales_in(void **state) {
    char *path = scratch_path(state, "shop.db");
    make_shop(path);
    for (int i = 0; i < 12; i++) {
        struct shop *shop = open_beside(path);
        struct slice some = slice_of(shop, "gender=F");
        struct error error;
        bool changed;
        assert_int_equal(shop_choose(shop, &some, &error), ERR_OK);
        pause_ms(i / 2);
        if (i % 2 == 0) {
            struct db *writer = scratch_writer(path);
            const struct sale sale = {
                .price_minor = 2000000 + i, .day = 19900, .handset = 1, .age_years = 30};
            scratch_tail(writer, &sale, 1);
            db_close(writer);
            assert_int_equal(shop_refresh(shop, &changed, &error), ERR_OK);
            assert_true(changed);
            assert_true(shop_facts(shop)->cube == NULL || !holds_sales(shop));
        }
        slice_free(&some);
        shop_close(shop);
    }
    free(path);
}

static void whoever_has_time_takes_them_in_at_once(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct shop *shop;
    struct error error;
    make_shop(path);
    assert_int_equal(shop_open_up_to(path, 100, &shop, &error), ERR_OK);
    assert_int_equal(shop_hold_sales(shop, &error), ERR_OK);
    assert_true(holds_sales(shop));
    expect_same(shop, path);
    shop_close(shop);
    assert_int_equal(shop_open_up_to(path, SALES, &shop, &error), ERR_OK);
    assert_int_equal(shop_hold_sales(shop, &error), ERR_OK); /* they are held one by one */
    assert_null(shop_facts(shop)->cube);
    shop_close(shop);
    free(path);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(sales_are_taken_into_memory_once_a_slice_has_filters),
        SCRATCH_TEST(sales_that_came_are_among_those_that_are_held_next),
        SCRATCH_TEST(a_shop_can_be_closed_or_read_anew_while_it_takes_sales_in),
        SCRATCH_TEST(whoever_has_time_takes_them_in_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
