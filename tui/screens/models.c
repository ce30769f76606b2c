/* Models: what can be predicted and what cannot, each beside what needs no model at all. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/number.h"
#include "engine/learn/models.h"
#include "tui/screen.h"
#include "tui/widgets/chart.h"

enum { TWO_COLUMNS = 56, PANEL_WIDTH = 38, CHART_MAX = 80, ROOMY_ROWS = 9 };

static const double axis_low = 0.4, axis_high = 0.7, chance = 0.5;

struct state {
    struct model_summary *models;
    int count;
    int entry_count; /* models, and outcomes without any */
    struct entry {
        enum outcome target;
        const struct model_summary *model; /* NULL: none trained */
    } * entries;
    int top; /* first entry shown */
};

/* ------------------------------------------------------------------ loading */

static void release(void *opaque) {
    struct state *state = opaque;
    models_free(state->models, state->count);
    free(state->entries);
    state->models = NULL;
    state->entries = NULL;
    state->count = state->entry_count = 0;
}

static enum err load(void *opaque, struct app *app, struct error *error) {
    struct state *state = opaque;
    release(state);
    enum err err = models_list(shop_db(app_shop(app)), &state->models, &state->count, error);
    if (err != ERR_OK)
        return err;
    state->entries = xcalloc((size_t)state->count + OUTCOME_COUNT, sizeof *state->entries);
    int next = 0; /* models come by target */
    for (int target = 0; target < OUTCOME_COUNT; target++) {
        int first = next;
        for (; next < state->count && state->models[next].target == (enum outcome)target; next++)
            state->entries[state->entry_count++] =
                (struct entry){(enum outcome)target, &state->models[next]};
        if (next == first)
            state->entries[state->entry_count++] = (struct entry){(enum outcome)target, NULL};
    }
    if (state->top >= state->entry_count)
        state->top = state->entry_count - 1;
    return ERR_OK;
}

/* ------------------------------------------------------------------ drawing */

static void draw_title(struct pane pane, const struct entry *entry) {
    const struct model_summary *model = entry->model;
    char rows[NUMBER_TEXT_SIZE];
    int at = draw_text(pane, 0, 1, STYLE_TITLE, outcome_title(entry->target));
    if (!model)
        return;
    number_grouped(model->rows, rows, sizeof rows);
    at = draw_format(pane, 0, at + 2, STYLE_STRONG, "%s", algorithm_title(model->algorithm));
    draw_format(pane, 0, at + 2, STYLE_DIM, "%s sales, %.10s%s", rows, model->trained_at,
                model->active ? "" : ", not in use");
}

static int draw_verdict(struct pane pane, int row, const struct model_summary *model) {
    char sentence[256], text[300];
    model_sentence(model, sentence, sizeof sentence);
    snprintf(text, sizeof text, "%s: %s", model->skill ? "Skill" : "No skill", sentence);
    return draw_paragraph(pane, row, 1, model->skill ? STYLE_HIGHER : STYLE_WARNING, text);
}

/* The AUC as an interval against a coin's 0.5. */
static int draw_auc(struct pane pane, int row, const struct model_metrics *metrics, bool axis) {
    int at = draw_format(pane, row, 1, STYLE_STRONG, "AUC %.3f [%.3f–%.3f]", metrics->auc.estimate,
                         metrics->auc.low, metrics->auc.high);
    if (isnan(metrics->p_permutation))
        at = draw_text(pane, row, at + 1, STYLE_TEXT, "no permutation test") + 2;
    else
        at = draw_format(pane, row, at + 1, STYLE_TEXT,
                         metrics->p_permutation < 0.001 ? "p < 0.001" : "p = %.3f",
                         metrics->p_permutation) +
             2;
    int width = pane.width - at - 1;
    if (width > CHART_MAX)
        width = CHART_MAX;
    if (width < 12)
        return row + 1;
    chart_interval(pane, row, at, width, axis_low, axis_high, metrics->auc, chance,
                   metrics->auc.low > chance ? STYLE_HIGHER : STYLE_UNCLEAR);
    if (!axis)
        return row + 1;
    int middle = (int)lround((width - 1) * (chance - axis_low) / (axis_high - axis_low));
    draw_format(pane, row + 1, at, STYLE_DIM, "%.1f", axis_low);
    draw_format(pane, row + 1, at + middle - 1, STYLE_DIM, "%.1f", chance);
    draw_format(pane, row + 1, at + width - 3, STYLE_DIM, "%.1f", axis_high);
    return row + 2;
}

struct figure {
    const char *name;
    double value;
    double baseline; /* NaN: none */
    const char *baseline_name;
    int decimals;
};

static void draw_figure(struct pane pane, int row, int column, const struct figure *figure) {
    draw_text(pane, row, column, STYLE_TEXT, figure->name);
    if (isnan(figure->value))
        draw_text(pane, row, column + 10, STYLE_DIM, "     –");
    else
        draw_format(pane, row, column + 10, STYLE_STRONG, "%6.*f", figure->decimals, figure->value);
    if (!isnan(figure->baseline))
        draw_format(pane, row, column + 17, STYLE_DIM, "%s %.*f", figure->baseline_name,
                    figure->decimals, figure->baseline);
}

