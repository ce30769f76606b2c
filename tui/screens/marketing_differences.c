/* Marketing, two pages: the differences with their intervals and ratios, and the tests over all
 * levels of every factor. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "tui/screens/marketing_parts.h"
#include "tui/widgets/chart.h"

static void share_text(int64_t yes, int64_t n, char *text, size_t size) {
    if (n > 0)
        snprintf(text, size, "%.1f", 100 * (double)yes / (double)n);
    else
        snprintf(text, size, "–");
}

enum what { WHAT_FACTOR, WHAT_N, WHAT_YES, WHAT_NO, WHAT_CHART, WHAT_POINTS, WHAT_VERDICT, WHATS };

struct painting {
    const struct impact *impact;
    enum what columns[WHATS];
    double reach; /* the axis goes from −reach to reach */
};

static void paint_difference(const void *context, long row, int column, struct pane cell,
                             char *text, size_t size, enum style *style) {
    const struct painting *painting = context;
    const struct impact_difference *at = &painting->impact->differences[row];
    bool tells = !isnan(at->difference.estimate);
    bool plain = strcmp(at->yes_label, "yes") == 0 || at->factor == DIMENSION_LOCAL;
    switch (painting->columns[column]) {
    case WHAT_FACTOR: /* "Gender (F)": what counts as yes where that is not plain */
        snprintf(text, size, "%s%s%s%s", dimension_title(at->factor), plain ? "" : " (",
                 plain ? "" : at->yes_label, plain ? "" : ")");
        break;
    case WHAT_N:
        number_grouped(at->yes_n, text, size);
        break;
    case WHAT_YES:
        share_text(at->yes_yes, at->yes_n, text, size);
        break;
    case WHAT_NO:
        share_text(at->no_yes, at->no_n, text, size);
        break;
    case WHAT_CHART:
        if (tells)
            chart_interval(cell, 0, 0, cell.width, -painting->reach, painting->reach,
                           at->difference, 0, *style);
        break;
    case WHAT_POINTS:
        if (tells)
            snprintf(text, size, "%+.1f [%+.1f to %+.1f]", at->difference.estimate * 100,
                     at->difference.low * 100, at->difference.high * 100);
        else
            snprintf(text, size, "–");
        break;
    default:
        snprintf(text, size, "%s", tells ? verdict_name(at->verdict) : "no data");
        *style = marketing_verdict_style(at->verdict);
    }
}

/* "-4       0      +4" over the chart: in whole points. */
static void axis_title(double reach, int width, char *text, size_t size) {
    char end[16];
    int points = (int)lround(reach * 100);
    snprintf(end, sizeof end, "+%d", points);
    int middle = (width - 1) / 2;
    snprintf(text, size, "%-*d0%*s", middle, -points, width - middle - 1, end);
}

static void draw_table(const struct marketing *state, struct pane pane, bool focused) {
    enum { FACTOR = 16, COUNT = 7, FIXED = 6 + 6 + 8, POINTS = 21, GAP = 2, CHART_MAX = 81 };
    struct painting painting = {.impact = marketing_impact(state)};
    for (int i = 0; i < marketing_impact(state)->difference_count; i++) {
        struct interval difference = marketing_impact(state)->differences[i].difference;
        if (!isnan(difference.estimate))
            painting.reach = fmax(painting.reach, fmax(-difference.low, difference.high));
    }
    painting.reach = fmax(0.01, ceil(painting.reach * 100) / 100);
    int numbers = number_width(marketing_impact(state)->known, COUNT);
    bool has_points = pane.width >= 74, has_count = pane.width >= 100 || !has_points;
    int chart = pane.width - FACTOR - FIXED - (has_points ? POINTS + GAP : 0) -
                (has_count ? numbers + GAP : 0) - 4 * GAP;
    chart = chart > CHART_MAX ? CHART_MAX : chart;
    chart -= chart % 2 == 0; /* zero gets a cell of its own */
    char axis[160];
    if (chart >= 9)
        axis_title(painting.reach, chart, axis, sizeof axis);
    const struct table_column all[WHATS] = {
        [WHAT_FACTOR] = {.title = "Difference"},
        [WHAT_N] = {.title = "n yes", .width = numbers, .right = true, .priority = 2},
        [WHAT_YES] = {.title = "yes%", .width = 6, .right = true, .priority = 1},
        [WHAT_NO] = {.title = "no%", .width = 6, .right = true, .priority = 1},
        [WHAT_CHART] = {.title = axis, .width = chart},
        [WHAT_POINTS] = {.title = "yes-no, points", .width = POINTS, .right = true},
        [WHAT_VERDICT] = {.title = "verdict", .width = 8},
    };
    struct table_column columns[WHATS];
    int count = 0;
    for (int i = 0; i < WHATS; i++) {
        /* The interval is drawn, or told in figures where a chart finds no room. */
        if ((i == WHAT_N && !has_count) || (i == WHAT_CHART && chart < 9) ||
            (i == WHAT_POINTS && !has_points && chart >= 9))
            continue;
        painting.columns[count] = (enum what)i;
        columns[count++] = all[i];
    }
    table_draw(&state->tables[PAGE_DIFFERENCES], pane, columns, count,
               marketing_impact(state)->difference_count, focused, paint_difference, &painting);
}

