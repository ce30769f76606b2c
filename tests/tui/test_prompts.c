/* Prompts and the filter line as they are typed: what is refused can be put right, nothing that is
 * typed after an error is a command, and filters stay readable however long they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/text.h"
#include "tests/support/dashboard.h"
#include "tests/support/scratch.h"

static char *path;
static struct app *app;

static int set_up(void **state) {
    if (scratch_setup(state) != 0)
        return -1;
    path = scratch_path(state, "sample.db");
    dashboard_database(path, false);
    return 0;
}

static int tear_down(void **state) {
    free(path);
    return scratch_teardown(state);
}

static void start(int lines, int columns) {
    app = dashboard_open(path, lines, columns, false);
}

static void type(const char *keys) {
    assert_false(dashboard_type(app, keys) & REACT_QUIT);
}

static void expect_filters(const char *expected) {
    char *text = slice_text(app_slice(app));
    assert_string_equal(text, expected);
    free(text);
}

/* ----------------------------------------------------------------- refusals */

static void a_refused_filter_is_put_right_where_it_stands(void **state) {
    (void)state;
    start(24, 80);
    type("fage<30 location=qq<Enter>");
    assert_true(dashboard_has("there is no location \"qq\""));
    assert_true(dashboard_has("Filter: age<30 location=qq"));
    type("q<Left><Left><Left><Enter>"); /* text, and the cursor may be anywhere */
    type("X");
    assert_true(dashboard_has("location=Xqqq"));
    type("<Back><Del><Del><Del>lake<Enter>");
    expect_filters("age<30 location=Lakeside");
    dashboard_close(app);
}

/* Who clears a line with Backspace held down goes on typing into it. */
static void an_emptied_prompt_stays_open(void **state) {
    (void)state;
    start(24, 80);
    type("fage<Back><Back><Back><Back><Back><Back>qX=age<30");
    assert_true(dashboard_has("Filter: qX=age<30"));
    type("<Esc>");
    expect_filters("");
    dashboard_close(app);
}

static void every_prompt_keeps_what_it_refuses(void **state) {
    (void)state;
    static const struct {
        const char *keys, *error;
    } prompts[] = {{"6/zebra<Enter>", "No handset, place, reference, price or date"},
                   {"e<C-u>/nowhere/at/all.csv<Enter>", "/nowhere/at/all.csv"},
                   {"e<C-u>a.xyz<Enter>", ".xyz"},
                   {"3<Tab><Tab><Tab>a<C-u>shoes<Enter>", "no dimension 'shoes'"},
                   {"3D<C-u>many<Enter>", "Points between 0 and 100"},
                   {"cc<C-u>nonsense<Enter>", "no field or name \"nonsense\""},
                   {"cc<C-u>@nobody<Enter>", "no slice is called \"nobody\""},
                   {"b<Enter>bshoes<Enter>", "No dimension is called 'shoes'"},
                   {"bshoes<Enter>", "No dimension is called 'shoes'"},
                   {"d<Tab>b<C-u>shoes<Enter>", "No dimension is called 'shoes'"},
                   {"f@nobody<Enter>", "no slice is called \"nobody\""}};
    for (size_t i = 0; i < sizeof prompts / sizeof *prompts; i++) {
        start(24, 80);
        type(prompts[i].keys);
        if (!dashboard_has(prompts[i].error))
            fail_msg("%s does not say '%s'", prompts[i].keys, prompts[i].error);
        type("qqq");
        if (!dashboard_has("qqq"))
            fail_msg("%s: what is typed next is no text", prompts[i].keys);
        type("<Esc>");
        char *text = dashboard_text();
        assert_null(strstr(text, "qqq"));
        free(text);
        dashboard_close(app);
    }
}

/* From any screen: Enter takes what is proposed, typing replaces it, and nothing typed is a
 * command. */
static void by_asks_everywhere_and_proposes_the_last_pair(void **state) {
    (void)state;
    static const char *const screens[] = {"1", "2", "3", "4", "6", "7", "1b<Enter>", "0"};
    for (size_t i = 0; i < sizeof screens / sizeof *screens; i++) {
        start(20, 60);
        type(screens[i]);
        type("b");
        assert_true(dashboard_has("Explore by: location facebook") &&
                    dashboard_has("typing replaces it"));
        type("gender brand");
        assert_true(dashboard_has("Explore by: gender brand"));
        type("<Enter>");
        assert_true(dashboard_has("Explore by gender and brand"));
        type("<Back>b");
        assert_true(dashboard_has("Explore by: gender brand"));
        type("<End><Back><Back><Back><Back><Back>month<Enter>"); /* a key that edits keeps what is
                                                                    proposed */
        assert_true(dashboard_has("Explore by gender and month"));
        dashboard_close(app);
    }
}

static void by_and_enter_are_location_by_facebook(void **state) {
    (void)state;
    start(24, 80);
    type("b<Enter>");
    assert_true(dashboard_has("Explore by location and from Facebook"));
    dashboard_close(app);
}

