/* The Overview's parts: a title and a table each, of periods, lines or categories alike. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "engine/slice/calendar.h"
#include "tui/screens/overview_parts.h"
#include "tui/widgets/chart.h"

static const struct {
    const char *title, *heading;
} parts[PART_COUNT] = {
    [PART_MONTHS] = {"Revenue per day by month", "Month"},
    [PART_LOCATIONS] = {"Revenue by location", "Location"},
    [PART_HANDSETS] = {"Handsets by revenue", "Handset"},
    [PART_BRANDS] = {"Brands by revenue", "Brand"},
    [PART_WEEKDAYS] = {"Revenue per day by weekday", "Weekday"},
    [PART_AGE_BANDS] = {"Sales by age", "Age band"},
    [PART_GENDERS] = {"Sales by gender", "Gender"},
};

/* What Left and Right choose for the trend. */
static const struct {
    const char *title, *heading;
    enum dimension dimension;
} trends[TREND_COUNT] = {
    [TREND_MONTH] = {"Revenue per day by month", "Month", DIMENSION_MONTH},
    [TREND_WEEK] = {"Revenue per day by week", "Week", DIMENSION_WEEK},
    [TREND_DAY] = {"Revenue by day", "Day", DIMENSION_DAY},
};

const char *overview_trend_heading(enum overview_trend trend) {
    return trends[trend].heading;
}

enum dimension overview_trend_dimension(enum overview_trend trend) {
    return trends[trend].dimension;
}

const struct overview_period *overview_trend_periods(const struct overview_state *state,
                                                     int *count) {
    return overview_periods(&state->overview, state->trend, count);
}

/* NULL for parts that are not one. */
static const struct explore *explore_of(const struct overview *overview, enum part part) {
    return part == PART_WEEKDAYS    ? &overview->parts[OVERVIEW_WEEKDAY]
           : part == PART_AGE_BANDS ? &overview->parts[OVERVIEW_AGE_BAND]
           : part == PART_GENDERS   ? &overview->parts[OVERVIEW_GENDER]
                                    : NULL;
}

