#include "tests/support/dashboard.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include <cmocka.h>
#include <curses.h>
#include <locale.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "db/db.h"
#include "engine/intake/import.h"
#include "engine/learn/train.h"
#include "tests/support/scratch.h"
#include "tui/terminal.h"

#define SAMPLE "data/sample.csv"

static void must(enum err code, const struct error *error) {
    if (code != ERR_OK)
        fail_msg("%s", error->message);
}

static void pin_surroundings(void) {
    assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
    setenv("RETAIL_PULSE_NOW", "2026-01-15 12:00:00", 1);
    unsetenv("NO_COLOR");
}

static void make_database(const char *path, const char *csv, bool trained) {
    struct error error;
    struct db *writer;
    struct import_options options = {.strict = true};
    struct import_result result;
    struct train_options training;
    must(db_open_writer(path, NULL, &writer, &error), &error);
    must(import_file(writer, csv, &options, NULL, &result, &error), &error);
    import_result_free(&result);
    db_close(writer);
    if (!trained)
        return;
    train_defaults(&training);
    train_only(&training, ALGORITHM_GBTREE);
    training.folds = 2;
    training.repeats = 1;
    training.permutations = 0;
    must(train_run(path, &training, NULL, NULL, NULL, &error), &error);
}

static void copy(const char *from, const char *to) {
    size_t length;
    char *bytes = scratch_read(from, &length);
    scratch_write(to, bytes, length);
    free(bytes);
}

/* Training takes longer than what most tests do with it: the test programs that run.sh starts make
 * the trained sample once, in its folder, and take copies. */
static void take_trained(const char *path, const char *folder) {
    char *made = xasprintf("%s/trained.db", folder), *lock_path = xasprintf("%s/lock", folder);
    int lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(lock >= 0 && flock(lock, LOCK_EX) == 0);
    if (access(made, R_OK) == 0) {
        copy(made, path);
    } else {
        char *new = xasprintf("%s.new", made);
        make_database(path, SAMPLE, true);
        copy(path, new); /* whole: whoever wrote it last has emptied its log */
        assert_int_equal(rename(new, made), 0);
        free(new);
    }
    close(lock);
    free(lock_path);
    free(made);
}

void dashboard_database_of(const char *path, const char *csv, bool trained) {
    const char *folder = getenv("TEST_MADE");
    pin_surroundings();
    if (trained && folder != NULL && strcmp(csv, SAMPLE) == 0)
        take_trained(path, folder);
    else
        make_database(path, csv, trained);
}

void dashboard_database(const char *path, bool trained) {
    dashboard_database_of(path, SAMPLE, trained);
}

static struct app *open_app(const struct tui_options *options, int lines, int columns) {
    struct terminal_options looks = {.ascii = options->ascii, .no_color = true};
    struct error error;
    struct app *app;
    must(terminal_open_offscreen("xterm-256color", lines, columns, &looks, &error), &error);
    must(app_open(options, &app, &error), &error);
    app_draw(app);
    return app;
}

struct app *dashboard_open(const char *path, int lines, int columns, bool ascii) {
    return open_app(&(struct tui_options){.db_path = path, .ascii = ascii}, lines, columns);
}

struct app *dashboard_open_holding(const char *path, int64_t sales, int lines, int columns) {
    return open_app(&(struct tui_options){.db_path = path, .sales_in_memory = sales}, lines,
                    columns);
}

struct app *dashboard_open_beside(const char *path, int64_t sales, int lines, int columns) {
    return open_app(
        &(struct tui_options){.db_path = path, .sales_in_memory = sales, .beside = true}, lines,
        columns);
}

void dashboard_settle(struct app *app) {
    enum { PATIENCE_MS = 20000 };
    for (;;) {
        if (!app_is_idle(app))
            app_begin_late(app);
        struct pollfd watched[] = {{.fd = app_reading_fd(app), .events = POLLIN},
                                   {.fd = app_late_fd(app), .events = POLLIN}};
        bool busy = watched[0].fd >= 0 || watched[1].fd >= 0;
        if (busy)
            assert_true(poll(watched, 2, PATIENCE_MS) > 0);
        app_tick(app);
        app_draw(app);
        if (!busy && app_is_idle(app) && app_reading_fd(app) < 0 && app_late_fd(app) < 0)
            return;
    }
}

