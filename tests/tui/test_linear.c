/* The dashboard line by line in a real pseudo-terminal: every screen in plain lines, and never a
 * byte that moves anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tests/support/pty.h"
#include "tests/support/scratch.h"
#include "tests/support/wire.h"

enum { SILENCE_MS = 60, SALES = 2000 };

static int setup(void **state) {
    return wire_setup(state, SALES);
}

static struct pty *start(const char *options) {
    char *arguments = xasprintf("--linear %s", options);
    struct pty *pty = wire_start(arguments, NULL); /* no TERM: nothing is asked of the terminal */
    free(arguments);
    pty_resize(pty, 60, 200);
    assert_true(pty_shows(pty, "Overview>", 10));
    return pty;
}

/* What comes after a typed line, up to the next prompt. The caller frees it. */
static char *answer(struct pty *pty, const char *line) {
    size_t before, after;
    pty_raw(pty, &before);
    char *typed = xasprintf("%s\r", line);
    pty_type(pty, typed, SILENCE_MS);
    free(typed);
    const char *raw = pty_raw(pty, &after);
    assert_true(after >= before);
    return xstrndup(raw + before, after - before);
}

static void answers(struct pty *pty, const char *line, const char *const *words) {
    char *text = answer(pty, line);
    for (; *words != NULL; words++) {
        if (strstr(text, *words) == NULL)
            fail_msg("'%s' does not answer with '%s' but:\n%s", line, *words, text);
    }
    free(text);
}

#define ANSWERS(pty, line, ...) answers(pty, line, (const char *const[]){__VA_ARGS__, NULL})

/* To the end of what a screen tells. */
static char *whole(struct pty *pty, const char *line) {
    char *all = answer(pty, line);
    for (int turn = 0; turn < 9; turn++) {
        char *more = answer(pty, "");
        char *both = xasprintf("%s%s", all, more);
        bool goes_on = strstr(more, "more lines: Enter goes on.") != NULL;
        free(all);
        free(more);
        all = both;
        if (!goes_on)
            break;
    }
    return all;
}

