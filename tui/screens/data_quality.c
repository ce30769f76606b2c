/* Data's page of quality: each column of the slice's sales, and what cannot all be true. */
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/number.h"
#include "engine/analysis/statistics.h"
#include "tui/screens/data_parts.h"
#include "tui/widgets/chart.h"

enum { COLUMN_FIELD, COLUMN_UNKNOWN, COLUMN_SHARE, COLUMN_VALUES, COLUMN_RANGE, COLUMN_BEYOND };

static bool waits(const struct quality *quality, enum quality_field field) {
    return quality->pending &&
           (field == QUALITY_DATE || field == QUALITY_PRICE || field == QUALITY_AGE);
}

static void cell(const void *data, long row, int column, struct pane pane, char *text, size_t size,
                 enum style *style) {
    const struct quality *quality = &((const struct data_state *)data)->quality;
    const struct quality_column *of = &quality->columns[row];
    (void)pane;
    switch (column) {
    case COLUMN_FIELD:
        snprintf(text, size, "%s", of->title);
        break;
    case COLUMN_UNKNOWN:
        number_grouped(of->unknown, text, size);
        *style = of->unknown > 0 ? STYLE_WARNING : STYLE_TEXT;
        break;
    case COLUMN_SHARE:
        chart_share_text(share_wilson(of->unknown, quality->sales), text, size);
        break;
    case COLUMN_VALUES:
        if (waits(quality, (enum quality_field)row)) {
            snprintf(text, size, "…");
        } else {
            number_grouped(of->values, text, size);
            if (of->at_least)
                snprintf(text + strlen(text), size - strlen(text), "+");
        }
        break;
    case COLUMN_RANGE:
        snprintf(text, size, "%s", of->range[0] != '\0' ? of->range : "nothing is known");
        *style = of->range[0] != '\0' ? STYLE_TEXT : STYLE_WARNING;
        break;
    case COLUMN_BEYOND:
        if (of->beyond >= 0)
            number_grouped(of->beyond, text, size);
        break;
    default:
        break;
    }
}

static int draw_finding(const struct quality *quality, struct pane pane, int row, int64_t count,
                        const char *what) {
    char number[NUMBER_TEXT_SIZE], share[64], text[320];
    if (count <= 0) /* −1: not counted */
        return row;
    number_grouped(count, number, sizeof number);
    chart_share_text(share_wilson(count, quality->sales), share, sizeof share);
    snprintf(text, sizeof text, "%s, %s: %s", number, share, what);
    return draw_paragraph(pane, row, 1, STYLE_WARNING, text);
}

/* In plain words and with the amounts before the term. */
static int draw_beyond(const struct quality *quality, struct pane pane, int row,
                       enum quality_field field) {
    const struct quality_column *of = &quality->columns[field];
    bool price = field == QUALITY_PRICE;
    enum numeric numeric = price ? NUMERIC_PRICE : NUMERIC_AGE;
    char low[NUMERIC_TEXT_SIZE], high[NUMERIC_TEXT_SIZE], above[80] = "", below[80] = "", text[256];
    numeric_text(numeric, of->fence_low, low);
    numeric_text(numeric, of->fence_high, high);
    const char *sign = price ? money_sign() : "";
    if (of->beyond > of->below)
        snprintf(above, sizeof above, "%s above %s%s", price ? "priced" : "aged", sign, high);
    if (of->below > 0)
        snprintf(below, sizeof below, "%s below %s%s", price ? "priced" : "aged", sign, low);
    snprintf(text, sizeof text, "%s%s%s: %s (beyond Tukey's fences)", above,
             above[0] != '\0' && below[0] != '\0' ? " or " : "", below,
             price ? "dear, or a digit wrong" : "rare, or mistyped");
    return draw_finding(quality, pane, row, of->beyond, text);
}

static void draw_findings(const struct data_state *state, struct pane pane) {
    const struct quality *quality = &state->quality;
    char sales[NUMBER_TEXT_SIZE];
    int row = 0;
    if (quality->pending) {
        number_grouped(quality->sales, sales, sizeof sales);
        draw_format(pane, row++, 1, STYLE_DIM, "Counting dates, prices and repeats of %s sales …",
                    sales);
    }
    if (state->left_out != NULL) {
        char words[320];
        snprintf(words, sizeof words,
                 "Dates, prices and repeats are without %.200s, of which only sums are here.",
                 state->left_out);
        row = draw_paragraph(pane, row, 1, STYLE_DIM, words);
    }
    if (state->problem.code != ERR_OK)
        row = draw_paragraph(pane, row, 1, STYLE_WARNING, state->problem.message);
    row = draw_finding(quality, pane, row, quality->future,
                       "dated after today: the clock or a date is wrong");
    row = draw_finding(quality, pane, row, quality->returning_unheard,
                       "returning, yet never heard of it: one is wrong");
    row = draw_finding(quality, pane, row, quality->follows_unheard,
                       "follow the page, yet never heard of it: one is wrong");
    row = draw_finding(quality, pane, row, quality->repeated,
                       "alike in all but number: entered twice, or chance");
    char words[256];
    quality_same_price_words(quality, words, sizeof words);
    row = draw_finding(quality, pane, row, quality->same_price, words);
    quality_handset_words(quality, words, sizeof words);
    row = draw_paragraph(pane, row, 1, STYLE_WARNING, words);
    row = draw_beyond(quality, pane, row, QUALITY_PRICE);
    row = draw_beyond(quality, pane, row, QUALITY_AGE);
    if (row == 0)
        draw_text(pane, 0, 1, STYLE_DIM, "Nothing contradicts itself, repeats or stands out.");
}

void data_draw_quality(const struct data_state *state, struct pane pane, bool focused) {
    static const struct table_column columns[] = {
        [COLUMN_FIELD] = {"Field", 13, false, 0},
        [COLUMN_UNKNOWN] = {"Unknown", 8, true, 0},
        [COLUMN_SHARE] = {"Share unknown", 18, true, 2},
        [COLUMN_VALUES] = {"Values", 6, true, 1},
        [COLUMN_RANGE] = {"From – to, or commonest", 0, false, 1},
        [COLUMN_BEYOND] = {"Beyond", 6, true, 3}};
    const struct quality *quality = &state->quality;
    char sales[NUMBER_TEXT_SIZE];
    number_grouped(state->counting ? state->to_count : quality->sales, sales, sizeof sales);
    draw_format(pane, 0, 1, STYLE_TITLE, "Quality of the slice's sales: %s", sales);
    if (state->counting) {
        draw_text(pane, 1, 1, STYLE_DIM, "Counting …");
        return;
    }
    if (quality->sales == 0) {
        draw_paragraph(pane, 1, 1, STYLE_TEXT,
                       state->sales == 0 ? "There are no sales yet. i imports a file."
                                         : "No sales match these filters. x drops the last one.");
        return;
    }
    int rows = QUALITY_FIELDS + 1;
    bool findings = pane.height > rows + 2;
    table_draw(&state->tables[DATA_QUALITY],
               findings ? pane_top(pane_below(pane, 1), rows) : pane_below(pane, 1), columns,
               sizeof columns / sizeof *columns, QUALITY_FIELDS, focused, cell, state);
    if (findings)
        draw_findings(state, pane_below(pane, rows + 2));
}
