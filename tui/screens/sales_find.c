/* Searching the sales: forwards, backwards and round, stopped by any key where it takes long. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "tui/screens/sales_parts.h"
#include "tui/terminal.h"

enum { PATIENCE_MS = 200 }; /* keys typed ahead do not stop a quick search */

bool sales_must_read(const struct sales *sales, long position) {
    return sales->pages != NULL && !pages_is_ready(sales->pages, position);
}

static void tell(struct sales *sales) {
    if (sales->told != NULL)
        app_tell(sales->told, "%s all sales …  Any key stops it.", sales->doing);
    sales->told = NULL;
}

void sales_begin(struct sales *sales, const struct app *app, const char *doing, bool now) {
    sales->began_ms = clock_elapsed_ms();
    sales->doing = doing;
    sales->told = app;
    if (now)
        tell(sales);
}

bool sales_go_on(void *data) {
    struct sales *sales = data;
    if (sales->ahead)
        return !terminal_key_waits();
    if (clock_elapsed_ms() - sales->began_ms < PATIENCE_MS)
        return true;
    tell(sales);
    return !terminal_key_waits();
}

void sales_forget_finder(struct sales *sales) {
    if (sales->pages != NULL)
        pages_search(sales->pages, NULL, NULL);
    if (sales->searching)
        finder_close(&sales->finder);
    sales->searching = false;
}

/* References can only be found by looking at each: among more sales than can be held, that is done
 * where nothing else is found (`referenced`). */
static enum err open_finder(struct sales *sales, struct app *app, bool referenced,
                            struct error *error) {
    if (sales->searching)
        return ERR_OK;
    enum err err =
        finder_open(&sales->finder, app_facts(app), referenced ? shop_db(app_shop(app)) : NULL,
                    sales->search, sales_go_on, sales, error);
    if (err != ERR_OK)
        finder_close(&sales->finder);
    sales->searching = err == ERR_OK;
    sales->marked = false;
    return err;
}

static unsigned go_to(struct sales *sales, struct app *app, long position) {
    sales->table.cursor = position;
    sales_follow(sales, app);
    return REACT_DRAW;
}

/* The first position of the finder's days or, where these have no sale, of the next in the order of
 * dates that has one; the count where there is none. */
static long place_of_days(struct sales *sales, const struct app *app) {
    const struct finder *finder = &sales->finder;
    day_number first = sales->descending ? finder->last_day : finder->first_day;
    if (sales->pages != NULL) {
        int64_t position;
        return pages_seek_day(sales->pages, first, &position, NULL) == ERR_OK ? (long)position
                                                                              : sales->count;
    }
    for (long i = 0; i < sales->count; i++) {
        day_number day = app_facts(app)->day[sales->rows[i]];
        if (sales->descending ? day <= first : day >= first)
            return i;
    }
    return sales->count;
}

/* Sorted by date, a day without a sale is answered by the next day in the order that has one. */
static bool go_to_days(struct sales *sales, struct app *app) {
    const struct finder *finder = &sales->finder;
    const struct facts *facts;
    uint32_t row;
    if (!finder->has_days || sales->sort != ORDER_DATE)
        return false;
    long place = place_of_days(sales, app);
    if (place == sales->count)
        return false;
    go_to(sales, app, place);
    if (!sales_at(sales, app, place, &facts, &row))
        return true;
    day_number day = facts->day[row];
    if (day < finder->first_day || day > finder->last_day) {
        char found[DATE_SHORT_SIZE];
        date_short(day, found);
        app_notice(app, STYLE_DIM, "No sale of this slice on \"%s\"; the next is of %s.",
                   sales->search, found);
    }
    return true;
}

static enum err find_next(struct sales *sales, struct app *app, long from, int direction,
                          long *found, struct error *error) {
    if (sales->pages != NULL) {
        int64_t position = -1;
        if (!sales->marked) /* not before: a jump to a date has no need of it */
            pages_search(sales->pages, &sales->finder, app_selection(app));
        sales->marked = true;
        enum err err = pages_find(sales->pages, from, direction, &position, error);
        if (err == ERR_OK && position < 0 && sales->finder.facts != NULL && !sales->referenced) {
            sales_forget_finder(sales);
            sales->referenced = true;
            err = open_finder(sales, app, true, error);
            if (err == ERR_OK && sales->finder.referenced_count > 0) {
                pages_search(sales->pages, &sales->finder, app_selection(app));
                sales->marked = true;
                err = pages_find(sales->pages, from, direction, &position, error);
            }
        }
        *found = (long)position;
        return err;
    }
    bool stopped;
    *found = finder_next(&sales->finder, sales->rows, sales->count, from, direction, sales_go_on,
                         sales, &stopped);
    return stopped ? ERR_CANCELLED : ERR_OK;
}

/* A position, or −1 for a search that begins outside the rows. */
static unsigned find_from(struct sales *sales, struct app *app, long from, int direction) {
    struct error error;
    long found = -1;
    sales_begin(sales, app, "Searching", sales->pages != NULL && app_defers(app));
    enum err err = open_finder(sales, app, sales->pages == NULL || sales->referenced, &error);
    if (err == ERR_OK && from < 0 && sales->pages != NULL && go_to_days(sales, app))
        return REACT_DRAW;
    if (err == ERR_OK)
        err = find_next(sales, app, from, direction, &found, &error);
    if (err == ERR_CANCELLED)
        app_notice(app, STYLE_DIM, "The search was stopped; n goes on.");
    else if (err != ERR_OK)
        app_notice(app, STYLE_WARNING, "%s", error.message);
    if (err != ERR_OK)
        return REACT_DRAW;
    if (found < 0) {
        if (!go_to_days(sales, app))
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
    sales->referenced = false;
    snprintf(sales->search, sizeof sales->search, "%s", text);
    bool dated = text[strspn(text, "0123456789-/")] == '\0' && strpbrk(text, "-/") != NULL;
    return find_from(sales, app, dated ? -1 : sales->table.cursor, 1);
}

unsigned sales_ask(struct sales *sales, struct app *app) {
    return app_prompt(app, "Search handset, place, reference, price or date:", "", accept, sales);
}
