/* Marketing: which customers differ in an outcome, by how much, and whether it is noise.
 *
 * The differences of two-valued factors stand above, the tests over all levels of every factor
 * below; what they come to is said in plain words at the bottom, whatever the room. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "engine/analysis/impact.h"
#include "tui/screen.h"
#include "tui/widgets/chart.h"
#include "tui/widgets/table.h"

enum part { PART_DIFFERENCES, PART_TESTS, PART_COUNT };

struct state {
    struct impact impact;
    enum outcome outcome;
    struct table tables[PART_COUNT];
    int focus;
};

static const char caveat[] = "Differences between customers as they came, not effects: nobody was "
                             "assigned by lot.";

static int rows_of(const struct state *state, int part) {
    return part == PART_DIFFERENCES ? state->impact.difference_count : state->impact.test_count;
}

static enum err load(void *data, struct app *app, struct error *error) {
    struct state *state = data;
    (void)error;
    impact_compute(app_facts(app), app_selection(app), impact_defaults(state->outcome), &state->impact);
    for (int i = 0; i < PART_COUNT; i++)
        table_clamp(&state->tables[i], rows_of(state, i));
    return ERR_OK;
}

/* --------------------------------------------------------------------- layout */

/* Rows that a paragraph takes at most: a line loses less than a word to breaking. */
static int paragraph_rows(const char *text, int width) {
    int columns = text_width(text);
    return columns <= width ? 1 : columns / (width - 8) + 1;
}

struct places {
    struct pane parts[PART_COUNT];
    struct pane prices; /* height 0: no room */
    struct pane words;
};

static struct places arrange(const struct state *state, struct pane body) {
    struct places out = {0};
    int words =
        paragraph_rows(state->impact.sentence, body.width) + paragraph_rows(caveat, body.width);
    int room = body.height - 1 - words; /* below the head line */
    if (room < 4) {                     /* the tables before the words */
        room = body.height - 1;
        words = 0;
    }
    int differences = state->impact.difference_count + 1;
    int tests = state->impact.test_count + 1;
    int prices = state->impact.price_count + 1;
    int at = 1;
    if (room < differences + 2) { /* the focused table alone */
        out.parts[state->focus] = pane_top(pane_below(body, at), room);
    } else {
        out.parts[PART_DIFFERENCES] = pane_top(pane_below(body, at), differences);
        at += differences;
        room -= differences;
        int gaps = room > tests ? 1 : 0; /* a blank line between the tables */
        at += gaps;
        room -= gaps;
        int height = room < tests ? room : tests;
        out.parts[PART_TESTS] = pane_top(pane_below(body, at), height);
        at += height;
        room -= height;
        if (room >= prices + 1)
            out.prices = pane_top(pane_below(body, at + 1), prices);
    }
    if (words > 0)
        out.words = pane_below(body, body.height - words);
    return out;
}

/* -------------------------------------------------------------------- drawing */

static enum style verdict_style(enum verdict verdict) {
    return verdict == VERDICT_HIGHER  ? STYLE_HIGHER
           : verdict == VERDICT_LOWER ? STYLE_LOWER
                                      : STYLE_UNCLEAR;
}

static void share_text(int64_t yes, int64_t n, char *text, size_t size) {
    if (n > 0)
        snprintf(text, size, "%.1f", 100 * (double)yes / (double)n);
    else
        snprintf(text, size, "–");
}

