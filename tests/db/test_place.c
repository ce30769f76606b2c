/* db/place: where a database may lie, and what is said where it may not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "db/place.h"
#include "tests/support/scratch.h"

static void refuse(const char *path, bool make_folder, enum err code, const char *words) {
    struct error error = {0};
    char *resolved = NULL;
    enum err err = place_resolve(path, make_folder, &resolved, &error);
    if (err != code || strstr(error.message, words) == NULL)
        fail_msg("'%s' gives %d, \"%s\", instead of %d, \"%s\"", path, (int)err, error.message,
                 (int)code, words);
    assert_null(resolved);
}

static void a_name_that_cannot_be_a_files_is_refused_in_words(void **state) {
    char *folder = scratch_path(state, "no-folder/"), *file = scratch_path(state, "file");
    char *below = xasprintf("%s/shop.db", file), *missing = scratch_path(state, "none/shop.db");
    char *loop = scratch_path(state, "loop");
    scratch_write_text(file, "x");
    assert_int_equal(symlink(loop, loop), 0);
    refuse("", false, ERR_USAGE, "the database's file name is empty");
    refuse(folder, true, ERR_INPUT, "names a folder, not a database file");
    refuse(below, true, ERR_IO, "cannot open");
    refuse(loop, false, ERR_IO, "cannot open");
    refuse(missing, false, ERR_NOT_FOUND, "there is no database");
    refuse("/proc/no-such-folder/shop.db", true, ERR_IO, "cannot make the folder");
    free(folder);
    free(below);
    free(file);
    free(missing);
    free(loop);
}

static void missing_folders_are_made_for_the_owner_alone(void **state) {
    char *path = scratch_path(state, "one/two/shop.db"), *folder = scratch_path(state, "one/two");
    char *resolved, *real = realpath(*state, NULL);
    struct error error;
    struct stat status;
    assert_int_equal(place_resolve(path, true, &resolved, &error), ERR_OK);
    char *expected = xasprintf("%s/one/two/shop.db", real);
    assert_string_equal(resolved, expected);
    assert_int_equal(stat(folder, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    free(expected);
    free(resolved);
    free(real);
    free(folder);
    free(path);
}

static void a_link_and_what_it_points_to_are_one_place(void **state) {
    char *path = scratch_path(state, "shop.db"), *link = scratch_path(state, "link.db");
    char *one, *other;
    struct error error;
    scratch_write_text(path, "");
    assert_int_equal(symlink(path, link), 0);
    assert_int_equal(place_resolve(path, false, &one, &error), ERR_OK);
    assert_int_equal(place_resolve(link, false, &other, &error), ERR_OK);
    assert_string_equal(one, other);
    free(one);
    free(other);
    free(link);
    free(path);
}

static void what_is_no_database_is_told_apart_before_it_is_touched(void **state) {
    char *text = scratch_path(state, "list.csv"), *empty = scratch_path(state, "empty.db");
    char *none = scratch_path(state, "none.db"), *below = xasprintf("%s/shop.db", text);
    enum place_content content;
    struct error error;
    scratch_write_text(text, "SQLite format 4 and more of it");
    scratch_write_text(empty, "");
    assert_int_equal(place_inspect(text, &content, &error), ERR_FOREIGN);
    assert_non_null(strstr(error.message, "it was left as it is"));
    assert_int_equal(place_inspect(*state, &content, &error), ERR_INPUT);
    assert_non_null(strstr(error.hint, "/shop.db"));
    assert_int_equal(place_inspect("/dev/null", &content, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "not a regular file"));
    assert_int_equal(place_inspect(below, &content, &error), ERR_IO);
    assert_int_equal(place_inspect(empty, &content, &error), ERR_OK);
    assert_int_equal(content, PLACE_EMPTY);
    assert_int_equal(place_inspect(none, &content, &error), ERR_OK);
    assert_int_equal(content, PLACE_MISSING);
    scratch_write_text(text, "SQLite"); /* the beginning of a beginning */
    assert_int_equal(place_inspect(text, &content, &error), ERR_FOREIGN);
    free(below);
    free(none);
    free(empty);
    free(text);
}

static void a_header_is_read_only_where_it_is_whole(void **state) {
    char *path = scratch_path(state, "shop.db");
    scratch_write_text(path, "SQLite format 3");
    struct place_header header = place_header(path);
    assert_int_equal(header.application_id, 0);
    assert_int_equal(header.size_bytes, 0);
    assert_int_equal(unlink(path), 0);
    header = place_header(path);
    assert_int_equal(header.size_bytes, 0);
    db_close(scratch_writer(path));
    header = place_header(path);
    assert_int_not_equal(header.application_id, 0);
    assert_true(header.schema_version >= 7);
    assert_true(header.size_bytes >= 4096);
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_name_that_cannot_be_a_files_is_refused_in_words,
                                        scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(missing_folders_are_made_for_the_owner_alone, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(a_link_and_what_it_points_to_are_one_place, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(what_is_no_database_is_told_apart_before_it_is_touched,
                                        scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(a_header_is_read_only_where_it_is_whole, scratch_setup,
                                        scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
