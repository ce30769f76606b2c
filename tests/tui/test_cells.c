/* Segments and What-if of a shop that is held as cells: after a pass over its sales they read, to
 * the last character, as those of the same shop held sale by sale. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/dashboard.h"
#include "tests/support/scratch.h"

enum { LIMIT = 100, LINES = 24, COLUMNS = 100 };

static char *shop_path;

static int set_up(void **state) {
    if (scratch_setup(state) != 0)
        return -1;
    shop_path = scratch_path(state, "shop.db");
    dashboard_database(shop_path, true);
    return 0;
}

static int tear_down(void **state) {
    free(shop_path);
    return scratch_teardown(state);
}

/* Types what stands before and behind each '|', the screen at rest in between. */
static char *shown(int64_t holding, bool beside, const char *keys) {
    struct app *app = beside ? dashboard_open_beside(shop_path, holding, LINES, COLUMNS)
                             : dashboard_open_holding(shop_path, holding, LINES, COLUMNS);
    dashboard_settle(app);
    assert_int_equal(app_facts(app)->sales != NULL, holding == LIMIT);
    while (*keys != '\0') {
        size_t length = strcspn(keys, "|");
        char *some = strndup(keys, length);
        dashboard_type(app, some);
        dashboard_settle(app);
        free(some);
        keys += length + (keys[length] == '|');
    }
    char *text = dashboard_text();
    dashboard_close(app);
    return text;
}

static void compare(const char *const *keys, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char *of_sales = shown(INT64_MAX, false, keys[i]);
        char *of_cells = shown(LIMIT, i == 0, keys[i]); /* one of them beside the interface */
        assert_string_equal(of_cells, of_sales);
        free(of_sales);
        free(of_cells);
    }
}

static void segments_read_the_same(void **state) {
    (void)state;
    static const char *const keys[] = {"2",
                                       "2|<Tab>",
                                       "2|<Tab><Tab><Tab>|<Down>",
                                       "2|<Tab><Tab><Tab><Tab>",
                                       "2|f location=Lakeside<Enter>",
                                       "2|f age<31<Enter>|<Tab><Tab><Tab>",
                                       "2|<Down>|="};
    compare(keys, sizeof keys / sizeof *keys);
}

static void what_if_reads_the_same(void **state) {
    (void)state;
    static const char *const keys[] = {"5",
                                       "5|<Down><Right><Right>",
                                       "5|<Tab>",
                                       "5|p<Right>|<Tab><Tab>",
                                       "5|<Tab><Tab><Tab>",
                                       "f age<31<Enter>|5|<Tab><Tab><Tab>|<Down>u"};
    compare(keys, sizeof keys / sizeof *keys);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_read_the_same),
        cmocka_unit_test(what_if_reads_the_same),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
