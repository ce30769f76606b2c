/* What each kind of terminal is sent, byte by byte: never what it cannot show, and at the end all
 * modes as they were. */
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

enum { SILENCE_MS = 20, DOUBLED_MS = 300, KEPT_MAX = 65536 };

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

static int setup(void **state) {
    unsetenv("NO_COLOR");
    return wire_setup(state, 2000);
}

/* ----------------------------------------------------------------------------- what was sent */

struct sent {
    char *bytes;
    size_t length;
};

static struct sent sent_so_far(const struct pty *pty) {
    struct sent sent;
    const char *raw = pty_raw(pty, &sent.length);
    assert_in_range(sent.length, 1, KEPT_MAX - 1); /* nothing is missing */
    sent.bytes = xstrndup(raw, sent.length);
    return sent;
}

static bool was_sent(const struct sent *sent, const char *sequence) {
    return memmem(sent->bytes, sent->length, sequence, strlen(sequence)) != NULL;
}

static size_t count_above_ascii(const struct sent *sent) {
    size_t count = 0;
    for (size_t i = 0; i < sent->length; i++)
        count += (unsigned char)sent->bytes[i] >= 0x80;
    return count;
}

/* Braille (U+2800 to U+28FF) and eighths of a block (U+2581 to U+258F without halves and the whole,
 * which every console's font has). */
static size_t count_fine_glyphs(const struct sent *sent) {
    size_t count = 0;
    for (size_t i = 0; i + 2 < sent->length; i++) {
        const unsigned char *at = (const unsigned char *)sent->bytes + i;
        bool braille = at[0] == 0xE2 && at[1] >= 0xA0 && at[1] <= 0xA3;
        bool eighth = at[0] == 0xE2 && at[1] == 0x96 && at[2] >= 0x81 && at[2] <= 0x8F &&
                      at[2] != 0x84 && at[2] != 0x88 && at[2] != 0x8C;
        count += braille || eighth;
    }
    return count;
}

/* Parameters of "\e[…m" that choose a colour: 30 to 49 and 90 to 107. */
static size_t count_colors(const struct sent *sent) {
    size_t count = 0;
    const char *end = sent->bytes + sent->length;
    for (const char *at = sent->bytes; at + 2 < end; at++) {
        if (at[0] != '\033' || at[1] != '[')
            continue;
        const char *last = at + 2 + strspn(at + 2, "0123456789;");
        for (const char *number = at + 2; *last == 'm' && number < last;
             number += strcspn(number, ";m") + 1) {
            int value = atoi(number);
            count += (value >= 30 && value <= 49) || (value >= 90 && value <= 107);
        }
    }
    return count;
}

/* ------------------------------------------------------------------------------ a whole visit */

/* Walks the screens in the dashboard, leaves it, and gives all that was sent. */
static struct sent visit(const char *options, const char *type) {
    static const char *const stops[][2] = {
        {"2", "Segments"}, {"3", "Marketing"}, {"4", "Models"},    {"5", "What-if"},
        {"6", "Sales"},    {"7", "Data"},      {"d", "Box plots"}, {"?", "What it does"}};
    struct pty *pty = wire_start(options, type);
    if (!pty_shows(pty, "Revenue per day", 10))
        fail_msg("TERM=%s %s shows no overview:\n%s", type, options, pty_screen(pty));
    pty_type(pty, "", SILENCE_MS);
    assert_false(pty_is_cooked(pty));
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        pty_type(pty, stops[i][0], SILENCE_MS);
        if (!pty_shows(pty, stops[i][1], 5))
            fail_msg("TERM=%s %s never shows %s:\n%s", type, options, stops[i][1], pty_screen(pty));
    }
    for (int i = 0; i < 3; i++) /* the help, the distribution, the dashboard: none of them twice */
        pty_type(pty, "q", DOUBLED_MS);
    assert_true(pty_is_cooked(pty));
    struct sent sent = sent_so_far(pty);
    assert_int_equal(pty_end(pty), 0);
    return sent;
}

