/* Models: what can be predicted and what cannot, each beside what needs no model at all.
 *
 * One model is looked at; every page shows it from another side. Where there is room, several pages
 * stand side by side. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/number.h"
#include "report/models.h"
#include "tui/choices.h"
#include "tui/screen.h"
#include "tui/screens/models_pages.h"
#include "tui/widgets/tabs.h"

enum {
    WIDE_COLUMNS = 140, /* from here on several pages at once */
    WIDE_ROWS = 34,
    CUT_PAGE = 10
};

struct state {
    struct models_view view;
    int page;       /* enum models_page */
    int64_t chosen; /* the model that is looked at; 0: the one in use */
    int told;       /* so many damaged ones have been told of */
};

/* ------------------------------------------------------------------ loading */

static void release(void *opaque) {
    struct models_view *view = &((struct state *)opaque)->view;
    model_detail_free(&view->detail);
    tuning_history_free(&view->tuning);
    models_free(view->models, view->model_count);
    free(view->rows);
    view->models = NULL;
    view->rows = NULL;
    view->model = NULL;
    view->model_count = view->row_count = 0;
}

/* The chosen model where it is still there, else the one in use, else the first in the table; the
 * cursor goes with it, unless it is on a baseline. */
static void find_model(struct state *state) {
    struct models_view *view = &state->view;
    int chosen = -1, active = -1, first = -1;
    for (int i = 0; i < view->row_count; i++) {
        const struct model_summary *model = view->rows[i].model;
        if (!model)
            continue;
        first = first < 0 ? i : first;
        active = model->active ? i : active;
        chosen = model->id == state->chosen ? i : chosen;
    }
    int at = chosen >= 0 ? chosen : active >= 0 ? active : first;
    if (at < 0)
        return;
    view->model = view->rows[at].model;
    table_clamp(&view->table, view->row_count);
    if (chosen < 0 || view->rows[view->table.cursor].model)
        view->table.cursor = at;
}

/* Once, until there are others. */
static void tell_damage(struct state *state, struct app *app) {
    const struct models_view *view = &state->view;
    int damaged = leaderboard_damaged(view->rows, view->row_count);
    if (damaged > state->told)
        app_notice(app, STYLE_PROBLEM, "%d stored model%s damaged: %s", damaged,
                   damaged == 1 ? " is" : "s are",
                   app_read_only(app) ? "retail-pulse train makes them anew"
                                      : "press T to train again");
    state->told = damaged;
}

static enum err load(void *opaque, struct app *app, struct error *error) {
    struct state *state = opaque;
    struct models_view *view = &state->view;
    int64_t before = view->model ? view->model->id : 0;
    struct db *db = shop_db(app_shop(app));
    release(state);
    enum err err = models_list(db, &view->models, &view->model_count, error);
    if (err != ERR_OK)
        return err;
    view->row_count = leaderboard_make(view->models, view->model_count, view->target, &view->rows);
    leaderboard_sentence(view->rows, view->row_count, view->sentence, sizeof view->sentence);
    find_model(state);
    tell_damage(state, app);
    if (!view->model)
        return ERR_OK;
    err = model_detail_load(db, view->model, DETAIL_CURVE_POINTS, &view->detail, error);
    if (err == ERR_OK)
        err = tuning_history_load(db, view->model, &view->tuning, error);
    if (view->model->id != before || !view->cut_moved) {
        view->cut_moved = false;
        view->cut = view->detail.chosen_cut;
    }
    return err;
}

/* ------------------------------------------------------------------ drawing */

typedef void page_draw(struct pane pane, const struct models_view *view);

static const struct {
    const char *title;
    page_draw *draw;
} pages[] = {
    [MODELS_PAGE_LEADERBOARD] = {"Leaderboard", models_draw_leaderboard},
    [MODELS_PAGE_CURVES] = {"Curves", models_draw_curves},
    [MODELS_PAGE_CALIBRATION] = {"Calibration", models_draw_calibration},
    [MODELS_PAGE_CONFUSION] = {"Confusion", models_draw_confusion},
    [MODELS_PAGE_IMPORTANCE] = {"Importance", models_draw_importance},
    [MODELS_PAGE_TIME_SPLIT] = {"Time split", models_draw_time_split},
    [MODELS_PAGE_TUNING] = {"Tuning", models_draw_tuning},
};

