/* report/sales and report/export: a shop that is held as sums answers as one that is held by its
 * sales, row for row and byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "report/export.h"
#include "report/print.h"
#include "report/sales.h"
#include "tests/support/dashboard.h"
#include "tests/support/scratch.h"

enum { ALL = 1000000, FEW = 100 };

struct opened {
    struct shop *shop;
    struct slice slice;
    struct selection selection;
    struct reading reading;
};

static void shop_of(struct opened *opened, const char *path, int64_t holding, const char *filters) {
    struct error error;
    *opened = (struct opened){0};
    assert_int_equal(shop_open_up_to(path, holding, &opened->shop, &error), ERR_OK);
    assert_int_equal(slice_parse(&opened->slice, shop_facts(opened->shop), filters, &error),
                     ERR_OK);
    assert_int_equal(shop_choose(opened->shop, &opened->slice, &error), ERR_OK);
    const struct facts *facts = shop_facts(opened->shop);
    assert_int_equal(slice_select(&opened->slice, facts, &opened->selection, &error), ERR_OK);
    assert_int_equal(facts->cube != NULL, holding == FEW);
    opened->reading = (struct reading){.shop = opened->shop,
                                       .facts = facts,
                                       .slice = &opened->slice,
                                       .selection = &opened->selection};
}

static void shut(struct opened *opened) {
    selection_free(&opened->selection);
    slice_free(&opened->slice);
    shop_close(opened->shop);
}

static char *table_of(const char *path, int64_t holding, const char *filters,
                      const struct sales_request *request) {
    struct opened opened;
    struct document *document;
    struct buffer out = {0};
    struct error error;
    shop_of(&opened, path, holding, filters);
    if (report_sales(&opened.reading, request, &document, &error) != ERR_OK)
        fail_msg("%s", error.message);
    print_csv(document, &out);
    document_free(document);
    shut(&opened);
    return buffer_take(&out);
}

static const char *const slices[] = {"", "location=unknown", "weekday=Mon price<20001",
                                     "month=2025-03", "age=33|unknown date>=2025-02-11"};

static void tables_are_the_same(void **state) {
    char *path = scratch_path(state, "shop.db");
    static const struct sales_request requests[] = {
        {.limit = 50},
        {.limit = 70, .offset = 1900, .sort = ORDER_DATE, .descending = true},
        {.limit = 0, .sort = ORDER_PRICE},
        {.limit = 30, .offset = 20, .sort = ORDER_AGE, .search = "pixel"},
        {.limit = 0, .sort = ORDER_DATE, .search = "syn-0000123"},
        {.limit = 5, .offset = 1000000},
    };
    dashboard_database(path, false);
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++) {
        for (size_t k = 0; k < sizeof requests / sizeof *requests; k++) {
            char *held = table_of(path, ALL, slices[i], &requests[k]);
            char *paged = table_of(path, FEW, slices[i], &requests[k]);
            if (strcmp(held, paged) != 0)
                fail_msg("\"%s\", request %zu:\n%.600s\n%.600s", slices[i], k, held, paged);
            free(held);
            free(paged);
        }
    }
    free(path);
}

static char *exported(const char *path, int64_t holding, const char *filters) {
    struct opened opened;
    struct error error;
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    shop_of(&opened, path, holding, filters);
    assert_int_equal(report_export(&opened.reading, stream, "memory", NULL, &error), ERR_OK);
    fclose(stream);
    shut(&opened);
    return text;
}

static void exports_are_the_same(void **state) {
    char *path = scratch_path(state, "shop.db");
    dashboard_database(path, false);
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++) {
        char *held = exported(path, ALL, slices[i]), *streamed = exported(path, FEW, slices[i]);
        assert_string_equal(held, streamed);
        free(held);
        free(streamed);
    }
    free(path);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(tables_are_the_same),
        SCRATCH_TEST(exports_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
