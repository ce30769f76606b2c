/* What-if: one customer as a form, predicted anew at every change; pages tell why, how the answer
 * moves, how it compares, and what was sold to such customers before. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/learn/similar.h"
#include "engine/slice/pages.h"
#include "report/prediction.h"
#include "tui/actions.h"
#include "tui/choices.h"
#include "tui/screens/whatif_parts.h"
#include "tui/widgets/tabs.h"

enum {
    NARROW = 70,      /* below it the result stands under the form, and Why has a page of its own */
    TWO_COLUMNS = 56, /* from here on the narrow form has two */
    WIDE = 160,
    TALL = 40, /* from here on all pages are seen at once */
    FORM_WIDTH = 33,
    FORM_MAX = 60,
    ANSWER_HEIGHT = 3, /* the answer, its verdict in two lines */
    LIST_MIN = 4,      /* rows of a list that is of use */
    COARSE = 10        /* steps of a page key */
};

/* ------------------------------------------------------------------ computing */

/* Of sales that are held as cells, a month or more is read for this: after the answer. */
static enum err find_similar(struct whatif *state, const struct facts *facts, bool later,
                             struct error *error) {
    state->similar_due = later && facts->sales != NULL;
    pages_window_free(&state->similar);
    state->similar = (struct facts){0};
    state->similar_top = 0;
    if (state->similar_due)
        return ERR_OK;
    return similar_latest(facts, &state->form.customer, SIMILAR_MAX, &state->similar, error);
}

static void compute(struct whatif *state, struct app *app) {
    struct predictor *predictor = NULL;
    struct error error = {0};
    state->prediction = (struct prediction){0};
    state->scenarios = (struct scenarios){0};
    state->problem[0] = '\0';
    state->compared[state->pinned] = state->form.customer;
    sweep_free(&state->sweep);
    enum err err = shop_predictor(app_shop(app), &predictor, &error);
    if (err == ERR_OK)
        err = find_similar(state, predictor_facts(predictor), app_defers(app), &error);
    if (err == ERR_OK)
        err = predictor_predict(predictor, &state->form.customer, &state->prediction, &error);
    if (err == ERR_OK)
        err = predictor_scenarios(predictor, state->compared, state->pinned + 1, &state->scenarios,
                                  &error);
    if (err == ERR_OK && predictor_past(predictor)->sales > 0)
        err = predictor_sweep(predictor, &state->form.customer, form_field(&state->form),
                              &state->sweep, &error);
    if (err != ERR_OK)
        snprintf(state->problem, sizeof state->problem, "%.255s", error.message);
}

static unsigned changed(struct whatif *state, struct app *app) {
    compute(state, app);
    return REACT_DRAW;
}

/* All sales, whatever is filtered; NULL, with the problem told, where they cannot be read. */
static const struct predictor *ask_predictor(struct whatif *state, struct app *app) {
    struct predictor *predictor = NULL;
    struct error error = {0};
    if (shop_predictor(app_shop(app), &predictor, &error) != ERR_OK)
        snprintf(state->problem, sizeof state->problem, "%.255s", error.message);
    return predictor;
}

static void fill(struct whatif *state, struct app *app) {
    const struct predictor *predictor = ask_predictor(state, app);
    state->form.predicted = outcome_answer(state->outcome);
    if (predictor == NULL)
        return;
    const struct past *past = predictor_past(predictor);
    if (!state->form.filled)
        form_set_typical(&state->form, predictor_facts(predictor), past);
    struct customer offered;
    if (app_take_customer(app, &offered))
        form_set(&state->form, &offered);
    state->form.editing = false; /* its list may be of names that are no more */
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        state->past[outcome] = share_wilson(past->yes[outcome], past->known[outcome]);
    compute(state, app);
}

static bool is_due(const void *opaque) {
    const struct whatif *state = opaque;
    return state->similar_due;
}

static bool complete(void *opaque, struct app *app) {
    struct whatif *state = opaque;
    struct error error;
    const struct predictor *predictor = ask_predictor(state, app);
    state->similar_due = false;
    if (predictor != NULL &&
        find_similar(state, predictor_facts(predictor), false, &error) != ERR_OK)
        snprintf(state->problem, sizeof state->problem, "%.255s", error.message);
    return true;
}