/* "0.97 [0.90–1.04]"; an end may have no bound. */
static void ratio_text(struct interval ratio, char *text, size_t size) {
    if (!isfinite(ratio.estimate))
        snprintf(text, size, "–");
    else if (isfinite(ratio.high))
        snprintf(text, size, "%.2f [%.2f–%.2f]", ratio.estimate, ratio.low, ratio.high);
    else
        snprintf(text, size, "%.2f [from %.2f]", ratio.estimate, ratio.low);
}

void marketing_draw_differences(const struct marketing *state, struct pane pane, bool focused) {
    enum { NAME = 18, RATIO = 22, OTHER = 20 };
    const struct impact *impact = marketing_impact(state);
    int rows = impact->difference_count;
    draw_table(state, pane_top(pane, rows + 1), focused);
    if (pane.height < 2 * rows + 3)
        return;
    struct pane ratios = pane_below(pane, rows + 2);
    draw_text(ratios, 0, 1, STYLE_HEADING, "As ratios");
    draw_text(ratios, 0, NAME, STYLE_HEADING, "risk ratio");
    draw_text(ratios, 0, NAME + RATIO, STYLE_HEADING, "odds ratio");
    draw_text(ratios, 0, NAME + RATIO + OTHER, STYLE_HEADING, "could show");
    for (int i = 0; i < rows; i++) {
        const struct impact_difference *at = &impact->differences[i];
        char risk[48], odds[48];
        ratio_text(at->risk_ratio, risk, sizeof risk);
        ratio_text(at->odds_ratio, odds, sizeof odds);
        draw_field(ratios, i + 1, 1, NAME - 2, STYLE_TEXT, dimension_title(at->factor));
        draw_text(ratios, i + 1, NAME, STYLE_TEXT, risk);
        draw_text(ratios, i + 1, NAME + RATIO, STYLE_TEXT, odds);
        if (!isnan(at->detectable))
            draw_format(ratios, i + 1, NAME + RATIO + OTHER, STYLE_TEXT, "±%.1f points",
                        100 * at->detectable);
    }
}

/* ---------------------------------------------------------------------- tests */

static void paint_test(const void *context, long row, int column, struct pane cell, char *text,
                       size_t size, enum style *style) {
    static const char *const methods[] = {"Pearson", "Fisher", "drawn"};
    (void)cell;
    const struct marketing *state = context;
    const struct impact_test *at = &marketing_impact(state)->tests[row];
    bool testable = at->chi_square.df > 0;
    switch (column) {
    case 0:
        snprintf(text, size, "%s", dimension_title(at->factor));
        break;
    case 1:
        snprintf(text, size, testable ? "%.2f" : "–", at->chi_square.statistic);
        break;
    case 2:
        snprintf(text, size, testable ? "%d" : "–", at->chi_square.df);
        break;
    case 3:
        marketing_p_text(at->p, text, size);
        break;
    case 4:
        snprintf(text, size, "%s", testable ? methods[at->method] : "–");
        break;
    case 5:
        marketing_p_text(at->p_adjusted, text, size);
        break;
    case 6:
        snprintf(text, size, testable ? "%.3f" : "–", at->chi_square.cramers_v);
        break;
    default:
        snprintf(text, size, "%s", !testable ? "no data" : at->differs ? "differs" : "unclear");
        *style = at->differs ? STYLE_STRONG : STYLE_UNCLEAR;
    }
}

void marketing_draw_tests(const struct marketing *state, struct pane pane, bool focused) {
    static const struct table_column columns[] = {
        {.title = "Does it vary by"},
        {.title = "chi-square", .width = 10, .right = true, .priority = 1},
        {.title = "df", .width = 3, .right = true, .priority = 4},
        {.title = "p", .width = 6, .right = true},
        {.title = "by", .width = 7, .priority = 3},
        {.title = "adj. p", .width = 6, .right = true},
        {.title = "strength", .width = 8, .right = true, .priority = 2},
        {.title = "verdict", .width = 8},
    };
    int rows = marketing_impact(state)->test_count;
    table_draw(&state->tables[PAGE_TESTS], pane, columns, sizeof columns / sizeof *columns, rows,
               focused, paint_test, state);
    if (pane.height >= rows + 3)
        draw_paragraph(pane_below(pane, rows + 2), 0, 1, STYLE_DIM,
                       "Strength: from 0, nothing to do with each other, to 1, the one tells the "
                       "other (Cramér's V). p: how often chance alone would show as much; adj. p: "
                       "adjusted for being one of many. By Pearson's test, Fisher's where a count "
                       "of fewer than 5 is expected, or from drawn tables where there are more "
                       "than two levels.");
}
