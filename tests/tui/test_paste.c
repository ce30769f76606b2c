/* Pasted text is text: whatever it holds, it never acts as keys, through a real pseudo-terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/wire.h"

/* Every screen's key, Enter, Ctrl-C, Ctrl-R, Esc and q are in it. */
#define PASTE "\033[200~q6\rX\003\022=\tT\n7q\033[201~"

static int setup(void **state) {
    return wire_setup_file(state, "data/sample.csv", false);
}

static void pasted_text_never_acts_as_keys(void **state) {
    static const struct {
        const char *keys[3], *stays;
    } places[] = {{{"1"}, "1▸Overview"},
                  {{"1", "f"}, "1▸Overview"},
                  {{"5"}, "5▸What-if"},
                  {{"6", "/"}, "6▸Sales"},
                  {{"2"}, "2▸Segments"}};
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct pty *pty = wire_start("", "xterm-256color");
        assert_true(pty_shows(pty, "1▸Overview", 10));
        for (size_t k = 0; k < 3 && places[i].keys[k] != NULL; k++)
            pty_type(pty, places[i].keys[k], 30);
        pty_type(pty, PASTE, 50);
        assert_true(pty_shows(pty, places[i].stays, 2));
        assert_true(pty_shows(pty, "Filter: none", 2));
        pty_type(pty, KEY_ESCAPE, 80);
        for (int q = 0; q < 4; q++)
            pty_type(pty, "q", 30);
        assert_int_equal(pty_end(pty), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(pasted_text_never_acts_as_keys)};
    return cmocka_run_group_tests(tests, setup, wire_teardown);
}