/* The first time among many sales, these are looked through after the picture. */
static enum err load(void *opaque, struct app *app, struct error *error) {
    struct whatif *state = opaque;
    (void)error; /* told on the screen, beside a form that still works */
    state->problem[0] = '\0';
    state->waiting = app_facts(app)->sales != NULL && !shop_has_predictor(app_shop(app));
    state->all = shop_all_facts(app_shop(app));
    state->segmentation = shop_segmentation(app_shop(app), NULL);
    if (!state->waiting)
        fill(state, app);
    return ERR_OK;
}

/* What is made beside the interface; of a filter's cells only the way to the sales is used. */
struct made {
    const struct facts *all;
    const struct segmentation *segmentation;
    struct predictor *predictor;
};

static bool late_begin(const void *opaque, void *result) {
    const struct whatif *state = opaque;
    struct made *made = result;
    if (made != NULL) {
        made->all = state->all;
        made->segmentation = state->segmentation;
    }
    return state->waiting;
}

static enum err late_work(void *result, const struct late_source *from, struct error *error) {
    struct made *made = result;
    struct past past = {.sales = 0};
    enum err err = past_stream(from->facts, &past, error);
    return err == ERR_OK ? predictor_open(from->facts->cube->db, made->all, made->segmentation,
                                          &past, &made->predictor, error)
                         : err;
}

static void late_take(void *opaque, struct app *app, void *result) {
    struct whatif *state = opaque;
    struct made *made = result;
    state->waiting = false;
    shop_take_predictor(app_shop(app), made->predictor);
    made->predictor = NULL;
    fill(state, app);
}

static void late_release(void *result) {
    struct made *made = result;
    predictor_free(made->predictor);
}

static void release(void *opaque) {
    struct whatif *state = opaque;
    sweep_free(&state->sweep);
    pages_window_free(&state->similar);
}

/* ------------------------------------------------------------------ acting */

/* An answer to the very question would move nothing. */
static unsigned refuse_predicted(const struct whatif *state, struct app *app) {
    enum outcome other = (enum outcome)((state->outcome + 1) % OUTCOME_COUNT);
    const char *keys = action_keys(ACTION_OUTCOME);
    app_notice(app, STYLE_DIM, "“%s” is being predicted; %.*s predicts “%s” instead",
               outcome_title(state->outcome), (int)strcspn(keys, " "), keys, outcome_title(other));
    return REACT_DRAW;
}

static bool type(void *opaque, struct app *app, const struct key *key, unsigned *reaction) {
    struct whatif *state = opaque;
    if (state->waiting)
        return false;
    if (key->kind == KEY_KIND_ENTER && !state->form.editing && state->page == PAGE_SIMILAR)
        return false;
    if (form_is_predicted(&state->form) && key->kind == KEY_KIND_CHARACTER && key->character > 0 &&
        key->character < 0x7f && strchr(" yYnNuU", (int)key->character) != NULL) {
        *reaction = refuse_predicted(state, app);
        return true;
    }
    if (!form_key(&state->form, app_facts(app), key))
        return false;
    *reaction = changed(state, app);
    return true;
}

/* On a wide screen the bars stand beside the answer, and need no page. */
static enum whatif_page page_of(const struct whatif *state, int width) {
    return state->page == PAGE_WHY && width >= NARROW ? PAGE_ANSWER : state->page;
}

static unsigned turn_page(struct whatif *state, const struct app *app, enum action action) {
    int page = (int)state->page;
    do {
        tabs_act(&page, PAGE_COUNT, action);
    } while (page == PAGE_WHY && app_body_width(app) >= NARROW);
    state->page = (enum whatif_page)page;
    return REACT_DRAW;
}

static unsigned pin(struct whatif *state, struct app *app) {
    if (state->pinned == PINNED_MAX) {
        app_notice(app, STYLE_DIM, "Three customers are pinned already; P takes the last back");
        return REACT_DRAW;
    }
    state->compared[state->pinned++] = state->form.customer;
    app_notice(app, STYLE_DIM, "Pinned as %c; change the form and see the page Scenarios",
               'A' + state->pinned - 1);
    return changed(state, app);
}

