/* Marketing: which customers differ in an outcome, by how much, and whether it is noise.
 *
 * Eight pages, each a table and one plain sentence. Where there is room all pages stand side by
 * side. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "report/impact.h"
#include "tui/choices.h"
#include "tui/screens/marketing_parts.h"
#include "tui/widgets/chart.h"
#include "tui/widgets/tabs.h"

static const char caveat[] = "Differences between customers as they came, not effects: nobody was "
                             "assigned by lot.";

static const char *const titles[] = {
#define X(symbol, title, name) title,
    MARKETING_PAGE_LIST(X)
#undef X
};

typedef void draw_page(const struct marketing *state, struct pane pane, bool focused);

static draw_page *const pages[] = {
#define X(symbol, title, name) marketing_draw_##name,
    MARKETING_PAGE_LIST(X)
#undef X
};

const struct impact *marketing_impact(const struct marketing *state) {
    return &state->impacts[state->chosen.outcome];
}

enum style marketing_verdict_style(enum verdict verdict) {
    return verdict == VERDICT_HIGHER  ? STYLE_HIGHER
           : verdict == VERDICT_LOWER ? STYLE_LOWER
                                      : STYLE_UNCLEAR;
}

void marketing_p_text(double p, char *text, size_t size) {
    if (isnan(p))
        snprintf(text, size, "–");
    else if (p < 0.001)
        snprintf(text, size, "<0.001");
    else
        snprintf(text, size, "%.3f", p);
}

static int rows_of(const struct marketing *state, int page) {
    const struct impact *impact = marketing_impact(state);
    enum dimension factors[MARKETING_HEAT_ROWS];
    const int rows[PAGE_COUNT] = {[PAGE_DIFFERENCES] = impact->difference_count,
                                  [PAGE_HEAT] = marketing_heat_factors(state, factors),
                                  [PAGE_TESTS] = impact->test_count,
                                  [PAGE_ADJUSTED] = impact->adjusted_count,
                                  [PAGE_REACH] = REACH_COMBINATIONS,
                                  [PAGE_TREND] = impact->trend.count,
                                  [PAGE_PRICE] = impact->price_count,
                                  [PAGE_POWER] = impact->power.count};
    return rows[page];
}

static const char *sentence_of(const struct marketing *state, int page) {
    const struct impact *impact = marketing_impact(state);
    const char *const sentences[PAGE_COUNT] = {
        [PAGE_DIFFERENCES] = impact->sentence, [PAGE_HEAT] = state->heat_sentence,
        [PAGE_TESTS] = impact->tests_sentence, [PAGE_ADJUSTED] = impact->adjusted_sentence,
        [PAGE_REACH] = state->reach.sentence,  [PAGE_TREND] = impact->trend.sentence,
        [PAGE_PRICE] = impact->price_sentence, [PAGE_POWER] = impact->power.sentence,
    };
    return sentences[page];
}

/* All that is shown, computed in one go or, of a large shop, in two. */
struct marketing_late {
    struct impact_options chosen;
    bool soon; /* without what takes a pass over the sales that cells stand for */
    struct impact impacts[OUTCOME_COUNT];
    struct reach reach;
};

static void late_release(void *result) {
    struct marketing_late *late = result;
    for (int i = 0; i < OUTCOME_COUNT; i++)
        impact_free(&late->impacts[i]);
}

static void compute(const struct facts *facts, const struct selection *selection,
                    const atomic_bool *stop, struct marketing_late *late) {
    bool later = late->soon && facts->sales != NULL; /* the other outcome, and who is reached */
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        struct impact_options options = late->chosen;
        options.outcome = (enum outcome)i;
        options.tests_only = options.outcome != late->chosen.outcome; /* for the heat map */
        options.quick = late->soon;
        options.stop = stop;
        if (options.tests_only && later)
            late->impacts[i] = (struct impact){.outcome = options.outcome};
        else
            impact_compute(facts, selection, options, &late->impacts[i]);
    }
    if (later)
        late->reach = (struct reach){.sentence = "Still being counted."};
    else
        reach_compute(facts, selection, &late->reach);
}

/* Leaves to `late` what was there before. */
static void take(struct marketing *state, struct marketing_late *late) {
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        struct impact before = state->impacts[i];
        state->impacts[i] = late->impacts[i];
        late->impacts[i] = before;
    }
    state->reach = late->reach;
    state->counting = false;
    marketing_heat_say(state);
    for (int i = 0; i < PAGE_COUNT; i++)
        table_clamp(&state->tables[i], rows_of(state, i));
}

