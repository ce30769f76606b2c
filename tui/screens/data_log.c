/* Data's page of the log: every write on record, the newest first. */
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "tui/screens/data_parts.h"

/* X(symbol, heading, width, right-aligned, priority) */
#define LOG_COLUMNS(X)                  \
    X(WHEN, "When (UTC)", 16, false, 0) \
    X(WHAT, "What", 9, false, 0)        \
    X(WHO, "Who", 9, false, 3)          \
    X(OF, "Of", 0, false, 1)            \
    X(OUTCOME, "Outcome", 34, false, 2)

enum log_column {
#define X(symbol, ...) LOG_##symbol,
    LOG_COLUMNS(X)
#undef X
        LOG_COLUMN_COUNT
};

static const struct table_column columns[LOG_COLUMN_COUNT] = {
#define X(symbol, ...) {__VA_ARGS__},
    LOG_COLUMNS(X)
#undef X
};

/* "2026-01-15 12:00" of a stamp. */
static void when(const struct audit_entry *entry, char *text, size_t size) {
    snprintf(text, size, "%.16s", entry->at);
    char *t = strchr(text, 'T');
    if (t != NULL)
        *t = ' ';
}

/* "import 3: sales.csv": a file without its folders. */
static void write_subject(const struct audit_entry *entry, char *text, size_t size) {
    const char *colon = strstr(entry->subject, ": ");
    const char *name = colon != NULL ? colon + 2 : entry->subject, *slash = strrchr(name, '/');
    snprintf(text, size, "%.*s%s", (int)(name - entry->subject), entry->subject,
             slash != NULL && slash[1] != '\0' ? slash + 1 : name);
}

static void cell(const void *data, long row, int column, struct pane pane, char *text, size_t size,
                 enum style *style) {
    const struct audit_entry *entry = log_window_at(&((const struct data_state *)data)->log, row);
    (void)pane;
    if (entry == NULL) {
        *style = STYLE_DIM;
        snprintf(text, size, "…");
        return;
    }
    switch ((enum log_column)column) {
    case LOG_WHEN:
        when(entry, text, size);
        break;
    case LOG_WHAT:
        snprintf(text, size, "%s", entry->action);
        break;
    case LOG_WHO:
        snprintf(text, size, "%s", entry->who);
        break;
    case LOG_OF:
        write_subject(entry, text, size);
        break;
    case LOG_OUTCOME:
        snprintf(text, size, "%s", entry->outcome);
        *style = STYLE_DIM;
        break;
    case LOG_COLUMN_COUNT:
        break;
    }
}

/* The entry under the cursor in full, at the pane's end. */
static void draw_entry(const struct audit_entry *entry, struct pane pane) {
    char stamp[32], text[1024];
    when(entry, stamp, sizeof stamp);
    snprintf(text, sizeof text, "%s of %s: %s", entry->action, entry->subject, entry->outcome);
    int row = draw_paragraph(pane, 0, 1, STYLE_STRONG, text);
    snprintf(text, sizeof text, "%s UTC, by %s from %s, process %lld of version %s", stamp,
             entry->who, entry->origin, (long long)entry->pid, entry->program);
    draw_paragraph(pane, row, 1, STYLE_TEXT, text);
}

void data_draw_log(const struct data_state *state, struct pane pane, bool focused) {
    char total[NUMBER_TEXT_SIZE];
    const struct table *table = &state->tables[DATA_LOG];
    number_grouped(state->log.total, total, sizeof total);
    draw_format(pane, 0, 1, STYLE_TITLE, "Writes on record: %s, newest first", total);
    int detail = pane.height >= DATA_DETAIL_FROM ? DATA_DETAIL_ROWS : 0;
    table_draw(table, pane_top(pane_below(pane, 1), pane.height - 1 - detail), columns,
               LOG_COLUMN_COUNT, (long)state->log.total, focused, cell, state);
    const struct audit_entry *entry = log_window_at(&state->log, table->cursor);
    if (detail > 0 && entry != NULL)
        draw_entry(entry, pane_below(pane, pane.height - detail + 1));
}

/* New entries come above: whoever looks at an older one goes on looking at it. */
enum err data_load_log(struct data_state *state, struct app *app, struct error *error) {
    struct table *table = &state->tables[DATA_LOG];
    const struct audit_entry *entry = log_window_at(&state->log, table->cursor);
    int64_t id = entry != NULL && table->cursor > 0 ? entry->id : 0;
    long from_top = table->cursor - table->top;
    enum err err = log_window_open(&state->log, shop_db(app_shop(app)), id, error);
    for (int i = 0; id != 0 && i < state->log.count; i++) {
        if (state->log.entries[i].id != id)
            continue;
        table->cursor = (long)state->log.first + i;
        table->top = table->cursor - from_top;
    }
    return err;
}

/* What the next key may show is at hand; where it cannot be read a reload says why. */
unsigned data_follow_log(struct data_state *state, struct app *app) {
    enum { AROUND = 128 }; /* more than a screen has rows */
    struct error ignored;
    enum err err = log_window_move(&state->log, shop_db(app_shop(app)),
                                   state->tables[DATA_LOG].cursor, AROUND, &ignored);
    return err == ERR_OK ? REACT_DRAW : REACT_RELOAD | REACT_DRAW;
}
