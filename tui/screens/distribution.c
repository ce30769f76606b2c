/* Distribution: how numbers and categories are spread, and what goes with the outcomes. Lies on top
 * of any screen, as Explore does. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/describe_request.h"
#include "tui/choices.h"
#include "tui/screen.h"
#include "tui/screens/distribution_pages.h"
#include "tui/widgets/tabs.h"

/* Beyond that many sales only the page that is shown is computed. */
enum { ALL_PAGES_SALES = 100000 };

/* -------------------------------------------------------------------------------- load */

static void count_small(const struct series *series, const double *values,
                        double counts[SMALL_BINS]) {
    size_t count = series->distinct;
    memset(counts, 0, SMALL_BINS * sizeof *counts);
    double low = count != 0 ? values[0] : 0, high = count != 0 ? values[count - 1] : 0;
    for (size_t i = 0; i < count; i++) {
        double part = high > low ? (values[i] - low) / (high - low) : 0.5;
        int bin = (int)(part * SMALL_BINS);
        counts[bin < SMALL_BINS ? bin : SMALL_BINS - 1] += series->weights[i];
    }
}

static void load_transforms(struct distribution_state *state, const struct series *series) {
    transforms_compute(series, &state->transforms);
    double *changed = xcalloc(series->distinct + 1, sizeof *changed);
    count_small(series, series->values, state->small[0]);
    memset(state->small[1], 0, sizeof state->small[1]);
    memset(state->small[2], 0, sizeof state->small[2]);
    if (isfinite(state->transforms.log_skewness)) {
        transform_log(series->values, series->distinct, changed);
        count_small(series, changed, state->small[1]);
    }
    if (isfinite(state->transforms.lambda)) {
        transform_box_cox(series->values, series->distinct, state->transforms.lambda, changed);
        count_small(series, changed, state->small[2]);
    }
    free(changed);
}

static void release(void *data) {
    struct distribution_state *state = data;
    histogram_free(&state->histogram);
    boxes_free(&state->boxes);
    categories_free(&state->categories);
}

static enum err load_values(struct distribution_state *state, const struct series *series,
                            struct error *error) {
    distribution_compute(series, &state->distribution);
    struct binning binning = {.log = state->log && series->count != 0 && series->values[0] > 0,
                              .most = state->lines};
    return histogram_compute(series, &binning, &state->histogram, error);
}

/* As many bins as can be seen at once, within reason. */
static int lines_of_bins(const struct app *app) {
    enum { AROUND = 5, LEAST = 8 }; /* pages, heading, titles, two lines of rule */
    int height = app_body_height(app);
    int lines = (distribution_is_wide(height, app_body_width(app)) ? height / 2 : height) - AROUND;
    return lines < LEAST                      ? LEAST
           : lines > HISTOGRAM_BINS_AUTOMATIC ? HISTOGRAM_BINS_AUTOMATIC
                                              : lines;
}

/* The pages that are asked for. */
static enum err load_pages(struct distribution_state *state, const struct facts *facts,
                           const struct selection *selection, const bool asked[PAGE_COUNT],
                           struct error *error) {
    enum err code = ERR_OK;
    if (asked[PAGE_VALUES] || asked[PAGE_TRANSFORMS]) {
        struct series series;
        code = series_take(facts, selection, state->numeric, &series, error);
        if (code == ERR_OK && asked[PAGE_VALUES])
            code = load_values(state, &series, error);
        if (code == ERR_OK && asked[PAGE_TRANSFORMS])
            load_transforms(state, &series);
        series_free(&series);
    }
    if (code == ERR_OK && asked[PAGE_BOXES])
        code = boxes_by(facts, selection, state->numeric, state->by, &state->boxes, error);
    if (code == ERR_OK && asked[PAGE_CATEGORIES])
        categories_count(facts, selection, state->category, &state->categories);
    if (code == ERR_OK && asked[PAGE_ASSOCIATIONS])
        code = associations_compute(facts, selection, state->outcome, &state->associations, error);
    for (int page = 0; page < PAGE_COUNT; page++) {
        state->ready[page] = state->ready[page] || (code == ERR_OK && asked[page]);
        table_clamp(&state->tables[page], distribution_rows(state, page));
    }
    return code;
}

