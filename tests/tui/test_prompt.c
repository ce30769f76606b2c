/* The one-line prompt key by key: what it keeps is whole characters, however they were typed, and
 * never more than it has room for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/text.h"
#include "tui/widgets/prompt.h"

static struct {
    struct prompt prompt;
    char beyond[4096]; /* stays 0 */
} it;

static int open_empty(void **state) {
    (void)state;
    memset(&it, 0, sizeof it);
    prompt_open(&it.prompt, "Filter:", "");
    return 0;
}

static enum prompt_result press(enum key_kind kind, uint32_t character) {
    return prompt_key(&it.prompt, &(struct key){kind, character});
}

static void type(const char *text) {
    for (uint32_t code; *text != '\0'; press(KEY_KIND_CHARACTER, code))
        text += text_decode(text, strlen(text), &code);
}

static void control(char letter) {
    assert_int_equal(press(KEY_KIND_CONTROL, (uint32_t)letter), PROMPT_CHANGED);
}

static void expect(const char *text, const char *before_cursor) {
    assert_string_equal(it.prompt.text, text);
    assert_int_equal(it.prompt.cursor, strlen(before_cursor));
}

/* Room is kept to, nothing beyond it is touched, and the last character is a whole one. */
static void expect_sound(void) {
    size_t length = strnlen(it.prompt.text, PROMPT_TEXT_MAX);
    assert_in_range(length, PROMPT_TEXT_MAX - 5, PROMPT_TEXT_MAX - 1);
    assert_in_range(it.prompt.cursor, 0, length);
    for (size_t at = 0; at < length;) {
        uint32_t code;
        at += text_decode(it.prompt.text + at, length - at, &code);
        assert_int_not_equal(code, 0xFFFD);
    }
    for (size_t i = 0; i < sizeof it.beyond; i++)
        assert_int_equal(it.beyond[i], 0);
}

static void a_text_without_width_is_cut_to_the_room_there_is(void **state) {
    (void)state;
    static const char *const marks[] = {"\u0301", "\u20D0", "\U000E0100"};
    for (size_t mark = 0; mark < sizeof marks / sizeof *marks; mark++)
        for (size_t letters = 1; letters <= 4; letters++) { /* wherever the cut falls */
            struct buffer text = {0};
            for (size_t i = 0; i < letters; i++)
                buffer_text(&text, "a");
            while (text.length < 1000)
                buffer_text(&text, marks[mark]);
            open_empty(NULL);
            prompt_open(&it.prompt, "Filter:", text.data);
            expect_sound();
            prompt_propose(&it.prompt, "Filter:", text.data);
            expect_sound();
            buffer_free(&text);
        }
}

static void a_full_line_takes_no_more(void **state) {
    (void)state;
    for (int i = 0; i < PROMPT_TEXT_MAX; i++)
        type("\U0001F600");
    expect_sound();
    assert_int_equal(press(KEY_KIND_CHARACTER, 0x1F600), PROMPT_UNCHANGED);
    for (int i = 0; i < 8; i++)
        type("x");
    expect_sound();
}

static void letters_of_any_script_are_typed_passed_and_erased_whole(void **state) {
    (void)state;
    type("a\u00E9\u09AC\U0001F600z");
    expect("a\u00E9\u09AC\U0001F600z", "a\u00E9\u09AC\U0001F600z");
    press(KEY_KIND_LEFT, 0);
    press(KEY_KIND_LEFT, 0);
    expect("a\u00E9\u09AC\U0001F600z", "a\u00E9\u09AC");
    press(KEY_KIND_BACKSPACE, 0);
    expect("a\u00E9\U0001F600z", "a\u00E9");
    press(KEY_KIND_DELETE, 0);
    expect("a\u00E9z", "a\u00E9");
    press(KEY_KIND_RIGHT, 0);
    press(KEY_KIND_RIGHT, 0); /* there is no further */
    press(KEY_KIND_DELETE, 0);
    expect("a\u00E9z", "a\u00E9z");
    press(KEY_KIND_HOME, 0);
    press(KEY_KIND_LEFT, 0);
    press(KEY_KIND_BACKSPACE, 0);
    expect("a\u00E9z", "");
    press(KEY_KIND_RIGHT, 0);
    press(KEY_KIND_RIGHT, 0);
    expect("a\u00E9z", "a\u00E9");
}

static void control_keys_move_and_cut_as_in_a_shell(void **state) {
    (void)state;
    type("location=out  age<30 ");
    control('a');
    expect("location=out  age<30 ", "");
    control('w'); /* nothing stands before it */
    expect("location=out  age<30 ", "");
    control('e');
    control('w');
    expect("location=out  ", "location=out  ");
    control('w');
    expect("", "");
    type("brand=x");
    press(KEY_KIND_LEFT, 0);
    control('u');
    expect("x", "");
    assert_int_equal(press(KEY_KIND_CONTROL, 'b'), PROMPT_UNCHANGED);
    assert_int_equal(press(KEY_KIND_PAGE_UP, 0), PROMPT_UNCHANGED);
    assert_int_equal(press(KEY_KIND_CONTROL, 'g'), PROMPT_CLOSED);
    assert_int_equal(press(KEY_KIND_CONTROL, 'c'), PROMPT_CLOSED);
    expect("x", "");
}

static void control_characters_are_no_text(void **state) {
    (void)state;
    static const uint32_t codes[] = {0x01, 0x07, 0x1B, 0x7F, 0x80, 0x9B, 0x9F};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        assert_int_equal(press(KEY_KIND_CHARACTER, codes[i]), PROMPT_UNCHANGED);
        assert_int_equal(press(KEY_KIND_PASTE, codes[i]), PROMPT_UNCHANGED);
    }
    expect("", "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_text_without_width_is_cut_to_the_room_there_is, open_empty),
        cmocka_unit_test_setup(a_full_line_takes_no_more, open_empty),
        cmocka_unit_test_setup(letters_of_any_script_are_typed_passed_and_erased_whole, open_empty),
        cmocka_unit_test_setup(control_keys_move_and_cut_as_in_a_shell, open_empty),
        cmocka_unit_test_setup(control_characters_are_no_text, open_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
