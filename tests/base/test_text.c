/* base/text, base/money, base/number: strangers' bytes and exact sums. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/digest.h"
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"

static void assert_clean(const char *bytes, size_t length, const char *expected) {
    char *clean = text_clean(bytes, length);
    assert_string_equal(clean, expected);
    free(clean);
}

static void text_from_strangers_loses_what_could_steer_a_terminal(void **state) {
    (void)state;
    assert_clean("  Outside \t Rangamati\n", 22, "Outside Rangamati");
    assert_clean("a\x1b]0;owned\x07z", 12, "a\xEF\xBF\xBD]0;owned\xEF\xBF\xBDz");
    assert_clean("a\xC2\x9Bz", 4, "a\xEF\xBF\xBDz");     /* C1 CSI */
    assert_clean("a\xE2\x80\xAEz", 5, "a\xEF\xBF\xBDz"); /* right-to-left override */
    assert_clean("a\0z", 3, "a\xEF\xBF\xBDz");
}

static void malformed_utf8_becomes_replacement_characters(void **state) {
    (void)state;
    assert_clean("\xC0\xAF", 2, "\xEF\xBF\xBD\xEF\xBF\xBD");                 /* overlong */
    assert_clean("\xED\xA0\x80", 3, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"); /* surrogate */
    assert_clean("\xE2\x82", 2, "\xEF\xBF\xBD\xEF\xBF\xBD");                 /* cut off */
    assert_clean("\xF0\x9F\x93\xB1", 4, "\xF0\x9F\x93\xB1");                 /* a phone */
}

static void width_counts_columns_not_bytes(void **state) {
    (void)state;
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        skip();
    assert_int_equal(text_width("abc"), 3);
    assert_int_equal(text_width("\xE6\xBC\xA2"), 2); /* a wide ideograph */
    assert_int_equal(text_width("e\xCC\x81"), 1);    /* a combining accent */
    int used;
    assert_int_equal(text_clip("a\xE6\xBC\xA2z", 2, &used), 1);
    assert_int_equal(used, 1);
}

static void header_keys_ignore_case_spacing_and_signs(void **state) {
    (void)state;
    char key[64];
    text_key("Does he/she Come from Facebook Page?", key, sizeof key);
    assert_string_equal(key, "doesheshecomefromfacebookpage");
    text_key("  CUS. location ", key, sizeof key);
    assert_string_equal(key, "cuslocation");
}

static void prices_are_read_exactly_or_not_at_all(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t minor;
    } right[] = {{"17073.0", 1707300}, {"17,073.50", 1707350},   {"0.01", 1},
                 {"1.100", 110},       {"1,234,567", 123456700}, {".5", 50}};
    static const char *const wrong[] = {"",    "0",   "-5",   "12a", "1.234",  "1e5",
                                        "nan", "inf", "1,23", ",1",  "1,2345", "99999999999999",
                                        "."};
    int64_t minor;
    const char *reason;
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        assert_true(money_parse(right[i].text, &minor, &reason));
        assert_int_equal(minor, right[i].minor);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        reason = NULL;
        assert_false(money_parse(wrong[i], &minor, &reason));
        assert_non_null(reason);
    }
}

static void money_is_written_for_people_and_for_machines(void **state) {
    (void)state;
    char text[MONEY_TEXT_SIZE];
    money_grouped(22238165700, text);
    assert_string_equal(text, "222,381,657");
    money_short(22238165700, text);
    assert_string_equal(text, "222.4M");
    money_plain(1746650, text);
    assert_string_equal(text, "17466.50");
    money_plain(2168200, text);
    assert_string_equal(text, "21682");
    number_grouped(INT64_MIN, text, sizeof text);
    assert_string_equal(text, "-9,223,372,036,854,775,808");
}

static void sha256_gives_the_published_digest_of_abc(void **state) {
    (void)state;
    char text[DIGEST_TEXT_SIZE]; /* FIPS 180-4, example B.1 */
    digest_of("abc", 3, text);
    assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_from_strangers_loses_what_could_steer_a_terminal),
        cmocka_unit_test(malformed_utf8_becomes_replacement_characters),
        cmocka_unit_test(width_counts_columns_not_bytes),
        cmocka_unit_test(header_keys_ignore_case_spacing_and_signs),
        cmocka_unit_test(prices_are_read_exactly_or_not_at_all),
        cmocka_unit_test(money_is_written_for_people_and_for_machines),
        cmocka_unit_test(sha256_gives_the_published_digest_of_abc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
