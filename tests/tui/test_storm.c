/* A hundred thousand random keys, and two hundred sizes while keys arrive: nothing may break, and
 * what is on the screen afterwards must be a screen. Meant to be run under the sanitizers too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include <curses.h>
#include <locale.h>

#include <cmocka.h>
#include <gsl/gsl_rng.h>

#include "base/memory.h"
#include "db/db.h"
#include "engine/intake/import.h"
#include "engine/learn/random.h"
#include "engine/learn/train.h"
#include "tests/support/scratch.h"
#include "tui/app.h"
#include "tui/mouse.h"
#include "tui/terminal.h"

enum { SALES = 400, KEYS = 100000, SIZES = 200, KEYS_A_SIZE = 40, KEYS_BESIDE = 20000 };

static char *path;
static struct app *app;
static gsl_rng *dice;
static bool beside; /* the shop is held as cells, and what takes long is computed beside */

static void must(enum err code, const struct error *error) {
    if (code != ERR_OK)
        fail_msg("%s", error->message);
}

static void import_some(const char *csv) {
    struct error error;
    struct db *writer;
    must(db_open_writer(path, NULL, &writer, &error), &error);
    struct import_options options = {.strict = true};
    struct import_result result;
    must(import_file(writer, csv, &options, NULL, &result, &error), &error);
    import_result_free(&result);
    db_close(writer);
}

static char *some_sales(void **state) {
    size_t length;
    char *all = scratch_read("data/sample.csv", &length);
    char *end = all;
    for (int line = 0; line <= SALES; line++)
        end = strchr(end, '\n') + 1;
    char *csv = scratch_path(state, "sales.csv");
    scratch_write(csv, all, (size_t)(end - all));
    free(all);
    return csv;
}

/* Works in the scratch folder: whatever a key may write lands there. */
static int make_shop(void **state) {
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL || scratch_setup(state) != 0)
        return -1;
    setenv("RETAIL_PULSE_NOW", "2026-01-15 12:00:00", 1);
    path = scratch_path(state, "shop.db");
    char *csv = some_sales(state);
    import_some(csv);
    free(csv);
    struct train_options training;
    struct error error;
    train_defaults(&training);
    training.folds = 2;
    training.repeats = 1;
    training.permutations = 0;
    must(train_run(path, &training, NULL, NULL, NULL, &error), &error);
    dice = random_new(7, 0);
    return chdir(*state);
}

static int remove_shop(void **state) {
    gsl_rng_free(dice);
    free(path);
    if (chdir("/") != 0)
        return -1;
    return scratch_teardown(state);
}

static struct tui_options options_now(void) {
    return (struct tui_options){.db_path = path,
                                .read_only = true,
                                .sales_in_memory = beside ? SALES / 4 : 0,
                                .beside = beside};
}

static void start(int lines, int columns) {
    const struct tui_options options = options_now();
    struct terminal_options terminal = {0};
    struct error error;
    must(terminal_open_offscreen("xterm-256color", lines, columns, &terminal, &error), &error);
    must(app_open(&options, &app, &error), &error);
    app_draw(app);
}

static void stop(void) {
    app_close(app);
    terminal_close();
}

