/* Explore: every measure by one or two dimensions, and whether the answers differ between the rows
 * beyond chance. Opened by drilling, on top of another screen. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "engine/analysis/numeric.h"
#include "report/explore.h"
#include "tui/choices.h"
#include "tui/screens/explore_parts.h"
#include "tui/widgets/tabs.h"

enum { WIDE = 160 }; /* table and heat map stand side by side */

/* ---------------------------------------------------------------------- order */

static double sort_value(const struct explore_state *state, int row) {
    const struct explore_row *at = &state->cross.cells.rows[row];
    switch (state->order) {
    case ORDER_SALES:
        return (double)at->group->cell.sales;
    case ORDER_REVENUE:
        return (double)at->group->cell.revenue_minor;
    case ORDER_MEAN:
        return at->mean_price_minor;
    case ORDER_MEASURE:
        return measure_value(at, state->measure).estimate;
    default:
        return -row;
    }
}

/* Largest first, or smallest first where inverted; rows without a value always last. */
static int compare_rows(const void *a, const void *b, void *context) {
    const struct explore_state *state = context;
    int row_a = *(const int *)a, row_b = *(const int *)b;
    double value_a = sort_value(state, row_a), value_b = sort_value(state, row_b);
    if (isnan(value_a) || isnan(value_b)) {
        if (isnan(value_a) != isnan(value_b))
            return isnan(value_a) ? 1 : -1;
        return row_a - row_b;
    }
    if (value_a == value_b)
        return row_a - row_b;
    return (value_a > value_b) != state->inverted ? -1 : 1;
}

static void sort_rows(struct explore_state *state) {
    int count = state->cross.cells.grouping.count;
    for (int i = 0; i < count; i++)
        state->sequence[i] = i;
    if (count > 1)
        qsort_r(state->sequence, (size_t)count, sizeof *state->sequence, compare_rows, state);
}

/* The next order that shows the rows otherwise: where they stand by sales already, sorting by sales
 * would look like a dead key. */
static void sort_next(struct explore_state *state) {
    int count = state->cross.cells.grouping.count, tried = 0;
    size_t size = (size_t)count * sizeof *state->sequence;
    int *before = xcalloc((size_t)count + 1, sizeof *before);
    memcpy(before, state->sequence, size);
    do {
        state->order = (enum explore_order)((state->order + 1) % ORDER_COUNT);
        sort_rows(state);
    } while (memcmp(before, state->sequence, size) == 0 && ++tried < ORDER_COUNT);
    free(before);
}

/* What the measure changes: which rows differ, and their order. */
static void compare(struct explore_state *state) {
    differences_free(&state->differences);
    measure_compare(&state->cross.cells, state->measure, &state->differences);
    bool revenue = state->order == ORDER_REVENUE ||
                   (state->measure == MEASURE_REVENUE && state->order != ORDER_SALES);
    best_find(&state->cross.cells.grouping, revenue ? BEST_BY_REVENUE : BEST_BY_SALES,
              &state->best);
    sort_rows(state);
}

static void compute(const struct explore_state *state, const struct facts *facts,
                    const struct selection *selection, struct cross *out) {
    *out = (struct cross){0};
    if (state->dimension_count == 2)
        cross_compute(facts, selection, state->dimensions, out);
    else
        explore_compute(facts, selection, state->dimensions, state->dimension_count, &out->cells);
}

/* Takes what was computed over. */
static void show(struct explore_state *state, const struct app *app, struct cross *cross) {
    cross_free(&state->cross);
    state->cross = *cross;
    *cross = (struct cross){0};
    free(state->sequence);
    state->sequence =
        xcalloc((size_t)state->cross.cells.grouping.count + 1, sizeof *state->sequence);
    compare(state);
    table_clamp(&state->table, state->cross.cells.grouping.count);
    if (state->dimension_count == 2 && state->cross.first_of_row != NULL)
        explore_heat_act(state, ACTION_NONE, 1);
    (void)app;
}

/* Of cells, days and medians take a pass over the sales: rows by days come late as a whole, medians
 * after the other rows. */
