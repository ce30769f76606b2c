/* Bytes read ahead: all of them, in order, and how the reading ended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/ahead.h"

/* Brings `pieces` pieces of rising length, each full of its number, and then ends as told. */
struct bringer {
    int pieces, brought;
    enum err end;
    atomic_int calls;
};

static size_t piece_length(int number) {
    return (size_t)(number * 7919 % AHEAD_CHUNK + 1);
}

static enum err bring(void *context, char *bytes, size_t size, size_t *length,
                      struct error *error) {
    struct bringer *bringer = context;
    atomic_fetch_add(&bringer->calls, 1);
    *length = 0;
    if (bringer->brought == bringer->pieces)
        return bringer->end == ERR_OK ? ERR_OK : error_set(error, bringer->end, "gone");
    *length = piece_length(++bringer->brought);
    assert_true(*length <= size);
    memset(bytes, bringer->brought, *length);
    return ERR_OK;
}

/* Takes until nothing more comes; how many pieces that were. */
static int take_all(struct ahead *ahead, enum err *err, struct error *error) {
    const char *bytes;
    size_t length;
    int taken = 0;
    while ((*err = ahead_next(ahead, &bytes, &length, error)) == ERR_OK && length > 0) {
        assert_int_equal(length, piece_length(++taken));
        for (size_t i = 0; i < length; i++)
            assert_true(bytes[i] == (char)taken);
    }
    return taken;
}

static void all_bytes_come_once_and_in_order(void **state) {
    (void)state;
    struct bringer bringer = {.pieces = 120};
    struct ahead *ahead = ahead_start(bring, &bringer);
    enum err err;
    assert_int_equal(take_all(ahead, &err, NULL), 120);
    assert_int_equal(err, ERR_OK);
    const char *bytes;
    size_t length = 1;
    assert_int_equal(ahead_next(ahead, &bytes, &length, NULL), ERR_OK); /* the end stays the end */
    assert_int_equal(length, 0);
    ahead_end(ahead);
    assert_int_equal(bringer.calls, 121);
}

static void a_failure_is_told_behind_what_came_before_it(void **state) {
    (void)state;
    struct bringer bringer = {.pieces = 5, .end = ERR_IO};
    struct ahead *ahead = ahead_start(bring, &bringer);
    struct error error;
    enum err err;
    assert_int_equal(take_all(ahead, &err, &error), 5);
    assert_int_equal(err, ERR_IO);
    assert_string_equal(error.message, "gone");
    ahead_end(ahead);
}

static void nobody_has_to_take_what_was_read(void **state) {
    (void)state;
    struct bringer bringer = {.pieces = 1 << 20};
    struct ahead *ahead = ahead_start(bring, &bringer);
    const char *bytes;
    size_t length;
    assert_int_equal(ahead_next(ahead, &bytes, &length, NULL), ERR_OK);
    ahead_end(ahead); /* returns, though a million pieces are left */
    assert_true(bringer.calls < 64);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_bytes_come_once_and_in_order),
        cmocka_unit_test(a_failure_is_told_behind_what_came_before_it),
        cmocka_unit_test(nobody_has_to_take_what_was_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
