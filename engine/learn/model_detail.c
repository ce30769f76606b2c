/* From stored predictions to curves, calibration and cuts. */
#include "engine/learn/model_detail.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_sort_double.h>

#include "base/memory.h"
#include "db/out_of_fold.h"
#include "engine/learn/operating_point.h"

/* Predictions apart by the fold and repeat that made them. */
struct groups {
    struct scored *all; /* repeat by repeat */
    int count;
    double *log_odds; /* owned, as are the next */
    uint8_t *labels;
    int *of; /* the group of each prediction, as they are ordered here */
};

static void groups_free(struct groups *groups) {
    free(groups->all);
    free(groups->log_odds);
    free(groups->labels);
    free(groups->of);
}

/* False where a fold lacks one of the answers. */
static bool groups_make(const struct out_of_fold *predictions, struct groups *out) {
    size_t rows = predictions->rows, total = rows * (size_t)predictions->repeats, at = 0;
    int folds = 0;
    for (size_t i = 0; i < total; i++)
        folds = predictions->folds[i] >= folds ? predictions->folds[i] + 1 : folds;
    *out = (struct groups){.count = folds * predictions->repeats};
    out->all = xcalloc((size_t)out->count + 1, sizeof *out->all);
    out->log_odds = xcalloc(total + 1, sizeof *out->log_odds);
    out->labels = xcalloc(total + 1, 1);
    out->of = xcalloc(total + 1, sizeof *out->of);
    bool sound = total > 0;
    for (int group = 0; group < out->count; group++) {
        size_t offset = (size_t)(group / folds) * rows, first = at, yes = 0;
        for (size_t i = 0; i < rows; i++) {
            if (predictions->folds[offset + i] != group % folds)
                continue;
            out->log_odds[at] = (double)predictions->log_odds[offset + i];
            out->labels[at] = predictions->answers[i];
            out->of[at] = group;
            yes += out->labels[at++];
        }
        out->all[group] = (struct scored){&out->log_odds[first], &out->labels[first], at - first};
        sound = sound && yes > 0 && yes < at - first;
    }
    return sound;
}

/* The highest predictions, and all that are tied with the last of them. */
static void make_cuts(const struct groups *groups, size_t count, struct model_detail *out) {
    size_t *order = xcalloc(count + 1, sizeof *order), at = 0;
    struct confusion *confusions = xcalloc((size_t)groups->count, sizeof *confusions);
    double threshold = INFINITY;
    for (size_t i = 0; i < count; i++)
        *(groups->labels[i] ? &confusions[groups->of[i]].missed_yes
                            : &confusions[groups->of[i]].true_no) += 1;
    gsl_sort_index(order, groups->log_odds, 1, count);
    for (int i = 0; i < DETAIL_CUTS; i++) {
        size_t wanted = (count * (size_t)i + DETAIL_CUTS / 2) / (DETAIL_CUTS - 1);
        while (at < count &&
               (at < wanted || (at > 0 && groups->log_odds[order[count - 1 - at]] == threshold))) {
            size_t next = order[count - 1 - at++];
            struct confusion *confusion = &confusions[groups->of[next]];
            *(groups->labels[next] ? &confusion->true_yes : &confusion->false_yes) += 1;
            *(groups->labels[next] ? &confusion->missed_yes : &confusion->true_no) -= 1;
            threshold = groups->log_odds[next];
        }
        if (i == DETAIL_CUTS - 1)
            threshold = -INFINITY;
        out->cuts[i] =
            operating_point_of(confusions, groups->count, out->repeats, logistic(threshold));
    }
    free(confusions);
    free(order);
}

static double said_yes(const struct operating_point *point) {
    return point->true_yes + point->false_yes;
}

