/* Data's page of the database file. */
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "report/pairs.h"
#include "tui/screens/data_parts.h"

enum { VALUE_COLUMN = 18, VALUE_SIZE = 320 };

/* X(symbol, name), from the top */
#define FACT_LIST(X)              \
    X(SIZE, "Size")               \
    X(FREE, "Free")               \
    X(LOG, "Log")                 \
    X(SALES, "Sales")             \
    X(SALE_TAKES, "A sale takes") \
    X(SCHEMA, "Schema")           \
    X(SQLITE, "SQLite")           \
    X(WRITER, "Writing now")      \
    X(LAST_IMPORT, "Last import") \
    X(FILE, "File")

enum fact {
#define X(symbol, name) FACT_##symbol,
    FACT_LIST(X)
#undef X
        FACT_COUNT
};

static const char *const names[FACT_COUNT] = {
#define X(symbol, name) name,
    FACT_LIST(X)
#undef X
};

struct told {
    char values[FACT_COUNT][VALUE_SIZE];
};

static void bytes_text(int64_t bytes, char *text, size_t size) {
    if (bytes < 1000000)
        snprintf(text, size, "%.1f kB", (double)bytes / 1e3);
    else
        snprintf(text, size, "%.1f MB", (double)bytes / 1e6);
}

static void tell_sizes(const struct data_state *state, struct told *told) {
    const struct db_figures *figures = &state->history.figures;
    char size[32], pages[NUMBER_TEXT_SIZE];
    int64_t bytes = figures->pages * figures->page_bytes;
    bytes_text(bytes, size, sizeof size);
    number_grouped(figures->pages, pages, sizeof pages);
    snprintf(told->values[FACT_SIZE], VALUE_SIZE, "%s in %s pages of %lld bytes", size, pages,
             (long long)figures->page_bytes);
    number_grouped(figures->free_pages, pages, sizeof pages);
    bytes_text(figures->free_pages * figures->page_bytes, size, sizeof size);
    if (figures->free_pages == 0)
        snprintf(told->values[FACT_FREE], VALUE_SIZE, "none");
    else
        snprintf(told->values[FACT_FREE], VALUE_SIZE, "%s pages, %s, which later imports fill",
                 pages, size);
    bytes_text(figures->log_bytes, size, sizeof size);
    if (figures->log_bytes == 0)
        snprintf(told->values[FACT_LOG], VALUE_SIZE, "empty: all is in the file");
    else
        snprintf(told->values[FACT_LOG], VALUE_SIZE,
                 "%s beside the file, taken in at the next writing", size);
    number_grouped(state->sales, told->values[FACT_SALES], VALUE_SIZE);
    if (state->sales > 0)
        snprintf(told->values[FACT_SALE_TAKES], VALUE_SIZE,
                 "%.0f bytes, with models, scores and indexes",
                 (double)bytes / (double)state->sales);
    else
        snprintf(told->values[FACT_SALE_TAKES], VALUE_SIZE, "no sales yet");
}

static void tell_last_import(const struct history *history, char *value) {
    char count[NUMBER_TEXT_SIZE];
    if (history->run_count == 0) {
        snprintf(value, VALUE_SIZE, "none yet; i chooses a file");
        return;
    }
    number_grouped(history->runs[0].imported, count, sizeof count);
    snprintf(value, VALUE_SIZE, "%.16s UTC, %s new sales", history->runs[0].finished_at, count);
    char *t = strchr(value, 'T');
    if (t != NULL && t == value + 10)
        *t = ' ';
}

static void tell(const struct data_state *state, struct told *told) {
    const struct db_figures *figures = &state->history.figures;
    tell_sizes(state, told);
    snprintf(told->values[FACT_SCHEMA], VALUE_SIZE, "%d%s", figures->schema,
             figures->schema == figures->schema_newest ? ", the newest" : "");
    snprintf(told->values[FACT_SQLITE], VALUE_SIZE, "%s", figures->sqlite);
    snprintf(told->values[FACT_WRITER], VALUE_SIZE, "%s",
             figures->writer[0] != '\0' ? figures->writer : "nobody");
    tell_last_import(&state->history, told->values[FACT_LAST_IMPORT]);
}

void data_draw_database(const struct data_state *state, struct pane pane, bool focused) {
    struct told told = {0};
    (void)focused;
    tell(state, &told);
    draw_text(pane, 0, 1, STYLE_TITLE, "Database");
    int row = 1;
    for (int fact = 0; fact < FACT_FILE; fact++, row++) {
        bool written = fact == FACT_WRITER && state->history.figures.writer[0] != '\0';
        draw_text(pane, row, 1, STYLE_DIM, names[fact]);
        draw_field(pane, row, VALUE_COLUMN, pane.width - VALUE_COLUMN - 1,
                   written ? STYLE_WARNING : STYLE_TEXT, told.values[fact]);
    }
    draw_text(pane, row, 1, STYLE_DIM, names[FACT_FILE]);
    draw_paragraph(pane_after(pane, VALUE_COLUMN - 1), row, 1, STYLE_TEXT, state->path);
}

struct document *data_database_document(const struct data_state *state, const struct app *app) {
    struct told told = {0};
    struct pair pairs[FACT_COUNT];
    struct reading reading = app_reading(app);
    tell(state, &told);
    for (int fact = 0; fact < FACT_COUNT; fact++)
        pairs[fact] = (struct pair){names[fact], told.values[fact]};
    pairs[FACT_FILE].value = state->path;
    return report_pairs(&reading, "Database", pairs, FACT_COUNT);
}
