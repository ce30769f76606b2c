/* Every screen with every page, every state that a screen can be in, and everything that lies over
 * screens, at 80 by 24, 160 by 50 and 60 by 20, as UTF-8 and ASCII, against the pictures in
 * tests/tui/golden/{screen,state,layer}-*.txt. What is added to a list here or to SCREEN_LIST has
 * no golden file yet and fails; UPDATE_GOLDEN=1 writes them anew: read the difference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ctype.h>
#include <dirent.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "db/sqlite.h"
#include "engine/intake/import.h"
#include "tests/support/dashboard.h"
#include "tests/support/gallery.h"
#include "tests/support/scratch.h"
#include "tui/app_state.h"
#include "tui/recall.h"
#include "tui/terminal.h"

/* ------------------------------------------------------------------------------------- the shops
 */

/* X(symbol, what it is) */
#define SHOP_LIST(X)                                       \
    X(TRAINED, "the sample and its models")                \
    X(UNTRAINED, "the sample without models")              \
    X(DAMAGED, "with a bit of every model turned")         \
    X(UNKNOWN, "sixty sales to nobody knows whom")         \
    X(SINGLE, "one sale")                                  \
    X(EMPTY, "a database without a sale")                  \
    X(VISITED, "the sample, last seen 300 sales ago")      \
    X(BROKEN, "a table is gone while the dashboard shows") \
    X(BUSY, "half-way through training")

enum shop_kind {
#define X(symbol, what) SHOP_##symbol,
    SHOP_LIST(X)
#undef X
        SHOP_COUNT
};

static char *shops[SHOP_COUNT];

static const char heading[] = "Date,Cus. Location,Age,Gender,Mobile Name,Sell Price,"
                              "Does he/she Come from Facebook Page?,"
                              "Does he/she Followed Our Page?,"
                              "Did he/she buy any mobile before?,"
                              "Did he/she hear of our shop before?\n";

static void import_text(const char *path, void **state, const char *text) {
    char *csv = scratch_path(state, "rows.csv");
    struct error error;
    struct import_options options = {.strict = true};
    struct import_result result;
    scratch_write_text(csv, text);
    struct db *writer = scratch_writer(path);
    if (import_file(writer, csv, &options, NULL, &result, &error) != ERR_OK)
        fail_msg("%s", error.message);
    import_result_free(&result);
    db_close(writer);
    free(csv);
}

static void run_sql(const char *path, const char *sql) {
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(handle));
    assert_true(sqlite3_total_changes(handle) > 0);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

/* Nobody has it open: all of it is in the one file. */
static void copy(const char *from, const char *to) {
    size_t length;
    char *bytes = scratch_read(from, &length);
    scratch_write(to, bytes, length);
    free(bytes);
}

static void make_few_sales(void **state) {
    struct buffer text = {0};
    buffer_text(&text, heading);
    for (int i = 0; i < 60; i++)
        buffer_printf(&text, "%02d-0%d-2025,,,,Nokia %d,%d,,,,\n", 1 + i % 28, 1 + i / 28,
                      105 + i % 3, 1500 + 10 * i);
    import_text(shops[SHOP_UNKNOWN], state, text.data);
    buffer_free(&text);
    buffer_printf(&text, "%s13-01-2025,Old Town,30,F,Nokia 105,1500,Yes,No,No,Yes\n", heading);
    import_text(shops[SHOP_SINGLE], state, text.data);
    buffer_free(&text);
    db_close(scratch_writer(shops[SHOP_EMPTY]));
}

static int set_up(void **state) {
    if (scratch_setup(state) != 0)
        return -1;
    setenv("XDG_STATE_HOME", *state, 1);
    setenv("HOME", *state, 1);
#define X(symbol, what) shops[SHOP_##symbol] = scratch_path(state, #symbol ".db");
    SHOP_LIST(X)
#undef X
    dashboard_database(shops[SHOP_UNTRAINED], false);
    copy(shops[SHOP_UNTRAINED], shops[SHOP_VISITED]);
    copy(shops[SHOP_UNTRAINED], shops[SHOP_BROKEN]);
    copy(shops[SHOP_UNTRAINED], shops[SHOP_BUSY]);
    dashboard_database(shops[SHOP_TRAINED], true);
    copy(shops[SHOP_TRAINED], shops[SHOP_DAMAGED]);
    run_sql(shops[SHOP_DAMAGED], "UPDATE booster SET bytes = CAST(substr(bytes, 1, 99) || x'00' || "
                                 "substr(bytes, 101) AS BLOB)");
    make_few_sales(state);
    for (int i = 0; i < SHOP_COUNT; i++) /* who ran this test is on record */
        run_sql(shops[i], "UPDATE audit SET at = '2026-01-15T12:00:00Z', who = 'owner',"
                          " origin = 'till', pid = 4711, program = '1.0'");
    return 0;
}

