/* Data: what was imported, what was set aside, and how much of it is known. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "engine/analysis/quality.h"
#include "engine/analysis/statistics.h"
#include "engine/intake/history.h"
#include "engine/slice/dimension.h"
#include "engine/slice/slice.h"
#include "tui/screen.h"
#include "tui/widgets/chart.h"
#include "tui/widgets/table.h"

enum { REJECTS_SHOWN = 1000 };

enum pane_name { PANE_IMPORTS, PANE_REJECTS, PANE_QUALITY, PANE_COUNT };

struct state {
    struct history history;
    struct table tables[PANE_COUNT];
    int focus;
    struct quality quality;
};

static long pane_rows(const struct state *state, int pane) {
    return pane == PANE_IMPORTS       ? state->history.run_count
           : pane == PANE_REJECTS     ? state->history.reject_count
           : state->quality.sales > 0 ? QUALITY_FIELDS
                                      : 0;
}

static enum err data_load(void *data, struct app *app, struct error *error) {
    struct state *state = data;
    history_free(&state->history);
    enum err err = history_load(shop_db(app_shop(app)), &state->history, REJECTS_SHOWN, error);
    if (err != ERR_OK)
        return err;
    quality_count(app_facts(app), app_selection(app), &state->quality);
    for (int i = 0; i < PANE_COUNT; i++)
        table_clamp(&state->tables[i], pane_rows(state, i));
    return ERR_OK;
}

static void data_release(void *data) {
    struct state *state = data;
    history_free(&state->history);
}

/* Imports. */

/* X(symbol, heading, width, right-aligned, priority) */
#define IMPORT_COLUMNS(X)                 \
    X(ID, "Id", 4, true, 4)               \
    X(FILE, "File", 0, false, 0)          \
    X(FINISHED, "Finished", 10, false, 0) \
    X(TIME, "UTC", 5, false, 6)           \
    X(WHO, "Who", 10, false, 7)           \
    X(ROWS, "Rows", 8, true, 3)           \
    X(NEW, "New", 8, true, 0)             \
    X(PRESENT, "Present", 8, true, 5)     \
    X(ASIDE, "Set aside", 9, true, 1)     \
    X(DATES, "Dates", 10, false, 8)       \
    X(KIND, "Kind", 9, false, 0)

enum import_column {
#define X(symbol, ...) IMPORT_##symbol,
    IMPORT_COLUMNS(X)
#undef X
        IMPORT_COLUMN_COUNT
};

static const struct table_column import_columns[IMPORT_COLUMN_COUNT] = {
#define X(symbol, ...) {__VA_ARGS__},
    IMPORT_COLUMNS(X)
#undef X
};

static const char *or_blank(const char *text) {
    return text != NULL ? text : "";
}

static const char *base_name(const char *file) {
    const char *slash = strrchr(or_blank(file), '/');
    return slash != NULL ? slash + 1 : or_blank(file);
}

static void import_cell(const void *data, long row, int column, struct pane cell, char *text,
                        size_t size, enum style *style) {
    const struct import_run *run = &((const struct state *)data)->history.runs[row];
    (void)cell;
    switch ((enum import_column)column) {
    case IMPORT_ID:
        snprintf(text, size, "%lld", (long long)run->id);
        break;
    case IMPORT_FILE:
        snprintf(text, size, "%s", base_name(run->file));
        break;
    case IMPORT_FINISHED:
        snprintf(text, size, "%.10s", run->finished_at);
        break;
    case IMPORT_TIME:
        snprintf(text, size, "%.5s", strlen(run->finished_at) > 11 ? run->finished_at + 11 : "");
        break;
    case IMPORT_WHO:
        snprintf(text, size, "%s", or_blank(run->who));
        break;
    case IMPORT_ROWS:
        number_grouped(run->rows, text, size);
        break;
    case IMPORT_NEW:
        number_grouped(run->imported, text, size);
        break;
    case IMPORT_PRESENT:
        number_grouped(run->duplicates, text, size);
        break;
    case IMPORT_ASIDE:
        number_grouped(run->rejected, text, size);
        if (run->rejected > 0)
            *style = STYLE_WARNING;
        break;
    case IMPORT_DATES:
        snprintf(text, size, "%s", or_blank(run->date_format));
        break;
    case IMPORT_KIND:
        snprintf(text, size, "%s", run->synthetic ? "SYNTHETIC" : "real");
        if (run->synthetic)
            *style = STYLE_WARNING;
        break;
    case IMPORT_COLUMN_COUNT:
        break;
    }
}

static void draw_imports(const struct state *state, struct pane pane, bool focused) {
    char count[NUMBER_TEXT_SIZE];
    number_grouped(state->history.run_count, count, sizeof count);
    draw_format(pane, 0, 1, STYLE_TITLE, "Imports: %s, newest first", count);
    table_draw(&state->tables[PANE_IMPORTS], pane_below(pane, 1), import_columns,
               IMPORT_COLUMN_COUNT, state->history.run_count, focused, import_cell, state);
}

