/* Data's page of the database file. */
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "tui/screens/data_parts.h"

enum { VALUE_COLUMN = 18 };

static void bytes_text(int64_t bytes, char *text, size_t size) {
    if (bytes < 1000000)
        snprintf(text, size, "%.1f kB", (double)bytes / 1e3);
    else
        snprintf(text, size, "%.1f MB", (double)bytes / 1e6);
}

static int line(struct pane pane, int row, const char *name, enum style style, const char *value) {
    draw_text(pane, row, 1, STYLE_DIM, name);
    draw_field(pane, row, VALUE_COLUMN, pane.width - VALUE_COLUMN - 1, style, value);
    return row + 1;
}

static int draw_sizes(const struct data_state *state, struct pane pane, int row) {
    const struct db_figures *figures = &state->history.figures;
    char value[160], size[32], pages[NUMBER_TEXT_SIZE], sales[NUMBER_TEXT_SIZE];
    int64_t bytes = figures->pages * figures->page_bytes;
    bytes_text(bytes, size, sizeof size);
    number_grouped(figures->pages, pages, sizeof pages);
    snprintf(value, sizeof value, "%s in %s pages of %lld bytes", size, pages,
             (long long)figures->page_bytes);
    row = line(pane, row, "Size", STYLE_TEXT, value);
    number_grouped(figures->free_pages, pages, sizeof pages);
    bytes_text(figures->free_pages * figures->page_bytes, size, sizeof size);
    snprintf(value, sizeof value, "%s pages, %s, which later imports fill", pages, size);
    row = line(pane, row, "Free", STYLE_TEXT, figures->free_pages == 0 ? "none" : value);
    bytes_text(figures->log_bytes, size, sizeof size);
    snprintf(value, sizeof value, "%s beside the file, taken in at the next writing", size);
    row = line(pane, row, "Log", STYLE_TEXT,
               figures->log_bytes == 0 ? "empty: all is in the file" : value);
    number_grouped(state->sales, sales, sizeof sales);
    row = line(pane, row, "Sales", STYLE_TEXT, sales);
    snprintf(value, sizeof value, "%.0f bytes, with models, scores and indexes",
             state->sales > 0 ? (double)bytes / (double)state->sales : 0);
    return line(pane, row, "A sale takes", STYLE_TEXT, state->sales > 0 ? value : "no sales yet");
}

void data_draw_database(const struct data_state *state, struct pane pane, bool focused) {
    const struct history *history = &state->history;
    const struct db_figures *figures = &history->figures;
    char value[320], count[NUMBER_TEXT_SIZE];
    (void)focused;
    draw_text(pane, 0, 1, STYLE_TITLE, "Database");
    int row = draw_sizes(state, pane, 1);
    snprintf(value, sizeof value, "%d%s", figures->schema,
             figures->schema == figures->schema_newest ? ", the newest" : "");
    row = line(pane, row, "Schema", STYLE_TEXT, value);
    row = line(pane, row, "SQLite", STYLE_TEXT, figures->sqlite);
    row = line(pane, row, "Writing now", figures->writer[0] != '\0' ? STYLE_WARNING : STYLE_TEXT,
               figures->writer[0] != '\0' ? figures->writer : "nobody");
    if (history->run_count > 0) {
        number_grouped(history->runs[0].imported, count, sizeof count);
        snprintf(value, sizeof value, "%.16s UTC, %s new sales", history->runs[0].finished_at,
                 count);
        char *t = strchr(value, 'T');
        if (t != NULL && t == value + 10)
            *t = ' ';
    }
    row = line(pane, row, "Last import", STYLE_TEXT,
               history->run_count > 0 ? value : "none yet; i chooses a file");
    draw_text(pane, row, 1, STYLE_DIM, "File");
    draw_paragraph(pane_after(pane, VALUE_COLUMN - 1), row, 1, STYLE_TEXT, state->path);
}
