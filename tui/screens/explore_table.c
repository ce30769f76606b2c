/* The table of Explore: a row for each value or combination, one measure with its interval or bar.
 * The axis is drawn for the rows that matter, so that a tiny one does not stretch it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "engine/slice/calendar.h"
#include "tui/screens/explore_parts.h"
#include "tui/widgets/chart.h"

enum what {
    WHAT_LABEL,
    WHAT_LABEL_TWO,
    WHAT_SALES,
    WHAT_REVENUE,
    WHAT_PER_DAY,
    WHAT_MEAN,
    WHAT_CHART,
    WHAT_VALUE,
    WHAT_VERDICT,
    WHAT_OTHER,
    WHAT_COUNT
};

struct painting {
    const struct explore_state *state;
    enum measure other;
    enum what columns[WHAT_COUNT];
    double low, high, reference;
    bool bars; /* the measure has no intervals */
};

const char *explore_heading(enum measure measure) {
    static const char *const headings[] = {
        [MEASURE_SALES] = "Sales",
        [MEASURE_REVENUE] = "Revenue",
        [MEASURE_MEAN_PRICE] = "Mean price",
        [MEASURE_MEDIAN_PRICE] = "Median price",
        [MEASURE_REVENUE_PER_DAY] = "Revenue per day",
        [MEASURE_SHARE_RETURNING] = "Returning",
        [MEASURE_SHARE_FACEBOOK] = "Facebook",
        [MEASURE_SHARE_FOLLOWS] = "Follows",
        [MEASURE_SHARE_HEARD] = "Heard of shop",
    };
    return headings[measure];
}

void explore_value_text(struct interval value, enum measure measure, char *text, size_t size) {
    char money[MONEY_TEXT_SIZE];
    if (isnan(value.estimate)) {
        snprintf(text, size, "–");
    } else if (measure_kind(measure) == MEASURE_SHARE) {
        chart_share_text(value, text, size);
    } else if (measure_kind(measure) == MEASURE_COUNT_OF) {
        number_grouped((int64_t)value.estimate, text, size);
    } else {
        money_grouped((int64_t)llround(value.estimate), money);
        snprintf(text, size, "%s", money);
    }
}

/* Ends that lie beyond the axis are told by an arrow. */
static void paint_interval(const struct painting *painting, struct pane cell, struct interval value,
                           enum style style) {
    chart_interval(cell, 0, 0, cell.width, painting->low, painting->high, value,
                   painting->reference, style);
    double step = (painting->high - painting->low) / (cell.width > 1 ? cell.width - 1 : 1);
    if (value.low < painting->low - step / 2)
        draw_text(cell, 0, 0, style, "<");
    if (value.high > painting->high + step / 2)
        draw_text(cell, 0, cell.width - 1, style, ">");
}

/* A week with its first day, as its number says nothing to most: "2024-W22 27 May 2024". */
static void label_text(const struct explore_state *state, int row, int dimension, char *text,
                       size_t size) {
    const struct explore_row *at = &state->cross.cells.rows[row];
    const char *label = at->group->label[dimension];
    char canonical[PERIOD_LABEL_SIZE], from[DATE_SHORT_SIZE];
    day_number first, last;
    bool star = dimension == 0 && at->partial;
    if (state->dimensions[dimension] == DIMENSION_WEEK &&
        calendar_read(DIMENSION_WEEK, label, &first, &last, canonical)) {
        date_short(first, from);
        snprintf(text, size, "%s%s %s", label, star ? "*" : "", from);
    } else {
        snprintf(text, size, "%s%s", label, star ? "*" : "");
    }
}

static void paint_cell(const void *context, long row, int column, struct pane cell, char *text,
                       size_t size, enum style *style) {
    const struct painting *painting = context;
    const struct explore_state *state = painting->state;
    int number = state->sequence[row];
    const struct explore_row *at = &state->cross.cells.rows[number];
    struct interval value = measure_value(at, state->measure);
    char money[MONEY_TEXT_SIZE] = "–";
    switch (painting->columns[column]) {
    case WHAT_LABEL:
        label_text(state, number, 0, text, size);
        break;
    case WHAT_LABEL_TWO:
        label_text(state, number, 1, text, size);
        break;
    case WHAT_SALES:
        number_grouped(at->group->cell.sales, text, size);
        break;
    case WHAT_REVENUE:
        money_short((double)at->group->cell.revenue_minor, money);
        snprintf(text, size, "%s", money);
        break;
    case WHAT_PER_DAY:
        if (!isnan(at->revenue_per_day_minor))
            money_short(at->revenue_per_day_minor, money);
        snprintf(text, size, "%s", money);
        break;
    case WHAT_MEAN:
        if (!isnan(at->mean_price_minor))
            money_grouped((int64_t)llround(at->mean_price_minor), money);
        snprintf(text, size, "%s", money);
        break;
    case WHAT_CHART:
        if (isnan(value.estimate))
            break;
        if (painting->bars)
            chart_bar(cell, 0, 0, cell.width, value.estimate / painting->high, STYLE_BAR);
        else
            paint_interval(painting, cell, value, *style);
        break;
    case WHAT_VALUE:
        explore_value_text(value, state->measure, text, size);
        if (state->differences.rows[number].verdict != VERDICT_UNCLEAR)
            *style = state->differences.rows[number].verdict == VERDICT_HIGHER ? STYLE_HIGHER
                                                                               : STYLE_LOWER;
        break;
    case WHAT_VERDICT: /* a glyph and a word: colour alone tells nobody */
        if (state->differences.rows[number].verdict != VERDICT_UNCLEAR) {
            bool higher = state->differences.rows[number].verdict == VERDICT_HIGHER;
            snprintf(text, size, "%s %s", higher ? "^" : "v",
                     verdict_name(state->differences.rows[number].verdict));
            *style = higher ? STYLE_HIGHER : STYLE_LOWER;
        }
        break;
    default:
        explore_value_text(measure_value(at, painting->other), painting->other, text, size);
    }
}