static int draw_figures(struct pane pane, int row, const struct model_metrics *metrics) {
    const double none = (double)NAN;
    const struct figure figures[] = {
        {"Log loss", metrics->log_loss, metrics->base_log_loss, "base rate", 4},
        {"Brier", metrics->brier, metrics->base_brier, "base rate", 4},
        {"Accuracy", metrics->accuracy, metrics->majority_accuracy, "majority", 3},
        {"F1", metrics->f1, metrics->always_yes_f1, "always yes", 3},
        {"Precision", metrics->precision, metrics->base_rate, "always yes", 3},
        {"Recall", metrics->recall, none, "", 3},
    };
    const int count = (int)(sizeof figures / sizeof *figures);
    int panels = pane.width >= TWO_COLUMNS ? 2 : 1;
    int rows = count / panels;
    int step = pane.width / 2 < PANEL_WIDTH ? pane.width / 2 : PANEL_WIDTH;
    for (int i = 0; i < count; i++)
        draw_figure(pane, row + i % rows, 1 + i / rows * step, &figures[i]);
    return row + rows;
}

/* How the figures were come by, where there is room to say it. */
static int draw_method(struct pane pane, int row, const struct model_metrics *metrics) {
    char text[256];
    snprintf(text, sizeof text,
             "Out of fold: %d folds, %d time%s; %d permutations; %d parameter trials; “yes” from "
             "a probability of %.1f%% on.",
             metrics->folds, metrics->repeats, metrics->repeats == 1 ? "" : "s",
             metrics->permutations, metrics->tuned_trials, 100 * metrics->threshold);
    return draw_paragraph(pane, row, 1, STYLE_DIM, text);
}

static int draw_entry(struct pane pane, const struct entry *entry, bool read_only, int share) {
    draw_title(pane, entry);
    if (!entry->model)
        return draw_paragraph(pane, 1, 1, STYLE_TEXT,
                              read_only ? "No model has been trained for this outcome."
                                        : "No model has been trained for this outcome. Press T to "
                                          "train (about half a minute, beside the interface).");
    const struct model_metrics *metrics = &entry->model->metrics;
    int row = draw_verdict(pane, 1, entry->model);
    row = draw_auc(pane, row, metrics, share >= ROOMY_ROWS);
    row = draw_figures(pane, row, metrics);
    return share > ROOMY_ROWS + 2 ? draw_method(pane, row, metrics) : row;
}

static void draw(const void *opaque, const struct app *app, struct pane body) {
    const struct state *state = opaque;
    int left = state->entry_count - state->top;
    int share = body.height / (left > 2 ? 2 : (left > 0 ? left : 1));
    if (share > body.height / 2)
        share = body.height / 2;
    int entry = state->top;
    struct pane rest = body;
    for (; entry < state->entry_count && rest.height > 2; entry++) {
        int used = draw_entry(rest, &state->entries[entry], app_read_only(app), share);
        rest = pane_below(rest, used + 1);
    }
    int hidden = state->entry_count - entry;
    if (rest.height > 0 && (hidden > 0 || state->top > 0))
        draw_format(rest, rest.height - 1, 1, STYLE_DIM, "%d above, %d below", state->top, hidden);
}

/* ------------------------------------------------------------------ acting */

static unsigned act(void *opaque, struct app *app, enum action action) {
    struct state *state = opaque;
    int last = state->entry_count > 0 ? state->entry_count - 1 : 0;
    int top = state->top;
    switch (action) {
    case ACTION_TRAIN:
        return app_train(app);
    case ACTION_UP:
    case ACTION_PAGE_UP:
        top--;
        break;
    case ACTION_DOWN:
    case ACTION_PAGE_DOWN:
        top++;
        break;
    case ACTION_FIRST:
        top = 0;
        break;
    case ACTION_LAST:
        top = last;
        break;
    default:
        return REACT_NONE;
    }
    if (top < 0 || top > last || top == state->top)
        return REACT_NONE;
    state->top = top;
    return REACT_DRAW;
}

const struct screen_ops models_screen = {
    .title = "Models",
    .help =
        "Every trained model on sales it has not seen, beside what needs no model: the base "
        "rate for log loss and Brier score (lower is better), the commoner answer for "
        "accuracy, always saying yes for F1 and precision. An AUC of 0.5 is a coin's. \"Skill\" "
        "needs all three: an AUC whose interval lies above 0.5, a permutation p below 0.05, "
        "and a log loss below the base rate's beyond its uncertainty. The figures are of all "
        "sales, whatever the filters. Up and Down go through the models.",
    .state_size = sizeof(struct state),
    .load = load,
    .draw = draw,
    .act = act,
    .release = release,
    .footer = {ACTION_DOWN, ACTION_TRAIN, ACTION_HELP, ACTION_QUIT},
};