static void the_console_gets_lines_and_no_fine_glyphs(void **state) {
    (void)state;
    struct sent sent = visit("", "linux");
    assert_int_equal(count_fine_glyphs(&sent), 0);
    assert_true(count_above_ascii(&sent) > 0); /* lines it can show */
    assert_false(was_sent(&sent, "\033[?2004"));
    free(sent.bytes);
}

static void screen_tmux_and_xterm_get_everything(void **state) {
    (void)state;
    static const char *const types[] = {"screen", "tmux-256color", "xterm", "xterm-256color"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct sent sent = visit("", types[i]);
        assert_true(count_fine_glyphs(&sent) > 0);
        assert_true(count_colors(&sent) > 0);
        assert_true(was_sent(&sent, PASTE_ON));
        free(sent.bytes);
    }
}

static void a_vt100_gets_neither_colors_nor_fine_glyphs(void **state) {
    (void)state;
    struct sent sent = visit("", "vt100");
    assert_int_equal(count_fine_glyphs(&sent), 0);
    assert_int_equal(count_colors(&sent), 0);
    assert_false(was_sent(&sent, "\033[?2004"));
    free(sent.bytes);
}

static void an_unknown_terminal_is_served_as_most_are(void **state) {
    (void)state;
    static const char *const types[] = {"unknown", "nonsense"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct sent sent = visit("", types[i]);
        assert_true(was_sent(&sent, "\033[?1049h"));
        assert_true(was_sent(&sent, "\033[?1049l"));
        free(sent.bytes);
    }
}

/* Where nothing can be moved about, the overview is printed once. */
static void without_a_terminal_type_the_overview_is_plain_text(void **state) {
    (void)state;
    static const char *const types[] = {"dumb", "", NULL};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct pty *pty = wire_start("", types[i]);
        pty_type(pty, "", 500);
        struct sent sent = sent_so_far(pty);
        assert_true(was_sent(&sent, "Revenue"));
        assert_true(was_sent(&sent, "2,000"));
        assert_null(memchr(sent.bytes, '\033', sent.length));
        assert_int_equal(pty_end(pty), 0);
        free(sent.bytes);
    }
}

static void no_color_sends_no_color(void **state) {
    (void)state;
    setenv("NO_COLOR", "1", 1);
    struct sent by_environment = visit("", "xterm-256color");
    unsetenv("NO_COLOR");
    struct sent by_option = visit("--no-color", "xterm-256color");
    assert_int_equal(count_colors(&by_environment), 0);
    assert_int_equal(count_colors(&by_option), 0);
    free(by_environment.bytes);
    free(by_option.bytes);
}

static void ascii_is_kept_to_by_locale_and_by_option(void **state) {
    (void)state;
    struct sent by_option = visit("--ascii", "xterm-256color");
    setenv("LC_ALL", "C", 1);
    setenv("LANG", "C", 1);
    struct sent by_locale = visit("", "xterm-256color");
    setenv("LC_ALL", "C.UTF-8", 1);
    assert_int_equal(count_above_ascii(&by_option), 0);
    assert_int_equal(count_above_ascii(&by_locale), 0);
    free(by_option.bytes);
    free(by_locale.bytes);
}

/* Bracketed paste, the other screen (rmcup), attributes (sgr0), cursor (cnorm), keypad (rmkx). */
static void leaving_puts_every_mode_back(void **state) {
    (void)state;
    static const char *const restores[] = {PASTE_OFF, "\033[?1049l", "\033(B\033[m", "\033[?25h",
                                           "\033[?1l"};
    struct pty *pty = wire_start("", "xterm-256color");
    assert_true(pty_shows(pty, "Revenue per day", 10));
    pty_type(pty, "", SILENCE_MS);
    struct sent before = sent_so_far(pty);
    assert_false(was_sent(&before, PASTE_OFF) || was_sent(&before, "\033[?1049l"));
    pty_type(pty, "q", SILENCE_MS);
    struct sent all = sent_so_far(pty);
    struct sent after = {all.bytes + before.length, all.length - before.length};
    for (size_t i = 0; i < sizeof restores / sizeof *restores; i++)
        if (!was_sent(&after, restores[i]))
            fail_msg("leaving never sends \\e%s", restores[i] + 1);
    assert_true(pty_is_cooked(pty));
    assert_int_equal(pty_end(pty), 0);
    free(before.bytes);
    free(all.bytes);
}