static int label_width(const struct explore_state *state, int dimension) {
    const struct grouping *grouping = &state->cross.cells.grouping;
    int widest = text_width(dimension_title(state->dimensions[dimension]));
    for (int i = 0; i < grouping->count; i++) {
        char text[DIMENSION_LABEL_SIZE + DATE_SHORT_SIZE + 2];
        label_text(state, i, dimension, text, sizeof text);
        int width = text_width(text);
        widest = width > widest ? width : widest;
    }
    return widest < 26 ? widest : 26;
}

static void stretch(struct painting *painting, bool all) {
    enum { SMALL_PART = 100 }; /* rows with less than a hundredth of the sales have no say */
    const struct explore *explore = &painting->state->cross.cells;
    painting->low = INFINITY;
    painting->high = -INFINITY;
    for (int i = 0; i < explore->grouping.count; i++) {
        const struct explore_row *row = &explore->rows[i];
        struct interval value = measure_value(row, painting->state->measure);
        bool small = row->group->cell.sales < explore->grouping.total.sales / SMALL_PART;
        if (isnan(value.estimate) || (small && !all))
            continue;
        painting->low = fmin(painting->low, isnan(value.low) ? value.estimate : value.low);
        painting->high = fmax(painting->high, isnan(value.high) ? value.estimate : value.high);
    }
}

/* From the lowest to the highest end of the intervals; bars begin at 0. */
static void set_axis(struct painting *painting) {
    const struct explore_state *state = painting->state;
    const struct cell *total = &state->cross.cells.grouping.total;
    enum answer of;
    painting->bars =
        measure_kind(state->measure) != MEASURE_SHARE && state->measure != MEASURE_MEAN_PRICE;
    stretch(painting, painting->bars);
    if (!(painting->high > painting->low))
        stretch(painting, true);
    painting->reference = NAN;
    painting->low =
        fmax(painting->low, 0); /* nothing here can be less, whatever its interval says */
    if (painting->bars)
        painting->low = 0;
    else if (!measure_answer(state->measure, &of))
        painting->reference = (double)total->revenue_minor / (double)total->sales;
    else if (total->known[of] > 0)
        painting->reference = (double)total->yes[of] / (double)total->known[of];
}

/* "22%        27%" over the chart, as wide as it is. */
static void axis_title(const struct painting *painting, int width, char *text, size_t size) {
    char low[MONEY_TEXT_SIZE] = "0", high[MONEY_TEXT_SIZE];
    if (measure_kind(painting->state->measure) == MEASURE_SHARE) {
        snprintf(low, sizeof low, "%.0f%%", painting->low * 100);
        snprintf(high, sizeof high, "%.0f%%", painting->high * 100);
    } else if (measure_kind(painting->state->measure) == MEASURE_COUNT_OF) {
        number_grouped((int64_t)painting->high, high, sizeof high);
    } else {
        if (painting->low > 0)
            money_short(painting->low, low);
        money_short(painting->high, high);
    }
    snprintf(text, size, "%s%*s", low, width - (int)strlen(low), high);
}

static const struct {
    const char *title;
    int width;
} shown[WHAT_COUNT] = {
    [WHAT_SALES] = {"Sales", 7}, [WHAT_REVENUE] = {"Revenue", 7}, [WHAT_PER_DAY] = {"Per day", 7},
    [WHAT_MEAN] = {"Mean", 8},   [WHAT_VALUE] = {NULL, 18},       [WHAT_VERDICT] = {"Differs", 8},
    [WHAT_OTHER] = {NULL, 18},
};

/* The share that stands beside the measure. */
static enum measure other_measure(enum measure measure) {
    return measure == MEASURE_SHARE_RETURNING ? MEASURE_SHARE_FACEBOOK : MEASURE_SHARE_RETURNING;
}

