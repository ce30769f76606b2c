/* Settings files: what is read, and what is refused with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/config.h"
#include "tests/support/scratch.h"

static enum err read_text(void **state, struct config *config, const char *text,
                          struct error *error) {
    char *path = scratch_path(state, "config");
    scratch_write_text(path, text);
    enum err err = config_read(config, path, error);
    free(path);
    return err;
}

static void names_values_sections_and_comments_are_told_apart(void **state) {
    struct config config;
    struct error error;
    assert_int_equal(read_text(state, &config,
                               "# a comment\n"
                               "theme = dark   # and another\n"
                               "\n"
                               "currency=\" Tk # \"\r\n"
                               "[keys]\n"
                               "filter = f F#\n",
                               &error),
                     ERR_OK);
    assert_int_equal(config.count, 3);
    assert_string_equal(config.entries[0].name, "theme");
    assert_string_equal(config.entries[0].value, "dark");
    assert_string_equal(config.entries[1].value, " Tk # ");
    assert_string_equal(config.entries[2].name, "keys.filter");
    assert_string_equal(config.entries[2].value, "f F#"); /* no blank before it: no comment */
    assert_int_equal(config.entries[2].line, 6);
    config_free(&config);
}

static void what_cannot_be_read_is_refused_with_its_line(void **state) {
    static const struct {
        const char *text, *what;
    } cases[] = {{"theme = dark\nhello\n", "line 2: expected NAME = VALUE"},
                 {"a = \"b\n", "line 1: the quotes do not end"},
                 {"a = \"b\" c\n", "line 1: the quotes do not end, or something follows"},
                 {"\n = x\n", "line 2: there is no name"},
                 {"[keys\n", "line 1: a section"},
                 {"a = \xff\n", "line 1: a byte that is no text"},
                 {"a = \033[31m\n", "line 1: a byte that is no text"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config config;
        struct error error;
        assert_int_equal(read_text(state, &config, cases[i].text, &error), ERR_INPUT);
        assert_non_null(strstr(error.message, cases[i].what));
        config_free(&config);
    }
}

static void a_nul_in_the_file_is_refused(void **state) {
    struct config config;
    struct error error;
    char *path = scratch_path(state, "config");
    scratch_write(path, "a = b\0c\nd = e\n", 14);
    assert_int_equal(config_read(&config, path, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "line 1"));
    config_free(&config);
    free(path);
}

static void a_file_that_is_not_there_is_told_from_one_that_is_none(void **state) {
    struct config config;
    struct error error;
    char *path = scratch_path(state, "nowhere");
    assert_int_equal(config_read(&config, path, &error), ERR_NOT_FOUND);
    config_free(&config);
    free(path);
    assert_int_equal(config_read(&config, "/dev/zero", &error), ERR_INPUT);
    config_free(&config);
    assert_int_equal(config_read(&config, "/", &error), ERR_INPUT);
    config_free(&config);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(names_values_sections_and_comments_are_told_apart),
        SCRATCH_TEST(what_cannot_be_read_is_refused_with_its_line),
        SCRATCH_TEST(a_nul_in_the_file_is_refused),
        SCRATCH_TEST(a_file_that_is_not_there_is_told_from_one_that_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
