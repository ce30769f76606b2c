/* engine/intake/csv: records, line numbers and limits, whatever the bytes. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <csv.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "engine/intake/csv.h"
#include "tests/support/scratch.h"

/* What a file reads as: "line:field|field" for each record, "!" before a problem. */
static char *reading(const char *path, enum err *err, struct error *error) {
    struct csv_reader *reader;
    struct buffer text = {0};
    *err = csv_reader_open(path, NULL, &reader, error);
    bool more = *err == ERR_OK;
    while (more) {
        struct csv_record record;
        *err = csv_reader_next(reader, &record, &more, error);
        if (!more)
            break;
        buffer_printf(&text, "%lld:", (long long)record.line);
        if (record.problem != NULL)
            buffer_printf(&text, "!%s", record.problem);
        for (int i = 0; record.problem == NULL && i < record.count; i++) {
            buffer_text(&text, i == 0 ? "" : "|");
            buffer_append(&text, record.fields[i].bytes, record.fields[i].length);
        }
        buffer_text(&text, "\n");
    }
    csv_reader_close(reader);
    return buffer_take(&text);
}

static void reads_bytes_as(void **state, const char *bytes, size_t length, const char *expected) {
    char *path = scratch_path(state, "a.csv");
    scratch_write(path, bytes, length);
    enum err err;
    struct error error = {0};
    char *text = reading(path, &err, &error);
    if (err != ERR_OK)
        fail_msg("%s", error.message);
    assert_string_equal(text, expected);
    free(text);
    free(path);
}

static void reads_as(void **state, const char *csv, const char *expected) {
    reads_bytes_as(state, csv, strlen(csv), expected);
}

static void refused_bytes(void **state, const char *bytes, size_t length, const char *word) {
    char *path = scratch_path(state, "a.csv");
    scratch_write(path, bytes, length);
    enum err err;
    struct error error = {0};
    free(reading(path, &err, &error));
    assert_int_equal(err, ERR_INPUT);
    assert_non_null(strstr(error.message, "a.csv"));
    if (strstr(error.message, word) == NULL && strstr(error.hint, word) == NULL)
        fail_msg("neither '%s' nor '%s' says '%s'", error.message, error.hint, word);
    free(path);
}

static void refused(void **state, const char *csv, const char *word) {
    refused_bytes(state, csv, strlen(csv), word);
}

/* -------------------------------------------------------------------------------------- records */

static void line_ends_of_every_kind_are_the_same(void **state) {
    reads_as(state, "a,b\n1,2\n", "1:a|b\n2:1|2\n");
    reads_as(state, "a,b\r\n1,2\r\n", "1:a|b\n2:1|2\n");
    reads_as(state, "a,b\r1,2\r", "1:a|b\n2:1|2\n");
    reads_as(state, "a,b\n1,2", "1:a|b\n2:1|2\n");
    reads_as(state, "a,b\r\n1,2\n3,4\r5,6", "1:a|b\n2:1|2\n3:3|4\n4:5|6\n");
    reads_as(state, "", "");
    reads_as(state, "\n\r\n  \n", "");
}

static void a_byte_order_mark_is_no_part_of_the_first_field(void **state) {
    reads_as(state,
             "\xEF\xBB\xBF"
             "a,b\n1,2\n",
             "1:a|b\n2:1|2\n");
    reads_as(state, "\xEF\xBB\xBF\"a\",b\n", "1:a|b\n");
    reads_as(state, "\xEF\xBB\xBF", "");
    reads_as(state, "\xEF\xBB", "1:\xEF\xBB\n");
}

static void quotes_hold_commas_line_ends_and_quotes(void **state) {
    reads_as(state, "\"a,b\",c\n", "1:a,b|c\n");
    reads_as(state, "\"say \"\"yes\"\"\",c\n", "1:say \"yes\"|c\n");
    reads_as(state, "\"a\nb\",c\nd,e\n", "1:a\nb|c\n3:d|e\n");
    reads_as(state, "\"\",,\" x \"\n", "1:|| x \n");
    reads_as(state, " a , b \n", "1:a|b\n");
}

static void lines_are_counted_through_quotes_and_blank_lines(void **state) {
    reads_as(state, "h\n\n\"a\r\nb\r\nc\"\r\n\r\nd\r\n", "1:h\n3:a\r\nb\r\nc\n7:d\n");
    reads_as(state, "\"a\rb\"\rc\r", "1:a\rb\n3:c\n");
}

