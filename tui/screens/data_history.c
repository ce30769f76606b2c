/* Data's first two pages: what was imported, and which rows were set aside. */
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "tui/screens/data_parts.h"

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
    const struct import_run *run = &((const struct data_state *)data)->history.runs[row];
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

void data_draw_imports(const struct data_state *state, struct pane pane, bool focused) {
    char count[NUMBER_TEXT_SIZE], undone[NUMBER_TEXT_SIZE + 16] = "";
    number_grouped(state->history.run_count, count, sizeof count);
    if (state->history.undone_count > 0)
        snprintf(undone, sizeof undone, "; %d taken back", state->history.undone_count);
    draw_format(pane, 0, 1, STYLE_TITLE, "Imports: %s, newest first%s", count, undone);
    if (state->history.run_count == 0) {
        draw_paragraph(pane, 1, 1, STYLE_TEXT, "Nothing was imported yet. i chooses a file.");
        return;
    }
    table_draw(&state->tables[DATA_IMPORTS], pane_below(pane, 1), import_columns,
               IMPORT_COLUMN_COUNT, state->history.run_count, focused, import_cell, state);
}

/* Rows set aside. */

enum { REJECT_LINE, REJECT_FIELD, REJECT_REASON, REJECT_IMPORT, REJECT_RAW, REJECT_COLUMN_COUNT };

static void reject_cell(const void *data, long row, int column, struct pane cell, char *text,
                        size_t size, enum style *style) {
    const struct import_reject *reject = &((const struct data_state *)data)->history.rejects[row];
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

/* The row under the cursor in full, at the pane's end. */
static void draw_reject(const struct import_reject *reject, struct pane pane) {
    char text[256];
    snprintf(text, sizeof text, "Line %lld of import %lld: %s", (long long)reject->line,
             (long long)reject->run_id, or_blank(reject->reason));
    int row = draw_paragraph(pane, 0, 1, STYLE_STRONG, text);
    draw_paragraph(pane, row, 1, STYLE_TEXT, or_blank(reject->raw));
}

void data_draw_rejects(const struct data_state *state, struct pane pane, bool focused) {
    const struct history *history = &state->history;
    char total[NUMBER_TEXT_SIZE], title[160];
    number_grouped(history->rejected_total, total, sizeof total);
    int used = snprintf(title, sizeof title, "Rows set aside: %s", total);
    if (state->only_run != 0)
        used += snprintf(title + used, sizeof title - (size_t)used, " of import %lld",
                         (long long)state->only_run);
    if (history->reject_count < history->rejected_total)
        snprintf(title + used, sizeof title - (size_t)used, ", %d shown", history->reject_count);
    draw_field(pane, 0, 1, pane.width - 2, STYLE_TITLE, title);
    if (history->reject_count == 0) {
        draw_paragraph(pane, 1, 1, STYLE_DIM,
                       history->run_count == 0 ? "Nothing was imported yet. i chooses a file."
                       : state->only_run != 0
                           ? "Every row of this import could be used. Backspace shows all imports."
                           : "Every row that was read could be used.");
        return;
    }
    const struct table_column columns[REJECT_COLUMN_COUNT] = {
        [REJECT_LINE] = {"Line", 8, true, 0},
        [REJECT_FIELD] = {"Field", 10, false, 0},
        [REJECT_REASON] = {"Reason", pane.width >= 120 ? 56 : 34, false, 0},
        [REJECT_IMPORT] = {"Import", 6, true, 2},
        [REJECT_RAW] = {"The line as it stood", 0, false, 1}};
    int detail = pane.height >= DATA_DETAIL_FROM ? DATA_DETAIL_ROWS : 0;
    table_draw(&state->tables[DATA_REJECTS],
               pane_top(pane_below(pane, 1), pane.height - 1 - detail), columns,
               REJECT_COLUMN_COUNT, history->reject_count, focused, reject_cell, state);
    if (detail > 0)
        draw_reject(&history->rejects[state->tables[DATA_REJECTS].cursor],
                    pane_below(pane, pane.height - detail + 1));
}
