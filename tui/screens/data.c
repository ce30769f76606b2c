/* Data: what was imported, what was set aside, how much of it is known, and the file that holds it:
 * a page each, side by side where the window has room. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "report/audit.h"
#include "report/imports.h"
#include "tui/choices.h"
#include "tui/jobs.h"
#include "tui/keeping.h"
#include "tui/screens/data_parts.h"
#include "tui/widgets/tabs.h"

enum { REJECTS_SHOWN = 1000, WIDE = 150, TALL = 36, LEFT_PANES = 3 };

static const char *const titles[] = {
#define X(symbol, title) title,
    DATA_PAGES(X)
#undef X
};

long data_rows(const struct data_state *state, int page) {
    return page == DATA_IMPORTS   ? state->history.run_count
           : page == DATA_REJECTS ? state->history.reject_count
           : page == DATA_QUALITY ? (state->quality.sales > 0 ? QUALITY_FIELDS : 0)
           : page == DATA_LOG     ? (long)state->log.total
           : page == DATA_CHECK   ? (long)state->checkup->diagnosis.count
                                  : 0;
}

static bool is_wide(const struct app *app) {
    return app_body_width(app) >= WIDE && app_body_height(app) >= TALL;
}

static enum err load_quality(struct data_state *state, struct app *app, struct error *error) {
    state->to_count = selection_sales(app_facts(app), app_selection(app));
    state->counting = app_defers(app);
    state->quality = (struct quality){.pending = true};
    if (state->counting)
        return ERR_OK;
    quality_begin(app_facts(app), app_selection(app), &state->quality);
    if (app_facts(app)->sales != NULL)
        return ERR_OK;
    return quality_complete(app_facts(app), app_selection(app), clock_today(), &state->quality,
                            error);
}

static enum err data_load(void *data, struct app *app, struct error *error) {
    struct data_state *state = data;
    history_free(&state->history);
    enum err err = history_load(shop_db(app_shop(app)), &state->history, state->only_run,
                                REJECTS_SHOWN, error);
    if (err != ERR_OK)
        return err;
    state->checkup = app_checkup(app);
    state->sales = facts_total(app_facts(app));
    state->problem = (struct error){0};
    state->wide = is_wide(app);
    free(state->left_out);
    state->left_out = facts_sums_only(app_facts(app));
    free(state->path);
    state->path = text_printable(app_db_path(app), strlen(app_db_path(app)));
    err = load_quality(state, app, error);
    if (err == ERR_OK && (state->page == DATA_LOG || state->wide))
        err = data_load_log(state, app, error);
    for (int i = 0; i < DATA_PAGE_COUNT; i++)
        table_clamp(&state->tables[i], data_rows(state, i));
    return err;
}

/* Only for who looks at it. What cells do not tell takes two passes over the sales: the rest comes
 * before. */
struct data_late {
    bool soon;
    struct quality quality;
    struct error problem;
};

static bool shows_quality(const struct data_state *state) {
    return state->page == DATA_QUALITY || state->wide;
}

static bool data_is_counting(const void *data) {
    const struct data_state *state = data;
    return state->counting && shows_quality(state);
}

static bool data_late_begin(const void *data, void *result) {
    const struct data_state *state = data;
    if (result != NULL)
        ((struct data_late *)result)->soon = state->counting;
    return state->quality.pending && shows_quality(state);
}

static enum err data_late_work(void *result, const struct late_source *from, struct error *error) {
    struct data_late *late = result;
    (void)error;
    quality_begin(from->facts, from->selection, &late->quality);
    if (late->soon && from->facts->sales != NULL)
        return ERR_OK;
    enum err err = quality_complete(from->facts, from->selection, clock_today(), &late->quality,
                                    &late->problem);
    return err == ERR_CANCELLED ? err : ERR_OK; /* the page tells of any other */
}

static void data_late_take(void *data, struct app *app, void *result) {
    struct data_state *state = data;
    const struct data_late *late = result;
    (void)app;
    state->counting = false;
    state->quality = late->quality;
    state->problem = late->problem;
    table_clamp(&state->tables[DATA_QUALITY], data_rows(state, DATA_QUALITY));
}

static void data_late_release(void *result) {
    (void)result;
}

static void data_release(void *data) {
    struct data_state *state = data;
    history_free(&state->history);
    log_window_close(&state->log);
    free(state->path);
    free(state->left_out);
}

/* Imports, rows set aside and the log above each other on the left, quality and the file on the
 * right. */
static void draw_wide(const struct data_state *state, struct pane body) {
    int left = body.width * 9 / 20, top = body.height / LEFT_PANES, quality = QUALITY_FIELDS + 10;
    struct pane sides[2] = {pane_left(body, left), pane_after(body, left + 1)};
    data_draw_imports(state, pane_top(sides[0], top - 1), state->page == DATA_IMPORTS);
    data_draw_rejects(state, pane_top(pane_below(sides[0], top), top - 1),
                      state->page == DATA_REJECTS);
    if (state->page == DATA_CHECK)
        data_draw_check(state, pane_below(sides[0], 2 * top), true);
    else
        data_draw_log(state, pane_below(sides[0], 2 * top), state->page == DATA_LOG);
    data_draw_quality(state, pane_top(sides[1], quality - 1), state->page == DATA_QUALITY);
    data_draw_database(state, pane_below(sides[1], quality), state->page == DATA_DATABASE);
}

