/* engine/slice/facts: the columns say what the sales say, also after others have imported. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "db/sales.h"
#include "engine/slice/facts.h"
#include "tests/support/scratch.h"

static char *shop(void **state, struct db **writer) {
    char *path = scratch_path(state, "shop.db");
    *writer = scratch_writer(path);
    struct error error;
    int32_t id;
    assert_int_equal(db_location_intern(*writer, "Outside", false, &id, &error), ERR_OK);
    assert_int_equal(db_handset_intern(*writer, "Pixel", "Google", &id, &error), ERR_OK);
    return path;
}

static const struct sale known = {.reference = "1",
                                  .price_minor = 1707300,
                                  .day = 20000,
                                  .location = 1,
                                  .handset = 1,
                                  .age_years = 49,
                                  .gender = GENDER_FEMALE,
                                  .answers = {0, 1, UNKNOWN, 1}};
static const struct sale unknown = {.reference = "2",
                                    .price_minor = 1,
                                    .day = 19000,
                                    .handset = 1,
                                    .age_years = UNKNOWN,
                                    .gender = UNKNOWN,
                                    .answers = {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN}};

static void columns_hold_what_was_imported(void **state) {
    struct db *writer;
    char *path = shop(state, &writer);
    const struct sale sales[] = {known, unknown};
    scratch_import(writer, sales, 2, NULL);
    struct facts facts;
    struct error error;
    assert_int_equal(facts_load(writer, &facts, &error), ERR_OK);
    assert_int_equal(facts.count, 2);
    assert_int_equal(facts.id[0], 1);
    assert_int_equal(facts.price_minor[0], 1707300);
    assert_int_equal(facts.day[0], 20000);
    assert_int_equal(facts.age[0], 49);
    assert_int_equal(facts.gender[0], 1 + GENDER_FEMALE);
    assert_int_equal(facts.answers[0], 1 + 2 * 3 + 0 * 9 + 2 * 27);
    assert_int_equal(facts_answer(&facts, 0, ANSWER_FACEBOOK), 0);
    assert_int_equal(facts_answer(&facts, 0, ANSWER_FOLLOWS), 1);
    assert_int_equal(facts_answer(&facts, 0, ANSWER_RETURNING), UNKNOWN);
    assert_int_equal(facts_answer(&facts, 0, ANSWER_HEARD), 1);
    assert_string_equal(facts_location(&facts, 0), "Outside");
    assert_string_equal(facts_handset(&facts, 0), "Pixel");
    assert_string_equal(facts_location(&facts, 1), "unknown");
    assert_int_equal(facts.age[1], 0);
    assert_int_equal(facts.gender[1], 0);
    assert_int_equal(facts.answers[1], 0);
    assert_int_equal(facts.first_day, 19000);
    assert_int_equal(facts.last_day, 20000);
    assert_int_equal(facts.synthetic, 0);
    facts_free(&facts);
    db_close(writer);
    free(path);
}

static void a_refresh_adds_only_what_is_new(void **state) {
    struct db *writer;
    char *path = shop(state, &writer);
    scratch_import(writer, &known, 1, NULL);
    struct db *reader = scratch_reader(path);
    struct facts facts;
    struct error error;
    size_t added;
    assert_int_equal(facts_load(reader, &facts, &error), ERR_OK);
    facts.segment[0] = 3;
    assert_int_equal(facts_refresh(reader, &facts, &added, &error), ERR_OK);
    assert_int_equal(added, 0);
    enum { MORE = 5000 };
    struct sale *sales = calloc(MORE, sizeof *sales);
    int32_t handset;
    assert_int_equal(db_handset_intern(writer, "Moto", "Motorola", &handset, &error), ERR_OK);
    for (int i = 0; i < MORE; i++) {
        sales[i] = unknown;
        sales[i].price_minor = 100 + i;
        sales[i].handset = handset;
    }
    scratch_import(writer, sales, MORE, NULL);
    assert_int_equal(facts_refresh(reader, &facts, &added, &error), ERR_OK);
    assert_int_equal(added, MORE);
    assert_int_equal(facts.count, 1 + MORE);
    assert_int_equal(facts.segment[0], 3);
    assert_int_equal(facts.segment[MORE], 0);
    assert_int_equal(facts.price_minor[MORE], 100 + MORE - 1);
    assert_string_equal(facts_handset(&facts, MORE), "Moto");
    assert_int_equal(facts.first_day, 19000);
    free(sales);
    facts_free(&facts);
    db_close(reader);
    db_close(writer);
    free(path);
}

static void an_empty_database_has_no_facts(void **state) {
    struct db *writer;
    char *path = shop(state, &writer);
    struct facts facts;
    struct error error;
    assert_int_equal(facts_load(writer, &facts, &error), ERR_OK);
    assert_int_equal(facts.count, 0);
    assert_int_equal(facts.handsets.count, 1);
    facts_free(&facts);
    db_close(writer);
    free(path);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(columns_hold_what_was_imported),
        SCRATCH_TEST(a_refresh_adds_only_what_is_new),
        SCRATCH_TEST(an_empty_database_has_no_facts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