int overview_rows(const struct overview_state *state, enum part part) {
    const struct overview *overview = &state->overview;
    int count;
    switch (part) {
    case PART_WEEKDAYS:
    case PART_AGE_BANDS:
    case PART_GENDERS:
        return explore_of(overview, part)->grouping.count;
    case PART_MONTHS:
        overview_trend_periods(state, &count);
        return count;
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

enum what { WHAT_NAME, WHAT_SALES, WHAT_MEAN, WHAT_REVENUE, WHAT_SHARE, WHAT_BAR, WHAT_COUNT };

struct painting {
    const struct overview_state *state;
    enum part part;
    enum what columns[WHAT_COUNT];
    double largest;
};

/* One row of a part, whatever it is made of. */
struct line {
    const char *name;
    bool partial;
    int64_t sales;
    double mean_minor;
    double bar_minor; /* revenue, or that of a day where rows have different numbers of days */
    struct interval share;
};

static struct line line_at(const struct overview_state *state, enum part part, long row) {
    const struct explore *explore = explore_of(&state->overview, part);
    if (part == PART_MONTHS) {
        int count;
        const struct overview_period *period = &overview_trend_periods(state, &count)[row];
        double mean =
            period->sales > 0 ? (double)period->revenue_minor / (double)period->sales : NAN;
        return (struct line){
            period->label,  period->partial, period->sales, mean, period->revenue_per_day_minor,
            {NAN, NAN, NAN}};
    }
    if (explore != NULL) {
        const struct explore_row *at = &explore->rows[row];
        return (struct line){at->group->label[0],
                             false,
                             at->group->cell.sales,
                             at->mean_price_minor,
                             part == PART_WEEKDAYS ? at->revenue_per_day_minor
                                                   : (double)at->group->cell.revenue_minor,
                             overview_share(&state->overview, at)};
    }
    const struct overview_line *lines = lines_of(&state->overview, part);
    assert(lines != NULL); /* a row is asked for, so there are some */
    const struct overview_line *line = &lines[row];
    return (struct line){
        line->name, false, line->sales, line->mean_price_minor, (double)line->revenue_minor,
        line->share};
}

static void money_or_dash(double minor, char *text, size_t size) {
    char money[MONEY_TEXT_SIZE] = "–";
    if (!isnan(minor))
        money_short(minor, money);
    snprintf(text, size, "%s", money);
}

const char *overview_name(const struct overview_state *state, enum part part, long row) {
    return line_at(state, part, row).name;
}

/* A week's number says nothing to most: its first day stands before it, "27 May 2024 W22". */
static void shown_name(const struct overview_state *state, enum part part, long row, char *text,
                       size_t size) {
    struct line line = line_at(state, part, row);
    if (part == PART_MONTHS && state->trend == TREND_WEEK) {
        int count;
        const struct overview_period *week = &overview_trend_periods(state, &count)[row];
        char first[DATE_SHORT_SIZE];
        date_short(calendar_start(DIMENSION_WEEK, week->period), first);
        snprintf(text, size, "%s %s%s", first, strchr(week->label, 'W'), line.partial ? "*" : "");
    } else {
        snprintf(text, size, "%s%s", line.name, line.partial ? "*" : "");
    }
}

static void paint_cell(const void *context, long row, int column, struct pane cell, char *text,
                       size_t size, enum style *style) {
    const struct painting *painting = context;
    struct line line = line_at(painting->state, painting->part, row);
    (void)style;
    switch (painting->columns[column]) {
    case WHAT_NAME:
        shown_name(painting->state, painting->part, row, text, size);
        break;
    case WHAT_SALES:
        number_grouped(line.sales, text, size);
        break;
    case WHAT_MEAN:
        money_or_dash(line.mean_minor, text, size);
        break;
    case WHAT_REVENUE:
        money_or_dash(line.bar_minor, text, size);
        break;
    case WHAT_SHARE:
        chart_share_text(line.share, text, size);
        break;
    default:
        if (painting->largest > 0 && !isnan(line.bar_minor))
            chart_bar(cell, 0, 0, cell.width, line.bar_minor / painting->largest, STYLE_BAR);
    }
}

/* Adds a column; returns the room it takes. */
static int add_column(struct painting *painting, struct table_column *columns, int *count,
                      enum what what, const char *title, int width) {
    painting->columns[*count] = what;
    columns[(*count)++] = (struct table_column){.title = title, .width = width, .right = true};
    return width + 2;
}

void overview_draw_part(const struct overview_state *state, enum part part, struct pane pane) {
    enum {
        NUMBER_WIDTH = 8,
        SHARE_WIDTH = 18,
        ROOMY = 52,
        NAME_LEAST = 9,
        NARROW = 45,
        SHORT_BAR = 5
    };
    if (pane.height < 3)
        return;
    struct painting painting = {.state = state, .part = part};
    int rows = overview_rows(state, part), name = NAME_LEAST;
    int64_t most = 0;
    for (int i = 0; i < rows; i++) {
        struct line line = line_at(state, part, i);
        char text[DIMENSION_LABEL_SIZE + 2];
        shown_name(state, part, i, text, sizeof text);
        int width = text_width(text) + !line.partial; /* room for the star */
        painting.largest = fmax(painting.largest, line.bar_minor);
        most = line.sales > most ? line.sales : most;
        name = width > name ? width : name;
    }
    bool trend = part == PART_MONTHS, shares = part == PART_AGE_BANDS || part == PART_GENDERS;
    bool per_day = trend ? state->trend != TREND_DAY : part == PART_WEEKDAYS;
    struct table_column columns[WHAT_COUNT];
    int count = 1, taken = 0;
    char revenue[MONEY_HEADING_SIZE], mean[MONEY_HEADING_SIZE];
    painting.columns[0] = WHAT_NAME;
    columns[0] =
        (struct table_column){.title = !trend                       ? parts[part].heading
                                       : state->trend == TREND_WEEK ? "Week from"
                                                                    : trends[state->trend].heading,
                              .width = trend ? name : 0};
    if (pane.width >= ROOMY) {
        taken += add_column(&painting, columns, &count, WHAT_SALES, "Sales",
                            number_width(most, NUMBER_WIDTH));
        taken += shares ? add_column(&painting, columns, &count, WHAT_SHARE, "Share %", SHARE_WIDTH)
                        : add_column(&painting, columns, &count, WHAT_MEAN,
                                     money_heading("Mean", mean), NUMBER_WIDTH);
    }
    taken += add_column(&painting, columns, &count, WHAT_REVENUE,
                        money_heading(per_day ? "Per day" : "Revenue", revenue), NUMBER_WIDTH);
    if (!trend)
        name = name < (pane.width - taken) * 2 / 3 ? name : (pane.width - taken) * 2 / 3;
    int bar = pane.width - taken - name - 3;
    if (pane.width < NARROW && bar > SHORT_BAR) /* 40 steps; a cell is three bytes on the line */
        bar = SHORT_BAR;
    if (bar >= 4) {
        columns[0].width = name; /* as wide as its texts: the rest is the bar's */
        painting.columns[count] = WHAT_BAR;
        columns[count++] = (struct table_column){.title = "", .width = bar, .priority = 1};
    }
    bool focused = state->focus == (int)part;
    int column = draw_text(pane, 0, 0, focused ? STYLE_TITLE : STYLE_HEADING,
                           trend ? trends[state->trend].title : parts[part].title);
    char span[64];
    table_span(&state->tables[part], rows, pane.height - 2, span, sizeof span);
    if (column + 1 + text_width(span) <= pane.width)
        draw_right(pane, 0, pane.width, STYLE_DIM, span);
    table_draw(&state->tables[part], pane_below(pane, 1), columns, count, rows, focused, paint_cell,
               &painting);
    if (rows == 0 && state->overview.pending)
        draw_text(pane, 2, 1, STYLE_DIM, "Counting …");
}
