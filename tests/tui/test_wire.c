/* What the dashboard sends down the line, in bytes, on a terminal of 80 by 24 with 10,000 sales: a
 * slow SSH line is where a terminal program earns its keep. Times are measured by `make bench`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tests/support/pty.h"
#include "tests/support/wire.h"

/* One TCP segment on Ethernet is 1,448 bytes; a whole new screen may take three. */
enum { FIRST_PAINT = 2500, MOVEMENT = 220, SEGMENT = 1448, WHOLE_SCREEN = 4344, SILENCE_MS = 10 };

/* Screens as they are reached from the start. */
static const char *const screens[] = {"1",  "2",           "3", "4", "5", "6", "7", "1\t" KEY_ENTER,
                                      "1d", "6" KEY_ENTER, NULL};

static int setup(void **state) {
    return wire_setup(state, 10000);
}

static struct pty *open_on(const char *keys) {
    struct pty *pty = wire_start("", "xterm-256color");
    assert_true(pty_shows(pty, "Overview", 10));
    for (; *keys != '\0'; keys++)
        pty_type(pty, (char[]){*keys, '\0'}, SILENCE_MS);
    return pty;
}

/* Still there, and leaving as it should. */
static void leave(struct pty *pty) {
    for (int i = 0; i < 8; i++)
        pty_type(pty, "q", SILENCE_MS);
    assert_int_equal(pty_end(pty), 0);
}

/* Types one key after the other; the test fails where one of them costs more. WIRE_REPORT=1 prints
 * what each costs. Returns the bytes of all. */
static size_t costs(struct pty *pty, const char *where, const char *const keys[], size_t most) {
    size_t sum = 0;
    for (size_t i = 0; keys[i] != NULL; i++) {
        /* Escape waits for what may follow it, a whole screen for figures that come beside */
        bool waits = strcmp(keys[i], KEY_ESCAPE) == 0 || most == WHOLE_SCREEN;
        struct traffic traffic = pty_type(pty, keys[i], waits ? 80 : SILENCE_MS);
        sum += traffic.bytes;
        if (getenv("WIRE_REPORT") != NULL)
            print_message("%5zu of %4zu: %s on %s\n", traffic.bytes, most, wire_key_name(keys[i]),
                          where);
        if (traffic.bytes > most) {
            char *screen = pty_screen(pty);
            print_message("%s", screen);
            fail_msg("%s on screen %s costs %zu bytes, %zu at most", wire_key_name(keys[i]), where,
                     traffic.bytes, most);
        }
    }
    return sum;
}
#define COSTS(pty, where, most, ...) \
    costs(pty, where, (const char *const[]){__VA_ARGS__, NULL}, most)

static void the_first_picture_is_small(void **state) {
    (void)state;
    struct pty *pty = wire_start("", "xterm-256color");
    struct traffic traffic = pty_type(pty, "", 100);
    assert_true(pty_shows(pty, "10,000", 5));
    assert_in_range(traffic.bytes, 500, FIRST_PAINT);
    leave(pty);
}

/* On Segments and in a sale in full the cursor chooses what the pane beside it tells: there a
 * movement is a key like others. */
static void moving_the_cursor_costs_little_on_every_screen(void **state) {
    (void)state;
    for (const char *const *screen = screens; *screen != NULL; screen++) {
        bool chooses = strcmp(*screen, "2") == 0 || strcmp(*screen, "6" KEY_ENTER) == 0;
        size_t most = chooses ? SEGMENT : MOVEMENT;
        struct pty *pty = open_on(*screen);
        size_t sum = COSTS(pty, *screen, most, KEY_DOWN, "j", KEY_UP, "k");
        int rounds = strcmp(*screen, "6") == 0 ? 3 : 1;
        for (int i = 0; i < rounds; i++) /* in Sales past the last row that the screen has */
            sum += COSTS(pty, *screen, most, KEY_DOWN, KEY_DOWN, KEY_DOWN, KEY_DOWN, KEY_DOWN,
                         KEY_DOWN, KEY_DOWN, KEY_DOWN);
        if (strcmp(*screen, "7") != 0) /* a single import: nowhere to go */
            assert_in_range(sum, 40, 28 * most);
        leave(pty);
    }
}