static void release(void *data) {
    struct marketing *state = data;
    for (int i = 0; i < OUTCOME_COUNT; i++)
        impact_free(&state->impacts[i]);
}

static enum err load(void *data, struct app *app, struct error *error) {
    struct marketing *state = data;
    (void)error;
    if (!state->loaded)
        state->chosen = impact_defaults(OUTCOME_RETURNING);
    state->loaded = true;
    state->sales = selection_sales(app_facts(app), app_selection(app));
    state->counting = true;
    if (app_defers(app))
        return ERR_OK;
    struct marketing_late all = {.chosen = state->chosen, .soon = true};
    compute(app_facts(app), app_selection(app), NULL, &all);
    take(state, &all);
    late_release(&all);
    return ERR_OK;
}

static bool is_counting(const void *data) {
    return ((const struct marketing *)data)->counting;
}

static bool late_begin(const void *data, void *result) {
    const struct marketing *state = data;
    struct marketing_late *late = result;
    if (late != NULL) {
        late->chosen = state->chosen;
        late->soon = state->counting;
    }
    return state->counting || marketing_impact(state)->pending;
}

static enum err late_work(void *result, const struct late_source *from, struct error *error) {
    (void)error;
    compute(from->facts, from->selection, from->stop, result);
    return ERR_OK;
}

static void late_take(void *data, struct app *app, void *result) {
    (void)app;
    take(data, result);
}

/* --------------------------------------------------------------------- layout */

/* Rows that a paragraph takes at most: a line loses less than a word to breaking. */
static int paragraph_rows(const char *text, int width) {
    int columns = text_width(text);
    return columns <= width ? 1 : columns / (width - 8) + 1;
}

enum { HEAD = 2, SIDE_BY_SIDE_WIDTH = 160, SIDE_BY_SIDE_HEIGHT = 40, BETWEEN = 3 };

static bool is_side_by_side(struct pane body) {
    return body.width >= SIDE_BY_SIDE_WIDTH && body.height >= SIDE_BY_SIDE_HEIGHT;
}

struct places {
    struct pane parts[PAGE_COUNT]; /* height 0: not shown */
    struct pane words[PAGE_COUNT];
    struct pane caveat;
};

/* One page: its words first, unless they would leave too few rows, then its table. */
static void arrange_one(const struct marketing *state, struct pane body, struct places *out) {
    int said = paragraph_rows(sentence_of(state, state->page), body.width);
    int warned = paragraph_rows(caveat, body.width), room = body.height - HEAD;
    int least = state->page == PAGE_HEAT ? rows_of(state, PAGE_HEAT) + 1 : 6;
    warned = room - said - warned >= least ? warned : 0;
    said = room - said - warned >= 4 ? said : 0;
    out->words[state->page] = pane_top(pane_below(body, HEAD), said);
    out->parts[state->page] = pane_top(pane_below(body, HEAD + said), room - said - warned);
    out->caveat = pane_below(body, body.height - warned);
}

/* All pages in two columns, each with its words; what is over goes to the first parts that can use
 * it. A trend longer than its share of the column scrolls. */
static void arrange_all(const struct marketing *state, struct pane body, struct places *out) {
    /* The heat map shows the tests of both outcomes; one's figures take its place when asked for.
     */
    enum marketing_page tested = state->page == PAGE_TESTS ? PAGE_TESTS : PAGE_HEAT;
    const struct {
        enum marketing_page page;
        int side, more, extra; /* rows besides the table's; and those that are welcome */
    } parts[] = {{PAGE_DIFFERENCES, 0, 0, 7}, {tested, 0, 0, 5},     {PAGE_ADJUSTED, 0, 2, 0},
                 {PAGE_POWER, 0, 0, 0},       {PAGE_REACH, 1, 5, 0}, {PAGE_TREND, 1, 0, 6},
                 {PAGE_PRICE, 1, 0, 8}};
    struct pane left = pane_left(body, (body.width - BETWEEN) / 2);
    struct pane right = pane_after(body, (body.width - BETWEEN) / 2 + BETWEEN);
    int warned = paragraph_rows(caveat, body.width);
    for (int side = 0; side < 2; side++) {
        struct pane column = side == 0 ? left : right;
        int room = body.height - HEAD - warned, at = HEAD;
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            int page = parts[i].page;
            if (parts[i].side == side)
                room -= rows_of(state, page) + 2 + parts[i].more +
                        paragraph_rows(sentence_of(state, page), column.width);
        }
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            int page = parts[i].page;
            if (parts[i].side != side)
                continue;
            int rows = rows_of(state, page) + 1 + parts[i].more;
            int said = paragraph_rows(sentence_of(state, page), column.width);
            if (room < 0 && page == PAGE_TREND) { /* the only table without a bound */
                int less = -room < rows - 4 ? -room : rows - 4;
                rows -= less;
                room += less;
            } else if (room >= parts[i].extra) {
                rows += parts[i].extra;
                room -= parts[i].extra;
            }
            int bottom = body.height - warned;
            if (at + rows > bottom)
                rows = bottom - at;
            if (rows <= 0)
                continue;
            out->parts[page] = pane_top(pane_below(column, at), rows);
            at += rows;
            if (at + said <= bottom)
                out->words[page] = pane_top(pane_below(column, at), said);
            at += said + 1;
        }
    }
    out->caveat = pane_below(body, body.height - warned);
}

