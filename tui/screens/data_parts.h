/* The inside of the Data screen, for its files alone. */
#ifndef TUI_SCREENS_DATA_PARTS_H
#define TUI_SCREENS_DATA_PARTS_H

#include "engine/analysis/quality.h"
#include "engine/intake/history.h"
#include "engine/intake/log_window.h"
#include "tui/screen.h"
#include "tui/widgets/table.h"

/* X(symbol, title) */
#define DATA_PAGES(X)            \
    X(IMPORTS, "Imports")        \
    X(REJECTS, "Rows set aside") \
    X(QUALITY, "Quality")        \
    X(DATABASE, "Database")      \
    X(LOG, "Log")                \
    X(CHECK, "Check")

enum data_page {
#define X(symbol, title) DATA_##symbol,
    DATA_PAGES(X)
#undef X
        DATA_PAGE_COUNT
};

/* Of a list whose panes are as high, the row under the cursor stands below in full. */
enum { DATA_DETAIL_FROM = 12, DATA_DETAIL_ROWS = 5 };

struct data_state {
    struct history history;
    struct log_window log; /* total 0: not read */
    struct quality quality;
    bool counting;                        /* it is not there yet … */
    int64_t to_count;                     /* … for so many sales */
    struct table tables[DATA_PAGE_COUNT]; /* the database has no rows */
    const struct checkup *checkup;        /* the app's */
    int page;                             /* where the keys act */
    int64_t only_run;                     /* whose rows set aside are listed; 0: of all */
    int64_t sales;                        /* in the database, whatever the filters */
    int64_t leaving;                      /* the import that is about to be taken back, … */
    char question[96];                    /* … and what is asked about it */
    bool wide;                            /* the pages stood side by side at the last load */
    char *left_out;       /* shops whose sales quality is without; NULL: none; owned */
    struct error problem; /* why quality could not be counted; no code: it was */
    char *path;           /* of the database, as it may be shown; owned */
};

long data_rows(const struct data_state *state, int page);

/* Each draws a page into a pane: the title (for where several stand side by side), its rows. */
void data_draw_imports(const struct data_state *state, struct pane pane, bool focused);
void data_draw_rejects(const struct data_state *state, struct pane pane, bool focused);
void data_draw_quality(const struct data_state *state, struct pane pane, bool focused);
void data_draw_database(const struct data_state *state, struct pane pane, bool focused);
void data_draw_log(const struct data_state *state, struct pane pane, bool focused);

void data_draw_check(const struct data_state *state, struct pane pane, bool focused);

enum err data_load_log(struct data_state *state, struct app *app, struct error *error);
unsigned data_follow_log(struct data_state *state, struct app *app); /* its cursor moved */

struct checkup;
struct document *data_check_document(const struct data_state *state, struct error *error);
struct document *data_database_document(const struct data_state *state, const struct app *app);

#endif
