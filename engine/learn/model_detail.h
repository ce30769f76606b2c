/* Everything that can be shown of one model, from what it said of sales that it had not seen. */
#ifndef ENGINE_LEARN_MODEL_DETAIL_H
#define ENGINE_LEARN_MODEL_DETAIL_H

#include "engine/learn/curves.h"
#include "engine/learn/models.h"
#include "engine/learn/score.h"

enum { DETAIL_CUTS = 101, DETAIL_CURVE_POINTS = 200 };

/* Answering "yes" to the sales with the highest predictions. */
struct cut {
    double threshold; /* log odds; ±infinity: never, always */
    struct confusion confusion;
};

/* Of the first repeat, in which every sale is predicted exactly once by a model that has not seen
 * it: counts are of sales, and intervals need no correction for repeated ones. */
struct model_detail {
    bool available; /* false: no predictions are stored, `problem` says why */
    char problem[256];
    int64_t sales, yes;
    struct curve roc, precision_recall;
    struct interval auc;               /* of all folds together; DeLong */
    struct interval average_precision; /* Boyd, Eng & Page 2013 */
    struct calibration calibration;
    struct cut cuts[DETAIL_CUTS]; /* by the share answered yes: 0 %, 1 % … 100 %, as ties allow */
    struct cut chosen;            /* at the model's own threshold */
    int chosen_cut;               /* the cut next to it */
};

/* Fails only where the database does; missing or damaged predictions are told in `problem`. The
 * caller frees with model_detail_free. */
enum err model_detail_load(struct db *db, const struct model_summary *model, int curve_points,
                           struct model_detail *out, struct error *error);
void model_detail_free(struct model_detail *detail);

/* "At best F1 … 38 of 100 answered yes are yes; 90 of 100 yes are found." of a confusion matrix. */
void confusion_sentence(const struct confusion *confusion, char *text, size_t size);

/* In words what a split in time shows. */
void time_split_sentence(const struct time_split *split, char *text, size_t size);

#endif
