/* The Overview: who buys, when, where and what, at a glance.
 *
 * Key figures on top; below them one pane for months and one each for places, handsets and, where
 * there is room, brands. Months are compared per day, as the first and last are often cut. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "engine/analysis/overview.h"
#include "report/overview.h"
#include "tui/choices.h"
#include "tui/news.h"
#include "tui/screen.h"
#include "tui/widgets/chart.h"
#include "tui/widgets/table.h"

enum part {
    PART_MONTHS,
    PART_LOCATIONS,
    PART_HANDSETS,
    PART_BRANDS,
    PART_WEEKDAYS,
    PART_AGE_BANDS,
    PART_GENDERS,
    PART_COUNT
};

static const struct {
    const char *title, *heading;
    enum dimension dimension, next; /* what Enter filters by, and explores by then */
} parts[PART_COUNT] = {
    [PART_MONTHS] = {"Revenue per day by month", "Month", DIMENSION_MONTH, DIMENSION_LOCATION},
    [PART_LOCATIONS] = {"Revenue by location", "Location", DIMENSION_LOCATION, DIMENSION_HANDSET},
    [PART_HANDSETS] = {"Handsets by revenue", "Handset", DIMENSION_HANDSET, DIMENSION_LOCATION},
    [PART_BRANDS] = {"Brands by revenue", "Brand", DIMENSION_BRAND, DIMENSION_HANDSET},
    [PART_WEEKDAYS] = {"Revenue per day by weekday", "Weekday", DIMENSION_WEEKDAY,
                       DIMENSION_LOCATION},
    [PART_AGE_BANDS] = {"Sales by age", "Age band", DIMENSION_AGE_BAND, DIMENSION_HANDSET},
    [PART_GENDERS] = {"Sales by gender", "Gender", DIMENSION_GENDER, DIMENSION_HANDSET},
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

struct state {
    struct overview overview;
    struct since since;
    struct table tables[PART_COUNT];
    enum overview_trend trend;
    int focus;
};

static const struct overview_period *periods_of(const struct state *state, int *count) {
    return overview_periods(&state->overview, state->trend, count);
}

/* NULL for parts that are not one. */
static const struct explore *explore_of(const struct overview *overview, enum part part) {
    return part == PART_WEEKDAYS    ? &overview->parts[OVERVIEW_WEEKDAY]
           : part == PART_AGE_BANDS ? &overview->parts[OVERVIEW_AGE_BAND]
           : part == PART_GENDERS   ? &overview->parts[OVERVIEW_GENDER]
                                    : NULL;
}

static int rows_of(const struct state *state, enum part part) {
    const struct overview *overview = &state->overview;
    int count;
    if (explore_of(overview, part) != NULL)
        return explore_of(overview, part)->grouping.count;
    switch (part) {
    case PART_MONTHS:
        periods_of(state, &count);
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

static enum err load(void *data, struct app *app, struct error *error) {
    struct state *state = data;
    (void)error;
    overview_free(&state->overview);
    overview_compute(app_facts(app), app_selection(app), &state->overview);
    news_load(app, &state->since);
    for (int i = 0; i < PART_COUNT; i++)
        table_clamp(&state->tables[i], rows_of(state, (enum part)i));
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

/* Lines below the comparison that tell the news; where there is less room, one line at the bottom
 * does. */
static int news_lines(const struct state *state, struct pane body) {
    enum { WIDE = 120, TALL = 27, LEAST = 18 };
    bool roomy = (body.width >= WIDE && body.height >= LEAST) || body.height >= TALL;
    return roomy && news_are_there(&state->since) ? state->since.count : 0;
}

/* Where each part stands; height 0: there is no room for it. Key figures and a blank line are above
 * them, the footnote below. */
static void arrange(const struct state *state, struct pane body, struct pane out[PART_COUNT]) {
    enum { COLUMN_GAP = 3, WIDE = 120, NARROW = 56, LOW = 12, TALL = 36 };
    for (int i = 0; i < PART_COUNT; i++)
        out[i] = (struct pane){0};
    int above = 2 + news_lines(state, body);
    struct pane room = pane_top(pane_below(body, above), body.height - above - 1);
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
    if (columns < 3)
        return;
    struct pane last = pane_after(room, 2 * (width + COLUMN_GAP));
    out[PART_BRANDS] = last;
    int weekdays = rows_of(state, PART_WEEKDAYS) + 2, ages = rows_of(state, PART_AGE_BANDS) + 2;
    int genders = rows_of(state, PART_GENDERS) + 2;
    if (room.height >= TALL) {
        out[PART_MONTHS] = pane_top(out[PART_MONTHS], room.height - weekdays - 1);
        out[PART_WEEKDAYS] = pane_below(pane_left(room, width), room.height - weekdays);
        out[PART_BRANDS] = pane_top(last, room.height - ages - genders - 2);
        out[PART_AGE_BANDS] = pane_top(pane_below(last, room.height - ages - genders - 1), ages);
        out[PART_GENDERS] = pane_below(last, room.height - genders);
    }
}

/* -------------------------------------------------------------------- drawing */

enum what { WHAT_NAME, WHAT_SALES, WHAT_MEAN, WHAT_REVENUE, WHAT_SHARE, WHAT_BAR, WHAT_COUNT };

struct painting {
    const struct state *state;
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

static struct line line_at(const struct state *state, enum part part, long row) {
    const struct explore *explore = explore_of(&state->overview, part);
    if (part == PART_MONTHS) {
        int count;
        const struct overview_period *period = &periods_of(state, &count)[row];
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
    const struct overview_line *line = &lines_of(&state->overview, part)[row];
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

static void paint_cell(const void *context, long row, int column, struct pane cell, char *text,
                       size_t size, enum style *style) {
    const struct painting *painting = context;
    struct line line = line_at(painting->state, painting->part, row);
    (void)style;
    switch (painting->columns[column]) {
    case WHAT_NAME:
        snprintf(text, size, "%s%s", line.name, line.partial ? "*" : "");
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

static void draw_part(const struct state *state, enum part part, struct pane pane) {
    enum {
        NUMBER_WIDTH = 8,
        SHARE_WIDTH = 18,
        ROOMY = 52,
        NAME_LEAST = 9,
        NARROW = 45,
        SHORT_BAR = 6
    };
    if (pane.height < 3)
        return;
    struct painting painting = {.state = state, .part = part};
    int rows = rows_of(state, part), name = NAME_LEAST;
    for (int i = 0; i < rows; i++) {
        struct line line = line_at(state, part, i);
        int width = text_width(line.name) + 1;
        painting.largest = fmax(painting.largest, line.bar_minor);
        name = width > name ? width : name;
    }
    bool trend = part == PART_MONTHS, shares = part == PART_AGE_BANDS || part == PART_GENDERS;
    bool per_day = trend ? state->trend != TREND_DAY : part == PART_WEEKDAYS;
    struct table_column columns[WHAT_COUNT];
    int count = 1, taken = 0;
    painting.columns[0] = WHAT_NAME;
    columns[0] =
        (struct table_column){.title = trend ? trends[state->trend].heading : parts[part].heading,
                              .width = trend ? name : 0};
    if (pane.width >= ROOMY) {
        taken += add_column(&painting, columns, &count, WHAT_SALES, "Sales", NUMBER_WIDTH);
        taken += shares ? add_column(&painting, columns, &count, WHAT_SHARE, "Share %", SHARE_WIDTH)
                        : add_column(&painting, columns, &count, WHAT_MEAN, "Mean", NUMBER_WIDTH);
    }
    taken += add_column(&painting, columns, &count, WHAT_REVENUE, per_day ? "Per day" : "Revenue",
                        NUMBER_WIDTH);
    if (!trend)
        name = smaller(name, (pane.width - taken) * 2 / 3);
    int bar = pane.width - taken - name - 3;
    if (pane.width < NARROW && bar > SHORT_BAR) /* 48 steps; a cell is three bytes on the line */
        bar = SHORT_BAR;
    if (bar >= 4) {
        columns[0].width = name; /* as wide as its texts: the rest is the bar's */
        painting.columns[count] = WHAT_BAR;
        columns[count++] = (struct table_column){.title = "", .width = bar, .priority = 1};
    }
    bool focused = state->focus == (int)part;
    draw_text(pane, 0, 0, focused ? STYLE_TITLE : STYLE_HEADING,
              trend ? trends[state->trend].title : parts[part].title);
    table_draw(&state->tables[part], pane_below(pane, 1), columns, count, rows, focused, paint_cell,
               &painting);
}

/* The key figures from left to right, as many as fit whole. */
static void draw_figures(const struct overview *overview, struct pane body) {
    enum { FIGURES = 5 };
    static const char *const names[FIGURES] = {"Revenue", "Sales", "Median price", "Returning",
                                               "Facebook"};
    char values[FIGURES][64], revenue[MONEY_TEXT_SIZE];
    money_or_dash((double)overview->total.revenue_minor, revenue, sizeof revenue);
    snprintf(values[0], sizeof values[0], "%s%s", money_sign(), revenue);
    number_grouped(overview->total.sales, values[1], sizeof values[1]);
    char median[MONEY_TEXT_SIZE];
    money_grouped((int64_t)llround(overview->median_price_minor), median);
    snprintf(values[2], sizeof values[2], "%s%s", money_sign(), median);
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
        column = draw_format(body, 0, column, STYLE_TEXT, "%s ", names[i]);
        column = draw_text(body, 0, column, STYLE_STRONG, values[i]) + gap;
    }
}

/* "+3.1% unclear": money and counts change in percent, shares in points. */
static void change_words(const struct recent_figure *figure, char *text, size_t size) {
    double change = figure->difference.estimate;
    bool share = measure_kind(figure->measure) == MEASURE_SHARE;
    snprintf(text, size, share ? "%+.1f points %s" : "%+.1f%% %s",
             share ? change * 100 : change / figure->before * 100, verdict_name(figure->verdict));
}

/* The last weeks against those before, as much of it as fits. */
static void draw_recent(const struct recent *recent, struct pane body) {
    static const struct {
        const char *name;
        enum measure measure;
    } told[] = {{"revenue", MEASURE_REVENUE_PER_DAY},
                {"returning", MEASURE_SHARE_RETURNING},
                {"Facebook", MEASURE_SHARE_FACEBOOK},
                {"sales", MEASURE_SALES},
                {"mean price", MEASURE_MEAN_PRICE}};
    if (recent->days == 0)
        return;
    char text[512];
    int used = snprintf(text, sizeof text, "Last %d days against the %d before:", recent->days,
                        recent->days);
    bool first = true;
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        for (int f = 0; f < RECENT_FIGURES; f++) {
            const struct recent_figure *figure = &recent->figures[f];
            char change[64];
            if (figure->measure != told[i].measure || !isfinite(figure->difference.estimate) ||
                !(figure->before > 0))
                continue;
            change_words(figure, change, sizeof change);
            int length = snprintf(text + used, sizeof text - (size_t)used, "%s %s %s",
                                  first ? "" : ",", told[i].name, change);
            if (used + length > body.width) {
                text[used] = '\0';
                break;
            }
            used += length;
            first = false;
        }
    }
    if (!first)
        draw_text(body, 1, 0, STYLE_DIM, text);
}

/* "Since 3 Mar 2025: 312 new sales, …" and, below it, what else is new. */
static void draw_news(const struct state *state, struct pane body) {
    const struct since *since = &state->since;
    int lines = news_lines(state, body);
    char date[DATE_SHORT_SIZE], text[SINCE_SENTENCE_SIZE + 32];
    date_short(since->visit, date);
    for (int i = 0; i < lines; i++) {
        if (i == 0)
            snprintf(text, sizeof text, "Since %s: %s", date, since->sentences[i]);
        else
            snprintf(text, sizeof text, "  %s", since->sentences[i]);
        draw_field(body, 2 + i, 0, body.width, i == 0 ? STYLE_STRONG : STYLE_TEXT, text);
    }
}

/* "New since 3 Mar 2025: 312 sales, … (W tells all)"; returns the column after it. */
static int draw_news_line(const struct since *since, struct pane body) {
    char date[DATE_SHORT_SIZE], text[SINCE_BRIEF_SIZE + 64], more[32];
    const char *keys = action_keys(ACTION_NEWS);
    date_short(since->visit, date);
    snprintf(more, sizeof more, keys[0] != '\0' ? " (%.*s tells all)" : "", (int)strcspn(keys, " "),
             keys);
    snprintf(text, sizeof text, "New since %s: %s%s", date, since->brief, more);
    if (text_width(text) > body.width) /* the figures before the way to the rest */
        snprintf(text, sizeof text, "New: %s%s", since->brief, more);
    return draw_text(body, body.height - 1, 0, STYLE_STRONG, text);
}

/* "* partial: 2024-05 has 5 days, 2025-03 has 22 days" */
static void draw_footnote(const struct state *state, struct pane body, int column) {
    char text[256];
    int used = 0, partial = 0, count;
    const struct overview_period *periods = periods_of(state, &count);
    const char *kind = trends[state->trend].heading;
    for (int i = 0; i < count; i++) {
        const struct overview_period *period = &periods[i];
        if (!period->partial || ++partial > 3)
            continue;
        used += snprintf(text + used, sizeof text - (size_t)used, "%s%s has %d day%s",
                         partial > 1 ? ", " : "* partial: ", period->label, period->days,
                         period->days == 1 ? "" : "s");
    }
    if (partial == 0)
        return;
    if (partial > 3)
        snprintf(text, sizeof text, "* partial %s: %d, compare the revenue per day", kind, partial);
    if (column == 0)
        draw_field(body, body.height - 1, 0, body.width, STYLE_DIM, text);
    else if (column + 3 + text_width(text) <= body.width)
        draw_text(body, body.height - 1, column + 3, STYLE_DIM, text);
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
    draw_recent(&state->overview.recent, body);
    draw_news(state, body);
    bool briefly = news_are_there(&state->since) && news_lines(state, body) == 0;
    draw_footnote(state, body, briefly ? draw_news_line(&state->since, body) : 0);
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
    int rows = rows_of(state, part);
    if (table_move(table, action, rows, panes[part].height - 2))
        return REACT_DRAW;
    if (part == PART_MONTHS && (action == ACTION_LEFT || action == ACTION_RIGHT)) {
        int step = action == ACTION_RIGHT ? 1 : TREND_COUNT - 1;
        state->trend = (enum overview_trend)(((int)state->trend + step) % TREND_COUNT);
        *table = (struct table){0};
        return REACT_DRAW;
    }
    if (rows == 0)
        return REACT_NONE;
    const char *label = line_at(state, part, table->cursor).name;
    enum dimension dimension =
        part == PART_MONTHS ? trends[state->trend].dimension : parts[part].dimension;
    switch (action) {
    case ACTION_OPEN:
        return app_drill(app, dimension, label, parts[part].next);
    case ACTION_KEEP:
        return app_filter(app, dimension, FILTER_IS, label);
    case ACTION_EXCLUDE:
        return app_filter(app, dimension, FILTER_IS_NOT, label);
    default:
        return REACT_NONE;
    }
}

static void remember(const void *data, struct buffer *choices) {
    const struct state *state = data;
    choices_add(choices, "trend", (int)state->trend);
}

static void restore(void *data, const char *choices) {
    struct state *state = data;
    state->trend =
        (enum overview_trend)choices_get(choices, "trend", (int)state->trend, TREND_COUNT);
}

static struct document *document_of(const void *data, const struct app *app, struct error *error) {
    struct reading reading = app_reading(app);
    (void)data;
    (void)error;
    return report_overview(&reading);
}

static char *command_of(const void *data, const struct app *app) {
    (void)data;
    (void)app;
    return xstrdup("overview");
}

const struct screen_ops overview_screen = {
    .title = "Overview",
    .help = "The shop at a glance. Shares stand with their 95% intervals: the true share may be "
            "anywhere within. Months are compared by revenue per day; a star marks one that "
            "the data or the filters cut; Left and Right show weeks and days. The second line "
            "compares the last 28 days with the 28 before, or half of a shorter slice with the "
            "other. Enter explores what is under the cursor, = keeps only "
            "it, - leaves it out; b explores by two dimensions at once. W tells what is new "
            "since the last visit.",
    .state_size = sizeof(struct state),
    .load = load,
    .draw = draw,
    .act = act,
    .release = release,
    .remember = remember,
    .restore = restore,
    .document = document_of,
    .command = command_of,
    .footer = {ACTION_OPEN, ACTION_NEXT, ACTION_RIGHT, ACTION_KEEP, ACTION_FILTER, ACTION_BY,
               ACTION_EXCLUDE},
};
