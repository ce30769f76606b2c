/* Searching the sales: forwards, backwards and round, stopped by any key where it takes long. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "tui/screens/sales_parts.h"
#include "tui/terminal.h"

enum { PATIENCE_MS = 200 }; /* keys typed ahead do not stop a quick search */

static bool go_on(void *began_ms) {
    return clock_elapsed_ms() - *(int64_t *)began_ms < PATIENCE_MS || !terminal_key_waits();
}

void sales_forget_finder(struct sales *sales) {
    if (sales->searching)
        finder_close(&sales->finder);
    sales->searching = false;
}

static enum err open_finder(struct sales *sales, struct app *app, int64_t *began_ms,
                            struct error *error) {
    if (sales->searching)
        return ERR_OK;
    enum err err = finder_open(&sales->finder, app_facts(app), shop_db(app_shop(app)),
                               sales->search, go_on, began_ms, error);
    if (err != ERR_OK)
        finder_close(&sales->finder);
    sales->searching = err == ERR_OK;
    return err;
}

static unsigned go_to(struct sales *sales, struct app *app, long position) {
    sales->table.cursor = position;
    sales_follow(sales, app);
    return REACT_DRAW;
}

/* Sorted by date, a day without a sale is answered by the next day in the order that has one. */
static bool go_near_day(struct sales *sales, struct app *app) {
    const struct facts *facts = app_facts(app);
    const struct finder *finder = &sales->finder;
    if (!finder->has_days || sales->sort != ORDER_DATE)
        return false;
    for (long i = 0; i < sales->count; i++) {
        day_number day = facts->day[sales->rows[i]];
        if (sales->descending ? day > finder->last_day : day < finder->first_day)
            continue;
        char found[DATE_SHORT_SIZE];
        date_short(day, found);
        app_notice(app, STYLE_DIM, "No sale of this slice on \"%s\"; the next is of %s.",
                   sales->search, found);
        go_to(sales, app, i);
        return true;
    }
    return false;
}

/* A position, or −1 for a search that begins outside the rows. */
static unsigned find_from(struct sales *sales, struct app *app, long from, int direction) {
    int64_t began_ms = clock_elapsed_ms();
    struct error error;
    bool stopped = false;
    if (open_finder(sales, app, &began_ms, &error) != ERR_OK) {
        app_notice(app, STYLE_WARNING, "%s", error.message);
        return REACT_DRAW;
    }
    long found = finder_next(&sales->finder, sales->rows, sales->count, from, direction, go_on,
                             &began_ms, &stopped);
    if (stopped) {
        app_notice(app, STYLE_DIM, "The search was stopped; n goes on.");
        return REACT_DRAW;
    }
    if (found < 0) {
        if (!go_near_day(sales, app))
            app_notice(app, STYLE_WARNING,
                       "No handset, place, reference, price or date of this slice is \"%s\".",
                       sales->search);
        return REACT_DRAW;
    }
    if (found == from)
        app_notice(app, STYLE_DIM, "This is the only match for \"%s\".", sales->search);
    else if (from >= 0 && (direction > 0) != (found > from))
        app_notice(app, STYLE_DIM, "The search went round, on from the %s.",
                   direction > 0 ? "top" : "bottom");
    return go_to(sales, app, found);
}

unsigned sales_find(struct sales *sales, struct app *app, int direction) {
    if (sales->count == 0)
        return REACT_NONE;
    if (sales->search[0] == '\0') {
        app_notice(app, STYLE_WARNING, "Nothing was searched for yet: / begins a search.");
        return REACT_DRAW;
    }
    return find_from(sales, app, sales->table.cursor, direction);
}

/* Nothing typed: the next match of before. A date is gone to; of all else the next match is shown.
 */
static unsigned accept(void *data, struct app *app, const char *text) {
    struct sales *sales = data;
    if (text[0] == '\0')
        return sales_find(sales, app, 1);
    if (sales->count == 0)
        return REACT_DRAW;
    sales_forget_finder(sales);
    snprintf(sales->search, sizeof sales->search, "%s", text);
    bool dated = text[strspn(text, "0123456789-/")] == '\0' && strpbrk(text, "-/") != NULL;
    return find_from(sales, app, dated ? -1 : sales->table.cursor, 1);
}

unsigned sales_ask(struct sales *sales, struct app *app) {
    return app_prompt(app, "Search handset, place, reference, price or date:", "", accept, sales);
}