static enum err load(void *data, struct app *app, struct error *error) {
    struct explore_state *state = data;
    const struct facts *facts = app_facts(app);
    struct cross cross = {0};
    (void)error;
    if (state->dimension_count == 0) {
        state->dimension_count = app_explore_by(app, state->dimensions);
        state->measure = MEASURE_SHARE_RETURNING;
    }
    state->problem = (struct error){0};
    state->to_read = 0;
    bool known = true;
    for (int i = 0; i < state->dimension_count; i++)
        known = known && dimension_is_known(facts, state->dimensions[i]);
    if (!known || (facts->sales != NULL && state->measure == MEASURE_MEDIAN_PRICE))
        state->to_read = selection_sales(facts, app_selection(app));
    if (known || state->to_read == 0)
        compute(state, facts, app_selection(app), &cross);
    show(state, app, &cross);
    return ERR_OK;
}

struct explore_late {
    struct explore_state asked; /* dimensions and measure */
    struct cross cross;
    struct error problem;
};

static bool late_begin(const void *data, void *result) {
    const struct explore_state *state = data;
    struct explore_late *late = result;
    if (late != NULL)
        late->asked = *state;
    return state->to_read > 0;
}

/* Without medians where they fail: the rest is told, and why. */
static enum err late_work(void *result, const struct late_source *from, struct error *error) {
    struct explore_late *late = result;
    (void)error;
    compute(&late->asked, from->facts, from->selection, &late->cross);
    enum err err = cross_quantiles(from->facts, from->selection, &late->cross, &late->problem);
    return err == ERR_CANCELLED ? err : ERR_OK;
}

static void late_take(void *data, struct app *app, void *result) {
    struct explore_state *state = data;
    struct explore_late *late = result;
    state->to_read = 0;
    state->problem = late->problem;
    show(state, app, &late->cross);
}

static void late_release(void *result) {
    struct explore_late *late = result;
    cross_free(&late->cross);
}

static void release(void *data) {
    struct explore_state *state = data;
    cross_free(&state->cross);
    differences_free(&state->differences);
    free(state->sequence);
    state->sequence = NULL;
}

static bool on_heat(const struct explore_state *state) {
    return state->dimension_count == 2 && state->page == PAGE_HEAT;
}

/* -------------------------------------------------------------------- drawing */

/* "location and from Facebook": titles within a sentence */
static void by_words(const struct explore_state *state, char *text, size_t size) {
    char words[2][64] = {"", ""};
    for (int i = 0; i < state->dimension_count; i++) {
        snprintf(words[i], sizeof words[i], "%s", dimension_title(state->dimensions[i]));
        words[i][0] = (char)tolower((unsigned char)words[i][0]);
    }
    snprintf(text, size, "%s%s%s", words[0], state->dimension_count == 2 ? " and " : "", words[1]);
}

/* One test of all rows at once, for a share. */
static void test_words(const struct explore_state *state, enum answer of, char *text, size_t size) {
    const struct chi_square *test = &state->cross.cells.test[of];
    const char *what = explore_heading(state->measure);
    char by[160], p[32];
    by_words(state, by, sizeof by);
    if (measure_is_grouped(&state->cross.cells.grouping, state->measure)) {
        snprintf(text, size, "The rows are made of this very answer: m shows another measure.");
        return;
    }
    if (test->df == 0 || isnan(test->p)) {
        snprintf(text, size, "%s by %s: nothing to compare.", what, by);
        return;
    }
    if (test->p < 0.001)
        snprintf(p, sizeof p, "p < 0.001");
    else
        snprintf(p, sizeof p, "p %.*f", test->p < 0.1 ? 3 : 2, test->p);
    bool differs = test->p < 0.05;
    snprintf(text, size, "%s %s by %s%s: %s (chi2 %.1f, df %d%s).", what,
             differs ? "differs" : "does not differ", by, differs ? "" : " beyond chance", p,
             test->statistic, test->df, test->smallest_expected < 5 ? ", some rows too small" : "");
}

/* How many of the rows or cells stand out, each against all others. */
static void count_words(const struct explore_state *state, char *text, size_t size) {
    const struct differences *differences = &state->differences;
    const char *what = state->dimension_count == 2 ? "cells" : "rows";
    if (differences->tested == 0)
        snprintf(text, size, "No test says which %s differ here.", what);
    else
        snprintf(text, size, "%d of %d %s differ%s from the rest beyond chance%s.",
                 differences->differing, differences->tested, what,
                 differences->differing == 1 ? "s" : "",
                 differences->differing > 0 ? " (^ higher, v lower)" : "");
}

static bool has_partial(const struct explore_state *state) {
    for (int i = 0; i < state->cross.cells.grouping.count; i++) {
        if (state->cross.cells.rows[i].partial)
            return true;
    }
    return false;
}

