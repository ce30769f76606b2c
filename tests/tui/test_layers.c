/* What lies over the screens as text: help, palette, prompts, notices, and what stands there
 * instead of figures. Pictures in tests/tui/golden/layer-*.txt; UPDATE_GOLDEN=1 writes them anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tests/support/dashboard.h"
#include "tests/support/scratch.h"

static char *full_path, *empty_path;

static int setup(void **state) {
    if (scratch_setup(state) != 0)
        return -1;
    full_path = scratch_path(state, "full.db");
    empty_path = scratch_path(state, "empty.db");
    dashboard_database(full_path, false);
    db_close(scratch_writer(empty_path));
    return 0;
}

static int teardown(void **state) {
    free(full_path);
    free(empty_path);
    return scratch_teardown(state);
}

/* The same keys at both sizes and in both tiers. */
static void picture(const char *path, const char *keys, const char *name) {
    static const struct {
        int lines, columns;
        bool ascii;
        const char *suffix;
    } looks[] = {{24, 80, false, "80x24"},
                 {24, 80, true, "80x24-ascii"},
                 {50, 160, false, "160x50"},
                 {50, 160, true, "160x50-ascii"}};
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        struct app *app = dashboard_open(path, looks[i].lines, looks[i].columns, looks[i].ascii);
        char *golden = xasprintf("layer-%s-%s", name, looks[i].suffix);
        assert_false(dashboard_type(app, keys) & REACT_QUIT);
        dashboard_golden(golden);
        free(golden);
        dashboard_close(app);
    }
}

static void help_stands_over_the_screen(void **state) {
    (void)state;
    picture(full_path, "6?", "help");
}

static void the_palette_lists_everything_and_what_was_typed(void **state) {
    (void)state;
    picture(full_path, "6:", "palette");
    picture(full_path, "6:sort", "palette-typed");
    picture(full_path, "6:qwertz", "palette-nothing");
}

static void the_filter_prompt_completes_previews_and_objects(void **state) {
    (void)state;
    picture(full_path, "6floc<Tab>", "filter-completed");
    picture(full_path, "6flocation=out<Tab> facebook=yes", "filter-preview");
    picture(full_path, "6flocation=nowhere<Enter>", "filter-problem");
}

static void notices_stand_in_the_footer(void **state) {
    (void)state;
    picture(full_path, "6x", "notice");
}

static void an_empty_slice_says_how_to_get_out(void **state) {
    (void)state;
    picture(full_path, "1fage>129<Enter>", "empty-slice");
}

static void a_shop_without_sales_says_how_to_get_some(void **state) {
    (void)state;
    picture(empty_path, "1", "no-sales");
    picture(empty_path, "7", "no-sales-data");
}

static void screens_without_a_model_say_how_to_train_one(void **state) {
    (void)state;
    picture(full_path, "2", "untrained-segments");
    picture(full_path, "4", "untrained-models");
    picture(full_path, "5", "untrained-whatif");
}

static void one_sale_and_the_heat_map_are_states_of_their_screens(void **state) {
    (void)state;
    picture(full_path, "6<Enter>", "sale");
    picture(full_path, "6/galaxy a56<Enter>", "search");
    picture(full_path, "1<Tab><Enter>Xbweekday location<Enter><Tab>", "heat");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_stands_over_the_screen),
        cmocka_unit_test(the_palette_lists_everything_and_what_was_typed),
        cmocka_unit_test(the_filter_prompt_completes_previews_and_objects),
        cmocka_unit_test(notices_stand_in_the_footer),
        cmocka_unit_test(an_empty_slice_says_how_to_get_out),
        cmocka_unit_test(a_shop_without_sales_says_how_to_get_some),
        cmocka_unit_test(screens_without_a_model_say_how_to_train_one),
        cmocka_unit_test(one_sale_and_the_heat_map_are_states_of_their_screens),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