static struct places arrange(const struct marketing *state, struct pane body) {
    struct places out = {0};
    if (is_side_by_side(body))
        arrange_all(state, body, &out);
    else
        arrange_one(state, body, &out);
    return out;
}

/* -------------------------------------------------------------------- drawing */

static void draw_head(const struct marketing *state, struct pane body) {
    const struct impact *impact = marketing_impact(state);
    char share[64], known[NUMBER_TEXT_SIZE];
    chart_share_text(impact->base_rate, share, sizeof share);
    number_grouped(impact->known, known, sizeof known);
    tabs_draw(body, titles, PAGE_COUNT, state->page);
    int column = draw_text(body, 1, 0, STYLE_TITLE, outcome_title(impact->outcome));
    if (impact->outcome == OUTCOME_RETURNING) /* the one place where a newcomer needs it */
        column = draw_text(body, 1, column + 1, STYLE_DIM, "(bought here before)");
    column = draw_text(body, 1, column + 1, STYLE_STRONG, share);
    draw_format(body, 1, column + 1, STYLE_TEXT, "of %s", known);
    if (body.width >= 100 && state->page == PAGE_DIFFERENCES)
        draw_right(body, 1, body.width, STYLE_DIM, "yes minus no in points [95%]");
}

static void draw(const void *data, const struct app *app, struct pane body) {
    const struct marketing *state = data;
    char sales[NUMBER_TEXT_SIZE];
    if (app_selection(app)->count == 0) {
        draw_paragraph(body, 0, 0, STYLE_TEXT,
                       "No sales match these filters. x drops the last one.");
        return;
    }
    if (state->counting) {
        tabs_draw(body, titles, PAGE_COUNT, state->page);
        number_grouped(state->sales, sales, sizeof sales);
        draw_format(body, 1, 0, STYLE_DIM, "Counting %s sales …", sales);
        return;
    }
    draw_head(state, body);
    struct places places = arrange(state, body);
    for (int page = 0; page < PAGE_COUNT; page++) {
        if (places.parts[page].height > 0)
            pages[page](state, places.parts[page], page == state->page);
        if (places.words[page].height > 0)
            draw_paragraph(places.words[page], 0, 0, STYLE_STRONG, sentence_of(state, page));
    }
    if (places.caveat.height > 0)
        draw_paragraph(places.caveat, 0, 0, STYLE_DIM, caveat);
}

/* -------------------------------------------------------------------- actions */

static unsigned accept_strata(void *data, struct app *app, const char *text) {
    struct marketing *state = data;
    struct error error;
    if (impact_strata_parse(text, &state->chosen, &error) != ERR_OK) {
        app_notice(app, STYLE_WARNING, "%s. %s", error.message, error.hint);
        return REACT_DRAW;
    }
    state->page = PAGE_ADJUSTED;
    return REACT_RELOAD | REACT_DRAW;
}

static unsigned ask_strata(struct marketing *state, struct app *app) {
    char now[128] = "";
    for (int i = 0; i < state->chosen.strata_count; i++) {
        size_t length = strlen(now);
        snprintf(now + length, sizeof now - length, "%s%s", i > 0 ? "," : "",
                 dimension_name(state->chosen.strata[i]));
    }
    return app_prompt(app,
                      "Alike in (up to four dimensions, or none):", now[0] != '\0' ? now : "none",
                      accept_strata, state);
}

