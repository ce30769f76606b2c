/* Marketing, more pages: adjusted odds, reach, price and power. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "tui/screens/marketing_parts.h"
#include "tui/widgets/chart.h"

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof *(array)))

static void verdict_cell(bool tells, enum verdict verdict, char *text, size_t size,
                         enum style *style) {
    snprintf(text, size, "%s", tells ? verdict_name(verdict) : "no data");
    *style = marketing_verdict_style(tells ? verdict : VERDICT_UNCLEAR);
}

/* ------------------------------------------------------------------- adjusted */

static const double odds_reach = 1.25; /* the axis goes from 4/5 to 5/4 at least */

struct odds {
    const struct impact *impact;
    double reach; /* of the logarithm, to either side */
};

static struct interval logarithm(struct interval ratio) {
    return (struct interval){log(ratio.estimate), log(ratio.low), log(ratio.high)};
}

static void paint_adjusted(const void *context, long row, int column, struct pane cell, char *text,
                           size_t size, enum style *style) {
    const struct odds *odds = context;
    const struct impact_adjusted *at = &odds->impact->adjusted[row];
    bool tells = !isnan(at->odds_ratio.estimate);
    switch (column) {
    case 0:
        snprintf(text, size, "%s", dimension_title(at->factor));
        break;
    case 1:
        if (tells)
            chart_interval(cell, 0, 0, cell.width, -odds->reach, odds->reach,
                           logarithm(at->odds_ratio), 0, *style);
        break;
    case 2:
        if (tells)
            snprintf(text, size, "%.2f [%.2f–%.2f]", at->odds_ratio.estimate, at->odds_ratio.low,
                     at->odds_ratio.high);
        else
            snprintf(text, size, "–");
        break;
    case 3:
        marketing_p_text(at->tests.p, text, size);
        break;
    case 4:
        marketing_p_text(at->tests.breslow_day_p, text, size);
        if (!at->homogeneous)
            *style = STYLE_WARNING;
        break;
    case 5:
        snprintf(text, size, "%d/%d", at->strata, at->strata_total);
        break;
    default:
        verdict_cell(tells, at->verdict, text, size, style);
    }
}

void marketing_draw_adjusted(const struct marketing *state, struct pane pane, bool focused) {
    const struct impact *impact = marketing_impact(state);
    struct odds odds = {impact, log(odds_reach)};
    for (int i = 0; i < impact->adjusted_count; i++) {
        struct interval at = logarithm(impact->adjusted[i].odds_ratio);
        if (isfinite(at.low) && isfinite(at.high))
            odds.reach = fmax(odds.reach, fmax(-at.low, at.high));
    }
    int chart = pane.width - 70;
    chart = chart > 61 ? 61 : chart < 0 ? 0 : chart;
    chart -= chart % 2 == 0;
    char axis[96] = "";
    if (chart >= 15)
        snprintf(axis, sizeof axis, "%-*.2g1%*.2g", (chart - 1) / 2, exp(-odds.reach),
                 chart - (chart - 1) / 2 - 1, exp(odds.reach));
    const struct table_column columns[] = {
        {.title = "Odds, yes to no"},
        {.title = axis, .width = chart >= 7 ? chart : 0, .priority = chart >= 7 ? 3 : 9},
        {.title = "odds ratio", .width = 18, .right = true},
        {.title = "p", .width = 6, .right = true},
        {.title = "p same", .width = 6, .right = true, .priority = 1},
        {.title = "strata", .width = 9, .right = true, .priority = 2},
        {.title = "verdict", .width = 8},
    };
    struct table_column shown[COUNT_OF(columns)];
    int rows = impact->adjusted_count;
    memcpy(shown, columns, sizeof shown);
    if (chart < 7)
        shown[1].width = 1;
    table_draw(&state->tables[PAGE_ADJUSTED], pane_top(pane, rows + 1), shown, COUNT_OF(shown),
               rows, focused, paint_adjusted, &odds);
    if (pane.height < rows + 3 || rows == 0)
        return;
    char names[128] = "nothing";
    for (int i = 0, length = 0; i < state->chosen.strata_count; i++)
        length += snprintf(names + length, sizeof names - (size_t)length, "%s%s", i > 0 ? ", " : "",
                           dimension_name(state->chosen.strata[i]));
    char words[400];
    snprintf(words, sizeof words,
             "Alike in: %s, less what says the factor itself (a changes it). \"p same\" tests "
             "whether one ratio tells it for all strata (Breslow-Day); strata: those that tell, of "
             "all.",
             names);
    draw_paragraph(pane_below(pane, rows + 1), 0, 1, STYLE_DIM, words);
}