static int tear_down(void **state) {
    for (int i = 0; i < SHOP_COUNT; i++)
        free(shops[i]);
    return scratch_teardown(state);
}

/* As if the dashboard had last been left when the shop had 8,700 sales. */
static void remember_a_visit(const char *path) {
    struct recall *recall = recall_open(path);
    recall_set(recall, "seen-at", "2026-01-10T08:00:00Z");
    recall_set_number(recall, "seen-sale", 8700);
    recall_save(recall);
    recall_close(recall);
}

/* Work half done, its rate known; the process that does it is not there. */
static void pretend_to_train(struct app *app) {
    struct job *job = &app->job;
    *job = (struct job){.running = true, .kind = JOB_TRAIN};
    job->worker = (struct worker){.pid = -1, .fd = -1, .done = 412, .total = 800};
    snprintf(job->worker.phase, sizeof job->worker.phase, "judging returning");
    snprintf(job->worker.unit, sizeof job->worker.unit, "rounds");
    job->pace = (struct pace){.done = 412, .at_ms = INT64_MAX / 2, .rate = 12, .weight = 1};
}

static struct app *open_shop(enum shop_kind shop, const struct gallery_look *look) {
    struct terminal_options looks = {.ascii = look->ascii, .no_color = true};
    struct tui_options options = {
        .db_path = shops[shop], .ascii = look->ascii, .remember = shop == SHOP_VISITED};
    struct error error;
    struct app *app = NULL;
    if (shop == SHOP_VISITED)
        remember_a_visit(shops[shop]);
    if (terminal_open_offscreen("xterm-256color", look->lines, look->columns, &looks, &error) !=
            ERR_OK ||
        app_open(&options, &app, &error) != ERR_OK)
        fail_msg("%s", error.message);
    app_draw(app);
    if (shop == SHOP_BUSY)
        pretend_to_train(app);
    return app;
}

static void close_shop(struct app *app) {
    app->job.running = false; /* there was no process */
    dashboard_close(app);
}

/* ----------------------------------------------------------------------------------- the screens
 */

static const struct {
    const char *name, *title;
} screen_names[SCREEN_COUNT] = {
#define X(symbol, ops) [SCREEN_##symbol] = {#symbol, #ops},
    SCREEN_LIST(X)
#undef X
};

/* What opens each; all from any other. */
static const char *const opens[SCREEN_COUNT] = {
    [SCREEN_OVERVIEW] = "1", [SCREEN_SEGMENTS] = "2",        [SCREEN_MARKETING] = "3",
    [SCREEN_MODELS] = "4",   [SCREEN_WHATIF] = "5",          [SCREEN_SALES] = "6",
    [SCREEN_DATA] = "7",     [SCREEN_EXPLORE] = "1b<Enter>", [SCREEN_DISTRIBUTION] = "1d",
    [SCREEN_LINKED] = "10",  [SCREEN_SLICES] = "1F",         [SCREEN_COMPARE] = "1c",
    [SCREEN_NEWS] = "1W"};

