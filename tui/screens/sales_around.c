/* What is at hand around the cursor: of sales that are held, their scores; of more, the sales
 * themselves. A key reads the rows that are seen; more of them, and the order beyond, is read ahead
 * while no key waits. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/learn/scoring.h"
#include "tui/screens/sales_parts.h"

bool sales_at(const struct sales *sales, const struct app *app, long position,
              const struct facts **facts, uint32_t *row) {
    bool around = position >= sales->around_from && position < sales->around_to;
    if (sales->pages != NULL) {
        *facts = &sales->window;
        *row = (uint32_t)(position - sales->around_from);
        return around;
    }
    *facts = app_facts(app);
    *row = position < sales->count ? sales->rows[position] : 0;
    return position < sales->count;
}

static void read_scores_around(struct sales *sales, struct app *app) {
    struct db *db = shop_db(app_shop(app));
    if (sales->scores == NULL)
        sales->scores = xcalloc(2 * AROUND, sizeof *sales->scores);
    for (long at = sales->around_from; at < sales->around_to; at++) {
        struct sale_score score;
        const struct facts *facts;
        uint32_t row;
        bool found;
        float *pair = sales->scores[at - sales->around_from];
        pair[0] = pair[1] = NAN;
        if (sales_at(sales, app, at, &facts, &row) &&
            scoring_sale(db, facts->id[row], &score, &found, NULL) == ERR_OK && found) {
            pair[0] = (float)sale_score_probability(&score, OUTCOME_RETURNING);
            pair[1] = (float)sale_score_probability(&score, OUTCOME_FACEBOOK);
        }
    }
}

/* The sales of positions `from` … `to` − 1, with their segments. Where another program has just
 * changed them there are none, until the next tick has read everything anew. */
static void read_pages(struct sales *sales, struct app *app, long from, long to) {
    const char *problem;
    struct error error;
    bool told = app_defers(app) && (sales_must_read(sales, from) || sales_must_read(sales, to - 1));
    sales_begin(sales, app, "Sorting", told);
    enum err err = pages_read(sales->pages, from, (size_t)(to - from), &sales->window, &error);
    if (err != ERR_OK) {
        sales->around_to = sales->around_from;
        if (err != ERR_CANCELLED)
            app_notice(app, STYLE_WARNING, "%s", error.message);
        return;
    }
    sales->around_to = from + (long)sales->window.count;
    const struct segmentation *segmentation = shop_segmentation(app_shop(app), &problem);
    if (segmentation != NULL && sales->window.count > 0)
        segmentation_assign(segmentation, &sales->window);
}

static void read_rows(struct sales *sales, struct app *app, long reach) {
    long from = sales->table.cursor - reach, to = sales->table.cursor + reach;
    sales->around_from = from < 0 ? 0 : from;
    sales->around_to = to > sales->count ? sales->count : to;
    if (sales->pages != NULL)
        read_pages(sales, app, sales->around_from, sales->around_to);
    if (sales->scored)
        read_scores_around(sales, app);
}

/* Whether so many rows on either side of the cursor are there. */
static bool has_around(const struct sales *sales, long reach) {
    long low = sales->table.cursor - reach, high = sales->table.cursor + reach;
    low = low < 0 ? 0 : low;
    high = high > sales->count ? sales->count : high;
    return (!sales->scored && sales->pages == NULL) ||
           (low >= sales->around_from && high <= sales->around_to);
}

/* What is seen, wherever the cursor stands in it. */
static long seen(const struct app *app) {
    long height = app_body_height(app);
    return height < AROUND ? height : AROUND;
}

static void read_around(struct sales *sales, struct app *app) {
    bool later = app_defers(app) && sales->pages != NULL;
    sales->ready_at = later ? -1 : sales->table.cursor;
    if (!has_around(sales, later ? seen(app) : AROUND / 2))
        read_rows(sales, app, later ? seen(app) : AROUND);
}

bool sales_is_due(const void *data) {
    const struct sales *sales = data;
    return sales->pages != NULL && sales->count > 0 && sales->ready_at != sales->table.cursor;
}

/* The order of what is at hand and beyond, in both directions. */
static enum err look_ahead(struct sales *sales) {
    long cursor = sales->table.cursor, last = sales->count - 1;
    enum err err = ERR_OK;
    for (long step = AROUND; step <= AHEAD && err == ERR_OK; step += AROUND) {
        long up = cursor > step ? cursor - step : 0,
             down = last - cursor > step ? cursor + step : last;
        err = pages_make_ready(sales->pages, down, NULL);
        if (err == ERR_OK)
            err = pages_make_ready(sales->pages, up, NULL);
    }
    return err;
}

/* Rows go only to come again: their order is known before. */
bool sales_complete(void *data, struct app *app) {
    struct sales *sales = data;
    sales->ahead = true;
    enum err err = look_ahead(sales);
    sales->ahead = false;
    if (err == ERR_CANCELLED)
        return false;
    bool whole = has_around(sales, AROUND / 2);
    if (!whole)
        read_rows(sales, app, AROUND);
    sales->ready_at = sales->table.cursor;
    return !whole;
}

void sales_follow(struct sales *sales, struct app *app) {
    const struct facts *facts;
    uint32_t row;
    if (sales->count == 0)
        return;
    read_around(sales, app);
    if (!sales_at(sales, app, sales->table.cursor, &facts, &row))
        return;
    sales->id = facts->id[row];
    if (sales->detailed)
        sales_read_page(sales, app, facts, row);
}