/* ---------------------------------------------------------------------- reach */

static void paint_reach(const void *context, long row, int column, struct pane cell, char *text,
                        size_t size, enum style *style) {
    const struct reach *reach = context;
    const struct reach_row *at = &reach->rows[row];
    double largest = 0;
    switch (column) {
    case 0:
        reach_label(at->channels, text, size);
        break;
    case 1:
        number_grouped(at->sales, text, size);
        break;
    case 5:
        for (int i = 0; i < REACH_COMBINATIONS; i++)
            largest = fmax(largest, (double)reach->rows[i].sales);
        chart_bar(cell, 0, 0, cell.width, (double)at->sales / fmax(largest, 1),
                  *style == STYLE_CURSOR ? STYLE_CURSOR : STYLE_BAR);
        break;
    case 2:
        chart_share_text(at->share, text, size);
        break;
    case 3:
        chart_share_text(at->returning, text, size);
        break;
    default:
        if (isnan(at->mean_price_minor))
            snprintf(text, size, "–");
        else
            money_grouped((int64_t)llround(at->mean_price_minor), text);
    }
}

void marketing_draw_reach(const struct marketing *state, struct pane pane, bool focused) {
    if (marketing_impact(state)->pending) /* its sentence says that it is still to come */
        return;
    char heading[MONEY_HEADING_SIZE];
    const char *mean = money_heading("mean", heading);
    const struct table_column columns[] = {
        {.title = "Reached by"},
        {.title = "sales", .width = number_width(marketing_impact(state)->known, 7), .right = true},
        {.title = "share", .width = 17, .right = true, .priority = 1},
        {.title = "returning", .width = 17, .right = true},
        {.title = mean,
         .width = text_width(mean) > 8 ? text_width(mean) : 8,
         .right = true,
         .priority = 2},
        {.title = "", .width = 20},
    };
    const struct reach *reach = &state->reach;
    table_draw(&state->tables[PAGE_REACH], pane_top(pane, REACH_COMBINATIONS + 1), columns,
               COUNT_OF(columns) - (pane.width < 98), REACH_COMBINATIONS, focused, paint_reach,
               reach);
    if (pane.height < REACH_COMBINATIONS + 1 + REACH_PAIRS + 1)
        return;
    struct pane pairs = pane_below(pane, REACH_COMBINATIONS + 1);
    draw_text(pairs, 0, 1, STYLE_HEADING, "Overlap              both  either  overlap     tie");
    draw_text(pairs, 0, 53, STYLE_DIM, "(Jaccard; phi)");
    for (int i = 0; i < REACH_PAIRS; i++) {
        const struct reach_pair *pair = &reach->pairs[i];
        char name[40], both[NUMBER_TEXT_SIZE], either[NUMBER_TEXT_SIZE], jaccard[16], phi[16];
        snprintf(name, sizeof name, "%s + %s", reach_channel_title(pair->a),
                 reach_channel_title(pair->b));
        number_grouped(pair->both, both, sizeof both);
        number_grouped(pair->either, either, sizeof either);
        snprintf(jaccard, sizeof jaccard, isnan(pair->jaccard) ? "–" : "%.3f", pair->jaccard);
        snprintf(phi, sizeof phi, isnan(pair->phi) ? "–" : "%+.3f", pair->phi);
        draw_field(pairs, i + 1, 1, 18, STYLE_TEXT, name);
        draw_right(pairs, i + 1, 26, STYLE_TEXT, both);
        draw_right(pairs, i + 1, 34, STYLE_TEXT, either);
        draw_right(pairs, i + 1, 43, STYLE_TEXT, jaccard);
        draw_right(pairs, i + 1, 51, STYLE_TEXT, phi);
        draw_text(pairs, i + 1, 53, marketing_verdict_style(pair->verdict),
                  reach_verdict_name(pair->verdict));
    }
    int64_t unknown = reach->sales - reach->known;
    if (unknown > 0 && pane.height >= REACH_COMBINATIONS + 1 + REACH_PAIRS + 2) {
        char text[NUMBER_TEXT_SIZE];
        number_grouped(unknown, text, sizeof text);
        draw_format(pairs, REACH_PAIRS + 1, 1, STYLE_WARNING,
                    "%s sales do not know all three and are left out.", text);
    }
}

