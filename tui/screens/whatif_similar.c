/* Past sales to customers like this one: how many, how they answered, and the latest of them. */
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/number.h"
#include "tui/screens/whatif_parts.h"
#include "tui/widgets/chart.h"
#include "tui/widgets/table.h"

static const struct table_column columns[] = {
    {"Date", 11, false, 0},     {"Handset", 0, false, 0},  {"Price", 9, true, 0},
    {"Before", 7, false, 1},    {"Facebook", 8, false, 1}, {"Age", 4, true, 2},
    {"Location", 18, false, 3},
};

static const char *say_answer(int answer) {
    return answer == UNKNOWN ? "–" : (answer ? "yes" : "no");
}

static void write_cell(const void *context, long row, int column, struct pane cell, char *text,
                       size_t size, enum style *style) {
    const struct whatif *state = context;
    const struct facts *facts = &state->similar;
    size_t last = facts->count - 1; /* the latest first */
    size_t sale = last - state->similar_top - (size_t)row;
    char money[MONEY_TEXT_SIZE], date[DATE_SHORT_SIZE];
    (void)cell;
    (void)style;
    switch (column) {
    case 0:
        date_short(facts->day[sale], date);
        snprintf(text, size, "%s", date);
        break;
    case 1:
        snprintf(text, size, "%s", facts_handset(facts, sale));
        break;
    case 2:
        money_grouped(facts->price_minor[sale], money);
        snprintf(text, size, "%s", money);
        break;
    case 3:
        snprintf(text, size, "%s", say_answer(facts_answer(facts, sale, ANSWER_RETURNING)));
        break;
    case 4:
        snprintf(text, size, "%s", say_answer(facts_answer(facts, sale, ANSWER_FACEBOOK)));
        break;
    case 5:
        if (facts->age[sale] > 0)
            snprintf(text, size, "%d", facts->age[sale]);
        else
            snprintf(text, size, "–");
        break;
    default:
        snprintf(text, size, "%s", facts_location(facts, sale));
    }
}

void whatif_draw_similar(const struct whatif *state, struct pane pane) {
    const struct prediction *prediction = &state->prediction;
    char text[256], sales[NUMBER_TEXT_SIZE], share[64];
    number_grouped(prediction->similar.sales, sales, sizeof sales);
    snprintf(text, sizeof text, "%s similar sale%s: %s.", sales,
             prediction->similar.sales == 1 ? "" : "s", prediction->similar.rule);
    int row = draw_paragraph(pane, 0, 0, STYLE_HEADING, text);
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        if (prediction->similar.known[i] == 0)
            continue;
        chart_share_text(share_wilson(prediction->similar.yes[i], prediction->similar.known[i]),
                         share, sizeof share);
        int at =
            draw_format(pane, row, 0, STYLE_TEXT, "%s %s", outcome_title((enum outcome)i), share);
        draw_format(pane, row++, at + 1, STYLE_DIM, "of all %.1f%%", 100 * state->past[i].estimate);
    }
    if (state->similar_due) {
        draw_paragraph(pane, row + 1, 0, STYLE_DIM, "Looking for the latest of them …");
        return;
    }
    if (state->similar.count == 0) {
        draw_paragraph(pane, row + 1, 0, STYLE_TEXT,
                       "No past sale was like this one. Change the place, the age, the gender or "
                       "the price.");
        return;
    }
    row = draw_paragraph(pane, row, 0, STYLE_DIM,
                         "The latest first. Enter shows all of them in Sales; PgUp and PgDn turn.");
    struct table table = {0};
    table_draw(&table, pane_below(pane, row), columns, sizeof columns / sizeof *columns,
               (long)(state->similar.count - state->similar_top), false, write_cell, state);
}
