/* The pages that are figures: leaderboard, confusion, importance, the split in time, tuning. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "tui/screens/models_pages.h"
#include "tui/widgets/chart.h"

static const double chance = 0.5;

static void p_text(double p, char *text, size_t size) {
    if (isnan(p))
        snprintf(text, size, "–");
    else
        snprintf(text, size, p < 0.001 ? "<0.001" : "%.3f", p);
}

static void real_text(double value, int decimals, const char *sign, char *text, size_t size) {
    if (isnan(value))
        snprintf(text, size, "–");
    else
        snprintf(text, size, *sign ? "%+.*f" : "%.*f", decimals, value);
}

/* ------------------------------------------------------------------ leaderboard */

/* X(symbol, title, width, priority) */
#define LEADER_COLUMN_LIST(X)     \
    X(NAME, "Model", 0, 0)        \
    X(AUC, "AUC [95%]", 19, 0)    \
    X(P, "p", 6, 1)               \
    X(LOG_LOSS, "Log loss", 8, 0) \
    X(VERDICT, "Verdict", 8, 0)   \
    X(ACCURACY, "Accuracy", 8, 4) \
    X(F1, "F1", 5, 5)             \
    X(BRIER, "Brier", 6, 6)       \
    X(PR_AUC, "PR-AUC", 6, 7)     \
    X(MCC, "Agree, MCC", 10, 8)

enum leader_column {
#define X(symbol, ...) LEADER_##symbol,
    LEADER_COLUMN_LIST(X)
#undef X
        LEADER_COLUMN_COUNT
};

static const struct table_column leader_columns[] = {
#define X(symbol, title, width, priority)                                                     \
    [LEADER_##symbol] = {title, width,                                                        \
                         LEADER_##symbol != LEADER_NAME && LEADER_##symbol != LEADER_VERDICT, \
                         priority},
    LEADER_COLUMN_LIST(X)
#undef X
};

/* The names as wide as they are, as long as the figures that matter stay beside them. */
static void lay_out_leaders(const struct models_view *view, int width,
                            struct table_column columns[LEADER_COLUMN_COUNT]) {
    enum { FIGURES = 52, NAME_MIN = 20 };
    int name = NAME_MIN;
    char title[96];
    memcpy(columns, leader_columns, sizeof leader_columns);
    for (int i = 0; i < view->row_count; i++) {
        leader_title(&view->rows[i], title, sizeof title);
        int own = text_width(title) + 2;
        name = own > name ? own : name;
    }
    int most = width - FIGURES > NAME_MIN ? width - FIGURES : NAME_MIN;
    columns[LEADER_NAME].width = name < most ? name : most;
}

static void leader_cell(const void *context, long row, int column, struct pane cell, char *text,
                        size_t size, enum style *style) {
    const struct models_view *view = context;
    const struct leader *leader = &view->rows[row];
    const struct model_summary *model = leader->model;
    char title[96];
    (void)cell;
    *style = model ? STYLE_TEXT : STYLE_DIM;
    switch ((enum leader_column)column) {
    case LEADER_NAME:
        leader_title(leader, title, sizeof title);
        snprintf(text, size, "%s%s", title, model && model->active ? " *" : "");
        *style = model && model->active ? STYLE_STRONG : *style;
        break;
    case LEADER_AUC:
        if (isnan(leader->auc.estimate))
            snprintf(text, size, "–");
        else if (isnan(leader->auc.low))
            snprintf(text, size, "%.3f              ", leader->auc.estimate);
        else
            snprintf(text, size, "%.3f [%.3f–%.3f]", leader->auc.estimate, leader->auc.low,
                     leader->auc.high);
        break;
    case LEADER_P:
        p_text(leader->p_permutation, text, size);
        break;
    case LEADER_LOG_LOSS:
        real_text(leader->log_loss, 4, "", text, size);
        break;
    case LEADER_VERDICT:
        snprintf(text, size, "%s", leader_verdict(leader));
        if (model)
            *style = model->damaged ? STYLE_PROBLEM : model->skill ? STYLE_HIGHER : STYLE_WARNING;
        break;
    case LEADER_ACCURACY:
        real_text(leader->accuracy, 3, "", text, size);
        break;
    case LEADER_F1:
        real_text(leader->f1, 3, "", text, size);
        break;
    case LEADER_BRIER:
        real_text(leader->brier, 4, "", text, size);
        break;
    case LEADER_PR_AUC:
        real_text(leader->pr_auc, 3, "", text, size);
        break;
    case LEADER_MCC:
        real_text(leader->mcc, 3, "+", text, size);
        break;
    case LEADER_COLUMN_COUNT:
        break;
    }
}