static unsigned accept_difference(void *data, struct app *app, const char *text) {
    struct marketing *state = data;
    double points;
    if (!number_parse_real(text, &points) || !(points > 0 && points < 100)) {
        app_notice(app, STYLE_WARNING, "Points between 0 and 100, for example 2.5.");
        return REACT_DRAW;
    }
    state->chosen.difference = points / 100;
    state->page = PAGE_POWER;
    return REACT_RELOAD | REACT_DRAW;
}

static unsigned ask_difference(struct marketing *state, struct app *app) {
    char now[32];
    snprintf(now, sizeof now, "%.6g", state->chosen.difference * 100);
    return app_prompt(app, "How many sales show a difference of (points):", now, accept_difference,
                      state);
}

/* Into one combination of channels: its three answers become filters. */
static unsigned open_reach(const struct marketing *state, struct app *app, long row) {
    static const enum dimension channels[REACH_CHANNELS] = {DIMENSION_FACEBOOK, DIMENSION_FOLLOWS,
                                                            DIMENSION_HEARD};
    unsigned combination = state->reach.rows[row].channels, reaction = REACT_NONE;
    for (int i = 0; i < REACH_CHANNELS; i++) {
        const char *label = (combination >> i & 1) != 0 ? "yes" : "no";
        reaction |= i == 0 ? app_drill(app, channels[i], label, DIMENSION_RETURNING)
                           : app_filter(app, channels[i], FILTER_IS, label);
    }
    return reaction;
}

static unsigned open_row(const struct marketing *state, struct app *app) {
    const struct impact *impact = marketing_impact(state);
    long row = state->tables[state->page].cursor;
    if (state->counting || row >= rows_of(state, state->page))
        return REACT_NONE;
    enum dimension factor = DIMENSION_MONTH;
    switch ((enum marketing_page)state->page) {
    case PAGE_DIFFERENCES:
        factor = impact->differences[row].factor;
        break;
    case PAGE_TESTS:
        factor = impact->tests[row].factor;
        break;
    case PAGE_HEAT: {
        enum dimension factors[MARKETING_HEAT_ROWS];
        marketing_heat_factors(state, factors);
        factor = factors[row];
        break;
    }
    case PAGE_ADJUSTED:
        factor = impact->adjusted[row].factor;
        break;
    case PAGE_PRICE:
        factor = impact->prices[row].factor;
        break;
    case PAGE_POWER:
        factor = impact->power.factors[row].factor;
        break;
    case PAGE_REACH:
        return open_reach(state, app, row);
    default: {
        char month[MONTH_ISO_SIZE];
        date_month_iso(impact->trend.months[row].month_index, month);
        return app_drill(app, DIMENSION_MONTH, month, DIMENSION_FACEBOOK);
    }
    }
    return app_drill(app, factor, NULL, factor);
}

static unsigned act(void *data, struct app *app, enum action action) {
    struct marketing *state = data;
    struct places places =
        arrange(state, (struct pane){.height = app_body_height(app), .width = app_body_width(app)});
    if (table_move(&state->tables[state->page], action, rows_of(state, state->page),
                   places.parts[state->page].height - 1))
        return REACT_DRAW;
    if (tabs_act(&state->page, PAGE_COUNT, action))
        return REACT_DRAW;
    int series = marketing_impact(state)->difference_count + 1;
    switch (action) {
    case ACTION_LEFT:
    case ACTION_RIGHT:
        if (state->page != PAGE_TREND)
            return REACT_NONE;
        state->series = (state->series + (action == ACTION_RIGHT ? 1 : series - 1)) % series;
        return REACT_DRAW;
    case ACTION_OUTCOME:
        state->chosen.outcome = (enum outcome)((state->chosen.outcome + 1) % OUTCOME_COUNT);
        return REACT_RELOAD | REACT_DRAW;
    case ACTION_STRATA:
        return ask_strata(state, app);
    case ACTION_NEEDED:
        return ask_difference(state, app);
    case ACTION_OPEN:
        return open_row(state, app);
    default:
        return REACT_NONE;
    }
}

static void remember(const void *data, struct buffer *choices) {
    const struct marketing *state = data;
    choices_add(choices, "page", state->page);
    choices_add(choices, "outcome", (int)state->chosen.outcome);
}