static void a_quote_within_an_unquoted_field_is_text(void **state) {
    reads_as(state, "1,6.1\" screen,x\n2,b,y\n", "1:1|6.1\" screen|x\n2:2|b|y\n");
    reads_as(state, "1,a\"b\"c\n", "1:1|a\"b\"c\n");
}

static void a_line_with_misplaced_quotes_is_a_problem_of_that_line_only(void **state) {
    reads_as(state, "h\n1,\"Galaxy \"S24\" Ultra\",x\n2,b\n",
             "1:h\n2:!row has a quote in the middle of a field\n3:2|b\n");
    reads_as(state, "h\n1,\"a\" b", "1:h\n2:!row has a quote in the middle of a field\n");
}

static void a_record_is_given_as_it_stood(void **state) {
    char *path = scratch_path(state, "a.csv");
    scratch_write_text(path, "h\r\n\"a\r\nb\", \xFF,c\r\nx \"y\"\r\n");
    struct csv_reader *reader;
    struct csv_record record;
    struct error error;
    bool more;
    assert_int_equal(csv_reader_open(path, NULL, &reader, &error), ERR_OK);
    assert_int_equal(csv_reader_next(reader, &record, &more, &error), ERR_OK);
    assert_int_equal(csv_reader_next(reader, &record, &more, &error), ERR_OK);
    assert_int_equal(record.raw_length, 11);
    assert_memory_equal(record.raw, "\"a\r\nb\", \xFF,c", 11);
    assert_int_equal(csv_reader_next(reader, &record, &more, &error), ERR_OK);
    assert_int_equal(record.raw_length, 5);
    assert_memory_equal(record.raw, "x \"y\"", 5);
    csv_reader_close(reader);
    free(path);
}

/* Every place where a chunk of 64 KiB can end, for each of the things that have two bytes. */
static void records_are_the_same_wherever_a_chunk_ends(void **state) {
    static const char *const pieces[] = {"a,b\r\n", "\"a\r\nb\",c\r\n", "\"a\"\"b\",c\n",
                                         "\xEF\xBB\xBF\n", "a,b\r"};
    for (size_t piece = 0; piece < sizeof pieces / sizeof *pieces; piece++) {
        size_t length = strlen(pieces[piece]);
        for (size_t shift = 0; shift <= length; shift++) {
            struct buffer csv = {0};
            buffer_text(&csv, "x\n");
            for (size_t i = 2; i + 1 < 65536 - shift; i += 1024) {
                size_t fill = 65536 - shift - i < 1024 ? 65536 - shift - i : 1024;
                for (size_t k = 0; k + 1 < fill; k++)
                    buffer_append(&csv, "y", 1);
                buffer_append(&csv, "\n", 1);
            }
            while (csv.length < 65536 - shift)
                buffer_append(&csv, "\n", 1);
            buffer_text(&csv, pieces[piece]);
            buffer_text(&csv, "end,z\n");
            char *path = scratch_path(state, "a.csv");
            scratch_write(path, csv.data, csv.length);
            int64_t lines = 1;
            for (size_t i = 0; i < csv.length; i++) /* the last line's number */
                lines += csv.data[i] == '\n' || (csv.data[i] == '\r' && csv.data[i + 1] != '\n');
            enum err err;
            struct error error = {0};
            char *text = reading(path, &err, &error);
            assert_int_equal(err, ERR_OK);
            char *expected = xasprintf("%lld:end|z\n", (long long)lines - 1);
            if (strlen(text) < strlen(expected) ||
                strcmp(text + strlen(text) - strlen(expected), expected) != 0)
                fail_msg("piece %zu shift %zu: %s", piece, shift,
                         text + (strlen(text) > 40 ? strlen(text) - 40 : 0));
            free(expected);
            free(text);
            free(path);
            buffer_free(&csv);
        }
    }
}

/* Fields as libcsv gives them, each behind a bar, and records as lines. */
static void note_field(void *bytes, size_t length, void *context) {
    buffer_text(context, "|");
    buffer_append(context, bytes, length);
}

static void note_row(int terminator, void *context) {
    (void)terminator;
    buffer_text(context, "\n");
}

