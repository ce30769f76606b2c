/* Everything that can be shown of one model, from what it said of sales that it had not seen. */
#ifndef ENGINE_LEARN_MODEL_DETAIL_H
#define ENGINE_LEARN_MODEL_DETAIL_H

#include "engine/learn/curves.h"
#include "engine/learn/models.h"

enum { DETAIL_CUTS = 101, DETAIL_CURVE_POINTS = 200 };

/* Of the same predictions as the leaderboard's figures, by the same definitions: each repeat
 * predicts every sale once, by a model that has not seen it. Ratios, curves and areas are means
 * over the folds of all repeats, counts are means of the repeats. */
struct model_detail {
    bool available; /* false: no predictions are stored, `problem` says why */
    char problem[256];
    int64_t sales, yes;
    int folds, repeats;
    struct curve roc, precision_recall; /* their areas are those below, but for float rounding */
    struct interval auc;                /* the leaderboard's */
    struct interval average_precision;  /* the leaderboard's; Boyd, Eng & Page 2013 */
    struct calibration calibration;
    /* One threshold for all folds, by the share answered yes: 0 %, 1 % … 100 %, as ties allow. */
    struct operating_point cuts[DETAIL_CUTS];
    struct operating_point chosen; /* the leaderboard's: each fold's own, by the model's rule */
    int chosen_cut;                /* the cut next to it */
};

/* Fails only where the database does; missing or damaged predictions are told in `problem`. The
 * caller frees with model_detail_free. */
enum err model_detail_load(struct db *db, const struct model_summary *model, int curve_points,
                           struct model_detail *out, struct error *error);
void model_detail_free(struct model_detail *detail);

/* "Of 100 answered yes 26 are yes …" of what a threshold comes to. */
void confusion_sentence(const struct operating_point *point, char *text, size_t size);

/* In words what a split in time shows. */
void time_split_sentence(const struct time_split *split, char *text, size_t size);

#endif
