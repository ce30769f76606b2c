/* base/file: written whole or not at all, for whom it was said, and where it was said. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/support/scratch.h"

static enum err say(void *text, FILE *stream, struct error *error) {
    (void)error;
    fputs(text, stream);
    return ERR_OK;
}

static enum err fail_half_way(void *text, FILE *stream, struct error *error) {
    fputs(text, stream);
    fflush(stream);
    return error_set(error, ERR_CANCELLED, "cancelled");
}

/* Another program makes a file of the same name meanwhile. */
static enum err be_overtaken(void *path, FILE *stream, struct error *error) {
    (void)error;
    fputs("ours", stream);
    scratch_write_text(path, "theirs");
    return ERR_OK;
}

static void expect_content(const char *path, const char *text) {
    size_t length;
    char *bytes = scratch_read(path, &length);
    assert_string_equal(bytes, text);
    free(bytes);
}

static unsigned mode_of(const char *path) {
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 0777;
}

static void a_file_gets_its_name_only_when_it_is_whole(void **state) {
    char *path = scratch_path(state, "out.csv");
    struct error error;
    assert_int_equal(file_write(path, false, fail_half_way, "half", &error), ERR_CANCELLED);
    assert_int_equal(scratch_files(*state), 0);
    assert_int_equal(file_write(path, false, say, "first", &error), ERR_OK);
    assert_int_equal(file_write(path, true, fail_half_way, "half", &error), ERR_CANCELLED);
    expect_content(path, "first");
    assert_int_equal(scratch_files(*state), 1);
    free(path);
}

static void what_is_there_is_replaced_only_where_that_was_said(void **state) {
    char *path = scratch_path(state, "out.csv"), *other = scratch_path(state, "other.csv");
    struct error error = {0};
    assert_int_equal(file_write(path, false, say, "first", &error), ERR_OK);
    assert_int_equal(file_write(path, false, say, "second", &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "exists already"));
    expect_content(path, "first");
    assert_int_equal(file_write(path, true, say, "second", &error), ERR_OK);
    expect_content(path, "second");
    assert_int_equal(file_write(other, false, be_overtaken, other, &error), ERR_IO);
    expect_content(other, "theirs");
    assert_int_equal(scratch_files(*state), 2);
    free(other);
    free(path);
}

static void a_link_is_replaced_itself_and_what_it_points_to_stays(void **state) {
    char *path = scratch_path(state, "out.csv"), *far = scratch_path(state, "far");
    struct error error;
    struct stat status;
    scratch_write_text(far, "far");
    assert_int_equal(symlink(far, path), 0);
    assert_int_equal(file_write(path, true, say, "near", &error), ERR_OK);
    expect_content(far, "far");
    expect_content(path, "near");
    assert_int_equal(lstat(path, &status), 0);
    assert_true(S_ISREG(status.st_mode));
    free(far);
    free(path);
}

static void what_cannot_be_written_is_told_with_what_to_do(void **state) {
    char *folder = scratch_path(state, "folder"), *slash = scratch_path(state, "folder/");
    char *missing = scratch_path(state, "none/out.csv"), *file = scratch_path(state, "file");
    char *below = xasprintf("%s/out.csv", file);
    const struct {
        const char *path, *message, *hint;
        enum err code;
    } places[] = {{folder, "is a folder", "", ERR_INPUT},
                  {slash, "is a folder", "", ERR_INPUT},
                  {missing, "cannot write to", "There is no such folder", ERR_IO},
                  {below, "cannot write to", "There is no such folder", ERR_IO},
                  {"/proc/out.csv", "cannot write to", "", ERR_IO}};
    mkdir(folder, 0700);
    scratch_write_text(file, "x");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct error error = {0};
        assert_int_equal(file_write(places[i].path, true, say, "x", &error), places[i].code);
        assert_non_null(strstr(error.message, places[i].message));
        assert_non_null(strstr(error.hint, places[i].hint));
    }
    assert_int_equal(scratch_files(folder), 0);
    expect_content(file, "x");
    free(below);
    free(file);
    free(missing);
    free(slash);
    free(folder);
}