static const char *one_of(const char *const *texts, size_t count) {
    return texts[(size_t)rand() % count];
}

/* Plain, empty, spaced out, quoted and anything of that at once; all of it is CSV. */
static void add_field(struct buffer *csv) {
    static const char *const before[] = {"", "", "", " ", "\t ", "  "};
    static const char *const plain[] = {"",    "a",        "a b",  "  ",  "Old Town",
                                        "6.1", "\xC3\xA9", "a\tb", "x'y", "12345678901234567",
                                        "-"};
    static const char *const quoted[] = {"\"\"",       "\"a\"",    "\"a,b\"",  "\",\"",  "\" a \"",
                                         "\"a\"\"b\"", "\"a\nb\"", "\"\r\n\"", "\",a,\""};
    buffer_text(csv, one_of(before, sizeof before / sizeof *before));
    buffer_text(csv, rand() % 3 > 0 ? one_of(plain, sizeof plain / sizeof *plain)
                                    : one_of(quoted, sizeof quoted / sizeof *quoted));
    buffer_text(csv, one_of(before, sizeof before / sizeof *before));
}

static void fields_are_those_of_libcsv_whatever_stands_around_them(void **state) {
    static const char *const ends[] = {"\n", "\n", "\r\n", "\r"};
    struct buffer csv = {0}, expected = {0}, read = {0};
    srand(7);
    for (int record = 0; record < 20000; record++) {
        buffer_text(&csv, "r"); /* no record is blank */
        for (int fields = rand() % 6; fields > 0; fields--) {
            buffer_text(&csv, ",");
            add_field(&csv);
        }
        buffer_text(&csv, one_of(ends, sizeof ends / sizeof *ends));
    }
    struct csv_parser parser;
    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
    assert_int_equal(csv_parse(&parser, csv.data, csv.length, note_field, note_row, &expected),
                     csv.length);
    csv_free(&parser);
    char *path = scratch_path(state, "a.csv");
    scratch_write(path, csv.data, csv.length);
    struct csv_reader *reader;
    struct csv_record record;
    struct error error;
    bool more;
    assert_int_equal(csv_reader_open(path, NULL, &reader, &error), ERR_OK);
    while (csv_reader_next(reader, &record, &more, &error) == ERR_OK && more) {
        for (int i = 0; i < record.count; i++)
            note_field((void *)record.fields[i].bytes, record.fields[i].length, &read);
        note_row('\n', &read);
    }
    assert_int_equal(read.length, expected.length);
    assert_string_equal(read.data, expected.data);
    csv_reader_close(reader);
    free(path);
    buffer_free(&csv);
    buffer_free(&expected);
    buffer_free(&read);
}

static void size_and_checksum_are_those_of_the_whole_file(void **state) {
    char *path = scratch_path(state, "a.csv");
    scratch_write_text(path, "\xEF\xBB\xBF"
                             "abc\n");
    struct csv_reader *reader;
    struct csv_record record;
    struct error error;
    bool more = true;
    assert_int_equal(csv_reader_open(path, NULL, &reader, &error), ERR_OK);
    while (more)
        assert_int_equal(csv_reader_next(reader, &record, &more, &error), ERR_OK);
    assert_int_equal(csv_reader_size(reader), 7);
    char digest[DIGEST_TEXT_SIZE];
    csv_reader_digest(reader, digest);
    /* printf '\xef\xbb\xbfabc\n' | sha256sum */
    assert_string_equal(digest, "9ef68ea681c2ef5c2d8033a631582afe66a6e128e656cf32c1c28c3b6962dc3f");
    csv_reader_close(reader);
    free(path);
}

/* -------------------------------------------------------------------------------------- refusals
 */

static void a_quote_that_never_closes_is_refused_by_its_line(void **state) {
    refused(state, "h\n1,a\n2,\"b\n3,c\n4,d\n", "opens in line 3 is never closed");
    refused(state, "h\n\"a\nb\",\"c\n4,d\n", "opens in line 3 is never closed");
    refused(state, "\"", "opens in line 1 is never closed");
}

static void a_quote_that_swallows_lines_is_refused_by_its_line(void **state) {
    refused(state, "h\n1,\"a\n2,b\n3,\"c\",d\n", "line 4: the quote that opens in line 2");
}

