/* The Overview: who buys, when, where and what, at a glance.
 *
 * Key figures on top; below them one pane for months and one each for places, handsets and, where
 * there is room, brands. Months are compared per day, as the first and last are often cut. */
#include <math.h>
#include <stdio.h>

#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "engine/analysis/overview.h"
#include "tui/screen.h"
#include "tui/widgets/chart.h"
#include "tui/widgets/table.h"

enum part { PART_MONTHS, PART_LOCATIONS, PART_HANDSETS, PART_BRANDS, PART_COUNT };

static const struct {
    const char *title, *heading;
    enum dimension dimension, next; /* what Enter filters by, and explores by then */
} parts[PART_COUNT] = {
    [PART_MONTHS] = {"Revenue per day by month", "Month", DIMENSION_MONTH, DIMENSION_LOCATION},
    [PART_LOCATIONS] = {"Revenue by location", "Location", DIMENSION_LOCATION, DIMENSION_HANDSET},
    [PART_HANDSETS] = {"Handsets by revenue", "Handset", DIMENSION_HANDSET, DIMENSION_LOCATION},
    [PART_BRANDS] = {"Brands by revenue", "Brand", DIMENSION_BRAND, DIMENSION_HANDSET},
};

struct state {
    struct overview overview;
    struct table tables[PART_COUNT];
    int focus;
};

static int rows_of(const struct overview *overview, enum part part) {
    switch (part) {
    case PART_MONTHS:
        return overview->month_count;
    case PART_LOCATIONS:
        return overview->location_count;
    case PART_HANDSETS:
        return overview->handset_count;
    default:
        return overview->brand_count;
    }
}

static const struct overview_line *lines_of(const struct overview *overview, enum part part) {
    return part == PART_LOCATIONS  ? overview->locations
           : part == PART_HANDSETS ? overview->handsets
                                   : overview->brands;
}

static enum err load(void *data, struct app *app, struct error *error) {
    struct state *state = data;
    (void)error;
    overview_free(&state->overview);
    overview_compute(app_facts(app), app_selection(app), &state->overview);
    for (int i = 0; i < PART_COUNT; i++)
        table_clamp(&state->tables[i], rows_of(&state->overview, (enum part)i));
    return ERR_OK;
}

static void release(void *data) {
    struct state *state = data;
    overview_free(&state->overview);
}

/* --------------------------------------------------------------------- layout */

static int smaller(int a, int b) {
    return a < b ? a : b;
}

/* Where each part stands; height 0: there is no room for it. Key figures and a blank line are above
 * them, the footnote below. */
static void arrange(const struct state *state, struct pane body, struct pane out[PART_COUNT]) {
    enum { COLUMN_GAP = 3, WIDE = 120, NARROW = 56, LOW = 12 };
    for (int i = 0; i < PART_COUNT; i++)
        out[i] = (struct pane){0};
    struct pane room = pane_top(pane_below(body, 2), body.height - 3);
    if (body.width < NARROW || body.height < LOW) {
        out[state->focus] = room;
        return;
    }
    int columns = body.width >= WIDE ? 3 : 2;
    int width = (room.width - (columns - 1) * COLUMN_GAP) / columns;
    out[PART_MONTHS] = pane_left(room, width);
    struct pane right = pane_left(pane_after(room, width + COLUMN_GAP), width);
    int height = smaller(state->overview.location_count + 2, (right.height - 1) / 2);
    out[PART_LOCATIONS] = pane_top(right, height);
    out[PART_HANDSETS] = pane_below(right, height + 1);
    if (columns == 3)
        out[PART_BRANDS] = pane_after(room, 2 * (width + COLUMN_GAP));
}

/* -------------------------------------------------------------------- drawing */

enum what { WHAT_NAME, WHAT_SALES, WHAT_MEAN, WHAT_REVENUE, WHAT_BAR, WHAT_COUNT };

struct painting {
    const struct overview *overview;
    enum part part;
    enum what columns[WHAT_COUNT];
    double largest;
};

static double revenue_of(const struct painting *painting, long row) {
    return painting->part == PART_MONTHS
               ? painting->overview->months[row].revenue_per_day_minor
               : (double)lines_of(painting->overview, painting->part)[row].revenue_minor;
}

static void money_or_dash(double minor, char *text, size_t size) {
    char money[MONEY_TEXT_SIZE] = "–";
    if (!isnan(minor))
        money_short(minor, money);
    snprintf(text, size, "%s", money);
}

