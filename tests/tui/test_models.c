/* The Models screen page by page, on models that are trained in the set-up: pictures in
 * tests/tui/golden/models-*.txt, UPDATE_GOLDEN=1 writes them anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <locale.h>

#include <cmocka.h>

#include "base/memory.h"
#include "db/db.h"
#include "engine/learn/train.h"
#include "tests/support/dashboard.h"
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

/* A tick after each key: what the key changed in the database is seen. */
static void type(const char *keys) {
    dashboard_type(app, keys);
    app_tick(app);
    app_prepare(app);
    app_draw(app);
}

static void assert_picture(const char *name) {
    char *golden = xasprintf("models-%s", name);
    dashboard_golden(golden);
    free(golden);
}

static void every_page_is_right_at_80_by_24(void **state) {
    static const char *const names[] = {"leaderboard", "curves",     "calibration", "confusion",
                                        "importance",  "time-split", "tuning"};
    (void)state;
    start(24, 80, false, false);
    type("4");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_picture(names[i]);
        type("<Tab>");
    }
    assert_true(dashboard_has("▸Leaderboard")); /* round again */
    type("<Down><Tab><Tab><Tab><Tab><Tab><Tab>");
    assert_picture("tuning-search");
    stop();
}

static void several_pages_stand_side_by_side_at_160_by_50(void **state) {
    (void)state;
    start(50, 160, false, false);
    type("4");
    assert_picture("how-good-160x50");
    type("<Tab>");
    assert_picture("made-of-160x50");
    stop();
}

static void pages_have_their_ascii_looks(void **state) {
    (void)state;
    start(24, 80, true, false);
    type("4<Tab>");
    assert_picture("curves-ascii");
    type("<Tab>");
    assert_picture("calibration-ascii");
    stop();
}

static void the_threshold_moves_and_goes_back(void **state) {
    (void)state;
    start(24, 80, false, false);
    type("4<Tab><Tab><Tab>");
    assert_true(dashboard_has("(the model's own)"));
    char *before = dashboard_text();
    type("<Right>");
    assert_true(dashboard_has("(moved)"));
    type("<Home>");
    assert_true(dashboard_has("Nobody is answered yes"));
    assert_true(dashboard_has("0.0% answered yes"));
    type("<Left>"); /* there is no stricter one */
    assert_true(dashboard_has("Nobody is answered yes"));
    type("<End>");
    assert_true(dashboard_has("Everybody is answered yes"));
    type("r");
    char *after = dashboard_text();
    assert_string_equal(before, after);
    type("<Right>u");
    assert_true(dashboard_has("(the model's own)"));
    type("<C-r>");
    assert_true(dashboard_has("(moved)"));
    free(before);
    free(after);
    stop();
}

static void another_model_is_looked_at_and_put_to_use(void **state) {
    (void)state;
    start(24, 80, false, false);
    type("4");
    assert_true(dashboard_has("▸Linear *"));
    type("<Down>");
    assert_true(dashboard_has("▸Boosted trees"));
    assert_true(dashboard_has("not in use"));
    type("U");
    assert_true(dashboard_has("In use from now on: Returning: Boosted trees"));
    assert_true(dashboard_has("▸Boosted trees *"));
    type("4G"); /* a baseline has no pages: they stay with the model */
    assert_true(dashboard_has("▸always yes"));
    assert_true(dashboard_has("Boosted trees:"));
    type("g");
    type("U");
    assert_true(dashboard_has("In use from now on: Returning: Linear"));
    stop();
}

static void the_other_pages_go_from_model_to_model_past_the_baselines(void **state) {
    (void)state;
    start(24, 80, false, false);
    type("4<Tab>");
    assert_true(dashboard_has("Returning  Linear  in use"));
    type("<Up>"); /* the first there is */
    assert_true(dashboard_has("Returning  Linear  in use"));
    type("<Down>");
    assert_true(dashboard_has("Returning  Boosted trees  not in use"));
    type("<Down><Down>"); /* only baselines follow */
    assert_true(dashboard_has("Returning  Boosted trees  not in use"));
    type("<Up>");
    assert_true(dashboard_has("Returning  Linear  in use"));
    stop();
}

static void the_threshold_turns_by_the_page_and_comes_back(void **state) {
    (void)state;
    start(24, 80, false, false);
    type("4<Tab><Tab><Tab>");
    char *before = dashboard_text();
    type("<PgDn>");
    assert_true(dashboard_has("(moved)"));
    char *page = dashboard_text();
    type("<PgUp><Right>");
    char *cut = dashboard_text();
    assert_string_not_equal(page, cut); /* a page is more than a step */
    type("<PgUp>");
    assert_true(dashboard_has("(moved)"));
    type("r");
    char *after = dashboard_text();
    assert_string_equal(before, after);
    free(before);
    free(page);
    free(cut);
    free(after);
    stop();
}

static void who_writes_elsewhere_keeps_the_model_in_use(void **state) {
    (void)state;
    struct db *writer = scratch_writer(path);
    start(24, 80, false, false);
    type("4<Down>U");
    assert_true(dashboard_has("Another session is writing; try again in a moment"));
    assert_true(dashboard_has("Linear *"));
    db_close(writer);
    type("U");
    assert_true(dashboard_has("In use from now on: Returning: Boosted trees"));
    type("gU");
    assert_true(dashboard_has("In use from now on: Returning: Linear"));
    stop();
}

static void read_only_refuses_to_change_the_model_in_use(void **state) {
    (void)state;
    start(24, 80, false, true);
    type("4<Down>U");
    assert_true(dashboard_has("read-only"));
    assert_true(dashboard_has("Linear *"));
    stop();
}

static void an_outcome_without_a_model_says_how_to_get_one(void **state) {
    (void)state;
    start(24, 80, false, false);
    type("4o");
    assert_true(dashboard_has("From Facebook"));
    assert_true(dashboard_has("No model has been trained for this outcome. Press T"));
    type("<Tab><Down><Left>U"); /* nothing to move */
    type("o");
    assert_true(dashboard_has("▸Linear *"));
    stop();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page_is_right_at_80_by_24),
        cmocka_unit_test(several_pages_stand_side_by_side_at_160_by_50),
        cmocka_unit_test(pages_have_their_ascii_looks),
        cmocka_unit_test(the_threshold_moves_and_goes_back),
        cmocka_unit_test(another_model_is_looked_at_and_put_to_use),
        cmocka_unit_test(the_other_pages_go_from_model_to_model_past_the_baselines),
        cmocka_unit_test(the_threshold_turns_by_the_page_and_comes_back),
        cmocka_unit_test(who_writes_elsewhere_keeps_the_model_in_use),
        cmocka_unit_test(read_only_refuses_to_change_the_model_in_use),
        cmocka_unit_test(an_outcome_without_a_model_says_how_to_get_one),
    };
    return cmocka_run_group_tests(tests, make_models, remove_models);
}
