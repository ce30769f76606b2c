/* tui/terminal: keys, wheel and clicks as a real terminal sends them, seen by where the cursor of a
 * long list stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tests/support/pty.h"
#include "tests/support/scratch.h"
#include "tests/support/wire.h"

enum { SILENCE_MS = 20, PATIENCE_S = 20 };

#define KEY_HOME "\033OH"
#define KEY_END "\033OF"

static int setup(void **state) {
    return wire_setup(state, 2000);
}

static struct pty *sales(const char *options) {
    struct pty *pty = wire_start(options, "xterm-256color");
    assert_true(pty_shows(pty, "Revenue per day", PATIENCE_S));
    pty_type(pty, "6", SILENCE_MS);
    assert_true(pty_shows(pty, " 1 of 2,000", PATIENCE_S));
    return pty;
}

static void leads_to(struct pty *pty, const char *keys, const char *expected) {
    pty_type(pty, keys, SILENCE_MS);
    if (!pty_shows(pty, expected, PATIENCE_S))
        fail_msg("\"%s\" of %s is not shown:\n%s", expected, keys + 1, pty_screen(pty));
}

static void the_keys_of_a_terminal_move_in_a_list(void **state) {
    struct pty *pty = sales("");
    (void)state;
    leads_to(pty, KEY_DOWN KEY_DOWN KEY_DOWN, " 4 of 2,000");
    leads_to(pty, KEY_UP, " 3 of 2,000");
    leads_to(pty, KEY_PAGE_DOWN, " 21 of 2,000"); /* 18 rows are seen of 24 */
    leads_to(pty, KEY_PAGE_DOWN, " 39 of 2,000");
    leads_to(pty, KEY_PAGE_UP, " 21 of 2,000");
    leads_to(pty, KEY_END, " 2,000 of 2,000");
    leads_to(pty, KEY_HOME, " 1 of 2,000");
    leads_to(pty, KEY_UP, " 1 of 2,000"); /* there is none above */
    pty_type(pty, "q", SILENCE_MS);
    assert_int_equal(pty_end(pty), 0);
}

/* Letters within them would quit (q), search (/) and go to other screens (2). */
static void sequences_that_nobody_knows_are_swallowed_whole(void **state) {
    static const char *const sequences[] = {"\033[113;5u", "\033[200;2;2q", "\033Oq",
                                            "\033[27;5;47~"};
    struct pty *pty = sales("");
    (void)state;
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
        pty_type(pty, sequences[i], SILENCE_MS);
        leads_to(pty, "", " 1 of 2,000");
    }
    leads_to(pty, KEY_DOWN, " 2 of 2,000");
    pty_type(pty, "q", SILENCE_MS);
    assert_int_equal(pty_end(pty), 0);
}

/* SGR reports (xterm, ctlseqs, "Extended coordinates"): button; column; row, M pressed. */
#define WHEEL_UP "\033[<64;10;10M"
#define WHEEL_DOWN "\033[<65;10;10M"
#define CLICK(column, row) "\033[<0;" #column ";" #row "M\033[<0;" #column ";" #row "m"

static void wheel_and_clicks_act_where_the_settings_ask_for_them(void **state) {
    char *settings = scratch_path(state, "settings"),
         *folder = xasprintf("%s/retail-pulse", settings), *file = xasprintf("%s/config", folder);
    assert_int_equal(mkdir(settings, 0700), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
    scratch_write_text(file, "mouse = yes\n");
    setenv("XDG_CONFIG_HOME", settings, 1);
    struct pty *pty = sales("");
    leads_to(pty, CLICK(20, 8), " 4 of 2,000"); /* the list's first row is the screen's fifth */
    leads_to(pty, WHEEL_DOWN, " 7 of 2,000");
    leads_to(pty, WHEEL_UP, " 4 of 2,000");
    leads_to(pty, CLICK(27, 1), "2▸Segments");
    pty_type(pty, "q", SILENCE_MS);
    assert_int_equal(pty_end(pty), 0);
    setenv("XDG_CONFIG_HOME", *state, 1);
    free(file);
    free(folder);
    free(settings);
}

static void without_being_asked_the_mouse_is_the_terminals_own(void **state) {
    struct pty *pty = sales("");
    size_t length;
    (void)state;
    const char *raw = pty_raw(pty, &length);
    assert_null(memmem(raw, length, "\033[?1000h", 8));
    assert_null(memmem(raw, length, "\033[?1006", 7));
    pty_type(pty, "q", SILENCE_MS);
    assert_int_equal(pty_end(pty), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_keys_of_a_terminal_move_in_a_list),
        cmocka_unit_test(sequences_that_nobody_knows_are_swallowed_whole),
        cmocka_unit_test(without_being_asked_the_mouse_is_the_terminals_own),
        cmocka_unit_test(wheel_and_clicks_act_where_the_settings_ask_for_them),
    };
    return cmocka_run_group_tests(tests, setup, wire_teardown);
}