static void title_of(enum measure measure, char text[MONEY_HEADING_SIZE]) {
    if (measure_kind(measure) == MEASURE_MONEY)
        money_heading(explore_heading(measure), text);
    else
        snprintf(text, MONEY_HEADING_SIZE, "%s%s", explore_heading(measure),
                 measure_kind(measure) == MEASURE_SHARE ? " %" : "");
}

static bool by_day(const struct explore_state *state) {
    for (int i = 0; i < state->dimension_count; i++) {
        if (calendar_is_of_day(state->dimensions[i]))
            return true;
    }
    return false;
}

void explore_table_draw(const struct explore_state *state, struct pane pane, bool focused) {
    /* What is left out first where there is no room for all. */
    static const enum what dispensable[] = {WHAT_OTHER, WHAT_MEAN, WHAT_REVENUE, WHAT_CHART,
                                            WHAT_PER_DAY};
    enum { GAP = 2, CHART_MIN = 12, CHART_MAX = 60 };
    struct painting painting = {.state = state, .other = other_measure(state->measure)};
    set_axis(&painting);
    bool wanted[WHAT_COUNT], share = measure_kind(state->measure) == MEASURE_SHARE;
    for (int i = 0; i < WHAT_COUNT; i++)
        wanted[i] = true;
    wanted[WHAT_LABEL_TWO] = state->dimension_count == 2;
    wanted[WHAT_PER_DAY] = by_day(state) && state->measure != MEASURE_REVENUE_PER_DAY;
    wanted[WHAT_SALES] = state->measure != MEASURE_SALES;
    wanted[WHAT_REVENUE] = state->measure != MEASURE_REVENUE;
    wanted[WHAT_MEAN] = state->measure != MEASURE_MEAN_PRICE;
    wanted[WHAT_CHART] = painting.high > painting.low;
    wanted[WHAT_VERDICT] = state->differences.differing > 0;
    int widths[WHAT_COUNT];
    char axis[160], titles[2][MONEY_HEADING_SIZE], money[WHAT_COUNT][MONEY_HEADING_SIZE];
    for (int i = 0; i < WHAT_COUNT; i++) {
        money[i][0] = '\0';
        if (i == WHAT_REVENUE || i == WHAT_PER_DAY || i == WHAT_MEAN)
            money_heading(shown[i].title, money[i]);
        widths[i] = text_width(money[i]) > shown[i].width ? text_width(money[i]) : shown[i].width;
    }
    title_of(state->measure, titles[0]);
    title_of(painting.other, titles[1]);
    int64_t most = 0;
    for (int i = 0; i < state->cross.cells.grouping.count; i++) {
        int64_t sales = state->cross.cells.grouping.groups[i].cell.sales;
        most = sales > most ? sales : most;
    }
    widths[WHAT_SALES] = number_width(most, shown[WHAT_SALES].width);
    widths[WHAT_LABEL] = label_width(state, 0);
    widths[WHAT_LABEL_TWO] = wanted[WHAT_LABEL_TWO] ? label_width(state, 1) : 0;
    widths[WHAT_CHART] = CHART_MIN;
    if (!share)
        widths[WHAT_VALUE] = text_width(titles[0]) > 12 ? text_width(titles[0]) : 12;
    int spare;
    for (size_t drop = 0;; drop++) {
        spare = pane.width - 2;
        for (int i = 0; i < WHAT_COUNT; i++)
            spare -= wanted[i] ? widths[i] + GAP : 0;
        if (spare >= 0 || drop == sizeof dispensable / sizeof *dispensable)
            break;
        wanted[dispensable[drop]] = false;
    }
    if (spare > 0)
        widths[WHAT_CHART] += spare < CHART_MAX - CHART_MIN ? spare : CHART_MAX - CHART_MIN;
    axis_title(&painting, widths[WHAT_CHART], axis, sizeof axis);
    struct table_column columns[WHAT_COUNT];
    int count = 0;
    for (int i = 0; i < WHAT_COUNT; i++) {
        if (!wanted[i])
            continue;
        painting.columns[count] = (enum what)i;
        columns[count] =
            (struct table_column){.title = money[i][0] != '\0' ? money[i] : shown[i].title,
                                  .width = widths[i],
                                  .right = i >= WHAT_SALES && i != WHAT_VERDICT};
        if (i <= WHAT_LABEL_TWO)
            columns[count].title = dimension_title(state->dimensions[i]);
        else if (i == WHAT_CHART) {
            columns[count].title = axis;
            columns[count].right = false;
        } else if (i == WHAT_VALUE || i == WHAT_OTHER)
            columns[count].title = titles[i == WHAT_OTHER];
        count++;
    }
    table_draw(&state->table, pane, columns, count, state->cross.cells.grouping.count, focused,
               paint_cell, &painting);
}