static void p_text(double p, char *text, size_t size) {
    if (isnan(p))
        snprintf(text, size, "–");
    else if (p < 0.001)
        snprintf(text, size, "<0.001");
    else
        snprintf(text, size, "%.3f", p);
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
            snprintf(text, size, "%+.1f [%+.1f–%+.1f]", at->difference.estimate * 100,
                     at->difference.low * 100, at->difference.high * 100);
        else
            snprintf(text, size, "–");
        break;
    default:
        snprintf(text, size, "%s", tells ? verdict_name(at->verdict) : "no data");
        *style = verdict_style(at->verdict);
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

static void draw_differences(const struct state *state, struct pane pane) {
    enum { FACTOR = 16, FIXED = 7 + 6 + 6 + 8, POINTS = 18, GAP = 2, CHART_MAX = 81 };
    struct painting painting = {.impact = &state->impact};
    for (int i = 0; i < state->impact.difference_count; i++) {
        struct interval difference = state->impact.differences[i].difference;
        if (!isnan(difference.estimate))
            painting.reach = fmax(painting.reach, fmax(-difference.low, difference.high));
    }
    painting.reach = fmax(0.01, ceil(painting.reach * 100) / 100);
    bool has_points = pane.width >= 100;
    int chart = pane.width - FACTOR - FIXED - (has_points ? POINTS + GAP : 0) - 6 * GAP;
    chart = chart > CHART_MAX ? CHART_MAX : chart;
    chart -= chart % 2 == 0; /* zero gets a cell of its own */
    char axis[160];
    if (chart >= 9)
        axis_title(painting.reach, chart, axis, sizeof axis);
    const struct table_column all[WHATS] = {
        [WHAT_FACTOR] = {.title = "Difference"},
        [WHAT_N] = {.title = "n yes", .width = 7, .right = true, .priority = 2},
        [WHAT_YES] = {.title = "yes%", .width = 6, .right = true, .priority = 1},
        [WHAT_NO] = {.title = "no%", .width = 6, .right = true, .priority = 1},
        [WHAT_CHART] = {.title = axis, .width = chart},
        [WHAT_POINTS] = {.title = "points", .width = POINTS, .right = true},
        [WHAT_VERDICT] = {.title = "verdict", .width = 8},
    };
    struct table_column columns[WHATS];
    int count = 0;
    for (int i = 0; i < WHATS; i++) {
        /* The interval is drawn, or told in figures where a chart finds no room. */
        if ((i == WHAT_CHART && chart < 9) || (i == WHAT_POINTS && !has_points && chart >= 9))
            continue;
        painting.columns[count] = (enum what)i;
        columns[count++] = all[i];
    }
    table_draw(&state->tables[PART_DIFFERENCES], pane, columns, count,
               state->impact.difference_count, state->focus == PART_DIFFERENCES, paint_difference,
               &painting);
}

static void paint_test(const void *context, long row, int column, struct pane cell, char *text,
                       size_t size, enum style *style) {
    const struct impact *impact = context;
    const struct impact_test *at = &impact->tests[row];
    bool testable = at->chi_square.df > 0;
    (void)cell;
    switch (column) {
    case 0:
        snprintf(text, size, "%s", dimension_title(at->factor));
        break;
    case 1:
        snprintf(text, size, "%.2f", at->chi_square.statistic);
        break;
    case 2:
        snprintf(text, size, "%d", at->chi_square.df);
        break;
    case 3:
        p_text(at->chi_square.p, text, size);
        break;
    case 4:
        p_text(at->p_adjusted, text, size);
        break;
    case 5:
        snprintf(text, size, "%.3f", at->chi_square.cramers_v);
        break;
    default:
        snprintf(text, size, "%s", !testable ? "no data" : at->differs ? "differs" : "unclear");
        *style = at->differs ? STYLE_STRONG : STYLE_UNCLEAR;
    }
    if (!testable && (column == 1 || column == 2 || column == 5))
        snprintf(text, size, "–");
}

static void draw_tests(const struct state *state, struct pane pane) {
    static const struct table_column columns[] = {
        {.title = "Does it vary by"},
        {.title = "chi2", .width = 8, .right = true},
        {.title = "df", .width = 4, .right = true, .priority = 1},
        {.title = "p", .width = 7, .right = true},
        {.title = "adjusted p", .width = 10, .right = true},
        {.title = "V", .width = 6, .right = true, .priority = 2},
        {.title = "verdict", .width = 8},
    };
    table_draw(&state->tables[PART_TESTS], pane, columns, sizeof columns / sizeof *columns,
               state->impact.test_count, state->focus == PART_TESTS, paint_test, &state->impact);
}

/* A difference of money with its sign: "+1,204" */
static void money_change(double minor, char *text, size_t size) {
    char money[MONEY_TEXT_SIZE];
    money_grouped((int64_t)llround(fabs(minor)), money);
    snprintf(text, size, "%s%s", minor < 0 ? "-" : "+", money);
}

static void draw_prices(const struct impact *impact, struct pane pane) {
    draw_text(pane, 0, 0, STYLE_HEADING, "Mean price where yes, minus where no");
    for (int i = 0; i < impact->price_count; i++) {
        const struct impact_price *price = &impact->prices[i];
        draw_field(pane, i + 1, 0, 16, STYLE_TEXT, dimension_title(price->factor));
        if (isnan(price->difference.estimate) || isnan(price->p)) {
            draw_text(pane, i + 1, 18, STYLE_UNCLEAR, "no data");
            continue;
        }
        char by[40], low[40], high[40], p[16];
        money_change(price->difference.estimate, by, sizeof by);
        money_change(price->difference.low, low, sizeof low);
        money_change(price->difference.high, high, sizeof high);
        p_text(price->p, p, sizeof p);
        draw_right(pane, i + 1, 26, STYLE_TEXT, by);
        int column = draw_format(pane, i + 1, 27, STYLE_TEXT, "[%s–%s]  p %s", low, high, p);
        enum verdict verdict = verdict_of(price->difference);
        draw_text(pane, i + 1, column + 2, verdict_style(verdict), verdict_name(verdict));
    }
}

static void draw(const void *data, const struct app *app, struct pane body) {
    const struct state *state = data;
    const struct impact *impact = &state->impact;
    if (app_selection(app)->count == 0) {
        draw_paragraph(body, 0, 0, STYLE_TEXT,
                       "No sales match these filters. x drops the last one.");
        return;
    }
    char share[64], known[NUMBER_TEXT_SIZE];
    chart_share_text(impact->base_rate, share, sizeof share);
    number_grouped(impact->known, known, sizeof known);
    int column = draw_text(body, 0, 0, STYLE_TITLE, outcome_title(impact->outcome));
    column = draw_text(body, 0, column + 1, STYLE_STRONG, share);
    draw_format(body, 0, column + 1, STYLE_TEXT, "of %s", known);
    if (body.width >= 76)
        draw_right(body, 0, body.width, STYLE_DIM, "yes minus no, 95% CI, points");
    struct places places = arrange(state, body);
    if (places.parts[PART_DIFFERENCES].height > 0)
        draw_differences(state, places.parts[PART_DIFFERENCES]);
    if (places.parts[PART_TESTS].height > 0)
        draw_tests(state, places.parts[PART_TESTS]);
    if (places.prices.height > 0)
        draw_prices(impact, places.prices);
    if (places.words.height > 0) {
        int row = draw_paragraph(places.words, 0, 0, STYLE_STRONG, impact->sentence);
        draw_paragraph(places.words, row, 0, STYLE_DIM, caveat);
    }
}

/* -------------------------------------------------------------------- actions */

static unsigned act(void *data, struct app *app, enum action action) {
    struct state *state = data;
    struct places places =
        arrange(state, (struct pane){.height = app_body_height(app), .width = app_body_width(app)});
    struct table *table = &state->tables[state->focus];
    int rows = rows_of(state, state->focus);
    if (table_move(table, action, rows, places.parts[state->focus].height - 1))
        return REACT_DRAW;
    switch (action) {
    case ACTION_NEXT:
    case ACTION_PREVIOUS:
        state->focus = (state->focus + 1) % PART_COUNT;
        return REACT_DRAW;
    case ACTION_OUTCOME:
        state->outcome = (enum outcome)((state->outcome + 1) % OUTCOME_COUNT);
        return REACT_RELOAD | REACT_DRAW;
    case ACTION_OPEN:
        if (rows == 0)
            return REACT_NONE;
        enum dimension factor = state->focus == PART_DIFFERENCES
                                    ? state->impact.differences[table->cursor].factor
                                    : state->impact.tests[table->cursor].factor;
        return app_drill(app, factor, NULL, factor);
    default:
        return REACT_NONE;
    }
}

const struct screen_ops marketing_screen = {
    .title = "Marketing",
    .help = "Who differs in an outcome; o switches between bought before and from Facebook. Above, "
            "the share where the answer is yes minus where it is no, in points with its 95% "
            "interval: unclear means that the interval holds zero, so chance would do as much. "
            "Below, chi-square tests over all levels of each factor, adjusted for being many. "
            "These are differences between customers as they came. Enter explores the factor.",
    .state_size = sizeof(struct state),
    .load = load,
    .draw = draw,
    .act = act,
    .footer = {ACTION_OUTCOME, ACTION_NEXT, ACTION_OPEN, ACTION_FILTER, ACTION_DROP, ACTION_HELP,
               ACTION_QUIT},
};
