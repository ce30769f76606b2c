/* Sales: the rows of the slice, sorted by any column, searched, one of them in full. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/learn/customer.h"
#include "engine/learn/scoring.h"
#include "report/sales.h"
#include "tui/choices.h"
#include "tui/screens/sales_parts.h"

/* Columns from left to right, as Left and Right choose them. */
static const enum order_by columns[] = {ORDER_DATE,     ORDER_LOCATION,        ORDER_AGE,
                                        ORDER_GENDER,   ORDER_HANDSET,         ORDER_PRICE,
                                        ORDER_FACEBOOK, ORDER_FOLLOWS,         ORDER_RETURNING,
                                        ORDER_HEARD,    ORDER_SCORE_RETURNING, ORDER_SCORE_FACEBOOK,
                                        ORDER_ID,       ORDER_SEGMENT};

static enum order_by column_beside(enum order_by column, int step) {
    int count = (int)(sizeof columns / sizeof *columns), at = 0;
    while (columns[at] != column)
        at++;
    return columns[(at + step + count) % count];
}

/* ------------------------------------------------------------------- loading */

/* NULL for columns that are no scores. */
static enum err read_scores(enum order_by by, struct app *app, double **scores,
                            struct error *error) {
    *scores = NULL;
    if (by != ORDER_SCORE_RETURNING && by != ORDER_SCORE_FACEBOOK)
        return ERR_OK;
    return scoring_column(shop_db(app_shop(app)), app_facts(app),
                          by == ORDER_SCORE_RETURNING ? OUTCOME_RETURNING : OUTCOME_FACEBOOK,
                          scores, error);
}

static void forget_rows(struct sales *sales) {
    sales_forget_finder(sales);
    pages_close(sales->pages);
    pages_window_free(&sales->window);
    free(sales->rows);
    sales->pages = NULL;
    sales->rows = NULL;
    sales->count = 0;
    sales->around_from = sales->around_to = 0;
    sales->ready_at = -1;
}

/* Too many to be held: a map of them, and a window that follows the cursor. */
static enum err open_pages(struct sales *sales, struct app *app, struct error *error) {
    struct pages_request request = {.facts = app_facts(app),
                                    .slice = app_slice(app),
                                    .selection = app_selection(app),
                                    .by = sales->sort,
                                    .descending = sales->descending,
                                    .go_on = sales_go_on,
                                    .context = sales};
    struct pages *pages;
    sales_begin(sales, app, "Sorting", app_defers(app));
    enum err err = pages_open(&request, &pages, error);
    if (err != ERR_OK)
        return err;
    forget_rows(sales);
    sales->pages = pages;
    sales->count = (long)pages_count(pages);
    sales->window = pages_window(app_facts(app), 2 * AROUND);
    return ERR_OK;
}

/* The slice's rows in order. After an error they are what they were. */
static enum err sort_rows(struct sales *sales, struct app *app, struct error *error) {
    const struct selection *selection = app_selection(app);
    double *scores;
    if (app_facts(app)->cube != NULL)
        return open_pages(sales, app, error);
    enum err err = read_scores(sales->sort, app, &scores, error);
    if (err != ERR_OK)
        return err;
    forget_rows(sales);
    sales->count = (long)selection->count;
    sales->rows = xreallocarray(sales->rows, selection->count + 1, sizeof *sales->rows);
    if (selection->count > 0)
        memcpy(sales->rows, selection->rows, selection->count * sizeof *sales->rows);
    order_rows(app_facts(app), sales->sort, sales->descending, scores, sales->rows,
               selection->count);
    free(scores);
    return ERR_OK;
}

static void stand_at(struct sales *sales, long position) {
    sales->table.top += position - sales->table.cursor;
    sales->table.cursor = position;
    table_clamp(&sales->table, sales->count);
}

/* New sales and other filters do not move the sale under the cursor. */
static void return_to_sale(struct sales *sales, const struct app *app) {
    const struct facts *facts = app_facts(app);
    int64_t position;
    bool found;
    table_clamp(&sales->table, sales->count);
    if (sales->id != 0 && sales->pages != NULL) {
        if (pages_locate(sales->pages, sales->id, &position, &found, NULL) == ERR_OK)
            stand_at(sales, (long)position);
        return;
    }
    for (long i = 0; sales->id != 0 && i < sales->count; i++) {
        if (facts->id[sales->rows[i]] == sales->id) {
            stand_at(sales, i);
            return;
        }
    }
}

