/* What the dashboard remembers of a database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tests/support/scratch.h"
#include "tui/recall.h"

static int begin(void **state) {
    int status = scratch_setup(state);
    setenv("XDG_STATE_HOME", *state, 1);
    return status;
}

static void what_was_set_is_there_at_the_next_visit(void **state) {
    (void)state;
    struct recall *recall = recall_open("/shop/a.db");
    assert_null(recall_get(recall, "screen"));
    recall_set(recall, "slice", "location='Outside Town'|Lakeside age<30 # x");
    recall_set_number(recall, "screen", 3);
    recall_set(recall, "gone", "soon");
    recall_set(recall, "gone", NULL);
    recall_save(recall);
    recall_close(recall);
    recall = recall_open("/shop/a.db");
    assert_string_equal(recall_get(recall, "slice"), "location='Outside Town'|Lakeside age<30 # x");
    assert_int_equal(recall_number(recall, "screen", -1), 3);
    assert_null(recall_get(recall, "gone"));
    assert_int_equal(recall_number(recall, "slice", -1), -1);
    recall_close(recall);
}

static void databases_have_memories_of_their_own(void **state) {
    (void)state;
    struct recall *recall = recall_open("/shop/a.db");
    recall_set(recall, "screen", "2");
    recall_save(recall);
    recall_close(recall);
    recall = recall_open("/shop/b.db");
    assert_null(recall_get(recall, "screen"));
    recall_close(recall);
}

static void a_value_that_the_file_could_not_hold_is_forgotten(void **state) {
    (void)state;
    struct recall *recall = recall_open("/shop/a.db");
    recall_set(recall, "slice", "a\nscreen = \"9\"");
    recall_save(recall);
    recall_close(recall);
    recall = recall_open("/shop/a.db");
    assert_null(recall_get(recall, "slice"));
    assert_null(recall_get(recall, "screen"));
    recall_close(recall);
}

static void a_damaged_file_is_as_good_as_none(void **state) {
    struct recall *recall = recall_open("/shop/a.db");
    recall_set(recall, "screen", "2");
    recall_save(recall);
    recall_close(recall);
    char *command = xasprintf("for f in '%s'/retail-pulse/*; do printf '\\001\\377' > \"$f\"; done",
                              (const char *)*state);
    assert_int_equal(system(command), 0);
    free(command);
    recall = recall_open("/shop/a.db");
    assert_null(recall_get(recall, "screen"));
    recall_close(recall);
}

static void a_folder_that_cannot_be_written_is_no_error(void **state) {
    (void)state;
    setenv("XDG_STATE_HOME", "/proc/nowhere", 1);
    struct recall *recall = recall_open("/shop/a.db");
    recall_set(recall, "screen", "2");
    recall_save(recall);
    recall_close(recall);
}

#define RECALL_TEST(test) cmocka_unit_test_setup_teardown(test, begin, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        RECALL_TEST(what_was_set_is_there_at_the_next_visit),
        RECALL_TEST(databases_have_memories_of_their_own),
        RECALL_TEST(a_value_that_the_file_could_not_hold_is_forgotten),
        RECALL_TEST(a_damaged_file_is_as_good_as_none),
        RECALL_TEST(a_folder_that_cannot_be_written_is_no_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