static unsigned unpin(struct whatif *state, struct app *app) {
    if (state->pinned == 0) {
        app_notice(app, STYLE_DIM, "Nothing is pinned; p pins this customer");
        return REACT_DRAW;
    }
    state->pinned--;
    return changed(state, app);
}

static unsigned show_similar(struct whatif *state, struct app *app) {
    struct slice slice = {0};
    bool any = state->similar_due ? state->prediction.similar.sales > 0 : state->similar.count > 0;
    if (any && similar_filters(app_facts(app), &state->form.customer, &slice))
        return app_show(app, SCREEN_SALES, &slice);
    app_notice(app, STYLE_DIM, "No past sale was like this one");
    return REACT_DRAW;
}

static unsigned turn_similar(struct whatif *state, const struct app *app, int direction) {
    size_t step = (size_t)app_body_height(app) / 2;
    if (direction < 0)
        state->similar_top -= state->similar_top < step ? state->similar_top : step;
    else if (state->similar_top + step < state->similar.count)
        state->similar_top += step;
    return REACT_DRAW;
}

static unsigned step(struct whatif *state, struct app *app, int steps) {
    if (form_is_predicted(&state->form))
        return refuse_predicted(state, app);
    form_step(&state->form, app_facts(app), steps);
    return changed(state, app);
}

static unsigned act(void *opaque, struct app *app, enum action action) {
    struct whatif *state = opaque;
    bool similar = state->page == PAGE_SIMILAR;
    if (state->waiting && action != ACTION_NEXT && action != ACTION_PREVIOUS)
        return REACT_NONE; /* there is no form yet */
    switch (action) {
    case ACTION_NEXT:
    case ACTION_PREVIOUS:
        return turn_page(state, app, action);
    case ACTION_DOWN:
        form_move(&state->form, 1);
        return changed(state, app);
    case ACTION_UP:
        form_move(&state->form, -1);
        return changed(state, app);
    case ACTION_LEFT:
        return step(state, app, -1);
    case ACTION_RIGHT:
        return step(state, app, 1);
    case ACTION_PAGE_UP:
        return similar ? turn_similar(state, app, -1) : step(state, app, -COARSE);
    case ACTION_PAGE_DOWN:
        return similar ? turn_similar(state, app, 1) : step(state, app, COARSE);
    case ACTION_OPEN:
        return similar ? show_similar(state, app) : REACT_NONE;
    case ACTION_RESET:
        state->form.filled = false;
        fill(state, app);
        return REACT_DRAW;
    case ACTION_PIN:
        return pin(state, app);
    case ACTION_UNPIN:
        return unpin(state, app);
    case ACTION_OUTCOME:
        state->outcome = (enum outcome)((state->outcome + 1) % OUTCOME_COUNT);
        state->form.predicted = outcome_answer(state->outcome);
        return REACT_DRAW;
    case ACTION_TRAIN:
        return app_train(app);
    default:
        return REACT_NONE;
    }
}

/* ------------------------------------------------------------------ drawing */

static void draw_answer(const struct whatif *state, const struct app *app, struct pane pane) {
    const struct outcome_prediction *explained = &state->prediction.outcomes[state->outcome];
    int row = whatif_draw_outcomes(state, app, pane, false);
    whatif_draw_why(state, pane, row + (pane.height - row > explained->contribution_count + 1));
}

/* Below a narrow form. */
static void draw_compact(const struct whatif *state, const struct app *app, struct pane pane) {
    int row = whatif_draw_outcomes(state, app, pane, true);
    if (!state->problem[0])
        whatif_draw_company(state, pane, row);
}

static void draw_page(const struct whatif *state, const struct app *app, struct pane pane,
                      bool narrow) {
    switch (page_of(state, narrow ? 0 : NARROW)) {
    case PAGE_WHY:
        whatif_draw_why(state, pane, 0);
        break;
    case PAGE_SWEEP:
        whatif_draw_sweep(state, app, pane);
        break;
    case PAGE_SCENARIOS:
        whatif_draw_scenarios(state, app, pane);
        break;
    case PAGE_SIMILAR:
        whatif_draw_similar(state, pane);
        break;
    default:
        if (narrow)
            draw_compact(state, app, pane);
        else
            draw_answer(state, app, pane);
    }
}