static enum err load(void *data, struct app *app, struct error *error) {
    struct sales *sales = data;
    struct scoring_state scoring;
    forget_rows(sales);
    if (!sales->started) { /* of many, the newest are what one looks for */
        sales->sort = sales->chosen = ORDER_DATE;
        sales->descending = app_facts(app)->cube != NULL;
    }
    sales->started = true;
    sales->scored =
        scoring_state(shop_db(app_shop(app)), &scoring, error) == ERR_OK && scoring.scored;
    enum err err = sort_rows(sales, app, error);
    if (err != ERR_OK && sales->sort != ORDER_DATE) { /* remembered from fewer sales, or stopped */
        app_notice(app, STYLE_WARNING, "%s", error->message);
        sales->sort = sales->chosen = ORDER_DATE;
        err = sort_rows(sales, app, error);
    }
    if (err != ERR_OK)
        return err;
    return_to_sale(sales, app);
    sales_follow(sales, app);
    return ERR_OK;
}

static void release(void *data) {
    struct sales *sales = data;
    forget_rows(sales);
    free(sales->scores);
    sales->scores = NULL;
}

/* ------------------------------------------------------------------- drawing */

/* Rows that the page takes of a body; at least three sales stay in view where there is room. */
static int page_height(const struct sales *sales, int body_height) {
    int room = body_height - 5;
    if (!sales->detailed || room < 2)
        return 0;
    return room < SALE_PAGE_ROWS ? room : SALE_PAGE_ROWS;
}

static void draw(const void *data, const struct app *app, struct pane body) {
    const struct sales *sales = data;
    if (sales->count == 0) {
        draw_text(body, 1, 1, STYLE_TEXT, "No sales match these filters. x drops the last one.");
        return;
    }
    int page = page_height(sales, body.height);
    sales_draw_rows(sales, app, pane_top(body, body.height - page));
    if (page > 0)
        sales_draw_page(sales, app, pane_below(body, body.height - page));
}

/* -------------------------------------------------------------------- acting */

/* Where that fails, the order stays what it was. */
static unsigned sort_anew(struct sales *sales, struct app *app, enum order_by by, bool descending) {
    struct error error;
    enum order_by before = sales->sort;
    bool descended = sales->descending;
    sales->sort = by;
    sales->descending = descending;
    if (sort_rows(sales, app, &error) != ERR_OK) {
        app_notice(app, error.code == ERR_CANCELLED ? STYLE_DIM : STYLE_WARNING, "%s",
                   error.code == ERR_CANCELLED ? "The sorting was stopped." : error.message);
        sales->sort = before;
        sales->descending = descended;
        return REACT_DRAW;
    }
    if ((by == ORDER_SCORE_RETURNING || by == ORDER_SCORE_FACEBOOK) && !sales->scored)
        app_notice(app, STYLE_WARNING, "No sale is scored yet: retail-pulse score");
    sales->table = (struct table){0};
    sales_follow(sales, app);
    return REACT_DRAW;
}

/* By the column that Left and Right chose; where that is sorted by already, by the next. */
static unsigned sort_by(struct sales *sales, struct app *app) {
    if (sales->chosen == sales->sort)
        sales->chosen = column_beside(sales->sort, 1);
    return sort_anew(sales, app, sales->chosen, sales->descending);
}

static unsigned filter_by_chosen(struct sales *sales, struct app *app, enum filter_operator op) {
    enum dimension dimension = sales_dimension(sales->chosen);
    char label[DIMENSION_LABEL_SIZE];
    const struct facts *facts;
    uint32_t row;
    if (!sales_at(sales, app, sales->table.cursor, &facts, &row))
        return REACT_NONE;
    sales_label(facts, dimension, row, label);
    return app_filter(app, dimension, op, label);
}

/* The sale in full; from there, its customer in the form. */
static unsigned open_sale(struct sales *sales, struct app *app) {
    const struct facts *facts;
    uint32_t row;
    if (!sales_at(sales, app, sales->table.cursor, &facts, &row))
        return REACT_NONE;
    if (sales->detailed) {
        struct customer customer;
        customer_of_sale(&customer, facts, row);
        return app_what_if(app, &customer);
    }
    sales->detailed = true;
    sales_follow(sales, app);
    return REACT_DRAW;
}

static unsigned close_sale(struct sales *sales) {
    if (!sales->detailed)
        return REACT_NONE;
    sales->detailed = false;
    return REACT_DRAW;
}