/* How the figures of the model under the cursor were come by; briefly where lines are short. */
static void say_method(const struct model_summary *model, bool brief, char *text, size_t size) {
    const struct model_metrics *metrics = &model->metrics;
    char rows[NUMBER_TEXT_SIZE];
    number_grouped(model->rows, rows, sizeof rows);
    if (brief)
        snprintf(text, size, "Out of fold on %s sales, %d folds; “yes” from %.1f%% on.", rows,
                 metrics->folds, 100 * metrics->threshold);
    else
        snprintf(text, size,
                 "Out of fold on %s sales: %d folds, %d time%s; %d permutations; %d parameter "
                 "trials; “yes” from a probability of %.1f%% on (%s). Trained %.10s.",
                 rows, metrics->folds, metrics->repeats, metrics->repeats == 1 ? "" : "s",
                 metrics->permutations, metrics->tuned_trials, 100 * metrics->threshold,
                 threshold_rule_name(metrics->threshold_rule), model->trained_at);
}

/* Lines that a paragraph takes at most: one loses less than a word to breaking. */
static int lines_of(const char *text, int width) {
    int columns = text_width(text) + 1;
    return columns <= width ? 1 : columns / (width - 10) + 1;
}

void models_draw_leaderboard(struct pane pane, const struct models_view *view) {
    bool skill = view->sentence[0] == 'S'; /* "Skill: …", "No skill: …" */
    int row = draw_paragraph(pane, 0, 1, skill ? STYLE_HIGHER : STYLE_WARNING, view->sentence);
    struct pane table = pane_below(pane, row);
    const struct model_summary *model = view->model;
    char sentence[256], text[400], title[96], method[320] = "";
    int below = 4; /* what is said of the model under the cursor */
    if (model != NULL) {
        model_sentence(model, sentence, sizeof sentence);
        model_title(model, title, sizeof title);
        snprintf(text, sizeof text, "%s: %s", title, sentence);
        if (!model->damaged)
            say_method(model, pane.width < 72, method, sizeof method);
        below = lines_of(text, pane.width) + lines_of(method, pane.width);
    }
    table.height = table.height > view->row_count + 1 + below ? view->row_count + 1
                   : table.height > below + 4                 ? table.height - below
                                                              : table.height;
    struct table_column columns[LEADER_COLUMN_COUNT];
    lay_out_leaders(view, table.width, columns);
    table_draw(&view->table, table, columns, LEADER_COLUMN_COUNT, view->row_count, true,
               leader_cell, view);
    row += table.height;
    if (model == NULL || pane.height - row < 2)
        return;
    row = draw_paragraph(pane, row, 1, STYLE_STRONG, text);
    draw_paragraph(pane, row, 1, STYLE_DIM, method);
}

/* ------------------------------------------------------------------ confusion */

static void draw_count(struct pane pane, int row, int end, double count, double all,
                       enum style style) {
    char number[NUMBER_TEXT_SIZE], text[NUMBER_TEXT_SIZE + 16];
    number_grouped(llround(count), number, sizeof number);
    snprintf(text, sizeof text, "%s  %4.1f%%", number, 100 * count / all);
    draw_right(pane, row, end, style, text);
}

static int draw_matrix(struct pane pane, int row, const struct operating_point *confusion) {
    double all =
        confusion->true_yes + confusion->false_yes + confusion->missed_yes + confusion->true_no;
    enum { NAMES = 10, CELL = 17 };
    draw_right(pane, row, NAMES + CELL, STYLE_HEADING, "answered yes");
    draw_right(pane, row, NAMES + 2 * CELL, STYLE_HEADING, "answered no");
    draw_text(pane, row + 1, 1, STYLE_HEADING, "is yes");
    draw_count(pane, row + 1, NAMES + CELL, confusion->true_yes, all, STYLE_STRONG);
    draw_count(pane, row + 1, NAMES + 2 * CELL, confusion->missed_yes, all, STYLE_TEXT);
    draw_text(pane, row + 2, 1, STYLE_HEADING, "is no");
    draw_count(pane, row + 2, NAMES + CELL, confusion->false_yes, all, STYLE_TEXT);
    draw_count(pane, row + 2, NAMES + 2 * CELL, confusion->true_no, all, STYLE_STRONG);
    return row + 3;
}

struct measure {
    const char *name;
    double here, own;     /* at the threshold shown, at the model's own */
    const char *baseline; /* what needs no model */
    double base;
    int decimals;
};

