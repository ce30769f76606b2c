/* What texts were read as: that of the same bytes and the same kind, or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/intake/memo.h"

enum { KINDS = MEMO_ANSWER + 1, LONGEST = 18 };

/* Texts that differ in one byte, in their length or in their kind alone. */
static void a_text_is_found_by_all_of_its_bytes_its_length_and_its_kind(void **state) {
    (void)state;
    struct memo *memo = memo_new();
    char letters[LONGEST + 1];
    int32_t value;
    memset(letters, 'y', sizeof letters); /* every bit that a length has is set in this letter */
    for (size_t length = 1; length <= 16; length++) {
        for (int kind = 0; kind < KINDS; kind++) {
            assert_false(memo_find(memo, (enum memo_kind)kind, letters, length, &value));
            memo_keep(memo, (enum memo_kind)kind, letters, length, (int32_t)length * 100 + kind);
            assert_true(memo_find(memo, (enum memo_kind)kind, letters, length, &value));
            assert_int_equal(value, (int)length * 100 + kind);
            for (size_t at = 0; at < length; at++) {
                letters[at] = 'x';
                assert_false(memo_find(memo, (enum memo_kind)kind, letters, length, &value));
                letters[at] = 'y';
            }
        }
    }
    memo_free(memo);
}

static void what_was_displaced_is_not_taken_for_another(void **state) {
    (void)state;
    struct memo *memo = memo_new();
    int found = 0;
    for (int32_t i = 0; i < 100000; i++)
        memo_keep(memo, MEMO_DAY, (const char *)&i, sizeof i, i);
    for (int32_t i = 0, value; i < 100000; i++) {
        for (int kind = MEMO_DAY + 1; kind < KINDS; kind++)
            assert_false(memo_find(memo, (enum memo_kind)kind, (const char *)&i, sizeof i, &value));
        if (!memo_find(memo, MEMO_DAY, (const char *)&i, sizeof i, &value))
            continue;
        assert_int_equal(value, i);
        found++;
    }
    assert_true(found >= 10000); /* of 16,384 places */
    memo_free(memo);
}

static void nothing_is_remembered_without_a_memo_or_of_no_text_or_a_long_one(void **state) {
    (void)state;
    struct memo *memo = memo_new();
    const char *text = "a text of more than sixteen bytes";
    int32_t value;
    memo_keep(NULL, MEMO_AGE, "30", 2, 30);
    assert_false(memo_find(NULL, MEMO_AGE, "30", 2, &value));
    memo_keep(memo, MEMO_AGE, "", 0, 1);
    assert_false(memo_find(memo, MEMO_AGE, "", 0, &value));
    memo_keep(memo, MEMO_AGE, text, strlen(text), 1);
    assert_false(memo_find(memo, MEMO_AGE, text, strlen(text), &value));
    memo_free(memo);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_found_by_all_of_its_bytes_its_length_and_its_kind),
        cmocka_unit_test(what_was_displaced_is_not_taken_for_another),
        cmocka_unit_test(nothing_is_remembered_without_a_memo_or_of_no_text_or_a_long_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