/* Which outcome and which model, in one line. */
static void draw_title(struct pane pane, const struct models_view *view) {
    const struct model_summary *model = view->model;
    char title[96], rows[NUMBER_TEXT_SIZE], all[NUMBER_TEXT_SIZE];
    int at = draw_text(pane, 0, 1, STYLE_TITLE, outcome_title(view->target));
    if (!model)
        return;
    model_title(model, title, sizeof title);
    number_grouped(model->rows, rows, sizeof rows);
    at = draw_format(pane, 0, at + 2, STYLE_STRONG, "%s", title);
    number_grouped(model->metrics.sampled_from, all, sizeof all);
    draw_format(pane, 0, at + 2, STYLE_DIM, "%s, %s%s%s sales, %.10s",
                model->active ? "in use" : "not in use", rows,
                model->metrics.sampled_from > 0 ? " of " : "",
                model->metrics.sampled_from > 0 ? all : "", model->trained_at);
}

/* A page in a pane of its own, under its name. */
static void draw_named(struct pane pane, const struct models_view *view, enum models_page page) {
    int at = draw_text(pane, 0, 1, STYLE_TITLE, pages[page].title);
    draw_repeat(pane, 0, at + 1, pane.width - at - 2, STYLE_RULE, GLYPH_RULE);
    if (view->model->damaged && page != MODELS_PAGE_LEADERBOARD && page != MODELS_PAGE_TUNING)
        draw_text(pane, 1, 1, STYLE_PROBLEM, "Damaged: nothing of it can be shown.");
    else
        pages[page].draw(pane_below(pane, 1), view);
}

/* Two halves above each other: the pages a and b left, c and d right. */
static void draw_grid(struct pane body, const struct models_view *view, const int *four, int top) {
    struct pane left = pane_left(body, body.width / 2 - 1);
    struct pane right = pane_after(body, body.width / 2 + 1);
    draw_named(pane_top(left, top - 1), view, (enum models_page)four[0]);
    draw_named(pane_below(left, top), view, (enum models_page)four[1]);
    draw_named(pane_top(right, top - 1), view, (enum models_page)four[2]);
    if (four[3] >= 0)
        draw_named(pane_below(right, top), view, (enum models_page)four[3]);
}

static void draw_wide(struct pane body, const struct state *state) {
    static const char *const titles[] = {"How good it is", "What it is made of"};
    static const int good[] = {MODELS_PAGE_LEADERBOARD, MODELS_PAGE_CURVES, MODELS_PAGE_CONFUSION,
                               MODELS_PAGE_CALIBRATION};
    static const int made[] = {MODELS_PAGE_IMPORTANCE, MODELS_PAGE_TUNING, MODELS_PAGE_TIME_SPLIT,
                               -1};
    bool first = state->page < MODELS_PAGE_IMPORTANCE;
    tabs_draw(body, titles, 2, first ? 0 : 1);
    draw_title(pane_below(body, 1), &state->view);
    struct pane rest = pane_below(body, 3);
    draw_grid(rest, &state->view, first ? good : made, rest.height * 9 / 20);
}

/* Of a damaged model nothing can be shown but that. */
static void draw_damaged(struct pane pane, const struct app *app) {
    int row = draw_paragraph(pane, 0, 1, STYLE_PROBLEM,
                             "Damaged: what is stored of this model is not what was written, its "
                             "checksum does not hold. It is not used, and none of its figures is "
                             "shown.");
    draw_paragraph(pane, row + 1, 1, STYLE_TEXT,
                   app_read_only(app)
                       ? "retail-pulse train makes it anew from the sales. Up and Down show "
                         "another model."
                       : "Press T to train again: that makes it anew from the sales. Up and Down "
                         "show another model.");
}

static void draw(const void *opaque, const struct app *app, struct pane body) {
    const struct state *state = opaque;
    const char *titles[MODELS_PAGE_COUNT];
    if (!state->view.model) {
        draw_title(body, &state->view);
        draw_paragraph(pane_below(body, 2), 0, 1, STYLE_TEXT,
                       app_read_only(app)
                           ? "No model has been trained for this outcome."
                           : "No model has been trained for this outcome. Press T to train (about "
                             "half a minute, beside the interface); o shows the other outcome.");
        return;
    }
    if (body.width >= WIDE_COLUMNS && body.height >= WIDE_ROWS) {
        draw_wide(body, state);
        return;
    }
    for (int i = 0; i < MODELS_PAGE_COUNT; i++)
        titles[i] = pages[i].title;
    tabs_draw(pane_after(body, 1), titles, MODELS_PAGE_COUNT, state->page);
    draw_title(pane_below(body, 1), &state->view);
    struct pane page = pane_below(body, 2);
    if (state->view.model->damaged && state->page != MODELS_PAGE_LEADERBOARD &&
        state->page != MODELS_PAGE_TUNING) {
        draw_damaged(page, app);
        return;
    }
    if (state->page != MODELS_PAGE_LEADERBOARD && page.height > 12) {
        char sentence[256], text[300];
        model_sentence(state->view.model, sentence, sizeof sentence);
        const struct model_summary *model = state->view.model;
        snprintf(text, sizeof text, "%s: %s",
                 model->damaged ? "Damaged"
                 : model->skill ? "Skill"
                                : "No skill",
                 sentence);
        enum style style = model->damaged ? STYLE_PROBLEM
                           : model->skill ? STYLE_HIGHER
                                          : STYLE_WARNING;
        page = pane_below(page, draw_paragraph(page, 0, 1, style, text));
    }
    pages[state->page].draw(page, &state->view);
}