static char *repeated(const char *head, char c, size_t count, const char *tail) {
    struct buffer text = {0};
    buffer_text(&text, head);
    for (size_t i = 0; i < count; i++)
        buffer_append(&text, &c, 1);
    buffer_text(&text, tail);
    return buffer_take(&text);
}

static void a_field_may_have_64_kib_and_no_more(void **state) {
    char *path = scratch_path(state, "a.csv");
    static const char *const heads[] = {"", "\""}, *const tails[] = {"\n", "\"\n"};
    for (int quoted = 0; quoted <= 1; quoted++) {
        for (size_t more = 0; more <= 1; more++) {
            char *csv = repeated(heads[quoted], 'x', CSV_FIELD_MAX + more, tails[quoted]);
            if (more) {
                refused(state, csv, "line 1: a field of more than 64 KiB");
            } else {
                scratch_write_text(path, csv);
                enum err err;
                struct error error = {0};
                char *text = reading(path, &err, &error);
                assert_int_equal(err, ERR_OK);
                assert_int_equal(strlen(text), CSV_FIELD_MAX + strlen("1:\n"));
                free(text);
            }
            free(csv);
        }
    }
    char *csv = repeated("h\n1,\"", '\n', CSV_FIELD_MAX + 100, "\n");
    refused(state, csv, "quote that opens in line 2 is probably never closed");
    free(csv);
    free(path);
}

static void a_record_may_have_one_mib_and_no_more(void **state) {
    struct buffer csv = {0};
    char *field = repeated("", 'x', 60000, ",");
    for (int i = 0; i < 18; i++)
        buffer_text(&csv, field);
    buffer_text(&csv, "\n");
    refused(state, csv.data, "line 1: a record of more than 1 MiB");
    buffer_free(&csv);
    free(field);
    char *blanks = repeated("", ' ', 2 * CSV_RECORD_MAX, "\n");
    refused(state, blanks, "a record of more than 1 MiB");
    free(blanks);
}

static void fields_beyond_256_are_counted_but_not_kept(void **state) {
    char *csv = repeated("", ',', 999, "\n");
    char *path = scratch_path(state, "a.csv");
    scratch_write_text(path, csv);
    struct csv_reader *reader;
    struct csv_record record;
    struct error error;
    bool more;
    assert_int_equal(csv_reader_open(path, NULL, &reader, &error), ERR_OK);
    assert_int_equal(csv_reader_next(reader, &record, &more, &error), ERR_OK);
    assert_int_equal(record.count, 1000);
    csv_reader_close(reader);
    free(path);
    free(csv);
}

static void what_is_not_text_is_refused_with_what_to_do(void **state) {
    refused_bytes(state, "a,b\n1,\0\n", 8, "line 2: a zero byte");
    refused_bytes(state,
                  "\xFF\xFE"
                  "a\0,\0",
                  6, "UTF-16");
    refused_bytes(state, "\xFE\xFF\0a\0,", 6, "UTF-16");
    refused_bytes(state, "a\0,\0b\0\n\0", 8, "CSV UTF-8");
    refused_bytes(state, "PK\x03\x04rest", 8, "spreadsheet");
}

static void folders_missing_files_and_endless_devices_are_refused(void **state) {
    struct csv_reader *reader;
    struct error error = {0};
    enum err err;
    assert_int_equal(csv_reader_open(*state, NULL, &reader, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "is a folder"));
    char *path = scratch_path(state, "none.csv");
    assert_int_equal(csv_reader_open(path, NULL, &reader, &error), ERR_NOT_FOUND);
    assert_null(reader);
    free(reading("/dev/zero", &err, &error));
    assert_int_equal(err, ERR_INPUT);
    assert_non_null(strstr(error.message, "zero byte"));
    free(path);
}

/* ------------------------------------------------------------------------ pipes, progress, memory
 */

/* Runs the writer in a child, its output being our standard input. */
static pid_t feed(void (*write_all)(int fd)) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        write_all(ends[1]);
        _exit(0);
    }
    close(ends[1]);
    assert_true(dup2(ends[0], STDIN_FILENO) >= 0);
    close(ends[0]);
    return child;
}