static void a_long_label_leaves_room_to_type_in_a_narrow_window(void **state) {
    (void)state;
    start(20, 60);
    type("ccgender=f location=lake");
    assert_true(dashboard_has("Compare with: gender=f location=lake"));
    type("<Esc>6/a handset by its name");
    assert_true(dashboard_has("Search: a handset by its name"));
    dashboard_close(app);
}

/* ------------------------------------------------------------ parts of names */

static void a_part_of_several_names_is_told_while_it_is_typed(void **state) {
    (void)state;
    start(24, 80);
    type("fhandset=galaxy");
    assert_true(dashboard_has("handsets contain galaxy: all are taken"));
    type("<Enter>");
    expect_filters("handset~galaxy");
    assert_true(dashboard_has("Filter: handset~galaxy ("));
    type("fhandset!=redmi<Enter>");
    expect_filters("handset~galaxy handset!~redmi");
    type("u");
    expect_filters("handset~galaxy");
    dashboard_close(app);
}

static void lists_take_names_out_of_a_part(void **state) {
    (void)state;
    start(24, 80);
    type("flocation=town<Enter>"); /* Old Town and Outside Town */
    expect_filters("location~town");
    type("0<Down>-");
    assert_int_equal(filter_values(&app_slice(app)->filters[0]), 1);
    assert_int_equal(app_slice(app)->filters[0].operator, FILTER_IS);
    dashboard_close(app);
}