static void data_draw(const void *data, const struct app *app, struct pane body) {
    static void (*const draw[])(const struct data_state *, struct pane,
                                bool) = {data_draw_imports,  data_draw_rejects, data_draw_quality,
                                         data_draw_database, data_draw_log,     data_draw_check};
    const struct data_state *state = data;
    if (is_wide(app)) {
        draw_wide(state, body);
        return;
    }
    tabs_draw(pane_after(body, 1), titles, DATA_PAGE_COUNT, state->page);
    draw[state->page](state, pane_below(body, 1), true);
}

static unsigned with_unknown(const struct data_state *state, struct app *app, enum action action) {
    if (state->quality.sales == 0)
        return REACT_NONE;
    const struct quality_column *column =
        &state->quality.columns[state->tables[DATA_QUALITY].cursor];
    if (column->unknown == 0 && action != ACTION_EXCLUDE) {
        app_notice(app, STYLE_DIM, "%s is known of every sale here", column->title);
        return REACT_DRAW;
    }
    if (action == ACTION_OPEN)
        return app_drill(app, column->dimension, "unknown", DIMENSION_MONTH);
    return app_filter(app, column->dimension, action == ACTION_KEEP ? FILTER_IS : FILTER_IS_NOT,
                      "unknown");
}

/* The rows that the import under the cursor set aside. */
static unsigned open_run(struct data_state *state) {
    if (state->history.run_count == 0)
        return REACT_NONE;
    state->only_run = state->history.runs[state->tables[DATA_IMPORTS].cursor].id;
    state->page = DATA_REJECTS;
    state->tables[DATA_REJECTS] = (struct table){0};
    return REACT_RELOAD | REACT_DRAW;
}

/* Whoever is asked must write the word: a key pressed twice takes nothing back. */
static unsigned take_back(void *data, struct app *app, const char *answer) {
    struct data_state *state = data;
    char number[24];
    if (!text_same(answer, "yes")) {
        app_notice(app, STYLE_DIM, "Import %lld stays", (long long)state->leaving);
        return REACT_DRAW;
    }
    snprintf(number, sizeof number, "%lld", (long long)state->leaving);
    return jobs_start(app, JOB_UNDO, (const char *const[]){"import", "--undo", number, NULL});
}

static unsigned ask_to_take_back(struct data_state *state, struct app *app) {
    char sales[NUMBER_TEXT_SIZE];
    if (state->page != DATA_IMPORTS || state->history.run_count == 0 ||
        !jobs_may_start(app, JOB_UNDO))
        return REACT_DRAW;
    const struct import_run *run = &state->history.runs[state->tables[DATA_IMPORTS].cursor];
    number_grouped(run->imported, sales, sizeof sales);
    state->leaving = run->id;
    snprintf(state->question, sizeof state->question, "Take import %lld back, %s sales? (yes) ",
             (long long)run->id, sales);
    return app_prompt(app, state->question, "", take_back, state);
}

static unsigned back_to_all(struct data_state *state) {
    if (state->page != DATA_REJECTS || state->only_run == 0)
        return REACT_NONE;
    state->only_run = 0;
    state->page = DATA_IMPORTS;
    return REACT_RELOAD | REACT_DRAW;
}

/* Rows of the list that the keys act in, for paging. */
static int rows_shown(const struct data_state *state, const struct app *app) {
    enum { TITLES = 2 };
    bool details =
        state->page == DATA_REJECTS || state->page == DATA_LOG || state->page == DATA_CHECK;
    int height = is_wide(app) && state->page != DATA_QUALITY ? app_body_height(app) / LEFT_PANES - 1
                                                             : app_body_height(app) - 1;
    return height - TITLES - (details && height >= DATA_DETAIL_FROM ? DATA_DETAIL_ROWS : 0);
}

static unsigned data_act(void *data, struct app *app, enum action action) {
    struct data_state *state = data;
    int page = rows_shown(state, app);
    if (tabs_act(&state->page, DATA_PAGE_COUNT, action)) {
        bool again = state->page == DATA_DATABASE || state->page == DATA_LOG ||
                     (state->page == DATA_QUALITY && state->quality.pending);
        return again ? REACT_RELOAD | REACT_DRAW : REACT_DRAW;
    }
    if (data_rows(state, state->page) > 0 &&
        table_move(&state->tables[state->page], action, data_rows(state, state->page), page))
        return state->page == DATA_LOG ? data_follow_log(state, app) : REACT_DRAW;
    switch (action) {
    case ACTION_OPEN:
        if (state->page == DATA_IMPORTS)
            return open_run(state);
        return state->page == DATA_QUALITY ? with_unknown(state, app, action) : REACT_NONE;
    case ACTION_KEEP:
    case ACTION_EXCLUDE:
        return state->page == DATA_QUALITY ? with_unknown(state, app, action) : REACT_NONE;
    case ACTION_TAKE_BACK:
        return ask_to_take_back(state, app);
    case ACTION_CHECK:
        state->page = DATA_CHECK;
        state->tables[DATA_CHECK] = (struct table){0};
        return keeping_check(app);
    case ACTION_BACK:
        return back_to_all(state);
    default:
        return REACT_NONE;
    }
}