static void drip(int fd) {
    for (const char *at = "\xEF\xBB\xBF"
                          "a,b\r\n\"1\r\n\",2\r\n";
         *at != '\0'; at++) {
        if (write(fd, at, 1) != 1)
            return;
    }
}

static void standard_input_may_come_byte_by_byte(void **state) {
    (void)state;
    pid_t child = feed(drip);
    enum err err;
    struct error error = {0};
    char *text = reading("-", &err, &error);
    waitpid(child, NULL, 0);
    assert_int_equal(err, ERR_OK);
    assert_string_equal(text, "1:a|b\n2:1\r\n|2\n");
    free(text);
}

static void say_nothing(int fd) {
    (void)fd;
    sleep(60);
}

static bool give_up(void *context, const struct progress *progress) {
    int *reports = context;
    assert_string_equal(progress->phase, "reading standard input");
    return ++*reports < 2;
}

static void a_silent_pipe_can_be_cancelled(void **state) {
    (void)state;
    pid_t child = feed(say_nothing);
    int reports = 0;
    const struct progress_sink sink = {give_up, &reports};
    struct csv_reader *reader;
    struct csv_record record;
    struct error error;
    bool more;
    assert_int_equal(csv_reader_open("-", &sink, &reader, &error), ERR_OK);
    assert_int_equal(csv_reader_next(reader, &record, &more, &error), ERR_CANCELLED);
    assert_false(more);
    csv_reader_close(reader);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void pour(int fd) {
    char line[] = "1,27-05-2024,Rangamati Sadar,49,F,Galaxy A55 5G 8/128,17073.0\n";
    char block[64 * (sizeof line - 1)];
    for (size_t i = 0; i < 64; i++)
        memcpy(block + i * (sizeof line - 1), line, sizeof line - 1);
    for (int i = 0; i < 8000 && write(fd, block, sizeof block) > 0; i++) {
    }
}

static void memory_does_not_grow_with_the_file(void **state) {
    (void)state;
    pid_t child = feed(pour); /* 32 MB */
    struct csv_reader *reader;
    struct csv_record record;
    struct error error;
    struct rusage before, after;
    bool more = true;
    int64_t count = 0;
    assert_int_equal(csv_reader_open("-", NULL, &reader, &error), ERR_OK);
    getrusage(RUSAGE_SELF, &before);
    for (; more; count++)
        assert_int_equal(csv_reader_next(reader, &record, &more, &error), ERR_OK);
    getrusage(RUSAGE_SELF, &after);
    assert_int_equal(count - 1, 8000 * 64);
    assert_true(after.ru_maxrss - before.ru_maxrss < 4096); /* KiB */
    csv_reader_close(reader);
    waitpid(child, NULL, 0);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(line_ends_of_every_kind_are_the_same),
        SCRATCH_TEST(a_byte_order_mark_is_no_part_of_the_first_field),
        SCRATCH_TEST(quotes_hold_commas_line_ends_and_quotes),
        SCRATCH_TEST(lines_are_counted_through_quotes_and_blank_lines),
        SCRATCH_TEST(a_quote_within_an_unquoted_field_is_text),
        SCRATCH_TEST(a_line_with_misplaced_quotes_is_a_problem_of_that_line_only),
        SCRATCH_TEST(a_record_is_given_as_it_stood),
        SCRATCH_TEST(records_are_the_same_wherever_a_chunk_ends),
        SCRATCH_TEST(fields_are_those_of_libcsv_whatever_stands_around_them),
        SCRATCH_TEST(size_and_checksum_are_those_of_the_whole_file),
        SCRATCH_TEST(a_quote_that_never_closes_is_refused_by_its_line),
        SCRATCH_TEST(a_quote_that_swallows_lines_is_refused_by_its_line),
        SCRATCH_TEST(a_field_may_have_64_kib_and_no_more),
        SCRATCH_TEST(a_record_may_have_one_mib_and_no_more),
        SCRATCH_TEST(fields_beyond_256_are_counted_but_not_kept),
        SCRATCH_TEST(what_is_not_text_is_refused_with_what_to_do),
        SCRATCH_TEST(folders_missing_files_and_endless_devices_are_refused),
        cmocka_unit_test(standard_input_may_come_byte_by_byte),
        cmocka_unit_test(a_silent_pipe_can_be_cancelled),
        cmocka_unit_test(memory_does_not_grow_with_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