static int draw_measures(struct pane pane, int row, const struct models_view *view,
                         const struct operating_point *here) {
    const struct model_detail *detail = &view->detail;
    const struct model_metrics *metrics = &view->model->metrics;
    const struct operating_point *own = &detail->chosen;
    double share = (double)detail->yes / (double)detail->sales, none = (double)NAN;
    const struct measure measures[] = {
        {"Precision", here->precision, own->precision, "always yes", share, 3},
        {"Recall", here->recall, own->recall, "always yes", 1, 3},
        {"F1", here->f1, own->f1, "always yes", 2 * share / (1 + share), 3},
        {"Accuracy", here->accuracy, own->accuracy, "commoner", fmax(share, 1 - share), 3},
        {"Agree (MCC)", here->mcc, own->mcc, "by chance", 0, 3},
        {"Cost", none, none, "best of both", none, 0},
    };
    draw_right(pane, row, 20, STYLE_HEADING, "here");
    draw_right(pane, row, 32, STYLE_HEADING, "model's own");
    draw_text(pane, row++, 36, STYLE_HEADING, "without a model");
    for (size_t i = 0; i < sizeof measures / sizeof *measures && row < pane.height; i++) {
        struct measure measure = measures[i];
        char text[32];
        if (isnan(measure.here)) { /* the cost: of always yes or always no, whichever is less */
            double no = metrics->cost_false_yes, yes = metrics->cost_missed_yes;
            if (!(no > 0 || yes > 0))
                continue;
            measure.here = no * here->false_yes + yes * here->missed_yes;
            measure.own = no * own->false_yes + yes * own->missed_yes;
            measure.base =
                fmin(no * (double)(detail->sales - detail->yes), yes * (double)detail->yes);
        }
        draw_text(pane, row, 1, STYLE_TEXT, measure.name);
        snprintf(text, sizeof text, "%.*f", measure.decimals, measure.here);
        draw_right(pane, row, 20, STYLE_STRONG, text);
        snprintf(text, sizeof text, "%.*f", measure.decimals, measure.own);
        draw_right(pane, row, 32, STYLE_TEXT, text);
        draw_format(pane, row++, 36, STYLE_DIM, "%.*f %s", measure.decimals, measure.base,
                    measure.baseline);
    }
    return row;
}

void models_draw_confusion(struct pane pane, const struct models_view *view) {
    const struct model_detail *detail = &view->detail;
    char sentence[256];
    if (!detail->available) {
        draw_paragraph(pane, 0, 1, STYLE_DIM, detail->problem);
        return;
    }
    const struct operating_point *cut =
        view->cut_moved ? &detail->cuts[view->cut] : &detail->chosen;
    confusion_sentence(cut, sentence, sizeof sentence);
    int row = draw_paragraph(pane, 0, 1, STYLE_TEXT, sentence);
    double share = (cut->true_yes + cut->false_yes) / (double)detail->sales;
    int at = draw_format(pane, row, 1, STYLE_STRONG, "“Yes” from %.2f%% on", 100 * cut->threshold);
    at = draw_format(pane, row, at, STYLE_DIM, view->cut_moved ? " (moved)" : " (the model's own)");
    at = draw_format(pane, row, at + 1, STYLE_TEXT, "%.1f%% answered yes ", 100 * share);
    int width = pane.width - at - 1 < 40 ? pane.width - at - 1 : 40;
    if (width >= 8)
        chart_bar(pane, row, at, width, share, STYLE_BAR);
    row = draw_matrix(pane, row + (pane.height >= 14 ? 2 : 1), cut);
    row = draw_measures(pane, row + (pane.height >= 14 ? 1 : 0), view, cut);
    if (pane.height - row >= 2)
        draw_paragraph(pane, row + 1, 1, STYLE_DIM,
                       "Left and Right move the threshold by a hundredth of the sales, PgUp and "
                       "PgDn by ten, r goes back. Each sale is judged by a model that had not "
                       "seen it; ratios are means over the folds, as on the leaderboard, counts "
                       "means of the repeats.");
}

/* ------------------------------------------------------------------ importance */

static int by_shap(const void *a, const void *b, void *context) {
    const struct model_metrics *metrics = context;
    int x = *(const int *)a, y = *(const int *)b;
    double left = isnan(metrics->shap[x]) ? metrics->gain[x] : metrics->shap[x];
    double right = isnan(metrics->shap[y]) ? metrics->gain[y] : metrics->shap[y];
    return (left < right) - (left > right);
}

