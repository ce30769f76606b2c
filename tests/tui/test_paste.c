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

/* The plain screen of every kind, and every prompt: each stays where it is, whatever is pasted. */
static void pasted_text_never_acts_as_keys(void **state) {
    static const struct {
        const char *keys[5], *stays;
    } places[] = {{{"1"}, "1▸Overview"},
                  {{"2"}, "2▸Segments"},
                  {{"3"}, "3▸Marketing"},
                  {{"4"}, "4▸Models"},
                  {{"5"}, "5▸What-if"},
                  {{"6"}, "6▸Sales"},
                  {{"7"}, "7▸Data"},
                  {{"d"}, "Box plots"},
                  {{"0"}, "list 1 of"},
                  {{"1", "b", "\r"}, "Explore by"},
                  {{"c"}, "1▸Overview"},
                  {{"F"}, "1▸Overview"},
                  {{"W"}, "1▸Overview"},
                  {{"f"}, "1▸Overview"},
                  {{"e"}, "1▸Overview"},
                  {{":"}, "1▸Overview"},
                  {{"?"}, "1▸Overview"},
                  {{"S"}, "1▸Overview"},
                  {{"T"}, "1▸Overview"},
                  {{"i"}, "1▸Overview"},
                  {{"6", "/"}, "6▸Sales"},
                  {{"1", "b", "\r", "b"}, "Explore by"},
                  {{"c", "c"}, "1▸Overview"},
                  {{"3", "D"}, "3▸Marketing"},
                  {{"3", "\t", "\t", "a"}, "3▸Marketing"}};
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct pty *pty = wire_start("", "xterm-256color");
        assert_true(pty_shows(pty, "1▸Overview", 10));
        for (size_t k = 0; k < 5 && places[i].keys[k] != NULL; k++)
            pty_type(pty, places[i].keys[k], 15);
        pty_type(pty, PASTE, 30);
        if (!pty_shows(pty, places[i].stays, 2) || !pty_shows(pty, "Filter: none", 2))
            fail_msg("after '%s' the pasted text acted:\n%s", places[i].keys[0], pty_screen(pty));
        int status = -1;
        for (int q = 0; q < 3; q++) {
            pty_type(pty, KEY_ESCAPE, 80);
            pty_type(pty, "q", 15);
        }
        status = pty_end(pty);
        if (status != 0)
            fail_msg("after '%s' and a paste it ends with %d", places[i].keys[0], status);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(pasted_text_never_acts_as_keys)};
    return cmocka_run_group_tests(tests, setup, wire_teardown);
}