/* Rows set aside. */

enum { REJECT_LINE, REJECT_FIELD, REJECT_REASON, REJECT_IMPORT, REJECT_RAW, REJECT_COLUMN_COUNT };

static void reject_cell(const void *data, long row, int column, struct pane cell, char *text,
                        size_t size, enum style *style) {
    const struct import_reject *reject = &((const struct state *)data)->history.rejects[row];
    (void)cell;
    switch (column) {
    case REJECT_LINE:
        number_grouped(reject->line, text, size);
        break;
    case REJECT_FIELD:
        snprintf(text, size, "%s", or_blank(reject->field));
        break;
    case REJECT_REASON:
        snprintf(text, size, "%s", or_blank(reject->reason));
        break;
    case REJECT_IMPORT:
        snprintf(text, size, "%lld", (long long)reject->run_id);
        break;
    case REJECT_RAW:
        snprintf(text, size, "%s", or_blank(reject->raw));
        *style = STYLE_DIM;
        break;
    default:
        break;
    }
}

static void draw_rejects(const struct state *state, struct pane pane, bool focused) {
    const struct history *history = &state->history;
    char total[NUMBER_TEXT_SIZE], shown[NUMBER_TEXT_SIZE];
    number_grouped(history->rejected_total, total, sizeof total);
    number_grouped(history->reject_count, shown, sizeof shown);
    if (history->reject_count < history->rejected_total)
        draw_format(pane, 0, 1, STYLE_TITLE, "Rows set aside: %s, the newest %s shown", total,
                    shown);
    else
        draw_format(pane, 0, 1, STYLE_TITLE, "Rows set aside: %s", total);
    if (history->reject_count == 0) {
        draw_text(pane, 1, 1, STYLE_DIM, "Every row that was read could be used.");
        return;
    }
    const struct table_column columns[REJECT_COLUMN_COUNT] = {
        [REJECT_LINE] = {"Line", 8, true, 0},
        [REJECT_FIELD] = {"Field", 10, false, 0},
        [REJECT_REASON] = {"Reason", pane.width >= 120 ? 56 : 34, false, 0},
        [REJECT_IMPORT] = {"Import", 6, true, 2},
        [REJECT_RAW] = {"The line as it stood", 0, false, 1}};
    table_draw(&state->tables[PANE_REJECTS], pane_below(pane, 1), columns, REJECT_COLUMN_COUNT,
               history->reject_count, focused, reject_cell, state);
}

/* Quality. */

enum { COLUMN_FIELD, COLUMN_KNOWN, COLUMN_UNKNOWN, COLUMN_SHARE, QUALITY_COLUMN_COUNT };

static void quality_cell(const void *data, long row, int column, struct pane cell, char *text,
                         size_t size, enum style *style) {
    const struct state *state = data;
    int64_t unknown = state->quality.unknown[row];
    (void)cell;
    switch (column) {
    case COLUMN_FIELD:
        snprintf(text, size, "%s", quality_title((enum quality_field)row));
        break;
    case COLUMN_KNOWN:
        number_grouped(state->quality.sales - unknown, text, size);
        break;
    case COLUMN_UNKNOWN:
        number_grouped(unknown, text, size);
        if (unknown > 0)
            *style = STYLE_WARNING;
        break;
    case COLUMN_SHARE:
        chart_share_text(share_wilson(unknown, state->quality.sales), text, size);
        break;
    default:
        break;
    }
}

static void draw_quality(const struct state *state, struct pane pane, bool focused) {
    static const struct table_column columns[QUALITY_COLUMN_COUNT] = {
        [COLUMN_FIELD] = {"Field", 16, false, 0},
        [COLUMN_KNOWN] = {"Known", 9, true, 1},
        [COLUMN_UNKNOWN] = {"Unknown", 9, true, 0},
        [COLUMN_SHARE] = {"Share unknown", 22, true, 2}};
    char sales[NUMBER_TEXT_SIZE];
    number_grouped(state->quality.sales, sales, sizeof sales);
    draw_format(pane, 0, 1, STYLE_TITLE, "Quality of the slice's sales: %s", sales);
    if (state->quality.sales == 0) {
        draw_text(pane, 1, 1, STYLE_TEXT, "No sales match these filters. x drops the last one.");
        return;
    }
    bool sentence = pane.height > 4;
    table_draw(&state->tables[PANE_QUALITY],
               pane_below(pane_top(pane, pane.height - (sentence ? 1 : 0)), 1), columns,
               QUALITY_COLUMN_COUNT, QUALITY_FIELDS, focused, quality_cell, state);
    if (!sentence)
        return;
    char count[NUMBER_TEXT_SIZE], share[64];
    number_grouped(state->quality.contradictions, count, sizeof count);
    chart_share_text(share_wilson(state->quality.contradictions, state->quality.sales), share,
                     sizeof share);
    int last = pane.height - 1;
    if (state->quality.contradictions == 0)
        draw_text(pane, last, 1, STYLE_DIM, "None bought before yet never heard of the shop.");
    else
        draw_format(pane, last, 1, STYLE_WARNING, "%s bought before, yet never heard: %s", count,
                    share);
}