static struct key random_key(void) {
    static const enum key_kind kinds[] = {
        KEY_KIND_UP,     KEY_KIND_DOWN,    KEY_KIND_LEFT,    KEY_KIND_RIGHT,    KEY_KIND_ENTER,
        KEY_KIND_TAB,    KEY_KIND_BACKTAB, KEY_KIND_HOME,    KEY_KIND_END,      KEY_KIND_BACKSPACE,
        KEY_KIND_DELETE, KEY_KIND_ESCAPE,  KEY_KIND_PAGE_UP, KEY_KIND_PAGE_DOWN};
    unsigned long choice = gsl_rng_uniform_int(dice, 8);
    if (choice < 3)
        return (struct key){kinds[gsl_rng_uniform_int(dice, sizeof kinds / sizeof *kinds)], 0};
    if (choice == 3)
        return (struct key){KEY_KIND_CONTROL, (uint32_t)('a' + gsl_rng_uniform_int(dice, 25))};
    if (choice == 4 && gsl_rng_uniform_int(dice, 4) == 0)
        return mouse_key((enum mouse_button)gsl_rng_uniform_int(dice, 3),
                         (int)gsl_rng_uniform_int(dice, 30), (int)gsl_rng_uniform_int(dice, 90));
    if (choice == 4)
        return (struct key){KEY_KIND_PASTE, (uint32_t)(' ' + gsl_rng_uniform_int(dice, 800))};
    return (struct key){KEY_KIND_CHARACTER, (uint32_t)(' ' + gsl_rng_uniform_int(dice, 95))};
}

static void press_random_keys(int count, int draw_every) {
    for (int i = 0; i < count; i++) {
        struct key key = random_key();
        app_prepare(app);
        if (app_key(app, &key) & REACT_QUIT) { /* a new visit */
            app_close(app);
            const struct tui_options options = options_now();
            struct error error;
            must(app_open(&options, &app, &error), &error);
        }
        if (i % draw_every == 0) {
            if (beside && !app_is_idle(app))
                app_begin_late(app);
            app_tick(app);
            app_draw(app);
        }
    }
}

static void type(const char *text) {
    for (; *text != '\0'; text++) {
        struct key key = {KEY_KIND_CHARACTER, (uint32_t)*text};
        if (*text == '\n')
            key = (struct key){KEY_KIND_ENTER, 0};
        app_prepare(app);
        app_key(app, &key);
    }
}

/* Out of every layer, then to the first screen by name (on some fields letters and digits are
 * text): it must look as it always does. */
static void assert_sane(void) {
    const struct key escape = {KEY_KIND_ESCAPE, 0};
    for (int i = 0; i < 20; i++)
        app_key(app, &escape);
    type(":overview\n:drop all\n");
    app_draw(app);
    wchar_t first[512], second[512];
    int lines, columns;
    terminal_size(&lines, &columns);
    mvinnwstr(0, 0, first, columns);
    mvinnwstr(1, 0, second, columns);
    assert_non_null(wcsstr(first, L"1▸Overview"));
    assert_non_null(wcsstr(second, L"Filter: none"));
}

static void a_hundred_thousand_random_keys_leave_a_sane_screen(void **state) {
    (void)state;
    start(24, 80);
    press_random_keys(KEYS, 50);
    assert_sane();
    stop();
}

static void two_hundred_sizes_while_keys_arrive_leave_a_sane_screen(void **state) {
    (void)state;
    start(24, 80);
    for (int i = 0; i < SIZES; i++) {
        const struct key resized = {KEY_KIND_RESIZE, 0};
        terminal_resize_offscreen(1 + (int)gsl_rng_uniform_int(dice, 80),
                                  1 + (int)gsl_rng_uniform_int(dice, 260));
        app_key(app, &resized);
        app_draw(app);
        press_random_keys(KEYS_A_SIZE, 4);
    }
    terminal_resize_offscreen(24, 80);
    assert_sane();
    stop();
}

static void random_keys_beside_what_is_computed_leave_a_sane_screen(void **state) {
    (void)state;
    beside = true;
    start(24, 80);
    press_random_keys(KEYS_BESIDE, 2);
    assert_sane();
    stop();
    beside = false;
}

int main(int argument_count, char **arguments) {
    (void)arguments;
    if (argument_count > 1) /* a key that starts a copy or a look: no work for a test program */
        return 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hundred_thousand_random_keys_leave_a_sane_screen),
        cmocka_unit_test(random_keys_beside_what_is_computed_leave_a_sane_screen),
        cmocka_unit_test(two_hundred_sizes_while_keys_arrive_leave_a_sane_screen),
    };
    return cmocka_run_group_tests(tests, make_shop, remove_shop);
}