/* ------------------------------------------------------------------- colours, by terminal */

/* The highest colour that a sequence asks for: 0 to 7 by 30–37, 8 to 15 by 90–97, more by 38;5;n;
 * −1 where none does. */
static int highest_color(const struct sent *sent) {
    int highest = -1;
    const char *end = sent->bytes + sent->length;
    for (const char *at = sent->bytes; at + 2 < end; at++) {
        if (at[0] != '\033' || at[1] != '[')
            continue;
        const char *last = at + 2 + strspn(at + 2, "0123456789;");
        if (*last != 'm')
            continue;
        for (const char *number = at + 2; number < last; number += strcspn(number, ";m") + 1) {
            int value = atoi(number), color = -1;
            if (strncmp(number, "38;5;", 5) == 0) {
                color = atoi(number + 5);
                number += 5;
            } else if (value >= 30 && value <= 37) {
                color = value - 30;
            } else if (value >= 90 && value <= 97) {
                color = value - 90 + 8;
            }
            highest = color > highest ? color : highest;
        }
    }
    return highest;
}

/* Lines drawn by another character set: ESC ( 0, or ^N. */
static bool switches_charset(const struct sent *sent) {
    return was_sent(sent, "\033(0") || was_sent(sent, "\016");
}

static void no_terminal_is_asked_for_more_colors_than_it_has(void **state) {
    (void)state;
    static const struct {
        const char *type;
        int lowest, highest; /* of the highest colour asked for */
    } kinds[] = {{"linux", 1, 7},           {"screen", 1, 7},           {"xterm", 1, 7},
                 {"tmux-256color", 8, 255}, {"xterm-256color", 8, 255}, {"vt100", -1, -1}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct sent sent = visit("", kinds[i].type);
        int highest = highest_color(&sent);
        if (highest < kinds[i].lowest || highest > kinds[i].highest)
            fail_msg("TERM=%s is asked for colour %d", kinds[i].type, highest);
        if (switches_charset(&sent))
            fail_msg("TERM=%s is sent another character set", kinds[i].type);
        free(sent.bytes);
    }
}

/* ------------------------------------------------------------------------------ a storm of keys */

/* Keys as bytes, from a generator of its own (Park & Miller 1988): the same storm every time. */
static uint32_t throw_dice(uint32_t *seed, uint32_t sides) {
    *seed = (uint32_t)((uint64_t)*seed * 48271 % 2147483647);
    return *seed % sides;
}

