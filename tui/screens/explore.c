/* Explore: every measure by one or two dimensions, and whether the answers differ between the rows
 * beyond chance. Opened by drilling, on top of another screen. */
#include "engine/analysis/explore.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "tui/screen.h"
#include "tui/widgets/chart.h"
#include "tui/widgets/table.h"

enum order { ORDER_OWN, ORDER_SALES, ORDER_REVENUE, ORDER_MEAN, ORDER_SHARE, ORDER_COUNT };

struct state {
    struct explore explore;
    enum dimension dimensions[2];
    int dimension_count; /* 0 before the first load */
    enum answer answer;  /* whose interval is drawn */
    int *sequence;       /* rows of explore in the order shown */
    enum order order;
    bool inverted;
    struct table table;
};

/* The two answers that are shown, one with its interval. */
static const char *answer_word(enum answer answer) {
    return answer == ANSWER_RETURNING ? "Returning" : "Facebook";
}

static enum answer other_answer(enum answer answer) {
    return answer == ANSWER_RETURNING ? ANSWER_FACEBOOK : ANSWER_RETURNING;
}

/* Whether the rows are made of this very answer, so that its share tells nothing. */
static bool is_grouped_by(const struct state *state, enum answer answer) {
    enum answer own;
    for (int i = 0; i < state->dimension_count; i++) {
        if (dimension_answer(state->dimensions[i], &own) && own == answer)
            return true;
    }
    return false;
}

/* ---------------------------------------------------------------------- order */

static double sort_value(const struct state *state, int row) {
    const struct explore_row *at = &state->explore.rows[row];
    switch (state->order) {
    case ORDER_SALES:
        return (double)at->group->cell.sales;
    case ORDER_REVENUE:
        return (double)at->group->cell.revenue_minor;
    case ORDER_MEAN:
        return at->mean_price_minor;
    case ORDER_SHARE:
        return at->shares[state->answer].estimate;
    default:
        return -row;
    }
}

