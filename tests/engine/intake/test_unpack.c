/* engine/intake/unpack: a packed file is the file that was packed, or none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "engine/intake/csv.h"
#include "tests/support/scratch.h"

enum { ROWS = 20000, SIZE_MAX_PACKED = 4 << 20 };

static char *text_of_rows(size_t *length) {
    struct buffer text = {0};
    for (int i = 0; i < ROWS; i++)
        buffer_printf(&text, "row %d,%d,\"a, b\"\n", i, i * 7919 % 1000);
    *length = text.length;
    return buffer_take(&text);
}

static size_t gzip_member(const char *bytes, size_t length, char *out) {
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (Bytef *)bytes;
    stream.avail_in = (uInt)length;
    stream.next_out = (Bytef *)out;
    stream.avail_out = SIZE_MAX_PACKED;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t size = stream.total_out;
    deflateEnd(&stream);
    return size;
}

/* In two members or frames, as `cat a.gz b.gz` makes. */
static size_t gzip_twice(const char *bytes, size_t length, char *out) {
    size_t first = gzip_member(bytes, length / 3, out);
    return first + gzip_member(bytes + length / 3, length - length / 3, out + first);
}

/* With a checksum, as the command zstd has it. */
static size_t zstd_frame(const char *bytes, size_t length, char *out) {
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    size_t size = ZSTD_compress2(context, out, SIZE_MAX_PACKED / 2, bytes, length);
    assert_false(ZSTD_isError(size));
    ZSTD_freeCCtx(context);
    return size;
}

static size_t zstd_twice(const char *bytes, size_t length, char *out) {
    size_t first = zstd_frame(bytes, length / 3, out);
    return first + zstd_frame(bytes + length / 3, length - length / 3, out + first);
}

/* How many rows come out, each checked; what refused them goes to `error`. */
static int rows_of(void **state, const char *bytes, size_t length, bool sound, enum err *err,
                   struct error *error) {
    char *path = scratch_path(state, "a.csv.packed");
    scratch_write(path, bytes, length);
    struct csv_reader *reader;
    struct csv_record record;
    bool more = true;
    int rows = 0;
    *err = csv_reader_open(path, NULL, &reader, error);
    while (*err == ERR_OK && (*err = csv_reader_next(reader, &record, &more, error)) == ERR_OK &&
           more) {
        char expected[32];
        snprintf(expected, sizeof expected, "row %d", rows++);
        if (!sound) /* rubbish may come out before the checksum that tells */
            continue;
        assert_int_equal(record.count, 3);
        assert_int_equal(record.line, rows);
        assert_int_equal(record.fields[0].length, strlen(expected));
        assert_memory_equal(record.fields[0].bytes, expected, strlen(expected));
    }
    if (*err == ERR_OK)
        assert_int_equal(csv_reader_size(reader), length);
    csv_reader_close(reader);
    free(path);
    return rows;
}

static size_t (*const packings[])(const char *, size_t, char *) = {gzip_member, gzip_twice,
                                                                   zstd_twice};
enum { PACKINGS = sizeof packings / sizeof *packings };

static void a_packed_file_reads_like_the_file(void **state) {
    size_t length;
    char *text = text_of_rows(&length), *packed = xmalloc(SIZE_MAX_PACKED);
    struct error error = {0};
    enum err err;
    assert_int_equal(rows_of(state, text, length, true, &err, &error), ROWS);
    for (int i = 0; i < PACKINGS; i++) {
        size_t size = packings[i](text, length, packed);
        assert_true(size < length / 2);
        assert_int_equal(rows_of(state, packed, size, true, &err, &error), ROWS);
        assert_int_equal(err, ERR_OK);
    }
    free(packed);
    free(text);
}

static void one_that_is_cut_off_or_damaged_is_refused(void **state) {
    size_t length;
    char *text = text_of_rows(&length), *packed = xmalloc(SIZE_MAX_PACKED);
    struct error error = {0};
    enum err err;
    for (int i = 0; i < PACKINGS; i++) {
        size_t size = packings[i](text, length, packed);
        rows_of(state, packed, size - 9, true, &err, &error);
        assert_int_equal(err, ERR_INPUT);
        assert_non_null(strstr(error.message, "cut off"));
        memcpy(packed + size, "rubbish behind it", 17);
        rows_of(state, packed, size + 17, true, &err, &error);
        assert_int_equal(err, ERR_INPUT);
        memset(packed + size / 2, 0x55, 64);
        rows_of(state, packed, size, false, &err, &error);
        assert_int_equal(err, ERR_INPUT);
    }
    free(packed);
    free(text);
}

static void an_empty_file_stays_empty_when_packed(void **state) {
    char packed[256];
    struct error error = {0};
    enum err err;
    size_t size = gzip_member("", 0, packed);
    assert_int_equal(rows_of(state, packed, size, true, &err, &error), 0);
    assert_int_equal(err, ERR_OK);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(a_packed_file_reads_like_the_file),
        SCRATCH_TEST(one_that_is_cut_off_or_damaged_is_refused),
        SCRATCH_TEST(an_empty_file_stays_empty_when_packed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