/* Nothing that starts work, writes a file or leaves for good: those are other tests'. */
static void storm(const char *options, const char *type, const char *first, struct sent *sent) {
    static const char *const keys[] = {
        "1",           "2",           "3",         "4",         "5",       "6",     "7",
        "0",           "d",           "b",         "m",         "o",       "=",     "-",
        "x",           "u",           "s",         "I",         "j",       "k",     "h",
        "l",           "f",           "/",         "?",         ":",       "c",     "F",
        "W",           "a",           "g",         "G",         " ",       "n",     "N",
        "t",           KEY_DOWN,      KEY_UP,      KEY_LEFT,    KEY_RIGHT, KEY_TAB, KEY_ENTER,
        KEY_BACKSPACE, KEY_PAGE_DOWN, KEY_PAGE_UP, KEY_BACK_TAB};
    enum { KEYS_IN_ALL = 300 };
    uint32_t seed = 7;
    struct pty *pty = wire_start(options, type);
    assert_true(pty_shows(pty, "Revenue per day", 10));
    size_t kept = 0;
    for (int i = 0; i < KEYS_IN_ALL && kept < KEPT_MAX / 2; i++) {
        kept += pty_type(pty, keys[throw_dice(&seed, sizeof keys / sizeof *keys)], 2).bytes;
        if (i % 50 == 49)
            pty_resize(pty, 20 + (int)throw_dice(&seed, 20), 60 + (int)throw_dice(&seed, 60));
    }
    pty_resize(pty, 24, 80);
    for (int i = 0; i < 8; i++) /* out of whatever is open; then the first screen without filters */
        pty_type(pty, KEY_ESCAPE, 120);
    static const char *const home[] = {":", "overview", KEY_ENTER, ":", "drop all", KEY_ENTER};
    for (size_t i = 0; i < sizeof home / sizeof *home; i++)
        pty_type(pty, home[i], SILENCE_MS);
    if (!pty_shows(pty, first, 5) || !pty_shows(pty, "Filter: none", 5))
        fail_msg("TERM=%s after the storm:\n%s", type, pty_screen(pty));
    const char *raw = pty_raw(pty, &sent->length);
    sent->bytes = xstrndup(raw, sent->length);
    pty_type(pty, "q", SILENCE_MS);
    assert_true(pty_is_cooked(pty));
    assert_int_equal(pty_end(pty), 0);
}

/* Its description has a second sequence for it, which was once taken for the start of a paste. */
static void on_the_console_shift_tab_turns_back_and_keys_go_on_acting(void **state) {
    (void)state;
    struct pty *pty = wire_start("", "linux");
    assert_true(pty_shows(pty, "Revenue per day", 10));
    pty_type(pty, "7", SILENCE_MS);
    assert_true(pty_shows(pty, ">Imports", 5));
    pty_type(pty, KEY_BACK_TAB, SILENCE_MS);
    assert_true(pty_shows(pty, ">Check", 5)); /* the last page */
    pty_type(pty, "6", SILENCE_MS);
    assert_true(pty_shows(pty, "6>Sales", 5));
    assert_int_equal(pty_end(pty), 0);
}

static void a_storm_of_keys_leaves_a_console_sane(void **state) {
    (void)state;
    struct sent sent;
    storm("", "linux", "1>Overview", &sent);
    assert_int_equal(count_fine_glyphs(&sent), 0);
    assert_false(switches_charset(&sent));
    assert_in_range(highest_color(&sent), 1, 7);
    free(sent.bytes);
}

static void a_storm_of_keys_leaves_plain_ascii_sane(void **state) {
    (void)state;
    struct sent sent;
    setenv("LC_ALL", "C", 1);
    setenv("LANG", "C", 1);
    storm("", "xterm-256color", "1>Overview", &sent);
    setenv("LC_ALL", "C.UTF-8", 1);
    assert_int_equal(count_above_ascii(&sent), 0);
    assert_false(switches_charset(&sent));
    free(sent.bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_console_gets_lines_and_no_fine_glyphs),
        cmocka_unit_test(screen_tmux_and_xterm_get_everything),
        cmocka_unit_test(a_vt100_gets_neither_colors_nor_fine_glyphs),
        cmocka_unit_test(an_unknown_terminal_is_served_as_most_are),
        cmocka_unit_test(without_a_terminal_type_the_overview_is_plain_text),
        cmocka_unit_test(no_color_sends_no_color),
        cmocka_unit_test(ascii_is_kept_to_by_locale_and_by_option),
        cmocka_unit_test(leaving_puts_every_mode_back),
        cmocka_unit_test(no_terminal_is_asked_for_more_colors_than_it_has),
        cmocka_unit_test(on_the_console_shift_tab_turns_back_and_keys_go_on_acting),
        cmocka_unit_test(a_storm_of_keys_leaves_a_console_sane),
        cmocka_unit_test(a_storm_of_keys_leaves_plain_ascii_sane),
    };
    return cmocka_run_group_tests(tests, setup, wire_teardown);
}
