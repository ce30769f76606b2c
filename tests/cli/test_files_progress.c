/* cli/files_progress: how far several files are, all together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/files_progress.h"
#include "tests/support/scratch.h"

struct heard {
    struct progress last;
    char phase[64];
};

static bool hear(void *context, const struct progress *progress) {
    struct heard *heard = context;
    heard->last = *progress;
    strncpy(heard->phase, progress->phase, sizeof heard->phase - 1);
    return true;
}

static void several_files_are_one_piece_of_work(void **state) {
    char *paths[] = {scratch_path(state, "a.csv"), scratch_path(state, "b.csv")};
    scratch_write(paths[0], "0123456789", 10);
    scratch_write(paths[1], "01234567890123456789", 20);
    struct heard heard = {0};
    struct files_progress files;
    struct progress_sink sink =
        files_progress_open(&files, (struct progress_sink){hear, &heard}, paths, 2);
    files_progress_next(&files, paths[0]);
    assert_true(progress_report(&sink, "reading a.csv", "bytes", 4, 10));
    assert_string_equal(heard.phase, "importing 2 files");
    assert_int_equal(heard.last.done, 4);
    assert_int_equal(heard.last.total, 30);
    progress_report(&sink, "summing up", "months", 1, 60); /* the file is read by then */
    assert_int_equal(heard.last.done, 10);
    files_progress_next(&files, paths[1]);
    progress_report(&sink, "reading b.csv", "bytes", 5, 20);
    assert_int_equal(heard.last.done, 15);
    progress_report(&sink, "reading b.csv", "bytes", 25, 20); /* it grew meanwhile */
    assert_int_equal(heard.last.done, 30);
    assert_string_equal(heard.last.unit, "bytes");
    free(paths[0]);
    free(paths[1]);
}

static void one_file_and_pipes_tell_for_themselves(void **state) {
    char *path = scratch_path(state, "a.csv"), *pipe[] = {path, "-"};
    scratch_write(path, "0123456789", 10);
    struct heard heard = {0};
    struct files_progress files;
    struct progress_sink sink =
        files_progress_open(&files, (struct progress_sink){hear, &heard}, pipe, 1);
    files_progress_next(&files, path);
    progress_report(&sink, "reading a.csv", "bytes", 4, 10);
    assert_string_equal(heard.phase, "reading a.csv");
    sink = files_progress_open(&files, (struct progress_sink){hear, &heard}, pipe, 2);
    progress_report(&sink, "reading standard input", "bytes", 4, 0);
    assert_string_equal(heard.phase, "reading standard input");
    assert_int_equal(heard.last.total, 0);
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(several_files_are_one_piece_of_work, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(one_file_and_pipes_tell_for_themselves, scratch_setup,
                                        scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
