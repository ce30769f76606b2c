/* From stored predictions to curves, calibration and cuts. */
#include "engine/learn/model_detail.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_double.h>

#include "base/memory.h"
#include "db/out_of_fold.h"

/* The highest `wanted` predictions, and all that are tied with the last of them. */
static void make_cuts(const double *log_odds, const uint8_t *labels, size_t count,
                      struct model_detail *out) {
    size_t *order = xcalloc(count + 1, sizeof *order), at = 0;
    struct cut cut = {INFINITY, {.missed_yes = out->yes, .true_no = out->sales - out->yes}};
    gsl_sort_index(order, log_odds, 1, count);
    for (int i = 0; i < DETAIL_CUTS; i++) {
        size_t wanted = (count * (size_t)i + DETAIL_CUTS / 2) / (DETAIL_CUTS - 1);
        while (at < count &&
               (at < wanted || (at > 0 && log_odds[order[count - 1 - at]] == cut.threshold))) {
            int label = labels[order[count - 1 - at]];
            *(label ? &cut.confusion.true_yes : &cut.confusion.false_yes) += 1;
            *(label ? &cut.confusion.missed_yes : &cut.confusion.true_no) -= 1;
            cut.threshold = log_odds[order[count - 1 - at++]];
        }
        out->cuts[i] = cut;
    }
    out->cuts[DETAIL_CUTS - 1].threshold = -INFINITY;
    free(order);
}

static int64_t said_yes(const struct cut *cut) {
    return cut->confusion.true_yes + cut->confusion.false_yes;
}

static void choose_cut(const double *log_odds, const uint8_t *labels, size_t count,
                       double threshold, struct model_detail *out) {
    out->chosen.threshold = log_odds_of(threshold);
    out->chosen.confusion = confusion_at(log_odds, labels, count, out->chosen.threshold);
    for (int i = 0; i < DETAIL_CUTS; i++)
        if (llabs(said_yes(&out->cuts[i]) - said_yes(&out->chosen)) <
            llabs(said_yes(&out->cuts[out->chosen_cut]) - said_yes(&out->chosen)))
            out->chosen_cut = i;
}

static void fill(const struct out_of_fold *predictions, const struct model_summary *model,
                 int curve_points, struct model_detail *out) {
    size_t count = predictions->rows;
    double *log_odds = xcalloc(count + 1, sizeof *log_odds), variance;
    for (size_t i = 0; i < count; i++) {
        log_odds[i] = (double)predictions->log_odds[i];
        out->yes += predictions->answers[i];
    }
    const uint8_t *labels = predictions->answers;
    out->sales = (int64_t)count;
    if (out->yes == 0 || out->yes == out->sales) {
        snprintf(out->problem, sizeof out->problem,
                 "The stored predictions are of one answer only: train the model again.");
        free(log_odds);
        return;
    }
    out->available = true;
    curve_roc(log_odds, labels, count, curve_points, &out->roc);
    curve_precision_recall(log_odds, labels, count, curve_points, &out->precision_recall);
    double auc = auc_delong(log_odds, labels, count, &variance);
    double half = gsl_cdf_ugaussian_Pinv(0.975) * sqrt(variance);
    out->auc = (struct interval){auc, fmax(0, auc - half), fmin(1, auc + half)};
    out->average_precision = average_precision_interval(out->precision_recall.area, out->yes);
    calibration_of(log_odds, labels, count, CALIBRATION_BINS, &out->calibration);
    make_cuts(log_odds, labels, count, out);
    choose_cut(log_odds, labels, count, model->metrics.threshold, out);
    free(log_odds);
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

void confusion_sentence(const struct confusion *confusion, char *text, size_t size) {
    int64_t said = confusion->true_yes + confusion->false_yes;
    int64_t yes = confusion->true_yes + confusion->missed_yes;
    int64_t all = said + confusion->missed_yes + confusion->true_no;
    if (said == 0)
        snprintf(text, size, "Nobody is answered yes: every yes is missed.");
    else if (said == all)
        snprintf(text, size, "Everybody is answered yes: every no is wrong.");
    else
        snprintf(text, size,
                 "Of 100 answered yes %.0f are yes (of all sales %.0f are); of 100 yes %.0f are "
                 "found.",
                 100 * confusion_precision(confusion), 100 * (double)yes / (double)all,
                 100 * confusion_recall(confusion));
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
