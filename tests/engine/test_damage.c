/* A database damaged byte by byte: whatever byte of the file is another one, the program answers
 * with the right figures or with an error that says so, and never crashes or hangs. DAMAGE_ROUNDS
 * tries as many bytes as one has time for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_rng.h>
#include <locale.h>
#include <math.h>
#include <unistd.h>

#include "base/memory.h"
#include "engine/analysis/overview.h"
#include "engine/doctor/diagnosis.h"
#include "engine/learn/random.h"
#include "engine/shop.h"
#include "tests/support/dashboard.h"
#include "tests/support/scratch.h"

enum {
    SALES = 1000,
    ROUNDS = 60,
    FEW = 100 /* sales: fewer than there are, so that cells are read */,
    SECONDS_AT_MOST = 60
};

static char *path, *whole;
static size_t size;

/* What everybody looks at first. */
struct figures {
    int64_t sales, revenue_minor, months_sales, handsets_sales, locations_sales, first_month_sales;
    double median_minor;
    bool predicts;
};

static void add_up(const struct overview *overview, struct figures *figures) {
    figures->sales = overview->total.sales;
    figures->median_minor = overview->median_price_minor;
    for (int i = 0; i < overview->month_count; i++) {
        figures->months_sales += overview->months[i].sales;
        figures->revenue_minor += overview->months[i].revenue_minor * (i + 1);
    }
    for (int i = 0; i < overview->handset_count; i++)
        figures->handsets_sales += overview->handsets[i].sales * (i + 1);
    for (int i = 0; i < overview->location_count; i++)
        figures->locations_sales += overview->locations[i].sales * (i + 1);
    figures->first_month_sales = overview->month_count > 0 ? overview->months[0].sales : 0;
}

/* As a dashboard does: facts, overview, segments, models. */
static enum err look(bool as_cells, struct figures *figures, struct error *error) {
    struct shop *shop;
    *figures = (struct figures){0};
    enum err err =
        as_cells ? shop_open_up_to(path, FEW, &shop, error) : shop_open(path, &shop, error);
    if (err != ERR_OK)
        return err;
    const struct slice all = {0};
    struct selection selection;
    err = slice_select(&all, shop_facts(shop), &selection, error);
    if (err == ERR_OK) {
        struct overview overview;
        overview_compute(shop_facts(shop), &selection, &overview);
        add_up(&overview, figures);
        overview_free(&overview);
        selection_free(&selection);
    }
    const char *problem;
    struct predictor *predictor;
    shop_segmentation(shop, &problem);
    if (err == ERR_OK)
        figures->predicts = shop_predictor(shop, &predictor, NULL) == ERR_OK;
    shop_close(shop);
    return err;
}

/* A model or a median that cannot be read is said to be missing; nothing else may differ. */
static bool is_right(const struct figures *now, const struct figures *right) {
    struct figures shown = *now;
    shown.predicts = right->predicts;
    if (isnan(shown.median_minor))
        shown.median_minor = right->median_minor;
    return memcmp(&shown, right, sizeof shown) == 0;
}

static void remove_side_files(void) {
    static const char *const endings[] = {"-wal", "-shm", "-journal", ".lock"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char *side = xasprintf("%s%s", path, endings[i]);
        unlink(side);
        free(side);
    }
}

static int set_up(void **state) {
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL || scratch_setup(state) != 0)
        return -1;
    path = scratch_path(state, "shop.db");
    char *csv = scratch_path(state, "sales.csv"), *all = scratch_read("data/sample.csv", &size);
    char *end = all;
    for (int line = 0; line <= SALES; line++)
        end = strchr(end, '\n') + 1;
    scratch_write(csv, all, (size_t)(end - all));
    dashboard_database_of(path, csv, true);
    free(all);
    free(csv);
    whole = scratch_read(path, &size);
    return 0;
}

static int tear_down(void **state) {
    free(whole);
    free(path);
    return scratch_teardown(state);
}

static int rounds(void) {
    const char *wanted = getenv("DAMAGE_ROUNDS");
    return wanted != NULL ? atoi(wanted) : ROUNDS;
}

static void damage(char *bytes, size_t at, unsigned by) {
    memcpy(bytes, whole, size);
    bytes[at] = (char)((unsigned char)bytes[at] ^ by);
    remove_side_files();
    scratch_write(path, bytes, size);
}