static void draw_tabs(const struct whatif *state, struct pane pane, bool narrow) {
    static const char *const all[PAGE_COUNT] = {
#define X(symbol, title) [PAGE_##symbol] = (title),
        WHATIF_PAGE_LIST(X)
#undef X
    };
    const char *wide[PAGE_COUNT - 1] = {"Answer and why"};
    for (int i = PAGE_WHY + 1; i < PAGE_COUNT; i++)
        wide[i - 1] = all[i];
    int page = (int)page_of(state, narrow ? 0 : NARROW);
    if (narrow)
        tabs_draw(pane, all, PAGE_COUNT, page);
    else
        tabs_draw(pane, wide, PAGE_COUNT - 1, page > PAGE_WHY ? page - 1 : page);
}

/* The four pages in two rows of two. */
static void draw_all(const struct whatif *state, const struct app *app, struct pane pane) {
    enum { GAP = 2, SIMILAR_ROWS = 16 };
    int half = pane.width / 2, upper = pane.height / 2;
    struct pane top = pane_top(pane, upper - 1), bottom = pane_below(pane, upper);
    draw_answer(state, app, pane_left(top, half - GAP));
    whatif_draw_sweep(state, app, pane_after(top, half));
    whatif_draw_scenarios(state, app, pane_left(bottom, half - GAP));
    whatif_draw_similar(state, pane_after(bottom, half));
}

static void draw_beside(const struct whatif *state, const struct app *app, struct pane body) {
    int width = body.width / 3 > FORM_WIDTH ? body.width / 3 : FORM_WIDTH;
    struct pane left = pane_left(body, width < FORM_MAX ? width : FORM_MAX);
    struct pane right = pane_after(body, left.width + 1);
    struct pane below = pane_below(left, FORM_FIELDS + 1);
    form_draw(&state->form, pane_top(left, FORM_FIELDS), 1);
    if (form_lists(&state->form)) {
        form_draw_list(&state->form, app_facts(app), below);
    } else if (!state->problem[0]) {
        int row = form_draw_reason(&state->form, pane_after(below, 1), 0);
        whatif_draw_company(state, pane_after(below, 1), row);
    }
    if (body.width >= WIDE && body.height >= TALL)
        draw_all(state, app, right);
    else
        draw_page(state, app, right, false);
}

static void draw_below(const struct whatif *state, const struct app *app, struct pane body) {
    int columns = body.width >= TWO_COLUMNS ? 2 : 1;
    int rows = FORM_FIELDS / columns;
    if (rows > body.height - 4)
        rows = body.height > 5 ? body.height - 4 : 1;
    form_draw(&state->form, pane_top(body, rows), columns);
    struct pane result = pane_after(pane_below(body, rows), 1);
    if (form_lists(&state->form)) { /* and below it the answer, which moves with the list */
        bool answer = result.height >= LIST_MIN + ANSWER_HEIGHT && !state->problem[0];
        int list = result.height - (answer ? ANSWER_HEIGHT : 0);
        form_draw_list(&state->form, app_facts(app), pane_top(result, list));
        if (answer)
            whatif_draw_outcome(state, app, pane_below(result, list), 0, state->outcome, true);
        return;
    }
    int row = form_draw_reason(&state->form, result, 0);
    draw_page(state, app, pane_below(result, row), true);
}

static void draw(const void *opaque, const struct app *app, struct pane body) {
    const struct whatif *state = opaque;
    bool narrow = body.width < NARROW;
    draw_tabs(state, pane_after(body, 1), narrow);
    if (state->waiting) {
        draw_paragraph(pane_after(body, 1), 2, 0, STYLE_DIM, "Looking through all past sales …");
        return;
    }
    if (narrow)
        draw_below(state, app, pane_below(body, 1));
    else
        draw_beside(state, app, pane_below(body, 1));
}

static void remember(const void *data, struct buffer *choices) {
    const struct whatif *state = data;
    choices_add(choices, "page", (int)state->page);
}

static void restore(void *data, const char *choices) {
    struct whatif *state = data;
    state->page = (enum whatif_page)choices_get(choices, "page", (int)state->page, PAGE_COUNT);
}