/* Where rows are cells, all but categories that these know takes a pass over the sales. */
static enum err load(void *data, struct app *app, struct error *error) {
    struct distribution_state *state = data;
    const struct facts *facts = app_facts(app);
    bool asked[PAGE_COUNT], streamed = facts->sales != NULL, all;
    if (!state->opened) {
        state->opened = true;
        state->by = state->category = DIMENSION_LOCATION;
    }
    release(state);
    state->problem = (struct error){0};
    state->to_read = 0;
    state->lines = lines_of_bins(app);
    all = !streamed && app_selection(app)->count <= ALL_PAGES_SALES;
    for (int page = 0; page < PAGE_COUNT; page++) {
        bool known = page == PAGE_CATEGORIES && dimension_is_known(facts, state->category);
        state->ready[page] = false;
        asked[page] = (all || page == state->page) && (!streamed || known);
    }
    if (streamed && !asked[state->page])
        state->to_read = selection_sales(facts, app_selection(app));
    return load_pages(state, facts, app_selection(app), asked, error);
}

/* The result is a state of its own, with what is chosen and nothing computed. */
static bool late_begin(const void *data, void *result) {
    const struct distribution_state *state = data;
    struct distribution_state *late = result;
    if (late != NULL) {
        *late = (struct distribution_state){.page = state->page,
                                            .numeric = state->numeric,
                                            .by = state->by,
                                            .category = state->category,
                                            .outcome = state->outcome,
                                            .log = state->log,
                                            .lines = state->lines};
    }
    return state->to_read > 0;
}

static enum err late_work(void *result, const struct late_source *from, struct error *error) {
    struct distribution_state *late = result;
    bool asked[PAGE_COUNT] = {false};
    (void)error;
    asked[late->page] = true;
    enum err err = load_pages(late, from->facts, from->selection, asked, &late->problem);
    return err == ERR_CANCELLED ? err : ERR_OK; /* the page tells of any other */
}

static void late_take(void *data, struct app *app, void *result) {
    struct distribution_state *state = data, *late = result, before = *state;
    (void)app;
    *state = *late;
    *late = before;
    state->opened = true;
    for (int page = 0; page < PAGE_COUNT; page++) {
        state->tables[page] = before.tables[page];
        table_clamp(&state->tables[page], distribution_rows(state, page));
    }
}

/* ----------------------------------------------------------------------------- actions */

static unsigned anew(struct distribution_state *state, int page) {
    state->tables[page] = (struct table){0};
    return REACT_RELOAD | REACT_DRAW;
}

/* The dimension that the page is by; NULL where it is by none. */
static enum dimension *dimension_of_page(struct distribution_state *state) {
    return state->page == PAGE_BOXES        ? &state->by
           : state->page == PAGE_CATEGORIES ? &state->category
                                            : NULL;
}

static unsigned accept_by(void *data, struct app *app, const char *text) {
    struct distribution_state *state = data;
    enum dimension *chosen = dimension_of_page(state), found = DIMENSION_MONTH;
    int count = 0;
    char *word = text_clean(text, strlen(text));
    for (int i = 0; i < DIMENSION_COUNT && word[0] != '\0'; i++) {
        if (text_starts(dimension_name((enum dimension)i), word)) {
            found = (enum dimension)i;
            count++;
        }
    }
    if (dimension_by_name(word, &found))
        count = 1;
    unsigned reaction = REACT_DRAW;
    if (count == 1 && chosen != NULL) {
        *chosen = found;
        reaction = anew(state, state->page);
    } else if (word[0] != '\0') {
        app_notice(app, STYLE_WARNING,
                   count == 0 ? "No dimension is called '%s'"
                              : "Several dimensions begin with '%s'",
                   word);
    }
    free(word);
    return reaction;
}

static unsigned ask_by(struct distribution_state *state, struct app *app) {
    if (dimension_of_page(state) == NULL) {
        app_notice(app, STYLE_DIM, "Box plots and categories are by a dimension: Tab goes there");
        return REACT_DRAW;
    }
    return app_prompt(app, state->page == PAGE_BOXES ? "Box plots by:" : "Categories of:", "",
                      accept_by, state);
}

