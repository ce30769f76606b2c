/* One sale in full: every field, what the models made of it, and the file that brought it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "base/number.h"
#include "engine/intake/history.h"
#include "report/pairs.h"
#include "tui/sale_scores.h"
#include "tui/screens/sales_parts.h"

/* "2026-01-15T12:00:00Z" → "2026-01-15 12:00 UTC" */
static void moment(const char stamp[CLOCK_STAMP_SIZE], char *text, size_t size) {
    if (strlen(stamp) == CLOCK_STAMP_SIZE - 1)
        snprintf(text, size, "%.10s %.5s UTC", stamp, stamp + 11);
    else
        snprintf(text, size, "%s", stamp);
}

void sales_read_page(struct sales *sales, struct app *app, const struct facts *facts,
                     uint32_t row) {
    struct sale_page *page = &sales->page;
    struct db *db = shop_db(app_shop(app));
    for (int i = 0; i < DIMENSION_COUNT; i++)
        sales_label(facts, (enum dimension)i, row, page->labels[i]);
    sale_scores_say(app, sales->id, page->scores, sizeof page->scores);
    struct sale_history history;
    struct error error;
    if (history_of_sale(db, sales->id, &history, &error) == ERR_OK) {
        char when[32];
        moment(history.finished_at, when, sizeof when);
        snprintf(page->import, sizeof page->import, "%s, %s", history.file, when);
    } else {
        snprintf(page->import, sizeof page->import, "%.255s", error.message);
    }
    snprintf(page->reference, sizeof page->reference, "%s",
             history.reference[0] != '\0' ? history.reference : "–");
}

static void draw_pair(struct pane pane, int row, const char *name, const char *value) {
    draw_field(pane, row, 1, 14, STYLE_DIM, name);
    draw_field(pane, row, 16, pane.width - 16, STYLE_TEXT, value);
}

enum { PAIRS = 8 };

/* What both forms of the page say: names and values, the left column's and the right one's. */
struct page_texts {
    char id[NUMBER_TEXT_SIZE];
    char date[DIMENSION_LABEL_SIZE + DATE_SHORT_SIZE], age[DIMENSION_LABEL_SIZE + 16];
    char money[DIMENSION_LABEL_SIZE + MONEY_TEXT_SIZE + 16];
    struct pair left[PAIRS], right[PAIRS];
};

static void fill_texts(struct page_texts *texts, const struct sales *sales, const struct app *app) {
    const struct sale_page *page = &sales->page;
    const struct facts *facts;
    uint32_t row;
    if (!sales_at(sales, app, sales->table.cursor, &facts, &row)) {
        *texts = (struct page_texts){.left = {{"Sale", "…"}}};
        return;
    }
    char day[DATE_SHORT_SIZE], price[MONEY_TEXT_SIZE];
    number_grouped(facts->id[row], texts->id, sizeof texts->id);
    date_short(facts->day[row], day);
    money_plain(facts->price_minor[row], price);
    snprintf(texts->date, sizeof texts->date, "%s %s", page->labels[DIMENSION_WEEKDAY], day);
    snprintf(texts->age, sizeof texts->age, "%d (band %s)", facts->age[row],
             page->labels[DIMENSION_AGE_BAND]);
    snprintf(texts->money, sizeof texts->money, "%s (band %s)", price,
             page->labels[DIMENSION_PRICE_BAND]);
    const struct pair left[PAIRS] = {{"Sale", texts->id},
                                     {"Date", texts->date},
                                     {"Handset", page->labels[DIMENSION_HANDSET]},
                                     {"Brand", page->labels[DIMENSION_BRAND]},
                                     {"Location", page->labels[DIMENSION_LOCATION]},
                                     {"Local", page->labels[DIMENSION_LOCAL]},
                                     {"Age", facts->age[row] == 0 ? "unknown" : texts->age},
                                     {"Gender", page->labels[DIMENSION_GENDER]}};
    const struct pair right[PAIRS] = {{"Reference", page->reference},
                                      {"Price", texts->money},
                                      {"From Facebook", page->labels[DIMENSION_FACEBOOK]},
                                      {"Follows page", page->labels[DIMENSION_FOLLOWS]},
                                      {"Returning", page->labels[DIMENSION_RETURNING]},
                                      {"Heard of shop", page->labels[DIMENSION_HEARD]},
                                      {"Engagement", page->labels[DIMENSION_ENGAGEMENT]},
                                      {"Segment", page->labels[DIMENSION_SEGMENT]}};
    memcpy(texts->left, left, sizeof left);
    memcpy(texts->right, right, sizeof right);
}

void sales_draw_page(const struct sales *sales, const struct app *app, struct pane pane) {
    struct page_texts texts;
    fill_texts(&texts, sales, app);
    draw_repeat(pane, 0, 0, pane.width, STYLE_RULE, GLYPH_RULE);
    int half = pane.width > 120 ? 60 : pane.width / 2;
    for (int i = 0; i < PAIRS; i++) {
        draw_pair(pane_left(pane, half), i + 1, texts.left[i].name, texts.left[i].value);
        draw_pair(pane_after(pane, half), i + 1, texts.right[i].name, texts.right[i].value);
    }
    draw_pair(pane, SALE_PAGE_ROWS - 2, "Scores", sales->page.scores);
    draw_pair(pane, SALE_PAGE_ROWS - 1, "Imported", sales->page.import);
}

struct document *sales_page_document(const struct sales *sales, const struct app *app) {
    struct page_texts texts;
    struct pair pairs[2 * PAIRS + 2];
    struct reading reading = app_reading(app);
    fill_texts(&texts, sales, app);
    memcpy(pairs, texts.left, sizeof texts.left);
    memcpy(pairs + PAIRS, texts.right, sizeof texts.right);
    pairs[2 * PAIRS] = (struct pair){"Scores", sales->page.scores};
    pairs[2 * PAIRS + 1] = (struct pair){"Imported", sales->page.import};
    return report_pairs(&reading, "One sale", pairs, 2 * PAIRS + 2);
}