static void any_byte_that_is_another_is_told_or_does_not_matter(void **state) {
    (void)state;
    struct figures right[2], now;
    struct error error;
    for (int cells = 0; cells < 2; cells++)
        assert_int_equal(look(cells, &right[cells], &error), ERR_OK);
    assert_true(right[0].predicts && right[0].sales == SALES && right[1].sales == SALES);
    gsl_rng *dice = random_new(5, 0);
    char *bytes = xmalloc(size);
    int refused = 0, wrong = 0;
    for (int round = 0; round < rounds(); round++) {
        /* one in four where the schema is */
        size_t at = gsl_rng_uniform_int(dice, round % 4 == 0 ? 4096 : size);
        unsigned by = 1 + (unsigned)gsl_rng_uniform_int(dice, 255);
        bool cells = round % 2 != 0;
        damage(bytes, at, by);
        alarm(SECONDS_AT_MOST);
        error = (struct error){0};
        if (look(cells, &now, &error) != ERR_OK) {
            refused++;
            if (error.message[0] == '\0')
                fail_msg("byte %zu ^ %u: an error without words", at, by);
            continue;
        }
        if (!is_right(&now, &right[cells])) {
            wrong++;
            print_message("byte %zu ^ %02x: sales %lld, months %lld, revenue %lld, handsets %lld, "
                          "locations %lld, median %g\n",
                          at, by, (long long)now.sales, (long long)now.months_sales,
                          (long long)now.revenue_minor, (long long)now.handsets_sales,
                          (long long)now.locations_sales, now.median_minor);
        }
    }
    alarm(0);
    print_message("%d bytes changed: %d refused, %d with wrong figures\n", rounds(), refused,
                  wrong);
    free(bytes);
    gsl_rng_free(dice);
    assert_int_equal(wrong, 0);
    assert_true(refused > 0);
}

static void the_doctor_survives_any_byte(void **state) {
    (void)state;
    gsl_rng *dice = random_new(6, 0);
    char *bytes = xmalloc(size);
    int found = 0;
    for (int round = 0; round < rounds() / 5; round++) {
        size_t at = gsl_rng_uniform_int(dice, round % 3 == 0 ? 4096 : size);
        damage(bytes, at, 1 + (unsigned)gsl_rng_uniform_int(dice, 255));
        struct diagnosis diagnosis = {0};
        struct error error = {0};
        alarm(SECONDS_AT_MOST);
        enum err err = diagnose(path, NULL, &diagnosis, &error);
        if (err != ERR_OK)
            assert_true(error.message[0] != '\0');
        found += err != ERR_OK || diagnosis_worst(&diagnosis) == GRADE_BROKEN;
        diagnosis_free(&diagnosis);
    }
    alarm(0);
    print_message("%d looks of the doctor: %d found\n", rounds() / 5, found);
    free(bytes);
    gsl_rng_free(dice);
    assert_true(found > 0);
}

/* SQLite takes what is missing of the last page for zeros: then it must not have mattered. */
static void any_length_is_told_or_does_not_matter(void **state) {
    (void)state;
    struct figures right[2], now;
    gsl_rng *dice = random_new(7, 0);
    int refused = 0;
    remove_side_files();
    scratch_write(path, whole, size);
    for (int cells = 0; cells < 2; cells++)
        assert_int_equal(look(cells, &right[cells], NULL), ERR_OK);
    for (int round = 0; round < rounds() / 5; round++) {
        struct error error = {0};
        bool cells = round % 2 != 0;
        remove_side_files();
        scratch_write(path, whole, gsl_rng_uniform_int(dice, size - 1));
        alarm(SECONDS_AT_MOST);
        if (look(cells, &now, &error) != ERR_OK) {
            refused++;
            assert_true(error.message[0] != '\0');
        } else {
            assert_true(is_right(&now, &right[cells]));
        }
    }
    alarm(0);
    gsl_rng_free(dice);
    assert_true(refused > rounds() / 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_byte_that_is_another_is_told_or_does_not_matter),
        cmocka_unit_test(the_doctor_survives_any_byte),
        cmocka_unit_test(any_length_is_told_or_does_not_matter),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