static void where_there_is_no_room_nothing_is_left(void **state) {
    char *path = scratch_path(state, "out.csv");
    struct rlimit before, none = {.rlim_cur = 3};
    struct error error = {0};
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    none.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    enum err code = file_write(path, false, say, "more than three bytes", &error);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(code, ERR_IO);
    assert_non_null(strstr(error.message, "cannot write to"));
    assert_int_equal(scratch_files(*state), 0);
    free(path);
}

static void a_new_file_is_for_whom_it_was_said_and_an_old_one_stays_so(void **state) {
    char *path = scratch_path(state, "out.csv"), *other = scratch_path(state, "other.csv");
    struct error error;
    unsigned mode;
    mode_t mask = umask(0);
    assert_int_equal(file_write(path, false, say, "x", &error), ERR_OK);
    assert_int_equal(mode_of(path), 0600);
    umask(0077);
    assert_true(file_mode_read("0640", &mode));
    file_set_mode(mode);
    assert_int_equal(file_write(other, false, say, "x", &error), ERR_OK);
    file_set_mode(0600);
    umask(mask);
    assert_int_equal(mode_of(other), 0640);
    assert_int_equal(file_write(other, true, say, "y", &error), ERR_OK);
    assert_int_equal(mode_of(other), 0640);
    static const char *const wrong[] = {"", "600", "0666", "0777", "06400", "0640 ", "u=rw"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(file_mode_read(wrong[i], &mode));
    free(other);
    free(path);
}

static void files_stay_in_their_folder_whatever_names_and_links_say(void **state) {
    char *in = scratch_path(state, "in"), *out = scratch_path(state, "out");
    char *beside = scratch_path(state, "inside"); /* begins like the folder, and is another */
    char *link = scratch_path(state, "in/link"), *below = scratch_path(state, "in/below");
    char *far = xasprintf("%s/x.csv", out), *near = xasprintf("%s/x.csv", beside);
    char *linked = xasprintf("%s/x.csv", link);
    const char *const refused[] = {far, near, linked, "../out/x.csv", "link/x.csv", "none/x.csv"};
    struct error error = {0};
    assert_true(mkdir(in, 0700) == 0 && mkdir(out, 0700) == 0 && mkdir(beside, 0700) == 0 &&
                mkdir(below, 0700) == 0 && symlink(out, link) == 0);
    assert_int_equal(file_stay_in(far, &error), ERR_INPUT); /* nothing changed */
    assert_int_equal(file_check_place(far, &error), ERR_OK);
    assert_int_equal(file_stay_in(in, &error), ERR_OK);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_int_equal(file_check_place(refused[i], &error), ERR_READ_ONLY);
        assert_int_equal(file_write(refused[i], true, say, "x", &error), ERR_READ_ONLY);
    }
    assert_int_equal(file_write("x.csv", false, say, "here", &error), ERR_OK);
    assert_int_equal(file_write("below/../below/x.csv", false, say, "below", &error), ERR_OK);
    char *expanded = file_expand("x.csv");
    expect_content(expanded, "here");
    free(expanded);
    assert_int_equal(file_stay_in(NULL, &error), ERR_OK);
    assert_int_equal(scratch_files(out) + scratch_files(beside), 0);
    assert_int_equal(scratch_files(below), 1);
    assert_int_equal(file_write(far, false, say, "x", &error), ERR_OK);
    free(linked);
    free(near);
    free(far);
    free(below);
    free(link);
    free(beside);
    free(out);
    free(in);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(a_file_gets_its_name_only_when_it_is_whole),
        SCRATCH_TEST(what_is_there_is_replaced_only_where_that_was_said),
        SCRATCH_TEST(a_link_is_replaced_itself_and_what_it_points_to_stays),
        SCRATCH_TEST(what_cannot_be_written_is_told_with_what_to_do),
        SCRATCH_TEST(where_there_is_no_room_nothing_is_left),
        SCRATCH_TEST(a_new_file_is_for_whom_it_was_said_and_an_old_one_stays_so),
        SCRATCH_TEST(files_stay_in_their_folder_whatever_names_and_links_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