/* ------------------------------------------------------------------ acting */

static bool is_wide(const struct app *app) {
    return app_body_width(app) >= WIDE_COLUMNS && app_body_height(app) >= WIDE_ROWS;
}

static unsigned choose(struct state *state) {
    const struct model_summary *model = state->view.rows[state->view.table.cursor].model;
    if (!model || model->id == state->view.model->id)
        return REACT_DRAW;
    state->chosen = model->id;
    return REACT_RELOAD | REACT_DRAW;
}

static unsigned move(struct state *state, struct app *app, enum action action) {
    if (!table_move(&state->view.table, action, state->view.row_count, app_body_height(app) / 2))
        return REACT_NONE;
    return choose(state);
}

/* The other pages skip the baselines, of which they show nothing. */
static unsigned next_model(struct state *state, int step) {
    struct models_view *view = &state->view;
    long at = view->table.cursor;
    for (at += step; at >= 0 && at < view->row_count; at += step)
        if (view->rows[at].model) {
            view->table.cursor = at;
            return choose(state);
        }
    return REACT_NONE;
}

static unsigned move_cut(struct models_view *view, int to, bool moved) {
    to = to < 0 ? 0 : to >= DETAIL_CUTS ? DETAIL_CUTS - 1 : to;
    if (!view->detail.available || (to == view->cut && moved == view->cut_moved))
        return REACT_NONE;
    view->cut = to;
    view->cut_moved = moved;
    return REACT_DRAW;
}

/* LEFT raises the bar for a yes: fewer are answered so. */
static unsigned act_on_threshold(struct models_view *view, enum action action) {
    switch (action) {
    case ACTION_LEFT:
        return move_cut(view, view->cut - 1, true);
    case ACTION_RIGHT:
        return move_cut(view, view->cut + 1, true);
    case ACTION_PAGE_UP:
        return move_cut(view, view->cut - CUT_PAGE, true);
    case ACTION_PAGE_DOWN:
        return move_cut(view, view->cut + CUT_PAGE, true);
    case ACTION_FIRST:
        return move_cut(view, 0, true);
    case ACTION_LAST:
        return move_cut(view, DETAIL_CUTS - 1, true);
    case ACTION_RESET:
        return move_cut(view, view->detail.chosen_cut, false);
    default:
        return REACT_NONE;
    }
}

static bool refuse_waiting(void *context, const struct progress *progress) {
    (void)context;
    (void)progress;
    return false;
}

static unsigned use(struct state *state, struct app *app) {
    struct error error = {0};
    char title[160];
    const struct progress_sink impatient = {refuse_waiting, NULL};
    if (app_read_only(app)) {
        app_notice(app, STYLE_WARNING, "Opened read-only: the model in use cannot be changed");
        return REACT_DRAW;
    }
    enum err err = models_use(db_path(shop_db(app_shop(app))), state->view.model->id, &impatient,
                              title, sizeof title, &error);
    if (err == ERR_OK)
        app_notice(app, STYLE_HIGHER, "In use from now on: %s", title);
    else if (err == ERR_CANCELLED)
        app_notice(app, STYLE_WARNING, "Another session is writing; try again in a moment");
    else
        app_notice(app, STYLE_PROBLEM, "%s%s%s", error.message, err == ERR_DAMAGED ? ": " : "",
                   err == ERR_DAMAGED ? "press T to train again" : "");
    return REACT_RELOAD | REACT_DRAW;
}

static unsigned turn(struct state *state, const struct app *app, enum action action) {
    if (!is_wide(app))
        return tabs_act(&state->page, MODELS_PAGE_COUNT, action) ? REACT_DRAW : REACT_NONE;
    if (action != ACTION_NEXT && action != ACTION_PREVIOUS)
        return REACT_NONE;
    state->page =
        state->page < MODELS_PAGE_IMPORTANCE ? MODELS_PAGE_IMPORTANCE : MODELS_PAGE_LEADERBOARD;
    return REACT_DRAW;
}

