/* What the rest of this folder needs of a segmentation: its features and the nearest segment. */
#ifndef ENGINE_LEARN_SEGMENTATION_H
#define ENGINE_LEARN_SEGMENTATION_H

#include "engine/learn/features.h"
#include "engine/learn/segments.h"

const struct features *segmentation_features(const struct segmentation *segmentation);

/* The position of the nearest segment to an encoded row without NaN; `distance` may be NULL. */
int segmentation_nearest(const struct segmentation *segmentation, const double *row,
                         double *distance);

#endif
