/* Short texts by the word: the same as byte by byte, whatever the length and the bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/money.h"
#include "base/short_text.h"

enum { LONGEST = 40 };

static void a_copy_is_all_bytes_and_no_more(void **state) {
    (void)state;
    char from[LONGEST];
    for (int i = 0; i < LONGEST; i++)
        from[i] = (char)(i + 1);
    for (size_t length = 0; length <= LONGEST; length++) {
        char *exact = malloc(length + 1), to[LONGEST + 1] = {0}; /* a byte more read is found */
        memcpy(exact, from, length);
        short_copy(to, exact, length);
        assert_memory_equal(to, from, length);
        assert_int_equal(to[length], 0);
        free(exact);
    }
}

static void what_is_appended_stands_behind_what_was_there(void **state) {
    (void)state;
    struct buffer one = {0}, other = {0};
    char bytes[LONGEST];
    memset(bytes, 'x', sizeof bytes);
    for (size_t i = 0; i < 500; i++) {
        bytes[i % LONGEST] = (char)('a' + i % 26);
        short_append(&one, bytes, i % LONGEST);
        buffer_append(&other, bytes, i % LONGEST);
        assert_string_equal(one.data, other.data);
    }
    assert_int_equal(one.length, other.length);
    buffer_free(&one);
    buffer_free(&other);
}

static void up_to_eight_bytes_make_different_words(void **state) {
    (void)state;
    const char *bytes = "abcdefgh";
    for (size_t length = 1; length <= 8; length++) {
        uint64_t word = short_load(bytes, length);
        for (size_t at = 0; at < length; at++) {
            char changed[9] = "abcdefgh";
            changed[at] ^= 1;
            assert_true(short_load(changed, length) != word);
        }
    }
}

/* Every byte at every place of every length, among visible ones of either end of the range. */
static void one_byte_that_is_not_visible_is_found_wherever_it_stands(void **state) {
    (void)state;
    static const char around[] = {'!', '~'};
    for (size_t length = 1; length <= 20; length++) {
        for (size_t at = 0; at < length; at++) {
            for (int byte = 0; byte < 256; byte++) {
                char text[20];
                memset(text, around[byte & 1], length);
                text[at] = (char)byte;
                bool visible = byte > ' ' && byte <= '~';
                assert_int_equal(short_visible(text, length), visible);
            }
        }
    }
}

static void digits_alone_are_the_price_that_any_text_is(void **state) {
    (void)state;
    static const char *const texts[] = {
        "1",   "0",   "00",  "",    "007", "17073", "17073.0", "1,00", "-12",  "+12",
        " 12", "12 ", "1e3", "1:0", "1/0", "٣",     "12x",     "9999", "1.50", "999999999999"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int64_t whole = 0, any = 0;
        const char *reason;
        bool all_digits = strspn(texts[i], "0123456789") == strlen(texts[i]);
        bool good = money_parse(texts[i], &any, &reason);
        assert_int_equal(money_parse_whole(texts[i], strlen(texts[i]), &whole), good && all_digits);
        if (good && all_digits)
            assert_int_equal(whole, any);
    }
    int64_t minor;
    const char *reason, *large = "9999999999999";
    assert_false(money_parse(large, &minor, &reason));
    assert_false(money_parse_whole(large, strlen(large), &minor));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_is_all_bytes_and_no_more),
        cmocka_unit_test(what_is_appended_stands_behind_what_was_there),
        cmocka_unit_test(up_to_eight_bytes_make_different_words),
        cmocka_unit_test(one_byte_that_is_not_visible_is_found_wherever_it_stands),
        cmocka_unit_test(digits_alone_are_the_price_that_any_text_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