static void paint_cell(const void *context, long row, int column, struct pane cell, char *text,
                       size_t size, enum style *style) {
    const struct painting *painting = context;
    const struct overview_month *month = NULL;
    const struct overview_line *line = NULL;
    (void)style;
    bool by_month = painting->part == PART_MONTHS;
    if (by_month)
        month = &painting->overview->months[row];
    else
        line = &lines_of(painting->overview, painting->part)[row];
    switch (painting->columns[column]) {
    case WHAT_NAME:
        if (by_month)
            snprintf(text, size, "%s%s", month->month, month->partial ? "*" : "");
        else
            snprintf(text, size, "%s", line->name);
        break;
    case WHAT_SALES:
        number_grouped(by_month ? month->sales : line->sales, text, size);
        break;
    case WHAT_MEAN:
        if (!by_month)
            money_or_dash(line->mean_price_minor, text, size);
        else
            money_or_dash(month->sales > 0 ? (double)month->revenue_minor / (double)month->sales
                                           : NAN,
                          text, size);
        break;
    case WHAT_REVENUE:
        money_or_dash(revenue_of(painting, row), text, size);
        break;
    default:
        if (painting->largest > 0)
            chart_bar(cell, 0, 0, cell.width, revenue_of(painting, row) / painting->largest,
                      STYLE_BAR);
    }
}

static void draw_part(const struct state *state, enum part part, struct pane pane) {
    enum { NUMBER_WIDTH = 8, ROOMY = 52 };
    if (pane.height < 3)
        return;
    struct painting painting = {.overview = &state->overview, .part = part};
    int rows = rows_of(&state->overview, part);
    for (int i = 0; i < rows; i++)
        painting.largest = fmax(painting.largest, revenue_of(&painting, i));
    struct table_column columns[WHAT_COUNT];
    int count = 0, taken = 0;
    painting.columns[count] = WHAT_NAME;
    columns[count++] =
        (struct table_column){.title = parts[part].heading, .width = part == PART_MONTHS ? 9 : 0};
    if (pane.width >= ROOMY) {
        painting.columns[count] = WHAT_SALES;
        columns[count++] =
            (struct table_column){.title = "Sales", .width = NUMBER_WIDTH, .right = true};
        painting.columns[count] = WHAT_MEAN;
        columns[count++] =
            (struct table_column){.title = "Mean", .width = NUMBER_WIDTH, .right = true};
        taken += 2 * (NUMBER_WIDTH + 2);
    }
    painting.columns[count] = WHAT_REVENUE;
    columns[count++] = (struct table_column){
        .title = part == PART_MONTHS ? "Per day" : "Revenue", .width = NUMBER_WIDTH, .right = true};
    taken += NUMBER_WIDTH + 2;
    int name = 9;
    if (part != PART_MONTHS) {
        for (int i = 0; i < rows; i++) {
            int width = text_width(lines_of(&state->overview, part)[i].name) + 1;
            name = width > name ? width : name;
        }
        name = smaller(name, (pane.width - taken) * 2 / 3);
    }
    int bar = pane.width - taken - name - 3;
    if (bar >= 4) {
        columns[0].width = name; /* as wide as its texts: the rest is the bar's */
        painting.columns[count] = WHAT_BAR;
        columns[count++] = (struct table_column){.title = "", .width = bar, .priority = 1};
    }
    bool focused = state->focus == (int)part;
    draw_text(pane, 0, 0, focused ? STYLE_TITLE : STYLE_HEADING, parts[part].title);
    table_draw(&state->tables[part], pane_below(pane, 1), columns, count, rows, focused, paint_cell,
               &painting);
}

/* The key figures from left to right, as many as fit whole. */
static void draw_figures(const struct overview *overview, struct pane body) {
    enum { FIGURES = 5 };
    static const char *const names[FIGURES] = {"Revenue", "Sales", "Median price", "Returning",
                                               "Facebook"};
    char values[FIGURES][64];
    money_or_dash((double)overview->total.revenue_minor, values[0], sizeof values[0]);
    number_grouped(overview->total.sales, values[1], sizeof values[1]);
    char median[MONEY_TEXT_SIZE];
    money_grouped((int64_t)llround(overview->median_price_minor), median);
    snprintf(values[2], sizeof values[2], "%s", median);
    chart_share_text(overview->shares[ANSWER_RETURNING], values[3], sizeof values[3]);
    chart_share_text(overview->shares[ANSWER_FACEBOOK], values[4], sizeof values[4]);
    int total = 0;
    for (int i = 0; i < FIGURES; i++)
        total += text_width(names[i]) + 1 + text_width(values[i]);
    int gap = total + (FIGURES - 1) * 3 <= body.width ? 3 : 2;
    int column = 0;
    for (int i = 0; i < FIGURES; i++) {
        if (column + text_width(names[i]) + 1 + text_width(values[i]) > body.width)
            break;
        column = draw_text(body, 0, column, STYLE_HEADING, names[i]);
        column = draw_text(body, 0, column + 1, STYLE_STRONG, values[i]) + gap;
    }
}