static unsigned change(struct distribution_state *state, const struct app *app, int step) {
    if (state->page != PAGE_CATEGORIES) {
        state->numeric =
            (enum numeric)(((int)state->numeric + step + NUMERIC_COUNT) % NUMERIC_COUNT);
        return anew(state, state->page);
    }
    int next = (int)state->category;
    do
        next = (next + step + DIMENSION_COUNT) % DIMENSION_COUNT;
    while (!dimension_is_offered(app_facts(app), (enum dimension)next));
    state->category = (enum dimension)next;
    return anew(state, state->page);
}

/* Copies first: a filter computes the rows anew. */
static unsigned filter_row(const struct distribution_state *state, struct app *app,
                           enum filter_operator op) {
    long row = state->tables[state->page].cursor;
    char label[DIMENSION_LABEL_SIZE];
    if (row >= distribution_rows(state, state->page))
        return REACT_NONE;
    switch (state->page) {
    case PAGE_VALUES: {
        if (op == FILTER_IS_NOT) {
            app_notice(app, STYLE_DIM, "A range can be kept, not excluded");
            return REACT_DRAW;
        }
        char *filter = histogram_filter(&state->histogram, (int)row);
        unsigned reaction = app_filter_text(app, filter);
        free(filter);
        return reaction;
    }
    case PAGE_BOXES:
        memcpy(label, state->boxes.rows[row].label, sizeof label);
        return app_filter(app, state->by, op, label);
    case PAGE_CATEGORIES:
        memcpy(label, state->categories.rows[row].label, sizeof label);
        return app_filter(app, state->category, op, label);
    default:
        return REACT_NONE;
    }
}

static unsigned open_row(const struct distribution_state *state, struct app *app) {
    if (state->page == PAGE_ASSOCIATIONS && state->associations.count > 0)
        return app_drill(
            app, state->associations.rows[state->tables[PAGE_ASSOCIATIONS].cursor].dimension, NULL,
            DIMENSION_MONTH);
    return filter_row(state, app, FILTER_IS);
}

static unsigned act(void *data, struct app *app, enum action action) {
    struct distribution_state *state = data;
    if (tabs_act(&state->page, PAGE_COUNT, action))
        return state->ready[state->page] ? REACT_DRAW : REACT_RELOAD | REACT_DRAW;
    int lines = app_body_height(app) - 6;
    if (table_move(&state->tables[state->page], action, distribution_rows(state, state->page),
                   lines > 1 ? lines : 1))
        return REACT_DRAW;
    switch (action) {
    case ACTION_LEFT:
    case ACTION_RIGHT:
        return change(state, app, action == ACTION_RIGHT ? 1 : -1);
    case ACTION_BY:
        return ask_by(state, app);
    case ACTION_LOG:
        state->log = !state->log;
        return anew(state, PAGE_VALUES);
    case ACTION_OUTCOME:
        state->outcome = state->outcome == OUTCOME_RETURNING ? OUTCOME_FACEBOOK : OUTCOME_RETURNING;
        return anew(state, PAGE_ASSOCIATIONS);
    case ACTION_OPEN:
        return open_row(state, app);
    case ACTION_KEEP:
        return filter_row(state, app, FILTER_IS);
    case ACTION_EXCLUDE:
        return filter_row(state, app, FILTER_IS_NOT);
    default:
        return REACT_NONE;
    }
}

static void draw(const void *data, const struct app *app, struct pane body) {
    if (app_selection(app)->count == 0) {
        draw_paragraph(body, 0, 0, STYLE_TEXT,
                       "No sales match these filters. x drops the last one.");
        return;
    }
    char *shops = facts_sums_only(app_facts(app));
    if (shops != NULL) {
        char words[320];
        snprintf(words, sizeof words, "Without %.200s, of which only sums by month are here.",
                 shops);
        int lines = draw_paragraph_lines(body.width, words);
        draw_paragraph(pane_below(body, body.height - lines), 0, 0, STYLE_DIM, words);
        body = pane_top(body, body.height - lines);
        free(shops);
    }
    distribution_draw(data, body);
}

