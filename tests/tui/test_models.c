/* The Models screen page by page, on models that are trained in the set-up: pictures in
 * tests/tui/golden/models-*.txt, UPDATE_GOLDEN=1 writes them anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <curses.h>
#include <locale.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "db/db.h"
#include "engine/learn/train.h"
#include "tests/support/facts_db.h"
#include "tests/support/facts_table.h"
#include "tests/support/planted_shop.h"
#include "tests/support/scratch.h"
#include "tui/app.h"
#include "tui/terminal.h"

static char *path;
static struct app *app;

static void must(enum err code, const struct error *error) {
    if (code != ERR_OK)
        fail_msg("%s", error->message);
}

/* 400 sales of which followers return far more often; trees with a search, and a linear model. */
static int make_models(void **state) {
    struct facts facts;
    struct error error;
    struct train_options options;
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        return -1;
    setenv("RETAIL_PULSE_NOW", "2026-01-15 12:00:00", 1);
    unsetenv("NO_COLOR");
    if (scratch_setup(state) != 0)
        return -1;
    path = scratch_path(state, "models.db");
    planted_facts(&facts);
    facts_db(path, &facts);
    facts_table_free(&facts);
    train_defaults(&options);
    train_only(&options, ALGORITHM_GBTREE);
    options.segments = false;
    options.outcomes[OUTCOME_FACEBOOK] = false;
    options.folds = 3;
    options.repeats = 2;
    options.permutations = 0;
    options.threads = 1;
    options.tune = 3;
    must(train_run(path, &options, NULL, NULL, NULL, &error), &error);
    train_only(&options, ALGORITHM_LINEAR);
    options.tune = 0;
    options.permutations = 30;
    must(train_run(path, &options, NULL, NULL, NULL, &error), &error);
    return 0;
}

static int remove_models(void **state) {
    free(path);
    return scratch_teardown(state);
}

static void start(int lines, int columns, bool ascii, bool read_only) {
    struct terminal_options looks = {.ascii = ascii, .no_color = true};
    struct tui_options options = {.db_path = path, .ascii = ascii, .read_only = read_only};
    struct error error;
    must(terminal_open_offscreen("xterm-256color", lines, columns, &looks, &error), &error);
    must(app_open(&options, &app, &error), &error);
    app_draw(app);
}

static void stop(void) {
    app_close(app);
    terminal_close();
}

static void press(struct key key) {
    app_prepare(app);
    app_key(app, &key);
    app_tick(app);
    app_prepare(app);
    app_draw(app);
}

/* Characters as they are typed; > and < are Right and Left, tab and _ are Tab and Down. */
static void type(const char *keys) {
    for (; *keys != '\0'; keys++) {
        struct key key = {KEY_KIND_CHARACTER, (unsigned char)*keys};
        key = *keys == '\t'  ? (struct key){KEY_KIND_TAB, 0}
              : *keys == '_' ? (struct key){KEY_KIND_DOWN, 0}
              : *keys == '>' ? (struct key){KEY_KIND_RIGHT, 0}
              : *keys == '<' ? (struct key){KEY_KIND_LEFT, 0}
              : *keys == '^' ? (struct key){KEY_KIND_HOME, 0}
              : *keys == '$' ? (struct key){KEY_KIND_END, 0}
                             : key;
        press(key);
    }
}

static char *screen_text(void) {
    struct buffer text = {0};
    int lines, columns;
    terminal_size(&lines, &columns);
    for (int row = 0; row < lines; row++) {
        wchar_t line[512];
        char bytes[2048];
        mvinnwstr(row, 0, line, columns);
        size_t length = wcstombs(bytes, line, sizeof bytes - 1);
        assert_true(length != (size_t)-1);
        while (length > 0 && bytes[length - 1] == ' ')
            length--;
        bytes[length] = '\0';
        buffer_printf(&text, "%s\n", bytes);
    }
    return buffer_take(&text);
}