static unsigned act(void *opaque, struct app *app, enum action action) {
    struct state *state = opaque;
    struct models_view *view = &state->view;
    if (action == ACTION_TRAIN)
        return app_train(app);
    if (action == ACTION_OUTCOME) {
        view->target = (enum outcome)((view->target + 1) % OUTCOME_COUNT);
        state->chosen = 0;
        view->table = (struct table){0};
        return REACT_RELOAD | REACT_DRAW;
    }
    if (!view->model)
        return REACT_NONE;
    if (action == ACTION_USE)
        return use(state, app);
    unsigned reaction = turn(state, app, action);
    if (reaction != REACT_NONE)
        return reaction;
    bool wide = is_wide(app) && state->page < MODELS_PAGE_IMPORTANCE;
    bool threshold_here =
        wide ? action == ACTION_LEFT || action == ACTION_RIGHT || action == ACTION_RESET
             : state->page == MODELS_PAGE_CONFUSION;
    if (threshold_here && (reaction = act_on_threshold(view, action)) != REACT_NONE)
        return reaction;
    if (wide || state->page == MODELS_PAGE_LEADERBOARD) {
        if (action == ACTION_OPEN && !wide) {
            state->page = MODELS_PAGE_CURVES;
            return REACT_DRAW;
        }
        return move(state, app, action);
    }
    return action == ACTION_UP     ? next_model(state, -1)
           : action == ACTION_DOWN ? next_model(state, 1)
                                   : REACT_NONE;
}

static void remember(const void *data, struct buffer *choices) {
    const struct state *state = data;
    choices_add(choices, "page", state->page);
    choices_add(choices, "target", (int)state->view.target);
}

static void restore(void *data, const char *choices) {
    struct state *state = data;
    state->page = choices_get(choices, "page", state->page, MODELS_PAGE_COUNT);
    state->view.target =
        (enum outcome)choices_get(choices, "target", (int)state->view.target, OUTCOME_COUNT);
}

static void settings(const void *data, struct buffer *lines) {
    const struct state *state = data;
    buffer_printf(lines, "%lld %d %d\n", (long long)state->chosen, state->view.cut_moved,
                  state->view.cut_moved ? state->view.cut : 0);
}

static void set(void *data, const char *lines) {
    struct state *state = data;
    long long chosen;
    int moved, cut;
    if (sscanf(lines, "%lld %d %d", &chosen, &moved, &cut) != 3)
        return;
    state->chosen = chosen;
    state->view.cut_moved = moved != 0;
    state->view.cut = cut;
}

static struct document *document_of(const void *data, const struct app *app, struct error *error) {
    const struct state *state = data;
    struct models_request request = {.target = (int)state->view.target,
                                     .algorithm = MODELS_ALL,
                                     .curve_points = app_is_linear(app) ? DETAIL_POINTS_TEXT
                                                                        : DETAIL_POINTS_DATA};
    struct document *document = NULL;
    if (state->page != 0 && state->view.model != NULL) { /* its pages are about one model */
        request.detail = true;
        request.algorithm = (int)state->view.model->algorithm;
    }
    if (report_models(shop_db(app_shop(app)), &request, &document, error) != ERR_OK)
        return NULL;
    return document;
}

static char *command_of(const void *data, const struct app *app) {
    const struct state *state = data;
    (void)app;
    if (state->page != 0 && state->view.model != NULL)
        return xasprintf("models --target %s --algorithm %s --detail",
                         outcome_name(state->view.target),
                         algorithm_name(state->view.model->algorithm));
    return xasprintf("models --target %s", outcome_name(state->view.target));
}

/* Models learn from all sales. */
static bool ignores_filters(const void *data, const struct app *app) {
    (void)data;
    (void)app;
    return true;
}

const struct screen_ops models_screen = {
    .title = "Models",
    .ignores_filters = ignores_filters,
    .help =
        "Every trained model on sales it has not seen, in one table with what needs no model: "
        "always the base rate, always the commoner answer, always yes. An AUC of 0.5 is a coin's; "
        "log loss and Brier score are better the lower they are. \"Skill\" needs all three: an AUC "
        "whose interval lies above 0.5, a permutation p below 0.05, and a log loss below the base "
        "rate's beyond its uncertainty. Up and Down choose a model; Tab turns its pages: curves, "
        "calibration, the confusion matrix with a threshold that Left and Right move, what it "
        "leans on, how it does on later days, and the search for its parameters. U lets the chosen "
        "model answer in the form. The figures are of all sales, whatever the filters.",
    .state_size = sizeof(struct state),
    .load = load,
    .draw = draw,
    .act = act,
    .release = release,
    .remember = remember,
    .restore = restore,
    .settings = settings,
    .set = set,
    .document = document_of,
    .command = command_of,
    .footer = {ACTION_NEXT, ACTION_DOWN, ACTION_OUTCOME, ACTION_USE, ACTION_TRAIN, ACTION_HELP,
               ACTION_QUIT},
};