/* ---------------------------------------------------------------------- price */

/* A difference of money with its sign: "+1,204" */
static void money_change(double minor, char text[MONEY_TEXT_SIZE + 1]) {
    char money[MONEY_TEXT_SIZE];
    money_grouped((int64_t)llround(fabs(minor)), money);
    snprintf(text, MONEY_TEXT_SIZE + 1, "%s%s", minor < 0 ? "-" : "+", money);
}

static void change_text(struct interval change, char *text, size_t size) {
    char by[MONEY_TEXT_SIZE + 1], low[MONEY_TEXT_SIZE + 1], high[MONEY_TEXT_SIZE + 1];
    if (isnan(change.low)) {
        snprintf(text, size, "–");
        return;
    }
    money_change(change.estimate, by);
    money_change(change.low, low);
    money_change(change.high, high);
    snprintf(text, size, "%s [%s to %s]", by, low, high);
}

static void paint_price(const void *context, long row, int column, struct pane cell, char *text,
                        size_t size, enum style *style) {
    const struct impact_price *at = &((const struct impact *)context)->prices[row];
    (void)cell;
    switch (column) {
    case 0:
        snprintf(text, size, "%s%s", dimension_title(at->factor),
                 at->factor == DIMENSION_GENDER ? ", F - M" : "");
        break;
    case 1:
        change_text(at->difference, text, size);
        break;
    case 2:
        marketing_p_text(at->p, text, size);
        break;
    case 3:
        marketing_p_text(at->ranks.p, text, size);
        break;
    case 4:
        snprintf(text, size, isnan(at->ranks.superiority) ? "–" : "%.1f%%",
                 100 * at->ranks.superiority);
        break;
    default:
        verdict_cell(!isnan(at->p), verdict_of(at->difference), text, size, style);
    }
}

static void mean_text(double minor, char *text) {
    if (isnan(minor))
        snprintf(text, MONEY_TEXT_SIZE, "–");
    else
        money_grouped((int64_t)llround(minor), text);
}

/* Whether those who say yes bring more of the revenue than of the sales. Their revenue less that of
 * the others would only say how many they are. */
static void draw_revenue(const struct impact *impact, struct pane pane) {
    enum { NAME = 16, SHARE = 20, SALES = 7, MEAN = 10, WORD = 7 }; /* widths, side by side */
    bool means = pane.width >= NAME + SHARE + SALES + 2 * MEAN + 2 + WORD;
    int after_sales = NAME + SHARE + SALES;
    int verdict = after_sales + (means ? 2 * MEAN : 0) + 2;
    draw_text(pane, 0, 1, STYLE_HEADING, "Revenue of yes");
    draw_text(pane, 0, NAME, STYLE_HEADING, "share of it");
    draw_right(pane, 0, after_sales, STYLE_HEADING, "sales");
    if (means) {
        draw_right(pane, 0, after_sales + MEAN, STYLE_HEADING, "yes, sale");
        draw_right(pane, 0, after_sales + 2 * MEAN, STYLE_HEADING, "no, sale");
    }
    draw_text(pane, 0, verdict, STYLE_HEADING, "verdict");
    for (int i = 0; i < impact->revenue_count; i++) {
        const struct impact_revenue *at = &impact->revenues[i];
        char part[64], sales[16], words[16], mean[MONEY_TEXT_SIZE];
        enum style style = STYLE_TEXT;
        struct interval beyond = {at->share.estimate - at->sales_share,
                                  at->share.low - at->sales_share,
                                  at->share.high - at->sales_share};
        bool tells = !isnan(beyond.low);
        chart_share_text(at->share, part, sizeof part);
        snprintf(sales, sizeof sales, isnan(at->sales_share) ? "–" : "%.1f%%",
                 100 * at->sales_share);
        verdict_cell(tells, tells ? verdict_of(beyond) : VERDICT_UNCLEAR, words, sizeof words,
                     &style);
        draw_field(pane, i + 1, 1, NAME - 2, STYLE_TEXT,
                   at->factor == DIMENSION_GENDER ? "Gender (F)" : dimension_title(at->factor));
        draw_text(pane, i + 1, NAME, STYLE_TEXT, part);
        draw_right(pane, i + 1, after_sales, STYLE_TEXT, sales);
        for (int side = 0; means && side < 2 && i < impact->price_count; side++) {
            const struct impact_price *price = &impact->prices[i]; /* of the same factor */
            mean_text(side == 0 ? price->yes_mean_minor : price->no_mean_minor, mean);
            draw_right(pane, i + 1, after_sales + (side + 1) * MEAN, STYLE_TEXT, mean);
        }
        draw_text(pane, i + 1, verdict, style, words);
    }
}