void dashboard_close(struct app *app) {
    app_close(app);
    terminal_close();
}

/* The next key of the text; `pasting` goes on and off with its marks, which are no keys. */
static bool next_key(const char **keys, bool *pasting, struct key *key) {
    static const struct {
        const char *name;
        struct key key;
    } named[] = {{"<Enter>", {KEY_KIND_ENTER, 0}},    {"<Tab>", {KEY_KIND_TAB, 0}},
                 {"<S-Tab>", {KEY_KIND_BACKTAB, 0}},  {"<Back>", {KEY_KIND_BACKSPACE, 0}},
                 {"<Down>", {KEY_KIND_DOWN, 0}},      {"<Up>", {KEY_KIND_UP, 0}},
                 {"<Right>", {KEY_KIND_RIGHT, 0}},    {"<Left>", {KEY_KIND_LEFT, 0}},
                 {"<Home>", {KEY_KIND_HOME, 0}},      {"<End>", {KEY_KIND_END, 0}},
                 {"<PgDn>", {KEY_KIND_PAGE_DOWN, 0}}, {"<PgUp>", {KEY_KIND_PAGE_UP, 0}},
                 {"<Esc>", {KEY_KIND_ESCAPE, 0}},     {"<C-r>", {KEY_KIND_CONTROL, 'r'}},
                 {"<C-u>", {KEY_KIND_CONTROL, 'u'}},  {"<Del>", {KEY_KIND_DELETE, 0}},
                 {"<C-c>", {KEY_KIND_CONTROL, 'c'}},  {"<Paste>", {KEY_KIND_OTHER, 1}},
                 {"</Paste>", {KEY_KIND_OTHER, 0}}};
    *key = (struct key){*pasting ? KEY_KIND_PASTE : KEY_KIND_CHARACTER, (unsigned char)**keys};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        size_t length = strlen(named[i].name);
        if (strncmp(*keys, named[i].name, length) != 0)
            continue;
        *keys += length;
        *key = named[i].key;
        if (key->kind == KEY_KIND_OTHER)
            *pasting = key->character != 0;
        return key->kind != KEY_KIND_OTHER;
    }
    *keys += text_decode(*keys, strlen(*keys), &key->character);
    return true;
}

unsigned dashboard_type(struct app *app, const char *keys) {
    unsigned reaction = 0;
    bool pasting = false;
    while (*keys != '\0') {
        struct key key;
        if (!next_key(&keys, &pasting, &key))
            continue;
        app_prepare(app);
        reaction |= app_key(app, &key);
    }
    app_draw(app);
    return reaction;
}

void dashboard_pause(void) {
    nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
}

/* The scratch folder, the library's version and the size of what it writes are of this run and
 * this machine. */
static void mask(char *text) {
    static const char folder[] = "retail-pulse-test-";
    static const char *const own[] = {"Size       ", "A sale takes  ", "SQLite     ",
                                      "Schema     "};
    for (char *at = text; (at = strstr(at, folder)) != NULL;) {
        at += sizeof folder - 1;
        memset(at, 'X', strcspn(at, "/\n "));
    }
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        char *at = strstr(text, own[i]);
        for (; at != NULL && *at != '\n'; at++)
            if (*at >= '0' && *at <= '9')
                *at = '0';
    }
}

char *dashboard_text(void) {
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
    mask(text.data);
    return buffer_take(&text);
}

bool dashboard_has(const char *words) {
    char *text = dashboard_text();
    bool has = strstr(text, words) != NULL;
    if (!has)
        print_message("not on the screen: '%s'\n%s", words, text);
    free(text);
    return has;
}

void dashboard_golden(const char *name) {
    char *path = xasprintf("tests/tui/golden/%s.txt", name);
    char *now = dashboard_text();
    size_t length;
    if (getenv("UPDATE_GOLDEN") != NULL)
        scratch_write_text(path, now);
    char *golden = scratch_read(path, &length);
    if (strcmp(now, golden) != 0)
        fail_msg("%s differs; now it is:\n%s", path, now);
    free(golden);
    free(now);
    free(path);
}