static void counting_words(const struct explore_state *state, char *text, size_t size) {
    char sales[NUMBER_TEXT_SIZE];
    number_grouped(state->to_read, sales, sizeof sales);
    snprintf(text, size, "Counting %s sales …", sales);
}

/* That medians are still to come, are not to be had, or how exact they are. */
static void median_words(const struct explore_state *state, char *text, size_t size) {
    char within[NUMERIC_WITHIN_SIZE];
    text[0] = '\0';
    if (state->measure != MEASURE_MEDIAN_PRICE)
        return;
    numeric_within_words(NUMERIC_PRICE, state->cross.cells.within_minor / MONEY_MINOR, within);
    if (state->to_read > 0)
        counting_words(state, text, size);
    else if (state->problem.code != ERR_OK)
        snprintf(text, size, "No medians: %s.", state->problem.message);
    else if (within[0] != '\0')
        snprintf(text, size, "In medians, %s.", within);
}

/* The verdict, what it withholds, and a footnote. */
static void foot_words(const struct explore_state *state, bool heat, char *text, size_t size) {
    enum answer of;
    char words[320], alone[400], medians[900];
    if (measure_answer(state->measure, &of) && !heat)
        test_words(state, of, words, sizeof words);
    else
        count_words(state, words, sizeof words);
    differences_alone_words(&state->cross.cells, &state->differences, alone, sizeof alone);
    median_words(state, medians, sizeof medians);
    snprintf(text, size, "%s%s%s%s%s%s", medians, medians[0] != '\0' ? " " : "", words,
             alone[0] != '\0' ? " " : "", alone,
             has_partial(state) ? " * partial: cut by data or filters." : "");
}

static void draw_head(const struct explore_state *state, struct pane body) {
    static const char *const orders[ORDER_COUNT] = {
        [ORDER_SALES] = "sales", [ORDER_REVENUE] = "revenue", [ORDER_MEAN] = "mean price"};
    static const char *const pages[PAGE_COUNT] = {"Table", "Heat map"};
    char words[320];
    by_words(state, words, sizeof words);
    int column = draw_format(body, 0, 0, STYLE_TITLE, "Explore by %s", words);
    if (state->dimension_count == 2 && body.width < WIDE) {
        tabs_draw(pane_after(body, column + 3), pages, PAGE_COUNT, state->page);
        return;
    }
    if (state->order != ORDER_OWN)
        draw_format(
            body, 0, column + 2, STYLE_DIM, "by %s %s", state->inverted ? "rising" : "falling",
            state->order == ORDER_MEASURE ? explore_heading(state->measure) : orders[state->order]);
}

static void draw(const void *data, const struct app *app, struct pane body) {
    const struct explore_state *state = data;
    (void)app;
    if (state->cross.cells.grouping.count == 0 && state->to_read > 0) {
        draw_head(state, body);
        char words[80];
        counting_words(state, words, sizeof words);
        draw_paragraph(pane_below(body, 1), 0, 0, STYLE_DIM, words);
        return;
    }
    if (state->cross.cells.grouping.total.sales == 0) {
        draw_paragraph(body, 0, 0, STYLE_TEXT,
                       "No sales match these filters. x drops the last one.");
        return;
    }
    bool wide = state->dimension_count == 2 && body.width >= WIDE, heat = on_heat(state);
    char words[1800];
    draw_head(state, body);
    foot_words(state, heat, words, sizeof words);
    enum { ROOMY = 15 };
    const char *best = body.height >= ROOMY ? state->best.sentence : state->best.brief;
    int foot = draw_paragraph_lines(body.width, best) + draw_paragraph_lines(body.width, words);
    struct pane room = pane_top(pane_below(body, 1), body.height - 1 - foot);
    if (wide) {
        explore_table_draw(state, pane_left(room, room.width / 2 - 2), !heat);
        explore_heat_draw(state, pane_after(room, room.width / 2 + 1), heat);
    } else if (heat) {
        explore_heat_draw(state, room, true);
    } else {
        explore_table_draw(state, room, true);
    }
    struct pane below = pane_below(body, body.height - foot);
    int row = draw_paragraph(below, 0, 0, STYLE_STRONG, best);
    draw_paragraph(below, row, 0, STYLE_TEXT, words);
}

/* -------------------------------------------------------------------- actions */

static unsigned accept_by(void *data, struct app *app, const char *text) {
    struct explore_state *state = data;
    enum dimension by[2];
    int count = app_read_by(app, text, by);
    if (count == 0)
        return REACT_DRAW;
    memcpy(state->dimensions, by, sizeof state->dimensions);
    state->dimension_count = count;
    state->table = (struct table){0};
    return REACT_RELOAD | REACT_DRAW;
}