static unsigned act(void *data, struct app *app, enum action action) {
    struct sales *sales = data;
    int height = app_body_height(app);
    int shown = height - page_height(sales, height) - 2 - (sales->detailed ? 0 : SALES_HINT_ROWS);
    if (table_move(&sales->table, action, sales->count, shown)) {
        sales_follow(sales, app);
        return REACT_DRAW;
    }
    switch (action) {
    case ACTION_LEFT:
    case ACTION_RIGHT:
        sales->chosen = column_beside(sales->chosen, action == ACTION_RIGHT ? 1 : -1);
        return REACT_DRAW;
    case ACTION_OPEN:
        return open_sale(sales, app);
    case ACTION_BACK:
    case ACTION_QUIT:
        return close_sale(sales);
    case ACTION_SORT:
        return sort_by(sales, app);
    case ACTION_INVERT:
        return sort_anew(sales, app, sales->sort, !sales->descending);
    case ACTION_SEARCH:
        return sales_ask(sales, app);
    case ACTION_SEARCH_NEXT:
        return sales_find(sales, app, 1);
    case ACTION_SEARCH_PREVIOUS:
        return sales_find(sales, app, -1);
    case ACTION_KEEP:
        return filter_by_chosen(sales, app, FILTER_IS);
    case ACTION_EXCLUDE:
        return filter_by_chosen(sales, app, FILTER_IS_NOT);
    default:
        return REACT_NONE;
    }
}

static void remember(const void *data, struct buffer *choices) {
    const struct sales *sales = data;
    choices_add(choices, "sort", sales->started ? (int)sales->sort : (int)ORDER_DATE);
    choices_add(choices, "descending", sales->descending);
}

static void restore(void *data, const char *choices) {
    struct sales *sales = data;
    int present = sales->started ? (int)sales->sort : (int)ORDER_DATE;
    sales->sort = (enum order_by)choices_get(choices, "sort", present, ORDER_COUNT);
    sales->chosen = sales->sort;
    sales->descending = choices_get(choices, "descending", sales->descending, 2) != 0;
    sales->started = true;
}

static struct document *document_of(const void *data, const struct app *app, struct error *error) {
    const struct sales *state = data;
    struct reading reading = app_reading(app);
    struct sales_request request = {.sort = state->sort, .descending = state->descending};
    if (app_is_linear(app)) { /* a page of them from the cursor on, or the one that is open */
        if (state->detailed && state->count > 0)
            return sales_page_document(state, app);
        request.offset = (size_t)state->table.cursor;
        request.limit = (size_t)app_body_height(app);
    }
    struct document *document = NULL;
    if (report_sales(&reading, &request, &document, error) != ERR_OK)
        return NULL;
    return document;
}

static char *command_of(const void *data, const struct app *app) {
    const struct sales *state = data;
    (void)app;
    return xasprintf("sales --limit 0 --sort %s%s", order_name(state->sort),
                     state->descending ? ":desc" : "");
}

const struct screen_ops sales_screen = {
    .title = "Sales",
    .help =
        "The sales of the current slice, one a row; f filters them and e saves them to a file. "
        "Enter shows all that is known of the sale "
        "under the cursor; Enter again opens What-if with its customer, Backspace or q closes "
        "it. Left and Right choose a column; s sorts by it, and then by the next one; I turns "
        "the order round. Equal sales keep their order, unknown ones come last. / searches "
        "handsets and places by any part of a name, references, prices and dates by the whole "
        "(22,000; 2025-03-01 goes to that day or the next one with a sale; 2025-03); n and N go "
        "to the next match and the one before; any key stops a search that takes long. = keeps, "
        "and - excludes, what the sale under the cursor has in the chosen column: its month, age "
        "band or price band for date, age and price.",
    .state_size = sizeof(struct sales),
    .load = load,
    .is_due = sales_is_due,
    .complete = sales_complete,
    .draw = draw,
    .act = act,
    .release = release,
    .document = document_of,
    .command = command_of,
    .remember = remember,
    .restore = restore,
    .footer = {ACTION_FILTER, ACTION_EXPORT, ACTION_SEARCH, ACTION_SORT, ACTION_OPEN, ACTION_INVERT,
               ACTION_RIGHT, ACTION_KEEP},
    .words = {[1] = "save", [4] = "sale", [6] = "column"},
};