static char *golden_name(const char *kind, const char *name) {
    char *text = xasprintf("%s-%s", kind, name);
    for (char *at = text; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    return text;
}

/* Opens the screen and makes sure that it is this one. */
static void go_to(struct app *app, enum screen_id screen) {
    static const struct screen_ops *const operations[SCREEN_COUNT] = {
#define X(symbol, ops) [SCREEN_##symbol] = &(ops),
        SCREEN_LIST(X)
#undef X
    };
    if (opens[screen] == NULL)
        fail_msg("no way is known to the screen %s: add its key to `opens`",
                 screen_names[screen].name);
    assert_false(dashboard_type(app, opens[screen]) & REACT_QUIT);
    if (app_top(app)->ops != operations[screen])
        fail_msg("%s does not open %s", opens[screen], screen_names[screen].title);
}

static void leave_layers(struct app *app) {
    for (int i = 0; i < 3 && app->depth > 0; i++)
        dashboard_type(app, "<Esc>");
    assert_int_equal(app->depth, 0);
}

/* Every page at every look. An ASCII picture is told as what it changes. */
static void every_page_of_every_screen_is_right(void **state) {
    (void)state;
    for (int screen = 0; screen < SCREEN_COUNT; screen++) {
        struct buffer wall = {0};
        char *base = NULL;
        for (const struct gallery_look *look = gallery_looks; look->name != NULL; look++) {
            struct app *app = open_shop(SHOP_TRAINED, look);
            go_to(app, (enum screen_id)screen);
            char *first = gallery_hang_pages(&wall, look->name, look->ascii ? base : NULL, app);
            free(base);
            base = first;
            close_shop(app);
        }
        char *name = golden_name("screen", screen_names[screen].name);
        gallery_compare(&wall, name);
        free(name);
        free(base);
        buffer_free(&wall);
    }
}

/* ------------------------------------------------------------------------------------ the states
 */

enum { ALL = -1 };

/* What a screen can be in, whatever screen it is: a shop, keys that lead there, and which screens
 * it concerns. */
static const struct state_case {
    const char *name;
    enum shop_kind shop;
    const char *keys;
    int screens[6], count; /* ALL: each */
} states[] = {
    {"empty", SHOP_EMPTY, "", {ALL}, 1},
    {"single-sale", SHOP_SINGLE, "", {ALL}, 1},
    {"unknown-customers", SHOP_UNKNOWN, "", {ALL}, 1},
    {"no-match", SHOP_UNTRAINED, "fage>99<Enter>", {ALL}, 1},
    {"untrained", SHOP_UNTRAINED, "", {SCREEN_SEGMENTS, SCREEN_MODELS, SCREEN_WHATIF}, 3},
    {"damaged-models", SHOP_DAMAGED, "", {SCREEN_SEGMENTS, SCREEN_MODELS, SCREEN_WHATIF}, 3},
    {"busy", SHOP_BUSY, "", {SCREEN_OVERVIEW, SCREEN_MODELS, SCREEN_WHATIF, SCREEN_SALES}, 4},
    {"after-a-visit", SHOP_VISITED, "", {SCREEN_OVERVIEW, SCREEN_NEWS}, 2},
    {"filtered",
     SHOP_TRAINED,
     "flocation=lakeside age<40<Enter>",
     {SCREEN_OVERVIEW, SCREEN_SEGMENTS, SCREEN_SALES},
     3},
};

static void hang_state(struct buffer *wall, const struct state_case *at, int screen) {
    char *base = NULL;
    for (const struct gallery_look *look = gallery_looks; look->name != NULL; look++) {
        struct app *app = open_shop(at->shop, look);
        dashboard_type(app, at->keys);
        go_to(app, (enum screen_id)screen);
        char *title = golden_name(screen_names[screen].name, look->name);
        char *now = gallery_hang_pages(wall, title, look->ascii ? base : NULL, app);
        free(base);
        base = now;
        free(title);
        leave_layers(app);
        close_shop(app);
    }
    free(base);
}

static void every_state_of_every_screen_is_right(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        struct buffer wall = {0};
        for (int s = 0; s < SCREEN_COUNT; s++)
            for (int k = 0; k < states[i].count; k++)
                if (states[i].screens[k] == ALL || states[i].screens[k] == s)
                    hang_state(&wall, &states[i], s);
        char *name = golden_name("state", states[i].name);
        gallery_compare(&wall, name);
        free(name);
        buffer_free(&wall);
    }
}

/* ------------------------------------------------------------------------------------ the layers
 */