static void a_name_alone_is_a_filter_and_the_prompt_says_which(void **state) {
    (void)state;
    static const struct {
        const char *typed, *told, *filters;
    } names[] = {{"galaxy", "handsets contain galaxy: all are taken", "handset~galaxy"},
                 {"lake", "Taken as location=Lakeside", "location=Lakeside"},
                 {"old town age<30", " sales.", "location=Old Town age<30"},
                 {"lake galaxy", "handsets contain galaxy", "location=Lakeside handset~galaxy"},
                 {"female", "Taken as gender=F", "gender=F"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        start(20, 60);
        type("f");
        type(names[i].typed);
        assert_true(dashboard_has(names[i].told));
        type("<Enter>");
        expect_filters(names[i].filters);
        dashboard_close(app);
    }
    start(20, 60);
    type("fnonsense");
    assert_true(dashboard_has("no field or name \"nonsense\"; write location=out, age<30\n"));
    type("<Enter>q");
    assert_true(dashboard_has("Filter: nonsenseq"));
    dashboard_close(app);
}

/* -------------------------------------------------------------- the filter line */

static char *second_line(void) {
    char *text = dashboard_text(), *line = strchr(text, '\n') + 1;
    line[strcspn(line, "\n")] = '\0';
    memmove(text, line, strlen(line) + 1);
    return text;
}

static void
the_second_line_says_how_to_drop_filters_and_where_they_count_for_nothing(void **state) {
    (void)state;
    static const struct {
        const char *keys, *words;
    } screens[] = {{"1", "sales; X drops all)"},
                   {"2", "sales; X drops all)"},
                   {"3", "sales; X drops all)"},
                   {"4", "(not used here: all sales)"},
                   {"5", "(not used here: all sales)"},
                   {"6", "sales; X drops all)"},
                   {"7", "(not used here: all sales)"},
                   {"7<Tab><Tab>", "sales; X drops all)"}, /* quality is the slice's */
                   {"W", "(not used here: all sales)"}};
    for (size_t i = 0; i < sizeof screens / sizeof *screens; i++) {
        start(20, 60);
        type("ffacebook=yes<Enter>");
        type(screens[i].keys);
        char *line = second_line();
        if (strstr(line, screens[i].words) == NULL)
            fail_msg("%s: no '%s' in '%s'", screens[i].keys, screens[i].words, line);
        free(line);
        type("X");
        line = second_line();
        assert_non_null(strstr(line, "Filter: none"));
        free(line);
        dashboard_close(app);
    }
}

static void long_filters_stay_readable(void **state) {
    (void)state;
    static const struct {
        int columns;
        const char *filters, *line;
    } lines[] = {
        {80, "facebook=yes", " Filter: facebook=yes ("},
        {80, "handset!=galaxy a16|poco x7|pixel 9a|tecno facebook=yes",
         " Filter: not 4 handsets, facebook=yes ("},
        {60, "handset=galaxy a16|poco x7|pixel 9a facebook=yes", " Filter: 3 handsets, f"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        start(24, lines[i].columns);
        dashboard_type(app, "f");
        dashboard_type(app, lines[i].filters);
        type("<Enter>");
        char *line = second_line();
        if (strncmp(line, lines[i].line, strlen(lines[i].line)) != 0)
            fail_msg("'%s' instead of '%s'", line, lines[i].line);
        assert_true(text_width(line) <= lines[i].columns);
        assert_true(i == 0 || strstr(line, "; f shows all)") != NULL);
        assert_non_null(strstr(line, " sales"));
        assert_non_null(strstr(line, "SYNTHETIC"));
        free(line);
        dashboard_close(app);
    }
}

/* Names of up to 160 bytes that take two columns: a letter, a digit and marks upon marks. */
static void filters_too_long_for_the_line_are_not_cut_by_it(void **state) {
    enum { PLACES = 8, MARKS = 78 };
    struct buffer csv = {0};
    buffer_text(&csv, "Date,Cus. Location,Age,Gender,Mobile Name,Sell Price,"
                      "Does he/she Come from Facebook Page?,Does he/she Followed Our Page?,"
                      "Did he/she buy any mobile before?,Did he/she hear of our shop before?\n");
    for (int i = 0; i < 5 * PLACES; i++) {
        buffer_printf(&csv, "2025-01-%02d,X%d", 1 + i % 28, i % PLACES);
        for (int mark = 0; mark < MARKS; mark++)
            buffer_text(&csv, "\u0301");
        buffer_text(&csv, ",30,F,Nokia 105,1500,Yes,No,No,Yes\n");
    }
    char *file = scratch_path(state, "marks.csv"), *marks = scratch_path(state, "marks.db");
    scratch_write_text(file, csv.data);
    dashboard_database_of(marks, file, false);
    app = dashboard_open(marks, 24, 80, false);
    type("flocation~x<Enter>");
    type("0<Down>-"); /* all but the second: seven names in full */
    assert_int_equal(filter_values(&app_slice(app)->filters[0]), PLACES - 1);
    char *before = slice_text(app_slice(app));
    assert_true(strlen(before) > (PLACES - 1) * MARKS * 2);
    type("f");
    assert_true(dashboard_has("These filters are too long for a line"));
    type("6");
    assert_true(dashboard_has("6▸Sales"));
    expect_filters(before);
    type("X");
    expect_filters("");
    dashboard_close(app);
    free(before);
    free(file);
    free(marks);
    buffer_free(&csv);
}

/* ------------------------------------------------------------- lists that go on */

static void help_and_palette_say_that_they_go_on(void **state) {
    (void)state;
    static const int sizes[][2] = {{24, 80}, {20, 60}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        start(sizes[i][0], sizes[i][1]);
        for (const char *screen = "1234567"; *screen != '\0'; screen++) {
            type((char[]){*screen, '?', '\0'});
            assert_true(dashboard_has("Down for more"));
            assert_true(dashboard_has("Keys "));
            type("<End>");
            char *text = dashboard_text();
            assert_null(strstr(text, "Down for more"));
            free(text);
            type("<Esc>:");
            assert_true(dashboard_has("Down for more"));
            type("zzz<Esc>");
        }
        dashboard_close(app);
    }
}

/* ------------------------------------------------------------------- the footer */

static void the_footer_fits_everywhere(void **state) {
    (void)state;
    static const char *const walk[] = {"1",        "2",         "3", "4", "5", "6", "7",
                                       "1<Enter>", "1b<Enter>", "d", "0", "c", "W", "6<Enter>"};
    static const int sizes[][2] = {{24, 80}, {20, 60}, {12, 40}, {60, 200}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        start(sizes[i][0], sizes[i][1]);
        for (size_t k = 0; k < sizeof walk / sizeof *walk; k++) {
            type("1<Esc><Esc>");
            type(walk[k]);
            char *text = dashboard_text();
            text[strlen(text) - 1] = '\0';
            char *footer = strrchr(text, '\n') + 1;
            size_t length = strlen(footer);
            bool ends = (length > 6 && strcmp(footer + length - 6, "q quit") == 0) ||
                        (length > 7 && strcmp(footer + length - 7, "q close") == 0);
            if (!ends || strstr(footer, "? help") == NULL || text_width(footer) > sizes[i][1])
                fail_msg("%d columns, %s: '%s'", sizes[i][1], walk[k], footer);
            free(text);
        }
        dashboard_close(app);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_filter_is_put_right_where_it_stands),
        cmocka_unit_test(an_emptied_prompt_stays_open),
        cmocka_unit_test(every_prompt_keeps_what_it_refuses),
        cmocka_unit_test(by_asks_everywhere_and_proposes_the_last_pair),
        cmocka_unit_test(by_and_enter_are_location_by_facebook),
        cmocka_unit_test(a_long_label_leaves_room_to_type_in_a_narrow_window),
        cmocka_unit_test(a_part_of_several_names_is_told_while_it_is_typed),
        cmocka_unit_test(lists_take_names_out_of_a_part),
        cmocka_unit_test(a_name_alone_is_a_filter_and_the_prompt_says_which),
        cmocka_unit_test(the_second_line_says_how_to_drop_filters_and_where_they_count_for_nothing),
        cmocka_unit_test(long_filters_stay_readable),
        cmocka_unit_test(filters_too_long_for_the_line_are_not_cut_by_it),
        cmocka_unit_test(help_and_palette_say_that_they_go_on),
        cmocka_unit_test(the_footer_fits_everywhere),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