static void ends_well(struct pty *pty) {
    size_t length;
    const char *raw = pty_raw(pty, &length);
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)raw[i];
        if (byte < ' ' && byte != '\n' && byte != '\r')
            fail_msg("byte %zu is %02x", i, byte);
    }
    int status = pty_end(pty);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void every_screen_and_page_is_told_in_plain_lines(void **state) {
    static const struct {
        const char *lines[5], *words[6]; /* what is typed, and what the last line is answered */
    } screens[] = {
        {{"3", "1"}, {"Overview", "Sales 2,000", "Month 20", "Location ", "Handset "}},
        {{"segments"}, {"Segments", "Silhouette", "k 2, Inertia", "Segment "}},
        {{"2", "next", "next", "next"}, {"Segments", "Value ", "Difference"}},
        {{"marketing"}, {"Factor From Facebook", "Risk ratio", "Verdict "}},
        {{"4"}, {"Model Boosted trees", "AUC 0.", "Verdict "}},
        {{"4", "open 1"}, {"ROC curve", "Recall ", "Calibration", "What it leans on"}},
        {{"what-if"}, {"Customer: age", "Returning: ", "Why age, "}},
        {{"what-if", "next"}, {"Sweep of ", "<- this customer"}},
        {{"5", "pin", "next", "next"}, {"Scenario Age, A "}},
        {{"5", "previous"}, {"similar sale", "Share of these", "The latest first"}},
        {{"data"}, {"Import 1, File ", "Rows set aside", "Field Age, Unknown "}},
        {{"7", "next", "next", "next"}, {"Size ", "Schema ", "Last import "}},
        {{"7", "next", "next", "next", "next"}, {"What import", "What create, Of schema "}},
        {{"by location,gender"}, {"Location Lakeside, M 21.4%", "chi-square"}},
        {{"lists"}, {"All dimensions", "Dimension location, Value "}},
        {{"spread"}, {"Price: histogram", "Skewness", "Price "}},
        {{"compare facebook=yes"}, {"B: facebook=yes.", "Measure Mean price, A "}},
        {{"slices"}, {"No slice has a name yet."}},
        {{"news"}, {"What is new"}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof screens / sizeof *screens; i++) {
        struct pty *pty = start("");
        int last = 0;
        for (; last < 4 && screens[i].lines[last + 1] != NULL; last++)
            free(answer(pty, screens[i].lines[last]));
        char *text = whole(pty, screens[i].lines[last]);
        for (int word = 0; word < 6 && screens[i].words[word] != NULL; word++) {
            if (strstr(text, screens[i].words[word]) == NULL)
                fail_msg("'%s' does not tell '%s':\n%s", screens[i].lines[last],
                         screens[i].words[word], text);
        }
        free(text);
        pty_type(pty, "q\rq\r", SILENCE_MS); /* the layer, then the dashboard */
        ends_well(pty);
    }
}

static void filters_are_typed_as_they_are_elsewhere(void **state) {
    struct pty *pty = start("");
    (void)state;
    ANSWERS(pty, "facebook=yes", "Filter: facebook=yes (");
    ANSWERS(pty, "age<30", "Filter: facebook=yes age<30 (");
    ANSWERS(pty, "x", "Filter: facebook=yes (");
    ANSWERS(pty, "undo", "Filter: facebook=yes age<30 (");
    ANSWERS(pty, "X", "Filter: none (2,000 sales)");
    ANSWERS(pty, "agee<30", "agee");
    ANSWERS(pty, "X", "No filter to drop");
    ANSWERS(pty, "f gender=F", "Filter: gender=F (");
    ANSWERS(pty, "f", "Filter: (Enter for gender=F");
    ANSWERS(pty, "gender=M", "Filter: gender=M (");
    ANSWERS(pty, "rubbish", "Not understood: rubbish");
    ANSWERS(pty, "\033[2J", "Not understood: ");
    free(answer(pty, "q"));
    ends_well(pty);
}

static void a_customer_is_typed_on_what_if(void **state) {
    struct pty *pty = start("");
    (void)state;
    free(answer(pty, "5"));
    ANSWERS(pty, "age=45 price=", "Customer: age 45, location ");
    char *text = answer(pty, "price=31000");
    assert_non_null(strstr(text, "Customer: age 45, "));
    assert_non_null(strstr(text, "price 31,000"));
    free(text);
    ANSWERS(pty, "age=999", "age '999' is outside 1");
    ANSWERS(pty, "colour=red", "'colour' is no field of a customer");
    ANSWERS(pty, "pin", "Pinned as A");
    free(answer(pty, "q"));
    ends_well(pty);
}

static void a_row_is_opened_by_its_number(void **state) {
    struct pty *pty = start("");
    (void)state;
    ANSWERS(pty, "6", "Sale 1, Reference ", "Sale 20, Reference ", "Sales 1");
    ANSWERS(pty, "more", "Sale 21, Reference ");
    ANSWERS(pty, "row 3", "One sale", "Sale 3\r\n", "Returning ", "Imported first.csv");
    free(answer(pty, "q"));
    free(answer(pty, "q"));
    ends_well(pty);
}

static void a_screen_is_written_to_a_file_and_told_as_a_command(void **state) {
    struct pty *pty = start("");
    char *path = scratch_path(state, "linear.csv");
    char *line = xasprintf("export %s", path);
    size_t length;
    ANSWERS(pty, line, "written to ");
    ANSWERS(pty, line, "exists", "Overwrite? y/n:");
    ANSWERS(pty, "n", "Nothing was written");
    char *text = scratch_read(path, &length);
    assert_non_null(strstr(text, "revenue"));
    ANSWERS(pty, "S", "retail-pulse overview", "SELECT count(*)");
    ANSWERS(pty, "copy", "export FILE");
    ANSWERS(pty, "?", "The shop at a glance", "A filter, added to those there are");
    free(text);
    free(line);
    free(path);
    free(answer(pty, "q"));
    ends_well(pty);
}

static void work_runs_beside_and_tells_its_end(void **state) {
    struct pty *pty = start("");
    (void)state;
    ANSWERS(pty, "T", "4: Find segments", "Number of the work: ");
    ANSWERS(pty, "9", "There is no such work.");
    free(answer(pty, "T"));
    free(answer(pty, "4"));
    assert_true(pty_shows(pty, "Trained: the figures are on screens", 60));
    ANSWERS(pty, "import", "Say which: import FILE");
    free(answer(pty, "q"));
    ends_well(pty);
}

static void the_end_of_the_input_and_an_interrupt_leave_too(void **state) {
    struct pty *pty = start("--ascii");
    (void)state;
    pty_type(pty, "\004", SILENCE_MS);
    ends_well(pty);
    pty = start("");
    free(answer(pty, "T"));
    pty_type(pty, "\003", SILENCE_MS); /* the question only */
    ANSWERS(pty, "1", "Overview");
    pty_type(pty, "\003", SILENCE_MS);
    ends_well(pty);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_screen_and_page_is_told_in_plain_lines),
        cmocka_unit_test(filters_are_typed_as_they_are_elsewhere),
        cmocka_unit_test(a_customer_is_typed_on_what_if),
        cmocka_unit_test(a_row_is_opened_by_its_number),
        cmocka_unit_test(a_screen_is_written_to_a_file_and_told_as_a_command),
        cmocka_unit_test(work_runs_beside_and_tells_its_end),
        cmocka_unit_test(the_end_of_the_input_and_an_interrupt_leave_too),
    };
    return cmocka_run_group_tests(tests, setup, wire_teardown);
}