/* The leaderboard's, where it is known; else the model's threshold in every fold. */
static void choose_cut(const struct groups *groups, const struct model_metrics *metrics,
                       struct model_detail *out) {
    out->chosen = metrics->points[metrics->threshold_rule];
    if (isnan(out->chosen.accuracy) || isnan(out->chosen.true_yes)) {
        struct confusion *confusions = xcalloc((size_t)groups->count, sizeof *confusions);
        for (int i = 0; i < groups->count; i++)
            confusions[i] = confusion_at(groups->all[i].scores, groups->all[i].labels,
                                         groups->all[i].count, log_odds_of(metrics->threshold));
        out->chosen =
            operating_point_of(confusions, groups->count, out->repeats, metrics->threshold);
        free(confusions);
    }
    for (int i = 0; i < DETAIL_CUTS; i++)
        if (fabs(said_yes(&out->cuts[i]) - said_yes(&out->chosen)) <
            fabs(said_yes(&out->cuts[out->chosen_cut]) - said_yes(&out->chosen)))
            out->chosen_cut = i;
}

static void fill(const struct out_of_fold *predictions, const struct model_summary *model,
                 int curve_points, struct model_detail *out) {
    const struct model_metrics *metrics = &model->metrics;
    size_t count = predictions->rows * (size_t)predictions->repeats;
    struct groups groups;
    out->sales = (int64_t)predictions->rows;
    out->repeats = predictions->repeats;
    for (size_t i = 0; i < predictions->rows; i++)
        out->yes += predictions->answers[i];
    out->available = groups_make(predictions, &groups);
    out->folds = groups.count / (out->repeats > 0 ? out->repeats : 1);
    if (!out->available) {
        snprintf(out->problem, sizeof out->problem,
                 "The stored predictions of a fold are of one answer only: train the model again.");
        groups_free(&groups);
        return;
    }
    curve_roc(groups.all, groups.count, curve_points, &out->roc);
    curve_precision_recall(groups.all, groups.count, curve_points, &out->precision_recall);
    out->auc = metrics->auc;
    out->average_precision = average_precision_interval(
        isnan(metrics->pr_auc) ? out->precision_recall.area : metrics->pr_auc, out->yes);
    calibration_of(groups.log_odds, groups.labels, count, out->repeats, CALIBRATION_BINS,
                   &out->calibration);
    make_cuts(&groups, count, out);
    choose_cut(&groups, metrics, out);
    groups_free(&groups);
}

enum err model_detail_load(struct db *db, const struct model_summary *model, int curve_points,
                           struct model_detail *out, struct error *error) {
    struct out_of_fold predictions;
    *out = (struct model_detail){0};
    if (model->damaged) {
        model_sentence(model, out->problem, sizeof out->problem);
        return ERR_OK;
    }
    enum err err = db_out_of_fold_load(db, model->id, &predictions, error);
    if (err == ERR_NOT_FOUND || err == ERR_DAMAGED) {
        snprintf(out->problem, sizeof out->problem, "%s",
                 err == ERR_NOT_FOUND
                     ? "No predictions were kept with this model: train it again to see them."
                     : "The predictions kept with this model are damaged: train it again.");
        return ERR_OK;
    }
    if (err != ERR_OK)
        return err;
    fill(&predictions, model, curve_points, out);
    out_of_fold_free(&predictions);
    return ERR_OK;
}

void model_detail_free(struct model_detail *detail) {
    curve_free(&detail->roc);
    curve_free(&detail->precision_recall);
}

void confusion_sentence(const struct operating_point *point, char *text, size_t size) {
    double said = said_yes(point), yes = point->true_yes + point->missed_yes;
    double all = said + point->missed_yes + point->true_no;
    if (!(said > 0))
        snprintf(text, size, "Nobody is answered yes: every yes is missed.");
    else if (!(point->missed_yes + point->true_no > 0))
        snprintf(text, size, "Everybody is answered yes: every no is wrong.");
    else
        snprintf(text, size,
                 "Of 100 answered yes %.0f are yes (of all sales %.0f are); of 100 yes %.0f are "
                 "found.",
                 100 * point->precision, 100 * yes / all, 100 * point->recall);
}

void time_split_sentence(const struct time_split *split, char *text, size_t size) {
    if (!split->possible)
        snprintf(text, size,
                 "No split in time: too few days, or one answer is missing on one side.");
    else if (split->auc.low > 0.5 && split->log_loss < split->base_log_loss)
        snprintf(text, size, "What was learnt from the earlier days holds on the later ones.");
    else
        snprintf(text, size,
                 "What was learnt from the earlier days does not clearly hold on the later ones.");
}