void marketing_draw_price(const struct marketing *state, struct pane pane, bool focused) {
    char heading[MONEY_HEADING_SIZE];
    const char *mean = money_heading("mean [95%]", heading);
    const struct table_column columns[] = {
        {.title = "Price, yes - no"},
        {.title = mean, .width = 28, .right = true},
        {.title = "p", .width = 6, .right = true},
        {.title = "p ranks", .width = 7, .right = true, .priority = 1},
        {.title = "yes>no", .width = 6, .right = true, .priority = 2},
        {.title = "verdict", .width = 8},
    };
    const struct impact *impact = marketing_impact(state);
    int rows = impact->price_count;
    table_draw(&state->tables[PAGE_PRICE], pane_top(pane, rows + 1), columns, COUNT_OF(columns),
               rows, focused, paint_price, impact);
    if (pane.height < 2 * rows + 3)
        return;
    draw_revenue(impact, pane_below(pane, rows + 2));
    if (pane.height >= 2 * rows + 5)
        draw_paragraph(pane_below(pane, 2 * rows + 4), 0, 0, STYLE_STRONG,
                       impact->revenue_sentence);
}

/* ---------------------------------------------------------------------- power */

static void paint_power(const void *context, long row, int column, struct pane cell, char *text,
                        size_t size, enum style *style) {
    const struct impact_needed *at = &((const struct impact *)context)->power.factors[row];
    const int64_t counts[] = {at->have, at->yes, at->no, at->total, at->more, at->days};
    (void)cell;
    if (column == 0)
        snprintf(text, size, "%s", dimension_title(at->factor));
    else if (column == 1)
        snprintf(text, size, isnan(at->detectable) ? "–" : "±%.1f", 100 * at->detectable);
    else if (column > 2 && (!at->possible || counts[column - 2] < 0))
        snprintf(text, size, "–");
    else
        number_grouped(counts[column - 2], text, size);
    if (column == 6 && at->possible && at->more == 0)
        *style = STYLE_DIM;
}

void marketing_draw_power(const struct marketing *state, struct pane pane, bool focused) {
    char needed[32];
    snprintf(needed, sizeof needed, "for %.3g pt", 100 * state->chosen.difference);
    const struct table_column columns[] = {
        {.title = "80 % power"},
        {.title = "shows", .width = 6, .right = true},
        {.title = "sales", .width = number_width(marketing_impact(state)->known, 8), .right = true},
        {.title = "of yes", .width = 9, .right = true, .priority = 2},
        {.title = "of no", .width = 9, .right = true, .priority = 2},
        {.title = needed, .width = 11, .right = true},
        {.title = "more", .width = 9, .right = true},
        {.title = "days", .width = 7, .right = true, .priority = 1},
    };
    const struct impact *impact = marketing_impact(state);
    table_draw(&state->tables[PAGE_POWER], pane, columns, COUNT_OF(columns), impact->power.count,
               focused, paint_power, impact);
    if (pane.height >= impact->power.count + 3)
        draw_paragraph(pane_below(pane, impact->power.count + 2), 0, 1, STYLE_DIM,
                       "Shows: the smallest difference that these sales would show. Then what the "
                       "asked difference needs at the present mix (D asks for another).");
}
