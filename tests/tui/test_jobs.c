/* Work beside the interface while another program holds the database: it waits in view, is the only
 * one, can be given up, and leaves nothing behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "engine/learn/scoring.h"
#include "tests/support/dashboard.h"
#include "tests/support/pty.h"
#include "tests/support/scratch.h"
#include "tests/support/wire.h"

enum { SILENCE_MS = 20, PATIENCE_S = 20 };

#define SCORE_THE_SALES "T" KEY_UP KEY_DOWN KEY_DOWN KEY_DOWN KEY_DOWN KEY_DOWN KEY_ENTER

static struct pty *pty;
static struct db *writer; /* another program */

static int begin_trained(void **state) {
    return wire_setup(state, 1500);
}

static int begin_untrained(void **state) {
    return wire_setup_file(state, "data/sample.csv", false);
}

static void start(const char *options) {
    pty = wire_start(options, "xterm-256color");
    assert_true(pty_shows(pty, "1▸Overview", PATIENCE_S));
    pty_type(pty, "", SILENCE_MS);
}

static void shows(const char *text) {
    wire_expect(pty, text, PATIENCE_S);
}

static void another_program_ends(void) {
    db_close(writer);
    writer = NULL;
}

/* A test that fails midway must not leave the next one waiting for its writer. */
static int let_go(void **state) {
    (void)state;
    if (writer != NULL)
        another_program_ends();
    return 0;
}

static void ends_with_a_usable_terminal(void) {
    for (int i = 0; i < PATIENCE_S * 1000 / SILENCE_MS && !pty_is_cooked(pty); i++)
        pty_type(pty, "", SILENCE_MS);
    assert_true(pty_is_cooked(pty));
}

static void type(const char *keys) {
    pty_type(pty, keys, SILENCE_MS);
}

static bool is_scored(void) {
    struct db *db = scratch_reader(wire_db());
    struct scoring_state scoring;
    struct error error;
    assert_int_equal(scoring_state(db, &scoring, &error), ERR_OK);
    db_close(db);
    return scoring.scored;
}

static void what_waits_for_another_program_is_the_only_one_and_is_given_up_by_esc(void **state) {
    (void)state;
    writer = scratch_writer(wire_db());
    start("");
    type(SCORE_THE_SALES);
    shows("Scoring: Esc ends the waiting for ");
    type("T");
    shows("Scoring is still running, one at a time; Ctrl-C cancels it");
    type("i");
    shows("Scoring is still running, one at a time; Ctrl-C cancels it");
    type("6");
    shows("6▸Sales"); /* all else goes on */
    type("1" KEY_ESCAPE);
    shows("Scoring cancelled; what was there before is unchanged");
    type("\003");
    shows("Nothing is running; q quits");
    type("q");
    assert_int_equal(pty_end(pty), 0);
    another_program_ends();
    assert_false(is_scored());
}

static void who_quits_while_work_runs_is_asked_first_and_takes_it_along(void **state) {
    (void)state;
    writer = scratch_writer(wire_db());
    start("");
    type(SCORE_THE_SALES);
    shows("Scoring: Esc ends the waiting for ");
    type("q");
    shows("Stop it and quit? y/n:");
    shows("Scoring is running; what it has not finished would be lost.");
    type("n" KEY_ENTER);
    shows("Scoring goes on");
    shows("Scoring: Esc ends the waiting for ");
    dashboard_pause(); /* a q that was answered does not quit at once */
    type("q");
    shows("Stop it and quit? y/n:");
    type("y" KEY_ENTER);
    ends_with_a_usable_terminal();
    assert_int_equal(pty_end(pty), 0);
    another_program_ends(); /* nobody is left who waited for it */
    dashboard_pause();
    assert_false(is_scored());
}

static void what_waited_goes_on_as_soon_as_it_may(void **state) {
    (void)state;
    writer = scratch_writer(wire_db());
    start("");
    type(SCORE_THE_SALES);
    shows("Scoring: Esc ends the waiting for ");
    another_program_ends();
    shows("sales scored now");
    type("q");
    assert_int_equal(pty_end(pty), 0);
    assert_true(is_scored());
}

static void work_that_fails_says_why_and_what_to_do(void **state) {
    (void)state;
    start("");
    type(SCORE_THE_SALES);
    shows("Scoring failed: ");
    shows("retail-pulse train");
    type("q");
    assert_int_equal(pty_end(pty), 0);
}

static void read_only_starts_nothing(void **state) {
    (void)state;
    start("--read-only");
    type("T");
    shows("Opened read-only: Training would change the database");
    type("i");
    shows("Opened read-only: Importing would change the database");
    type("7\033[3~");
    shows("Opened read-only: Taking an import back would change the database");
    type("q");
    assert_int_equal(pty_end(pty), 0);
}

int main(void) {
    const struct CMUnitTest trained[] = {
        cmocka_unit_test_teardown(
            what_waits_for_another_program_is_the_only_one_and_is_given_up_by_esc, let_go),
        cmocka_unit_test_teardown(who_quits_while_work_runs_is_asked_first_and_takes_it_along,
                                  let_go),
        cmocka_unit_test_teardown(what_waited_goes_on_as_soon_as_it_may, let_go),
    };
    const struct CMUnitTest untrained[] = {
        cmocka_unit_test(work_that_fails_says_why_and_what_to_do),
        cmocka_unit_test(read_only_starts_nothing),
    };
    return cmocka_run_group_tests(trained, begin_trained, wire_teardown) +
           cmocka_run_group_tests(untrained, begin_untrained, wire_teardown);
}