/* Largest first, or smallest first where inverted; rows without a value always last. */
static int compare_rows(const void *a, const void *b, void *context) {
    const struct state *state = context;
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

static void sort_rows(struct state *state) {
    int count = state->explore.grouping.count;
    for (int i = 0; i < count; i++)
        state->sequence[i] = i;
    if (count > 1)
        qsort_r(state->sequence, (size_t)count, sizeof *state->sequence, compare_rows, state);
}

static enum err load(void *data, struct app *app, struct error *error) {
    struct state *state = data;
    (void)error;
    if (state->dimension_count == 0) {
        state->dimensions[0] = app_explore_by(app);
        state->dimension_count = 1;
        state->answer = ANSWER_RETURNING;
    }
    explore_free(&state->explore);
    explore_compute(app_facts(app), app_selection(app), state->dimensions, state->dimension_count,
                    &state->explore);
    free(state->sequence);
    state->sequence = xcalloc((size_t)state->explore.grouping.count + 1, sizeof *state->sequence);
    sort_rows(state);
    table_clamp(&state->table, state->explore.grouping.count);
    return ERR_OK;
}

static void release(void *data) {
    struct state *state = data;
    explore_free(&state->explore);
    free(state->sequence);
    state->sequence = NULL;
}

/* -------------------------------------------------------------------- drawing */

enum what {
    WHAT_LABEL,
    WHAT_LABEL_TWO,
    WHAT_SALES,
    WHAT_REVENUE,
    WHAT_MEAN,
    WHAT_CHART,
    WHAT_SHARE,
    WHAT_OTHER,
    WHAT_COUNT
};

struct painting {
    const struct state *state;
    enum what columns[WHAT_COUNT];
    double low, high, reference;
};

static void paint_cell(const void *context, long row, int column, struct pane cell, char *text,
                       size_t size, enum style *style) {
    const struct painting *painting = context;
    const struct state *state = painting->state;
    const struct explore_row *at = &state->explore.rows[state->sequence[row]];
    struct interval share = at->shares[state->answer];
    char money[MONEY_TEXT_SIZE] = "–";
    switch (painting->columns[column]) {
    case WHAT_LABEL:
    case WHAT_LABEL_TWO:
        snprintf(text, size, "%s",
                 at->group->label[painting->columns[column] == WHAT_LABEL ? 0 : 1]);
        break;
    case WHAT_SALES:
        number_grouped(at->group->cell.sales, text, size);
        break;
    case WHAT_REVENUE:
        money_short((double)at->group->cell.revenue_minor, money);
        snprintf(text, size, "%s", money);
        break;
    case WHAT_MEAN:
        if (!isnan(at->mean_price_minor))
            money_grouped((int64_t)llround(at->mean_price_minor), money);
        snprintf(text, size, "%s", money);
        break;
    case WHAT_CHART:
        if (!isnan(share.estimate))
            chart_interval(cell, 0, 0, cell.width, painting->low, painting->high, share,
                           painting->reference, *style);
        break;
    case WHAT_SHARE:
        chart_share_text(share, text, size);
        break;
    default:
        share = at->shares[other_answer(state->answer)];
        if (isnan(share.estimate))
            snprintf(text, size, "–");
        else
            chart_share_text(share, text, size);
    }
}

static int label_width(const struct state *state, int dimension) {
    int widest = text_width(dimension_title(state->dimensions[dimension]));
    for (int i = 0; i < state->explore.grouping.count; i++) {
        int width = text_width(state->explore.grouping.groups[i].label[dimension]);
        widest = width > widest ? width : widest;
    }
    return widest < 26 ? widest : 26;
}

/* The axis: from the lowest to the highest end of any row's interval. */
static void set_axis(struct painting *painting) {
    const struct state *state = painting->state;
    const struct cell *total = &state->explore.grouping.total;
    painting->low = 1;
    painting->high = 0;
    for (int i = 0; i < state->explore.grouping.count; i++) {
        struct interval share = state->explore.rows[i].shares[state->answer];
        if (isnan(share.estimate))
            continue;
        painting->low = fmin(painting->low, share.low);
        painting->high = fmax(painting->high, share.high);
    }
    int64_t known = total->known[state->answer];
    painting->reference = known > 0 ? (double)total->yes[state->answer] / (double)known : NAN;
}

static const struct {
    const char *title;
    int width;
} shown[WHAT_COUNT] = {
    [WHAT_SALES] = {"Sales", 7}, [WHAT_REVENUE] = {"Revenue", 7}, [WHAT_MEAN] = {"Mean", 8},
    [WHAT_SHARE] = {NULL, 18},   [WHAT_OTHER] = {NULL, 18},
};

/* "22%        27%" over the chart, as wide as it is. */
static void axis_title(const struct painting *painting, int width, char *text, size_t size) {
    char low[16], high[16];
    snprintf(low, sizeof low, "%.0f%%", painting->low * 100);
    snprintf(high, sizeof high, "%.0f%%", painting->high * 100);
    snprintf(text, size, "%s%*s", low, width - (int)strlen(low), high);
}

static void draw_rows(const struct state *state, struct pane pane) {
    /* What is left out first where there is no room for all. */
    static const enum what dispensable[] = {WHAT_OTHER, WHAT_MEAN, WHAT_CHART, WHAT_REVENUE};
    enum { GAP = 2, CHART_MIN = 12, CHART_MAX = 60 };
    struct painting painting = {.state = state};
    set_axis(&painting);
    bool wanted[WHAT_COUNT];
    for (int i = 0; i < WHAT_COUNT; i++)
        wanted[i] = true;
    wanted[WHAT_LABEL_TWO] = state->dimension_count == 2;
    wanted[WHAT_CHART] = painting.high > painting.low;
    int widths[WHAT_COUNT];
    for (int i = 0; i < WHAT_COUNT; i++)
        widths[i] = shown[i].width;
    widths[WHAT_LABEL] = label_width(state, 0);
    widths[WHAT_LABEL_TWO] = wanted[WHAT_LABEL_TWO] ? label_width(state, 1) : 0;
    widths[WHAT_CHART] = CHART_MIN;
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
    char axis[128], titles[2][32];
    axis_title(&painting, widths[WHAT_CHART], axis, sizeof axis);
    snprintf(titles[0], sizeof titles[0], "%s %%", answer_word(state->answer));
    snprintf(titles[1], sizeof titles[1], "%s %%", answer_word(other_answer(state->answer)));
    struct table_column columns[WHAT_COUNT];
    int count = 0;
    for (int i = 0; i < WHAT_COUNT; i++) {
        if (!wanted[i])
            continue;
        painting.columns[count] = (enum what)i;
        columns[count] = (struct table_column){
            .title = shown[i].title, .width = widths[i], .right = i >= WHAT_SALES};
        if (i <= WHAT_LABEL_TWO)
            columns[count].title = dimension_title(state->dimensions[i]);
        else if (i == WHAT_CHART) {
            columns[count].title = axis;
            columns[count].right = false;
        } else if (i == WHAT_SHARE || i == WHAT_OTHER)
            columns[count].title = titles[i == WHAT_OTHER];
        count++;
    }
    table_draw(&state->table, pane, columns, count, state->explore.grouping.count, true, paint_cell,
               &painting);
}

/* "location and from Facebook": titles within a sentence */
static void by_words(const struct state *state, char *text, size_t size) {
    char words[2][64] = {"", ""};
    for (int i = 0; i < state->dimension_count; i++) {
        snprintf(words[i], sizeof words[i], "%s", dimension_title(state->dimensions[i]));
        words[i][0] = (char)tolower((unsigned char)words[i][0]);
    }
    snprintf(text, size, "%s%s%s", words[0], state->dimension_count == 2 ? " and " : "", words[1]);
}

static void test_words(const struct state *state, char *text, size_t size) {
    const struct chi_square *test = &state->explore.test[state->answer];
    const char *what = answer_word(state->answer);
    char by[160], p[32];
    by_words(state, by, sizeof by);
    if (is_grouped_by(state, state->answer)) {
        snprintf(text, size, "The rows are made of this very answer: o shows the other one.");
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
    snprintf(text, size, "%s %s by %s%s: chi2 %.2f, df %d, %s%s", what,
             differs ? "differs" : "does not differ", by, differs ? "" : " beyond chance",
             test->statistic, test->df, p,
             test->smallest_expected < 5 ? " (some rows are too small for this test)" : "");
}

static void draw(const void *data, const struct app *app, struct pane body) {
    static const char *const orders[ORDER_COUNT] = {
        [ORDER_SALES] = "sales", [ORDER_REVENUE] = "revenue", [ORDER_MEAN] = "mean price"};
    const struct state *state = data;
    (void)app;
    if (state->explore.grouping.total.sales == 0) {
        draw_paragraph(body, 0, 0, STYLE_TEXT,
                       "No sales match these filters. x drops the last one.");
        return;
    }
    char words[320];
    by_words(state, words, sizeof words);
    int column = draw_format(body, 0, 0, STYLE_TITLE, "Explore by %s", words);
    if (state->order != ORDER_OWN)
        draw_format(
            body, 0, column + 2, STYLE_DIM, "by %s %s", state->inverted ? "rising" : "falling",
            state->order == ORDER_SHARE ? answer_word(state->answer) : orders[state->order]);
    test_words(state, words, sizeof words);
    int foot = text_width(words) > body.width ? 2 : 1;
    draw_rows(state, pane_top(pane_below(body, 1), body.height - 1 - foot));
    draw_paragraph(pane_below(body, body.height - foot), 0, 0, STYLE_TEXT, words);
}

/* -------------------------------------------------------------------- actions */

/* A dimension by its name or by a prefix of it that no other has. */
static bool dimension_of_word(const char *word, enum dimension *out) {
    int found = 0;
    if (dimension_by_name(word, out))
        return true;
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        if (text_starts(dimension_name((enum dimension)i), word)) {
            *out = (enum dimension)i;
            found++;
        }
    }
    return found == 1;
}

static unsigned accept_by(void *data, struct app *app, const char *text) {
    struct state *state = data;
    enum dimension dimensions[2] = {DIMENSION_MONTH, DIMENSION_MONTH};
    int count = 0;
    char *copy = xstrdup(text), *rest = NULL;
    bool good = true;
    for (char *word = strtok_r(copy, " ,\t", &rest); good && word != NULL;
         word = strtok_r(NULL, " ,\t", &rest)) {
        if (count == 2) {
            app_notice(app, STYLE_WARNING, "One or two dimensions, not more.");
            good = false;
        } else if (!dimension_of_word(word, &dimensions[count])) {
            app_notice(app, STYLE_WARNING, "No dimension is called '%s', or several begin so.",
                       word);
            good = false;
        } else {
            count++;
        }
    }
    free(copy);
    if (!good || count == 0)
        return REACT_DRAW;
    if (count == 2 && dimensions[0] == dimensions[1])
        count = 1;
    state->dimensions[0] = dimensions[0];
    state->dimensions[1] = dimensions[1];
    state->dimension_count = count;
    state->table = (struct table){0};
    return REACT_RELOAD | REACT_DRAW;
}

static unsigned ask_by(struct state *state, struct app *app) {
    return app_prompt(app, "Explore by (one or two dimensions):", "", accept_by, state);
}

/* The first dimension becomes the next one that is not shown yet. */
static unsigned cycle(struct state *state, const struct app *app, int step) {
    int next = (int)state->dimensions[0];
    do
        next = (next + step + DIMENSION_COUNT) % DIMENSION_COUNT;
    while ((state->dimension_count == 2 && next == (int)state->dimensions[1]) ||
           (next == DIMENSION_SEGMENT && app_facts(app)->segment_count == 0));
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
static enum dimension next_dimension(const struct state *state, const struct app *app) {
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

static unsigned drill(const struct state *state, struct app *app, const struct group *group) {
    enum dimension next = next_dimension(state, app);
    int last = state->dimension_count - 1;
    /* the drill first: backing out restores what was before both filters */
    unsigned reaction = app_drill(app, state->dimensions[last], group->label[last], next);
    if (last == 1)
        reaction |= app_filter(app, state->dimensions[0], FILTER_IS, group->label[0]);
    return reaction;
}

static unsigned keep(const struct state *state, struct app *app, const struct group *group) {
    unsigned reaction = REACT_NONE;
    for (int i = 0; i < state->dimension_count; i++)
        reaction |= app_filter(app, state->dimensions[i], FILTER_IS, group->label[i]);
    return reaction;
}

static unsigned act_on_row(struct state *state, struct app *app, enum action action) {
    if (state->explore.grouping.count == 0)
        return REACT_NONE;
    /* A copy: filtering may compute the rows anew. */
    struct group group = *state->explore.rows[state->sequence[state->table.cursor]].group;
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
    struct state *state = data;
    if (table_move(&state->table, action, state->explore.grouping.count, app_body_height(app) - 3))
        return REACT_DRAW;
    switch (action) {
    case ACTION_LEFT:
    case ACTION_RIGHT:
        return cycle(state, app, action == ACTION_RIGHT ? 1 : -1);
    case ACTION_BY:
        return ask_by(state, app);
    case ACTION_OUTCOME:
        state->answer = other_answer(state->answer);
        break;
    case ACTION_SORT:
        state->order = (enum order)((state->order + 1) % ORDER_COUNT);
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
    sort_rows(state);
    return REACT_DRAW;
}

const struct screen_ops explore_screen = {
    .title = "Explore",
    .help = "Every measure by one or two dimensions. Left and Right change the dimension, b names "
            "it. The line within each interval is the share of all rows together: an interval that "
            "crosses it says nothing against chance. The last line tests all rows at once. o "
            "switches between bought before and from Facebook, s sorts, Enter goes on into the "
            "row.",
    .state_size = sizeof(struct state),
    .load = load,
    .draw = draw,
    .act = act,
    .release = release,
    .footer = {ACTION_OPEN, ACTION_RIGHT, ACTION_BY, ACTION_OUTCOME, ACTION_SORT, ACTION_BACK,
               ACTION_HELP},
};