void models_draw_importance(struct pane pane, const struct models_view *view) {
    const struct model_metrics *metrics = &view->model->metrics;
    int fields[FEATURE_FIELD_COUNT], count = 0;
    double most_gain = 0, most_shap = 0;
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++) {
        if (isnan(metrics->gain[field]) && isnan(metrics->shap[field]))
            continue;
        fields[count++] = field;
        most_gain = fmax(most_gain, metrics->gain[field]);
        most_shap = fmax(most_shap, metrics->shap[field]);
    }
    if (count == 0) {
        draw_paragraph(pane, 0, 1, STYLE_DIM,
                       "This model was stored without what it leans on: train it again to see it.");
        return;
    }
    qsort_r(fields, (size_t)count, sizeof *fields, by_shap, (void *)metrics);
    int row = draw_paragraph(
        pane, 0, 1, view->model->skill ? STYLE_TEXT : STYLE_WARNING,
        view->model->skill
            ? "What the model leans on. It says where differences lie, not what causes them."
            : "What the model leans on. It has no skill: however long the bars, they do not tell "
              "customers apart.");
    int width = (pane.width - 34) / 2;
    width = width > 40 ? 40 : width;
    bool linear = view->model->algorithm == ALGORITHM_LINEAR;
    draw_text(pane, row, 1, STYLE_HEADING, "Field");
    draw_text(pane, row, 12, STYLE_HEADING, "Mean |SHAP|, log odds");
    draw_text(pane, row++, 22 + width, STYLE_HEADING, linear ? "|coefficient| × sd" : "Gain");
    for (int i = 0; i < count && row < pane.height; i++, row++) {
        double shap = metrics->shap[fields[i]], gain = metrics->gain[fields[i]];
        char text[16];
        draw_text(pane, row, 1, STYLE_TEXT, feature_field_name((enum feature_field)fields[i]));
        real_text(shap, 4, "", text, sizeof text);
        draw_right(pane, row, 19, STYLE_STRONG, text);
        if (most_shap > 0 && width > 2)
            chart_bar(pane, row, 20, width, shap / most_shap, STYLE_BAR);
        if (!isnan(gain))
            draw_format(pane, row, 22 + width, STYLE_STRONG, "%5.1f%%", 100 * gain);
        if (most_gain > 0 && width > 2)
            chart_bar(pane, row, 30 + width, width, gain / most_gain, STYLE_BAR_ALSO);
    }
}

/* ------------------------------------------------------------------ the split in time */

static int draw_part(struct pane pane, int row, const char *name, day_number first, day_number last,
                     int64_t sales, int64_t yes) {
    char from[DATE_ISO_SIZE], to[DATE_ISO_SIZE], number[NUMBER_TEXT_SIZE];
    date_iso(first, from);
    date_iso(last, to);
    number_grouped(sales, number, sizeof number);
    draw_text(pane, row, 1, STYLE_TEXT, name);
    draw_format(pane, row, 14, STYLE_STRONG, "%s – %s", from, to);
    draw_format(pane, row, 39, STYLE_TEXT, "%7s sales, %.1f%% yes", number,
                100 * (double)yes / (double)sales);
    return row + 1;
}

static int draw_interval(struct pane pane, int row, const char *name, struct interval auc) {
    draw_text(pane, row, 1, STYLE_TEXT, name);
    draw_format(pane, row, 14, STYLE_STRONG, "%.3f [%.3f–%.3f]", auc.estimate, auc.low, auc.high);
    int width = pane.width - 36 < 60 ? pane.width - 36 : 60;
    if (width >= 12)
        chart_interval(pane, row, 35, width, 0.3, 0.9, auc, chance,
                       auc.low > chance ? STYLE_HIGHER : STYLE_UNCLEAR);
    return row + 1;
}

void models_draw_time_split(struct pane pane, const struct models_view *view) {
    const struct time_split *split = &view->model->metrics.time_split;
    char sentence[256];
    time_split_sentence(split, sentence, sizeof sentence);
    bool holds =
        split->possible && split->auc.low > chance && split->log_loss < split->base_log_loss;
    int row = draw_paragraph(pane, 0, 1, holds ? STYLE_HIGHER : STYLE_WARNING, sentence);
    if (!split->possible)
        return;
    row++;
    row = draw_part(pane, row, "Learnt from", split->train_first, split->train_last,
                    split->train_rows, split->train_yes);
    row = draw_part(pane, row, "Tested on", split->test_first, split->test_last, split->test_rows,
                    split->test_yes);
    draw_text(pane, ++row, 1, STYLE_HEADING, "AUC");
    row++;
    row = draw_interval(pane, row, "Later days", split->auc);
    row = draw_interval(pane, row, "Out of fold", view->model->metrics.auc);
    row++;
    draw_format(pane, row++, 1, STYLE_TEXT, "Log loss     %.4f, base rate of the earlier days %.4f",
                split->log_loss, split->base_log_loss);
    draw_format(pane, row++, 1, STYLE_TEXT, "Brier        %.4f, base rate of the earlier days %.4f",
                split->brier, split->base_brier);
    draw_paragraph(pane, row + 1, 1, STYLE_DIM,
                   "Folds mix all days. This split does not: it asks what a model trained up to "
                   "one day knew of the days after it, as it would be used.");
}
