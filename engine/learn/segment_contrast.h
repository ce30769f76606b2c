/* What sets the customers of a segment apart from the other customers of a slice. */
#ifndef ENGINE_LEARN_SEGMENT_CONTRAST_H
#define ENGINE_LEARN_SEGMENT_CONTRAST_H

#include "engine/analysis/statistics.h"
#include "engine/slice/slice.h"

struct segment_trait {
    enum dimension dimension;
    int code;
    char label[DIMENSION_LABEL_SIZE];
    int64_t yes, known;           /* the segment's sales with this value, and with any known one */
    int64_t rest_yes, rest_known; /* of the slice's other sales that have a segment */
    struct interval share, rest;  /* Wilson's */
    struct interval difference;   /* share − rest, Newcombe's */
    double p;                     /* chi-square; Fisher's exact where fewer than 5 are expected */
    double p_adjusted;            /* over all values here (Benjamini & Hochberg 1995) */
    enum verdict verdict;         /* of the interval, and unclear unless p_adjusted < 0.05 */
    bool mirror;                  /* the lower one of two values: says what the other one says */
};

struct segment_contrast {
    struct segment_trait *traits; /* owned; the most characteristic first */
    int count;
};

/* Each of the k segments, by position, against the rest of the slice, over the dimensions that
 * `over` names, NULL for all but the calendar's finest (day, week) and `segment` itself. Unknown
 * values are left out. Clear differences come first, the largest in points before the smaller; then
 * the unclear ones. Sales must carry their segments (segmentation_assign) or, where they are
 * streamed, a segment_rule tells them. The caller frees each of the k.
 *
 * The p values are of differences that k-means may itself have made: segments are cut so that they
 * differ. They tell what a segment is made of, not that it exists. */
enum err segment_contrasts_of(const struct facts *facts, const struct selection *selection, int k,
                              const bool over[DIMENSION_COUNT], struct segment_contrast *out,
                              struct error *error);
void segment_contrast_free(struct segment_contrast *contrast);

#endif