static void assert_picture(const char *name) {
    char *golden_path = xasprintf("tests/tui/golden/models-%s.txt", name);
    char *now = screen_text();
    size_t length;
    if (getenv("UPDATE_GOLDEN") != NULL)
        scratch_write_text(golden_path, now);
    char *golden = scratch_read(golden_path, &length);
    if (strcmp(now, golden) != 0)
        fail_msg("%s differs; now it is:\n%s", golden_path, now);
    free(golden);
    free(now);
    free(golden_path);
}

static bool screen_has(const char *words) {
    char *text = screen_text();
    bool has = strstr(text, words) != NULL;
    if (!has)
        print_message("not on the screen: '%s'\n%s", words, text);
    free(text);
    return has;
}

static void every_page_is_right_at_80_by_24(void **state) {
    static const char *const names[] = {"leaderboard", "curves",     "calibration", "confusion",
                                        "importance",  "time-split", "tuning"};
    (void)state;
    start(24, 80, false, false);
    type("4");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_picture(names[i]);
        type("\t");
    }
    assert_true(screen_has("▸Leaderboard")); /* round again */
    type("_\t\t\t\t\t\t");
    assert_picture("tuning-search");
    stop();
}

static void several_pages_stand_side_by_side_at_160_by_50(void **state) {
    (void)state;
    start(50, 160, false, false);
    type("4");
    assert_picture("how-good-160x50");
    type("\t");
    assert_picture("made-of-160x50");
    stop();
}

static void pages_have_their_ascii_looks(void **state) {
    (void)state;
    start(24, 80, true, false);
    type("4\t");
    assert_picture("curves-ascii");
    type("\t");
    assert_picture("calibration-ascii");
    stop();
}

static void the_threshold_moves_and_goes_back(void **state) {
    (void)state;
    start(24, 80, false, false);
    type("4\t\t\t");
    assert_true(screen_has("(the model's own)"));
    char *before = screen_text();
    type(">");
    assert_true(screen_has("(moved)"));
    type("^");
    assert_true(screen_has("Nobody is answered yes"));
    assert_true(screen_has("0.0% answered yes"));
    type("<"); /* there is no stricter one */
    assert_true(screen_has("Nobody is answered yes"));
    type("$");
    assert_true(screen_has("Everybody is answered yes"));
    type("r");
    char *after = screen_text();
    assert_string_equal(before, after);
    free(before);
    free(after);
    stop();
}

static void another_model_is_looked_at_and_put_to_use(void **state) {
    (void)state;
    start(24, 80, false, false);
    type("4");
    assert_true(screen_has("▸Linear *"));
    type("_");
    assert_true(screen_has("▸Boosted trees"));
    assert_true(screen_has("not in use"));
    type("U");
    assert_true(screen_has("In use from now on: Bought before: Boosted trees"));
    assert_true(screen_has("▸Boosted trees *"));
    type("4G"); /* a baseline has no pages: they stay with the model */
    assert_true(screen_has("▸always yes"));
    assert_true(screen_has("Boosted trees:"));
    type("g");
    type("U");
    assert_true(screen_has("In use from now on: Bought before: Linear"));
    stop();
}

static void read_only_refuses_to_change_the_model_in_use(void **state) {
    (void)state;
    start(24, 80, false, true);
    type("4_U");
    assert_true(screen_has("read-only"));
    assert_true(screen_has("Linear *"));
    stop();
}

static void an_outcome_without_a_model_says_how_to_get_one(void **state) {
    (void)state;
    start(24, 80, false, false);
    type("4o");
    assert_true(screen_has("From Facebook"));
    assert_true(screen_has("No model has been trained for this outcome. Press T"));
    type("\t_<U"); /* nothing to move */
    type("o");
    assert_true(screen_has("▸Linear *"));
    stop();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page_is_right_at_80_by_24),
        cmocka_unit_test(several_pages_stand_side_by_side_at_160_by_50),
        cmocka_unit_test(pages_have_their_ascii_looks),
        cmocka_unit_test(the_threshold_moves_and_goes_back),
        cmocka_unit_test(another_model_is_looked_at_and_put_to_use),
        cmocka_unit_test(read_only_refuses_to_change_the_model_in_use),
        cmocka_unit_test(an_outcome_without_a_model_says_how_to_get_one),
    };
    return cmocka_run_group_tests(tests, make_models, remove_models);
}