/* Filters, sorting, outcomes, fields: figures change, the screen stays. (On the Overview and
 * in Explore a filter changes every figure there is: see the whole screens.) */
static void any_other_key_costs_a_segment_at_most(void **state) {
    (void)state;
    static const char *const keys[] = {"=", "x", "-", "x",       KEY_TAB,  KEY_BACK_TAB, "s", "I",
                                       "m", "G", "g", KEY_RIGHT, KEY_LEFT, "r",          "p", NULL};
    static const char *const where[] = {"6", "7", NULL};
    for (const char *const *screen = where; *screen != NULL; screen++) {
        struct pty *pty = open_on(*screen);
        assert_in_range(costs(pty, *screen, keys, SEGMENT), 500, 15 * SEGMENT);
        leave(pty);
    }
    struct pty *overview = open_on("1");
    COSTS(overview, "1", SEGMENT, KEY_TAB, KEY_BACK_TAB, "G", "g", KEY_PAGE_DOWN, KEY_PAGE_UP);
    leave(overview);
    /* where Tab turns the page, and o changes whom the page is about */
    struct pty *pty = open_on("5");
    COSTS(pty, "5", SEGMENT, KEY_RIGHT, KEY_LEFT, "o", "p", "P", "r");
    leave(pty);
}

static void a_typed_character_costs_little(void **state) {
    (void)state;
    struct pty *pty = open_on("1");
    COSTS(pty, "1", MOVEMENT, "f", "a", "g", "e", "<", "3", "0", KEY_BACKSPACE, KEY_BACKSPACE);
    COSTS(pty, "1", SEGMENT, KEY_ESCAPE);
    leave(pty);
    pty = open_on("6");
    COSTS(pty, "6", MOVEMENT, "/", "p", "i", "x", "e", "l");
    COSTS(pty, "6", SEGMENT, KEY_ENTER, "n", "N");
    leave(pty);
}

/* Other screens, drills and the way back, other pages, help and palette, filters where all is
 * figures: everything changes. */
static void a_whole_new_screen_costs_three_segments_at_most(void **state) {
    (void)state;
    struct pty *pty = open_on("");
    COSTS(pty, "all", WHOLE_SCREEN, "=", "u", KEY_REDO, "x", "-", "x", KEY_TAB, KEY_ENTER, "-", "u",
          "m", "s", "I", KEY_BACKSPACE, "2", "3", "4", "5", "6", "7", "1", "?", KEY_ESCAPE, ":",
          "s", "o", KEY_ESCAPE, "d", KEY_BACKSPACE, KEY_ENTER, KEY_BACKSPACE, "6", KEY_PAGE_DOWN,
          KEY_PAGE_UP, "2", KEY_TAB, KEY_TAB, KEY_TAB, KEY_TAB, KEY_TAB, "3", KEY_TAB, KEY_TAB,
          KEY_TAB, KEY_TAB, KEY_TAB, KEY_TAB, "o", "4", KEY_TAB, KEY_TAB, KEY_TAB, KEY_TAB, KEY_TAB,
          "o", "5", KEY_TAB, KEY_TAB, KEY_TAB);
    leave(pty);
}

static void nothing_is_sent_while_nothing_happens(void **state) {
    (void)state;
    struct pty *pty = open_on("1");
    assert_int_equal(pty_type(pty, "", 2500).bytes, 0); /* it wakes once a second */
    leave(pty);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_picture_is_small),
        cmocka_unit_test(moving_the_cursor_costs_little_on_every_screen),
        cmocka_unit_test(any_other_key_costs_a_segment_at_most),
        cmocka_unit_test(a_typed_character_costs_little),
        cmocka_unit_test(a_whole_new_screen_costs_three_segments_at_most),
        cmocka_unit_test(nothing_is_sent_while_nothing_happens),
    };
    return cmocka_run_group_tests(tests, setup, wire_teardown);
}