/* The first dimension becomes the next one that is not shown yet. */
static unsigned cycle(struct explore_state *state, const struct app *app, int step) {
    int next = (int)state->dimensions[0];
    do
        next = (next + step + DIMENSION_COUNT) % DIMENSION_COUNT;
    while ((state->dimension_count == 2 && next == (int)state->dimensions[1]) ||
           !dimension_is_offered(app_facts(app), (enum dimension)next));
    state->dimensions[0] = (enum dimension)next;
    state->table = (struct table){0};
    return REACT_RELOAD | REACT_DRAW;
}

static bool is_filtered(const struct app *app, enum dimension dimension) {
    const struct slice *slice = app_slice(app);
    for (size_t i = 0; i < slice->count; i++) {
        if (strcmp(slice->filters[i].field, dimension_name(dimension)) == 0)
            return true;
    }
    return false;
}

/* What a row is worth being explored by: the first that neither it nor a filter fixes. */
static enum dimension next_dimension(const struct explore_state *state, const struct app *app) {
    static const enum dimension candidates[] = {
        DIMENSION_LOCATION, DIMENSION_HANDSET,    DIMENSION_GENDER,   DIMENSION_AGE_BAND,
        DIMENSION_MONTH,    DIMENSION_PRICE_BAND, DIMENSION_FACEBOOK, DIMENSION_FOLLOWS,
        DIMENSION_HEARD,    DIMENSION_RETURNING};
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        bool here = false;
        for (int d = 0; d < state->dimension_count; d++)
            here = here || state->dimensions[d] == candidates[i];
        if (!here && !is_filtered(app, candidates[i]))
            return candidates[i];
    }
    return DIMENSION_WEEKDAY;
}

static unsigned drill(const struct explore_state *state, struct app *app,
                      const struct group *group) {
    enum dimension next = next_dimension(state, app);
    int last = state->dimension_count - 1;
    /* the drill first: backing out restores what was before both filters */
    unsigned reaction = app_drill(app, state->dimensions[last], group->label[last], next);
    if (last == 1)
        reaction |= app_filter(app, state->dimensions[0], FILTER_IS, group->label[0]);
    return reaction;
}

static unsigned keep(const struct explore_state *state, struct app *app,
                     const struct group *group) {
    unsigned reaction = REACT_NONE;
    for (int i = 0; i < state->dimension_count; i++)
        reaction |= app_filter(app, state->dimensions[i], FILTER_IS, group->label[i]);
    return reaction;
}

/* Row or cell under the cursor; NULL where there is none. */
static const struct group *group_at(const struct explore_state *state) {
    if (state->cross.cells.grouping.count == 0)
        return NULL;
    int number = on_heat(state) ? cross_at(&state->cross, state->heat_row, state->heat_column)
                                : state->sequence[state->table.cursor];
    return number >= 0 ? state->cross.cells.rows[number].group : NULL;
}

static unsigned act_on_row(struct explore_state *state, struct app *app, enum action action) {
    const struct group *at = group_at(state);
    if (at == NULL) {
        app_notice(app, STYLE_WARNING, "No sale is here.");
        return REACT_DRAW;
    }
    struct group group = *at; /* a copy: filtering may compute the rows anew */
    if (action == ACTION_OPEN)
        return drill(state, app, &group);
    if (action == ACTION_KEEP)
        return keep(state, app, &group);
    if (state->dimension_count == 1)
        return app_filter(app, state->dimensions[0], FILTER_IS_NOT, group.label[0]);
    app_notice(app, STYLE_WARNING, "A combination cannot be excluded: explore by one dimension.");
    return REACT_DRAW;
}