/* The outcome, the form's customer and those that are pinned: a line a field. */
static void settings(const void *data, struct buffer *lines) {
    const struct whatif *state = data;
    customer_write_lines(&state->form.customer, lines); /* first: a field is what changed */
    buffer_printf(lines, "%d\n%u\n%d\n", (int)state->outcome, state->form.told, state->pinned);
    for (int i = 0; i < state->pinned; i++)
        customer_write_lines(&state->compared[i], lines);
}

static void set(void *data, const char *lines) {
    struct whatif *state = data;
    int outcome, pinned, length;
    unsigned told;
    struct customer customer;
    lines = customer_read_lines(&customer, lines);
    if (sscanf(lines, "%d\n%u\n%d\n%n", &outcome, &told, &pinned, &length) != 3)
        return;
    form_set(&state->form, &customer);
    state->outcome = (enum outcome)outcome;
    state->form.told = told;
    state->pinned = pinned;
    lines += length;
    for (int i = 0; i < pinned; i++)
        lines = customer_read_lines(&state->compared[i], lines);
}

const struct customer *whatif_customer(const void *data) {
    const struct whatif *state = data;
    return &state->form.customer;
}

static struct document *document_of(const void *data, const struct app *app, struct error *error) {
    const struct whatif *state = data;
    const struct facts *facts = app_facts(app);
    if (state->waiting || state->problem[0] != '\0') {
        error_set(error, ERR_NOT_FOUND, "%s",
                  state->waiting ? "the past sales are still being looked through"
                                 : state->problem);
        return NULL;
    }
    if (state->page == PAGE_SCENARIOS && state->scenarios.count > 0)
        return report_compared(facts, state->compared, &state->scenarios);
    if (state->page == PAGE_SIMILAR)
        return report_similar(facts, &state->prediction, state->past, &state->similar);
    return report_prediction(facts, &state->form.customer, &state->prediction,
                             state->page == PAGE_SWEEP && state->sweep.count > 0 ? &state->sweep
                                                                                 : NULL,
                             !app_is_linear(app));
}

static char *command_of(const void *data, const struct app *app) {
    const struct whatif *state = data;
    (void)app;
    return report_prediction_command(&state->form.customer);
}

/* The models are of all sales, and so are the similar ones. */
static bool ignores_filters(const void *data, const struct app *app) {
    (void)data;
    (void)app;
    return true;
}

const struct screen_ops whatif_screen = {
    .title = "What-if",
    .ignores_filters = ignores_filters,
    .help =
        "One customer, predicted as you type. It starts as a typical one: a ~ marks each value "
        "that "
        "nobody has told yet, and the answer counts them. Up and Down move between the fields, "
        "Left "
        "and Right change a value, PgUp and PgDn in steps ten times as large, Enter edits a field "
        "or leaves it as it is, and goes on to the next. u makes any field unknown (undo is in "
        ": here). Age, price and date take digits; place and handset open a list at the first "
        "letter of a name (Enter opens it too), and take any other text as it is; questions take y "
        "or n, gender f or m, and Space goes on to the next value; the question that is being "
        "predicted takes no answer, and o predicts the other one. Tab turns the pages: the answer "
        "and what moved it, a sweep of the field under the cursor, scenarios (p pins this "
        "customer, "
        "P takes the last back), and past sales like this one (Enter shows them). Intervals are "
        "the "
        "model's own uncertainty; its verdict says whether it tells more than the base rate. Bars "
        "and curves describe the model, not the customer.",
    .state_size = sizeof(struct whatif),
    .load = load,
    .is_due = is_due,
    .complete = complete,
    .late_size = sizeof(struct made),
    .late_begin = late_begin,
    .late_work = late_work,
    .late_take = late_take,
    .late_release = late_release,
    .draw = draw,
    .act = act,
    .type = type,
    .release = release,
    .remember = remember,
    .restore = restore,
    .settings = settings,
    .set = set,
    .document = document_of,
    .command = command_of,
    .footer = {ACTION_DOWN, ACTION_RIGHT, ACTION_NEXT, ACTION_PIN, ACTION_OUTCOME, ACTION_HELP,
               ACTION_QUIT},
};