static void restore(void *data, const char *choices) {
    struct marketing *state = data;
    if (!state->loaded)
        state->chosen = impact_defaults(OUTCOME_RETURNING);
    state->loaded = true;
    state->page = choices_get(choices, "page", state->page, PAGE_COUNT);
    state->chosen.outcome =
        (enum outcome)choices_get(choices, "outcome", (int)state->chosen.outcome, OUTCOME_COUNT);
}

static void settings(const void *data, struct buffer *lines) {
    const struct marketing *state = data;
    buffer_printf(lines, "%d\n%.17g\n", state->series, state->chosen.difference);
    for (int i = 0; i < state->chosen.strata_count; i++)
        buffer_printf(lines, "%d ", (int)state->chosen.strata[i]);
}

static void set(void *data, const char *lines) {
    struct marketing *state = data;
    int length, dimension;
    if (sscanf(lines, "%d\n%lf\n%n", &state->series, &state->chosen.difference, &length) != 2)
        return;
    state->chosen.strata_count = 0;
    for (lines += length; sscanf(lines, "%d %n", &dimension, &length) == 1; lines += length)
        state->chosen.strata[state->chosen.strata_count++] = (enum dimension)dimension;
}

static struct document *document_of(const void *data, const struct app *app, struct error *error) {
    static const enum impact_part parts[PAGE_COUNT] = {
        [PAGE_DIFFERENCES] = IMPACT_DIFFERENCES,
        [PAGE_HEAT] = IMPACT_TESTS,
        [PAGE_TESTS] = IMPACT_TESTS,
        [PAGE_ADJUSTED] = IMPACT_ADJUSTED,
        [PAGE_REACH] = IMPACT_REACH,
        [PAGE_TREND] = IMPACT_TREND,
        [PAGE_PRICE] = IMPACT_MONEY,
        [PAGE_POWER] = IMPACT_POWER,
    };
    const struct marketing *state = data;
    struct reading reading = app_reading(app);
    struct pane body = {.height = app_body_height(app), .width = app_body_width(app)};
    (void)error;
    return report_impact(&reading, state->chosen,
                         is_side_by_side(body) || app_is_linear(app) ? IMPACT_ALL
                                                                     : parts[state->page]);
}

static char *command_of(const void *data, const struct app *app) {
    const struct marketing *state = data;
    struct buffer strata = {0};
    (void)app;
    for (int i = 0; i < state->chosen.strata_count; i++)
        buffer_printf(&strata, "%s%s", i != 0 ? "," : "", dimension_name(state->chosen.strata[i]));
    char *text = xasprintf(
        "impact --outcome %s --strata %s --difference %g", outcome_name(state->chosen.outcome),
        strata.length != 0 ? strata.data : "none", state->chosen.difference * 100);
    buffer_free(&strata);
    return text;
}

const struct screen_ops marketing_screen = {
    .title = "Marketing",
    .help = "Who differs in an outcome; o switches between returning (bought here before) and from "
            "Facebook, Tab "
            "turns the pages. Differences: the share where the answer is yes minus where it is no, "
            "in points with its 95% interval; unclear means that the interval holds zero, so "
            "chance would do as much. Heat map: how strongly "
            "each factor goes with both outcomes, from 0 to 1. Tests: over all levels of each "
            "factor. Adjusted: the odds "
            "ratio among customers who are alike (a chooses in what). Reach: how Facebook, "
            "following and word of mouth overlap. Trend: month by month, Left and Right show the "
            "difference by a factor. Price: what they pay and bring. Power: what these sales could "
            "show, and how many a difference needs (D types one). All of it are differences "
            "between customers as they came. Enter explores the row.",
    .state_size = sizeof(struct marketing),
    .load = load,
    .late_size = sizeof(struct marketing_late),
    .late_begin = late_begin,
    .late_work = late_work,
    .late_take = late_take,
    .late_release = late_release,
    .late_in_steps = true,
    .is_counting = is_counting,
    .draw = draw,
    .act = act,
    .release = release,
    .remember = remember,
    .restore = restore,
    .settings = settings,
    .set = set,
    .document = document_of,
    .command = command_of,
    .footer = {ACTION_NEXT, ACTION_OUTCOME, ACTION_OPEN, ACTION_BY, ACTION_STRATA, ACTION_NEEDED,
               ACTION_FILTER},
    .words = {[2] = "explore", [3] = "by two"},
};