/* Who writes is told while somebody does. */
static bool data_is_outdated(const void *data, struct app *app) {
    const struct data_state *state = data;
    return (state->page == DATA_DATABASE || is_wide(app)) &&
           history_writer_changed(shop_db(app_shop(app)), &state->history);
}

static struct document *document_of(const void *data, const struct app *app, struct error *error) {
    struct reading reading = app_reading(app);
    struct document *document = NULL;
    const struct data_state *state = data;
    struct db *db = shop_db(app_shop(app));
    struct rejects_request rejects = {.run = state->only_run};
    bool all = is_wide(app) || app_is_linear(app); /* whoever listens has no pages beside it */
    if (state->page == DATA_DATABASE)
        return data_database_document(state, app);
    if (state->page == DATA_CHECK)
        return data_check_document(state, error);
    if (state->page == DATA_LOG)
        return report_audit(db, 0, &document, error) == ERR_OK ? document : NULL;
    if (state->page == DATA_QUALITY && !all)
        return report_quality(&reading, &document, error) == ERR_OK ? document : NULL;
    enum err code = all ? report_data(&reading, INT64_MAX, &document, error)
                    : state->page == DATA_REJECTS ? report_rejects(db, &rejects, &document, error)
                                                  : report_imports(db, &document, error);
    return code == ERR_OK ? document : NULL;
}

static void remember(const void *data, struct buffer *choices) {
    const struct data_state *state = data;
    choices_add(choices, "page", state->page);
}

static void restore(void *data, const char *choices) {
    struct data_state *state = data;
    state->page = choices_get(choices, "page", state->page, DATA_PAGE_COUNT);
}

static void settings(const void *data, struct buffer *lines) {
    const struct data_state *state = data;
    buffer_printf(lines, "%lld\n", (long long)state->only_run);
}

static void set(void *data, const char *lines) {
    struct data_state *state = data;
    state->only_run = strtoll(lines, NULL, 10);
}

static char *command_of(const void *data, const struct app *app) {
    const struct data_state *state = data;
    (void)app;
    if (state->page == DATA_LOG)
        return xstrdup("log --limit 0");
    if (state->page == DATA_CHECK)
        return xstrdup("doctor");
    if (state->page != DATA_REJECTS)
        return xstrdup("imports");
    if (state->only_run == 0)
        return xstrdup("imports --rejects --limit 0");
    return xasprintf("imports --rejects --run %lld --limit 0", (long long)state->only_run);
}

/* Imports and rows set aside are whole files; quality is that of the slice. */
static bool ignores_filters(const void *data, const struct app *app) {
    const struct data_state *state = data;
    return !is_wide(app) && state->page != DATA_QUALITY;
}

const struct screen_ops data_screen = {
    .title = "Data",
    .ignores_filters = ignores_filters,
    .help =
        "Where the figures come from. i imports a file. Imports: every file, how many of its "
        "rows are new, were present already or were set aside; Enter lists what it set aside, "
        "Backspace comes back; SYNTHETIC marks generated samples; Delete takes an import back, "
        "with "
        "all its sales: sales that a later file held too come back with that file, imported again. "
        "Rows set aside: the line, "
        "the field and the reason, and the row under the cursor in full. Quality: how much is "
        "unknown among the sales of the slice, with the 95% interval of the share, how many "
        "different values there are, how many lie beyond Tukey's fences (1.5 times the middle half "
        "away from it), and what contradicts itself or repeats; Enter, = and - drill into, "
        "keep or exclude the sales where a field is unknown. Database: the file itself, and "
        "who writes to it. Log: who wrote what, when, and what came of it. Check: C looks whether "
        "the file is whole, and says what to do about what is not. B backs it up. Tab turns the "
        "page.",
    .state_size = sizeof(struct data_state),
    .works_empty = true,
    .load = data_load,
    .late_size = sizeof(struct data_late),
    .late_begin = data_late_begin,
    .late_work = data_late_work,
    .late_take = data_late_take,
    .late_release = data_late_release,
    .late_in_steps = true,
    .is_counting = data_is_counting,
    .draw = data_draw,
    .act = data_act,
    .is_outdated = data_is_outdated,
    .release = data_release,
    .remember = remember,
    .restore = restore,
    .settings = settings,
    .set = set,
    .document = document_of,
    .command = command_of,
    .footer = {ACTION_IMPORT, ACTION_NEXT, ACTION_OPEN, ACTION_BACKUP, ACTION_CHECK,
               ACTION_TAKE_BACK, ACTION_HELP},
};