/* Heights: a title, a heading and a row for each pane; what is left goes first to the one in focus,
 * then from above. */
static void share_height(const struct state *state, int height, int heights[PANE_COUNT]) {
    static const int extra[PANE_COUNT] = {2, 2, 3}; /* title, heading, sentence */
    int left = height;
    for (int i = 0; i < PANE_COUNT; i++) {
        heights[i] = height / PANE_COUNT < 3 ? height / PANE_COUNT : 3;
        left -= heights[i];
    }
    for (int k = -1; k < PANE_COUNT; k++) {
        int pane = k < 0 ? state->focus : k;
        long rows = pane_rows(state, pane);
        long wanted = extra[pane] + (rows > 0 ? rows : 1) - heights[pane];
        int given = wanted <= 0 ? 0 : wanted < left ? (int)wanted : left;
        heights[pane] += given;
        left -= given;
    }
}

static void data_draw(const void *data, const struct app *app, struct pane body) {
    const struct state *state = data;
    if (state->history.run_count == 0 && app_facts(app)->count == 0) {
        draw_text(body, 1, 1, STYLE_STRONG, "No sales yet. Leave with q, then:");
        draw_text(body, 3, 3, STYLE_TEXT, "retail-pulse import FILE.csv");
        draw_text(body, 5, 1, STYLE_TEXT, "or try");
        draw_text(body, 7, 3, STYLE_TEXT, "retail-pulse sample --rows 9000 > sample.csv");
        return;
    }
    static void (*const draw[PANE_COUNT])(const struct state *, struct pane,
                                          bool) = {draw_imports, draw_rejects, draw_quality};
    int heights[PANE_COUNT];
    share_height(state, body.height, heights);
    for (int i = 0, row = 0; i < PANE_COUNT; row += heights[i++])
        draw[i](state, pane_top(pane_below(body, row), heights[i]), state->focus == i);
}

static unsigned with_unknown(const struct state *state, struct app *app, enum action action) {
    if (state->focus != PANE_QUALITY || state->quality.sales == 0)
        return REACT_NONE;
    enum dimension dimension =
        quality_dimension((enum quality_field)state->tables[PANE_QUALITY].cursor);
    if (action == ACTION_OPEN)
        return app_drill(app, dimension, "unknown", DIMENSION_MONTH);
    return app_filter(app, dimension, action == ACTION_KEEP ? FILTER_IS : FILTER_IS_NOT, "unknown");
}

static unsigned data_act(void *data, struct app *app, enum action action) {
    struct state *state = data;
    int heights[PANE_COUNT];
    share_height(state, app_body_height(app), heights);
    int page = heights[state->focus] - (state->focus == PANE_QUALITY ? 3 : 2);
    if (table_move(&state->tables[state->focus], action, pane_rows(state, state->focus), page))
        return REACT_DRAW;
    switch (action) {
    case ACTION_NEXT:
        state->focus = (state->focus + 1) % PANE_COUNT;
        return REACT_DRAW;
    case ACTION_PREVIOUS:
        state->focus = (state->focus + PANE_COUNT - 1) % PANE_COUNT;
        return REACT_DRAW;
    case ACTION_OPEN:
    case ACTION_KEEP:
    case ACTION_EXCLUDE:
        return with_unknown(state, app, action);
    default:
        return REACT_NONE;
    }
}

const struct screen_ops data_screen = {
    .title = "Data",
    .help = "Where the figures come from. Imports: every file, how many of its rows are new, were "
            "present already or were set aside; SYNTHETIC marks generated samples. Rows set aside: "
            "the line, the field and the reason, with the line as it stood. Quality: how much is "
            "unknown among the sales of the slice, with the 95% interval of the share. Tab goes to "
            "the next pane; on a row of Quality, Enter, = and - drill into, keep or exclude the "
            "sales where it is unknown.",
    .state_size = sizeof(struct state),
    .works_empty = true,
    .load = data_load,
    .draw = data_draw,
    .act = data_act,
    .release = data_release,
    .footer = {ACTION_NEXT, ACTION_DOWN, ACTION_OPEN, ACTION_KEEP, ACTION_EXCLUDE, ACTION_FILTER,
               ACTION_HELP},
};
