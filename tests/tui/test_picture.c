/* Pictures of the screen: what the terminal shows is in them, once, readable, and always the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "tests/support/picture.h"
#include "tests/support/wire.h"

static int setup(void **state) {
    setenv("RETAIL_PULSE_NOW", "2025-07-13 09:00:00", 1);
    return wire_setup_file(state, "data/sample.csv", false);
}

/* The screen that `keys` lead to, as a picture and (where wanted) as text. */
static char *picture_after(const char *const *keys, int count, const char *shows, char **screen) {
    struct pty *pty = wire_start("", "xterm-256color");
    assert_true(pty_shows(pty, "1▸Overview", 10));
    for (int i = 0; i < count; i++)
        pty_type(pty, keys[i], 200);
    assert_true(pty_shows(pty, shows, 5));
    char *svg = picture_svg(pty, "a <title> & more");
    if (screen != NULL)
        *screen = pty_screen(pty);
    pty_type(pty, KEY_ESCAPE, 80);
    pty_type(pty, "qqqq", 50);
    pty_end(pty);
    return svg;
}

static int count_of(const char *text, const char *part) {
    int count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part))
        count++;
    return count;
}

static void two_visits_give_the_same_bytes(void **state) {
    const char *keys[] = {"1", KEY_DOWN};
    (void)state;
    char *once = picture_after(keys, 2, "1▸Overview", NULL);
    char *again = picture_after(keys, 2, "1▸Overview", NULL);
    assert_string_equal(once, again);
    assert_true(strlen(once) < 40000);
    free(once);
    free(again);
}

/* The letters, digits and signs of the ASCII characters between tags, in order, without blanks. */
static char *letters_of(const char *text, bool tagged) {
    struct buffer letters = {0};
    buffer_text(&letters, "");
    for (const char *at = text; *at != '\0'; at++) {
        if (tagged && *at == '<')
            at = strchr(at, '>');
        else if (tagged && strncmp(at, "&#", 2) == 0)
            at = strchr(at, ';');
        else if ((unsigned char)*at > ' ' && (unsigned char)*at < 0x7F)
            buffer_printf(&letters, "%c", *at);
    }
    return buffer_take(&letters);
}

static void every_letter_of_the_screen_is_in_the_picture_in_its_order(void **state) {
    char *screen = NULL;
    const char *keys[] = {"3"};
    (void)state;
    char *svg = picture_after(keys, 1, "3▸Marketing", &screen);
    const char *body = strstr(svg, "</style>");
    assert_non_null(body);
    char *drawn = letters_of(body, true), *shown = letters_of(screen, false);
    assert_string_equal(drawn, shown);
    free(drawn);
    free(shown);
    free(svg);
    free(screen);
}

/* Without it columns part wherever the reader's font is wider or narrower than the cells. */
static void every_text_is_held_to_eight_units_a_character(void **state) {
    const char *keys[] = {"3"};
    int texts = 0;
    (void)state;
    char *svg = picture_after(keys, 1, "3▸Marketing", NULL);
    for (const char *at = svg; (at = strstr(at, "textLength=\"")) != NULL; texts++) {
        long length = strtol(at + strlen("textLength=\""), NULL, 10);
        long characters = 0;
        for (at = strchr(at, '>') + 1; *at != '<'; at++, characters++)
            if (*at == '&')
                at = strchr(at, ';');
        assert_int_equal(length, 8 * characters);
    }
    assert_in_range(texts, 50, 1000);
    free(svg);
}

static void what_would_be_markup_is_escaped(void **state) {
    const char *keys[] = {"f", "<b>&"};
    (void)state;
    char *svg = picture_after(keys, 2, "<b>&", NULL);
    assert_non_null(strstr(svg, "<title>a &lt;title&gt; &amp; more</title>"));
    assert_non_null(strstr(svg, "&lt;b&gt;&amp;"));
    assert_null(strstr(svg, "<b>"));
    assert_int_equal(count_of(svg, "<text "), count_of(svg, "</text>"));
    free(svg);
}

static void styles_become_colours_and_weights(void **state) {
    const char *keys[] = {"3"};
    (void)state;
    char *svg = picture_after(keys, 1, "higher", NULL);
    assert_non_null(strstr(svg, "fill=\"#6cc277\" font-weight=\"bold\">higher<")); /* green, bold */
    /* dim is 62 % text and 38 % ground: 0xD5DAE1 over 0x161B22 */
    assert_non_null(strstr(svg, "fill=\"#8c9198\">unclear<"));
    /* the cursor's row is reversed: the ground's colour on the text's */
    assert_non_null(strstr(svg, "height=\"18\" fill=\"#d5dae1\"/>"));
    assert_non_null(strstr(svg, "fill=\"#161b22\">From Facebook<"));
    free(svg);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_visits_give_the_same_bytes),
        cmocka_unit_test(every_letter_of_the_screen_is_in_the_picture_in_its_order),
        cmocka_unit_test(every_text_is_held_to_eight_units_a_character),
        cmocka_unit_test(what_would_be_markup_is_escaped),
        cmocka_unit_test(styles_become_colours_and_weights)};
    return cmocka_run_group_tests(tests, setup, wire_teardown);
}