static unsigned act(void *data, struct app *app, enum action action) {
    struct explore_state *state = data;
    int page = app_body_height(app) - 3;
    if (state->dimension_count == 2 && tabs_act(&state->page, PAGE_COUNT, action))
        return REACT_DRAW;
    if (on_heat(state) ? explore_heat_act(state, action, page - 1)
                       : table_move(&state->table, action, state->cross.cells.grouping.count, page))
        return REACT_DRAW;
    switch (action) {
    case ACTION_LEFT:
    case ACTION_RIGHT:
        return cycle(state, app, action == ACTION_RIGHT ? 1 : -1);
    case ACTION_BY:
        return app_ask_by(app, accept_by, state);
    case ACTION_MEASURE:
        state->measure = (enum measure)((state->measure + 1) % MEASURE_COUNT);
        break;
    case ACTION_OUTCOME:
        state->measure = state->measure == MEASURE_SHARE_RETURNING ? MEASURE_SHARE_FACEBOOK
                                                                   : MEASURE_SHARE_RETURNING;
        break;
    case ACTION_SORT:
        sort_next(state);
        break;
    case ACTION_INVERT:
        state->inverted = !state->inverted;
        break;
    case ACTION_OPEN:
    case ACTION_KEEP:
    case ACTION_EXCLUDE:
        return act_on_row(state, app, action);
    default:
        return REACT_NONE;
    }
    compare(state);
    bool median = state->measure == MEASURE_MEDIAN_PRICE && state->cross.cells.without_quantiles;
    return median ? REACT_RELOAD | REACT_DRAW : REACT_DRAW;
}

static void remember(const void *data, struct buffer *choices) {
    const struct explore_state *state = data;
    choices_add(choices, "count", state->dimension_count);
    choices_add(choices, "first", (int)state->dimensions[0]);
    choices_add(choices, "second", (int)state->dimensions[1]);
    choices_add(choices, "measure", (int)state->measure);
    choices_add(choices, "order", (int)state->order);
    choices_add(choices, "inverted", state->inverted);
    choices_add(choices, "page", state->page);
}

static void restore(void *data, const char *choices) {
    struct explore_state *state = data;
    state->dimension_count = choices_get(choices, "count", state->dimension_count, 3);
    state->dimensions[0] =
        (enum dimension)choices_get(choices, "first", (int)state->dimensions[0], DIMENSION_COUNT);
    state->dimensions[1] =
        (enum dimension)choices_get(choices, "second", (int)state->dimensions[1], DIMENSION_COUNT);
    state->measure =
        (enum measure)choices_get(choices, "measure", (int)state->measure, MEASURE_COUNT);
    state->order =
        (enum explore_order)choices_get(choices, "order", (int)state->order, ORDER_COUNT);
    state->inverted = choices_get(choices, "inverted", state->inverted, 2) != 0;
    state->page = choices_get(choices, "page", state->page, PAGE_COUNT);
    if (state->dimension_count == 2 && state->dimensions[0] == state->dimensions[1])
        state->dimension_count = 1;
}

static struct explore_request request_of(const struct explore_state *state) {
    return (struct explore_request){.by = {state->dimensions[0], state->dimensions[1]},
                                    .by_count = state->dimension_count,
                                    .measure = state->measure};
}

static struct document *document_of(const void *data, const struct app *app, struct error *error) {
    struct explore_request request = request_of(data);
    struct reading reading = app_reading(app);
    const struct look look = {.format = FORMAT_TEXT, .linear = app_is_linear(app)};
    (void)error;
    request.heat = request.by_count == 2;
    return report_explore(&reading, &request, &look);
}

static char *command_of(const void *data, const struct app *app) {
    struct explore_request request = request_of(data);
    (void)app;
    return xasprintf("explore --by %s%s%s --measure %s", dimension_name(request.by[0]),
                     request.by_count == 2 ? "," : "",
                     request.by_count == 2 ? dimension_name(request.by[1]) : "",
                     measure_name(request.measure));
}

const struct screen_ops explore_screen = {
    .title = "Explore",
    .help =
        "Any measure by one or two dimensions. Left and Right change the dimension, b names one "
        "or two, m takes the next measure, o switches between returning and from Facebook. "
        "The line within each interval is the share of all rows together: an interval that "
        "crosses it says nothing against chance; < and > mark ends beyond the axis, which the "
        "rows with a hundredth of the sales or more define. The last line tests all rows at "
        "once. With two dimensions Tab turns to the heat map, where a mark stands at cells "
        "that differ from the rest beyond chance, however many were looked at. s sorts, Enter "
        "goes on into the row or cell.",
    .state_size = sizeof(struct explore_state),
    .load = load,
    .late_size = sizeof(struct explore_late),
    .late_begin = late_begin,
    .late_work = late_work,
    .late_take = late_take,
    .late_release = late_release,
    .draw = draw,
    .act = act,
    .release = release,
    .remember = remember,
    .restore = restore,
    .document = document_of,
    .command = command_of,
    .footer = {ACTION_OPEN, ACTION_RIGHT, ACTION_BY, ACTION_MEASURE, ACTION_SORT, ACTION_BACK,
               ACTION_HELP},
};
