#include "tests/support/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "db/db.h"
#include "engine/intake/import.h"
#include "engine/intake/sample.h"
#include "tests/support/dashboard.h"
#include "tests/support/scratch.h"

enum { LEARNED_SALES = 1000 };

static char *shop_path, *folder;

static bool write_to(void *context, const char *bytes, size_t length) {
    return fwrite(bytes, 1, length, context) == length;
}

/* What a user has set would be counted as the program's. */
static int begin(void **state) {
    if (scratch_setup(state) != 0)
        return -1;
    folder = *state;
    shop_path = scratch_path(state, "shop.db");
    setenv("XDG_STATE_HOME", folder, 1);
    setenv("XDG_CONFIG_HOME", folder, 1);
    setenv("XDG_DATA_HOME", folder, 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("COLORFGBG");
    unsetenv("LINES");
    unsetenv("COLUMNS");
    return 0;
}

int wire_setup_file(void **state, const char *csv, bool trained) {
    if (begin(state) != 0)
        return -1;
    dashboard_database_of(shop_path, csv, trained);
    return 0;
}

static char *generate(void **state, int sales) {
    struct sample_options options = {.rows = sales, .seed = 1};
    struct error error;
    char *csv = scratch_path(state, "sales.csv");
    FILE *file = fopen(csv, "w");
    assert_non_null(file);
    assert_int_equal(sample_write(&options, write_to, file, &error), ERR_OK);
    assert_int_equal(fclose(file), 0);
    return csv;
}

static void import_all(const char *csv) {
    struct import_options options = {.strict = true};
    struct import_result result;
    struct error error;
    struct db *writer = scratch_writer(shop_path);
    assert_int_equal(import_file(writer, csv, &options, NULL, &result, &error), ERR_OK);
    import_result_free(&result);
    db_close(writer);
}

/* The header and so many lines in a file of its own. */
static char *beginning(void **state, const char *csv, int lines) {
    size_t length;
    char *text = scratch_read(csv, &length), *end = text;
    for (int i = 0; i <= lines && strchr(end, '\n') != NULL; i++)
        end = strchr(end, '\n') + 1;
    char *path = scratch_path(state, "first.csv");
    scratch_write(path, text, (size_t)(end - text));
    free(text);
    return path;
}

/* Learning from all of many sales would take longer than the tests. */
int wire_setup(void **state, int sales) {
    if (begin(state) != 0)
        return -1;
    char *all = generate(state, sales);
    char *first = beginning(state, all, LEARNED_SALES);
    dashboard_database_of(shop_path, first, true);
    import_all(all);
    free(first);
    free(all);
    return 0;
}

int wire_teardown(void **state) {
    free(shop_path);
    return scratch_teardown(state);
}

const char *wire_db(void) {
    return shop_path;
}

struct pty *wire_start(const char *options, const char *type) {
    char *memory = xasprintf("rm -rf '%s/retail-pulse'", folder);
    assert_int_equal(system(memory), 0);
    char *arguments = xasprintf("--db %s %s", shop_path, options);
    struct pty *pty = pty_start(arguments, type, 24, 80);
    free(arguments);
    free(memory);
    return pty;
}

const char *wire_key_name(const char *bytes) {
    static const struct {
        const char *bytes, *name;
    } named[] = {{KEY_DOWN, "Down"},      {KEY_UP, "Up"},          {KEY_RIGHT, "Right"},
                 {KEY_LEFT, "Left"},      {KEY_PAGE_DOWN, "PgDn"}, {KEY_PAGE_UP, "PgUp"},
                 {KEY_BACK_TAB, "S-Tab"}, {KEY_BACKSPACE, "Back"}, {KEY_ENTER, "Enter"},
                 {KEY_TAB, "Tab"},        {KEY_ESCAPE, "Esc"},     {KEY_REDO, "C-r"}};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (strcmp(named[i].bytes, bytes) == 0)
            return named[i].name;
    return bytes;
}

void wire_expect(struct pty *pty, const char *text, int seconds) {
    if (pty_shows(pty, text, seconds))
        return;
    char *screen = pty_screen(pty);
    print_message("%s", screen);
    free(screen);
    fail_msg("never shown: %s", text);
}