/* "* partial: 2024-05 has 5 days, 2025-03 has 22 days" */
static void draw_footnote(const struct overview *overview, struct pane body) {
    char text[256];
    int used = 0, partial = 0;
    for (int i = 0; i < overview->month_count; i++) {
        const struct overview_month *month = &overview->months[i];
        if (!month->partial || ++partial > 3)
            continue;
        used += snprintf(text + used, sizeof text - (size_t)used, "%s%s has %d day%s",
                         partial > 1 ? ", " : "* partial month: ", month->month, month->days,
                         month->days == 1 ? "" : "s");
    }
    if (partial == 0)
        return;
    if (partial > 3)
        snprintf(text, sizeof text, "* %d months are partial: compare the revenue per day",
                 partial);
    draw_field(body, body.height - 1, 0, body.width, STYLE_DIM, text);
}

static void draw(const void *data, const struct app *app, struct pane body) {
    const struct state *state = data;
    (void)app;
    if (state->overview.total.sales == 0) {
        draw_paragraph(body, 0, 0, STYLE_TEXT,
                       "No sales match these filters. x drops the last one.");
        return;
    }
    struct pane panes[PART_COUNT];
    arrange(state, body, panes);
    draw_figures(&state->overview, body);
    for (int i = 0; i < PART_COUNT; i++)
        draw_part(state, (enum part)i, panes[i]);
    draw_footnote(&state->overview, body);
}

/* -------------------------------------------------------------------- actions */

/* The next part that is shown; where only one is, every part has its turn. */
static unsigned move_focus(struct state *state, const struct pane panes[PART_COUNT], int step) {
    int shown = 0;
    for (int i = 0; i < PART_COUNT; i++)
        shown += panes[i].height > 0;
    do
        state->focus = (state->focus + step + PART_COUNT) % PART_COUNT;
    while (shown > 1 && panes[state->focus].height == 0);
    return REACT_DRAW;
}

static unsigned act(void *data, struct app *app, enum action action) {
    struct state *state = data;
    struct pane panes[PART_COUNT];
    arrange(state, (struct pane){.height = app_body_height(app), .width = app_body_width(app)},
            panes);
    if (action == ACTION_NEXT || action == ACTION_PREVIOUS)
        return move_focus(state, panes, action == ACTION_NEXT ? 1 : -1);
    if (panes[state->focus].height == 0) /* the terminal became narrower */
        state->focus = PART_MONTHS;
    enum part part = (enum part)state->focus;
    struct table *table = &state->tables[part];
    int rows = rows_of(&state->overview, part);
    if (table_move(table, action, rows, panes[part].height - 2))
        return REACT_DRAW;
    if (rows == 0)
        return REACT_NONE;
    const char *label = part == PART_MONTHS ? state->overview.months[table->cursor].month
                                            : lines_of(&state->overview, part)[table->cursor].name;
    switch (action) {
    case ACTION_OPEN:
        return app_drill(app, parts[part].dimension, label, parts[part].next);
    case ACTION_KEEP:
        return app_filter(app, parts[part].dimension, FILTER_IS, label);
    case ACTION_EXCLUDE:
        return app_filter(app, parts[part].dimension, FILTER_IS_NOT, label);
    default:
        return REACT_NONE;
    }
}

const struct screen_ops overview_screen = {
    .title = "Overview",
    .help = "The shop at a glance. Shares stand with their 95% intervals: the true share may be "
            "anywhere within. Months are compared by revenue per day; a star marks a month that "
            "the data or the filters cut. Enter explores what is under the cursor, = keeps only "
            "it, - leaves it out.",
    .state_size = sizeof(struct state),
    .load = load,
    .draw = draw,
    .act = act,
    .release = release,
    .footer = {ACTION_OPEN, ACTION_NEXT, ACTION_KEEP, ACTION_EXCLUDE, ACTION_FILTER, ACTION_HELP,
               ACTION_QUIT},
};