static void remember(const void *data, struct buffer *choices) {
    const struct distribution_state *state = data;
    choices_add(choices, "page", state->page);
    choices_add(choices, "numeric", (int)state->numeric);
    choices_add(choices, "by", (int)state->by);
    choices_add(choices, "category", (int)state->category);
    choices_add(choices, "outcome", (int)state->outcome);
    choices_add(choices, "log", state->log);
}

static void restore(void *data, const char *choices) {
    struct distribution_state *state = data;
    state->opened = true;
    state->page = choices_get(choices, "page", state->page, PAGE_COUNT);
    state->numeric =
        (enum numeric)choices_get(choices, "numeric", (int)state->numeric, NUMERIC_COUNT);
    state->by = (enum dimension)choices_get(choices, "by", (int)state->by, DIMENSION_COUNT);
    state->category =
        (enum dimension)choices_get(choices, "category", (int)state->category, DIMENSION_COUNT);
    state->outcome =
        (enum outcome)choices_get(choices, "outcome", (int)state->outcome, OUTCOME_COUNT);
    state->log = choices_get(choices, "log", state->log, 2) != 0;
}

static struct document *document_of(const void *data, const struct app *app, struct error *error) {
    const struct distribution_state *state = data;
    struct reading reading = app_reading(app);
    static const enum describe_only only[PAGE_COUNT] = {
        [PAGE_BOXES] = DESCRIBE_BOXES,
        [PAGE_TRANSFORMS] = DESCRIBE_TRANSFORMS,
        [PAGE_ASSOCIATIONS] = DESCRIBE_ASSOCIATIONS,
    };
    struct describe_request request = {
        .by = state->by,
        .boxes = state->page == PAGE_BOXES,
        .binning = {.log = state->page == PAGE_VALUES ? state->histogram.log : state->log,
                    .most = lines_of_bins(app)},
        .only = only[state->page],
        .outcome = state->outcome,
    };
    if (state->page == PAGE_CATEGORIES)
        request.dimensions[state->category] = true;
    else if (state->page != PAGE_ASSOCIATIONS)
        request.numbers[state->numeric] = true;
    struct document *document = NULL;
    if (report_describe(&reading, &request, 0, &document, error) != ERR_OK)
        return NULL;
    return document;
}

static char *command_of(const void *data, const struct app *app) {
    const struct distribution_state *state = data;
    (void)app;
    if (state->page == PAGE_ASSOCIATIONS)
        return xstrdup("describe");
    if (state->page == PAGE_CATEGORIES)
        return xasprintf("describe %s", dimension_name(state->category));
    bool boxes = state->page == PAGE_BOXES;
    return xasprintf("describe %s%s%s%s", numeric_name(state->numeric), boxes ? " --by " : "",
                     boxes ? dimension_name(state->by) : "", state->log ? " --log" : "");
}

const struct screen_ops distribution_screen = {
    .title = "Distribution",
    .help =
        "How prices, ages and every category are spread. Tab turns the pages; Left and Right "
        "change the number (or, on Categories, the dimension), b names the dimension, L takes "
        "the logarithm, o the other outcome. = keeps the range or value under the cursor. "
        "Whiskers end at the last value within 1.5 interquartile ranges of the box; what lies "
        "beyond is counted, never dropped. Associations compare what a feature tells about the "
        "outcome with what chance alone would. Where sales are too many to be held, each page is "
        "counted from all of them when it is turned to.",
    .state_size = sizeof(struct distribution_state),
    .load = load,
    .late_size = sizeof(struct distribution_state),
    .late_begin = late_begin,
    .late_work = late_work,
    .late_take = late_take,
    .late_release = release,
    .draw = draw,
    .act = act,
    .release = release,
    .remember = remember,
    .restore = restore,
    .document = document_of,
    .command = command_of,
    .footer = {ACTION_NEXT, ACTION_RIGHT, ACTION_KEEP, ACTION_BY, ACTION_LOG, ACTION_OUTCOME,
               ACTION_HELP},
};