/* What lies over a screen, or what a screen shows after some keys. */
static const struct layer_case {
    const char *name;
    enum shop_kind shop;
    const char *keys[6];
} layers[] = {
    {"help", SHOP_UNTRAINED, {"1?", "6?", "0?"}},
    {"palette", SHOP_UNTRAINED, {"6:", "6:sort", "6:qwertz"}},
    {"filter",
     SHOP_UNTRAINED,
     {"6f", "6floc<Tab>", "6flocation=out<Tab> facebook=yes", "6flocation=nowhere<Enter>"}},
    {"notice", SHOP_UNTRAINED, {"6x"}},
    {"job-menu", SHOP_UNTRAINED, {"4T", "4T<Down>"}},
    {"share", SHOP_TRAINED, {"1e", "1S", "6S", "4S"}},
    {"prompts", SHOP_TRAINED, {"6/", "1b", "3<Tab><Tab><Tab>a", "3D", "2R", "1cc"}},
    {"sales", SHOP_TRAINED, {"6<Enter>", "6/galaxy a56<Enter>", "6sssI"}},
    {"explore", SHOP_UNTRAINED, {"1<Tab><Enter>", "1b<Enter><Tab>", "1bmonth<Enter>"}},
    {"slices",
     SHOP_UNTRAINED,
     {"f gender=f<Enter>Fwomen<Enter>F", "f gender=f<Enter>Fwomen<Enter>XF<Down>"}},
    {"compare",
     SHOP_UNTRAINED,
     {"f gender=f<Enter>c", "c", "f month=2024-11<Enter>ccmonth=2024-10<Enter>"}},
    {"linked", SHOP_UNTRAINED, {"0=<Tab><Down>-mmm", "0<Tab><Tab>v<Down><Down>"}},
};

static void everything_over_a_screen_is_right(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        struct buffer wall = {0};
        for (size_t k = 0; k < 6 && layers[i].keys[k] != NULL; k++) {
            char *base = NULL;
            for (const struct gallery_look *look = gallery_looks; look->name != NULL; look++) {
                struct app *app = open_shop(layers[i].shop, look);
                char *title = xasprintf("%s, %s", layers[i].keys[k], look->name);
                assert_false(dashboard_type(app, layers[i].keys[k]) & REACT_QUIT);
                char *now = gallery_hang(&wall, title, look->ascii ? base : NULL);
                free(base);
                base = now;
                free(title);
                close_shop(app);
            }
            free(base);
        }
        char *name = golden_name("layer", layers[i].name);
        gallery_compare(&wall, name);
        free(name);
        buffer_free(&wall);
    }
}

/* The figures stay, the trouble is told; nothing that needs the table may crash. */
static void a_database_that_breaks_under_the_dashboard_is_told(void **state) {
    (void)state;
    struct buffer wall = {0};
    static const char *const keys[] = {"1", "6", "6s", "7", "3"};
    struct app *app = open_shop(SHOP_BROKEN, &gallery_looks[0]);
    run_sql(shops[SHOP_BROKEN], "UPDATE import_run SET id = id; ALTER TABLE sale RENAME TO sold");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char *title = xasprintf("%s, 80x24", keys[i]);
        dashboard_type(app, keys[i]);
        app_tick(app);
        app_draw(app);
        free(gallery_hang(&wall, title, NULL));
        free(title);
    }
    close_shop(app);
    gallery_compare(&wall, "state-broken");
    buffer_free(&wall);
}

/* ------------------------------------------------------------------------------------- all of it
 */

static bool is_listed(const char *file) {
    bool listed = strcmp(file, "state-broken.txt") == 0;
    for (int pass = 0; pass < 3 && !listed; pass++) {
        static const char *const kinds[] = {"screen", "state", "layer"};
        size_t count = pass == 0   ? SCREEN_COUNT
                       : pass == 1 ? sizeof states / sizeof *states
                                   : sizeof layers / sizeof *layers;
        for (size_t i = 0; i < count && !listed; i++) {
            char *name = golden_name(kinds[pass], pass == 0   ? screen_names[i].name
                                                  : pass == 1 ? states[i].name
                                                              : layers[i].name);
            listed =
                strncmp(file, name, strlen(name)) == 0 && strcmp(file + strlen(name), ".txt") == 0;
            free(name);
        }
    }
    return listed;
}

static void no_picture_is_left_over(void **state) {
    (void)state;
    DIR *folder = opendir("tests/tui/golden");
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        bool ours = strncmp(entry->d_name, "screen-", 7) == 0 ||
                    strncmp(entry->d_name, "state-", 6) == 0 ||
                    strncmp(entry->d_name, "layer-", 6) == 0;
        if (ours && !is_listed(entry->d_name))
            fail_msg("tests/tui/golden/%s is nobody's", entry->d_name);
    }
    closedir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page_of_every_screen_is_right),
        cmocka_unit_test(every_state_of_every_screen_is_right),
        cmocka_unit_test(everything_over_a_screen_is_right),
        cmocka_unit_test(a_database_that_breaks_under_the_dashboard_is_told),
        cmocka_unit_test(no_picture_is_left_over),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
